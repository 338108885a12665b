//! The machine of sure writes, event by event. Between any two events, its state and that of the
//! line are written and read again, as in a host that replaces the module.

use crate::call::line::{self, Line};
use crate::call::once::{Once, OnceEvent, OnceStep, Page};
use crate::marketplaces::clickbank::CLICKBANK;
use crate::marketplaces::kaufland::KAUFLAND;
use crate::marketplaces::magalu::MAGALU;
use crate::rules::error::Sent;
use crate::rules::settings::Settings;
use crate::vendor::Marketplace;
use crate::wire::json::Json;
use crate::wire::state::round_trip;
use serde_json::{Value, json};

const SETTLE_MS: f64 = 10_000.0;

/// A client with one line.
struct Client {
    marketplace: &'static Marketplace,
    line: Line,
    now_ms: f64,
    number: u64,
}

/// A write of the client that has the turn.
struct Turn {
    machine: Once,
    number: u64,
}

impl Client {
    fn of(marketplace: &'static Marketplace) -> Self {
        Self { marketplace, line: Line::default(), now_ms: 0.0, number: 0 }
    }

    fn write(&mut self, endpoint: &str, args: &Value) -> Turn {
        self.write_within(endpoint, args, 1e9)
    }

    fn write_within(&mut self, endpoint: &str, args: &Value, total_timeout_ms: f64) -> Turn {
        let args = Json::from(args.clone()).into_list();
        let settings = Settings { settle_ms: Some(SETTLE_MS), total_timeout_ms, max_retries: 1, ..Settings::default() };
        let recovery = self.marketplace.operation(endpoint).unwrap().recovery(args, &settings, self.now_ms);
        let machine = Once::new(self.marketplace, endpoint, recovery, &settings, self.now_ms).unwrap();
        self.number += 1;
        self.line.enter(self.number, self.now_ms);
        assert_eq!(self.line.poll(self.number, f64::MAX, self.now_ms), line::LineStep::Go);
        Turn { machine, number: self.number }
    }

    fn tell(&mut self, turn: &mut Turn, event: OnceEvent) -> OnceStep {
        turn.machine = round_trip(&turn.machine);
        self.line = round_trip(&self.line);
        let step = turn.machine.advance(self.marketplace, &mut self.line, self.now_ms, event);
        if let OnceStep::Wait { ms } = step {
            self.now_ms += ms;
        }
        if !matches!(step, OnceStep::Read { .. } | OnceStep::Write { .. } | OnceStep::Wait { .. }) {
            self.line.leave(turn.number);
        }
        step
    }

    /// Answers all reads of one lookup, each with one of these, and returns the step after them.
    fn look(&mut self, turn: &mut Turn, event: OnceEvent, shown: &[Value]) -> OnceStep {
        let mut step = self.tell(turn, event);
        for value in shown {
            assert!(matches!(step, OnceStep::Read { .. }), "{step:?}");
            step = self.tell(turn, read(value));
        }
        step
    }

    /// Makes a write that is accepted with this answer, from a state.
    fn accepted(&mut self, endpoint: &str, args: &Value, shown: &[Value], answer: Value) {
        let mut turn = self.write(endpoint, args);
        assert!(is_write(&self.look(&mut turn, OnceEvent::Begun, shown)));
        assert_eq!(self.tell(&mut turn, OnceEvent::Written { value: answer.into() }), OnceStep::Done);
    }
}

fn read(value: &Value) -> OnceEvent {
    let is_list = value.get("data").or(value.get("results")).is_some();
    let page = Page { more: false, numbered: false, offset_field: "offset".to_owned(), length: 0 };
    OnceEvent::Read { value: value.clone().into(), page: is_list.then_some(page) }
}

fn is_write(step: &OnceStep) -> bool {
    matches!(step, OnceStep::Write { .. })
}

fn lost() -> OnceEvent {
    OnceEvent::WriteFailed { sent: Sent::Maybe, status: None, hint_ms: None }
}

