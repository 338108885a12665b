use super::*;
use crate::desk::outbox::State;
use crate::marketplaces::{jtl_scx::JTL_SCX, kaufland::KAUFLAND, magalu::MAGALU};
use proptest::prelude::*;
use serde_json::{Value, json};

const TIMES: Times = Times {
    lease_ms: 90_000.0,
    settle_ms: 10_000.0,
    look_ms: 15_000.0,
    first_check_ms: 2_000.0,
    most_looks: 4,
    most_sends: 20,
    most_tries: 20,
    moderation_ms: 60_000.0,
};

fn tree(value: &Value) -> Json {
    Json::read(value.to_string().as_bytes()).unwrap()
}

fn row(id: &str) -> Row {
    Row {
        id: id.to_owned(),
        account: "a".to_owned(),
        ticket: "1".to_owned(),
        state: State::Draft,
        heard_at: Some(1.0),
        created_at: 0.0,
        hold_until: 0.0,
        lease_until: 0.0,
        wake_at: None,
        sends: 0,
        looks: 0,
        why: None,
    }
}

fn letter(id: &str, text: &str) -> Letter {
    held(Letter::new(row(id), Action::Reply, tree(&json!({ "text": text })), 0.0))
}

/// Hands a letter over, which is then held for a moment.
fn held(mut letter: Letter) -> Letter {
    let settings = Settings::default();
    letter.advance(LetterEvent::Submitted { hold_ms: 5.0 }, &around(&settings, 0.0));
    letter
}

/// A thread at Kaufland, and what it lets a letter see.
struct Thread {
    messages: Vec<String>,
    /// How many of the newest are not shown yet.
    hidden: usize,
}

impl Thread {
    fn shown(&self) -> Json {
        let end = self.messages.len() - self.hidden.min(self.messages.len());
        let message = |(at, text): (usize, &String)| {
            json!({ "id_ticket_message": at, "text": text, "author": { "role": "seller", "name": "x" },
                "ts_created_iso": "2026-03-02T08:00:00Z" })
        };
        let list: Vec<_> = self.messages[..end].iter().enumerate().map(message).collect();
        tree(&json!({ "id_ticket": "1", "status": "opened", "messages": list, "files": [] }))
    }
}

fn call(text: &str) -> Result<(String, Vec<Json>), (String, String)> {
    Ok(("createTicketMessage".to_owned(), vec!["1".into(), tree(&json!({ "text": text }))]))
}

/// What becomes of a write.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Write {
    Lands,
    LandsUnheard,
    IsLost,
    IsRefused,
    IsPutOff,
    HasNoSession,
}

fn around<'a>(settings: &'a Settings, now_ms: f64) -> Around<'a> {
    Around { marketplace: &KAUFLAND, settings, times: &TIMES, now_ms }
}

/// Sends a letter until it rests, and dies before the step of this number.
fn drive(letter: &mut Letter, thread: &mut Thread, earlier: &[Letter], write: Write, now_ms: f64, dies: Option<usize>) {
    let settings = Settings::default();
    let around = around(&settings, now_ms);
    let mut stored = letter.clone();
    let mut event = LetterEvent::Tick;
    if letter.row.state == State::Held {
        letter.claim(call(letter.given.get("text").and_then(Json::as_str).unwrap_or_default()), earlier, &around);
        if letter.row.state != State::Sending {
            return;
        }
        stored = letter.clone();
        event = LetterEvent::Begun;
    }
    for count in 0..40 {
        if dies == Some(count) {
            break;
        }
        let step = letter.advance(event.clone(), &around);
        if !matches!(step, LetterStep::Read { .. }) {
            stored = letter.clone();
        }
        event = match step {
            LetterStep::Rest => break,
            LetterStep::Read { .. } => LetterEvent::Read { value: thread.shown(), page: None, items: Vec::new() },
            LetterStep::Write { arguments, .. } => {
                let text = arguments[1].get("text").and_then(Json::as_str).unwrap().to_owned();
                if matches!(write, Write::Lands | Write::LandsUnheard) {
                    thread.messages.push(text);
                }
                let failed = |sent, status, is_retryable| LetterEvent::WriteFailed {
                    sent,
                    status,
                    hint_ms: None,
                    code: "x".to_owned(),
                    is_retryable,
                };
                match write {
                    Write::Lands => LetterEvent::Written { value: Json::Absent },
                    Write::LandsUnheard | Write::IsLost => failed(Sent::Maybe, None, true),
                    Write::IsRefused => failed(Sent::No, Some(422), false),
                    Write::IsPutOff => failed(Sent::No, Some(429), true),
                    Write::HasNoSession => failed(Sent::No, Some(200), false),
                }
            }
        };
        if dies == Some(count + 20) {
            break;
        }
    }
    *letter = stored;
}

