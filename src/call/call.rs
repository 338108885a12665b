//! The step machine that takes one call from its plan to a result or an error.
//!
//! It reads no clock, no random number and no network: they arrive with each [`CallEvent`], and the
//! decision is returned as a [`CallStep`]. A driver carries the steps out and reports one event for
//! each step. The machine is plain data, so a host may keep it while it waits and hand it to
//! another instance of this module afterwards.

use self::shown::{error_body, harmless_headers, request_id, shown_headers};
use crate::call::limit::{Gate, Reservation};
use crate::call::retry::{Attempt, Verdict, verdict};
use crate::model::schema::Outline;
use crate::rules::codes::{Code, ErrorCode, code};
use crate::rules::error::{DecodeError, ErrorKind, Origin, Sent, TicketError};
use crate::rules::settings::Settings;
use crate::vendor::marketplace::{is_about_form, kind_of_status};
use crate::vendor::plan::assemble;
use crate::vendor::{Access, Marketplace, Meta, Operation, Plan, Refusal, Shape, denial};
use crate::wire::gateway;
use crate::wire::http::Response;
use crate::wire::json::Json;
use crate::wire::rate::Rate;
use crate::wire::retry_after::retry_after_ms;
use crate::wire::time::parse_http_date;
use serde::{Deserialize, Serialize};

mod page_size;
mod shown;

/// The largest response body that is read. A Worker has 128 MB of memory for the bytes, their copy
/// in wasm and the decoded result together; the largest file that a marketplace documents has 25
/// MB.
pub const MAX_RESPONSE_BYTES: u64 = 32 * 1024 * 1024;
/// A pause that the marketplace asks of one call holds the client's other calls for at most this
/// long.
const MAX_SHARED_PAUSE_MS: f64 = 60_000.0;

/// The state of one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The request.
    pub plan: Plan,
    timeout_ms: f64,
    total_timeout_ms: f64,
    /// The part of it that was left when the call started.
    left_ms: f64,
    max_retries: u32,
    started_ms: f64,
    attempts: u32,
    sent: Sent,
    phase: Phase,
    /// The reserved place at the gate, while the call waits for it.
    place: Reservation,
    /// Whether a short-lived token is sent, and whether it was renewed in this call.
    session: bool,
    renewed: bool,
    /// How often the page was made smaller.
    shrunk: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Phase {
    /// The call has not started, or waits to try again.
    Idle,
    /// The call waits for its place at the gate.
    Queued,
    /// The request is with the host.
    Sending,
}

/// An event that the host reports.
#[derive(Debug, Clone, PartialEq)]
pub enum CallEvent {
    /// The call begins.
    Start,
    /// The wait is over.
    Waited,
    /// The response has arrived, with its whole body.
    Response {
        /// The response.
        response: Response,
    },
    /// No response arrived, or its body was cut off.
    SendFailed {
        /// The status, if one had arrived.
        status: Option<u16>,
        /// The host's error message.
        message: String,
    },
    /// The client has a fresh token.
    Token,
    /// The time that [`CallStep::Send`] or [`CallStep::Token`] gave is over.
    TimedOut {
        /// The status, if one had arrived.
        status: Option<u16>,
    },
    /// The request that [`CallStep::Send`] asked for was not handed to the host: all its
    /// connections were in use.
    NotSent {
        /// Whether the caller gave up; otherwise the time is over.
        aborted: bool,
    },
    /// The caller gave up.
    Aborted {
        /// The status, if one had arrived.
        status: Option<u16>,
    },
}

/// The host's clock and a random number at an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Now {
    /// Milliseconds since 1970.
    pub ms: f64,
    /// A number in `0.0..1.0`.
    pub random: f64,
}

/// The next action of the driver.
#[derive(Debug, Clone, PartialEq)]
pub enum CallStep {
    /// Sign the request, send it and read the whole response.
    Send {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The time for the whole attempt, in milliseconds.
        timeout_ms: f64,
        /// The largest number of bytes to read of the response body.
        max_body_bytes: u64,
    },
    /// Make sure that the client has a fresh token, then report [`CallEvent::Token`]. When that
    /// fails, the call fails.
    Token {
        /// Whether the marketplace refused the token that was used, although it seemed fresh.
        refused: bool,
        /// The time for it in milliseconds. When it is over, [`CallEvent::TimedOut`] is the event.
        timeout_ms: f64,
    },
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: f64,
        /// The reason for the wait.
        reason: WaitReason,
        /// The number of the attempt that follows, from 1.
        attempt: u32,
    },
    /// The marketplace accepted the call. [`Call::undecodable`] makes the error for a response that
    /// cannot be decoded.
    Done(Response),
    /// The call failed.
    Fail(Box<TicketError>),
}

