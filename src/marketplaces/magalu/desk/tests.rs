use super::super::MAGALU;
use super::super::model::{TicketReason, TicketType};
use super::*;
use crate::vendor::desk::action::Allowed;
use crate::vendor::desk::kind::assert_complete;
use crate::vendor::desk::testing::{assert_calls_obey_the_rules, choice, own, raw, ticket, verdict};
use crate::vendor::desk::{Account, Basis, Own};
use crate::wire::time::parse_date_time;
use serde_json::{Value, json};

fn message(id: u32, sender: &str, fields: &Value) -> Value {
    let mut message = json!({
        "id": format!("m{id}"), "message": format!("text {id}"), "sender": { "id": "c1", "name": "Bia", "type": sender },
        "moderation": { "status": "approved" }, "created_at": format!("2026-02-01T10:{id:02}:00Z"), "attachments": [],
    });
    for (name, value) in fields.as_object().unwrap() {
        message[name] = value.clone();
    }
    message
}

fn whole() -> Value {
    json!({
        "id": "99999999-aaaa-4bbb-8ccc-ddddeeeeffff", "code": null, "type": "cancellation", "status": "waiting_seller",
        "closed": false, "reason": "shipping_delay", "protocol": "202602000000321", "due_date": "2026-02-03T10:00:00",
        "origin": "customer", "created_at": "2026-02-01T10:00:00", "updated_at": "2026-02-01T10:00:09.450000",
        "channel": { "id": "ch", "alias": "magazineluiza" },
        "order": { "id": "o1", "code": "1281270000000001", "delivery": {
            "id": "d1", "seller": { "id": "s1", "name": "Loja" },
            "items": [{ "id": "i1", "sku": "sku-1", "external_sku": "ERP-1", "name": "Livro", "quantity": "2" }],
        } },
    })
}

fn with(fields: &Value, messages: &Value) -> Value {
    let mut whole = whole();
    for (name, value) in fields.as_object().unwrap() {
        whole[name] = value.clone();
    }
    json!({ "ticket": whole, "messages": messages })
}

#[test]
fn all_documented_values_are_mapped() {
    assert_complete(KINDS, &[TicketReason::VALUES, TicketType::VALUES]);
}

#[test]
fn a_ticket_is_read() {
    let file = json!([{ "id": "f1", "file_name": "nf", "file_extension": "pdf", "file_type": "application/pdf" }]);
    let parts = with(
        &json!({}),
        &json!([message(2, "seller", &json!({})), message(1, "customer", &json!({ "attachments": file }))]),
    );
    let read = ticket(&MAGALU, &parts);
    assert_eq!((read.number.as_str(), read.kind), ("202602000000321", Kind::Delivery));
    assert_eq!(
        (read.remote_type.told().unwrap().as_str(), read.remote_reason.told().unwrap().as_str()),
        ("cancellation", "shipping_delay")
    );
    assert_eq!((read.buyer.name, read.buyer.id), (Fact::Told("Bia".to_owned()), Fact::Told("c1".to_owned())));
    let messages = read.messages.into_told().unwrap();
    assert_eq!(messages[0].files[0].name.as_deref(), Some("nf.pdf"));
    assert_eq!((read.files, read.preview.unwrap().text.as_str()), (Fact::Told(1), "text 2"));
    let order = read.order.into_told().unwrap();
    assert_eq!(
        (order.number.as_deref(), order.units[0].quantity, order.units[0].sku.as_deref()),
        (Some("1281270000000001"), Some(2), Some("ERP-1"))
    );
    let updated = read.updated.into_told().unwrap();
    assert_eq!((updated.wire.as_str(), updated.zoned), ("2026-02-01T10:00:09.450000", false));
    // Nothing is known of what was not read.
    let read = ticket(&MAGALU, &json!({ "ticket": whole() }));
    assert_eq!(
        (read.messages, read.buyer.name, read.files, read.events, read.returns),
        (Fact::Untold, Fact::Untold, Fact::Untold, Fact::Untold, Fact::Untold)
    );
    assert!(read.buyer.email.is_unsayable());
    // An empty thread names no buyer, but it was read.
    let read = ticket(&MAGALU, &with(&json!({ "reason": null }), &json!([])));
    assert_eq!(
        (read.messages, read.buyer.name, read.kind),
        (Fact::Told(Vec::new()), Fact::Nothing, Kind::Cancellation)
    );
    let unknown = with(&json!({ "reason": "delivery_delay" }), &json!([]));
    assert_eq!(ticket(&MAGALU, &unknown).kind, Kind::Unknown);
    assert!(crate::desk::ticket_of(&MAGALU, "a", &raw(&json!({ "ticket": { "code": "1" } })), None).is_err());
}

#[test]
fn the_two_signs_of_a_closed_ticket_may_contradict_each_other() {
    for (fields, state, side) in [
        (json!({}), State::Open, Side::Seller),
        (json!({ "closed": true }), State::Closed, Side::None),
        (json!({ "closed": false, "status": "closed" }), State::Closed, Side::None),
        (json!({ "closed": true, "status": "waiting" }), State::Closed, Side::None),
        (json!({ "closed": null, "status": "new_word" }), State::Open, Side::Unknown),
        (json!({ "closed": null, "status": null }), State::Open, Side::Unknown),
    ] {
        let read = ticket(&MAGALU, &with(&fields, &json!([])));
        assert_eq!((read.state, read.turn.side), (state, side), "{fields}");
    }
}

