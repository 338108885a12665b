//! The checkpoint of a stream. It is plain data, and is stored with the rows that it belongs to.

use super::Call;
use super::page::Target;
use crate::vendor::desk::reading::{Detail, Flow, Paging};
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// The place of the next page in its list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// The offset of the first item, or the page's number.
    pub offset: u64,
    /// The time from which the list is read, where offsets do not reach.
    pub bound: Option<String>,
    /// Whether the list was read to its end, and is read once more for what moved meanwhile.
    pub again: bool,
}

impl Place {
    /// Returns the place of the first page.
    #[must_use]
    pub fn first(paging: Paging) -> Self {
        let offset = u64::from(matches!(paging, Paging::Number { .. }));
        Self { offset, ..Self::default() }
    }
}

/// A walk over the lists of a stream.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Run {
    /// When it began, in milliseconds since 1970.
    pub began_at: f64,
    /// The watermark from which it reads.
    pub since: Option<String>,
    /// The index of the list.
    pub list: usize,
    /// The place in the list.
    pub place: Place,
    /// The time of the newest change that it saw, as the marketplace wrote it.
    pub newest: Option<String>,
    /// The pages that it has read.
    pub pages: u32,
    /// The marks of the last page's tickets as one number, and how often it came in a row.
    pub last: (u64, u32),
    /// Whether something could not be reached.
    pub is_cut: bool,
    /// The marks of the tickets that a sweep has seen.
    pub seen: Vec<u64>,
}

/// Work that a page leaves to be done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Work {
    /// A part of a ticket is to be read.
    Read {
        /// The part.
        detail: Detail,
        /// The offset of its next page.
        offset: u64,
        /// What its earlier pages had.
        so_far: Vec<Json>,
    },
    /// Events that are stored are to be acknowledged.
    Acknowledge {
        /// The operation.
        operation: String,
        /// The events.
        ids: Vec<String>,
    },
}

/// Work about one ticket, or about none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The ticket's id; empty for an acknowledgement.
    pub ticket: String,
    /// The work to do.
    pub work: Work,
    /// How often it failed.
    pub failures: u32,
}

impl Job {
    /// Returns the call that does the work.
    #[must_use]
    pub fn call(&self) -> Call {
        match &self.work {
            Work::Read { detail, offset, .. } => {
                let mut arguments = detail.arguments.clone();
                if let (Some(name), Some(parameters)) = (&detail.offset, arguments.last_mut()) {
                    parameters.put(name, (*offset).into());
                }
                let target = Target::Part { ticket: self.ticket.clone(), part: detail.part.clone(), offset: *offset };
                Call { target, operation: detail.operation.clone(), arguments }
            }
            Work::Acknowledge { operation, ids } => {
                let list = Json::List(ids.iter().map(|id| id.as_str().into()).collect());
                Call { target: Target::Acknowledged, operation: operation.clone(), arguments: vec![list] }
            }
        }
    }
}

/// The checkpoint of a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stream {
    /// The account.
    pub account: String,
    /// What the stream is for.
    pub flow: Flow,
    /// Counts the changes of the checkpoint, for a store that compares and sets.
    pub version: u64,
    /// When its next run is due, in milliseconds since 1970.
    pub due_at: f64,
    /// When it may go on after a failure.
    pub retry_at: f64,
    /// Until when a worker has it to itself.
    pub lease_until: f64,
    /// The failures, one after the other.
    pub failures: u32,
    /// The code of the last failure.
    pub error: Option<String>,
    /// When it was last read to its end.
    pub read_at: Option<f64>,
    /// Whether the last run could reach everything.
    pub is_complete: bool,
    /// The time of the newest change that is known, as the marketplace wrote it.
    pub watermark: Option<String>,
    /// The walk that is going on.
    pub run: Option<Run>,
    /// The work that is left.
    pub jobs: Vec<Job>,
    /// The last day on which it made calls, counted from 1970-01-01, and their number.
    #[serde(default)]
    pub spent: (i64, u32),
}

impl Stream {
    /// Returns a stream that was never read, and is due.
    #[must_use]
    pub fn new(account: &str, flow: Flow) -> Self {
        Self {
            account: account.to_owned(),
            flow,
            version: 0,
            due_at: 0.0,
            retry_at: 0.0,
            lease_until: 0.0,
            failures: 0,
            error: None,
            read_at: None,
            is_complete: false,
            watermark: None,
            run: None,
            jobs: Vec::new(),
            spent: (0, 0),
        }
    }

    /// Returns when a worker may take it: at once if it is in the middle of something.
    #[must_use]
    pub fn ready_at(&self) -> f64 {
        let is_underway = self.run.is_some() || !self.jobs.is_empty();
        let due_at = if is_underway { 0.0 } else { self.due_at };
        due_at.max(self.retry_at).max(self.lease_until)
    }
}

/// Returns a number for a ticket's id. Two ids of one account have the same number so rarely that
/// nothing but a missing ticket's discovery depends on it.
#[must_use]
pub fn mark_of(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |mark, byte| (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
