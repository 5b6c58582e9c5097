//! Whatever a registry sends: nothing panics, and what comes out is bounded.

use proptest::prelude::*;
use registry::{
    Catalog, Challenge, ImageConfig, Kind, LinkError, Manifest, Page, TagList, Token, next_page,
    page_path,
};

/// Texts that are nearly answers, so that the inner parts are reached too.
fn nearly_json() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "null",
        "2",
        "-1",
        "1e999",
        "18446744073709551615",
        "\"a\"",
        "\"../b\"",
        "\"\\ud800\"",
        "\"repositories\"",
        "\"tags\"",
        "\"name\"",
        "\"token\"",
        "\"schemaVersion\":2",
        "\"config\":{",
        "\"layers\":[",
        "\"manifests\":[",
        "\"size\"",
        "\"digest\"",
        "\"platform\"",
        "\"Labels\"",
        "\"created\":\"9999-12-31T23:59:60Z\"",
    ]);
    prop::collection::vec(word, 0..30).prop_map(|words| words.concat())
}

fn read_everything(bytes: &[u8]) {
    if let Ok(catalog) = Catalog::parse(bytes, 2) {
        assert!(catalog.repositories.len() + catalog.set_aside <= 2);
    }
    if let Ok(list) = TagList::parse(bytes, 2) {
        assert!(list.tags.len() + list.set_aside <= 2);
    }
    for kind in Kind::ALL {
        if let Ok(manifest) = Manifest::parse(bytes, kind.media_type()) {
            manifest.platforms();
        }
    }
    let _ = ImageConfig::parse(bytes);
    let _ = Token::parse(bytes);
}

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_everything(&bytes);
    }

    #[test]
    fn nearly_answers(text in nearly_json()) {
        read_everything(text.as_bytes());
        read_everything(format!("{{{text}}}").as_bytes());
    }

    #[test]
    fn any_headers(text in "[ -~é\t]{0,80}|[<>;,=\" \\\\a]{0,40}") {
        let _ = next_page(&text, "https://a.example", "/v2/_catalog");
        if let Ok(found) = Challenge::parse(&text) {
            for challenge in found {
                if let Challenge::Bearer(bearer) = challenge
                    && let Ok(url) = bearer.token_url(false)
                {
                    prop_assert!(url.starts_with("https://") || url.to_lowercase().starts_with("https://"));
                    prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic()));
                }
            }
        }
    }

    #[test]
    fn pages_stay_in_their_list(target in "(https?://|//)?[a-b./:@\\\\%?#]{0,20}") {
        match next_page(&format!("<{target}>; rel=next"), "https://a.b", "/a/b?n=1") {
            Ok(Some(page)) => prop_assert!(page == "/a/b" || page.starts_with("/a/b?"), "{}", page),
            Ok(None) => prop_assert!(false, "there is a link"),
            Err(error) => prop_assert!(error != LinkError::TooLong),
        }
    }

    #[test]
    fn pages_come_back(last in any::<String>(), n in any::<Option<u32>>()) {
        let path = page_path(&Page::Catalog, Some(&last), n);
        prop_assert!(path.bytes().all(|byte| byte.is_ascii_graphic()));
        let header = format!("<{path}>; rel=\"next\"");
        let next = next_page(&header, "http://127.0.0.1:5000", "/v2/_catalog");
        if header.len() <= 8_192 {
            prop_assert_eq!(next, Ok(Some(path)));
        }
    }

    #[test]
    fn challenges_come_back(realm in "[ -~]{1,30}", service in "[ -~]{0,30}") {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let header = format!("Basic realm=\"{0}\", Bearer service=\"{1}\",realm=\"{0}\"", quoted(&realm), quoted(&service));
        let found = Challenge::parse(&header).unwrap();
        prop_assert_eq!(&found[0], &Challenge::Basic { realm: realm.clone() });
        let Challenge::Bearer(bearer) = &found[1] else { panic!() };
        prop_assert_eq!(&bearer.realm, &realm);
        prop_assert_eq!(bearer.service.as_deref(), Some(service.as_str()));
    }

    #[test]
    fn sizes_do_not_overflow(sizes in prop::collection::vec(any::<u64>(), 1..5)) {
        let digest = format!("sha256:{}", "0".repeat(64));
        let layers: Vec<String> = sizes[1..]
            .iter()
            .map(|size| format!("{{\"digest\":\"{digest}\",\"size\":{size}}}"))
            .collect();
        let text = format!(
            "{{\"schemaVersion\":2,\"config\":{{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"{digest}\",\"size\":{}}},\"layers\":[{}]}}",
            sizes[0], layers.join(",")
        );
        let sum: u128 = sizes.iter().map(|size| u128::from(*size)).sum();
        let found = Manifest::parse(text.as_bytes(), Kind::OciImage.media_type());
        prop_assert_eq!(found.ok().and_then(|manifest| manifest.size()), u64::try_from(sum).ok());
    }
}
