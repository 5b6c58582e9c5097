//! The router's table: which part of the app has the page of an address. One table of our own
//! rather than an entry of the router's for each: each of those is a type, and code for it on
//! every page.

use super::insights::pulls_page;
#[cfg(not(all(feature = "split", not(feature = "ssr"))))]
use super::{directory_page, insights_page, program_page, service_page};
use crate::routes::Route as AppRoute;
use leptos::prelude::*;
use leptos_router::{
    ChooseView, GeneratedRouteData, MatchInterface, MatchNestedRoutes, MatchParams, RouteMatchId,
};
use std::{borrow::Cow, iter};

#[cfg(all(feature = "split", not(feature = "ssr")))]
mod split {
    //! One lazily loaded wasm file a part.

    use crate::pages::{directory_page, insights_page, program_page, service_page};
    use leptos::prelude::AnyView;
    use leptos_router::{LazyRoute, lazy_route};

    /// The program page, when it is opened.
    pub struct ProgramPart;

    #[lazy_route]
    impl LazyRoute for ProgramPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            program_page()
        }
    }

    /// The workbench, when it is opened.
    pub struct InsightsPart;

    #[lazy_route]
    impl LazyRoute for InsightsPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            insights_page()
        }
    }

    /// Who is in the program, when one of its pages is opened.
    pub struct DirectoryPart;

    #[lazy_route]
    impl LazyRoute for DirectoryPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            directory_page()
        }
    }

    /// The pages of the service, when one of them is opened.
    pub struct ServicePart;

    #[lazy_route]
    impl LazyRoute for ServicePart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            service_page()
        }
    }
}

/// A part of the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Program,
    Insights,
    Pulls,
    Directory,
    Service,
}

impl Part {
    /// The part that has the page of this path; nothing where there is no page.
    fn of_path(path: &str) -> Option<Self> {
        match AppRoute::of_path(path) {
            AppRoute::Program => Some(Self::Program),
            AppRoute::NotFound => None,
            AppRoute::Insights => Some(Self::Insights),
            AppRoute::Pulls => Some(Self::Pulls),
            route if route.is_directory() => Some(Self::Directory),
            _ => Some(Self::Service),
        }
    }
}

impl ChooseView for Part {
    #[cfg(all(feature = "split", not(feature = "ssr")))]
    async fn choose(self) -> AnyView {
        use leptos_router::LazyRoute as _;
        match self {
            Self::Program => split::ProgramPart::view(split::ProgramPart).await,
            Self::Insights => split::InsightsPart::view(split::InsightsPart).await,
            // The part that shows pulls is all of the page: no other one is loaded before it.
            Self::Pulls => pulls_page().await,
            Self::Directory => split::DirectoryPart::view(split::DirectoryPart).await,
            Self::Service => split::ServicePart::view(split::ServicePart).await,
        }
    }

    #[cfg(not(all(feature = "split", not(feature = "ssr"))))]
    async fn choose(self) -> AnyView {
        match self {
            Self::Program => program_page(),
            Self::Insights => insights_page(),
            Self::Pulls => pulls_page().await,
            Self::Directory => directory_page(),
            Self::Service => service_page(),
        }
    }

    async fn preload(&self) {}
}

/// The table. Between pages of one part the router does nothing; the part itself changes what
/// it shows.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    /// What the router tells the parts apart by, in the order of [`Part`].
    ids: [RouteMatchId; 5],
}

/// The table; once.
#[component(transparent)]
pub fn Table() -> Parts {
    Parts {
        ids: [(); 5].map(|()| RouteMatchId::new_from_route_id()),
    }
}

/// A part that was found.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    id: RouteMatchId,
    part: Part,
}

impl MatchParams for Found {
    fn to_params(&self) -> Vec<(Cow<'static, str>, String)> {
        // Pages read the path themselves.
        Vec::new()
    }
}

impl MatchInterface for Found {
    type Child = ();

    fn as_id(&self) -> RouteMatchId {
        self.id
    }

    fn as_matched(&self) -> &str {
        // For relative links, of which there are none.
        ""
    }

    fn into_view_and_child(self) -> (impl ChooseView, Option<Self::Child>) {
        (self.part, None)
    }
}

impl MatchNestedRoutes for Parts {
    type Data = ();
    type Match = Found;

    fn optional(&self) -> bool {
        false
    }

    fn match_nested<'a>(&'a self, path: &'a str) -> (Option<(RouteMatchId, Self::Match)>, &'a str) {
        match Part::of_path(path) {
            Some(part) => {
                let id = self.ids[part as usize];
                (Some((id, Found { id, part })), "")
            }
            None => (None, path),
        }
    }

    fn generate_routes(&self) -> impl IntoIterator<Item = GeneratedRouteData> + '_ {
        // Static shells are written by `dsos-shell`, from `Route::ALL`.
        iter::empty()
    }
}
