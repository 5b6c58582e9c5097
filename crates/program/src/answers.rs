//! What an applicant says: the fields of the form, and what must be right
//! before they can be sent. Whether a criterion is met is not asked here.

use crate::{
    commercial::MoneyTopic,
    mail::MailAddress,
    namespace::Namespace,
    source::{MOST_SOURCES, SourceAddress},
    text::{self, Limit},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether the namespace is there already: two choices that the form asks
/// for, because a name that is not there yet is as good as one that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// It exists.
    Exists,
    /// It is to be created when the project is accepted.
    ToBeCreated,
}

/// Whose namespace it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// An organization's.
    Organization,
    /// A person's.
    Person,
}

/// One source repository and what the applicant corrected of what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Source {
    /// The address as typed.
    pub address: String,
    /// Corrections; what was not corrected is absent.
    pub stated: Stated,
}

/// What an applicant states of a repository other than what its forge says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Stated {
    /// Whether anyone can read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public: Option<bool>,
    /// Whether it is closed to changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// Whether it is a copy of somebody else's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fork: Option<bool>,
    /// Its license, as an SPDX expression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// The day of the last push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed: Option<NaiveDate>,
    /// Whether it has a contributing guide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contributing: Option<bool>,
    /// Whether it has a readme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readme: Option<bool>,
}

/// The form, filled in as far as it is. Texts are kept as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Answers {
    /// The namespace.
    pub namespace: String,
    /// Whether it exists.
    pub presence: Option<Presence>,
    /// Whose it is.
    pub holder: Option<Holder>,
    /// Whether it has a paid plan.
    pub paid_plan: Option<bool>,
    /// The repositories that the images are built from.
    pub sources: Vec<Source>,
    /// The license, as an SPDX expression.
    pub license: String,
    /// The day on which an image was last pushed.
    pub image_pushed: Option<NaiveDate>,
    /// The day on which dependencies were last updated.
    pub dependencies_updated: Option<NaiveDate>,
    /// The questions about money that are answered.
    pub money: BTreeMap<MoneyTopic, bool>,
    /// What is to be said about money.
    pub money_remark: String,
    /// The address of the contributing guide.
    pub contributing: String,
    /// The address of the website.
    pub website: String,
    /// Where the answer goes.
    pub mail: String,
    /// Who asks.
    pub name: String,
    /// Anything else.
    pub remark: String,
}

/// A field of the form: where an error stands, and what a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// [`Answers::presence`]
    Presence,
    /// [`Answers::namespace`]
    Namespace,
    /// [`Answers::holder`]
    Holder,
    /// [`Answers::paid_plan`]
    PaidPlan,
    /// The address of the source of that number, from 0.
    Source(usize),
    /// [`Answers::license`]
    License,
    /// [`Answers::image_pushed`]
    ImagePushed,
    /// [`Answers::dependencies_updated`]
    DependenciesUpdated,
    /// A question about money.
    Money(MoneyTopic),
    /// [`Answers::money_remark`]
    MoneyRemark,
    /// [`Answers::contributing`]
    Contributing,
    /// [`Answers::website`]
    Website,
    /// [`Answers::mail`]
    Mail,
    /// [`Answers::name`]
    Name,
    /// [`Answers::remark`]
    Remark,
}

impl Field {
    /// The name of the field in a page and in an answer of the server:
    /// `namespace`, `source-2`, `money-3`.
    pub fn id(self) -> String {
        let plain = match self {
            Self::Presence => "presence",
            Self::Namespace => "namespace",
            Self::Holder => "holder",
            Self::PaidPlan => "paid-plan",
            Self::Source(at) => return format!("source-{}", at + 1),
            Self::License => "license",
            Self::ImagePushed => "image-pushed",
            Self::DependenciesUpdated => "dependencies-updated",
            Self::Money(topic) => {
                let at = MoneyTopic::ALL.iter().position(|other| *other == topic);
                return format!("money-{}", at.unwrap_or_default() + 1);
            }
            Self::MoneyRemark => "money-remark",
            Self::Contributing => "contributing",
            Self::Website => "website",
            Self::Mail => "mail",
            Self::Name => "name",
            Self::Remark => "remark",
        };
        plain.to_owned()
    }

