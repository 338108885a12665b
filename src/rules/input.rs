//! Reads untyped input (a JavaScript object, a JSON text) into typed parameters, and reports every
//! violation on the way.
//!
//! serde stops at the first mistake, but a form needs all of them. The host's value is therefore
//! converted to a tree first, and each field is then read separately.

use crate::rules::codes::code;
use crate::rules::violation::{Violation, Violations, check_range};
use crate::rules::words::{Cut, Label, Names, Text, words};
use crate::wire::http::{Headers, Method};
use crate::wire::json::Json;
use crate::wire::json::read_f64;
use crate::wire::secret::Secret;

/// The names of the options of a call in JavaScript.
pub const CALL_OPTIONS: [&str; 8] =
    ["signal", "timeoutMs", "totalTimeoutMs", "maxRetries", "headers", "onProgress", "ensure", "settleMs"];

/// The names that other libraries give to some of them.
const OTHER_NAMES: [(&str, &str); 7] = [
    ("timeout", "timeoutMs"),
    ("totalTimeout", "totalTimeoutMs"),
    ("retries", "maxRetries"),
    ("retry", "maxRetries"),
    ("abortSignal", "signal"),
    ("onUploadProgress", "onProgress"),
    ("idempotencyKey", "ensure"),
];

/// Options of a client that are looked for among the parameters.
const CLIENT_OPTIONS: [&str; 5] = ["fetch", "baseUrl", "gateway", "debug", "allowUnknownValues"];

/// Returns where an option belongs that was given among the parameters.
fn place_of_option(name: &str) -> Option<String> {
    let meant = OTHER_NAMES.into_iter().find(|(other, _)| *other == name).map_or(name, |(_, option)| option);
    if CALL_OPTIONS.contains(&meant) {
        return Some(format!("`{meant}` is an option: give it in the object after the parameters"));
    }
    CLIENT_OPTIONS.contains(&name).then(|| format!("`{name}` is an option of the client: give it to the constructor"))
}

fn type_name(input: &Json) -> &'static str {
    match input {
        Json::Absent => "nothing",
        Json::Bool(_) => "a boolean",
        Json::Int(_) | Json::Number(_) => "a number",
        Json::Text(_) => "text",
        Json::List(_) => "an array",
        Json::Map(_) => "an object",
    }
}

/// A type that can be read from [`Json`]. A value that cannot be read is reported and replaced by
/// a default, so that the other fields are still read and checked; the caller stops if there are
/// violations.
pub trait FromInput: Sized {
    /// Returns the value, or reports a violation and returns a default.
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self;
}

/// A value that is read in place, so that code for values of any type is compiled once.
pub trait Replace {
    /// Replaces the value with the one that was given; see [`FromInput`].
    fn replace(&mut self, input: Json, field: &str, violations: &mut Violations);
}

impl<T: FromInput> Replace for T {
    fn replace(&mut self, input: Json, field: &str, violations: &mut Violations) {
        *self = T::from_input(input, field, violations);
    }
}

/// The fields of an object, which are read one by one by name.
#[derive(Debug)]
pub struct Fields<'a> {
    entries: Vec<(String, Json)>,
    path: &'a str,
    /// The path of the field that was taken last.
    at: String,
    violations: &'a mut Violations,
}

impl<'a> Fields<'a> {
    /// Returns the fields of `input`, which must be an object or absent.
    pub fn new(input: Json, path: &'a str, violations: &'a mut Violations) -> Self {
        let entries = match input {
            Json::Map(entries) => entries,
            Json::Absent => Vec::new(),
            other => {
                violations.push(wrong_type(path, &other, "an object"));
                Vec::new()
            }
        };
        Self { entries, path, at: String::new(), violations }
    }

