use super::*;
use crate::marketplaces::kaufland::KAUFLAND;
use crate::vendor::desk::{Raw, Stamp};
use crate::wire::json::Json;
use crate::wire::time::{format_date_time, parse_date_time};
use serde_json::{Value, json};

fn ticket(marketplace: &Marketplace, whole: &Value) -> Ticket {
    let ticket = Json::read(whole.to_string().as_bytes()).unwrap();
    crate::desk::ticket_of(marketplace, "a", &Raw { ticket, ..Raw::default() }, None).unwrap()
}

fn kaufland(storefront: &str, messages: &Value) -> Ticket {
    let whole = json!({
        "id_ticket": "00150000001", "status": "opened", "is_seller_responsible": true, "messages": messages,
        "storefront": storefront,
    });
    ticket(&KAUFLAND, &whole)
}

fn message(role: &str, at: &str) -> Value {
    json!({ "id_ticket_message": 1, "author": { "role": role }, "text": "x", "ts_created_iso": at })
}

fn due(ticket: &Ticket) -> Option<Due> {
    due_of(&KAUFLAND, ticket, &Holidays::default(), None, 0.0)
}

/// The expected times were computed outside of this library: minute by minute, with a database of
/// time zones and another list of holidays.
#[test]
fn forty_eight_working_hours_end_where_a_slow_count_ends() {
    let vectors = [
        // Plain weeks.
        ("de", "2026-03-02T08:15:00Z", "2026-03-04T08:15:00Z"),
        ("de", "2026-03-02T09:15:00+01:00", "2026-03-04T08:15:00Z"),
        ("de", "2026-03-03T23:00:00Z", "2026-03-05T23:00:00Z"),
        ("de", "2026-03-04T22:59:59Z", "2026-03-06T22:59:59Z"),
        ("fr", "2026-02-10T12:00:00Z", "2026-02-12T12:00:00Z"),
        ("nl", "2026-06-09T06:30:00Z", "2026-06-11T06:30:00Z"),
        // Weekends.
        // Two whole days end with the second, and not where the next working day begins.
        ("de", "2026-03-04T23:00:00Z", "2026-03-06T23:00:00Z"),
        ("de", "2026-03-05T10:00:00Z", "2026-03-09T10:00:00Z"),
        ("de", "2026-03-06T16:00:00Z", "2026-03-10T16:00:00Z"),
        ("de", "2026-03-06T22:59:59Z", "2026-03-10T22:59:59Z"),
        ("de", "2026-03-06T23:00:00Z", "2026-03-10T23:00:00Z"),
        ("de", "2026-03-07T12:00:00Z", "2026-03-10T23:00:00Z"),
        ("de", "2026-03-08T22:59:59Z", "2026-03-10T23:00:00Z"),
        ("de", "2026-03-08T23:00:00Z", "2026-03-10T23:00:00Z"),
        ("es", "2026-06-12T21:59:59Z", "2026-06-16T21:59:59Z"),
        ("es", "2026-06-12T22:00:00Z", "2026-06-16T22:00:00Z"),
        ("de", "2026-11-27T16:00:00Z", "2026-12-01T16:00:00Z"),
        ("sk", "2026-11-27T17:20:00Z", "2026-12-01T17:20:00Z"),
        // Daylight saving.
        ("de", "2026-03-27T16:00:00Z", "2026-03-31T15:00:00Z"),
        ("de", "2026-03-27T22:30:00Z", "2026-03-31T21:30:00Z"),
        ("de", "2026-03-28T12:00:00Z", "2026-03-31T22:00:00Z"),
        ("de", "2026-03-29T00:30:00Z", "2026-03-31T22:00:00Z"),
        ("de", "2026-03-29T01:30:00Z", "2026-03-31T22:00:00Z"),
        ("it", "2026-03-26T12:00:00Z", "2026-03-30T11:00:00Z"),
        ("pl", "2025-03-28T16:00:00Z", "2025-04-01T15:00:00Z"),
        ("de", "2026-10-23T16:00:00Z", "2026-10-27T17:00:00Z"),
        ("de", "2026-10-24T12:00:00Z", "2026-10-27T23:00:00Z"),
        ("de", "2026-10-25T00:30:00Z", "2026-10-27T23:00:00Z"),
        ("de", "2026-10-25T01:30:00Z", "2026-10-27T23:00:00Z"),
        ("fr", "2026-10-22T21:59:59Z", "2026-10-26T22:59:59Z"),
        ("cz", "2027-10-29T15:00:00Z", "2027-11-02T16:00:00Z"),
        ("nl", "2024-03-29T16:00:00Z", "2024-04-03T15:00:00Z"),
        // Easter.
        ("de", "2026-04-02T14:00:00Z", "2026-04-08T14:00:00Z"),
        ("at", "2026-04-02T14:00:00Z", "2026-04-07T14:00:00Z"),
        ("fr", "2026-04-02T14:00:00Z", "2026-04-07T14:00:00Z"),
        ("it", "2026-04-02T14:00:00Z", "2026-04-07T14:00:00Z"),
        ("es", "2026-04-02T14:00:00Z", "2026-04-07T14:00:00Z"),
        ("nl", "2026-04-02T14:00:00Z", "2026-04-07T14:00:00Z"),
        ("pl", "2026-04-02T14:00:00Z", "2026-04-07T14:00:00Z"),
        ("sk", "2026-04-02T14:00:00Z", "2026-04-08T14:00:00Z"),
        ("cz", "2026-04-02T14:00:00Z", "2026-04-08T14:00:00Z"),
        ("de", "2025-04-17T20:00:00Z", "2025-04-23T20:00:00Z"),
        ("de", "2027-03-25T20:00:00Z", "2027-03-31T19:00:00Z"),
        // Holidays of one storefront.
        ("de", "2026-05-13T10:00:00Z", "2026-05-18T10:00:00Z"),
        ("at", "2026-06-03T10:00:00Z", "2026-06-08T10:00:00Z"),
        ("de", "2026-06-03T10:00:00Z", "2026-06-05T10:00:00Z"),
        ("pl", "2026-06-03T10:00:00Z", "2026-06-08T10:00:00Z"),
        ("de", "2026-05-22T10:00:00Z", "2026-05-27T10:00:00Z"),
        ("at", "2026-10-23T10:00:00Z", "2026-10-28T11:00:00Z"),
        ("de", "2024-10-02T10:00:00Z", "2024-10-07T10:00:00Z"),
        ("de", "2025-10-02T10:00:00Z", "2025-10-07T10:00:00Z"),
        ("cz", "2026-07-03T10:00:00Z", "2026-07-08T10:00:00Z"),
        ("cz", "2026-09-25T10:00:00Z", "2026-09-30T10:00:00Z"),
        ("cz", "2026-10-27T10:00:00Z", "2026-10-30T10:00:00Z"),
        ("sk", "2026-05-07T10:00:00Z", "2026-05-11T10:00:00Z"),
        ("sk", "2025-05-07T10:00:00Z", "2025-05-12T10:00:00Z"),
        ("sk", "2026-09-14T10:00:00Z", "2026-09-16T10:00:00Z"),
        ("sk", "2025-09-12T10:00:00Z", "2025-09-17T10:00:00Z"),
        ("sk", "2026-11-16T10:00:00Z", "2026-11-18T10:00:00Z"),
        ("cz", "2026-11-16T10:00:00Z", "2026-11-19T10:00:00Z"),
        ("pl", "2026-11-10T10:00:00Z", "2026-11-13T10:00:00Z"),
        ("fr", "2026-11-10T10:00:00Z", "2026-11-13T10:00:00Z"),
        ("fr", "2026-07-13T10:00:00Z", "2026-07-16T10:00:00Z"),
        ("it", "2026-06-01T10:00:00Z", "2026-06-04T10:00:00Z"),
        ("it", "2026-12-07T10:00:00Z", "2026-12-10T10:00:00Z"),
        ("it", "2027-10-01T10:00:00Z", "2027-10-06T10:00:00Z"),
        ("it", "2025-04-24T10:00:00Z", "2025-04-29T10:00:00Z"),
        ("es", "2026-10-09T10:00:00Z", "2026-10-14T10:00:00Z"),
        ("es", "2026-12-07T10:00:00Z", "2026-12-10T10:00:00Z"),
        ("nl", "2026-04-24T10:00:00Z", "2026-04-29T10:00:00Z"),
        ("nl", "2025-04-25T10:00:00Z", "2025-04-29T10:00:00Z"),
        ("nl", "2025-05-02T10:00:00Z", "2025-05-06T10:00:00Z"),
        ("at", "2026-01-05T10:00:00Z", "2026-01-08T10:00:00Z"),
        ("de", "2026-01-05T10:00:00Z", "2026-01-07T10:00:00Z"),
        ("fr", "2025-08-14T10:00:00Z", "2025-08-19T10:00:00Z"),
        ("at", "2025-12-05T10:00:00Z", "2025-12-10T10:00:00Z"),
        // The year's end.
        ("de", "2026-12-23T15:00:00Z", "2026-12-28T15:00:00Z"),
        ("pl", "2026-12-23T15:00:00Z", "2026-12-29T15:00:00Z"),
        ("pl", "2024-12-23T15:00:00Z", "2024-12-27T15:00:00Z"),
        ("cz", "2026-12-23T15:00:00Z", "2026-12-29T15:00:00Z"),
        ("fr", "2025-12-24T15:00:00Z", "2025-12-29T15:00:00Z"),
        ("de", "2025-12-24T15:00:00Z", "2025-12-30T15:00:00Z"),
        ("de", "2025-12-31T22:59:59Z", "2026-01-05T22:59:59Z"),
        ("de", "2025-12-31T23:00:00Z", "2026-01-05T23:00:00Z"),
        ("it", "2026-12-31T15:00:00Z", "2027-01-05T15:00:00Z"),
        ("es", "2026-12-31T15:00:00Z", "2027-01-05T15:00:00Z"),
        ("sk", "2024-12-31T12:00:00Z", "2025-01-03T12:00:00Z"),
        ("nl", "2027-12-30T09:00:00Z", "2028-01-03T09:00:00Z"),
        // Times without a zone, which are read as UTC.
        ("de", "2026-03-02T08:15:00", "2026-03-04T08:15:00Z"),
        ("de", "2026-03-06T23:30:00", "2026-03-10T23:00:00Z"),
        ("de", "2026-03-27T16:00:00", "2026-03-31T15:00:00Z"),
        ("pl", "2026-12-23T15:00:00.25", "2026-12-29T15:00:00Z"),
        // Storefronts that are not known: weekends only.
        ("", "2026-04-02T14:00:00Z", "2026-04-06T14:00:00Z"),
        ("", "2026-12-24T15:00:00Z", "2026-12-28T15:00:00Z"),
        ("", "2026-03-06T16:00:00Z", "2026-03-10T16:00:00Z"),
    ];
    assert!(vectors.len() >= 60);
    for (storefront, wire, end) in vectors {
        // Storefronts are sometimes written in upper case.
        for name in [storefront.to_owned(), storefront.to_uppercase()] {
            let due = due(&kaufland(&name, &json!([message("buyer", wire)]))).unwrap();
            assert_eq!(format_date_time(due.at), end, "{name} {wire}");
            assert_eq!((due.about, due.basis, due.counts), (true, Basis::Policy, Counts::SellersTurn), "{wire}");
            assert_eq!((due.hours, due.calendar.as_deref()), (Some(48), Some(storefront)), "{wire}");
        }
    }
}

