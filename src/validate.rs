//! Violations: what is wrong with an input, all of it at once.

use crate::json::{Json, Object, ToJson, to_json};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;

/// One broken rule of one field.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Violation {
    /// Path of the field: `text`, `ticket_message_files[0].mime_type`; empty when the whole input is meant.
    pub field: String,
    /// Stable name of the rule, for programs: `required`, `too_long`, `unknown_value`, …
    pub code: String,
    /// What is wrong, in words, with the field and the value at fault.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// The figures and names of the message, for translation: `{ max: 65535, length: 70000 }`.
    #[cfg_attr(feature = "types", ts(type = "Record<string, string | number | string[]>"))]
    pub params: Params,
}

to_json!(Violation { "field": field, "code": code, "message": message, "hint": hint, "params": params });

/// Figures and names, each with its own name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params(Vec<(Cow<'static, str>, Json)>);

impl Params {
    /// The figure or name that is called so.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

impl ToJson for Params {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        for (name, value) in &self.0 {
            object.put(name, value);
        }
        object.end();
    }
}

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Violation {
    /// A violation of the rule `code` by `field`.
    pub fn new(field: impl Into<String>, code: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            code: code.to_owned(),
            message: message.into(),
            hint: hint.into(),
            params: Params::default(),
        }
    }

    /// A violation that arrives as JSON, from a gateway.
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

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Json>) -> Self {
        self.params.0.push((Cow::Borrowed(name), value.into()));
        self
    }
}

/// Collects violations. A field that could not be read at all is reported once: the rules about its content are moot.
#[derive(Debug, Default, Clone)]
pub struct Violations {
    list: Vec<Violation>,
    unreadable: usize,
}

impl Violations {
    /// An empty collection.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a violation, unless its field, or one around it, is already known to be unreadable.
    pub fn push(&mut self, violation: Violation) {
        if !self.list.iter().take(self.unreadable).any(|known| is_within(&violation.field, &known.field)) {
            self.list.push(violation);
        }
    }

    /// Says that reading is over: what was reported until now is about fields that have no usable value.
    pub fn reading_done(&mut self) {
        self.unreadable = self.list.len();
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// What was found.
    #[must_use]
    pub fn into_vec(self) -> Vec<Violation> {
        self.list
    }

    /// `Ok` when nothing was found.
    pub fn into_result(self) -> Result<(), Vec<Violation>> {
        if self.list.is_empty() { Ok(()) } else { Err(self.list) }
    }
}

fn is_within(field: &str, around: &str) -> bool {
    field.strip_prefix(around).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// Text with `min..=max` Unicode code points.
pub fn check_text_length(violations: &mut Violations, field: &str, text: &str, min: usize, max: usize) {
    let length = text.chars().count();
    if length < min {
        let message = if length == 0 {
            format!("`{field}` is empty")
        } else {
            format!("`{field}` has {length} characters, fewer than {min}")
        };
        violations.push(
            Violation::new(field, "too_short", message, format!("write at least {min} character{}", plural(min)))
                .with("min", min)
                .with("length", length),
        );
    } else if length > max {
        violations.push(
            Violation::new(
                field,
                "too_long",
                format!("`{field}` has {length} characters, more than {max}"),
                format!("shorten it by {} or split it into several messages", length.saturating_sub(max)),
            )
            .with("max", max)
            .with("length", length),
        );
    }
}

/// A whole number in `min..=max`.
pub fn check_range(violations: &mut Violations, field: &str, value: i64, min: i64, max: i64) {
    if value < min || value > max {
        let (message, hint) = if max == i64::MAX {
            (format!("`{field}` is {value}, less than {min}"), format!("give {min} or more"))
        } else {
            (
                format!("`{field}` is {value}, outside {min} to {max}"),
                format!("give a whole number from {min} to {max}"),
            )
        };
        let mut violation = Violation::new(field, "out_of_range", message, hint).with("min", min).with("value", value);
        if max != i64::MAX {
            violation = violation.with("max", max);
        }
        violations.push(violation);
    }
}

/// An RFC 3339 date and time with its zone, such as `2026-03-02T08:15:00Z`, on a real calendar day.
pub fn check_date_time(violations: &mut Violations, field: &str, text: &str) {
    if !is_date_time(text) {
        violations.push(
            Violation::new(
                field,
                "invalid_date_time",
                format!("`{field}` is {}, not a date and time with its zone", quoted(text)),
                "write it as 2026-03-02T08:15:00Z",
            )
            .with("value", excerpt(text)),
        );
    }
}

/// A value outside the documented list. `known` are the documented values, in the vendor's order.
pub fn unknown_value(field: &str, value: &str, known: &[&str]) -> Violation {
    Violation::new(
        field,
        "unknown_value",
        format!("`{field}` is {}, which is not a documented value", quoted(value)),
        format!("use one of {}, or allow unknown values for this client", known.join(", ")),
    )
    .with("value", excerpt(value))
    .with("known", known.to_vec())
}

/// The value in backticks, cut to a length that suits a message.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("`{}`", excerpt(text))
}

/// At most 60 characters of a text, control characters made visible.
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

/// `s` unless `count` is one.
#[must_use]
pub fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Whether a text is an RFC 3339 date and time with its zone, on a real calendar day.
#[must_use]
pub fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else { return false };
    let clock_end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let Some((clock, zone)) = time.split_at_checked(clock_end) else { return false };
    is_calendar_date(date) && is_clock(clock) && is_zone(zone)
}