fn refused(sent: Sent, status: u16) -> OnceEvent {
    OnceEvent::WriteFailed { sent, status: Some(status), hint_ms: None }
}

fn message(text: &str) -> Value {
    json!(["00110", { "text": text }])
}

/// A ticket with these messages of the seller.
fn thread(texts: &[&str]) -> Value {
    let author = json!({ "role": "seller" });
    let messages: Vec<_> =
        (1..).zip(texts).map(|(id, text)| json!({ "id_ticket_message": id, "author": author, "text": text })).collect();
    json!({ "id_ticket": "00110", "status": "opened", "messages": messages })
}

#[test]
fn a_clean_write_reads_once_and_waits_for_nothing() {
    let mut client = Client::of(&KAUFLAND);
    client.accepted("createTicketMessage", &message("a"), &[thread(&["old"])], Value::Null);
    assert_eq!(client.now_ms, 0.0);
    // Nor does the next one if the first is visible, even with the same words.
    client.accepted("createTicketMessage", &message("a"), &[thread(&["old", "a"])], Value::Null);
    assert_eq!(client.now_ms, 0.0);
}

#[test]
fn the_next_write_waits_until_the_first_is_visible() {
    for text in ["a", "b"] {
        let mut client = Client::of(&KAUFLAND);
        client.accepted("createTicketMessage", &message("a"), &[thread(&[])], Value::Null);
        let mut turn = client.write("createTicketMessage", &message(text));
        let mut event = OnceEvent::Begun;
        for ms in [625.0, 1_250.0, 2_500.0] {
            assert_eq!(client.look(&mut turn, event, &[thread(&[])]), OnceStep::Wait { ms });
            event = OnceEvent::Waited;
        }
        assert!(is_write(&client.look(&mut turn, event, &[thread(&["a"])])));
        // The item of the first write is not taken for this one's.
        assert_eq!(client.tell(&mut turn, lost()), OnceStep::Wait { ms: SETTLE_MS });
        let after = client.look(&mut turn, OnceEvent::Waited, &[thread(&["a"])]);
        assert_eq!(after, OnceStep::Wait { ms: SETTLE_MS / 4.0 });
        let after = client.look(&mut turn, OnceEvent::Waited, &[thread(&["a", text])]);
        assert_eq!(after, OnceStep::Found { answer: Json::Absent });
    }
}

#[test]
fn the_next_write_waits_for_the_settling_time_at_most() {
    let mut client = Client::of(&KAUFLAND);
    client.accepted("createTicketMessage", &message("a"), &[thread(&[])], Value::Null);
    let mut turn = client.write("createTicketMessage", &message("a"));
    let mut event = OnceEvent::Begun;
    let mut waits = Vec::new();
    let last = loop {
        match client.look(&mut turn, event, &[thread(&[])]) {
            OnceStep::Wait { ms } => waits.push(ms),
            step => break step,
        }
        event = OnceEvent::Waited;
    };
    assert!(is_write(&last));
    assert_eq!(waits, [625.0, 1_250.0, 2_500.0, 2_500.0, 2_500.0, 625.0]);
    assert_eq!(waits.iter().sum::<f64>(), SETTLE_MS);
}

#[test]
fn as_long_as_an_accepted_write_is_overdue_nothing_is_concluded_that_could_be_it() {
    // The lag is longer than the settling time.
    let begun = |text: &str| {
        let mut client = Client::of(&KAUFLAND);
        client.accepted("createTicketMessage", &message("a"), &[thread(&[])], Value::Null);
        client.now_ms += SETTLE_MS;
        let mut turn = client.write("createTicketMessage", &message(text));
        assert!(is_write(&client.look(&mut turn, OnceEvent::Begun, &[thread(&[])])));
        assert_eq!(client.tell(&mut turn, lost()), OnceStep::Wait { ms: SETTLE_MS });
        (client, turn)
    };
    for (text, shown, expected) in [
        // It may be the first or the second.
        ("a", &["a"][..], OnceStep::Wait { ms: SETTLE_MS }),
        // The marketplace may have changed the text of the first.
        ("b", &["b"], OnceStep::Wait { ms: SETTLE_MS }),
        // If the first is not visible yet, the second need not be either.
        ("a", &[], OnceStep::Wait { ms: SETTLE_MS }),
    ] {
        let (mut client, mut turn) = begun(text);
        assert_eq!(client.look(&mut turn, OnceEvent::Waited, &[thread(shown)]), expected, "{text} {shown:?}");
    }
    let (mut client, mut turn) = begun("a");
    let mut step = client.look(&mut turn, OnceEvent::Waited, &[thread(&["a"])]);
    for _ in 0..5 {
        assert_eq!(step, OnceStep::Wait { ms: SETTLE_MS });
        step = client.look(&mut turn, OnceEvent::Waited, &[thread(&["a"])]);
    }
    assert_eq!(step, OnceStep::GiveUp { sent: Sent::Maybe });
}

