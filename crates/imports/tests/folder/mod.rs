//! A folder with files and a store, removed at the end.
#![allow(dead_code, reason = "each test file uses a part of it")]

use pull_store::{Embedded, PullStore};
use pulls::batch::Batch;
use pulls::calendar::{Day, Span};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dsos-imports-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn store(&self) -> Embedded {
        Embedded::open(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn always() -> Span {
    Span::new(Day(0), Day(80_000))
}

/// All that is kept of a namespace.
pub fn raw(store: &dyn PullStore, namespace: &str) -> Vec<Batch> {
    let mut batches = Vec::new();
    store
        .raw(&[namespace], always(), &mut |batch| {
            batches.push(batch);
            ControlFlow::Continue(())
        })
        .unwrap();
    batches
}

/// Rows, each as its texts and its numbers.
pub type Rows = Vec<(Vec<Vec<u8>>, Vec<u64>)>;

pub fn rows(store: &dyn PullStore, namespace: &str) -> Rows {
    let mut rows = Rows::new();
    for batch in raw(store, namespace) {
        for row in 0..batch.len() {
            let pull = batch.row(row);
            let texts = pull.texts.iter().map(|text| text.to_vec()).collect();
            rows.push((texts, pull.numbers.to_vec()));
        }
    }
    rows
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
