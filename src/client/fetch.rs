//! The host's `fetch`, through gloo-net, is the [`Transport`] of a Rust program in wasm.

use crate::client::transport::{Transport, TransportError};
use crate::wire::http::{Headers, Method, Request, Response};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A transport that sends with the host's `fetch`, in pages, Web Workers, Cloudflare Workers, Node,
/// Deno and Bun.
///
/// A call that is dropped aborts its fetch and clears its timer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fetch;

/// A guard that aborts the fetch when its future is dropped.
struct AbortOnDrop(web_sys::AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Transport for Fetch {
    async fn send(&self, request: Request, max_body_bytes: u64) -> Result<Response, TransportError> {
        let controller = AbortOnDrop(web_sys::AbortController::new().map_err(|error| failed(None, &error))?);
        let body = (!request.body.is_empty()).then(|| JsValue::from(Uint8Array::from(request.body.as_slice())));
        let signal = controller.0.signal();
        let built = host_request(request.method, &request.url, &request.headers, body.as_ref(), &signal);
        let host_request = built.map_err(|error| failed(None, &error))?.ok_or_else(|| TransportError {
            status: None,
            message: "the host spells the request's URL differently; check the base URL".to_owned(),
        })?;
        let answer = gloo_net::http::Request::from(host_request)
            .send()
            .await
            .map_err(|error| TransportError { status: None, message: error.to_string() })?;
        let status = answer.status();
        let headers: Headers = answer.headers().entries().collect();
        let body = read_body(&answer, max_body_bytes).await.map_err(|error| failed(Some(status), &error))?;
        Ok(Response { status, headers, body })
    }

    async fn sleep(&self, ms: f64) {
        gloo_timers::future::TimeoutFuture::new(ms.clamp(0.0, f64::from(i32::MAX)) as u32).await;
    }

    fn now_ms(&self) -> f64 {
        js_sys::Date::now()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// Returns the host's `Request`, which follows no redirect. It is built by web-sys alone, because
/// gloo-net's builder parses the URL and writes it again, but the URL is signed. Returns `Ok(None)`
/// if the host writes the URL differently, because the signature covers the URL as text.
fn host_request(
    method: Method,
    url: &str,
    headers: &Headers,
    body: Option<&JsValue>,
    signal: &web_sys::AbortSignal,
) -> Result<Option<web_sys::Request>, JsValue> {
    let host_headers = web_sys::Headers::new()?;
    for (name, value) in &headers.0 {
        host_headers.set(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(method.as_str());
    init.set_headers(&host_headers);
    init.set_redirect(web_sys::RequestRedirect::Manual);
    if let Some(body) = body {
        init.set_body(body);
    }
    init.set_signal(Some(signal));
    let request = web_sys::Request::new_with_str_and_init(url, &init)?;
    Ok((request.url() == url).then_some(request))
}

async fn read_body(answer: &gloo_net::http::Response, max_bytes: u64) -> Result<Vec<u8>, JsValue> {
    let mut bytes = Vec::new();
    let Some(stream) = answer.body() else { return Ok(bytes) };
    let reader: web_sys::ReadableStreamDefaultReader = stream.get_reader().dyn_into()?;
    loop {
        let read = JsFuture::from(reader.read()).await?;
        if Reflect::get(&read, &JsValue::from_str("done"))?.is_truthy() {
            return Ok(bytes);
        }
        let chunk: Uint8Array = Reflect::get(&read, &JsValue::from_str("value"))?.dyn_into()?;
        if (bytes.len() as u64).saturating_add(u64::from(chunk.length())) > max_bytes {
            return Err(js_sys::Error::new(&format!("response body is larger than {max_bytes} bytes")).into());
        }
        bytes.append(&mut chunk.to_vec());
    }
}

fn failed(status: Option<u16>, error: &JsValue) -> TransportError {
    let text = error.dyn_ref::<js_sys::Error>().map(|error| String::from(error.message()));
    TransportError { status, message: text.unwrap_or_else(|| "the host gave no reason".to_owned()) }
}
