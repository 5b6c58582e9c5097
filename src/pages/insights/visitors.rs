//! How many different clients there were in each period: the server knows, and nothing that the
//! page has says it.

use super::{
    bench::Desk,
    namespace::{Shown, beside},
};
use crate::api::pulls as api;
use ::api::pulls::Visitors;
use leptos::prelude::*;
use pulls::calendar::{Day, Granularity, Span};
use pulls::query::{Dimension, Filter};

/// What is asked: days, weeks or months, and of which repository.
type Asked = (Span, &'static str, Option<String>);

/// What the server told of the view at hand; nothing while it has not, or cannot.
#[derive(Clone, Copy)]
pub struct Told(Signal<Option<Visitors>>);

impl Told {
    /// How many different clients there were in each period.
    pub fn periods(self) -> Option<Visitors> {
        self.0.get()
    }

    /// The median of the periods.
    pub fn median(self) -> Option<u64> {
        self.0.with(|told| told.as_ref().and_then(middle))
    }
}

/// Asks for the clients of the view at hand, where the server can tell them: by weeks and months,
/// and of all or of one repository. What is below is told.
pub fn ask(desk: Desk) {
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
    provide_context(Told(Signal::derive(move || {
        let asked = asked.get()?;
        found.with(|found| match found {
            Some((of, visitors)) if *of == asked && !visitors.periods.is_empty() => {
                Some(visitors.clone())
            }
            _ => None,
        })
    })));
}

/// How many there were in the period that begins on a day, in days since 1970.
pub fn of_period(visitors: &Visitors, first_day: i32) -> Option<u64> {
    let mut all = visitors.periods.iter();
    let found = all.find(|one| Day::from_date(one.start).0 == first_day);
    found.map(|one| one.visitors)
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
        assert_eq!(of_period(&of(&[9]), 0), Some(9));
        assert_eq!(of_period(&of(&[9]), 7), None);
    }
}
