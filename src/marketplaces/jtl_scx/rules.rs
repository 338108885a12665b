//! What SCX accepts, and what would be refused anyway. Each rule names where it comes from: *source* is the vendor's page
//! on creating tickets, *docs* its other pages, *models* its own PHP client, *ours* what none says but nobody can want.
//!
//! A file is judged by its content. What its content surely is must be allowed, and what is declared must fit it. An image
//! of a type that content does not tell (`image/jxl`, `image/vnd.adobe.photoshop`, …) is taken at its word, since every
//! `image/*` is allowed; one that content would tell (`image/png`) is not.

use super::endpoints::{AttachmentParams, AuthorParams, CreateTicketParams, ReferenceParams, ReplyToTicketParams};
use super::model::{ScxEventType, ScxReferenceType, ScxRole, ScxTopic};
use super::names::{MAX_LENGTH, is_safe, safe_name};
use crate::attachment::data_url::is_mime_type;
use crate::attachment::{Attachment, FileType, Found};
use crate::rules::input::{at, join};
use crate::rules::rule::{EMPTY_FILE, Given, Kind, NOT_SENDABLE, Rule, Typed, check_value, rules};
use crate::rules::settings::Settings;
use crate::rules::violation::Figure::{Cut, List, Number, Text};
use crate::rules::violation::{EMPTY, Figure, Violations, check_date_time, check_text_length, unknown_value, words};

/// *Source*: subject and message.
const MAX_TEXT: usize = 1024;
/// *Source*: ticket ids. *Models*: names of files.
const MAX_ID: usize = 256;
/// *Models*: the name of who writes.
const MAX_NAME: usize = 100;
/// *Models*: mime types.
const MAX_CONTENT_TYPE: usize = 128;
/// *Source*: files of a ticket.
const MAX_FILES: usize = 10;
/// *Docs*: "16 MB" for a file. They do not say of which kind; a file within the smaller one is within both.
pub(super) const MAX_FILE_BYTES: u64 = 16_000_000;
/// *Docs*: events that are acknowledged at once.
const MAX_EVENTS: usize = 100;
/// *Docs*: `image/*` stands for each type of image.
const ALLOWED_TYPES: &[&str] = &[
    "text/plain",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/msword",
    "image/*",
];

/// *Source*: `^\w{1,50}$`.
const SELLER_ID: Rule =
    Rule::Like { pattern: r"^\w{1,50}$", check: |violations, _, field, text| word(violations, field, text, 1, 50) };
/// *Docs*: `^\w{5,15}$`.
const CHANNEL: Rule =
    Rule::Like { pattern: r"^\w{5,15}$", check: |violations, _, field, text| word(violations, field, text, 5, 15) };
const TICKET_ID: Rule = Rule::Text { min: 1, max: MAX_ID };
const TEXT: Rule = Rule::Text { min: 1, max: MAX_TEXT };

rules! { CreateTicketParams keep unknown {
    sellerId: SELLER_ID,
    ticketId: TICKET_ID,
    topic: Rule::OneOf(ScxTopic::VALUES),
    createdAt: Rule::DATE_TIME,
    from: Rule::Object(AuthorParams::TABLE),
    subject: TEXT,
    message: TEXT,
    reference: Rule::Object(ReferenceParams::TABLE),
    replyRequested: Rule::Flag,
    attachment: Rule::Code,
    files: Rule::Code,
} }

// Docs: the same without topic, subject and reference.
rules! { ReplyToTicketParams keep unknown {
    channel: CHANNEL,
    sellerId: SELLER_ID,
    ticketId: TICKET_ID,
    createdAt: Rule::DATE_TIME,
    from: Rule::Object(AuthorParams::TABLE),
    message: TEXT,
    replyRequested: Rule::Flag,
    attachment: Rule::Code,
    files: Rule::Code,
} }

// Models: a known role, and 100 characters for the name.
rules! { AuthorParams keep unknown {
    role: Rule::OneOf(ScxRole::VALUES),
    name: Rule::Text { min: 0, max: MAX_NAME },
} }

// Models: required, without a length.
rules! { ReferenceParams keep unknown {
    r#type: Rule::OneOf(ScxReferenceType::VALUES),
    id: Rule::Text { min: 1, max: usize::MAX },
} }

impl Typed for AttachmentParams {
    const KIND: Kind = Kind::Other;
}

impl Given for AttachmentParams {}

/// *Source*: `^\w{1,50}$` for the seller, 1 to 256 characters for the ticket.
pub(super) fn ticket(seller_id: &str, ticket_id: &str, violations: &mut Violations) {
    word(violations, "sellerId", seller_id, 1, 50);
    check_text_length(violations, "ticketId", ticket_id, 1, MAX_ID);
}

/// *Docs*: `^\w{5,15}$`.
pub(super) fn channel(channel: &str, violations: &mut Violations) {
    word(violations, "channel", channel, 5, 15);
}

