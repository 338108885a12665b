//! The rules of single parameters, as data.
//!
//! What can be said of one field for itself stands in a table, which is checked here and words its violations. The facade
//! reads the same table (`pkg-template/src/accept.ts`) and says yes, or nothing: arguments that it does not take come here.
//! So a body that breaks no rule, which most do not, need not cross. Rules between fields are code, in `rules.rs`.

use crate::attachment::Attachment;
use crate::json::{ToJson, write_text};
use crate::settings::Settings;
use crate::validate::Figure::{Cut, Number, Text};
use crate::validate::{
    EMPTY, Figure, NO_ITEMS, Violations, Words, check_date_time, check_range, check_text_length, unknown_value, words,
};

/// What a parameter must be, beyond its type.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Code judges it; a host takes it only when it is not there.
    Code,
    /// `true` or `false`.
    Flag,
    /// Text of so many Unicode code points.
    Text {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// An id of digits.
    Digits {
        /// At most so many.
        max: usize,
        /// What to give.
        hint: &'static str,
    },
    /// An RFC 3339 date and time with its zone.
    DateTime,
    /// One of these values. One that was added after this was written passes when the client allows it; nothing at all
    /// never is a value.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// A list.
    List {
        /// What each item must be.
        items: &'static Rule,
        /// What to do about an empty one, where that is a mistake.
        empty: Option<&'static str>,
        /// What to do about an integer that is there twice, where that is one.
        twice: Option<&'static str>,
    },
}

/// A parameter and its rule.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its rule.
    pub rule: Rule,
    /// Whether it may be left out.
    pub optional: bool,
}

/// The value of a parameter, as rules see it.
#[derive(Debug)]
pub enum Value<'a> {
    /// It was left out, or code judges it.
    Nothing,
    /// Text, or a value of an enum.
    Text(&'a str),
    /// An integer.
    Integer(i64),
    /// A list.
    List(Vec<Value<'a>>),
}

/// The sort of values that a type has.
#[derive(Debug)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// Text.
    Text,
    /// An integer.
    Integer,
    /// A list of these.
    List(&'static Kind),
    /// Anything else.
    Other,
}

/// A type that a parameter with a rule can have.
pub trait Given {
    /// Its sort of values.
    const KIND: Kind;

    /// Whether it may be left out.
    const OPTIONAL: bool = false;

    /// The value.
    fn value(&self) -> Value<'_>;
}

impl Given for bool {
    const KIND: Kind = Kind::Flag;

    fn value(&self) -> Value<'_> {
        Value::Nothing
    }
}

impl Given for i64 {
    const KIND: Kind = Kind::Integer;

    fn value(&self) -> Value<'_> {
        Value::Integer(*self)
    }
}

impl Given for String {
    const KIND: Kind = Kind::Text;

    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Given for Attachment {
    const KIND: Kind = Kind::Other;

    fn value(&self) -> Value<'_> {
        Value::Nothing
    }
}

impl<T: Given> Given for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Nothing, T::value)
    }
}

impl<T: Given> Given for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn value(&self) -> Value<'_> {
        Value::List(self.iter().map(T::value).collect())
    }
}

impl Rule {
    /// Any text.
    pub const ANY_TEXT: Self = Self::Text { min: 0, max: usize::MAX };

    /// Whether it is about values of this sort: one that is not would check nothing.
    #[must_use]
    pub const fn suits(&self, kind: &Kind) -> bool {
        match (self, kind) {
            (Self::Code, Kind::Other) | (Self::Flag, Kind::Flag) | (Self::Integer { .. }, Kind::Integer) => true,
            (Self::Text { .. } | Self::Digits { .. } | Self::DateTime | Self::OneOf(_), Kind::Text) => true,
            (Self::List { items, .. }, Kind::List(kind)) => items.suits(kind),
            _ => false,
        }
    }

    /// Reports how `value` breaks it.
    pub fn check(&self, value: &Value<'_>, field: &str, settings: &Settings, violations: &mut Violations) {
        match (self, value) {
            (Self::Text { min, max }, Value::Text(text)) => check_text_length(violations, field, text, *min, *max),
            (Self::Digits { max, hint }, Value::Text(text)) => check_digits(violations, field, text, *max, hint),
            (Self::DateTime, Value::Text(text)) => check_date_time(violations, field, text),
            (Self::OneOf(known), Value::Text(text)) => check_value(violations, settings, field, text, known),
            (Self::Integer { min, max }, Value::Integer(value)) => check_range(violations, field, *value, *min, *max),
            (Self::List { items, empty, twice }, Value::List(list)) => {
                if let (Some(hint), true) = (empty, list.is_empty()) {
                    violations.add(field, NO_ITEMS, [Number(1), Number(0), Text(hint)]);
                }
                // In order, so that a search is short; a hash table would be the only one of the whole library.
                let mut seen = Vec::new();
                for (index, item) in list.iter().enumerate() {
                    let field = format!("{field}[{index}]");
                    items.check(item, &field, settings, violations);
                    let (Some(hint), Value::Integer(value)) = (twice, item) else { continue };
                    match seen.binary_search(value) {
                        Err(at) => seen.insert(at, *value),
                        Ok(_) => violations.add(&field, TWICE, [Number(*value), Text(hint)]),
                    }
                }
            }
            _ => {}
        }
    }
}

