//! The Rust driver carries out the steps of [`Call`] with a [`Transport`].

use crate::call::lease::Lease;
use crate::call::limit::Gate;
use crate::call::line::Line;
use crate::call::{Call, CallEvent, CallStep, Now};
use crate::client::pages::Pages;
use crate::client::trace;
use crate::client::transport::{Transport, TransportError};
use crate::model::schema::Odd;
use crate::rules::codes::{Code, ViolationCode, code};
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::rules::violation::Violations;
use crate::vendor::plan::plan;
use crate::vendor::{Authorize, Endpoint, Listing, Plan, Session, Unsigned, Vendor};
use crate::wire::http::{Headers, Request, Response};
use std::collections::BTreeMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// A seller's account at one marketplace.
///
/// Dropping the future of a call aborts it. Calls of one client share its rate gate and nothing
/// else. It accepts the endpoints of its own marketplace only, so that its credentials reach no
/// other.
pub struct Client<V: Vendor, T> {
    pub(super) credentials: Option<V::Credentials>,
    pub(super) settings: Settings,
    pub(super) transport: T,
    pub(super) shared: Mutex<Shared>,
}

/// The output shows nothing of the credentials.
impl<V: Vendor, T: fmt::Debug> fmt::Debug for Client<V, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("marketplace", &V::MARKETPLACE)
            .field("settings", &self.settings)
            .field("transport", &self.transport)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// The state that the calls of a client share. It is plain data, so that no call depends on the
/// lifetime of another.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The number of nonces made so far.
    pub(super) nonces: u64,
    pub(super) gates: BTreeMap<String, Gate>,
    pub(super) session: Option<Session>,
    /// The token that the marketplace last accepted.
    pub(super) worked: Option<String>,
    /// The lease, which tells which call renews the session.
    pub(super) lease: Lease,
    /// The error of the last renewal that failed.
    pub(super) failure: Option<TicketError>,
    /// The number of sure writes that have entered a line, which is also the number of the last
    /// one.
    pub(super) writers: u64,
    /// The lines of sure writes, by their keys.
    pub(super) lines: BTreeMap<String, Line>,
}

/// A result and the response that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply<O> {
    /// The result.
    pub data: O,
    /// The HTTP status.
    pub status: u16,
    /// The headers of the response.
    pub headers: Headers,
    /// The reference that the write carried, by which it can be found again: Magalu's `code`.
    pub reference: Option<String>,
    /// How often the request was sent.
    pub attempts: u32,
    /// Whether the response was lost and the result was found by reading; see [`Client::once`].
    pub found: bool,
    /// The oddities of items of a list. Such items are not in `data`, which cannot hold them.
    pub odd: Vec<Odd>,
}

impl<V: Vendor, T: Transport> Client<V, T> {
    /// Returns a client that signs its own requests.
    pub fn new(credentials: V::Credentials, settings: Settings, transport: T) -> Result<Self, TicketError> {
        Self::with(Some(credentials), settings, transport)
    }

    /// Returns a client without keys, which calls through the gateway at `url`.
    pub fn through_gateway(url: impl Into<String>, settings: Settings, transport: T) -> Result<Self, TicketError> {
        let settings = Settings { base_url: Some(url.into()), gateway: true, ..settings };
        Self::with(None, settings, transport)
    }

    fn with(credentials: Option<V::Credentials>, settings: Settings, transport: T) -> Result<Self, TicketError> {
        let mut violations = Violations::new();
        V::MARKETPLACE.check_settings(&settings, &mut violations);
        if let Some(credentials) = &credentials {
            credentials.check(&mut violations);
        }
        violations
            .into_result()
            .map_err(|list| TicketError::invalid(ErrorKind::Configuration, list, V::MARKETPLACE.id, ""))?;
        Ok(Self { credentials, settings, transport, shared: Mutex::default() })
    }

    /// Calls an endpoint and returns its result.
    pub async fn call<E: Endpoint<Vendor = V> + Sync>(&self, endpoint: &E) -> Result<Reply<E::Output>, TicketError> {
        self.call_with(endpoint, &CallOptions::default()).await
    }

