//! ClickBank's Tickets API, version 1.3.
//!
//! The *service* is the vendor's description of the service, and the *pages* are those of
//! <https://support.clickbank.com>, above all "ClickBank API Specifications" and "Tickets API". Each
//! operation has a file of its own. Every parameter goes into the query, also of a POST and a PUT:
//! the API ignores bodies.
//!
//! | what | how sure |
//! |---|---|
//! | paths, parameters, codes, their meanings, limits of refunds, filters and dates | the vendor's description of the service |
//! | all parameters in the query and none in a body, URLs of at most 2,000 characters, the API key alone, schemas without a key | the vendor's pages |
//! | names and values in answers | the vendor's XML schemas, as a public repository has them; values come and go |
//! | JSON that is made of XML: numbers as text, `{"@nil":"true"}`, one or many, wrapped or bare, `null` for an empty list | what clients read |
//! | plain text in errors, 403 beyond a limit, 10 calls a second and 25,000 a day, developer key and API key in one | what clients say |
//! | the order of a list, the currency and decimals of an amount, whether a change is seen at once | not documented |

mod answers;
pub mod auth;
pub mod confirm_return;
pub mod count_tickets;
pub mod create_ticket;
mod find;
pub mod get_partial_refund_data_schema;
pub mod get_refund_amounts;
pub mod get_ticket;
pub mod get_ticket_schema;
pub mod list_tickets;
mod mend;
pub mod model;
mod refusal;
mod rules;
#[cfg(test)]
mod tests;
pub mod update_ticket;

use crate::vendor::{Marketplace, Operation, Vendor};
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

/// ClickBank as a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClickBank;

impl Vendor for ClickBank {
    const MARKETPLACE: &'static Marketplace = &CLICKBANK;
    type Credentials = auth::Credentials;
}

/// ClickBank, as the core sees it.
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
    // 10 requests a second for each address. 2 at once and then one each 125 ms are at most 10 in
    // any second. The 25,000 a day are shared with other software of the account, so they cannot be
    // counted here.
    rate: |_| ("", Rate { interval_ms: 125.0, burst: 2.0 }),
    refusal: refusal::refusal,
    session_refusals: &[],
    hint: retry_after_ms,
    quota: |_| None,
    credentials: auth::read,
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
};
