//! The Rust driver: carries out the steps of [`Call`] with a [`Transport`].

use crate::call::limit::Gate;
use crate::call::once::{self, Once, OnceEvent, OnceStep, Page};
use crate::call::{Call, CallEvent, CallStep, Now};
use crate::client::pages::Pages;
use crate::client::transport::{MaybeSend, Transport, TransportError};
use crate::rules::error::{DecodeError, ErrorKind, Origin, Sent, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::answer::result_of;
use crate::vendor::plan::plan;
use crate::vendor::{Authorize, Built, Endpoint, Grant, Listing, Operation, Plan, Session, Shape, Unsigned, Vendor};
use crate::wire::http::{Headers, Request, Response};
use crate::wire::json::Json;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// A seller's account at one marketplace.
///
/// Dropping the future of a call aborts it. Calls of one client share its rate gate and nothing else.
/// It takes the endpoints of its own marketplace only: what the client signs with goes to no other.
pub struct Client<V: Vendor, T> {
    credentials: Option<V::Credentials>,
    settings: Settings,
    transport: T,
    shared: Mutex<Shared>,
}

/// Shows nothing of the credentials.
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

/// What the calls of a client share: plain data, so that no call depends on another's life.
#[derive(Debug, Default)]
struct Shared {
    /// How many nonces were made.
    nonces: u64,
    gates: BTreeMap<String, Gate>,
    session: Option<Session>,
    /// Turns to renew the session are counted. The last one is over at this time, if it does not end before.
    turn: u64,
    turn_until_ms: f64,
    /// The turn that failed last, and why.
    failure: Option<(u64, TicketError)>,
    /// Who waits to make a sure write, by its key: the number of the turn and when it ends, if nobody extends it. The first
    /// one has it.
    lines: BTreeMap<String, VecDeque<(u64, f64)>>,
}

/// A result and the answer that it came in.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply<O> {
    /// The result.
    pub data: O,
    /// The HTTP status.
    pub status: u16,
    /// The answer's headers.
    pub headers: Headers,
    /// How often the request was sent.
    pub attempts: u32,
    /// Whether the answer was lost, and the result was found by reading; see [`Client::once`].
    pub found: bool,
}

impl<V: Vendor, T: Transport> Client<V, T> {
    /// A client that signs its own requests.
    pub fn new(credentials: V::Credentials, settings: Settings, transport: T) -> Result<Self, TicketError> {
        Self::with(Some(credentials), settings, transport)
    }

    /// A client without keys, which calls through the gateway at `url`.
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

    /// Calls an endpoint.
    pub async fn call<E: Endpoint<Vendor = V> + Sync>(&self, endpoint: &E) -> Result<Reply<E::Output>, TicketError> {
        self.call_with(endpoint, &CallOptions::default()).await
    }

