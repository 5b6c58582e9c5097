//! Reads the JSON of a publisher API answer with the browser's own parser.

use js_sys::{Array, JSON, Object, Reflect};
use pulls::publisher::PullModel;
use wasm_bindgen::{JsCast, JsValue};

/// The pulls of an answer: `{"pulls":[…]}`, or `{"repos":{"ns/repo":{"pulls":[…]}}}`.
///
/// # Errors
/// What was found instead, in words.
pub fn models(text: &[u8]) -> Result<Vec<PullModel>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "it is not UTF-8".to_owned())?;
    let answer = JSON::parse(text.trim_start_matches('\u{feff}'))
        .map_err(|_| "it is not complete JSON".to_owned())?;
    let mut models = Vec::new();
    if let Ok(pulls) = field(&answer, "pulls").dyn_into::<Array>() {
        models.extend(pulls.iter().map(|pull| model(&pull, None)));
    }
    let repos = field(&answer, "repos");
    if repos.is_object() {
        for entry in Object::entries(repos.unchecked_ref()).iter() {
            let entry: Array = entry.unchecked_into();
            let name = entry.get(0).as_string();
            if let Ok(pulls) = field(&entry.get(1), "pulls").dyn_into::<Array>() {
                models.extend(pulls.iter().map(|pull| model(&pull, name.as_deref())));
            }
        }
    }
    if models.is_empty() && !repos.is_object() && !field(&answer, "pulls").is_object() {
        let keys: Vec<String> = answer
            .dyn_ref::<Object>()
            .map(|o| {
                Object::keys(o)
                    .iter()
                    .take(8)
                    .filter_map(|k| k.as_string())
                    .collect()
            })
            .unwrap_or_default();
        return Err(if keys.is_empty() {
            "it holds neither".to_owned()
        } else {
            ["it holds ", &keys.join(", ")].concat()
        });
    }
    Ok(models)
}

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn model(pull: &JsValue, name: Option<&str>) -> PullModel {
    let text = |key: &str| field(pull, key).as_string().unwrap_or_default();
    let count = |key: &str| {
        // What is no count becomes one that nobody takes for true.
        let whole = |n: f64| n >= 0.0 && n.fract() == 0.0;
        let counted = |n| if whole(n) { n as u64 } else { u64::MAX };
        field(pull, key).as_f64().map(counted)
    };
    PullModel {
        start: text("start"),
        end: text("end"),
        repo: name.map_or_else(|| text("repo"), str::to_owned),
        namespace: text("namespace"),
        pull_count: count("pullCount").unwrap_or(0),
        ip_count: count("ipCount"),
        country: text("country"),
    }
}