#[test]
fn nationwide_holidays_are_those_of_the_country() {
    let vectors = [
        ("at", 2025, "01-01 01-06 04-21 05-01 05-29 06-09 06-19 08-15 12-08 12-25 12-26"),
        ("at", 2026, "01-01 01-06 04-06 05-01 05-14 05-25 06-04 10-26 12-08 12-25"),
        ("at", 2027, "01-01 01-06 03-29 05-06 05-17 05-27 10-26 11-01 12-08"),
        ("cz", 2025, "01-01 04-18 04-21 05-01 05-08 10-28 11-17 12-24 12-25 12-26"),
        ("cz", 2026, "01-01 04-03 04-06 05-01 05-08 07-06 09-28 10-28 11-17 12-24 12-25"),
        ("cz", 2027, "01-01 03-26 03-29 07-05 07-06 09-28 10-28 11-17 12-24"),
        ("de", 2025, "01-01 04-18 04-21 05-01 05-29 06-09 10-03 12-25 12-26"),
        ("de", 2026, "01-01 04-03 04-06 05-01 05-14 05-25 12-25"),
        ("de", 2027, "01-01 03-26 03-29 05-06 05-17"),
        ("es", 2025, "01-01 01-06 04-18 05-01 08-15 12-08 12-25"),
        ("es", 2026, "01-01 01-06 04-03 05-01 10-12 12-08 12-25"),
        ("es", 2027, "01-01 01-06 03-26 10-12 11-01 12-06 12-08"),
        ("fr", 2025, "01-01 04-21 05-01 05-08 05-29 06-09 07-14 08-15 11-11 12-25"),
        ("fr", 2026, "01-01 04-06 05-01 05-08 05-14 05-25 07-14 11-11 12-25"),
        ("fr", 2027, "01-01 03-29 05-06 05-17 07-14 11-01 11-11"),
        ("it", 2025, "01-01 01-06 04-21 04-25 05-01 06-02 08-15 12-08 12-25 12-26"),
        ("it", 2026, "01-01 01-06 04-06 05-01 06-02 12-08 12-25"),
        ("it", 2027, "01-01 01-06 03-29 06-02 10-04 11-01 12-08"),
        ("nl", 2025, "01-01 04-21 05-29 06-09 12-25 12-26"),
        ("nl", 2026, "01-01 04-06 04-27 05-14 05-25 12-25"),
        ("nl", 2027, "01-01 03-29 04-27 05-06 05-17"),
        ("pl", 2025, "01-01 01-06 04-21 05-01 06-19 08-15 11-11 12-24 12-25 12-26"),
        ("pl", 2026, "01-01 01-06 04-06 05-01 06-04 11-11 12-24 12-25"),
        ("pl", 2027, "01-01 01-06 03-29 05-03 05-27 11-01 11-11 12-24"),
        ("sk", 2023, "01-06 04-07 04-10 05-01 05-08 07-05 08-29 09-01 09-15 11-01 11-17 12-25 12-26"),
        ("sk", 2025, "01-01 01-06 04-18 04-21 05-01 05-08 08-29 09-15 12-24 12-25 12-26"),
        ("sk", 2026, "01-01 01-06 04-03 04-06 05-01 12-24 12-25"),
        ("sk", 2027, "01-01 01-06 03-26 03-29 07-05 09-15 11-01 12-24"),
        ("sk", 2028, "01-06 04-14 04-17 05-01 05-08 07-05 08-29 09-15 11-01 12-25 12-26"),
    ];
    for (storefront, year, expected) in vectors {
        let holidays = Holidays::default();
        let calendar = holidays.find(&KAUFLAND, storefront).unwrap();
        let first = parse_date(&format!("{year}-01-01")).unwrap();
        let off = (first..first + 365).filter(|day| {
            let is_weekend = calendar.weekend[crate::wire::time::weekday_of(*day)];
            !is_weekend && !calendar.works_on(*day)
        });
        let found: Vec<_> = off.map(|day| format_date_time(day as f64 * 86_400_000.0)[5..10].to_owned()).collect();
        assert_eq!(found.join(" "), expected, "{storefront} {year}");
    }
}

