//! The driver of sure writes carries out the steps of [`Once`].

use crate::call::line::{self, Line, LineStep};
use crate::call::once::{self, Once, OnceEvent, OnceStep, Page};
use crate::client::client::{Client, Reply};
use crate::client::trace;
use crate::client::transport::Transport;
use crate::rules::codes::{Code, ErrorCode, code};
use crate::rules::error::{DecodeError, ErrorKind, Origin, Sent, TicketError};
use crate::rules::settings::{CallOptions, Settings};
use crate::vendor::answer::result_of;
use crate::vendor::{Endpoint, Operation, Shape, Vendor};
use crate::wire::http::Response;
use crate::wire::json::Json;

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
        trace::call(V::MARKETPLACE.id, E::META.name, self.make_sure(endpoint, options)).await
    }

    async fn make_sure<E: Endpoint<Vendor = V> + Sync>(
        &self,
        endpoint: &E,
        options: &CallOptions,
    ) -> Result<Reply<E::Output>, TicketError> {
        let (settings, plan, body) = self.prepare(endpoint, options)?;
        let begun = self.transport.now_ms();
        let recovery = endpoint.referred(&settings).recovery(begun);
        let reference = plan.reference.clone();
        let write = Once::new(V::MARKETPLACE, E::META.name, recovery, &settings, begun).map_err(|error| *error)?;
        let mut turn = self.line_up(write).await?;
        // The limit on repeated writes does not apply to the reads.
        let reading = Settings { max_retries: self.settings.max_retries, ..settings.clone() };
        let mut last: Option<TicketError> = None;
        let mut reply: Option<Reply<E::Output>> = None;
        let mut attempts = 0_u32;
        let mut event = OnceEvent::Begun;
        loop {
            event = match turn.advance(event) {
                OnceStep::Read { endpoint, args, left_ms } => {
                    let settings = Settings { left_ms: Some(left_ms), ..reading.clone() };
                    let read = self.read_by_name(&endpoint, args, &settings);
                    match trace::call(V::MARKETPLACE.id, &endpoint, read).await {
                        Ok((value, page)) => OnceEvent::Read { value, page },
                        Err(error) => {
                            last.get_or_insert(error);
                            OnceEvent::ReadFailed
                        }
                    }
                }
                OnceStep::Write { left_ms } => {
                    let settings = Settings { left_ms: Some(left_ms), ..settings.clone() };
                    let result = self.drive(self.call_of(plan.clone(), &settings), &body, &settings).await;
                    let result = result.and_then(|(call, response)| match E::decode(&response) {
                        Ok(data) => Ok((data, response, call.attempts())),
                        Err(error) => Err(*call.undecodable(error, &response)),
                    });
                    match result {
                        Ok((data, response, sent)) => {
                            let shape = E::shape(&response).ok();
                            let value = shape.and_then(|shape| result_of(&shape, &response)).unwrap_or_default();
                            let Response { status, headers, .. } = response;
                            let attempts = attempts.saturating_add(sent);
                            let reference = reference.clone();
                            let odd = Vec::new();
                            reply = Some(Reply { data, status, headers, reference, attempts, found: false, odd });
                            OnceEvent::Written { value }
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
                    trace::settling(ms);
                    self.transport.sleep(ms).await;
                    OnceEvent::Waited
                }
                OnceStep::Done => return reply.ok_or_else(unexpected::<E>),
                OnceStep::Found { answer } => {
                    let response = once::answer(&answer);
                    let data = E::decode(&response).map_err(|error| TicketError {
                        sent: Sent::Yes,
                        attempts,
                        ..local::<E>(ErrorKind::Decode, &error)
                    })?;
                    let Response { status, headers, .. } = response;
                    return Ok(Reply { data, status, headers, reference, attempts, found: true, odd: Vec::new() });
                }
                OnceStep::Fail { error } => return Err(TicketError { attempts, ..*error }),
                OnceStep::GiveUp { sent } => {
                    let error = last.unwrap_or_else(unexpected::<E>);
                    return Err(TicketError { sent, attempts, endpoint: E::META.name.to_owned(), reference, ..error });
                }
            };
        }
    }

    /// Waits in the line of the write's key until its turn has come.
    async fn line_up(&self, write: Once) -> Result<Turn<'_, V, T>, TicketError> {
        let Some(key) = write.key().map(str::to_owned) else {
            return Ok(Turn { client: self, place: None, write });
        };
        let entered = self.transport.now_ms();
        let number = {
            let mut shared = self.lock();
            shared.lines.retain(|_, line| !line.is_idle(entered));
            shared.writers = shared.writers.saturating_add(1);
            let number = shared.writers;
            shared.lines.entry(key.clone()).or_default().enter(number, entered);
            number
        };
        let end_ms = write.end_ms();
        let mut turn = Turn { client: self, place: Some((key, number)), write };
        loop {
            match turn.of_line(|line, _, now| line.poll(number, end_ms, now)) {
                LineStep::Go => return Ok(turn),
                LineStep::GiveUp => return Err(line::no_turn(V::MARKETPLACE.id, turn.write.endpoint())),
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
        let local =
            |kind, code: Code<ErrorCode>, text: &str| TicketError::local(kind, code, text, V::MARKETPLACE.id, name);
        let unknown = || local(ErrorKind::Configuration, code!("unknown_method"), "there is no such method");
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
            .ok_or_else(|| local(ErrorKind::Decode, code!("unexpected_shape"), "the answer cannot be read again"))?;
        Ok((value, page))
    }
}

fn local<E: Endpoint>(kind: ErrorKind, error: &DecodeError) -> TicketError {
    TicketError::local(kind, error.code.clone(), error.message.clone(), E::Vendor::MARKETPLACE.id, E::META.name)
}

fn unexpected<E: Endpoint>() -> TicketError {
    local::<E>(ErrorKind::Decode, &DecodeError::new(code!("unexpected_step"), "nothing was done"))
}

/// A write and its place in the line of its key. When it is dropped, it leaves the line, and a claim
/// there if it may have taken effect.
struct Turn<'a, V: Vendor, T: Transport> {
    client: &'a Client<V, T>,
    place: Option<(String, u64)>,
    write: Once,
}

impl<V: Vendor, T: Transport> Turn<'_, V, T> {
    fn of_line<O>(&mut self, change: impl FnOnce(&mut Line, &mut Once, f64) -> O) -> O {
        let now = self.client.transport.now_ms();
        match &self.place {
            Some((key, _)) => change(self.client.lock().lines.entry(key.clone()).or_default(), &mut self.write, now),
            None => change(&mut Line::default(), &mut self.write, now),
        }
    }

    fn advance(&mut self, event: OnceEvent) -> OnceStep {
        let number = self.place.as_ref().map_or(0, |(_, number)| *number);
        self.of_line(|line, write, now| {
            let step = write.advance(V::MARKETPLACE, line, now, event);
            line.extend(number, write.end_ms());
            step
        })
    }
}

impl<V: Vendor, T: Transport> Drop for Turn<'_, V, T> {
    fn drop(&mut self) {
        let Some((_, number)) = self.place else { return };
        self.of_line(|line, write, now| {
            write.advance(V::MARKETPLACE, line, now, OnceEvent::Aborted { sent: Sent::Maybe });
            line.leave(number);
        });
    }
}
