//! A sample: a believable program to look at and to try things on, with namespaces in every
//! state. Its numbers begin with “sample”, its addresses lead nowhere, and one command
//! takes it out again.

mod entries;
mod pages;
pub mod pulled;

use crate::{
    accounts::SignInError,
    checks::pending,
    mail::words,
    memberships::{about, notice_key},
    secret,
    service::Service,
    store::{
        StoreError, accounts,
        applications::{self, Kept, New},
        maintainers, memberships, outbox, reviews, sample as kept,
    },
};
use api::application::EventKind;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use entries::{ENTRIES, Entry, OWNER, State};
use program::{
    Criterion,
    answers::{Answers, Holder, Presence, Source},
    commercial::MoneyTopic,
    decision::{Mark, Opinion, Opinions, cure_date},
    evidence::{Claim, Evidence, Reading, Repository, RepositoryFacts},
    life_cycle::Stage,
    mail::MailAddress,
    membership::Term,
    namespace::Namespace,
    roles::Role,
};
use rusqlite::Connection;

/// Who runs the sample.
const STAFF: (&str, &str) = ("marta@hub.example", "Marta Oduya");

/// A code to sign in with, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Their address.
    pub mail: String,
    /// What they may do.
    pub who: &'static str,
    /// The code.
    pub code: String,
}

impl Service {
    /// Fills an empty data folder with the sample; gives codes to sign in with, or nothing if
    /// the folder holds something already.
    ///
    /// # Errors
    /// Those of the data, and when there is no randomness.
    pub fn fill_with_sample(&self) -> Result<Vec<Code>, SignInError> {
        let now = self.now();
        self.store.write(|connection| {
            if !kept::is_empty(connection)? {
                return Ok(Vec::new());
            }
            let staff = account(connection, STAFF, now)?;
            accounts::put(connection, &staff.mail, STAFF.1, true, now)?;
            for (at, entry) in ENTRIES.iter().enumerate() {
                fill(connection, entry, at + 1, now)?;
            }
            people_and_note(connection, now)?;
            pages::show(connection, now)?;
            [(STAFF.0, "runs the program"), (OWNER, "owner of sandpiper")]
                .into_iter()
                .map(|(mail, who)| {
                    let address = parsed(mail)?;
                    let code = Self::operator_code(connection, &address, now)?;
                    Ok(Code {
                        mail: mail.to_owned(),
                        who,
                        code,
                    })
                })
                .collect()
        })
    }
}

fn parsed(mail: &str) -> Result<MailAddress, StoreError> {
    MailAddress::parse(mail).map_err(|_| StoreError::Corrupt("a mail address"))
}

fn account(
    connection: &Connection,
    (mail, name): (&str, &str),
    now: DateTime<Utc>,
) -> Result<accounts::Account, StoreError> {
    let account = accounts::get_or_make(connection, &parsed(mail)?, name, now)?;
    kept::mark_account(connection, account.id)?;
    Ok(account)
}

