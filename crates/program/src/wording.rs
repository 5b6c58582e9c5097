//! Findings in words. The rules know no locale: days and times are written by
//! whoever asks for the words.

use crate::{
    commercial::MoneyTopic,
    evidence::Trouble,
    finding::{Activity, Document, Reason},
    terms::ACTIVE_MONTHS,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// How days and times are written.
pub trait Wording {
    /// A day: “10 August 2026”.
    fn day(&self, day: NaiveDate) -> String;
    /// A time of today or soon: “14:20 UTC”.
    fn time(&self, time: DateTime<Utc>) -> String;
}

/// The wording of mails and of answers for machines: English, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain;

impl Wording for Plain {
    fn day(&self, day: NaiveDate) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let month = MONTHS[day.month0() as usize];
        format!("{} {month} {}", day.day(), day.year())
    }

    fn time(&self, time: DateTime<Utc>) -> String {
        let time = time.time();
        let (hour, minute) = (
            chrono::Timelike::hour(&time),
            chrono::Timelike::minute(&time),
        );
        format!("{hour:02}:{minute:02} UTC")
    }
}

const fn happened(what: Activity) -> &'static str {
    match what {
        Activity::Push => "The source was last pushed to on",
        Activity::Image => "An image was last pushed on",
        Activity::Dependencies => "Dependencies were last updated on",
    }
}

const fn document(document: Document) -> &'static str {
    match document {
        Document::Description => "a description",
        Document::Contributing => "a contributing guide",
        Document::Website => "a website",
    }
}

/// Somebody else’s words without what marks up ours.
fn unmarked(text: &str) -> String {
    text.replace('`', "’")
}

/// “a, b and c”.
fn list(parts: &[&str]) -> String {
    match parts {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// So many of something: `1 mail`, `2 repositories`.
pub fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}

/// A number with its thousands parted: `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(crate) fn sentence(reason: &Reason, wording: &impl Wording) -> String {
    match reason {
        Reason::SourceOpen => "No repository is named yet.".to_owned(),
        Reason::SourcePublic { count: 1 } => {
            "The repository can be read without an account.".to_owned()
        }
        Reason::SourcePublic { count: 2 } => {
            "Both repositories can be read without an account.".to_owned()
        }
        Reason::SourcePublic { count } => {
            format!("All {count} repositories can be read without an account.")
        }
        Reason::SourceNotFound { at } => format!(
            "{} shows nothing at `{}` to somebody without an account: it is private, deleted, or written differently.",
            at.host(),
            at.path()
        ),
        Reason::SourcePrivate { at } => format!("`{}` is private.", at.name()),
        Reason::SourceFork { at } => format!(
            "`{}` is a fork of another repository. A person looks at which of the two the project is.",
            at.name()
        ),
        Reason::SourceElsewhere { at } => format!(
            "{} is none of the forges that can be asked here, so a person looks at `{}`.",
            at.host(),
            at.name()
        ),
        Reason::SourceMoved { at, to } => {
            format!("`{}` is at `{}` now.", at.short(), to.short())
        }
        Reason::SourceDiffers { at } => format!(
            "You say otherwise about `{}` than {} does. A person looks.",
            at.name(),
            at.host()
        ),
        Reason::LicenseOpen => "No license is named yet.".to_owned(),
        Reason::LicenseUnreadable { message } => unmarked(message),
        Reason::LicenseApproved { license } => {
            format!("`{license}` is approved by the OSI.")
        }
        Reason::LicenseOwn { license } => format!(
            "`{license}` is not on the SPDX list. A person reads it beside the Open Source Definition."
        ),
        Reason::LicenseNotApproved {
            license,
            why,
            at: Some(at),
        } => format!("`{}` is under `{license}`, which {why}", at.name()),
        Reason::LicenseNotApproved {
            license,
            why,
            at: None,
        } => format!("`{license}` {why}"),
        Reason::LicenseNotSeen { at } => format!(
            "{} recognized no license in `{}`. A person looks for it.",
            at.host(),
            at.name()
        ),
        Reason::LicenseDiffers { at, stated, read } => format!(
            "You say that `{}` is under `{}`, and {} says `{}`. A person looks.",
            at.name(),
            unmarked(stated),
            at.host(),
            unmarked(read)
        ),
        Reason::ActivityOpen { pushed: None } => {
            "Nothing is known yet about pushes, images or dependencies.".to_owned()
        }
        Reason::ActivityOpen { pushed: Some(day) } => format!(
            "The source was last pushed to on {}. A stable project qualifies all the same while images are pushed or dependencies kept current.",
            wording.day(*day)
        ),
        Reason::Active { what, on } => {
            format!("{} {}.", happened(*what), wording.day(*on))
        }
        Reason::ActiveStated { what, on } => format!(
            "{} {}, as you say. A person looks at it.",
            happened(*what),
            wording.day(*on)
        ),
        Reason::Inactive { last } => format!(
            "The last push, image or update was on {}, more than {ACTIVE_MONTHS} months ago.",
            wording.day(*last)
        ),
        Reason::Archived { at } => format!(
            "`{}` is archived: its forge takes no changes to it.",
            at.name()
        ),
        Reason::MoneyOpen { open: 1 } => "One question about money is open.".to_owned(),
        Reason::MoneyOpen { open } => format!("{open} questions about money are open."),
        Reason::MoneyFine => "Nobody is charged, and nobody profits.".to_owned(),
        Reason::Money { topic } => {
            let done = match topic {
                MoneyTopic::PaidTiers => "there are paid tiers or features",
                MoneyTopic::HostedEdition => "the project runs a paid hosted edition",
                MoneyTopic::SupportOrConsulting => "the project sells support or consulting",
                MoneyTopic::SponsorsOrGrants => "it has sponsors or grants",
                MoneyTopic::Donations => "it takes donations",
                MoneyTopic::SoldByOthers => "somebody else sells or hosts it",
            };
            format!("You answered that {done}. {}", topic.meaning(true).1)
        }
        Reason::DocumentsOpen => "No repository is named yet to look at.".to_owned(),
        Reason::Documented => {
            "Description, source, contributing guide and website are there.".to_owned()
        }
        Reason::DocumentsUnread { at } => format!(
            "Whether `{}` has a contributing guide could not be read. This does not count against you.",
            at.name()
        ),
        Reason::DocumentsMissing { missing } => {
            let parts: Vec<&str> = missing.iter().copied().map(document).collect();
            format!(
                "Missing: {}. This holds back the badge, not the acceptance.",
                list(&parts)
            )
        }
        Reason::DocumentsStated => {
            "What is needed is there, by the addresses you gave. A person looks at them.".to_owned()
        }
        Reason::NamespaceOpen => "The name, or a choice beside it, is open.".to_owned(),
        Reason::NamespacePersonal => "The namespace is a person’s.".to_owned(),
        Reason::NamespacePaidPlan => {
            "A paid plan on the same namespace excludes the program.".to_owned()
        }
        Reason::NamespaceMember { name } => format!("`{name}` is in the program already."),
        Reason::NamespaceAppliedFor { name } => format!(
            "There is another application for `{name}`, not decided yet. A person reads both."
        ),
        Reason::NamespaceExists { name } => format!("`{name}` exists, and nobody applied for it."),
        Reason::NamespaceFree { name } => {
            format!("`{name}` is free. It is created when you are accepted.")
        }
        Reason::NamespaceNotFound { name } => format!("The registry has no namespace `{name}`."),
        Reason::NamespaceTaken { name } => {
            format!("`{name}` exists already, so it cannot be created.")
        }
        Reason::NamespaceUnchecked { name } => {
            format!("No registry can be asked about `{name}` here, so a person looks at it.")
        }
        Reason::Checking { host } => format!("Asking {host}."),
        Reason::NotChecked { host, trouble } => {
            let again = match trouble {
                Trouble::LimitReached { again: Some(time) } => {
                    format!(" It answers again at {}.", wording.time(*time))
                }
                _ => String::new(),
            };
            format!(
                "{host} {}.{again} This does not count against you.",
                trouble.words()
            )
        }
    }
}

