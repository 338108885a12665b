use super::super::JTL_SCX;
use super::super::model::{ScxRole, ScxTopic};
use super::*;
use crate::vendor::desk::action::Allowed;
use crate::vendor::desk::kind::assert_complete;
use crate::vendor::desk::testing::{assert_calls_obey_the_rules, choice, own, raw, ticket, verdict};
use crate::vendor::desk::{Own, Raw};
use crate::wire::time::parse_date_time;
use serde_json::{Value, json};

fn event(id: u32, role: &str, fields: &Value) -> Value {
    let mut payload = json!({
        "channel": "MARKT1", "sellerId": "S77", "ticketId": "MP-2026/0001", "topic": "DELIVERY", "subject": "Parcel",
        "message": format!("text {id}"), "createdAt": format!("2026-03-02T08:{id:02}:00+0000"),
        "from": { "role": role, "name": "Alex" }, "reference": { "type": "ORDERID", "id": "ORD-5511" },
        "attachment": [{ "filename": "a.png", "contentType": "image/png" }],
    });
    for (name, value) in fields.as_object().unwrap() {
        payload[name] = value.clone();
    }
    json!({ "id": format!("e{id}"), "type": "Channel:Ticket", "createdAt": "2026-03-02T09:00:00+00:00", "event": payload })
}

fn with(events: &[Value]) -> Value {
    json!({ "messages": events })
}

fn read(parts: &Raw, done: Option<&str>) -> Ticket {
    crate::desk::ticket_of(&JTL_SCX, "a", parts, done.and_then(parse_date_time)).unwrap()
}

#[test]
fn all_documented_values_are_mapped() {
    assert_complete(KINDS, &[ScxTopic::VALUES]);
    for (role, from) in ScxRole::VALUES.iter().zip([Author::Buyer, Author::Seller, Author::Marketplace]) {
        let read = ticket(&JTL_SCX, &with(&[event(1, role, &json!({}))]));
        assert_eq!(read.messages.told().unwrap()[0].from, from, "{role}");
    }
}

#[test]
fn events_and_replies_are_the_ticket() {
    let mut parts =
        raw(&with(&[event(2, "CHANNEL", &json!({ "topic": null, "subject": null })), event(1, "BUYER", &json!({}))]));
    parts.own = vec![own("We look", parse_date_time("2026-03-02T08:01:30Z").unwrap())];
    let read = read(&parts, None);
    assert_eq!((read.key.id.as_str(), read.number.as_str()), ("MARKT1/S77/MP-2026/0001", "MP-2026/0001"));
    let texts: Vec<_> = read.messages.told().unwrap().iter().map(|message| message.text.clone().unwrap()).collect();
    assert_eq!(texts, ["Parcel\n\ntext 1", "We look", "text 2"]);
    assert_eq!((read.kind, read.store, read.files), (Kind::Delivery, Store::Desk, Fact::Told(2)));
    assert_eq!(read.order.into_told().unwrap().number.as_deref(), Some("ORD-5511"));
    assert_eq!(read.buyer.name, Fact::Told("Alex".to_owned()));
    assert_eq!(read.waiting_since.unwrap().wire, "2026-03-02T08:02:00+0000");
    assert!(read.remote_status.is_unsayable());
    for bad in [json!({}), with(&[]), with(&[json!({ "id": "e", "event": { "sellerId": "S" } })])] {
        assert!(crate::desk::ticket_of(&JTL_SCX, "a", &raw(&bad), None).is_err(), "{bad}");
    }
}

#[test]
fn a_local_done_ends_with_the_next_event() {
    let parts = raw(&with(&[event(5, "BUYER", &json!({}))]));
    for (done, state, side) in [
        (None, State::Open, Side::Seller),
        (Some("2026-03-02T08:04:59Z"), State::Open, Side::Seller),
        (Some("2026-03-02T08:05:00Z"), State::Closed, Side::None),
        (Some("2026-03-02T09:00:00Z"), State::Closed, Side::None),
    ] {
        let ticket = read(&parts, done);
        assert_eq!((ticket.state, ticket.turn.side), (state, side), "{done:?}");
    }
}

#[test]
fn a_reply_that_is_not_requested_leaves_no_ones_turn() {
    let asked = |value: Value| json!({ "replyRequested": value });
    for (role, fields, side) in [
        ("BUYER", json!({}), Side::Seller),
        ("CHANNEL", json!({}), Side::Seller),
        ("SELLER", json!({}), Side::Buyer),
        ("ROBOT", json!({}), Side::Unknown),
        ("BUYER", asked(json!(null)), Side::Seller),
        ("BUYER", asked(json!(true)), Side::Seller),
        ("BUYER", asked(json!(false)), Side::None),
        ("SELLER", asked(json!(false)), Side::None),
        // The vendor's own client writes text.
        ("BUYER", asked(json!("1")), Side::Seller),
        ("BUYER", asked(json!("")), Side::None),
        ("BUYER", asked(json!("0")), Side::None),
        ("BUYER", asked(json!("false")), Side::None),
        ("BUYER", asked(json!("true")), Side::Seller),
    ] {
        let read = ticket(&JTL_SCX, &with(&[event(1, "BUYER", &json!({})), event(2, role, &fields)]));
        assert_eq!(read.turn.side, side, "{role} {fields}");
    }
    let mut parts = raw(&with(&[event(1, "BUYER", &json!({}))]));
    for (wants_reply, side) in [(true, Side::Buyer), (false, Side::None)] {
        parts.own = vec![Own { wants_reply, ..own("x", parse_date_time("2026-03-02T09:00:00Z").unwrap()) }];
        assert_eq!(read(&parts, None).turn.side, side);
    }
}

