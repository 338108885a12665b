//! ClickBank's tickets at the desk.
//!
//! | what | how sure |
//! |---|---|
//! | state, type, `expirationDate` | reported |
//! | whose turn it is | derived from the newest entry by time; their order is not documented |
//! | an escalated ticket is ClickBank's | inferred from the name |
//! | digital goods are paid back by themselves | the vendor's article; the time is inferred |
//! | which goods are physical, the sale's total, a refund's currency | a ticket does not say |

use super::CLICKBANK;
use super::create_ticket::CreateTicketParams;
use super::model::{TicketStatus, TicketType, TypeCode};
use super::rules::MAX_URL;
use super::update_ticket::UpdateTicketParams;
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::vendor::Endpoint as _;
use crate::vendor::desk::action::{Ask, Call, Given, TextLimit, TextUnit, maybe, no};
use crate::vendor::desk::fact::Part;
use crate::vendor::desk::kind::kind_of;
use crate::vendor::desk::reading::{Flow, List, Paging, Span};
use crate::vendor::desk::ticket::{
    Author, Order, Preview, Refund, RefundUnit, Role, Side, Store, Unit, heard_at, preview_of, sort_by_time,
    waiting_since,
};
use crate::vendor::desk::{
    Action, Choice, Consequence, Counts, Deadline, Effect, Fact, Kind, KindTable, Limits, Mapping, Matter, Message,
    Reading, Source, Stamp, State, Ticket, Turn, Why,
};
use crate::vendor::evidence::object;
use crate::wire::json::Json;
use crate::wire::time::{format_date_time, parse_date_time};

/// How the desk understands ClickBank.
pub(super) static DESK: Mapping = Mapping {
    store: Store::Marketplace,
    ticket,
    kinds: KINDS,
    actions,
    call,
    download: |_, _, _| None,
    addresses: &[],
    names: &[("comment", "text")],
    uploads: None,
    moderation: None,
    calendars: &[],
    reading: Reading {
        lists,
        // A list has whole tickets.
        details: |_| Vec::new(),
        on_opening: |_| Vec::new(),
        id: |item| Part::of(item).id("ticketid").into_told(),
        updated: "updateTime",
        is_open: |_| false,
        acknowledge: None,
        every_ms: [60_000.0, 900_000.0, 86_400_000.0],
        // Clients: all programs of an account share them.
        calls_a_day: Some(25_000),
    },
    unstable: &[],
};

const KINDS: &[KindTable] = &[KindTable {
    field: "type",
    values: &[
        ("TECH_SUPPORT", Kind::Technical),
        ("REFUND", Kind::Refund),
        ("CANCEL", Kind::Cancellation),
        ("PRODUCT_CHANGE", Kind::Other),
        ("ORDER_LOOKUP", Kind::Question),
        ("ESCALATED", Kind::Other),
        ("APPROVAL_IMAGE", Kind::Other),
        ("APPROVAL_UPSELL", Kind::Other),
        ("APPROVAL_CATEGORY_CHANGE", Kind::Other),
        ("APPROVAL_PRODUCT", Kind::Other),
        ("APPROVAL_PRODUCT_V2", Kind::Other),
        ("APPROVAL_FUNNEL", Kind::Other),
        ("APPROVAL_ADVANCED_UPSELL", Kind::Other),
        ("APPROVAL_CSS_ORDERFORM", Kind::Other),
        ("APPROVAL_TEMPLATE_ORDERFORM", Kind::Other),
        ("APPROVAL_TEMPLATE_EXITOFFER", Kind::Other),
        ("APPROVAL_ORDER_BUMP_CUSTOM_TEXT", Kind::Other),
        ("APPROVAL_EXIT_OFFER", Kind::Other),
        ("APPROVAL_PHOTO_ID", Kind::Other),
        ("APPROVAL_BLOG_POST", Kind::Other),
        ("ACCT_QUESTION_ACCOUNTS", Kind::Question),
        ("ACCT_QUESTION_ACCOUNTING", Kind::Question),
        ("SPAM", Kind::Other),
        ("ACCOUNT_ABUSE", Kind::Other),
        ("SECURITY_CONCERN", Kind::Other),
    ],
}];

/// The role of keys that may change tickets.
const WRITES: &str = "api_order_write";

