//! What mails about pulls say: that a week is far from the one before, and the figures of a week
//! or month. Plain text, like all of them.

use super::words::one_line;
use crate::store::outbox::{Letter, Purpose};
use insights::{Figures, TagName, Totals};
use program::{
    mail::MailAddress,
    namespace::Namespace,
    pulls::{Every, FLOOR, Factor, Period, Turn},
    wording::{Plain, Wording, grouped},
};

/// How many tags a mail names.
pub const MOST_TAGS: usize = 5;

/// What was found of a week or month.
#[derive(Clone, Debug)]
pub struct Found {
    /// Which kind of period.
    pub every: Every,
    /// Its days.
    pub period: Period,
    /// What was pulled.
    pub now: Totals,
    /// What was pulled in the one before, if all of that is known.
    pub before: Option<Totals>,
    /// Different addresses, as far as they are known.
    pub addresses: Option<u64>,
    /// Those of the period before.
    pub addresses_before: Option<u64>,
}

/// Where a mail leads to.
#[derive(Clone, Debug)]
pub struct Links {
    /// The insights of the days that it is about.
    pub insights: String,
    /// The page on which it is turned off.
    pub settings: String,
}

/// The part of a mail that is the same for all who get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    subject: String,
    text: String,
    about: String,
}

impl Said {
    /// The mail to one of them.
    pub fn to(&self, to: MailAddress, name: &str) -> Letter {
        Letter {
            to,
            subject: self.subject.clone(),
            text: format!("Hello {},\n\n{}", one_line(name), self.text),
            calendar: None,
            purpose: Purpose::Pulls,
            about: self.about.clone(),
            notice: None,
        }
    }
}

/// That a week has many more pulls than the one before, or many fewer.
pub fn alert(
    namespace: &Namespace,
    found: &Found,
    before: &Totals,
    (turn, factor): (Turn, Factor),
    links: &Links,
    about: String,
) -> Said {
    let now = &found.now;
    let pulls = grouped(now.all.pulls());
    let (subject, rose) = match turn {
        Turn::Rise => (
            format!("{namespace}: pulls rose to {pulls} in a week"),
            "rose",
        ),
        Turn::Fall => (
            format!("{namespace}: pulls fell to {pulls} in a week"),
            "fell",
        ),
    };
    let change = ratio(before.all.pulls(), now.all.pulls());
    let mut text = format!(
        "the pulls of {namespace} {rose} to {pulls} in the week {}. In the week before there were {}{}.\n\n",
        days(found.period),
        grouped(before.all.pulls()),
        change
            .map(|change| format!(": {change}"))
            .unwrap_or_default(),
    );
    text.push_str(&table(&now.all, Some(&before.all)));
    let changed = now.most_changed(before, MOST_TAGS);
    if !changed.is_empty() {
        text.push_str("\nThe tags that changed most:\n\n");
        for (tag, was, is) in changed {
            let (was, is) = (grouped(was), grouped(is));
            text.push_str(&format!("- {}: {was} before, {is} now\n", name_of(tag)));
        }
    }
    let (times, part) = (factor.id(), factor.part());
    text.push_str(&format!(
        "
Both weeks, day by day:
{}

You get this because you maintain {namespace}, and its maintainers asked to be told of a week with at least {times} times as many pulls as the one before, or at most {part} of them. Where neither week has {FLOOR} pulls, nothing is told. Turn it off, or choose another factor, under “Pulls” here:
{}
",
        links.insights, links.settings
    ));
    Said {
        subject,
        text,
        about,
    }
}

