use super::*;
use crate::rules::error::Sent;
use proptest::prelude::*;

const WAIT: LeaseStep = LeaseStep::Wait { ms: POLL_MS };

fn session(token: &str, expires_at_ms: f64) -> Session {
    Session { access_token: token.to_owned(), issued_at_ms: 0.0, expires_at_ms, refresh_token: None }
}

/// A call without a session polls for the first time.
fn ask(lease: &mut Lease, now_ms: f64) -> (LeaseStep, LeaseWait) {
    let mut wait = LeaseWait::default();
    (lease.poll(&mut wait, None, None, now_ms), wait)
}

/// A lease whose turn 1 began at time 0, and a call that waits for it.
fn begun() -> (Lease, LeaseWait) {
    let mut lease = Lease::default();
    assert_eq!(ask(&mut lease, 0.0).0, LeaseStep::Renew { turn: 1 });
    let (step, wait) = ask(&mut lease, 0.0);
    assert_eq!(step, WAIT);
    (lease, wait)
}

#[test]
fn a_session_is_used_while_it_is_fresh_and_not_refused() {
    let mut lease = Lease::default();
    let good = session("a", 600_000.0);
    for (refused, now, step) in [
        (None, 0.0, LeaseStep::Use),
        (Some("b"), 0.0, LeaseStep::Use),
        (Some("a"), 0.0, LeaseStep::Renew { turn: 1 }),
        (None, 600_000.0, LeaseStep::Renew { turn: 2 }),
    ] {
        assert_eq!(lease.poll(&mut LeaseWait::default(), Some(&good), refused, now), step, "{refused:?} {now}");
        lease.end(1);
    }
}

#[test]
fn one_renews_and_the_others_wait_for_it() {
    let (mut lease, mut wait) = begun();
    assert_eq!(lease.poll(&mut wait, None, None, 25.0), WAIT);
    lease.end(1);
    assert_eq!(lease.poll(&mut wait, Some(&session("a", 600_000.0)), None, 50.0), LeaseStep::Use);
}

#[test]
fn another_takes_over_at_once_when_the_renewal_was_dropped() {
    let (mut lease, mut wait) = begun();
    lease.end(1);
    assert_eq!(lease.poll(&mut wait, None, None, 25.0), LeaseStep::Renew { turn: 2 });
    assert_eq!(ask(&mut lease, 25.0).0, WAIT);
}

#[test]
fn another_takes_over_when_the_turn_was_found_over_twice() {
    let (mut lease, mut wait) = begun();
    for (now, step) in [(1_999.0, WAIT), (2_000.0, WAIT), (2_025.0, LeaseStep::Renew { turn: 2 })] {
        assert_eq!(lease.poll(&mut wait, None, None, now), step, "{now}");
    }
    // Events of the old turn no longer count.
    lease.extend(1, 50_000.0);
    lease.end(1);
    assert!(!lease.fail(1));
    let (step, mut wait) = ask(&mut lease, 2_050.0);
    assert_eq!(step, WAIT);
    assert_eq!(lease.poll(&mut wait, None, None, 4_025.0), WAIT);
    assert_eq!(lease.poll(&mut wait, None, None, 4_050.0), LeaseStep::Renew { turn: 3 });
}

#[test]
fn after_a_long_sleep_a_sign_of_life_keeps_the_turn() {
    let (mut lease, mut wait) = begun();
    assert_eq!(lease.poll(&mut wait, None, None, 30_000.0), WAIT);
    lease.extend(1, 30_001.0);
    assert_eq!(lease.poll(&mut wait, None, None, 30_025.0), WAIT);
    // Polls count only if they are consecutive and concern the same turn.
    assert_eq!(lease.poll(&mut wait, None, None, 32_001.0), WAIT);
    lease.end(1);
    let (_, other) = ask(&mut lease, 32_001.0);
    assert_eq!(other, LeaseWait::default());
    assert_eq!(lease.poll(&mut wait, None, None, 34_001.0), WAIT);
    assert_eq!(lease.poll(&mut wait, None, None, 34_026.0), LeaseStep::Renew { turn: 3 });
}

#[test]
fn all_who_waited_for_a_failure_share_it_and_others_do_not() {
    let (mut lease, mut first) = begun();
    let (_, mut second) = ask(&mut lease, 10.0);
    assert!(lease.fail(1));
    assert_eq!(lease.poll(&mut first, None, None, 25.0), LeaseStep::Fail);
    // A new call tries again, which does not help the one that waited.
    assert_eq!(ask(&mut lease, 30.0).0, LeaseStep::Renew { turn: 2 });
    assert_eq!(lease.poll(&mut second, None, None, 35.0), LeaseStep::Fail);
    // A session that arrived in the meantime does help it.
    assert_eq!(lease.poll(&mut second, Some(&session("a", 600_000.0)), None, 35.0), LeaseStep::Use);
    // A call that begins now waits for the current turn.
    let (_, mut third) = ask(&mut lease, 40.0);
    assert_eq!(lease.poll(&mut third, None, None, 65.0), WAIT);
    assert!(lease.fail(2));
    assert_eq!(lease.poll(&mut third, None, None, 90.0), LeaseStep::Fail);
    assert!(!lease.fail(2), "a turn ends once");
}

#[test]
fn one_that_slept_through_several_renewals_fails_with_the_last_failure() {
    let (mut lease, mut wait) = begun();
    lease.end(1);
    assert_eq!(ask(&mut lease, 25.0).0, LeaseStep::Renew { turn: 2 });
    assert!(lease.fail(2));
    assert_eq!(lease.poll(&mut wait, None, None, 50.0), LeaseStep::Fail);
}

