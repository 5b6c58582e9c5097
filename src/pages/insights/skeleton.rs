//! What stands in the place of figures that are on their way: of their size, so
//! that nothing moves when they come.

pub use crate::components::skeleton::lines;
use leptos::prelude::*;

/// The sums over the span.
pub fn totals() -> AnyView {
    let figure = |name: &'static str| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd><i class="skel"></i><span class="sub"><i class="skel"></i></span></dd>
            </div>
        }
    };
    view! {
        <dl class="totals" aria-hidden="true">
            {["Pulls", "By tag", "By digest, no tag", "Version checks"].into_iter().map(figure).collect_view()}
        </dl>
    }
    .into_any()
}

/// The breakdowns that the fullest files have.
pub fn breakdowns() -> AnyView {
    const COUNT: usize = 7;
    const LINES: usize = 8;
    view! { <div class="grid3">{(0..COUNT).map(|_| lines(LINES)).collect_view()}</div> }.into_any()
}

/// The raw records.
pub fn rows() -> AnyView {
    view! {
        <section class="block" aria-hidden="true">
            <header>
                <h2>"Rows"</h2>
            </header>
            <div class="window">{lines(12)}</div>
        </section>
    }
    .into_any()
}
