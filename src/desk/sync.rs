//! The walk over a marketplace's lists, as two pure steps: [`plan`] says which calls to make now,
//! and [`apply`] turns an answer into rows and a new checkpoint, to be stored together.
//!
//! Each account has three streams. *Hot* looks at what waits for the seller, *recent* at what
//! changed since the watermark, and *sweep* at everything, because some changes show in neither.
//!
//! - A checkpoint is stored in the same batch as its rows, so a crash between two steps loses and
//!   doubles nothing: the same call is made again.
//! - A row is replaced only by a read that began later, and only if it differs.
//! - Only a whole sweep may find that a ticket is missing.
//! - An answer that belongs to another place than the checkpoint's is late, and changes nothing.

mod page;
mod state;

pub use page::{Applied, Failure, Known, Page, RowWrite, Swept, Target, apply, changed_ids, ids_of};
pub use state::{Job, Place, Run, Stream, Work, mark_of};

use crate::rules::settings::Settings;
use crate::vendor::Marketplace;
use crate::vendor::desk::Account;
use crate::vendor::desk::reading::{Flow, List, Paging, Span};
use crate::wire::json::Json;
use std::collections::BTreeMap;

/// How long a worker has a stream to itself.
pub const LEASE_MS: f64 = 60_000.0;
/// A day of 24 hours.
const DAY_MS: f64 = 86_400_000.0;
/// How far back a sweep goes where a list has to be read in windows of time: a year.
pub const HORIZON_MS: f64 = 365.0 * DAY_MS;
/// Of a day's calls, the hundredths that a sync leaves to people.
const KEPT_FOR_PEOPLE: u64 = 20;
/// The most calls for parts of tickets that one step makes.
const JOBS_AT_ONCE: usize = 10;

/// A stream, and what it reads.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its checkpoint.
    pub stream: &'a Stream,
    /// The marketplace.
    pub marketplace: &'a Marketplace,
    /// The account.
    pub account: &'a Account,
}

impl Source<'_> {
    /// Returns whether the marketplace has anything to read in this stream.
    #[must_use]
    pub fn is_read(&self) -> bool {
        !self.lists(&Run::default()).is_empty()
    }

    /// Returns the lists of a run.
    fn lists(&self, run: &Run) -> Vec<List> {
        let span = Span {
            began_at: run.began_at,
            watermark: run.since.as_deref(),
            horizon_ms: HORIZON_MS,
            account: self.account,
        };
        (self.marketplace.desk.reading.lists)(self.stream.flow, &span)
    }
}

/// The calls that may be made now.
#[derive(Debug, Clone, Default)]
pub struct Budget {
    /// The calls of this invocation.
    pub calls: u32,
    /// The calls that each account has made today.
    pub used_today: BTreeMap<String, u32>,
}

/// A call to make, and where its answer belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Where the answer belongs.
    pub target: Target,
    /// The operation.
    pub operation: String,
    /// The method's arguments.
    pub arguments: Vec<Json>,
}

/// What to do with one stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The stream with its lease. It is to be stored if the stored one still has the version of the
    /// planned one; otherwise another worker has the stream, and the step is dropped.
    pub stream: Stream,
    /// The calls. Each answer goes to [`apply`], one after the other.
    pub calls: Vec<Call>,
}

/// What to do now, and when to ask again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// The steps, the most urgent first.
    pub steps: Vec<Step>,
    /// When the next stream is due, if none of these calls is made.
    pub wake_at: Option<f64>,
}

