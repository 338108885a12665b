//! The seller's side of JTL-SCX at the desk.
//!
//! | what | how sure |
//! |---|---|
//! | nothing can be read back: events that came and replies that were sent are all | the pages |
//! | there is no status: a ticket is open from an event to the desk's own "done" | ours |
//! | an event of a ticket has topic, subject and reference, as the channel wrote them | inferred |
//! | the type of such an event | documented nowhere, so it is a setting of the account |
//! | the queue is also the ERP's | inferred, so only these types are asked for and acknowledged |

use super::files::FILES;
use super::seller::ReplyToTicketParams;
use super::ticket::{AttachmentParams, MAX_FILES, announced};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::input::FromInput as _;
use crate::rules::rule::Ruled;
use crate::rules::violation::Violations;
use crate::vendor::desk::action::{Ask, Call, Given, no};
use crate::vendor::desk::fact::Part;
use crate::vendor::desk::kind::kind_of;
use crate::vendor::desk::reading::{Acknowledge, Flow, List, Paging, Span};
use crate::vendor::desk::ticket::{
    Author, File, Order, Side, Store, Unit, heard_at, preview_of, sort_by_time, waiting_since,
};
use crate::vendor::desk::{
    Account, Action, Choice, Deadline, Download, Effect, Fact, Kind, KindTable, Limits, Mapping, Matter, Message,
    Reading, Source, Stamp, State, Ticket, Turn, Why,
};
use crate::vendor::evidence::object;
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// How the desk understands JTL-SCX.
pub(super) static DESK: Mapping = Mapping {
    store: Store::Desk,
    ticket,
    kinds: KINDS,
    actions,
    call,
    download,
    addresses: &[],
    names: &[("message", "text")],
    uploads: Some(uploads),
    moderation: None,
    calendars: &[],
    reading: Reading {
        lists,
        details: |_| Vec::new(),
        on_opening: |_| Vec::new(),
        id: id_of,
        updated: "createdAt",
        is_open: |_| false,
        acknowledge: Some(Acknowledge { operation: "seller.acknowledgeEvents", most: MOST_EVENTS, id: ours }),
        // A poll and an acknowledgement are two of the ten calls that a minute permits.
        every_ms: [60_000.0, 60_000.0, 86_400_000.0],
        calls_a_day: None,
    },
    unstable: &[],
};

const KINDS: &[KindTable] = &[KindTable {
    field: "topic",
    values: &[
        ("QUESTION", Kind::Question),
        ("FEEDBACK", Kind::Other),
        ("DELIVERY", Kind::Delivery),
        ("RETURN", Kind::Return),
        ("REFUND", Kind::Refund),
        ("INCIDENT", Kind::Other),
    ],
}];

/// *Reference*: the most events of one answer.
const MOST_EVENTS: usize = 100;

/// Returns the key of the ticket that an event is about. Neither a channel nor a seller's id can
/// have a slash.
fn id_of(event: &Json) -> Option<String> {
    let payload = Part::of(event).part("event");
    let [channel, seller] = ["channel", "sellerId"].map(|name| payload.text(name).into_told());
    Some(format!("{}/{}/{}", channel.unwrap_or_default(), seller?, payload.id("ticketId").into_told()?))
}

