//! Kaufland's keys, and the signature that is made with them for every attempt.
//!
//! The signature is `hex(HMAC-SHA256(secret key as text, METHOD ⏎ URL ⏎ BODY ⏎ TIMESTAMP))`, over
//! exactly the URL and the bytes that are sent, with the time in seconds. The vendor's page calls
//! the result base64, but its own code samples and its published vector are lower-case hex, so this
//! code uses hex. The secret key looks like hex and is used as text.

use crate::rules::codes::code;
use crate::rules::input::{Fields, FromInput};
use crate::rules::settings::check_header_value;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::authorize::check_characters;
use crate::vendor::{Authorize, Session, Unsigned};
use crate::wire::http::Headers;
use crate::wire::json::Json;
use crate::wire::secret::Secret;

/// The user agent of software that a seller wrote for its own use. Software providers use their own
/// name.
pub const DEFAULT_USER_AGENT: &str = "Inhouse_development";

/// A seller's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The client key.
    pub client_key: Secret,
    /// The secret key.
    pub secret_key: Secret,
    /// The name of the software, see [`DEFAULT_USER_AGENT`]. The API requires one; browsers replace
    /// it with their own.
    pub user_agent: String,
    /// The provider's own keys, for software that acts for many sellers.
    pub partner: Option<Partner>,
}

/// The keys of a software provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The partner's client key.
    pub client_key: Secret,
    /// The partner's secret key.
    pub secret_key: Secret,
}

impl Credentials {
    /// The keys of a seller who uses its own software.
    #[must_use]
    pub fn new(client_key: impl Into<String>, secret_key: impl Into<String>) -> Self {
        Self {
            client_key: Secret::new(client_key),
            secret_key: Secret::new(secret_key),
            user_agent: DEFAULT_USER_AGENT.to_owned(),
            partner: None,
        }
    }
}

fn check_key(violations: &mut Violations, field: &str, key: &Secret) {
    let key = key.expose();
    if key.is_empty() {
        violations.push(Violation::new(
            field,
            code!("required"),
            format!("`{field}` is empty"),
            "copy it from the API settings of the seller account",
        ));
    } else {
        check_characters(violations, field, key, "keys");
    }
}

impl FromInput for Credentials {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            client_key: fields.take("clientKey"),
            secret_key: fields.take("secretKey"),
            user_agent: fields.take::<Option<String>>("userAgent").unwrap_or_else(|| DEFAULT_USER_AGENT.to_owned()),
            partner: fields.take("partner"),
        }
    }
}

impl FromInput for Partner {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self { client_key: fields.take("clientKey"), secret_key: fields.take("secretKey") }
    }
}

impl Authorize for Credentials {
    fn check(&self, violations: &mut Violations) {
        // The length of the keys is not checked: the vendor's example has 31 characters where its
        // text says 32.
        check_key(violations, "clientKey", &self.client_key);
        check_key(violations, "secretKey", &self.secret_key);
        if self.user_agent.trim().is_empty() {
            violations.push(Violation::new(
                "userAgent",
                code!("required"),
                "`userAgent` is empty",
                format!("give the name of the software, or leave it out for {DEFAULT_USER_AGENT}"),
            ));
        }
        check_header_value(violations, "userAgent", &self.user_agent);
        if let Some(partner) = &self.partner {
            check_key(violations, "partner.clientKey", &partner.client_key);
            check_key(violations, "partner.secretKey", &partner.secret_key);
        }
    }

    fn headers(&self, request: Unsigned<'_>, _session: Option<&Session>) -> Headers {
        let timestamp = timestamp(request.now_ms);
        let mut headers = Headers::new();
        headers.set("Shop-Client-Key", self.client_key.expose());
        headers.set("Shop-Timestamp", timestamp.as_str());
        headers.set("User-Agent", self.user_agent.as_str());
        let partner_key = self.partner.as_ref().map(|partner| &partner.secret_key);
        let keys: Vec<&Secret> = [Some(&self.secret_key), partner_key].into_iter().flatten().collect();
        let mut signatures = sign(&keys, request, &timestamp).into_iter();
        headers.set("Shop-Signature", signatures.next().unwrap_or_default());
        if let (Some(partner), Some(signature)) = (&self.partner, signatures.next()) {
            headers.set("Shop-Partner-Client-Key", partner.client_key.expose());
            headers.set("Shop-Partner-Signature", signature);
        }
        headers
    }
}

