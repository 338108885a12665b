//! Checks values against their rules.

use crate::rules::input::{at, join, not_an_integer};
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::value::{Object, Tree, tree_of};
use crate::rules::violation::{NO_ITEMS, Violations, check_range};
use crate::rules::words::{Count, Number, Text, Words, words};
use crate::wire::repeats::repeats;

const TWICE: Words<(Number, Text<'_>)> =
    words!("duplicate", ["value", "_hint"], "`{field}` is {value}, which the list has already", "{_hint}");

/// Reports every rule of its table that an object at this path breaks.
pub fn obey(object: &dyn Object, path: &str, settings: &Settings, violations: &mut Violations) {
    // An object has a table of its own.
    tree_of(object).obey(&Rule::Code, path, settings, violations);
}

impl Tree<'_> {
    /// Reports how the value of a field breaks a rule.
    pub fn obey(&self, rule: &Rule, field: &str, settings: &Settings, violations: &mut Violations) {
        match (self, rule) {
            // The types that can be text under such a rule are integers that may be given as text.
            (Self::Text(text), Rule::Integer { min, max }) => match text.parse::<i64>() {
                // Other spellings of the number, such as `+1`, are not what a vendor documents.
                Ok(number) if number.to_string() == *text => check_range(violations, field, number, *min, *max),
                _ => violations.push(not_an_integer(field)),
            },
            (Self::Text(text), _) => rule.check_text(text, field, settings, violations),
            (Self::Integer(number), Rule::Integer { min, max }) => check_range(violations, field, *number, *min, *max),
            (Self::List(items), Rule::List { items: rule, empty, twice }) => {
                if let (Some(hint), []) = (empty, items.as_slice()) {
                    violations.add(field, NO_ITEMS, (Count(1), Count(0), Text(hint)));
                }
                let texts = items.iter().map(|item| match item {
                    Self::Integer(number) => number.to_string(),
                    _ => String::new(),
                });
                for (index, (item, is_repeated)) in items.iter().zip(repeats(texts)).enumerate() {
                    let field = at(field, index);
                    item.obey(rule, &field, settings, violations);
                    if let (Some(hint), Self::Integer(number), true) = (twice, item, is_repeated) {
                        violations.add(&field, TWICE, (Number(*number), Text(hint)));
                    }
                }
            }
            (Self::Object { table, fields, .. }, _) => {
                for (param, value) in table.iter().zip(fields) {
                    value.obey(param.rule, &join(field, param.name), settings, violations);
                }
            }
            _ => {}
        }
    }
}