/// `YYYY-MM-DD` on a day that exists.
#[must_use]
pub fn is_calendar_date(text: &str) -> bool {
    day_number(text).is_some()
}

/// The number of a day that is written as `YYYY-MM-DD`, so that two can be compared; `None` when there is no such day.
#[must_use]
#[expect(clippy::arithmetic_side_effects, reason = "a year has four digits, a month and a day have two")]
pub fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (Some(year), Some(month), Some(day), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return None;
    };
    let (Some(year), Some(month), Some(day)) = (digits(year, 4), digits(month, 2), digits(day, 2)) else {
        return None;
    };
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }
    // Counted in years that begin with March, whose months before the last have a regular pattern of lengths.
    let (year, month) = if month > 2 { (i64::from(year), month - 3) } else { (i64::from(year) - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap_days + i64::from((153 * month + 2) / 5) + i64::from(day))
}

fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':');
    let (Some(hour), Some(minute), Some(second), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let (second, fraction) = second.split_once('.').map_or((second, None), |(whole, part)| (whole, Some(part)));
    let fraction_is_good =
        fraction.is_none_or(|part| !part.is_empty() && part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit()));
    // 60 is a leap second, which RFC 3339 allows.
    digits(hour, 2).is_some_and(|h| h <= 23)
        && digits(minute, 2).is_some_and(|m| m <= 59)
        && digits(second, 2).is_some_and(|s| s <= 60)
        && fraction_is_good
}

fn is_zone(text: &str) -> bool {
    if text == "Z" || text == "z" {
        return true;
    }
    text.strip_prefix(['+', '-']).and_then(|offset| offset.split_once(':')).is_some_and(|(hours, minutes)| {
        digits(hours, 2).is_some_and(|h| h <= 23) && digits(minutes, 2).is_some_and(|m| m <= 59)
    })
}

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
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
    fn date_times_are_told_from_other_text() {
        for good in [
            "2026-03-02T08:15:00Z",
            "2026-03-02T08:15:00.123Z",
            "2026-03-02t08:15:00+02:00",
            "2024-02-29T00:00:00-11:30",
            "2000-02-29T23:59:60Z",
        ] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "",
            "2026-03-02",
            "2026-03-02T08:15:00",
            "2026-03-02 08:15:00Z",
            "2026-02-29T08:15:00Z",
            "1900-02-29T08:15:00Z",
            "2026-04-31T08:15:00Z",
            "2026-13-01T08:15:00Z",
            "2026-03-00T08:15:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T08:60:00Z",
            "2026-03-02T08:15Z",
            "2026-03-02T08:15:00.Z",
            "2026-03-02T08:15:00+0200",
            "2026-3-2T08:15:00Z",
            "+026-03-02T08:15:00Z",
            "Invalid Date",
            "２０２６-03-02T08:15:00Z",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn days_are_counted_over_every_month_and_leap_day() {
        let mut last = None;
        for year in [1999, 2000, 2023, 2024, 2025] {
            last = last.filter(|_| matches!(year, 2000 | 2024 | 2025));
            for month in 1..=12 {
                for day in 1..=31 {
                    let Some(number) = day_number(&format!("{year}-{month:02}-{day:02}")) else { continue };
                    assert_eq!(number, last.map_or(number, |last| last + 1), "{year}-{month}-{day}");
                    last = Some(number);
                }
            }
        }
        let apart = |a, b| day_number(b).unwrap() - day_number(a).unwrap();
        assert_eq!(apart("1999-12-31", "2000-01-01"), 1);
        assert_eq!(apart("1899-12-31", "2026-03-04"), 46_084);
        assert_eq!(apart("0000-01-01", "0001-01-01"), 366);
        assert_eq!(day_number("2026-02-29"), None);
    }

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
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt("a\nb"), "a\u{fffd}b");
        assert_eq!(excerpt(&"ä".repeat(61)).chars().count(), 61);
        assert_eq!(excerpt(&"ä".repeat(60)).chars().count(), 60);
    }
}
