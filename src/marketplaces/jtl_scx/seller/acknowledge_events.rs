//! `DELETE /v1/seller/event`: acknowledges events.
//!
//! Source: docs, "Acknowledge Events" of the seller's side.

use super::super::JtlScxSeller;
use super::super::rules::{EVENT_IDS, not_too_many_events};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::Recovery;

endpoint! {
    "seller.acknowledgeEvents"(eventIdList) = DELETE "/v1/seller/event" -> ();

    /// The events to acknowledge.
    pub struct SellerAcknowledgeEventsParams of JtlScxSeller, deny unknown {
        /// The ids of the events, 1 to 100.
        body eventIdList: Vec<String> = EVENT_IDS,
    }
}

impl Overrides for SellerAcknowledgeEventsParams {
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        not_too_many_events(&self.eventIdList, violations);
    }

    /// A second acknowledgement changes nothing.
    fn lookup(&self, _now_ms: f64) -> Recovery {
        Recovery::Harmless
    }
}

#[cfg(test)]
mod tests {
    use crate::marketplaces::jtl_scx::tests::{JSON, sends};
    use serde_json::json;

    #[test]
    fn events_are_acknowledged_with_these_bytes() {
        let body = r#"{"eventIdList":["1"]}"#;
        sends("seller.acknowledgeEvents", json!([["1"], {}]), ["DELETE /v1/seller/event", JSON, JSON, body]);
    }
}
