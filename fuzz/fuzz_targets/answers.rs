//! Passes any bytes as a response with any status to every operation of every marketplace.
//!
//! The first three bytes choose the marketplace, the status and the headers; the rest is the body.
#![no_main]

use libfuzzer_sys::fuzz_target;
use seller_tickets::registry::ALL;
use seller_tickets::rules::settings::Settings;
use seller_tickets::rules::violation::Violations;
use seller_tickets::vendor::plan::assemble;
use seller_tickets::vendor::{Marketplace, PageShape, Shape};
use seller_tickets::wire::http::{Headers, Response};
use seller_tickets::wire::json::Json;
use serde_json::Value;

const STATUSES: [u16; 16] = [200, 201, 202, 204, 206, 302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503];

const CREDENTIALS: &str = r#"{
    "clientKey": "k", "secretKey": "s", "userAgent": "u", "apiKey": "API-A", "refreshToken": "r",
    "clientId": "i", "clientSecret": "c", "token": "t"
}"#;

fuzz_target!(|data: &[u8]| {
    let [market, status, headers, body @ ..] = data else { return };
    let Some(marketplace) = ALL.get(usize::from(*market) % ALL.len()) else { return };
    let status = STATUSES.get(usize::from(*status)).copied().unwrap_or(100 + u16::from(*status) * 2);
    let response = Response { status, headers: headers_of(*headers), body: body.to_vec() };

    for operation in marketplace.operations {
        let plan = assemble(marketplace, &operation.meta, &Settings::default(), "", "?limit=2&_limit=2&_offset=2");
        match operation.read(&plan, &response, None) {
            Err(error) => assert!(!error.message.is_empty() && !error.code.is_empty()),
            Ok(Shape::Json { text, pick, page }) => {
                let text = text.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
                read_as_a_host_does(&text, pick, page.as_ref());
            }
            Ok(Shape::Empty | Shape::Text | Shape::Bytes) => {}
        }
    }

    let refusal = (marketplace.refusal)(&response);
    assert!(!refusal.message.is_empty() && !refusal.code.is_empty(), "{refusal:?}");
    assert!(!refusal.message.contains(char::is_control), "{refusal:?}");
    let hint = (marketplace.hint)(&response, 1_700_000_000_000.0);
    assert!(hint.is_none_or(|ms| ms >= 0.0), "{hint:?}");
    let _ = (marketplace.quota)(&response);
    read_session(marketplace, &response);
});

/// Headers that describe the response, correctly or not.
fn headers_of(which: u8) -> Headers {
    let content_type = match which & 3 {
        0 | 1 => "application/json",
        2 => "text/html; charset=utf-8",
        _ => "application/problem+json",
    };
    let mut headers = Headers::from_iter([("content-type", content_type)]);
    let retry_after = match (which >> 2) & 3 {
        0 => return headers,
        1 => "7",
        2 => "Wed, 21 Oct 2099 07:28:00 GMT",
        _ => "-1e308",
    };
    for name in ["retry-after", "x-ratelimit-reset", "x-ratelimit-remaining", "page"] {
        headers.set(name, retry_after);
    }
    headers
}

/// Reads the response as JavaScript does: parses the text, follows `pick`, and takes the items of a
/// page.
fn read_as_a_host_does(text: &str, pick: &[&str], page: Option<&PageShape>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut syntax = serde_json::Deserializer::from_str(text);
    syntax.disable_recursion_limit();
    let read = serde::de::Deserialize::deserialize(&mut syntax).and_then(|_: serde::de::IgnoredAny| syntax.end());
    assert!(read.is_ok(), "a host cannot parse {text:?}: {read:?}");

    // Only JavaScript accepts lone surrogates and numbers beyond a double.
    let Ok(mut value) = serde_json::from_str::<Value>(text) else { return };
    for name in pick {
        value = value.get_mut(*name).map(Value::take).unwrap_or_else(|| panic!("{name} is not there: {text:?}"));
    }
    if let Some(page) = page {
        // A host takes a page without items for an empty page.
        let length = value.get(page.items).and_then(Value::as_array).map_or(0, Vec::len);
        assert_eq!(page.length, length as u64, "{text:?}");
    }
}

fn read_session(marketplace: &Marketplace, response: &Response) {
    let Ok(credentials) = serde_json::from_str::<Json>(CREDENTIALS) else { return };
    let credentials = (marketplace.credentials)(credentials, &mut Violations::new());
    if let Err(error) = credentials.read_session(response, None, 1_700_000_000_000.0) {
        assert!(!error.message.is_empty());
    }
}