fn fill(
    connection: &Connection,
    entry: &Entry,
    number: usize,
    now: DateTime<Utc>,
) -> Result<(), SignInError> {
    let received = now - TimeDelta::days(entry.days_ago) - TimeDelta::hours(3);
    let namespace =
        Namespace::parse(entry.namespace).map_err(|_| StoreError::Corrupt("a namespace"))?;
    let answers = answers(entry, received);
    let number = format!("sample-{number:02}");
    let mut application = add(connection, &namespace, &answers, &number, received, false)?;
    application.evidence = evidence(&answers, entry, received);
    application.checked_at = received;
    match entry.state {
        State::Received => {}
        State::InReview => begin(connection, &mut application, received + TimeDelta::days(2))?,
        State::ChangesAsked => {
            begin(connection, &mut application, received + TimeDelta::days(2))?;
            let at = received + TimeDelta::days(5);
            let until = cure_date(at.date_naive());
            application.opinions = opinions(&[(
                Criterion::OpenSourceLicense,
                Mark::Ask,
                "The server is under the SSPL, which the OSI has not approved. Is there a part under an approved license that the images hold alone?",
            )]);
            ended(&mut application, Stage::ChangesAsked { until }, at);
            application.decided_at = None;
            said(connection, &application, EventKind::ChangesAsked, at)?;
        }
        State::Declined => {
            begin(connection, &mut application, received + TimeDelta::days(1))?;
            let at = received + TimeDelta::days(7);
            application.opinions = opinions(&[(
                Criterion::OpenSourceLicense,
                Mark::NotMet,
                "The Business Source License does not let everybody use the program for every purpose. Versions become GPL after four years; images of those could be taken in.",
            )]);
            ended(&mut application, Stage::Declined, at);
            said(connection, &application, EventKind::Declined, at)?;
        }
        State::Withdrawn => {
            let at = received + TimeDelta::days(3);
            ended(&mut application, Stage::Withdrawn, at);
            application.decided_at = None;
            applications::record(
                connection,
                &application.id,
                at,
                EventKind::Withdrawn,
                None,
                &(),
            )?;
        }
        State::Member(days) | State::Renewing(days) => {
            let at = now - TimeDelta::days(days);
            approve(connection, entry, &namespace, &mut application, at, now)?;
            if matches!(entry.state, State::Renewing(_)) {
                let at = now - TimeDelta::days(6);
                let mut renewal = add(
                    connection,
                    &namespace,
                    &answers,
                    &format!("{number}-renewal"),
                    at,
                    true,
                )?;
                renewal.evidence = evidence(&answers, entry, at);
                renewal.control_proven_at = Some(at);
                kept::set(connection, &renewal)?;
            }
        }
    }
    kept::set(connection, &application)?;
    Ok(())
}

fn add(
    connection: &Connection,
    namespace: &Namespace,
    answers: &Answers,
    number: &str,
    at: DateTime<Utc>,
    renews: bool,
) -> Result<Kept, SignInError> {
    let (id, token) = (secret::name()?, secret::name()?);
    let new = New {
        id: &id,
        namespace,
        key_hash: secret::hash(&secret::secret()?),
        idempotency_hash: secret::hash(&secret::secret()?),
        body_hash: secret::hash(""),
        answers,
        evidence: &pending(answers),
        control_token: &format!("dsos-verify-{token}"),
        now: at,
        target: at.date_naive() + Days::new(14),
        renews,
    };
    Ok(kept::add(connection, &new, number)?)
}

fn begin(
    connection: &Connection,
    application: &mut Kept,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    application.stage = Stage::InReview;
    said(connection, application, EventKind::Begun, at)
}

fn said(
    connection: &Connection,
    application: &Kept,
    kind: EventKind,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    applications::record(connection, &application.id, at, kind, Some(STAFF.1), &())
}

/// The program’s turn is over.
fn ended(application: &mut Kept, stage: Stage, at: DateTime<Utc>) {
    application.stage = stage;
    application.waited_ms = (at - application.received_at).num_milliseconds();
    application.waiting_since = None;
    application.decided_at = Some(at);
}

fn approve(
    connection: &Connection,
    entry: &Entry,
    namespace: &Namespace,
    application: &mut Kept,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    begin(
        connection,
        application,
        application.received_at + TimeDelta::days(1),
    )?;
    application.control_proven_at = Some(application.received_at + TimeDelta::hours(2));
    let proven = application.received_at + TimeDelta::hours(2);
    let event = EventKind::ControlProven;
    applications::record(connection, &application.id, proven, event, None, &())?;
    application.opinions = opinions(&[]);
    ended(application, Stage::Approved, at);
    said(connection, application, EventKind::Approved, at)?;
    let term = Term::beginning(at.date_naive());
    memberships::begin(connection, namespace, term, &application.id, at)?;
    let owner = account(connection, entry.person, at)?;
    maintainers::put(connection, namespace, owner.id, Role::Owner, at)?;
    past_notices(connection, entry, namespace, term, now)
}

/// The notices whose days have come: handed over, but for the last one of lanternfs.
fn past_notices(
    connection: &Connection,
    entry: &Entry,
    namespace: &Namespace,
    term: Term,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let today = now.date_naive();
    let past: Vec<_> = term
        .notices()
        .into_iter()
        .filter(|(day, _)| *day <= today)
        .collect();
    for (place, (day, notice)) in past.iter().enumerate() {
        let at = day.and_time(NOTICE_TIME).and_utc().min(now);
        let letter = outbox::Letter {
            about: about(namespace),
            notice: Some(notice_key(term, *notice)?),
            ..words::notice(
                parsed(entry.person.0)?,
                entry.person.1,
                namespace,
                term,
                *notice,
                "",
            )
        };
        let is_stuck = entry.namespace == "lanternfs" && place + 1 == past.len();
        let error = is_stuck.then_some("the mail server said: 550 no such mailbox (sample)");
        memberships::note_written(connection, namespace, term, *notice, at)?;
        outbox::add_past(connection, &letter, at, error)?;
    }
    Ok(())
}

