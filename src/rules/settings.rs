//! What a client is set up with, besides its credentials.

use crate::marketplaces::Marketplace;
use crate::rules::input::{Fields, FromInput, Input, wrong_type};
use crate::rules::violation::Figure::{Cut, Number, Text};
use crate::rules::violation::{Violations, check_range, words};
use crate::wire::http::Headers;
use crate::wire::json::read_f64;

/// How requests are built and how long they may take. Shared by all marketplaces.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Where the API is; https, or http on a loopback host. `None`: the marketplace's own, see `sandbox`.
    pub base_url: Option<String>,
    /// Whether the vendor's sandbox stands in for its production API.
    pub sandbox: bool,
    /// Whether `base_url` is our gateway: it signs and retries, so nothing is signed or retried here.
    pub gateway: bool,
    /// Whether values outside a documented list are let through in requests.
    pub allow_unknown_values: bool,
    /// How lists go into a query.
    pub array_encoding: ArrayEncoding,
    /// Further headers of every request.
    pub headers: Headers,
    /// Milliseconds for one attempt, its body included.
    pub timeout_ms: f64,
    /// Milliseconds for the whole call: waiting, attempts and bodies.
    pub total_timeout_ms: f64,
    /// How often a read is repeated at most, and how often a write under [`ensure`](crate::call::ensure) is sent again.
    pub max_retries: u32,
    /// How long a write may take to show, for [`ensure`](crate::call::ensure). `None`: the marketplace's own.
    pub settle_ms: Option<f64>,
    /// Where a marketplace takes tickets that does not document it: `/ticket`. `None`: where it is likely.
    pub ticket_path: Option<String>,
    /// Text that nobody can foresee, for the boundaries of forms; made anew for each call by the driver.
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

/// How a list of values goes into a query; vendors' documents and clients differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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
    pub fn push<'a>(self, query: &mut crate::wire::http::Query, name: &str, values: impl IntoIterator<Item = &'a str>) {
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

/// One call's own choices, in place of the client's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallOptions {
    /// See [`Settings::timeout_ms`].
    pub timeout_ms: Option<f64>,
    /// See [`Settings::total_timeout_ms`].
    pub total_timeout_ms: Option<f64>,
    /// See [`Settings::max_retries`].
    pub max_retries: Option<u32>,
    /// See [`Settings::settle_ms`].
    pub settle_ms: Option<f64>,
    /// See [`Settings::nonce`]; the drivers set it.
    pub nonce: String,
    /// Whether the client's credentials use a session; the drivers set it.
    pub session: bool,
    /// Added to the client's headers.
    pub headers: Headers,
}

impl Settings {
    /// The base URL without a slash at its end.
    #[must_use]
    pub fn base_url<'a>(&'a self, marketplace: &'a Marketplace) -> &'a str {
        match &self.base_url {
            Some(url) => url.trim_end_matches('/'),
            None if self.sandbox => marketplace.sandbox.unwrap_or(marketplace.production),
            None => marketplace.production,
        }
    }

