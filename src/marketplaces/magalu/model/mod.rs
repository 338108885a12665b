//! The models of Magalu's responses, and the values that its API uses.
//!
//! Names and types are those of the vendor's documentation, of which only parts were available. The
//! fields that identify an item, and those that the work on it needs, are required. All others may
//! be missing or `null`. Times are text, because most have no zone; see
//! [`parse_zoneless`](super::time::parse_zoneless).

mod values;

#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::schema::Schema;
use crate::model::{Field, model};
#[cfg(feature = "types")]
use crate::vendor::typescript::Type;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

pub use values::{
    AttachmentType, Destination, EventType, ModerationStatus, NewEventType, Scope, TicketReason, TicketStatus,
    TicketType, TransactionEventType, TransactionStatus,
};

/// A count that is a number or text: the vendor's table says text, but its example has a number. It
/// is kept unchanged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub Json);

impl Quantity {
    /// Returns the count if it is a whole number in either form.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        match &self.0 {
            Json::Int(number) => Some(*number),
            Json::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Field for Quantity {
    const SCHEMA: Schema = Schema::Any;
}

model! {
    /// A ticket (*protocolo*). It does not name the buyer; its messages do.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTicket"))]
    pub struct Ticket {
        /// The ticket's id.
        pub id: String,
        /// The reference that the party who opened the ticket gave.
        pub code: Option<String>,
        /// The type of the ticket.
        #[cfg_attr(feature = "types", ts(as = "Open<TicketType>"))]
        pub r#type: TicketType,
        /// The status of the ticket.
        #[cfg_attr(feature = "types", ts(as = "Open<TicketStatus>"))]
        pub status: TicketStatus,
        /// Whether the ticket is closed; see also `status`.
        pub closed: Option<bool>,
        /// The reason for opening the ticket.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TicketReason>>"))]
        pub reason: Option<TicketReason>,
        /// The number that the customer knows.
        pub protocol: Option<String>,
        /// The time by which the ticket is due.
        pub due_date: Option<String>,
        /// The party that opened the ticket: `customer`.
        pub origin: Option<String>,
        /// The time at which the ticket was opened: `2026-02-01T10:00:00`, without a zone.
        pub created_at: String,
        /// The time of the last change.
        pub updated_at: String,
        /// The channel of the sale.
        pub channel: Option<Channel>,
        /// The order.
        pub order: Option<Order>,
    }
}

impl Ticket {
    /// Returns whether the ticket is closed, by its flag or by its status.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed == Some(true) || self.status == TicketStatus::Closed
    }
}

model! {
    /// A sales channel.
    #[cfg_attr(feature = "types", ts(rename = "MagaluChannel"))]
    pub struct Channel {
        /// The channel's id.
        pub id: Option<String>,
        /// The channel's name.
        pub alias: Option<String>,
    }
}

model! {
    /// The order of a ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluOrder"))]
    pub struct Order {
        /// The order's id.
        pub id: Option<String>,
        /// The order's number.
        pub code: Option<String>,
        /// The delivery that the ticket is about.
        pub delivery: Option<Delivery>,
    }
}

model! {
    /// A delivery of an order.
    #[cfg_attr(feature = "types", ts(rename = "MagaluDelivery"))]
    pub struct Delivery {
        /// The delivery's id.
        pub id: Option<String>,
        /// The seller.
        pub seller: Option<Seller>,
        /// The articles that the ticket is about.
        pub items: Option<Vec<Item>>,
    }
}

model! {
    /// A seller.
    #[cfg_attr(feature = "types", ts(rename = "MagaluSeller"))]
    pub struct Seller {
        /// The seller's id.
        pub id: Option<String>,
        /// The shop's name.
        pub name: Option<String>,
    }
}

model! {
    /// An article.
    #[cfg_attr(feature = "types", ts(rename = "MagaluItem"))]
    pub struct Item {
        /// The article's id.
        pub id: Option<String>,
        /// Magalu's SKU.
        pub sku: Option<String>,
        /// The seller's SKU.
        pub external_sku: Option<String>,
        /// The article's name.
        pub name: Option<String>,
        /// The article's description.
        pub description: Option<String>,
        /// The address of the article's picture.
        pub image: Option<String>,
        /// The quantity: a number, or a number as text.
        #[cfg_attr(feature = "types", ts(type = "number | string | null"))]
        pub quantity: Option<Quantity>,
    }
}

