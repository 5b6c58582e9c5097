//! Every path of the API, and the headers that it reads.

/// What all paths begin with.
pub const BASE: &str = "/api/v1";

/// `GET`: what the form and the program page need to know.
pub const PROGRAM: &str = "/api/v1/program";

/// `POST`: send an application.
pub const APPLICATIONS: &str = "/api/v1/applications";

/// `POST`: have a code to sign in sent.
pub const SIGN_IN: &str = "/api/v1/sign-in";

/// `POST`: give the code back.
pub const SIGN_IN_CODE: &str = "/api/v1/sign-in/code";

/// `POST`: end the session.
pub const SIGN_OUT: &str = "/api/v1/sign-out";

/// `GET`: whoever is signed in.
pub const ME: &str = "/api/v1/me";

/// The file at the root of a repository in which a token proves control of it.
pub const CONTROL_FILE: &str = "dsos-verify.txt";

/// `GET`: the OpenAPI document.
pub const OPENAPI: &str = "/api/v1/openapi.json";

/// The header with the key that opens an application to whoever has its link.
/// A header and not part of the address, so that no log holds it.
pub const KEY_HEADER: &str = "dsos-key";

/// The header that makes it safe to send twice
/// (draft-ietf-httpapi-idempotency-key-header).
pub const IDEMPOTENCY_HEADER: &str = "idempotency-key";

/// `GET`: whether a namespace is there and free. `name` as typed.
pub fn namespace(name: &str) -> String {
    format!("{BASE}/namespaces/{}", coded(name))
}

/// `GET`: what its forge says of a repository, asked by the server.
pub fn source(address: &str) -> String {
    format!("{BASE}/source?address={}", coded(address))
}

/// `GET`: an application; `PUT`: say something else in it.
pub fn application(id: &str) -> String {
    format!("{APPLICATIONS}/{}", coded(id))
}

/// `POST`: take an application back.
pub fn withdraw(id: &str) -> String {
    format!("{}/withdraw", application(id))
}

/// `POST`: look for the token that proves control of the source.
pub fn control(id: &str) -> String {
    format!("{}/control", application(id))
}

/// `GET`: what waits to be reviewed.
pub const REVIEW: &str = "/api/v1/review";

/// `GET`: the next part of what waits.
pub fn review_after(cursor: &str) -> String {
    format!("{REVIEW}?after={}", coded(cursor))
}

/// `GET`: an application for a reviewer.
pub fn review(id: &str) -> String {
    format!("{REVIEW}/{}", coded(id))
}

/// What a reviewer does with an application, below [`review`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewStep {
    /// `POST`: take it up.
    Begin,
    /// `POST`: read the evidence anew.
    Check,
    /// `PUT`: keep marks.
    Marks,
    /// `POST`: see the mail of a decision.
    Preview,
    /// `POST`: decide.
    Decision,
    /// `POST`: accept other proof of control.
    Proof,
    /// `POST`: keep a note.
    Note,
}

/// Where a reviewer’s step is sent.
pub fn review_step(id: &str, step: ReviewStep) -> String {
    let name = match step {
        ReviewStep::Begin => "begin",
        ReviewStep::Check => "check",
        ReviewStep::Marks => "marks",
        ReviewStep::Preview => "preview",
        ReviewStep::Decision => "decision",
        ReviewStep::Proof => "proof",
        ReviewStep::Note => "notes",
    };
    format!("{}/{name}", review(id))
}

/// `GET`: mails that have not gone out, for the people who run the program.
pub const STUCK_MAILS: &str = "/api/v1/mails";

/// `POST`: everything that is kept about a person, for the people who run the program.
pub const PERSON_EXPORT: &str = "/api/v1/people/export";

/// `POST`: erase a person, for the people who run the program.
pub const PERSON_ERASE: &str = "/api/v1/people/erase";

/// `GET`: what whoever is signed in has here.
pub const ACCOUNT: &str = "/api/v1/account";

/// `GET`: everything that is kept about whoever is signed in.
pub const ACCOUNT_EXPORT: &str = "/api/v1/account/export";

