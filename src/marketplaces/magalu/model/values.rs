//! The values that Magalu's API uses, each with its meaning.

use crate::model::open_enum::open_enum;

open_enum! {
    /// The type of a ticket. The sandbox's guide mentions cancellation and delivery only, so the
    /// API may reject a new ticket of the type `payment`.
    pub enum TicketType as "MagaluTicketType" {
        Cancellation = "cancellation": "the order, or a part of it, is cancelled or given back",
        Payment = "payment": "the payment",
        Shipping = "shipping": "the delivery",
    }
}

open_enum! {
    /// The reason for opening a ticket. The vendor lists the values only (twelve of them twice);
    /// the meanings follow from the names. Tickets that others opened may have other values, such
    /// as `delivery_delay`.
    pub enum TicketReason as "MagaluTicketReason" {
        ShippingDelay = "shipping_delay": "the delivery is late",
        PriceDiscrepancy = "price_discrepancy": "the price is another than agreed",
        IncorrectProduct = "incorrect_product": "a wrong article was delivered",
        MissingDamagedParts = "missing_damaged_parts": "parts are missing or damaged",
        DuplicatedOrder = "duplicated_order": "the order was placed twice",
        PaymentIssue = "payment_issue": "something is wrong with the payment",
        QualityConcern = "quality_concern": "the quality is in doubt",
        ChangeOfMind = "change_of_mind": "the customer has had a change of mind",
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
    /// The status of a ticket. The vendor publishes no list; these values were observed.
    pub enum TicketStatus as "MagaluTicketStatus" {
        Waiting = "waiting": "somebody's answer is awaited",
        WaitingSeller = "waiting_seller": "it is the seller's turn",
        Closed = "closed": "closed",
    }
}

open_enum! {
    /// The recipient of a message.
    pub enum Destination as "MagaluDestination" {
        Customer = "customer": "the customer",
        Channel = "channel": "Magalu, which mediates",
        Seller = "seller": "the seller",
    }
}

open_enum! {
    /// The moderation status of a message. Moderation begins after the API accepts the message.
    /// Rejected messages disappear from the API; personal data (CPF, Pix, email, telephone) cause a
    /// rejection.
    pub enum ModerationStatus as "MagaluModerationStatus" {
        New = "new": "not checked yet",
        WaitingModeration = "waiting_moderation": "being checked",
        Approved = "approved": "the message is delivered",
        Rejected = "rejected": "the message is not delivered",
    }
}

open_enum! {
    /// The type of a ticket's event. The vendor documents the values only; the meanings follow from
    /// the names.
    pub enum EventType as "MagaluEventType" {
        ProductSent = "product_sent": "the article was sent",
        ReturnInfoSent = "return_info_sent": "the instructions for the return were sent",
        AuthorizeRefund = "authorize_refund": "the seller authorizes the refund",
        ProductReceived = "product_received": "the article was received",
        ExchangeProductReceived = "exchange_product_received": "the exchanged article was received",
        Refunded = "refunded": "the customer was refunded",
        AddedBankAccount = "added_bank_account": "a bank account was added",
        SlaWaitingCustomerExpired = "sla_waiting_customer_expired": "the customer's time to answer is over",
        RejectionReason = "rejection_reason": "the reason for a rejection",
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

/// The events that a seller may create, on tickets of the type `cancellation` only. The page on
/// creating events lists all types; that of the sandbox names only `authorize_refund`,
/// `product_sent`, `product_received` and `return_info_sent`. `authorize_refund` needs an earlier
/// `product_sent` or `product_received`.
pub type NewEventType = EventType;

open_enum! {
    /// The status of a transaction. It is inferred, not documented, that the last three are final.
    pub enum TransactionStatus as "MagaluTransactionStatus" {
        Pending = "pending": "in the queue",
        Processing = "processing": "being worked on",
        Completed = "completed": "done",
        Failed = "failed": "failed",
        Cancelled = "cancelled": "given up",
    }
}

open_enum! {
    /// The type of a transaction's event.
    pub enum TransactionEventType as "MagaluTransactionEventType" {
        Info = "info": "something to know",
        Failure = "failure": "something failed",
        Transition = "transition": "the transaction has another status",
        Delay = "delay": "the transaction takes longer",
    }
}

open_enum! {
    /// The scopes of an application.
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
    /// The type of a message's file.
    pub enum AttachmentType as "MagaluAttachmentType" {
        Jpeg = "image/jpeg": "JPEG image",
        Png = "image/png": "PNG image",
        Pdf = "application/pdf": "PDF",
    }
}
