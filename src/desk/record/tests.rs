use super::*;
use crate::desk::sync::{Source, Stream};
use crate::marketplaces::{jtl_scx::JTL_SCX, kaufland::KAUFLAND, probo::PROBO};
use crate::vendor::desk::reading::Flow;
use crate::vendor::desk::ticket::{Author, Message, Order, Preview, Store, Unit};
use crate::vendor::desk::{Account, Fact};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;
use serde_json::{Value, json};

/// 2026-03-02T00:00:00Z, a Monday.
const START: f64 = 1_772_409_600_000.0;
const DAY_MS: f64 = 86_400_000.0;

/// A time of a test: some days after the start.
fn day(days: f64) -> f64 {
    START + days * DAY_MS
}

fn setup(closed_days: Option<f64>) -> Setup {
    Setup { closed_ms: closed_days.map(|days| days * DAY_MS), ..Setup::default() }
}

fn record(parts: &Value, local: &Local, is_missing: bool, setup: &Setup, now_ms: f64) -> Record {
    let raw = Raw::read(Json::read(parts.to_string().as_bytes()).unwrap());
    let matters = Matters { marketplace: &KAUFLAND, account: "a", id: "1", raw: &raw, local, is_missing, setup };
    matters.record(now_ms)
}

/// Parts of a ticket to which the buyer wrote at a time.
fn parts(status: &str, is_sellers: bool, heard: f64) -> Value {
    let at = format_date_time(heard);
    json!({ "ticket": {
        "id_ticket": "1", "status": status, "is_seller_responsible": is_sellers, "ts_updated_iso": at,
        "messages": [{ "id_ticket_message": 1, "text": "a", "author": { "role": "buyer" }, "ts_created_iso": at }],
    } })
}

fn snoozed(until: f64) -> Local {
    Local { snoozed: Some((until, until)), ..Local::default() }
}

#[test]
fn a_list_of_work_begins_with_the_most_urgent_and_any_other_with_the_newest() {
    let none = Local::default();
    let (ours, theirs, closed) = (parts("opened", true, START), parts("opened", false, START), "both_closed");
    // Two working days.
    let due = day(2.0);
    for (parts, local, is_missing, view, order) in [
        (&ours, &none, false, View::Todo, [due, START]),
        (&ours, &snoozed(day(9.0)), false, View::Snoozed, [day(9.0), 0.0]),
        (&theirs, &none, false, View::Waiting, [-START, 0.0]),
        (&parts(closed, false, day(0.5)), &none, false, View::Done, [-day(0.5), 0.0]),
        // A marketplace that no longer has a ticket takes no answer to it.
        (&ours, &none, true, View::Done, [-START, 0.0]),
        (&ours, &snoozed(day(9.0)), true, View::Done, [-START, 0.0]),
        (&theirs, &none, true, View::Done, [-START, 0.0]),
        // One that cannot be understood is to be done, after all others.
        (&json!({}), &none, false, View::Todo, [LATEST_MS; 2]),
    ] {
        let found = record(parts, local, is_missing, &setup(None), day(1.0));
        assert_eq!((found.view, found.order), (view, order), "{parts} {local:?} {is_missing}");
        let shown: Value = serde_json::from_str(&found.shown).unwrap();
        assert_eq!((&shown["view"], &shown["missing"]), (&json!(view), &json!(is_missing)));
        assert_eq!(shown["local"]["snoozedUntil"], json!(local.snoozed.map(|(_, until)| until)));
        let is_due = view == View::Todo && order[0] == due || is_missing || view == View::Snoozed;
        assert_eq!(found.due, (is_due && parts == &ours).then_some(due), "{parts}");
    }
}

