//! `POST /tickets`: opens a ticket about order units.
//!
//! Source: guide, "Opening a ticket"; specification 2.44.0. All units must belong to one order,
//! which only Kaufland can check. The request cannot carry files.

use super::Kaufland;
use super::model::{OpenedTicket, Single, TicketReason};
use crate::rules::error::DecodeError;
use crate::rules::rule::Rule;
use crate::vendor::declare::{Overrides, ReadAnswer, endpoint};
use crate::vendor::evidence::{Evidence, Finding, Look, Read, object, text};
use crate::vendor::{Answer, Recovery, Shape};
use crate::wire::http::Response;
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

endpoint! {
    "openTicket"() = POST "/tickets" -> Opened;

    /// A new ticket. It cannot carry files; send them with a message afterwards.
    pub struct OpenTicketParams of Kaufland, deny unknown {
        /// The ids of the order units that the ticket is about, all of one order.
        body id_order_unit: Vec<i64> = Rule::List {
            items: &Rule::Integer { min: 1, max: i64::MAX },
            empty: Some("give at least one order unit of the order"),
            // *Ours*: naming the same unit twice is a mistake.
            twice: Some("give each order unit once"),
        },
        /// The reason for opening the ticket.
        body reason: TicketReason = Rule::OneOf(TicketReason::VALUES),
        // *Spec*: unlike a message in a ticket, this one has no limit.
        /// The first message.
        body message: String = Rule::Text { min: 1, max: usize::MAX },
    }
}

/// Decodes the new ticket's id from the body, or else from the header `Location`.
#[derive(Debug)]
pub struct Opened;

impl ReadAnswer for Opened {
    type Output = OpenedTicket;

    const ANSWER: Option<Answer> = Single::<OpenedTicket>::ANSWER;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        Single::<OpenedTicket>::decode(response).or_else(|error| {
            let id_ticket = from_location(response).ok_or(error)?.to_owned();
            Ok(OpenedTicket { id_ticket, ..OpenedTicket::default() })
        })
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        Single::<OpenedTicket>::shape(response).or_else(|error| {
            let id_ticket = from_location(response).ok_or(error)?;
            let text = object(&mut [("id_ticket", id_ticket.into())]).to_string();
            Ok(Shape::Json { text: Some(text), pick: &[], page: None, odd: Vec::new() })
        })
    }
}

/// Returns the ticket id that a `Location` header points to: the last segment of its path.
fn from_location(response: &Response) -> Option<&str> {
    let location = response.headers.get("location")?;
    let path = location.split(['?', '#']).next()?.trim().trim_end_matches('/');
    let (parent, id) = path.rsplit_once('/')?;
    let is_ticket = parent.ends_with("/tickets") && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_ticket.then_some(id)
}

/// Signatures are valid for five minutes, so two clocks differ by no more. The list is read from
/// ten minutes before the first attempt: the difference of the clocks, and as much again.
const SKEW_MS: f64 = 600_000.0;

impl Overrides for OpenTicketParams {
    /// Reads the list from shortly before the attempt in both views: by default it hides tickets
    /// about orders that Kaufland fulfils.
    fn lookup(&self, now_ms: f64) -> Recovery {
        let units = self.id_order_unit.clone();
        let read = |fulfillment: &str| Read {
            endpoint: "listTickets".to_owned(),
            args: vec![object(&mut [
                ("fulfillment_type", vec![fulfillment].into()),
                ("ts_created_from_iso", format_date_time(now_ms - SKEW_MS).into()),
                ("sort", "ts_created_iso:desc".into()),
            ])],
            items: "data".to_owned(),
            place: format!("tickets {fulfillment}"),
            id: "id_ticket".to_owned(),
            answer_id: "id_ticket".to_owned(),
            time: "ts_created_iso".to_owned(),
            pages: 20,
        };
        let key = format!("open {}", units.iter().min().copied().unwrap_or_default());
        let reads = vec![read("fulfilled_by_merchant"), read("fulfilled_by_kaufland")];
        let wanted = object(&mut [("units", units.into()), ("reason", self.reason.as_str().into())]);
        Recovery::Look(Look::new(key, reads, wanted))
    }

