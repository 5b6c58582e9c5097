//! Asking a forge about one repository, answer by answer.

use crate::{
    answer::Answer,
    forge::{Forge, Kind},
};
use chrono::{DateTime, Utc};
use program::{
    evidence::{Reading, RepositoryFacts, Trouble},
    license::on_the_list,
    source::SourceAddress,
};
use serde::{Deserialize, de::DeserializeOwned};

/// Most characters of a text that is taken over from a forge.
const MOST_TEXT: usize = 500;

/// What to ask next: a GET request with `accept: application/json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The whole address.
    pub url: String,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// What the repository is.
    Repository,
    /// Which files it has.
    Files,
    /// Nothing more is asked.
    Done,
}

/// An inquiry about one repository.
#[derive(Clone, Debug)]
pub struct Inquiry<'a> {
    forge: &'a Forge,
    address: SourceAddress,
    path: String,
    step: Step,
    outcome: Result<RepositoryFacts, Trouble>,
}

impl<'a> Inquiry<'a> {
    /// Begins to ask; nothing if the address is not that of a repository there.
    pub fn new(forge: &'a Forge, address: &SourceAddress) -> Option<Self> {
        let path = forge.repository(address)?.to_owned();
        Some(Self {
            forge,
            address: address.clone(),
            path,
            step: Step::Repository,
            outcome: Err(Trouble::Silent),
        })
    }

    /// What to ask next; nothing when all is known.
    pub fn next(&self) -> Option<Ask> {
        let api = &self.forge.api;
        let path = &self.path;
        let coded = path.replace('/', "%2F");
        let url = match (self.forge.kind, self.step) {
            (_, Step::Done) => return None,
            (Kind::GitHub | Kind::Forgejo, Step::Repository) => format!("{api}/repos/{path}"),
            (Kind::GitHub, Step::Files) => format!("{api}/repos/{path}/community/profile"),
            (Kind::GitLab, Step::Repository) => format!("{api}/projects/{coded}?license=true"),
            (Kind::GitLab, Step::Files) => {
                format!("{api}/projects/{coded}/repository/tree?per_page=100")
            }
            (Kind::Forgejo, Step::Files) => format!("{api}/repos/{path}/contents"),
        };
        Some(Ask { url })
    }

    /// Takes the answer to what was asked last; `now` is when it came.
    pub fn take(&mut self, answer: Answer<'_>, now: DateTime<Utc>) {
        match self.step {
            Step::Repository => {
                self.outcome = match answer.trouble(now) {
                    Some(trouble) => Err(trouble),
                    // A private one looks like one that is not there: `found` stays false.
                    None if answer.status == 404 => Ok(RepositoryFacts::default()),
                    None => self.repository(answer.body),
                };
                let goes_on = self
                    .outcome
                    .as_ref()
                    .is_ok_and(|facts| facts.found && !facts.private);
                self.step = if goes_on { Step::Files } else { Step::Done };
            }
            Step::Files => {
                // Without it the rest still holds: whether there is a guide stays open.
                if answer.trouble(now).is_none()
                    && let Ok(facts) = &mut self.outcome
                {
                    files(self.forge.kind, answer, facts);
                }
                self.step = Step::Done;
            }
            Step::Done => {}
        }
    }

    /// Takes it that no answer came.
    pub fn fail(&mut self, trouble: Trouble) {
        if self.step == Step::Repository {
            self.outcome = Err(trouble);
        }
        self.step = Step::Done;
    }

    /// What came out; `at` is when.
    pub fn finish(self, at: DateTime<Utc>) -> Reading<RepositoryFacts> {
        match self.outcome {
            Ok(facts) => Reading::Read { at, facts },
            Err(trouble) => Reading::Failed { at, trouble },
        }
    }

