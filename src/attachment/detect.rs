//! Detects the type of a file from its content. Detection works in steps, so that the holder of the
//! file reads only the few kilobytes that decide:
//!
//! ```
//! use seller_tickets::attachment::{Detection, FileType, Window, detect};
//!
//! let file = b"%PDF-1.7 and so on";
//! let mut windows = Vec::new();
//! let found = loop {
//!     match detect(file.len() as u64, &windows) {
//!         Detection::Need(range) => windows.push(Window {
//!             start: range.start,
//!             bytes: &file[range.start as usize..range.end as usize],
//!         }),
//!         Detection::Found(file_type) => break Some(file_type),
//!         Detection::Unknown => break None,
//!     }
//! };
//! assert_eq!(found, Some(FileType::Pdf));
//! ```
//!
//! - **Most types** are identified by the first 4 KiB (files of up to 16 KiB are read whole).
//! - **Zip containers** are identified by the names in their central directory, which is found from
//!   its end record in the last 64 KiB, or from the larger record of Zip64.
//! - **OLE containers** are identified by the streams directly below the root of their directory,
//!   so that a workbook inside a document does not count. Sector chains are followed as \[MS-CFB\]
//!   describes them.
//! - **PDF** may have bytes before its header, as readers tolerate it: white space, or anything in
//!   the first kilobyte if the file ends like a PDF or is no text.
//! - **Text** is identified by samples: the whole of a file of up to 16 KiB, else 4 KiB each from
//!   its start, middle and end. A text has no NUL, does not begin like a binary file of a known
//!   kind, and at most one of a hundred characters is a control character. Not counted are tab, line
//!   feed, vertical tab, form feed, carriage return, bell, escape, and a Ctrl-Z at the very end.
//!   UTF-16 and UTF-32 are recognised by their byte order mark or by the places of their NULs, and
//!   must be well formed. Any other encoding counts, because no table tells it from noise. HTML,
//!   XML, mail and PostScript are texts as well.
//!
//! An empty file is [`Detection::Unknown`].

use std::borrow::Cow;
use std::ops::Range;

use text::{Text, is_known_binary};

pub use super::file_type::FileType;

/// A piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window<'a> {
    /// The offset of its first byte in the file.
    pub start: u64,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// The next step of a detection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// Read these bytes of the file and call again with one more window, which starts where the
    /// range starts.
    ///
    /// The range is never empty and never goes past the size. A window that is shorter than the
    /// range (because the file has shrunk) leads to a question for the rest, and an empty one to
    /// [`Detection::Unknown`].
    Need(Range<u64>),
    /// The content is of this type.
    Found(FileType),
    /// The content is of none of the known types, or too damaged to identify.
    Unknown,
}

/// The most windows that are asked for; after that the answer is [`Detection::Unknown`]. Intact
/// files need five or fewer, except old Office files in many fragments and zip files with thousands
/// of parts.
pub const MAX_WINDOWS: usize = 64;

/// Files up to this size are read whole.
const SMALL: u64 = 16 * 1024;
/// The bytes to read from the start of larger files and from each text sample, and the least bytes
/// that a question asks for.
const BLOCK: u64 = 4096;
/// The locator of a zip file's Zip64 record, and the part of that record that counts.
const ZIP64_LOCATOR: u64 = 20;
const ZIP64_RECORD: u64 = 56;
/// The longest end record of a zip file: 22 bytes and a comment of 64 KiB less one.
const ZIP_TAIL: u64 = 22 + 0xffff;
/// The bytes of a zip file's central directory to read at a time, and in all (about ten thousand
/// files).
const ZIP_BLOCK: u64 = 64 * 1024;
const ZIP_DIRECTORY: u64 = 1024 * 1024;
/// Readers look for a PDF header in this many first bytes, and for the end mark in this many last
/// bytes.
const PDF_HEADER: usize = 1024;
const PDF_END: u64 = 2048;

