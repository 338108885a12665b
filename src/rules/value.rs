//! The values of parameters as data. Rules are checked against this data, and requests are made
//! from it: texts in a URL or a header, and JSON in a body. All of that is therefore compiled once,
//! and not for each type of parameters.

use crate::rules::input::{Fields, FromInput, Replace};
use crate::rules::rule::{Location, Param};
use crate::rules::violation::Violations;
use crate::wire::json::Json;
use std::borrow::Cow;
use std::fmt;

/// A value of a parameter.
#[derive(Debug)]
pub enum Tree<'a> {
    /// The parameter was not given. In a list it is `null`.
    Absent,
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Tree<'a>>),
    /// An object.
    Object {
        /// The table of its documented fields.
        table: &'static [Param],
        /// The values of these fields, in the same order.
        fields: Vec<Tree<'a>>,
        /// The undocumented fields.
        extra: &'a [(String, Json)],
    },
    /// An undocumented value, which is sent unchanged: numbers keep their digits.
    Json(&'a Json),
    /// A value that is made only for a body.
    Late(&'a dyn Late),
    /// Only in a body: a text that begins like this; the content of a file follows in base64.
    File {
        /// The size of the file in bytes.
        size: u64,
        /// The beginning of the text.
        before: String,
    },
    /// Only in a body: a value that cannot be written, for this reason.
    Refused(String),
}

/// A value whose form in a body takes time to make, or that may refuse to be written.
pub trait Late {
    /// Returns the value as it is in a body.
    fn in_body(&self) -> Tree<'_>;
}

/// A module would carry the value's own `Debug` in the table of its functions, and use it nowhere.
impl fmt::Debug for dyn Late + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Late")
    }
}

impl Tree<'_> {
    /// Returns whether no value was given.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns its texts in a URL or a header: one, those of a list, or none if it is absent. An
    /// undocumented array or object is sent as its JSON text.
    #[must_use]
    pub fn texts(&self) -> Vec<Cow<'_, str>> {
        let text = match self {
            Self::Flag(flag) => Cow::Borrowed(if *flag { "true" } else { "false" }),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Text(text) => Cow::Borrowed(text.as_ref()),
            Self::List(items) => return items.iter().flat_map(Self::texts).collect(),
            Self::Json(Json::Text(text)) => Cow::Borrowed(text.as_str()),
            Self::Json(json) if !json.is_absent() => Cow::Owned(json.to_string()),
            _ => return Vec::new(),
        };
        vec![text]
    }

    /// Returns whether a JSON body has the value, which is at this location.
    #[must_use]
    pub fn is_in_body(&self, location: Location) -> bool {
        match location {
            Location::Body => !self.is_absent(),
            Location::Files => matches!(self, Self::List(items) if !items.is_empty()),
            _ => false,
        }
    }
}

/// The value of a parameter.
pub trait Given: Replace {
    /// Returns the value as data.
    fn tree(&self) -> Tree<'_>;
}

/// A value that a path, a query or a header can have: its [`tree`](Given::tree) has
/// [`texts`](Tree::texts).
pub trait UrlValue: Given {}

impl Given for bool {
    fn tree(&self) -> Tree<'_> {
        Tree::Flag(*self)
    }
}

impl Given for i64 {
    fn tree(&self) -> Tree<'_> {
        Tree::Integer(*self)
    }
}

impl Given for String {
    fn tree(&self) -> Tree<'_> {
        Tree::Text(Cow::Borrowed(self))
    }
}

impl<T: Given + FromInput> Given for Option<T> {
    fn tree(&self) -> Tree<'_> {
        self.as_ref().map_or(Tree::Absent, T::tree)
    }
}

impl<T: Given + FromInput> Given for Vec<T> {
    fn tree(&self) -> Tree<'_> {
        list_of(self.len(), &|place| self.get(place).map_or(Tree::Absent, T::tree))
    }
}

/// Returns a list of so many items. This is a separate function so that it is compiled once, and
/// not for each type.
fn list_of<'a>(count: usize, item: &dyn Fn(usize) -> Tree<'a>) -> Tree<'a> {
    Tree::List((0..count).map(item).collect())
}

impl Given for Json {
    fn tree(&self) -> Tree<'_> {
        Tree::Json(self)
    }
}

impl UrlValue for bool {}
impl UrlValue for i64 {}
impl UrlValue for String {}
impl<T: UrlValue + FromInput> UrlValue for Option<T> {}
impl<T: UrlValue + FromInput> UrlValue for Vec<T> {}

/// Parameters, or an object within them, as `endpoint!` declares them.
pub trait Object {
    /// Returns the table of the documented fields.
    fn table(&self) -> &'static [Param];

    /// Returns the documented fields, in the order of the table.
    fn fields(&self) -> Vec<&dyn Given>;

    /// Returns the same fields, to be replaced.
    fn fields_mut(&mut self) -> Vec<&mut dyn Given>;

    /// Returns the undocumented fields.
    fn extra(&self) -> &[(String, Json)] {
        &[]
    }

    /// Returns the place of the undocumented fields, if the vendor takes any.
    fn extra_mut(&mut self) -> Option<&mut Vec<(String, Json)>> {
        None
    }
}

/// Returns an object as data.
pub fn tree_of(object: &dyn Object) -> Tree<'_> {
    let fields = object.fields().into_iter().map(Given::tree).collect();
    Tree::Object { table: object.table(), fields, extra: object.extra() }
}

/// Reads the fields of an object, and reports each that cannot be read or is not known.
pub fn read_object(object: &mut dyn Object, input: Json, path: &str, violations: &mut Violations) {
    let table = object.table();
    let mut given = Fields::new(input, path, violations);
    for (param, field) in table.iter().zip(object.fields_mut()) {
        given.take_into(param.name, field);
    }
    let known = || table.iter().map(|param| param.name).collect::<Vec<_>>();
    match object.extra_mut() {
        Some(extra) => *extra = given.rest(&known),
        None => given.deny_unknown(&known()),
    }
}

impl<T: Object + FromInput> Given for T {
    fn tree(&self) -> Tree<'_> {
        tree_of(self)
    }
}
