//! What Magalu accepts, and what would be refused anyway. Each rule names where it comes from: *source* is the vendor's
//! page on creating tickets, *guide* its other pages, *clients* what programs of third parties rely on, *ours* what none
//! of them says but nobody can want.

use super::MAGALU;
use super::endpoints::{
    CreateEventParams, CreateMessageParams, CreateReturnParams, CreateTicketParams, DownloadAttachmentParams,
    GetMessageParams, GetReturnParams, GetTicketParams, GetTransactionParams, ListEventsParams, ListMessagesParams,
    ListReturnsParams, ListTicketsParams, ListTransactionsParams, plain,
};
use super::model::{AttachmentType, Destination, EventType, NewEventType, TicketReason, TicketType, TransactionStatus};
use super::{follow, time};
use crate::attachment::{Attachment, FileType, Found};
use crate::input::{Input, join};
use crate::settings::Settings;
use crate::validate::{Violation, Violations, check_range, check_text_length, excerpt, quoted, unknown_value};

/// *Clients*: more than 100 in either is answered with 422.
const MAX_LIMIT: i64 = 100;
const MAX_OFFSET: i64 = 100;
/// *Clients*: the length of a message.
const MAX_MESSAGE: usize = 3000;
/// *Clients*: 25 MB; taken as the larger of what that can mean, so that nothing is refused that may be let through.
const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// *Source*: everything but `code` is required, and each list of values is closed. Clients know of requests without
/// `channel` and `reason`; the vendor's table decides.
pub(super) fn create_ticket(params: &CreateTicketParams, settings: &Settings, violations: &mut Violations) {
    check_value(violations, settings, "type", params.r#type.as_str(), TicketType::VALUES);
    let CreateTicketParams { channel, order, .. } = params;
    let delivery = &order.delivery;
    for (field, value) in [
        ("channel.id", &channel.id),
        ("channel.alias", &channel.alias),
        ("order.id", &order.id),
        ("order.code", &order.code),
        ("order.delivery.id", &delivery.id),
        ("order.delivery.seller.id", &delivery.seller.id),
        ("order.delivery.seller.name", &delivery.seller.name),
    ] {
        check_given(violations, field, value);
    }
    const ITEMS: &str = "order.delivery.items";
    if delivery.items.is_empty() {
        violations.push(
            Violation::new(ITEMS, "too_short", format!("`{ITEMS}` is empty"), "give at least one article of the order")
                .with("min", 1)
                .with("length", 0),
        );
    }
    for (index, item) in delivery.items.iter().enumerate() {
        let field = |name: &str| format!("{ITEMS}[{index}].{name}");
        // The others may be empty: the page asks for the field, and not every article has a picture.
        for (name, value) in [("id", &item.id), ("sku", &item.sku), ("name", &item.name)] {
            check_given(violations, &field(name), value);
        }
        check_range(violations, &field("quantity"), item.quantity, 1, i64::MAX);
    }
    check_value(violations, settings, "reason", params.reason.as_str(), TicketReason::VALUES);
    check_code(violations, params.code.as_deref());
}

/// *Clients*: the filters.
pub(super) fn list_tickets(params: &ListTicketsParams, _settings: &Settings, violations: &mut Violations) {
    for (field, value) in params.texts() {
        if let Some(value) = value {
            check_given(violations, field, value);
        }
    }
    let [created, until_created, updated, until_updated, due, until_due] = params.times();
    check_times(violations, created, until_created);
    check_times(violations, updated, until_updated);
    check_times(violations, due, until_due);
    check_sort(violations, params._sort.as_deref());
    check_page(violations, params._limit, params._offset);
    let known: Vec<_> = params.texts().iter().chain(&params.times()).map(|(name, _)| *name).collect();
    check_query(violations, &params.extra, &known);
}

pub(super) fn get_ticket(params: &GetTicketParams, _settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_query(violations, &params.extra, &[]);
}

pub(super) fn list_messages(params: &ListMessagesParams, _settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_sort(violations, params._sort.as_deref());
    check_page(violations, params._limit, params._offset);
    check_query(violations, &params.extra, &["has_attachment"]);
}

pub(super) fn get_message(params: &GetMessageParams, _settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_id(violations, "message_id", &params.message_id);
    check_query(violations, &params.extra, &[]);
}

/// *Guide*: destinations, the fields of an owner. *Clients*: the length, and one file of three types.
pub(super) fn create_message(params: &CreateMessageParams, settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_text_length(violations, "message", &params.message, 1, MAX_MESSAGE);
    check_value(violations, settings, "destination", params.destination.as_str(), Destination::VALUES);
    check_given(violations, "owner.code", &params.owner.code);
    check_given(violations, "owner.name", &params.owner.name);
    check_code(violations, params.code.as_deref());
    if let Some(file) = &params.file {
        check_file(violations, settings, "file", file);
        // Ours: a form has no place for what has parts of its own.
        check_plain(violations, &params.extra);
    }
}

pub(super) fn download_attachment(
    params: &DownloadAttachmentParams,
    _settings: &Settings,
    violations: &mut Violations,
) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_id(violations, "message_id", &params.message_id);
    check_id(violations, "attachment_id", &params.attachment_id);
    check_query(violations, &params.extra, &[]);
}

