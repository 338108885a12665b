use super::*;
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
    line.leave_behind(1, END);
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

#[test]
fn a_doubt_keeps_the_others_waiting_for_so_long_and_no_longer() {
    let mut line = line_of(2);
    line.leave_behind(1, 5_000.0);
    // Its call ends, which undoes nothing.
    line.leave(1);
    assert!(!line.is_idle(4_999.0));
    for at in [25.0, 2_500.0, 4_999.0] {
        assert_eq!(line.poll(2, END, at), WAIT, "{at}");
    }
    assert_eq!(line.poll(2, END, 5_000.0), LineStep::Go);

    let mut alone = line_of(1);
    alone.leave_behind(1, 5_000.0);
    assert!(!alone.is_idle(4_999.0));
    assert!(alone.is_idle(5_000.0));
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
    line.leave_behind(1, 5_000.0);
    assert_eq!(line.poll(3, END, 2_000.0), WAIT);
    let text = serde_json::to_string(&line).unwrap();
    assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), line);
}

/// An action of a write at one time.
#[derive(Debug, Clone, Copy)]
enum Deed {
    /// It waits or works as it should: it polls, or extends its place.
    Live,
    /// It ends its work.
    End,
    /// It ends its work with an uncertain result.
    Doubt,
    /// It does nothing, or has died.
    Nothing,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![8 => Just(Deed::Live), 2 => Just(Deed::End), 1 => Just(Deed::Doubt), 3 => Just(Deed::Nothing)]
}

/// The state of a write as the test tracks it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Waits,
    Works,
    InDoubt { until: f64 },
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
            places.retain(|_, (place, _)| !matches!(place, Place::InDoubt { until } if *until <= now));
            let place = places.get(&number).map(|(place, _)| *place);
            match (place, deed) {
                (_, Deed::Nothing) | (Some(Place::InDoubt { .. }), _) => {}
                (None | Some(Place::Waits), _) => {
                    if place.is_none() {
                        line.enter(number, now);
                    }
                    let step = line.poll(number, f64::MAX, now);
                    let has_turn = step == LineStep::Go;
                    if has_turn {
                        for (other, (place, seen)) in places.clone() {
                            let is_behind = matches!(place, Place::Waits) || other == number;
                            let is_dead = !matches!(place, Place::InDoubt { .. }) && seen + TURN_MS <= now;
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
                (Some(Place::Works), Deed::Doubt) => {
                    line.leave_behind(number, now + 3_000.0);
                    places.insert(number, (Place::InDoubt { until: now + 3_000.0 }, now));
                }
            }
        }
    }

    #[test]
    fn those_who_live_are_served_in_the_order_of_their_arrival(
        works in proptest::collection::vec((0_u32..200, 0_u32..300, any::<bool>()), 1..12),
    ) {
        // Each write arrives a little after the one before and works for a while; some end with an
        // uncertain result.
        let mut line = Line::default();
        let mut arrival = 0.0;
        let mut writers = Vec::new();
        for (number, (gap, work, doubt)) in (0..).zip(works) {
            arrival += f64::from(gap);
            writers.push((number, arrival, f64::from(work), doubt));
        }
        let (mut served, mut works_until, mut now): (Vec<u64>, Option<(u64, f64, bool)>, f64) = (Vec::new(), None, 0.0);
        while served.len() < writers.len() || works_until.is_some() {
            prop_assert!(now < 60_000.0, "the line stands still: {line:?}");
            match works_until {
                Some((number, until, true)) if until <= now => {
                    line.leave_behind(number, now + 500.0);
                    works_until = None;
                }
                Some((number, until, false)) if until <= now => {
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
            for (number, arrival, work, doubt) in writers.iter().rev().copied() {
                if arrival >= now || served.contains(&number) {
                    continue;
                }
                if line.poll(number, f64::MAX, now) == LineStep::Go {
                    prop_assert!(works_until.is_none(), "{number}: {line:?}");
                    works_until = Some((number, now + work, doubt));
                    served.push(number);
                }
            }
            now += POLL_MS;
        }
        prop_assert!(served.is_sorted(), "{served:?}");
    }
}
