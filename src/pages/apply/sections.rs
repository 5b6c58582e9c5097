//! The sections: their order, names and where one is among them; and the fields of
//! those that have only a few.

use super::{
    field::{Kind, LineField, TextField},
    form::Form,
};
use crate::components::icon::{Icon, IconName};
use chrono::NaiveDate;
use leptos::prelude::*;
use program::{Criterion, Standing, answers::Field};

/// A section of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Section {
    /// The namespace.
    Namespace,
    /// The repositories.
    Source,
    /// The license.
    License,
    /// What happened last.
    Activity,
    /// Money.
    Funding,
    /// What the repository pages say.
    Documentation,
    /// Who asks.
    Contact,
    /// Sending.
    Review,
}

impl Section {
    /// Every section, in order.
    pub const ALL: [Self; 8] = [
        Self::Namespace,
        Self::Source,
        Self::License,
        Self::Activity,
        Self::Funding,
        Self::Documentation,
        Self::Contact,
        Self::Review,
    ];

    /// The number before its heading, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// Where a link leads.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Namespace => "section-namespace",
            Self::Source => "section-source",
            Self::License => "section-license",
            Self::Activity => "section-activity",
            Self::Funding => "section-funding",
            Self::Documentation => "section-documentation",
            Self::Contact => "section-contact",
            Self::Review => "section-send",
        }
    }

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Namespace => "Namespace",
            Self::Source => "Source",
            Self::License => "License",
            Self::Activity => "Activity",
            Self::Funding => "Funding and commercial model",
            Self::Documentation => "Documentation",
            Self::Contact => "Contact",
            Self::Review => "Review and send",
        }
    }

    /// The name in the list of sections.
    pub const fn short(self) -> &'static str {
        match self {
            Self::Funding => "Funding",
            other => other.title(),
        }
    }

    /// What stands under the heading.
    pub const fn about(self) -> Option<&'static str> {
        match self {
            Self::Source => Some(
                "Every repository the images are built from. You may correct what is read of it.",
            ),
            Self::Activity => {
                Some("A stable project qualifies, too, while its dependencies are kept current.")
            }
            Self::Funding => Some(
                "Plain questions, each judged on its own. Under each answer: what it means for “no pathway to commercialization”.",
            ),
            Self::Documentation => Some(
                "Needed for the badge, not for the pulls. You can fill it in after you are accepted.",
            ),
            Self::Review => {
                Some("You can send with criteria not met: the panel is a hint, a person decides.")
            }
            Self::Namespace | Self::License | Self::Contact => None,
        }
    }

    /// Whether a field stands in it.
    pub fn has(self, field: Field) -> bool {
        self == match field {
            Field::Presence | Field::Namespace | Field::Holder | Field::PaidPlan => Self::Namespace,
            Field::Source(_) => Self::Source,
            Field::License => Self::License,
            Field::ImagePushed | Field::DependenciesUpdated => Self::Activity,
            Field::Money(_) | Field::MoneyRemark => Self::Funding,
            Field::Contributing | Field::Website => Self::Documentation,
            Field::Mail | Field::Name => Self::Contact,
            Field::Remark => Self::Review,
        }
    }

    /// The criterion that is mostly about what is asked here.
    pub const fn criterion(self) -> Option<Criterion> {
        match self {
            Self::Namespace => Some(Criterion::OrganizationNamespace),
            Self::Source => Some(Criterion::PublicSource),
            Self::License => Some(Criterion::OpenSourceLicense),
            Self::Activity => Some(Criterion::ActiveDevelopment),
            Self::Funding => Some(Criterion::NoCommercialization),
            Self::Documentation => Some(Criterion::Documented),
            Self::Contact | Self::Review => None,
        }
    }
}

/// How far a section is, in the list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Open,
    Filled,
    Unmet,
    Wrong(usize),
}

