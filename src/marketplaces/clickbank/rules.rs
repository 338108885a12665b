//! What ClickBank accepts, and what would be refused anyway or would move other money than was meant. Each rule names
//! where it comes from: *service* is the vendor's description of the service, *pages* its pages, *ours* what neither says
//! but nobody can want.

use super::CLICKBANK;
use super::endpoints::{
    CountTicketsParams, CreateTicketParams, GetRefundAmountsParams, ListTicketsParams, TicketId, UpdateTicketParams,
};
use super::model::{Action, Reason, RefundType, StatusFilter, TypeCode};
use crate::rules::input::{Input, wrong_type};
use crate::rules::rule::check_value;
use crate::rules::settings::Settings;
use crate::rules::violation::Figure::{Cut, List, Number, Text};
use crate::rules::violation::{Figure, Violations, check_range, check_text_length, plural, words};
use crate::vendor::{Endpoint, Parts};
use crate::wire::time::parse_date;
use crate::wire::url::fill_path;

/// *Pages*: the longest URL.
const MAX_URL: usize = 2000;
/// *Service*: the characters of a receipt in a filter, wildcards not counted.
pub(super) const MIN_RECEIPT_FILTER: usize = 4;
/// *Service*: from one end of a range of dates to the other.
const MAX_DAYS: i64 = 7;
/// *Service*: the range of a percentage, in hundredths.
const PERCENT: std::ops::RangeInclusive<u64> = 100..=8000;
/// *Ours*: no more digits than a number of 64 bits has.
const MAX_ID_DIGITS: usize = 19;
/// *Ours*: no amount is longer.
const MAX_AMOUNT: usize = 20;

