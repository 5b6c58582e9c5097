//! How values stand in the file: times as milliseconds since 1970 in UTC, days as
//! days since then, everything with a structure as JSON.

use super::StoreError;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, de::DeserializeOwned};

pub fn millis(time: DateTime<Utc>) -> i64 {
    time.timestamp_millis()
}

pub fn time(millis: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(millis).ok_or(StoreError::Corrupt("a time"))
}

pub fn days(day: NaiveDate) -> i32 {
    day.to_epoch_days()
}

pub fn day(days: i32) -> Result<NaiveDate, StoreError> {
    NaiveDate::from_epoch_days(days).ok_or(StoreError::Corrupt("a day"))
}

pub fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Corrupt("a value"))
}

pub fn from_json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt(what))
}
