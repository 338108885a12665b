use super::super::CLICKBANK;
use super::super::model::{CommentRole, TicketRefundType};
use super::*;
use crate::vendor::desk::Account;
use crate::vendor::desk::action::Allowed;
use crate::vendor::desk::kind::assert_complete;
use crate::vendor::desk::testing::{assert_calls_obey_the_rules, choice, raw, ticket, verdict};
use serde_json::{Value, json};

fn entry(id: u32, role: &str, minute: u32, text: Option<&str>) -> Value {
    let date = format!("2026-03-04T09:{minute:02}:00-08:00");
    json!({ "commentId": id.to_string(), "date": date, "comment": text, "action": "COMMENTED", "commentRole": role })
}

fn whole() -> Value {
    json!({
        "ticketid": "31004567", "receipt": "ABCD1234", "status": "OPEN", "type": "REFUND",
        "comments": [entry(1, "CUSTOMER", 10, Some("Please refund"))], "openedDate": "2026-03-04T09:00:00-08:00",
        "closedDate": null, "description": "Not as expected", "refundType": "PARTIAL_PERCENT", "refundAmount": "50.00",
        "customerFirstName": "Ana", "customerLastName": "Lopez", "email": "ana@example.com",
        "expirationDate": "2026-03-05T09:00:00-08:00", "locale": "en_US", "note": null, "productItemNo": "7",
        "updateTime": "2026-03-04T09:10:00-08:00", "source": "CUSTOMER_WAM",
    })
}

fn with(fields: &Value) -> Value {
    let mut whole = whole();
    for (name, value) in fields.as_object().unwrap() {
        whole[name] = value.clone();
    }
    json!({ "ticket": whole })
}

