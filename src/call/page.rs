//! Walking a list that moves.
//!
//! New entries push the list down, so items come twice; entries that leave the filter (a ticket that the caller closes
//! while listing the open ones) pull it up, so a plain next offset would skip others. Each page is therefore asked for
//! with its first item being the last one that is known. When that anchor is not at its place, the list has moved up,
//! and the walk steps back until it meets a known item again.
//!
//! Pages that have numbers cannot overlap, so no anchor is possible: what a caller takes out of such a list while reading
//! it makes the walk skip others. Entries that come twice are still told by their ids.
//!
//! Where offsets end early, a list in the order of its times goes on from the time of the last item, as a list of its own
//! (its base) from offset 0. That page must begin with a known item too. When it does not, the time was understood in
//! another way than it was written, or what stood there has moved on: the walk goes back to the base before.

use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::input::{Fields, FromInput, Input};
use crate::rules::violation::Violations;
use serde::{Deserialize, Serialize};

/// Where a walk is. Plain data; the ids that were seen stay with the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Pager {
    /// The offset, or the number, of the page that was asked for last.
    pub offset: u64,
    /// Where the walk began.
    start: u64,
    /// Whether the page that was asked for last should begin with a known item.
    anchored: bool,
    /// How far the last page stepped back; doubles until an anchor is found. Of numbered pages: how many in a row brought
    /// nothing new.
    step: u64,
    /// Where to go on in the base before, until the present one has proved itself.
    before: Option<Resume>,
}

/// A place to go on from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Resume {
    offset: u64,
    start: u64,
    anchored: bool,
}

/// What the driver found in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct PageFacts {
    /// Items in the page.
    pub length: u64,
    /// Whether the first item was seen before this page.
    pub first_is_known: bool,
    /// Items in the page that were not seen before it.
    pub fresh: u64,
    /// Whether there are items behind it.
    pub more: bool,
    /// Whether pages have numbers.
    pub numbered: bool,
    /// Whether the list can go on from the time of the page's last item.
    #[serde(default)]
    pub rebase: bool,
}

impl FromInput for PageFacts {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            length: fields.take("length"),
            first_is_known: fields.take("firstIsKnown"),
            fresh: fields.take("fresh"),
            more: fields.take("more"),
            numbered: fields.take("numbered"),
            rebase: fields.take::<Option<bool>>("rebase").unwrap_or(false),
        }
    }
}

/// So many numbered pages in a row without anything new are no accident: the number does not reach the marketplace.
const MAX_STALE_PAGES: u64 = 3;

impl Pager {
    /// A walk whose first page starts at `offset`.
    #[must_use]
    pub fn from(offset: u64) -> Self {
        Self { offset, start: offset, ..Self::default() }
    }

    /// What to do with a page that has these facts.
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
        if let Some(Resume { offset, start, anchored }) = self.before.take()
            && !page.first_is_known
        {
            *self = Self { offset, start, anchored, ..Self::default() };
            return PageStep { keep: false, next: Some(offset), base: Base::Before, stuck: false };
        }
        if self.anchored && !page.first_is_known && self.offset > self.start {
            // An empty page says the same: the list is now shorter than what was read of it.
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
            *self = Self { before: Some(before), ..Self::default() };
            return PageStep { keep: true, next: Some(0), base: Base::Next, stuck: false };
        }
        PageStep { keep: true, next: Some(self.offset), base: Base::Same, stuck: false }
    }
}

/// Of which list the offsets of a walk are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Base {
    /// Of the same as before.
    Same,
    /// Of the one that begins with the time of the page's last item.
    Next,
    /// Of the one before the present one.
    Before,
}

/// What to do with a page of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PageStep {
    /// Whether its new items are handed on and remembered. Not those of a page behind a gap: they come again, and only
    /// as long as every known item stands before every unknown one does an anchor prove anything.
    pub keep: bool,
    /// The offset, or the number, of the page to read next, or `None` at the end.
    pub next: Option<u64>,
    /// Of which list that offset is.
    pub base: Base,
    /// Whether the walk cannot go on, although the list has not been read to its end. It fails with [`pages_repeat`].
    pub stuck: bool,
}

/// The error of a walk that is stuck.
#[must_use]
pub fn pages_repeat(marketplace: &str, endpoint: &str) -> TicketError {
    let text = "page after page held nothing new: the number of the page does not reach the marketplace";
    TicketError::local(ErrorKind::Decode, "pages_repeat", text, marketplace, endpoint)
}

#[cfg(test)]
mod tests;
