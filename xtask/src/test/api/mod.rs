//! The API with any requests: schemathesis makes them from the API's own document, and holds every
//! answer against it. It asks as a stranger, as an applicant, as an owner and as somebody of staff, so that what
//! is behind a door is reached, too. What schemathesis does not make by itself is in `edges.py`.
//!
//! The requests are the same in every run. What the server chooses by itself is not, such as the
//! addresses of applications.

use super::{
    Count, Wish,
    browser::counted as counted_last,
    site::{STAFF, Site},
};
use crate::{
    documents,
    failure::{Failure, Outcome},
    files, paths, python,
    run::run as run_command,
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// What the server is started with. No forge is asked: at this address nobody listens.
const SERVER: &[&str] = &[
    "--sample",
    "--forge",
    "github,github.com,http://127.0.0.1:9",
];

/// Where the requests begin.
const SEED: u32 = 20_261_128;

/// Requests of each kind to each operation, at most, in the everyday run and in the long one.
const REQUESTS: (u32, u32) = (35, 300);

/// What is checked of every answer. Left out is that whatever fits the document is taken: forms
/// have rules that no schema says, and the answer to a breach is documented.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_schema_conformance,response_headers_conformance,negative_data_rejection,\
    missing_required_header,unsupported_method,allow_header_conformance,use_after_free";

/// Operations after which a caller would be somebody else; strangers ask them.
const GOODBYES: [&str; 3] = [
    "/api/v1/sign-out",
    "/api/v1/account/erase",
    "/api/v1/account/other-sessions/end",
];

/// It has no end, and each request would be waited for until its time is up; strangers ask it, and the
/// tests of the server listen to it.
const ENDLESS: &str = "/api/v1/namespaces/{name}/pulls/news";

/// What a caller is refused with who is not let in.
const SHUT: [u16; 5] = [401, 403, 404, 405, 429];

/// What requests are made from.
enum Described {
    /// The document of the API.
    Api,
    /// The document of the publisher API.
    Publisher,
    /// An older edition of that one, as others published it; `enter.py` copies it.
    Elsewhere,
}

/// Where the publisher API is.
const PUBLISHER: &str = "/api/publisher/analytics/v1";

/// Somebody who asks.
struct Caller {
    /// The name of the configuration that `enter.py` writes for it.
    name: &'static str,
    described: Described,
    /// The operations that are asked, beside the options' own.
    options: &'static [&'static str],
    /// Where the paths begin that it has to be let into; nothing if nowhere.
    inside: Option<&'static str>,
}

const CALLERS: [Caller; 8] = [
    Caller {
        name: "stranger",
        described: Described::Api,
        options: &[],
        inside: None,
    },
    // Whoever has withdrawn can do nothing more, so somebody else does that.
    Caller {
        name: "applicant",
        described: Described::Api,
        options: &[
            "--exclude-path-regex",
            "/withdraw$",
            "--exclude-path",
            ENDLESS,
        ],
        inside: Some("/api/v1/applications/{id}"),
    },
    Caller {
        name: "leaver",
        described: Described::Api,
        options: &["--include-path-regex", "/withdraw$"],
        inside: Some("/api/v1/applications/{id}/withdraw"),
    },
    // Before anybody takes their token back: the owner’s scripts.
    Caller {
        name: "publisher",
        described: Described::Publisher,
        options: &["--exclude-path", "/v2/users/login"],
        inside: Some("/api/publisher/analytics/v1/namespaces/{namespace}"),
    },
    // Scripts of others. What is refused, and how, that document does not say.
    Caller {
        name: "published",
        described: Described::Elsewhere,
        options: &["--include-path-regex", "^/(namespaces.*)?$"],
        inside: Some("/namespaces/{namespace}"),
    },
    Caller {
        name: "staff",
        described: Described::Api,
        options: &[
            "--exclude-path",
            GOODBYES[0],
            "--exclude-path",
            GOODBYES[1],
            "--exclude-path",
            GOODBYES[2],
            "--exclude-path-regex",
            "/decision$",
            "--exclude-path",
            ENDLESS,
        ],
        inside: Some("/api/v1/review"),
    },
    // An owner of a namespace of the sample.
    Caller {
        name: "owner",
        described: Described::Api,
        options: &[
            "--include-path-regex",
            "^/api/v1/(account|namespaces)",
            "--exclude-path",
            GOODBYES[1],
            "--exclude-path",
            GOODBYES[2],
            "--exclude-path",
            ENDLESS,
        ],
        inside: Some("/api/v1/namespaces/{name}/membership"),
    },
    // Of what is decided, too, nothing more can be asked.
    Caller {
        name: "decider",
        described: Described::Api,
        options: &["--include-path-regex", "/decision$"],
        inside: Some("/api/v1/review/{id}/decision"),
    },
];

