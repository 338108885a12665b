//! Exports for short-lived tokens.

use super::begin::{Given, Planned, start};
use super::read::{checked, credentials, find, json, marketplace, number, read, response, state};
use super::write::{Answer, give};
use crate::call::Call;
use crate::js::data::{ConsentPage, Refused, SessionRead};
use crate::vendor::session::{self, Consent, Grant, Session};
use wasm_bindgen::prelude::*;

/// Returns what is wrong with tokens from a store.
#[wasm_bindgen(js_name = checkTokens, unchecked_return_type = "Violation[]")]
pub fn check_tokens(#[wasm_bindgen(unchecked_param_type = "unknown")] stored: JsValue) -> Answer {
    give(&session::check_stored(json(&stored)?))
}

/// Returns the request for a token.
#[wasm_bindgen(js_name = beginSession, unchecked_return_type = "Refused | Packed")]
pub fn begin_session(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "credentials")] keys: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "WireOptions")] options: JsValue,
) -> Answer {
    let credentials = credentials(self::marketplace(&marketplace)?, json(&keys)?)?;
    let session: Option<Session> = read("session", &session)?;
    let plan: Planned<'_> = Box::new(|settings| credentials.renewal(session.as_ref(), settings));
    let (settings, violations) = checked(&settings)?;
    start(&settings, violations, &options, Given::default(), plan)
}

/// Returns the request that exchanges a code for tokens.
#[wasm_bindgen(js_name = beginExchange, unchecked_return_type = "Refused | Packed")]
pub fn begin_exchange(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "credentials")] keys: JsValue,
    #[wasm_bindgen(unchecked_param_type = "object")] grant: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "WireOptions")] options: JsValue,
) -> Answer {
    let credentials = credentials(self::marketplace(&marketplace)?, json(&keys)?)?;
    let (grant, violations): (Grant, _) = checked(&grant)?;
    let plan: Planned<'_> = Box::new(|settings| {
        violations.into_result()?;
        credentials.exchange(&grant, settings)
    });
    let (settings, violations) = checked(&settings)?;
    start(&settings, violations, &options, Given::default(), plan)
}

/// Returns the page on which a person gives consent.
#[wasm_bindgen(js_name = consentUrl, unchecked_return_type = "Refused | ConsentPage")]
pub fn consent_url(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "credentials")] keys: JsValue,
    #[wasm_bindgen(unchecked_param_type = "object")] consent: JsValue,
) -> Answer {
    let credentials = credentials(self::marketplace(&marketplace)?, json(&keys)?)?;
    let (consent, violations): (Consent, _) = checked(&consent)?;
    match violations.into_result().and_then(|()| credentials.consent_url(&consent)) {
        Ok(url) => give(&ConsentPage { url }),
        Err(violations) => give(&Refused { violations }),
    }
}

/// Reads the response to a request for a token, and returns the tokens or the error.
#[wasm_bindgen(js_name = readSession, unchecked_return_type = "SessionRead")]
pub fn read_session(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] call: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "credentials")] keys: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] status: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] headers: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] body: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] now: JsValue,
) -> Answer {
    let call: Call = state("call", &call)?;
    let credentials = credentials(find(&call.plan.marketplace)?, json(&keys)?)?;
    let session: Option<Session> = read("session", &session)?;
    let response = response(&status, &headers, &body)?;
    match credentials.read_session(&response, session.as_ref(), number("now", &now)?) {
        Ok(session) => give(&SessionRead::Session(session)),
        Err(error) => give(&SessionRead::Error(call.undecodable(error, &response))),
    }
}