    /// Returns whether the field `name` is present, even if it is `null`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key == name)
    }

    /// Returns the field `name` as `T`, or the last one if it occurs twice. This is compiled once
    /// for each type, and not for each field.
    pub fn take<T: FromInput>(&mut self, name: &str) -> T {
        let found = self.take_out(name);
        T::from_input(found, &self.at, self.violations)
    }

    /// Replaces `value` with the field `name`, whether it has a value or not.
    pub fn take_into(&mut self, name: &str, value: &mut dyn Replace) {
        let found = self.take_out(name);
        value.replace(found, &self.at, self.violations);
    }

    /// Replaces `value` with the field `name`, if it has a value.
    pub fn replace(&mut self, name: &str, value: &mut dyn Replace) {
        let found = self.take_out(name);
        if !found.is_absent() {
            value.replace(found, &self.at, self.violations);
        }
    }

    /// Returns the field `name`. This is a separate function so that it is compiled once, and not
    /// for each type.
    fn take_out(&mut self, name: &str) -> Json {
        let mut found = Json::Absent;
        self.entries.retain_mut(|(key, value)| {
            let matches = key == name;
            if matches {
                found = std::mem::take(value);
            }
            !matches
        });
        // The path is needed only if something is wrong, so its memory is used again.
        self.at.clear();
        if !self.path.is_empty() {
            self.at.push_str(self.path);
            self.at.push('.');
        }
        self.at.push_str(name);
        found
    }

    /// Reports a violation of a rule between fields.
    pub fn report(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Returns every field that was not taken and has a value, for vendors that allow additional
    /// ones. An option is none of the vendor's, so it is reported.
    #[must_use]
    pub fn rest(self, known: &dyn Fn() -> Vec<&'static str>) -> Vec<(String, Json)> {
        let Self { mut entries, path, violations, .. } = self;
        entries.retain(|(name, value)| {
            let place = if path.is_empty() && !value.is_absent() { place_of_option(name) } else { None };
            if let Some(hint) = &place {
                report_unknown(violations, name, &known(), hint);
            }
            place.is_none() && !value.is_absent()
        });
        entries
    }

    /// Reports every field that was not taken, for vendors that forbid additional ones. An absent
    /// value is no field.
    pub fn deny_unknown(self, known: &[&str]) {
        for (name, value) in self.entries {
            if !value.is_absent() {
                let place = if self.path.is_empty() { place_of_option(&name) } else { None };
                let hint = place.unwrap_or_else(|| format!("remove it; the fields are {}", known.join(", ")));
                report_unknown(self.violations, &join(self.path, &name), known, &hint);
            }
        }
    }
}

fn report_unknown(violations: &mut Violations, field: &str, known: &[&str], hint: &str) {
    let words =
        words!("unknown_field", ["known", "_name", "_hint"], "`{_name}` is not a field of this request", "{_hint}");
    violations.add(field, words, (Names(known), Cut(field), Text(hint)));
}

/// Returns `outer.name`, or just `name` at the top.
#[must_use]
pub fn join(outer: &str, name: &str) -> String {
    if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") }
}

/// Returns `list[index]`.
#[must_use]
pub fn at(list: &str, index: usize) -> String {
    format!("{list}[{index}]")
}

/// Returns the violation of a field whose value has another type than `expected`.
#[must_use]
pub fn wrong_type(field: &str, found: &Json, expected: &str) -> Violation {
    let subject = if field.is_empty() { "the argument".to_owned() } else { format!("`{field}`") };
    if found.is_absent() {
        return Violation::new(field, code!("required"), format!("{subject} is missing"), format!("give {expected}"));
    }
    let words = words!(
        "wrong_type",
        ["expected", "_subject", "_found"],
        "{_subject} is {_found}, not {expected}",
        "give {expected}",
    );
    Violation::of(field, words, (Label(expected), Text(&subject), Text(type_name(found))))
}

/// Returns the violation of a field whose value is a number, but not an exact whole one.
#[must_use]
pub fn not_an_integer(field: &str) -> Violation {
    Violation::new(
        field,
        code!("not_an_integer"),
        format!("`{field}` is not an exact whole number"),
        "give a whole number; beyond 9007199254740991 give a bigint of at most 64 bits",
    )
}

