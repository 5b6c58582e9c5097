//! The built site, read once at the start. What is not in the table cannot be
//! asked for, whatever a request's path looks like.

use super::policy;
use crate::secret;
use axum::{body::Bytes, http::HeaderValue};
#[cfg(feature = "embed")]
use std::borrow::Cow;
use std::{
    collections::HashMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// The page for addresses that lead nowhere.
const MISSING: &str = "/404.html";

/// The pages with a form, which ask the configured forges while somebody types. Other
/// pages lead to them by loading them anew, and so may ask nobody.
const FORMS: [&str; 3] = [
    "/apply/index.html",
    "/applications/index.html",
    "/n/_/settings/index.html",
];

/// A file and all that an answer says about it.
#[derive(Debug)]
pub struct Asset {
    /// As it is.
    pub plain: Bytes,
    /// Compressed with brotli, if there is such a copy.
    pub brotli: Option<Bytes>,
    /// Compressed with gzip, if there is such a copy.
    pub gzip: Option<Bytes>,
    /// Its media type.
    pub media_type: &'static str,
    /// Sixteen hexadecimal digits over its content.
    pub digest: String,
    /// Whether its name changes with its content, so that it can be kept for good.
    pub is_hashed: bool,
    /// What a page or a script may do, if it is one.
    pub policy: Option<HeaderValue>,
}

/// All files of a site by the path they answer to.
#[derive(Debug)]
pub struct Site {
    assets: HashMap<String, Asset>,
}

/// Why a folder cannot be served.
#[derive(Debug)]
pub enum SiteError {
    /// A file or folder cannot be read.
    Unreadable(PathBuf, io::Error),
    /// The folder lacks a file that every built site has.
    Incomplete(PathBuf),
}

impl fmt::Display for SiteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(formatter, "{} cannot be read: {error}.", path.display())
            }
            Self::Incomplete(path) => write!(
                formatter,
                "{} is missing: build the site with cargo xtask build, or name its folder with --dir.",
                path.display()
            ),
        }
    }
}

impl std::error::Error for SiteError {}

impl Site {
    /// Reads the site in `folder`; hidden files are left out. `forges` are the origins
    /// that the pages with a form may ask.
    ///
    /// # Errors
    /// When something cannot be read, or it is not a built site.
    pub fn load(folder: &Path, forges: &[String]) -> Result<Self, SiteError> {
        for needed in ["index.html", &MISSING[1..]] {
            let path = folder.join(needed);
            if !path.is_file() {
                return Err(SiteError::Incomplete(path));
            }
        }
        let mut files = HashMap::new();
        read(folder, "", &mut files)?;
        Ok(Self::of(files, forges))
    }

    /// The site that was built into the program.
    #[cfg(feature = "embed")]
    pub fn built_in(forges: &[String]) -> Self {
        let seen = Built::iter().filter(|name| !name.starts_with('.'));
        let files = seen.filter_map(|name| {
            let file = Built::get(&name)?;
            let bytes = match file.data {
                Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                Cow::Owned(bytes) => Bytes::from(bytes),
            };
            Some((format!("/{name}"), bytes))
        });
        Self::of(files.collect(), forges)
    }

    /// The site of these files, by their addresses.
    fn of(files: HashMap<String, Bytes>, forges: &[String]) -> Self {
        let mut assets = HashMap::new();
        for (address, plain) in &files {
            let is_copy = ["br", "gz"].iter().any(|ending| {
                let of = address.strip_suffix(&format!(".{ending}"));
                of.is_some_and(|of| files.contains_key(of))
            });
            if is_copy {
                continue;
            }
            let asks = FORMS.contains(&address.as_str());
            let asset = Asset {
                brotli: files.get(&format!("{address}.br")).cloned(),
                gzip: files.get(&format!("{address}.gz")).cloned(),
                ..Asset::new(plain.clone(), address, if asks { forges } else { &[] })
            };
            // A page is asked for by its folder; the file's own path would be a second address.
            let address = match address.strip_suffix("/index.html") {
                Some("") => "/",
                Some(folder) => folder,
                None => address,
            };
            assets.insert(address.to_owned(), asset);
        }
        Self { assets }
    }

    /// The asset at a path with its leading slash. A page answers at its folder's path.
    pub fn asset(&self, path: &str) -> Option<&Asset> {
        self.assets.get(path)
    }

    /// The page for addresses that lead nowhere.
    pub fn missing(&self) -> Option<&Asset> {
        self.assets.get(MISSING)
    }
}

/// The site as it was when the program was built.
#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "../dist"]
struct Built;

/// Reads every file below a folder, but hidden ones.
fn read(folder: &Path, prefix: &str, files: &mut HashMap<String, Bytes>) -> Result<(), SiteError> {
    let unreadable = |error| SiteError::Unreadable(folder.to_path_buf(), error);
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        let address = format!("{prefix}/{name}");
        if path.is_dir() {
            read(&path, &address, files)?;
        } else {
            let bytes = fs::read(&path).map_err(|error| SiteError::Unreadable(path, error))?;
            files.insert(address, Bytes::from(bytes));
        }
    }
    Ok(())
}

impl Asset {
    /// A file by its address, without compressed copies.
    fn new(plain: Bytes, address: &str, forges: &[String]) -> Self {
        let ending = Path::new(address).extension();
        let media_type = media_type(ending.and_then(|end| end.to_str()).unwrap_or_default());
        let policy = match media_type {
            HTML => {
                let html = String::from_utf8_lossy(&plain);
                HeaderValue::try_from(policy::of_page(&html, forges)).ok()
            }
            SCRIPT => Some(HeaderValue::from_static(policy::SCRIPT)),
            _ => None,
        };
        Self {
            digest: secret::short_digest(&plain),
            plain,
            brotli: None,
            gzip: None,
            media_type,
            is_hashed: is_hashed(address),
            policy,
        }
    }
}

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

fn media_type(ending: &str) -> &'static str {
    match ending {
        "html" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => SCRIPT,
        "json" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "txt" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        "csv" => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Whether a part of the path ends in a dash and sixteen hexadecimal digits, as the build names
/// what changes its name with its content.
pub(super) fn is_hashed(path: &str) -> bool {
    path.split('/').any(|part| {
        let stem = part.split('.').next().unwrap_or_default();
        stem.rsplit_once('-').is_some_and(|(_, digits)| {
            digits.len() == 16
                && digits
                    .bytes()
                    .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn hashed_names_are_told_from_others() {
        for path in [
            "/dsos-0123456789abcdef.js",
            "/pulls-worker-0123456789abcdef/pulls-worker_bg.wasm",
        ] {
            assert!(is_hashed(path), "{path}");
        }
        for path in [
            "/",
            "/insights",
            "/robots.txt",
            "/dsos-0123.js",
            "/a-0123456789abcdeg.js",
            "/0123456789abcdef",
        ] {
            assert!(!is_hashed(path), "{path}");
        }
    }
}
