//! A brotli and a gzip copy beside each text, script and wasm file. Brotli at its
//! best level is slow, so what was compressed once is kept by content.

use crate::{
    failure::{About, Failure, Outcome},
    files, paths,
};
use flate2::{Compression, write::GzEncoder};
use std::{
    fs,
    io::Write,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// What is worth compressing.
const ENDINGS: [&str; 8] = [
    "html",
    "css",
    "js",
    "wasm",
    "svg",
    "json",
    "txt",
    "webmanifest",
];

/// Below this many bytes the headers cost more than is saved.
const SMALLEST: usize = 256;

/// Compresses everything below `folder`, as many at a time as there are processors.
pub fn compress(folder: &Path) -> Outcome<()> {
    let paths: Vec<_> = files::below(folder)
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|end| ENDINGS.iter().any(|known| end == *known))
        })
        .collect();
    let next = AtomicUsize::new(0);
    let failed: Mutex<Option<Failure>> = Mutex::new(None);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(path) = paths.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = compress_file(path)
                        && let Ok(mut failed) = failed.lock()
                    {
                        *failed = Some(failure);
                    }
                }
            });
        }
    });
    match failed.into_inner() {
        Ok(None) => Ok(()),
        Ok(Some(failure)) => Err(failure),
        Err(_) => Err(Failure::new("Compressing was interrupted.")),
    }
}

/// Writes the two copies of one file, from what was kept where it can.
fn compress_file(path: &Path) -> Outcome<()> {
    let bytes = files::read_bytes(path)?;
    if bytes.len() < SMALLEST {
        return Ok(());
    }
    let kept = paths::state().join("compressed");
    let digest = files::digest(&bytes);
    for (ending, pack) in [
        ("br", brotli as fn(&[u8]) -> std::io::Result<Vec<u8>>),
        ("gz", gzip),
    ] {
        let store = kept.join(format!("{digest}.{ending}"));
        if !store.is_file() {
            let packed = pack(&bytes).about(path)?;
            // Written aside first: a build that is broken off leaves no half file to be believed.
            let partial = kept.join(format!("{digest}.{ending}.{}", std::process::id()));
            files::write(&partial, packed)?;
            fs::rename(&partial, &store).about(&store)?;
        }
        let mut copy = path.as_os_str().to_owned();
        copy.push(".");
        copy.push(ending);
        files::copy(&store, Path::new(&copy))?;
    }
    Ok(())
}

/// Brotli at level 11.
pub fn brotli(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
    Ok(packed)
}

/// Gzip at level 9, without a date: the same input gives the same bytes.
fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}
