use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// Answers every question from `file`, as a host would, and checks that a host could answer each.
fn ask_all(file: &[u8]) -> (Option<FileType>, Vec<Range<u64>>) {
    let mut asked: Vec<Range<u64>> = Vec::new();
    loop {
        // The newest window comes first, because the order must not matter.
        let windows: Vec<_> = asked
            .iter()
            .rev()
            .map(|range| Window { start: range.start, bytes: &file[range.start as usize..range.end as usize] })
            .collect();
        match detect(file.len() as u64, &windows) {
            Detection::Found(file_type) => return (Some(file_type), asked),
            Detection::Unknown => return (None, asked),
            Detection::Need(range) => {
                assert!(range.start < range.end && range.end <= file.len() as u64, "{range:?}");
                assert!(!asked.iter().any(|known| known.contains(&range.start)), "{range:?} after {asked:?}");
                asked.push(range);
                assert!(asked.len() <= MAX_WINDOWS);
            }
        }
    }
}

pub(super) fn at_once(file: &[u8]) -> Option<FileType> {
    match detect(file.len() as u64, &[Window { start: 0, bytes: file }]) {
        Detection::Found(file_type) => Some(file_type),
        Detection::Unknown => None,
        Detection::Need(range) => panic!("asks for {range:?} of a file that it has"),
    }
}

#[track_caller]
pub(super) fn is(file: &[u8], expected: impl Into<Option<FileType>>) -> usize {
    let (found, asked) = ask_all(file);
    assert_eq!(found, expected.into());
    assert_eq!(at_once(file), found);
    asked.len()
}

/// Bytes that look like compressed content: they are not text and have no long runs.
pub(super) fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    })
    .take(len)
    .collect()
}

/// A zip file with uncompressed entries; detection ignores check sums.
fn zip(entries: &[(&str, &[u8])], comment: &[u8]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in entries {
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend_from_slice(&(data.len() as u32).to_le_bytes());
        common.extend_from_slice(&(data.len() as u32).to_le_bytes());
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        directory.extend_from_slice(b"PK\x01\x02\x14\0");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&(file.len() as u32).to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&common);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(data);
    }
    let start = file.len() as u32;
    file.extend_from_slice(&directory);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    file.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    file.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    file.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    file.extend_from_slice(&start.to_le_bytes());
    file.extend_from_slice(&(comment.len() as u16).to_le_bytes());
    file.extend_from_slice(comment);
    file
}

fn docx(media: &[u8]) -> Vec<u8> {
    zip(
        &[
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", b"<Relationships/>"),
            ("word/document.xml", b"<w:document/>"),
            ("word/media/image1.png", media),
            ("docProps/app.xml", b"<Properties/>"),
        ],
        b"",
    )
}

/// A directory entry: name, left and right sibling, child.
type Entry<'a> = (&'a str, u32, u32, u32);

