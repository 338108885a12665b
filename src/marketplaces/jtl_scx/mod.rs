//! JTL-SCX (the JTL-Channel API): tickets between a marketplace ("channel") and the seller's ERP
//! ("seller").
//!
//! A channel pushes a buyer's case to the seller with `createTicket`, and the seller's reply comes
//! back as the event `Seller:Ticket.Reply`. The seller's operations have names that begin with
//! `seller.`. Each side has its own tokens. Each operation has its own file, in the folder of its
//! side.
//!
//! The *source* page is
//! <https://developer.jtl-software.com/api-reference/scx/channel/ticket/create-ticket>. The *docs*
//! are the vendor's other pages, and the *models* are those of its own PHP client.
//!
//! | part | source |
//! |---|---|
//! | the ticket's fields, lengths, topics, ten files | the source page |
//! | roles, kinds of references, events, severities, names of uploads | the vendor's own client |
//! | routes, uploads, downloads, events, rates, session tokens | the vendor's pages |
//! | statuses of success | any 2xx is accepted, with a body or without |
//! | 16 MB for a file | the vendor's page; taken as 16,000,000 bytes, the smaller meaning |
//! | acknowledgement with DELETE | the reference and the vendor's client; one page says PATCH |
//! | rates of seller routes and of `/v1/auth` | the vendor's default; its table lists neither |
//! | events for sellers | the route only; no list of their types is published |

mod answers;
pub mod auth;
pub mod channel;
#[cfg(feature = "desk")]
mod desk;
mod files;
pub mod model;
pub mod names;
mod refusal;
pub mod replies;
mod rules;
pub mod seller;
#[cfg(test)]
mod tests;
pub mod ticket;

use crate::vendor::{Marketplace, Meta, Operation, Vendor};
use crate::wire::rate::Rate;

pub use channel::{
    AcknowledgeEventsParams, CreateTicketParams, DownloadAttachmentParams, ListEventsParams, UploadAttachmentParams,
};
pub use seller::{
    ReplyToTicketParams, SellerAcknowledgeEventsParams, SellerDownloadAttachmentParams, SellerListEventsParams,
    SellerUploadAttachmentParams,
};

/// The vendor type of the channel's side of JTL-SCX. Its tokens are not the seller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JtlScxChannel;

impl Vendor for JtlScxChannel {
    const MARKETPLACE: &'static Marketplace = &JTL_SCX;
    type Credentials = auth::Credentials;
}

/// The vendor type of the seller's side of JTL-SCX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JtlScxSeller;

impl Vendor for JtlScxSeller {
    const MARKETPLACE: &'static Marketplace = &JTL_SCX;
    type Credentials = auth::Credentials;
}

/// The description of JTL-SCX for the core.
pub static JTL_SCX: Marketplace = Marketplace {
    id: "jtl-scx",
    production: "https://scx.api.jtl-software.com",
    sandbox: Some("https://scx-sbx.api.jtl-software.com"),
    operations: &[
        Operation::of::<CreateTicketParams>(),
        Operation::of::<UploadAttachmentParams>(),
        Operation::of::<DownloadAttachmentParams>(),
        Operation::of::<ListEventsParams>(),
        Operation::of::<AcknowledgeEventsParams>(),
        Operation::of::<ReplyToTicketParams>(),
        Operation::of::<SellerUploadAttachmentParams>(),
        Operation::of::<SellerDownloadAttachmentParams>(),
        Operation::of::<SellerListEventsParams>(),
        Operation::of::<SellerAcknowledgeEventsParams>(),
    ],
    rate,
    refusal: refusal::refusal,
    session_refusals: model::ScxErrorCode::MEANINGS,
    hint: refusal::hint,
    quota: refusal::quota,
    page_size: None,
    credentials: auth::read,
    settle_ms: 5_000.0,
    meanings: &[
        ("ScxTopic", model::ScxTopic::MEANINGS),
        ("ScxRole", model::ScxRole::MEANINGS),
        ("ScxReferenceType", model::ScxReferenceType::MEANINGS),
        ("ScxEventType", model::ScxEventType::MEANINGS),
        ("ScxSeverity", model::ScxSeverity::MEANINGS),
        ("ScxErrorCode", model::ScxErrorCode::MEANINGS),
    ],
    #[cfg(feature = "types")]
    types: model::TYPES,
    #[cfg(feature = "desk")]
    desk: &desk::DESK,
};

/// The vendor counts requests in windows of 60 seconds, and does not say whether they slide. In any
/// 60 seconds, each of these rates allows its burst and then one request for each interval, which
/// together stay within the limit.
fn rate(meta: &Meta) -> (&'static str, Rate) {
    if meta.path.starts_with("/v1/channel/event") {
        // The limit is 240: 40 + 60 s / 300 ms.
        ("event", Rate { interval_ms: 300.0, burst: 40.0 })
    } else if meta.path.starts_with("/v1/channel") {
        // The limit is 60: 12 + 60 s / 1250 ms. A ticket with ten files makes eleven requests at
        // once.
        ("channel", Rate { interval_ms: 1250.0, burst: 12.0 })
    } else {
        // The limit is 10: 5 + 60 s / 12 s. It applies to sessions and to the seller's routes.
        ("", Rate { interval_ms: 12_000.0, burst: 5.0 })
    }
}
