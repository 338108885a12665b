//! Tests of the output of a declaration, with endpoints that use all of its features.

use super::*;
use crate::model::open_enum::open_enum;
use crate::rules::input::FromInput;
use crate::rules::rule::{Rule, Ruled, Typed, ValueKind};
use crate::rules::settings::ArrayEncoding;
use crate::rules::value::{Given, Tree};
use crate::vendor::plan::plan;
use crate::vendor::{Access, BodyKind, Endpoint, Marketplace, Meta, Vendor};
use crate::wire::http::Method;
use crate::wire::json::Json;
use serde_json::json;

open_enum! {
    /// A colour for the tests.
    pub enum Colour {
        Red = "red": "like a stop sign",
        Green = "green": "go",
    }
}

/// Any marketplace of this build.
#[derive(Debug)]
pub struct Any;

impl Vendor for Any {
    const MARKETPLACE: &'static Marketplace = match crate::registry::ALL {
        [first, ..] => first,
        [] => panic!("a build has a marketplace"),
    };
    type Credentials = NoKey;
}

/// Credentials that prove nothing.
#[derive(Debug)]
pub struct NoKey;

impl crate::vendor::Authorize for NoKey {
    fn check(&self, _violations: &mut Violations) {}

    fn headers(
        &self,
        _request: crate::vendor::Unsigned<'_>,
        _session: Option<&crate::vendor::Session>,
    ) -> crate::wire::http::Headers {
        crate::wire::http::Headers::new()
    }
}

endpoint! {
    "paint"(id) = PUT "/things/{id}" { closes: true } -> Whole<Colour>;

    /// How a thing is painted.
    pub struct Paint of Any, keep unknown {
        /// Which.
        path id: i64 = Rule::Integer { min: 1, max: 9 },
        /// A word of Rust's.
        body r#type: Option<Colour> = Rule::OneOf(Colour::VALUES),
        /// Who paints.
        body by: Option<Vec<Person>> = Rule::each(&Rule::Object(Person::TABLE)),
        /// Whether it is seen.
        query dry: Option<bool> = Rule::Flag,
        /// Placed by code.
        code note: Option<String> = Rule::Code,
    }
}

endpoint! {
    /// Who paints.
    pub struct Person, keep unknown {
        /// The name.
        name: String = Rule::Text { min: 1, max: 5 },
        /// The nickname.
        nick: Option<String> = Rule::ANY_TEXT,
    }
}

impl Overrides for Paint {
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        if self.note.as_deref() == Some("") {
            violations.add("note", crate::rules::violation::EMPTY, (crate::rules::words::Text("say more"),));
        }
    }

    fn place_more(&self, mut parts: Parts, _settings: &Settings) -> Parts {
        parts.headers.set("Note", self.note.as_deref().unwrap_or("none"));
        parts
    }
}

endpoint! {
    "look"() = GET "/things" { headers: &["Page"] } -> Vec<u8>;

    /// Which things are looked at.
    pub struct Look of Any, keep unknown {
        /// The colours.
        query colour: Option<Vec<Colour>> = Rule::each(&Rule::OneOf(Colour::VALUES)),
        /// The other colours.
        commas not: Option<Vec<Colour>> = Rule::each(&Rule::OneOf(Colour::VALUES)),
        /// How many.
        query_or("100") limit: Option<i64> = Rule::Integer { min: 1, max: 100 },
        /// Which part.
        header("Page") page: Option<i64> = Rule::Integer { min: 1, max: i64::MAX },
    }
}

impl Overrides for Look {}

fn read<E: FromInput>(json: serde_json::Value) -> E {
    let mut violations = Violations::new();
    let endpoint = E::from_input(Json::from(json), "", &mut violations);
    assert!(violations.is_empty(), "{violations:?}");
    endpoint
}

fn body(paint: &Paint) -> Option<String> {
    let body = paint.parts(&Settings::default()).body?;
    Some(String::from_utf8(body.as_text().unwrap().to_vec()).unwrap())
}

#[test]
fn the_first_line_says_what_is_fixed() {
    let Meta { name, method, path, access, positional, body, closes, .. } = Paint::META;
    assert_eq!((name, method, path), ("paint", Method::Put, "/things/{id}"));
    assert_eq!((access, positional, body, closes), (Access::Write, &["id"][..], BodyKind::Json, true));
    let Meta { method, access, positional, body, headers, .. } = Look::META;
    assert_eq!((method, access, body), (Method::Get, Access::Read, BodyKind::None));
    assert_eq!((positional, headers), (&[][..], &["Page"][..]));
}

