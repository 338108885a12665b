//! Kaufland's tickets at the desk.
//!
//! | what | how sure |
//! |---|---|
//! | state, the seller's turn, reason, topic | reported |
//! | whose turn it is otherwise | derived from the last message |
//! | 48 hours of working days, holidays of the storefront | the vendor's page; always about |
//! | the consequence: the weekly figure of first answers | the vendor's page; of later ones: nothing |
//! | that a buyer's message moves `ts_updated_iso` | not documented, so hot rows are compared whole |

mod holidays;

use super::create_ticket_message::{CreateTicketMessageParams, FILES};
use super::model::{TicketReason, TicketStatus};
use super::open_ticket::OpenTicketParams;
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::rule::Ruled;
use crate::vendor::desk::action::{Ask, Call, Given, maybe, no};
use crate::vendor::desk::fact::Part;
use crate::vendor::desk::kind::kind_of;
use crate::vendor::desk::reading::{Detail, Flow, List, Paging, Span};
use crate::vendor::desk::ticket::{
    Author, File, Order, Price, Role, Side, Store, Unit, heard_at, preview_of, short_hash, sort_by_time, waiting_since,
};
use crate::vendor::desk::{
    Action, Choice, Consequence, Deadline, Download, Effect, Fact, Kind, KindTable, Limits, Mapping, Matter, Message,
    Reading, Source, State, Ticket, Turn, Why,
};
use crate::vendor::evidence::object;
use crate::vendor::words::same_words;
use crate::wire::json::Json;
use crate::wire::time::{format_date_time, parse_date_time};

/// How the desk understands Kaufland.
pub(super) static DESK: Mapping = Mapping {
    store: Store::Marketplace,
    ticket,
    kinds: KINDS,
    actions,
    call,
    download: |_, _, file| Some(Download::Address(file.address.clone()?)),
    addresses: &["uri"],
    names: &[("message", "text"), ("ticket_message_files", "files")],
    uploads: None,
    moderation: None,
    calendars: holidays::CALENDARS,
    reading: Reading {
        lists,
        details,
        on_opening: |_| Vec::new(),
        id: |item| Part::of(item).id("id_ticket").into_told(),
        updated: "ts_updated_iso",
        is_open: |item| Part::of(item).str("status").told() == Some(&"opened"),
        acknowledge: None,
        every_ms: [60_000.0, 300_000.0, 86_400_000.0],
        calls_a_day: None,
    },
    // The addresses of files may expire, and those of pictures belong to the product.
    unstable: &["uri", "main_picture"],
};

/// *Vendor's page*: an answer is due within 48 hours of working days.
const ANSWER_HOURS: u32 = 48;

const KINDS: &[KindTable] = &[
    KindTable {
        field: "topic",
        values: &[
            ("order_cancel", Kind::Cancellation),
            ("order_product_defect", Kind::Defect),
            ("order_other_question", Kind::Question),
            ("delivery_not_received", Kind::NotReceived),
            ("delivery_delayed", Kind::Delivery),
            ("delivery_wrong_products", Kind::WrongItem),
            ("delivery_parts_missing", Kind::PartsMissing),
            ("delivery_change_address", Kind::Delivery),
            ("delivery_to_store", Kind::Delivery),
            ("delivery_other_question", Kind::Delivery),
            ("return_check_status", Kind::Return),
            ("return_request_label", Kind::Return),
            ("issue_paypal", Kind::Payment),
            ("issue_klarna", Kind::Payment),
            ("issue_creditcard", Kind::Payment),
            ("issue_sofort", Kind::Payment),
            ("issue_consorsfinanz", Kind::Payment),
            ("issue_cashinadvance", Kind::Payment),
            ("issue_payback", Kind::Payment),
            ("issue_barzahlen", Kind::Payment),
            ("issue_coupon", Kind::Payment),
            ("invoice_needed", Kind::Invoice),
            ("admonition", Kind::Payment),
            ("account_newsletter", Kind::Other),
            ("account_login", Kind::Other),
            ("account_cancel", Kind::Other),
            ("account_other", Kind::Other),
            ("account_age_verification", Kind::Other),
            ("product_properties", Kind::Question),
            ("product_availability", Kind::Question),
            ("product_other_question", Kind::Question),
            ("account_cash_out_balance", Kind::Payment),
            ("old_device_take_back", Kind::Other),
            ("other_question", Kind::Question),
            ("fraud", Kind::Other),
            ("issue_googlepay", Kind::Payment),
            ("issue_applepay", Kind::Payment),
            ("issue_click_to_pay", Kind::Payment),
            ("invoice_problem", Kind::Invoice),
            ("issue_blik", Kind::Payment),
            ("kaufland_card", Kind::Payment),
            ("cs_nagative_rating", Kind::Other),
        ],
    },
    KindTable {
        field: "open_reason",
        values: &[
            ("product_not_as_described", Kind::Defect),
            ("product_defect", Kind::Defect),
            ("product_not_delivered", Kind::NotReceived),
            ("product_return", Kind::Return),
            ("contact_other", Kind::Question),
        ],
    },
];

