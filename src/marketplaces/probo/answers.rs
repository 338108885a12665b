//! The forms of the response to a new ticket: any JSON, or nothing.

use super::model::SubmittedComplaint;
use crate::model;
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::vendor::Shape;
use crate::vendor::declare::ReadAnswer;
use crate::wire::http::Response;
use crate::wire::json::{Json, plain_text};

/// The response is not documented, so the known fields stand beside the whole.
impl ReadAnswer for SubmittedComplaint {
    type Output = Self;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        if is_blank(response) {
            return Ok(Self::default());
        }
        model::check_any(response)?;
        let raw = Json::read(&response.body);
        raw.map(Into::into).ok_or_else(|| DecodeError::new(code!("invalid_json"), "the answer is not valid JSON"))
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        let text = Json::from(Self::decode(response)?).to_string();
        Ok(Shape::Json { text: Some(text), pick: &[], page: None, odd: Vec::new() })
    }
}

/// A success without a body means that the ticket was accepted.
fn is_blank(response: &Response) -> bool {
    plain_text(&response.body).trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::super::{Complaint, PROBO};
    use super::*;
    use crate::call::Call;
    use crate::rules::error::{ErrorKind, Sent};
    use crate::vendor::Endpoint;
    use crate::wire::http::Headers;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn answer(body: &str) -> Response {
        Response { status: 200, body: body.as_bytes().to_vec(), headers: Headers::new() }
    }

    /// Returns the JavaScript caller's value, with its marks of integers left in.
    fn seen(body: &str) -> Value {
        match Complaint::shape(&answer(body)).unwrap() {
            Shape::Json { text: Some(text), pick: &[], .. } => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn any_json_is_an_answer() {
        for (body, expected) in [
            ("", json!({})),
            (" \r\n", json!({})),
            ("{}", json!({ "raw": {} })),
            (
                r#"{"id":"T-1","status":"open","message":"Thank you"}"#,
                json!({ "id": "T-1", "status": "open", "message": "Thank you", "raw": { "id": "T-1", "status": "open", "message": "Thank you" } }),
            ),
            // Another status, a number as id, and an unknown field.
            (
                r#"{"id":7,"status":"accepted","ticket":{"n":1}}"#,
                json!({ "id": "7", "status": "accepted", "ticket": { "n": 1 }, "raw": { "id": 7, "status": "accepted", "ticket": { "n": 1 } } }),
            ),
            // A value of another type is no error: it appears in the whole only.
            (
                r#"{"id":null,"status":200,"message":["a"]}"#,
                json!({ "raw": { "id": null, "status": 200, "message": ["a"] } }),
            ),
            (r#"{"id":1.5}"#, json!({ "raw": { "id": 1.5 } })),
            (r#"{"raw":1}"#, json!({ "raw": { "raw": 1 } })),
            (r#"[{"id":"1"}]"#, json!({ "raw": [{ "id": "1" }] })),
            ("\"ok\"", json!({ "raw": "ok" })),
            ("true", json!({ "raw": true })),
            ("null", json!({ "raw": null })),
            ("9007199254740993", json!({ "raw": 9_007_199_254_740_993_i64 })),
            (
                r#"{"id":9007199254740993}"#,
                json!({ "id": "9007199254740993", "raw": { "id": 9_007_199_254_740_993_i64 } }),
            ),
        ] {
            assert_eq!(seen(body), expected, "{body}");
        }
        let decoded = Complaint::decode(&answer(r#"{"id":9007199254740993,"status":"holding","x":1}"#)).unwrap();
        assert_eq!(decoded.id.as_deref(), Some("9007199254740993"));
        assert_eq!(decoded.status, Some(super::super::model::ComplaintStatus::Holding));
        assert_eq!(decoded.extra, [("x".to_owned(), Json::Int(1))]);
        let raw = json!({ "id": 9_007_199_254_740_993_i64, "status": "holding", "x": 1 });
        assert_eq!(decoded.raw, Some(raw.into()));
    }

    #[test]
    fn a_page_in_place_of_an_answer_is_not_taken_for_a_ticket() {
        for body in ["<html>sign in</html>", "OK", "{", "{}x"] {
            assert_eq!(Complaint::decode(&answer(body)).unwrap_err().code, "invalid_json", "{body}");
            assert_eq!(Complaint::shape(&answer(body)).unwrap_err().code, "invalid_json", "{body}");
            let error = Call::read(&PROBO, PROBO.operation("createTicket").unwrap(), answer(body), None).unwrap_err();
            // A proxy that sends a page may not have passed the ticket on.
            let sent = if body.starts_with('<') { Sent::Maybe } else { Sent::Yes };
            assert_eq!((error.kind, error.sent), (ErrorKind::Decode, sent));
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("id|status|message|raw|[a-z]{1,4}", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_of_an_answer_is_lost(value in any_json()) {
            let response = answer(&value.to_string());
            let decoded = Complaint::decode(&response).unwrap();
            prop_assert_eq!(decoded.raw.as_ref(), Some(&Json::from(value.clone())));
            prop_assert!(Complaint::shape(&response).is_ok());
            let written = serde_json::to_value(&decoded).unwrap();
            prop_assert_eq!(&written["raw"], &value);
            for (name, field) in value.as_object().into_iter().flatten() {
                if !matches!(name.as_str(), "id" | "status" | "message" | "raw") {
                    prop_assert_eq!(&written[name], field);
                }
            }
        }

        #[test]
        fn any_bytes_are_survived(body: Vec<u8>) {
            let response = Response { status: 200, body, headers: Headers::new() };
            prop_assert_eq!(Complaint::decode(&response).is_ok(), Complaint::shape(&response).is_ok());
        }
    }
}
