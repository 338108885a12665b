//! The marketplaces. Each is one folder with the same files, and one entry in [`ALL`].

use crate::call::ensure::{Evidence, Finding};
use crate::call::limit::{Quota, Rate};
use crate::model::open_enum::Meaning;
use crate::rules::error::{DecodeError, ErrorKind};
use crate::rules::input::Input;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::endpoint::{Built, Meta, Operation};
use crate::vendor::session::{Consent, Grant, Session};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::mac::{self, Mac};
use crate::wire::secret::Secret;
use std::fmt;

#[cfg(feature = "clickbank")]
pub mod clickbank;
#[cfg(feature = "jtl-scx")]
pub mod jtl_scx;
#[cfg(feature = "kaufland")]
pub mod kaufland;
#[cfg(feature = "magalu")]
pub mod magalu;
#[cfg(feature = "probo")]
pub mod probo;
#[cfg(test)]
pub(crate) mod testing;

/// What the core needs to know of a marketplace.
pub struct Marketplace {
    /// Its id: `kaufland`.
    pub id: &'static str,
    /// The base URL of its API.
    pub production: &'static str,
    /// The base URL of its sandbox, if it has one.
    pub sandbox: Option<&'static str>,
    /// Its operations.
    pub operations: &'static [Operation],
    /// How fast an account may call an operation, and the name of the gate that it shares with others.
    pub rate: fn(&Meta) -> (&'static str, Rate),
    /// What an answer that is no success means, from its status and body.
    pub refusal: fn(&Response) -> Refusal,
    /// The codes with which it refuses to grant a session, and what they mean in our own words. An
    /// error shows these and no others, because the vendor's may hold a token.
    pub session_refusals: &'static [Meaning],
    /// How long such an answer asks to wait, at a time in milliseconds since 1970; for most
    /// [`retry_after_ms`](crate::call::retry::retry_after_ms).
    pub hint: fn(&Response, f64) -> Option<f64>,
    /// What an answer says is left of the account's quota.
    pub quota: fn(&Response) -> Option<Quota>,
    /// Reads a client's credentials, given in camelCase.
    pub credentials: fn(Input, &mut Violations) -> Box<dyn Authorize>,
    /// How long a write may take to show, when its answer was lost. No vendor says: these are our choices.
    pub settle_ms: f64,
    /// What a look says about a write; see [`ensure`](crate::call::ensure).
    pub found: fn(Evidence<'_>) -> Finding,
    /// The documented values of its enums, by type name, with what they mean.
    pub meanings: &'static [(&'static str, &'static [Meaning])],
}

impl fmt::Debug for Marketplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// A marketplace as a type: it tells the clients and the endpoints of one marketplace from those of
/// all others.
pub trait Vendor: 'static {
    /// What the core needs to know of it.
    const MARKETPLACE: &'static Marketplace;

    /// The keys or tokens that it gives out.
    type Credentials: Authorize + 'static;
}

/// All marketplaces of this build.
pub const ALL: &[&Marketplace] = &[
    #[cfg(feature = "clickbank")]
    &clickbank::CLICKBANK,
    #[cfg(feature = "jtl-scx")]
    &jtl_scx::JTL_SCX,
    #[cfg(feature = "kaufland")]
    &kaufland::KAUFLAND,
    #[cfg(feature = "magalu")]
    &magalu::MAGALU,
    #[cfg(feature = "probo")]
    &probo::PROBO,
];

/// The marketplace with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Marketplace> {
    ALL.iter().copied().find(|marketplace| marketplace.id == id)
}

impl Marketplace {
    /// The operation with this name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.meta.name == name)
    }

    /// The operation that answers `method` and `path` (below the base URL), and the decoded values in the path.
    /// A fixed path goes before one with placeholders. A moved operation is found where it was, too: a page need not know.
    #[must_use]
    pub fn route(
        &self,
        method: &str,
        path: &str,
        settings: &Settings,
    ) -> Option<(&'static Meta, Vec<(&'static str, String)>)> {
        self.operations
            .iter()
            .map(|operation| &operation.meta)
            .filter(|meta| meta.method.as_str() == method)
            .filter_map(|meta| {
                let is_here = meta.path_in(settings) == path;
                let values = if is_here { Vec::new() } else { crate::wire::http::match_path(meta.path, path)? };
                Some((meta, values))
            })
            .min_by_key(|(_, values)| values.len())
    }
}