/// Returns the type of a file of `size` bytes, or the bytes to read next. The first call has no
/// windows; each further call passes all windows read so far, in any order.
pub fn detect(size: u64, windows: &[Window<'_>]) -> Detection {
    match (File { size, windows }).identify() {
        Ok(file_type) => Detection::Found(file_type),
        Err(other) => other,
    }
}

#[derive(Clone, Copy)]
struct File<'a> {
    size: u64,
    windows: &'a [Window<'a>],
}

/// A value, or the answer of the detection if it ends here.
type Step<T> = Result<T, Detection>;

impl<'a> File<'a> {
    /// Returns the bytes of `range`, cut at the end of the file.
    fn read(&self, range: Range<u64>) -> Step<Cow<'a, [u8]>> {
        let end = range.end.min(self.size);
        let mut at = range.start;
        let mut bytes: Cow<'a, [u8]> = Cow::Borrowed(&[]);
        while at < end {
            let Some(piece) = self.windows.iter().find_map(|window| piece(window, at, end)) else {
                return Err(self.ask(at, end));
            };
            at = at.saturating_add(piece.len() as u64);
            if bytes.is_empty() {
                bytes = Cow::Borrowed(piece);
            } else {
                bytes.to_mut().extend_from_slice(piece);
            }
        }
        Ok(bytes)
    }

    /// Asks for the bytes from `at`, which no window contains. If a window starts there it is
    /// empty: the file could not be read.
    fn ask(&self, at: u64, end: u64) -> Detection {
        if self.windows.len() >= MAX_WINDOWS || self.windows.iter().any(|window| window.start == at) {
            return Detection::Unknown;
        }
        Detection::Need(at..end.max(at.saturating_add(BLOCK)).min(self.size))
    }

    fn identify(&self) -> Step<FileType> {
        let head = self.read(0..if self.size <= SMALL { self.size } else { BLOCK })?;
        if let Some(file_type) = signature(&head) {
            return Ok(file_type);
        }
        match &*head {
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => self.zip(&head),
            [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => Ole::new(self, &head)?.identify(),
            _ if is_known_binary(&head) => Err(Detection::Unknown),
            _ => self.late_pdf_or_text(&head),
        }
    }

    /// Tells a PDF with bytes before its header, which readers tolerate, from a text about PDF.
    fn late_pdf_or_text(&self, head: &[u8]) -> Step<FileType> {
        let start = head.get(..PDF_HEADER).unwrap_or(head);
        let header = start.windows(6).position(|bytes| matches!(bytes, [b'%', b'P', b'D', b'F', b'-', b'0'..=b'9']));
        let Some(header) = header else { return self.text(head) };
        let lead = start.get(..header).unwrap_or_default();
        let lead = lead.strip_prefix(b"\xef\xbb\xbf").unwrap_or(lead);
        if lead.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            return Ok(FileType::Pdf);
        }
        if find(&self.read(self.size.saturating_sub(PDF_END)..self.size)?, b"%%EOF").is_some() {
            return Ok(FileType::Pdf);
        }
        match self.text(head) {
            Err(Detection::Unknown) => Ok(FileType::Pdf),
            other => other,
        }
    }

    fn text(&self, head: &[u8]) -> Step<FileType> {
        // The first sample decides most binary files, so the others are not read for those.
        let whole = head.len() as u64 >= self.size;
        let mut text = Text::new(head);
        let mut good = text.add(head, true, whole);
        if good && !whole {
            // A multiple of four keeps the bytes of a unit together.
            let middle = (self.size / 2) & !3;
            let tail = self.size.saturating_sub(BLOCK) & !3;
            good = text.add(&self.read(middle..middle.saturating_add(BLOCK))?, false, false)
                && text.add(&self.read(tail..self.size)?, false, true);
        }
        if !good || !text.is_text() {
            return Err(Detection::Unknown);
        }
        Ok(if is_svg(head) { FileType::Svg } else { FileType::Text })
    }

    /// PKWARE's APPNOTE, sections 4.3.7 (first entry), 4.3.12 (directory), 4.3.14 and 4.3.15 (Zip64)
    /// and 4.3.16 (end record).
    fn zip(&self, head: &[u8]) -> Step<FileType> {
        if let Some(file_type) = open_document(head) {
            return Ok(file_type);
        }
        let tail_start = self.size.saturating_sub(ZIP_TAIL);
        let tail = self.read(tail_start..self.size)?;
        let Some((place, record)) = end_record(&tail) else { return Ok(FileType::Zip) };
        let record_at = tail_start.saturating_add(place as u64);
        let Some((start, len)) = self.directory(record_at, record)? else { return Ok(FileType::Zip) };
        let mut at = start;
        let end = at.saturating_add(len.min(ZIP_DIRECTORY));
        if end > record_at {
            return Ok(FileType::Zip);
        }
        let mut package = Package::default();
        while at < end {
            let block = self.read(at..end.min(at.saturating_add(ZIP_BLOCK)))?;
            let mut rest = &*block;
            while let Some((name, after)) = directory_entry(rest) {
                package.add(name);
                rest = after;
            }
            let used = block.len().saturating_sub(rest.len());
            if used == 0 {
                break;
            }
            at = at.saturating_add(used as u64);
        }
        Ok(package.file_type())
    }

    /// Returns where a zip file's central directory starts, and its length: from the end record, or
    /// from the Zip64 record where the end record has no room for a number. Small files have a
    /// Zip64 record, too, if their writer did not know the size when it began. `end` is where the end
    /// record starts.
    fn directory(&self, end: u64, record: &[u8]) -> Step<Option<(u64, u64)>> {
        let (Some(len), Some(start)) = (u32_at(record, 12), u32_at(record, 16)) else { return Ok(None) };
        let short = (u64::from(start), u64::from(len));
        if len != u32::MAX && start != u32::MAX {
            return Ok(Some(short));
        }
        let Some(locator_at) = end.checked_sub(ZIP64_LOCATOR) else { return Ok(Some(short)) };
        let locator = self.read(locator_at..end)?;
        if !locator.starts_with(b"PK\x06\x07") {
            return Ok(Some(short));
        }
        let Some(at) = u64_at(&locator, 8) else { return Ok(None) };
        let record = self.read(at..at.saturating_add(ZIP64_RECORD))?;
        if !record.starts_with(b"PK\x06\x06") {
            return Ok(None);
        }
        let real = |short: u32, at: usize| {
            if short == u32::MAX { u64_at(&record, at) } else { Some(u64::from(short)) }
        };
        Ok(real(start, 48).zip(real(len, 40)))
    }
}