#[test]
fn the_first_unanswered_message_begins_the_hours() {
    let at = |day: u8| format!("2026-03-{day:02}T10:00:00Z");
    for (thread, days, then) in [
        (&[("buyer", 2)][..], Some(4), Consequence::ResponseFigure),
        (&[("system", 2)], Some(4), Consequence::ResponseFigure),
        (&[("buyer", 2), ("buyer", 3)], Some(4), Consequence::ResponseFigure),
        (&[("buyer", 2), ("seller", 3), ("buyer", 9)], Some(11), Consequence::NothingKnown),
        (&[("buyer", 2), ("seller", 3), ("customer_service", 9), ("buyer", 10)], Some(11), Consequence::NothingKnown),
        // Still the seller's turn after the seller's message: it was an interim notice.
        (&[("buyer", 2), ("seller", 3)], Some(4), Consequence::NothingKnown),
        // The seller opened it, and no answer has come.
        (&[("seller", 2)], None, Consequence::NothingKnown),
        (&[], None, Consequence::NothingKnown),
    ] {
        let messages: Vec<_> = thread.iter().map(|(role, day)| message(role, &at(*day))).collect();
        let due = due(&kaufland("de", &json!(messages)));
        let found = due.as_ref().map(|due| (format_date_time(due.at), due.then));
        assert_eq!(found, days.map(|day| (at(day), then)), "{thread:?}");
    }
    // The thread was not read.
    let unread = json!({ "id_ticket": "1", "status": "opened", "is_seller_responsible": true });
    assert_eq!(due(&ticket(&KAUFLAND, &unread)), None);
    // A time that is no time gives no deadline, and stops nothing.
    assert_eq!(due(&kaufland("de", &json!([message("buyer", "soon")]))), None);
}

