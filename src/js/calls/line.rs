//! Exports for lines of sure writes. A missing line is an empty one.

use super::read::{Read, number, state, state_some, text};
use super::write::{Answer, give};
use crate::call::line::{self, Line, LineStep};
use crate::js::data::{Bytes, LinePolled};
use wasm_bindgen::prelude::*;

/// Changes a line for the write with this number, which is unique in its client, and returns the
/// line.
fn change(line: &JsValue, writer: &JsValue, with: &dyn Fn(&mut Line, u64)) -> Answer {
    let mut line = state_some("line", line)?.unwrap_or_default();
    with(&mut line, number("number", writer)? as u64);
    give(&Bytes::of(&line))
}

/// Puts a write at the end of a line, and returns the line. The write polls with `linePoll` at
/// once.
#[wasm_bindgen(js_name = lineEnter, unchecked_return_type = "Uint8Array")]
pub fn line_enter(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "number")] writer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let now_ms = number("now", &now)?;
    change(&line, &writer, &|line, writer| line.enter(writer, now_ms))
}

/// Returns whether the turn of a write has come. The write gives up with `error` if its end is
/// reached first.
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

/// Extends the place of a write, and returns the line.
#[wasm_bindgen(js_name = lineExtend, unchecked_return_type = "Uint8Array")]
pub fn line_extend(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "number")] writer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let now_ms = number("now", &now)?;
    change(&line, &writer, &|line, writer| line.extend(writer, now_ms))
}

/// Removes a write from a line, and returns the line.
#[wasm_bindgen(js_name = lineLeave, unchecked_return_type = "Uint8Array")]
pub fn line_leave(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "number")] writer: JsValue,
) -> Answer {
    change(&line, &writer, &Line::leave)
}

/// Ends a write that may still take effect, and returns the line. The others wait until `untilMs`.
#[wasm_bindgen(js_name = lineLeaveBehind, unchecked_return_type = "Uint8Array")]
pub fn line_leave_behind(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "number")] writer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "untilMs")] until_ms: JsValue,
) -> Answer {
    let until_ms = number("untilMs", &until_ms)?;
    change(&line, &writer, &|line, writer| line.leave_behind(writer, until_ms))
}

/// Returns whether a line need not be kept.
#[wasm_bindgen(js_name = lineIsIdle)]
pub fn line_is_idle(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] line: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Read<bool> {
    Ok(state::<Line>("line", &line)?.is_idle(number("now", &now)?))
}
