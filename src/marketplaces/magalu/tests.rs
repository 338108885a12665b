//! Tests of all of Magalu's operations, and helpers that the other tests share.

use super::*;
use crate::attachment::Body;
use crate::marketplaces::testing::{self, codes, expected, found_by};
use crate::rules::settings::{Environment, Settings};
use crate::rules::violation::Violation;
use crate::vendor::plan::forward;
use crate::vendor::{Access, Endpoint, ListPage, Listing, Plan, Shape};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};

pub(super) const BASE: &str = "https://api.magalu.com";

pub(super) fn settings() -> Settings {
    Settings { nonce: "n0nce".to_owned(), ..Settings::default() }
}

pub(super) fn plan(operation: &str, arguments: &Value) -> (Plan, Option<Body>) {
    let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
    MAGALU.operation(operation).unwrap().plan(arguments, &settings()).unwrap()
}

/// Returns the method, the URL below the base, the content type and the body.
pub(super) fn request(operation: &str, arguments: &Value) -> (String, Option<String>, String) {
    let (plan, body) = plan(operation, arguments);
    let body = body.map(|body| String::from_utf8(body.as_text().unwrap().to_vec()).unwrap()).unwrap_or_default();
    let line = format!("{} {}", plan.method.as_str(), plan.url.strip_prefix(BASE).unwrap());
    (line, plan.headers.get("Content-Type").map(str::to_owned), body)
}

pub(super) fn ticket() -> Value {
    json!({
        "type": "shipping",
        "channel": { "id": "c-1", "alias": "magazineluiza" },
        "order": {
            "id": "o-1", "code": "128127",
            "delivery": {
                "id": "d-1", "seller": { "id": "s-1", "name": "Loja \"Exemplo\"" },
                "items": [{
                    "id": "i-1", "sku": "sku-1", "external_sku": "", "name": "Livro 🎫", "description": "Capa\ndura",
                    "image": "https://img.example/1.jpg", "quantity": 2,
                }],
            },
        },
        "reason": "missing_damaged_parts",
    })
}

pub(super) fn message() -> Value {
    json!({ "message": "Enviaremos hoje.", "destination": "customer", "owner": { "code": "agent-7", "name": "Maria" } })
}

pub(super) fn answer(status: u16, body: &Value) -> Response {
    let headers = Headers::from_iter([("Content-Type", "application/json")]);
    Response { status, headers, body: body.to_string().into_bytes() }
}

pub(super) fn read_ticket(id: &str, updated_at: &str) -> Value {
    json!({ "id": id, "type": "shipping", "status": "waiting_seller", "created_at": "2026-02-01T10:00:00", "updated_at": updated_at })
}

/// A list as it is read.
pub(super) fn list(items: &[Value]) -> Value {
    json!({ "results": items })
}

/// Checks the finding for a write when this item is new in its own list, and no transaction is new.
pub(super) fn known_by(operation: &str, arguments: &Value, new: &Value, expected: char) {
    let reads = [(list(&[]), list(&[])), (list(&[]), list(std::slice::from_ref(new)))];
    let answer = if expected == 'f' { new.clone() } else { Value::Null };
    assert_eq!(found_by(&MAGALU, operation, arguments.clone(), &reads), (expected, answer), "{operation} {new}");
}

pub(super) fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
    testing::check(&MAGALU, settings, operation, arguments)
}

/// Checks that the arguments break exactly these rules.
pub(super) fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
    assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
}

pub(super) fn accepts(operation: &str, arguments: Value) {
    breaks(operation, arguments, &[]);
}

