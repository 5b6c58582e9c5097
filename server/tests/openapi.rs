//! The OpenAPI document is made from the routes; what it says is looked at whenever it
//! changes.

use dsos_server::http::api;
use std::{env, fs, path::Path};

#[test]
fn the_document_is_the_one_that_was_looked_at() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/openapi.json");
    let mut document = serde_json::to_string_pretty(&api::document()).unwrap();
    document.push('\n');
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&path, &document).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == document,
        "the API changed: look at the difference after UPDATE_SNAPSHOTS=1 cargo test -p dsos-server openapi"
    );
}

#[test]
fn every_path_is_under_the_base_and_every_refusal_is_a_problem() {
    let document = serde_json::to_value(api::document()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 10);
    for (path, operations) in paths {
        assert!(path.starts_with("/api/v1/"), "{path}");
        for (method, operation) in operations.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                let schema = response.pointer("/content/application~1problem+json/schema/$ref");
                if status.starts_with(['4', '5']) {
                    assert_eq!(
                        schema.and_then(|schema| schema.as_str()),
                        Some("#/components/schemas/Problem"),
                        "{method} {path} {status}"
                    );
                }
            }
        }
    }
}