#[test]
fn the_last_message_tells_who_is_awaited() {
    let last = |sender: &str, to: &str| {
        json!([message(1, "customer", &json!({})), message(2, sender, &json!({ "destination": to }))])
    };
    let waiting = json!({ "status": "waiting" });
    for (messages, side) in [
        (last("seller", "customer"), Side::Buyer),
        (last("seller", "channel"), Side::Buyer),
        (last("channel", "seller"), Side::Marketplace),
        (last("customer", "channel"), Side::Marketplace),
        // It is never the seller's turn without the marketplace's word for it.
        (last("customer", "seller"), Side::Unknown),
        (last("robot", "seller"), Side::Unknown),
        (json!([]), Side::Unknown),
        (Value::Null, Side::Unknown),
    ] {
        let turn = ticket(&MAGALU, &with(&waiting, &messages)).turn;
        assert_eq!((turn.side, turn.basis), (side, Basis::Derived), "{messages}");
    }
    let turn = ticket(&MAGALU, &with(&json!({}), &last("seller", "customer"))).turn;
    assert_eq!((turn.side, turn.basis), (Side::Seller, Basis::Reported));
}

#[test]
fn a_letter_in_moderation_is_an_answer_for_four_hours() {
    let at = |text: &str| parse_date_time(text).unwrap();
    let thread = |status: &str| {
        json!([
            message(1, "customer", &json!({})),
            message(2, "seller", &json!({ "moderation": { "status": status } }))
        ])
    };
    for (status, until) in [("waiting_moderation", true), ("new", true), ("approved", false), ("rejected", false)] {
        let read = ticket(&MAGALU, &with(&json!({}), &thread(status)));
        let end = until.then(|| (at("2026-02-01T14:02:00Z"), Side::Seller));
        assert_eq!(read.turn.until, end, "{status}");
        assert_eq!(read.turn.side, if until { Side::Buyer } else { Side::Seller }, "{status}");
        if until {
            // The customer still waits, should it be rejected.
            assert_eq!(read.waiting_since.unwrap().wire, "2026-02-01T10:01:00Z");
        }
    }
    // What the desk sent and the list does not show yet.
    let letter = |when: &str| Own { in_moderation: true, ..own("Enviamos hoje", at(when)) };
    let mut parts = raw(&with(&json!({}), &json!([message(1, "customer", &json!({}))])));
    for (when, side) in [("2026-02-01T10:05:00Z", Side::Buyer), ("2026-02-01T09:00:00Z", Side::Seller)] {
        parts.own = vec![letter(when)];
        let turn = crate::desk::turn_of(&MAGALU, &parts, None).unwrap();
        assert_eq!(turn.side, side, "{when}");
    }
    parts.own = vec![own("Enviamos hoje", at("2026-02-01T10:05:00Z"))];
    assert_eq!(crate::desk::turn_of(&MAGALU, &parts, None).unwrap().side, Side::Seller);
}

#[test]
fn the_due_date_is_reported_without_a_zone() {
    let due = |fields: &Value, now: &str| {
        let read = ticket(&MAGALU, &with(fields, &json!([message(1, "customer", &json!({}))])));
        crate::desk::deadlines::due_of(&MAGALU, &read, &Default::default(), None, parse_date_time(now).unwrap())
    };
    let now = "2026-02-01T12:00:00Z";
    let found = due(&json!({}), now).unwrap();
    assert_eq!((found.at, found.about), (parse_date_time("2026-02-03T10:00:00Z").unwrap(), true));
    assert_eq!(
        (found.basis, found.counts, found.then),
        (Basis::Reported, Counts::SellersTurn, Consequence::MarketplaceSteps)
    );
    assert!(!due(&json!({ "due_date": "2026-02-03T10:00:00-03:00" }), now).unwrap().about);
    assert_eq!(due(&json!({ "due_date": null }), now), None);
    assert_eq!(due(&json!({ "closed": true }), now), None);
}

