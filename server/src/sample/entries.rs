//! Who and what the sample consists of.

/// Whose code to sign in is printed besides that of whoever runs the program.
pub(super) const OWNER: &str = "ines@sandpiper.example";

/// A namespace of the sample.
pub(super) struct Entry {
    pub namespace: &'static str,
    /// Who applied.
    pub person: (&'static str, &'static str),
    pub license: &'static str,
    /// Days since it came in.
    pub days_ago: i64,
    pub state: State,
}

/// What became of it.
#[derive(Clone, Copy)]
pub(super) enum State {
    Received,
    InReview,
    ChangesAsked,
    Declined,
    Withdrawn,
    /// In the program: days since the year began.
    Member(i64),
    /// The same, and it is being renewed.
    Renewing(i64),
}

const fn entry(
    namespace: &'static str,
    person: (&'static str, &'static str),
    license: &'static str,
    days_ago: i64,
    state: State,
) -> Entry {
    Entry {
        namespace,
        person,
        license,
        days_ago,
        state,
    }
}

/// The namespaces.
pub(super) const ENTRIES: [Entry; 13] = [
    entry(
        "sandpiper",
        (OWNER, "Inês Caldeira"),
        "MPL-2.0",
        330,
        State::Member(325),
    ),
    entry(
        "tidepool",
        ("jun@tidepool.example", "Jun Watanabe"),
        "Apache-2.0",
        120,
        State::Member(112),
    ),
    entry(
        "lanternfs",
        ("ada@lanternfs.example", "Ada Lindqvist"),
        "BSD-3-Clause",
        378,
        State::Member(372),
    ),
    entry(
        "mossdb",
        ("tomas@mossdb.example", "Tomás Herrera"),
        "PostgreSQL",
        420,
        State::Member(410),
    ),
    entry(
        "quillpress",
        ("nia@quillpress.example", "Nia Mensah"),
        "AGPL-3.0-only",
        352,
        State::Renewing(340),
    ),
    entry(
        "driftgrid",
        ("leo@driftgrid.example", "Leo Brandt"),
        "MIT",
        40,
        State::Member(31),
    ),
    entry(
        "saltmarsh",
        ("mei@saltmarsh.example", "Mei Chen"),
        "MIT OR Apache-2.0",
        9,
        State::InReview,
    ),
    entry(
        "papercrane",
        ("yuki@papercrane.example", "Yuki Arai"),
        "GPL-3.0-or-later",
        12,
        State::Received,
    ),
    entry(
        "brinekit",
        ("sam@brinekit.example", "Sam Okafor"),
        "ISC",
        3,
        State::Received,
    ),
    entry(
        "hollyhock",
        ("eva@hollyhock.example", "Eva Novak"),
        "SSPL-1.0",
        11,
        State::ChangesAsked,
    ),
    entry(
        "cobblestone",
        ("raj@cobblestone.example", "Raj Iyer"),
        "BUSL-1.1",
        60,
        State::Declined,
    ),
    entry(
        "fernlight",
        ("ola@fernlight.example", "Ola Nilsen"),
        "Zlib",
        75,
        State::Withdrawn,
    ),
    entry(
        "gullwing",
        ("ben@gullwing.example", "Ben Achterberg"),
        "EUPL-1.2",
        20,
        State::Member(14),
    ),
];
