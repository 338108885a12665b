//! `DELETE /v1/channel/event`: acknowledges events.
//!
//! Source: docs, "Acknowledge Events".

use super::super::JtlScxChannel;
use super::super::rules::{EVENT_IDS, not_too_many_events};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::Recovery;

endpoint! {
    "acknowledgeEvents"(eventIdList) = DELETE "/v1/channel/event" -> ();

    /// The events to acknowledge.
    pub struct AcknowledgeEventsParams of JtlScxChannel, deny unknown {
        /// The ids of the events, 1 to 100.
        body eventIdList: Vec<String> = EVENT_IDS,
    }
}

impl Overrides for AcknowledgeEventsParams {
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
    use crate::marketplaces::jtl_scx::tests::{JSON, breaks, sends};
    use serde_json::json;

    #[test]
    fn events_are_acknowledged_with_these_bytes() {
        let body = r#"{"eventIdList":["65e2f0aa","b\""]}"#;
        sends("acknowledgeEvents", json!([["65e2f0aa", "b\""]]), ["DELETE /v1/channel/event", JSON, JSON, body]);
    }

    #[test]
    fn from_1_to_100_events_are_acknowledged_at_once() {
        for operation in ["acknowledgeEvents", "seller.acknowledgeEvents"] {
            for count in [1, 2, 100] {
                breaks(operation, json!([vec!["id"; count]]), &[]);
            }
            breaks(operation, json!([[]]), &[("eventIdList", "too_few_items")]);
            breaks(operation, json!([vec!["id"; 101]]), &[("eventIdList", "too_many_items")]);
            breaks(operation, json!([["1", ""]]), &[("eventIdList[1]", "too_short")]);
            breaks(operation, json!([["1", 2]]), &[("eventIdList[1]", "wrong_type")]);
            breaks(operation, json!(["1"]), &[("eventIdList", "wrong_type")]);
        }
    }
}
