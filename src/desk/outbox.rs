//! Letters and other actions on their way: a step machine over one row of the outbox.
//!
//! ```text
//! draft ─▶ held ─▶ sending ─▶ sent ─▶ confirmed
//!           │ ▲       │         └────▶ moderation ─▶ published | rejected
//!           │ └───────┤
//!           │         ├─▶ refused
//!           │         └─▶ maybe ─▶ confirmed | held | needsPerson
//!           └─▶ cancelled | review
//! ```
//!
//! Each action is one row, and a ticket has at most one row that is [underway](State::is_underway).
//! A row that a killed Worker left in `sending` was perhaps sent: its lease runs out, and it is
//! looked for before it may be sent again. The text stays in every state, so no refusal loses it.

pub use crate::vendor::desk::Checked;
use serde::{Deserialize, Serialize};

/// Where a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskOutboxState", rename_all = "camelCase"))]
pub enum State {
    /// It is being handed over: its files are not all there yet.
    Draft,
    /// It waits until its time, and can be undone.
    Held,
    /// It is being sent.
    Sending,
    /// The marketplace accepted it, but it was not seen there yet.
    Sent,
    /// It is at the marketplace.
    Confirmed,
    /// It was undone in time.
    Cancelled,
    /// The ticket changed while it was held. A person looks at it again.
    Review,
    /// It may have been sent, and is looked for.
    Maybe,
    /// The desk cannot find out whether it was sent.
    NeedsPerson,
    /// The marketplace refused it.
    Refused,
    /// The marketplace accepted it and checks it.
    Moderation,
    /// The marketplace checked it and shows it.
    Published,
    /// The marketplace checked it and does not show it.
    Rejected,
}

impl State {
    /// Returns whether nothing more happens to the row by itself or by the person's next word.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Self::Confirmed | Self::Cancelled | Self::Published)
    }

    /// Returns whether the row keeps others of its ticket from being sent: their effects could be
    /// taken for its own.
    #[must_use]
    pub fn is_underway(self) -> bool {
        matches!(self, Self::Sending | Self::Maybe)
    }
}

/// One row of the outbox: one action on one ticket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// The row's id, which also is the desk's own code of the letter.
    pub id: String,
    /// The account and the ticket.
    pub account: String,
    /// The ticket's id.
    pub ticket: String,
    /// Where the row is.
    pub state: State,
    /// The newest time at which the other side had acted when the person decided, in milliseconds
    /// since 1970.
    pub heard_at: Option<f64>,
    /// When the row was made.
    pub created_at: f64,
    /// Until when it is held.
    pub hold_until: f64,
    /// Until when whoever sends it has it to himself.
    pub lease_until: f64,
    /// When something is to be done next.
    pub wake_at: Option<f64>,
    /// How often it was sent.
    pub sends: u32,
    /// How often it was looked for since it was last sent.
    pub looks: u32,
    /// A code that says why it is where it is.
    pub why: Option<String>,
}

/// The longest time before a letter that was certainly not sent is tried again. It is short, so that
/// letters go out soon after an outage.
pub(super) const MOST_WAIT_MS: f64 = 300_000.0;

/// The times of the machine, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// How long a sender has a row to himself.
    pub lease_ms: f64,
    /// The time after which what was accepted must be visible.
    pub settle_ms: f64,
    /// The time between two looks.
    pub look_ms: f64,
    /// The time after which the marketplace's check is looked at first. A letter that was seen once
    /// and disappears was rejected, so it must be seen before a quick check hides it.
    pub first_check_ms: f64,
    /// The most looks after one send.
    pub most_looks: u32,
    /// The most times that a row is sent whose answer is lost each time.
    pub most_sends: u32,
    /// The most times that a row is tried that is certainly not sent.
    pub most_tries: u32,
    /// How long a marketplace may check a letter.
    pub moderation_ms: f64,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            lease_ms: 90_000.0,
            settle_ms: 10_000.0,
            look_ms: 15_000.0,
            first_check_ms: 2_000.0,
            most_looks: 8,
            most_sends: 20,
            most_tries: 60,
            moderation_ms: 4.0 * 3_600_000.0,
        }
    }
}

/// What the reads of a sure write show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// The letter is there.
    Found,
    /// It is not there, and would be if it had been sent.
    Absent,
    /// There is something that may be it, or the reads failed.
    Unclear,
}

