//! Probo's one documented operation on tickets.

use super::Probo;
use super::model::{ComplaintReason, ComplaintSolution, SubmittedComplaint};
use super::rules;
use crate::model;
use crate::rules::error::DecodeError;
use crate::rules::input::{FromInput, Input, params, wrong_type};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::{Endpoint, Meta, Parts, Shape};
use crate::wire::http::Response;
use crate::wire::json::{Entries, Json};
use serde::{Serialize, Serializer};
use serde_json::Value;

params! {
    /// A complaint about products of one order, all for the same reason and with the same solution in mind. For mixed ones
    /// see `splitComplaints`.
    pub struct Complaint keep unknown {
        /// Your own id of the order, as you gave it to Probo; not its `supplier_order_number`.
        pub order_id: String,
        /// An id for this ticket that no other of yours has.
        pub id: String,
        /// A short description, which helps Probo to handle the ticket.
        pub description: Option<String>,
        /// Why. Seven reasons need files with every product.
        pub reason: ComplaintReason,
        /// What you would like Probo to do.
        pub suggested_solution: ComplaintSolution,
        /// Somebody of your company. Not your customer.
        pub contact_email: Option<String>,
        /// What it is about: one product or more.
        pub products: Vec<ComplaintProduct>,
    }
}

params! {
    /// A product of the order.
    pub struct ComplaintProduct keep unknown {
        /// Its id: from Probo's `order/status`, or your own if you gave one with the order.
        #[cfg_attr(feature = "types", ts(type = "Int64 | string"))]
        pub id: ProductId,
        /// How many are concerned.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        pub amount: i64,
        /// Pictures that show it.
        pub files: Option<Vec<ComplaintFile>>,
    }
}

params! {
    /// A file that Probo can fetch.
    pub struct ComplaintFile keep unknown {
        /// Its whole address, open to everyone: `https://cdn.shop.example/2041-1.jpg`.
        pub uri: String,
    }
}

/// A product's id, sent in the form in which it was given: the guide's example has a number, and an order may bring its
/// own ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProductId {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
}

impl Default for ProductId {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl FromInput for ProductId {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::Text(text) => Self::Text(text),
            Input::Int(_) | Input::Number(_) => Self::Number(i64::from_input(input, field, violations)),
            other => {
                violations.push(wrong_type(field, &other, "a whole number or text"));
                Self::default()
            }
        }
    }
}

impl Serialize for ProductId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => crate::wire::json::serialize_integer(*number, serializer),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl From<ProductId> for Json {
    fn from(id: ProductId) -> Self {
        match id {
            ProductId::Number(number) => number.into(),
            ProductId::Text(text) => text.into(),
        }
    }
}