#[test]
fn a_lease_is_plain_data() {
    let (mut lease, mut wait) = begun();
    assert_eq!(lease.poll(&mut wait, None, None, 2_000.0), WAIT);
    assert!(lease.fail(1));
    let text = serde_json::to_string(&(&lease, &wait)).unwrap();
    assert_eq!(serde_json::from_str::<(Lease, LeaseWait)>(&text).unwrap(), (lease, wait));
}

proptest! {
    #[test]
    fn two_never_renew_unless_one_was_passed_as_dead(
        moves in proptest::collection::vec((0_usize..6, 0_u8..8, prop_oneof![1_u32..50, 1_u32..2_500]), 0..300),
    ) {
        let mut lease = Lease::default();
        let mut waits = [LeaseWait::default(); 6];
        // The call that renews, its turn, and the time of its last extension.
        let mut renews: Option<(usize, u64, f64)> = None;
        let mut now = 0.0;
        for (call, deed, ms) in moves {
            now += f64::from(ms);
            match (renews, deed) {
                (Some((other, turn, _)), 0..=3) if other == call => {
                    lease.extend(turn, now);
                    renews = Some((call, turn, now));
                }
                (Some((other, turn, _)), 4) if other == call => {
                    lease.end(turn);
                    renews = None;
                }
                (Some((other, turn, _)), 5) if other == call => {
                    prop_assert!(lease.fail(turn));
                    renews = None;
                }
                (Some((other, ..)), _) if other == call => {}
                _ => match lease.poll(&mut waits[call], None, None, now) {
                    LeaseStep::Renew { turn } => {
                        if let Some((_, _, seen)) = renews {
                            prop_assert!(seen + TURN_MS <= now, "{lease:?}");
                        }
                        waits[call] = LeaseWait::default();
                        renews = Some((call, turn, now));
                    }
                    LeaseStep::Fail => waits[call] = LeaseWait::default(),
                    LeaseStep::Use => prop_assert!(false, "there is no session"),
                    // The call waits for a turn that has not ended.
                    LeaseStep::Wait { .. } => prop_assert!(renews.is_some(), "{lease:?}"),
                },
            }
        }
    }
}

#[test]
fn tokens_that_are_always_refused_are_renewed_twice() {
    let mut lease = Lease::default();
    let mut may = |token: &str, worked: Option<&str>| {
        let session = session(token, 600_000.0);
        lease.may_renew(Some(&session), Some(token), worked)
    };
    assert_eq!([may("a", None), may("b", None), may("c", None), may("c", None)], [true, true, false, false]);
    // A token that once worked begins a new row.
    assert_eq!([may("d", Some("d")), may("e", Some("d")), may("f", Some("d"))], [true, true, false]);
    // An expired session, and one that came in the meantime, have nothing to do with it.
    assert!(lease.may_renew(Some(&session("f", 0.0)), None, None) && lease.may_renew(None, None, None));
    assert!(lease.may_renew(Some(&session("g", 0.0)), Some("f"), None));
    let error = tokens_refused("magalu", "getTicket");
    assert_eq!((error.kind, error.code.as_str(), error.sent), (ErrorKind::Authentication, "tokens_refused", Sent::No));
}

#[test]
fn the_loser_of_two_renewals_looks_for_the_winners_session() {
    let with = |token: &str, refresh: Option<&str>, expires_at_ms: f64| Session {
        refresh_token: refresh.map(str::to_owned),
        ..session(token, expires_at_ms)
    };
    let (old, later) = (with("a", Some("r1"), 1_000.0), 600_000.0);
    let look = |looks: u32, found: Option<&Session>| {
        after_refusal(ErrorKind::Authentication, looks, Some(&old), found, None, 2_000.0)
    };
    let (first, second) = (RefusedRenewal::Look { ms: 0.0 }, RefusedRenewal::Look { ms: 500.0 });
    for (looks, found, expected) in [
        (0, None, first),
        (0, Some(&old), first),
        // Nothing is believed before a look.
        (0, Some(&with("b", Some("r2"), later)), first),
        (1, Some(&old), second),
        (1, None, second),
        (1, Some(&with("b", Some("r2"), later)), RefusedRenewal::Use),
        (2, Some(&with("b", Some("r2"), later)), RefusedRenewal::Use),
        (1, Some(&with("b", Some("r2"), 0.0)), RefusedRenewal::Renew),
        (1, Some(&with("a", Some("r2"), 0.0)), RefusedRenewal::Renew),
        (1, Some(&with("b", None, 0.0)), second),
        (2, Some(&old), RefusedRenewal::Fail),
        (2, None, RefusedRenewal::Fail),
    ] {
        assert_eq!(look(looks, found), expected, "{looks} {found:?}");
    }
    // The winner's token is the one that was refused to a call.
    let winner = with("b", None, later);
    let again = after_refusal(ErrorKind::Authentication, 2, Some(&old), Some(&winner), Some("b"), 2_000.0);
    assert_eq!(again, RefusedRenewal::Fail);
    // Other failures are no refusals.
    for kind in [ErrorKind::Network, ErrorKind::Server, ErrorKind::Decode] {
        assert_eq!(after_refusal(kind, 0, Some(&old), None, None, 2_000.0), RefusedRenewal::Fail);
    }
}
