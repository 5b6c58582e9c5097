//! The insights of a namespace: the workbench’s view, of pulls that the server keeps.

use super::served::{Served, TakeServed};
use crate::components::{icon::PageSprite, namespace_tabs::NamespaceTabs, page::Page};
use crate::platform::{clock, dom};
use crate::routes::{NO_NAME, Route};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Which namespace the page is about.
#[derive(Clone, Copy)]
pub struct Shown(pub StoredValue<String>);

/// What stands beside a view waits so long, in milliseconds: the view is drawn first.
const BESIDE_MS: u32 = 200;

/// Does something that a view can do without.
pub fn beside(work: impl Future<Output = ()> + 'static) {
    clock::after(BESIDE_MS, move || leptos::task::spawn_local(work));
}

/// The page of the namespace that the address names. Another one is another page.
#[component]
pub fn Pulls() -> impl IntoView {
    let path = use_location().pathname;
    let name = Memo::new(move |before: Option<&String>| {
        let name = path.with(|path| Route::Pulls.part_below(path).map(str::to_owned));
        // The reader is leaving; what is shown stays until the next page is there.
        name.or_else(|| before.cloned()).unwrap_or_default()
    });
    move || {
        let name = name.get();
        view! {
            <Page subject=const { Route::Pulls.subject() }>
                <OfNamespace name=name />
            </Page>
        }
    }
}

#[component]
fn OfNamespace(name: String) -> impl IntoView {
    provide_context(Shown(StoredValue::new(name.clone())));
    let title = ["Insights of ", &name, " · ", program::NAME].concat();
    Effect::new(move |_| dom::set_title(&title));
    let heading = if name == NO_NAME {
        view! { {Route::Pulls.subject()} }.into_any()
    } else {
        view! { {name.clone()} <span class="sr">" insights"</span> }.into_any()
    };
    view! {
        <PageSprite />
        <div class="wrap wide workbench">
            <div class="page-head with-tabs">
                <div class="ns-line">
                    <h1 tabindex="-1">{heading}</h1>
                    <TakeServed />
                </div>
                <NamespaceTabs name=name is_overview=false />
            </div>
            <Served />
        </div>
    }
    .into_any()
}
