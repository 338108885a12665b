//! The settings of a client, apart from its credentials.

use crate::rules::codes::Code;
use crate::rules::input::{Fields, FromInput, wrong_type};
use crate::rules::violation::{Violation, Violations, check_range, unknown_value};
use crate::rules::words::{Cut, Millis, Name, Text, words};
use crate::wire::address::base_url_problem;
use crate::wire::http::Headers;
use crate::wire::json::Json;

/// Declares settings, each in one place: its name in JavaScript, its type and its default. One
/// without a name is not read from JavaScript.
macro_rules! settings {
    (
        $(#[$about:meta])*
        pub struct $Name:ident {
            $( $(#[$about_field:meta])* $( $name:literal as )? $field:ident: $Type:ty = $default:expr, )*
        }
    ) => {
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
        $(#[$about])*
        pub struct $Name {
            $(
                $(#[$about_field])*
                $( #[cfg_attr(feature = "types", ts(rename = $name))] )?
                pub $field: $Type,
            )*
        }

        impl Default for $Name {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        impl FromInput for $Name {
            fn from_input(input: Json, path: &str, violations: &mut Violations) -> Self {
                let mut settings = Self::default();
                let mut fields = Fields::new(input, path, violations);
                $( $( fields.replace($name, &mut settings.$field); )? )*
                settings
            }
        }
    };
}

settings! {
    /// The settings that all marketplaces share: how requests are built and how long they may take.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Settings {
        /// The base URL of the API: https, or http on a loopback host. Without it, it is the
        /// marketplace's own.
        "baseUrl" as base_url: Option<String> = None,
        /// Whether to use the vendor's production API or its sandbox.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "environment" as environment: Environment = Environment::Production,
        /// Whether `baseUrl` is a gateway of this library. The gateway signs and retries, so
        /// nothing is signed or retried here.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "gateway" as gateway: bool = false,
        /// Whether requests may contain values outside a documented list.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "allowUnknownValues" as allow_unknown_values: bool = false,
        /// How lists are encoded in a query. By default names are repeated, except for parameters
        /// that the vendor describes as one text with commas.
        "arrayEncoding" as array_encoding: Option<ArrayEncoding> = None,
        /// Headers that are added to every request.
        #[cfg_attr(feature = "types", ts(as = "Option<std::collections::BTreeMap<String, String>>"))]
        "headers" as headers: Headers = Headers::new(),
        /// The time limit for one attempt in milliseconds, including its body.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "timeoutMs" as timeout_ms: f64 = 60_000.0,
        /// The time limit for the whole call in milliseconds: waiting, attempts and bodies.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "totalTimeoutMs" as total_timeout_ms: f64 = 300_000.0,
        /// The most times that a read is repeated, and that a write under
        /// [`Once`](crate::call::once::Once) is sent again.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "maxRetries" as max_retries: u32 = 2,
        /// How long a write may take to become visible in milliseconds, for
        /// [`Once`](crate::call::once::Once). By default it is the marketplace's own value.
        "settleMs" as settle_ms: Option<f64> = None,
        /// The path for tickets at a marketplace that does not document it, such as `/ticket`. By
        /// default it is the likely path.
        "ticketPath" as ticket_path: Option<String> = None,
        /// Whether a complaint that needs files needs one with every product, or at least one in
        /// all. The marketplace does not document it.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "filesPer" as files_per: FilesPer = FilesPer::Product,
        /// An unpredictable text for the boundaries of forms. The driver makes a new one for each
        /// call.
        #[cfg_attr(feature = "types", ts(skip))]
        nonce: String = String::new(),
        /// See [`CallOptions::accept`].
        #[cfg_attr(feature = "types", ts(skip))]
        accept: Accept = Accept::Json,
        /// See [`CallOptions::left_ms`].
        #[cfg_attr(feature = "types", ts(skip))]
        left_ms: Option<f64> = None,
    }
}

/// The API of a vendor that requests go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum Environment {
    /// The real one.
    Production,
    /// The one for tests.
    Sandbox,
}

/// What needs files, where a complaint needs them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum FilesPer {
    /// Every product needs one.
    Product,
    /// The ticket needs one, with any of its products.
    Ticket,
}

/// The form of the responses that a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum Accept {
    /// The operation's usual form.
    Json,
    /// XML, handed out as text.
    Xml,
}

/// The encoding of a list of values in a query. The vendors' documents and their clients differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename_all = "lowercase"))]
pub enum ArrayEncoding {
    /// `status=opened&status=buyer_closed`
    Repeat,
    /// `status=opened%2Cbuyer_closed`
    Comma,
    /// `status%5B0%5D=opened&status%5B1%5D=buyer_closed`
    Brackets,
}

impl ArrayEncoding {
    /// The names of the encodings.
    pub const KNOWN: [(&str, Self); 3] =
        [("repeat", Self::Repeat), ("comma", Self::Comma), ("brackets", Self::Brackets)];

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

settings! {
    /// The settings of a single call, which override the client's.
    #[derive(Debug, Clone, PartialEq)]
    #[cfg_attr(feature = "types", ts(rename = "WireOptions"))]
    pub struct CallOptions {
        /// See [`Settings::timeout_ms`].
        "timeoutMs" as timeout_ms: Option<f64> = None,
        /// See [`Settings::total_timeout_ms`].
        "totalTimeoutMs" as total_timeout_ms: Option<f64> = None,
        /// See [`Settings::max_retries`].
        "maxRetries" as max_retries: Option<u32> = None,
        /// See [`Settings::settle_ms`].
        "settleMs" as settle_ms: Option<f64> = None,
        /// See [`Settings::nonce`]. The drivers set it.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "nonce" as nonce: String = String::new(),
        /// The form of the response, where the marketplace offers another one than JSON. The result
        /// is then the text as it came. Rust programs call
        /// [`AsXml`](crate::vendor::as_xml::AsXml) in place of setting it.
        "accept" as accept: Option<Accept> = None,
        /// The part of the total timeout that is left, in milliseconds, if some of it is over. The
        /// drivers set it.
        "leftMs" as left_ms: Option<f64> = None,
        /// Whether the client's credentials use a session. The drivers set it.
        #[cfg_attr(feature = "types", ts(as = "Option<_>"))]
        "session" as session: bool = false,
        /// Headers that are added to the client's.
        #[cfg_attr(feature = "types", ts(as = "Option<std::collections::BTreeMap<String, String>>"))]
        "headers" as headers: Headers = Headers::new(),
    }
}

impl Settings {
    /// Returns these settings with a call's own in place of theirs.
    #[must_use]
    pub fn with(&self, options: &CallOptions) -> Self {
        let mut settings = self.clone();
        settings.timeout_ms = options.timeout_ms.unwrap_or(self.timeout_ms);
        settings.total_timeout_ms = options.total_timeout_ms.unwrap_or(self.total_timeout_ms);
        settings.max_retries = options.max_retries.unwrap_or(self.max_retries);
        settings.settle_ms = options.settle_ms.or(self.settle_ms);
        settings.nonce.clone_from(&options.nonce);
        settings.accept = options.accept.unwrap_or(self.accept);
        settings.left_ms = options.left_ms.or(self.left_ms);
        // Most clients and calls have none.
        if !(self.headers.0.is_empty() && options.headers.0.is_empty()) {
            settings.headers = self.headers.0.iter().chain(&options.headers.0).cloned().collect();
        }
        settings
    }

    /// Returns the time that a call has from now on, in milliseconds.
    #[must_use]
    pub fn time_left_ms(&self) -> f64 {
        self.left_ms.unwrap_or(self.total_timeout_ms)
    }

    /// Reports a base URL that cannot work.
    pub(crate) fn check_address(&self, violations: &mut Violations) {
        if let Some(url) = &self.base_url {
            check_base_url(violations, "baseUrl", url);
        } else if self.gateway {
            let words = words!("required", [], "`{field}` is missing", "give the gateway's URL");
            violations.add("gateway", words, ());
        }
    }

    /// Reports other settings that cannot work with any marketplace.
    pub(crate) fn check_others(&self, violations: &mut Violations) {
        check_headers(violations, "headers", &self.headers, self.gateway);
        check_duration(violations, "timeoutMs", self.timeout_ms);
        check_duration(violations, "totalTimeoutMs", self.total_timeout_ms);
        check_range(violations, "maxRetries", i64::from(self.max_retries), 0, MAX_RETRIES);
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
            check_range(violations, "maxRetries", i64::from(retries), 0, MAX_RETRIES);
        }
    }
}

/// The times in milliseconds that timers take: at most 2^31 - 1.
pub const DURATION_MS: [i32; 2] = [1, i32::MAX];

/// How often a call may be repeated at most.
pub const MAX_RETRIES: i64 = 10;

fn check_duration(violations: &mut Violations, field: &str, ms: f64) {
    let [min, max] = DURATION_MS;
    if !(f64::from(min)..=f64::from(max)).contains(&ms) {
        let words = words!(
            "duration_out_of_range",
            ["min", "max"],
            "`{field}` is not a time from {min} to {max} milliseconds",
            "give milliseconds",
        );
        violations.add(field, words, (Millis(i64::from(min)), Millis(i64::from(max))));
    }
}

/// JavaScript regular expressions for headers of a gateway's client, the name in lower case. They
/// accept nothing that [`check_headers`] reports.
pub const PLAIN_HEADER: [&str; 2] = ["^(?:authorization|x-[a-z0-9-]+)$", r"^[\t -~]*$"];

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
                ["name"],
                "`{name}` is not a header name",
                "use letters, digits and hyphens",
            );
            violations.add(field, words, (Name(name),));
        } else if gateway && lower == "authorization" {
            check_header_value(violations, &at, value);
        } else if RESERVED_HEADERS.contains(&lower.as_str()) || lower.starts_with("shop-") {
            let words = words!(
                "reserved_header",
                ["name"],
                "the header `{name}` is set by the library",
                "leave it out; credentials belong in the client's options, and `authorization` is for a `gateway` alone",
            );
            violations.add(&at, words, (Name(name),));
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
        violations.add(field, words, ());
    }
}

