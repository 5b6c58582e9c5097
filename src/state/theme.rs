//! Light, dark, or as the system says: the reader's choice, kept in this
//! browser. `public/theme.js` applies it before the first paint; this module
//! changes it afterwards.

use crate::platform::{
    dom,
    storage::{self, StorageKey},
};
use leptos::prelude::*;

/// What the reader chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light, whatever the system says.
    Light,
    /// Dark, whatever the system says.
    Dark,
}

impl Theme {
    /// Every choice, in the order of the switch.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The word on the switch.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// As stored, and as the attribute on the root element; nothing for the system's.
    const fn stored(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    fn from_stored(text: Option<&str>) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.stored() == text)
            .unwrap_or_default()
    }
}

/// The theme in context.
#[derive(Clone, Copy)]
pub struct ThemeState(RwSignal<Theme>);

impl ThemeState {
    /// The choice; follows it.
    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Chooses, shows and remembers.
    pub fn set(self, theme: Theme) {
        self.0.set(theme);
        dom::set_root_attribute("data-theme", theme.stored());
        match theme.stored() {
            Some(text) => {
                // A browser that keeps nothing asks again the next time.
                storage::write(StorageKey::Theme, text);
            }
            None => storage::remove(StorageKey::Theme),
        }
    }
}

/// Puts the theme into context.
pub fn provide_theme() {
    let chosen = RwSignal::new(Theme::System);
    provide_context(ThemeState(chosen));
    Effect::new(move |_| {
        chosen.set(Theme::from_stored(
            storage::read(StorageKey::Theme).as_deref(),
        ));
    });
}

/// The theme.
pub fn use_theme() -> ThemeState {
    use_context().unwrap_or_else(|| ThemeState(RwSignal::new(Theme::System)))
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn what_is_stored_is_read_again() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_stored(theme.stored()), theme);
        }
        assert_eq!(Theme::from_stored(Some("sepia")), Theme::System);
    }

    #[test]
    fn the_script_before_first_paint_knows_the_same_words() {
        let script = include_str!("../../public/theme.js");
        for theme in [Theme::Light, Theme::Dark] {
            let word = theme.stored().unwrap_or_default();
            assert!(script.contains(&format!("\"{word}\"")), "{word}");
        }
    }
}