impl FromInput for Json {
    fn from_input(input: Json, _field: &str, _violations: &mut Violations) -> Self {
        input
    }
}

impl FromInput for String {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Text(text) => text,
            other => {
                violations.push(wrong_type(field, &other, "text"));
                String::new()
            }
        }
    }
}

impl FromInput for bool {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Bool(value) => value,
            other => {
                violations.push(wrong_type(field, &other, "true or false"));
                false
            }
        }
    }
}

impl FromInput for i64 {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Int(value) => return value,
            Json::Number(_) => violations.push(not_an_integer(field)),
            other => violations.push(wrong_type(field, &other, "a whole number")),
        }
        0
    }
}

impl<T: FromInput> FromInput for Option<T> {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Absent => None,
            input => Some(T::from_input(input, field, violations)),
        }
    }
}

impl<T: FromInput> FromInput for Vec<T> {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut list = Self::new();
        items(input, field, violations, &mut |item, field, violations| {
            list.push(T::from_input(item, field, violations));
        });
        list
    }
}

/// Passes the items of an array to `read`. This is a separate function so that it is compiled once,
/// and not for each type.
fn items(input: Json, field: &str, violations: &mut Violations, read: &mut dyn FnMut(Json, &str, &mut Violations)) {
    match input {
        Json::List(items) => {
            for (index, item) in items.into_iter().enumerate() {
                read(item, &at(field, index), violations);
            }
        }
        other => violations.push(wrong_type(field, &other, "an array")),
    }
}

impl FromInput for Headers {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let entries = match input {
            Json::Map(entries) => entries,
            other => {
                violations.push(wrong_type(field, &other, "an object of header names and values"));
                Vec::new()
            }
        };
        let mut read = |(name, value): (String, Json)| {
            let at = format!("{field}.{name}");
            (name, String::from_input(value, &at, violations))
        };
        entries.into_iter().map(&mut read).collect()
    }
}

impl FromInput for f64 {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Int(value) => value as f64,
            Json::Number(text) => read_f64(&text).unwrap_or(f64::NAN),
            other => {
                violations.push(wrong_type(field, &other, "a number"));
                0.0
            }
        }
    }
}

impl FromInput for u64 {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        u64::try_from(i64::from_input(input, field, violations)).unwrap_or(0)
    }
}

impl FromInput for u32 {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let value = i64::from_input(input, field, violations);
        u32::try_from(value).unwrap_or_else(|_| {
            check_range(violations, field, value, 0, i64::from(u32::MAX));
            0
        })
    }
}

impl FromInput for Method {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let name = String::from_input(input, field, violations);
        let all = [Self::Get, Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter().find(|method| method.as_str() == name).unwrap_or(Self::Get)
    }
}

impl FromInput for Secret {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        Self::new(String::from_input(input, field, violations))
    }
}

