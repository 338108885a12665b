//! Files on their way into a request body: type detection, base64, data URLs and bodies of a known
//! length.
//!
//! Nothing here reads a file. The content is either in memory or held by the host (a browser's
//! `File`, a stream). In the second case the host answers the questions of [`detect::detect`] and
//! writes the pieces that a [`body::Body`] names.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::rules::rule::{Param, Rule};
use crate::rules::value::{Late, Tree};

pub mod base64;
pub mod body;
pub mod check;
pub mod data_url;
pub mod detect;
mod file_type;
mod input;
pub mod multipart;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod simd;

pub use body::{Body, BodyError, Encoding, Segment};
pub use data_url::{DataUrl, DataUrlError};
pub use detect::{Detection, Window, detect};
pub use file_type::FileType;
pub use input::FILE_HINT;

/// A file to send with a message.
///
/// As data it is `{ filename, mime_type?, data }`, where `data` is a data URL, or `{ filename,
/// mime_type?, size, found?, hint? }` for content that the host holds. `found` is the mime type that
/// detection reported, `null` if detection could not identify the content, and absent if detection
/// has not run. `hint` is the mime type that a platform guessed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Wire")]
pub struct Attachment {
    /// The name of the file with its extension, without folders.
    pub filename: String,
    /// The mime type that the caller declares, which the content must be of. It is compared without
    /// case. For its default see [`Attachment::resolve_mime_type`].
    pub mime_type: Option<String>,
    /// The content, or its size and type.
    pub content: Content,
}

/// The content of a file, or its size and type if the host holds it.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// The bytes.
    Bytes(Vec<u8>),
    /// A data URL that the caller has made; it is checked and sent unchanged.
    DataUrl(String),
    /// The host holds the bytes and writes them where the body names the file.
    Held {
        /// The size in bytes.
        size: u64,
        /// The result of detection; `None` if it has not run.
        found: Option<Found>,
        /// The mime type that a platform guessed (`File.type`, the type of a response). Platforms
        /// guess by the name and by the programs that are installed, so the guess counts only where
        /// the content tells nothing.
        hint: Option<String>,
    },
}

impl Default for Content {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

/// The result of detecting the type of a content. As data it is the mime type, or `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Option<String>", into = "Option<String>")]
pub enum Found {
    /// Detection identified the content as this mime type.
    Type(String),
    /// Detection could not identify the content.
    Unknown,
}

impl Found {
    /// The file type that the mime type stands for; `None` if the mime type is unknown.
    pub fn file_type(&self) -> Option<FileType> {
        match self {
            Self::Type(mime_type) => FileType::from_mime_type(mime_type),
            Self::Unknown => None,
        }
    }

    /// The mime type; `None` if it is unknown.
    pub fn mime_type(&self) -> Option<&str> {
        match self {
            Self::Type(mime_type) => Some(mime_type),
            Self::Unknown => None,
        }
    }
}

impl From<Option<String>> for Found {
    fn from(mime_type: Option<String>) -> Self {
        mime_type.map_or(Self::Unknown, Self::Type)
    }
}

impl From<Found> for Option<String> {
    fn from(found: Found) -> Self {
        match found {
            Found::Type(mime_type) => Some(mime_type),
            Found::Unknown => None,
        }
    }
}

impl From<Option<FileType>> for Found {
    fn from(file_type: Option<FileType>) -> Self {
        file_type.map_or(Self::Unknown, |file_type| Self::Type(file_type.mime_type().to_owned()))
    }
}

impl Attachment {
    /// A file in memory. Its type is detected from its content.
    pub fn new(filename: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { filename: filename.into(), mime_type: None, content: Content::Bytes(bytes.into()) }
    }

    /// A file that is already encoded, as `data:<mime type>;base64,<base64 text>`.
    pub fn from_data_url(filename: impl Into<String>, data_url: impl Into<String>) -> Self {
        Self { filename: filename.into(), mime_type: None, content: Content::DataUrl(data_url.into()) }
    }

