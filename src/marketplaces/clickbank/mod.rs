//! ClickBank's Tickets API, version 1.3.
//!
//! | what | how sure |
//! |---|---|
//! | paths, parameters, codes, their meanings, limits of refunds, filters and dates | the vendor's description of the service |
//! | all parameters in the query and none in a body, URLs of at most 2,000 characters, the API key alone, schemas without a key | the vendor's pages |
//! | names and values in answers | the vendor's XML schemas, as a public repository has them; values come and go |
//! | JSON that is made of XML: numbers as text, `{"@nil":"true"}`, one or many, wrapped or bare, `null` for an empty list | what clients read |
//! | plain text in errors, 403 beyond a limit, 10 calls a second and 25,000 a day, developer key and API key in one | what clients say |
//! | the order of a list, the currency and decimals of an amount, whether a change is seen at once | not documented |

pub mod auth;
pub mod endpoints;
mod ensure;
mod mend;
pub mod model;
mod refusal;
mod rules;

use crate::vendor::{Marketplace, Operation, Vendor};
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;

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
        Operation::of::<endpoints::CreateTicketParams>(),
        Operation::of::<endpoints::GetTicketParams>(),
        Operation::of::<endpoints::UpdateTicketParams>(),
        Operation::of::<endpoints::ConfirmReturnParams>(),
        Operation::of::<endpoints::ListTicketsParams>(),
        Operation::of::<endpoints::CountTicketsParams>(),
        Operation::of::<endpoints::GetRefundAmountsParams>(),
        Operation::of::<endpoints::GetTicketSchemaParams>(),
        Operation::of::<endpoints::GetPartialRefundDataSchemaParams>(),
    ],
    // 10 requests a second for each address. 2 at once and then one each 125 ms are at most 10 in any second. The 25,000
    // a day are shared with other software of the account, so nobody here can count them.
    rate: |_| ("", Rate { interval_ms: 125.0, burst: 2.0 }),
    refusal: refusal::refusal,
    hint: retry_after_ms,
    quota: |_| None,
    credentials: auth::read,
    settle_ms: 10_000.0,
    found: ensure::found,
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
