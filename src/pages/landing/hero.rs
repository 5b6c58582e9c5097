//! The headline, the two calls, and an example of a member namespace.

use super::{drawing, example};
use crate::{components::markup::Markup, routes::Route};
use program::Perk;

pub fn write(page: &mut Markup) {
    page.put(
        concat!(
            r#"<section class="hero"><div>"#,
            r#"<h1 tabindex="-1">Your images, pulled without limits and known to be open source</h1>"#,
            r#"<p class="lead">The {} gives non-commercial open source developers a verified badge, insight into how their images are used, vulnerability scanning, unlimited pulls for everyone, and a better place in search. It costs nothing.</p>"#,
            r#"<div class="actions"><a class="btn big primary" href="{}" rel="external">Apply for your project</a><a class="btn big" href="{}">See who is in</a></div>"#,
            r#"<dl class="facts">"#,
            "<div><dt>renewable while<br>you qualify</dt><dd>1 year</dd></div>",
            "<div><dt>for every project<br>that is accepted</dt><dd>6 perks</dd></div>",
            "<div><dt>to mend what<br>is missing</dt><dd>2 weeks</dd></div>",
            "</dl></div>",
        ),
        &[
            program::NAME,
            Route::Apply.path(),
            Route::Explore.path(),
        ],
    );
    specimen(page);
    page.raw("</section>");
}

/// A member namespace, each row numbered by the perk that it shows.
fn specimen(page: &mut Markup) {
    page.raw(r#"<figure class="spec" aria-labelledby="spec-caption">"#);
    row(page, Perk::Badge, |page| {
        page.put(
            r#"<div class="who-line"><span class="logo" aria-hidden="true">ke</span><strong>{}</strong>"#,
            &[example::NAMESPACE],
        );
        page.badge("badge plain");
        page.raw("</div>");
    });
    row(page, Perk::Insights, |page| {
        page.raw(r#"<div><div class="hl"><span>Pulls a week</span><span class="soft">February to August</span></div>"#);
        drawing::line(page);
        page.raw("</div>");
    });
    line(page, Perk::Scanning, "`tidal:2.4`", "0 critical, 2 high");
    line(
        page,
        Perk::NoLimits,
        "`docker pull kelpworks/tidal`",
        "no limit, for anyone",
    );
    line(
        page,
        Perk::Discoverability,
        "Search for “tide tables”",
        "first of 86 results",
    );
    page.raw(r#"<figcaption id="spec-caption">Example: an invented namespace, and what each number is for</figcaption></figure>"#);
}

fn line(page: &mut Markup, perk: Perk, left: &str, right: &str) {
    row(page, perk, |page| {
        page.put(
            r#"<div class="hl"><span>{}</span><span class="soft">{}</span></div>"#,
            &[left, right],
        );
    });
}

fn row(page: &mut Markup, perk: Perk, content: impl FnOnce(&mut Markup)) {
    page.raw("<div>");
    content(page);
    let number = perk.number().to_string();
    page.put(
        r##"<a class="key-n" href="#perk-{}" aria-label="Perk {}: {}">{}</a></div>"##,
        &[&number, &number, perk.name(), &number],
    );
}
