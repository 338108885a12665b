//! `POST /seller/v0/tickets/{ticket_id}/events`: creates an event on a ticket.
//!
//! Source: guide, the events of a ticket, which lists 22 types. The page about the sandbox names
//! four of them, and says that `type` is not required, although it is.

use super::Magalu;
use super::find::{self, Kind, Origin};
use super::model::{NewEventType, Submitted};
use super::rules::{GIVEN, ID};
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::vendor::Recovery;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::{Evidence, Finding, object, text};

endpoint! {
    "createEvent"(ticket_id) = POST "/seller/v0/tickets/{ticket_id}/events" -> Submitted;

    /// An event for a ticket of the type `cancellation`.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewEvent"))]
    pub struct CreateEventParams of Magalu, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path ticket_id: String = ID,
        /// The type of the event.
        body r#type: NewEventType = Rule::OneOf(NewEventType::VALUES),
        /// Your own reference; by default one of ours. In the sandbox, `erro1` makes the transaction fail.
        body code: Option<String> = GIVEN,
    }
}

impl Overrides for CreateEventParams {
    const TAKES_REFERENCE: bool = true;

    fn caller_reference(&self) -> Option<&str> {
        self.code.as_deref()
    }

    fn refer_to(&mut self, reference: &str, _settings: &Settings) {
        self.code = Some(reference.to_owned());
    }

    fn lookup(&self, now_ms: f64) -> Recovery {
        let wanted = object(&mut [("code", self.code.as_deref().into()), ("type", self.r#type.as_str().into())]);
        find::look(Kind::Event, find::of_ticket("listEvents", &self.ticket_id), wanted, now_ms)
    }

    /// An event is recognised by its code, or by its type if it was sent without a code.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        find::finding_of(&evidence, Kind::Event, |event, wanted, code| {
            if text(event, "type") == text(wanted, "type") { find::by_content(event, code) } else { Origin::Others }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::EventType;
    use super::super::tests::{accepts, breaks, check, known_by};
    use super::*;
    use crate::marketplaces::testing::tolerant;
    use serde_json::{Value, json};

    #[test]
    fn a_seller_creates_every_documented_kind_of_event() {
        let event = |value: Value| json!(["t", { "type": value }]);
        assert_eq!(NewEventType::VALUES.len(), 22);
        for value in EventType::VALUES {
            accepts("createEvent", event(json!(value)));
        }
        breaks("createEvent", event(json!("brand_new")), &[("type", "unknown_value")]);
        assert!(check(&tolerant(), "createEvent", &event(json!("brand_new"))).is_empty());
        breaks("createEvent", event(Value::Null), &[("type", "required")]);
        breaks("createEvent", json!(["t"]), &[("type", "required")]);
    }

    #[test]
    fn an_event_that_is_there_is_known_by_its_type_and_its_code() {
        let event = json!(["k-1", { "type": "product_sent" }]);
        let coded = json!(["k-1", { "type": "product_sent", "code": "r-1" }]);
        for (args, new, expected) in [
            (&event, json!({ "id": "e-2", "type": "product_sent" }), 'f'),
            (&event, json!({ "id": "e-2", "type": "product_received" }), 'a'),
            (&coded, json!({ "id": "e-2", "type": "product_sent", "code": "r-2" }), 'a'),
            (&coded, json!({ "id": "e-2", "type": "product_sent", "code": "r-1" }), 'f'),
            // Another's event may have no code, or one that Magalu made, and so may ours if Magalu
            // does not show codes.
            (&coded, json!({ "id": "e-2", "type": "product_sent" }), 'u'),
            (&coded, json!({ "id": "e-2", "type": "product_sent", "code": null }), 'u'),
            (&coded, json!({ "id": "e-2", "type": "product_sent", "code": "e" }), 'u'),
            (&coded, json!({ "id": "e-2", "type": "product_received" }), 'a'),
            (&event, json!({ "id": "e-2", "type": "product_sent", "code": "e" }), 'f'),
            (&event, json!({ "id": "e-2", "type": "product_sent", "code": "r-1" }), 'u'),
        ] {
            known_by("createEvent", args, &new, expected);
        }
    }
}
