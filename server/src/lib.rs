//! The server of the built site. `http` answers requests; the program's own API
//! moves in beside it.

pub mod http;
pub mod settings;
