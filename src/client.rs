//! The Rust driver: carries out the steps of [`Call`] with a [`Transport`].

use crate::call::{Call, Event, Now, Step};
use crate::endpoint::{Built, Endpoint, Listing, Plan, plan};
use crate::error::{ErrorKind, Sent, TicketError};
use crate::http::{Headers, Request, Response};
use crate::limit::Gate;
use crate::marketplace::{Authorize, Marketplace, Unsigned};
use crate::page::{Base, PageFacts, Walk};
use crate::session::{Grant, Session};
use crate::settings::{CallOptions, Settings};
use crate::transport::{MaybeSend, Transport, TransportError};
use crate::validate::{Violation, Violations};
use std::collections::{BTreeMap, HashSet};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

/// A seller's account at one marketplace.
///
/// Dropping the future of a call aborts it. Calls of one client share its rate gate and nothing else.
#[derive(Debug)]
pub struct Client<T> {
    marketplace: &'static Marketplace,
    credentials: Option<Box<dyn Authorize>>,
    settings: Settings,
    transport: T,
    shared: Mutex<Shared>,
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
}

impl<T: Transport> Client<T> {
    /// A client that signs its own requests.
    pub fn new(
        marketplace: &'static Marketplace,
        credentials: impl Authorize + 'static,
        settings: Settings,
        transport: T,
    ) -> Result<Self, TicketError> {
        Self::with(marketplace, Some(Box::new(credentials)), settings, transport)
    }

    /// A client without keys, which calls through the gateway at `url`.
    pub fn through_gateway(
        marketplace: &'static Marketplace,
        url: impl Into<String>,
        settings: Settings,
        transport: T,
    ) -> Result<Self, TicketError> {
        let settings = Settings { base_url: Some(url.into()), gateway: true, ..settings };
        Self::with(marketplace, None, settings, transport)
    }

    fn with(
        marketplace: &'static Marketplace,
        credentials: Option<Box<dyn Authorize>>,
        settings: Settings,
        transport: T,
    ) -> Result<Self, TicketError> {
        let mut violations = Violations::new();
        settings.check(marketplace, &mut violations);
        if let Some(credentials) = &credentials {
            credentials.check(&mut violations);
        }
        violations
            .into_result()
            .map_err(|list| TicketError::invalid(ErrorKind::Configuration, list, marketplace.id, ""))?;
        Ok(Self { marketplace, credentials, settings, transport, shared: Mutex::default() })
    }

    /// Calls an endpoint.
    pub async fn call<E: Endpoint + Sync>(&self, endpoint: &E) -> Result<Reply<E::Output>, TicketError> {
        self.call_with(endpoint, &CallOptions::default()).await
    }

