//! The rules of single parameters, as data.
//!
//! The rules of one field stand in a table, which gives the texts of its violations. The facade
//! reads the same table (`pkg-template/src/wasm/accept.ts`) and only accepts: arguments that it
//! does not accept are checked here. A body that breaks no rule, which is the usual case, therefore
//! need not be passed to the module. Rules between fields are code, in `rules.rs`.

use crate::rules::settings::Settings;
use crate::rules::violation::{Violations, check_date_time, check_text_length, unknown_value};
use crate::rules::words::{File, Marketplace, Mimes, Text, Words, words};

/// The requirements on a parameter, beyond its type.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Code checks the parameter; a host accepts it only if it is absent.
    Code,
    /// `true` or `false`.
    Flag,
    /// Text with a limited number of Unicode code points.
    Text {
        /// The smallest permitted number.
        min: usize,
        /// The largest permitted number.
        max: usize,
    },
    /// Text of a certain form. The form is given twice: as code that needs few bytes of wasm, and
    /// as a regular expression for hosts.
    Like {
        /// A JavaScript regular expression, which accepts nothing that `check` reports.
        pattern: Pattern,
        /// Reports what is wrong with the text.
        check: Judge,
    },
    /// One of these values. A value that the vendor added later is accepted if the client allows
    /// it; an empty text is never a value.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Integer {
        /// The smallest permitted number.
        min: i64,
        /// The largest permitted number.
        max: i64,
    },
    /// A list.
    List {
        /// The rule of each item.
        items: &'static Rule,
        /// The hint for an empty list, if that is a mistake.
        empty: Option<&'static str>,
        /// The hint for a repeated integer, if that is a mistake.
        twice: Option<&'static str>,
    },
    /// An object with these fields.
    Object(&'static [Param]),
}

/// A JavaScript regular expression. Only the facade's tables hold its text, so it takes no room in
/// a module.
#[derive(Debug, Clone, Copy)]
pub struct Pattern {
    #[cfg(any(test, feature = "types"))]
    text: &'static str,
}

impl Pattern {
    /// Returns the expression with this text.
    #[must_use]
    #[cfg_attr(not(any(test, feature = "types")), expect(unused_variables, reason = "only tables have the text"))]
    pub const fn new(text: &'static str) -> Self {
        Self {
            #[cfg(any(test, feature = "types"))]
            text,
        }
    }

    /// Returns its text.
    #[must_use]
    #[cfg(any(test, feature = "types"))]
    pub const fn as_str(self) -> &'static str {
        self.text
    }
}

/// Reports what is wrong with the text of a field.
pub type Judge = fn(&mut Violations, &Settings, &str, &str);

/// A parameter and its rule.
#[derive(Debug, Clone, Copy)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its rule.
    pub rule: &'static Rule,
    /// Whether the parameter may be left out.
    pub optional: bool,
    /// Its location in the request.
    pub location: Location,
}

impl Param {
    /// Returns a parameter of the type `T` in the body. A rule about values of another sort does
    /// not compile.
    #[must_use]
    pub const fn of<T: Typed>(name: &'static str, rule: &'static Rule) -> Self {
        assert!(rule.suits(&T::KIND));
        Self { name, rule, optional: T::OPTIONAL, location: Location::Body }
    }

    /// Returns the parameter at another location.
    #[must_use]
    pub const fn at(self, location: Location) -> Self {
        Self { location, ..self }
    }
}