/// The reason why a call waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum WaitReason {
    /// Its turn, so that the account stays within the marketplace's rate.
    RateLimit,
    /// The end of a pause that the marketplace asked of this client.
    Paused,
    /// The next attempt.
    Retry,
}

impl Call {
    /// Returns a call that has not begun.
    #[must_use]
    pub fn new(plan: Plan, settings: &Settings) -> Self {
        // Only one layer retries: behind a gateway, that is the gateway.
        let max_retries = if plan.gateway { 0 } else { settings.max_retries };
        Self {
            plan,
            timeout_ms: settings.timeout_ms,
            total_timeout_ms: settings.total_timeout_ms,
            left_ms: settings.time_left_ms(),
            max_retries,
            started_ms: 0.0,
            attempts: 0,
            sent: Sent::No,
            phase: Phase::Idle,
            place: Reservation::default(),
            session: false,
            renewed: false,
            shrunk: 0,
        }
    }

    /// Returns the same call with a short-lived token, which it requests before it sends.
    #[must_use]
    pub fn with_session(self, session: bool) -> Self {
        let session = session && !self.plan.is_open && !self.plan.gateway;
        Self { session, ..self }
    }

    /// Sets the part of the total timeout that is left, before the call starts.
    pub fn set_left_ms(&mut self, ms: f64) {
        self.left_ms = ms;
    }

    /// Returns how often the request was handed to the host.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Handles an event and returns the next step. `gate` belongs to the client and is shared by
    /// its calls.
    pub fn advance(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now, event: CallEvent) -> CallStep {
        match event {
            CallEvent::Start => {
                self.started_ms = now.ms;
                self.fit_page(marketplace, gate);
                self.authorize(marketplace, gate, now)
            }
            CallEvent::Token if self.phase == Phase::Queued && gate.wait_ms(self.place, now.ms) < 1.0 => self.send(now),
            CallEvent::Token if self.phase == Phase::Queued => self.leave_queue(gate, now),
            CallEvent::Token => self.queue(marketplace, gate, now),
            CallEvent::Waited if self.phase == Phase::Queued => self.leave_queue(gate, now),
            CallEvent::Waited => self.authorize(marketplace, gate, now),
            CallEvent::Response { response } => self.answered(marketplace, gate, now, response),
            CallEvent::SendFailed { status, message } => {
                self.note_head(status);
                let (kind, code, text) = match refused(status) {
                    Some(status) => (
                        kind_of_status(status),
                        Code::named(format!("http_{status}")),
                        format!("{} answered {status}, and the rest broke off: {message}", self.plan.marketplace),
                    ),
                    None => (
                        ErrorKind::Network,
                        code!("network"),
                        format!("{} did not answer: {message}", self.plan.marketplace),
                    ),
                };
                let mut error = self.error(kind, code, text, None);
                error.status = status;
                self.failed(now, refused(status), error)
            }
            CallEvent::TimedOut { .. } if self.phase != Phase::Sending => self.out_of_time(),
            CallEvent::TimedOut { status } => {
                self.note_head(status);
                let (code, text): (Code<ErrorCode>, _) = if self.remaining_ms(now) < 1.0 {
                    (code!("total_timeout"), self.total_timeout_text())
                } else {
                    (code!("attempt_timeout"), format!("the attempt took longer than {} ms", self.timeout_ms as u64))
                };
                let mut error = self.error(ErrorKind::Timeout, code, text, None);
                error.status = status;
                self.failed(now, refused(status), error)
            }
            CallEvent::NotSent { aborted } => {
                self.attempts = self.attempts.saturating_sub(1);
                CallStep::Fail(if aborted {
                    self.error(ErrorKind::Aborted, code!("aborted"), "the call was aborted", None)
                } else {
                    let text = "other calls of this client left no connection for this one within its time";
                    self.error(ErrorKind::Timeout, code!("no_connection"), text, None)
                })
            }
            CallEvent::Aborted { status } => {
                if self.phase == Phase::Sending {
                    self.note_head(status);
                }
                CallStep::Fail(self.error(ErrorKind::Aborted, code!("aborted"), "the call was aborted", None))
            }
        }
    }

