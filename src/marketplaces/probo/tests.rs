//! Helpers that the tests of Probo share.

use super::PROBO;
use crate::attachment::Body;
use crate::marketplaces::testing;
use crate::rules::settings::Settings;
use crate::rules::violation::Violation;
use crate::vendor::Plan;
use crate::wire::json::Json;
use serde_json::{Value, json};

pub(super) fn plan_with(settings: &Settings, arguments: &Value) -> (Plan, Option<Body>) {
    let arguments: Vec<Json> = serde_json::from_str(&arguments.to_string()).unwrap();
    PROBO.operation("createTicket").unwrap().plan(arguments, settings).unwrap()
}

pub(super) fn check(settings: &Settings, complaint: &Value) -> Vec<Violation> {
    testing::check(&PROBO, settings, "createTicket", &json!([complaint]))
}

pub(super) fn good() -> Value {
    json!({
        "order_id": "WEB-2041", "id": "CMP-1", "reason": "missing", "suggested_solution": "rework",
        "products": [{ "id": 778_231, "amount": 1 }],
    })
}

/// Returns a complaint that is valid except in one place.
pub(super) fn with(pointer: &str, value: Value) -> Value {
    let mut complaint = good();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    complaint.pointer_mut(parent).unwrap()[name] = value;
    complaint
}

pub(super) fn broken(settings: &Settings, complaint: &Value) -> Vec<(String, String)> {
    check(settings, complaint).into_iter().map(|violation| (violation.field, violation.code.to_string())).collect()
}

#[track_caller]
pub(super) fn accepts(complaint: &Value) {
    assert_eq!(broken(&Settings::default(), complaint), [], "{complaint}");
}

#[track_caller]
pub(super) fn breaks(complaint: &Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
    assert_eq!(broken(&Settings::default(), complaint), expected, "{complaint}");
}