/// *Docs*: a name is required. It is the other side's, so only its length is known.
pub(super) fn announced_name(filename: &str, violations: &mut Violations) {
    check_text_length(violations, "filename", filename, 1, MAX_LENGTH);
}

/// *Docs*: 1 to 100 ids.
pub(super) fn event_ids(ids: &[String], violations: &mut Violations) {
    let count = ids.len();
    if count == 0 || count > MAX_EVENTS {
        let words = if count == 0 {
            words!(
                "too_short",
                ["min", "length", "_max"],
                "`{field}` has {length} ids, not 1 to {_max}",
                "give 1 to {_max} ids at a time",
            )
        } else {
            words!(
                "too_long",
                ["max", "length", "_max"],
                "`{field}` has {length} ids, not 1 to {_max}",
                "give 1 to {_max} ids at a time",
            )
        };
        let limit = if count == 0 { 1 } else { MAX_EVENTS };
        violations.add("eventIdList", words, [limit, count, MAX_EVENTS].map(Figure::count));
    }
    for (index, id) in ids.iter().enumerate() {
        check_text_length(violations, &at("eventIdList", index), id, 1, usize::MAX);
    }
}

/// *Models*: the types. Without `settings` the types are not known; *ours*: a comma would make two of one.
pub(super) fn list_events(
    created_after: Option<&str>,
    types: &[&str],
    settings: Option<&Settings>,
    violations: &mut Violations,
) {
    if let Some(time) = created_after {
        check_date_time(violations, "createdAfter", time);
    }
    for (index, name) in types.iter().enumerate() {
        let field = at("eventTypeFilter", index);
        if name.is_empty() || name.contains(",") {
            let words = words!(
                "invalid_event_type",
                ["value"],
                "`{field}` is `{value}`, which is not one type",
                "give one type in each element, such as `Seller:Ticket.Reply`",
            );
            violations.add(&field, words, [Cut(name)]);
        } else if let Some(settings) = settings {
            check_value(violations, settings, &field, name, ScxEventType::VALUES);
        }
    }
}

/// *Docs*: a name that was announced and that the upload takes, an allowed type, at most 16 MB.
pub(super) fn upload(filename: Option<&str>, file: &Attachment, settings: &Settings, violations: &mut Violations) {
    match filename {
        Some(name) => safe(violations, "filename", name),
        None => named(violations, "file.filename", &file.filename),
    }
    content(violations, settings, "file", file);
}

/// *Source*: ten at most. *Models*: names and types of those that are announced.
pub(super) fn attachments(
    announced: &Option<Vec<AttachmentParams>>,
    files: &Option<Vec<Attachment>>,
    settings: &Settings,
    violations: &mut Violations,
) {
    let announced = announced.as_deref().unwrap_or_default();
    let files = files.as_deref().unwrap_or_default();
    let count = announced.len().saturating_add(files.len());
    if count > MAX_FILES {
        let field = if files.is_empty() { "attachment" } else { "files" };
        let words = words!(
            "too_many_files",
            ["max", "length"],
            "`{field}` makes it {length} files, more than {max}",
            "send at most {max} with one ticket",
        );
        violations.add(field, words, [MAX_FILES, count].map(Figure::count));
    }
    for (index, file) in announced.iter().enumerate() {
        let field = join(&at("attachment", index), "filename");
        safe(violations, &field, &file.filename);
        if announced.iter().take(index).any(|other| other.filename == file.filename) {
            let words = words!(
                "duplicate",
                ["value"],
                "`{field}` is `{value}`, which another file of the ticket has",
                "give each file a name of its own",
            );
            violations.add(&field, words, [Cut(&file.filename)]);
        }
        let field = join(&at("attachment", index), "contentType");
        declared(violations, settings, &field, &file.contentType);
    }
    for (index, file) in files.iter().enumerate() {
        named(violations, &join(&at("files", index), "filename"), &file.filename);
        content(violations, settings, &at("files", index), file);
    }
}

/// `^\w{min,max}$` in ASCII.
fn word(violations: &mut Violations, field: &str, text: &str, min: usize, max: usize) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        check_text_length(violations, field, text, min, max);
        return;
    }
    let words = words!(
        "invalid_id",
        ["value", "_min", "_max"],
        "`{field}` is `{value}`, which has other characters than ASCII letters, digits and underscores",
        "give the id as SCX knows it: {_min} to {_max} letters, digits or underscores",
    );
    violations.add(field, words, [Cut(text), Figure::count(min), Figure::count(max)]);
}