#[test]
fn each_operation_has_its_request() {
    let json_type = Some("application/json".to_owned());
    let span = json!([{ "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-02-01T00:00:00Z", "status": "failed" }]);
    let message = json!({ "message": "Enviaremos \"hoje\".", "destination": "customer", "owner": { "code": "agent-7", "name": "Maria" } });
    for (operation, arguments, line, body) in [
        ("listTickets", json!([]), "GET /seller/v0/tickets?_sort=updated_at%3Aasc&_limit=100", ""),
        (
            "listTickets",
            json!([{ "_limit": 10, "_offset": 20, "_sort": "created_at:desc", "new": true }]),
            "GET /seller/v0/tickets?_sort=created_at%3Adesc&_limit=10&_offset=20&new=true",
            "",
        ),
        ("getTicket", json!(["t-1"]), "GET /seller/v0/tickets/t-1", ""),
        ("getTicket", json!(["t-1", { "embed": "a b" }]), "GET /seller/v0/tickets/t-1?embed=a%20b", ""),
        ("listMessages", json!(["t-1"]), "GET /seller/v0/tickets/t-1/messages?_limit=100", ""),
        (
            "listMessages",
            json!(["t-1", { "has_attachment": true, "_sort": "created_at:asc", "_offset": 100 }]),
            "GET /seller/v0/tickets/t-1/messages?has_attachment=true&_sort=created_at%3Aasc&_limit=100&_offset=100",
            "",
        ),
        ("getMessage", json!(["t-1", "m-1"]), "GET /seller/v0/tickets/t-1/messages/m-1", ""),
        (
            "createMessage",
            json!(["t-1", message]),
            "POST /seller/v0/tickets/t-1/messages",
            r#"{"message":"Enviaremos \"hoje\".","destination":"customer","owner":{"code":"agent-7","name":"Maria"},"code":"n0nce"}"#,
        ),
        (
            "downloadAttachment",
            json!(["t-1", "m-1", "a-1"]),
            "GET /seller/v0/tickets/t-1/messages/m-1/attachments/a-1",
            "",
        ),
        (
            "listEvents",
            json!(["t-1", { "type": "product_sent", "created_at_gte": "2026-01-01T00:00:00" }]),
            "GET /seller/v0/tickets/t-1/events?type=product_sent&created_at_gte=2026-01-01T00%3A00%3A00&_limit=100",
            "",
        ),
        (
            "createEvent",
            json!(["t-1", { "type": "product_received", "code": "erp-17" }]),
            "POST /seller/v0/tickets/t-1/events",
            r#"{"type":"product_received","code":"erp-17"}"#,
        ),
        (
            "createEvent",
            json!(["t-1", { "type": "authorize_refund" }]),
            "POST /seller/v0/tickets/t-1/events",
            r#"{"type":"authorize_refund","code":"n0nce"}"#,
        ),
        (
            "listReturns",
            json!(["t-1", { "reverse_code": "MLE1", "valid_for_days": 7, "created_at_lte": "2026-01-01T00:00:00" }]),
            "GET /seller/v0/tickets/t-1/returns?reverse_code=MLE1&valid_for_days=7&created_at_lte=2026-01-01T00%3A00%3A00&_limit=100",
            "",
        ),
        ("createReturn", json!(["t-1"]), "POST /seller/v0/tickets/t-1/returns", ""),
        (
            "createReturn",
            json!(["t-1", { "code": "erro1" }]),
            "POST /seller/v0/tickets/t-1/returns",
            r#"{"code":"erro1"}"#,
        ),
        ("getReturn", json!(["t-1", "r-1"]), "GET /seller/v0/tickets/t-1/returns/r-1", ""),
        ("getTransaction", json!(["x-1"]), "GET /seller/v0/transactions/x-1", ""),
        (
            "getTransaction",
            json!(["https://api.magalu.com/seller/v0/transactions/x-1"]),
            "GET /seller/v0/transactions/x-1",
            "",
        ),
        (
            "listTransactions",
            span,
            "GET /seller/v0/transactions?created_at_gte=2026-01-01T00%3A00%3A00\
            &created_at_lte=2026-02-01T00%3A00%3A00Z&status=failed&_limit=100",
            "",
        ),
        (
            "createTicket",
            json!([ticket()]),
            "POST /seller/v0/tickets",
            r#"{"type":"shipping","channel":{"id":"c-1","alias":"magazineluiza"},"order":{"id":"o-1","code":"128127","delivery":{"id":"d-1","seller":{"id":"s-1","name":"Loja \"Exemplo\""},"items":[{"id":"i-1","sku":"sku-1","external_sku":"","name":"Livro 🎫","description":"Capa\ndura","image":"https://img.example/1.jpg","quantity":2}]}},"reason":"missing_damaged_parts","code":"n0nce"}"#,
        ),
    ] {
        let content_type = if body.is_empty() { None } else { json_type.clone() };
        assert_eq!(request(operation, &arguments), (line.to_owned(), content_type, body.to_owned()));
        let (plan, _) = plan(operation, &arguments);
        assert_eq!(plan.access == Access::Read, plan.method == Method::Get);
        assert!(!plan.is_open);
        let accept = if operation == "downloadAttachment" { "*/*" } else { "application/json" };
        assert_eq!(plan.headers.get("Accept"), Some(accept));
    }
}