/// `POST`: erase whoever is signed in.
pub const ACCOUNT_ERASE: &str = "/api/v1/account/erase";

/// `POST`: end every other session of whoever is signed in.
pub const OTHER_SESSIONS: &str = "/api/v1/account/other-sessions/end";

/// `POST`: make an access token.
pub const TOKENS: &str = "/api/v1/account/tokens";

/// `DELETE`: revoke an access token.
pub fn token(id: i64) -> String {
    format!("{TOKENS}/{id}")
}

/// `POST`: join a namespace that one was invited to; `DELETE`: decline.
pub fn joining(namespace_name: &str) -> String {
    format!("/api/v1/account/invitations/{}", coded(namespace_name))
}

/// `GET`: the membership of a namespace, for its maintainers.
pub fn membership(name: &str) -> String {
    format!("{}/membership", namespace(name))
}

/// `GET`: its dates as a calendar file.
pub fn calendar(name: &str) -> String {
    format!("{}/membership.ics", namespace(name))
}

/// `GET`: what a renewal begins with; `POST`: renew.
pub fn renewal(name: &str) -> String {
    format!("{}/renewal", namespace(name))
}

/// `POST`: invite somebody.
pub fn invitations(name: &str) -> String {
    format!("{}/invitations", namespace(name))
}

/// `DELETE`: take an invitation back.
pub fn invitation(name: &str, id: i64) -> String {
    format!("{}/{id}", invitations(name))
}

/// `PUT`: change a role; `DELETE`: let somebody go, or go oneself.
pub fn maintainer(name: &str, id: i64) -> String {
    format!("{}/maintainers/{id}", namespace(name))
}

/// `GET`: the directory; the rest of the address says what is looked for.
pub const DIRECTORY: &str = "/api/v1/directory";

/// `GET`: a part of the directory, in the order of `directory::Order::id`.
pub fn directory(
    words: &str,
    is_all: bool,
    category: Option<&str>,
    order: &str,
    skip: usize,
    most: usize,
) -> String {
    let mut path = format!("{DIRECTORY}?order={order}&skip={skip}&most={most}");
    if !words.is_empty() {
        path.push_str("&words=");
        path.push_str(&coded(words));
    }
    if is_all {
        path.push_str("&all=true");
    }
    if let Some(category) = category {
        path.push_str("&category=");
        path.push_str(category);
    }
    path
}

/// `GET`: what everybody sees of a namespace.
pub fn page(name: &str) -> String {
    format!("{}/page", namespace(name))
}

/// `GET`: a repository of a namespace with its tags. `repository` without the namespace.
pub fn repository(name: &str, repository: &str) -> String {
    format!("{}/repositories/{}", namespace(name), coded(repository))
}

/// `GET`: what its maintainers write of a namespace; `PUT`: write.
pub fn profile(name: &str) -> String {
    format!("{}/profile", namespace(name))
}

/// `PUT`: a logo; `DELETE`: none.
pub fn logo(name: &str) -> String {
    format!("{}/logo", namespace(name))
}

/// `PUT`: the page of a repository.
pub fn repository_page(name: &str, repository: &str) -> String {
    format!("{}/page", self::repository(name, repository))
}

/// `POST`: end a membership before its time.
pub fn ending(name: &str) -> String {
    format!("{}/ending", namespace(name))
}

/// `GET`: what is published of a namespace for whoever checks its badge.
pub fn verifiable(name: &str) -> String {
    format!("{}/verifiable", namespace(name))
}

/// `GET`: the registries that report pulls, for the people who run the program; `POST`: add one.
pub const REGISTRIES: &str = "/api/v1/registries";

/// `DELETE`: take nothing more from a registry.
pub fn registry(id: i64) -> String {
    format!("{REGISTRIES}/{id}")
}

/// `GET`: what was set aside of what it reported.
pub fn set_aside(id: i64) -> String {
    format!("{REGISTRIES}/{id}/set-aside")
}

/// `PUT`: the namespaces that it may report.
pub fn registry_namespaces(id: i64) -> String {
    format!("{REGISTRIES}/{id}/namespaces")
}