#[test]
fn an_id_that_the_response_told_is_known_whenever_it_shows() {
    let ticket = |id: &str| json!({ "id_ticket": id, "ids_order_units": [7], "open_reason": "product_return" });
    let list = |ids: &[&str]| json!({ "data": ids.iter().map(|id| ticket(id)).collect::<Vec<_>>() });
    let new = json!([{ "id_order_unit": [7], "reason": "product_return", "message": "a" }]);
    let mut client = Client::of(&KAUFLAND);
    client.accepted("openTicket", &new, &[list(&[]), list(&[])], json!({ "id_ticket": "001" }));
    let mut turn = client.write("openTicket", &new);
    assert!(is_write(&client.look(&mut turn, OnceEvent::Begun, &[list(&[]), list(&[])])));
    assert_eq!(client.now_ms, 0.0);
    client.tell(&mut turn, lost());
    let after = client.look(&mut turn, OnceEvent::Waited, &[list(&["001"]), list(&[])]);
    assert_eq!(after, OnceStep::Wait { ms: SETTLE_MS / 4.0 });
    let after = client.look(&mut turn, OnceEvent::Waited, &[list(&["001", "002"]), list(&[])]);
    assert_eq!(after, OnceStep::Found { answer: json!({ "data": { "id_ticket": "002" } }).into() });
    // What was found is known, too.
    let mut turn = client.write("openTicket", &new);
    assert!(is_write(&client.look(&mut turn, OnceEvent::Begun, &[list(&["001"]), list(&[])])));
    client.tell(&mut turn, lost());
    let after = client.look(&mut turn, OnceEvent::Waited, &[list(&["001", "002"]), list(&[])]);
    assert_eq!(after, OnceStep::Wait { ms: SETTLE_MS / 4.0 });
}

#[test]
fn a_response_that_is_the_whole_object_tells_the_ids_in_it() {
    let entry = |id: u64| json!({ "commentId": id.to_string(), "action": "COMMENTED", "commentRole": "VENDOR", "comment": "a" });
    let ticket =
        |ids: &[u64]| json!({ "status": "OPEN", "comments": ids.iter().map(|id| entry(*id)).collect::<Vec<_>>() });
    let comment = json!(["7", { "comment": "a" }]);
    for (answer, waits) in [(ticket(&[1, 2]), false), (ticket(&[1]), true), (Value::Null, true)] {
        let mut client = Client::of(&CLICKBANK);
        client.accepted("updateTicket", &comment, &[ticket(&[1])], answer.clone());
        let mut turn = client.write("updateTicket", &comment);
        let step = client.look(&mut turn, OnceEvent::Begun, &[ticket(&[1])]);
        assert_eq!(!is_write(&step), waits, "{answer}");
        if waits {
            continue;
        }
        client.tell(&mut turn, lost());
        let after = client.look(&mut turn, OnceEvent::Waited, &[ticket(&[1, 2])]);
        assert_eq!(after, OnceStep::Wait { ms: SETTLE_MS / 4.0 });
        let after = client.look(&mut turn, OnceEvent::Waited, &[ticket(&[1, 2, 3])]);
        assert!(matches!(after, OnceStep::Found { .. }));
    }
}

