//! A whole number that may also be given as text, because a vendor's documents have both.

use crate::rules::input::{FromInput, not_an_integer, wrong_type};
use crate::rules::rule::{Given, Kind, Rule, Typed};
use crate::rules::settings::Settings;
use crate::rules::value::BodyValue;
use crate::rules::violation::Violations;
use crate::wire::json::Json;
use serde::Serializer;

/// A whole number or a text, sent in the form in which it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum IntOrText {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
}

impl Default for IntOrText {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl FromInput for IntOrText {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Text(text) => Self::Text(text),
            Json::Int(_) | Json::Number(_) => Self::Number(i64::from_input(input, field, violations)),
            other => {
                violations.push(wrong_type(field, &other, "a whole number or text"));
                Self::default()
            }
        }
    }
}

impl Typed for IntOrText {
    const KIND: Kind = Kind::IntOrText;
}

/// A rule about integers holds for the number in a text, too. A rule about texts holds for texts
/// alone, and any number obeys it.
impl Given for IntOrText {
    fn obey(&self, rule: &Rule, field: &str, settings: &Settings, violations: &mut Violations) {
        match (self, rule) {
            (Self::Number(number), _) => number.obey(rule, field, settings, violations),
            (Self::Text(text), Rule::Integer { .. }) => match text.parse::<i64>() {
                // Other spellings of the number, such as `+1`, are not what a vendor documents.
                Ok(number) if number.to_string() == *text => number.obey(rule, field, settings, violations),
                _ => violations.push(not_an_integer(field)),
            },
            (Self::Text(text), _) => rule.check_text(text, field, settings, violations),
        }
    }
}

impl BodyValue for IntOrText {
    fn to_body<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => number.to_body(serializer),
            Self::Text(text) => text.to_body(serializer),
        }
    }
}
