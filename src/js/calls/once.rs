//! Exports for sure writes.

use super::read::{arguments, event, find, find_operation, number, operation, read, state, state_some};
use super::write::{Answer, give, throw};
use crate::call::line::Line;
use crate::call::once::{self, Once};
use crate::js::data::{BegunOnce, Bytes, OnceAdvanced, OnceEvent, OnceStep, Outcome};
use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::vendor::Shape;
use wasm_bindgen::prelude::*;

/// Begins a sure write and returns its state; writes with the same `key` take turns. Throws if it
/// cannot be found out whether the write took effect.
#[wasm_bindgen(js_name = beginOnce, unchecked_return_type = "BegunOnce")]
pub fn begin_once(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown[]", js_name = "args")] given: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "WireOptions")] options: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let (marketplace, operation) = operation(&marketplace, &endpoint)?;
    let options: CallOptions = read("options", &options)?;
    let settings = read::<Settings>("settings", &settings)?.with(&options);
    let now_ms = number("now", &now_ms)?;
    let recovery = operation.recovery(arguments(&given)?, &settings, now_ms);
    let once = Once::new(marketplace, operation.meta.name, recovery, &settings, now_ms).map_err(throw)?;
    give(&BegunOnce { once: Bytes::of(&once), key: once.key(), end_ms: once.end_ms() })
}

/// Advances a sure write by one event, and returns its next step. `line` is the line of its key, in
/// which it leaves what the next write has to know.
#[wasm_bindgen(js_name = advanceOnce, unchecked_return_type = "OnceAdvanced")]
pub fn advance_once(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] once: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
    #[wasm_bindgen(unchecked_param_type = "OnceEvent")] event: JsValue,
) -> Answer {
    let mut machine: Once = state("once", &once)?;
    let mut line: Line = state_some("line", &line)?.unwrap_or_default();
    let marketplace = find(machine.marketplace())?;
    let operation = find_operation(marketplace, machine.endpoint())?;
    let event = self::event(&event, OnceEvent::read)?;
    let mut step = machine.advance(marketplace, &mut line, number("now", &now_ms)?, event.into());
    let mut found = None;
    if let once::OnceStep::Found { answer } = &step {
        let response = once::answer(answer);
        match operation.shape(&response) {
            Ok(Shape::Json { text, pick, page, odd }) => {
                let text = text.or_else(|| String::from_utf8(response.body).ok());
                found = Some(Shape::Json { text, pick, page, odd });
            }
            Ok(result) => found = Some(result),
            Err(error) => {
                let (kind, code, endpoint) = (ErrorKind::Decode, error.code, machine.endpoint());
                let mut failure = TicketError::local(kind, code, error.message, marketplace.id, endpoint);
                failure.sent = Sent::Yes;
                step = once::OnceStep::Fail { error: Box::new(failure) };
            }
        }
    }
    let step = match &step {
        once::OnceStep::Read { endpoint, args, left_ms } => OnceStep::Read { endpoint, args, left_ms: *left_ms },
        once::OnceStep::Write { left_ms } => OnceStep::Write { left_ms: *left_ms },
        once::OnceStep::Wait { ms } => OnceStep::Wait { ms: *ms },
        once::OnceStep::Done => OnceStep::Done {},
        once::OnceStep::Found { .. } => OnceStep::Found { result: found.as_ref().map_or(Outcome::Empty, Outcome::of) },
        once::OnceStep::GiveUp { sent } => OnceStep::GiveUp { sent: *sent },
        once::OnceStep::Fail { error } => OnceStep::Fail { error },
    };
    give(&OnceAdvanced { once: Bytes::of(&machine), line: Bytes::of(&line), step })
}
