//! Unpacks gzip files of several members, which browsers refuse.

fn main() {
    pulls_worker::gunzip::run_worker();
}
