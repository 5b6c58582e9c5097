//! Finds delimiters, newlines and quotes, 16 bytes a step in wasm: the first
//! pass over every byte of a file, and the one that its speed hangs on.

/// What a stretch of text holds besides its structure.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Marks {
    /// A byte of 0x80 or more: the text must be checked to be UTF-8.
    pub non_ascii: bool,
}

/// Appends to `found` the offset of each delimiter, newline and quote in
/// `text[from..to]`, ascending.
pub fn structure(
    text: &[u8],
    from: usize,
    to: usize,
    delimiter: u8,
    found: &mut Vec<u32>,
) -> Marks {
    let text = &text[..to];
    found.reserve((to - from) / 4);
    #[cfg(target_arch = "wasm32")]
    let (blocks, mut marks) = wasm::blocks(text, from, delimiter, found);
    #[cfg(target_arch = "x86_64")]
    let (blocks, mut marks) = x86::blocks(text, from, delimiter, found);
    #[cfg(not(any(target_arch = "wasm32", target_arch = "x86_64")))]
    let (blocks, mut marks) = portable_blocks(text, from, delimiter, found);
    for (at, &byte) in text.iter().enumerate().skip(blocks) {
        if byte == delimiter || byte == b'\n' || byte == b'"' {
            found.push(at as u32);
        }
        marks.non_ascii |= byte >= 0x80;
    }
    marks
}

/// Pushes the offset of every set bit of `mask` onto `found`.
#[inline(always)]
fn push_bits(mut mask: u64, base: usize, found: &mut Vec<u32>) {
    while mask != 0 {
        found.push(base as u32 + mask.trailing_zeros());
        mask &= mask - 1;
    }
}

/// The same in plain Rust, for native builds; 64 bytes a mask. Gives the
/// offset of the first byte that it left.
#[cfg(any(test, not(any(target_arch = "wasm32", target_arch = "x86_64"))))]
fn portable_blocks(
    text: &[u8],
    from: usize,
    delimiter: u8,
    found: &mut Vec<u32>,
) -> (usize, Marks) {
    let (blocks, _) = text[from..].as_chunks::<64>();
    let mut high = 0u8;
    for (n, block) in blocks.iter().enumerate() {
        let mut mask = 0u64;
        for (bit, &byte) in block.iter().enumerate() {
            let hit = (byte == delimiter) | (byte == b'\n') | (byte == b'"');
            mask |= u64::from(hit) << bit;
            high |= byte;
        }
        push_bits(mask, from + n * 64, found);
    }
    (
        from + blocks.len() * 64,
        Marks {
            non_ascii: high >= 0x80,
        },
    )
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Marks, push_bits};
    use core::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
        _mm_setzero_si128,
    };

    /// SSE2, which every x86-64 processor has.
    #[allow(
        unsafe_code,
        reason = "vector instructions; a plain loop over bytes takes several times as long"
    )]
    pub fn blocks(text: &[u8], from: usize, delimiter: u8, found: &mut Vec<u32>) -> (usize, Marks) {
        let (blocks, _) = text[from..].as_chunks::<64>();
        // SAFETY: SSE2 is part of the x86-64 baseline, and `_mm_loadu_si128`
        // reads 16 bytes at 0, 16, 32 and 48 of a block of 64, aligned or not.
        let high = unsafe {
            let (delimiters, newlines, quotes) = (
                _mm_set1_epi8(delimiter as i8),
                _mm_set1_epi8(b'\n' as i8),
                _mm_set1_epi8(b'"' as i8),
            );
            let mut high = _mm_setzero_si128();
            for (n, block) in blocks.iter().enumerate() {
                let mut mask = 0u64;
                for part in 0..4 {
                    let bytes = _mm_loadu_si128(block.as_ptr().add(part * 16).cast::<__m128i>());
                    let hits = _mm_or_si128(
                        _mm_or_si128(
                            _mm_cmpeq_epi8(bytes, delimiters),
                            _mm_cmpeq_epi8(bytes, newlines),
                        ),
                        _mm_cmpeq_epi8(bytes, quotes),
                    );
                    mask |= u64::from(_mm_movemask_epi8(hits) as u32) << (part * 16);
                    high = _mm_or_si128(high, bytes);
                }
                push_bits(mask, from + n * 64, found);
            }
            _mm_movemask_epi8(high)
        };
        (
            from + blocks.len() * 64,
            Marks {
                non_ascii: high != 0,
            },
        )
    }
}

#[cfg(target_arch = "wasm32")]
mod wasm {
    use super::{Marks, push_bits};
    use core::arch::wasm32::{
        i8x16_bitmask, u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_any_true, v128_or,
    };

    #[target_feature(enable = "simd128")]
    pub fn blocks(text: &[u8], from: usize, delimiter: u8, found: &mut Vec<u32>) -> (usize, Marks) {
        let (delimiters, newlines, quotes) = (
            u8x16_splat(delimiter),
            u8x16_splat(b'\n'),
            u8x16_splat(b'"'),
        );
        let (blocks, _) = text[from..].as_chunks::<64>();
        let mut high = u8x16_splat(0);
        for (n, block) in blocks.iter().enumerate() {
            let mut mask = 0u64;
            for part in 0..4 {
                let bytes = load(block, part * 16);
                let hits = v128_or(
                    v128_or(u8x16_eq(bytes, delimiters), u8x16_eq(bytes, newlines)),
                    u8x16_eq(bytes, quotes),
                );
                mask |= u64::from(u8x16_bitmask(hits)) << (part * 16);
                high = v128_or(high, bytes);
            }
            push_bits(mask, from + n * 64, found);
        }
        let non_ascii = v128_any_true(high) && i8x16_bitmask(high) != 0;
        (from + blocks.len() * 64, Marks { non_ascii })
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
            let mut found = Vec::new();
            let marks = structure(&text, from, text.len(), b',', &mut found);
            let expected: Vec<u32> = (from..text.len()).filter(|&i| b",\n\"".contains(&text[i])).map(|i| i as u32).collect();
            assert_eq!(found, expected);
            assert_eq!(marks.non_ascii, text[from..].iter().any(|b| *b >= 0x80));
            let mut plain = Vec::new();
            let (end, _) = portable_blocks(&text, from, b',', &mut plain);
            assert_eq!(plain, expected.into_iter().filter(|at| (*at as usize) < end).collect::<Vec<_>>());
        }
    }
}
