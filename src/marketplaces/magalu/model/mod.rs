//! What Magalu's API answers with, and the values it knows.
//!
//! Names and types are those of the vendor's documentation, which could be read in part only. What identifies a thing and
//! what the work on it needs must be in an answer; everything else may be missing or `null`. Times are text: most have no
//! zone, see [`parse_zoneless`](super::time::parse_zoneless).

#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::open_enum::open_enum;
use crate::model::schema::Schema;
use crate::model::{Field, model};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

open_enum! {
    /// What a ticket is about. The sandbox's guide speaks of cancellation and delivery only, so a new ticket of the type
    /// `payment` may be refused.
    pub enum TicketType as "MagaluTicketType" {
        Cancellation = "cancellation": "the order, or a part of it, is cancelled or given back",
        Payment = "payment": "the payment",
        Shipping = "shipping": "the delivery",
    }
}

open_enum! {
    /// Why a ticket is opened. The vendor lists the values only (twelve of them twice); the meanings are what their names
    /// say. Tickets that others opened may have other values, such as `delivery_delay`.
    pub enum TicketReason as "MagaluTicketReason" {
        ShippingDelay = "shipping_delay": "the delivery is late",
        PriceDiscrepancy = "price_discrepancy": "the price is another than agreed",
        IncorrectProduct = "incorrect_product": "a wrong article was delivered",
        MissingDamagedParts = "missing_damaged_parts": "parts are missing or damaged",
        DuplicatedOrder = "duplicated_order": "the order was placed twice",
        PaymentIssue = "payment_issue": "something is wrong with the payment",
        QualityConcern = "quality_concern": "the quality is in doubt",
        ChangeOfMind = "change_of_mind": "the customer has changed his mind",
        Unavailability = "unavailability": "the article is not available",
        CustomerError = "customer_error": "the customer made a mistake",
        UnexpectedCircumstances = "unexpected_circumstances": "something unforeseen happened",
        ShippingAddressIssues = "shipping_address_issues": "something is wrong with the delivery address",
        General = "general": "something else",
        PaymentAuthorizationFailure = "payment_authorization_failure": "the payment was not authorized",
        PaymentDiscrepancy = "payment_discrepancy": "the amount paid is another than due",
    }
}

open_enum! {
    /// How far a ticket is. The vendor publishes no list; these values were seen.
    pub enum TicketStatus as "MagaluTicketStatus" {
        Waiting = "waiting": "somebody's answer is awaited",
        WaitingSeller = "waiting_seller": "it is the seller's turn",
        Closed = "closed": "closed",
    }
}

open_enum! {
    /// Whom a message is for.
    pub enum Destination as "MagaluDestination" {
        Customer = "customer": "the customer",
        Channel = "channel": "Magalu, which mediates",
        Seller = "seller": "the seller",
    }
}

open_enum! {
    /// How far the moderation of a message is. It begins after the message was accepted. Rejected messages vanish from the
    /// API; personal data (CPF, Pix, e-mail, telephone) leads there.
    pub enum ModerationStatus as "MagaluModerationStatus" {
        New = "new": "not looked at yet",
        WaitingModeration = "waiting_moderation": "being looked at",
        Approved = "approved": "the message is delivered",
        Rejected = "rejected": "the message is not delivered",
    }
}

