//! The sums over the span.

use super::{bench::use_desk, controls::with_view, skeleton, visitors::Told};
use crate::platform::intl;
use leptos::prelude::*;
use pulls::query::{Compare, Measure};
use pulls::view::{Comparison, Unique, View};

/// The row of totals.
#[component]
pub fn Totals() -> impl IntoView {
    let told = use_context::<Told>();
    move || {
        let told = told.and_then(Told::median);
        with_view(|view| row(view, told).into_any()).unwrap_or_else(skeleton::totals)
    }
}

fn row(view: &View, told: Option<u64>) -> impl IntoView + use<> {
    let desk = use_desk();
    let (measure, compare) = (desk.state.measure(), desk.state.compare());
    let totals = view.totals;
    let pulls = totals.pulls();
    let tags_known = tags_known(view);
    let share = |part: u64| {
        let mut text = if pulls == 0 {
            String::from("no pulls")
        } else {
            intl::percent(part as f64 / pulls as f64)
        };
        if pulls > 0 {
            text.push_str(" of pulls");
        }
        text
    };
    let change = view.comparison.as_ref().map(|c| change(c, compare));
    let (pulls_change, checks_change) = if measure == Measure::Checks {
        (None, change)
    } else {
        (change, None)
    };
    let unique = told.map(Unique::MedianPeriod).or(totals.unique);
    let unique = unique.map(|unique| match unique {
        Unique::Whole(n) => figure("Unique addresses", n, Some("in the whole span".into_any())),
        Unique::MedianPeriod(n) => {
            let mut text = String::from("in a median ");
            text.push_str(super::words::period(view.by));
            text.push_str("; not summable");
            figure("Unique addresses", n, Some(text.into_any()))
        }
    });
    view! {
        <dl class="totals">
            {figure("Pulls", pulls, pulls_change)}
            {tags_known.then(|| figure("By tag", totals.by_tag, Some(share(totals.by_tag).into_any())))}
            {tags_known.then(|| figure("By digest, no tag", totals.by_digest, Some(share(totals.by_digest).into_any())))}
            {figure("Version checks", totals.checks, checks_change.or_else(|| Some("not counted as pulls".into_any())))}
            {unique}
        </dl>
    }
    .into_any()
}

/// Whether any row names a tag: files of the publisher API do not.
pub fn tags_known(view: &View) -> bool {
    view.breakdowns
        .iter()
        .any(|b| b.dimension == pulls::query::Dimension::Tag && b.known)
}

fn figure(name: &'static str, value: u64, sub: Option<AnyView>) -> AnyView {
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{intl::number(value)}{sub.map(|sub| view! { <span class="sub">{sub}</span> })}</dd>
        </div>
    }
    .into_any()
}

fn change(comparison: &Comparison, compare: Compare) -> AnyView {
    let against = match compare {
        Compare::YearBefore => " on a year earlier",
        _ => " on the span before",
    };
    if comparison.periods == 0 {
        return "nothing to compare with".into_any();
    }
    if comparison.then == 0 {
        return "none in the compared span".into_any();
    }
    let change = (comparison.now as f64 - comparison.then as f64) / comparison.then as f64;
    let class = if change >= 0.0 { "up" } else { "down" };
    view! { <span class=class>{intl::signed_percent(change)}</span>{against} }.into_any()
}
