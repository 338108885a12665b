use super::super::PROBO;
use super::*;
use crate::vendor::desk::Account;
use crate::vendor::desk::action::Allowed;
use crate::vendor::desk::kind::assert_complete;
use crate::vendor::desk::testing::{assert_calls_obey_the_rules, own, raw, ticket, verdict};
use serde_json::{Value, json};

fn whole() -> Value {
    json!({
        "order_id": "WEB-2041", "id": "CMP-1", "description": "Left corner torn", "reason": "damaged",
        "suggested_solution": "rework",
        "products": [{ "id": 778_231, "amount": 1, "files": [{ "uri": "https://cdn.shop.example/1.jpg" }] }],
    })
}

fn told(answers: &[Value]) -> Value {
    json!({ "ticket": whole(), "events": answers })
}

#[test]
fn all_documented_values_are_mapped() {
    assert_complete(KINDS, &[ComplaintReason::VALUES]);
}

#[test]
fn a_status_is_shown_only_if_it_was_told() {
    let status = |word: &str| json!({ "status": word });
    for (answers, state, side) in [
        (vec![], State::Unknown, Side::Unknown),
        (vec![json!({ "message": "thanks" })], State::Unknown, Side::Unknown),
        (vec![status("open")], State::Open, Side::Marketplace),
        (vec![status("pending")], State::Open, Side::Marketplace),
        (vec![status("holding")], State::Open, Side::Unknown),
        (vec![status("solved")], State::Closed, Side::None),
        (vec![status("accepted")], State::Unknown, Side::Unknown),
        // The last word counts, and an answer without one takes nothing back.
        (vec![status("open"), status("solved")], State::Closed, Side::None),
        (vec![status("pending"), json!({})], State::Open, Side::Marketplace),
    ] {
        let read = ticket(&PROBO, &told(&answers));
        assert_eq!((read.state, read.turn.side), (state, side), "{answers:?}");
    }
    for status in ComplaintStatus::VALUES {
        assert_ne!(ticket(&PROBO, &told(&[json!({ "status": status })])).state, State::Unknown, "{status}");
    }
    assert_eq!(ticket(&PROBO, &json!({ "ticket": whole() })).remote_status, Fact::Untold);
}

#[test]
fn the_complaint_is_the_ticket() {
    let mut parts = raw(&told(&[]));
    parts.own = vec![own("Left corner torn", 1_772_439_300_000.0)];
    let read = crate::desk::ticket_of(&PROBO, "a", &parts, None).unwrap();
    assert_eq!((read.role, read.store, read.kind), (Role::Requester, Store::Desk, Kind::Defect));
    assert_eq!((read.preview.unwrap().text.as_str(), read.files), ("Left corner torn", Fact::Told(1)));
    assert_eq!(read.created.told().unwrap().wire, "2026-03-02T08:15:00Z");
    let order = read.order.into_told().unwrap();
    let [unit] = &order.units[..] else { panic!("one product") };
    assert_eq!(
        (order.number.as_deref(), unit.id.as_deref(), unit.quantity),
        (Some("WEB-2041"), Some("778231"), Some(1))
    );
    assert_eq!(
        crate::desk::deadlines::due_of(&PROBO, &ticket(&PROBO, &told(&[])), &Default::default(), None, 0.0),
        None
    );
    assert!(crate::desk::ticket_of(&PROBO, "a", &raw(&json!({ "ticket": {} })), None).is_err());
}

#[test]
fn actions_follow_the_table() {
    let account = Account::default();
    for action in Action::REMOTE {
        let expected = match action {
            Action::Close | Action::Create => (Allowed::Yes, None),
            _ => (Allowed::No, Some(Why::NotOffered)),
        };
        assert_eq!(verdict(&PROBO, &told(&[]), &account, action), expected, "{action:?}");
    }
    assert_calls_obey_the_rules(&PROBO, &told(&[]), &account, |_, _| json!({}));
}
