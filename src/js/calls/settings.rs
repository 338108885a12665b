//! Exports that need no call: options, rules and meanings.

use super::read::{Read, arguments, checked, credentials, json, marketplace, operation, read};
use super::write::{Answer, give};
use crate::model::open_enum::Meanings;
use crate::rules::settings::Settings;
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

/// Returns everything that is wrong with a client's options; behind a gateway no keys are given.
#[wasm_bindgen(js_name = checkSettings, unchecked_return_type = "Violation[]")]
pub fn check_settings(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] credentials: JsValue,
) -> Answer {
    let marketplace = self::marketplace(&marketplace)?;
    let (settings, mut violations): (Settings, _) = checked(&settings)?;
    marketplace.check_settings(&settings, &mut violations);
    if !settings.gateway {
        let _ = (marketplace.credentials)(json(&credentials)?, &mut violations);
    }
    give(&violations.into_vec())
}

/// Returns everything that is wrong with a method's arguments.
#[wasm_bindgen(unchecked_return_type = "Violation[]")]
pub fn validate(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown[]", js_name = "args")] given: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
) -> Answer {
    let (_, operation) = operation(&marketplace, &endpoint)?;
    give(&operation.validate(arguments(&given)?, &read("settings", &settings)?))
}

/// Returns what the documented values of a marketplace's enums mean.
#[wasm_bindgen(unchecked_return_type = "Record<string, Meaning[]>")]
pub fn meanings(#[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue) -> Answer {
    struct Enums(&'static [(&'static str, Meanings)]);
    impl Serialize for Enums {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().copied())
        }
    }
    let marketplace: Read<_> = self::marketplace(&marketplace);
    give(&Enums(marketplace?.meanings))
}

/// Returns whether credentials need a short-lived token.
#[wasm_bindgen(js_name = usesSession)]
pub fn uses_session(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "credentials")] keys: JsValue,
) -> Read<bool> {
    Ok(credentials(self::marketplace(&marketplace)?, json(&keys)?)?.uses_session())
}
