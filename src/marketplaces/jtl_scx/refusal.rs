//! Interprets JTL-SCX's error responses: the list of errors has the words, the status decides the
//! kind.

use super::model::ScxErrorCode;
use crate::rules::error::ErrorKind;
use crate::vendor::Refusal;
use crate::vendor::marketplace::{cut, is_certain, kind_of_status};
use crate::wire::http::{Response, mentions};
use crate::wire::json::Json;
use crate::wire::rate::Quota;
use crate::wire::retry_after::{fewest, longest, retry_after_ms};

/// The longest code.
const MAX_CODE: usize = 100;

/// Interprets a response that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    let json = Json::read(&response.body).unwrap_or_default();
    let entries: Vec<_> = json.get("errorList").and_then(Json::as_array).into_iter().flatten().collect();
    let is_error = |entry: &&&Json| matches!(text(entry, "severity"), None | Some("error"));
    // Warnings and notes can at most explain an error, so they are used only if there is no error.
    let errors: Vec<&Json> = entries.iter().filter(is_error).copied().collect();
    let told = if errors.is_empty() { entries } else { errors };
    let code = told.iter().find_map(|entry| text(entry, "code").filter(|code| is_code(code)));
    // An invalid refresh token causes a 400, whose words may repeat the token.
    let is_about_token = code.is_some_and(|code| code.starts_with("ATH"))
        || told
            .iter()
            .filter_map(|entry| text(entry, "message"))
            .any(|words| mentions(words.as_bytes(), "refreshToken"));
    let kind = match response.status {
        400..=428 | 430..=499 if is_about_token => ErrorKind::Authentication,
        status => kind_of_status(status),
    };
    Refusal {
        kind,
        code: code.map_or_else(|| format!("http_{}", response.status), str::to_owned),
        message: message(&told, is_about_token || kind == ErrorKind::Authentication, code, response.status),
        // Codes of this family were observed for errors of fields.
        is_certain: is_certain(kind, response.status)
            || (kind == ErrorKind::Rejected && code.is_some_and(|code| code.starts_with("VAL"))),
    }
}

/// *Docs*: a 429 states the length of the interval, but has neither `Retry-After` nor the time of
/// its end. So the wait is the whole interval; a `Retry-After` would take precedence.
pub(super) fn hint(response: &Response, now_ms: f64) -> Option<f64> {
    if let Some(ms) = retry_after_ms(response, now_ms) {
        return Some(ms);
    }
    let seconds = response.headers.get("x-ratelimit-interval-length-seconds").and_then(longest)?;
    let left = response.headers.get("x-ratelimit-remaining").and_then(fewest).unwrap_or(0.0);
    (left < 1.0).then_some(seconds * 1000.0)
}

/// *Docs*: each response states how many calls are left, but not when the interval ends. So only
/// the last call matters: after it, the wait is the whole interval.
pub(super) fn quota(response: &Response) -> Option<Quota> {
    let left = response.headers.get("x-ratelimit-remaining").and_then(fewest)?;
    let seconds = response.headers.get("x-ratelimit-interval-length-seconds").and_then(longest)?;
    (response.is_success() && left == 0.0).then_some(Quota { left, reset_ms: seconds * 1000.0 })
}

fn text<'a>(entry: &'a Json, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
}

