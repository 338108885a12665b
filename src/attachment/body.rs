//! Request bodies that contain files, with a length that is known before any file is read.
//!
//! A [`Body`] is a list of [`Segment`]s: finished text, and places for the content of files. The
//! holder of the files (a native caller or a browser) writes the final bytes once and in order, and
//! needs to keep only a part of them in memory. No base64 string is built on the way.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

use super::base64;
use crate::rules::value::{Given, Tree};
use crate::wire::json::{Json, quote, write_text};

/// The encoding of a file's content in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Encoding {
    /// Base64 with padding, as inside a data URL.
    Base64,
    /// The bytes unchanged, as in a multipart part.
    Raw,
}

/// One segment of a body. Its serialised form is `{"text": …}` or `{"file": index, "encoding": …,
/// "size": …}`.
#[derive(Clone, PartialEq, Eq)]
pub enum Segment {
    /// Bytes that are ready to send: text, or the content of a file that came encoded.
    Text(Vec<u8>),
    /// The content of a file.
    File {
        /// The index of the file among the files of the call, from 0.
        index: usize,
        /// The encoding of its content.
        encoding: Encoding,
        /// The size of the file in bytes, before encoding.
        size: u64,
    },
}

impl Segment {
    /// The length of the segment in the body, in bytes; `None` if it exceeds 64 bits.
    pub fn encoded_len(&self) -> Option<u64> {
        match self {
            Self::Text(text) => Some(text.len() as u64),
            Self::File { encoding: Encoding::Base64, size, .. } => base64::encoded_len(*size),
            Self::File { encoding: Encoding::Raw, size, .. } => Some(*size),
        }
    }
}

/// Shows the length of a text instead of the text, which sellers and buyers wrote.
impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::File { index, encoding, size } => write!(f, "File({index}, {encoding:?}, {size} bytes)"),
        }
    }
}

/// Bytes that cross to JavaScript as a `Uint8Array`, because they are not needed as a string there.
struct AsBytes<'a>(&'a [u8]);

impl Serialize for AsBytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("text", &AsBytes(text))?;
                map.end()
            }
            Self::File { index, encoding, size } => {
                let mut map = serializer.serialize_map(Some(3))?;
                map.serialize_entry("file", index)?;
                map.serialize_entry("encoding", encoding)?;
                map.serialize_entry("size", size)?;
                map.end()
            }
        }
    }
}

/// A request body: text and files in the order in which they are sent.
///
/// ```
/// use seller_tickets::attachment::body::{Body, Encoding};
///
/// let mut body = Body::new();
/// body.push_text("{\"text\":");
/// body.push_json_str("the \"label\"");
/// body.push_text(",\"data\":\"data:text/plain;base64,");
/// body.push_file(0, Encoding::Base64, 3);
/// body.push_text("\"}");
/// assert_eq!(body.len(), Some(61));
///
/// let mut out = Vec::new();
/// body.write_into(&[b"foo"], &mut out)?;
/// assert_eq!(out, br#"{"text":"the \"label\"","data":"data:text/plain;base64,Zm9v"}"#);
/// # Ok::<(), seller_tickets::attachment::body::BodyError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Body {
    segments: Vec<Segment>,
}

impl Body {
    /// An empty body.
    pub const fn new() -> Self {
        Self { segments: Vec::new() }
    }

    /// The segments in order; no two texts are adjacent, and none is empty.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The segments in order.
    pub fn into_segments(self) -> Vec<Segment> {
        self.segments
    }

    /// The exact length in bytes, for `Content-Length`; `None` if it exceeds 64 bits.
    pub fn len(&self) -> Option<u64> {
        self.segments.iter().try_fold(0u64, |len, segment| len.checked_add(segment.encoded_len()?))
    }

