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
}

impl StorageKey {
    /// The key as stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Theme => "dsos-theme",
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

/// Stores.
pub fn write(key: StorageKey, text: &str) {
    if let Some(storage) = storage() {
        // Full or forbidden: the choice holds until the tab is closed.
        let _ = storage.set_item(key.name(), text);
    }
}

/// Forgets.
pub fn remove(key: StorageKey) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key.name());
    }
}

#[cfg(test)]
mod tests {
    use super::StorageKey;

    #[test]
    fn the_script_before_first_paint_reads_the_same_key() {
        let script = include_str!("../../public/theme.js");
        assert!(script.contains(&format!("\"{}\"", StorageKey::Theme.name())));
    }
}
