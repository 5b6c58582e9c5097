//! Every path of the app, with its page's title and description, once. The
//! router, links, document titles and static shells all read them here.

use program::addresses;

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// The program: what members get, who qualifies, how it goes.
    Program,
    /// The directory of sponsored namespaces.
    Explore,
    /// A namespace, with the verified badge.
    Namespace,
    /// Whether a badge is genuine.
    Verify,
    /// The insights workbench on export files.
    Insights,
    /// The insights of a namespace, from what registries reported.
    Pulls,
    /// The application form.
    Apply,
    /// The status of an application.
    Application,
    /// What waits to be reviewed, and each application.
    Review,
    /// The registries that report pulls.
    Registries,
    /// Signing in.
    SignIn,
    /// What somebody has here: namespaces, applications, tokens, and their data.
    Account,
    /// The membership of a namespace, for its maintainers.
    Membership,
    /// What is kept about people, why and for how long.
    Privacy,
    /// Any other path.
    NotFound,
}

/// What a namespace is called in the static shells, whose addresses are those of no namespace.
pub const NO_NAME: &str = "_";

/// Where on the program page the criteria begin.
pub const ANCHOR_WHO: &str = "who";

/// The same as a link from any page.
pub const LINK_WHO: &str = "/#who";

/// What brings a source address along in the address of the form.
pub const SOURCE_QUERY: &str = "source";

/// Where on the program page the questions begin.
pub const ANCHOR_QUESTIONS: &str = "questions";

/// The same as a link from any page.
pub const LINK_QUESTIONS: &str = "/#questions";

impl Route {
    /// Every page.
    pub const ALL: [Self; 15] = [
        Self::Program,
        Self::Explore,
        Self::Namespace,
        Self::Verify,
        Self::Insights,
        Self::Pulls,
        Self::Apply,
        Self::Application,
        Self::Review,
        Self::Registries,
        Self::SignIn,
        Self::Account,
        Self::Membership,
        Self::Privacy,
        Self::NotFound,
    ];