model! {
    /// A message of a ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluMessage"))]
    pub struct Message {
        /// The message's id.
        pub id: String,
        /// The text of the message.
        pub message: String,
        /// The reference that the author gave.
        pub code: Option<String>,
        /// The ticket.
        pub ticket: Option<TicketRef>,
        /// The sender of the message.
        pub sender: Option<Sender>,
        /// The moderation of the message.
        pub moderation: Option<Moderation>,
        /// The files.
        pub attachments: Option<Vec<MessageAttachment>>,
        /// The recipient.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Destination>>"))]
        pub destination: Option<Destination>,
        /// The time at which the message was written.
        pub created_at: Option<String>,
        /// The time of the last change.
        pub updated_at: Option<String>,
    }
}

model! {
    /// A reference to a ticket by its id.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTicketRef"))]
    pub struct TicketRef {
        /// The ticket's id.
        pub id: Option<String>,
    }
}

model! {
    /// The sender of a message.
    #[cfg_attr(feature = "types", ts(rename = "MagaluSender"))]
    pub struct Sender {
        /// The sender's id.
        pub id: Option<String>,
        /// The sender's name.
        pub name: Option<String>,
        /// The sender's side.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Destination>>"))]
        pub r#type: Option<Destination>,
        /// The person on that side. The vendor's example swaps name and code.
        pub owner: Option<Owner>,
    }
}

model! {
    /// A person who writes for the seller.
    #[cfg_attr(feature = "types", ts(rename = "MagaluOwner"))]
    pub struct Owner {
        /// The person's name.
        pub name: Option<String>,
        /// The id that the seller's own system gave the person.
        pub code: Option<String>,
    }
}

model! {
    /// The moderation of a message.
    #[cfg_attr(feature = "types", ts(rename = "MagaluModeration"))]
    pub struct Moderation {
        /// The moderation's id.
        pub id: Option<String>,
        /// The result of the moderation.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ModerationStatus>>"))]
        pub status: Option<ModerationStatus>,
        /// The rules that the message breaks. The vendor does not document their form.
        #[cfg_attr(feature = "types", ts(type = "unknown[] | null"))]
        pub block_rules: Option<Vec<Json>>,
        /// The time of the last change.
        pub updated_at: Option<String>,
    }
}

model! {
    /// A file of a message.
    #[cfg_attr(feature = "types", ts(rename = "MagaluAttachment"))]
    pub struct MessageAttachment {
        /// The file's id, which is needed to download it.
        pub id: Option<String>,
        /// The file's name without the extension.
        pub file_name: Option<String>,
        /// The extension.
        pub file_extension: Option<String>,
        /// The file's mime type.
        pub file_type: Option<String>,
    }
}

model! {
    /// An event of a ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluEvent"))]
    pub struct TicketEvent {
        /// The event's id.
        pub id: String,
        /// The reference that the party who created the event gave.
        pub code: Option<String>,
        /// The ticket's id.
        pub ticket_id: Option<String>,
        /// The type of the event.
        #[cfg_attr(feature = "types", ts(as = "Open<EventType>"))]
        pub r#type: EventType,
        /// The time of the event.
        pub created_at: Option<String>,
        /// The time of the last change.
        pub updated_at: Option<String>,
        /// The party that created the event.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub created_by: Option<Json>,
        /// The party that last changed the event.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub updated_by: Option<Json>,
    }
}

model! {
    /// A code with which the customer sends the goods back.
    #[cfg_attr(feature = "types", ts(rename = "MagaluReturn"))]
    pub struct TicketReturn {
        /// The return's id.
        pub id: String,
        /// The ticket's id.
        pub ticket_id: Option<String>,
        /// The code for the carrier.
        pub reverse_code: Option<String>,
        /// The time at which the return was created.
        pub created_at: Option<String>,
        /// The time of the last change.
        pub updated_at: Option<String>,
    }
}

