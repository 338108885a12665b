//! What Kaufland accepts, and what would be refused anyway. Each rule names where it comes from: *guide* is the vendor's
//! page on tickets, *spec* its OpenAPI file, *ours* what neither says but nobody can want.

use super::endpoints::{
    CloseTicketParams, CreateTicketMessageParams, GetTicketParams, ListTicketMessagesParams, ListTicketsParams,
    OpenTicketParams,
};
use super::model::{
    AttachmentType, Embedded, FulfillmentType, SortMessages, SortTickets, Storefront, TicketReason, TicketStatus,
    TicketTopic,
};
use crate::attachment::{Attachment, FileType, Found};
use crate::rules::input::{at, join};
use crate::rules::rule::{EMPTY_FILE, NOT_SENDABLE, Rule, UNTOLD_TYPE, check_value, rules};
use crate::rules::settings::Settings;
use crate::rules::violation::Figure::{Cut, List, Text};
use crate::rules::violation::{EMPTY, Figure, Violation, Violations, words};

/// *Spec*: integers of 32 bits.
const INT32_MAX: i64 = 2_147_483_647;
/// *Spec*: tickets and messages come in pages of 1 to 30.
const MAX_LIMIT: i64 = 30;
/// *Spec*: the length of a message in a ticket. It has no limit when the ticket is opened.
const MAX_TEXT: usize = 65_535;
/// *Ours*: no more digits than a number of 64 bits has.
const MAX_ID_DIGITS: usize = 20;

/// *Spec*: `^001\d+$` is what the API returns. *Guide*: it also writes the short form without `001`, so any digits do.
const ID_TICKET: Rule = Rule::Like { pattern: r"^\d{1,20}$", check: check_id };

fn check_id(violations: &mut Violations, _: &Settings, field: &str, id: &str) {
    const HINT: &str = "give the id as text, just as the marketplace returned it: 00150000001";
    if id.is_empty() {
        violations.add(field, EMPTY, [Text(HINT)]);
    } else if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        let words = words!(
            "not_digits",
            ["value", "_hint"],
            "`{field}` is `{value}`, which has other characters than digits",
            "{_hint}",
        );
        violations.add(field, words, [Cut(id), Text(HINT)]);
    } else if id.len() > MAX_ID_DIGITS {
        let words =
            words!("too_long", ["max", "length", "_hint"], "`{field}` has {length} digits, more than {max}", "{_hint}");
        violations.add(field, words, [Figure::count(MAX_ID_DIGITS), Figure::count(id.len()), Text(HINT)]);
    }
}

/// *Spec*: lists of values.
const fn each(rule: &'static Rule) -> Rule {
    Rule::List { items: rule, empty: None, twice: None }
}

const LIMIT: Rule = Rule::Integer { min: 1, max: MAX_LIMIT };
const OFFSET: Rule = Rule::Integer { min: 0, max: INT32_MAX };

rules! { ListTicketsParams {
    status: each(&Rule::OneOf(TicketStatus::VALUES)),
    open_reason: each(&Rule::OneOf(TicketReason::VALUES)),
    topic: each(&Rule::OneOf(TicketTopic::VALUES)),
    storefront: each(&Rule::OneOf(Storefront::VALUES)),
    fulfillment_type: each(&Rule::OneOf(FulfillmentType::VALUES)),
    // Spec: the filter is narrower than the field, which has 64 bits.
    id_buyer: Rule::Integer { min: 1, max: INT32_MAX },
    ts_created_from_iso: Rule::DATE_TIME,
    ts_updated_from_iso: Rule::DATE_TIME,
    sort: Rule::OneOf(SortTickets::VALUES),
    limit: LIMIT,
    offset: OFFSET,
} }

rules! { ListTicketMessagesParams {
    fulfillment_type: each(&Rule::OneOf(FulfillmentType::VALUES)),
    ts_created_from_iso: Rule::DATE_TIME,
    sort: Rule::OneOf(SortMessages::VALUES),
    limit: LIMIT,
    offset: OFFSET,
} }

rules! { GetTicketParams {
    id_ticket: ID_TICKET,
    embedded: each(&Rule::OneOf(Embedded::VALUES)),
} }

