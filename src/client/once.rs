//! The driver of sure writes carries out the steps of [`Once`].

use crate::call::line::{self, Line, LineStep};
use crate::call::once::{self, Once, OnceEvent, OnceStep, Page};
use crate::client::client::{Client, Reply, Shared};
use crate::client::transport::Transport;
use crate::rules::error::{DecodeError, ErrorKind, Origin, Sent, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::vendor::answer::result_of;
use crate::vendor::{Endpoint, Operation, Shape, Vendor};
use crate::wire::http::Response;
use crate::wire::json::Json;
use std::sync::{Mutex, PoisonError};

impl<V: Vendor, T: Transport> Client<V, T> {
    /// Makes a sure write and returns its result. If the response is lost, reads find out whether
    /// the write took effect, and it is sent again only if it did not. See [`Once`] and the page
    /// "writes" of the documentation for the limits of this. Writes with the same key are made one
    /// after the other.
    pub async fn once<E: Endpoint<Vendor = V> + Sync>(&self, endpoint: &E) -> Result<Reply<E::Output>, TicketError> {
        self.once_with(endpoint, &CallOptions::default()).await
    }

    /// Makes a sure write with its own options and returns its result.
    pub async fn once_with<E: Endpoint<Vendor = V> + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        let (settings, plan, body) = self.prepare(endpoint, options)?;
        let begun = self.transport.now_ms();
        let referred = endpoint.with_reference(&settings);
        let recovery = referred.as_ref().unwrap_or(endpoint).recovery(begun);
        let reference = plan.reference.clone();
        let mut write = Once::new(V::MARKETPLACE, E::META.name, recovery, &settings, begun).map_err(|error| *error)?;
        let place = match write.key() {
            Some(key) => Some(self.line_up(key, &write, E::META.name).await?),
            None => None,
        };
        // The limit on repeated writes does not apply to the reads.
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
                place.of_line(|line| line.extend(place.number, write.end_ms()));
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
                            return Ok(Reply {
                                data,
                                status,
                                headers,
                                reference,
                                attempts,
                                found: false,
                                odd: Vec::new(),
                            });
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
                    return Ok(Reply { data, status, headers, reference, attempts, found: true, odd: Vec::new() });
                }
                OnceStep::Fail { error } => return Err(*error),
                OnceStep::Done => OnceEvent::Written,
                OnceStep::GiveUp { sent } => {
                    if let (Some(place), false) = (&place, sent == Sent::No) {
                        let until_ms = self.transport.now_ms() + write.settle_ms();
                        place.of_line(|line| line.leave_behind(place.number, until_ms));
                    }
                    let error = last.unwrap_or_else(|| {
                        let text = "nothing was done";
                        TicketError::local(ErrorKind::Decode, "unexpected_step", text, V::MARKETPLACE.id, "")
                    });
                    return Err(TicketError { sent, attempts, endpoint: E::META.name.to_owned(), reference, ..error });
                }
            };
        }
    }

    /// Waits in the line of writes with this key until the turn has come, and returns the place.
    async fn line_up(&self, key: &str, write: &Once, endpoint: &str) -> Result<InLine<'_>, TicketError> {
        let entered = self.transport.now_ms();
        let number = {
            let mut shared = self.lock();
            shared.lines.retain(|_, line| !line.is_idle(entered));
            shared.writers = shared.writers.saturating_add(1);
            let number = shared.writers;
            shared.lines.entry(key.to_owned()).or_default().enter(number, entered);
            number
        };
        let place = InLine { shared: &self.shared, key: key.to_owned(), number };
        loop {
            let now = self.transport.now_ms();
            match place.of_line(|line| line.poll(number, write.end_ms(), now)) {
                LineStep::Go => return Ok(place),
                LineStep::GiveUp => return Err(line::no_turn(V::MARKETPLACE.id, endpoint)),
                LineStep::Wait { ms } => self.transport.sleep(ms).await,
            }
        }
    }

    /// Calls a read by its name and returns its result as data.
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

/// The place of a write in a line. The write leaves the line when this is dropped.
struct InLine<'a> {
    shared: &'a Mutex<Shared>,
    key: String,
    number: u64,
}

impl InLine<'_> {
    fn of_line<O>(&self, change: impl FnOnce(&mut Line) -> O) -> O {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        change(shared.lines.entry(self.key.clone()).or_default())
    }
}

impl Drop for InLine<'_> {
    fn drop(&mut self) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = shared.lines.get_mut(&self.key) {
            line.leave(self.number);
        }
    }
}
