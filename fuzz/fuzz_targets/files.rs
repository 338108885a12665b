//! Passes any bytes as a file, as a data URL, as a mime type and as a file's name.
//!
//! The first byte limits how much of each requested range is returned; the rest is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seller_tickets::attachment::detect::MAX_WINDOWS;
use seller_tickets::attachment::{
    Attachment, Detection, FileType, Found, Window, base64, data_url, detect, mime_type_from_filename,
};

fuzz_target!(|data: &[u8]| {
    let [how, file @ ..] = data else { return };
    let found = whole(file);
    assert_eq!(found, asked_for(file, usize::MAX), "in the pieces that are asked for");
    // Short windows lead to further questions, up to the most windows.
    let short = asked_for(file, usize::from(*how).max(1) * 16);
    assert!(short.is_none() || short == found, "{short:?} in short pieces, {found:?} as a whole");
    // This size is wrong, as for a file that grew or shrank.
    let _ = detect((file.len() as u64) << (how % 64), &[Window { start: u64::from(*how), bytes: file }]);

    let encoded = data_url::prefix("image/png") + &String::from_utf8_lossy(&base64::encode(file));
    let attachment = Attachment::from_data_url("a.png", encoded);
    assert_eq!(attachment.inspect(), Some(Found::from(found)), "as a data URL");
    assert_eq!(attachment.size(), Some(file.len() as u64));

    let Ok(text) = std::str::from_utf8(file) else { return };
    for url in [text.to_owned(), format!("data:{text}"), format!("data:image/png;base64,{text}")] {
        match data_url::parse(&url) {
            Ok(read) => {
                assert!(data_url::is_mime_type(read.mime_type));
                let content = read.decode();
                assert_eq!(read.size(), content.len() as u64);
                // Each content has exactly one text.
                let again = data_url::prefix(read.mime_type) + &String::from_utf8_lossy(&base64::encode(&content));
                assert_eq!(again, url);
            }
            Err(error) => assert!(error.at().is_none_or(|at| at < url.len()), "{error:?}"),
        }
    }
    if let Some(file_type) = FileType::from_mime_type(text) {
        assert_eq!(FileType::from_mime_type(file_type.mime_type()), Some(file_type));
    }
    assert!(mime_type_from_filename(text).is_none_or(data_url::is_mime_type));
});

fn whole(file: &[u8]) -> Option<FileType> {
    match detect(file.len() as u64, &[Window { start: 0, bytes: file }]) {
        Detection::Found(file_type) => Some(file_type),
        Detection::Unknown => None,
        Detection::Need(range) => panic!("asks for {range:?} of a file that is there"),
    }
}

/// Answers the questions with at most `most` bytes each.
fn asked_for(file: &[u8], most: usize) -> Option<FileType> {
    let mut windows = Vec::new();
    loop {
        match detect(file.len() as u64, &windows) {
            Detection::Found(file_type) => return Some(file_type),
            Detection::Unknown => return None,
            Detection::Need(range) => {
                assert!(!range.is_empty() && range.end <= file.len() as u64, "{range:?}");
                let bytes = &file[range.start as usize..range.end as usize];
                windows.push(Window { start: range.start, bytes: &bytes[..bytes.len().min(most)] });
                assert!(windows.len() <= MAX_WINDOWS, "asks without end");
            }
        }
    }
}
