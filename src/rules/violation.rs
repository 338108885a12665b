//! Violations report everything that is wrong with an input at once.

use crate::rules::codes::{Code, ViolationCode};
use crate::rules::words::{
    Count, Cut, Figures, Form, Marketplace, Mime, Mimes, Names, Number, Text, Words, filled, until, words,
};
use crate::wire::json::Json;
use crate::wire::repeats::Tally;
use crate::wire::time::is_date_time;
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;

/// One broken rule of one field.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Violation {
    /// The path of the field: `text`, `ticket_message_files[0].mime_type`; empty if the whole input
    /// is meant.
    pub field: String,
    /// The stable name of the rule, for programs: `required`, `too_long`, `unknown_value`, …
    #[cfg_attr(feature = "types", ts(type = "ViolationCode"))]
    pub code: Code<ViolationCode>,
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
    pub fn new(
        field: impl Into<String>,
        code: Code<ViolationCode>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { field: field.into(), code, message: message.into(), hint: hint.into(), params: Params::default() }
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
        let code = Code::named(code);
        Some(Self { field, code, message, hint: hint.unwrap_or_default(), params: Params(params) })
    }

    /// Returns the violation with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.params.0.push((Cow::Borrowed(name), value.into()));
        self
    }
}

impl Violation {
    /// Returns a violation with these texts, with a figure for each of their names.
    #[must_use]
    pub fn of<F: Figures>(field: &str, words: Words<F>, figures: F) -> Self {
        figures.read(|figures| Self::put(field, words.0, figures))
    }

