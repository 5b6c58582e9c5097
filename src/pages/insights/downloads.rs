//! Taking away a summary or the raw rows that the server keeps: a link, which the browser itself
//! follows, goes on with where it broke off, and saves.

use super::{
    bench::use_desk, controls::with_view, export::How, namespace::Shown, view_state::ViewState,
    words,
};
use crate::api::pulls as asked;
use crate::components::icon::{Icon, IconName};
use crate::platform::{abort::Abort, clock, intl};
use ::api::paths::{self, PullsFile};
use leptos::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Dimension, Measure};
use pulls::written;
use std::rc::Rc;

/// What, in which form, and the link.
#[component]
pub fn Downloads() -> impl IntoView {
    let desk = use_desk();
    let Shown(name) = expect_context::<Shown>();
    let what = RwSignal::new(PullsFile::Summary);
    let gzip = RwSignal::new(false);
    let safe = RwSignal::new(false);
    // A whole month or week in place of the days of the view.
    let whole = RwSignal::new(None::<Span>);
    let span = Memo::new(move |_| {
        whole
            .get()
            .or_else(|| with_view(|view| view.span).flatten())
    });
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
    // Whoever chooses a long file is told how large it is, if its days are over. The server may
    // have to write it for that: not for longer than somebody wants to know.
    let size = RwSignal::new(None::<(String, f64)>);
    let under_way = StoredValue::new_local(None::<Rc<Abort>>);
    let call_off = move || {
        under_way.try_update_value(|under_way| {
            if let Some(before) = under_way.take() {
                before.call_off();
            }
        });
    };
    Effect::new(move |_| {
        let address = address.get();
        call_off();
        if what.get() != PullsFile::Raw {
            return;
        }
        let Some(abort) = Abort::new().map(Rc::new) else {
            return;
        };
        under_way.set_value(Some(Rc::clone(&abort)));
        leptos::task::spawn_local(async move {
            if let Some(bytes) = asked::size(&address, &abort).await {
                size.try_set(Some((address, bytes)));
            }
        });
    });
    on_cleanup(call_off);
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
        if whole.get().is_some() {
            return "A line for each tag, and for each digest pulled without one. Added up for these days, under the filters above.".to_owned();
        }
        words::tag_lines(lines(Dimension::Tag))
    });
    let repository_words = Signal::derive(move || {
        if whole.get().is_some() {
            return "A line for each.".to_owned();
        }
        let count = lines(Dimension::Repository);
        let word = if count == 1 { " line." } else { " lines." };
        [&intl::number(count), word].concat()
    });
    let raw_words = Signal::derive(move || {
        let mut parts = Vec::new();
        if whole.get().is_none() {
            let rows = with_view(|view| view.matching_rows).unwrap_or(0);
            let word = if rows == 1 { " row" } else { " rows" };
            parts.push([&intl::number(rows), word].concat());
        }
        parts.extend(size_words());
        let mut text = parts.join(", ");
        if !text.is_empty() {
            text.push('.');
        }
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
            <Days whole=whole />
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
                "Without filters, the files of whole weeks and months are in the publisher API, too. A raw file opens in "
                <a href=crate::routes::Route::Insights.path()>"the workbench"</a>
                " and shows the same there."
            </p>
        </div>
    }
    .into_any()
}

/// At most so many weeks are offered.
const WEEKS: usize = 53;

/// At most so many months are offered.
const MONTHS: usize = 24;

/// Which days: those of the view, or a whole month or week that is over.
#[component]
fn Days(
    /// The month or week.
    whole: RwSignal<Option<Span>>,
) -> impl IntoView {
    let available = Memo::new(move |_| with_view(|view| view.available).flatten());
    let shown = move || with_view(|view| view.span.map(words::span)).flatten();
    let options = move |by: Granularity, most: usize| {
        let today = Day(clock::today_days());
        let mut over = available
            .get()
            .map_or_else(Vec::new, |days| over(days, by, today));
        over.truncate(most);
        let option = move |span: Span| {
            let text = match by {
                Granularity::Month => intl::month(span.first.0),
                _ => words::span(span),
            };
            view! {
                <option value=written_span(span) prop:selected=move || whole.get() == Some(span)>
                    {text}
                </option>
            }
        };
        over.into_iter().map(option).collect_view()
    };
    view! {
        <div class="field">
            <label for="download-days">"Days"</label>
            <select
                id="download-days"
                class="select inline"
                on:change=move |event| whole.set(read_span(&event_target_value(&event)))
            >
                <option value="" prop:selected=move || whole.get().is_none()>
                    "As above: " {shown}
                </option>
                <optgroup label="Whole months">{move || options(Granularity::Month, MONTHS)}</optgroup>
                <optgroup label="Whole weeks, Monday to Sunday">
                    {move || options(Granularity::Week, WEEKS)}
                </optgroup>
            </select>
        </div>
    }
}

/// The periods that are over and have some of these days, newest first.
fn over(days: Span, by: Granularity, today: Day) -> Vec<Span> {
    let mut all: Vec<Span> = days
        .periods(by)
        .filter(|period| period.last < today)
        .collect();
    all.reverse();
    all
}

/// A span as the value of an option.
fn written_span(span: Span) -> String {
    [span.first.to_string(), span.last.to_string()].join("/")
}

fn read_span(text: &str) -> Option<Span> {
    let (first, last) = text.split_once('/')?;
    Some(Span::new(
        Day::parse(first.as_bytes())?,
        Day::parse(last.as_bytes())?,
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_and_months_are_offered_once_they_are_over() {
        let day = |text: &str| Day::parse(text.as_bytes()).unwrap();
        let days = Span::new(day("2026-08-20"), day("2026-11-01"));
        let offered = |by, today: &str| {
            let all = over(days, by, day(today));
            (all.len(), all.first().copied().map(written_span))
        };
        let of = |count, text: &str| (count, Some(text.to_owned()));
        // 2026-11-01 is a Sunday.
        assert_eq!(
            offered(Granularity::Week, "2026-11-01"),
            of(10, "2026-10-19/2026-10-25")
        );
        assert_eq!(
            offered(Granularity::Week, "2026-11-02"),
            of(11, "2026-10-26/2026-11-01")
        );
        assert_eq!(
            offered(Granularity::Month, "2026-11-02"),
            of(3, "2026-10-01/2026-10-31")
        );
        assert_eq!(offered(Granularity::Month, "2026-08-31"), (0, None));
        let october = Span::new(day("2026-10-01"), day("2026-10-31"));
        assert_eq!(read_span(&written_span(october)), Some(october));
        assert_eq!(read_span(""), None);
    }
}
