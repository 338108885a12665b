//! What takes the place of `trace.rs` without the feature `tracing`: nothing is observed.

use crate::call::{CallEvent, WaitReason};
use crate::rules::error::TicketError;
use crate::wire::http::Method;

pub(super) async fn call<T>(
    _marketplace: &'static str,
    _endpoint: &str,
    work: impl Future<Output = Result<T, TicketError>>,
) -> Result<T, TicketError> {
    work.await
}

pub(super) const fn request(_attempt: u32, _method: Method) {}

pub(super) const fn response(_attempt: u32, _event: &CallEvent) {}

pub(super) const fn wait(_attempt: u32, _ms: f64, _reason: WaitReason) {}

pub(super) const fn settling(_ms: f64) {}
