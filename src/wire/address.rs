//! Checks addresses. A base URL is accepted only in the one form in which every URL parser writes
//! it.

const NOT_ABSOLUTE: &str = "is not an absolute URL";
const NOT_ENCODED: &str = "holds a character that URLs encode";
const HAS_CREDENTIALS: &str = "holds credentials";
const NOT_OF_THE_WEB: &str = "is neither https nor http";

/// A JavaScript regular expression for usual base URLs: it accepts nothing that
/// [`base_url_problem`] reports.
pub const PLAIN_BASE_URL: &str = concat!(
    r"^(?:https://(?:[a-z0-9][a-z0-9-]*\.)+[a-z]+|http://(?:localhost|127\.0\.0\.1))",
    r"(?::(?:[1-9]\d{3}|[1-5]\d{4}))?(?:/[\w~-][\w.~-]*)*$",
);

/// Returns why credentials must not be sent to a URL, or why paths cannot be appended to it: a
/// code, and the words that follow the URL's name.
#[must_use]
pub fn base_url_problem(url: &str) -> Option<(&'static str, &'static str)> {
    const INVALID: &str = "invalid_url";
    let Some((scheme, rest)) = split_scheme(url) else {
        return Some((INVALID, NOT_ABSOLUTE));
    };
    if !is_encoded(url) {
        return Some((INVALID, NOT_ENCODED));
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Some(("credentials_in_url", HAS_CREDENTIALS));
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
    // The URL is signed as it is written here, but hosts send it without the default port.
    if matches!((scheme, port_of(authority)), ("https", Some("443")) | ("http", Some("80"))) {
        return Some(("default_port", "has the port that its scheme has anyway: leave it out"));
    }
    match scheme {
        "https" => None,
        "http" if is_loopback(authority) => None,
        "http" => Some(("insecure_url", "is http on a host that is not loopback")),
        _ => Some((INVALID, NOT_OF_THE_WEB)),
    }
}

/// Returns why others cannot fetch a URL as it is written, in the words that follow its name. Unlike
/// a base URL it may have a query, and a host in any spelling.
#[must_use]
pub fn web_url_problem(url: &str) -> Option<&'static str> {
    let Some((scheme, rest)) = split_scheme(url) else {
        return Some(NOT_ABSOLUTE);
    };
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Some(NOT_OF_THE_WEB);
    }
    if !is_encoded(url) {
        return Some(NOT_ENCODED);
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some(HAS_CREDENTIALS);
    }
    let Some(Authority { host, port, .. }) = Authority::of(authority) else {
        return Some("has a host or a port that URLs cannot have");
    };
    // A name may end with a dot.
    if host.strip_suffix('.').unwrap_or(host).split('.').any(str::is_empty) {
        return Some("has no host");
    }
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some("has a port that is no number");
    }
    None
}

/// Returns the scheme of an absolute URL, and everything behind `://`.
#[must_use]
pub fn split_scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

/// Returns whether it has only characters that URLs have as they are.
fn is_encoded(url: &str) -> bool {
    url.bytes().all(|b| b.is_ascii_graphic() && !br#"\"<>^`{|}"#.contains(&b))
}

/// Host and port of a URL without credentials.
struct Authority<'a> {
    host: &'a str,
    /// Whether the host stands in brackets, as addresses with colons do.
    is_in_brackets: bool,
    port: Option<&'a str>,
}

impl<'a> Authority<'a> {
    /// Returns the parts, or `None` if something other than a port follows the brackets, or they do
    /// not end.
    fn of(authority: &'a str) -> Option<Self> {
        let Some(rest) = authority.strip_prefix('[') else {
            let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
            return Some(Self { host, is_in_brackets: false, port });
        };
        let (host, rest) = rest.split_once(']')?;
        let port = if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) };
        Some(Self { host, is_in_brackets: true, port })
    }
}

/// Returns whether every URL parser keeps this host and port as written: the signed URL must be the
/// sent one, and a URL that cannot be sent must be found before a call.
fn is_plain_authority(authority: &str) -> bool {
    let Some(Authority { host, is_in_brackets, port }) = Authority::of(authority) else { return false };
    let is_host = if is_in_brackets { is_plain_ipv6(host) } else { is_plain_host(host) };
    // A port has neither a sign nor leading zeros.
    is_host && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port))
}

