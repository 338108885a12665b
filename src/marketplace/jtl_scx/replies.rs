//! Sellers' answers, one after the other: poll, hand out, acknowledge when the caller is done.
//!
//! SCX delivers an event again until it is acknowledged, ten times at most, and perhaps once more afterwards. [`Inbox`] is
//! what has to be decided about that, as a step machine without I/O; [`TicketReplies`] carries its steps out for programs
//! in Rust, the package's facade does for JavaScript.
//!
//! - A reply is acknowledged when the caller asks for the next one, not before: what is lost on the way comes again.
//! - A reply that was handed out is not handed out again. When it is delivered again, its acknowledgement was lost, so it
//!   is acknowledged once more.
//! - While polls bring replies, the next one follows at once; else after the interval, which grows with each failure.

use super::endpoints::{AcknowledgeEventsParams, ListEventsParams};
use super::model::{Event, ScxEventType};
use crate::client::Client;
use crate::error::TicketError;
use crate::transport::Transport;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How often the vendor wants to be asked: once a minute.
pub const INTERVAL_MS: f64 = 60_000.0;
/// After failures the interval grows up to this many times its length.
const MAX_GROWTH: u32 = 8;
/// How many ids are remembered. Within the five minutes until an event comes again, no more can be acknowledged.
const MEMORY: usize = 1_200;
/// The most ids of one acknowledgement.
const MAX_BATCH: usize = 100;

/// What waits, what the caller has, and what is done with. Plain data: a host may keep it between steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inbox {
    interval_ms: f64,
    /// Delivered, and not handed out yet.
    waiting: VecDeque<String>,
    /// The caller has it.
    handed: Option<String>,
    /// Done with, and not acknowledged yet.
    owed: Vec<String>,
    /// Handed out lately.
    known: VecDeque<String>,
    failures: u32,
    /// Whether the last poll brought something, so that there may be more.
    more: bool,
    polled: bool,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Happened {
    /// The caller asks for the next reply, and is done with the one before.
    Asked,
    /// A poll brought replies with these ids.
    Polled {
        /// In the order in which they came.
        ids: Vec<String>,
    },
    /// A poll failed.
    PollFailed {
        /// How long the marketplace asks to wait.
        retry_after_ms: Option<f64>,
        /// A number in `0.0..1.0` from the host.
        random: f64,
    },
    /// An acknowledgement came through, or it did not: then its events are delivered again.
    Acknowledged,
    /// The wait is over.
    Waited,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Step {
    /// Fetch the replies that wait.
    Poll,
    /// Acknowledge these.
    Acknowledge {
        /// 1 to 100 ids.
        ids: Vec<String>,
    },
    /// Hand this one out.
    Hand {
        /// Its id; it came with the last poll.
        id: String,
    },
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: f64,
    },
}

impl Inbox {
    /// An inbox that is polled at this interval while nothing comes.
    #[must_use]
    pub fn new(interval_ms: f64) -> Self {
        Self { interval_ms, ..Self::default() }
    }

    /// Takes what happened and says what to do.
    pub fn advance(&mut self, happened: Happened) -> Step {
        match happened {
            Happened::Asked => self.owed.extend(self.handed.take()),
            Happened::Polled { ids } => self.polled(ids),
            Happened::PollFailed { retry_after_ms, random } => return self.failed(retry_after_ms, random),
            Happened::Acknowledged => {}
            Happened::Waited => self.polled = false,
        }
        self.next()
    }

    fn polled(&mut self, ids: Vec<String>) {
        (self.failures, self.more, self.polled) = (0, false, true);
        for id in ids {
            if self.known.contains(&id) {
                self.owed.push(id);
            } else if !self.waiting.contains(&id) {
                self.more = true;
                self.waiting.push_back(id);
            }
        }
    }

    fn failed(&mut self, retry_after_ms: Option<f64>, random: f64) -> Step {
        let growth = 1u32.checked_shl(self.failures).unwrap_or(MAX_GROWTH).min(MAX_GROWTH);
        self.failures = self.failures.saturating_add(1);
        // Half of it by chance, so that many channels do not come back at once.
        let ms = self.interval_ms * f64::from(growth) * (1.0 + random.clamp(0.0, 1.0)) / 2.0;
        Step::Wait { ms: ms.max(retry_after_ms.unwrap_or(0.0)) }
    }

    fn next(&mut self) -> Step {
        if !self.owed.is_empty() {
            let rest = self.owed.split_off(self.owed.len().min(MAX_BATCH));
            return Step::Acknowledge { ids: std::mem::replace(&mut self.owed, rest) };
        }
        if let Some(id) = self.waiting.pop_front() {
            if self.known.len() >= MEMORY {
                self.known.pop_front();
            }
            self.known.push_back(id.clone());
            self.handed = Some(id.clone());
            return Step::Hand { id };
        }
        if self.polled && !self.more { Step::Wait { ms: self.interval_ms } } else { Step::Poll }
    }
}

/// A walk over the answers of sellers that never ends.
#[derive(Debug)]
pub struct TicketReplies<'a, T> {
    client: &'a Client<T>,
    inbox: Inbox,
    events: Vec<Event>,
    /// What to go on with: a step that failed, or was dropped on its way.
    step: Option<Step>,
}

impl<'a, T: Transport> TicketReplies<'a, T> {
    /// The answers that wait, and those that come. Use one walk at a time for a channel.
    pub fn new(client: &'a Client<T>, interval_ms: f64) -> Self {
        Self { client, inbox: Inbox::new(interval_ms), events: Vec::new(), step: None }
    }

    /// The next answer. The one before is done with, and is acknowledged.
    ///
    /// After an error, which may be of a poll or of an acknowledgement, the walk goes on when it is asked again; it waits
    /// longer each time.
    pub async fn next(&mut self) -> Result<Event, TicketError> {
        let mut step = match self.step.take() {
            Some(step) => step,
            None => self.inbox.advance(Happened::Asked),
        };
        loop {
            self.step = Some(step.clone());
            let happened = match step {
                Step::Poll => match self.poll().await {
                    Ok(ids) => Happened::Polled { ids },
                    Err(error) => {
                        let retry_after_ms = error.retry_after_ms;
                        let random = self.client.transport().random();
                        self.step = Some(self.inbox.advance(Happened::PollFailed { retry_after_ms, random }));
                        return Err(error);
                    }
                },
                Step::Acknowledge { ids } => {
                    let call = AcknowledgeEventsParams { eventIdList: ids };
                    let result = self.client.call(&call).await;
                    if let Err(error) = result {
                        self.step = Some(self.inbox.advance(Happened::Acknowledged));
                        return Err(error);
                    }
                    Happened::Acknowledged
                }
                Step::Wait { ms } => {
                    self.client.transport().sleep(ms).await;
                    Happened::Waited
                }
                Step::Hand { id } => {
                    self.step = None;
                    if let Some(place) = self.events.iter().position(|event| event.id == id) {
                        return Ok(self.events.swap_remove(place));
                    }
                    Happened::Asked
                }
            };
            step = self.inbox.advance(happened);
        }
    }

    async fn poll(&mut self) -> Result<Vec<String>, TicketError> {
        let filter =
            ListEventsParams { eventTypeFilter: Some(vec![ScxEventType::TicketReply]), ..ListEventsParams::default() };
        let list = self.client.call(&filter).await?.data.eventList;
        self.events = list.unwrap_or_default();
        // The filter is the vendor's; what it lets through besides is somebody else's to acknowledge.
        self.events.retain(|event| event.r#type == ScxEventType::TicketReply);
        Ok(self.events.iter().map(|event| event.id.clone()).collect())
    }
}
