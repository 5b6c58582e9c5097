//! Every path of the app, with its page's title and description, once. The
//! router, links, document titles and static shells all read them here.

/// A page of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Route {
    /// The program: what members get, who qualifies, how it goes.
    Program,
    /// The insights workbench on export files.
    Insights,
    /// The application form.
    Apply,
    /// The status of an application.
    Application,
    /// What waits to be reviewed, and each application.
    Review,
    /// Signing in.
    SignIn,
    /// Any other path.
    NotFound,
}

/// Where on the program page the criteria begin.
pub const ANCHOR_WHO: &str = "who";

/// Where on the program page the questions begin.
pub const ANCHOR_QUESTIONS: &str = "questions";

impl Route {
    /// Every page.
    pub const ALL: [Self; 7] = [
        Self::Program,
        Self::Insights,
        Self::Apply,
        Self::Application,
        Self::Review,
        Self::SignIn,
        Self::NotFound,
    ];

    /// The pages that the top bar leads to, in order.
    pub const MAIN: [Self; 2] = [Self::Program, Self::Insights];

    /// The path, from the root; `*` where no path is the page's own.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Program => "/",
            Self::Insights => "/insights",
            Self::Apply => "/apply",
            Self::Application => "/applications",
            Self::Review => "/review",
            Self::SignIn => "/sign-in",
            Self::NotFound => "*",
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
                Self::Review => path == route.path() || parent == Some(route.path()),
                other => other.path() == path,
            })
            .unwrap_or(Self::NotFound)
    }

    /// What `path` has below this page's own path: which application it is, of
    /// `/applications/...`. None where there is nothing, or more than one part.
    pub fn part_below(self, path: &str) -> Option<&str> {
        let (parent, part) = path.trim_end_matches('/').rsplit_once('/')?;
        (parent == self.path() && !part.is_empty()).then_some(part)
    }

    /// The name of the page's static shell.
    pub const fn shell_name(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Insights => "insights",
            Self::Apply => "apply",
            Self::Application => "application",
            Self::Review => "review",
            Self::SignIn => "sign-in",
            Self::NotFound => "not-found",
        }
    }

    /// What a link in the top bar says.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Program => "Program",
            Self::Insights => "Insights",
            Self::Apply => "Apply",
            Self::Application => "Application",
            Self::Review => "Review",
            Self::SignIn => "Sign in",
            Self::NotFound => "Not found",
        }
    }

    /// What the tab says.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Program => "Docker-Sponsored Open Source Program",
            Self::Insights => "Insights from an export file · Docker-Sponsored Open Source Program",
            Self::Apply => "Apply for your project · Docker-Sponsored Open Source Program",
            Self::Application => "Your application · Docker-Sponsored Open Source Program",
            Self::Review => "Review · Docker-Sponsored Open Source Program",
            Self::SignIn => "Sign in · Docker-Sponsored Open Source Program",
            Self::NotFound => "There is no page here · Docker-Sponsored Open Source Program",
        }
    }

    /// What a search result says under the title.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Program => {
                "A verified badge, insights, vulnerability scanning and unlimited pulls for non-commercial open source projects on Docker Hub: what members get, who qualifies, how it goes."
            }
            Self::Insights => {
                "Open the CSV that the registry gives you and see pulls per tag, country and client. It is read in your browser; nothing is uploaded."
            }
            Self::Apply => {
                "The application form says while you type where your project stands on each criterion, and why. What you type stays in your browser until you send it."
            }
            Self::Review => {
                "For the people who run the program: what waits, and each application beside its findings."
            }
            Self::SignIn => {
                "For maintainers of a namespace and the people who run the program: a code by mail, and no password."
            }
            Self::Application => "Where an application stands, criterion by criterion.",
            Self::NotFound => {
                "This address leads nowhere. Begin at the program or open an export file."
            }
        }
    }

    /// Whether the page is a tool, which takes more width than reading does.
    pub const fn is_wide(self) -> bool {
        matches!(self, Self::Insights | Self::Apply | Self::Review)
    }

    /// Whether the page talks to the server of the program, and to forges. Other pages lead
    /// to it by loading it anew, since they may ask nobody but this site.
    pub const fn needs_server(self) -> bool {
        matches!(
            self,
            Self::Apply | Self::Application | Self::Review | Self::SignIn
        )
    }

    /// The wasm part that the page is in, and the folder of `style/` that it has beside what
    /// every page has; empty where the app itself shows it.
    pub const fn part(self) -> &'static str {
        match self {
            Self::Program => "program",
            Self::Insights => "insights",
            _ if self.needs_server() => "service",
            _ => "",
        }
    }
}

/// The address of an application. The key rides in the fragment, which is never
/// sent, so that no log holds it.
pub fn application_path(id: &str, key: &str) -> String {
    format!("{}/{id}#{key}", Route::Application.path())
}

#[cfg(test)]
mod tests {
    use super::Route;

    #[test]
    fn paths_lead_to_their_pages() {
        for route in Route::MAIN {
            assert_eq!(Route::of_path(route.path()), route);
            assert_eq!(Route::of_path(&format!("{}/", route.path())), route);
            assert_eq!(route.path(), format!("/{}", route.segment()));
        }
        for (path, route) in [
            ("/applications/4kx", Route::Application),
            ("/review", Route::Review),
            ("/review/4kx", Route::Review),
            ("/apply/", Route::Apply),
        ] {
            assert_eq!(Route::of_path(path), route, "{path}");
            assert!(route.needs_server());
        }
        assert_eq!(Route::Review.part_below("/review/4kx"), Some("4kx"));
        assert_eq!(Route::Review.part_below("/review/"), None);
        assert_eq!(Route::Review.part_below("/review/4kx/more"), None);
        for path in [
            "/nowhere",
            "/insights/more",
            "/Insights",
            "/applications",
            "/applications/a/b",
            "*",
        ] {
            assert_eq!(Route::of_path(path), Route::NotFound, "{path}");
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
