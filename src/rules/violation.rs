//! Violations report everything that is wrong with an input at once.

use crate::wire::json::Json;
use crate::wire::repeats::Tally;
use crate::wire::time::is_date_time;
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;

use Figure::{Cut, List, Number, Text};

/// One broken rule of one field.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Violation {
    /// The path of the field: `text`, `ticket_message_files[0].mime_type`; empty if the whole input
    /// is meant.
    pub field: String,
    /// The stable name of the rule, for programs: `required`, `too_long`, `unknown_value`, …
    pub code: String,
    /// What is wrong, in words, with the field and the value at fault.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The figures and names of the message, for translation: `{ max: 65535, length: 70000 }`.
    #[cfg_attr(feature = "types", ts(type = "Record<string, string | number | string[]>"))]
    pub params: Params,
}

/// Figures and names, each with its own name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Vec<(Cow<'static, str>, Json)>);

impl Params {
    /// Returns the figure or name with this key.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Violation {
    /// Returns a violation of the rule `code` by `field`.
    pub fn new(field: impl Into<String>, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.to_owned(),
            message: message.into(),
            hint: hint.into(),
            params: Params::default(),
        }
    }

    /// Returns a violation that arrives as JSON from a gateway.
    #[must_use]
    pub fn from_json(mut json: Json) -> Option<Self> {
        let mut text = |name: &str| match json.take(name) {
            Json::Text(text) => Some(text),
            _ => None,
        };
        let (field, code, message, hint) = (text("field")?, text("code")?, text("message")?, text("hint"));
        let params = match json.take("params") {
            Json::Map(entries) => entries.into_iter().map(|(name, value)| (Cow::Owned(name), value)).collect(),
            _ => Vec::new(),
        };
        Some(Self { field, code, message, hint: hint.unwrap_or_default(), params: Params(params) })
    }

    /// Returns the violation with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.params.0.push((Cow::Borrowed(name), value.into()));
        self
    }
}

/// A figure or a name, for the message of a violation and for programs.
#[derive(Debug, Clone, Copy)]
pub enum Figure<'a> {
    /// A text that is known to be short.
    Text(&'a str),
    /// Any text. The message shows an [`excerpt`] of it.
    Cut(&'a str),
    /// A number.
    Number(i64),
    /// Texts, which the message lists with commas between them.
    List(&'a [&'a str]),
}

impl Figure<'_> {
    /// Returns a length or a limit. A value that does not fit is larger than any real one.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn write(&self, out: &mut String) {
        match self {
            Text(text) => out.push_str(text),
            Cut(text) => out.push_str(&excerpt(text)),
            Number(number) => out.push_str(&number.to_string()),
            List(texts) => out.push_str(&texts.join(", ")),
        }
    }
}

impl From<&Figure<'_>> for Json {
    fn from(figure: &Figure<'_>) -> Self {
        match figure {
            Number(number) => Self::Int(*number),
            List(texts) => (*texts).into(),
            text => {
                let mut shown = String::new();
                text.write(&mut shown);
                Self::Text(shown)
            }
        }
    }
}

/// The texts of a broken rule, made by `words!`.
///
/// The texts are data, because a rule that builds its message in its own code costs several times
/// as much wasm. They are one text, because a table of texts needs addresses, which do not
/// compress: code, message, hint and the figures' names have a line each.
#[derive(Debug, Clone, Copy)]
pub struct Words<const FIGURES: usize>(&'static str);

impl<const FIGURES: usize> Words<FIGURES> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(lines: &'static str, said: [&'static str; 3], names: &[&'static str; FIGURES]) -> Self {
        let [code, message, hint] = said;
        assert!(names_known(code, names) && names_known(message, names) && names_known(hint, names));
        Self(lines)
    }
}

/// Makes the texts of a broken rule: `words!(code, [figures], message, hint)`. `{name}` stands for
/// the figure of this name, and `{field}` for the field; another name does not compile. Figures
/// whose names begin with an underscore appear in the texts only.
macro_rules! words {
    ($code:literal, [$($name:literal),*], $message:literal, $hint:literal $(,)?) => {
        const {
            $crate::rules::violation::Words::new(
                concat!($code, "\n", $message, "\n", $hint $(, "\n", $name)*),
                [$code, $message, $hint],
                &[$($name),*],
            )
        }
    };
}
pub(crate) use words;

/// Returns whether each name in braces is `field` or one of these names.
const fn names_known(template: &str, names: &[&str]) -> bool {
    let mut rest = template.as_bytes();
    loop {
        let (outside, brace) = rest.split_at(find(rest, b'{'));
        let [_, inside @ ..] = brace else { return find(outside, b'}') == outside.len() };
        let (name, brace) = inside.split_at(find(inside, b'}'));
        let [_, after @ ..] = brace else { return false };
        if find(outside, b'}') < outside.len() || !(same(name, b"field") || is_one_of(name, names)) {
            return false;
        }
        rest = after;
    }
}

