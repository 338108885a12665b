//! What an answer changes: rows, and the next checkpoint.

use super::Source;
use super::state::{Job, Place, Run, Stream, Work, mark_of};
use crate::desk::{revision_of, revision_of_parts};
use crate::vendor::desk::reading::{Flow, List, Paging};
use crate::vendor::desk::{Mapping, Raw, Stamp};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The most pages of one run. A list that never ends is cut there.
const MOST_PAGES: u32 = 5_000;
/// The most pages of a part.
const MOST_PART_PAGES: u64 = 20;
/// How often the same page may come again in a row. A marketplace may repeat one, and one that
/// ignores the place would repeat it for ever.
const MOST_REPEATS: u32 = 3;
/// The most tickets of which a sweep can find missing ones.
const MOST_SEEN: usize = 50_000;
/// How long a thread may take to show all of it, with the hours by which a zone may be unknown.
const MOST_LAG_MS: f64 = 4.0 * 3_600_000.0;
/// The most failures of one part, after which the ticket is shown without it.
const MOST_JOB_FAILURES: u32 = 5;
/// The time between two tries, which doubles with each failure.
const BACK_OFF_MS: f64 = 5_000.0;
/// The longest time between two tries. It is short, so that everything is read soon after an outage.
const MOST_BACK_OFF_MS: f64 = 300_000.0;

/// Where an answer belongs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Target {
    /// It is a page of a list.
    Page {
        /// When the run began.
        began_at: f64,
        /// The index of the list.
        list: usize,
        /// The place of the page.
        place: Place,
    },
    /// It is a part of a ticket.
    Part {
        /// The ticket.
        ticket: String,
        /// The part.
        part: String,
        /// The offset.
        offset: u64,
    },
    /// It says that events are acknowledged.
    Acknowledged,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// The error's code.
    pub code: String,
    /// How long the marketplace asked to wait.
    pub retry_after_ms: Option<f64>,
    /// Whether the marketplace says that the ticket does not exist.
    pub is_missing: bool,
    /// Whether our own time ended the call: then the account did not fail, and the call is due again.
    pub is_cut: bool,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Where it belongs.
    pub target: Target,
    /// When the call began, in milliseconds since 1970.
    pub began_at: f64,
    /// The items, and whether more follow; a single thing is one item.
    pub answer: Result<(Vec<Json>, bool), Failure>,
    /// Whether it is the last answer of its step, after which another worker may have the stream.
    pub is_last: bool,
}

impl Page {
    /// Returns the items of an answer and whether more follow. `list` is the field that holds the
    /// items of a page, with whether another page follows; any other answer is one item, or a list
    /// of all.
    #[must_use]
    pub fn items_of(source: &Source<'_>, mut value: Json, list: Option<(&str, bool)>) -> (Vec<Json>, bool) {
        if let Some((field, more)) = list {
            return (value.take(field).into_list(), more);
        }
        match value {
            Json::List(items) => {
                let most =
                    source.marketplace.desk.reading.acknowledge.map_or(usize::MAX, |acknowledge| acknowledge.most);
                let is_full = items.len() >= most;
                (items, is_full)
            }
            Json::Absent => (Vec::new(), false),
            other => (vec![other], false),
        }
    }
}

/// A stored ticket that an answer may change.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// When the read that it is from began.
    pub began_at: f64,
    /// The revision of the list's item that it is from.
    pub listed: String,
    /// Its parts.
    pub raw: Raw,
    /// Whether the desk has forgotten it, and keeps only what tells whether it changes.
    pub is_forgotten: bool,
}

/// A row to store. A store replaces its row only if this read began later.
#[derive(Debug, Clone, PartialEq)]
pub struct RowWrite {
    /// The ticket's id.
    pub id: String,
    /// When the read began.
    pub began_at: f64,
    /// The revision of the list's item.
    pub listed: String,
    /// The parts.
    pub raw: Raw,
}

/// What a whole sweep has seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Swept {
    /// When it began.
    pub began_at: f64,
    seen: Vec<u64>,
}

impl Swept {
    /// Returns those of these tickets that the sweep did not see. A ticket that was first read
    /// after the sweep began is not missing.
    #[must_use]
    pub fn missing<'a>(&self, stored: &'a [(String, f64)]) -> Vec<&'a str> {
        let seen: HashSet<u64> = self.seen.iter().copied().collect();
        let is_missing = |(id, began_at): &&(String, f64)| *began_at < self.began_at && !seen.contains(&mark_of(id));
        stored.iter().filter(is_missing).map(|(id, _)| id.as_str()).collect()
    }
}

