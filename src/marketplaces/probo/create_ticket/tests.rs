use super::super::PROBO;
use super::super::tests::{accepts, breaks, broken, check, good, plan_with, with};
use super::*;
use crate::marketplaces::testing::{codes, expected, tolerant};
use crate::rules::input::FromInput;
use crate::rules::settings::FilesPer;
use crate::rules::violation::Violation;
use crate::rules::violation::Violations;
use crate::vendor::Access;
use crate::wire::http::Headers;
use crate::wire::json::Json;
use serde_json::{Value, json};

fn complaint() -> Value {
    json!({
        "order_id": "WEB-2041", "id": "CMP-2041-1", "description": "Left corner \"torn\" 🎫", "reason": "damaged",
        "suggested_solution": "rework", "contact_email": "support@shop.example",
        "products": [{ "id": 778_231, "amount": 1, "files": [{ "uri": "https://cdn.shop.example/c/2041-1.jpg" }] }],
    })
}

#[test]
fn a_ticket_is_sent_with_these_bytes() {
    let (plan, body) = plan_with(&Settings::default(), &json!([complaint()]));
    assert_eq!((plan.method.as_str(), plan.url.as_str()), ("POST", "https://api.proboprints.com/ticket"));
    assert_eq!((plan.access, plan.is_open), (Access::Write, false));
    assert_eq!(
        plan.headers,
        Headers::from_iter([("Accept", "application/json"), ("Content-Type", "application/json")])
    );
    let text = String::from_utf8(body.unwrap().as_text().unwrap().to_vec()).unwrap();
    assert_eq!(
        text,
        r#"{"order_id":"WEB-2041","id":"CMP-2041-1","description":"Left corner \"torn\" 🎫","reason":"damaged","suggested_solution":"rework","contact_email":"support@shop.example","products":[{"id":778231,"amount":1,"files":[{"uri":"https://cdn.shop.example/c/2041-1.jpg"}]}]}"#
    );
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), complaint());
}

#[test]
fn what_is_given_is_sent_and_nothing_else() {
    for given in [
        json!({ "order_id": "1", "id": "2", "reason": "missing", "suggested_solution": "credit",
                "products": [{ "id": "own-7", "amount": 2 }, { "id": 9_007_199_254_740_993_i64, "amount": i64::MAX, "files": [] }] }),
        // Fields that the guide does not list are sent unchanged, at any level.
        json!({ "order_id": "1", "id": "2", "reason": "other", "suggested_solution": "other", "priority": { "high": [true, null, 1.5] },
                "products": [{ "id": 1, "amount": 1, "side": "front", "files": [
                    { "uri": "http://a.example/1", "url": "http://a.example/1" }, { "uri": "https://a.example/2", "name": "x" } ] }] }),
    ] {
        let (_, body) = plan_with(&Settings::default(), &json!([given]));
        let sent: Value = serde_json::from_slice(body.unwrap().as_text().unwrap()).unwrap();
        assert_eq!(sent, given);
    }
}