/// An OLE file whose directory sectors have `gap` other sectors before each of them.
fn ole(shift: u16, entries: &[Entry<'_>], gap: usize) -> Vec<u8> {
    let size = 1usize << shift;
    let (per_directory, per_fat) = (size / 128, size / 4);
    let directories = entries.len().div_ceil(per_directory);
    let used = directories * (gap + 1);
    let mut fats = 1;
    while fats * per_fat < used + fats + fats / 100 + 2 {
        fats += 1;
    }
    let difats = fats.saturating_sub(109).div_ceil(per_fat - 1);
    let place = |i: usize| (i + 1) * (gap + 1) - 1;

    let mut file = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    file.resize(size * (1 + used + fats + difats), 0);
    let mut put = |at: usize, value: usize| file[at..at + 4].copy_from_slice(&(value as u32).to_le_bytes());
    put(0x1c, 0xfffe | usize::from(shift) << 16);
    put(0x30, place(0));
    put(0x44, if difats == 0 { 0xffff_fffe } else { used + fats });
    for i in 0..109 {
        put(0x4c + 4 * i, if i < fats { used + i } else { NO_STREAM as usize });
    }
    for i in 109..fats {
        let (hop, slot) = ((i - 109) / (per_fat - 1), (i - 109) % (per_fat - 1));
        put((1 + used + fats + hop) * size + 4 * slot, used + i);
    }
    for hop in 1..difats {
        put((used + fats + hop) * size + size - 4, used + fats + hop);
    }
    for i in 0..directories {
        let next = if i + 1 < directories { place(i + 1) } else { 0xffff_fffe };
        put((1 + used + place(i) / per_fat) * size + 4 * (place(i) % per_fat), next);
    }
    for (i, (name, left, right, child)) in entries.iter().enumerate() {
        let at = (1 + place(i / per_directory)) * size + 128 * (i % per_directory);
        for (j, unit) in name.encode_utf16().enumerate() {
            file[at + 2 * j..at + 2 * j + 2].copy_from_slice(&unit.to_le_bytes());
        }
        file[at + 64] = (name.len() * 2 + 2) as u8;
        for (offset, value) in [(0x44, left), (0x48, right), (0x4c, child)] {
            file[at + offset..at + offset + 4].copy_from_slice(&value.to_le_bytes());
        }
    }
    file
}

const NO: u32 = NO_STREAM;

/// A document that contains a workbook, as a word processor stores it: the names are siblings in a
/// tree.
const DOCUMENT: [Entry<'static>; 8] = [
    ("Root Entry", NO, NO, 3),
    ("Workbook", NO, NO, NO),
    ("_1234567890", NO, NO, 1),
    ("1Table", 5, 6, NO),
    ("WordDocument", NO, NO, NO),
    ("\u{1}CompObj", NO, NO, NO),
    ("ObjectPool", NO, 4, 2),
    ("Data", NO, NO, NO),
];

#[test]
fn signatures() {
    let cases: &[(&[u8], Option<FileType>)] = &[
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(FileType::Png)),
        (b"\x89PNG\n\x1a\n", None),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", Some(FileType::Jpeg)),
        (b"\xff\xd8\xff\xe1\0\x10Exif", Some(FileType::Jpeg)),
        (b"GIF87a\x01\0\x01\0", Some(FileType::Gif)),
        (b"GIF89a\x01\0\x01\0", Some(FileType::Gif)),
        (b"GIF88a is no version", Some(FileType::Text)),
        (b"II*\0\x08\0\0\0", Some(FileType::Tiff)),
        (b"MM\0*\0\0\0\x08", Some(FileType::Tiff)),
        (b"II+\0\x08\0\0\0", Some(FileType::Tiff)),
        (b"MM\0+\0\x08\0\0", Some(FileType::Tiff)),
        (b"MM+\0\x08\0\0\0", None),
        (b"II\0*\0\0\0\x08", None),
        (b"RIFF\x24\0\0\0WEBPVP8 ", Some(FileType::Webp)),
        (b"RIFF\x24\0\0\0WAVEfmt ", None),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some(FileType::Bmp)),
        (b"BMW, 3 doors, red", Some(FileType::Text)),
        (b"{\\rtf1\\ansi}", Some(FileType::Rtf)),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", Some(FileType::Pdf)),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(FileType::Heic)),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Some(FileType::Heic)),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", Some(FileType::Avif)),
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1heic", None),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", Some(FileType::Avif)),
        (b"\0\0\0\x18ftypisom\0\0\x02\0isommp41", Some(FileType::Mp4)),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Some(FileType::Mp4)),
        (b"\0\0\0\x14ftypqt  \0\0\x02\0qt  ", Some(FileType::Mov)),
        (b"\0\0\0\x14ftypM4A \0\0\x02\0M4A ", None),
        (b"\0\0\0\x04ftypheic", None),
        (b"\0\0\0\xffftyp", None),
        (b"MZ\x90\0\x03\0\0\0", None),
        (b"\x7fELF\x02\x01\x01\0", None),
        (b"\x1f\x8b\x08\0\0\0\0\0", None),
        (b"", None),
        (b"\0", None),
    ];
    for (bytes, expected) in cases {
        assert_eq!(ask_all(bytes).0, *expected, "{}", bytes.escape_ascii());
        // The head also decides in front of a long file, except for text, which noise would end.
        if !matches!(expected, Some(FileType::Text)) && !bytes.is_empty() {
            let long = [bytes, noise(40_000).as_slice()].concat();
            let (found, asked) = ask_all(&long);
            assert_eq!((found, asked.len()), (*expected, 1), "{}", bytes.escape_ascii());
            assert_eq!(asked.first(), Some(&(0..4096)));
        }
    }
}

