//! The step machine that takes one call from its plan to a result or an error.
//!
//! It reads no clock, no random number and no network: they come in with the [`Event`]s, and what to do goes out as a
//! [`Step`]. A driver carries the steps out and reports back, one event for each step. The machine is plain data, so a
//! host may keep it while it waits and hand it to another instance of this module afterwards.

pub mod ensure;
pub mod limit;
pub mod page;
pub mod retry;

use crate::call::limit::{Gate, Place, Rate};
use crate::call::retry::{Attempt, Verdict, retry_after_ms, verdict};
use crate::marketplaces::{Marketplace, Refusal, kind_of_status};
use crate::model::schema::Outline;
use crate::rules::error::{DecodeError, ErrorKind, Origin, Sent, TicketError};
use crate::rules::input::{Fields, FromInput, Input};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::endpoint::{Access, Meta, Operation, Plan, Shape, assemble};
use crate::wire::http::Response;
use crate::wire::json::{Json, named_to_json, to_json};
use serde::{Deserialize, Serialize};

/// The most that is read of an answer. A Worker has 128 MB for all that stands in memory at once: the bytes, their copy in
/// wasm and what becomes of them; the largest file that a marketplace documents has 25 MB.
pub const MAX_RESPONSE_BYTES: u64 = 32 * 1024 * 1024;
/// The most of an answer's body that an error carries.
const MAX_ERROR_BODY_BYTES: usize = 16 * 1024;
/// A pause that the marketplace asks of one call holds the client's other calls for at most this long.
const MAX_SHARED_PAUSE_MS: f64 = 60_000.0;

/// One call on its way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The request.
    pub plan: Plan,
    timeout_ms: f64,
    total_timeout_ms: f64,
    max_retries: u32,
    started_ms: f64,
    attempts: u32,
    sent: Sent,
    phase: Phase,
    /// The place at the gate, while it waits for it.
    place: Place,
    /// Whether a short-lived token goes along, and whether it was renewed in this call.
    session: bool,
    renewed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Phase {
    /// Not started, or waiting to try again.
    Idle,
    /// Waiting for its place at the gate.
    Queued,
    /// The request is with the host.
    Sending,
}

to_json!(Call {
    "plan": plan,
    "timeoutMs": timeout_ms,
    "totalTimeoutMs": total_timeout_ms,
    "maxRetries": max_retries,
    "startedMs": started_ms,
    "attempts": attempts,
    "sent": sent,
    "phase": phase,
    "place": place,
    "session": session,
    "renewed": renewed,
});

impl FromInput for Call {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let (sent, phase): (String, String) = (fields.take("sent"), fields.take("phase"));
        Self {
            plan: fields.take("plan"),
            timeout_ms: fields.take("timeoutMs"),
            total_timeout_ms: fields.take("totalTimeoutMs"),
            max_retries: fields.take("maxRetries"),
            started_ms: fields.take("startedMs"),
            attempts: fields.take("attempts"),
            sent: Sent::parse(&sent).unwrap_or(Sent::Maybe),
            phase: Phase::ALL.into_iter().find(|known| known.as_str() == phase).unwrap_or(Phase::Idle),
            place: fields.take("place"),
            session: fields.take("session"),
            renewed: fields.take("renewed"),
        }
    }
}

impl Phase {
    const ALL: [Self; 3] = [Self::Idle, Self::Queued, Self::Sending];

    fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Queued => "queued",
            Self::Sending => "sending",
        }
    }
}

named_to_json!(Phase, Phase::as_str);

/// What happened at the host.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The call begins.
    Start,
    /// The wait is over.
    Waited,
    /// The answer is here, with its whole body.
    Response {
        /// The answer.
        response: Response,
    },
    /// No answer came, or its body broke off.
    SendFailed {
        /// The status, if one had arrived.
        status: Option<u16>,
        /// The host's words.
        message: String,
    },
    /// The client has a token that is fresh.
    Token,
    /// The time that [`Step::Send`] gave is over.
    TimedOut {
        /// The status, if one had arrived.
        status: Option<u16>,
    },
    /// The request that [`Step::Send`] asked for was not handed to the host: all its connections were in use.
    NotSent {
        /// Whether the caller gave up; else the time is over.
        aborted: bool,
    },
    /// The caller gave up.
    Aborted {
        /// The status, if one had arrived.
        status: Option<u16>,
    },
}

/// The host's clock and chance at an event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Now {
    /// Milliseconds since 1970.
    pub ms: f64,
    /// A number in `0.0..1.0`.
    pub random: f64,
}

/// What the driver does next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Sign the request, send it, read the whole answer.
    Send {
        /// Which attempt it is, from 1.
        attempt: u32,
        /// Milliseconds for it all.
        timeout_ms: f64,
        /// The most bytes to read of the answer's body.
        max_body_bytes: u64,
    },
    /// See to it that the client has a fresh token, then report [`Event::Token`]. When that fails, the call fails.
    Token {
        /// Whether the marketplace refused the token that was used, fresh as it looked.
        refused: bool,
    },
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: f64,
        /// What for.
        reason: WaitReason,
        /// The attempt that comes after it, from 1.
        attempt: u32,
    },
    /// The marketplace accepted the call. What cannot be decoded goes to [`Call::undecodable`].
    Done(Response),
    /// The call failed.
    Fail(Box<TicketError>),
}

/// What a call waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// Its turn, so that the account stays within the marketplace's rate.
    RateLimit,
    /// The end of a pause that the marketplace asked of this client.
    Paused,
    /// The next attempt.
    Retry,
}

impl WaitReason {
    fn as_str(self) -> &'static str {
        match self {
            Self::RateLimit => "rate_limit",
            Self::Paused => "paused",
            Self::Retry => "retry",
        }
    }
}

named_to_json!(WaitReason, WaitReason::as_str);

