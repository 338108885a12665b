//! Sellers' replies, one after the other: polls for them, returns each, and acknowledges it when
//! the caller asks for the next.
//!
//! SCX delivers an event again until it is acknowledged, ten times at most, and perhaps once more
//! afterwards. [`Inbox`] makes the decisions about that, as a step machine without I/O.
//! [`TicketReplies`] carries out its steps for programs in Rust, and the package's facade does so
//! for JavaScript.
//!
//! - A reply is acknowledged when the caller asks for the next one, not before, so that a lost
//!   reply is delivered again.
//! - A reply that was returned is not returned again. If it is delivered again, its acknowledgement
//!   was lost, so it is acknowledged once more.
//! - While polls bring replies, the next poll follows at once. Otherwise it follows after the
//!   interval, which grows with each failure.

use super::model::{Event, ScxEventType};
use super::{AcknowledgeEventsParams, JtlScxChannel, ListEventsParams};
use crate::client::Client;
use crate::client::transport::Transport;
use crate::rules::error::TicketError;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// The vendor's polling interval: once a minute.
pub const INTERVAL_MS: f64 = 60_000.0;
/// The most that the interval is multiplied by after failures.
const MAX_GROWTH: u32 = 8;
/// The number of ids to remember. No more can be acknowledged within the five minutes until an
/// event is delivered again.
const MEMORY: usize = 1_200;
/// The most ids in one acknowledgement.
const MAX_BATCH: usize = 100;

/// The state of the replies: waiting, with the caller, or done. It is plain data, which a host may
/// store between steps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inbox {
    interval_ms: f64,
    /// Delivered, but not returned yet.
    waiting: VecDeque<String>,
    /// Returned to the caller.
    handed: Option<String>,
    /// Done, but not acknowledged yet.
    owed: Vec<String>,
    /// Returned recently.
    known: VecDeque<String>,
    failures: u32,
    /// Whether the last poll brought replies, so that there may be more.
    more: bool,
    polled: bool,
}

/// The event that the inbox handles next.
#[derive(Debug, Clone, PartialEq)]
pub enum InboxEvent {
    /// The caller asks for the next reply, and is done with the one before.
    Asked,
    /// A poll brought replies with these ids.
    Polled {
        /// The ids in the order of the response.
        ids: Vec<String>,
    },
    /// A poll failed.
    PollFailed {
        /// The wait that the marketplace asks for.
        retry_after_ms: Option<f64>,
        /// A number in `0.0..1.0` from the host.
        random: f64,
    },
    /// An acknowledgement succeeded, or it failed, in which case its events are delivered again.
    Acknowledged,
    /// The wait has ended.
    Waited,
}

/// The next step to carry out.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum InboxStep {
    /// Fetch the waiting replies.
    Poll,
    /// Acknowledge these events.
    Acknowledge {
        /// The ids, 1 to 100.
        ids: Vec<String>,
    },
    /// Return this reply to the caller.
    Hand {
        /// The reply's id; the last poll brought the reply.
        id: String,
    },
    /// Wait.
    Wait {
        /// The time in milliseconds.
        ms: f64,
    },
}

impl Inbox {
    /// Returns an inbox that is polled at this interval while there are no replies.
    #[must_use]
    pub fn new(interval_ms: f64) -> Self {
        Self { interval_ms, ..Self::default() }
    }

