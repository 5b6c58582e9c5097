//! The insights of a namespace: the workbench’s view, of pulls that the server keeps. This part
//! stands at once; [`served`](super::served) fills it.

use super::{Part, Place, bench_part};
use crate::components::{namespace_tabs::NamespaceTabs, page::Page, skeleton};
use crate::platform::dom;
use crate::routes::Route;
use crate::workbench::door::{Of, door};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// What a namespace is called in the static shell, whose address is that of no namespace.
const NO_NAME: &str = "_";

/// Which namespace the page is about.
#[derive(Clone, Copy)]
pub struct Shown(pub StoredValue<String>);

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
    let part = RwSignal::new(None::<Part>);
    let title = ["Insights of ", &name, " · ", program::NAME].concat();
    Effect::new(move |_| {
        dom::set_title(&title);
        // The workers come while the rest of the page does.
        door(Of::Server).start();
        leptos::task::spawn_local(async move {
            let loaded = bench_part().await;
            // The page may be gone by then.
            part.try_set(Some(loaded));
        });
    });
    let at = move |place| part.get().map(|part| part(place));
    let heading = if name == NO_NAME {
        view! { "Insights of a namespace" }.into_any()
    } else {
        view! { {name.clone()} <span class="sr">" insights"</span> }.into_any()
    };
    view! {
        <div class="wrap wide workbench">
            <div class="page-head with-tabs">
                <div class="ns-line">
                    <h1 tabindex="-1">{heading}</h1>
                    {move || at(Place::TakeServed)}
                </div>
                <NamespaceTabs name=name is_overview=false />
            </div>
            {move || at(Place::Served).unwrap_or_else(awaited)}
        </div>
    }
    .into_any()
}

/// The figures are on their way.
fn awaited() -> AnyView {
    view! {
        <p class="sr" role="status">"The pulls are being read from the server."</p>
        {skeleton::lines(16)}
    }
    .into_any()
}
