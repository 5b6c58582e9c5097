//! What outlives a page: the view in the URL, the theme, notices.

pub mod notices;
pub mod query;
pub mod theme;
