//! Passes any arguments to every operation of every marketplace, and any request to a gateway.
//!
//! The first two bytes choose the operation and the mode. The rest is JSON: an array of the
//! client's settings (or `null`) and the arguments. Missing values and values of a wrong type are
//! replaced by pieces of the same bytes, so that arbitrary input also leads to requests.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seller_tickets::registry::ALL;
use seller_tickets::rules::input::FromInput;
use seller_tickets::rules::settings::Settings;
use seller_tickets::rules::violation::{Violation, Violations};
use seller_tickets::vendor::plan::forward;
use seller_tickets::vendor::{Marketplace, Operation, Plan};
use seller_tickets::wire::http::Headers;
use seller_tickets::wire::json::Json;
use seller_tickets::wire::url::Query;
use serde_json::{Map, Value};
use url::Url;

fuzz_target!(|data: &[u8]| {
    let [which, how, rest @ ..] = data else { return };
    let operations: Vec<_> =
        ALL.iter().flat_map(|market| market.operations.iter().map(move |op| (*market, op))).collect();
    let (marketplace, operation) = operations[usize::from(*which) % operations.len()];
    let mut pieces = Pieces::new(rest);
    let (settings, mut arguments) = match serde_json::from_slice(rest) {
        Ok(Value::Array(mut items)) if !items.is_empty() => (settings(items.remove(0), marketplace), items),
        Ok(other) => (Some(Settings::default()), vec![other]),
        Err(_) => (Some(Settings::default()), Vec::new()),
    };
    let Some(mut settings) = settings else { return };
    settings.nonce = "n".to_owned();
    settings.allow_unknown_values |= how & 1 > 0;

    for _ in 0..8 {
        let Some(inputs) = inputs(&arguments) else { return };
        let violations = match operation.plan(inputs.clone(), &settings) {
            Ok((plan, body)) => {
                assert_eq!(operation.validate(inputs, &settings), [], "what breaks no rule was planned");
                check(marketplace, operation, &plan, &settings);
                if let Some(body) = body {
                    assert!(body.len().is_some());
                }
                break;
            }
            Err(violations) => violations,
        };
        for violation in &violations {
            assert!(!violation.code.is_empty() && !violation.message.is_empty() && !violation.hint.is_empty());
        }
        if how & 2 > 0 || !repair(operation, &mut arguments, &violations, &mut pieces) {
            break;
        }
    }

    at_a_gateway(marketplace, operation, rest, &settings);
});

/// The settings that this value describes, if they are valid.
fn settings(value: Value, marketplace: &Marketplace) -> Option<Settings> {
    let mut violations = Violations::new();
    let input = serde_json::from_value::<Json>(value).ok()?;
    let settings = Settings::from_input(input, "", &mut violations);
    marketplace.check_settings(&settings, &mut violations);
    violations.is_empty().then_some(settings)
}

fn inputs(arguments: &[Value]) -> Option<Vec<Json>> {
    serde_json::from_str(&Value::from(arguments.to_vec()).to_string()).ok()
}

/// Checks that the request goes to the configured address as written, with the headers that it
/// shows.
fn check(marketplace: &Marketplace, operation: &Operation, plan: &Plan, settings: &Settings) {
    let base = marketplace.base_url(settings);
    let rest = plan.url.strip_prefix(base).unwrap_or_else(|| panic!("{} is not below {base}", plan.url));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    assert!(path.starts_with('/'), "{}", plan.url);
    assert!(Query::parse(query).is_some(), "{}", plan.url);

    // The path is one of the operation's own, except for its values.
    let own = marketplace.operations.iter().filter(|one| one.meta.name == operation.meta.name);
    assert!(own.map(|one| one.meta.path_in(settings)).any(|own| fits(own, path)), "{}", plan.url);

    // The signed URL is sent: no URL parser may change a byte or take another host from it. Names
    // in other scripts depend on tables that only the parser has.
    if base.contains("xn--") {
        return check_headers(&plan.headers);
    }
    let read = Url::parse(&plan.url).unwrap_or_else(|error| panic!("{}: {error}", plan.url));
    if let Ok(configured) = Url::parse(base) {
        assert_eq!(read.origin(), configured.origin(), "{}", plan.url);
        if configured.as_str().trim_end_matches('/') == base {
            assert_eq!(read.as_str(), plan.url);
        }
    }
    assert!(read.fragment().is_none() && read.username().is_empty() && read.password().is_none(), "{}", plan.url);
    check_headers(&plan.headers);
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') => {
                let plain = given.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b));
                let dots = given.to_ascii_lowercase().replace("%2e", ".");
                if !plain || given.is_empty() || dots == "." || dots == ".." {
                    return false;
                }
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}

