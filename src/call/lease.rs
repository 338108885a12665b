//! The lease on a client's session decides which call renews the token and what the other calls do.
//!
//! One call renews for all. When it disappears, another takes over; when it fails, all calls that
//! waited for it fail with it, rather than one after the other. The machine reads no clock: the
//! time is passed with each call. See [`turn`](crate::call::turn) for how long a turn lasts.

use crate::call::turn::{EXPIRED_POLLS, POLL_MS, TURN_MS};
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use crate::vendor::Session;
use serde::{Deserialize, Serialize};

/// The state that tells which call of a client renews its session. The driver keeps the session
/// itself and the error of the last failure.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Lease {
    /// The number of turns so far, which is also the number of the last turn.
    turn: u64,
    /// The time at which the last turn expires, unless it is extended. `None` means that it has
    /// ended.
    until_ms: Option<f64>,
    /// The last turn that failed.
    failed: Option<u64>,
    /// The number of consecutive renewals of tokens that the marketplace never accepted.
    refusals: u32,
}

/// The number of consecutive renewals whose tokens the marketplace may refuse. Each renewal may use
/// up a refresh token, and a further one would bring no better token.
const MAX_REFUSALS: u32 = 2;

/// The state that a call keeps from one poll to the next while it needs a session. It begins empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LeaseWait {
    /// The turn that the call waits for.
    turn: Option<u64>,
    /// The number of consecutive polls that found the turn expired.
    expired_polls: u32,
}

/// The next action of a call that needs a session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum LeaseStep {
    /// The call uses the present session.
    Use,
    /// The call renews the session. The turn ends with [`Lease::end`] or [`Lease::fail`].
    Renew {
        /// The number of the call's turn.
        turn: u64,
    },
    /// The call waits, then polls again with [`Lease::poll`].
    Wait {
        /// Milliseconds.
        ms: f64,
    },
    /// The call fails with the error of the renewal that it waited for, which is the last error
    /// kept.
    Fail,
}

impl Lease {
    /// Returns the next action of a call that needs a session. `refused` is the token that the
    /// marketplace rejected, although it seemed fresh.
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
            wait.expired_polls = 0;
        }
        let is_over = self.until_ms.is_some_and(|until| until <= now_ms);
        wait.expired_polls = if is_over { wait.expired_polls.saturating_add(1) } else { 0 };
        if self.until_ms.is_none() || wait.expired_polls >= EXPIRED_POLLS {
            self.turn = self.turn.saturating_add(1);
            self.until_ms = Some(now_ms + TURN_MS);
            return LeaseStep::Renew { turn: self.turn };
        }
        wait.turn = Some(self.turn);
        LeaseStep::Wait { ms: POLL_MS }
    }

    /// Extends a turn: the renewal continues until `ms` at least.
    pub fn extend(&mut self, turn: u64, ms: f64) {
        if self.has_turn(turn) {
            self.until_ms = Some(ms + TURN_MS);
        }
    }

    /// Ends a turn, unless another call has taken over.
    pub fn end(&mut self, turn: u64) {
        if self.has_turn(turn) {
            self.until_ms = None;
        }
    }

    /// Ends a turn that failed. Returns whether the waiting calls share the failure, so that its
    /// error must be kept. They do not share it if another call has taken over, because they now
    /// wait for that one.
    #[must_use]
    pub fn fail(&mut self, turn: u64) -> bool {
        let is_shared = self.has_turn(turn);
        if is_shared {
            self.failed = Some(turn);
        }
        self.end(turn);
        is_shared
    }

    /// Returns whether a session may be renewed. `refused` is the token that the marketplace
    /// refused, although it seemed fresh; `worked` is the token that it last accepted.
    #[must_use]
    pub fn may_renew(&mut self, session: Option<&Session>, refused: Option<&str>, worked: Option<&str>) -> bool {
        let Some(refused) = refused else { return true };
        if session.is_some_and(|session| session.access_token != refused) {
            return true;
        }
        if worked == Some(refused) {
            self.refusals = 0;
        }
        let may = self.refusals < MAX_REFUSALS;
        self.refusals = self.refusals.saturating_add(1);
        may
    }

    fn has_turn(&self, turn: u64) -> bool {
        self.turn == turn && self.until_ms.is_some()
    }
}

/// Returns whether a call can use a session: the session is fresh and is not the one that the
/// marketplace refused.
#[must_use]
pub fn is_usable(session: &Session, refused: Option<&str>, now_ms: f64) -> bool {
    session.is_fresh(now_ms) && refused != Some(session.access_token.as_str())
}

/// Returns the error of a call for which no further token is requested.
#[must_use]
pub fn tokens_refused(marketplace: &str, endpoint: &str) -> TicketError {
    let text = "the marketplace refused each new token, so no further one is requested: check the rights of the \
        application, and let the seller consent again";
    TicketError::local(ErrorKind::Authentication, code!("tokens_refused"), text, marketplace, endpoint)
}

/// The next action after the marketplace refused to renew a session.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum RefusedRenewal {
    /// Wait, then look for the session that another process may have stored, and ask again.
    Look {
        /// Milliseconds.
        ms: f64,
    },
    /// Use the session that was found.
    Use,
    /// Renew the session that was found.
    Renew,
    /// Fail with the error of the refusal.
    Fail,
}

/// The waits before the looks for another process's session. That process may still be about to
/// store it.
const LOOK_MS: [f64; 2] = [0.0, 500.0];

/// Returns the next action after a refusal of this kind. Two processes with one store may renew the
/// same session, and a refresh token can be used once: the second one is refused, although the
/// seller's consent stands. `before` is the session that was refused; `found` is what `looks` looks
/// have found. A found session is renewed once.
#[must_use]
pub fn after_refusal(
    kind: ErrorKind,
    looks: u32,
    before: Option<&Session>,
    found: Option<&Session>,
    stale: Option<&str>,
    now_ms: f64,
) -> RefusedRenewal {
    let next = usize::try_from(looks).ok().and_then(|looks| LOOK_MS.get(looks));
    let is_other = looks > 0
        && found.is_some_and(|found| {
            before.is_none_or(|before| {
                before.access_token != found.access_token || before.refresh_token != found.refresh_token
            })
        });
    match (found, next) {
        _ if kind != ErrorKind::Authentication => RefusedRenewal::Fail,
        (Some(found), _) if is_other && is_usable(found, stale, now_ms) => RefusedRenewal::Use,
        (Some(found), _) if is_other && found.refresh_token.is_some() => RefusedRenewal::Renew,
        (_, Some(ms)) => RefusedRenewal::Look { ms: *ms },
        _ => RefusedRenewal::Fail,
    }
}

#[cfg(test)]
mod tests;
