//! How many different clients there were in each period: the server knows, and nothing that the
//! page has says it.

use super::{
    bench::Desk,
    namespace::{Shown, beside},
};
use crate::api::pulls as api;
use ::api::pulls::Visitors;
use leptos::prelude::*;
use pulls::calendar::{Granularity, Span};
use pulls::query::{Dimension, Filter};

/// What is asked: days, weeks or months, and of which repository.
type Asked = (Span, &'static str, Option<String>);

/// Asks for the clients of the view at hand, where the server can tell them: by weeks and months,
/// and of all or of one repository. Gives the median of the periods.
pub fn median(desk: Desk) -> Signal<Option<u64>> {
    let Shown(name) = expect_context::<Shown>();
    let found = RwSignal::new(None::<(Asked, Visitors)>);
    let asked = Memo::new(move |_| {
        let (span, by) = desk.answer.with(|answer| {
            let view = &answer.as_ref()?.view;
            Some((view.span?, view.by))
        })?;
        let by = match by {
            Granularity::Day => return None,
            Granularity::Week => "week",
            Granularity::Month => "month",
        };
        let repository = match &desk.query.with(|query| query.filters.clone())[..] {
            [] => None,
            [
                Filter {
                    dimension: Dimension::Repository,
                    values,
                    exclude: false,
                },
            ] if values.len() == 1 => values.first().cloned(),
            // Of other rows it is not known how many clients they had.
            _ => return None,
        };
        Some((span, by, repository))
    });
    Effect::new(move |_| {
        let Some(asked) = asked.get() else {
            return;
        };
        let name = name.get_value();
        beside(async move {
            let (span, by, repository) = asked.clone();
            let days = (span.first.to_string(), span.last.to_string());
            let answer = api::visitors(&name, &days.0, &days.1, by, repository.as_deref()).await;
            // What is not told is left out.
            if let Ok(visitors) = answer {
                found.try_set(Some((asked, visitors)));
            }
        });
    });
    Signal::derive(move || {
        let asked = asked.get()?;
        found.with(|found| match found {
            Some((of, visitors)) if *of == asked => middle(visitors),
            _ => None,
        })
    })
}

fn middle(visitors: &Visitors) -> Option<u64> {
    let mut counts: Vec<u64> = visitors.periods.iter().map(|one| one.visitors).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::api::pulls::PeriodVisitors;

    #[test]
    fn the_median_is_one_of_them() {
        let of = |counts: &[u64]| Visitors {
            periods: counts
                .iter()
                .map(|visitors| PeriodVisitors {
                    start: chrono::NaiveDate::default(),
                    visitors: *visitors,
                })
                .collect(),
        };
        assert_eq!(middle(&of(&[])), None);
        assert_eq!(middle(&of(&[3])), Some(3));
        assert_eq!(middle(&of(&[9, 1, 5])), Some(5));
    }
}
