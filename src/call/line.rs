//! The line of sure writes with one key. They are made one after the other, because evidence that
//! one of them took effect could otherwise belong to another.
//!
//! The machine reads no clock: the time is passed with each call. See [`turn`](crate::call::turn)
//! for how long a turn lasts.

use crate::call::turn::{LOOKS, POLL_MS, TURN_MS};
use crate::rules::error::{ErrorKind, TicketError};
use serde::{Deserialize, Serialize};

/// The writes that wait for their turn, in the order in which they came. The first one has the
/// turn.
///
/// The client gives each write a unique number.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Line {
    writers: Vec<Writer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Writer {
    number: u64,
    /// The time at which its place expires, unless it is extended.
    until_ms: f64,
    /// Whether it has ended and only keeps the others waiting.
    is_done: bool,
    /// The number of consecutive polls that found the places of all writes ahead expired.
    looks: u32,
}

/// The next action of a write in the line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum LineStep {
    /// The write's turn has come.
    Go,
    /// The write waits, then polls again with [`Line::poll`].
    Wait {
        /// Milliseconds.
        ms: f64,
    },
    /// The write's time is over, and it has left the line. It fails with [`no_turn`].
    GiveUp,
}

impl Line {
    /// Puts a write at the end of the line. It polls with [`Line::poll`] at once.
    pub fn enter(&mut self, number: u64, now_ms: f64) {
        let until_ms = now_ms + TURN_MS;
        self.writers.push(Writer { number, until_ms, is_done: false, looks: 0 });
    }

    /// Returns whether the turn of a write has come. The write gives up if `end_ms` is reached
    /// first.
    pub fn poll(&mut self, number: u64, end_ms: f64, now_ms: f64) -> LineStep {
        if now_ms >= end_ms {
            self.leave(number);
            return LineStep::GiveUp;
        }
        self.writers.retain(|writer| !writer.is_done || writer.until_ms > now_ms);
        // The writes behind have passed a write that was suspended for long.
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

    /// Extends a place: the write continues until `ms` at least.
    pub fn extend(&mut self, number: u64, ms: f64) {
        for writer in self.writers.iter_mut().filter(|writer| writer.number == number) {
            writer.until_ms = ms + TURN_MS;
        }
    }

    /// Removes a write from the line, except one that was left behind.
    pub fn leave(&mut self, number: u64) {
        self.writers.retain(|writer| writer.number != number || writer.is_done);
    }

    /// Ends a write that may have taken effect. The others wait until `until_ms`, so that the first
    /// lookup of the next write sees a late effect and does not take it for its own.
    pub fn leave_behind(&mut self, number: u64, until_ms: f64) {
        for writer in self.writers.iter_mut().filter(|writer| writer.number == number) {
            writer.until_ms = until_ms;
            writer.is_done = true;
        }
    }

    /// Returns whether the line no longer holds any write back, so that it need not be kept.
    #[must_use]
    pub fn is_idle(&self, now_ms: f64) -> bool {
        self.writers.iter().all(|writer| writer.is_done && writer.until_ms <= now_ms)
    }
}

/// Returns the error of a write whose turn did not come within its time.
#[must_use]
pub fn no_turn(marketplace: &str, endpoint: &str) -> TicketError {
    let text = "other writes to the same ticket took all the time of this one";
    let error = TicketError::local(ErrorKind::Timeout, "no_turn", text, marketplace, endpoint);
    TicketError { retryable: true, ..error }
}
#[cfg(test)]
mod tests;