    /// Declares the mime type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// The size of the content in bytes, before encoding; `None` if the data URL cannot be read.
    pub fn size(&self) -> Option<u64> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::DataUrl(text) => data_url::parse(text).ok().map(|url| url.size()),
            Content::Held { size, .. } => Some(*size),
        }
    }

    /// The mime type that a platform guessed.
    pub(crate) fn hint(&self) -> Option<&str> {
        match &self.content {
            Content::Held { hint, .. } => hint.as_deref(),
            _ => None,
        }
    }

    /// The bytes, if they are in memory and not encoded.
    pub fn bytes(&self) -> Option<&[u8]> {
        match &self.content {
            Content::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The parts of the data URL, or what is wrong with it; `None` if the content is not a data
    /// URL.
    pub fn data_url(&self) -> Option<Result<DataUrl<'_>, DataUrlError>> {
        match &self.content {
            Content::DataUrl(text) => Some(data_url::parse(text)),
            _ => None,
        }
    }

    /// The type of the content: detects it for bytes and data URLs, and repeats the reported result
    /// for content that the host holds.
    ///
    /// `None` if the host has not run detection, or if the data URL cannot be read
    /// ([`Attachment::data_url`] says why).
    pub fn inspect(&self) -> Option<Found> {
        match &self.content {
            Content::Bytes(bytes) => {
                let window = Window { start: 0, bytes };
                match detect(bytes.len() as u64, &[window]) {
                    Detection::Found(file_type) => Some(Some(file_type).into()),
                    Detection::Unknown | Detection::Need(_) => Some(Found::Unknown),
                }
            }
            Content::DataUrl(text) => {
                let url = data_url::parse(text).ok()?;
                Some(detect_encoded(url.size(), url.data.as_bytes()).into())
            }
            Content::Held { found, .. } => found.clone(),
        }
    }

    /// The mime type to send: the declared one, else the data URL's, else the detected one, else
    /// the one that a platform guessed, else the one that the file name suggests. `None` if none of
    /// them is known. A type that detection knows is written as the marketplaces' lists write it.
    pub fn resolve_mime_type(&self) -> Option<Cow<'_, str>> {
        if let Some(mime_type) = &self.mime_type {
            return Some(Cow::Borrowed(usual(mime_type)));
        }
        if let Content::DataUrl(text) = &self.content
            && let Ok((mime_type, _)) = data_url::split(text)
        {
            return Some(Cow::Borrowed(usual(mime_type)));
        }
        match self.inspect() {
            Some(Found::Type(mime_type)) => Some(Cow::Owned(mime_type)),
            _ => self.hint().or_else(|| mime_type_from_filename(&self.filename)).map(Cow::Borrowed),
        }
    }

    /// The file, if it is sent apart from the body's text; `None` for a data URL, which is part of
    /// that text.
    #[must_use]
    pub fn sent_apart(&self) -> Option<&Self> {
        (!matches!(self.content, Content::DataUrl(_))).then_some(self)
    }
}

/// The fields of a file in a body, which is the form that Kaufland accepts.
const IN_BODY: &[Param] = &[
    Param::of::<String>("filename", &Rule::ANY_TEXT),
    Param::of::<String>("mime_type", &Rule::ANY_TEXT),
    Param::of::<String>("data", &Rule::ANY_TEXT),
];

/// Written as `{ filename, mime_type, data }` with a data URL. A data URL that the caller gave is
/// written unchanged.
impl Late for Attachment {
    fn in_body(&self) -> Tree<'_> {
        // Detection always runs before a file is sent, so the type is known by then.
        let mime_type = self.resolve_mime_type().unwrap_or_default();
        let file = |size| Tree::File { size, before: data_url::prefix(&mime_type) };
        let data = match &self.content {
            Content::DataUrl(text) => Tree::Text(Cow::Borrowed(text)),
            Content::Bytes(bytes) => file(bytes.len() as u64),
            Content::Held { size, .. } => file(*size),
        };
        let fields = vec![Tree::Text(Cow::Borrowed(&self.filename)), Tree::Text(mime_type), data];
        Tree::Object { table: IN_BODY, fields, extra: &[] }
    }
}

