//! What this browser remembers. One enum owns every key. A browser that keeps
//! nothing (private mode, storage switched off) is not an error: the app then
//! forgets.

use super::dom;
use web_sys::Storage;

/// Every key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKey {
    /// Light or dark, if the reader chose.
    Theme,
    /// What was typed into the application form and not sent.
    ApplicationDraft,
    /// What was changed in an application and not sent.
    AmendmentDraft,
    /// What was changed for a renewal and not sent.
    RenewalDraft,
    /// That somebody is signed in here, without who: the session itself no script reads.
    SignedIn,
}

impl StorageKey {
    /// The key as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Theme => "dsos-theme",
            Self::ApplicationDraft => "dsos-application-draft",
            Self::AmendmentDraft => "dsos-amendment-draft",
            Self::RenewalDraft => "dsos-renewal-draft",
            Self::SignedIn => "dsos-signed-in",
        }
    }
}

fn storage() -> Option<Storage> {
    dom::window().local_storage().ok().flatten()
}

/// What is stored.
pub fn read(key: StorageKey) -> Option<String> {
    storage()?.get_item(key.name()).ok().flatten()
}

/// Stores; says whether the browser did. Full or forbidden, it holds until the tab is closed.
pub fn write(key: StorageKey, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key.name(), text).is_ok())
}

/// Forgets.
pub fn remove(key: StorageKey) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key.name());
    }
}

/// What is stored about one of several, such as an application.
pub fn read_about(key: StorageKey, about: &str) -> Option<String> {
    storage()?.get_item(&name_about(key, about)).ok().flatten()
}

/// Stores something about one of several; says whether the browser did.
pub fn write_about(key: StorageKey, about: &str, text: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&name_about(key, about), text).is_ok())
}

/// Forgets what is stored about one of several.
pub fn remove_about(key: StorageKey, about: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&name_about(key, about));
    }
}

/// The key as stored; that of nothing in particular is the plain one.
fn name_about(key: StorageKey, about: &str) -> String {
    match about {
        "" => key.name().to_owned(),
        about => format!("{} {about}", key.name()),
    }
}

#[cfg(test)]
mod tests {
    use super::{StorageKey, name_about};

    #[test]
    fn each_of_several_has_a_place_of_its_own() {
        let place = |about| name_about(StorageKey::AmendmentDraft, about);
        assert_ne!(place("one"), place("two"));
        assert_eq!(place(""), StorageKey::AmendmentDraft.name());
    }

    #[test]
    fn the_script_before_first_paint_reads_the_same_key() {
        let script = include_str!("../../public/theme.js");
        assert!(script.contains(&format!("\"{}\"", StorageKey::Theme.name())));
    }
}