/// Drives a letter through time until nothing wakes it.
fn settle(letter: &mut Letter, thread: &mut Thread, mut writes: impl Iterator<Item = Write>, mut now: f64) -> f64 {
    for _ in 0..60 {
        let Some(at) = letter.row.wake_at else { break };
        now = now.max(at);
        let write = writes.next().unwrap_or(Write::Lands);
        drive(letter, thread, &[], write, now, None);
        thread.hidden = 0;
    }
    now
}

#[test]
fn a_letter_lands_once_whatever_is_lost() {
    for (write, state, count) in [
        (Write::Lands, State::Confirmed, 1),
        (Write::LandsUnheard, State::Confirmed, 1),
        // The first try is lost, the second one lands.
        (Write::IsLost, State::Confirmed, 1),
        (Write::IsPutOff, State::Confirmed, 1),
        (Write::IsRefused, State::Refused, 0),
        (Write::HasNoSession, State::Confirmed, 1),
    ] {
        let mut thread = Thread { messages: vec!["hello".to_owned()], hidden: 0 };
        let mut one = letter("l1", "thanks");
        settle(&mut one, &mut thread, std::iter::once(write), 5.0);
        let sent = thread.messages.iter().filter(|text| *text == "thanks").count();
        assert_eq!((one.row.state, sent), (state, count), "{write:?}");
    }
}

#[test]
fn the_same_words_are_sent_twice_when_a_person_says_so() {
    let mut thread = Thread { messages: vec![], hidden: 0 };
    let mut first = letter("l1", "thanks");
    drive(&mut first, &mut thread, &[], Write::Lands, 5.0, None);
    assert_eq!(first.row.state, State::Sent);
    // The first one does not show yet, so the second one waits for it.
    thread.hidden = 1;
    let mut second = letter("l2", "thanks");
    drive(&mut second, &mut thread, std::slice::from_ref(&first), Write::LandsUnheard, 6.0, None);
    assert_eq!((second.row.state, thread.messages.len()), (State::Sending, 1));
    thread.hidden = 0;
    settle(&mut second, &mut thread, std::iter::once(Write::LandsUnheard), 7.0);
    settle(&mut first, &mut thread, std::iter::empty(), 7.0);
    assert_eq!((first.row.state, second.row.state, thread.messages.len()), (State::Confirmed, State::Confirmed, 2));
}

#[test]
fn a_marketplace_that_shows_nothing_gets_no_second_copy() {
    let settings = Settings::default();
    let around = Around { marketplace: &JTL_SCX, settings: &settings, times: &TIMES, now_ms: 5.0 };
    for (is_lost, state) in [(false, State::Confirmed), (true, State::NeedsPerson)] {
        let mut one = letter("l1", "x");
        one.claim(Ok(("seller.replyToTicket".to_owned(), vec![Json::Map(Vec::new())])), &[], &around);
        assert!(matches!(one.advance(LetterEvent::Begun, &around), LetterStep::Write { .. }));
        let event = if is_lost {
            let (sent, code) = (Sent::Maybe, "timeout".to_owned());
            LetterEvent::WriteFailed { sent, status: None, hint_ms: None, code, is_retryable: true }
        } else {
            LetterEvent::Written { value: Json::Absent }
        };
        assert_eq!(one.advance(event, &around), LetterStep::Rest);
        assert_eq!(one.row.state, state);
        assert_eq!(one.own().is_some(), !is_lost);
    }
}