    /// These settings with a call's own choices.
    #[must_use]
    pub fn with(&self, options: &CallOptions) -> Self {
        let mut headers = self.headers.clone();
        for (name, value) in &options.headers.0 {
            headers.set(name.as_str(), value.as_str());
        }
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

    /// Reports what cannot work.
    pub fn check(&self, marketplace: &Marketplace, violations: &mut Violations) {
        if let Some(url) = &self.base_url {
            check_base_url(violations, "baseUrl", url);
        } else if self.gateway {
            let words = words!("required", [], "`{field}` is missing", "give the gateway's URL");
            violations.add("gateway", words, []);
        }
        if self.sandbox && marketplace.sandbox.is_none() {
            let words = words!(
                "no_sandbox",
                ["_marketplace"],
                "`{field}` is `sandbox`, but {_marketplace} has none",
                "leave `{field}` out, or give a `baseUrl`",
            );
            violations.add("environment", words, [Text(marketplace.id)]);
        }
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
    /// Reports what cannot work in a call of a client with these settings.
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

/// Timers hold at most 2^31 - 1 milliseconds.
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

/// Names that are the library's own, or the host's.
const RESERVED_HEADERS: [&str; 8] =
    ["accept", "content-type", "content-length", "host", "authorization", "cookie", "connection", "transfer-encoding"];

/// Reports header names and values that HTTP does not allow, or that would replace the library's own. To its own gateway
/// a page says who it is with `authorization`; no keys are there that it could stand against.
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

/// Reports a text that cannot be a header's value: control characters end a header, and others than ASCII differ from
/// host to host.
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

/// Reports a URL that no credentials may be sent to, or that is no base for paths.
pub fn check_base_url(violations: &mut Violations, field: &str, url: &str) {
    if let Some((code, problem)) = base_url_problem(url) {
        let words = words!(
            "{_code}",
            ["value", "_code", "_problem"],
            "`{field}` {_problem}",
            "give an https URL without query; http is for loopback hosts only",
        );
        let shown = url.split(['?', '#']).next().unwrap_or_default();
        violations.add(field, words, [Cut(shown), Text(code), Text(problem)]);
    }
}

fn base_url_problem(url: &str) -> Option<(&'static str, &'static str)> {
    const INVALID: &str = "invalid_url";
    let Some((scheme, rest)) = url.split_once("://") else {
        return Some((INVALID, "is not an absolute URL"));
    };
    if !url.bytes().all(|b| b.is_ascii_graphic() && !br#"\"<>^`{|}"#.contains(&b)) {
        return Some((INVALID, "holds a character that URLs encode"));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Some(("credentials_in_url", "holds credentials"));
    }
    if rest.bytes().any(|b| b"?#".contains(&b)) {
        return Some((INVALID, "has a query or a fragment"));
    }
    let path = path.trim_end_matches('/');
    if !path.is_empty() && path.split('/').any(|segment| matches!(segment, "" | "." | "..") || segment.contains('%')) {
        return Some((INVALID, "has an empty, a dot or an escaped segment in its path"));
    }
    if authority.is_empty() || authority.starts_with(':') || authority.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some((INVALID, "has no lower-case host"));
    }
    if !is_plain_authority(authority) {
        return Some((INVALID, "has a host or a port that URLs cannot have"));
    }
    // The URL that is signed is the one that is written here, and hosts send it without.
    if matches!((scheme, port_of(authority)), ("https", Some("443")) | ("http", Some("80"))) {
        return Some(("default_port", "has the port that its scheme has anyway: leave it out"));
    }
    match scheme {
        "https" => None,
        "http" if is_loopback(authority) => None,
        "http" => Some(("insecure_url", "is http on a host that is not loopback")),
        _ => Some((INVALID, "is neither https nor http")),
    }
}

/// Whether every reader of URLs takes this host and port as they are written: the URL that is signed is the one that is
/// sent, and one that cannot be sent is known before a call.
fn is_plain_authority(authority: &str) -> bool {
    let (is_host, port) = match authority.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, "")) => (is_plain_address(address), None),
            Some((address, port)) => (is_plain_address(address), port.strip_prefix(':').or(Some(""))),
            None => return false,
        },
        None => match authority.split_once(':') {
            Some((host, port)) => (is_plain_host(host), Some(port)),
            None => (is_plain_host(authority), None),
        },
    };
    // Written in the one way: no sign, no zeros before it.
    is_host && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port))
}

fn port_of(authority: &str) -> Option<&str> {
    authority.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'))
}

/// An IPv6 address in its one shortest form: no zeros before a group, and the first of the longest runs of zeros left out.
/// Those that end in one of IPv4 are written in two ways. What the standard library has for it takes 6 KB of the wasm file.
fn is_plain_address(address: &str) -> bool {
    fn split(text: &str) -> Vec<&str> {
        if text.is_empty() { Vec::new() } else { text.split(':').collect() }
    }
    let mut groups;
    match address.split_once("::") {
        None => groups = split(address),
        Some((front, back)) => {
            let back = split(back);
            groups = split(front);
            groups.resize(8usize.saturating_sub(back.len()).max(groups.len()), "0");
            groups.extend(back);
        }
    }
    let is_group = |group: &&str| {
        let is_hex = group.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hex && (*group == "0" || ((1..=4).contains(&group.len()) && !group.starts_with('0')))
    };
    if groups.len() != 8 || !groups.iter().all(is_group) || groups.starts_with(&["0", "0", "0", "0", "0", "ffff"]) {
        return false;
    }
    let (mut start, mut end, mut run) = (0usize, 0usize, 0usize);
    for (index, group) in groups.iter().enumerate() {
        run = if *group == "0" { run.saturating_add(1) } else { 0 };
        if run >= 2 && run > end.saturating_sub(start) {
            end = index.saturating_add(1);
            start = end.saturating_sub(run);
        }
    }
    match (groups.get(..start), groups.get(end..)) {
        (Some(front), Some(back)) if end > 0 => format!("{}::{}", front.join(":"), back.join(":")) == address,
        _ => groups.join(":") == address,
    }
}

fn is_plain_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit('.').next().unwrap_or_default();
    // A name that ends in a number is an address, which is written in more ways than one.
    let is_address = last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit());
    name.split('.').all(is_label) && (!is_address || octets(host).is_some())
}

