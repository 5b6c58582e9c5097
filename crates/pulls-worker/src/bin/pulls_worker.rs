//! The worker: a desk or a reader, by the name that it was started under.

use pulls_worker::{desk, js, link, reader, wire};

fn main() {
    let name = js::scope().name();
    match name.split_once(' ') {
        _ if name == link::READER => reader::run(),
        Some((wire::DESK, gunzip)) => desk::run(gunzip.to_owned()),
        _ => desk::run(String::new()),
    }
}