/// *Models*: `^\w+\.\w{1,10}$` for uploads. *Ours*: so for announcements too, which nobody could upload otherwise.
fn safe(violations: &mut Violations, field: &str, name: &str) {
    if !is_safe(name) {
        let better = safe_name(&Attachment::new(name, Vec::new()));
        let words = words!(
            "invalid_filename",
            ["value", "safe", "_safe"],
            "`{field}` is `{value}`, which uploads do not take",
            "write letters, digits and underscores, a dot and an extension, such as {_safe}",
        );
        violations.add(field, words, [Cut(name), Text(&better), Cut(&better)]);
    }
}

/// *Ours*: a name to make a safe one of.
fn named(violations: &mut Violations, field: &str, name: &str) {
    if name.trim().is_empty() {
        violations.add(field, EMPTY, [Text("give the file's name, such as label.pdf")]);
    }
}

fn is_allowed(mime_type: &str) -> bool {
    mime_type != "image/*" && (ALLOWED_TYPES.contains(&mime_type) || is_image(mime_type))
}

fn is_image(mime_type: &str) -> bool {
    mime_type.starts_with("image/") && is_mime_type(mime_type)
}

/// Whether the type is allowed; reports it when it is not.
fn declared(violations: &mut Violations, settings: &Settings, field: &str, mime_type: &str) -> bool {
    check_text_length(violations, field, mime_type, 1, MAX_CONTENT_TYPE);
    let allowed = is_allowed(mime_type);
    if !allowed && (!settings.allow_unknown_values || !is_mime_type(mime_type)) && !mime_type.is_empty() {
        violations.push(unknown_value(field, mime_type, ALLOWED_TYPES));
    }
    allowed
}

/// *Docs*: type and size of a file.
fn content(violations: &mut Violations, settings: &Settings, field: &str, file: &Attachment) {
    let url_field = join(field, "data");
    let mut type_field = join(field, "mime_type");
    let mut says = file.mime_type.as_deref();
    match file.data_url() {
        Some(Err(error)) => {
            let figures = [Text(error.code()), Text(error.message()), Text(error.hint())];
            violations.add(&url_field, NOT_SENDABLE, figures);
            return;
        }
        Some(Ok(url)) if says.is_none() => {
            says = Some(url.mime_type);
            type_field = url_field;
        }
        // The form names one type; what else a data URL says of itself stays behind.
        Some(Ok(_)) | None => {}
    }
    let size = file.size().unwrap_or_default();
    if size > MAX_FILE_BYTES {
        let words = words!(
            "too_large",
            ["max", "length", "_file"],
            "`{field}` ({_file}) has {length} bytes, more than {max}",
            "choose a file of at most 16 MB",
        );
        let bytes = |bytes: u64| Number(i64::try_from(bytes).unwrap_or(i64::MAX));
        violations.add(field, words, [bytes(MAX_FILE_BYTES), bytes(size), Cut(&file.filename)]);
    }
    if let Some(mime_type) = says
        && !declared(violations, settings, &type_field, mime_type)
    {
        // Either reported already, or allowed although it is not known; then its content cannot be judged.
        return;
    }
    match file.inspect() {
        // Nobody has looked yet; it is done before the file is sent.
        None => {}
        Some(Found::Type(found)) => fits(violations, settings, field, &type_field, file, says, &found),
        Some(Found::Unknown) if size == 0 => violations.add(field, EMPTY_FILE, [Cut(&file.filename)]),
        Some(Found::Unknown) if says.is_some_and(|says| is_image(says) && FileType::from_mime_type(says).is_none()) => {
        }
        Some(Found::Unknown) => {
            let words = words!(
                "unknown_file_type",
                ["allowed", "_file", "_not", "_type"],
                "`{field}` ({_file}) is {_not}{_type}",
                "send it as plain text, an image, PDF, DOCX, XLSX, DOC or XLS",
            );
            let (not, mime_type) = says.map_or(("of no type that its content tells", ""), |says| ("not ", says));
            violations.add(field, words, [List(ALLOWED_TYPES), Cut(&file.filename), Text(not), Text(mime_type)]);
        }
    }
}

