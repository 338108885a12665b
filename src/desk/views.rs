//! The views of the desk. Each ticket is in exactly one of them, so that none is lost from sight.

use crate::vendor::desk::ticket::Side;
use crate::vendor::desk::{State, Ticket};
use serde::{Deserialize, Serialize};

/// A view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskView", rename_all = "camelCase"))]
pub enum View {
    /// Tickets that wait for the seller, or may.
    Todo,
    /// Tickets that wait for somebody else.
    Waiting,
    /// Tickets that are hidden until a time.
    Snoozed,
    /// Tickets that wait for no one.
    Done,
}

impl View {
    /// All views, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Todo, Self::Waiting, Self::Snoozed, Self::Done];
}

/// What the desk itself knows about a ticket. It is never sent, and no sync changes it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Local {
    /// The time of the newest news that a person has seen, in milliseconds since 1970.
    pub seen_at: Option<f64>,
    /// The time of the newest news when it was snoozed, and until when it is.
    pub snoozed: Option<(f64, f64)>,
    /// The time of the newest news to which, as a person noted, no answer is needed.
    pub done_at: Option<f64>,
    /// A note.
    pub note: Option<String>,
    /// The person who answers it.
    pub assignee: Option<String>,
    /// A letter that is not finished.
    pub draft: Option<String>,
}

/// Returns the view of a ticket at a time.
///
/// "Done" and "snoozed" end when somebody other than the seller acts after them, so that no new
/// message stays hidden.
#[must_use]
pub fn view_of(ticket: &Ticket, local: &Local, now_ms: f64) -> View {
    let is_newer = |than: f64| ticket.moved_at().is_some_and(|moved| moved > than);
    let side = ticket.turn.at(now_ms);
    if ticket.state == State::Closed || side == Side::None || local.done_at.is_some_and(|done| !is_newer(done)) {
        return View::Done;
    }
    if local.snoozed.is_some_and(|(at, until)| now_ms < until && !is_newer(at)) {
        return View::Snoozed;
    }
    match side {
        Side::Seller | Side::Unknown => View::Todo,
        Side::Buyer | Side::Marketplace | Side::None => View::Waiting,
    }
}

/// Returns whether a person has not seen what others did last.
#[must_use]
pub fn is_unseen(ticket: &Ticket, local: &Local) -> bool {
    let Some(moved) = ticket.moved_at() else { return local.seen_at.is_none() };
    local.seen_at.is_none_or(|seen| seen < moved)
}

/// Returns the next time at which a ticket changes its view by itself, so that a store can look
/// again then.
#[must_use]
pub fn next_change(ticket: &Ticket, local: &Local, now_ms: f64) -> Option<f64> {
    let turn = ticket.turn.until.map(|(end, _)| end);
    let snoozed = local.snoozed.map(|(_, until)| until);
    [turn, snoozed].into_iter().flatten().filter(|at| *at > now_ms).reduce(f64::min)
}

/// Returns by how much the counters of the views change when a ticket goes from one to another.
#[must_use]
pub fn shift(before: Option<View>, after: Option<View>) -> Vec<(View, i64)> {
    if before == after {
        return Vec::new();
    }
    before.map(|view| (view, -1)).into_iter().chain(after.map(|view| (view, 1))).collect()
}