fn ticket(source: &Source<'_>) -> Result<Ticket, DecodeError> {
    let whole = Part::of(&source.raw.ticket);
    let Some(id) = whole.id("ticketid").into_told() else {
        return Err(DecodeError::new(code!("unexpected_shape"), "the ticket has no `ticketid`"));
    };
    let mut ticket = Ticket::new("clickbank", source.account, &id, Store::Marketplace);
    let status = whole.text("status");
    ticket.state = status.told().map_or(State::Unknown, |status| match TicketStatus::from(status.as_str()) {
        TicketStatus::Open | TicketStatus::Reopened => State::Open,
        TicketStatus::Closed => State::Closed,
        TicketStatus::Other(_) => State::Unknown,
    });
    // A closed ticket can always be opened again.
    ticket.is_final = Fact::Told(false);
    ticket.remote_status = status;

    let kind = whole.text("type");
    ticket.kind = kind_of(KINDS, &[kind.told().map(String::as_str)]);
    let r#type = TicketType::from(kind.told().map(String::as_str).unwrap_or_default());
    ticket.remote_type = kind.clone();
    ticket.remote_reason = kind;
    let source_of = whole.text("source").into_told().unwrap_or_default();
    if matches!(source_of.as_str(), "API" | "VENDOR_WAM" | "VENDOR_ADMIN") {
        ticket.role = Role::Requester;
    }

    let messages = whole.items("comments").map(thread);
    let list = messages.told().map(Vec::as_slice).unwrap_or_default();
    let said: Vec<Message> = list.iter().filter(|entry| entry.role.as_deref() != Some("CBSYSTEM")).cloned().collect();
    let is_customers = source_of == "CUSTOMER_WAM";
    ticket.turn = Turn::derived(match (ticket.state, &r#type, said.last()) {
        (State::Closed, ..) => Side::None,
        (_, TicketType::Escalated, _) => Side::Marketplace,
        (_, _, Some(last)) => match last.from {
            Author::Buyer => Side::Seller,
            Author::Seller => Side::Buyer,
            _ => Side::Unknown,
        },
        (_, _, None) if is_customers && messages.told().is_some() => Side::Seller,
        _ => Side::Unknown,
    });
    ticket.created = whole.stamp("openedDate");
    if ticket.turn.side == Side::Seller {
        let first = waiting_since(&said, |_| false).and_then(|message| message.at.clone());
        ticket.waiting_since = first.or_else(|| ticket.created.told().cloned());
    }
    let opened = ticket.created.told().filter(|_| is_customers).and_then(|opened| opened.at);
    ticket.heard_at = heard_at(&said).or(opened);
    ticket.deadline = deadline(ticket.state, &r#type, whole.stamp("expirationDate"));

    let names = [whole.text("customerFirstName"), whole.text("customerLastName")];
    ticket.buyer.name = match &names {
        [Fact::Told(first), Fact::Told(last)] => Fact::Told(format!("{first} {last}")),
        [first, last] => first.clone().or(last.clone()),
    };
    ticket.buyer.email = whole.text("email").or(whole.text("emailAtOrderTime"));
    ticket.locale = whole.text("locale");
    ticket.order = whole.text("receipt").map(|receipt| Order {
        number: Some(receipt),
        units: whole
            .id("productItemNo")
            .into_told()
            .map(|sku| Unit { sku: Some(sku), ..Unit::default() })
            .into_iter()
            .collect(),
        ..Order::default()
    });
    ticket.refund = whole.text("refundType").map(|r#type| Refund {
        unit: match r#type.as_str() {
            "PARTIAL_PERCENT" => RefundUnit::Percent,
            "PARTIAL_AMOUNT" | "TAX" => RefundUnit::Money,
            "PARTIAL_QUANTITY" => RefundUnit::Quantity,
            _ => RefundUnit::Unknown,
        },
        value: whole.id("refundAmount").into_told(),
        currency: None,
        r#type,
    });
    let complaint = || {
        let text = whole.text("description").into_told()?;
        let from = if is_customers { Author::Buyer } else { Author::Unknown };
        Some(Preview { text, from, at: ticket.created.told().cloned() })
    };
    ticket.preview = preview_of(list).or_else(complaint);
    ticket.messages = messages;
    ticket.updated = whole.stamp("updateTime");
    Ok(ticket)
}

/// An empty date leaves the deadline to the user's own policy. Nothing is computed.
fn deadline(state: State, r#type: &TicketType, expires: Fact<Stamp>) -> Deadline {
    if state == State::Closed {
        return Deadline::None;
    }
    let Some(at) = expires.into_told() else { return Deadline::Own };
    let then = match r#type {
        TicketType::Refund => Consequence::PaidBack,
        TicketType::Cancel => Consequence::BillingEnds,
        _ => Consequence::NothingKnown,
    };
    Deadline::Reported { at, counts: Counts::Open, rule: "expirationDate", then }
}