    /// Returns whether the body has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The whole body, if it contains no files.
    pub fn as_text(&self) -> Option<&[u8]> {
        match self.segments.as_slice() {
            [] => Some(&[]),
            [Segment::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// Appends text unchanged.
    pub fn push_text(&mut self, text: &str) {
        self.push_bytes(text.as_bytes());
    }

    /// Appends bytes.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        let mut end = self.take_end();
        end.extend_from_slice(bytes);
        self.put_end(end);
    }

    /// Appends `value` as JSON, or returns why it cannot be written. Then the body is unchanged.
    ///
    /// A file in `value` becomes a segment of its own. A body numbers these files in their order.
    pub fn push_json<T: Given + ?Sized>(&mut self, value: &T) -> Result<(), String> {
        self.push_tree(&value.tree())
    }

    /// Does the same with a value that is data already.
    pub fn push_tree(&mut self, value: &Tree<'_>) -> Result<(), String> {
        let mut writer = Writer::default();
        writer.write(value)?;
        let Writer { mut written, text } = writer;
        written.push_text(&text);
        if self.segments.is_empty() {
            *self = written;
        } else {
            self.append(written);
        }
        Ok(())
    }

    /// The number of files in the body.
    fn files(&self) -> usize {
        self.segments.iter().filter(|segment| matches!(segment, Segment::File { .. })).count()
    }

    /// Appends another body, whose files come after this one's.
    fn append(&mut self, other: Self) {
        let files = self.files();
        for segment in other.segments {
            match segment {
                Segment::Text(text) => self.push_bytes(&text),
                Segment::File { index, encoding, size } => {
                    self.push_file(index.saturating_add(files), encoding, size);
                }
            }
        }
    }

    /// Appends `text` as a JSON string, including the quotes.
    pub fn push_json_str(&mut self, text: &str) {
        self.push_text(&quote(text));
    }

    /// Appends the content of the file with this index, which has `size` bytes before encoding.
    pub fn push_file(&mut self, index: usize, encoding: Encoding, size: u64) {
        self.segments.push(Segment::File { index, encoding, size });
    }

    /// Removes and returns the text at the end, so that further text joins it instead of becoming a
    /// segment of its own.
    fn take_end(&mut self) -> Vec<u8> {
        match self.segments.pop_if(|segment| matches!(segment, Segment::Text(_))) {
            Some(Segment::Text(text)) => text,
            _ => Vec::new(),
        }
    }

    fn put_end(&mut self, text: Vec<u8>) {
        if !text.is_empty() {
            self.segments.push(Segment::Text(text));
        }
    }

    /// Checks that `files` contains every file that this body names, in the expected size.
    pub fn check(&self, files: &[&[u8]]) -> Result<(), BodyError> {
        for segment in &self.segments {
            if let Segment::File { index, size, .. } = segment {
                let index = *index;
                let actual = files.get(index).ok_or(BodyError::Missing { index })?.len() as u64;
                if actual != *size {
                    return Err(BodyError::Size { index, expected: *size, actual });
                }
            }
        }
        Ok(())
    }

    /// Appends the body to `out`. `files[n]` is the file with the index `n`. After an error `out`
    /// is unchanged.
    pub fn write_into(&self, files: &[&[u8]], out: &mut Vec<u8>) -> Result<(), BodyError> {
        self.check(files)?;
        let len = self.len().and_then(|len| usize::try_from(len).ok()).ok_or(BodyError::TooLarge)?;
        out.try_reserve_exact(len).map_err(|_| BodyError::TooLarge)?;
        for segment in &self.segments {
            match segment {
                Segment::Text(text) => out.extend_from_slice(text),
                Segment::File { index, encoding, .. } => {
                    let file = files.get(*index).copied().unwrap_or_default();
                    match encoding {
                        Encoding::Base64 => base64::append(file, out),
                        Encoding::Raw => out.extend_from_slice(file),
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the body in pieces of at most `max` bytes (at least 4), to send or hash it without
    /// keeping the whole body in memory.
    pub fn chunks<'a>(&'a self, files: &'a [&'a [u8]], max: usize) -> Result<Chunks<'a>, BodyError> {
        self.check(files)?;
        Ok(Chunks { segments: self.segments.iter(), files, rest: &[], encoding: Encoding::Raw, max: max.max(4) })
    }
}

/// Writes a value as compact JSON.
#[derive(Default)]
struct Writer {
    /// All that is written up to the last file, with this file.
    written: Body,
    /// The text after it.
    text: String,
}

impl Writer {
    fn write(&mut self, value: &Tree<'_>) -> Result<(), String> {
        match value {
            Tree::Absent => self.text.push_str("null"),
            Tree::Flag(flag) => Json::Bool(*flag).write(&mut self.text),
            Tree::Integer(number) => Json::Int(*number).write(&mut self.text),
            Tree::Text(text) => write_text(&mut self.text, text),
            Tree::Json(json) => json.write(&mut self.text),
            Tree::Late(late) => self.write(&late.in_body())?,
            Tree::List(items) => {
                self.text.push('[');
                for item in items {
                    self.separate();
                    self.write(item)?;
                }
                self.text.push(']');
            }
            Tree::Object { table, fields, extra } => {
                self.text.push('{');
                let sent = table.iter().zip(fields).filter(|(param, value)| value.is_in_body(param.location));
                for (param, value) in sent {
                    self.name(param.name);
                    self.write(value)?;
                }
                for (name, value) in *extra {
                    self.name(name);
                    value.write(&mut self.text);
                }
                self.text.push('}');
            }
            Tree::File { size, before } => {
                // The file comes before the closing quote.
                write_text(&mut self.text, before);
                self.text.pop();
                self.written.push_text(&std::mem::take(&mut self.text));
                let next = self.written.files();
                self.written.push_file(next, Encoding::Base64, *size);
                self.text.push('"');
            }
            Tree::Refused(why) => return Err(why.clone()),
        }
        Ok(())
    }

    /// Writes the comma before another item.
    fn separate(&mut self) {
        if !self.text.ends_with(['[', '{']) {
            self.text.push(',');
        }
    }

    /// Writes the name of a field.
    fn name(&mut self, name: &str) {
        self.separate();
        write_text(&mut self.text, name);
        self.text.push(':');
    }
}

/// The pieces of a body, see [`Body::chunks`]. No piece is empty.
#[derive(Clone)]
pub struct Chunks<'a> {
    segments: std::slice::Iter<'a, Segment>,
    files: &'a [&'a [u8]],
    rest: &'a [u8],
    encoding: Encoding,
    max: usize,
}

impl fmt::Debug for Chunks<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chunks").field("segments", &self.segments.as_slice()).field("max", &self.max).finish()
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Cow<'a, [u8]>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.rest.is_empty() {
            (self.rest, self.encoding) = match self.segments.next()? {
                Segment::Text(text) => (text.as_slice(), Encoding::Raw),
                Segment::File { index, encoding, .. } => (*self.files.get(*index)?, *encoding),
            };
        }
        let step = match self.encoding {
            Encoding::Base64 => (self.max / 4).saturating_mul(3),
            Encoding::Raw => self.max,
        };
        let (piece, rest) = self.rest.split_at_checked(step).unwrap_or((self.rest, &[]));
        self.rest = rest;
        Some(match self.encoding {
            Encoding::Base64 => Cow::Owned(base64::encode(piece)),
            Encoding::Raw => Cow::Borrowed(piece),
        })
    }
}

