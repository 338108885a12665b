//! The single error type of the library.

use crate::rules::codes::{Code, ErrorCode, code};
use crate::rules::violation::{Violation, count_of};
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of failure, for a `match`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum ErrorKind {
    /// The input breaks rules; nothing was sent. See `violations`.
    Validation,
    /// The client cannot work as it is set up; nothing was sent.
    Configuration,
    /// The credentials were refused (401).
    Authentication,
    /// The account may not do this (403).
    Forbidden,
    /// There is no such ticket or order unit (404).
    NotFound,
    /// The state of the ticket does not allow it (409, 422, and the vendor's state problems).
    Conflict,
    /// Too many calls (429), or a wait that is longer than the call may take.
    RateLimited,
    /// The marketplace refused the call in any other way (4xx, or a redirect, which is never
    /// followed).
    Rejected,
    /// The marketplace failed (5xx).
    Server,
    /// No response arrived.
    Network,
    /// The time for one attempt, or for the whole call, was over.
    Timeout,
    /// The caller ended it.
    Aborted,
    /// A response arrived that cannot be read.
    Decode,
}

impl ErrorKind {
    /// Every kind and its name.
    const NAMES: [(Self, &'static str); 13] = [
        (Self::Validation, "validation"),
        (Self::Configuration, "configuration"),
        (Self::Authentication, "authentication"),
        (Self::Forbidden, "forbidden"),
        (Self::NotFound, "not_found"),
        (Self::Conflict, "conflict"),
        (Self::RateLimited, "rate_limited"),
        (Self::Rejected, "rejected"),
        (Self::Server, "server"),
        (Self::Network, "network"),
        (Self::Timeout, "timeout"),
        (Self::Aborted, "aborted"),
        (Self::Decode, "decode"),
    ];

    /// Returns the name of the kind.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.into_iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Returns the kind with this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(_, name)| *name == text).map(|(kind, _)| kind)
    }
}

/// Whether the marketplace may have acted on the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Sent {
    /// It did not act: the call was never handed to the host, or the marketplace refused it in a
    /// way that cannot be a consequence of its own earlier effect.
    No,
    /// It is unknown whether the marketplace acted.
    Maybe,
    /// The call was accepted (2xx), but the result could not be read.
    Yes,
}

impl Sent {
    /// Returns `no`, `maybe` or `yes`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Sent::No => "no",
            Sent::Maybe => "maybe",
            Sent::Yes => "yes",
        }
    }

    /// Returns the value with this name, as the inverse of [`as_str`](Self::as_str).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Sent::No, Sent::Maybe, Sent::Yes].into_iter().find(|sent| sent.as_str() == text)
    }
}

/// The party that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Origin {
    /// This library, or the host in which it runs.
    Client,
    /// The gateway between the page and the marketplace.
    Gateway,
    /// The marketplace.
    Marketplace,
}

impl Origin {
    /// Returns `client`, `gateway` or `marketplace`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Client => "client",
            Origin::Gateway => "gateway",
            Origin::Marketplace => "marketplace",
        }
    }
}

/// Why a call failed, and whether the marketplace may nevertheless have acted on it.
///
/// Messages never hold a key, a token, a signature or a whole body.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "TicketErrorData", optional_fields))]
pub struct TicketError {
    /// The kind of failure, for a `switch`.
    pub kind: ErrorKind,
    /// A stable name, more specific than `kind`: the vendor's problem type if it gives one, such as
    /// `tickets/finally-closed`.
    #[cfg_attr(feature = "types", ts(type = "TicketErrorCode"))]
    pub code: Code<ErrorCode>,
    /// What went wrong, in words.
    pub message: String,
    /// The marketplace: `kaufland`, …
    pub marketplace: String,
    /// The method: `getTicket`, …; empty when no call was made yet.
    pub endpoint: String,
    /// The HTTP status, if a response arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The vendor's id of the request, if it sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The reference that the write carried, by which it can be found again (Magalu's `code`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The vendor's error, parsed if it is JSON, otherwise its text; at most 16 KiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "unknown"))]
    pub body: Option<Json>,
    /// The headers of the response, without cookies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(String, String)>>,
    /// How many times the request was handed to the host.
    pub attempts: u32,
    /// Whether the same call may succeed later without a change. For a write, check `sent` first.
    pub retryable: bool,
    /// How long the marketplace asks to wait, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<f64>,
    /// Whether the marketplace may have acted.
    pub sent: Sent,
    /// The party that failed.
    pub origin: Origin,
    /// All broken rules, for `validation` and `configuration`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub violations: Option<Vec<Violation>>,
}