open_enum! {
    /// What happens to a ticket. The vendor documents the values only; the meanings are what their names say.
    pub enum EventType as "MagaluEventType" {
        ProductSent = "product_sent": "the article was sent",
        ReturnInfoSent = "return_info_sent": "how to send the article back was told",
        AuthorizeRefund = "authorize_refund": "the seller authorizes the refund",
        ProductReceived = "product_received": "the article was received",
        ExchangeProductReceived = "exchange_product_received": "the exchanged article was received",
        Refunded = "refunded": "the customer was refunded",
        AddedBankAccount = "added_bank_account": "a bank account was added",
        SlaWaitingCustomerExpired = "sla_waiting_customer_expired": "the customer's time to answer is over",
        RejectionReason = "rejection_reason": "why something was rejected",
        ValidBankAccount = "valid_bank_account": "the bank account is valid",
        WaitingSellerPickup = "waiting_seller_pickup": "the seller is awaited to pick it up",
        SellerAlreadyPickedup = "seller_already_pickedup": "the seller has picked it up",
        WaitingPickupSchedule = "waiting_pickup_schedule": "a date to pick it up is awaited",
        SensitiveDataIdentified = "sensitive_data_identified": "personal data were found",
        SensitiveDataSaved = "sensitive_data_saved": "personal data were stored",
        ReturnInvoice = "return_invoice": "the invoice of the return",
        CancelInvoice = "cancel_invoice": "the invoice is cancelled",
        Delivery = "delivery": "a delivery",
        WithdrawnProduct = "withdrawn_product": "the article was picked up",
        WaitingPickedUp = "waiting_picked_up": "waiting for it to be picked up",
        ValidatingReturnInvoice = "validating_return_invoice": "the invoice of the return is being checked",
        WaitingRefundRelease = "waiting_refund_release": "the release of the refund is awaited",
    }
}

open_enum! {
    /// The events that a seller may create, on tickets of the type `cancellation` only.
    pub enum NewEventType as "MagaluNewEventType" {
        AuthorizeRefund = "authorize_refund": "authorize the refund; needs an earlier `product_sent` or `product_received`",
        ProductSent = "product_sent": "the article was sent",
        ProductReceived = "product_received": "the article came back",
        ReturnInfoSent = "return_info_sent": "how to send the article back was told",
    }
}

open_enum! {
    /// How far a transaction is. That the last three are its end is concluded, not documented.
    pub enum TransactionStatus as "MagaluTransactionStatus" {
        Pending = "pending": "in the queue",
        Processing = "processing": "being worked on",
        Completed = "completed": "done",
        Failed = "failed": "failed",
        Cancelled = "cancelled": "given up",
    }
}

open_enum! {
    /// What an event of a transaction tells.
    pub enum TransactionEventType as "MagaluTransactionEventType" {
        Info = "info": "something to know",
        Failure = "failure": "something failed",
        Transition = "transition": "the transaction has another status",
        Delay = "delay": "the transaction takes longer",
    }
}

open_enum! {
    /// What an application may be allowed to do.
    pub enum Scope as "MagaluScope" {
        TicketsRead = "open:tickets-seller:read": "read tickets",
        TicketsWrite = "open:tickets-seller:write": "open tickets",
        MessagesRead = "open:ticket-messages-seller:read": "read messages and attachments",
        MessagesWrite = "open:ticket-messages-seller:write": "write messages",
        EventsRead = "open:ticket-events-seller:read": "read events",
        EventsWrite = "open:ticket-events-seller:write": "create events",
        ReturnsRead = "open:ticket-returns-seller:read": "read returns (Portuguese pages; English ones name the scope of messages)",
        ReturnsWrite = "open:ticket-returns-seller:write": "create returns (Portuguese pages; English ones name the scope of messages)",
        TransactionsRead = "open:sac-transaction-seller:read": "read transactions, which is needed to follow what was accepted",
    }
}

