use super::*;
use crate::call::claim::Awaited;
use crate::vendor::evidence::Seen;
use crate::wire::json::Json;
use proptest::prelude::*;
use std::collections::BTreeMap;

const WAIT: LineStep = LineStep::Wait { ms: POLL_MS };
const END: f64 = 60_000.0;

/// A line that writes 1, 2 and so on entered at time 0, and in which each has polled once.
fn line_of(writers: u64) -> Line {
    let mut line = Line::default();
    for number in 1..=writers {
        line.enter(number, 0.0);
        let expected = if number == 1 { LineStep::Go } else { WAIT };
        assert_eq!(line.poll(number, END, 0.0), expected, "{number}");
    }
    line
}

#[test]
fn turns_come_in_the_order_of_arrival() {
    let mut line = line_of(3);
    for at in [25.0, 50.0] {
        line.extend(1, at);
        assert_eq!(line.poll(3, END, at), WAIT);
        assert_eq!(line.poll(2, END, at), WAIT);
    }
    line.leave(1);
    assert_eq!(line.poll(3, END, 75.0), WAIT);
    assert_eq!(line.poll(2, END, 75.0), LineStep::Go);
    line.leave(2);
    assert_eq!(line.poll(3, END, 100.0), LineStep::Go);
    assert!(!line.is_idle(100.0));
    line.leave(3);
    assert!(line.is_idle(100.0));
}

#[test]
fn one_that_disappears_is_passed_when_it_was_found_over_twice() {
    let mut line = line_of(2);
    assert_eq!(line.poll(2, END, 1_999.0), WAIT);
    assert_eq!(line.poll(2, END, 2_000.0), WAIT);
    assert_eq!(line.poll(2, END, 2_025.0), LineStep::Go);
    // The write that was passed no longer changes anything.
    line.extend(1, 2_050.0);
    line.leave(1);
    line.enter(3, 2_050.0);
    assert_eq!(line.poll(3, END, 2_050.0), WAIT);
    line.leave(2);
    assert_eq!(line.poll(3, END, 2_075.0), LineStep::Go);
}

#[test]
fn after_a_long_sleep_a_sign_of_life_keeps_the_turn() {
    let mut line = line_of(2);
    // The whole program was suspended; write 2 polls before write 1 can extend its place.
    assert_eq!(line.poll(2, END, 30_000.0), WAIT);
    line.extend(1, 30_001.0);
    assert_eq!(line.poll(2, END, 30_025.0), WAIT);
    // Only consecutive polls count.
    assert_eq!(line.poll(2, END, 32_001.0), WAIT);
    assert_eq!(line.poll(2, END, 32_026.0), LineStep::Go);
}

#[test]
fn one_that_waits_is_passed_too_and_goes_to_the_end() {
    let mut line = line_of(3);
    line.leave(1);
    // Write 2 is suspended, although its turn has come.
    assert_eq!(line.poll(3, END, 2_000.0), WAIT);
    assert_eq!(line.poll(3, END, 2_025.0), LineStep::Go);
    line.enter(4, 2_030.0);
    assert_eq!(line.poll(4, END, 2_030.0), WAIT);
    assert_eq!(line.poll(2, END, 2_040.0), WAIT);
    line.leave(3);
    assert_eq!(line.poll(2, END, 2_065.0), WAIT);
    assert_eq!(line.poll(4, END, 2_065.0), LineStep::Go);
    line.leave(4);
    assert_eq!(line.poll(2, END, 2_090.0), LineStep::Go);
}

#[test]
fn one_lives_ahead_of_which_others_have_died() {
    let mut line = line_of(3);
    for at in [1_000.0, 2_000.0, 3_000.0] {
        line.extend(1, at);
        assert_eq!(line.poll(3, END, at), WAIT);
    }
    line.leave(1);
    assert_eq!(line.poll(3, END, 3_025.0), WAIT);
    assert_eq!(line.poll(3, END, 3_050.0), LineStep::Go);
}

