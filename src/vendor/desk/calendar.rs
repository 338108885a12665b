//! Calendars of working days, as data that users can replace.
//!
//! The zones are rules of a few lines instead of a database. All storefronts that have a rule about
//! working days are in countries that change their clocks by the European Union's rule, on the same
//! day and at the same moment. A database of zones would be larger than the rest of the module, and
//! asking the host would make a deadline depend on the host.

use crate::wire::time::{date_of, easter, europe_summer_ms, weekday_of};
use std::borrow::Cow;

/// A day of 24 hours.
const DAY_MS: f64 = 86_400_000.0;

/// How far local time is ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Always by these minutes.
    Fixed(i32),
    /// By these minutes in winter, and by an hour more in the European Union's summer time.
    Europe(i32),
}

impl Zone {
    /// Returns the offset at an instant, in milliseconds.
    #[must_use]
    pub fn offset_ms(self, at_ms: f64) -> f64 {
        match self {
            Self::Fixed(minutes) => f64::from(minutes) * 60_000.0,
            Self::Europe(minutes) => f64::from(minutes) * 60_000.0 + europe_summer_ms(at_ms),
        }
    }

    /// Returns the local day of an instant, counted from 1970-01-01.
    #[must_use]
    pub fn day_at(self, at_ms: f64) -> i64 {
        ((at_ms + self.offset_ms(at_ms)) / DAY_MS).floor() as i64
    }

    /// Returns the instant at which a local day begins.
    #[must_use]
    pub fn start_of(self, day: i64) -> f64 {
        let midnight = day as f64 * DAY_MS;
        // The clocks change in the night but not at midnight, so the offset shortly before is the
        // offset at midnight.
        let guess = midnight - self.offset_ms(midnight);
        midnight - self.offset_ms(guess)
    }
}

/// The day of a year on which a holiday falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The same date every year.
    Date {
        /// The month, from 1.
        month: u8,
        /// The day of the month.
        day: u8,
    },
    /// This many days after Easter Sunday.
    Easter(i16),
    /// One single day, counted from 1970-01-01.
    Day(i64),
}

/// A holiday, and the years in which it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub on: On,
    /// The first year.
    pub from: i32,
    /// The last year.
    pub until: i32,
}

impl Holiday {
    /// Returns a holiday on a date of every year.
    #[must_use]
    pub const fn date(month: u8, day: u8) -> Self {
        Self { on: On::Date { month, day }, from: i32::MIN, until: i32::MAX }
    }

    /// Returns a holiday this many days after each Easter Sunday.
    #[must_use]
    pub const fn easter(days: i16) -> Self {
        Self { on: On::Easter(days), from: i32::MIN, until: i32::MAX }
    }

    /// Returns the same holiday from a year on.
    #[must_use]
    pub const fn from(self, year: i32) -> Self {
        Self { from: year, ..self }
    }

    /// Returns the same holiday until a year.
    #[must_use]
    pub const fn until(self, year: i32) -> Self {
        Self { until: year, ..self }
    }
}

/// The working days of a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The zone in which its days begin and end.
    pub zone: Zone,
    /// The days of the week that are never working days, with Monday first.
    pub weekend: [bool; 7],
    /// The holidays.
    pub holidays: Cow<'static, [Holiday]>,
}

impl Calendar {
    /// Returns the calendar of a country that works from Monday to Friday in Central European time.
    #[must_use]
    pub const fn central_europe(holidays: &'static [Holiday]) -> Self {
        Self {
            zone: Zone::Europe(60),
            weekend: [false, false, false, false, false, true, true],
            holidays: Cow::Borrowed(holidays),
        }
    }

    /// Returns whether a day, counted from 1970-01-01, is a working day.
    #[must_use]
    pub fn works_on(&self, day: i64) -> bool {
        !self.weekend.get(weekday_of(day)).copied().unwrap_or_default() && !self.is_holiday(day)
    }

    fn is_holiday(&self, day: i64) -> bool {
        let (year, month, date) = date_of(day);
        let after_easter = easter(year).map(|easter| day.saturating_sub(easter));
        self.holidays.iter().any(|holiday| {
            let is_on = match holiday.on {
                On::Date { month: m, day: d } => (i64::from(m), i64::from(d)) == (month, date),
                On::Easter(days) => after_easter == Some(i64::from(days)),
                On::Day(single) => single == day,
            };
            is_on && (i64::from(holiday.from)..=i64::from(holiday.until)).contains(&year)
        })
    }

