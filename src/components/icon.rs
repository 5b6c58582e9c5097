//! Icons and the mark: symbols, referred to by name. Those of the frame are on every page, the
//! others come with the parts that show them.

use leptos::prelude::*;

/// A picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// The program's mark.
    Mark,
    /// A criterion is met; a file is read.
    Met,
    /// A criterion is not met; a file is not what was expected.
    Unmet,
    /// A person will look.
    Person,
    /// Being checked, being read.
    Checking,
    /// Could not be checked.
    Unknown,
    /// Remove, close.
    Cross,
    /// Download.
    Download,
    /// Share.
    Link,
    /// Days.
    Calendar,
    /// Opens downwards.
    Chevron,
    /// Something to know.
    Alert,
    /// Done, filled in.
    Tick,
    /// Add.
    Plus,
}

impl IconName {
    /// The reference to the symbol.
    pub const fn href(self) -> &'static str {
        match self {
            Self::Mark => "#i-mark",
            Self::Met => "#i-met",
            Self::Unmet => "#i-unmet",
            Self::Person => "#i-person",
            Self::Checking => "#i-checking",
            Self::Unknown => "#i-unknown",
            Self::Cross => "#i-cross",
            Self::Download => "#i-download",
            Self::Link => "#i-link",
            Self::Calendar => "#i-calendar",
            Self::Chevron => "#i-chevron",
            Self::Alert => "#i-alert",
            Self::Tick => "#i-tick",
            Self::Plus => "#i-plus",
        }
    }
}

/// The symbols of the frame, and of what is said when a part of a page did not come.
const FRAME: &str = concat!(
    r##"<symbol id="i-mark" viewBox="0 0 24 24"><path fill="currentColor" stroke="none" d="M2.5 3.5H22L17.2 8.6H2.5ZM2.5 9.9H16L14 12L16 14.1H2.5ZM2.5 15.4H17.2L22 20.5H2.5Z"/></symbol>"##,
    r##"<symbol id="i-alert" viewBox="0 0 16 16"><path d="M8 2 14.5 13.5h-13zM8 6.5v3M8 11.4v.1"/></symbol>"##,
);

/// The symbols that pages show. `.cut` is what is cut out of a filled shape.
const SYMBOLS: &str = concat!(
    r##"<symbol id="i-met" viewBox="0 0 18 18"><circle cx="9" cy="9" r="7.25" fill="currentColor" stroke="none"/><path class="cut" d="M5.6 9.2 8 11.6 12.6 6.8" stroke-width="1.8"/></symbol>"##,
    r##"<symbol id="i-unmet" viewBox="0 0 18 18"><path d="M9 1.4 16.6 9 9 16.6 1.4 9Z" fill="currentColor" stroke="none"/><path class="cut" d="M6.9 6.9l4.2 4.2M11.1 6.9 6.9 11.1" stroke-width="1.7"/></symbol>"##,
    r##"<symbol id="i-person" viewBox="0 0 18 18"><circle cx="9" cy="9" r="7.25"/><circle cx="9" cy="7.1" r="2.1" fill="currentColor" stroke="none"/><path d="M4.9 13.2c.7-2.1 2.2-3.1 4.1-3.1s3.4 1 4.1 3.1" fill="currentColor" stroke="none"/></symbol>"##,
    r##"<symbol id="i-checking" viewBox="0 0 18 18"><circle cx="9" cy="9" r="7" stroke-dasharray="2 2.4" opacity=".7"/><path d="M9 2a7 7 0 0 1 7 7" stroke-width="2"/></symbol>"##,
    r##"<symbol id="i-unknown" viewBox="0 0 18 18"><circle cx="9" cy="9" r="7.25" stroke-dasharray="2.4 2"/><path d="M7 7.2c0-1.2.9-1.9 2-1.9s2 .7 2 1.8c0 1.5-2 1.5-2 3"/><path d="M9 12.6v.1" stroke-width="2"/></symbol>"##,
    r##"<symbol id="i-cross" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8"/></symbol>"##,
    r##"<symbol id="i-download" viewBox="0 0 16 16"><path d="M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10"/></symbol>"##,
    r##"<symbol id="i-link" viewBox="0 0 16 16"><path d="M6.5 9.5a2.5 2.5 0 0 0 3.6 0l2.6-2.6a2.5 2.5 0 0 0-3.6-3.6l-.9.9M9.5 6.5a2.5 2.5 0 0 0-3.6 0L3.3 9.1a2.5 2.5 0 0 0 3.6 3.6l.9-.9"/></symbol>"##,
    r##"<symbol id="i-calendar" viewBox="0 0 16 16"><path d="M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3"/></symbol>"##,
    r##"<symbol id="i-chevron" viewBox="0 0 16 16"><path d="M4 6l4 4 4-4"/></symbol>"##,
    r##"<symbol id="i-tick" viewBox="0 0 16 16"><path d="M3 8.5 6.5 12 13 4.5"/></symbol>"##,
    r##"<symbol id="i-plus" viewBox="0 0 16 16"><path d="M8 3v10M3 8h10"/></symbol>"##,
);

/// The symbols of the frame; once, before everything.
#[component]
pub fn Sprite() -> impl IntoView {
    view! { <svg class="sprite" width="0" height="0" aria-hidden="true" inner_html=FRAME></svg> }
}

/// The other symbols; once, in a page that shows any.
#[component]
pub fn PageSprite() -> impl IntoView {
    view! { <svg class="sprite" width="0" height="0" aria-hidden="true" inner_html=SYMBOLS></svg> }
        .into_any()
}

/// An icon. It is never alone: a word stands beside it, or the control that
/// holds it is named.
#[component]
pub fn Icon(
    /// Which one.
    of: IconName,
    /// The classes; `ic` unless told.
    #[prop(default = "ic")]
    class: &'static str,
) -> impl IntoView {
    view! { <svg class=class aria-hidden="true"><use href=of.href()></use></svg> }
}

#[cfg(test)]
mod tests {
    use super::{FRAME, IconName, SYMBOLS};

    #[test]
    fn every_name_has_its_symbol() {
        use IconName::*;
        for name in [
            Mark, Met, Unmet, Person, Checking, Unknown, Cross, Download, Link, Calendar, Chevron,
            Alert, Tick, Plus,
        ] {
            let id = format!("id=\"{}\"", &name.href()[1..]);
            let count = |symbols: &str| symbols.matches(&id).count();
            assert_eq!(count(FRAME) + count(SYMBOLS), 1, "{id}");
        }
    }
}