/// The topics that are between the buyer and Kaufland. The vendor documents that it keeps some
/// tickets for itself, but not which ones.
const INTERNAL_TOPICS: [&str; 9] = [
    "admonition",
    "account_newsletter",
    "account_login",
    "account_cancel",
    "account_other",
    "account_age_verification",
    "account_cash_out_balance",
    "fraud",
    "cs_nagative_rating",
];

fn ticket(source: &Source<'_>) -> Result<Ticket, DecodeError> {
    let whole = Part::of(&source.raw.ticket);
    let Some(id) = whole.id("id_ticket").into_told() else {
        return Err(DecodeError::new(code!("unexpected_shape"), "the ticket has no `id_ticket`"));
    };
    let mut ticket = Ticket::new("kaufland", source.account, &id, Store::Marketplace);
    let status = whole.text("status");
    ticket.state = status.told().map_or(State::Unknown, |status| match TicketStatus::from(status.as_str()) {
        TicketStatus::Opened => State::Open,
        TicketStatus::Other(_) => State::Unknown,
        _ => State::Closed,
    });
    // What a new word means is not guessed.
    ticket.is_final = status.clone().and_then(|status| match TicketStatus::from(status) {
        TicketStatus::Other(_) => Fact::Untold,
        known => Fact::Told(known == TicketStatus::CustomerServiceClosedFinal),
    });
    ticket.remote_status = status;

    let (topic, reason) = (whole.text("topic"), whole.text("open_reason"));
    ticket.kind = kind_of(KINDS, &[&topic, &reason].map(|value| value.told().map(String::as_str)));
    ticket.remote_reason = topic.or(reason);

    let messages = whole.items("messages").map(thread);
    let list = messages.told().map(Vec::as_slice).unwrap_or_default();
    if list.first().is_some_and(|first| first.from == Author::Seller) {
        ticket.role = Role::Requester;
    }
    ticket.turn = turn(ticket.state, whole.flag("is_seller_responsible").into_told(), list);
    let interim = |message: &Message| source.raw.own.iter().any(|own| own.is_interim && is_text(message, &own.text));
    if ticket.turn.side == Side::Seller {
        let waiting = waiting_since(answerable(list, source), interim);
        ticket.waiting_since = waiting.and_then(|message| message.at.clone());
    }
    ticket.heard_at = heard_at(list);

    let units = whole.items("order_units");
    // The storefront is in the single ticket; each of its order units has it too.
    let of_unit = units.told().and_then(|units| units.first()).map(|unit| Part::of(unit).text("storefront"));
    let storefront = whole.text("storefront").or(of_unit.unwrap_or_default());
    ticket.storefront = storefront.map(|country| country.to_ascii_lowercase());
    if let Some(since) = ticket.waiting_since.as_ref().and_then(|waiting| waiting.at) {
        // The weekly figure counts first answers only; whether an interim notice is one is not
        // known.
        let is_first = !list.iter().any(|message| message.from == Author::Seller && !interim(message));
        ticket.deadline = Deadline::Working {
            hours: ANSWER_HOURS,
            since,
            calendar: ticket.storefront.told().cloned().unwrap_or_default(),
            rule: "answer_within_working_hours",
            then: if is_first { Consequence::ResponseFigure } else { Consequence::NothingKnown },
        };
    }

    let buyer = whole.part("buyer");
    ticket.buyer.id = whole.id("id_buyer").or(buyer.id("id_buyer"));
    ticket.buyer.email = buyer.text("email");
    let author = list.iter().find(|message| message.from == Author::Buyer).and_then(|message| message.name.clone());
    ticket.buyer.name = if messages.is_known() { Fact::of(author) } else { Fact::Untold };
    ticket.fulfillment = whole.text("fulfillment_type");
    ticket.order = order(whole, units.told().copied());
    ticket.price = units.map(|units| units.iter().filter_map(price).collect());
    ticket.preview = preview_of(list);
    ticket.files = whole.items("files").map(<[Json]>::len);
    ticket.attached = whole.items("files").into_told().unwrap_or_default().iter().map(file).collect();
    ticket.messages = messages;
    ticket.created = whole.stamp("ts_created_iso");
    ticket.updated = whole.stamp("ts_updated_iso");
    Ok(ticket)
}

