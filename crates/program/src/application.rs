//! How to apply: what the application asks for.

/// What an applicant has ready before writing, and why it is asked for.
pub const ASKED_FOR: [(&str, &str); 7] = [
    (
        "Namespace",
        "An organization’s, and whether it exists already or is to be created.",
    ),
    (
        "Source",
        "The addresses of all repositories, where anyone can read them.",
    ),
    (
        "License",
        "As an SPDX expression, such as `Apache-2.0` or `MIT OR Apache-2.0`.",
    ),
    (
        "Activity",
        "What happened in the past six months: images pushed, dependencies updated.",
    ),
    (
        "Money",
        "Donations, grants, sponsors, services, paid tiers: what there is, and what there is not.",
    ),
    (
        "Documentation",
        "A description on each repository page, and links to the source, the contributing guide and the website.",
    ),
    ("Contact", "A person who can answer questions."),
];
