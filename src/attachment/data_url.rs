//! Data URLs in the one form that the marketplaces accept: `data:<type>/<subtype>;base64,<base64>`
//! (RFC 2397 without parameters). They carry content that the caller has already encoded.

use crate::rules::codes::{Code, ViolationCode, code};
use std::fmt;

use super::base64::{self, Base64Error};

/// The checked parts of a data URL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DataUrl<'a> {
    /// The media type, `type/subtype`, as written.
    pub mime_type: &'a str,
    /// The base64 text, which is valid.
    pub data: &'a str,
}

impl DataUrl<'_> {
    /// The size of the content in bytes.
    pub fn size(&self) -> u64 {
        base64::check(self.data.as_bytes()).unwrap_or_default()
    }

    /// The decoded content.
    pub fn decode(&self) -> Vec<u8> {
        base64::decode(self.data.as_bytes()).unwrap_or_default()
    }
}

/// Shows the length of the data instead of the data.
impl fmt::Debug for DataUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DataUrl({}, {} characters)", self.mime_type, self.data.len())
    }
}

/// The reason why a text is not a data URL that can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataUrlError {
    /// The text does not start with `data:`.
    Scheme,
    /// There is no comma before the data.
    Comma,
    /// The media type is missing or is not `type/subtype`.
    MimeType,
    /// There are parameters between the media type and `;base64`.
    Parameters,
    /// `;base64` is missing before the comma.
    NotBase64,
    /// The data is not base64; offsets count from the first character of the data.
    Data(Base64Error),
}

impl DataUrlError {
    /// A stable code for programs.
    pub const fn code(self) -> Code<ViolationCode> {
        match self {
            Self::Scheme => code!("data_url_scheme"),
            Self::Comma => code!("data_url_comma"),
            Self::MimeType => code!("data_url_mime_type"),
            Self::Parameters => code!("data_url_parameters"),
            Self::NotBase64 => code!("data_url_not_base64"),
            Self::Data(error) => error.code(),
        }
    }

    /// The problem in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Scheme => "the data url does not start with data:",
            Self::Comma => "the data url has no comma before its data",
            Self::MimeType => "the data url has no valid mime type",
            Self::Parameters => "the data url has parameters after its mime type",
            Self::NotBase64 => "the data url is not marked as base64",
            Self::Data(error) => error.message(),
        }
    }

    /// The remedy in words.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Scheme => "put data:<mime type>;base64, before the base64 text, in lower case",
            Self::Comma => "write data:<mime type>;base64,<base64 text>",
            Self::MimeType => "write the mime type as type/subtype, such as image/png",
            Self::Parameters => "remove the parameters, such as charset or name, between the mime type and ;base64",
            Self::NotBase64 => "encode the content as base64 and write ;base64 before the comma",
            Self::Data(error) => error.hint(),
        }
    }

    /// The offset in bytes of the faulty character, counted from the first character of the data.
    pub const fn at(self) -> Option<usize> {
        match self {
            Self::Data(error) => error.at(),
            _ => None,
        }
    }
}

impl fmt::Display for DataUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        f.write_str(": ")?;
        f.write_str(self.hint())
    }
}

impl std::error::Error for DataUrlError {}

/// Reads and checks a data URL without allocating. Empty data is allowed: it is an empty file.
pub fn parse(text: &str) -> Result<DataUrl<'_>, DataUrlError> {
    let (mime_type, data) = split(text)?;
    base64::check(data.as_bytes()).map_err(DataUrlError::Data)?;
    Ok(DataUrl { mime_type, data })
}

/// The media type and the unchecked data.
pub(crate) fn split(text: &str) -> Result<(&str, &str), DataUrlError> {
    let text = text.strip_prefix("data:").ok_or(DataUrlError::Scheme)?;
    let (head, data) = text.split_once(',').ok_or(DataUrlError::Comma)?;
    let (head, base64) = match head.strip_suffix(";base64") {
        Some(head) => (head, true),
        None => (head, false),
    };
    let (mime_type, parameters) = match head.split_once(';') {
        Some((mime_type, _)) => (mime_type, true),
        None => (head, false),
    };
    if !is_mime_type(mime_type) {
        Err(DataUrlError::MimeType)
    } else if !base64 {
        Err(DataUrlError::NotBase64)
    } else if parameters {
        Err(DataUrlError::Parameters)
    } else {
        Ok((mime_type, data))
    }
}

