//! How a marketplace's tickets are read, as data and small functions. The walk itself is the same
//! for all of them; see the desk's `sync`.

use crate::vendor::desk::action::Account;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// What a stream of reads is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskFlow", rename_all = "camelCase"))]
pub enum Flow {
    /// The tickets that wait for the seller, every minute or so.
    Hot,
    /// The tickets that changed since the last time.
    Recent,
    /// All tickets, to find what the other two cannot see.
    Sweep,
}

/// How the pages of a list are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// By the offset of the first item, newest first. Rows shift while it is read, so the first
    /// page is read once more at the end.
    Offset {
        /// The parameter.
        name: &'static str,
    },
    /// By the number of the page, from 1.
    Number {
        /// The parameter.
        name: &'static str,
    },
    /// By offset up to a limit, and from there by the time of the last item, oldest first.
    Since {
        /// The field that holds the time.
        time: &'static str,
        /// The parameter that is the lower bound of this time.
        bound: &'static str,
        /// The parameter for the offset.
        offset: &'static str,
        /// The largest offset that the marketplace takes.
        most: u64,
    },
    /// One page, whose items disappear when they are acknowledged.
    Once,
}

/// One list of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    /// The operation.
    pub operation: &'static str,
    /// Its parameters without those of the page.
    pub parameters: Json,
    /// How its pages are asked for.
    pub paging: Paging,
}

/// What the lists of a run depend on. It stays the same during a run.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// The time at which the run began, in milliseconds since 1970.
    pub began_at: f64,
    /// The time of the newest change that is known, as the marketplace wrote it.
    pub watermark: Option<&'a str>,
    /// How far back a sweep goes, in milliseconds.
    pub horizon_ms: f64,
    /// The account.
    pub account: &'a Account,
}

/// A part of a ticket that is read apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The name of the part: `ticket`, `messages`, `events` or `returns`.
    pub part: String,
    /// The operation.
    pub operation: String,
    /// The method's arguments.
    pub arguments: Vec<Json>,
    /// The parameter for the offset, if the part is a list in pages.
    pub offset: Option<String>,
}

/// How a marketplace's tickets are read.
#[derive(Debug)]
pub struct Reading {
    /// Returns the lists of a stream; none, if the marketplace has nothing to read there.
    pub lists: fn(Flow, &Span<'_>) -> Vec<List>,
    /// Returns the parts that are read apart for a new or changed item of a list.
    pub details: fn(&Json) -> Vec<Detail>,
    /// Returns the parts that are read when a person opens the ticket.
    pub on_opening: fn(&Json) -> Vec<Detail>,
    /// Returns the id of the ticket that an item of a list is, or is about.
    pub id: fn(&Json) -> Option<String>,
    /// The field of an item that has the time of its last change.
    pub updated: &'static str,
    /// Whether an item of a list may still change by a letter that does not show in the list.
    pub is_open: fn(&Json) -> bool,
    /// Whether items are events about tickets: the ones to acknowledge, once they are stored.
    pub acknowledge: Option<Acknowledge>,
    /// How often each stream runs, in milliseconds: hot, recent, sweep.
    pub every_ms: [f64; 3],
    /// The calls that the marketplace permits in a day, if it counts them.
    pub calls_a_day: Option<u32>,
}

/// How events are acknowledged.
#[derive(Debug, Clone, Copy)]
pub struct Acknowledge {
    /// The operation, which takes the ids as its one argument.
    pub operation: &'static str,
    /// The most events that one answer has, after which there may be more.
    pub most: usize,
    /// Returns the id of an event that brings a ticket, and `None` for all others: they belong to
    /// somebody else.
    pub id: fn(&Json, &Account) -> Option<String>,
}
