//! The client of a pull, named from its user agent.
//!
//! Two columns of the exports come from here: `user_agent_tool`, which is a
//! name of [`TOOLS`], [`OTHER`] or nothing, and `user_agent_version`, which is
//! what the client wrote. Strangers write user agents. They cannot invent tools,
//! and a version of theirs is short and plain: it has neither spaces nor quotes
//! nor markup, and is no formula to a spreadsheet.
//!
//! A user agent is a row of products, `name/version`, with comments in
//! parentheses between them (RFC 9110, 10.1.5). Comments say what the client
//! runs on or who sent it, so they are passed over. Docker, for one, puts there
//! whoever talks to its engine.

use crate::event::MOST_AGENT_BYTES;

/// The client of a pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client<'a> {
    /// A name of [`TOOLS`], [`OTHER`], or nothing if the user agent is empty.
    pub tool: &'static str,
    /// The tool's version as it was written, without a `v` before it. Empty if
    /// there is none that looks like one, or the tool is [`OTHER`].
    pub version: &'a str,
}

/// The tool of a user agent that has no product of [`TOOLS`].
pub const OTHER: &str = "other";

/// Most bytes of a version. The longest in use are those of Go modules without
/// a release, such as `0.8.1-0.20220507185902-82405e5dfa82`.
pub const MOST_VERSION_BYTES: usize = 40;

/// What all browsers are called. Their version is left out: every browser says
/// `Mozilla/5.0`.
const BROWSER: &str = "browser";

/// The tools with their products' names, in small letters. A user agent with
/// several products is of the tool that comes first here: programs stand before
/// what they are made of. Where each name is from, the tests say.
///
/// Some programs send no name of their own, and cannot be told apart: nerdctl
/// and what is built on it say containerd, and so do K3s and RKE2, with `-k3s1`
/// in the version.
pub const TOOLS: &[(&str, &[&str])] = &[
    // What looks for newer images.
    ("watchtower", &["watchtower"]),
    ("diun", &["diun"]),
    ("wud", &["wud"]),
    ("renovate", &["renovate"]),
    ("dependabot", &["dependabot-core"]),
    ("flux", &["flux"]),
    // What scans and what signs.
    ("trivy", &["trivy"]),
    ("defender-for-containers", &["mdccontainerssecurity"]),
    ("cosign", &["cosign"]),
    ("notation", &["notation"]),
    // What builds.
    ("kaniko", &["kaniko"]),
    ("buildkit", &["buildkit"]),
    ("buildah", &["buildah"]),
    ("jib", &["jib"]),
    ("werf", &["werf"]),
    ("zarf", &["zarf"]),
    ("devcontainer", &["devcontainer"]),
    // What runs images.
    ("docker", &["docker", "docker-client"]),
    ("containerd", &["containerd"]),
    ("cri-o", &["cri-o"]),
    ("podman", &["libpod"]),
    ("apptainer", &["apptainer"]),
    ("bootc", &["bootc"]),
    ("ollama", &["ollama"]),
    // What keeps copies for others.
    ("harbor", HARBOR),
    ("artifactory", &["artifactory"]),
    ("nexus", &["nexus"]),
    ("pulp", &["pulpcore"]),
    // What fetches and copies artifacts. One name for regctl, regsync and regbot.
    ("helm", &["helm"]),
    ("homebrew", &["homebrew"]),
    ("crane", &["crane"]),
    ("skopeo", &["skopeo"]),
    ("regclient", &["regclient"]),
    ("oras", &["oras"]),
    // Libraries, of clients that say no more about themselves.
    ("containers-image", &["containers"]),
    ("go-containerregistry", &["go-containerregistry"]),
    ("oras-go", &["oras-go"]),
    ("oci-client", &["oci-client"]),
    // HTTP clients, which anyone may use for anything.
    ("go-http-client", &["go-http-client"]),
    ("google-http-java-client", &["google-http-java-client"]),
    ("apache-httpclient", &["apache-httpclient"]),
    ("java", &["java", "java-http-client"]),
    ("okhttp", &["okhttp"]),
    ("python-requests", &["python-requests"]),
    ("python-urllib", &["python-urllib"]),
    ("aiohttp", &["aiohttp"]),
    ("axios", &["axios"]),
    ("got", &["got"]),
    ("needle", &["needle"]),
    ("guzzle", &["guzzlehttp"]),
    ("libwww-perl", &["libwww-perl"]),
    ("postman", &["postmanruntime"]),
    ("curl", &["curl"]),
    ("wget", &["wget"]),
    // Crawlers too, which say they are browsers.
    (BROWSER, &["mozilla"]),
];

