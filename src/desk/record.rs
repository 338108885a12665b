//! What a store keeps of a ticket: what lists show, what they are sorted and searched by, and when
//! the row changes by itself.

use super::deadlines::{Due, due_of};
use super::setup::Setup;
use super::views::{Local, View, is_unseen, next_change, urgency, view_of};
use super::{revision_of_parts, ticket_of};
use crate::vendor::Marketplace;
use crate::vendor::desk::ticket::Facts;
use crate::vendor::desk::{Kind, Raw, State, Ticket};
use serde::Serialize;

/// The most bytes of the text that is searched, which is far below what a row of a database holds.
const MOST_WORDS: usize = 60_000;

/// The latest time that JavaScript knows. It stands for none, because JSON has no infinity.
const LATEST_MS: f64 = 8_640_000_000_000_000.0;

/// A ticket as lists show it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskTicket", rename_all = "camelCase"))]
pub struct Item<'a> {
    /// What the marketplace reported, and what follows from it.
    #[serde(flatten)]
    #[cfg_attr(feature = "types", ts(flatten))]
    pub facts: Facts<'a>,
    /// Until when an answer is due; `null` if nothing is due.
    pub due: Option<Due>,
    /// The view that the ticket is in.
    pub view: View,
    /// Whether a person has not seen what others did last.
    pub unseen: bool,
    /// Whether the marketplace no longer has it.
    pub missing: bool,
    /// What only the desk knows.
    pub local: Noted<'a>,
    /// A text that changes with everything that the marketplace tells.
    pub rev: String,
}

/// What only the desk knows of a ticket, as lists show it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskLocal", rename_all = "camelCase"))]
pub struct Noted<'a> {
    /// The time of the newest news that a person has seen, in milliseconds since 1970.
    pub seen_at: Option<f64>,
    /// Until when it is snoozed.
    pub snoozed_until: Option<f64>,
    /// The time of the newest news to which, as a person noted, no answer is needed.
    pub done_at: Option<f64>,
    /// A note.
    pub note: Option<&'a str>,
    /// The person who answers it.
    pub assignee: Option<&'a str>,
    /// A letter that is not finished.
    pub draft: Option<&'a str>,
}

impl<'a> From<&'a Local> for Noted<'a> {
    fn from(local: &'a Local) -> Self {
        Self {
            seen_at: local.seen_at,
            snoozed_until: local.snoozed.map(|(_, until)| until),
            done_at: local.done_at,
            note: local.note.as_deref(),
            assignee: local.assignee.as_deref(),
            draft: local.draft.as_deref(),
        }
    }
}

/// What a store keeps beside the parts of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskRecord", rename_all = "camelCase"))]
pub struct Record {
    /// The [`Item`] as JSON.
    pub shown: String,
    /// The view.
    pub view: View,
    /// What the ticket is about.
    pub kind: Kind,
    /// Until when an answer is due, in milliseconds since 1970.
    pub due: Option<f64>,
    /// The two numbers that the lists of the view are in the order of.
    pub order: [f64; 2],
    /// When the record changes by itself, and has to be made again.
    pub changes_at: Option<f64>,
    /// When somebody other than the seller acted last.
    pub heard_at: Option<f64>,
    /// The text that is searched, in one line.
    pub words: String,
    /// Whether the ticket has been closed for longer than the desk keeps it.
    pub is_expired: bool,
    /// See [`Item::rev`].
    pub rev: String,
}

/// What a record is made from.
#[derive(Debug, Clone, Copy)]
pub struct Matters<'a> {
    /// The marketplace.
    pub marketplace: &'a Marketplace,
    /// The id of the account in the desk.
    pub account: &'a str,
    /// The ticket's id.
    pub id: &'a str,
    /// The parts of the ticket, with what the desk sent.
    pub raw: &'a Raw,
    /// What only the desk knows.
    pub local: &'a Local,
    /// Whether the marketplace no longer has it.
    pub is_missing: bool,
    /// The settings of the desk.
    pub setup: &'a Setup,
}

impl Matters<'_> {
    /// Returns the ticket. One that cannot be understood hides no other: it is in *to do* with its
    /// key alone, so that a person looks at it.
    #[must_use]
    pub fn ticket(&self) -> Ticket {
        let read = ticket_of(self.marketplace, self.account, self.raw, self.local.done_at);
        read.unwrap_or_else(|_| Ticket::new(self.marketplace.id, self.account, self.id, self.marketplace.desk.store))
    }

    /// Returns the record at a time.
    #[must_use]
    pub fn record(&self, now_ms: f64) -> Record {
        let ticket = self.ticket();
        let due = due_of(self.marketplace, &ticket, &self.setup.holidays, self.setup.policy.as_ref(), now_ms);
        let view = if self.is_missing { View::Done } else { view_of(&ticket, self.local, now_ms) };
        // What the desk sent is its own doing, and no news.
        let rev = revision_of_parts(self.marketplace.desk, self.raw);
        let (due_at, waiting) = urgency(&ticket, due.as_ref().map(|due| due.at));
        let expires = self.expires(&ticket);
        // One whose time is over is made again until nothing keeps it any longer.
        let changes = [next_change(&ticket, self.local, now_ms), expires];
        let item = Item {
            facts: ticket.written(),
            due,
            view,
            unseen: is_unseen(&ticket, self.local),
            missing: self.is_missing,
            local: Noted::from(self.local),
            rev: rev.clone(),
        };
        Record {
            shown: serde_json::to_string(&item).unwrap_or_default(),
            view,
            kind: ticket.kind,
            due: Some(due_at).filter(|at| at.is_finite()),
            // A list to work on begins with the most urgent, any other one with the newest.
            order: match view {
                View::Todo => [due_at, waiting],
                View::Snoozed => [snoozed_until(self.local), 0.0],
                View::Waiting | View::Done => [-ticket.moved_at().unwrap_or_default(), 0.0],
            }
            .map(|at| at.clamp(-LATEST_MS, LATEST_MS)),
            changes_at: changes.into_iter().flatten().reduce(f64::min),
            heard_at: ticket.moved_at(),
            words: words_of(&ticket),
            is_expired: expires.is_some_and(|at| at <= now_ms),
            rev,
        }
    }

    /// Returns when a closed ticket has been kept for long enough.
    fn expires(&self, ticket: &Ticket) -> Option<f64> {
        let kept = self.setup.closed_ms?;
        if ticket.state != State::Closed && !self.is_missing {
            return None;
        }
        let updated = ticket.updated.told().or(ticket.created.told()).and_then(|stamp| stamp.at);
        let newest = [updated, ticket.heard_at, self.local.done_at].into_iter().flatten().reduce(f64::max)?;
        Some(newest + kept)
    }
}

