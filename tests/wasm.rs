//! The exports to JavaScript and the fetch transport, in Node and in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use seller_tickets::fetch::Fetch;
use seller_tickets::http::{Headers, Method, Request};
use seller_tickets::js;
use seller_tickets::transport::Transport;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

fn parse(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap()
}

fn text(value: &JsValue) -> String {
    js_sys::JSON::stringify(value).unwrap().into()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).unwrap())
}

/// Calls an export over plain data: what it says, or what it throws.
fn ask(name: &str, arguments: &str, bytes: Option<&[u8]>) -> Result<(JsValue, Vec<u8>), JsValue> {
    let answer = js::call(name, arguments, bytes.map(<[u8]>::to_vec));
    let length = u32::from_le_bytes(answer[1..5].try_into().unwrap()) as usize;
    let value = parse(std::str::from_utf8(&answer[5..5 + length]).unwrap());
    if answer[0] == 0 { Ok((value, answer[5 + length..].to_vec())) } else { Err(value) }
}

/// A call of `getTicket` that was started: the texts of its call and its gate.
fn sent() -> (String, String) {
    let (begun, _) = ask("begin", r#"["kaufland","getTicket",["00110123123"],{},{}]"#, None).unwrap();
    let call = text(&get(&begun, "call"));
    let (started, _) =
        ask("advance", &format!(r#"[{call},null,{{"type":"start","now":1700000000000}}]"#), None).unwrap();
    assert_eq!(get(&started, "step.type"), "send");
    (text(&get(&started, "call")), text(&get(&started, "gate")))
}

fn answered(status: u16, body: &str) -> JsValue {
    let (call, gate) = sent();
    let event = format!(
        r#"{{"type":"response","now":1700000000100,"random":0.5,"status":{status},"headers":[["x-request-id","r1"]]}}"#
    );
    ask("advance", &format!("[{call},{gate},{event}]"), Some(body.as_bytes())).unwrap().0
}

const KEYS: &str = r#"{"clientKey":"client","secretKey":"secret","userAgent":"test"}"#;

fn fields(violations: &JsValue) -> Vec<String> {
    Array::from(violations).iter().map(|violation| get(&violation, "field").as_string().unwrap()).collect()
}

#[wasm_bindgen_test]
fn every_violation_crosses_at_once() {
    let arguments = r#"["kaufland","createTicketMessage",["x",{"text":"","interim_notice":"yes","more":1}],{}]"#;
    let fields = fields(&ask("validate", arguments, None).unwrap().0);
    for field in ["id_ticket", "text", "interim_notice", "more"] {
        assert!(fields.iter().any(|found| found == field), "{field} in {fields:?}");
    }
}

#[wasm_bindgen_test]
fn numbers_that_json_cannot_hold_are_violations() {
    let units = r#"[{"$bigint":"9223372036854775807"},{"$bigint":"NaN"},9007199254740992]"#;
    let body = format!(r#"{{"id_order_unit":{units},"reason":"product_return","message":"a"}}"#);
    let (violations, _) = ask("validate", &format!(r#"["kaufland","openTicket",[{body}],{{}}]"#), None).unwrap();
    assert_eq!(fields(&violations), ["id_order_unit[1]", "id_order_unit[2]"]);
}

#[wasm_bindgen_test]
async fn a_request_is_signed_over_what_is_sent() {
    let arguments = r#"["kaufland","createTicketMessage",["1",{"text":"ä","interim_notice":true}],{},{}]"#;
    let (begun, bytes) = ask("begin", arguments, None).unwrap();
    assert_eq!(text(&get(&begun, "body")), format!(r#"[{{"text":{}}}]"#, bytes.len()));
    let body = Uint8Array::from(bytes.as_slice());
    let arguments = format!("[{},{KEYS},null,1700000000999]", text(&get(&begun, "call")));
    let request = js::build_request(&arguments, Some(body), None).unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.url(), "https://sellerapi.kaufland.com/v2/tickets/1/messages");
    assert_eq!(request.headers().get("shop-timestamp").unwrap().unwrap(), "1700000000");
    let text: JsValue = JsFuture::from(request.text().unwrap()).await.unwrap();
    assert_eq!(text, r#"{"text":"ä","interim_notice":true}"#);
    // HMAC-SHA256 over method, URL, body and time, computed with Python's hmac.
    assert_eq!(
        request.headers().get("shop-signature").unwrap().unwrap(),
        "27bd088434d2fc3ed0112cfc7b6dc1e4ecb77b41991bbaee2187175bb71a360d"
    );
}

#[wasm_bindgen_test]
fn a_missing_key_is_thrown_as_plain_data() {
    let (call, _) = sent();
    let thrown = js::build_request(&format!(r#"[{call},{{"clientKey":"client"}},null,0]"#), None, None).unwrap_err();
    let thrown = thrown.as_string().unwrap();
    assert_eq!(get(&parse(&thrown), "kind"), "configuration");
    assert!(thrown.contains("secretKey"));
}

#[wasm_bindgen_test]
fn answers_are_checked_where_the_host_parses() {
    let good = r#"{"data":{"id_ticket":"00110123123","ids_order_units":[1],"id_buyer":9007199254740993,
        "ts_created_iso":"a","ts_updated_iso":"b","status":"new","open_reason":"c","topic":null,
        "is_seller_responsible":true,"fulfillment_type":"d","unknown":1}}"#;
    let done = answered(200, good);
    assert_eq!(get(&done, "step.type"), "done");
    assert_eq!(text(&get(&done, "step.result.pick")), r#"["data"]"#);
    assert!(get(&done, "step.result.text").as_string().unwrap().contains(r#"{"$bigint":"9007199254740993"}"#));

    let failed = answered(200, r#"{"data":{"id_ticket":7}}"#);
    assert_eq!(get(&failed, "step.error.kind"), "decode");
    assert_eq!(get(&failed, "step.error.sent"), "yes");
    assert_eq!(get(&failed, "step.error.requestId"), "r1");

    let refused = answered(404, r#"{"type":"/problems/not-found","message":"no such ticket","errors":[]}"#);
    assert_eq!(get(&refused, "step.error.kind"), "not_found");
    assert_eq!(get(&refused, "step.error.body.message"), "no such ticket");

    let retried = answered(503, "");
    assert_eq!(get(&retried, "step.type"), "wait");
    assert_eq!(get(&retried, "step.ms"), 250.0);
}

#[wasm_bindgen_test]
fn a_gateway_forwards_its_routes_in_one_spelling() {
    let forward = |method: &str, path: &str| {
        ask("beginForward", &format!(r#"["kaufland","{method}","{path}",[],{{}},{{}}]"#), None).unwrap().0
    };
    let begun = forward("GET", "/tickets?status=opened&limit=%33");
    assert_eq!(get(&begun, "call.plan.url"), "https://sellerapi.kaufland.com/v2/tickets?status=opened&limit=3");
    for (method, path) in
        [("DELETE", "/tickets"), ("GET", "/orders"), ("GET", "/tickets/../orders"), ("PATCH", "/tickets/1%2Fclose")]
    {
        assert_eq!(get(&Array::from(&get(&forward(method, path), "violations")).get(0), "code"), "no_such_route");
    }
}

#[wasm_bindgen_test]
fn types_are_told_from_content() {
    let window = |start: f64, bytes: &[u8]| -> js::HostWindow {
        let window = Object::new();
        Reflect::set(&window, &"start".into(), &start.into()).unwrap();
        Reflect::set(&window, &"bytes".into(), &Uint8Array::from(bytes)).unwrap();
        window.unchecked_into()
    };
    assert_eq!(js::detect_type(8.0, Vec::new()), r#"{"found":null,"need":[0,8]}"#);
    let told = js::detect_type(8.0, vec![window(0.0, b"\x89PNG\r\n\x1a\n")]);
    assert_eq!(told, r#"{"found":"image/png","need":null}"#);
}

#[wasm_bindgen_test]
fn base64_and_tables_are_there() {
    assert_eq!(js::encode_base64(b"hello"), b"aGVsbG8=");
    assert_eq!(Array::from(&ask("endpoints", r#"["kaufland"]"#, None).unwrap().0).length(), 6);
    let (meanings, _) = ask("meanings", r#"["kaufland"]"#, None).unwrap();
    assert_eq!(Array::from(&get(&meanings, "TicketTopic")).length(), 42);
    assert_eq!(get(&ask("endpoints", r#"["nobody"]"#, None).unwrap_err(), "code"), "unknown_marketplace");
    assert_eq!(get(&ask("endpoints", "[", None).unwrap_err(), "code"), "invalid_input");
}

fn request(url: &str) -> Request {
    Request { method: Method::Get, url: url.into(), headers: Headers::new(), body: Vec::new() }
}

#[wasm_bindgen_test]
async fn the_fetch_transport_reads_bodies_up_to_a_limit() {
    let response = Fetch.send(request("data:text/plain,hello"), 5).await.unwrap();
    assert_eq!((response.status, response.body.as_slice()), (200, b"hello".as_slice()));
    let error = Fetch.send(request("data:text/plain,hello"), 4).await.unwrap_err();
    assert_eq!((error.status, error.message.as_str()), (Some(200), "response body is larger than 4 bytes"));
}

#[wasm_bindgen_test]
async fn the_fetch_transport_reports_what_cannot_be_reached() {
    // Port 1 is closed here, and browsers refuse it.
    let error = Fetch.send(request("http://127.0.0.1:1/"), 4).await.unwrap_err();
    assert_eq!(error.status, None);
    assert!(!error.message.is_empty());
}

#[wasm_bindgen_test]
async fn the_fetch_transport_waits() {
    let before = Fetch.now_ms();
    Fetch.sleep(30.0).await;
    assert!(Fetch.now_ms() - before >= 25.0);
    assert!((0.0..1.0).contains(&Fetch.random()));
    // A sleep that is dropped leaves nothing behind that could fire.
    drop(Fetch.sleep(1.0));
    JsFuture::from(Promise::resolve(&JsValue::NULL)).await.unwrap();
}
