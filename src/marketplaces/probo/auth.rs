//! Authentication: the token from the account's settings. It is already the base64 of a pair, so it
//! is sent unchanged.

use crate::rules::codes::{Code, ViolationCode, code};
use crate::rules::input::{Fields, FromInput};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::{Authorize, Session, Unsigned};
use crate::wire::http::Headers;
use crate::wire::json::Json;
use crate::wire::secret::Secret;

/// An account's token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The token.
    pub token: Secret,
}

impl Credentials {
    /// The token, as shown in the account's settings.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self { token: Secret::new(token) }
    }
}

impl FromInput for Credentials {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        Self { token: Fields::new(input, field, violations).take("token") }
    }
}

impl Authorize for Credentials {
    fn check(&self, violations: &mut Violations) {
        let token = self.token.expose();
        let (code, problem): (Code<ViolationCode>, _) = if token.is_empty() {
            (code!("required"), "is empty")
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            (code!("invalid_key"), "holds a blank, a line break or another character that tokens do not have")
        } else {
            return;
        };
        violations.push(Violation::new(
            "token",
            code,
            format!("`token` {problem}"),
            "copy it from the account's API settings, without `Basic` before it",
        ));
    }

    fn headers(&self, _request: Unsigned<'_>, _session: Option<&Session>) -> Headers {
        Headers::from_iter([("Authorization", format!("Basic {}", self.token.expose()))])
    }
}

#[cfg(test)]
mod tests {
    use super::super::PROBO;
    use super::*;
    use crate::marketplaces::testing::credentials;
    use crate::wire::http::Method;
    use serde_json::json;

    #[test]
    fn the_token_goes_out_as_it_is() {
        let request = Unsigned {
            method: Method::Post,
            url: "https://api.proboprints.com/ticket",
            body: &&b"{}"[..],
            now_ms: 0.0,
        };
        let headers = Credentials::new("aWQ6c2VjcmV0").headers(request, None);
        assert_eq!(headers.0, [("Authorization".to_owned(), "Basic aWQ6c2VjcmV0".to_owned())]);
    }

    #[test]
    fn what_cannot_be_a_token_is_told() {
        for good in ["aWQ6c2VjcmV0", "aWQ6c2VjcmV0==", "x"] {
            assert_eq!(credentials(&PROBO, &json!({ "token": good }).to_string()).1, []);
        }
        for (bad, code) in [
            (json!(null), "required"),
            (json!(""), "required"),
            (json!(5), "wrong_type"),
            (json!("Basic aWQ6c2VjcmV0"), "invalid_key"),
            (json!("aWQ6c2VjcmV0\n"), "invalid_key"),
            (json!("tökén"), "invalid_key"),
        ] {
            assert_eq!(
                credentials(&PROBO, &json!({ "token": bad }).to_string()).1,
                [("token".to_owned(), code.to_owned())],
                "{bad}"
            );
        }
    }

    #[test]
    fn the_token_is_never_shown() {
        let credentials = Credentials::new("dG9wLXNlY3JldA=");
        assert!(!format!("{credentials:?}").contains("dG9w"));
        let mut violations = Violations::new();
        Credentials::new("dG9wLXNlY3JldA\n").check(&mut violations);
        let shown = serde_json::to_string(&violations.into_vec()).unwrap();
        assert!(shown.contains("token") && !shown.contains("dG9w"));
    }
}
