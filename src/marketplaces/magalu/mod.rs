//! Magalu's Seller API: tickets (SAC, *protocolos*).
//!
//! | what | how sure |
//! |---|---|
//! | creating a ticket: fields, types, reasons, the 202 | the vendor's page |
//! | the other paths of version 0, scopes, transactions, events, models | the vendor's pages, read in part |
//! | reading one message, one return, the list of transactions; filters; the sign-in's formats | third parties |
//! | messages with a file (version 1), 3000 characters, 25 MB, three types | third parties |
//! | `_limit` and `_offset` up to 100 | third parties, who name the vendor's file |
//! | that times without a zone are UTC | not verified: they stay text |
//! | which statuses end a transaction, how often to look at one | concluded |
//! | how fast one may call | not published for tickets: one client counts on 200 a minute |

pub mod auth;
#[cfg(test)]
mod client_tests;
pub mod endpoints;
mod ensure;
pub mod follow;
pub mod model;
mod refusal;
mod rules;
pub mod time;

use crate::vendor::{BodyKind, Marketplace, Operation, Vendor};
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;

/// Magalu as a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Magalu;

impl Vendor for Magalu {
    const MARKETPLACE: &'static Marketplace = &MAGALU;
    type Credentials = auth::Credentials;
}

/// Magalu, as the core sees it.
pub static MAGALU: Marketplace = Marketplace {
    id: "magalu",
    production: "https://api.magalu.com",
    sandbox: Some("https://api-sandbox.magalu.com"),
    operations: &[
        Operation::of::<endpoints::CreateTicketParams>(),
        Operation::of::<endpoints::ListTicketsParams>(),
        Operation::of::<endpoints::GetTicketParams>(),
        Operation::of::<endpoints::ListMessagesParams>(),
        Operation::of::<endpoints::GetMessageParams>(),
        Operation::of::<endpoints::CreateMessageParams>(),
        Operation::of::<endpoints::CreateMessageParams>().at(endpoints::MESSAGE_WITH_FILE_PATH, BodyKind::Multipart),
        Operation::of::<endpoints::DownloadAttachmentParams>(),
        Operation::of::<endpoints::ListEventsParams>(),
        Operation::of::<endpoints::CreateEventParams>(),
        Operation::of::<endpoints::ListReturnsParams>(),
        Operation::of::<endpoints::CreateReturnParams>(),
        Operation::of::<endpoints::GetReturnParams>(),
        Operation::of::<endpoints::GetTransactionParams>(),
        Operation::of::<endpoints::ListTransactionsParams>(),
    ],
    // Not published; 20 at once and then one each third of a second are at most 200 in any minute. The sign-in is on
    // another host, and must not wait behind the calls that wait for it.
    rate: |meta| {
        let bucket = if meta.name == "session" { "session" } else { "" };
        (bucket, Rate { interval_ms: 1000.0 / 3.0, burst: 20.0 })
    },
    refusal: refusal::refusal,
    hint: retry_after_ms,
    quota: |_| None,
    credentials: auth::read,
    settle_ms: 15_000.0,
    found: ensure::found,
    meanings: &[
        ("TicketType", model::TicketType::MEANINGS),
        ("TicketReason", model::TicketReason::MEANINGS),
        ("TicketStatus", model::TicketStatus::MEANINGS),
        ("Destination", model::Destination::MEANINGS),
        ("ModerationStatus", model::ModerationStatus::MEANINGS),
        ("EventType", model::EventType::MEANINGS),
        ("NewEventType", model::NewEventType::MEANINGS),
        ("TransactionStatus", model::TransactionStatus::MEANINGS),
        ("TransactionEventType", model::TransactionEventType::MEANINGS),
        ("Scope", model::Scope::MEANINGS),
        ("AttachmentType", model::AttachmentType::MEANINGS),
    ],
};
