//! Finds integers that a JavaScript number would round.

/// The largest integer up to which JavaScript numbers represent every integer exactly
/// (`Number.MAX_SAFE_INTEGER`).
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// Returns the JSON text with every integer outside the safe range written as `{"$bigint":"…"}`;
/// `None` if there is none, which is the usual case. `json` must be valid JSON in UTF-8; other
/// bytes give `None`.
#[must_use]
pub fn exact_text(json: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(json).ok()?;
    let mut out = String::new();
    let mut copied = 0;
    for (start, end) in numbers(json) {
        let number = text.get(start..end)?;
        if is_unsafe_integer(number) {
            out.push_str(text.get(copied..start)?);
            out.push_str("{\"$bigint\":\"");
            out.push_str(number);
            out.push_str("\"}");
            copied = end;
        }
    }
    (copied > 0).then(|| {
        out.push_str(text.get(copied..).unwrap_or_default());
        out
    })
}

/// The start and end of each number of a JSON text.
fn numbers(json: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut bytes = json.iter().copied().enumerate().peekable();
    let (mut in_string, mut escaped) = (false, false);
    std::iter::from_fn(move || {
        while let Some((at, byte)) = bytes.next() {
            if in_string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
            } else if byte == b'"' {
                in_string = true;
            } else if byte == b'-' || byte.is_ascii_digit() {
                let mut end = at.saturating_add(1);
                while bytes.next_if(|(_, b)| b.is_ascii_digit() || b"+-.eE".contains(b)).is_some() {
                    end = end.saturating_add(1);
                }
                return Some((at, end));
            }
        }
        None
    })
}

fn is_unsafe_integer(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    digits.len() >= 16
        && digits.bytes().all(|b| b.is_ascii_digit())
        && digits.parse::<u64>().map_or(true, |value| value > MAX_SAFE_INTEGER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_integers_outside_the_safe_range_are_marked() {
        let cases = [
            (r#"{"a":9007199254740991,"b":-9007199254740991}"#, None),
            (r#"{"a":9007199254740992}"#, Some(r#"{"a":{"$bigint":"9007199254740992"}}"#)),
            ("[-9007199254740992,1]", Some(r#"[{"$bigint":"-9007199254740992"},1]"#)),
            ("123456789012345678901234567890", Some(r#"{"$bigint":"123456789012345678901234567890"}"#)),
            (r#"["9007199254740992","\"9007199254740992"]"#, None),
            (r#"["\\",9007199254740993]"#, Some(r#"["\\",{"$bigint":"9007199254740993"}]"#)),
            ("[9007199254740992.5,9007199254740992e3]", None),
        ];
        for (json, expected) in cases {
            assert_eq!(exact_text(json.as_bytes()).as_deref(), expected, "{json}");
        }
    }

    proptest! {
        #[test]
        fn marks_are_valid_json_and_lose_no_digit(values in proptest::collection::vec(any::<i64>(), 0..8), text in "\\PC*") {
            let json = serde_json::to_string(&serde_json::json!({ "values": values, "text": text })).unwrap();
            let marked = exact_text(json.as_bytes()).unwrap_or(json);
            let parsed: serde_json::Value = serde_json::from_str(&marked).unwrap();
            let read: Vec<i64> = parsed["values"].as_array().unwrap().iter().map(|value| match value {
                serde_json::Value::Number(number) => number.as_i64().unwrap(),
                other => other["$bigint"].as_str().unwrap().parse().unwrap(),
            }).collect();
            prop_assert_eq!(read, values);
            prop_assert_eq!(parsed["text"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = exact_text(&bytes);
        }
    }
}
