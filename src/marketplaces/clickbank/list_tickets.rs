//! `GET /1.3/tickets/list`: lists a page of the tickets that match all filters.
//!
//! Source: service. A header selects the page. The order of a list is not documented.

#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::ClickBank;
use super::model::{StatusFilter, Ticket, Tickets, TypeCode};
use super::normalise;
use super::rules::{self, RECEIPT_FILTER};
use crate::model::Extra;
use crate::rules::error::DecodeError;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::rules::words::{Cut, Days, Field, words};
use crate::vendor::declare::{Overrides, ReadAnswer, endpoint};
use crate::vendor::{ListPage, Listing, PageShape, Shape};
use crate::wire::http::Response;
use crate::wire::time::parse_date;

endpoint! {
    "listTickets"() = GET "/1.3/tickets/list" { headers: &["Page"], offers_xml: true } -> TicketPage;

    // Code checks the dates, because each is valid only with the other end of its range.
    /// The tickets to list. A ticket must match every filter. Dates are calendar days, such as
    /// `2026-03-04`. Each range needs both its ends, which are at most 7 days apart.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankListTicketsParams"))]
    pub struct ListTicketsParams of ClickBank, keep unknown {
        /// The type of the tickets.
        query r#type: Option<TypeCode> = Rule::OneOf(TypeCode::VALUES),
        /// The status of the tickets.
        query status: Option<StatusFilter> = Rule::OneOf(StatusFilter::VALUES),
        /// The receipt of the tickets. The receipt of a subscription also matches the tickets of
        /// all its rebills. `%` stands for any characters, but it cannot come first, and at least 4
        /// other characters are needed.
        query receipt: Option<String> = RECEIPT_FILTER,
        /// Only tickets created on this day or later.
        query createDateFrom: Option<String> = Rule::Code,
        /// Only tickets created on this day or earlier.
        query createDateTo: Option<String> = Rule::Code,
        /// Only tickets changed on this day or later.
        query updateDateFrom: Option<String> = Rule::Code,
        /// Only tickets changed on this day or earlier.
        query updateDateTo: Option<String> = Rule::Code,
        /// Only tickets closed on this day or later.
        query closeDateFrom: Option<String> = Rule::Code,
        /// Only tickets closed on this day or earlier.
        query closeDateTo: Option<String> = Rule::Code,
        /// The number of the page, from 1; by default the first. A page has at most 100 tickets.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        header("Page") page: Option<i64> = Rule::Integer { min: 1, max: i64::MAX },
    }
}

/// *Service*: the longest range of dates, from one end to the other.
const MAX_DAYS: i64 = 7;

impl Overrides for ListTicketsParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        for (names, ends) in [
            (["createDateFrom", "createDateTo"], [&self.createDateFrom, &self.createDateTo]),
            (["updateDateFrom", "updateDateTo"], [&self.updateDateFrom, &self.updateDateTo]),
            (["closeDateFrom", "closeDateTo"], [&self.closeDateFrom, &self.closeDateTo]),
        ] {
            check_range_of_days(names, ends.map(Option::as_deref), violations);
        }
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}

/// *Service*: both ends are real days and at most 7 days apart, or both are missing. *Ours*: the
/// first is not after the second.
fn check_range_of_days([from, to]: [&str; 2], ends: [Option<&str>; 2], violations: &mut Violations) {
    let [first, last] = ends;
    let days = (check_day(from, first, violations), check_day(to, last, violations));
    let missing = match ends {
        [Some(_), None] => Some((to, from)),
        [None, Some(_)] => Some((from, to)),
        _ => None,
    };
    if let Some((missing, given)) = missing {
        let words = words!(
            "required",
            ["given"],
            "`{field}` is missing, but `{given}` is given",
            "give both ends of the range, or none",
        );
        violations.add(missing, words, (Field(given),));
    }
    let (Some(first), Some(last)) = days else { return };
    let apart = last.saturating_sub(first);
    if apart < 0 {
        let words =
            words!("range_reversed", ["other"], "`{field}` is later than `{other}`", "give the earlier day first");
        violations.add(from, words, (Field(to),));
    } else if apart > MAX_DAYS {
        let words = words!(
            "range_too_long",
            ["max", "length", "other"],
            "`{field}` is {length} days after `{other}`, more than {max}",
            "ask for at most {max} days at a time",
        );
        violations.add(to, words, (Days(MAX_DAYS), Days(apart), Field(from)));
    }
}

/// Returns the day that a text names.
fn check_day(field: &str, text: Option<&str>, violations: &mut Violations) -> Option<i64> {
    let text = text?;
    let day = parse_date(text);
    if day.is_none() {
        let words = words!(
            "invalid_date",
            ["value"],
            "`{field}` is `{value}`, which is no day of the calendar",
            "write it as 2026-03-04",
        );
        violations.add(field, words, (Cut(text),));
    }
    day
}

