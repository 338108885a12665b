//! Iterates over a list that changes meanwhile.
//!
//! New entries push the list down, so items appear twice; entries that leave the filter (a ticket
//! that the caller closes while listing the open ones) pull it up, so a plain next offset would
//! skip others. Each page is therefore requested so that its first item is the last known one. When
//! that anchor is not at its place, the list has moved up, and the iteration steps back until it
//! meets a known item again.
//!
//! Numbered pages cannot overlap, so no anchor is possible: if a caller removes entries from such a
//! list while reading it, the iteration skips others. Duplicate entries are still recognised by
//! their ids.
//!
//! Where offsets are limited, a list that is sorted by time continues from the time of the last
//! item, as a separate list (its base) from offset 0. That page must begin with a known item too.
//! If it does not, the marketplace interpreted the time differently, or the item has moved; the
//! iteration then returns to the previous base.

use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::input::{Fields, FromInput};
use crate::rules::violation::Violations;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// The position of an iteration. It is plain data; the driver keeps the ids of known items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pager {
    /// The offset, or the number, of the page that was requested last.
    pub offset: u64,
    /// The offset or number where the iteration began.
    start: u64,
    /// Whether the page that was requested last should begin with a known item.
    anchored: bool,
    /// How far the last page stepped back; this doubles until an anchor is found. For numbered
    /// pages, it is the number of consecutive pages without anything new.
    step: u64,
    /// The place to continue in the previous base, until the present one has been confirmed.
    before: Option<Resume>,
    /// The number of consecutive pages without anything new, and how many of them repeated the page
    /// before.
    stale: u64,
    repeats: u64,
}

/// A place from which the iteration can continue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Resume {
    offset: u64,
    start: u64,
    anchored: bool,
}

/// The facts about a page that the driver reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct PageFacts {
    /// The number of items in the page.
    pub length: u64,
    /// Whether the first item was known before this page.
    pub first_is_known: bool,
    /// The number of items in the page that were not known before it.
    pub fresh: u64,
    /// Whether items follow after the page.
    pub more: bool,
    /// Whether pages are numbered.
    pub numbered: bool,
    /// Whether the list can continue from the time of the page's last item.
    #[serde(default)]
    pub rebase: bool,
    /// Whether the page begins and ends as the page before it did, and is as long.
    #[serde(default)]
    pub repeats: bool,
}

impl FromInput for PageFacts {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            length: fields.take("length"),
            first_is_known: fields.take("firstIsKnown"),
            fresh: fields.take("fresh"),
            more: fields.take("more"),
            numbered: fields.take("numbered"),
            rebase: fields.take::<Option<bool>>("rebase").unwrap_or(false),
            repeats: fields.take::<Option<bool>>("repeats").unwrap_or(false),
        }
    }
}

/// This many consecutive numbered pages without anything new are no accident: the page number does
/// not reach the marketplace.
const MAX_STALE_PAGES: u64 = 3;
/// A list with offsets may move down while it is read, or be read again from a time, so that pages
/// hold known items only. They are other pages each time, and not so many: a marketplace of several
/// servers that do not get the offset may show their pages in turn.
const MAX_KNOWN_PAGES: u64 = 20;
const MAX_KNOWN_ITEMS: u64 = 400;

impl Pager {
    /// Returns an iteration whose first page starts at `offset`.
    #[must_use]
    pub fn from(offset: u64) -> Self {
        Self { offset, start: offset, ..Self::default() }
    }

    /// Returns what to do with a page that has these facts.
    pub fn advance(&mut self, page: PageFacts) -> PageStep {
        if page.numbered {
            self.step = if page.fresh > 0 { 0 } else { self.step.saturating_add(1) };
            self.offset = self.offset.saturating_add(1);
            let stuck = page.more && self.step >= MAX_STALE_PAGES;
            return PageStep {
                keep: !stuck,
                next: (page.more && !stuck).then_some(self.offset),
                base: Base::Same,
                stuck,
            };
        }
        // Items of a page behind a gap are not kept, so they are no progress.
        let is_gap = !page.first_is_known && (self.before.is_some() || (self.anchored && self.offset > self.start));
        self.stale = if page.fresh > 0 && !is_gap { 0 } else { self.stale.saturating_add(1) };
        self.repeats = if page.fresh == 0 && page.repeats { self.repeats.saturating_add(1) } else { 0 };
        let (stale, repeats) = (self.stale, self.repeats);
        let is_endless = stale >= MAX_KNOWN_PAGES && stale.saturating_mul(page.length) >= MAX_KNOWN_ITEMS;
        if page.more && page.length > 0 && (repeats >= MAX_STALE_PAGES || is_endless) {
            return PageStep { keep: false, next: None, base: Base::Same, stuck: true };
        }
        if let Some(Resume { offset, start, anchored }) = self.before.take()
            && !page.first_is_known
        {
            *self = Self { offset, start, anchored, stale, repeats, ..Self::default() };
            return PageStep { keep: false, next: Some(offset), base: Base::Before, stuck: false };
        }
        if self.anchored && !page.first_is_known && self.offset > self.start {
            // An empty page means the same: the list is now shorter than the part that was read.
            self.step = self.step.saturating_mul(2).max(page.length).max(1);
            self.offset = self.offset.saturating_sub(self.step).max(self.start);
            return PageStep { keep: false, next: Some(self.offset), base: Base::Same, stuck: false };
        }
        self.step = 0;
        if !page.more || page.length == 0 {
            return PageStep { keep: true, next: None, base: Base::Same, stuck: false };
        }
        self.anchored = page.length > 1;
        self.offset = self.offset.saturating_add(if self.anchored { page.length.saturating_sub(1) } else { 1 });
        if page.rebase {
            let before = Resume { offset: self.offset, start: self.start, anchored: self.anchored };
            *self = Self { before: Some(before), stale, repeats, ..Self::default() };
            return PageStep { keep: true, next: Some(0), base: Base::Next, stuck: false };
        }
        PageStep { keep: true, next: Some(self.offset), base: Base::Same, stuck: false }
    }
}

/// The list to which the offsets of an iteration refer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Base {
    /// The same list as before.
    Same,
    /// The list that begins with the time of the page's last item.
    Next,
    /// The list before the present one.
    Before,
}

/// The decision about a page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PageStep {
    /// Whether its new items are returned and remembered. The items of a page behind a gap are not:
    /// they appear again, and an anchor proves something only as long as every known item stands
    /// before every unknown one.
    pub keep: bool,
    /// The offset, or the number, of the page to read next, or `None` at the end.
    pub next: Option<u64>,
    /// The list to which that offset refers.
    pub base: Base,
    /// Whether the iteration cannot continue, although the list has not been read to its end. It
    /// fails with [`pages_repeat`].
    pub stuck: bool,
}

/// Returns the error of an iteration that is stuck.
#[must_use]
pub fn pages_repeat(marketplace: &str, endpoint: &str) -> TicketError {
    let text = "page after page held nothing new: the place in the list does not reach the marketplace";
    TicketError::local(ErrorKind::Decode, code!("pages_repeat"), text, marketplace, endpoint)
}

#[cfg(test)]
mod tests;
