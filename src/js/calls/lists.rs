//! Walks through lists.

use super::read::{number, read, state, text};
use super::write::{Answer, Bytes, give};
use crate::call::page::{self, Base, PageFacts, PageStep, Pager};
use crate::rules::error::TicketError;
use serde::Serialize;
use wasm_bindgen::prelude::*;

#[derive(Serialize)]
struct Advanced {
    pager: Bytes,
    keep: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stuck: Option<TicketError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<f64>,
    base: Base,
}

/// Returns what to do with a page of a list: whether its items count (`keep`), and the offset or the
/// number of the page to read on from. Without `next` the list is through. The walk fails with `stuck`
/// when it cannot go on. `pager` is what the last call returned, or where the walk begins.
#[wasm_bindgen(js_name = advancePager, unchecked_return_type = "PageStep")]
pub fn advance_pager(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | number")] pager: JsValue,
    #[wasm_bindgen(unchecked_param_type = "PageFacts")] facts: JsValue,
) -> Answer {
    let mut pager = match pager.as_f64() {
        Some(_) => Pager::from(number("pager", &pager)? as u64),
        None => state("pager", &pager)?,
    };
    let PageStep { keep, next, base, stuck } = pager.advance(read::<PageFacts>("facts", &facts)?);
    let stuck = match stuck {
        true => Some(page::pages_repeat(&text("marketplace", &marketplace)?, &text("endpoint", &endpoint)?)),
        false => None,
    };
    give(&Advanced { pager: Bytes::of(&pager), keep, stuck, next: next.map(|next| next as f64), base })
}
