//! An answer as it came: status, what it says about limits, and the body.

use chrono::{DateTime, TimeDelta, Utc};
use program::evidence::Trouble;

/// Most bytes of an answer that are read.
pub const MOST_BYTES: usize = 1 << 20;

/// An answer of a forge.
#[derive(Clone, Copy, Debug, Default)]
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// `x-ratelimit-reset` or `ratelimit-reset`, in seconds since 1970.
    pub reset: Option<i64>,
    /// `retry-after`, in seconds.
    pub retry_after: Option<i64>,
    /// The body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// What the status says, unless it is one that carries an answer: 200, and
    /// 404 for what is not there. `now` is when it came.
    pub(crate) fn trouble(&self, now: DateTime<Utc>) -> Option<Trouble> {
        if self.body.len() > MOST_BYTES {
            return Some(Trouble::TooMuch);
        }
        match self.status {
            200 | 404 => None,
            403 | 429 => Some(Trouble::LimitReached {
                again: self.again(now),
            }),
            401 | 451 => Some(Trouble::Refused),
            300..=399 => Some(Trouble::SentOn),
            500..=599 => Some(Trouble::Away),
            _ => Some(Trouble::Garbled),
        }
    }

    /// When it answers again; a time that is past or a day away is not believed.
    fn again(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let reset = self
            .reset
            .and_then(|secs| DateTime::from_timestamp(secs, 0));
        let later = self
            .retry_after
            .and_then(TimeDelta::try_seconds)
            .and_then(|wait| now.checked_add_signed(wait));
        later
            .or(reset)
            .filter(|time| *time > now && *time - now <= TimeDelta::days(1))
    }
}