/// The part of `window` from `at` up to `end`.
fn piece<'a>(window: &Window<'a>, at: u64, end: u64) -> Option<&'a [u8]> {
    let bytes = window.bytes.get(usize::try_from(at.checked_sub(window.start)?).ok()?..)?;
    let len = usize::try_from(end.saturating_sub(at)).unwrap_or(usize::MAX);
    Some(bytes.get(..len).unwrap_or(bytes)).filter(|bytes| !bytes.is_empty())
}

/// The first offset of `needle` in `bytes`.
fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len().max(1)).position(|window| window == needle)
}

/// Reads a little-endian number.
fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

/// Reads a little-endian number.
fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// Reads a little-endian number.
fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}

/// The types with fixed first bytes. TIFF 6.0 comes before BigTIFF with its fixed offset size of
/// eight.
const SIGNATURES: [(&[u8], FileType); 10] = [
    (b"\x89PNG\r\n\x1a\n", FileType::Png),
    (b"\xff\xd8\xff", FileType::Jpeg),
    (b"GIF87a", FileType::Gif),
    (b"GIF89a", FileType::Gif),
    (b"II*\0", FileType::Tiff),
    (b"MM\0*", FileType::Tiff),
    (b"II+\0\x08\0\0\0", FileType::Tiff),
    (b"MM\0+\0\x08\0\0", FileType::Tiff),
    (b"%PDF-", FileType::Pdf),
    (b"{\\rtf", FileType::Rtf),
];