/// The reason why a body cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// A file that the body names is missing.
    Missing {
        /// The index of the file, from 0.
        index: usize,
    },
    /// The size of a file differs from the size when the body was made.
    Size {
        /// The index of the file, from 0.
        index: usize,
        /// The size in bytes when the body was made.
        expected: u64,
        /// The actual size in bytes.
        actual: u64,
    },
    /// The body does not fit in memory.
    TooLarge,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { index } => write!(f, "file {index} of the body is missing: pass the content of every file"),
            Self::Size { index, expected, actual } => write!(
                f,
                "file {index} has {actual} bytes instead of {expected}: it changed after the body was made, build the request again"
            ),
            Self::TooLarge => f.write_str("the body does not fit the memory: send it in chunks, or send smaller files"),
        }
    }
}

impl std::error::Error for BodyError {}

#[cfg(test)]
mod tests {
    use ::base64::Engine;
    use proptest::prelude::*;

    use super::*;
    use crate::attachment::Attachment;
    use crate::wire::json::Json;

    #[test]
    fn neighbouring_texts_become_one() {
        let mut body = Body::new();
        assert!(body.is_empty());
        assert_eq!(body.as_text(), Some(&b""[..]));
        body.push_text("");
        assert!(body.segments().is_empty());
        body.push_text("{\"a\":");
        body.push_json_str("\u{1f4e6} \"x\"\n");
        body.push_json(&vec![1_i64, 2]).unwrap();
        assert_eq!(body.segments().len(), 1);
        assert_eq!(body.as_text(), Some("{\"a\":\"\u{1f4e6} \\\"x\\\"\\n\"[1,2]".as_bytes()));
        body.push_file(0, Encoding::Raw, 2);
        assert_eq!(body.as_text(), None);
        body.push_text("}");
        assert_eq!(body.segments().len(), 3);
    }