fn check_headers(headers: &Headers) {
    for (name, value) in &headers.0 {
        assert!(!name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b)));
        assert!(!value.chars().any(|c| matches!(c, '\r' | '\n' | '\0')), "{name}: {value:?}");
    }
}

/// Checks that a gateway passes on only requests of the marketplace for this path.
fn at_a_gateway(marketplace: &Marketplace, operation: &Operation, bytes: &[u8], settings: &Settings) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let method = operation.meta.method.as_str();
    let filled = operation.meta.path_in(settings).split('{').next().unwrap_or_default().to_owned() + text;
    for path in [text, filled.as_str()] {
        let headers = Headers::from_iter([("x-other", "a"), ("page", "2")]);
        let Ok(plan) = forward(marketplace, method, path, &headers, settings) else { continue };
        let Some(sent) = marketplace.operation(&plan.endpoint) else { panic!("there is no {}", plan.endpoint) };
        assert_eq!(sent.meta.method.as_str(), method);
        check(marketplace, sent, &plan, settings);
        assert!(plan.headers.get("x-other").is_none());
    }
}

/// Texts, numbers and choices that are taken from the bytes in turn, and from the start again at
/// their end.
struct Pieces<'a> {
    texts: Vec<&'a [u8]>,
    next: usize,
}

impl<'a> Pieces<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { texts: bytes.split(|byte| matches!(byte, 0 | b'|')).collect(), next: 0 }
    }

    fn bytes(&mut self) -> &'a [u8] {
        let piece = self.texts.get(self.next % self.texts.len().max(1)).copied().unwrap_or_default();
        self.next += 1;
        piece
    }

    fn text(&mut self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    fn number(&mut self) -> i64 {
        self.bytes().iter().fold(0, |number: i64, byte| number.wrapping_mul(31).wrapping_add(i64::from(*byte)))
    }
}

/// Sets fields to values that their violations ask for. Returns whether anything changed.
fn repair(
    operation: &Operation,
    arguments: &mut Vec<Value>,
    violations: &[Violation],
    pieces: &mut Pieces<'_>,
) -> bool {
    let mut changed = false;
    for violation in violations {
        let Ok(reported) = serde_json::to_value(violation) else { continue };
        let value = match (violation.code.as_str(), &reported["params"]["known"]) {
            ("unknown_value", Value::Array(known)) if !known.is_empty() => {
                known[pieces.number().unsigned_abs() as usize % known.len()].clone()
            }
            ("required" | "wrong_type" | "not_an_integer", _) => asked(&violation.hint, pieces),
            ("out_of_range", _) => reported["params"]["min"].clone(),
            ("unknown_field", _) => Value::Null,
            _ => pieces.text().into(),
        };
        changed |= put(operation, arguments, &violation.field, value);
    }
    changed
}

fn asked(hint: &str, pieces: &mut Pieces<'_>) -> Value {
    if hint.contains("array") {
        Value::Array(vec![pieces.number().into()])
    } else if hint.contains("object") {
        Value::Object(Map::new())
    } else if hint.contains("number") {
        pieces.number().into()
    } else if hint.contains("true or false") {
        (pieces.number() % 2 == 0).into()
    } else {
        pieces.text().into()
    }
}

/// Puts a value at `a.b[0].c`, among the positional arguments or in the object after them.
fn put(operation: &Operation, arguments: &mut Vec<Value>, field: &str, value: Value) -> bool {
    let mut steps = field.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let Some(first) = steps.next() else { return false };
    let positional = operation.meta.positional;
    let place = positional.iter().position(|name| *name == first);
    let index = place.unwrap_or(positional.len());
    if arguments.len() <= index {
        arguments.resize(index + 1, Value::Null);
    }
    let mut at = &mut arguments[index];
    let names = place.is_none().then_some(first).filter(|first| !first.is_empty());
    for step in names.into_iter().chain(steps) {
        at = match step.parse::<usize>() {
            Ok(item) if item < 8 => {
                if !at.is_array() {
                    *at = Value::Array(Vec::new());
                }
                let Value::Array(items) = at else { return false };
                if items.len() <= item {
                    items.resize(item + 1, Value::Null);
                }
                &mut items[item]
            }
            _ => {
                if !at.is_object() {
                    *at = Value::Object(Map::new());
                }
                let Value::Object(fields) = at else { return false };
                fields.entry(step).or_insert(Value::Null)
            }
        };
    }
    let changed = *at != value;
    *at = value;
    changed
}
