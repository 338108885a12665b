use super::*;
use crate::desk::deadlines::{Holidays, Policy, due_of};
use crate::desk::views::{Local, View, urgency, view_of};
use crate::marketplaces::testing::{anything, put};
use crate::registry::ALL;
use crate::vendor::desk::{Account, State};
use proptest::prelude::*;
use serde_json::{Value, json};

fn raw(parts: &Value) -> Raw {
    Raw::read(Json::read(parts.to_string().as_bytes()).unwrap())
}

/// Parts with some of what each marketplace tells.
fn parts(id: &str) -> Value {
    match id {
        "kaufland" => json!({ "ticket": {
            "id_ticket": "00150000001", "status": "opened", "topic": "fraud", "is_seller_responsible": true,
            "ts_updated_iso": "2026-03-02T10:00:00Z", "storefront": "de",
            "messages": [{ "id_ticket_message": 1, "text": "a", "author": { "role": "buyer", "name": "Kim" },
                "ts_created_iso": "2026-03-02T10:00:00Z" }],
            "order_units": [{ "id_order_unit": 1, "id_order": "M1", "price": 5, "currency": "EUR" }],
        } }),
        "clickbank" => json!({ "ticket": {
            "ticketid": "1", "receipt": "ABCD1234", "status": "OPEN", "type": "REFUND", "source": "CUSTOMER_WAM",
            "comments": [{ "commentId": "1", "date": "2026-03-04T09:10:00-08:00", "commentRole": "CUSTOMER" }],
            "expirationDate": "2026-03-05T09:00:00-08:00", "refundType": "FULL",
        } }),
        "magalu" => json!({
            "ticket": { "id": "t", "type": "cancellation", "status": "waiting_seller",
                "due_date": "2026-02-03T10:00:00",
                "order": { "code": "1", "delivery": { "items": [{ "id": "i", "quantity": "1" }] } } },
            "messages": [{ "id": "m", "message": "x", "sender": { "type": "customer" },
                "created_at": "2026-02-01T10:00:00" }],
            "events": [{ "type": "product_sent" }], "returns": [],
        }),
        "jtl-scx" => json!({ "messages": [{ "id": "e", "type": "T", "event": {
            "channel": "MARKT1", "sellerId": "S77", "ticketId": "T1", "topic": "DELIVERY", "message": "x",
            "from": { "role": "BUYER" }, "createdAt": "2026-03-02T08:15:00+0000",
        } }], "own": [{ "text": "y", "at": 5 }] }),
        _ => json!({
            "ticket": { "id": "CMP-1", "order_id": "W", "reason": "damaged", "products": [{ "id": 1, "amount": 1 }] },
            "events": [{ "status": "open" }],
        }),
    }
}

#[test]
fn every_marketplace_has_its_tickets_and_actions() {
    for marketplace in ALL {
        let raw = raw(&parts(marketplace.id));
        let ticket = ticket_of(marketplace, "shop", &raw, None).unwrap();
        assert_eq!((ticket.marketplace, ticket.key.account.as_str()), (marketplace.id, "shop"));
        assert!(ticket.state != State::Unknown && ticket.kind != Kind::Unknown, "{}", marketplace.id);
        assert_eq!(turn_of(marketplace, &raw, None).unwrap(), ticket.turn);
        let blocked = Account { is_blocked: true, ..Account::default() };
        let matter = Matter { ticket: &ticket, raw: &raw, account: &blocked };
        let choices = actions_of(marketplace, &matter);
        let all: Vec<_> = choices.iter().map(|choice| choice.action).collect();
        assert_eq!(all, [&Action::REMOTE[..], &Action::LOCAL].concat(), "{}", marketplace.id);
        for choice in choices {
            assert_eq!(choice.why.is_some(), choice.allowed != Allowed::Yes, "{choice:?}");
            // A blocked account sends nothing, and local actions make no call.
            assert!(choice.local || choice.allowed == Allowed::No, "{choice:?}");
            if choice.local || matches!(choice.why, Some(Why::NotOffered | Why::MarketplaceCloses)) {
                let call = call_of(marketplace, &matter, choice.action, &Given::default(), &Settings::default());
                assert_eq!(call, None, "{choice:?}");
            }
        }
    }
}

#[test]
fn drift_is_counted() {
    let mut drift = Drift::default();
    let kaufland = ALL.iter().find(|marketplace| marketplace.id == "kaufland").unwrap();
    for (topic, status) in [("brand_new", "opened"), ("fraud", "paused"), ("brand_new", "paused"), ("fraud", "opened")]
    {
        let whole = json!({ "ticket": { "id_ticket": "1", "topic": topic, "status": status } });
        drift.count(&ticket_of(kaufland, "a", &raw(&whole), None).unwrap());
    }
    let words: Vec<_> = drift.words().collect();
    assert_eq!(words, [("kaufland", "brand_new", 2), ("kaufland", "paused", 2)]);
}

#[test]
fn kinds_are_found_by_the_marketplaces_own_words() {
    let find = |id: &str| ALL.iter().find(|marketplace| marketplace.id == id).unwrap();
    assert_eq!(kind_of(find("kaufland"), &[Some("return_request_label"), Some("product_defect")]), Kind::Return);
    assert_eq!(kind_of(find("kaufland"), &[None, Some("product_defect")]), Kind::Defect);
    assert_eq!(kind_of(find("magalu"), &[None, Some("payment")]), Kind::Payment);
    assert_eq!(kind_of(find("probo"), &[Some("new")]), Kind::Unknown);
}

proptest! {
    /// Whatever stands in the place of a value, everything that follows from the ticket can still
    /// be asked.
    #[test]
    fn any_parts_are_survived(index in 0usize..5, at in 0usize..30, new in anything(), now in -1e13..1e13) {
        let marketplace = ALL[index];
        let mut parts = parts(marketplace.id);
        put(&mut parts, &mut { at }, &new);
        let raw = raw(&parts);
        let Ok(ticket) = ticket_of(marketplace, "a", &raw, Some(now)) else { return Ok(()) };
        let account = Account::default();
        let matter = Matter { ticket: &ticket, raw: &raw, account: &account };
        prop_assert_eq!(actions_of(marketplace, &matter).len(), 15);
        for action in Action::REMOTE {
            let _ = call_of(marketplace, &matter, action, &Given::default(), &Settings::default());
        }
        let policy = Policy { hours: 24, calendar: Some("de".to_owned()) };
        let due = due_of(marketplace, &ticket, &Holidays::default(), Some(&policy), now);
        prop_assert!(due.as_ref().is_none_or(|due| due.at.is_finite()));
        prop_assert!(View::ALL.contains(&view_of(&ticket, &Local::default(), now)));
        let _ = urgency(&ticket, due.map(|due| due.at));
        prop_assert!(serde_json::to_string(&ticket).is_ok());
        // Reading it again gives the same.
        prop_assert_eq!(ticket_of(marketplace, "a", &Raw::read(raw.write()), Some(now)).unwrap(), ticket);
    }
}
