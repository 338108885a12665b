use super::super::MAGALU;
use super::super::tests::{accepts, breaks, check, list, request, ticket};
use super::*;
use crate::marketplaces::testing::{codes, expected, found_by, tolerant};
use crate::rules::settings::Settings;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Returns the ticket with another value at a path; `null` removes the value.
fn with(path: &str, value: Value) -> Value {
    let mut ticket = ticket();
    *ticket.pointer_mut(path).unwrap() = value;
    json!([ticket])
}

#[test]
fn unknown_fields_are_sent_as_they_came() {
    let mut more = ticket();
    more["new"] = json!({ "deep": [1, 1.5, null, "x"] });
    more["channel"]["new"] = json!(1);
    more["order"]["new"] = json!(2);
    more["order"]["delivery"]["new"] = json!(3);
    more["order"]["delivery"]["seller"]["new"] = json!(4);
    more["order"]["delivery"]["items"][0]["new"] = json!(i64::MAX);
    more["code"] = json!("ref");
    let (_, _, body) = request("createTicket", &json!([more]));
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), more);
}

#[test]
fn a_new_ticket_needs_every_field_of_the_source() {
    accepts("createTicket", json!([ticket()]));
    // The names of the table, with the index of the item.
    for field in [
        "type",
        "channel.id",
        "channel.alias",
        "order.id",
        "order.code",
        "order.delivery.id",
        "order.delivery.seller.id",
        "order.delivery.seller.name",
        "order.delivery.items",
        "order.delivery.items[0].id",
        "order.delivery.items[0].sku",
        "order.delivery.items[0].external_sku",
        "order.delivery.items[0].name",
        "order.delivery.items[0].description",
        "order.delivery.items[0].image",
        "order.delivery.items[0].quantity",
        "reason",
    ] {
        let path = format!("/{}", field.replace("[0]", ".0").replace('.', "/"));
        breaks("createTicket", with(&path, Value::Null), &[(field, "required")]);
        breaks("createTicket", with(&path, json!({ "a": 1 })), &[(field, "wrong_type")]);
        let may_be_empty =
            ["external_sku", "description", "image"].iter().any(|name| field.ends_with(&format!("].{name}")));
        if may_be_empty {
            accepts("createTicket", with(&path, json!("")));
        } else if !["type", "reason", "order.delivery.items"].contains(&field) && !field.ends_with("quantity") {
            breaks("createTicket", with(&path, json!("")), &[(field, "required")]);
            breaks("createTicket", with(&path, json!(" \t")), &[(field, "required")]);
        }
    }
    breaks(
        "createTicket",
        json!([{ "type": "shipping", "reason": "general" }]),
        &[
            ("channel.id", "required"),
            ("channel.alias", "required"),
            ("order.id", "required"),
            ("order.code", "required"),
            ("order.delivery.id", "required"),
            ("order.delivery.seller.id", "required"),
            ("order.delivery.seller.name", "required"),
            ("order.delivery.items", "required"),
        ],
    );
    // The table of the source calls these texts, but its example has objects.
    for field in ["channel", "order", "order/delivery", "order/delivery/seller"] {
        let name = field.replace('/', ".");
        let list = codes(check(&Settings::default(), "createTicket", &with(&format!("/{field}"), json!("text"))));
        assert_eq!(list.first(), expected(&[(&name, "wrong_type")]).first());
    }
    accepts("createTicket", with("/type", json!("payment")));
    breaks("createTicket", with("/order/delivery/items", json!([])), &[("order.delivery.items", "too_few_items")]);
}

#[test]
fn types_and_reasons_are_the_documented_ones() {
    for (field, values, count) in [("type", TicketType::VALUES, 3), ("reason", TicketReason::VALUES, 15)] {
        assert_eq!(values.len(), count);
        let path = format!("/{field}");
        for value in values {
            accepts("createTicket", with(&path, json!(value)));
        }
        for bad in ["delivery_delay", "Shipping", " general"] {
            breaks("createTicket", with(&path, json!(bad)), &[(field, "unknown_value")]);
            assert!(check(&tolerant(), "createTicket", &with(&path, json!(bad))).is_empty());
        }
        breaks("createTicket", with(&path, json!("")), &[(field, "unknown_value")]);
        assert_eq!(
            codes(check(&tolerant(), "createTicket", &with(&path, json!("")))),
            expected(&[(field, "unknown_value")])
        );
    }
}

