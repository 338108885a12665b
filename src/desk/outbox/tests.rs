use super::*;
use proptest::prelude::*;

const TIMES: Times = Times {
    lease_ms: 90.0,
    settle_ms: 10.0,
    look_ms: 15.0,
    first_check_ms: 2.0,
    most_looks: 3,
    most_sends: 2,
    most_tries: 2,
    moderation_ms: 1000.0,
};

fn row(state: State) -> Row {
    Row {
        id: "r1".into(),
        account: "a".into(),
        ticket: "1".into(),
        state,
        heard_at: Some(5.0),
        created_at: 0.0,
        hold_until: 0.0,
        lease_until: 0.0,
        wake_at: None,
        sends: 0,
        looks: 0,
        why: None,
    }
}

const STATES: [State; 13] = [
    State::Draft,
    State::Held,
    State::Sending,
    State::Sent,
    State::Confirmed,
    State::Cancelled,
    State::Review,
    State::Maybe,
    State::NeedsPerson,
    State::Refused,
    State::Moderation,
    State::Published,
    State::Rejected,
];

fn submit(hold_ms: f64) -> Event {
    Event::Submit { hold_ms, heard_at: Some(5.0) }
}

/// Takes a row through events at their times, and returns its states.
fn walk(mut row: Row, events: &[(f64, Event)]) -> (Vec<(State, Step)>, Row) {
    let mut states = Vec::new();
    for (now, event) in events {
        let (next, step) = advance(&row, event, &TIMES, *now);
        row = next;
        states.push((row.state, step));
    }
    (states, row)
}

#[track_caller]
fn goes(from: State, events: &[(f64, Event)], expected: &[(State, Step)]) -> Row {
    let (states, row) = walk(row(from), events);
    assert_eq!(states, expected);
    row
}

#[test]
fn a_letter_goes_from_draft_to_confirmed() {
    use State::{Confirmed, Held, Sending, Sent};
    let row = goes(
        State::Draft,
        &[
            (0.0, submit(10.0)),
            (9.0, Event::Send),
            (10.0, Event::Send),
            (11.0, Event::Accepted { moderated: false }),
            (20.0, Event::Tick),
            (21.0, Event::Tick),
            (22.0, Event::Looked(Look::Found)),
        ],
        &[
            (Held, Step::Rest),
            // It is held until its time, whoever asks.
            (Held, Step::Rest),
            (Sending, Step::Send),
            (Sent, Step::Rest),
            (Sent, Step::Rest),
            (Sent, Step::Look),
            (Confirmed, Step::Rest),
        ],
    );
    assert_eq!((row.sends, row.wake_at, row.why), (1, None, None));
}

#[test]
fn what_is_held_can_be_undone_and_reviewed() {
    goes(
        State::Draft,
        &[(0.0, submit(10.0)), (5.0, Event::Undo), (10.0, Event::Send)],
        &[(State::Held, Step::Rest), (State::Cancelled, Step::Rest), (State::Cancelled, Step::Rest)],
    );
    for (heard, state) in
        [(None, State::Held), (Some(4.0), State::Held), (Some(5.0), State::Held), (Some(6.0), State::Review)]
    {
        let row = goes(
            State::Draft,
            &[(0.0, submit(10.0)), (1.0, Event::Heard(heard))],
            &[(State::Held, Step::Rest), (state, Step::Rest)],
        );
        assert_eq!(row.why.is_some(), state == State::Review);
    }
    // A person who has read it sends it again.
    let again = Event::Submit { hold_ms: 0.0, heard_at: Some(6.0) };
    let row = goes(
        State::Review,
        &[(2.0, again), (3.0, Event::Heard(Some(6.0))), (3.0, Event::Send)],
        &[(State::Held, Step::Rest), (State::Held, Step::Rest), (State::Sending, Step::Send)],
    );
    assert_eq!(row.heard_at, Some(6.0));
    // A row that is being sent cannot be taken back.
    for state in [State::Sending, State::Sent, State::Maybe, State::Moderation, State::Confirmed] {
        assert_eq!(advance(&row_in(state), &Event::Undo, &TIMES, 0.0).0.state, state);
    }
}

fn row_in(state: State) -> Row {
    Row { lease_until: 1e9, wake_at: Some(1e9), sends: 1, ..row(state) }
}