#[test]
fn a_closed_ticket_expires_when_it_was_kept_for_its_days_after_the_newest_news() {
    let done = |at| Local { done_at: Some(at), ..Local::default() };
    let none = Local::default();
    let with = |field: &str, at: f64| {
        let mut parts = parts("both_closed", false, START);
        parts["ticket"]["ts_updated_iso"] = Value::Null;
        parts["ticket"][field] = json!(format_date_time(at));
        parts
    };
    let (open, closed) = (parts("opened", true, START), parts("both_closed", false, START));
    for (parts, local, is_missing, kept, newest) in [
        (&closed, &none, false, Some(30.0), Some(START)),
        // Each of the times may be the newest.
        (&with("ts_updated_iso", day(3.0)), &none, false, Some(30.0), Some(day(3.0))),
        (&with("ts_updated_iso", day(-3.0)), &none, false, Some(30.0), Some(START)),
        (&with("ts_created_iso", day(3.0)), &none, false, Some(30.0), Some(day(3.0))),
        (&closed, &done(day(5.0)), false, Some(30.0), Some(day(5.0))),
        (&closed, &done(day(-5.0)), false, Some(30.0), Some(START)),
        (&open, &none, true, Some(30.0), Some(START)),
        (&open, &none, false, Some(30.0), None),
        // One that is done at the desk may be open at the marketplace.
        (&open, &done(day(5.0)), false, Some(30.0), None),
        (&closed, &none, false, None, None),
        // Nothing tells when.
        (&json!({}), &none, true, Some(30.0), None),
    ] {
        let setup = setup(kept);
        let end = newest.map(|at| at + 30.0 * DAY_MS);
        for (after_ms, is_expired) in [(-1.0, false), (0.0, true), (1.0, true)] {
            let found = record(parts, local, is_missing, &setup, end.unwrap_or(day(99.0)) + after_ms);
            let expected = (is_expired && end.is_some(), end);
            assert_eq!((found.is_expired, found.changes_at), expected, "{after_ms}: {parts} {local:?}");
        }
    }
}

#[test]
fn a_record_is_made_again_at_the_first_of_its_changes() {
    let (open, closed) = (parts("opened", true, START), parts("both_closed", false, START));
    for (parts, until, kept, changes_at) in [
        (&closed, day(20.0), Some(30.0), day(20.0)),
        (&closed, day(40.0), Some(30.0), day(30.0)),
        (&closed, day(40.0), None, day(40.0)),
        (&open, day(40.0), Some(30.0), day(40.0)),
    ] {
        let found = record(parts, &snoozed(until), false, &setup(kept), day(1.0));
        assert_eq!(found.changes_at, Some(changes_at), "{parts} {until} {kept:?}");
    }
    assert_eq!(record(&open, &Local::default(), false, &setup(Some(30.0)), day(1.0)).changes_at, None);
}

fn message(from: Author, name: Option<&str>, text: &str) -> Message {
    Message { from, name: name.map(str::to_owned), text: Some(text.to_owned()), ..Message::EMPTY }
}

#[test]
fn a_search_finds_all_words_and_a_very_long_thread_is_cut_at_its_oldest() {
    let mut ticket = Ticket::new("kaufland", "a", "1", Store::Marketplace);
    let told = |text: &str| Fact::Told(text.to_owned());
    ticket.number = "No. 1".to_owned();
    (ticket.buyer.name, ticket.buyer.email, ticket.buyer.id) = (told("Kim"), told("k@example.com"), told("77"));
    let [id, title, sku] = ["u", "Lamp", "L-1"].map(|text| Some(text.to_owned()));
    let unit = Unit { id, title, sku, ..Unit::default() };
    ticket.order = Fact::Told(Order { number: Some("M1".to_owned()), units: vec![unit], ..Order::default() });
    ticket.preview = Some(Preview { text: "so\nfar".to_owned(), from: Author::Buyer, at: None });
    let known = ["No. 1", "1", "M1", "Kim", "k@example.com", "77", "Lamp", "L-1", "u"].join(" ");
    assert_eq!(words_of(&ticket), format!("{known} so far "));
    let room = MOST_WORDS - format!("{known} new ").len();
    // With its blank, a text that just fits is the last one.
    for (length, is_there) in [(room - 9, true), (room, true), (room + 1, false)] {
        let long = "x".repeat(length);
        let thread = ["old", &long, "new"].map(|text| message(Author::Buyer, None, text));
        ticket.messages = Fact::Told(thread.into());
        let rest = match (is_there, length < room) {
            (true, true) => format!("{long} old "),
            (true, false) => format!("{long} "),
            (false, _) => String::new(),
        };
        assert!(words_of(&ticket) == format!("{known} new {rest}"), "{length}");
    }
}

