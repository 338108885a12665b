//! Magalu's tickets at the desk.
//!
//! | what | how sure |
//! |---|---|
//! | state, the seller's turn, reason, type, `due_date` | reported |
//! | times without a zone | read as UTC, which may be three hours early: the safe side |
//! | whose turn it is otherwise | derived from the last message |
//! | a letter in moderation leaves the turn with the buyer for at most four hours | ours |
//! | Magalu may step in and charge at the deadline | third parties |
//! | that events, returns and rejections move `updated_at` | not documented |

use super::create_message::{CreateMessageParams, FILE};
use super::model::{NewEventType, TicketStatus};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::rule::Ruled;
use crate::vendor::desk::action::{Ask, Call, Given, maybe, no};
use crate::vendor::desk::fact::Part;
use crate::vendor::desk::kind::kind_of;
use crate::vendor::desk::reading::{Detail, Flow, List, Paging, Span};
use crate::vendor::desk::ticket::{
    Author, File, Order, Role, Side, Store, Unit, heard_at, preview_of, sort_by_time, waiting_since,
};
use crate::vendor::desk::{
    Action, Checked, Choice, Consequence, Counts, Deadline, Download, Effect, Fact, Kind, KindTable, Limits, Mapping,
    Matter, Message, Moderation, Raw, Reading, Source, State, Ticket, Turn, Why,
};
use crate::vendor::evidence::object;
use crate::wire::json::Json;

/// How the desk understands Magalu.
pub(super) static DESK: Mapping = Mapping {
    store: Store::Marketplace,
    ticket,
    kinds: KINDS,
    actions,
    call,
    download,
    addresses: &[],
    names: &[("message", "text"), ("file", "files[0]")],
    uploads: None,
    moderation: Some(Moderation { operation: "createMessage", look: look_at_moderation, find: moderated }),
    calendars: &[],
    reading: Reading {
        lists,
        details,
        on_opening,
        id: |item| Part::of(item).id("id").into_told(),
        updated: "updated_at",
        is_open,
        acknowledge: None,
        every_ms: [60_000.0, 300_000.0, 86_400_000.0],
        calls_a_day: None,
    },
    unstable: &[],
};

const KINDS: &[KindTable] = &[
    KindTable {
        field: "reason",
        values: &[
            ("shipping_delay", Kind::Delivery),
            ("price_discrepancy", Kind::Payment),
            ("incorrect_product", Kind::WrongItem),
            ("missing_damaged_parts", Kind::PartsMissing),
            ("duplicated_order", Kind::Cancellation),
            ("payment_issue", Kind::Payment),
            ("quality_concern", Kind::Defect),
            ("change_of_mind", Kind::Return),
            ("unavailability", Kind::Cancellation),
            ("customer_error", Kind::Return),
            ("unexpected_circumstances", Kind::Other),
            ("shipping_address_issues", Kind::Delivery),
            ("general", Kind::Question),
            ("payment_authorization_failure", Kind::Payment),
            ("payment_discrepancy", Kind::Payment),
        ],
    },
    KindTable {
        field: "type",
        values: &[("cancellation", Kind::Cancellation), ("payment", Kind::Payment), ("shipping", Kind::Delivery)],
    },
];

/// *Ours*: how long a letter that is being checked counts as an answer.
const MODERATION_MS: f64 = 4.0 * 3_600_000.0;

fn is_open(item: &Json) -> bool {
    let ticket = Part::of(item);
    ticket.flag("closed").told() != Some(&true) && ticket.str("status").told() != Some(&"closed")
}

