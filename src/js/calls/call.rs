//! The steps of a call.

use super::read::{
    Read, bytes_some, find, find_operation, from_json, headers, json, misfit, state, state_some, status,
};
use super::write::{Answer, Bytes, give};
use crate::call::{Call, CallEvent, CallStep, Now, WaitReason};
use crate::model::schema::Outline;
use crate::rules::error::TicketError;
use crate::wire::http::Response;
use crate::wire::json::Json;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::answers::Outcome;

#[derive(Serialize)]
struct Advanced<'a> {
    call: Bytes,
    gate: Bytes,
    step: Told<'a>,
}

/// A step as the driver knows it.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum Told<'a> {
    Send { attempt: u32, timeout_ms: f64, max_body_bytes: f64 },
    Token { refused: bool },
    Wait { ms: f64, reason: WaitReason, attempt: u32 },
    Done { result: Outcome<'a>, attempts: u32 },
    Fail { error: &'a TicketError },
}

/// Takes a call one step on; `body` is that of an answer. `saw`, in the event, stands in for a body
/// that the host checked with our table.
#[wasm_bindgen(unchecked_return_type = "{ call: Uint8Array; gate: Uint8Array; step: CallStep }")]
pub fn advance(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] call: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] gate: JsValue,
    #[wasm_bindgen(unchecked_param_type = "CallEvent")] event: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "Uint8Array")] body: JsValue,
) -> Answer {
    let mut call: Call = state("call", &call)?;
    let mut gate = state_some("gate", &gate)?.unwrap_or_default();
    let marketplace = find(&call.plan.marketplace)?;
    let (now, saw, happened) = event_of(&mut call, json(&event)?, &body)?;
    let mut step = call.advance(marketplace, &mut gate, now, happened);
    let mut result = call.plan.unread();
    if let CallStep::Done(response) = &step
        && !call.plan.verbatim
    {
        match find_operation(marketplace, &call.plan.endpoint)?.read(&call.plan, response, saw.as_ref()) {
            Ok(shape) => result = shape,
            Err(error) => step = CallStep::Fail(call.undecodable(error, response)),
        }
    }
    let told = match &step {
        CallStep::Send { attempt, timeout_ms, max_body_bytes } => {
            Told::Send { attempt: *attempt, timeout_ms: *timeout_ms, max_body_bytes: *max_body_bytes as f64 }
        }
        CallStep::Token { refused } => Told::Token { refused: *refused },
        CallStep::Wait { ms, reason, attempt } => Told::Wait { ms: *ms, reason: *reason, attempt: *attempt },
        CallStep::Done(_) => Told::Done { result: Outcome::of(&result), attempts: call.attempts() },
        CallStep::Fail(error) => Told::Fail { error },
    };
    give(&Advanced { call: Bytes::of(&call), gate: Bytes::of(&gate), step: told })
}

/// What happened, when, and what the host saw of an answer.
fn event_of(call: &mut Call, mut event: Json, body: &JsValue) -> Read<(Now, Option<Outline>, CallEvent)> {
    let kind: String = from_json("type", event.take("type"))?;
    let saw = from_json("saw", event.take("saw"))?;
    let random: Option<f64> = from_json("random", event.take("random"))?;
    let now = Now { ms: from_json("now", event.take("now"))?, random: random.unwrap_or(0.5) };
    let code: Option<f64> = from_json("status", event.take("status"))?;
    let status = code.map(|code| status("status", code)).transpose()?;
    let happened = match kind.as_str() {
        "start" => {
            if let Some(ms) = from_json("totalTimeoutMs", event.take("totalTimeoutMs"))? {
                call.set_total_timeout_ms(ms);
            }
            CallEvent::Start
        }
        "waited" => CallEvent::Waited,
        "token" => CallEvent::Token,
        "response" => {
            let status = status.ok_or_else(|| misfit("status", &JsValue::UNDEFINED, "a status"))?;
            let headers = headers("headers", event.take("headers"))?;
            let body = bytes_some("body", body)?.unwrap_or_default();
            CallEvent::Response { response: Response { status, headers, body } }
        }
        "timed_out" => CallEvent::TimedOut { status },
        "aborted" => CallEvent::Aborted { status },
        "not_sent" => CallEvent::NotSent { aborted: from_json("aborted", event.take("aborted"))? },
        "send_failed" => CallEvent::SendFailed { status, message: from_json("message", event.take("message"))? },
        _ => return Err(misfit("type", &JsValue::from_str(&kind), "the name of an event")),
    };
    Ok((now, saw, happened))
}
