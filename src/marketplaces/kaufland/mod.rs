//! Kaufland's Marketplace Seller API, version 2: tickets.
//!
//! | what | how sure |
//! |---|---|
//! | paths, parameters, models, enums | the vendor's OpenAPI file 2.44.0 |
//! | meanings of reasons, interim notices, the nine file types, one order a ticket | the vendor's guide |
//! | signature | the vendor's page and its published vector, which a test recomputes |
//! | base URLs | the vendor's pages; that the sandbox has tickets at all is not confirmed |
//! | the partner's two headers, the five minutes that a timestamp may be off | third parties |
//! | how lists go into a query | the file's default, repeated names; clients differ, so it can be set |
//! | the status that goes with each type of problem | mostly not documented: the type decides, then the status |
//! | sizes and numbers of files | not documented: not limited |

pub mod auth;
pub mod endpoints;
mod ensure;
pub mod model;
mod refusal;
mod rules;

use crate::vendor::{Marketplace, Operation, Vendor};
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;

/// Kaufland as a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kaufland;

impl Vendor for Kaufland {
    const MARKETPLACE: &'static Marketplace = &KAUFLAND;
    type Credentials = auth::Credentials;
}

/// Kaufland, as the core sees it.
pub static KAUFLAND: Marketplace = Marketplace {
    id: "kaufland",
    production: "https://sellerapi.kaufland.com/v2",
    sandbox: Some("https://sellerapi-playground.kaufland.com/v2"),
    operations: &[
        Operation::of::<endpoints::ListTicketsParams>(),
        Operation::of::<endpoints::GetTicketParams>(),
        Operation::of::<endpoints::OpenTicketParams>(),
        Operation::of::<endpoints::CreateTicketMessageParams>(),
        Operation::of::<endpoints::CloseTicketParams>(),
        Operation::of::<endpoints::ListTicketMessagesParams>(),
    ],
    // 111 requests a second for each seller, over all endpoints. 11 at once and then one each 10 ms are at most 111 in
    // any second.
    rate: |_| ("", Rate { interval_ms: 10.0, burst: 11.0 }),
    refusal: refusal::refusal,
    hint: retry_after_ms,
    quota: |_| None,
    credentials: auth::read,
    settle_ms: 10_000.0,
    found: ensure::found,
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
};
