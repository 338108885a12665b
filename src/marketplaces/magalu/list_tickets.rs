//! `GET /seller/v0/tickets`: lists a page of the seller's tickets.
//!
//! Source: guide, "Retrieve tickets by filters"; the filters are known from clients.
#![expect(non_snake_case, reason = "`order__id` is the vendor's name")]

use super::model::{Collection, Ticket};
use super::rules::{DEFAULT_LIMIT, GIVEN, LIMIT, SORT, check_offset, check_query, check_times};
use super::{Magalu, time};
use crate::rules::rule::{Rule, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::object;
use crate::vendor::{Endpoint, ItemOf, Listing, Plan};
use crate::wire::json::Json;
use crate::wire::url::Query;

/// The order in which a list of tickets can be read to its end.
const BY_UPDATE: &str = "updated_at:asc";

endpoint! {
    "listTickets"() = GET "/seller/v0/tickets" -> Collection<Ticket>;

    /// The tickets to list. A ticket must match every filter.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListTicketsParams"))]
    pub struct ListTicketsParams of Magalu, keep unknown {
        // The list of statuses is not published.
        /// The status of the tickets; `waiting_seller` means that you must reply.
        #[cfg_attr(
            feature = "types",
            ts(optional, as = "Option<crate::model::open_enum::Open<super::model::TicketStatus>>")
        )]
        query status: Option<String> = GIVEN,
        /// The reference that was given when the ticket was opened.
        query code: Option<String> = GIVEN,
        /// The ticket's id.
        query ticket_id: Option<String> = GIVEN,
        /// The order's id.
        query order__id: Option<String> = GIVEN,
        /// The order's number.
        query order__code: Option<String> = GIVEN,
        /// The channel's id.
        query channel__id: Option<String> = GIVEN,
        /// The channel's name.
        query channel__alias: Option<String> = GIVEN,
        /// The number that the customer knows.
        query protocol: Option<String> = GIVEN,
        /// Only tickets opened at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query created_at_gte: Option<String> = Rule::Code,
        /// Only tickets opened at this time or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query created_at_lte: Option<String> = Rule::Code,
        /// Only tickets changed at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query updated_at_gte: Option<String> = Rule::Code,
        /// Only tickets changed at this time or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query updated_at_lte: Option<String> = Rule::Code,
        /// Only tickets due at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query due_date_gte: Option<String> = Rule::Code,
        /// Only tickets due at this time or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query due_date_lte: Option<String> = Rule::Code,
        /// The order, `field:asc` or `field:desc`; by default `updated_at:asc`, the only one in
        /// which a list of any length can be read to its end.
        query_or(BY_UPDATE) _sort: Option<String> = SORT,
        /// The number of tickets per page, 1 to 100; by default 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query_or(DEFAULT_LIMIT) _limit: Option<i64> = LIMIT,
        /// The number of tickets to skip at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query _offset: Option<i64> = Rule::Code,
    }
}

impl Overrides for ListTicketsParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        for (from, since, to, until) in [
            ("created_at_gte", &self.created_at_gte, "created_at_lte", &self.created_at_lte),
            ("updated_at_gte", &self.updated_at_gte, "updated_at_lte", &self.updated_at_lte),
            ("due_date_gte", &self.due_date_gte, "due_date_lte", &self.due_date_lte),
        ] {
            check_times(violations, (from, since.as_deref()), (to, until.as_deref()));
        }
        check_offset(violations, self._offset);
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }

    const ITEM_TIMES: Option<[&'static str; 2]> = Some(["results", "updated_at"]);

    fn go_beyond(asked: &Plan, last: &str) -> Option<Json> {
        let (_, query) = asked.url.split_once('?')?;
        let query = Query::parse(query)?;
        let value = |name| query.pairs().iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let since = next_since(value("_sort"), value("updated_at_gte"), last)?;
        Some(object(&mut [("updated_at_gte", since.into())]))
    }
}

/// Returns the time from which to continue after a page of tickets. It is the time of the last
/// ticket, if the list is in the order of changes and if it is later than the page's start. If the
/// whole page changed at the same moment, offsets must be used.
fn next_since<'a>(sort: Option<&str>, since: Option<&str>, last: &'a str) -> Option<&'a str> {
    let is_later = match since {
        None => true,
        Some(since) => match (time::parse_zoneless(since), time::parse_zoneless(last)) {
            (Some(since), Some(last)) => last > since,
            _ => return None,
        },
    };
    (sort == Some(BY_UPDATE) && is_later && time::is_time(last)).then_some(last)
}

