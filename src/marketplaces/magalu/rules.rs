//! Rules that several operations share. Each names its source: *source* is the vendor's page on
//! creating tickets, *guide* is its other pages, *clients* are programs of third parties, and
//! *ours* marks a rule that none of them states but that valid input cannot break.

use super::time;
use crate::rules::input::wrong_type;
use crate::rules::rule::{Param, Pattern, Rule};
use crate::rules::settings::Settings;
use crate::rules::violation::{EMPTY, Violations};
use crate::rules::words::{Cut, Field, Name, Number, Text, words};
use crate::wire::json::Json;

/// *Clients*: the API rejects more than 100 in either with a 422.
const MAX_LIMIT: i64 = 100;
const MAX_OFFSET: i64 = 100;
/// The default number of items per page. The vendor's pages disagree on the API's own default (50
/// or 10), and 100 is the most.
pub(super) const DEFAULT_LIMIT: &str = "100";
/// The parameters that every list has, and that a caller may assume elsewhere.
const PAGE_NAMES: [&str; 3] = ["_sort", "_limit", "_offset"];

/// *Ours*: the text is not blank.
pub(super) const GIVEN: Rule = Rule::Like {
    pattern: Pattern::new("[!-~]"),
    check: |violations, _, field, value| {
        if value.trim().is_empty() {
            violations.add(field, EMPTY, (Text("give a value"),));
        }
    },
};
pub(super) const ID: Rule = Rule::Like { pattern: Pattern::new(ID_PATTERN), check: check_id };
pub(super) const ID_PATTERN: &str = r"^[\w:-][\w.:-]{0,99}$";
/// *Clients*: `field:asc` or `field:desc`, several of them with commas. The fields are not
/// documented.
pub(super) const SORT: Rule =
    Rule::Like { pattern: Pattern::new(r"^\w+:(?:asc|desc)(?:,\w+:(?:asc|desc))*$"), check: check_sort };
pub(super) const LIMIT: Rule = Rule::Integer { min: 1, max: MAX_LIMIT };

