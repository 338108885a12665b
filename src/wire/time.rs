//! The calendar: days, RFC 3339 times and HTTP dates, as milliseconds since 1970.

/// Returns the day, counted from 1970-01-01, of a date in the Gregorian calendar; `None` if the
/// date does not exist.
#[must_use]
#[expect(clippy::arithmetic_side_effects, reason = "a year has some ten digits at most, a month and a day have two")]
pub fn day_of(year: i32, month: u32, day: u32) -> Option<i64> {
    let year = i64::from(year);
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days).contains(&day) {
        return None;
    }
    // Counts years from March, because the lengths of the months before February then have a
    // regular pattern.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap_days + i64::from((153 * month + 2) / 5) + i64::from(day) - 719_469)
}

/// Returns year, month and day of the month for a day counted from 1970-01-01.
#[expect(clippy::arithmetic_side_effects, reason = "a time is some 14 digits of milliseconds at most")]
pub(crate) fn date_of(day: i64) -> (i64, i64, i64) {
    // Years begin in March, so leap days are at their end.
    let shifted = day + 719_468;
    let (era, day) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, date)
}

/// Returns the day of the week of a day counted from 1970-01-01; 0 is Monday.
#[cfg(feature = "desk")]
pub(crate) fn weekday_of(day: i64) -> usize {
    // The first day was a Thursday.
    usize::try_from(day.saturating_add(3).rem_euclid(7)).unwrap_or_default()
}

