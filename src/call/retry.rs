//! Decides, as a pure function, whether and when a failed attempt is repeated.

use crate::vendor::Access;

/// The first pause if the server gives no hint; it doubles with each attempt.
const FIRST_DELAY_MS: f64 = 500.0;
/// The longest pause if the server gives no hint.
const MAX_DELAY_MS: f64 = 8_000.0;

/// The facts about a failed attempt that the decision needs.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// The number of the attempt, from 1.
    pub number: u32,
    /// How many repetitions the caller allows.
    pub max_retries: u32,
    /// Whether the call changes something.
    pub access: Access,
    /// The status, or `None` if no response arrived.
    pub status: Option<u16>,
    /// How long the marketplace asked to wait.
    pub hint_ms: Option<f64>,
    /// Milliseconds that are left for the whole call.
    pub remaining_ms: f64,
    /// A number in `0.0..1.0` from the host.
    pub random: f64,
}

/// What to do after a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// Report the failure.
    Stop,
    /// Report that the marketplace asks for a longer wait than the call may take.
    StopForHint,
    /// Wait, then try again.
    Wait {
        /// The length of the wait in milliseconds.
        ms: f64,
    },
}

/// Returns whether and when a failed attempt is repeated.
///
/// Only reads are repeated, after 408, 429, 500, 502, 503, 504 or no response at all: a write may
/// have taken effect in each of these cases, even if a rate limit was reported. A hint of the
/// server is followed exactly; otherwise the pause is `0.5 s · 2ⁿ`, at most 8 s, with full jitter.
/// 409 describes a state, not a temporary failure.
#[must_use]
pub fn verdict(attempt: Attempt) -> Verdict {
    let transient = matches!(attempt.status, None | Some(408 | 429 | 500 | 502 | 503 | 504));
    if !transient || attempt.access == Access::Write || attempt.number > attempt.max_retries {
        return Verdict::Stop;
    }
    let ms = attempt.hint_ms.unwrap_or_else(|| back_off(attempt.number, attempt.random));
    if ms < attempt.remaining_ms {
        Verdict::Wait { ms }
    } else if attempt.hint_ms.is_some() {
        Verdict::StopForHint
    } else {
        Verdict::Stop
    }
}

fn back_off(attempt: u32, random: f64) -> f64 {
    let doublings = i32::try_from(attempt.saturating_sub(1).min(16)).unwrap_or(16);
    (FIRST_DELAY_MS * 2f64.powi(doublings)).min(MAX_DELAY_MS) * random.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Attempt = Attempt {
        number: 1,
        max_retries: 2,
        access: Access::Read,
        status: Some(503),
        hint_ms: None,
        remaining_ms: 60_000.0,
        random: 1.0,
    };

    #[test]
    fn statuses() {
        for (status, repeated) in [
            (None, true),
            (Some(408), true),
            (Some(429), true),
            (Some(500), true),
            (Some(502), true),
            (Some(503), true),
            (Some(504), true),
            (Some(301), false),
            (Some(400), false),
            (Some(401), false),
            (Some(403), false),
            (Some(404), false),
            (Some(409), false),
            (Some(422), false),
            (Some(501), false),
        ] {
            let verdict = verdict(Attempt { status, ..READ });
            assert_eq!(verdict != Verdict::Stop, repeated, "{status:?}");
        }
    }

    #[test]
    fn a_write_is_never_repeated() {
        for status in [None, Some(408), Some(429), Some(500), Some(502), Some(503), Some(504)] {
            for hint_ms in [None, Some(0.0), Some(1e9)] {
                let write = Attempt { access: Access::Write, status, hint_ms, ..READ };
                assert_eq!(verdict(write), Verdict::Stop, "{status:?}");
            }
        }
    }

    #[test]
    fn pauses_double_up_to_a_cap_and_hints_are_exact() {
        let after = |number| verdict(Attempt { number, max_retries: 10, ..READ });
        let pauses: Vec<_> = (1..=6).map(after).collect();
        let expected: Vec<_> = [500.0, 1000.0, 2000.0, 4000.0, 8000.0, 8000.0].map(|ms| Verdict::Wait { ms }).into();
        assert_eq!(pauses, expected);
        assert_eq!(verdict(Attempt { random: 0.25, ..READ }), Verdict::Wait { ms: 125.0 });
        assert_eq!(verdict(Attempt { hint_ms: Some(1234.0), ..READ }), Verdict::Wait { ms: 1234.0 });
    }

    #[test]
    fn the_number_of_retries_and_the_budget_are_kept() {
        assert_eq!(verdict(Attempt { number: 2, ..READ }), Verdict::Wait { ms: 1000.0 });
        assert_eq!(verdict(Attempt { number: 3, ..READ }), Verdict::Stop);
        assert_eq!(verdict(Attempt { max_retries: 0, ..READ }), Verdict::Stop);
        assert_eq!(verdict(Attempt { remaining_ms: 400.0, ..READ }), Verdict::Stop);
        assert_eq!(verdict(Attempt { hint_ms: Some(60_001.0), ..READ }), Verdict::StopForHint);
    }
}
