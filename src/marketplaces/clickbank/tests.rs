//! Tests of all of ClickBank's operations, and helpers that the other tests share.

use super::{CLICKBANK, GetRefundAmountsParams, GetTicketParams};
use crate::marketplaces::testing::{self, codes, expected, tolerant};
use crate::rules::input::FromInput;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::{Access, Endpoint, Meta, Plan, Shape};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::json::Json;
use crate::wire::url::match_path;
use proptest::prelude::*;
use serde_json::{Value, json};

pub(super) fn plan_with(settings: &Settings, operation: &str, arguments: &Value) -> Plan {
    let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
    let (plan, body) = CLICKBANK.operation(operation).unwrap().plan(arguments, settings).unwrap();
    assert!(body.is_none(), "the API ignores bodies");
    plan
}

/// Returns the method, the URL below the base, and the headers except `Accept`.
pub(super) fn line(operation: &str, arguments: Value) -> String {
    let plan = plan_with(&Settings::default(), operation, &arguments);
    let path = plan.url.strip_prefix("https://api.clickbank.com/rest").unwrap();
    let headers = plan.headers.0.iter().filter(|(name, _)| name != "Accept");
    let headers: Vec<_> = headers.map(|(name, value)| format!(" {name}: {value}")).collect();
    format!("{} {path}{}", plan.method.as_str(), headers.concat())
}

pub(super) fn answer(status: u16, body: &str) -> Response {
    let headers = Headers::from_iter([("Content-Type", "application/json")]);
    Response { status, headers, body: body.as_bytes().to_vec() }
}

/// Returns what a host reads from a response by the rules of a [`Shape`].
pub(super) fn hosted<E: Endpoint>(response: &Response) -> Value {
    let Shape::Json { text, pick, .. } = E::shape(response).unwrap() else { panic!("not JSON") };
    let text = text.unwrap_or_else(|| String::from_utf8(response.body.clone()).unwrap());
    let value: Value = serde_json::from_str(&text).unwrap();
    pick.iter().fold(value, |value, name| value[*name].clone())
}

pub(super) fn problem<E: Endpoint>(body: &str) -> String
where
    E::Output: std::fmt::Debug,
{
    let response = answer(200, body);
    let error = E::shape(&response).unwrap_err();
    assert_eq!(E::decode(&response).unwrap_err(), error);
    format!("{}: {}", error.code, error.message)
}

pub(super) fn ticket(status: &str, kind: &str, comments: &[(&str, &str, &str)]) -> Value {
    let comment = |(index, (action, role, comment)): (usize, &(&str, &str, &str))| json!({ "commentId": index.to_string(), "action": action, "commentRole": role, "comment": comment });
    let comments: Vec<_> = comments.iter().enumerate().map(comment).collect();
    json!({ "ticketid": "1", "status": status, "type": kind, "comments": comments })
}

pub(super) fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
    testing::check(&CLICKBANK, settings, operation, arguments)
}

/// Checks that the arguments break exactly these rules.
pub(super) fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
    assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
}

pub(super) fn accepts(operation: &str, arguments: Value) {
    breaks(operation, arguments, &[]);
}

/// Returns the rules that one field's value breaks while all other fields are valid.
pub(super) fn create(more: Value) -> Value {
    let mut params = json!({ "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": "FULL" });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!(["ABCD1234", params])
}

type Arguments = fn() -> Value;

const READS: [(&str, Arguments); 4] = [
    ("getTicket", || json!([7])),
    ("listTickets", || json!([{ "page": 2 }])),
    ("countTickets", || json!([])),
    ("getRefundAmounts", || json!(["ABCD1234", { "refundType": "FULL" }])),
];

