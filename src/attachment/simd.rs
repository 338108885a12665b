//! Base64 encoding with wasm's vector instructions, 48 bytes at a time.
//!
//! The code is unsafe because the instructions that read and write memory take pointers. Each
//! access stays within an array of a fixed length. The tests of `base64.rs` compare the results
//! with those of the crate `base64`, in wasm too.
#![allow(unsafe_code, reason = "vector loads and stores take pointers")]

use std::arch::wasm32::{
    i8x16, i8x16_add, i8x16_lt, i8x16_shuffle, i8x16_splat, i8x16_swizzle, u8x16_splat, u8x16_sub_sat, u32x4_shl,
    u32x4_shr, u32x4_splat, v128, v128_and, v128_load, v128_or, v128_store,
};
use std::hint::black_box;

/// Encodes the start of `input` to the start of `output`, and returns the rest of both.
pub(super) fn encode<'a, 'b>(mut input: &'a [u8], mut output: &'b mut [u8]) -> (&'a [u8], &'b mut [u8]) {
    let constants = Constants::new();
    // The last of the four loads reads four bytes more than it uses.
    while let Some(bytes) = input.first_chunk::<52>()
        && output.len() >= 64
        && let Some((text, rest)) = std::mem::take(&mut output).split_first_chunk_mut::<64>()
    {
        // SAFETY: 36 + 16 of 52 bytes are read and 48 + 16 of 64 bytes are written; neither needs
        // an alignment.
        unsafe {
            let (from, to) = (bytes.as_ptr(), text.as_mut_ptr());
            let first = v128_load(from.cast());
            let second = v128_load(from.add(12).cast());
            let third = v128_load(from.add(24).cast());
            let fourth = v128_load(from.add(36).cast());
            v128_store(to.cast(), constants.letters(first));
            v128_store(to.add(16).cast(), constants.letters(second));
            v128_store(to.add(32).cast(), constants.letters(third));
            v128_store(to.add(48).cast(), constants.letters(fourth));
        }
        input = input.get(48..).unwrap_or_default();
        output = rest;
    }
    (input, output)
}

struct Constants {
    first: v128,
    second: v128,
    third: v128,
    fourth: v128,
    digits: v128,
    small: v128,
    capitals: v128,
    offsets: v128,
}

impl Constants {
    fn new() -> Self {
        // `black_box` keeps the constants out of the loop: V8 in Node 24 would rebuild each of them
        // at each use, which takes as long as the rest of the loop.
        black_box(Self {
            first: u32x4_splat(0x3f),
            second: u32x4_splat(0x3f00),
            third: u32x4_splat(0x3f_0000),
            fourth: u32x4_splat(0x3f00_0000),
            digits: u8x16_splat(51),
            small: i8x16_splat(26),
            capitals: i8x16_splat(13),
            // The offsets turn 26 into `a`, 52 into `0`, 62 into `+`, 63 into `/` and 0 into `A`.
            offsets: i8x16(71, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, -19, -16, 65, 0, 0),
        })
    }

    /// Returns the sixteen characters of the first twelve bytes.
    #[inline(always)]
    fn letters(&self, bytes: v128) -> v128 {
        // Each group of three bytes a, b, c becomes b, a, c, b, so that the six bits of each
        // character are adjacent.
        let groups = i8x16_shuffle::<1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10>(bytes, bytes);
        let bits = v128_or(
            v128_or(v128_and(u32x4_shr(groups, 10), self.first), v128_and(u32x4_shl(groups, 4), self.second)),
            v128_or(v128_and(u32x4_shr(groups, 6), self.third), v128_and(u32x4_shl(groups, 8), self.fourth)),
        );
        // The class is 0 for a-z, 1 to 10 for the digits, 11 for +, 12 for / and 13 for A-Z.
        let class = v128_or(u8x16_sub_sat(bits, self.digits), v128_and(i8x16_lt(bits, self.small), self.capitals));
        i8x16_add(bits, i8x16_swizzle(self.offsets, class))
    }
}
