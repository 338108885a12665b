use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

/// Iterates over a list that `change` alters after each page, and returns the items that were
/// yielded.
fn walk(mut list: Vec<u32>, limit: usize, mut change: impl FnMut(usize, &mut Vec<u32>, &[u32])) -> Vec<u32> {
    let (mut seen, mut yielded) = (HashSet::new(), Vec::new());
    let mut walk = Pager::from(0);
    for round in 0..10_000 {
        let at = usize::try_from(walk.offset).unwrap().min(list.len());
        let items = list[at..list.len().min(at + limit)].to_vec();
        let facts = PageFacts {
            length: items.len() as u64,
            first_is_known: items.first().is_some_and(|item| seen.contains(item)),
            fresh: items.iter().filter(|item| !seen.contains(*item)).count() as u64,
            more: at + items.len() < list.len(),
            numbered: false,
            rebase: false,
            repeats: false,
        };
        let turn = walk.advance(facts);
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
fn a_walk_survives_the_host() {
    let facts = |rebase| PageFacts {
        length: 3,
        first_is_known: false,
        fresh: 3,
        more: true,
        numbered: false,
        rebase,
        repeats: false,
    };
    let mut walk = Pager::from(7);
    assert_eq!(walk.advance(facts(false)).next, Some(9));
    assert_eq!(crate::wire::state::round_trip(&walk), walk);
    assert_eq!(walk.advance(PageFacts { first_is_known: true, ..facts(true) }).base, Base::Next);
    assert_eq!(crate::wire::state::round_trip(&walk), walk);
    assert!(walk.before.is_some());
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

/// Returns the numbered pages that an iteration requests, and whether it reached the end. Each page
/// gives its number of items, the number of new ones, and whether others follow.
fn numbered(start: u64, pages: &[(u64, u64, bool)]) -> (Vec<u64>, bool) {
    let (mut walk, mut asked) = (Pager::from(start), vec![start]);
    for (length, fresh, more) in pages.iter().copied() {
        let facts = PageFacts {
            length,
            first_is_known: fresh < length,
            fresh,
            more,
            numbered: true,
            rebase: false,
            repeats: false,
        };
        match walk.advance(facts) {
            PageStep { keep, next: None, stuck, .. } => {
                assert_ne!(keep, stuck);
                return (asked, !stuck);
            }
            PageStep { next: Some(next), stuck: false, .. } => asked.push(next),
            step => panic!("a walk that is stuck goes on: {step:?}"),
        }
    }
    panic!("the walk does not end");
}

#[test]
fn numbered_pages_are_read_one_after_the_other() {
    assert_eq!(numbered(1, &[(100, 100, false)]), (vec![1], true));
    assert_eq!(numbered(4, &[(100, 100, true), (100, 100, true), (7, 7, false)]), (vec![4, 5, 6], true));
    // A short page, or even an empty one, is not the last if it says that others follow.
    assert_eq!(numbered(1, &[(3, 3, true), (0, 0, true), (100, 99, true), (0, 0, false)]), (vec![1, 2, 3, 4], true));
    // The list moved down by more than a page.
    let moved = [(2, 2, true), (2, 0, true), (2, 0, true), (2, 1, true), (2, 0, true), (1, 1, false)];
    assert_eq!(numbered(1, &moved), (vec![1, 2, 3, 4, 5, 6], true));
}

#[test]
fn a_page_that_comes_again_and_again_does_not_make_a_loop() {
    assert_eq!(numbered(1, &[(9, 9, true), (9, 0, true), (9, 0, true), (9, 0, true)]), (vec![1, 2, 3, 4], false));
    assert_eq!(numbered(1, &[(0, 0, true), (0, 0, true), (0, 0, true)]), (vec![1, 2, 3], false));
    assert_eq!(numbered(1, &[(9, 9, true), (9, 0, true), (9, 0, true), (9, 0, false)]), (vec![1, 2, 3, 4], true));
}

/// A list that is sorted by time, of which the host shows no offset above `most`.
struct Timed {
    /// Time and id.
    items: Vec<(u32, u32)>,
    limit: usize,
    most: usize,
    /// How much later the host interprets a time than it was written.
    shift: u32,
}

impl Timed {
    fn page(&self, since: u32, offset: usize) -> Option<(Vec<(u32, u32)>, bool)> {
        let since = if since == 0 { 0 } else { since + self.shift };
        let mut list: Vec<_> = self.items.iter().copied().filter(|(time, _)| *time >= since).collect();
        list.sort_unstable();
        let rest = list.get(offset..).unwrap_or_default();
        (offset <= self.most).then(|| (rest.iter().copied().take(self.limit).collect(), rest.len() > self.limit))
    }
}

/// Iterates over it; returns `None` if the iteration needs an offset that does not exist.
fn walk_times(mut list: Timed, mut change: impl FnMut(usize, &mut Vec<(u32, u32)>)) -> Option<Vec<u32>> {
    let (mut seen, mut yielded) = (HashSet::new(), Vec::new());
    let (mut walk, mut since, mut before) = (Pager::from(0), 0, 0);
    for round in 0..10_000 {
        let (items, more) = list.page(since, usize::try_from(walk.offset).unwrap())?;
        let last = items.last().map_or(0, |(time, _)| *time);
        let facts = PageFacts {
            length: items.len() as u64,
            first_is_known: items.first().is_some_and(|(_, id)| seen.contains(id)),
            more,
            fresh: items.iter().filter(|(_, id)| !seen.contains(id)).count() as u64,
            numbered: false,
            rebase: last > since,
            repeats: false,
        };
        let turn = walk.advance(facts);
        yielded.extend(items.into_iter().map(|(_, id)| id).filter(|id| turn.keep && seen.insert(*id)));
        match turn.base {
            Base::Same => {}
            Base::Next => (before, since) = (since, last),
            Base::Before => since = before,
        }
        if turn.next.is_none() {
            return Some(yielded);
        }
        assert_eq!(turn.next, Some(walk.offset));
        change(round, &mut list.items);
    }
    panic!("the walk does not end");
}

#[test]
fn a_list_is_read_far_beyond_its_last_offset() {
    let items: Vec<_> = (0..1000).map(|id| (10 + id / 3, id)).collect();
    let ids: Vec<u32> = (0..1000).collect();
    for limit in [1, 2, 5, 10] {
        let list = Timed { items: items.clone(), limit, most: 10, shift: 0 };
        assert_eq!(walk_times(list, |_, _| {}), Some(ids.clone()), "by {limit}");
    }
}

#[test]
fn as_many_of_one_time_as_offsets_reach_are_read_and_more_are_an_error() {
    let list = |count| Timed { items: (0..count).map(|id| (7, id)).collect(), limit: 10, most: 10, shift: 0 };
    assert_eq!(walk_times(list(19), |_, _| {}), Some((0..19).collect()));
    assert_eq!(walk_times(list(20), |_, _| {}), None);
}

#[test]
fn a_host_that_takes_times_for_later_ones_is_noticed() {
    let items: Vec<_> = (0..100).map(|id| (10 + id, id)).collect();
    let list = |most| Timed { items: items.clone(), limit: 10, most, shift: 30 };
    assert_eq!(walk_times(list(100), |_, _| {}), Some((0..100).collect()));
    assert_eq!(walk_times(list(10), |_, _| {}), None);
}

proptest! {
    #[test]
    fn whatever_few_pages_come_in_turn_an_iteration_ends(
        pages in proptest::collection::vec(proptest::collection::vec(0u32..40, 0..8), 1..6),
        rebase: bool,
    ) {
        in_turn(&pages.iter().map(Vec::as_slice).collect::<Vec<_>>(), true, rebase);
    }

    #[test]
    fn in_a_list_by_time_what_stays_is_yielded_exactly_once(
        times in proptest::collection::vec(1u32..40, 0..120),
        limit in 2usize..12,
        moves in proptest::collection::vec((0u32..120, 0u32..3), 0..60),
    ) {
        let count = u32::try_from(times.len()).unwrap();
        let items = times.into_iter().zip(0..).collect();
        let mut removed = HashSet::new();
        let list = Timed { items, limit, most: 1000, shift: 0 };
        let read = walk_times(list, |round, items| {
            let Some((id, kind)) = moves.get(round) else { return };
            if *kind == 0 && removed.insert(*id) {
                items.retain(|item| item.1 != *id);
            } else if let Some(item) = items.iter_mut().find(|item| item.1 == *id) {
                item.0 = 40 + u32::try_from(round / 4).unwrap();
            }
        }).unwrap();
        let unique: HashSet<_> = read.iter().copied().collect();
        prop_assert_eq!(unique.len(), read.len());
        for id in (0..count).filter(|id| !removed.contains(id)) {
            prop_assert!(unique.contains(&id), "{} was skipped", id);
        }
    }

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

/// Returns how many pages an iteration requests of a marketplace that answers each request with one
/// of these pages in turn, and whether it ended with an error.
fn repeated(pages: &[&[u32]], more: bool) -> (usize, bool) {
    in_turn(pages, more, false)
}

fn in_turn(pages: &[&[u32]], more: bool, rebase: bool) -> (usize, bool) {
    let (mut seen, mut last, mut walk) = (HashSet::<u32>::new(), None, Pager::from(0));
    for round in 0..20_000 {
        let items = pages[round % pages.len()];
        let ends = (items.first().copied(), items.last().copied(), items.len());
        let facts = PageFacts {
            length: items.len() as u64,
            first_is_known: items.first().is_some_and(|item| seen.contains(item)),
            fresh: items.iter().filter(|item| !seen.contains(*item)).count() as u64,
            more,
            numbered: false,
            rebase,
            repeats: last.replace(ends) == Some(ends),
        };
        let turn = walk.advance(facts);
        assert_eq!(crate::wire::state::round_trip(&walk), walk);
        seen.extend(items.iter().filter(|_| turn.keep));
        if turn.stuck || turn.next.is_none() {
            return (round + 1, turn.stuck);
        }
    }
    panic!("the walk does not end");
}

#[test]
fn a_list_that_repeats_its_page_ends_after_a_few_rounds() {
    for page in [&[1, 2, 3][..], &[1], &[1, 1, 1]] {
        assert_eq!(repeated(&[page], true), (4, true), "{page:?}");
    }
    let (rounds, stuck) = repeated(&[&[1, 2, 3], &[2, 3, 4]], true);
    assert!(stuck && rounds <= 140, "{rounds}");
    let pages = [(0..30).collect::<Vec<_>>(), (1..31).collect()];
    assert_eq!(repeated(&[&pages[0], &pages[1]], true), (22, true));
    // Several servers, none of which gets the offset, with other items each.
    let other = (100..130).collect::<Vec<_>>();
    assert_eq!(repeated(&[&pages[0], &other], true), (21, true));
    assert!(repeated(&[&pages[0], &other, &pages[1]], true).1);
    assert_eq!(repeated(&[&pages[0], &[]], true), (21, true));
    assert_eq!(repeated(&[&[1], &[2]], true), (402, true));
    // A page that says that none follows is the end, whatever it repeats.
    assert_eq!(repeated(&[&[1, 2, 3]], false), (1, false));
    assert_eq!(repeated(&[&[]], true), (1, false));
}