fn ticket(source: &Source<'_>) -> Result<Ticket, DecodeError> {
    let whole = Part::of(&source.raw.ticket);
    let Some(id) = whole.id("id").into_told() else {
        return Err(DecodeError::new(code!("unexpected_shape"), "the ticket has no `id`"));
    };
    let mut ticket = Ticket::new("magalu", source.account, &id, Store::Marketplace);
    let status = whole.text("status");
    ticket.number = whole.id("protocol").into_told().unwrap_or(id);
    ticket.state = if is_open(&source.raw.ticket) { State::Open } else { State::Closed };
    let (reason, r#type) = (whole.text("reason"), whole.text("type"));
    ticket.kind = kind_of(KINDS, &[&reason, &r#type].map(|value| value.told().map(String::as_str)));
    ticket.remote_reason = reason.or(r#type.clone());
    ticket.remote_type = r#type;
    if whole.text("origin").told().is_some_and(|origin| origin == "seller") {
        ticket.role = Role::Requester;
    }

    let messages = list_of(&source.raw.messages).map(thread);
    let list = messages.told().map(Vec::as_slice).unwrap_or_default();
    ticket.turn = turn(ticket.state, status.told().map(String::as_str), list, source);
    if ticket.turn.at(f64::INFINITY) == Side::Seller {
        // A letter that may still be rejected has answered nothing yet.
        let waiting = waiting_since(list, is_in_moderation);
        ticket.waiting_since = waiting.and_then(|message| message.at.clone());
    }
    ticket.heard_at = heard_at(list);
    ticket.remote_status = status;
    ticket.deadline = match (ticket.state, whole.stamp("due_date").into_told()) {
        (State::Closed, _) => Deadline::None,
        (_, Some(at)) => Deadline::Reported {
            at,
            counts: Counts::SellersTurn,
            rule: "due_date",
            then: Consequence::MarketplaceSteps,
        },
        _ => Deadline::Own,
    };

    // A ticket does not name the buyer, but the buyer's messages do.
    let by_buyer = list.iter().find(|message| message.from == Author::Buyer);
    let id_of = |item: &Json| {
        let sender = Part::of(item).part("sender");
        (sender.str("type").told() == Some(&"customer")).then(|| sender.id("id").into_told()).flatten()
    };
    let items = source.raw.messages.as_array().unwrap_or_default();
    ticket.buyer.name = messages.clone().and_then(|_| Fact::of(by_buyer.and_then(|message| message.name.clone())));
    ticket.buyer.id = messages.clone().and_then(|_| Fact::of(items.iter().find_map(id_of)));
    ticket.order = order(whole.part("order"));
    ticket.preview = preview_of(list);
    ticket.files = messages.clone().map(|all| all.iter().map(|message| message.files.len()).sum());
    ticket.messages = messages;
    ticket.events = list_of(&source.raw.events)
        .map(|events| events.iter().filter_map(|event| Part::of(event).text("type").into_told()).collect());
    ticket.returns = list_of(&source.raw.returns).map(<[Json]>::len);
    ticket.created = whole.stamp("created_at");
    ticket.updated = whole.stamp("updated_at");
    Ok(ticket)
}

/// Returns the items of a part that is read apart.
fn list_of(part: &Json) -> Fact<&[Json]> {
    part.as_array().map_or(Fact::Untold, Fact::Told)
}

fn is_in_moderation(message: &Message) -> bool {
    matches!(message.moderation.as_deref(), Some("new" | "waiting_moderation"))
}

fn turn(state: State, status: Option<&str>, messages: &[Message], source: &Source<'_>) -> Turn {
    let status = TicketStatus::from(status.unwrap_or_default());
    let last = messages.last();
    match (state, status) {
        (State::Closed, _) => Turn::derived(Side::None),
        (_, TicketStatus::WaitingSeller) => {
            // What the desk sent may not show yet.
            let own = source.raw.own.iter().filter(|own| own.in_moderation).map(|own| own.at);
            let shown = last.filter(|last| last.from == Author::Seller && is_in_moderation(last)).and_then(Message::ms);
            let heard = heard_at(messages).unwrap_or(f64::NEG_INFINITY);
            match own.chain(shown).filter(|at| *at > heard).reduce(f64::max) {
                Some(at) => Turn { until: Some((at + MODERATION_MS, Side::Seller)), ..Turn::derived(Side::Buyer) },
                None => Turn::reported(Side::Seller),
            }
        }
        (_, TicketStatus::Waiting) => Turn::derived(match last.map(|last| (last.from, last.to.as_deref())) {
            Some((Author::Seller, _)) => Side::Buyer,
            Some((Author::Marketplace, _) | (Author::Buyer, Some("channel"))) => Side::Marketplace,
            _ => Side::Unknown,
        }),
        _ => Turn::derived(Side::Unknown),
    }
}

fn thread(items: &[Json]) -> Vec<Message> {
    let mut messages: Vec<_> = items
        .iter()
        .map(|item| {
            let message = Part::of(item);
            let sender = message.part("sender");
            let role = sender.text("type").into_told();
            let file = |item: &Json| {
                let file = Part::of(item);
                let [name, extension] = ["file_name", "file_extension"].map(|name| file.text(name).into_told());
                let name = match (name, extension) {
                    (Some(name), Some(extension)) => Some(format!("{name}.{extension}")),
                    (name, _) => name,
                };
                let mime_type = file.text("file_type").into_told();
                File { id: file.id("id").into_told(), name, mime_type, ..File::default() }
            };
            Message {
                id: message.id("id").into_told(),
                from: match role.as_deref() {
                    Some("seller") => Author::Seller,
                    Some("customer") => Author::Buyer,
                    Some("channel") => Author::Marketplace,
                    _ => Author::Unknown,
                },
                role,
                name: sender.text("name").into_told(),
                to: message.text("destination").into_told(),
                text: message.text("message").into_told(),
                at: message.stamp("created_at").into_told(),
                event: None,
                moderation: message.part("moderation").text("status").into_told(),
                files: message
                    .items("attachments")
                    .told()
                    .map(|files| files.iter().map(file).collect())
                    .unwrap_or_default(),
            }
        })
        .collect();
    sort_by_time(&mut messages);
    messages
}

fn order(order: Part<'_>) -> Fact<Order> {
    let unit = |item: &Json| {
        let item = Part::of(item);
        let written = || item.text("quantity").into_told()?.trim().parse().ok();
        Unit {
            id: item.id("id").into_told(),
            title: item.text("name").into_told(),
            sku: item.text("external_sku").into_told(),
            // The vendor's table says text, and its example has a number.
            quantity: item.whole("quantity").into_told().or_else(written),
            status: None,
        }
    };
    order.id("code").or(order.id("id")).map(|number| Order {
        number: Some(number),
        units: order
            .part("delivery")
            .items("items")
            .told()
            .map(|items| items.iter().map(unit).collect())
            .unwrap_or_default(),
        ..Order::default()
    })
}

fn actions(matter: &Matter<'_>) -> Vec<Choice> {
    let Matter { ticket, account, raw } = *matter;
    let r#type = ticket.remote_type.told().map(String::as_str);
    let closed = no(ticket.state == State::Closed, Why::Closed);
    let wrong = no(r#type.is_some_and(|kind| kind != "cancellation"), Why::WrongType);
    let unclear = maybe(r#type.is_none(), Why::MarketplaceDecides);
    let scope = |name: &str| no(account.lacks(name), Why::AccountScope);
    let events = scope("open:ticket-events-seller:write");
    let was = |event: &str| ticket.events.told().is_some_and(|events| events.iter().any(|known| known == event));
    let is_earlier = was("product_sent") || was("product_received");
    Action::REMOTE
        .into_iter()
        .map(|action| match action {
            Action::Reply => {
                let writer = no(account.writer.is_none(), Why::NotConfigured);
                Choice::first(action, &[closed, scope("open:ticket-messages-seller:write"), writer])
                    .effect(Effect::Visible)
                    .ask(Ask::Hold)
                    .limits(
                        Limits::text(CreateMessageParams::TABLE, "message")
                            .files(&FILE, Some(1))
                            .choices(&["customer", "channel"]),
                    )
            }
            Action::Close => Choice::no(action, Why::MarketplaceCloses),
            Action::ConfirmReturn | Action::SentForReturn | Action::ReturnInfo => {
                Choice::first(action, &[closed, wrong, events, unclear]).effect(Effect::Visible).ask(Ask::Confirm)
            }
            Action::Refund => {
                let earlier = match ticket.events.told() {
                    Some(_) => no(!is_earlier, Why::NeedsEarlierEvent),
                    None => maybe(true, Why::NeedsEarlierEvent),
                };
                let choice = Choice::first(action, &[closed, wrong, events, earlier, unclear]);
                choice.effect(Effect::Money).ask(Ask::Confirm)
            }
            Action::ReturnCode => {
                let scope = scope("open:ticket-returns-seller:write");
                // Whether an earlier one is still active cannot be read.
                let active = maybe(ticket.returns.told().is_some_and(|count| *count > 0), Why::OneActive);
                let carrier = maybe(true, Why::MarketplaceDecides);
                let choice = Choice::first(action, &[closed, wrong, scope, active, carrier]);
                choice.effect(Effect::Visible).ask(Ask::Confirm)
            }
            Action::Create => {
                let scope = scope("open:tickets-seller:write");
                let untold = maybe(order_to_write(raw).is_none(), Why::MarketplaceDecides);
                // A ticket of the type `payment` may be refused, so it is not offered.
                Choice::first(action, &[scope, untold])
                    .effect(Effect::Visible)
                    .ask(Ask::Confirm)
                    .limits(Limits::default().choices(&["cancellation", "shipping"]))
            }
            _ => Choice::no(action, Why::NotOffered),
        })
        .collect()
}

/// Returns the channel and the order as a new ticket takes them; `None` if the ticket does not tell
/// all that is required.
fn order_to_write(raw: &Raw) -> Option<(Json, Json)> {
    let whole = Part::of(&raw.ticket);
    let (channel, order) = (whole.part("channel"), whole.part("order"));
    let (delivery, seller) = (order.part("delivery"), order.part("delivery").part("seller"));
    let item = |item: &Json| {
        let item = Part::of(item);
        let written = || item.text("quantity").into_told()?.trim().parse().ok();
        let quantity = item.whole("quantity").into_told().or_else(written).filter(|quantity: &i64| *quantity > 0)?;
        // These may be empty.
        let text = |name: &str| Json::from(item.text(name).into_told().unwrap_or_default());
        Some(object(&mut [
            ("id", item.id("id").into_told()?.into()),
            ("sku", item.text("sku").into_told()?.into()),
            ("external_sku", text("external_sku")),
            ("name", item.text("name").into_told()?.into()),
            ("description", text("description")),
            ("image", text("image")),
            ("quantity", quantity.into()),
        ]))
    };
    let items: Option<Vec<_>> = delivery.items("items").into_told()?.iter().map(item).collect();
    let seller = [("id", seller.id("id").into_told()?.into()), ("name", seller.text("name").into_told()?.into())];
    let delivery = object(&mut [
        ("id", delivery.id("id").into_told()?.into()),
        ("seller", object(&mut { seller })),
        ("items", Json::List(items.filter(|items| !items.is_empty())?)),
    ]);
    let order = object(&mut [
        ("id", order.id("id").into_told()?.into()),
        ("code", order.id("code").into_told()?.into()),
        ("delivery", delivery),
    ]);
    let channel = object(&mut [
        ("id", channel.id("id").into_told()?.into()),
        ("alias", channel.text("alias").into_told()?.into()),
    ]);
    Some((channel, order))
}

fn call(matter: &Matter<'_>, action: Action, given: &Given) -> Option<Call> {
    let id = Json::from(matter.ticket.key.id.as_str());
    let code = Json::from(given.code.as_deref());
    let event = |kind: NewEventType| {
        let parameters = given.parameters(&[("type", kind.into()), ("code", code.clone())]);
        Some(Call { operation: "createEvent", arguments: vec![id.clone(), parameters] })
    };
    match action {
        Action::Reply => {
            let owner = matter
                .account
                .writer
                .as_ref()
                .map(|(code, name)| object(&mut [("code", code.as_str().into()), ("name", name.as_str().into())]));
            let parameters = given.parameters(&[
                ("message", given.text.as_deref().into()),
                ("destination", given.choice.as_deref().unwrap_or("customer").into()),
                ("owner", owner.into()),
                ("code", code),
                ("file", given.files.first().cloned().into()),
            ]);
            Some(Call { operation: "createMessage", arguments: vec![id, parameters] })
        }
        Action::ConfirmReturn => event(NewEventType::ProductReceived),
        Action::SentForReturn => event(NewEventType::ProductSent),
        Action::ReturnInfo => event(NewEventType::ReturnInfoSent),
        Action::Refund => event(NewEventType::AuthorizeRefund),
        // Only the sandbox takes a code here.
        Action::ReturnCode => Some(Call { operation: "createReturn", arguments: vec![id, given.parameters(&[])] }),
        Action::Create => {
            let (channel, order) = order_to_write(matter.raw).unwrap_or_default();
            let reason = matter.ticket.remote_reason.told().map(String::as_str);
            let parameters = given.parameters(&[
                ("type", given.choice.as_deref().into()),
                ("channel", channel),
                ("order", order),
                ("reason", reason.into()),
                ("code", code),
            ]);
            Some(Call { operation: "createTicket", arguments: vec![parameters] })
        }
        _ => None,
    }
}

fn download(matter: &Matter<'_>, message: Option<&Message>, file: &File) -> Option<Download> {
    let ids = [Some(matter.ticket.key.id.as_str()), message?.id.as_deref(), file.id.as_deref()];
    let arguments = ids.into_iter().map(|id| id.map(Json::from)).collect::<Option<_>>()?;
    Some(Download::Call(Call { operation: "downloadAttachment", arguments }))
}

/// The newest messages come first, because the letter is one of them.
fn look_at_moderation(ticket: &str) -> Call {
    let newest = object(&mut [("_sort", "created_at:desc".into())]);
    Call { operation: "listMessages", arguments: vec![ticket.into(), newest] }
}

/// A letter has its own code, which the marketplace gives back.
fn moderated(messages: &[Json], code: &str) -> Checked {
    let own = messages.iter().find(|message| Part::of(message).text("code").told().map(String::as_str) == Some(code));
    let Some(own) = own else { return Checked::Missing };
    match Part::of(own).part("moderation").text("status").told().map(String::as_str) {
        Some("rejected") => Checked::Rejected,
        Some("new" | "waiting_moderation") => Checked::Pending,
        _ => Checked::Approved,
    }
}

/// The largest offset that the API takes.
const MOST_OFFSET: u64 = 100;

/// The bound of a list is the marketplace's own text, because its zone is not known.
fn lists(flow: Flow, span: &Span<'_>) -> Vec<List> {
    let by = |time: &'static str, bound: &'static str, more: Option<(&str, Json)>| {
        let mut fields: Vec<_> = more.into_iter().collect();
        fields.push(("_sort", format!("{time}:asc").into()));
        fields.push(("_limit", Json::Int(100)));
        List {
            operation: "listTickets",
            parameters: object(&mut fields),
            paging: Paging::Since { time, bound, offset: "_offset", most: MOST_OFFSET },
        }
    };
    let list = match flow {
        Flow::Hot => by("due_date", "due_date_gte", Some(("status", "waiting_seller".into()))),
        Flow::Recent => {
            let since = span.watermark.map(|watermark| ("updated_at_gte", watermark.into()));
            by("updated_at", "updated_at_gte", since)
        }
        Flow::Sweep => by("created_at", "created_at_gte", None),
    };
    vec![list]
}

fn of_ticket(item: &Json, part: &str, operation: &str) -> Option<Detail> {
    Some(Detail {
        part: part.to_owned(),
        operation: operation.to_owned(),
        arguments: vec![Part::of(item).id("id").into_told()?.into(), object(&mut [("_sort", "created_at:asc".into())])],
        offset: Some("_offset".to_owned()),
    })
}

fn details(item: &Json) -> Vec<Detail> {
    of_ticket(item, "messages", "listMessages").into_iter().collect()
}

/// Events and returns matter on cancellations only. They are not known to move `updated_at`, so
/// they are read when a person opens the ticket.
fn on_opening(item: &Json) -> Vec<Detail> {
    if Part::of(item).str("type").told() != Some(&"cancellation") {
        return Vec::new();
    }
    [("events", "listEvents"), ("returns", "listReturns")]
        .into_iter()
        .filter_map(|(part, operation)| of_ticket(item, part, operation))
        .collect()
}

#[cfg(test)]
mod tests;