/// Returns whole seconds since 1970, rounded down: a time rounded up would lie in the future.
fn timestamp(now_ms: f64) -> String {
    // A cast from a float saturates, and turns NaN into zero.
    ((now_ms / 1000.0) as u64).to_string()
}

/// Returns a signature for each of the secret keys. All cover the same bytes, which are read only
/// once.
fn sign(keys: &[&Secret], request: Unsigned<'_>, timestamp: &str) -> Vec<String> {
    let before = [request.method.as_str(), "\n", request.url, "\n"].concat();
    let after = ["\n", timestamp].concat();
    let macs = request.body.hmac_sha256(keys, before.as_bytes(), after.as_bytes());
    macs.iter().map(|mac| hex(mac)).collect()
}

fn hex(bytes: &[u8]) -> String {
    // Not `write!`, which takes ten times as long in wasm.
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::KAUFLAND;
    use super::*;
    use crate::marketplaces::testing::credentials;
    use crate::vendor::BodyBytes;
    use crate::vendor::authorize;
    use crate::wire::http::Method;
    use base64::Engine;
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Sha256;

    /// The test vector from the vendor's documentation.
    const SECRET: &str = "a7d0cb1da1ddbc86c96ee5fedd341b7d8ebfbb2f5c83cfe0909f4e57f05dd403";
    const CLIENT: &str = "7bffc16ba2cc5ac1cbf527d6fa39263";
    const URL: &str = "https://sellerapi.kaufland.com/v2/units/";
    const NOW_MS: f64 = 1_411_055_926_000.0;
    const SIGNATURE: &str = "da0b65f51c0716c1d3fa658b7eaf710583630a762a98c9af8e9b392bd9df2e2a";

    fn post<'a>(body: &'a dyn BodyBytes, now_ms: f64) -> Unsigned<'a> {
        Unsigned { method: Method::Post, url: URL, body, now_ms }
    }

    fn signed(credentials: &Credentials, body: &[u8], now_ms: f64) -> Headers {
        credentials.headers(post(&body, now_ms), None)
    }

    #[test]
    fn the_published_vector_is_met() {
        let headers = signed(&Credentials::new(CLIENT, SECRET), b"", NOW_MS);
        assert_eq!(headers.get("Shop-Signature"), Some(SIGNATURE));
        assert_eq!(headers.get("Shop-Timestamp"), Some("1411055926"));
        assert_eq!(headers.get("Shop-Client-Key"), Some(CLIENT));
        assert_eq!(headers.get("User-Agent"), Some("Inhouse_development"));
        assert_eq!(headers.get("Shop-Partner-Client-Key"), None);
        assert_eq!(headers.get("Shop-Partner-Signature"), None);
        assert_eq!(headers.0.len(), 4);
    }

    #[test]
    fn the_signature_is_not_the_base64_that_the_vendors_text_speaks_of() {
        let digest: Vec<u8> =
            (0..64).step_by(2).map(|at| u8::from_str_radix(SIGNATURE.get(at..at + 2).unwrap(), 16).unwrap()).collect();
        let base64 = base64::engine::general_purpose::STANDARD.encode(digest);
        assert_eq!(base64, "2gtl9RwHFsHT+mWLfq9xBYNjCnYqmMmvjps5K9nfLio=");
        assert_ne!(signed(&Credentials::new(CLIENT, SECRET), b"", NOW_MS).get("Shop-Signature"), Some(base64.as_str()));
    }

    #[test]
    fn every_part_of_the_request_counts() {
        let credentials = Credentials::new(CLIENT, SECRET);
        let signature = |method, url, body: &[u8], now_ms| {
            let headers = credentials.headers(Unsigned { method, url, body: &body, now_ms }, None);
            headers.get("Shop-Signature").unwrap().to_owned()
        };
        let all = [
            signature(Method::Post, URL, b"", NOW_MS),
            signature(Method::Get, URL, b"", NOW_MS),
            signature(Method::Post, "https://sellerapi.kaufland.com/v2/units", b"", NOW_MS),
            signature(Method::Post, URL, b"{}", NOW_MS),
            signature(Method::Post, URL, b"", NOW_MS + 1000.0),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all.iter().skip(index + 1).all(|other| other != one));
        }
        // The signature is the same within one second, so the time is rounded down.
        assert_eq!(signature(Method::Post, URL, b"", NOW_MS + 999.9), all[0]);
    }

    /// RFC 4231, cases 1 to 4, 6 and 7. The bytes of the message are the whole string to sign here.
    #[test]
    fn hmac_known_answers_are_met() {
        let mac = |key: &[u8], message: &[u8]| {
            let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
            mac.update(message);
            hex(&mac.finalize().into_bytes())
        };
        let long_key = [0xaa; 131];
        let counting: Vec<u8> = (1..=25).collect();
        for (key, message, expected) in [
            (&[0x0b; 20][..], &b"Hi There"[..], "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&counting, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (
                &long_key,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &long_key,
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ] {
            assert_eq!(mac(key, message), expected);
        }
    }

    #[test]
    fn a_partner_signs_the_same_request_with_its_own_key() {
        let partner = Partner { client_key: Secret::new("partner-client"), secret_key: Secret::new(SECRET) };
        let mut credentials = Credentials { partner: Some(partner), ..Credentials::new(CLIENT, "another-secret") };
        credentials.user_agent = "Some Software 1.0".to_owned();
        let headers = signed(&credentials, b"", NOW_MS);
        assert_eq!(headers.get("Shop-Partner-Signature"), Some(SIGNATURE));
        assert_eq!(headers.get("Shop-Partner-Client-Key"), Some("partner-client"));
        assert_eq!(headers.get("User-Agent"), Some("Some Software 1.0"));
        let alone = signed(&Credentials::new(CLIENT, "another-secret"), b"", NOW_MS);
        assert_eq!(headers.get("Shop-Signature"), alone.get("Shop-Signature"));
        assert_ne!(headers.get("Shop-Signature"), Some(SIGNATURE));
    }

    #[test]
    fn times_that_are_none_do_no_harm() {
        assert_eq!(timestamp(f64::NAN), "0");
        assert_eq!(timestamp(-5.0), "0");
        assert_eq!(timestamp(f64::INFINITY), u64::MAX.to_string());
        assert_eq!(timestamp(999.0), "0");
    }

    struct Chunked<'a>(&'a [u8], usize);

    impl BodyBytes for Chunked<'_> {
        fn each_chunk(&self, visit: &mut dyn FnMut(&[u8])) {
            self.0.chunks(self.1).for_each(visit);
        }
    }

    proptest! {
        #[test]
        fn how_the_body_is_cut_up_does_not_matter(body: Vec<u8>, size in 1usize..70) {
            let credentials = Credentials::new(CLIENT, SECRET);
            let whole = credentials.headers(post(&body.as_slice(), NOW_MS), None);
            prop_assert_eq!(credentials.headers(post(&Chunked(&body, size), NOW_MS), None), whole);
        }
    }

    #[test]
    fn credentials_are_checked_all_at_once() {
        for (json, expected) in [
            (r#"{ "clientKey": "a", "secretKey": "b" }"#, &[][..]),
            (r#"{ "clientKey": "a", "secretKey": "b", "userAgent": "My Shop/1.0 (x)", "partner": null }"#, &[]),
            (r#"{ "clientKey": "a", "secretKey": "b", "partner": { "clientKey": "c", "secretKey": "d" } }"#, &[]),
            ("null", &[("clientKey", "required"), ("secretKey", "required")]),
            ("[]", &[("", "wrong_type"), ("clientKey", "required"), ("secretKey", "required")]),
            (
                r#"{ "clientKey": "", "secretKey": 5, "userAgent": " ", "partner": {} }"#,
                &[
                    ("secretKey", "wrong_type"),
                    ("partner.clientKey", "required"),
                    ("partner.secretKey", "required"),
                    ("clientKey", "required"),
                    ("userAgent", "required"),
                ],
            ),
            (
                r#"{ "clientKey": "a\r\nX: y", "secretKey": "b ", "userAgent": "ä" }"#,
                &[("clientKey", "invalid_key"), ("secretKey", "invalid_key"), ("userAgent", "invalid_header_value")],
            ),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
            assert_eq!(credentials(&KAUFLAND, json).1, expected, "{json}");
        }
    }

    #[test]
    fn keys_are_never_shown() {
        let partner = Partner { client_key: Secret::new("p-client"), secret_key: Secret::new("p-secret") };
        let credentials = Credentials { partner: Some(partner), ..Credentials::new("s-client", "s-secret") };
        let shown = format!("{credentials:?}");
        assert!(!shown.contains("-client") && !shown.contains("-secret"), "{shown}");
        let mut violations = Violations::new();
        let _ = authorize::read::<Credentials>(
            serde_json::from_str(r#"{ "clientKey": "s-client\n", "secretKey": "s-secret\n" }"#).unwrap(),
            &mut violations,
        );
        let shown = format!("{:?}", violations.into_vec());
        assert!(!shown.contains("s-client") && !shown.contains("s-secret"), "{shown}");
    }
}