#[test]
fn every_read_gives_the_text_of_its_xml() {
    use crate::rules::settings::{Accept, CallOptions};
    let xml = "<ticketData><id>7</id></ticketData>\n";
    let settings = Settings::default().with(&CallOptions { accept: Some(Accept::Xml), ..CallOptions::default() });
    for (name, arguments) in READS {
        let operation = CLICKBANK.operation(name).unwrap();
        let read = |settings: &Settings, body: &str| {
            let (plan, _) = operation.plan(serde_json::from_str(&arguments().to_string()).unwrap(), settings).unwrap();
            let accepted = plan.headers.get("accept").map(str::to_owned);
            (accepted, operation.read(&plan, &answer(200, body), None).map_err(|error| error.code.to_string()))
        };
        let asked = Some("application/xml".to_owned());
        assert_eq!(read(&settings, xml), (asked.clone(), Ok(Shape::Text)), "{name}");
        assert_eq!(read(&settings, "{}"), (asked.clone(), Err("invalid_xml".to_owned())), "{name}");
        assert_eq!(read(&settings, ""), (asked, Err("empty_body".to_owned())), "{name}");
        // XML that was not asked for is not the result.
        assert_eq!(
            read(&Settings::default(), xml),
            (Some("application/json".to_owned()), Err("invalid_json".to_owned())),
            "{name}"
        );
    }
}

#[test]
fn a_gateway_passes_the_wish_for_xml_on() {
    use crate::vendor::plan::forward;
    use crate::wire::http::Headers;
    let accept = |method: &str, path: &str, asked: &str| {
        let headers = Headers::from_iter([("accept", asked)]);
        let plan = forward(&CLICKBANK, method, path, &headers, &Settings::default()).unwrap();
        plan.headers.get("accept").unwrap().to_owned()
    };
    for path in ["/1.3/tickets/7", "/1.3/tickets/list", "/1.3/tickets/count", "/1.3/tickets/refundAmounts/A"] {
        assert_eq!(accept("GET", path, "application/xml"), "application/xml");
        for other in ["text/html", "*/*", "application/xml, */*"] {
            assert_eq!(accept("GET", path, other), "application/json");
        }
    }
    assert_eq!(accept("POST", "/1.3/tickets/7/returned", "application/xml"), "application/json");
}

#[test]
fn a_write_has_no_answer_in_xml() {
    let settings = Settings { accept: crate::rules::settings::Accept::Xml, ..Settings::default() };
    for (name, arguments) in [
        ("createTicket", create(json!({}))),
        ("updateTicket", json!([1, { "action": "close" }])),
        ("confirmReturn", json!([1])),
    ] {
        let violations = CLICKBANK
            .operation(name)
            .unwrap()
            .plan(serde_json::from_str(&arguments.to_string()).unwrap(), &settings)
            .unwrap_err();
        assert_eq!(codes(violations), expected(&[("accept", "unknown_option")]), "{name}");
    }
    let schema = CLICKBANK.operation("getTicketSchema").unwrap();
    assert!(schema.plan(Vec::new(), &settings).is_ok(), "its answer is XML anyway");
}

#[test]
fn rust_programs_read_xml_by_a_type() {
    use crate::vendor::as_xml::AsXml;
    use crate::vendor::plan::plan;
    type Xml = AsXml<GetTicketParams>;
    let (plan, _) = plan(&AsXml(GetTicketParams::of(7)), &Settings::default()).unwrap();
    assert_eq!((plan.endpoint.as_str(), plan.headers.get("accept")), ("getTicket", Some("application/xml")));
    assert_eq!(Xml::decode(&answer(200, "<a>ü</a>")), Ok("<a>ü</a>".to_owned()));
    assert_eq!(Xml::decode(&answer(200, "{}")).unwrap_err().code, "invalid_xml");
    let mut violations = Violations::new();
    let bad: Xml = FromInput::from_input(Json::Map(Vec::new()), "", &mut violations);
    violations.reading_done();
    bad.check(&Settings::default(), &mut violations);
    assert_eq!(codes(violations.into_vec()), expected(&[("id", "required")]));
}

