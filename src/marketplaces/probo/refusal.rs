//! Interprets Probo's error responses: the status decides the kind, the body has the words.

use crate::rules::error::ErrorKind;
use crate::vendor::Refusal;
use crate::vendor::marketplace::{cut, is_certain, kind_of_status};
use crate::wire::http::Response;
use crate::wire::json::Json;
use crate::wire::rate::Quota;
use crate::wire::retry_after::{fewest, longest, retry_after_ms};

/// The most words of an answer that are read. The message has no room for more.
const MOST_WORDS: usize = 100;

/// Interprets a response that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    let status = response.status;
    let kind = kind_of_status(status);
    let mut message = match kind {
        // The vendor's words on credentials are left out, because they may repeat them.
        ErrorKind::Authentication => "the token was not accepted".to_owned(),
        _ => words(&response.body).unwrap_or_else(|| format!("the marketplace answered with status {status}")),
    };
    if matches!(status, 404 | 405) {
        message.push_str("; the path of tickets is not documented, so perhaps `ticketPath` is wrong");
    }
    let is_certain = is_certain(kind, status) || (kind == ErrorKind::Rejected && blames_others(&response.body));
    Refusal { kind, code: format!("http_{status}"), message, is_certain }
}

/// Returns whether every error is about a field other than `id`. *Guess*: a complaint whose `id`
/// already exists would be rejected for its `id`.
fn blames_others(body: &[u8]) -> bool {
    let errors = Json::read(body).map(|mut json| json.take("errors")).unwrap_or_default();
    let lines: Vec<&str> = match &errors {
        Json::List(list) => list.iter().map(|error| error.as_str().unwrap_or_default()).collect(),
        errors => errors.as_str().unwrap_or_default().lines().collect(),
    };
    let field = |line: &str| line.split_once(':').map(|(field, _)| field.trim().to_owned());
    !lines.is_empty() && lines.into_iter().all(|line| field(line).is_some_and(|field| !matches!(&*field, "" | "id")))
}

/// Returns `message` or `error`, then `errors`, which is a list or a text with several lines.
/// Proxies answer in HTML, which has no such fields.
fn words(body: &[u8]) -> Option<String> {
    let json = Json::read(body)?;
    let mut words: Vec<&str> = Vec::new();
    let head = ["message", "error"].into_iter().find_map(|name| json.get(name)?.as_str());
    let errors = json.get("errors");
    let lines = errors.and_then(Json::as_str).into_iter().flat_map(str::lines);
    let list = errors.and_then(Json::as_array).into_iter().flatten();
    let list = list.filter_map(|error| error.as_str().or_else(|| error.get("message")?.as_str()));
    for text in head.into_iter().chain(lines).chain(list).map(str::trim).take(MOST_WORDS) {
        if !text.is_empty() && !words.contains(&text) {
            words.push(text);
        }
    }
    (!words.is_empty()).then(|| cut(&words.join("; ")))
}

/// *Docs*: each response states how many calls are left to all who use the token, and when the
/// minute ends.
pub(super) fn quota(response: &Response) -> Option<Quota> {
    let header = |name| response.headers.get(name);
    let left = header("x-ratelimit-remaining").and_then(fewest)?;
    Some(Quota { left, reset_ms: header("x-ratelimit-reset").and_then(longest)? })
}

/// A 429 states the end of the minute in milliseconds, in a header of Probo's own.
pub(super) fn hint(response: &Response, now_ms: f64) -> Option<f64> {
    let reset = || response.headers.get("x-ratelimit-reset").and_then(longest);
    (response.status == 429).then(reset).flatten().or_else(|| retry_after_ms(response, now_ms))
}

#[cfg(test)]
mod tests {
    use super::super::PROBO;
    use super::*;
    use crate::marketplaces::testing::refused;
    use crate::wire::http::Headers;
    use proptest::prelude::*;

    #[test]
    fn the_status_decides() {
        use ErrorKind::{Authentication, Conflict, Forbidden, NotFound, RateLimited, Rejected, Server};
        for (status, kind) in [
            (400, Rejected),
            (401, Authentication),
            (402, Rejected),
            (403, Forbidden),
            (404, NotFound),
            (405, Rejected),
            (409, Conflict),
            (422, Conflict),
            (429, RateLimited),
            (500, Server),
            (502, Server),
        ] {
            for body in ["", "<html>", r#"{"message":"m","code":"other"}"#] {
                let refusal = refused(&PROBO, status, body);
                assert_eq!((refusal.kind, refusal.code), (kind, format!("http_{status}")), "{body}");
            }
        }
    }

