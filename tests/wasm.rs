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
use seller_tickets::wire::json::MAX_INPUT_DEPTH;
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

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn bytes_of(value: &JsValue) -> Vec<u8> {
    value.dyn_ref::<Uint8Array>().expect("bytes").to_vec()
}

fn set(value: &JsValue, name: &str, to: impl Into<JsValue>) {
    assert!(Reflect::set(value, &name.into(), &to.into()).unwrap());
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).unwrap())
}

const NOW: f64 = 1_700_000_000_999.0;

const NONE: JsValue = JsValue::UNDEFINED;

const KEYS: &str = r#"{"clientKey":"client","secretKey":"secret","userAgent":"test"}"#;

type Answer = Result<JsValue, JsValue>;

/// Returns the violations of a Kaufland method's arguments, which are a JSON text.
fn validate(endpoint: &str, args: &str) -> Answer {
    js::validate("kaufland".into(), endpoint.into(), parse(args), parse("{}"))
}

/// A client of Kaufland's, whose settings and keys are JSON texts.
fn client(settings: &str, keys: &str) -> JsValue {
    format!(r#"{{"marketplace":"kaufland","settings":{settings},"credentials":{keys},"session":false}}"#).into()
}

/// A call of a method of Kaufland's that was begun; the settings are a JSON text.
fn begin_with(endpoint: &str, args: JsValue, settings: &str) -> JsValue {
    let (client, sizes, gates) = (client(settings, "{}"), parse("[]"), parse("{}"));
    js::begin(client, endpoint.into(), args, NONE, "".into(), sizes, NONE, gates, 0.into(), NONE, NONE).unwrap()
}

/// The same with arguments that are a JSON text.
fn begin(endpoint: &str, args: &str, settings: &str) -> JsValue {
    begin_with(endpoint, parse(args), settings)
}

/// The state of a call that was begun.
fn state_of(begun: &JsValue) -> JsValue {
    let size = get(begun, "callSize").as_f64().unwrap();
    get(begun, "states").unchecked_into::<Uint8Array>().slice(0, size as u32).into()
}

/// What crosses as lines of a call that was begun: its method, its URL, and the headers if it is signed.
fn lines_of(begun: &JsValue) -> [String; 3] {
    let lines = get(begun, "lines").as_string().unwrap();
    let [_, method, url, _, headers] = lines.splitn(5, '\n').collect::<Vec<_>>()[..] else { panic!("{lines}") };
    [method, url, headers].map(str::to_owned)
}

/// The request of an attempt; `keys` is a JSON text, `how` says what `body` is of the body.
fn sign(call: &JsValue, keys: &str, how: &str, body: &[u8]) -> Answer {
    js::sign(call.clone(), client("{}", keys), NOW.into(), "".into(), NONE, NONE, how.into(), bytes(body))
}

/// A header of a signed request: one name and one value a line.
fn header(headers: &JsValue, name: &str) -> Option<String> {
    let text = headers.as_string().unwrap();
    let lines: Vec<_> = text.lines().collect();
    lines.chunks(2).find(|pair| pair[0] == name).map(|pair| pair[1].to_owned())
}

/// A call of `getTicket` that was started: the states of its call and its gate.
fn sent() -> (JsValue, JsValue) {
    let begun = begin("getTicket", r#"["00110123123"]"#, "{}");
    let start = parse(r#"{"type":"start","now":1700000000000}"#);
    let started = js::advance(state_of(&begun), NONE, start).unwrap();
    assert_eq!(get(&started, "step.type"), "send");
    (get(&started, "call"), get(&started, "gate"))
}

fn answered(status: u16, body: &str) -> JsValue {
    let (call, gate) = sent();
    let (now, headers) = (1_700_000_000_100.0.into(), "x-request-id\nr1\n".into());
    js::receive(call, gate, now, 0.5.into(), status.into(), headers, bytes(body.as_bytes()), NONE).unwrap()
}

/// The fields of violations, in their order.
fn fields(violations: &JsValue) -> Vec<String> {
    Array::from(violations).iter().map(|violation| get(&violation, "field").as_string().unwrap()).collect()
}

#[wasm_bindgen_test]
fn every_violation_crosses_at_once() {
    let arguments = r#"["x",{"text":"","interim_notice":"yes","more":1}]"#;
    let fields = fields(&validate("createTicketMessage", arguments).unwrap());
    for field in ["id_ticket", "text", "interim_notice", "more"] {
        assert!(fields.iter().any(|found| found == field), "{field} in {fields:?}");
    }
}

/// Returns the violations of these units in `openTicket`.
fn wrong_units(units: &[JsValue]) -> Vec<String> {
    let arguments = parse(r#"[{"reason":"product_return","message":"a"}]"#);
    set(&get(&arguments, "0"), "id_order_unit", units.iter().collect::<Array>());
    fields(&js::validate("kaufland".into(), "openTicket".into(), arguments, parse("{}")).unwrap())
}

#[wasm_bindgen_test]
fn numbers_that_json_cannot_hold_are_violations() {
    let units = [i64::MAX.into(), f64::NAN.into(), 9_007_199_254_740_992.0.into()];
    assert_eq!(wrong_units(&units), ["id_order_unit[1]", "id_order_unit[2]"]);
    // A bigint has a limit too, and plain data does not stand for one.
    let units = [7_u64.into(), (u64::MAX / 2 + 1).into(), parse(r#"{"$bigint":"7"}"#), f64::INFINITY.into()];
    assert_eq!(wrong_units(&units), ["id_order_unit[1]", "id_order_unit[2]", "id_order_unit[3]"]);
}

#[wasm_bindgen_test]
fn a_bigint_and_a_long_text_cross_unchanged() {
    let message = "ä€😀\"\\\n".repeat(20_000);
    let arguments = parse(r#"[{"reason":"product_return"}]"#);
    set(&get(&arguments, "0"), "id_order_unit", Array::of1(&i64::MAX.into()));
    set(&get(&arguments, "0"), "message", message.as_str());
    let begun = begin_with("openTicket", arguments, "{}");
    let body = String::from_utf8(bytes_of(&get(&begun, "whole"))).unwrap();
    assert!(body.contains(r#""id_order_unit":[9223372036854775807]"#), "{}", &body[..100]);
    assert_eq!(get(&parse(&body), "message"), message.as_str());
}

/// HMAC-SHA256 over method, URL, body and time, computed with Python's hmac.
const SIGNATURE: &str = "27bd088434d2fc3ed0112cfc7b6dc1e4ecb77b41991bbaee2187175bb71a360d";

#[wasm_bindgen_test]
fn a_request_is_signed_over_what_is_sent() {
    let begun = begin("createTicketMessage", r#"["1",{"text":"ä","interim_notice":true}]"#, "{}");
    assert!(get(&begun, "pieces").is_undefined());
    let body = bytes_of(&get(&begun, "whole"));
    assert_eq!(std::str::from_utf8(&body).unwrap(), r#"{"text":"ä","interim_notice":true}"#);
    let signed = sign(&state_of(&begun), KEYS, "whole", &body).unwrap();
    let [method, url, headers] = lines_of(&begun);
    assert_eq!((method.as_str(), headers.as_str()), ("POST", ""));
    assert_eq!(url, "https://sellerapi.kaufland.com/v2/tickets/1/messages");
    assert_eq!(header(&signed, "shop-timestamp").unwrap(), "1700000000");
    assert_eq!(header(&signed, "shop-signature").unwrap(), SIGNATURE);
}

#[wasm_bindgen_test]
fn a_small_request_is_made_and_signed_at_once() {
    let begin = |body: &str, sizes: &str, longest: usize, files: Option<&[u8]>| {
        let (args, files) = (parse(&format!(r#"["1",{body}]"#)), files.map_or(NONE, bytes));
        js::begin(
            client("{}", KEYS),
            "createTicketMessage".into(),
            args,
            NONE,
            "".into(),
            parse(sizes),
            files,
            parse("{}"),
            (longest as f64).into(),
            NOW.into(),
            NONE,
        )
        .unwrap()
    };
    let plain = r#"{"text":"ä","interim_notice":true}"#;
    let begun = begin(plain, "[]", 100, None);
    let [.., headers] = lines_of(&begun);
    assert_eq!(header(&headers.into(), "shop-signature").unwrap(), SIGNATURE);
    let whole = bytes_of(&get(&begun, "whole"));
    assert_eq!(std::str::from_utf8(&whole).unwrap(), plain);
    // A longer one is for the host to hash.
    let begun = begin(plain, "[]", whole.len(), None);
    assert!(get(&begun, "step").is_undefined());
    assert_eq!(lines_of(&begun)[2], "");

    let file = |name: &str, len: usize| {
        format!(r#"{{"filename":"{name}.png","mime_type":"image/png","size":{len},"found":"image/png"}}"#)
    };
    let files = format!(r#"{{"text":"a","ticket_message_files":[{},{}]}}"#, file("a", 4), file("b", 3));
    let begun = begin(&files, "[4,3]", 1000, Some(b"abcdxyz"));
    let whole = String::from_utf8(bytes_of(&get(&begun, "whole"))).unwrap();
    assert!(whole.contains("base64,YWJjZA==\"") && whole.contains("base64,eHl6\""), "{whole}");
    assert_eq!(get(&begun, "step.type"), "send");
    // A value of another shape is no body.
    for (sizes, bytes) in [("[4,3]", &b"abcdxy"[..]), ("[3,4]", b"abcdxyz"), ("[7]", b"abcdxyz"), ("[]", b"")] {
        let begun = begin(&files, sizes, 1000, Some(bytes));
        assert!(get(&begun, "step").is_undefined());
        assert_eq!(get(&begun, "pieces.1.size"), 4);
    }
}

#[wasm_bindgen_test]
fn a_missing_key_is_thrown_as_plain_data() {
    let (call, _) = sent();
    let thrown = sign(&call, r#"{"clientKey":"client"}"#, "whole", b"").unwrap_err();
    assert_eq!(get(&thrown, "kind"), "configuration");
    assert!(text(&thrown).contains("secretKey"));
    let prototype = |value: &JsValue| JsValue::from(js_sys::Object::get_prototype_of(value));
    assert_eq!(prototype(&thrown), prototype(&parse("{}")));
}

#[wasm_bindgen_test]
fn answers_are_checked_where_the_host_parses() {
    let good = r#"{"data":{"id_ticket":"00110123123","ids_order_units":[1],"id_buyer":9007199254740993,
        "ts_created_iso":"a","ts_updated_iso":"b","status":"new","open_reason":"c","topic":null,
        "is_seller_responsible":true,"fulfillment_type":"d","unknown":1}}"#;
    let done = answered(200, good);
    assert_eq!(get(&done, "step.type"), "done");
    assert_eq!(text(&get(&done, "step.result.pick")), r#"["data"]"#);
    assert_eq!(get(&done, "step.result.value.data.id_buyer"), JsValue::from(9_007_199_254_740_993_u64));
    assert_eq!(get(&done, "step.result.value.data.unknown"), 1);
    assert_eq!(get(&done, "step.result.value.data.topic"), JsValue::NULL);
    // The host parses what it does not round.
    let exact = answered(200, &good.replace("9007199254740993", "9007199254740991"));
    assert_eq!(get(&exact, "step.type"), "done");
    assert!(get(&exact, "step.result.value").is_undefined());

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
        let (client, method, path) = (client("{}", "{}"), method.into(), path.into());
        js::begin_forward(client, method, path, "".into(), "".into(), NONE, parse("{}"), 0.into(), NONE, NONE).unwrap()
    };
    let begun = forward("GET", "/tickets?status=opened&limit=%33");
    assert_eq!(lines_of(&begun)[1], "https://sellerapi.kaufland.com/v2/tickets?status=opened&limit=3");
    for (method, path) in
        [("DELETE", "/tickets"), ("GET", "/orders"), ("GET", "/tickets/../orders"), ("PATCH", "/tickets/1%2Fclose")]
    {
        assert_eq!(get(&forward(method, path), "violations.0.code"), "no_such_route");
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
        // Encoded text is hashed in its place.
        js::hash_begin();
        js::hash_piece(0, len);
        js::hash_piece(size, encoded);
        js::hash_end();
        let end = (size / 3 * 7) as u32;
        let sum = room().subarray(end, end + 32).to_vec();
        assert_eq!(sum, Sha256::digest([bytes, text].concat()).to_vec(), "{len} bytes");
    }
    // An absent value does no harm.
    assert_eq!(js::encode_piece(size + 1), 0);
    js::hash_piece(usize::MAX, 1);
}

#[wasm_bindgen_test]
fn a_body_that_the_host_hashed_is_signed_as_any_other() {
    let begun = begin("createTicketMessage", r#"["1",{"text":"ä"}]"#, "{}");
    let call = state_of(&begun);
    let keys = r#"{"clientKey":"client","secretKey":"secret","userAgent":"test",
        "partner":{"clientKey":"partner","secretKey":"another-secret-longer-than-a-block-of-the-hash-which-is-then-hashed-itself"}}"#;
    let body = noise(100_000);
    let whole = sign(&call, keys, "whole", &body).unwrap();

    let asked = js::signing(call.clone(), client("{}", keys), NOW.into()).unwrap();
    let heads: Vec<_> = Array::from(&get(&asked, "heads")).iter().map(|head| bytes_of(&head)).collect();
    assert_eq!(heads.len(), 2);
    let tail = bytes_of(&get(&asked, "tail"));
    let sums: Vec<u8> =
        heads.iter().flat_map(|head| Sha256::digest([head.as_slice(), &body, &tail].concat())).collect();
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
    let begun = begin("closeTicket", r#"["1"]"#, gateway);
    assert!(js::signing(state_of(&begun), client("{}", "{}"), NOW.into()).unwrap().is_undefined());
}

#[wasm_bindgen_test]
fn tables_are_there() {
    let unknown = validate("nothing", "[]").unwrap_err();
    assert_eq!(get(&unknown, "code"), "unknown_method");
    let message = get(&unknown, "message").as_string().unwrap();
    let (_, methods) = message.split_once("it has ").unwrap();
    let methods: Vec<_> = methods.split(", ").collect();
    assert_eq!(methods.len(), 6, "{message}");
    for method in methods {
        assert!(Array::is_array(&validate(method, "[]").unwrap()), "{method}");
    }
    let meanings = js::meanings("kaufland".into()).unwrap();
    assert_eq!(Array::from(&get(&meanings, "TicketTopic")).length(), 42);
    assert_eq!(get(&js::meanings("nobody".into()).unwrap_err(), "code"), "unknown_marketplace");
}

/// The fields that are wrong in the arguments of a call, which fails for them alone.
fn refused(answer: Answer) -> Vec<String> {
    let thrown = answer.unwrap_err();
    assert_eq!(get(&thrown, "kind"), "validation", "{}", text(&thrown));
    assert_eq!(get(&thrown, "code"), "invalid_input", "{}", text(&thrown));
    assert_eq!(get(&thrown, "sent"), "no", "{}", text(&thrown));
    fields(&get(&thrown, "violations"))
}

#[wasm_bindgen_test]
fn arguments_of_another_shape_are_typed_errors() {
    let getting = || ("kaufland".into(), "getTicket".into(), parse(r#"["1"]"#), parse("{}"));
    let validate = |change: fn(&mut (JsValue, JsValue, JsValue, JsValue))| {
        let mut given = getting();
        change(&mut given);
        js::validate(given.0, given.1, given.2, given.3)
    };
    assert_eq!(text(&validate(|_| {}).unwrap()), "[]");
    assert_eq!(refused(validate(|given| given.0 = NONE)), ["marketplace"]);
    assert_eq!(refused(validate(|given| given.1 = 7.into())), ["endpoint"]);
    assert_eq!(refused(validate(|given| given.2 = "[".into())), ["arguments"]);
    assert_eq!(refused(validate(|given| given.3 = "{}".into())), ["settings"]);

    let begin = |sizes: JsValue, longest: &str, now: JsValue, bytes: JsValue| {
        let (_, endpoint, args, _) = getting();
        let (client, gates) = (client("{}", KEYS), parse("{}"));
        js::begin(client, endpoint, args, NONE, "".into(), sizes, bytes, gates, parse(longest), now, NONE)
    };
    assert!(begin(parse("[]"), "100", NONE, NONE).is_ok());
    assert!(begin(NONE, "100", NOW.into(), NONE).is_ok());
    assert_eq!(refused(begin("4,3".into(), "100", NONE, NONE)), ["sizes"]);
    assert_eq!(refused(begin(NONE, r#""100""#, NOW.into(), NONE)), ["longest"]);
    assert_eq!(refused(begin(NONE, "100", "1".into(), NONE)), ["now"]);
    assert_eq!(refused(begin(NONE, "100", NONE, parse("[1,2]"))), ["bytes"]);

    let (call, gate) = sent();
    let waited = || parse(r#"{"type":"waited","now":1700000000000}"#);
    assert!(js::advance(call.clone(), gate.clone(), waited()).is_ok());
    assert_eq!(refused(js::advance("call".into(), gate.clone(), waited())), ["call"]);
    assert_eq!(refused(js::advance(call.clone(), bytes(b"\xff"), waited())), ["gate"]);
    assert_eq!(refused(js::advance(call.clone(), gate.clone(), parse(r#"{"type":"slept","now":1}"#))), ["type"]);
    assert_eq!(refused(js::advance(call.clone(), gate.clone(), parse(r#"{"type":"waited"}"#))), ["now"]);
    // A truncated state is refused.
    let cut = bytes_of(&call);
    assert_eq!(refused(js::advance(bytes(&cut[..cut.len() - 1]), gate, waited())), ["call"]);

    assert_eq!(refused(sign(&call, KEYS, "partly", b"")), ["how"]);
    let keyed = || client("{}", KEYS);
    let sign = |client: JsValue, length: &str| {
        js::sign(call.clone(), client, NOW.into(), "".into(), NONE, parse(length), "whole".into(), NONE)
    };
    assert!(sign(keyed(), "7").is_ok());
    assert_eq!(refused(sign(keyed(), r#""7""#)), ["length"]);
    assert_eq!(refused(sign("{".into(), "7")), ["client"]);
    assert_eq!(refused(sign("{}".into(), "7")), ["client.marketplace", "client.session"]);
    assert_eq!(refused(js::signing(call.clone(), keyed(), JsValue::NULL)), ["now"]);

    let receive = |status: JsValue, headers: &str, saw: JsValue| {
        let headers = headers.into();
        js::receive(call.clone(), NONE, NOW.into(), 0.5.into(), status, headers, bytes(b"{}"), saw)
    };
    assert!(receive(503.into(), "a\nb\n", NONE).is_ok());
    assert_eq!(refused(receive("503".into(), "", NONE)), ["status"]);
    assert_eq!(refused(receive(503.into(), "a", NONE)), ["headers"]);
    assert_eq!(refused(receive(503.into(), "", "{".into())), ["saw"]);
}

/// Arrays in one another, so many levels of them.
fn nested(levels: usize) -> JsValue {
    parse(&format!("{}{}", "[".repeat(levels), "]".repeat(levels)))
}

#[wasm_bindgen_test]
fn arguments_are_nested_only_so_deeply() {
    let validate = |argument: &JsValue| {
        js::validate("kaufland".into(), "getTicket".into(), Array::of1(argument).into(), parse("{}"))
    };
    let deepest = usize::from(MAX_INPUT_DEPTH);
    assert_eq!(fields(&validate(&nested(deepest)).unwrap()), ["id_ticket"]);
    let circle = parse("{}");
    set(&circle, "again", circle.clone());
    for argument in [nested(deepest + 1), nested(100_000), circle] {
        let thrown = validate(&argument).unwrap_err();
        assert_eq!(get(&thrown, "kind"), "validation");
        assert_eq!(get(&thrown, "violations.0.code"), "too_deep");
    }
}

/// The host's own parser decides, where the standard library does in other programs.
#[wasm_bindgen_test]
fn a_base_url_has_a_host_that_parsers_keep() {
    for (host, is_kept) in [
        ("a.example:8443", true),
        ("1a.example", true),
        ("192.0.2.1:80", true),
        ("[2001:db8::1]", true),
        ("[::1]:8787", true),
        ("[1:0:0:2::3]", true),
        ("[1:0:2:3:4:5:6:7]", true),
        ("[::ffff:0:1:2]", true),
        ("[::ffff:1]", true),
        ("[::ffff]", true),
        ("192.0.2.01", false),
        ("192.0.2.256", false),
        ("192.0.2", false),
        ("192.0.2.1.", false),
        ("3221225985", false),
        ("0x7f.1", false),
        ("a.1", false),
        ("[1:0:0:2:0:0::3]", false),
        ("[2001:0db8::1]", false),
        ("[0:0:0:0:0:0:0:1]", false),
        ("[2001:db8::0:1]", false),
        ("[::ffff:c000:201]", false),
        ("[::ffff:192.0.2.1]", false),
        ("[::192.0.2.1]", false),
        ("[:::]", false),
        ("[a.example]", false),
        ("[::1]x", false),
    ] {
        let settings = parse(&format!(r#"{{"gateway":true,"baseUrl":"https://{host}/v2"}}"#));
        let found = text(&js::check_settings("kaufland".into(), settings, NONE).unwrap());
        assert_eq!(found == "[]", is_kept, "{host}: {found}");
    }
    for (host, is_loopback) in [
        ("127.0.0.1", true),
        ("127.9.8.7:80", false),
        ("127.9.8.7:8080", true),
        ("[::1]", true),
        ("a.localhost", true),
        ("127.a.example", false),
        ("128.0.0.1", false),
    ] {
        let settings = parse(&format!(r#"{{"gateway":true,"baseUrl":"http://{host}"}}"#));
        let found = text(&js::check_settings("kaufland".into(), settings, NONE).unwrap());
        assert_eq!(found == "[]", is_loopback, "{host}: {found}");
    }
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
