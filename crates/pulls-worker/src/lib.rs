//! pulls-worker.
