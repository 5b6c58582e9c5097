//! The program itself: what members get, who qualifies, for how long, and
//! what people ask about it.
//!
//! Rules and sentences stand here once, so that the program page, a form and a
//! server say the same. The crate knows no clock, no network, no page and no
//! locale. In the sentences, a pair of backticks encloses what a machine would
//! write (a license expression, a header name); nothing else is marked up.

pub mod addresses;
pub mod answers;
pub mod application;
pub mod badge;
pub mod calendar;
pub mod category;
pub mod commercial;
pub mod criteria;
pub mod decision;
pub mod eligibility;
pub mod evidence;
pub mod finding;
pub mod license;
pub mod life_cycle;
pub mod mail;
pub mod membership;
pub mod namespace;
pub mod perks;
pub mod profile;
pub mod pulls;
pub mod questions;
pub mod renewal;
pub mod roles;
pub mod source;
pub mod sponsorship;
pub mod terms;
pub mod text;
pub mod wording;

pub use commercial::MoneyQuestion;
pub use criteria::{Criterion, Standing};
pub use finding::Finding;
pub use perks::Perk;
pub use questions::{QUESTIONS, Question};

/// The program's full name.
pub const NAME: &str = "Docker-Sponsored Open Source Program";

/// The name where there is little room, such as the top bar.
pub const SHORT_NAME: &str = "Docker-Sponsored Open Source";

/// What the badge says in words.
pub const BADGE_LABEL: &str = "Sponsored OSS";

/// What the badge is called where a machine reads it.
pub const BADGE_MACHINE: &str = "open_source";
