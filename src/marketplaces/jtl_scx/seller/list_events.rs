//! `GET /v2/seller/event`: lists the events of channels that are not acknowledged.
//!
//! Source: docs, "Channel Events", for the route only. The vendor publishes no list of the types.

use super::super::JtlScxSeller;
use super::super::model::EventList;
use super::super::rules::{CHANNEL, SELLER_EVENT};
use crate::rules::rule::Rule;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "seller.listEvents"() = GET "/v2/seller/event" -> EventList;

    /// The events to list, at most 100; by default all that are not acknowledged.
    #[cfg_attr(feature = "types", ts(rename = "ScxSellerListEventsParams"))]
    pub struct SellerListEventsParams of JtlScxSeller, keep unknown {
        /// Only events after this time: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query createdAfter: Option<String> = Rule::DATE_TIME,
        /// Only events of these types. The vendor publishes no list of those for sellers.
        commas eventTypeFilter: Option<Vec<String>> = Rule::each(&SELLER_EVENT),
        /// Only events of this channel.
        query channel: Option<String> = CHANNEL,
    }
}

impl Overrides for SellerListEventsParams {}

#[cfg(test)]
mod tests {
    use crate::marketplaces::jtl_scx::tests::{JSON, breaks, sends};
    use serde_json::json;

    #[test]
    fn events_are_asked_for_with_this_line() {
        let line = "GET /v2/seller/event?eventTypeFilter=Channel%3AAny.Thing";
        sends("seller.listEvents", json!([{ "eventTypeFilter": ["Channel:Any.Thing"] }]), [line, JSON, "", ""]);
    }

    #[test]
    fn events_of_one_channel_are_asked_for() {
        let line = "GET /v2/seller/event?channel=MYCHANNEL";
        sends("seller.listEvents", json!([{ "channel": "MYCHANNEL" }]), [line, JSON, "", ""]);
        breaks("seller.listEvents", json!([{ "channel": "MY" }]), &[("channel", "too_short")]);
    }

    #[test]
    fn events_have_types_of_their_own() {
        breaks("seller.listEvents", json!([{ "eventTypeFilter": ["Channel:New"] }]), &[]);
        for bad in ["", "System:Test,Seller:Ticket.Reply"] {
            let list = [("eventTypeFilter[1]", "invalid_event_type")];
            breaks("seller.listEvents", json!([{ "eventTypeFilter": ["System:Test", bad] }]), &list);
        }
        let text = json!([{ "eventTypeFilter": "System:Test" }]);
        breaks("seller.listEvents", text, &[("eventTypeFilter", "wrong_type")]);
    }
}