pub(super) fn list_events(params: &ListEventsParams, settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    if let Some(event) = &params.r#type {
        check_value(violations, settings, "type", event.as_str(), EventType::VALUES);
    }
    check_created(violations, params.created_at_gte.as_deref(), params.created_at_lte.as_deref());
    check_sort(violations, params._sort.as_deref());
    check_page(violations, params._limit, params._offset);
    check_query(violations, &params.extra, &["type", "created_at_gte", "created_at_lte"]);
}

/// *Guide*, of the sandbox: a seller creates these four. The page says that `type` is not required, although it is.
pub(super) fn create_event(params: &CreateEventParams, settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_value(violations, settings, "type", params.r#type.as_str(), NewEventType::VALUES);
    check_code(violations, params.code.as_deref());
}

pub(super) fn list_returns(params: &ListReturnsParams, _settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    if let Some(code) = &params.reverse_code {
        check_given(violations, "reverse_code", code);
    }
    if let Some(days) = params.valid_for_days {
        check_range(violations, "valid_for_days", days, 0, i64::MAX);
    }
    check_created(violations, params.created_at_gte.as_deref(), params.created_at_lte.as_deref());
    check_sort(violations, params._sort.as_deref());
    check_page(violations, params._limit, params._offset);
    let known = ["reverse_code", "valid_for_days", "created_at_gte", "created_at_lte"];
    check_query(violations, &params.extra, &known);
}

/// *Guide*: no body, but that the sandbox takes a `code`.
pub(super) fn create_return(params: &CreateReturnParams, _settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_code(violations, params.code.as_deref());
}

pub(super) fn get_return(params: &GetReturnParams, _settings: &Settings, violations: &mut Violations) {
    check_id(violations, "ticket_id", &params.ticket_id);
    check_id(violations, "return_id", &params.return_id);
    check_query(violations, &params.extra, &[]);
}

/// *Ours*: a link to another origin is not followed, whoever sent it.
pub(super) fn get_transaction(params: &GetTransactionParams, settings: &Settings, violations: &mut Violations) {
    const FIELD: &str = "transaction_id";
    let text = params.transaction_id.as_str();
    if !text.contains('/') {
        check_id(violations, FIELD, text);
    } else if follow::transaction_id(text, settings.base_url(&MAGALU)).is_none() {
        violations.push(
            Violation::new(
                FIELD,
                "foreign_link",
                format!("`{FIELD}` is {}, which is no link to a transaction of this API", quoted(text)),
                "give the `transaction_id`, or a path from `links` as it came",
            )
            .with("value", excerpt(text)),
        );
    }
    check_query(violations, &params.extra, &[]);
}

/// *Clients*: both ends of the span are mandatory.
pub(super) fn list_transactions(params: &ListTransactionsParams, settings: &Settings, violations: &mut Violations) {
    check_created(violations, Some(&params.created_at_gte), Some(&params.created_at_lte));
    if let Some(status) = &params.status {
        check_value(violations, settings, "status", status.as_str(), TransactionStatus::VALUES);
    }
    check_sort(violations, params._sort.as_deref());
    check_page(violations, params._limit, params._offset);
    check_query(violations, &params.extra, &["created_at_gte", "created_at_lte", "status"]);
}

/// Whether a text can be an id. *Ours*: the vendor's are UUIDs, so this leaves room.
pub(super) fn is_id(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

fn check_id(violations: &mut Violations, field: &str, id: &str) {
    const HINT: &str = "give the id as the marketplace returned it";
    if id.is_empty() {
        violations.push(Violation::new(field, "required", format!("`{field}` is empty"), HINT));
    } else if !is_id(id) {
        violations.push(
            Violation::new(field, "invalid_id", format!("`{field}` is {}, which is no id", quoted(id)), HINT)
                .with("value", excerpt(id)),
        );
    }
}

fn check_given(violations: &mut Violations, field: &str, value: &str) {
    if value.trim().is_empty() {
        violations.push(Violation::new(field, "required", format!("`{field}` is empty"), "give a value"));
    }
}

fn check_code(violations: &mut Violations, code: Option<&str>) {
    if let Some(code) = code {
        check_given(violations, "code", code);
    }
}

/// A value that was added after this was written passes when the client allows it; nothing at all never is a value.
fn check_value(violations: &mut Violations, settings: &Settings, field: &str, value: &str, known: &[&str]) {
    if !known.contains(&value) && (value.is_empty() || !settings.allow_unknown_values) {
        violations.push(unknown_value(field, value, known));
    }
}

fn check_created(violations: &mut Violations, from: Option<&str>, to: Option<&str>) {
    check_times(violations, ("created_at_gte", from), ("created_at_lte", to));
}

/// *Ours*: times on real days, and a span that does not end before it begins. What a time without a zone means is not
/// documented, so one is only compared with another of its kind.
fn check_times(violations: &mut Violations, from: (&str, Option<&str>), to: (&str, Option<&str>)) {
    let mut is_good = true;
    for (field, value) in [from, to] {
        if let Some(value) = value.filter(|value| !time::is_time(value)) {
            is_good = false;
            violations.push(
                Violation::new(
                    field,
                    "invalid_date_time",
                    format!("`{field}` is {}, not a date and time", quoted(value)),
                    "write it as 2026-02-01T10:00:00, or with its zone as 2026-02-01T10:00:00Z",
                )
                .with("value", excerpt(value)),
            );
        }
    }
    let (Some(since), Some(until), true) = (from.1, to.1, is_good) else { return };
    let has_zone = |text: &str| crate::validate::is_date_time(text);
    if has_zone(since) == has_zone(until) && time::parse_zoneless(since) > time::parse_zoneless(until) {
        let (from, to) = (from.0, to.0);
        let message = format!("`{to}` is {}, which is before `{from}`", quoted(until));
        violations.push(Violation::new(to, "reversed_range", message, "give the earlier time first"));
    }
}

/// *Clients*: `field:asc` or `field:desc`, several of them with commas. Which fields there are is not documented.
fn check_sort(violations: &mut Violations, sort: Option<&str>) {
    let Some(sort) = sort else { return };
    let is_one = |part: &str| {
        part.split_once(':').is_some_and(|(field, way)| {
            matches!(way, "asc" | "desc")
                && !field.is_empty()
                && field.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
    };
    if !sort.split(',').all(is_one) {
        violations.push(
            Violation::new(
                "_sort",
                "invalid_sort",
                format!("`_sort` is {}, not a field and its direction", quoted(sort)),
                "write it as updated_at:asc or created_at:desc",
            )
            .with("value", excerpt(sort)),
        );
    }
}

fn check_page(violations: &mut Violations, limit: Option<i64>, offset: Option<i64>) {
    if let Some(limit) = limit {
        check_range(violations, "_limit", limit, 1, MAX_LIMIT);
    }
    if let Some(offset) = offset.filter(|offset| !(0..=MAX_OFFSET).contains(offset)) {
        violations.push(
            Violation::new(
                "_offset",
                "out_of_range",
                format!("`_offset` is {offset}, outside 0 to {MAX_OFFSET}, which is as far as the API shows a list"),
                "narrow the list by its filters, such as a span of time",
            )
            .with("min", 0)
            .with("max", MAX_OFFSET)
            .with("value", offset),
        );
    }
}

/// *Clients*: the API passes over names that it does not know, so that `order_id` in place of `order__id` lists
/// everything. A name that is nearly a known one is a slip; others pass, as the API may have learnt them.
fn check_query(violations: &mut Violations, extra: &[(String, Input)], known: &[&str]) {
    let bare = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    for (name, _) in extra {
        let meant = known.iter().chain(&["_sort", "_limit", "_offset"]).find(|known| bare(known) == bare(name));
        if let Some(meant) = meant {
            violations.push(
                Violation::new(
                    name.as_str(),
                    "misspelt_name",
                    format!("{} is not a parameter of this list, but `{meant}` is", quoted(name)),
                    format!("write {meant}"),
                )
                .with("known", *meant),
            );
        }
    }
    check_plain(violations, extra);
}

fn check_plain(violations: &mut Violations, extra: &[(String, Input)]) {
    for (name, value) in extra {
        if plain(value).is_none() {
            violations.push(crate::input::wrong_type(&join("", name), value, "text, a number or true or false"));
        }
    }
}

/// *Clients*: JPG, PNG or PDF of at most 25 MB. *Ours*: content that is what its declaration says.
fn check_file(violations: &mut Violations, settings: &Settings, field: &str, file: &Attachment) {
    let allowed = AttachmentType::VALUES;
    let (name_field, type_field) = (join(field, "filename"), join(field, "mime_type"));
    if file.filename.trim().is_empty()
        || file.filename.contains(['/', '\\'])
        || file.filename.chars().any(char::is_control)
    {
        let code = if file.filename.trim().is_empty() { "required" } else { "invalid_filename" };
        let message = format!("`{name_field}` is {}, which is no file name", quoted(&file.filename));
        violations.push(Violation::new(name_field, code, message, "give the file's name, such as photo.jpg"));
    }
    if let Some(declared) = file.mime_type.as_deref() {
        check_value(violations, settings, &type_field, declared, allowed);
    }
    if let Some(Err(error)) = file.data_url() {
        let data = join(field, "data");
        let message = format!("`{data}` cannot be sent: {}", error.message());
        violations.push(Violation::new(data, error.code(), message, error.hint()));
        return;
    }
    let name = excerpt(&file.filename);
    if let Some(size) = file.size().filter(|size| *size > MAX_FILE_BYTES) {
        violations.push(
            Violation::new(
                field,
                "file_too_large",
                format!("`{field}` ({name}) has {size} bytes, more than {MAX_FILE_BYTES}"),
                "send a smaller file",
            )
            .with("max", MAX_FILE_BYTES)
            .with("size", size),
        );
    }
    // A declared type that is not known was reported already, or allowed; then content cannot be judged.
    let declared = file.mime_type.as_deref().or(file.data_url().and_then(Result::ok).map(|url| url.mime_type));
    if file.mime_type.as_deref().is_some_and(|declared| !allowed.contains(&declared)) {
        return;
    }
    let not_allowed = |code, message: String| {
        Violation::new(field, code, message, "send it as JPG, PNG or PDF").with("allowed", allowed.to_vec())
    };
    match file.inspect() {
        // Nobody has looked yet; it is done before the file is sent.
        None => {}
        Some(Found::Unknown) if file.size() == Some(0) => violations.push(Violation::new(
            field,
            "empty_file",
            format!("`{field}` ({name}) is empty"),
            "choose a file with content",
        )),
        Some(Found::Unknown) => violations
            .push(not_allowed("unknown_file_type", format!("`{field}` ({name}) is of no type that its content tells"))),
        Some(Found::Type(found))
            if !allowed.contains(&found.as_str()) && (declared.is_some() || !settings.allow_unknown_values) =>
        {
            let what = FileType::from_mime_type(&found).map_or("a file of another type", FileType::name);
            let message = format!("`{field}` ({name}) is {what}, which Magalu does not accept");
            violations.push(not_allowed("file_type_not_allowed", message).with("found", excerpt(&found)));
        }
        Some(Found::Type(found)) => {
            if let Some(declared) = declared.filter(|declared| *declared != found) {
                let message = format!("`{type_field}` is {}, but {name} is {found}", quoted(declared));
                let hint = format!("write {found}, or choose another file");
                violations.push(Violation::new(type_field, "mime_type_mismatch", message, hint).with("found", found));
            }
        }
    }
}