    fn put(field: &str, lines: &'static str, figures: &[Form<'_>]) -> Self {
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
        Self { field: field.to_owned(), code: Code::named(code), message: filled(message), hint: filled(hint), params }
    }
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
        if self.admit(&violation.field) {
            self.list.push(violation);
        }
    }

    /// Notes a violation of this field. Returns whether it is to be listed.
    fn admit(&mut self, field: &str) -> bool {
        match &self.read {
            None => self.unreadable.push(field.to_owned()),
            Some(unreadable) => {
                if around(field).any(|field| unreadable.count(field) > 0) {
                    return false;
                }
            }
        }
        let has_room = self.list.len() < MOST_VIOLATIONS;
        self.more = self.more.saturating_add(usize::from(!has_room));
        has_room
    }

    /// Adds a violation with these texts, like [`push`](Self::push).
    pub fn add<F: Figures>(&mut self, field: &str, words: Words<F>, figures: F) {
        figures.read(|figures| self.put(field, words.0, figures));
    }

    fn put(&mut self, field: &str, lines: &'static str, figures: &[Form<'_>]) {
        // The texts of a violation that is not listed are not made.
        if self.admit(field) {
            self.list.push(Violation::put(field, lines, figures));
        }
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
            self.list.push(Violation::of("", words, (Count(more), Text(plural(more)))));
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
pub const EMPTY: Words<(Text<'_>,)> = words!("required", ["_hint"], "`{field}` is empty", "{_hint}");
/// The text for an empty list where an item is required.
pub const NO_ITEMS: Words<(Count, Count, Text<'_>)> =
    words!("too_few_items", ["min", "length", "_hint"], "`{field}` is empty", "{_hint}");
const NO_TEXT: Words<(Count, Count, Text<'_>)> =
    words!("too_short", ["min", "length", "_s"], "`{field}` is empty", "write at least {min} character{_s}");
const TOO_SHORT: Words<(Count, Count, Text<'_>)> = words!(
    "too_short",
    ["min", "length", "_s"],
    "`{field}` has {length} characters, fewer than {min}",
    "write at least {min} character{_s}",
);
const TOO_LONG: Words<(Count, Count, Count)> = words!(
    "too_long",
    ["max", "length", "_over"],
    "`{field}` has {length} characters, more than {max}",
    "shorten it by {_over} or split it into several messages",
);
const TOO_SMALL: Words<(Number, Number)> =
    words!("out_of_range", ["min", "value"], "`{field}` is {value}, less than {min}", "give {min} or more");
const OUT_OF_RANGE: Words<(Number, Number, Number)> = words!(
    "out_of_range",
    ["min", "value", "max"],
    "`{field}` is {value}, outside {min} to {max}",
    "give a whole number from {min} to {max}",
);
const NOT_DIGITS: Words<(Cut<'_>, Text<'_>)> = words!(
    "not_digits",
    ["value", "_hint"],
    "`{field}` is `{value}`, which has other characters than digits",
    "{_hint}",
);
const TOO_MANY_DIGITS: Words<(Count, Count, Text<'_>)> =
    words!("too_many_digits", ["max", "length", "_hint"], "`{field}` has {length} digits, more than {max}", "{_hint}",);
const NO_DATE_TIME: Words<(Cut<'_>,)> = words!(
    "invalid_date_time",
    ["value"],
    "`{field}` is `{value}`, not a date and time with its zone",
    "write it as 2026-03-02T08:15:00Z",
);
const UNKNOWN_VALUE: Words<(Cut<'_>, Names<'_>)> = words!(
    "unknown_value",
    ["value", "known"],
    "`{field}` is `{value}`, which is not a documented value",
    "use one of {known}, or allow unknown values for this client",
);

/// Reports a text that does not have `min..=max` Unicode code points.
pub fn check_text_length(violations: &mut Violations, field: &str, text: &str, min: usize, max: usize) {
    let length = text.chars().count();
    if length < min {
        let words = if length == 0 { NO_TEXT } else { TOO_SHORT };
        violations.add(field, words, (Count(min), Count(length), Text(plural(min))));
    } else if length > max {
        violations.add(field, TOO_LONG, (Count(max), Count(length), Count(length.saturating_sub(max))));
    }
}

/// Reports a whole number outside `min..=max`.
pub fn check_range(violations: &mut Violations, field: &str, value: i64, min: i64, max: i64) {
    if value < min && max == i64::MAX {
        violations.add(field, TOO_SMALL, (Number(min), Number(value)));
    } else if value < min || value > max {
        violations.add(field, OUT_OF_RANGE, (Number(min), Number(value), Number(max)));
    }
}

/// Reports an id that does not consist of 1 to `max` digits.
pub fn check_digits(violations: &mut Violations, field: &str, id: &str, max: usize, hint: &str) {
    if id.is_empty() {
        violations.add(field, EMPTY, (Text(hint),));
    } else if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        violations.add(field, NOT_DIGITS, (Cut(id), Text(hint)));
    } else if id.len() > max {
        violations.add(field, TOO_MANY_DIGITS, (Count(max), Count(id.len()), Text(hint)));
    }
}

/// Reports a text that is not an RFC 3339 date and time with its zone, such as
/// `2026-03-02T08:15:00Z`, on a real calendar day.
pub fn check_date_time(violations: &mut Violations, field: &str, text: &str) {
    if !is_date_time(text) {
        violations.add(field, NO_DATE_TIME, (Cut(text),));
    }
}

/// Returns the violation of a value outside the documented list. `known` holds the documented
/// values, in the vendor's order.
#[must_use]
pub fn unknown_value(field: &str, value: &str, known: &[&str]) -> Violation {
    Violation::of(field, UNKNOWN_VALUE, (Cut(value), Names(known)))
}

/// Returns the same for the MIME type of a file.
#[must_use]
pub fn unknown_mime_type(field: &str, value: &str, known: &[&str], marketplace: &str) -> Violation {
    let words = words!(
        "mime_type_not_allowed",
        ["value", "known", "marketplace"],
        "`{field}` is `{value}`, which is not a documented value",
        "use one of {known}, or allow unknown values for this client",
    );
    Violation::of(field, words, (Mime(value), Mimes(known), Marketplace(marketplace)))
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
    use crate::rules::codes::code;

    #[test]
    fn text_is_counted_in_code_points() {
        let mut violations = Violations::new();
        check_text_length(&mut violations, "text", "🎫🎫", 1, 2);
        assert!(violations.is_empty());
        check_text_length(&mut violations, "text", "🎫🎫🎫", 1, 2);
        check_text_length(&mut violations, "text", "", 1, 2);
        let codes: Vec<_> = violations.into_vec().into_iter().map(|v| v.code.to_string()).collect();
        assert_eq!(codes, ["too_long", "too_short"]);
    }

    #[test]
    fn a_field_without_a_value_is_reported_once() {
        let mut violations = Violations::new();
        violations.push(Violation::new("files[1]", code!("wrong_type"), "", ""));
        violations.reading_done();
        violations.push(Violation::new("files[1].name", code!("required"), "", ""));
        violations.push(Violation::new("files[1]", code!("too_deep"), "", ""));
        violations.push(Violation::new("files[10].name", code!("required"), "", ""));
        let fields: Vec<_> = violations.into_vec().into_iter().map(|v| v.field).collect();
        assert_eq!(fields, ["files[1]", "files[10].name"]);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let of = |count: usize| {
            let mut violations = Violations::new();
            for index in 0..count {
                violations.push(Violation::new(format!("ids[{index}]"), code!("wrong_type"), "", ""));
            }
            violations.reading_done();
            // Fields that cannot be read are known beyond the list, too.
            for index in 0..count {
                violations.push(Violation::new(format!("ids[{index}].x"), code!("required"), "", ""));
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
    fn texts_of_violations_that_are_not_listed_are_not_made() {
        const KNOWN: Words<(Names<'_>,)> =
            words!("unknown_field", ["known"], "`{field}` is none of {known}", "write one of {known}");
        let names = vec!["a name of some length"; 2000];
        let time_of = |count: usize| {
            let begun = std::time::Instant::now();
            let mut violations = Violations::new();
            violations.reading_done();
            (0..count).for_each(|_| violations.add("field", KNOWN, (Names(&names),)));
            assert_eq!(violations.into_vec().len(), count.min(MOST_VIOLATIONS));
            begun.elapsed()
        };
        let (listed, all) = (time_of(MOST_VIOLATIONS), time_of(20 * MOST_VIOLATIONS));
        assert!(all < listed * 5, "{listed:?} for those that are listed, {all:?} for all");
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt("a\nb"), "a\u{fffd}b");
        assert_eq!(excerpt(&"ä".repeat(61)).chars().count(), 61);
        assert_eq!(excerpt(&"ä".repeat(60)).chars().count(), 60);
    }
}