/// The location of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// The path, where the value replaces the placeholder of the same name.
    Path,
    /// The query. The settings decide how lists are written.
    Query,
    /// The query, where a list is one value with commas, unless the settings say otherwise.
    Commas,
    /// The query, which has this text by default.
    QueryOr(&'static str),
    /// The header of this name.
    Header(&'static str),
    /// A field of the JSON body.
    Body,
    /// Files in the JSON body, as `{ filename, mime_type, data }`. An empty list is left out.
    Files,
    /// No location: code puts the value where it belongs.
    Code,
}

/// The sort of values that a type has.
#[derive(Debug)]
pub enum ValueKind {
    /// `true` or `false`.
    Flag,
    /// Text.
    Text,
    /// An integer.
    Integer,
    /// An integer, or text.
    IntOrText,
    /// A list of such values.
    List(&'static ValueKind),
    /// An object that has rules for this number of fields.
    Object(usize),
    /// Anything else.
    Other,
}

/// A type that a parameter with a rule can have.
pub trait Typed {
    /// The sort of its values.
    const KIND: ValueKind;

    /// Whether the parameter may be left out.
    const OPTIONAL: bool = false;
}

impl Typed for bool {
    const KIND: ValueKind = ValueKind::Flag;
}

impl Typed for i64 {
    const KIND: ValueKind = ValueKind::Integer;
}

impl Typed for String {
    const KIND: ValueKind = ValueKind::Text;
}

impl<T: Typed> Typed for Option<T> {
    const KIND: ValueKind = T::KIND;
    const OPTIONAL: bool = true;
}

impl<T: Typed> Typed for Vec<T> {
    const KIND: ValueKind = ValueKind::List(&T::KIND);
}

impl Rule {
    /// Returns the rule of a list of such values, which may be empty.
    #[must_use]
    pub const fn each(rule: &'static Self) -> Self {
        Self::List { items: rule, empty: None, twice: None }
    }

    /// Any text.
    pub const ANY_TEXT: Self = Self::Text { min: 0, max: usize::MAX };

    /// An RFC 3339 date and time with its zone. The pattern accepts only the days that every year
    /// has.
    pub const DATE_TIME: Self = Self::Like {
        pattern: Pattern::new(concat!(
            r"^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))",
            r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$",
        )),
        check: |violations, _, field, text| check_date_time(violations, field, text),
    };

    /// Returns whether the rule is about values of this sort: a rule about another sort would check
    /// nothing.
    #[must_use]
    pub const fn suits(&self, kind: &ValueKind) -> bool {
        match (self, kind) {
            (Self::Code, _) | (Self::Flag, ValueKind::Flag) => true,
            (Self::Integer { .. }, ValueKind::Integer | ValueKind::IntOrText) => true,
            (Self::Text { .. } | Self::Like { .. } | Self::OneOf(_), ValueKind::Text | ValueKind::IntOrText) => true,
            (Self::List { items, .. }, ValueKind::List(kind)) => items.suits(kind),
            (Self::Object(table), ValueKind::Object(fields)) => table.len() == *fields,
            _ => false,
        }
    }

    /// Reports how a text, or a value of an enum, breaks the rule.
    pub fn check_text(&self, text: &str, field: &str, settings: &Settings, violations: &mut Violations) {
        match self {
            Self::Text { min, max } => check_text_length(violations, field, text, *min, *max),
            Self::Like { check, .. } => check(violations, settings, field, text),
            Self::OneOf(known) => check_value(violations, settings, field, text, known),
            _ => {}
        }
    }
}

/// Reports a value that is not one of the documented values.
pub fn check_value(violations: &mut Violations, settings: &Settings, field: &str, value: &str, known: &[&str]) {
    if !known.contains(&value) && (value.is_empty() || !settings.allow_unknown_values) {
        violations.push(unknown_value(field, value, known));
    }
}

/// The text for an invalid data URL, with one of several codes.
pub const NOT_SENDABLE: Words<(Text<'_>, Text<'_>)> =
    words!("data_url_scheme", ["_problem", "_hint"], "`{field}` cannot be sent: {_problem}", "{_hint}");
/// The text for a file without bytes.
pub const EMPTY_FILE: Words<(File<'_>,)> =
    words!("empty_file", ["file"], "`{field}` ({file}) is empty", "choose a file with content");
/// The text for a file of unknown type.
pub const UNTOLD_TYPE: Words<(Mimes<'_>, File<'_>, Marketplace<'_>, Text<'_>)> = words!(
    "unknown_file_type",
    ["allowed", "file", "marketplace", "_hint"],
    "`{field}` ({file}) is of no type that its content tells",
    "{_hint}",
);

/// Parameters whose rules are a table.
pub trait Ruled {
    /// The table.
    const TABLE: &'static [Param];
}

impl<T: Ruled> Typed for T {
    const KIND: ValueKind = ValueKind::Object(T::TABLE.len());
}

/// The rule is written as in the facade's tables: `["text",1,65535]`.
#[cfg(any(test, feature = "types"))]
impl serde::Serialize for Rule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Code => ["code"].serialize(serializer),
            Self::Flag => ["flag"].serialize(serializer),
            Self::Text { min, max } => ("text", min, max).serialize(serializer),
            Self::Like { pattern, .. } => ("like", pattern.as_str()).serialize(serializer),
            Self::OneOf(values) => ("one_of", values).serialize(serializer),
            Self::Integer { min, max } => ("integer", min, max).serialize(serializer),
            Self::List { items, empty, twice } => {
                ("list", items, empty.is_some(), twice.is_some()).serialize(serializer)
            }
            Self::Object(table) => ("object", table).serialize(serializer),
        }
    }
}

/// The parameter is written as `["text",["text",1,65535],false]`; the flag says whether it may be
/// left out.
#[cfg(any(test, feature = "types"))]
impl serde::Serialize for Param {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.name, self.rule, self.optional).serialize(serializer)
    }
}
