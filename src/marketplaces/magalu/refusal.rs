//! Interprets Magalu's error responses. They have five forms, and those of its sign-in a sixth.
//!
//! 1. the platform: `{ slug, message, details: [{ field, location, slug, message }] }`
//! 2. the gateway in front of it (401): `{ developerMessage, userMessage, moreInfo, errorCode }`
//! 3. the web framework (422): `{ detail: [{ loc, msg, type }] }`, or `{ detail: "…" }`
//! 4. a page of the network's edge, in HTML: it proves nothing about rights
//! 5. a redirect, which the core never follows
//! 6. ID Magalu: `{ error, error_description }` (RFC 6749, 5.2)

use crate::model::open_enum::Meanings;
use crate::rules::error::ErrorKind;
use crate::vendor::Refusal;
use crate::vendor::marketplace::{cut, is_certain, kind_of_status};
use crate::wire::http::{Response, mentions};
use crate::wire::json::Json;

/// The codes that ID Magalu may return (RFC 6749, 5.2), and that of the network's edge. A grant can
/// be used only once.
pub(super) const SESSION: Meanings = Meanings::new(
    &[
        "invalid_grant",
        "invalid_client",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_request",
        "invalid_scope",
        "edge_page",
    ],
    "the code or refresh token was used, has expired or was revoked: the seller has to consent again\n\
     the client id or secret was not accepted\n\
     the application may not use this kind of grant\n\
     ID Magalu does not know this kind of grant\n\
     ID Magalu does not understand the request for tokens\n\
     the scope is unknown, or more than the seller allowed\n\
     a page of the network's edge came, not an answer of ID Magalu\n",
);

/// Interprets a response that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    let body = Json::read(&response.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty());
    let details = |name: &str| body.get(name).and_then(Json::as_array).into_iter().flatten();
    let slug = text("slug").filter(|slug| is_name(slug));
    let oauth = text("error").filter(|error| is_name(error));
    let status = response.status;

    let fault = details("detail").find_map(|detail| detail.get("type")?.as_str()).filter(|name| is_name(name));
    let number = body.get("errorCode").filter(|code| matches!(code, Json::Int(0..) | Json::Text(_))).map(plain);
    let is_page = is_page(response);
    let code = if is_page { Some("edge_page".to_owned()) } else { None }
        .or(slug.or(oauth).or(fault).map(str::to_owned))
        .or(number.filter(|number| is_name(number)))
        .unwrap_or_else(|| format!("http_{status}"));

    let kind = kind(slug, oauth, status);
    let mut message = match kind {
        // The vendor's words on credentials are left out, because they may repeat them.
        ErrorKind::Authentication if oauth.is_some() => {
            let cause = oauth.filter(|code| *code == "invalid_grant").unwrap_or("invalid_client");
            SESSION.of(cause).unwrap_or_default().to_owned()
        }
        ErrorKind::Authentication => {
            let reason = response.headers.get("x-authorization-error").filter(|reason| is_reason(reason));
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("the access token was not accepted{reason}")
        }
        _ if is_page => format!("a page of the network's edge came ({status}), not an answer of the API"),
        _ => ["message", "detail", "error_description", "userMessage", "developerMessage"]
            .into_iter()
            .find_map(text)
            .map_or_else(|| format!("the marketplace answered with status {status}"), str::to_owned),
    };
    if kind != ErrorKind::Authentication {
        for detail in details("details") {
            let part = |name: &str| detail.get(name).and_then(Json::as_str).unwrap_or_default();
            let at = [part("location"), part("field")].into_iter().filter(|part| !part.is_empty());
            let words = if part("message").is_empty() { part("slug") } else { part("message") };
            add(&mut message, at.collect(), words);
        }
        for detail in details("detail") {
            let at = detail.get("loc").and_then(Json::as_array).into_iter().flatten().map(plain).collect::<Vec<_>>();
            let words = detail.get("msg").and_then(Json::as_str).unwrap_or_default();
            add(&mut message, at.iter().map(String::as_str).collect(), words);
        }
    }
    // The response names the invalid part of the request. A conflict with a ticket's state has no
    // such part.
    let is_named = details("details").chain(details("detail")).next().is_some();
    let is_certain = is_certain(kind, status) || (kind == ErrorKind::Rejected && is_named);
    Refusal { kind, code, message: cut(&message), is_certain }
}

