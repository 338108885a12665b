//! Whether a response with a status of success denies that success in its body.
//!
//! Some services answer every call with 200 and write the failure into the body. Such a response
//! proves nothing about a write, so this one rule is asked about each 2xx response to one: an error
//! object is no acceptance. A result that lacks an id which it must carry is found when the
//! response is read.

use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::wire::http::Response;
use crate::wire::json::{Json, Reader, plain_text};

/// The names of fields that can say that a call failed. A host that checks responses itself leaves
/// every response that has one of them to [`denies`].
pub const NAMES: [&str; 12] = [
    "error",
    "errors",
    "errorList",
    "exception",
    "fault",
    "success",
    "ok",
    "status",
    "statusCode",
    "status_code",
    "errorCode",
    "type",
];

/// Returns whether a JSON object says that the call failed.
#[must_use]
pub fn denies(response: &Response) -> bool {
    let text = plain_text(&response.body);
    let fields = Reader::new(text.as_bytes()).fields(|name| NAMES.contains(&name)).unwrap_or_default();
    fields.iter().any(|(name, value)| match name.as_str() {
        "error" | "exception" | "fault" => says_something(value),
        "errors" | "errorList" => names_errors(value),
        "success" | "ok" => is_no(value),
        "status" => is_error_status(value) || is_failure(value),
        "statusCode" | "status_code" => is_error_status(value),
        "errorCode" => says_something(value),
        // A problem as Kaufland writes it, and RFC 9457.
        _ => value.as_str().is_some_and(|kind| problem_path(kind).is_some()),
    })
}

/// What precedes the name of a type of problem.
pub const PROBLEMS: &str = "/problems/";

/// Returns the address of a type of problem from the first `/problems/` on.
#[must_use]
pub fn problem_path(kind: &str) -> Option<&str> {
    kind.match_indices('/').filter_map(|(at, _)| kind.get(at..)).find(|path| path.starts_with(PROBLEMS))
}

/// Checks the response to a write whose result is empty: it has no body, or JSON or XML that names
/// no error. Anything else is not the marketplace's word for success.
pub fn check_empty(response: &Response) -> Result<(), DecodeError> {
    let text = plain_text(&response.body);
    let body = text.trim();
    let is_fitting = body.is_empty()
        || (body.starts_with('<') && !response.is_web_page() && !names_error(body))
        || Json::read(body.as_bytes()).is_some_and(|value| !is_no(&value));
    if is_fitting {
        return Ok(());
    }
    let text = format!("the answer ({}) is neither empty nor JSON, so it does not show success", response.status);
    Err(DecodeError::new(code!("unexpected_answer"), text))
}

/// Returns whether the first element of an XML document is called an error or a fault.
fn names_error(xml: &str) -> bool {
    let name_of = |part: &str| part.split(|c: char| c.is_whitespace() || c == '>').next().map(str::to_ascii_lowercase);
    let elements = xml.split('<').filter(|part| part.starts_with(|c: char| c.is_ascii_alphabetic()));
    let is_error = |part: &[u8]| matches!(part, b"error" | b"fault");
    elements.take(1).filter_map(name_of).any(|name| name.as_bytes().windows(5).any(is_error))
}

fn says_something(value: &Json) -> bool {
    match value {
        Json::Absent | Json::Bool(false) | Json::Int(0) => false,
        Json::Text(text) => !matches!(text.trim(), "" | "0" | "false" | "null" | "none"),
        Json::List(items) => !items.is_empty(),
        Json::Map(fields) => !fields.is_empty(),
        Json::Bool(true) | Json::Int(_) | Json::Number(_) => true,
    }
}

/// A list of warnings alone is no error.
fn names_errors(value: &Json) -> bool {
    let is_mild = |entry: &Json| matches!(entry.get("severity").and_then(Json::as_str), Some("warning" | "info"));
    match value {
        Json::List(entries) => entries.iter().any(|entry| !is_mild(entry)),
        value => says_something(value),
    }
}

fn is_no(value: &Json) -> bool {
    matches!(value, Json::Bool(false) | Json::Int(0)) || value.as_str() == Some("false")
}

fn is_error_status(value: &Json) -> bool {
    let number = value.as_i64().or_else(|| value.as_str()?.trim().parse().ok());
    number.is_some_and(|status| (400..600).contains(&status))
}

fn is_failure(value: &Json) -> bool {
    let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
    matches!(text.as_str(), "error" | "fail" | "failed" | "failure")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(body: &str) -> Response {
        Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() }
    }

    #[test]
    fn an_error_object_denies_the_success_of_its_status() {
        for body in [
            r#"{"error":"no"}"#,
            "\u{feff} {\"error\":{\"code\":7}}",
            r#"{"id":"7","transaction_id":"t","error":"rolled back"}"#,
            r#"{"error":true}"#,
            r#"{"error":1}"#,
            r#"{"errors":[{"field":"text"}]}"#,
            r#"{"errors":{"text":["too long"]}}"#,
            r#"{"errors":"text: too long"}"#,
            r#"{"errorList":[{"severity":"info"},{"code":"VAL100","severity":"error"}]}"#,
            r#"{"errorList":[{"code":"VAL100"}]}"#,
            r#"{"exception":"java.lang.X"}"#,
            r#"{"fault":{}, "fault":{"a":1}}"#,
            r#"{"success":false}"#,
            r#"{"ok":0}"#,
            r#"{"status":422,"message":"m"}"#,
            r#"{"status":"500"}"#,
            r#"{"status":"Error"}"#,
            r#"{"statusCode":404}"#,
            r#"{"errorCode":30001,"userMessage":"m"}"#,
            r#"{"type":"/problems/duplicate-action","message":"m"}"#,
            r#"{"type":"https://sellerapi.kaufland.com/problems/validation-error"}"#,
            r#"{"err\u006fr":"escaped"}"#,
        ] {
            assert!(denies(&answer(body)), "{body}");
        }
        for body in [
            "",
            "{}",
            "null",
            "[]",
            r#"[{"error":"x"}]"#,
            r#"{"error":null}"#,
            r#"{"error":false,"errors":[],"errorList":[],"fault":{},"exception":""}"#,
            r#"{"errorList":[{"severity":"warning"}]}"#,
            r#"{"success":true,"ok":1}"#,
            r#"{"status":"open"}"#,
            r#"{"status":200}"#,
            r#"{"status":"REOPENED","type":"REFUND"}"#,
            r#"{"data":{"error":"a ticket's own field"}}"#,
            r#"{"error":"not closed""#,
            "<html>error</html>",
        ] {
            assert!(!denies(&answer(body)), "{body}");
        }
    }

    #[test]
    fn an_empty_result_has_no_body_or_a_fitting_one() {
        for body in ["", " \r\n", "{}", "[]", "null", "true", "\"ok\"", "7", r#"{"data":{}}"#, "<ok/>", "\u{feff}{}"] {
            assert_eq!(check_empty(&answer(body)), Ok(()), "{body}");
        }
        for body in [
            "false",
            "0",
            "Access denied",
            "{",
            "<html></html>",
            "<!doctype html>",
            "<error>no</error>",
            "<?xml version=\"1.0\"?>\n<ErrorData a=\"b\">no</ErrorData>",
        ] {
            assert_eq!(check_empty(&answer(body)).unwrap_err().code, "unexpected_answer", "{body}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(body: Vec<u8>) {
            let response = Response { status: 200, body, ..Response::default() };
            let _ = (denies(&response), check_empty(&response));
        }
    }
}