    #[test]
    fn what_may_be_the_refusal_of_a_second_copy_proves_nothing() {
        for (status, body, is_certain) in [
            (400, r#"{"message":"Not valid","errors":"reason: unknown\norder_id: is not one of yours"}"#, true),
            (400, r#"{"message":"Not valid","errors":["products[0].id: unknown"]}"#, true),
            (401, "", true),
            (404, "", true),
            (405, "", true),
            (400, r#"{"message":"Not valid","errors":"reason: unknown\nid: has already been taken"}"#, false),
            (400, r#"{"message":"Not valid","errors":["reason: unknown","Id has already been taken"]}"#, false),
            (400, r#"{"message":"Not valid","errors":[{"message":"a: b"}]}"#, false),
            (400, r#"{"message":"Not valid","errors":[": b"]}"#, false),
            (400, r#"{"message":"Not valid","errors":""}"#, false),
            (400, r#"{"message":"Not valid"}"#, false),
            (400, "", false),
            (409, r#"{"errors":["reason: unknown"]}"#, false),
            (422, r#"{"errors":["reason: unknown"]}"#, false),
        ] {
            assert_eq!(refused(&PROBO, status, body).is_certain, is_certain, "{status} {body}");
        }
    }

    #[test]
    fn words_are_found_in_every_shape() {
        for (body, expected) in [
            (r#"{"error":"Quota has been exceeded"}"#, "Quota has been exceeded"),
            (r#"{"message":"Order not found"}"#, "Order not found"),
            (r#"{"message":"Not valid","error":"Bad Request"}"#, "Not valid"),
            (
                r#"{"message":"Not valid","errors":"reason: unknown\nid: taken\r\n\n"}"#,
                "Not valid; reason: unknown; id: taken",
            ),
            (
                r#"{"message":"Not valid","errors":["reason: unknown"," id: taken "]}"#,
                "Not valid; reason: unknown; id: taken",
            ),
            (r#"{"errors":["a","a",{"message":"b"},{"field":"c"},5,null,["d"]]}"#, "a; b"),
            (r#"{"errors":"a"}"#, "a"),
            (r#"{"message":"a","errors":"a\nb"}"#, "a; b"),
            (r#"{"message":"spelt\tout"}"#, "spelt out"),
            // A value of an unexpected type does not hide the others.
            (r#"{"message":5,"error":"e","errors":{"x":1}}"#, "e"),
        ] {
            assert_eq!(refused(&PROBO, 400, body).message, expected, "{body}");
        }
        for body in
            ["", " ", "<html>502</html>", "null", "[]", "\"text\"", "{}", r#"{"message":" "}"#, "{", "\u{feff}{}"]
        {
            assert_eq!(refused(&PROBO, 400, body).message, "the marketplace answered with status 400", "{body}");
        }
    }

    #[test]
    fn words_about_the_token_are_ours() {
        let message = refused(&PROBO, 401, r#"{"message":"aWQ6c2VjcmV0 is not a token"}"#).message;
        assert_eq!(message, "the token was not accepted");
    }

    #[test]
    fn a_path_that_is_not_there_may_be_the_wrong_one() {
        for status in [404, 405] {
            let message = refused(&PROBO, status, r#"{"message":"No route"}"#).message;
            assert!(message.starts_with("No route; ") && message.contains("`ticketPath`"), "{message}");
        }
        assert!(!refused(&PROBO, 400, "").message.contains("ticketPath"));
    }

    #[test]
    fn long_messages_are_cut() {
        let message = refused(&PROBO, 400, &format!(r#"{{ "message": "{}" }}"#, "ä".repeat(301))).message;
        assert_eq!((message.chars().count(), message.ends_with('…')), (301, true));
    }

    #[test]
    fn the_wait_is_told_in_milliseconds() {
        let told = |status, headers: &[(&str, &str)]| {
            let headers = Headers::from_iter(headers.iter().copied());
            hint(&Response { status, headers, ..Response::default() }, 0.0)
        };
        assert_eq!(told(429, &[("x-ratelimit-reset", "12345")]), Some(12_345.0));
        // A number that does not fit is not none.
        assert_eq!(told(429, &[("x-ratelimit-reset", "99999999999")]), Some(f64::from(u32::MAX)));
        assert_eq!(told(429, &[("x-ratelimit-reset", "5, 7")]), Some(7.0));
        assert_eq!(told(429, &[("X-RateLimit-Reset", " 0 ")]), Some(0.0));
        assert_eq!(told(429, &[("x-ratelimit-reset", "12345"), ("retry-after", "1")]), Some(12_345.0));
        // On other responses it is only the end of the current minute.
        assert_eq!(told(503, &[("x-ratelimit-reset", "12345")]), None);
        assert_eq!(told(503, &[("x-ratelimit-reset", "12345"), ("retry-after", "1")]), Some(1000.0));
        for useless in ["", "-1", "1.5", "soon", "NaN"] {
            assert_eq!(told(429, &[("x-ratelimit-reset", useless)]), None, "{useless}");
            assert_eq!(told(429, &[("x-ratelimit-reset", useless), ("retry-after", "2")]), Some(2000.0), "{useless}");
        }
        assert_eq!(told(429, &[]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_understood_somehow(status in 300u16..600, body: Vec<u8>, reset in "\\PC{0,20}") {
            let headers = Headers::from_iter([("x-ratelimit-reset", reset)]);
            let response = Response { status, body, headers };
            let refusal = refusal(&response);
            prop_assert!(!refusal.code.is_empty() && !refusal.message.is_empty());
            if let Some(ms) = hint(&response, 0.0) {
                prop_assert!(ms >= 0.0 && ms.is_finite());
            }
        }
    }
}