/// Returns the calls to make now. Hot streams come before recent ones and these before sweeps, and
/// within each of them the one that has waited longest comes first, so that no account waits behind
/// another one's long walk.
#[must_use]
pub fn plan(sources: &[Source<'_>], now_ms: f64, budget: &Budget) -> Plan {
    let mut plan = Plan::default();
    let mut calls_left = usize::try_from(budget.calls).unwrap_or(usize::MAX);
    let mut used = budget.used_today.clone();
    let mut order: Vec<&Source<'_>> = sources.iter().collect();
    order.sort_by(|a, b| {
        a.stream
            .flow
            .cmp(&b.stream.flow)
            .then(a.stream.due_at.total_cmp(&b.stream.due_at))
            .then_with(|| a.stream.account.cmp(&b.stream.account))
    });
    for source in order {
        let ready_at = source.stream.ready_at();
        if waits_for_first_read(source, sources) {
            continue;
        }
        let Some(begun) = begin(source, now_ms) else { continue };
        if ready_at > now_ms {
            plan.wake_at = Some(plan.wake_at.map_or(ready_at, |at: f64| at.min(ready_at)));
            continue;
        }
        let today = used.entry(begun.account.clone()).or_default();
        let room = source.marketplace.desk.reading.calls_a_day.map_or(usize::MAX, |calls| {
            let share = u64::from(calls).saturating_mul(100_u64.saturating_sub(KEPT_FOR_PEOPLE)) / 100;
            usize::try_from(share.saturating_sub(u64::from(*today))).unwrap_or(usize::MAX)
        });
        let calls = calls_of(source, &begun, calls_left.min(room));
        if calls.is_empty() {
            // The budget is used up: the next invocation has another one, and so has the next day.
            let tomorrow = ((now_ms / DAY_MS).floor() + 1.0) * DAY_MS;
            let wake_at = if room == 0 { tomorrow } else { now_ms };
            plan.wake_at = Some(plan.wake_at.map_or(wake_at, |at: f64| at.min(wake_at)));
            continue;
        }
        calls_left = calls_left.saturating_sub(calls.len());
        *today = today.saturating_add(u32::try_from(calls.len()).unwrap_or(u32::MAX));
        let version = begun.version.saturating_add(1);
        let spent = spent_on(&begun, now_ms).saturating_add(u32::try_from(calls.len()).unwrap_or(u32::MAX));
        let begun = Stream { spent: (day_of(now_ms), spent), ..begun };
        plan.steps.push(Step { stream: Stream { lease_until: now_ms + LEASE_MS, version, ..begun }, calls });
    }
    plan
}

/// Whether a stream waits until a more urgent one of a new account was read. At first each of them
/// holds the same tickets, and those that one has stored need no calls of the next one. A stream
/// that fails keeps no other one waiting.
fn waits_for_first_read(source: &Source<'_>, sources: &[Source<'_>]) -> bool {
    let stream = source.stream;
    let has_begun = stream.run.is_some() || !stream.jobs.is_empty() || stream.read_at.is_some();
    let is_waited_for = |other: &Source<'_>| {
        let Stream { account, flow, read_at, failures, .. } = other.stream;
        *account == stream.account && *flow < stream.flow && read_at.is_none() && *failures == 0 && other.is_read()
    };
    !has_begun && sources.iter().any(is_waited_for)
}

/// Returns the day of a time, counted from 1970-01-01.
fn day_of(now_ms: f64) -> i64 {
    (now_ms / DAY_MS).floor() as i64
}

/// Returns the calls that a stream has made today.
fn spent_on(stream: &Stream, now_ms: f64) -> u32 {
    let (day, calls) = stream.spent;
    if day == day_of(now_ms) { calls } else { 0 }
}

/// Returns the calls that each account has made today, from its checkpoints.
#[must_use]
pub fn used_today(sources: &[Source<'_>], now_ms: f64) -> BTreeMap<String, u32> {
    let mut used = BTreeMap::new();
    for Source { stream, .. } in sources {
        let calls: &mut u32 = used.entry(stream.account.clone()).or_default();
        *calls = calls.saturating_add(spent_on(stream, now_ms));
    }
    used
}

/// Returns the stream with a run, if it is due and has none; `None` if it has nothing to read.
fn begin(source: &Source<'_>, now_ms: f64) -> Option<Stream> {
    let stream = source.stream;
    if stream.run.is_some() || !stream.jobs.is_empty() {
        return Some(stream.clone());
    }
    let since = stream.watermark.clone().filter(|_| stream.flow == Flow::Recent);
    let run = Run { began_at: now_ms, since, ..Run::default() };
    let first = source.lists(&run).into_iter().next()?;
    let place = Place::first(first.paging);
    Some(Stream { run: Some(Run { place, ..run }), ..stream.clone() })
}

/// Returns the calls of a stream: the parts that are waiting, or else the next page.
fn calls_of(source: &Source<'_>, stream: &Stream, most: usize) -> Vec<Call> {
    if !stream.jobs.is_empty() {
        return stream.jobs.iter().take(most.min(JOBS_AT_ONCE)).map(Job::call).collect();
    }
    let Some(run) = stream.run.as_ref().filter(|_| most > 0) else { return Vec::new() };
    let lists = source.lists(run);
    let Some(list) = lists.get(run.list) else { return Vec::new() };
    let mut parameters = list.parameters.clone();
    let offset = Json::from(run.place.offset);
    match list.paging {
        Paging::Offset { name } | Paging::Number { name } => parameters.put(name, offset),
        Paging::Since { bound, offset: name, .. } => {
            if let Some(since) = &run.place.bound {
                parameters.put(bound, since.as_str().into());
            }
            parameters.put(name, offset);
        }
        Paging::Once => {}
    }
    let target = Target::Page { began_at: run.began_at, list: run.list, place: run.place.clone() };
    vec![Call { target, operation: list.operation.to_owned(), arguments: vec![parameters] }]
}

/// Returns whether a call obeys the rules of its operation; tests use it for all lists.
#[must_use]
pub fn obeys(marketplace: &Marketplace, call: &Call, settings: &Settings) -> bool {
    let operation = marketplace.operation(&call.operation);
    operation.is_some_and(|operation| operation.validate(call.arguments.clone(), settings).is_empty())
}

// They need all marketplaces.
#[cfg(test)]
#[cfg(feature = "default")]
mod tests;
