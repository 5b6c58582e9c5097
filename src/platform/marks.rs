//! Marks on the browser's performance timeline, for measuring from outside.

use super::dom;

/// Sets the mark `dsos:{name}`.
pub fn mark(name: &str) {
    if let Some(performance) = dom::window().performance() {
        let mut full = String::from("dsos:");
        full.push_str(name);
        // A mark that cannot be set is missed by nobody but the measurement.
        let _ = performance.mark(&full);
    }
}
