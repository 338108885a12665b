//! Sure writes.

use super::answers::Outcome;
use super::read::{
    Read, arguments, find, find_operation, from_json, json, misfit, number, operation, read, state, status,
};
use super::write::{Answer, Bytes, give, throw};
use crate::call::once::{self, Once, OnceEvent, OnceStep};
use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::vendor::Shape;
use crate::wire::json::Json;
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BegunOnce<'a> {
    once: Bytes,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    end_ms: f64,
    settle_ms: f64,
}

/// Begins a sure write; writes with the same `key` take turns. Throws where nothing can tell whether
/// it landed.
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
    let recovery = operation.recovery(arguments(&given)?, now_ms);
    let once = Once::new(marketplace, operation.meta.name, recovery, &settings, now_ms).map_err(throw)?;
    give(&BegunOnce { once: Bytes::of(&once), key: once.key(), end_ms: once.end_ms(), settle_ms: once.settle_ms() })
}

#[derive(Serialize)]
struct Advanced<'a> {
    once: Bytes,
    step: Told<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Told<'a> {
    Found { r#type: &'static str, result: Outcome<'a> },
    Other(&'a OnceStep),
}

/// Takes a sure write one step on.
#[wasm_bindgen(js_name = advanceOnce, unchecked_return_type = "{ once: Uint8Array; step: OnceStep }")]
pub fn advance_once(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] once: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
    #[wasm_bindgen(unchecked_param_type = "OnceEvent")] event: JsValue,
) -> Answer {
    let mut machine: Once = state("once", &once)?;
    let marketplace = find(machine.marketplace())?;
    let operation = find_operation(marketplace, machine.endpoint())?;
    let event = event_of(json(&event)?)?;
    let mut step = machine.advance(marketplace, number("now", &now_ms)?, event);
    let mut found = None;
    if let OnceStep::Found { answer } = &step {
        let response = once::answer(answer);
        match operation.shape(&response) {
            Ok(Shape::Json { text, pick, page }) => {
                let text = text.or_else(|| String::from_utf8(response.body).ok());
                found = Some(Shape::Json { text, pick, page });
            }
            Ok(result) => found = Some(result),
            Err(error) => {
                let (kind, code, endpoint) = (ErrorKind::Decode, error.code, machine.endpoint());
                let mut failure = TicketError::local(kind, code, error.message, marketplace.id, endpoint);
                failure.sent = Sent::Yes;
                step = OnceStep::Fail { error: Box::new(failure) };
            }
        }
    }
    let step = match &found {
        Some(shape) => Told::Found { r#type: "found", result: Outcome::of(shape) },
        None => Told::Other(&step),
    };
    give(&Advanced { once: Bytes::of(&machine), step })
}

fn event_of(mut event: Json) -> Read<OnceEvent> {
    let kind: String = from_json("type", event.take("type"))?;
    Ok(match kind.as_str() {
        "begun" => OnceEvent::Begun,
        "read" => OnceEvent::Read { page: from_json("page", event.take("page"))?, value: event.take("value") },
        "read_failed" => OnceEvent::ReadFailed,
        "waited" => OnceEvent::Waited,
        "write_failed" => {
            let sent: String = from_json("sent", event.take("sent"))?;
            let code: Option<f64> = from_json("status", event.take("status"))?;
            OnceEvent::WriteFailed {
                sent: Sent::parse(&sent).ok_or_else(|| misfit("sent", &sent.into(), "no, maybe or yes"))?,
                status: code.map(|code| status("status", code)).transpose()?,
                hint_ms: from_json("hintMs", event.take("hintMs"))?,
            }
        }
        _ => return Err(misfit("type", &kind.into(), "the name of an event")),
    })
}
