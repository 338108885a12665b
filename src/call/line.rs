//! The line of sure writes with one key. They are made one after the other, because evidence that
//! one of them took effect could otherwise belong to another. Beside the line are the claims of
//! writes that are over, and that readers may not show yet.
//!
//! The machine reads no clock: the time is passed with each call. See [`turn`](crate::call::turn)
//! for how long a turn lasts.

use crate::call::claim::Claim;
use crate::call::turn::{EXPIRED_POLLS, POLL_MS, TURN_MS};
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use serde::{Deserialize, Serialize};

/// The writes that wait for their turn, in the order in which they came. The first one has the
/// turn.
///
/// The client gives each write a unique number.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Line {
    writers: Vec<Writer>,
    claims: Vec<Claim>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Writer {
    number: u64,
    /// The time at which its place expires, unless it is extended.
    until_ms: f64,
    /// The number of consecutive polls that found the places of all writes ahead expired.
    expired_polls: u32,
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
        self.writers.push(Writer { number, until_ms, expired_polls: 0 });
    }

    /// Returns whether the turn of a write has come. The write gives up if `end_ms` is reached
    /// first.
    pub fn poll(&mut self, number: u64, end_ms: f64, now_ms: f64) -> LineStep {
        if now_ms >= end_ms {
            self.leave(number);
            return LineStep::GiveUp;
        }
        // The writes behind have passed a write that was suspended for long.
        if !self.writers.iter().any(|writer| writer.number == number) {
            self.enter(number, now_ms);
        }
        let place = self.writers.iter().position(|writer| writer.number == number).unwrap_or(0);
        let (ahead, rest) = self.writers.split_at_mut(place);
        let Some(own) = rest.first_mut() else { return LineStep::Wait { ms: POLL_MS } };
        own.until_ms = now_ms + TURN_MS;
        let is_passable = ahead.iter().all(|writer| writer.until_ms <= now_ms);
        own.expired_polls = if is_passable { own.expired_polls.saturating_add(1) } else { 0 };
        if ahead.is_empty() || own.expired_polls >= EXPIRED_POLLS {
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

    /// Removes a write from the line.
    pub fn leave(&mut self, number: u64) {
        self.writers.retain(|writer| writer.number != number);
    }

    /// Returns whether the line is empty and remembers nothing, so that it need not be kept.
    #[must_use]
    pub fn is_idle(&self, now_ms: f64) -> bool {
        self.writers.is_empty() && self.claims.iter().all(|claim| claim.forget_ms <= now_ms)
    }

    pub(super) fn claims(&self) -> &[Claim] {
        &self.claims
    }

    pub(super) fn claims_mut(&mut self) -> &mut [Claim] {
        &mut self.claims
    }

    /// Adds a claim, or replaces the one that its write has left before.
    pub(super) fn put_claim(&mut self, claim: Claim) {
        self.drop_claim(claim.number);
        if !claim.is_empty() {
            self.claims.push(claim);
        }
    }

    /// Drops the claim of a write.
    pub(super) fn drop_claim(&mut self, number: u64) {
        self.claims.retain(|claim| claim.number != number);
    }

    /// Forgets old claims, and returns the number of the write that has the turn. The claims of
    /// writes that stopped while they were under way are settled at `until_ms`.
    pub(super) fn review(&mut self, now_ms: f64, until_ms: f64) -> u64 {
        self.claims.retain(|claim| claim.forget_ms > now_ms && !claim.is_empty());
        for claim in &mut self.claims {
            claim.until_ms.get_or_insert(until_ms);
        }
        self.writers.first().map_or(0, |writer| writer.number)
    }
}

/// Returns the error of a write whose turn did not come within its time.
#[must_use]
pub fn no_turn(marketplace: &str, endpoint: &str) -> TicketError {
    let text = "other writes to the same ticket took all the time of this one";
    let error = TicketError::local(ErrorKind::Timeout, code!("no_turn"), text, marketplace, endpoint);
    TicketError { retryable: true, ..error }
}

#[cfg(test)]
mod tests;