#[test]
fn a_buyer_goes_by_a_whole_name_address_or_id() {
    let mut ticket = Ticket::new("kaufland", "a", "1", Store::Marketplace);
    let told = |text: &str| Fact::Told(text.to_owned());
    (ticket.buyer.name, ticket.buyer.email, ticket.buyer.id) = (told("Kim Ö"), told("K@example.com"), told("77"));
    ticket.messages = Fact::Told(vec![
        message(Author::Buyer, Some(" Robin "), "a"),
        message(Author::Seller, Some("Shop"), "b"),
        message(Author::Marketplace, Some("Service"), "c"),
        message(Author::Buyer, None, "d"),
    ]);
    for (buyer, is_found) in [
        ("Kim Ö", true),
        (" kim ö ", true),
        ("k@EXAMPLE.com", true),
        ("77", true),
        ("robin", true),
        ("Kim", false),
        ("k@example", false),
        ("7", false),
        ("777", false),
        ("", false),
        // Others write to a ticket, too.
        ("Shop", false),
        ("Service", false),
    ] {
        assert_eq!(is_buyer(&ticket, buyer), is_found, "{buyer:?}");
    }
}

#[test]
fn the_health_of_an_account_is_that_of_the_streams_that_are_read() {
    let none = Account::default();
    let events = Account { ticket_events: vec!["Channel:Ticket".to_owned()], ..Account::default() };
    let read = |flow, at: f64| Stream { read_at: Some(at), is_complete: true, ..Stream::new("a", flow) };
    let failing = |stream: Stream| Stream { failures: 2, error: Some("server".to_owned()), ..stream };
    let [hot, recent, sweep] = [read(Flow::Hot, 5.0), read(Flow::Recent, 9.0), read(Flow::Sweep, 7.0)];
    let cut = Stream { is_complete: false, ..sweep.clone() };
    let new = [Flow::Hot, Flow::Recent, Flow::Sweep].map(|flow| Stream::new("a", flow));
    let [.., new_sweep] = new.clone();
    let all = [&hot, &recent, &sweep].map(Clone::clone);
    for (marketplace, account, streams, state, fetched_at, complete) in [
        (&KAUFLAND, &none, all.clone(), Reads::Ok, Some(9.0), true),
        (&KAUFLAND, &none, [hot.clone(), recent.clone(), cut], Reads::Ok, Some(9.0), false),
        (&KAUFLAND, &none, [hot.clone(), recent.clone(), new_sweep], Reads::Starting, Some(9.0), false),
        (&KAUFLAND, &none, new.clone(), Reads::Starting, None, false),
        (&KAUFLAND, &none, new.map(failing), Reads::Failing, None, false),
        (&KAUFLAND, &none, [hot.clone(), failing(recent.clone()), sweep.clone()], Reads::Failing, Some(9.0), true),
        // What a marketplace does not have is no part of its health.
        (&JTL_SCX, &events, [hot.clone(), failing(recent), Stream::new("a", Flow::Sweep)], Reads::Ok, Some(5.0), true),
        (&JTL_SCX, &events, [failing(hot), sweep.clone(), sweep], Reads::Failing, Some(5.0), true),
        (&JTL_SCX, &none, all.clone(), Reads::NotConfigured, None, false),
        (&PROBO, &none, all.map(failing), Reads::Own, None, true),
    ] {
        let sources = streams.each_ref().map(|stream| Source { stream, marketplace, account });
        let error = (state == Reads::Failing).then(|| "server".to_owned());
        let expected = Health { account: "a".to_owned(), state, error, fetched_at, complete };
        assert_eq!(health_of("a", &sources), expected, "{marketplace:?}");
    }
}

#[test]
fn what_only_the_desk_sent_is_no_news() {
    let (mut sent, none) = (parts("opened", true, START), Local::default());
    let before = record(&sent, &none, false, &setup(None), START);
    sent["own"] = json!([{ "text": "y", "at": 5 }]);
    assert_eq!(record(&sent, &none, false, &setup(None), START).rev, before.rev);
    sent["ticket"]["topic"] = json!("fraud");
    assert_ne!(record(&sent, &none, false, &setup(None), START).rev, before.rev);
    assert_eq!(before.heard_at, Some(START));
}