#[test]
fn only_a_policy_of_ones_own_gives_a_deadline() {
    use crate::desk::deadlines::{Policy, due_of};
    let read = ticket(&JTL_SCX, &with(&[event(1, "BUYER", &json!({}))]));
    let policy = Policy { hours: 24, calendar: None };
    assert_eq!(due_of(&JTL_SCX, &read, &Default::default(), None, 0.0), None);
    let due = due_of(&JTL_SCX, &read, &Default::default(), Some(&policy), 0.0).unwrap();
    assert_eq!(due.at, parse_date_time("2026-03-03T08:01:00Z").unwrap());
    // No marketplace of its own has a calendar, so working days need one from the user.
    let working = Policy { hours: 24, calendar: Some("de".to_owned()) };
    assert_eq!(due_of(&JTL_SCX, &read, &Default::default(), Some(&working), 0.0), None);
}

#[test]
fn actions_follow_the_table() {
    use Action::{Close, Create, Reopen, Reply};
    use Allowed::{No, Yes};
    let parts = with(&[event(1, "BUYER", &json!({}))]);
    let seller = Account::default();
    let channel = Account { is_channel: true, ..Account::default() };
    for (account, action, expected) in [
        (&seller, Reply, (Yes, None)),
        (&channel, Reply, (No, Some(Why::AccountScope))),
        (&seller, Close, (Yes, None)),
        (&seller, Reopen, (No, Some(Why::NotOffered))),
        (&seller, Create, (No, Some(Why::NotOffered))),
    ] {
        assert_eq!(verdict(&JTL_SCX, &parts, account, action), expected, "{action:?}");
    }
    let nameless = with(&[event(1, "BUYER", &json!({ "channel": null }))]);
    assert_eq!(verdict(&JTL_SCX, &nameless, &seller, Reply), (No, Some(Why::NotConfigured)));
    assert!(choice(&JTL_SCX, &parts, &seller, Close).local);
    let limits = choice(&JTL_SCX, &parts, &seller, Reply).limits;
    let files = limits.files.unwrap();
    assert_eq!((limits.text.unwrap().max, files.most, files.max_bytes), (Some(1024), Some(10), Some(16_000_000)));
    assert_calls_obey_the_rules(&JTL_SCX, &parts, &seller, |_, _| json!({}));
    let named = Account { writer: Some(("7".into(), "Maria".into())), ..Account::default() };
    assert_calls_obey_the_rules(&JTL_SCX, &parts, &named, |_, _| json!({}));
}

#[test]
fn nothing_is_polled_without_the_setting() {
    let seller = |names: &[&str]| Account {
        ticket_events: names.iter().map(|name| (*name).to_owned()).collect(),
        ..Account::default()
    };
    let listed =
        |account: &Account, flow| lists(flow, &Span { began_at: 0.0, watermark: None, horizon_ms: 0.0, account });
    let (without, with) = (seller(&[]), seller(&["Channel:Ticket"]));
    for flow in [Flow::Hot, Flow::Recent, Flow::Sweep] {
        assert_eq!(listed(&without, flow), []);
        assert_eq!(listed(&Account { is_channel: true, ..with.clone() }, flow), []);
    }
    let [list] = &listed(&with, Flow::Hot)[..] else { panic!("one list") };
    assert_eq!(list.parameters.to_string(), r#"{"eventTypeFilter":["Channel:Ticket"]}"#);
    assert_eq!(
        JTL_SCX.operation(list.operation).unwrap().validate(vec![list.parameters.clone()], &Default::default()),
        []
    );
    // What was not asked for is never acknowledged.
    let order = Json::read(br#"{"id":"e9","type":"Channel:Order","event":{}}"#).unwrap();
    let asked = Json::read(event(1, "BUYER", &json!({})).to_string().as_bytes()).unwrap();
    assert_eq!((ours(&order, &with), ours(&asked, &with), ours(&asked, &without)), (None, Some("e1".to_owned()), None));
}

#[test]
fn each_file_is_uploaded_under_the_name_that_its_reply_announces() {
    let file = |name: &str| json!({ "filename": name, "size": 9, "found": "image/png" });
    let announced = json!([{ "filename": "old.png", "contentType": "image/png" }]);
    for (attachment, files, names) in [
        (json!([]), json!([]), &[][..]),
        (json!([]), json!([file("a.png"), file("b.png")]), &["a.png", "b.png"]),
        // A file that is announced without its content is there already.
        (announced.clone(), json!([]), &[]),
        (announced, json!([file("a.png"), file("b.png")]), &["a.png", "b.png"]),
    ] {
        let reply = json!({ "channel": "MARKT1", "sellerId": "S77", "ticketId": "T1", "attachment": attachment,
            "files": files });
        let calls = uploads(&[Json::read(reply.to_string().as_bytes()).unwrap()]);
        let named = |call: &Call, field: &str| call.arguments[0].get(field).cloned().unwrap();
        let found: Vec<_> = calls.iter().map(|call| named(call, "filename")).collect();
        assert_eq!(found, names.iter().map(|name| Json::from(*name)).collect::<Vec<_>>(), "{reply}");
        let given = |call: &Call| named(call, "file").get("filename").cloned().unwrap();
        assert_eq!(calls.iter().map(given).collect::<Vec<_>>(), found, "{reply}");
    }
}
