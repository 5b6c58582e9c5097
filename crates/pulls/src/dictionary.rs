//! Strings as small numbers: each distinct value of a column is kept once and
//! rows hold its code.
//!
//! Values of up to 16 bytes (nearly all: days, countries, tags, tools) are
//! compared as two machine words that sit in the hash slot itself; longer ones
//! (digests, domains) by a 64-bit hash first and then by their bytes.

/// Bytes that must be readable behind a value handed to
/// [`Dictionary::code_padded`], so that it can be loaded in whole words.
pub const PADDING: usize = 16;

/// A column may have so many distinct values; reading stops with a clear
/// error at the next one, since memory would no longer be bounded.
pub const MAX_VALUES: u32 = 4_000_000;

/// The code of the empty value; `\N` and `null` mean the same.
pub const EMPTY: u32 = 0;

/// How the empty value is spelled.
pub const EMPTY_SPELLINGS: [&[u8]; 4] = [b"", b"\\N", b"null", b"NULL"];

/// A column has more than [`MAX_VALUES`] distinct values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyValues;

#[derive(Clone, Copy)]
struct Slot {
    low: u64,
    high: u64,
    len: u32,
    code: u32,
}

const FREE: u32 = u32::MAX;
const VACANT: Slot = Slot {
    low: 0,
    high: 0,
    len: FREE,
    code: 0,
};
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Distinct byte strings and their codes, in order of first appearance; code
/// [`EMPTY`] is always the empty string.
pub struct Dictionary {
    slots: Vec<Slot>,
    shift: u32,
    /// All values one after the other.
    text: Vec<u8>,
    /// Where each value ends in `text`.
    ends: Vec<u32>,
    /// Slots in use: values and the other spellings of empty.
    used: usize,
}

impl Default for Dictionary {
    fn default() -> Self {
        Self::new()
    }
}

impl Dictionary {
    /// A dictionary that knows the empty value only.
    pub fn new() -> Self {
        let bits = 8;
        let mut new = Self {
            slots: vec![VACANT; 1 << bits],
            shift: 64 - bits,
            text: Vec::new(),
            ends: vec![0],
            used: 0,
        };
        for spelling in EMPTY_SPELLINGS {
            let (low, high) = short_key_of(spelling);
            let at = new.find(low, high, spelling.len() as u32, spelling);
            new.slots[at] = Slot {
                low,
                high,
                len: spelling.len() as u32,
                code: EMPTY,
            };
            new.used += 1;
        }
        new
    }

