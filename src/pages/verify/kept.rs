//! What checks need of the server, kept for as long as the tab is open: with it a check still
//! says something when the network is lost.

use super::awaited::Awaited;
use crate::{
    api::{ApiError, verify},
    platform::{clock, dom},
};
use ::api::verify::Verifiable;
use chrono::{DateTime, TimeDelta, Utc};
use credential::KeySet;
use program::{addresses, namespace::Namespace};
use std::{cell::RefCell, collections::BTreeMap};

#[derive(Default)]
struct Kept {
    keys: Option<KeySet>,
    /// Whether the keys come that are being read.
    reading: Option<Awaited<bool>>,
    base_url: Option<String>,
    ahead: Option<TimeDelta>,
    published: BTreeMap<Namespace, (Verifiable, DateTime<Utc>)>,
    is_pressed: bool,
}

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::new(Kept::default());
}

/// The public keys of the program, and whether these are all that there are now.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// The keys; nothing if they could not be had.
    pub set: Option<KeySet>,
    /// Whether they were read just now.
    pub is_fresh: bool,
}

/// The keys as they are now, or else as they were last read. With them comes the server’s time.
pub async fn keys() -> Keys {
    let under_way = KEPT.with_borrow(|kept| kept.reading.clone());
    let came = match under_way {
        Some(reading) => reading.answer().await,
        None => false,
    };
    // One that came to nothing had begun earlier; the server may answer by now.
    let is_fresh = came || read_keys().answer().await;
    Keys {
        set: KEPT.with_borrow(|kept| kept.keys.clone()),
        is_fresh,
    }
}

/// Reads the keys, once for all who wait for them: tells whether they came. A page that is opened
/// begins with it, since the network may be lost by the time that somebody asks for a check.
pub fn read_keys() -> Awaited<bool> {
    if let Some(reading) = KEPT.with_borrow(|kept| kept.reading.clone()) {
        return reading;
    }
    let reading = Awaited::new();
    KEPT.with_borrow_mut(|kept| kept.reading = Some(reading.clone()));
    let told = reading.clone();
    leptos::task::spawn_local(async move {
        let read = verify::keys().await.ok();
        // A program without keys has signed nothing, so that nobody could have forged it either.
        let read = read.filter(|read| !read.answer.0.is_empty());
        let came = read.is_some();
        KEPT.with_borrow_mut(|kept| {
            // Whoever asks from here on asks anew.
            kept.reading = None;
            if let Some(read) = read {
                kept.keys = Some(read.answer);
                kept.ahead = read.ahead.or(kept.ahead);
            }
        });
        told.tell(came);
    });
    reading
}

/// What is published of a namespace.
#[derive(Clone, Debug)]
pub struct Published {
    /// What it is.
    pub is: Verifiable,
    /// When it was read, if that was earlier.
    pub read_at: Option<DateTime<Utc>>,
    /// By how much the server’s clock is ahead, if it was read just now.
    pub ahead: Option<TimeDelta>,
}

/// What is published of a namespace now, or, when the server is away, what was.
///
/// # Errors
/// Nothing is known of it, or the server is away and did not say anything before.
pub async fn published(name: &Namespace) -> Result<Published, ApiError> {
    match verify::verifiable(name.as_str()).await {
        Ok(read) => {
            KEPT.with_borrow_mut(|kept| {
                kept.base_url = Some(read.answer.base_url.clone());
                let at = read.answer.now;
                kept.published
                    .insert(name.clone(), (read.answer.clone(), at));
            });
            Ok(Published {
                is: read.answer,
                read_at: None,
                ahead: read.ahead,
            })
        }
        Err(error) if error.is_away() => KEPT
            .with_borrow(|kept| kept.published.get(name).cloned())
            .map(|(is, at)| Published {
                is,
                read_at: Some(at),
                ahead: None,
            })
            .ok_or(error),
        Err(error) => Err(error),
    }
}

/// The address of the program: as it says itself, by its keys, or else where this page is. That
/// may be another one by which the same server is reached.
pub fn base_url() -> String {
    let said = KEPT.with_borrow(|kept| {
        let of_keys = || {
            let key = kept.keys.as_ref()?.0.first()?;
            let (base, _) = key.id.rsplit_once(&addresses::key(""))?;
            Some(base.to_owned())
        };
        kept.base_url.clone().or_else(of_keys)
    });
    said.unwrap_or_else(dom::origin)
}

/// Learns by how much the server’s clock is ahead, if an answer said it; more closely than the
/// one with the keys, which knows only whole seconds.
pub fn learn_time(ahead: Option<TimeDelta>) {
    KEPT.with_borrow_mut(|kept| kept.ahead = ahead.or(kept.ahead));
}

/// By how much the server’s clock is ahead, if that is known.
pub fn ahead() -> Option<TimeDelta> {
    KEPT.with_borrow(|kept| kept.ahead)
}

/// The time by the server’s clock, as far as that is known. The reader’s clock tells how it goes
/// on: that of the page stands still while a computer sleeps.
pub fn now() -> DateTime<Utc> {
    clock::now() + ahead().unwrap_or_default()
}

/// Remembers that the reader pressed a button: what comes of it gets the focus. The router may
/// build the page anew in between.
pub fn press() {
    KEPT.with_borrow_mut(|kept| kept.is_pressed = true);
}

/// Whether the reader has pressed a button since this was last asked.
pub fn was_pressed() -> bool {
    KEPT.with_borrow_mut(|kept| std::mem::take(&mut kept.is_pressed))
}