#[test]
fn a_letter_is_held_from_now_on() {
    for (hold_ms, until) in [(7.0, 107.0), (0.0, 100.0), (-7.0, 100.0), (f64::NAN, 100.0)] {
        let (held, _) = advance(&row(State::Draft), &submit(hold_ms), &TIMES, 100.0);
        assert_eq!((held.hold_until, held.wake_at), (until, Some(until)), "{hold_ms}");
    }
}

#[test]
fn what_is_news_to_the_person_goes_to_review() {
    for (known, heard, state) in [
        (None, None, State::Held),
        // The other side had not written at all.
        (None, Some(5.0), State::Review),
        (Some(5.0), None, State::Held),
        (Some(5.0), Some(5.0), State::Held),
        (Some(5.0), Some(6.0), State::Review),
    ] {
        let held = Row { heard_at: known, ..row(State::Held) };
        assert_eq!(advance(&held, &Event::Heard(heard), &TIMES, 1.0).0.state, state, "{known:?} {heard:?}");
    }
}

#[test]
fn what_is_not_sent_waits_longer_each_time_for_at_most_five_minutes() {
    let times = Times { most_tries: u32::MAX, ..TIMES };
    for (sends, wait_ms, ms) in [
        (1, 0.0, 15.0),
        (2, 0.0, 30.0),
        (3, 0.0, 60.0),
        (21, 0.0, 300_000.0),
        (1_000, 0.0, 300_000.0),
        // A marketplace may ask for more.
        (1, 50.0, 50.0),
        (21, 400_000.0, 400_000.0),
    ] {
        let sending = Row { sends, ..row_in(State::Sending) };
        let (held, _) = advance(&sending, &Event::NotSent { wait_ms }, &times, 100.0);
        assert_eq!((held.state, held.hold_until), (State::Held, 100.0 + ms), "{sends} {wait_ms}");
    }
}

#[test]
fn a_killed_worker_leaves_a_row_that_is_looked_for() {
    let row = goes(
        State::Held,
        &[
            (0.0, Event::Send),
            (89.0, Event::Tick),
            (90.0, Event::Tick),
            (95.0, Event::Tick),
            (100.0, Event::Tick),
            (101.0, Event::Looked(Look::Absent)),
            (101.0, Event::Send),
        ],
        &[
            (State::Sending, Step::Send),
            (State::Sending, Step::Rest),
            (State::Maybe, Step::Rest),
            // It is not looked for before what was accepted must be visible.
            (State::Maybe, Step::Rest),
            (State::Maybe, Step::Look),
            (State::Held, Step::Rest),
            (State::Sending, Step::Send),
        ],
    );
    assert_eq!(row.sends, 2);
    // The answer of the first send comes late: the row is no longer that send's.
    let (late, _) = advance(&row_in(State::Maybe), &Event::Accepted { moderated: false }, &TIMES, 0.0);
    assert_eq!(late.state, State::Maybe);
}

#[test]
fn what_is_not_certain_ends_with_a_person() {
    let look = |look| Event::Looked(look);
    for (looks, state, why) in [
        (vec![look(Look::Found)], State::Confirmed, None),
        (vec![look(Look::Absent)], State::Held, Some("found_absent")),
        (vec![look(Look::Unclear), look(Look::Found)], State::Confirmed, None),
        (vec![look(Look::Unclear), look(Look::Absent)], State::Held, Some("found_absent")),
        (vec![look(Look::Unclear); 2], State::Maybe, Some("answer_lost")),
        (vec![look(Look::Unclear); 3], State::NeedsPerson, Some("unclear")),
    ] {
        let mut row = Row { why: Some("answer_lost".to_owned()), ..row_in(State::Maybe) };
        for event in &looks {
            row = advance(&row, event, &TIMES, 10.0).0;
        }
        assert_eq!((row.state, row.why.as_deref()), (state, why), "{looks:?}");
    }
    // What was found absent too often is not sent again.
    let often = Row { sends: 2, ..row_in(State::Maybe) };
    let (row, _) = advance(&often, &Event::Looked(Look::Absent), &TIMES, 0.0);
    assert_eq!((row.state, row.why.as_deref()), (State::NeedsPerson, Some("sent_too_often")));
    // What was accepted is never sent again, even if it is not seen.
    let mut sent = row_in(State::Sent);
    for expected in [State::Sent, State::Sent, State::NeedsPerson] {
        sent = advance(&sent, &Event::Looked(Look::Absent), &TIMES, 0.0).0;
        assert_eq!(sent.state, expected);
    }
    assert_eq!(sent.why.as_deref(), Some("accepted_but_not_seen"));
}

