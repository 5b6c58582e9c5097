//! The pages and the router's table of them. Under `split` each page is a wasm
//! file of its own; natively, and without the feature, they are linked in.

pub mod application;
pub mod apply;
pub mod insights;
pub mod landing;
pub mod not_found;
pub mod review;
pub mod sign_in;

use crate::{
    components::page::{Page, provide_page_count},
    routes::Route as AppRoute,
};
use leptos::prelude::*;
use leptos_router::{
    OptionalParamSegment, ParamSegment, StaticSegment,
    components::{FlatRoutes, Route},
};

fn program_page() -> AnyView {
    view! { <Page route=AppRoute::Program><landing::Landing /></Page> }.into_any()
}

fn insights_page() -> AnyView {
    view! { <Page route=AppRoute::Insights><insights::Insights /></Page> }.into_any()
}

fn apply_page() -> AnyView {
    view! { <Page route=AppRoute::Apply><apply::Apply /></Page> }.into_any()
}

fn application_page() -> AnyView {
    view! { <Page route=AppRoute::Application><application::ApplicationPage /></Page> }.into_any()
}

fn review_page() -> AnyView {
    view! { <Page route=AppRoute::Review><review::ReviewPage /></Page> }.into_any()
}

fn sign_in_page() -> AnyView {
    view! { <Page route=AppRoute::SignIn><sign_in::SignIn /></Page> }.into_any()
}

fn not_found_page() -> AnyView {
    view! { <Page route=AppRoute::NotFound><not_found::NotFound /></Page> }.into_any()
}

#[cfg(all(feature = "split", not(feature = "ssr")))]
mod split {
    //! One lazily loaded wasm file a page.

    use super::{
        AnyView, application_page, apply_page, insights_page, program_page, review_page,
        sign_in_page,
    };
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

    /// The application form, when it is opened.
    pub struct ApplyPart;

    #[lazy_route]
    impl LazyRoute for ApplyPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            apply_page()
        }
    }

    /// The status of an application, when it is opened.
    pub struct ApplicationPart;

    #[lazy_route]
    impl LazyRoute for ApplicationPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            application_page()
        }
    }

    /// Reviewing, when it is opened.
    pub struct ReviewPart;

    #[lazy_route]
    impl LazyRoute for ReviewPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            review_page()
        }
    }

    /// Signing in, when it is opened.
    pub struct SignInPart;

    #[lazy_route]
    impl LazyRoute for SignInPart {
        fn data() -> Self {
            Self
        }
        fn view(_this: Self) -> AnyView {
            sign_in_page()
        }
    }
}

/// The page of the address.
#[component]
pub fn Pages() -> impl IntoView {
    provide_page_count();
    #[cfg(all(feature = "split", not(feature = "ssr")))]
    let (program_view, insights_view, apply_view, application_view, review_view, sign_in_view) = (
        leptos_router::Lazy::<split::ProgramPart>::new(),
        leptos_router::Lazy::<split::InsightsPart>::new(),
        leptos_router::Lazy::<split::ApplyPart>::new(),
        leptos_router::Lazy::<split::ApplicationPart>::new(),
        leptos_router::Lazy::<split::ReviewPart>::new(),
        leptos_router::Lazy::<split::SignInPart>::new(),
    );
    #[cfg(not(all(feature = "split", not(feature = "ssr"))))]
    let (program_view, insights_view, apply_view, application_view, review_view, sign_in_view) = (
        program_page,
        insights_page,
        apply_page,
        application_page,
        review_page,
        sign_in_page,
    );
    view! {
        <FlatRoutes fallback=not_found_page>
            <Route path=StaticSegment(AppRoute::Program.segment()) view=program_view />
            <Route path=StaticSegment(AppRoute::Insights.segment()) view=insights_view />
            <Route path=StaticSegment(AppRoute::Apply.segment()) view=apply_view />
            <Route
                path=(StaticSegment(AppRoute::Application.segment()), ParamSegment("id"))
                view=application_view
            />
            <Route
                path=(StaticSegment(AppRoute::Review.segment()), OptionalParamSegment("id"))
                view=review_view
            />
            <Route path=StaticSegment(AppRoute::SignIn.segment()) view=sign_in_view />
        </FlatRoutes>
    }
}
