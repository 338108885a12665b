//! One lookup of a sure write: several reads, some of them page by page, become what was [`Seen`].
//!
//! New is what has an id that was not there before. The place in a list tells nothing, because a
//! list by the time of acceptance shows a late item below others.

use crate::call::claim::Claim;
use crate::call::once::Page;
use crate::vendor::evidence::{Look, Read, Seen, text};
use crate::wire::json::Json;
use crate::wire::repeats::Tally;
use serde::{Deserialize, Serialize};

/// An unfinished lookup.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(super) struct Lookup {
    /// The finished reads.
    done: Vec<Seen>,
    /// The unfinished read, and the parameter that requests its next page.
    open: Option<(Seen, String, u64)>,
}

/// The result of a lookup.
pub(super) struct Looked {
    /// What each read shows.
    pub seen: Vec<Seen>,
    /// The whole result of the last read.
    pub last: Json,
}

impl Lookup {
    /// Returns whether nothing was read yet.
    pub fn is_new(&self) -> bool {
        self.done.is_empty() && self.open.is_none()
    }

    /// Returns the operation and the arguments of the next call.
    pub fn request(&self, look: &Look) -> Option<(String, Vec<Json>)> {
        let read = look.reads.get(self.done.len())?;
        let mut args = read.args.clone();
        if let (Some((_, field, at)), Some(params)) = (&self.open, args.last_mut()) {
            params.put(field, (*at).into());
        }
        Some((read.endpoint.clone(), args))
    }

    /// Takes in the result of a call, and returns the result of the lookup if it is complete.
    /// Without a state `before`, new is what the `claims` do not know.
    pub fn take_in(
        &mut self,
        look: &Look,
        before: Option<&[Seen]>,
        claims: &[Claim],
        mut value: Json,
        page: Option<Page>,
    ) -> Option<Looked> {
        let index = self.done.len();
        let read = look.reads.get(index)?;
        let items = match value.get_mut(&read.items) {
            Some(Json::List(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        let (mut seen, at) = match self.open.take() {
            Some((seen, _, at)) => (seen, Some(at)),
            None => (Seen::default(), None),
        };
        match before {
            Some(before) => {
                let known = before.get(index);
                add(&mut seen, read, &items, &known.into_iter().collect::<Vec<_>>());
            }
            None => {
                let known: Vec<_> = claims.iter().filter_map(|claim| claim.known(index, &read.place)).collect();
                add(&mut seen, read, &items, &known.iter().collect::<Vec<_>>());
            }
        }
        if let Some(page) = page {
            seen.pages = seen.pages.saturating_add(1);
            let last = items.last().map_or("", |item| second(item, read));
            let is_descending = is_descending(&items, read);
            // Later pages are older than all that was there at the first read, if the newest items
            // come first.
            let is_old = match before.and_then(|before| before.get(index)) {
                None => is_descending,
                Some(before) => is_descending && !before.floor.is_empty() && last < before.floor.as_str(),
            };
            if page.more && is_old {
                seen.floor = last.to_owned();
            } else if page.more {
                if seen.pages < read.pages {
                    let (start, step) = if page.numbered { (1, 1) } else { (0, page.length) };
                    self.open = Some((seen, page.offset_field, at.unwrap_or(start).saturating_add(step)));
                    return None;
                }
                seen.cut = true;
            }
        } else {
            seen.rest = value.clone();
        }
        if let Some(slot) = value.get_mut(&read.items) {
            *slot = items.into();
        }
        self.done.push(seen);
        if self.done.len() < look.reads.len() {
            return None;
        }
        Some(Looked { seen: std::mem::take(&mut self.done), last: value })
    }
}

/// Adds items to what a read shows. Those that are not in each of `known` are new.
fn add(seen: &mut Seen, read: &Read, items: &[Json], known: &[&Seen]) {
    let counts: Vec<_> = known.iter().map(|known| (tally(&known.ids), known.floor.as_str())).collect();
    let first = seen.ids.len();
    seen.ids.extend(ids_of(read, items));
    let there = tally(&seen.ids);
    for (place, item) in (first..).zip(items) {
        let (id, is_own) = identity(item, &read.id);
        let shown = there.before(&id, place);
        let time = second(item, read);
        // A list that changes may show an item on two pages. Items without their own id are
        // counted.
        let is_twice = is_own && shown > 0;
        let is_new = |(counts, floor): &(Tally, &str)| {
            let earlier = counts.count(&id);
            let is_known = if is_own { earlier > 0 } else { earlier > shown };
            let is_old = !floor.is_empty() && !time.is_empty() && time <= *floor;
            !is_known && !is_old
        };
        if !is_twice && counts.iter().any(is_new) {
            seen.fresh.push(item.clone());
        }
    }
}

/// Returns those of the new items that are not in `known`, which has fewer items than all.
pub(super) fn fresh_beside(read: &Read, seen: &Seen, known: &Seen) -> Vec<Json> {
    let (all, earlier, new) = (tally(&seen.ids), tally(&known.ids), Tally::of(ids_of(read, &seen.fresh)));
    let is_fresh = |(place, item): &(usize, &Json)| {
        let (id, is_own) = identity(item, &read.id);
        let known_times = earlier.count(&id);
        let many = if is_own { usize::from(known_times == 0) } else { all.count(&id).saturating_sub(known_times) };
        let time = second(item, read);
        let is_old = !known.floor.is_empty() && !time.is_empty() && time <= known.floor.as_str();
        // Items without their own id are equal to the last letter, and so are their times.
        new.before(&id, *place) < many && !is_old
    };
    seen.fresh.iter().enumerate().filter(is_fresh).map(|(_, item)| item.clone()).collect()
}

/// Adds ids that are known otherwise, except for those that are there.
pub(super) fn add_known(seen: &mut Seen, known: &[String]) {
    let (shown, all) = (tally(&seen.ids), tally(known));
    let missing = known.iter().enumerate().filter(|(place, id)| all.before(id, *place) >= shown.count(id));
    seen.ids.extend(missing.map(|(_, id)| id.clone()));
}

fn tally(ids: &[String]) -> Tally {
    Tally::of(ids.iter().cloned())
}

/// Returns the ids of items.
pub(super) fn ids_of(read: &Read, items: &[Json]) -> Vec<String> {
    items.iter().map(|item| identity(item, &read.id).0).collect()
}

/// Returns what distinguishes an item from others, and whether that is an id.
fn identity(item: &Json, field: &str) -> (String, bool) {
    match item.get(field) {
        Some(Json::Text(id)) if !id.is_empty() => (id.clone(), true),
        Some(id @ (Json::Int(_) | Json::Number(_))) => (id.to_string(), true),
        _ => (item.to_string(), false),
    }
}

/// Returns an item's time to the second, because only some times have fractions or a zone.
fn second<'a>(item: &'a Json, read: &Read) -> &'a str {
    text(item, &read.time).get(..19).unwrap_or_default()
}

fn is_descending(items: &[Json], read: &Read) -> bool {
    let times: Vec<&str> = items.iter().map(|item| second(item, read)).collect();
    times.first() > times.last() && times.is_sorted_by(|a, b| a >= b && !b.is_empty())
}

#[cfg(test)]
mod tests;
