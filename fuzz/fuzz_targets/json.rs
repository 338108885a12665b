//! Passes any bytes as JSON and compares the result with serde_json: which texts are accepted, and
//! every value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seller_tickets::wire::json::Json;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The greatest depth that both read.
const MAX_DEPTH: usize = 127;

fuzz_target!(|data: &[u8]| {
    let ours = Json::read(data);
    // `IgnoredAny` checks only the grammar: like this reader, it accepts lone surrogates and
    // numbers that are out of range.
    let text = std::str::from_utf8(data).ok().filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
    let text = text.filter(|text| depth(text) <= MAX_DEPTH);
    assert_eq!(ours.is_some(), text.is_some(), "one of them takes it: {:?}", String::from_utf8_lossy(data));
    let (Some(ours), Some(text)) = (ours, text) else { return };

    if let Ok(theirs) = serde_json::from_str::<Value>(text) {
        assert!(is_same(&ours, &theirs), "{ours:?} is not {theirs:?}");
    }
    // Both readers read the written text as the same value.
    let written = ours.to_string();
    // `Debug` also compares repeated names, which `==` ignores.
    assert_eq!(format!("{:?}", Json::read(written.as_bytes())), format!("{:?}", Some(&ours)));
    if let Ok(theirs) = serde_json::from_str::<Value>(&written) {
        assert!(is_same(&ours, &theirs), "{ours:?} was written as {written}");
    } else {
        assert!(serde_json::from_str::<IgnoredAny>(&written).is_ok(), "{written} is no JSON");
    }
});

/// The depth of a valid text.
fn depth(text: &str) -> usize {
    let (mut now, mut most, mut is_text, mut is_escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' if !is_text => now -= 1,
            _ => {}
        }
    }
    most
}

fn is_same(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Absent, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Text(a), Value::String(b)) => a == b,
        (Json::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        // Of a repeated name the last one counts.
        (Json::Map(a), Value::Object(b)) => {
            a.iter().all(|(name, _)| b.contains_key(name))
                && b.iter().all(|(name, b)| ours.get(name).is_some_and(|a| is_same(a, b)))
        }
        (Json::Int(a), Value::Number(b)) => b.as_i64() == Some(*a) || (*a == 0 && b.as_f64() == Some(0.0)),
        // All digits are kept here; serde_json's value may differ in the last bit.
        (Json::Number(a), Value::Number(b)) => match (a.parse::<f64>(), b.as_f64()) {
            (Ok(a), Some(b)) => !theirs.is_i64() && (a - b).abs() <= a.abs() * 4.0 * f64::EPSILON + f64::from_bits(4),
            _ => false,
        },
        _ => false,
    }
}
