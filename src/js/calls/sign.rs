//! Exports for signatures.

use super::read::{KnownClient, Read, bytes_some, client, named, number, number_some, read, state, text};
use super::write::{Answer, give, throw};
use crate::call::Call;
use crate::js::data::{BodyGiven, Bytes, SignedHeaders, Signing};
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::settings::check_header_value;
use crate::rules::violation::Violations;
use crate::vendor::plan::Plan;
use crate::vendor::{BodyBytes, Session, Unsigned};
use crate::wire::http::Headers;
use crate::wire::mac::{self, Mac};
use crate::wire::secret::Secret;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The data that an attempt needs in addition to its call.
pub(super) struct Attempt {
    /// The client, for its keys.
    pub client: Rc<KnownClient>,
    /// The client's short-lived token, if it has one.
    pub session: Option<Session>,
    /// Milliseconds since 1970.
    pub now: f64,
    /// An unpredictable text, for this attempt alone.
    pub nonce: String,
}

/// Signs the request with the time, once for each attempt, and returns its headers. `nonce` is an
/// unpredictable text, for this attempt alone, and `session` holds the client's tokens. `how` says
/// what the bytes are. `length` is the length of a stream that does not know its own, and is sent
/// in a header.
#[wasm_bindgen(unchecked_return_type = "SignedHeaders")]
#[allow(clippy::too_many_arguments, reason = "one for each thing that crosses")]
pub fn sign(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] call: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "client")] given_client: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] nonce: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number | undefined")] length: JsValue,
    #[wasm_bindgen(unchecked_param_type = "BodyGiven")] how: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] bytes: JsValue,
) -> Answer {
    let Call { plan, .. } = state("call", &call)?;
    let client = client(&given_client)?;
    let bytes = bytes_some("bytes", &bytes)?.unwrap_or_default();
    let body = match named("how", &how)? {
        BodyGiven::Whole => HostBody::Whole(&bytes),
        BodyGiven::Hashed => HostBody::Hashed(&bytes),
        BodyGiven::Unread => HostBody::Unread(RefCell::default()),
    };
    let session = read("session", &session)?;
    let attempt = Attempt { client, session, now: number("now", &now_ms)?, nonce: text("nonce", &nonce)? };
    let mut headers = signed(&plan, attempt, &body)?;
    if let Some(length) = number_some("length", &length)? {
        headers.set("Content-Length", (length as u64).to_string());
    }
    give(&SignedHeaders(headers))
}

/// Returns the headers of one attempt.
pub(super) fn signed(plan: &Plan, attempt: Attempt, body: &HostBody<'_>) -> Read<Headers> {
    let mut headers = plan.attempt_headers(|| attempt.nonce.clone());
    if !plan.gateway && !plan.is_open {
        let marketplace = attempt.client.marketplace;
        let credentials = attempt.client.credentials()?;
        let request = Unsigned { method: plan.method, url: &plan.url, body, now_ms: attempt.now };
        let mut violations = Violations::new();
        for (name, value) in credentials.headers(request, attempt.session.as_ref()).0 {
            // A token comes from a store or a marketplace, and hosts fail on a bad one in their own
            // words, as if the network had failed.
            check_header_value(&mut violations, &name, &value);
            headers.set(name, value);
        }
        violations.into_result().map_err(|list| {
            throw(Box::new(TicketError::invalid(ErrorKind::Configuration, list, marketplace.id, &plan.endpoint)))
        })?;
        if body.is_unread() {
            let (kind, code) = (ErrorKind::Configuration, code!("body_not_hashed"));
            let text = "the body is signed, but its hashes are missing";
            return Err(throw(Box::new(TicketError::local(kind, code, text, marketplace.id, &plan.endpoint))));
        }
    }
    Ok(headers)
}

/// Returns what to hash if the body is large, or not in one piece: for each of `heads`, the SHA-256
/// of that head, the body and `tail`. Returns `undefined` if no signature covers the body. The
/// heads are the same for all attempts; the tail holds the time.
#[wasm_bindgen(unchecked_return_type = "Signing | undefined")]
pub fn signing(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] call: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "client")] given_client: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let Call { plan, .. } = state("call", &call)?;
    if plan.gateway || plan.is_open {
        return Ok(JsValue::UNDEFINED);
    }
    let client = client(&given_client)?;
    let credentials = client.credentials()?;
    let body = HostBody::Unread(RefCell::default());
    let now_ms = number("now", &now_ms)?;
    let _ = credentials.headers(Unsigned { method: plan.method, url: &plan.url, body: &body, now_ms }, None);
    match body {
        HostBody::Unread(asked) => asked.into_inner().map_or(Ok(JsValue::UNDEFINED), |signing| give(&signing)),
        HostBody::Whole(_) | HostBody::Hashed(_) => Ok(JsValue::UNDEFINED),
    }
}

/// A body in the form in which the host passed it.
pub(super) enum HostBody<'a> {
    Whole(&'a [u8]),
    /// The hashes that the host has computed, one after the other.
    Hashed(&'a [u8]),
    /// The body was not read. The hashes that a signature needs are recorded here.
    Unread(RefCell<Option<Signing>>),
}

impl HostBody<'_> {
    /// Returns whether a signature is missing because the body was not read.
    fn is_unread(&self) -> bool {
        matches!(self, Self::Unread(asked) if asked.borrow().is_some())
    }
}

impl BodyBytes for HostBody<'_> {
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8])) {
        if let Self::Whole(bytes) = self {
            visit(bytes);
        }
    }

    fn hmac_sha256(&self, keys: &[&Secret], before: &[u8], after: &[u8]) -> Vec<Mac> {
        match self {
            Self::Unread(asked) => {
                let heads = keys.iter().map(|key| Bytes(mac::head(key, before))).collect();
                asked.replace(Some(Signing { heads, tail: Bytes(after.to_vec()) }));
                Vec::new()
            }
            Self::Hashed(sums) => {
                let (sums, _) = sums.as_chunks();
                keys.iter().zip(sums).map(|(key, sum)| mac::finish(key, sum)).collect()
            }
            Self::Whole(_) => mac::hmac_sha256(keys, before, |visit| self.each_chunk(visit), after),
        }
    }
}