    /// A ticket is recognised by its order units and its reason.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let Evidence { wanted, after, .. } = evidence;
        let units = |ticket: &Json, field: &str| {
            let list = ticket.get(field).and_then(Json::as_array).unwrap_or_default();
            list.iter().filter_map(Json::as_i64).collect::<Vec<_>>()
        };
        let sent = units(wanted, "units");
        let mut finding = Finding::Absent;
        for ticket in after.iter().flat_map(|seen| &seen.fresh) {
            let about = units(ticket, "ids_order_units");
            // No unit is in what was sent twice.
            let same = about.len() == sent.len() && sent.iter().all(|unit| about.contains(unit));
            if same && text(ticket, "open_reason") == text(wanted, "reason") {
                let id = object(&mut [("id_ticket", text(ticket, "id_ticket").into())]);
                return Finding::Found(object(&mut [("data", id)]));
            }
            if about.iter().any(|unit| sent.contains(unit)) {
                finding = Finding::Unclear;
            }
        }
        finding
    }
}

#[cfg(test)]
mod tests {
    use super::super::KAUFLAND;
    use super::super::tests::{accepts, answer, breaks, check, text};
    use super::*;
    use crate::marketplaces::testing::{found_by, tolerant};
    use crate::vendor::Endpoint;
    use serde_json::{Value, json};

    #[test]
    fn a_ticket_is_opened_with_these_bytes() {
        let ticket = json!([{
            "message": "Which part is \"damaged\"? 🎫", "reason": "product_defect",
            "id_order_unit": [400_000_000_000_011_i64, i64::MAX],
        }]);
        assert_eq!(
            text("openTicket", &ticket),
            r#"{"id_order_unit":[400000000000011,9223372036854775807],"reason":"product_defect","message":"Which part is \"damaged\"? 🎫"}"#
        );
    }