pub(crate) fn remedy(reason: &Reason) -> Option<&'static str> {
    Some(match reason {
        Reason::SourceOpen | Reason::DocumentsOpen => {
            "Write the address of each repository that the images are built from."
        }
        Reason::SourceNotFound { .. } => {
            "Make it public, correct the address, or leave this repository out."
        }
        Reason::SourcePrivate { .. } => "Make it public, or leave it out if no image needs it.",
        Reason::SourceMoved { .. } => "Take over the new address.",
        Reason::LicenseOpen => "Write the license as an SPDX expression.",
        Reason::LicenseNotApproved { at: Some(_), .. } => {
            "Put it under an approved license, or leave this repository out."
        }
        Reason::LicenseNotApproved { at: None, .. } => {
            "Put the project under an approved license, such as `MIT`, `Apache-2.0` or `MPL-2.0`."
        }
        Reason::LicenseNotSeen { .. } => {
            "Add a `LICENSE` file with the text of the license as it was published."
        }
        Reason::ActivityOpen { .. } => {
            "Say when an image was last pushed and when dependencies were last updated."
        }
        Reason::Inactive { .. } => {
            "Update the dependencies or push an image; then this criterion is met."
        }
        Reason::Archived { .. } => "Open it again, or name the repository that goes on.",
        Reason::MoneyOpen { .. } => "Answer each with yes or no.",
        Reason::Money { topic } => match topic {
            MoneyTopic::SupportOrConsulting => "Say below who is paid, and how often.",
            _ => "If it is not so, change the answer. If it is, say below how it is meant.",
        },
        Reason::DocumentsMissing { .. } => {
            "You can add it now or after you are accepted; the badge appears when it is there."
        }
        Reason::NamespaceOpen => "Write the name and make the choices beside it.",
        Reason::NamespacePersonal => "Apply with an organization’s namespace, new or existing.",
        Reason::NamespacePaidPlan => "End the plan, or apply with another namespace.",
        Reason::NamespaceMember { .. } => {
            "Ask one of its owners to invite you. It need not apply again."
        }
        Reason::NamespaceNotFound { .. } => {
            "Correct the name, or choose “To be created on acceptance”."
        }
        Reason::NamespaceTaken { .. } => {
            "If it is yours, choose “It exists”. If not, choose another name."
        }
        Reason::DocumentsUnread { .. } => {
            "Give the address of the guide, or leave it: a person looks."
        }
        Reason::NotChecked { .. } => "Ask again later, or leave it: a person checks it again.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (123_456, "123,456"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