/// When notices of the sample were handed over.
const NOTICE_TIME: NaiveTime = NaiveTime::MIN;

/// A second maintainer, an open invitation, and a note.
fn people_and_note(connection: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    let namespace =
        Namespace::parse("sandpiper").map_err(|_| StoreError::Corrupt("a namespace"))?;
    let member = account(connection, ("rui@sandpiper.example", "Rui Matos"), now)?;
    let since = now - TimeDelta::days(90);
    maintainers::put(connection, &namespace, member.id, Role::Member, since)?;
    let invited = parsed("clara@sandpiper.example")?;
    let until = now + TimeDelta::days(10);
    let by = "Inês Caldeira";
    maintainers::invite(
        connection,
        &namespace,
        &invited,
        Role::Member,
        by,
        now,
        until,
    )?;
    for waiting in reviews::open(connection, None, 100)? {
        if waiting.namespace == "saltmarsh" {
            let note = "The image is built from both repositories; the second has no license file.";
            reviews::add_note(connection, &waiting.id, STAFF.1, note, now)?;
        }
    }
    Ok(())
}

fn answers(entry: &Entry, at: DateTime<Utc>) -> Answers {
    let (mail, name) = entry.person;
    Answers {
        namespace: entry.namespace.to_owned(),
        presence: Some(Presence::Exists),
        holder: Some(Holder::Organization),
        paid_plan: Some(false),
        sources: vec![Source {
            address: address(entry),
            ..Source::default()
        }],
        license: entry.license.to_owned(),
        image_pushed: Some(at.date_naive() - Days::new(6)),
        dependencies_updated: Some(at.date_naive() - Days::new(2)),
        money: MoneyTopic::ALL
            .into_iter()
            .map(|topic| {
                let yes = matches!(topic, MoneyTopic::Donations | MoneyTopic::SponsorsOrGrants);
                (topic, yes)
            })
            .collect(),
        website: format!("https://{}.example", entry.namespace),
        contributing: format!("{}/blob/main/CONTRIBUTING.md", address(entry)),
        mail: mail.to_owned(),
        name: name.to_owned(),
        ..Answers::default()
    }
}

fn address(entry: &Entry) -> String {
    format!("https://forge.example/{0}/{0}", entry.namespace)
}

fn evidence(answers: &Answers, entry: &Entry, at: DateTime<Utc>) -> Evidence {
    let facts = RepositoryFacts {
        found: true,
        license: Some(entry.license.to_owned()),
        pushed_at: Some(at - TimeDelta::days(2)),
        contributing: Some(true),
        readme: Some(true),
        description: Some(format!("{}, a sample", entry.namespace)),
        homepage: Some(format!("https://{}.example", entry.namespace)),
        ..RepositoryFacts::default()
    };
    let repositories = answers
        .addresses()
        .into_iter()
        .map(|address| Repository {
            address,
            reading: Reading::Read {
                at,
                facts: facts.clone(),
            },
        })
        .collect();
    Evidence {
        repositories,
        // As it is without a registry, which is how a sample is looked at.
        registered: Reading::NotAsked,
        claimed: Reading::Read {
            at,
            facts: Claim::Free,
        },
    }
}

/// Everything met, but what is named.
fn opinions(others: &[(Criterion, Mark, &str)]) -> Opinions {
    let mut opinions: Opinions = Criterion::ALL
        .into_iter()
        .map(|criterion| {
            let reason = String::new();
            (
                criterion,
                Opinion {
                    mark: Mark::Met,
                    reason,
                },
            )
        })
        .collect();
    for (criterion, mark, reason) in others {
        let reason = (*reason).to_owned();
        opinions.insert(
            *criterion,
            Opinion {
                mark: *mark,
                reason,
            },
        );
    }
    opinions
}
