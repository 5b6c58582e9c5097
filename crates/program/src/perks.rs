//! What members get: six perks, in the order in which they are numbered.

/// One benefit of membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Perk {
    /// The badge beside every repository.
    Badge,
    /// Insights and analytics.
    Insights,
    /// Vulnerability scanning.
    Scanning,
    /// No rate limits.
    NoLimits,
    /// Better places in search.
    Discoverability,
    /// A logo for each repository.
    Logo,
}

impl Perk {
    /// Every perk, in order; the first is number 1.
    pub const ALL: [Self; 6] = [
        Self::Badge,
        Self::Insights,
        Self::Scanning,
        Self::NoLimits,
        Self::Discoverability,
        Self::Logo,
    ];

    /// The number shown in a circle, from 1.
    pub const fn number(self) -> usize {
        self as usize + 1
    }

    /// The heading.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Badge => "Verified badge",
            Self::Insights => "Insights and analytics",
            Self::Scanning => "Vulnerability scanning",
            Self::NoLimits => "No rate limits",
            Self::Discoverability => "Easier to find",
            Self::Logo => "Your own logo",
        }
    }

    /// What it is.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Badge => {
                "The verified “Docker-Sponsored Open Source” badge stands beside every repository of your namespace. Docker has verified the images that carry it as high quality, and developers can trust them as the work of an active open source project."
            }
            Self::Insights => {
                "See how the community uses your images. Choose a time span and export it: the summary has the pulls per tag, the raw list has one line for every single pull, with its tag, the type of pull, where in the world it came from, the client that made it, and more."
            }
            Self::Scanning => {
                "Docker Scout automatically scans the images that you publish on Docker Hub. That keeps what you publish secure, and shows developers that they can trust it."
            }
            Self::NoLimits => {
                "Members, and everybody who pulls public images from your namespace, have unlimited pulls and unlimited egress."
            }
            Self::Discoverability => {
                "Sponsored projects are easier to find on Docker Hub, so that people who search meet the real one first."
            }
            Self::Logo => {
                "A picture for each repository, JPEG or PNG, 120 to 1,000 pixels a side, up to 5 MB."
            }
        }
    }

    /// What else one may want to know, in smaller type; not every perk has one.
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::Badge => Some(
                "A badge that is verified is a sign of quality and of trust, to those who have never heard of you.",
            ),
            Self::Insights => {
                Some("An export file opens here as well, in the browser: nothing is uploaded.")
            }
            Self::Scanning => Some("It is switched on for each repository."),
            Self::NoLimits => Some(
                "Otherwise an address has 100 pulls in six hours, or 200 when signed in. You can check the perk: an exempt namespace sends no `ratelimit` header.",
            ),
            Self::Discoverability | Self::Logo => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms;

    #[test]
    fn numbers_follow_the_order() {
        for (at, perk) in Perk::ALL.into_iter().enumerate() {
            assert_eq!(perk.number(), at + 1);
        }
    }

    #[test]
    fn figures_in_the_sentences_are_those_of_the_terms() {
        let limits = Perk::NoLimits.note().unwrap_or_default();
        assert!(limits.contains(&terms::PULLS_ANONYMOUS.to_string()));
        assert!(limits.contains(&terms::PULLS_SIGNED_IN.to_string()));
        assert_eq!(terms::LIMIT_WINDOW_SECS, 6 * 60 * 60);
        let logo = Perk::Logo.sentence();
        assert!(logo.contains(&terms::LOGO_SIDE_PX.start().to_string()));
        assert!(logo.contains("1,000") && *terms::LOGO_SIDE_PX.end() == 1000);
        assert!(logo.contains(&format!("{} MB", terms::LOGO_BYTES / 1_000_000)));
    }
}