rules! { CloseTicketParams {
    id_ticket: ID_TICKET,
} }

// Guide, spec: units, reason and message are required; all units belong to one order, which only Kaufland can tell.
rules! { OpenTicketParams {
    id_order_unit: Rule::List {
        items: &Rule::Integer { min: 1, max: i64::MAX },
        empty: Some("give at least one order unit of the order"),
        // Ours: a ticket about the same unit twice is a slip of whoever made the list.
        twice: Some("give each order unit once"),
    },
    reason: Rule::OneOf(TicketReason::VALUES),
    message: Rule::Text { min: 1, max: usize::MAX },
} }

// Spec: text of 1 to 65535 characters. Guide: the files.
rules! { CreateTicketMessageParams {
    id_ticket: ID_TICKET,
    text: Rule::Text { min: 1, max: MAX_TEXT },
    interim_notice: Rule::Flag,
    ticket_message_files: each(&Rule::Code),
} }

pub(super) fn files(params: &CreateTicketMessageParams, settings: &Settings, violations: &mut Violations) {
    for (index, file) in params.ticket_message_files.iter().flatten().enumerate() {
        check_file(violations, settings, &at("ticket_message_files", index), file);
    }
}

/// *Guide*: a name, the correct type of the nine, and the content as a data URL. Neither a size nor a number of files is
/// documented, so neither is limited here.
fn check_file(violations: &mut Violations, settings: &Settings, field: &str, file: &Attachment) {
    check_filename(violations, &join(field, "filename"), &file.filename);
    let allowed = AttachmentType::VALUES;
    let mime_field = join(field, "mime_type");
    let mut declared = file.mime_type.as_deref();
    if let Some(mime_type) = declared {
        check_value(violations, settings, &mime_field, mime_type, allowed);
    }

    if let Some(url) = file.data_url() {
        let data_field = join(field, "data");
        match url {
            Err(error) => {
                let figures = [Text(error.code()), Text(error.message()), Text(error.hint())];
                let mut violation = Violation::of(&data_field, NOT_SENDABLE, figures);
                if let Some(at) = error.at() {
                    violation = violation.with("at", at);
                }
                violations.push(violation);
                return;
            }
            Ok(url) => match declared {
                Some(mime_type) if mime_type != url.mime_type => {
                    let words = words!(
                        "mime_type_mismatch",
                        ["declared", "found", "_other"],
                        "`{field}` says that it is `{found}`, and `{_other}` says `{declared}`",
                        "write the same type in both",
                    );
                    let figures = [Cut(mime_type), Cut(url.mime_type), Text(&mime_field)];
                    violations.add(&data_field, words, figures);
                    return;
                }
                Some(_) => {}
                None => {
                    check_value(violations, settings, &data_field, url.mime_type, allowed);
                    declared = Some(url.mime_type);
                }
            },
        }
    }

    if declared.is_some_and(|mime_type| !allowed.contains(&mime_type)) {
        // Either reported already, or allowed although it is not known; then its content cannot be judged.
        return;
    }
    match file.inspect() {
        // Nobody has looked yet; it is done before the file is sent.
        None => {}
        Some(Found::Type(found)) => check_found(violations, settings, field, file, declared, &found),
        Some(Found::Unknown) if file.size() == Some(0) => {
            violations.add(field, EMPTY_FILE, [Cut(&file.filename)]);
        }
        Some(Found::Unknown) => {
            let hint = Text("send it as plain text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC");
            violations.add(field, UNTOLD_TYPE, [List(allowed), Cut(&file.filename), hint]);
        }
    }
}

fn check_filename(violations: &mut Violations, field: &str, name: &str) {
    // Guide: "Each of the files has to have a name". Ours: what a file system or a header would trip over.
    let (code, problem) = if name.trim().is_empty() {
        ("required", "is empty")
    } else if matches!(name, "." | "..") || name.contains(['/', '\\']) {
        ("invalid_filename", "is a path, not a name")
    } else if name.chars().any(char::is_control) {
        ("invalid_filename", "holds a control character")
    } else {
        return;
    };
    let words = words!(
        "{_code}",
        ["value", "_code", "_problem"],
        "`{field}` {_problem}",
        "give the file's name, such as label.pdf",
    );
    violations.add(field, words, [Cut(name), Text(code), Text(problem)]);
}

