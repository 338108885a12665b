//! Exports for the lease on a client's session. A missing lease is one that no call holds. A call's
//! `wait` is the value that its last poll returned.

use super::read::{Read, number, read, state_some};
use super::write::{Answer, give};
use crate::call::lease::{self, Lease, LeaseWait};
use crate::js::data::{Bytes, LeaseFailed, LeasePolled};
use crate::vendor::Session;
use wasm_bindgen::prelude::*;

fn read_lease(lease: &JsValue) -> Read<Lease> {
    Ok(state_some("lease", lease)?.unwrap_or_default())
}

/// Returns the next action of a call that needs a session. `refused` is the token that the
/// marketplace rejected.
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
    let mut lease = read_lease(&lease)?;
    let mut wait: LeaseWait = state_some("wait", &wait)?.unwrap_or_default();
    let session: Option<Session> = read("session", &session)?;
    let refused: Option<String> = read("refused", &refused)?;
    let step = lease.poll(&mut wait, session.as_ref(), refused.as_deref(), number("now", &now)?);
    give(&LeasePolled { lease: Bytes::of(&lease), wait: Bytes::of(&wait), step })
}

/// Extends the turn of a renewal, and returns the lease.
#[wasm_bindgen(js_name = leaseExtend, unchecked_return_type = "Uint8Array")]
pub fn lease_extend(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] turn: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let mut lease = read_lease(&lease)?;
    lease.extend(number("turn", &turn)? as u64, number("now", &now)?);
    give(&Bytes::of(&lease))
}

/// Ends the turn of a renewal, and returns the lease.
#[wasm_bindgen(js_name = leaseEnd, unchecked_return_type = "Uint8Array")]
pub fn lease_end(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] turn: JsValue,
) -> Answer {
    let mut lease = read_lease(&lease)?;
    lease.end(number("turn", &turn)? as u64);
    give(&Bytes::of(&lease))
}

/// Ends the turn of a renewal that failed, and returns the lease. If its failure is `shared`, its
/// error is kept for the calls that wait.
#[wasm_bindgen(js_name = leaseFail, unchecked_return_type = "LeaseFailed")]
pub fn lease_fail(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] turn: JsValue,
) -> Answer {
    let mut lease = read_lease(&lease)?;
    let shared = lease.fail(number("turn", &turn)? as u64);
    give(&LeaseFailed { lease: Bytes::of(&lease), shared })
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
