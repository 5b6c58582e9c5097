//! What is typed to add a registry, read.

use program::namespace::Namespace;

/// Most characters of a name.
const MOST_CHARACTERS: usize = 60;

/// A name, without what stands around it.
///
/// # Errors
/// What is wrong with it, in a sentence.
pub fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    match name.chars().count() {
        0 => Err("Write what it is to be called here, such as hub.".to_owned()),
        1..=MOST_CHARACTERS => Ok(name.to_owned()),
        many => Err(format!(
            "The name has {many} characters. Up to {MOST_CHARACTERS} fit."
        )),
    }
}

/// Names of namespaces, parted by spaces or commas, each once.
///
/// # Errors
/// Which of them is wrong and why, in a sentence.
pub fn namespaces(text: &str) -> Result<Vec<String>, String> {
    let mut names: Vec<String> = Vec::new();
    let parts = text.split(|character: char| character == ',' || character.is_whitespace());
    for part in parts.filter(|part| !part.is_empty()) {
        let name = Namespace::parse(part).map_err(|wrong| format!("“{part}”: {wrong}"))?;
        if !names.iter().any(|one| one == name.as_str()) {
            names.push(name.into());
        }
    }
    if names.is_empty() {
        Err("Write the namespaces that it may report, such as kelpworks.".to_owned())
    } else {
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_there_and_fits() {
        assert_eq!(name("  hub "), Ok("hub".to_owned()));
        assert_eq!(name(&"é".repeat(60)).map(|name| name.len()), Ok(120));
        assert!(name(" \t").unwrap_err().starts_with("Write"));
        assert!(name(&"x".repeat(61)).unwrap_err().contains("61 characters"));
    }

    #[test]
    fn namespaces_are_parted_and_each_is_there_once() {
        let expected = ["kelp", "tidal.works", "moss-db"].map(str::to_owned);
        for text in [
            "kelp tidal.works moss-db",
            "kelp,tidal.works,moss-db",
            " kelp, tidal.works,\n\tmoss-db,, ",
            "kelp kelp tidal.works, moss-db kelp",
        ] {
            assert_eq!(namespaces(text).as_deref(), Ok(&expected[..]), "{text:?}");
        }
    }

    #[test]
    fn the_wrong_one_is_named() {
        let wrong = namespaces("kelp Tidal -moss").unwrap_err();
        assert!(wrong.starts_with("“Tidal”: ") && wrong.contains("t instead of T"));
        assert!(namespaces("kelp/web").unwrap_err().contains("“kelp/web”"));
        assert!(namespaces(" , ").unwrap_err().starts_with("Write"));
    }
}