#[test]
fn pdf_behind_other_bytes() {
    let body = noise(30_000);
    let pdf = |lead: &[u8], end: &[u8]| [lead, b"%PDF-1.4\n", &body, end].concat();
    let bom = b"\xef\xbb\xbf".as_slice();
    // White space and a byte order mark say nothing, so the header decides, whatever the end is.
    for lead in [b"\r\n\0".as_slice(), bom, &[bom, b"\n"].concat(), &[b' '; 1000]] {
        for end in [b"%%EOF\n".as_slice(), b"cut", &[b"%%EOF".as_slice(), &[0; 5_000]].concat()] {
            assert_eq!(is(&pdf(lead, end), FileType::Pdf), 1);
        }
        is(&[lead, b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"].concat(), FileType::Pdf);
    }
    // Other bytes say nothing either, if the file is no text.
    is(&pdf(b"HTTP/1.1 200 OK\r\n\r\n", b"%%EOF\n"), FileType::Pdf);
    is(&pdf(b"HTTP/1.1 200 OK\r\n\r\n", b"cut"), FileType::Pdf);
    is(&pdf(b"HTTP/1.1 200 OK\r\n\r\n", &[b"%%EOF".as_slice(), &[b' '; 5_000]].concat()), FileType::Pdf);
    is(&pdf(b"Rar!\x1a\x07\x01\0", b"%%EOF\n"), None);
    is(&pdf(&noise(900), &[b"startxref\n9\n%%EOF", [b'\n'; 1000].as_slice()].concat()), FileType::Pdf);
    is(&pdf(&[b' '; 1024], b"%%EOF\n"), None);
    is(b"The header of a PDF reads %PDF-1.4 and so on", FileType::Text);
}

#[test]
fn packages_are_told_by_their_names() {
    let types = ("[Content_Types].xml", b"".as_slice());
    let cases: &[(&[&str], FileType)] = &[
        (&["word/document.xml"], FileType::Docx),
        (&["word/document2.xml", "customXml/item1.xml"], FileType::Docx),
        (&["docProps/app.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"], FileType::Xlsx),
        (&["ppt/presentation.xml"], FileType::Pptx),
        (&["word/document.xml", "word/vbaProject.bin"], FileType::Docm),
        (&["xl/workbook.xml", "xl/vbaProject.bin"], FileType::Xlsm),
        (&["ppt/presentation.xml", "ppt/vbaProject.bin"], FileType::Pptm),
        (&["xl/workbook.bin"], FileType::Xlsb),
        (&["word\\document.xml"], FileType::Docx),
        (&["/XL/workbook.xml"], FileType::Xlsx),
        (&["visio/document.xml"], FileType::Zip),
        (&["words/document.xml"], FileType::Zip),
        (&["word"], FileType::Zip),
        (&["backup/word/document.xml"], FileType::Zip),
    ];
    for (names, expected) in cases {
        let parts: Vec<_> = names.iter().map(|name| (*name, b"<part/>".as_slice())).collect();
        let first = [&[types], parts.as_slice()].concat();
        let last = [parts.as_slice(), &[types]].concat();
        assert_eq!(ask_all(&zip(&first, b"")).0, Some(*expected), "{names:?}");
        assert_eq!(ask_all(&zip(&last, b"")).0, Some(*expected), "{names:?}");
        // Without its list of content types it is an ordinary folder in a zip file.
        assert_eq!(ask_all(&zip(&parts, b"")).0, Some(FileType::Zip), "{names:?}");
    }
    is(&zip(&[("contents/[content_types].XML", b""), ("word/document.xml", b"")], b""), FileType::Zip);
    is(&zip(&[("photo.jpg", b"\xff\xd8\xff")], b""), FileType::Zip);
    is(&zip(&[("letter.docx", &docx(b"x"))], b""), FileType::Zip);
    is(&zip(&[], b""), FileType::Zip);
}

#[test]
fn open_documents_name_themselves() {
    for (mime_type, expected) in [
        ("application/vnd.oasis.opendocument.text", FileType::Odt),
        ("application/vnd.oasis.opendocument.spreadsheet", FileType::Ods),
        ("application/vnd.oasis.opendocument.presentation", FileType::Odp),
        ("application/vnd.oasis.opendocument.text-template", FileType::Zip),
        ("application/epub+zip", FileType::Zip),
    ] {
        is(&zip(&[("mimetype", mime_type.as_bytes()), ("content.xml", b"<office/>")], b""), expected);
    }
}

#[test]
fn the_directory_is_found_wherever_it_is() {
    assert_eq!(is(&docx(&noise(3_000)), FileType::Docx), 1);
    // Two questions: head and tail.
    assert_eq!(is(&docx(&noise(25_000_000)), FileType::Docx), 2);
    let big = noise(200_000);
    let entries: &[(&str, &[u8])] = &[("xl/media/image1.png", &big), ("[Content_Types].xml", b""), ("xl/a", b"")];
    is(&zip(entries, b"a comment"), FileType::Xlsx);
    assert_eq!(is(&zip(entries, &vec![b'c'; 65_535]), FileType::Xlsx), 3);
    is(&[zip(entries, b"").as_slice(), b"\r\n"].concat(), FileType::Xlsx);
    // One comment looks like an end record, and one is an end record that ends with the file.
    is(&zip(entries, b"PK\x05\x06 is how it starts, and more than twenty-two bytes follow"), FileType::Xlsx);

    // The directory is larger than one block, with the decisive names at its end.
    let names: Vec<String> = (0..3_000).map(|i| format!("images/{i:0100}.png")).collect();
    let mut many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    many.extend([("[Content_Types].xml", b"".as_slice()), ("word/document.xml", b"")]);
    let asked = is(&zip(&many, b""), FileType::Docx);
    assert!((3..=10).contains(&asked), "{asked} questions");
    // The directory past the limit is not read; the names before it decide.
    let names: Vec<String> = (0..7_500).map(|i| format!("images/{i:0100}.png")).collect();
    let mut many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"x".as_slice())).collect();
    many.extend([("[Content_Types].xml", b"".as_slice()), ("word/document.xml", b"")]);
    is(&zip(&many, b""), FileType::Zip);
}

