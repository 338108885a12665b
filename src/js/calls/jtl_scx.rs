//! Exports for JTL-SCX alone.

use super::read::{named, number, number_some, read, state};
use super::write::{Answer, give};
use crate::attachment::Attachment;
use crate::js::data::{Bytes, InboxEvent};
use crate::marketplaces::jtl_scx::names;
use crate::marketplaces::jtl_scx::replies::{self, Inbox, InboxStep};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Returns the names for `files` in a ticket that has the names `taken` already.
#[wasm_bindgen(js_name = safeNames, unchecked_return_type = "string[]")]
pub fn safe_names(
    #[wasm_bindgen(unchecked_param_type = "string[]")] taken: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] files: JsValue,
) -> Answer {
    let taken: Vec<String> = read("taken", &taken)?;
    let files: Vec<Attachment> = read("files", &files)?;
    let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
    give(&names::safe_names(&taken, &files))
}

/// Advances the iteration over replies and returns its next step. `inbox` is the value that the
/// last call returned, or the interval in milliseconds.
#[wasm_bindgen(js_name = advanceInbox, unchecked_return_type = "{ inbox: Uint8Array; step: InboxStep }")]
pub fn advance_inbox(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | number")] inbox: JsValue,
    #[wasm_bindgen(unchecked_param_type = "InboxEvent")] happened: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string[]")] ids: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number | undefined", js_name = "retryAfterMs")] retry_after_ms: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] random: JsValue,
) -> Answer {
    #[derive(Serialize)]
    struct Advanced {
        inbox: Bytes,
        step: InboxStep,
    }
    let mut inbox = match inbox.as_f64() {
        Some(interval_ms) => Inbox::new(interval_ms),
        None => state("inbox", &inbox)?,
    };
    let (retry_after_ms, random) = (number_some("retryAfterMs", &retry_after_ms)?, number("random", &random)?);
    let step = inbox.advance(match named("happened", &happened)? {
        InboxEvent::Asked => replies::InboxEvent::Asked,
        InboxEvent::Polled => replies::InboxEvent::Polled { ids: read("ids", &ids)? },
        InboxEvent::PollFailed => replies::InboxEvent::PollFailed { retry_after_ms, random },
        InboxEvent::Acknowledged => replies::InboxEvent::Acknowledged,
        InboxEvent::Waited => replies::InboxEvent::Waited,
    });
    give(&Advanced { inbox: Bytes::of(&inbox), step })
}