    #[test]
    fn a_failed_value_leaves_no_trace() {
        let file = || Tree::File { size: 1, before: "data:".to_owned() };
        let fails = || Tree::List(vec![Tree::Integer(1), file(), Tree::Refused("no".to_owned())]);
        let mut body = Body::new();
        assert_eq!(body.push_tree(&fails()), Err("no".to_owned()));
        assert_eq!(body, Body::new());
        body.push_text("x");
        assert!(body.push_tree(&fails()).is_err());
        assert_eq!(body.as_text(), Some(&b"x"[..]));
    }

    #[test]
    fn files_in_json_have_segments_of_their_own() {
        let mut body = Body::new();
        body.push_file(0, Encoding::Raw, 1);
        let files = vec![Attachment::new("a\"", b"foo").with_mime_type("a\"b"), Attachment::new("c", b"%PDF-")];
        body.push_json(&files).unwrap();
        let places: Vec<_> = body
            .segments()
            .iter()
            .filter_map(|segment| match segment {
                Segment::File { index, encoding, size } => Some((*index, *encoding, *size)),
                Segment::Text(_) => None,
            })
            .collect();
        assert_eq!(places, [(0, Encoding::Raw, 1), (1, Encoding::Base64, 3), (2, Encoding::Base64, 5)]);
        let mut out = Vec::new();
        body.write_into(&[b"x", b"foo", b"%PDF-"], &mut out).unwrap();
        let text = r#"x[{"filename":"a\"","mime_type":"a\"b","data":"data:a\"b;base64,Zm9v"},{"filename":"c","mime_type":"application/pdf","data":"data:application/pdf;base64,JVBERi0="}]"#;
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }

    #[test]
    fn fields_that_are_not_documented_are_written_as_they_came() {
        let text = r#"{"a":[1.50,1e400,-0,18446744073709551616,null,true,"\u0001\n\"/é"],"b":{"$raw":"File"},"c":{}}"#;
        let mut body = Body::new();
        body.push_json(&Json::read(text.as_bytes()).unwrap()).unwrap();
        assert_eq!(body.as_text(), Some(text.as_bytes()));
        let mut body = Body::new();
        body.push_json(&Json::Number("NaN".to_owned())).unwrap();
        assert_eq!(body.as_text(), Some(&b"null"[..]));
    }

