//! The models of ClickBank's responses, and the values that its API uses.
//!
//! Names and values are those of the vendor's XML schemas. There, every element except a ticket's
//! id may be missing or nil. Ids are text of digits and amounts are decimal text, as in the API's
//! JSON, so that nothing is rounded.
//!
//! Requests and responses use different values for the same thing: `rfnd` and `REFUND`, `open` and
//! `OPEN`.

#![allow(non_snake_case, reason = "fields have the vendor's names")]

use crate::model::model;
#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::open_enum::open_enum;
use crate::rules::input::{FromInput, wrong_type};
use crate::rules::rule::{Typed, ValueKind};
use crate::rules::value::{Given, Tree, UrlValue};
use crate::rules::violation::Violations;
#[cfg(feature = "types")]
use crate::vendor::typescript::Type;
use crate::wire::json::Json;

open_enum! {
    /// The type that a new or changed ticket requests.
    pub enum TypeCode as "ClickBankTypeCode" {
        Refund = "rfnd": "refund: pays the receipt back and, for a recurring product, ends future billing",
        Cancel = "cncl": "cancellation: ends future billing of a recurring product without paying back; pays any other product back",
        TechSupport = "tech": "technical support: moves no money",
    }
}

open_enum! {
    /// The status of the tickets in a list.
    pub enum StatusFilter as "ClickBankStatusFilter" {
        Open = "open": "open",
        Reopened = "reopened": "open again after it was closed",
        Closed = "closed": "closed",
    }
}

open_enum! {
    /// The action on a ticket. Without an action a comment is added.
    pub enum Action as "ClickBankAction" {
        Change = "change": "makes it a ticket of another type; one that becomes a refund is paid back in full",
        Close = "close": "cancels the ticket; an open refund is not paid back then",
        Reopen = "reopen": "opens a closed ticket again, with a comment",
    }
}

open_enum! {
    /// The extent of a refund.
    pub enum RefundType as "ClickBankRefundType" {
        Full = "FULL": "all of it",
        PartialPercent = "PARTIAL_PERCENT": "1 to 80 per cent of it",
        PartialAmount = "PARTIAL_AMOUNT": "an amount in the customer's currency",
    }
}

open_enum! {
    /// The reason for creating a ticket. A reason belongs to one type, which its name begins with.
    /// The meanings are the vendor's.
    pub enum Reason as "ClickBankReason" {
        Cancel1 = "ticket.type.cancel.1": "I did not receive additional value for the recurring payments",
        Cancel2 = "ticket.type.cancel.2": "I was not satisfied with the subscription / Subscription did not meet expectations",
        Cancel3 = "ticket.type.cancel.3": "I was unable to get support from the vendor",
        Cancel4 = "ticket.type.cancel.4": "Product was not compatible with my computer",
        Cancel5 = "ticket.type.cancel.5": "I am unable to afford continuing payments for this subscription",
        Cancel6 = "ticket.type.cancel.6": "I did not realize that I accepted the terms for continuing payments",
        Cancel7 = "ticket.type.cancel.7": "Other",
        CancelNotMobile = "ticket.type.cancel.not.mobile": "Product was not compatible with my mobile device",
        Refund1 = "ticket.type.refund.1": "I never received my product",
        Refund2 = "ticket.type.refund.2": "I was not satisfied with the product / Product did not meet expectations",
        Refund3 = "ticket.type.refund.3": "Product was not compatible with my computer",
        Refund4 = "ticket.type.refund.4": "I was unable to get technical support",
        Refund5 = "ticket.type.refund.5": "I did not authorize the purchase",
        Refund6 = "ticket.type.refund.6": "I do not recognize the purchase",
        Refund7 = "ticket.type.refund.7": "Duplicate purchase / Or already purchased product previously",
        RefundReturned = "ticket.type.refund.returned": "Product returned",
        Refund8 = "ticket.type.refund.8": "Other",
        RefundNotMobile = "ticket.type.refund.not.mobile": "Product was not compatible with my mobile device",
        TechSupport1 = "ticket.type.tech_support.1": "I am unable to log in",
        TechSupport2 = "ticket.type.tech_support.2": "I had problems downloading the product",
        TechSupport3 = "ticket.type.tech_support.3": "I never received a valid registration code, please send a valid code",
        TechSupport4 = "ticket.type.tech_support.4": "I can't get the product to work",
        TechSupport9 = "ticket.type.tech_support.9": "Other",
        TechSupport10 = "ticket.type.tech_support.10": "I never received my product",
    }
}

