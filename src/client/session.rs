//! The driver of short-lived tokens: one call renews the token, and the others wait for it.

use crate::call::lease::{self, Lease, LeaseStep, LeaseWait, RefusedRenewal};
use crate::call::{Call, CallEvent, CallStep};
use crate::client::client::{Client, Shared};
use crate::client::trace;
use crate::client::transport::{MaybeSend, Transport};
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::settings::Settings;
use crate::rules::violation::Violation;
use crate::vendor::{Authorize, Built, Grant, Plan, Session, Vendor};
use crate::wire::http::Request;
use std::sync::{Mutex, PoisonError};

impl<V: Vendor, T: Transport> Client<V, T> {
    /// Returns a usable session whose token is not the `refused` one.
    pub(super) async fn fresh_session(
        &self,
        refused: Option<&str>,
        settings: &Settings,
    ) -> Result<Session, TicketError> {
        let mut wait = LeaseWait::default();
        loop {
            let now = self.transport.now_ms();
            let step = {
                let mut shared = self.lock();
                let Shared { session, lease, failure, .. } = &mut *shared;
                let step = lease.poll(&mut wait, session.as_ref(), refused, now);
                match (step, session, failure) {
                    (LeaseStep::Use, Some(session), _) => return Ok(session.clone()),
                    (LeaseStep::Fail, _, Some(error)) => return Err(error.clone()),
                    _ => step,
                }
            };
            match step {
                LeaseStep::Use | LeaseStep::Fail => {
                    let text = "there is neither a session nor an error";
                    let id = V::MARKETPLACE.id;
                    return Err(TicketError::local(ErrorKind::Decode, code!("unexpected_step"), text, id, "session"));
                }
                LeaseStep::Wait { ms } => self.transport.sleep(ms).await,
                LeaseStep::Renew { turn: number } => {
                    let turn = Turn { shared: &self.shared, number };
                    let renewed = self.renew(refused, settings, &turn).await;
                    let mut shared = self.lock();
                    match &renewed {
                        Ok(session) => shared.session = Some(session.clone()),
                        Err(error) => {
                            if shared.lease.fail(number) {
                                shared.failure = Some(error.clone());
                            }
                        }
                    }
                    // The lock is released before the turn ends, which needs the lock too.
                    drop(shared);
                    return renewed;
                }
            }
        }
    }

    async fn renew(&self, stale: Option<&str>, settings: &Settings, turn: &Turn<'_>) -> Result<Session, TicketError> {
        let mut before = {
            let mut shared = self.lock();
            let Shared { session, lease, worked, .. } = &mut *shared;
            if !lease.may_renew(session.as_ref(), stale, worked.as_deref()) {
                return Err(lease::tokens_refused(V::MARKETPLACE.id, "session"));
            }
            session.clone()
        };
        let ask = |credentials: &V::Credentials, before: Option<&Session>| credentials.renewal(before, settings);
        let (mut looks, mut is_second) = (0, false);
        // The call that needs the session was not sent, whether or not the renewal was.
        let asked = |error| TicketError { sent: Sent::No, ..error };
        let mut renewed = self.ask_for_session(before.clone(), settings, Some(turn), ask).await.map_err(asked);
        loop {
            let Err(error) = &renewed else { return renewed };
            let (found, now) = (self.lock().session.clone(), self.transport.now_ms());
            match lease::after_refusal(error.kind, looks, before.as_ref(), found.as_ref(), stale, now) {
                RefusedRenewal::Use => return found.ok_or_else(|| error.clone()),
                RefusedRenewal::Renew if !is_second => {
                    (before, is_second, looks) = (found, true, 0);
                    renewed = self.ask_for_session(before.clone(), settings, Some(turn), ask).await.map_err(asked);
                }
                RefusedRenewal::Look { ms } => {
                    looks = looks.saturating_add(1);
                    turn.extend(now + ms);
                    self.transport.sleep(ms).await;
                }
                RefusedRenewal::Renew | RefusedRenewal::Fail => return renewed,
            }
        }
    }

    /// Exchanges the code of a consent page for a session, which this client uses from then on, and
    /// returns it.
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
        trace::call(V::MARKETPLACE.id, "session", self.open_session(before, settings, turn, ask)).await
    }

    async fn open_session(
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
                CallStep::Send { attempt, timeout_ms, max_body_bytes } => {
                    extend(timeout_ms);
                    let Plan { method, url, headers, .. } = call.plan.clone();
                    let request = Request { method, url, headers, body: body.clone() };
                    self.attempt(attempt, request, timeout_ms, max_body_bytes).await
                }
                CallStep::Wait { ms, reason, attempt } => {
                    trace::wait(attempt, ms, reason);
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
}

/// The turn to renew a session. It ends with the call that has it, however that call ends.
struct Turn<'a> {
    shared: &'a Mutex<Shared>,
    number: u64,
}

impl Turn<'_> {
    /// Extends the turn until a little after `ms`.
    fn extend(&self, ms: f64) {
        self.lease(|lease| lease.extend(self.number, ms));
    }

    fn lease(&self, change: impl FnOnce(&mut Lease)) {
        change(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner).lease);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.lease(|lease| lease.end(self.number));
    }
}