#[test]
fn moderation_is_followed() {
    let settings = Settings::default();
    let at = |now_ms| Around { marketplace: &MAGALU, settings: &settings, times: &TIMES, now_ms };
    for (status, state) in
        [("rejected", State::Rejected), ("approved", State::Published), ("waiting_moderation", State::Moderation)]
    {
        let mut one = letter("code-1", "x");
        let owner = json!({ "code": "1", "name": "Ana" });
        let parameters = json!({ "message": "x", "destination": "customer", "owner": owner, "code": "code-1" });
        one.claim(Ok(("createMessage".to_owned(), vec!["t".into(), tree(&parameters)])), &[], &at(5.0));
        let mut event = LetterEvent::Begun;
        for _ in 0..10 {
            match one.advance(event.clone(), &at(5.0)) {
                LetterStep::Rest => break,
                LetterStep::Write { .. } => event = LetterEvent::Written { value: tree(&json!({ "id": "tr" })) },
                LetterStep::Read { .. } => {
                    let page = Page { more: false, numbered: false, offset_field: "_offset".into(), length: 0 };
                    event =
                        LetterEvent::Read { value: tree(&json!({ "results": [] })), page: Some(page), items: vec![] };
                }
            }
        }
        assert_eq!(one.row.state, State::Moderation);
        let later = at(one.row.wake_at.unwrap());
        let LetterStep::Read { operation, .. } = one.advance(LetterEvent::Tick, &later) else { panic!("a look") };
        assert_eq!(operation, "listMessages");
        let items = vec![
            tree(&json!({ "id": "m", "code": "other", "moderation": { "status": "approved" } })),
            tree(&json!({ "id": "n", "code": "code-1", "moderation": { "status": status } })),
        ];
        one.advance(LetterEvent::Read { value: Json::Absent, page: None, items }, &later);
        assert_eq!(one.row.state, state, "{status}");
    }
}

#[test]
fn replies_that_were_accepted_are_answers() {
    let sent = |action, state, heard_at| {
        let mut one = letter("l1", "x");
        (one.action, one.row.state, one.row.heard_at, one.sent_at) = (action, state, heard_at, Some(90.0));
        one.answered()
    };
    for state in [State::Sent, State::Confirmed, State::Moderation, State::Published] {
        assert_eq!(sent(Action::Reply, state, Some(30.0)), Some((90.0, Some(60.0))), "{state:?}");
        for action in Action::REMOTE.into_iter().filter(|action| *action != Action::Reply) {
            assert_eq!(sent(action, state, Some(30.0)), None, "{action:?}");
        }
    }
    for state in [State::Draft, State::Held, State::Sending, State::Cancelled, State::Review, State::Maybe] {
        assert_eq!(sent(Action::Reply, state, Some(30.0)), None, "{state:?}");
    }
    for state in [State::NeedsPerson, State::Refused, State::Rejected] {
        assert_eq!(sent(Action::Reply, state, Some(30.0)), None, "{state:?}");
    }
    // Not known, and by a clock that is ahead.
    assert_eq!(sent(Action::Reply, State::Sent, None), Some((90.0, None)));
    assert_eq!(sent(Action::Reply, State::Sent, Some(95.0)), Some((90.0, Some(0.0))));
    assert_eq!(letter("l1", "x").answered(), None);
}

