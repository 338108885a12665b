//! `GET /tickets`: lists a page of the seller's tickets.
//!
//! Source: guide, "Retrieving open tickets"; specification 2.44.0.

use super::Kaufland;
use super::model::{
    Collection, FulfillmentType, SortTickets, Storefront, Ticket, TicketReason, TicketStatus, TicketTopic,
};
use super::rules::{INT32_MAX, LIMIT, OFFSET};
use crate::rules::rule::Rule;
use crate::vendor::Listing;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "listTickets"() = GET "/tickets" -> Collection<Ticket>;

    /// The tickets to list. A ticket must match every filter, and within one filter any of its
    /// values.
    pub struct ListTicketsParams of Kaufland, deny unknown {
        /// The status of the tickets; by default all.
        query status: Option<Vec<TicketStatus>> = Rule::each(&Rule::OneOf(TicketStatus::VALUES)),
        /// The reasons for which the tickets were opened.
        query open_reason: Option<Vec<TicketReason>> = Rule::each(&Rule::OneOf(TicketReason::VALUES)),
        /// The topics of the tickets.
        query topic: Option<Vec<TicketTopic>> = Rule::each(&Rule::OneOf(TicketTopic::VALUES)),
        /// The countries of the storefronts.
        query storefront: Option<Vec<Storefront>> = Rule::each(&Rule::OneOf(Storefront::VALUES)),
        /// The party that ships the goods; by default `fulfilled_by_merchant` only.
        query fulfillment_type: Option<Vec<FulfillmentType>> = Rule::each(&Rule::OneOf(FulfillmentType::VALUES)),
        // The field of a ticket has 64 bits, but the filter is narrower.
        /// The id of the buyer. The API takes at most 2147483647 here.
        query id_buyer: Option<i64> = Rule::Integer { min: 1, max: INT32_MAX },
        /// Only tickets opened at this time or later: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query ts_created_from_iso: Option<String> = Rule::DATE_TIME,
        /// Only tickets changed at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query ts_updated_from_iso: Option<String> = Rule::DATE_TIME,
        /// The order of the tickets.
        query sort: Option<SortTickets> = Rule::OneOf(SortTickets::VALUES),
        /// The number of tickets per page, 1 to 30; by default 30.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query limit: Option<i64> = LIMIT,
        /// The number of tickets to skip at the start.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query offset: Option<i64> = OFFSET,
    }
}

impl Overrides for ListTicketsParams {}