    /// Reads a response that was fetched by other means. `saw` is the outline of its body, if the
    /// host checked the body with our table.
    pub fn read(
        marketplace: &Marketplace,
        operation: &Operation,
        response: Response,
        saw: Option<&Outline>,
    ) -> Result<Shape, Box<TicketError>> {
        let settings = Settings { max_retries: 0, ..Settings::default() };
        let plan = assemble(marketplace, &operation.meta, &settings, "", "");
        let mut call = Self { attempts: 1, phase: Phase::Sending, ..Self::new(plan, &settings) };
        let now = Now { ms: 0.0, random: 0.0 };
        match call.advance(marketplace, &mut Gate::default(), now, CallEvent::Response { response }) {
            CallStep::Done(response) => {
                let shape = saw.map_or_else(|| operation.shape(&response), |outline| operation.outlined(outline));
                shape.map_err(|error| call.undecodable(error, &response))
            }
            CallStep::Fail(error) => Err(error),
            CallStep::Send { .. } | CallStep::Token { .. } | CallStep::Wait { .. } => Err(call.error(
                ErrorKind::Decode,
                code!("unexpected_step"),
                "an answer was not the end of the call",
                None,
            )),
        }
    }

    /// Returns the error for an accepted call whose response cannot be read.
    #[must_use]
    pub fn undecodable(&self, error: DecodeError, response: &Response) -> Box<TicketError> {
        let message = if self.plan.is_for_session() {
            format!("the answer ({}) to the request for a session is in no form that is known", response.status)
        } else {
            error.message
        };
        // A response that can be read, but lacks what the result of a write must carry, does not
        // show acceptance.
        let lacks_result = matches!(error.code.as_str(), "unexpected_shape" | "empty_body" | "unexpected_answer");
        let mut failure = self.error(ErrorKind::Decode, error.code, message, Some(response));
        let is_write = self.plan.access == Access::Write && !self.plan.is_for_session();
        failure.sent = if is_write && lacks_result { Sent::Maybe } else { Sent::Yes };
        failure.origin = Origin::Marketplace;
        failure
    }

    fn remaining_ms(&self, now: Now) -> f64 {
        self.started_ms + self.left_ms - now.ms
    }

    /// Each attempt requests a fresh token before it takes its place at the gate, so that calls
    /// without one fail together.
    fn authorize(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now) -> CallStep {
        if self.session { self.token(false, now) } else { self.queue(marketplace, gate, now) }
    }

    fn queue(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now) -> CallStep {
        if self.plan.gateway {
            return self.send(now);
        }
        let paused = gate.pause_ms(now.ms) > 0.0;
        match gate.reserve(self.rate(marketplace), now.ms, self.remaining_ms(now)) {
            Some(place) => match gate.wait_ms(place, now.ms) {
                0.0 => self.send(now),
                ms => {
                    self.phase = Phase::Queued;
                    self.place = place;
                    self.wait(ms, if paused { WaitReason::Paused } else { WaitReason::RateLimit })
                }
            },
            None => self.gave_up_waiting(gate, now),
        }
    }

    /// The reserved place has come, unless another call met a pause in the meantime. The token may
    /// have expired meanwhile, so it is requested again; usually it is still available. Timers may
    /// fire a little early.
    fn leave_queue(&mut self, gate: &Gate, now: Now) -> CallStep {
        let more = gate.wait_ms(self.place, now.ms);
        if more < 1.0 {
            if self.session { self.token(false, now) } else { self.send(now) }
        } else if more <= self.remaining_ms(now) {
            self.wait(more, WaitReason::Paused)
        } else {
            self.gave_up_waiting(gate, now)
        }
    }

    fn gave_up_waiting(&self, gate: &Gate, now: Now) -> CallStep {
        let pause = gate.pause_ms(now.ms);
        let text = "the account's rate limit leaves no turn for this call within its time";
        let mut error = self.error(ErrorKind::RateLimited, code!("no_turn"), text, None);
        error.retry_after_ms = (pause > 0.0).then_some(pause);
        CallStep::Fail(error)
    }

    fn meta(&self, marketplace: &Marketplace) -> Meta {
        marketplace.operation(&self.plan.endpoint).map_or(Meta::READ, |operation| operation.meta)
    }

