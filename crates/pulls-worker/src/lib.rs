//! The web workers around [`pulls`]: a desk that the page talks to, and
//! readers that hold the rows. All file bytes stay in them.
//!
//! The page knows [`wire`] only, and starts the workers ([`staff`]). The desk
//! ([`desk`]) deals slices of files out to the readers ([`reader`]) over
//! [`link`], stitches what they report, and answers queries from what they
//! count.

pub mod asks;
pub mod beside;
pub mod chunks;
pub mod desk;
pub mod export;
pub mod gunzip;
pub mod js;
pub mod late;
pub mod link;
pub mod listing;
pub mod look;
pub mod open;
pub mod publisher;
pub mod reader;
pub mod records;
pub mod server;
pub mod serving;
pub mod sink;
pub mod slices;
pub mod staff;
pub mod texts;
pub mod unpack;
pub mod wire;