/// *Guide*: "the correct `mime_type`". `declared` is one of the nine, or nothing.
fn check_found(
    violations: &mut Violations,
    settings: &Settings,
    field: &str,
    file: &Attachment,
    declared: Option<&str>,
    found: &str,
) {
    let allowed = AttachmentType::VALUES;
    let filename = Cut(&file.filename);
    let name = Text(FileType::from_mime_type(found).map_or("a file of another type", FileType::name));
    match declared {
        Some(declared) if declared == found => {}
        Some(declared) if allowed.contains(&found) => {
            let field = join(field, "mime_type");
            let words = words!(
                "mime_type_mismatch",
                ["declared", "found", "_declared", "_file", "_name", "_found"],
                "`{field}` is `{_declared}`, but {_file} is {_name}",
                "write {_found}, or choose another file",
            );
            let figures = [Text(declared), Cut(found), Cut(declared), filename, name, Text(found)];
            violations.add(&field, words, figures);
        }
        Some(declared) => {
            let words = words!(
                "file_type_not_allowed",
                ["allowed", "declared", "found", "_file", "_name"],
                "`{field}` ({_file}) is {_name}, not {declared}",
                "send it as plain text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC",
            );
            violations.add(field, words, [List(allowed), Text(declared), Cut(found), filename, name]);
        }
        None if allowed.contains(&found) || settings.allow_unknown_values => {}
        None => {
            let words = words!(
                "file_type_not_allowed",
                ["allowed", "found", "_file", "_name"],
                "`{field}` ({_file}) is {_name}, which Kaufland does not accept",
                "send it as plain text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC",
            );
            violations.add(field, words, [List(allowed), Cut(found), filename, name]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::KAUFLAND;
    use super::*;
    use crate::marketplaces::testing::{self, codes, expected, tolerant};
    use crate::vendor::Endpoint;
    use crate::vendor::plan::plan;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
        testing::check(&KAUFLAND, settings, operation, arguments)
    }

    /// Checks that the arguments break exactly these rules.
    fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
        assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
    }

    fn accepts(operation: &str, arguments: Value) {
        breaks(operation, arguments, &[]);
    }

    #[test]
    fn ticket_ids_are_digits() {
        let long = "1".repeat(20);
        let too_long = "1".repeat(21);
        for operation in ["getTicket", "closeTicket"] {
            for good in ["00150000001", "2308211", "1", "001", long.as_str()] {
                accepts(operation, json!([good]));
            }
            for (bad, code) in [
                (json!(""), "required"),
                (json!(null), "required"),
                (json!(150_000_001), "wrong_type"),
                (json!(" 00150000001"), "not_digits"),
                (json!("#2308211"), "not_digits"),
                (json!("001-5"), "not_digits"),
                (json!("../orders"), "not_digits"),
                (json!("٠٠١"), "not_digits"),
                (json!("1e5"), "not_digits"),
                (json!(too_long), "too_long"),
            ] {
                breaks(operation, json!([bad]), &[("id_ticket", code)]);
            }
            breaks(operation, json!([]), &[("id_ticket", "required")]);
            breaks(operation, json!(["1", { "surprise": 1 }]), &[("surprise", "unknown_field")]);
            let list = check(&Settings::default(), operation, &json!(["1", 5]));
            assert_eq!(codes(list).first(), expected(&[("", "wrong_type")]).first());
        }
        breaks(
            "createTicketMessage",
            json!(["x", { "text": "" }]),
            &[("id_ticket", "not_digits"), ("text", "too_short")],
        );
    }

    #[test]
    fn filters_take_documented_values() {
        accepts("listTickets", json!([]));
        accepts("listTickets", json!([{}]));
        accepts(
            "listTickets",
            json!([{ "status": null, "open_reason": [], "topic": [], "storefront": [], "fulfillment_type": [] }]),
        );
        for (field, values) in [
            ("status", TicketStatus::VALUES),
            ("open_reason", TicketReason::VALUES),
            ("topic", TicketTopic::VALUES),
            ("storefront", Storefront::VALUES),
            ("fulfillment_type", FulfillmentType::VALUES),
        ] {
            accepts("listTickets", json!([{ field: values }]));
            let at = format!("{field}[1]");
            for bad in ["later", "Opened", "DE", " "] {
                breaks("listTickets", json!([{ field: [values[0], bad] }]), &[(&at, "unknown_value")]);
                assert!(check(&tolerant(), "listTickets", &json!([{ field: [bad] }])).is_empty());
            }
            breaks("listTickets", json!([{ field: [values[0], ""] }]), &[(&at, "unknown_value")]);
            assert_eq!(
                codes(check(&tolerant(), "listTickets", &json!([{ field: [values[0], ""] }]))),
                expected(&[(&at, "unknown_value")])
            );
            breaks("listTickets", json!([{ field: values[0] }]), &[(field, "wrong_type")]);
            breaks("listTickets", json!([{ field: [values[0], 5] }]), &[(&at, "wrong_type")]);
            breaks("listTickets", json!([{ field: [null] }]), &[(&format!("{field}[0]"), "required")]);
        }
        accepts("listTicketMessages", json!([{ "fulfillment_type": FulfillmentType::VALUES }]));
        breaks(
            "listTicketMessages",
            json!([{ "fulfillment_type": ["x"] }]),
            &[("fulfillment_type[0]", "unknown_value")],
        );
        accepts("getTicket", json!(["1", { "embedded": Embedded::VALUES }]));
        breaks("getTicket", json!(["1", { "embedded": ["seller"] }]), &[("embedded[0]", "unknown_value")]);
        assert!(check(&tolerant(), "getTicket", &json!(["1", { "embedded": ["seller"] }])).is_empty());
    }

    #[test]
    fn an_unknown_value_is_named_with_the_known_ones() {
        let list = check(&Settings::default(), "listTickets", &json!([{ "status": ["open"] }]));
        assert_eq!(list[0].params["value"], json!("open"));
        assert_eq!(list[0].params["known"], json!(TicketStatus::VALUES));
        assert!(list[0].message.contains("`open`") && list[0].hint.contains("customer_service_closed_final"));
    }

    #[test]
    fn sorting_has_the_documented_ways_of_each_list() {
        for good in SortTickets::VALUES {
            accepts("listTickets", json!([{ "sort": good }]));
        }
        for good in SortMessages::VALUES {
            accepts("listTicketMessages", json!([{ "sort": good }]));
        }
        for bad in ["ts_created_iso:asc", "ts_created_iso", "", "status:desc"] {
            breaks("listTickets", json!([{ "sort": bad }]), &[("sort", "unknown_value")]);
        }
        breaks("listTicketMessages", json!([{ "sort": "ts_updated_iso:desc" }]), &[("sort", "unknown_value")]);
        assert!(check(&tolerant(), "listTickets", &json!([{ "sort": "ts_created_iso:asc" }])).is_empty());
    }

    #[test]
    fn pages_and_buyers_have_limits() {
        for operation in ["listTickets", "listTicketMessages"] {
            for (field, good, bad) in [
                ("limit", vec![1, 2, 30], vec![i64::MIN, -1, 0, 31, i64::MAX]),
                ("offset", vec![0, 1, 2_147_483_647], vec![i64::MIN, -1, 2_147_483_648, i64::MAX]),
            ] {
                good.into_iter().for_each(|value| accepts(operation, json!([{ field: value }])));
                for value in bad {
                    breaks(operation, json!([{ field: value }]), &[(field, "out_of_range")]);
                }
                breaks(operation, json!([{ field: 1.5 }]), &[(field, "not_an_integer")]);
                breaks(operation, json!([{ field: "1" }]), &[(field, "wrong_type")]);
            }
        }
        for good in [1, 90_001, 2_147_483_647] {
            accepts("listTickets", json!([{ "id_buyer": good }]));
        }
        for bad in [0, -1, 2_147_483_648_i64] {
            breaks("listTickets", json!([{ "id_buyer": bad }]), &[("id_buyer", "out_of_range")]);
        }
        breaks("listTicketMessages", json!([{ "id_ticket": "1" }]), &[("id_ticket", "unknown_field")]);
    }

    #[test]
    fn times_have_a_zone() {
        for (operation, field) in [
            ("listTickets", "ts_created_from_iso"),
            ("listTickets", "ts_updated_from_iso"),
            ("listTicketMessages", "ts_created_from_iso"),
        ] {
            accepts(operation, json!([{ field: "2026-03-02T08:15:00Z" }]));
            accepts(operation, json!([{ field: "2026-03-02T08:15:00.123+01:00" }]));
            for bad in ["2026-03-02", "2026-03-02T08:15:00", "yesterday", "", "2026-02-30T08:15:00Z"] {
                breaks(operation, json!([{ field: bad }]), &[(field, "invalid_date_time")]);
            }
        }
    }

    #[test]
    fn a_new_ticket_needs_units_a_reason_and_a_message() {
        let ticket = |ids: Value, reason: &str, message: &str| json!([{ "id_order_unit": ids, "reason": reason, "message": message }]);
        for reason in TicketReason::VALUES {
            accepts("openTicket", ticket(json!([400_000_000_000_011_i64, 400_000_000_000_012_i64]), reason, "Why?"));
        }
        accepts("openTicket", ticket(json!([1]), "product_return", " "));
        accepts("openTicket", ticket(json!([i64::MAX]), "product_return", &"x".repeat(70_000)));
        for (ids, list) in [
            (json!([]), &[("id_order_unit", "too_short")][..]),
            (json!([0]), &[("id_order_unit[0]", "out_of_range")]),
            (json!([5, -1]), &[("id_order_unit[1]", "out_of_range")]),
            (json!([5, 6, 5]), &[("id_order_unit[2]", "duplicate")]),
            (json!([5, "6"]), &[("id_order_unit[1]", "wrong_type")]),
            (json!([5.5]), &[("id_order_unit[0]", "not_an_integer")]),
            (json!([9_223_372_036_854_775_808_u64]), &[("id_order_unit[0]", "not_an_integer")]),
            (json!(5), &[("id_order_unit", "wrong_type")]),
            (json!(null), &[("id_order_unit", "required")]),
        ] {
            breaks("openTicket", ticket(ids, "product_return", "Why?"), list);
        }
        breaks("openTicket", ticket(json!([1]), "lost", "Why?"), &[("reason", "unknown_value")]);
        assert!(check(&tolerant(), "openTicket", &ticket(json!([1]), "lost", "Why?")).is_empty());
        breaks("openTicket", ticket(json!([1]), "product_return", ""), &[("message", "too_short")]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        breaks(
            "openTicket",
            json!([{ "id_order_unit": [], "reason": "lost", "message": "", "ticket_message_files": [] }]),
            &[
                ("ticket_message_files", "unknown_field"),
                ("id_order_unit", "too_short"),
                ("reason", "unknown_value"),
                ("message", "too_short"),
            ],
        );
        breaks(
            "openTicket",
            json!([]),
            &[("id_order_unit", "required"), ("reason", "required"), ("message", "required")],
        );
        breaks(
            "openTicket",
            json!(["1"]),
            &[("", "wrong_type"), ("id_order_unit", "required"), ("reason", "required"), ("message", "required")],
        );
    }

    #[test]
    fn a_message_has_1_to_65535_characters() {
        let message = |text: Value| json!(["1", { "text": text }]);
        for good in ["a", " ", "🎫", &"x".repeat(65_535), &"🎫".repeat(65_535)] {
            accepts("createTicketMessage", message(json!(good)));
        }
        for (bad, code) in [
            (json!(""), "too_short"),
            (json!("x".repeat(65_536)), "too_long"),
            (json!("🎫".repeat(65_536)), "too_long"),
            (json!(null), "required"),
            (json!(5), "wrong_type"),
        ] {
            breaks("createTicketMessage", message(bad), &[("text", code)]);
        }
        breaks("createTicketMessage", json!(["1"]), &[("text", "required")]);
        accepts("createTicketMessage", json!(["1", { "text": "a", "interim_notice": false }]));
        breaks(
            "createTicketMessage",
            json!(["1", { "text": "a", "interim_notice": 1 }]),
            &[("interim_notice", "wrong_type")],
        );
        breaks("createTicketMessage", json!(["1", { "text": "a", "files": [] }]), &[("files", "unknown_field")]);
    }

    const PNG: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const PDF: &str = "JVBERi0xLjQK";
    /// "hello".
    const TEXT: &str = "aGVsbG8=";
    /// Two bytes that are nothing.
    const NOISE: &str = "AAE=";

    fn with_files(files: Value) -> Value {
        json!(["1", { "text": "a", "ticket_message_files": files }])
    }

    /// The rules that one file breaks, by the part of its path behind the index.
    fn file_breaks(settings: &Settings, file: &Value) -> Vec<(String, String)> {
        codes(check(settings, "createTicketMessage", &with_files(json!([file]))))
            .into_iter()
            .map(|(field, code)| (field.replace("ticket_message_files[0]", "file"), code))
            .collect()
    }

    #[test]
    fn files_need_a_name_that_is_one() {
        let file = |name: Value| json!({ "filename": name, "mime_type": "image/png", "size": 9, "found": "image/png" });
        for good in ["label.png", "Ä ö.png", "no extension", ".png", "a..b", "…"] {
            assert_eq!(file_breaks(&Settings::default(), &file(json!(good))), [], "{good}");
        }
        for (bad, code) in [
            (json!(""), "required"),
            (json!("  "), "required"),
            (json!(null), "required"),
            (json!(5), "wrong_type"),
            (json!("a/b.png"), "invalid_filename"),
            (json!("..\\b.png"), "invalid_filename"),
            (json!("."), "invalid_filename"),
            (json!(".."), "invalid_filename"),
            (json!("a\nb.png"), "invalid_filename"),
            (json!("a\u{0}.png"), "invalid_filename"),
            (json!("a\u{85}.png"), "invalid_filename"),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &file(bad)), expected(&[("file.filename", code)]));
        }
    }

    #[test]
    fn held_files_are_what_they_say() {
        let held = |declared: Value, found: Value| {
            let mut file = json!({ "filename": "f", "size": 9, "mime_type": declared, "found": found });
            if file["found"] == json!("?") {
                file.as_object_mut().unwrap().remove("found");
            }
            file
        };
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for mime_type in AttachmentType::VALUES {
            for declared in [json!(mime_type), Value::Null] {
                for found in [json!(mime_type), json!("?")] {
                    assert_eq!(file_breaks(&Settings::default(), &held(declared.clone(), found)), []);
                }
            }
        }
        for (declared, found, list) in [
            // Nobody has looked: the declared type alone counts.
            (json!("image/webp"), json!("?"), &[("file.mime_type", "unknown_value")][..]),
            (json!("IMAGE/PNG; q=1"), json!("image/png"), &[]),
            (json!(""), json!("?"), &[("file.mime_type", "unknown_value")]),
            (json!(5), json!("?"), &[("file.mime_type", "wrong_type")]),
            // One of the nine, but not the one declared.
            (json!("image/png"), json!("image/jpeg"), &[("file.mime_type", "mime_type_mismatch")]),
            (json!("image/png"), json!("text/plain"), &[("file.mime_type", "mime_type_mismatch")]),
            (json!("text/plain"), json!("application/pdf"), &[("file.mime_type", "mime_type_mismatch")]),
            (json!("application/msword"), json!(docx), &[("file.mime_type", "mime_type_mismatch")]),
            // None of the nine.
            (json!("image/png"), json!("image/webp"), &[("file", "file_type_not_allowed")]),
            (json!("application/msword"), json!("application/rtf"), &[("file", "file_type_not_allowed")]),
            (json!(docx), json!("application/zip"), &[("file", "file_type_not_allowed")]),
            (Value::Null, json!("image/heic"), &[("file", "file_type_not_allowed")]),
            (json!("image/heic"), json!("image/heic"), &[("file.mime_type", "unknown_value")]),
            // Looked, and not told.
            (json!("image/png"), Value::Null, &[("file", "unknown_file_type")]),
            (Value::Null, Value::Null, &[("file", "unknown_file_type")]),
        ] {
            let file = held(declared, found);
            assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
        }
        // What is allowed beyond the nine cannot be judged by its content; what is declared as one of them can.
        for file in [
            held(json!("image/heic"), json!("image/heic")),
            held(json!("text/csv"), json!("text/plain")),
            held(json!("application/x-new"), Value::Null),
            held(Value::Null, json!("image/heic")),
        ] {
            assert_eq!(file_breaks(&tolerant(), &file), [], "{file}");
        }
        let file = held(json!("image/png"), json!("image/heic"));
        assert_eq!(file_breaks(&tolerant(), &file), expected(&[("file", "file_type_not_allowed")]));
        let file = json!({ "filename": "f", "size": 0, "mime_type": "text/plain", "found": null });
        assert_eq!(file_breaks(&Settings::default(), &file), expected(&[("file", "empty_file")]));
        // A stream that was not read yet has no size.
        assert_eq!(file_breaks(&Settings::default(), &json!({ "filename": "f", "size": null })), []);
    }

    #[test]
    fn data_urls_are_what_they_say() {
        let prepared = |declared: &str, data: &str| json!({ "filename": "f", "mime_type": declared, "data": data });
        let url = |mime_type: &str, data: &str| format!("data:{mime_type};base64,{data}");
        for (declared, data, list) in [
            ("image/png", url("image/png", PNG), &[][..]),
            ("application/pdf", url("application/pdf", PDF), &[]),
            ("text/plain", url("text/plain", TEXT), &[]),
            // Not a data URL.
            ("image/png", PNG.to_owned(), &[("file.data", "data_url_scheme")]),
            ("image/png", "data:image/png".to_owned(), &[("file.data", "data_url_comma")]),
            ("image/png", format!("data:image/png,{PNG}"), &[("file.data", "data_url_not_base64")]),
            ("image/png", url("image/png", "iVBORw0K\n"), &[("file.data", "base64_whitespace")]),
            ("image/png", url("image/png", "iVBORw0"), &[("file.data", "base64_padding")]),
            ("image/png", url("image/png;charset=x", PNG), &[("file.data", "data_url_parameters")]),
            // The two declarations differ.
            ("image/png", url("image/jpeg", PNG), &[("file.data", "mime_type_mismatch")]),
            ("image/png", url("IMAGE/PNG", PNG), &[("file.data", "mime_type_mismatch")]),
            // They agree, but not with the content.
            ("image/jpeg", url("image/jpeg", PNG), &[("file.mime_type", "mime_type_mismatch")]),
            ("text/plain", url("text/plain", PNG), &[("file.mime_type", "mime_type_mismatch")]),
            ("image/png", url("image/png", TEXT), &[("file.mime_type", "mime_type_mismatch")]),
            ("image/png", url("image/png", NOISE), &[("file", "unknown_file_type")]),
            ("image/png", url("image/png", ""), &[("file", "empty_file")]),
            // Not one of the nine.
            ("image/webp", url("image/webp", PNG), &[("file.mime_type", "unknown_value")]),
            // Both at once.
            ("image/webp", "x".to_owned(), &[("file.mime_type", "unknown_value"), ("file.data", "data_url_scheme")]),
        ] {
            let file = prepared(declared, &data);
            assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
        }
        // The URL's own type stands in for a missing one.
        let bare = |data: String| json!({ "filename": "f", "data": data });
        for (data, list) in [
            (url("image/png", PNG), &[][..]),
            (url("image/webp", PNG), &[("file.data", "unknown_value")]),
            (url("image/gif", PNG), &[("file.mime_type", "mime_type_mismatch")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &bare(data)), expected(list));
        }
    }

    #[test]
    fn a_file_is_one_of_two_forms() {
        for (file, list) in [
            (json!({ "filename": "f", "mime_type": "image/png" }), &[("file.data", "required")][..]),
            (json!({}), &[("file.filename", "required"), ("file.data", "required")]),
            (json!("f.png"), &[("file", "wrong_type")]),
            (
                json!({ "filename": "f", "size": 1, "found": "text/plain", "lastModified": 5 }),
                &[("file.lastModified", "unknown_field")],
            ),
            (
                json!({ "filename": "f", "mime_type": "text/plain", "data": format!("data:text/plain;base64,{TEXT}"), "size": 5 }),
                &[("file.size", "unknown_field")],
            ),
        ] {
            let found = file_breaks(&Settings::default(), &file);
            let first: Vec<_> = found.into_iter().take(list.len()).collect();
            assert_eq!(first, expected(list), "{file}");
        }
        breaks("createTicketMessage", with_files(json!({})), &[("ticket_message_files", "wrong_type")]);
        accepts("createTicketMessage", with_files(json!([])));
        accepts("createTicketMessage", with_files(Value::Null));
    }

    #[test]
    fn every_file_is_checked_and_named() {
        let good = json!({ "filename": "a.png", "size": 9, "found": "image/png" });
        let bad = json!({ "filename": "b.heic", "size": 9, "found": "image/heic" });
        let list = check(&Settings::default(), "createTicketMessage", &with_files(json!([good, bad, bad])));
        let fields: Vec<_> = list.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["ticket_message_files[1]", "ticket_message_files[2]"]);
        assert!(list[0].message.contains("b.heic") && list[0].message.contains("a HEIC image"), "{}", list[0].message);
        assert!(list[0].hint.contains("PNG"));
        assert_eq!(list[0].params["allowed"], json!(AttachmentType::VALUES));
        assert_eq!(list[0].params["found"], json!("image/heic"));
    }

    #[test]
    fn bytes_in_memory_are_looked_at() {
        let message = |file| CreateTicketMessageParams {
            id_ticket: "1".to_owned(),
            text: "a".to_owned(),
            interim_notice: None,
            ticket_message_files: Some(vec![file]),
        };
        let check = |file| {
            let mut violations = Violations::new();
            message(file).check(&Settings::default(), &mut violations);
            codes(violations.into_vec())
        };
        assert_eq!(check(Attachment::new("a.pdf", b"%PDF-1.4\n")), []);
        assert_eq!(check(Attachment::new("a.pdf", b"%PDF-1.4\n").with_mime_type("application/pdf")), []);
        assert_eq!(
            check(Attachment::new("a.pdf", b"%PDF-1.4\n").with_mime_type("image/png")),
            expected(&[("ticket_message_files[0].mime_type", "mime_type_mismatch")])
        );
        assert_eq!(
            check(Attachment::new("a.pdf", b"\0\x01")),
            expected(&[("ticket_message_files[0]", "unknown_file_type")])
        );
        assert!(plan(&message(Attachment::new("", b"%PDF-1.4\n")), &Settings::default()).is_err());
    }

    #[test]
    fn every_violation_tells_what_and_what_to_do() {
        let all = [
            (
                "listTickets",
                json!([{ "status": ["x"], "id_buyer": 0, "limit": 0, "sort": "", "ts_created_from_iso": "x", "y": 1 }]),
            ),
            ("openTicket", json!([{ "id_order_unit": [0, 0], "reason": "x", "message": "" }])),
            ("openTicket", json!([{ "id_order_unit": [] }])),
            ("getTicket", json!(["1".repeat(21), { "embedded": ["x"] }])),
            ("getTicket", json!(["x"])),
            ("getTicket", json!([""])),
            (
                "createTicketMessage",
                json!(["", { "text": "x".repeat(65_536), "ticket_message_files": [
                    { "filename": "", "mime_type": "a/b", "data": "x" },
                    { "filename": "a/b", "size": 0, "found": null },
                    { "filename": "a", "size": 1, "found": null },
                    { "filename": "a", "size": 1, "found": "image/heic" },
                    { "filename": "a", "mime_type": "image/png", "size": 1, "found": "image/gif" },
                    { "filename": "a", "mime_type": "image/png", "data": format!("data:image/gif;base64,{PNG}") },
                ] }]),
            ),
        ];
        for violation in all.iter().flat_map(|(operation, arguments)| check(&Settings::default(), operation, arguments))
        {
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
        fn any_ticket_id_is_judged_by_its_digits(id in "\\PC{0,24}|[0-9]{0,24}") {
            let mut violations = Violations::new();
            ID_TICKET.check_text(&id, "id_ticket", &Settings::default(), &mut violations);
            let good = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(violations.is_empty(), good);
        }
    }
}
