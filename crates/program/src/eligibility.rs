//! Eligibility: one pure function from what an applicant says and what was
//! read elsewhere to a finding per criterion. The hint in the form and the
//! check before a decision are this same call.
//!
//! Rules that hold for all criteria: what could not be read is unknown and never
//! not met; where an applicant and a forge disagree, a person looks; one
//! repository that fails makes the criterion fail, and the finding names it.

use crate::{
    answers::{Answers, Holder, Presence, Stated},
    commercial::MoneyTopic,
    criteria::{Criterion, Standing},
    evidence::{Claim, Evidence, Reading, RepositoryFacts},
    finding::{Activity, Document, Finding, Reason, Testimony},
    license::{Approval, License, LicenseError},
    namespace::Namespace,
    source::SourceAddress,
    terms::ACTIVE_MONTHS,
};
use chrono::{Months, NaiveDate};

/// Judges every criterion, in the order of [`Criterion::ALL`]. `today` is the
/// day in UTC from which six months are counted back.
pub fn assess(answers: &Answers, evidence: &Evidence, today: NaiveDate) -> [Finding; 6] {
    let case = Case {
        answers,
        evidence,
        today,
        addresses: answers.addresses(),
    };
    Criterion::ALL.map(|criterion| Finding {
        criterion,
        reason: match criterion {
            Criterion::PublicSource => case.public_source(),
            Criterion::OpenSourceLicense => case.license(),
            Criterion::ActiveDevelopment => case.activity(),
            Criterion::NoCommercialization => case.money(),
            Criterion::Documented => case.documents(),
            Criterion::OrganizationNamespace => case.namespace(),
        },
        testimony: case.testimony(criterion),
    })
}

/// How much a reason weighs when there is one for each repository.
fn weight(reason: &Reason) -> u8 {
    match reason.standing() {
        Standing::Unmet => 3,
        Standing::Person => 2,
        Standing::Unknown => 1,
        Standing::Met => 0,
    }
}

/// The first of the weightiest reasons.
fn weightiest(reasons: impl IntoIterator<Item = Reason>) -> Option<Reason> {
    reasons.into_iter().reduce(|heaviest, reason| {
        if weight(&reason) > weight(&heaviest) {
            reason
        } else {
            heaviest
        }
    })
}

struct Case<'a> {
    answers: &'a Answers,
    evidence: &'a Evidence,
    today: NaiveDate,
    addresses: Vec<SourceAddress>,
}

/// A reading that is not one: why there are no facts.
fn absent<T>(reading: &Reading<T>, host: &str) -> Option<Reason> {
    let host = host.to_owned();
    match reading {
        Reading::Pending => Some(Reason::Checking { host }),
        Reading::Failed { trouble, .. } => Some(Reason::NotChecked {
            host,
            trouble: *trouble,
        }),
        Reading::NotAsked | Reading::Read { .. } => None,
    }
}

