//! What mails say. Plain text: it reads everywhere, and nothing in it can run.

use crate::store::{
    applications::Kept,
    outbox::{Letter, Purpose},
};
use api::{membership::Renewed, review::Decision};
use chrono::{DateTime, NaiveDate, Utc};
use program::{
    Criterion, NAME,
    decision::Mark,
    mail::MailAddress,
    membership::{Notice, Term},
    namespace::Namespace,
    roles::Role,
    wording::{Plain, Wording},
};

/// That an application came in.
pub fn receipt(
    to: MailAddress,
    name: &str,
    number: &str,
    namespace: &str,
    link: &str,
    target: NaiveDate,
    id: &str,
) -> Letter {
    let target = Plain.day(target);
    let text = format!(
        "Hello {name},

your application for {namespace} to the {NAME} is here. Its number is {number}.

You will have an answer, with reasons, by {target}. Until then this page shows where it is. There you can also answer, amend or withdraw it:

{link}

Whoever has this link can do so, so keep it to yourself. There is no account and no password.

If you did not apply, somebody typed your address by mistake. You need do nothing; the link lets you withdraw it.
",
        name = one_line(name),
    );
    Letter {
        to,
        subject: format!("Received: application {number}"),
        text,
        calendar: None,
        purpose: Purpose::Receipt,
        about: id.to_owned(),
        notice: None,
    }
}

/// What a reviewer decided or asks, with the reasons.
pub fn decision(
    to: MailAddress,
    application: &Kept,
    decision: &Decision,
    term: Option<Term>,
    by: &str,
    base_url: &str,
) -> Letter {
    let status = format!("{base_url}/applications/{}", application.id);
    let namespace = application.answers.namespace.trim();
    let number = &application.number;
    let (subject, first) = match decision {
        Decision::Approve { .. } => (
            format!("Approved: {namespace} is in the program"),
            match term {
                Some(term) => format!(
                    "{namespace} is in the {NAME} until {}. It can be renewed from {} on; you will have a notice then.",
                    Plain.day(term.until),
                    Plain.day(term.renewable_from())
                ),
                None => format!("{namespace} is in the {NAME}."),
            },
        ),
        Decision::Ask { until } => (
            format!("Something is needed from you by {}", Plain.day(*until)),
            format!(
                "Your application for {namespace} was read. Something is needed from you by {}; our time stands still until you answer.",
                Plain.day(*until)
            ),
        ),
        Decision::Decline => (
            format!("Declined: application {number}"),
            format!(
                "Your application for {namespace} was read and declined, for what is said below. You may apply again when it has changed."
            ),
        ),
    };
    let mut text = format!(
        "Hello {},\n\n{first}\n",
        one_line(&application.answers.name)
    );
    let is_documented = application
        .opinions
        .get(&Criterion::Documented)
        .is_none_or(|opinion| opinion.mark == Mark::Met);
    if matches!(decision, Decision::Approve { .. }) && !is_documented {
        text.push_str(
            "\nUnlimited pulls hold from today. The badge waits for one thing, which is said below under “Documented”: it appears when the pages of your repositories have it.\n",
        );
    }
    if matches!(decision, Decision::Approve { .. }) {
        let page = program::addresses::page(namespace);
        text.push_str(&format!(
            "\nThe page of the namespace, with the badge for your readme:\n{base_url}{page}\n\nSign in with this address to write what it says, and to invite others who maintain it:\n{base_url}/sign-in\n"
        ));
    }
    for (criterion, opinion) in &application.opinions {
        let mark = match opinion.mark {
            Mark::Met if opinion.reason.is_empty() => continue,
            Mark::Met => "met",
            Mark::Ask => "please answer",
            Mark::NotMet => "not met",
        };
        text.push_str(&format!(
            "\n{}: {mark}\n{}\n",
            criterion.name(),
            opinion.reason
        ));
    }
    text.push_str(&format!(
        "\nAll of it stands on the page of your application; the link with its key is in the receipt that you got on {}:\n{status}\n\n{}\n",
        Plain.day(application.received_at.date_naive()),
        one_line(by),
    ));
    Letter {
        to,
        subject,
        text,
        calendar: None,
        purpose: Purpose::Decision,
        about: application.id.clone(),
        notice: None,
    }
}

