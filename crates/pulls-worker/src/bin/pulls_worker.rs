//! The worker: a desk or a reader, by the name that it was started under.

use pulls_worker::{desk, js, link, reader, wire};

fn main() {
    let name = js::scope().name();
    match name.split_once(' ') {
        _ if name == link::READER => reader::run(),
        _ if name == wire::SERVED => desk::run(None),
        Some((wire::DESK, gunzip)) => desk::run(Some(gunzip.to_owned())),
        _ => desk::run(Some(String::new())),
    }
}
