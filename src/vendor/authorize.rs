//! Credentials prove the identity of the caller in each attempt.

use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::input::FromInput;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::plan::Built;
use crate::vendor::{Consent, Grant, Session};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::json::Json;
use crate::wire::mac::{self, Mac};
use crate::wire::secret::Secret;
use std::fmt;

/// The parts of one attempt's request that a signature covers.
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
    /// Passes all bytes to `visit`, in order, in chunks of any size.
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8]));

    /// Returns the HMAC-SHA256 of `before`, the body and `after` with each of the keys. It is
    /// called once in an attempt. The keys and `before` are the same in all attempts of a call, so
    /// that a large body can be hashed before the time of sending is known.
    fn hmac_sha256(&self, keys: &[&Secret], before: &[u8], after: &[u8]) -> Vec<Mac> {
        mac::hmac_sha256(keys, before, |visit| self.each_chunk(visit), after)
    }
}

impl BodyBytes for &[u8] {
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8])) {
        visit(self);
    }
}

/// Credentials make the headers of one attempt, and request short-lived tokens where the
/// marketplace requires them.
pub trait Authorize: Send + Sync {
    /// Reports credentials that cannot work.
    fn check(&self, violations: &mut Violations);

    /// Returns the headers that identify the caller, made for this attempt. `session` is given if
    /// [`uses_session`] returns `true`.
    ///
    /// [`uses_session`]: Authorize::uses_session
    fn headers(&self, request: Unsigned<'_>, session: Option<&Session>) -> Headers;

    /// Returns whether a short-lived token is sent along.
    fn uses_session(&self) -> bool {
        false
    }

    /// Returns the request for a new session, given the previous one. It carries its own
    /// credentials, so its plan is open.
    fn renewal(&self, _session: Option<&Session>, _settings: &Settings) -> Result<Built, Vec<Violation>> {
        Err(Vec::new())
    }

    /// Returns the URL of the page on which a person authorises this application.
    fn consent_url(&self, _consent: &Consent) -> Result<String, Vec<Violation>> {
        Err(no_consent())
    }

    /// Returns the request for a first session, given the code that this page issues.
    fn exchange(&self, _grant: &Grant, _settings: &Settings) -> Result<Built, Vec<Violation>> {
        Err(no_consent())
    }

    /// Reads the response to a request for a session, given the previous session.
    fn read_session(
        &self,
        _response: &Response,
        _session: Option<&Session>,
        _now_ms: f64,
    ) -> Result<Session, DecodeError> {
        Err(DecodeError::new(code!("no_session"), "these credentials need no session"))
    }
}

/// Reads a client's credentials and reports everything that is wrong with them.
pub fn read<C: Authorize + FromInput + 'static>(input: Json, violations: &mut Violations) -> Box<dyn Authorize> {
    let mut own = Violations::new();
    let credentials = C::from_input(input, "", &mut own);
    own.reading_done();
    credentials.check(&mut own);
    own.into_vec().into_iter().for_each(|violation| violations.push(violation));
    Box::new(credentials)
}

/// Reports a key or a token, which is one of these `things`, if it has a character that none has.
pub fn check_characters(violations: &mut Violations, field: &str, key: &str, things: &str) {
    // A header would lose a trailing blank, and its signature would never match.
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        violations.push(Violation::new(
            field,
            code!("invalid_key"),
            format!("`{field}` holds a blank, a line break or another character that {things} do not have"),
            "copy it again, without anything before or after it",
        ));
    }
}

/// The output shows nothing of the credentials.
impl fmt::Debug for dyn Authorize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[credentials]")
    }
}

fn no_consent() -> Vec<Violation> {
    vec![Violation::new(
        "",
        code!("no_consent"),
        "the marketplace has no page of consent",
        "see its page of the documentation",
    )]
}
