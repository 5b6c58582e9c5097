//! The chart's numbers as a table.

use super::visitors::{Told, of_period};
use crate::chart;
use crate::platform::intl;
use ::api::pulls::Visitors;
use charts::{BucketState, ChartModel};
use leptos::prelude::*;
use std::sync::Arc;

/// One row a period, one column a series.
#[component]
pub fn SeriesTable(
    /// What the chart would draw.
    model: Memo<Arc<ChartModel>>,
) -> impl IntoView {
    let told = use_context::<Told>();
    move || {
        let visitors = told.and_then(Told::periods);
        model.with(|m| table(m, visitors.as_ref()))
    }
}

fn table(model: &ChartModel, visitors: Option<&Visitors>) -> AnyView {
    let names: Vec<_> = model
        .series
        .iter()
        .map(|s| view! { <th scope="col" class="r">{s.name.clone()}</th> })
        .collect();
    let compared = model.comparison.is_some();
    let pushed = !model.pushes.is_empty();
    let rows: Vec<_> = charts::value_table(model)
        .map(|row| {
            let mut period = chart::period(row.bucket);
            if let BucketState::Running { elapsed_days } = row.bucket.state {
                period.push_str(" (");
                period.push_str(&intl::number(elapsed_days.into()));
                period.push_str(" of ");
                period.push_str(&intl::number(row.bucket.days.into()));
                period.push_str(" days)");
            }
            let cell = |value: Option<u64>| view! { <td class="r num">{value.map_or_else(|| "–".to_owned(), intl::number)}</td> };
            let cells: Vec<_> = row.values.iter().map(|v| cell(*v)).collect();
            view! {
                <tr>
                    <th scope="row">{period}</th>
                    {cells}
                    {cell(row.total)}
                    {compared.then(|| cell(row.comparison))}
                    {visitors.map(|told| cell(of_period(told, row.bucket.first_day)))}
                    {pushed.then(|| view! { <td>{row.pushed.join(", ")}</td> })}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label="Figures of the chart">
            <table class="table series">
                <thead>
                    <tr>
                        <th scope="col">"Period (UTC)"</th>
                        {names}
                        <th scope="col" class="r">"Total"</th>
                        {compared.then(|| view! { <th scope="col" class="r">"Compared"</th> })}
                        {visitors.map(|_| view! { <th scope="col" class="r">"Unique addresses"</th> })}
                        {pushed.then(|| view! { <th scope="col">"Pushed"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