#[test]
fn each_operation_has_its_line() {
    for (operation, arguments, expected) in [
        (
            "createTicket",
            json!(["ABCD1234", {
                "comment": "Partial goodwill", "refundAmount": "50.00", "refundType": "PARTIAL_PERCENT",
                "reason": "ticket.type.refund.8", "type": "rfnd",
            }]),
            "POST /1.3/tickets/ABCD1234?type=rfnd&reason=ticket.type.refund.8&refundType=PARTIAL_PERCENT\
            &refundAmount=50.00&comment=Partial%20goodwill",
        ),
        (
            "createTicket",
            json!(["ABCD1234-B001", {
                "type": "rfnd", "reason": "ticket.type.refund.returned", "refundType": "FULL", "sku": "7 a&b",
                "retainSubscription": true,
            }]),
            "POST /1.3/tickets/ABCD1234-B001?type=rfnd&reason=ticket.type.refund.returned&sku=7%20a%26b\
            &refundType=FULL&retainSubscription=true",
        ),
        (
            "createTicket",
            json!(["ABCD1234", { "type": "tech", "reason": "ticket.type.tech_support.10", "comment": "100% + ü?\n#1" }]),
            "POST /1.3/tickets/ABCD1234?type=tech&reason=ticket.type.tech_support.10\
            &comment=100%25%20%2B%20%C3%BC%3F%0A%231",
        ),
        ("getTicket", json!([31_004_567]), "GET /1.3/tickets/31004567"),
        ("getTicket", json!(["031004567", null]), "GET /1.3/tickets/031004567"),
        ("getTicket", json!([i64::MAX, {}]), "GET /1.3/tickets/9223372036854775807"),
        ("updateTicket", json!(["1", { "comment": "Hello" }]), "PUT /1.3/tickets/1?comment=Hello"),
        ("updateTicket", json!([1, { "action": "close" }]), "PUT /1.3/tickets/1?action=close"),
        (
            "updateTicket",
            json!([1, { "comment": "again", "action": "reopen" }]),
            "PUT /1.3/tickets/1?action=reopen&comment=again",
        ),
        (
            "updateTicket",
            json!([1, { "type": "rfnd", "action": "change" }]),
            "PUT /1.3/tickets/1?action=change&type=rfnd",
        ),
        ("confirmReturn", json!([1]), "POST /1.3/tickets/1/returned"),
        ("listTickets", json!([]), "GET /1.3/tickets/list"),
        ("listTickets", json!([{ "page": 3 }]), "GET /1.3/tickets/list Page: 3"),
        (
            "listTickets",
            json!([{
                "closeDateTo": "2026-03-06", "closeDateFrom": "2026-03-05", "updateDateTo": "2026-03-04",
                "updateDateFrom": "2026-03-03", "createDateTo": "2026-03-02", "createDateFrom": "2026-03-01",
                "receipt": "ABCD%", "status": "reopened", "type": "cncl", "page": 1,
            }]),
            "GET /1.3/tickets/list?type=cncl&status=reopened&receipt=ABCD%25&createDateFrom=2026-03-01\
            &createDateTo=2026-03-02&updateDateFrom=2026-03-03&updateDateTo=2026-03-04&closeDateFrom=2026-03-05\
            &closeDateTo=2026-03-06 Page: 1",
        ),
        ("countTickets", json!([]), "GET /1.3/tickets/count"),
        (
            "countTickets",
            json!([{ "receipt": "ABCD1234", "status": "open", "type": "tech" }]),
            "GET /1.3/tickets/count?type=tech&status=open&receipt=ABCD1234",
        ),
        (
            "getRefundAmounts",
            json!(["ABCD1234", { "refundType": "FULL" }]),
            "GET /1.3/tickets/refundAmounts/ABCD1234?refundType=FULL",
        ),
        (
            "getRefundAmounts",
            json!(["ABCD1234", { "sku": "7", "refundAmount": "11.6", "refundType": "PARTIAL_AMOUNT" }]),
            "GET /1.3/tickets/refundAmounts/ABCD1234?refundType=PARTIAL_AMOUNT&refundAmount=11.6&sku=7",
        ),
        ("getTicketSchema", json!([]), "GET /1.3/tickets/schema"),
        ("getPartialRefundDataSchema", json!([]), "GET /1.3/tickets/partialRefundDataSchema"),
    ] {
        assert_eq!(line(operation, arguments.clone()), expected);
        let plan = plan_with(&Settings::default(), operation, &arguments);
        let is_schema = operation.ends_with("Schema");
        assert_eq!(plan.headers.get("Accept"), Some(if is_schema { "application/xml" } else { "application/json" }));
        assert_eq!(plan.is_open, is_schema);
        assert_eq!(plan.access == Access::Read, plan.method == Method::Get);
    }
}