impl Case<'_> {
    /// The repositories that their forges show, each with what is stated of it.
    fn shown(&self) -> impl Iterator<Item = (&SourceAddress, &RepositoryFacts, Option<&Stated>)> {
        self.addresses.iter().filter_map(|at| {
            let facts = self.evidence.of(at).facts()?;
            (facts.found && !facts.private).then(|| (at, facts, self.answers.stated(at)))
        })
    }

    /// Why nothing can be said of some repository now, if so.
    fn unread(&self) -> Option<Reason> {
        let reasons = self
            .addresses
            .iter()
            .filter_map(|at| absent(self.evidence.of(at), at.host()));
        // An answer that is awaited is said before one that did not come.
        reasons.min_by_key(|reason| !matches!(reason, Reason::Checking { .. }))
    }

    fn public_source(&self) -> Reason {
        let each = self.addresses.iter().map(|at| {
            let at = at.clone();
            let reading = self.evidence.of(&at);
            if let Some(reason) = absent(reading, at.host()) {
                return reason;
            }
            let Some(facts) = reading.facts() else {
                return Reason::SourceElsewhere { at };
            };
            let stated = self.answers.stated(&at);
            let differs =
                |stated: Option<bool>, read: bool| stated.is_some_and(|says| says != read);
            if !facts.found || facts.private {
                return match stated.and_then(|stated| stated.public) {
                    Some(true) => Reason::SourceDiffers { at },
                    _ if facts.private => Reason::SourcePrivate { at },
                    _ => Reason::SourceNotFound { at },
                };
            }
            if let Some(to) = &facts.moved_to {
                let to = to.clone();
                return Reason::SourceMoved { at, to };
            }
            if stated.is_some_and(|stated| {
                differs(stated.public, true) || differs(stated.fork, facts.fork)
            }) {
                return Reason::SourceDiffers { at };
            }
            if facts.fork {
                return Reason::SourceFork { at };
            }
            Reason::SourcePublic {
                count: self.addresses.len(),
            }
        });
        weightiest(each).unwrap_or(Reason::SourceOpen)
    }

    fn license(&self) -> Reason {
        let text = self.answers.license.trim();
        let license = match License::parse(text) {
            Ok(license) => license,
            Err(LicenseError::Empty) => return Reason::LicenseOpen,
            Err(error) => return unreadable(&error),
        };
        let whole = match license.approval() {
            Approval::NotApproved(refused) => return not_approved(&refused, None),
            Approval::Own(names) => Reason::LicenseOwn {
                license: names.join(", "),
            },
            Approval::Approved => Reason::LicenseApproved {
                license: license.to_string(),
            },
        };
        let each = self
            .shown()
            .filter_map(|(at, facts, stated)| repository_license(at, facts, stated));
        // Unread repositories weigh less than what is known of the others.
        let reasons = each.chain([whole]).chain(self.unread());
        match weightiest(reasons) {
            Some(reason) if !self.addresses.is_empty() || weight(&reason) > 0 => reason,
            _ => Reason::SourceOpen,
        }
    }

    fn activity(&self) -> Reason {
        let since = self
            .today
            .checked_sub_months(Months::new(ACTIVE_MONTHS))
            .unwrap_or(self.today);
        let recent = |day: NaiveDate| day >= since;
        let open: Vec<_> = self
            .shown()
            .map(|(at, facts, stated)| {
                let archived = stated
                    .and_then(|stated| stated.archived)
                    .unwrap_or(facts.archived);
                (at, facts, stated, archived)
            })
            .collect();
        let all_shown = open.len() == self.addresses.len() && !open.is_empty();
        let read = open
            .iter()
            .filter(|(_, facts, _, _)| !facts.archived)
            .filter_map(|(_, facts, _, _)| facts.pushed_at)
            .map(|time| time.date_naive())
            .max();
        if let Some(on) = read.filter(|day| recent(*day)) {
            let what = Activity::Push;
            return Reason::Active { what, on };
        }
        let corrected = open
            .iter()
            .filter_map(|(_, _, stated, _)| stated.and_then(|stated| stated.pushed))
            .max();
        let stated = [
            (Activity::Image, self.answers.image_pushed),
            (Activity::Dependencies, self.answers.dependencies_updated),
            (Activity::Push, corrected),
        ];
        let last = stated
            .iter()
            .filter_map(|(what, on)| on.map(|on| (*what, on)))
            .filter(|(_, on)| *on <= self.today.succ_opt().unwrap_or(self.today))
            .max_by_key(|(_, on)| *on);
        if let Some((what, on)) = last.filter(|(_, on)| recent(*on)) {
            return Reason::ActiveStated { what, on };
        }
        if let Some(reason) = self.unread() {
            return reason;
        }
        if all_shown
            && let Some((at, ..)) = open.iter().find(|(.., archived)| *archived)
            && open.iter().all(|(.., archived)| *archived)
        {
            let at = (*at).clone();
            return Reason::Archived { at };
        }
        let said_all =
            self.answers.image_pushed.is_some() && self.answers.dependencies_updated.is_some();
        match read.into_iter().chain(last.map(|(_, on)| on)).max() {
            Some(last) if said_all => Reason::Inactive { last },
            _ => Reason::ActivityOpen { pushed: read },
        }
    }

    fn money(&self) -> Reason {
        let answered = |topic: &MoneyTopic| self.answers.money.get(topic).copied();
        let yes = MoneyTopic::ALL
            .into_iter()
            .filter(|topic| answered(topic) == Some(true))
            .map(|topic| Reason::Money { topic });
        if let Some(reason) = weightiest(yes).filter(|reason| weight(reason) > 0) {
            return reason;
        }
        let open = MoneyTopic::ALL
            .iter()
            .filter(|topic| answered(topic).is_none())
            .count();
        if open > 0 {
            Reason::MoneyOpen { open }
        } else {
            Reason::MoneyFine
        }
    }

    fn documents(&self) -> Reason {
        if self.addresses.is_empty() {
            return Reason::DocumentsOpen;
        }
        let filled =
            |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
        let said = |text: &str| !text.trim().is_empty();
        let any =
            |test: &dyn Fn(&RepositoryFacts) -> bool| self.shown().any(|(_, facts, _)| test(facts));
        let stated_contributing = self
            .shown()
            .any(|(_, _, stated)| stated.and_then(|stated| stated.contributing) == Some(true));
        let mut missing = Vec::new();
        let mut stated = false;
        let mut need = |document, read: bool, says: bool| match (read, says) {
            (true, _) => {}
            (false, true) => stated = true,
            (false, false) => missing.push(document),
        };
        need(
            Document::Description,
            any(&|facts| filled(&facts.description)),
            false,
        );
        need(
            Document::Contributing,
            any(&|facts| facts.contributing == Some(true)),
            said(&self.answers.contributing) || stated_contributing,
        );
        need(
            Document::Website,
            any(&|facts| filled(&facts.homepage)),
            said(&self.answers.website),
        );
        if missing.is_empty() {
            return if stated {
                Reason::DocumentsStated
            } else {
                Reason::Documented
            };
        }
        // What is missing may be in a repository that could not be read.
        if let Some(reason) = self.unread() {
            return reason;
        }
        if self.shown().next().is_none() {
            return match self.addresses.first() {
                Some(at) => Reason::SourceElsewhere { at: at.clone() },
                None => Reason::DocumentsOpen,
            };
        }
        let untold = self
            .shown()
            .find(|(_, facts, _)| facts.contributing.is_none());
        match untold {
            Some((at, ..)) if missing == [Document::Contributing] => {
                Reason::DocumentsUnread { at: at.clone() }
            }
            _ => {
                if untold.is_some() {
                    missing.retain(|document| *document != Document::Contributing);
                }
                Reason::DocumentsMissing { missing }
            }
        }
    }

    fn namespace(&self) -> Reason {
        if self.answers.holder == Some(Holder::Person) {
            return Reason::NamespacePersonal;
        }
        if self.answers.paid_plan == Some(true) {
            return Reason::NamespacePaidPlan;
        }
        let Ok(namespace) = Namespace::parse(&self.answers.namespace) else {
            return Reason::NamespaceOpen;
        };
        let name = namespace.as_str().to_owned();
        if self.evidence.claimed.facts() == Some(&Claim::Member) {
            return Reason::NamespaceMember { name };
        }
        let (Some(presence), Some(_), Some(_)) = (
            self.answers.presence,
            self.answers.holder,
            self.answers.paid_plan,
        ) else {
            return Reason::NamespaceOpen;
        };
        let registered = match (presence, self.evidence.registered.facts()) {
            (Presence::Exists, Some(false)) => return Reason::NamespaceNotFound { name },
            (Presence::ToBeCreated, Some(true)) => return Reason::NamespaceTaken { name },
            (Presence::Exists, Some(true)) => Reason::NamespaceExists { name: name.clone() },
            (Presence::ToBeCreated, Some(false)) => Reason::NamespaceFree { name: name.clone() },
            (_, None) => absent(&self.evidence.registered, "the registry")
                .unwrap_or(Reason::NamespaceUnchecked { name: name.clone() }),
        };
        if self.evidence.claimed.facts() == Some(&Claim::AppliedFor) {
            return Reason::NamespaceAppliedFor { name };
        }
        let claimed = absent(&self.evidence.claimed, "the server of this program");
        weightiest([registered].into_iter().chain(claimed)).unwrap_or(Reason::NamespaceOpen)
    }

    /// Who said what a criterion rests on.
    fn testimony(&self, criterion: Criterion) -> Vec<Testimony> {
        match criterion {
            Criterion::PublicSource
            | Criterion::OpenSourceLicense
            | Criterion::ActiveDevelopment
            | Criterion::Documented => self
                .addresses
                .iter()
                .filter_map(|address| match self.evidence.of(address) {
                    Reading::Read { at, .. } => Some(Testimony {
                        from: address.short(),
                        at: *at,
                    }),
                    _ => None,
                })
                .collect(),
            Criterion::OrganizationNamespace => match &self.evidence.registered {
                Reading::Read { at, .. } => vec![Testimony {
                    from: "registry".to_owned(),
                    at: *at,
                }],
                _ => Vec::new(),
            },
            Criterion::NoCommercialization => Vec::new(),
        }
    }
}