#[test]
fn actions_follow_the_table() {
    use Action::{
        Close, ConfirmReturn, Create, InterimNotice, Refund, Reopen, Reply, ReturnCode, ReturnInfo, SentForReturn,
    };
    use Allowed::{Maybe, No, Yes};
    let account = Account { writer: Some(("agent-7".into(), "Maria".into())), ..Account::default() };
    let with = |fields: &Value, more: &Value| {
        let mut parts = with(fields, &json!([]));
        for (name, value) in more.as_object().unwrap() {
            parts[name] = value.clone();
        }
        parts
    };
    let event = |kind: &str| json!({ "events": [{ "id": "e", "type": kind }] });
    let none = json!({});
    for (fields, more, action, expected) in [
        (json!({}), none.clone(), Reply, (Yes, None)),
        (json!({ "closed": true }), none.clone(), Reply, (No, Some(Why::Closed))),
        (json!({}), none.clone(), InterimNotice, (No, Some(Why::NotOffered))),
        (json!({}), none.clone(), Close, (No, Some(Why::MarketplaceCloses))),
        (json!({}), none.clone(), Reopen, (No, Some(Why::NotOffered))),
        (json!({}), none.clone(), ConfirmReturn, (Yes, None)),
        (json!({}), none.clone(), SentForReturn, (Yes, None)),
        (json!({}), none.clone(), ReturnInfo, (Yes, None)),
        (json!({ "type": "shipping" }), none.clone(), ConfirmReturn, (No, Some(Why::WrongType))),
        (json!({ "type": null }), none.clone(), ConfirmReturn, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "status": "closed" }), none.clone(), SentForReturn, (No, Some(Why::Closed))),
        (json!({}), none.clone(), Refund, (Maybe, Some(Why::NeedsEarlierEvent))),
        (json!({}), json!({ "events": [] }), Refund, (No, Some(Why::NeedsEarlierEvent))),
        (json!({}), event("return_info_sent"), Refund, (No, Some(Why::NeedsEarlierEvent))),
        (json!({}), event("product_sent"), Refund, (Yes, None)),
        (json!({}), event("product_received"), Refund, (Yes, None)),
        (json!({ "type": "payment" }), event("product_sent"), Refund, (No, Some(Why::WrongType))),
        (json!({}), none.clone(), ReturnCode, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({}), json!({ "returns": [{ "id": "r" }] }), ReturnCode, (Maybe, Some(Why::OneActive))),
        (json!({ "type": "shipping" }), none.clone(), ReturnCode, (No, Some(Why::WrongType))),
        (json!({}), none.clone(), Create, (Yes, None)),
        (json!({ "channel": { "id": "ch" } }), none.clone(), Create, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "reason": "a new one" }), none.clone(), Create, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "order": { "id": "o1" } }), none, Create, (Maybe, Some(Why::MarketplaceDecides))),
    ] {
        assert_eq!(verdict(&MAGALU, &with(&fields, &more), &account, action), expected, "{fields} {more} {action:?}");
    }
    let parts = with(&json!({}), &event("product_sent"));
    assert_eq!(verdict(&MAGALU, &parts, &Account::default(), Reply), (No, Some(Why::NotConfigured)));
    let reads = Account { scopes: Some(vec!["open:tickets-seller:read".into()]), ..account.clone() };
    for action in [Reply, ConfirmReturn, SentForReturn, ReturnInfo, Refund, ReturnCode, Create] {
        assert_eq!(verdict(&MAGALU, &parts, &reads, action), (No, Some(Why::AccountScope)), "{action:?}");
    }
    let reply = choice(&MAGALU, &parts, &account, Reply).limits;
    let files = reply.files.unwrap();
    assert_eq!(
        (reply.text.unwrap().max, files.most, files.max_bytes, files.types.len()),
        (Some(3000), Some(1), Some(26_214_400), 3)
    );
    assert_eq!(choice(&MAGALU, &parts, &account, Refund).effect, Some(Effect::Money));
    assert_calls_obey_the_rules(&MAGALU, &parts, &account, |_, _| json!({}));
}

#[test]
fn lists_go_on_from_the_marketplaces_own_text() {
    let account = Account::default();
    for (flow, watermark, expected) in [
        (
            Flow::Hot,
            Some("2026-02-01T10:00:09.450000"),
            json!({ "status": "waiting_seller", "_sort": "due_date:asc", "_limit": 100 }),
        ),
        (Flow::Recent, None, json!({ "_sort": "updated_at:asc", "_limit": 100 })),
        (
            Flow::Recent,
            Some("2026-02-01T10:00:09.450000"),
            json!({ "updated_at_gte": "2026-02-01T10:00:09.450000", "_sort": "updated_at:asc", "_limit": 100 }),
        ),
        (Flow::Sweep, Some("2026-02-01T10:00:09.450000"), json!({ "_sort": "created_at:asc", "_limit": 100 })),
    ] {
        let span = Span { began_at: 0.0, watermark, horizon_ms: 0.0, account: &account };
        let [list] = &lists(flow, &span)[..] else { panic!("one list") };
        assert_eq!(serde_json::from_str::<Value>(&list.parameters.to_string()).unwrap(), expected);
        assert_eq!(
            MAGALU.operation(list.operation).unwrap().validate(vec![list.parameters.clone()], &Default::default()),
            []
        );
    }
    let item = raw(&json!({ "ticket": whole() })).ticket;
    let all: Vec<_> = details(&item).into_iter().chain(on_opening(&item)).collect();
    assert_eq!(all.iter().map(|detail| detail.part.as_str()).collect::<Vec<_>>(), ["messages", "events", "returns"]);
    for detail in all {
        assert_eq!(MAGALU.operation(&detail.operation).unwrap().validate(detail.arguments, &Default::default()), []);
    }
    let mut shipping = item;
    shipping.put("type", "shipping".into());
    assert_eq!(on_opening(&shipping), []);
}
