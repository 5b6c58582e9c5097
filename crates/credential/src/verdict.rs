//! What a credential is worth: four steps, each with its outcome and its reason, and what
//! follows from them. A step that could not be taken never counts as passed, and never as failed.

use crate::claims::Claims;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use program::namespace::Namespace;

/// How far two clocks may differ (RFC 7519, 4.1.5, allows a few minutes).
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// What is checked, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The program signed these words.
    Signature,
    /// They hold today.
    Dates,
    /// They are about the namespace that was asked about.
    Namespace,
    /// They were not taken back.
    Revocation,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Holds,
    /// Not as it should be.
    Fails,
    /// It could not be found out.
    Unchecked,
}

/// What became of the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// A key of the program made it.
    Valid {
        /// Which.
        key: String,
        /// Since when nothing is signed with it.
        retired_at: Option<DateTime<Utc>>,
    },
    /// The key that it names did not make it.
    Invalid {
        /// Which.
        key: String,
    },
    /// It names a key that the program does not have, or none.
    UnknownKey {
        /// Which.
        key: Option<String>,
    },
    /// It is made in another way than the program’s.
    OtherAlgorithm {
        /// Which.
        algorithm: String,
    },
    /// The keys of the program could not be had.
    NoKeys,
    /// The browser has no means to check it: the page was not opened over HTTPS.
    NoMeans,
}

/// What became of the question whether it was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It was not.
    Clear {
        /// As of when.
        at: DateTime<Utc>,
    },
    /// It was.
    Revoked {
        /// As of when.
        at: DateTime<Utc>,
    },
    /// The list could not be had.
    Away,
    /// What came is no list that the program signed.
    NotTheList,
    /// The list is old.
    Stale {
        /// Until when it was good.
        until: DateTime<Utc>,
    },
}

/// Why a step ended as it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// What became of the signature.
    Signature(Signature),
    /// It was signed with a key after that was retired.
    SignedLate {
        /// When it was retired.
        retired_at: DateTime<Utc>,
    },
    /// It says of itself that somebody else gave it.
    OtherIssuer {
        /// Who.
        issuer: String,
    },
    /// The year runs.
    Running {
        /// Its last day.
        until: NaiveDate,
        /// Days until then, today aside.
        days: i64,
    },
    /// The year is over, and the days of grace run.
    Grace {
        /// The last day of the year.
        ended: NaiveDate,
        /// The last day of grace.
        until: NaiveDate,
    },
    /// It is over.
    Over {
        /// The first day without it.
        since: NaiveDate,
    },
    /// It begins later.
    NotYet {
        /// When.
        from: DateTime<Utc>,
    },
    /// It is about the namespace that was asked about.
    Asked,
    /// Nobody asked about a certain namespace: whose it is stands in it.
    Found,
    /// It is about another one.
    OtherNamespace {
        /// Which was asked about.
        asked: Namespace,
    },
    /// Whether it was taken back.
    Revocation(Revocation),
    /// Nothing in it can be relied on, so nothing was looked at.
    NotLookedAt,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// The namespace is sponsored.
    Genuine,
    /// So it seems; whether it was taken back could not be found out.
    GenuineUnlessRevoked,
    /// It was genuine, and is over.
    Over,
    /// It is genuine, and begins later.
    NotYet,
    /// It was genuine, and was taken back.
    Revoked,
    /// It is genuine, and somebody else’s.
    OtherNamespace,
    /// The program did not sign it.
    Forged,
    /// Nothing could be found out.
    Unchecked,
}

/// The four steps and what follows from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Each step in order, how it ended and why.
    pub steps: [(Step, Outcome, Reason); 4],
    /// What follows.
    pub conclusion: Conclusion,
}

/// What was found out about a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checks<'a> {
    /// What it says.
    pub claims: &'a Claims,
    /// The address of the program that is asked, without a slash at the end.
    pub base_url: &'a str,
    /// The namespace that was asked about, if one was.
    pub asked: Option<&'a Namespace>,
    /// What became of its signature.
    pub signature: Signature,
    /// Whether it was taken back.
    pub revocation: Revocation,
    /// The time.
    pub now: DateTime<Utc>,
}

