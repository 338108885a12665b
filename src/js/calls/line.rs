//! Lines of sure writes. No line yet is an empty one.

use super::read::{Read, named, number, state, state_some, text};
use super::write::{Answer, give};
use crate::call::line::{self, Line, LineStep};
use crate::js::data::{Bytes, LineChange, LinePolled};
use wasm_bindgen::prelude::*;

/// Changes a line for the write of this number, which a client gives only once. `enter` puts the
/// write at its end, `extend` extends the turn, and `leave` takes the write out of it. `ms` is the
/// time now, in milliseconds since 1970.
#[wasm_bindgen(js_name = changeLine, unchecked_return_type = "Uint8Array")]
pub fn change_line(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "number")] writer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "LineChange")] change: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] ms: JsValue,
) -> Answer {
    let mut line: Line = state_some("line", &line)?.unwrap_or_default();
    let (writer, ms) = (number("number", &writer)? as u64, number("ms", &ms)?);
    match named("change", &change)? {
        LineChange::Enter => line.enter(writer, ms),
        LineChange::Extend => line.extend(writer, ms),
        LineChange::Leave => line.leave(writer),
    }
    give(&Bytes::of(&line))
}

/// Returns whether the turn of a write has come. It gives up with `error` when its end has come
/// before.
#[wasm_bindgen(
    js_name = linePoll,
    unchecked_return_type = "LinePolled"
)]
pub fn line_poll(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "number")] writer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "endMs")] end_ms: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let mut line: Line = state_some("line", &line)?.unwrap_or_default();
    let writer = number("number", &writer)? as u64;
    let step = line.poll(writer, number("endMs", &end_ms)?, number("now", &now)?);
    let error = match step {
        LineStep::GiveUp => Some(line::no_turn(&text("marketplace", &marketplace)?, &text("endpoint", &endpoint)?)),
        LineStep::Go | LineStep::Wait { .. } => None,
    };
    give(&LinePolled { line: Bytes::of(&line), step, error })
}

/// Returns whether a line need not be kept.
#[wasm_bindgen(js_name = lineIsIdle)]
pub fn line_is_idle(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Read<bool> {
    Ok(state::<Line>("line", &line)?.is_idle(number("now", &now)?))
}
