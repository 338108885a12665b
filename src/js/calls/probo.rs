//! Exports for Probo alone.

use super::read::{json, misfit, read};
use super::write::{Answer, give};
use crate::attachment::Body;
use crate::js::data::Refused;
use crate::marketplaces::probo::Complaint;
use crate::marketplaces::probo::split::split_input;
use crate::rules::settings::Settings;
use crate::wire::json::Json;
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// Returns one complaint for each reason and solution of a mixed one.
#[wasm_bindgen(js_name = splitComplaints, unchecked_return_type = "Refused | { tickets: Complaint[] }")]
pub fn split_complaints(
    #[wasm_bindgen(unchecked_param_type = "unknown")] mixed: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
) -> Answer {
    #[derive(Serialize)]
    struct Split {
        tickets: Json,
    }
    match split_input(json(&mixed)?, &read::<Settings>("settings", &settings)?) {
        Ok(tickets) => give(&Split { tickets: tickets.iter().map(written).collect::<Result<_, _>>().map(Json::List)? }),
        Err(violations) => give(&Refused { violations }),
    }
}

/// Returns the ticket as its body is sent.
fn written(ticket: &Complaint) -> Result<Json, JsValue> {
    let mut body = Body::new();
    let json = body.push_json(ticket).ok().and_then(|()| Json::read(body.as_text()?));
    json.ok_or_else(|| misfit("mixed", &JsValue::NULL, "values that JSON can have"))
}
