//! Taking away a summary or the raw rows that the server keeps: a link, which the browser itself
//! follows, goes on with where it broke off, and saves.

use super::{
    bench::use_desk, controls::with_view, export::How, namespace::Shown, view_state::ViewState,
};
use crate::api::pulls as asked;
use crate::components::icon::{Icon, IconName};
use crate::platform::intl;
use ::api::paths::{self, PullsFile};
use leptos::prelude::*;
use pulls::calendar::Span;
use pulls::query::{Dimension, Measure};
use pulls::written;

/// What, in which form, and the link.
#[component]
pub fn Downloads() -> impl IntoView {
    let desk = use_desk();
    let Shown(name) = expect_context::<Shown>();
    let what = RwSignal::new(PullsFile::Summary);
    let gzip = RwSignal::new(false);
    let safe = RwSignal::new(false);
    let span = Memo::new(move |_| with_view(|view| view.span).flatten());
    let address = Memo::new(move |_| {
        let wish = Wish {
            what: what.get(),
            gzip: gzip.get(),
            safe: safe.get(),
        };
        name.with_value(|name| address(name, wish, span.get(), desk.state))
    });
    let file = move || {
        let span = span.get()?;
        let (what, gzip) = (what.get(), gzip.get());
        let days = (span.first.to_string(), span.last.to_string());
        Some(name.with_value(|name| what.file_name(name, &days.0, &days.1, gzip)))
    };
    // Whoever chooses a file is told how large it is, where that is known.
    let size = RwSignal::new(None::<(String, f64)>);
    Effect::new(move |_| {
        let address = address.get();
        if what.get() != PullsFile::Raw || gzip.get() {
            return;
        }
        leptos::task::spawn_local(async move {
            if let Some(bytes) = asked::size(&address).await {
                size.try_set(Some((address, bytes)));
            }
        });
    });
    let size_words = move || {
        let address = address.get();
        size.with(|size| match size {
            Some((of, bytes)) if *of == address => Some(intl::bytes(*bytes)),
            _ => None,
        })
    };
    let lines = move |dimension: Dimension| {
        with_view(|view| {
            let found = view.breakdowns.iter().find(|b| b.dimension == dimension);
            found.map(|found| found.distinct)
        })
        .flatten()
        .unwrap_or(0)
    };
    let tag_words = Signal::derive(move || {
        let count = intl::number(lines(Dimension::Tag));
        [&count, " tags, and a line for each digest pulled without one. Added up for the span and filters above."].concat()
    });
    let repository_words = Signal::derive(move || {
        let count = lines(Dimension::Repository);
        let word = if count == 1 { " line." } else { " lines." };
        [&intl::number(count), word].concat()
    });
    let raw_words = Signal::derive(move || {
        let rows = with_view(|view| view.matching_rows).unwrap_or(0);
        let mut text = intl::number(rows);
        text.push_str(if rows == 1 { " row" } else { " rows" });
        if let Some(size) = size_words() {
            text.push_str(", ");
            text.push_str(&size);
        }
        text.push('.');
        if desk.state.measure() != Measure::Both {
            text.push_str(
                " Only what is counted above: choose “Both” for pulls and version checks.",
            );
        }
        text
    });
    let choice = move |this: PullsFile, title: &'static str, detail: Signal<String>| {
        view! {
            <label class="choice">
                <input
                    type="radio"
                    name="download-what"
                    prop:checked=move || what.get() == this
                    on:change=move |_| what.set(this)
                />
                <span>{title}</span>
                <small>{move || detail.get()}</small>
            </label>
        }
    };
    view! {
        <div class="export">
            <fieldset class="field">
                <legend>"What"</legend>
                <div class="choices">
                    {choice(PullsFile::Summary, "Summary, per tag", tag_words)}
                    {choice(PullsFile::RepositorySummary, "Summary, per repository", repository_words)}
                    {choice(PullsFile::Raw, "Raw, every matching record", raw_words)}
                </div>
            </fieldset>
            <How gzip=gzip safe=safe is_raw=Signal::derive(move || what.get() == PullsFile::Raw) />
            <div class="actions">
                <a class="btn primary" href=move || address.get() download=move || file().unwrap_or_default() rel="external">
                    <Icon of=IconName::Download />
                    "Download"
                </a>
                <code class="t13 soft name">{file}</code>
            </div>
            <p class="t13 soft">
                "The same files for every whole week and month are in the publisher API. A raw file opens in "
                <a href=crate::routes::Route::Insights.path()>"the workbench"</a>
                " and shows the same there."
            </p>
        </div>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Wish {
    what: PullsFile,
    gzip: bool,
    safe: bool,
}

/// Where the file of a view is.
fn address(name: &str, wish: Wish, span: Option<Span>, state: ViewState) -> String {
    let Wish { what, gzip, safe } = wish;
    let mut asked = Vec::new();
    if let Some(span) = span {
        asked.push(("from", span.first.to_string()));
        asked.push(("to", span.last.to_string()));
    }
    let count = written::measure_word(state.measure());
    asked.push(("count", count.to_owned()));
    if what == PullsFile::Raw && safe {
        asked.push(("safe", "true".to_owned()));
    }
    for filter in state.filters() {
        for value in filter.values {
            let text = written::write(filter.dimension, &value, filter.exclude);
            asked.push(("filter", text));
        }
    }
    paths::pulls_file(name, what, gzip, &asked)
}
