//! What a successful answer must fit, and where its result is.

use crate::model::schema::{Outline, Schema};
use crate::model::{check_with, exact};
use crate::rules::error::DecodeError;
use crate::wire::http::Response;
use crate::wire::json::{Json, Object, ToJson, to_json};
use serde::Serialize;

/// What a JSON answer must fit, and what a host makes of one that does.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Its table.
    pub schema: &'static Schema,
    /// Where the result is, told from what the check of the table saw.
    pub shape: fn(&Outline) -> Shape,
}

impl Answer {
    /// Checks an answer.
    pub fn read(&self, response: &Response) -> Result<Shape, DecodeError> {
        let outline = check_with(response, self.schema)?;
        let mut shape = (self.shape)(&outline);
        if let Shape::Json { text: text @ None, .. } = &mut shape {
            *text = exact(response, &outline);
        }
        Ok(shape)
    }
}

/// Where a host that parses JSON itself finds the result in an answer that was checked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Shape {
    /// The call has no result.
    Empty,
    /// The result is the body as text.
    Text,
    /// The result is the body's bytes.
    Bytes,
    /// The result is JSON.
    Json {
        /// Parse this text instead of the body: its shape was mended, or it holds integers that a JavaScript number
        /// would round (written as `{"$bigint":"…"}`).
        text: Option<String>,
        /// Walk down these fields.
        pick: &'static [&'static str],
        /// Set when the result is a page of a list.
        page: Option<PageShape>,
    },
}

impl ToJson for Shape {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        match self {
            Self::Empty => object.put("type", &"empty"),
            Self::Text => object.put("type", &"text"),
            Self::Bytes => object.put("type", &"bytes"),
            Self::Json { text, pick, page } => {
                object.put("type", &"json").put("text", text).put("pick", pick).put("page", page)
            }
        }
        .end();
    }
}

/// What a host needs to know to walk a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageShape {
    /// The field that tells items apart: `id_ticket`.
    pub key: &'static str,
    /// Whether pages are asked for by number, from 1, in the field `page`, and not by `offset`.
    pub numbered: bool,
    /// The field that holds the items: `data`.
    pub items: &'static str,
    /// The parameter that asks for another part of the list: `offset`.
    pub offset_field: &'static str,
    /// Where this page starts, if the vendor says so; else where it was asked to.
    pub offset: Option<u64>,
    /// How many items it has.
    pub length: u64,
    /// How many items the list has, if the vendor says so.
    pub total: Option<u64>,
    /// Whether there is a page after this one.
    pub more: bool,
    /// See [`Endpoint::beyond`]; [`Operation::read`] fills it in.
    pub beyond: Option<Json>,
}

to_json!(PageShape {
    "key": key,
    "numbered": numbered,
    "items": items,
    "offsetField": offset_field,
    "offset": offset,
    "length": length,
    "total": total,
    "more": more,
    "beyond": beyond,
});

/// The result of a read as data, for a host that has no types of its own for it.
#[must_use]
pub fn result_of(shape: &Shape, response: &Response) -> Option<Json> {
    let Shape::Json { text, pick, .. } = shape else { return Some(Json::Absent) };
    let bytes = text.as_ref().map_or(response.body.as_slice(), String::as_bytes);
    let mut value = Json::read(bytes)?;
    unmark(&mut value);
    pick.iter().try_fold(value, |mut value, field| value.get_mut(field).map(std::mem::take))
}

/// Integers that were marked for JavaScript become integers again.
fn unmark(value: &mut Json) {
    match value {
        Json::List(items) => items.iter_mut().for_each(unmark),
        Json::Map(fields) => match fields.as_slice() {
            [(name, Json::Text(number))] if name == "$bigint" => {
                if let Ok(number) = number.parse::<i64>() {
                    *value = Json::Int(number);
                }
            }
            _ => fields.iter_mut().for_each(|(_, value)| unmark(value)),
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_integers_are_integers_again() {
        let text = Some(r#"{"data":{"a":[{"$bigint":"-9007199254740993"}],"b":{"$bigint":"x"}}}"#.to_owned());
        let shape = Shape::Json { text, pick: &["data"], page: None };
        let expected = Json::from(serde_json::json!({ "a": [-9_007_199_254_740_993_i64], "b": { "$bigint": "x" } }));
        assert_eq!(result_of(&shape, &Response::default()), Some(expected));
    }
}
