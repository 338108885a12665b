//! What SCX accepts, and what would be refused anyway. Each rule names where it comes from: *source* is the vendor's page
//! on creating tickets, *docs* its other pages, *models* its own PHP client, *ours* what none says but nobody can want.
//!
//! A file is judged by its content. What its content surely is must be allowed, and what is declared must fit it. An image
//! of a type that content does not tell (`image/jxl`, `image/vnd.adobe.photoshop`, …) is taken at its word, since every
//! `image/*` is allowed; one that content would tell (`image/png`) is not.

use super::endpoints::{AttachmentParams, AuthorParams, CreateTicketParams, ReplyToTicketParams};
use super::model::{ScxEventType, ScxReferenceType, ScxRole, ScxTopic};
use super::names::{MAX_LENGTH, is_safe, safe_name};
use crate::attachment::data_url::is_mime_type;
use crate::attachment::{Attachment, FileType, Found};
use crate::settings::Settings;
use crate::validate::{Violation, Violations, check_date_time, check_text_length, excerpt, quoted, unknown_value};

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
/// *Docs*: besides `image/*`.
const ALLOWED_TYPES: [&str; 6] = [
    "text/plain",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/msword",
];

pub(super) fn create_ticket(params: &CreateTicketParams, settings: &Settings, violations: &mut Violations) {
    ticket(&params.sellerId, &params.ticketId, violations);
    value(violations, settings, "topic", params.topic.as_str(), ScxTopic::VALUES);
    check_date_time(violations, "createdAt", &params.createdAt);
    author(&params.from, settings, violations);
    check_text_length(violations, "subject", &params.subject, 1, MAX_TEXT);
    check_text_length(violations, "message", &params.message, 1, MAX_TEXT);
    if let Some(reference) = &params.reference {
        value(violations, settings, "reference.type", reference.r#type.as_str(), ScxReferenceType::VALUES);
        // Models: required, without a length.
        check_text_length(violations, "reference.id", &reference.id, 1, usize::MAX);
    }
    attachments(&params.attachment, &params.files, settings, violations);
}

/// *Docs*: the same without topic, subject and reference.
pub(super) fn reply_to_ticket(params: &ReplyToTicketParams, settings: &Settings, violations: &mut Violations) {
    channel(&params.channel, violations);
    ticket(&params.sellerId, &params.ticketId, violations);
    check_date_time(violations, "createdAt", &params.createdAt);
    author(&params.from, settings, violations);
    check_text_length(violations, "message", &params.message, 1, MAX_TEXT);
    attachments(&params.attachment, &params.files, settings, violations);
}

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
        let (code, limit) = if count == 0 { ("too_short", 1) } else { ("too_long", MAX_EVENTS) };
        violations.push(
            Violation::new(
                "eventIdList",
                code,
                format!("`eventIdList` has {count} ids, not 1 to {MAX_EVENTS}"),
                format!("give 1 to {MAX_EVENTS} ids at a time"),
            )
            .with(if count == 0 { "min" } else { "max" }, limit)
            .with("length", count),
        );
    }
    for (index, id) in ids.iter().enumerate() {
        check_text_length(violations, &format!("eventIdList[{index}]"), id, 1, usize::MAX);
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
        let field = format!("eventTypeFilter[{index}]");
        if name.is_empty() || name.contains(',') {
            violations.push(
                Violation::new(
                    field.as_str(),
                    "invalid_event_type",
                    format!("`{field}` is {}, which is not one type", quoted(name)),
                    "give one type in each element, such as `Seller:Ticket.Reply`",
                )
                .with("value", excerpt(name)),
            );
        } else if let Some(settings) = settings {
            value(violations, settings, &field, name, ScxEventType::VALUES);
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
fn attachments(
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
        violations.push(
            Violation::new(
                field,
                "too_many_files",
                format!("`{field}` makes it {count} files, more than {MAX_FILES}"),
                format!("send at most {MAX_FILES} with one ticket"),
            )
            .with("max", MAX_FILES)
            .with("length", count),
        );
    }
    for (index, file) in announced.iter().enumerate() {
        let field = format!("attachment[{index}].filename");
        safe(violations, &field, &file.filename);
        if announced.iter().take(index).any(|other| other.filename == file.filename) {
            violations.push(
                Violation::new(
                    field.as_str(),
                    "duplicate",
                    format!("`{field}` is {}, which another file of the ticket has", quoted(&file.filename)),
                    "give each file a name of its own",
                )
                .with("value", excerpt(&file.filename)),
            );
        }
        let field = format!("attachment[{index}].contentType");
        declared(violations, settings, &field, &file.contentType);
    }
    for (index, file) in files.iter().enumerate() {
        named(violations, &format!("files[{index}].filename"), &file.filename);
        content(violations, settings, &format!("files[{index}]"), file);
    }
}

/// *Models*: a known role, and 100 characters for the name.
fn author(from: &AuthorParams, settings: &Settings, violations: &mut Violations) {
    value(violations, settings, "from.role", from.role.as_str(), ScxRole::VALUES);
    if let Some(name) = &from.name {
        check_text_length(violations, "from.name", name, 0, MAX_NAME);
    }
}

/// One of the documented values, or any other than none where the client allows it.
fn value(violations: &mut Violations, settings: &Settings, field: &str, value: &str, known: &[&str]) {
    if !known.contains(&value) && (value.is_empty() || !settings.allow_unknown_values) {
        violations.push(unknown_value(field, value, known));
    }
}

/// `^\w{min,max}$` in ASCII.
fn word(violations: &mut Violations, field: &str, text: &str, min: usize, max: usize) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        check_text_length(violations, field, text, min, max);
        return;
    }
    violations.push(
        Violation::new(
            field,
            "invalid_id",
            format!(
                "`{field}` is {}, which has other characters than ASCII letters, digits and underscores",
                quoted(text)
            ),
            format!("give the id as SCX knows it: {min} to {max} letters, digits or underscores"),
        )
        .with("value", excerpt(text)),
    );
}