    /// The field of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        if let Some(number) = id.strip_prefix("source-") {
            let number: usize = number.parse().ok()?;
            return (1..=MOST_SOURCES)
                .contains(&number)
                .then(|| Self::Source(number - 1));
        }
        let money = MoneyTopic::ALL.into_iter().map(Self::Money);
        Self::PLAIN
            .into_iter()
            .chain(money)
            .find(|field| field.id() == id)
    }

    /// Every field of which there is exactly one, without the questions about money.
    const PLAIN: [Self; 13] = [
        Self::Presence,
        Self::Namespace,
        Self::Holder,
        Self::PaidPlan,
        Self::License,
        Self::ImagePushed,
        Self::DependenciesUpdated,
        Self::MoneyRemark,
        Self::Contributing,
        Self::Website,
        Self::Mail,
        Self::Name,
        Self::Remark,
    ];

    /// What the field is called over its input.
    pub fn label(self) -> String {
        match self {
            Self::Presence => "Does it exist already?".to_owned(),
            Self::Namespace => "Name".to_owned(),
            Self::Holder => "Whose is it?".to_owned(),
            Self::PaidPlan => "Does it have a paid plan?".to_owned(),
            Self::Source(at) => format!("Address {}", at + 1),
            Self::License => "SPDX expression".to_owned(),
            Self::ImagePushed => "Last image pushed".to_owned(),
            Self::DependenciesUpdated => "Dependencies last updated".to_owned(),
            Self::Money(topic) => topic.ask().to_owned(),
            Self::MoneyRemark => "About the money".to_owned(),
            Self::Contributing => "Contributing guide".to_owned(),
            Self::Website => "Website".to_owned(),
            Self::Mail => "Mail address".to_owned(),
            Self::Name => "Your name".to_owned(),
            Self::Remark => "Anything else".to_owned(),
        }
    }
}

/// A field that keeps the form from being sent, and the sentence that says why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Where.
    pub field: Field,
    /// What is wrong and what to do.
    pub message: String,
}

impl Answers {
    /// The addresses that can be read, each once, in order.
    pub fn addresses(&self) -> Vec<SourceAddress> {
        let mut found: Vec<SourceAddress> = Vec::new();
        for source in &self.sources {
            if let Ok(address) = SourceAddress::parse(&source.address)
                && !found.contains(&address)
            {
                found.push(address);
            }
        }
        found
    }

    /// What is stated of a repository.
    pub fn stated(&self, address: &SourceAddress) -> Option<&Stated> {
        self.sources
            .iter()
            .find(|source| SourceAddress::parse(&source.address).as_ref() == Ok(address))
            .map(|source| &source.stated)
    }

