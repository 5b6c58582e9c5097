//! The forges that can be asked: configuration, not code, so that a program can
//! add its own and tests can put a stand-in in their place.

use core::{fmt, str::FromStr};
use program::source::SourceAddress;
use serde::{Deserialize, Serialize};

/// Which API a forge speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// GitHub’s.
    GitHub,
    /// GitLab’s.
    GitLab,
    /// Forgejo’s and Gitea’s.
    Forgejo,
}

/// A forge that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forge {
    /// Which API it speaks.
    pub kind: Kind,
    /// The host in the addresses of its repositories: `codeberg.org`.
    pub host: String,
    /// Where its API begins, without a slash at the end: `https://codeberg.org/api/v1`.
    pub api: String,
}

/// All forges that can be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forges(pub Vec<Forge>);

impl Default for Forges {
    /// The three that most projects are at.
    fn default() -> Self {
        let forge = |kind, host: &str, api: &str| Forge {
            kind,
            host: host.to_owned(),
            api: api.to_owned(),
        };
        Self(vec![
            forge(Kind::GitHub, "github.com", "https://api.github.com"),
            forge(Kind::GitLab, "gitlab.com", "https://gitlab.com/api/v4"),
            forge(Kind::Forgejo, "codeberg.org", "https://codeberg.org/api/v1"),
        ])
    }
}

impl Forges {
    /// The forge that a repository is at, if it is one of these.
    pub fn of(&self, address: &SourceAddress) -> Option<&Forge> {
        self.0.iter().find(|forge| forge.host == address.host())
    }
}

/// Why a text is not a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForgeError {
    /// It is not of the form `kind,host,api`.
    Form(String),
    /// No such kind.
    Kind(String),
    /// The API’s address does not begin with `https://` or `http://`, or holds
    /// a user, a query or blanks.
    Api(String),
}

impl fmt::Display for ForgeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(text) => write!(
                formatter,
                "a forge is written kind,host,api (such as forgejo,codeberg.org,https://codeberg.org/api/v1), not “{text}”."
            ),
            Self::Kind(text) => write!(
                formatter,
                "the kind of a forge is github, gitlab or forgejo, not “{text}”."
            ),
            Self::Api(text) => write!(
                formatter,
                "the API of a forge begins with https:// and has no user, query or blank, unlike “{text}”."
            ),
        }
    }
}

impl std::error::Error for ForgeError {}

impl FromStr for Forge {
    type Err = ForgeError;

    /// Reads `kind,host,api`.
    fn from_str(text: &str) -> Result<Self, ForgeError> {
        let parts: Vec<&str> = text.split(',').map(str::trim).collect();
        let [kind, host, api] = parts.as_slice() else {
            return Err(ForgeError::Form(text.to_owned()));
        };
        let kind = match *kind {
            "github" => Kind::GitHub,
            "gitlab" => Kind::GitLab,
            "forgejo" | "gitea" => Kind::Forgejo,
            other => return Err(ForgeError::Kind(other.to_owned())),
        };
        let host = SourceAddress::parse(&format!("https://{host}/a/b"))
            .map_err(|_| ForgeError::Form(text.to_owned()))?
            .host()
            .to_owned();
        let plain = !api.contains(['?', '#', '@', '"', '\'', ';', '<'])
            && !api.contains(char::is_whitespace);
        if !plain || !(api.starts_with("https://") || api.starts_with("http://")) {
            return Err(ForgeError::Api((*api).to_owned()));
        }
        Ok(Self {
            kind,
            host,
            api: api.trim_end_matches('/').to_owned(),
        })
    }
}

impl Forge {
    /// The path of the repository that an address points into, however deep:
    /// owner and name, and at GitLab groups before them. Nothing if the address
    /// is that of an owner alone.
    pub fn repository<'a>(&self, address: &'a SourceAddress) -> Option<&'a str> {
        let path = address.path();
        let mut slashes = path.match_indices('/').map(|(at, _)| at);
        let first = slashes.next()?;
        match self.kind {
            Kind::GitHub | Kind::Forgejo => {
                let end = slashes.next().unwrap_or(path.len());
                path.get(..end).filter(|path| path.len() > first + 1)
            }
            // Pages below a project begin with `/-/`.
            Kind::GitLab => path.split("/-/").next(),
        }
    }

    /// Where the API gives a file at the root of a repository’s default branch as it is.
    pub fn file_url(&self, repository: &str, file: &str) -> String {
        let api = &self.api;
        match self.kind {
            Kind::GitHub => format!("{api}/repos/{repository}/contents/{file}"),
            Kind::Forgejo => format!("{api}/repos/{repository}/raw/{file}"),
            Kind::GitLab => {
                let coded = repository.replace('/', "%2F");
                format!("{api}/projects/{coded}/repository/files/{file}/raw?ref=HEAD")
            }
        }
    }

    /// What to accept so that a file comes as it is.
    pub const fn file_media_type(&self) -> &'static str {
        match self.kind {
            Kind::GitHub => "application/vnd.github.raw+json",
            // Forgejo sends files as octets, GitLab as text.
            Kind::GitLab | Kind::Forgejo => "*/*",
        }
    }

    /// The scheme, host and port of the API: what a security policy lists.
    pub fn origin(&self) -> &str {
        let after = self.api.find("://").map_or(0, |at| at + 3);
        let end = self.api[after..]
            .find('/')
            .map_or(self.api.len(), |at| after + at);
        &self.api[..end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SourceAddress {
        SourceAddress::parse(text).unwrap()
    }

    #[test]
    fn an_address_deep_in_a_repository_is_the_repository() {
        let forges = Forges::default();
        for (text, path) in [
            ("github.com/fluent/fluentd", Some("fluent/fluentd")),
            (
                "github.com/fluent/fluentd/tree/master/lib",
                Some("fluent/fluentd"),
            ),
            ("github.com/fluent", None),
            (
                "gitlab.com/gitlab-org/charts/gitlab",
                Some("gitlab-org/charts/gitlab"),
            ),
            (
                "gitlab.com/gitlab-org/charts/-/tree/main",
                Some("gitlab-org/charts"),
            ),
            (
                "codeberg.org/forgejo/forgejo/src/branch/forgejo",
                Some("forgejo/forgejo"),
            ),
        ] {
            let address = at(text);
            let forge = forges.of(&address).unwrap();
            assert_eq!(forge.repository(&address), path, "{text}");
        }
        assert_eq!(forges.of(&at("git.kelp.example/a/b")), None);
        // A host that only looks like one is none.
        assert_eq!(forges.of(&at("github.com.kelp.example/a/b")), None);
    }

    #[test]
    fn forges_are_configured_in_one_line() {
        let forge: Forge = "forgejo, git.Kelp.example:3000 ,http://127.0.0.1:9/api/v1/"
            .parse()
            .unwrap();
        assert_eq!(forge.host, "git.kelp.example:3000");
        assert_eq!(forge.api, "http://127.0.0.1:9/api/v1");
        assert_eq!(forge.origin(), "http://127.0.0.1:9");
        for text in [
            "",
            "github",
            "github,github.com",
            "svn,a.example,https://a.example",
            "github,a b,https://a.example",
            "github,a.example,ftp://a.example",
            "github,a.example,https://u@a.example",
            "github,a.example,https://a.example; script-src *",
        ] {
            let words = text.parse::<Forge>().unwrap_err().to_string();
            assert!(words.ends_with('.'), "{words}");
        }
    }
}