    /// The path, from the root; `*` where no path is the page's own.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Program => "/",
            Self::Explore => "/explore",
            Self::Verify => addresses::VERIFY,
            Self::Insights => "/insights",
            Self::Apply => "/apply",
            Self::Application => "/applications",
            Self::Review => "/review",
            Self::Registries => "/registries",
            Self::SignIn => "/sign-in",
            Self::Account => "/account",
            Self::Namespace | Self::Pulls | Self::Membership => addresses::NAMESPACES,
            Self::Privacy => "/privacy",
            Self::NotFound => "*",
        }
    }

    /// Where the page's static shell stands: its path, or for a page with a name within its
    /// path one that no name can take.
    pub const fn shell_path(self) -> &'static str {
        match self {
            Self::Namespace => "/n/_",
            Self::Pulls => "/n/_/insights",
            Self::Membership => "/n/_/settings",
            other => other.path(),
        }
    }

    /// The path without its leading slash, as the router's segments are written.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::NotFound => "*",
            _ => self.path().split_at(1).1,
        }
    }

    /// The page that answers for `path`; a slash at the end makes no difference.
    pub fn of_path(path: &str) -> Self {
        let path = path.trim_end_matches('/');
        let path = if path.is_empty() { "/" } else { path };
        let parent = path.rsplit_once('/').map(|(parent, _)| parent);
        Self::ALL
            .into_iter()
            .find(|route| match route {
                Self::NotFound => false,
                // One below: the address of one application.
                Self::Application => parent == Some(route.path()),
                Self::Review | Self::Verify => path == route.path() || parent == Some(route.path()),
                Self::Namespace | Self::Pulls | Self::Membership => {
                    route.part_below(path).is_some()
                }
                other => other.path() == path,
            })
            .unwrap_or(Self::NotFound)
    }

    /// What `path` has below this page's own path: which application it is, of
    /// `/applications/...`, or which namespace, of `/n/...`, `/n/.../settings` and `/verify/...`.
    /// None where there is nothing, or more than one part.
    pub fn part_below(self, path: &str) -> Option<&str> {
        let path = match self.suffix() {
            "" => path,
            suffix => path.trim_end_matches('/').strip_suffix(suffix)?,
        };
        let (parent, part) = path.trim_end_matches('/').rsplit_once('/')?;
        (parent == self.path() && !part.is_empty()).then_some(part)
    }

    /// What stands behind the name of a namespace in the path.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Pulls => "/insights",
            Self::Membership => "/settings",
            _ => "",
        }
    }

    /// The name of the page's static shell.
    pub const fn shell_name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Explore => "explore",
            Self::Namespace => "namespace",
            Self::Verify => "verify",
            Self::Insights => "insights",
            Self::Pulls => "pulls",
            Self::Apply => "apply",
            Self::Application => "application",
            Self::Review => "review",
            Self::Registries => "registries",
            Self::SignIn => "sign-in",
            Self::Account => "account",
            Self::Membership => "membership",
            Self::Privacy => "privacy",
            Self::NotFound => "not-found",
        }
    }

    /// What a link in the top bar says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Program => "Program",
            Self::Explore => "Explore",
            Self::Namespace => "Namespace",
            Self::Verify => "Verify",
            Self::Insights | Self::Pulls => "Insights",
            Self::Apply => "Apply",
            Self::Application => "Application",
            Self::Review => "Review",
            Self::Registries => "Registries",
            Self::SignIn => "Sign in",
            Self::Account => "Account",
            Self::Membership => "Settings",
            Self::Privacy => "Personal data",
            Self::NotFound => "Not found",
        }
    }

    /// What the tab says.
    pub fn title(self) -> String {
        title(self.subject())
    }

    /// What the page is about. Each page asks for its own as a constant, so that no page
    /// carries those of all.
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Program => program::NAME,
            Self::Explore => "Sponsored namespaces",
            Self::Namespace => "Namespace",
            Self::Verify => "Verify a badge",
            Self::Insights => "Insights from an export file",
            Self::Pulls => "Insights of a namespace",
            Self::Apply => "Apply for your project",
            Self::Application => "Your application",
            Self::Review => "Review",
            Self::Registries => "Registries",
            Self::SignIn => "Sign in",
            Self::Account => "Your account",
            Self::Membership => "Membership",
            Self::Privacy => "Personal data",
            Self::NotFound => "There is no page here",
        }
    }

    /// What a search result says under the title.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Program => {
                "A verified badge, insights, vulnerability scanning and unlimited pulls for non-commercial open source projects on Docker Hub: what members get, who qualifies, how it goes."
            }
            Self::Explore => {
                "The open source projects in the program, whose images anyone may pull without limits: by name, description, image and topic."
            }
            Self::Namespace => {
                "A namespace: its badge, what it means and until when it holds, its repositories with their tags, and its perks."
            }
            Self::Verify => {
                "Whether a badge is genuine, by the name of a namespace or by its signed credential. The signature is checked in your browser."
            }
            Self::Insights => {
                "Open the CSV that the registry gives you and see pulls per tag, country and client. It is read in your browser; nothing is uploaded."
            }
            Self::Pulls => {
                "Pulls of a namespace’s images per tag, country and client, from what registries reported minutes ago: for its maintainers."
            }
            Self::Apply => {
                "The application form says while you type where your project stands on each criterion, and why. What you type stays in your browser until you send it."
            }
            Self::Review => {
                "For the people who run the program: what waits, and each application beside its findings."
            }
            Self::Registries => {
                "For the people who run the program: every registry that reports pulls, its last event and its rate, what was set aside, and how to add one."
            }
            Self::SignIn => {
                "For maintainers of a namespace and the people who run the program: a code by mail, and no password."
            }
            Self::Application => "Where an application stands, criterion by criterion.",
            Self::Account => {
                "What somebody with an account has here: namespaces, applications, access tokens, and their data."
            }
            Self::Membership => {
                "A namespace’s year in the program: its dates, its notices, its maintainers, and renewing it."
            }
            Self::Privacy => {
                "What this program keeps about people, why and for how long, and how anybody gets or erases what is kept about them."
            }
            Self::NotFound => {
                "This address leads nowhere. Begin at the program or open an export file."
            }
        }
    }

    /// Whether the page is a tool, which takes more width than reading does.
    pub const fn is_wide(self) -> bool {
        matches!(
            self,
            Self::Insights
                | Self::Pulls
                | Self::Apply
                | Self::Review
                | Self::Registries
                | Self::Explore
                | Self::Namespace
        )
    }

    /// Whether the page belongs to the program's service: it talks to the server, and some of
    /// these ask forges, or it is about that. Other pages lead there by loading it anew, since
    /// they may ask nobody but this site.
    pub const fn is_service(self) -> bool {
        matches!(
            self,
            Self::Apply
                | Self::Application
                | Self::Review
                | Self::Registries
                | Self::SignIn
                | Self::Account
                | Self::Membership
                | Self::Privacy
        )
    }

    /// Where in the top bar somebody is who sees the page.
    pub const fn place(self) -> Self {
        match self {
            Self::Namespace | Self::Pulls => Self::Explore,
            other => other,
        }
    }

    /// Whether the page shows who is in the program. These are for everybody; they read from the
    /// server and ask nobody else.
    pub const fn is_directory(self) -> bool {
        matches!(self, Self::Explore | Self::Namespace | Self::Verify)
    }

    /// The wasm part that the page is in, and the folder of `style/` that it has beside what
    /// every page has; empty where the app itself shows it.
    pub const fn part(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Insights => "insights",
            Self::Pulls => "bench",
            _ if self.is_directory() => "directory",
            _ if self.is_service() => "service",
            _ => "",
        }
    }
}