#[test]
fn the_path_can_be_set_and_is_checked() {
    let at = |path: &str| Settings { ticket_path: Some(path.to_owned()), ..Settings::default() };
    let problems = |path: &str| {
        let mut violations = Violations::new();
        PROBO.check_settings(&at(path), &mut violations);
        violations
            .into_vec()
            .into_iter()
            .map(|Violation { field, code, .. }| (field, code.to_string()))
            .collect::<Vec<_>>()
    };
    for good in ["/ticket", "/order/ticket", "/v2/tickets", "/a-b_c.d~e", "/..."] {
        assert_eq!(problems(good), [], "{good}");
        let (plan, _) = plan_with(&at(good), &json!([complaint()]));
        assert_eq!(plan.url, format!("https://api.proboprints.com{good}"));
    }
    for bad in [
        "",
        "/",
        "ticket",
        "//ticket",
        "/ticket/",
        "/a//b",
        "/./a",
        "/a/..",
        "/a?b",
        "/a#b",
        "/a b",
        "/%2e%2e",
        "/{id}",
        "/a\\b",
        "/a\nb",
        "/ä",
        "https://evil.example/a",
    ] {
        assert_eq!(problems(bad), expected(&[("ticketPath", "invalid_path")]), "{bad}");
    }
    let read: Vec<Json> = serde_json::from_str(r#"[{ "ticketPath": "/tickets" }]"#).unwrap();
    let settings = Settings::from_input(read.into_iter().next().unwrap(), "", &mut Violations::new());
    assert_eq!(settings.ticket_path.as_deref(), Some("/tickets"));
}

#[test]
fn a_gateway_finds_the_operation_where_it_is_and_where_it_was() {
    let moved = Settings { ticket_path: Some("/order/ticket".to_owned()), ..Settings::default() };
    let name = |method, path, settings: &Settings| PROBO.route(method, path, settings).map(|(meta, _)| meta.name);
    assert_eq!(name("POST", "/ticket", &Settings::default()), Some("createTicket"));
    assert_eq!(name("POST", "/order/ticket", &Settings::default()), None);
    assert_eq!(name("POST", "/ticket", &moved), Some("createTicket"));
    assert_eq!(name("POST", "/order/ticket", &moved), Some("createTicket"));
    assert_eq!(PROBO.operation("createTicket").unwrap().meta.path_in(&moved), "/order/ticket");
    for (method, path) in
        [("GET", "/ticket"), ("POST", "/tickets"), ("POST", "/order"), ("POST", "/ticket/"), ("POST", "/")]
    {
        assert_eq!(name(method, path, &moved), None, "{method} {path}");
    }
}

#[test]
fn what_is_required_must_be_there() {
    accepts(&good());
    breaks(
        &json!({}),
        &[
            ("order_id", "required"),
            ("id", "required"),
            ("reason", "required"),
            ("suggested_solution", "required"),
            ("products", "required"),
        ],
    );
    breaks(
        &json!("CMP-1"),
        &[
            ("", "wrong_type"),
            ("order_id", "required"),
            ("id", "required"),
            ("reason", "required"),
            ("suggested_solution", "required"),
            ("products", "required"),
        ],
    );
    for name in ["order_id", "id"] {
        let pointer = format!("/{name}");
        for bad in [json!(null), json!(""), json!("  "), json!("\n")] {
            breaks(&with(&pointer, bad), &[(name, "required")]);
        }
        breaks(&with(&pointer, json!(2041)), &[(name, "wrong_type")]);
        for fine in ["1", "0001", "ä/🎫 1"] {
            accepts(&with(&pointer, json!(fine)));
        }
    }
    for fine in [json!(null), json!(""), json!("torn\nleft"), json!("x".repeat(100_000))] {
        accepts(&with("/description", fine));
    }
    breaks(&with("/description", json!(["torn"])), &[("description", "wrong_type")]);
}

#[test]
fn values_are_the_documented_ones() {
    let pictured = json!([{ "id": 1, "amount": 1, "files": [{ "uri": "https://a.example/1.jpg" }] }]);
    for reason in ComplaintReason::VALUES {
        let mut complaint = with("/reason", json!(reason));
        complaint["products"] = pictured.clone();
        accepts(&complaint);
    }
    for solution in ComplaintSolution::VALUES {
        accepts(&with("/suggested_solution", json!(solution)));
    }
    for name in ["reason", "suggested_solution"] {
        let pointer = format!("/{name}");
        for bad in ["Missing", "missing ", "open", "new-value"] {
            breaks(&with(&pointer, json!(bad)), &[(name, "unknown_value")]);
            assert_eq!(broken(&tolerant(), &with(&pointer, json!(bad))), [], "{bad}");
        }
        breaks(&with(&pointer, json!("")), &[(name, "unknown_value")]);
        assert_eq!(broken(&tolerant(), &with(&pointer, json!(""))).len(), 1);
        breaks(&with(&pointer, json!(1)), &[(name, "wrong_type")]);
    }
}

#[test]
fn seven_reasons_need_files_with_every_product() {
    for reason in ComplaintReason::VALUES {
        let needs = ["damaged", "cutting-milling-inadequate", "color", "dimensions", "other", "print-quality", "dirty"]
            .contains(reason);
        for none in [json!(null), json!([])] {
            let mut complaint = with("/reason", json!(reason));
            complaint["products"] = json!([
                { "id": 1, "amount": 1, "files": [{ "uri": "https://a.example/1.jpg" }] },
                { "id": 2, "amount": 1, "files": none },
            ]);
            breaks(&complaint, if needs { &[("products[1].files", "files_required")] } else { &[] });
        }
    }
}

#[test]
fn one_file_is_enough_if_the_settings_say_so() {
    let per_ticket = |complaint: &Value| {
        let settings = Settings { files_per: FilesPer::Ticket, ..Settings::default() };
        codes(check(&settings, complaint))
    };
    let file = json!([{ "uri": "https://a.example/1.jpg" }]);
    let without = json!([{ "id": 1, "amount": 1 }, { "id": 2, "amount": 1, "files": [] }]);
    for at in [0, 1] {
        let mut complaint = with("/reason", json!("damaged"));
        complaint["products"] = without.clone();
        assert_eq!(per_ticket(&complaint), expected(&[("products[0].files", "files_required")]));
        complaint["products"][at]["files"] = file.clone();
        assert_eq!(per_ticket(&complaint), []);
        let other = 1 - at;
        breaks(&complaint, &[(&format!("products[{other}].files"), "files_required")]);
    }
    let mut missing = with("/reason", json!("missing"));
    missing["products"] = without;
    assert_eq!(per_ticket(&missing), []);
    // No product at all is one violation, not two.
    assert_eq!(per_ticket(&with("/products", json!([]))), expected(&[("products", "too_few_items")]));
}

#[test]
fn products_have_an_id_and_an_amount() {
    for bad in [json!(null), json!({}), json!("778231")] {
        let code = if bad.is_null() { "required" } else { "wrong_type" };
        breaks(&with("/products", bad), &[("products", code)]);
    }
    breaks(&with("/products", json!([])), &[("products", "too_few_items")]);
    breaks(
        &with("/products", json!([5])),
        &[("products[0]", "wrong_type"), ("products[0].id", "required"), ("products[0].amount", "required")],
    );
    let id = |id: Value| with("/products/0/id", id);
    for fine in [json!(1), json!(0), json!(-1), json!(i64::MAX), json!("1"), json!("own-7")] {
        accepts(&id(fine));
    }
    for (bad, code) in [
        (json!(null), "required"),
        (json!(""), "required"),
        (json!(" "), "required"),
        (json!(1.5), "not_an_integer"),
        (json!(18_446_744_073_709_551_615_u64), "not_an_integer"),
        (json!([1]), "wrong_type"),
        (json!(true), "wrong_type"),
    ] {
        breaks(&id(bad), &[("products[0].id", code)]);
    }
    let amount = |amount: Value| with("/products/0/amount", amount);
    for fine in [json!(1), json!(2), json!(i64::MAX)] {
        accepts(&amount(fine));
    }
    for (bad, code) in [
        (json!(null), "required"),
        (json!(0), "out_of_range"),
        (json!(-1), "out_of_range"),
        (json!(1.5), "not_an_integer"),
        (json!("1"), "wrong_type"),
    ] {
        breaks(&amount(bad), &[("products[0].amount", code)]);
    }
    // Listing the same product twice, with its own pictures each time, is no mistake.
    let one = json!({ "id": 1, "amount": 1 });
    accepts(&with("/products", json!([one, one])));
    breaks(
        &with("/products", json!([one, { "id": 1, "amount": 0 }, { "amount": 1 }])),
        &[("products[2].id", "required"), ("products[1].amount", "out_of_range")],
    );
}

#[test]
fn every_violation_tells_what_and_what_to_do() {
    let all = json!({
        "order_id": " ", "id": "", "reason": "damaged", "suggested_solution": "x", "contact_email": "x",
        "products": [
            { "id": "", "amount": 0 },
            { "id": 1.5, "amount": 1.5, "files": [{ "uri": "x" }, { "uri": "ftp://x" }, { "uri": "https://ä" },
                { "uri": "https://a@b" }, { "uri": "https://" }, { "uri": "https://a:b" }, {}] },
        ],
    });
    let list = check(&Settings::default(), &all);
    assert_eq!(list.len(), 16);
    for Violation { field, code, message, hint, .. } in list {
        assert!(code.as_str().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code}");
        assert!(message.starts_with('`') && message.contains(&field) && !message.ends_with('.'), "{message}");
        assert!(!hint.is_empty() && !hint.ends_with('.') && message.chars().count() < 200, "{hint}");
    }
}