#[test]
fn a_deadline_counts_in_its_turn() {
    for (status, is_sellers, has_due) in
        [("opened", true, true), ("opened", false, false), ("both_closed", true, false), ("new", true, true)]
    {
        let whole = json!({
            "id_ticket": "1", "status": status, "is_seller_responsible": is_sellers,
            "messages": [message("buyer", "2026-03-02T10:00:00Z")],
        });
        assert_eq!(due(&ticket(&KAUFLAND, &whole)).is_some(), has_due, "{status} {is_sellers}");
    }
}

#[test]
fn a_turn_that_is_not_known_counts_as_the_sellers() {
    use crate::vendor::desk::Turn;
    let mut open = kaufland("de", &json!([message("buyer", "2026-03-02T10:00:00Z")]));
    for (turn, has_due) in [
        (Turn::derived(Side::Seller), true),
        (Turn::derived(Side::Unknown), true),
        (Turn::derived(Side::Buyer), false),
        (Turn::derived(Side::Marketplace), false),
        (Turn::derived(Side::None), false),
        // The turn that it is now.
        (Turn { until: Some((0.0, Side::Seller)), ..Turn::derived(Side::Buyer) }, true),
        (Turn { until: Some((1.0, Side::Seller)), ..Turn::derived(Side::Buyer) }, false),
    ] {
        open.turn = turn;
        assert_eq!(due(&open).is_some(), has_due, "{turn:?}");
    }
}

