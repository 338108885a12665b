//! What SCX answers with, and the values it knows.
//!
//! Names and types are those of the vendor's reference and of the models in its own PHP client. What identifies an event
//! must be in an answer. Everything else may be missing or `null`: one odd event must not keep a channel from its others.
#![allow(non_snake_case, reason = "fields have the vendor's names")]

use crate::model::model;
#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::open_enum::open_enum;
use crate::rules::error::DecodeError;
use crate::rules::violation::excerpt;

open_enum! {
    /// What a ticket is about. The vendor documents the values only; the meanings are what their names say.
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
    /// Who writes.
    pub enum ScxRole {
        Buyer = "BUYER": "the buyer",
        Seller = "SELLER": "the seller",
        Channel = "CHANNEL": "the marketplace (sales channel)",
    }
}

open_enum! {
    /// What a ticket refers to.
    pub enum ScxReferenceType {
        Offer = "OFFER": "an offer, by the seller's id",
        ChannelOffer = "CHANNELOFFER": "an offer, by the marketplace's id",
        OrderId = "ORDERID": "an order",
        OrderItemId = "ORDERITEMID": "one item of an order",
    }
}

open_enum! {
    /// What an event of a seller tells a channel.
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
    /// How grave an entry of an error is.
    pub enum ScxSeverity {
        Error = "error": "the request was not carried out",
        Warning = "warning": "something is odd",
        Info = "info": "for information",
    }
}

open_enum! {
    /// The codes of errors that matter for tickets. The vendor has no list of those of the ticket routes.
    pub enum ScxErrorCode {
        Invalid = "VAL100": "a value in the request is not valid",
        Unauthorized = "ATH000": "the refresh token was not accepted",
        NoAccount = "ATH100": "there is no account for the refresh token",
        NoPin = "ATH101": "there is no PIN for the refresh token",
    }
}

model! {
    /// Who wrote.
    #[cfg_attr(feature = "types", ts(rename = "ScxAuthor"))]
    pub struct Author {
        /// In which role.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ScxRole>>"))]
        pub role: Option<ScxRole>,
        /// Under which name.
        pub name: Option<String>,
    }
}

model! {
    /// A file that came with a reply; `downloadAttachment` gets it by its name.
    #[cfg_attr(feature = "types", ts(rename = "ScxAttachment"))]
    pub struct TicketAttachment {
        /// Its name.
        pub filename: String,
        /// Its mime type.
        pub contentType: Option<String>,
    }
}

model! {
    /// What a seller answered: the payload of `Seller:Ticket.Reply`.
    #[cfg_attr(feature = "types", ts(rename = "ScxTicketReply"))]
    pub struct TicketReply {
        /// The seller.
        pub sellerId: String,
        /// The channel's own id of the ticket.
        pub ticketId: String,
        /// When it was written.
        pub createdAt: Option<String>,
        /// Who wrote it.
        pub from: Option<Author>,
        /// What was written.
        pub message: Option<String>,
        /// Whether the seller waits for an answer.
        pub replyRequested: Option<bool>,
        /// The files that came with it.
        pub attachment: Option<Vec<TicketAttachment>>,
    }
}

model! {
    /// Something that happened on the other side.
    #[cfg_attr(feature = "types", ts(rename = "ScxEvent"))]
    pub struct Event {
        /// The event's id: to acknowledge it, and to know it when it is delivered again.
        pub id: String,
        /// When it happened.
        pub createdAt: Option<String>,
        /// What it is.
        #[cfg_attr(feature = "types", ts(as = "Open<ScxEventType>"))]
        pub r#type: ScxEventType,
        /// The payload, by `type`; `Seller:Ticket.Reply` has a `ScxTicketReply`.
        #[cfg_attr(feature = "types", ts(optional = nullable, type = "unknown"))]
        pub event: Option<serde_json::Value>,
        /// The version of the seller's software.
        pub clientVersion: Option<String>,
    }
}

impl Event {
    /// The payload as a seller's answer; `None` for events of other types.
    #[must_use]
    pub fn ticket_reply(&self) -> Option<Result<TicketReply, DecodeError>> {
        (self.r#type == ScxEventType::TicketReply).then(|| {
            serde_json::from_value(self.event.clone().unwrap_or_default()).map_err(|error| {
                let text = format!("the event {} is not as documented: {error}", excerpt(&self.id));
                DecodeError::new("unexpected_shape", text)
            })
        })
    }
}

model! {
    /// The events that wait.
    #[cfg_attr(feature = "types", ts(rename = "ScxEventList"))]
    pub struct EventList {
        /// At most 100.
        pub eventList: Option<Vec<Event>>,
    }
}

model! {
    /// What a refusal looks like.
    #[cfg_attr(feature = "types", ts(rename = "ScxErrorBody"))]
    pub struct ErrorBody {
        /// What was wrong, one by one.
        pub errorList: Option<Vec<ErrorEntry>>,
    }
}

model! {
    /// One thing that was wrong.
    #[cfg_attr(feature = "types", ts(rename = "ScxError"))]
    pub struct ErrorEntry {
        /// The vendor's code.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ScxErrorCode>>"))]
        pub code: Option<ScxErrorCode>,
        /// In words; those about a field begin with its path.
        pub message: Option<String>,
        /// How grave it is.
        #[cfg_attr(feature = "types", ts(as = "Option<Open<ScxSeverity>>"))]
        pub severity: Option<ScxSeverity>,
        /// What to do about it.
        pub hint: Option<String>,
    }
}

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
            assert!(Event { event: Some(odd), ..event.clone() }.ticket_reply().unwrap().is_ok());
        }
        for bad in [None, Some(Value::Null), Some(json!([])), Some(json!({ "ticketId": "b" })), Some(json!("text"))] {
            let error = Event { event: bad, ..event.clone() }.ticket_reply().unwrap().unwrap_err();
            assert!(error.message.contains("65e2f0aa11bb22cc33dd44ee"), "{}", error.message);
        }
        assert_eq!(Event { r#type: ScxEventType::SystemTest, ..event }.ticket_reply(), None);
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

    /// Events of every type, most with what a reply holds and some with anything else.
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
            match model::decode::<EventList>(&response) {
                Ok(list) => {
                    let before: Value = serde_json::from_str(&text).unwrap();
                    prop_assert_eq!(serde_json::to_value(&list).unwrap(), before);
                }
                Err(error) => prop_assert!(!error.message.is_empty()),
            }
        }
    }
}