fn thread(items: &[Json]) -> Vec<Message> {
    let mut messages: Vec<_> = items
        .iter()
        .map(|item| {
            let entry = Part::of(item);
            let role = entry.text("commentRole").into_told();
            Message {
                id: entry.id("commentId").into_told(),
                from: match role.as_deref() {
                    Some("VENDOR") => Author::Seller,
                    Some("CUSTOMER") => Author::Buyer,
                    Some("CBCSR") => Author::Marketplace,
                    Some("CBSYSTEM") => Author::System,
                    _ => Author::Unknown,
                },
                role,
                text: entry.text("comment").into_told(),
                at: entry.stamp("date").into_told(),
                event: entry.text("action").into_told(),
                ..Message::EMPTY
            }
        })
        .collect();
    sort_by_time(&mut messages);
    messages
}

/// Returns the limit of a comment: all parameters are in the address, so a text has what the rest
/// of it leaves. `others` is what stands in the query before it.
fn comment(path: &str, id: &str, others: &str, min: usize) -> Limits {
    let path = path.split_once('{').map_or(path, |(before, _)| before);
    let parts = [CLICKBANK.production, path, id, "?", others, "comment="];
    let around = parts.into_iter().map(str::len).fold(0, usize::saturating_add);
    let max = Some(MAX_URL.saturating_sub(around));
    Limits { text: Some(TextLimit { min, max, unit: TextUnit::EncodedCharacters }), ..Limits::default() }
}

/// The longest query before the comment of a new ticket, without the item.
const LONGEST_QUERY: &str = "type=rfnd&reason=ticket.type.tech_support.10&sku=&refundType=PARTIAL_PERCENT&\
    refundAmount=00000000000000000.00&retainSubscription=false&";