fn port_of(authority: &str) -> Option<&str> {
    authority.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'))
}

/// Returns whether this is an IPv6 address in its shortest form. Addresses that hold an IPv4
/// address have two spellings, so they are refused.
fn is_plain_ipv6(address: &str) -> bool {
    let is_mapped = address.strip_prefix("::ffff:").is_some_and(|rest| rest.split(':').count() == 2);
    !address.contains('.') && !is_mapped && is_kept(&format!("[{address}]"))
}

fn is_plain_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b))
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    name.split('.').all(is_label) && (!ends_in_number(name) || is_kept(host))
}

/// Returns whether a name is an IPv4 address, which has several spellings.
fn ends_in_number(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default();
    last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit())
}

/// Returns whether URL parsers keep an address as it is written, with its brackets if it has some.
/// The host has such a parser; that of the standard library would be 2 % of a module.
#[cfg(all(target_arch = "wasm32", feature = "js"))]
fn is_kept(host: &str) -> bool {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = URL)]
        type Url;
        #[wasm_bindgen(constructor, js_class = URL, catch)]
        fn new(url: &str) -> Result<Url, JsValue>;
        #[wasm_bindgen(method, getter)]
        fn host(this: &Url) -> String;
    }
    Url::new(&["http://", host].concat()).is_ok_and(|url| url.host() == host)
}

/// Returns whether URL parsers keep an address as it is written, with its brackets if it has some.
#[cfg(not(all(target_arch = "wasm32", feature = "js")))]
fn is_kept(host: &str) -> bool {
    use std::net::{Ipv4Addr, Ipv6Addr};

    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address),
        None => host.parse::<Ipv4Addr>().is_ok(),
    }
}

/// Returns whether `authority` (a host with an optional port) always names this machine.
#[must_use]
pub fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => return rest.split(']').next() == Some("::1"),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || (host.starts_with("127.") && ends_in_number(host) && is_kept(host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::net::Ipv6Addr;

    proptest! {
        #[test]
        fn an_address_has_one_form(groups: [u16; 8], zeros in 0_u8.., octets: [u8; 4]) {
            let mut groups = groups;
            for (index, group) in groups.iter_mut().enumerate().filter(|(index, _)| zeros >> index & 1 == 1) {
                *group = u16::from(index == 5 && zeros & 0x80 != 0);
            }
            let own = Ipv6Addr::from(groups).to_string();
            let problem = |host: &str| base_url_problem(&format!("https://{host}/v2")).map(|(code, _)| code);
            let has_ipv4 = own.contains('.');
            prop_assert_eq!(problem(&format!("[{own}]")), has_ipv4.then_some("invalid_url"), "{}", own);
            let long = groups.map(|group| format!("{group:04x}")).join(":");
            for other in [own.to_uppercase(), long] {
                let is_own = other == own;
                prop_assert_eq!(problem(&format!("[{other}]")).is_none(), is_own && !has_ipv4, "{}", other);
            }
            let ipv4 = octets.map(|octet| octet.to_string()).join(".");
            prop_assert_eq!(problem(&ipv4), None, "{}", ipv4);
            let padded = octets.map(|octet| format!("{octet:03}")).join(".");
            prop_assert_eq!(problem(&padded).is_none(), padded == ipv4, "{}", padded);
            prop_assert_eq!(is_loopback(&ipv4), octets[0] == 127, "{}", ipv4);
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
            "[::]",
            "[1:0:0:2::3]",
            "[1::2:0:0:3:4]",
            "[1:0:2:3:4:5:6:7]",
            "[::ffff:0:1:2]",
            "[::ffff:1]",
            "[::ffff]",
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
            "[2001:DB8::1]",
            "[1::1:0:0:0:1]",
            "[1:0:0:2:0:0::3]",
            "[2001:db8::0:1]",
            "[::ffff:192.0.2.1]",
            "[::ffff:c000:201]",
            "[::192.0.2.1]",
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