/// Where a membership is.
pub fn notice(
    to: MailAddress,
    name: &str,
    namespace: &Namespace,
    term: Term,
    notice: Notice,
    url: &str,
) -> Letter {
    let until = Plain.day(term.until);
    let grace = Plain.day(term.grace_until());
    let renew = format!("Renewing takes one step if nothing changed: {url}");
    let body = match notice {
        Notice::Began => format!(
            "The sponsored year of {namespace} has begun. It holds until {until}. You will be reminded 45, 30 and 7 days before; the dates are attached for your calendar."
        ),
        Notice::Ends { .. } => format!(
            "The sponsored year of {namespace} ends on {until}. After that everything stays as it is until {grace}; then badge and unlimited pulls end. {renew}"
        ),
        Notice::Grace => format!(
            "The sponsored year of {namespace} ended on {until}. Badge and unlimited pulls stay until {grace}, and end then unless you renew. {renew}"
        ),
        Notice::Lapsed => format!(
            "Badge and unlimited pulls of {namespace} ended after {grace}. It can be taken in again at any time. {renew}"
        ),
    };
    Letter {
        to,
        subject: notice_subject(namespace, term, notice),
        text: format!("Hello {},\n\n{body}\n", one_line(name)),
        calendar: None,
        purpose: Purpose::Notice,
        about: String::new(),
        notice: None,
    }
}

/// The subject of a notice, whoever gets it.
pub fn notice_subject(namespace: &Namespace, term: Term, notice: Notice) -> String {
    match notice {
        Notice::Began => {
            let until = Plain.day(term.until);
            format!("{namespace} is in the program until {until}")
        }
        Notice::Ends { days } => {
            format!("{namespace}: {days} days until the sponsored year ends")
        }
        Notice::Grace => {
            let grace = Plain.day(term.grace_until());
            format!("{namespace}: the year is over, and everything holds until {grace}")
        }
        Notice::Lapsed => format!("{namespace} is no longer in the program"),
    }
}

/// What became of a renewal.
pub fn renewal(
    to: MailAddress,
    name: &str,
    namespace: &Namespace,
    renewed: &Renewed,
    link: &str,
    id: &str,
) -> Letter {
    let (subject, body) = match renewed {
        Renewed::Granted { term } => {
            let until = Plain.day(term.until);
            (
                format!("Renewed: {namespace} is in the program until {until}"),
                format!(
                    "The membership of {namespace} was renewed, since everything that was found before still holds. It is in the {NAME} until {until}. There is nothing else to do:\n\n{link}"
                ),
            )
        }
        Renewed::InReview {
            renewal,
            to_be_looked_at,
        } => {
            let points: String = to_be_looked_at
                .iter()
                .map(|criterion| format!("\n- {}", criterion.name()))
                .collect();
            let points = if points.is_empty() {
                "\n- Proof that the source is yours".to_owned()
            } else {
                points
            };
            (
                format!("Received: renewal {} of {namespace}", renewal.number),
                format!(
                    "The renewal of {namespace} is here; its number is {}. A person looks at this first:\n{points}\n\nYou will have an answer, with reasons, by {}. Until then this page shows where it is:\n\n{link}",
                    renewal.number,
                    Plain.day(renewal.target)
                ),
            )
        }
    };
    Letter {
        to,
        subject,
        text: format!("Hello {},\n\n{body}\n", one_line(name)),
        calendar: None,
        purpose: Purpose::Receipt,
        about: id.to_owned(),
        notice: None,
    }
}