#[test]
fn all_documented_values_are_mapped() {
    assert_complete(KINDS, &[TicketType::VALUES]);
    for (status, state) in TicketStatus::VALUES.iter().zip([State::Open, State::Open, State::Closed]) {
        assert_eq!(ticket(&CLICKBANK, &with(&json!({ "status": status }))).state, state, "{status}");
    }
    for (role, from) in CommentRole::VALUES.iter().zip([
        Author::Seller,
        Author::Buyer,
        Author::Marketplace,
        Author::System,
        // "a user" may be anybody.
        Author::Unknown,
    ]) {
        let read = ticket(&CLICKBANK, &with(&json!({ "comments": [entry(1, role, 1, None)] })));
        assert_eq!(read.messages.told().unwrap()[0].from, from, "{role}");
    }
    for (r#type, unit) in TicketRefundType::VALUES.iter().zip([
        RefundUnit::Unknown,
        RefundUnit::Percent,
        RefundUnit::Money,
        RefundUnit::Quantity,
        RefundUnit::Money,
    ]) {
        let refund = ticket(&CLICKBANK, &with(&json!({ "refundType": r#type }))).refund.into_told().unwrap();
        assert_eq!((refund.unit, refund.currency), (unit, None), "{}", r#type);
    }
}

#[test]
fn a_ticket_is_read() {
    let read = ticket(&CLICKBANK, &with(&json!({})));
    assert_eq!((read.kind, read.state, read.turn.side), (Kind::Refund, State::Open, Side::Seller));
    assert_eq!(read.waiting_since.unwrap().wire, "2026-03-04T09:10:00-08:00");
    assert_eq!(read.buyer.name, Fact::Told("Ana Lopez".to_owned()));
    assert!(read.buyer.id.is_unsayable() && read.storefront.is_unsayable() && read.price.is_unsayable());
    let order = read.order.into_told().unwrap();
    assert_eq!((order.number.as_deref(), order.units[0].sku.as_deref()), (Some("ABCD1234"), Some("7")));
    assert_eq!(read.preview.unwrap().text, "Please refund");
    assert_eq!(read.refund.told().unwrap().value.as_deref(), Some("50.00"));
    // Without a comment that has words, the complaint is the newest text.
    let read = ticket(&CLICKBANK, &with(&json!({ "comments": [entry(1, "CBSYSTEM", 1, None)] })));
    let preview = read.preview.unwrap();
    assert_eq!((preview.text.as_str(), preview.from), ("Not as expected", Author::Buyer));
    let bare = ticket(&CLICKBANK, &json!({ "ticket": { "ticketid": "1", "comments": [] } }));
    assert_eq!((bare.state, bare.kind, bare.turn.side), (State::Unknown, Kind::Unknown, Side::Unknown));
    assert_eq!((bare.order, bare.refund, bare.created), (Fact::Untold, Fact::Untold, Fact::Untold));
    assert!(crate::desk::ticket_of(&CLICKBANK, "a", &raw(&json!({ "ticket": { "id": "1" } })), None).is_err());
}

#[test]
fn the_newest_entry_that_a_person_wrote_decides() {
    let last = |role: &str| json!([entry(2, role, 20, Some("x")), entry(1, "CUSTOMER", 10, Some("x"))]);
    for (fields, side) in [
        (json!({ "comments": last("CUSTOMER") }), Side::Seller),
        (json!({ "comments": last("VENDOR") }), Side::Buyer),
        (json!({ "comments": last("CBCSR") }), Side::Unknown),
        (json!({ "comments": last("USER") }), Side::Unknown),
        (json!({ "comments": last("NEW_ROLE") }), Side::Unknown),
        // The system says nothing about turns.
        (json!({ "comments": last("CBSYSTEM") }), Side::Seller),
        // Entries of one time are in the order of their numbers.
        (json!({ "comments": [entry(10, "VENDOR", 5, None), entry(9, "CUSTOMER", 5, None)] }), Side::Buyer),
        (json!({ "comments": [entry(9, "VENDOR", 5, None), entry(10, "CUSTOMER", 5, None)] }), Side::Seller),
        (json!({ "comments": [] }), Side::Seller),
        (json!({ "comments": [entry(1, "CBSYSTEM", 1, None)] }), Side::Seller),
        (json!({ "comments": [], "source": "API" }), Side::Unknown),
        (json!({ "comments": null }), Side::Unknown),
        (json!({ "type": "ESCALATED" }), Side::Marketplace),
        (json!({ "type": "ESCALATED", "status": "CLOSED" }), Side::None),
        (json!({ "status": "CLOSED" }), Side::None),
        (json!({ "status": "PAUSED" }), Side::Seller),
        (json!({ "status": null, "comments": last("VENDOR") }), Side::Buyer),
    ] {
        assert_eq!(ticket(&CLICKBANK, &with(&fields)).turn.side, side, "{fields}");
    }
    let opened = ticket(&CLICKBANK, &with(&json!({ "comments": [] }))).waiting_since.unwrap();
    assert_eq!(opened.wire, "2026-03-04T09:00:00-08:00");
}

#[test]
fn a_customer_is_heard_by_a_comment_or_by_opening_the_ticket() {
    let opened = json!({ "comments": [] });
    let system = json!([entry(2, "CBSYSTEM", 20, None)]);
    for (fields, source, heard) in [
        (json!({}), "CUSTOMER_WAM", Some("2026-03-04T17:10:00Z")),
        (json!({}), "API", Some("2026-03-04T17:10:00Z")),
        (opened.clone(), "CUSTOMER_WAM", Some("2026-03-04T17:00:00Z")),
        (json!({ "comments": system }), "CUSTOMER_WAM", Some("2026-03-04T17:00:00Z")),
        (json!({ "comments": [entry(1, "VENDOR", 10, None)] }), "CUSTOMER_WAM", Some("2026-03-04T17:00:00Z")),
        // The seller opened it.
        (opened, "API", None),
        (json!({ "comments": system }), "API", None),
    ] {
        let mut fields = fields;
        fields["source"] = json!(source);
        let heard_at = ticket(&CLICKBANK, &with(&fields)).heard_at;
        assert_eq!(heard_at.map(format_date_time).as_deref(), heard, "{fields}");
    }
}

#[test]
fn the_expiry_is_reported_while_the_ticket_is_open() {
    for (fields, then) in [
        (json!({}), Some(Consequence::PaidBack)),
        (json!({ "type": "CANCEL" }), Some(Consequence::BillingEnds)),
        (json!({ "type": "TECH_SUPPORT" }), Some(Consequence::NothingKnown)),
        (json!({ "type": null }), Some(Consequence::NothingKnown)),
        (json!({ "comments": [entry(1, "VENDOR", 1, None)] }), Some(Consequence::PaidBack)),
        (json!({ "expirationDate": null }), None),
        (json!({ "expirationDate": "" }), None),
        (json!({ "status": "CLOSED" }), None),
    ] {
        let read = ticket(&CLICKBANK, &with(&fields));
        let due = crate::desk::deadlines::due_of(&CLICKBANK, &read, &Default::default(), None, 0.0);
        assert_eq!(
            due.as_ref().map(|due| (due.then, due.at)),
            then.map(|then| (then, 1_772_730_000_000.0)),
            "{fields}"
        );
        assert!(due.is_none_or(|due| !due.about && due.counts == Counts::Open));
    }
}

#[test]
fn actions_follow_the_table() {
    use Action::{ChangeType, Close, ConfirmReturn, Create, InterimNotice, Refund, Reopen, Reply, ReturnCode};
    use Allowed::{Maybe, No, Yes};
    let account = Account::default();
    for (fields, action, expected) in [
        (json!({}), Reply, (Yes, None)),
        (json!({}), InterimNotice, (No, Some(Why::NotOffered))),
        (json!({}), ReturnCode, (No, Some(Why::NotOffered))),
        (json!({ "status": "CLOSED" }), Reply, (Maybe, Some(Why::Closed))),
        (json!({ "status": "PAUSED" }), Reply, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({}), Close, (Yes, None)),
        (json!({ "status": "REOPENED" }), Close, (Yes, None)),
        (json!({ "status": "CLOSED" }), Close, (No, Some(Why::AlreadyClosed))),
        (json!({}), Reopen, (No, Some(Why::NotClosed))),
        (json!({ "status": "CLOSED" }), Reopen, (Yes, None)),
        (json!({}), ChangeType, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "status": "CLOSED" }), ChangeType, (Maybe, Some(Why::Closed))),
        (json!({}), ConfirmReturn, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({}), Refund, (No, Some(Why::OneActive))),
        (json!({ "status": "CLOSED" }), Refund, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "type": "TECH_SUPPORT" }), Refund, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "type": "TECH_SUPPORT", "receipt": null }), Refund, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({}), Create, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "type": "ESCALATED" }), Reply, (Maybe, Some(Why::MarketplaceDecides))),
    ] {
        assert_eq!(verdict(&CLICKBANK, &with(&fields), &account, action), expected, "{fields} {action:?}");
    }
    for (r#type, action, effect) in [
        ("REFUND", Close, Effect::Money),
        ("CANCEL", Close, Effect::Money),
        ("TECH_SUPPORT", Close, Effect::Visible),
        ("TECH_SUPPORT", ChangeType, Effect::Money),
        ("TECH_SUPPORT", Reopen, Effect::Money),
        ("TECH_SUPPORT", Reply, Effect::Visible),
    ] {
        let found = choice(&CLICKBANK, &with(&json!({ "type": r#type })), &account, action);
        assert_eq!(found.effect, Some(effect), "{} {action:?}", r#type);
    }
    let reads = Account { scopes: Some(vec!["api_order_read".to_owned()]), ..Account::default() };
    for action in [Reply, Close, Reopen, ChangeType, ConfirmReturn, Refund, Create] {
        assert_eq!(verdict(&CLICKBANK, &with(&json!({})), &reads, action), (No, Some(Why::AccountScope)));
    }
    let extents = |partial| {
        let account = Account { partial_refunds: partial, ..Account::default() };
        choice(&CLICKBANK, &with(&json!({ "status": "CLOSED" })), &account, Refund).limits.choices.len()
    };
    assert_eq!([None, Some(true), Some(false)].map(extents), [3, 3, 1]);
    assert_eq!(choice(&CLICKBANK, &with(&json!({})), &account, Reply).limits.files, None);
    // A ticket cannot be changed to its own type, and a sale has one open refund at a time.
    let types = |fields: Value, action| choice(&CLICKBANK, &with(&fields), &account, action).limits.choices;
    assert_eq!(types(json!({}), ChangeType), ["cncl", "tech"]);
    assert_eq!(types(json!({ "type": "TECH_SUPPORT" }), ChangeType), ["rfnd", "cncl"]);
    assert_eq!(types(json!({}), Create), ["cncl", "tech"]);
    assert_eq!(types(json!({ "status": "CLOSED" }), Create), ["rfnd", "cncl", "tech"]);
}

#[test]
fn calls_obey_the_rules() {
    let more = |action, choice: &str| match (action, choice) {
        (Action::Refund, "FULL") => json!({ "reason": "ticket.type.refund.1" }),
        (Action::Refund, _) => json!({ "reason": "ticket.type.refund.1", "refundAmount": "12.50" }),
        (Action::Create, "rfnd") => json!({ "reason": "ticket.type.refund.returned", "refundType": "FULL" }),
        (Action::Create, "cncl") => json!({ "reason": "ticket.type.cancel.7" }),
        (Action::Create, _) => json!({ "reason": "ticket.type.tech_support.10" }),
        _ => json!({}),
    };
    for fields in [json!({}), json!({ "status": "CLOSED" }), json!({ "type": "TECH_SUPPORT", "productItemNo": "ä b" })]
    {
        assert_calls_obey_the_rules(&CLICKBANK, &with(&fields), &Account::default(), more);
    }
}

#[test]
fn windows_cover_all_days_and_obey_the_rules() {
    let account = Account::default();
    let began_at = parse_date_time("2026-03-10T12:00:00Z").unwrap();
    let span = |watermark| Span { began_at, watermark, horizon_ms: 30.0 * DAY_MS, account: &account };
    let listed = |flow, watermark| -> Vec<Value> {
        let lists = lists(flow, &span(watermark));
        for list in &lists {
            let violations = CLICKBANK
                .operation(list.operation)
                .unwrap()
                .validate(vec![list.parameters.clone()], &Default::default());
            assert_eq!(violations, [], "{:?}", list.parameters);
        }
        lists.iter().map(|list| serde_json::from_str(&list.parameters.to_string()).unwrap()).collect()
    };
    assert_eq!(listed(Flow::Hot, None), [json!({ "status": "open" }), json!({ "status": "reopened" })]);
    assert_eq!(
        listed(Flow::Recent, Some("2026-03-09T23:00:00-08:00")),
        [json!({ "updateDateFrom": "2026-03-09", "updateDateTo": "2026-03-11" })]
    );
    let sweep = listed(Flow::Sweep, None);
    let day = |value: &Value| crate::wire::time::parse_date(value.as_str().unwrap()).unwrap();
    assert_eq!(sweep[0]["createDateFrom"], "2026-02-07");
    assert_eq!(sweep.last().unwrap()["createDateTo"], "2026-03-11");
    for pair in sweep.windows(2) {
        assert_eq!(day(&pair[1]["createDateFrom"]) - day(&pair[0]["createDateTo"]), 1);
    }
    // A horizon without end still ends.
    let endless = Span { horizon_ms: f64::INFINITY, ..span(None) };
    assert!(lists(Flow::Sweep, &endless).len() < 600);
}
