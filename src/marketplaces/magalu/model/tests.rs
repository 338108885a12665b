use super::*;
use crate::marketplaces::testing::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn ticket() -> BoxedStrategy<Value> {
    let quantity = prop_oneof![any::<i64>().prop_map(Value::from), Just(json!("2")), Just(json!(1.5)), anything()];
    let item = fields(vec![], vec![("id", text()), ("sku", text()), ("image", text()), ("quantity", quantity.boxed())]);
    let seller = fields(vec![], vec![("id", text()), ("name", text())]);
    let delivery = fields(vec![], vec![("id", text()), ("seller", seller), ("items", list(item))]);
    let order = fields(vec![], vec![("id", text()), ("code", text()), ("delivery", delivery)]);
    let channel = fields(vec![], vec![("id", text()), ("alias", text())]);
    fields(
        vec![
            ("id", text()),
            ("type", value_of(TicketType::VALUES)),
            ("status", value_of(TicketStatus::VALUES)),
            ("created_at", text()),
            ("updated_at", text()),
        ],
        vec![
            ("code", text()),
            ("closed", any::<bool>().prop_map(Value::from).boxed()),
            ("reason", value_of(TicketReason::VALUES)),
            ("protocol", text()),
            ("due_date", text()),
            ("origin", text()),
            ("channel", channel),
            ("order", order),
        ],
    )
}

fn message() -> BoxedStrategy<Value> {
    let owner = fields(vec![], vec![("name", text()), ("code", text())]);
    let sender = fields(
        vec![],
        vec![("id", text()), ("name", text()), ("type", value_of(Destination::VALUES)), ("owner", owner)],
    );
    let moderation =
        fields(vec![], vec![("status", value_of(ModerationStatus::VALUES)), ("block_rules", list(anything().boxed()))]);
    let attachment = fields(vec![], vec![("id", text()), ("file_name", text()), ("file_type", text())]);
    fields(
        vec![("id", text()), ("message", text())],
        vec![
            ("code", text()),
            ("ticket", fields(vec![], vec![("id", text())])),
            ("sender", sender),
            ("moderation", moderation),
            ("attachments", list(attachment)),
            ("destination", value_of(Destination::VALUES)),
            ("created_at", text()),
        ],
    )
}

fn event() -> BoxedStrategy<Value> {
    fields(
        vec![("id", text()), ("type", value_of(EventType::VALUES))],
        vec![("code", text()), ("ticket_id", text()), ("created_at", text()), ("created_by", anything().boxed())],
    )
}

fn transaction() -> BoxedStrategy<Value> {
    let event = fields(
        vec![],
        vec![
            ("event", value_of(TransactionEventType::VALUES)),
            ("message", text()),
            ("data", anything().boxed()),
            ("status", value_of(TransactionStatus::VALUES)),
            ("created_at", text()),
        ],
    );
    fields(
        vec![("id", text()), ("status", value_of(TransactionStatus::VALUES))],
        vec![("code", text()), ("operation", anything().boxed()), ("events", list(event))],
    )
}

fn page_of(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let number = || any::<i64>().prop_map(Value::from).boxed();
    let page =
        fields(vec![], vec![("limit", number()), ("offset", number()), ("count", number()), ("max_limit", number())]);
    let links = fields(vec![], vec![("previous", text()), ("self", text()), ("next", text())]);
    let meta = fields(vec![], vec![("page", page), ("links", links)]);
    fields(vec![("results", list(item))], vec![("meta", meta)])
}

