//! Finds delimiters, newlines and quotes, 16 bytes a step in wasm: the first
//! pass over every byte of a file, and the one that its speed hangs on.

/// Where a stretch of text is divided.
#[derive(Default, Debug)]
pub struct Structure {
    /// Offset of each delimiter, newline and quote, ascending.
    pub marks: Vec<u32>,
    /// Which of the marks are newlines or quotes.
    pub rare: Vec<u32>,
    /// There is a byte of 0x80 or more: the text must be checked to be UTF-8.
    pub non_ascii: bool,
}

/// Finds the structure of `text[from..to]`.
pub fn structure(text: &[u8], from: usize, to: usize, delimiter: u8, found: &mut Structure) {
    let text = &text[..to];
    found.marks.clear();
    found.rare.clear();
    found.marks.reserve((to - from) / 4);
    #[cfg(target_arch = "wasm32")]
    let (blocks, mut non_ascii) = wasm::blocks(text, from, delimiter, found);
    #[cfg(not(target_arch = "wasm32"))]
    let (blocks, mut non_ascii) = portable_blocks(text, from, delimiter, found);
    for (at, &byte) in text.iter().enumerate().skip(blocks) {
        let rare = byte == b'\n' || byte == b'"';
        if rare {
            found.rare.push(found.marks.len() as u32);
        }
        if rare || byte == delimiter {
            found.marks.push(at as u32);
        }
        non_ascii |= byte >= 0x80;
    }
    found.non_ascii = non_ascii;
}

/// Takes in the marks of 64 bytes from `base`: those of `rare`, and delimiters
/// besides.
#[inline(always)]
fn push(mut marks: u64, mut rare: u64, base: usize, found: &mut Structure) {
    while rare != 0 {
        let before = marks & ((rare & rare.wrapping_neg()) - 1);
        found
            .rare
            .push(found.marks.len() as u32 + before.count_ones());
        rare &= rare - 1;
    }
    while marks != 0 {
        found.marks.push(base as u32 + marks.trailing_zeros());
        marks &= marks - 1;
    }
}

/// The same in plain Rust, for native builds. Gives the offset of the first
/// byte that it left, and whether there was one beyond ASCII.
#[cfg(not(target_arch = "wasm32"))]
fn portable_blocks(
    text: &[u8],
    from: usize,
    delimiter: u8,
    found: &mut Structure,
) -> (usize, bool) {
    let (blocks, _) = text[from..].as_chunks::<64>();
    let mut high = 0u8;
    for (n, block) in blocks.iter().enumerate() {
        let (mut marks, mut rare) = (0u64, 0u64);
        for (bit, &byte) in block.iter().enumerate() {
            let is_rare = (byte == b'\n') | (byte == b'"');
            rare |= u64::from(is_rare) << bit;
            marks |= u64::from(is_rare | (byte == delimiter)) << bit;
            high |= byte;
        }
        push(marks, rare, from + n * 64, found);
    }
    (from + blocks.len() * 64, high >= 0x80)
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::{Structure, push};
    use core::arch::wasm32::{
        i8x16_bitmask, u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_any_true, v128_or,
    };

    #[target_feature(enable = "simd128")]
    pub fn blocks(text: &[u8], from: usize, delimiter: u8, found: &mut Structure) -> (usize, bool) {
        let (delimiters, newlines, quotes) = (
            u8x16_splat(delimiter),
            u8x16_splat(b'\n'),
            u8x16_splat(b'"'),
        );
        let (blocks, _) = text[from..].as_chunks::<64>();
        let mut high = u8x16_splat(0);
        for (n, block) in blocks.iter().enumerate() {
            let (mut marks, mut rare) = (0u64, 0u64);
            for part in 0..4 {
                let bytes = load(block, part * 16);
                let rare_here = v128_or(u8x16_eq(bytes, newlines), u8x16_eq(bytes, quotes));
                let here = v128_or(u8x16_eq(bytes, delimiters), rare_here);
                rare |= u64::from(u8x16_bitmask(rare_here)) << (part * 16);
                marks |= u64::from(u8x16_bitmask(here)) << (part * 16);
                high = v128_or(high, bytes);
            }
            push(marks, rare, from + n * 64, found);
        }
        let non_ascii = v128_any_true(high) && i8x16_bitmask(high) != 0;
        (from + blocks.len() * 64, non_ascii)
    }

    #[inline]
    #[target_feature(enable = "simd128")]
    #[allow(
        unsafe_code,
        reason = "a vector load; a plain loop over bytes takes several times as long"
    )]
    fn load(block: &[u8; 64], at: usize) -> v128 {
        debug_assert!(at + 16 <= 64);
        // SAFETY: callers pass 0, 16, 32 or 48, so the 16 bytes are in the
        // block; `v128_load` has no alignment requirement.
        unsafe { core::arch::wasm32::v128_load(block.as_ptr().add(at).cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn finds_what_a_loop_finds(text in proptest::collection::vec(proptest::sample::select(b"a,\n\"\xC3;".to_vec()), 0..300), from in 0usize..300) {
            let from = from.min(text.len());
            let mut found = Structure::default();
            structure(&text, from, text.len(), b',', &mut found);
            let expected: Vec<u32> = (from..text.len()).filter(|&i| b",\n\"".contains(&text[i])).map(|i| i as u32).collect();
            let rare: Vec<u32> = (0..expected.len()).filter(|&n| text[expected[n] as usize] != b',').map(|n| n as u32).collect();
            assert_eq!(&found.marks, &expected);
            assert_eq!(&found.rare, &rare);
            assert_eq!(found.non_ascii, text[from..].iter().any(|b| *b >= 0x80));
        }
    }
}
