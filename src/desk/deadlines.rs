//! Until when an answer is due.
//!
//! What a marketplace reports is passed on and never computed. What follows from its rule about
//! working days is always "about": nothing says which holidays it counts. Both the holidays and the
//! policies for everything else are data that the user can replace.

use crate::rules::input::{Fields, FromInput, at, join, wrong_type};
use crate::rules::violation::{Violations, check_range};
use crate::rules::words::{Cut, words};
use crate::vendor::Marketplace;
use crate::vendor::desk::calendar::{Calendar, Holiday, On, Zone};
use crate::vendor::desk::ticket::Side;
use crate::vendor::desk::{Basis, Consequence, Counts, Deadline, State, Ticket};
use crate::wire::json::Json;
use crate::wire::time::parse_date;
use serde::Serialize;
use std::borrow::Cow;

/// The moment until which something is due.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskDue"))]
pub struct Due {
    /// The instant in milliseconds since 1970.
    pub at: f64,
    /// Whether it is only about then: a rule gave it, or its text has no zone.
    pub about: bool,
    /// How the desk knows.
    pub basis: Basis,
    /// What it counts.
    #[serde(rename = "while")]
    #[cfg_attr(feature = "types", ts(rename = "while"))]
    pub counts: Counts,
    /// The rule: the field that reported it, or the rule's name.
    pub rule: &'static str,
    /// The hours that the rule has, if it has any.
    pub hours: Option<u32>,
    /// The calendar whose working days count, if they do.
    pub calendar: Option<String>,
    /// What happens then.
    pub then: Consequence,
    /// The marketplace's own text, if it reported the time.
    pub wire: Option<String>,
}

/// A user's own rule for tickets without a deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The hours in which an answer is due.
    pub hours: u32,
    /// The calendar of the working days that count; `None` counts all hours.
    pub calendar: Option<String>,
}

/// The calendars of working days: the marketplaces' own, and those that the user replaced.
#[derive(Debug, Clone, Default)]
pub struct Holidays {
    own: Vec<(String, Calendar)>,
}

impl Holidays {
    /// Returns the same calendars with this one in the place of another of its name.
    #[must_use]
    pub fn with(mut self, name: &str, calendar: Calendar) -> Self {
        self.own.retain(|(known, _)| known != name);
        self.own.push((name.to_owned(), calendar));
        self
    }

    /// Returns the calendar of this name: the user's own, or else the marketplace's. Without one it
    /// is the marketplace's calendar without a name, which has weekends only.
    #[must_use]
    pub fn find<'a>(&'a self, marketplace: &'a Marketplace, name: &str) -> Option<&'a Calendar> {
        let own = |name: &str| self.own.iter().find(|(known, _)| known == name).map(|(_, calendar)| calendar);
        let default = |name: &str| {
            let calendars = marketplace.desk.calendars;
            calendars.iter().find(|(known, _)| *known == name).map(|(_, calendar)| calendar)
        };
        own(name).or_else(|| default(name)).or_else(|| own("")).or_else(|| default(""))
    }
}

/// Returns the deadline of a ticket at a time, and `None` where there is none or it does not count
/// now. A ticket whose turn is not known counts as the seller's, which is the safe side.
#[must_use]
pub fn due_of(
    marketplace: &Marketplace,
    ticket: &Ticket,
    holidays: &Holidays,
    policy: Option<&Policy>,
    now_ms: f64,
) -> Option<Due> {
    let is_sellers = matches!(ticket.turn.at(now_ms), Side::Seller | Side::Unknown);
    let counts_now = |counts: Counts| ticket.state != State::Closed && (counts == Counts::Open || is_sellers);
    let (since, hours, calendar, rule, then) = match &ticket.deadline {
        Deadline::None => return None,
        Deadline::Reported { at, counts, rule, then } => {
            return counts_now(*counts).then_some(Due {
                at: at.at?,
                about: !at.zoned,
                basis: Basis::Reported,
                counts: *counts,
                rule,
                hours: None,
                calendar: None,
                then: *then,
                wire: Some(at.wire.clone()),
            });
        }
        Deadline::Working { hours, since, calendar, rule, then } => (*since, *hours, Some(calendar), *rule, *then),
        Deadline::Own => {
            let policy = policy?;
            let since = ticket.waiting_since.as_ref()?.at?;
            (since, policy.hours, policy.calendar.as_ref(), "own_policy", Consequence::NothingKnown)
        }
    };
    let end = match calendar {
        Some(name) => holidays.find(marketplace, name)?.after_working_hours(since, hours)?,
        None => since + f64::from(hours) * 3_600_000.0,
    };
    counts_now(Counts::SellersTurn).then(|| Due {
        at: end,
        about: true,
        basis: Basis::Policy,
        counts: Counts::SellersTurn,
        rule,
        hours: Some(hours),
        calendar: calendar.cloned(),
        then,
        wire: None,
    })
}