/// The same file with a Zip64 record, to which the end record refers in the given fields: those of
/// the number of entries, the directory's length and its start.
fn zip64(file: &[u8], fields: [bool; 3]) -> Vec<u8> {
    let (whole, end) = file.split_at(file.len() - 22);
    let mut end = end.to_vec();
    let number = |at: usize| u64::from(u32::from_le_bytes(end[at..at + 4].try_into().unwrap()));
    let mut record = b"PK\x06\x06".to_vec();
    record.extend_from_slice(&44u64.to_le_bytes());
    record.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [u64::from(end[10]), u64::from(end[10]), number(12), number(16)] {
        record.extend_from_slice(&number.to_le_bytes());
    }
    record.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    record.extend_from_slice(&(whole.len() as u64).to_le_bytes());
    record.extend_from_slice(&1u32.to_le_bytes());
    for (range, used) in [(8..12, fields[0]), (12..16, fields[1]), (16..20, fields[2])] {
        if used {
            end[range].fill(0xff);
        }
    }
    [whole, &record, &end].concat()
}

#[test]
fn zip64_is_read_by_its_real_numbers() {
    let big = noise(200_000);
    let xlsx: &[(&str, &[u8])] = &[("[Content_Types].xml", b""), ("xl/workbook.xml", &big)];
    for fields in 0..8u8 {
        let fields = [fields & 1 > 0, fields & 2 > 0, fields & 4 > 0];
        is(&zip64(&docx(b"x"), fields), FileType::Docx);
        is(&zip64(&docx(&big), fields), FileType::Docx);
        is(&zip64(&zip(xlsx, b""), fields), FileType::Xlsx);
        is(&zip64(&zip(&[("a", b"b")], b""), fields), FileType::Zip);
    }
    // A comment may follow, and a number that is the largest by chance needs no larger record.
    let mut commented = zip64(&docx(b"x"), [true; 3]);
    let end = commented.len();
    commented[end - 2..].copy_from_slice(&9_000u16.to_le_bytes());
    commented.extend_from_slice(&[b'c'; 9_000]);
    is(&commented, FileType::Docx);
    let mut many = docx(b"x");
    let end = many.len();
    many[end - 14..end - 10].fill(0xff);
    is(&many, FileType::Docx);
    // Wherever the locator points, or the record says that the directory is, there is an answer.
    let whole = zip64(&docx(&noise(9_000)), [true; 3]);
    let end = whole.len();
    for (field, expected) in [(end - 34, FileType::Zip), (end - 50, FileType::Zip), (end - 58, FileType::Zip)] {
        for place in [0, 7, end as u64, u64::from(u32::MAX), u64::MAX] {
            let mut changed = whole.clone();
            changed[field..field + 8].copy_from_slice(&place.to_le_bytes());
            assert!(matches!(ask_all(&changed).0, Some(found) if found == expected || !(8..=1 << 30).contains(&place)));
        }
    }
}