fn snoozed_until(local: &Local) -> f64 {
    local.snoozed.map_or(LATEST_MS, |(_, until)| until)
}

/// Returns what the desk's search finds a ticket by: its number, the order, the buyer and all words.
fn words_of(ticket: &Ticket) -> String {
    let order = ticket.order.told();
    let units = order.map(|order| order.units.as_slice()).unwrap_or_default();
    let buyer = [&ticket.buyer.name, &ticket.buyer.email, &ticket.buyer.id];
    let messages = ticket.messages.told().map(Vec::as_slice).unwrap_or_default();
    let mut parts: Vec<&str> = vec![&ticket.number, &ticket.key.id];
    parts.extend(order.and_then(|order| order.number.as_deref()));
    parts.extend(buyer.into_iter().filter_map(|fact| fact.told().map(String::as_str)));
    parts.extend(units.iter().flat_map(|unit| [&unit.title, &unit.sku, &unit.id]).filter_map(Option::as_deref));
    // The newest words come first, because a very long thread is cut.
    parts.extend(messages.iter().rev().filter_map(|message| message.text.as_deref()));
    parts.extend(ticket.preview.as_ref().map(|preview| preview.text.as_str()));
    let mut words = String::new();
    for part in parts {
        if words.len().saturating_add(part.len()) > MOST_WORDS {
            break;
        }
        // A record is written line by line, so its text is one line.
        for line in part.split('\n') {
            words.push_str(line);
            words.push(' ');
        }
    }
    words
}

/// Returns whether a buyer goes by this name, email address or id.
#[must_use]
pub fn is_buyer(ticket: &Ticket, buyer: &str) -> bool {
    let wanted = buyer.trim().to_lowercase();
    let facts = [&ticket.buyer.name, &ticket.buyer.email, &ticket.buyer.id];
    let authors = ticket.messages.told().map(Vec::as_slice).unwrap_or_default();
    let names = authors.iter().filter(|message| message.from == crate::vendor::desk::ticket::Author::Buyer);
    let known =
        facts.into_iter().filter_map(|fact| fact.told()).chain(names.filter_map(|message| message.name.as_ref()));
    known.into_iter().any(|known| known.trim().to_lowercase() == wanted)
}

/// The state of an account's reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskHealth", rename_all = "camelCase", optional_fields))]
pub struct Health {
    /// The account.
    pub account: String,
    /// Whether its tickets are read.
    pub state: Reads,
    /// The code of the last failure, if it failed last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When its tickets were read last, in milliseconds since 1970; `null` if never.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub fetched_at: Option<f64>,
    /// Whether everything could be reached when it was read.
    pub complete: bool,
}

/// Whether the tickets of an account are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskReads", rename_all = "camelCase"))]
pub enum Reads {
    /// They are read.
    Ok,
    /// They were not read to their end yet.
    Starting,
    /// The last read failed.
    Failing,
    /// They cannot be read: the desk's own record is all there is.
    Own,
    /// A setting is missing without which they are not read.
    NotConfigured,
}

/// Returns the health of an account from its streams. One that is never read says so.
#[must_use]
pub fn health_of(account: &str, sources: &[super::sync::Source<'_>]) -> Health {
    let read: Vec<_> = sources.iter().filter(|source| source.is_read()).map(|source| source.stream).collect();
    let is_of_events = sources.iter().any(|source| source.marketplace.desk.reading.acknowledge.is_some());
    let failing = read.iter().find(|stream| stream.failures > 0);
    let state = match failing {
        _ if read.is_empty() && is_of_events => Reads::NotConfigured,
        _ if read.is_empty() => Reads::Own,
        Some(_) => Reads::Failing,
        None if read.iter().any(|stream| stream.read_at.is_none()) => Reads::Starting,
        None => Reads::Ok,
    };
    Health {
        account: account.to_owned(),
        state,
        error: failing.and_then(|stream| stream.error.clone()),
        fetched_at: read.iter().filter_map(|stream| stream.read_at).reduce(f64::max),
        complete: state != Reads::NotConfigured && read.iter().all(|stream| stream.is_complete),
    }
}

// They need all marketplaces.
#[cfg(test)]
#[cfg(feature = "default")]
mod tests;
