//! Tests of all of JTL-SCX's operations, and helpers that the other tests share.

use super::{
    AcknowledgeEventsParams, CreateTicketParams, ReplyToTicketParams, SellerAcknowledgeEventsParams,
    SellerUploadAttachmentParams, UploadAttachmentParams,
};
use super::{JTL_SCX, rate};
use crate::attachment::{Body, Segment};
use crate::call::limit::Gate;
use crate::marketplaces::testing::{self, codes, expected};
use crate::rules::settings::Settings;
use crate::rules::violation::Violation;
use crate::vendor::plan::forward;
use crate::vendor::{Access, BodyKind, Endpoint, Meta, Plan, Shape};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};

pub(super) const BASE: &str = "https://scx.api.jtl-software.com";
/// `Accept` or `Content-Type`.
pub(super) const JSON: &str = "application/json";
/// The `Accept` header of a download.
pub(super) const ANY: &str = "*/*";
pub(super) const FORM_TYPE: &str = "multipart/form-data; boundary=seller-tickets-n0nce";
/// An upload of 9 bytes.
pub(super) const FORM: &str = "--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"attachmentData\"\r\n\r\n\
    {\"sellerId\":\"4711\",\"ticketId\":\"C/1 ä\",\"filename\":\"a_b.png\"}\r\n--seller-tickets-n0nce\r\n\
    Content-Disposition: form-data; name=\"attachment\"; filename=\"a_b.png\"\r\nContent-Type: image/png\r\n\r\n\
    <0:9>\r\n--seller-tickets-n0nce--\r\n";

pub(super) fn plan(operation: &str, arguments: &Value) -> (Plan, Option<Body>) {
    let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
    let settings = Settings { nonce: "n0nce".to_owned(), ..Settings::default() };
    JTL_SCX.operation(operation).unwrap().plan(arguments, &settings).unwrap()
}

/// Returns the method, the URL below the base, `Accept`, `Content-Type` and the body, with files as
/// `<index:size>`.
pub(super) fn shown(operation: &str, arguments: &Value) -> [String; 4] {
    let (plan, body) = plan(operation, arguments);
    let header = |name| plan.headers.get(name).unwrap_or_default().to_owned();
    let segments = body.map(Body::into_segments).unwrap_or_default();
    let body = segments.iter().map(|segment| match segment {
        Segment::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Segment::File { index, size, .. } => format!("<{index}:{size}>"),
    });
    let line = format!("{} {}", plan.method.as_str(), plan.url.strip_prefix(BASE).unwrap());
    [line, header("Accept"), header("Content-Type"), body.collect()]
}

/// Checks that the arguments become exactly this request.
#[track_caller]
pub(super) fn sends(operation: &str, arguments: Value, [line, accept, content_type, body]: [&str; 4]) {
    assert_eq!(shown(operation, &arguments), [line, accept, content_type, body], "{operation}{arguments}");
}

pub(super) fn answer(status: u16, body: &str) -> Response {
    Response { status, body: body.as_bytes().to_vec(), ..Response::default() }
}

pub(super) fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
    testing::check(&JTL_SCX, settings, operation, arguments)
}

/// Checks that the arguments break exactly these rules.
#[track_caller]
pub(super) fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
    assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
}

/// Returns the arguments of a ticket, with these fields in place of its own.
pub(super) fn ticket(more: Value) -> Value {
    let ticket = json!({
        "sellerId": "4711", "ticketId": "CASE-1", "topic": "QUESTION", "createdAt": "2023-11-07T05:31:56Z",
        "from": { "role": "BUYER" }, "subject": "s", "message": "m",
    });
    json!([with(ticket, more)])
}

/// Returns the same for a reply.
pub(super) fn reply(more: Value) -> Value {
    let reply = json!({
        "channel": "DEMOSHOP", "sellerId": "4711", "ticketId": "CASE-1", "createdAt": "2023-11-07T05:31:56Z",
        "from": { "role": "SELLER" }, "message": "m",
    });
    json!([with(reply, more)])
}

pub(super) fn with(mut object: Value, more: Value) -> Value {
    object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    object
}

#[test]
fn writes_are_told_from_reads() {
    for operation in JTL_SCX.operations {
        let meta = operation.meta;
        assert_eq!(meta.access == Access::Read, meta.method == Method::Get, "{}", meta.name);
        assert_eq!(meta.body == BodyKind::None, meta.method == Method::Get, "{}", meta.name);
    }
}

#[test]
fn a_gateway_forwards_every_operation_and_no_other_route() {
    for operation in JTL_SCX.operations {
        let meta = operation.meta;
        let path = meta.path.replace("{channel}", "DEMOSHOP");
        let content_type = match meta.body {
            BodyKind::None => None,
            BodyKind::Json => Some("application/json"),
            BodyKind::Multipart => Some("multipart/form-data; boundary=x"),
        };
        let headers = content_type.map(|value| ("Content-Type", value)).into_iter().collect();
        let plan = forward(&JTL_SCX, meta.method.as_str(), &path, &headers, &Settings::default()).unwrap();
        assert_eq!((plan.endpoint.as_str(), plan.url), (meta.name, format!("{BASE}{path}")));
    }
    for (method, path) in [
        ("POST", "/v1/auth"),
        ("POST", "/v1/channel/order"),
        ("PATCH", "/v1/channel/event"),
        ("GET", "/v1/seller/event"),
        ("GET", "/v1/seller/ticket/attachment/a%2Fb"),
        ("GET", "/v1/seller/ticket/attachment"),
    ] {
        assert!(forward(&JTL_SCX, method, path, &Headers::new(), &Settings::default()).is_err(), "{method} {path}");
    }
}

