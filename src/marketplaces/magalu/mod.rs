//! Magalu's Seller API: tickets (SAC, *protocolos*). Each operation has its own file.
//!
//! In the comments of the files, the *source* is the vendor's page on creating tickets, the *guide*
//! is its other pages, and *clients* are programs of third parties.
//!
//! | part | source |
//! |---|---|
//! | creating a ticket: fields, types, reasons, the 202 | the vendor's page |
//! | other paths of version 0, scopes, transactions, events, models | the guide, read in part |
//! | single messages and returns, the list of transactions, filters | third parties |
//! | the sign-in's formats | third parties |
//! | messages with a file (version 1), 3000 characters, 25 MB, three types | third parties |
//! | `_limit` and `_offset` up to 100 | third parties, which cite the vendor's file |
//! | UTC for times without a zone | not verified: they stay text |
//! | the statuses that end a transaction, the interval between reads of one | inferred |
//! | the rate of calls | not published for tickets: one client assumes 200 a minute |

mod answers;
pub mod auth;
pub mod create_event;
pub mod create_message;
pub mod create_return;
pub mod create_ticket;
#[cfg(feature = "desk")]
mod desk;
pub mod download_attachment;
mod find;
pub mod follow;
pub mod get_message;
pub mod get_return;
pub mod get_ticket;
pub mod get_transaction;
pub mod list_events;
pub mod list_messages;
pub mod list_returns;
pub mod list_tickets;
pub mod list_transactions;
pub mod model;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;
pub mod time;

use crate::vendor::{BodyKind, Marketplace, Operation, PageSize, Vendor, authorize};
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;

pub use create_event::CreateEventParams;
pub use create_message::CreateMessageParams;
pub use create_return::CreateReturnParams;
pub use create_ticket::CreateTicketParams;
pub use download_attachment::DownloadAttachmentParams;
pub use get_message::GetMessageParams;
pub use get_return::GetReturnParams;
pub use get_ticket::GetTicketParams;
pub use get_transaction::GetTransactionParams;
pub use list_events::ListEventsParams;
pub use list_messages::ListMessagesParams;
pub use list_returns::ListReturnsParams;
pub use list_tickets::ListTicketsParams;
pub use list_transactions::ListTransactionsParams;

/// The vendor type of Magalu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Magalu;

impl Vendor for Magalu {
    const MARKETPLACE: &'static Marketplace = &MAGALU;
    type Credentials = auth::Credentials;
}

/// The description of Magalu for the core.
pub static MAGALU: Marketplace = Marketplace {
    id: "magalu",
    production: "https://api.magalu.com",
    sandbox: Some("https://api-sandbox.magalu.com"),
    operations: &[
        Operation::of::<CreateTicketParams>(),
        Operation::of::<ListTicketsParams>(),
        Operation::of::<GetTicketParams>(),
        Operation::of::<ListMessagesParams>(),
        Operation::of::<GetMessageParams>(),
        Operation::of::<CreateMessageParams>(),
        Operation::of::<CreateMessageParams>().at(create_message::PATH_WITH_FILE, BodyKind::Multipart),
        Operation::of::<DownloadAttachmentParams>(),
        Operation::of::<ListEventsParams>(),
        Operation::of::<CreateEventParams>(),
        Operation::of::<ListReturnsParams>(),
        Operation::of::<CreateReturnParams>(),
        Operation::of::<GetReturnParams>(),
        Operation::of::<GetTransactionParams>(),
        Operation::of::<ListTransactionsParams>(),
    ],
    // The rate is not published; 20 at once and then one every third of a second are at most 200 in
    // any minute. The sign-in is on another host, and must not wait behind the calls that wait for
    // it.
    rate: |meta| {
        let bucket = if meta.name == "session" { "session" } else { "" };
        (bucket, Rate { interval_ms: 1000.0 / 3.0, burst: 20.0 })
    },
    refusal: refusal::refusal,
    session_refusals: refusal::SESSION,
    hint: retry_after_ms,
    quota: |_| None,
    page_size: Some(PageSize { parameter: "_limit", smaller: refusal::smaller_page }),
    credentials: authorize::read::<auth::Credentials>,
    settle_ms: 15_000.0,
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
    #[cfg(feature = "types")]
    types: model::TYPES,
    #[cfg(feature = "desk")]
    desk: &desk::DESK,
};
