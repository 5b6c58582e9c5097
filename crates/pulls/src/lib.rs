//! pulls.
