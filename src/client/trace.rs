//! What a program can observe of its calls: spans and events of `tracing`, with the feature of that
//! name. No address, header or body is in them.

use crate::call::{CallEvent, WaitReason};
use crate::rules::error::TicketError;
use crate::wire::http::Method;
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// A span of one call. A future that is dropped before its end was aborted.
struct Call(Option<Span>);

impl Call {
    fn end<T>(mut self, result: &Result<T, TicketError>) {
        let Some(span) = self.0.take() else { return };
        match result {
            Ok(_) => {
                span.record("outcome", "answer");
                span.in_scope(|| tracing::info!("the call was answered"));
            }
            Err(error) => {
                let (kind, code, sent) = (error.kind.as_str(), error.code.as_str(), error.sent.as_str());
                span.record("outcome", "failure").record("kind", kind).record("code", code).record("sent", sent);
                span.record("attempts", error.attempts);
                span.in_scope(|| {
                    tracing::error!(kind, code, sent, attempts = error.attempts, "the call failed");
                });
            }
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        if let Some(span) = &self.0 {
            span.record("outcome", "aborted");
            span.in_scope(|| tracing::info!("the call was aborted"));
        }
    }
}

/// Carries out a call within a span of its own.
pub(super) async fn call<T>(
    marketplace: &'static str,
    endpoint: &str,
    work: impl Future<Output = Result<T, TicketError>>,
) -> Result<T, TicketError> {
    let span = tracing::info_span!(
        target: "seller_tickets",
        "call",
        marketplace,
        endpoint,
        outcome = Empty,
        attempts = Empty,
        kind = Empty,
        code = Empty,
        sent = Empty,
    );
    let call = Call(Some(span.clone()));
    let result = work.instrument(span).await;
    call.end(&result);
    result
}

pub(super) fn request(attempt: u32, method: Method) {
    Span::current().record("attempts", attempt);
    tracing::debug!(attempt, method = method.as_str(), "request");
}

/// Tells what became of an attempt.
pub(super) fn response(attempt: u32, event: &CallEvent) {
    match event {
        CallEvent::Response { response } => tracing::debug!(attempt, status = response.status, "response"),
        CallEvent::TimedOut { .. } => tracing::debug!(attempt, "no response in time"),
        _ => tracing::debug!(attempt, "no response"),
    }
}

pub(super) fn wait(attempt: u32, ms: f64, reason: WaitReason) {
    tracing::warn!(attempt, ms, ?reason, "waits before the attempt");
}

pub(super) fn settling(ms: f64) {
    tracing::warn!(ms, "waits before it searches for the write");
}