/// Returns the position of the byte, or the length.
#[expect(clippy::arithmetic_side_effects, reason = "no text is that long")]
const fn find(mut bytes: &[u8], wanted: u8) -> usize {
    let mut at = 0;
    while let [byte, rest @ ..] = bytes {
        if *byte == wanted {
            break;
        }
        (at, bytes) = (at + 1, rest);
    }
    at
}

const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([a, rest @ ..], [b, other_rest @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

const fn is_one_of(name: &[u8], mut names: &[&str]) -> bool {
    while let [known, rest @ ..] = names {
        if same(name, known.as_bytes()) {
            return true;
        }
        names = rest;
    }
    false
}

impl Violation {
    /// Returns a violation with these texts, with a figure for each of their names.
    #[must_use]
    pub fn of<const FIGURES: usize>(field: &str, words: Words<FIGURES>, figures: [Figure<'_>; FIGURES]) -> Self {
        Self::put(field, words.0, &figures)
    }

    fn put(field: &str, lines: &'static str, figures: &[Figure<'_>]) -> Self {
        let (code, lines) = until(lines, b'\n');
        let (message, lines) = until(lines, b'\n');
        let (hint, mut names) = until(lines, b'\n');
        let mut params = Params::default();
        let mut named = Vec::with_capacity(figures.len());
        for figure in figures {
            let (name, others) = until(names, b'\n');
            names = others;
            named.push((name, figure));
            if !name.starts_with('_') {
                params.0.push((Cow::Borrowed(name), figure.into()));
            }
        }
        let filled = |template| filled(template, field, &named);
        Self { field: field.to_owned(), code: filled(code), message: filled(message), hint: filled(hint), params }
    }
}

/// Returns the template with its figures filled in.
fn filled(template: &str, field: &str, figures: &[(&str, &Figure<'_>)]) -> String {
    // This capacity is usually enough.
    let mut text = String::with_capacity(template.len().saturating_mul(2));
    let mut rest = template;
    while !rest.is_empty() {
        let (outside, inside) = until(rest, b'{');
        text.push_str(outside);
        let (name, after) = until(inside, b'}');
        match figures.iter().find(|(known, _)| *known == name) {
            Some((_, figure)) => figure.write(&mut text),
            None if name.is_empty() => {}
            None => text.push_str(field),
        }
        rest = after;
    }
    text
}

/// Returns the texts before and after the first of these bytes.
fn until(text: &str, end: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == end).unwrap_or(text.len());
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    (before, rest.get(1..).unwrap_or_default())
}

/// The most violations that are reported. A form cannot show more, and each takes memory.
pub const MOST_VIOLATIONS: usize = 1000;
/// The code of a last violation, which stands for those that are not reported.
const MORE: &str = "more_violations";

/// Collects violations. A field that could not be read at all is reported once, because the rules
/// about its content do not apply.
#[derive(Debug, Default, Clone)]
pub struct Violations {
    list: Vec<Violation>,
    /// The number of violations for which the list has no room.
    more: usize,
    /// The fields without a usable value, while the input is read.
    unreadable: Vec<String>,
    /// The same fields after that.
    read: Option<Tally>,
}

impl Violations {
    /// Returns an empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a violation, unless its field, or one around it, is already known to be unreadable.
    pub fn push(&mut self, violation: Violation) {
        match &self.read {
            None => self.unreadable.push(violation.field.clone()),
            Some(unreadable) => {
                if around(&violation.field).any(|field| unreadable.count(field) > 0) {
                    return;
                }
            }
        }
        if self.list.len() < MOST_VIOLATIONS {
            self.list.push(violation);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Adds a violation with these texts, like [`push`](Self::push).
    pub fn add<const FIGURES: usize>(&mut self, field: &str, words: Words<FIGURES>, figures: [Figure<'_>; FIGURES]) {
        self.put(field, words.0, &figures);
    }

    fn put(&mut self, field: &str, lines: &'static str, figures: &[Figure<'_>]) {
        self.push(Violation::put(field, lines, figures));
    }

    /// Marks the end of reading: all violations reported until now concern fields without a usable
    /// value.
    pub fn reading_done(&mut self) {
        let unreadable = std::mem::take(&mut self.unreadable);
        self.read.get_or_insert_with(|| Tally::of(unreadable));
    }

    /// Returns whether there are no violations.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the violations, at most [`MOST_VIOLATIONS`] of them. If there are more, the last one
    /// says how many.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Violation> {
        if self.more > 0 && self.list.pop().is_some() {
            let words = words!(
                "more_violations",
                ["more", "_s"],
                "{more} more violation{_s} are not listed",
                "correct the listed ones first",
            );
            let more = self.more.saturating_add(1);
            self.list.push(Violation::of("", words, [Figure::count(more), Text(plural(more))]));
        }
        self.list
    }

    /// Returns `Ok` if there are no violations.
    pub fn into_result(self) -> Result<(), Vec<Violation>> {
        if self.list.is_empty() { Ok(()) } else { Err(self.into_vec()) }
    }
}

/// Returns the number of broken rules that these violations stand for.
#[must_use]
pub fn count_of(violations: &[Violation]) -> usize {
    let more = violations.last().filter(|last| last.code == MORE).and_then(|last| last.params.get("more")?.as_u64());
    let untold = more.and_then(|more| usize::try_from(more).ok()).map_or(0, |more| more.saturating_sub(1));
    violations.len().saturating_add(untold)
}

/// Returns the field and every field around it: `a[0].b`, `a[0]` and `a`.
fn around(field: &str) -> impl Iterator<Item = &str> {
    let ends = field.match_indices(['.', '[']).map(|(at, _)| at);
    ends.chain([field.len()]).filter_map(|end| field.get(..end))
}

/// The text for an empty value where one is required.
pub const EMPTY: Words<1> = words!("required", ["_hint"], "`{field}` is empty", "{_hint}");
/// The text for an empty list where an item is required.
pub const NO_ITEMS: Words<3> = words!("too_short", ["min", "length", "_hint"], "`{field}` is empty", "{_hint}");
const NO_TEXT: Words<3> =
    words!("too_short", ["min", "length", "_s"], "`{field}` is empty", "write at least {min} character{_s}");
const TOO_SHORT: Words<3> = words!(
    "too_short",
    ["min", "length", "_s"],
    "`{field}` has {length} characters, fewer than {min}",
    "write at least {min} character{_s}",
);
const TOO_LONG: Words<3> = words!(
    "too_long",
    ["max", "length", "_over"],
    "`{field}` has {length} characters, more than {max}",
    "shorten it by {_over} or split it into several messages",
);
const TOO_SMALL: Words<2> =
    words!("out_of_range", ["min", "value"], "`{field}` is {value}, less than {min}", "give {min} or more");
const OUT_OF_RANGE: Words<3> = words!(
    "out_of_range",
    ["min", "value", "max"],
    "`{field}` is {value}, outside {min} to {max}",
    "give a whole number from {min} to {max}",
);
const NO_DATE_TIME: Words<1> = words!(
    "invalid_date_time",
    ["value"],
    "`{field}` is `{value}`, not a date and time with its zone",
    "write it as 2026-03-02T08:15:00Z",
);
const UNKNOWN_VALUE: Words<2> = words!(
    "unknown_value",
    ["value", "known"],
    "`{field}` is `{value}`, which is not a documented value",
    "use one of {known}, or allow unknown values for this client",
);

/// Reports a text that does not have `min..=max` Unicode code points.
pub fn check_text_length(violations: &mut Violations, field: &str, text: &str, min: usize, max: usize) {
    let length = text.chars().count();
    let count = Figure::count;
    if length < min {
        let words = if length == 0 { NO_TEXT } else { TOO_SHORT };
        violations.add(field, words, [count(min), count(length), Text(plural(min))]);
    } else if length > max {
        violations.add(field, TOO_LONG, [count(max), count(length), count(length.saturating_sub(max))]);
    }
}

/// Reports a whole number outside `min..=max`.
pub fn check_range(violations: &mut Violations, field: &str, value: i64, min: i64, max: i64) {
    if value < min && max == i64::MAX {
        violations.add(field, TOO_SMALL, [Number(min), Number(value)]);
    } else if value < min || value > max {
        violations.add(field, OUT_OF_RANGE, [Number(min), Number(value), Number(max)]);
    }
}

/// Reports a text that is not an RFC 3339 date and time with its zone, such as
/// `2026-03-02T08:15:00Z`, on a real calendar day.
pub fn check_date_time(violations: &mut Violations, field: &str, text: &str) {
    if !is_date_time(text) {
        violations.add(field, NO_DATE_TIME, [Cut(text)]);
    }
}

/// Returns the violation of a value outside the documented list. `known` holds the documented
/// values, in the vendor's order.
#[must_use]
pub fn unknown_value(field: &str, value: &str, known: &[&str]) -> Violation {
    Violation::of(field, UNKNOWN_VALUE, [Cut(value), List(known)])
}

/// Returns the value in backticks, cut to a length that suits a message.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("`{}`", excerpt(text))
}

/// Returns at most 60 characters of a text, with control characters made visible.
#[must_use]
pub fn excerpt(text: &str) -> String {
    const MOST: usize = 60;
    let mut short: String =
        text.chars().take(MOST).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// Returns the plural `s`, or an empty text if `count` is one.
#[must_use]
pub fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
impl std::ops::Index<&str> for Params {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        self.get(name).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_counted_in_code_points() {
        let mut violations = Violations::new();
        check_text_length(&mut violations, "text", "🎫🎫", 1, 2);
        assert!(violations.is_empty());
        check_text_length(&mut violations, "text", "🎫🎫🎫", 1, 2);
        check_text_length(&mut violations, "text", "", 1, 2);
        let codes: Vec<_> = violations.into_vec().into_iter().map(|v| v.code).collect();
        assert_eq!(codes, ["too_long", "too_short"]);
    }

    #[test]
    fn words_are_filled_with_figures() {
        const ALL: Words<5> = words!(
            "{_code}",
            ["value", "known", "max", "_code", "_none"],
            "`{field}` is {value}{_none}",
            "{known}: {max}{max}",
        );
        let value = "{max}\n".repeat(20);
        let figures = [Cut(&value), List(&["a", "b,c"]), Number(-3), Text("some_code"), Text("")];
        let found = Violation::of("a[0].{value}", ALL, figures);
        // Text from outside is not treated as a template.
        assert_eq!(found.message, format!("`a[0].{{value}}` is {}", excerpt(&value)));
        assert_eq!((found.code.as_str(), found.hint.as_str()), ("some_code", "a, b,c: -3-3"));
        let known = Json::from(vec!["a", "b,c"]);
        let params = [("value", excerpt(&value).into()), ("known", known), ("max", Json::Int(-3))];
        assert_eq!(found.params, Params(params.map(|(name, value)| (Cow::Borrowed(name), value)).into()));
        const NONE: Words<0> = words!("code", [], "", "{field}");
        assert_eq!(Violation::of("x", NONE, []), Violation::new("x", "code", "", "x"));
    }

    /// These texts would not compile in `words!`.
    #[test]
    fn words_that_name_no_figure_are_told() {
        for good in ["", "a", "{a}", "{field}{ab} {a}", "`{a}`"] {
            assert!(names_known(good, &["a", "ab"]), "{good}");
        }
        for bad in ["{", "}", "{}", "{b}", "{a", "a}", "{aa}", "{a}{", "{a}}", "}{a}", "{{a}}", "{ab }", "{Field}"] {
            assert!(!names_known(bad, &["a", "ab"]), "{bad}");
        }
    }

    #[test]
    fn a_field_without_a_value_is_reported_once() {
        let mut violations = Violations::new();
        violations.push(Violation::new("files[1]", "wrong_type", "", ""));
        violations.reading_done();
        violations.push(Violation::new("files[1].name", "required", "", ""));
        violations.push(Violation::new("files[1]", "other", "", ""));
        violations.push(Violation::new("files[10].name", "required", "", ""));
        let fields: Vec<_> = violations.into_vec().into_iter().map(|v| v.field).collect();
        assert_eq!(fields, ["files[1]", "files[10].name"]);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let of = |count: usize| {
            let mut violations = Violations::new();
            for index in 0..count {
                violations.push(Violation::new(format!("ids[{index}]"), "wrong_type", "", ""));
            }
            violations.reading_done();
            // Fields that cannot be read are known beyond the list, too.
            for index in 0..count {
                violations.push(Violation::new(format!("ids[{index}].x"), "required", "", ""));
            }
            violations.into_vec()
        };
        for count in [0, 1, MOST_VIOLATIONS] {
            let found = of(count);
            assert_eq!((found.len(), count_of(&found)), (count, count));
            assert!(found.iter().all(|violation| violation.code == "wrong_type"));
        }
        for count in [MOST_VIOLATIONS + 1, 40_000] {
            let found = of(count);
            assert_eq!((found.len(), count_of(&found)), (MOST_VIOLATIONS, count));
            let last = found.last().unwrap();
            assert_eq!((last.field.as_str(), last.code.as_str()), ("", MORE));
            assert_eq!(last.params["more"], Json::from(count - MOST_VIOLATIONS + 1));
            assert!(found.iter().rev().skip(1).all(|violation| violation.code == "wrong_type"));
        }
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt("a\nb"), "a\u{fffd}b");
        assert_eq!(excerpt(&"ä".repeat(61)).chars().count(), 61);
        assert_eq!(excerpt(&"ä".repeat(60)).chars().count(), 60);
    }
}