/// Shows the size of the content, not the content.
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("filename", &self.filename)
            .field("mime_type", &self.mime_type)
            .field("content", &self.content)
            .finish()
    }
}

/// Shows the size of the content, not the content.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({} bytes)", bytes.len()),
            Self::DataUrl(text) => write!(f, "DataUrl({} characters)", text.len()),
            Self::Held { size, found, hint } => write!(f, "Held({size} bytes, {found:?}, {hint:?})"),
        }
    }
}

/// The contents to write where a body names files: those of all `attachments` except data URLs,
/// which are part of the body's text. `None` if the host holds one of them.
pub fn files(attachments: &[Attachment]) -> Option<Vec<&[u8]>> {
    attachments.iter().filter_map(Attachment::sent_apart).map(Attachment::bytes).collect()
}

/// The usual spelling of a mime type that detection knows; others are returned unchanged.
fn usual(mime_type: &str) -> &str {
    let known = FileType::from_mime_type(mime_type).map(FileType::mime_type);
    known.filter(|known| known.eq_ignore_ascii_case(mime_type)).unwrap_or(mime_type)
}

/// Runs detection over base64 text and decodes only the ranges that it asks for.
fn detect_encoded(size: u64, text: &[u8]) -> Option<FileType> {
    let mut read: Vec<(u64, Vec<u8>)> = Vec::new();
    loop {
        let windows: Vec<Window<'_>> = read.iter().map(|(start, bytes)| Window { start: *start, bytes }).collect();
        match detect(size, &windows) {
            Detection::Found(file_type) => return Some(file_type),
            Detection::Unknown => return None,
            Detection::Need(range) => {
                let bytes = base64::decode_range(text, range.clone())?;
                read.push((range.start, bytes));
            }
        }
    }
}

/// Extensions of text formats that detection cannot tell apart. They are only hints.
const TEXT_EXTENSIONS: &[(&str, &str)] = &[
    ("csv", "text/csv"),
    ("eml", "message/rfc822"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("ics", "text/calendar"),
    ("json", "application/json"),
    ("md", "text/markdown"),
    ("tsv", "text/tab-separated-values"),
    ("xml", "application/xml"),
];

/// The mime type that a file name suggests by its extension. It is only a hint for defaults and
/// messages: the content decides.
pub fn mime_type_from_filename(filename: &str) -> Option<&'static str> {
    let (_, extension) = filename.rsplit_once('.')?;
    FileType::from_extension(extension).map(FileType::mime_type).or_else(|| {
        TEXT_EXTENSIONS.iter().find(|(known, _)| known.eq_ignore_ascii_case(extension)).map(|&(_, mime_type)| mime_type)
    })
}

/// The forms that an attachment has as data.
#[derive(Deserialize)]
struct Wire {
    filename: String,
    mime_type: Option<String>,
    data: Option<String>,
    size: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    found: Option<Found>,
    hint: Option<String>,
}

/// Keeps `null` (not identified) apart from an absent field (detection has not run).
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Found>, D::Error> {
    Found::deserialize(deserializer).map(Some)
}

impl TryFrom<Wire> for Attachment {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let content = match (wire.data, wire.size) {
            (Some(data), _) => Content::DataUrl(data),
            (None, Some(size)) => Content::Held { size, found: wire.found, hint: wire.hint },
            (None, None) => return Err("data is missing: pass the file as a data url"),
        };
        Ok(Self { filename: wire.filename, mime_type: wire.mime_type, content })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    fn data_url(mime_type: &str, bytes: &[u8]) -> String {
        data_url::prefix(mime_type) + &String::from_utf8(base64::encode(bytes)).unwrap()
    }

