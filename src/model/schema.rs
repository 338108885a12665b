//! Checks that a response has the documented shape, without building it.
//!
//! A host that parses JSON itself needs no object from us, only confirmation that the text fits the
//! model. The shapes of the models are tables, and one small reader checks them all; a decoder for
//! each model would be many times its size.
//!
//! A host can use a table too: the facade iterates over the object that its own `JSON.parse` made,
//! and if the object fits, only the [`Outline`] is passed to this module. The facade only accepts:
//! if an object does not fit, the text is passed to this module, which gives the error message.

use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::input::FromInput;
use crate::rules::violation::Violations;
use crate::wire::exact::MAX_SAFE_INTEGER;
use crate::wire::json::{Fault, Json, Reader, unescape};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// The required shape of a value.
#[derive(Debug, Clone, Copy)]
pub enum Schema {
    /// Any value.
    Any,
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number of at most 64 bits.
    Integer,
    /// Any number.
    Number,
    /// An array.
    List(&'static Schema),
    /// An object with these fields and any others.
    Object(&'static [Property]),
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Property {
    /// Its name on the wire.
    pub name: &'static str,
    /// The required shape of its value.
    pub schema: &'static Schema,
    /// Whether it may be missing or `null`.
    pub optional: bool,
}

/// The facts that a check collects about a response.
#[derive(Debug, Default)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Saw"))]
pub struct Outline {
    /// Whether the response has an integer that a JavaScript number would round.
    #[cfg_attr(feature = "types", ts(skip))]
    pub has_unsafe_integer: bool,
    /// The lengths of lists and the values of documented integers, by name.
    #[cfg_attr(feature = "types", ts(type = "Record<string, number>"))]
    counts: Vec<(Cow<'static, str>, i64)>,
    /// The last item of a list that continues by time, of which a host gives only the time.
    #[cfg_attr(feature = "types", ts(optional, type = "Record<string, unknown>"))]
    pub last: Option<Json>,
    /// The oddities of the response's single fields and of the items of its lists.
    #[cfg_attr(feature = "types", ts(skip))]
    pub odd: Vec<Odd>,
    /// Whether an empty array stands for an object, as PHP writes an empty one.
    #[cfg_attr(feature = "types", ts(skip))]
    pub has_empty_arrays: bool,
}

/// An oddity of one field, or of one item of a list. It is handed out as it came; the rest of the
/// answer is not hidden by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Odd {
    /// The place in the response: `data[1].topic`.
    pub field: String,
    /// The documented type: `text`.
    pub expected: String,
    /// The index of the item, if the field belongs to an item of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub index: Option<usize>,
}

impl Odd {
    /// Returns the error of an answer that is of no use with this field.
    #[must_use]
    pub fn into_error(self) -> DecodeError {
        unexpected(&self.field, &self.expected)
    }
}

/// Reads the outline of a host: `{ "counts": { "data": 100, "total": 4321 }, "last": { … } }`. A
/// host passes no integer that a number would round.
impl FromInput for Outline {
    fn from_input(mut input: Json, _field: &str, _violations: &mut Violations) -> Self {
        let entries = if let Json::Map(entries) = input.take("counts") { entries } else { Vec::new() };
        let counts = entries.into_iter().filter_map(|(name, count)| Some((Cow::Owned(name), count.as_i64()?)));
        let last = Some(input.take("last")).filter(|last| !last.is_absent());
        Self { counts: counts.collect(), last, ..Self::default() }
    }
}

impl Outline {
    /// Returns the last documented integer with this name outside lists, or the length of the last
    /// list with this name there.
    #[must_use]
    pub fn count(&self, name: &str) -> Option<u64> {
        let (_, count) = self.counts.iter().rev().find(|(known, _)| *known == name)?;
        u64::try_from(*count).ok()
    }
}

/// Checks a JSON text against `schema` and returns its outline. The error gives the position and
/// what was expected, but not the value found, which may be a buyer's text.
pub fn check(json: &[u8], schema: &'static Schema) -> Result<Outline, DecodeError> {
    let mut check = Check { reader: Reader::new(json), list_depth: 0, place: Vec::new(), outline: Outline::default() };
    let result = check.value(schema, false, MAX_DEPTH);
    match result {
        Ok(_) if check.reader.end().is_ok() && std::str::from_utf8(json).is_ok() => Ok(check.outline),
        Err(Stop::Unexpected { mut path, expected }) => {
            path.reverse();
            Err(unexpected(&place_text(&path), expected))
        }
        _ => Err(DecodeError::new(code!("invalid_json"), "the answer is not valid JSON")),
    }
}

/// The deepest nesting that is read, which is deeper than that of any response. The limit keeps a
/// hostile response from exhausting the stack.
pub const MAX_DEPTH: u8 = 127;

#[derive(Clone)]
enum At {
    Field(&'static str),
    Index(usize),
}

/// Why a check ended early.
enum Stop {
    /// The text is not JSON.
    Invalid,
    /// The text does not fit the schema. The path leads from the inside to the outside.
    Unexpected { path: Vec<At>, expected: &'static str },
}

impl From<Fault> for Stop {
    fn from(_: Fault) -> Self {
        Self::Invalid
    }
}

impl Stop {
    #[cold]
    fn wrong(schema: &Schema) -> Self {
        Self::Unexpected { path: Vec::new(), expected: schema.expected() }
    }

    fn at(mut self, at: At) -> Self {
        if let Self::Unexpected { path, .. } = &mut self {
            path.push(at);
        }
        self
    }
}

/// Returns a place as text: `data[1].topic`.
fn place_text(path: &[At]) -> String {
    let mut text = String::new();
    for at in path {
        match at {
            At::Field(name) if text.is_empty() => text.push_str(name),
            At::Field(name) => text.extend([".", name]),
            At::Index(index) => text.push_str(&format!("[{index}]")),
        }
    }
    text
}

fn unexpected(text: &str, expected: &str) -> DecodeError {
    let subject = if text.is_empty() { "the answer".to_owned() } else { format!("`{text}` of the answer") };
    DecodeError::new(code!("unexpected_shape"), format!("{subject} is not as documented: expected {expected}"))
}

struct Check<'a> {
    reader: Reader<'a>,
    list_depth: usize,
    /// The documented fields around the present value.
    place: Vec<&'static str>,
    outline: Outline,
}

/// The table is written in the facade's form: `"text"`, `[…]`, `{ "name": ["text", false] }`. The
/// flag says whether the field may be missing or `null`.
impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Any => serializer.serialize_str("any"),
            Self::Text => serializer.serialize_str("text"),
            Self::Bool => serializer.serialize_str("boolean"),
            Self::Integer => serializer.serialize_str("integer"),
            Self::Number => serializer.serialize_str("number"),
            Self::List(items) => [items].serialize(serializer),
            Self::Object(properties) => {
                serializer.collect_map(properties.iter().map(|it| (it.name, (it.schema, it.optional))))
            }
        }
    }
}

impl Schema {
    fn expected(&self) -> &'static str {
        match self {
            Schema::Any => "a value",
            Schema::Text => "text",
            Schema::Bool => "true or false",
            Schema::Integer => "a whole number",
            Schema::Number => "a number",
            Schema::List(_) => "an array",
            Schema::Object(_) => "an object",
        }
    }
}

