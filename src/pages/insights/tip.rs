//! The figures of the period under the cursor.

use super::breakdown::{color_class, swatch};
use crate::chart::{self, Pointed};
use crate::platform::intl;
use charts::{ChartModel, Role};
use leptos::prelude::*;
use pulls::view;
use std::sync::Arc;

/// Over so many rows it lies flat, in two columns.
const UPRIGHT: usize = 5;

/// The tooltip: same order as the stack, nothing zero.
#[component]
pub fn Tip(
    /// What is drawn.
    model: Memo<Arc<ChartModel>>,
    /// Where the cursor is.
    pointed: RwSignal<Pointed>,
) -> impl IntoView {
    move || {
        let at = pointed.get();
        let bucket = at.bucket?;
        model.with(|m| content(m, bucket, at))
    }
}

fn content(model: &ChartModel, bucket: usize, at: Pointed) -> Option<AnyView> {
    let period = chart::period(model.buckets.get(bucket)?);
    let Some(total) = model.total.get(bucket).copied().flatten() else {
        return Some(view! { <div class=class(0, at.right) style:--tx=share(at.x_share)><p class="tip-h"><span>{period}</span></p><p class="t12 soft">"No data for it in the files."</p></div> }.into_any());
    };
    let mut order = model.stack_order();
    order.reverse();
    order.extend((0..model.series.len()).filter(|s| !model.series[*s].role.stacks()));
    let rows: Vec<_> = order
        .into_iter()
        .filter_map(|s| Some((s, model.value(s, bucket).filter(|v| *v > 0)?)))
        .map(|(s, value)| {
            let series = &model.series[s];
            let role = match series.role {
                Role::Tag(slot) => Some(view::Role::Tag(slot)),
                Role::Other => Some(view::Role::Other),
                Role::Digest => Some(view::Role::NoTag),
                Role::VersionCheck => None,
            };
            let of = if series.role.stacks() && total > 0 { intl::percent(value as f64 / total as f64) } else { String::new() };
            let mut line = String::from(color_class(role));
            if at.series == Some(s) {
                line.push_str(" on");
            }
            view! {
                <li class=line>
                    {match role {
                        Some(role) => swatch(role).into_any(),
                        None => view! { <svg class="swatch sv" viewBox="0 0 18 10" aria-hidden="true"><line x1="0" x2="18" y1="5" y2="5" /></svg> }.into_any(),
                    }}
                    <span class="w">{series.name.clone()}</span>
                    <span class="n">{intl::number(value)}</span>
                    <span class="p">{of}</span>
                </li>
            }
        })
        .collect();
    let compared = model
        .comparison
        .as_ref()
        .and_then(|c| c.get(bucket).copied().flatten())
        .map(|then| {
            let mut text = String::from("compared with ");
            text.push_str(&intl::number(then));
            view! { <p class="cmp"><span>{text}</span></p> }
        });
    let pushed = model.pushed(bucket);
    let pushed = (!pushed.is_empty()).then(|| {
        let mut text = String::from("pushed: ");
        text.push_str(&charts::listed(&pushed));
        view! { <p class="cmp"><span>{text}</span></p> }
    });
    let count = rows.len();
    Some(
        view! {
            <div class=class(count, at.right) style:--tx=share(at.x_share) aria-hidden="true">
                <p class="tip-h"><span>{period}</span><span class="n">{intl::number(total)}</span></p>
                <ul>{rows}</ul>
                {compared}
                {pushed}
            </div>
        }
        .into_any(),
    )
}

fn class(rows: usize, right: bool) -> &'static str {
    match (rows > UPRIGHT, right) {
        (true, false) => "tip flat",
        (true, true) => "tip flat left",
        (false, false) => "tip",
        (false, true) => "tip left",
    }
}

fn share(x: f64) -> String {
    let mut text = (x * 100.0).to_string();
    text.push('%');
    text
}
