//! The documented values of Kaufland's API with their meanings.

use crate::model::open_enum::open_enum;

open_enum! {
    /// The status of a ticket. Only `opened` tickets are unresolved.
    pub enum TicketStatus {
        Opened = "opened": "unresolved; seller, buyer and customer service can write",
        BuyerClosed = "buyer_closed": "closed by the buyer",
        SellerClosed = "seller_closed": "closed by the seller",
        BothClosed = "both_closed": "closed by the buyer and by the seller",
        CustomerServiceClosedFinal = "customer_service_closed_final": "closed by Kaufland's customer service for good",
    }
}

open_enum! {
    /// The reason for which a ticket was opened. The meanings are from the vendor's guide.
    pub enum TicketReason {
        ProductNotAsDescribed = "product_not_as_described": "the ordered article was not in the described condition or version",
        ProductDefect = "product_defect": "an ordered article has a defect",
        ProductNotDelivered = "product_not_delivered": "an ordered article was not delivered yet",
        ProductReturn = "product_return": "return of an ordered article",
        ContactOther = "contact_other": "miscellaneous question",
    }
}

open_enum! {
    /// The topic of a ticket, which is finer than its reason. The vendor documents only the values;
    /// the meanings are taken from their names.
    pub enum TicketTopic {
        OrderCancel = "order_cancel": "cancel an order",
        OrderProductDefect = "order_product_defect": "an ordered article is defective",
        OrderOtherQuestion = "order_other_question": "another question about an order",
        DeliveryNotReceived = "delivery_not_received": "the delivery was not received",
        DeliveryDelayed = "delivery_delayed": "the delivery is late",
        DeliveryWrongProducts = "delivery_wrong_products": "wrong articles were delivered",
        DeliveryPartsMissing = "delivery_parts_missing": "parts of the delivery are missing",
        DeliveryChangeAddress = "delivery_change_address": "change the delivery address",
        DeliveryToStore = "delivery_to_store": "delivery to a store",
        DeliveryOtherQuestion = "delivery_other_question": "another question about a delivery",
        ReturnCheckStatus = "return_check_status": "the status of a return",
        ReturnRequestLabel = "return_request_label": "a return label is needed",
        IssuePaypal = "issue_paypal": "payment with PayPal",
        IssueKlarna = "issue_klarna": "payment with Klarna",
        IssueCreditcard = "issue_creditcard": "payment by credit card",
        IssueSofort = "issue_sofort": "payment with Sofort",
        IssueConsorsfinanz = "issue_consorsfinanz": "payment with Consors Finanz",
        IssueCashinadvance = "issue_cashinadvance": "payment in advance",
        IssuePayback = "issue_payback": "Payback points",
        IssueBarzahlen = "issue_barzahlen": "payment with Barzahlen",
        IssueCoupon = "issue_coupon": "a coupon",
        InvoiceNeeded = "invoice_needed": "an invoice is needed",
        Admonition = "admonition": "an admonition",
        AccountNewsletter = "account_newsletter": "the newsletter",
        AccountLogin = "account_login": "logging in to the account",
        AccountCancel = "account_cancel": "closing the account",
        AccountOther = "account_other": "another question about the account",
        AccountAgeVerification = "account_age_verification": "age verification of the account",
        ProductProperties = "product_properties": "properties of an article",
        ProductAvailability = "product_availability": "the availability of an article",
        ProductOtherQuestion = "product_other_question": "another question about an article",
        AccountCashOutBalance = "account_cash_out_balance": "paying out the account's balance",
        OldDeviceTakeBack = "old_device_take_back": "taking back an old device",
        OtherQuestion = "other_question": "another question",
        Fraud = "fraud": "fraud",
        IssueGooglepay = "issue_googlepay": "payment with Google Pay",
        IssueApplepay = "issue_applepay": "payment with Apple Pay",
        IssueClickToPay = "issue_click_to_pay": "payment with Click to Pay",
        InvoiceProblem = "invoice_problem": "something is wrong with an invoice",
        IssueBlik = "issue_blik": "payment with BLIK",
        KauflandCard = "kaufland_card": "the Kaufland Card",
        CsNagativeRating = "cs_nagative_rating": "a negative rating of the customer service (the vendor's own spelling)",
    }
}

open_enum! {
    /// The party that ships the goods.
    pub enum FulfillmentType {
        FulfilledByMerchant = "fulfilled_by_merchant": "the seller sends the goods",
        FulfilledByKaufland = "fulfilled_by_kaufland": "Kaufland sends the goods (a deprecated value)",
    }
}

