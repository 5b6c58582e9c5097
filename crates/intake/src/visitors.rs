//! Clients without their addresses: a keyed hash for the ISO week and one for the
//! month, which tell clients apart and lead back to none.
//!
//! Each key is made when its period is first needed and destroyed a day after its
//! end; then nobody, not even with all the data, can find out whether an address
//! was among them. Events that arrive later still count; their clients are told apart
//! until their sessions close, by a key that is in memory alone, and are unknown then.

use crate::error::IntakeError;
use crate::spooled::first_eight;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use pulls::calendar::{Day, Granularity};
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::HashMap;
use std::net::IpAddr;

/// How long after its period a key is kept, for events that come late.
const GRACE_DAYS: i32 = 1;

/// In the first hour of a week a client is known by its hash of the week before, too: its
/// session may have begun in it.
const OVERLAP: TimeDelta = TimeDelta::hours(1);

/// A client; zeros where nothing is known of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// Its hash within the ISO week.
    pub week: u64,
    /// Its hash within the month.
    pub month: u64,
    /// Another name: its hash within the week before, in the first hour of a week; or, where both
    /// others are zero, a hash that this process alone can make ([`Self::name`]).
    pub before: Option<u64>,
}

impl Visitor {
    /// What tells it from others while its session is open.
    pub fn name(&self) -> u64 {
        match (self.week, self.month) {
            (0, 0) => self.before.unwrap_or(0),
            (0, month) => month,
            (week, _) => week,
        }
    }

    /// What told it from others a moment before, if that was something else.
    pub fn earlier_name(&self) -> Option<u64> {
        self.before.filter(|_| self.week != 0)
    }
}

/// The first day of a period, and the first one after it.
type Period = (Day, Day);

fn period(by: Granularity, at: DateTime<Utc>) -> Period {
    let day = Day::from_date(at.date_naive());
    (by.start(day), by.next(day))
}

/// The keys, as they are kept beside the spool.
#[derive(Default)]
pub struct VisitorKeys {
    known: HashMap<Period, [u8; 32]>,
    /// For clients of periods that are over; it is never written down.
    passing: Option<[u8; 32]>,
}

/// Where keys are kept.
pub(crate) const SCHEMA: &str = "
CREATE TABLE visitor_key (
    first_day TEXT NOT NULL,
    end_day TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (first_day, end_day)
) STRICT;
";

impl VisitorKeys {
    /// The client of an address at a time. `now` decides whether the key is still there.
    ///
    /// # Errors
    /// When a key cannot be made or kept.
    pub fn visitor(
        &mut self,
        connection: &Connection,
        address: IpAddr,
        at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Visitor, IntakeError> {
        let mut of = |period| self.hash(connection, address, period, now);
        let this_week = period(Granularity::Week, at);
        let earlier = period(Granularity::Week, at - OVERLAP);
        let week = of(this_week)?.unwrap_or(0);
        let month = of(period(Granularity::Month, at))?.unwrap_or(0);
        let mut before = if earlier == this_week {
            None
        } else {
            of(earlier)?
        };
        if week == 0 && month == 0 {
            let key = match self.passing {
                Some(key) => key,
                None => *self.passing.insert(new_key()?),
            };
            before = Some(hash(&key, address));
        }
        Ok(Visitor {
            week,
            month,
            before,
        })
    }

    fn hash(
        &mut self,
        connection: &Connection,
        address: IpAddr,
        period: Period,
        now: DateTime<Utc>,
    ) -> Result<Option<u64>, IntakeError> {
        if is_over(period, now) {
            return Ok(None);
        }
        let key = match self.known.get(&period) {
            Some(key) => *key,
            None => {
                let key = key_of(connection, period)?;
                self.known.insert(period, key);
                key
            }
        };
        Ok(Some(hash(&key, address)))
    }

    /// Destroys the keys of periods that are over.
    ///
    /// # Errors
    /// When they cannot be overwritten.
    pub fn destroy_over(
        &mut self,
        connection: &Connection,
        now: DateTime<Utc>,
    ) -> Result<usize, IntakeError> {
        self.known.retain(|period, _| !is_over(*period, now));
        let last = Day::from_date(now.date_naive()).plus(-GRACE_DAYS);
        let count = connection.execute(
            "DELETE FROM visitor_key WHERE end_day <= ?1",
            [last.to_string()],
        )?;
        if count > 0 {
            // They stand in the log, too.
            sqlite_file::take_in_log(connection)?;
        }
        Ok(count)
    }
}

fn hash(key: &[u8], address: IpAddr) -> u64 {
    // An HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return 0;
    };
    match address {
        IpAddr::V4(address) => mac.update(&address.octets()),
        IpAddr::V6(address) => mac.update(&address.octets()),
    }
    // 0 is nobody.
    first_eight(&mac.finalize().into_bytes()).max(1)
}

