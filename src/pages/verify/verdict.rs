//! What follows from a check, in a heading and a sentence.

use super::found::{Found, Judged};
use crate::{api::ApiError, components::icon::IconName};
use ::api::verify::Verifiable;
use chrono::{DateTime, NaiveDate, Utc};
use credential::{Conclusion, Outcome, Reason, Signature};
use program::{sponsorship::Sponsorship, wording::Wording};

/// The verdict: its shape, and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The class that gives it its color.
    pub class: &'static str,
    /// Its icon.
    pub icon: IconName,
    /// Its heading.
    pub heading: String,
    /// What it means.
    pub sentence: String,
}

impl Said {
    fn new(
        (class, icon): (&'static str, IconName),
        heading: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self {
            class,
            icon,
            heading: heading.into(),
            sentence: sentence.into(),
        }
    }
}

/// The shapes of a verdict.
const HOLDS: (&str, IconName) = ("met", IconName::Met);
const FAILS: (&str, IconName) = ("unmet", IconName::Unmet);
const ENDED: (&str, IconName) = ("unsure", IconName::Calendar);
const NOTHING: (&str, IconName) = ("unsure", IconName::Alert);
const UNCHECKED: (&str, IconName) = ("unsure", IconName::Unknown);

/// A day with its time.
pub fn moment(at: DateTime<Utc>, wording: &impl Wording) -> String {
    format!("{}, {}", wording.day(at.date_naive()), wording.time(at))
}

/// What follows from a check.
pub fn verdict(found: &Found, wording: &impl Wording) -> Said {
    match (&found.credential, &found.published) {
        (Some(Ok(judged)), published) => {
            of_credential(judged, published.as_ref(), found.at, wording)
        }
        (Some(Err(wrong)), _) => Said::new(
            UNCHECKED,
            "Could not check: the credential cannot be read",
            format!("The server handed out something else. {wrong}"),
        ),
        (None, Some(published)) => without_credential(published, wording),
        (None, None) => Said::new(UNCHECKED, "Could not check", ""),
    }
}

/// What follows where there is nothing to judge.
fn without_credential(published: &Verifiable, wording: &impl Wording) -> Said {
    let name = &published.namespace;
    if let Some(new) = &published.renamed_to {
        return Said::new(
            NOTHING,
            format!("Not sponsored under this name: {name} is called {new} now"),
            "A credential is about one name. The one that counts is that of the new name.",
        );
    }
    match published.sponsorship {
        Sponsorship::Never => Said::new(
            NOTHING,
            format!("Not sponsored: {name} never was in the program"),
            "There is no credential. A badge that says otherwise is not ours.",
        ),
        Sponsorship::Lapsed { since } => Said::new(
            ENDED,
            format!("Not sponsored: {name} was, and is not any more"),
            format!(
                "Its year ran out, and since {} it has not been in the program. There is no credential to check.",
                wording.day(since)
            ),
        ),
        Sponsorship::Ended { since } => Said::new(
            ENDED,
            format!("Not sponsored: {name} was, and is not any more"),
            format!(
                "Its membership was ended, and since {} it has not been in the program. There is no credential to check.",
                wording.day(since)
            ),
        ),
        Sponsorship::Sponsored { .. } => Said::new(
            UNCHECKED,
            "Could not check: no credential is signed yet",
            format!(
                "The server says that {name} is in the program. Until it has signed that, nothing can be checked here."
            ),
        ),
    }
}

fn of_credential(
    judged: &Judged,
    published: Option<&Verifiable>,
    now: DateTime<Utc>,
    wording: &impl Wording,
) -> Said {
    let claims = &judged.token.claims;
    let name = &claims.namespace;
    let published = published.filter(|published| published.namespace == name.as_str());
    let [signature, dates, _, revocation] = &judged.verdict.steps;
    match judged.verdict.conclusion {
        Conclusion::Genuine | Conclusion::GenuineUnlessRevoked
            if let Some(since) = published.and_then(not_since) =>
        {
            Said::new(
                ENDED,
                format!("Signed by us, but over: {name} is not sponsored now"),
                format!(
                    "The program says that it has not been since {}. Its credential has not run out yet, and counts for nothing any more.",
                    wording.day(since)
                ),
            )
        }
        Conclusion::Genuine => Said::new(
            HOLDS,
            format!("Genuine: {name} is sponsored"),
            "All four steps hold.",
        ),
        Conclusion::GenuineUnlessRevoked => Said::new(
            UNCHECKED,
            "Genuine as far as could be checked",
            format!(
                "Three steps of four hold: {name} was sponsored when this was signed. Whether it was taken back since could not be checked."
            ),
        ),
        Conclusion::Over => over(judged, published, now, wording),
        Conclusion::NotYet => Said::new(
            ENDED,
            "Signed by us, and not valid yet",
            format!(
                "It holds from {} on; now it is {}.",
                moment(claims.not_before, wording),
                moment(now, wording)
            ),
        ),
        Conclusion::Revoked => Said::new(
            FAILS,
            format!("Taken back: this credential of {name} counts no longer"),
            match published.and_then(not_since) {
                Some(since) => format!(
                    "The program signed it and took it back. Since {} the namespace has not been sponsored.",
                    wording.day(since)
                ),
                None => "The program signed it and took it back. Do not rely on it.".to_owned(),
            },
        ),
        Conclusion::OtherNamespace => {
            let is_good = dates.1 == Outcome::Holds && revocation.1 == Outcome::Holds;
            let heading = if is_good {
                "Genuine, but it is another namespace’s"
            } else {
                "It is another namespace’s"
            };
            let sentence = match &judged.asked {
                Some(asked) => format!(
                    "It is about {name}, and you asked about {asked}, of which it says nothing."
                ),
                None => format!("It is about {name}."),
            };
            Said::new(FAILS, heading, sentence)
        }
        Conclusion::Forged => Said::new(
            FAILS,
            "Not genuine: the program did not sign this",
            match &signature.2 {
                Reason::SignedLate { .. } => {
                    "It bears a key of ours that was not in use any more. Do not rely on it."
                }
                Reason::OtherIssuer { .. } => {
                    "It says of itself that somebody else gave it. Do not rely on it."
                }
                _ => "Somebody changed it after it was signed, or made it up. Do not rely on it.",
            },
        ),
        Conclusion::Unchecked => Said::new(
            UNCHECKED,
            "Could not check",
            match &signature.2 {
                Reason::Signature(Signature::NoMeans) => {
                    "This browser does not check signatures on this page. That says nothing about the credential."
                }
                _ => "The program’s keys could not be had. That says nothing about the credential.",
            },
        ),
    }
}

/// What is said of a credential that ran out. A namespace may have a newer one.
fn over(
    judged: &Judged,
    published: Option<&Verifiable>,
    now: DateTime<Utc>,
    wording: &impl Wording,
) -> Said {
    let claims = &judged.token.claims;
    let name = &claims.namespace;
    let until = wording.day(claims.until);
    let gone = days((now.date_naive() - claims.until).num_days());
    let Some(published) = published else {
        return Said::new(
            ENDED,
            "Signed by us, but over",
            format!(
                "{name} was sponsored until {until}, {gone} ago. Whether it was renewed stands in a newer credential: check the name."
            ),
        );
    };
    if published.sponsorship.is_sponsored() {
        return Said::new(
            ENDED,
            "Signed by us, but over: there is no newer credential",
            format!(
                "The program says that {name} is sponsored, and has not signed that since {until}."
            ),
        );
    }
    Said::new(
        ENDED,
        format!("Signed by us, but over: {name} is not sponsored now"),
        format!(
            "It was sponsored until {until}, {gone} ago. Nothing is wrong with its images; nobody vouches for them any more."
        ),
    )
}

/// Since when a namespace is not sponsored, if it was.
fn not_since(published: &Verifiable) -> Option<NaiveDate> {
    match published.sponsorship {
        Sponsorship::Lapsed { since } | Sponsorship::Ended { since } => Some(since),
        Sponsorship::Sponsored { .. } | Sponsorship::Never => None,
    }
}

fn days(count: i64) -> String {
    match count {
        1 => "1 day".to_owned(),
        count => format!("{count} days"),
    }
}

/// What is said when nothing is known of a name, or nothing could be read.
pub fn failure(name: &str, error: &ApiError) -> Said {
    match error {
        ApiError::Refused(problem) if problem.status == 404 => Said::new(
            NOTHING,
            format!("Nothing is known of {name}"),
            "No namespace of that name is in the program or ever was. Compare it letter by letter with the name of the image.",
        ),
        error if error.is_away() => Said::new(
            UNCHECKED,
            "Could not check: the server does not answer",
            format!("That says nothing about {name}. Try again in a moment."),
        ),
        error => Said::new(UNCHECKED, "Could not check", error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::found::tests::{at, clear, day, found, published, sponsored, valid};
    use super::*;
    use credential::Revocation;
    use program::{namespace::Namespace, wording::Plain};

    const NOW: &str = "2026-08-13T09:00:00Z";
    const LATER: &str = "2027-08-13T09:00:00Z";

    fn said(found: &Found) -> (String, String) {
        let said = verdict(found, &Plain);
        assert!(said.sentence.ends_with('.'), "{}", said.sentence);
        (said.heading, said.sentence)
    }

    #[test]
    fn each_conclusion_has_its_words() {
        let away = || Revocation::Away;
        let invalid = Signature::Invalid {
            key: "k".to_owned(),
        };
        let revoked = Revocation::Revoked { at: at(NOW) };
        for (found, heading) in [
            (
                found(Some("kelpworks"), valid(), clear(), NOW),
                "Genuine: kelpworks is sponsored",
            ),
            (
                found(None, valid(), away(), NOW),
                "Genuine as far as could be checked",
            ),
            (
                found(None, valid(), clear(), LATER),
                "Signed by us, but over",
            ),
            (
                found(None, valid(), clear(), "2026-03-01T00:00:00Z"),
                "Signed by us, and not valid yet",
            ),
            (
                found(None, valid(), revoked, NOW),
                "Taken back: this credential of kelpworks counts no longer",
            ),
            (
                found(Some("wrackline"), valid(), clear(), NOW),
                "Genuine, but it is another namespace’s",
            ),
            (
                found(Some("wrackline"), valid(), away(), NOW),
                "It is another namespace’s",
            ),
            (
                found(None, invalid, away(), NOW),
                "Not genuine: the program did not sign this",
            ),
            (
                found(None, Signature::NoKeys, away(), NOW),
                "Could not check",
            ),
        ] {
            assert_eq!(said(&found).0, heading);
        }
    }

    #[test]
    fn what_the_program_says_now_counts_more_than_an_older_credential() {
        let mut over = found(Some("kelpworks"), valid(), clear(), LATER);
        assert!(said(&over).0.contains("no newer credential"));
        let name = Namespace::parse("kelpworks").unwrap();
        let since = day("2027-03-28");
        let lapsed = published(&name, Sponsorship::Lapsed { since }, at(LATER));
        over.published = Some(lapsed);
        let (heading, sentence) = said(&over);
        assert_eq!(
            heading,
            "Signed by us, but over: kelpworks is not sponsored now"
        );
        assert!(
            sentence.contains("13 March 2027, 153 days ago"),
            "{sentence}"
        );
        let mut ended = found(Some("kelpworks"), valid(), clear(), NOW);
        let since = day("2026-08-01");
        let now = published(&name, Sponsorship::Ended { since }, at(NOW));
        ended.published = Some(now);
        let (heading, sentence) = said(&ended);
        assert!(heading.contains("is not sponsored now"));
        assert!(sentence.contains("1 August 2026"), "{sentence}");
    }

    #[test]
    fn what_has_no_credential_says_so_plainly() {
        let name = Namespace::parse("kelpworks").unwrap();
        let since = day("2026-08-01");
        for (sponsorship, renamed_to, part) in [
            (Sponsorship::Never, None, "never was"),
            (Sponsorship::Lapsed { since }, None, "not any more"),
            (Sponsorship::Ended { since }, None, "not any more"),
            (sponsored(), None, "no credential is signed yet"),
            (Sponsorship::Never, Some("kelp"), "is called kelp now"),
        ] {
            let mut of = published(&name, sponsorship, at(NOW));
            of.renamed_to = renamed_to.map(str::to_owned);
            let found = Found {
                published: Some(of),
                credential: None,
                ..found(None, valid(), clear(), NOW)
            };
            assert!(said(&found).0.contains(part), "{part}");
        }
    }

    #[test]
    fn an_unknown_name_is_no_server_that_is_away() {
        let problem = ::api::Problem::new(::api::ProblemKind::NotFound, "");
        let unknown = ApiError::Refused(problem);
        assert!(failure("kelp", &unknown).heading.contains("of kelp"));
        for error in [ApiError::Unreachable, ApiError::Status(404)] {
            assert!(failure("kelp", &error).heading.contains("does not answer"));
        }
    }
}