/// Something that happened to a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A person decided to send it after this time to think again.
    Submit {
        /// How long it is held.
        hold_ms: f64,
        /// The newest time at which the other side had acted, as the person saw it.
        heard_at: Option<f64>,
    },
    /// A person takes it back.
    Undo,
    /// The ticket was read again, and the other side acted last at this time.
    Heard(Option<f64>),
    /// A worker asks to send it. Whether it may is decided by [`may_send`].
    Send,
    /// The marketplace accepted it; whether it then checks it.
    Accepted {
        /// Whether the letter is now checked.
        moderated: bool,
    },
    /// The marketplace refused it, certainly without an effect.
    Refused {
        /// The refusal's code.
        code: String,
    },
    /// It was certainly not sent: the marketplace was not reached, or asked to wait.
    NotSent {
        /// How long to wait.
        wait_ms: f64,
    },
    /// It is not known whether it was sent.
    Lost,
    /// It was looked for.
    Looked(Look),
    /// It was accepted, but not all of its files were.
    FilesNotSent,
    /// The marketplace's check was looked at.
    Moderation(Checked),
    /// Time passed.
    Tick,
}

/// The next thing to do with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing, until the next event.
    Rest,
    /// Send it. Only the worker whose change of the row was stored may do so.
    Send,
    /// Look whether it is there.
    Look,
    /// Look where the marketplace's check stands.
    LookAtModeration,
}

/// Returns the row after an event, and what is to be done now. An event that does not belong to the
/// row's state changes nothing, so that one that comes twice or late does no harm.
#[must_use]
pub fn advance(row: &Row, event: &Event, times: &Times, now_ms: f64) -> (Row, Step) {
    let mut next = row.clone();
    let step = match (row.state, event) {
        (
            State::Draft | State::Review | State::Refused | State::Rejected | State::NeedsPerson,
            Event::Submit { hold_ms, heard_at },
        ) => {
            // A person who sends it again knows of what happened.
            (next.sends, next.looks) = (0, 0);
            next.heard_at = *heard_at;
            hold(&mut next, now_ms + hold_ms.max(0.0), None)
        }
        // Once sending has begun, nothing can be taken back.
        (State::Draft | State::Held | State::Review | State::Refused | State::Rejected, Event::Undo) => {
            to(&mut next, State::Cancelled, None)
        }
        (State::Held, Event::Heard(heard_at)) if is_newer(*heard_at, row.heard_at) => {
            to(&mut next, State::Review, Some("the_other_side_wrote"))
        }
        (State::Held, Event::Send) if now_ms >= row.hold_until => {
            next.sends = row.sends.saturating_add(1);
            next.looks = 0;
            next.lease_until = now_ms + times.lease_ms;
            to(&mut next, State::Sending, None);
            next.wake_at = Some(next.lease_until);
            Step::Send
        }
        (State::Sending, Event::Accepted { moderated: true }) => {
            to(&mut next, State::Moderation, None);
            next.lease_until = now_ms + times.moderation_ms;
            wake(&mut next, now_ms + times.first_check_ms, Step::Rest)
        }
        (State::Sending, Event::Accepted { moderated: false }) => {
            to(&mut next, State::Sent, None);
            wake(&mut next, now_ms + times.settle_ms, Step::Rest)
        }
        // A lost answer may turn out to be a refusal, once the letter is certainly not there.
        (State::Held | State::Sending | State::Maybe, Event::Refused { code }) => {
            to(&mut next, State::Refused, Some(code))
        }
        (State::Sending, Event::NotSent { wait_ms }) => {
            if row.sends >= times.most_tries {
                to(&mut next, State::NeedsPerson, Some("not_sent"))
            } else {
                // It is safe to try again, so an outage of some hours is waited for.
                let tries = i32::try_from(row.sends.saturating_sub(1).min(20)).unwrap_or_default();
                let doubled = times.look_ms * 2f64.powi(tries);
                hold(&mut next, now_ms + wait_ms.max(doubled.min(MOST_WAIT_MS)), Some("not_sent"))
            }
        }
        (State::Sending, Event::Lost) => lost(&mut next, times, now_ms),
        // Whoever sent it is gone.
        (State::Sending, Event::Tick) if now_ms >= row.lease_until => lost(&mut next, times, now_ms),
        // Whoever handed it over is gone. Nothing of it was sent.
        (State::Draft, Event::Tick) if row.wake_at.is_some_and(|at| now_ms >= at) => {
            to(&mut next, State::Cancelled, Some("incomplete"))
        }
        (State::Sent, Event::FilesNotSent) => to(&mut next, State::NeedsPerson, Some("files_not_sent")),
        (State::Sent | State::Maybe, Event::Tick) if is_awake(row, now_ms) => {
            wake(&mut next, now_ms + times.look_ms, Step::Look)
        }
        (State::Sent | State::Maybe, Event::Looked(look)) => looked(&mut next, *look, times, now_ms),
        (State::Moderation, Event::Tick) if is_awake(row, now_ms) => {
            wake(&mut next, now_ms + times.look_ms, Step::LookAtModeration)
        }
        (State::Moderation, Event::Moderation(checked)) => moderated(&mut next, *checked, times, now_ms),
        // Anything else comes twice or too late.
        _ => Step::Rest,
    };
    (next, step)
}

