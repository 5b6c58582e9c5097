//! The answer that the server wrote into the page: what the page would ask for first.

use super::dom;

/// Where it stands; `server/src/http/described.rs` writes it.
const ID: &str = "first-answer";

/// The answer as JSON, once: whoever asks again asks the server.
pub fn taken() -> Option<String> {
    let element = dom::by_id(ID)?;
    let text = element.text_content();
    element.remove();
    text
}
