//! The pages and the router's table of them. Under `split` the program page, the workbench
//! and the pages that need the server are a wasm file each; natively, and without the
//! feature, they are linked in.

pub mod account;
pub mod application;
pub mod apply;
pub mod insights;
pub mod landing;
pub mod membership;
pub mod not_found;
pub mod privacy;
pub mod review;
pub mod sign_in;

use crate::{
    components::page::{Page, provide_page_count},
    routes::Route as AppRoute,
};
use ::program::life_cycle::Stage;
use leptos::prelude::*;
use leptos_router::{
    PartialPathMatch, PathSegment, PossibleRouteMatch, StaticSegment,
    components::{FlatRoutes, Route},
    hooks::use_location,
};

/// Where an application is, in two or three words.
pub(crate) const fn stage_words(stage: Stage) -> &'static str {
    match stage {
        Stage::Received => "received",
        Stage::InReview => "being read",
        Stage::ChangesAsked { .. } => "changes asked for",
        Stage::Approved => "approved",
        Stage::Declined => "declined",
        Stage::Withdrawn => "withdrawn",
    }
}

fn program_page() -> AnyView {
    view! { <Page subject=const { AppRoute::Program.subject() }><landing::Landing /></Page> }
        .into_any()
}

fn insights_page() -> AnyView {
    view! { <Page subject=const { AppRoute::Insights.subject() }><insights::Insights /></Page> }
        .into_any()
}

/// The page of the program's service that the address names; between them nothing is
/// loaded.
fn service_page() -> AnyView {
    let path = use_location().pathname;
    let page = Memo::new(move |before: Option<&AppRoute>| {
        let route = AppRoute::of_path(&path.get());
        match before {
            // The reader is leaving; what is shown stays until the next page is there.
            Some(before) if !route.is_service() => *before,
            _ => route,
        }
    });
    let shown = move || {
        match page.get() {
        AppRoute::Apply => view! { <Page subject=const { AppRoute::Apply.subject() }><apply::Apply /></Page> }.into_any(),
        AppRoute::Application => {
            view! { <Page subject=const { AppRoute::Application.subject() }><application::ApplicationPage /></Page> }
                .into_any()
        }
        AppRoute::Review => {
            view! { <Page subject=const { AppRoute::Review.subject() }><review::ReviewPage /></Page> }.into_any()
        }
        AppRoute::SignIn => {
            view! { <Page subject=const { AppRoute::SignIn.subject() }><sign_in::SignIn /></Page> }.into_any()
        }
        AppRoute::Account => {
            view! { <Page subject=const { AppRoute::Account.subject() }><account::AccountPage /></Page> }.into_any()
        }
        AppRoute::Membership => {
            view! { <Page subject=const { AppRoute::Membership.subject() }><membership::MembershipPage /></Page> }
                .into_any()
        }
        AppRoute::Privacy => {
            view! { <Page subject=const { AppRoute::Privacy.subject() }><privacy::Privacy /></Page> }.into_any()
        }
        _ => not_found_page(),
    }
    };
    view! { {shown} }.into_any()
}

fn not_found_page() -> AnyView {
    view! { <Page subject=const { AppRoute::NotFound.subject() }><not_found::NotFound /></Page> }
        .into_any()
}

#[cfg(all(feature = "split", not(feature = "ssr")))]
mod split {
    //! One lazily loaded wasm file a part.

    use super::{AnyView, insights_page, program_page, service_page};
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

    /// The pages that need the server, when one of them is opened.
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

/// Matches every page that needs the server. One entry in the router's table rather than one
/// for each page: every entry weighs on all pages, also on those that only visitors see.
#[derive(Clone, Copy, Debug)]
struct ServicePath;

impl PossibleRouteMatch for ServicePath {
    fn optional(&self) -> bool {
        false
    }

    fn test<'a>(&self, path: &'a str) -> Option<PartialPathMatch<'a>> {
        AppRoute::of_path(path)
            .is_service()
            .then(|| PartialPathMatch::new("", Vec::new(), path))
    }

    fn generate_path(&self, path: &mut Vec<PathSegment>) {
        path.push(PathSegment::Splat("service".into()));
    }
}

/// The page of the address.
#[component]
pub fn Pages() -> impl IntoView {
    provide_page_count();
    #[cfg(all(feature = "split", not(feature = "ssr")))]
    let (program_view, insights_view, service_view) = (
        leptos_router::Lazy::<split::ProgramPart>::new(),
        leptos_router::Lazy::<split::InsightsPart>::new(),
        leptos_router::Lazy::<split::ServicePart>::new(),
    );
    #[cfg(not(all(feature = "split", not(feature = "ssr"))))]
    let (program_view, insights_view, service_view) = (program_page, insights_page, service_page);
    view! {
        <FlatRoutes fallback=not_found_page>
            <Route path=StaticSegment(AppRoute::Program.segment()) view=program_view />
            <Route path=StaticSegment(AppRoute::Insights.segment()) view=insights_view />
            <Route path=ServicePath view=service_view />
        </FlatRoutes>
    }
}
