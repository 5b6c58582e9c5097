//! What a namespace is about, chosen by its maintainers from one list, so that a directory can
//! be narrowed down to it.

use serde::{Deserialize, Serialize};

/// Most categories of one namespace.
pub const MOST: usize = 3;

macro_rules! categories {
    ($($(#[$doc:meta])* $name:ident $id:literal $words:literal,)+) => {
        /// What a namespace is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "kebab-case")]
        pub enum Category {
            $($(#[$doc])* $name,)+
        }

        impl Category {
            /// All of them, in the order of their words.
            pub const ALL: [Self; [$($id),+].len()] = [$(Self::$name),+];

            /// The name in addresses and files; as serde writes it.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// As people read it.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)+ }
            }
        }
    };
}

categories! {
    /// Builds, tests and deploys.
    BuildTools "build-tools" "Build tools",
    /// Keeps and queries data.
    Databases "databases" "Databases",
    /// Stores, converts or searches documents.
    Documents "documents" "Documents",
    /// Games and their servers.
    Games "games" "Games",
    /// The home and its devices.
    Home "home" "Home and devices",
    /// Languages and their runtimes.
    Languages "languages" "Languages and runtimes",
    /// Learns from data.
    MachineLearning "machine-learning" "Machine learning",
    /// Maps, places and transport.
    Maps "maps" "Maps and transport",
    /// Pictures, sound and video.
    Media "media" "Media",
    /// Chat, mail and queues.
    Messaging "messaging" "Messaging",
    /// Proxies, names and networks.
    Networking "networking" "Networking",
    /// Logs, metrics and traces.
    Observability "observability" "Observability",
    /// Packages and images.
    PackageRegistries "package-registries" "Package registries",
    /// Science and research.
    Science "science" "Science",
    /// Keys, identities and protection.
    Security "security" "Security",
    /// Sites and what serves them.
    Web "web" "Web",
}

impl Category {
    /// The category of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_serde_writes_them_and_words_are_in_order() {
        for category in Category::ALL {
            let json = serde_json::to_string(&category).unwrap();
            assert_eq!(json, format!("\"{}\"", category.id()));
            assert_eq!(Category::of_id(category.id()), Some(category));
        }
        assert!(Category::ALL.is_sorted_by_key(|category| category.words()));
        assert_eq!(Category::of_id("Databases"), None);
    }
}
