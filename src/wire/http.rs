//! Requests and responses as plain data. No I/O.

use crate::wire::repeats::repeats;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The HTTP methods that the marketplaces use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Method {
    /// Reads a resource.
    Get,
    /// Creates a resource or adds to it.
    Post,
    /// Replaces a resource.
    Put,
    /// Changes a resource.
    Patch,
    /// Deletes a resource.
    Delete,
}

impl Method {
    /// The method in upper case, as it is sent and signed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Header names and values in order. Names are compared without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// An empty list of headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first value of the header `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Sets the header `name` to `value`, which replaces an earlier value.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(key, _)| key.eq_ignore_ascii_case(&name)) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut list: Vec<(String, String)> =
            entries.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        // The last one of equal names counts.
        list.reverse();
        let names: Vec<_> = list.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let mut repeats = repeats(names).into_iter();
        list.retain(|_| repeats.next() == Some(false));
        list.reverse();
        Self(list)
    }
}

/// A request that is ready to be sent.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The full, encoded URL. It is signed and sent unchanged.
    pub url: String,
    /// All headers, including the secret ones.
    pub headers: Headers,
    /// The bytes of the body; empty if the request has none.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    /// Shows neither header values nor the body: they contain keys and buyers' data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers.0.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// A response that has been read to its end.
#[derive(Clone, PartialEq, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Returns whether a text has these words, in ASCII letters of either case. The search for a text in
/// the standard library would make each module 4 KB larger, because its panic quotes the text.
#[must_use]
pub fn mentions(text: &[u8], words: &str) -> bool {
    text.windows(words.len()).any(|part| part.eq_ignore_ascii_case(words.as_bytes()))
}

impl Response {
    /// Returns whether the status is 200 to 299.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Returns whether the headers call the body HTML.
    #[must_use]
    pub fn is_called_html(&self) -> bool {
        self.headers.get("content-type").is_some_and(|name| mentions(name.as_bytes(), "html"))
    }

    /// Returns whether the body is a web page. Proxies, sign-in pages and captive portals send one,
    /// under any content type; no marketplace does.
    #[must_use]
    pub fn is_web_page(&self) -> bool {
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body).trim_ascii_start();
        let head = body.get(..1024).unwrap_or(body);
        // An API may answer in XML, and servers label empty answers as HTML.
        head.starts_with(b"<") && (self.is_called_html() || mentions(head, "<html") || mentions(head, "<!doctype html"))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("body_len", &self.body.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_mentioned_in_letters_of_either_case() {
        for (text, words, has) in [
            ("text/HTML; charset=utf-8", "html", true),
            ("the Limit", "limit", true),
            ("limi", "limit", false),
            ("lim it", "limit", false),
            ("", "limit", false),
        ] {
            assert_eq!(mentions(text.as_bytes(), words), has, "{text}");
        }
    }

    #[test]
    fn headers_compare_without_case() {
        let mut headers = Headers::from_iter([("Retry-After", "1")]);
        headers.set("retry-after", "2");
        assert_eq!(headers.get("RETRY-AFTER"), Some("2"));
        assert_eq!(headers.0.len(), 1);
        let headers = Headers::from_iter([("A", "1"), ("b", "2"), ("a", "3")]);
        assert_eq!(headers, Headers(vec![("b".to_owned(), "2".to_owned()), ("a".to_owned(), "3".to_owned())]));
    }
}
