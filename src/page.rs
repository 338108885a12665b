//! Walking a list that moves.
//!
//! New entries push the list down, so items come twice; entries that leave the filter (a ticket that the caller closes
//! while listing the open ones) pull it up, so a plain next offset would skip others. Each page is therefore asked for
//! with its first item being the last one that is known. When that anchor is not at its place, the list has moved up,
//! and the walk steps back until it meets a known item again.

use serde::{Deserialize, Serialize};

/// Where a walk is. Plain data; the ids that were seen stay with the driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Walk {
    /// The offset of the page that was asked for last.
    pub offset: u64,
    /// Where the walk began.
    start: u64,
    /// Whether the page that was asked for last should begin with a known item.
    anchored: bool,
    /// How far the last page stepped back; doubles until an anchor is found.
    step: u64,
}

/// What the driver found in a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageFacts {
    /// Items in the page.
    pub length: u64,
    /// Whether the first item was seen before this page.
    pub first_is_known: bool,
    /// Whether there are items behind it.
    pub more: bool,
}

impl Walk {
    /// A walk whose first page starts at `offset`.
    #[must_use]
    pub fn from(offset: u64) -> Self {
        Self { offset, start: offset, anchored: false, step: 0 }
    }

    /// What to do with a page that has these facts.
    pub fn turn(&mut self, page: PageFacts) -> Turn {
        if self.anchored && !page.first_is_known && self.offset > self.start {
            // An empty page says the same: the list is now shorter than what was read of it.
            self.step = self.step.saturating_mul(2).max(page.length).max(1);
            self.offset = self.offset.saturating_sub(self.step).max(self.start);
            return Turn { keep: false, next: Some(self.offset) };
        }
        self.step = 0;
        if !page.more || page.length == 0 {
            return Turn { keep: true, next: None };
        }
        self.anchored = page.length > 1;
        self.offset = self.offset.saturating_add(if self.anchored { page.length.saturating_sub(1) } else { 1 });
        Turn { keep: true, next: Some(self.offset) }
    }
}

/// What to do with a page of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// Whether its new items are handed on and remembered. Not those of a page behind a gap: they come again, and only
    /// as long as every known item stands before every unknown one does an anchor prove anything.
    pub keep: bool,
    /// The offset of the page to read next, or `None` at the end.
    pub next: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    /// Walks a list that `change` alters after each page; returns what was yielded.
    fn walk(mut list: Vec<u32>, limit: usize, mut change: impl FnMut(usize, &mut Vec<u32>, &[u32])) -> Vec<u32> {
        let (mut seen, mut yielded) = (HashSet::new(), Vec::new());
        let mut walk = Walk::from(0);
        for round in 0..10_000 {
            let at = usize::try_from(walk.offset).unwrap().min(list.len());
            let items = list[at..list.len().min(at + limit)].to_vec();
            let facts = PageFacts {
                length: items.len() as u64,
                first_is_known: items.first().is_some_and(|item| seen.contains(item)),
                more: at + items.len() < list.len(),
            };
            let turn = walk.turn(facts);
            let fresh: Vec<_> = items.into_iter().filter(|item| turn.keep && seen.insert(*item)).collect();
            yielded.extend(&fresh);
            if turn.next.is_none() {
                return yielded;
            }
            change(round, &mut list, &fresh);
        }
        panic!("the walk does not end");
    }

    #[test]
    fn a_list_at_rest_is_read_once() {
        for length in [0, 1, 2, 29, 30, 31, 59, 60, 95] {
            let list: Vec<u32> = (0..length).collect();
            for limit in [1, 2, 30] {
                assert_eq!(walk(list.clone(), limit, |_, _, _| {}), list, "{length} by {limit}");
            }
        }
    }

    #[test]
    fn closing_what_was_listed_skips_nothing() {
        let list: Vec<u32> = (0..200).collect();
        let closed_all = walk(list.clone(), 30, |_, list, fresh| list.retain(|item| !fresh.contains(item)));
        assert_eq!(closed_all, list);
        let closed_some = walk(list.clone(), 30, |_, list, fresh| {
            list.retain(|item| !fresh.contains(item) || item % 3 == 0);
        });
        assert_eq!(closed_some, list);
    }

    #[test]
    fn new_entries_at_the_top_yield_nothing_twice() {
        let list: Vec<u32> = (0..100).collect();
        let read = walk(list.clone(), 30, |round, list, _| {
            for new in 0..7 {
                list.insert(0, 1000 + u32::try_from(round).unwrap() * 10 + new);
            }
        });
        assert_eq!(read, list);
    }

    proptest! {
        #[test]
        fn what_stays_in_the_list_is_yielded_exactly_once(
            length in 0u32..150,
            limit in 2usize..31,
            moves in proptest::collection::vec((0usize..10, 0u32..4), 0..40),
        ) {
            let mut removed = HashSet::new();
            let read = walk((0..length).collect(), limit, |round, list, _| {
                if let Some((inserted, keep)) = moves.get(round) {
                    if *keep > 0 {
                        list.retain(|item| *item >= 1000 || item % (keep + 1) != 0 || !removed.insert(*item));
                    }
                    for new in 0..*inserted {
                        list.insert(0, 1000 + u32::try_from(round * 10 + new).unwrap());
                    }
                }
            });
            let unique: HashSet<_> = read.iter().copied().collect();
            prop_assert_eq!(unique.len(), read.len());
            for item in (0..length).filter(|item| !removed.contains(item)) {
                prop_assert!(unique.contains(&item), "{} was skipped", item);
            }
        }
    }
}
