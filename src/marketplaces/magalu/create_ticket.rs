//! `POST /seller/v0/tickets`: opens a ticket.
//!
//! Source: the vendor's page. Everything except `code` is required, and each list of values is
//! closed. Some clients send no `channel` and no `reason`, but the vendor's table decides.

use super::Magalu;
use super::find::{self, Kind, NEWEST_FIRST, Origin};
use super::model::{Accepted, TicketReason, TicketType};
use super::rules::GIVEN;
use crate::rules::int_or_text::IntOrText;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::vendor::Recovery;
use crate::vendor::declare::{Overrides, Whole, endpoint};
use crate::vendor::evidence::{Evidence, Finding, object, text};
use crate::wire::json::Json;

endpoint! {
    "createTicket"() = POST "/seller/v0/tickets" -> Whole<Accepted>;

    /// A new ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewTicket"))]
    pub struct CreateTicketParams of Magalu, keep unknown {
        /// The type of the ticket.
        body r#type: TicketType = Rule::OneOf(TicketType::VALUES),
        /// The channel of the sale.
        body channel: NewChannel = Rule::Object(NewChannel::TABLE),
        /// The order.
        body order: NewOrder = Rule::Object(NewOrder::TABLE),
        /// The reason for opening the ticket.
        body reason: TicketReason = Rule::OneOf(TicketReason::VALUES),
        /// Your own reference; by default one of ours. In the sandbox, `invalid_order` makes the transaction fail.
        body code: Option<String> = GIVEN,
    }
}

endpoint! {
    /// A sales channel. Magazine Luiza is `9fe0d853-732b-4e4a-a0b0-cff988ed043d`, in the sandbox
    /// `5f62650a-0039-4d65-9b96-266d498c03bd`.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewChannel"))]
    pub struct NewChannel, keep unknown {
        /// The channel's id.
        id: String = GIVEN,
        /// The channel's name: `magazineluiza`.
        alias: String = GIVEN,
    }
}

endpoint! {
    /// The order of a new ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewOrder"))]
    pub struct NewOrder, keep unknown {
        /// The order's id.
        id: String = GIVEN,
        /// The order's number.
        code: String = GIVEN,
        /// The delivery that the ticket is about.
        delivery: NewDelivery = Rule::Object(NewDelivery::TABLE),
    }
}

endpoint! {
    /// The delivery that a new ticket is about.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewDelivery"))]
    pub struct NewDelivery, keep unknown {
        /// The delivery's id.
        id: String = GIVEN,
        /// The seller.
        seller: NewSeller = Rule::Object(NewSeller::TABLE),
        /// The articles, at least one.
        items: Vec<NewItem> = Rule::List {
            items: &Rule::Object(NewItem::TABLE),
            empty: Some("give at least one article of the order"),
            twice: None,
        },
    }
}

endpoint! {
    /// A seller.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewSeller"))]
    pub struct NewSeller, keep unknown {
        /// The seller's tenant on ID Magalu.
        id: String = GIVEN,
        /// The shop's name.
        name: String = GIVEN,
    }
}

endpoint! {
    // The page requires all fields; not every article has a picture.
    /// An article that a new ticket is about.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewItem"))]
    pub struct NewItem, keep unknown {
        /// The article's id.
        id: String = GIVEN,
        /// Magalu's SKU.
        sku: String = GIVEN,
        /// Your own SKU.
        external_sku: String = Rule::ANY_TEXT,
        /// The article's name.
        name: String = GIVEN,
        /// The article's description.
        description: String = Rule::ANY_TEXT,
        /// The address of the article's picture.
        image: String = Rule::ANY_TEXT,
        // The vendor's table says text, its example has a number.
        /// The quantity, 1 or more: a number, or a number as text. It is sent as it was given.
        #[cfg_attr(feature = "types", ts(type = "number | string"))]
        quantity: IntOrText = Rule::Integer { min: 1, max: i64::MAX },
    }
}

impl Overrides for CreateTicketParams {
    const TAKES_REFERENCE: bool = true;

    fn caller_reference(&self) -> Option<&str> {
        self.code.as_deref()
    }

    fn refer_to(&mut self, reference: &str, _settings: &Settings) {
        self.code = Some(reference.to_owned());
    }

    fn lookup(&self, now_ms: f64) -> Recovery {
        let (order, code) = (self.order.id.as_str(), self.code.as_deref());
        let (filter, value) = code.map_or(("order__id", order), |code| ("code", code));
        let part = format!("{filter} {value}");
        let filters = object(&mut [(filter, value.into()), ("_sort", NEWEST_FIRST.into())]);
        let kind = self.r#type.as_str();
        let wanted = object(&mut [("code", code.into()), ("order", order.into()), ("type", kind.into())]);
        find::look(Kind::Ticket, find::read("listTickets", part, vec![filters]), wanted, now_ms)
    }

    /// A ticket is recognised by its type and its code, or without a code by its order.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let Some((transactions, tickets)) = find::fresh(&evidence) else { return Finding::Unclear };
        let wanted = evidence.wanted;
        let code = wanted.get("code").and_then(Json::as_str);
        let mut finding = find::in_transactions(transactions, Kind::Ticket, code, evidence.earlier);
        if matches!(finding, Finding::Found(_)) {
            return finding;
        }
        for ticket in tickets {
            let is_of_order = ticket.get("order").map_or("", |order| text(order, "id")) == text(wanted, "order");
            let origin = match find::by_code(ticket, code) {
                Origin::Unclear if is_of_order => find::by_content(ticket, code),
                Origin::Unclear => Origin::Others,
                origin => origin,
            };
            if origin == Origin::Others || text(ticket, "type") != text(wanted, "type") {
                continue;
            }
            finding = if origin == Origin::Ours { transaction_of(transactions, ticket) } else { Finding::Unclear };
            if matches!(finding, Finding::Found(_)) {
                break;
            }
        }
        finding
    }
}

/// Reads the transaction that created a ticket, which has the ticket's id in the end.
fn transaction_of(transactions: &[Json], ticket: &Json) -> Finding {
    let made = |event: &Json| event.get("data").is_some_and(|data| text(data, "ticket_id") == text(ticket, "id"));
    let events = |transaction: &&Json| {
        transaction.get("events").and_then(Json::as_array).is_some_and(|events| events.iter().any(made))
    };
    transactions.iter().find(events).map_or(Finding::Unclear, |found| find::accepted(text(found, "id")))
}

#[cfg(test)]
mod tests;
