//! The models of Kaufland's responses, and the values they contain.
//!
//! Names and types are from the vendor's OpenAPI file (2.44.0; order units 2.27.0). The fields that
//! identify an item, and those that the work on a ticket needs, are required. All others may be
//! missing or `null`, even if the file says otherwise: a ticket stays readable when a product in it
//! has no picture.

mod values;

use crate::model::model;
#[cfg(feature = "types")]
use crate::model::open_enum::Open;
#[cfg(feature = "types")]
use crate::vendor::typescript::Type;

pub use values::{
    AttachmentType, AuthorRole, Currency, Embedded, FulfillmentType, OrderUnitStatus, ProblemType, SortMessages,
    SortTickets, Storefront, TicketReason, TicketStatus, TicketTopic,
};

/// The fields of a ticket both in a list and alone.
macro_rules! ticket {
    ($(#[$meta:meta])* pub struct $Name:ident { $($more:tt)* }) => {
        model! {
            $(#[$meta])*
            pub struct $Name {
                /// The ticket's id. It is text, because its leading zeros matter.
                pub id_ticket: String,
                /// The ids of the order units that the ticket is about.
                pub ids_order_units: Vec<i64>,
                /// The buyer.
                #[cfg_attr(feature = "types", ts(optional = false))]
                pub id_buyer: Option<i64>,
                /// The time at which the ticket was opened: `2026-03-02T08:15:00Z`.
                pub ts_created_iso: String,
                /// The time of the last change.
                pub ts_updated_iso: String,
                /// The status of the ticket.
                #[cfg_attr(feature = "types", ts(as = "Open<TicketStatus>"))]
                pub status: TicketStatus,
                /// The reason for which the ticket was opened.
                #[cfg_attr(feature = "types", ts(as = "Open<TicketReason>"))]
                pub open_reason: TicketReason,
                /// The topic of the ticket.
                #[cfg_attr(feature = "types", ts(optional = false, as = "Option<Open<TicketTopic>>"))]
                pub topic: Option<TicketTopic>,
                /// Whether the customer is waiting for the seller. A message of the seller makes it
                /// `false`, except one with `interim_notice`.
                pub is_seller_responsible: bool,
                /// The party that ships the goods.
                #[cfg_attr(feature = "types", ts(as = "Open<FulfillmentType>"))]
                pub fulfillment_type: FulfillmentType,
                $($more)*
            }
        }
    };
}

ticket! {
    /// A ticket as it appears in lists.
    pub struct Ticket {}
}

ticket! {
    /// A ticket with the parts that `embedded` asked for.
    pub struct TicketWithEmbedded {
        /// The country of the storefront.
        #[cfg_attr(feature = "types", ts(optional, as = "Option<Open<Storefront>>"))]
        pub storefront: Option<Storefront>,
        /// The whole thread; present with `embedded: ["messages"]`.
        #[cfg_attr(feature = "types", ts(optional))]
        pub messages: Option<Vec<TicketMessage>>,
        /// The order units; present with `embedded: ["order_units"]`.
        #[cfg_attr(feature = "types", ts(optional))]
        pub order_units: Option<Vec<OrderUnit>>,
        /// The buyer; present with `embedded: ["buyer"]`.
        pub buyer: Option<Buyer>,
        /// The product; present with `embedded: ["product"]`.
        pub product: Option<Product>,
        /// The attached files of all messages; present with `embedded: ["files"]`.
        #[cfg_attr(feature = "types", ts(optional))]
        pub files: Option<Vec<TicketFile>>,
    }
}

model! {
    /// A message of a ticket.
    pub struct TicketMessage {
        /// The message's id.
        pub id_ticket_message: i64,
        /// The ticket's id, which may lack its leading zeros here.
        pub id_ticket: String,
        /// The author of the message.
        pub author: Author,
        /// The text of the message.
        pub text: String,
        /// The time at which the message was written.
        pub ts_created_iso: String,
    }
}

model! {
    /// The author of a message.
    pub struct Author {
        /// The role of the author.
        #[cfg_attr(feature = "types", ts(as = "Open<AuthorRole>"))]
        pub role: AuthorRole,
        /// The name of the author.
        pub name: Option<String>,
    }
}

model! {
    /// A file that was attached to one of a ticket's messages; the vendor does not say to which
    /// one.
    pub struct TicketFile {
        /// The name of the file.
        pub filename: String,
        /// The time at which the file arrived.
        pub ts_created_iso: String,
        /// The address to download the file from. Such links may expire, so fetch the ticket again
        /// instead of storing them.
        pub uri: String,
    }
}

model! {
    /// A buyer.
    pub struct Buyer {
        /// The buyer's id.
        pub id_buyer: i64,
        /// An email address at which the buyer can be reached.
        #[cfg_attr(feature = "types", ts(optional = false))]
        pub email: Option<String>,
    }
}

model! {
    /// A product.
    #[expect(non_snake_case, reason = "`danger_label_9A` is the vendor's name")]
    pub struct Product {
        /// The product's id.
        pub id_product: i64,
        /// The country of the storefront.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Storefront>>"))]
        pub storefront: Option<Storefront>,
        /// The product's title.
        pub title: Option<String>,
        /// The product's EANs (bar codes).
        pub eans: Option<Vec<String>>,
        /// The id of the product's category.
        pub id_category: Option<i64>,
        /// The address of the product's main picture.
        pub main_picture: Option<String>,
        /// The manufacturer.
        pub manufacturer: Option<String>,
        /// The address of the product's page in the shop.
        pub url: Option<String>,
        /// The age from which the product may be sold.
        pub age_rating: Option<serde_json::Number>,
        /// Whether the product data are complete.
        pub is_valid: Option<bool>,
        /// The shipping class of lithium batteries in the product.
        pub dangerous_goods_li_shipping: Option<String>,
        /// The danger label of lithium batteries.
        pub danger_label_9A: Option<String>,
    }
}

model! {
    /// One article of an order. Amounts are in the smallest unit of the currency. Amounts and days
    /// are integers of 32 bits.
    pub struct OrderUnit {
        /// The order unit's id.
        pub id_order_unit: i64,
        /// The order's id.
        pub id_order: String,
        /// The status of the order unit.
        #[cfg_attr(feature = "types", ts(as = "Open<OrderUnitStatus>"))]
        pub status: OrderUnitStatus,
        /// The time of the order.
        pub ts_created_iso: Option<String>,
        /// The time of the last change.
        pub ts_updated_iso: Option<String>,
        /// Whether Kaufland counts as the supplier for tax purposes.
        pub is_marketplace_deemed_supplier: Option<bool>,
        /// The price that the buyer paid.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub price: Option<i64>,
        /// The amount that the seller receives, including tax.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub revenue_gross: Option<i64>,
        /// The amount that the seller receives, without tax.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub revenue_net: Option<i64>,
        /// The shipping costs.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub shipping_rate: Option<i64>,
        /// The currency of the amounts.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Currency>>"))]
        pub currency: Option<Currency>,
        /// The discounts that were given on the unit.
        pub discounts: Option<Vec<Discount>>,
        /// The seller's own id of the offer.
        pub id_offer: Option<String>,
        /// The seller's note.
        pub note: Option<String>,
        /// The condition of the article, such as new or used.
        pub unit_condition: Option<String>,
        /// The country of the storefront.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<Storefront>>"))]
        pub storefront: Option<Storefront>,
        /// The shortest delivery time in days.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub delivery_time_min: Option<i64>,
        /// The longest delivery time in days.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub delivery_time_max: Option<i64>,
        /// The time at which the delivery period ends.
        pub delivery_time_expires_iso: Option<String>,
        /// The time at which the buyer received the article.
        pub order_received_timestamp_iso: Option<String>,
        /// The reason for the cancellation.
        pub cancel_reason: Option<String>,
        /// The party that ships the goods.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<FulfillmentType>>"))]
        pub fulfillment_type: Option<FulfillmentType>,
        /// The buyer.
        pub buyer: Option<Buyer>,
        /// The billing address.
        pub billing_address: Option<Address>,
        /// The shipping address.
        pub shipping_address: Option<Address>,
        /// The product.
        pub product: Option<Product>,
        /// The rate of the value-added tax in per cent.
        pub vat: Option<serde_json::Number>,
        /// A fee for disposal.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub eco_fee: Option<i64>,
        /// A fee for packaging.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub packaging_fee: Option<i64>,
    }
}

model! {
    /// A discount on an order unit.
    pub struct Discount {
        /// The kind of discount.
        pub usage_type: Option<String>,
        /// The amount, in the smallest unit of the currency.
        #[cfg_attr(feature = "types", ts(as = "Option<i32>"))]
        pub discount_value: Option<i64>,
    }
}

model! {
    /// A postal address with a name and a telephone number.
    pub struct Address {
        /// The given name.
        pub first_name: Option<String>,
        /// The family name.
        pub last_name: Option<String>,
        /// The company name.
        pub company_name: Option<String>,
        /// The street without the house number.
        pub street: Option<String>,
        /// The house number.
        pub house_number: Option<String>,
        /// The postcode.
        pub postcode: Option<String>,
        /// Further address details, such as floor or building.
        pub additional_field: Option<String>,
        /// The town.
        pub city: Option<String>,
        /// The telephone number.
        pub phone: Option<String>,
        /// The country code.
        pub country: Option<String>,
    }
}

model! {
    /// The result of opening a ticket.
    pub struct OpenedTicket {
        /// The new ticket's id.
        pub id_ticket: String,
    }
}

model! {
    /// The position of a page in its list.
    pub struct Pagination {
        /// The number of items before the page.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        pub offset: i64,
        /// The most items that a page can have.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        pub limit: i64,
        /// The number of items in the whole list.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        pub total: i64,
    }
}

model! {
    /// The envelope of a single item.
    pub struct Single<T> {
        /// The item.
        pub data: T,
    }
}

model! {
    /// The envelope of a page of a list.
    pub struct Collection<T> {
        /// The items.
        pub data: Vec<T>,
        /// The position of the page in its list.
        pub pagination: Option<Pagination>,
    }
}

model! {
    /// An error in the form that the API sends.
    pub struct ErrorBody {
        /// The problem type, for programs.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ProblemType>>"))]
        pub r#type: Option<ProblemType>,
        /// The problem in words.
        pub message: Option<String>,
        /// The problems of single fields.
        pub errors: Option<Vec<FieldError>>,
    }
}

model! {
    /// A problem of one field of a request.
    pub struct FieldError {
        /// The field's name.
        pub field: Option<String>,
        /// The problem in words.
        pub message: Option<String>,
    }
}

/// Returns whether two ticket ids mean the same ticket. Messages and the vendor's guide write an id
/// such as `00150000001` in full, without its leading zeros, or in the guide's short form without
/// `001`. Two ids that both lack the prefix are the same only if they are equal.
#[must_use]
pub fn is_same_ticket(a: &str, b: &str) -> bool {
    let matches = |full: &str, other: &str| {
        full.strip_prefix("001")
            .filter(|short| !short.is_empty())
            .is_some_and(|short| other == short || other.strip_prefix('1') == Some(short))
    };
    a == b || matches(a, b) || matches(b, a)
}

/// The types for TypeScript. The types that these refer to, and the parameters of operations with
/// theirs, are found without being listed.
#[cfg(feature = "types")]
pub const TYPES: &[Type] = &[
    Type::of::<Ticket>(),
    Type::of::<TicketWithEmbedded>(),
    Type::of::<TicketMessage>(),
    Type::of::<OpenedTicket>(),
    Type::of::<Pagination>(),
    Type::of::<AttachmentType>(),
    Type::of::<ErrorBody>(),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::testing::*;
    use crate::wire::json::Json;
    use proptest::prelude::*;
    use serde_json::{Number, Value, json};

    fn ticket_fields() -> Vec<Spec> {
        vec![
            must("id_ticket", text()),
            must("ids_order_units", list(int())),
            may("id_buyer", int()),
            must("ts_created_iso", text()),
            must("ts_updated_iso", text()),
            must("status", value_of(TicketStatus::VALUES)),
            must("open_reason", value_of(TicketReason::VALUES)),
            may("topic", value_of(TicketTopic::VALUES)),
            must("is_seller_responsible", flag()),
            must("fulfillment_type", value_of(FulfillmentType::VALUES)),
        ]
    }

    fn message() -> BoxedStrategy<Value> {
        let author = object(vec![must("role", value_of(AuthorRole::VALUES)), may("name", text())]);
        object(vec![
            must("id_ticket_message", int()),
            must("id_ticket", text()),
            must("author", author),
            must("text", text()),
            must("ts_created_iso", text()),
        ])
    }

    fn file() -> BoxedStrategy<Value> {
        object(vec![must("filename", text()), must("ts_created_iso", text()), must("uri", text())])
    }

    fn buyer() -> BoxedStrategy<Value> {
        object(vec![must("id_buyer", int()), may("email", text())])
    }

    fn number() -> BoxedStrategy<Value> {
        prop_oneof![Just(json!(19)), Just(json!(19.0)), Just(json!(5.5))].boxed()
    }

    fn product() -> BoxedStrategy<Value> {
        object(vec![
            must("id_product", int()),
            may("storefront", value_of(Storefront::VALUES)),
            may("title", text()),
            may("eans", list(text())),
            may("id_category", int()),
            may("age_rating", number()),
            may("is_valid", flag()),
            may("danger_label_9A", text()),
        ])
    }

    fn order_unit() -> BoxedStrategy<Value> {
        let address = object(vec![may("first_name", text()), may("country", text())]);
        object(vec![
            must("id_order_unit", int()),
            must("id_order", text()),
            must("status", value_of(OrderUnitStatus::VALUES)),
            may("price", int()),
            may("currency", value_of(Currency::VALUES)),
            may("vat", number()),
            may("shipping_address", address),
            may("buyer", buyer()),
            may("product", product()),
        ])
    }

    fn ticket_with_embedded() -> BoxedStrategy<Value> {
        let mut fields = ticket_fields();
        fields.extend([
            may("storefront", value_of(Storefront::VALUES)),
            may("messages", list(message())),
            may("order_units", list(order_unit())),
            may("buyer", buyer()),
            may("product", product()),
            may("files", list(file())),
        ]);
        object(fields)
    }

    fn page_of(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
        let pagination = object(vec![must("offset", int()), must("limit", int()), must("total", int())]);
        object(vec![must("data", list(item)), may("pagination", pagination)])
    }

    proptest! {
        #[test]
        fn checking_and_building_agree(
            mut json in object(vec![must("data", ticket_with_embedded())]),
            at in 0usize..60,
            new in anything(),
        ) {
            prop_assert_eq!(verdicts::<Single<TicketWithEmbedded>>(&json), (true, true));
            put(&mut json, &mut { at }, &new);
            let (checked, built) = verdicts::<Single<TicketWithEmbedded>>(&json);
            prop_assert_eq!(checked, built, "{}", json);
        }

        #[test]
        fn nothing_of_a_ticket_is_lost(json in object(vec![must("data", ticket_with_embedded())])) {
            prop_assert_eq!(again::<Single<TicketWithEmbedded>>(&json), json);
        }

        #[test]
        fn nothing_of_a_page_of_tickets_is_lost(json in page_of(object(ticket_fields()))) {
            prop_assert_eq!(again::<Collection<Ticket>>(&json), json);
        }

        #[test]
        fn nothing_of_a_page_of_messages_is_lost(json in page_of(message())) {
            prop_assert_eq!(again::<Collection<TicketMessage>>(&json), json);
        }

        #[test]
        fn nothing_of_an_error_is_lost(json in object(vec![
            may("type", value_of(ProblemType::VALUES)),
            may("message", text()),
            may("errors", list(object(vec![may("field", text()), may("message", text())]))),
        ])) {
            prop_assert_eq!(again::<ErrorBody>(&json), json);
        }
    }

    /// The ticket from the vendor's page, with made-up values.
    fn ticket() -> Value {
        json!({
            "id_ticket": "00150000001", "ids_order_units": [400_000_000_000_011_i64], "id_buyer": null,
            "ts_created_iso": "2026-03-02T08:15:00Z", "ts_updated_iso": "2026-03-02T09:00:00Z", "status": "opened",
            "open_reason": "product_not_delivered", "topic": null, "is_seller_responsible": true,
            "fulfillment_type": "fulfilled_by_merchant",
        })
    }

    #[test]
    fn a_ticket_is_read_into_its_fields() {
        let ticket: Ticket = serde_json::from_value(ticket()).unwrap();
        assert_eq!(ticket.id_ticket, "00150000001");
        assert_eq!(ticket.ids_order_units, [400_000_000_000_011]);
        assert_eq!((ticket.status, ticket.open_reason), (TicketStatus::Opened, TicketReason::ProductNotDelivered));
        assert_eq!((ticket.id_buyer, ticket.topic), (None, None));
        assert!(ticket.is_seller_responsible);
    }

    #[test]
    fn a_ticket_needs_what_identifies_and_describes_it() {
        for (name, _, _) in ticket_fields().into_iter().filter(|(_, required, _)| *required) {
            let mut json = ticket();
            json.as_object_mut().unwrap().remove(name);
            let error = serde_json::from_value::<Ticket>(json.clone()).unwrap_err().to_string();
            assert_eq!(error, format!("missing field `{name}`"));
            json.as_object_mut().unwrap().insert(name.to_owned(), Value::Null);
            assert!(serde_json::from_value::<Ticket>(json).is_err(), "{name}");
        }
        let mut json = ticket();
        json["id_ticket"] = json!(150_000_001);
        assert!(serde_json::from_value::<Ticket>(json).is_err(), "an id that lost its zeros is no id");
    }

    #[test]
    fn what_was_not_asked_for_is_told_from_what_there_is_not() {
        let mut json = ticket();
        json["buyer"] = Value::Null;
        let ticket: TicketWithEmbedded = serde_json::from_value(json).unwrap();
        let extra = Json::Map(ticket.extra);
        assert_eq!((&ticket.buyer, extra.get("buyer")), (&None, Some(&Json::Absent)));
        assert_eq!((&ticket.product, extra.get("product")), (&None, None));
    }

    #[test]
    fn rates_keep_their_form() {
        let json = json!({ "id_order_unit": 1, "id_order": "A", "status": "sent", "vat": 19, "product": null });
        let unit: OrderUnit = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(unit.vat, Some(Number::from(19)));
        assert_eq!(serde_json::to_value(&unit).unwrap(), json);
    }

    #[test]
    fn the_documented_values_are_all_there_once() {
        for (values, count) in [
            (TicketStatus::VALUES, 5),
            (TicketReason::VALUES, 5),
            (TicketTopic::VALUES, 42),
            (FulfillmentType::VALUES, 2),
            (Storefront::VALUES, 9),
            (AuthorRole::VALUES, 4),
            (OrderUnitStatus::VALUES, 8),
            (Currency::VALUES, 3),
            (Embedded::VALUES, 5),
            (SortTickets::VALUES, 2),
            (SortMessages::VALUES, 2),
            (AttachmentType::VALUES, 9),
            (ProblemType::VALUES, 19),
        ] {
            let unique: std::collections::HashSet<_> = values.iter().collect();
            assert_eq!((values.len(), unique.len()), (count, count), "{values:?}");
        }
    }

    #[test]
    fn storefronts_compare_without_case_and_keep_theirs() {
        let upper = Storefront::from("DE");
        assert!(upper.is(&Storefront::De) && Storefront::De.is(&upper));
        assert!(!upper.is(&Storefront::At));
        assert_eq!(serde_json::to_string(&upper).unwrap(), r#""DE""#);
    }

    #[test]
    fn ticket_ids_are_the_same_with_and_without_their_prefix() {
        for (a, b, same) in [
            ("00150000001", "00150000001", true),
            ("00150000001", "150000001", true),
            ("00150000001", "50000001", true),
            ("50000001", "50000001", true),
            ("0012308211", "2308211", true),
            ("00150000001", "00150000002", false),
            ("00150000001", "0000001", false),
            ("150000001", "50000001", false),
            ("001", "", false),
            ("001", "1", false),
            ("00150000001", "", false),
        ] {
            assert_eq!(is_same_ticket(a, b), same, "{a} {b}");
            assert_eq!(is_same_ticket(b, a), same, "{b} {a}");
        }
    }
}
