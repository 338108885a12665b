//! What Magalu accepts, and what would be refused anyway. Each rule names where it comes from: *source* is the vendor's
//! page on creating tickets, *guide* its other pages, *clients* what programs of third parties rely on, *ours* what none
//! of them says but nobody can want.

use super::MAGALU;
use super::endpoints::{
    CreateEventParams, CreateMessageParams, CreateReturnParams, CreateTicketParams, DownloadAttachmentParams,
    GetMessageParams, GetReturnParams, GetTicketParams, GetTransactionParams, ListEventsParams, ListMessagesParams,
    ListReturnsParams, ListTicketsParams, ListTransactionsParams, NewChannel, NewDelivery, NewItem, NewOrder, NewOwner,
    NewSeller, plain,
};
use super::model::{AttachmentType, Destination, EventType, NewEventType, TicketReason, TicketType, TransactionStatus};
use super::{follow, time};
use crate::attachment::{Attachment, FileType, Found};
use crate::rules::input::{Input, join};
use crate::rules::rule::{EMPTY_FILE, NOT_SENDABLE, Param, Rule, Ruled, UNTOLD_TYPE, check_value, rules};
use crate::rules::settings::Settings;
use crate::rules::violation::Figure::{Cut, List, Number, Text};
use crate::rules::violation::{EMPTY, Violations, words};

/// *Clients*: more than 100 in either is answered with 422.
const MAX_LIMIT: i64 = 100;
const MAX_OFFSET: i64 = 100;
/// *Clients*: the length of a message.
const MAX_MESSAGE: usize = 3000;
/// *Clients*: 25 MB; taken as the larger of what that can mean, so that nothing is refused that may be let through.
const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// *Ours*: it says something.
const GIVEN: Rule = Rule::Like {
    pattern: "[!-~]",
    check: |violations, _, field, value| {
        if value.trim().is_empty() {
            violations.add(field, EMPTY, [Text("give a value")]);
        }
    },
};
const ID: Rule = Rule::Like { pattern: r"^[\w:-][\w.:-]{0,99}$", check: check_id };
/// *Clients*: `field:asc` or `field:desc`, several of them with commas. Which fields there are is not documented.
const SORT: Rule = Rule::Like { pattern: r"^\w+:(?:asc|desc)(?:,\w+:(?:asc|desc))*$", check: check_sort };
const LIMIT: Rule = Rule::Integer { min: 1, max: MAX_LIMIT };

// Source: everything but `code` is required, and each list of values is closed. Clients know of requests without `channel`
// and `reason`; the vendor's table decides.
rules! { CreateTicketParams keep unknown {
    r#type: Rule::OneOf(TicketType::VALUES),
    channel: Rule::Object(NewChannel::TABLE),
    order: Rule::Object(NewOrder::TABLE),
    reason: Rule::OneOf(TicketReason::VALUES),
    code: GIVEN,
} }

rules! { NewChannel keep unknown {
    id: GIVEN,
    alias: GIVEN,
} }

rules! { NewOrder keep unknown {
    id: GIVEN,
    code: GIVEN,
    delivery: Rule::Object(NewDelivery::TABLE),
} }

rules! { NewDelivery keep unknown {
    id: GIVEN,
    seller: Rule::Object(NewSeller::TABLE),
    items: Rule::List {
        items: &Rule::Object(NewItem::TABLE),
        empty: Some("give at least one article of the order"),
        twice: None,
    },
} }

rules! { NewSeller keep unknown {
    id: GIVEN,
    name: GIVEN,
} }

// The page asks for all of them; not every article has a picture.
rules! { NewItem keep unknown {
    id: GIVEN,
    sku: GIVEN,
    name: GIVEN,
    external_sku: Rule::ANY_TEXT,
    description: Rule::ANY_TEXT,
    image: Rule::ANY_TEXT,
    quantity: Rule::Integer { min: 1, max: i64::MAX },
} }

// Clients: the filters. Of times and offsets code has more to say.
rules! { ListTicketsParams keep unknown {
    status: GIVEN,
    code: GIVEN,
    ticket_id: GIVEN,
    order__id: GIVEN,
    order__code: GIVEN,
    channel__id: GIVEN,
    channel__alias: GIVEN,
    protocol: GIVEN,
    created_at_gte: Rule::Code,
    created_at_lte: Rule::Code,
    updated_at_gte: Rule::Code,
    updated_at_lte: Rule::Code,
    due_date_gte: Rule::Code,
    due_date_lte: Rule::Code,
    _sort: SORT,
    _limit: LIMIT,
    _offset: Rule::Code,
} }

