//! License expressions: what is approved, what is explained, what is suggested.

use program::license::*;
use proptest::prelude::*;

fn approval(text: &str) -> Approval {
    License::parse(text).unwrap().approval()
}

fn refused(text: &str) -> Vec<String> {
    match approval(text) {
        Approval::NotApproved(all) => all.into_iter().map(|one| one.id).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn a_choice_is_approved_when_one_is_and_a_sum_when_all_are() {
    for text in [
        "MIT",
        "MIT OR Apache-2.0",
        "MIT/Apache-2.0",
        "MIT OR BUSL-1.1",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "GPL-3.0+",
        "(MIT AND ISC) OR SSPL-1.0",
        "AGPL-3.0-or-later",
    ] {
        assert_eq!(approval(text), Approval::Approved, "{text}");
    }
    assert_eq!(refused("MIT AND BUSL-1.1"), ["BUSL-1.1"]);
    assert_eq!(
        refused("SSPL-1.0 OR Elastic-2.0"),
        ["SSPL-1.0", "Elastic-2.0"]
    );
    assert_eq!(
        refused("MIT AND (SSPL-1.0 OR BUSL-1.1)"),
        ["SSPL-1.0", "BUSL-1.1"]
    );
}

#[test]
fn a_license_of_ones_own_is_for_a_person() {
    let own = Approval::Own(vec!["LicenseRef-kelp".to_owned()]);
    assert_eq!(approval("LicenseRef-kelp"), own);
    assert_eq!(approval("MIT AND LicenseRef-kelp"), own);
    assert_eq!(approval("MIT OR LicenseRef-kelp"), Approval::Approved);
    assert_eq!(approval("BUSL-1.1 OR LicenseRef-kelp"), own);
    assert_eq!(refused("BUSL-1.1 AND LicenseRef-kelp"), ["BUSL-1.1"]);
}

#[test]
fn what_is_not_open_source_is_explained_by_name() {
    for (text, part) in [
        ("SSPL-1.0", "as a service"),
        ("BUSL-1.1", "production use"),
        ("CC-BY-NC-SA-4.0", "commercial use"),
        ("CC-BY-ND-4.0", "changed copies"),
        ("CC-BY-SA-4.0", "texts and pictures"),
        ("CC0-1.0", "patent"),
        ("PolyForm-Noncommercial-1.0.0", "limits who"),
        ("JSON", "for good only"),
        ("WTFPL", "on the SPDX list"),
    ] {
        let Approval::NotApproved(all) = approval(text) else {
            panic!("{text}")
        };
        assert!(all[0].why.contains(part), "{text}: {}", all[0].why);
    }
    for text in [
        "Commons Clause",
        "MIT AND Commons Clause",
        "BSL 1.1",
        "ELv2",
        "sspl",
    ] {
        let words = License::parse(text).unwrap_err().to_string();
        assert!(
            words.contains("no longer open source") || words.contains("not OSI-approved"),
            "{text}: {words}"
        );
    }
}

#[test]
fn what_cannot_be_read_says_what_may_have_been_meant() {
    for (text, instead) in [
        ("mit", "MIT"),
        ("apache-2.0 OR mit", "Apache-2.0 OR MIT"),
        ("Apache 2.0", "Apache-2.0"),
    ] {
        let error = License::parse(text).unwrap_err();
        assert_eq!(error.instead(), Some(instead), "{text}: {error}");
        assert!(License::parse(instead).is_ok());
    }
    for (text, part) in [
        ("", "such as MIT"),
        ("   ", "such as MIT"),
        ("proprietary", "“proprietary” is not on the SPDX list"),
        ("MIT OR", "breaks off"),
        ("MIT Apache-2.0", "from “Apache-2.0” on"),
        ("(MIT", "cannot be read"),
        ("MIT WITH made-up", "“made-up”"),
        ("<script>alert(1)</script>", "cannot be read"),
        ("MIT\0", "hidden"),
    ] {
        let words = License::parse(text).unwrap_err().to_string();
        assert!(words.contains(part), "{text}: {words}");
    }
    assert!(License::parse(&"MIT OR ".repeat(1_500_000)).is_err());
}

#[test]
fn blanks_and_brackets_make_no_difference() {
    let one = License::parse("MIT OR Apache-2.0").unwrap();
    assert!(one.says_the_same(&License::parse("(MIT)  OR (Apache-2.0)").unwrap()));
    assert!(!one.says_the_same(&License::parse("MIT AND Apache-2.0").unwrap()));
}

#[test]
fn suggestions_begin_with_what_is_approved() {
    let ids = |text| -> Vec<&str> { suggestions(text, 5).iter().map(|one| one.id).collect() };
    assert_eq!(ids("MIT OR apache")[..2], ["Apache-1.1", "Apache-2.0"]);
    assert!(ids("mozilla").contains(&"MPL-2.0"));
    assert!(ids("").is_empty() && ids("MIT OR ").is_empty());
    assert!(suggestions("BUSL", 5).iter().all(|one| !one.approved));
    assert_eq!(full_name("MPL-2.0"), Some("Mozilla Public License 2.0"));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        if let Ok(license) = License::parse(&text) {
            license.approval();
        }
        suggestions(&text, 8);
    }

    /// Against the definition: a choice needs one, a sum needs all.
    #[test]
    fn approval_follows_the_operators(
        ids in proptest::collection::vec(
            proptest::sample::select(vec!["MIT", "ISC", "BUSL-1.1", "SSPL-1.0"]),
            1..6,
        ),
        any in any::<bool>(),
    ) {
        let text = ids.join(if any { " OR " } else { " AND " });
        let good = |id: &&str| ["MIT", "ISC"].contains(id);
        let expected = if any { ids.iter().any(good) } else { ids.iter().all(good) };
        prop_assert_eq!(approval(&text) == Approval::Approved, expected);
    }
}
