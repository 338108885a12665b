//! Whether a failed attempt is repeated, and when: a pure verdict.

use crate::rules::violation::day_number;
use crate::vendor::endpoint::Access;
use crate::wire::http::Response;

/// The first pause without a hint; it doubles with each attempt.
const FIRST_DELAY_MS: f64 = 500.0;
/// No pause without a hint is longer.
const MAX_DELAY_MS: f64 = 8_000.0;

/// A failed attempt, as far as the verdict needs it.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// Which attempt it was, from 1.
    pub number: u32,
    /// How many repetitions the caller allows.
    pub max_retries: u32,
    /// Whether the call changes something.
    pub access: Access,
    /// The status, or `None` when no answer arrived.
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
    /// Report that the wait which the marketplace asks for is longer than the call may take.
    StopForHint,
    /// Wait, then try again.
    Wait {
        /// For how long.
        ms: f64,
    },
}

/// Whether, and when, a failed attempt is repeated.
///
/// Repeated are 408, 429, 500, 502, 503, 504 and the lack of an answer, and of reads only: a write may have landed behind
/// each of them, a limit's word included. A hint of the server is followed exactly; else the pause is `0.5 s · 2ⁿ`, at most
/// 8 s, with full jitter. 409 is a state, not an accident.
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

/// How long the server asks to wait: `Retry-After` in seconds or as a date, read against the server's own clock when it
/// tells it. `None` without a usable hint.
#[must_use]
pub fn retry_after_ms(response: &Response, now_ms: f64) -> Option<f64> {
    let headers = &response.headers;
    let text = headers.get("retry-after")?.trim();
    // Some servers send fractions, which the standard does not have; they are rounded up.
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if let (Ok(seconds), true) = (whole.parse::<u32>(), fraction.bytes().all(|b| b.is_ascii_digit())) {
        let more = u32::from(fraction.bytes().any(|b| b != b'0'));
        return Some(f64::from(seconds.saturating_add(more)) * 1000.0);
    }
    let server_now = headers.get("date").and_then(|date| http_date_ms(date.trim())).unwrap_or(now_ms);
    http_date_ms(text).map(|at| (at - server_now).max(0.0))
}

/// A date of HTTP in any of its three forms (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. The day of the week is not looked at.
fn http_date_ms(text: &str) -> Option<f64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let (day, month, year, clock) = match *words.as_slice() {
        [_, day, month, year, clock, "GMT"] => (day, month, year, clock),
        [_, month, day, clock, year] => (day, month, year, clock),
        _ => return None,
    };
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let month = MONTHS.find(month).filter(|at| month.len() == 3 && at % 3 == 0)?.checked_div(3)?.checked_add(1)?;
    let year = match (number(year)?, year.len()) {
        // Two digits are of this century, unless that lies far ahead.
        (year @ 70.., 2) => year.checked_add(1900)?,
        (year, 2) => year.checked_add(2000)?,
        (year, _) => year,
    };
    let days = day_number(&format!("{year:04}-{month:02}-{:02}", number(day)?))?;
    let days = days.checked_sub(day_number("1970-01-01")?)?;
    let mut seconds = 0u32;
    let mut parts = clock.split(':');
    for most in [24, 60, 61] {
        let part = number(parts.next()?).filter(|part| *part < most)?;
        seconds = part.checked_add(seconds.checked_mul(60)?)?;
    }
    (days >= 0 && parts.next().is_none()).then(|| (days as f64 * 86_400.0 + f64::from(seconds)) * 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::http::Headers;
    use proptest::prelude::*;

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

    #[test]
    fn dates_of_http_are_read_in_their_three_forms() {
        let ms = Some(784_111_777_000.0);
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(http_date_ms(text), ms, "{text}");
        }
        assert_eq!(http_date_ms("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0.0));
        assert_eq!(http_date_ms("Thu, 29 Feb 2024 23:59:60 GMT"), Some(1_709_251_200_000.0));
        for bad in [
            "",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nob 1994 08:49:37 GMT",
            "Sun, 06 anF 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
        ] {
            assert_eq!(http_date_ms(bad), None, "{bad}");
        }
    }

    fn with(headers: Headers) -> Response {
        Response { headers, ..Response::default() }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        let read = |value: &str, date: Option<&str>| {
            let mut headers = Headers::from_iter([("Retry-After", value)]);
            if let Some(date) = date {
                headers.set("date", date);
            }
            retry_after_ms(&with(headers), 784_111_770_000.0)
        };
        assert_eq!(read("2", None), Some(2000.0));
        assert_eq!(read(" 1.5 ", None), Some(2000.0));
        assert_eq!(read("1.0", None), Some(1000.0));
        assert_eq!(read("0", None), Some(0.0));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT", None), Some(7000.0));
        // The server's clock is a minute ahead: the hint is a difference of its own times.
        assert_eq!(read("Sun, 06 Nov 1994 08:50:37 GMT", Some("Sun, 06 Nov 1994 08:50:30 GMT")), Some(7000.0));
        assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT", None), Some(0.0));
        for useless in ["", "-1", "soon", "NaN", "inf", "1e999", "99999999999", "1.x"] {
            assert_eq!(read(useless, None), None, "{useless}");
        }
        assert_eq!(retry_after_ms(&Response::default(), 0.0), None);
    }

    proptest! {
        #[test]
        fn dates_are_read_as_they_were_written(seconds in 0u64..4_102_444_800) {
            let text = httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
            prop_assert_eq!(http_date_ms(&text), Some(seconds as f64 * 1000.0));
        }

        #[test]
        fn headers_never_panic(value in "\\PC{0,40}", date in "\\PC{0,40}") {
            let headers = Headers::from_iter([("retry-after", value), ("date", date)]);
            if let Some(ms) = retry_after_ms(&with(headers), 0.0) {
                prop_assert!(ms >= 0.0 && ms.is_finite());
            }
        }
    }
}
