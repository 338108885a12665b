//! ClickBank's API key, which is the whole `Authorization` header. Older keys follow the developer
//! key: `DEV-…:API-…`.

use crate::rules::codes::code;
use crate::rules::input::{Fields, FromInput};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::authorize::check_characters;
use crate::vendor::{Authorize, Session, Unsigned};
use crate::wire::http::Headers;
use crate::wire::json::Json;
use crate::wire::secret::Secret;

/// An account's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The API key (in older accounts the clerk's key). It needs the role `api_order_read`, and
    /// `api_order_write` for operations that change something.
    pub api_key: Secret,
    /// The developer key, which older API keys still require.
    pub developer_key: Option<Secret>,
}

impl Credentials {
    /// The API key alone.
    #[must_use]
    pub fn new(api_key: impl Into<String>) -> Self {
        Self { api_key: Secret::new(api_key), developer_key: None }
    }
}

impl FromInput for Credentials {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self { api_key: fields.take("apiKey"), developer_key: fields.take("developerKey") }
    }
}

fn check_key(violations: &mut Violations, field: &str, key: &Secret) {
    let key = key.expose();
    if key.is_empty() {
        violations.push(Violation::new(
            field,
            code!("required"),
            format!("`{field}` is empty"),
            "copy it from the API keys in the account's settings",
        ));
    } else if key.contains(':') {
        violations.push(Violation::new(
            field,
            code!("invalid_key"),
            format!("`{field}` holds a colon"),
            "give the part before the colon as `developerKey` and the part behind it as `apiKey`",
        ));
    } else {
        check_characters(violations, field, key, "keys");
    }
}

impl Authorize for Credentials {
    fn check(&self, violations: &mut Violations) {
        check_key(violations, "apiKey", &self.api_key);
        if let Some(key) = &self.developer_key {
            check_key(violations, "developerKey", key);
        }
    }

    fn headers(&self, _request: Unsigned<'_>, _session: Option<&Session>) -> Headers {
        let key = self.api_key.expose();
        let value = match &self.developer_key {
            Some(developer) => format!("{}:{key}", developer.expose()),
            None => key.to_owned(),
        };
        Headers::from_iter([("Authorization", value)])
    }
}

#[cfg(test)]
mod tests {
    use super::super::CLICKBANK;
    use super::*;
    use crate::marketplaces::testing::credentials;
    use crate::vendor::authorize;
    use crate::wire::http::Method;

    fn headers(json: &str) -> Vec<(String, String)> {
        let (credentials, violations) = credentials(&CLICKBANK, json);
        assert_eq!(violations, []);
        let (url, body) = ("https://api.clickbank.com/rest/1.3/tickets/1", &b""[..]);
        credentials.headers(Unsigned { method: Method::Get, url, body: &body, now_ms: 0.0 }, None).0
    }

    #[test]
    fn both_forms_of_the_header_are_written() {
        for (json, value) in [
            (r#"{ "apiKey": "API-ONE" }"#, "API-ONE"),
            (r#"{ "apiKey": "API-ONE", "developerKey": null }"#, "API-ONE"),
            (r#"{ "apiKey": "API-ONE", "developerKey": "DEV-TWO" }"#, "DEV-TWO:API-ONE"),
        ] {
            assert_eq!(headers(json), [("Authorization".to_owned(), value.to_owned())]);
        }
    }

    #[test]
    fn keys_are_checked_all_at_once() {
        for (json, expected) in [
            (r#"{ "apiKey": "a", "developerKey": "b" }"#, &[][..]),
            ("null", &[("apiKey", "required")]),
            (r#"{ "developerKey": "b" }"#, &[("apiKey", "required")]),
            (r#"{ "apiKey": 5, "developerKey": {} }"#, &[("apiKey", "wrong_type"), ("developerKey", "wrong_type")]),
            (r#"{ "apiKey": "", "developerKey": "" }"#, &[("apiKey", "required"), ("developerKey", "required")]),
            (r#"{ "apiKey": "DEV-A:API-B" }"#, &[("apiKey", "invalid_key")]),
            (
                r#"{ "apiKey": "Bearer a", "developerKey": "b\r\n" }"#,
                &[("apiKey", "invalid_key"), ("developerKey", "invalid_key")],
            ),
            (r#"{ "apiKey": "schlüssel" }"#, &[("apiKey", "invalid_key")]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
            assert_eq!(credentials(&CLICKBANK, json).1, expected, "{json}");
        }
    }

    #[test]
    fn keys_are_never_shown() {
        let credentials = Credentials { developer_key: Some(Secret::new("DEV-TOP")), ..Credentials::new("API-TOP") };
        assert!(!format!("{credentials:?}").contains("TOP"));
        let mut violations = Violations::new();
        let _ = authorize::read::<Credentials>(
            serde_json::from_str(r#"{ "apiKey": "TOP:TOP", "developerKey": "TOP " }"#).unwrap(),
            &mut violations,
        );
        let violations = violations.into_vec();
        assert_eq!(violations.len(), 2);
        assert!(!format!("{violations:?}").contains("TOP"));
    }
}
