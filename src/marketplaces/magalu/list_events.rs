//! `GET /seller/v0/tickets/{ticket_id}/events`: lists a page of a ticket's events.
//!
//! Source: guide, the events of a ticket.

use super::Magalu;
use super::model::{Collection, EventType, TicketEvent};
use super::rules::{DEFAULT_LIMIT, ID, LIMIT, SORT, check_created, check_offset, check_query};
use crate::rules::rule::{Rule, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::{Endpoint, Listing};

endpoint! {
    "listEvents"(ticket_id) = GET "/seller/v0/tickets/{ticket_id}/events" -> Collection<TicketEvent>;

    /// The events of a ticket to list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListEventsParams"))]
    pub struct ListEventsParams of Magalu, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path ticket_id: String = ID,
        /// Only events of this type.
        query r#type: Option<EventType> = Rule::OneOf(EventType::VALUES),
        /// Only events created at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query created_at_gte: Option<String> = Rule::Code,
        /// Only events created at this time or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query created_at_lte: Option<String> = Rule::Code,
        /// The order, `field:asc` or `field:desc`.
        query _sort: Option<String> = SORT,
        /// The number of events per page, 1 to 100; by default 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query_or(DEFAULT_LIMIT) _limit: Option<i64> = LIMIT,
        /// The number of events to skip at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query _offset: Option<i64> = Rule::Code,
    }
}

impl Overrides for ListEventsParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_created(violations, self.created_at_gte.as_deref(), self.created_at_lte.as_deref());
        check_offset(violations, self._offset);
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}

impl Listing for ListEventsParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self._offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks, check};
    use super::*;
    use crate::marketplaces::testing::tolerant;
    use serde_json::json;

    #[test]
    fn the_type_is_a_documented_one() {
        for event in EventType::VALUES {
            accepts("listEvents", json!(["t", { "type": event }]));
        }
        breaks("listEvents", json!(["t", { "type": "x" }]), &[("type", "unknown_value")]);
        assert!(check(&tolerant(), "listEvents", &json!(["t", { "type": "x" }])).is_empty());
    }

    #[test]
    fn it_has_no_order_to_go_on_by() {
        // No order of this list is reliable.
        assert_eq!(ListEventsParams::TIMES, None);
    }
}