#[test]
fn a_gateway_passes_on_exactly_these_routes() {
    let sent = |method: &str, path: &str, content_type: Option<&str>| {
        let headers: Headers = content_type.map(|value| ("content-type", value)).into_iter().collect();
        forward(&MAGALU, method, path, &headers, &Settings::default()).map(|plan| (plan.endpoint, plan.url)).ok()
    };
    const JSON: Option<&str> = Some("application/json");
    const FORM: Option<&str> = Some("multipart/form-data; boundary=x");
    for (method, path, content_type, name) in [
        ("POST", "/seller/v0/tickets", JSON, "createTicket"),
        ("GET", "/seller/v0/tickets?_limit=1", None, "listTickets"),
        ("GET", "/seller/v0/tickets/t", None, "getTicket"),
        ("GET", "/seller/v0/tickets/t/messages", None, "listMessages"),
        ("GET", "/seller/v0/tickets/t/messages/m", None, "getMessage"),
        ("POST", "/seller/v0/tickets/t/messages", JSON, "createMessage"),
        ("POST", "/seller/v1/tickets/t/messages", FORM, "createMessage"),
        ("GET", "/seller/v0/tickets/t/messages/m/attachments/a", None, "downloadAttachment"),
        ("GET", "/seller/v0/tickets/t/events", None, "listEvents"),
        ("POST", "/seller/v0/tickets/t/events", JSON, "createEvent"),
        ("GET", "/seller/v0/tickets/t/returns", None, "listReturns"),
        ("POST", "/seller/v0/tickets/t/returns", None, "createReturn"),
        ("POST", "/seller/v0/tickets/t/returns", JSON, "createReturn"),
        ("GET", "/seller/v0/tickets/t/returns/r", None, "getReturn"),
        ("GET", "/seller/v0/transactions/x", None, "getTransaction"),
        ("GET", "/seller/v0/transactions", None, "listTransactions"),
    ] {
        assert_eq!(sent(method, path, content_type), Some((name.to_owned(), format!("{BASE}{path}"))));
    }
    for (method, path, content_type) in [
        ("POST", "/seller/v0/tickets/t/messages", FORM),
        ("POST", "/seller/v1/tickets/t/messages", JSON),
        ("GET", "/seller/v1/tickets/t/messages", None),
        ("GET", "/seller/v1/tickets", None),
        ("DELETE", "/seller/v0/tickets/t", None),
        ("GET", "/oauth/token", None),
        ("POST", "/oauth/token", JSON),
        ("GET", "/seller/v0/orders", None),
        ("GET", "/seller/v0/tickets/../transactions", None),
    ] {
        assert_eq!(sent(method, path, content_type), None, "{method} {path}");
    }
}

