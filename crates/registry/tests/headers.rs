//! Headers as registries write them, and as nobody should: pages and challenges.

use registry::{
    AnswerError, Bearer, Challenge, ChallengeError, Digest, LinkError, Page, Reference,
    RepositoryName, Tag, Token, blob_path, manifest_path, next_page, page_path,
};

const ORIGIN: &str = "https://registry.example:5000";
const ASKED: &str = "/v2/_catalog?n=2";

fn next(header: &str) -> Result<Option<String>, LinkError> {
    next_page(header, ORIGIN, ASKED)
}

#[test]
fn paths() {
    let name = RepositoryName::parse("kelp/web").unwrap();
    let tags = Page::Tags(name.clone());
    assert_eq!(page_path(&Page::Catalog, None, None), "/v2/_catalog");
    assert_eq!(
        page_path(&Page::Catalog, Some("kelp/web"), Some(100)),
        "/v2/_catalog?n=100&last=kelp%2Fweb"
    );
    assert_eq!(
        page_path(&tags, Some("v1+&=\u{e9} ~_.-"), None),
        "/v2/kelp/web/tags/list?last=v1%2B%26%3D%C3%A9%20~_.-"
    );
    let tag = Reference::Tag(Tag::parse("v1").unwrap());
    assert_eq!(manifest_path(&name, &tag), "/v2/kelp/web/manifests/v1");
    let text = format!("sha256:{}", "0".repeat(64));
    let digest = Digest::parse(&text).unwrap();
    assert_eq!(
        blob_path(&name, &digest),
        format!("/v2/kelp/web/blobs/{text}")
    );
    assert_eq!(
        manifest_path(&name, &Reference::Digest(digest)),
        format!("/v2/kelp/web/manifests/{text}")
    );
}

#[test]
fn the_next_page_of_the_same_list() {
    let page = Ok(Some("/v2/_catalog?last=b&n=2".to_owned()));
    for header in [
        // As 2.8 writes it.
        r#"</v2/_catalog?last=b&n=2>; rel="next""#,
        r#"<?last=b&n=2>; rel="next""#,
        r#"<https://registry.example:5000/v2/_catalog?last=b&n=2>; rel="next""#,
        r#"<HTTPS://Registry.Example:5000/v2/_catalog?last=b&n=2>;rel=next"#,
        r#"<//registry.example:5000/v2/_catalog?last=b&n=2>; rel=next"#,
        r#"</v2/_catalog>; rel="first", </v2/_catalog?last=b&n=2>; title="a, b; \"c\""; REL="prev NEXT""#,
        r#" , </v2/_catalog?last=b&n=2> ; crossorigin ; rel = "next" , "#,
    ] {
        assert_eq!(next(header), page, "{header}");
    }
    for header in [
        "",
        " ",
        r#"</v2/_catalog>; rel="first""#,
        "<https://evil.example/>",
        // The first relation counts.
        r#"</v2/_catalog?last=b>; rel="prev"; rel="next""#,
    ] {
        assert_eq!(next(header), Ok(None), "{header}");
    }
}

#[test]
fn other_pages_are_refused() {
    let long = format!("</v2/_catalog?last={}>; rel=\"next\"", "a".repeat(9_000));
    for (header, error) in [
        (long.as_str(), LinkError::TooLong),
        ("nonsense", LinkError::Form),
        ("</v2/_catalog", LinkError::Form),
        (r#"</v2/_catalog>; rel="next"#, LinkError::Form),
        ("<>; rel=next", LinkError::Form),
        ("</v2/_catalog?a b>; rel=next", LinkError::Form),
        ("</v2/_catalog?a\r\nHost: x>; rel=next", LinkError::Form),
        ("</v2/_catalog?\u{e9}>; rel=next", LinkError::Form),
        ("</v2/_catalog?a#b>; rel=next", LinkError::Form),
        ("</\\evil.example/>; rel=next", LinkError::Form),
        (
            "<https://evil.example/v2/_catalog?a>; rel=next",
            LinkError::OtherOrigin,
        ),
        (
            "<http://registry.example:5000/v2/_catalog?a>; rel=next",
            LinkError::OtherOrigin,
        ),
        (
            "<https://registry.example/v2/_catalog?a>; rel=next",
            LinkError::OtherOrigin,
        ),
        (
            "<https://registry.example:5000@evil.example/v2/_catalog>; rel=next",
            LinkError::OtherOrigin,
        ),
        (
            "<//evil.example/v2/_catalog?a>; rel=next",
            LinkError::OtherOrigin,
        ),
        ("<file:///v2/_catalog>; rel=next", LinkError::OtherOrigin),
        ("</v2/kelp/web/tags/list?a>; rel=next", LinkError::OtherPath),
        (
            "</v2/_catalog/../x/_catalog>; rel=next",
            LinkError::OtherPath,
        ),
        ("</v2/%5Fcatalog>; rel=next", LinkError::OtherPath),
        ("<_catalog?last=b>; rel=next", LinkError::OtherPath),
        (
            "<https://registry.example:5000/>; rel=next",
            LinkError::OtherPath,
        ),
        (
            "<https://registry.example:5000?a>; rel=next",
            LinkError::OtherPath,
        ),
    ] {
        let found = next(header).unwrap_err();
        assert!(found.to_string().ends_with('.'));
        assert_eq!(found, error, "{header}");
    }
}

fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
    Challenge::Bearer(Bearer {
        realm: realm.to_owned(),
        service: service.map(str::to_owned),
        scope: scope.map(str::to_owned),
    })
}