#[test]
fn a_refusal_is_explained_and_loses_nothing() {
    let refused = Event::Refused { code: "finally-closed".to_owned() };
    let row = goes(
        State::Held,
        &[(0.0, Event::Send), (1.0, refused), (2.0, Event::Tick), (3.0, submit(0.0))],
        &[
            (State::Sending, Step::Send),
            (State::Refused, Step::Rest),
            (State::Refused, Step::Rest),
            (State::Held, Step::Rest),
        ],
    );
    assert_eq!(row.sends, 0);
    let wait = |wait_ms| Event::NotSent { wait_ms };
    let row = goes(
        State::Held,
        &[(0.0, Event::Send), (1.0, wait(50.0)), (50.0, Event::Send), (51.0, Event::Send), (52.0, wait(1.0))],
        &[
            (State::Sending, Step::Send),
            (State::Held, Step::Rest),
            (State::Held, Step::Rest),
            (State::Sending, Step::Send),
            (State::NeedsPerson, Step::Rest),
        ],
    );
    assert_eq!(row.why.as_deref(), Some("not_sent"));
}

#[test]
fn a_moderated_letter_is_published_or_rejected() {
    let check = |checked| Event::Moderation(checked);
    for (checks, now, state, why) in [
        (vec![check(Checked::Approved)], 20.0, State::Published, None),
        (vec![check(Checked::Rejected)], 20.0, State::Rejected, Some("reported")),
        (vec![check(Checked::Pending)], 20.0, State::Moderation, None),
        (vec![check(Checked::Pending), check(Checked::Approved)], 20.0, State::Published, None),
        (vec![check(Checked::Pending), check(Checked::Missing)], 20.0, State::Rejected, Some("seen_and_gone")),
        (vec![check(Checked::Missing)], 20.0, State::Moderation, None),
        (vec![check(Checked::Missing), check(Checked::Approved)], 20.0, State::Published, None),
        (vec![check(Checked::Missing)], 2000.0, State::Rejected, Some("never_seen")),
    ] {
        let (states, mut row) = walk(
            row(State::Held),
            &[(0.0, Event::Send), (1.0, Event::Accepted { moderated: true }), (16.0, Event::Tick)],
        );
        assert_eq!(states.last(), Some(&(State::Moderation, Step::LookAtModeration)));
        for event in &checks {
            row = advance(&row, event, &TIMES, now).0;
        }
        assert_eq!((row.state, row.why.as_deref()), (state, why), "{checks:?}");
    }
}

/// A marketplace shows a letter that it checks from one time to another, and then its verdict or
/// nothing. The times are counted from its answer.
#[test]
fn a_quick_check_is_seen() {
    let never = f64::INFINITY;
    for (shown_from, hidden_at, approved_at, state, why, at) in [
        // It is looked at after 2, and then every 15.
        (0.0, 3.0, never, State::Rejected, Some("seen_and_gone"), 17.0),
        (0.0, 14.0, never, State::Rejected, Some("seen_and_gone"), 17.0),
        (0.0, 18.0, never, State::Rejected, Some("seen_and_gone"), 32.0),
        (0.0, never, 1.0, State::Published, None, 2.0),
        (0.0, never, 3.0, State::Published, None, 17.0),
        // Readers lag: what does not show yet is not gone.
        (3.0, 18.0, never, State::Rejected, Some("seen_and_gone"), 32.0),
        (30.0, never, 40.0, State::Published, None, 47.0),
        // What was never seen may still come for as long as a check may take.
        (0.0, 1.0, never, State::Rejected, Some("never_seen"), 1007.0),
        (never, never, never, State::Rejected, Some("never_seen"), 1007.0),
    ] {
        let accepted = Event::Accepted { moderated: true };
        let (_, mut row) = walk(row(State::Held), &[(0.0, Event::Send), (0.0, accepted)]);
        let mut now = 0.0;
        while row.state == State::Moderation {
            now = row.wake_at.unwrap();
            let (next, step) = advance(&row, &Event::Tick, &TIMES, now);
            assert_eq!(step, Step::LookAtModeration);
            let checked = if now >= approved_at {
                Checked::Approved
            } else if (shown_from..hidden_at).contains(&now) {
                Checked::Pending
            } else {
                Checked::Missing
            };
            row = advance(&next, &Event::Moderation(checked), &TIMES, now).0;
        }
        assert_eq!((row.state, row.why.as_deref(), now), (state, why, at), "{shown_from} {hidden_at} {approved_at}");
    }
}

