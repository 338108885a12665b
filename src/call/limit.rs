//! The rate gate of an account decides when the next request may be sent.
//!
//! The state is a few numbers that belong to the client object. A call reserves its place by
//! advancing the first one and then waits by its own timer, so a call that disappears delays no
//! other.

use crate::wire::rate::{Quota, Rate};
use serde::{Deserialize, Serialize};

/// The state of an account's gate, in the host's milliseconds. All fields start at zero.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Gate {
    /// The time at which all reserved places are used up (the theoretical arrival time of GCRA).
    pub reserved_until_ms: f64,
    /// Nothing is sent before this time, because the marketplace asked for a pause.
    pub paused_until_ms: f64,
    /// The total delay that all pauses have added to places that were reserved before them.
    pub shifted_ms: f64,
    /// Until this time, one request is sent per `slow_interval_ms`, because little of the quota is
    /// left.
    pub slow_until_ms: f64,
    /// The interval between requests; see `slow_until_ms`.
    pub slow_interval_ms: f64,
    /// The largest page that the marketplace was found to allow, or 0 if it refused none.
    pub page_size: u64,
}

/// A place at the gate. Places keep the order in which they were requested. It is plain data of the
/// call that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reservation {
    /// The time at which it is due, not counting later pauses.
    due_ms: f64,
    /// The gate's `shifted_ms` at the time of the reservation.
    shifted_ms: f64,
}

impl Gate {
    /// Reserves a place and returns it. Returns `None` and reserves nothing if the place would be
    /// due later than in `patience_ms`.
    #[must_use]
    pub fn reserve(&mut self, rate: Rate, now_ms: f64, patience_ms: f64) -> Option<Reservation> {
        let is_slow = now_ms < self.slow_until_ms && self.slow_interval_ms > rate.interval_ms;
        let (interval_ms, burst) = if is_slow { (self.slow_interval_ms, 1.0) } else { (rate.interval_ms, rate.burst) };
        let reserved = self.reserved_until_ms.max(now_ms) + interval_ms;
        let free_at = reserved - interval_ms * burst;
        let due_ms = free_at.max(self.paused_until_ms).max(now_ms);
        (due_ms - now_ms <= patience_ms).then(|| {
            self.reserved_until_ms = reserved;
            Reservation { due_ms, shifted_ms: self.shifted_ms }
        })
    }

    /// Returns the milliseconds until a place is due. A pause that began after the reservation
    /// delays all places equally, so that they keep their order and are not all sent when the pause
    /// ends.
    #[must_use]
    pub fn wait_ms(&self, place: Reservation, now_ms: f64) -> f64 {
        (place.due_ms + self.shifted_ms - place.shifted_ms - now_ms).max(self.pause_ms(now_ms)).max(0.0)
    }

    /// Returns the milliseconds until the pause ends.
    #[must_use]
    pub fn pause_ms(&self, now_ms: f64) -> f64 {
        (self.paused_until_ms - now_ms).max(0.0)
    }

    /// Pauses the gate for `ms`.
    pub fn pause(&mut self, now_ms: f64, ms: f64) {
        let from = self.paused_until_ms.max(now_ms);
        let longer = now_ms + ms - from;
        if longer > 0.0 {
            self.shifted_ms += longer;
            self.reserved_until_ms = self.reserved_until_ms.max(now_ms) + longer;
            self.paused_until_ms = from + longer;
        }
    }

