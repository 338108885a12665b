//! Normalises the API's JSON, which is converted from XML, to the JSON that the models describe:
//!
//! | in the response | as normalised |
//! |---|---|
//! | `{"@nil":"true"}` | `null` |
//! | one object where many are possible | an array of one |
//! | no such field, `null` or `""` where many are possible | `[]` |
//! | a number, `true` or `false` where the schema has text | its text, with every digit |
//! | an array of one where only one is possible | its item |
//!
//! Everything else stays unchanged, including unknown fields and their order.

use super::model::{RefundAmounts, Ticket};
use crate::model::schema::{Outline, Property, Schema};
use crate::model::{self, Field};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::wire::exact::MAX_SAFE_INTEGER;
use crate::wire::http::Response;
use crate::wire::json::plain_text;

/// A model that a response contains.
pub(super) trait Root: Field {
    /// The name of the element that may wrap it.
    const ELEMENT: &'static str;
}

impl Root for Ticket {
    const ELEMENT: &'static str = "ticketData";
}

impl Root for RefundAmounts {
    const ELEMENT: &'static str = "partialRefundData";
}

/// Returns the JSON text of a single item, wrapped or bare.
pub(super) fn single<T: Root>(response: &Response) -> Result<String, DecodeError> {
    let text = plain_text(&response.body);
    let json = valid_json(response, &text)?;
    let element = match shallow(json) {
        Shallow::Object(fields) => field(&fields, T::ELEMENT).unwrap_or(json),
        _ => json,
    };
    let mut out = String::with_capacity(element.len());
    normalise(element, &T::SCHEMA, &mut out);
    Ok(out)
}

/// Returns the JSON text `{"data":[…]}` of a list of tickets, which may be wrapped or bare. It may
/// hold one ticket, many, or none in any form of an empty list.
pub(super) fn list(response: &Response) -> Result<String, DecodeError> {
    const EMPTY: &str = r#"{"data":[]}"#;
    let text = plain_text(&response.body);
    if text.trim_ascii().is_empty() {
        return Ok(EMPTY.to_owned());
    }
    let json = valid_json(response, &text)?;
    let (items, others) = match shallow(json) {
        Shallow::Bare("null") => return Ok(EMPTY.to_owned()),
        Shallow::Array(_) => (json, Vec::new()),
        Shallow::Object(fields) if is_blank(&fields) => return Ok(EMPTY.to_owned()),
        Shallow::Object(fields) if field(&fields, "ticketid").is_some() => (json, Vec::new()),
        Shallow::Object(fields) => match field(&fields, Ticket::ELEMENT) {
            Some(items) => {
                let others = fields.into_iter().filter(|(name, _)| !is(name, Ticket::ELEMENT) && !is(name, "data"));
                (items, others.collect())
            }
            None => return Err(unexpected("`ticketData` of the answer", "it to be there")),
        },
        _ => return Err(unexpected("the answer", "tickets")),
    };
    let mut out = String::with_capacity(json.len().saturating_add(EMPTY.len()));
    out.push_str("{\"data\":");
    normalise(items, const { &<Vec<Ticket> as Field>::SCHEMA }, &mut out);
    for (name, value) in others {
        out.extend([",", name, ":"]);
        normalise(value, &Schema::Any, &mut out);
    }
    out.push('}');
    Ok(out)
}

/// Returns a count: a number, the same as text, or either as the field `count`.
pub(super) fn count(response: &Response) -> Result<u64, DecodeError> {
    let text = plain_text(&response.body);
    let json = valid_json(response, &text)?;
    let value = match shallow(json) {
        Shallow::Object(fields) => field(&fields, "count").unwrap_or(json),
        _ => json,
    };
    let digits = match shallow(value) {
        Shallow::Text(literal) => literal.trim_matches('"').trim(),
        _ => value,
    };
    let count = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    count.filter(|count| *count <= MAX_SAFE_INTEGER).ok_or_else(|| unexpected("the answer", "a count"))
}

/// Reads the normalised text as `T`.
pub(super) fn read<T: Field>(response: &Response, normalised: String) -> Result<T, DecodeError> {
    model::decode(&with_body(response, normalised))
}

/// Checks a normalised text. Returns it for a host to parse, unless it equals the body of the
/// response.
pub(super) fn check<T: Field>(
    response: &Response,
    normalised: String,
) -> Result<(Option<String>, Outline), DecodeError> {
    let normalised = with_body(response, normalised);
    let outline = model::check::<T>(&normalised)?;
    let text = model::exact(&normalised, &outline)
        .or_else(|| (normalised.body != response.body).then(|| String::from_utf8(normalised.body).ok()).flatten());
    Ok((text, outline))
}

fn with_body(response: &Response, body: String) -> Response {
    Response { body: body.into_bytes(), headers: response.headers.clone(), ..*response }
}

fn unexpected(what: &str, expected: &str) -> DecodeError {
    DecodeError::new(code!("unexpected_shape"), format!("{what} is not as documented: expected {expected}"))
}

