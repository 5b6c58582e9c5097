//! The app: what surrounds every page (landmarks, top bar, footer, notices) and
//! the routes to the pages. Pages are wasm files of their own under the feature
//! `split`, loaded when they are first opened.

// Views are types as deep as the markup; the workbench page goes beyond the default.
#![recursion_limit = "512"]

pub mod api;
pub mod chart;
pub mod components;
pub mod pages;
pub mod platform;
pub mod routes;
pub mod state;
pub mod workbench;

use components::{
    announcer::{Announcer, provide_announcer},
    frame::{Footer, TopBar},
    icon::Sprite,
    notices::{LostPart, NewVersion},
};
use leptos::prelude::*;
use leptos_router::components::Router;
use pages::Pages;
use state::{notices::provide_notices, theme::provide_theme};

/// Everything inside `<body>`. In the browser it belongs to [`mount`]; natively
/// a `RequestUrl` in context says which page is rendered.
#[component]
pub fn App() -> impl IntoView {
    provide_theme();
    provide_notices();
    provide_announcer();
    let (loading, set_loading) = signal(false);
    view! {
        <Sprite />
        <Router set_is_routing=set_loading>
            <TopBar />
            <main id=components::frame::MAIN_ID tabindex="-1" aria-busy=move || loading.get().then_some("true")>
                <LostPart />
                <Pages />
            </main>
            <Footer />
        </Router>
        <NewVersion />
        <Announcer />
    }
}

/// Builds the app beside the static shell and lets it take the shell's place as
/// soon as the first page is there, in one frame.
#[cfg(feature = "csr")]
pub fn mount() {
    platform::boot::fetch_style_of_later();
    if let Some(root) = platform::boot::app_root() {
        leptos::mount::mount_to(root, App).forget();
    }
}
