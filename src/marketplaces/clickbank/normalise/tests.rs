use super::super::model::{CommentRole, TicketStatus};
use super::super::tests::{answer, hosted, problem};
use super::super::{
    CountTicketsParams, CreateTicketParams, GetRefundAmountsParams, GetTicketParams, GetTicketSchemaParams,
    ListTicketsParams, UpdateTicketParams,
};
use super::*;
use crate::vendor::{Endpoint, PageShape, Shape};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Returns the ticket of a response, on which both ways of reading it must agree.
fn ticket(body: &str) -> Value {
    let response = answer(200, body);
    let read = serde_json::to_value(GetTicketParams::decode(&response).unwrap()).unwrap();
    assert_eq!(hosted::<GetTicketParams>(&response), read);
    assert_eq!(CreateTicketParams::shape(&response), GetTicketParams::shape(&response));
    assert_eq!(UpdateTicketParams::shape(&response), GetTicketParams::shape(&response));
    read
}

fn tickets(status: u16, body: &str) -> Value {
    let response = answer(status, body);
    let page = ListTicketsParams::decode(&response).unwrap();
    let Shape::Json { page: Some(shape), .. } = ListTicketsParams::shape(&response).unwrap() else {
        panic!("a list is a page")
    };
    let length = page.data.len() as u64;
    let more = status == 206;
    assert_eq!(page.more, more);
    let (key, items, offset_field) = ("ticketid", "data", "page");
    let expected =
        PageShape { key, items, offset_field, numbered: true, offset: None, length, total: None, more, beyond: None };
    assert_eq!(shape, expected);
    let mut value = json!({ "data": page.data });
    let extra = page.extra.into_iter().map(|(name, value)| (name, serde_json::to_value(value).unwrap()));
    value.as_object_mut().unwrap().extend(extra);
    assert_eq!(hosted::<ListTicketsParams>(&response), value);
    value
}

/// A response in the API's form of JSON, with every irregularity at once.
const ODD: &str = r#"{ "ticketData": {
        "@xmlns": "x", "ticketid": "31004567", "receipt": "ABCD1234", "status": "OPEN", "type": "REFUND",
        "comments": { "commentId": "9001", "date": "2026-03-04T09:15:22-08:00", "comment": "Please, \"refund\": [it] {now}",
                      "action": "OPENED", "commentRole": "CUSTOMER" },
        "openedDate": "2026-03-04T09:15:22-08:00", "closedDate": { "@nil": "true" },
        "refundType": "FULL", "refundAmount": {"@xsi:nil":true}, "note": {"@nil":"true"}, "productItemNo": 7,
        "updateTime": "2026-03-04T09:15:22-08:00", "source": "API", "new": { "deep": { "@nil": "true" }, "list": [1.50] }
} }"#;

#[test]
fn json_made_of_xml_becomes_plain_json() {
    let expected = json!({
        "@xmlns": "x", "ticketid": "31004567", "receipt": "ABCD1234", "status": "OPEN", "type": "REFUND",
        "comments": [{
            "commentId": "9001", "date": "2026-03-04T09:15:22-08:00", "comment": "Please, \"refund\": [it] {now}",
            "action": "OPENED", "commentRole": "CUSTOMER",
        }],
        "openedDate": "2026-03-04T09:15:22-08:00", "closedDate": null, "refundType": "FULL", "refundAmount": null,
        "note": null, "productItemNo": "7", "updateTime": "2026-03-04T09:15:22-08:00", "source": "API",
        "new": { "deep": null, "list": [1.50] },
    });
    assert_eq!(ticket(ODD), expected);
    let read = GetTicketParams::decode(&answer(200, ODD)).unwrap();
    assert_eq!((read.ticketid.as_str(), read.status, read.closedDate), ("31004567", Some(TicketStatus::Open), None));
    assert_eq!(read.comments[0].commentRole, Some(CommentRole::Customer));
    assert_eq!(read.productItemNo.as_deref(), Some("7"));
}

#[test]
fn a_ticket_may_be_wrapped_or_bare_one_or_an_array_of_one() {
    let one = json!({ "ticketid": "1", "comments": [] });
    for body in [
        r#"{"ticketid":"1"}"#,
        r#"{"ticketid":1}"#,
        r#" [ { "ticketid" : 1 } ] "#,
        r#"{"ticketData":{"ticketid":"1"}}"#,
        r#"{"@xmlns:x":"y","ticketData":[{"ticketid":1}]}"#,
        r#"{"ticketid":"1","comments":null}"#,
        r#"{"ticketid":"1","comments":""}"#,
        r#"{"ticketid":"1","comments":[]}"#,
        r#"{"ticketid":"1","comments":{"@nil":"true"}}"#,
    ] {
        assert_eq!(ticket(body), one, "{body}");
    }
}

