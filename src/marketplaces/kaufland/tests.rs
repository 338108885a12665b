//! Tests that apply to all of Kaufland's operations, and helpers for the tests of single
//! operations.

use super::KAUFLAND;
use crate::attachment::Body;
use crate::marketplaces::testing::{self, codes, expected};
use crate::rules::settings::Settings;
use crate::rules::violation::Violation;
use crate::vendor::{Access, Plan};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::json::Json;
use serde_json::{Value, json};

pub(super) fn plan_with(settings: &Settings, operation: &str, arguments: &Value) -> (Plan, Option<Body>) {
    let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
    KAUFLAND.operation(operation).unwrap().plan(arguments, settings).unwrap()
}

/// Returns the method and the URL below the base.
pub(super) fn line(settings: &Settings, operation: &str, arguments: &Value) -> String {
    let (plan, _) = plan_with(settings, operation, arguments);
    let path = plan.url.strip_prefix("https://sellerapi.kaufland.com/v2").unwrap();
    format!("{} {path}", plan.method.as_str())
}

pub(super) fn text(operation: &str, arguments: &Value) -> String {
    let (plan, body) = plan_with(&Settings::default(), operation, arguments);
    assert_eq!(plan.headers.get("Content-Type"), Some("application/json"));
    String::from_utf8(body.unwrap().as_text().unwrap().to_vec()).unwrap()
}

pub(super) fn answer(status: u16, body: &str) -> Response {
    let headers = Headers::from_iter([("Content-Type", "application/json")]);
    Response { status, headers, body: body.as_bytes().to_vec() }
}

pub(super) fn ticket(id: &str) -> Value {
    json!({
        "id_ticket": id, "ids_order_units": [400_000_000_000_011_i64], "id_buyer": 90001,
        "ts_created_iso": "2026-03-02T08:15:00Z", "ts_updated_iso": "2026-03-02T09:00:00Z", "status": "opened",
        "open_reason": "product_not_delivered", "topic": "delivery_delayed", "is_seller_responsible": true,
        "fulfillment_type": "fulfilled_by_merchant",
    })
}

/// A ticket as the recovery of a lost write reads it.
pub(super) fn with_messages(status: &str, messages: &[(u64, &str, &str)], files: usize) -> Value {
    let message = |(id, role, text): &(u64, &str, &str)| json!({ "id_ticket_message": id, "author": { "role": role, "name": "a" }, "text": text });
    let messages: Vec<_> = messages.iter().map(message).collect();
    json!({ "status": status, "messages": messages, "files": vec![json!({ "filename": "a.txt" }); files] })
}

pub(super) fn page(count: i64, pagination: Option<(i64, i64, i64)>) -> Response {
    let data: Vec<_> = (0..count).map(|number| ticket(&format!("001{number}"))).collect();
    let mut body = json!({ "data": data });
    if let Some((offset, limit, total)) = pagination {
        body["pagination"] = json!({ "offset": offset, "limit": limit, "total": total });
    }
    answer(200, &body.to_string())
}

pub(super) fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
    testing::check(&KAUFLAND, settings, operation, arguments)
}

/// Checks that the arguments break exactly these rules.
pub(super) fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
    assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
}

pub(super) fn accepts(operation: &str, arguments: Value) {
    breaks(operation, arguments, &[]);
}

pub(super) const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

#[test]
fn each_operation_has_its_line() {
    let message = json!(["00150000001", { "text": "a" }]);
    let ticket = json!([{ "id_order_unit": [1], "reason": "product_return", "message": "a" }]);
    for (operation, arguments, expected) in [
        ("listTickets", json!([]), "GET /tickets"),
        ("getTicket", json!(["00150000001"]), "GET /tickets/00150000001"),
        ("getTicket", json!(["2308211", {}]), "GET /tickets/2308211"),
        ("openTicket", ticket, "POST /tickets"),
        ("createTicketMessage", message, "POST /tickets/00150000001/messages"),
        ("closeTicket", json!(["00150000001"]), "PATCH /tickets/00150000001/close"),
        ("listTicketMessages", json!([{}]), "GET /tickets/messages"),
    ] {
        assert_eq!(line(&Settings::default(), operation, &arguments), expected);
        let (plan, body) = plan_with(&Settings::default(), operation, &arguments);
        assert_eq!(body.is_some(), matches!(operation, "openTicket" | "createTicketMessage"));
        assert_eq!(plan.headers.get("Accept"), Some("application/json"));
        assert_eq!(plan.headers.get("Content-Type").is_some(), body.is_some());
        assert_eq!(plan.access == Access::Read, plan.method == Method::Get);
    }
}

#[test]
fn paths_lead_back_to_their_operation() {
    for (method, path, name) in [
        ("GET", "/tickets", "listTickets"),
        ("GET", "/tickets/messages", "listTicketMessages"),
        ("GET", "/tickets/00150000001", "getTicket"),
        ("POST", "/tickets", "openTicket"),
        ("POST", "/tickets/00150000001/messages", "createTicketMessage"),
        ("PATCH", "/tickets/00150000001/close", "closeTicket"),
    ] {
        assert_eq!(KAUFLAND.route(method, path, &Settings::default()).map(|(meta, _)| meta.name), Some(name));
    }
    for (method, path) in [("DELETE", "/tickets/1"), ("GET", "/orders"), ("POST", "/tickets/1"), ("GET", "/")] {
        assert!(KAUFLAND.route(method, path, &Settings::default()).is_none());
    }
}

#[test]
fn times_have_a_zone() {
    for (operation, field) in [
        ("listTickets", "ts_created_from_iso"),
        ("listTickets", "ts_updated_from_iso"),
        ("listTicketMessages", "ts_created_from_iso"),
    ] {
        accepts(operation, json!([{ field: "2026-03-02T08:15:00Z" }]));
        accepts(operation, json!([{ field: "2026-03-02T08:15:00.123+01:00" }]));
        for bad in ["2026-03-02", "2026-03-02T08:15:00", "yesterday", "", "2026-02-30T08:15:00Z"] {
            breaks(operation, json!([{ field: bad }]), &[(field, "invalid_date_time")]);
        }
    }
}

#[test]
fn every_violation_tells_what_and_what_to_do() {
    let all = [
        (
            "listTickets",
            json!([{ "status": ["x"], "id_buyer": 0, "limit": 0, "sort": "", "ts_created_from_iso": "x", "y": 1 }]),
        ),
        ("openTicket", json!([{ "id_order_unit": [0, 0], "reason": "x", "message": "" }])),
        ("openTicket", json!([{ "id_order_unit": [] }])),
        ("getTicket", json!(["1".repeat(21), { "embedded": ["x"] }])),
        ("getTicket", json!(["x"])),
        ("getTicket", json!([""])),
        (
            "createTicketMessage",
            json!(["", { "text": "x".repeat(65_536), "ticket_message_files": [
                { "filename": "", "mime_type": "a/b", "data": "x" },
                { "filename": "a/b", "size": 0, "found": null },
                { "filename": "a", "size": 1, "found": null },
                { "filename": "a", "size": 1, "found": "image/heic" },
                { "filename": "a", "mime_type": "image/png", "size": 1, "found": "image/gif" },
                { "filename": "a", "mime_type": "image/png", "data": format!("data:image/gif;base64,{PNG}") },
            ] }]),
        ),
    ];
    for violation in all.iter().flat_map(|(operation, arguments)| check(&Settings::default(), operation, arguments)) {
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