/// Harbor's two: the second is what its replications called themselves at first.
const HARBOR: &[&str] = &["harbor-registry-client", "harbor-replication-service"];

/// Names the client. No more than [`MOST_AGENT_BYTES`] are looked at: nothing
/// real is longer, and a header may be.
pub fn client(user_agent: &str) -> Client<'_> {
    let beginning = &user_agent[..user_agent.floor_char_boundary(MOST_AGENT_BYTES)];
    if beginning.trim().is_empty() {
        return Client {
            tool: "",
            version: "",
        };
    }
    let mut client = Client {
        tool: OTHER,
        version: "",
    };
    let mut above = TOOLS;
    let mut words = Words(beginning);
    while let Some(word) = words.next() {
        let (product, written) = match word.split_once('/') {
            Some((product, written)) => (product, Some(written)),
            None => (word, None),
        };
        let Some(rank) = above.iter().position(|(_, products)| {
            products
                .iter()
                .any(|name| name.eq_ignore_ascii_case(product))
        }) else {
            continue;
        };
        let tool = above[rank].0;
        client = Client {
            tool,
            version: match written {
                _ if tool == BROWSER => "",
                Some(written) => version(written),
                // Jib puts a space between: `jib 2.1.1 jib-maven-plugin`.
                None => version_after_spaces(words.0),
            },
        };
        above = &above[..rank];
    }
    client
}

/// The version at the beginning of a text, if it is one: digits first, or one of
/// the words that programs have instead when they were built without a version.
/// Other words are none, as in `regclient/regctl`, and neither are paths. It ends
/// at the first character that versions do not have.
fn version(text: &str) -> &str {
    let text = text
        .strip_prefix(['v', 'V'])
        .filter(|rest| starts_with_digit(rest))
        .unwrap_or(text);
    let end = text
        .bytes()
        .take(MOST_VERSION_BYTES)
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_' | b'~')
        })
        .count();
    let version = &text[..end];
    // `docker/dev` and `Watchtower/unknown` are real.
    if starts_with_digit(version) || matches!(version, "dev" | "unknown") {
        version
    } else {
        ""
    }
}

/// The version that follows spaces. It has digits first: a word there may be the
/// next product.
fn version_after_spaces(text: &str) -> &str {
    let text = text.trim_start_matches(' ');
    if starts_with_digit(text) {
        version(text)
    } else {
        ""
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

/// The words of a user agent outside its comments. Commas part them too: Kaniko
/// writes `kaniko/v1.24.0,` before what it was told to add.
struct Words<'a>(&'a str);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let rest = self.0.trim_start_matches(parts_words);
            if rest.starts_with('(') {
                self.0 = after_comment(rest);
                continue;
            }
            let end = rest
                .find(|character| character == '(' || parts_words(character))
                .unwrap_or(rest.len());
            let (word, rest) = rest.split_at(end);
            self.0 = rest;
            return (!word.is_empty()).then_some(word);
        }
    }
}

/// Whether a character stands between words. A closing parenthesis does if
/// nothing opened it.
fn parts_words(character: char) -> bool {
    matches!(character, ' ' | ',' | ';' | ')') || character.is_ascii_control()
}

/// What follows the comment that the text begins with. Comments contain others,
/// and a backslash takes the meaning from a parenthesis. One that is not closed
/// goes on to the end.
fn after_comment(text: &str) -> &str {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' if depth <= 1 => return &text[at + 1..],
            b')' => depth -= 1,
            _ => {}
        }
    }
    ""
}