    #[test]
    fn reads_both_forms() {
        let read = |json: &str| serde_json::from_str::<Attachment>(json);
        let file =
            read(r#"{"filename":"a.pdf","mime_type":"text/plain","data":"data:text/plain;base64,JVBERi0x"}"#).unwrap();
        assert_eq!(file.size(), Some(6));
        assert_eq!(file.inspect(), Some(Found::Type("application/pdf".to_owned())));
        for (found, expected) in [
            ("", None),
            (r#","found":null"#, Some(Found::Unknown)),
            (r#","found":"image/png""#, Some(Found::Type("image/png".to_owned()))),
        ] {
            let file = read(&format!(r#"{{"filename":"a.png","size":9{found}}}"#)).unwrap();
            assert_eq!(file.content, Content::Held { size: 9, found: expected, hint: None });
        }
        let error = read(r#"{"filename":"a.png"}"#).unwrap_err().to_string();
        assert!(error.contains("data is missing"), "{error}");
    }

    #[test]
    fn found_as_data() {
        assert_eq!(serde_json::to_string(&Found::from(Some(FileType::Png))).unwrap(), r#""image/png""#);
        assert_eq!(serde_json::to_string(&Found::Unknown).unwrap(), "null");
        assert_eq!(serde_json::from_str::<Found>("null").unwrap(), Found::Unknown);
        assert_eq!(Found::from(Some(FileType::Docm)).file_type(), Some(FileType::Docm));
    }

    #[test]
    fn mime_type_by_what_is_known() {
        let bytes = Attachment::new("a.txt", PNG);
        assert_eq!(bytes.resolve_mime_type().as_deref(), Some("image/png"));
        assert_eq!(bytes.with_mime_type("image/gif").resolve_mime_type().as_deref(), Some("image/gif"));
        let url = Attachment::from_data_url("a.txt", data_url("image/tiff", PNG));
        assert_eq!(url.resolve_mime_type().as_deref(), Some("image/tiff"));
        assert_eq!(url.inspect(), Some(Found::Type("image/png".to_owned())));
        assert_eq!(Attachment::new("a.PDF", b"\0\x01").resolve_mime_type().as_deref(), Some("application/pdf"));
        assert_eq!(Attachment::new("a", b"\0\x01").resolve_mime_type(), None);
        // A platform's guess counts only where the content tells nothing.
        let held = |found: Option<FileType>| Attachment {
            filename: "a.pdf".to_owned(),
            mime_type: None,
            content: Content::Held { size: 9, found: Some(found.into()), hint: Some("image/jxl".to_owned()) },
        };
        assert_eq!(held(Some(FileType::Png)).resolve_mime_type().as_deref(), Some("image/png"));
        assert_eq!(held(None).resolve_mime_type().as_deref(), Some("image/jxl"));
        // Case says nothing, and parameters are no spelling.
        let spelt = |mime_type: &str| {
            let file = Attachment::new("a", PNG).with_mime_type(mime_type);
            file.resolve_mime_type().unwrap().into_owned()
        };
        assert_eq!(spelt("IMAGE/Png"), "image/png");
        assert_eq!(spelt("application/VND.ms-excel.sheet.macroenabled.12"), FileType::Xlsm.mime_type());
        assert_eq!(spelt("Image/Png; a=b"), "Image/Png; a=b");
        assert_eq!(spelt("Image/X-New"), "Image/X-New");
        let broken = Attachment::from_data_url("a.gif", "data:nothing");
        assert_eq!((broken.size(), broken.inspect()), (None, None));
        assert_eq!(broken.data_url(), Some(Err(DataUrlError::Comma)));
    }

    #[test]
    fn names_suggest() {
        for (name, mime_type) in [
            ("photo.JPG", Some("image/jpeg")),
            ("scan.2024.tif", Some("image/tiff")),
            ("letter.doc", Some("application/msword")),
            ("list.csv", Some("text/csv")),
            ("noextension", None),
            ("dot.", None),
            ("a.exe", None),
        ] {
            assert_eq!(mime_type_from_filename(name), mime_type, "{name}");
        }
    }

    #[test]
    fn debug_shows_no_content() {
        let secret = b"a private letter".to_vec();
        let url = data_url("text/plain", &secret);
        let shown = format!("{:?} {:?}", Attachment::new("a.txt", secret), Attachment::from_data_url("b.txt", url));
        assert!(shown.contains("16 bytes") && shown.contains("a.txt"), "{shown}");
        assert!(!shown.contains("private") && !shown.contains("YSBw"), "{shown}");
    }

    #[test]
    fn a_held_file_in_the_middle_keeps_its_place() {
        let held = Attachment {
            filename: "b".to_owned(),
            mime_type: None,
            content: Content::Held { size: 4, found: None, hint: None },
        };
        let mut body = Body::new();
        let files_of_three = vec![
            Attachment::new("a", b"foo").with_mime_type("text/plain"),
            Attachment::from_data_url("u", "data:text/plain;base64,"),
            held.clone().with_mime_type("a\"b"),
        ];
        body.push_json(&files_of_three).unwrap();
        let indexes: Vec<_> = body
            .segments()
            .iter()
            .filter_map(|segment| match segment {
                Segment::File { index, size, .. } => Some((*index, *size)),
                Segment::Text(_) => None,
            })
            .collect();
        assert_eq!(indexes, [(0, 3), (1, 4)]);
        assert_eq!(files(&[held]), None);
        let mut out = Vec::new();
        body.write_into(&[b"foo", b"four"], &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"[{"filename":"a","mime_type":"text/plain","data":"data:text/plain;base64,Zm9v"},{"filename":"u","mime_type":"text/plain","data":"data:text/plain;base64,"},{"filename":"b","mime_type":"a\"b","data":"data:a\"b;base64,Zm91cg=="}]"#
        );
    }

    proptest! {
        #[test]
        fn bodies_hold_what_was_attached(contents in proptest::collection::vec((any::<Vec<u8>>(), any::<bool>()), 0..5)) {
            let attachments: Vec<_> = contents
                .iter()
                .map(|(bytes, encoded)| match encoded {
                    true => Attachment::from_data_url("f", data_url("image/png", bytes)),
                    false => Attachment::new("f", bytes.clone()).with_mime_type("image/png"),
                })
                .collect();
            let mut body = Body::new();
            body.push_json(&attachments).unwrap();
            let mut out = Vec::new();
            body.write_into(&files(&attachments).unwrap(), &mut out).unwrap();
            prop_assert_eq!(body.len(), Some(out.len() as u64));
            let read: Vec<Attachment> = serde_json::from_slice(&out).unwrap();
            prop_assert!(read.iter().all(|file| file.filename == "f"));
            let read: Vec<_> = read.iter().map(|file| file.data_url().unwrap().unwrap().decode()).collect();
            prop_assert_eq!(read, contents.iter().map(|(bytes, _)| bytes.clone()).collect::<Vec<_>>());
        }

        #[test]
        fn a_data_url_is_seen_as_its_bytes(head in 0usize..7, bytes: Vec<u8>) {
            let heads: [&[u8]; 7] = [b"", PNG, b"%PDF-1.4", b"PK\x03\x04", b"II*\0", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf"];
            let bytes = [heads[head], &bytes].concat();
            let url = Attachment::from_data_url("f", data_url("image/png", &bytes));
            prop_assert_eq!(url.size(), Some(bytes.len() as u64));
            prop_assert_eq!(url.inspect(), Attachment::new("f", bytes).inspect());
        }
    }
}