fn basic(realm: &str) -> Challenge {
    Challenge::Basic {
        realm: realm.to_owned(),
    }
}

#[test]
fn challenges() {
    let hub = bearer(
        "https://auth.docker.io/token",
        Some("registry.docker.io"),
        Some("repository:kelp/web:pull"),
    );
    for (header, found) in [
        (
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:kelp/web:pull""#,
            vec![hub.clone()],
        ),
        (
            r#"bearer SCOPE = "repository:kelp/web:pull" , error="insufficient_scope", Realm="https://auth.docker.io/token", Service=registry.docker.io"#,
            vec![hub],
        ),
        // As 2.8 writes it with a password file.
        (
            r#"Basic realm="Registry Realm""#,
            vec![basic("Registry Realm")],
        ),
        ("Basic", vec![basic("")]),
        (
            r#"Basic realm="a \"b\" \\, c""#,
            vec![basic(r#"a "b" \, c"#)],
        ),
        (
            r#"Negotiate, Negotiate YWJj/+==, Basic realm="r", charset="UTF-8", Bearer realm="https://a/t?x=1""#,
            vec![basic("r"), bearer("https://a/t?x=1", None, None)],
        ),
        (
            r#"Digest qop="auth, auth-int", realm="x", BASIC realm=r"#,
            vec![basic("r")],
        ),
        (r#"Basic realm="a", realm="b""#, vec![basic("a")]),
        (r#"Bearer service="a""#, vec![]),
        (
            "Bearer realm=https://a/t",
            vec![bearer("https://a/t", None, None)],
        ),
        ("", vec![]),
    ] {
        assert_eq!(Challenge::parse(header), Ok(found), "{header}");
    }
    for header in ["\"", "Bearer realm=\"open", "(", "Basic realm=\"a\" \"b\""] {
        assert_eq!(
            Challenge::parse(header),
            Err(ChallengeError::Form),
            "{header}"
        );
    }
    assert_eq!(
        Challenge::parse(&"a".repeat(9_000)),
        Err(ChallengeError::TooLong)
    );
}

#[test]
fn addresses_of_tokens() {
    let url = |realm: &str, service, scope, may_be_plain| match bearer(realm, service, scope) {
        Challenge::Bearer(bearer) => bearer.token_url(may_be_plain),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        url(
            "https://auth.docker.io/token",
            Some("registry.docker.io"),
            Some("repository:kelp/web:pull registry:catalog:*"),
            false
        )
        .unwrap(),
        "https://auth.docker.io/token?service=registry.docker.io\
         &scope=repository%3Akelp%2Fweb%3Apull&scope=registry%3Acatalog%3A%2A"
    );
    assert_eq!(
        url("https://a.example/t?x=1", Some("a&b=c"), Some(""), false).unwrap(),
        "https://a.example/t?x=1&service=a%26b%3Dc"
    );
    assert_eq!(
        url("http://127.0.0.1:5001/token", None, None, true).unwrap(),
        "http://127.0.0.1:5001/token"
    );
    assert_eq!(
        url("http://127.0.0.1:5001/token", None, None, false),
        Err(ChallengeError::Unencrypted)
    );
    for realm in [
        "",
        "file:///etc/passwd",
        "/token",
        "https://a b/",
        "https://user@a/",
        "https://a/#x",
        "https://a/\r\nX: y",
    ] {
        assert_eq!(
            url(realm, None, None, true),
            Err(ChallengeError::Realm),
            "{realm}"
        );
    }
}

#[test]
fn tokens() {
    for (text, token, expires_in) in [
        (
            r#"{"token":"abc","access_token":"abc","expires_in":300,"issued_at":"2026-08-13T09:00:00Z"}"#,
            "abc",
            300,
        ),
        (r#"{"token":"abc"}"#, "abc", 60),
        (r#"{"access_token":"d.e-f"}"#, "d.e-f", 60),
        (r#"{"token":"","access_token":"d"}"#, "d", 60),
        (
            r#"{"token":null,"access_token":"d","expires_in":null}"#,
            "d",
            60,
        ),
        (r#"{"token":"a","expires_in":0}"#, "a", 60),
        (r#"{"token":"a","expires_in":-5}"#, "a", 60),
        (r#"{"token":"a","expires_in":"300"}"#, "a", 60),
        (
            r#"{"token":"a","expires_in":18446744073709551615}"#,
            "a",
            86_400,
        ),
    ] {
        let found = Token::parse(text.as_bytes()).unwrap();
        assert_eq!(
            (found.token.as_str(), found.expires_in),
            (token, expires_in),
            "{text}"
        );
    }
    let secret = Token::parse(br#"{"token":"secret"}"#).unwrap();
    assert!(!format!("{secret:?}").contains("secret"));
    let answer = ChallengeError::Answer;
    let long = format!(r#"{{"token":"{}"}}"#, "a".repeat(8_193));
    for (text, error) in [
        ("", answer(AnswerError::NotJson)),
        ("5", answer(AnswerError::Shape)),
        ("{}", ChallengeError::NoToken),
        (r#"{"token":5}"#, ChallengeError::NoToken),
        (r#"{"token":"a\r\nX: y"}"#, ChallengeError::NoToken),
        (&long, ChallengeError::NoToken),
    ] {
        let found = Token::parse(text.as_bytes()).unwrap_err();
        assert!(found.to_string().ends_with('.'));
        assert_eq!(found, error, "{text}");
    }
}
