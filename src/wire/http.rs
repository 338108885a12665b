//! Requests and responses as plain data, and the one place where text becomes part of a URL. No I/O.

use crate::attachment::body::Body;
use crate::rules::input::{FromInput, Input};
use crate::rules::violation::Violations;
use crate::wire::json::{ToJson, named_to_json};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The methods that the marketplaces use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or adds.
    Post,
    /// Replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
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

named_to_json!(Method, Method::as_str);

impl FromInput for Method {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let name = String::from_input(input, field, violations);
        let all = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter().find(|method| method.as_str() == name).unwrap_or(Self::Get)
    }
}

/// Header names and values in order. Names compare without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// No headers.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads them from pairs of a name and a value.
    pub(crate) fn from_pairs(pairs: Input) -> Self {
        let mut headers = Self::new();
        for pair in pairs.into_list() {
            let mut pair = pair.into_list().into_iter();
            if let (Some(Input::Text(name)), Some(Input::Text(value))) = (pair.next(), pair.next()) {
                headers.0.push((name, value));
            }
        }
        headers
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Sets `name` to `value`, in place of what it was.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.set_text(name.into(), value.into());
    }

    fn set_text(&mut self, name: String, value: String) {
        match self.0.iter_mut().find(|(key, _)| key.eq_ignore_ascii_case(&name)) {
            Some(entry) => entry.1 = value,
            None => self.0.push((name, value)),
        }
    }
}

impl ToJson for Headers {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut headers = Self::new();
        for (name, value) in entries {
            headers.set(name, value);
        }
        headers
    }
}

/// A request that is ready to be sent.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL, encoded; it is signed and sent as it stands.
    pub url: String,
    /// All headers, the secret ones included.
    pub headers: Headers,
    /// The body's bytes; empty when the request has none.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    /// Shows neither header values nor the body: they hold keys and buyers' data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &self.headers.0.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body_len", &self.body.len())
            .finish()
    }
}

/// An answer, read to its end.
#[derive(Clone, PartialEq, Default)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Headers,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// Whether the status says success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the body is a web page, as proxies, sign-in pages and captive portals send it, whatever they call it. No
    /// marketplace does.
    #[must_use]
    pub fn is_web_page(&self) -> bool {
        let body = self.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&self.body).trim_ascii_start();
        let head = body.get(..1024).unwrap_or(body).to_ascii_lowercase();
        let has = |tag: &[u8]| head.windows(tag.len()).any(|part| part == tag);
        let is_called = self.headers.get("content-type").is_some_and(|name| name.to_ascii_lowercase().contains("html"));
        // An API may answer in XML, and servers call an empty answer a page.
        head.starts_with(b"<") && (is_called || has(b"<html") || has(b"<!doctype html"))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("body_len", &self.body.len()).finish()
    }
}

/// A request without its URL's base, its headers and its credentials: what an endpoint makes of its parameters.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The path template, where these parameters go to another one than the operation's own.
    pub template: Option<&'static str>,
    /// The values of the path template's `{names}`, unencoded.
    pub path: Vec<(&'static str, String)>,
    /// The query.
    pub query: Query,
    /// Headers of this request: a page, a language, the `Content-Type` of a form.
    pub headers: Headers,
    /// The body, if the request has one.
    pub body: Option<Body>,
}

/// Built up step by step, each of which is there once: a literal with all fields is made anew in each of 37 operations.
impl Parts {
    /// A request without anything.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value of the path's.
    #[must_use]
    pub fn at(mut self, name: &'static str, value: &str) -> Self {
        self.path.push((name, value.to_owned()));
        self
    }

    /// With this query.
    #[must_use]
    pub fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: String) -> Self {
        self.headers.set(name, value);
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// With a JSON text for its body.
    #[must_use]
    pub(crate) fn json(self, value: &dyn ToJson) -> Self {
        let mut body = Body::new();
        body.push_text(&crate::wire::json::text(value));
        self.body(body)
    }
}

/// A query string in the making. Everything but unreserved characters is percent-encoded, so that no URL parser on
/// the way to the server changes it: the signed URL is the sent one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Adds a parameter.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Adds a parameter if there is a value.
    pub fn push_some(&mut self, name: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            self.push(name, value.to_string());
        }
    }

    /// The parameters, decoded.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// `?a=1&b=2`, or nothing.
    #[must_use]
    pub fn to_suffix(&self) -> String {
        let form = self.to_form();
        if form.is_empty() { form } else { format!("?{form}") }
    }

    /// `a=1&b=2`, as `application/x-www-form-urlencoded` has it too.
    #[must_use]
    pub fn to_form(&self) -> String {
        let mut form = String::new();
        for (name, value) in &self.0 {
            if !form.is_empty() {
                form.push('&');
            }
            encode_into(&mut form, name);
            form.push('=');
            encode_into(&mut form, value);
        }
        form
    }

    /// The parameters of a query string without its `?`. `None` when an escape is broken or not UTF-8.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            query.push(decode(&name.replace('+', " "))?, decode(&value.replace('+', " "))?);
        }
        Some(query)
    }
}