fn actions(matter: &Matter<'_>) -> Vec<Choice> {
    let Matter { ticket, account, .. } = *matter;
    let r#type = ticket.remote_reason.told().map(String::as_str).unwrap_or_default();
    let moves_money = matches!(r#type, "REFUND" | "CANCEL");
    let is_closed = ticket.state == State::Closed;
    let scope = no(account.lacks(WRITES), Why::AccountScope);
    let unclear = maybe(ticket.state == State::Unknown, Why::MarketplaceDecides);
    let (id, path) = (ticket.key.id.as_str(), UpdateTicketParams::META.path);
    let receipt = ticket.order.told().and_then(|order| order.number.as_deref());
    let item = ticket.order.told().and_then(|order| order.units.first()).and_then(|unit| unit.sku.as_deref());
    // An item's number is encoded with at most three characters for each byte.
    let item = "000".repeat(item.map_or(0, str::len));
    let others = format!("{LONGEST_QUERY}{item}");
    let new = || comment(CreateTicketParams::META.path, receipt.unwrap_or_default(), &others, 0);
    let no_receipt = maybe(receipt.is_none(), Why::MarketplaceDecides);
    let money = |choice: Choice| choice.effect(Effect::Money).ask(Ask::Confirm);
    Action::REMOTE
        .into_iter()
        .map(|action| match action {
            Action::Reply => Choice::first(action, &[scope, maybe(is_closed, Why::Closed), unclear])
                .effect(Effect::Visible)
                .ask(Ask::Hold)
                .limits(comment(path, id, "", 1)),
            Action::Close => {
                let choice = Choice::first(action, &[scope, no(is_closed, Why::AlreadyClosed), unclear]);
                let choice = choice.limits(comment(path, id, "action=close&", 0)).ask(Ask::Confirm);
                choice.effect(if moves_money { Effect::Money } else { Effect::Visible })
            }
            Action::Reopen => {
                let open = no(ticket.state == State::Open, Why::NotClosed);
                money(Choice::first(action, &[scope, open, unclear])).limits(comment(path, id, "action=reopen&", 1))
            }
            Action::ChangeType => {
                let choice = Choice::first(action, &[scope, maybe(is_closed, Why::Closed), unclear]);
                money(choice).limits(comment(path, id, "action=change&type=rfnd&", 0).choices(TypeCode::VALUES))
            }
            Action::ConfirmReturn => {
                // Only the marketplace knows which goods are physical.
                money(Choice::first(action, &[scope, maybe(true, Why::MarketplaceDecides)]))
            }
            Action::Refund => {
                let is_refund = r#type == "REFUND" && ticket.state == State::Open;
                let choice = Choice::first(action, &[scope, no(is_refund, Why::OneActive), no_receipt]);
                let extents = ["FULL", "PARTIAL_PERCENT", "PARTIAL_AMOUNT"];
                let most = if account.partial_refunds == Some(false) { 1 } else { extents.len() };
                money(choice).limits(new().choices(extents.get(..most).unwrap_or_default()))
            }
            Action::Create => {
                money(Choice::first(action, &[scope, no_receipt])).limits(new().choices(TypeCode::VALUES))
            }
            _ => Choice::no(action, Why::NotOffered),
        })
        .collect()
}

/// The parameter that names a sale.
const RECEIPT: &str = "receipt";

fn call(matter: &Matter<'_>, action: Action, given: &Given) -> Option<Call> {
    let id = Json::from(matter.ticket.key.id.as_str());
    let text = Json::from(given.text.as_deref());
    let choice = Json::from(given.choice.as_deref());
    let order = matter.ticket.order.told();
    let update = |step: Option<&str>, r#type: Json| {
        let parameters = given.parameters(&[("action", step.into()), ("type", r#type), ("comment", text.clone())]);
        Call { operation: "updateTicket", arguments: vec![id.clone(), parameters] }
    };
    let create = |r#type: Json, extent: Json| {
        // Without a ticket, the sale is named beside the parameters.
        let own = order.and_then(|order| order.number.as_deref());
        let named = given.more.iter().find(|(name, _)| name == RECEIPT).map(|(_, value)| value.clone());
        let receipt = named.unwrap_or_else(|| own.into());
        let more = given.more.iter().filter(|(name, _)| name != RECEIPT).cloned().collect();
        let given = Given { more, ..given.clone() };
        let sku = order.and_then(|order| order.units.first()).and_then(|unit| unit.sku.as_deref());
        let fields = [("type", r#type), ("refundType", extent), ("sku", sku.into()), ("comment", text.clone())];
        Call { operation: "createTicket", arguments: vec![receipt, given.parameters(&fields)] }
    };
    match action {
        Action::Reply => Some(update(None, Json::Absent)),
        Action::Close => Some(update(Some("close"), Json::Absent)),
        Action::Reopen => Some(update(Some("reopen"), Json::Absent)),
        Action::ChangeType => Some(update(Some("change"), choice)),
        Action::ConfirmReturn => Some(Call { operation: "confirmReturn", arguments: vec![id] }),
        Action::Refund => Some(create("rfnd".into(), choice)),
        Action::Create => Some(create(choice, Json::Absent)),
        _ => None,
    }
}

/// A day of 24 hours.
const DAY_MS: f64 = 86_400_000.0;
/// *Service*: the most days between the ends of a range.
const WINDOW_DAYS: f64 = 7.0;

/// A call takes one status. Days are in a zone that is not documented, so each range has a day more
/// on both sides.
fn lists(flow: Flow, span: &Span<'_>) -> Vec<List> {
    let list = |fields: &mut [(&str, Json)]| List {
        operation: "listTickets",
        parameters: object(fields),
        paging: Paging::Number { name: "page" },
    };
    match flow {
        Flow::Hot => ["open", "reopened"].map(|status| list(&mut [("status", status.into())])).into(),
        Flow::Recent => {
            let since = span.watermark.and_then(parse_date_time).unwrap_or(span.began_at - DAY_MS);
            let windows = windows(since, span.began_at);
            windows.into_iter().map(|[from, to]| list(&mut [("updateDateFrom", from), ("updateDateTo", to)])).collect()
        }
        Flow::Sweep => {
            let windows = windows(span.began_at - span.horizon_ms, span.began_at);
            windows.into_iter().map(|[from, to]| list(&mut [("createDateFrom", from), ("createDateTo", to)])).collect()
        }
    }
}

/// Returns the ranges of days from a day before `since` to a day after `until`, oldest first.
fn windows(since: f64, until: f64) -> Vec<[Json; 2]> {
    // Ten years.
    const MOST: usize = 522;
    let text = |ms: f64| Json::from(format_date_time(ms).get(..10).unwrap_or_default());
    let last = until + DAY_MS;
    let mut first = (since - DAY_MS).max(last - MOST as f64 * (WINDOW_DAYS + 1.0) * DAY_MS);
    let mut windows = Vec::new();
    while first <= last && windows.len() <= MOST {
        let end = (first + WINDOW_DAYS * DAY_MS).min(last);
        windows.push([text(first), text(end)]);
        first += (WINDOW_DAYS + 1.0) * DAY_MS;
    }
    windows
}

#[cfg(test)]
mod tests;
