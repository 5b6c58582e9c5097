//! The seam to the browser. Everything that touches `window`, storage, the
//! clipboard, the clock or the locale is here, each in a small file of its own,
//! so that pages and components stay plain functions of their arguments.
//!
//! None of it may be called while a page is rendered natively: use it in event
//! handlers and effects.

pub mod abort;
pub mod boot;
pub mod clipboard;
pub mod clock;
pub mod dom;
pub mod download;
pub mod events;
pub mod first;
pub mod focus;
pub mod intl;
pub mod json;
pub mod marks;
pub mod media;
pub mod meta;
pub mod news;
pub mod outside;
pub mod pick;
pub mod randomness;
pub mod signature;
pub mod storage;
pub mod unpack;