#[test]
fn work_that_was_announced_may_be_silent() {
    let mut line = line_of(2);
    line.extend(1, 10_000.0);
    assert_eq!(line.poll(2, END, 11_999.0), WAIT);
    assert_eq!(line.poll(2, END, 12_000.0), WAIT);
    assert_eq!(line.poll(2, END, 12_025.0), LineStep::Go);
}

/// A claim that awaits something, or only knows an id.
fn claim(number: u64, is_open: bool, until_ms: Option<f64>, forget_ms: f64) -> Claim {
    let before = is_open.then(Seen::default);
    let awaited = vec![Awaited { place: "messages".to_owned(), before, known: vec![number.to_string()] }];
    let (endpoint, wanted) = ("createTicketMessage".to_owned(), Json::from("a"));
    Claim { endpoint, number, wanted, awaited, is_accepted: true, until_ms, forget_ms }
}

#[test]
fn a_claim_is_kept_until_it_is_forgotten() {
    let mut line = line_of(1);
    line.put_claim(claim(1, true, Some(2_000.0), 5_000.0));
    line.leave(1);
    assert!(!line.is_idle(4_999.0));
    assert!(line.is_idle(5_000.0));
    // It holds up no turn; the write that has it asks the claims.
    line.enter(2, 100.0);
    assert_eq!(line.poll(2, END, 100.0), LineStep::Go);
    assert_eq!((line.review(4_999.0, 9_000.0), line.claims().len()), (2, 1));
    assert_eq!((line.review(5_000.0, 9_000.0), line.claims().len()), (2, 0));
}

#[test]
fn a_write_has_one_claim() {
    let mut line = line_of(1);
    line.put_claim(claim(1, true, None, END));
    line.put_claim(claim(2, true, Some(7.0), END));
    line.put_claim(claim(1, false, Some(5.0), END));
    assert_eq!(line.claims(), [claim(2, true, Some(7.0), END), claim(1, false, Some(5.0), END)]);
    line.drop_claim(2);
    assert_eq!(line.claims(), [claim(1, false, Some(5.0), END)]);
    // One that awaits nothing and knows nothing is none.
    let empty = Claim { awaited: Vec::new(), ..claim(1, false, Some(5.0), END) };
    line.put_claim(empty);
    assert!(line.claims().is_empty());
}

#[test]
fn a_write_that_stopped_under_way_is_settled_after_it_was_passed() {
    let mut line = line_of(2);
    line.put_claim(claim(1, true, None, END));
    assert_eq!(line.poll(2, END, 2_000.0), WAIT);
    assert_eq!(line.poll(2, END, 2_025.0), LineStep::Go);
    assert_eq!(line.review(2_025.0, 12_025.0), 2);
    assert_eq!(line.claims(), [claim(1, true, Some(12_025.0), END)]);
    // Only the first review decides.
    line.review(3_000.0, 13_000.0);
    assert_eq!(line.claims(), [claim(1, true, Some(12_025.0), END)]);
}

#[test]
fn one_whose_time_is_over_leaves() {
    let mut line = line_of(3);
    assert_eq!(line.poll(2, 500.0, 499.0), WAIT);
    assert_eq!(line.poll(2, 500.0, 500.0), LineStep::GiveUp);
    line.leave(1);
    assert_eq!(line.poll(3, END, 525.0), LineStep::Go);
    let error = no_turn("kaufland", "createTicketMessage");
    assert_eq!((error.kind, error.code.as_str(), error.retryable), (ErrorKind::Timeout, "no_turn", true));
    assert_eq!((error.marketplace.as_str(), error.endpoint.as_str()), ("kaufland", "createTicketMessage"));
}