    /// Number of distinct values, the empty one included: at least 1.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of memory that it takes.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * 4 + self.slots.len() * size_of::<Slot>()
    }

    /// The value of a code.
    ///
    /// # Panics
    /// If no value has that code.
    pub fn value(&self, code: u32) -> &[u8] {
        let code = code as usize;
        let start = if code == 0 {
            0
        } else {
            self.ends[code - 1] as usize
        };
        &self.text[start..self.ends[code] as usize]
    }

    /// The code of a value if it is known.
    pub fn get(&self, value: &[u8]) -> Option<u32> {
        let (low, high) = if value.len() <= 16 {
            short_key_of(value)
        } else {
            (long_hash(value), 0)
        };
        let slot = self.slots[self.find(low, high, value.len() as u32, value)];
        (slot.len != FREE).then_some(slot.code)
    }

    /// The code of a value, whatever the limit: for keys made of codes, and for
    /// values that dictionaries with a limit have let in already.
    ///
    /// # Panics
    /// Past 4,294,967,294 values or bytes, which no memory of a tab holds.
    pub fn code_unlimited(&mut self, value: &[u8]) -> u32 {
        let (low, high) = if value.len() <= 16 {
            short_key_of(value)
        } else {
            (long_hash(value), 0)
        };
        let slot = self.slots[self.find(low, high, value.len() as u32, value)];
        if slot.len == FREE {
            self.add(low, high, value)
        } else {
            slot.code
        }
    }

    /// The code of a value, a new one if it is not known yet.
    ///
    /// # Errors
    /// [`TooManyValues`] for the value after the last that fits.
    pub fn code(&mut self, value: &[u8]) -> Result<u32, TooManyValues> {
        let (low, high) = if value.len() <= 16 {
            short_key_of(value)
        } else {
            (long_hash(value), 0)
        };
        self.code_of_key(low, high, value)
    }

    /// As [`Self::code`] for `bytes[start..end]`, faster: loads whole words.
    ///
    /// # Errors
    /// [`TooManyValues`] for the value after the last that fits.
    ///
    /// # Panics
    /// If fewer than [`PADDING`] bytes follow `start`, or `end < start`.
    #[inline(always)]
    pub fn code_padded(
        &mut self,
        bytes: &[u8],
        start: usize,
        end: usize,
    ) -> Result<u32, TooManyValues> {
        let len = end - start;
        let (low, high) = if len <= 16 {
            let words: &[u8; 16] = match bytes[start..].first_chunk() {
                Some(words) => words,
                None => panic!("a value needs {PADDING} readable bytes"),
            };
            short_key(words, len)
        } else {
            (long_hash(&bytes[start..end]), 0)
        };
        let mask = self.slots.len() - 1;
        let mut at = self.place(low, high, len as u32);
        loop {
            let slot = &self.slots[at & mask];
            if slot.low == low && slot.len == len as u32 {
                if len <= 16 {
                    if slot.high == high {
                        return Ok(slot.code);
                    }
                } else if same(self.value(slot.code), &bytes[start..end]) {
                    return Ok(slot.code);
                }
            } else if slot.len == FREE {
                return self.insert(low, high, &bytes[start..end]);
            }
            at += 1;
        }
    }

    fn code_of_key(&mut self, low: u64, high: u64, value: &[u8]) -> Result<u32, TooManyValues> {
        let slot = self.slots[self.find(low, high, value.len() as u32, value)];
        if slot.len == FREE {
            self.insert(low, high, value)
        } else {
            Ok(slot.code)
        }
    }

    #[inline(always)]
    fn place(&self, low: u64, high: u64, len: u32) -> usize {
        // A product's top bits depend on every bit below them.
        ((low ^ high.rotate_left(29))
            .wrapping_add(u64::from(len))
            .wrapping_mul(SPREAD)
            >> self.shift) as usize
    }

    /// The slot of a value, or the vacant one where it belongs.
    fn find(&self, low: u64, high: u64, len: u32, value: &[u8]) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.place(low, high, len) & mask;
        loop {
            let slot = &self.slots[at];
            let same_key = slot.low == low && slot.len == len;
            if slot.len == FREE
                || same_key
                    && (if len <= 16 {
                        slot.high == high
                    } else {
                        same(self.value(slot.code), value)
                    })
            {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    #[cold]
    #[inline(never)]
    fn insert(&mut self, low: u64, high: u64, value: &[u8]) -> Result<u32, TooManyValues> {
        let code = self.ends.len() as u32;
        if code > MAX_VALUES || self.text.len() + value.len() > u32::MAX as usize {
            return Err(TooManyValues);
        }
        Ok(self.add(low, high, value))
    }

    fn add(&mut self, low: u64, high: u64, value: &[u8]) -> u32 {
        let code = self.ends.len() as u32;
        if self.used * 2 >= self.slots.len() {
            self.grow();
        }
        self.text.extend_from_slice(value);
        self.ends.push(self.text.len() as u32);
        let at = self.find(low, high, value.len() as u32, value);
        self.slots[at] = Slot {
            low,
            high,
            len: value.len() as u32,
            code,
        };
        self.used += 1;
        code
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![VACANT; old.len() * 2];
        self.shift -= 1;
        let mask = self.slots.len() - 1;
        for slot in old.into_iter().filter(|slot| slot.len != FREE) {
            let mut at = self.place(slot.low, slot.high, slot.len) & mask;
            while self.slots[at].len != FREE {
                at = (at + 1) & mask;
            }
            self.slots[at] = slot;
        }
    }
}

/// For each length of up to 16 bytes, the bits of its two words that it has. A
/// table: which of two ways a length takes is anybody's guess to the processor.
const KEPT: [(u64, u64); 17] = {
    let mut kept = [(u64::MAX, u64::MAX); 17];
    let mut len = 0;
    while len < 16 {
        kept[len] = if len < 8 {
            ((1 << (len * 8)) - 1, 0)
        } else {
            (u64::MAX, (1 << ((len - 8) * 8)) - 1)
        };
        len += 1;
    }
    kept
};

/// The two words of a value of up to 16 bytes, from 16 readable bytes.
#[inline(always)]
fn short_key(words: &[u8; 16], len: usize) -> (u64, u64) {
    let both = u128::from_le_bytes(*words);
    let (low, high) = KEPT[len];
    (both as u64 & low, (both >> 64) as u64 & high)
}

fn short_key_of(value: &[u8]) -> (u64, u64) {
    let mut words = [0; 16];
    words[..value.len()].copy_from_slice(value);
    short_key(&words, value.len())
}

/// Hash of a value of more than 16 bytes: its words at the front, the middle
/// and the end. Digests differ in each; equal hashes are told apart by bytes.
#[inline(always)]
fn long_hash(value: &[u8]) -> u64 {
    let word = |at: usize| {
        value[at..]
            .first_chunk()
            .map_or(0, |w| u64::from_le_bytes(*w))
    };
    let len = value.len();
    let mixed = (word(8) ^ word(len / 2 - 4).rotate_left(21)).wrapping_mul(SPREAD);
    (mixed ^ word(len - 8) ^ word(0).rotate_left(42)).wrapping_mul(SPREAD)
}

/// Whether two values are equal, in words: `==` on slices goes byte by byte
/// in wasm. The last word overlaps the one before.
#[inline(always)]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let (Some(a_last), Some(b_last)) = (a.last_chunk(), b.last_chunk()) else {
        return a.iter().zip(b).all(|(x, y)| x == y);
    };
    let mut differ = u64::from_le_bytes(*a_last) ^ u64::from_le_bytes(*b_last);
    for (x, y) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        differ |= u64::from_le_bytes(*x) ^ u64::from_le_bytes(*y);
    }
    differ == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn empty_has_several_spellings() {
        let mut d = Dictionary::new();
        for spelling in ["", "\\N", "null", "NULL"] {
            assert_eq!(d.code(spelling.as_bytes()), Ok(EMPTY));
        }
        assert_eq!(d.len(), 1);
        assert_eq!(d.value(EMPTY), b"");
    }

    proptest::proptest! {
        #[test]
        fn equals_a_plain_map(values in proptest::collection::vec(proptest::collection::vec(0u8..4, 0..40), 1..600)) {
            let mut d = Dictionary::new();
            let mut map: HashMap<Vec<u8>, u32> = HashMap::from([(vec![], EMPTY)]);
            for value in &values {
                let next = map.len() as u32;
                let expected = *map.entry(value.clone()).or_insert(next);
                assert_eq!(d.get(value).is_some(), expected != next || value.is_empty());
                let mut padded = value.clone();
                padded.extend([7; PADDING]);
                assert_eq!(d.code_padded(&padded, 0, value.len()), Ok(expected));
                assert_eq!(d.code(value), Ok(expected));
                assert_eq!(d.value(expected), &value[..]);
            }
            assert_eq!(d.len(), map.len());
        }
    }
}
