//! A write that was accepted, or may have been, and that readers do not show yet.
//!
//! The client remembers it beside the line of its key. The next write that could be confused with it
//! waits until it is shown, or until the settling time is over. If its response told its id, it is
//! known whenever it is shown, and the next write waits for nothing.

use crate::call::lookup::{Looked, add_known, fresh_beside};
use crate::vendor::evidence::{Evidence, Finding, Look, Seen};
use crate::vendor::marketplace::Marketplace;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// What one write may yet show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(super) endpoint: String,
    /// The write's number in its line.
    pub(super) number: u64,
    /// What the write looks for.
    pub(super) wanted: Json,
    /// What it awaits, for each of its reads.
    pub(super) awaited: Vec<Awaited>,
    /// Whether the marketplace has accepted it for certain.
    pub(super) is_accepted: bool,
    /// When it is settled; `None` while the write is under way.
    pub(super) until_ms: Option<f64>,
    /// When the client forgets it.
    pub(super) forget_ms: f64,
}

/// What a write awaits of one read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Awaited {
    /// What the read shows.
    pub place: String,
    /// The state before the write; `None` if nothing more is awaited, because the ids are known.
    pub before: Option<Seen>,
    /// The ids of its items.
    pub known: Vec<String>,
}

/// What a lookup says about a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Standing {
    /// The write that asks cannot be confused with it.
    Apart,
    /// It is shown, or nothing will show it any more.
    Over,
    /// It is not shown, and may be until this time.
    Pending { until_ms: f64 },
    /// It was accepted, and is not shown although the settling time is over.
    Overdue,
}

impl Claim {
    /// Returns what the write knows of a read, if it awaits something there.
    pub fn known(&self, index: usize, place: &str) -> Option<Seen> {
        let awaited = self.awaited.get(index).filter(|awaited| awaited.place == place)?;
        let mut known = awaited.before.clone()?;
        add_known(&mut known, &awaited.known);
        Some(known)
    }

    /// Returns the ids of its items that a place shows, now or later.
    pub fn ids_at(&self, place: &str) -> impl Iterator<Item = &[String]> {
        self.awaited.iter().filter(move |awaited| awaited.place == place).map(|awaited| awaited.known.as_slice())
    }

    /// Takes the ids of its items, for each read, after which it awaits nothing more there.
    pub fn know(&mut self, ids: &[Vec<String>], is_all: bool) {
        for (index, awaited) in self.awaited.iter_mut().enumerate() {
            awaited.known = ids.get(index).cloned().unwrap_or_default();
            if is_all || !awaited.known.is_empty() {
                awaited.before = None;
            }
        }
    }

    /// Awaits nothing more.
    pub fn close(&mut self) {
        self.awaited.iter_mut().for_each(|awaited| awaited.before = None);
    }

    /// Returns whether another write need not ask about it any more.
    pub fn is_empty(&self) -> bool {
        self.awaited.iter().all(|awaited| awaited.before.is_none() && awaited.known.is_empty())
    }

    /// Returns how the claim stands, from the first lookup of another write, which began at
    /// `read_ms`.
    pub fn standing(
        &self,
        marketplace: &Marketplace,
        endpoint: &str,
        look: &Look,
        looked: &Looked,
        read_ms: f64,
    ) -> Standing {
        let (mut before, mut after, mut is_apart) = (Vec::new(), Vec::new(), true);
        for (index, (read, seen)) in look.reads.iter().zip(&looked.seen).enumerate() {
            let (known, now) = match self.known(index, &read.place) {
                Some(known) => {
                    is_apart = false;
                    let fresh = fresh_beside(read, seen, &known);
                    (known, Seen { fresh, ids: Vec::new(), ..seen.clone() })
                }
                None => (Seen::default(), Seen::default()),
            };
            before.push(known);
            after.push(now);
        }
        if is_apart || self.endpoint != endpoint {
            return Standing::Apart;
        }
        let (wanted, last) = (&self.wanted, &looked.last);
        let evidence = Evidence { wanted, before: &before, after: &after, last, earlier: &[] };
        let until_ms = self.until_ms.unwrap_or(f64::INFINITY);
        match conclude(marketplace, endpoint, evidence) {
            Finding::Found(_) => Standing::Over,
            _ if read_ms < until_ms => Standing::Pending { until_ms },
            finding if self.is_accepted && is_absent(&finding) => Standing::Overdue,
            _ => Standing::Over,
        }
    }
}

/// Returns what the marketplace concludes from the evidence for a write.
pub(super) fn conclude(marketplace: &Marketplace, endpoint: &str, evidence: Evidence<'_>) -> Finding {
    let is_cut = evidence.after.iter().any(|seen| seen.cut);
    let found = marketplace.operation(endpoint).map(|operation| operation.found);
    match found.map_or(Finding::Unclear, |found| found(evidence)) {
        Finding::Absent | Finding::Excluded if is_cut => Finding::Unclear,
        finding => finding,
    }
}

/// Returns whether the write did not take effect.
pub(super) fn is_absent(finding: &Finding) -> bool {
    matches!(finding, Finding::Absent | Finding::Excluded)
}
