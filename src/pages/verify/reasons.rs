//! The four steps in words: what is looked at, how it ended, why, and what a machine says of it.

use super::{
    found::{Found, Judged, Trouble},
    verdict::moment,
};
use crate::components::icon::IconName;
use chrono::TimeDelta;
use credential::{ALGORITHM, Conclusion, Outcome, Reason, Revocation, Signature, Step};
use program::{addresses, wording::Wording};

/// Two clocks that differ by so much or less agree.
const AGREE_SECS: i64 = 5;

/// Most letters of what a credential says of itself that are repeated.
const MOST_LETTERS: usize = 120;

/// The steps, in order.
pub const STEPS: [Step; 4] = [
    Step::Signature,
    Step::Dates,
    Step::Namespace,
    Step::Revocation,
];

/// What a step is called.
pub const fn name(step: Step) -> &'static str {
    match step {
        Step::Signature => "Signature",
        Step::Dates => "Dates",
        Step::Namespace => "Namespace",
        Step::Revocation => "Not revoked",
    }
}

/// What a step looks at, before anything is checked.
pub const fn looks_at(step: Step) -> &'static str {
    match step {
        Step::Signature => {
            "Whether the program signed the credential, and whether a letter of it was changed since."
        }
        Step::Dates => "Whether it has begun and is not over, by the server’s clock.",
        Step::Namespace => "Whether it is about the name that you asked for.",
        Step::Revocation => {
            "Whether it is in the signed list of those that were taken back. The list is the same for everybody, so nobody learns which one you look at."
        }
    }
}

/// How a step ended: the class, the shape and the word.
pub const fn state(outcome: Outcome, reason: &Reason) -> (&'static str, IconName, &'static str) {
    match (outcome, reason) {
        (Outcome::Holds, _) => ("met", IconName::Met, "Holds"),
        (Outcome::Fails, Reason::Over { .. }) => ("unmet", IconName::Unmet, "Over"),
        (Outcome::Fails, _) => ("unmet", IconName::Unmet, "Does not hold"),
        (Outcome::Unchecked, Reason::NotLookedAt) => ("unsure", IconName::Unknown, "Not looked at"),
        (Outcome::Unchecked, _) => ("unsure", IconName::Unknown, "Could not check"),
    }
}

