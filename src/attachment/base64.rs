//! Base64 with the standard alphabet and padding (RFC 4648, section 4), for file content in request
//! bodies.
//!
//! Encoding works on any chunk of a file whose length is a multiple of three (the last one may have
//! any length): the joined encoded chunks are the encoded file. Decoding is strict: no white space,
//! no URL-safe alphabet, padding required, and the unused bits before the padding must be zero, so
//! that each content has exactly one text.

use crate::rules::codes::{Code, ViolationCode, code};
use std::fmt;
use std::ops::Range;

use ::base64::{Engine, engine::general_purpose::STANDARD};

/// The number of bytes that are encoded at a time while a vector grows. It is a multiple of three
/// and small enough to stay in the cache.
const BLOCK: usize = 3 * 1024;

/// Returns the number of characters that encode `len` bytes, including the padding, or `None` if it
/// does not fit 64 bits.
pub const fn encoded_len(len: u64) -> Option<u64> {
    len.div_ceil(3).checked_mul(4)
}

/// Encodes `input` to the start of `output` and returns the number of bytes written.
///
/// `None`, with nothing written, when `output` is shorter than [`encoded_len`] says.
pub fn encode_into(input: &[u8], output: &mut [u8]) -> Option<usize> {
    let len = usize::try_from(encoded_len(input.len() as u64)?).ok()?;
    kernel(input, output.get_mut(..len)?)
}

/// Encodes `input` to `output`, which has exactly the required length, and returns the number of
/// bytes written. All encoding is done here.
fn kernel(input: &[u8], output: &mut [u8]) -> Option<usize> {
    let len = output.len();
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    let (input, output) = super::simd::encode(input, output);
    STANDARD.encode_slice(input, output).ok()?;
    Some(len)
}

/// Returns a text without its padding, and the length of the padding.
fn unpadded(text: &[u8]) -> (&[u8], u64) {
    match text {
        [symbols @ .., b'=', b'='] => (symbols, 2),
        [symbols @ .., b'='] => (symbols, 1),
        symbols => (symbols, 0),
    }
}

/// Returns the whole of `input` as base64 in ASCII. For large content, prefer the chunks of
/// [`Body::chunks`](super::body::Body::chunks), which need little memory.
pub fn encode(input: &[u8]) -> Vec<u8> {
    let mut output = Vec::new();
    append(input, &mut output);
    output
}

/// Appends the encoded `input` to `output`.
pub(crate) fn append(input: &[u8], output: &mut Vec<u8>) {
    let len = encoded_len(input.len() as u64).and_then(|len| usize::try_from(len).ok());
    output.reserve_exact(len.unwrap_or(usize::MAX));
    // A small buffer is used because wasm that is built for size extends a vector byte by byte.
    let mut room = [0; BLOCK / 3 * 4];
    for block in input.chunks(BLOCK) {
        let len = encode_into(block, &mut room).unwrap_or_default();
        output.extend_from_slice(room.get(..len).unwrap_or_default());
    }
}

/// Why a text is not base64 as this module reads it. `at` is the offset of the first byte at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base64Error {
    /// A space, tab or line break.
    Whitespace {
        /// Offset in bytes.
        at: usize,
    },
    /// `-` or `_`, which belong to the URL-safe alphabet.
    UrlSafe {
        /// Offset in bytes.
        at: usize,
    },
    /// A byte that is in no base64 alphabet.
    Character {
        /// Offset in bytes.
        at: usize,
    },
    /// `=` is missing, repeated too often, or not at the end: the length must be a multiple of
    /// four.
    Padding,
    /// The last character has bits that the padding discards; the text was cut or changed.
    TrailingBits,
}

impl Base64Error {
    /// Returns a stable name for programs.
    pub const fn code(self) -> Code<ViolationCode> {
        match self {
            Self::Whitespace { .. } => code!("base64_whitespace"),
            Self::UrlSafe { .. } => code!("base64_url_safe"),
            Self::Character { .. } => code!("base64_character"),
            Self::Padding => code!("base64_padding"),
            Self::TrailingBits => code!("base64_trailing_bits"),
        }
    }

