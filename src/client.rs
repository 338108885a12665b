//! The Rust driver: carries out the steps of [`Call`] with a [`Transport`].

use crate::call::{Call, Event, Now, Step};
use crate::endpoint::{Endpoint, Listing, Plan, plan};
use crate::error::{ErrorKind, TicketError};
use crate::http::{Headers, Request, Response};
use crate::limit::Gate;
use crate::marketplace::{Authorize, Marketplace, Unsigned};
use crate::page::{PageFacts, Walk};
use crate::settings::{CallOptions, Settings};
use crate::transport::{MaybeSend, Transport, TransportError};
use crate::validate::Violations;
use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
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
    gate: Mutex<Gate>,
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
        Ok(Self { marketplace, credentials, settings, transport, gate: Mutex::default() })
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
        let mut call = Call::new(plan, &settings);
        let mut event = Event::Start;
        let response = loop {
            event = match self.advance(&mut call, event) {
                Step::Send { timeout_ms, max_body_bytes, .. } => {
                    let request = self.sign(&call.plan, body.clone());
                    match timeout(&self.transport, timeout_ms, self.transport.send(request, max_body_bytes)).await {
                        None => Event::TimedOut { status: None },
                        Some(Ok(response)) => Event::Response { response },
                        Some(Err(TransportError { status, message })) => Event::SendFailed { status, message },
                    }
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
        Ok(self.sign(&plan, body))
    }

    /// Walks a list page by page, each item once even while the list moves.
    pub fn pages<L: Listing + Sync>(&self, listing: L) -> Pages<'_, T, L> {
        let walk = Walk::from(listing.offset());
        Pages { client: self, next: Some(listing), walk, seen: HashSet::new() }
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
        let settings = self.settings.with(options);
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

    fn sign(&self, plan: &Plan, body: Vec<u8>) -> Request {
        let mut headers = plan.headers.clone();
        if let Some(credentials) = &self.credentials {
            let unsigned = Unsigned { method: plan.method, url: &plan.url };
            for (name, value) in credentials.headers(unsigned, &body.as_slice(), self.transport.now_ms()).0 {
                headers.set(name, value);
            }
        }
        Request { method: plan.method, url: plan.url.clone(), headers, body }
    }

    fn advance(&self, call: &mut Call, event: Event) -> Step {
        let now = Now { ms: self.transport.now_ms(), random: self.transport.random() };
        // The gate is two numbers; a panic elsewhere cannot leave them half written.
        let mut gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        call.advance(self.marketplace, &mut gate, now, event)
    }
}

/// A walk over a list. See [`Client::pages`].
#[derive(Debug)]
pub struct Pages<'a, T, L> {
    client: &'a Client<T>,
    next: Option<L>,
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
        let facts = PageFacts {
            length: items.len() as u64,
            first_is_known: items.first().is_some_and(|item| self.seen.contains(&L::key(item))),
            more,
        };
        let turn = self.walk.turn(facts);
        items.retain(|item| turn.keep && self.seen.insert(L::key(item)));
        self.next = turn.next.map(|offset| listing.at(offset));
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
