//! Reads how long a server asks its clients to wait.

use crate::wire::http::Response;
use crate::wire::time::parse_http_date;

/// The milliseconds that the server asks to wait: `Retry-After` in seconds, or as a date that is
/// compared with the response's own `Date` if it has one. `None` without a usable hint.
#[must_use]
pub fn retry_after_ms(response: &Response, now_ms: f64) -> Option<f64> {
    let headers = &response.headers;
    let text = headers.get("retry-after")?.trim();
    // Some servers send fractions, which the standard does not allow; they are rounded up.
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if let (Ok(seconds), true) = (whole.parse::<u32>(), fraction.bytes().all(|b| b.is_ascii_digit())) {
        let more = u32::from(fraction.bytes().any(|b| b != b'0'));
        return Some(f64::from(seconds.saturating_add(more)) * 1000.0);
    }
    let server_now = headers.get("date").and_then(|date| parse_http_date(date.trim())).unwrap_or(now_ms);
    parse_http_date(text).map(|at| (at - server_now).max(0.0))
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
        for useless in ["", "-1", "soon", "NaN", "inf", "1e999", "99999999999", "1.x"] {
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