    /// Returns a description of the mistake.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Whitespace { .. } => "the base64 text contains white space",
            Self::UrlSafe { .. } => "the base64 text uses the url-safe alphabet",
            Self::Character { .. } => "the base64 text contains a character that is not base64",
            Self::Padding => "the base64 text has wrong padding",
            Self::TrailingBits => "the base64 text ends in bits that belong to no byte",
        }
    }

    /// Returns advice on how to correct the mistake.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Whitespace { .. } => "remove spaces and line breaks",
            Self::UrlSafe { .. } => "write + for - and / for _",
            Self::Character { .. } => "use only A-Z, a-z, 0-9, + and /",
            Self::Padding => "end the text with = or == so that its length is a multiple of four",
            Self::TrailingBits => "encode the file again, the text was cut or changed",
        }
    }

    /// Returns the offset of the byte at fault, if there is one.
    pub const fn at(self) -> Option<usize> {
        match self {
            Self::Whitespace { at } | Self::UrlSafe { at } | Self::Character { at } => Some(at),
            Self::Padding | Self::TrailingBits => None,
        }
    }
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        f.write_str(": ")?;
        f.write_str(self.hint())
    }
}

impl std::error::Error for Base64Error {}

const fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/'
}

/// Checks `text` without allocating memory and returns the number of bytes that it encodes.
pub fn check(text: &[u8]) -> Result<u64, Base64Error> {
    let (symbols, padding) = unpadded(text);
    // Whole blocks without an early exit let the compiler use vector instructions.
    let clean = symbols.chunks(1024).all(|block| block.iter().fold(true, |good, &byte| good & is_symbol(byte)));
    if !clean {
        // White space is reported first, because it must be removed even after the padding.
        if let Some(at) = symbols.iter().position(|byte| matches!(byte, b' ' | b'\t'..=b'\r')) {
            return Err(Base64Error::Whitespace { at });
        }
        if let Some((at, &byte)) = symbols.iter().enumerate().find(|&(_, &byte)| !is_symbol(byte)) {
            return Err(match byte {
                b'-' | b'_' => Base64Error::UrlSafe { at },
                b'=' => Base64Error::Padding,
                _ => Base64Error::Character { at },
            });
        }
    }
    if !text.len().is_multiple_of(4) {
        return Err(Base64Error::Padding);
    }
    if let (1.., Some(last)) = (padding, text.last_chunk::<4>())
        && STANDARD.decode_slice(last, &mut [0; 3]).is_err()
    {
        return Err(Base64Error::TrailingBits);
    }
    Ok((text.len() as u64 / 4).saturating_mul(3).saturating_sub(padding))
}

/// Returns whether [`decode`] would accept `text`, without allocating memory.
pub fn is_valid(text: &[u8]) -> bool {
    check(text).is_ok()
}

/// Returns the bytes that `text` encodes.
pub fn decode(text: &[u8]) -> Result<Vec<u8>, Base64Error> {
    check(text)?;
    STANDARD.decode(text).map_err(|_| Base64Error::Padding)
}

