//! The clients against what the forges publish about their own APIs: that what is asked exists,
//! that every field that is read is documented with a type that is taken, and that answers made
//! from the documents, and the examples in them, give the facts that they should.
//!
//! The documents are large and not ours, so they are not in the repository: `cargo xtask test`
//! fetches each in one version and says where it is. Without them these tests are ignored.
//!
//! GitLab is left out: no package of npm or PyPI was found that carries its own description, only
//! clients that others wrote, which prove nothing about GitLab.

#[path = "document/mod.rs"]
mod document;

use chrono::{DateTime, Utc};
use document::{Document, Style, fields, read_by};
use forges::{Answer, Forge, Forges, Inquiry, Kind};
use program::{
    evidence::{Reading, RepositoryFacts, Trouble},
    source::SourceAddress,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::LazyLock};

static GITHUB: LazyLock<Document> = LazyLock::new(|| Document::named("DSOS_GITHUB_OPENAPI"));
static FORGEJO: LazyLock<Document> = LazyLock::new(|| Document::named("DSOS_FORGEJO_SWAGGER"));

fn now() -> DateTime<Utc> {
    "2026-08-13T09:00:00Z".parse().unwrap()
}

/// A forge of the default ones, its document, and a repository there.
struct At {
    forge: Forge,
    document: &'static Document,
    repository: &'static str,
}

fn at(kind: Kind) -> At {
    let forge = Forges::default()
        .0
        .into_iter()
        .find(|forge| forge.kind == kind)
        .unwrap();
    let document = match kind {
        Kind::GitHub => &*GITHUB,
        Kind::Forgejo => &*FORGEJO,
        Kind::GitLab => panic!("GitLab publishes no document"),
    };
    At {
        forge,
        document,
        // The one in GitHub's examples.
        repository: "octocat/Hello-World",
    }
}

impl At {
    fn inquiry(&self) -> Inquiry<'_> {
        let text = format!("{}/{}", self.forge.host, self.repository);
        Inquiry::new(&self.forge, &SourceAddress::parse(&text).unwrap()).unwrap()
    }

    /// What is asked about a repository, as paths of the API.
    fn asked(&self) -> Vec<String> {
        let mut inquiry = self.inquiry();
        let private = json!({"full_name": self.repository, "private": false, "archived": false, "fork": false});
        let mut asked = Vec::new();
        while let Some(ask) = inquiry.next() {
            let path = ask.url.strip_prefix(&self.forge.api).unwrap();
            asked.push(path.to_owned());
            take(&mut inquiry, &private);
        }
        asked
    }

    /// The operations behind them: what the repository is, and which files it has.
    fn operations(&self) -> [&'static Value; 2] {
        let asked = self.asked();
        assert_eq!(asked.len(), 2, "{asked:?}");
        [&asked[0], &asked[1]].map(|path| self.document.get(path).1)
    }

    fn ask(&self, repository: &Value, files: &Value) -> Reading<RepositoryFacts> {
        let mut inquiry = self.inquiry();
        take(&mut inquiry, repository);
        take(&mut inquiry, files);
        inquiry.finish(now())
    }

    fn facts(&self, repository: &Value, files: &Value) -> RepositoryFacts {
        match self.ask(repository, files) {
            Reading::Read { facts, .. } => facts,
            other => panic!("{other:?} from {repository}"),
        }
    }

    /// Answers made from the document alone.
    fn made(&self, style: Style) -> [Value; 2] {
        let [mut repository, files] = self
            .operations()
            .map(|operation| self.document.made(self.document.answer(operation), style));
        repository["full_name"] = json!(self.repository);
        [repository, files]
    }
}

fn take(inquiry: &mut Inquiry<'_>, body: &Value) {
    let body = serde_json::to_vec(body).unwrap();
    inquiry.take(
        Answer {
            status: 200,
            body: &body,
            ..Answer::default()
        },
        now(),
    );
}

/// Every field of a struct of the client is documented, is of a type that it takes, and may be
/// absent or null wherever the document says so.
fn takes(document: &Document, schema: &Value, name: &str) {
    let properties = document.properties(schema);
    for field in fields(name) {
        let Some(found) = properties.get(&field.name) else {
            panic!("{name} reads {}, which is not documented", field.name);
        };
        let found = document.resolved(found);
        let what = format!("{name}.{}: {found}", field.name);
        if let Some(kind) = field.json_type() {
            assert_eq!(found["type"], kind, "{what}");
        }
        if field.kind == "DateTime<Utc>" {
            assert_eq!(found["format"], "date-time", "{what}");
        }
        if found["nullable"] == true {
            assert!(field.is_option, "may be null: {what}");
        }
        // Forgejo's document says of no field that it is always there, though all are.
        if let Some(always) = document.required(schema) {
            let may_be_absent = !always.contains(&field.name.as_str());
            assert!(
                !may_be_absent || field.is_option || field.has_default,
                "may be absent: {what}"
            );
        }
    }
}