#[test]
fn a_body_has_its_fields_in_order_and_what_is_not_documented_behind_them() {
    let paint: Paint = read(json!({
        "id": 7, "dry": true, "new": [1, { "a": null }],
        "by": [{ "nick": "x", "more": 1.5, "name": "y" }, { "name": "z" }], "type": "red",
    }));
    assert_eq!(
        body(&paint).as_deref(),
        Some(r#"{"type":"red","by":[{"name":"y","nick":"x","more":1.5},{"name":"z"}],"new":[1,{"a":null}]}"#)
    );
    let parts = paint.parts(&Settings::default());
    assert_eq!(parts.path, [("id", "7".to_owned())]);
    assert_eq!(parts.query.to_form(), "dry=true");
    assert_eq!(parts.headers.get("Note"), Some("none"));
}

#[test]
fn a_body_without_fields_is_not_sent() {
    assert_eq!(body(&read(json!({ "id": 7, "dry": false, "note": "x" }))), None);
    assert_eq!(body(&read(json!({ "id": 7, "by": [] }))).as_deref(), Some(r#"{"by":[]}"#));
    assert_eq!(body(&read(json!({ "id": 7, "new": "x" }))).as_deref(), Some(r#"{"new":"x"}"#));
}

#[test]
fn a_query_has_its_fields_in_order_and_what_is_not_documented_behind_them() {
    let brackets = "colour%5B0%5D=red&colour%5B1%5D=green&not%5B0%5D=red&not%5B1%5D=green";
    for (array_encoding, list) in [
        (None, "colour=red&colour=green&not=red%2Cgreen"),
        (Some(ArrayEncoding::Repeat), "colour=red&colour=green&not=red&not=green"),
        (Some(ArrayEncoding::Comma), "colour=red%2Cgreen&not=red%2Cgreen"),
        (Some(ArrayEncoding::Brackets), brackets),
    ] {
        let look: Look = read(json!({
            "page": 2, "not": ["red", "green"], "colour": ["red", "green"], "a": "b c", "d": 1.50, "e": [1], "f": true,
        }));
        let parts = look.parts(&Settings { array_encoding, ..Settings::default() });
        let rest = "limit=100&a=b%20c&d=1.5&e=%5B1%5D&f=true";
        assert_eq!(parts.query.to_form(), format!("{list}&{rest}"));
        assert_eq!(parts.headers.get("Page"), Some("2"));
        assert!(parts.body.is_none());
    }
    let parts = read::<Look>(json!({ "limit": 5, "not": [] })).parts(&Settings::default());
    assert_eq!((parts.query.to_form().as_str(), parts.headers.0.len()), ("limit=5", 0));
}

#[test]
fn every_rule_that_is_broken_is_reported_with_its_path() {
    let paint: Paint = read(json!({
        "id": 10, "type": "blue", "by": [{ "name": "" }, { "name": "longer" }], "note": "",
    }));
    let mut violations = Violations::new();
    paint.check(&Settings::default(), &mut violations);
    let found: Vec<_> =
        violations.into_vec().into_iter().map(|violation| (violation.field, violation.code.to_string())).collect();
    let expected = [
        ("id", "out_of_range"),
        ("type", "unknown_value"),
        ("by[0].name", "too_short"),
        ("by[1].name", "too_long"),
        ("note", "required"),
    ];
    assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[test]
fn a_host_has_the_table_where_that_says_all() {
    assert!(Paint::RULES.is_none());
    let names: Vec<_> = Look::RULES.unwrap().iter().map(|param| (param.name, param.optional)).collect();
    assert_eq!(names, [("colour", true), ("not", true), ("limit", true), ("page", true)]);
    assert!(Paint::TABLE.first().is_some_and(|param| !param.optional));
}

#[test]
fn answers_are_read_as_the_first_line_says() {
    let response = |body: &str| Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() };
    assert_eq!(Paint::decode(&response("\"green\"")), Ok(Colour::Green));
    let known: Vec<_> = Colour::MEANINGS.iter().map(|known| known.value).collect();
    assert_eq!(known, Colour::VALUES);
    assert!(Paint::decode(&response("\"blue\"")).is_ok_and(|colour| !colour.is_known()));
    assert!(Paint::decode(&response("5")).is_err() && Paint::shape(&response("5")).is_err());
    assert_eq!(
        Paint::shape(&response("\"x\"")),
        Ok(Shape::Json { text: None, pick: &[], page: None, odd: Vec::new() })
    );
    assert_eq!(Look::decode(&response("5")), Ok(b"5".to_vec()));
    assert_eq!(Look::shape(&response("5")), Ok(Shape::Bytes));
    assert_eq!(<() as ReadAnswer>::shape(&response("5")), Ok(Shape::Empty));
}

/// A value that may fail to serialise.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Stubborn(bool);

impl FromInput for Stubborn {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        Self(bool::from_input(input, field, violations))
    }
}

impl Typed for Stubborn {
    const KIND: ValueKind = ValueKind::Other;
}

impl Given for Stubborn {
    fn tree(&self) -> Tree<'_> {
        if self.0 { Tree::Refused("it refuses".to_owned()) } else { Tree::Text("fine".into()) }
    }
}

endpoint! {
    "refuse"() = POST "/things" -> ();

    /// Whether it refuses.
    pub struct Refuse of Any, deny unknown {
        /// Whether.
        body value: Stubborn = Rule::Code,
    }
}

impl Overrides for Refuse {}

#[test]
fn a_body_that_cannot_be_written_is_an_error() {
    assert!(plan(&Refuse { value: Stubborn(false) }, &Settings::default()).is_ok());
    let error = plan(&Refuse { value: Stubborn(true) }, &Settings::default()).unwrap_err();
    let found: Vec<_> = error.violations.iter().flatten().map(|violation| violation.code.as_str()).collect();
    assert_eq!(found, ["unwritable_body"]);
    assert!(error.violations.iter().flatten().all(|violation| violation.message.contains("it refuses")));
}

#[test]
fn further_fields_are_refused_where_the_vendor_forbids_them() {
    let mut violations = Violations::new();
    let _ = Refuse::from_input(Json::from(json!({ "value": false, "more": 1 })), "", &mut violations);
    let found: Vec<_> =
        violations.into_vec().into_iter().map(|violation| (violation.field, violation.code.to_string())).collect();
    assert_eq!(found, [("more".to_owned(), "unknown_field".to_owned())]);
}