/// Returns what a list of tickets is sorted by: the deadline, then the time of waiting, with those
/// that have none at the end.
#[must_use]
pub fn urgency(ticket: &Ticket, due_at: Option<f64>) -> (f64, f64) {
    let waiting = ticket.waiting_since.as_ref().and_then(|waiting| waiting.at);
    (due_at.unwrap_or(f64::INFINITY), waiting.unwrap_or(f64::INFINITY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::desk::ticket::{Stamp, Store};
    use crate::vendor::desk::{Fact, Turn};

    fn ticket(state: State, side: Side) -> Ticket {
        let mut ticket = Ticket::new("kaufland", "a", "1", Store::Marketplace);
        (ticket.state, ticket.turn) = (state, Turn::reported(side));
        ticket.messages = Fact::Told(Vec::new());
        ticket
    }

    const STATES: [State; 3] = [State::Open, State::Closed, State::Unknown];
    const SIDES: [Side; 5] = [Side::Seller, Side::Buyer, Side::Marketplace, Side::None, Side::Unknown];

    #[test]
    fn every_ticket_is_in_one_view() {
        let none = Local::default();
        for state in STATES {
            for side in SIDES {
                let expected = match (state, side) {
                    (State::Closed, _) | (_, Side::None) => View::Done,
                    (_, Side::Seller | Side::Unknown) => View::Todo,
                    (_, Side::Buyer | Side::Marketplace) => View::Waiting,
                };
                assert_eq!(view_of(&ticket(state, side), &none, 0.0), expected, "{state:?} {side:?}");
            }
        }
    }

    #[test]
    fn done_and_snoozed_end_with_a_new_message() {
        let mut open = ticket(State::Open, Side::Seller);
        open.heard_at = Some(100.0);
        let done = |at| Local { done_at: Some(at), ..Local::default() };
        let snoozed = |at, until| Local { snoozed: Some((at, until)), ..Local::default() };
        for (local, now, view) in [
            (done(100.0), 200.0, View::Done),
            (done(150.0), 200.0, View::Done),
            (done(99.0), 200.0, View::Todo),
            (snoozed(120.0, 300.0), 200.0, View::Snoozed),
            (snoozed(120.0, 300.0), 300.0, View::Todo),
            (snoozed(99.0, 300.0), 200.0, View::Todo),
        ] {
            assert_eq!(view_of(&open, &local, now), view, "{local:?} at {now}");
        }
        // Unread messages may be new: then the last change decides.
        open.messages = Fact::Untold;
        open.updated = Fact::Told(Stamp { wire: String::new(), at: Some(130.0), zoned: true });
        assert_eq!(view_of(&open, &done(120.0), 200.0), View::Todo);
        assert_eq!(view_of(&open, &done(140.0), 200.0), View::Done);
        // A closed ticket stays done, however it was snoozed.
        assert_eq!(view_of(&ticket(State::Closed, Side::None), &snoozed(120.0, 300.0), 200.0), View::Done);
    }

    #[test]
    fn a_turn_that_ends_changes_the_view() {
        let mut moderated = ticket(State::Open, Side::Seller);
        moderated.turn = Turn { until: Some((400.0, Side::Seller)), ..Turn::derived(Side::Buyer) };
        let local = Local { snoozed: Some((1.0, 500.0)), ..Local::default() };
        assert_eq!(view_of(&moderated, &Local::default(), 399.0), View::Waiting);
        assert_eq!(view_of(&moderated, &Local::default(), 400.0), View::Todo);
        assert_eq!(next_change(&moderated, &Local::default(), 399.0), Some(400.0));
        assert_eq!(next_change(&moderated, &local, 400.0), Some(500.0));
        assert_eq!(next_change(&moderated, &local, 500.0), None);
    }

    #[test]
    fn counters_follow_the_views() {
        assert_eq!(shift(None, Some(View::Todo)), [(View::Todo, 1)]);
        assert_eq!(shift(Some(View::Todo), Some(View::Done)), [(View::Todo, -1), (View::Done, 1)]);
        assert_eq!(shift(Some(View::Todo), None), [(View::Todo, -1)]);
        assert_eq!(shift(Some(View::Todo), Some(View::Todo)), []);
    }

    #[test]
    fn what_is_due_first_is_first() {
        let mut waiting = ticket(State::Open, Side::Seller);
        waiting.waiting_since = Some(Stamp { wire: String::new(), at: Some(5.0), zoned: true });
        let plain = ticket(State::Open, Side::Seller);
        let mut order = [urgency(&plain, None), urgency(&waiting, None), urgency(&plain, Some(9.0))];
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        assert_eq!(order, [(9.0, f64::INFINITY), (f64::INFINITY, 5.0), (f64::INFINITY, f64::INFINITY)]);
    }

    #[test]
    fn what_others_did_is_unseen() {
        let mut open = ticket(State::Open, Side::Seller);
        let seen = |at| Local { seen_at: Some(at), ..Local::default() };
        assert!(is_unseen(&open, &Local::default()));
        assert!(!is_unseen(&open, &seen(1.0)));
        open.heard_at = Some(100.0);
        assert!(is_unseen(&open, &seen(99.0)));
        assert!(!is_unseen(&open, &seen(100.0)));
    }
}