    /// All that keeps the form from being sent, in the order of the form. A
    /// criterion that is not met is not among it: a hint never forbids.
    pub fn errors(&self, today: NaiveDate) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut add = |field, message: Option<String>| {
            if let Some(message) = message {
                errors.push(FieldError { field, message });
            }
        };
        let chosen = |there: bool, message: &str| (!there).then(|| message.to_owned());
        add(
            Field::Presence,
            chosen(
                self.presence.is_some(),
                "Say whether the namespace exists. Both answers are fine.",
            ),
        );
        add(
            Field::Namespace,
            Namespace::parse(&self.namespace)
                .err()
                .map(|e| e.to_string()),
        );
        add(
            Field::Holder,
            chosen(
                self.holder.is_some(),
                "Say whether it is an organization’s or a person’s.",
            ),
        );
        add(
            Field::PaidPlan,
            chosen(self.paid_plan.is_some(), "Answer yes or no."),
        );
        for (field, message) in self.source_errors() {
            add(field, Some(message));
        }
        let license = if self.license.trim().is_empty() {
            Some("Write the license as an SPDX expression, such as MIT OR Apache-2.0.".to_owned())
        } else {
            limit(text::LICENSE, &self.license)
        };
        add(Field::License, license);
        add(Field::ImagePushed, not_past(self.image_pushed, today));
        add(
            Field::DependenciesUpdated,
            not_past(self.dependencies_updated, today),
        );
        for topic in MoneyTopic::ALL {
            add(
                Field::Money(topic),
                chosen(self.money.contains_key(&topic), "Answer yes or no."),
            );
        }
        add(Field::MoneyRemark, limit(text::REMARK, &self.money_remark));
        add(Field::Contributing, web_address(&self.contributing));
        add(Field::Website, web_address(&self.website));
        add(
            Field::Mail,
            MailAddress::parse(&self.mail).err().map(|e| e.to_string()),
        );
        let name = if self.name.trim().is_empty() {
            Some("Write how you want to be addressed.".to_owned())
        } else {
            limit(text::PERSON_NAME, &self.name)
        };
        add(Field::Name, name);
        add(Field::Remark, limit(text::REMARK, &self.remark));
        errors
    }

    fn source_errors(&self) -> Vec<(Field, String)> {
        if self
            .sources
            .iter()
            .all(|source| source.address.trim().is_empty())
        {
            let message = "Write at least one address, such as https://github.com/fluent/fluentd.";
            return vec![(Field::Source(0), message.to_owned())];
        }
        let mut errors = Vec::new();
        let mut known: Vec<SourceAddress> = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            if at == MOST_SOURCES {
                let message = format!("Up to {MOST_SOURCES} addresses fit. Leave out the rest.");
                errors.push((Field::Source(at), message));
                break;
            }
            if source.address.trim().is_empty() {
                continue;
            }
            match SourceAddress::parse(&source.address) {
                Err(error) => errors.push((Field::Source(at), error.to_string())),
                Ok(address) => {
                    if let Some(first) = known.iter().position(|other| *other == address) {
                        let message = format!("This is address {} again. Remove one.", first + 1);
                        errors.push((Field::Source(at), message));
                    }
                    known.push(address);
                }
            }
            let stated = source.stated.license.as_deref().unwrap_or_default();
            errors.extend(limit(text::LICENSE, stated).map(|message| (Field::Source(at), message)));
        }
        errors
    }
}

fn limit(limit: Limit, text: &str) -> Option<String> {
    limit.check(text).err().map(|error| error.to_string())
}

fn not_past(day: Option<NaiveDate>, today: NaiveDate) -> Option<String> {
    // A day ahead of UTC may be today where the applicant is.
    day.filter(|day| *day > today.succ_opt().unwrap_or(today))
        .map(|_| "This day is still to come. Write the day on which it last happened.".to_owned())
}

/// What is wrong with an address that may be left out.
pub(crate) fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Some(message) = limit(text::WEB_ADDRESS, text) {
        return Some(message);
    }
    let wrong = "Write the whole address, beginning with https://.";
    let Some(rest) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return Some(wrong.to_owned());
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let spaced = text.contains(char::is_whitespace);
    (spaced || !host.contains('.') || host.contains('@') || text.contains(['<', '>', '"']))
        .then(|| wrong.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_names() {
        let money = MoneyTopic::ALL.into_iter().map(Field::Money);
        let sources = (0..3).map(Field::Source);
        for field in Field::PLAIN.into_iter().chain(money).chain(sources) {
            assert_eq!(Field::of_id(&field.id()), Some(field));
            assert!(!field.label().is_empty());
        }
        assert_eq!(Field::of_id("source-0"), None);
        assert_eq!(Field::of_id("source-99999999999999999999"), None);
        assert_eq!(Field::of_id("nothing"), None);
    }
}