/// Judges a credential.
pub fn judge(checks: Checks<'_>) -> Verdict {
    let (outcome, reason) = signature(&checks);
    let signed = (Step::Signature, outcome, reason);
    if outcome != Outcome::Holds {
        let not = |step| (step, Outcome::Unchecked, Reason::NotLookedAt);
        return Verdict {
            steps: [
                signed,
                not(Step::Dates),
                not(Step::Namespace),
                not(Step::Revocation),
            ],
            conclusion: if outcome == Outcome::Fails {
                Conclusion::Forged
            } else {
                Conclusion::Unchecked
            },
        };
    }
    let dates = dates(checks.claims, checks.now);
    let namespace = match checks.asked {
        None => (Outcome::Holds, Reason::Found),
        Some(asked) if *asked == checks.claims.namespace => (Outcome::Holds, Reason::Asked),
        Some(asked) => (
            Outcome::Fails,
            Reason::OtherNamespace {
                asked: asked.clone(),
            },
        ),
    };
    let revoked = match &checks.revocation {
        Revocation::Clear { .. } => Outcome::Holds,
        Revocation::Revoked { .. } => Outcome::Fails,
        Revocation::Away | Revocation::NotTheList | Revocation::Stale { .. } => Outcome::Unchecked,
    };
    let conclusion = match (namespace.0, revoked, &dates.1) {
        (Outcome::Fails, ..) => Conclusion::OtherNamespace,
        (_, Outcome::Fails, _) => Conclusion::Revoked,
        (.., Reason::Over { .. }) => Conclusion::Over,
        (.., Reason::NotYet { .. }) => Conclusion::NotYet,
        (_, Outcome::Holds, _) => Conclusion::Genuine,
        (_, Outcome::Unchecked, _) => Conclusion::GenuineUnlessRevoked,
    };
    Verdict {
        steps: [
            signed,
            (Step::Dates, dates.0, dates.1),
            (Step::Namespace, namespace.0, namespace.1),
            (
                Step::Revocation,
                revoked,
                Reason::Revocation(checks.revocation),
            ),
        ],
        conclusion,
    }
}

fn signature(checks: &Checks<'_>) -> (Outcome, Reason) {
    let claims = checks.claims;
    match &checks.signature {
        Signature::NoKeys | Signature::NoMeans => (
            Outcome::Unchecked,
            Reason::Signature(checks.signature.clone()),
        ),
        Signature::Invalid { .. }
        | Signature::UnknownKey { .. }
        | Signature::OtherAlgorithm { .. } => {
            (Outcome::Fails, Reason::Signature(checks.signature.clone()))
        }
        // A key of ours signs nothing of others; a list of others’ would not be ours to believe.
        Signature::Valid { .. } if !claims.is_of(checks.base_url) => (
            Outcome::Fails,
            Reason::OtherIssuer {
                issuer: claims.issuer.clone(),
            },
        ),
        Signature::Valid {
            retired_at: Some(retired_at),
            ..
        } if claims.not_before > *retired_at => (
            Outcome::Fails,
            Reason::SignedLate {
                retired_at: *retired_at,
            },
        ),
        Signature::Valid { .. } => (Outcome::Holds, Reason::Signature(checks.signature.clone())),
    }
}