rules! { GetTicketParams keep unknown {
    ticket_id: ID,
} }

rules! { ListMessagesParams keep unknown {
    ticket_id: ID,
    has_attachment: Rule::Flag,
    _sort: SORT,
    _limit: LIMIT,
    _offset: Rule::Code,
} }

rules! { GetMessageParams keep unknown {
    ticket_id: ID,
    message_id: ID,
} }

// Guide: destinations, the fields of an owner. Clients: the length, and one file of three types.
rules! { CreateMessageParams keep unknown {
    ticket_id: ID,
    message: Rule::Text { min: 1, max: MAX_MESSAGE },
    destination: Rule::OneOf(Destination::VALUES),
    owner: Rule::Object(NewOwner::TABLE),
    code: GIVEN,
    file: Rule::Code,
} }

rules! { NewOwner keep unknown {
    code: GIVEN,
    name: GIVEN,
} }

rules! { DownloadAttachmentParams keep unknown {
    ticket_id: ID,
    message_id: ID,
    attachment_id: ID,
} }

rules! { ListEventsParams keep unknown {
    ticket_id: ID,
    r#type: Rule::OneOf(EventType::VALUES),
    created_at_gte: Rule::Code,
    created_at_lte: Rule::Code,
    _sort: SORT,
    _limit: LIMIT,
    _offset: Rule::Code,
} }

// Guide, of the sandbox: a seller creates these four. The page says that `type` is not required, although it is.
rules! { CreateEventParams keep unknown {
    ticket_id: ID,
    r#type: Rule::OneOf(NewEventType::VALUES),
    code: GIVEN,
} }

rules! { ListReturnsParams keep unknown {
    ticket_id: ID,
    reverse_code: GIVEN,
    valid_for_days: Rule::Integer { min: 0, max: i64::MAX },
    created_at_gte: Rule::Code,
    created_at_lte: Rule::Code,
    _sort: SORT,
    _limit: LIMIT,
    _offset: Rule::Code,
} }

// Guide: no body, but that the sandbox takes a `code`.
rules! { CreateReturnParams keep unknown {
    ticket_id: ID,
    code: GIVEN,
} }

rules! { GetReturnParams keep unknown {
    ticket_id: ID,
    return_id: ID,
} }

rules! { GetTransactionParams keep unknown {
    transaction_id: Rule::Like { pattern: r"^[\w:-][\w.:-]{0,99}$", check: check_transaction },
} }

// Clients: both ends of the span are mandatory.
rules! { ListTransactionsParams keep unknown {
    created_at_gte: Rule::Code,
    created_at_lte: Rule::Code,
    status: Rule::OneOf(TransactionStatus::VALUES),
    _sort: SORT,
    _limit: LIMIT,
    _offset: Rule::Code,
} }

// What the tables leave to code.

pub(super) fn list_tickets(params: &ListTicketsParams, _settings: &Settings, violations: &mut Violations) {
    let [created, until_created, updated, until_updated, due, until_due] = params.times();
    check_times(violations, created, until_created);
    check_times(violations, updated, until_updated);
    check_times(violations, due, until_due);
    check_offset(violations, params._offset);
    check_query(violations, &params.extra, ListTicketsParams::TABLE);
}

pub(super) fn get_ticket(params: &GetTicketParams, _settings: &Settings, violations: &mut Violations) {
    check_query(violations, &params.extra, of_pages());
}

pub(super) fn list_messages(params: &ListMessagesParams, _settings: &Settings, violations: &mut Violations) {
    check_offset(violations, params._offset);
    check_query(violations, &params.extra, behind_id(ListMessagesParams::TABLE));
}

pub(super) fn get_message(params: &GetMessageParams, _settings: &Settings, violations: &mut Violations) {
    check_query(violations, &params.extra, of_pages());
}

pub(super) fn create_message(params: &CreateMessageParams, settings: &Settings, violations: &mut Violations) {
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
    check_query(violations, &params.extra, of_pages());
}