#[test]
fn a_line_is_plain_data() {
    let mut line = line_of(3);
    line.put_claim(claim(9, true, None, 5_000.0));
    line.put_claim(claim(8, false, Some(3_000.5), 5_000.0));
    assert_eq!(line.poll(3, END, 2_000.0), WAIT);
    let text = serde_json::to_string(&line).unwrap();
    assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), line);
    assert_eq!(crate::wire::state::round_trip(&line), line);
}

/// An action of a write at one time.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// It waits or works as it should: it polls, or extends its place.
    Live,
    /// It ends its work.
    End,
    /// It does nothing, or has died.
    Nothing,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![8 => Just(Deed::Live), 3 => Just(Deed::End), 3 => Just(Deed::Nothing)]
}

/// The state of a write as the test tracks it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Waits,
    Works,
}

proptest! {
    #[test]
    fn two_never_have_the_turn_unless_one_was_passed_as_dead(
        moves in proptest::collection::vec((1_u64..6, deed(), prop_oneof![1_u32..50, 1_u32..2_500]), 0..300),
    ) {
        let mut line = Line::default();
        let mut places: BTreeMap<u64, (Place, f64)> = BTreeMap::new();
        let mut now = 0.0;
        for (number, deed, ms) in moves {
            now += f64::from(ms);
            let place = places.get(&number).map(|(place, _)| *place);
            match (place, deed) {
                (_, Deed::Nothing) => {}
                (None | Some(Place::Waits), _) => {
                    if place.is_none() {
                        line.enter(number, now);
                    }
                    let step = line.poll(number, f64::MAX, now);
                    let has_turn = step == LineStep::Go;
                    if has_turn {
                        for (other, (place, seen)) in places.clone() {
                            let is_behind = matches!(place, Place::Waits) || other == number;
                            let is_dead = seen + TURN_MS <= now;
                            prop_assert!(is_behind || is_dead, "{other} has the turn, {number} takes it: {line:?}");
                            // A write that was passed while it worked has lost its turn.
                            if !is_behind {
                                places.remove(&other);
                            }
                        }
                    }
                    places.insert(number, (if has_turn { Place::Works } else { Place::Waits }, now));
                }
                (Some(Place::Works), Deed::Live) => {
                    line.extend(number, now);
                    places.insert(number, (Place::Works, now));
                }
                (Some(Place::Works), Deed::End) => {
                    line.leave(number);
                    places.remove(&number);
                }
            }
        }
    }

    #[test]
    fn those_who_live_are_served_in_the_order_of_their_arrival(
        works in proptest::collection::vec((0_u32..200, 0_u32..300), 1..12),
    ) {
        // Each write arrives a little after the one before and works for a while.
        let mut line = Line::default();
        let mut arrival = 0.0;
        let mut writers = Vec::new();
        for (number, (gap, work)) in (0..).zip(works) {
            arrival += f64::from(gap);
            writers.push((number, arrival, f64::from(work)));
        }
        let (mut served, mut works_until, mut now): (Vec<u64>, Option<(u64, f64)>, f64) = (Vec::new(), None, 0.0);
        while served.len() < writers.len() || works_until.is_some() {
            prop_assert!(now < 60_000.0, "the line stands still: {line:?}");
            match works_until {
                Some((number, until)) if until <= now => {
                    line.leave(number);
                    works_until = None;
                }
                Some((number, ..)) => line.extend(number, now),
                None => {}
            }
            for (number, arrival, ..) in &writers {
                if (now - POLL_MS..now).contains(arrival) {
                    line.enter(*number, *arrival);
                }
            }
            // The last writes poll first.
            for (number, arrival, work) in writers.iter().rev().copied() {
                if arrival >= now || served.contains(&number) {
                    continue;
                }
                if line.poll(number, f64::MAX, now) == LineStep::Go {
                    prop_assert!(works_until.is_none(), "{number}: {line:?}");
                    works_until = Some((number, now + work));
                    served.push(number);
                }
            }
            now += POLL_MS;
        }
        prop_assert!(served.is_sorted(), "{served:?}");
    }
}