fn dates(claims: &Claims, now: DateTime<Utc>) -> (Outcome, Reason) {
    let today = now.date_naive();
    if now >= claims.expires {
        let since = claims.expires.date_naive();
        return (Outcome::Fails, Reason::Over { since });
    }
    if now + LEEWAY < claims.not_before {
        let from = claims.not_before;
        return (Outcome::Fails, Reason::NotYet { from });
    }
    let reason = if today <= claims.until {
        Reason::Running {
            until: claims.until,
            days: (claims.until - today).num_days(),
        }
    } else {
        Reason::Grace {
            ended: claims.until,
            until: (claims.expires - TimeDelta::seconds(1)).date_naive(),
        }
    };
    (Outcome::Holds, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::tests::{day, payload};

    fn claims() -> Claims {
        Claims::of(&payload()).unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn checks(claims: &Claims) -> Checks<'_> {
        Checks {
            claims,
            base_url: "https://hub.example",
            asked: None,
            signature: Signature::Valid {
                key: "k".to_owned(),
                retired_at: None,
            },
            revocation: Revocation::Clear {
                at: at("2026-11-01T00:00:00Z"),
            },
            now: at("2026-11-01T00:00:00Z"),
        }
    }

    fn outcomes(verdict: &Verdict) -> [Outcome; 4] {
        verdict.steps.each_ref().map(|(_, outcome, _)| *outcome)
    }

    use Outcome::{Fails, Holds, Unchecked};

    #[test]
    fn what_is_as_it_should_be_is_genuine() {
        let claims = claims();
        let asked = Namespace::parse("kelpworks").unwrap();
        let verdict = judge(Checks {
            asked: Some(&asked),
            ..checks(&claims)
        });
        assert_eq!(outcomes(&verdict), [Holds; 4]);
        assert_eq!(verdict.conclusion, Conclusion::Genuine);
        assert_eq!(verdict.steps[2].2, Reason::Asked);
        let days = 132;
        let until = day("2027-03-13");
        assert_eq!(verdict.steps[1].2, Reason::Running { until, days });
    }

    #[test]
    fn what_is_not_signed_by_the_program_is_not_looked_at() {
        let claims = claims();
        for signature in [
            Signature::Invalid {
                key: "k".to_owned(),
            },
            Signature::UnknownKey { key: None },
            Signature::OtherAlgorithm {
                algorithm: "none".to_owned(),
            },
        ] {
            let verdict = judge(Checks {
                signature,
                ..checks(&claims)
            });
            assert_eq!(outcomes(&verdict), [Fails, Unchecked, Unchecked, Unchecked]);
            assert_eq!(verdict.conclusion, Conclusion::Forged);
        }
        for signature in [Signature::NoKeys, Signature::NoMeans] {
            let verdict = judge(Checks {
                signature,
                ..checks(&claims)
            });
            assert_eq!(outcomes(&verdict), [Unchecked; 4]);
            assert_eq!(verdict.conclusion, Conclusion::Unchecked);
        }
    }

    #[test]
    fn a_retired_key_vouches_for_what_it_signed_before_and_for_nothing_after() {
        let claims = claims();
        for (offset, conclusion) in [(0, Conclusion::Genuine), (-1, Conclusion::Forged)] {
            let retired_at = claims.not_before + TimeDelta::seconds(offset);
            let signature = Signature::Valid {
                key: "k".to_owned(),
                retired_at: Some(retired_at),
            };
            let verdict = judge(Checks {
                signature,
                ..checks(&claims)
            });
            assert_eq!(verdict.conclusion, conclusion);
        }
    }

    #[test]
    fn another_issuer_another_namespace_and_a_foreign_list_are_told() {
        let mut other = claims();
        other.issuer = "https://elsewhere.example/".to_owned();
        assert_eq!(judge(checks(&other)).conclusion, Conclusion::Forged);
        let mut other = claims();
        other.status.list = "https://elsewhere.example/status/0".to_owned();
        assert_eq!(judge(checks(&other)).conclusion, Conclusion::Forged);
        let claims = claims();
        let asked = Namespace::parse("wrackline").unwrap();
        let verdict = judge(Checks {
            asked: Some(&asked),
            ..checks(&claims)
        });
        assert_eq!(verdict.conclusion, Conclusion::OtherNamespace);
        assert_eq!(outcomes(&verdict), [Holds, Holds, Fails, Holds]);
    }

    #[test]
    fn dates_turn_on_their_seconds() {
        let claims = claims();
        for (now, conclusion) in [
            ("2026-08-14T09:34:59Z", Conclusion::NotYet),
            ("2026-08-14T09:35:00Z", Conclusion::Genuine),
            ("2027-03-27T23:59:59Z", Conclusion::Genuine),
            ("2027-03-28T00:00:00Z", Conclusion::Over),
        ] {
            let (now, not_before) = (at(now), at("2026-08-14T09:40:00Z"));
            let claims = Claims {
                not_before,
                ..claims.clone()
            };
            let verdict = judge(Checks {
                now,
                ..checks(&claims)
            });
            assert_eq!(verdict.conclusion, conclusion, "{now}");
        }
        let now = at("2027-03-14T00:00:00Z");
        let verdict = judge(Checks {
            now,
            ..checks(&claims)
        });
        let reason = Reason::Grace {
            ended: day("2027-03-13"),
            until: day("2027-03-27"),
        };
        assert_eq!(verdict.steps[1].2, reason);
    }

    #[test]
    fn what_could_not_be_checked_neither_passes_nor_fails() {
        let claims = claims();
        let now = claims.not_before;
        for (revocation, outcome, conclusion) in [
            (Revocation::Revoked { at: now }, Fails, Conclusion::Revoked),
            (
                Revocation::Away,
                Unchecked,
                Conclusion::GenuineUnlessRevoked,
            ),
            (
                Revocation::NotTheList,
                Unchecked,
                Conclusion::GenuineUnlessRevoked,
            ),
            (
                Revocation::Stale { until: now },
                Unchecked,
                Conclusion::GenuineUnlessRevoked,
            ),
        ] {
            let verdict = judge(Checks {
                revocation,
                ..checks(&claims)
            });
            assert_eq!(outcomes(&verdict), [Holds, Holds, Holds, outcome]);
            assert_eq!(verdict.conclusion, conclusion);
            let over = judge(Checks {
                now: claims.expires,
                ..checks(&claims)
            });
            assert_eq!(over.conclusion, Conclusion::Over);
        }
    }
}
