//! Reads how long a server asks its clients to wait.

use crate::wire::http::Response;
use crate::wire::time::parse_http_date;

/// The milliseconds that the server asks to wait: `Retry-After` in seconds, or as a date that is
/// compared with the response's own `Date` if it has one. `None` without a usable hint.
#[must_use]
pub fn retry_after_ms(response: &Response, now_ms: f64) -> Option<f64> {
    let headers = &response.headers;
    let server_now = headers.get("date").and_then(|date| parse_http_date(date.trim())).unwrap_or(now_ms);
    // A header that came more than once is joined with commas; a date has a comma of its own.
    let parts: Vec<&str> = headers.get("retry-after")?.split(',').map(str::trim).collect();
    let seconds = parts.iter().filter_map(|part| seconds(part)).map(|seconds| seconds * 1000.0);
    let dates = parts.windows(2).filter_map(|pair| parse_http_date(&pair.join(", ")));
    seconds.chain(dates.map(|at| (at - server_now).max(0.0))).reduce(f64::max)
}

/// Returns the largest number in a header, which may have come more than once. A number that does
/// not fit 32 bits counts as the largest that does.
#[must_use]
pub fn longest(text: &str) -> Option<f64> {
    text.split(',').map(str::trim).filter_map(whole).reduce(f64::max)
}

/// Returns the smallest number in such a header.
#[must_use]
pub fn fewest(text: &str) -> Option<f64> {
    text.split(',').map(str::trim).filter_map(whole).reduce(f64::min)
}

/// Some servers send fractions, which the standard does not allow; they are rounded up.
fn seconds(text: &str) -> Option<f64> {
    let (before, fraction) = text.split_once('.').unwrap_or((text, ""));
    let more = fraction.bytes().any(|byte| byte != b'0');
    let is_number = fraction.bytes().all(|byte| byte.is_ascii_digit());
    whole(before).filter(|_| is_number).map(|seconds| seconds + f64::from(u8::from(more)))
}

fn whole(text: &str) -> Option<f64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| f64::from(text.parse::<u32>().unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::http::Headers;
    use proptest::prelude::*;

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
        // The server's clock is a minute ahead, so the hint is the difference of its own times.
        assert_eq!(read("Sun, 06 Nov 1994 08:50:37 GMT", Some("Sun, 06 Nov 1994 08:50:30 GMT")), Some(7000.0));
        assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT", None), Some(0.0));
        // A number that does not fit is not none, and of several the longest counts.
        let most = f64::from(u32::MAX) * 1000.0;
        for (value, ms) in [
            ("99999999999", most),
            ("99999999999999999999", most),
            ("99999999999999999999.5", most + 1000.0),
            ("1, 1", 1000.0),
            ("1,7", 7000.0),
            ("soon, 3", 3000.0),
            ("2, Sun, 06 Nov 1994 08:49:37 GMT", 7000.0),
            ("Sun, 06 Nov 1994 08:49:37 GMT, 9", 9000.0),
        ] {
            assert_eq!(read(value, None), Some(ms), "{value}");
        }
        for useless in ["", "-1", "soon", "NaN", "inf", "1e999", "1.x", ",", "+1"] {
            assert_eq!(read(useless, None), None, "{useless}");
        }
        assert_eq!(retry_after_ms(&Response::default(), 0.0), None);
    }

    proptest! {
        #[test]
        fn headers_never_panic(value in "\\PC{0,40}", date in "\\PC{0,40}") {
            let headers = Headers::from_iter([("retry-after", value), ("date", date)]);
            if let Some(ms) = retry_after_ms(&with(headers), 0.0) {
                prop_assert!(ms >= 0.0 && ms.is_finite());
            }
        }
    }
}