/// `POST`: give it another token; the one before stops.
pub fn registry_token(id: i64) -> String {
    format!("{REGISTRIES}/{id}/token")
}

/// `POST`: a question about the pulls of a namespace, as its page asks it.
pub fn pulls_question(name: &str) -> String {
    format!("{}/pulls/question", namespace(name))
}

/// `GET`: the totals of a namespace that publishes them, for anybody.
pub fn pulls_totals(name: &str) -> String {
    format!("{}/pulls/totals", namespace(name))
}

/// `GET`: what its maintainers decided about the pulls of a namespace; `PUT`: decide.
pub fn pulls_settings(name: &str) -> String {
    format!("{}/pulls/settings", namespace(name))
}

/// `GET`: server-sent events when pulls of a namespace were counted.
pub fn pulls_news(name: &str) -> String {
    format!("{}/pulls/news", namespace(name))
}

/// `GET`: how many different clients there were in each week or month; days as `YYYY-MM-DD`.
pub fn pulls_visitors(
    name: &str,
    from: &str,
    to: &str,
    by: &str,
    repository: Option<&str>,
) -> String {
    let mut path = format!(
        "{}/pulls/visitors?from={from}&to={to}&by={by}",
        namespace(name)
    );
    if let Some(repository) = repository {
        path.push_str("&repository=");
        path.push_str(&coded(repository));
    }
    path
}

/// `GET`: which tags were pushed between two days, written as `YYYY-MM-DD`.
pub fn pulls_pushes(name: &str, from: &str, to: &str) -> String {
    format!("{}/pulls/pushes?from={from}&to={to}", namespace(name))
}

/// A file of pulls to take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullsFile {
    /// A line for each tag, or digest.
    Summary,
    /// A line for each repository.
    RepositorySummary,
    /// One line.
    NamespaceSummary,
    /// Every row.
    Raw,
}

impl PullsFile {
    /// Every file.
    pub const ALL: [Self; 4] = [
        Self::Raw,
        Self::Summary,
        Self::RepositorySummary,
        Self::NamespaceSummary,
    ];

    /// What its name says.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::RepositorySummary => "repo-summary",
            Self::NamespaceSummary => "namespace-summary",
            Self::Raw => "raw",
        }
    }

    /// The name under which it is saved; days as `YYYY-MM-DD`.
    pub fn file_name(self, namespace: &str, from: &str, to: &str, gzip: bool) -> String {
        let ending = if gzip { ".csv.gz" } else { ".csv" };
        [namespace, "_", from, "_", to, "_", self.word(), ending].concat()
    }
}

/// `GET`: a file of the pulls of a namespace; `asked` stands behind the question mark.
pub fn pulls_file(name: &str, file: PullsFile, gzip: bool, asked: &[(&str, String)]) -> String {
    let mut path = format!("{}/pulls/files/{}.csv", namespace(name), file.word());
    if gzip {
        path.push_str(".gz");
    }
    for (at, (name, value)) in asked.iter().enumerate() {
        path.push(if at == 0 { '?' } else { '&' });
        path.push_str(name);
        path.push('=');
        path.push_str(&coded(value));
    }
    path
}

/// `GET`: the picture of a logo of that version.
pub fn logo_picture(name: &str, version: &str) -> String {
    format!("/logo/{}/{}.png", coded(name), coded(version))
}

/// Percent-encoded, so that it stays one segment or one value (RFC 3986, 2.3).
fn coded(text: &str) -> String {
    let mut coded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            coded.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            coded.push('%');
            coded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            coded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    coded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_one_segment_whatever_is_in_it() {
        assert_eq!(namespace("kelp.works"), "/api/v1/namespaces/kelp.works");
        assert_eq!(namespace("../a?b#c"), "/api/v1/namespaces/..%2Fa%3Fb%23c");
        assert_eq!(application("é"), "/api/v1/applications/%C3%A9");
        assert_eq!(
            source("https://a.example/b"),
            "/api/v1/source?address=https%3A%2F%2Fa.example%2Fb"
        );
    }
}
