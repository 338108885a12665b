use super::super::tests::{accepts, breaks, check, create};
use super::*;
use crate::marketplaces::clickbank::model::{StatusFilter, TypeCode};
use crate::marketplaces::testing::{codes, expected, tolerant};
use crate::rules::violation::Violation;
use crate::wire::json::Json;
use crate::wire::url::Query;
use proptest::prelude::*;
use serde_json::{Value, json};

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
            (json!("1".repeat(20)), "too_many_digits"),
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
    // A URL would resolve these segments, so they cannot be sent.
    let arguments = vec![Json::Text("..".into()), serde_json::from_str(r#"{ "refundType": "FULL" }"#).unwrap()];
    let plan = CLICKBANK.operation("getRefundAmounts").unwrap().plan(arguments, &Settings::default());
    assert_eq!(codes(plan.unwrap_err()), expected(&[("receipt", "invalid_path_segment")]));
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
    // The service calls it required there, so it is accepted.
    accepts("getRefundAmounts", json!(["A", { "refundType": "FULL", "refundAmount": "50" }]));
    accepts("createTicket", create(json!({ "retainSubscription": false, "sku": "7" })));
    breaks("createTicket", create(json!({ "retainSubscription": "no" })), &[("retainSubscription", "wrong_type")]);
    breaks("createTicket", create(json!({ "sku": "" })), &[("sku", "too_short")]);
    breaks("getRefundAmounts", json!(["A", { "refundType": "FULL", "sku": "" }]), &[("sku", "too_short")]);
}

#[test]
fn percentages_are_1_to_80_with_two_decimals() {
    let percent = |amount: &str| json!({ "refundType": "PARTIAL_PERCENT", "refundAmount": amount });
    for good in ["1", "1.0", "1.00", "1.01", "79.99", "80", "80.0", "80.00", "33.3", "050", "00000001.5"] {
        accepts("createTicket", create(percent(good)));
        accepts("getRefundAmounts", json!(["A", percent(good)]));
    }
    for (bad, code) in [
        ("0.99", "percent_out_of_range"),
        ("0", "percent_out_of_range"),
        ("80.01", "percent_out_of_range"),
        ("81", "percent_out_of_range"),
        ("100", "percent_out_of_range"),
        ("99999999999999999999", "percent_out_of_range"),
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
        ("0", "zero_amount"),
        ("0.00", "zero_amount"),
        ("000", "zero_amount"),
        ("-1", "not_a_decimal"),
        ("$5", "not_a_decimal"),
        ("999999999999999999999", "not_a_decimal"),
    ] {
        breaks("createTicket", create(amount(bad)), &[("refundAmount", code)]);
    }
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

/// A host accepts arguments by the tables alone, whatever the base URL is.
#[test]
fn what_the_tables_let_through_makes_no_url_too_long() {
    let settings = Settings { base_url: Some(format!("https://{}test", "long.".repeat(397))), ..Settings::default() };
    assert!(CLICKBANK.base_url(&settings).len() > 1990);
    let id = "9".repeat(MAX_ID_DIGITS);
    let receipt = format!("ABCD{}", "%".repeat(60));
    for (operation, arguments, is_complete) in [
        ("createTicket", json!(["A", { "type": "tech", "reason": "ticket.type.tech_support.1" }]), false),
        ("getTicket", json!([id, {}]), true),
        ("updateTicket", json!([id, { "action": "close" }]), false),
        ("confirmReturn", json!([id, {}]), true),
        ("listTickets", json!([{ "type": "rfnd", "status": "reopened", "receipt": receipt, "page": i64::MAX }]), true),
        ("countTickets", json!([{ "type": "rfnd", "status": "reopened", "receipt": receipt }]), true),
        ("getRefundAmounts", json!(["A", { "refundType": "FULL" }]), false),
        ("getTicketSchema", json!([{}]), true),
        ("getPartialRefundDataSchema", json!([{}]), true),
    ] {
        assert_eq!(CLICKBANK.operation(operation).unwrap().rules.is_some(), is_complete, "{operation}");
        assert_eq!(check(&settings, operation, &arguments), [], "{operation}");
        // A name that is in no table can make it too long.
        let mut more = arguments.as_array().unwrap().clone();
        more.last_mut().unwrap()["new"] = json!("x".repeat(SHORT));
        let list = codes(check(&settings, operation, &Value::from(more)));
        assert_eq!(list, expected(&[("", "url_too_long")]), "{operation}");
    }
}

/// Returns a ticket with a comment that makes the URL this long.
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
        let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
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
    // A URL that is too long without the comment leaves no room for it.
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

/// Texts that match a rule's pattern, which hosts accept without calling the core.
fn texts_of(rule: &Rule) -> impl Strategy<Value = String> + use<> {
    let Rule::Like { pattern, .. } = rule else { panic!("{rule:?} has no pattern") };
    proptest::string::string_regex(pattern.as_str().trim_matches(['^', '$'])).unwrap()
}

proptest! {
    #[test]
    fn patterns_take_nothing_that_is_refused(id in texts_of(&ID), receipt in texts_of(&RECEIPT), filter in texts_of(&RECEIPT_FILTER)) {
        let (mut violations, settings) = (Violations::new(), Settings::default());
        ID.check_text(&id, "id", &settings, &mut violations);
        RECEIPT.check_text(&receipt, "receipt", &settings, &mut violations);
        RECEIPT_FILTER.check_text(&filter, "receipt", &settings, &mut violations);
        prop_assert_eq!(violations.into_vec(), []);
        prop_assert!(filter.len() <= 64);
    }

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
}
