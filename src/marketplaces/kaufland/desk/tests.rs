use super::super::KAUFLAND;
use super::super::model::{AuthorRole, TicketReason, TicketStatus, TicketTopic};
use super::*;
use crate::vendor::desk::action::Allowed;
use crate::vendor::desk::kind::assert_complete;
use crate::vendor::desk::testing::{assert_calls_obey_the_rules, choice, own, raw, ticket, verdict};
use crate::vendor::desk::{Account, Basis, Own};
use serde_json::{Value, json};

fn message(id: u32, role: &str, text: &str) -> Value {
    json!({
        "id_ticket_message": id, "author": { "role": role, "name": "Kim" }, "text": text,
        "ts_created_iso": format!("2026-03-02T10:{id:02}:00Z"),
    })
}

fn whole() -> Value {
    json!({
        "id_ticket": "00150000001", "ids_order_units": [400_000_000_000_011_i64, 12], "id_buyer": 90_001,
        "ts_created_iso": "2026-03-02T10:00:00Z", "ts_updated_iso": "2026-03-02T10:01:00Z", "status": "opened",
        "open_reason": "product_defect", "topic": "delivery_delayed", "is_seller_responsible": true,
        "fulfillment_type": "fulfilled_by_merchant", "storefront": "DE",
        "messages": [message(2, "seller", "b"), message(1, "buyer", "a"), message(3, "buyer", "c")],
        "buyer": { "id_buyer": 90_001, "email": "b@example.com" },
        "order_units": [{
            "id_order_unit": 400_000_000_000_011_i64, "id_order": "MKTPLC1", "status": "sent", "price": 1_205,
            "currency": "EUR", "id_offer": "sku-1", "ts_created_iso": "2026-02-20T10:00:00Z",
            "delivery_time_expires_iso": "2026-02-25T10:00:00Z", "order_received_timestamp_iso": null,
            "shipping_address": { "city": "Köln" }, "product": { "title": "Lampe" }, "storefront": "de",
        }],
        "files": [{ "filename": "a.png", "ts_created_iso": "2026-03-02T10:01:00Z", "uri": "https://x.example/1" }],
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
    assert_complete(KINDS, &[TicketTopic::VALUES, TicketReason::VALUES]);
    for (status, state) in TicketStatus::VALUES.iter().zip([State::Open; 1].into_iter().chain([State::Closed; 4])) {
        assert_eq!(ticket(&KAUFLAND, &with(&json!({ "status": status }))).state, state, "{status}");
    }
    for role in AuthorRole::VALUES {
        let read = ticket(&KAUFLAND, &with(&json!({ "messages": [message(1, role, "a")] })));
        assert_ne!(read.messages.told().unwrap()[0].from, Author::Unknown, "{role}");
    }
}

#[test]
fn a_ticket_is_read_with_all_its_parts() {
    let read = ticket(&KAUFLAND, &json!({ "ticket": whole() }));
    assert_eq!((read.key.id.as_str(), read.key.account.as_str()), ("00150000001", "a"));
    assert_eq!((read.kind, read.remote_reason.told().unwrap().as_str()), (Kind::Delivery, "delivery_delayed"));
    let texts: Vec<_> = read.messages.told().unwrap().iter().map(|message| message.text.as_deref().unwrap()).collect();
    assert_eq!(texts, ["a", "b", "c"]);
    assert_eq!(read.waiting_since.unwrap().wire, "2026-03-02T10:03:00Z");
    assert_eq!(read.preview.unwrap().text, "c");
    assert_eq!(read.storefront, Fact::Told("de".to_owned()));
    assert_eq!(
        (read.buyer.id.told().unwrap().as_str(), read.buyer.email.told().unwrap().as_str()),
        ("90001", "b@example.com")
    );
    assert_eq!(read.buyer.name, Fact::Told("Kim".to_owned()));
    let order = read.order.into_told().unwrap();
    assert_eq!((order.number.as_deref(), order.units[0].title.as_deref()), (Some("MKTPLC1"), Some("Lampe")));
    assert_eq!(order.received_at, None);
    assert_eq!(order.ship_to.unwrap().get("city").and_then(Json::as_str), Some("Köln"));
    assert_eq!(read.price, Fact::Told(vec![Price { amount: "12.05".into(), currency: "EUR".into() }]));
    assert_eq!((read.files, read.attached.len()), (Fact::Told(1), 1));
    assert_eq!(read.is_final, Fact::Told(false));
    for (status, is_final) in [
        ("customer_service_closed_final", Fact::Told(true)),
        ("both_closed", Fact::Told(false)),
        ("paused", Fact::Untold),
    ] {
        assert_eq!(ticket(&KAUFLAND, &with(&json!({ "status": status }))).is_final, is_final, "{status}");
    }
    // What Kaufland can never say.
    assert!(read.refund.is_unsayable() && read.locale.is_unsayable() && read.events.is_unsayable());
}

#[test]
fn a_ticket_of_a_list_says_less() {
    let mut listed = whole();
    let fields = listed.as_object_mut().unwrap();
    for part in ["storefront", "messages", "buyer", "order_units", "files"] {
        fields.remove(part);
    }
    let read = ticket(&KAUFLAND, &json!({ "ticket": listed }));
    assert_eq!((read.state, read.turn.side, read.turn.basis), (State::Open, Side::Seller, Basis::Reported));
    assert_eq!((read.waiting_since.is_none(), read.deadline), (true, Deadline::None));
    assert_eq!((read.storefront, read.files, read.buyer.email), (Fact::Untold, Fact::Untold, Fact::Untold));
    assert_eq!(read.buyer.id, Fact::Told("90001".to_owned()));
    // The units' ids are all that is known of the order.
    let ids: Vec<_> = read.order.into_told().unwrap().units.into_iter().map(|unit| unit.id.unwrap()).collect();
    assert_eq!(ids, ["400000000000011", "12"]);
    // `null` says that there is none.
    let read = ticket(&KAUFLAND, &with(&json!({ "id_buyer": null, "buyer": null, "topic": null })));
    assert_eq!((read.buyer.id, read.buyer.email), (Fact::Nothing, Fact::Nothing));
    assert_eq!((read.kind, read.remote_reason), (Kind::Defect, Fact::Told("product_defect".to_owned())));
    // A new topic is not explained by the reason.
    assert_eq!(ticket(&KAUFLAND, &with(&json!({ "topic": "brand_new" }))).kind, Kind::Unknown);
    assert!(crate::desk::ticket_of(&KAUFLAND, "a", &raw(&json!({ "ticket": {} })), None).is_err());
    assert!(crate::desk::ticket_of(&KAUFLAND, "a", &raw(&json!({})), None).is_err());
}

#[test]
fn the_first_message_tells_who_asked_and_an_unread_thread_names_no_one() {
    let [buyer, seller, nameless] = ["buyer", "seller", "buyer"].map(|role| message(1, role, "a"));
    let mut nameless = nameless;
    nameless["author"]["name"] = Value::Null;
    let later = |role| message(2, role, "b");
    let kim = Fact::Told("Kim".to_owned());
    for (messages, role, name) in [
        (json!([buyer.clone(), later("seller")]), Role::Responder, kim.clone()),
        (json!([seller.clone(), later("buyer")]), Role::Requester, kim),
        (json!([seller]), Role::Requester, Fact::Nothing),
        (json!([nameless]), Role::Responder, Fact::Nothing),
        (json!([]), Role::Responder, Fact::Nothing),
        (Value::Null, Role::Responder, Fact::Nothing),
        (json!("unread"), Role::Responder, Fact::Untold),
    ] {
        let read = ticket(&KAUFLAND, &with(&json!({ "messages": messages })));
        assert_eq!((read.role, read.buyer.name), (role, name), "{messages}");
    }
}

#[test]
fn prices_are_counted_in_hundredths() {
    for (price, amount) in
        [(1_205, Some("12.05")), (5, Some("0.05")), (0, Some("0.00")), (-5, Some("-0.05")), (-1_205, Some("-12.05"))]
    {
        let unit = json!({ "id_order_unit": 1, "id_order": "M", "price": price, "currency": "EUR" });
        let prices = ticket(&KAUFLAND, &with(&json!({ "order_units": [unit] }))).price.into_told().unwrap();
        assert_eq!(prices.first().map(|price| price.amount.as_str()), amount, "{price}");
    }
}

#[test]
fn the_turn_follows_the_flag_and_the_last_message() {
    let thread = |roles: &[&str]| -> Value {
        roles.iter().zip(1..).map(|(role, id)| message(id, role, "x")).collect::<Vec<_>>().into()
    };
    for (fields, side, basis) in [
        (json!({}), Side::Seller, Basis::Reported),
        (json!({ "is_seller_responsible": false }), Side::Buyer, Basis::Derived),
        (
            json!({ "is_seller_responsible": false, "messages": thread(&["buyer", "customer_service"]) }),
            Side::Marketplace,
            Basis::Derived,
        ),
        (
            json!({ "is_seller_responsible": false, "messages": thread(&["customer_service", "seller"]) }),
            Side::Buyer,
            Basis::Derived,
        ),
        (json!({ "is_seller_responsible": false, "messages": null }), Side::Buyer, Basis::Derived),
        (json!({ "is_seller_responsible": null }), Side::Unknown, Basis::Derived),
        (json!({ "is_seller_responsible": "yes" }), Side::Unknown, Basis::Derived),
        (json!({ "status": "buyer_closed" }), Side::None, Basis::Derived),
        (json!({ "status": "customer_service_closed_final" }), Side::None, Basis::Derived),
        (json!({ "status": "paused" }), Side::Seller, Basis::Reported),
        (json!({ "status": "paused", "is_seller_responsible": false }), Side::Unknown, Basis::Derived),
        (json!({ "status": null, "is_seller_responsible": false }), Side::Unknown, Basis::Derived),
    ] {
        let turn = ticket(&KAUFLAND, &with(&fields)).turn;
        assert_eq!((turn.side, turn.basis), (side, basis), "{fields}");
    }
}

#[test]
fn an_interim_notice_keeps_the_customer_waiting() {
    let thread = json!([message(1, "buyer", "a"), message(2, "seller", "We look"), message(3, "buyer", "and?")]);
    let mut parts = raw(&with(&json!({ "messages": thread })));
    let ticket_of = |raw: &crate::vendor::desk::Raw| crate::desk::ticket_of(&KAUFLAND, "a", raw, None).unwrap();
    let waiting = |raw: &crate::vendor::desk::Raw| ticket_of(raw).waiting_since.map(|waiting| waiting.wire);
    let then = |raw: &crate::vendor::desk::Raw| match ticket_of(raw).deadline {
        Deadline::Working { then, .. } => then,
        other => panic!("{other:?}"),
    };
    assert_eq!(waiting(&parts).as_deref(), Some("2026-03-02T10:03:00Z"));
    assert_eq!(then(&parts), Consequence::NothingKnown);
    // The desk knows that it sent one; white space may have been changed. The first answer is still
    // to come.
    parts.own = vec![Own { is_interim: true, ..own("We  look\n", 0.0) }];
    assert_eq!(waiting(&parts).as_deref(), Some("2026-03-02T10:01:00Z"));
    assert_eq!(then(&parts), Consequence::ResponseFigure);
    parts.own = vec![own("We look", 0.0)];
    assert_eq!(waiting(&parts).as_deref(), Some("2026-03-02T10:03:00Z"));
    // The seller wrote last and it is still his turn: an interim notice, unless the desk knows that
    // it was an answer.
    let mut parts = raw(&with(&json!({ "messages": [message(1, "buyer", "a"), message(2, "seller", "We look")] })));
    assert_eq!(waiting(&parts).as_deref(), Some("2026-03-02T10:01:00Z"));
    parts.own = vec![own("We look", 0.0)];
    assert_eq!(waiting(&parts), None);
}

#[test]
fn actions_follow_the_table() {
    use Action::{Close, ConfirmReturn, Create, InterimNotice, Refund, Reopen, Reply};
    use Allowed::{Maybe, No, Yes};
    let account = Account::default();
    let fbk = json!({ "fulfillment_type": "fulfilled_by_kaufland" });
    for (fields, action, expected) in [
        (json!({}), Reply, (Yes, None)),
        (json!({}), InterimNotice, (Yes, None)),
        (json!({}), Close, (Yes, None)),
        (json!({}), Reopen, (No, Some(Why::NotOffered))),
        (json!({}), Refund, (No, Some(Why::NotOffered))),
        (json!({}), ConfirmReturn, (No, Some(Why::NotOffered))),
        (json!({}), Create, (Yes, None)),
        (json!({ "order_units": null, "ids_order_units": [] }), Create, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "status": "buyer_closed" }), Reply, (Yes, None)),
        (json!({ "status": "buyer_closed" }), Close, (Yes, None)),
        (json!({ "status": "seller_closed" }), Reply, (Yes, None)),
        (json!({ "status": "seller_closed" }), Close, (No, Some(Why::AlreadyClosed))),
        (json!({ "status": "both_closed" }), Close, (No, Some(Why::AlreadyClosed))),
        (json!({ "status": "customer_service_closed_final" }), Reply, (No, Some(Why::ClosedFinal))),
        (json!({ "status": "customer_service_closed_final" }), Close, (No, Some(Why::ClosedFinal))),
        (json!({ "status": "paused" }), Close, (Maybe, Some(Why::MarketplaceDecides))),
        (fbk.clone(), Reply, (Maybe, Some(Why::FulfilledByMarketplace))),
        (fbk.clone(), Close, (Maybe, Some(Why::FulfilledByMarketplace))),
        (fbk, Create, (Maybe, Some(Why::FulfilledByMarketplace))),
        (json!({ "topic": "fraud" }), Close, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "topic": "admonition" }), Reply, (Maybe, Some(Why::MarketplaceDecides))),
        (json!({ "messages": [message(1, "customer_service", "x")] }), Close, (Maybe, Some(Why::MarketplaceDecides))),
    ] {
        assert_eq!(verdict(&KAUFLAND, &with(&fields), &account, action), expected, "{fields} {action:?}");
    }
    let reply = choice(&KAUFLAND, &with(&json!({})), &account, Reply).limits;
    assert_eq!((reply.text.unwrap().max, reply.files.unwrap().types.len()), (Some(65_535), 9));
    assert_eq!((reply.files.unwrap().most, reply.files.unwrap().max_bytes), (None, None));
    assert_eq!(choice(&KAUFLAND, &with(&json!({})), &account, Close).effect, Some(Effect::Final));
    assert_eq!(choice(&KAUFLAND, &with(&json!({})), &account, Create).limits.files, None);
    let blocked = Account { is_blocked: true, ..Account::default() };
    assert_eq!(verdict(&KAUFLAND, &with(&json!({})), &blocked, Reply), (No, Some(Why::AccountBlocked)));
    assert_eq!(verdict(&KAUFLAND, &with(&json!({})), &blocked, Action::Note), (Yes, None));
    assert_calls_obey_the_rules(&KAUFLAND, &with(&json!({})), &account, |_, _| json!({}));
}