proptest! {
    #[test]
    fn checking_and_building_agree(mut json in page_of(ticket()), other in transaction(), at in 0usize..60, new in anything()) {
        prop_assert_eq!(verdicts::<Collection<Ticket>>(&json), (true, true));
        put(&mut json, &mut { at }, &new);
        let (checked, built) = verdicts::<Collection<Ticket>>(&json);
        prop_assert_eq!(checked, built, "{}", json);
        let mut other = other;
        put(&mut other, &mut { at }, &new);
        let (checked, built) = verdicts::<Transaction>(&other);
        prop_assert_eq!(checked, built, "{}", other);
    }

    #[test]
    fn nothing_of_a_page_of_tickets_is_lost(json in page_of(ticket())) {
        prop_assert_eq!(again::<Collection<Ticket>>(&json), json);
    }

    #[test]
    fn nothing_of_messages_events_and_transactions_is_lost(
        messages in page_of(message()),
        events in page_of(event()),
        transactions in page_of(transaction()),
    ) {
        prop_assert_eq!(again::<Collection<Message>>(&messages), messages);
        prop_assert_eq!(again::<Collection<TicketEvent>>(&events), events);
        prop_assert_eq!(again::<Collection<Transaction>>(&transactions), transactions);
    }
}

/// The ticket from the vendor's page, with made-up values.
fn documented() -> Value {
    json!({
        "id": "99999999-aaaa-4bbb-8ccc-ddddeeeeffff", "code": null, "type": "shipping", "status": "waiting_seller",
        "closed": false, "reason": null, "protocol": "202602000000321", "due_date": "2026-02-03T10:00:00",
        "origin": "customer", "created_at": "2026-02-01T10:00:00", "updated_at": "2026-02-01T10:00:09",
        "channel": { "id": "9fe0d853-732b-4e4a-a0b0-cff988ed043d" },
        "order": { "id": "o", "code": "c", "delivery": { "id": "d", "seller": { "id": "s", "name": "n" },
            "items": [{ "id": "a", "quantity": 1 }, { "id": "b", "quantity": "2" }, { "id": "c" }] } },
    })
}

#[test]
fn a_ticket_is_read_into_its_fields() {
    let ticket: Ticket = serde_json::from_value(documented()).unwrap();
    assert_eq!((ticket.status.as_str(), ticket.reason.clone(), ticket.is_closed()), ("waiting_seller", None, false));
    let items = ticket.order.and_then(|order| order.delivery).and_then(|delivery| delivery.items).unwrap();
    let counts: Vec<_> = items.iter().map(|item| item.quantity.as_ref().and_then(Quantity::count)).collect();
    assert_eq!(counts, [Some(1), Some(2), None]);
    for name in ["id", "type", "status", "created_at", "updated_at"] {
        let mut json = documented();
        json.as_object_mut().unwrap().remove(name);
        let error = serde_json::from_value::<Ticket>(json).unwrap_err().to_string();
        assert_eq!(error, format!("missing field `{name}`"));
    }
}

#[test]
fn a_quantity_is_a_whole_number_in_either_form() {
    for (value, count) in [
        (json!(3), Some(3)),
        (json!("3"), Some(3)),
        (json!(" 3 "), Some(3)),
        (json!(i64::MAX), Some(i64::MAX)),
        (json!(1.5), None),
        (json!("1.5"), None),
        (json!("three"), None),
        (json!(true), None),
    ] {
        assert_eq!(Quantity(value.clone().into()).count(), count, "{value}");
    }
}

#[test]
fn a_ticket_is_closed_by_flag_or_status() {
    for (closed, status, is_closed) in [
        (Some(true), "waiting_seller", true),
        (Some(false), "closed", true),
        (None, "closed", true),
        (None, "waiting", false),
        (Some(false), "waiting", false),
    ] {
        let ticket = Ticket { closed, status: status.into(), ..Ticket::default() };
        assert_eq!(ticket.is_closed(), is_closed);
    }
}

#[test]
fn the_documented_values_are_all_there_once() {
    for (values, count) in [
        (TicketType::VALUES, 3),
        (TicketReason::VALUES, 15),
        (TicketStatus::VALUES, 3),
        (Destination::VALUES, 3),
        (ModerationStatus::VALUES, 4),
        (EventType::VALUES, 22),
        (TransactionStatus::VALUES, 5),
        (TransactionEventType::VALUES, 4),
        (Scope::VALUES, 9),
        (AttachmentType::VALUES, 3),
    ] {
        let unique: std::collections::HashSet<_> = values.iter().collect();
        assert_eq!((values.len(), unique.len()), (count, count), "{values:?}");
    }
}
