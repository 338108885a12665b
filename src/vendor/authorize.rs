//! Credentials: how an attempt proves who calls.

use crate::rules::error::DecodeError;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::plan::Built;
use crate::vendor::{Consent, Grant, Session};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::mac::{self, Mac};
use crate::wire::secret::Secret;
use std::fmt;

/// One attempt's request, as far as a signature covers it.
#[derive(Clone, Copy)]
pub struct Unsigned<'a> {
    /// The method.
    pub method: Method,
    /// The URL exactly as it will be sent.
    pub url: &'a str,
    /// The body exactly as it will be sent.
    pub body: &'a dyn BodyBytes,
    /// Milliseconds since 1970.
    pub now_ms: f64,
}

impl fmt::Debug for Unsigned<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.as_str(), self.url)
    }
}

/// A body whose bytes may live outside this program's memory.
pub trait BodyBytes {
    /// Hands all bytes to `visit`, in order, in pieces of any size.
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8]));

    /// HMAC-SHA256 over `before`, the body and `after`, with each of the keys; to be asked for once in an attempt. Keys and
    /// `before` are the same in all attempts of a call: who hashes a large body begins before it is known when it is sent.
    fn hmac_sha256(&self, keys: &[&Secret], before: &[u8], after: &[u8]) -> Vec<Mac> {
        mac::hmac_sha256(keys, before, |visit| self.each_chunk(visit), after)
    }
}

impl BodyBytes for &[u8] {
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8])) {
        visit(self);
    }
}

/// Credentials: what makes the headers of one attempt, and asks for short-lived tokens where the marketplace wants them.
pub trait Authorize: Send + Sync {
    /// Reports what cannot work.
    fn check(&self, violations: &mut Violations);

    /// The headers that prove who calls, made for this attempt. `session` is there when [`uses_session`] says so.
    ///
    /// [`uses_session`]: Authorize::uses_session
    fn headers(&self, request: Unsigned<'_>, session: Option<&Session>) -> Headers;

    /// Whether a short-lived token goes along.
    fn uses_session(&self) -> bool {
        false
    }

    /// The request for a new session, given the one before. It carries its own credentials, so its plan is open.
    fn renewal(&self, _session: Option<&Session>, _settings: &Settings) -> Result<Built, Vec<Violation>> {
        Err(Vec::new())
    }

    /// The page on which a person lets this application act for them.
    fn consent_url(&self, _consent: &Consent) -> Result<String, Vec<Violation>> {
        Err(no_consent())
    }

    /// The request for a first session, given the code that this page hands out.
    fn exchange(&self, _grant: &Grant, _settings: &Settings) -> Result<Built, Vec<Violation>> {
        Err(no_consent())
    }

    /// Reads the answer to a request for a session, given the session before.
    fn read_session(
        &self,
        _response: &Response,
        _session: Option<&Session>,
        _now_ms: f64,
    ) -> Result<Session, DecodeError> {
        Err(DecodeError::new("no_session", "these credentials need no session"))
    }
}

/// Shows nothing of them.
impl fmt::Debug for dyn Authorize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[credentials]")
    }
}

fn no_consent() -> Vec<Violation> {
    vec![Violation::new(
        "",
        "no_consent",
        "the marketplace has no page of consent",
        "see its page of the documentation",
    )]
}
