//! From the static shell to the app: the shell's text paints first; the app is
//! built out of sight beside it and takes its place in one frame, once its first
//! page is there. What the reader did meanwhile carries over.

use super::{dom, meta};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, NodeList};

/// The static shell.
const SHELL: &str = "boot";

/// Where the app is built.
const APP: &str = "app";

/// What stands over the shell when the app could not be started, hidden until then.
const FAILED: &str = "boot-failed";

/// The element that the app is built into: out of sight while there is a shell.
pub fn app_root() -> Option<HtmlElement> {
    let document = dom::document();
    let root: HtmlElement = match dom::by_id(APP) {
        Some(root) => root.unchecked_into(),
        None => {
            let root: HtmlElement = document.create_element("div").ok()?.unchecked_into();
            root.set_id(APP);
            document.body()?.append_child(&root).ok()?;
            root
        }
    };
    root.set_hidden(dom::by_id(SHELL).is_some());
    Some(root)
}

/// Fetches the style of the pages that this one leads to without loading anew, and of what
/// appears once a file is open. Nothing waits for it.
pub fn fetch_style_of_later() {
    let document = dom::document();
    let (Some(address), Some(body)) = (meta::content("style-later"), document.body()) else {
        return;
    };
    // Without it those pages are plain, and they work.
    let _ = document.create_element("link").and_then(|link| {
        link.set_attribute("rel", "stylesheet")?;
        link.set_attribute("href", &address)?;
        body.append_child(&link)
    });
}

/// The first page is there: shows the app and removes the shell. Nothing happens
/// the second time.
pub fn first_page_is_there() {
    let (Some(shell), Some(app)) = (dom::by_id(SHELL), dom::by_id(APP)) else {
        return;
    };
    let focused = focused_in(&shell);
    for (before, after) in pairs(&shell, &app, "details") {
        let open = before.has_attribute("open");
        let _ = after.toggle_attribute_with_force("open", open);
    }
    let focus = focused.and_then(|focused| {
        pairs(&shell, &app, FOCUSABLE)
            .find(|(before, _)| *before == focused)
            .map(|(_, after)| after)
    });
    app.unchecked_ref::<HtmlElement>().set_hidden(false);
    shell.remove();
    show_failure(false);
    if let Some(focus) = focus {
        super::focus::element(&focus);
    }
}

/// A part that the first page needs did not load: says so over the shell, whose
/// text stays. `false` when the shell has been replaced already.
pub fn first_page_is_lost() -> bool {
    let waiting = dom::by_id(SHELL).is_some();
    if waiting {
        show_failure(true);
    }
    waiting
}

fn show_failure(shown: bool) {
    if let Some(message) = dom::by_id(FAILED) {
        message.unchecked_ref::<HtmlElement>().set_hidden(!shown);
    }
}

/// What can have the focus.
const FOCUSABLE: &str = "a, button, summary, [tabindex]";

fn focused_in(shell: &Element) -> Option<Element> {
    let active = dom::document().active_element()?;
    shell.contains(Some(&active)).then_some(active)
}

/// The same elements in shell and app, side by side: the markup is the same.
fn pairs(
    shell: &Element,
    app: &Element,
    selector: &str,
) -> impl Iterator<Item = (Element, Element)> {
    let list = |root: &Element| root.query_selector_all(selector).ok();
    let item = |list: &Option<NodeList>, at: u32| -> Option<Element> {
        list.as_ref()?.item(at)?.dyn_into().ok()
    };
    let (before, after) = (list(shell), list(app));
    (0..).map_while(move |at| Some((item(&before, at)?, item(&after, at)?)))
}