pub(super) fn list_events(params: &ListEventsParams, _settings: &Settings, violations: &mut Violations) {
    check_created(violations, params.created_at_gte.as_deref(), params.created_at_lte.as_deref());
    check_offset(violations, params._offset);
    check_query(violations, &params.extra, behind_id(ListEventsParams::TABLE));
}

pub(super) fn list_returns(params: &ListReturnsParams, _settings: &Settings, violations: &mut Violations) {
    check_created(violations, params.created_at_gte.as_deref(), params.created_at_lte.as_deref());
    check_offset(violations, params._offset);
    check_query(violations, &params.extra, behind_id(ListReturnsParams::TABLE));
}

pub(super) fn get_return(params: &GetReturnParams, _settings: &Settings, violations: &mut Violations) {
    check_query(violations, &params.extra, of_pages());
}

pub(super) fn get_transaction(params: &GetTransactionParams, _settings: &Settings, violations: &mut Violations) {
    check_query(violations, &params.extra, of_pages());
}

pub(super) fn list_transactions(params: &ListTransactionsParams, _settings: &Settings, violations: &mut Violations) {
    check_created(violations, Some(&params.created_at_gte), Some(&params.created_at_lte));
    check_offset(violations, params._offset);
    check_query(violations, &params.extra, ListTransactionsParams::TABLE);
}

/// *Ours*: a link to another origin is not followed, whoever sent it.
fn check_transaction(violations: &mut Violations, settings: &Settings, field: &str, text: &str) {
    if !text.contains("/") {
        check_id(violations, settings, field, text);
    } else if follow::transaction_id(text, MAGALU.base_url(settings)).is_none() {
        let words = words!(
            "foreign_link",
            ["value"],
            "`{field}` is `{value}`, which is no link to a transaction of this API",
            "give the `transaction_id`, or a path from `links` as it came",
        );
        violations.add(field, words, [Cut(text)]);
    }
}

/// Whether a text can be an id. *Ours*: the vendor's are UUIDs, so this leaves room.
pub(super) fn is_id(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && !text.starts_with('.')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
}

fn check_id(violations: &mut Violations, _: &Settings, field: &str, id: &str) {
    const HINT: &str = "give the id as the marketplace returned it";
    if id.is_empty() {
        violations.add(field, EMPTY, [Text(HINT)]);
    } else if !is_id(id) {
        let words = words!("invalid_id", ["value", "_hint"], "`{field}` is `{value}`, which is no id", "{_hint}");
        violations.add(field, words, [Cut(id), Text(HINT)]);
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
            let words = words!(
                "invalid_date_time",
                ["value"],
                "`{field}` is `{value}`, not a date and time",
                "write it as 2026-02-01T10:00:00, or with its zone as 2026-02-01T10:00:00Z",
            );
            violations.add(field, words, [Cut(value)]);
        }
    }
    let (Some(since), Some(until), true) = (from.1, to.1, is_good) else { return };
    let has_zone = |text: &str| crate::wire::time::is_date_time(text);
    if has_zone(since) == has_zone(until) && time::parse_zoneless(since) > time::parse_zoneless(until) {
        let words = words!(
            "reversed_range",
            ["_until", "_from"],
            "`{field}` is `{_until}`, which is before `{_from}`",
            "give the earlier time first",
        );
        violations.add(to.0, words, [Cut(until), Text(from.0)]);
    }
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
        violations.add(field, words, [Cut(sort)]);
    }
}

fn check_offset(violations: &mut Violations, offset: Option<i64>) {
    if let Some(offset) = offset.filter(|offset| !(0..=MAX_OFFSET).contains(offset)) {
        let words = words!(
            "out_of_range",
            ["min", "max", "value"],
            "`{field}` is {value}, outside {min} to {max}, which is as far as the API shows a list",
            "narrow the list by its filters, such as a span of time",
        );
        violations.add("_offset", words, [Number(0), Number(MAX_OFFSET), Number(offset)]);
    }
}

/// What stands behind the id that is part of the path.
fn behind_id(table: &'static [Param]) -> &'static [Param] {
    table.get(1..).unwrap_or_default()
}

/// What each list has, and what somebody may take any other operation for.
fn of_pages() -> &'static [Param] {
    ListTransactionsParams::TABLE.get(3..).unwrap_or_default()
}