#[test]
fn fields_that_are_not_documented_go_into_the_query() {
    let extra = json!({ "text": "a b", "whole": -7, "part": 0.5, "flag": false, "none": null });
    let query = "flag=false&part=0.5&text=a%20b&whole=-7";
    let with = |mut known: Value| {
        known.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        known
    };
    for (operation, arguments, expected) in [
        ("getTicket", json!([1, extra]), format!("GET /1.3/tickets/1?{query}")),
        ("confirmReturn", json!([1, extra]), format!("POST /1.3/tickets/1/returned?{query}")),
        (
            "updateTicket",
            json!([1, with(json!({ "action": "close" }))]),
            format!("PUT /1.3/tickets/1?action=close&{query}"),
        ),
        ("listTickets", json!([extra]), format!("GET /1.3/tickets/list?{query}")),
        ("countTickets", json!([extra]), format!("GET /1.3/tickets/count?{query}")),
        ("getTicketSchema", json!([extra]), format!("GET /1.3/tickets/schema?{query}")),
    ] {
        assert_eq!(line(operation, arguments), expected);
    }
}

#[test]
fn paths_lead_back_to_their_operation() {
    for (method, path, name) in [
        ("POST", "/1.3/tickets/ABCD1234", "createTicket"),
        ("POST", "/1.3/tickets/list", "createTicket"),
        ("GET", "/1.3/tickets/31004567", "getTicket"),
        ("PUT", "/1.3/tickets/31004567", "updateTicket"),
        ("POST", "/1.3/tickets/31004567/returned", "confirmReturn"),
        ("GET", "/1.3/tickets/list", "listTickets"),
        ("GET", "/1.3/tickets/count", "countTickets"),
        ("GET", "/1.3/tickets/refundAmounts/ABCD1234", "getRefundAmounts"),
        ("GET", "/1.3/tickets/schema", "getTicketSchema"),
        ("GET", "/1.3/tickets/partialRefundDataSchema", "getPartialRefundDataSchema"),
    ] {
        assert_eq!(
            CLICKBANK.route(method, path, &Settings::default()).map(|(meta, _)| meta.name),
            Some(name),
            "{method} {path}"
        );
    }
    for (method, path) in [
        ("DELETE", "/1.3/tickets/1"),
        ("GET", "/1.3/orders2/list"),
        ("GET", "/debug"),
        ("GET", "/1.3/tickets/1/returned"),
        ("POST", "/1.3/tickets"),
    ] {
        assert!(CLICKBANK.route(method, path, &Settings::default()).is_none(), "{method} {path}");
    }
}

#[test]
fn only_a_list_has_a_header_of_its_own() {
    for operation in CLICKBANK.operations {
        let expected: &[&str] = if operation.meta.name == "listTickets" { &["Page"] } else { &[] };
        assert_eq!(operation.meta.headers, expected);
    }
}