/// Reports a URL that credentials must not be sent to, or that paths cannot be appended to.
pub fn check_base_url(violations: &mut Violations, field: &str, url: &str) {
    if let Some((code, problem)) = base_url_problem(url) {
        let words = words!(
            "invalid_url",
            ["value", "_problem"],
            "`{field}` {_problem}",
            "give an https URL without query; http is for loopback hosts only",
        );
        let mut violation = Violation::of(field, words, (Cut(shown_url(url)), Text(problem)));
        violation.code = Code::named(code);
        violations.push(violation);
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
        violations.add("ticketPath", words, (Cut(path),));
    }
}

impl FromInput for ArrayEncoding {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        one_of(input, field, violations, &Self::KNOWN, Self::Repeat)
    }
}

impl FromInput for FilesPer {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        one_of(input, field, violations, &[("product", Self::Product), ("ticket", Self::Ticket)], Self::Product)
    }
}

impl FromInput for Accept {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        one_of(input, field, violations, &[("json", Self::Json), ("xml", Self::Xml)], Self::Json)
    }
}

impl FromInput for Environment {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let known = [("production", Self::Production), ("sandbox", Self::Sandbox)];
        one_of(input, field, violations, &known, Self::Production)
    }
}

/// Reads one of these texts and returns the value that it stands for, or `default` after a
/// violation.
fn one_of<T: Copy>(input: Json, field: &str, violations: &mut Violations, known: &[(&str, T)], default: T) -> T {
    let Json::Text(text) = &input else {
        violations.push(wrong_type(field, &input, "text"));
        return default;
    };
    known.iter().find(|(name, _)| name == text).map_or_else(
        || {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            violations.push(unknown_value(field, text, &names));
            default
        },
        |(_, value)| *value,
    )
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
                found.into_vec().into_iter().map(|found| (found.field, found.code.to_string())).collect::<Vec<_>>()
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

    fn read<T: FromInput>(json: &str) -> (T, Vec<(String, String)>) {
        let mut violations = Violations::new();
        let read = T::from_input(serde_json::from_str(json).unwrap(), "", &mut violations);
        (read, violations.into_vec().into_iter().map(|found| (found.field, found.code.to_string())).collect())
    }

    #[test]
    fn settings_are_read_by_their_names_and_have_defaults() {
        let all = r#"{ "baseUrl": "https://a.example", "environment": "sandbox", "gateway": true,
            "allowUnknownValues": true, "arrayEncoding": "comma", "headers": { "a": "b" }, "timeoutMs": 1,
            "totalTimeoutMs": 2.5, "maxRetries": 3, "settleMs": 4, "ticketPath": "/a", "filesPer": "ticket",
            "nonce": "mine" }"#;
        let expected = Settings {
            base_url: Some("https://a.example".to_owned()),
            environment: Environment::Sandbox,
            gateway: true,
            allow_unknown_values: true,
            array_encoding: Some(ArrayEncoding::Comma),
            headers: Headers::from_iter([("a", "b")]),
            timeout_ms: 1.0,
            total_timeout_ms: 2.5,
            max_retries: 3,
            settle_ms: Some(4.0),
            ticket_path: Some("/a".to_owned()),
            files_per: FilesPer::Ticket,
            // A program cannot choose it.
            nonce: String::new(),
            accept: Accept::Json,
            left_ms: None,
        };
        assert_eq!(read(all), (expected, vec![]));
        assert_eq!(read(r#"{ "timeoutMs": null, "headers": null }"#), (Settings::default(), vec![]));
        let call = r#"{ "timeoutMs": 1, "totalTimeoutMs": 2, "maxRetries": 3, "settleMs": 4, "nonce": "n", "session": true,
            "accept": "xml", "leftMs": 5, "headers": { "a": "b" } }"#;
        let expected = CallOptions {
            timeout_ms: Some(1.0),
            total_timeout_ms: Some(2.0),
            max_retries: Some(3),
            settle_ms: Some(4.0),
            nonce: "n".to_owned(),
            accept: Some(Accept::Xml),
            left_ms: Some(5.0),
            session: true,
            headers: Headers::from_iter([("a", "b")]),
        };
        assert_eq!(read(call), (expected, vec![]));
    }

    #[test]
    fn every_setting_that_cannot_be_read_is_reported() {
        let bad = r#"{ "baseUrl": 1, "environment": "production ", "gateway": "yes", "allowUnknownValues": 1,
            "arrayEncoding": "", "headers": { "a": 1 }, "timeoutMs": "1", "maxRetries": 1.5, "settleMs": [], "filesPer": "file" }"#;
        let (settings, found) = read::<Settings>(bad);
        let expected = [
            ("baseUrl", "wrong_type"),
            ("environment", "unknown_value"),
            ("gateway", "wrong_type"),
            ("allowUnknownValues", "wrong_type"),
            ("arrayEncoding", "unknown_value"),
            ("headers.a", "wrong_type"),
            ("timeoutMs", "wrong_type"),
            ("maxRetries", "not_an_integer"),
            ("settleMs", "wrong_type"),
            ("filesPer", "unknown_value"),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
        assert_eq!(
            (settings.environment, settings.array_encoding),
            (Environment::Production, Some(ArrayEncoding::Repeat))
        );
        let (_, found) = read::<CallOptions>(r#"{ "accept": "text/xml" }"#);
        assert_eq!(found, [("accept".to_owned(), "unknown_value".to_owned())]);
        let (_, found) = read::<Settings>(r#"{ "environment": 7, "arrayEncoding": false }"#);
        let wrong = |field: &str| (field.to_owned(), "wrong_type".to_owned());
        assert_eq!(found, [wrong("environment"), wrong("arrayEncoding")]);
    }
}
