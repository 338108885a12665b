//! The lease on a client's session. No lease yet is one that no call has, and a call's `wait` is
//! what its last look returned.

use super::read::{Read, number, read, state_some};
use super::write::{Answer, Bytes, give};
use crate::call::lease::{self, Lease, LeaseStep, LeaseWait};
use crate::vendor::Session;
use serde::Serialize;
use wasm_bindgen::prelude::*;

fn read_lease(lease: &JsValue) -> Read<Lease> {
    Ok(state_some("lease", lease)?.unwrap_or_default())
}

/// Returns what a call does that needs a session. `refused` is the token that the marketplace would
/// not take.
#[wasm_bindgen(
    js_name = leasePoll,
    unchecked_return_type = "{ lease: Uint8Array; wait: Uint8Array; step: LeaseStep }"
)]
pub fn lease_poll(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] wait: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | undefined")] refused: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    #[derive(Serialize)]
    struct Polled {
        lease: Bytes,
        wait: Bytes,
        step: LeaseStep,
    }
    let mut lease = read_lease(&lease)?;
    let mut wait: LeaseWait = state_some("wait", &wait)?.unwrap_or_default();
    let session: Option<Session> = read("session", &session)?;
    let refused: Option<String> = read("refused", &refused)?;
    let step = lease.poll(&mut wait, session.as_ref(), refused.as_deref(), number("now", &now)?);
    give(&Polled { lease: Bytes::of(&lease), wait: Bytes::of(&wait), step })
}

/// Takes down a sign of life of a renewal.
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

/// Ends the turn of a renewal.
#[wasm_bindgen(js_name = leaseEnd, unchecked_return_type = "Uint8Array")]
pub fn lease_end(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] turn: JsValue,
) -> Answer {
    let mut lease = read_lease(&lease)?;
    lease.end(number("turn", &turn)? as u64);
    give(&Bytes::of(&lease))
}

/// Ends the turn of a renewal that failed. When its failure is `shared`, its error is kept for those
/// that wait.
#[wasm_bindgen(js_name = leaseFail, unchecked_return_type = "{ lease: Uint8Array; shared: boolean }")]
pub fn lease_fail(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] lease: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] turn: JsValue,
) -> Answer {
    #[derive(Serialize)]
    struct Failed {
        lease: Bytes,
        shared: bool,
    }
    let mut lease = read_lease(&lease)?;
    let shared = lease.fail(number("turn", &turn)? as u64);
    give(&Failed { lease: Bytes::of(&lease), shared })
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
