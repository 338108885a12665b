//! Prints the TypeScript types of everything that crosses to JavaScript: `cargo run --example types
//! --features types`.
//!
//! The package keeps the output, formatted, as `src/generated/types.ts`; see `cargo xtask types`.

use seller_tickets::marketplaces::clickbank;
use seller_tickets::marketplaces::jtl_scx;
use seller_tickets::marketplaces::kaufland::model;
use seller_tickets::marketplaces::magalu;
use seller_tickets::marketplaces::probo;
use seller_tickets::model::open_enum::Meaning;
use seller_tickets::registry;
use seller_tickets::rules::error::{ErrorKind, Origin, Sent, TicketError};
use seller_tickets::rules::violation::Violation;
use seller_tickets::vendor::{Access, Session};
use seller_tickets::wire::http::Method;
use std::io::Write;
use ts_rs::Config;

mod declare;

use declare::{declaration, given, has_parameters, input};

/// Types that the models refer to and that have no Rust model.
const PREAMBLE: &str = r#"// Made from the Rust models by `cargo xtask types`. Do not edit.

import type { FileInput } from "../ground/types.js";

export type { TicketMessageFile } from "../ground/types.js";

/** A documented value, or one that the vendor added later: known values complete in the editor, others pass through. */
export type Open<T extends string> = T | (string & {});

/** A whole number of 64 bits: a `number` where that is exact, a `bigint` where a `number` would round. */
export type Int64 = number | bigint;
"#;

/// Returns the ids of all marketplaces, as a type and as a list.
fn marketplace_ids() -> String {
    let ids: Vec<_> = registry::ALL.iter().map(|marketplace| format!("{:?}", marketplace.id)).collect();
    format!(
        "\n/** The marketplaces that this package speaks to. */\nexport type MarketplaceId = {};\n\n\
         export const MARKETPLACES: readonly MarketplaceId[] = [{}];\n",
        ids.join(" | "),
        ids.join(", ")
    )
}