#[test]
fn a_write_is_accepted_with_a_transaction() {
    let accepted =
        json!({ "transaction_id": "x-1", "links": [{ "path": "/seller/v0/transactions/x-1" }], "data": null });
    let response = answer(202, &accepted);
    let whole = Shape::Json { text: None, pick: &[], page: None, odd: Vec::new() };
    let read = CreateTicketParams::decode(&response).unwrap();
    assert_eq!(read.transaction_id, "x-1");
    assert_eq!(read.extra, [("data".to_owned(), Json::Absent)]);
    assert_eq!(read.links.unwrap()[0].path.as_deref(), Some("/seller/v0/transactions/x-1"));
    assert_eq!(CreateTicketParams::shape(&response), Ok(whole.clone()));
    assert_eq!(CreateEventParams::decode(&response).unwrap().transaction_id.as_deref(), Some("x-1"));
    assert_eq!(CreateReturnParams::shape(&response), Ok(whole.clone()));
    // An older page of the documentation shows the message itself.
    let message = answer(202, &json!({ "id": "m-1", "message": "hi", "sender": { "type": "seller" } }));
    let read = CreateMessageParams::decode(&message).unwrap();
    assert_eq!((read.transaction_id, read.id.as_deref()), (None, Some("m-1")));
    assert_eq!(Json::Map(read.extra).get("message"), Some(&"hi".into()));
    assert_eq!(CreateMessageParams::shape(&message), Ok(whole));
    // A ticket without its transaction could not be followed.
    assert_eq!(CreateTicketParams::shape(&message).unwrap_err().code, "unexpected_shape");
    assert_eq!(CreateTicketParams::decode(&answer(202, &json!([]))).unwrap_err().code, "unexpected_shape");
}

#[test]
fn every_list_knows_its_items_and_offsets() {
    fn check<L: Listing + PartialEq + std::fmt::Debug + Default>(item: &Value) {
        assert_eq!(L::default().offset(), 0);
        assert_eq!(L::default().at(30).offset(), 30);
        let body = json!({ "meta": { "page": { "limit": 1 } }, "results": [item] });
        let (items, more) = L::decode(&answer(200, &body)).unwrap().into_items();
        assert_eq!((items.iter().map(L::Output::key).collect::<Vec<_>>(), more), (vec!["id-1".to_owned()], true));
        let Shape::Json { page: Some(page), .. } = L::shape(&answer(200, &body)).unwrap() else { panic!("a page") };
        assert_eq!((page.key, page.length, page.more), ("id", 1, true));
    }
    check::<ListTicketsParams>(&read_ticket("id-1", "2026-02-01T10:00:00"));
    check::<ListMessagesParams>(&json!({ "id": "id-1", "message": "hi" }));
    check::<ListEventsParams>(&json!({ "id": "id-1", "type": "refunded" }));
    check::<ListReturnsParams>(&json!({ "id": "id-1" }));
    check::<ListTransactionsParams>(&json!({ "id": "id-1", "status": "pending" }));
}

#[test]
fn unknown_fields_pass_through_and_codes_are_no_blanks() {
    let mut more = ticket();
    more["new"] = json!({ "deep": [1] });
    more["order"]["delivery"]["items"][0]["new"] = json!(true);
    more["code"] = json!("ERP-17");
    accepts("createTicket", json!([more]));
    for (operation, arguments) in [
        ("createTicket", json!([ticket()])),
        ("createEvent", json!(["t", { "type": "product_sent" }])),
        ("createReturn", json!(["t", {}])),
        ("createMessage", json!(["t", message()])),
    ] {
        for (code, list) in [
            (json!("x"), &[][..]),
            (Value::Null, &[]),
            (json!(""), &[("code", "required")]),
            (json!(5), &[("code", "wrong_type")]),
        ] {
            let mut arguments = arguments.clone();
            arguments.as_array_mut().unwrap().last_mut().unwrap()["code"] = code;
            breaks(operation, arguments, list);
        }
    }
}