fn to(row: &mut Row, state: State, why: Option<&str>) -> Step {
    row.state = state;
    row.why = why.map(str::to_owned);
    row.wake_at = None;
    Step::Rest
}

fn hold(row: &mut Row, until_ms: f64, why: Option<&str>) -> Step {
    to(row, State::Held, why);
    row.hold_until = until_ms;
    wake(row, until_ms, Step::Rest)
}

fn wake(row: &mut Row, at_ms: f64, step: Step) -> Step {
    row.wake_at = Some(at_ms);
    step
}

fn is_awake(row: &Row, now_ms: f64) -> bool {
    row.wake_at.is_none_or(|at| now_ms >= at)
}

fn is_newer(found: Option<f64>, known: Option<f64>) -> bool {
    found.is_some_and(|found| known.is_none_or(|known| found > known))
}

fn lost(row: &mut Row, times: &Times, now_ms: f64) -> Step {
    to(row, State::Maybe, Some("answer_lost"));
    row.looks = 0;
    // What was accepted may not be visible before.
    wake(row, now_ms + times.settle_ms, Step::Rest)
}

/// What was accepted and is not seen is never sent again: only a person can say that it is lost.
fn looked(row: &mut Row, look: Look, times: &Times, now_ms: f64) -> Step {
    row.looks = row.looks.saturating_add(1);
    let was_accepted = row.state == State::Sent;
    match look {
        Look::Found => to(row, State::Confirmed, None),
        Look::Absent if !was_accepted && row.sends < times.most_sends => hold(row, now_ms, Some("found_absent")),
        Look::Absent if !was_accepted => to(row, State::NeedsPerson, Some("sent_too_often")),
        _ if row.looks >= times.most_looks => {
            to(row, State::NeedsPerson, Some(if was_accepted { "accepted_but_not_seen" } else { "unclear" }))
        }
        _ => wake(row, now_ms + times.look_ms, Step::Rest),
    }
}

/// A rejected letter disappears from some marketplaces: one that was never seen is derived to be
/// rejected only after the time that a check may take.
fn moderated(row: &mut Row, checked: Checked, times: &Times, now_ms: f64) -> Step {
    match checked {
        Checked::Approved => to(row, State::Published, None),
        Checked::Rejected => to(row, State::Rejected, Some("reported")),
        Checked::Pending => {
            // It was seen, so its disappearance will mean something.
            row.looks = row.looks.saturating_add(1);
            wake(row, now_ms + times.look_ms, Step::Rest)
        }
        Checked::Missing if row.looks > 0 => to(row, State::Rejected, Some("seen_and_gone")),
        Checked::Missing if now_ms >= row.lease_until => to(row, State::Rejected, Some("never_seen")),
        Checked::Missing => wake(row, now_ms + times.look_ms, Step::Rest),
    }
}

/// Returns the rows that may be sent now, at most one for each ticket: the oldest whose time has
/// come, where no row of the ticket is underway.
#[must_use]
pub fn may_send(rows: &[Row], now_ms: f64) -> Vec<&Row> {
    let is_of = |a: &Row, b: &Row| a.account == b.account && a.ticket == b.ticket;
    let mut ready: Vec<&Row> = rows
        .iter()
        .filter(|row| row.state == State::Held && now_ms >= row.hold_until)
        .filter(|row| !rows.iter().any(|other| is_of(row, other) && other.state.is_underway()))
        .collect();
    ready.sort_by(|a, b| a.created_at.total_cmp(&b.created_at).then_with(|| a.id.cmp(&b.id)));
    let mut picked: Vec<&Row> = Vec::new();
    for row in ready {
        if !picked.iter().any(|other| is_of(row, other)) {
            picked.push(row);
        }
    }
    picked
}

#[cfg(test)]
mod tests;
