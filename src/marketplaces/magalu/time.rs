//! Times as the API writes them: mostly without a zone (`2024-11-08T11:49:35.938000`), but
//! sometimes with `Z` on events and messages. They are kept as text; the functions here interpret
//! them.

use crate::wire::time::parse_date_time_or_utc;

/// Returns whether a text is a date and a time on a real calendar day, with or without a zone.
#[must_use]
pub fn is_time(text: &str) -> bool {
    parse_zoneless(text).is_some()
}

/// Returns the milliseconds since 1970; a time without a zone is taken as UTC. That is **not
/// verified**: an integration in production reads times so, and notes that they may be three hours
/// early (Brasília's time).
#[must_use]
pub fn parse_zoneless(text: &str) -> Option<f64> {
    parse_date_time_or_utc(text)
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