fn main() -> std::io::Result<()> {
    let config = Config::new().with_large_int("Int64");
    let declarations: &[fn(&Config) -> String] = &[
        declaration::<model::TicketStatus>,
        declaration::<model::TicketReason>,
        declaration::<model::TicketTopic>,
        declaration::<model::FulfillmentType>,
        declaration::<model::Storefront>,
        declaration::<model::AuthorRole>,
        declaration::<model::OrderUnitStatus>,
        declaration::<model::Currency>,
        declaration::<model::Embedded>,
        declaration::<model::SortTickets>,
        declaration::<model::SortMessages>,
        declaration::<model::AttachmentType>,
        declaration::<model::ProblemType>,
        declaration::<model::Ticket>,
        declaration::<model::TicketWithEmbedded>,
        declaration::<model::TicketMessage>,
        declaration::<model::Author>,
        declaration::<model::TicketFile>,
        declaration::<model::Buyer>,
        declaration::<model::Product>,
        declaration::<model::OrderUnit>,
        declaration::<model::Discount>,
        declaration::<model::Address>,
        declaration::<model::OpenedTicket>,
        declaration::<model::Pagination>,
        declaration::<model::ErrorBody>,
        declaration::<model::FieldError>,
        declaration::<clickbank::model::TypeCode>,
        declaration::<clickbank::model::StatusFilter>,
        declaration::<clickbank::model::Action>,
        declaration::<clickbank::model::RefundType>,
        declaration::<clickbank::model::Reason>,
        declaration::<clickbank::model::TicketType>,
        declaration::<clickbank::model::TicketStatus>,
        declaration::<clickbank::model::TicketRefundType>,
        declaration::<clickbank::model::TicketSource>,
        declaration::<clickbank::model::CommentAction>,
        declaration::<clickbank::model::CommentRole>,
        declaration::<clickbank::model::Ticket>,
        declaration::<clickbank::model::TicketComment>,
        declaration::<clickbank::model::RefundAmounts>,
        declaration::<clickbank::model::Tickets>,
        declaration::<jtl_scx::model::ScxTopic>,
        declaration::<jtl_scx::model::ScxRole>,
        declaration::<jtl_scx::model::ScxReferenceType>,
        declaration::<jtl_scx::model::ScxEventType>,
        declaration::<jtl_scx::model::ScxSeverity>,
        declaration::<jtl_scx::model::ScxErrorCode>,
        declaration::<jtl_scx::model::Event>,
        declaration::<jtl_scx::model::TicketReply>,
        declaration::<jtl_scx::model::Author>,
        declaration::<jtl_scx::model::TicketAttachment>,
        declaration::<jtl_scx::model::ErrorBody>,
        declaration::<jtl_scx::model::ErrorEntry>,
        input::<jtl_scx::ticket::AuthorParams>,
        input::<jtl_scx::channel::create_ticket::ReferenceParams>,
        input::<jtl_scx::ticket::AttachmentParams>,
        declaration::<magalu::model::TicketType>,
        declaration::<magalu::model::TicketReason>,
        declaration::<magalu::model::TicketStatus>,
        declaration::<magalu::model::Destination>,
        declaration::<magalu::model::ModerationStatus>,
        declaration::<magalu::model::EventType>,
        declaration::<magalu::model::NewEventType>,
        declaration::<magalu::model::TransactionStatus>,
        declaration::<magalu::model::TransactionEventType>,
        declaration::<magalu::model::Scope>,
        declaration::<magalu::model::AttachmentType>,
        declaration::<magalu::model::Ticket>,
        declaration::<magalu::model::Channel>,
        declaration::<magalu::model::Order>,
        declaration::<magalu::model::Delivery>,
        declaration::<magalu::model::Seller>,
        declaration::<magalu::model::Item>,
        declaration::<magalu::model::Message>,
        declaration::<magalu::model::TicketRef>,
        declaration::<magalu::model::Sender>,
        declaration::<magalu::model::Owner>,
        declaration::<magalu::model::Moderation>,
        declaration::<magalu::model::MessageAttachment>,
        declaration::<magalu::model::TicketEvent>,
        declaration::<magalu::model::TicketReturn>,
        declaration::<magalu::model::Accepted>,
        declaration::<magalu::model::Submitted>,
        declaration::<magalu::model::Link>,
        declaration::<magalu::model::Transaction>,
        declaration::<magalu::model::TransactionEvent>,
        declaration::<magalu::model::ListMeta>,
        declaration::<magalu::model::PageMeta>,
        input::<magalu::create_ticket::NewChannel>,
        input::<magalu::create_ticket::NewOrder>,
        input::<magalu::create_ticket::NewDelivery>,
        input::<magalu::create_ticket::NewSeller>,
        input::<magalu::create_ticket::NewItem>,
        input::<magalu::create_message::NewOwner>,
        declaration::<probo::model::ComplaintReason>,
        declaration::<probo::model::ComplaintSolution>,
        declaration::<probo::model::ComplaintStatus>,
        declaration::<probo::model::SubmittedComplaint>,
        input::<probo::create_ticket::ComplaintProduct>,
        input::<probo::create_ticket::ComplaintFile>,
        input::<probo::split::MixedComplaint>,
        input::<probo::split::MixedProduct>,
        declaration::<Violation>,
        declaration::<ErrorKind>,
        declaration::<Sent>,
        declaration::<Origin>,
        declaration::<TicketError>,
        declaration::<Session>,
        declaration::<Access>,
        declaration::<Method>,
        declaration::<Meaning>,
    ];
    let mut module = PREAMBLE.to_owned() + &marketplace_ids();
    module.extend(declarations.iter().map(|declaration| declaration(&config)));
    let operations = registry::ALL.iter().flat_map(|known| known.operations);
    let mut parameters = Vec::new();
    for operation in operations.filter(|operation| has_parameters(operation, &config)) {
        let text = given(&operation.parameters.declaration(&config));
        if !parameters.contains(&text) {
            parameters.push(text);
        }
    }
    module.extend(parameters);
    std::io::stdout().write_all(module.as_bytes())
}