/// Returns the text of the body if it is JSON; this also limits its nesting for the steps that follow.
fn valid_json<'a>(response: &Response, text: &'a str) -> Result<&'a str, DecodeError> {
    model::check_any(response).map(|_| text.trim())
}

/// One level of a valid JSON value, whose parts are JSON texts themselves.
enum Shallow<'a> {
    Object(Vec<(&'a str, &'a str)>),
    Array(Vec<&'a str>),
    /// With its quotation marks.
    Text(&'a str),
    /// A number, `true`, `false` or `null`.
    Bare(&'a str),
}

/// Splits a valid JSON value into the parts of its outermost level.
fn shallow(json: &str) -> Shallow<'_> {
    let inside = json.get(1..json.len().saturating_sub(1)).unwrap_or_default();
    match json.bytes().next() {
        Some(b'{') => {
            let mut parts = split(inside).into_iter();
            Shallow::Object(std::iter::from_fn(|| Some((parts.next()?, parts.next()?))).collect())
        }
        Some(b'[') => Shallow::Array(split(inside)),
        Some(b'"') => Shallow::Text(json),
        _ => Shallow::Bare(json),
    }
}

/// Returns the parts between the commas and colons that stand outside of texts and brackets.
fn split(inside: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0usize);
    let (mut in_text, mut escaped) = (false, false);
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth = depth.saturating_add(1),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' | b':' if depth == 0 => {
                parts.push(inside.get(start..at).unwrap_or_default().trim());
                start = at.saturating_add(1);
            }
            _ => {}
        }
    }
    let last = inside.get(start..).unwrap_or_default().trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

fn normalise(json: &str, schema: &'static Schema, out: &mut String) {
    match (schema, shallow(json)) {
        (Schema::List(_), Shallow::Bare("null") | Shallow::Text("\"\"")) => out.push_str("[]"),
        (Schema::List(_), Shallow::Object(fields)) if is_nil(&fields) => out.push_str("[]"),
        (Schema::List(items), Shallow::Array(values)) => normalise_items(&values, items, out),
        (Schema::List(items), _) => normalise_items(&[json], items, out),
        // An element with attributes only has no text.
        (Schema::Text, Shallow::Object(fields)) if is_blank(&fields) => out.push_str("null"),
        (Schema::Text, Shallow::Bare(literal)) if literal != "null" => out.extend(["\"", literal, "\""]),
        (Schema::Object(_), Shallow::Array(values)) if values.len() == 1 => {
            values.first().into_iter().for_each(|value| normalise(value, schema, out));
        }
        (_, Shallow::Object(fields)) if is_nil(&fields) => out.push_str("null"),
        (Schema::Object(properties), Shallow::Object(fields)) => normalise_fields(&fields, properties, out),
        (Schema::Any, Shallow::Object(fields)) => normalise_fields(&fields, &[], out),
        (Schema::Any, Shallow::Array(values)) => normalise_items(&values, &Schema::Any, out),
        _ => out.push_str(json),
    }
}

fn normalise_items(values: &[&str], schema: &'static Schema, out: &mut String) {
    out.push('[');
    for (index, value) in values.iter().enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        normalise(value, schema, out);
    }
    out.push(']');
}

fn normalise_fields(fields: &[(&str, &str)], properties: &'static [Property], out: &mut String) {
    out.push('{');
    for (index, (name, value)) in fields.iter().enumerate() {
        out.extend([if index == 0 { "" } else { "," }, name, ":"]);
        let known = properties.iter().find(|property| is(name, property.name));
        normalise(value, known.map_or(&Schema::Any, |property| property.schema), out);
    }
    let lists = properties.iter().filter(|property| matches!(property.schema, Schema::List(_)) && !property.optional);
    for list in lists.filter(|list| field(fields, list.name).is_none()) {
        out.extend([if out.ends_with('{') { "" } else { "," }, "\"", list.name, "\":[]"]);
    }
    out.push('}');
}

/// Returns whether `name` is the name of a field whose text is in quotation marks.
fn is(literal: &str, name: &str) -> bool {
    literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) == Some(name)
}

/// Returns the last field of this name, as `JSON.parse` does.
fn field<'a>(fields: &[(&str, &'a str)], name: &str) -> Option<&'a str> {
    fields.iter().rev().find(|(literal, _)| is(literal, name)).map(|(_, value)| *value)
}

/// Returns whether the element has only attributes, whose names begin with `@`.
fn is_blank(fields: &[(&str, &str)]) -> bool {
    fields.iter().all(|(name, _)| name.starts_with("\"@"))
}

/// Returns whether an attribute marks the element as nil: `@nil`, or `@xsi:nil` where the namespace
/// is kept.
fn is_nil(fields: &[(&str, &str)]) -> bool {
    let says_nil = |(name, value): &(&str, &str)| {
        (is(name, "@nil") || name.ends_with(":nil\"")) && matches!(value.trim_matches('"'), "true" | "1")
    };
    is_blank(fields) && fields.iter().any(says_nil)
}

#[cfg(test)]
mod tests;