/// Writes an object: the documented fields in the guide's order, without the absent ones, then all others.
macro_rules! write_fields {
    ($Name:ident { $($field:ident),* } { $($optional:ident),* }) => {
        impl From<$Name> for Json {
            fn from(value: $Name) -> Self {
                let mut object = Entries::default();
                $( object.put(stringify!($field), value.$field.into()); )*
                $(
                    if let Some(value) = value.$optional {
                        object.put(stringify!($optional), value.into());
                    }
                )*
                object.with(&value.extra)
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut map = serializer.serialize_map(None)?;
                $( map.serialize_entry(stringify!($field), &self.$field)?; )*
                $(
                    if let Some(value) = &self.$optional {
                        map.serialize_entry(stringify!($optional), value)?;
                    }
                )*
                for (name, value) in &self.extra {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    };
}

write_fields!(Complaint { order_id, id, reason, suggested_solution, products } { description, contact_email });
write_fields!(ComplaintProduct { id, amount } { files });
write_fields!(ComplaintFile { uri } {});

impl Endpoint for Complaint {
    type Vendor = Probo;
    type Output = SubmittedComplaint;

    // Probo's other paths are singular: `/order`, `/order/status`. That this one is follows from nothing else.
    const META: Meta = Meta { name: "createTicket", path: "/ticket", is_movable: true, ..Meta::WRITE };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::create_ticket(self, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts::new().json(&self.clone().into())
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        if is_blank(response) {
            Ok(SubmittedComplaint::default())
        } else {
            model::decode::<Value>(response).map(Into::into)
        }
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        let text = if is_blank(response) {
            "{}".to_owned()
        } else {
            model::check_any(response)?;
            submitted(
                Json::read(&response.body)
                    .ok_or_else(|| DecodeError::new("invalid_json", "the answer is not valid JSON"))?,
            )
        };
        Ok(Shape::Json { text: Some(text), pick: &[], page: None })
    }
}

/// What [`SubmittedComplaint`] writes of an answer.
fn submitted(raw: Json) -> String {
    let mut object = Entries::default();
    match raw.get("id") {
        Some(Json::Text(id)) => drop(object.text("id", id)),
        Some(Json::Int(id)) => drop(object.text("id", &id.to_string())),
        _ => {}
    }
    for name in ["status", "message"] {
        object.text_some(name, raw.get(name).and_then(Json::as_str));
    }
    if let Json::Map(entries) = &raw {
        // `raw` would hide the whole.
        let hidden = ["id", "status", "message", "raw"];
        for (name, value) in entries.iter().filter(|(name, _)| !hidden.contains(&name.as_str())) {
            object.put(name, value.clone());
        }
    }
    object.put("raw", raw);
    object.with(&[]).to_string()
}

/// A ticket that was taken without a word was taken.
fn is_blank(response: &Response) -> bool {
    response.body.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::super::PROBO;
    use super::*;
    use crate::attachment::Body;
    use crate::call::Call;
    use crate::rules::error::{ErrorKind, Sent};
    use crate::rules::violation::Violation;
    use crate::vendor::{Access, Plan};
    use crate::wire::http::Headers;
    use proptest::prelude::*;
    use serde_json::json;

    fn plan_with(settings: &Settings, arguments: &Value) -> (Plan, Option<Body>) {
        let arguments: Vec<Input> = serde_json::from_str(&arguments.to_string()).unwrap();
        PROBO.operation("createTicket").unwrap().plan(arguments, settings).unwrap()
    }

    fn complaint() -> Value {
        json!({
            "order_id": "WEB-2041", "id": "CMP-2041-1", "description": "Left corner \"torn\" 🎫", "reason": "damaged",
            "suggested_solution": "rework", "contact_email": "support@shop.example",
            "products": [{ "id": 778_231, "amount": 1, "files": [{ "uri": "https://cdn.shop.example/c/2041-1.jpg" }] }],
        })
    }

    #[test]
    fn a_ticket_is_sent_with_these_bytes() {
        let (plan, body) = plan_with(&Settings::default(), &json!([complaint()]));
        assert_eq!((plan.method.as_str(), plan.url.as_str()), ("POST", "https://api.proboprints.com/ticket"));
        assert_eq!((plan.access, plan.is_open), (Access::Write, false));
        assert_eq!(
            plan.headers,
            Headers::from_iter([("Accept", "application/json"), ("Content-Type", "application/json")])
        );
        let text = String::from_utf8(body.unwrap().as_text().unwrap().to_vec()).unwrap();
        assert_eq!(
            text,
            r#"{"order_id":"WEB-2041","id":"CMP-2041-1","reason":"damaged","suggested_solution":"rework","products":[{"id":778231,"amount":1,"files":[{"uri":"https://cdn.shop.example/c/2041-1.jpg"}]}],"description":"Left corner \"torn\" 🎫","contact_email":"support@shop.example"}"#
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), complaint());
    }

    #[test]
    fn what_is_given_is_sent_and_nothing_else() {
        for given in [
            json!({ "order_id": "1", "id": "2", "reason": "missing", "suggested_solution": "credit",
                "products": [{ "id": "own-7", "amount": 2 }, { "id": 9_007_199_254_740_993_i64, "amount": i64::MAX, "files": [] }] }),
            // Fields that the guide does not have pass through, wherever they are.
            json!({ "order_id": "1", "id": "2", "reason": "other", "suggested_solution": "other", "priority": { "high": [true, null, 1.5] },
                "products": [{ "id": 1, "amount": 1, "side": "front", "files": [
                    { "uri": "http://a.example/1", "url": "http://a.example/1" }, { "uri": "https://a.example/2", "name": "x" } ] }] }),
        ] {
            let (_, body) = plan_with(&Settings::default(), &json!([given]));
            let sent: Value = serde_json::from_slice(body.unwrap().as_text().unwrap()).unwrap();
            assert_eq!(sent, given);
        }
    }

    #[test]
    fn the_path_can_be_set_and_is_checked() {
        let at = |path: &str| Settings { ticket_path: Some(path.to_owned()), ..Settings::default() };
        let problems = |path: &str| {
            let mut violations = Violations::new();
            PROBO.check_settings(&at(path), &mut violations);
            violations.into_vec().into_iter().map(|Violation { field, code, .. }| (field, code)).collect::<Vec<_>>()
        };
        for good in ["/ticket", "/order/ticket", "/v2/tickets", "/a-b_c.d~e", "/..."] {
            assert_eq!(problems(good), [], "{good}");
            let (plan, _) = plan_with(&at(good), &json!([complaint()]));
            assert_eq!(plan.url, format!("https://api.proboprints.com{good}"));
        }
        for bad in [
            "",
            "/",
            "ticket",
            "//ticket",
            "/ticket/",
            "/a//b",
            "/./a",
            "/a/..",
            "/a?b",
            "/a#b",
            "/a b",
            "/%2e%2e",
            "/{id}",
            "/a\\b",
            "/a\nb",
            "/ä",
            "https://evil.example/a",
        ] {
            assert_eq!(problems(bad), [("ticketPath".to_owned(), "invalid_path".to_owned())], "{bad}");
        }
        let read: Vec<Input> = serde_json::from_str(r#"[{ "ticketPath": "/tickets" }]"#).unwrap();
        let settings = Settings::from_input(read.into_iter().next().unwrap(), "", &mut Violations::new());
        assert_eq!(settings.ticket_path.as_deref(), Some("/tickets"));
    }

    #[test]
    fn a_gateway_finds_the_operation_where_it_is_and_where_it_was() {
        let moved = Settings { ticket_path: Some("/order/ticket".to_owned()), ..Settings::default() };
        let name = |method, path, settings: &Settings| PROBO.route(method, path, settings).map(|(meta, _)| meta.name);
        assert_eq!(name("POST", "/ticket", &Settings::default()), Some("createTicket"));
        assert_eq!(name("POST", "/order/ticket", &Settings::default()), None);
        assert_eq!(name("POST", "/ticket", &moved), Some("createTicket"));
        assert_eq!(name("POST", "/order/ticket", &moved), Some("createTicket"));
        assert_eq!(PROBO.operation("createTicket").unwrap().meta.path_in(&moved), "/order/ticket");
        for (method, path) in
            [("GET", "/ticket"), ("POST", "/tickets"), ("POST", "/order"), ("POST", "/ticket/"), ("POST", "/")]
        {
            assert_eq!(name(method, path, &moved), None, "{method} {path}");
        }
    }

    fn answer(body: &str) -> Response {
        Response { status: 200, body: body.as_bytes().to_vec(), headers: Headers::new() }
    }

    /// What a caller in JavaScript gets, its marks of integers left in.
    fn seen(body: &str) -> Value {
        match Complaint::shape(&answer(body)).unwrap() {
            Shape::Json { text: Some(text), pick: &[], page: None } => serde_json::from_str(&text).unwrap(),
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
            // Another status, a number as id, and something new.
            (
                r#"{"id":7,"status":"accepted","ticket":{"n":1}}"#,
                json!({ "id": "7", "status": "accepted", "ticket": { "n": 1 }, "raw": { "id": 7, "status": "accepted", "ticket": { "n": 1 } } }),
            ),
            // What is of another type is no lie: it is in the whole only.
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
        assert_eq!(decoded.extra.get("x"), Some(&json!(1)));
        assert_eq!(decoded.raw, Some(json!({ "id": 9_007_199_254_740_993_i64, "status": "holding", "x": 1 })));
    }

    #[test]
    fn a_page_in_place_of_an_answer_is_not_taken_for_a_ticket() {
        for body in ["<html>sign in</html>", "OK", "{", "{}x", "\u{feff}{}"] {
            assert_eq!(Complaint::decode(&answer(body)).unwrap_err().code, "invalid_json", "{body}");
            assert_eq!(Complaint::shape(&answer(body)).unwrap_err().code, "invalid_json", "{body}");
            let error = Call::read(&PROBO, PROBO.operation("createTicket").unwrap(), answer(body), None).unwrap_err();
            // Whoever sends a page may have kept the ticket to himself.
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
            prop_assert_eq!(decoded.raw.as_ref(), Some(&value));
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
