//! The models of JTL-SCX's responses, and the values that its API uses.
//!
//! Names and types are those of the vendor's reference and of the models in its own PHP client. The
//! fields that identify an event are required. All others may be missing or `null`, so that one
//! irregular event does not block the others of a channel.
#![allow(non_snake_case, reason = "fields have the vendor's names")]

#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::open_enum::open_enum;
use crate::model::{Field, model};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::violation::excerpt;
#[cfg(feature = "types")]
use crate::vendor::typescript::Type;
use crate::wire::json::Json;

open_enum! {
    /// The topic of a ticket. The vendor documents the values only; the meanings follow from the
    /// names.
    pub enum ScxTopic {
        Question = "QUESTION": "a question",
        Feedback = "FEEDBACK": "feedback",
        Delivery = "DELIVERY": "the delivery",
        Return = "RETURN": "a return",
        Refund = "REFUND": "a refund",
        Incident = "INCIDENT": "an incident",
    }
}

open_enum! {
    /// The role of an author.
    pub enum ScxRole {
        Buyer = "BUYER": "the buyer",
        Seller = "SELLER": "the seller",
        Channel = "CHANNEL": "the marketplace (sales channel)",
    }
}

open_enum! {
    /// The kind of object that a ticket refers to.
    pub enum ScxReferenceType {
        Offer = "OFFER": "an offer, by the seller's id",
        ChannelOffer = "CHANNELOFFER": "an offer, by the marketplace's id",
        OrderId = "ORDERID": "an order",
        OrderItemId = "ORDERITEMID": "one item of an order",
    }
}

open_enum! {
    /// The type of a seller's event for a channel.
    pub enum ScxEventType {
        OrderConfirmation = "Seller:Order.Confirmation": "the seller confirmed an order",
        OrderShipping = "Seller:Order.Shipping": "the seller shipped an order",
        OrderPayment = "Seller:Order.Payment": "the seller has an order's payment",
        OrderRefund = "Seller:Order.Refund": "the seller refunds an order",
        OrderInvoice = "Seller:Order.Invoice": "the seller made an invoice",
        OrderReturnReceived = "Seller:Order.ReturnReceived": "the seller received a return",
        OrderCancellationRequest = "Seller:Order.Cancellation.Request": "the seller asks to cancel an order",
        OrderCancellationAccepted = "Seller:Order.Cancellation.Accepted": "the seller accepts a cancellation",
        OrderCancellationDenied = "Seller:Order.Cancellation.Denied": "the seller denies a cancellation",
        OfferNew = "Seller:Offer.New": "the seller lists an offer",
        OfferUpdate = "Seller:Offer.Update": "the seller changed an offer",
        OfferEnd = "Seller:Offer.End": "the seller ended an offer",
        OfferStockUpdate = "Seller:Offer.StockUpdate": "an offer's stock changed",
        OfferPriceUpdate = "Seller:Offer.PriceUpdate": "an offer's price changed",
        ReportRequest = "Seller:Report.Request": "the seller asks for a report",
        ChannelUnlinked = "Seller:Channel.Unlinked": "the seller left the channel",
        AttributesUpdateRequest = "Seller:Meta.SellerAttributesUpdateRequest": "the seller's attributes are to be updated",
        TicketReply = "Seller:Ticket.Reply": "the seller answers a ticket",
        SystemTest = "System:Test": "a test",
        SystemNotification = "System:Notification": "a notice of SCX itself",
    }
}

open_enum! {
    /// The severity of an entry in an error response.
    pub enum ScxSeverity {
        Error = "error": "the request was not carried out",
        Warning = "warning": "something is odd",
        Info = "info": "for information",
    }
}

open_enum! {
    /// The error codes that matter for tickets. The vendor publishes no list for the ticket routes.
    pub enum ScxErrorCode {
        Invalid = "VAL100": "a value in the request is not valid",
        Unauthorized = "ATH000": "the refresh token was not accepted",
        NoAccount = "ATH100": "there is no account for the refresh token",
        NoPin = "ATH101": "there is no PIN for the refresh token",
    }
}

