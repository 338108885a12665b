//! What Magalu's API answers with, and the values it knows.
//!
//! Names and types are those of the vendor's documentation, which could be read in part only. What
//! identifies a thing and what the work on it needs must be in an answer; everything else may be
//! missing or `null`. Times are text: most have no zone, see
//! [`parse_zoneless`](super::time::parse_zoneless).

mod values;

#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::schema::Schema;
use crate::model::{Field, model};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use values::{
    AttachmentType, Destination, EventType, ModerationStatus, NewEventType, Scope, TicketReason, TicketStatus,
    TicketType, TransactionEventType, TransactionStatus,
};

/// A count that comes as a number or as text: the vendor's table says text, its example has a number. It is kept as it
/// came.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub Value);

impl Quantity {
    /// The count, if it is a whole number in either form.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        match &self.0 {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }
}

impl Field for Quantity {
    const SCHEMA: Schema = Schema::Any;
}

model! {
    /// A ticket (*protocolo*). It does not say who bought; its messages do.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTicket"))]
    pub struct Ticket {
        /// The ticket's id.
        pub id: String,
        /// The reference that whoever opened it gave.
        pub code: Option<String>,
        /// What it is about.
        #[cfg_attr(feature = "types", ts(as = "Open<TicketType>"))]
        pub r#type: TicketType,
        /// How far it is.
        #[cfg_attr(feature = "types", ts(as = "Open<TicketStatus>"))]
        pub status: TicketStatus,
        /// Whether it is closed; see also `status`.
        pub closed: Option<bool>,
        /// Why it was opened.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TicketReason>>"))]
        pub reason: Option<TicketReason>,
        /// The number under which the customer knows it.
        pub protocol: Option<String>,
        /// Until when something is to be done.
        pub due_date: Option<String>,
        /// Who opened it: `customer`.
        pub origin: Option<String>,
        /// When it was opened: `2026-02-01T10:00:00`, without a zone.
        pub created_at: String,
        /// When it last changed.
        pub updated_at: String,
        /// Where the goods were sold.
        pub channel: Option<Channel>,
        /// The order.
        pub order: Option<Order>,
    }
}

impl Ticket {
    /// Whether it is closed: by its flag or by its status.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed == Some(true) || self.status == TicketStatus::Closed
    }
}

model! {
    /// Where goods are sold.
    #[cfg_attr(feature = "types", ts(rename = "MagaluChannel"))]
    pub struct Channel {
        /// The channel's id.
        pub id: Option<String>,
        /// Its name.
        pub alias: Option<String>,
    }
}

model! {
    /// The order of a ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluOrder"))]
    pub struct Order {
        /// The order's id.
        pub id: Option<String>,
        /// Its number.
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
        /// Who sold.
        pub seller: Option<Seller>,
        /// The articles that the ticket is about.
        pub items: Option<Vec<Item>>,
    }
}

model! {
    /// Who sold.
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
        /// Its name.
        pub name: Option<String>,
        /// Its description.
        pub description: Option<String>,
        /// The address of its picture.
        pub image: Option<String>,
        /// How many: a number, or a number as text.
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
        /// What was written.
        pub message: String,
        /// The reference that whoever wrote it gave.
        pub code: Option<String>,
        /// The ticket.
        pub ticket: Option<TicketRef>,
        /// Who wrote it.
        pub sender: Option<Sender>,
        /// How far its moderation is.
        pub moderation: Option<Moderation>,
        /// The files.
        pub attachments: Option<Vec<MessageAttachment>>,
        /// Whom it is for.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Destination>>"))]
        pub destination: Option<Destination>,
        /// When it was written.
        pub created_at: Option<String>,
        /// When it last changed.
        pub updated_at: Option<String>,
    }
}

model! {
    /// A ticket by its id.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTicketRef"))]
    pub struct TicketRef {
        /// The ticket's id.
        pub id: Option<String>,
    }
}

model! {
    /// Who wrote a message.
    #[cfg_attr(feature = "types", ts(rename = "MagaluSender"))]
    pub struct Sender {
        /// The sender's id.
        pub id: Option<String>,
        /// The sender's name.
        pub name: Option<String>,
        /// On which side.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Destination>>"))]
        pub r#type: Option<Destination>,
        /// Which person there. The vendor's example has name and code the wrong way round.
        pub owner: Option<Owner>,
    }
}

model! {
    /// A person who writes for the seller.
    #[cfg_attr(feature = "types", ts(rename = "MagaluOwner"))]
    pub struct Owner {
        /// The person's name.
        pub name: Option<String>,
        /// What the seller's own system calls the person.
        pub code: Option<String>,
    }
}

model! {
    /// How far the moderation of a message is.
    #[cfg_attr(feature = "types", ts(rename = "MagaluModeration"))]
    pub struct Moderation {
        /// Its id.
        pub id: Option<String>,
        /// Its result.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ModerationStatus>>"))]
        pub status: Option<ModerationStatus>,
        /// What the message breaks. The vendor does not document what these look like.
        #[cfg_attr(feature = "types", ts(type = "unknown[] | null"))]
        pub block_rules: Option<Vec<Value>>,
        /// When it last changed.
        pub updated_at: Option<String>,
    }
}