    fn repository(&self, body: &[u8]) -> Result<RepositoryFacts, Trouble> {
        let (full_name, facts) = match self.forge.kind {
            Kind::GitHub => parse::<GitHubRepository>(body)?.read(),
            Kind::GitLab => parse::<GitLabProject>(body)?.read(),
            Kind::Forgejo => parse::<ForgejoRepository>(body)?.read(),
        };
        let moved_to = if full_name.eq_ignore_ascii_case(&self.path) {
            None
        } else {
            let text = format!("https://{}/{full_name}", self.address.host());
            Some(SourceAddress::parse(&text).map_err(|_| Trouble::Garbled)?)
        };
        Ok(RepositoryFacts {
            found: true,
            moved_to,
            description: facts.description.and_then(shown),
            homepage: facts
                .homepage
                .and_then(shown)
                .filter(|text| text.starts_with("https://") || text.starts_with("http://")),
            license: facts.license.and_then(|license| on_the_list(&license)),
            ..facts
        })
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Trouble> {
    serde_json::from_slice(body).map_err(|_| Trouble::Garbled)
}

/// A text as it may be shown: without hidden characters, in a bounded length.
fn shown(text: String) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|character| !character.is_control())
        .take(MOST_TEXT)
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[derive(Deserialize)]
struct GitHubRepository {
    full_name: String,
    private: bool,
    archived: bool,
    fork: bool,
    license: Option<GitHubLicense>,
    pushed_at: Option<DateTime<Utc>>,
    description: Option<String>,
    homepage: Option<String>,
    stargazers_count: Option<u64>,
}

#[derive(Deserialize)]
struct GitHubLicense {
    spdx_id: Option<String>,
}

impl GitHubRepository {
    fn read(self) -> (String, RepositoryFacts) {
        let facts = RepositoryFacts {
            private: self.private,
            archived: self.archived,
            fork: self.fork,
            license: self.license.and_then(|license| license.spdx_id),
            pushed_at: self.pushed_at,
            description: self.description,
            homepage: self.homepage,
            stars: self.stargazers_count,
            ..RepositoryFacts::default()
        };
        (self.full_name, facts)
    }
}

/// Somebody without an account is told less: what is absent there is not so.
#[derive(Deserialize)]
struct GitLabProject {
    path_with_namespace: String,
    visibility: Option<String>,
    #[serde(default)]
    archived: bool,
    forked_from_project: Option<serde::de::IgnoredAny>,
    license: Option<GitLabLicense>,
    last_activity_at: Option<DateTime<Utc>>,
    description: Option<String>,
    star_count: Option<u64>,
}

#[derive(Deserialize)]
struct GitLabLicense {
    key: Option<String>,
}

impl GitLabProject {
    fn read(self) -> (String, RepositoryFacts) {
        let facts = RepositoryFacts {
            private: self.visibility.is_some_and(|who| who != "public"),
            archived: self.archived,
            fork: self.forked_from_project.is_some(),
            license: self.license.and_then(|license| license.key),
            pushed_at: self.last_activity_at,
            description: self.description,
            stars: self.star_count,
            ..RepositoryFacts::default()
        };
        (self.path_with_namespace, facts)
    }
}

#[derive(Deserialize)]
struct ForgejoRepository {
    full_name: String,
    private: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    fork: bool,
    licenses: Option<Vec<String>>,
    updated_at: Option<DateTime<Utc>>,
    description: Option<String>,
    website: Option<String>,
    stars_count: Option<u64>,
}

impl ForgejoRepository {
    fn read(self) -> (String, RepositoryFacts) {
        // Several license files are several licenses that all hold.
        let license = self
            .licenses
            .filter(|all| !all.is_empty())
            .map(|all| all.join(" AND "));
        let facts = RepositoryFacts {
            private: self.private,
            archived: self.archived,
            fork: self.fork,
            license,
            pushed_at: self.updated_at,
            description: self.description,
            homepage: self.website,
            stars: self.stars_count,
            ..RepositoryFacts::default()
        };
        (self.full_name, facts)
    }
}

#[derive(Deserialize)]
struct CommunityProfile {
    files: CommunityFiles,
}

#[derive(Deserialize)]
struct CommunityFiles {
    contributing: Option<serde::de::IgnoredAny>,
    readme: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct TreeEntry {
    name: String,
}

/// Which files the answer tells of.
fn files(kind: Kind, answer: Answer<'_>, facts: &mut RepositoryFacts) {
    match kind {
        Kind::GitHub => {
            if let Ok(profile) = parse::<CommunityProfile>(answer.body) {
                facts.contributing = Some(profile.files.contributing.is_some());
                facts.readme = Some(profile.files.readme.is_some());
            }
        }
        Kind::GitLab | Kind::Forgejo => {
            if let Ok(entries) = parse::<Vec<TreeEntry>>(answer.body) {
                let begins = |word: &str| {
                    entries
                        .iter()
                        .any(|entry| entry.name.to_ascii_lowercase().starts_with(word))
                };
                // A guide may also be in one of these, where nobody looks here.
                let elsewhere = [".github", ".gitlab", ".gitea", ".forgejo", "docs"]
                    .iter()
                    .any(|folder| entries.iter().any(|entry| entry.name == *folder));
                facts.readme = Some(begins("readme"));
                facts.contributing = match begins("contributing") {
                    false if elsewhere => None,
                    there => Some(there),
                };
            }
        }
    }
}