fn ours(event: &Json, account: &Account) -> Option<String> {
    let event = Part::of(event);
    let r#type = event.str("type").into_told()?;
    account.ticket_events.iter().any(|known| known == r#type).then(|| event.id("id").into_told()).flatten()
}

fn ticket(source: &Source<'_>) -> Result<Ticket, DecodeError> {
    let events = source.raw.messages.as_array().unwrap_or_default();
    let Some(id) = events.iter().find_map(id_of) else {
        return Err(DecodeError::new(
            code!("unexpected_shape"),
            "no event of the ticket has `sellerId` and `ticketId`",
        ));
    };
    let mut ticket = Ticket::new("jtl-scx", source.account, &id, Store::Desk);
    let of_first = |name: &str| {
        events
            .iter()
            .map(|event| Part::of(event).part("event").text(name))
            .fold(Fact::Untold, |found: Fact<String>, next| found.or(next))
    };
    ticket.number = of_first("ticketId").into_told().unwrap_or(id);
    let topic = of_first("topic");
    ticket.kind = kind_of(KINDS, &[topic.told().map(String::as_str)]);
    ticket.remote_reason = topic;

    let mut messages: Vec<(Message, bool)> = events.iter().map(message).collect();
    messages.extend(source.raw.own.iter().map(|own| {
        let at = Stamp { wire: format_date_time(own.at), at: Some(own.at), zoned: true };
        let text = Some(own.text.clone());
        let files = own.files.clone();
        (Message { from: Author::Seller, text, at: Some(at), files, ..Message::EMPTY }, own.wants_reply)
    }));
    // The sort below is of messages alone, so the answer to "is a reply expected" goes by its time.
    let newest =
        messages.iter().max_by(|(a, _), (b, _)| a.ms().unwrap_or_default().total_cmp(&b.ms().unwrap_or_default()));
    let (last, wants_reply) = newest.map(|(message, wants)| (message.from, *wants)).unzip();
    let mut list: Vec<Message> = messages.iter().map(|(message, _)| message.clone()).collect();
    sort_by_time(&mut list);

    ticket.heard_at = heard_at(&list);
    let is_done = source.done_at.is_some_and(|done| ticket.heard_at.is_none_or(|heard| heard <= done));
    ticket.state = if is_done { State::Closed } else { State::Open };
    ticket.turn = Turn::derived(match (is_done, last, wants_reply) {
        (true, ..) | (_, _, Some(false)) => Side::None,
        (_, Some(Author::Buyer | Author::Marketplace), _) => Side::Seller,
        (_, Some(Author::Seller), _) => Side::Buyer,
        _ => Side::Unknown,
    });
    if ticket.turn.side == Side::Seller {
        ticket.waiting_since = waiting_since(&list, |_| false).and_then(|message| message.at.clone());
    }
    ticket.deadline = if is_done { Deadline::None } else { Deadline::Own };
    let buyer = list.iter().find(|message| message.from == Author::Buyer);
    ticket.buyer.name = Fact::of(buyer.and_then(|message| message.name.clone()));
    ticket.order = events.iter().map(reference).fold(Fact::Untold, Fact::or);
    ticket.preview = preview_of(&list);
    ticket.files = Fact::Told(list.iter().map(|message| message.files.len()).sum());
    ticket.created = list.first().and_then(|message| message.at.clone()).map_or(Fact::Untold, Fact::Told);
    ticket.updated = list.last().and_then(|message| message.at.clone()).map_or(Fact::Untold, Fact::Told);
    ticket.messages = Fact::Told(list);
    Ok(ticket)
}

/// Returns the message of an event, and whether a reply to it is expected.
fn message(event: &Json) -> (Message, bool) {
    let payload = Part::of(event).part("event");
    let role = payload.part("from").text("role").into_told();
    let file = |item: &Json| {
        let file = Part::of(item);
        let name = file.text("filename").into_told();
        File { id: name.clone(), name, mime_type: file.text("contentType").into_told(), ..File::default() }
    };
    let words = [payload.text("subject"), payload.text("message")].map(Fact::into_told);
    let wants = payload.flag("replyRequested").into_told().or_else(|| {
        // The vendor's own client writes it as text.
        payload.str("replyRequested").into_told().map(|text| !matches!(text, "" | "0" | "false"))
    });
    let message = Message {
        id: Part::of(event).id("id").into_told(),
        from: match role.as_deref() {
            Some("BUYER") => Author::Buyer,
            Some("SELLER") => Author::Seller,
            Some("CHANNEL") => Author::Marketplace,
            _ => Author::Unknown,
        },
        role,
        name: payload.part("from").text("name").into_told(),
        text: words.into_iter().flatten().reduce(|subject, text| format!("{subject}\n\n{text}")),
        at: payload.stamp("createdAt").or(Part::of(event).stamp("createdAt")).into_told(),
        files: payload.items("attachment").told().map(|files| files.iter().map(file).collect()).unwrap_or_default(),
        ..Message::EMPTY
    };
    (message, wants.unwrap_or(true))
}

fn reference(event: &Json) -> Fact<Order> {
    let reference = Part::of(event).part("event").part("reference");
    let id = reference.id("id").into_told();
    let unit = |id| Order { units: vec![Unit { id, ..Unit::default() }], ..Order::default() };
    reference.text("type").and_then(|r#type| match r#type.as_str() {
        "ORDERID" => Fact::of(id.map(|id| Order { number: Some(id), ..Order::default() })),
        "ORDERITEMID" => Fact::Told(unit(id)),
        _ => Fact::Nothing,
    })
}