/// The documented fields that change what comes out are those that the struct names.
fn reads(document: &Document, schema: &Value, name: &str, outcome: impl Fn(&Value) -> String) {
    let body = document.made(schema, Style::Whole);
    let named: BTreeSet<String> = fields(name).into_iter().map(|field| field.name).collect();
    assert_eq!(read_by(&body, outcome), named, "{name}");
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn github_has_what_is_asked() {
    let at = at(Kind::GitHub);
    assert_eq!(at.document.text("/servers/0/url"), at.forge.api);
    let asked = at.asked();
    let paths: Vec<&str> = asked.iter().map(|path| at.document.get(path).0).collect();
    assert_eq!(
        paths,
        [
            "/repos/{owner}/{repo}",
            "/repos/{owner}/{repo}/community/profile"
        ]
    );
    let url = at.forge.file_url(at.repository, "proof.txt");
    let (path, operation) = at.document.get(url.strip_prefix(&at.forge.api).unwrap());
    assert_eq!(path, "/repos/{owner}/{repo}/contents/{path}");
    let about = operation["description"].as_str().unwrap();
    assert!(
        about.contains(&format!("`{}`", at.forge.file_media_type())),
        "{about}"
    );
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn forgejo_has_what_is_asked() {
    let at = at(Kind::Forgejo);
    let base = at.document.text("/basePath");
    assert!(at.forge.api.ends_with(base), "{base}");
    let asked = at.asked();
    let paths: Vec<&str> = asked.iter().map(|path| at.document.get(path).0).collect();
    assert_eq!(
        paths,
        ["/repos/{owner}/{repo}", "/repos/{owner}/{repo}/contents"]
    );
    let url = at.forge.file_url(at.repository, "proof.txt");
    let (path, operation) = at.document.get(url.strip_prefix(&at.forge.api).unwrap());
    assert_eq!(path, "/repos/{owner}/{repo}/raw/{filepath}");
    assert_eq!(at.document.answer(operation)["type"], "file");
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn every_documented_status_means_something() {
    for kind in [Kind::GitHub, Kind::Forgejo] {
        let at = at(kind);
        for operation in at.operations() {
            for status in operation["responses"].as_object().unwrap().keys() {
                let status = status.parse().unwrap();
                let mut inquiry = at.inquiry();
                let answer = Answer {
                    status,
                    ..Answer::default()
                };
                inquiry.take(answer, now());
                let garbled = Reading::Failed {
                    at: now(),
                    trouble: Trouble::Garbled,
                };
                assert!(
                    status == 200 || inquiry.finish(now()) != garbled,
                    "{kind:?} may answer {status}"
                );
            }
        }
    }
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn github_documents_what_is_read() {
    let at = at(Kind::GitHub);
    let [repository, profile] = at
        .operations()
        .map(|operation| at.document.answer(operation));
    let license = &at.document.properties(repository)["license"];
    let files = &at.document.properties(profile)["files"];
    takes(at.document, repository, "GitHubRepository");
    takes(at.document, license, "GitHubLicense");
    takes(at.document, profile, "CommunityProfile");
    takes(at.document, files, "CommunityFiles");

    let [whole, community] = at.made(Style::Whole);
    let with = |body: &Value, key: &str, part: &Value| {
        let mut body = body.clone();
        body[key] = part.clone();
        body
    };
    reads(at.document, repository, "GitHubRepository", |body| {
        format!("{:?}", at.ask(body, &community))
    });
    reads(at.document, license, "GitHubLicense", |part| {
        format!("{:?}", at.ask(&with(&whole, "license", part), &community))
    });
    reads(at.document, profile, "CommunityProfile", |body| {
        format!("{:?}", at.ask(&whole, body))
    });
    reads(at.document, files, "CommunityFiles", |part| {
        format!("{:?}", at.ask(&whole, &with(&community, "files", part)))
    });
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn forgejo_documents_what_is_read() {
    let at = at(Kind::Forgejo);
    let [repository, list] = at
        .operations()
        .map(|operation| at.document.answer(operation));
    let entry = &list["items"];
    let read = fields("ForgejoRepository");
    let properties = at.document.properties(repository);
    // Gitea's alone: Forgejo recognizes no license and so tells none. Should it begin to, this
    // says so, and the exception can go.
    let undocumented: Vec<&str> = read
        .iter()
        .map(|field| field.name.as_str())
        .filter(|name| !properties.contains_key(*name))
        .collect();
    assert_eq!(undocumented, ["licenses"]);
    let mut schema = at.document.resolved(repository).clone();
    schema["properties"]["licenses"] = json!({"type": "array", "items": {"type": "string"}});
    takes(at.document, &schema, "ForgejoRepository");
    takes(at.document, entry, "TreeEntry");

    let [whole, entries] = at.made(Style::Whole);
    reads(at.document, &schema, "ForgejoRepository", |body| {
        format!("{:?}", at.ask(body, &entries))
    });
    reads(at.document, entry, "TreeEntry", |body| {
        let mut body = body.clone();
        if body["name"].is_string() {
            body["name"] = json!("README.md");
        }
        format!("{:?}", at.ask(&whole, &json!([body])))
    });
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn answers_made_from_the_document_are_read() {
    let github = at(Kind::GitHub);
    let [repository, profile] = github.made(Style::Whole);
    let facts = github.facts(&repository, &profile);
    assert_eq!(facts.license.as_deref(), Some("MIT"));
    assert_eq!(facts.description.as_deref(), Some("This your first repo!"));
    assert_eq!(facts.homepage.as_deref(), Some("https://github.com"));
    assert!(facts.pushed_at.is_some() && facts.moved_to.is_none());
    assert_eq!((facts.contributing, facts.readme), (Some(true), Some(true)));
    // What may be absent is, then what may be null is.
    for style in [Style::Least, Style::Null] {
        let [repository, profile] = github.made(style);
        let facts = github.facts(&repository, &profile);
        assert!(facts.found && facts.pushed_at.is_some());
        if style == Style::Null {
            let nothing = (None, None, None);
            assert_eq!((facts.license, facts.description, facts.homepage), nothing);
            let none = (Some(false), Some(false));
            assert_eq!((facts.contributing, facts.readme), none);
        }
    }

    let forgejo = at(Kind::Forgejo);
    let [mut repository, entries] = forgejo.made(Style::Whole);
    repository["website"] = json!("https://kelpworks.org");
    let facts = forgejo.facts(&repository, &entries);
    assert!(facts.found && !facts.private && !facts.archived && !facts.fork);
    assert!(facts.pushed_at.is_some() && facts.moved_to.is_none());
    assert_eq!(facts.homepage.as_deref(), Some("https://kelpworks.org"));
    assert_eq!(facts.description.as_deref(), Some("description"));
    assert_eq!(facts.license, None);
    assert_eq!(facts.readme, Some(false));
    for flag in ["archived", "fork"] {
        repository[flag] = json!(true);
    }
    let facts = forgejo.facts(&repository, &entries);
    assert!(facts.archived && facts.fork);
}

#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn githubs_examples_give_their_facts() {
    let at = at(Kind::GitHub);
    let [repositories, profiles] = at
        .operations()
        .map(|operation| at.document.examples(operation));
    assert!(!repositories.is_empty() && !profiles.is_empty());
    for repository in &repositories {
        for profile in &profiles {
            let facts = at.facts(repository, profile);
            assert!(facts.found && !facts.private && !facts.archived && !facts.fork);
            assert_eq!(facts.moved_to, None);
            assert_eq!(facts.license.as_deref(), Some("MIT"));
            assert_eq!(facts.description.as_deref(), Some("This your first repo!"));
            assert_eq!(facts.homepage.as_deref(), Some("https://github.com"));
            let pushed = "2011-01-26T19:06:43Z".parse().unwrap();
            assert_eq!(facts.pushed_at, Some(pushed));
            assert_eq!((facts.contributing, facts.readme), (Some(true), Some(true)));
        }
    }
}

/// Forgejo lists a folder as GitHub does, and has no examples of its own.
#[test]
#[ignore = "needs the forge's document: run by cargo xtask test"]
fn githubs_examples_of_contents_are_a_list_of_files() {
    let (github, forgejo) = (at(Kind::GitHub), at(Kind::Forgejo));
    let contents = format!("/repos/{}/contents/README.md", github.repository);
    let examples = github.document.examples(github.document.get(&contents).1);
    let [repository, _] = forgejo.made(Style::Whole);
    let told = |body: &Value| {
        let facts = forgejo.facts(&repository, body);
        (facts.readme, facts.contributing)
    };
    let (folders, files): (Vec<_>, Vec<_>) = examples.iter().partition(|body| body.is_array());
    assert!(!folders.is_empty() && !files.is_empty());
    for folder in folders {
        assert_eq!(told(folder), (Some(false), Some(false)));
    }
    let readme = files.iter().find(|file| file["name"] == "README.md");
    assert_eq!(told(&json!([readme.unwrap()])), (Some(true), Some(false)));
    // A file is no list, and so says nothing of the others.
    assert_eq!(told(readme.unwrap()), (None, None));
}