impl FromInput for Policy {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let hours: Json = fields.take("hours");
        let calendar = fields.take("calendar");
        fields.deny_unknown(&["hours", "calendar"]);
        let name = join(field, "hours");
        // A value that is not a number is reported once, and not as a number that is too small.
        let is_number = matches!(hours, Json::Int(_));
        let hours = i64::from_input(hours, &name, violations);
        if is_number {
            check_range(violations, &name, hours, 1, MOST_HOURS);
        }
        Self { hours: u32::try_from(hours).unwrap_or_default(), calendar }
    }
}

/// *Ours*: a policy of more than a year is a mistake.
const MOST_HOURS: i64 = 8784;
/// *Ours*: no country is further from UTC.
const MOST_OFFSET_MINUTES: i64 = 840;

/// Reads `{ "de": { holidays: ["10-03", "easter+1", "2026-12-24"], weekend: [6, 7] } }`.
impl FromInput for Holidays {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let entries = match input {
            Json::Absent => Vec::new(),
            Json::Map(entries) => entries,
            other => {
                violations.push(wrong_type(field, &other, "an object of calendars"));
                Vec::new()
            }
        };
        let mut holidays = Self::default();
        for (name, value) in entries {
            if value.is_absent() {
                continue;
            }
            let calendar = calendar(value, &join(field, &name), violations);
            holidays = holidays.with(&name.to_ascii_lowercase(), calendar);
        }
        holidays
    }
}

fn calendar(input: Json, field: &str, violations: &mut Violations) -> Calendar {
    let mut fields = Fields::new(input, field, violations);
    let days: Option<Vec<Json>> = fields.take("holidays");
    let weekend: Option<Vec<i64>> = fields.take("weekend");
    let offset: Option<i64> = fields.take("offsetMinutes");
    let summer: Option<bool> = fields.take("summerTime");
    fields.deny_unknown(&["holidays", "weekend", "offsetMinutes", "summerTime"]);
    let mut calendar = Calendar::central_europe(&[]);
    if let Some(days) = days {
        let list = join(field, "holidays");
        let read = |(index, day): (usize, Json)| match day {
            Json::Text(text) => holiday(&text, &at(&list, index), violations),
            other => {
                violations.push(wrong_type(&at(&list, index), &other, "text"));
                None
            }
        };
        calendar.holidays = Cow::Owned(days.into_iter().enumerate().filter_map(read).collect());
    }
    if let Some(weekend) = weekend {
        calendar.weekend = [false; 7];
        for (index, day) in weekend.into_iter().enumerate() {
            check_range(violations, &at(&join(field, "weekend"), index), day, 1, 7);
            let place = usize::try_from(day).ok().and_then(|day| day.checked_sub(1));
            if let Some(is_off) = place.and_then(|place| calendar.weekend.get_mut(place)) {
                *is_off = true;
            }
        }
    }
    let offset = offset.unwrap_or(60);
    check_range(violations, &join(field, "offsetMinutes"), offset, -MOST_OFFSET_MINUTES, MOST_OFFSET_MINUTES);
    let minutes = i32::try_from(offset).unwrap_or_default();
    calendar.zone = if summer.unwrap_or(true) { Zone::Europe(minutes) } else { Zone::Fixed(minutes) };
    calendar
}

/// Reads `10-03`, `easter+1` or `2026-12-24`.
fn holiday(text: &str, field: &str, violations: &mut Violations) -> Option<Holiday> {
    let yearly = || {
        // A leap year has every date.
        let (month, day) = text.split_once('-').filter(|_| parse_date(&format!("2000-{text}")).is_some())?;
        Some(Holiday::date(month.parse().ok()?, day.parse().ok()?))
    };
    let after_easter = || {
        let days = text.strip_prefix("easter")?;
        let days =
            if days.is_empty() { 0 } else { days.parse::<i16>().ok().filter(|_| days.starts_with(['+', '-']))? };
        Some(Holiday::easter(days))
    };
    let single = || Some(Holiday { on: On::Day(parse_date(text)?), ..Holiday::easter(0) });
    let found = yearly().or_else(after_easter).or_else(single);
    if found.is_none() {
        let words = words!(
            "invalid_holiday",
            ["value"],
            "`{field}` is `{value}`, which is no holiday",
            "write it as 10-03 for each year, as 2026-12-24 for one day, or as easter+1",
        );
        violations.add(field, words, (Cut(text),));
    }
    found
}

// They need all marketplaces.
#[cfg(test)]
#[cfg(feature = "default")]
mod tests;