pub(super) fn create_ticket(params: &CreateTicketParams, settings: &Settings, violations: &mut Violations) {
    receipt(&params.receipt, violations);
    check_value(violations, settings, "type", params.r#type.as_str(), TypeCode::VALUES);
    check_reason(params, settings, violations);
    check_sku(params.sku.as_deref(), violations);

    let is_refund = params.r#type == TypeCode::Refund;
    if is_refund && params.refundType.is_none() {
        // Service: "For 'rfnd' the parameter refundType must also be specified."
        let words = words!("required", ["known"], "`{field}` is missing, which `rfnd` needs", "use one of {known}");
        violations.add("refundType", words, [List(RefundType::VALUES)]);
    }
    if params.r#type.is_known() && !is_refund {
        // Ours: whoever gives them expects them to count, but a `cncl` may pay everything back whatever they say.
        for (field, is_given) in [
            ("refundType", params.refundType.is_some()),
            ("refundAmount", params.refundAmount.is_some()),
            ("retainSubscription", params.retainSubscription.is_some()),
        ] {
            if is_given {
                let words = words!(
                    "refund_only",
                    ["_type"],
                    "`{field}` is given, but the ticket is no refund: `type` is `{_type}`",
                    "leave it out, or use the type `rfnd`",
                );
                violations.add(field, words, [Text(params.r#type.as_str())]);
            }
        }
    } else {
        check_refund(params.refundType.as_ref(), params.refundAmount.as_deref(), settings, violations);
        if params.refundType == Some(RefundType::Full) && params.refundAmount.is_some() {
            // Ours: all would be paid back, whatever the amount.
            let words = words!(
                "partial_only",
                [],
                "`{field}` is given, but `FULL` pays everything back",
                "leave it out, or use PARTIAL_AMOUNT or PARTIAL_PERCENT",
            );
            violations.add("refundAmount", words, []);
        }
    }
    extra(&params.extra, violations);
}

pub(super) fn get_refund_amounts(params: &GetRefundAmountsParams, settings: &Settings, violations: &mut Violations) {
    receipt(&params.receipt, violations);
    check_sku(params.sku.as_deref(), violations);
    // The service calls the amount required for every type and explains it for the partial ones only; `FULL` has none.
    check_refund(Some(&params.refundType), params.refundAmount.as_deref(), settings, violations);
    extra(&params.extra, violations);
}

/// *Service*: actions and what each needs.
pub(super) fn update_ticket(params: &UpdateTicketParams, settings: &Settings, violations: &mut Violations) {
    id(&params.id, violations);
    if let Some(action) = &params.action {
        check_value(violations, settings, "action", action.as_str(), Action::VALUES);
    }
    if let Some(code) = &params.r#type {
        check_value(violations, settings, "type", code.as_str(), TypeCode::VALUES);
    }
    let has_comment = params.comment.as_ref().is_some_and(|comment| !comment.trim().is_empty());
    let needs_comment = match &params.action {
        None => Some("without an `action` it is what is added to the ticket"),
        Some(Action::Reopen) => Some("`reopen` needs one"),
        Some(_) => None,
    };
    if let (Some(why), false) = (needs_comment, has_comment) {
        let what = if params.comment.is_some() { "empty" } else { "missing" };
        let words = words!(
            "required",
            ["_what", "_why"],
            "`{field}` is {_what}: {_why}",
            "write a comment, or choose another action",
        );
        violations.add("comment", words, [Text(what), Text(why)]);
    }
    match (&params.action, &params.r#type) {
        (Some(Action::Change), None) => {
            let words =
                words!("required", ["known"], "`{field}` is missing, which `change` needs", "use one of {known}");
            violations.add("type", words, [List(TypeCode::VALUES)]);
        }
        // Ours: the type would not be changed.
        (None | Some(Action::Close | Action::Reopen), Some(_)) => {
            let words = words!(
                "change_only",
                [],
                "`{field}` is given, but only the action `change` changes it",
                "leave it out, or add the action `change`",
            );
            violations.add("type", words, []);
        }
        _ => {}
    }
    // Service: "Partial refunds are not allowed when changing to a rfnd ticket type."
    for (name, value) in &params.extra {
        let is_partial = match name.as_str() {
            "refundAmount" => true,
            "refundType" => *value != Input::Text(RefundType::Full.as_str().to_owned()),
            _ => false,
        };
        if is_partial {
            let words = words!(
                "no_partial_refund",
                [],
                "`{field}` is given, but a ticket that is changed to `rfnd` is paid back in full",
                "leave it out, or create a ticket of the type `rfnd` for a partial refund",
            );
            violations.add(name, words, []);
        }
    }
    extra(&params.extra, violations);
}

pub(super) fn list_tickets(params: &ListTicketsParams, settings: &Settings, violations: &mut Violations) {
    check_filters(&params.r#type, &params.status, params.receipt.as_deref(), settings, violations);
    for (from, to, values) in params.date_ranges() {
        check_dates([from, to], values, violations);
    }
    if let Some(page) = params.page {
        check_range(violations, "page", page, 1, i64::MAX);
    }
    extra(&params.extra, violations);
}

pub(super) fn count_tickets(params: &CountTicketsParams, settings: &Settings, violations: &mut Violations) {
    check_filters(&params.r#type, &params.status, params.receipt.as_deref(), settings, violations);
    extra(&params.extra, violations);
}

/// *Service*: an integer.
pub(super) fn id(id: &TicketId, violations: &mut Violations) {
    let id = id.as_str();
    let words = if id.is_empty() {
        words!("required", ["value", "_length", "_max"], "`{field}` is empty", "give the ticket's `ticketid`")
    } else if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        words!(
            "not_digits",
            ["value", "_length", "_max"],
            "`{field}` is `{value}`, which has other characters than digits",
            "give the ticket's `ticketid`",
        )
    } else if id.len() > MAX_ID_DIGITS {
        words!(
            "too_long",
            ["value", "_length", "_max"],
            "`{field}` has {_length} digits, more than {_max}",
            "give the ticket's `ticketid`",
        )
    } else {
        return;
    };
    violations.add("id", words, [Cut(id), Figure::count(id.len()), Figure::count(MAX_ID_DIGITS)]);
}

/// *Ours*: a receipt is one part of a path, and no pattern.
fn receipt(receipt: &str, violations: &mut Violations) {
    let words = if receipt.is_empty() {
        words!("required", ["value"], "`{field}` is empty", "give the receipt as the order has it: ABCD1234")
    } else if receipt.contains(['%', '/', '\\']) || receipt.chars().any(|c| c.is_whitespace() || c.is_control()) {
        words!(
            "invalid_receipt",
            ["value"],
            "`{field}` is `{value}`, which holds a character that receipts do not have",
            "give the receipt as the order has it: ABCD1234",
        )
    } else {
        return;
    };
    violations.add("receipt", words, [Cut(receipt)]);
}

/// *Ours*: an empty one chooses no item.
fn check_sku(sku: Option<&str>, violations: &mut Violations) {
    if let Some(sku) = sku {
        check_text_length(violations, "sku", sku, 1, MAX_URL);
    }
}

/// *Service*: a reason belongs to a type.
fn check_reason(params: &CreateTicketParams, settings: &Settings, violations: &mut Violations) {
    let reason = &params.reason;
    let of_type = |reason: &Reason| reason.type_code().is_none_or(|code| code == params.r#type);
    if !params.r#type.is_known() {
        check_value(violations, settings, "reason", reason.as_str(), Reason::VALUES);
        return;
    }
    let known: Vec<&str> = Reason::VALUES.iter().copied().filter(|value| of_type(&Reason::from(*value))).collect();
    if reason.type_code().is_some() && !of_type(reason) {
        let words = words!(
            "reason_of_other_type",
            ["value", "known", "_type"],
            "`{field}` is `{value}`, which does not belong to `{_type}`",
            "use one of {known}",
        );
        violations.add("reason", words, [Cut(reason.as_str()), List(&known), Text(params.r#type.as_str())]);
    } else {
        check_value(violations, settings, "reason", reason.as_str(), &known);
    }
}

/// *Service*: the types of refunds, and what the amount of a partial one is.
fn check_refund(kind: Option<&RefundType>, amount: Option<&str>, settings: &Settings, violations: &mut Violations) {
    const FIELD: &str = "refundAmount";
    if let Some(kind) = kind {
        check_value(violations, settings, "refundType", kind.as_str(), RefundType::VALUES);
    }
    let is_partial = matches!(kind, Some(RefundType::PartialPercent | RefundType::PartialAmount));
    let Some(amount) = amount else {
        if let (Some(kind), true) = (kind, is_partial) {
            let words = words!(
                "required",
                ["_type"],
                "`{field}` is missing, which `{_type}` needs",
                "give it as decimal text, such as \"12.50\"",
            );
            violations.add(FIELD, words, [Text(kind.as_str())]);
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
        violations.add(FIELD, words, [Cut(amount)]);
        return;
    };
    if kind == Some(&RefundType::PartialPercent) {
        // Compared as digits: no float is ever made of it.
        let hundredths = format!("{whole}{decimals:0<2}").parse::<u64>().ok().filter(|_| decimals.len() <= 2);
        if decimals.len() > 2 {
            let words = words!(
                "too_many_decimals",
                ["max", "value"],
                "`{field}` is `{value}`, which has more than two decimals",
                "give at most two, such as \"33.33\"",
            );
            violations.add(FIELD, words, [Number(2), Cut(amount)]);
        } else if !hundredths.is_some_and(|hundredths| PERCENT.contains(&hundredths)) {
            let words = words!(
                "out_of_range",
                ["min", "max", "value"],
                "`{field}` is `{value}`, outside {min} to {max} per cent",
                "give {min} to {max}, or use FULL",
            );
            violations.add(FIELD, words, [Number(1), Number(80), Cut(amount)]);
        }
    } else if whole.bytes().chain(decimals.bytes()).all(|byte| byte == b'0') {
        let words = words!("out_of_range", ["value"], "`{field}` is zero", "give what is to be paid back");
        violations.add(FIELD, words, [Cut(amount)]);
    }
}

/// The digits before and behind the point.
fn decimal(text: &str) -> Option<(&str, &str)> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() <= MAX_AMOUNT && is_digits(whole) && is_digits(decimals)).then_some((whole, decimals))
}

fn check_filters(
    code: &Option<TypeCode>,
    status: &Option<StatusFilter>,
    receipt: Option<&str>,
    settings: &Settings,
    violations: &mut Violations,
) {
    if let Some(code) = code {
        check_value(violations, settings, "type", code.as_str(), TypeCode::VALUES);
    }
    if let Some(status) = status {
        check_value(violations, settings, "status", status.as_str(), StatusFilter::VALUES);
    }
    let Some(receipt) = receipt else { return };
    // Service, for lists; the vendor's pages say the same of counts.
    let length = receipt.chars().filter(|c| *c != '%').count();
    if receipt.starts_with('%') {
        let words = words!(
            "leading_wildcard",
            ["value"],
            "`{field}` is `{value}`, which starts with the wildcard",
            "begin with characters of the receipt: ABCD%",
        );
        violations.add("receipt", words, [Cut(receipt)]);
    }
    if length < MIN_RECEIPT_FILTER {
        let words = words!(
            "too_short",
            ["min", "length", "_s"],
            "`{field}` has {length} character{_s} without `%`, fewer than {min}",
            "give at least {min} characters of the receipt",
        );
        let figures = [Figure::count(MIN_RECEIPT_FILTER), Figure::count(length), Text(plural(length))];
        violations.add("receipt", words, figures);
    }
}

/// *Service*: real days, both ends or none, at most 7 days apart; *ours*: the first not after the second.
fn check_dates(fields: [&'static str; 2], values: (Option<&str>, Option<&str>), violations: &mut Violations) {
    let [from, to] = fields;
    let mut day = |field: &str, text: Option<&str>| {
        let text = text?;
        let day = parse_date(text);
        if day.is_none() {
            let words = words!(
                "invalid_date",
                ["value"],
                "`{field}` is `{value}`, which is no day of the calendar",
                "write it as 2026-03-04",
            );
            violations.add(field, words, [Cut(text)]);
        }
        day
    };
    let days = (day(from, values.0), day(to, values.1));
    let missing = match values {
        (Some(_), None) => Some((to, from)),
        (None, Some(_)) => Some((from, to)),
        _ => None,
    };
    if let Some((missing, given)) = missing {
        let words = words!(
            "required",
            ["_given"],
            "`{field}` is missing, but `{_given}` is given",
            "give both ends of the range, or none",
        );
        violations.add(missing, words, [Text(given)]);
    }
    let (Some(first), Some(last)) = days else { return };
    let apart = last.saturating_sub(first);
    if apart < 0 {
        let words = words!("range_reversed", ["_to"], "`{field}` is later than `{_to}`", "give the earlier day first");
        violations.add(from, words, [Text(to)]);
    } else if apart > MAX_DAYS {
        let words = words!(
            "range_too_long",
            ["max", "length", "_from"],
            "`{field}` is {length} days after `{_from}`, more than {max}",
            "ask for at most {max} days at a time",
        );
        violations.add(to, words, [Number(MAX_DAYS), Number(apart), Text(from)]);
    }
}

/// What is not documented goes into the query as it is, so it is one value.
pub(super) fn extra(extra: &[(String, Input)], violations: &mut Violations) {
    for (name, value) in extra {
        if query_text(value).is_none() {
            violations.push(wrong_type(name, value, "text, a number, true or false"));
        }
    }
}

/// A value as the query has it.
pub(super) fn query_text(value: &Input) -> Option<String> {
    match value {
        Input::Bool(value) => Some(value.to_string()),
        Input::Int(value) => Some(value.to_string()),
        Input::Number(text) => crate::wire::json::read_f64(text).map(|_| text.clone()),
        Input::Text(text) => Some(text.clone()),
        Input::Absent | Input::List(_) | Input::Map(_) => None,
    }
}

/// *Pages*: a URL has at most 2,000 characters. It holds everything, so a comment has what the rest leaves.
pub(super) fn url<E: Endpoint>(endpoint: &E, comment: Option<&str>, settings: &Settings, violations: &mut Violations) {
    check_url(E::META.path, endpoint.parts(settings), comment, settings, violations);
}

/// Apart, so that it is there once and not for each operation.
fn check_url(path: &str, parts: Parts, comment: Option<&str>, settings: &Settings, violations: &mut Violations) {
    // What cannot be a path is reported elsewhere.
    let path = fill_path(path, &parts.path).unwrap_or_default();
    // A gateway's own URL does not matter: it asks the marketplace at the marketplace's.
    let base = if settings.gateway { CLICKBANK.production } else { CLICKBANK.base_url(settings) };
    let length = base.len().saturating_add(path.len()).saturating_add(parts.query.to_suffix().len());
    let over = length.saturating_sub(MAX_URL);
    if over == 0 {
        return;
    }
    let count = Figure::count;
    let Some(comment) = comment else {
        let words = words!(
            "url_too_long",
            ["max", "length"],
            "the URL has {length} characters, more than {max}",
            "shorten the parameters, which all go into the URL",
        );
        violations.add("", words, [count(MAX_URL), count(length)]);
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
    violations.add("comment", words, [count(MAX_URL), count(length), count(room), count(fits), count(encoded)]);
}

/// How many characters of a text fit when it may have `room` encoded ones.
fn fitting(text: &str, room: usize) -> usize {
    let mut used = 0usize;
    text.chars()
        .take_while(|c| {
            used = used.saturating_add(encoded_len(*c));
            used <= room
        })
        .count()
}

/// The characters that one takes in a query.
fn encoded_len(c: char) -> usize {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') { 1 } else { c.len_utf8().saturating_mul(3) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::testing::{self, codes, expected, tolerant};
    use crate::rules::violation::Violation;
    use crate::wire::url::Query;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
        testing::check(&CLICKBANK, settings, operation, arguments)
    }

    /// Checks that the arguments break exactly these rules.
    fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
        assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
    }

    fn accepts(operation: &str, arguments: Value) {
        breaks(operation, arguments, &[]);
    }

    /// The rules that one field's value breaks, among good ones.
    fn create(more: Value) -> Value {
        let mut params = json!({ "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": "FULL" });
        params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!(["ABCD1234", params])
    }

    #[test]
    fn ids_are_numbers_or_digits() {
        for operation in ["getTicket", "confirmReturn"] {
            for good in [json!(1), json!("1"), json!("007"), json!(i64::MAX), json!("9".repeat(19))] {
                accepts(operation, json!([good]));
            }
            for (bad, code) in [
                (json!(null), "required"),
                (json!(""), "required"),
                (json!(-1), "not_digits"),
                (json!("1.0"), "not_digits"),
                (json!(" 1"), "not_digits"),
                (json!("../list"), "not_digits"),
                (json!("list"), "not_digits"),
                (json!("٣"), "not_digits"),
                (json!(1.5), "not_an_integer"),
                (json!(1e30), "not_an_integer"),
                (json!([1]), "wrong_type"),
                (json!(true), "wrong_type"),
                (json!("1".repeat(20)), "too_long"),
            ] {
                breaks(operation, json!([bad]), &[("id", code)]);
            }
            breaks(operation, json!([]), &[("id", "required")]);
            breaks(operation, json!([1, { "list": [1], "map": {} }]), &[("list", "wrong_type"), ("map", "wrong_type")]);
        }
    }

    #[test]
    fn receipts_are_no_patterns_and_no_paths() {
        for (operation, params) in [
            ("createTicket", json!({ "type": "tech", "reason": "ticket.type.tech_support.1" })),
            ("getRefundAmounts", json!({ "refundType": "FULL" })),
        ] {
            for good in ["ABCD1234", "A", "ABCD1234-B001", "list", "Ä_1.~"] {
                accepts(operation, json!([good, params]));
            }
            for (bad, code) in [
                (json!(""), "required"),
                (json!(null), "required"),
                (json!(12_345_678), "wrong_type"),
                (json!("ABCD%"), "invalid_receipt"),
                (json!("AB CD"), "invalid_receipt"),
                (json!("ABCD\n"), "invalid_receipt"),
                (json!("../1"), "invalid_receipt"),
                (json!("A\\B"), "invalid_receipt"),
                (json!("A\0"), "invalid_receipt"),
            ] {
                breaks(operation, json!([bad, params]), &[("receipt", code)]);
            }
        }
        // What a URL would resolve cannot be sent.
        let arguments = vec![Input::Text("..".into()), serde_json::from_str(r#"{ "refundType": "FULL" }"#).unwrap()];
        let plan = CLICKBANK.operation("getRefundAmounts").unwrap().plan(arguments, &Settings::default());
        assert_eq!(codes(plan.unwrap_err()), expected(&[("receipt", "invalid_path_segment")]));
    }

    #[test]
    fn a_reason_belongs_to_its_type() {
        for value in Reason::VALUES {
            for code in TypeCode::VALUES {
                let mut params = json!({ "type": code, "reason": value });
                if *code == "rfnd" {
                    params["refundType"] = json!("FULL");
                }
                let belongs = Reason::from(*value).type_code() == Some(TypeCode::from(*code));
                let list: &[_] = if belongs { &[] } else { &[("reason", "reason_of_other_type")] };
                breaks("createTicket", json!(["A", params]), list);
                assert_eq!(codes(check(&tolerant(), "createTicket", &json!(["A", params]))), expected(list));
            }
        }
        for bad in ["", "ticket.type.refund.9", "ticket.type.Refund.8", "refund.8", "8"] {
            breaks("createTicket", create(json!({ "reason": bad })), &[("reason", "unknown_value")]);
            let list = codes(check(&tolerant(), "createTicket", &create(json!({ "reason": bad }))));
            assert_eq!(list.is_empty(), !bad.is_empty(), "{bad}");
        }
        breaks("createTicket", create(json!({ "reason": null })), &[("reason", "required")]);
        // The violation names the reasons of the type, for a choice in a form.
        let list = check(&Settings::default(), "createTicket", &create(json!({ "reason": "ticket.type.cancel.7" })));
        assert_eq!(list[0].params["known"].as_array().map(<[_]>::len), Some(10));
        breaks(
            "createTicket",
            json!(["A", { "type": "chbk", "reason": "ticket.type.refund.8" }]),
            &[("type", "unknown_value")],
        );
        assert_eq!(check(&tolerant(), "createTicket", &json!(["A", { "type": "chbk", "reason": "x" }])), []);
        breaks("createTicket", json!(["A"]), &[("type", "required"), ("reason", "required")]);
    }

    #[test]
    fn a_refund_says_how_much() {
        accepts("createTicket", create(json!({})));
        breaks("createTicket", create(json!({ "refundType": null })), &[("refundType", "required")]);
        for bad in ["full", "Full", "PARTIAL", "", "TAX"] {
            breaks("createTicket", create(json!({ "refundType": bad })), &[("refundType", "unknown_value")]);
            breaks("getRefundAmounts", json!(["A", { "refundType": bad }]), &[("refundType", "unknown_value")]);
        }
        breaks("getRefundAmounts", json!(["A"]), &[("refundType", "required")]);
        assert_eq!(check(&tolerant(), "createTicket", &create(json!({ "refundType": "TAX" }))), []);
        for kind in ["PARTIAL_PERCENT", "PARTIAL_AMOUNT"] {
            breaks("createTicket", create(json!({ "refundType": kind })), &[("refundAmount", "required")]);
            breaks("getRefundAmounts", json!(["A", { "refundType": kind }]), &[("refundAmount", "required")]);
            accepts("createTicket", create(json!({ "refundType": kind, "refundAmount": "50" })));
        }
        breaks("createTicket", create(json!({ "refundAmount": "50" })), &[("refundAmount", "partial_only")]);
        // The service calls it required there, so it does no harm.
        accepts("getRefundAmounts", json!(["A", { "refundType": "FULL", "refundAmount": "50" }]));
        accepts("createTicket", create(json!({ "retainSubscription": false, "sku": "7" })));
        breaks("createTicket", create(json!({ "retainSubscription": "no" })), &[("retainSubscription", "wrong_type")]);
        breaks("createTicket", create(json!({ "sku": "" })), &[("sku", "too_short")]);
        breaks("getRefundAmounts", json!(["A", { "refundType": "FULL", "sku": "" }]), &[("sku", "too_short")]);
    }

    #[test]
    fn what_belongs_to_a_refund_is_for_refunds_only() {
        for (code, reason) in [("cncl", "ticket.type.cancel.7"), ("tech", "ticket.type.tech_support.9")] {
            accepts("createTicket", json!(["A", { "type": code, "reason": reason, "sku": "7", "comment": "a" }]));
            breaks(
                "createTicket",
                json!(["A", {
                    "type": code, "reason": reason, "refundType": "PARTIAL_AMOUNT", "refundAmount": "x",
                    "retainSubscription": true,
                }]),
                &[
                    ("refundType", "refund_only"),
                    ("refundAmount", "refund_only"),
                    ("retainSubscription", "refund_only"),
                ],
            );
        }
    }

    #[test]
    fn percentages_are_1_to_80_with_two_decimals() {
        let percent = |amount: &str| json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": amount });
        for good in ["1", "1.0", "1.00", "1.01", "79.99", "80", "80.0", "80.00", "33.3", "050", "00000001.5"] {
            accepts("createTicket", create(percent(good)));
            accepts("getRefundAmounts", json!(["A", percent(good)]));
        }
        for (bad, code) in [
            ("0.99", "out_of_range"),
            ("0", "out_of_range"),
            ("80.01", "out_of_range"),
            ("81", "out_of_range"),
            ("100", "out_of_range"),
            ("99999999999999999999", "out_of_range"),
            ("50.001", "too_many_decimals"),
            ("80.000", "too_many_decimals"),
            ("0.999999", "too_many_decimals"),
            ("", "not_a_decimal"),
            ("50%", "not_a_decimal"),
            ("-5", "not_a_decimal"),
            ("+5", "not_a_decimal"),
            ("5,5", "not_a_decimal"),
            ("5.", "not_a_decimal"),
            (".5", "not_a_decimal"),
            ("5.5.5", "not_a_decimal"),
            ("5e1", "not_a_decimal"),
            (" 5", "not_a_decimal"),
            ("٥", "not_a_decimal"),
            ("NaN", "not_a_decimal"),
            ("000000000000000000001", "not_a_decimal"),
        ] {
            breaks("createTicket", create(percent(bad)), &[("refundAmount", code)]);
            breaks("getRefundAmounts", json!(["A", percent(bad)]), &[("refundAmount", code)]);
        }
        for number in [json!(50), json!(12.5)] {
            let params = json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": number });
            breaks("createTicket", create(params), &[("refundAmount", "wrong_type")]);
        }
    }

    #[test]
    fn amounts_are_more_than_nothing() {
        let amount = |amount: &str| json!({ "refundType": "PARTIAL_AMOUNT", "refundAmount": amount });
        for good in ["0.01", "0.001", "80.01", "1000", "1234567.891", "99999999999999999999"] {
            accepts("createTicket", create(amount(good)));
        }
        for (bad, code) in [
            ("0", "out_of_range"),
            ("0.00", "out_of_range"),
            ("000", "out_of_range"),
            ("-1", "not_a_decimal"),
            ("$5", "not_a_decimal"),
            ("999999999999999999999", "not_a_decimal"),
        ] {
            breaks("createTicket", create(amount(bad)), &[("refundAmount", code)]);
        }
    }

    #[test]
    fn each_action_has_its_needs() {
        for good in [
            json!({ "comment": "a" }),
            json!({ "action": null, "comment": "a" }),
            json!({ "action": "close" }),
            json!({ "action": "close", "comment": "" }),
            json!({ "action": "reopen", "comment": "a" }),
            json!({ "action": "change", "type": "rfnd" }),
            json!({ "action": "change", "type": "tech", "comment": "a" }),
            json!({ "action": "change", "type": "rfnd", "refundType": "FULL" }),
        ] {
            accepts("updateTicket", json!([1, good]));
        }
        for (bad, list) in [
            (json!({}), &[("comment", "required")][..]),
            (json!({ "comment": "" }), &[("comment", "required")]),
            (json!({ "comment": " \n" }), &[("comment", "required")]),
            (json!({ "action": "reopen" }), &[("comment", "required")]),
            (json!({ "action": "reopen", "comment": " " }), &[("comment", "required")]),
            (json!({ "action": "change" }), &[("type", "required")]),
            (json!({ "action": "change", "type": "REFUND" }), &[("type", "unknown_value")]),
            (json!({ "action": "change", "type": "" }), &[("type", "unknown_value")]),
            (json!({ "action": "Close" }), &[("action", "unknown_value")]),
            (json!({ "action": "comment", "comment": "a" }), &[("action", "unknown_value")]),
            (json!({ "action": "" }), &[("action", "unknown_value")]),
            (json!({ "type": "rfnd" }), &[("comment", "required"), ("type", "change_only")]),
            (json!({ "type": "rfnd", "comment": "a" }), &[("type", "change_only")]),
            (json!({ "action": "close", "type": "rfnd" }), &[("type", "change_only")]),
            (json!({ "action": "reopen", "comment": "a", "type": "tech" }), &[("type", "change_only")]),
            (
                json!({ "action": "change", "type": "rfnd", "refundType": "PARTIAL_AMOUNT", "refundAmount": "5" }),
                &[("refundAmount", "no_partial_refund"), ("refundType", "no_partial_refund")],
            ),
            (json!({ "action": "close", "refundAmount": 5 }), &[("refundAmount", "no_partial_refund")]),
            (json!({ "action": 5, "comment": "a" }), &[("action", "wrong_type")]),
        ] {
            breaks("updateTicket", json!([1, bad]), list);
        }
        assert_eq!(check(&tolerant(), "updateTicket", &json!([1, { "action": "escalate", "type": "x" }])), []);
        breaks("updateTicket", json!([]), &[("id", "required"), ("comment", "required")]);
    }

    #[test]
    fn filters_take_documented_values() {
        for operation in ["listTickets", "countTickets"] {
            accepts(operation, json!([]));
            for (field, values) in [("type", TypeCode::VALUES), ("status", StatusFilter::VALUES)] {
                for value in values {
                    accepts(operation, json!([{ field: value }]));
                }
                for bad in ["", "REFUND", "OPEN", "all", " "] {
                    breaks(operation, json!([{ field: bad }]), &[(field, "unknown_value")]);
                    let passes = check(&tolerant(), operation, &json!([{ field: bad }])).is_empty();
                    assert_eq!(passes, !bad.is_empty());
                }
                breaks(operation, json!([{ field: values }]), &[(field, "wrong_type")]);
            }
            for good in ["ABCD", "ABC%D", "ABCD%", "A%B%C%D", "ABCD%%", "äöüß"] {
                accepts(operation, json!([{ "receipt": good }]));
            }
            for (bad, list) in [
                ("ABC", &[("receipt", "too_short")][..]),
                ("", &[("receipt", "too_short")]),
                ("ABC%", &[("receipt", "too_short")]),
                ("A%B%C%", &[("receipt", "too_short")]),
                ("%ABCD", &[("receipt", "leading_wildcard")]),
                ("%ABC", &[("receipt", "leading_wildcard"), ("receipt", "too_short")]),
                ("%%%%", &[("receipt", "leading_wildcard"), ("receipt", "too_short")]),
            ] {
                breaks(operation, json!([{ "receipt": bad }]), list);
            }
        }
    }

    #[test]
    fn dates_come_in_pairs_of_at_most_seven_days() {
        for (from, to) in
            [("createDateFrom", "createDateTo"), ("updateDateFrom", "updateDateTo"), ("closeDateFrom", "closeDateTo")]
        {
            for (first, last) in [
                ("2026-03-01", "2026-03-01"),
                ("2026-03-01", "2026-03-08"),
                ("2026-02-25", "2026-03-04"),
                ("2024-02-24", "2024-03-02"),
                ("2025-12-28", "2026-01-04"),
            ] {
                accepts("listTickets", json!([{ from: first, to: last }]));
            }
            for (first, last, list) in [
                (json!("2026-03-01"), json!("2026-03-09"), &[(to, "range_too_long")][..]),
                (json!("2026-02-24"), json!("2026-03-04"), &[(to, "range_too_long")]),
                (json!("2025-03-01"), json!("2026-03-01"), &[(to, "range_too_long")]),
                (json!("2026-03-02"), json!("2026-03-01"), &[(from, "range_reversed")]),
                (json!("2026-03-02"), json!(null), &[(to, "required")]),
                (json!(null), json!("2026-03-02"), &[(from, "required")]),
                (json!("2026-02-29"), json!("2026-03-01"), &[(from, "invalid_date")]),
                (json!("2026-03-01"), json!("2026-03-32"), &[(to, "invalid_date")]),
                (json!("2026-3-1"), json!("03/04/2026"), &[(from, "invalid_date"), (to, "invalid_date")]),
                (json!("2026-03-01T00:00:00.000Z"), json!("2026-03-01"), &[(from, "invalid_date")]),
                (json!(""), json!(null), &[(from, "invalid_date"), (to, "required")]),
                (json!(20_260_301), json!("2026-03-01"), &[(from, "wrong_type")]),
            ] {
                breaks("listTickets", json!([{ from: first, to: last }]), list);
            }
        }
        breaks(
            "listTickets",
            json!([{ "createDateFrom": "2026-03-01", "updateDateTo": "2026-03-01" }]),
            &[("createDateTo", "required"), ("updateDateFrom", "required")],
        );
    }

    #[test]
    fn pages_count_from_one() {
        for good in [1, 2, i64::MAX] {
            accepts("listTickets", json!([{ "page": good }]));
        }
        for (bad, code) in [
            (json!(0), "out_of_range"),
            (json!(-1), "out_of_range"),
            (json!(1.5), "not_an_integer"),
            (json!("2"), "wrong_type"),
        ] {
            breaks("listTickets", json!([{ "page": bad }]), &[("page", code)]);
        }
    }

    /// A ticket with a comment that makes the URL so long.
    fn with_url_of(length: usize, settings: &Settings) -> (Value, Vec<Violation>) {
        let base = if settings.gateway { CLICKBANK.production } else { CLICKBANK.base_url(settings) };
        let rest = format!("{base}/1.3/tickets/1?comment=").len();
        let arguments = json!([1, { "comment": "x".repeat(length - rest) }]);
        let list = check(settings, "updateTicket", &arguments);
        (arguments, list)
    }

    #[test]
    fn urls_have_at_most_2000_characters() {
        let elsewhere = |url: &str| Settings { base_url: Some(url.to_owned()), ..Settings::default() };
        let gateway = Settings { gateway: true, ..elsewhere("https://dashboard.example.com/api/accounts/cb") };
        for settings in [Settings::default(), elsewhere("http://127.0.0.1:8080/clickbank/rest/"), gateway] {
            let (arguments, list) = with_url_of(2000, &settings);
            assert_eq!(list, []);
            let arguments: Vec<Input> = serde_json::from_str(&arguments.to_string()).unwrap();
            let (plan, _) = CLICKBANK.operation("updateTicket").unwrap().plan(arguments, &settings).unwrap();
            let sent = plan.url.len() - CLICKBANK.base_url(&settings).len();
            let base = if settings.gateway { CLICKBANK.production } else { CLICKBANK.base_url(&settings) };
            assert_eq!(sent + base.len(), 2000);
            let (_, list) = with_url_of(2001, &settings);
            assert_eq!(codes(list), expected(&[("comment", "url_too_long")]));
        }
    }

    #[test]
    fn a_comment_that_is_too_long_is_told_its_room() {
        let rest = "https://api.clickbank.com/rest/1.3/tickets/1?comment=".len();
        for (comment, fits) in [
            ("x".repeat(3000), 2000 - rest),
            ("ü ".repeat(1000), (2000 - rest) / 9 * 2),
            ("🎫".repeat(500), (2000 - rest) / 12),
        ] {
            let list = check(&Settings::default(), "updateTicket", &json!([1, { "comment": comment }]));
            assert_eq!(list.len(), 1);
            let room = 2000 - rest;
            assert_eq!((&list[0].params["room"], &list[0].params["fits"]), (&room.into(), &fits.into()));
            assert!(list[0].message.ends_with(&format!("only its first {fits} fit")), "{}", list[0].message);
            assert!(list[0].hint.contains(&format!("may have {room} characters")), "{}", list[0].hint);
            let cut: String = comment.chars().take(fits).collect();
            accepts("updateTicket", json!([1, { "comment": cut }]));
            let cut: String = comment.chars().take(fits + 1).collect();
            breaks("updateTicket", json!([1, { "comment": cut }]), &[("comment", "url_too_long")]);
        }
        // What is too long without the comment leaves it no room.
        let list =
            check(&Settings::default(), "createTicket", &create(json!({ "comment": "abc", "sku": "x".repeat(2000) })));
        assert_eq!(
            (&list[0].field[..], &list[0].params["room"], &list[0].params["fits"]),
            ("comment", &0.into(), &0.into())
        );
        breaks("createTicket", create(json!({ "sku": "x".repeat(2000) })), &[("", "url_too_long")]);
        breaks("listTickets", json!([{ "receipt": "x".repeat(2000) }]), &[("", "url_too_long")]);
        breaks("countTickets", json!([{ "new": "x".repeat(2000) }]), &[("", "url_too_long")]);
    }

    #[test]
    fn every_violation_tells_what_and_what_to_do() {
        let all = [
            ("createTicket", json!(["", { "type": "x", "reason": "x", "sku": "" }])),
            ("createTicket", create(json!({ "refundType": null, "reason": "ticket.type.cancel.1" }))),
            ("createTicket", create(json!({ "refundAmount": "1" }))),
            ("createTicket", json!(["A B", { "type": "cncl", "reason": "ticket.type.cancel.1", "refundAmount": "1" }])),
            ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT" }))),
            ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": "x" }))),
            ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": "1.001" }))),
            ("createTicket", create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": "99" }))),
            ("createTicket", create(json!({ "refundType": "PARTIAL_AMOUNT", "refundAmount": "0" }))),
            ("createTicket", create(json!({ "comment": "x".repeat(2000), "new": {} }))),
            ("updateTicket", json!(["", { "type": "rfnd", "refundAmount": 1 }])),
            ("updateTicket", json!(["x", { "action": "change", "comment": "" }])),
            ("updateTicket", json!(["1".repeat(20), { "action": "reopen" }])),
            (
                "listTickets",
                json!([{ "receipt": "%a", "createDateFrom": "x", "updateDateFrom": "2026-01-02",
                "updateDateTo": "2026-01-01", "closeDateFrom": "2026-01-01", "closeDateTo": "2026-02-01", "page": 0 }]),
            ),
            ("countTickets", json!([{ "new": "x".repeat(2000) }])),
        ];
        for violation in all.iter().flat_map(|(operation, arguments)| {
            let list = check(&Settings::default(), operation, arguments);
            assert!(!list.is_empty());
            list
        }) {
            let Violation { field, code, message, hint, .. } = &violation;
            assert!(
                code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{code}"
            );
            assert!(message.contains(field.as_str()) && !message.ends_with('.'), "{message}");
            assert!(message.starts_with('`') || message.chars().next().is_some_and(char::is_lowercase), "{message}");
            assert!(!hint.is_empty() && !hint.ends_with('.') && message.chars().count() < 200, "{hint}");
        }
    }

    proptest! {
        #[test]
        fn a_comment_takes_what_the_query_makes_of_it(comment in "\\PC{0,30}") {
            let mut query = Query::default();
            query.push("c", comment.as_str());
            prop_assert_eq!(comment.chars().map(encoded_len).sum::<usize>() + "c=".len(), query.to_form().len());
        }

        #[test]
        fn percentages_are_judged_by_their_hundredths(hundredths in 0u32..10_100) {
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let arguments = create(json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": text }));
            let passes = check(&Settings::default(), "createTicket", &arguments).is_empty();
            prop_assert_eq!(passes, (100..=8000).contains(&hundredths));
        }

        #[test]
        fn any_text_is_judged_somehow(text in "\\PC{0,24}", operation in 0usize..9) {
            let operation = &CLICKBANK.operations[operation];
            let all = ["type", "reason", "refundType", "refundAmount", "sku", "comment", "action", "receipt", "createDateFrom"];
            let fields = all.iter().map(|name| ((*name).to_owned(), Input::Text(text.clone()))).collect();
            let mut arguments: Vec<_> = operation.meta.positional.iter().map(|_| Input::Text(text.clone())).collect();
            arguments.push(Input::Map(fields));
            let list = operation.validate(arguments.clone(), &tolerant());
            let plan = operation.plan(arguments, &tolerant());
            prop_assert!(list.is_empty() || plan.is_err());
        }
    }
}
