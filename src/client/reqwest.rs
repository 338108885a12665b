//! reqwest is the [`Transport`] of a native Rust program.

use crate::client::transport::{Transport, TransportError};
use crate::wire::http::{Headers, Request, Response};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url, redirect, retry};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::runtime::Handle;

/// A transport that sends with reqwest, over TLS by rustls with the platform's certificates.
///
/// It needs a tokio runtime with I/O and time enabled. A call that is dropped ends its request.
#[derive(Debug, Clone)]
pub struct Reqwest(reqwest::Client);

impl Reqwest {
    /// Returns a transport with connections of its own. It fails if the platform's certificates
    /// cannot be read.
    pub fn new() -> Result<Self, TransportError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(|error| failed(None, &error))?
            .with_no_client_auth();
        reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            // Repeats and redirects are decided elsewhere.
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .build()
            .map(Self)
            .map_err(|error| failed(None, &error))
    }

    fn built(&self, request: Request) -> Result<reqwest::Request, TransportError> {
        let url = Url::parse(&request.url).map_err(|error| failed(None, &error))?;
        // The signature covers the URL as text.
        if url.as_str() != request.url {
            return Err(told("the host spells the request's URL differently; check the base URL"));
        }
        let method = Method::from_bytes(request.method.as_str().as_bytes()).map_err(|error| failed(None, &error))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers.0 {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| failed(None, &error))?;
            headers.append(name, HeaderValue::from_str(value).map_err(|error| failed(None, &error))?);
        }
        let builder = self.0.request(method, url).headers(headers);
        let builder = if request.body.is_empty() { builder } else { builder.body(request.body) };
        builder.build().map_err(|error| failed(None, &error))
    }
}

impl Transport for Reqwest {
    async fn send(&self, request: Request, max_body_bytes: u64) -> Result<Response, TransportError> {
        if Handle::try_current().is_err() {
            return Err(told("there is no tokio runtime here, which reqwest needs"));
        }
        let mut answer =
            self.0.execute(self.built(request)?).await.map_err(|error| failed(None, &error.without_url()))?;
        let status = answer.status().as_u16();
        let headers: Headers = answer
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(Some(status), &error.without_url()))? {
            if (body.len() as u64).saturating_add(chunk.len() as u64) > max_body_bytes {
                let message = format!("response body is larger than {max_body_bytes} bytes");
                return Err(TransportError { status: Some(status), message });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response { status, headers, body })
    }

    async fn sleep(&self, ms: f64) {
        let time = Duration::from_secs_f64(ms.clamp(0.0, f64::from(i32::MAX)) / 1000.0);
        match Handle::try_current() {
            Ok(_) => tokio::time::sleep(time).await,
            Err(_) => std::thread::sleep(time),
        }
    }

    fn now_ms(&self) -> f64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
    }

    fn random(&self) -> f64 {
        // The standard library has no random numbers except the keys of its hash.
        f64::from(RandomState::new().hash_one(()) as u32) / f64::from(u32::MAX).next_up()
    }
}

fn told(message: &str) -> TransportError {
    TransportError { status: None, message: message.to_owned() }
}

/// Returns an error with the words of all its causes, because the first of reqwest's says little.
fn failed(status: Option<u16>, error: &dyn Error) -> TransportError {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(": ");
        message.push_str(&error.to_string());
        cause = error.source();
    }
    TransportError { status, message }
}
