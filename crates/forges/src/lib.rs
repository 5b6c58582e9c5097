//! Forges: which ones can be asked, what they are asked about a repository and
//! what their answers mean as evidence.
//!
//! Page and server ask with different means, and run the same [`Inquiry`]: it
//! says what to ask next and takes each answer, and knows no network and no clock.
//!
//! Sources: GitHub REST API 2022-11-28 (“Get a repository”, “Get community profile
//! metrics”), GitLab API v4 (“Projects”, “Repositories”), Forgejo API v1
//! (`repoGet`, `repoGetContentsList`), which Gitea and Codeberg share.

mod answer;
mod forge;
mod inquiry;

pub use answer::{Answer, MOST_BYTES};
pub use forge::{Forge, ForgeError, Forges, Kind};
pub use inquiry::{Ask, Inquiry};