#[test]
fn a_write_is_over_before_its_lease_is() {
    let settings = Settings::default();
    let begin = |now_ms| {
        let mut one = letter("l1", "x");
        one.claim(Ok(("seller.replyToTicket".to_owned(), vec![Json::Map(Vec::new())])), &[], &at_jtl(&settings, 5.0));
        one.advance(LetterEvent::Begun, &at_jtl(&settings, now_ms))
    };
    for (now_ms, left_ms) in [(5.0, 80_000.0), (60_005.0, 20_000.0), (80_005.0, 1.0), (90_005.0, 1.0)] {
        let LetterStep::Write { total_timeout_ms, .. } = begin(now_ms) else { panic!("a write") };
        assert_eq!(total_timeout_ms, left_ms, "{now_ms}");
    }
}

#[test]
fn a_read_takes_no_longer_than_a_lease_and_one_that_fails_is_not_made_again_at_once() {
    let settings = Settings::default();
    let mut one = letter("l1", "x");
    drive(&mut one, &mut Thread { messages: vec![], hidden: 0 }, &[], Write::LandsUnheard, 5.0, None);
    let now_ms = one.row.wake_at.unwrap();
    let step = one.advance(LetterEvent::Tick, &around(&settings, now_ms));
    let LetterStep::Read { total_timeout_ms, .. } = step else { panic!("{step:?}") };
    assert_eq!((one.row.state, total_timeout_ms), (State::Maybe, 80_000.0));
    for (hint_ms, ms) in [(None, 15_000.0), (Some(1.0), 15_000.0), (Some(50_000.0), 50_000.0)] {
        let mut one = one.clone();
        one.advance(LetterEvent::ReadFailed { hint_ms }, &around(&settings, now_ms));
        assert_eq!((one.row.state, one.row.wake_at), (State::Maybe, Some(now_ms + ms)), "{hint_ms:?}");
    }
}

#[test]
fn a_letter_goes_on_with_the_line_of_the_one_that_was_sent_last() {
    let settings = Settings::default();
    let sent = |id: &str, at| {
        let mut one = letter(id, "thanks");
        drive(&mut one, &mut Thread { messages: vec![], hidden: 0 }, &[], Write::Lands, at, None);
        assert_eq!(one.sent_at, Some(at));
        one
    };
    let [first, second] = [sent("l1", 5.0), sent("l2", 6.0)];
    let not_sent = Letter { sent_at: None, ..sent("l3", 7.0) };
    // What shows nothing has no key.
    let other = Letter { once: None, ..sent("l4", 8.0) };
    let all = [&first, &second, &not_sent, &other].map(Clone::clone);
    let reversed = [&other, &not_sent, &second, &first].map(Clone::clone);
    for (earlier, expected) in [
        (&all[..], &second.line),
        (&reversed, &second.line),
        (&all[..1], &first.line),
        (&all[2..], &Line::default()),
        (&[], &Line::default()),
    ] {
        let mut one = letter("l5", "thanks");
        one.claim(call("thanks"), earlier, &around(&settings, 9.0));
        let mut line = expected.clone();
        line.enter(one.number(), 9.0);
        assert_eq!(one.line, line, "{}", earlier.len());
    }
}

#[test]
fn what_was_sent_is_an_interim_notice_if_it_was_sent_as_one() {
    for action in Action::REMOTE {
        let mut one = Letter { action, sent_at: Some(90.0), ..letter("l1", "x") };
        assert_eq!(one.own(), None, "{action:?}");
        one.row.state = State::Sent;
        let expected = match action {
            Action::InterimNotice => Some(true),
            Action::Reply | Action::Create => Some(false),
            _ => None,
        };
        assert_eq!(one.own().map(|own| own.is_interim), expected, "{action:?}");
    }
}

#[test]
fn a_letter_is_read_as_it_was_written() {
    let mut thread = Thread { messages: vec!["1".to_owned()], hidden: 0 };
    let mut one = letter("l1", "x");
    drive(&mut one, &mut thread, &[], Write::LandsUnheard, 5.0, None);
    assert_eq!(one.row.state, State::Maybe);
    let text = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Letter>(&text).unwrap(), one);
}