model! {
    /// The author of a ticket or a reply.
    #[cfg_attr(feature = "types", ts(rename = "ScxAuthor"))]
    pub struct Author {
        /// The role of the author.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ScxRole>>"))]
        pub role: Option<ScxRole>,
        /// The name of the author.
        pub name: Option<String>,
    }
}

model! {
    /// A file of a reply; `downloadAttachment` gets it by its name.
    #[cfg_attr(feature = "types", ts(rename = "ScxAttachment"))]
    pub struct TicketAttachment {
        /// The name of the file.
        pub filename: String,
        /// The mime type of the file.
        pub contentType: Option<String>,
    }
}

model! {
    /// A seller's reply: the payload of `Seller:Ticket.Reply`.
    #[cfg_attr(feature = "types", ts(rename = "ScxTicketReply"))]
    pub struct TicketReply {
        /// The seller's id.
        pub sellerId: String,
        /// The channel's own id of the ticket.
        pub ticketId: String,
        /// The time at which the reply was written.
        pub createdAt: Option<String>,
        /// The author of the reply.
        pub from: Option<Author>,
        /// The text of the reply.
        pub message: Option<String>,
        /// Whether the seller expects a reply.
        pub replyRequested: Option<bool>,
        /// The files of the reply.
        pub attachment: Option<Vec<TicketAttachment>>,
    }
}

model! {
    // The vendor's client requires all four fields.
    /// A notice of SCX itself: the payload of `System:Notification`.
    #[cfg_attr(feature = "types", ts(rename = "ScxNotification"))]
    pub struct Notification {
        /// The channel that the notice is about.
        pub channel: String,
        /// The seller that the notice is about.
        pub sellerId: String,
        /// The notice in words.
        pub message: Option<String>,
        /// The severity: `INFO`, `WARNING` or `ERROR`.
        pub severity: Option<String>,
    }
}

model! {
    /// An event on the other side.
    #[cfg_attr(feature = "types", ts(rename = "ScxEvent"))]
    pub struct Event {
        /// The event's id. It serves to acknowledge the event, and to recognise it in a second
        /// delivery.
        pub id: String,
        /// The time of the event.
        pub createdAt: Option<String>,
        /// The type of the event.
        #[cfg_attr(feature = "types", ts(as = "Open<ScxEventType>"))]
        pub r#type: ScxEventType,
        /// The payload, which depends on `type`; that of `Seller:Ticket.Reply` is a
        /// `ScxTicketReply`, that of `System:Notification` a `ScxNotification`.
        #[cfg_attr(feature = "types", ts(optional = nullable, type = "unknown"))]
        pub event: Option<Json>,
        /// The version of the seller's software.
        pub clientVersion: Option<String>,
    }
}

impl Event {
    /// Returns the payload as a seller's reply; `None` for events of other types.
    #[must_use]
    pub fn ticket_reply(&self) -> Option<Result<TicketReply, DecodeError>> {
        self.payload(&ScxEventType::TicketReply)
    }

    /// Returns the payload as a notice of SCX; `None` for events of other types.
    #[must_use]
    pub fn notification(&self) -> Option<Result<Notification, DecodeError>> {
        self.payload(&ScxEventType::SystemNotification)
    }

    fn payload<T: Field>(&self, of: &ScxEventType) -> Option<Result<T, DecodeError>> {
        (self.r#type == *of).then(|| {
            serde_json::from_str(&self.event.as_ref().unwrap_or(&Json::Absent).to_string()).map_err(|error| {
                let text = format!("the event {} is not as documented: {error}", excerpt(&self.id));
                DecodeError::new(code!("unexpected_shape"), text)
            })
        })
    }
}

model! {
    /// The events that are not acknowledged.
    #[cfg_attr(feature = "types", ts(rename = "ScxEventList"))]
    pub struct EventList {
        /// The events, at most 100.
        pub eventList: Option<Vec<Event>>,
    }
}

model! {
    /// The body of an error response.
    #[cfg_attr(feature = "types", ts(rename = "ScxErrorBody"))]
    pub struct ErrorBody {
        /// The single errors.
        pub errorList: Option<Vec<ErrorEntry>>,
    }
}