/// What the content surely is must be allowed, and be what the file is declared as.
fn fits(
    violations: &mut Violations,
    settings: &Settings,
    field: &str,
    type_field: &str,
    file: &Attachment,
    says: Option<&str>,
    found: &str,
) {
    let filename = Cut(&file.filename);
    let name = FileType::from_mime_type(found).map_or("a file of another type", FileType::name);
    match says {
        Some(says) if says == found => {}
        // `image/jpg`, `image/heif` and the like: another name for an image, which is one.
        Some(says) if is_image(says) && is_image(found) && FileType::from_mime_type(says).is_none() => {}
        Some(says) if is_allowed(found) => {
            let words = words!(
                "mime_type_mismatch",
                ["declared", "found", "_file", "_name", "_found"],
                "`{field}` is `{declared}`, but {_file} is {_name}",
                "write {_found}, or choose another file",
            );
            violations.add(type_field, words, [Cut(says), Cut(found), filename, Text(name), Text(found)]);
        }
        None if is_allowed(found) || settings.allow_unknown_values => {}
        Some(_) | None => {
            let words = words!(
                "file_type_not_allowed",
                ["allowed", "found", "_file", "_name"],
                "`{field}` ({_file}) is {_name}, which SCX does not accept",
                "send it as plain text, an image, PDF, DOCX, XLSX, DOC or XLS",
            );
            violations.add(field, words, [List(ALLOWED_TYPES), Cut(found), filename, Text(name)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::JTL_SCX;
    use super::*;
    use crate::attachment::Content;
    use crate::marketplaces::testing::{self, codes, expected, tolerant};
    use crate::rules::violation::Violation;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
        testing::check(&JTL_SCX, settings, operation, arguments)
    }

    /// Checks that the arguments break exactly these rules.
    fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
        assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
    }

    fn ticket(more: Value) -> Value {
        with(
            json!({
                "sellerId": "4711", "ticketId": "CASE-1", "topic": "QUESTION", "createdAt": "2023-11-07T05:31:56Z",
                "from": { "role": "BUYER" }, "subject": "s", "message": "m",
            }),
            more,
        )
    }

    fn reply(more: Value) -> Value {
        with(
            json!({
                "channel": "DEMOSHOP", "sellerId": "4711", "ticketId": "CASE-1", "createdAt": "2023-11-07T05:31:56Z",
                "from": { "role": "SELLER" }, "message": "m",
            }),
            more,
        )
    }

    fn with(mut object: Value, more: Value) -> Value {
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!([object])
    }

    #[test]
    fn required_fields_are_required() {
        breaks(
            "createTicket",
            json!([{}]),
            &[
                ("sellerId", "required"),
                ("ticketId", "required"),
                ("topic", "required"),
                ("createdAt", "required"),
                ("from.role", "required"),
                ("subject", "required"),
                ("message", "required"),
            ],
        );
        breaks(
            "seller.replyToTicket",
            json!([{ "from": 5 }]),
            &[
                ("channel", "required"),
                ("sellerId", "required"),
                ("ticketId", "required"),
                ("createdAt", "required"),
                ("from", "wrong_type"),
                ("from.role", "required"),
                ("message", "required"),
            ],
        );
        let upload = [
            ("sellerId", "required"),
            ("ticketId", "required"),
            ("file.filename", "required"),
            ("file.data", "required"),
        ];
        breaks("uploadAttachment", json!([{}]), &upload);
        breaks("seller.uploadAttachment", json!([{}]), &[&[("channel", "required")][..], &upload].concat());
        let download = [("sellerId", "required"), ("ticketId", "required"), ("filename", "required")];
        breaks("downloadAttachment", json!([]), &download);
        breaks("seller.downloadAttachment", json!([]), &[&[("channel", "required")][..], &download].concat());
        breaks("acknowledgeEvents", json!([]), &[("eventIdList", "required")]);
        breaks("acknowledgeEvents", json!([["1"], { "more": 1 }]), &[("more", "unknown_field")]);
    }

    #[test]
    fn texts_have_limits_on_both_sides() {
        for (field, max) in [("subject", 1024), ("message", 1024), ("ticketId", 256)] {
            for good in ["a".to_owned(), "🎫".repeat(max)] {
                breaks("createTicket", ticket(json!({ field: good })), &[]);
            }
            breaks("createTicket", ticket(json!({ field: "" })), &[(field, "too_short")]);
            breaks("createTicket", ticket(json!({ field: "🎫".repeat(max + 1) })), &[(field, "too_long")]);
            breaks("createTicket", ticket(json!({ field: 5 })), &[(field, "wrong_type")]);
        }
        for (field, max) in [("message", 1024), ("ticketId", 256)] {
            breaks("seller.replyToTicket", reply(json!({ field: "ä".repeat(max) })), &[]);
            breaks("seller.replyToTicket", reply(json!({ field: "" })), &[(field, "too_short")]);
            breaks("seller.replyToTicket", reply(json!({ field: "ä".repeat(max + 1) })), &[(field, "too_long")]);
        }
        for (name, list) in [
            (json!("ä".repeat(100)), &[][..]),
            (json!(""), &[]),
            (json!(null), &[]),
            (json!("ä".repeat(101)), &[("from.name", "too_long")]),
        ] {
            breaks("createTicket", ticket(json!({ "from": { "role": "BUYER", "name": name } })), list);
            breaks("seller.replyToTicket", reply(json!({ "from": { "role": "BUYER", "name": name } })), list);
        }
    }

    #[test]
    fn ids_are_words() {
        let at = |length| "a".repeat(length);
        for (operation, make) in [("createTicket", ticket as fn(Value) -> Value), ("seller.replyToTicket", reply)] {
            for good in ["4", "A_z09", &at(50)] {
                breaks(operation, make(json!({ "sellerId": good })), &[]);
            }
            for (bad, code) in [
                (json!(""), "too_short"),
                (json!(at(51)), "too_long"),
                (json!("a-b"), "invalid_id"),
                (json!("ä"), "invalid_id"),
                (json!("a b"), "invalid_id"),
                (json!("a\n"), "invalid_id"),
                (json!(4711), "wrong_type"),
            ] {
                breaks(operation, make(json!({ "sellerId": bad })), &[("sellerId", code)]);
            }
        }
        for good in [at(5), at(15)] {
            breaks("seller.replyToTicket", reply(json!({ "channel": good })), &[]);
        }
        for (bad, code) in [(at(4), "too_short"), (at(16), "too_long"), ("../..".to_owned(), "invalid_id")] {
            breaks("seller.replyToTicket", reply(json!({ "channel": bad })), &[("channel", code)]);
            let file = json!({ "filename": "a.png", "size": 1, "found": "image/png" });
            let rest = json!({ "channel": bad, "sellerId": "1", "ticketId": "1", "filename": "a.png" });
            breaks("seller.downloadAttachment", json!([rest]), &[("channel", code)]);
            breaks("seller.uploadAttachment", with(rest, json!({ "file": file })), &[("channel", code)]);
        }
    }

    #[test]
    fn values_are_documented_ones() {
        for (field, values) in [("topic", ScxTopic::VALUES)] {
            for value in values {
                breaks("createTicket", ticket(json!({ field: value })), &[]);
            }
        }
        for role in ScxRole::VALUES {
            breaks("createTicket", ticket(json!({ "from": { "role": role } })), &[]);
            breaks("seller.replyToTicket", reply(json!({ "from": { "role": role } })), &[]);
        }
        for kind in ScxReferenceType::VALUES {
            breaks("createTicket", ticket(json!({ "reference": { "type": kind, "id": "1" } })), &[]);
        }
        for (more, field) in [
            (json!({ "topic": "question" }), "topic"),
            (json!({ "from": { "role": "ADMIN" } }), "from.role"),
            (json!({ "reference": { "type": "ORDER", "id": "1" } }), "reference.type"),
        ] {
            breaks("createTicket", ticket(more.clone()), &[(field, "unknown_value")]);
            assert_eq!(check(&tolerant(), "createTicket", &ticket(more)), []);
        }
        for (more, field) in [
            (json!({ "topic": "" }), "topic"),
            (json!({ "from": { "role": "" } }), "from.role"),
            (json!({ "reference": { "type": "", "id": "1" } }), "reference.type"),
        ] {
            assert_eq!(codes(check(&tolerant(), "createTicket", &ticket(more))), expected(&[(field, "unknown_value")]));
        }
        breaks(
            "createTicket",
            ticket(json!({ "reference": { "type": "ORDERID", "id": "" } })),
            &[("reference.id", "too_short")],
        );
        breaks(
            "createTicket",
            ticket(json!({ "reference": {} })),
            &[("reference.type", "required"), ("reference.id", "required")],
        );
        breaks("createTicket", ticket(json!({ "replyRequested": "yes" })), &[("replyRequested", "wrong_type")]);
        breaks("createTicket", ticket(json!({ "unknown": [1], "reference": null })), &[]);
    }

    #[test]
    fn times_have_a_zone() {
        for (operation, field, make) in [
            ("createTicket", "createdAt", ticket as fn(Value) -> Value),
            ("seller.replyToTicket", "createdAt", reply),
            ("listEvents", "createdAfter", |more| json!([more])),
            ("seller.listEvents", "createdAfter", |more| json!([more])),
        ] {
            breaks(operation, make(json!({ field: "2026-03-02T08:15:00.5+01:00" })), &[]);
            for bad in ["", "2026-03-02", "2026-03-02T08:15:00", "2026-02-30T08:15:00Z"] {
                breaks(operation, make(json!({ field: bad })), &[(field, "invalid_date_time")]);
            }
        }
    }

    #[test]
    fn events_have_known_types_and_ids() {
        breaks("listEvents", json!([{ "eventTypeFilter": ScxEventType::VALUES }]), &[]);
        breaks(
            "listEvents",
            json!([{ "eventTypeFilter": ["Seller:New"] }]),
            &[("eventTypeFilter[0]", "unknown_value")],
        );
        assert_eq!(check(&tolerant(), "listEvents", &json!([{ "eventTypeFilter": ["Seller:New"] }])), []);
        breaks("seller.listEvents", json!([{ "eventTypeFilter": ["Channel:New"] }]), &[]);
        for operation in ["listEvents", "seller.listEvents"] {
            for bad in ["", "System:Test,Seller:Ticket.Reply"] {
                let list = [("eventTypeFilter[1]", "invalid_event_type")];
                breaks(operation, json!([{ "eventTypeFilter": ["System:Test", bad] }]), &list);
            }
            breaks(operation, json!([{ "eventTypeFilter": "System:Test" }]), &[("eventTypeFilter", "wrong_type")]);
        }
        for operation in ["acknowledgeEvents", "seller.acknowledgeEvents"] {
            for count in [1, 2, 100] {
                breaks(operation, json!([vec!["id"; count]]), &[]);
            }
            breaks(operation, json!([[]]), &[("eventIdList", "too_short")]);
            breaks(operation, json!([vec!["id"; 101]]), &[("eventIdList", "too_long")]);
            breaks(operation, json!([["1", ""]]), &[("eventIdList[1]", "too_short")]);
            breaks(operation, json!([["1", 2]]), &[("eventIdList[1]", "wrong_type")]);
            breaks(operation, json!(["1"]), &[("eventIdList", "wrong_type")]);
        }
    }

    #[test]
    fn a_ticket_has_ten_files_at_most() {
        let announced = |count: usize| -> Vec<Value> {
            (0..count).map(|n| json!({ "filename": format!("a{n}.png"), "contentType": "image/png" })).collect()
        };
        let files = |count| vec![json!({ "filename": "a.png", "size": 1, "found": "image/png" }); count];
        for (operation, make) in [("createTicket", ticket as fn(Value) -> Value), ("seller.replyToTicket", reply)] {
            for (one, two) in [(0, 0), (10, 0), (0, 10), (4, 6)] {
                breaks(operation, make(json!({ "attachment": announced(one), "files": files(two) })), &[]);
            }
            for (one, two, field) in [(11, 0, "attachment"), (0, 11, "files"), (5, 6, "files")] {
                let more = json!({ "attachment": announced(one), "files": files(two) });
                breaks(operation, make(more), &[(field, "too_many_files")]);
            }
        }
    }

    #[test]
    fn announced_files_can_be_uploaded() {
        let announce = |filename: Value, content_type: Value| {
            let first = json!({ "filename": "first.png", "contentType": "image/png" });
            ticket(json!({ "attachment": [first, { "filename": filename, "contentType": content_type }] }))
        };
        let (name, kind) = ("attachment[1].filename", "attachment[1].contentType");
        let long = |length: usize| format!("image/{}", "x".repeat(length - 6));
        for content_type in ALLOWED_TYPES.iter().copied().filter(|known| *known != "image/*").chain([
            "image/png",
            "image/x-new+xml",
            &long(128),
        ]) {
            breaks("createTicket", announce(json!("a.b"), json!(content_type)), &[]);
        }
        for (filename, content_type, list) in [
            ("a b.png", "image/png", &[(name, "invalid_filename")][..]),
            ("", "image/png", &[(name, "invalid_filename")]),
            ("first.png", "image/png", &[(name, "duplicate")]),
            ("a.zip", "application/zip", &[(kind, "unknown_value")]),
            ("a.png", "image/", &[(kind, "unknown_value")]),
            ("a.png", "image/png; q=1", &[(kind, "unknown_value")]),
            ("a.png", "", &[(kind, "too_short")]),
            ("a.png", &format!("image/{}", "x".repeat(123)), &[(kind, "too_long")]),
        ] {
            breaks("createTicket", announce(json!(filename), json!(content_type)), list);
        }
        assert_eq!(check(&tolerant(), "createTicket", &announce(json!("a.zip"), json!("application/zip"))), []);
        assert_eq!(
            codes(check(&tolerant(), "createTicket", &announce(json!("a.zip"), json!("zip")))),
            expected(&[(kind, "unknown_value")])
        );
        let list = check(&Settings::default(), "createTicket", &announce(json!("Größe 1.png"), json!("image/png")));
        assert_eq!(list[0].params["safe"], json!("Groesse_1.png"));
        assert!(list[0].hint.contains("Groesse_1.png"));
    }

    /// The rules that one file breaks, by the part of its path behind `file`; the same wherever a file can be given.
    fn file_breaks(settings: &Settings, file: &Value) -> Vec<(String, String)> {
        let strip = |prefix: &str, list: Vec<Violation>| -> Vec<_> {
            codes(list).into_iter().map(|(field, code)| (field.replacen(prefix, "file", 1), code)).collect()
        };
        let alone = json!([{ "sellerId": "1", "ticketId": "1", "file": file }]);
        let found = strip("file", check(settings, "uploadAttachment", &alone));
        let together = ticket(json!({ "files": [file] }));
        assert_eq!(strip("files[0]", check(settings, "createTicket", &together)), found, "{file}");
        found
    }

    #[test]
    fn files_have_a_name_a_size_and_a_type() {
        let file = |more: Value| {
            let mut file = json!({ "filename": "Ä b.png", "size": 9, "found": "image/png" });
            file.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            file
        };
        for (more, list) in [
            (json!({}), &[][..]),
            (json!({ "filename": "no extension" }), &[]),
            (json!({ "filename": "" }), &[("file.filename", "required")]),
            (json!({ "filename": " " }), &[("file.filename", "required")]),
            (json!({ "filename": null }), &[("file.filename", "required")]),
            (json!({ "size": 16_000_000 }), &[]),
            (json!({ "size": 16_000_001 }), &[("file", "too_large")]),
            (json!({ "size": 16_777_217, "found": null }), &[("file", "too_large"), ("file", "unknown_file_type")]),
            (json!({ "size": 0, "found": null }), &[("file", "empty_file")]),
            (json!({ "size": 1, "found": null }), &[("file", "unknown_file_type")]),
            (json!({ "lastModified": 5 }), &[("file.lastModified", "unknown_field")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &file(more.clone())), expected(list), "{more}");
        }
        // A stream that was not read yet has no size.
        assert_eq!(file_breaks(&Settings::default(), &json!({ "filename": "f", "size": null })), []);
    }

    #[test]
    fn content_decides_and_declarations_fit() {
        let held = |says: Option<&str>, found: Option<&str>| json!({ "filename": "f", "size": 9, "mime_type": says, "found": found });
        let docx = ALLOWED_TYPES[2];
        let mismatch = [("file.mime_type", "mime_type_mismatch")];
        let not_allowed = [("file", "file_type_not_allowed")];
        let unknown = [("file", "unknown_file_type")];
        for mime_type in ALLOWED_TYPES.iter().copied().filter(|known| *known != "image/*").chain([
            "image/png",
            "image/svg+xml",
            "image/heic",
        ]) {
            assert_eq!(file_breaks(&Settings::default(), &held(Some(mime_type), Some(mime_type))), []);
            assert_eq!(file_breaks(&Settings::default(), &held(None, Some(mime_type))), []);
        }
        for (says, found, list) in [
            // Another name for an image.
            (Some("image/jpg"), Some("image/jpeg"), &[][..]),
            (Some("image/heif"), Some("image/heic"), &[]),
            // An image that content does not tell is taken at its word; one that it would tell is not.
            (Some("image/jxl"), None, &[]),
            (Some("image/vnd.adobe.photoshop"), None, &[]),
            (Some("image/png"), None, &unknown),
            (Some("image/heic"), None, &unknown),
            (Some("application/pdf"), None, &unknown),
            (Some("text/plain"), None, &unknown),
            (None, None, &unknown),
            // Allowed, but not what was declared.
            (Some("image/png"), Some("image/jpeg"), &mismatch),
            (Some("image/jxl"), Some("text/plain"), &mismatch),
            (Some("text/plain"), Some("application/pdf"), &mismatch),
            (Some("application/msword"), Some(docx), &mismatch),
            // Not allowed.
            (Some("image/png"), Some("application/zip"), &not_allowed),
            (Some("application/msword"), Some("application/rtf"), &not_allowed),
            (Some(docx), Some("application/vnd.ms-word.document.macroEnabled.12"), &not_allowed),
            (None, Some("video/mp4"), &not_allowed),
            (Some("video/mp4"), Some("video/mp4"), &[("file.mime_type", "unknown_value")]),
            (Some("text/csv"), Some("text/plain"), &[("file.mime_type", "unknown_value")]),
            (Some("image/*"), Some("image/png"), &[("file.mime_type", "unknown_value")]),
            (Some(""), Some("image/png"), &[("file.mime_type", "too_short")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &held(says, found)), expected(list), "{says:?} {found:?}");
        }
        for (says, found) in
            [(Some("text/csv"), Some("text/plain")), (Some("video/mp4"), None), (None, Some("video/mp4"))]
        {
            assert_eq!(file_breaks(&tolerant(), &held(says, found)), [], "{says:?} {found:?}");
        }
        assert_eq!(file_breaks(&tolerant(), &held(Some("image/png"), Some("video/mp4"))), expected(&not_allowed));
    }

    #[test]
    fn data_urls_are_looked_into() {
        const PNG: &str = "iVBORw0KGgo=";
        let file = |says: Option<&str>, data: &str| json!({ "filename": "f.png", "mime_type": says, "data": data });
        for (says, data, list) in [
            (Some("image/png"), format!("data:image/png;base64,{PNG}"), &[][..]),
            (None, format!("data:image/png;base64,{PNG}"), &[]),
            (Some("image/png"), format!("data:application/octet-stream;base64,{PNG}"), &[]),
            (Some("image/gif"), format!("data:image/png;base64,{PNG}"), &[("file.mime_type", "mime_type_mismatch")]),
            (None, format!("data:image/gif;base64,{PNG}"), &[("file.data", "mime_type_mismatch")]),
            (None, format!("data:video/mp4;base64,{PNG}"), &[("file.data", "unknown_value")]),
            (None, PNG.to_owned(), &[("file.data", "data_url_scheme")]),
            (None, "data:image/png;base64,iVBORw0".to_owned(), &[("file.data", "base64_padding")]),
            (None, "data:image/png;base64,".to_owned(), &[("file", "empty_file")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &file(says, &data)), expected(list), "{says:?} {data}");
        }
    }

    #[test]
    fn an_upload_has_a_name_that_it_takes() {
        let upload = |name: Value| {
            let file = json!({ "filename": "", "size": 1, "found": "image/png" });
            json!([{ "sellerId": "1", "ticketId": "1", "filename": name, "file": file }])
        };
        breaks("uploadAttachment", upload(json!("a.png")), &[]);
        breaks("uploadAttachment", upload(json!(null)), &[("file.filename", "required")]);
        for bad in ["", "a b.png", "a", "a.b.c"] {
            breaks("uploadAttachment", upload(json!(bad)), &[("filename", "invalid_filename")]);
        }
        for operation in ["downloadAttachment", "seller.downloadAttachment"] {
            let download =
                |name: &str| json!([{ "channel": "DEMOSHOP", "sellerId": "1", "ticketId": "1", "filename": name }]);
            breaks(operation, download("Ä b/c?.d.e"), &[]);
            breaks(operation, download(&"x".repeat(256)), &[]);
            breaks(operation, download(&"x".repeat(257)), &[("filename", "too_long")]);
            breaks(operation, download(""), &[("filename", "too_short")]);
        }
    }

    #[test]
    fn bytes_in_memory_are_looked_at() {
        let check = |file: Attachment| {
            let mut violations = Violations::new();
            content(&mut violations, &Settings::default(), "file", &file);
            codes(violations.into_vec())
        };
        assert_eq!(check(Attachment::new("a", b"%PDF-1.4\n")), []);
        assert_eq!(check(Attachment::new("a", b"\0\x01")), expected(&[("file", "unknown_file_type")]));
        assert_eq!(check(Attachment::new("a", Vec::new())), expected(&[("file", "empty_file")]));
    }

    #[test]
    fn every_violation_tells_what_and_what_to_do() {
        let file = |says: Option<&str>, found: Option<&str>, size: u64| json!({ "filename": "f", "mime_type": says, "found": found, "size": size });
        let mut files = vec![
            file(Some("a/b"), None, 1),
            file(None, None, 0),
            file(None, None, 1),
            file(Some("image/png"), None, 1),
            file(Some("image/png"), Some("image/gif"), 20_000_000),
            file(None, Some("video/mp4"), 1),
            json!({ "filename": " ", "data": "x" }),
        ];
        files.extend(files.clone());
        let all = [
            ("createTicket", json!([{}])),
            (
                "createTicket",
                ticket(json!({
                    "sellerId": "-", "ticketId": "", "topic": "x", "createdAt": "x", "subject": "", "files": files,
                    "message": "x".repeat(1025), "from": { "role": "x", "name": "x".repeat(101) },
                    "reference": { "type": "x", "id": "" },
                    "attachment": [{ "filename": "a b", "contentType": "x" }, { "filename": "a b", "contentType": "" }],
                })),
            ),
            ("listEvents", json!([{ "createdAfter": "x", "eventTypeFilter": ["", "x"] }])),
            ("acknowledgeEvents", json!([[]])),
            ("acknowledgeEvents", json!([[""]])),
            ("seller.replyToTicket", reply(json!({ "channel": "x" }))),
        ];
        for violation in all.iter().flat_map(|(operation, arguments)| check(&Settings::default(), operation, arguments))
        {
            let Violation { field, code, message, hint, .. } = &violation;
            assert!(
                code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{code}"
            );
            assert!(message.contains(field.as_str()) && !message.ends_with('.'), "{message}");
            assert!(message.starts_with('`') && !hint.is_empty() && !hint.ends_with('.'), "{message} {hint}");
            assert!(message.chars().count() < 200 && hint.chars().count() < 600, "{message} {hint}");
        }
    }

    proptest! {
        #[test]
        fn a_file_that_passes_is_of_an_allowed_type(
            says in proptest::option::of("image/(png|jpg|jpeg|jxl|x-y)|text/(plain|csv)|application/(pdf|zip|msword)|\\PC{0,9}"),
            found in proptest::option::of("image/(png|jpeg|heic)|text/plain|application/(pdf|zip|msword)"),
        ) {
            let content_held = Content::Held { size: 1, found: Some(Found::from(found.clone())) };
            let file = Attachment { filename: "f".to_owned(), mime_type: says.clone(), content: content_held };
            let mut violations = Violations::new();
            content(&mut violations, &Settings::default(), "file", &file);
            if violations.is_empty() {
                prop_assert!(is_allowed(&file.resolve_mime_type().unwrap()));
                prop_assert!(found.as_deref().map_or_else(|| says.is_some(), is_allowed));
            }
        }
    }
}