fn any_write() -> impl Strategy<Value = Write> {
    prop_oneof![
        Just(Write::Lands),
        Just(Write::LandsUnheard),
        Just(Write::IsLost),
        Just(Write::IsPutOff),
        Just(Write::IsRefused)
    ]
}

proptest! {
    /// Wherever workers die and whatever is lost, a letter is never there twice, one that is
    /// confirmed is there, and the desk finds out by itself which it is.
    #[test]
    fn nothing_is_doubled(
        tries in proptest::collection::vec((any_write(), proptest::option::of(0usize..30)), 1..12),
    ) {
        let mut thread = Thread { messages: vec!["hello".to_owned()], hidden: 0 };
        let mut one = letter("l1", "thanks");
        let mut now = 5.0;
        for (write, dies) in tries {
            let Some(at) = one.row.wake_at else { break };
            now = at.max(now);
            drive(&mut one, &mut thread, &[], write, now, dies);
        }
        settle(&mut one, &mut thread, std::iter::empty(), now);
        let there = thread.messages.iter().filter(|text| *text == "thanks").count();
        prop_assert!(there <= 1, "{:?}", one.row);
        match one.row.state {
            State::Confirmed => prop_assert_eq!(there, 1),
            State::Refused => prop_assert_eq!(there, 0),
            // Everything can be read, so no person is needed.
            other => prop_assert!(false, "{:?} {:?}", other, one.row.why),
        }
    }
}

/// The file of a letter as the rules see it.
fn file(name: &str) -> Value {
    json!({ "filename": name, "size": 9, "found": "image/png" })
}

/// A reply at JTL-SCX that was accepted, with these files still to be sent.
fn announced(settings: &Settings, names: &[&str]) -> Letter {
    let files: Vec<_> = names.iter().map(|name| file(name)).collect();
    let given = json!({ "text": "see the files", "files": files });
    let mut letter = held(Letter::new(row("a"), Action::Reply, tree(&given), 0.0));
    let reply = json!({ "channel": "DEMOSHOP", "sellerId": "1", "ticketId": "1", "createdAt": "2026-03-02T08:15:00Z",
        "from": { "role": "SELLER" }, "message": "see the files", "files": files });
    let around = Around { marketplace: &JTL_SCX, settings, times: &TIMES, now_ms: 10.0 };
    letter.claim(Ok(("seller.replyToTicket".to_owned(), vec![tree(&reply)])), &[], &around);
    let step = letter.advance(LetterEvent::Begun, &around);
    assert!(matches!(step, LetterStep::Write { files, .. } if files.is_empty()), "the reply only names its files");
    letter.advance(LetterEvent::Written { value: Json::Absent }, &around);
    letter
}

fn at_jtl(settings: &Settings, now_ms: f64) -> Around<'_> {
    Around { marketplace: &JTL_SCX, settings, times: &TIMES, now_ms }
}

fn not_sent(sent: Sent, is_retryable: bool) -> LetterEvent {
    LetterEvent::WriteFailed { sent, status: None, hint_ms: None, code: "x".to_owned(), is_retryable }
}