/// What an answer changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The next checkpoint, to be stored together with the rows.
    pub stream: Stream,
    /// The rows that differ from what is stored.
    pub rows: Vec<RowWrite>,
    /// The tickets that the marketplace says do not exist.
    pub gone: Vec<String>,
    /// The items that are no tickets as documented. They hide no others.
    pub odd: Vec<Json>,
    /// What a sweep saw, when it is whole.
    pub swept: Option<Swept>,
}

/// Returns the ids of the tickets that an answer is about, so that a store can look them up.
#[must_use]
pub fn ids_of(source: &Source<'_>, page: &Page) -> Vec<String> {
    match (&page.target, &page.answer) {
        (Target::Page { .. }, Ok((items, _))) => {
            items.iter().filter_map(|item| (source.marketplace.desk.reading.id)(item)).collect()
        }
        (Target::Part { ticket, .. }, _) => vec![ticket.clone()],
        _ => Vec::new(),
    }
}

/// Returns those of the tickets that an answer is about of which more than `heads` has to be known:
/// they may change. `heads` has the stored tickets without their parts.
#[must_use]
pub fn changed_ids(source: &Source<'_>, page: &Page, heads: &[Known]) -> Vec<String> {
    let mapping = source.marketplace.desk;
    let ids = ids_of(source, page);
    let (Target::Page { .. }, Ok((items, _)), None) = (&page.target, &page.answer, mapping.reading.acknowledge) else {
        return ids;
    };
    let id_if_changed = |item: &Json| {
        let id = (mapping.reading.id)(item)?;
        Listed::of(mapping, item, &id, page, heads).is_news().then_some(id)
    };
    items.iter().filter_map(id_if_changed).collect()
}

/// An item of a list, compared with what is stored.
struct Listed<'a> {
    stored: Option<&'a Known>,
    revision: String,
    is_same: bool,
    is_late: bool,
}

impl<'a> Listed<'a> {
    fn of(mapping: &Mapping, item: &Json, id: &str, page: &Page, known: &'a [Known]) -> Self {
        let stored = known.iter().find(|known| known.id == id);
        let revision = revision_of(mapping, item);
        let is_same = stored.is_some_and(|stored| stored.listed == revision);
        let is_late = stored.is_some_and(|stored| stored.began_at > page.began_at);
        Self { stored, revision, is_same, is_late }
    }

    fn is_news(&self) -> bool {
        !self.is_same && !self.is_late
    }
}

/// Returns what an answer changes. `known` has the stored tickets that it is about, as far as they
/// exist, see [`ids_of`]; the parts of those that are not among [`changed_ids`] are not needed.
#[must_use]
pub fn apply(source: &Source<'_>, page: &Page, known: &[Known], now_ms: f64) -> Applied {
    let stream = Stream {
        version: source.stream.version.saturating_add(1),
        lease_until: if page.is_last { now_ms } else { source.stream.lease_until },
        ..source.stream.clone()
    };
    let mut out = Applied { stream, rows: Vec::new(), gone: Vec::new(), odd: Vec::new(), swept: None };
    let is_current = match &page.target {
        Target::Page { began_at, list, place } => source
            .stream
            .run
            .as_ref()
            .is_some_and(|run| (run.began_at, run.list, &run.place) == (*began_at, *list, place)),
        Target::Part { .. } | Target::Acknowledged => {
            source.stream.jobs.iter().any(|job| job.call().target == page.target)
        }
    };
    if !is_current {
        return Applied { stream: source.stream.clone(), ..out };
    }
    if page.answer.as_ref().is_err_and(|failure| failure.is_cut) {
        out.stream.lease_until = now_ms;
        return out;
    }
    match (&page.target, &page.answer) {
        (Target::Page { .. }, Ok((items, more))) => listed(source, page, items, *more, known, &mut out, now_ms),
        (Target::Page { .. }, Err(failure)) => back_off(&mut out.stream, failure, now_ms),
        (target, Ok((items, more))) => part(source, page, target, (items, *more), known, &mut out),
        (target, Err(failure)) => part_failed(target, failure, &mut out, now_ms),
    }
    out
}