/// Returns whether a text can be an id. *Ours*: the vendor's ids are UUIDs, but other forms are
/// accepted.
pub(super) fn is_id(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

pub(super) fn check_id(violations: &mut Violations, _: &Settings, field: &str, id: &str) {
    const HINT: &str = "give the id as the marketplace returned it";
    if id.is_empty() {
        violations.add(field, EMPTY, (Text(HINT),));
    } else if !is_id(id) {
        let words = words!("invalid_id", ["value", "_hint"], "`{field}` is `{value}`, which is no id", "{_hint}");
        violations.add(field, words, (Cut(id), Text(HINT)));
    }
}

/// *Ours*: times are on real days, and a span does not end before it begins. The meaning of a time
/// without a zone is not documented, so it is only compared with another time without a zone.
pub(super) fn check_times(violations: &mut Violations, from: (&str, Option<&str>), to: (&str, Option<&str>)) {
    let mut is_good = true;
    for (field, value) in [from, to] {
        if let Some(value) = value.filter(|value| !time::is_time(value)) {
            is_good = false;
            let words = words!(
                "invalid_date_time",
                ["value"],
                "`{field}` is `{value}`, not a date and time",
                "write it as 2026-02-01T10:00:00, or with its zone as 2026-02-01T10:00:00Z",
            );
            violations.add(field, words, (Cut(value),));
        }
    }
    let (Some(since), Some(until), true) = (from.1, to.1, is_good) else { return };
    let has_zone = |text: &str| crate::wire::time::is_date_time(text);
    if has_zone(since) == has_zone(until) && time::parse_zoneless(since) > time::parse_zoneless(until) {
        let words = words!(
            "range_reversed",
            ["other", "value"],
            "`{field}` is `{value}`, which is before `{other}`",
            "give the earlier time first",
        );
        violations.add(to.0, words, (Field(from.0), Cut(until)));
    }
}

/// The same for the times of creation, which most lists have.
pub(super) fn check_created(violations: &mut Violations, from: Option<&str>, to: Option<&str>) {
    check_times(violations, ("created_at_gte", from), ("created_at_lte", to));
}

fn check_sort(violations: &mut Violations, _: &Settings, field: &str, sort: &str) {
    let is_one = |part: &str| {
        part.split_once(':').is_some_and(|(field, way)| {
            matches!(way, "asc" | "desc")
                && !field.is_empty()
                && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    if !sort.split(',').all(is_one) {
        let words = words!(
            "invalid_sort",
            ["value"],
            "`{field}` is `{value}`, not a field and its direction",
            "write it as updated_at:asc or created_at:desc",
        );
        violations.add(field, words, (Cut(sort),));
    }
}

/// *Clients*: a list cannot be read further. Reports an offset outside the range.
pub(super) fn check_offset(violations: &mut Violations, offset: Option<i64>) {
    if let Some(offset) = offset.filter(|offset| !(0..=MAX_OFFSET).contains(offset)) {
        let words = words!(
            "out_of_range",
            ["min", "max", "value"],
            "`{field}` is {value}, outside {min} to {max}, which is as far as the API shows a list",
            "narrow the list by its filters, such as a span of time",
        );
        violations.add("_offset", words, (Number(0), Number(MAX_OFFSET), Number(offset)));
    }
}

/// *Clients*: the API ignores unknown names, so `order_id` in place of `order__id` lists
/// everything. A name that is close to a known one is a mistake. Other names are accepted, because
/// the API may have added them. Names of `positional` arguments are in the path.
pub(super) fn check_query(
    violations: &mut Violations,
    extra: &[(String, Json)],
    table: &'static [Param],
    positional: &[&str],
) {
    let bare = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    let in_query = || table.iter().map(|param| param.name).filter(|name| !positional.contains(name));
    for (name, _) in extra {
        if let Some(meant) = in_query().chain(PAGE_NAMES).find(|known| bare(known) == bare(name)) {
            let words = words!(
                "misspelt_name",
                ["known", "name"],
                "`{name}` is not a parameter of this list, but `{known}` is",
                "write {known}",
            );
            violations.add(name, words, (Name(meant), Name(name)));
        }
    }
    check_plain(violations, extra);
}

/// *Ours*: a query and a form cannot carry values with parts of their own.
pub(super) fn check_plain(violations: &mut Violations, extra: &[(String, Json)]) {
    for (name, value) in extra {
        if matches!(value, Json::Absent | Json::List(_) | Json::Map(_)) {
            violations.push(wrong_type(name, value, "text, a number or true or false"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks, check, message};
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn ids_are_single_segments() {
        for (operation, ids, rest) in [
            ("getTicket", &["ticket_id"][..], json!({})),
            ("listMessages", &["ticket_id"], json!({})),
            ("getMessage", &["ticket_id", "message_id"], json!({})),
            ("createMessage", &["ticket_id"], message()),
            ("downloadAttachment", &["ticket_id", "message_id", "attachment_id"], json!({})),
            ("listEvents", &["ticket_id"], json!({})),
            ("createEvent", &["ticket_id"], json!({ "type": "product_sent" })),
            ("listReturns", &["ticket_id"], json!({})),
            ("createReturn", &["ticket_id"], json!({})),
            ("getReturn", &["ticket_id", "return_id"], json!({})),
            ("getTransaction", &["transaction_id"], json!({})),
        ] {
            let call = |index: usize, id: Value| {
                let mut arguments = vec![json!("99999999-aaaa-4bbb-8ccc-ddddeeeeffff"); ids.len()];
                arguments[index] = id;
                arguments.push(rest.clone());
                Value::from(arguments)
            };
            for (index, name) in ids.iter().enumerate() {
                for good in ["1", "a.b:c_d-E", "x".repeat(100).as_str()] {
                    accepts(operation, call(index, json!(good)));
                }
                for (bad, code) in [
                    (json!(""), "required"),
                    (Value::Null, "required"),
                    (json!(5), "wrong_type"),
                    (json!("a b"), "invalid_id"),
                    (json!(".."), "invalid_id"),
                    (json!("ä"), "invalid_id"),
                    (json!("a?b"), "invalid_id"),
                    (json!("x".repeat(101)), "invalid_id"),
                ] {
                    breaks(operation, call(index, bad), &[(name, code)]);
                }
                let code = if *name == "transaction_id" { "foreign_link" } else { "invalid_id" };
                breaks(operation, call(index, json!("a/b")), &[(name, code)]);
            }
        }
        accepts("getTransaction", json!(["/seller/v0/transactions/t-1"]));
        breaks(
            "getTransaction",
            json!(["https://evil.example/seller/v0/transactions/t-1"]),
            &[("transaction_id", "foreign_link")],
        );
    }

    #[test]
    fn lists_end_at_one_hundred() {
        let span = json!({ "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-02-01T00:00:00" });
        for (operation, id, rest) in [
            ("listTickets", None, json!({})),
            ("listMessages", Some("t"), json!({})),
            ("listEvents", Some("t"), json!({})),
            ("listReturns", Some("t"), json!({})),
            ("listTransactions", None, span),
        ] {
            let call = |name: &str, value: Value| {
                let mut params = rest.clone();
                params[name] = value;
                Value::from(id.map(Value::from).into_iter().chain([params]).collect::<Vec<_>>())
            };
            for (name, good, bad) in
                [("_limit", [1, 2, 100], [0, -1, 101]), ("_offset", [0, 1, 100], [-1, 101, i64::MAX])]
            {
                good.into_iter().for_each(|value| accepts(operation, call(name, json!(value))));
                bad.into_iter()
                    .for_each(|value| breaks(operation, call(name, json!(value)), &[(name, "out_of_range")]));
                breaks(operation, call(name, json!(1.5)), &[(name, "not_an_integer")]);
                breaks(operation, call(name, json!("1")), &[(name, "wrong_type")]);
            }
            for good in ["updated_at:asc", "created_at:desc", "a:asc,b:desc"] {
                accepts(operation, call("_sort", json!(good)));
            }
            for bad in ["", "updated_at", "updated_at:up", ":asc", "a:asc,", "a b:asc", "a:asc:desc"] {
                breaks(operation, call("_sort", json!(bad)), &[("_sort", "invalid_sort")]);
            }
            // Names that are almost right would list everything; others may be new.
            for bad in ["limit", "offset", "sort", "__limit", "_Offset"] {
                breaks(operation, call(bad, json!(1)), &[(bad, "misspelt_name")]);
            }
            accepts(operation, call("new", json!("x")));
            accepts(operation, call("new", json!(false)));
            breaks(operation, call("new", json!([1])), &[("new", "wrong_type")]);
            breaks(operation, call("new", json!({})), &[("new", "wrong_type")]);
        }
        for bad in ["order_id", "orderId", "order__ID", "channel_alias", "created_at__gte", "ticketId", "Status"] {
            breaks("listTickets", json!([{ bad: "2026-01-01T00:00:00Z" }]), &[(bad, "misspelt_name")]);
        }
        breaks("getTicket", json!(["t", { "limit": 1 }]), &[("limit", "misspelt_name")]);
        let hint = &check(&Settings::default(), "listTickets", &json!([{ "order_id": "x" }]))[0];
        assert_eq!((hint.hint.as_str(), &hint.params["known"]), ("write order__id", &"order__id".into()));
    }

    #[test]
    fn spans_of_time_are_real_and_forward() {
        for (operation, id, name) in [
            ("listTickets", None, "created_at"),
            ("listTickets", None, "updated_at"),
            ("listTickets", None, "due_date"),
            ("listEvents", Some("t"), "created_at"),
            ("listReturns", Some("t"), "created_at"),
            ("listTransactions", None, "created_at"),
        ] {
            let (from, to) = (format!("{name}_gte"), format!("{name}_lte"));
            let call = |since: &str, until: &str| {
                let params = json!({ &from: since, &to: until });
                Value::from(id.map(Value::from).into_iter().chain([params]).collect::<Vec<_>>())
            };
            for (since, until) in [
                ("2026-02-01T10:00:00", "2026-02-01T10:00:00"),
                ("2026-02-01T10:00:00.000001", "2026-02-01T10:00:00.000002"),
                ("2026-02-01T10:00:00Z", "2026-02-01T09:00:00-03:00"),
                // The meaning of the one without a zone is unknown.
                ("2026-02-01T10:00:00", "2026-02-01T09:00:00Z"),
            ] {
                accepts(operation, call(since, until));
            }
            for (since, until) in
                [("2026-02-01T10:00:01", "2026-02-01T10:00:00"), ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00+03:00")]
            {
                breaks(operation, call(since, until), &[(&to, "range_reversed")]);
            }
            for bad in ["", "2026-02-01", "2026-02-30T10:00:00", "now", "2026-02-01 10:00:00", "Invalid Date"] {
                breaks(operation, call(bad, "2026-02-01T10:00:00"), &[(&from, "invalid_date_time")]);
                breaks(operation, call("2026-02-01T10:00:00", bad), &[(&to, "invalid_date_time")]);
            }
        }
        accepts("listTickets", json!([{ "updated_at_gte": "2026-02-01T10:00:00" }]));
    }

    proptest! {
        #[test]
        fn an_id_that_passes_is_one_segment_as_it_stands(id in "\\PC{0,24}|[a-z.:_-]{0,12}") {
            if is_id(&id) {
                prop_assert_eq!(crate::wire::url::path_segment(&id).map(|segment| segment.replace("%3A", ":")), Some(id));
            }
        }

        #[test]
        fn a_sort_that_passes_has_fields_and_directions(sort in "[a-z_]{0,4}:?(asc|desc|up)?(,[a-z]{0,3}:asc)?") {
            let mut violations = Violations::new();
            check_sort(&mut violations, &Settings::default(), "_sort", &sort);
            let good = sort.split(',').all(|part| {
                part.strip_suffix(":asc").or(part.strip_suffix(":desc")).is_some_and(|field| !field.is_empty() && !field.contains(':'))
            });
            prop_assert_eq!(violations.is_empty(), good);
        }
    }
}