#[test]
fn what_needs_no_normalising_is_left_to_the_host() {
    for (body, normalised) in [
        (r#"{"ticketid":"1","comments":[],"note":null}"#, None),
        (r#"{"ticketid":"1","comments":[],"note":5}"#, Some(r#"{"ticketid":"1","comments":[],"note":"5"}"#)),
        (
            r#"{"ticketid":"1","comments":[],"new":9007199254740993}"#,
            Some(r#"{"ticketid":"1","comments":[],"new":9007199254740993}"#),
        ),
    ] {
        let text = normalised.map(str::to_owned);
        assert_eq!(
            GetTicketParams::shape(&answer(200, body)),
            Ok(Shape::Json { text, pick: &[], page: None, odd: Vec::new() })
        );
    }
}

#[test]
fn numbers_become_text_to_the_last_digit() {
    for (number, text) in [
        ("12.50", "12.50"),
        ("0.10", "0.10"),
        ("-1", "-1"),
        ("100000000000000000000000.01", "100000000000000000000000.01"),
        ("9007199254740993", "9007199254740993"),
        ("true", "true"),
        (r#""12.50""#, "12.50"),
    ] {
        let body = format!(r#"{{"partialRefundData":{{"usdAmount":{number},"customerAmount":{{}}}}}}"#);
        let amounts = GetRefundAmountsParams::decode(&answer(200, &body)).unwrap();
        assert_eq!((amounts.usdAmount.as_deref(), amounts.customerAmount), (Some(text), None), "{number}");
        let hosted = hosted::<GetRefundAmountsParams>(&answer(200, &body));
        assert_eq!(hosted, json!({ "usdAmount": text, "customerAmount": null }));
    }
}

#[test]
fn refund_amounts_may_be_wrapped_or_bare() {
    let amounts = r#"{"usdAmount":"12.50","customerAmount":"11.60","customerCurrency":"EUR","productAmount":"12.50","productCurrency":"USD"}"#;
    for body in [amounts.to_owned(), format!(r#"{{"partialRefundData":{amounts}}}"#)] {
        let read = GetRefundAmountsParams::decode(&answer(200, &body)).unwrap();
        assert_eq!(read.customerCurrency.as_deref(), Some("EUR"));
        assert_eq!(serde_json::to_string(&read).unwrap(), amounts);
        assert_eq!(hosted::<GetRefundAmountsParams>(&answer(200, &body)), serde_json::to_value(&read).unwrap());
    }
}

#[test]
fn a_list_may_be_empty_in_many_ways() {
    for body in [
        "",
        " \n",
        "null",
        "{}",
        "[]",
        r#"{"ticketData":[]}"#,
        r#"{"ticketData":null}"#,
        r#"{"@nil":"true"}"#,
        r#"{"@xmlns":"x"}"#,
        r#"{"ticketData":""}"#,
        r#"{"ticketData":{"@nil":"true"}}"#,
    ] {
        for status in [200, 206] {
            assert_eq!(tickets(status, body), json!({ "data": [] }), "{body}");
        }
    }
}

#[test]
fn a_list_may_hold_one_or_many() {
    let one = json!({ "data": [{ "ticketid": "1", "comments": [] }] });
    for body in [
        r#"{"ticketData":{"ticketid":"1"}}"#,
        r#"{"ticketData":[{"ticketid":1}]}"#,
        r#"{"ticketid":1}"#,
        r#"[{"ticketid":"1"}]"#,
    ] {
        assert_eq!(tickets(200, body), one, "{body}");
    }
    let two =
        tickets(206, r#"{"page":1,"ticketData":[{"ticketid":1},{"ticketid":"2","note":{"@nil":"true"}}],"data":7}"#);
    assert_eq!(
        two,
        json!({
            "data": [{ "ticketid": "1", "comments": [] }, { "ticketid": "2", "note": null, "comments": [] }],
            "page": 1,
        })
    );
}

#[test]
fn what_cannot_be_read_is_named_without_its_content() {
    for (body, words) in [
        ("", "empty_body: the answer (200) has no body"),
        ("<ticketData/>", "invalid_json: the answer (200, application/json) is not valid JSON"),
        ("{", "invalid_json"),
        ("\u{feff}{}", "`ticketid` of the answer is not as documented: expected it to be there"),
        ("null", "unexpected_shape: the answer is not as documented: expected an object"),
        ("[]", "expected an object"),
        (r#"[{"ticketid":1},{"ticketid":2}]"#, "expected an object"),
        ("{}", "`ticketid` of the answer is not as documented: expected it to be there"),
        (
            r#"{"ticketData":{"ticketid":{"@nil":"true"}}}"#,
            "`ticketid` of the answer is not as documented: expected text",
        ),
    ] {
        let problem = problem::<GetTicketParams>(body);
        assert!(problem.contains(words) && !problem.contains("secret"), "{body}: {problem}");
    }
    for (body, words) in [
        (r#"{"error":"secret"}"#, "`ticketData` of the answer is not as documented: expected it to be there"),
        ("5", "the answer is not as documented: expected tickets"),
    ] {
        let problem = problem::<ListTicketsParams>(body);
        assert!(problem.contains(words) && !problem.contains("secret"), "{body}: {problem}");
    }
}

#[test]
fn an_odd_field_of_a_ticket_does_not_hide_the_ticket() {
    let response = answer(200, r#"{"ticketData":{"ticketid":7,"note":["odd"],"status":"OPEN"}}"#);
    let read = hosted::<GetTicketParams>(&response);
    assert_eq!((&read["ticketid"], &read["note"]), (&json!("7"), &json!(["odd"])));
    let odd: Vec<_> = GetTicketParams::odd(&response).into_iter().map(|odd| (odd.field, odd.index)).collect();
    assert_eq!(odd, [("note".to_owned(), None)]);
    let ticket = GetTicketParams::decode(&response).unwrap();
    assert_eq!((ticket.note, ticket.status), (None, Some(TicketStatus::Open)));
}

#[test]
fn deep_nesting_is_an_error_and_no_crash() {
    let deep = format!(r#"{{"ticketid":"1","new":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
    assert!(problem::<GetTicketParams>(&deep).starts_with("invalid_json"));
    assert!(problem::<ListTicketsParams>(&deep).starts_with("invalid_json"));
}

/// A field's value in the model, and in a form that the API may send.
type Both = (Value, Value);

fn nil() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!({ "@nil": "true" })),
        Just(json!({ "@nil": true })),
        Just(json!({ "@xmlns:xsi": "x", "@xsi:nil": "1" })),
    ]
}

fn text() -> BoxedStrategy<Option<Both>> {
    prop_oneof![
        3 => "\\PC{0,12}".prop_map(|text| Some((json!(text), json!(text)))),
        1 => any::<i64>().prop_map(|number| Some((json!(number.to_string()), json!(number)))),
        1 => any::<bool>().prop_map(|flag| Some((json!(flag.to_string()), json!(flag)))),
        1 => nil().prop_map(|nil| Some((Value::Null, nil))),
        1 => Just(None),
    ]
    .boxed()
}

/// An undocumented value. It stays unchanged, except nil elements.
fn unknown() -> BoxedStrategy<Option<Both>> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(|number| (json!(number), json!(number))),
        "\\PC{0,8}".prop_map(|text| (json!(text), json!(text))),
        nil().prop_map(|nil| (Value::Null, nil)),
    ];
    let any = leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3)
                .prop_map(|items| items.into_iter().unzip())
                .prop_map(|(plain, odd): (Vec<_>, Vec<_>)| (Value::from(plain), Value::from(odd))),
            proptest::collection::btree_map("[a-z]{1,5}", inner, 0..3).prop_map(|map| {
                let plain = map.iter().map(|(name, (plain, _))| (name.clone(), plain.clone())).collect();
                let odd = map.into_iter().map(|(name, (_, odd))| (name, odd)).collect();
                (Value::Object(plain), Value::Object(odd))
            }),
        ]
    });
    any.prop_map(Some).boxed()
}

fn object(fields: Vec<(&'static str, BoxedStrategy<Option<Both>>)>) -> BoxedStrategy<Both> {
    let (names, values): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    (values, proptest::option::of(unknown()))
        .prop_map(move |(values, unknown)| {
            let unknown = unknown.flatten().map(|both| ("newField", both));
            let known = names.iter().copied().zip(values).filter_map(|(name, both)| Some((name, both?)));
            let (mut plain, mut odd) = (Map::new(), Map::new());
            for (name, (one, other)) in known.chain(unknown) {
                plain.insert(name.to_owned(), one);
                odd.insert(name.to_owned(), other);
            }
            (Value::Object(plain), Value::Object(odd))
        })
        .boxed()
}

/// Writes many items as an array, a single one perhaps without it, and none perhaps as nothing.
fn many(item: BoxedStrategy<Both>) -> BoxedStrategy<Option<Both>> {
    (proptest::collection::vec(item, 0..3), any::<bool>(), nil())
        .prop_map(|(items, bare, nil)| {
            let (plain, mut odd): (Vec<_>, Vec<_>) = items.into_iter().unzip();
            let odd = match odd.len() {
                0 if bare => nil,
                1 if bare => odd.remove(0),
                _ => Value::from(odd),
            };
            Some((Value::from(plain), odd))
        })
        .boxed()
}

fn any_ticket() -> BoxedStrategy<Both> {
    let id = prop_oneof![
        any::<u32>().prop_map(|id| Some((json!(id.to_string()), json!(id)))),
        "[0-9]{1,12}".prop_map(|id| Some((json!(id), json!(id)))),
    ];
    let comment = ["commentId", "date", "comment", "action", "commentRole"].map(|name| (name, text()));
    let mut fields = vec![("ticketid", id.boxed()), ("comments", many(object(comment.into())))];
    fields.extend(
        ["receipt", "status", "type", "openedDate", "closedDate", "refundType", "refundAmount", "note", "source"]
            .map(|name| (name, text())),
    );
    object(fields)
}

proptest! {
    #[test]
    fn every_odd_ticket_is_the_plain_one((plain, odd) in any_ticket(), wrapped: bool) {
        let body = if wrapped { json!({ "ticketData": odd }) } else { odd };
        let response = answer(200, &body.to_string());
        let read = GetTicketParams::decode(&response).unwrap();
        // Encoding and decoding again loses nothing.
        let written = serde_json::to_string(&read).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), plain);
        prop_assert_eq!(GetTicketParams::decode(&answer(200, &written)).unwrap(), read);
    }

    #[test]
    fn every_odd_list_is_the_plain_one(both in many(any_ticket()), extra in any::<bool>()) {
        let (plain, odd) = both.unwrap();
        let body = if extra { json!({ "ticketData": odd, "other": 1 }) } else { json!({ "ticketData": odd }) };
        let page = ListTicketsParams::decode(&answer(206, &body.to_string())).unwrap();
        prop_assert_eq!(serde_json::to_value(&page.data).unwrap(), plain);
        prop_assert_eq!(page.extra.iter().any(|(name, _)| name == "other"), extra);
    }

    #[test]
    fn normalised_json_is_left_alone((plain, _) in any_ticket()) {
        let text = plain.to_string();
        prop_assert_eq!(single::<Ticket>(&answer(200, &text)), Ok(text));
    }

    #[test]
    fn any_json_is_survived(status in 200u16..300, both in unknown(), name in "(ticketData|partialRefundData|count|ticketid)") {
        let (_, odd) = both.unwrap();
        for body in [odd.to_string(), json!({ name: odd }).to_string()] {
            let response = answer(status, &body);
            // A model cannot hold every answer that has an odd field.
            let agrees = |shape: Result<Shape, DecodeError>, is_built: bool| match shape {
                Ok(Shape::Json { odd, .. }) => is_built || odd.iter().any(|odd| odd.index.is_none()),
                shape => shape.is_ok() == is_built,
            };
            let (shape, read) = (GetTicketParams::shape(&response), GetTicketParams::decode(&response));
            prop_assert!(agrees(shape, read.is_ok()));
            prop_assert_eq!(ListTicketsParams::shape(&response).is_ok(), ListTicketsParams::decode(&response).is_ok());
            prop_assert_eq!(CountTicketsParams::shape(&response).is_ok(), CountTicketsParams::decode(&response).is_ok());
            let (shape, read) = (GetRefundAmountsParams::shape(&response), GetRefundAmountsParams::decode(&response));
            prop_assert!(agrees(shape, read.is_ok()));
        }
    }

    #[test]
    fn any_bytes_are_survived(body in proptest::collection::vec(any::<u8>(), 0..64), json in "[\\[\\]{}:,\"\\\\0a@ ]{0,24}") {
        for body in [body, json.into_bytes()] {
            let response = Response { status: 200, body, ..Response::default() };
            let _ = GetTicketParams::shape(&response);
            let _ = ListTicketsParams::shape(&response);
            let _ = CountTicketsParams::shape(&response);
            let _ = GetTicketSchemaParams::shape(&response);
            let _ = single::<RefundAmounts>(&response);
        }
    }
}

#[test]
fn one_odd_ticket_does_not_hide_the_others() {
    let body = r#"{"ticketData":[{"ticketid":"1"},{"note":"a"},"secret",{"ticketid":2,"comments":{"comment":"b"}}]}"#;
    let Shape::Json { odd, page: Some(page), .. } = ListTicketsParams::shape(&answer(200, body)).unwrap() else {
        panic!("a list is a page")
    };
    let odd: Vec<_> = odd.iter().map(|odd| (odd.index, odd.field.as_str(), odd.expected.as_str())).collect();
    assert_eq!(
        (odd, page.length),
        (vec![(Some(1), "data[1].ticketid", "it to be there"), (Some(2), "data[2]", "an object")], 4)
    );
    let read = ListTicketsParams::decode(&answer(200, body)).unwrap();
    assert_eq!(read.data.iter().map(|ticket| ticket.ticketid.as_str()).collect::<Vec<_>>(), ["1", "2"]);
}