/// A failure makes the whole stream wait, and leaves all others alone.
fn back_off(stream: &mut Stream, failure: &Failure, now_ms: f64) {
    let doubled = BACK_OFF_MS * 2f64.powi(i32::try_from(stream.failures.min(20)).unwrap_or_default());
    let asked = failure.retry_after_ms.unwrap_or_default().max(0.0);
    stream.retry_at = now_ms + doubled.min(MOST_BACK_OFF_MS).max(asked);
    stream.failures = stream.failures.saturating_add(1);
    stream.error = Some(failure.code.clone());
}

fn listed(
    source: &Source<'_>,
    page: &Page,
    items: &[Json],
    more: bool,
    known: &[Known],
    out: &mut Applied,
    now_ms: f64,
) {
    let (stream, mapping) = (&mut out.stream, source.marketplace.desk);
    let Some(mut run) = stream.run.take() else { return };
    let lists = source.lists(&run);
    run.pages = run.pages.saturating_add(1);
    let marks = items.iter().map(|item| mark_of(&(mapping.reading.id)(item).unwrap_or_default()));
    let mark = marks.fold(0_u64, |all, mark| all.rotate_left(7) ^ mark);
    run.last = (mark, if run.last.0 == mark { run.last.1.saturating_add(1) } else { 1 });
    let mut fresh = 0usize;
    if let Some(acknowledge) = mapping.reading.acknowledge {
        fresh = events(source, page, items, known, &mut out.rows, &mut out.odd);
        // An event that cannot be stored as a part of a ticket comes again, until a person looks.
        let is_stored = |event: &&Json| (mapping.reading.id)(event).is_some();
        let ours = items.iter().filter(is_stored).filter_map(|event| (acknowledge.id)(event, source.account));
        let ours: Vec<String> = ours.collect();
        if !ours.is_empty() {
            let work = Work::Acknowledge { operation: acknowledge.operation.to_owned(), ids: ours };
            stream.jobs.push(Job { ticket: String::new(), work, failures: 0 });
        }
    } else {
        for item in items {
            let Some(id) = (mapping.reading.id)(item) else {
                out.odd.push(item.clone());
                continue;
            };
            if stream.flow == Flow::Sweep && run.seen.len() < MOST_SEEN {
                run.seen.push(mark_of(&id));
            } else if stream.flow == Flow::Sweep {
                run.is_cut = true;
            }
            newest(&mut run, item, mapping.reading.updated);
            let compared = Listed::of(mapping, item, &id, page, known);
            let is_news = compared.is_news();
            let Listed { stored, revision, is_same, is_late } = compared;
            // A list may not show a letter, so a sweep reads the threads that are open. Before the first
            // one ends, what is stored was just read.
            let is_forgotten = stored.is_some_and(|stored| stored.is_forgotten);
            let may_hide = (mapping.reading.is_open)(item) || is_fresh(stream.read_at, item, mapping.reading.updated);
            let looks_into = stream.flow == Flow::Sweep && stream.read_at.is_some();
            let is_looked_into = looks_into && !is_forgotten && may_hide;
            if !is_late && (!is_same || is_looked_into) {
                for detail in (mapping.reading.details)(item) {
                    let is_there =
                        |job: &Job| matches!(&job.work, Work::Read { detail: other, .. } if *other == detail);
                    if !stream.jobs.iter().any(is_there) {
                        let work = Work::Read { detail, offset: 0, so_far: Vec::new() };
                        stream.jobs.push(Job { ticket: id.clone(), work, failures: 0 });
                    }
                }
            }
            if !is_news || out.rows.iter().any(|row| row.id == id && row.listed == revision) {
                continue;
            }
            fresh = fresh.saturating_add(1);
            let mut raw = parts_of(stored);
            overlay(&mut raw.ticket, item);
            out.rows.retain(|row| row.id != id);
            out.rows.push(RowWrite { id, began_at: page.began_at, listed: revision, raw });
        }
    }
    let list = lists.get(run.list);
    let next = list.and_then(|list| next_place(&mut run, list, items, more, fresh)).filter(|_| {
        run.is_cut |= run.pages >= MOST_PAGES;
        run.pages < MOST_PAGES
    });
    if let Some(place) = next {
        stream.run = Some(Run { place, ..run });
    } else if let Some(following) = lists.get(run.list.saturating_add(1)) {
        let list = run.list.saturating_add(1);
        stream.run = Some(Run { list, place: Place::first(following.paging), last: (0, 0), ..run });
    } else {
        out.swept = end(source, stream, run, now_ms);
    }
    (stream.failures, stream.error) = (0, None);
}