#[test]
fn lists_name_both_parties_and_an_order() {
    let account = Account::default();
    let span = |watermark| Span { began_at: 0.0, watermark, horizon_ms: 0.0, account: &account };
    for (flow, watermark, expected) in [
        (Flow::Hot, None, json!({ "sort": "ts_updated_iso:desc", "status": ["opened"] })),
        (Flow::Recent, None, json!({ "sort": "ts_updated_iso:desc" })),
        (
            Flow::Recent,
            Some("2026-03-02T10:03:00Z"),
            json!({ "sort": "ts_updated_iso:desc", "ts_updated_from_iso": "2026-03-02T09:58:00Z" }),
        ),
        (Flow::Sweep, Some("2026-03-02T10:03:00Z"), json!({ "sort": "ts_created_iso:desc" })),
    ] {
        let mut expected = expected;
        expected["fulfillment_type"] = json!(["fulfilled_by_merchant", "fulfilled_by_kaufland"]);
        expected["limit"] = json!(30);
        let [list] = &lists(flow, &span(watermark))[..] else { panic!("one list") };
        assert_eq!(serde_json::from_str::<Value>(&list.parameters.to_string()).unwrap(), expected);
        let violations =
            KAUFLAND.operation(list.operation).unwrap().validate(vec![list.parameters.clone()], &Default::default());
        assert_eq!(violations, []);
    }
    let [detail] = &details(&raw(&json!({ "ticket": { "id_ticket": "1" } })).ticket)[..] else { panic!("one read") };
    assert_eq!(
        KAUFLAND.operation(&detail.operation).unwrap().validate(detail.arguments.clone(), &Default::default()),
        []
    );
}