    /// Calls an endpoint with its own options and returns its result.
    pub async fn call_with<E: Endpoint<Vendor = V> + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        trace::call(V::MARKETPLACE.id, E::META.name, self.carry_out(endpoint, options)).await
    }

    async fn carry_out<E: Endpoint<Vendor = V> + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        let (settings, plan, body) = self.prepare(endpoint, options)?;
        let (call, response) = self.drive(self.call_of(plan, &settings), &body, &settings).await?;
        let data = E::decode(&response).map_err(|error| *call.undecodable(error, &response))?;
        let odd = E::odd(&response);
        let Response { status, headers, .. } = response;
        let attempts = call.attempts();
        Ok(Reply { data, status, headers, reference: call.plan.reference, attempts, found: false, odd })
    }

    pub(super) fn call_of(&self, plan: Plan, settings: &Settings) -> Call {
        let uses_session = self.credentials.as_ref().is_some_and(|credentials| credentials.uses_session());
        Call::new(plan, settings).with_session(uses_session)
    }

    /// Drives a call until its response is accepted, and returns that response.
    pub(super) async fn drive(
        &self,
        mut call: Call,
        body: &[u8],
        settings: &Settings,
    ) -> Result<(Call, Response), TicketError> {
        let mut session: Option<Session> = None;
        let mut event = CallEvent::Start;
        loop {
            event = match self.advance(&mut call, event) {
                CallStep::Send { attempt, timeout_ms, max_body_bytes } => {
                    let request = self.sign(&call.plan, body.to_vec(), session.as_ref());
                    let event = self.attempt(attempt, request, timeout_ms, max_body_bytes).await;
                    if let (Some(session), CallEvent::Response { response }) = (&session, &event)
                        && response.is_success()
                    {
                        self.lock().worked = Some(session.access_token.clone());
                    }
                    event
                }
                CallStep::Token { refused, timeout_ms } => {
                    let stale = session.take().filter(|_| refused).map(|session| session.access_token);
                    let fresh = self.fresh_session(stale.as_deref(), settings);
                    match timeout(&self.transport, timeout_ms, fresh).await {
                        Some(fresh) => {
                            session = Some(fresh?);
                            CallEvent::Token
                        }
                        None => CallEvent::TimedOut { status: None },
                    }
                }
                CallStep::Wait { ms, reason, attempt } => {
                    trace::wait(attempt, ms, reason);
                    self.transport.sleep(ms).await;
                    CallEvent::Waited
                }
                CallStep::Done(response) => return Ok((call, response)),
                CallStep::Fail(error) => return Err(*error),
            };
        }
    }

    /// Returns the signed request, ready to be sent by other means.
    pub fn request<E: Endpoint<Vendor = V>>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Request, TicketError> {
        let (_, plan, body) = self.prepare(endpoint, options)?;
        let session = self.lock().session.clone();
        Ok(self.sign(&plan, body, session.as_ref()))
    }

    /// Returns the host of this client.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Returns the session that this client uses, so that it can be kept for the next program run.
    #[must_use]
    pub fn session(&self) -> Option<Session> {
        self.lock().session.clone()
    }

    /// Uses a session that was kept.
    pub fn set_session(&self, session: Session) {
        self.lock().session = Some(session);
    }

    /// Returns an iteration over a list, page by page, which yields each item once even if the list
    /// changes meanwhile.
    pub fn pages<L: Listing<Vendor = V> + Sync>(&self, listing: L) -> Pages<'_, T, L> {
        Pages::new(self, listing)
    }

    pub(super) fn prepare<E: Endpoint<Vendor = V>>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<(Settings, Plan, Vec<u8>), TicketError> {
        let error = |kind, list| TicketError::invalid(kind, list, V::MARKETPLACE.id, E::META.name);
        let mut violations = Violations::new();
        options.check(&self.settings, &mut violations);
        violations.into_result().map_err(|list| error(ErrorKind::Configuration, list))?;
        let settings = self.settings.with(&CallOptions { nonce: self.nonce(), ..options.clone() });
        let endpoint = endpoint.referred(&settings);
        let (plan, body) = plan(&*endpoint, &settings)?;
        let mut bytes = Vec::new();
        if let Some(body) = body {
            let attachments = endpoint.attachments();
            let files: Vec<&[u8]> = attachments.iter().filter_map(|file| file.bytes()).collect();
            body.write_into(&files, &mut bytes).map_err(|problem| {
                let text = format!("a file cannot be written into the request: {problem}");
                let code: Code<ViolationCode> = code!("file_unreadable");
                TicketError::local(ErrorKind::Validation, code.into(), text, V::MARKETPLACE.id, E::META.name)
            })?;
        }
        Ok((settings, plan, bytes))
    }

    /// Makes the attempt of this number and returns what became of it.
    pub(super) async fn attempt(
        &self,
        number: u32,
        request: Request,
        timeout_ms: f64,
        max_body_bytes: u64,
    ) -> CallEvent {
        trace::request(number, request.method);
        let event = match timeout(&self.transport, timeout_ms, self.transport.send(request, max_body_bytes)).await {
            None => CallEvent::TimedOut { status: None },
            Some(Ok(response)) => CallEvent::Response { response },
            Some(Err(TransportError { status, message })) => CallEvent::SendFailed { status, message },
        };
        trace::response(number, &event);
        event
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Shared> {
        // A panic elsewhere cannot leave the plain data half written.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn nonce(&self) -> String {
        // The nonce includes a counter, so that two attempts differ even if the random numbers are
        // poor.
        let count = {
            let mut shared = self.lock();
            shared.nonces = shared.nonces.wrapping_add(1);
            shared.nonces
        };
        let half = || self.transport.random().to_bits();
        format!("{:016x}{:016x}", half(), half() ^ count)
    }

    fn sign(&self, plan: &Plan, body: Vec<u8>, session: Option<&Session>) -> Request {
        let mut headers = plan.attempt_headers(|| self.nonce());
        if let Some(credentials) = self.credentials.as_ref().filter(|_| !plan.is_open) {
            let bytes = body.as_slice();
            let request =
                Unsigned { method: plan.method, url: &plan.url, body: &bytes, now_ms: self.transport.now_ms() };
            for (name, value) in credentials.headers(request, session).0 {
                headers.set(name, value);
            }
        }
        Request { method: plan.method, url: plan.url.clone(), headers, body }
    }

    pub(super) fn advance(&self, call: &mut Call, event: CallEvent) -> CallStep {
        let now = Now { ms: self.transport.now_ms(), random: self.transport.random() };
        let mut shared = self.lock();
        let gate = shared.gates.entry(call.plan.bucket.clone()).or_default();
        call.advance(V::MARKETPLACE, gate, now, event)
    }
}

/// Returns the output of `future`, or `None` if the time is over first.
async fn timeout<T: Transport, O>(transport: &T, ms: f64, future: impl Future<Output = O>) -> Option<O> {
    let mut future = pin!(future);
    let mut timer = pin!(transport.sleep(ms));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    })
    .await
}
