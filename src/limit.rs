//! The rate gate of an account: when may the next request go out?
//!
//! The state is two numbers that belong to the client object. A call reserves its place by moving the first one on and
//! then waits by its own timer; so a call that disappears holds nobody up.

use crate::input::{Fields, FromInput, Input};
use crate::json::to_json;
use crate::validate::Violations;
use serde::{Deserialize, Serialize};

/// How fast a marketplace may be called: `burst` requests at once, then one each `interval_ms`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Milliseconds from one request to the next in the long run.
    pub interval_ms: f64,
    /// Requests that may go out at once after a rest.
    pub burst: f64,
}

/// The state of an account's gate, in the host's milliseconds. Starts with zeros.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// When all reserved places are used up (the theoretical arrival time of GCRA).
    pub reserved_until_ms: f64,
    /// Nothing goes out before, because the marketplace asked for a pause.
    pub paused_until_ms: f64,
}

to_json!(Gate { "reservedUntilMs": reserved_until_ms, "pausedUntilMs": paused_until_ms });

impl FromInput for Gate {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self { reserved_until_ms: fields.take("reservedUntilMs"), paused_until_ms: fields.take("pausedUntilMs") }
    }
}

impl Gate {
    /// Reserves a place and returns the milliseconds to wait for it, or `None`, reserving nothing, when that is longer
    /// than `patience_ms`.
    #[must_use]
    pub fn reserve(&mut self, rate: Rate, now_ms: f64, patience_ms: f64) -> Option<f64> {
        let reserved = self.reserved_until_ms.max(now_ms) + rate.interval_ms;
        let free_at = reserved - rate.interval_ms * rate.burst;
        let wait = (free_at - now_ms).max(self.pause_ms(now_ms)).max(0.0);
        (wait <= patience_ms).then(|| {
            self.reserved_until_ms = reserved;
            wait
        })
    }

    /// Milliseconds until the pause ends.
    #[must_use]
    pub fn pause_ms(&self, now_ms: f64) -> f64 {
        (self.paused_until_ms - now_ms).max(0.0)
    }

    /// Lets nothing out for `ms`.
    pub fn pause(&mut self, now_ms: f64, ms: f64) {
        self.paused_until_ms = self.paused_until_ms.max(now_ms + ms);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE: Rate = Rate { interval_ms: 10.0, burst: 3.0 };

    #[test]
    fn a_burst_goes_out_at_once_and_the_rest_in_steps() {
        let mut gate = Gate::default();
        let waits: Vec<_> = (0..6).map(|_| gate.reserve(RATE, 1000.0, 1e9).unwrap()).collect();
        assert_eq!(waits, [0.0, 0.0, 0.0, 10.0, 20.0, 30.0]);
    }

    #[test]
    fn a_pause_holds_everyone_and_a_place_beyond_patience_is_not_reserved() {
        let mut gate = Gate::default();
        gate.pause(1000.0, 500.0);
        assert_eq!(gate.reserve(RATE, 1000.0, 1000.0), Some(500.0));
        let before = gate;
        assert_eq!(gate.reserve(RATE, 1000.0, 499.0), None);
        assert_eq!(gate, before);
        assert_eq!(gate.reserve(RATE, 1500.0, 0.0), Some(0.0));
    }

    proptest! {
        #[test]
        fn no_second_sees_more_than_the_rate_allows(steps in proptest::collection::vec(0.0..30.0f64, 1..200)) {
            let (mut gate, mut now, mut sent) = (Gate::default(), 0.0, Vec::new());
            for step in steps {
                now += step;
                sent.push(now + gate.reserve(RATE, now, 1e9).unwrap());
            }
            for start in &sent {
                let window = sent.iter().filter(|at| **at >= *start && **at < start + 1000.0).count();
                prop_assert!(window as f64 <= RATE.burst + 1000.0 / RATE.interval_ms);
            }
        }
    }
}