#[test]
fn a_ticket_sends_one_thing_at_a_time() {
    let of = |id: &str, ticket: &str, state, created_at| Row {
        id: id.into(),
        ticket: ticket.into(),
        created_at,
        hold_until: 10.0,
        ..row(state)
    };
    let ids = |rows: &[Row], now| may_send(rows, now).into_iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    let mut rows = vec![
        of("c", "1", State::Held, 3.0),
        of("b", "1", State::Held, 2.0),
        of("d", "2", State::Held, 1.0),
        of("e", "3", State::Draft, 0.0),
        of("f", "4", State::Review, 0.0),
    ];
    assert_eq!(ids(&rows, 9.0), Vec::<String>::new());
    assert_eq!(ids(&rows, 10.0), ["d", "b"]);
    for (state, sends) in
        [(State::Sending, 1), (State::Maybe, 1), (State::Sent, 2), (State::NeedsPerson, 2), (State::Moderation, 2)]
    {
        rows.push(of("x", "1", state, 0.0));
        assert_eq!(ids(&rows, 10.0).len(), sends, "{state:?}");
        rows.pop();
    }
    // The same ticket id of another account is another ticket.
    rows.push(Row { account: "other".into(), ..of("g", "1", State::Sending, 0.0) });
    assert_eq!(ids(&rows, 10.0), ["d", "b"]);
}

#[test]
fn rows_are_read_as_they_were_written() {
    for state in STATES {
        let row = Row { wake_at: Some(1.5), why: Some("x".into()), ..row(state) };
        let text = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row);
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0.0..20.0, proptest::option::of(0.0..10.0))
            .prop_map(|(hold_ms, heard_at)| Event::Submit { hold_ms, heard_at }),
        Just(Event::Undo),
        proptest::option::of(0.0..10.0).prop_map(Event::Heard),
        Just(Event::Send),
        any::<bool>().prop_map(|moderated| Event::Accepted { moderated }),
        Just(Event::Refused { code: "x".into() }),
        (0.0..50.0).prop_map(|wait_ms| Event::NotSent { wait_ms }),
        Just(Event::Lost),
        prop_oneof![Just(Look::Found), Just(Look::Absent), Just(Look::Unclear)].prop_map(Event::Looked),
        prop_oneof![Just(Checked::Pending), Just(Checked::Approved), Just(Checked::Rejected), Just(Checked::Missing)]
            .prop_map(Event::Moderation),
        Just(Event::FilesNotSent),
        Just(Event::Tick),
    ]
}

proptest! {
    /// A row that may have been sent is sent again only after it was found absent, after it was
    /// certainly not sent, or by a person.
    #[test]
    fn nothing_is_sent_blindly(events in proptest::collection::vec((any_event(), 0.0..40.0), 0..60)) {
        let mut row = row(State::Draft);
        let mut now = 0.0;
        let mut is_certain = true;
        for (event, later) in events {
            now += later;
            let (next, step) = advance(&row, &event, &TIMES, now);
            if step == Step::Send {
                prop_assert!(is_certain, "{:?}", row);
                prop_assert!(now >= row.hold_until);
                is_certain = false;
            }
            let was_told = matches!(
                event,
                Event::Looked(Look::Absent) | Event::NotSent { .. } | Event::Submit { .. } | Event::Refused { .. }
            );
            is_certain = is_certain || (was_told && next.state != row.state);
            // Whatever waits for itself has a time to wake.
            let waits = matches!(next.state, State::Held | State::Sending | State::Sent | State::Maybe | State::Moderation);
            prop_assert_eq!(next.wake_at.is_some(), waits, "{:?}", next);
            if row.state.is_end() {
                prop_assert_eq!(next.state, row.state);
            }
            row = next;
        }
    }
}
