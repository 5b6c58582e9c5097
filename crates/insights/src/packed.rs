//! Raw rows to take away, as gzip: packed as they are written, so that nothing waits for the end.

use crate::files::{PIECE, Take};
use crate::{Insights, InsightsError, Namespace};
use flate2::{Compression, write::GzEncoder};
use pulls::query::Query;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;
use std::ops::ControlFlow;
use std::sync::LazyLock;

/// A member of the file has so many bytes of text, about. Most files are one, which browsers
/// unpack by themselves; one of several they leave to whoever reads it.
const MEMBER: u64 = 64 << 20;

/// Of raw rows the second level makes a fifth more bytes than the usual sixth, in half the time: most
/// who wait for such a file wait for the packing.
const LEVEL: Compression = Compression::new(2);

/// Bytes as one gzip member.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut member = GzEncoder::new(Vec::new(), Compression::default());
    // Into memory, which takes everything.
    let _ = member.write_all(bytes);
    member.finish().unwrap_or_default()
}

/// What packing makes of a text, in a number: with another version of the library, or on another
/// processor, the same text may become other bytes, with which no file must be gone on.
pub fn packing() -> u64 {
    static PACKING: LazyLock<u64> = LazyLock::new(|| {
        // Values as of exports, so that there is something to find.
        let text: String = (0..4_000_u32)
            .map(|at| format!("{},pull_by_tag,1.{},docker\n", at / 64, at * 7919 % 31))
            .collect();
        let mut hasher = DefaultHasher::new();
        packed(text.as_bytes()).hash(&mut hasher);
        let mut member = begun(Vec::new());
        // Into memory, which takes everything.
        let _ = member.write_all(text.as_bytes());
        member.finish().unwrap_or_default().hash(&mut hasher);
        hasher.finish()
    });
    *PACKING
}

impl Insights {
    /// The bytes of [`Self::raw_file`] as gzip: members that stand one after the other. How many
    /// they are shows when they are made.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn raw_file_gz(
        &self,
        of: &Namespace,
        query: &Query,
        safe: bool,
        take: Take<'_>,
    ) -> Result<(), InsightsError> {
        let mut packing = Packing::new(MEMBER, take);
        self.raw_file(of, query, safe, &mut |text| packing.add(text))?;
        packing.end();
        Ok(())
    }
}

struct Packing<'a> {
    member: GzEncoder<Vec<u8>>,
    /// Bytes of text in the member.
    text: u64,
    /// How many it has before the next one begins.
    most: u64,
    take: Take<'a>,
    is_left: bool,
}

impl<'a> Packing<'a> {
    fn new(most: u64, take: Take<'a>) -> Self {
        Self {
            member: begun(Vec::with_capacity(PIECE)),
            text: 0,
            most,
            take,
            is_left: false,
        }
    }

    fn add(&mut self, text: &[u8]) -> ControlFlow<()> {
        if text.is_empty() {
            let outcome = (self.take)(&[]);
            self.is_left = outcome.is_break();
            return outcome;
        }
        // Into memory, which takes everything.
        let _ = self.member.write_all(text);
        self.text += text.len() as u64;
        if self.text >= self.most {
            self.end_member();
        }
        if self.member.get_ref().len() >= PIECE {
            self.hand_over()?;
        }
        ControlFlow::Continue(())
    }

    /// Ends a member; what comes next begins another behind it.
    fn end_member(&mut self) {
        let next = begun(Vec::new());
        let ended = std::mem::replace(&mut self.member, next);
        self.member = begun(ended.finish().unwrap_or_default());
        self.text = 0;
    }

    fn hand_over(&mut self) -> ControlFlow<()> {
        let outcome = (self.take)(self.member.get_ref());
        self.member.get_mut().clear();
        self.is_left = outcome.is_break();
        outcome
    }

    fn end(self) {
        if self.is_left {
            return;
        }
        if self.text > 0 {
            let last = self.member.finish().unwrap_or_default();
            // It was the last of it either way.
            let _ = (self.take)(&last);
        } else if !self.member.get_ref().is_empty() {
            let _ = (self.take)(self.member.get_ref());
        }
    }
}

fn begun(bytes: Vec<u8>) -> GzEncoder<Vec<u8>> {
    GzEncoder::new(bytes, LEVEL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::{GzDecoder, MultiGzDecoder};
    use std::io::Read;

    #[test]
    fn members_that_stand_one_after_the_other_are_one_file() {
        let text: Vec<u8> = (0..300_000_u32)
            .map(|at| ((at * 7919) >> 7) as u8)
            .collect();
        for (most, is_one) in [(u64::MAX, true), (100_000, false), (1, false)] {
            let mut file = Vec::new();
            let mut take = |piece: &[u8]| {
                file.extend_from_slice(piece);
                ControlFlow::Continue(())
            };
            let mut packing = Packing::new(most, &mut take);
            for piece in text.chunks(30_000) {
                assert!(packing.add(piece).is_continue());
            }
            packing.end();
            let (mut whole, mut first) = (Vec::new(), Vec::new());
            MultiGzDecoder::new(&file[..])
                .read_to_end(&mut whole)
                .unwrap();
            assert!(whole == text, "{most}");
            GzDecoder::new(&file[..]).read_to_end(&mut first).unwrap();
            assert_eq!(first.len() == text.len(), is_one);
        }
    }
}
