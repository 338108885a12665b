//! The schema of a successful response, and where its result is.

use crate::model::schema::{Odd, Outline, Schema};
use crate::model::{check_with, exact};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::vendor::endpoint::Access;
use crate::wire::http::Response;
use crate::wire::json::{Json, serialize_count};
use serde::Serialize;

/// The schema of a JSON response, and what a host makes of a response that fits it.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The table of the response.
    pub schema: &'static Schema,
    /// Returns where the result is, from the outline that the check made.
    pub shape: fn(&Outline) -> Shape,
}

impl Answer {
    /// Checks a response and returns where its result is.
    pub fn read(&self, response: &Response) -> Result<Shape, DecodeError> {
        let outline = check_with(response, self.schema)?;
        let mut shape = (self.shape)(&outline);
        if let Shape::Json { text, odd, .. } = &mut shape {
            if text.is_none() {
                *text = exact(response, &outline);
            }
            *odd = outline.odd;
        }
        Ok(shape)
    }
}

/// Where a host that parses JSON itself finds the result in a checked response.
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
        /// The text to use instead of the body: its shape was normalised, or it holds integers that
        /// `JSON.parse` would round.
        text: Option<String>,
        /// The path of fields to the result.
        pick: &'static [&'static str],
        /// The page, if the result is a page of a list.
        page: Option<PageShape>,
        /// The oddities of single fields and of items of a list; see [`Odd`].
        odd: Vec<Odd>,
    },
}

impl Shape {
    /// Returns the shape if it can be used: what shows that a write was accepted must be as
    /// documented.
    pub fn checked_for(self, access: Access) -> Result<Self, DecodeError> {
        if access == Access::Write { self.without_odd_fields() } else { Ok(self) }
    }

    /// Returns the shape if all fields outside lists are as documented.
    pub fn without_odd_fields(mut self) -> Result<Self, DecodeError> {
        if let Self::Json { odd, .. } = &mut self
            && let Some(at) = odd.iter().position(|odd| odd.index.is_none())
        {
            return Err(odd.swap_remove(at).into_error());
        }
        Ok(self)
    }
}

/// What a host needs to know to iterate over a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct PageShape {
    /// The field that identifies an item: `id_ticket`.
    pub key: &'static str,
    /// Whether pages are requested by number, from 1, in the field `page`, and not by `offset`.
    pub numbered: bool,
    /// The field that holds the items: `data`.
    pub items: &'static str,
    /// The parameter that requests another part of the list: `offset`.
    pub offset_field: &'static str,
    /// Where this page starts, if the vendor says so; otherwise, it starts where the request asked.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_count")]
    pub offset: Option<u64>,
    /// The number of items in the page.
    pub length: u64,
    /// The number of items in the list, if the vendor says so.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "serialize_count")]
    pub total: Option<u64>,
    /// Whether another page follows.
    pub more: bool,
    /// See [`Endpoint::beyond`](crate::vendor::Endpoint::beyond).
    /// [`Operation::read`](crate::vendor::Operation::read) fills it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "Record<string, unknown>"))]
    pub beyond: Option<Json>,
}

/// Returns the text of an XML response.
pub fn xml_text(response: &Response) -> Result<&str, DecodeError> {
    let text = std::str::from_utf8(&response.body).ok().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
    match text {
        Some(text) if text.trim_start().starts_with('<') => Ok(text),
        Some("") => Err(DecodeError::new(code!("empty_body"), format!("the answer ({}) has no body", response.status))),
        _ => {
            Err(DecodeError::new(code!("invalid_xml"), format!("the answer ({}) is not XML in UTF-8", response.status)))
        }
    }
}

/// Returns the result of a read as data, for a host that has no types of its own for it.
#[must_use]
pub fn result_of(shape: &Shape, response: &Response) -> Option<Json> {
    let Shape::Json { text, pick, .. } = shape else { return Some(Json::Absent) };
    let bytes = text.as_ref().map_or(response.body.as_slice(), String::as_bytes);
    let value = Json::read(bytes)?;
    pick.iter().try_fold(value, |mut value, field| value.get_mut(field).map(std::mem::take))
}
