//! What the namespaces of the sample show on their pages, as a registry and their maintainers
//! would have said it.

use crate::store::{
    StoreError, profiles,
    registry::{self as listed, KeptManifest, KeptTag},
};
use chrono::{DateTime, TimeDelta, Utc};
use program::{
    category::Category,
    namespace::Namespace,
    profile::{Profile, RepositoryPage},
};
use registry::{Labels, RepositoryName};
use rusqlite::Connection;

/// A namespace.
struct Shown {
    namespace: &'static str,
    name: &'static str,
    description: &'static str,
    categories: &'static [Category],
    stars: Option<u64>,
    repositories: &'static [Repository],
}

/// A repository: its name, what it is, days since its newest image, and its tags.
type Repository = (&'static str, &'static str, i64, &'static [&'static str]);

const LONG: &str = "## Start\n\n    docker run --rm -p 8080:8080 sandpiper/server\n\nReads readings from a serial port or a file and keeps them. See the [manual](https://sandpiper.example/manual).\n\n| tag | what |\n|---|---|\n| `latest` | the last release |\n| `2` | the last of version 2 |\n";

const SHOWN: [Shown; 8] = [
    Shown {
        namespace: "sandpiper",
        name: "Sandpiper",
        description: "Collects readings from sensors on the shore and keeps them",
        categories: &[Category::Science, Category::Observability],
        stars: Some(3_412),
        repositories: &[
            (
                "server",
                "Receives readings and answers queries",
                6,
                &["latest", "2", "2.4.1", "2.4.0", "2.3.7"],
            ),
            (
                "agent",
                "Reads a serial port and sends what it hears",
                6,
                &["latest", "2", "2.4.1", "2.4.0"],
            ),
            (
                "dashboard",
                "Tides and temperatures on one page",
                41,
                &["latest", "1.9.0"],
            ),
            ("migrate", "", 200, &["1.0.0"]),
        ],
    },
    Shown {
        namespace: "tidepool",
        name: "Tidepool",
        description: "A message queue for small machines",
        categories: &[Category::Messaging],
        stars: Some(918),
        repositories: &[
            (
                "tidepool",
                "The queue",
                3,
                &["latest", "0.14.2", "0.14.1", "0.13.9"],
            ),
            (
                "bridge",
                "Carries messages to and from MQTT",
                18,
                &["latest", "0.14.0"],
            ),
        ],
    },
    Shown {
        namespace: "lanternfs",
        name: "LanternFS",
        description: "A read-only file system over object stores",
        categories: &[Category::BuildTools, Category::PackageRegistries],
        stars: Some(640),
        repositories: &[(
            "mount",
            "Mounts a bucket in a container",
            70,
            &["latest", "3.1.0", "3.0.2"],
        )],
    },
    Shown {
        namespace: "mossdb",
        name: "mossdb",
        description: "A small database that grows slowly",
        categories: &[Category::Databases],
        stars: Some(2_044),
        repositories: &[("mossdb", "The database", 300, &["latest", "5.2"])],
    },
    Shown {
        namespace: "quillpress",
        name: "Quillpress",
        description: "Publishes notes as a book",
        categories: &[Category::Documents, Category::Web],
        stars: Some(1_187),
        repositories: &[
            (
                "press",
                "Sets and binds",
                12,
                &["latest", "7.0.3", "7.0.2", "6.9.9"],
            ),
            (
                "proof",
                "Shows a chapter while it is written",
                12,
                &["latest", "7.0.3"],
            ),
        ],
    },
    Shown {
        namespace: "driftgrid",
        name: "Driftgrid",
        description: "Balances batteries of a neighborhood",
        categories: &[Category::Home, Category::Science],
        stars: None,
        repositories: &[(
            "controller",
            "Decides who charges when",
            2,
            &["latest", "0.3.0"],
        )],
    },
    Shown {
        namespace: "gullwing",
        name: "Gullwing",
        description: "A load balancer that fits on a page",
        categories: &[Category::Networking],
        stars: Some(76),
        repositories: &[
            ("gullwing", "The balancer", 1, &["latest", "1.2.0", "1.1.0"]),
            ("echo", "Answers with what it was asked", 90, &["latest"]),
        ],
    },
    Shown {
        namespace: "plainchart",
        name: "",
        description: "",
        categories: &[],
        stars: None,
        repositories: &[("plainchart", "Charts from text", 25, &["latest", "0.2"])],
    },
];

/// Shows them all.
///
/// # Errors
/// Those of writing.
pub(super) fn show(connection: &Connection, now: DateTime<Utc>) -> Result<(), StoreError> {
    for one in &SHOWN {
        let namespace =
            Namespace::parse(one.namespace).map_err(|_| StoreError::Corrupt("a namespace"))?;
        for repository in one.repositories {
            list(connection, one.namespace, repository, now)?;
        }
        if one.name.is_empty() {
            continue;
        }
        let host = format!("https://{namespace}.example");
        let source = format!("https://github.com/{namespace}/{namespace}");
        let profile = Profile {
            name: one.name.to_owned(),
            description: one.description.to_owned(),
            website: host,
            contributing: format!("{source}/blob/main/CONTRIBUTING.md"),
            source,
            categories: one.categories.to_vec(),
        };
        profiles::put_profile(connection, &namespace, &profile, 0, now)?;
        if let Some(stars) = one.stars {
            let of = format!("github.com/{namespace}/{namespace}");
            profiles::put_stars(connection, &namespace, &of, Some(stars), now)?;
        }
    }
    let page = RepositoryPage {
        about: LONG.to_owned(),
        ..RepositoryPage::default()
    };
    let sandpiper =
        Namespace::parse("sandpiper").map_err(|_| StoreError::Corrupt("a namespace"))?;
    profiles::put_page(connection, &sandpiper, "server", &page, 0, now)?;
    Ok(())
}

fn list(
    connection: &Connection,
    namespace: &str,
    (name, description, days, tags): &Repository,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let name = format!("{namespace}/{name}");
    let parsed = RepositoryName::parse(&name).map_err(|_| StoreError::Corrupt("a repository"))?;
    let labels = Labels {
        description: (!description.is_empty()).then(|| (*description).to_owned()),
        ..Labels::default()
    };
    let (mut kept, mut manifests) = (Vec::new(), Vec::new());
    for (place, tag) in tags.iter().enumerate() {
        // What `latest` is called besides stands for the same image.
        let image = if *tag == "latest" {
            tags.get(1).unwrap_or(tag)
        } else {
            tag
        };
        let hash = crate::secret::digest(format!("{name}:{image}").as_bytes());
        let digest = format!("sha256:{}", crate::secret::hex(&hash));
        let later = TimeDelta::days(i64::try_from(place.saturating_sub(1)).unwrap_or(0) * 19);
        manifests.push(KeptManifest {
            digest: digest.clone(),
            kind: "application/vnd.oci.image.index.v1+json".to_owned(),
            is_known: true,
            bytes: None,
            platforms: vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()],
            made_at: Some(now - TimeDelta::days(*days) - later),
            labels: labels.clone(),
        });
        kept.push(KeptTag {
            tag: (*tag).to_owned(),
            digest: Some(digest),
        });
    }
    listed::put(connection, &parsed, &kept, &manifests, now).map(|_| ())
}