#[test]
fn files_that_are_sent_apart_follow_their_letter() {
    let settings = Settings::default();
    let mut letter = announced(&settings, &["Größe 1.png", "a b.png"]);
    for (at, name) in ["Groesse_1.png", "a_b.png"].into_iter().enumerate() {
        assert_eq!((letter.row.state, letter.row.wake_at), (State::Sent, Some(10.0)));
        let step = letter.advance(LetterEvent::Tick, &at_jtl(&settings, 10.0));
        let LetterStep::Write { operation, arguments, files, .. } = step else { panic!("{step:?}") };
        assert_eq!((operation.as_str(), files), ("seller.uploadAttachment", vec![at]));
        assert_eq!(arguments[0].get("filename").and_then(Json::as_str), Some(name));
        // No other worker sends it meanwhile.
        assert_eq!(letter.row.wake_at, Some(10.0 + TIMES.lease_ms));
        assert_eq!(letter.advance(LetterEvent::Tick, &at_jtl(&settings, 11.0)), LetterStep::Rest);
        letter.advance(LetterEvent::Written { value: Json::Absent }, &at_jtl(&settings, 10.0));
    }
    assert_eq!((letter.row.state, letter.row.wake_at), (State::Confirmed, None));
    let own = letter.own().unwrap();
    assert_eq!(
        own.files.iter().map(|file| file.name.as_deref()).collect::<Vec<_>>(),
        [Some("Größe 1.png"), Some("a b.png")]
    );
}

