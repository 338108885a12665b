//! Kaufland's Marketplace Seller API, version 2: tickets.
//!
//! The *guide* is <https://sellerapi.kaufland.com/?page=tickets>, and the *specification* is
//! <https://sellerapi.kaufland.com/swagger.json>. Each operation has its own file.
//!
//! | part | source |
//! |---|---|
//! | paths, parameters, models, enums | the vendor's OpenAPI file 2.44.0 |
//! | meanings of reasons, interim notices, the nine file types, one order a ticket | the vendor's guide |
//! | signature | the vendor's page and its published vector, which a test recomputes |
//! | base URLs | the vendor's pages; it is not confirmed that the sandbox has tickets |
//! | the partner's two headers, the five minutes that a timestamp may be off | third parties |
//! | lists in a query | the file's default, repeated names; clients differ, so it is a setting |
//! | the status of each problem type | mostly not documented: the type decides, then the status |
//! | sizes and numbers of files | not documented, so not limited |

mod answers;
pub mod auth;
pub mod close_ticket;
pub mod create_ticket_message;
#[cfg(feature = "desk")]
mod desk;
mod find;
pub mod get_ticket;
pub mod list_ticket_messages;
pub mod list_tickets;
pub mod model;
pub mod open_ticket;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;

use crate::model::open_enum::Meanings;
use crate::vendor::{Marketplace, Operation, Vendor, authorize};
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;

pub use close_ticket::CloseTicketParams;
pub use create_ticket_message::CreateTicketMessageParams;
pub use get_ticket::GetTicketParams;
pub use list_ticket_messages::ListTicketMessagesParams;
pub use list_tickets::ListTicketsParams;
pub use open_ticket::OpenTicketParams;

/// The vendor type of Kaufland.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kaufland;

impl Vendor for Kaufland {
    const MARKETPLACE: &'static Marketplace = &KAUFLAND;
    type Credentials = auth::Credentials;
}

/// The description of Kaufland for the core.
pub static KAUFLAND: Marketplace = Marketplace {
    id: "kaufland",
    production: "https://sellerapi.kaufland.com/v2",
    sandbox: Some("https://sellerapi-playground.kaufland.com/v2"),
    operations: &[
        Operation::of::<ListTicketsParams>(),
        Operation::of::<GetTicketParams>(),
        Operation::of::<OpenTicketParams>(),
        Operation::of::<CreateTicketMessageParams>(),
        Operation::of::<CloseTicketParams>(),
        Operation::of::<ListTicketMessagesParams>(),
    ],
    // The limit is 111 requests a second for each seller, over all endpoints. 11 at once and then
    // one every 10 ms are at most 111 in any second.
    rate: |_| ("", Rate { interval_ms: 10.0, burst: 11.0 }),
    refusal: refusal::refusal,
    session_refusals: Meanings::NONE,
    hint: retry_after_ms,
    quota: |_| None,
    page_size: None,
    credentials: authorize::read::<auth::Credentials>,
    settle_ms: 10_000.0,
    meanings: &[
        ("TicketStatus", model::TicketStatus::MEANINGS),
        ("TicketReason", model::TicketReason::MEANINGS),
        ("TicketTopic", model::TicketTopic::MEANINGS),
        ("FulfillmentType", model::FulfillmentType::MEANINGS),
        ("Storefront", model::Storefront::MEANINGS),
        ("AuthorRole", model::AuthorRole::MEANINGS),
        ("OrderUnitStatus", model::OrderUnitStatus::MEANINGS),
        ("Currency", model::Currency::MEANINGS),
        ("Embedded", model::Embedded::MEANINGS),
        ("SortTickets", model::SortTickets::MEANINGS),
        ("SortMessages", model::SortMessages::MEANINGS),
        ("AttachmentType", model::AttachmentType::MEANINGS),
        ("ProblemType", model::ProblemType::MEANINGS),
    ],
    #[cfg(feature = "types")]
    types: model::TYPES,
    #[cfg(feature = "desk")]
    desk: &desk::DESK,
};