/// A page of a list of tickets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TicketPage {
    /// The tickets.
    pub data: Vec<Ticket>,
    /// Whether another page follows this one.
    pub more: bool,
    /// The other fields of the response.
    pub extra: Extra,
}

/// *Service*: "If more than 100 results are returned, it will return a status code of 206."
const PARTIAL_CONTENT: u16 = 206;

impl ReadAnswer for TicketPage {
    type Output = Self;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        let Tickets { data, extra } = normalise::read(response, normalise::list(response)?)?;
        Ok(Self { data, more: response.status == PARTIAL_CONTENT, extra })
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        let (text, outline) = normalise::check::<Tickets>(response, normalise::list(response)?)?;
        let page = PageShape {
            key: "ticketid",
            items: "data",
            offset_field: "page",
            numbered: true,
            offset: None,
            length: outline.count("data").unwrap_or(0),
            total: None,
            more: response.status == PARTIAL_CONTENT,
            beyond: None,
        };
        Ok(Shape::Json { text, pick: &[], page: Some(page), odd: outline.odd })
    }
}

impl ListPage for TicketPage {
    type Item = Ticket;

    fn into_items(self) -> (Vec<Ticket>, bool) {
        (self.data, self.more)
    }

    fn key(item: &Ticket) -> String {
        item.ticketid.clone()
    }
}

impl Listing for ListTicketsParams {
    const NUMBERED: bool = true;

    fn position(&mut self) -> &mut Option<i64> {
        &mut self.page
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks};
    use super::*;
    use serde_json::json;

    #[test]
    fn dates_come_in_pairs_of_at_most_seven_days() {
        for (from, to) in
            [("createDateFrom", "createDateTo"), ("updateDateFrom", "updateDateTo"), ("closeDateFrom", "closeDateTo")]
        {
            for (first, last) in [
                ("2026-03-01", "2026-03-01"),
                ("2026-03-01", "2026-03-08"),
                ("2026-02-25", "2026-03-04"),
                ("2024-02-24", "2024-03-02"),
                ("2025-12-28", "2026-01-04"),
            ] {
                accepts("listTickets", json!([{ from: first, to: last }]));
            }
            for (first, last, list) in [
                (json!("2026-03-01"), json!("2026-03-09"), &[(to, "range_too_long")][..]),
                (json!("2026-02-24"), json!("2026-03-04"), &[(to, "range_too_long")]),
                (json!("2025-03-01"), json!("2026-03-01"), &[(to, "range_too_long")]),
                (json!("2026-03-02"), json!("2026-03-01"), &[(from, "range_reversed")]),
                (json!("2026-03-02"), json!(null), &[(to, "required")]),
                (json!(null), json!("2026-03-02"), &[(from, "required")]),
                (json!("2026-02-29"), json!("2026-03-01"), &[(from, "invalid_date")]),
                (json!("2026-03-01"), json!("2026-03-32"), &[(to, "invalid_date")]),
                (json!("2026-3-1"), json!("03/04/2026"), &[(from, "invalid_date"), (to, "invalid_date")]),
                (json!("2026-03-01T00:00:00.000Z"), json!("2026-03-01"), &[(from, "invalid_date")]),
                (json!(""), json!(null), &[(from, "invalid_date"), (to, "required")]),
                (json!(20_260_301), json!("2026-03-01"), &[(from, "wrong_type")]),
            ] {
                breaks("listTickets", json!([{ from: first, to: last }]), list);
            }
        }
        breaks(
            "listTickets",
            json!([{ "createDateFrom": "2026-03-01", "updateDateTo": "2026-03-01" }]),
            &[("createDateTo", "required"), ("updateDateFrom", "required")],
        );
    }

    #[test]
    fn pages_count_from_one() {
        for good in [1, 2, i64::MAX] {
            accepts("listTickets", json!([{ "page": good }]));
        }
        for (bad, code) in [
            (json!(0), "out_of_range"),
            (json!(-1), "out_of_range"),
            (json!(1.5), "not_an_integer"),
            (json!("2"), "wrong_type"),
        ] {
            breaks("listTickets", json!([{ "page": bad }]), &[("page", code)]);
        }
    }

    #[test]
    fn lists_go_on_from_a_page_and_know_their_items() {
        let mut params = ListTicketsParams { status: Some(StatusFilter::Open), ..Default::default() };
        assert_eq!((params.offset(), ListTicketsParams::NUMBERED), (1, true));
        let mut later = params.clone().at(4);
        assert_eq!((later.offset(), later.page, &later.status), (4, Some(4), &params.status));
        let ticket = Ticket { ticketid: "7".into(), ..Ticket::default() };
        assert_eq!(TicketPage::key(&ticket), "7");
        let output = TicketPage { data: vec![ticket.clone()], more: true, ..TicketPage::default() };
        assert_eq!(output.into_items(), (vec![ticket], true));
    }
}