/// Returns the bytes `range` of the content that `text` encodes, and decodes no more than needed; a
/// range past the end is cut there. Returns `None` if the text around the range is not base64.
pub fn decode_range(text: &[u8], range: Range<u64>) -> Option<Vec<u8>> {
    let first = usize::try_from((range.start / 3).checked_mul(4)?).unwrap_or(usize::MAX).min(text.len());
    let last = usize::try_from(encoded_len(range.end)?).unwrap_or(usize::MAX).min(text.len());
    let mut bytes = STANDARD.decode(text.get(first..last)?).ok()?;
    let skip = usize::try_from(range.start % 3).ok()?.min(bytes.len());
    bytes.drain(..skip);
    bytes.truncate(usize::try_from(range.end.checked_sub(range.start)?).unwrap_or(usize::MAX));
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The test vectors of RFC 4648, section 10.
    const VECTORS: [(&str, &str); 7] = [
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];

    /// Encodes `input` with a second implementation, which is as simple as possible.
    fn reference(input: &[u8]) -> Vec<u8> {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut output = Vec::new();
        for group in input.chunks(3) {
            let bits = group.iter().enumerate().fold(0u32, |bits, (i, &byte)| bits | u32::from(byte) << (16 - 8 * i));
            for i in 0..4 {
                let symbol = ALPHABET[(bits >> (18 - 6 * i)) as usize & 63];
                output.push(if i <= group.len() { symbol } else { b'=' });
            }
        }
        output
    }

    #[test]
    fn rfc_vectors() {
        for (plain, text) in VECTORS {
            assert_eq!(encode(plain.as_bytes()), text.as_bytes());
            assert_eq!(decode(text.as_bytes()).unwrap(), plain.as_bytes());
            assert_eq!(encoded_len(plain.len() as u64), Some(text.len() as u64));
            assert_eq!(check(text.as_bytes()), Ok(plain.len() as u64));
        }
    }

    /// Returns bytes without a pattern, which are always the same.
    fn noise(len: usize) -> Vec<u8> {
        let mut state = 0x9e37_79b9_u32;
        std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        })
        .take(len)
        .collect()
    }

    #[test]
    fn every_length_and_alignment_is_as_the_reference_has_it() {
        let bytes = noise(4096 + 16);
        for len in 0..=4096 {
            let start = len % 16;
            let piece = &bytes[start..start + len];
            let text = encode(piece);
            assert_eq!(text, reference(piece), "{len} bytes from {start}");
            assert_eq!(text, STANDARD.encode(piece).into_bytes(), "{len} bytes from {start}");
        }
        for start in 0..16 {
            for len in (0..200).chain([1023, 1024, 4096]) {
                let piece = &bytes[start..start + len];
                // The position of the output changes too, and the bytes around it stay unchanged.
                for place in [0, 1, 7, 15] {
                    let end = place + len.div_ceil(3) * 4;
                    let mut room = vec![b'#'; end + 16];
                    encode_into(piece, &mut room[place..]).unwrap();
                    assert_eq!(&room[place..end], STANDARD.encode(piece).as_bytes(), "{len} bytes from {start}");
                    assert!(room[..place].iter().chain(&room[end..]).all(|&byte| byte == b'#'));
                }
            }
        }
    }

    #[test]
    fn every_byte_at_every_place() {
        for place in 0..60 {
            for byte in 0..=u8::MAX {
                let mut bytes = [0x55; 60];
                bytes[place] = byte;
                assert_eq!(encode(&bytes), STANDARD.encode(bytes).into_bytes(), "{byte} at {place}");
            }
        }
    }

    #[test]
    fn blocks_join() {
        let bytes = noise(BLOCK * 2 + 5);
        for len in [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 5] {
            assert_eq!(encode(&bytes[..len]), reference(&bytes[..len]), "{len} bytes");
        }
    }

    #[test]
    fn lengths_at_the_edge() {
        assert_eq!(encoded_len(u64::MAX), None);
        assert_eq!(encoded_len(u64::MAX / 4 * 3), Some(u64::MAX / 4 * 4));
        assert_eq!(encode_into(b"foo", &mut [0; 3]), None);
        let mut room = [b'x'; 6];
        assert_eq!(encode_into(b"foo", &mut room), Some(4));
        assert_eq!(&room, b"Zm9vxx");
    }

    #[test]
    fn faults_are_told_apart() {
        for (text, error) in [
            ("Zm9v Zm9v", Base64Error::Whitespace { at: 4 }),
            ("Zm9v\r\nZm9v", Base64Error::Whitespace { at: 4 }),
            ("Zm9vYg==\n", Base64Error::Whitespace { at: 8 }),
            ("ab-_", Base64Error::UrlSafe { at: 2 }),
            ("ab%3D", Base64Error::Character { at: 2 }),
            ("Zm9vYg", Base64Error::Padding),
            ("Zm9vYg=", Base64Error::Padding),
            ("Zm9vYmE==", Base64Error::Padding),
            ("Zg==Zg==", Base64Error::Padding),
            ("=", Base64Error::Padding),
            ("====", Base64Error::Padding),
            ("Zh==", Base64Error::TrailingBits),
            ("Zm9=", Base64Error::TrailingBits),
        ] {
            assert_eq!(check(text.as_bytes()), Err(error), "{text:?}");
            assert_eq!(decode(text.as_bytes()), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(bytes: Vec<u8>) {
            let text = encode(&bytes);
            prop_assert_eq!(&text, &reference(&bytes));
            prop_assert_eq!(check(&text), Ok(bytes.len() as u64));
            prop_assert_eq!(decode(&text).unwrap(), bytes);
        }

        #[test]
        fn chunks_of_multiples_of_three_join(bytes: Vec<u8>, size in 1usize..40) {
            let joined: Vec<u8> = bytes.chunks(size * 3).flat_map(encode).collect();
            prop_assert_eq!(joined, encode(&bytes));
        }

        #[test]
        fn check_agrees_with_the_decoder(text in "[A-Za-z0-9+/=_ -]{0,12}") {
            prop_assert_eq!(is_valid(text.as_bytes()), STANDARD.decode(&text).is_ok());
        }

        #[test]
        fn a_range_is_a_part_of_the_whole(bytes: Vec<u8>, a in 0usize..120, b in 0usize..120) {
            let (start, end) = (a.min(b), a.max(b));
            let part = &bytes[start.min(bytes.len())..end.min(bytes.len())];
            prop_assert_eq!(decode_range(&encode(&bytes), start as u64..end as u64).unwrap(), part);
        }
    }
}