/// What the tab says of a page by its subject: that, and the program behind it.
pub fn title(subject: &'static str) -> String {
    if subject == program::NAME {
        subject.to_owned()
    } else {
        [subject, " · ", program::NAME].concat()
    }
}

/// The address of an application. The key rides in the fragment, which is never
/// sent, so that no log holds it.
pub fn application_path(id: &str, key: &str) -> String {
    format!("{}/{id}#{key}", Route::Application.path())
}

/// The address of a namespace's page.
pub fn namespace_path(namespace: &str) -> String {
    format!("{}/{namespace}", Route::Namespace.path())
}

/// Where the badge of a namespace is checked.
pub fn verify_path(namespace: &str) -> String {
    format!("{}/{namespace}", Route::Verify.path())
}

/// Where the badge of a namespace is, for readmes: a picture, `svg`, or what shields.io reads,
/// `json`.
pub fn badge_path(namespace: &str, kind: &str) -> String {
    addresses::badge(namespace, kind)
}

/// The address of a namespace's membership.
pub fn membership_path(namespace: &str) -> String {
    below(namespace, Route::Membership)
}

/// The address of a namespace's insights.
pub fn pulls_path(namespace: &str) -> String {
    below(namespace, Route::Pulls)
}

fn below(namespace: &str, route: Route) -> String {
    [route.path(), "/", namespace, route.suffix()].concat()
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn paths_lead_to_their_pages() {
        for route in [Route::Program, Route::Insights] {
            assert_eq!(Route::of_path(route.path()), route);
            assert_eq!(Route::of_path(&format!("{}/", route.path())), route);
            assert_eq!(route.path(), format!("/{}", route.segment()));
        }
        for (path, route) in [
            ("/applications/4kx", Route::Application),
            ("/review", Route::Review),
            ("/review/4kx", Route::Review),
            ("/apply/", Route::Apply),
            ("/registries", Route::Registries),
            ("/registries/", Route::Registries),
            ("/n/kelpworks/settings", Route::Membership),
            ("/account", Route::Account),
            ("/privacy", Route::Privacy),
        ] {
            assert_eq!(Route::of_path(path), route, "{path}");
            assert!(route.is_service());
        }
        for (path, route) in [
            ("/explore/", Route::Explore),
            ("/n/kelpworks", Route::Namespace),
            ("/n/settings", Route::Namespace),
            ("/verify", Route::Verify),
            ("/verify/kelpworks", Route::Verify),
            ("/n/insights", Route::Namespace),
        ] {
            assert_eq!(Route::of_path(path), route, "{path}");
            assert!(route.is_directory() && !route.is_service());
        }
        let path = super::namespace_path("kelpworks");
        assert_eq!(Route::Namespace.part_below(&path), Some("kelpworks"));
        assert_eq!(Route::Review.part_below("/review/4kx"), Some("4kx"));
        assert_eq!(Route::Review.part_below("/review/"), None);
        assert_eq!(Route::Review.part_below("/review/4kx/more"), None);
        let path = super::pulls_path("kelpworks");
        assert_eq!(Route::Pulls.part_below(&path), Some("kelpworks"));
        assert_eq!(Route::of_path(&path), Route::Pulls);
        let path = super::membership_path("kelpworks");
        assert_eq!(Route::Membership.part_below(&path), Some("kelpworks"));
        for path in [
            "/nowhere",
            "/insights/more",
            "/Insights",
            "/applications",
            "/applications/a/b",
            "/registries/1",
            "/n",
            "/n/a/b",
            "/verify/a/b",
            "/n/a/b/settings",
            "/n/a/b/insights",
            "/n//insights",
            "/n//settings",
            "*",
        ] {
            assert_eq!(Route::of_path(path), Route::NotFound, "{path}");
        }
    }

    #[test]
    fn links_lead_to_their_anchors() {
        use super::{ANCHOR_QUESTIONS, ANCHOR_WHO, LINK_QUESTIONS, LINK_WHO};
        for (link, anchor) in [(LINK_WHO, ANCHOR_WHO), (LINK_QUESTIONS, ANCHOR_QUESTIONS)] {
            assert_eq!(link, format!("{}#{anchor}", Route::Program.path()));
        }
    }

    #[test]
    fn titles_and_shells_differ() {
        for (at, route) in Route::ALL.into_iter().enumerate() {
            for other in &Route::ALL[at + 1..] {
                assert_ne!(route.title(), other.title());
                assert_ne!(route.shell_name(), other.shell_name());
            }
            assert!((50..=200).contains(&route.description().len()));
        }
    }
}
