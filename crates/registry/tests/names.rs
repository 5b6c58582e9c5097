//! Names, tags and digests against their grammars, and with what people and
//! attackers write instead.

use proptest::prelude::*;
use registry::{
    Algorithm, Digest, DigestError, RepositoryName, RepositoryNameError as Wrong, Tag, TagError,
};

/// The grammar of a name as a machine of its own: what may follow what.
fn by_the_grammar(text: &str) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Word,
        Dot,
        Low,
        LowLow,
        Hyphens,
    }
    let mut at = At::Start;
    for byte in text.bytes() {
        at = match (at, byte) {
            (_, b'a'..=b'z' | b'0'..=b'9') => At::Word,
            (At::Word, b'/') => At::Start,
            (At::Word, b'.') => At::Dot,
            (At::Word, b'_') => At::Low,
            (At::Low, b'_') => At::LowLow,
            (At::Word | At::Hyphens, b'-') => At::Hyphens,
            _ => return false,
        };
    }
    at == At::Word && text.len() <= 255
}

#[test]
fn each_mistake_has_its_sentence() {
    for (text, error, part) in [
        ("", Wrong::Empty, "is empty"),
        ("Kelp/web", Wrong::Capital('K'), "k instead of K"),
        ("kelp/../web", Wrong::Dots, "would be a path"),
        ("..", Wrong::Dots, "would be a path"),
        ("kelp/.", Wrong::Dots, "would be a path"),
        ("/kelp", Wrong::EmptyPart, "slash"),
        ("kelp/", Wrong::EmptyPart, "slash"),
        ("kelp//web", Wrong::EmptyPart, "slash"),
        // A Cyrillic letter, a full-width letter and capital, an Arabic digit.
        ("k\u{435}lp", Wrong::Foreign('\u{435}'), "U+0435"),
        ("\u{ff4b}elp", Wrong::Foreign('\u{ff4b}'), "U+FF4B"),
        ("\u{ff2b}elp", Wrong::Foreign('\u{ff2b}'), "U+FF2B"),
        ("kelp\u{661}", Wrong::Foreign('\u{661}'), "U+0661"),
        ("kelp web", Wrong::Character(' '), "U+0020"),
        ("kelp%2fweb", Wrong::Character('%'), "U+0025"),
        ("kelp\\web", Wrong::Character('\\'), "U+005C"),
        ("kelp\0", Wrong::Character('\0'), "U+0000"),
        ("kelp?n=1", Wrong::Character('?'), "U+003F"),
        ("-kelp", Wrong::Edge('-'), "begins and ends"),
        ("kelp_/web", Wrong::Edge('_'), "begins and ends"),
        (
            "kelp..web",
            Wrong::Separators("..".to_owned()),
            "does not part",
        ),
        (
            "a___b",
            Wrong::Separators("___".to_owned()),
            "does not part",
        ),
        ("a-_b", Wrong::Separators("-_".to_owned()), "does not part"),
    ] {
        let found = RepositoryName::parse(text).unwrap_err();
        assert_eq!(found, error, "{text}");
        let words = found.to_string();
        assert!(words.contains(part), "{text}: {words}");
        assert!(words.ends_with('.') && !words.contains('\0'), "{words}");
    }
    assert_eq!(
        RepositoryName::parse(&"a".repeat(256)),
        Err(Wrong::TooLong(256))
    );
    assert!(RepositoryName::parse(&"a".repeat(255)).is_ok());
}

#[test]
fn names_have_a_namespace_and_a_rest() {
    for (text, namespace, rest) in [
        ("kelpworks/web", Some("kelpworks"), "web"),
        ("kelpworks/charts/web", Some("kelpworks"), "charts/web"),
        ("registry", None, "registry"),
        ("a__b/c---d/e.f", Some("a__b"), "c---d/e.f"),
    ] {
        let name = RepositoryName::parse(text).unwrap();
        assert_eq!((name.namespace(), name.rest()), (namespace, rest));
    }
}

#[test]
fn tags() {
    for text in ["latest", "V1.0", "_", "1.2.3-rc.1_x", &"a".repeat(128)] {
        assert_eq!(text.parse::<Tag>().unwrap().as_str(), text);
    }
    for (text, error) in [
        ("", TagError::Empty),
        (".", TagError::Start('.')),
        ("..", TagError::Start('.')),
        ("-rc", TagError::Start('-')),
        ("a/b", TagError::Character('/')),
        ("v1:2", TagError::Character(':')),
        ("v\u{661}", TagError::Foreign('\u{661}')),
        (&"a".repeat(129), TagError::TooLong(129)),
    ] {
        let found = Tag::parse(text).unwrap_err();
        assert!(found.to_string().ends_with('.'));
        assert_eq!(found, error, "{text}");
    }
}