/// A text as one path segment. `None` for what cannot be one: nothing, `.` and `..` (URL parsers resolve these even
/// when they are escaped), and control characters.
#[must_use]
pub fn path_segment(text: &str) -> Option<String> {
    if text.is_empty() || text == "." || text == ".." || text.chars().any(char::is_control) {
        return None;
    }
    let mut segment = String::with_capacity(text.len());
    encode_into(&mut segment, text);
    Some(segment)
}

/// The path that `template` describes, such as `/tickets/{id_ticket}/close`, or the name whose value is missing or
/// cannot be a segment.
pub fn fill_path<'a>(template: &'a str, values: &[(&str, String)]) -> Result<String, &'a str> {
    let mut path = String::new();
    for part in template.split('/').skip(1) {
        path.push('/');
        match placeholder(part) {
            Some(name) => {
                let value = values.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
                path.push_str(&value.and_then(path_segment).ok_or(name)?);
            }
            None => path.push_str(part),
        }
    }
    Ok(path)
}

/// The values that make `template` into `path`, decoded; `None` when the path does not match it.
#[must_use]
pub fn match_path(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut values = Vec::new();
    let mut parts = template.split('/');
    let mut segments = path.split('/');
    loop {
        match (parts.next(), segments.next()) {
            (None, None) => return Some(values),
            (Some(part), Some(segment)) => match placeholder(part) {
                Some(name) => {
                    let value = decode(segment)?;
                    // A decoded slash would be a second segment to a server that decodes first.
                    if value.contains(['/', '\\']) || path_segment(&value).is_none() {
                        return None;
                    }
                    values.push((name, value));
                }
                None if part == segment => {}
                None => return None,
            },
            _ => return None,
        }
    }
}

fn placeholder(part: &str) -> Option<&str> {
    part.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'))
}

fn encode_into(out: &mut String, text: &str) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let nibble = |value: u8| HEX.get(usize::from(value & 0xF)).copied().unwrap_or('0');
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.extend(['%', nibble(byte >> 4), nibble(byte)]);
        }
    }
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut nibble = || char::from(rest.next()?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let (high, low) = (nibble()?, nibble()?);
            bytes.push((high << 4) | low);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headers_compare_without_case() {
        let mut headers = Headers::from_iter([("Retry-After", "1")]);
        headers.set("retry-after", "2");
        assert_eq!(headers.get("RETRY-AFTER"), Some("2"));
        assert_eq!(headers.0.len(), 1);
    }

    #[test]
    fn a_path_takes_ids_as_one_segment_each() {
        let fill = |id: &str| fill_path("/tickets/{id}/close", &[("id", id.to_owned())]);
        assert_eq!(fill("00110").as_deref(), Ok("/tickets/00110/close"));
        assert_eq!(fill("a/b?x=1#y").as_deref(), Ok("/tickets/a%2Fb%3Fx%3D1%23y/close"));
        assert_eq!(fill("../../orders").as_deref(), Ok("/tickets/..%2F..%2Forders/close"));
        assert_eq!(fill("%2e%2e").as_deref(), Ok("/tickets/%252e%252e/close"));
        for bad in ["", ".", "..", "a\r\nb", "\0"] {
            assert_eq!(fill(bad), Err("id"), "{bad:?}");
        }
    }

    #[test]
    fn a_path_is_matched_segment_by_segment() {
        let template = "/tickets/{id}/close";
        assert_eq!(match_path(template, "/tickets/00110/close"), Some(vec![("id", "00110".to_owned())]));
        assert_eq!(match_path(template, "/tickets/%30%30110/close"), Some(vec![("id", "00110".to_owned())]));
        for bad in [
            "/tickets//close",
            "/tickets/../close",
            "/tickets/%2e%2e/close",
            "/tickets/a%2fb/close",
            "/tickets/a%5cb/close",
            "/tickets/00110/close/",
            "/tickets/00110/Close",
            "/tickets/00110/%63lose",
            "//tickets/00110/close",
            "/tickets/00110",
            "/tickets/%zz/close",
            "/tickets/%ff/close",
            "tickets/00110/close",
        ] {
            assert_eq!(match_path(template, bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn queries_survive_a_round_trip(pairs in proptest::collection::vec((".{1,8}", ".{0,8}"), 0..6)) {
            let mut query = Query::default();
            for (name, value) in pairs {
                query.push(name, value);
            }
            let suffix = query.to_suffix();
            prop_assert_eq!(Query::parse(suffix.strip_prefix('?').unwrap_or("")), Some(query));
            prop_assert!(suffix.bytes().all(|b| b.is_ascii_graphic()));
        }

        #[test]
        fn segments_survive_a_round_trip(text in "[^/\\\\]{1,20}") {
            if let Some(segment) = path_segment(&text) {
                prop_assert_eq!(match_path("/{x}", &format!("/{segment}")), Some(vec![("x", text)]));
            }
        }

        #[test]
        fn decoding_never_panics(text in "\\PC{0,30}") {
            let _ = Query::parse(&text);
            let _ = match_path("/a/{x}", &text);
        }
    }
}
