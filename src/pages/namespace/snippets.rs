//! The badge for a readme, in the languages that readmes are written in.

use crate::{
    components::{copy_button::CopyButton, segmented::Segmented},
    routes::{badge_path, verify_path},
};
use leptos::prelude::*;

/// In what a readme is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Markdown,
    Html,
    Rest,
    AsciiDoc,
    Shields,
}

/// The choices.
const FORMATS: [(Format, &str); 5] = [
    (Format::Markdown, "Markdown"),
    (Format::Html, "HTML"),
    (Format::Rest, "reST"),
    (Format::AsciiDoc, "AsciiDoc"),
    (Format::Shields, "shields.io"),
];

/// Where pictures of shields.io are; nobody is asked there from this page.
const SHIELDS: &str = "https://img.shields.io/endpoint?url=";

/// What is put into a readme; `origin` is this site.
fn snippet(format: Format, origin: &str, namespace: &str) -> String {
    let picture = [origin, &badge_path(namespace, "svg")].concat();
    let target = [origin, &verify_path(namespace)].concat();
    // Where the picture does not show, these words do, also when the year is over.
    let label = ["Sponsorship of ", namespace].concat();
    match format {
        Format::Markdown => format!("[![{label}]({picture})]({target})"),
        Format::Html => format!(
            "<a href=\"{target}\"><picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"{picture}?theme=dark\"><img alt=\"{label}\" src=\"{picture}?theme=light\"></picture></a>"
        ),
        Format::Rest => format!(".. image:: {picture}\n   :target: {target}\n   :alt: {label}"),
        Format::AsciiDoc => format!("image:{picture}[{label},link={target}]"),
        Format::Shields => {
            let endpoint = coded(&[origin, &badge_path(namespace, "json")].concat());
            format!("[![{label}]({SHIELDS}{endpoint})]({target})")
        }
    }
}

/// An address as a value in another: its separators are written as numbers.
fn coded(address: &str) -> String {
    address.replace(':', "%3A").replace('/', "%2F")
}

/// The badge in a readme: how it looks and what is written.
#[component]
pub fn Snippets(
    /// Where people reach the program: this page may have been reached by another name.
    origin: String,
    namespace: String,
) -> impl IntoView {
    let format = RwSignal::new(Format::Markdown);
    let on = |ground: &'static str| {
        let address = format!("{}?theme={ground}", badge_path(&namespace, "svg"));
        let alt = format!("The badge on a {ground} page");
        view! {
            <span class=["ground ", ground].concat()>
                <img src=address alt=alt height="20" />
            </span>
        }
    };
    let grounds = [on("light"), on("dark")].to_vec();
    let text = Signal::derive(move || snippet(format.get(), &origin, &namespace));
    let note = move || match format.get() {
        Format::Html => "The picture follows the reader’s light or dark theme.",
        Format::Shields => "shields.io draws the picture and asks this site for the words.",
        _ => "The picture follows the reader’s light or dark theme. It loads nothing else.",
    };
    view! {
        <section class="snippets" aria-labelledby="readme-heading">
            <h2 id="readme-heading">"Put the badge in your readme"</h2>
            <div class="grounds">{grounds}</div>
            <Segmented
                label="Format"
                options=FORMATS.to_vec()
                chosen=Signal::derive(move || format.get())
                choose=move |chosen| format.set(chosen)
            />
            <div class="copied">
                <pre tabindex="0"><code>{move || text.get()}</code></pre>
                <CopyButton text=text what="what goes into your readme" class="btn quiet small" />
            </div>
            <p class="t13 soft">{note}</p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_links_the_picture_to_where_it_is_checked() {
        for (format, _) in FORMATS {
            let text = snippet(format, "https://hub.example", "kelpworks");
            assert!(
                text.contains("https://hub.example/verify/kelpworks"),
                "{format:?}"
            );
            assert!(text.contains("Sponsorship of kelpworks"), "{format:?}");
        }
        let html = snippet(Format::Html, "https://hub.example", "kelpworks");
        assert!(
            html.contains("kelpworks.svg?theme=dark") && html.contains("kelpworks.svg?theme=light")
        );
        let shields = snippet(Format::Shields, "https://hub.example", "kelpworks");
        assert!(shields.contains("url=https%3A%2F%2Fhub.example%2Fbadge%2Fkelpworks.json)"));
    }
}