#[test]
fn damaged_zip_files() {
    let whole = docx(&noise(100_000));
    is(&whole[..whole.len() - 30], FileType::Zip);
    is(&whole[..50_000], FileType::Zip);
    let end = whole.len();
    // The end record refers to a Zip64 record that is not there.
    let mut zip64 = whole.clone();
    zip64[end - 6..end - 2].copy_from_slice(&[0xff; 4]);
    is(&zip64, FileType::Zip);
    let mut beyond = whole.clone();
    beyond[end - 6..end - 2].copy_from_slice(&(end as u32).to_le_bytes());
    is(&beyond, FileType::Zip);
    let mut elsewhere = whole;
    elsewhere[end - 6..end - 2].copy_from_slice(&7u32.to_le_bytes());
    is(&elsewhere, FileType::Zip);
}

#[test]
fn ole_files_are_told_by_the_streams_below_their_root() {
    let alone = |name| [("Root Entry", NO, NO, 2), ("\u{5}SummaryInformation", NO, NO, NO), (name, NO, 1, NO)];
    for (name, expected) in [
        ("WordDocument", FileType::Doc),
        ("Workbook", FileType::Xls),
        ("BOOK", FileType::Xls),
        ("PowerPoint Document", FileType::Ppt),
        ("__substg1.0_0037001F", FileType::Msg),
        ("__properties_version1.0", FileType::Msg),
        ("__nameid_version1.0", FileType::Msg),
        ("EncryptedPackage", FileType::Ole),
        ("VisioDocument", FileType::Ole),
        ("WordDocuments", FileType::Ole),
    ] {
        for shift in [9, 12] {
            for gap in [0, 1, 300] {
                is(&ole(shift, &alone(name), gap), expected);
            }
        }
    }
    // The workbook is in the document's object pool, not below the root.
    is(&ole(9, &DOCUMENT, 0), FileType::Doc);
    let mut workbook = DOCUMENT;
    workbook[1].0 = "WordDocument";
    workbook[4].0 = "Workbook";
    is(&ole(9, &workbook, 0), FileType::Xls);
}

#[test]
fn ole_chains() {
    // The directory sectors are 7,500 sectors apart: the header locates the part of the FAT that
    // names the second one, and the DIFAT and its second sector those of the others.
    let mut long = DOCUMENT.to_vec();
    long.resize(24, ("x", NO, NO, NO));
    long[6] = ("ObjectPool", NO, 23, 2);
    long[23] = ("WordDocument", NO, NO, NO);
    long[4].0 = "y";
    let file = ole(9, &long, 7_500);
    assert!(file.len() > 20_000_000);
    let asked = is(&file, FileType::Doc);
    assert!(asked <= 20, "{asked} questions");
    // Wherever it is cut it remains an OLE file, but its type is unknown.
    is(&file[..7_000_000], FileType::Ole);
    is(&file[..512], FileType::Ole);
    is(&file[..100], FileType::Ole);
}

#[test]
fn ole_loops_end() {
    is(&ole(9, &[("Root Entry", NO, NO, 1), ("a", 1, 1, NO)], 0), FileType::Ole);
    is(&ole(9, &[("Root Entry", NO, NO, 0)], 0), FileType::Ole);
    is(&ole(9, &[("Root Entry", NO, NO, 5_000)], 0), FileType::Ole);
    is(&ole(9, &[("Root Entry", NO, NO, 5_000_000)], 0), None);
    // One directory chain refers to itself, and an entry is far along it.
    let mut file = ole(9, &[("Root Entry", NO, NO, 8_000)], 0);
    let fat = 2 * 512;
    file[fat..fat + 4].copy_from_slice(&0u32.to_le_bytes());
    is(&file, FileType::Ole);
    // The format has no such sector size.
    let mut file = ole(9, &DOCUMENT, 0);
    file[0x1e] = 7;
    is(&file, FileType::Ole);
}