impl Check<'_> {
    /// Reads a value. Returns its count, if it has one: an integer, or the length of a list.
    fn value(&mut self, schema: &'static Schema, nullable: bool, depth: u8) -> Result<Option<i64>, Stop> {
        let wrong = || Stop::wrong(schema);
        let is_any = matches!(schema, Schema::Any);
        match self.reader.peek().ok_or(Stop::Invalid)? {
            b'"' => {
                self.reader.raw_text()?;
                if is_any || matches!(schema, Schema::Text) { Ok(None) } else { Err(wrong()) }
            }
            b'{' => self.object(schema, depth.checked_sub(1).ok_or(Stop::Invalid)?).map(|()| None),
            b'[' if stands_for_object(schema, nullable) && self.reader.eat_empty_array() => {
                self.outline.has_empty_arrays = true;
                Ok(None)
            }
            b'[' => self.list(schema, depth.checked_sub(1).ok_or(Stop::Invalid)?).map(Some),
            b'n' => {
                self.reader.word("null")?;
                if nullable || is_any { Ok(None) } else { Err(wrong()) }
            }
            first @ (b't' | b'f') => {
                self.reader.word(if first == b't' { "true" } else { "false" })?;
                if is_any || matches!(schema, Schema::Bool) { Ok(None) } else { Err(wrong()) }
            }
            _ => {
                let digits = self.reader.number()?;
                let integer = digits.integer();
                self.outline.has_unsafe_integer |= digits.is_whole
                    && digits.text.len() > 15
                    && integer.is_none_or(|value| value.unsigned_abs() > MAX_SAFE_INTEGER);
                let fits = match schema {
                    Schema::Any | Schema::Number => true,
                    Schema::Integer => integer.is_some(),
                    _ => false,
                };
                if fits { Ok(integer) } else { Err(wrong()) }
            }
        }
    }

    fn list(&mut self, schema: &'static Schema, depth: u8) -> Result<i64, Stop> {
        let items = match schema {
            Schema::List(items) => items,
            Schema::Any => schema,
            _ => return Err(Stop::wrong(schema)),
        };
        self.reader.expect(b'[')?;
        self.list_depth = self.list_depth.saturating_add(1);
        let mut length = 0usize;
        while !self.reader.eat(b']') {
            if length > 0 {
                self.reader.expect(b',')?;
            }
            let (before, list_depth) = (self.reader, self.list_depth);
            match self.value(items, false, depth) {
                Err(Stop::Unexpected { path, expected }) if list_depth == 1 => {
                    // One odd item must not hide the others.
                    self.note_odd(path, expected, Some(length));
                    (self.reader, self.list_depth) = (before, list_depth);
                    self.value(&Schema::Any, true, depth)?;
                }
                result => drop(result.map_err(|stop| stop.at(At::Index(length)))?),
            }
            length = length.saturating_add(1);
        }
        self.list_depth = self.list_depth.saturating_sub(1);
        Ok(i64::try_from(length).unwrap_or(i64::MAX))
    }

    fn note_odd(&mut self, mut path: Vec<At>, expected: &'static str, index: Option<usize>) {
        path.extend(index.map(At::Index));
        path.extend(self.place.iter().rev().map(|name| At::Field(name)));
        path.reverse();
        self.outline.odd.push(Odd { field: place_text(&path), expected: expected.to_owned(), index });
    }

    fn object(&mut self, schema: &'static Schema, depth: u8) -> Result<(), Stop> {
        let properties = match schema {
            Schema::Object(properties) => *properties,
            Schema::Any => &[],
            _ => return Err(Stop::wrong(schema)),
        };
        self.reader.expect(b'{')?;
        // One bit stands for each required field. Models have fewer than 64 fields; any further one
        // would count as optional.
        let mut missing =
            properties.iter().rev().fold(0u64, |bits, property| bits << 1 | u64::from(!property.optional));
        let mut is_first = true;
        // Fields usually have the same order, so the search for the next one begins after the last.
        let mut next = 0usize;
        // Only outside lists: whether any field that tells what it is fits, and the first that does
        // not.
        let (mut fits, mut odd) = (false, None);
        while !self.reader.eat(b'}') {
            if !is_first {
                self.reader.expect(b',')?;
            }
            is_first = false;
            let (name, has_escapes) = self.reader.raw_text()?;
            self.reader.expect(b':')?;
            let known = match has_escapes {
                false => find(properties, next, name),
                true => {
                    let name = std::str::from_utf8(name).map_err(|_| Stop::Invalid)?;
                    find(properties, next, unescape(name).as_bytes())
                }
            };
            match known {
                Some((index, property)) => {
                    next = index.saturating_add(1);
                    missing &= !u32::try_from(index).ok().and_then(|shift| 1u64.checked_shl(shift)).unwrap_or(0);
                    if self.list_depth > 0 {
                        let stop = |stop: Stop| stop.at(At::Field(property.name));
                        self.value(property.schema, property.optional, depth).map_err(stop)?;
                    } else {
                        match self.single(property, depth)? {
                            None => fits |= property.identifies(),
                            Some(stop) => odd = odd.or(Some(stop)),
                        }
                    }
                }
                None => {
                    // An undocumented field may have any value; only its integers matter.
                    self.list_depth = self.list_depth.saturating_add(1);
                    self.value(&Schema::Any, true, depth)?;
                    self.list_depth = self.list_depth.saturating_sub(1);
                }
            }
        }
        let there =
            |property: &Property| Stop::Unexpected { path: vec![At::Field(property.name)], expected: "it to be there" };
        let first_missing = usize::try_from(missing.trailing_zeros()).ok().and_then(|index| properties.get(index));
        let first_missing = first_missing.filter(|_| missing != 0);
        if self.list_depth > 0 {
            return first_missing.map_or(Ok(()), |property| Err(there(property)));
        }
        if !fits && properties.iter().any(Property::identifies) {
            // Nothing of it is as documented, so it is another thing.
            return Err(odd.or_else(|| first_missing.map(there)).unwrap_or_else(|| Stop::wrong(schema)));
        }
        for (index, property) in properties.iter().enumerate() {
            let bit = u32::try_from(index).ok().and_then(|shift| 1u64.checked_shl(shift)).unwrap_or(0);
            let is_root = self.place.is_empty();
            match missing & bit != 0 {
                true if property.may_be_odd(is_root) => {
                    self.note_odd(vec![At::Field(property.name)], "it to be there", None);
                }
                true => return Err(there(property)),
                false => {}
            }
        }
        Ok(())
    }

    /// Reads a field that is not part of a list. Returns what is wrong with it, after noting it, if
    /// the rest is of use without it.
    fn single(&mut self, property: &'static Property, depth: u8) -> Result<Option<Stop>, Stop> {
        let (before, place) = (self.reader, self.place.len());
        let (noted, counted) = (self.outline.odd.len(), self.outline.counts.len());
        self.place.push(property.name);
        let result = self.value(property.schema, property.optional, depth);
        self.place.truncate(place);
        match result.map_err(|stop| stop.at(At::Field(property.name))) {
            Ok(count) => {
                self.outline.counts.extend(count.map(|count| (property.name.into(), count)));
                Ok(None)
            }
            Err(Stop::Unexpected { path, expected }) if property.may_be_odd(place == 0) => {
                self.outline.odd.truncate(noted);
                self.outline.counts.truncate(counted);
                (self.reader, self.list_depth) = (before, 0);
                self.value(&Schema::Any, true, depth)?;
                self.note_odd(path.clone(), expected, None);
                Ok(Some(Stop::Unexpected { path, expected }))
            }
            Err(stop) => Err(stop),
        }
    }
}