#[test]
fn what_is_reported_is_passed_on() {
    let mut reported = kaufland("de", &json!([]));
    let deadline = |wire: &str, counts| Deadline::Reported {
        at: Stamp::read(wire),
        counts,
        rule: "due_date",
        then: Consequence::MarketplaceSteps,
    };
    for (wire, at, about) in [
        ("2026-03-08T12:00:00-08:00", Some("2026-03-08T20:00:00Z"), false),
        // A Sunday and a holiday change nothing.
        ("2026-12-25T00:00:00Z", Some("2026-12-25T00:00:00Z"), false),
        ("2026-02-03T10:00:00", Some("2026-02-03T10:00:00Z"), true),
        ("2026-02-03T10:00:00.123456", Some("2026-02-03T10:00:00Z"), true),
        ("tomorrow", None, true),
    ] {
        reported.deadline = deadline(wire, Counts::SellersTurn);
        let due = due(&reported);
        assert_eq!(due.as_ref().map(|due| format_date_time(due.at)).as_deref(), at, "{wire}");
        if let Some(due) = due {
            assert_eq!((due.about, due.basis, due.wire.as_deref()), (about, Basis::Reported, Some(wire)));
        }
    }
    // Money runs while the ticket is open, whoever's turn it is.
    reported.turn = crate::vendor::desk::Turn::derived(Side::Buyer);
    for (counts, has_due) in [(Counts::Open, true), (Counts::SellersTurn, false)] {
        reported.deadline = deadline("2026-03-08T12:00:00Z", counts);
        assert_eq!(due(&reported).is_some(), has_due);
    }
    reported.state = State::Closed;
    reported.deadline = deadline("2026-03-08T12:00:00Z", Counts::Open);
    assert_eq!(due(&reported), None);
}

#[test]
fn users_have_rules_of_their_own() {
    let mut own = kaufland("de", &json!([message("buyer", "2026-03-06T16:00:00Z")]));
    own.deadline = Deadline::Own;
    let due = |policy: Option<&Policy>| due_of(&KAUFLAND, &own, &Holidays::default(), policy, 0.0);
    assert_eq!(due(None), None);
    for (calendar, end) in [(None, "2026-03-07T16:00:00Z"), (Some("de"), "2026-03-09T16:00:00Z")] {
        let policy = Policy { hours: 24, calendar: calendar.map(str::to_owned) };
        let due = due(Some(&policy)).unwrap();
        assert_eq!(format_date_time(due.at), end);
        assert_eq!((due.about, due.basis, due.rule), (true, Basis::Policy, "own_policy"));
    }
    // A marketplace's own rule is not replaced by a policy.
    let theirs = kaufland("de", &json!([message("buyer", "2026-03-06T16:00:00Z")]));
    let policy = Policy { hours: 1, calendar: None };
    let due = due_of(&KAUFLAND, &theirs, &Holidays::default(), Some(&policy), 0.0).unwrap();
    assert_eq!((due.hours, format_date_time(due.at)), (Some(48), "2026-03-10T16:00:00Z".to_owned()));
}

