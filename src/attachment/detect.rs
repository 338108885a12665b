//! What a file is, told from its content. The question is asked and answered in steps, so that whoever holds the file
//! reads only the few kilobytes that decide.

use std::ops::Range;

pub use super::file_type::FileType;

/// A piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window<'a> {
    /// Where it starts, in bytes from the start of the file.
    pub start: u64,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The next step of a detection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// Read these bytes of the file and call again with one more window.
    Need(Range<u64>),
    /// The content is surely of this type.
    Found(FileType),
    /// The content is of none of the known types, or is damaged beyond telling.
    Unknown,
}

/// Bytes read from the start.
const HEAD: u64 = 4096;

/// Says what the file of `size` bytes is, or which bytes of it to read next.
pub fn detect(size: u64, windows: &[Window<'_>]) -> Detection {
    let end = size.min(HEAD);
    let head = match windows.iter().find(|window| window.start == 0) {
        Some(window) => window.bytes,
        None if end == 0 => return Detection::Unknown,
        None => return Detection::Need(0..end),
    };
    signature(head).map_or(Detection::Unknown, Detection::Found)
}

/// The types whose first bytes are enough.
fn signature(head: &[u8]) -> Option<FileType> {
    Some(match head {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => FileType::Png,
        [0xff, 0xd8, 0xff, ..] => FileType::Jpeg,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => FileType::Gif,
        [b'%', b'P', b'D', b'F', b'-', ..] => FileType::Pdf,
        [b'{', b'\\', b'r', b't', b'f', ..] => FileType::Rtf,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => FileType::Tiff,
        _ => return None,
    })
}
