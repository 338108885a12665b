//! Probo's complaints at the desk.
//!
//! | what | how sure |
//! |---|---|
//! | nothing can be read back: the complaint as it was sent is the ticket | the guide |
//! | the status, if one was ever told | the guide's four words; never shown if it was not told |
//! | Probo's turn while a complaint is open or pending | derived from the meanings of these words |
//!
//! `ticket` is the complaint as it was sent, and `events` are the answers that Probo gave to it.

use super::create_ticket::Complaint;
use super::model::{ComplaintReason, ComplaintSolution, ComplaintStatus};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::rule::Ruled;
use crate::vendor::desk::action::{Ask, Call, Given};
use crate::vendor::desk::fact::Part;
use crate::vendor::desk::kind::kind_of;
use crate::vendor::desk::reading::Reading;
use crate::vendor::desk::ticket::{Author, Order, Preview, Role, Side, Store, Unit};
use crate::vendor::desk::{
    Action, Choice, Effect, Fact, Kind, KindTable, Limits, Mapping, Matter, Message, Source, Stamp, State, Ticket,
    Turn, Why,
};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// How the desk understands Probo.
pub(super) static DESK: Mapping = Mapping {
    store: Store::Desk,
    ticket,
    kinds: KINDS,
    actions,
    call,
    download: |_, _, _| None,
    addresses: &[],
    names: &[("description", "text")],
    uploads: None,
    moderation: None,
    calendars: &[],
    reading: Reading {
        lists: |_, _| Vec::new(),
        details: |_| Vec::new(),
        on_opening: |_| Vec::new(),
        id: |item| Part::of(item).id("id").into_told(),
        updated: "",
        is_open: |_| false,
        acknowledge: None,
        every_ms: [f64::INFINITY; 3],
        calls_a_day: None,
    },
    unstable: &[],
};

const KINDS: &[KindTable] = &[KindTable {
    field: "reason",
    values: &[
        ("damaged", Kind::Defect),
        ("commodity-item-missing", Kind::PartsMissing),
        ("cutting-milling-inadequate", Kind::Defect),
        ("color", Kind::Defect),
        ("dimensions", Kind::Defect),
        ("other", Kind::Other),
        ("packing-slip-missing", Kind::PartsMissing),
        ("print-quality", Kind::Defect),
        ("delayed", Kind::Delivery),
        ("wrong-quantity", Kind::WrongItem),
        ("wrong-product", Kind::WrongItem),
        ("missing", Kind::PartsMissing),
        ("dirty", Kind::Defect),
        ("not-received", Kind::NotReceived),
    ],
}];

fn ticket(source: &Source<'_>) -> Result<Ticket, DecodeError> {
    let whole = Part::of(&source.raw.ticket);
    let Some(id) = whole.id("id").into_told() else {
        return Err(DecodeError::new(code!("unexpected_shape"), "the complaint has no `id`"));
    };
    let mut ticket = Ticket::new("probo", source.account, &id, Store::Desk);
    ticket.role = Role::Requester;
    let told = source.raw.events.as_array().unwrap_or_default().iter().rev();
    ticket.remote_status = told.map(|answer| Part::of(answer).text("status")).fold(Fact::Untold, Fact::or);
    let status = ticket.remote_status.told().map(|status| ComplaintStatus::from(status.as_str()));
    (ticket.state, ticket.turn) = match status {
        Some(ComplaintStatus::Open | ComplaintStatus::Pending) => (State::Open, Turn::derived(Side::Marketplace)),
        Some(ComplaintStatus::Holding) => (State::Open, Turn::derived(Side::Unknown)),
        Some(ComplaintStatus::Solved) => (State::Closed, Turn::derived(Side::None)),
        Some(ComplaintStatus::Other(_)) | None => (State::Unknown, Turn::derived(Side::Unknown)),
    };
    let reason = whole.text("reason");
    ticket.kind = kind_of(KINDS, &[reason.told().map(String::as_str)]);
    ticket.remote_reason = reason;
    let products = whole.items("products").into_told().unwrap_or_default();
    let unit = |product: &Json| {
        let product = Part::of(product);
        Unit { id: product.id("id").into_told(), quantity: product.whole("amount").into_told(), ..Unit::default() }
    };
    ticket.order = whole.id("order_id").map(|number| Order {
        number: Some(number),
        units: products.iter().map(unit).collect(),
        ..Order::default()
    });
    let files = products.iter().map(|product| Part::of(product).items("files").told().map_or(0, |files| files.len()));
    ticket.files = Fact::Told(files.sum());
    let sent =
        source.raw.own.first().map(|own| Stamp { wire: format_date_time(own.at), at: Some(own.at), zoned: true });
    let text = whole.text("description").into_told();
    ticket.preview = text.clone().map(|text| Preview { text, from: Author::Seller, at: sent.clone() });
    ticket.created = sent.clone().map_or(Fact::Untold, Fact::Told);
    ticket.messages = Fact::Told(
        text.map(|text| Message { from: Author::Seller, text: Some(text), at: sent, ..Message::EMPTY })
            .into_iter()
            .collect(),
    );
    Ok(ticket)
}

fn actions(_matter: &Matter<'_>) -> Vec<Choice> {
    Action::REMOTE
        .into_iter()
        .map(|action| match action {
            Action::Close => Choice::local(action),
            Action::Create => Choice::yes(action)
                .effect(Effect::Visible)
                .ask(Ask::Confirm)
                .limits(Limits::text(Complaint::TABLE, "description").choices(ComplaintReason::VALUES)),
            _ => Choice::no(action, Why::NotOffered),
        })
        .collect()
}

/// A complaint about the same order. Its id must be new, so it is the desk's own code. The
/// products, their files and the desired solution are further parameters.
fn call(matter: &Matter<'_>, action: Action, given: &Given) -> Option<Call> {
    if action != Action::Create {
        return None;
    }
    let order = matter.ticket.order.told().and_then(|order| order.number.as_deref());
    let products = matter.raw.ticket.get("products").cloned().unwrap_or_default();
    let parameters = given.parameters(&[
        ("order_id", order.into()),
        ("id", given.code.as_deref().into()),
        ("description", given.text.as_deref().into()),
        ("reason", given.choice.as_deref().into()),
        ("suggested_solution", ComplaintSolution::Unlisted.into()),
        ("products", products),
    ]);
    Some(Call { operation: "createTicket", arguments: vec![parameters] })
}

#[cfg(test)]
mod tests;
