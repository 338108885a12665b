//! The forms of JTL-SCX's lists of events.

use super::model::EventList;
use crate::model::{self, Field};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::vendor::declare::ReadAnswer;
use crate::vendor::denial::denies;
use crate::vendor::{Answer, Shape};
use crate::wire::http::Response;
use crate::wire::json::plain_text;

/// Decodes to the list with its envelope. The vendor's pages say that there is at least one event,
/// but do not show a response without events, so an empty body and a missing list both mean none.
impl ReadAnswer for EventList {
    type Output = Self;

    const ANSWER: Option<Answer> = Some(EVENTS);

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        if has_no_body(response) {
            return Ok(Self::default());
        }
        Self::shape(response)?;
        let list: Self = model::decode(response)?;
        if list.eventList.is_none() { not_denied(response).map(|()| list) } else { Ok(list) }
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        if has_no_body(response) {
            return Ok(no_events());
        }
        // Without its list, the answer holds nothing.
        let shape = EVENTS.read(response)?.without_odd_fields()?;
        if shape == no_events() { not_denied(response).map(|()| shape) } else { Ok(shape) }
    }
}

const EVENTS: Answer = Answer {
    schema: const { &EventList::SCHEMA },
    shape: |outline| match outline.count("eventList") {
        Some(_) => Shape::Json { text: None, pick: &["eventList"], page: None, odd: Vec::new() },
        None => no_events(),
    },
};

/// A missing list means no events, unless an error is in its place.
fn not_denied(response: &Response) -> Result<(), DecodeError> {
    if denies(response) {
        let text = format!("the answer ({}) is an error in spite of its status", response.status);
        return Err(DecodeError::new(code!("error_answer"), text));
    }
    Ok(())
}

fn has_no_body(response: &Response) -> bool {
    plain_text(&response.body).trim_ascii().is_empty()
}

fn no_events() -> Shape {
    Shape::Json { text: Some("[]".to_owned()), pick: &[], page: None, odd: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::answer;
    use super::super::{ListEventsParams, SellerListEventsParams};
    use super::*;
    use crate::vendor::Endpoint;

    #[test]
    fn no_events_come_in_many_ways() {
        let none = Shape::Json { text: Some("[]".to_owned()), pick: &[], page: None, odd: Vec::new() };
        for body in ["", " \r\n", "\u{feff}", "{}", r#"{ "eventList": null }"#] {
            let response = answer(if body.is_empty() { 204 } else { 200 }, body);
            assert_eq!(ListEventsParams::shape(&response).as_ref(), Ok(&none), "{body}");
            assert_eq!(ListEventsParams::decode(&response).unwrap().eventList, None);
            assert_eq!(SellerListEventsParams::shape(&response).as_ref(), Ok(&none));
        }
        let pick = |text| Ok(Shape::Json { text, pick: &["eventList"][..], page: None, odd: Vec::new() });
        assert_eq!(ListEventsParams::shape(&answer(200, r#"{ "eventList": [] }"#)), pick(None));
        let event = r#"{ "eventList": [{ "id": "1", "type": "Seller:New", "event": { "n": 9007199254740993 } }] }"#;
        let text = event.to_owned();
        assert_eq!(ListEventsParams::shape(&answer(200, event)), pick(Some(text)));
        for (body, code) in [
            ("<html>", "invalid_json"),
            (r#"{ "error": "out of order" }"#, "error_answer"),
            (r#"{ "errorList": [{ "code": "X" }], "eventList": null }"#, "error_answer"),
            (r#"{ "eventList": {} }"#, "unexpected_shape"),
        ] {
            assert_eq!(ListEventsParams::shape(&answer(200, body)).unwrap_err().code, code, "{body}");
            assert_eq!(ListEventsParams::decode(&answer(200, body)).unwrap_err().code, code, "{body}");
        }
        // PHP writes an empty object so. A reply without an id does not hide the others.
        assert_eq!(ListEventsParams::decode(&answer(200, "[]")).unwrap().eventList, None);
        let body = r#"{ "eventList": [{ "type": "x" }, { "id": "7", "type": "y" }, { "id": "1", "type": null }] }"#;
        let Shape::Json { odd, .. } = ListEventsParams::shape(&answer(200, body)).unwrap() else { panic!() };
        let odd: Vec<_> = odd.iter().map(|odd| odd.field.as_str()).collect();
        assert_eq!(odd, ["eventList[0].id", "eventList[2].type"]);
        let events = ListEventsParams::decode(&answer(200, body)).unwrap().eventList.unwrap();
        assert_eq!(events.iter().map(|event| event.id.as_str()).collect::<Vec<_>>(), ["7"]);
    }
}