open_enum! {
    /// The country of a storefront. The vendor's examples sometimes use upper case, so compare
    /// without case.
    pub enum Storefront {
        De = "de": "Germany",
        Cz = "cz": "Czechia",
        Sk = "sk": "Slovakia",
        Pl = "pl": "Poland",
        At = "at": "Austria",
        Fr = "fr": "France",
        It = "it": "Italy",
        Es = "es": "Spain",
        Nl = "nl": "the Netherlands",
    }
}

impl Storefront {
    /// Returns whether both are the same country, compared without case.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.as_str().eq_ignore_ascii_case(other.as_str())
    }
}

open_enum! {
    /// The author's role. Requests of a buyer, such as a return, often come from `system`, so the
    /// role alone does not tell the direction of a message.
    pub enum AuthorRole {
        Seller = "seller": "the seller",
        Buyer = "buyer": "the buyer",
        System = "system": "the marketplace itself",
        CustomerService = "customer_service": "Kaufland's customer service",
    }
}

open_enum! {
    /// The status of an order unit.
    pub enum OrderUnitStatus {
        Cancelled = "cancelled": "cancelled",
        NeedToBeSent = "need_to_be_sent": "to be sent by the seller",
        Open = "open": "ordered, not yet to be sent",
        Received = "received": "received by the buyer",
        Returned = "returned": "returned by the buyer",
        ReturnedPaid = "returned_paid": "returned, and paid back",
        Sent = "sent": "sent",
        SentAndAutopaid = "sent_and_autopaid": "sent, and paid out automatically",
    }
}

open_enum! {
    /// The currency of an order unit.
    pub enum Currency {
        Eur = "EUR": "euro",
        Czk = "CZK": "Czech koruna",
        Pln = "PLN": "Polish złoty",
    }
}

open_enum! {
    /// The parts that can be included in a ticket.
    pub enum Embedded {
        Buyer = "buyer": "the buyer",
        Product = "product": "the article",
        Messages = "messages": "the whole thread",
        OrderUnits = "order_units": "the order units that it is about",
        Files = "files": "the files that were attached",
    }
}

open_enum! {
    /// The order of tickets; only descending orders exist.
    pub enum SortTickets {
        CreatedDesc = "ts_created_iso:desc": "the last opened first",
        UpdatedDesc = "ts_updated_iso:desc": "the last changed first",
    }
}

open_enum! {
    /// The order of messages.
    pub enum SortMessages {
        CreatedDesc = "ts_created_iso:desc": "newest first",
        CreatedAsc = "ts_created_iso:asc": "oldest first",
    }
}

open_enum! {
    /// The file types that may be attached to a message. The names are from the vendor's guide.
    pub enum AttachmentType {
        Text = "text/plain": "plain text",
        Png = "image/png": "PNG image",
        Jpeg = "image/jpeg": "JPEG image",
        Gif = "image/gif": "GIF animation",
        Tiff = "image/tiff": "TIFF image",
        Pdf = "application/pdf": "PDF",
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "MS Excel sheet (XLSX)",
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "MS Word document (DOCX)",
        Doc = "application/msword": "MS Word document (DOC)",
    }
}

open_enum! {
    /// The vendor's problem types that matter for tickets.
    pub enum ProblemType {
        BadRequest = "/problems/bad-request": "the request is not valid",
        ValidationError = "/problems/validation-error": "a value in the request is not valid",
        MissingOrInvalidRequestHeader = "/problems/missing-or-invalid-request-header": "a header is missing or not valid",
        Unauthorized = "/problems/unauthorized": "the credentials were not accepted",
        InvalidCredentials = "/problems/invalid-credentials": "the client key is not known",
        CorruptedSignature = "/problems/corrupted-signature": "the signature does not fit the request: the secret key is wrong, or the URL or body was changed on the way",
        InactiveAccount = "/problems/inactive-account": "the seller's account is not active",
        Forbidden = "/problems/forbidden": "the account may not do this",
        NotFound = "/problems/not-found": "there is no such ticket or order unit",
        DuplicateAction = "/problems/duplicate-action": "this was done already",
        ActionNotAllowed = "/problems/action-not-allowed": "the present state does not allow this",
        StorefrontNotConfigured = "/problems/storefront-not-configured": "the storefront is not set up for this account",
        InternalActionRestriction = "/problems/tickets/internal-action-restriction": "only Kaufland itself may do this",
        FbkActionRestriction = "/problems/tickets/fbk-action-restriction": "this is not possible for goods that Kaufland sends",
        NonClosableBySeller = "/problems/tickets/non-closable-by-seller": "the seller may not close this ticket",
        FinallyClosed = "/problems/tickets/finally-closed": "the ticket is closed for good: it takes no message and cannot be closed again",
        AttachmentsUploadFailure = "/problems/tickets/attachments-upload-failure": "the files could not be stored",
        ServerError = "/problems/server-error": "the marketplace failed",
        ServiceUnavailable = "/problems/service-unavailable": "the marketplace is not available now",
    }
}
