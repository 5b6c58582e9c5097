//! Blocks are numbered, and a home of pulls knows the last one that it has: whoever
//! counts goes on after it, in that home and in no other.
//!
//! A home that is behind has pulls missing; one that is ahead would take what comes
//! for what it had already. Either is another home than the one that pulls were
//! counted into, and nothing is handed over until a person has said what to do: to
//! copy pulls there, with their number, or to take that home as it is.

use crate::drain::OWN_PATIENCE;
use crate::error::IntakeError;
use crate::own;
use pull_store::PullStore;
use rusqlite::{Connection, TransactionBehavior};
use std::fs::{File, TryLockError};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The file that whoever counts has locked.
const LOCK: &str = "intake.lock";

/// How long a home is looked at again that may have been counted into meanwhile, and how often.
const AGAIN: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(50);

/// The right to count with the data of a folder: while somebody has it, nobody else counts. What is
/// reported is taken in all the same, and waits.
#[derive(Debug)]
pub struct Turn {
    _locked: File,
}

impl Turn {
    /// Takes it.
    ///
    /// # Errors
    /// [`IntakeError::Taken`] if somebody has it; when the folder cannot be used.
    pub fn take(folder: &Path) -> Result<Self, IntakeError> {
        let lock = folder.join(LOCK);
        let refused = |error| IntakeError::Folder(lock.clone(), error);
        let file = File::create(&lock).map_err(refused)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => IntakeError::Taken,
            TryLockError::Error(error) => refused(error),
        })?;
        Ok(Self { _locked: file })
    }
}

/// The last number that was given, and how many blocks are kept that the home may not have yet.
fn given(own: &Connection) -> Result<(u64, u64), IntakeError> {
    let (last, kept): (i64, i64) = own.query_row(
        "SELECT last, (SELECT count(*) FROM block) FROM numbering",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok((last.unsigned_abs(), kept.unsigned_abs()))
}

/// Says no unless a home is the one that goes on with what was counted.
pub(crate) fn check(own: &Connection, home: &dyn PullStore) -> Result<(), IntakeError> {
    let (last, kept) = given(own)?;
    let appended = home.appended()?;
    // Any of those that are kept may have been appended before somebody broke off.
    if (last - kept..=last).contains(&appended) {
        return Ok(());
    }
    Err(IntakeError::OtherHome {
        last: last - kept,
        appended,
    })
}

/// Says no unless a home is the one that pulls were counted into last with the data of a folder, for
/// whoever changes what is kept in another way; somebody may count meanwhile.
///
/// # Errors
/// [`IntakeError::OtherHome`] if it is another; when the folder cannot be used or the home not be
/// read.
pub fn check_home(folder: &Path, home: &dyn PullStore) -> Result<(), IntakeError> {
    let own = own::open(folder, OWN_PATIENCE)?;
    let begun = Instant::now();
    loop {
        match check(&own, home) {
            // Blocks may have been counted between one question and the other.
            Err(IntakeError::OtherHome { .. }) if begun.elapsed() < AGAIN => sleep(PAUSE),
            other => return other,
        }
    }
}

/// Has whoever counts with the data of a folder go on with a home as it is, after its last block;
/// gives the number of that, or nothing if they do already. Blocks that are kept get the numbers
/// after it.
///
/// # Errors
/// [`IntakeError::Taken`] if somebody counts; when the folder cannot be used or the home not be
/// read. Nothing is changed, then.
pub fn adopt(folder: &Path, home: &dyn PullStore) -> Result<Option<u64>, IntakeError> {
    let _turn = Turn::take(folder)?;
    let mut own = own::open(folder, OWN_PATIENCE)?;
    match check(&own, home) {
        Ok(()) => return Ok(None),
        Err(IntakeError::OtherHome { .. }) => {}
        Err(error) => return Err(error),
    }
    let appended = home.appended()?;
    let (last, kept) = given(&own)?;
    let change = own.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // By way of numbers that no block has.
    change.execute("UPDATE block SET number = -number", [])?;
    change.execute(
        "UPDATE block SET number = ?1 - ?2 - number",
        [appended as i64, (last - kept) as i64],
    )?;
    change.execute("UPDATE numbering SET last = ?1", [(appended + kept) as i64])?;
    change.commit()?;
    Ok(Some(appended))
}