/// The numbers of an IPv4 address, each written in the one way.
fn octets(host: &str) -> Option<[u8; 4]> {
    let mut octets = Vec::new();
    for octet in host.split('.') {
        octets.push(octet.parse::<u8>().ok().filter(|number| number.to_string() == octet)?);
    }
    octets.try_into().ok()
}

/// A path without anything that a URL parser reads in another way than it is written.
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

/// Whether `authority` (host, and perhaps port) can only be this machine.
#[must_use]
pub fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => return rest.split(']').next() == Some("::1"),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.ends_with(".localhost") || octets(host).is_some_and(|octets| octets.starts_with(&[127]))
}

impl FromInput for Headers {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut headers = Headers::new();
        match input {
            Input::Map(entries) => {
                for (name, value) in entries {
                    let at = format!("{field}.{name}");
                    headers.set(name, String::from_input(value, &at, violations));
                }
            }
            other => violations.push(wrong_type(field, &other, "an object of header names and values")),
        }
        headers
    }
}

impl FromInput for f64 {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::Int(value) => value as f64,
            Input::Number(text) => read_f64(&text).unwrap_or(f64::NAN),
            other => {
                violations.push(wrong_type(field, &other, "a number"));
                0.0
            }
        }
    }
}

impl FromInput for u64 {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        u64::try_from(i64::from_input(input, field, violations)).unwrap_or(0)
    }
}

impl FromInput for u32 {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let value = i64::from_input(input, field, violations);
        u32::try_from(value).unwrap_or_else(|_| {
            check_range(violations, field, value, 0, i64::from(u32::MAX));
            0
        })
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
    use proptest::prelude::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    proptest! {
        #[test]
        fn addresses_are_as_the_standard_library_writes_them(
            groups in proptest::collection::vec(prop_oneof![Just(0u16), Just(1), Just(0xffff), any::<u16>()], 8),
            change in 0usize..50,
            with in "[0-9a-fA-F:.]?",
            text in "(0|1|255|256|01|[.]|a){1,9}",
        ) {
            let groups: [u16; 8] = groups.try_into().unwrap();
            let own = Ipv6Addr::from(groups).to_string();
            prop_assert_eq!(is_plain_address(&own), !own.contains('.'), "{}", own);
            let mut other = own.clone();
            let at = change % own.len();
            other.replace_range(at..=at, &with);
            let long = groups.map(|group| format!("{group:x}")).join(":");
            for text in [other, long] {
                let is_own = text.parse::<Ipv6Addr>().is_ok_and(|address| address.to_string() == text);
                prop_assert_eq!(is_plain_address(&text), is_own && !text.contains('.'), "{}", text);
            }
            prop_assert_eq!(octets(&text), text.parse::<Ipv4Addr>().ok().map(|address| address.octets()), "{}", text);
        }
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

    #[test]
    fn a_base_url_has_a_host_that_every_reader_of_urls_takes_as_it_is_written() {
        let problem = |authority: &str| base_url_problem(&format!("https://{authority}/v2")).map(|(code, _)| code);
        for good in [
            "a.example",
            "a.example:8443",
            "xn--e1afmkfd.example",
            "a_b-c.example.",
            "localhost",
            "1a.example",
            "192.0.2.1",
            "192.0.2.1:80",
            "[2001:db8::1]",
            "[::1]:8787",
            "[::1]:80",
            "[::443]",
            "a.example:4430",
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in [
            "a.e]]]x~mple",
            "a[b",
            "[::1",
            "[::1]x",
            "[::1].evil.example",
            "[:::]",
            "[a.example]",
            "a.example:",
            "a.example:+80",
            "a.example:08443",
            "[2001:0db8::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:192.0.2.1]",
            "a.example:65536",
            "a.example:80:80",
            "a..example",
            ".",
            "a.example..",
            "a%2eexample",
            "a,b",
            "a;b",
            "a.1",
            "0x7f.1",
            "192.0.2",
            "192.0.2.01",
            "192.0.2.256",
            "192.0.2.1.",
            "3221225985",
            "a.0x1",
        ] {
            assert_eq!(problem(bad), Some("invalid_url"), "{bad}");
        }
        for (url, is_default) in [
            ("https://a.example:443/v2", true),
            ("https://a.example:443", true),
            ("https://[2001:db8::1]:443", true),
            ("http://localhost:80/", true),
            ("http://127.0.0.1:80/v2", true),
            ("http://[::1]:80", true),
            ("http://localhost:443", false),
            ("https://a.example:80", false),
            ("http://[::80]", false),
        ] {
            let is_refused = base_url_problem(url).is_some_and(|(code, _)| code == "default_port");
            assert_eq!(is_refused, is_default, "{url}");
        }
        assert_eq!(base_url_problem("http://[::1].evil.example").map(|(code, _)| code), Some("invalid_url"));
    }
}