/// The type, if the first bytes are enough to identify it.
fn signature(head: &[u8]) -> Option<FileType> {
    if let Some((_, file_type)) = SIGNATURES.iter().find(|(start, _)| head.starts_with(start)) {
        return Some(*file_type);
    }
    Some(match head {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => FileType::Webp,
        // Two letters could begin a text; the reserved zeros and the size of a known header make it
        // certain.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, _, _, 12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => {
            FileType::Bmp
        }
        [0, 0, _, _, b'f', b't', b'y', b'p', ..] => return media(head),
        _ => return None,
    })
}

/// Compares the brands of an ISO base media file (ISO/IEC 14496-12): the major one, or the
/// compatible ones for `mif1`.
fn media(head: &[u8]) -> Option<FileType> {
    let len = usize::from(u16::from_be_bytes([*head.get(2)?, *head.get(3)?]));
    let brands = head.get(8..len.min(head.len()))?;
    match brands.first_chunk::<4>()? {
        b"mif1" | b"msf1" => brands.chunks_exact(4).skip(2).find_map(picture),
        [b'i', b's', b'o', _] | b"mp41" | b"mp42" | b"avc1" | b"dash" | b"MSNV" | [b'M', b'4', b'V', _] => {
            Some(FileType::Mp4)
        }
        b"qt  " => Some(FileType::Mov),
        major => picture(major),
    }
}

fn picture(brand: &[u8]) -> Option<FileType> {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" => Some(FileType::Heic),
        b"avif" | b"avis" => Some(FileType::Avif),
        _ => None,
    }
}

/// Returns whether a text is an SVG document: after an XML declaration and comments comes its root
/// or its document type.
fn is_svg(head: &[u8]) -> bool {
    let mut text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    loop {
        text = text.trim_ascii_start();
        let end: &[u8] = match text {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b's', b'v', b'g', after, ..] => return after.is_ascii_whitespace() || matches!(after, b'>' | b'/'),
            _ => return text.get(..13).is_some_and(|start| start.eq_ignore_ascii_case(b"<!DOCTYPE svg")),
        };
        match find(text, end).and_then(|at| text.get(at.checked_add(end.len())?..)) {
            Some(rest) => text = rest,
            None => return false,
        }
    }
}

/// Identifies an OpenDocument file, which starts with an uncompressed entry `mimetype`
/// (OpenDocument 1.3, part 2, section 3.3).
fn open_document(head: &[u8]) -> Option<FileType> {
    let (stored, size, name) = (u16_at(head, 8)? == 0, u32_at(head, 18)?, u16_at(head, 26)?);
    let start = usize::from(u16_at(head, 28)?).checked_add(38)?;
    if !stored || name != 8 || head.get(30..38)? != b"mimetype" {
        return None;
    }
    let mime_type = head.get(start..start.checked_add(usize::try_from(size).ok()?)?)?;
    [FileType::Odt, FileType::Ods, FileType::Odp].into_iter().find(|known| known.mime_type().as_bytes() == mime_type)
}

/// Returns the end record in the last bytes of a zip file, and its offset there. It is the one
/// whose comment ends with the file, else the last one, because some tools append bytes.
fn end_record(tail: &[u8]) -> Option<(usize, &[u8])> {
    let mut last = None;
    for (place, record) in tail.windows(22).enumerate().rev() {
        if !record.starts_with(b"PK\x05\x06") {
            continue;
        }
        let comment = usize::from(u16_at(record, 20)?);
        match place.saturating_add(22).saturating_add(comment).cmp(&tail.len()) {
            std::cmp::Ordering::Equal => return Some((place, record)),
            std::cmp::Ordering::Less => last = last.or(Some((place, record))),
            std::cmp::Ordering::Greater => {}
        }
    }
    last
}

/// Returns the name of the first entry of a central directory, and the bytes after the entry.
fn directory_entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if !bytes.starts_with(b"PK\x01\x02") {
        return None;
    }
    let name = usize::from(u16_at(bytes, 28)?);
    let rest = usize::from(u16_at(bytes, 30)?).checked_add(usize::from(u16_at(bytes, 32)?))?;
    let (name, after) = bytes.get(46..)?.split_at_checked(name)?;
    Some((name, after.get(rest..)?))
}

