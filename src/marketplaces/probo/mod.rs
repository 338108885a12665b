//! Probo's print API: tickets, which its guide also calls complaints.
//!
//! The *guide* is <https://apidocs.proboprints.com/guides/tickets>.
//!
//! | part | source |
//! |---|---|
//! | fields, reasons, solutions, statuses, which reasons need files | the guide |
//! | the path | not documented: `/ticket` is in the style of `/order`, and can be set |
//! | the response | not documented: any JSON is accepted, and kept unchanged |
//! | reason, solution and products are required | the guide; its table marks `order_id` and `id` |
//! | `products` is a list | the guide's example; its table says "object" |
//! | files for each product, not for the ticket as a whole | the guide's example |
//! | base URL, `Basic` with the token unchanged, shapes of errors | third parties' clients |
//! | 300 calls a minute, `x-ratelimit-reset` in milliseconds | the vendor's page on rate limits |

mod answers;
pub mod auth;
pub mod create_ticket;
#[cfg(feature = "desk")]
mod desk;
pub mod model;
mod refusal;
mod rules;
pub mod split;
#[cfg(test)]
mod tests;

use crate::model::open_enum::Meanings;
#[cfg(feature = "types")]
use crate::vendor::typescript::Type;
use crate::vendor::{Marketplace, Operation, Vendor, authorize};
use crate::wire::rate::Rate;

pub use create_ticket::Complaint;

/// The vendor type of Probo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Probo;

impl Vendor for Probo {
    const MARKETPLACE: &'static Marketplace = &PROBO;
    type Credentials = auth::Credentials;
}

/// The types for TypeScript. The types that these refer to, and the parameters of operations with
/// theirs, are found without being listed.
#[cfg(feature = "types")]
const TYPES: &[Type] = &[Type::of::<model::SubmittedComplaint>(), Type::given::<split::MixedComplaint>()];

/// The description of Probo for the core.
pub static PROBO: Marketplace = Marketplace {
    id: "probo",
    production: "https://api.proboprints.com",
    sandbox: None,
    operations: &[Operation::of::<Complaint>()],
    // The limit is 300 calls a minute for each token, over all endpoints. 60 at once and then one
    // every 250 ms are at most 300 in any minute.
    rate: |_| ("", Rate { interval_ms: 250.0, burst: 60.0 }),
    refusal: refusal::refusal,
    session_refusals: Meanings::NONE,
    hint: refusal::hint,
    quota: refusal::quota,
    page_size: None,
    credentials: authorize::read::<auth::Credentials>,
    settle_ms: 5_000.0,
    meanings: &[
        ("ComplaintReason", model::ComplaintReason::MEANINGS),
        ("ComplaintSolution", model::ComplaintSolution::MEANINGS),
        ("ComplaintStatus", model::ComplaintStatus::MEANINGS),
    ],
    #[cfg(feature = "types")]
    types: TYPES,
    #[cfg(feature = "desk")]
    desk: &desk::DESK,
};
