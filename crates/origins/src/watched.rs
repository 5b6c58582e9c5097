//! Databases that are replaced while they are in use.

use crate::{
    database::Stamp,
    error::{OriginsError, Part},
    origins::Origins,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::path::{Path, PathBuf};

/// How long files are not looked at again.
const PAUSE: TimeDelta = TimeDelta::minutes(1);

/// Databases and the files that they are from.
///
/// Replace a file by renaming another over it. One that is written in place may be met
/// half-written; that is reported, and the whole one is opened a minute later.
#[derive(Debug, Default)]
pub struct WatchedOrigins {
    origins: Origins,
    files: Vec<WatchedFile>,
    looked: Option<DateTime<Utc>>,
}

#[derive(Debug)]
struct WatchedFile {
    part: Part,
    path: PathBuf,
    /// The stamp of what was last opened, or tried; none if there was no file.
    seen: Option<Stamp>,
}

/// What a look at the files has led to.
#[derive(Debug, Default)]
pub struct Looked {
    /// What was opened anew.
    pub opened: Vec<Part>,
    /// What was replaced by something that is of no use. What was open stays in use,
    /// and is reported once for each replacement.
    pub failed: Vec<OriginsError>,
}

impl WatchedOrigins {
    /// Opens the databases as [`Origins::open`] does, and remembers their files.
    pub fn open(geoip: Option<&Path>, asn: Option<&Path>) -> Result<Self, OriginsError> {
        let mut origins = Origins::default();
        let mut files = Vec::new();
        for (part, path) in [(Part::Country, geoip), (Part::Network, asn)] {
            if let Some(path) = path {
                files.push(WatchedFile {
                    part,
                    path: path.to_owned(),
                    seen: Some(origins.reopen(part, path)?),
                });
            }
        }
        Ok(Self {
            origins,
            files,
            looked: None,
        })
    }

    /// The databases as they are now. A copy of them stays as it is.
    pub fn origins(&self) -> &Origins {
        &self.origins
    }

    /// Opens what was replaced since the last look. Files are looked at once a minute
    /// at most, so this may be called for every report.
    pub fn look(&mut self, now: DateTime<Utc>) -> Looked {
        let mut result = Looked::default();
        // A clock that was set back is no reason to wait until it catches up.
        if self
            .looked
            .is_some_and(|looked| looked <= now && now - looked < PAUSE)
        {
            return result;
        }
        self.looked = Some(now);
        for file in &mut self.files {
            let stamp = Stamp::of(&file.path);
            if stamp == file.seen {
                continue;
            }
            match self.origins.reopen(file.part, &file.path) {
                Ok(stamp) => {
                    file.seen = Some(stamp);
                    result.opened.push(file.part);
                }
                Err(error) => {
                    file.seen = stamp;
                    result.failed.push(error);
                }
            }
        }
        result
    }
}
