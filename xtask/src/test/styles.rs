//! stylelint over the style sheets. The pages' HTML is validated in the browser tests.

use super::{Count, node};
use crate::{
    failure::Outcome,
    files, paths,
    run::{command, run as run_command},
};

/// Where the tool and its rules are.
const FOLDER: &str = "tests/style";

/// Checks each style sheet.
pub fn run() -> Outcome<Count> {
    node::install(FOLDER)?;
    let mut count = Count::default();
    for sheet in files::below(&paths::root().join("style")) {
        let mut lint = command(&format!(
            "node {FOLDER}/node_modules/stylelint/bin/stylelint.mjs --config {FOLDER}/rules.json"
        ));
        count += Count::step(run_command(lint.arg(sheet)));
    }
    Ok(count)
}
