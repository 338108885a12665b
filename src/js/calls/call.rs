//! The export that advances a call.

use super::read::{Read, event, field, find, find_operation, number, response, saw_some, state, state_some};
use super::write::{Answer, give};
use crate::call::limit::Gate;
use crate::call::{self, Call, Now};
use crate::js::data::{Bytes, CallAdvanced, CallEvent, CallStep, Outcome};
use crate::model::schema::Outline;
use crate::vendor::Shape;
use wasm_bindgen::prelude::*;

/// Advances a call by one event and returns its next step.
#[wasm_bindgen(unchecked_return_type = "CallAdvanced")]
pub fn advance(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] call: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] gate: JsValue,
    #[wasm_bindgen(unchecked_param_type = "CallEvent")] event: JsValue,
) -> Answer {
    let mut call: Call = state("call", &call)?;
    let (now, happened) = told(&mut call, self::event(&event, CallEvent::read)?);
    go_on(call, &gate, now, happened, None)
}

/// Advances a call by its response and returns its next step. `headers` are one name and one value
/// a line. `saw` is the outline of a body that the host checked with our table, in place of `body`.
#[wasm_bindgen(unchecked_return_type = "CallAdvanced")]
#[allow(clippy::too_many_arguments, reason = "one for each thing that crosses")]
pub fn receive(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] call: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] gate: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] random: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] status: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] headers: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] body: JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "string")] saw: JsValue,
) -> Answer {
    let call: Call = state("call", &call)?;
    let now = Now { ms: number("now", &now)?, random: number("random", &random)? };
    let response = response(&status, &headers, &body)?;
    go_on(call, &gate, now, call::CallEvent::Response { response }, saw_some(&saw)?)
}

fn go_on(mut call: Call, gate: &JsValue, now: Now, happened: call::CallEvent, saw: Option<Outline>) -> Answer {
    let before = state_some("gate", gate)?;
    let mut gate: Gate = before.unwrap_or_default();
    let marketplace = find(&call.plan.marketplace)?;
    let url = call.plan.url.clone();
    let mut step = call.advance(marketplace, &mut gate, now, happened);
    let mut result = call.plan.unread();
    if let call::CallStep::Done(response) = &step
        && !call.plan.verbatim
    {
        match find_operation(marketplace, &call.plan.endpoint)?.read(&call.plan, response, saw.as_ref()) {
            Ok(shape) => result = shape,
            Err(error) => step = call::CallStep::Fail(call.undecodable(error, response)),
        }
    }
    let is_over = matches!(step, call::CallStep::Done(_) | call::CallStep::Fail(_));
    give(&CallAdvanced {
        call: (!is_over).then(|| Bytes::of(&call)),
        url: (!is_over && call.plan.url != url).then(|| call.plan.url.clone()),
        gate: changed(before, &gate),
        step: step_of(&step, &result, call.attempts()),
    })
}

/// Returns the state of a gate, if it is another one than before.
pub(super) fn changed(before: Option<Gate>, gate: &Gate) -> Option<Bytes> {
    (before.as_ref() != Some(gate)).then(|| Bytes::of(gate))
}

/// Returns a step as it crosses. `result` is where the result of a finished call is.
pub(super) fn step_of<'a>(step: &'a call::CallStep, result: &'a Shape, attempts: u32) -> CallStep<'a> {
    match step {
        call::CallStep::Send { attempt, timeout_ms, max_body_bytes } => {
            CallStep::Send { attempt: *attempt, timeout_ms: *timeout_ms, max_body_bytes: *max_body_bytes as f64 }
        }
        call::CallStep::Token { refused, timeout_ms } => CallStep::Token { refused: *refused, timeout_ms: *timeout_ms },
        call::CallStep::Wait { ms, reason, attempt } => CallStep::Wait { ms: *ms, reason: *reason, attempt: *attempt },
        call::CallStep::Done(_) => CallStep::Done { result: Outcome::of(result), attempts },
        call::CallStep::Fail(error) => CallStep::Fail { error },
    }
}

/// Returns the gate with this name, or `None` before its first use.
pub(super) fn gate_of(gates: &JsValue, name: &str) -> Read<Option<Gate>> {
    state_some("gate", &field("gates", gates, name)?)
}

/// Returns the time and the event.
fn told(call: &mut Call, event: CallEvent) -> (Now, call::CallEvent) {
    use call::CallEvent as Event;
    // These events need no random number, so a fixed one is used.
    let at = |ms| Now { ms, random: 0.5 };
    let status = |status: Option<crate::js::data::Status>| status.map(|status| status.0);
    match event {
        CallEvent::Start { now, left_ms } => {
            if let Some(ms) = left_ms {
                call.set_left_ms(ms);
            }
            (at(now), Event::Start)
        }
        CallEvent::Waited { now } => (at(now), Event::Waited),
        CallEvent::Token { now } => (at(now), Event::Token),
        CallEvent::Aborted { now, status: code } => (at(now), Event::Aborted { status: status(code) }),
        CallEvent::NotSent { now, aborted } => (at(now), Event::NotSent { aborted }),
        CallEvent::TimedOut { now, random, status: code } => {
            (Now { ms: now, random }, Event::TimedOut { status: status(code) })
        }
        CallEvent::SendFailed { now, random, message, status: code } => {
            (Now { ms: now, random }, Event::SendFailed { status: status(code), message })
        }
    }
}
