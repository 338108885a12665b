//! JTL-SCX (the JTL-Channel API): tickets between a marketplace ("channel") and the seller's ERP ("seller").
//!
//! A channel pushes a buyer's case to the seller with `createTicket`; the seller's answer comes back as the event
//! `Seller:Ticket.Reply`. The operations of the other side have names that begin with `seller.`; each side has tokens
//! of its own.
//!
//! | what | how sure |
//! |---|---|
//! | the ticket's fields, lengths, topics, ten files | the source page |
//! | roles, kinds of references, events, severities, names of uploads | the models of the vendor's own client |
//! | routes, uploads, downloads, events, rates, session tokens | the vendor's pages |
//! | statuses of success | tolerant: any 2xx, with a body or without |
//! | 16 MB for a file | the vendor's page; read as 16,000,000 bytes, the smaller of the two meanings |
//! | acknowledging with DELETE | the reference and the vendor's client; the text of one page says PATCH |
//! | rates of seller routes and of `/v1/auth` | the default of the vendor's table, which names neither |
//! | events on the seller's side | the route only: no list of their types was found |

pub mod auth;
pub mod endpoints;
pub mod model;
pub mod names;
mod refusal;
pub mod replies;
mod rules;

use crate::vendor::evidence::Finding;
use crate::vendor::{Marketplace, Meta, Operation, Vendor};
use crate::wire::rate::Rate;

/// The side of JTL-SCX on which a channel calls, as a type. Its tokens are not the seller's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JtlScxChannel;

impl Vendor for JtlScxChannel {
    const MARKETPLACE: &'static Marketplace = &JTL_SCX;
    type Credentials = auth::Credentials;
}

/// The side of JTL-SCX on which a seller calls, as a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JtlScxSeller;

impl Vendor for JtlScxSeller {
    const MARKETPLACE: &'static Marketplace = &JTL_SCX;
    type Credentials = auth::Credentials;
}

/// JTL-SCX, as the core sees it.
pub static JTL_SCX: Marketplace = Marketplace {
    id: "jtl-scx",
    production: "https://scx.api.jtl-software.com",
    sandbox: Some("https://scx-sbx.api.jtl-software.com"),
    operations: &[
        Operation::of::<endpoints::CreateTicketParams>(),
        Operation::of::<endpoints::UploadAttachmentParams>(),
        Operation::of::<endpoints::DownloadAttachmentParams>(),
        Operation::of::<endpoints::ListEventsParams>(),
        Operation::of::<endpoints::AcknowledgeEventsParams>(),
        Operation::of::<endpoints::ReplyToTicketParams>(),
        Operation::of::<endpoints::SellerUploadAttachmentParams>(),
        Operation::of::<endpoints::SellerDownloadAttachmentParams>(),
        Operation::of::<endpoints::SellerListEventsParams>(),
        Operation::of::<endpoints::SellerAcknowledgeEventsParams>(),
    ],
    rate,
    refusal: refusal::refusal,
    hint: refusal::hint,
    quota: refusal::quota,
    credentials: auth::read,
    settle_ms: 5_000.0,
    found: |_| Finding::Unclear,
    meanings: &[
        ("ScxTopic", model::ScxTopic::MEANINGS),
        ("ScxRole", model::ScxRole::MEANINGS),
        ("ScxReferenceType", model::ScxReferenceType::MEANINGS),
        ("ScxEventType", model::ScxEventType::MEANINGS),
        ("ScxSeverity", model::ScxSeverity::MEANINGS),
        ("ScxErrorCode", model::ScxErrorCode::MEANINGS),
    ],
};

/// The vendor counts requests in windows of 60 seconds, and does not say whether they slide. In any 60 seconds, each of
/// these is the burst and then one for each interval, together no more than the limit.
fn rate(meta: &Meta) -> (&'static str, Rate) {
    if meta.path.starts_with("/v1/channel/event") {
        // 240: 40 + 60 s / 300 ms.
        ("event", Rate { interval_ms: 300.0, burst: 40.0 })
    } else if meta.path.starts_with("/v1/channel") {
        // 60: 12 + 60 s / 1250 ms. A ticket with ten files is eleven requests, which go out at once.
        ("channel", Rate { interval_ms: 1250.0, burst: 12.0 })
    } else {
        // 10: 5 + 60 s / 12 s. Sessions and the seller's routes.
        ("", Rate { interval_ms: 12_000.0, burst: 5.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::limit::Gate;
    use proptest::prelude::*;

    #[test]
    fn each_operation_passes_the_gate_of_its_route() {
        for operation in JTL_SCX.operations {
            let Meta { name, .. } = operation.meta;
            let bucket = match name {
                "listEvents" | "acknowledgeEvents" => "event",
                name if name.starts_with("seller.") => "",
                _ => "channel",
            };
            assert_eq!(rate(&operation.meta).0, bucket, "{name}");
        }
        assert_eq!(rate(&Meta::READ).0, "");
    }

    proptest! {
        #[test]
        fn no_window_sees_more_than_the_vendor_allows(
            steps in proptest::collection::vec(0.0..3000.0f64, 1..400),
            pace in 0.0..1.0f64,
        ) {
            for (path, most) in [("/v1/channel/event", 240), ("/v1/channel/ticket", 60), ("/v1/auth", 10)] {
                let rate = rate(&Meta { path, ..Meta::READ }).1;
                let (mut gate, mut now, mut sent) = (Gate::default(), 0.0, Vec::new());
                for step in &steps {
                    now += step * pace * pace;
                    let place = gate.reserve(rate, now, f64::MAX).unwrap();
                    sent.push(now + gate.wait_ms(place, now));
                }
                for start in &sent {
                    let window = sent.iter().filter(|at| **at >= *start && **at <= start + 60_000.0).count();
                    prop_assert!(window <= most, "{path}: {window}");
                }
            }
        }
    }
}
