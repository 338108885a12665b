//! The iteration over a list, page by page.

use crate::call::page::{self, Base, PageFacts, Pager};
use crate::client::Client;
use crate::client::transport::Transport;
use crate::rules::error::TicketError;
use crate::vendor::{ItemOf, ListPage, Listing, Vendor};
use std::collections::HashSet;

/// An iteration over a list. See [`Client::pages`].
#[derive(Debug)]
pub struct Pages<'a, T, L: Listing> {
    client: &'a Client<L::Vendor, T>,
    next: Option<L>,
    before: Option<L>,
    pager: Pager,
    seen: HashSet<String>,
    /// The first and the last item of the last page, and its length.
    ends: Option<(String, String, usize)>,
}

impl<'a, T: Transport, L: Listing + Sync> Pages<'a, T, L> {
    pub(super) fn new(client: &'a Client<L::Vendor, T>, mut listing: L) -> Self {
        let pager = Pager::from(listing.offset());
        Self { client, next: Some(listing), before: None, pager, seen: HashSet::new(), ends: None }
    }

    /// Returns the items of the next page that were not in an earlier one, or `None` at the end. A
    /// page may be empty although others follow.
    pub async fn next_page(&mut self) -> Result<Option<Vec<ItemOf<L>>>, TicketError> {
        let Some(listing) = self.next.take() else { return Ok(None) };
        let reply = match self.client.call(&listing).await {
            Ok(reply) => reply,
            Err(error) => {
                // The iteration continues here if the caller tries again.
                self.next = Some(listing);
                return Err(error);
            }
        };
        let (mut items, more) = reply.data.into_items();
        let is_known = |item: &ItemOf<L>| self.seen.contains(&L::Output::key(item));
        let beyond = listing.after(&items);
        let ends = items
            .first()
            .zip(items.last())
            .map(|(first, last)| (L::Output::key(first), L::Output::key(last), items.len()));
        let facts = PageFacts {
            length: items.len() as u64,
            first_is_known: items.first().is_some_and(is_known),
            fresh: items.iter().filter(|item| !is_known(item)).count() as u64,
            more,
            numbered: L::NUMBERED,
            rebase: beyond.is_some(),
            repeats: ends.is_some() && ends == self.ends,
        };
        self.ends = ends;
        let step = self.pager.advance(facts);
        if step.stuck {
            self.next = Some(listing);
            return Err(page::pages_repeat(L::Vendor::MARKETPLACE.id, L::META.name));
        }
        items.retain(|item| step.keep && self.seen.insert(L::Output::key(item)));
        let base = match (step.base, beyond) {
            (Base::Next, Some(beyond)) => {
                self.before = Some(listing);
                beyond
            }
            (Base::Before, _) => self.before.take().unwrap_or(listing),
            (Base::Same | Base::Next, _) => listing,
        };
        self.next = step.next.map(|offset| base.at(offset));
        Ok(Some(items))
    }
}
