//! Small JSON answers through the browser's own parser, which is there anyway.

use wasm_bindgen::JsValue;

/// The text of one field of an object; nothing when the text is not such an object.
pub fn text_field(json: &str, field: &str) -> Option<String> {
    value(json, field)?.as_string()
}

/// The number in one field of an object; nothing when the text is not such an object.
pub fn number_field(json: &str, field: &str) -> Option<f64> {
    value(json, field)?.as_f64()
}

fn value(json: &str, field: &str) -> Option<JsValue> {
    let object = js_sys::JSON::parse(json).ok()?;
    js_sys::Reflect::get(&object, &JsValue::from_str(field)).ok()
}
