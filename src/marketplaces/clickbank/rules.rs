//! Rules that several operations share. Each names its source: *service* is the vendor's
//! description of the service, *pages* are its web pages, and *ours* marks a rule that neither
//! states, but that rejects only invalid input, or input that would move more money than intended.

use super::CLICKBANK;
use super::model::RefundType;
use crate::rules::input::wrong_type;
use crate::rules::rule::{Pattern, Rule};
use crate::rules::settings::Settings;
use crate::rules::violation::{EMPTY, Violations, check_digits, plural};
use crate::rules::words::{Count, Cut, Decimal, Inner, Percent, Text, words};
use crate::vendor::{Endpoint, Parts};
use crate::wire::json::{Json, read_f64};
use crate::wire::url::fill_path;

/// *Pages*: the longest URL.
pub(super) const MAX_URL: usize = 2000;
/// *Ours*: the most of the URL that parameters can fill if a complete table of rules accepts them.
/// Hosts check them by the table alone, so a base URL that leaves too little room is not reported.
const SHORT: usize = 300;
/// *Service*: the characters of a receipt in a filter, not counting wildcards.
pub(super) const MIN_RECEIPT_FILTER: usize = 4;
/// *Service*: the range of a percentage, in hundredths.
const PERCENT: std::ops::RangeInclusive<u64> = 100..=8000;
/// *Ours*: an id has no more digits than a 64-bit number.
const MAX_ID_DIGITS: usize = 19;
/// *Ours*: no amount is longer.
const MAX_AMOUNT: usize = 20;

/// *Service*: an integer.
pub(super) const ID: Rule = Rule::Like {
    pattern: Pattern::new("^[0-9]{1,19}$"),
    check: |violations, _, field, id| check_id(violations, field, id),
};
/// *Ours*: a receipt is one segment of a path, and no pattern.
pub(super) const RECEIPT: Rule = Rule::Like {
    pattern: Pattern::new("^[0-9A-Za-z-]{1,64}$"),
    check: |violations, _, field, receipt| check_receipt(violations, field, receipt),
};
/// *Service* states it for lists, and *pages* state the same for counts.
pub(super) const RECEIPT_FILTER: Rule = Rule::Like {
    pattern: Pattern::new("^[0-9A-Za-z-]{4}[0-9A-Za-z%-]{0,60}$"),
    check: |violations, _, field, receipt| check_receipt_filter(violations, field, receipt),
};
/// *Ours*: an empty text selects no item.
pub(super) const SKU: Rule = Rule::Text { min: 1, max: MAX_URL };

fn check_id(violations: &mut Violations, field: &str, id: &str) {
    const HINT: &str = "give the ticket's `ticketid`";
    check_digits(violations, field, id, MAX_ID_DIGITS, HINT);
}

fn check_receipt(violations: &mut Violations, field: &str, receipt: &str) {
    const HINT: &str = "give the receipt as the order has it: ABCD1234";
    if receipt.is_empty() {
        violations.add(field, EMPTY, (Text(HINT),));
    } else if receipt.contains(['%', '/', '\\']) || receipt.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let words = words!(
            "invalid_receipt",
            ["value", "_hint"],
            "`{field}` is `{value}`, which holds a character that receipts do not have",
            "{_hint}",
        );
        violations.add(field, words, (Cut(receipt), Text(HINT)));
    }
}

fn check_receipt_filter(violations: &mut Violations, field: &str, receipt: &str) {
    let length = receipt.chars().filter(|c| *c != '%').count();
    if receipt.starts_with('%') {
        let words = words!(
            "leading_wildcard",
            ["value"],
            "`{field}` is `{value}`, which starts with the wildcard",
            "begin with characters of the receipt: ABCD%",
        );
        violations.add(field, words, (Cut(receipt),));
    }
    if length < MIN_RECEIPT_FILTER {
        let words = words!(
            "too_short",
            ["min", "length", "_s"],
            "`{field}` has {length} character{_s} without `%`, fewer than {min}",
            "give at least {min} characters of the receipt",
        );
        let figures = (Count(MIN_RECEIPT_FILTER), Count(length), Text(plural(length)));
        violations.add(field, words, figures);
    }
}