impl Reason {
    /// Returns the type that the reason's name begins with; `None` for any other name.
    #[must_use]
    pub fn type_code(&self) -> Option<TypeCode> {
        let family = self.as_str().strip_prefix("ticket.type.")?.split_once('.')?.0;
        match family {
            "cancel" => Some(TypeCode::Cancel),
            "refund" => Some(TypeCode::Refund),
            "tech_support" => Some(TypeCode::TechSupport),
            _ => None,
        }
    }
}

open_enum! {
    /// The status of a ticket.
    pub enum TicketStatus as "ClickBankTicketStatus" {
        Open = "OPEN": "open",
        Reopened = "REOPENED": "open again after it was closed",
        Closed = "CLOSED": "closed",
    }
}

open_enum! {
    /// The type of a ticket. The vendor documents the values only; the meanings follow from the
    /// names.
    pub enum TicketType as "ClickBankTicketType" {
        TechSupport = "TECH_SUPPORT": "technical support",
        Refund = "REFUND": "a refund",
        Cancel = "CANCEL": "a cancellation",
        ProductChange = "PRODUCT_CHANGE": "a change of product",
        OrderLookup = "ORDER_LOOKUP": "the search for an order",
        Escalated = "ESCALATED": "escalated to ClickBank",
        ApprovalImage = "APPROVAL_IMAGE": "approval of an image",
        ApprovalUpsell = "APPROVAL_UPSELL": "approval of an upsell",
        ApprovalCategoryChange = "APPROVAL_CATEGORY_CHANGE": "approval of a change of category",
        ApprovalProduct = "APPROVAL_PRODUCT": "approval of a product",
        ApprovalProductV2 = "APPROVAL_PRODUCT_V2": "approval of a product, second version",
        ApprovalFunnel = "APPROVAL_FUNNEL": "approval of a funnel",
        ApprovalAdvancedUpsell = "APPROVAL_ADVANCED_UPSELL": "approval of an advanced upsell",
        ApprovalCssOrderform = "APPROVAL_CSS_ORDERFORM": "approval of an order form's style",
        ApprovalTemplateOrderform = "APPROVAL_TEMPLATE_ORDERFORM": "approval of an order form's template",
        ApprovalTemplateExitoffer = "APPROVAL_TEMPLATE_EXITOFFER": "approval of an exit offer's template",
        ApprovalOrderBumpCustomText = "APPROVAL_ORDER_BUMP_CUSTOM_TEXT": "approval of an order bump's text",
        ApprovalExitOffer = "APPROVAL_EXIT_OFFER": "approval of an exit offer",
        ApprovalPhotoId = "APPROVAL_PHOTO_ID": "approval of a photo identification",
        ApprovalBlogPost = "APPROVAL_BLOG_POST": "approval of a blog post",
        AcctQuestionAccounts = "ACCT_QUESTION_ACCOUNTS": "a question to the accounts team",
        AcctQuestionAccounting = "ACCT_QUESTION_ACCOUNTING": "a question to accounting",
        Spam = "SPAM": "spam",
        AccountAbuse = "ACCOUNT_ABUSE": "abuse of an account",
        SecurityConcern = "SECURITY_CONCERN": "a concern about security",
    }
}

open_enum! {
    /// The extent of a ticket's refund.
    pub enum TicketRefundType as "ClickBankTicketRefundType" {
        Full = "FULL": "all of it",
        PartialPercent = "PARTIAL_PERCENT": "a percentage",
        PartialAmount = "PARTIAL_AMOUNT": "an amount",
        PartialQuantity = "PARTIAL_QUANTITY": "a part of the pieces",
        Tax = "TAX": "the tax",
    }
}