open_enum! {
    /// What may be attached to a message.
    pub enum AttachmentType as "MagaluAttachmentType" {
        Jpeg = "image/jpeg": "JPEG image",
        Png = "image/png": "PNG image",
        Pdf = "application/pdf": "PDF",
    }
}

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
mod tests {
    use super::*;
    use crate::marketplaces::testing::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn ticket() -> BoxedStrategy<Value> {
        let quantity = prop_oneof![any::<i64>().prop_map(Value::from), Just(json!("2")), Just(json!(1.5)), anything()];
        let item =
            fields(vec![], vec![("id", text()), ("sku", text()), ("image", text()), ("quantity", quantity.boxed())]);
        let seller = fields(vec![], vec![("id", text()), ("name", text())]);
        let delivery = fields(vec![], vec![("id", text()), ("seller", seller), ("items", list(item))]);
        let order = fields(vec![], vec![("id", text()), ("code", text()), ("delivery", delivery)]);
        let channel = fields(vec![], vec![("id", text()), ("alias", text())]);
        fields(
            vec![
                ("id", text()),
                ("type", value_of(TicketType::VALUES)),
                ("status", value_of(TicketStatus::VALUES)),
                ("created_at", text()),
                ("updated_at", text()),
            ],
            vec![
                ("code", text()),
                ("closed", any::<bool>().prop_map(Value::from).boxed()),
                ("reason", value_of(TicketReason::VALUES)),
                ("protocol", text()),
                ("due_date", text()),
                ("origin", text()),
                ("channel", channel),
                ("order", order),
            ],
        )
    }

    fn message() -> BoxedStrategy<Value> {
        let owner = fields(vec![], vec![("name", text()), ("code", text())]);
        let sender = fields(
            vec![],
            vec![("id", text()), ("name", text()), ("type", value_of(Destination::VALUES)), ("owner", owner)],
        );
        let moderation = fields(
            vec![],
            vec![("status", value_of(ModerationStatus::VALUES)), ("block_rules", list(anything().boxed()))],
        );
        let attachment = fields(vec![], vec![("id", text()), ("file_name", text()), ("file_type", text())]);
        fields(
            vec![("id", text()), ("message", text())],
            vec![
                ("code", text()),
                ("ticket", fields(vec![], vec![("id", text())])),
                ("sender", sender),
                ("moderation", moderation),
                ("attachments", list(attachment)),
                ("destination", value_of(Destination::VALUES)),
                ("created_at", text()),
            ],
        )
    }

    fn event() -> BoxedStrategy<Value> {
        fields(
            vec![("id", text()), ("type", value_of(EventType::VALUES))],
            vec![("code", text()), ("ticket_id", text()), ("created_at", text()), ("created_by", anything().boxed())],
        )
    }

    fn transaction() -> BoxedStrategy<Value> {
        let event = fields(
            vec![],
            vec![
                ("event", value_of(TransactionEventType::VALUES)),
                ("message", text()),
                ("data", anything().boxed()),
                ("status", value_of(TransactionStatus::VALUES)),
                ("created_at", text()),
            ],
        );
        fields(
            vec![("id", text()), ("status", value_of(TransactionStatus::VALUES))],
            vec![("code", text()), ("operation", anything().boxed()), ("events", list(event))],
        )
    }

    fn page_of(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
        let number = || any::<i64>().prop_map(Value::from).boxed();
        let page = fields(
            vec![],
            vec![("limit", number()), ("offset", number()), ("count", number()), ("max_limit", number())],
        );
        let links = fields(vec![], vec![("previous", text()), ("self", text()), ("next", text())]);
        let meta = fields(vec![], vec![("page", page), ("links", links)]);
        fields(vec![("results", list(item))], vec![("meta", meta)])
    }

    proptest! {
        #[test]
        fn checking_and_building_agree(mut json in page_of(ticket()), other in transaction(), at in 0usize..60, new in anything()) {
            prop_assert_eq!(verdicts::<Collection<Ticket>>(&json), (true, true));
            put(&mut json, &mut { at }, &new);
            let (checked, built) = verdicts::<Collection<Ticket>>(&json);
            prop_assert_eq!(checked, built, "{}", json);
            let mut other = other;
            put(&mut other, &mut { at }, &new);
            let (checked, built) = verdicts::<Transaction>(&other);
            prop_assert_eq!(checked, built, "{}", other);
        }

        #[test]
        fn nothing_of_a_page_of_tickets_is_lost(json in page_of(ticket())) {
            prop_assert_eq!(again::<Collection<Ticket>>(&json), json);
        }

        #[test]
        fn nothing_of_messages_events_and_transactions_is_lost(
            messages in page_of(message()),
            events in page_of(event()),
            transactions in page_of(transaction()),
        ) {
            prop_assert_eq!(again::<Collection<Message>>(&messages), messages);
            prop_assert_eq!(again::<Collection<TicketEvent>>(&events), events);
            prop_assert_eq!(again::<Collection<Transaction>>(&transactions), transactions);
        }
    }