    /// Calls an endpoint with choices of its own.
    pub async fn call_with<E: Endpoint<Vendor = V> + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        let (settings, plan, body) = self.prepare(endpoint, options)?;
        let (call, response) = self.drive(self.call_of(plan, &settings), &body, &settings).await?;
        let data = E::decode(&response).map_err(|error| *call.undecodable(error, &response))?;
        let Response { status, headers, .. } = response;
        Ok(Reply { data, status, headers, attempts: call.attempts(), found: false })
    }

    /// Makes a write that is sure: when its answer is lost, what became of it is found out by reading, and it is sent
    /// again only when it did not land. See [`Once`] and the page "writes" of the documentation for what this cannot
    /// know. Writes with the same key are made one after the other.
    pub async fn once<E: Endpoint<Vendor = V> + Sync>(&self, endpoint: &E) -> Result<Reply<E::Output>, TicketError> {
        self.once_with(endpoint, &CallOptions::default()).await
    }

    /// The same with choices of its own.
    pub async fn once_with<E: Endpoint<Vendor = V> + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        let (settings, plan, body) = self.prepare(endpoint, options)?;
        let begun = self.transport.now_ms();
        let recovery = endpoint.recovery(begun);
        let mut write = Once::new(V::MARKETPLACE, E::META.name, recovery, &settings, begun).map_err(|error| *error)?;
        let place = match write.key() {
            Some(key) => Some(self.line_up(key, &write).await?),
            None => None,
        };
        // How often the write is sent again is no limit to the reads.
        let reading = Settings { max_retries: self.settings.max_retries, ..settings.clone() };
        let mut last: Option<TicketError> = None;
        let mut attempts = 0_u32;
        let mut event = OnceEvent::Begun;
        loop {
            let now = self.transport.now_ms();
            let step = write.advance(V::MARKETPLACE, now, event);
            if let (Some(place), OnceStep::Read { .. } | OnceStep::Write { .. } | OnceStep::Wait { .. }) =
                (&place, &step)
            {
                place.extend(write.end_ms());
            }
            event = match step {
                OnceStep::Read { endpoint, args, total_timeout_ms } => {
                    let settings = Settings { total_timeout_ms, ..reading.clone() };
                    match self.read_by_name(&endpoint, args, &settings).await {
                        Ok((value, page)) => OnceEvent::Read { value, page },
                        Err(error) => {
                            last.get_or_insert(error);
                            OnceEvent::ReadFailed
                        }
                    }
                }
                OnceStep::Write { total_timeout_ms } => {
                    let settings = Settings { total_timeout_ms, ..settings.clone() };
                    let result = self.drive(self.call_of(plan.clone(), &settings), &body, &settings).await;
                    let result = result.and_then(|(call, response)| match E::decode(&response) {
                        Ok(data) => Ok((data, response, call.attempts())),
                        Err(error) => Err(*call.undecodable(error, &response)),
                    });
                    match result {
                        Ok((data, response, sent)) => {
                            let Response { status, headers, .. } = response;
                            let attempts = attempts.saturating_add(sent);
                            return Ok(Reply { data, status, headers, attempts, found: false });
                        }
                        Err(error) => {
                            attempts = attempts.saturating_add(error.attempts);
                            let is_theirs = error.origin == Origin::Marketplace;
                            let (sent, status) = (error.sent, error.status.filter(|_| is_theirs));
                            let hint_ms = error.retry_after_ms;
                            last = Some(error);
                            OnceEvent::WriteFailed { sent, status, hint_ms }
                        }
                    }
                }
                OnceStep::Wait { ms } => {
                    self.transport.sleep(ms).await;
                    OnceEvent::Waited
                }
                OnceStep::Found { answer } => {
                    let response = once::answer(&answer);
                    let local = |error: DecodeError| {
                        TicketError::local(
                            ErrorKind::Decode,
                            error.code,
                            error.message,
                            V::MARKETPLACE.id,
                            E::META.name,
                        )
                    };
                    let data = E::decode(&response).map_err(|error| TicketError {
                        sent: Sent::Yes,
                        attempts,
                        ..local(error)
                    })?;
                    let Response { status, headers, .. } = response;
                    return Ok(Reply { data, status, headers, attempts, found: true });
                }
                OnceStep::Fail { error } => return Err(*error),
                OnceStep::Done => OnceEvent::Written,
                OnceStep::GiveUp { sent } => {
                    if let (Some(place), false) = (place, sent == Sent::No) {
                        place.leave_behind(self.transport.now_ms() + write.settle_ms());
                    }
                    let error = last.unwrap_or_else(|| {
                        let text = "nothing was done";
                        TicketError::local(ErrorKind::Decode, "unexpected_step", text, V::MARKETPLACE.id, "")
                    });
                    return Err(TicketError { sent, attempts, endpoint: E::META.name.to_owned(), ..error });
                }
            };
        }
    }

    /// Takes a place in the line of writes with this key, and waits for its turn.
    async fn line_up(&self, key: &str, write: &Once) -> Result<Place<'_>, TicketError> {
        const STEP_MS: f64 = 25.0;
        let number = {
            let mut shared = self.lock();
            shared.turn = shared.turn.saturating_add(1);
            let number = shared.turn;
            let until = self.transport.now_ms() + TURN_MS;
            shared.lines.entry(key.to_owned()).or_default().push_back((number, until));
            number
        };
        let place = Place { shared: &self.shared, key: key.to_owned(), number, is_left: false };
        loop {
            let now = self.transport.now_ms();
            place.extend(now);
            let is_first = {
                let mut shared = self.lock();
                let line = shared.lines.entry(key.to_owned()).or_default();
                // Those who neither wait nor work any more.
                line.retain(|(other, until)| *other == number || *until > now);
                line.front().is_some_and(|(first, _)| *first == number)
            };
            if is_first {
                return Ok(place);
            }
            if now >= write.end_ms() {
                let text = "other writes to the same ticket took all the time of this one";
                return Err(TicketError::local(ErrorKind::Timeout, "no_turn", text, V::MARKETPLACE.id, ""));
            }
            self.transport.sleep(STEP_MS).await;
        }
    }

    /// Calls a read by its name, for its result as data.
    async fn read_by_name(
        &self,
        name: &str,
        args: Vec<Json>,
        settings: &Settings,
    ) -> Result<(Json, Option<Page>), TicketError> {
        let local = |kind, code: &str, text: &str| TicketError::local(kind, code, text, V::MARKETPLACE.id, name);
        let unknown = || local(ErrorKind::Configuration, "unknown_method", "there is no such method");
        let operation: &Operation = V::MARKETPLACE.operation(name).ok_or_else(unknown)?;
        let (plan, _) = operation
            .plan(args, settings)
            .map_err(|list| TicketError::invalid(ErrorKind::Validation, list, V::MARKETPLACE.id, name))?;
        let (call, response) = self.drive(self.call_of(plan, settings), &[], settings).await?;
        let shape = operation.shape(&response).map_err(|error| *call.undecodable(error, &response))?;
        let page = match &shape {
            Shape::Json { page: Some(page), .. } => Some(Page::from(page)),
            _ => None,
        };
        let value = result_of(&shape, &response)
            .ok_or_else(|| local(ErrorKind::Decode, "unexpected_shape", "the answer cannot be read again"))?;
        Ok((value, page))
    }

    fn call_of(&self, plan: Plan, settings: &Settings) -> Call {
        let uses_session = self.credentials.as_ref().is_some_and(|credentials| credentials.uses_session());
        Call::new(plan, settings).with_session(uses_session)
    }

    /// Takes a call to its accepted answer.
    async fn drive(&self, mut call: Call, body: &[u8], settings: &Settings) -> Result<(Call, Response), TicketError> {
        let mut session: Option<Session> = None;
        let mut event = CallEvent::Start;
        loop {
            event = match self.advance(&mut call, event) {
                CallStep::Send { timeout_ms, max_body_bytes, .. } => {
                    let request = self.sign(&call.plan, body.to_vec(), session.as_ref());
                    self.attempt(request, timeout_ms, max_body_bytes).await
                }
                CallStep::Token { refused } => {
                    let stale = session.filter(|_| refused).map(|session| session.access_token);
                    session = Some(self.fresh_session(stale.as_deref(), settings).await?);
                    CallEvent::Token
                }
                CallStep::Wait { ms, .. } => {
                    self.transport.sleep(ms).await;
                    CallEvent::Waited
                }
                CallStep::Done(response) => return Ok((call, response)),
                CallStep::Fail(error) => return Err(*error),
            };
        }
    }

    /// The signed request, ready to be sent by other means.
    pub fn request<E: Endpoint<Vendor = V>>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Request, TicketError> {
        let (_, plan, body) = self.prepare(endpoint, options)?;
        let session = self.lock().session.clone();
        Ok(self.sign(&plan, body, session.as_ref()))
    }

    /// The host of this client.
    #[must_use]
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// The session that this client uses, to keep it for the next program run.
    #[must_use]
    pub fn session(&self) -> Option<Session> {
        self.lock().session.clone()
    }

    /// Starts with a session that was kept.
    pub fn set_session(&self, session: Session) {
        self.lock().session = Some(session);
    }

    /// Walks a list page by page, each item once even while the list moves.
    pub fn pages<L: Listing<Vendor = V> + Sync>(&self, listing: L) -> Pages<'_, T, L> {
        Pages::new(self, listing)
    }

    fn prepare<E: Endpoint<Vendor = V>>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<(Settings, Plan, Vec<u8>), TicketError> {
        let error = |kind, list| TicketError::invalid(kind, list, V::MARKETPLACE.id, E::META.name);
        let mut violations = Violations::new();
        options.check(&self.settings, &mut violations);
        violations.into_result().map_err(|list| error(ErrorKind::Configuration, list))?;
        let settings = self.settings.with(&CallOptions { nonce: self.nonce(), ..options.clone() });
        let (plan, body) = plan(endpoint, &settings)?;
        let mut bytes = Vec::new();
        if let Some(body) = body {
            let attachments = endpoint.attachments();
            let files: Vec<&[u8]> = attachments.iter().filter_map(|file| file.bytes()).collect();
            body.write_into(&files, &mut bytes).map_err(|problem| {
                let text = format!("a file cannot be written into the request: {problem}");
                TicketError::local(ErrorKind::Validation, "file_unreadable", text, V::MARKETPLACE.id, E::META.name)
            })?;
        }
        Ok((settings, plan, bytes))
    }

    /// A session that can be used, and is not `stale`. One call renews it, the others wait by timers of their own; when
    /// the one disappears, its turn ends and another takes over. When it fails, all who waited for it fail.
    async fn fresh_session(&self, stale: Option<&str>, settings: &Settings) -> Result<Session, TicketError> {
        const STEP_MS: f64 = 25.0;
        let mut followed = None;
        loop {
            let now = self.transport.now_ms();
            let led = {
                let mut shared = self.lock();
                match &shared.session {
                    Some(session) if session.is_fresh(now) && Some(session.access_token.as_str()) != stale => {
                        return Ok(session.clone());
                    }
                    _ => {}
                }
                if let (Some(followed), Some((failed, error))) = (followed, &shared.failure)
                    && *failed >= followed
                {
                    return Err(error.clone());
                }
                if shared.turn_until_ms <= now {
                    shared.turn = shared.turn.saturating_add(1);
                    shared.turn_until_ms = now + TURN_MS;
                    Some(shared.turn)
                } else {
                    followed = Some(shared.turn);
                    None
                }
            };
            if let Some(number) = led {
                let turn = Turn { shared: &self.shared, number };
                let renewed = self.renew(settings, &turn).await;
                let mut shared = self.lock();
                match &renewed {
                    Ok(session) => shared.session = Some(session.clone()),
                    Err(error) => shared.failure = Some((number, error.clone())),
                }
                // Before the turn ends, which needs the lock too.
                drop(shared);
                return renewed;
            }
            self.transport.sleep(STEP_MS).await;
        }
    }

    async fn renew(&self, settings: &Settings, turn: &Turn<'_>) -> Result<Session, TicketError> {
        let before = self.lock().session.clone();
        let ask = |credentials: &V::Credentials, before: Option<&Session>| credentials.renewal(before, settings);
        let renewed = self.ask_for_session(before, settings, Some(turn), ask).await;
        // The call that needs the session was not sent, whatever became of the renewal.
        renewed.map_err(|error| TicketError { sent: Sent::No, ..error })
    }

    /// Turns the code of a page of consent into a session, which this client uses from then on.
    pub async fn exchange(&self, grant: &Grant) -> Result<Session, TicketError> {
        let settings = &self.settings;
        let ask = |credentials: &V::Credentials, _: Option<&Session>| credentials.exchange(grant, settings);
        let session = self.ask_for_session(None, settings, None, ask).await?;
        self.lock().session = Some(session.clone());
        Ok(session)
    }

    async fn ask_for_session(
        &self,
        before: Option<Session>,
        settings: &Settings,
        turn: Option<&Turn<'_>>,
        ask: impl FnOnce(&V::Credentials, Option<&Session>) -> Result<Built, Vec<Violation>> + MaybeSend,
    ) -> Result<Session, TicketError> {
        let error = |list| TicketError::invalid(ErrorKind::Configuration, list, V::MARKETPLACE.id, "session");
        let Some(credentials) = self.credentials.as_ref() else { return Err(error(Vec::new())) };
        let (plan, body) = ask(credentials, before.as_ref()).map_err(error)?;
        let body = body.and_then(|body| body.as_text().map(<[u8]>::to_vec)).unwrap_or_default();
        let mut call = Call::new(plan, settings);
        let mut event = CallEvent::Start;
        let extend = |ms: f64| {
            if let Some(turn) = turn {
                turn.extend(self.transport.now_ms() + ms);
            }
        };
        let response = loop {
            event = match self.advance(&mut call, event) {
                CallStep::Send { timeout_ms, max_body_bytes, .. } => {
                    extend(timeout_ms);
                    let Plan { method, url, headers, .. } = call.plan.clone();
                    let request = Request { method, url, headers, body: body.clone() };
                    self.attempt(request, timeout_ms, max_body_bytes).await
                }
                CallStep::Wait { ms, .. } => {
                    extend(ms);
                    self.transport.sleep(ms).await;
                    CallEvent::Waited
                }
                CallStep::Token { .. } => CallEvent::Token,
                CallStep::Done(response) => break response,
                CallStep::Fail(error) => return Err(*error),
            };
        };
        credentials
            .read_session(&response, before.as_ref(), self.transport.now_ms())
            .map_err(|error| *call.undecodable(error, &response))
    }

    async fn attempt(&self, request: Request, timeout_ms: f64, max_body_bytes: u64) -> CallEvent {
        match timeout(&self.transport, timeout_ms, self.transport.send(request, max_body_bytes)).await {
            None => CallEvent::TimedOut { status: None },
            Some(Ok(response)) => CallEvent::Response { response },
            Some(Err(TransportError { status, message })) => CallEvent::SendFailed { status, message },
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        // A panic elsewhere cannot leave plain data half written.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn nonce(&self) -> String {
        // Counted, too: with poor dice, two attempts must not look like one.
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

    fn advance(&self, call: &mut Call, event: CallEvent) -> CallStep {
        let now = Now { ms: self.transport.now_ms(), random: self.transport.random() };
        let mut shared = self.lock();
        let gate = shared.gates.entry(call.plan.bucket.clone()).or_default();
        call.advance(V::MARKETPLACE, gate, now, event)
    }
}

/// A turn that nobody extends ends after this time: its call is neither polled nor dropped.
const TURN_MS: f64 = 2_000.0;

/// The turn to renew a session. It ends with the call that has it, however that ends.
struct Turn<'a> {
    shared: &'a Mutex<Shared>,
    number: u64,
}