fn actions(matter: &Matter<'_>) -> Vec<Choice> {
    let is_channel = matter.account.is_channel;
    // An event that named no channel cannot be answered.
    let is_nameless = matter.ticket.key.id.starts_with('/');
    Action::REMOTE
        .into_iter()
        .map(|action| match action {
            Action::Reply => {
                Choice::first(action, &[no(is_channel, Why::AccountScope), no(is_nameless, Why::NotConfigured)])
                    .effect(Effect::Visible)
                    .ask(Ask::Hold)
                    .limits(Limits::text(ReplyToTicketParams::TABLE, "message").files(&FILES, Some(MAX_FILES)))
            }
            Action::Close => Choice::local(action),
            _ => Choice::no(action, Why::NotOffered),
        })
        .collect()
}

fn call(matter: &Matter<'_>, action: Action, given: &Given) -> Option<Call> {
    if action != Action::Reply {
        return None;
    }
    let mut key = matter.ticket.key.id.splitn(3, '/');
    let [channel, seller, id] = [key.next(), key.next(), key.next()].map(Option::unwrap_or_default);
    let name = matter.account.writer.as_ref().map(|(_, name)| name.as_str());
    let mut from = vec![("role", Json::from("SELLER"))];
    from.extend(name.map(|name| ("name", name.into())));
    let parameters = given.parameters(&[
        ("channel", channel.into()),
        ("sellerId", seller.into()),
        ("ticketId", id.into()),
        ("createdAt", given.at.as_str().into()),
        ("from", object(&mut from)),
        ("message", given.text.as_deref().into()),
        ("replyRequested", given.wants_reply.into()),
        ("files", given.files()),
    ]);
    Some(Call { operation: "seller.replyToTicket", arguments: vec![parameters] })
}

/// A reply announces its files under safe names, and each is uploaded after it.
fn uploads(arguments: &[Json]) -> Vec<Call> {
    let mut violations = Violations::new();
    let reply = arguments.first().cloned().unwrap_or_default();
    let reply = ReplyToTicketParams::from_input(reply, "", &mut violations);
    let files = reply.files.unwrap_or_default();
    let given = arguments.first().and_then(|reply| reply.get("files")).and_then(Json::as_array).unwrap_or_default();
    // The names of what was announced without its content come first.
    let names = announced(&reply.attachment, &files);
    let first = names.len().saturating_sub(files.len());
    let upload = |(name, file): (AttachmentParams, &Json)| Call {
        operation: "seller.uploadAttachment",
        arguments: vec![object(&mut [
            ("channel", reply.channel.as_str().into()),
            ("sellerId", reply.sellerId.as_str().into()),
            ("ticketId", reply.ticketId.as_str().into()),
            ("filename", name.filename.into()),
            ("file", file.clone()),
        ])],
    };
    names.into_iter().skip(first).zip(given).map(upload).collect()
}

/// Files of what the seller wrote are not to be fetched, and have no id.
fn download(matter: &Matter<'_>, _message: Option<&Message>, file: &File) -> Option<Download> {
    let mut key = matter.ticket.key.id.splitn(3, '/');
    let [channel, seller, id] = [key.next(), key.next(), key.next()].map(Option::unwrap_or_default);
    let parameters = object(&mut [
        ("channel", channel.into()),
        ("sellerId", seller.into()),
        ("ticketId", id.into()),
        ("filename", file.id.as_deref()?.into()),
    ]);
    Some(Download::Call(Call { operation: "seller.downloadAttachment", arguments: vec![parameters] }))
}

/// Without the setting nothing is polled: an unfiltered poll hides the ERP's orders from it.
fn lists(flow: Flow, span: &Span<'_>) -> Vec<List> {
    if flow != Flow::Hot || span.account.ticket_events.is_empty() || span.account.is_channel {
        return Vec::new();
    }
    let types: Vec<Json> = span.account.ticket_events.iter().map(|name| Json::from(name.as_str())).collect();
    let parameters = object(&mut [("eventTypeFilter", Json::List(types))]);
    vec![List { operation: "seller.listEvents", parameters, paging: Paging::Once }]
}

#[cfg(test)]
mod tests;
