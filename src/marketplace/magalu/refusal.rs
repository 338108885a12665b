//! What a refusal of Magalu means. Its answers come in five shapes, and those of its sign-in in a sixth.
//!
//! 1. the platform: `{ slug, message, details: [{ field, location, slug, message }] }`
//! 2. the gateway in front of it (401): `{ developerMessage, userMessage, moreInfo, errorCode }`
//! 3. the web framework (422): `{ detail: [{ loc, msg, type }] }`, or `{ detail: "…" }`
//! 4. a page of the network's edge, in HTML: it says nothing about rights
//! 5. a redirect, which the core never follows
//! 6. ID Magalu: `{ error, error_description }` (RFC 6749, 5.2)

use crate::error::ErrorKind;
use crate::http::Response;
use crate::marketplace::{Refusal, kind_of_status};
use serde_json::Value;

/// The longest message that is handed on.
const MAX_MESSAGE: usize = 300;

/// Reads an answer that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let details = |name: &str| body.get(name).and_then(Value::as_array).into_iter().flatten();
    let slug = text("slug").filter(|slug| is_name(slug));
    let oauth = text("error").filter(|error| is_name(error));
    let status = response.status;

    let fault = details("detail").find_map(|detail| detail.get("type")?.as_str()).filter(|name| is_name(name));
    let number = body.get("errorCode").filter(|code| code.is_u64() || code.is_string()).map(plain);
    let is_page = is_page(response);
    let code = if is_page { Some("edge_page".to_owned()) } else { None }
        .or(slug.or(oauth).or(fault).map(str::to_owned))
        .or(number.filter(|number| is_name(number)))
        .unwrap_or_else(|| format!("http_{status}"));

    let kind = kind(slug, oauth, status);
    let mut message = match kind {
        // The vendor's words on credentials are left out: they may repeat them.
        ErrorKind::Authentication if oauth == Some("invalid_grant") => {
            "the code or refresh token was used, has expired or was revoked: the seller has to consent again".to_owned()
        }
        ErrorKind::Authentication if oauth.is_some() => "the client id or secret was not accepted".to_owned(),
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
            let part = |name: &str| detail.get(name).and_then(Value::as_str).unwrap_or_default();
            let at = [part("location"), part("field")].into_iter().filter(|part| !part.is_empty());
            let words = if part("message").is_empty() { part("slug") } else { part("message") };
            add(&mut message, at.collect(), words);
        }
        for detail in details("detail") {
            let at = detail.get("loc").and_then(Value::as_array).into_iter().flatten().map(plain).collect::<Vec<_>>();
            let words = detail.get("msg").and_then(Value::as_str).unwrap_or_default();
            add(&mut message, at.iter().map(String::as_str).collect(), words);
        }
    }
    Refusal { kind, code, message: cut(&message) }
}

/// The slug decides about a 4xx, then the status does. That a request is not understood (422) is no state of a ticket.
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

/// The edge answers in HTML, whatever was asked for.
fn is_page(response: &Response) -> bool {
    let content_type = response.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    content_type.contains("html") || response.body.trim_ascii_start().starts_with(b"<")
}

fn is_name(text: &str) -> bool {
    (1..=60).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Words, and nothing that could be a token.
fn is_reason(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text.split(' ').all(|word| word.len() <= 20)
        && text.bytes().all(|byte| byte.is_ascii_alphabetic() || b" _-".contains(&byte))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn add(message: &mut String, at: Vec<&str>, words: &str) {
    if !at.is_empty() || !words.is_empty() {
        let at = if at.is_empty() { String::new() } else { format!("`{}`: ", at.join(".")) };
        message.push_str(&format!("; {at}{words}"));
    }
}

/// Control characters made visible, and no more than [`MAX_MESSAGE`] characters.
fn cut(message: &str) -> String {
    let mut short: String = message.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if message.chars().nth(MAX_MESSAGE).is_some() {
        short.push('…');
    }
    short
}
