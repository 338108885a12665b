//! What a refusal of SCX means: the list of errors says it in words, the status says its kind.

use super::model::ScxErrorCode;
use crate::error::ErrorKind;
use crate::http::Response;
use crate::marketplace::{Refusal, kind_of_status};
use serde_json::Value;

/// The longest message that is handed on.
const MAX_MESSAGE: usize = 300;
/// The longest code.
const MAX_CODE: usize = 100;

/// Reads an answer that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    let json: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let entries: Vec<_> = json.get("errorList").and_then(Value::as_array).into_iter().flatten().collect();
    let is_error = |entry: &&&Value| matches!(text(entry, "severity"), None | Some("error"));
    // Warnings and notes explain an error at most; alone they are better than nothing.
    let errors: Vec<&Value> = entries.iter().filter(is_error).copied().collect();
    let told = if errors.is_empty() { entries } else { errors };
    let code = told.iter().find_map(|entry| text(entry, "code").filter(|code| is_code(code)));
    let kind = match code {
        // A refresh token that is not accepted comes as a 400.
        Some(code) if code.starts_with("ATH") && response.status < 500 && response.status != 429 => {
            ErrorKind::Authentication
        }
        _ => kind_of_status(response.status),
    };
    Refusal {
        kind,
        code: code.map_or_else(|| format!("http_{}", response.status), str::to_owned),
        message: message(&told, kind, code, response.status),
    }
}

/// *Docs*: 429 comes with the length of the interval, and neither `Retry-After` nor the time of its end. So the whole
/// interval is waited for when none of it is left.
pub(super) fn hint_ms(response: &Response) -> Option<f64> {
    let number = |name| response.headers.get(name).and_then(|text| text.trim().parse::<u32>().ok());
    let seconds = number("x-ratelimit-interval-length-seconds")?;
    (number("x-ratelimit-remaining").unwrap_or(0) == 0).then(|| f64::from(seconds) * 1000.0)
}

fn text<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

fn is_code(code: &str) -> bool {
    code.len() <= MAX_CODE && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn message(entries: &[&Value], kind: ErrorKind, code: Option<&str>, status: u16) -> String {
    if kind == ErrorKind::Authentication {
        // The vendor's words on credentials are left out: they may repeat them.
        let known = ScxErrorCode::MEANINGS.iter().find(|known| Some(known.value) == code);
        return known.map_or("the token was not accepted", |known| known.meaning).to_owned();
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
    let mut short: String = message.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if message.chars().nth(MAX_MESSAGE).is_some() {
        short.push('…');
    }
    short
}
