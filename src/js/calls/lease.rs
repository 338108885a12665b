//! The lease on a client's session. No lease yet is one that no call has, and a call's `wait` is
//! what its last look returned.

use super::read::{Read, marketplace, named, number, read, state_some, text};
use super::write::{Answer, give};
use crate::call::lease::{self, Lease, LeaseWait};
use crate::js::data::{Bytes, LeaseAsked, LeaseChange, LeaseChanged, LeasePolled};
use crate::rules::error::ErrorKind;
use crate::vendor::Session;
use wasm_bindgen::prelude::*;

/// Returns what a call does that needs a session. `refused` is the token that the marketplace would
/// not take.
#[wasm_bindgen(
    js_name = leasePoll,
    unchecked_return_type = "LeasePolled"
)]
pub fn lease_poll(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] wait: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] refused: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let mut lease: Lease = state_some("lease", &lease)?.unwrap_or_default();
    let mut wait: LeaseWait = state_some("wait", &wait)?.unwrap_or_default();
    let session: Option<Session> = read("session", &session)?;
    let refused: Option<String> = read("refused", &refused)?;
    let step = lease.poll(&mut wait, session.as_ref(), refused.as_deref(), number("now", &now)?);
    give(&LeasePolled { lease: Bytes::of(&lease), wait: Bytes::of(&wait), step })
}

/// Changes a lease for the renewal that has this turn. `extend` extends the turn, `end` ends
/// the turn, and `fail` ends the turn of a renewal that failed; when its failure is `shared`, its error
/// is kept for those that wait.
#[wasm_bindgen(js_name = changeLease, unchecked_return_type = "LeaseChanged")]
pub fn change_lease(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] turn: JsValue,
    #[wasm_bindgen(unchecked_param_type = "LeaseChange")] change: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let mut lease: Lease = state_some("lease", &lease)?.unwrap_or_default();
    let turn = number("turn", &turn)? as u64;
    let mut shared = false;
    match named("change", &change)? {
        LeaseChange::Extend => lease.extend(turn, number("now", &now)?),
        LeaseChange::End => lease.end(turn),
        LeaseChange::Fail => shared = lease.fail(turn),
    }
    give(&LeaseChanged { lease: Bytes::of(&lease), shared })
}

/// Returns whether a session may be renewed, or the error if no further token is requested. `worked`
/// is the token that the marketplace last accepted.
#[wasm_bindgen(js_name = leaseMayRenew, unchecked_return_type = "LeaseAsked")]
pub fn lease_may_renew(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] refused: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] worked: JsValue,
) -> Answer {
    let mut lease: Lease = state_some("lease", &lease)?.unwrap_or_default();
    let session: Option<Session> = read("session", &session)?;
    let (refused, worked): (Option<String>, Option<String>) = (read("refused", &refused)?, read("worked", &worked)?);
    let may = lease.may_renew(session.as_ref(), refused.as_deref(), worked.as_deref());
    let error = if may { None } else { Some(lease::tokens_refused(self::marketplace(&marketplace)?.id, "session")) };
    give(&LeaseAsked { lease: Bytes::of(&lease), error })
}

/// Returns what to do after a renewal of `before` failed with an error of this kind. `found` is what
/// the store holds after `looks` looks.
#[wasm_bindgen(js_name = afterRefusal, unchecked_return_type = "RefusedRenewal")]
pub fn after_refusal(
    #[wasm_bindgen(unchecked_param_type = "string")] kind: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] looks: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] before: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] found: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] stale: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let kind = ErrorKind::parse(&text("kind", &kind)?).unwrap_or(ErrorKind::Decode);
    let (before, found): (Option<Session>, Option<Session>) = (read("before", &before)?, read("found", &found)?);
    let (looks, now) = (number("looks", &looks)? as u32, number("now", &now)?);
    let stale: Option<String> = read("stale", &stale)?;
    give(&lease::after_refusal(kind, looks, before.as_ref(), found.as_ref(), stale.as_deref(), now))
}

/// Returns whether a call can use a session.
#[wasm_bindgen(js_name = sessionIsUsable)]
pub fn session_is_usable(
    #[wasm_bindgen(unchecked_param_type = "Tokens")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] refused: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Read<bool> {
    let refused: Option<String> = read("refused", &refused)?;
    Ok(lease::is_usable(&read("session", &session)?, refused.as_deref(), number("now", &now)?))
}
