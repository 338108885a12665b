//! Probo's own.

use super::read::{json, read};
use super::write::{Answer, give};
use crate::js::data::Refused;
use crate::marketplaces::probo::split::split_input;
use crate::rules::settings::Settings;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Returns one complaint for each reason and solution of a mixed one.
#[wasm_bindgen(js_name = splitComplaints, unchecked_return_type = "Refused | { tickets: Complaint[] }")]
pub fn split_complaints(
    #[wasm_bindgen(unchecked_param_type = "unknown")] mixed: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
) -> Answer {
    #[derive(Serialize)]
    struct Split<T> {
        tickets: T,
    }
    match split_input(json(&mixed)?, &read::<Settings>("settings", &settings)?) {
        Ok(tickets) => give(&Split { tickets }),
        Err(violations) => give(&Refused { violations }),
    }
}