/// The facts that the names in a zip file give about an Office Open XML package (ECMA-376, part 2).
#[derive(Default)]
struct Package {
    content_types: bool,
    word: bool,
    excel: bool,
    powerpoint: bool,
    macros: bool,
    binary: bool,
}

impl Package {
    /// Adds a part name. Names are compared without case; some writers use backslashes or start
    /// with a slash.
    fn add(&mut self, name: &[u8]) {
        let name = match name {
            [b'/' | b'\\', rest @ ..] => rest,
            name => name,
        };
        let at = |start: &[u8]| {
            let mut pairs = name.iter().zip(start);
            name.len() >= start.len() && pairs.all(|(a, b)| a.eq_ignore_ascii_case(b) || (*a == b'\\' && *b == b'/'))
        };
        self.content_types |= name.eq_ignore_ascii_case(b"[Content_Types].xml");
        self.word |= at(b"word/");
        self.excel |= at(b"xl/");
        self.powerpoint |= at(b"ppt/");
        self.macros |= at(b"word/vbaProject.bin") || at(b"xl/vbaProject.bin") || at(b"ppt/vbaProject.bin");
        self.binary |= at(b"xl/workbook.bin");
    }

    fn file_type(&self) -> FileType {
        match self {
            Self { content_types: false, .. } => FileType::Zip,
            Self { word: true, macros: false, .. } => FileType::Docx,
            Self { word: true, .. } => FileType::Docm,
            Self { excel: true, binary: true, .. } => FileType::Xlsb,
            Self { excel: true, macros: false, .. } => FileType::Xlsx,
            Self { excel: true, .. } => FileType::Xlsm,
            Self { powerpoint: true, macros: false, .. } => FileType::Pptx,
            Self { powerpoint: true, .. } => FileType::Pptm,
            _ => FileType::Zip,
        }
    }
}

/// Marks a missing entry in an OLE directory.
const NO_STREAM: u32 = u32::MAX;
/// Larger numbers do not name sectors.
const MAX_SECTOR: u32 = 0xffff_fffa;
/// The limits for following chains: directory sectors, sectors of the DIFAT, and entries below the
/// root.
const OLE_CHAIN: usize = 2048;
const OLE_TABLES: usize = 64;
const OLE_ENTRIES: usize = 256;
/// The answer for an OLE file whose tables are invalid.
const OTHER_OLE: Detection = Detection::Found(FileType::Ole);

/// An OLE compound file, \[MS-CFB\].
struct Ole<'f, 'a> {
    file: &'f File<'a>,
    header: &'f [u8],
    /// Bytes in a sector: 512 or 4096.
    sector: u32,
    /// The sectors of the directory that are known so far.
    chain: Vec<u32>,
}