model! {
    /// A write that was accepted and is in progress. Follow its transaction to its end.
    #[cfg_attr(feature = "types", ts(rename = "MagaluAccepted"))]
    pub struct Accepted {
        /// The transaction's id.
        pub transaction_id: String,
        /// The link to the transaction.
        pub links: Option<Vec<Link>>,
    }
}

model! {
    /// A message, an event or a return that was accepted. It has a transaction to follow; an older
    /// version of the documentation shows the new item itself in its place.
    #[cfg_attr(feature = "types", ts(rename = "MagaluSubmitted"))]
    pub struct Submitted {
        /// The transaction's id.
        pub transaction_id: Option<String>,
        /// The link to the transaction.
        pub links: Option<Vec<Link>>,
        /// The id of the new item, if the response is the item itself.
        pub id: Option<String>,
    }
}

model! {
    /// A link.
    #[cfg_attr(feature = "types", ts(rename = "MagaluLink"))]
    pub struct Link {
        /// The path on the API's host.
        pub path: Option<String>,
    }
}

model! {
    /// A transaction: the state and the result of a write.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTransaction"))]
    pub struct Transaction {
        /// The transaction's id.
        pub id: String,
        /// The reference that the caller gave, or one that Magalu created.
        pub code: Option<String>,
        /// The status of the transaction.
        #[cfg_attr(feature = "types", ts(as = "Open<TransactionStatus>"))]
        pub status: TransactionStatus,
        /// The action: `create`. The vendor's table calls it an object, but its example has text.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub operation: Option<Json>,
        /// The path of the request: `channel/v0/tickets`.
        pub trigger_endpoint: Option<String>,
        /// The events of the transaction so far.
        pub events: Option<Vec<TransactionEvent>>,
        /// The time at which the write was accepted.
        pub created_at: Option<String>,
        /// The time of the last change.
        pub updated_at: Option<String>,
    }
}

model! {
    /// An event of a transaction.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTransactionEvent"))]
    pub struct TransactionEvent {
        /// The type of the event.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TransactionEventType>>"))]
        pub event: Option<TransactionEventType>,
        /// The same in words; failed events have none.
        pub message: Option<String>,
        /// The created item (`ticket_id`, …). The vendor's table calls it text, but its example has
        /// an object.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub data: Option<Json>,
        /// The transaction's status after the event.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TransactionStatus>>"))]
        pub status: Option<TransactionStatus>,
        /// The time of the event.
        pub created_at: Option<String>,
    }
}

model! {
    /// The envelope of a page of a list.
    pub struct Collection<T> {
        /// The position of the page in its list.
        pub meta: Option<ListMeta>,
        /// The items.
        pub results: Vec<T>,
    }
}

model! {
    /// The links of a page, by their names.
    pub struct ListLinks {}
}

model! {
    /// The position of a page in its list, and its links.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListMeta"))]
    pub struct ListMeta {
        /// The position of the page.
        pub page: Option<PageMeta>,
        /// Query strings of the pages around it. Even the last page has one of a next page.
        #[cfg_attr(feature = "types", ts(type = "{ previous?: string | null; self?: string | null; next?: string | null } | null"))]
        pub links: Option<ListLinks>,
    }
}

model! {
    /// The position of a page in its list. The API does not state the length of the list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluPageMeta"))]
    pub struct PageMeta {
        /// The requested number of items per page.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub limit: Option<i64>,
        /// The number of items before the page.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub offset: Option<i64>,
        /// The number of items on the page.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub count: Option<i64>,
        /// The most items that a page can have.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub max_limit: Option<i64>,
    }
}

/// The types for TypeScript. The types that these refer to, and the parameters of operations with
/// theirs, are found without being listed.
#[cfg(feature = "types")]
pub const TYPES: &[Type] = &[
    Type::of::<Ticket>(),
    Type::of::<Message>(),
    Type::of::<TicketEvent>(),
    Type::of::<TicketReturn>(),
    Type::of::<Accepted>(),
    Type::of::<Submitted>(),
    Type::of::<Transaction>(),
    Type::of::<ListMeta>(),
    Type::of::<PageMeta>(),
    Type::of::<AttachmentType>(),
    Type::of::<Scope>(),
];

#[cfg(test)]
mod tests;
