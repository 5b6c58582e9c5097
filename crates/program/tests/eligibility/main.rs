//! Every criterion with every value of what it depends on, and what must hold
//! whatever is said and read.

mod case;
mod criteria;
mod whatever;
