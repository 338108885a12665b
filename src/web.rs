//! The host's `Request` from ours. It is built by web-sys alone: gloo-net's builder takes the URL apart and writes it
//! anew, and the URL is signed.

use crate::http::{Headers, Method};
use wasm_bindgen::JsValue;

/// The host's `Request`, which follows no redirect. `Ok(None)` when the host spells the URL differently, because the
/// signature covers the URL as text. `once`: a copy of the body for a redirect would have to be held in memory, so
/// redirects fail at once; Node keeps such a copy otherwise.
pub(crate) fn host_request(
    method: Method,
    url: &str,
    headers: &Headers,
    body: Option<&JsValue>,
    once: bool,
    signal: Option<&web_sys::AbortSignal>,
) -> Result<Option<web_sys::Request>, JsValue> {
    let host_headers = web_sys::Headers::new()?;
    for (name, value) in &headers.0 {
        host_headers.set(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(method.as_str());
    init.set_headers(&host_headers);
    if once {
        init.set_redirect(web_sys::RequestRedirect::Error);
        js_sys::Reflect::set(&init, &"window".into(), &JsValue::NULL)?;
    } else {
        init.set_redirect(web_sys::RequestRedirect::Manual);
    }
    if let Some(body) = body {
        init.set_body(body);
        // Of streams hosts want to be told that the answer may wait until all is sent.
        js_sys::Reflect::set(&init, &"duplex".into(), &"half".into())?;
    }
    if let Some(signal) = signal {
        init.set_signal(Some(signal));
    }
    let request = web_sys::Request::new_with_str_and_init(url, &init)?;
    Ok((request.url() == url).then_some(request))
}
