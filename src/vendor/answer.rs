//! What a successful answer must fit, and where its result is.

use crate::model::schema::{Outline, Schema};
use crate::model::{check_with, exact};
use crate::rules::error::DecodeError;
use crate::wire::http::Response;
use crate::wire::json::{Json, serialize_count};
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
        /// Take this text instead of the body: its shape was mended, or it holds integers that
        /// `JSON.parse` would round.
        text: Option<String>,
        /// Walk down these fields.
        pick: &'static [&'static str],
        /// Set when the result is a page of a list.
        page: Option<PageShape>,
    },
}

/// What a host needs to know to walk a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
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
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_count")]
    pub offset: Option<u64>,
    /// How many items it has.
    pub length: u64,
    /// How many items the list has, if the vendor says so.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_count")]
    pub total: Option<u64>,
    /// Whether there is a page after this one.
    pub more: bool,
    /// See [`Endpoint::beyond`](crate::vendor::Endpoint::beyond).
    /// [`Operation::read`](crate::vendor::Operation::read) fills it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "Record<string, unknown>"))]
    pub beyond: Option<Json>,
}

/// The result of a read as data, for a host that has no types of its own for it.
#[must_use]
pub fn result_of(shape: &Shape, response: &Response) -> Option<Json> {
    let Shape::Json { text, pick, .. } = shape else { return Some(Json::Absent) };
    let bytes = text.as_ref().map_or(response.body.as_slice(), String::as_bytes);
    let value = Json::read(bytes)?;
    pick.iter().try_fold(value, |mut value, field| value.get_mut(field).map(std::mem::take))
}