    fn rate(&self, marketplace: &Marketplace) -> Rate {
        (marketplace.rate)(&self.meta(marketplace)).1
    }

    /// Returns whether the marketplace may have acted, from its refusal. One cause gets one word,
    /// whatever the status is: a limiter may stand behind what was carried out, and a web page comes
    /// from an intermediary, which may have passed the request on.
    fn sent_by_refusal(&self, marketplace: &Marketplace, refusal: &Refusal, response: &Response, now: Now) -> Sent {
        let is_own_doing = refusal.kind == ErrorKind::Conflict && self.meta(marketplace).closes;
        let asks_to_wait = || (marketplace.hint)(response, now.ms).is_some();
        let is_used_up = || (marketplace.quota)(response).is_some_and(|quota| quota.left < 1.0);
        let is_limit = refusal.kind == ErrorKind::RateLimited
            || (refusal.kind == ErrorKind::Forbidden && (asks_to_wait() || is_used_up()));
        let is_foreign = response.is_web_page() && !is_about_form(response.status);
        // A read that is forbidden did nothing, whatever forbids it.
        let is_idle = self.plan.access == Access::Read && refusal.kind == ErrorKind::Forbidden;
        let is_certain = is_idle || (refusal.is_certain && !is_own_doing && !is_limit && !is_foreign);
        if is_certain { sent_by(response.status) } else { Sent::Maybe }
    }

    fn wait(&self, ms: f64, reason: WaitReason) -> CallStep {
        CallStep::Wait { ms, reason, attempt: self.attempts.saturating_add(1) }
    }

    fn send(&mut self, now: Now) -> CallStep {
        let remaining = self.remaining_ms(now);
        if remaining < 1.0 {
            return self.out_of_time();
        }
        self.phase = Phase::Sending;
        self.attempts = self.attempts.saturating_add(1);
        CallStep::Send {
            attempt: self.attempts,
            timeout_ms: self.timeout_ms.min(remaining),
            max_body_bytes: MAX_RESPONSE_BYTES,
        }
    }

    fn token(&self, refused: bool, now: Now) -> CallStep {
        let timeout_ms = self.remaining_ms(now).max(0.0);
        CallStep::Token { refused, timeout_ms }
    }

    fn out_of_time(&self) -> CallStep {
        CallStep::Fail(self.error(ErrorKind::Timeout, code!("total_timeout"), self.total_timeout_text(), None))
    }

    fn total_timeout_text(&self) -> String {
        let (total, spent) = (self.total_timeout_ms, self.total_timeout_ms - self.left_ms);
        let text = format!("the call took longer than {} ms in all", total as u64);
        if spent < 1.0 {
            return text;
        }
        format!(
            "{text}, of which {} ms were over before this request: with reading files, or with others",
            spent as u64
        )
    }

    /// Records a response that was cut off after its head. A refusal whose message is lost may be
    /// the refusal of a second copy. Once the write may have taken effect, a later refusal of the
    /// same call does not change that.
    fn note_head(&mut self, status: Option<u16>) {
        let is_accepted = status.is_some_and(|status| (200..300).contains(&status));
        self.sent = self.sent.max(if is_accepted { Sent::Yes } else { Sent::Maybe });
    }

    fn answered(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now, response: Response) -> CallStep {
        if self.plan.gateway {
            return self.answered_by_gateway(marketplace, now, response);
        }
        if let Some(quota) = (marketplace.quota)(&response) {
            gate.learn(quota, now.ms, MAX_SHARED_PAUSE_MS);
        }
        if response.is_success() {
            return self.accepted(response);
        }
        if self.shrink_page(marketplace, gate, &response) {
            self.phase = Phase::Idle;
            return self.authorize(marketplace, gate, now);
        }
        let mut refusal = refusal(marketplace, &response);
        self.sent = self.sent.max(self.sent_by_refusal(marketplace, &refusal, &response, now));
        if self.plan.is_for_session() {
            refusal = session_refusal(marketplace, refusal, response.status);
        }
        if response.status == 401 && self.session && !self.renewed {
            self.renewed = true;
            self.phase = Phase::Idle;
            return self.token(true, now);
        }
        if response.status == 401 {
            refusal.message.extend(clock_words(&response, now.ms));
        }
        let hint = (marketplace.hint)(&response, now.ms);
        if let (429, Some(ms)) = (response.status, hint) {
            gate.pause(now.ms, ms.min(MAX_SHARED_PAUSE_MS));
        }
        let mut error = self.error(refusal.kind, Code::named(refusal.code), refusal.message, Some(&response));
        error.origin = Origin::Marketplace;
        error.retry_after_ms = hint;
        self.failed(now, Some(response.status), error)
    }

