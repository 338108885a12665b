//! Encodes text as a part of a URL: queries and path templates. All URLs are built here.

/// A query string that is being built. Everything except unreserved characters is percent-encoded,
/// so that no URL parser on the way to the server changes it: the signed URL is the sent one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(pub(crate) Vec<(String, String)>);

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

    /// `?a=1&b=2`, or an empty string if there are no parameters.
    #[must_use]
    pub fn to_suffix(&self) -> String {
        let form = self.to_form();
        if form.is_empty() { form } else { ["?", &form].concat() }
    }

    /// `a=1&b=2`, which is also valid as `application/x-www-form-urlencoded`.
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

    /// Parses a query string without its `?`. `None` if an escape is broken or not UTF-8.
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

/// Encodes a text as one path segment. `None` for an empty text, for `.` and `..` (URL parsers
/// resolve these even when they are escaped), and for control characters.
#[must_use]
pub fn path_segment(text: &str) -> Option<String> {
    if text.is_empty() || text == "." || text == ".." || text.chars().any(char::is_control) {
        return None;
    }
    let mut segment = String::with_capacity(text.len());
    encode_into(&mut segment, text);
    Some(segment)
}

/// Fills in a `template` such as `/tickets/{id_ticket}/close`. The error is the name of a value
/// that is missing or cannot be a segment.
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

/// Returns the decoded values that turn `template` into `path`; `None` if the path does not match.
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
                    // A server that decodes first would take a decoded slash for the start of a
                    // second segment.
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
