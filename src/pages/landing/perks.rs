//! What members get: each perk beside a picture of the real thing.

use super::{drawing, example, open_section};
use crate::components::markup::Markup;
use program::{Perk, terms};

pub fn write(page: &mut Markup) {
    open_section(
        page,
        "perks",
        "sec",
        "What members get",
        "Six perks, valid for one year and renewable while the project still qualifies.",
    );
    for perk in Perk::ALL {
        write_perk(page, perk);
    }
    page.raw("</section>");
}

fn write_perk(page: &mut Markup, perk: Perk) {
    let number = perk.number().to_string();
    page.put(
        r#"<article class="perk" id="perk-{}"><h3><span class="key-n" aria-hidden="true">{}</span>{}</h3><div><p>{}</p>"#,
        &[&number, &number, perk.name(), perk.sentence()],
    );
    if let Some(note) = perk.note() {
        page.put("<p>{}</p>", &[note]);
    }
    page.raw(r#"</div><div class="pic">"#);
    let caption = match perk {
        Perk::Badge => {
            badge(page);
            "the badge as it appears, and what it tells when opened"
        }
        Perk::Insights => {
            drawing::stacked(page);
            "pulls per tag of an invented image, by week. The last week is not over."
        }
        Perk::Scanning => {
            scans(page);
            "how many findings of each weight a scan lists"
        }
        Perk::NoLimits => {
            headers(page);
            "what the registry answers after the last pull that an address has left"
        }
        Perk::Discoverability => {
            results(page);
            "results of a search for “tidal”"
        }
        Perk::Logo => {
            page.raw(r#"<div class="logos" aria-hidden="true"><span class="logo big">ke</span><span class="logo">ke</span><span class="logo small">ke</span></div>"#);
            "in the directory, in a list, in search"
        }
    };
    page.put(
        r#"<p class="cap">Example: {}</p></div></article>"#,
        &[caption],
    );
}

fn badge(page: &mut Markup) {
    page.put(
        r#"<div class="who-line"><strong>{}</strong>"#,
        &[example::IMAGE],
    );
    page.badge("badge");
    page.raw(concat!(
        r#"</div><dl class="dates">"#,
        "<div><dt>Sponsored since</dt><dd>14 Mar 2025</dd></div>",
        "<div><dt>Valid until</dt><dd>13 Mar 2026</dd></div>",
        "<div><dt>Last checked</dt><dd>11 Feb 2026</dd></div>",
        "</dl>",
    ));
}

fn scans(page: &mut Markup) {
    page.raw(concat!(
        r#"<table class="table"><thead><tr><th scope="col">Image</th>"#,
        r#"<th scope="col" class="n">Critical</th><th scope="col" class="n">High</th>"#,
        r#"<th scope="col" class="n">Medium</th><th scope="col" class="n">Scanned</th>"#,
        "</tr></thead><tbody>",
    ));
    for (image, [critical, high, medium], when) in example::SCANS {
        page.put(
            r#"<tr><td><code>{}</code></td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td></tr>"#,
            &[image, critical, high, medium, when],
        );
    }
    page.raw("</tbody></table>");
}

fn headers(page: &mut Markup) {
    page.put(
        concat!(
            r#"<div class="two"><h4>Before</h4>"#,
            r#"<pre class="http" tabindex="0" role="region" aria-label="Answer before"><b class="gone">429</b> Too Many Requests"#,
            "\nratelimit-limit: {}\nratelimit-remaining: {}</pre>",
            "<h4>With the program</h4>",
            r#"<pre class="http" tabindex="0" role="region" aria-label="Answer with the program"><b class="fine">200</b> OK"#,
            "\ndocker-content-digest:\n  sha256:9f2c71e0…d41a</pre></div>",
        ),
        &[
            &terms::rate_limit_header(terms::PULLS_ANONYMOUS),
            &terms::rate_limit_header(0),
        ],
    );
}

fn results(page: &mut Markup) {
    page.put(
        r#"<table class="table"><caption class="sr">Search results</caption><tbody><tr><td><strong>{}</strong> "#,
        &[example::IMAGE],
    );
    page.badge("badge plain");
    page.raw(r#"</td><td class="n">1.2 million pulls</td></tr>"#);
    for (name, pulls) in example::OTHERS {
        page.put(
            r#"<tr><td>{}</td><td class="n dim">{} pulls</td></tr>"#,
            &[name, pulls],
        );
    }
    page.raw("</tbody></table>");
}
