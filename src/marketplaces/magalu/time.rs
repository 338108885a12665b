//! Times as the API writes them: mostly without a zone (`2024-11-08T11:49:35.938000`), on events and messages now and
//! then with `Z`. They are kept as text; here is what they probably mean.

use crate::rules::violation::is_date_time;
use crate::wire::json::read_f64;

/// Whether a text is a date and a time on a real calendar day, with or without a zone.
#[must_use]
pub fn is_time(text: &str) -> bool {
    is_date_time(text) || is_date_time(&format!("{text}Z"))
}

/// The milliseconds since 1970 that a time means; one without a zone is taken as UTC. That is **not verified**: it is how
/// an integration in production reads them, and it notes that they may be three hours early (Brasília's time).
#[must_use]
pub fn parse_zoneless(text: &str) -> Option<f64> {
    if !is_time(text) {
        return None;
    }
    let (date, time) = text.split_once(['T', 't'])?;
    let clock_end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(clock_end)?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    let offset_minutes = match zone.split_at_checked(1) {
        Some((sign, offset)) if !offset.is_empty() => {
            let [hours, minutes] = numbers(offset, ':')?;
            (hours * 60.0 + minutes) * if sign == "-" { -1.0 } else { 1.0 }
        }
        _ => 0.0,
    };
    let days = days_since_1970(year, month, day);
    Some((((days * 24.0 + hour) * 60.0 + minute - offset_minutes) * 60.0 + second) * 1000.0)
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[f64; N]> {
    let parsed: Vec<f64> = text.split(separator).map(read_f64).collect::<Option<_>>()?;
    parsed.try_into().ok()
}

/// Days of the Gregorian calendar; years begin in March, so that leap days end them.
fn days_since_1970(year: f64, month: f64, day: f64) -> f64 {
    let (year, month) = if month <= 2.0 { (year - 1.0, month + 9.0) } else { (year, month - 3.0) };
    let leap_days = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    year * 365.0 + leap_days + ((month * 153.0 + 2.0) / 5.0).floor() + day - 719_469.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_with_and_without_a_zone() {
        for (text, ms) in [
            ("1970-01-01T00:00:00", 0.0),
            ("1969-12-31T23:59:59.5", -500.0),
            ("2000-02-29T12:00:00Z", 951_825_600_000.0),
            ("2024-11-08T11:49:35.938000", 1_731_066_575_938.0),
            ("2026-02-01T10:00:09", 1_769_940_009_000.0),
            ("2026-02-01T10:00:09Z", 1_769_940_009_000.0),
            ("2026-02-01T07:00:09-03:00", 1_769_940_009_000.0),
            ("2026-02-01t15:30:09+05:30", 1_769_940_009_000.0),
        ] {
            assert_eq!(parse_zoneless(text), Some(ms), "{text}");
        }
        for bad in ["", "2026-02-01", "2026-02-30T10:00:00", "2026-02-01T24:00:00", "2026-02-01 10:00:00", "soon", "T"]
        {
            assert_eq!(parse_zoneless(bad), None, "{bad}");
            assert!(!is_time(bad));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.Z+-][0-9:]{0,6}") {
            prop_assert_eq!(parse_zoneless(&text).is_some(), is_time(&text));
        }

        #[test]
        fn days_follow_each_other(day in 0i32..200_000) {
            // Counted with the machine's calendar, which knows nothing of ours.
            let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(u64::try_from(day).unwrap() * 86_400);
            let text = httpdate::fmt_http_date(at);
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let parts: Vec<&str> = text.split(' ').collect();
            let month = 1 + months.iter().position(|name| *name == parts[2]).unwrap();
            let iso = format!("{}-{month:02}-{}T00:00:00", parts[3], parts[1]);
            prop_assert_eq!(parse_zoneless(&iso), Some(f64::from(day) * 86_400_000.0));
        }
    }
}