/// That a membership was ended before its time.
pub fn ended(
    to: MailAddress,
    name: &str,
    namespace: &Namespace,
    by: &str,
    reason: &str,
    on: NaiveDate,
) -> Letter {
    let text = format!(
        "Hello {name},

the membership of {namespace} in the {NAME} was ended on {on} by {by}. Badge, limits and the other perks ended with it, and the credential behind the badge was taken back.

The reason:

{reason}

You can apply again at any time.
",
        name = one_line(name),
        on = Plain.day(on),
        by = one_line(by),
        reason = one_line(reason),
    );
    Letter {
        to,
        subject: format!("{namespace} is no longer in the program"),
        text,
        calendar: None,
        purpose: Purpose::Notice,
        about: format!("ending:{namespace}"),
        notice: None,
    }
}

/// That a namespace got another name.
pub fn renamed(to: MailAddress, name: &str, old: &Namespace, new: &Namespace) -> Letter {
    let text = format!(
        "Hello {name},

{old} is now called {new} in the {NAME}. The membership, its dates and its maintainers stay as they were.

One thing is for you to do: badges in readmes still name {old}, and are grey since the name changed. Copy the new snippet into them, from the page of the namespace: {page}

Whoever follows an old badge is told the new name. The credential behind the badge was taken back, and one for {new} is there.
",
        name = one_line(name),
        page = program::addresses::page(new.as_str()),
    );
    Letter {
        to,
        subject: format!("{old} is now called {new}: badges have to be changed"),
        text,
        calendar: None,
        purpose: Purpose::Notice,
        about: format!("renaming:{new}"),
        notice: None,
    }
}

/// That somebody may join a namespace.
pub fn invitation(
    to: MailAddress,
    by: &str,
    namespace: &Namespace,
    role: Role,
    until: DateTime<Utc>,
    url: &str,
) -> Letter {
    let may = match role {
        Role::Owner => "As an owner you renew it, invite others and get its notices.",
        Role::Member => "As a member you see its membership and write its pages.",
    };
    let text = format!(
        "{by} invites you to maintain {namespace} in the {NAME}. {may}

Sign in with this address and join, until {until}:

{url}

If you do not know what this is about, you need do nothing.
",
        by = one_line(by),
        until = Plain.day(until.date_naive()),
    );
    Letter {
        to,
        subject: format!("You are invited to maintain {namespace}"),
        text,
        calendar: None,
        purpose: Purpose::Invitation,
        about: about_invitation(namespace),
        notice: None,
    }
}

/// What mails of invitations to a namespace are about.
pub fn about_invitation(namespace: &Namespace) -> String {
    format!("invitation:{namespace}")
}

/// A code to sign in.
pub fn code(to: MailAddress, code: &str, until: DateTime<Utc>) -> Letter {
    let text = format!(
        "Your code to sign in is

    {code}

It is good once, until {}, in the browser that asked for it.

If you did not ask for it, somebody typed your address. Nobody gets in without this code; you need do nothing.
",
        Plain.time(until)
    );
    Letter {
        to,
        subject: format!("{code} is your code to sign in"),
        text,
        calendar: None,
        purpose: Purpose::Code,
        about: String::new(),
        notice: None,
    }
}

/// Somebody else's words in one line: they cannot pretend to be a paragraph of ours.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_says_number_day_and_link() {
        let letter = receipt(
            MailAddress::parse("ines@kelpworks.org").unwrap(),
            "Inês\n\nYour account is closed",
            "2026-0001",
            "kelpworks",
            "https://hub.example/applications/abc#key",
            "2026-08-27".parse().unwrap(),
            "abc",
        );
        assert_eq!(letter.subject, "Received: application 2026-0001");
        for part in [
            "27 August 2026",
            "https://hub.example/applications/abc#key",
            "kelpworks",
        ] {
            assert!(letter.text.contains(part), "{}", letter.text);
        }
        assert!(
            letter
                .text
                .starts_with("Hello Inês Your account is closed,\n")
        );
    }
}