    /// A status of success is no acceptance of a write if the body says otherwise. An HTML page
    /// instead of the response comes from an intermediary, which may have dropped the write or lost
    /// the response to it. Whether a read succeeded shows when its result is read.
    fn accepted(&mut self, response: Response) -> CallStep {
        let status = response.status;
        if self.plan.access == Access::Read {
            return CallStep::Done(response);
        }
        if response.is_web_page() {
            self.sent = self.sent.max(Sent::Maybe);
            let text = format!("a web page ({status}) came in place of the answer: something in between sent it");
            return CallStep::Fail(self.error(ErrorKind::Decode, code!("web_page"), text, Some(&response)));
        }
        if self.plan.is_for_session() || !denial::denies(&response) {
            return CallStep::Done(response);
        }
        self.sent = self.sent.max(Sent::Maybe);
        let text = format!("the answer ({status}) is an error in spite of its status");
        let mut error = self.error(ErrorKind::Decode, code!("error_answer"), text, Some(&response));
        error.origin = Origin::Marketplace;
        CallStep::Fail(error)
    }

    fn failed(&mut self, now: Now, status: Option<u16>, mut error: Box<TicketError>) -> CallStep {
        let verdict = verdict(Attempt {
            number: self.attempts,
            max_retries: self.max_retries,
            access: self.plan.access,
            status,
            hint_ms: error.retry_after_ms,
            remaining_ms: self.remaining_ms(now),
            random: now.random,
        });
        match verdict {
            Verdict::Wait { ms } => {
                self.phase = Phase::Idle;
                self.wait(ms, WaitReason::Retry)
            }
            Verdict::StopForHint => {
                error.kind = ErrorKind::RateLimited;
                CallStep::Fail(error)
            }
            Verdict::Stop => CallStep::Fail(error),
        }
    }

    /// The headers of the gateway say who answered and whether the marketplace may have acted.
    fn answered_by_gateway(&mut self, marketplace: &Marketplace, now: Now, response: Response) -> CallStep {
        let origin = response.headers.get(gateway::ORIGIN).map(str::to_owned);
        if let Some(attempts) = response.headers.get(gateway::ATTEMPTS).and_then(|text| text.parse().ok()) {
            self.attempts = attempts;
        }
        let told = response.headers.get(gateway::SENT).and_then(Sent::parse);
        match origin.as_deref() {
            Some("marketplace") if response.is_success() => self.accepted(response),
            Some("marketplace") => {
                let refusal = refusal(marketplace, &response);
                let sent = told.unwrap_or_else(|| self.sent_by_refusal(marketplace, &refusal, &response, now));
                self.sent = self.sent.max(sent);
                let mut error = self.error(refusal.kind, Code::named(refusal.code), refusal.message, Some(&response));
                error.origin = Origin::Marketplace;
                error.retry_after_ms = retry_after_ms(&response, 0.0);
                CallStep::Fail(error)
            }
            Some("gateway") => {
                self.sent = self.sent.max(told.unwrap_or_else(|| sent_by(response.status)));
                CallStep::Fail(self.error_of_gateway(&response))
            }
            None if is_redirect(response.status) => {
                self.sent = self.sent.max(Sent::Maybe);
                let refusal = redirect("the gateway");
                let mut error = self.error(refusal.kind, Code::named(refusal.code), refusal.message, Some(&response));
                error.origin = Origin::Gateway;
                CallStep::Fail(error)
            }
            // Something else answered: a proxy, a sign-in page or a static host.
            _ => {
                let sent = if response.is_success() { Sent::Maybe } else { sent_by(response.status) };
                self.sent = self.sent.max(sent);
                let kind = if response.is_success() { ErrorKind::Decode } else { kind_of_status(response.status) };
                let text = format!("the answer ({}) does not come from a seller-tickets gateway", response.status);
                let mut error = self.error(kind, code!("not_a_gateway"), text, Some(&response));
                error.origin = Origin::Gateway;
                CallStep::Fail(error)
            }
        }
    }

