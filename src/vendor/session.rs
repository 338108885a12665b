//! Short-lived tokens. The marketplace decides how a token is requested (see `Authorize`), and the
//! driver decides which call requests it; this module decides when a token is due.

use crate::rules::input::{Fields, FromInput};
use crate::rules::violation::{Violation, Violations};
use crate::wire::http::Response;
use crate::wire::json::{Json, read_f64};
use crate::wire::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A token and its lifetime. It is plain data that the client or the caller's store keeps.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Tokens", optional_fields))]
pub struct Session {
    /// The token that is sent with each request.
    pub access_token: String,
    /// When it was issued, in milliseconds since 1970, by this machine's clock.
    pub issued_at_ms: f64,
    /// When it expires, in milliseconds since 1970, by this machine's clock.
    pub expires_at_ms: f64,
    /// The token for requesting the next session, if the marketplace issues a new one each time. It
    /// can be used once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("expires_at_ms", &self.expires_at_ms).finish_non_exhaustive()
    }
}

/// A session is renewed this long before it expires, or a fifth of its lifetime before, whichever
/// is shorter: some tokens live for only twenty seconds.
const MARGIN_MS: f64 = 60_000.0;

impl FromInput for Session {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            access_token: fields.take("accessToken"),
            issued_at_ms: fields.take("issuedAtMs"),
            expires_at_ms: fields.take("expiresAtMs"),
            refresh_token: fields.take("refreshToken"),
        }
    }
}

/// Returns the JSON of a response that grants a session.
#[must_use]
pub fn granted(response: &Response) -> Option<Json> {
    Json::read(&response.body)
}

/// Returns a number of seconds, which may be written as text.
#[must_use]
pub fn seconds(value: &Json) -> Option<f64> {
    let told = value.as_f64().or_else(|| read_f64(value.as_str()?.trim()));
    told.filter(|seconds| seconds.is_finite())
}

/// Returns what is wrong with tokens from a caller's store.
#[must_use]
pub fn check_stored(stored: Json) -> Vec<Violation> {
    let mut violations = Violations::new();
    Session::from_input(stored, "tokenStore", &mut violations);
    let mut list = violations.into_result().err().unwrap_or_default();
    // A value that is not an object has no fields that could be wrong.
    if list.first().is_some_and(|first| first.field == "tokenStore") {
        list.truncate(1);
    }
    for violation in &mut list {
        violation.message.push_str(", in what `load` returned");
        violation.hint =
            "let `load` return what `save` was given, as it was, or null while there is nothing".to_owned();
    }
    list
}

impl Session {
    /// Returns whether the token can still be used for a while.
    #[must_use]
    pub fn is_fresh(&self, now_ms: f64) -> bool {
        let margin = ((self.expires_at_ms - self.issued_at_ms) / 5.0).min(MARGIN_MS);
        now_ms < self.expires_at_ms - margin
    }
}

/// The request for a person's consent on a page of the marketplace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// The address to which that page redirects afterwards, with a code.
    pub redirect_uri: String,
    /// The scopes that the application requests.
    pub scope: Vec<String>,
    /// The state, which is returned with the code, so that the application recognises its own
    /// request.
    pub state: Option<String>,
}

impl FromInput for Consent {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self { redirect_uri: fields.take("redirectUri"), scope: fields.take("scope"), state: fields.take("state") }
    }
}

/// The code that such a page issues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// The code, which can be used once.
    pub code: Secret,
    /// The redirect address that the request for consent gave.
    pub redirect_uri: String,
}

impl FromInput for Grant {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self { code: fields.take("code"), redirect_uri: fields.take("redirectUri") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_margin_scales_with_the_life_of_a_token() {
        let session = |seconds: f64| Session {
            access_token: "a".into(),
            issued_at_ms: 1000.0,
            expires_at_ms: 1000.0 + seconds * 1000.0,
            refresh_token: None,
        };
        let json = serde_json::to_vec(&session(2.5)).unwrap();
        let mut violations = Violations::new();
        assert_eq!(Session::from_input(Json::read(&json).unwrap(), "", &mut violations), session(2.5));
        assert!(violations.is_empty());
        assert!(!session(0.0).is_fresh(1000.0));
        for (life, fresh_until) in [(7200.0, 7140.0), (360.0, 300.0), (300.0, 240.0), (20.0, 16.0)] {
            assert!(session(life).is_fresh(1000.0 + fresh_until * 1000.0 - 1.0), "{life}");
            assert!(!session(life).is_fresh(1000.0 + fresh_until * 1000.0), "{life}");
        }
    }

    #[test]
    fn a_session_is_not_printed() {
        let session = Session {
            access_token: "top".into(),
            issued_at_ms: 0.0,
            expires_at_ms: 0.0,
            refresh_token: Some("top".into()),
        };
        assert!(!format!("{session:?}").contains("top"));
    }
}