#[test]
fn receipts_and_ids_are_one_segment() {
    let plan = plan_with(&Settings::default(), "getRefundAmounts", &json!(["A?B#C&D", { "refundType": "FULL" }]));
    let path = plan.url.strip_prefix(CLICKBANK.production).unwrap().split('?').next().unwrap();
    assert_eq!(path, "/1.3/tickets/refundAmounts/A%3FB%23C%26D");
    let values = match_path(GetRefundAmountsParams::META.path, path).unwrap();
    assert_eq!(values, [("receipt", "A?B#C&D".to_owned())]);
}

#[test]
fn calls_come_at_most_ten_times_a_second() {
    let mut gate = crate::call::limit::Gate::default();
    let rate = (CLICKBANK.rate)(&Meta::READ).1;
    let sent: Vec<_> =
        (0..100).map(|_| gate.reserve(rate, 0.0, 1e9).map(|place| gate.wait_ms(place, 0.0)).unwrap()).collect();
    for start in &sent {
        assert!(sent.iter().filter(|at| **at >= *start && **at < start + 1000.0).count() <= 10);
    }
}

#[test]
fn every_violation_tells_what_and_what_to_do() {
    let all = [
        ("createTicket", json!(["", { "type": "x", "reason": "x", "sku": "" }])),
        ("createTicket", create(json!({ "refundType": null, "reason": "ticket.type.cancel.1" }))),
        ("createTicket", create(json!({ "refundAmount": "1" }))),
        ("createTicket", json!(["A B", { "type": "cncl", "reason": "ticket.type.cancel.1", "refundAmount": "1" }])),
        ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT" }))),
        ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": "x" }))),
        ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": "1.001" }))),
        ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": "99" }))),
        ("createTicket", create(json!({ "refundType": "PARTIAL_AMOUNT", "refundAmount": "0" }))),
        ("createTicket", create(json!({ "comment": "x".repeat(2000), "new": {} }))),
        ("updateTicket", json!(["", { "type": "rfnd", "refundAmount": 1 }])),
        ("updateTicket", json!(["x", { "action": "change", "comment": "" }])),
        ("updateTicket", json!(["1".repeat(20), { "action": "reopen" }])),
        (
            "listTickets",
            json!([{ "receipt": "%a", "createDateFrom": "x", "updateDateFrom": "2026-01-02",
            "updateDateTo": "2026-01-01", "closeDateFrom": "2026-01-01", "closeDateTo": "2026-02-01", "page": 0 }]),
        ),
        ("countTickets", json!([{ "new": "x".repeat(2000) }])),
    ];
    for violation in all.iter().flat_map(|(operation, arguments)| {
        let list = check(&Settings::default(), operation, arguments);
        assert!(!list.is_empty());
        list
    }) {
        let Violation { field, code, message, hint, .. } = &violation;
        assert!(
            code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
            "{code}"
        );
        assert!(message.contains(field.as_str()) && !message.ends_with('.'), "{message}");
        assert!(message.starts_with('`') || message.chars().next().is_some_and(char::is_lowercase), "{message}");
        assert!(!hint.is_empty() && !hint.ends_with('.') && message.chars().count() < 200, "{hint}");
    }
}

proptest! {
    #[test]
    fn any_text_is_judged_somehow(text in "\\PC{0,24}", operation in 0usize..9) {
        let operation = &CLICKBANK.operations[operation];
        let all = ["type", "reason", "refundType", "refundAmount", "sku", "comment", "action", "receipt", "createDateFrom"];
        let fields = all.iter().map(|name| ((*name).to_owned(), Json::Text(text.clone()))).collect();
        let mut arguments: Vec<_> = operation.meta.positional.iter().map(|_| Json::Text(text.clone())).collect();
        arguments.push(Json::Map(fields));
        let list = operation.validate(arguments.clone(), &tolerant());
        let plan = operation.plan(arguments, &tolerant());
        prop_assert!(list.is_empty() || plan.is_err());
    }
}