impl Listing for ListTicketsParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self._offset
    }

    fn after(&self, items: &[ItemOf<Self>]) -> Option<Self> {
        let sort = Some(self._sort.as_deref().unwrap_or(BY_UPDATE));
        let since = next_since(sort, self.updated_at_gte.as_deref(), &items.last()?.updated_at)?;
        Some(Self { updated_at_gte: Some(since.to_owned()), _offset: None, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::MAGALU;
    use super::super::tests::{accepts, answer, breaks, plan, read_ticket, request};
    use super::*;
    use crate::model::schema::Outline;
    use crate::rules::input::FromInput;
    use crate::vendor::{ListPage, PageShape, Shape};
    use crate::wire::http::Response;
    use serde_json::{Value, json};

    fn tickets(times: &[&str], page: Option<Value>) -> Response {
        let results: Vec<_> =
            times.iter().enumerate().map(|(id, time)| read_ticket(&format!("t-{id}"), time)).collect();
        let mut body = json!({ "results": results });
        if let Some(page) = page {
            body["meta"] = json!({ "page": page, "links": { "previous": null, "next": "?_offset=50&_limit=50" } });
        }
        answer(200, &body)
    }

    #[test]
    fn every_filter_goes_into_the_query() {
        let all = json!([{
            "status": "waiting_seller", "code": "c", "ticket_id": "t", "order__id": "o", "order__code": "oc",
            "channel__id": "ch", "channel__alias": "al", "protocol": "202602000000321",
            "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-01-02T00:00:00",
            "updated_at_gte": "2026-01-03T00:00:00", "updated_at_lte": "2026-01-04T00:00:00",
            "due_date_gte": "2026-01-05T00:00:00", "due_date_lte": "2026-01-06T00:00:00",
        }]);
        let (line, _, _) = request("listTickets", &all);
        assert_eq!(
            line.replace("%3A", ":"),
            "GET /seller/v0/tickets?status=waiting_seller&code=c&ticket_id=t&order__id=o&order__code=oc&channel__id=ch\
            &channel__alias=al&protocol=202602000000321&created_at_gte=2026-01-01T00:00:00\
            &created_at_lte=2026-01-02T00:00:00&updated_at_gte=2026-01-03T00:00:00&updated_at_lte=2026-01-04T00:00:00\
            &due_date_gte=2026-01-05T00:00:00&due_date_lte=2026-01-06T00:00:00&_sort=updated_at:asc&_limit=100"
        );
    }

    #[test]
    fn filters_have_values() {
        for name in
            ["status", "code", "ticket_id", "order__id", "order__code", "channel__id", "channel__alias", "protocol"]
        {
            accepts("listTickets", json!([{ name: "x" }]));
            // The list of statuses is not published.
            accepts("listTickets", json!([{ name: "waiting_for_godot" }]));
            breaks("listTickets", json!([{ name: "" }]), &[(name, "required")]);
            breaks("listTickets", json!([{ name: ["x"] }]), &[(name, "wrong_type")]);
        }
    }

    #[test]
    fn only_what_comes_next_shows_the_end() {
        let times = ["2026-02-01T10:00:00"; 3];
        for (count, page, offset, more) in [
            (3, Some(json!({ "limit": 3, "offset": 0, "count": 3, "max_limit": 100 })), Some(0), true),
            // The page may be capped without a word.
            (2, Some(json!({ "limit": 3, "offset": 6, "count": 2, "max_limit": 100 })), Some(6), true),
            (1, Some(json!({ "limit": 3, "offset": 6, "count": 1, "max_limit": 100 })), Some(6), false),
            (0, Some(json!({ "limit": 3, "offset": 9, "count": 0 })), Some(9), false),
            (3, Some(json!({})), None, true),
            (1, None, None, true),
            (0, None, None, false),
            (0, Some(json!({ "limit": 0, "offset": -1 })), None, false),
        ] {
            let response = tickets(&times[..count], page);
            let Shape::Json { pick: [], page: Some(shape), .. } = ListTicketsParams::shape(&response).unwrap() else {
                panic!("a list is a page")
            };
            let (key, items, offset_field, length) = ("id", "results", "_offset", count as u64);
            let (numbered, total, beyond) = (false, None, None);
            assert_eq!(shape, PageShape { key, items, offset_field, numbered, offset, length, total, more, beyond });
            let (items, has_more) = ListTicketsParams::decode(&response).unwrap().into_items();
            assert_eq!((items.len(), has_more), (count, more));
        }
    }

    #[test]
    fn a_list_of_tickets_goes_on_from_its_last_change() {
        const LAST: &str = "2026-02-01T10:00:09";
        for (sort, since, last, next) in [
            (Some(BY_UPDATE), None, LAST, true),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:08"), LAST, true),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:08.999999"), LAST, true),
            (Some(BY_UPDATE), Some("2026-02-01T07:00:08-03:00"), LAST, true),
            // The whole page changed at one moment, so offsets must be used.
            (Some(BY_UPDATE), Some(LAST), LAST, false),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:09.000000"), LAST, false),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:09Z"), LAST, false),
            // The list went back, so it ignores the filter.
            (Some(BY_UPDATE), Some("2026-02-02T10:00:09"), LAST, false),
            (Some("updated_at:desc"), None, LAST, false),
            (Some("created_at:asc"), None, LAST, false),
            (None, None, LAST, false),
            (Some(BY_UPDATE), None, "", false),
            (Some(BY_UPDATE), None, "yesterday", false),
            (Some(BY_UPDATE), Some("long ago"), LAST, false),
        ] {
            assert_eq!(next_since(sort, since, last), next.then_some(last), "{sort:?} {since:?} {last}");
        }
        // The result is the same from the sent request and from the parameters.
        let page = tickets(&["2026-02-01T10:00:00", LAST], None);
        let items = ListTicketsParams::decode(&page).unwrap().results;
        for (params, goes_on) in [
            (json!({}), true),
            (json!({ "status": "waiting", "updated_at_gte": "2026-01-01T00:00:00", "_offset": 50 }), true),
            (json!({ "updated_at_gte": LAST }), false),
            (json!({ "_sort": "updated_at:asc" }), true),
            (json!({ "_sort": "updated_at:desc" }), false),
        ] {
            let (asked, _) = plan("listTickets", &json!([params]));
            let expected = goes_on.then(|| Json::Map(vec![("updated_at_gte".to_owned(), LAST.into())]));
            assert_eq!(ListTicketsParams::beyond(&asked, LAST), expected);
            let Shape::Json { page: Some(shape), .. } =
                MAGALU.operation("listTickets").unwrap().read(&asked, &page, None).unwrap()
            else {
                panic!("a list is a page")
            };
            assert_eq!(shape.beyond, expected);
            let mut violations = Violations::new();
            let params: ListTicketsParams =
                FromInput::from_input(serde_json::from_value(params).unwrap(), "", &mut violations);
            let next = params.after(&items);
            assert_eq!(next.as_ref().and_then(|next| next.updated_at_gte.as_deref()), goes_on.then_some(LAST));
            assert_eq!(next.map(|next| next.at(0)._offset), goes_on.then_some(Some(0)));
        }
        let (asked, _) = plan("listTickets", &json!([]));
        let beyond = |page: Response, saw: Option<&str>| {
            // A host that checked the response itself passes the last item's time.
            let saw =
                saw.map(|saw| Outline::from_input(Json::read(saw.as_bytes()).unwrap(), "", &mut Violations::new()));
            let shape = MAGALU.operation("listTickets").unwrap().read(&asked, &page, saw.as_ref()).unwrap();
            let Shape::Json { page: Some(shape), .. } = shape else { panic!("a list is a page") };
            shape.beyond
        };
        assert_eq!(beyond(tickets(&[], None), None), None);
        let gone_on = Some(Json::Map(vec![("updated_at_gte".to_owned(), LAST.into())]));
        let last = format!(r#"{{"counts":{{"results":2}},"last":{{"updated_at":"{LAST}"}}}}"#);
        assert_eq!(beyond(Response::default(), Some(&last)), gone_on);
        assert_eq!(beyond(Response::default(), Some(r#"{"counts":{"results":0}}"#)), None);
    }
}