open_enum! {
    /// The origin of a ticket. The vendor documents the values only; the meanings follow from the
    /// names.
    pub enum TicketSource as "ClickBankTicketSource" {
        Api = "API": "the API",
        CustomerWam = "CUSTOMER_WAM": "the customer's pages",
        Unknown = "UNKNOWN": "unknown",
        RnfdsEmail = "RNFDS_EMAIL": "e-mail about refunds",
        CnclsEmail = "CNCLS_EMAIL": "e-mail about cancellations",
        VendorWam = "VENDOR_WAM": "the vendor's pages",
        VendorAdmin = "VENDOR_ADMIN": "the vendor's administration",
        CsrAdmin = "CSR_ADMIN": "customer service's administration",
        Security = "SECURITY": "security",
        CsrWam = "CSR_WAM": "customer service's pages",
        ConversionProcess = "CONVERSION_PROCESS": "a conversion",
        BusinessDevelopmentForm = "BUSINESS_DEVELOPMENT_FORM": "the form for business development",
        CommunicationsEmail = "COMMUNICATIONS_EMAIL": "e-mail to communications",
        AccountsEmail = "ACCOUNTS_EMAIL": "e-mail to the accounts team",
        CbcsEmail = "CBCS_EMAIL": "e-mail to ClickBank's customer service",
        AccountingEmail = "ACCOUNTING_EMAIL": "e-mail to accounting",
        WamAcctQuestion = "WAM_ACCT_QUESTION": "a question about the account, on its pages",
        WamWiregroupDetail = "WAM_WIREGROUP_DETAIL": "details of wire transfers, on the account's pages",
        MarketingEmail = "MARKETING_EMAIL": "e-mail to marketing",
        PaymentechBatch = "PAYMENTECH_BATCH": "a batch of Paymentech",
        PypalJpyCanceller = "PYPL_JPY_CANCELLER": "the canceller of PayPal payments in yen",
        Ecustoms = "ECUSTOMS": "eCustoms",
        Lashback = "LASHBACK": "LashBack",
        SpamEmail = "SPAM_EMAIL": "e-mail about spam",
        ClickbankDatabaseScript = "CLICKBANK_DATABASE_SCRIPT": "a script on ClickBank's database",
        ApiVirtualSource = "API_VIRTUAL_SOURCE": "a virtual source of the API",
        Kount = "KOUNT": "Kount",
        PaypalAdaptive = "PAYPAL_ADAPTIVE": "PayPal Adaptive",
        CbPoweredProgram = "CB_POWERED_PROGRAM": "the CB Powered program",
        Clkbank = "CLKBANK": "ClickBank",
    }
}

open_enum! {
    /// The event that a comment records. The vendor documents the values only; the meanings follow
    /// from the names.
    pub enum CommentAction as "ClickBankCommentAction" {
        Assigned = "ASSIGNED": "the ticket was assigned",
        Commented = "COMMENTED": "a comment was written",
        Changed = "CHANGED": "the ticket was changed",
        Closed = "CLOSED": "the ticket was closed",
        Expired = "EXPIRED": "the ticket expired",
        Reopened = "REOPENED": "the ticket was opened again",
        Opened = "OPENED": "the ticket was opened",
        Approved = "APPROVED": "it was approved",
        Disapproved = "DISAPPROVED": "it was not approved",
        Attachment = "ATTACHMENT": "something was attached",
        AdminChange = "ADMIN_CHANGE": "an administrator changed the ticket",
        RefundAcked = "REFUND_ACKED": "the refund was acknowledged",
        NewPhotoId = "NEW_PHOTO_ID": "a new photo identification came",
    }
}

open_enum! {
    /// The author of a comment.
    pub enum CommentRole as "ClickBankCommentRole" {
        Vendor = "VENDOR": "the seller",
        Customer = "CUSTOMER": "the customer",
        Cbcsr = "CBCSR": "ClickBank's customer service",
        Cbsystem = "CBSYSTEM": "ClickBank's system",
        User = "USER": "a user",
    }
}

/// A ticket's id, which consists of digits. JavaScript may also pass it as a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TicketId(String);

impl TicketId {
    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: ToString> From<T> for TicketId {
    fn from(id: T) -> Self {
        Self(id.to_string())
    }
}

impl FromInput for TicketId {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Text(text) => Self(text),
            Json::Int(_) | Json::Number(_) => i64::from_input(input, field, violations).into(),
            other => {
                violations.push(wrong_type(field, &other, "a whole number or its digits"));
                Self::default()
            }
        }
    }
}

impl Typed for TicketId {
    const KIND: ValueKind = ValueKind::Text;
}

impl Given for TicketId {
    fn tree(&self) -> Tree<'_> {
        self.0.tree()
    }
}

impl UrlValue for TicketId {}