impl<'f, 'a> Ole<'f, 'a> {
    /// Reads the header (section 2.2).
    fn new(file: &'f File<'a>, header: &'f [u8]) -> Step<Self> {
        let sector = match u16_at(header, 0x1e) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(OTHER_OLE),
        };
        let first = u32_at(header, 0x30).ok_or(OTHER_OLE)?;
        Ok(Self { file, header, sector, chain: vec![first] })
    }

    /// Reads the number at `slot` of a sector.
    fn slot(&self, sector: u32, slot: u32) -> Step<u32> {
        let bytes = self.read(sector, slot.saturating_mul(4), 4)?;
        u32_at(&bytes, 0).ok_or(OTHER_OLE)
    }

    fn read(&self, sector: u32, offset: u32, len: u32) -> Step<Cow<'a, [u8]>> {
        let start = self.start(sector)?.saturating_add(u64::from(offset));
        self.file.read(start..start.saturating_add(u64::from(len)))
    }

    /// The offset of a sector: sector 0 follows the header, which has the size of a sector.
    fn start(&self, sector: u32) -> Step<u64> {
        let start = u64::from(sector).saturating_add(1).saturating_mul(u64::from(self.sector));
        if sector <= MAX_SECTOR && start < self.file.size { Ok(start) } else { Err(OTHER_OLE) }
    }

    /// Returns the next sector of a chain: sections 2.3 (FAT) and 2.5 (DIFAT, which locates the
    /// FAT).
    fn next(&self, sector: u32) -> Step<u32> {
        self.start(sector)?;
        let slots = self.sector / 4;
        let (table, slot) = (sector.checked_div(slots), sector.checked_rem(slots));
        let (Some(table), Some(slot)) = (table, slot) else { return Err(OTHER_OLE) };
        let in_header = usize::try_from(table).ok().filter(|&table| table < 109);
        let fat = match in_header {
            Some(table) => u32_at(self.header, table.saturating_mul(4).saturating_add(0x4c)).ok_or(OTHER_OLE)?,
            None => {
                let (table, slots) = (table.saturating_sub(109), slots.saturating_sub(1));
                let (Some(hops), Some(slot)) = (table.checked_div(slots), table.checked_rem(slots)) else {
                    return Err(OTHER_OLE);
                };
                if hops as usize >= OLE_TABLES {
                    return Err(Detection::Unknown);
                }
                let mut difat = u32_at(self.header, 0x44).ok_or(OTHER_OLE)?;
                for _ in 0..hops {
                    difat = self.slot(difat, slots)?;
                }
                self.slot(difat, slot)?
            }
        };
        self.slot(fat, slot)
    }

    /// Reads the directory entry `index`, 128 bytes.
    fn entry(&mut self, index: u32) -> Step<Cow<'a, [u8]>> {
        let per_sector = self.sector / 128;
        let place = index.checked_div(per_sector).and_then(|place| usize::try_from(place).ok()).ok_or(OTHER_OLE)?;
        if place >= OLE_CHAIN {
            return Err(Detection::Unknown);
        }
        while self.chain.len() <= place {
            let last = self.chain.last().copied().ok_or(OTHER_OLE)?;
            self.chain.push(self.next(last)?);
        }
        let sector = self.chain.get(place).copied().ok_or(OTHER_OLE)?;
        let entry = self.read(sector, index.checked_rem(per_sector).ok_or(OTHER_OLE)?.saturating_mul(128), 128)?;
        if entry.len() == 128 { Ok(entry) } else { Err(OTHER_OLE) }
    }

    /// Identifies the file by the entries directly below the root, which form a binary tree
    /// (section 2.6).
    fn identify(mut self) -> Step<FileType> {
        let root = self.entry(0)?;
        let mut open: Vec<u32> = u32_at(&root, 0x4c).into_iter().collect();
        for _ in 0..OLE_ENTRIES {
            let Some(index) = open.pop() else { break };
            if index == NO_STREAM {
                continue;
            }
            let entry = self.entry(index)?;
            if let Some(file_type) = stream_type(&entry) {
                return Ok(file_type);
            }
            open.extend(u32_at(&entry, 0x48));
            open.extend(u32_at(&entry, 0x44));
        }
        Ok(FileType::Ole)
    }
}

/// The file type that the name of a stream directly below the root stands for.
fn stream_type(entry: &[u8]) -> Option<FileType> {
    // The length is in bytes and includes the final zero.
    let len = usize::from(u16_at(entry, 64)?).checked_sub(2)?;
    let (units, _) = entry.get(..len.min(62))?.as_chunks::<2>();
    let is = |name: &str| {
        units.len() == name.len()
            && units.iter().zip(name.bytes()).all(|(unit, byte)| unit[1] == 0 && unit[0].eq_ignore_ascii_case(&byte))
    };
    let starts =
        |name: &str| units.len() >= name.len() && units.iter().zip(name.bytes()).all(|(unit, byte)| *unit == [byte, 0]);
    if is("WordDocument") {
        Some(FileType::Doc)
    } else if is("Workbook") || is("Book") {
        Some(FileType::Xls)
    } else if is("PowerPoint Document") {
        Some(FileType::Ppt)
    } else if starts("__substg1.0_") || is("__properties_version1.0") || is("__nameid_version1.0") {
        Some(FileType::Msg)
    } else if is("EncryptedPackage") {
        Some(FileType::Ole)
    } else {
        None
    }
}

mod text;

#[cfg(test)]
mod tests;
