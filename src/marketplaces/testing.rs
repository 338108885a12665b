//! Helpers that the marketplaces' tests share: JSON as a vendor may send it, the properties that
//! must hold for it, and the rules that arguments break. They are public because no marketplace's
//! tests use all of them.

use crate::call::line::Line;
use crate::call::once::{Once, OnceEvent, OnceStep, Page};
use crate::model::{self, Field};
use crate::rules::error::Sent;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::{Authorize, Marketplace, Refusal};
use crate::wire::http::Response;
use crate::wire::json::Json;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Any JSON that a vendor may add in future, with integers at both ends of 64 bits.
pub fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        integer().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1_000_000i64..1_000_000).prop_map(|cents| json!(cents as f64 / 100.0)),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Any integer, and often one at an end of 64 bits or beyond the exact range of a number.
pub fn integer() -> impl Strategy<Value = i64> {
    prop_oneof![Just(i64::MIN), Just(i64::MAX), Just(9_007_199_254_740_993), Just(0), any::<i64>()]
}

/// An integer as JSON.
pub fn int() -> BoxedStrategy<Value> {
    integer().prop_map(Value::from).boxed()
}

/// Any text as JSON.
pub fn text() -> BoxedStrategy<Value> {
    "\\PC{0,12}".prop_map(Value::from).boxed()
}

/// `true` or `false` as JSON.
pub fn flag() -> BoxedStrategy<Value> {
    any::<bool>().prop_map(Value::from).boxed()
}

/// A documented value, or one that the vendor may add in future.
pub fn value_of(known: &'static [&'static str]) -> BoxedStrategy<Value> {
    prop_oneof![proptest::sample::select(known).prop_map(str::to_owned), "[A-Za-z_]{0,9}"].prop_map(Value::from).boxed()
}

/// A short list of such items.
pub fn list(item: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    proptest::collection::vec(item, 0..3).prop_map(Value::from).boxed()
}

