//! Which tags were pushed within the days of a view: the server knows, and no row says it.

use super::{
    bench::Desk,
    namespace::{Shown, beside},
};
use crate::api::pulls as api;
use crate::workbench::Answer;
use ::api::pulls::{Push, Pushes};
use charts::Push as Mark;
use leptos::prelude::*;
use pulls::calendar::{Day, Span};
use pulls::query::{Dimension, Filter};

/// The days of the view, and how many rows there are in all: what was pushed is asked for anew when
/// either changes.
fn asked(answer: &Option<Answer>) -> Option<(Span, u64)> {
    let view = &answer.as_ref()?.view;
    Some((view.span?, view.all_rows))
}

/// Asks for what was pushed, anew when the days of the view change or pulls have come.
pub fn told(desk: Desk) -> RwSignal<Pushes> {
    let Shown(name) = expect_context::<Shown>();
    let found = RwSignal::new(Pushes::default());
    Effect::new(move |before: Option<Option<(Span, u64)>>| {
        let now = desk.answer.with(asked);
        if let Some((span, _)) = now
            && before != Some(now)
        {
            let name = name.get_value();
            beside(async move {
                let days = (span.first.to_string(), span.last.to_string());
                let answer = api::pushes(&name, &days.0, &days.1).await;
                // What is not told is left out, and so is what another view asked for.
                if let Ok(pushes) = answer
                    && desk.answer.try_with_untracked(asked) == Some(now)
                {
                    found.try_set(pushes);
                }
            });
        }
        now
    });
    found
}

/// The pushes that filters leave in, oldest first. Tags of several repositories say which.
pub fn marks(found: &Pushes, filters: &[Filter]) -> Vec<Mark> {
    let kept: Vec<&Push> = found
        .pushes
        .iter()
        .filter(|push| filters.iter().all(|filter| is_kept(push, filter)))
        .collect();
    let are_several = kept
        .iter()
        .any(|push| push.repository != kept[0].repository);
    let mark = |push: &&Push| Mark {
        day: Day::from_date(push.day).0,
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

    fn push(repository: &str, tag: &str, day: &str) -> Push {
        Push {
            repository: repository.to_owned(),
            tag: tag.to_owned(),
            digest: String::new(),
            day: day.parse().unwrap(),
            at: Default::default(),
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
                push("web", "2.0", "1970-01-03"),
                push("agent", "2.0", "1970-01-03"),
                push("web", "1.0", "1970-01-02"),
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
