//! The pages and the router's table of them. Under `split` each page is a wasm
//! file of its own; natively, and without the feature, they are linked in.

pub mod insights;
pub mod landing;
pub mod not_found;

use crate::{
    components::page::{Page, provide_page_count},
    routes::Route as AppRoute,
};
use leptos::prelude::*;
use leptos_router::{
    StaticSegment,
    components::{FlatRoutes, Route},
};

fn program_page() -> AnyView {
    view! { <Page route=AppRoute::Program><landing::Landing /></Page> }.into_any()
}

fn insights_page() -> AnyView {
    view! { <Page route=AppRoute::Insights><insights::Insights /></Page> }.into_any()
}

fn not_found_page() -> AnyView {
    view! { <Page route=AppRoute::NotFound><not_found::NotFound /></Page> }.into_any()
}

#[cfg(all(feature = "split", not(feature = "ssr")))]
mod split {
    //! One lazily loaded wasm file a page.

    use super::{AnyView, insights_page, program_page};
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
}

/// The page of the address.
#[component]
pub fn Pages() -> impl IntoView {
    provide_page_count();
    #[cfg(all(feature = "split", not(feature = "ssr")))]
    let (program_view, insights_view) = (
        leptos_router::Lazy::<split::ProgramPart>::new(),
        leptos_router::Lazy::<split::InsightsPart>::new(),
    );
    #[cfg(not(all(feature = "split", not(feature = "ssr"))))]
    let (program_view, insights_view) = (program_page, insights_page);
    view! {
        <FlatRoutes fallback=not_found_page>
            <Route path=StaticSegment(AppRoute::Program.segment()) view=program_view />
            <Route path=StaticSegment(AppRoute::Insights.segment()) view=insights_view />
        </FlatRoutes>
    }
}
