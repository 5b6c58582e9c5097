//! Copies of what was taken in and counted, out while a server works with it, and in while none
//! does.
//!
//! Three files belong together: what waits, what the drain knows, and what is counted. A copy is of a
//! moment at which a crash could have been: the drain keeps nothing more while the files are copied,
//! and what it had kept is in its own copy, whether or not the store has it already.

use crate::error::IntakeError;
use crate::numbering::Turn;
use crate::{own, spool};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use sqlite_file::{for_owner_alone, prepare};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The file of what is counted, where that is beside the others.
pub const COUNTED: &str = "pulls.sqlite";

/// How many folders of what was replaced there may be.
const MOST_REPLACED: u32 = 1_000;

/// What a copy does not have: keys lead from clients to their hashes, and end with their period,
/// which nobody sees to in a copy.
const NOT_COPIED: &str = "PRAGMA secure_delete = ON; DELETE FROM visitor_key; VACUUM;";

/// Copies the files of a data folder into a folder that is made for them.
///
/// # Errors
/// When it is there already, or cannot be written; nothing of it is left, then.
pub fn backup(data: &Path, target: &Path) -> Result<(), IntakeError> {
    let refused = |error| IntakeError::Folder(target.to_owned(), error);
    let drain = data.join(own::FILE);
    // A mistyped folder is not made: there would be nothing to copy.
    if !drain.is_file() {
        return Err(IntakeError::Folder(drain, io::ErrorKind::NotFound.into()));
    }
    folder_for_owner(target).map_err(refused)?;
    let copied = copy_all(data, target, &drain);
    if copied.is_err() {
        // What is half a copy must not look like one.
        fs::remove_dir_all(target).map_err(refused)?;
    }
    copied
}

fn copy_all(data: &Path, target: &Path, drain: &Path) -> Result<(), IntakeError> {
    let mut held = opened(drain)?;
    // As long as this is there, the drain keeps nothing.
    let _moment = held.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for name in [own::FILE, COUNTED, spool::FILE] {
        let (from, to) = (data.join(name), target.join(name));
        if from.is_file() {
            copy(&from, &to)?;
        }
    }
    let spool = target.join(spool::FILE);
    if spool.is_file() {
        opened(&spool)?.execute_batch(NOT_COPIED)?;
        synchronize(&spool)?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), IntakeError> {
    let refused = |error| IntakeError::Folder(to.to_owned(), error);
    let source = opened(from)?;
    let path = to.to_str().ok_or(IntakeError::Damaged)?;
    // Made first, so that nobody else can read it at any moment.
    File::create_new(to).map_err(refused)?;
    for_owner_alone(to).map_err(refused)?;
    source.execute("VACUUM INTO ?1", [path])?;
    synchronize(to)
}

fn opened(file: &Path) -> Result<Connection, IntakeError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    prepare(&connection, spool::PATIENCE)?;
    Ok(connection)
}

fn synchronize(file: &Path) -> Result<(), IntakeError> {
    File::open(file)
        .and_then(|file| file.sync_all())
        .map_err(|error| IntakeError::Folder(file.to_owned(), error))
}

/// Puts a copy in place of the files of a data folder. What was there is kept in a folder beside
/// them, which comes back, if there was any.
///
/// # Errors
/// [`IntakeError::Taken`] while a server counts with the data; [`IntakeError::NoCopy`] if the copy
/// is none. Then all is as it was.
pub fn restore(data: &Path, copy: &Path) -> Result<Option<PathBuf>, IntakeError> {
    let refused = |error| IntakeError::Folder(data.to_owned(), error);
    fs::create_dir_all(data).map_err(refused)?;
    let _turn = Turn::take(data)?;
    let names: Vec<&str> = [own::FILE, COUNTED, spool::FILE]
        .into_iter()
        .filter(|name| copy.join(name).is_file())
        .collect();
    if ![own::FILE, spool::FILE]
        .iter()
        .all(|name| names.contains(name))
    {
        return Err(IntakeError::NoCopy(copy.to_owned()));
    }
    // Looked at as copies: the backup itself stays as it is.
    let fresh = free(data, "restored-pulls")?;
    let ready = names.iter().try_for_each(|name| {
        let (from, to) = (copy.join(name), fresh.join(name));
        fs::copy(&from, &to).map_err(|error| IntakeError::Folder(from.clone(), error))?;
        for_owner_alone(&to).map_err(|error| IntakeError::Folder(to.clone(), error))?;
        let is_whole = opened(&to).and_then(|file| {
            Ok(
                file.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0))?
                    == "ok",
            )
        });
        if !is_whole.unwrap_or(false) {
            return Err(IntakeError::NoCopy(from));
        }
        synchronize(&to)
    });
    let placed = ready.and_then(|()| put_in_place(data, &fresh));
    fs::remove_dir_all(&fresh).map_err(refused)?;
    placed
}

fn put_in_place(data: &Path, fresh: &Path) -> Result<Option<PathBuf>, IntakeError> {
    let moved = |from: &Path, to: &Path| {
        fs::rename(from, to).map_err(|error| IntakeError::Folder(from.to_owned(), error))
    };
    let all = [own::FILE, COUNTED, spool::FILE];
    let there: Vec<String> = all
        .iter()
        .flat_map(|name| ["", "-wal", "-shm"].map(|end| format!("{name}{end}")))
        .filter(|name| data.join(name).is_file())
        .collect();
    let kept = match there.is_empty() {
        true => None,
        false => Some(free(data, "replaced-pulls")?),
    };
    if let Some(kept) = &kept {
        for name in &there {
            moved(&data.join(name), &kept.join(name))?;
        }
    }
    for name in all.iter().filter(|name| fresh.join(name).is_file()) {
        moved(&fresh.join(name), &data.join(name))?;
    }
    Ok(kept)
}

/// Makes a folder that only whoever runs the program can look into.
fn folder_for_owner(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    #[cfg(not(unix))]
    let _ = &mut builder;
    builder.create(folder)
}

/// Makes a folder with the first number that is free.
fn free(data: &Path, name: &str) -> Result<PathBuf, IntakeError> {
    for number in 1..=MOST_REPLACED {
        let folder = data.join(format!("{name}-{number}"));
        match folder_for_owner(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(IntakeError::Folder(folder, error)),
        }
    }
    let full = io::Error::other("there are too many folders of what was replaced");
    Err(IntakeError::Folder(data.to_owned(), full))
}
