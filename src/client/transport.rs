//! The interface through which a host sends, waits, and gives the time and random numbers to a Rust
//! program.

use crate::wire::http::{Request, Response};
use std::fmt;

/// This is `Send` where programs have threads, and no bound in wasm, whose futures stay on one
/// thread.
#[cfg(not(target_arch = "wasm32"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_arch = "wasm32"))]
impl<T: Send> MaybeSend for T {}
/// This is `Send` where programs have threads, and no bound in wasm, whose futures stay on one
/// thread.
#[cfg(target_arch = "wasm32")]
pub trait MaybeSend {}
#[cfg(target_arch = "wasm32")]
impl<T> MaybeSend for T {}

/// The host of a [`Client`](crate::client::Client). A transport makes no decisions: it neither
/// retries nor follows redirects, and it sends URL, headers and body unchanged, because they are
/// signed.
pub trait Transport {
    /// Sends the request and returns the whole response, reading at most `max_body_bytes` of its
    /// body.
    fn send(
        &self,
        request: Request,
        max_body_bytes: u64,
    ) -> impl Future<Output = Result<Response, TransportError>> + MaybeSend;

    /// Resolves after `ms` milliseconds.
    fn sleep(&self, ms: f64) -> impl Future<Output = ()> + MaybeSend;

    /// Returns the milliseconds since 1970.
    fn now_ms(&self) -> f64;

    /// Returns a number in `0.0..1.0`. It spreads retries and distinguishes attempts, so it need
    /// not be secret.
    fn random(&self) -> f64;
}

/// Why no whole response arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError {
    /// The status, if one had arrived before the rest failed.
    pub status: Option<u16>,
    /// The host's error message, without secrets.
    pub message: String,
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}
