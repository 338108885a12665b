//! The settings of a client, apart from its credentials.

use crate::rules::input::{Fields, FromInput, Input};
use crate::rules::violation::Figure::{Cut, Number, Text};
use crate::rules::violation::{Violations, check_range, words};
use crate::wire::address::base_url_problem;
use crate::wire::http::Headers;

/// The settings that all marketplaces share: how requests are built and how long they may take.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "camelCase", optional_fields))]
pub struct Settings {
    /// The base URL of the API: https, or http on a loopback host. Without it, it is the
    /// marketplace's own.
    pub base_url: Option<String>,
    /// Whether to use the vendor's sandbox instead of its production API.
    #[cfg_attr(feature = "types", ts(rename = "environment", optional, type = "\"production\" | \"sandbox\""))]
    pub sandbox: bool,
    /// Whether `base_url` is a gateway of this library. The gateway signs and retries, so nothing
    /// is signed or retried here.
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub gateway: bool,
    /// Whether requests may contain values outside a documented list.
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub allow_unknown_values: bool,
    /// How lists are encoded in a query.
    #[cfg_attr(feature = "types", ts(as = "Option<ArrayEncoding>"))]
    pub array_encoding: ArrayEncoding,
    /// Headers that are added to every request.
    #[cfg_attr(feature = "types", ts(as = "Option<std::collections::BTreeMap<String, String>>"))]
    pub headers: Headers,
    /// The time limit for one attempt in milliseconds, including its body.
    #[cfg_attr(feature = "types", ts(as = "Option<f64>"))]
    pub timeout_ms: f64,
    /// The time limit for the whole call in milliseconds: waiting, attempts and bodies.
    #[cfg_attr(feature = "types", ts(as = "Option<f64>"))]
    pub total_timeout_ms: f64,
    /// The most times that a read is repeated, and that a write under
    /// [`Once`](crate::call::once::Once) is sent again.
    #[cfg_attr(feature = "types", ts(as = "Option<u32>"))]
    pub max_retries: u32,
    /// How long a write may take to become visible in milliseconds, for
    /// [`Once`](crate::call::once::Once). `None` stands for the marketplace's own value.
    pub settle_ms: Option<f64>,
    /// The path for tickets at a marketplace that does not document it, such as `/ticket`. `None`
    /// stands for the likely path.
    pub ticket_path: Option<String>,
    /// An unpredictable text for the boundaries of forms. The driver makes a new one for each call.
    #[cfg_attr(feature = "types", ts(skip))]
    pub nonce: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            base_url: None,
            sandbox: false,
            gateway: false,
            allow_unknown_values: false,
            array_encoding: ArrayEncoding::default(),
            headers: Headers::new(),
            timeout_ms: 60_000.0,
            total_timeout_ms: 300_000.0,
            max_retries: 2,
            settle_ms: None,
            ticket_path: None,
            nonce: String::new(),
        }
    }
}

/// The encoding of a list of values in a query. The vendors' documents and their clients differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum ArrayEncoding {
    /// `status=opened&status=buyer_closed`
    #[default]
    Repeat,
    /// `status=opened%2Cbuyer_closed`
    Comma,
    /// `status%5B0%5D=opened&status%5B1%5D=buyer_closed`
    Brackets,
}

impl ArrayEncoding {
    /// Adds `values` to the query under `name`.
    pub fn push<'a>(self, query: &mut crate::wire::url::Query, name: &str, values: impl IntoIterator<Item = &'a str>) {
        match self {
            Self::Repeat => values.into_iter().for_each(|value| query.push(name, value)),
            Self::Comma => {
                let joined = values.into_iter().collect::<Vec<_>>().join(",");
                if !joined.is_empty() {
                    query.push(name, joined);
                }
            }
            Self::Brackets => {
                values.into_iter().enumerate().for_each(|(index, value)| query.push(format!("{name}[{index}]"), value))
            }
        }
    }
}

/// The settings of a single call, which override the client's.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "WireOptions", rename_all = "camelCase", optional_fields))]
pub struct CallOptions {
    /// See [`Settings::timeout_ms`].
    pub timeout_ms: Option<f64>,
    /// See [`Settings::total_timeout_ms`].
    pub total_timeout_ms: Option<f64>,
    /// See [`Settings::max_retries`].
    pub max_retries: Option<u32>,
    /// See [`Settings::settle_ms`].
    pub settle_ms: Option<f64>,
    /// See [`Settings::nonce`]. The drivers set it.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub nonce: String,
    /// Whether the client's credentials use a session. The drivers set it.
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub session: bool,
    /// Headers that are added to the client's.
    #[cfg_attr(feature = "types", ts(as = "Option<std::collections::BTreeMap<String, String>>"))]
    pub headers: Headers,
}

