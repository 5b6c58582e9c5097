//! Moving the focus, so that keyboard and screen reader follow what happens.

use super::dom;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Focuses the page's heading, from the top of the page.
pub fn heading() {
    if let Ok(Some(heading)) = dom::document().query_selector("main h1") {
        element(&heading);
    }
}

/// Focuses what the fragment names, such as a section, after bringing it into
/// view; `false` when there is no such element.
pub fn by_id(id: &str) -> bool {
    let Some(target) = dom::by_id(id) else {
        return false;
    };
    target.scroll_into_view();
    element(&target);
    true
}

/// Focuses any element; one that cannot be focused by itself is made to.
pub fn element(target: &Element) {
    let Some(html) = target.dyn_ref::<HtmlElement>() else {
        return;
    };
    if html.tab_index() < 0 && !html.has_attribute("tabindex") {
        html.set_tab_index(-1);
    }
    let calm = web_sys::FocusOptions::new();
    calm.set_prevent_scroll(true);
    let _ = html.focus_with_options(&calm);
}
