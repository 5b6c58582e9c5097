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

/// `GET`: what waits to be reviewed; below it each application.
pub const REVIEW: &str = "/api/v1/review";

/// `GET`: an application for a reviewer; below it what can be done.
pub fn review(id: &str) -> String {
    format!("{REVIEW}/{}", coded(id))
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