/// Asks as everybody.
pub fn run(wish: &Wish) -> Outcome<Count> {
    let python = python::program()?;
    let folder = paths::state().join("api");
    files::remove(&folder)?;
    let site = folder.join("site");
    // The API needs no pages, and so this waits for no build of them.
    for page in ["index.html", "404.html"] {
        files::write(&site.join(page), "<!doctype html><title>No page</title>")?;
    }
    let site = Site::open_with(&site, SERVER)?;
    let count = all(&python, &folder, &site, wish);
    // It holds a session.
    files::remove(&folder)?;
    count
}

fn all(python: &Path, folder: &Path, site: &Site, wish: &Wish) -> Outcome<Count> {
    let scripts = paths::root().join("xtask/src/test/api");
    run_command(
        Command::new(python)
            .arg(scripts.join("enter.py"))
            .args([&site.address(), &site.outbox(), STAFF[0]])
            .arg(folder)
            .arg(documents::publisher()?),
    )?;
    let mut count = Count::default();
    let mut seen = Seen::default();
    for caller in &CALLERS {
        println!("-- as {}", caller.name);
        let (asked, answers) = ask(python, folder, site, caller, wish)?;
        count += asked;
        if let Some(inside) = caller.inside {
            let shut = answers.shut(inside);
            if let Some(operations) = &shut {
                println!("{} was not let in: {operations}.", caller.name);
            }
            count += Count::one(shut.is_none());
        }
        seen.add(answers);
    }
    println!("-- at the edges of HTTP");
    count += counted_last(
        "The requests at the edges",
        Command::new(python)
            .arg(scripts.join("edges.py"))
            .arg(site.address())
            .arg(folder.join("staff.json")),
    )?;
    println!("-- answers of each operation, by status");
    for (operation, statuses) in &seen.0 {
        let statuses: Vec<String> = statuses
            .iter()
            .map(|(status, count)| format!("{status} ({count})"))
            .collect();
        println!("{operation}: {}", statuses.join(", "));
    }
    Ok(count)
}

/// Asks as one of them: one check an operation, and what was answered.
fn ask(
    python: &Path,
    folder: &Path,
    site: &Site,
    caller: &Caller,
    wish: &Wish,
) -> Outcome<(Count, Seen)> {
    let file = |ending: &str| -> PathBuf { folder.join(format!("{}.{ending}", caller.name)) };
    let requests = if wish.long { REQUESTS.1 } else { REQUESTS.0 };
    let mut fuzz = Command::new(python);
    fuzz.current_dir(folder)
        .env("DSOS_API_CALLER", folder.join(caller.name))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(file("toml"))
        .arg("run")
        .args(described(&caller.described, folder, site))
        .args(["--max-examples", &requests.to_string()])
        .args(["--seed", &SEED.to_string()])
        .args(["--generation-database", "none"])
        // All of them hint at more documentation; statuses are shown below.
        .args(["--warnings", "off"])
        .args(["--continue-on-failure", "--no-color", "--report", "junit"])
        .arg("--report-junit-path")
        .arg(file("xml"))
        .args(caller.options);
    let is_well = fuzz
        .status()
        .map_err(|error| Failure::new(format!("schemathesis could not be run: {error}.")))?
        .success();
    let report = files::read(&file("xml")).unwrap_or_default();
    let mut count = counted(&report).unwrap_or_default();
    // It may have ended before it asked anything.
    if (!is_well && count.failed == 0) || count == Count::default() {
        count.failed += 1;
    }
    let seen = Seen::read(&files::read(&file("seen")).unwrap_or_default());
    Ok((count, seen))
}