    /// Handles an event and returns the next step.
    pub fn advance(&mut self, event: InboxEvent) -> InboxStep {
        match event {
            InboxEvent::Asked => self.owed.extend(self.handed.take()),
            InboxEvent::Polled { ids } => self.polled(ids),
            InboxEvent::PollFailed { retry_after_ms, random } => return self.failed(retry_after_ms, random),
            InboxEvent::Acknowledged => {}
            InboxEvent::Waited => self.polled = false,
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

    fn failed(&mut self, retry_after_ms: Option<f64>, random: f64) -> InboxStep {
        let growth = 1u32.checked_shl(self.failures).unwrap_or(MAX_GROWTH).min(MAX_GROWTH);
        self.failures = self.failures.saturating_add(1);
        // Half of the wait is random, so that many channels do not poll at the same time.
        let ms = self.interval_ms * f64::from(growth) * (1.0 + random.clamp(0.0, 1.0)) / 2.0;
        InboxStep::Wait { ms: ms.max(retry_after_ms.unwrap_or(0.0)) }
    }

    fn next(&mut self) -> InboxStep {
        if !self.owed.is_empty() {
            let rest = self.owed.split_off(self.owed.len().min(MAX_BATCH));
            return InboxStep::Acknowledge { ids: std::mem::replace(&mut self.owed, rest) };
        }
        if let Some(id) = self.waiting.pop_front() {
            if self.known.len() >= MEMORY {
                self.known.pop_front();
            }
            self.known.push_back(id.clone());
            self.handed = Some(id.clone());
            return InboxStep::Hand { id };
        }
        if self.polled && !self.more { InboxStep::Wait { ms: self.interval_ms } } else { InboxStep::Poll }
    }
}

/// An endless iterator over the replies of sellers.
#[derive(Debug)]
pub struct TicketReplies<'a, T> {
    client: &'a Client<JtlScxChannel, T>,
    inbox: Inbox,
    events: Vec<Event>,
    /// The event to continue with after a step that failed or was dropped.
    step: Option<InboxStep>,
}

impl<'a, T: Transport> TicketReplies<'a, T> {
    /// Returns the replies that wait and those that follow. Use one iterator at a time for a
    /// channel.
    pub fn new(client: &'a Client<JtlScxChannel, T>, interval_ms: f64) -> Self {
        Self { client, inbox: Inbox::new(interval_ms), events: Vec::new(), step: None }
    }

    /// Returns the next reply. The one before is then done, and is acknowledged.
    ///
    /// After an error of a poll or of an acknowledgement, the next call continues; it waits longer
    /// each time.
    pub async fn next(&mut self) -> Result<Event, TicketError> {
        let mut step = match self.step.take() {
            Some(step) => step,
            None => self.inbox.advance(InboxEvent::Asked),
        };
        loop {
            self.step = Some(step.clone());
            let event = match step {
                InboxStep::Poll => match self.poll().await {
                    Ok(ids) => InboxEvent::Polled { ids },
                    Err(error) => {
                        let retry_after_ms = error.retry_after_ms;
                        let random = self.client.transport().random();
                        self.step = Some(self.inbox.advance(InboxEvent::PollFailed { retry_after_ms, random }));
                        return Err(error);
                    }
                },
                InboxStep::Acknowledge { ids } => {
                    let call = AcknowledgeEventsParams { eventIdList: ids };
                    let result = self.client.call(&call).await;
                    if let Err(error) = result {
                        self.step = Some(self.inbox.advance(InboxEvent::Acknowledged));
                        return Err(error);
                    }
                    InboxEvent::Acknowledged
                }
                InboxStep::Wait { ms } => {
                    self.client.transport().sleep(ms).await;
                    InboxEvent::Waited
                }
                InboxStep::Hand { id } => {
                    self.step = None;
                    if let Some(place) = self.events.iter().position(|event| event.id == id) {
                        return Ok(self.events.swap_remove(place));
                    }
                    InboxEvent::Asked
                }
            };
            step = self.inbox.advance(event);
        }
    }