impl Property {
    /// Returns whether the field tells what an object is: a required one that is no object or list.
    fn identifies(&self) -> bool {
        !self.optional && !self.is_structure()
    }

    fn is_structure(&self) -> bool {
        matches!(self.schema, Schema::Object(_) | Schema::List(_))
    }

    /// Returns whether an answer is of use although this field is not as documented: any field but
    /// an object or a list of which the whole answer consists.
    fn may_be_odd(&self, is_root: bool) -> bool {
        !is_root || self.optional || !self.is_structure()
    }
}

/// Returns whether an empty array can stand for an object: for one that may be absent, or that needs
/// no field.
fn stands_for_object(schema: &Schema, nullable: bool) -> bool {
    matches!(schema, Schema::Object(fields) if nullable || fields.iter().all(|field| field.optional))
}

/// Makes a value fit that [`check`] found odd, as far as a typed model can hold it: odd items leave
/// their lists, an odd field that may be missing becomes `null`, and an empty array the object for
/// which it stands, or `null`.
pub fn make_fit(value: &mut Json, schema: &'static Schema, nullable: bool, in_list: bool) {
    match (schema, &mut *value) {
        (Schema::Object(_), Json::List(items)) if items.is_empty() => {
            *value = if nullable { Json::Absent } else { Json::Map(Vec::new()) };
        }
        (Schema::Object(properties), Json::Map(fields)) => {
            for (name, field) in fields {
                if let Some(known) = properties.iter().find(|known| known.name == name) {
                    let is_odd =
                        !in_list && known.optional && check(field.to_string().as_bytes(), known.schema).is_err();
                    if is_odd {
                        *field = Json::Absent;
                    }
                    make_fit(field, known.schema, known.optional, in_list);
                }
            }
        }
        (Schema::List(inner), Json::List(items)) => {
            items.retain(|item| in_list || check(item.to_string().as_bytes(), inner).is_ok_and(|it| it.odd.is_empty()));
            items.iter_mut().for_each(|item| make_fit(item, inner, false, true));
        }
        _ => {}
    }
}

