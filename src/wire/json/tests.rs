use super::*;
use proptest::prelude::*;
use serde_json::Value;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // serde_json is certain to return these numbers unchanged.
        any::<i32>().prop_map(|value| Value::from(f64::from(value) / 256.0)),
        "\\PC*".prop_map(Value::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map("\\PC{0,4}", inner, 0..5).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

#[test]
fn what_is_no_json_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "nulll",
        "tru",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "{1:2}",
        r#"{"a"}"#,
        r#"{"a":}"#,
        r#"{"a":1,}"#,
        r#"{"a":1 "b":2}"#,
        "01",
        "-",
        "+1",
        "1.",
        ".1",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        r#"""#,
        r#""\""#,
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        "\"\n\"",
        "\"\u{1}\"",
        "1 1",
        "//",
        "'a'",
    ] {
        assert_eq!(Json::read(text.as_bytes()), None, "{text}");
        assert!(serde_json::from_str::<Value>(text).is_err(), "{text}");
    }
    // A host reads both: a byte order mark is no part of the text, and what is not UTF-8 is replaced.
    assert_eq!(Json::read("\u{feff}1".as_bytes()), Some(Json::Int(1)));
    assert_eq!(Json::read("1\u{feff}".as_bytes()), None);
    assert_eq!(Json::read(b"\"\xff\""), Some("\u{fffd}".into()));
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Json::read(deep(127).as_bytes()).is_some() && Json::read(deep(128).as_bytes()).is_none());
}

#[test]
fn half_a_pair_of_surrogates_becomes_a_replacement() {
    for (text, read) in [
        (r#""\ud83c\udfab""#, "🎫"),
        (r#""\ud83c""#, "\u{fffd}"),
        (r#""\udfab\ud83c""#, "\u{fffd}\u{fffd}"),
        (r#""\ud83c\ud83c\udfab""#, "\u{fffd}🎫"),
        (r#""\ud83cx\n""#, "\u{fffd}x\n"),
        (r#""\u0000\/\b\f\"\\""#, "\0/\u{8}\u{c}\"\\"),
    ] {
        assert_eq!(Json::read(text.as_bytes()), Some(read.into()), "{text}");
    }
}

#[test]
fn decimal_numbers_are_read_to_the_last_digit() {
    for text in ["0", "-0", "1", "1.5", "0.30000000000000004", "437.123456", "1e3", "1E-3", "1e23", "-2.5e+1", "5e-324"]
    {
        assert_eq!(read_f64(text), text.parse().ok(), "{text}");
    }
    assert_eq!(read_f64("1e999"), Some(f64::INFINITY));
    assert_eq!(read_f64("1e-999"), Some(0.0));
    for none in ["", "-", ".", "NaN", "1x", "1e", "1e1.5", "--1", "1.-1", "+1"] {
        assert_eq!(read_f64(none), None, "{none}");
    }
}

#[test]
fn integers_that_a_number_would_round_stay_exact() {
    for (text, written) in [
        ("9007199254740993", "9007199254740993"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("18446744073709551615", "18446744073709551615"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        // An integer that does not fit 128 bits is written as its digits.
        ("1234567890123456789012345678901234567890", r#""1234567890123456789012345678901234567890""#),
        ("1.50", "1.5"),
    ] {
        let json = Json::read(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&json).unwrap(), written);
        assert_eq!(json.to_string(), text);
    }
}

proptest! {
    #[test]
    fn json_is_read_and_written_as_serde_does(value in any_json()) {
        let written = value.to_string();
        let read = Json::read(written.as_bytes()).unwrap();
        prop_assert_eq!(serde_json::from_str::<Value>(&read.to_string()).unwrap(), value.clone());
        prop_assert_eq!(read, Json::from(value));
    }

    #[test]
    fn any_bytes_are_json_for_both_or_for_none(bytes in "[\\[\\]{}\",:0-9eE.+\\-\\\\unltrfase ]{0,12}|\\PC{0,8}") {
        // A number beyond the largest one, and an unpaired surrogate, are read here as hosts read
        // them.
        let theirs = serde_json::from_str::<Value>(&bytes);
        let ours = Json::read(bytes.as_bytes());
        prop_assert!(ours.is_some() == theirs.is_ok() || (ours.is_some() && (bytes.contains(['e', 'E']) || bytes.contains("\\u"))), "{}", bytes);
    }

    #[test]
    fn texts_are_written_as_serde_does(value in any::<String>()) {
        prop_assert_eq!(quote(&value), serde_json::to_string(&value).unwrap());
    }

}

impl std::ops::Index<&str> for Json {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        self.get(name).unwrap_or(&Json::Absent)
    }
}

impl std::ops::Index<usize> for Json {
    type Output = Json;

    fn index(&self, index: usize) -> &Json {
        self.as_array().and_then(|items| items.get(index)).unwrap_or(&Json::Absent)
    }
}

impl PartialEq<Value> for Json {
    fn eq(&self, other: &Value) -> bool {
        serde_json::to_value(self).unwrap() == *other
    }
}
