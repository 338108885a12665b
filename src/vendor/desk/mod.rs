//! What the desk asks of a marketplace: one [`Mapping`] from its words to a ticket that means the
//! same everywhere.
//!
//! Three sorts of facts are never mixed. A *reported* fact is what the marketplace said, and `raw`
//! keeps it as it came. A *derived* fact (turn, deadline, kind) names its basis. A *local* fact
//! (snoozed, assigned, a note) is the desk's own: no mapping sees one, except for the time of the
//! local "done", which is all that ends a ticket at a marketplace that knows no states.

pub mod action;
pub mod calendar;
pub mod deadline;
pub mod fact;
pub mod kind;
pub mod raw;
pub mod reading;
#[cfg(test)]
pub mod testing;
pub mod ticket;

pub use action::{Account, Action, Allowed, Choice, Effect, Limits, Why};
pub use calendar::{Calendar, Holiday, Zone};
pub use deadline::{Basis, Consequence, Counts, Deadline};
pub use fact::{Fact, Part};
pub use kind::{Kind, KindTable};
pub use raw::{Own, Raw};
pub use reading::Reading;
pub use ticket::{Message, Stamp, State, Ticket, Turn};

use crate::rules::error::DecodeError;
use crate::wire::json::Json;

/// How the desk understands one marketplace. Everything that is special about it stands here, so
/// that the desk itself knows no marketplace by name.
#[derive(Debug)]
pub struct Mapping {
    /// Whether tickets can be read back, or the desk's record is the ticket.
    pub store: ticket::Store,
    /// Returns the ticket that these parts describe.
    pub ticket: fn(&Source<'_>) -> Result<Ticket, DecodeError>,
    /// The tables that say what kind of matter a ticket is; see [`kind::kind_of`].
    pub kinds: &'static [KindTable],
    /// Returns what can be done with a ticket at the marketplace, once for each action.
    pub actions: fn(&Matter<'_>) -> Vec<Choice>,
    /// Returns the call that an action makes with what was given for it; `None` if it makes none.
    pub call: fn(&Matter<'_>, Action, &action::Given) -> Option<action::Call>,
    /// Returns how a file is fetched: one of a message, or of the ticket itself. `None` if it cannot
    /// be fetched.
    pub download: fn(&Matter<'_>, Option<&Message>, &ticket::File) -> Option<Download>,
    /// The names of fields that hold addresses of files, which are not handed on.
    pub addresses: &'static [&'static str],
    /// The parameters that go by another name in [`Given`](action::Given): `("message", "text")`.
    pub names: &'static [(&'static str, &'static str)],
    /// Returns the calls that send the files of a call with these arguments, one for each file,
    /// where files are not a part of the call itself.
    pub uploads: Option<Uploads>,
    /// How its check of letters is followed, if it has one; otherwise what it accepts is sent.
    pub moderation: Option<Moderation>,
    /// The working days of its storefronts, by their names in lower case.
    pub calendars: &'static [(&'static str, Calendar)],
    /// How its tickets are read.
    pub reading: Reading,
    /// The names of fields that differ from read to read although nothing has changed.
    pub unstable: &'static [&'static str],
}

/// Returns the calls that send the files of a call with these arguments.
pub type Uploads = fn(&[Json]) -> Vec<action::Call>;

/// How a file is fetched.
#[derive(Debug, Clone, PartialEq)]
pub enum Download {
    /// By one of the marketplace's operations.
    Call(action::Call),
    /// From its address, without the account's keys.
    Address(String),
}

/// What a marketplace's check of a letter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// The letter is still being checked.
    Pending,
    /// It is shown.
    Approved,
    /// It is not shown.
    Rejected,
    /// It is not in the thread: it was taken out, or does not show yet.
    Missing,
}

/// How a marketplace's check of letters is followed.
#[derive(Debug, Clone, Copy)]
pub struct Moderation {
    /// The operation whose effects are checked.
    pub operation: &'static str,
    /// Returns the call that shows where the check stands. It answers with a page of messages.
    pub look: fn(ticket: &str) -> action::Call,
    /// Returns where the check of the letter with this code stands.
    pub find: fn(messages: &[Json], code: &str) -> Checked,
}

/// A ticket, what it is made of, and the account that it belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// The ticket.
    pub ticket: &'a Ticket,
    /// Its parts as they came.
    pub raw: &'a Raw,
    /// The account.
    pub account: &'a Account,
}

/// The parts of a ticket, and the account that they were read with.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The id of the account in the desk.
    pub account: &'a str,
    /// What the marketplace said, and what the desk itself sent.
    pub raw: &'a Raw,
    /// The time of the desk's own "done", in milliseconds since 1970.
    pub done_at: Option<f64>,
}