fn progress(form: Form, section: Section) -> Progress {
    let wrong = form.errors_among(|field| section.has(field));
    if wrong > 0 {
        return Progress::Wrong(wrong);
    }
    let unmet = section.criterion().is_some_and(|criterion| {
        form.findings.with(|all| {
            all.iter()
                .any(|f| f.criterion == criterion && f.standing() == Standing::Unmet)
        })
    });
    if unmet {
        Progress::Unmet
    } else if section == Section::Review || form.is_open_among(|field| section.has(field)) {
        Progress::Open
    } else {
        Progress::Filled
    }
}

/// The list of sections, with how far each is.
#[component]
pub fn Steps(form: Form) -> impl IntoView {
    let items: Vec<_> = Section::ALL
        .into_iter()
        .filter(|section| form.purpose.with_value(|purpose| purpose.asks(*section)))
        .map(|section| {
            let far = Memo::new(move |_| progress(form, section));
            view! {
                <li>
                    <a href=format!("#{}", section.id())>
                        {move || match far.get() {
                            Progress::Open => {
                                view! { <span class="dim num">{section.number()}</span> }.into_any()
                            }
                            Progress::Filled => {
                                view! { <Icon of=IconName::Tick class="ic ok" /> }.into_any()
                            }
                            Progress::Unmet => {
                                view! { <Icon of=IconName::Unmet class="ic bad" /> }.into_any()
                            }
                            Progress::Wrong(_) => {
                                view! { <Icon of=IconName::Alert class="ic bad" /> }.into_any()
                            }
                        }}
                        <span>
                            {section.short()}
                            <span class="sr">
                                {move || match far.get() {
                                    Progress::Open => String::new(),
                                    Progress::Filled => ", filled in".to_owned(),
                                    Progress::Unmet => ", a criterion is not met".to_owned(),
                                    Progress::Wrong(1) => ", one error".to_owned(),
                                    Progress::Wrong(count) => format!(", {count} errors"),
                                }}
                            </span>
                        </span>
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="steps" aria-label="Sections of the form">
            <ol>{items}</ol>
        </nav>
    }
    .into_any()
}

fn day_text(day: Option<NaiveDate>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Section 4.
#[component]
pub fn ActivityFields(form: Form) -> impl IntoView {
    view! {
        <div class="row-fields">
            <LineField
                form=form
                field=Field::ImagePushed
                kind=Kind::Day
                value=|answers| day_text(answers.image_pushed)
                set=|answers, text| answers.image_pushed = text.parse().ok()
            />
            <LineField
                form=form
                field=Field::DependenciesUpdated
                kind=Kind::Day
                value=|answers| day_text(answers.dependencies_updated)
                set=|answers, text| answers.dependencies_updated = text.parse().ok()
            />
        </div>
    }
    .into_any()
}

/// Section 6.
#[component]
pub fn DocumentationFields(form: Form) -> impl IntoView {
    view! {
        <LineField
            form=form
            field=Field::Contributing
            kind=Kind::Mono
            is_optional=true
            hint="Its address, if it is not a file of the repository."
            value=|answers| answers.contributing.clone()
            set=|answers, text| answers.contributing = text
        />
        <LineField
            form=form
            field=Field::Website
            kind=Kind::Mono
            is_optional=true
            hint="Its address, if the forge does not have it."
            value=|answers| answers.website.clone()
            set=|answers, text| answers.website = text
        />
    }
    .into_any()
}

/// Section 7.
#[component]
pub fn ContactFields(form: Form) -> impl IntoView {
    view! {
        <LineField
            form=form
            field=Field::Mail
            kind=Kind::Mail
            hint="For the receipt and the answer. Shown to reviewers only."
            autocomplete="email"
            value=|answers| answers.mail.clone()
            set=|answers, text| answers.mail = text
        />
        <LineField
            form=form
            field=Field::Name
            autocomplete="name"
            value=|answers| answers.name.clone()
            set=|answers, text| answers.name = text
        />
    }
    .into_any()
}

/// The last words, in section 8.
#[component]
pub fn RemarkField(form: Form) -> impl IntoView {
    view! {
        <TextField
            form=form
            field=Field::Remark
            label="Anything else the reviewer should know".to_owned()
            value=|answers| answers.remark.clone()
            set=|answers, text| answers.remark = text
        />
    }
}