/// The figures of a week or month.
pub fn report(namespace: &Namespace, found: &Found, links: &Links, about: String) -> Said {
    let noun = found.every.noun();
    let now = &found.now;
    let before = found.before.as_ref();
    let mut text = if now.all.is_nothing() {
        format!(
            "nothing was pulled of {namespace} in the {noun} {}.\n\n",
            days(found.period)
        )
    } else {
        format!(
            "the pulls of {namespace} in the {noun} {}:\n\n",
            days(found.period)
        )
    };
    text.push_str(&table(&now.all, before.map(|before| &before.all)));
    if let Some(addresses) = found.addresses {
        text.push_str(&line(
            "Different addresses",
            addresses,
            found.addresses_before,
        ));
    }
    if before.is_none() {
        text.push_str(&format!(
            "\nNot all of the {noun} before is known, so it is not held against that.\n"
        ));
    }
    let pulled = now.most_pulled(MOST_TAGS);
    if !pulled.is_empty() {
        text.push_str("\nThe tags that were pulled most:\n\n");
        for (tag, pulls) in pulled {
            let was = before.map(|before| before.tags.get(tag).copied().unwrap_or(0));
            text.push_str(&line(&name_of(tag), pulls, was));
        }
    }
    let often = match found.every {
        Every::Week => "each week",
        Every::Month => "each month",
    };
    text.push_str(&format!(
        "
The {noun}, day by day:
{}

You get this because you maintain {namespace}, and its maintainers asked for the figures of {often}. Turn it off under “Pulls” here:
{}
",
        links.insights, links.settings
    ));
    Said {
        subject: format!(
            "{namespace}: {} pulls in the {noun} {}",
            grouped(now.all.pulls()),
            days(found.period)
        ),
        text,
        about,
    }
}

/// The days of a period, by their names.
fn days(period: Period) -> String {
    format!(
        "from {} to {} (UTC)",
        Plain.day(period.first),
        Plain.day(period.last)
    )
}

fn table(now: &Figures, before: Option<&Figures>) -> String {
    let was = |of: fn(&Figures) -> u64| before.map(of);
    [
        line("Pulls", now.pulls(), was(|figures| figures.pulls())),
        line("  by tag", now.by_tag, was(|figures| figures.by_tag)),
        line(
            "  by digest, without a tag",
            now.by_digest,
            was(|figures| figures.by_digest),
        ),
        line(
            "Version checks, which are no pulls",
            now.version_checks,
            was(|figures| figures.version_checks),
        ),
    ]
    .concat()
}

fn line(what: &str, now: u64, before: Option<u64>) -> String {
    let indented = what.trim_start();
    let indent = &what[..what.len() - indented.len()];
    let before = match before {
        None => String::new(),
        Some(before) => match ratio(before, now) {
            Some(change) => format!(" ({} before, {change})", grouped(before)),
            None => format!(" ({} before)", grouped(before)),
        },
    };
    format!("{indent}- {indented}: {}{before}\n", grouped(now))
}

/// How a number follows on another: `12% more`, `3.4 times as many`; nothing where there is nothing
/// to hold it against. Cut off, never rounded up to what it is not.
fn ratio(before: u64, now: u64) -> Option<String> {
    let (was, is) = (u128::from(before), u128::from(now));
    if was == 0 || is == 0 {
        return None;
    }
    if is >= 2 * was {
        let tenths = is * 10 / was;
        return Some(match (tenths / 10, tenths % 10) {
            (whole, 0) => format!("{whole} times as many"),
            (whole, tenth) => format!("{whole}.{tenth} times as many"),
        });
    }
    let percent = was.abs_diff(is) * 100 / was;
    Some(match (is > was, percent) {
        _ if is == was => "as many".to_owned(),
        (true, 0) => "a little more".to_owned(),
        (false, 0) => "a little fewer".to_owned(),
        (true, _) => format!("{percent}% more"),
        (false, _) => format!("{percent}% fewer"),
    })
}

