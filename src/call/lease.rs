//! The lease on a client's session: which call renews the token, and what the others do.
//!
//! One call renews for all. When it disappears, another takes over; when it fails, all who waited
//! for it fail with it, and not one after the other. The machine reads no clock: the time comes
//! with each call. See [`turn`](crate::call::turn) for how long a turn lasts.

use crate::call::turn::{LOOKS, POLL_MS, TURN_MS};
use crate::vendor::Session;
use serde::{Deserialize, Serialize};

/// Which call of a client renews its session. The session itself, and the error of the last
/// failure, stay with the driver.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lease {
    /// How many turns to renew there were; the last one's number.
    turn: u64,
    /// When the last turn is over, unless it gives another sign of life. `None`: it has ended.
    until_ms: Option<f64>,
    /// The last turn that failed.
    failed: Option<u64>,
}

/// What a call that needs a session remembers from one look to the next. It begins empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeaseWait {
    /// The turn that it waits for.
    turn: Option<u64>,
    /// How often in a row it found that turn over.
    looks: u32,
}

/// What a call that needs a session does next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum LeaseStep {
    /// It uses the session that is there.
    Use,
    /// It renews the session. The turn ends with [`Lease::end`] or [`Lease::fail`].
    Renew {
        /// The number of its turn.
        turn: u64,
    },
    /// It waits, and looks again with [`Lease::poll`].
    Wait {
        /// Milliseconds.
        ms: f64,
    },
    /// It fails with the error of the renewal that it waited for: the last one that was kept.
    Fail,
}

impl Lease {
    /// Says what a call does that needs a session. `refused` is the token that the marketplace
    /// would not take, although it looked fresh.
    pub fn poll(
        &mut self,
        wait: &mut LeaseWait,
        session: Option<&Session>,
        refused: Option<&str>,
        now_ms: f64,
    ) -> LeaseStep {
        if session.is_some_and(|session| is_usable(session, refused, now_ms)) {
            return LeaseStep::Use;
        }
        if wait.turn.is_some_and(|turn| self.failed.is_some_and(|failed| failed >= turn)) {
            return LeaseStep::Fail;
        }
        if wait.turn != Some(self.turn) {
            wait.looks = 0;
        }
        let is_over = self.until_ms.is_some_and(|until| until <= now_ms);
        wait.looks = if is_over { wait.looks.saturating_add(1) } else { 0 };
        if self.until_ms.is_none() || wait.looks >= LOOKS {
            self.turn = self.turn.saturating_add(1);
            self.until_ms = Some(now_ms + TURN_MS);
            return LeaseStep::Renew { turn: self.turn };
        }
        wait.turn = Some(self.turn);
        LeaseStep::Wait { ms: POLL_MS }
    }

    /// A sign of life: the renewal is at work until `ms` at least.
    pub fn extend(&mut self, turn: u64, ms: f64) {
        if self.has_turn(turn) {
            self.until_ms = Some(ms + TURN_MS);
        }
    }

    /// Ends a turn, if another has not taken over.
    pub fn end(&mut self, turn: u64) {
        if self.has_turn(turn) {
            self.until_ms = None;
        }
    }

    /// Ends a turn that failed. Says whether others share the failure, so that its error is kept:
    /// they do not when another has taken over, for which they wait now.
    #[must_use]
    pub fn fail(&mut self, turn: u64) -> bool {
        let is_shared = self.has_turn(turn);
        if is_shared {
            self.failed = Some(turn);
        }
        self.end(turn);
        is_shared
    }

    fn has_turn(&self, turn: u64) -> bool {
        self.turn == turn && self.until_ms.is_some()
    }
}

/// Whether a call can use a session: it is fresh, and not the one that the marketplace refused.
#[must_use]
pub fn is_usable(session: &Session, refused: Option<&str>, now_ms: f64) -> bool {
    session.is_fresh(now_ms) && refused != Some(session.access_token.as_str())
}
#[cfg(test)]
mod tests;