/// *Clients*: the API passes over names that it does not know, so that `order_id` in place of `order__id` lists
/// everything. A name that is nearly a known one is a slip; others pass, as the API may have learnt them.
fn check_query(violations: &mut Violations, extra: &[(String, Input)], table: &'static [Param]) {
    let bare = |name: &str| name.replace(['_', '-'], "").to_ascii_lowercase();
    for (name, _) in extra {
        if let Some(meant) = table.iter().find(|known| bare(known.name) == bare(name)) {
            let words = words!(
                "misspelt_name",
                ["known", "_name"],
                "`{_name}` is not a parameter of this list, but `{known}` is",
                "write {known}",
            );
            violations.add(name, words, [Text(meant.name), Cut(name)]);
        }
    }
    check_plain(violations, extra);
}

fn check_plain(violations: &mut Violations, extra: &[(String, Input)]) {
    for (name, value) in extra {
        if plain(value).is_none() {
            violations.push(crate::rules::input::wrong_type(&join("", name), value, "text, a number or true or false"));
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
        let words = words!(
            "{_code}",
            ["_code", "_name"],
            "`{field}` is `{_name}`, which is no file name",
            "give the file's name, such as photo.jpg",
        );
        let code = if file.filename.trim().is_empty() { "required" } else { "invalid_filename" };
        violations.add(&name_field, words, [Text(code), Cut(&file.filename)]);
    }
    if let Some(declared) = file.mime_type.as_deref() {
        check_value(violations, settings, &type_field, declared, allowed);
    }
    if let Some(Err(error)) = file.data_url() {
        let figures = [Text(error.code()), Text(error.message()), Text(error.hint())];
        violations.add(&join(field, "data"), NOT_SENDABLE, figures);
        return;
    }
    let bytes = |bytes: u64| Number(i64::try_from(bytes).unwrap_or(i64::MAX));
    let name = Cut(&file.filename);
    if let Some(size) = file.size().filter(|size| *size > MAX_FILE_BYTES) {
        let words = words!(
            "file_too_large",
            ["max", "size", "_file"],
            "`{field}` ({_file}) has {size} bytes, more than {max}",
            "send a smaller file",
        );
        violations.add(field, words, [bytes(MAX_FILE_BYTES), bytes(size), name]);
    }
    // A declared type that is not known was reported already, or allowed; then content cannot be judged.
    let declared = file.mime_type.as_deref().or(file.data_url().and_then(Result::ok).map(|url| url.mime_type));
    if file.mime_type.as_deref().is_some_and(|declared| !allowed.contains(&declared)) {
        return;
    }
    match file.inspect() {
        // Nobody has looked yet; it is done before the file is sent.
        None => {}
        Some(Found::Unknown) if file.size() == Some(0) => violations.add(field, EMPTY_FILE, [name]),
        Some(Found::Unknown) => {
            violations.add(field, UNTOLD_TYPE, [List(allowed), name, Text("send it as JPG, PNG or PDF")])
        }
        Some(Found::Type(found))
            if !allowed.contains(&found.as_str()) && (declared.is_some() || !settings.allow_unknown_values) =>
        {
            let words = words!(
                "file_type_not_allowed",
                ["allowed", "found", "_file", "_name"],
                "`{field}` ({_file}) is {_name}, which Magalu does not accept",
                "send it as JPG, PNG or PDF",
            );
            let what = FileType::from_mime_type(&found).map_or("a file of another type", FileType::name);
            violations.add(field, words, [List(allowed), Cut(&found), name, Text(what)]);
        }
        Some(Found::Type(found)) => {
            if let Some(declared) = declared.filter(|declared| *declared != found) {
                let words = words!(
                    "mime_type_mismatch",
                    ["found", "_declared", "_file"],
                    "`{field}` is `{_declared}`, but {_file} is {found}",
                    "write {found}, or choose another file",
                );
                violations.add(&type_field, words, [Text(&found), Cut(declared), name]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::testing::{self, codes, expected, tolerant};
    use crate::rules::violation::Violation;
    use crate::vendor::Endpoint;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn check(settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
        testing::check(&MAGALU, settings, operation, arguments)
    }

    /// Checks that the arguments break exactly these rules.
    fn breaks(operation: &str, arguments: Value, list: &[(&str, &str)]) {
        assert_eq!(codes(check(&Settings::default(), operation, &arguments)), expected(list), "{operation}{arguments}");
    }

    fn accepts(operation: &str, arguments: Value) {
        breaks(operation, arguments, &[]);
    }

    fn ticket() -> Value {
        json!({
            "type": "shipping",
            "channel": { "id": "9fe0d853-732b-4e4a-a0b0-cff988ed043d", "alias": "magazineluiza" },
            "order": {
                "id": "o-1", "code": "1281270000000001",
                "delivery": {
                    "id": "d-1",
                    "seller": { "id": "s-1", "name": "Loja Exemplo" },
                    "items": [{
                        "id": "i-1", "sku": "sku-1", "external_sku": "ERP-1", "name": "Livro",
                        "description": "Capa dura", "image": "https://img.example/1.jpg", "quantity": 1,
                    }],
                },
            },
            "reason": "missing_damaged_parts",
        })
    }

    /// The ticket with another value at a path; `null` takes it away.
    fn with(path: &str, value: Value) -> Value {
        let mut ticket = ticket();
        *ticket.pointer_mut(path).unwrap() = value;
        json!([ticket])
    }

    #[test]
    fn a_new_ticket_needs_every_field_of_the_source() {
        accepts("createTicket", json!([ticket()]));
        // In the names of the table, with the index of the item.
        for field in [
            "type",
            "channel.id",
            "channel.alias",
            "order.id",
            "order.code",
            "order.delivery.id",
            "order.delivery.seller.id",
            "order.delivery.seller.name",
            "order.delivery.items",
            "order.delivery.items[0].id",
            "order.delivery.items[0].sku",
            "order.delivery.items[0].external_sku",
            "order.delivery.items[0].name",
            "order.delivery.items[0].description",
            "order.delivery.items[0].image",
            "order.delivery.items[0].quantity",
            "reason",
        ] {
            let path = format!("/{}", field.replace("[0]", ".0").replace('.', "/"));
            breaks("createTicket", with(&path, Value::Null), &[(field, "required")]);
            breaks("createTicket", with(&path, json!({ "a": 1 })), &[(field, "wrong_type")]);
            let may_be_empty =
                ["external_sku", "description", "image"].iter().any(|name| field.ends_with(&format!("].{name}")));
            if may_be_empty {
                accepts("createTicket", with(&path, json!("")));
            } else if !["type", "reason", "order.delivery.items"].contains(&field) && !field.ends_with("quantity") {
                breaks("createTicket", with(&path, json!("")), &[(field, "required")]);
                breaks("createTicket", with(&path, json!(" \t")), &[(field, "required")]);
            }
        }
        breaks(
            "createTicket",
            json!([{ "type": "shipping", "reason": "general" }]),
            &[
                ("channel.id", "required"),
                ("channel.alias", "required"),
                ("order.id", "required"),
                ("order.code", "required"),
                ("order.delivery.id", "required"),
                ("order.delivery.seller.id", "required"),
                ("order.delivery.seller.name", "required"),
                ("order.delivery.items", "required"),
            ],
        );
        // The source's table calls these texts; its example has objects.
        for field in ["channel", "order", "order/delivery", "order/delivery/seller"] {
            let name = field.replace('/', ".");
            let list = codes(check(&Settings::default(), "createTicket", &with(&format!("/{field}"), json!("text"))));
            assert_eq!(list.first(), expected(&[(&name, "wrong_type")]).first());
        }
        accepts("createTicket", with("/type", json!("payment")));
        breaks("createTicket", with("/order/delivery/items", json!([])), &[("order.delivery.items", "too_short")]);
    }

    #[test]
    fn types_and_reasons_are_the_documented_ones() {
        for (field, values, count) in [("type", TicketType::VALUES, 3), ("reason", TicketReason::VALUES, 15)] {
            assert_eq!(values.len(), count);
            let path = format!("/{field}");
            for value in values {
                accepts("createTicket", with(&path, json!(value)));
            }
            for bad in ["delivery_delay", "Shipping", " general"] {
                breaks("createTicket", with(&path, json!(bad)), &[(field, "unknown_value")]);
                assert!(check(&tolerant(), "createTicket", &with(&path, json!(bad))).is_empty());
            }
            breaks("createTicket", with(&path, json!("")), &[(field, "unknown_value")]);
            assert_eq!(
                codes(check(&tolerant(), "createTicket", &with(&path, json!("")))),
                expected(&[(field, "unknown_value")])
            );
        }
    }

    #[test]
    fn a_quantity_is_a_whole_number_from_one() {
        const PATH: &str = "/order/delivery/items/0/quantity";
        const FIELD: &str = "order.delivery.items[0].quantity";
        for good in [1, 2, i64::MAX] {
            accepts("createTicket", with(PATH, json!(good)));
        }
        for (bad, code) in [
            (json!(0), "out_of_range"),
            (json!(-1), "out_of_range"),
            (json!(1.5), "not_an_integer"),
            (json!("1"), "wrong_type"),
        ] {
            breaks("createTicket", with(PATH, bad), &[(FIELD, code)]);
        }
    }

    #[test]
    fn unknown_fields_pass_through_and_codes_are_no_blanks() {
        let mut more = ticket();
        more["new"] = json!({ "deep": [1] });
        more["order"]["delivery"]["items"][0]["new"] = json!(true);
        more["code"] = json!("ERP-17");
        accepts("createTicket", json!([more]));
        for (operation, arguments) in [
            ("createTicket", json!([ticket()])),
            ("createEvent", json!(["t", { "type": "product_sent" }])),
            ("createReturn", json!(["t", {}])),
            ("createMessage", json!(["t", message()])),
        ] {
            for (code, list) in [
                (json!("x"), &[][..]),
                (Value::Null, &[]),
                (json!(""), &[("code", "required")]),
                (json!(5), &[("code", "wrong_type")]),
            ] {
                let mut arguments = arguments.clone();
                arguments.as_array_mut().unwrap().last_mut().unwrap()["code"] = code;
                breaks(operation, arguments, list);
            }
        }
    }

    fn message() -> Value {
        json!({ "message": "Enviaremos hoje.", "destination": "customer", "owner": { "code": "agent-7", "name": "Maria" } })
    }

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
            // Names that are nearly right would list everything; others may be new.
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
    fn filters_have_values() {
        for name in
            ["status", "code", "ticket_id", "order__id", "order__code", "channel__id", "channel__alias", "protocol"]
        {
            accepts("listTickets", json!([{ name: "x" }]));
            // The list of statuses is not published.
            accepts("listTickets", json!([{ name: "waiting_for_godot" }]));
            breaks("listTickets", json!([{ name: "" }]), &[(name, "required")]);
            breaks("listTickets", json!([{ name: ["x"] }]), &[(name, "wrong_type")]);
        }
        accepts("listMessages", json!(["t", { "has_attachment": false }]));
        breaks("listMessages", json!(["t", { "has_attachment": "false" }]), &[("has_attachment", "wrong_type")]);
        for event in EventType::VALUES {
            accepts("listEvents", json!(["t", { "type": event }]));
        }
        breaks("listEvents", json!(["t", { "type": "x" }]), &[("type", "unknown_value")]);
        assert!(check(&tolerant(), "listEvents", &json!(["t", { "type": "x" }])).is_empty());
        accepts("listReturns", json!(["t", { "reverse_code": "MLE1", "valid_for_days": 0 }]));
        breaks(
            "listReturns",
            json!(["t", { "reverse_code": " ", "valid_for_days": -1 }]),
            &[("reverse_code", "required"), ("valid_for_days", "out_of_range")],
        );
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
                // What the one without a zone means nobody knows.
                ("2026-02-01T10:00:00", "2026-02-01T09:00:00Z"),
            ] {
                accepts(operation, call(since, until));
            }
            for (since, until) in
                [("2026-02-01T10:00:01", "2026-02-01T10:00:00"), ("2026-02-01T10:00:00Z", "2026-02-01T10:00:00+03:00")]
            {
                breaks(operation, call(since, until), &[(&to, "reversed_range")]);
            }
            for bad in ["", "2026-02-01", "2026-02-30T10:00:00", "now", "2026-02-01 10:00:00", "Invalid Date"] {
                breaks(operation, call(bad, "2026-02-01T10:00:00"), &[(&from, "invalid_date_time")]);
                breaks(operation, call("2026-02-01T10:00:00", bad), &[(&to, "invalid_date_time")]);
            }
        }
        accepts("listTickets", json!([{ "updated_at_gte": "2026-02-01T10:00:00" }]));
        breaks("listTransactions", json!([]), &[("created_at_gte", "required"), ("created_at_lte", "required")]);
        let span = |status: &str| json!([{ "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-02-01T00:00:00", "status": status }]);
        for status in TransactionStatus::VALUES {
            accepts("listTransactions", span(status));
        }
        breaks("listTransactions", span("done"), &[("status", "unknown_value")]);
    }

    #[test]
    fn a_message_has_1_to_3000_characters_and_an_owner() {
        let with = |name: &str, value: Value| {
            let mut message = message();
            message[name] = value;
            json!(["t", message])
        };
        for good in ["a", " ", "🎫", &"x".repeat(3000), &"🎫".repeat(3000)] {
            accepts("createMessage", with("message", json!(good)));
        }
        for (bad, code) in [
            (json!(""), "too_short"),
            (json!("x".repeat(3001)), "too_long"),
            (json!("🎫".repeat(3001)), "too_long"),
            (Value::Null, "required"),
            (json!(5), "wrong_type"),
        ] {
            breaks("createMessage", with("message", bad), &[("message", code)]);
        }
        for destination in Destination::VALUES {
            accepts("createMessage", with("destination", json!(destination)));
        }
        breaks("createMessage", with("destination", json!("buyer")), &[("destination", "unknown_value")]);
        breaks("createMessage", with("destination", Value::Null), &[("destination", "required")]);
        breaks("createMessage", with("owner", Value::Null), &[("owner.code", "required"), ("owner.name", "required")]);
        breaks("createMessage", with("owner", json!({ "code": "", "name": "x" })), &[("owner.code", "required")]);
        accepts("createMessage", with("new", json!([1])));
    }

    #[test]
    fn a_seller_creates_four_kinds_of_events() {
        let event = |value: Value| json!(["t", { "type": value }]);
        assert_eq!(NewEventType::VALUES.len(), 4);
        for value in EventType::VALUES {
            if NewEventType::VALUES.contains(value) {
                accepts("createEvent", event(json!(value)));
            } else {
                breaks("createEvent", event(json!(value)), &[("type", "unknown_value")]);
                assert!(check(&tolerant(), "createEvent", &event(json!(value))).is_empty());
            }
        }
        breaks("createEvent", event(Value::Null), &[("type", "required")]);
        breaks("createEvent", json!(["t"]), &[("type", "required")]);
    }

    const PNG: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    fn file_breaks(settings: &Settings, file: &Value) -> Vec<(String, String)> {
        let mut message = message();
        message["file"] = file.clone();
        codes(check(settings, "createMessage", &json!(["t", message])))
    }

    #[test]
    fn a_file_is_a_jpg_png_or_pdf_of_25_mb() {
        let held = |declared: Value, found: Value| json!({ "filename": "f", "size": 9, "mime_type": declared, "found": found });
        for mime_type in AttachmentType::VALUES {
            for declared in [json!(mime_type), Value::Null] {
                assert_eq!(file_breaks(&Settings::default(), &held(declared, json!(mime_type))), []);
            }
        }
        for (declared, found, list) in [
            (json!("image/gif"), json!("image/gif"), &[("file.mime_type", "unknown_value")][..]),
            (Value::Null, json!("image/gif"), &[("file", "file_type_not_allowed")]),
            (json!("image/png"), json!("image/gif"), &[("file", "file_type_not_allowed")]),
            (json!("image/png"), json!("image/jpeg"), &[("file.mime_type", "mime_type_mismatch")]),
            (json!("image/png"), Value::Null, &[("file", "unknown_file_type")]),
            (Value::Null, Value::Null, &[("file", "unknown_file_type")]),
        ] {
            let file = held(declared, found);
            assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
        }
        // What is allowed beyond the three cannot be judged; what is declared as one of them can.
        assert_eq!(file_breaks(&tolerant(), &held(json!("image/gif"), json!("image/gif"))), []);
        assert_eq!(file_breaks(&tolerant(), &held(Value::Null, json!("image/gif"))), []);
        assert_eq!(
            file_breaks(&tolerant(), &held(json!("image/png"), json!("image/gif"))),
            expected(&[("file", "file_type_not_allowed")])
        );

        const MB25: u64 = 25 * 1024 * 1024;
        for (size, list) in [(1, &[][..]), (MB25, &[]), (MB25 + 1, &[("file", "file_too_large")])] {
            let file = json!({ "filename": "f.pdf", "size": size, "found": "application/pdf" });
            assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{size}");
        }
        let empty = json!({ "filename": "f.pdf", "size": 0, "found": null });
        assert_eq!(file_breaks(&Settings::default(), &empty), expected(&[("file", "empty_file")]));
        // A stream that was not read yet has no size.
        assert_eq!(file_breaks(&Settings::default(), &json!({ "filename": "f", "size": null })), []);
    }

    #[test]
    fn a_prepared_file_is_what_it_says() {
        let url =
            |mime_type: &str, data: &str| json!({ "filename": "f", "data": format!("data:{mime_type};base64,{data}") });
        for (file, list) in [
            (url("image/png", PNG), &[][..]),
            (url("image/jpeg", PNG), &[("file.mime_type", "mime_type_mismatch")]),
            (url("image/png", "aGVsbG8="), &[("file", "file_type_not_allowed")]),
            (url("image/png", ""), &[("file", "empty_file")]),
            (url("image/png", "x"), &[("file.data", "base64_padding")]),
            (json!({ "filename": "f", "data": PNG }), &[("file.data", "data_url_scheme")]),
            (json!({ "filename": "f" }), &[("file.data", "required")]),
            (json!({ "filename": "", "size": 1, "found": "image/png" }), &[("file.filename", "required")]),
            (json!({ "filename": "a/b", "size": 1, "found": "image/png" }), &[("file.filename", "invalid_filename")]),
            (json!({ "filename": "a\nb", "size": 1, "found": "image/png" }), &[("file.filename", "invalid_filename")]),
        ] {
            let found = file_breaks(&Settings::default(), &file);
            assert_eq!(found.into_iter().take(list.len().max(1)).collect::<Vec<_>>(), expected(list), "{file}");
        }
        // A form has no place for objects.
        let mut message = message();
        message["file"] = url("image/png", PNG);
        message["new"] = json!({ "a": 1 });
        breaks("createMessage", json!(["t", message]), &[("new", "wrong_type")]);
        let params = CreateMessageParams {
            ticket_id: "t".to_owned(),
            message: "m".to_owned(),
            destination: Destination::Customer,
            owner: NewOwner { code: "c".to_owned(), name: "n".to_owned(), extra: Vec::new() },
            file: Some(Attachment::new("f.txt", b"just text")),
            ..CreateMessageParams::default()
        };
        let mut violations = Violations::new();
        params.check(&Settings::default(), &mut violations);
        assert_eq!(codes(violations.into_vec()), expected(&[("file", "file_type_not_allowed")]));
    }

    #[test]
    fn every_violation_tells_what_and_what_to_do() {
        let all = [
            ("createTicket", json!([{ "type": "x", "reason": "", "order": { "delivery": { "items": [] } } }])),
            ("createTicket", with("/order/delivery/items/0/quantity", json!(0))),
            ("createMessage", json!(["a b", { "message": "", "destination": "x", "owner": {}, "code": "" }])),
            (
                "createMessage",
                json!(["t", { "message": "m", "destination": "seller", "owner": { "code": "c", "name": "n" },
                "file": { "filename": "", "size": 30_000_000, "found": "image/gif" } }]),
            ),
            (
                "listTickets",
                json!([{ "_limit": 0, "_offset": 101, "_sort": "x", "order_id": "x", "new": [],
                "created_at_gte": "x", "updated_at_gte": "2026-02-01T10:00:01", "updated_at_lte": "2026-02-01T10:00:00" }]),
            ),
            ("getTransaction", json!(["//x/y"])),
            ("createEvent", json!(["", { "type": "refunded" }])),
        ];
        for violation in all.iter().flat_map(|(operation, arguments)| check(&Settings::default(), operation, arguments))
        {
            let Violation { field, code, message, hint, .. } = &violation;
            assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
            assert!(message.contains(field.as_str()) && !message.ends_with('.'), "{message}");
            assert!(message.starts_with('`') || message.chars().next().is_some_and(char::is_lowercase), "{message}");
            assert!(!hint.is_empty() && !hint.ends_with('.') && message.chars().count() < 200, "{hint}");
        }
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