model! {
    /// A file of a message.
    #[cfg_attr(feature = "types", ts(rename = "MagaluAttachment"))]
    pub struct MessageAttachment {
        /// Its id, with which it can be downloaded.
        pub id: Option<String>,
        /// Its name without the extension.
        pub file_name: Option<String>,
        /// The extension.
        pub file_extension: Option<String>,
        /// Its mime type.
        pub file_type: Option<String>,
    }
}

model! {
    /// Something that happened to a ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluEvent"))]
    pub struct TicketEvent {
        /// The event's id.
        pub id: String,
        /// The reference that whoever created it gave.
        pub code: Option<String>,
        /// The ticket's id.
        pub ticket_id: Option<String>,
        /// What happened.
        #[cfg_attr(feature = "types", ts(as = "Open<EventType>"))]
        pub r#type: EventType,
        /// When.
        pub created_at: Option<String>,
        /// When it last changed.
        pub updated_at: Option<String>,
        /// Who created it.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub created_by: Option<Value>,
        /// Who changed it last.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub updated_by: Option<Value>,
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
        /// When it was made.
        pub created_at: Option<String>,
        /// When it last changed.
        pub updated_at: Option<String>,
    }
}

model! {
    /// A write that was accepted and is worked on. Follow its transaction to its end.
    #[cfg_attr(feature = "types", ts(rename = "MagaluAccepted"))]
    pub struct Accepted {
        /// The transaction's id.
        pub transaction_id: String,
        /// Where the transaction can be read.
        pub links: Option<Vec<Link>>,
    }
}

model! {
    /// A message, an event or a return that was accepted. It has a transaction to follow; an older version of the
    /// documentation shows the new thing itself in its place.
    #[cfg_attr(feature = "types", ts(rename = "MagaluSubmitted"))]
    pub struct Submitted {
        /// The transaction's id.
        pub transaction_id: Option<String>,
        /// Where the transaction can be read.
        pub links: Option<Vec<Link>>,
        /// The id of the new thing, where the answer is the thing itself.
        pub id: Option<String>,
    }
}

model! {
    /// Where something can be read.
    #[cfg_attr(feature = "types", ts(rename = "MagaluLink"))]
    pub struct Link {
        /// The path on the API's host.
        pub path: Option<String>,
    }
}

model! {
    /// What became of a write.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTransaction"))]
    pub struct Transaction {
        /// The transaction's id.
        pub id: String,
        /// The reference that the caller gave, or one of Magalu's.
        pub code: Option<String>,
        /// How far it is.
        #[cfg_attr(feature = "types", ts(as = "Open<TransactionStatus>"))]
        pub status: TransactionStatus,
        /// What is done: `create`. The vendor's table calls it an object, its example has text.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub operation: Option<Value>,
        /// The path that it came in by: `channel/v0/tickets`.
        pub trigger_endpoint: Option<String>,
        /// What happened so far.
        pub events: Option<Vec<TransactionEvent>>,
        /// When it was accepted.
        pub created_at: Option<String>,
        /// When it last changed.
        pub updated_at: Option<String>,
    }
}

model! {
    /// Something that happened to a transaction.
    #[cfg_attr(feature = "types", ts(rename = "MagaluTransactionEvent"))]
    pub struct TransactionEvent {
        /// What it tells.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TransactionEventType>>"))]
        pub event: Option<TransactionEventType>,
        /// The same in words; failures of events have none.
        pub message: Option<String>,
        /// What was made (`ticket_id`, …). The vendor's table calls it text, its example has an object.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        pub data: Option<Value>,
        /// The transaction's status from then on.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TransactionStatus>>"))]
        pub status: Option<TransactionStatus>,
        /// When.
        pub created_at: Option<String>,
    }
}

model! {
    /// The envelope of a page of a list.
    pub struct Collection<T> {
        /// Which part of the list it is.
        pub meta: Option<ListMeta>,
        /// The items.
        pub results: Vec<T>,
    }
}

model! {
    /// Which part of a list a page is.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListMeta"))]
    pub struct ListMeta {
        /// Its place.
        pub page: Option<PageMeta>,
        /// Query strings of the pages around it. The next one is there at the end of a list, too.
        #[cfg_attr(feature = "types", ts(type = "{ previous?: string | null; self?: string | null; next?: string | null } | null"))]
        pub links: Option<Map<String, Value>>,
    }
}

model! {
    /// The place of a page in its list. Nothing says how long the list is.
    #[cfg_attr(feature = "types", ts(rename = "MagaluPageMeta"))]
    pub struct PageMeta {
        /// How many items a page has at most.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub limit: Option<i64>,
        /// How many items come before.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub offset: Option<i64>,
        /// How many items this page has.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub count: Option<i64>,
        /// How many items a page can have at most.
        #[cfg_attr(feature = "types", ts(optional, type = "number | null"))]
        pub max_limit: Option<i64>,
    }
}

#[cfg(test)]
mod tests;