#[test]
fn every_violation_tells_what_and_what_to_do() {
    let mut no_articles = ticket();
    no_articles["order"]["delivery"]["items"][0]["quantity"] = json!(0);
    let all = [
        ("createTicket", json!([{ "type": "x", "reason": "", "order": { "delivery": { "items": [] } } }])),
        ("createTicket", json!([no_articles])),
        ("createMessage", json!(["a b", { "message": "", "destination": "x", "owner": {}, "code": "" }])),
        (
            "createMessage",
            json!(["t", { "message": "m", "destination": "seller", "owner": { "code": "c", "name": "n" },
            "file": { "filename": "", "size": 30_000_000, "found": "image/gif" } }]),
        ),
        (
            "listTickets",
            json!([{ "_limit": 0, "_offset": 101, "_sort": "x", "order_id": "x", "new": [],
            "created_at_gte": "x", "updated_at_gte": "2026-02-01T10:00:01", "updated_at_lte": "2026-02-01T10:00:00" }]),
        ),
        ("getTransaction", json!(["//x/y"])),
        ("createEvent", json!(["", { "type": "refunded" }])),
    ];
    for violation in all.iter().flat_map(|(operation, arguments)| check(&Settings::default(), operation, arguments)) {
        let Violation { field, code, message, hint, .. } = &violation;
        assert!(code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        assert!(message.contains(field.as_str()) && !message.ends_with('.'), "{message}");
        assert!(message.starts_with('`') || message.chars().next().is_some_and(char::is_lowercase), "{message}");
        assert!(!hint.is_empty() && !hint.ends_with('.') && message.chars().count() < 200, "{hint}");
    }
}

proptest! {
    #[test]
    fn any_body_is_survived(body: Vec<u8>, text in "\\PC{0,40}") {
        let (asked, _) = plan("listTickets", &json!([]));
        for body in [body, text.into_bytes()] {
            let response = Response { status: 200, body, ..Response::default() };
            for operation in MAGALU.operations {
                let _ = operation.read(&asked, &response, None);
            }
        }
    }
}

/// Returns the reference of a write, the one in its body, and the one that a lookup wants.
fn references(settings: &Settings, operation: &str, arguments: &Value) -> [Option<String>; 3] {
    let known = MAGALU.operation(operation).unwrap();
    let args = || Json::from(arguments.clone()).into_list();
    let (plan, body) = known.plan(args(), settings).unwrap();
    let sent = body.map(|body| body.as_text().unwrap().to_vec()).unwrap_or_default();
    let sent = serde_json::from_slice::<Value>(&sent).ok();
    let sent = sent.and_then(|body| Some(body["code"].as_str()?.to_owned()));
    let crate::vendor::Recovery::Look(look) = known.recovery(args(), settings, 0.0) else { panic!() };
    [plan.reference, sent, look.wanted.get("code").and_then(|code| code.as_str()).map(str::to_owned)]
}

#[test]
fn every_write_carries_a_reference_by_which_it_is_found() {
    let message = json!({ "message": "m", "destination": "customer", "owner": { "code": "a", "name": "b" } });
    let production = Settings { nonce: "n0nce".to_owned(), ..Settings::default() };
    let sandbox = Settings { environment: Environment::Sandbox, ..production.clone() };
    let ours = || [(); 3].map(|()| Some("n0nce".to_owned()));
    for (operation, arguments) in [
        ("createTicket", json!([ticket()])),
        ("createMessage", json!(["t-1", message])),
        ("createEvent", json!(["t-1", { "type": "authorize_refund" }])),
        ("createReturn", json!(["t-1"])),
    ] {
        // In production a new return has no body.
        let expected = if operation == "createReturn" { [None, None, None] } else { ours() };
        assert_eq!(references(&production, operation, &arguments), expected, "{operation}");
        assert_eq!(references(&sandbox, operation, &arguments), ours(), "{operation}");
        let mut coded = arguments.as_array().unwrap().clone();
        match coded.last_mut().filter(|last| last.is_object()) {
            Some(last) => last["code"] = json!("r-1"),
            None => coded.push(json!({ "code": "r-1" })),
        }
        let theirs = [(); 3].map(|()| Some("r-1".to_owned()));
        assert_eq!(references(&sandbox, operation, &json!(coded)), theirs, "{operation}");
    }
    assert_eq!(MAGALU.operation("getTicket").unwrap().plan(vec!["t-1".into()], &production).unwrap().0.reference, None);
}
