//! What the build wrote into the page's `<meta>` elements: addresses of workers,
//! the name of the build.

use super::dom;

/// The content of `<meta name="…">`; nothing when it is missing or empty.
pub fn content(name: &str) -> Option<String> {
    let mut selector = String::from("meta[name=\"");
    selector.push_str(name);
    selector.push_str("\"]");
    let element = dom::document().query_selector(&selector).ok().flatten()?;
    element
        .get_attribute("content")
        .filter(|text| !text.is_empty())
}