#[test]
fn other_operations_take_any_answer_that_fits() {
    for body in ["", "{}", "null"] {
        for status in [200, 201, 204] {
            let response = answer(status, body);
            assert_eq!(CreateTicketParams::shape(&response), Ok(Shape::Empty));
            assert_eq!(ReplyToTicketParams::shape(&response), Ok(Shape::Empty));
            assert_eq!(UploadAttachmentParams::shape(&response), Ok(Shape::Empty));
            assert_eq!(SellerUploadAttachmentParams::shape(&response), Ok(Shape::Empty));
            assert_eq!(AcknowledgeEventsParams::shape(&response), Ok(Shape::Empty));
            assert_eq!(SellerAcknowledgeEventsParams::shape(&response), Ok(Shape::Empty));
        }
    }
}

#[test]
fn required_fields_are_required() {
    breaks(
        "createTicket",
        json!([{}]),
        &[
            ("sellerId", "required"),
            ("ticketId", "required"),
            ("topic", "required"),
            ("createdAt", "required"),
            ("from.role", "required"),
            ("subject", "required"),
            ("message", "required"),
        ],
    );
    breaks(
        "seller.replyToTicket",
        json!([{ "from": 5 }]),
        &[
            ("channel", "required"),
            ("sellerId", "required"),
            ("ticketId", "required"),
            ("createdAt", "required"),
            ("from", "wrong_type"),
            ("from.role", "required"),
            ("message", "required"),
        ],
    );
    let upload =
        [("sellerId", "required"), ("ticketId", "required"), ("file.filename", "required"), ("file.data", "required")];
    breaks("uploadAttachment", json!([{}]), &upload);
    breaks("seller.uploadAttachment", json!([{}]), &[&[("channel", "required")][..], &upload].concat());
    let download = [("sellerId", "required"), ("ticketId", "required"), ("filename", "required")];
    breaks("downloadAttachment", json!([]), &download);
    breaks("seller.downloadAttachment", json!([]), &[&[("channel", "required")][..], &download].concat());
    breaks("acknowledgeEvents", json!([]), &[("eventIdList", "required")]);
    breaks("acknowledgeEvents", json!([["1"], { "more": 1 }]), &[("more", "unknown_field")]);
}

#[test]
fn every_violation_tells_what_and_what_to_do() {
    let file = |says: Option<&str>, found: Option<&str>, size: u64| json!({ "filename": "f", "mime_type": says, "found": found, "size": size });
    let mut files = vec![
        file(Some("a/b"), None, 1),
        file(None, None, 0),
        file(None, None, 1),
        file(Some("image/png"), None, 1),
        file(Some("image/png"), Some("image/gif"), 20_000_000),
        file(None, Some("video/mp4"), 1),
        json!({ "filename": " ", "data": "x" }),
    ];
    files.extend(files.clone());
    let all = [
        ("createTicket", json!([{}])),
        (
            "createTicket",
            ticket(json!({
                "sellerId": "-", "ticketId": "", "topic": "x", "createdAt": "x", "subject": "", "files": files,
                "message": "x".repeat(1025), "from": { "role": "x", "name": "x".repeat(101) },
                "reference": { "type": "x", "id": "" },
                "attachment": [{ "filename": "a b", "contentType": "x" }, { "filename": "a b", "contentType": "" }],
            })),
        ),
        ("listEvents", json!([{ "createdAfter": "x", "eventTypeFilter": ["", "x"] }])),
        ("acknowledgeEvents", json!([[]])),
        ("acknowledgeEvents", json!([[""]])),
        ("seller.replyToTicket", reply(json!({ "channel": "x" }))),
    ];
    for violation in all.iter().flat_map(|(operation, arguments)| check(&Settings::default(), operation, arguments)) {
        let Violation { field, code, message, hint, .. } = &violation;
        assert!(
            code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
            "{code}"
        );
        assert!(message.contains(field.as_str()) && !message.ends_with('.'), "{message}");
        assert!(message.starts_with('`') && !hint.is_empty() && !hint.ends_with('.'), "{message} {hint}");
        assert!(message.chars().count() < 200 && hint.chars().count() < 600, "{message} {hint}");
    }
}

#[test]
fn each_operation_passes_the_gate_of_its_route() {
    for operation in JTL_SCX.operations {
        let Meta { name, .. } = operation.meta;
        let bucket = match name {
            "listEvents" | "acknowledgeEvents" => "event",
            name if name.starts_with("seller.") => "",
            _ => "channel",
        };
        assert_eq!(rate(&operation.meta).0, bucket, "{name}");
    }
    assert_eq!(rate(&Meta::READ).0, "");
}

proptest! {
    #[test]
    fn no_window_sees_more_than_the_vendor_allows(
        steps in proptest::collection::vec(0.0..3000.0f64, 1..400),
        pace in 0.0..1.0f64,
    ) {
        for (path, most) in [("/v1/channel/event", 240), ("/v1/channel/ticket", 60), ("/v1/auth", 10)] {
            let rate = rate(&Meta { path, ..Meta::READ }).1;
            let (mut gate, mut now, mut sent) = (Gate::default(), 0.0, Vec::new());
            for step in &steps {
                now += step * pace * pace;
                let place = gate.reserve(rate, now, f64::MAX).unwrap();
                sent.push(now + gate.wait_ms(place, now));
            }
            for start in &sent {
                let window = sent.iter().filter(|at| **at >= *start && **at <= start + 60_000.0).count();
                prop_assert!(window <= most, "{path}: {window}");
            }
        }
    }
}