/// Returns whether an item has changed since the last sweep. Its threads may have been read before
/// the marketplace showed all of them, and no other change need follow: the ticket may be closed.
fn is_fresh(read_at: Option<f64>, item: &Json, updated: &str) -> bool {
    let at = item.get(updated).and_then(Json::as_str).and_then(|text| Stamp::read(text).at);
    at.zip(read_at).is_some_and(|(at, read_at)| at > read_at - MOST_LAG_MS)
}

/// Returns the parts that the marketplace told. What the desk sent is the outbox's, and no sync
/// writes it.
fn parts_of(stored: Option<&Known>) -> Raw {
    let raw = stored.map(|stored| stored.raw.clone()).unwrap_or_default();
    Raw { own: Vec::new(), ..raw }
}

/// Replaces the fields that an item has; the parts that only a single read has stay.
fn overlay(ticket: &mut Json, item: &Json) {
    match (&*ticket, item) {
        (Json::Map(_), Json::Map(fields)) => {
            for (name, value) in fields {
                ticket.put(name, value.clone());
            }
        }
        _ => *ticket = item.clone(),
    }
}

fn newest(run: &mut Run, item: &Json, field: &str) {
    let Some(text) = item.get(field).and_then(Json::as_str) else { return };
    let at = |text: &str| Stamp::read(text).at;
    let is_newer = match (at(text), run.newest.as_deref().and_then(at)) {
        (Some(found), Some(known)) => found > known,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if is_newer {
        run.newest = Some(text.to_owned());
    }
}

/// Returns the place of the list's next page; `None` at its end.
fn next_place(run: &mut Run, list: &List, items: &[Json], more: bool, fresh: usize) -> Option<Place> {
    let place = run.place.clone();
    let length = u64::try_from(items.len()).unwrap_or(u64::MAX);
    if more && run.last.1 > MOST_REPEATS {
        run.is_cut = true;
        return None;
    }
    match list.paging {
        Paging::Offset { .. } => {
            let is_first = place.offset == 0;
            let offset = place.offset.saturating_add(length);
            match (place.again, more && length > 0) {
                (false, true) => Some(Place { offset, ..place }),
                // What was read with one call cannot have moved meanwhile.
                (false, false) => (!is_first).then(|| Place { again: true, ..Place::first(list.paging) }),
                (true, true) if fresh > 0 => Some(Place { offset, ..place }),
                (true, _) => None,
            }
        }
        Paging::Number { .. } => more.then(|| Place { offset: place.offset.saturating_add(1), ..place }),
        Paging::Since { time, most, .. } => {
            if !more || length == 0 {
                return None;
            }
            let offset = place.offset.saturating_add(length);
            if offset <= most {
                return Some(Place { offset, ..place });
            }
            let Some(last) = items.last().and_then(|item| item.get(time)).and_then(Json::as_str).map(Stamp::read)
            else {
                run.is_cut = true;
                return None;
            };
            let before = place.bound.as_deref().map(Stamp::read).and_then(|bound| bound.at);
            let bound = match (last.at, before) {
                (Some(at), Some(before)) if at <= before => {
                    // More tickets of one moment than can be reached: what is left of that second
                    // is passed over, and it is said.
                    run.is_cut = true;
                    let next = format_date_time(before + 1000.0);
                    if last.zoned { next } else { next.trim_end_matches('Z').to_owned() }
                }
                (Some(_), _) => last.wire,
                (None, _) => {
                    run.is_cut = true;
                    return None;
                }
            };
            Some(Place { offset: 0, bound: Some(bound), again: false })
        }
        // A full page may not be all; what was acknowledged makes room for the rest.
        Paging::Once => (fresh > 0 && more).then_some(place),
    }
}

/// Ends a run. A watermark moves only when everything before it was read.
fn end(source: &Source<'_>, stream: &mut Stream, run: Run, now_ms: f64) -> Option<Swept> {
    let every = source.marketplace.desk.reading.every_ms;
    let index = match stream.flow {
        Flow::Hot => 0,
        Flow::Recent => 1,
        Flow::Sweep => 2,
    };
    stream.due_at = (run.began_at + every.get(index).copied().unwrap_or(f64::INFINITY)).max(now_ms);
    stream.is_complete = !run.is_cut;
    stream.read_at = Some(now_ms);
    stream.run = None;
    if stream.flow == Flow::Recent {
        let at = |text: &Option<String>| text.as_deref().and_then(|text| Stamp::read(text).at);
        if at(&run.newest) > at(&stream.watermark) {
            stream.watermark = run.newest;
        }
    }
    (stream.flow == Flow::Sweep && stream.is_complete).then_some(Swept { began_at: run.began_at, seen: run.seen })
}

/// Stores events with their tickets. An event that is stored already comes again until it is
/// acknowledged. Returns how many were new.
fn events(
    source: &Source<'_>,
    page: &Page,
    items: &[Json],
    known: &[Known],
    rows: &mut Vec<RowWrite>,
    odd: &mut Vec<Json>,
) -> usize {
    let mapping = source.marketplace.desk;
    let Some(acknowledge) = mapping.reading.acknowledge else { return 0 };
    let mut fresh = 0usize;
    for event in items {
        // Whatever the filter let through besides belongs to somebody else.
        let Some(event_id) = (acknowledge.id)(event, source.account) else { continue };
        let Some(id) = (mapping.reading.id)(event) else {
            odd.push(event.clone());
            continue;
        };
        let before = rows.iter().find(|row| row.id == id).map(|row| row.raw.clone());
        let mut raw = before.unwrap_or_else(|| parts_of(known.iter().find(|known| known.id == id)));
        let mut list = std::mem::take(&mut raw.messages).into_list();
        if list.iter().any(|known| known.get("id").and_then(Json::as_str) == Some(event_id.as_str())) {
            continue;
        }
        fresh = fresh.saturating_add(1);
        list.push(event.clone());
        raw.messages = Json::List(list);
        rows.retain(|row| row.id != id);
        rows.push(RowWrite { id, began_at: page.began_at, listed: String::new(), raw });
    }
    fresh
}

/// Stores a part of a ticket, or asks for its next page.
fn part(
    source: &Source<'_>,
    page: &Page,
    target: &Target,
    (items, more): (&[Json], bool),
    known: &[Known],
    out: &mut Applied,
) {
    let Some(index) = out.stream.jobs.iter().position(|job| job.call().target == *target) else { return };
    let job = out.stream.jobs.remove(index);
    (out.stream.failures, out.stream.error) = (0, None);
    let Work::Read { detail, offset, mut so_far } = job.work else { return };
    so_far.extend(items.iter().cloned());
    let length = u64::try_from(items.len()).unwrap_or(u64::MAX);
    let next = offset.saturating_add(length);
    if more && length > 0 && detail.offset.is_some() && next < length.saturating_mul(MOST_PART_PAGES) {
        let work = Work::Read { detail, offset: next, so_far };
        out.stream.jobs.insert(index, Job { ticket: job.ticket, work, failures: 0 });
        return;
    }
    let mapping = source.marketplace.desk;
    let stored = known.iter().find(|known| known.id == job.ticket);
    if stored.is_some_and(|stored| stored.began_at > page.began_at) {
        return;
    }
    let before = parts_of(stored);
    let mut raw = before.clone();
    match detail.part.as_str() {
        "messages" => raw.messages = Json::List(so_far),
        "events" => raw.events = Json::List(so_far),
        "returns" => raw.returns = Json::List(so_far),
        _ => match so_far.pop() {
            Some(whole) => overlay(&mut raw.ticket, &whole),
            None => return,
        },
    }
    if revision_of_parts(mapping, &raw) != revision_of_parts(mapping, &before) {
        let listed = stored.map(|stored| stored.listed.clone()).unwrap_or_default();
        out.rows.push(RowWrite { id: job.ticket, began_at: page.began_at, listed, raw });
    }
}

/// A part that fails is tried again later, and after some failures the ticket is shown without it.
fn part_failed(target: &Target, failure: &Failure, out: &mut Applied, now_ms: f64) {
    let Some(index) = out.stream.jobs.iter().position(|job| job.call().target == *target) else { return };
    let mut job = out.stream.jobs.remove(index);
    job.failures = job.failures.saturating_add(1);
    let is_acknowledgement = matches!(job.work, Work::Acknowledge { .. });
    if failure.is_missing && !is_acknowledgement {
        out.gone.push(job.ticket);
        return;
    }
    // What was stored must be acknowledged some time, or it comes again.
    if is_acknowledgement || job.failures < MOST_JOB_FAILURES {
        // Others come first.
        out.stream.jobs.push(job);
    }
    back_off(&mut out.stream, failure, now_ms);
}
