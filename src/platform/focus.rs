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

/// Focuses an element, where the page stands.
pub fn calmly(id: &str) {
    if let Some(target) = dom::by_id(id) {
        element(&target);
    }
}

/// Focuses a line of a list by its number, or, without any, its part of the page. Nothing
/// happens when the reader has gone on to another part.
pub fn line(part: &Element, lines: &str, at: usize) {
    let active = dom::document().active_element();
    let is_elsewhere = active.is_some_and(|a| a.tag_name() != "BODY" && !part.contains(Some(&a)));
    if is_elsewhere {
        return;
    }
    let line = part
        .query_selector_all(lines)
        .ok()
        .and_then(|all| all.item(u32::try_from(at).ok()?))
        .and_then(|line| line.dyn_into::<Element>().ok());
    element(line.as_ref().unwrap_or(part));
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

/// Focuses the element with this id if nothing has the focus: what had it is gone.
pub fn if_nowhere(id: &str) {
    let active = dom::document().active_element();
    // The part of the page as a whole takes it when nothing in it was pressed.
    if active.is_none_or(|active| matches!(active.tag_name().as_str(), "BODY" | "MAIN")) {
        calmly(id);
    }
}

/// Calls `then` when the browser has done what follows from the present event, such as moving
/// the focus.
pub fn after_this(then: impl FnOnce() + 'static) {
    super::clock::after(0, then);
}