    #[test]
    fn a_new_ticket_needs_units_a_reason_and_a_message() {
        let ticket = |ids: Value, reason: &str, message: &str| json!([{ "id_order_unit": ids, "reason": reason, "message": message }]);
        for reason in TicketReason::VALUES {
            accepts("openTicket", ticket(json!([400_000_000_000_011_i64, 400_000_000_000_012_i64]), reason, "Why?"));
        }
        accepts("openTicket", ticket(json!([1]), "product_return", " "));
        accepts("openTicket", ticket(json!([i64::MAX]), "product_return", &"x".repeat(70_000)));
        for (ids, list) in [
            (json!([]), &[("id_order_unit", "too_few_items")][..]),
            (json!([0]), &[("id_order_unit[0]", "out_of_range")]),
            (json!([5, -1]), &[("id_order_unit[1]", "out_of_range")]),
            (json!([5, 6, 5]), &[("id_order_unit[2]", "duplicate")]),
            (json!([5, "6"]), &[("id_order_unit[1]", "wrong_type")]),
            (json!([5.5]), &[("id_order_unit[0]", "not_an_integer")]),
            (json!([9_223_372_036_854_775_808_u64]), &[("id_order_unit[0]", "not_an_integer")]),
            (json!(5), &[("id_order_unit", "wrong_type")]),
            (json!(null), &[("id_order_unit", "required")]),
        ] {
            breaks("openTicket", ticket(ids, "product_return", "Why?"), list);
        }
        breaks("openTicket", ticket(json!([1]), "lost", "Why?"), &[("reason", "unknown_value")]);
        assert!(check(&tolerant(), "openTicket", &ticket(json!([1]), "lost", "Why?")).is_empty());
        breaks("openTicket", ticket(json!([1]), "product_return", ""), &[("message", "too_short")]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        breaks(
            "openTicket",
            json!([{ "id_order_unit": [], "reason": "lost", "message": "", "ticket_message_files": [] }]),
            &[
                ("ticket_message_files", "unknown_field"),
                ("id_order_unit", "too_few_items"),
                ("reason", "unknown_value"),
                ("message", "too_short"),
            ],
        );
        breaks(
            "openTicket",
            json!([]),
            &[("id_order_unit", "required"), ("reason", "required"), ("message", "required")],
        );
        breaks(
            "openTicket",
            json!(["1"]),
            &[("", "wrong_type"), ("id_order_unit", "required"), ("reason", "required"), ("message", "required")],
        );
    }

    #[test]
    fn an_opened_ticket_is_known_from_body_or_location() {
        let located = |body: &str, location: &str| {
            let mut response = answer(201, body);
            response.headers.set("Location", location);
            response
        };
        let body = r#"{ "data": { "id_ticket": "00150000001" } }"#;
        for (response, shape) in [
            (answer(201, body), Shape::Json { text: None, pick: &["data"], page: None, odd: Vec::new() }),
            (located(body, "/v2/tickets/7"), Shape::Json { text: None, pick: &["data"], page: None, odd: Vec::new() }),
        ] {
            assert_eq!(OpenTicketParams::decode(&response).unwrap().id_ticket, "00150000001");
            assert_eq!(OpenTicketParams::shape(&response), Ok(shape));
        }
        for response in [
            located("", "https://sellerapi.kaufland.com/v2/tickets/00150000002"),
            located(" ", "/v2/tickets/00150000002/"),
            located("{}", "/api/accounts/kf-de/tickets/00150000002?x=/y#z"),
        ] {
            assert_eq!(OpenTicketParams::decode(&response).unwrap().id_ticket, "00150000002");
            let text = Some(r#"{"id_ticket":"00150000002"}"#.to_owned());
            assert_eq!(
                OpenTicketParams::shape(&response),
                Ok(Shape::Json { text, pick: &[], page: None, odd: Vec::new() })
            );
        }
        for (response, code) in [
            (answer(201, ""), "empty_body"),
            (located("", ""), "empty_body"),
            (located("", "/v2/tickets/"), "empty_body"),
            (located("", "/v2/tickets/new"), "empty_body"),
            (located("", "/v2/orders/5"), "empty_body"),
            (located("nonsense", "5"), "invalid_json"),
            (answer(201, r#"{ "data": { "id_ticket": 5 } }"#), "unexpected_shape"),
        ] {
            assert_eq!(OpenTicketParams::decode(&response).unwrap_err().code, code);
            assert_eq!(OpenTicketParams::shape(&response).unwrap_err().code, code);
        }
    }

    #[test]
    fn a_new_ticket_is_known_by_its_order_units_and_its_reason() {
        let list = |tickets: &[(&str, &[i64], &str)]| {
            let ticket = |(id, units, reason): &(&str, &[i64], &str)| json!({ "id_ticket": id, "ids_order_units": units, "open_reason": reason });
            json!({ "data": tickets.iter().map(ticket).collect::<Vec<_>>() })
        };
        let args = json!([{ "id_order_unit": [7, 5], "reason": "product_return", "message": "a" }]);
        let old = ("001", &[5, 7][..], "product_return");
        let found = || ('f', json!({ "data": { "id_ticket": "002" } }));
        for (new, expected) in [
            (None, ('a', Value::Null)),
            (Some(("002", &[5, 7][..], "product_return")), found()),
            (Some(("002", &[7, 5][..], "product_return")), found()),
            (Some(("002", &[5, 7][..], "contact_other")), ('u', Value::Null)),
            (Some(("002", &[5][..], "product_return")), ('u', Value::Null)),
            (Some(("002", &[5, 7, 9][..], "product_return")), ('u', Value::Null)),
            (Some(("002", &[6][..], "product_return")), ('a', Value::Null)),
        ] {
            let after: Vec<_> = [old].into_iter().chain(new).collect();
            let (none, before, after) = (list(&[]), list(&[old]), list(&after));
            for reads in [
                [(before.clone(), after.clone()), (none.clone(), none.clone())],
                [(none.clone(), none.clone()), (before, after)],
            ] {
                assert_eq!(found_by(&KAUFLAND, "openTicket", args.clone(), &reads), expected, "{new:?}");
            }
        }
    }
}
