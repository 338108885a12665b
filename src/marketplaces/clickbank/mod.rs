//! ClickBank's Tickets API, version 1.3.
//!
//! The *service* is the vendor's description of the service, and the *pages* are those of
//! <https://support.clickbank.com>, mainly "ClickBank API Specifications" and "Tickets API". Each
//! operation has its own file. All parameters are sent in the query, even those of a POST or a PUT,
//! because the API ignores bodies.
//!
//! | part | source |
//! |---|---|
//! | paths, parameters, codes and meanings, limits of refunds, filters and dates | the service |
//! | parameters in the query, no bodies, URLs of at most 2,000 characters | the pages |
//! | the API key alone as authorization, schemas without a key | the pages |
//! | names and values in responses | the vendor's XML schemas, from a public repository |
//! | JSON from XML: text for numbers, `{"@nil":"true"}`, bare items, `null` lists | third parties |
//! | errors in plain text, 403 beyond a limit, 10 calls a second, 25,000 a day | third parties |
//! | the developer key and the API key in one | third parties |
//! | the order of a list, an amount's currency and decimals | not documented |
//! | whether a change is visible at once | not documented |

mod answers;
pub mod auth;
pub mod confirm_return;
pub mod count_tickets;
pub mod create_ticket;
#[cfg(feature = "desk")]
mod desk;
mod find;
pub mod get_partial_refund_data_schema;
pub mod get_refund_amounts;
pub mod get_ticket;
pub mod get_ticket_schema;
pub mod list_tickets;
pub mod model;
mod normalise;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;
pub mod update_ticket;

use crate::model::open_enum::Meanings;
use crate::vendor::{Marketplace, Operation, Vendor, authorize};
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;

pub use confirm_return::ConfirmReturnParams;
pub use count_tickets::CountTicketsParams;
pub use create_ticket::CreateTicketParams;
pub use get_partial_refund_data_schema::GetPartialRefundDataSchemaParams;
pub use get_refund_amounts::GetRefundAmountsParams;
pub use get_ticket::GetTicketParams;
pub use get_ticket_schema::GetTicketSchemaParams;
pub use list_tickets::ListTicketsParams;
pub use update_ticket::UpdateTicketParams;

/// The vendor type of ClickBank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickBank;

impl Vendor for ClickBank {
    const MARKETPLACE: &'static Marketplace = &CLICKBANK;
    type Credentials = auth::Credentials;
}

/// The description of ClickBank for the core.
pub static CLICKBANK: Marketplace = Marketplace {
    id: "clickbank",
    production: "https://api.clickbank.com/rest",
    sandbox: None,
    operations: &[
        Operation::of::<CreateTicketParams>(),
        Operation::of::<GetTicketParams>(),
        Operation::of::<UpdateTicketParams>(),
        Operation::of::<ConfirmReturnParams>(),
        Operation::of::<ListTicketsParams>(),
        Operation::of::<CountTicketsParams>(),
        Operation::of::<GetRefundAmountsParams>(),
        Operation::of::<GetTicketSchemaParams>(),
        Operation::of::<GetPartialRefundDataSchemaParams>(),
    ],
    // The limit is 10 requests a second for each address. 2 at once and then one every 125 ms are
    // at most 10 in any second. The account's other software shares the 25,000 a day, so they
    // cannot be counted here.
    rate: |_| ("", Rate { interval_ms: 125.0, burst: 2.0 }),
    refusal: refusal::refusal,
    session_refusals: Meanings::NONE,
    hint: retry_after_ms,
    quota: |_| None,
    page_size: None,
    credentials: authorize::read::<auth::Credentials>,
    settle_ms: 10_000.0,
    meanings: &[
        ("TypeCode", model::TypeCode::MEANINGS),
        ("StatusFilter", model::StatusFilter::MEANINGS),
        ("Action", model::Action::MEANINGS),
        ("RefundType", model::RefundType::MEANINGS),
        ("Reason", model::Reason::MEANINGS),
        ("TicketType", model::TicketType::MEANINGS),
        ("TicketStatus", model::TicketStatus::MEANINGS),
        ("TicketRefundType", model::TicketRefundType::MEANINGS),
        ("TicketSource", model::TicketSource::MEANINGS),
        ("CommentAction", model::CommentAction::MEANINGS),
        ("CommentRole", model::CommentRole::MEANINGS),
    ],
    #[cfg(feature = "types")]
    types: model::TYPES,
    #[cfg(feature = "desk")]
    desk: &desk::DESK,
};
