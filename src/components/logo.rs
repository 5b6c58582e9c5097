//! The logo of a namespace, or, without one, two letters of its name.

use api::paths;
use leptos::prelude::*;

/// The picture. The name stands beside it.
#[component]
pub fn Logo(
    /// The namespace.
    namespace: String,
    /// The version of its logo, if it has one.
    version: Option<String>,
) -> impl IntoView {
    match version {
        Some(version) => view! {
            <img
                class="logo"
                src=paths::logo_picture(&namespace, &version)
                alt=""
                width="36"
                height="36"
                loading="lazy"
                decoding="async"
            />
        }
        .into_any(),
        None => {
            view! { <span class="logo" aria-hidden="true">{letters(&namespace)}</span> }.into_any()
        }
    }
}

/// The first two letters or digits of a name.
fn letters(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .take(2)
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn two_letters_stand_for_a_name() {
        assert_eq!(super::letters("kelpworks"), "ke");
        assert_eq!(super::letters("a-b"), "ab");
        assert_eq!(super::letters("x"), "x");
    }
}
