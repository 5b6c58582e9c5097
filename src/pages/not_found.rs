//! The page for an address that leads nowhere.

use crate::routes::Route;
use leptos::prelude::*;

/// Says so, and where to go instead.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <div class="wrap">
            <div class="page-head">
                <h1 tabindex="-1">"There is no page here"</h1>
                <p class="lead">
                    "This address leads nowhere. It may be mistyped, or what it named has moved."
                </p>
            </div>
            <ul class="ways">
                <li>"Begin at "<a href=Route::Program.path()>"the program"</a>"."</li>
                <li>"Or "<a href=Route::Insights.path()>"open an export file"</a>" of your own."</li>
            </ul>
        </div>
    }
}