/// What a refusal means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of error.
    pub kind: ErrorKind,
    /// The vendor's own name for it without a common prefix, or one made of the status: `http_404`.
    pub code: String,
    /// The vendor's words, in ours where it has none.
    pub message: String,
    /// Whether it cannot be the refusal of a second copy, the first of which has landed: something in between may have sent
    /// the write twice.
    pub is_certain: bool,
}

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

/// The kind of error that a status means when the vendor says nothing finer.
#[must_use]
pub fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        409 | 422 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Server,
        _ => ErrorKind::Rejected,
    }
}

/// Whether a refusal of this kind and status cannot come of what the same write has done before: it is about the caller, about
/// what does not exist, or about the form of the request. What is about the arguments, the vendors say in their own ways.
#[must_use]
pub fn is_certain(kind: ErrorKind, status: u16) -> bool {
    matches!(kind, ErrorKind::Authentication | ErrorKind::Forbidden | ErrorKind::NotFound)
        || matches!(status, 405 | 406 | 411 | 413..=417 | 426 | 431)
}

/// A vendor's words for a message: control characters made blanks, and no more than 300 characters.
pub(crate) fn cut(words: &str) -> String {
    const MOST: usize = 300;
    let mut short: String = words.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if words.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// Every name that an answer of any of them may have where it matters, so that what follows gets deep into it.
    const NAMES: &str = "data|results|pagination|meta|page|links|next|limit|offset|total|id|id_ticket|status|type|code|\
        ticketData|ticketid|comments|comment|partialRefundData|usdAmount|count|@nil|transaction_id|events|event|message|\
        ticket_id|created_at|updated_at|order|delivery|items|quantity|eventList|errorList|error|errors|detail|details|loc|\
        slug|raw|[a-z_]{1,4}";

    /// Any JSON, many of whose names are the vendors'.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            Just(json!("206")),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,8}|opened|completed|[0-9]{1,20}|2026-02-0[1-9]T10:00:00".prop_map(Value::from),
        ];
        leaf.prop_recursive(5, 48, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(NAMES, inner, 0..6)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// No answer makes any operation panic, whatever its status and wherever it came from.
        #[test]
        fn any_json_is_read_or_refused(json in any_json(), status in 100u16..600) {
            let body = json.to_string().into_bytes();
            let response = Response { status, body, headers: Headers::from_iter([("content-type", "application/json")]) };
            for marketplace in ALL {
                for operation in marketplace.operations {
                    let plan = crate::vendor::endpoint::assemble(marketplace, &operation.meta, &Settings::default(), "", "");
                    if let Err(error) = operation.read(&plan, &response, None) {
                        prop_assert!(!error.message.is_empty());
                    }
                }
                let refusal = (marketplace.refusal)(&response);
                prop_assert!(!refusal.message.is_empty() && !refusal.code.is_empty(), "{}: {refusal:?}", marketplace.id);
                prop_assert!((marketplace.hint)(&response, 0.0).is_none_or(|ms| ms >= 0.0));
            }
        }

        /// No arguments make the rules of any operation panic, and what they refuse has a field, a code, words and a hint.
        #[test]
        fn any_arguments_are_judged(arguments in proptest::collection::vec(any_json(), 0..4)) {
            let text = Value::from(arguments).to_string();
            for marketplace in ALL {
                for operation in marketplace.operations {
                    let arguments: Vec<Input> = serde_json::from_str(&text).unwrap();
                    for violation in operation.validate(arguments, &Settings::default()) {
                        prop_assert!(!violation.code.is_empty() && !violation.message.is_empty() && !violation.hint.is_empty());
                    }
                }
            }
        }
    }
}