#[test]
fn a_quantity_is_a_whole_number_from_one() {
    const PATH: &str = "/order/delivery/items/0/quantity";
    const FIELD: &str = "order.delivery.items[0].quantity";
    for good in [1, 2, i64::MAX] {
        for given in [json!(good), json!(good.to_string())] {
            let ticket = with(PATH, given.clone());
            accepts("createTicket", ticket.clone());
            let (_, _, body) = request("createTicket", &ticket);
            let sent: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(sent.pointer(PATH), Some(&given), "it is sent as it was given");
        }
    }
    for (bad, code) in [
        (json!(0), "out_of_range"),
        (json!(-1), "out_of_range"),
        (json!(1.5), "not_an_integer"),
        (json!("0"), "out_of_range"),
        (json!("-1"), "out_of_range"),
        (json!("1.5"), "not_an_integer"),
        (json!("1.0"), "not_an_integer"),
        (json!("9223372036854775808"), "not_an_integer"),
        (json!(" 1"), "not_an_integer"),
        (json!("+1"), "not_an_integer"),
        (json!("01"), "not_an_integer"),
        (json!("one"), "not_an_integer"),
        (json!(""), "not_an_integer"),
        (json!([1]), "wrong_type"),
        (json!(true), "wrong_type"),
    ] {
        breaks("createTicket", with(PATH, bad), &[(FIELD, code)]);
    }
}

const CREATED: &str = "2026-02-01T10:00:00";

fn transaction(id: &str, code: &str, path: &str, status: &str, ticket: &str) -> Value {
    let events = json!([{ "event": "transition", "data": { "ticket_id": ticket } }]);
    json!({ "id": id, "code": code, "trigger_endpoint": path, "status": status, "created_at": CREATED, "events": events })
}

fn new_ticket(code: Option<&str>) -> Value {
    let delivery = json!({ "id": "d", "seller": { "id": "s", "name": "n" }, "items": [] });
    let order = json!({ "id": "o-1", "code": "1", "delivery": delivery });
    json!([{ "type": "shipping", "channel": { "id": "c", "alias": "a" }, "order": order, "reason": "general", "code": code }])
}

#[test]
fn a_write_is_known_by_the_code_of_its_transaction() {
    const TICKETS: &str = "seller/v0/tickets";
    let found = |id: &str| ('f', json!({ "transaction_id": id }));
    for (code, new, own, expected) in [
        (Some("r-1"), None, None, ('a', Value::Null)),
        (Some("r-1"), Some(transaction("t-2", "r-1", TICKETS, "pending", "")), None, found("t-2")),
        (Some("r-1"), Some(transaction("t-2", "r-1", TICKETS, "failed", "")), None, found("t-2")),
        // Another write's reference, a reference that Magalu created, one that cannot be assigned,
        // and another kind of write.
        (Some("r-1"), Some(transaction("t-2", "r-2", TICKETS, "pending", "")), None, ('a', Value::Null)),
        (Some("r-1"), Some(transaction("t-2", "t", TICKETS, "pending", "")), None, ('u', Value::Null)),
        (None, Some(transaction("t-2", "r-2", TICKETS, "pending", "")), None, ('u', Value::Null)),
        (None, Some(transaction("t-2", "r-2", "x/tickets/messages", "pending", "")), None, ('a', Value::Null)),
        (None, Some(transaction("t-2", "", "", "processing", "")), None, ('u', Value::Null)),
        // A failed transaction created nothing.
        (None, Some(transaction("t-2", "", TICKETS, "failed", "")), None, ('a', Value::Null)),
        (None, Some(transaction("t-2", "", TICKETS, "completed", "k-9")), Some("o-1"), found("t-2")),
        (None, Some(transaction("t-2", "", TICKETS, "completed", "other")), Some("o-1"), ('u', Value::Null)),
        (None, None, Some("o-2"), ('a', Value::Null)),
    ] {
        let old = transaction("t-1", "r-1", TICKETS, "completed", "k-1");
        let after: Vec<_> = [old.clone()].into_iter().chain(new.clone()).collect();
        let ticket =
            |order| json!({ "id": "k-9", "type": "shipping", "order": { "id": order }, "created_at": CREATED });
        let tickets: Vec<_> = own.map(ticket).into_iter().collect();
        let reads = [(list(&[old]), list(&after)), (list(&[]), list(&tickets))];
        assert_eq!(found_by(&MAGALU, "createTicket", new_ticket(code), &reads), expected, "{code:?} {new:?} {own:?}");
    }
}

proptest! {
    #[test]
    fn a_new_ticket_is_sent_as_it_was_given(name in "\\PC{1,20}", quantity in 1i64.., extra in "[a-z]{3,9}", value in "\\PC{0,9}") {
        prop_assume!(!name.trim().is_empty() && !["type", "code", "order", "channel", "reason"].contains(&extra.as_str()));
        let mut given = ticket();
        given["order"]["delivery"]["items"][0]["name"] = json!(name);
        given["order"]["delivery"]["items"][0]["quantity"] = json!(quantity);
        given[extra] = json!(value);
        let (_, _, body) = request("createTicket", &json!([given]));
        // The reference is ours, made of the call's nonce.
        given["code"] = json!("n0nce");
        prop_assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), given);
    }
}