/// A tag in one line: what a registry reported cannot pretend to be a sentence of ours.
fn name_of(tag: &TagName) -> String {
    one_line(&format!("{}:{}", tag.repository, tag.tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(by_tag: u64, by_digest: u64, tags: &[(&str, u64)]) -> Totals {
        Totals {
            all: Figures {
                by_tag,
                by_digest,
                version_checks: 7,
            },
            tags: tags
                .iter()
                .map(|(tag, pulls)| {
                    let name = TagName {
                        repository: "web".to_owned(),
                        tag: (*tag).to_owned(),
                    };
                    (name, *pulls)
                })
                .collect(),
            ..Totals::default()
        }
    }

    fn found(every: Every, before: Option<Totals>) -> Found {
        Found {
            every,
            period: every.of("2026-08-12".parse().unwrap()),
            now: totals(4_000, 1_200, &[("1.0", 3_500), ("2.0\n\nHello", 500)]),
            before,
            addresses: Some(1_310),
            addresses_before: None,
        }
    }

    fn links() -> Links {
        Links {
            insights: "https://hub.example/n/kelpworks/insights?from=2026-08-03".to_owned(),
            settings: "https://hub.example/n/kelpworks/settings".to_owned(),
        }
    }

    fn kelpworks() -> Namespace {
        Namespace::parse("kelpworks").unwrap()
    }

    fn sent(said: &Said) -> Letter {
        said.to(MailAddress::parse("ines@kelpworks.org").unwrap(), "Inês")
    }

    #[test]
    fn an_alert_says_figures_tags_why_and_how_to_turn_it_off() {
        let before = totals(900, 100, &[("1.0", 100)]);
        let found = found(Every::Week, Some(before.clone()));
        let turned = (Turn::Rise, Factor::Five);
        let said = alert(
            &kelpworks(),
            &found,
            &before,
            turned,
            &links(),
            "a".to_owned(),
        );
        let letter = sent(&said);
        assert_eq!(letter.subject, "kelpworks: pulls rose to 5,200 in a week");
        for part in [
            "Hello Inês,\n",
            "rose to 5,200 in the week from 10 August 2026 to 16 August 2026 (UTC)",
            "there were 1,000: 5.2 times as many.",
            "  - by digest, without a tag: 1,200 (100 before, 12 times as many)\n",
            "- web:1.0: 100 before, 3,500 now\n- web:2.0 Hello: 0 before, 500 now\n",
            "at least 5 times as many pulls as the one before, or at most a fifth of them",
            "insights?from=2026-08-03\n",
            "because you maintain kelpworks",
            "here:\nhttps://hub.example/n/kelpworks/settings\n",
        ] {
            assert!(letter.text.contains(part), "{part}\n\n{}", letter.text);
        }
    }

    #[test]
    fn a_report_holds_a_month_against_the_one_before_if_that_is_known() {
        let alone = sent(&report(
            &kelpworks(),
            &found(Every::Month, None),
            &links(),
            "a".to_owned(),
        ));
        assert_eq!(
            alone.subject,
            "kelpworks: 5,200 pulls in the month from 1 August 2026 to 31 August 2026 (UTC)"
        );
        assert!(alone.text.contains("- Pulls: 5,200\n"), "{}", alone.text);
        assert!(alone.text.contains("Not all of the month before is known"));
        assert!(alone.text.contains("- Different addresses: 1,310\n"));
        let before = found(Every::Month, Some(totals(5_000, 1_000, &[("1.0", 3_500)])));
        let text = sent(&report(&kelpworks(), &before, &links(), "a".to_owned())).text;
        for part in [
            "- Pulls: 5,200 (6,000 before, 13% fewer)\n",
            "- Version checks, which are no pulls: 7 (7 before, as many)\n",
            "- web:1.0: 3,500 (3,500 before, as many)\n",
            "- web:2.0 Hello: 500 (0 before)\n",
            "the figures of each month. Turn it off",
        ] {
            assert!(text.contains(part), "{part}\n\n{text}");
        }
    }

    #[test]
    fn changes_are_cut_off_and_never_more_than_they_are() {
        for (before, now, words) in [
            (0, 5, None),
            (5, 0, None),
            (100, 199, Some("99% more")),
            (100, 200, Some("2 times as many")),
            (100, 299, Some("2.9 times as many")),
            (1_000, 999, Some("a little fewer")),
            (3, 1, Some("66% fewer")),
            (7, 7, Some("as many")),
        ] {
            assert_eq!(ratio(before, now).as_deref(), words, "{before} {now}");
        }
    }
}