#[test]
fn digests() {
    let short = format!("sha256:{}", "0b".repeat(32));
    let long = format!("sha512:{}", "0b".repeat(64));
    let digest = Digest::parse(&short).unwrap();
    assert_eq!(digest.algorithm(), Algorithm::Sha256);
    assert_eq!(digest.hex(), "0b".repeat(32));
    assert_eq!(Digest::parse(&long).unwrap().algorithm(), Algorithm::Sha512);
    let length = |algorithm, found| DigestError::Length { algorithm, found };
    for (text, error) in [
        ("", DigestError::Form),
        ("latest", DigestError::Form),
        (":00", DigestError::Form),
        ("sha256:", DigestError::Form),
        ("SHA256:00", DigestError::Form),
        ("../x:00", DigestError::Form),
        ("md5:00", DigestError::Algorithm),
        ("sha256+b64:00", DigestError::Algorithm),
        ("sha256:00", length(Algorithm::Sha256, 2)),
        (&short.replace("256", "512"), length(Algorithm::Sha512, 64)),
        (&short.replace('b', "B"), DigestError::Capital('B')),
        (&short.replace('b', "g"), DigestError::Character('g')),
        (&short.replace('b', "/"), DigestError::Character('/')),
        (
            &short.replace('b', "\u{430}"),
            DigestError::Character('\u{430}'),
        ),
    ] {
        let found = Digest::parse(text).unwrap_err();
        assert!(found.to_string().ends_with('.'));
        assert_eq!(found, error, "{text}");
    }
}

#[test]
fn what_is_no_name_does_not_come_through_json() {
    assert!(serde_json::from_str::<RepositoryName>("\"../etc\"").is_err());
    assert!(serde_json::from_str::<Tag>("\"a/b\"").is_err());
    assert!(serde_json::from_str::<Digest>("\"sha256:00\"").is_err());
}

proptest! {
    #[test]
    fn the_grammar_is_the_grammar(text in "[a-cA-B0-1._/ é-]{0,10}") {
        prop_assert_eq!(RepositoryName::parse(&text).is_ok(), by_the_grammar(&text));
    }

    #[test]
    fn near_the_grammar(text in "[a-b]{1,2}([._-]{1,3}[a-b]{1,2}){0,3}(/[a-b]([._-]{1,2}[a-b])?){0,2}") {
        prop_assert_eq!(RepositoryName::parse(&text).is_ok(), by_the_grammar(&text));
    }

    #[test]
    fn nothing_else_passes(text in any::<String>()) {
        prop_assert_eq!(RepositoryName::parse(&text).is_ok(), by_the_grammar(&text));
        if let Ok(tag) = Tag::parse(&text) {
            prop_assert!(tag.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)));
        }
        prop_assert!(Digest::parse(&text).is_err());
    }

    #[test]
    fn one_wrong_character_spoils_a_name(
        name in "[a-z0-9]{1,9}(/[a-z0-9]{1,9}){0,2}",
        wrong in prop::sample::select(vec!['A', 'Z', '\u{430}', '\u{3bf}', '\u{ff41}', '\u{131}', '\\', '%', ':', '@', '\n']),
        place in any::<prop::sample::Index>(),
    ) {
        let mut text = name;
        text.insert(place.index(text.len() + 1), wrong);
        prop_assert!(RepositoryName::parse(&text).is_err());
    }

    #[test]
    fn names_come_through_json(name in "[a-z0-9]{1,9}((\\.|_|__|-{1,4})[a-z0-9]{1,9}){0,3}(/[a-z0-9]{1,5}){0,3}", tag in "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}", hex in "[0-9a-f]{64}") {
        let name = RepositoryName::parse(&name).unwrap();
        let json = serde_json::to_string(&name).unwrap();
        prop_assert_eq!(&json, &format!("\"{name}\""));
        prop_assert_eq!(serde_json::from_str::<RepositoryName>(&json).unwrap(), name);
        let tag = Tag::parse(&tag).unwrap();
        let json = serde_json::to_string(&tag).unwrap();
        prop_assert_eq!(serde_json::from_str::<Tag>(&json).unwrap(), tag);
        let digest = Digest::parse(&format!("sha256:{hex}")).unwrap();
        let json = serde_json::to_string(&digest).unwrap();
        prop_assert_eq!(serde_json::from_str::<Digest>(&json).unwrap(), digest);
    }
}