impl Listing for ListTicketsParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, answer, breaks, check, line, page, ticket};
    use super::*;
    use crate::marketplaces::testing::{codes, expected, tolerant};
    use crate::rules::settings::{ArrayEncoding, Settings};
    use crate::vendor::{Endpoint, ListPage, PageShape, Shape};
    use serde_json::json;

    #[test]
    fn every_filter_goes_into_the_query() {
        let all = json!([{
            "status": ["opened", "both_closed"], "open_reason": ["product_return"], "topic": ["fraud"],
            "storefront": ["de", "at"], "fulfillment_type": ["fulfilled_by_merchant", "fulfilled_by_kaufland"],
            "id_buyer": 90001, "ts_created_from_iso": "2026-03-02T08:15:00Z",
            "ts_updated_from_iso": "2026-03-02T08:15:00+01:00", "sort": "ts_updated_iso:desc", "limit": 30, "offset": 60,
        }]);
        let rest = "&id_buyer=90001&ts_created_from_iso=2026-03-02T08%3A15%3A00Z\
            &ts_updated_from_iso=2026-03-02T08%3A15%3A00%2B01%3A00&sort=ts_updated_iso%3Adesc&limit=30&offset=60";
        for (array_encoding, lists) in [
            (
                None,
                "status=opened&status=both_closed&open_reason=product_return&topic=fraud&storefront=de&storefront=at\
                &fulfillment_type=fulfilled_by_merchant&fulfillment_type=fulfilled_by_kaufland",
            ),
            (
                Some(ArrayEncoding::Comma),
                "status=opened%2Cboth_closed&open_reason=product_return&topic=fraud&storefront=de%2Cat\
                &fulfillment_type=fulfilled_by_merchant%2Cfulfilled_by_kaufland",
            ),
            (
                Some(ArrayEncoding::Brackets),
                "status%5B0%5D=opened&status%5B1%5D=both_closed&open_reason%5B0%5D=product_return&topic%5B0%5D=fraud\
                &storefront%5B0%5D=de&storefront%5B1%5D=at&fulfillment_type%5B0%5D=fulfilled_by_merchant\
                &fulfillment_type%5B1%5D=fulfilled_by_kaufland",
            ),
        ] {
            let settings = Settings { array_encoding, ..Settings::default() };
            assert_eq!(line(&settings, "listTickets", &all), format!("GET /tickets?{lists}{rest}"));
        }
        let repeat = |array_encoding| line(&Settings { array_encoding, ..Settings::default() }, "listTickets", &all);
        assert_eq!(repeat(Some(ArrayEncoding::Repeat)), repeat(None));
        for array_encoding in [None, Some(ArrayEncoding::Comma)] {
            let settings = Settings { array_encoding, ..Settings::default() };
            let one = json!([{ "status": ["opened"], "sort": "ts_updated_iso:desc" }]);
            assert_eq!(line(&settings, "listTickets", &one), "GET /tickets?status=opened&sort=ts_updated_iso%3Adesc");
        }
    }

    #[test]
    fn empty_lists_are_no_filter() {
        let empty = json!([{ "status": [], "open_reason": null, "topic": [] }]);
        for array_encoding in [ArrayEncoding::Repeat, ArrayEncoding::Comma, ArrayEncoding::Brackets] {
            let settings = Settings { array_encoding: Some(array_encoding), ..Settings::default() };
            assert_eq!(line(&settings, "listTickets", &empty), "GET /tickets");
        }
    }

    #[test]
    fn filters_take_documented_values() {
        accepts("listTickets", json!([]));
        accepts("listTickets", json!([{}]));
        accepts(
            "listTickets",
            json!([{ "status": null, "open_reason": [], "topic": [], "storefront": [], "fulfillment_type": [] }]),
        );
        for (field, values) in [
            ("status", TicketStatus::VALUES),
            ("open_reason", TicketReason::VALUES),
            ("topic", TicketTopic::VALUES),
            ("storefront", Storefront::VALUES),
            ("fulfillment_type", FulfillmentType::VALUES),
        ] {
            accepts("listTickets", json!([{ field: values }]));
            let at = format!("{field}[1]");
            for bad in ["later", "Opened", "DE", " "] {
                breaks("listTickets", json!([{ field: [values[0], bad] }]), &[(&at, "unknown_value")]);
                assert!(check(&tolerant(), "listTickets", &json!([{ field: [bad] }])).is_empty());
            }
            breaks("listTickets", json!([{ field: [values[0], ""] }]), &[(&at, "unknown_value")]);
            assert_eq!(
                codes(check(&tolerant(), "listTickets", &json!([{ field: [values[0], ""] }]))),
                expected(&[(&at, "unknown_value")])
            );
            breaks("listTickets", json!([{ field: values[0] }]), &[(field, "wrong_type")]);
            breaks("listTickets", json!([{ field: [values[0], 5] }]), &[(&at, "wrong_type")]);
            breaks("listTickets", json!([{ field: [null] }]), &[(&format!("{field}[0]"), "required")]);
        }
    }

    #[test]
    fn an_unknown_value_is_named_with_the_known_ones() {
        let list = check(&Settings::default(), "listTickets", &json!([{ "status": ["open"] }]));
        assert_eq!(list[0].params["value"], json!("open"));
        assert_eq!(list[0].params["known"], json!(TicketStatus::VALUES));
        assert!(list[0].message.contains("`open`") && list[0].hint.contains("customer_service_closed_final"));
    }

    #[test]
    fn sorting_has_the_documented_ways_of_this_list() {
        for good in SortTickets::VALUES {
            accepts("listTickets", json!([{ "sort": good }]));
        }
        for bad in ["ts_created_iso:asc", "ts_created_iso", "", "status:desc"] {
            breaks("listTickets", json!([{ "sort": bad }]), &[("sort", "unknown_value")]);
        }
        assert!(check(&tolerant(), "listTickets", &json!([{ "sort": "ts_created_iso:asc" }])).is_empty());
    }

    #[test]
    fn buyers_have_limits() {
        for good in [1, 90_001, 2_147_483_647] {
            accepts("listTickets", json!([{ "id_buyer": good }]));
        }
        for bad in [0, -1, 2_147_483_648_i64] {
            breaks("listTickets", json!([{ "id_buyer": bad }]), &[("id_buyer", "out_of_range")]);
        }
    }

    #[test]
    fn a_page_says_where_it_is() {
        for (count, pagination, offset, total, more) in [
            (30, Some((0, 30, 57)), Some(0), Some(57), true),
            (27, Some((30, 30, 57)), Some(30), Some(57), false),
            (30, Some((27, 30, 57)), Some(27), Some(57), false),
            (0, Some((60, 30, 57)), Some(60), Some(57), false),
            // The page is shorter than its limit, but the total says that more follow.
            (10, Some((0, 30, 57)), Some(0), Some(57), true),
            // The list claims more than it gives: an empty page is the end.
            (0, Some((0, 30, 57)), Some(0), Some(57), false),
            // More came than the list has by its own word: only an empty page is the end then.
            (30, Some((0, 30, 20)), Some(0), Some(20), true),
            (30, Some((29, 30, 20)), Some(29), Some(20), true),
            (0, Some((58, 30, 20)), Some(58), Some(20), false),
            (30, Some((0, 30, 0)), Some(0), Some(0), true),
            (30, None, None, None, true),
            (1, None, None, None, true),
            (0, None, None, None, false),
            // Such numbers end no list and overflow nowhere.
            (0, Some((-5, 30, -1)), None, None, false),
            (1, Some((i64::MAX, 30, i64::MAX)), Some(i64::MAX as u64), Some(i64::MAX as u64), true),
        ] {
            let response = page(count, pagination);
            let Shape::Json { pick: [], page: Some(shape), .. } = ListTicketsParams::shape(&response).unwrap() else {
                panic!("a list is a page")
            };
            let (key, items, offset_field, length) = ("id_ticket", "data", "offset", count as u64);
            assert_eq!(
                shape,
                PageShape { key, items, offset_field, numbered: false, offset, length, total, more, beyond: None }
            );
            let (items, has_more) = ListTicketsParams::decode(&response).unwrap().into_items();
            assert_eq!((items.len() as i64, has_more), (count, more));
        }
    }

    #[test]
    fn lists_go_on_from_an_offset_and_know_their_items() {
        let mut params =
            ListTicketsParams { limit: Some(10), status: Some(vec![TicketStatus::Opened]), ..Default::default() };
        assert_eq!(params.offset(), 0);
        let mut later = params.clone().at(20);
        assert_eq!((later.offset(), later.limit, &later.status), (20, Some(10), &params.status));
        let page = ListTicketsParams::decode(&page(2, None)).unwrap();
        assert_eq!(page.data.iter().map(Collection::key).collect::<Vec<_>>(), ["0010", "0011"]);
    }

    #[test]
    fn what_cannot_be_read_is_named_without_its_content() {
        let secret = "what a buyer wrote";
        for (body, code, words) in [
            (String::new(), "empty_body", "the answer (200) has no body"),
            (" \r\n".to_owned(), "empty_body", "has no body"),
            (format!("<html>{secret}</html>"), "invalid_json", "(200, application/json) is not valid JSON"),
            (format!("{{\"data\": [\"{secret}"), "invalid_json", "is not valid JSON"),
            (format!("{} trailing", json!({ "data": [] })), "invalid_json", "is not valid JSON"),
            ("\u{feff}{\"data\":[]".to_owned(), "invalid_json", "is not valid JSON"),
            ("null".to_owned(), "unexpected_shape", "the answer is not as documented: expected an object"),
            ("[]".to_owned(), "unexpected_shape", "expected an object"),
            ("{}".to_owned(), "unexpected_shape", "`data` of the answer is not as documented: expected it to be there"),
            (
                json!({ "data": {} }).to_string(),
                "unexpected_shape",
                "`data` of the answer is not as documented: expected an array",
            ),
        ] {
            let response = answer(200, &body);
            let error = ListTicketsParams::shape(&response).unwrap_err();
            assert_eq!(error.code, code, "{body}");
            assert!(error.message.contains(words), "{}", error.message);
            assert!(!error.message.contains("buyer wrote"), "{}", error.message);
            assert_eq!(ListTicketsParams::decode(&response).unwrap_err(), error);
        }
    }

    #[test]
    fn one_odd_ticket_does_not_hide_the_others() {
        let mut wrong = ticket("2");
        wrong["topic"] = json!(5);
        let mut missing = ticket("3");
        missing.as_object_mut().unwrap().remove("status");
        let mut empty = ticket("4");
        empty["messages"] = json!([]);
        let body = json!({ "data": [ticket("1"), wrong, missing, "buyer's words", empty], "pagination": [] });
        let response = answer(200, &body.to_string());
        let Shape::Json { text: None, page: Some(page), odd, .. } = ListTicketsParams::shape(&response).unwrap() else {
            panic!("a list is a page")
        };
        assert_eq!((page.length, page.total, page.more), (5, None, true));
        let odd: Vec<_> = odd.iter().map(|odd| (odd.index, odd.field.as_str(), odd.expected.as_str())).collect();
        assert_eq!(
            odd,
            [
                (Some(1), "data[1].topic", "text"),
                (Some(2), "data[2].status", "it to be there"),
                (Some(3), "data[3]", "an object")
            ]
        );
        let read = ListTicketsParams::decode(&response).unwrap();
        assert_eq!(read.data.iter().map(|ticket| ticket.id_ticket.as_str()).collect::<Vec<_>>(), ["1", "4"]);
    }
}