/// Somebody else’s words, without what marks up ours, and not all of them if they are many.
fn foreign(text: &str) -> String {
    let mut short: String = text.chars().take(MOST_LETTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short.replace('`', "’")
}

/// The name of a key: what its address ends in.
fn key_name(id: &str) -> String {
    let id = id.trim_end_matches('/');
    foreign(id.rsplit_once('/').map_or(id, |(_, name)| name))
}

/// Why a step ended as it did. Between backticks stands what a machine writes.
pub fn why(reason: &Reason, judged: &Judged, wording: &impl Wording) -> String {
    let claims = &judged.token.claims;
    let (from, until) = (wording.day(claims.from), wording.day(claims.until));
    let name = &claims.namespace;
    match reason {
        Reason::Signature(signature) => signed(signature, judged, wording),
        Reason::SignedLate { retired_at } => format!(
            "It bears a key with which nothing has been signed since {}, and is dated {}.",
            moment(*retired_at, wording),
            moment(claims.not_before, wording)
        ),
        Reason::OtherIssuer { issuer } => format!(
            "It says that `{}` gave it, and this is `{}/`.",
            foreign(issuer),
            judged.base_url
        ),
        Reason::Running { days, .. } => {
            let left = match days {
                0 => "This is its last day.".to_owned(),
                1 => "1 day is left.".to_owned(),
                days => format!("{days} days are left."),
            };
            format!("It runs from {from} to {until}. {left}")
        }
        Reason::Grace { ended, until } => format!(
            "The year ended on {}. Everything stays until {}: these are the days of grace.",
            wording.day(*ended),
            wording.day(*until)
        ),
        Reason::Over { since } => format!(
            "It ran from {from} to {until}; everything stayed until {}.",
            wording.day(since.pred_opt().unwrap_or(*since))
        ),
        Reason::NotYet { from } => {
            format!(
                "It holds from {} on, and not before.",
                moment(*from, wording)
            )
        }
        Reason::Asked => {
            format!("It is for `{name}`, the name you asked about, and for every repository in it.")
        }
        Reason::Found => format!("It is for `{name}`, and for every repository in it."),
        Reason::OtherNamespace { asked } => {
            format!("It is for `{name}`. You asked about `{asked}`.")
        }
        Reason::Revocation(revocation) => revoked(revocation, judged, wording),
        Reason::NotLookedAt => {
            "Without the signature, nothing that it says of itself can be relied on.".to_owned()
        }
    }
}

fn signed(signature: &Signature, judged: &Judged, wording: &impl Wording) -> String {
    match signature {
        Signature::Valid {
            retired_at: None, ..
        } => "The program signed it, and not a letter was changed since.".to_owned(),
        Signature::Valid {
            retired_at: Some(retired_at),
            ..
        } => format!(
            "The program signed it on {} with a key that was in use until {}; not a letter was changed since.",
            wording.day(judged.token.claims.not_before.date_naive()),
            wording.day(retired_at.date_naive())
        ),
        Signature::Invalid { key } => format!(
            "It names our key `{}`, and that key did not sign these words.",
            key_name(key)
        ),
        Signature::UnknownKey { key: Some(key) } => {
            format!("It names the key `{}`, which is not one of ours.", foreign(key))
        }
        Signature::UnknownKey { key: None } => {
            "It names no key, and ours always do.".to_owned()
        }
        Signature::OtherAlgorithm { algorithm } if algorithm.is_empty() => {
            format!("It does not say how it is signed; ours say `{ALGORITHM}`.")
        }
        Signature::OtherAlgorithm { algorithm } => format!(
            "It is signed with `{}`; ours are with `{ALGORITHM}`, and with nothing else.",
            foreign(algorithm)
        ),
        Signature::NoKeys => {
            "The keys that it needs could not be read: the server does not answer, or the network is away."
                .to_owned()
        }
        Signature::NoMeans => {
            "A browser checks signatures only on pages that were opened over HTTPS, and only with keys that it takes."
                .to_owned()
        }
    }
}

fn revoked(revocation: &Revocation, judged: &Judged, wording: &impl Wording) -> String {
    match revocation {
        Revocation::Clear { .. } if judged.verdict.conclusion == Conclusion::Over => {
            "It ran out; it was not taken back.".to_owned()
        }
        Revocation::Clear { .. } => match judged.taken_back {
            Some(1) => "It is not the one credential that was taken back.".to_owned(),
            Some(count @ 2..) => {
                format!("It is not among the {count} credentials that were taken back.")
            }
            _ => "No credential was taken back.".to_owned(),
        },
        Revocation::Revoked { .. } => {
            "It is in the list of those that the program took back.".to_owned()
        }
        Revocation::Away => away(judged.trouble),
        Revocation::NotTheList => {
            "What came in place of the list is not signed by the program, or is another list. It counts for nothing.".to_owned()
        }
        Revocation::Stale { until } => format!(
            "The list that came was good until {}. It does not name this credential, and a newer one might.",
            moment(*until, wording)
        ),
    }
}

fn away(trouble: Option<Trouble>) -> String {
    match trouble {
        Some(Trouble::Offline) => {
            "Your network is away, so the list of those that were taken back could not be read."
                .to_owned()
        }
        Some(Trouble::Status(status)) => format!(
            "Asked for the list of those that were taken back, the server answered {status}."
        ),
        Some(Trouble::NoMeans) => {
            "This browser cannot unpack the list of those that were taken back.".to_owned()
        }
        Some(Trouble::Silent) | None => {
            "The server did not answer when it was asked for the list of those that were taken back."
                .to_owned()
        }
    }
}

/// What a machine wrote that bears on a step.
pub fn testimony(
    step: Step,
    reason: &Reason,
    judged: &Judged,
    found: &Found,
    wording: &impl Wording,
) -> Vec<String> {
    let token = &judged.token;
    let claims = &token.claims;
    match (step, reason) {
        (_, Reason::NotLookedAt) => Vec::new(),
        (Step::Signature, _) => {
            let algorithm = foreign(&token.compact.algorithm);
            let key = match token.compact.key.as_deref() {
                Some(key) => format!("key {}", key_name(key)),
                None => "no key".to_owned(),
            };
            let came = match reason {
                Reason::Signature(Signature::NoKeys) => "not had from",
                _ => "from",
            };
            vec![format!("{algorithm}, {key}, {came} {}", addresses::KEY_SET)]
        }
        (Step::Dates, _) => {
            let mut lines = vec![format!(
                "nbf: {}; exp: {}",
                moment(claims.not_before, wording),
                moment(claims.expires, wording)
            )];
            lines.extend(found.ahead.and_then(clocks_differ));
            lines
        }
        (Step::Namespace, _) => vec![format!("sub: {}", foreign(without_scheme(&claims.subject)))],
        (Step::Revocation, _) => {
            let list = &claims.status.list;
            let list = foreign(list.strip_prefix(&judged.base_url).unwrap_or(list));
            let index = claims.status.index;
            vec![match reason {
                Reason::Revocation(Revocation::Clear { at }) => {
                    format!(
                        "{list}, entry {index} is 0, signed {}",
                        moment(*at, wording)
                    )
                }
                Reason::Revocation(Revocation::Revoked { at }) => {
                    format!(
                        "{list}, entry {index} is 1, signed {}",
                        moment(*at, wording)
                    )
                }
                _ => format!("{list}, entry {index}, tried {}", moment(found.at, wording)),
            }]
        }
    }
}

/// An address without what it begins with.
pub fn without_scheme(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}

/// By how much two clocks differ, if they do.
fn clocks_differ(ahead: TimeDelta) -> Option<String> {
    let secs = ahead.abs().num_seconds();
    if secs <= AGREE_SECS {
        return None;
    }
    let (count, unit) = match secs {
        ..60 => (secs, "second"),
        60..3_570 => ((secs + 30) / 60, "minute"),
        3_570..169_200 => ((secs + 1_800) / 3_600, "hour"),
        _ => ((secs + 43_200) / 86_400, "day"),
    };
    let plural = if count == 1 { "" } else { "s" };
    Some(format!(
        "your clock and the server’s differ by {count} {unit}{plural}"
    ))
}

#[cfg(test)]
mod tests {
    use super::super::found::tests::{at, clear, day, found, valid};
    use super::*;
    use program::{namespace::Namespace, wording::Plain};

    const NOW: &str = "2026-08-13T09:00:00Z";

    fn judged(found: &Found) -> &Judged {
        found.credential.as_ref().unwrap().as_ref().unwrap()
    }

    #[test]
    fn each_reason_has_its_sentence() {
        let found = found(None, valid(), clear(), NOW);
        let key = Some("https://hub.example/keys/x".to_owned());
        let signature = Reason::Signature;
        let revocation = Reason::Revocation;
        let until = day("2027-03-27");
        for (reason, part) in [
            (signature(valid()), "not a letter was changed"),
            (
                signature(Signature::Valid {
                    key: String::new(),
                    retired_at: Some(at("2026-06-01T00:00:00Z")),
                }),
                "14 March 2026 with a key that was in use until 1 June 2026",
            ),
            (
                signature(Signature::Invalid {
                    key: "https://hub.example/keys/x`".to_owned(),
                }),
                "`x’`",
            ),
            (signature(Signature::UnknownKey { key }), "not one of ours"),
            (signature(Signature::UnknownKey { key: None }), "no key"),
            (
                signature(Signature::OtherAlgorithm {
                    algorithm: "none".to_owned(),
                }),
                "`none`",
            ),
            (
                signature(Signature::OtherAlgorithm {
                    algorithm: String::new(),
                }),
                "does not say",
            ),
            (signature(Signature::NoKeys), "could not be read"),
            (signature(Signature::NoMeans), "HTTPS"),
            (
                Reason::SignedLate {
                    retired_at: at("2026-01-01T00:00:00Z"),
                },
                "since 1 January 2026, 00:00 UTC",
            ),
            (
                Reason::OtherIssuer {
                    issuer: "x".repeat(1_000),
                },
                "…` gave it",
            ),
            (Reason::Running { until, days: 0 }, "last day"),
            (Reason::Running { until, days: 1 }, "1 day is left"),
            (Reason::Running { until, days: 212 }, "212 days are left"),
            (
                Reason::Grace {
                    ended: day("2027-03-13"),
                    until,
                },
                "days of grace",
            ),
            (Reason::Over { since: until }, "ran from 14 March 2026"),
            (Reason::NotYet { from: at(NOW) }, "13 August 2026, 09:00"),
            (Reason::Asked, "the name you asked about"),
            (Reason::Found, "every repository"),
            (
                Reason::OtherNamespace {
                    asked: Namespace::parse("wrackline").unwrap(),
                },
                "`wrackline`",
            ),
            (revocation(clear()), "among the 6 credentials"),
            (revocation(Revocation::Revoked { at: at(NOW) }), "took back"),
            (revocation(Revocation::Away), "did not answer"),
            (revocation(Revocation::NotTheList), "not signed"),
            (
                revocation(Revocation::Stale { until: at(NOW) }),
                "good until 13 August 2026",
            ),
            (Reason::NotLookedAt, "relied on"),
        ] {
            let sentence = why(&reason, judged(&found), &Plain);
            assert!(sentence.contains(part), "{sentence}");
            assert!(sentence.ends_with('.'), "{sentence}");
            assert_eq!(sentence.matches('`').count() % 2, 0, "{sentence}");
        }
    }

    #[test]
    fn each_step_says_what_a_machine_wrote() {
        let mut found = found(None, valid(), clear(), NOW);
        found.ahead = Some(TimeDelta::seconds(-3_599));
        let lines: Vec<_> = judged(&found)
            .verdict
            .steps
            .iter()
            .flat_map(|(step, _, reason)| testimony(*step, reason, judged(&found), &found, &Plain))
            .collect();
        assert_eq!(
            lines,
            [
                "RS256, key 2026-a, from /.well-known/jwks.json",
                "nbf: 14 March 2026, 09:00 UTC; exp: 28 March 2027, 00:00 UTC",
                "your clock and the server’s differ by 1 hour",
                "sub: hub.example/n/kelpworks",
                "/status/0, entry 318 is 0, signed 13 August 2026, 09:00 UTC",
            ]
        );
    }

    #[test]
    fn what_was_not_looked_at_and_what_could_not_be_are_two_things() {
        for (outcome, reason, word) in [
            (Outcome::Holds, Reason::Found, "Holds"),
            (
                Outcome::Fails,
                Reason::Over {
                    since: day("2027-03-28"),
                },
                "Over",
            ),
            (
                Outcome::Fails,
                Reason::NotYet { from: at(NOW) },
                "Does not hold",
            ),
            (Outcome::Unchecked, Reason::NotLookedAt, "Not looked at"),
            (
                Outcome::Unchecked,
                Reason::Revocation(Revocation::Away),
                "Could not check",
            ),
        ] {
            assert_eq!(state(outcome, &reason).2, word);
        }
    }

    #[test]
    fn clocks_differ_in_the_unit_that_fits() {
        for (secs, said) in [
            (0, None),
            (-5, None),
            (6, Some("6 seconds")),
            (61, Some("1 minute")),
            (-3_540, Some("59 minutes")),
            (3_600, Some("1 hour")),
            (3_595, Some("1 hour")),
            (7_300, Some("2 hours")),
            (-864_000, Some("10 days")),
        ] {
            let words = clocks_differ(TimeDelta::seconds(secs));
            match said {
                None => assert_eq!(words, None),
                Some(said) => assert!(words.unwrap().ends_with(said), "{said}"),
            }
        }
    }
}