fn read<T: FromInput>(input: &Value) -> Result<T, Vec<(String, String)>> {
    let mut violations = Violations::new();
    let value = T::from_input(serde_json::from_value(input.clone()).unwrap(), "", &mut violations);
    let found: Vec<_> = violations.into_vec().into_iter().map(|found| (found.field, found.code.to_string())).collect();
    if found.is_empty() { Ok(value) } else { Err(found) }
}

#[test]
fn holidays_are_replaceable() {
    let since = parse_date_time("2026-06-03T10:00:00Z").unwrap();
    let end = |input: Value, name: &str| {
        let holidays: Holidays = read(&input).unwrap();
        let calendar = holidays.find(&KAUFLAND, name).unwrap();
        format_date_time(calendar.after_working_hours(since, 48).unwrap())
    };
    for (input, end_de) in [
        (json!({}), "2026-06-05T10:00:00Z"),
        (json!({ "de": {} }), "2026-06-05T10:00:00Z"),
        (json!({ "de": { "holidays": ["easter+60"] } }), "2026-06-08T10:00:00Z"),
        (json!({ "DE": { "holidays": ["06-04", "2026-06-05"] } }), "2026-06-09T10:00:00Z"),
        (json!({ "de": { "holidays": ["2025-06-04", "easter"] } }), "2026-06-05T10:00:00Z"),
        (json!({ "de": { "weekend": [4, 5] } }), "2026-06-07T10:00:00Z"),
        (json!({ "de": { "weekend": [5], "offsetMinutes": -180, "summerTime": false } }), "2026-06-06T10:00:00Z"),
        (json!({ "at": { "holidays": ["06-04"] } }), "2026-06-05T10:00:00Z"),
    ] {
        assert_eq!(end(input.clone(), "de"), end_de, "{input}");
    }
    // Without a calendar of its own, a storefront has the one without a name.
    assert_eq!(end(json!({ "": { "holidays": ["06-04"] } }), "xx"), "2026-06-08T10:00:00Z");
    assert_eq!(end(json!({}), "xx"), "2026-06-05T10:00:00Z");
}

#[test]
fn bad_calendars_are_reported_at_once() {
    let expected = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
    };
    let bad = json!({
        "de": { "holidays": ["10-03", "13-01", "easter1", "easter+x", "2026-02-30", "", "ostern", "1-1"], "weekend": [0, 7, 8] },
        "at": { "holiday": [], "offsetMinutes": 900 },
        "fr": 5,
        "nl": { "holidays": [1], "weekend": "Sunday", "summerTime": 1 },
    });
    assert_eq!(
        read::<Holidays>(&bad).unwrap_err(),
        expected(&[
            ("at.holiday", "unknown_field"),
            ("at.offsetMinutes", "out_of_range"),
            ("de.holidays[1]", "invalid_holiday"),
            ("de.holidays[2]", "invalid_holiday"),
            ("de.holidays[3]", "invalid_holiday"),
            ("de.holidays[4]", "invalid_holiday"),
            ("de.holidays[5]", "invalid_holiday"),
            ("de.holidays[6]", "invalid_holiday"),
            ("de.holidays[7]", "invalid_holiday"),
            ("de.weekend[0]", "out_of_range"),
            ("de.weekend[2]", "out_of_range"),
            ("fr", "wrong_type"),
            ("nl.weekend", "wrong_type"),
            ("nl.summerTime", "wrong_type"),
            ("nl.holidays[0]", "wrong_type"),
        ])
    );
    assert_eq!(read::<Holidays>(&json!("de")).unwrap_err(), expected(&[("", "wrong_type")]));
    assert!(read::<Holidays>(&Value::Null).is_ok());
    for (policy, broken) in [
        (json!({ "hours": 24 }), &[][..]),
        (json!({ "hours": 24, "calendar": "de" }), &[]),
        (json!({ "hours": 0 }), &[("hours", "out_of_range")]),
        (json!({ "hours": 9000, "days": 1 }), &[("days", "unknown_field"), ("hours", "out_of_range")]),
        (json!({ "hours": "24" }), &[("hours", "wrong_type")]),
        (json!({ "calendar": 5 }), &[("calendar", "wrong_type"), ("hours", "required")]),
    ] {
        assert_eq!(read::<Policy>(&policy).err().unwrap_or_default(), expected(broken), "{policy}");
    }
}
