//! Page-agnostic parts: each has one job and knows no page.

pub mod announcer;
pub mod asked_twice;
pub mod chip;
pub mod copy_button;
pub mod failed;
pub mod field_error;
pub mod fold;
pub mod frame;
pub mod icon;
pub mod line_input;
pub mod loaded;
pub mod logo;
pub mod markup;
pub mod named_list;
pub mod namespace_tabs;
pub mod not_shown;
pub mod notices;
pub mod page;
pub mod progress;
pub mod pull_totals;
pub mod search_field;
pub mod segmented;
pub mod skeleton;
pub mod words;