impl Call {
    /// A call that has not begun.
    #[must_use]
    pub fn new(plan: Plan, settings: &Settings) -> Self {
        // One layer retries: behind a gateway it is the gateway.
        let max_retries = if plan.gateway { 0 } else { settings.max_retries };
        Self {
            plan,
            timeout_ms: settings.timeout_ms,
            total_timeout_ms: settings.total_timeout_ms,
            max_retries,
            started_ms: 0.0,
            attempts: 0,
            sent: Sent::No,
            phase: Phase::Idle,
            place: Place::default(),
            session: false,
            renewed: false,
        }
    }

    /// The same call with a short-lived token, which it asks for before it sends.
    #[must_use]
    pub fn with_session(self, session: bool) -> Self {
        let session = session && !self.plan.is_open && !self.plan.gateway;
        Self { session, ..self }
    }

    /// How often the request was handed to the host.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Takes what happened and says what to do. `gate` belongs to the client and is shared by its calls.
    pub fn advance(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now, event: Event) -> Step {
        match event {
            Event::Start => {
                self.started_ms = now.ms;
                self.authorize(marketplace, gate, now)
            }
            Event::Token if self.phase == Phase::Queued && gate.wait_ms(self.place, now.ms) < 1.0 => self.send(now),
            Event::Token if self.phase == Phase::Queued => self.leave_queue(gate, now),
            Event::Token => self.queue(marketplace, gate, now),
            Event::Waited if self.phase == Phase::Queued => self.leave_queue(gate, now),
            Event::Waited => self.authorize(marketplace, gate, now),
            Event::Response { response } => self.answered(marketplace, gate, now, response),
            Event::SendFailed { status, message } => {
                self.note_head(status);
                let (kind, code, text) = match refused(status) {
                    Some(status) => (
                        kind_of_status(status),
                        format!("http_{status}"),
                        format!("{} answered {status}, and the rest broke off: {message}", self.plan.marketplace),
                    ),
                    None => (
                        ErrorKind::Network,
                        "network".to_owned(),
                        format!("{} did not answer: {message}", self.plan.marketplace),
                    ),
                };
                let mut error = self.error(kind, &code, text, None);
                error.status = status;
                self.failed(now, refused(status), error)
            }
            Event::TimedOut { status } => {
                self.note_head(status);
                let (code, text) = if self.remaining_ms(now) < 1.0 {
                    ("total_timeout", self.total_timeout_text())
                } else {
                    ("attempt_timeout", format!("the attempt took longer than {} ms", self.timeout_ms as u64))
                };
                let mut error = self.error(ErrorKind::Timeout, code, text, None);
                error.status = status;
                self.failed(now, refused(status), error)
            }
            Event::NotSent { aborted } => {
                self.attempts = self.attempts.saturating_sub(1);
                Step::Fail(if aborted {
                    self.error(ErrorKind::Aborted, "aborted", "the call was aborted", None)
                } else {
                    let text = "other calls of this client left no connection for this one within its time";
                    self.error(ErrorKind::Timeout, "no_connection", text, None)
                })
            }
            Event::Aborted { status } => {
                if self.phase == Phase::Sending {
                    self.note_head(status);
                }
                Step::Fail(self.error(ErrorKind::Aborted, "aborted", "the call was aborted", None))
            }
        }
    }