#[test]
fn only_what_could_be_confused_waits() {
    // Another operation on the same ticket.
    let mut client = Client::of(&KAUFLAND);
    client.accepted("createTicketMessage", &message("a"), &[thread(&[])], Value::Null);
    client.accepted("closeTicket", &json!(["00110"]), &[thread(&[])], Value::Null);
    assert_eq!(client.now_ms, 0.0);
    // The same operation on another ticket.
    let said = |ticket: &str| json!([ticket, { "message": "a", "destination": "customer", "owner": { "code": "c", "name": "n" } }]);
    let none = || json!({ "results": [] });
    let mut client = Client::of(&MAGALU);
    client.accepted("createMessage", &said("t-1"), &[none(), none()], json!({ "transaction_id": "x-1" }));
    client.accepted("createMessage", &said("t-2"), &[none(), none()], json!({ "transaction_id": "x-2" }));
    assert_eq!(client.now_ms, 0.0);
    for (ticket, waits) in [("t-3", false), ("t-1", true), ("T-2", true)] {
        let mut turn = client.write("createMessage", &said(ticket));
        assert_eq!(!is_write(&client.look(&mut turn, OnceEvent::Begun, &[none(), none()])), waits, "{ticket}");
        client.tell(&mut turn, OnceEvent::Aborted { sent: Sent::No });
    }
    // Transactions do not name their ticket, so one that may have been made is awaited.
    let mut turn = client.write("createMessage", &said("t-4"));
    client.look(&mut turn, OnceEvent::Begun, &[none(), none()]);
    client.tell(&mut turn, OnceEvent::Aborted { sent: Sent::Maybe });
    let mut turn = client.write("createMessage", &said("t-5"));
    let step = client.look(&mut turn, OnceEvent::Begun, &[none(), none()]);
    assert_eq!(step, OnceStep::Wait { ms: SETTLE_MS / 16.0 });
}

#[test]
fn that_a_refused_write_is_not_there_is_known_only_after_settling() {
    let begun = |total_ms: f64| {
        let mut client = Client::of(&KAUFLAND);
        let mut turn = client.write_within("createTicketMessage", &message("a"), total_ms);
        assert!(is_write(&client.look(&mut turn, OnceEvent::Begun, &[thread(&[])])));
        (client, turn)
    };
    let found = OnceStep::Found { answer: Json::Absent };
    let wait = OnceStep::Wait { ms: SETTLE_MS };
    for status in [400, 409, 422] {
        // A look at once may tell what caused the refusal.
        let (mut client, mut turn) = begun(1e9);
        assert_eq!(client.look(&mut turn, refused(Sent::Maybe, status), &[thread(&["a"])]), found);
        assert_eq!(client.now_ms, 0.0);
        // Otherwise the settling time has to pass.
        for (shown, expected) in [
            (&["a"][..], found.clone()),
            (&[], OnceStep::GiveUp { sent: Sent::No }),
            (&["x"], OnceStep::GiveUp { sent: Sent::Maybe }),
        ] {
            let (mut client, mut turn) = begun(1e9);
            assert_eq!(client.look(&mut turn, refused(Sent::Maybe, status), &[thread(&[])]), wait);
            assert_eq!(client.look(&mut turn, OnceEvent::Waited, &[thread(shown)]), expected);
        }
        // Without time for it, the word is the same as without `ensure`.
        let (mut client, mut turn) = begun(SETTLE_MS);
        let step = client.look(&mut turn, refused(Sent::Maybe, status), &[thread(&[])]);
        assert_eq!(step, OnceStep::GiveUp { sent: Sent::Maybe });
    }
    // What cannot come from an earlier copy ends the write at once.
    for status in [401, 403, 404] {
        let (mut client, mut turn) = begun(1e9);
        assert_eq!(client.tell(&mut turn, refused(Sent::No, status)), OnceStep::GiveUp { sent: Sent::No });
    }
}

