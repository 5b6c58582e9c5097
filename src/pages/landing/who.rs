//! Who qualifies: every criterion, what counts and what does not.

use super::open_section;
use crate::{
    components::{icon::IconName, markup::Markup},
    routes::{ANCHOR_WHO, Route, SOURCE_QUERY},
};
use program::Criterion;

pub fn write(page: &mut Markup) {
    open_section(
        page,
        ANCHOR_WHO,
        "sec",
        "Who qualifies",
        "A namespace that is shared in public repositories, meets the Open Source Initiative’s definition, and is in active development with no pathway to commercialization. In detail:",
    );
    page.raw(concat!(
        r#"<table class="crit"><thead><tr><th scope="col">Criterion</th>"#,
        r#"<th scope="col">What counts</th><th scope="col">What does not</th>"#,
        "</tr></thead><tbody>",
    ));
    for criterion in Criterion::ALL {
        page.put(
            r#"<tr><th scope="row">{}<small>{}</small></th><td>"#,
            &[criterion.name(), criterion.sentence()],
        );
        page.icon(IconName::Met, "ic met");
        page.put(
            r#"<span class="sr">Counts: </span>{}</td><td>"#,
            &[criterion.counts()],
        );
        page.icon(IconName::Unmet, "ic unmet");
        page.put(
            r#"<span class="sr">Does not count: </span>{}</td></tr>"#,
            &[criterion.does_not_count()],
        );
    }
    page.raw("</tbody></table>");
    // A form as browsers have always had it: it works before anything has loaded.
    page.put(
        concat!(
            r#"<form class="check" action="{}"><label for="check">Check my project</label>"#,
            r#"<input class="input mono" id="check" name="{}" inputmode="url" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="https://github.com/…" required>"#,
            r#"<button class="btn">See where it stands</button>"#,
            r#"<p>Opens the form with this address filled in. Nothing is sent before you send it.</p></form></section>"#,
        ),
        &[Route::Apply.path(), SOURCE_QUERY],
    );
}
