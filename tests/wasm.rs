//! The exports to JavaScript and the fetch transport, in Node and in a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use ::base64::Engine;
use ::base64::engine::general_purpose::STANDARD;
use js_sys::{Array, Promise, Reflect, Uint8Array};
use seller_tickets::attachment::base64;
use seller_tickets::client::fetch::Fetch;
use seller_tickets::client::transport::Transport;
use seller_tickets::js;
use seller_tickets::wire::http::{Headers, Method, Request};
use sha2::{Digest, Sha256};
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

const NOW: f64 = 1_700_000_000_999.0;

/// The request of an attempt; `call` and `keys` are JSON texts, `how` says what `bytes` are of the body.
fn sign(call: &str, keys: &str, how: &str, bytes: &[u8]) -> Result<JsValue, JsValue> {
    let arguments = format!(r#"[{call},[{keys},null,{NOW},""],null,"{how}"]"#);
    ask("sign", &arguments, Some(bytes)).map(|(signed, _)| signed)
}

fn header(signed: &JsValue, name: &str) -> Option<String> {
    let pairs = Array::from(&get(signed, "headers"));
    let pair = pairs.iter().find(|pair| get(pair, "0").as_string().unwrap().eq_ignore_ascii_case(name))?;
    get(&pair, "1").as_string()
}

/// Calls an export over plain data: what it says, or what it throws.
fn ask(name: &str, arguments: &str, bytes: Option<&[u8]>) -> Result<(JsValue, Vec<u8>), JsValue> {
    let answer = js::call(name, arguments.as_bytes(), bytes.map(<[u8]>::to_vec), None);
    let (answer, length) = answer.split_last_chunk().unwrap();
    let (status, answer) = answer.split_last().unwrap();
    let (rest, text) = answer.split_at(answer.len() - u32::from_le_bytes(*length) as usize);
    let value = parse(std::str::from_utf8(text).unwrap());
    if *status == 0 { Ok((value, rest.to_vec())) } else { Err(value) }
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

/// HMAC-SHA256 over method, URL, body and time, computed with Python's hmac.
const SIGNATURE: &str = "27bd088434d2fc3ed0112cfc7b6dc1e4ecb77b41991bbaee2187175bb71a360d";

#[wasm_bindgen_test]
fn a_request_is_signed_over_what_is_sent() {
    let arguments = r#"["kaufland","createTicketMessage",["1",{"text":"ä","interim_notice":true}],{},{}]"#;
    let (begun, bytes) = ask("begin", arguments, None).unwrap();
    assert_eq!(text(&get(&begun, "body")), format!(r#"[{{"text":{}}}]"#, bytes.len()));
    assert_eq!(std::str::from_utf8(&bytes).unwrap(), r#"{"text":"ä","interim_notice":true}"#);
    let signed = sign(&text(&get(&begun, "call")), KEYS, "whole", &bytes).unwrap();
    assert_eq!(get(&signed, "method"), "POST");
    assert_eq!(get(&signed, "url"), "https://sellerapi.kaufland.com/v2/tickets/1/messages");
    assert_eq!(header(&signed, "shop-timestamp").unwrap(), "1700000000");
    assert_eq!(header(&signed, "shop-signature").unwrap(), SIGNATURE);
}

#[wasm_bindgen_test]
fn a_small_request_is_made_and_signed_at_once() {
    let begin = |body: &str, sizes: &str, longest: usize, bytes: Option<&[u8]>| {
        let arguments = format!(
            r#"["kaufland","createTicketMessage",["1",{body}],{{}},{{}},{sizes},[{longest},{KEYS},null,{NOW},""]]"#
        );
        ask("begin", &arguments, bytes).unwrap()
    };
    let plain = r#"{"text":"ä","interim_notice":true}"#;
    let (begun, whole) = begin(plain, "[]", 100, None);
    assert_eq!(header(&get(&begun, "signed"), "shop-signature").unwrap(), SIGNATURE);
    assert_eq!(std::str::from_utf8(&whole).unwrap(), plain);
    // A longer one is for the host to hash.
    assert!(get(&begin(plain, "[]", whole.len(), None).0, "signed").is_undefined());

    let file = |name: &str, len: usize| {
        format!(r#"{{"filename":"{name}.png","mime_type":"image/png","size":{len},"found":"image/png"}}"#)
    };
    let files = format!(r#"{{"text":"a","ticket_message_files":[{},{}]}}"#, file("a", 4), file("b", 3));
    let (begun, whole) = begin(&files, "[4,3]", 1000, Some(b"abcdxyz"));
    let whole = std::str::from_utf8(&whole).unwrap();
    assert!(whole.contains("base64,YWJjZA==\"") && whole.contains("base64,eHl6\""), "{whole}");
    assert!(!get(&begun, "signed").is_undefined());
    // What does not fit is no body.
    for (sizes, bytes) in [("[4,3]", &b"abcdxy"[..]), ("[3,4]", b"abcdxyz"), ("[7]", b"abcdxyz"), ("[]", b"")] {
        let (begun, _) = begin(&files, sizes, 1000, Some(bytes));
        assert!(get(&begun, "signed").is_undefined());
        assert_eq!(get(&Array::from(&get(&begun, "body")).get(1), "size"), 4);
    }
}

#[wasm_bindgen_test]
fn a_missing_key_is_thrown_as_plain_data() {
    let (call, _) = sent();
    let thrown = sign(&call, r#"{"clientKey":"client"}"#, "whole", b"").unwrap_err();
    assert_eq!(get(&thrown, "kind"), "configuration");
    assert!(text(&thrown).contains("secretKey"));
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
fn a_type_is_told_from_pieces() {
    let asked = js::detect_type(8.0, &[], Vec::new());
    assert_eq!(text(&asked), "[0,8]");
    let told = js::detect_type(8.0, &[0.0], vec![Uint8Array::from(&b"\x89PNG\r\n\x1a\n"[..])]);
    assert_eq!(told, "image/png");
    assert_eq!(js::detect_type(1.0, &[0.0], vec![Uint8Array::from(&[0][..])]), JsValue::NULL);
}

/// Bytes without a pattern, always the same.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_u32;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    })
    .take(len)
    .collect()
}

#[wasm_bindgen_test]
fn vectors_encode_as_the_reference_does() {
    let bytes = noise(4096 + 16);
    for len in 0..=4096 {
        let start = len % 16;
        let piece = &bytes[start..start + len];
        assert_eq!(base64::encode(piece), STANDARD.encode(piece).into_bytes(), "{len} bytes from {start}");
    }
    for start in 0..16 {
        for len in 0..200 {
            let piece = &bytes[start..start + len];
            for place in [0, 1, 7, 15] {
                let end = place + len.div_ceil(3) * 4;
                let mut room = vec![b'#'; end + 80];
                base64::encode_into(piece, &mut room[place..]).unwrap();
                assert_eq!(&room[place..end], STANDARD.encode(piece).as_bytes(), "{len} bytes from {start}");
                assert!(room[..place].iter().chain(&room[end..]).all(|&byte| byte == b'#'));
            }
        }
    }
    for place in 0..60 {
        for byte in 0..=u8::MAX {
            let mut bytes = [0x55; 60];
            bytes[place] = byte;
            assert_eq!(base64::encode(&bytes), STANDARD.encode(bytes).into_bytes(), "{byte} at {place}");
        }
    }
    for (plain, text) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
    {
        assert_eq!(base64::encode(plain.as_bytes()), text.as_bytes());
    }
}

/// The module's room for files: where it begins, and the view of it.
fn room() -> Uint8Array {
    let at = js::file_room() as u32;
    let memory: js_sys::WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
    let len = js::file_room_size() / 3 * 7 + js::hash_state_size();
    Uint8Array::new_with_byte_offset_and_length(&memory.buffer(), at, len as u32)
}

#[wasm_bindgen_test]
fn pieces_go_through_the_room() {
    let size = js::file_room_size();
    assert_eq!(size % 3, 0);
    // Memory that grows takes its views away: here it grows to what the test needs.
    drop((noise(4 * size), room(), room()));
    for len in [0, 1, 2, 3, 1000, size - 1, size] {
        let bytes = noise(len);
        room().subarray(0, len as u32).copy_from(&bytes);
        let encoded = js::encode_piece(len);
        let text = room().subarray(size as u32, (size + encoded) as u32).to_vec();
        assert_eq!(text, STANDARD.encode(&bytes).into_bytes(), "{len} bytes");
        // What was encoded is hashed where it lies.
        js::hash_begin();
        js::hash_piece(0, len);
        js::hash_piece(size, encoded);
        js::hash_end();
        let end = (size / 3 * 7) as u32;
        let sum = room().subarray(end, end + 32).to_vec();
        assert_eq!(sum, Sha256::digest([bytes, text].concat()).to_vec(), "{len} bytes");
    }
    // What is not there does no harm.
    assert_eq!(js::encode_piece(size + 1), 0);
    js::hash_piece(usize::MAX, 1);
}

#[wasm_bindgen_test]
fn a_body_that_the_host_hashed_is_signed_as_any_other() {
    let (begun, _) = ask("begin", r#"["kaufland","createTicketMessage",["1",{"text":"ä"}],{},{}]"#, None).unwrap();
    let call = text(&get(&begun, "call"));
    let keys = r#"{"clientKey":"client","secretKey":"secret","userAgent":"test",
        "partner":{"clientKey":"partner","secretKey":"another-secret-longer-than-a-block-of-the-hash-which-is-then-hashed-itself"}}"#;
    let body = noise(100_000);
    let whole = sign(&call, keys, "whole", &body).unwrap();

    let (asked, bytes_of) = ask("signing", &format!("[{call},{keys},{NOW}]"), None).unwrap();
    let lengths: Vec<usize> =
        Array::from(&get(&asked, "heads")).iter().map(|head| head.as_f64().unwrap() as usize).collect();
    let (heads, tail) = bytes_of.split_at(lengths.iter().sum());
    assert_eq!(get(&asked, "tail"), tail.len() as f64);
    let (first, second) = heads.split_at(lengths[0]);
    let sums: Vec<u8> =
        [first, second].iter().flat_map(|head| Sha256::digest([head, body.as_slice(), tail].concat())).collect();
    let signed = sign(&call, keys, "hashed", &sums).unwrap();
    for name in ["shop-signature", "shop-partner-signature"] {
        let signature = header(&whole, name).unwrap();
        assert_eq!(signature.len(), 64);
        assert_eq!(header(&signed, name), Some(signature), "{name}");
    }
    // Without its hashes it would be signed as if it were empty.
    assert_eq!(get(&sign(&call, keys, "unread", b"").unwrap_err(), "code"), "body_not_hashed");
    // Behind a gateway nothing is signed.
    let gateway = r#"{"gateway":true,"baseUrl":"https://example.com/gateway"}"#;
    let (begun, _) = ask("begin", &format!(r#"["kaufland","closeTicket",["1"],{gateway},{{}}]"#), None).unwrap();
    let (asked, _) = ask("signing", &format!("[{},{{}},{NOW}]", text(&get(&begun, "call"))), None).unwrap();
    assert_eq!(asked, JsValue::NULL);
}

#[wasm_bindgen_test]
fn tables_are_there() {
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