/// *Service*: the form of the amount of a partial refund.
pub(super) fn refund_amount(kind: Option<&RefundType>, amount: Option<&str>, violations: &mut Violations) {
    const FIELD: &str = "refundAmount";
    let Some(amount) = amount else {
        if let Some(kind @ (RefundType::PartialPercent | RefundType::PartialAmount)) = kind {
            let words = words!(
                "required",
                ["_type"],
                "`{field}` is missing, which `{_type}` needs",
                "give it as decimal text, such as \"12.50\"",
            );
            violations.add(FIELD, words, (Text(kind.as_str()),));
        }
        return;
    };
    let Some((whole, decimals)) = decimal(amount) else {
        let words = words!(
            "not_a_decimal",
            ["value"],
            "`{field}` is `{value}`, which is no decimal number",
            "write digits with a point, such as \"12.50\", and neither sign nor currency",
        );
        violations.add(FIELD, words, (Cut(amount),));
        return;
    };
    if kind == Some(&RefundType::PartialPercent) {
        // The digits are compared, so that no float rounds them.
        let hundredths = format!("{whole}{decimals:0<2}").parse::<u64>().ok().filter(|_| decimals.len() <= 2);
        if decimals.len() > 2 {
            let words = words!(
                "too_many_decimals",
                ["max", "value"],
                "`{field}` is `{value}`, which has more than two decimals",
                "give at most two, such as \"33.33\"",
            );
            violations.add(FIELD, words, (Count(2), Decimal(amount)));
        } else if !hundredths.is_some_and(|hundredths| PERCENT.contains(&hundredths)) {
            let words = words!(
                "percent_out_of_range",
                ["min", "max", "value"],
                "`{field}` is `{value}`, outside {min} to {max} per cent",
                "give {min} to {max}, or use FULL",
            );
            violations.add(FIELD, words, (Percent(1), Percent(80), Decimal(amount)));
        }
    } else if whole.bytes().chain(decimals.bytes()).all(|byte| byte == b'0') {
        let words = words!("zero_amount", ["value"], "`{field}` is zero", "give what is to be paid back");
        violations.add(FIELD, words, (Decimal(amount),));
    }
}

/// Returns the digits before and after the point.
fn decimal(text: &str) -> Option<(&str, &str)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() <= MAX_AMOUNT && is_digits(whole) && is_digits(decimals)).then_some((whole, decimals))
}

/// An undocumented field is sent in the query unchanged, so it must be a single value.
pub(super) fn extra(extra: &[(String, Json)], violations: &mut Violations) {
    for (name, value) in extra {
        let is_one = match value {
            Json::Bool(_) | Json::Int(_) | Json::Text(_) => true,
            Json::Number(text) => read_f64(text).is_some(),
            Json::Absent | Json::List(_) | Json::Map(_) => false,
        };
        if !is_one {
            violations.push(wrong_type(name, value, "text, a number, true or false"));
        }
    }
}

/// *Pages*: a URL has at most 2,000 characters. All parameters are in it, so a comment can fill
/// only the rest.
pub(super) fn url<E: Endpoint>(endpoint: &E, comment: Option<&str>, settings: &Settings, violations: &mut Violations) {
    check_url(E::META.path, endpoint.parts(settings), comment, settings, violations);
}

/// A function of its own, so that it is not compiled once for each operation.
fn check_url(path: &str, parts: Parts, comment: Option<&str>, settings: &Settings, violations: &mut Violations) {
    // A value that is no valid path segment is reported elsewhere.
    let path = fill_path(path, &parts.path).unwrap_or_default();
    let own = path.len().saturating_add(parts.query.to_suffix().len());
    // A gateway's own URL does not count, because the gateway calls the marketplace at its own URL.
    let base = if settings.gateway { CLICKBANK.production } else { CLICKBANK.base_url(settings) };
    let length = base.len().saturating_add(own);
    let over = length.saturating_sub(MAX_URL);
    if over == 0 || own <= SHORT {
        return;
    }

    let Some(comment) = comment else {
        let words = words!(
            "url_too_long",
            ["max", "length"],
            "the URL has {length} characters, more than {max}",
            "shorten the parameters, which all go into the URL",
        );
        violations.add("", words, (Count(MAX_URL), Count(length)));
        return;
    };
    let encoded = comment.chars().map(encoded_len).sum::<usize>();
    let room = encoded.saturating_sub(over);
    let fits = fitting(comment, room);
    let words = words!(
        "url_too_long",
        ["max", "length", "room", "fits", "_encoded"],
        "`{field}` makes the URL {length} characters long, more than {max}: only its first {fits} fit",
        "shorten it; encoded it may have {room} characters and has {_encoded}",
    );
    violations.add("comment", words, (Count(MAX_URL), Count(length), Inner(room), Count(fits), Inner(encoded)));
}

/// Returns how many characters of a text fit into `room` encoded characters.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0usize;
    text.chars()
        .take_while(|c| {
            used = used.saturating_add(encoded_len(*c));
            used <= room
        })
        .count()
}

/// Returns the length of a character when it is encoded in a query.
fn encoded_len(c: char) -> usize {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') { 1 } else { c.len_utf8().saturating_mul(3) }
}

#[cfg(test)]
mod tests;
