//! Reading raw exports into the pulls that are kept, at the command line: what would change is
//! shown, and asked about.

use crate::{
    home, moving,
    settings::Settings,
    store::{Store, standings},
};
use std::{
    io::{self, Write},
    path::PathBuf,
};

/// Reads exports into the pulls that are kept. `is_agreed` says not to ask.
///
/// # Errors
/// What to tell the person: nothing was changed then, unless it says so.
pub fn import(
    settings: &Settings,
    store: &Store,
    files: &[PathBuf],
    is_agreed: bool,
) -> Result<(), String> {
    let pulls = home::open_counted(settings)?;
    let renamed = store
        .read(standings::renamed)
        .map_err(|error| error.to_string())?;
    let import = imports::read_as(files, &renamed).map_err(|error| error.to_string())?;
    for (before, now) in import.renamed() {
        println!("{before} is called {now} now.");
    }
    let difference = import
        .difference(&*pulls)
        .map_err(|error| error.to_string())?;
    println!("{difference}");
    if import.rows() == 0 {
        return Err("there is no row to import: nothing was changed.".to_owned());
    }
    if !is_agreed && !agreed("Replace these days? Write yes to do so: ")? {
        return Err("these days are not replaced: nothing was changed.".to_owned());
    }
    // What is under a former name yet would be counted beside what is imported.
    for (before, now) in import.former() {
        moving::put_under(settings, &*pulls, before, now)
            .map_err(|error| format!("pulls of {before} could not be put under {now}: {error} Nothing was imported: say this once more."))?;
    }
    import.apply(&*pulls).map_err(|error| error.to_string())?;
    println!("Imported: {} rows.", import.rows());
    Ok(())
}

/// Asks, and gives whether the answer is yes.
fn agreed(question: &str) -> Result<bool, String> {
    print!("{question}");
    let mut answer = String::new();
    let read = io::stdout()
        .flush()
        .and_then(|()| io::stdin().read_line(&mut answer))
        .map_err(|error| format!("no answer can be read: {error}. Say --yes beforehand."))?;
    if read == 0 {
        println!();
        return Err(
            "nobody is there to answer, and nothing was changed: say --yes beforehand.".to_owned(),
        );
    }
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}
