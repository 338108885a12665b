//! Tests of the requests that a gateway passes on, with Kaufland as the example.

use crate::marketplaces::kaufland::KAUFLAND;
use crate::registry::ALL;
use crate::rules::settings::Settings;
use crate::vendor::plan::{assemble, forward, session_plan};
use crate::vendor::{Access, Meta};
use crate::wire::gateway;
use crate::wire::http::Headers;

fn url(method: &str, path: &str, content_type: Option<&str>) -> Result<String, String> {
    let headers: Headers = content_type.map(|content_type| ("content-type", content_type)).into_iter().collect();
    forward(&KAUFLAND, method, path, &headers, &Settings::default())
        .map(|plan| plan.url)
        .map_err(|violations| violations.into_iter().map(|violation| violation.code.to_string()).collect())
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

#[test]
fn only_a_request_for_a_session_is_named_so() {
    let (plan, _) = session_plan(&KAUFLAND, &Settings::default(), "https://x.test", &Default::default(), Access::Read);
    assert!(plan.is_for_session());
    for marketplace in ALL {
        for operation in marketplace.operations {
            let plan = assemble(marketplace, &operation.meta, &Settings::default(), "", "");
            assert!(!plan.is_for_session(), "{} {}", marketplace.id, operation.meta.name);
        }
    }
}

#[test]
fn a_gateway_sends_no_parameter_twice_unless_it_is_a_list() {
    for good in ["/tickets?status=opened&status=opened&topic=a&topic=b&limit=1", "/tickets?status[0]=a&status[1]=b"] {
        assert!(url("GET", good, None).is_ok(), "{good}");
    }
    for bad in [
        "/tickets?limit=1&limit=30",
        "/tickets?limit=1&offset=0&%6Cimit=1",
        "/tickets/00110?a=1&a=1",
        "/tickets?none&none",
    ] {
        assert_eq!(url("GET", bad, None).unwrap_err(), "repeated_parameter", "{bad}");
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