impl TicketError {
    /// Returns an error of the library itself, before anything was sent.
    #[must_use]
    pub fn local(
        kind: ErrorKind,
        code: Code<ErrorCode>,
        message: impl Into<String>,
        marketplace: &str,
        endpoint: &str,
    ) -> Self {
        Self {
            kind,
            code,
            message: message.into(),
            marketplace: marketplace.to_owned(),
            endpoint: endpoint.to_owned(),
            status: None,
            request_id: None,
            reference: None,
            body: None,
            headers: None,
            attempts: 0,
            retryable: false,
            retry_after_ms: None,
            sent: Sent::No,
            origin: Origin::Client,
            violations: None,
        }
    }

    /// Returns the error for broken rules that were found before anything was sent.
    #[must_use]
    pub fn invalid(kind: ErrorKind, violations: Vec<Violation>, marketplace: &str, endpoint: &str) -> Self {
        let mut message = violations.first().map_or_else(String::new, |first| first.message.clone());
        let more = count_of(&violations).saturating_sub(1);
        if more > 0 {
            message.push_str(&format!(", and {more} more violation{}", crate::rules::violation::plural(more)));
        }
        let is_setup = kind == ErrorKind::Configuration;
        let code: Code<ErrorCode> = if is_setup { code!("invalid_configuration") } else { code!("invalid_input") };
        Self { violations: Some(violations), ..Self::local(kind, code, message, marketplace, endpoint) }
    }
}

impl TicketError {
    /// Adopts the details that a gateway reported about its own error.
    pub fn adopt(&mut self, mut told: Json) {
        let text = |name: &str| told.get(name).and_then(Json::as_str);
        self.kind = text("kind").and_then(ErrorKind::parse).unwrap_or(self.kind);
        if let (Some(code), Some(message)) = (text("code"), text("message")) {
            self.code = Code::named(code.to_owned());
            self.message = message.to_owned();
        }
        self.retryable = told.get("retryable").and_then(Json::as_bool).unwrap_or(self.retryable);
        self.retry_after_ms = told.get("retryAfterMs").and_then(Json::as_f64);
        self.request_id = text("requestId").map(str::to_owned);
        self.body = told.get("body").filter(|body| !body.is_absent()).cloned();
        let violations = told.take("violations");
        self.violations = violations
            .as_array()
            .is_some()
            .then(|| violations.into_list().into_iter().filter_map(Violation::from_json).collect());
    }
}

impl fmt::Display for TicketError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TicketError {}

/// Why a 2xx response could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// A stable name: `invalid_json`, `unexpected_shape`, `empty_body`, …
    pub code: Code<ErrorCode>,
    /// What is wrong and where, without the body.
    pub message: String,
}

impl DecodeError {
    /// Returns a decode error.
    #[must_use]
    pub fn new(code: Code<ErrorCode>, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_on_the_wire() {
        for (kind, name) in ErrorKind::NAMES {
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
            assert_eq!(ErrorKind::parse(name), Some(kind));
        }
        let violation = Violation::new("a", code!("required"), "c", "d").with("max", 1).with("known", vec!["x"]);
        let mut error = TicketError::invalid(ErrorKind::Validation, vec![violation], "kaufland", "getTicket");
        // Absent fields are left out together with their names.
        let text = serde_json::to_string(&error).unwrap();
        for name in ["status", "requestId", "body", "headers", "retryAfterMs"] {
            assert!(!text.contains(name), "{name}");
        }
        error.status = Some(404);
        error.body = Json::read(br#"{"a":[1,null,"x",1.5]}"#);
        error.headers = Some(vec![("a".to_owned(), "b".to_owned())]);
        error.retry_after_ms = Some(1.5);
        let text = serde_json::to_string(&error).unwrap();
        for part in
            [r#""status":404"#, r#""body":{"a":[1,null,"x",1.5]}"#, r#""headers":[["a","b"]]"#, r#""retryAfterMs":1.5"#]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(ErrorKind::parse("other"), None);
        for sent in [Sent::No, Sent::Maybe, Sent::Yes] {
            assert_eq!(serde_json::to_value(sent).unwrap(), sent.as_str());
            assert_eq!(Sent::parse(sent.as_str()), Some(sent));
        }
    }
}
