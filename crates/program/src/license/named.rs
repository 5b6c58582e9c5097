//! Terms that are often taken for open source, and why they are not.

/// Terms that are often taken for open source, by the names they go by.
pub(super) struct Named {
    /// The full name.
    pub(super) name: &'static str,
    /// A sentence that goes on from the name.
    pub(super) why: &'static str,
    /// What an SPDX name begins with.
    pub(super) prefix: &'static str,
    /// What people write instead.
    pub(super) spellings: &'static [&'static str],
}

pub(super) const NAMED: [Named; 12] = [
    Named {
        name: "The Server Side Public License",
        why: "asks whoever offers the program as a service to publish everything around it too, so it is not OSI-approved.",
        prefix: "SSPL-",
        spellings: &["SSPL"],
    },
    Named {
        name: "The Business Source License",
        why: "makes the source available, but limits production use, so it is not OSI-approved.",
        prefix: "BUSL-",
        spellings: &["BUSL", "BSL 1.1", "BSL-1.1", "Business Source"],
    },
    Named {
        name: "The Commons Clause",
        why: "takes away the right to sell, so whatever license it is added to is no longer open source.",
        prefix: "Commons-Clause",
        spellings: &["Commons Clause", "Commons-Clause"],
    },
    Named {
        name: "The Elastic License",
        why: "forbids offering the program as a service, so it is not OSI-approved.",
        prefix: "Elastic-",
        spellings: &["Elastic License", "ELv2"],
    },
    Named {
        name: "A Creative Commons license with “non-commercial”",
        why: "forbids commercial use, so it is not open source.",
        prefix: "CC-BY-NC",
        spellings: &["CC BY-NC", "CC-BY-NC", "CC BY NC"],
    },
    Named {
        name: "A Creative Commons license with “no derivatives”",
        why: "forbids changed copies, so it is not open source.",
        prefix: "CC-BY-ND",
        spellings: &["CC BY-ND", "CC-BY-ND"],
    },
    Named {
        name: "A Creative Commons license",
        why: "is made for texts and pictures and says nothing about source, so it is not OSI-approved.",
        prefix: "CC-BY",
        spellings: &["CC BY", "CC-BY"],
    },
    Named {
        name: "CC0",
        why: "keeps the patent rights of its authors, so the OSI has not approved it.",
        prefix: "CC0-",
        spellings: &["CC0"],
    },
    Named {
        name: "A PolyForm license",
        why: "limits who may use the program or for what, so it is not OSI-approved.",
        prefix: "PolyForm-",
        spellings: &["PolyForm"],
    },
    Named {
        name: "The Functional Source License",
        why: "forbids competing uses until two years have passed, so it is not OSI-approved.",
        prefix: "FSL-",
        spellings: &["FSL", "Functional Source"],
    },
    Named {
        name: "The JSON License",
        why: "allows use for good only, which is a limit on use, so it is not OSI-approved.",
        prefix: "JSON",
        spellings: &[],
    },
    Named {
        name: "The Hippocratic License",
        why: "excludes some uses and users, so it is not OSI-approved.",
        prefix: "Hippocratic-",
        spellings: &["Hippocratic"],
    },
];

/// What goes by a name that people write.
pub(super) fn named(term: &str) -> Option<&'static Named> {
    NAMED
        .iter()
        .find(|named| starts_with(term, named.spellings).is_some())
}

/// The beginning of `text` that is one of the spellings, in whatever case.
pub(super) fn starts_with<'text>(text: &'text str, spellings: &[&str]) -> Option<&'text str> {
    spellings
        .iter()
        .filter_map(|spelling| {
            text.get(..spelling.len())
                .filter(|head| head.eq_ignore_ascii_case(spelling))
        })
        .max_by_key(|head| head.len())
}
