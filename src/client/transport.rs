//! What a host does for a Rust program: send, wait, tell the time, throw dice.

use crate::wire::http::{Request, Response};
use std::fmt;

/// `Send` where programs have threads; nothing in wasm, whose futures stay where they are.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}
/// `Send` where programs have threads; nothing in wasm, whose futures stay where they are.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// The host of a [`Client`](crate::client::Client). A transport holds no policy: it neither retries nor follows
/// redirects, and it sends URL, headers and body exactly as they are, since they are signed.
pub trait Transport {
    /// Sends the request and reads the whole answer, at most `max_body_bytes` of its body.
    fn send(
        &self,
        request: Request,
        max_body_bytes: u64,
    ) -> impl Future<Output = Result<Response, TransportError>> + MaybeSend;

    /// Resolves after `ms` milliseconds.
    fn sleep(&self, ms: f64) -> impl Future<Output = ()> + MaybeSend;

    /// Milliseconds since 1970.
    fn now_ms(&self) -> f64;

    /// A number in `0.0..1.0`. It spreads retries and tells attempts apart, so it need not be secret.
    fn random(&self) -> f64;
}

/// Why no whole answer arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError {
    /// The status, if one had arrived before the rest failed.
    pub status: Option<u16>,
    /// The host's words, without secrets.
    pub message: String,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}