/// Returns the day of Easter Sunday in the Gregorian calendar, counted from 1970-01-01, by the
/// method of Meeus, Jones and Butcher.
#[cfg(feature = "desk")]
#[expect(clippy::arithmetic_side_effects, reason = "a year has some ten digits at most")]
pub(crate) fn easter(year: i64) -> Option<i64> {
    let (a, b, c) = (year.rem_euclid(19), year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b.div_euclid(4), b.rem_euclid(4));
    let g = (8 * b + 13).div_euclid(25);
    let h = (19 * a + b - d - g + 15).rem_euclid(30);
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    day_of(i32::try_from(year).ok()?, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

/// Returns by how many milliseconds clocks in the European Union are ahead of winter time: an hour
/// between the last Sundays of March and October, at 01:00 UTC. The rule has been the same since
/// 1996 (Directive 2000/84/EC).
#[cfg(feature = "desk")]
pub(crate) fn europe_summer_ms(at_ms: f64) -> f64 {
    const DAY_MS: f64 = 86_400_000.0;
    const LAST_MS: f64 = 253_402_300_799_000.0;
    if at_ms.is_nan() || at_ms.abs() > LAST_MS {
        return 0.0;
    }
    let change = |year: i64, month: u32| {
        let last = day_of(i32::try_from(year).ok()?, month, 31)?;
        // The remainder is at most six days.
        let sunday = last.checked_sub_unsigned(u64::try_from(weekday_of(last.saturating_add(1))).ok()?)?;
        Some(sunday as f64 * DAY_MS + 3_600_000.0)
    };
    let (year, ..) = date_of((at_ms / DAY_MS).floor() as i64);
    match (change(year, 3), change(year, 10)) {
        (Some(spring), Some(autumn)) if (spring..autumn).contains(&at_ms) => 3_600_000.0,
        _ => 0.0,
    }
}

/// Reads `YYYY-MM-DD` and returns the day counted from 1970-01-01; `None` if the day does not
/// exist.
#[must_use]
pub fn parse_date(text: &str) -> Option<i64> {
    let [year, month, day] = parts(text, '-')?;
    day_of(i32::try_from(digits(year, 4)?).ok()?, digits(month, 2)?, digits(day, 2)?)
}

/// Reads an RFC 3339 date and time with its zone, such as `2026-03-02T08:15:00Z`, in milliseconds
/// since 1970.
#[must_use]
pub fn parse_date_time(text: &str) -> Option<f64> {
    let (at, zone) = parse_zoned(text)?;
    zone.map(|offset_ms| at - offset_ms)
}

/// Returns whether a text is an RFC 3339 date and time with a zone, on an existing day.
#[must_use]
pub fn is_date_time(text: &str) -> bool {
    parse_date_time(text).is_some()
}

/// Reads the same, except that the zone may be missing, which means UTC.
#[must_use]
pub fn parse_date_time_or_utc(text: &str) -> Option<f64> {
    let (at, zone) = parse_zoned(text)?;
    Some(at - zone.unwrap_or(0.0))
}

/// Returns a date and time as if it were UTC, and the offset of its zone in milliseconds, if it has
/// one.
fn parse_zoned(text: &str) -> Option<(f64, Option<f64>)> {
    let (date, time) = text.split_once(['T', 't'])?;
    let clock_end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(clock_end)?;
    let zone = if zone.is_empty() { None } else { Some(parse_zone(zone)?) };
    Some((parse_date(date)? as f64 * 86_400_000.0 + parse_clock(clock)?, zone))
}

/// Reads `08:15:00.123` in milliseconds. Second 60 is a leap second, which RFC 3339 allows.
fn parse_clock(text: &str) -> Option<f64> {
    let [hour, minute, second] = parts(text, ':')?;
    let (second, fraction) = second.split_once('.').map_or((second, None), |(whole, part)| (whole, Some(part)));
    let fraction = match fraction {
        Some(part) if (1..=9).contains(&part.len()) => {
            f64::from(digits(part, part.len())?) / 10f64.powi(i32::try_from(part.len()).ok()?)
        }
        Some(_) => return None,
        None => 0.0,
    };
    let [hour, minute, second] = [(hour, 23), (minute, 59), (second, 60)]
        .map(|(part, most)| digits(part, 2).filter(|number| *number <= most).map(f64::from));
    Some(((hour? * 60.0 + minute?) * 60.0 + second?) * 1000.0 + fraction * 1000.0)
}

/// Reads `+05:30` in milliseconds.
fn parse_zone(text: &str) -> Option<f64> {
    if text == "Z" || text == "z" {
        return Some(0.0);
    }
    let (sign, offset) = text.split_at_checked(1)?;
    let [hours, minutes] = parts(offset, ':')?;
    let hours = digits(hours, 2).filter(|hours| *hours <= 23)?;
    let minutes = digits(minutes, 2).filter(|minutes| *minutes <= 59)?;
    let ms = (f64::from(hours) * 60.0 + f64::from(minutes)) * 60_000.0;
    Some(if sign == "-" { -ms } else { ms })
}

/// Formats a time to the second: `2026-03-02T08:15:00Z`.
#[must_use]
pub fn format_date_time(ms: f64) -> String {
    const MOST: f64 = 253_402_300_799_000.0;
    let seconds = (ms.clamp(-MOST, MOST) / 1000.0).floor() as i64;
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, date) = date_of(days);
    let (hour, minute) = (second / 3600, second % 3600 / 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{:02}Z", second % 60)
}

/// Reads an HTTP date in any of its three forms (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. The day of the week is ignored.
#[must_use]
pub fn parse_http_date(text: &str) -> Option<f64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let (day, month, year, clock) = match *words.as_slice() {
        [_, day, month, year, clock, "GMT"] => (day, month, year, clock),
        [_, month, day, clock, year] => (day, month, year, clock),
        _ => return None,
    };
    let month = u32::try_from(MONTHS.iter().position(|name| *name == month)?).ok()?.checked_add(1)?;
    let year = match (digits(year, year.len())?, year.len()) {
        // Two digits mean this century, unless that is far in the future.
        (year @ 70.., 2) => year.checked_add(1900)?,
        (year, 2) => year.checked_add(2000)?,
        (year, 4) => year,
        _ => return None,
    };
    let days = day_of(i32::try_from(year).ok()?, month, digits(day, day.len())?)?;
    let [hour, minute, second] = parts(clock, ':')?;
    let [hour, minute, second] = [(hour, 23), (minute, 59), (second, 60)]
        .map(|(part, most)| digits(part, part.len()).filter(|number| *number <= most).map(f64::from));
    (days >= 0).then_some((days as f64 * 86_400.0 + (hour? * 60.0 + minute?) * 60.0 + second?) * 1000.0)
}

/// Splits a text into exactly `N` parts.
fn parts<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    let mut rest = text.split(separator);
    let mut parts = [""; N];
    for part in &mut parts {
        *part = rest.next()?;
    }
    rest.next().is_none().then_some(parts)
}