fn turn(state: State, is_sellers: Option<bool>, messages: &[Message]) -> Turn {
    match (state, is_sellers) {
        (State::Closed, _) => Turn::derived(Side::None),
        (_, Some(true)) => Turn::reported(Side::Seller),
        (State::Open, Some(false)) => {
            let is_theirs = messages.last().is_some_and(|last| last.from == Author::Marketplace);
            Turn::derived(if is_theirs { Side::Marketplace } else { Side::Buyer })
        }
        _ => Turn::derived(Side::Unknown),
    }
}

fn thread(items: &[Json]) -> Vec<Message> {
    let mut messages: Vec<_> = items
        .iter()
        .map(|item| {
            let message = Part::of(item);
            let role = message.part("author").text("role").into_told();
            Message {
                id: message.id("id_ticket_message").into_told(),
                from: match role.as_deref() {
                    Some("seller") => Author::Seller,
                    Some("buyer") => Author::Buyer,
                    Some("system") => Author::System,
                    Some("customer_service") => Author::Marketplace,
                    _ => Author::Unknown,
                },
                role,
                name: message.part("author").text("name").into_told(),
                text: message.text("text").into_told(),
                at: message.stamp("ts_created_iso").into_told(),
                ..Message::EMPTY
            }
        })
        .collect();
    sort_by_time(&mut messages);
    messages
}

/// Returns the messages without the seller's own last ones, if the ticket is still the seller's
/// after them: they were interim notices. A last message that the desk itself sent as an answer
/// stays; then the ticket was raised again, and nothing tells when.
fn answerable<'a>(messages: &'a [Message], source: &Source<'_>) -> &'a [Message] {
    let is_answer = |message: &Message| source.raw.own.iter().any(|own| !own.is_interim && is_text(message, &own.text));
    let others = messages.iter().rposition(|message| message.from != Author::Seller || is_answer(message));
    messages.get(..others.map_or(0, |at| at.saturating_add(1))).unwrap_or_default()
}

fn is_text(message: &Message, text: &str) -> bool {
    message.text.as_deref().is_some_and(|written| same_words(written, text))
}

/// Returns the order. Without the order units themselves, their ids are all that is known of it.
fn order(whole: Part<'_>, units: Option<&[Json]>) -> Fact<Order> {
    let Some(units) = units else {
        return whole.items("ids_order_units").map(|ids| {
            let unit = |id: &Json| Unit { id: id.as_i64().map(|id| id.to_string()), ..Unit::default() };
            Order { units: ids.iter().map(unit).collect(), ..Order::default() }
        });
    };
    let Some(first) = units.first().map(Part::of) else { return Fact::Nothing };
    let unit = |json: &Json| {
        let unit = Part::of(json);
        Unit {
            id: unit.id("id_order_unit").into_told(),
            title: unit.part("product").text("title").into_told(),
            sku: unit.id("id_offer").into_told(),
            // An order unit is one piece.
            quantity: Some(1),
            status: unit.text("status").into_told(),
        }
    };
    let ship_to = units.first().and_then(|unit| unit.get("shipping_address")).cloned();
    Fact::Told(Order {
        number: first.id("id_order").into_told(),
        units: units.iter().map(unit).collect(),
        ordered_at: first.stamp("ts_created_iso").into_told(),
        promised_at: first.stamp("delivery_time_expires_iso").into_told(),
        received_at: first.stamp("order_received_timestamp_iso").into_told(),
        ship_to: ship_to.filter(|address| !address.is_absent()),
    })
}

/// Returns a price: all currencies have hundredths, in which the API counts.
fn price(unit: &Json) -> Option<Price> {
    let unit = Part::of(unit);
    let hundredths = unit.whole("price").into_told()?;
    let (whole, rest) = (hundredths.unsigned_abs() / 100, hundredths.unsigned_abs() % 100);
    let sign = if hundredths < 0 { "-" } else { "" };
    Some(Price { amount: format!("{sign}{whole}.{rest:02}"), currency: unit.text("currency").into_told()? })
}

fn file(item: &Json) -> File {
    let file = Part::of(item);
    let address = file.text("uri").into_told();
    // What follows the path may be a signature, which is another one at every read.
    let id = address.as_deref().and_then(|address| address.split(['?', '#']).next()).map(short_hash);
    File { id, name: file.text("filename").into_told(), address, ..File::default() }
}