    fn error_of_gateway(&self, response: &Response) -> Box<TicketError> {
        let text = format!("the gateway answered with {}", response.status);
        let mut error = self.error(kind_of_status(response.status), code!("gateway_error"), text, Some(response));
        error.origin = Origin::Gateway;
        if let Some(mut body) = Json::read(&response.body)
            && body.get("error").is_some()
        {
            error.adopt(body.take("error"));
        }
        error
    }

    fn error(
        &self,
        kind: ErrorKind,
        code: Code<ErrorCode>,
        message: impl Into<String>,
        response: Option<&Response>,
    ) -> Box<TicketError> {
        let plan = &self.plan;
        let mut error = TicketError::local(kind, code, message, &plan.marketplace, &plan.endpoint);
        error.attempts = self.attempts;
        error.sent = self.sent;
        error.reference.clone_from(&plan.reference);
        error.retryable = is_retryable(kind, response.map(|response| response.status));
        if let Some(response) = response {
            error.status = Some(response.status);
            error.request_id = request_id(response);
            // The response to a request for a session may hold tokens, whatever its status and
            // shape are.
            if plan.is_for_session() {
                error.headers = Some(harmless_headers(response));
            } else {
                error.body = error_body(&response.body);
                error.headers = Some(shown_headers(response));
            }
        }
        Box::new(error)
    }
}

/// A clock that differs by more than this is the likely cause of a refused signature or token.
const MAX_SKEW_MS: f64 = 120_000.0;

/// Returns words about this machine's clock, if the response's `Date` is minutes away from it.
fn clock_words(response: &Response, now_ms: f64) -> Option<String> {
    let ahead_ms = now_ms - parse_http_date(response.headers.get("date")?.trim())?;
    let (minutes, side) =
        ((ahead_ms.abs() / 60_000.0).round() as u64, if ahead_ms > 0.0 { "ahead of" } else { "behind" });
    (ahead_ms.abs() > MAX_SKEW_MS).then(|| {
        format!(
            "; this machine's clock is {minutes} minutes {side} the marketplace's, which alone can cause this: set it"
        )
    })
}

/// Returns whether the marketplace may have acted, from the status of a response whose body leaves
/// no doubt.
fn sent_by(status: u16) -> Sent {
    match status {
        200..=299 => Sent::Yes,
        // Proxies log 499 when their client disconnects during a request, and some pass it on. The
        // position of the limiter that returns 429 is unknown too: the write may have been carried
        // out before it.
        408 | 429 | 499 => Sent::Maybe,
        400..=499 => Sent::No,
        _ => Sent::Maybe,
    }
}

/// Returns the status, if one arrived that is not a success.
fn refused(status: Option<u16>) -> Option<u16> {
    status.filter(|status| !(200..300).contains(status))
}

const REDIRECT: &str = "redirect";

/// Browsers report status 0 for a redirect that they do not follow because the request forbids it.
fn is_redirect(status: u16) -> bool {
    matches!(status, 0 | 300..=399)
}

/// Returns the refusal of a redirect, with which `who` answered.
fn redirect(who: &str) -> Refusal {
    Refusal {
        kind: ErrorKind::Rejected,
        code: REDIRECT.to_owned(),
        message: format!("{who} answered with a redirect, which is never followed with credentials"),
        is_certain: false,
    }
}

fn refusal(marketplace: &Marketplace, response: &Response) -> Refusal {
    if is_redirect(response.status) { redirect(marketplace.id) } else { (marketplace.refusal)(response) }
}

/// Returns the refusal of a session without any text of the response, except a known code.
fn session_refusal(marketplace: &Marketplace, refusal: Refusal, status: u16) -> Refusal {
    if refusal.code == REDIRECT {
        return refusal;
    }
    let (code, message) = match marketplace.session_refusals.of(&refusal.code) {
        Some(meaning) => (refusal.code, meaning.to_owned()),
        None => (format!("http_{status}"), format!("{} did not grant a session ({status})", marketplace.id)),
    };
    Refusal { code, message, ..refusal }
}

fn is_retryable(kind: ErrorKind, status: Option<u16>) -> bool {
    match kind {
        ErrorKind::RateLimited | ErrorKind::Network | ErrorKind::Timeout => true,
        ErrorKind::Server => status != Some(501),
        _ => status == Some(408),
    }
}

#[cfg(test)]
mod tests;