impl Settings {
    /// Returns these settings with a call's own in place of theirs.
    #[must_use]
    pub fn with(&self, options: &CallOptions) -> Self {
        let headers = self.headers.0.iter().chain(&options.headers.0).cloned().collect();
        Self {
            timeout_ms: options.timeout_ms.unwrap_or(self.timeout_ms),
            total_timeout_ms: options.total_timeout_ms.unwrap_or(self.total_timeout_ms),
            max_retries: options.max_retries.unwrap_or(self.max_retries),
            settle_ms: options.settle_ms.or(self.settle_ms),
            nonce: options.nonce.clone(),
            headers,
            ..self.clone()
        }
    }

    /// Reports a base URL that cannot work.
    pub(crate) fn check_address(&self, violations: &mut Violations) {
        if let Some(url) = &self.base_url {
            check_base_url(violations, "baseUrl", url);
        } else if self.gateway {
            let words = words!("required", [], "`{field}` is missing", "give the gateway's URL");
            violations.add("gateway", words, []);
        }
    }

    /// Reports other settings that cannot work with any marketplace.
    pub(crate) fn check_others(&self, violations: &mut Violations) {
        check_headers(violations, "headers", &self.headers, self.gateway);
        check_duration(violations, "timeoutMs", self.timeout_ms);
        check_duration(violations, "totalTimeoutMs", self.total_timeout_ms);
        check_range(violations, "maxRetries", i64::from(self.max_retries), 0, 10);
        if let Some(ms) = self.settle_ms {
            check_duration(violations, "settleMs", ms);
        }
        if let Some(path) = &self.ticket_path {
            check_ticket_path(violations, path);
        }
    }
}

impl CallOptions {
    /// Reports values that cannot work in a call of a client with these settings.
    pub fn check(&self, settings: &Settings, violations: &mut Violations) {
        check_headers(violations, "headers", &self.headers, settings.gateway);
        for (field, value) in
            [("timeoutMs", self.timeout_ms), ("totalTimeoutMs", self.total_timeout_ms), ("settleMs", self.settle_ms)]
        {
            if let Some(ms) = value {
                check_duration(violations, field, ms);
            }
        }
        if let Some(retries) = self.max_retries {
            check_range(violations, "maxRetries", i64::from(retries), 0, 10);
        }
    }
}

/// Timers take at most 2^31 - 1 milliseconds.
const MAX_DURATION_MS: i32 = i32::MAX;

fn check_duration(violations: &mut Violations, field: &str, ms: f64) {
    if !(1.0..=f64::from(MAX_DURATION_MS)).contains(&ms) {
        let words = words!(
            "out_of_range",
            ["min", "max"],
            "`{field}` is not a time from {min} to {max} milliseconds",
            "give milliseconds",
        );
        violations.add(field, words, [Number(1), Number(i64::from(MAX_DURATION_MS))]);
    }
}

/// The header names that the library or the host sets itself.
const RESERVED_HEADERS: [&str; 8] =
    ["accept", "content-type", "content-length", "host", "authorization", "cookie", "connection", "transfer-encoding"];

/// Reports header names and values that HTTP does not allow, or that would replace the library's
/// own. `authorization` is allowed for a gateway: the page identifies itself with it, and no keys
/// are present that it could replace.
pub fn check_headers(violations: &mut Violations, field: &str, headers: &Headers, gateway: bool) {
    for (name, value) in &headers.0 {
        let at = format!("{field}.{name}");
        let lower = name.to_ascii_lowercase();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)) {
            let words = words!(
                "invalid_header_name",
                ["_name"],
                "`{_name}` is not a header name",
                "use letters, digits and hyphens",
            );
            violations.add(field, words, [Cut(name)]);
        } else if gateway && lower == "authorization" {
            check_header_value(violations, &at, value);
        } else if RESERVED_HEADERS.contains(&lower.as_str()) || lower.starts_with("shop-") {
            let words = words!(
                "reserved_header",
                ["_name"],
                "the header `{_name}` is set by the library",
                "leave it out; credentials belong in the client's options, and `authorization` is for a `gateway` alone",
            );
            violations.add(&at, words, [Cut(name)]);
        } else {
            check_header_value(violations, &at, value);
        }
    }
}

/// Reports a text that cannot be a header value. Control characters end a header, and hosts encode
/// characters outside ASCII differently.
pub fn check_header_value(violations: &mut Violations, field: &str, value: &str) {
    if !value.bytes().all(|b| b == b'\t' || (b' '..=b'~').contains(&b)) {
        let words = words!(
            "invalid_header_value",
            [],
            "`{field}` holds a character that a header cannot have",
            "use printable ASCII without line breaks",
        );
        violations.add(field, words, []);
    }
}

/// Reports a URL that credentials must not be sent to, or that paths cannot be appended to.
pub fn check_base_url(violations: &mut Violations, field: &str, url: &str) {
    if let Some((code, problem)) = base_url_problem(url) {
        let words = words!(
            "{_code}",
            ["value", "_code", "_problem"],
            "`{field}` {_problem}",
            "give an https URL without query; http is for loopback hosts only",
        );
        violations.add(field, words, [Cut(shown_url(url)), Text(code), Text(problem)]);
    }
}