fn actions(matter: &Matter<'_>) -> Vec<Choice> {
    let ticket = matter.ticket;
    let status = ticket.remote_status.told().map(String::as_str).unwrap_or_default();
    let is_merchants = ticket.fulfillment.told().map(String::as_str) == Some("fulfilled_by_merchant");
    let topic = ticket.remote_reason.told().map(String::as_str).unwrap_or_default();
    let is_by_service =
        ticket.messages.told().and_then(|all| all.last()).is_some_and(|last| last.from == Author::Marketplace);
    let is_final = no(status == "customer_service_closed_final", Why::ClosedFinal);
    let foreign = maybe(!is_merchants, Why::FulfilledByMarketplace);
    let internal = maybe(INTERNAL_TOPICS.contains(&topic), Why::MarketplaceDecides);
    let unclear = maybe(ticket.state == State::Unknown, Why::MarketplaceDecides);
    let text = Limits::text(CreateTicketMessageParams::TABLE, "text").files(&FILES, None);
    let write = |action| Choice::first(action, &[is_final, foreign, internal, unclear]).limits(text.clone());
    let has_units = ticket.order.told().is_some_and(|order| order.units.iter().any(|unit| unit.id.is_some()));
    Action::REMOTE
        .into_iter()
        .map(|action| match action {
            Action::Reply => write(action).effect(Effect::Visible).ask(Ask::Hold),
            Action::InterimNotice => write(action).effect(Effect::Visible).ask(Ask::Hold),
            Action::Close => {
                let closed = no(matches!(status, "seller_closed" | "both_closed"), Why::AlreadyClosed);
                let by_service = maybe(is_by_service, Why::MarketplaceDecides);
                Choice::first(action, &[is_final, closed, foreign, internal, by_service, unclear])
                    .effect(Effect::Final)
                    .ask(Ask::Confirm)
            }
            Action::Create => {
                let unread = maybe(!has_units, Why::MarketplaceDecides);
                // Without a ticket, nothing tells who ships the goods.
                let foreign = foreign.filter(|_| ticket.fulfillment.is_known());
                Choice::first(action, &[foreign, unread])
                    .effect(Effect::Visible)
                    .ask(Ask::Hold)
                    .limits(Limits::text(OpenTicketParams::TABLE, "message").choices(TicketReason::VALUES))
            }
            // The API can refund order units, but this library does not offer it; nothing else
            // exists.
            _ => Choice::no(action, Why::NotOffered),
        })
        .collect()
}

fn call(matter: &Matter<'_>, action: Action, given: &Given) -> Option<Call> {
    let id = Json::from(matter.ticket.key.id.as_str());
    let text = Json::from(given.text.as_deref());
    let message = |is_interim: Option<bool>| {
        let parameters = given.parameters(&[
            ("text", text.clone()),
            ("interim_notice", is_interim.into()),
            ("ticket_message_files", given.files()),
        ]);
        Call { operation: "createTicketMessage", arguments: vec![id.clone(), parameters] }
    };
    match action {
        Action::Reply => Some(message(None)),
        Action::InterimNotice => Some(message(Some(true))),
        Action::Close => Some(Call { operation: "closeTicket", arguments: vec![id] }),
        Action::Create => {
            let units = matter.ticket.order.told().map(|order| order.units.as_slice()).unwrap_or_default();
            let ids = units.iter().filter_map(|unit| unit.id.as_ref()?.parse::<i64>().ok()).map(Json::Int).collect();
            let parameters = given.parameters(&[
                ("id_order_unit", Json::List(ids)),
                ("reason", given.choice.as_deref().into()),
                ("message", text),
            ]);
            Some(Call { operation: "openTicket", arguments: vec![parameters] })
        }
        _ => None,
    }
}

/// The overlap with what was read before, because changes may become visible in another order.
const OVERLAP_MS: f64 = 300_000.0;

/// Both parties that ship goods are named, because the default leaves Kaufland's out.
fn lists(flow: Flow, span: &Span<'_>) -> Vec<List> {
    let both = Json::from(&["fulfilled_by_merchant", "fulfilled_by_kaufland"][..]);
    let sort = if flow == Flow::Sweep { "ts_created_iso:desc" } else { "ts_updated_iso:desc" };
    let mut fields = vec![("fulfillment_type", both), ("sort", sort.into()), ("limit", Json::Int(30))];
    match flow {
        Flow::Hot => fields.push(("status", Json::from(&["opened"][..]))),
        Flow::Recent => {
            if let Some(at) = span.watermark.and_then(parse_date_time) {
                fields.push(("ts_updated_from_iso", format_date_time(at - OVERLAP_MS).into()));
            }
        }
        Flow::Sweep => {}
    }
    let parameters = object(&mut fields);
    vec![List { operation: "listTickets", parameters, paging: Paging::Offset { name: "offset" } }]
}

/// One read of the ticket with all its parts gives the thread, the order and the storefront.
fn details(item: &Json) -> Vec<Detail> {
    let Some(id) = Part::of(item).id("id_ticket").into_told() else { return Vec::new() };
    let parts = Json::from(&["buyer", "product", "messages", "order_units", "files"][..]);
    vec![Detail {
        part: "ticket".to_owned(),
        operation: "getTicket".to_owned(),
        arguments: vec![id.into(), object(&mut [("embedded", parts)])],
        offset: None,
    }]
}

#[cfg(test)]
mod tests;