fn is_code(code: &str) -> bool {
    code.len() <= MAX_CODE && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn message(entries: &[&Json], is_about_token: bool, code: Option<&str>, status: u16) -> String {
    if is_about_token {
        let known = code.filter(|code| code.starts_with("ATH")).and_then(|code| ScxErrorCode::MEANINGS.of(code));
        return known.unwrap_or("the token was not accepted").to_owned();
    }
    let mut message = String::new();
    for entry in entries {
        let words = text(entry, "message").or_else(|| text(entry, "code"));
        let separator = if message.is_empty() || words.is_none() { "" } else { "; " };
        message.extend([separator, words.unwrap_or_default()]);
        if let (Some(_), Some(hint)) = (words, text(entry, "hint")) {
            message.extend([" (", hint, ")"]);
        }
    }
    if message.is_empty() {
        message = match status {
            426 => "SCX asks for a newer client".to_owned(),
            status => format!("the marketplace answered with status {status}"),
        };
    }
    cut(&message)
}

#[cfg(test)]
mod tests {
    use super::super::JTL_SCX;
    use super::*;
    use crate::marketplaces::testing::refused;
    use crate::wire::http::Headers;
    use proptest::prelude::*;

    #[test]
    fn the_status_decides_but_for_tokens() {
        use ErrorKind::{Authentication, Conflict, Forbidden, NotFound, RateLimited, Rejected, Server};
        for (status, code, kind) in [
            (400, "VAL100", Rejected),
            (400, "CHN204", Rejected),
            (400, "ATH000", Authentication),
            (400, "ATH100", Authentication),
            (404, "ATH101", Authentication),
            (429, "ATH100", RateLimited),
            (500, "ATH000", Server),
            (401, "VAL100", Authentication),
            (403, "GHN900", Forbidden),
            (404, "CHN901", NotFound),
            (409, "CHN910", Conflict),
            (426, "X", Rejected),
            (429, "X", RateLimited),
            (503, "X", Server),
        ] {
            let refusal =
                refused(&JTL_SCX, status, &format!(r#"{{ "errorList": [{{ "code": "{code}", "message": "m" }}] }}"#));
            assert_eq!((refusal.kind, refusal.code.as_str()), (kind, code), "{status}");
        }
    }

    #[test]
    fn what_may_be_the_refusal_of_a_second_copy_proves_nothing() {
        for (status, code, is_certain) in [
            (400, "VAL100", true),
            (400, "ATH000", true),
            (401, "X", true),
            (403, "GHN900", true),
            (404, "CHN901", true),
            (426, "X", true),
            (400, "CHN204", false),
            (400, "", false),
            (409, "CHN910", false),
            (409, "VAL100", false),
        ] {
            let refusal =
                refused(&JTL_SCX, status, &format!(r#"{{ "errorList": [{{ "code": "{code}", "message": "m" }}] }}"#));
            assert_eq!(refusal.is_certain, is_certain, "{status} {code}");
        }
    }

    #[test]
    fn errors_are_told_with_their_hints_and_notes_are_not() {
        let list = r#"{ "errorList": [
            { "code": "INF1", "message": "by the way", "severity": "info", "hint": null },
            { "code": "VAL100", "message": "subject: must not be empty", "severity": "error", "hint": "write one" },
            { "code": "VAL101", "message": " from.role:\nunknown ", "severity": "error", "hint": "" },
            { "code": "WRN1", "message": "soon to change", "severity": "warning" },
            { "code": "VAL102", "message": null },
            { "hint": "nothing to say" },
            5
        ] }"#;
        let refusal = refused(&JTL_SCX, 400, list);
        assert_eq!(refusal.code, "VAL100");
        assert_eq!(refusal.message, "subject: must not be empty (write one); from.role: unknown; VAL102");
        let notes = r#"{ "errorList": [{ "code": "WRN1", "message": "soon to change", "severity": "warning" }] }"#;
        let refusal = refused(&JTL_SCX, 400, notes);
        assert_eq!((refusal.code.as_str(), refusal.message.as_str()), ("WRN1", "soon to change"));
    }

    #[test]
    fn bodies_that_are_none_fall_back_to_the_status() {
        for body in [
            "",
            "<html>",
            "null",
            "[]",
            "{}",
            r#"{ "errorList": null }"#,
            r#"{ "errorList": [] }"#,
            r#"{ "errorList": "x" }"#,
            r#"{ "errorList": [{ "code": "two words" }] }"#,
            r#"{ "errorList": [{ "code": 5, "message": 5, "severity": 5 }] }"#,
        ] {
            let refusal = refused(&JTL_SCX, 400, body);
            assert_eq!((refusal.kind, refusal.code.as_str()), (ErrorKind::Rejected, "http_400"), "{body}");
        }
        assert_eq!(refused(&JTL_SCX, 404, "").message, "the marketplace answered with status 404");
        assert_eq!(refused(&JTL_SCX, 426, "").message, "SCX asks for a newer client");
        assert_eq!(refused(&JTL_SCX, 400, r#"{ "errorList": [{ "code": "two words" }] }"#).message, "two words");
    }

    #[test]
    fn words_about_tokens_are_ours() {
        for (code, words) in [
            ("ATH000", "the refresh token was not accepted"),
            ("ATH100", "there is no account for the refresh token"),
            ("ATH101", "there is no PIN for the refresh token"),
            ("ATH999", "the token was not accepted"),
        ] {
            let body =
                format!(r#"{{ "errorList": [{{ "code": "{code}", "message": "SELLER:my-token is unknown" }}] }}"#);
            assert_eq!(refused(&JTL_SCX, 400, &body).message, words);
        }
        assert_eq!(refused(&JTL_SCX, 401, "").message, "the token was not accepted");
        for (status, kind) in
            [(400, ErrorKind::Authentication), (429, ErrorKind::RateLimited), (500, ErrorKind::Server)]
        {
            let body = r#"{ "errorList": [{ "code": "VAL100", "message": "refreshToken: SELLER:my-token is none" }] }"#;
            let refusal = refused(&JTL_SCX, status, body);
            assert_eq!((refusal.kind, refusal.code.as_str()), (kind, "VAL100"));
            assert!(!refusal.message.contains("my-token"));
        }
    }

    #[test]
    fn long_messages_are_cut() {
        let told = |length| {
            refused(&JTL_SCX, 400, &format!(r#"{{ "errorList": [{{ "message": "{}" }}] }}"#, "ä".repeat(length)))
        };
        assert_eq!(told(300).message.chars().count(), 300);
        assert!(told(301).message.ends_with('…') && told(301).message.chars().count() == 301);
    }

    #[test]
    fn the_interval_is_waited_for_when_nothing_of_it_is_left() {
        for (headers, ms) in [
            (&[("X-RateLimit-Interval-Length-Seconds", "60"), ("X-RateLimit-Remaining", "0")][..], Some(60_000.0)),
            (&[("x-ratelimit-interval-length-seconds", " 30 ")], Some(30_000.0)),
            (&[("x-ratelimit-interval-length-seconds", "30"), ("Retry-After", "5")], Some(5000.0)),
            (&[("X-RateLimit-Interval-Length-Seconds", "60"), ("X-RateLimit-Remaining", "1")], None),
            (&[("X-RateLimit-Remaining", "0"), ("X-RateLimit-Limit", "60")], None),
            (&[("X-RateLimit-Interval-Length-Seconds", "soon")], None),
            (&[("X-RateLimit-Interval-Length-Seconds", "-1")], None),
            (&[], None),
        ] {
            let headers: Headers = headers.iter().copied().collect();
            assert_eq!(hint(&Response { status: 429, headers, ..Response::default() }, 0.0), ms);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_understood_somehow(status in 300u16..600, body: Vec<u8>) {
            let refusal = refusal(&Response { status, body, ..Response::default() });
            prop_assert!(!refusal.code.is_empty() && !refusal.message.is_empty());
        }
    }
}