#[test]
fn an_uncertain_end_is_settled_before_the_next_write() {
    for (step, waits) in [
        (OnceEvent::Aborted { sent: Sent::Maybe }, true),
        (OnceEvent::Aborted { sent: Sent::Yes }, true),
        (OnceEvent::Aborted { sent: Sent::No }, false),
        (refused(Sent::No, 403), false),
    ] {
        let mut client = Client::of(&KAUFLAND);
        let mut turn = client.write("createTicketMessage", &message("a"));
        client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
        let sent = match step {
            OnceEvent::Aborted { sent } => sent,
            _ => Sent::No,
        };
        assert_eq!(client.tell(&mut turn, step.clone()), OnceStep::GiveUp { sent });
        // That it is dropped afterwards changes nothing.
        client.tell(&mut turn, OnceEvent::Aborted { sent: Sent::Maybe });
        let mut turn = client.write("createTicketMessage", &message("a"));
        let next = client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
        assert_eq!(next == OnceStep::Wait { ms: SETTLE_MS / 16.0 }, waits, "{step:?}: {next:?}");
    }
    // Aborted while it looks: the try before counts.
    let mut client = Client::of(&KAUFLAND);
    let mut turn = client.write("createTicketMessage", &message("a"));
    client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
    client.tell(&mut turn, lost());
    client.now_ms -= SETTLE_MS;
    let step = client.tell(&mut turn, OnceEvent::Aborted { sent: Sent::No });
    assert_eq!(step, OnceStep::GiveUp { sent: Sent::Maybe });
    client.now_ms += SETTLE_MS - 1.0;
    let mut turn = client.write("createTicketMessage", &message("a"));
    let step = client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
    assert_eq!(step, OnceStep::Wait { ms: 1.0 });
    // It may have been stored or not; after the settling time, the state is known.
    assert!(is_write(&client.look(&mut turn, OnceEvent::Waited, &[thread(&[])])));
    client.tell(&mut turn, lost());
    let step = client.look(&mut turn, OnceEvent::Waited, &[thread(&["a"])]);
    assert_eq!(step, OnceStep::Found { answer: Json::Absent });
}

#[test]
fn a_write_that_stops_under_way_has_left_its_claim() {
    let mut client = Client::of(&KAUFLAND);
    let mut gone = client.write("createTicketMessage", &message("a"));
    client.look(&mut gone, OnceEvent::Begun, &[thread(&[])]);
    // The host ends; nothing is reported any more.
    client.line.leave(gone.number);
    client.now_ms += 60_000.0;
    let mut turn = client.write("createTicketMessage", &message("a"));
    let step = client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
    assert_eq!(step, OnceStep::Wait { ms: SETTLE_MS / 16.0 });
    assert!(is_write(&client.look(&mut turn, OnceEvent::Waited, &[thread(&["a"])])));
}

#[test]
fn a_wait_for_others_counts_against_the_time() {
    let mut client = Client::of(&KAUFLAND);
    client.accepted("createTicketMessage", &message("a"), &[thread(&[])], Value::Null);
    let mut turn = client.write_within("createTicketMessage", &message("a"), 1_000.0);
    let step = client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
    assert_eq!(step, OnceStep::Wait { ms: 625.0 });
    let OnceStep::Fail { error } = client.look(&mut turn, OnceEvent::Waited, &[thread(&[])]) else { panic!() };
    assert_eq!((error.code.as_str(), error.sent, error.retryable), ("no_turn", Sent::No, true));
    // The first one's claim is still there.
    let mut turn = client.write("createTicketMessage", &message("a"));
    let step = client.look(&mut turn, OnceEvent::Begun, &[thread(&[])]);
    assert_eq!(step, OnceStep::Wait { ms: 625.0 });
}

#[test]
fn a_claim_is_forgotten_in_the_end() {
    let mut client = Client::of(&KAUFLAND);
    client.accepted("createTicketMessage", &message("a"), &[thread(&[])], Value::Null);
    assert!(!client.line.is_idle(3.0 * SETTLE_MS - 1.0));
    assert!(client.line.is_idle(3.0 * SETTLE_MS));
}