/// An expression that cannot be read; terms that are known by name are
/// judged all the same.
fn unreadable(error: &LicenseError) -> Reason {
    match error.explained() {
        Some((license, why)) => Reason::LicenseNotApproved {
            license,
            why: why.to_owned(),
            at: None,
        },
        None => Reason::LicenseUnreadable {
            message: error.to_string(),
        },
    }
}

fn not_approved(refused: &[crate::license::Refused], at: Option<&SourceAddress>) -> Reason {
    let (license, why) = refused
        .first()
        .map(|one| (one.id.clone(), one.why))
        .unwrap_or_default();
    Reason::LicenseNotApproved {
        license,
        why: why.to_owned(),
        at: at.cloned(),
    }
}

/// What one repository's license means, unless it says nothing against the whole.
fn repository_license(
    at: &SourceAddress,
    facts: &RepositoryFacts,
    stated: Option<&Stated>,
) -> Option<Reason> {
    let corrected = stated.and_then(|stated| stated.license.as_deref());
    let read = facts.license.as_deref();
    if let (Some(stated), Some(read)) = (corrected, read) {
        let same = match (License::parse(stated), License::parse(read)) {
            (Ok(stated), Ok(read)) => stated.says_the_same(&read),
            _ => stated.trim() == read,
        };
        if !same {
            return Some(Reason::LicenseDiffers {
                at: at.clone(),
                stated: stated.trim().to_owned(),
                read: read.to_owned(),
            });
        }
    }
    let Some(read) = read else {
        return Some(Reason::LicenseNotSeen { at: at.clone() });
    };
    match License::parse(read).map(|license| license.approval()) {
        Ok(Approval::Approved) => None,
        Ok(Approval::NotApproved(refused)) => Some(not_approved(&refused, Some(at))),
        Ok(Approval::Own(_)) | Err(_) => Some(Reason::LicenseNotSeen { at: at.clone() }),
    }
}