/// The document that requests are made from, and what is checked of the answers.
fn described(described: &Described, folder: &Path, site: &Site) -> Vec<String> {
    let address = site.address();
    let (document, checks, more) = match described {
        Described::Api => (format!("{address}/api/v1/openapi.json"), CHECKS, Vec::new()),
        Described::Publisher => (
            format!("{address}{PUBLISHER}/openapi.json"),
            CHECKS,
            Vec::new(),
        ),
        Described::Elsewhere => (
            folder.join("elsewhere.json").display().to_string(),
            "not_a_server_error,response_schema_conformance",
            vec!["--url".to_owned(), format!("{address}{PUBLISHER}")],
        ),
    };
    let mut words = vec![document, "--checks".to_owned(), checks.to_owned()];
    words.extend(more);
    words
}

/// The sum that a JUnit report begins with.
fn counted(report: &str) -> Option<Count> {
    let head = report.split_once("<testsuites ")?.1.split('>').next()?;
    let number = |name: &str| -> Option<u64> {
        let after = head.split_once(&format!("{name}=\""))?.1;
        after.split('"').next()?.parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    let passed = number("tests")?.checked_sub(failed + number("skipped")?)?;
    Some(Count::of(passed, failed))
}

/// How often an operation answered with which status.
#[derive(Debug, Default)]
struct Seen(BTreeMap<String, BTreeMap<u16, u64>>);

impl Seen {
    /// Reads lines such as `12 GET /api/v1/me 200`.
    fn read(text: &str) -> Self {
        let mut seen = Self::default();
        for line in text.lines() {
            if let Some((count, rest)) = line.split_once(' ')
                && let Some((operation, status)) = rest.rsplit_once(' ')
                && let (Ok(count), Ok(status)) = (count.parse(), status.parse())
            {
                seen.count(operation, status, count);
            }
        }
        seen
    }

    fn count(&mut self, operation: &str, status: u16, count: u64) {
        let statuses = self.0.entry(operation.to_owned()).or_default();
        *statuses.entry(status).or_default() += count;
    }

    fn add(&mut self, other: Self) {
        for (operation, statuses) in other.0 {
            for (status, count) in statuses {
                self.count(&operation, status, count);
            }
        }
    }

    /// The operations below a path that only ever refused, or all of it when none was asked.
    fn shut(&self, inside: &str) -> Option<String> {
        let mut there = self
            .0
            .iter()
            .filter(|(operation, _)| {
                operation
                    .split_once(' ')
                    .is_some_and(|(_, path)| path.starts_with(inside))
            })
            .peekable();
        if there.peek().is_none() {
            return Some(inside.to_owned());
        }
        let shut: Vec<&str> = there
            .filter(|(_, statuses)| statuses.keys().all(|status| SHUT.contains(status)))
            .map(|(operation, _)| operation.as_str())
            .collect();
        (!shut.is_empty()).then(|| shut.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Count, Seen, counted};

    #[test]
    fn a_report_is_counted() {
        let report = "<?xml version=\"1.0\"?>\n<testsuites errors=\"1\" failures=\"2\" skipped=\"3\" tests=\"22\" time=\"15.2\">\n<testsuite errors=\"9\">";
        assert_eq!(counted(report), Some(Count::of(16, 3)));
        assert_eq!(counted(""), None);
    }

    #[test]
    fn who_is_only_refused_was_not_let_in() {
        let mut seen = Seen::read("3 GET /api/v1/review 401\n2 GET /api/v1/me 401\n");
        let shut = Some("GET /api/v1/review".to_owned());
        assert_eq!(seen.shut("/api/v1/review"), shut);
        assert_eq!(seen.shut("/api/v1/mails"), Some("/api/v1/mails".to_owned()));
        seen.add(Seen::read("1 GET /api/v1/review 200"));
        assert_eq!(seen.shut("/api/v1/review"), None);
        assert_eq!(seen.0["GET /api/v1/review"][&401], 3);
    }
}