/// Returns the vendor's name of a field: `type` for `r#type`.
#[cfg(any(test, feature = "marketplace"))]
pub(crate) const fn wire_name(field: &'static str) -> &'static str {
    match field.as_bytes() {
        [b'r', b'#', name @ ..] => match std::str::from_utf8(name) {
            Ok(name) => name,
            Err(_) => field,
        },
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Sample {
        text: String,
        flag: Option<bool>,
        ids: Vec<i64>,
    }

    impl FromInput for Sample {
        fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
            let mut fields = Fields::new(input, field, violations);
            let sample = Self { text: fields.take("text"), flag: fields.take("flag"), ids: fields.take("ids") };
            fields.deny_unknown(&["text", "flag", "ids"]);
            sample
        }
    }

    /// Settings for a vendor that may accept more than it documents.
    #[derive(Debug)]
    struct Open {
        r#type: Option<String>,
        extra: Vec<(String, Json)>,
    }

    impl FromInput for Open {
        fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
            let mut fields = Fields::new(input, field, violations);
            Self { r#type: fields.take("type"), extra: fields.rest(&Vec::new) }
        }
    }

    #[test]
    fn unknown_fields_pass_through_where_the_vendor_may_take_them() {
        let json = r#"{ "type": "a", "new": { "deep": [1, 1.5, true, null, "x"] }, "none": null }"#;
        let mut violations = Violations::new();
        let open = Open::from_input(serde_json::from_str(json).unwrap(), "", &mut violations);
        assert!(violations.is_empty());
        assert_eq!(open.r#type.as_deref(), Some("a"));
        assert_eq!(serde_json::to_string(&open.extra).unwrap(), r#"[["new",{"deep":[1,1.5,true,null,"x"]}]]"#);
    }

    fn read(json: &str) -> (Sample, Vec<(String, String)>) {
        let input: Json = serde_json::from_str(json).unwrap();
        let mut violations = Violations::new();
        let sample = Sample::from_input(input, "", &mut violations);
        (sample, violations.into_vec().into_iter().map(|v| (v.field, v.code.to_string())).collect())
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
    }

    #[test]
    fn good_input_is_read() {
        let (sample, violations) = read(r#"{ "text": "a", "flag": null, "ids": [1, 9223372036854775807] }"#);
        assert_eq!(violations, []);
        assert_eq!(sample, Sample { text: "a".into(), flag: None, ids: vec![1, i64::MAX] });
    }

    #[test]
    fn every_violation_is_reported_at_once() {
        let (_, violations) =
            read(r#"{ "flag": "yes", "ids": [1.5, "2", 18446744073709551615], "more": 1, "none": null }"#);
        let expected = pairs(&[
            ("text", "required"),
            ("flag", "wrong_type"),
            ("ids[0]", "not_an_integer"),
            ("ids[1]", "wrong_type"),
            ("ids[2]", "not_an_integer"),
            ("more", "unknown_field"),
        ]);
        assert_eq!(violations, expected);
    }

    #[test]
    fn an_option_among_the_fields_is_told_where_it_belongs() {
        let mut violations = Violations::new();
        let input =
            serde_json::from_str(r#"{ "text": "a", "ids": [], "signal": {}, "timeout": 1, "fetch": {}, "other": 1 }"#);
        Sample::from_input(input.unwrap(), "", &mut violations);
        let hints: Vec<_> = violations.into_vec().into_iter().map(|violation| violation.hint).collect();
        assert_eq!(hints[0], "`signal` is an option: give it in the object after the parameters");
        assert_eq!(hints[1], "`timeoutMs` is an option: give it in the object after the parameters");
        assert_eq!(hints[2], "`fetch` is an option of the client: give it to the constructor");
        assert_eq!(hints[3], "remove it; the fields are text, flag, ids");
    }

    #[test]
    fn an_option_is_no_additional_field() {
        for path in ["", "inner"] {
            let mut violations = Violations::new();
            let input = serde_json::from_str(r#"{ "more": 1, "retries": 2, "signal": null }"#).unwrap();
            let rest = Fields::new(input, path, &mut violations).rest(&|| vec!["text"]);
            let (kept, told) = (rest.into_iter().map(|(name, _)| name).collect::<Vec<_>>(), violations.into_vec());
            if path.is_empty() {
                assert_eq!(kept, ["more"]);
                assert_eq!(told[0].hint, "`maxRetries` is an option: give it in the object after the parameters");
            } else {
                assert_eq!(kept, ["more", "retries"]);
                assert!(told.is_empty());
            }
        }
    }

    #[test]
    fn an_input_that_is_no_object_is_named() {
        let (_, violations) = read("[1]");
        assert_eq!(violations.first(), pairs(&[("", "wrong_type")]).first());
    }

    #[test]
    fn deep_nesting_is_refused_and_not_followed() {
        let deep = format!("{}1{}", "[".repeat(130), "]".repeat(130));
        assert!(serde_json::from_str::<Json>(&deep).is_err());
        let fine = format!("{}1{}", "[".repeat(100), "]".repeat(100));
        assert!(serde_json::from_str::<Json>(&fine).is_ok());
    }
}