#[test]
fn text_and_what_is_not() {
    let utf16 = |text: &str| -> (Vec<u8>, Vec<u8>) {
        let units: Vec<u16> = std::iter::once(0xfeff).chain(text.encode_utf16()).collect();
        (
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
            units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        )
    };
    for text in
        ["a", "Grüße aus Köln\r\n\tPřílohy: źródło, \u{1f4e6}", "{\"json\": true}\n", "\u{1b}[1mbold\u{1b}[0m\u{c}"]
    {
        is(text.as_bytes(), FileType::Text);
        is(["\u{feff}", text].concat().as_bytes(), FileType::Text);
        is(&utf16(text).0, FileType::Text);
        is(&utf16(text).1, FileType::Text);
    }
    // The bytes are Windows-1252, DOS and Windows-1250.
    is(b"Gr\xf6\xdfe und Stra\xdfe, 5 \x80", FileType::Text);
    is(b"Gr\x94\xe1e", FileType::Text);
    is(b"P\xf8\xedloha \x8a\x9d", FileType::Text);
    is(b"\xef\xbb\xbf", FileType::Text);

    for binary in [b"a\0b".as_slice(), b"a\x01", b"a\x1ab", b"a\x7fb", b"\xff\xfe\0\0a\0\0"] {
        is(binary, None);
    }
    let (little, big) = utf16("text with a \u{1} in it");
    is(&little, None);
    is(&big, None);
    let (little, _) = utf16("cut");
    is(&little[..little.len() - 1], None);
    is(b"\xff\xfea\0\0\xd8b\0", None);
    is(b"\xff\xfe\xff\xff", None);
}

#[test]
fn long_text_is_sampled() {
    // Two-byte and three-byte characters at odd offsets make samples start and end inside them.
    let long = format!("x{}", "Überweisungsträger \u{20ac}\u{1f4e6} ".repeat(40_000));
    assert_eq!(is(long.as_bytes(), FileType::Text), 3);
    for cut in 1..40 {
        is(&long.as_bytes()[cut..], FileType::Text);
    }
    for skew in [0, 1] {
        let units: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain("x".repeat(skew).encode_utf16())
            .chain("\u{1f4e6}".repeat(20_000).encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(is(&units, FileType::Text), 3);
    }
    // One faulty byte lies in each of the samples in turn; the first sample with it decides.
    let len = long.len();
    for (at, questions) in [(100, 1), (len / 2 + 10, 2), (len - 10, 3)] {
        let mut bytes = long.clone().into_bytes();
        bytes[at] = 0;
        assert_eq!(is(&bytes, None), questions);
    }
    // A file that is cut inside its last character counts as a code page, not as binary.
    is(&long.as_bytes()[..len - 2], FileType::Text);
    // A short text is read whole.
    let mut short = vec![b'a'; 16 * 1024];
    assert_eq!(is(&short, FileType::Text), 1);
    short[6_000] = 0;
    is(&short, None);
}

#[test]
fn svg_is_text_with_a_root() {
    for svg in [
        "<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        "\u{feff}<?xml version=\"1.0\"?>\n<!-- a -- > b -->\n <svg>",
        "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"\">",
    ] {
        is(svg.as_bytes(), FileType::Svg);
        is(&[svg.as_bytes(), &vec![b' '; 30_000]].concat(), FileType::Svg);
    }
    for text in ["<svgs/>", "<html><svg/></html>", "<!-- <svg>", "<?xml", "<!DOCTYPE html><svg>", "a <svg>", "<svg"] {
        is(text.as_bytes(), FileType::Text);
    }
    is(b"<svg>\0</svg>", None);
}

#[test]
fn a_file_that_cannot_be_read_ends_the_questions() {
    let first = Window { start: 0, bytes: b"" };
    assert_eq!(detect(9, &[first]), Detection::Unknown);
    // A shorter window leads to a question for the rest.
    let part = Window { start: 0, bytes: b"text" };
    assert_eq!(detect(9, &[part]), Detection::Need(4..9));
    assert_eq!(detect(9, &[part, Window { start: 4, bytes: b"" }]), Detection::Unknown);
    assert_eq!(detect(9, &[Window { start: 4, bytes: b" more" }, part]), Detection::Found(FileType::Text));
}

/// Files of every kind of container and text, small enough for many runs and large enough for
/// several questions.
static SPECIMENS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let text = "Sehr geehrte Damen und Herren, \u{20ac} ".repeat(1_000);
    vec![
        docx(&noise(80_000)),
        zip(&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", &noise(20_000))], b""),
        zip(&[("a", &noise(30_000))], &[b'c'; 20_000]),
        ole(9, &DOCUMENT, 30),
        ole(12, &DOCUMENT, 3),
        ole(9, &DOCUMENT, 0),
        [b"\n%PDF-1.4\n".as_slice(), &noise(20_000), b"%%EOF"].concat(),
        text.clone().into_bytes(),
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect(),
        b"<?xml version=\"1.0\"?><!-- c --><svg></svg>".to_vec(),
        b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf".to_vec(),
        noise(20_000),
    ]
});