/// The slug decides the kind of a 4xx, otherwise the status does. An invalid request (422) is no
/// conflict with a ticket's state.
fn kind(slug: Option<&str>, oauth: Option<&str>, status: u16) -> ErrorKind {
    if status == 429 || status >= 500 {
        return kind_of_status(status);
    }
    match slug.or(oauth) {
        Some("UNAUTHORIZED" | "invalid_grant" | "invalid_client") => ErrorKind::Authentication,
        Some("FORBIDDEN") => ErrorKind::Forbidden,
        Some("NOT_FOUND") => ErrorKind::NotFound,
        Some("CONFLICT" | "LOCKED") => ErrorKind::Conflict,
        Some("BAD_REQUEST" | "UNPROCESSABLE_ENTITY") => ErrorKind::Rejected,
        Some("TOO_MANY_REQUESTS") => ErrorKind::RateLimited,
        _ => match status {
            422 => ErrorKind::Rejected,
            423 => ErrorKind::Conflict,
            _ => kind_of_status(status),
        },
    }
}

/// The edge answers in HTML, whatever the request accepts.
fn is_page(response: &Response) -> bool {
    response.is_called_html() || response.body.trim_ascii_start().starts_with(b"<")
}

fn is_name(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Returns the words, without anything that could be a token.
fn is_reason(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.split(' ').all(|word| word.len() <= 20)
        && text.bytes().all(|byte| byte.is_ascii_alphabetic() || b" _-".contains(&byte))
}

fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn add(message: &mut String, at: Vec<&str>, words: &str) {
    if !at.is_empty() || !words.is_empty() {
        let at = if at.is_empty() { String::new() } else { format!("`{}`: ", at.join(".")) };
        message.push_str(&format!("; {at}{words}"));
    }
}

/// The sizes of a page that Magalu's documents name, besides the largest.
const DOCUMENTED_SIZES: [u64; 2] = [50, 10];

/// Returns the size to ask for after a page of this size was refused. The vendor's pages name
/// several largest sizes, so a refusal that mentions the limit means a smaller one: the one that it
/// tells, or the next documented one.
pub(super) fn smaller_page(asked: u64, response: &Response) -> Option<u64> {
    let body = String::from_utf8_lossy(&response.body);
    let has = |name: &str| mentions(&response.body, name);
    // A limit of offsets has nothing to do with the size.
    if !matches!(response.status, 400 | 422) || !has("limit") || has("offset") {
        return None;
    }
    let words = body.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
    let told = words.filter_map(|word| word.trim_end_matches('.').parse::<u64>().ok());
    let told = told.filter(|size| (1..asked).contains(size)).max();
    told.or_else(|| DOCUMENTED_SIZES.into_iter().find(|size| *size < asked))
}

#[cfg(test)]
mod tests {
    use super::super::MAGALU;
    use super::*;
    use crate::marketplaces::testing::refused;
    use crate::wire::http::Headers;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_refused_size_of_a_page_tells_the_next_one() {
        let le = json!({ "loc": ["query", "_limit"], "msg": "Input should be less than or equal to 25", "ctx": { "le": 25 } });
        let field = json!({ "field": "_limit", "location": "query", "message": "must be at most 20." });
        let silent = json!({ "field": "_limit", "location": "query", "slug": "INVALID" });
        let page = json!({ "page": { "limit": 100, "max_limit": 10 } });
        for (asked, status, body, expected) in [
            (100, 422, json!({ "detail": [le] }), Some(25)),
            (25, 422, json!({ "detail": [le] }), Some(10)),
            (100, 400, json!({ "slug": "BAD_REQUEST", "message": "Not valid", "details": [field] }), Some(20)),
            (100, 422, json!({ "meta": page }), Some(10)),
            (100, 422, json!({ "details": [silent] }), Some(50)),
            (50, 422, json!({ "details": [silent] }), Some(10)),
            (10, 422, json!({ "details": [silent] }), None),
            (100, 422, json!({ "detail": [{ "loc": ["query", "_sort"], "msg": "unknown" }] }), None),
            (100, 422, json!({ "detail": [{ "loc": ["query", "_offset"], "msg": "limit is 50" }] }), None),
            (100, 429, json!({ "message": "limit of 50 requests" }), None),
            (100, 500, json!({ "details": [field] }), None),
            (100, 422, json!(null), None),
        ] {
            let response = Response { status, body: body.to_string().into_bytes(), ..Response::default() };
            assert_eq!(smaller_page(asked, &response), expected, "{asked} {body}");
        }
    }

    #[test]
    fn what_may_be_the_refusal_of_a_second_copy_proves_nothing() {
        let details = json!([{ "field": "order.id", "location": "body", "slug": "MISSING", "message": "is missing" }]);
        for (status, body, is_certain) in [
            (400, json!({ "slug": "BAD_REQUEST", "message": "Not valid", "details": details }), true),
            (422, json!({ "detail": [{ "loc": ["body", "type"], "msg": "unknown", "type": "enum" }] }), true),
            (401, json!({ "slug": "UNAUTHORIZED" }), true),
            (403, json!({ "slug": "FORBIDDEN" }), true),
            (404, json!({ "slug": "NOT_FOUND" }), true),
            (400, json!({ "slug": "BAD_REQUEST", "message": "The ticket is closed", "details": [] }), false),
            (422, json!({ "detail": "A body is not expected" }), false),
            (409, json!({ "slug": "CONFLICT", "details": details }), false),
            (423, json!({ "slug": "LOCKED" }), false),
            (400, json!({}), false),
        ] {
            assert_eq!(refused(&MAGALU, status, &body.to_string()).is_certain, is_certain, "{status} {body}");
        }
    }

    #[test]
    fn the_platforms_slugs_decide() {
        use ErrorKind::{Authentication, Conflict, Forbidden, NotFound, RateLimited, Rejected, Server};
        for (status, slug, kind) in [
            (400, "BAD_REQUEST", Rejected),
            (401, "UNAUTHORIZED", Authentication),
            (403, "FORBIDDEN", Forbidden),
            (404, "NOT_FOUND", NotFound),
            (400, "NOT_FOUND", NotFound),
            (409, "CONFLICT", Conflict),
            (422, "UNPROCESSABLE_ENTITY", Rejected),
            (423, "LOCKED", Conflict),
            (429, "TOO_MANY_REQUESTS", RateLimited),
            (429, "BAD_REQUEST", RateLimited),
            (500, "SERVER_ERROR", Server),
            (502, "BAD_GATEWAY", Server),
            (503, "SERVICE_UNAVAILABLE", Server),
            (504, "GATEWAY_TIMEOUT", Server),
            (500, "NOT_FOUND", Server),
            (409, "BRAND_NEW", Conflict),
            (418, "BRAND_NEW", Rejected),
        ] {
            let refusal = refused(&MAGALU, status, &json!({ "slug": slug, "message": "m", "details": [] }).to_string());
            assert_eq!((refusal.kind, refusal.code.as_str()), (kind, slug), "{status}");
        }
    }

    #[test]
    fn every_shape_is_read() {
        use ErrorKind::{Authentication, Conflict, Forbidden, NotFound, Rejected, Server};
        for (status, body, kind, code, message) in [
            (
                400,
                json!({ "slug": "BAD_REQUEST", "message": "Not valid", "details": [
                    { "field": "order.id", "location": "body", "slug": "MISSING", "message": "is missing" },
                    { "field": "reason", "slug": "ENUM" }, { "message": "x" }, {}, 5] }),
                Rejected,
                "BAD_REQUEST",
                "Not valid; `body.order.id`: is missing; `reason`: ENUM; x",
            ),
            (
                401,
                json!({ "developerMessage": "t0ken eyJ is bad", "userMessage": "no", "moreInfo": "u", "errorCode": 30001 }),
                Authentication,
                "30001",
                "the access token was not accepted",
            ),
            (
                403,
                json!({ "developerMessage": "d", "userMessage": "Denied", "errorCode": "X-1" }),
                Forbidden,
                "X-1",
                "Denied",
            ),
            (
                422,
                json!({ "detail": [{ "loc": ["query", "_offset"], "msg": "Input should be 100", "type": "less_than_equal" },
                    { "loc": ["body", "items", 0], "msg": "b", "type": "missing" }] }),
                Rejected,
                "less_than_equal",
                "the marketplace answered with status 422; `query._offset`: Input should be 100; `body.items.0`: b",
            ),
            (404, json!({ "detail": "Not Found" }), NotFound, "http_404", "Not Found"),
            (423, json!({}), Conflict, "http_423", "the marketplace answered with status 423"),
            (500, json!({ "message": " " }), Server, "http_500", "the marketplace answered with status 500"),
            (
                400,
                json!({ "error": "invalid_grant", "error_description": "token abc is used" }),
                Authentication,
                "invalid_grant",
                "the code or refresh token was used, has expired or was revoked: the seller has to consent again",
            ),
            (
                401,
                json!({ "error": "invalid_client", "error_description": "x" }),
                Authentication,
                "invalid_client",
                "the client id or secret was not accepted",
            ),
            (
                400,
                json!({ "error": "unsupported_grant_type", "error_description": "y\nz" }),
                Rejected,
                "unsupported_grant_type",
                "y z",
            ),
        ] {
            let refusal = refused(&MAGALU, status, &body.to_string());
            assert_eq!((refusal.kind, refusal.code.as_str(), refusal.message.as_str()), (kind, code, message));
        }
    }

    #[test]
    fn pages_of_the_edge_say_nothing_about_rights() {
        let html = Headers::from_iter([("Content-Type", "text/html; charset=UTF-8")]);
        for (status, kind, headers, body) in [
            (403, ErrorKind::Forbidden, html.clone(), ""),
            (403, ErrorKind::Forbidden, Headers::new(), "\n <html>403</html>"),
            (503, ErrorKind::Server, html.clone(), "<!doctype html>"),
        ] {
            let refusal = refusal(&Response { status, headers, body: body.as_bytes().to_vec() });
            assert_eq!((refusal.kind, refusal.code.as_str()), (kind, "edge_page"));
            assert_eq!(
                refusal.message,
                format!("a page of the network's edge came ({status}), not an answer of the API")
            );
        }
        // An error of the edge at the sign-in still counts as one of the sign-in.
        let answer = Response { status: 401, headers: html, body: Vec::new() };
        assert_eq!(refusal(&answer).kind, ErrorKind::Authentication);
    }

    #[test]
    fn a_refused_token_has_its_reason_in_a_header_and_is_never_shown() {
        for (header, message) in [
            ("token expired", "the access token was not accepted: token expired"),
            ("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "the access token was not accepted"),
            ("Bearer abcdefghijklmnopqrstuvw", "the access token was not accepted"),
            ("", "the access token was not accepted"),
        ] {
            let headers = Headers::from_iter([("x-authorization-error", header)]);
            let body = br#"{ "slug": "UNAUTHORIZED", "message": "eyJ is bad", "details": [{ "message": "eyJ" }] }"#;
            assert_eq!(refusal(&Response { status: 401, headers, body: body.to_vec() }).message, message);
        }
    }

    #[test]
    fn bodies_that_are_none_fall_back_to_the_status() {
        for body in ["", "   ", "null", "[]", "\"text\"", r#"{ "slug": 5 }"#, r#"{ "detail": 5 }"#, "{", "\u{feff}{}"] {
            for (status, kind) in [
                (400, ErrorKind::Rejected),
                (404, ErrorKind::NotFound),
                (422, ErrorKind::Rejected),
                (429, ErrorKind::RateLimited),
                (502, ErrorKind::Server),
            ] {
                let refusal = refused(&MAGALU, status, body);
                assert_eq!((refusal.kind, refusal.code), (kind, format!("http_{status}")), "{body}");
                assert_eq!(refusal.message, format!("the marketplace answered with status {status}"));
            }
        }
        let odd = refused(&MAGALU, 400, r#"{ "slug": "two words", "message": "m" }"#);
        assert_eq!(odd.code, "http_400");
    }

    #[test]
    fn long_messages_are_cut() {
        for (length, shown) in [(300, 300), (301, 301)] {
            let message = refused(&MAGALU, 400, &json!({ "message": "ä".repeat(length) }).to_string()).message;
            assert_eq!((message.chars().count(), message.ends_with('…')), (shown, length > 300));
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_understood_somehow(status in 300u16..600, body: Vec<u8>, header in "\\PC{0,30}") {
            let headers = Headers::from_iter([("x-authorization-error", header)]);
            let refusal = refusal(&Response { status, body, headers });
            prop_assert!(!refusal.code.is_empty() && !refusal.message.is_empty());
        }
    }
}
