//! Who qualifies: the criteria, each with one plain sentence, what counts and
//! what does not.

use serde::{Deserialize, Serialize};

/// One condition that a project has to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Every repository of the project can be read by anyone.
    PublicSource,
    /// The license is one that the Open Source Initiative approved.
    OpenSourceLicense,
    /// Somebody keeps the project current.
    ActiveDevelopment,
    /// Nobody makes a profit from the project through the project.
    NoCommercialization,
    /// Repository pages tell what the image is; the badge waits for this.
    Documented,
    /// The namespace belongs to an organization.
    OrganizationNamespace,
}

impl Criterion {
    /// Every criterion, in the order in which they are shown and checked.
    pub const ALL: [Self; 6] = [
        Self::PublicSource,
        Self::OpenSourceLicense,
        Self::ActiveDevelopment,
        Self::NoCommercialization,
        Self::Documented,
        Self::OrganizationNamespace,
    ];

    /// The name in the left column and in every finding.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PublicSource => "Public source",
            Self::OpenSourceLicense => "Open source license",
            Self::ActiveDevelopment => "Active development",
            Self::NoCommercialization => "No pathway to commercialization",
            Self::Documented => "Documented",
            Self::OrganizationNamespace => "Organization namespace",
        }
    }

    /// The criterion in one plain sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::PublicSource => "The namespace is shared in public repositories, all of them.",
            Self::OpenSourceLicense => "The license meets the Open Source Initiative’s definition.",
            Self::ActiveDevelopment => "The project has been worked on within the past six months.",
            Self::NoCommercialization => "The project makes no profit and charges nobody.",
            Self::Documented => "Needed for the badge, not for the pulls.",
            Self::OrganizationNamespace => "The namespace is an organization’s, not a person’s.",
        }
    }

    /// What meets the criterion.
    pub const fn counts(self) -> &'static str {
        match self {
            Self::PublicSource => {
                "Every repository of the project can be read by anyone, without an account."
            }
            Self::OpenSourceLicense => {
                "Any license that the OSI approved, or a choice between several: `MIT OR Apache-2.0`."
            }
            Self::ActiveDevelopment => {
                "Images pushed, or dependencies brought up to date. A finished, stable code base counts while its dependencies are kept current."
            }
            Self::NoCommercialization => {
                "Donations, grants, and companies that sponsor contributors."
            }
            Self::Documented => {
                "Each repository page has a description and links to the source, the contributing guide and the website."
            }
            Self::OrganizationNamespace => {
                "A namespace that belongs to an organization and has no paid plan."
            }
        }
    }

    /// What does not meet it, although it may look as if.
    pub const fn does_not_count(self) -> &'static str {
        match self {
            Self::PublicSource => "A private repository beside the public ones.",
            Self::OpenSourceLicense => {
                "Terms under which the source can only be looked at: SSPL, BUSL, Commons Clause, Creative Commons with “non-commercial”."
            }
            Self::ActiveDevelopment => {
                "Half a year without a pushed image or an updated dependency."
            }
            Self::NoCommercialization => {
                "Profit from services around the project, and charging for higher tiers."
            }
            Self::Documented => {
                "Pages left empty: the project may be accepted, and the badge is withheld until they are filled in."
            }
            Self::OrganizationNamespace => {
                "A personal namespace, or one that already has a paid plan."
            }
        }
    }
}

/// Where one project stands on a criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is met.
    Met,
    /// It is not met.
    Unmet,
    /// Only a person can tell.
    Person,
    /// It could not be found out, or not yet.
    Unknown,
}

impl Standing {
    /// The word that always stands beside the shape.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Met => "Met",
            Self::Unmet => "Not met",
            Self::Person => "A person will look",
            Self::Unknown => "Could not check",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_criterion_is_listed_once_and_says_all_four_things() {
        for (at, criterion) in Criterion::ALL.into_iter().enumerate() {
            let again = Criterion::ALL.iter().position(|other| *other == criterion);
            assert_eq!(again, Some(at));
            for text in [
                criterion.sentence(),
                criterion.counts(),
                criterion.does_not_count(),
            ] {
                assert!(text.ends_with('.'), "{text}");
                assert!(text.matches('`').count() % 2 == 0, "{text}");
            }
            assert!(!criterion.name().is_empty());
        }
    }

    #[test]
    fn what_counts_is_never_what_does_not() {
        for criterion in Criterion::ALL {
            assert_ne!(criterion.counts(), criterion.does_not_count());
        }
    }
}