fn find(properties: &'static [Property], from: usize, name: &[u8]) -> Option<(usize, &'static Property)> {
    // Usually it is the next field.
    if let Some(property) = properties.get(from).filter(|property| property.name.as_bytes() == name) {
        return Some((from, property));
    }
    let is_it = |(_, property): &(usize, &Property)| property.name.as_bytes() == name;
    properties
        .iter()
        .enumerate()
        .skip(from)
        .find(is_it)
        .or_else(|| properties.iter().enumerate().take(from).find(is_it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    static THING: Schema = Schema::Object(&[
        Property { name: "name", schema: &Schema::Text, optional: false },
        Property { name: "size", schema: &Schema::Integer, optional: true },
        Property { name: "flag", schema: &Schema::Bool, optional: true },
        Property { name: "price", schema: &Schema::Number, optional: true },
    ]);
    static PAGE: Schema = Schema::Object(&[
        Property { name: "data", schema: &Schema::List(&THING), optional: false },
        Property {
            name: "pagination",
            schema: &Schema::Object(&[Property { name: "total", schema: &Schema::Integer, optional: false }]),
            optional: true,
        },
    ]);

    fn outline(json: &str) -> Outline {
        check(json.as_bytes(), &PAGE).unwrap()
    }

    fn problem(json: &str) -> String {
        let error = check(json.as_bytes(), &PAGE).unwrap_err();
        format!("{}: {}", error.code, error.message)
    }

    #[test]
    fn what_fits_is_outlined() {
        let page =
            outline(r#"{"data":[{"name":"a","size":1},{"name":"b","new":{"total":7}}],"pagination":{"total":57}}"#);
        assert_eq!((page.count("data"), page.count("total"), page.count("size")), (Some(2), Some(57), None));
        assert!(!page.has_unsafe_integer);
        assert_eq!(outline(r#"{"data":[]}"#).count("total"), None);
        assert_eq!(outline(r#"{"data":[],"pagination":null,"total":3}"#).count("total"), None);
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_path() {
        let shape =
            |at: &str, expected: &str| format!("unexpected_shape: {at} is not as documented: expected {expected}");
        for (json, expected) in [
            ("[]", shape("the answer", "an object")),
            ("{}", shape("`data` of the answer", "it to be there")),
            (r#"{"data":{}}"#, shape("`data` of the answer", "an array")),
            (r#"{"data":null}"#, shape("`data` of the answer", "an array")),
        ] {
            assert_eq!(problem(json), expected, "{json}");
        }
        for json in ["", "{", "<html>", r#"{"data":[]} x"#, r#"{"data":[],}"#, "\u{feff}{}"] {
            assert_eq!(problem(json), "invalid_json: the answer is not valid JSON", "{json}");
        }
    }

    #[test]
    fn an_odd_item_is_noted_and_hides_no_other() {
        for (json, expected) in [
            (r#"{"data":[{"name":"a"},{"name":7}]}"#, &[("data[1].name", "text")][..]),
            (r#"{"data":[null]}"#, &[("data[0]", "an object")]),
            (r#"{"data":[{"name":"a","size":1.5}]}"#, &[("data[0].size", "a whole number")]),
            (r#"{"data":[{"name":"a","size":"x"},{"name":"b"}]}"#, &[("data[0].size", "a whole number")]),
            (r#"{"data":[{"name":"a","size":9223372036854775808}]}"#, &[("data[0].size", "a whole number")]),
            (
                r#"{"data":[{"name":"a","flag":0}, 5, {}]}"#,
                &[("data[0].flag", "true or false"), ("data[1]", "an object"), ("data[2].name", "it to be there")],
            ),
            // An object that may be absent, as PHP writes an empty one.
            (r#"{"data":[{"name":"a"}],"pagination":[]}"#, &[]),
            (r#"{"data":[[]]}"#, &[("data[0]", "an object")]),
        ] {
            let outline = outline(json);
            let odd: Vec<_> = outline.odd.iter().map(|odd| (odd.field.as_str(), odd.expected.as_str())).collect();
            assert_eq!(odd, expected, "{json}");
            let mut value = Json::read(json.as_bytes()).unwrap();
            make_fit(&mut value, &PAGE, false, false);
            let fitting = check(value.to_string().as_bytes(), &PAGE).unwrap();
            assert!(fitting.odd.is_empty() && !fitting.has_empty_arrays, "{value}");
            let length = outline.count("data").unwrap() - outline.odd.len() as u64;
            assert_eq!(fitting.count("data"), Some(length), "{value}");
        }
        // The text behind an odd item is still read as JSON.
        assert!(problem(r#"{"data":[{"name":7,]}"#).starts_with("invalid_json"));
    }

    static SINGLE: Schema = Schema::Object(&[
        Property { name: "id", schema: &Schema::Text, optional: false },
        Property { name: "status", schema: &Schema::Text, optional: false },
        Property { name: "count", schema: &Schema::Integer, optional: true },
        Property { name: "thing", schema: &THING, optional: true },
        Property { name: "parts", schema: &Schema::List(&THING), optional: true },
    ]);
    static ENVELOPE: Schema = Schema::Object(&[Property { name: "data", schema: &SINGLE, optional: false }]);

    fn odd_of(json: &str) -> Result<Vec<(String, String, Option<usize>)>, String> {
        check(json.as_bytes(), &ENVELOPE)
            .map(|outline| outline.odd.into_iter().map(|odd| (odd.field, odd.expected, odd.index)).collect())
            .map_err(|error| error.message)
    }

    #[test]
    fn an_odd_field_is_noted_and_does_not_hide_the_rest() {
        for (json, expected) in [
            (r#"{"data":{"id":"1","status":"a"}}"#, &[][..]),
            (r#"{"data":{"id":"1","status":5}}"#, &[("data.status", "text", None)]),
            (
                r#"{"data":{"id":"1","status":null,"count":"7"}}"#,
                &[("data.status", "text", None), ("data.count", "a whole number", None)],
            ),
            (r#"{"data":{"id":{"deep":[1]},"status":"a"}}"#, &[("data.id", "text", None)]),
            (r#"{"data":{"status":"a"}}"#, &[("data.id", "it to be there", None)]),
            (
                r#"{"data":{"status":"a","thing":{"name":"x","size":"y"}}}"#,
                &[("data.thing.size", "a whole number", None), ("data.id", "it to be there", None)],
            ),
            // Nothing of the inner object is as documented.
            (r#"{"data":{"id":"1","status":"a","thing":{"name":5}}}"#, &[("data.thing.name", "text", None)]),
            (
                r#"{"data":{"id":"1","status":"a","thing":"x","parts":{}}}"#,
                &[("data.thing", "an object", None), ("data.parts", "an array", None)],
            ),
            (
                r#"{"data":{"id":"1","status":[],"parts":[{"name":"a"},{"name":5}]}}"#,
                &[("data.status", "text", None), ("data.parts[1].name", "text", Some(1))],
            ),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(field, of, index)| ((*field).to_owned(), (*of).to_owned(), *index)).collect();
            assert_eq!(odd_of(json), Ok(expected), "{json}");
        }
        for (json, problem) in [
            (r#"{}"#, "`data` of the answer is not as documented: expected it to be there"),
            (r#"{"data":5}"#, "`data` of the answer is not as documented: expected an object"),
            (r#"{"data":[]}"#, "`data` of the answer is not as documented: expected an object"),
            (r#"{"data":{}}"#, "`data.id` of the answer is not as documented: expected it to be there"),
            (r#"{"data":{"error":"no"}}"#, "`data.id` of the answer is not as documented: expected it to be there"),
            (r#"{"data":{"status":5,"id":7}}"#, "`data.status` of the answer is not as documented: expected text"),
            (r#"{"data":{"id":"1","status":[1,]}}"#, "the answer is not valid JSON"),
        ] {
            assert_eq!(odd_of(json), Err(problem.to_owned()), "{json}");
        }
        // A list may be odd, too, unless the answer consists of it.
        static LISTS: Schema = Schema::Object(&[
            Property { name: "id", schema: &Schema::Text, optional: false },
            Property { name: "ids", schema: &Schema::List(&Schema::Integer), optional: false },
        ]);
        static LISTED: Schema = Schema::Object(&[Property { name: "data", schema: &LISTS, optional: false }]);
        for ids in ["", r#","ids":5"#, r#","ids":null"#] {
            let json = format!(r#"{{"id":"1"{ids}}}"#);
            let odd = check(format!(r#"{{"data":{json}}}"#).as_bytes(), &LISTED).unwrap().odd;
            assert_eq!(odd.iter().map(|odd| odd.field.as_str()).collect::<Vec<_>>(), ["data.ids"], "{json}");
            assert!(check(json.as_bytes(), &LISTS).unwrap_err().message.contains("`ids` of the answer"), "{json}");
        }
        // An odd value within an odd one is not noted twice, and counts for nothing.
        let json = r#"{"data":{"id":"1","status":"a","thing":{"size":3,"name":5}}}"#;
        let outline = check(json.as_bytes(), &ENVELOPE).unwrap();
        assert_eq!((outline.odd.len(), outline.count("size")), (1, None));
        let rounded = check(br#"{"data":{"id":9007199254740993,"status":"a"}}"#, &ENVELOPE).unwrap();
        assert!(rounded.has_unsafe_integer, "an odd field is handed out with all its digits");
    }

    #[test]
    fn integers_that_would_be_rounded_are_noticed_everywhere() {
        for json in [
            r#"{"data":[{"name":"a","size":9007199254740992}]}"#,
            r#"{"data":[{"name":"a","size":-9007199254740992}]}"#,
            r#"{"data":[{"name":"a","new":[{"id":9007199254740993}]}]}"#,
            r#"{"data":[],"new":18446744073709551615}"#,
            r#"{"data":[],"new":123456789012345678901234567890}"#,
        ] {
            assert!(outline(json).has_unsafe_integer, "{json}");
        }
        assert!(
            !outline(r#"{"data":[{"name":"9007199254740993","size":9007199254740991,"price":0.1}]}"#)
                .has_unsafe_integer
        );
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let deep = format!(r#"{{"data":[],"new":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert!(problem(&deep).starts_with("invalid_json"));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = check(&bytes, &PAGE);
        }

        #[test]
        fn integers_are_noticed_exactly_when_a_number_would_round(value in any::<i64>()) {
            let json = format!(r#"{{"data":[{{"name":"a","size":{value}}}]}}"#);
            prop_assert_eq!(outline(&json).has_unsafe_integer, value.unsigned_abs() > MAX_SAFE_INTEGER);
        }
    }
}