    /// Returns the instant at which this many hours of working days have passed. A working day has
    /// all its hours, 23 and 25 when the clocks change. `None` means that the calendar has not
    /// enough working days within the next four years.
    #[must_use]
    pub fn after_working_hours(&self, since_ms: f64, hours: u32) -> Option<f64> {
        const MOST_DAYS: u32 = 4 * 366;
        const LAST_MS: f64 = 253_402_300_799_000.0;
        if since_ms.abs() > LAST_MS || since_ms.is_nan() {
            return None;
        }
        let mut left = f64::from(hours) * 3_600_000.0;
        let mut at = since_ms;
        let mut day = self.zone.day_at(since_ms);
        for _ in 0..MOST_DAYS {
            let next = day.saturating_add(1);
            let end = self.zone.start_of(next);
            if self.works_on(day) {
                let room = (end - at).max(0.0);
                if left <= room {
                    return Some(at + left);
                }
                left -= room;
            }
            (at, day) = (end, next);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::time::{format_date_time, parse_date, parse_date_time};
    use proptest::prelude::*;

    fn day(text: &str) -> i64 {
        parse_date(text).unwrap()
    }

    #[test]
    fn local_days_begin_at_local_midnight() {
        let zone = Zone::Europe(60);
        for (date, start) in [
            ("2026-01-15", "2026-01-14T23:00:00Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z"),
            ("2026-03-30", "2026-03-29T22:00:00Z"),
            ("2026-07-15", "2026-07-14T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z"),
            ("2026-10-26", "2026-10-25T23:00:00Z"),
        ] {
            assert_eq!(format_date_time(zone.start_of(day(date))), start, "{date}");
        }
        assert_eq!(format_date_time(Zone::Fixed(-180).start_of(day("2026-07-15"))), "2026-07-15T03:00:00Z");
    }

    #[test]
    fn holidays_have_years() {
        let holidays = [Holiday::date(10, 4).from(2026), Holiday::date(5, 8).until(2025), Holiday::easter(1)];
        let calendar = Calendar { holidays: Cow::Owned(holidays.to_vec()), ..Calendar::central_europe(&[]) };
        for (date, works) in [
            ("2024-10-04", true),
            ("2027-10-04", false),
            ("2025-05-08", false),
            ("2026-05-08", true),
            ("2026-04-06", false),
            ("2026-04-07", true),
            // A Saturday and a Sunday.
            ("2026-04-11", false),
            ("2026-04-12", false),
        ] {
            assert_eq!(calendar.works_on(day(date)), works, "{date}");
        }
    }

    #[test]
    fn a_calendar_without_working_days_gives_no_deadline() {
        let never = Calendar { weekend: [true; 7], ..Calendar::central_europe(&[]) };
        assert_eq!(never.after_working_hours(0.0, 1), None);
        let daily = Calendar { weekend: [false; 7], ..Calendar::central_europe(&[]) };
        assert_eq!(daily.after_working_hours(0.0, 48), Some(172_800_000.0));
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            assert_eq!(daily.after_working_hours(odd, 48), None);
        }
        assert_eq!(daily.after_working_hours(0.0, u32::MAX), None);
    }

    #[test]
    fn a_working_day_has_the_hours_that_it_has() {
        // With Sunday as a working day, the day of 23 hours and the day of 25 hours count as such.
        let daily = Calendar { weekend: [false; 7], ..Calendar::central_europe(&[]) };
        for since in ["2026-03-28T23:00:00Z", "2026-10-24T22:00:00Z"] {
            let since = parse_date_time(since).unwrap();
            assert_eq!(daily.after_working_hours(since, 48), Some(since + 48.0 * 3_600_000.0));
        }
    }

    proptest! {
        #[test]
        fn a_day_begins_where_the_one_before_ends(day in -100_000_i64..100_000, minutes in -720..840) {
            for zone in [Zone::Europe(60), Zone::Fixed(minutes)] {
                let start = zone.start_of(day);
                prop_assert_eq!(zone.day_at(start), day);
                prop_assert_eq!(zone.day_at(start - 1.0), day - 1);
            }
        }

        #[test]
        fn later_messages_are_never_due_earlier(since in 0.0..4e12, later in 0.0..1e9, hours in 1u32..200) {
            let calendar = Calendar::central_europe(const { &[Holiday::easter(1), Holiday::date(12, 25)] });
            let due = calendar.after_working_hours(since, hours).unwrap();
            prop_assert!(due >= since + f64::from(hours) * 3_600_000.0 - 1.0);
            prop_assert!(calendar.after_working_hours(since + later, hours).unwrap() >= due - 1.0);
        }
    }
}
