//! Tests of properties that hold for every operation of every marketplace.

use super::*;
use crate::rules::settings::Settings;
use crate::vendor::plan::assemble;
use crate::vendor::{Access, Meta, Shape};
use crate::wire::http::{Headers, Method, Response};
use crate::wire::json::Json;
use proptest::prelude::*;
use serde_json::{Value, json};

#[cfg(all(feature = "clickbank", feature = "kaufland", feature = "magalu"))]
mod once;
#[cfg(feature = "kaufland")]
mod routes;
mod sent;
#[cfg(all(feature = "clickbank", feature = "kaufland", feature = "magalu"))]
mod sure;

/// The names of fields that the responses of any marketplace may have, so that random responses
/// reach deep into the decoders.
const NAMES: &str = "data|results|pagination|meta|page|links|next|limit|offset|total|id|id_ticket|status|type|code|\
    ticketData|ticketid|comments|comment|partialRefundData|usdAmount|count|@nil|transaction_id|events|event|message|\
    ticket_id|created_at|updated_at|order|delivery|items|quantity|eventList|errorList|error|errors|detail|details|loc|\
    slug|raw|[a-z_]{1,4}";

/// Generates any JSON, in which many names are the vendors' names.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(json!("206")),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}|opened|completed|[0-9]{1,20}|2026-02-0[1-9]T10:00:00".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(NAMES, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// No response makes any operation panic, whatever its status and origin are.
    #[test]
    fn any_json_is_read_or_refused(json in any_json(), status in 100u16..600) {
        let body = json.to_string().into_bytes();
        let response = Response { status, body, headers: Headers::from_iter([("content-type", "application/json")]) };
        for marketplace in ALL {
            for operation in marketplace.operations {
                let plan = assemble(marketplace, &operation.meta, &Settings::default(), "", "");
                if let Err(error) = operation.read(&plan, &response, None) {
                    prop_assert!(!error.message.is_empty());
                }
            }
            let refusal = (marketplace.refusal)(&response);
            prop_assert!(!refusal.message.is_empty() && !refusal.code.is_empty(), "{}: {refusal:?}", marketplace.id);
            prop_assert!((marketplace.hint)(&response, 0.0).is_none_or(|ms| ms >= 0.0));
        }
    }

    /// No arguments make the rules of any operation panic, and each violation has a field, a code,
    /// a message and a hint.
    #[test]
    fn any_arguments_are_judged(arguments in proptest::collection::vec(any_json(), 0..4)) {
        let text = Value::from(arguments).to_string();
        for marketplace in ALL {
            for operation in marketplace.operations {
                let arguments: Vec<Json> = serde_json::from_str(&text).unwrap();
                for violation in operation.validate(arguments, &Settings::default()) {
                    prop_assert!(!violation.code.as_str().is_empty() && !violation.message.is_empty() && !violation.hint.is_empty());
                }
            }
        }
    }
}

/// The gateway recognises writes by their method, before it knows the operation.
#[test]
fn what_is_got_is_read_and_all_else_is_written() {
    for operation in ALL.iter().flat_map(|marketplace| marketplace.operations) {
        let Meta { name, method, access, .. } = operation.meta;
        assert_eq!(method == Method::Get, access == Access::Read, "{name}");
    }
}

#[test]
fn a_gateway_knows_files_by_what_they_are_asked_for_with() {
    let body = b"bytes".to_vec();
    for marketplace in ALL {
        for operation in marketplace.operations {
            let read = operation.shape(&Response { status: 200, body: body.clone(), ..Response::default() });
            let plan = assemble(marketplace, &operation.meta, &Settings::default(), "", "");
            let name = operation.meta.name;
            assert_eq!(read == Ok(Shape::Bytes), plan.unread() == Shape::Bytes, "{} {name}", marketplace.id);
        }
    }
}