/// Returns a URL that cannot be used, without query and fragment. Nothing of it is shown if it may
/// hold a password: where that ends is uncertain in a text that is no valid URL.
fn shown_url(url: &str) -> &str {
    if url.contains('@') { "…" } else { url.split(['?', '#']).next().unwrap_or_default() }
}

/// Reports a path with a part that a URL parser would change.
fn check_ticket_path(violations: &mut Violations, path: &str) {
    let is_plain = |segment: &str| {
        !matches!(segment, "" | "." | "..")
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'))
    };
    if !path.strip_prefix('/').is_some_and(|rest| rest.split('/').all(is_plain)) {
        let words = words!(
            "invalid_path",
            ["value"],
            "`{field}` is `{value}`, not a path of plain segments",
            "write it as /order/ticket: letters, digits, `-`, `.`, `_`, `~`, and no slash at the end",
        );
        violations.add("ticketPath", words, [Cut(path)]);
    }
}

impl FromInput for ArrayEncoding {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match String::from_input(input, field, violations).as_str() {
            "comma" => Self::Comma,
            "brackets" => Self::Brackets,
            "repeat" | "" => Self::Repeat,
            other => {
                violations.push(crate::rules::violation::unknown_value(field, other, &["repeat", "comma", "brackets"]));
                Self::Repeat
            }
        }
    }
}

impl FromInput for Settings {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let normal = Self::default();
        let environment: Option<String> = fields.take("environment");
        let settings = Self {
            base_url: fields.take("baseUrl"),
            sandbox: environment.as_deref() == Some("sandbox"),
            gateway: fields.take::<Option<bool>>("gateway").unwrap_or(false),
            allow_unknown_values: fields.take::<Option<bool>>("allowUnknownValues").unwrap_or(false),
            array_encoding: fields.take::<Option<ArrayEncoding>>("arrayEncoding").unwrap_or_default(),
            headers: fields.take::<Option<Headers>>("headers").unwrap_or_default(),
            timeout_ms: fields.take::<Option<f64>>("timeoutMs").unwrap_or(normal.timeout_ms),
            total_timeout_ms: fields.take::<Option<f64>>("totalTimeoutMs").unwrap_or(normal.total_timeout_ms),
            max_retries: fields.take::<Option<u32>>("maxRetries").unwrap_or(normal.max_retries),
            settle_ms: fields.take("settleMs"),
            ticket_path: fields.take("ticketPath"),
            nonce: String::new(),
        };
        if let Some(other) = environment.filter(|name| name != "sandbox" && name != "production") {
            violations.push(crate::rules::violation::unknown_value("environment", &other, &["production", "sandbox"]));
        }
        settings
    }
}

impl FromInput for CallOptions {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            timeout_ms: fields.take("timeoutMs"),
            total_timeout_ms: fields.take("totalTimeoutMs"),
            max_retries: fields.take("maxRetries"),
            settle_ms: fields.take("settleMs"),
            nonce: fields.take::<Option<String>>("nonce").unwrap_or_default(),
            session: fields.take::<Option<bool>>("session").unwrap_or(false),
            headers: fields.take::<Option<Headers>>("headers").unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_with_a_password_is_not_shown() {
        for url in [
            "https://user:hunter2@api.test/v2",
            "user:hunter2@api.test",
            "https://user:hun?ter2@api.test",
            "https://user:hunter2#@api.test",
            "https:/\\user:hunter2@api.test",
            "//user:hunter2@api.test",
        ] {
            let mut violations = Violations::new();
            check_base_url(&mut violations, "baseUrl", url);
            let found = format!("{:?}", violations.into_vec());
            assert!(found.contains("baseUrl") && !found.contains("hun") && !found.contains("ter2"), "{found}");
        }
        assert_eq!(shown_url("https://api.test/v2?key=a"), "https://api.test/v2");
    }

    #[test]
    fn authorization_is_for_a_gateway_alone() {
        let codes = |gateway: bool, name: &str, value: &str| {
            let headers = Headers::from_iter([(name, value)]);
            let settings = Settings { gateway, ..Settings::default() };
            let (mut of_client, mut of_call) = (Violations::new(), Violations::new());
            check_headers(&mut of_client, "headers", &headers, gateway);
            CallOptions { headers, ..CallOptions::default() }.check(&settings, &mut of_call);
            let list = |found: Violations| {
                found.into_vec().into_iter().map(|found| (found.field, found.code)).collect::<Vec<_>>()
            };
            let found = list(of_client);
            assert_eq!(found, list(of_call));
            found
        };
        let one = |name: &str, code: &str| vec![(format!("headers.{name}"), code.to_owned())];
        for name in ["authorization", "Authorization"] {
            assert_eq!(codes(true, name, "Bearer mine"), []);
            assert_eq!(codes(true, name, "Bearer\nmine"), one(name, "invalid_header_value"));
            assert_eq!(codes(false, name, "Bearer mine"), one(name, "reserved_header"));
        }
        for name in ["cookie", "host", "shop-signature"] {
            assert_eq!(codes(true, name, "mine"), one(name, "reserved_header"));
        }
    }
}