model! {
    /// A ticket. It does not include the `reason` for which it was created. Times are unchanged
    /// from the response, such as `2026-03-04T09:15:22-08:00`.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankTicket"))]
    pub struct Ticket {
        /// The ticket's id as digits (the vendor writes the name in lower case).
        pub ticketid: String,
        /// The receipt of the sale.
        pub receipt: Option<String>,
        /// The status of the ticket.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TicketStatus>>"))]
        pub status: Option<TicketStatus>,
        /// The type of the ticket.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TicketType>>"))]
        pub r#type: Option<TicketType>,
        /// The comments and the actions on the ticket.
        pub comments: Vec<TicketComment>,
        /// The time at which the ticket was opened.
        pub openedDate: Option<String>,
        /// The time at which the ticket was closed.
        pub closedDate: Option<String>,
        /// The customer's complaint.
        pub description: Option<String>,
        /// The extent of the refund.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TicketRefundType>>"))]
        pub refundType: Option<TicketRefundType>,
        /// The percentage or the amount of a partial refund, as decimal text.
        pub refundAmount: Option<String>,
        /// The customer's given name.
        pub customerFirstName: Option<String>,
        /// The customer's family name.
        pub customerLastName: Option<String>,
        /// The customer's email address.
        pub email: Option<String>,
        /// The customer's email address when the order was placed.
        pub emailAtOrderTime: Option<String>,
        /// The time at which the ticket expires.
        pub expirationDate: Option<String>,
        /// The customer's language: `en_US`.
        pub locale: Option<String>,
        /// A note.
        pub note: Option<String>,
        /// The `sku` of the item in the order.
        pub productItemNo: Option<String>,
        /// The time of the last change.
        pub updateTime: Option<String>,
        /// The origin of the ticket.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<TicketSource>>"))]
        pub source: Option<TicketSource>,
    }
}

model! {
    /// A comment or an action on a ticket.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankTicketComment"))]
    pub struct TicketComment {
        /// The comment's id, digits.
        pub commentId: Option<String>,
        /// The time of the comment.
        pub date: Option<String>,
        /// The text of the comment.
        pub comment: Option<String>,
        /// The action that the comment records.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<CommentAction>>"))]
        pub action: Option<CommentAction>,
        /// The author of the comment.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<CommentRole>>"))]
        pub commentRole: Option<CommentRole>,
    }
}

model! {
    /// The amounts that a refund would pay back, as decimal text.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankRefundAmounts"))]
    pub struct RefundAmounts {
        /// The amount in US dollars.
        pub usdAmount: Option<String>,
        /// The amount in the customer's currency.
        pub customerAmount: Option<String>,
        /// The customer's currency: `EUR`.
        pub customerCurrency: Option<String>,
        /// The amount in the product's currency.
        pub productAmount: Option<String>,
        /// The product's currency.
        pub productCurrency: Option<String>,
    }
}

model! {
    /// A page of a list of tickets.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankTickets"))]
    pub struct Tickets {
        /// The tickets.
        pub data: Vec<Ticket>,
    }
}

/// The types for TypeScript. The types that these refer to, and the parameters of operations with
/// theirs, are found without being listed.
#[cfg(feature = "types")]
pub const TYPES: &[Type] = &[Type::of::<Ticket>(), Type::of::<Tickets>(), Type::of::<RefundAmounts>()];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_values_are_all_there_once() {
        for (values, count) in [
            (TypeCode::VALUES, 3),
            (StatusFilter::VALUES, 3),
            (Action::VALUES, 3),
            (RefundType::VALUES, 3),
            (Reason::VALUES, 24),
            (TicketType::VALUES, 25),
            (TicketStatus::VALUES, 3),
            (TicketRefundType::VALUES, 5),
            (TicketSource::VALUES, 30),
            (CommentAction::VALUES, 13),
            (CommentRole::VALUES, 5),
        ] {
            let unique: std::collections::HashSet<_> = values.iter().collect();
            assert_eq!((values.len(), unique.len()), (count, count), "{values:?}");
        }
    }

    #[test]
    fn each_reason_belongs_to_a_type() {
        let of = |code: TypeCode| {
            let all = Reason::VALUES.iter().filter(|value| Reason::from(**value).type_code().as_ref() == Some(&code));
            all.count()
        };
        assert_eq!([of(TypeCode::Cancel), of(TypeCode::Refund), of(TypeCode::TechSupport)], [8, 10, 6]);
        for name in ["", "ticket.type.cancel", "ticket.type.other.1", "cancel.1", "ticket.type.Refund.1"] {
            assert_eq!(Reason::from(name).type_code(), None, "{name}");
        }
        assert_eq!(Reason::from("ticket.type.refund.99").type_code(), Some(TypeCode::Refund));
    }
}
