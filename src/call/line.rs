//! The line of sure writes with one key: they are made one after the other, because evidence that
//! one of them landed could otherwise be another's.
//!
//! The machine reads no clock: the time comes with each call. See [`turn`](crate::call::turn) for
//! how long a turn lasts.

use crate::call::turn::{LOOKS, POLL_MS, TURN_MS};
use crate::rules::error::{ErrorKind, TicketError};
use serde::{Deserialize, Serialize};

/// The writes that wait for their turn, in the order in which they came. The first one has it.
///
/// Each write has a number that its client gives to no other one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Line {
    writers: Vec<Writer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Writer {
    number: u64,
    /// When its place ends, unless it gives another sign of life.
    until_ms: f64,
    /// Whether it is at work no more, and only keeps the others waiting.
    is_done: bool,
    /// How often in a row it found the places of all those ahead over.
    looks: u32,
}

/// What a write in the line does next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum LineStep {
    /// Its turn has come.
    Go,
    /// It waits, and looks again with [`Line::poll`].
    Wait {
        /// Milliseconds.
        ms: f64,
    },
    /// Its time is over, and it has left the line. It fails with [`no_turn`].
    GiveUp,
}

impl Line {
    /// Puts a write at the end of the line. It looks with [`Line::poll`] at once.
    pub fn enter(&mut self, number: u64, now_ms: f64) {
        let until_ms = now_ms + TURN_MS;
        self.writers.push(Writer { number, until_ms, is_done: false, looks: 0 });
    }

    /// Says whether the turn of a write has come. It gives up when `end_ms` has come before.
    pub fn poll(&mut self, number: u64, end_ms: f64, now_ms: f64) -> LineStep {
        if now_ms >= end_ms {
            self.leave(number);
            return LineStep::GiveUp;
        }
        self.writers.retain(|writer| !writer.is_done || writer.until_ms > now_ms);
        // One that slept for long was passed by those behind it.
        if !self.writers.iter().any(|writer| writer.number == number) {
            self.enter(number, now_ms);
        }
        let place = self.writers.iter().position(|writer| writer.number == number).unwrap_or(0);
        let (ahead, rest) = self.writers.split_at_mut(place);
        let Some(own) = rest.first_mut() else { return LineStep::Wait { ms: POLL_MS } };
        own.until_ms = now_ms + TURN_MS;
        let is_passable = ahead.iter().all(|writer| writer.until_ms <= now_ms);
        own.looks = if is_passable { own.looks.saturating_add(1) } else { 0 };
        if ahead.is_empty() || own.looks >= LOOKS {
            self.writers.drain(..place);
            return LineStep::Go;
        }
        LineStep::Wait { ms: POLL_MS }
    }

    /// A sign of life: the write is at work until `ms` at least.
    pub fn extend(&mut self, number: u64, ms: f64) {
        for writer in self.writers.iter_mut().filter(|writer| writer.number == number) {
            writer.until_ms = ms + TURN_MS;
        }
    }

    /// Takes a write out of the line, except one that was left behind.
    pub fn leave(&mut self, number: u64) {
        self.writers.retain(|writer| writer.number != number || writer.is_done);
    }

    /// Ends a write of which it is not certain that it did not land. The others wait until
    /// `until_ms`: what lands late is then seen by the first look of the next one, which does not
    /// take it for its own work.
    pub fn leave_behind(&mut self, number: u64, until_ms: f64) {
        for writer in self.writers.iter_mut().filter(|writer| writer.number == number) {
            writer.until_ms = until_ms;
            writer.is_done = true;
        }
    }

    /// Whether the line holds no write back any more, so that it need not be kept.
    #[must_use]
    pub fn is_idle(&self, now_ms: f64) -> bool {
        self.writers.iter().all(|writer| writer.is_done && writer.until_ms <= now_ms)
    }
}

/// The error of a write whose turn did not come within its time.
#[must_use]
pub fn no_turn(marketplace: &str, endpoint: &str) -> TicketError {
    let text = "other writes to the same ticket took all the time of this one";
    let error = TicketError::local(ErrorKind::Timeout, "no_turn", text, marketplace, endpoint);
    TicketError { retryable: true, ..error }
}
#[cfg(test)]
mod tests;