/// One of the documented values.
pub fn check_value(violations: &mut Violations, settings: &Settings, field: &str, value: &str, known: &[&str]) {
    if !known.contains(&value) && (value.is_empty() || !settings.allow_unknown_values) {
        violations.push(unknown_value(field, value, known));
    }
}

const TWICE: Words<2> =
    words!("duplicate", ["value", "_hint"], "`{field}` is {value}, which the list has already", "{_hint}");
const NOT_DIGITS: Words<2> = words!(
    "not_digits",
    ["value", "_hint"],
    "`{field}` is `{value}`, which has other characters than digits",
    "{_hint}",
);
const TOO_MANY_DIGITS: Words<3> =
    words!("too_long", ["max", "length", "_hint"], "`{field}` has {length} digits, more than {max}", "{_hint}");

fn check_digits(violations: &mut Violations, field: &str, text: &str, max: usize, hint: &str) {
    if text.is_empty() {
        violations.add(field, EMPTY, [Text(hint)]);
    } else if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        violations.add(field, NOT_DIGITS, [Cut(text), Text(hint)]);
    } else if text.len() > max {
        violations.add(field, TOO_MANY_DIGITS, [Figure::count(max), Figure::count(text.len()), Text(hint)]);
    }
}

/// A data URL that is none.
pub const NOT_SENDABLE: Words<3> =
    words!("{_code}", ["_code", "_problem", "_hint"], "`{field}` cannot be sent: {_problem}", "{_hint}");
/// A file with no bytes.
pub const EMPTY_FILE: Words<1> =
    words!("empty_file", ["_file"], "`{field}` ({_file}) is empty", "choose a file with content");
/// A file that may be anything.
pub const UNTOLD_TYPE: Words<3> = words!(
    "unknown_file_type",
    ["allowed", "_file", "_hint"],
    "`{field}` ({_file}) is of no type that its content tells",
    "{_hint}",
);

/// `["text",1,65535]`: the rule as a host reads it.
impl ToJson for Rule {
    fn write(&self, out: &mut String) {
        let mut rule = |name: &str, parts: &[&dyn ToJson]| {
            out.push('[');
            write_text(out, name);
            for part in parts {
                out.push(',');
                part.write(out);
            }
            out.push(']');
        };
        match self {
            Self::Code => rule("code", &[]),
            Self::Flag => rule("flag", &[]),
            Self::Text { min, max } => rule("text", &[min, max]),
            Self::Digits { max, .. } => rule("digits", &[&1usize, max]),
            Self::DateTime => rule("time", &[]),
            Self::OneOf(values) => rule("one_of", &[values]),
            Self::Integer { min, max } => rule("integer", &[min, max]),
            Self::List { items, empty, twice } => rule("list", &[*items, &empty.is_some(), &twice.is_some()]),
        }
    }
}

/// `["text",["text",1,65535],false]`; the flag says whether it may be left out.
impl ToJson for Param {
    fn write(&self, out: &mut String) {
        out.push('[');
        write_text(out, self.name);
        out.push(',');
        self.rule.write(out);
        out.push(',');
        self.optional.write(out);
        out.push(']');
    }
}

/// Parameters whose rules are a table.
pub trait Ruled {
    /// The table.
    const TABLE: &'static [Param];

    /// Reports every rule of the table that the parameters break.
    fn obey(&self, settings: &Settings, violations: &mut Violations);
}

/// Gives each parameter of a struct its rule, in the order in which they are checked. One that is left out, or a rule for
/// another type, does not compile.
macro_rules! rules {
    ($Params:ident { $( $field:ident : $rule:expr, )* }) => {
        impl $crate::rule::Ruled for $Params {
            const TABLE: &'static [$crate::rule::Param] = &[$( {
                const fn param<T: $crate::rule::Given>(_: fn(&$Params) -> &T) -> $crate::rule::Param {
                    let rule = $rule;
                    assert!(rule.suits(&T::KIND));
                    $crate::rule::Param {
                        name: $crate::model::wire_name(stringify!($field)),
                        rule,
                        optional: T::OPTIONAL,
                    }
                }
                param(|params| &params.$field)
            }, )*];

            fn obey(&self, settings: &$crate::settings::Settings, violations: &mut $crate::validate::Violations) {
                let Self { $( $field, )* } = self;
                let values = [$( $crate::rule::Given::value($field), )*];
                for (param, value) in Self::TABLE.iter().zip(&values) {
                    param.rule.check(value, param.name, settings, violations);
                }
            }
        }
    };
}
pub(crate) use rules;
