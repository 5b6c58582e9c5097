//! Which tags were pushed within the days of a view: the server knows, and no row says it.

use super::{bench::Desk, namespace::Shown};
use crate::api::pulls as api;
use ::api::pulls::{Push, Pushes};
use charts::Push as Mark;
use leptos::prelude::*;
use pulls::calendar::Day;
use pulls::query::{Dimension, Filter};

/// What the server told, and what of it the view’s filters leave in.
#[derive(Clone, Copy)]
pub struct Pushed {
    /// In the order of time.
    pub marks: Memo<Vec<Mark>>,
    /// Whether there are earlier ones than were told.
    pub is_cut: Memo<bool>,
}

/// Asks for what was pushed, anew when the days of the view change or pulls have come.
pub fn shown(desk: Desk) -> Pushed {
    let Shown(name) = expect_context::<Shown>();
    let found = RwSignal::new(Pushes::default());
    let asked = Memo::new(move |_| {
        desk.answer.with(|answer| {
            let view = &answer.as_ref()?.view;
            Some((view.span?, view.all_rows))
        })
    });
    Effect::new(move |_| {
        let Some((span, rows)) = asked.get() else {
            return;
        };
        let name = name.get_value();
        leptos::task::spawn_local(async move {
            let days = (span.first.to_string(), span.last.to_string());
            let answer = api::pushes(&name, &days.0, &days.1).await;
            // What is not told is left out, and so is what another view asked for.
            if let (Ok(pushes), Some(Some(of))) = (answer, asked.try_get_untracked())
                && of == (span, rows)
            {
                found.try_set(pushes);
            }
        });
    });
    Pushed {
        marks: Memo::new(move |_| {
            let filters = desk.query.with(|query| query.filters.clone());
            found.with(|found| marks(found, &filters))
        }),
        is_cut: Memo::new(move |_| found.with(|found| found.has_earlier)),
    }
}

/// The pushes that filters leave in, oldest first. Tags of several repositories say which.
fn marks(found: &Pushes, filters: &[Filter]) -> Vec<Mark> {
    let kept: Vec<&Push> = found
        .pushes
        .iter()
        .filter(|push| filters.iter().all(|filter| is_kept(push, filter)))
        .collect();
    let are_several = kept
        .iter()
        .any(|push| push.repository != kept[0].repository);
    let mark = |push: &&Push| Mark {
        day: Day::from_date(push.at.date_naive()).0,
        tag: if are_several {
            [&push.repository, ":", &push.tag].concat()
        } else {
            push.tag.clone()
        },
    };
    kept.iter().rev().map(mark).collect()
}

/// Filters by who pulls say nothing of what was pushed.
fn is_kept(push: &Push, filter: &Filter) -> bool {
    let value = match filter.dimension {
        Dimension::Tag => &push.tag,
        Dimension::Repository => &push.repository,
        _ => return true,
    };
    filter.values.contains(value) != filter.exclude
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(repository: &str, tag: &str, at: &str) -> Push {
        Push {
            repository: repository.to_owned(),
            tag: tag.to_owned(),
            digest: String::new(),
            at: at.parse().unwrap(),
            times: 1,
        }
    }

    fn filter(dimension: Dimension, values: &[&str], exclude: bool) -> Filter {
        Filter {
            dimension,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
            exclude,
        }
    }

    #[test]
    fn filters_by_tag_and_repository_leave_pushes_out() {
        let found = Pushes {
            pushes: vec![
                push("web", "2.0", "1970-01-03T23:59:59Z"),
                push("agent", "2.0", "1970-01-03T10:00:00Z"),
                push("web", "1.0", "1970-01-02T00:00:00Z"),
            ],
            has_earlier: false,
        };
        let of = |filters: &[Filter]| {
            let marks = marks(&found, filters).into_iter();
            marks
                .map(|mark| (mark.day, mark.tag))
                .collect::<Vec<(i32, String)>>()
        };
        let expected = |all: &[(i32, &str)]| {
            let all = all.iter();
            all.map(|(day, tag)| (*day, (*tag).to_owned()))
                .collect::<Vec<(i32, String)>>()
        };
        let all = expected(&[(1, "web:1.0"), (2, "agent:2.0"), (2, "web:2.0")]);
        assert_eq!(of(&[]), all);
        assert_eq!(of(&[filter(Dimension::Country, &["DE"], false)]), all);
        assert_eq!(
            of(&[filter(Dimension::Repository, &["web"], false)]),
            expected(&[(1, "1.0"), (2, "2.0")])
        );
        assert_eq!(
            of(&[
                filter(Dimension::Repository, &["agent"], true),
                filter(Dimension::Tag, &["2.0", "3.0"], false),
            ]),
            expected(&[(2, "2.0")])
        );
        assert_eq!(of(&[filter(Dimension::Tag, &["3.0"], false)]), []);
    }
}
