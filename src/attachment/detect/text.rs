//! Whether bytes are a text. No table of an encoding is needed for that: in all of them, control
//! characters are what texts have few of and binary files have many of.

/// A text has at most one control character in so many characters, besides those that texts use.
const CHARACTERS_PER_CONTROL: usize = 100;
/// In UTF-16 and UTF-32 without a byte order mark, at most one character in so many lies beyond the
/// alphabets, which end here. Otherwise a text with a NUL in it would be one of Chinese characters.
const CHARACTERS_PER_OTHER: usize = 10;
const ALPHABETS_END: u32 = 0x2000;

/// The beginnings of binary files, or what they have at this offset. Most of these files have many
/// control characters, but a short one may have none.
const BINARY: [(usize, &[u8]); 31] = [
    (0, b"\x1f\x8b"),
    (0, b"\x1f\x9d"),
    (0, b"\x1f\xa0"),
    (4, b"1AY&SY"),
    (0, b"\xfd7zXZ"),
    (0, b"7z\xbc\xaf\x27\x1c"),
    (0, b"\x28\xb5\x2f\xfd"),
    (0, b"\x04\x22\x4d\x18"),
    (0, b"LZIP\x01"),
    (0, b"\x89LZO"),
    (0, b"Rar!\x1a\x07"),
    (0, b"PK\x07\x08"),
    (0, b"!<arch>\n"),
    (257, b"ustar"),
    (0, b"Salted__"),
    (0, b"age-encryption.org/"),
    (0, b"VimCrypt~"),
    (0, b"\x7fELF"),
    (0, b"SQLite format 3"),
    (0, b"OggS"),
    (0, b"fLaC"),
    (0, b"ID3\x02"),
    (0, b"ID3\x03"),
    (0, b"ID3\x04"),
    (0, b"8BPS"),
    (0, b"wOFF"),
    (0, b"wOF2"),
    (0, b"OTTO"),
    (0, b"AT&TFORM"),
    (0, b"PAR1"),
    (0, b"\xc5\xd0\xd3\xc6"),
];

/// Returns whether a file begins like a binary file of a known kind that is no [`super::FileType`].
pub(super) fn is_known_binary(head: &[u8]) -> bool {
    BINARY.iter().any(|(at, mark)| head.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
}

/// How the characters of a text lie in its bytes.
#[derive(Clone, Copy)]
enum Layout {
    /// One byte each, or one and several mixed: a byte that looks like a control character is one.
    Bytes,
    /// UTF-16; `true` if the higher byte comes first.
    Utf16(bool),
    /// UTF-32; `true` if the highest byte comes first.
    Utf32(bool),
}

impl Layout {
    /// The layout that a byte order mark names, else the one whose pattern the NULs have.
    fn of(head: &[u8]) -> Self {
        match head {
            [0xff, 0xfe, 0, 0, ..] => Self::Utf32(false),
            [0, 0, 0xfe, 0xff, ..] => Self::Utf32(true),
            [0xff, 0xfe, ..] => Self::Utf16(false),
            [0xfe, 0xff, ..] => Self::Utf16(true),
            _ if !head.contains(&0) => Self::Bytes,
            _ => {
                let all = [Self::Utf32(false), Self::Utf32(true), Self::Utf16(false), Self::Utf16(true)];
                all.into_iter().find(|layout| layout.is_pattern_of(head)).unwrap_or(Self::Bytes)
            }
        }
    }

    /// Returns whether the first bytes of a file can be these units. They may end inside of one.
    fn is_pattern_of(self, head: &[u8]) -> bool {
        let (mut count, mut others) = (0usize, 0usize);
        let good = self.characters(head, true, false, |character| {
            count = count.saturating_add(1);
            others = others.saturating_add(usize::from(character >= ALPHABETS_END));
        });
        good && count > 1 && others.saturating_mul(CHARACTERS_PER_OTHER) <= count
    }

    /// Calls `see` with each character, or each byte. Returns whether all are ones that a text may
    /// have. `first` and `last` say whether the text starts and ends with these bytes.
    fn characters(self, bytes: &[u8], first: bool, last: bool, mut see: impl FnMut(u32)) -> bool {
        let mut good = |character: u32| {
            see(character);
            !matches!(character, 0 | 0xfffe | 0xffff)
        };
        let whole = match self {
            Self::Bytes => return bytes.iter().all(|&byte| good(u32::from(byte))),
            Self::Utf32(big) => {
                let (units, rest) = bytes.as_chunks::<4>();
                let read = if big { u32::from_be_bytes } else { u32::from_le_bytes };
                let fits = units.iter().all(|&unit| good(read(unit)) && char::from_u32(read(unit)).is_some());
                fits.then_some(rest.is_empty())
            }
            Self::Utf16(big) => {
                let (units, rest) = bytes.as_chunks::<2>();
                let read = if big { u16::from_be_bytes } else { u16::from_le_bytes };
                let end = units.len().saturating_sub(1);
                let mut at = 0usize;
                let fits = char::decode_utf16(units.iter().map(|&unit| read(unit))).all(|unit| {
                    let place = at;
                    at = at.saturating_add(unit.as_ref().map_or(1, |unit| unit.len_utf16()));
                    match unit {
                        Ok(unit) => good(u32::from(unit)),
                        // A sample may start or end between the two halves of a character.
                        Err(_) => (place == 0 && !first) || (place == end && !last),
                    }
                });
                fits.then_some(rest.is_empty())
            }
        };
        whole.is_some_and(|whole| whole || !last)
    }
}

/// Returns whether a character is one of the control characters that texts hardly have. Texts use
/// tab, line feed, vertical tab, form feed, carriage return, bell and escape.
const fn is_control(character: u32) -> bool {
    matches!(character, 0..=0x06 | 0x08 | 0x0e..=0x1a | 0x1c..=0x1f | 0x7f)
}

/// The end of a text under CP/M and DOS.
const CTRL_Z: u32 = 0x1a;

/// The combined result of a text's samples. A sample starts at a multiple of four, so that it starts
/// with a whole unit.
pub(super) struct Text {
    layout: Layout,
    characters: usize,
    controls: usize,
}

impl Text {
    /// Starts with the first bytes of a file.
    pub(super) fn new(head: &[u8]) -> Self {
        Self { layout: Layout::of(head), characters: 0, controls: 0 }
    }

    /// Adds a sample, and returns whether the bytes may still be a text. `first` and `last` say
    /// whether the text starts and ends with it.
    pub(super) fn add(&mut self, sample: &[u8], first: bool, last: bool) -> bool {
        let (mut characters, mut controls, mut latest) = (0usize, 0usize, 0);
        let good = self.layout.characters(sample, first, last, |character| {
            characters = characters.saturating_add(1);
            controls = controls.saturating_add(usize::from(is_control(character)));
            latest = character;
        });
        if last && latest == CTRL_Z {
            controls = controls.saturating_sub(1);
        }
        self.characters = self.characters.saturating_add(characters);
        self.controls = self.controls.saturating_add(controls);
        good
    }

    /// Returns whether the samples are those of a text.
    pub(super) const fn is_text(&self) -> bool {
        self.characters > 0 && self.controls.saturating_mul(CHARACTERS_PER_CONTROL) <= self.characters
    }
}

#[cfg(test)]
mod tests;