/// Reads a number of exactly `count` digits, without a sign.
fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn date_times_are_told_from_other_text() {
        for good in [
            "2026-03-02T08:15:00Z",
            "2026-03-02T08:15:00.123Z",
            "2026-03-02t08:15:00+02:00",
            "2024-02-29T00:00:00-11:30",
            "2000-02-29T23:59:60Z",
            "2026-03-02T08:15:00.123456789+23:59",
        ] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "",
            "2026-03-02",
            "2026-03-02T08:15:00",
            "2026-03-02 08:15:00Z",
            "2026-02-29T08:15:00Z",
            "1900-02-29T08:15:00Z",
            "2026-04-31T08:15:00Z",
            "2026-13-01T08:15:00Z",
            "2026-03-00T08:15:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T08:60:00Z",
            "2026-03-02T08:15Z",
            "2026-03-02T08:15:00.Z",
            "2026-03-02T08:15:00.1234567890Z",
            "2026-03-02T08:15:00+0200",
            "2026-03-02T08:15:00+24:00",
            "2026-03-02T08:15:00+00:60",
            "2026-3-2T08:15:00Z",
            "+026-03-02T08:15:00Z",
            "Invalid Date",
            "２０２６-03-02T08:15:00Z",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn days_are_counted_over_every_month_and_leap_day() {
        let mut last = None;
        for year in [1999, 2000, 2023, 2024, 2025] {
            last = last.filter(|_| matches!(year, 2000 | 2024 | 2025));
            for month in 1..=12 {
                for day in 1..=31 {
                    let Some(number) = parse_date(&format!("{year}-{month:02}-{day:02}")) else { continue };
                    assert_eq!(number, last.map_or(number, |last| last + 1), "{year}-{month}-{day}");
                    last = Some(number);
                }
            }
        }
        let apart = |a, b| parse_date(b).unwrap() - parse_date(a).unwrap();
        assert_eq!(apart("1999-12-31", "2000-01-01"), 1);
        assert_eq!(apart("1899-12-31", "2026-03-04"), 46_084);
        assert_eq!(apart("0000-01-01", "0001-01-01"), 366);
        assert_eq!(parse_date("2026-02-29"), None);
    }

    #[cfg(feature = "desk")]
    #[test]
    fn easter_is_where_the_church_has_it() {
        for text in [
            "1943-04-25",
            "1961-04-02",
            "2000-04-23",
            "2008-03-23",
            "2019-04-21",
            "2024-03-31",
            "2025-04-20",
            "2026-04-05",
            "2027-03-28",
            "2028-04-16",
            "2029-04-01",
            "2030-04-21",
            "2038-04-25",
            "2285-03-22",
        ] {
            let year = text.split('-').next().unwrap().parse().unwrap();
            assert_eq!(easter(year), parse_date(text), "{text}");
            assert_eq!(weekday_of(parse_date(text).unwrap()), 6, "{text}");
        }
        assert_eq!([0, 1, -1, 4].map(weekday_of), [3, 4, 2, 0]);
    }

    #[cfg(feature = "desk")]
    #[test]
    fn clocks_change_on_the_last_sundays() {
        for (before, after) in [
            ("2024-03-31T00:59:59Z", "2024-03-31T01:00:00Z"),
            ("2025-03-30T00:59:59Z", "2025-03-30T01:00:00Z"),
            ("2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"),
            ("2027-03-28T00:59:59Z", "2027-03-28T01:00:00Z"),
        ] {
            assert_eq!([before, after].map(|text| europe_summer_ms(parse_date_time(text).unwrap())), [0.0, 3.6e6]);
        }
        for (before, after) in [
            ("2024-10-27T00:59:59Z", "2024-10-27T01:00:00Z"),
            ("2025-10-26T00:59:59Z", "2025-10-26T01:00:00Z"),
            ("2026-10-25T00:59:59Z", "2026-10-25T01:00:00Z"),
            ("2027-10-31T00:59:59Z", "2027-10-31T01:00:00Z"),
        ] {
            assert_eq!([before, after].map(|text| europe_summer_ms(parse_date_time(text).unwrap())), [3.6e6, 0.0]);
        }
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e300] {
            let _ = europe_summer_ms(odd);
        }
    }

    #[test]
    fn times_are_written_as_they_are_read() {
        for (ms, text) in [
            (0.0, "1970-01-01T00:00:00Z"),
            (-1.0, "1969-12-31T23:59:59Z"),
            (951_825_600_000.0, "2000-02-29T12:00:00Z"),
            (1_731_066_575_938.0, "2024-11-08T11:49:35Z"),
            (4_107_542_399_000.0, "2100-02-28T23:59:59Z"),
            (4_107_542_400_000.0, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(format_date_time(ms), text);
            assert_eq!(parse_date_time(text), Some((ms / 1000.0_f64).floor() * 1000.0));
        }
    }

    #[test]
    fn a_time_beyond_all_years_is_written_as_the_last_one() {
        assert_eq!(format_date_time(f64::INFINITY), "9999-12-31T23:59:59Z");
        assert_eq!(format_date_time(f64::NAN), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn dates_of_http_are_read_in_their_three_forms() {
        let ms = Some(784_111_777_000.0);
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(parse_http_date(text), ms, "{text}");
        }
        assert_eq!(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0.0));
        assert_eq!(parse_http_date("Thursday, 01-Jan-70 00:00:01 GMT"), Some(1000.0));
        assert_eq!(parse_http_date("Sunday, 01-Jan-69 00:00:00 GMT"), parse_date_time("2069-01-01T00:00:00Z"));
        assert_eq!(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT"), Some(1_709_251_200_000.0));
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
            assert_eq!(parse_http_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_missing_zone_is_no_zone_or_utc() {
        assert_eq!(parse_date_time("2026-02-01T10:00:09"), None);
        assert_eq!(parse_date_time_or_utc("2026-02-01T10:00:09"), Some(1_769_940_009_000.0));
        assert_eq!(parse_date_time("2026-02-01T07:00:09-03:00"), Some(1_769_940_009_000.0));
        assert_eq!(parse_date_time("2026-02-01t15:30:09.25+05:30"), Some(1_769_940_009_250.0));
    }

    proptest! {
        #[test]
        fn dates_are_read_as_they_were_written(seconds in 0u64..4_102_444_800) {
            let text = httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds));
            prop_assert_eq!(parse_http_date(&text), Some(seconds as f64 * 1000.0));
        }

        #[test]
        fn what_is_written_is_read(seconds in -62_167_219_200_i64..253_402_300_800) {
            let text = format_date_time(seconds as f64 * 1000.0);
            prop_assert_eq!(parse_date_time(&text), Some(seconds as f64 * 1000.0), "{}", text);
        }

        #[test]
        fn a_day_has_one_date(day in -2_000_000_i64..2_000_000) {
            let (year, month, date) = date_of(day);
            let (month, date) = (u32::try_from(month).unwrap(), u32::try_from(date).unwrap());
            prop_assert_eq!(day_of(i32::try_from(year).unwrap(), month, date), Some(day));
        }

        #[test]
        fn any_text_is_survived(text in "\\PC{0,40}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.Z+-][0-9:]{0,6}") {
            prop_assert_eq!(parse_date_time_or_utc(&text).is_some(), is_date_time(&text) || is_date_time(&format!("{text}Z")));
            let _ = parse_http_date(&text);
        }
    }
}
