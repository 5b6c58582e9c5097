//! How to apply, and what to have ready.

use super::open_section;
use crate::{components::markup::Markup, routes::Route};
use program::application::ASKED_FOR;

pub fn write(page: &mut Markup) {
    open_section(
        page,
        "apply",
        "sec",
        "How to apply",
        "With a form that says, while you fill it in, where your project stands on each criterion and why. You get a number and a status page at once, and a person decides, criterion by criterion.",
    );
    page.put(
        r#"<p class="actions"><a class="btn primary" href="{}" rel="external">Apply for your project</a></p>"#,
        &[Route::Apply.path()],
    );
    page.raw(r#"<div class="ready"><h3>What to have ready</h3><dl>"#);
    for (what, why) in ASKED_FOR {
        page.put("<dt>{}</dt><dd>{}</dd>", &[what, why]);
    }
    page.raw("</dl></div></section>");
}