impl Turn<'_> {
    /// Lets it last until a little after `ms`.
    fn extend(&self, ms: f64) {
        self.set(ms + TURN_MS);
    }

    fn set(&self, until_ms: f64) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.turn == self.number {
            shared.turn_until_ms = until_ms;
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.set(0.0);
    }
}

/// A place in the line of the writes with one key. It is free again when it is dropped.
struct Place<'a> {
    shared: &'a Mutex<Shared>,
    key: String,
    number: u64,
    is_left: bool,
}

impl Place<'_> {
    /// Lets it last until a little after `ms`.
    fn extend(&self, ms: f64) {
        self.set(Some(ms + TURN_MS));
    }

    /// Keeps the next ones waiting until `ms`, although this one is done.
    fn leave_behind(mut self, ms: f64) {
        self.set(Some(ms));
        self.is_left = true;
    }

    fn set(&self, until_ms: Option<f64>) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(line) = shared.lines.get_mut(&self.key) else { return };
        match until_ms {
            Some(ms) => line.iter_mut().filter(|(number, _)| *number == self.number).for_each(|turn| turn.1 = ms),
            None => line.retain(|(number, _)| *number != self.number),
        }
        if line.is_empty() {
            shared.lines.remove(&self.key);
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if !self.is_left {
            self.set(None);
        }
    }
}

/// The output of `future`, or `None` when the time is over first.
async fn timeout<T: Transport, O>(transport: &T, ms: f64, future: impl Future<Output = O> + MaybeSend) -> Option<O> {
    let mut future = pin!(future);
    let mut timer = pin!(transport.sleep(ms));
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    })
    .await
}
