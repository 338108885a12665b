//! Short-lived tokens. How one is asked for is the marketplace's (see `Authorize`), who asks is the driver's; here is
//! when one is due.

use crate::rules::input::{Fields, FromInput, Input};
use crate::rules::violation::{Violation, Violations};
use crate::wire::http::Response;
use crate::wire::json::{Json, read_f64};
use crate::wire::secret::Secret;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A token and how long it is good for. Plain data: it lives with the client, or in the caller's store.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Tokens", optional_fields))]
pub struct Session {
    /// Goes along with each request.
    pub access_token: String,
    /// When it was handed out, in milliseconds since 1970, by this machine's clock.
    pub issued_at_ms: f64,
    /// When it ends, in milliseconds since 1970, by this machine's clock.
    pub expires_at_ms: f64,
    /// What the next session is asked for with, where the marketplace gives a new one each time. Use it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("expires_at_ms", &self.expires_at_ms).finish_non_exhaustive()
    }
}

/// A session is renewed this long before its end, or a fifth of its life before, whatever is shorter: some tokens live
/// for twenty seconds only.
const MARGIN_MS: f64 = 60_000.0;

impl FromInput for Session {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            access_token: fields.take("accessToken"),
            issued_at_ms: fields.take("issuedAtMs"),
            expires_at_ms: fields.take("expiresAtMs"),
            refresh_token: fields.take("refreshToken"),
        }
    }
}

/// The JSON of an answer that grants a session. A byte order mark before it is no reason to drop
/// tokens that cannot be asked for twice.
#[must_use]
pub fn granted(response: &Response) -> Option<Json> {
    let body = response.body.as_slice();
    Json::read(body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body))
}

/// A number of seconds, which may come as text.
#[must_use]
pub fn seconds(value: &Json) -> Option<f64> {
    let told = value.as_f64().or_else(|| read_f64(value.as_str()?.trim()));
    told.filter(|seconds| seconds.is_finite())
}

/// What is wrong with tokens that a caller's store handed out.
#[must_use]
pub fn check_stored(stored: Input) -> Vec<Violation> {
    let mut violations = Violations::new();
    Session::from_input(stored, "tokenStore", &mut violations);
    let mut list = violations.into_result().err().unwrap_or_default();
    // What is no object at all has no fields that could be wrong.
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
    /// Whether the token can be used for a while yet.
    #[must_use]
    pub fn is_fresh(&self, now_ms: f64) -> bool {
        let margin = ((self.expires_at_ms - self.issued_at_ms) / 5.0).min(MARGIN_MS);
        now_ms < self.expires_at_ms - margin
    }
}

/// What a person is asked to allow, on a page of the marketplace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// Where that page leads to afterwards, with a code.
    pub redirect_uri: String,
    /// What is to be allowed.
    pub scope: Vec<String>,
    /// Comes back with the code, so that the application knows its own request again.
    pub state: Option<String>,
}

impl FromInput for Consent {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self { redirect_uri: fields.take("redirectUri"), scope: fields.take("scope"), state: fields.take("state") }
    }
}

/// The code that such a page hands out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grant {
    /// The code; it is good for one use.
    pub code: Secret,
    /// The address that the page was asked with.
    pub redirect_uri: String,
}

impl FromInput for Grant {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
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
        assert_eq!(Session::from_input(Input::read(&json).unwrap(), "", &mut violations), session(2.5));
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