/// Byte changes that hit headers and tables more often than content: offsets count from either end
/// or are arbitrary.
fn changes() -> impl Strategy<Value = Vec<(u8, u32, u8)>> {
    vec((0u8..3, any::<u32>(), prop_oneof![any::<u8>(), Just(0u8), Just(0xff)]), 0..12)
}

fn change(file: &mut [u8], changes: &[(u8, u32, u8)]) {
    let len = file.len();
    for (side, offset, value) in changes {
        if len == 0 {
            return;
        }
        let offset = *offset as usize;
        let at = match side {
            0 => offset % 600 % len,
            1 => len - 1 - offset % 600 % len,
            _ => offset % len,
        };
        file[at] = *value;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_bytes_lead_to_an_answer(head in 0usize..12, bytes in vec(any::<u8>(), 0..600)) {
        let heads: [&[u8]; 12] = [
            b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
            b"\0\0\0\x20ftyp", b"BM", b"<svg", b" %PDF-1", b"RIFF",
        ];
        let file = [heads[head], &bytes].concat();
        let (found, _) = ask_all(&file);
        prop_assert_eq!(at_once(&file), found);
    }

    #[test]
    fn changed_files_lead_to_an_answer(which in 0usize..12, changes in changes(), cut in 0usize..2_000) {
        let mut file = SPECIMENS[which].clone();
        change(&mut file, &changes);
        if cut < 1_000 {
            file.truncate(file.len() - cut * file.len() / 1_000);
        }
        let (found, asked) = ask_all(&file);
        if asked.len() < MAX_WINDOWS {
            prop_assert_eq!(at_once(&file), found);
        }
    }

    #[test]
    fn short_answers_end(which in 0usize..12, lens in vec(0usize..5_000, 1..8)) {
        let file = &SPECIMENS[which];
        let mut asked: Vec<(Range<u64>, usize)> = Vec::new();
        loop {
            let windows: Vec<_> = asked
                .iter()
                .map(|(range, len)| {
                    let start = range.start as usize;
                    Window { start: range.start, bytes: &file[start..(start + len).min(range.end as usize)] }
                })
                .collect();
            let Detection::Need(range) = detect(file.len() as u64, &windows) else { break };
            prop_assert!(range.start < range.end && range.end <= file.len() as u64);
            prop_assert!(asked.iter().all(|(known, _)| *known != range));
            let len = lens[asked.len() % lens.len()];
            asked.push((range, len));
            prop_assert!(asked.len() <= MAX_WINDOWS);
        }
    }

    #[test]
    fn windows_that_nobody_asked_for_do_no_harm(
        size: u64,
        which in 0usize..12,
        pieces in vec((any::<u64>(), 0usize..100_000, 0usize..6_000), 0..5),
    ) {
        let file = &SPECIMENS[which];
        let mut windows: Vec<_> = pieces
            .iter()
            .map(|(start, from, len)| {
                let from = from % file.len();
                Window { start: *start, bytes: &file[from..(from + len).min(file.len())] }
            })
            .collect();
        windows.push(Window { start: 0, bytes: &file[..file.len().min(4_096)] });
        if let Detection::Need(range) = detect(size, &windows) {
            prop_assert!(range.start < range.end && range.end <= size);
        }
    }
}