    /// Applies the remaining quota, which other software of the account uses too. With nothing
    /// left, the gate pauses; with little left, it spreads the rest over the time until the quota
    /// is reset. That time is limited to `longest_ms`, because a header may be wrong.
    pub fn learn(&mut self, quota: Quota, now_ms: f64, longest_ms: f64) {
        let reset_ms = quota.reset_ms.max(0.0).min(longest_ms);
        if quota.left < 1.0 {
            self.pause(now_ms, reset_ms);
        } else {
            self.slow_until_ms = now_ms + reset_ms;
            self.slow_interval_ms = reset_ms / quota.left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATE: Rate = Rate { interval_ms: 10.0, burst: 3.0 };

    /// Returns the milliseconds that a call which arrives now must wait.
    fn place(gate: &mut Gate, now: f64) -> f64 {
        let place = gate.reserve(RATE, now, 1e9).unwrap();
        gate.wait_ms(place, now)
    }

    #[test]
    fn a_burst_goes_out_at_once_and_the_rest_in_steps() {
        let mut gate = Gate::default();
        let waits: Vec<_> = (0..6).map(|_| place(&mut gate, 1000.0)).collect();
        assert_eq!(waits, [0.0, 0.0, 0.0, 10.0, 20.0, 30.0]);
    }

    #[test]
    fn a_pause_holds_everyone_and_a_place_beyond_patience_is_not_reserved() {
        let mut gate = Gate::default();
        gate.pause(1000.0, 500.0);
        assert_eq!(place(&mut gate, 1000.0), 500.0);
        let before = gate;
        assert_eq!(gate.reserve(RATE, 1000.0, 499.0), None);
        assert_eq!(gate, before);
        assert_eq!(place(&mut gate, 1500.0), 0.0);
    }

    #[test]
    fn a_pause_keeps_the_order_of_those_who_wait_and_lets_them_out_in_steps() {
        let mut gate = Gate::default();
        let early: Vec<_> = (0..6).map(|_| gate.reserve(RATE, 0.0, 1e9).unwrap()).collect();
        gate.pause(5.0, 1000.0);
        // A shorter pause within it changes nothing.
        gate.pause(6.0, 100.0);
        let late: Vec<_> = (0..3).map(|_| gate.reserve(RATE, 500.0, 1e9).unwrap()).collect();
        // The first three were sent before the pause.
        let waits: Vec<_> = early.iter().skip(3).chain(&late).map(|place| gate.wait_ms(*place, 500.0)).collect();
        assert_eq!(waits, [510.0, 520.0, 530.0, 540.0, 550.0, 560.0]);
    }

    #[test]
    fn what_is_left_of_a_quota_sets_the_pace_until_there_is_more() {
        let mut gate = Gate::default();
        gate.learn(Quota { left: 5.0, reset_ms: 1000.0 }, 0.0, 60_000.0);
        let waits: Vec<_> = (0..5).map(|_| place(&mut gate, 0.0)).collect();
        assert_eq!(waits, [0.0, 200.0, 400.0, 600.0, 800.0]);
        // The pause is over.
        let mut gate = Gate { reserved_until_ms: 0.0, ..gate };
        assert_eq!((0..3).map(|_| place(&mut gate, 1000.0)).sum::<f64>(), 0.0);
        // Enough is left: the documented rate stays.
        gate.learn(Quota { left: 1e6, reset_ms: 1000.0 }, 2000.0, 60_000.0);
        assert_eq!((0..3).map(|_| place(&mut gate, 2000.0)).sum::<f64>(), 0.0);
        gate.learn(Quota { left: 0.0, reset_ms: 1e12 }, 3000.0, 60_000.0);
        assert_eq!(gate.pause_ms(3000.0), 60_000.0);
        let mut gate = Gate::default();
        gate.learn(Quota { left: 1.0, reset_ms: -5.0 }, 0.0, 60_000.0);
        assert_eq!(gate.pause_ms(0.0), 0.0);
    }

    proptest! {
        #[test]
        fn no_second_sees_more_than_the_rate_allows(steps in proptest::collection::vec(0.0..30.0f64, 1..200)) {
            let (mut gate, mut now, mut sent) = (Gate::default(), 0.0, Vec::new());
            for step in steps {
                now += step;
                sent.push(now + place(&mut gate, now));
            }
            for start in &sent {
                let window = sent.iter().filter(|at| **at >= *start && **at < start + 1000.0).count();
                prop_assert!(window as f64 <= RATE.burst + 1000.0 / RATE.interval_ms);
            }
        }

        /// Calls arrive at any time and wait through any pauses, each with its own timer.
        #[test]
        fn pauses_break_neither_the_order_nor_the_rate(
            events in proptest::collection::vec((0.0..40.0f64, proptest::option::weighted(0.1, 1.0..500.0f64)), 1..150),
        ) {
            let (mut gate, mut now, mut waiting, mut sent) = (Gate::default(), 0.0, Vec::new(), Vec::new());
            let mut wake = |gate: &Gate, waiting: &mut Vec<(f64, usize, Reservation)>, until: f64| loop {
                let next = waiting.iter().enumerate().min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0)).map(|(at, _)| at);
                let Some(next) = next.filter(|next| waiting[*next].0 <= until) else { return };
                let (at, number, place) = waiting.remove(next);
                match gate.wait_ms(place, at) {
                    more if more > 1e-6 => waiting.push((at + more, number, place)),
                    _ => sent.push((at, number)),
                }
            };
            for (number, (step, pause)) in events.into_iter().enumerate() {
                wake(&gate, &mut waiting, now + step);
                now += step;
                if let Some(ms) = pause {
                    gate.pause(now, ms);
                }
                let place = gate.reserve(RATE, now, f64::MAX).unwrap();
                waiting.push((now + gate.wait_ms(place, now), number, place));
            }
            wake(&gate, &mut waiting, f64::MAX);
            prop_assert!(waiting.is_empty());
            for pair in sent.windows(2) {
                prop_assert!(pair[0].1 < pair[1].1 || (pair[0].0 - pair[1].0).abs() < 1e-3, "{:?} before {:?}", pair[0], pair[1]);
            }
            for (start, _) in &sent {
                let window = sent.iter().filter(|(at, _)| *at >= *start && *at < start + 1000.0 - 1e-3).count();
                prop_assert!(window as f64 <= RATE.burst + 1000.0 / RATE.interval_ms, "{window}");
            }
        }
    }
}