    /// The ticket of the vendor's page, with values of our own.
    fn documented() -> Value {
        json!({
            "id": "99999999-aaaa-4bbb-8ccc-ddddeeeeffff", "code": null, "type": "shipping", "status": "waiting_seller",
            "closed": false, "reason": null, "protocol": "202602000000321", "due_date": "2026-02-03T10:00:00",
            "origin": "customer", "created_at": "2026-02-01T10:00:00", "updated_at": "2026-02-01T10:00:09",
            "channel": { "id": "9fe0d853-732b-4e4a-a0b0-cff988ed043d" },
            "order": { "id": "o", "code": "c", "delivery": { "id": "d", "seller": { "id": "s", "name": "n" },
                "items": [{ "id": "a", "quantity": 1 }, { "id": "b", "quantity": "2" }, { "id": "c" }] } },
        })
    }

    #[test]
    fn a_ticket_is_read_into_its_fields() {
        let ticket: Ticket = serde_json::from_value(documented()).unwrap();
        assert_eq!(
            (ticket.status.as_str(), ticket.reason.clone(), ticket.is_closed()),
            ("waiting_seller", None, false)
        );
        let items = ticket.order.and_then(|order| order.delivery).and_then(|delivery| delivery.items).unwrap();
        let counts: Vec<_> = items.iter().map(|item| item.quantity.as_ref().and_then(Quantity::count)).collect();
        assert_eq!(counts, [Some(1), Some(2), None]);
        for name in ["id", "type", "status", "created_at", "updated_at"] {
            let mut json = documented();
            json.as_object_mut().unwrap().remove(name);
            let error = serde_json::from_value::<Ticket>(json).unwrap_err().to_string();
            assert_eq!(error, format!("missing field `{name}`"));
        }
    }

    #[test]
    fn a_quantity_is_a_whole_number_in_either_form() {
        for (value, count) in [
            (json!(3), Some(3)),
            (json!("3"), Some(3)),
            (json!(" 3 "), Some(3)),
            (json!(i64::MAX), Some(i64::MAX)),
            (json!(1.5), None),
            (json!("1.5"), None),
            (json!("three"), None),
            (json!(true), None),
        ] {
            assert_eq!(Quantity(value.clone()).count(), count, "{value}");
        }
    }

    #[test]
    fn a_ticket_is_closed_by_flag_or_status() {
        for (closed, status, is_closed) in [
            (Some(true), "waiting_seller", true),
            (Some(false), "closed", true),
            (None, "closed", true),
            (None, "waiting", false),
            (Some(false), "waiting", false),
        ] {
            let ticket = Ticket { closed, status: status.into(), ..Ticket::default() };
            assert_eq!(ticket.is_closed(), is_closed);
        }
    }

    #[test]
    fn the_documented_values_are_all_there_once() {
        for (values, count) in [
            (TicketType::VALUES, 3),
            (TicketReason::VALUES, 15),
            (TicketStatus::VALUES, 3),
            (Destination::VALUES, 3),
            (ModerationStatus::VALUES, 4),
            (EventType::VALUES, 22),
            (NewEventType::VALUES, 4),
            (TransactionStatus::VALUES, 5),
            (TransactionEventType::VALUES, 4),
            (Scope::VALUES, 9),
            (AttachmentType::VALUES, 3),
        ] {
            let unique: std::collections::HashSet<_> = values.iter().collect();
            assert_eq!((values.len(), unique.len()), (count, count), "{values:?}");
        }
        assert!(NewEventType::VALUES.iter().all(|value| EventType::VALUES.contains(value)));
    }
}
