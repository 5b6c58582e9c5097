//! What only a browser can do, below the pages: the seam in `platform`, in a
//! real document.

#![cfg(target_arch = "wasm32")]

use dsos::platform::{boot, meta};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, HtmlElement, wasm_bindgen::JsCast};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// Puts an element into the page.
fn put(name: &str, id: &str, content: &str) -> HtmlElement {
    let element: HtmlElement = document().create_element(name).unwrap().unchecked_into();
    element.set_id(id);
    element.set_inner_html(content);
    document().body().unwrap().append_child(&element).unwrap();
    element
}

#[wasm_bindgen_test]
fn what_the_build_wrote_is_read() {
    let element = put("meta", "", "");
    element.set_attribute("name", "pulls-worker").unwrap();
    element.set_attribute("content", "").unwrap();
    assert_eq!(meta::content("pulls-worker"), None);
    element
        .set_attribute("content", "/pulls-worker-1/pulls-worker.js")
        .unwrap();
    assert_eq!(
        meta::content("pulls-worker").as_deref(),
        Some("/pulls-worker-1/pulls-worker.js")
    );
    assert_eq!(meta::content("no-such"), None);
    element.remove();
}

#[wasm_bindgen_test]
fn the_app_takes_the_place_of_the_shell_with_what_the_reader_did() {
    let markup = "<details><summary>More</summary>text</details><a href=\"#x\">link</a>";
    let shell = put("div", "boot", markup);
    let app = boot::app_root().unwrap();
    assert!(app.hidden(), "out of sight while the shell is read");
    app.set_inner_html(markup);
    // Meanwhile the reader opens something and moves the focus.
    shell
        .query_selector("details")
        .unwrap()
        .unwrap()
        .set_attribute("open", "")
        .unwrap();
    shell
        .query_selector("a")
        .unwrap()
        .unwrap()
        .unchecked_into::<HtmlElement>()
        .focus()
        .unwrap();

    boot::first_page_is_there();

    assert!(document().get_element_by_id("boot").is_none());
    assert!(!app.hidden());
    assert!(
        app.query_selector("details")
            .unwrap()
            .unwrap()
            .has_attribute("open")
    );
    assert_eq!(
        document().active_element(),
        app.query_selector("a").unwrap()
    );
    // Once more changes nothing.
    boot::first_page_is_there();
    assert!(!app.hidden());
    app.remove();
}
