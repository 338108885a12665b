//! What holds of every operation of every marketplace.

use super::*;
use crate::marketplaces::kaufland::KAUFLAND;
use crate::rules::input::Input;
use crate::rules::settings::Settings;
use crate::vendor::plan::{assemble, forward};
use crate::vendor::{Access, Meta, Shape};
use crate::wire::gateway;
use crate::wire::http::{Headers, Method, Response};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Every name that an answer of any of them may have where it matters, so that what follows gets deep into it.
const NAMES: &str = "data|results|pagination|meta|page|links|next|limit|offset|total|id|id_ticket|status|type|code|\
    ticketData|ticketid|comments|comment|partialRefundData|usdAmount|count|@nil|transaction_id|events|event|message|\
    ticket_id|created_at|updated_at|order|delivery|items|quantity|eventList|errorList|error|errors|detail|details|loc|\
    slug|raw|[a-z_]{1,4}";

/// Any JSON, many of whose names are the vendors'.
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
    /// No answer makes any operation panic, whatever its status and wherever it came from.
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

    /// No arguments make the rules of any operation panic, and what they refuse has a field, a code, words and a hint.
    #[test]
    fn any_arguments_are_judged(arguments in proptest::collection::vec(any_json(), 0..4)) {
        let text = Value::from(arguments).to_string();
        for marketplace in ALL {
            for operation in marketplace.operations {
                let arguments: Vec<Input> = serde_json::from_str(&text).unwrap();
                for violation in operation.validate(arguments, &Settings::default()) {
                    prop_assert!(!violation.code.is_empty() && !violation.message.is_empty() && !violation.hint.is_empty());
                }
            }
        }
    }
}

fn url(method: &str, path: &str, content_type: Option<&str>) -> Result<String, String> {
    let headers: Headers = content_type.map(|content_type| ("content-type", content_type)).into_iter().collect();
    forward(&KAUFLAND, method, path, &headers, &Settings::default())
        .map(|plan| plan.url)
        .map_err(|violations| violations.into_iter().map(|violation| violation.code).collect())
}

#[test]
fn only_writes_through_a_gateway_carry_a_nonce() {
    let through = |gateway, access| {
        let settings =
            Settings { gateway, base_url: gateway.then(|| "https://own.test".to_owned()), ..Settings::default() };
        let meta = Meta { access, ..Meta::READ };
        let plan = assemble(&KAUFLAND, &meta, &settings, "/tickets", "");
        plan.attempt_headers(|| "one of a kind".to_owned()).get(gateway::NONCE).map(str::to_owned)
    };
    assert_eq!(through(true, Access::Write).as_deref(), Some("one of a kind"));
    for (gateway, access) in [(true, Access::Read), (false, Access::Write), (false, Access::Read)] {
        assert_eq!(through(gateway, access), None);
    }
}

/// The gateway tells writes by their method, before it knows the operation.
#[test]
fn what_is_got_is_read_and_all_else_is_written() {
    for operation in ALL.iter().flat_map(|marketplace| marketplace.operations) {
        let Meta { name, method, access, .. } = operation.meta;
        assert_eq!(method == Method::Get, access == Access::Read, "{name}");
    }
}

#[test]
fn a_gateway_sends_one_spelling_of_each_route() {
    let base = |path: &str| Ok(format!("https://sellerapi.kaufland.com/v2{path}"));
    for (method, path, content_type, sent) in [
        ("GET", "/tickets", None, "/tickets"),
        ("GET", "/tickets?", None, "/tickets"),
        (
            "GET",
            "/tickets?status=opened&status=%62uyer_closed&a=b c+d",
            None,
            "/tickets?status=opened&status=buyer_closed&a=b%20c%20d",
        ),
        ("GET", "/tickets/messages", None, "/tickets/messages"),
        ("GET", "/tickets/%30%30110?embedded=files", None, "/tickets/00110?embedded=files"),
        ("PATCH", "/tickets/00110/close", None, "/tickets/00110/close"),
        ("POST", "/tickets/00110/messages", Some("Application/JSON; charset=utf-8"), "/tickets/00110/messages"),
    ] {
        assert_eq!(url(method, path, content_type), base(sent), "{method} {path}");
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

#[test]
fn a_gateway_has_no_other_routes() {
    for (method, path) in [
        ("DELETE", "/tickets/00110"),
        ("get", "/tickets"),
        ("GET", ""),
        ("GET", "/"),
        ("GET", "/orders"),
        ("GET", "/tickets/"),
        ("GET", "//tickets"),
        ("GET", "/Tickets"),
        ("GET", "/v2/tickets"),
        ("GET", "/tickets/../orders"),
        ("GET", "/tickets/%2e%2e"),
        ("GET", "/tickets/..%2forders"),
        ("GET", "/tickets/1%2f..%2f..%2forders"),
        ("GET", "/tickets/1/messages"),
        ("GET", "/tickets/1%00"),
        ("GET", "/tickets/%"),
        ("GET", "/tickets?a=%zz"),
        ("GET", "/tickets;a=b"),
        ("PATCH", "/tickets/1/close/x"),
        ("POST", "/tickets/1"),
    ] {
        assert_eq!(url(method, path, None), Err("no_such_route".to_owned()), "{method} {path}");
    }
    for (method, path, content_type) in [
        ("GET", "/tickets", "application/json"),
        ("PATCH", "/tickets/1/close", "application/json"),
        ("POST", "/tickets", "text/plain"),
        ("POST", "/tickets", "multipart/form-data; boundary=x"),
    ] {
        assert_eq!(url(method, path, Some(content_type)), Err("unexpected_body".to_owned()), "{method} {path}");
    }
}