/// *Models*: `^\w+\.\w{1,10}$` for uploads. *Ours*: so for announcements too, which nobody could upload otherwise.
fn safe(violations: &mut Violations, field: &str, name: &str) {
    if !is_safe(name) {
        let better = safe_name(&Attachment::new(name, Vec::new()));
        violations.push(
            Violation::new(
                field,
                "invalid_filename",
                format!("`{field}` is {}, which uploads do not take", quoted(name)),
                format!("write letters, digits and underscores, a dot and an extension, such as {}", excerpt(&better)),
            )
            .with("value", excerpt(name))
            .with("safe", better),
        );
    }
}

/// *Ours*: a name to make a safe one of.
fn named(violations: &mut Violations, field: &str, name: &str) {
    if name.trim().is_empty() {
        violations.push(Violation::new(
            field,
            "required",
            format!("`{field}` is empty"),
            "give the file's name, such as label.pdf",
        ));
    }
}

fn is_allowed(mime_type: &str) -> bool {
    ALLOWED_TYPES.contains(&mime_type) || is_image(mime_type)
}

fn is_image(mime_type: &str) -> bool {
    mime_type.starts_with("image/") && is_mime_type(mime_type)
}

/// Whether the type is allowed; reports it when it is not.
fn declared(violations: &mut Violations, settings: &Settings, field: &str, mime_type: &str) -> bool {
    check_text_length(violations, field, mime_type, 1, MAX_CONTENT_TYPE);
    let allowed = is_allowed(mime_type);
    if !allowed && (!settings.allow_unknown_values || !is_mime_type(mime_type)) && !mime_type.is_empty() {
        let known: Vec<_> = ALLOWED_TYPES.into_iter().chain(["image/*"]).collect();
        violations.push(unknown_value(field, mime_type, &known));
    }
    allowed
}

/// *Docs*: type and size of a file.
fn content(violations: &mut Violations, settings: &Settings, field: &str, file: &Attachment) {
    let url_field = format!("{field}.data");
    let mut type_field = format!("{field}.mime_type");
    let mut says = file.mime_type.as_deref();
    match file.data_url() {
        Some(Err(error)) => {
            let message = format!("`{url_field}` cannot be sent: {}", error.message());
            violations.push(Violation::new(url_field, error.code(), message, error.hint()));
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
        violations.push(
            Violation::new(
                field,
                "too_large",
                format!("`{field}` ({}) has {size} bytes, more than {MAX_FILE_BYTES}", excerpt(&file.filename)),
                "choose a file of at most 16 MB",
            )
            .with("max", MAX_FILE_BYTES)
            .with("length", size),
        );
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
        Some(Found::Unknown) if size == 0 => violations.push(Violation::new(
            field,
            "empty_file",
            format!("`{field}` ({}) is empty", excerpt(&file.filename)),
            "choose a file with content",
        )),
        Some(Found::Unknown) if says.is_some_and(|says| is_image(says) && FileType::from_mime_type(says).is_none()) => {
        }
        Some(Found::Unknown) => {
            let what = says.map_or("of no type that its content tells".to_owned(), |says| format!("not {says}"));
            violations.push(not_allowed(
                field,
                "unknown_file_type",
                format!("`{field}` ({}) is {what}", excerpt(&file.filename)),
            ));
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
    let filename = excerpt(&file.filename);
    let name = FileType::from_mime_type(found).map_or("a file of another type", FileType::name);
    match says {
        Some(says) if says == found => {}
        // `image/jpg`, `image/heif` and the like: another name for an image, which is one.
        Some(says) if is_image(says) && is_image(found) && FileType::from_mime_type(says).is_none() => {}
        Some(says) if is_allowed(found) => violations.push(
            Violation::new(
                type_field,
                "mime_type_mismatch",
                format!("`{type_field}` is {}, but {filename} is {name}", quoted(says)),
                format!("write {found}, or choose another file"),
            )
            .with("declared", excerpt(says))
            .with("found", excerpt(found)),
        ),
        None if is_allowed(found) || settings.allow_unknown_values => {}
        Some(_) | None => {
            let message = format!("`{field}` ({filename}) is {name}, which SCX does not accept");
            violations.push(not_allowed(field, "file_type_not_allowed", message).with("found", excerpt(found)));
        }
    }
}

fn not_allowed(field: &str, code: &str, message: String) -> Violation {
    let allowed: Vec<_> = ALLOWED_TYPES.into_iter().chain(["image/*"]).collect();
    Violation::new(field, code, message, "send it as plain text, an image, PDF, DOCX, XLSX, DOC or XLS")
        .with("allowed", allowed)
}
