//! A whole number that may also be given as text, because a vendor's documents have both.

use crate::rules::input::{FromInput, wrong_type};
use crate::rules::rule::{Typed, ValueKind};
use crate::rules::value::{Given, Tree};
use crate::rules::violation::Violations;
use crate::wire::json::Json;

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
    const KIND: ValueKind = ValueKind::IntOrText;
}

/// A rule about integers holds for the number in a text, too. A rule about texts holds for texts
/// alone, and any number obeys it.
impl Given for IntOrText {
    fn tree(&self) -> Tree<'_> {
        match self {
            Self::Number(number) => number.tree(),
            Self::Text(text) => text.tree(),
        }
    }
}
