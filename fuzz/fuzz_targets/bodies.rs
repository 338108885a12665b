//! Sends any bytes as the content of a file through base64 and through a form, and back.
//!
//! The first byte says where to cut. The rest is a name, a mime type and a content, with NULs
//! between them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seller_tickets::attachment::multipart::Multipart;
use seller_tickets::attachment::{Attachment, Body, base64};

fuzz_target!(|data: &[u8]| {
    let [cut, rest @ ..] = data else { return };
    base64_there_and_back(rest, usize::from(*cut));

    let mut parts = rest.splitn(3, |byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default();
    let (name, mime_type, content) = (String::from_utf8_lossy(next()), String::from_utf8_lossy(next()), next());
    form_there_and_back(&name, &mime_type, content, usize::from(*cut));
    json_there_and_back(&name, content, usize::from(*cut));
});

fn base64_there_and_back(bytes: &[u8], cut: usize) {
    let text = base64::encode(bytes);
    assert_eq!(base64::decode(&text).as_deref(), Ok(bytes));
    assert_eq!(base64::check(&text), Ok(bytes.len() as u64));
    let joined: Vec<u8> = bytes.chunks(cut.max(1) * 3).flat_map(base64::encode).collect();
    assert_eq!(joined, text, "encoded in pieces");
    let (start, end) = (cut.min(bytes.len()), (cut * 2).min(bytes.len()));
    assert_eq!(base64::decode_range(&text, cut as u64..cut as u64 * 2).as_deref(), Some(&bytes[start..end]));

    // Base64 text is valid only if it is exactly the encoding of the bytes that it decodes to.
    match base64::decode(bytes) {
        Ok(content) => {
            assert_eq!(base64::encode(&content), bytes);
            assert_eq!(base64::check(bytes), Ok(content.len() as u64));
        }
        Err(error) => {
            assert_eq!(base64::check(bytes), Err(error));
            assert!(error.at().is_none_or(|at| at < bytes.len()), "{error:?}");
        }
    }
    let _ = base64::decode_range(bytes, cut as u64..u64::MAX);
}

/// Checks that a server reads the same values from the form.
fn form_there_and_back(name: &str, mime_type: &str, content: &[u8], cut: usize) {
    let mut form = Multipart::new("0123456789abcdef");
    let content_type = form.content_type();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap_or_default().to_owned();
    if [name.as_bytes(), mime_type.as_bytes(), content].iter().any(|part| find(part, boundary.as_bytes()).is_some()) {
        // Outside this program the boundary is unpredictable.
        return;
    }
    let encoded = String::from_utf8_lossy(&base64::encode(content)).into_owned();
    let plain = Attachment::new(name, content);
    let from_url = Attachment::from_data_url(name, data_url::prefix("image/png") + &encoded);
    let mut next = 0;
    form.push_text(name, mime_type);
    form.push_file("file", name, mime_type, &plain, &mut next);
    form.push_file(name, name, mime_type, &from_url, &mut next);
    assert_eq!(next, 1);

    let bytes = written(&form.finish(), &[content], cut);
    let quoted = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let typed: String = mime_type.chars().filter(|c| !c.is_control()).collect();
    let file = |field: &str| {
        format!("Content-Disposition: form-data; name=\"{field}\"; filename=\"{quoted}\"\r\nContent-Type: {typed}")
    };
    let expected = [
        (format!("Content-Disposition: form-data; name=\"{quoted}\""), mime_type.as_bytes()),
        (file("file"), content),
        (file(&quoted), content),
    ];
    let parts = parts(&bytes, &boundary);
    assert_eq!(parts.len(), expected.len());
    for ((head, body), (expected_head, expected_body)) in parts.into_iter().zip(expected) {
        assert_eq!(String::from_utf8_lossy(head), expected_head);
        assert_eq!(body, expected_body);
    }
}

/// Checks that a text and a file in JSON are read back unchanged.
fn json_there_and_back(name: &str, content: &[u8], cut: usize) {
    let mut body = Body::new();
    let file = Attachment::new(name, content).with_mime_type("image/png");
    body.push_json(&file).unwrap_or_else(|error| panic!("{error}"));
    let bytes = written(&body, &[content], cut);
    let read: Attachment = match serde_json::from_slice(&bytes) {
        Ok(read) => read,
        Err(error) => panic!("{error} in {:?}", String::from_utf8_lossy(&bytes)),
    };
    assert_eq!(read.filename, name);
    assert_eq!(read.data_url().map(|url| url.map(|url| url.decode())), Some(Ok(content.to_vec())));
}

/// Returns all bytes, after checking that the pieces give the same bytes, as many as the body
/// reports.
fn written(body: &Body, files: &[&[u8]], cut: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    body.write_into(files, &mut bytes).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(body.len(), Some(bytes.len() as u64));
    let chunks = body.chunks(files, cut).unwrap_or_else(|error| panic!("{error}"));
    let mut joined = Vec::new();
    for chunk in chunks {
        assert!(!chunk.is_empty() && chunk.len() <= cut.max(4));
        joined.extend_from_slice(&chunk);
    }
    assert_eq!(joined, bytes, "in pieces");
    bytes
}

/// Returns the heads and bodies of a form's parts.
fn parts<'a>(form: &'a [u8], boundary: &str) -> Vec<(&'a [u8], &'a [u8])> {
    let line = format!("--{boundary}");
    let mut rest = form.strip_prefix(line.as_bytes()).unwrap_or_else(|| panic!("the form begins with its boundary"));
    let mut parts = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let head = find(part, b"\r\n\r\n").unwrap_or_else(|| panic!("a part without a head"));
        let end = find(part, format!("\r\n{line}").as_bytes()).unwrap_or_else(|| panic!("a part without an end"));
        parts.push((&part[..head], &part[head + 4..end]));
        rest = &part[end + 2 + line.len()..];
    }
    assert_eq!(rest, b"--\r\n");
    parts
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|part| part == what)
}