/// A required field, or one that may be missing or `null`.
pub type Spec = (&'static str, bool, BoxedStrategy<Value>);

/// A required field.
pub fn must(name: &'static str, value: BoxedStrategy<Value>) -> Spec {
    (name, true, value)
}

/// A field that may be missing or `null`.
pub fn may(name: &'static str, value: BoxedStrategy<Value>) -> Spec {
    (name, false, value)
}

/// An object with these fields and with unknown fields among them.
pub fn object(fields: Vec<Spec>) -> BoxedStrategy<Value> {
    let known: Vec<_> = fields
        .into_iter()
        .map(|(name, required, value)| {
            let value = value.prop_map(Some);
            if required {
                value.prop_map(move |value| (name, value)).boxed()
            } else {
                prop_oneof![2 => value, 1 => Just(Some(Value::Null)), 1 => Just(None)]
                    .prop_map(move |value| (name, value))
                    .boxed()
            }
        })
        .collect();
    let unknown = proptest::collection::btree_map("(new_[a-z]{1,4}|extra|ID)", anything(), 0..3);
    (known, unknown)
        .prop_map(|(known, unknown)| {
            let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
            Value::Object(known.chain(unknown).collect::<Map<_, _>>())
        })
        .boxed()
}

/// Reads `json` as `T` and returns it as text again, as an operation on a marketplace does.
pub fn again<T: Field>(json: &Value) -> Value {
    let model: T = serde_json::from_str(&json.to_string()).unwrap();
    serde_json::from_str(&serde_json::to_string(&model).unwrap()).unwrap()
}

/// Replaces the `at`-th value in `json` with `new`, counted from the outside in.
pub fn put(json: &mut Value, at: &mut usize, new: &Value) {
    if *at == 0 {
        *json = new.clone();
    }
    let inner: Vec<&mut Value> = match json {
        Value::Array(items) => items.iter_mut().collect(),
        Value::Object(fields) => fields.values_mut().collect(),
        _ => Vec::new(),
    };
    for value in inner {
        if let Some(rest) = at.checked_sub(1) {
            *at = rest;
            put(value, at, new);
        }
    }
}

/// Returns the result of the check that builds no model, and the result of building the model. Of
/// an answer with odd fields outside lists, a model can be built only if it can do without them, so
/// that both results are then the latter's.
pub fn verdicts<T: Field>(json: &Value) -> (bool, bool) {
    let response = Response { status: 200, body: json.to_string().into_bytes(), ..Default::default() };
    let is_built = model::decode::<T>(&response).is_ok();
    let is_checked =
        model::check::<T>(&response).is_ok_and(|outline| is_built || outline.odd.iter().all(|odd| odd.index.is_some()));
    (is_checked, is_built)
}

/// An object with required fields, fields that may be missing or `null`, and unknown fields.
pub fn fields(
    required: Vec<(&'static str, BoxedStrategy<Value>)>,
    optional: Vec<(&'static str, BoxedStrategy<Value>)>,
) -> BoxedStrategy<Value> {
    let required = required.into_iter().map(|(name, value)| must(name, value));
    object(required.chain(optional.into_iter().map(|(name, value)| may(name, value))).collect())
}

/// A response with this body and without headers.
pub fn answer(status: u16, body: &str) -> Response {
    Response { status, body: body.as_bytes().to_vec(), ..Response::default() }
}

/// What the marketplace means by an unsuccessful response with this body.
pub fn refused(marketplace: &Marketplace, status: u16, body: &str) -> Refusal {
    (marketplace.refusal)(&answer(status, body))
}

/// The credentials that a JSON text holds, with the fields and codes of what is wrong with them.
pub fn credentials(marketplace: &Marketplace, json: &str) -> (Box<dyn Authorize>, Vec<(String, String)>) {
    let mut violations = Violations::new();
    let credentials = (marketplace.credentials)(serde_json::from_str(json).unwrap(), &mut violations);
    (credentials, codes(violations.into_vec()))
}

/// The rules that the arguments break.
pub fn check(marketplace: &Marketplace, settings: &Settings, operation: &str, arguments: &Value) -> Vec<Violation> {
    let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
    marketplace.operation(operation).unwrap().validate(arguments, settings)
}

/// The fields and codes of violations.
pub fn codes(list: Vec<Violation>) -> Vec<(String, String)> {
    list.into_iter().map(|violation| (violation.field, violation.code.to_string())).collect()
}

/// The same of what a test expects.
pub fn expected(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

/// Settings that allow undocumented values.
pub fn tolerant() -> Settings {
    Settings { allow_unknown_values: true, ..Settings::default() }
}

/// The marketplace's finding for the results that were read before and after a write: `f`ound,
/// `a`bsent or `u`nclear.
pub fn found_by(marketplace: &Marketplace, endpoint: &str, args: Value, reads: &[(Value, Value)]) -> (char, Value) {
    let (before, after) = reads.iter().cloned().unzip();
    concluded(marketplace, endpoint, args, &[before, after])
}

/// The same for one lookup before the write and several after it.
pub fn concluded(marketplace: &Marketplace, endpoint: &str, args: Value, lookups: &[Vec<Value>]) -> (char, Value) {
    let recovery =
        marketplace.operation(endpoint).unwrap().recovery(Json::from(args).into_list(), &Settings::default(), 0.0);
    let settings = Settings { max_retries: 0, total_timeout_ms: 1e12, ..Settings::default() };
    let mut machine = Once::new(marketplace, endpoint, recovery, &settings, 0.0).unwrap();
    let line = &mut Line::default();
    let mut step = machine.advance(marketplace, line, 0.0, OnceEvent::Begun);
    for (index, value) in lookups.iter().flatten().enumerate() {
        // In the form in which a host keeps it.
        assert_eq!(serde_json::from_str::<Once>(&serde_json::to_string(&machine).unwrap()).unwrap(), machine);
        assert_eq!(crate::wire::state::round_trip(&machine), machine);
        machine = crate::wire::state::round_trip(&machine);
        if let OnceStep::Write { .. } = step {
            let waits = machine.advance(
                marketplace,
                line,
                0.0,
                OnceEvent::WriteFailed { sent: Sent::Maybe, status: None, hint_ms: None },
            );
            assert_eq!(waits, OnceStep::Wait { ms: marketplace.settle_ms });
            step = waits;
        }
        if let OnceStep::Wait { .. } = step {
            step = machine.advance(marketplace, line, 0.0, OnceEvent::Waited);
        }
        assert!(matches!(step, OnceStep::Read { .. }), "{index}: {step:?}");
        let is_list = value.get("data").or(value.get("results")).is_some();
        let page = Page { more: false, numbered: false, offset_field: "offset".to_owned(), length: 0 };
        let event = OnceEvent::Read { value: value.clone().into(), page: is_list.then_some(page) };
        step = machine.advance(marketplace, line, 0.0, event);
    }
    match step {
        OnceStep::Found { answer } => ('f', serde_json::to_value(answer).unwrap()),
        OnceStep::Wait { ms } if ms == marketplace.settle_ms => ('u', Value::Null),
        OnceStep::Wait { .. } => ('a', Value::Null),
        other => panic!("{other:?}"),
    }
}

/// Returns the `sent` of a write that was lost, sent again and refused, if reads show this the
/// whole time.
pub fn refused_beside(marketplace: &Marketplace, endpoint: &str, args: Value, shown: &[Value]) -> Sent {
    let recovery =
        marketplace.operation(endpoint).unwrap().recovery(Json::from(args).into_list(), &Settings::default(), 0.0);
    let settings = Settings { max_retries: 1, total_timeout_ms: 1e12, ..Settings::default() };
    let mut machine = Once::new(marketplace, endpoint, recovery, &settings, 0.0).unwrap();
    let (line, mut tries, mut reads) = (&mut Line::default(), 0, shown.iter().cycle());
    let mut event = OnceEvent::Begun;
    loop {
        event = match machine.advance(marketplace, line, 0.0, event) {
            OnceStep::Read { .. } => {
                let value = reads.next().unwrap();
                let is_list = value.get("data").or(value.get("results")).is_some();
                let page = Page { more: false, numbered: false, offset_field: "offset".to_owned(), length: 0 };
                OnceEvent::Read { value: value.clone().into(), page: is_list.then_some(page) }
            }
            OnceStep::Write { .. } => {
                tries += 1;
                let status = (tries == 2).then_some(409);
                OnceEvent::WriteFailed { sent: Sent::Maybe, status, hint_ms: None }
            }
            OnceStep::Wait { .. } => OnceEvent::Waited,
            OnceStep::GiveUp { sent } => return sent,
            other => panic!("{other:?}"),
        };
    }
}
