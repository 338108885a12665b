//! What Kaufland accepts, and what would be refused anyway. Each rule names where it comes from: *guide* is the vendor's
//! page on tickets, *spec* its OpenAPI file, *ours* what neither says but nobody can want.

use super::endpoints::{
    CreateTicketMessageParams, GetTicketParams, ListTicketMessagesParams, ListTicketsParams, OpenTicketParams,
};
use super::model::{
    AttachmentType, Embedded, FulfillmentType, SortMessages, SortTickets, Storefront, TicketReason, TicketStatus,
    TicketTopic,
};
use crate::attachment::{Attachment, FileType, Found};
use crate::settings::Settings;
use crate::validate::{
    Violation, Violations, check_date_time, check_range, check_text_length, excerpt, quoted, unknown_value,
};
use std::collections::HashSet;

/// *Spec*: integers of 32 bits.
const INT32_MAX: i64 = 2_147_483_647;
/// *Spec*: tickets and messages come in pages of 1 to 30.
const MAX_LIMIT: i64 = 30;
/// *Spec*: the length of a message in a ticket. It has no limit when the ticket is opened.
const MAX_TEXT: usize = 65_535;
/// *Ours*: no more digits than a number of 64 bits has.
const MAX_ID_DIGITS: usize = 20;

pub(super) fn list_tickets(params: &ListTicketsParams, settings: &Settings, violations: &mut Violations) {
    let mut each = |field, values: Vec<&str>, known| check_each(violations, settings, field, values, known);
    each("status", texts(&params.status, TicketStatus::as_str), TicketStatus::VALUES);
    each("open_reason", texts(&params.open_reason, TicketReason::as_str), TicketReason::VALUES);
    each("topic", texts(&params.topic, TicketTopic::as_str), TicketTopic::VALUES);
    each("storefront", texts(&params.storefront, Storefront::as_str), Storefront::VALUES);
    each("fulfillment_type", texts(&params.fulfillment_type, FulfillmentType::as_str), FulfillmentType::VALUES);
    if let Some(id) = params.id_buyer {
        // Spec: the filter is narrower than the field, which has 64 bits.
        check_range(violations, "id_buyer", id, 1, INT32_MAX);
    }
    check_time(violations, "ts_created_from_iso", params.ts_created_from_iso.as_deref());
    check_time(violations, "ts_updated_from_iso", params.ts_updated_from_iso.as_deref());
    if let Some(sort) = &params.sort {
        check_value(violations, settings, "sort", sort.as_str(), SortTickets::VALUES);
    }
    check_page(violations, params.limit, params.offset);
}

pub(super) fn list_ticket_messages(
    params: &ListTicketMessagesParams,
    settings: &Settings,
    violations: &mut Violations,
) {
    let fulfillment_type = texts(&params.fulfillment_type, FulfillmentType::as_str);
    check_each(violations, settings, "fulfillment_type", fulfillment_type, FulfillmentType::VALUES);
    check_time(violations, "ts_created_from_iso", params.ts_created_from_iso.as_deref());
    if let Some(sort) = &params.sort {
        check_value(violations, settings, "sort", sort.as_str(), SortMessages::VALUES);
    }
    check_page(violations, params.limit, params.offset);
}

pub(super) fn get_ticket(params: &GetTicketParams, settings: &Settings, violations: &mut Violations) {
    id_ticket(&params.id_ticket, violations);
    let embedded = texts(&params.embedded, Embedded::as_str);
    check_each(violations, settings, "embedded", embedded, Embedded::VALUES);
}

/// *Guide, spec*: units, reason and message are required; all units belong to one order, which only Kaufland can tell.
pub(super) fn open_ticket(params: &OpenTicketParams, settings: &Settings, violations: &mut Violations) {
    if params.id_order_unit.is_empty() {
        violations.push(
            Violation::new(
                "id_order_unit",
                "too_short",
                "`id_order_unit` is empty",
                "give at least one order unit of the order",
            )
            .with("min", 1)
            .with("length", 0),
        );
    }
    let mut seen = HashSet::new();
    for (index, id) in params.id_order_unit.iter().enumerate() {
        let field = format!("id_order_unit[{index}]");
        check_range(violations, &field, *id, 1, i64::MAX);
        // Ours: a ticket about the same unit twice is a slip of whoever made the list.
        if !seen.insert(*id) {
            violations.push(
                Violation::new(
                    field.as_str(),
                    "duplicate",
                    format!("`{field}` is {id}, which the list has already"),
                    "give each order unit once",
                )
                .with("value", *id),
            );
        }
    }
    check_value(violations, settings, "reason", params.reason.as_str(), TicketReason::VALUES);
    check_text_length(violations, "message", &params.message, 1, usize::MAX);
}

/// *Spec*: text of 1 to 65535 characters. *Guide*: the files.
pub(super) fn create_ticket_message(
    params: &CreateTicketMessageParams,
    settings: &Settings,
    violations: &mut Violations,
) {
    id_ticket(&params.id_ticket, violations);
    check_text_length(violations, "text", &params.text, 1, MAX_TEXT);
    for (index, file) in params.ticket_message_files.iter().flatten().enumerate() {
        check_file(violations, settings, &format!("ticket_message_files[{index}]"), file);
    }
}