model! {
    /// A single error.
    #[cfg_attr(feature = "types", ts(rename = "ScxError"))]
    pub struct ErrorEntry {
        /// The vendor's code.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ScxErrorCode>>"))]
        pub code: Option<ScxErrorCode>,
        /// The error in words; for an error of a field, they begin with its path.
        pub message: Option<String>,
        /// The severity of the error.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ScxSeverity>>"))]
        pub severity: Option<ScxSeverity>,
        /// The vendor's advice on the error.
        pub hint: Option<String>,
    }
}

/// The types for TypeScript. The types that these refer to, and the parameters of operations with
/// theirs, are found without being listed.
#[cfg(feature = "types")]
pub const TYPES: &[Type] =
    &[Type::of::<Event>(), Type::of::<TicketReply>(), Type::of::<Notification>(), Type::of::<ErrorBody>()];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::testing::*;
    use crate::model;
    use crate::wire::http::Response;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn reply() -> Value {
        json!({
            "sellerId": "S77", "ticketId": "MP-2026-000123", "createdAt": "2026-03-02T10:00:58+00:00",
            "from": { "role": "SELLER", "name": "Shop team", "new": 1 }, "message": "A new parcel left today.",
            "replyRequested": false, "attachment": [{ "filename": "Ä b.png", "contentType": "image/png" }],
        })
    }

    fn event() -> Value {
        json!({
            "id": "65e2f0aa11bb22cc33dd44ee", "createdAt": "2026-03-02T10:01:00+00:00", "type": "Seller:Ticket.Reply",
            "event": reply(), "clientVersion": "1.11.0.6",
        })
    }

    #[test]
    fn events_are_given_back_as_they_came() {
        let mut bare = json!({ "id": "1", "type": "System:Test" });
        let list = json!({ "eventList": [
            event(),
            bare,
            { "id": "2", "type": "Seller:Brand.New", "event": [], "clientVersion": null, "more": { "a": [1.5] } },
            { "id": "3", "type": "System:Notification", "event": "text" },
        ], "next": null });
        let read: EventList = serde_json::from_value(list.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), list);
        bare["id"] = json!(5);
        assert!(serde_json::from_value::<Event>(bare).is_err());
    }

    #[test]
    fn a_reply_is_read_when_it_is_one() {
        let event: Event = serde_json::from_value(event()).unwrap();
        let read = event.ticket_reply().unwrap().unwrap();
        assert_eq!((read.sellerId.as_str(), read.ticketId.as_str()), ("S77", "MP-2026-000123"));
        let from = read.from.clone().unwrap();
        assert_eq!((from.role, from.name.as_deref()), (Some(ScxRole::Seller), Some("Shop team")));
        assert_eq!(serde_json::to_value(&read).unwrap(), reply());
        for odd in
            [json!({ "sellerId": "a", "ticketId": "b" }), json!({ "sellerId": "a", "ticketId": "b", "from": null })]
        {
            assert!(Event { event: Some(odd.into()), ..event.clone() }.ticket_reply().unwrap().is_ok());
        }
        for bad in [None, Some(Value::Null), Some(json!([])), Some(json!({ "ticketId": "b" })), Some(json!("text"))] {
            let error = Event { event: bad.map(Json::from), ..event.clone() }.ticket_reply().unwrap().unwrap_err();
            assert!(error.message.contains("65e2f0aa11bb22cc33dd44ee"), "{}", error.message);
        }
        assert_eq!(Event { r#type: ScxEventType::SystemTest, ..event }.ticket_reply(), None);
    }

    #[test]
    fn a_notice_tells_its_channel_and_its_seller() {
        let notice =
            json!({ "channel": "LOCALMARKET", "sellerId": "4711", "message": "m", "severity": "INFO", "new": 1 });
        let event = |payload: Value| -> Event {
            serde_json::from_value(json!({ "id": "e1", "type": "System:Notification", "event": payload })).unwrap()
        };
        let read = event(notice.clone()).notification().unwrap().unwrap();
        assert_eq!((read.channel.as_str(), read.sellerId.as_str()), ("LOCALMARKET", "4711"));
        assert_eq!((read.message.as_deref(), read.severity.as_deref()), (Some("m"), Some("INFO")));
        assert_eq!(serde_json::to_value(&read).unwrap(), notice);
        assert!(event(json!({ "channel": "a", "sellerId": "b", "severity": null })).notification().unwrap().is_ok());
        for bad in [Value::Null, json!("text"), json!({ "message": "m" }), json!({ "channel": 5, "sellerId": "b" })] {
            let error = event(bad).notification().unwrap().unwrap_err();
            assert!(error.message.contains("the event e1"), "{}", error.message);
        }
        assert_eq!(event(notice.clone()).ticket_reply(), None);
        let reply: Event = serde_json::from_value(self::event()).unwrap();
        assert_eq!(Event { event: Some(notice.into()), ..reply }.notification(), None);
    }

    #[test]
    fn an_error_body_is_read() {
        let body = json!({ "errorList": [
            { "code": "VAL100", "message": "Required field sellerId not found", "severity": "error", "hint": "Check it" },
            { "code": "NEW1", "message": null, "severity": "fatal", "hint": null },
            {},
        ] });
        let read: ErrorBody = serde_json::from_value(body.clone()).unwrap();
        let entries = read.errorList.as_ref().unwrap();
        assert_eq!(entries[0].severity, Some(ScxSeverity::Error));
        assert_eq!(entries[1].severity, Some(ScxSeverity::Other("fatal".to_owned())));
        assert_eq!(serde_json::to_value(&read).unwrap(), body);
    }

    fn any_author() -> BoxedStrategy<Value> {
        object(vec![may("role", value_of(ScxRole::VALUES)), may("name", text())])
    }

    fn any_reply() -> BoxedStrategy<Value> {
        let file = object(vec![must("filename", text()), may("contentType", text())]);
        object(vec![
            must("sellerId", text()),
            must("ticketId", text()),
            may("createdAt", text()),
            may("from", any_author()),
            may("message", text()),
            may("replyRequested", flag()),
            may("attachment", list(file)),
        ])
    }

    /// Events of every type; most payloads have the fields of a reply, and some have any others.
    fn any_events() -> BoxedStrategy<Value> {
        let payload = prop_oneof![3 => any_reply(), 1 => anything()].boxed();
        let event = object(vec![
            must("id", text()),
            may("createdAt", text()),
            must("type", value_of(ScxEventType::VALUES)),
            may("event", payload),
            may("clientVersion", text()),
        ]);
        object(vec![may("eventList", list(event))])
    }

    proptest! {
        #[test]
        fn checking_and_building_agree(mut json in any_events(), at in 0usize..40, new in anything()) {
            prop_assert_eq!(verdicts::<EventList>(&json), (true, true));
            put(&mut json, &mut { at }, &new);
            let (checked, built) = verdicts::<EventList>(&json);
            prop_assert_eq!(checked, built, "{}", json);
        }

        #[test]
        fn nothing_of_events_and_replies_is_lost(events in any_events(), reply in any_reply()) {
            prop_assert_eq!(again::<EventList>(&events), events);
            prop_assert_eq!(again::<TicketReply>(&reply), reply);
        }

        #[test]
        fn nothing_of_an_error_is_lost(json in object(vec![may("errorList", list(object(vec![
            may("code", value_of(ScxErrorCode::VALUES)),
            may("message", text()),
            may("severity", value_of(ScxSeverity::VALUES)),
            may("hint", text()),
        ])))])) {
            prop_assert_eq!(again::<ErrorBody>(&json), json);
        }

        #[test]
        fn any_answer_is_read_or_refused(text in "\\PC{0,60}|\\{\"eventList\":(\\[|\\{|null|\"x\"|\\[\\{\"id\":\"\\PC{0,3}\",\"type\":\"\\PC{0,3}\"\\}\\])\\}?") {
            let response = Response { status: 200, body: text.clone().into_bytes(), ..Response::default() };
            let is_plain = model::check::<EventList>(&response).is_ok_and(|outline| outline.odd.is_empty());
            match model::decode::<EventList>(&response) {
                Ok(list) if is_plain => {
                    let before: Value = serde_json::from_str(&text).unwrap();
                    prop_assert_eq!(serde_json::to_value(&list).unwrap(), before);
                }
                Ok(_) => prop_assert!(text.contains("eventList")),
                Err(error) => prop_assert!(!error.message.is_empty()),
            }
        }
    }
}
