//! Walking folders, reading, writing and hashing files.

use crate::failure::{About, Failure, Outcome};
use sha2::{Digest, Sha256};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every file below `folder`, sorted, without hidden ones and `node_modules`; none
/// when there is no such folder.
pub fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with('.') || name == "node_modules" {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The text of a file.
pub fn read(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).about(path)
}

/// The bytes of a file.
pub fn read_bytes(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).about(path)
}

/// Writes a file and the folders it is in.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).about(folder)?;
    }
    fs::write(path, content).about(path)
}

/// Copies a file, with the folders it goes into.
pub fn copy(from: &Path, to: &Path) -> Outcome<()> {
    write(to, read_bytes(from)?)
}

/// Removes a file or folder, if there is one.
pub fn remove(path: &Path) -> Outcome<()> {
    if path.is_dir() {
        fs::remove_dir_all(path).about(path)
    } else if path.exists() {
        fs::remove_file(path).about(path)
    } else {
        Ok(())
    }
}

/// The SHA-256 of some bytes, as hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The first sixteen digits: what file names carry.
pub fn short_digest(bytes: &[u8]) -> String {
    let mut text = digest(bytes);
    text.truncate(16);
    text
}

/// A digest over the names and contents of files and folders below `root`, and over `words`.
pub fn fingerprint(root: &Path, inputs: &[&str], words: &[String]) -> Outcome<String> {
    let mut all = Sha256::new();
    for word in words {
        all.update(word.as_bytes());
        all.update([0]);
    }
    for input in inputs {
        let path = root.join(input);
        let files = if path.is_file() {
            vec![path]
        } else {
            below(&path)
        };
        for file in files {
            all.update(file.to_string_lossy().as_bytes());
            all.update([0]);
            all.update(Sha256::digest(read_bytes(&file)?));
        }
    }
    Ok(all
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// The file name of a path, as text.
pub fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The only file directly in `folder` whose name begins and ends so.
pub fn only(folder: &Path, begin: &str, end: &str) -> Outcome<PathBuf> {
    let mut fitting = below(folder).into_iter().filter(|path| {
        let name = name(path);
        path.parent() == Some(folder) && name.starts_with(begin) && name.ends_with(end)
    });
    match (fitting.next(), fitting.next()) {
        (Some(path), None) => Ok(path),
        _ => Err(Failure::new(format!(
            "{}: expected exactly one file {begin}*{end}.",
            folder.display()
        ))),
    }
}
