//! `GET /v1/channel/event`: lists the events of sellers that are not acknowledged.
//!
//! Source: docs, "Seller Events". The vendor describes the filter as one value with commas.

use super::super::JtlScxChannel;
use super::super::model::{EventList, ScxEventType};
use super::super::rules::CHANNEL_EVENT;
use crate::rules::rule::Rule;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "listEvents"() = GET "/v1/channel/event" -> EventList;

    /// The events to list, at most 100; by default all that are not acknowledged.
    #[cfg_attr(feature = "types", ts(rename = "ScxListEventsParams"))]
    pub struct ListEventsParams of JtlScxChannel, keep unknown {
        /// Only events after this time: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query createdAfter: Option<String> = Rule::DATE_TIME,
        /// Only events of these types.
        commas eventTypeFilter: Option<Vec<ScxEventType>> = Rule::each(&CHANNEL_EVENT),
    }
}

impl Overrides for ListEventsParams {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::jtl_scx::tests::{JSON, breaks, check, sends};
    use crate::marketplaces::testing::tolerant;
    use serde_json::json;

    #[test]
    fn events_are_asked_for_with_this_line() {
        for (arguments, query) in [
            (json!([]), ""),
            (json!([{ "eventTypeFilter": [] }]), ""),
            (
                json!([{
                    "createdAfter": "2026-03-02T08:15:00Z", "eventTypeFilter": ["Seller:Ticket.Reply", "System:Test"],
                }]),
                "?createdAfter=2026-03-02T08%3A15%3A00Z&eventTypeFilter=Seller%3ATicket.Reply%2CSystem%3ATest",
            ),
        ] {
            sends("listEvents", arguments, [&format!("GET /v1/channel/event{query}"), JSON, "", ""]);
        }
    }

    #[test]
    fn events_have_known_types() {
        breaks("listEvents", json!([{ "eventTypeFilter": ScxEventType::VALUES }]), &[]);
        let new = json!([{ "eventTypeFilter": ["Seller:New"] }]);
        breaks("listEvents", new.clone(), &[("eventTypeFilter[0]", "unknown_value")]);
        assert_eq!(check(&tolerant(), "listEvents", &new), []);
        for bad in ["", "System:Test,Seller:Ticket.Reply"] {
            let list = [("eventTypeFilter[1]", "invalid_event_type")];
            breaks("listEvents", json!([{ "eventTypeFilter": ["System:Test", bad] }]), &list);
            assert_eq!(check(&tolerant(), "listEvents", &json!([{ "eventTypeFilter": [bad] }])).len(), 1);
        }
        breaks("listEvents", json!([{ "eventTypeFilter": "System:Test" }]), &[("eventTypeFilter", "wrong_type")]);
    }
}
