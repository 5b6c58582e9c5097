#![no_main]
//! Any bytes as a file: nothing panics, and how the file was cut cannot be told from the answers.

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/mod.rs"]
mod support;

fuzz_target!(|file: &[u8]| {
    support::reader::check(file);
});