    /// Reads an answer that was fetched by other means. `saw`: of its body, when the host checked that with our table.
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
        match call.advance(marketplace, &mut Gate::default(), now, Event::Response { response }) {
            Step::Done(response) => {
                let shape = saw.map_or_else(|| operation.shape(&response), |outline| operation.outlined(outline));
                shape.map_err(|error| call.undecodable(error, &response))
            }
            Step::Fail(error) => Err(error),
            Step::Send { .. } | Step::Token { .. } | Step::Wait { .. } => {
                Err(call.error(ErrorKind::Decode, "unexpected_step", "an answer was not the end of the call", None))
            }
        }
    }

    /// The error for an accepted call whose answer cannot be read.
    #[must_use]
    pub fn undecodable(&self, error: DecodeError, response: &Response) -> Box<TicketError> {
        let message = if self.plan.is_for_session() {
            format!("the answer ({}) to the request for a session is in no form that is known", response.status)
        } else {
            error.message
        };
        let mut failure = self.error(ErrorKind::Decode, error.code, message, Some(response));
        failure.sent = Sent::Yes;
        failure.origin = Origin::Marketplace;
        failure
    }

    fn remaining_ms(&self, now: Now) -> f64 {
        self.started_ms + self.total_timeout_ms - now.ms
    }

    /// Each attempt asks for a fresh token before it takes its place at the gate, so that calls without one fail together.
    fn authorize(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now) -> Step {
        if self.session { Step::Token { refused: false } } else { self.queue(marketplace, gate, now) }
    }

    fn queue(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now) -> Step {
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

    /// The reserved place has come, unless another call met a pause in the meantime. The token may have grown old, so it is
    /// asked for again; mostly it is at hand. Timers may be a little early.
    fn leave_queue(&mut self, gate: &Gate, now: Now) -> Step {
        let more = gate.wait_ms(self.place, now.ms);
        if more < 1.0 {
            if self.session { Step::Token { refused: false } } else { self.send(now) }
        } else if more <= self.remaining_ms(now) {
            self.wait(more, WaitReason::Paused)
        } else {
            self.gave_up_waiting(gate, now)
        }
    }

    fn gave_up_waiting(&self, gate: &Gate, now: Now) -> Step {
        let pause = gate.pause_ms(now.ms);
        let text = "the account's rate limit leaves no turn for this call within its time";
        let mut error = self.error(ErrorKind::RateLimited, "no_turn", text, None);
        error.retry_after_ms = (pause > 0.0).then_some(pause);
        Step::Fail(error)
    }

    fn meta(&self, marketplace: &Marketplace) -> Meta {
        marketplace.operation(&self.plan.endpoint).map_or(Meta::READ, |operation| operation.meta)
    }

    fn rate(&self, marketplace: &Marketplace) -> Rate {
        (marketplace.rate)(&self.meta(marketplace)).1
    }

    fn sent_by_refusal(&self, marketplace: &Marketplace, refusal: &Refusal, status: u16) -> Sent {
        let is_own_doing = refusal.kind == ErrorKind::Conflict && self.meta(marketplace).closes;
        if refusal.is_certain && !is_own_doing { sent_by(status) } else { Sent::Maybe }
    }

    fn wait(&self, ms: f64, reason: WaitReason) -> Step {
        Step::Wait { ms, reason, attempt: self.attempts.saturating_add(1) }
    }

    fn send(&mut self, now: Now) -> Step {
        let remaining = self.remaining_ms(now);
        if remaining < 1.0 {
            let text = self.total_timeout_text();
            return Step::Fail(self.error(ErrorKind::Timeout, "total_timeout", text, None));
        }
        self.phase = Phase::Sending;
        self.attempts = self.attempts.saturating_add(1);
        Step::Send {
            attempt: self.attempts,
            timeout_ms: self.timeout_ms.min(remaining),
            max_body_bytes: MAX_RESPONSE_BYTES,
        }
    }

    fn total_timeout_text(&self) -> String {
        format!("the call took longer than {} ms in all", self.total_timeout_ms as u64)
    }

    /// An answer that broke off after its head: a refusal whose words are lost may be one of a second copy. Once it may have
    /// landed, a later refusal of the same call does not undo that.
    fn note_head(&mut self, status: Option<u16>) {
        let is_accepted = status.is_some_and(|status| (200..300).contains(&status));
        self.sent = self.sent.max(if is_accepted { Sent::Yes } else { Sent::Maybe });
    }

    fn answered(&mut self, marketplace: &Marketplace, gate: &mut Gate, now: Now, response: Response) -> Step {
        if self.plan.gateway {
            return self.answered_by_gateway(marketplace, response);
        }
        if let Some(quota) = (marketplace.quota)(&response) {
            gate.learn(quota, now.ms, MAX_SHARED_PAUSE_MS);
        }
        if response.is_success() {
            return self.accepted(response);
        }
        let mut refusal = refusal(marketplace, &response);
        self.sent = self.sent.max(self.sent_by_refusal(marketplace, &refusal, response.status));
        if self.plan.is_for_session() {
            refusal = session_refusal(marketplace, refusal, response.status);
        }
        if response.status == 401 && self.session && !self.renewed {
            self.renewed = true;
            self.phase = Phase::Idle;
            return Step::Token { refused: true };
        }
        let hint = (marketplace.hint)(&response, now.ms);
        if let (429, Some(ms)) = (response.status, hint) {
            gate.pause(now.ms, ms.min(MAX_SHARED_PAUSE_MS));
        }
        let mut error = self.error(refusal.kind, &refusal.code, refusal.message, Some(&response));
        error.origin = Origin::Marketplace;
        error.retry_after_ms = hint;
        self.failed(now, Some(response.status), error)
    }

    /// A page in place of the answer to a write comes from something in between, which may have kept the write to itself or
    /// lost the answer to it.
    fn accepted(&mut self, response: Response) -> Step {
        if self.plan.access == Access::Read || !response.is_web_page() {
            return Step::Done(response);
        }
        self.sent = self.sent.max(Sent::Maybe);
        let text =
            format!("a web page ({}) came in place of the answer: something in between sent it", response.status);
        Step::Fail(self.error(ErrorKind::Decode, "web_page", text, Some(&response)))
    }

    fn failed(&mut self, now: Now, status: Option<u16>, mut error: Box<TicketError>) -> Step {
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
                Step::Fail(error)
            }
            Verdict::Stop => Step::Fail(error),
        }
    }

    /// The gateway says in headers who answered and whether the marketplace may have acted.
    fn answered_by_gateway(&mut self, marketplace: &Marketplace, response: Response) -> Step {
        let origin = response.headers.get(gateway::ORIGIN).map(str::to_owned);
        if let Some(attempts) = response.headers.get(gateway::ATTEMPTS).and_then(|text| text.parse().ok()) {
            self.attempts = attempts;
        }
        let told = response.headers.get(gateway::SENT).and_then(Sent::parse);
        match origin.as_deref() {
            Some("marketplace") if response.is_success() => self.accepted(response),
            Some("marketplace") => {
                let refusal = refusal(marketplace, &response);
                let sent = told.unwrap_or_else(|| self.sent_by_refusal(marketplace, &refusal, response.status));
                self.sent = self.sent.max(sent);
                let mut error = self.error(refusal.kind, &refusal.code, refusal.message, Some(&response));
                error.origin = Origin::Marketplace;
                error.retry_after_ms = retry_after_ms(&response, 0.0);
                Step::Fail(error)
            }
            Some("gateway") => {
                self.sent = self.sent.max(told.unwrap_or_else(|| sent_by(response.status)));
                Step::Fail(self.error_of_gateway(&response))
            }
            // Something else answered: a proxy, a sign-in page, a static host.
            _ => {
                let sent = if response.is_success() { Sent::Maybe } else { sent_by(response.status) };
                self.sent = self.sent.max(sent);
                let kind = if response.is_success() { ErrorKind::Decode } else { kind_of_status(response.status) };
                let text = format!("the answer ({}) does not come from a seller-tickets gateway", response.status);
                let mut error = self.error(kind, "not_a_gateway", text, Some(&response));
                error.origin = Origin::Gateway;
                Step::Fail(error)
            }
        }
    }

    fn error_of_gateway(&self, response: &Response) -> Box<TicketError> {
        let text = format!("the gateway answered with {}", response.status);
        let mut error = self.error(kind_of_status(response.status), "gateway_error", text, Some(response));
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
        code: &str,
        message: impl Into<String>,
        response: Option<&Response>,
    ) -> Box<TicketError> {
        let plan = &self.plan;
        let mut error = TicketError::local(kind, code, message, &plan.marketplace, &plan.endpoint);
        error.attempts = self.attempts;
        error.sent = self.sent;
        error.retryable = is_retryable(kind, response.map(|response| response.status));
        if let Some(response) = response {
            error.status = Some(response.status);
            error.request_id = request_id(response);
            // Whatever its status and its shape, the answer to a request for a session may hold tokens.
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

/// The headers with which a gateway tells its client what it knows.
pub mod gateway {
    /// Who answered: `marketplace` or `gateway`.
    pub const ORIGIN: &str = "x-seller-tickets-origin";
    /// Whether the marketplace may have acted: `no`, `maybe` or `yes`.
    pub const SENT: &str = "x-seller-tickets-sent";
    /// How often the request was sent to the marketplace.
    pub const ATTEMPTS: &str = "x-seller-tickets-attempts";
    /// The other way: what tells one attempt to write from all others. Some hosts send a request again by themselves when
    /// a connection drops; the copy has the same nonce, and the gateway refuses it.
    pub const NONCE: &str = "x-seller-tickets-nonce";
}

/// What a status says about the marketplace having acted, where the words that came with it leave no doubt.
fn sent_by(status: u16) -> Sent {
    match status {
        200..=299 => Sent::Yes,
        // 499 is what proxies write down when their client left while they were at work; some hand it on. Nor can one know
        // where the limiter stands that says 429: behind it, the write may have been carried out.
        408 | 429 | 499 => Sent::Maybe,
        400..=499 => Sent::No,
        _ => Sent::Maybe,
    }
}

/// The status, if one arrived that is no success.
fn refused(status: Option<u16>) -> Option<u16> {
    status.filter(|status| !(200..300).contains(status))
}

const REDIRECT: &str = "redirect";

fn refusal(marketplace: &Marketplace, response: &Response) -> Refusal {
    // 0 is how browsers show a redirect that they were told not to follow.
    if matches!(response.status, 0 | 300..=399) {
        return Refusal {
            kind: ErrorKind::Rejected,
            code: REDIRECT.to_owned(),
            message: format!("{} answered with a redirect, which is never followed with credentials", marketplace.id),
            is_certain: false,
        };
    }
    (marketplace.refusal)(response)
}

/// The refusal of a session without anything that the answer says, except a code that is known.
fn session_refusal(marketplace: &Marketplace, refusal: Refusal, status: u16) -> Refusal {
    if refusal.code == REDIRECT {
        return refusal;
    }
    let known = marketplace.session_refusals.iter().find(|known| known.value == refusal.code);
    let (code, message) = match known {
        Some(known) => (known.value.to_owned(), known.meaning.to_owned()),
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

const REQUEST_IDS: [&str; 4] = ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid"];

fn request_id(response: &Response) -> Option<String> {
    REQUEST_IDS.into_iter().find_map(|name| response.headers.get(name)).map(str::to_owned)
}

fn shown_headers(response: &Response) -> Vec<(String, String)> {
    let hidden = ["set-cookie", "set-cookie2", "authorization", "www-authenticate", "proxy-authenticate"];
    response
        .headers
        .0
        .iter()
        .filter(|(name, _)| !hidden.contains(&name.to_ascii_lowercase().as_str()))
        .cloned()
        .collect()
}

/// The headers that hold no token: a list of names, because a vendor may invent others.
fn harmless_headers(response: &Response) -> Vec<(String, String)> {
    let shown = ["content-type", "content-length", "date", "retry-after"];
    let is_shown = |name: &str| shown.contains(&name) || REQUEST_IDS.contains(&name);
    response.headers.0.iter().filter(|(name, _)| is_shown(&name.to_ascii_lowercase())).cloned().collect()
}

fn error_body(body: &[u8]) -> Option<Json> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::limit::Quota;
    use crate::model::open_enum::Meaning;
    use crate::rules::violation::Violation;
    use crate::wire::http::Headers;

    static MARKETPLACE: Marketplace = Marketplace {
        id: "test",
        production: "https://api.test",
        sandbox: None,
        operations: &[],
        rate: |_| ("", Rate { interval_ms: 100.0, burst: 2.0 }),
        refusal: |response| Refusal {
            kind: kind_of_status(response.status),
            code: format!("http_{}", response.status),
            message: "refused".to_owned(),
            is_certain: crate::marketplaces::is_certain(kind_of_status(response.status), response.status)
                || !response.body.is_empty(),
        },
        session_refusals: &[Meaning { value: "known", meaning: "it is known" }],
        quota: |response| {
            let number = |name| response.headers.get(name)?.parse().ok();
            Some(Quota { left: number("x-left")?, reset_ms: number("x-reset-ms")? })
        },
        hint: |response, now_ms| {
            let told = response.headers.get("x-reset-ms").and_then(|ms| ms.parse().ok());
            told.or_else(|| retry_after_ms(response, now_ms))
        },
        credentials: |_, _| Box::new(NoCredentials),
        settle_ms: 0.0,
        found: |_| ensure::Finding::Unclear,
        meanings: &[],
    };

    #[derive(Debug)]
    struct NoCredentials;

    impl crate::marketplaces::Authorize for NoCredentials {
        fn check(&self, _: &mut Violations) {}

        fn headers(
            &self,
            _: crate::marketplaces::Unsigned<'_>,
            _: Option<&crate::vendor::session::Session>,
        ) -> Headers {
            Headers::new()
        }
    }

    /// One that repeats all that it was answered.
    static TALKATIVE: Marketplace = Marketplace {
        refusal: |response| {
            let words = String::from_utf8_lossy(&response.body).into_owned();
            let kind = kind_of_status(response.status);
            Refusal { kind, code: words.clone(), message: words, is_certain: true }
        },
        ..MARKETPLACE
    };

    #[test]
    fn errors_of_a_session_say_nothing_that_was_answered() {
        let settings = Settings { max_retries: 0, ..Settings::default() };
        let form = crate::wire::http::Query::default();
        let now = Now { ms: 0.0, random: 0.5 };
        let begin = |access| {
            let (plan, _) =
                crate::vendor::endpoint::session_plan(&TALKATIVE, &settings, "https://api.test", &form, access);
            let mut call = Call::new(plan, &settings);
            call.advance(&TALKATIVE, &mut Gate::default(), now, Event::Start);
            call
        };
        let answer = |status, content_type, body: &str| Response {
            status,
            headers: Headers::from_iter([
                ("Content-Type", content_type),
                ("X-Request-Id", "r-1"),
                ("Location", "https://x.test/?code=top-secret"),
                ("X-Token", "top-secret"),
            ]),
            body: body.as_bytes().to_vec(),
        };
        let failed = |call: &mut Call, response: Response| {
            let (mut gate, event) = (Gate::default(), Event::Response { response: response.clone() });
            let error = match call.advance(&TALKATIVE, &mut gate, now, event) {
                Step::Fail(error) => error,
                Step::Done(response) => call.undecodable(DecodeError::new("a_code", "top-secret"), &response),
                other => panic!("{other:?}"),
            };
            for shown in [format!("{error:?}"), error.to_string(), crate::wire::json::text(&*error)] {
                assert!(!shown.contains("secret"), "{shown}");
            }
            assert_eq!((error.body.as_ref(), error.request_id.as_deref()), (None, Some("r-1")));
            let names: Vec<_> = error.headers.iter().flatten().map(|(name, _)| name.as_str()).collect();
            assert_eq!((names, error.status), (vec!["Content-Type", "X-Request-Id"], Some(response.status)));
            error
        };
        for access in [Access::Read, Access::Write] {
            for (status, content_type, body, code, message) in [
                (200, "text/plain", "top-secret", "a_code", "(200) to the request for a session is in no form"),
                (400, "text/plain", "top-secret", "http_400", "test did not grant a session (400)"),
                (503, "text/plain", r#"{"a":"top-secret"}"#, "http_503", "test did not grant a session (503)"),
                (302, "text/plain", "top-secret", "redirect", "a redirect, which is never followed"),
                (400, "text/plain", "known", "known", "it is known"),
            ] {
                let error = failed(&mut begin(access), answer(status, content_type, body));
                assert_eq!(error.code, code);
                assert!(error.message.contains(message), "{}", error.message);
            }
        }
        let error = failed(&mut begin(Access::Write), answer(200, "text/html", "<html>top-secret"));
        assert_eq!(error.code, "web_page");

        // Any other call shows what it was answered.
        let mut host = Host::read().started();
        let event = Event::Response { response: answer(404, "text/plain", "words") };
        let Step::Fail(error) = host.call.advance(&TALKATIVE, &mut host.gate, now, event) else { panic!("404") };
        assert_eq!((error.message.as_str(), error.body), ("words", Some("words".to_owned().into())));
        assert_eq!(error.headers.map(|headers| headers.len()), Some(4));
    }

    /// A call at its host, with a clock that only moves when it is told to.
    struct Host {
        call: Call,
        gate: Gate,
        now: f64,
    }

    impl Host {
        fn new(access: Access, settings: &Settings) -> Self {
            let meta = Meta { name: "call", path: "/", access, ..Meta::READ };
            let plan = assemble(&MARKETPLACE, &meta, settings, "/", "");
            Self { call: Call::new(plan, settings), gate: Gate::default(), now: 1_000_000.0 }
        }

        fn read() -> Self {
            Self::new(Access::Read, &Settings::default())
        }

        fn write() -> Self {
            Self::new(Access::Write, &Settings::default())
        }

        fn gateway() -> Self {
            let settings = Settings { gateway: true, base_url: Some("https://own.test".into()), ..Settings::default() };
            Self::new(Access::Write, &settings)
        }

        fn on(&mut self, event: Event) -> Step {
            let now = Now { ms: self.now, random: 1.0 };
            self.call.advance(&MARKETPLACE, &mut self.gate, now, event)
        }

        fn started(mut self) -> Self {
            assert!(matches!(self.on(Event::Start), Step::Send { attempt: 1, .. }));
            self
        }

        fn wait(&mut self, step: Step) -> Step {
            match step {
                Step::Wait { ms, .. } => {
                    self.now += ms;
                    self.on(Event::Waited)
                }
                other => other,
            }
        }
    }

    fn answer(status: u16) -> Event {
        answer_with(status, &[], "")
    }

    fn answer_with(status: u16, headers: &[(&str, &str)], body: &str) -> Event {
        let response = Response { status, headers: headers.iter().copied().collect(), body: body.into() };
        Event::Response { response }
    }

    fn no_answer() -> Event {
        Event::SendFailed { status: None, message: "connection reset".into() }
    }

    fn failure(step: Step) -> TicketError {
        match step {
            Step::Fail(error) => *error,
            other => panic!("not a failure: {other:?}"),
        }
    }

    #[test]
    fn a_call_that_is_answered_is_done() {
        let mut host = Host::read();
        let step = host.on(Event::Start);
        assert_eq!(step, Step::Send { attempt: 1, timeout_ms: 60_000.0, max_body_bytes: MAX_RESPONSE_BYTES });
        assert!(matches!(host.on(answer(200)), Step::Done(Response { status: 200, .. })));
        assert_eq!(host.call.attempts(), 1);
    }

    #[test]
    fn sent_follows_from_what_arrived() {
        let cases = [
            // This marketplace says with a body that it knows what it refuses.
            (answer_with(400, &[], "{}"), Sent::No, ErrorKind::Rejected),
            (answer(400), Sent::Maybe, ErrorKind::Rejected),
            (answer(401), Sent::No, ErrorKind::Authentication),
            (answer(403), Sent::No, ErrorKind::Forbidden),
            (answer(404), Sent::No, ErrorKind::NotFound),
            (answer(408), Sent::Maybe, ErrorKind::Rejected),
            (answer_with(408, &[], "{}"), Sent::Maybe, ErrorKind::Rejected),
            (answer(409), Sent::Maybe, ErrorKind::Conflict),
            (answer(413), Sent::No, ErrorKind::Rejected),
            (answer(422), Sent::Maybe, ErrorKind::Conflict),
            (answer(429), Sent::Maybe, ErrorKind::RateLimited),
            (answer_with(429, &[("Retry-After", "1")], "{}"), Sent::Maybe, ErrorKind::RateLimited),
            (answer(499), Sent::Maybe, ErrorKind::Rejected),
            (answer_with(499, &[], "{}"), Sent::Maybe, ErrorKind::Rejected),
            (answer(500), Sent::Maybe, ErrorKind::Server),
            (answer(503), Sent::Maybe, ErrorKind::Server),
            (answer(302), Sent::Maybe, ErrorKind::Rejected),
            (answer(0), Sent::Maybe, ErrorKind::Rejected),
            (no_answer(), Sent::Maybe, ErrorKind::Network),
            (Event::SendFailed { status: Some(201), message: String::new() }, Sent::Yes, ErrorKind::Network),
            (Event::SendFailed { status: Some(404), message: String::new() }, Sent::Maybe, ErrorKind::NotFound),
            (Event::TimedOut { status: Some(409) }, Sent::Maybe, ErrorKind::Timeout),
            (Event::TimedOut { status: None }, Sent::Maybe, ErrorKind::Timeout),
            (Event::TimedOut { status: Some(200) }, Sent::Yes, ErrorKind::Timeout),
            (Event::Aborted { status: None }, Sent::Maybe, ErrorKind::Aborted),
            (Event::Aborted { status: Some(201) }, Sent::Yes, ErrorKind::Aborted),
        ];
        for (event, sent, kind) in cases {
            let error = failure(Host::write().started().on(event.clone()));
            assert_eq!((error.sent, error.kind, error.attempts), (sent, kind, 1), "{event:?}");
        }
    }

    #[test]
    fn before_the_request_is_with_the_host_nothing_was_sent() {
        let mut host = Host::write();
        host.gate.pause(host.now, 1000.0);
        let step = host.on(Event::Start);
        assert_eq!(step, Step::Wait { reason: WaitReason::Paused, ms: 1000.0, attempt: 1 });
        let error = failure(host.on(Event::Aborted { status: None }));
        assert_eq!((error.sent, error.attempts, error.kind), (Sent::No, 0, ErrorKind::Aborted));
    }

    #[test]
    fn an_accepted_call_with_an_unreadable_answer_was_sent() {
        let mut host = Host::write().started();
        let Step::Done(response) = host.on(answer_with(201, &[("X-Request-Id", "r-1")], "{")) else { panic!() };
        let error = host.call.undecodable(DecodeError::new("invalid_json", "no JSON"), &response);
        assert_eq!((error.sent, error.kind, error.request_id.as_deref()), (Sent::Yes, ErrorKind::Decode, Some("r-1")));
        assert_eq!(error.body, Some("{".into()));
    }

    #[test]
    fn a_web_page_is_no_answer_to_a_write() {
        let html = [("Content-Type", "text/html; charset=utf-8")];
        let through = [(gateway::ORIGIN, "marketplace"), (gateway::SENT, "yes"), (gateway::ATTEMPTS, "1")];
        for (headers, body, is_page) in [
            (&html[..], "<html>sign in</html>", true),
            (&html[..], "\u{feff}\n <p>sign in</p>", true),
            (&[("Content-Type", "application/json")][..], "<!DOCTYPE HTML><title>gone</title>", true),
            (&[][..], "<?xml version=\"1.0\"?><html xmlns=\"\">", true),
            (&through[..], "<html>", true),
            // Servers call an empty answer so, and proxies the JSON of others.
            (&html[..], "", false),
            (&html[..], "{}", false),
            (&[("Content-Type", "application/xml")][..], "<shippingNoticeData/>", false),
            (&[][..], "ok", false),
        ] {
            let mut host = if headers == through { Host::gateway() } else { Host::write() }.started();
            match host.on(answer_with(201, headers, body)) {
                Step::Fail(error) if is_page => {
                    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Decode, "web_page"));
                    assert_eq!((error.sent, error.status, error.attempts), (Sent::Maybe, Some(201), 1));
                }
                Step::Done(_) if !is_page => {}
                other => panic!("{body}: {other:?}"),
            }
        }
        // What a read brings is judged by its decoder: a file may be a page.
        assert!(matches!(Host::read().started().on(answer_with(200, &html, "<html>")), Step::Done(_)));
    }

    #[test]
    fn reads_are_repeated_until_they_succeed_or_the_retries_end() {
        let mut host = Host::read().started();
        let step = host.on(no_answer());
        assert_eq!(step, Step::Wait { ms: 500.0, reason: WaitReason::Retry, attempt: 2 });
        assert!(matches!(host.wait(step), Step::Send { attempt: 2, .. }));
        let step = host.on(answer(503));
        assert_eq!(step, Step::Wait { ms: 1000.0, reason: WaitReason::Retry, attempt: 3 });
        assert!(matches!(host.wait(step), Step::Send { attempt: 3, .. }));
        let error = failure(host.on(answer(502)));
        assert_eq!((error.attempts, error.retryable, error.status), (3, true, Some(502)));
    }

    #[test]
    fn writes_are_not_repeated() {
        let limit = || answer_with(429, &[("Retry-After", "0")], "");
        for event in [no_answer(), answer(500), answer(503), answer(408), limit(), Event::TimedOut { status: None }] {
            let error = failure(Host::write().started().on(event.clone()));
            assert_eq!((error.sent, error.attempts), (Sent::Maybe, 1), "{event:?}");
        }
        // The client's own limiter did not let it go: that is certain.
        let mut host = Host::write();
        host.gate.pause(host.now, 1e9);
        let error = failure(host.on(Event::Start));
        assert_eq!((error.kind, error.sent, error.attempts), (ErrorKind::RateLimited, Sent::No, 0));
    }

    #[test]
    fn a_hint_pauses_the_other_calls_of_the_client_too() {
        let mut first = Host::read().started();
        first.on(answer_with(429, &[("Retry-After", "2")], ""));
        let mut second = Host { gate: first.gate, ..Host::read() };
        let step = second.on(Event::Start);
        assert_eq!(step, Step::Wait { ms: 2000.0, reason: WaitReason::Paused, attempt: 1 });
        // The pause grows while it waits.
        second.gate.pause(second.now, 5000.0);
        let step = second.wait(step);
        assert_eq!(step, Step::Wait { ms: 3000.0, reason: WaitReason::Paused, attempt: 1 });
        assert!(matches!(second.wait(step), Step::Send { attempt: 1, .. }));
    }

    #[test]
    fn a_marketplace_may_say_it_in_a_header_of_its_own() {
        let mut host = Host::read().started();
        let step = host.on(answer_with(429, &[("X-Reset-Ms", "1234"), ("Retry-After", "9")], ""));
        assert_eq!(step, Step::Wait { ms: 1234.0, reason: WaitReason::Retry, attempt: 2 });
        assert_eq!(host.gate.pause_ms(host.now), 1234.0);
    }

    #[test]
    fn what_is_left_of_the_quota_slows_the_next_calls_or_stops_them() {
        let mut host = Host::read().started();
        let headers = [("X-Left", "2"), ("X-Reset-Ms", "3000")];
        assert!(matches!(host.on(answer_with(200, &headers, "")), Step::Done(_)));
        let mut gate = host.gate;
        for expected in [1500.0, 3000.0] {
            let mut next = Host { gate, ..Host::read() };
            let step = next.on(Event::Start);
            assert!(matches!(step, Step::Wait { ms, .. } if ms <= expected && ms > expected - 1500.0), "{step:?}");
            gate = next.gate;
        }
        let mut host = Host::write().started();
        let headers = [("X-Left", "0"), ("X-Reset-Ms", "3000")];
        assert!(matches!(host.on(answer_with(200, &headers, "")), Step::Done(_)));
        let mut next = Host { gate: host.gate, ..Host::read() };
        assert_eq!(next.on(Event::Start), Step::Wait { ms: 3000.0, reason: WaitReason::Paused, attempt: 1 });
    }

    #[test]
    fn a_request_that_found_no_connection_was_not_sent() {
        for (aborted, kind, code) in
            [(true, ErrorKind::Aborted, "aborted"), (false, ErrorKind::Timeout, "no_connection")]
        {
            let error = failure(Host::write().started().on(Event::NotSent { aborted }));
            assert_eq!((error.kind, error.code.as_str(), error.sent, error.attempts), (kind, code, Sent::No, 0));
            // An earlier attempt may have landed all the same.
            let mut host = Host::read().started();
            let step = host.on(no_answer());
            host.wait(step);
            let error = failure(host.on(Event::NotSent { aborted }));
            assert_eq!((error.sent, error.attempts), (Sent::Maybe, 1));
        }
    }

    #[test]
    fn an_absurd_hint_ends_the_call_and_holds_the_others_for_a_minute() {
        let mut host = Host::read().started();
        let error = failure(host.on(answer_with(429, &[("Retry-After", "86400")], "")));
        assert_eq!((error.kind, error.retry_after_ms), (ErrorKind::RateLimited, Some(86_400_000.0)));
        assert_eq!(host.gate.pause_ms(host.now), 60_000.0);
        let mut host = Host::read().started();
        let error = failure(host.on(answer_with(503, &[("Retry-After", "86400")], "")));
        assert_eq!((error.kind, error.status), (ErrorKind::RateLimited, Some(503)));
    }

    #[test]
    fn calls_take_turns_at_the_rate_of_the_account() {
        let mut gate = Gate::default();
        for expected in [0.0, 0.0, 100.0, 200.0] {
            let mut host = Host { gate, ..Host::read() };
            let step = host.on(Event::Start);
            gate = host.gate;
            match step {
                Step::Wait { ms, reason, .. } => assert_eq!((ms, reason), (expected, WaitReason::RateLimit)),
                Step::Send { .. } => assert_eq!(expected, 0.0),
                other => panic!("{other:?}"),
            }
        }
        let settings = Settings { total_timeout_ms: 250.0, ..Settings::default() };
        let error = failure(Host { gate, ..Host::new(Access::Read, &settings) }.on(Event::Start));
        assert_eq!((error.kind, error.code.as_str(), error.sent), (ErrorKind::RateLimited, "no_turn", Sent::No));
    }

    #[test]
    fn the_total_time_covers_waits_and_attempts() {
        let settings = Settings { timeout_ms: 1000.0, total_timeout_ms: 1800.0, ..Settings::default() };
        let mut host = Host::new(Access::Read, &settings);
        host.on(Event::Start);
        host.now += 1000.0;
        let step = host.on(Event::TimedOut { status: None });
        assert!(matches!(step, Step::Wait { ms: 500.0, .. }));
        assert!(matches!(host.wait(step), Step::Send { timeout_ms: 300.0, .. }));
        host.now += 300.0;
        let error = failure(host.on(Event::TimedOut { status: None }));
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Timeout, "total_timeout"));
    }

    #[test]
    fn a_gateway_tells_who_failed_and_what_was_sent() {
        let marketplace = |sent| [(gateway::ORIGIN, "marketplace"), (gateway::SENT, sent), (gateway::ATTEMPTS, "3")];
        let mut host = Host::gateway().started();
        assert!(matches!(host.on(answer_with(204, &marketplace("yes"), "")), Step::Done(_)));
        assert_eq!(host.call.attempts(), 3);

        let error = failure(Host::gateway().started().on(answer_with(503, &marketplace("maybe"), "")));
        assert_eq!((error.origin, error.sent, error.attempts), (Origin::Marketplace, Sent::Maybe, 3));

        let own = TicketError::local(ErrorKind::Timeout, "attempt_timeout", "too slow", "kaufland", "closeTicket");
        let body = serde_json::to_string(&serde_json::json!({ "error": own })).unwrap();
        let headers = [(gateway::ORIGIN, "gateway"), (gateway::SENT, "maybe"), (gateway::ATTEMPTS, "1")];
        let error = failure(Host::gateway().started().on(answer_with(504, &headers, &body)));
        assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Timeout, "attempt_timeout"));
        assert_eq!((error.origin, error.sent, error.status), (Origin::Gateway, Sent::Maybe, Some(504)));
        assert_eq!((error.message.as_str(), error.retryable), ("too slow", false));

        let broken = Violation::new("text", "required", "`text` is missing", "write one").with("max", 3);
        let own = TicketError::invalid(ErrorKind::Validation, vec![broken.clone()], "kaufland", "closeTicket");
        let body = serde_json::to_string(&serde_json::json!({ "error": own })).unwrap();
        let error = failure(Host::gateway().started().on(answer_with(400, &headers, &body)));
        assert_eq!((error.kind, error.violations), (ErrorKind::Validation, Some(vec![broken])));

        let headers = [(gateway::ORIGIN, "gateway"), (gateway::SENT, "no")];
        let error = failure(Host::gateway().started().on(answer_with(502, &headers, "<html>")));
        assert_eq!((error.code.as_str(), error.sent), ("gateway_error", Sent::No));
    }

    #[test]
    fn an_answer_of_someone_else_is_no_answer_of_the_gateway() {
        for (status, kind, sent) in [
            (200, ErrorKind::Decode, Sent::Maybe),
            (403, ErrorKind::Forbidden, Sent::No),
            (502, ErrorKind::Server, Sent::Maybe),
        ] {
            let error = failure(Host::gateway().started().on(answer_with(status, &[], "<html>sign in</html>")));
            assert_eq!((error.kind, error.sent, error.code.as_str()), (kind, sent, "not_a_gateway"));
        }
    }

    #[test]
    fn errors_carry_no_cookies_and_a_bounded_body() {
        let long = "x".repeat(100_000);
        let headers = [("Set-Cookie", "session=secret"), ("Content-Type", "text/html")];
        let error = failure(Host::write().started().on(answer_with(500, &headers, &long)));
        assert_eq!(error.headers, Some(vec![("Content-Type".to_owned(), "text/html".to_owned())]));
        assert_eq!(error.body.unwrap().as_str().unwrap().len(), MAX_ERROR_BODY_BYTES);
    }

    #[test]
    fn a_session_is_asked_for_before_each_attempt_and_renewed_once() {
        let mut host = Host::write();
        host.call = host.call.with_session(true);
        assert_eq!(host.on(Event::Start), Step::Token { refused: false });
        assert!(matches!(host.on(Event::Token), Step::Send { attempt: 1, .. }));
        // A refused token proves that nothing happened, so even a write goes out again.
        assert_eq!(host.on(answer(401)), Step::Token { refused: true });
        host.now += 1000.0;
        assert!(matches!(host.on(Event::Token), Step::Send { attempt: 2, .. }));
        let error = failure(host.on(answer(401)));
        assert_eq!((error.kind, error.sent), (ErrorKind::Authentication, Sent::No));

        let mut host = Host::read();
        host.call = host.call.with_session(true);
        host.on(Event::Start);
        host.on(Event::Token);
        let step = host.on(answer_with(429, &[("Retry-After", "1")], ""));
        assert_eq!(host.wait(step), Step::Token { refused: false });
        assert!(matches!(host.on(Event::Token), Step::Send { attempt: 2, .. }));
    }

    #[test]
    fn a_token_that_may_have_grown_old_at_the_gate_is_asked_for_again() {
        let mut host = Host::read();
        host.call = host.call.with_session(true);
        host.gate.pause(host.now, 500.0);
        assert_eq!(host.on(Event::Start), Step::Token { refused: false });
        let step = host.on(Event::Token);
        assert!(matches!(step, Step::Wait { ms: 500.0, reason: WaitReason::Paused, .. }));
        assert_eq!(host.wait(step), Step::Token { refused: false });
        // While the token was fetched, another call met a pause.
        host.gate.pause(host.now, 200.0);
        let step = host.on(Event::Token);
        assert!(matches!(step, Step::Wait { ms: 200.0, reason: WaitReason::Paused, .. }));
        assert_eq!(host.wait(step), Step::Token { refused: false });
        assert!(matches!(host.on(Event::Token), Step::Send { attempt: 1, .. }));
    }

    #[test]
    fn a_call_is_plain_data_at_every_moment() {
        let mut host = Host::read().started();
        let step = host.on(no_answer());
        let text = serde_json::to_string(&host.call).unwrap();
        assert_eq!(serde_json::from_str::<Call>(&text).unwrap(), host.call);
        assert_eq!(crate::wire::json::round_trip(&host.call), host.call);
        host.call = crate::wire::json::round_trip(&host.call);
        assert_eq!(crate::wire::json::round_trip(&host.gate), host.gate);
        assert!(matches!(host.wait(step), Step::Send { attempt: 2, .. }));
    }
}