fn new_key() -> Result<[u8; 32], IntakeError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|_| IntakeError::NoRandomness)?;
    Ok(key)
}

fn is_over((_, end): Period, now: DateTime<Utc>) -> bool {
    Day::from_date(now.date_naive()) >= end.plus(GRACE_DAYS)
}

fn key_of(connection: &Connection, (first, end): Period) -> Result<[u8; 32], IntakeError> {
    let (first, end) = (first.to_string(), end.to_string());
    let kept: Option<[u8; 32]> = connection
        .prepare_cached("SELECT key FROM visitor_key WHERE first_day = ?1 AND end_day = ?2")?
        .query_row([&first, &end], |row| row.get(0))
        .optional()?;
    if let Some(key) = kept {
        return Ok(key);
    }
    let key = new_key()?;
    connection.execute(
        "INSERT INTO visitor_key (first_day, end_day, key) VALUES (?1, ?2, ?3)",
        params![first, end, key],
    )?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        connection
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_client_is_the_same_within_its_period_and_another_after_it() {
        let connection = connection();
        let address: IpAddr = "192.0.2.7".parse().unwrap();
        let mut keys = VisitorKeys::default();
        let mut of = |moment: &str, address| {
            keys.visitor(&connection, address, at(moment), at(moment))
                .unwrap()
        };
        let monday = of("2026-11-23T09:00:00Z", address);
        let sunday = of("2026-11-29T23:00:00Z", address);
        assert_eq!((monday.week, monday.month), (sunday.week, sunday.month));
        assert_eq!(monday.before, None);
        let next = of("2026-11-30T00:30:00Z", address);
        assert_ne!(next.week, sunday.week);
        assert_eq!(next.month, sunday.month);
        assert_eq!(next.before, Some(sunday.week), "known by its earlier name");
        assert_eq!(of("2026-11-30T01:00:00Z", address).before, None);
        assert_ne!(of("2026-12-01T09:00:00Z", address).month, next.month);
        let other = of("2026-11-23T09:00:00Z", "192.0.2.8".parse().unwrap());
        assert_ne!(other.week, monday.week);
        // Kept, and not made anew at the next start.
        let mut again = VisitorKeys::default();
        let same = again
            .visitor(
                &connection,
                address,
                at("2026-11-23T09:00:00Z"),
                at("2026-11-23T09:00:00Z"),
            )
            .unwrap();
        assert_eq!(same, monday);
    }

    #[test]
    fn keys_are_destroyed_a_day_after_their_period() {
        let connection = connection();
        let address: IpAddr = "2001:db8::7".parse().unwrap();
        let mut keys = VisitorKeys::default();
        let moment = at("2026-11-25T12:00:00Z");
        let known = keys.visitor(&connection, address, moment, moment).unwrap();
        // On Monday late events of the week before are still known.
        let monday = at("2026-11-30T12:00:00Z");
        assert_eq!(keys.destroy_over(&connection, monday).unwrap(), 0);
        let late = keys.visitor(&connection, address, moment, monday).unwrap();
        assert_eq!(late, known);
        let tuesday = at("2026-12-01T00:00:00Z");
        assert_eq!(keys.destroy_over(&connection, tuesday).unwrap(), 1);
        let later = keys.visitor(&connection, address, moment, tuesday).unwrap();
        assert_eq!((later.week, later.month), (0, known.month));
        assert_eq!(later.name(), known.month);
        let december = at("2026-12-02T00:00:00Z");
        assert_eq!(keys.destroy_over(&connection, december).unwrap(), 1);
        let left: u32 = connection
            .query_row("SELECT count(*) FROM visitor_key", [], |row| row.get(0))
            .unwrap();
        assert_eq!(left, 0);
        let unknown = keys
            .visitor(&connection, address, moment, december)
            .unwrap();
        assert_eq!((unknown.week, unknown.month), (0, 0));
        // Its session is its own all the same, in this process.
        let same = keys.visitor(&connection, address, moment, december);
        assert_eq!(same.unwrap(), unknown);
        let neighbor: IpAddr = "2001:db8::8".parse().unwrap();
        let other = keys.visitor(&connection, neighbor, moment, december);
        assert_ne!(other.unwrap().name(), unknown.name());
        let mut next = VisitorKeys::default();
        let elsewhere = next.visitor(&connection, address, moment, december);
        assert_ne!(elsewhere.unwrap().name(), unknown.name());
    }
}