/// Returns whether `text` is `type/subtype` in the characters of RFC 6838, section 4.2, without
/// parameters.
pub fn is_mime_type(text: &str) -> bool {
    let name = |name: &str| {
        name.len() <= 127
            && name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/').is_some_and(|(kind, subtype)| name(kind) && name(subtype))
}

/// The text before the base64 text: `data:<mime type>;base64,`.
pub fn prefix(mime_type: &str) -> String {
    ["data:", mime_type, ";base64,"].concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts() {
        let url = parse("data:application/pdf;base64,JVBERi0xLjQK").unwrap();
        assert_eq!(url, DataUrl { mime_type: "application/pdf", data: "JVBERi0xLjQK" });
        assert_eq!(url.size(), 9);
        assert_eq!(url.decode(), b"%PDF-1.4\n");
        assert_eq!(parse("data:text/plain;base64,").unwrap().size(), 0);
        assert!(parse("data:image/svg+xml;base64,PHN2Zy8+").is_ok());
        assert!(!format!("{url:?}").contains("JVBE"));
    }

    #[test]
    fn each_fault_has_its_code() {
        for (text, code) in [
            ("", "data_url_scheme"),
            ("JVBERi0xLjQK", "data_url_scheme"),
            ("DATA:text/plain;base64,Zm9v", "data_url_scheme"),
            (" data:text/plain;base64,Zm9v", "data_url_scheme"),
            ("data:", "data_url_comma"),
            ("data:text/plain;base64", "data_url_comma"),
            ("data:;base64,Zm9v", "data_url_mime_type"),
            ("data:,foo", "data_url_mime_type"),
            ("data:text;base64,Zm9v", "data_url_mime_type"),
            ("data:text/;base64,Zm9v", "data_url_mime_type"),
            ("data:text/a/b;base64,Zm9v", "data_url_mime_type"),
            ("data:te xt/plain;base64,Zm9v", "data_url_mime_type"),
            ("data:image/png\";base64,Zm9v", "data_url_mime_type"),
            ("data:text/plain,foo", "data_url_not_base64"),
            ("data:text/plain;charset=utf-8,foo", "data_url_not_base64"),
            ("data:text/plain;BASE64,Zm9v", "data_url_not_base64"),
            ("data:text/plain;base64;charset=utf-8,Zm9v", "data_url_not_base64"),
            ("data:text/plain;charset=utf-8;base64,Zm9v", "data_url_parameters"),
            ("data:text/plain;;base64,Zm9v", "data_url_parameters"),
            ("data:text/plain;base64, Zm9v", "base64_whitespace"),
            ("data:text/plain;base64,Zm9v\n", "base64_whitespace"),
            ("data:text/plain;base64,ab-_", "base64_url_safe"),
            ("data:text/plain;base64,Zm9vYg%3D%3D", "base64_character"),
            ("data:text/plain;base64,Zm9,", "base64_character"),
            ("data:text/plain;base64,Zm9vYg", "base64_padding"),
            ("data:text/plain;base64,Zh==", "base64_trailing_bits"),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.code(), code, "{text:?}");
            let shown = error.to_string();
            assert!(shown.contains(error.message()) && shown.contains(error.hint()) && !shown.ends_with('.'));
        }
        assert_eq!(parse("data:text/plain;base64,Zm 9").unwrap_err().at(), Some(2));
    }

    proptest! {
        #[test]
        fn round_trip(bytes: Vec<u8>, mime_type in "[a-z0-9]{1,9}/[a-zA-Z0-9.+-]{0,9}[a-z]") {
            prop_assume!(is_mime_type(&mime_type));
            let text = prefix(&mime_type) + std::str::from_utf8(&base64::encode(&bytes)).unwrap();
            let url = parse(&text).unwrap();
            prop_assert_eq!(url.mime_type, &mime_type);
            prop_assert_eq!(url.size(), bytes.len() as u64);
            prop_assert_eq!(url.decode(), bytes);
        }

        #[test]
        fn any_text_is_read_or_refused(text: String) {
            prop_assert!(parse(&text).is_err() || text.starts_with("data:"));
        }

        #[test]
        fn what_is_read_is_made_of_its_parts(
            text in "(data:)?[a-z;/=]{0,6}(text/plain)?(;[a-z]{0,3}=?[a-z]{0,2}){0,2}(;base64)?,?[A-Za-z0-9+/=\\PC]{0,9}={0,3}"
        ) {
            if let Ok(url) = parse(&text) {
                prop_assert_eq!(prefix(url.mime_type) + url.data, text.as_str());
                prop_assert_eq!(base64::encode(&url.decode()), url.data.as_bytes());
            }
        }
    }
}
