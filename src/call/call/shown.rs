//! The parts of a response that an error shows.

use crate::wire::http::Response;
use crate::wire::json::Json;

/// The largest part of a response body that an error carries.
pub(super) const MAX_ERROR_BODY_BYTES: usize = 16 * 1024;

const REQUEST_IDS: [&str; 4] = ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid"];

/// Returns the id by which the vendor knows the request.
pub(super) fn request_id(response: &Response) -> Option<String> {
    REQUEST_IDS.into_iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

/// Returns the headers without those that carry credentials.
pub(super) fn shown_headers(response: &Response) -> Vec<(String, String)> {
    let hidden = ["set-cookie", "set-cookie2", "authorization", "www-authenticate", "proxy-authenticate"];
    response
        .headers
        .0
        .iter()
        .filter(|(name, _)| !hidden.contains(&name.to_ascii_lowercase().as_str()))
        .cloned()
        .collect()
}

/// Returns the headers that hold no token. This is a list of permitted names, because a vendor may
/// add other headers.
pub(super) fn harmless_headers(response: &Response) -> Vec<(String, String)> {
    let shown = ["content-type", "content-length", "date", "retry-after"];
    let is_shown = |name: &str| shown.contains(&name) || REQUEST_IDS.contains(&name);
    response.headers.0.iter().filter(|(name, _)| is_shown(&name.to_ascii_lowercase())).cloned().collect()
}

/// Returns the body as JSON, or its beginning as text.
pub(super) fn error_body(body: &[u8]) -> Option<Json> {
    if body.is_empty() {
        return None;
    }
    if body.len() <= MAX_ERROR_BODY_BYTES
        && let Some(value) = Json::read(body)
    {
        return Some(value).filter(|value| !value.is_absent());
    }
    let head = body.get(..MAX_ERROR_BODY_BYTES).unwrap_or(body);
    Some(String::from_utf8_lossy(head).into_owned().into())
}
