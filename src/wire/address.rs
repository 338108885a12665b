//! The one check of addresses: a base URL is taken only as every reader of URLs writes it.

/// Why no credentials may be sent to a URL, or why it is no base for paths: a code, and the words that follow its name.
#[must_use]
pub fn base_url_problem(url: &str) -> Option<(&'static str, &'static str)> {
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

/// Whether `authority` (host, and perhaps port) can only be this machine.
#[must_use]
pub fn is_loopback(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => return rest.split(']').next() == Some("::1"),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.ends_with(".localhost") || octets(host).is_some_and(|octets| octets.starts_with(&[127]))
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
