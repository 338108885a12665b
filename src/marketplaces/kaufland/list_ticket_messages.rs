//! `GET /tickets/messages`: lists a page of the messages of all tickets.
//!
//! Source: specification 2.44.0.

use super::Kaufland;
use super::model::{Collection, FulfillmentType, SortMessages, TicketMessage};
use super::rules::{LIMIT, OFFSET};
use crate::rules::rule::Rule;
use crate::vendor::Listing;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "listTicketMessages"() = GET "/tickets/messages" -> Collection<TicketMessage>;

    /// The messages to list. There is no filter by ticket; for one ticket's thread, get the ticket
    /// with `embedded: ["messages"]`.
    pub struct ListTicketMessagesParams of Kaufland, deny unknown {
        /// The party that ships the goods; by default `fulfilled_by_merchant` only.
        query fulfillment_type: Option<Vec<FulfillmentType>> = Rule::each(&Rule::OneOf(FulfillmentType::VALUES)),
        /// Only messages written at this time or later: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query ts_created_from_iso: Option<String> = Rule::DATE_TIME,
        /// The order of the messages.
        query sort: Option<SortMessages> = Rule::OneOf(SortMessages::VALUES),
        /// The number of messages per page, 1 to 30; by default 30.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query limit: Option<i64> = LIMIT,
        /// The number of messages to skip at the start.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query offset: Option<i64> = OFFSET,
    }
}

impl Overrides for ListTicketMessagesParams {}

impl Listing for ListTicketMessagesParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, answer, breaks, line};
    use super::*;
    use crate::rules::settings::Settings;
    use crate::vendor::{Endpoint, ListPage, Shape};
    use serde_json::json;

    #[test]
    fn every_filter_goes_into_the_query() {
        let messages = json!([{
            "limit": 1, "offset": 0, "sort": "ts_created_iso:asc", "ts_created_from_iso": "2026-03-02T08:15:00Z",
            "fulfillment_type": ["fulfilled_by_kaufland"],
        }]);
        assert_eq!(
            line(&Settings::default(), "listTicketMessages", &messages),
            "GET /tickets/messages?fulfillment_type=fulfilled_by_kaufland&ts_created_from_iso=2026-03-02T08%3A15%3A00Z\
            &sort=ts_created_iso%3Aasc&limit=1&offset=0"
        );
    }

    #[test]
    fn filters_take_documented_values() {
        accepts("listTicketMessages", json!([{ "fulfillment_type": FulfillmentType::VALUES }]));
        breaks(
            "listTicketMessages",
            json!([{ "fulfillment_type": ["x"] }]),
            &[("fulfillment_type[0]", "unknown_value")],
        );
    }

    #[test]
    fn sorting_has_the_documented_ways_of_this_list() {
        for good in SortMessages::VALUES {
            accepts("listTicketMessages", json!([{ "sort": good }]));
        }
        breaks("listTicketMessages", json!([{ "sort": "ts_updated_iso:desc" }]), &[("sort", "unknown_value")]);
    }

    #[test]
    fn there_is_no_filter_by_ticket() {
        breaks("listTicketMessages", json!([{ "id_ticket": "1" }]), &[("id_ticket", "unknown_field")]);
    }

    #[test]
    fn lists_go_on_from_an_offset_and_know_their_items() {
        let message = json!({
            "id_ticket_message": i64::MAX, "id_ticket": "150000001", "author": { "role": "robot", "name": null },
            "text": "a", "ts_created_iso": "2026-03-02T08:15:00Z",
        });
        let response = answer(200, &json!({ "data": [message] }).to_string());
        let page = ListTicketMessagesParams::decode(&response).unwrap();
        assert_eq!(Collection::key(&page.data[0]), "9223372036854775807");
        assert_eq!(ListTicketMessagesParams::default().at(5).offset(), 5);
        let Shape::Json { text, page: Some(shape), .. } = ListTicketMessagesParams::shape(&response).unwrap() else {
            panic!("a list is a page")
        };
        assert!(text.unwrap().contains(r#""id_ticket_message":9223372036854775807"#));
        assert_eq!((shape.key, shape.length), ("id_ticket_message", 1));
    }
}
