//! Several programs that write in turns: the server, and commands beside it.
//!
//! Whoever writes knows the next number of the journal, and two that know the same
//! one would take each other’s rows for their own. So one of them writes at a time,
//! under the lock of a file, and leaves in it what comes next: who finds something
//! else than they know themselves reads the journal anew. While somebody writes the
//! file is empty, so that one who ends there leaves doubt, and no wrong number.

use super::ClickHouse;
use super::write::Writer;
use crate::PullStoreError;
use sqlite_file::for_owner_alone;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long another program is waited for. What it does may take longer; then it is tried again.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// The right to write, until it is dropped.
pub(super) struct Turn<'a> {
    /// What is known of the journal.
    pub writer: MutexGuard<'a, Option<Writer>>,
    file: Option<File>,
    place: String,
}

impl ClickHouse {
    /// Waits for the right to write.
    pub(super) fn turn(&self) -> Result<Turn<'_>, PullStoreError> {
        let mut turn = Turn {
            writer: self.writer.lock().unwrap_or_else(PoisonError::into_inner),
            file: None,
            place: self.servers.address.to_string(),
        };
        if let Some(path) = &self.turns {
            let failed = |error| PullStoreError::Folder(path.clone(), error);
            let mut file = locked(path)?;
            let mut found = String::new();
            file.read_to_string(&mut found).map_err(failed)?;
            if turn.note() != Some(found) {
                *turn.writer = None;
            }
            file.set_len(0).map_err(failed)?;
            turn.file = Some(file);
        }
        Ok(turn)
    }
}

/// The file, once nobody else has it locked.
fn locked(path: &Path) -> Result<File, PullStoreError> {
    let failed = |error: io::Error| PullStoreError::Folder(path.to_owned(), error);
    let mut options = File::options();
    let options = options.read(true).write(true).create(true).truncate(false);
    let file = options.open(path).map_err(failed)?;
    for_owner_alone(path).map_err(failed)?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PATIENCE => sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(PullStoreError::Busy),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

impl Turn<'_> {
    /// What stands in the file if nobody else wrote since; nothing while something is in doubt.
    fn note(&self) -> Option<String> {
        let next = self.writer.as_ref()?.next;
        Some(format!("{} {next}\n", self.place))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let (Some(note), Some(mut file)) = (self.note(), self.file.take()) {
            // Without it the next one reads the journal, and this one, too.
            let _ = file.rewind().and_then(|()| file.write_all(note.as_bytes()));
        }
    }
}
