//! How to apply, and what to have ready.

use super::open_section;
use crate::components::markup::Markup;
use program::application::ASKED_FOR;

pub fn write(page: &mut Markup) {
    open_section(
        page,
        "apply",
        "sec",
        "How to apply",
        "On the program’s application page, which is not part of this app. You find it through Docker’s documentation: under Docker Hub, the page “Docker-Sponsored Open Source Program” ends with a link to it. A person decides, criterion by criterion. These are the things that the application asks for:",
    );
    page.raw(r#"<div class="ready"><h3>What to have ready</h3><dl>"#);
    for (what, why) in ASKED_FOR {
        page.put("<dt>{}</dt><dd>{}</dd>", &[what, why]);
    }
    page.raw("</dl></div></section>");
}