    /// Calls an endpoint with choices of its own.
    pub async fn call_with<E: Endpoint + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        let (settings, plan, body) = self.prepare(endpoint, options)?;
        let uses_session = self.credentials.as_ref().is_some_and(|credentials| credentials.uses_session());
        let mut call = Call::new(plan, &settings).with_session(uses_session);
        let mut session: Option<Session> = None;
        let mut event = Event::Start;
        let response = loop {
            event = match self.advance(&mut call, event) {
                Step::Send { timeout_ms, max_body_bytes, .. } => {
                    let request = self.sign(&call.plan, body.clone(), session.as_ref());
                    self.attempt(request, timeout_ms, max_body_bytes).await
                }
                Step::Token { refused } => {
                    let stale = session.filter(|_| refused).map(|session| session.access_token);
                    session = Some(self.fresh_session(stale.as_deref(), &settings).await?);
                    Event::Token
                }
                Step::Wait { ms, .. } => {
                    self.transport.sleep(ms).await;
                    Event::Waited
                }
                Step::Done(response) => break response,
                Step::Fail(error) => return Err(*error),
            };
        };
        let data = E::decode(&response).map_err(|error| *call.undecodable(error, &response))?;
        let Response { status, headers, .. } = response;
        Ok(Reply { data, status, headers, attempts: call.attempts() })
    }

    /// The signed request, ready to be sent by other means.
    pub fn request<E: Endpoint>(&self, endpoint: &E, options: &CallOptions) -> Result<Request, TicketError> {
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
    pub fn pages<L: Listing + Sync>(&self, listing: L) -> Pages<'_, T, L> {
        let walk = Walk::from(listing.offset());
        Pages { client: self, next: Some(listing), before: None, walk, seen: HashSet::new() }
    }

    fn prepare<E: Endpoint>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<(Settings, Plan, Vec<u8>), TicketError> {
        let error = |kind, list| TicketError::invalid(kind, list, self.marketplace.id, E::META.name);
        let mut violations = Violations::new();
        options.check(&mut violations);
        violations.into_result().map_err(|list| error(ErrorKind::Configuration, list))?;
        let settings = self.settings.with(&CallOptions { nonce: self.nonce(), ..options.clone() });
        let (plan, body) = plan(endpoint, &settings)?;
        let mut bytes = Vec::new();
        if let Some(body) = body {
            let attachments = endpoint.attachments();
            let files: Vec<&[u8]> = attachments.iter().filter_map(|file| file.bytes()).collect();
            body.write_into(&files, &mut bytes).map_err(|problem| {
                let text = format!("a file cannot be written into the request: {problem}");
                TicketError::local(ErrorKind::Validation, "file_unreadable", text, self.marketplace.id, E::META.name)
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
        let ask = |credentials: &dyn Authorize, before: Option<&Session>| credentials.renewal(before, settings);
        let renewed = self.ask_for_session(before, settings, Some(turn), ask).await;
        // The call that needs the session was not sent, whatever became of the renewal.
        renewed.map_err(|error| TicketError { sent: Sent::No, ..error })
    }

    /// Turns the code of a page of consent into a session, which this client uses from then on.
    pub async fn exchange(&self, grant: &Grant) -> Result<Session, TicketError> {
        let settings = &self.settings;
        let ask = |credentials: &dyn Authorize, _: Option<&Session>| credentials.exchange(grant, settings);
        let session = self.ask_for_session(None, settings, None, ask).await?;
        self.lock().session = Some(session.clone());
        Ok(session)
    }

    async fn ask_for_session(
        &self,
        before: Option<Session>,
        settings: &Settings,
        turn: Option<&Turn<'_>>,
        ask: impl FnOnce(&dyn Authorize, Option<&Session>) -> Result<Built, Vec<Violation>> + MaybeSend,
    ) -> Result<Session, TicketError> {
        let error = |list| TicketError::invalid(ErrorKind::Configuration, list, self.marketplace.id, "session");
        let Some(credentials) = self.credentials.as_deref() else { return Err(error(Vec::new())) };
        let (plan, body) = ask(credentials, before.as_ref()).map_err(error)?;
        let body = body.and_then(|body| body.as_text().map(<[u8]>::to_vec)).unwrap_or_default();
        let mut call = Call::new(plan, settings);
        let mut event = Event::Start;
        let extend = |ms: f64| {
            if let Some(turn) = turn {
                turn.extend(self.transport.now_ms() + ms);
            }
        };
        let response = loop {
            event = match self.advance(&mut call, event) {
                Step::Send { timeout_ms, max_body_bytes, .. } => {
                    extend(timeout_ms);
                    let Plan { method, url, headers, .. } = call.plan.clone();
                    let request = Request { method, url, headers, body: body.clone() };
                    self.attempt(request, timeout_ms, max_body_bytes).await
                }
                Step::Wait { ms, .. } => {
                    extend(ms);
                    self.transport.sleep(ms).await;
                    Event::Waited
                }
                Step::Token { .. } => Event::Token,
                Step::Done(response) => break response,
                Step::Fail(error) => return Err(*error),
            };
        };
        credentials
            .read_session(&response, before.as_ref(), self.transport.now_ms())
            .map_err(|error| *call.undecodable(error, &response))
    }

    async fn attempt(&self, request: Request, timeout_ms: f64, max_body_bytes: u64) -> Event {
        match timeout(&self.transport, timeout_ms, self.transport.send(request, max_body_bytes)).await {
            None => Event::TimedOut { status: None },
            Some(Ok(response)) => Event::Response { response },
            Some(Err(TransportError { status, message })) => Event::SendFailed { status, message },
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

    fn advance(&self, call: &mut Call, event: Event) -> Step {
        let now = Now { ms: self.transport.now_ms(), random: self.transport.random() };
        let mut shared = self.lock();
        let gate = shared.gates.entry(call.plan.bucket.clone()).or_default();
        call.advance(self.marketplace, gate, now, event)
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

/// A walk over a list. See [`Client::pages`].
#[derive(Debug)]
pub struct Pages<'a, T, L> {
    client: &'a Client<T>,
    next: Option<L>,
    before: Option<L>,
    walk: Walk,
    seen: HashSet<String>,
}

impl<T: Transport, L: Listing + Sync> Pages<'_, T, L> {
    /// The items of the next page that were not in an earlier one, or `None` at the end. A page may be empty although
    /// others follow.
    pub async fn next_page(&mut self) -> Result<Option<Vec<L::Item>>, TicketError> {
        let Some(listing) = self.next.take() else { return Ok(None) };
        let reply = match self.client.call(&listing).await {
            Ok(reply) => reply,
            Err(error) => {
                // The walk goes on here when the caller tries again.
                self.next = Some(listing);
                return Err(error);
            }
        };
        let (mut items, more) = L::page(reply.data);
        let is_known = |item: &L::Item| self.seen.contains(&L::key(item));
        let beyond = listing.after(&items);
        let facts = PageFacts {
            length: items.len() as u64,
            first_is_known: items.first().is_some_and(is_known),
            fresh: items.iter().filter(|item| !is_known(item)).count() as u64,
            more,
            numbered: L::NUMBERED,
            rebase: beyond.is_some(),
        };
        let turn = self.walk.turn(facts);
        if !turn.keep && turn.next.is_none() {
            let text = "page after page held nothing new: the number of the page does not reach the marketplace";
            let (marketplace, endpoint) = (self.client.marketplace.id, L::META.name);
            self.next = Some(listing);
            return Err(TicketError::local(ErrorKind::Decode, "pages_repeat", text, marketplace, endpoint));
        }
        items.retain(|item| turn.keep && self.seen.insert(L::key(item)));
        let base = match (turn.base, beyond) {
            (Base::Next, Some(beyond)) => {
                self.before = Some(listing);
                beyond
            }
            (Base::Before, _) => self.before.take().unwrap_or(listing),
            (Base::Same | Base::Next, _) => listing,
        };
        self.next = turn.next.map(|offset| base.at(offset));
        Ok(Some(items))
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
