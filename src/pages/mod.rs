//! The pages and which of them the address shows. Under `split` the program page, the workbench,
//! the directory and the pages of the service are a wasm file each; natively, and without the
//! feature, they are linked in.

pub mod account;
pub mod application;
pub mod apply;
pub mod explore;
pub mod insights;
pub mod landing;
pub mod membership;
pub mod namespace;
pub mod not_found;
pub mod privacy;
pub mod registries;
pub mod review;
pub mod sign_in;
mod table;
pub mod verify;

use crate::{
    components::{
        icon::PageSprite,
        page::{Page, provide_page_count},
    },
    routes::Route as AppRoute,
};
use ::program::life_cycle::Stage;
use leptos::prelude::*;
use leptos_router::{components::FlatRoutes, hooks::use_location};
use table::Table;

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

/// The page of a part with several that the address names; between them nothing is loaded.
fn page_of_part(is_in_part: fn(AppRoute) -> bool, page_of: fn(AppRoute) -> AnyView) -> AnyView {
    let path = use_location().pathname;
    let page = Memo::new(move |before: Option<&AppRoute>| {
        let route = AppRoute::of_path(&path.get());
        match before {
            // The reader is leaving; what is shown stays until the next page is there.
            Some(before) if !is_in_part(route) => *before,
            _ => route,
        }
    });
    view! {
        <PageSprite />
        {move || page_of(page.get())}
    }
    .into_any()
}

/// The directory, a namespace, or its badge.
fn directory_page() -> AnyView {
    page_of_part(AppRoute::is_directory, |page| {
        match page {
        AppRoute::Explore => view! { <Page subject=const { AppRoute::Explore.subject() }><explore::Explore /></Page> }.into_any(),
        AppRoute::Namespace => view! { <namespace::Namespaces /> }.into_any(),
        AppRoute::Verify => view! { <Page subject=const { AppRoute::Verify.subject() }><verify::Verify /></Page> }.into_any(),
        _ => not_found_page(),
    }
    })
}

/// Insights of files.
fn insights_page() -> AnyView {
    view! { <Page subject=const { AppRoute::Insights.subject() }><insights::Insights /></Page> }
        .into_any()
}

/// A page of the program's service.
fn service_page() -> AnyView {
    page_of_part(AppRoute::is_service, |page| {
        match page {
        AppRoute::Apply => view! { <Page subject=const { AppRoute::Apply.subject() }><apply::Apply /></Page> }.into_any(),
        AppRoute::Application => {
            view! { <Page subject=const { AppRoute::Application.subject() }><application::ApplicationPage /></Page> }
                .into_any()
        }
        AppRoute::Review => {
            view! { <Page subject=const { AppRoute::Review.subject() }><review::ReviewPage /></Page> }.into_any()
        }
        AppRoute::Registries => {
            view! { <Page subject=const { AppRoute::Registries.subject() }><registries::RegistriesPage /></Page> }
                .into_any()
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
    })
}

fn not_found_page() -> AnyView {
    view! { <Page subject=const { AppRoute::NotFound.subject() }><not_found::NotFound /></Page> }
        .into_any()
}

/// The page of the address.
#[component]
pub fn Pages() -> impl IntoView {
    provide_page_count();
    view! {
        <FlatRoutes fallback=not_found_page>
            <Table />
        </FlatRoutes>
    }
}