    async fn poll(&mut self) -> Result<Vec<String>, TicketError> {
        let filter =
            ListEventsParams { eventTypeFilter: Some(vec![ScxEventType::TicketReply]), ..ListEventsParams::default() };
        let list = self.client.call(&filter).await?.data.eventList;
        self.events = list.unwrap_or_default();
        // The filter is the vendor's; the caller must acknowledge any other events that it lets
        // through.
        self.events.retain(|event| event.r#type == ScxEventType::TicketReply);
        Ok(self.events.iter().map(|event| event.id.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(|id| (*id).to_owned()).collect()
    }

    fn polled(list: &[&str]) -> InboxEvent {
        InboxEvent::Polled { ids: ids(list) }
    }

    fn hand(id: &str) -> InboxStep {
        InboxStep::Hand { id: id.to_owned() }
    }

    fn acknowledge(list: &[&str]) -> InboxStep {
        InboxStep::Acknowledge { ids: ids(list) }
    }

    #[test]
    fn an_inbox_survives_the_host() {
        let mut inbox = Inbox::new(1000.5);
        inbox.advance(InboxEvent::Polled { ids: vec!["a".to_owned(), "b".to_owned()] });
        inbox.advance(InboxEvent::Asked);
        assert_eq!(crate::wire::state::round_trip(&inbox), inbox);
        let json = |step: &InboxStep| serde_json::to_value(step).unwrap();
        assert_eq!(
            json(&InboxStep::Acknowledge { ids: vec!["a".to_owned()] }),
            serde_json::json!({ "type": "acknowledge", "ids": ["a"] })
        );
        assert_eq!(json(&InboxStep::Wait { ms: 7.5 }), serde_json::json!({ "type": "wait", "ms": 7.5 }));
    }

    #[test]
    fn what_follows_what() {
        let mut inbox = Inbox::new(60_000.0);
        for (event, step) in [
            (InboxEvent::Asked, InboxStep::Poll),
            (polled(&["a", "b", "a"]), hand("a")),
            (InboxEvent::Asked, acknowledge(&["a"])),
            (InboxEvent::Acknowledged, hand("b")),
            (InboxEvent::Asked, acknowledge(&["b"])),
            // That poll brought replies, so the next one follows at once.
            (InboxEvent::Acknowledged, InboxStep::Poll),
            // The acknowledgement of "b" was lost.
            (polled(&["b"]), acknowledge(&["b"])),
            (InboxEvent::Acknowledged, InboxStep::Wait { ms: 60_000.0 }),
            (InboxEvent::Waited, InboxStep::Poll),
            (polled(&["b", "c"]), acknowledge(&["b"])),
            (InboxEvent::Acknowledged, hand("c")),
            (InboxEvent::Asked, acknowledge(&["c"])),
            (InboxEvent::Acknowledged, InboxStep::Poll),
            (polled(&[]), InboxStep::Wait { ms: 60_000.0 }),
            (InboxEvent::Waited, InboxStep::Poll),
        ] {
            assert_eq!(inbox.advance(event.clone()), step, "{event:?}");
            let text = serde_json::to_string(&inbox).unwrap();
            assert_eq!(serde_json::from_str::<Inbox>(&text).unwrap(), inbox);
        }
    }

    #[test]
    fn a_caller_who_does_not_come_back_acknowledges_nothing() {
        let mut inbox = Inbox::new(60_000.0);
        inbox.advance(InboxEvent::Asked);
        assert_eq!(inbox.advance(polled(&["a"])), hand("a"));
        // A new iterator, perhaps in another program, gets it again.
        let mut inbox = Inbox::new(60_000.0);
        inbox.advance(InboxEvent::Asked);
        assert_eq!(inbox.advance(polled(&["a"])), hand("a"));
    }

    #[test]
    fn failures_are_waited_out_longer_and_longer() {
        let mut inbox = Inbox::new(1000.0);
        inbox.advance(InboxEvent::Asked);
        let mut fail = |retry_after_ms, random| {
            let step = inbox.advance(InboxEvent::PollFailed { retry_after_ms, random });
            assert_eq!(inbox.advance(InboxEvent::Waited), InboxStep::Poll);
            match step {
                InboxStep::Wait { ms } => ms,
                other => panic!("{other:?}"),
            }
        };
        for expected in [1000.0, 2000.0, 4000.0, 8000.0, 8000.0] {
            assert_eq!(fail(None, 1.0), expected);
        }
        assert_eq!((fail(None, 0.0), fail(Some(9000.0), 0.0), fail(Some(1.0), 0.0)), (4000.0, 9000.0, 4000.0));
        for _ in 0..100 {
            fail(None, f64::NAN);
        }
        assert_eq!(inbox.advance(polled(&[])), InboxStep::Wait { ms: 1000.0 });
        inbox.advance(InboxEvent::Waited);
        assert_eq!(
            inbox.advance(InboxEvent::PollFailed { retry_after_ms: None, random: 1.0 }),
            InboxStep::Wait { ms: 1000.0 }
        );
    }

    #[test]
    fn acknowledgements_come_in_batches_and_memory_is_bounded() {
        let mut inbox = Inbox::new(1000.0);
        let all: Vec<String> = (0..3000).map(|id| id.to_string()).collect();
        inbox.advance(InboxEvent::Asked);
        let mut step = inbox.advance(InboxEvent::Polled { ids: all.clone() });
        for id in &all {
            assert_eq!(step, InboxStep::Hand { id: id.clone() });
            assert_eq!(inbox.advance(InboxEvent::Asked), InboxStep::Acknowledge { ids: vec![id.clone()] });
            step = inbox.advance(InboxEvent::Acknowledged);
        }
        assert_eq!((step, inbox.known.len()), (InboxStep::Poll, MEMORY));
        let again: Vec<_> = all.iter().rev().take(150).cloned().collect();
        let first = inbox.advance(InboxEvent::Polled { ids: again.clone() });
        assert_eq!(first, InboxStep::Acknowledge { ids: again[..100].to_vec() });
        assert_eq!(inbox.advance(InboxEvent::Acknowledged), InboxStep::Acknowledge { ids: again[100..].to_vec() });
        assert_eq!(inbox.advance(InboxEvent::Acknowledged), InboxStep::Wait { ms: 1000.0 });
    }

    proptest! {
        /// The marketplace here loses acknowledgements and delivers again. Still, no reply is
        /// returned twice, no reply is acknowledged before the caller is done with it, and in the
        /// end all are acknowledged.
        #[test]
        fn every_reply_is_handed_out_once_and_acknowledged(
            chances in proptest::collection::vec((0u8..10, 0.0..1.0f64), 1..300),
        ) {
            let mut inbox = Inbox::new(1000.0);
            let (mut queue, mut born) = (Vec::new(), 0);
            let (mut handed, mut done) = (HashSet::new(), HashSet::new());
            let mut step = inbox.advance(InboxEvent::Asked);
            let quiet = std::iter::repeat_n((9, 0.5), 200);
            for (chance, random) in chances.into_iter().chain(quiet) {
                if chance < 3 {
                    queue.push(born.to_string());
                    born += 1;
                }
                let event = match step {
                    InboxStep::Poll if chance == 4 => InboxEvent::PollFailed { retry_after_ms: None, random },
                    InboxStep::Poll => InboxEvent::Polled { ids: queue.iter().take(100).cloned().collect() },
                    InboxStep::Acknowledge { ids } => {
                        prop_assert!((1..=100).contains(&ids.len()));
                        prop_assert!(ids.iter().all(|id| done.contains(id)));
                        if chance != 5 {
                            queue.retain(|id| !ids.contains(id));
                        }
                        InboxEvent::Acknowledged
                    }
                    InboxStep::Wait { ms } => {
                        prop_assert!((500.0..=8000.0).contains(&ms));
                        InboxEvent::Waited
                    }
                    InboxStep::Hand { id } => {
                        prop_assert!(handed.insert(id.clone()));
                        done.insert(id);
                        InboxEvent::Asked
                    }
                };
                step = inbox.advance(event);
            }
            prop_assert_eq!((handed.len(), queue.len()), (born, 0));
        }
    }
}