#[test]
fn a_file_is_sent_again_unless_it_was_refused() {
    let settings = Settings::default();
    let mut letter = announced(&settings, &["a.png", "b.png"]);
    // It may have arrived, and is sent again under its name.
    for (event, wait) in [(not_sent(Sent::Maybe, true), 30.0), (not_sent(Sent::No, true), 60.0)] {
        let now = letter.row.wake_at.unwrap();
        let around = at_jtl(&settings, now);
        assert!(matches!(letter.advance(LetterEvent::Tick, &around), LetterStep::Write { files, .. } if files == [0]));
        letter.advance(event, &around);
        assert_eq!((letter.row.state, letter.row.wake_at), (State::Sent, Some(now + wait * 1_000.0)));
    }
    let around = at_jtl(&settings, letter.row.wake_at.unwrap());
    letter.advance(LetterEvent::Tick, &around);
    letter.advance(not_sent(Sent::No, false), &around);
    // The other one goes on, and a person is told of the first.
    assert!(matches!(letter.advance(LetterEvent::Tick, &around), LetterStep::Write { files, .. } if files == [1]));
    letter.advance(LetterEvent::Written { value: Json::Absent }, &around);
    assert_eq!((letter.row.state, letter.row.why.as_deref()), (State::NeedsPerson, Some("files_not_sent")));
    assert_eq!(letter.files().iter().map(|file| file.is_unsent).collect::<Vec<_>>(), [true, false]);
    // The words are there.
    assert!(letter.own().is_some());
    assert_eq!(
        letter.files()[1],
        LetterFile { filename: "b.png".into(), r#type: "image/png".into(), size: 9, is_unsent: false }
    );
    // A refusal ends it, even if the marketplace may have kept something.
    let mut letter = announced(&settings, &["a.png"]);
    let around = at_jtl(&settings, 10.0);
    letter.advance(LetterEvent::Tick, &around);
    let refusal = LetterEvent::WriteFailed {
        sent: Sent::Maybe,
        status: Some(422),
        hint_ms: None,
        code: "http_422".to_owned(),
        is_retryable: false,
    };
    letter.advance(refusal, &around);
    assert_eq!(letter.row.why.as_deref(), Some("files_not_sent"));
    // A file that never arrives is not tried for ever.
    let mut letter = announced(&settings, &["a.png"]);
    for _ in 0..TIMES.most_sends {
        assert_eq!(letter.row.state, State::Sent);
        let around = at_jtl(&settings, letter.row.wake_at.unwrap());
        letter.advance(LetterEvent::Tick, &around);
        letter.advance(not_sent(Sent::No, true), &around);
    }
    assert_eq!((letter.row.state, letter.row.why.as_deref()), (State::NeedsPerson, Some("files_not_sent")));
}

#[test]
fn a_file_waits_longer_each_time_for_at_most_five_minutes() {
    let settings = Settings::default();
    let mut letter = announced(&settings, &["a.png"]);
    for (hint_ms, ms) in [
        (None, 30_000.0),
        (Some(1.0), 60_000.0),
        // A marketplace may ask for more.
        (Some(130_000.0), 130_000.0),
        (None, 240_000.0),
        (None, 300_000.0),
        (Some(400_000.0), 400_000.0),
        (None, 300_000.0),
    ] {
        let now = letter.row.wake_at.unwrap();
        letter.advance(LetterEvent::Tick, &at_jtl(&settings, now));
        let (sent, code) = (Sent::No, "x".to_owned());
        let failed = LetterEvent::WriteFailed { sent, status: Some(429), hint_ms, code, is_retryable: true };
        letter.advance(failed, &at_jtl(&settings, now));
        assert_eq!((letter.row.state, letter.row.wake_at), (State::Sent, Some(now + ms)), "{hint_ms:?}");
    }
}

#[test]
fn a_letter_that_never_came_whole_is_given_up() {
    let settings = Settings::default();
    let mut letter = Letter::new(row("a"), Action::Reply, tree(&json!({ "text": "x" })), 0.0);
    let same = |letter: &Letter| letter.likeness("a", "1", Action::Reply, &tree(&json!({ "text": "x" })));
    assert_eq!((letter.row.state, same(&letter)), (State::Draft, Likeness::Unfinished));
    letter.advance(LetterEvent::Tick, &around(&settings, DRAFT_MS - 1.0));
    assert_eq!(letter.row.state, State::Draft);
    letter.advance(LetterEvent::Tick, &around(&settings, DRAFT_MS));
    assert_eq!((letter.row.state, letter.row.why.as_deref()), (State::Cancelled, Some("incomplete")));
    assert_eq!(same(&letter), Likeness::Unfinished);
}

#[test]
fn a_letter_is_known_again() {
    let known = json!({ "text": "x", "files": [file("old.png"), file("a.png")], "filesOf": "b" });
    let letter = held(Letter::new(row("a"), Action::Reply, tree(&known), 0.0));
    let like =
        |account: &str, ticket: &str, action, given: &Value| letter.likeness(account, ticket, action, &tree(given));
    let again = json!({ "files": [file("a.png")], "text": "x", "choice": null, "filesOf": "b" });
    assert_eq!(like("a", "1", Action::Reply, &again), Likeness::Same);
    for given in [
        json!({ "text": "y", "files": [file("a.png")], "filesOf": "b" }),
        json!({ "text": "x", "files": [file("b.png")], "filesOf": "b" }),
        json!({ "text": "x", "files": [file("a.png")], "filesOf": "c" }),
        json!({ "text": "x", "files": [file("a.png")] }),
        json!({ "text": "x", "files": [file("a.png"), file("a.png")], "filesOf": "b" }),
        json!({ "text": "x", "files": [file("a.png")], "filesOf": "b", "choice": "z" }),
    ] {
        assert_eq!(like("a", "1", Action::Reply, &given), Likeness::Other, "{given}");
    }
    assert_eq!(like("b", "1", Action::Reply, &again), Likeness::Other);
    assert_eq!(like("a", "2", Action::Reply, &again), Likeness::Other);
    assert_eq!(like("a", "1", Action::InterimNotice, &again), Likeness::Other);
    // Without `filesOf`, all files are compared.
    let two = json!({ "text": "x", "files": [file("old.png"), file("a.png")] });
    let letter = held(Letter::new(row("a"), Action::Reply, tree(&two), 0.0));
    let given = json!({ "text": "x", "files": [file("a.png")] });
    assert_eq!(letter.likeness("a", "1", Action::Reply, &tree(&given)), Likeness::Other);
}

#[test]
fn letters_of_an_earlier_version_are_read() {
    let text = serde_json::to_string(&held(letter("a", "x"))).unwrap();
    let mut value: Value = serde_json::from_str(&text).unwrap();
    let fields = value.as_object_mut().unwrap();
    assert!(fields.remove("uploads").is_some() && fields.remove("unsent").is_some());
    let read: Letter = serde_json::from_value(value).unwrap();
    assert_eq!(read, held(letter("a", "x")));
}
