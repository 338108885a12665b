//! Sure writes: carries out the steps of [`Once`].

use crate::call::once::{self, Once, OnceEvent, OnceStep, Page};
use crate::client::client::{Client, Reply, Shared, TURN_MS};
use crate::client::transport::Transport;
use crate::rules::error::{DecodeError, ErrorKind, Origin, Sent, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::vendor::answer::result_of;
use crate::vendor::{Endpoint, Operation, Shape, Vendor};
use crate::wire::http::Response;
use crate::wire::json::Json;
use std::sync::{Mutex, PoisonError};

impl<V: Vendor, T: Transport> Client<V, T> {
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