/// *Spec*: `^001\d+$` is what the API returns. *Guide*: it also writes the short form without `001`, so any digits do.
pub(super) fn id_ticket(id: &str, violations: &mut Violations) {
    const FIELD: &str = "id_ticket";
    const HINT: &str = "give the id as text, just as the marketplace returned it: 00150000001";
    if id.is_empty() {
        violations.push(Violation::new(FIELD, "required", "`id_ticket` is empty", HINT));
    } else if !id.bytes().all(|byte| byte.is_ascii_digit()) {
        violations.push(
            Violation::new(
                FIELD,
                "not_digits",
                format!("`id_ticket` is {}, which has other characters than digits", quoted(id)),
                HINT,
            )
            .with("value", excerpt(id)),
        );
    } else if id.len() > MAX_ID_DIGITS {
        violations.push(
            Violation::new(
                FIELD,
                "too_long",
                format!("`id_ticket` has {} digits, more than {MAX_ID_DIGITS}", id.len()),
                HINT,
            )
            .with("max", MAX_ID_DIGITS)
            .with("length", id.len()),
        );
    }
}

fn texts<'a, T>(values: &'a Option<Vec<T>>, text: fn(&'a T) -> &'a str) -> Vec<&'a str> {
    values.iter().flatten().map(text).collect()
}

fn check_each(
    violations: &mut Violations,
    settings: &Settings,
    field: &str,
    values: Vec<&str>,
    known: &'static [&'static str],
) {
    for (index, value) in values.into_iter().enumerate() {
        check_value(violations, settings, &format!("{field}[{index}]"), value, known);
    }
}

/// *Spec*: lists of values. One that was added after this was written passes when the client allows it; nothing at all
/// never is a value.
fn check_value(violations: &mut Violations, settings: &Settings, field: &str, value: &str, known: &[&str]) {
    if !known.contains(&value) && (value.is_empty() || !settings.allow_unknown_values) {
        violations.push(unknown_value(field, value, known));
    }
}

fn check_time(violations: &mut Violations, field: &str, time: Option<&str>) {
    if let Some(time) = time {
        check_date_time(violations, field, time);
    }
}

fn check_page(violations: &mut Violations, limit: Option<i64>, offset: Option<i64>) {
    if let Some(limit) = limit {
        check_range(violations, "limit", limit, 1, MAX_LIMIT);
    }
    if let Some(offset) = offset {
        check_range(violations, "offset", offset, 0, INT32_MAX);
    }
}

/// *Guide*: a name, the correct type of the nine, and the content as a data URL. Neither a size nor a number of files is
/// documented, so neither is limited here.
fn check_file(violations: &mut Violations, settings: &Settings, field: &str, file: &Attachment) {
    check_filename(violations, &format!("{field}.filename"), &file.filename);
    let allowed = AttachmentType::VALUES;
    let mime_field = format!("{field}.mime_type");
    let mut declared = file.mime_type.as_deref();
    if let Some(mime_type) = declared {
        check_value(violations, settings, &mime_field, mime_type, allowed);
    }

    if let Some(url) = file.data_url() {
        let data_field = format!("{field}.data");
        match url {
            Err(error) => {
                let message = format!("`{data_field}` cannot be sent: {}", error.message());
                let mut violation = Violation::new(data_field, error.code(), message, error.hint());
                if let Some(at) = error.at() {
                    violation = violation.with("at", at);
                }
                violations.push(violation);
                return;
            }
            Ok(url) => match declared {
                Some(mime_type) if mime_type != url.mime_type => {
                    violations.push(
                        Violation::new(
                            data_field.as_str(),
                            "mime_type_mismatch",
                            format!(
                                "`{data_field}` says that it is {}, and `{mime_field}` says {}",
                                quoted(url.mime_type),
                                quoted(mime_type)
                            ),
                            "write the same type in both",
                        )
                        .with("declared", excerpt(mime_type))
                        .with("found", excerpt(url.mime_type)),
                    );
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
        Some(Found::Unknown) if file.size() == Some(0) => violations.push(Violation::new(
            field,
            "empty_file",
            format!("`{field}` ({}) is empty", excerpt(&file.filename)),
            "choose a file with content",
        )),
        Some(Found::Unknown) => violations.push(not_allowed(
            field,
            "unknown_file_type",
            format!("`{field}` ({}) is of no type that its content tells", excerpt(&file.filename)),
        )),
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
    violations.push(
        Violation::new(field, code, format!("`{field}` {problem}"), "give the file's name, such as label.pdf")
            .with("value", excerpt(name)),
    );
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
    let filename = excerpt(&file.filename);
    let name = FileType::from_mime_type(found).map_or("a file of another type", FileType::name);
    match declared {
        Some(declared) if declared == found => {}
        Some(declared) => {
            let violation = if AttachmentType::VALUES.contains(&found) {
                let field = format!("{field}.mime_type");
                let message = format!("`{field}` is {}, but {filename} is {name}", quoted(declared));
                Violation::new(field, "mime_type_mismatch", message, format!("write {found}, or choose another file"))
            } else {
                let message = format!("`{field}` ({filename}) is {name}, not {declared}");
                not_allowed(field, "file_type_not_allowed", message)
            };
            violations.push(violation.with("declared", declared).with("found", excerpt(found)));
        }
        None if AttachmentType::VALUES.contains(&found) || settings.allow_unknown_values => {}
        None => {
            let message = format!("`{field}` ({filename}) is {name}, which Kaufland does not accept");
            violations.push(not_allowed(field, "file_type_not_allowed", message).with("found", excerpt(found)));
        }
    }
}

fn not_allowed(field: &str, code: &str, message: String) -> Violation {
    Violation::new(field, code, message, "send it as plain text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC")
        .with("allowed", AttachmentType::VALUES.to_vec())
}