    #[test]
    fn files_are_checked_before_anything_is_written() {
        let mut body = Body::new();
        body.push_text("x");
        body.push_file(1, Encoding::Base64, 3);
        let mut out = b"before".to_vec();
        assert_eq!(body.write_into(&[b""], &mut out), Err(BodyError::Missing { index: 1 }));
        assert_eq!(
            body.write_into(&[b"", b"four"], &mut out),
            Err(BodyError::Size { index: 1, expected: 3, actual: 4 })
        );
        assert!(matches!(body.chunks(&[b""], 10), Err(BodyError::Missing { index: 1 })));
        assert_eq!(out, b"before");
        body.write_into(&[b"", b"foo"], &mut out).unwrap();
        assert_eq!(out, b"beforexZm9v");
    }

    #[test]
    fn a_length_past_64_bits_is_none() {
        let mut body = Body::new();
        body.push_file(0, Encoding::Raw, u64::MAX);
        assert_eq!(body.len(), Some(u64::MAX));
        body.push_text("x");
        assert_eq!(body.len(), None);
        assert!(!body.is_empty());
        let mut body = Body::new();
        body.push_file(0, Encoding::Base64, u64::MAX);
        assert_eq!(body.len(), None);
    }

    #[test]
    fn serialised_form() {
        let mut body = Body::new();
        body.push_text("{");
        body.push_file(2, Encoding::Base64, 7);
        let segments = serde_json::to_value(&body).unwrap();
        assert_eq!(segments, serde_json::json!([{ "text": [123] }, { "file": 2, "encoding": "base64", "size": 7 }]));
    }

    #[test]
    fn debug_shows_no_text() {
        let mut body = Body::new();
        body.push_text("a private message");
        body.push_file(0, Encoding::Raw, 1);
        let shown = format!("{body:?} {:?}", body.chunks(&[b"z"], 9).unwrap());
        assert!(!shown.contains("private"), "{shown}");
    }

    #[derive(Debug, Clone)]
    enum Part {
        Text(String),
        Json(String),
        File(usize, Encoding),
    }

    fn part() -> impl Strategy<Value = Part> {
        prop_oneof![
            "\\PC{0,12}".prop_map(Part::Text),
            any::<String>().prop_map(Part::Json),
            (0usize..3, any::<bool>())
                .prop_map(|(index, raw)| Part::File(index, if raw { Encoding::Raw } else { Encoding::Base64 })),
        ]
    }

    proptest! {
        #[test]
        fn every_way_to_write_gives_the_same_bytes(
            files in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 3),
            parts in proptest::collection::vec(part(), 0..8),
            max in 0usize..70,
        ) {
            let mut body = Body::new();
            let mut expected = Vec::new();
            for part in &parts {
                match part {
                    Part::Text(text) => {
                        body.push_text(text);
                        expected.extend_from_slice(text.as_bytes());
                    }
                    Part::Json(text) => {
                        body.push_json_str(text);
                        expected.extend_from_slice(serde_json::to_string(text).unwrap().as_bytes());
                    }
                    Part::File(index, encoding) => {
                        body.push_file(*index, *encoding, files[*index].len() as u64);
                        match encoding {
                            Encoding::Raw => expected.extend_from_slice(&files[*index]),
                            Encoding::Base64 => expected.extend_from_slice(
                                ::base64::engine::general_purpose::STANDARD.encode(&files[*index]).as_bytes()
                            ),
                        }
                    }
                }
            }
            let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
            prop_assert_eq!(body.len(), Some(expected.len() as u64));
            let mut out = Vec::new();
            body.write_into(&files, &mut out).unwrap();
            prop_assert_eq!(&out, &expected);
            let pieces: Vec<_> = body.chunks(&files, max).unwrap().collect();
            prop_assert!(pieces.iter().all(|piece| !piece.is_empty() && piece.len() <= max.max(4)));
            prop_assert_eq!(pieces.concat(), expected);
            for pair in body.segments().windows(2) {
                prop_assert!(!matches!(pair, [Segment::Text(_), Segment::Text(_)]));
            }
        }
    }
}
