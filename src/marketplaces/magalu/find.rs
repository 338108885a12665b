//! What all writes read when their answer was lost, and what the transactions say of them.
//!
//! What is accepted appears later, so each look is at the transactions first, and then at the list
//! in which the new thing appears. It is not sure that a transaction tells the caller's `code`; one
//! that has another code belongs to another write.

use crate::vendor::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Look, Read, object, text};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// Times without a zone may be three hours early, and clocks differ.
const BACK_MS: f64 = 4.0 * 3_600_000.0;
const AHEAD_MS: f64 = 24.0 * 3_600_000.0;
pub(super) const NEWEST_FIRST: &str = "created_at:desc";

/// What a write makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ticket,
    Message,
    Event,
    Return,
}

impl Kind {
    /// How the path of such a write ends.
    const fn path_end(self) -> &'static str {
        match self {
            Self::Ticket => "tickets",
            Self::Message => "messages",
            Self::Event => "events",
            Self::Return => "returns",
        }
    }

    /// What a transaction makes, from the path that it came in by: `seller/v0/tickets/messages`.
    fn of(transaction: &Json) -> Option<Self> {
        let last = text(transaction, "trigger_endpoint").rsplit('/').next()?;
        [Self::Ticket, Self::Message, Self::Event, Self::Return].into_iter().find(|kind| kind.path_end() == last)
    }
}

/// Looks at the transactions, and at the write's own list.
pub(super) fn look(kind: Kind, own: Read, wanted: Json, now_ms: f64) -> Recovery {
    let transactions = read(
        "listTransactions",
        vec![object(&mut [
            ("created_at_gte", format_date_time(now_ms - BACK_MS).into()),
            ("created_at_lte", format_date_time(now_ms + AHEAD_MS).into()),
            ("_sort", NEWEST_FIRST.into()),
        ])],
    );
    // Transactions do not say which ticket they are about, so those of a kind are made one after
    // the other.
    Recovery::Look(Look { key: kind.path_end().to_owned(), reads: vec![transactions, own], wanted })
}

/// Reads a list. Lists end at 200.
pub(super) fn read(endpoint: &str, args: Vec<Json>) -> Read {
    Read {
        endpoint: endpoint.to_owned(),
        args,
        items: "results".to_owned(),
        id: "id".to_owned(),
        time: "created_at".to_owned(),
        pages: 2,
    }
}

/// Reads a list of a ticket's.
pub(super) fn of_ticket(endpoint: &str, ticket_id: &str) -> Read {
    read(endpoint, vec![ticket_id.into(), object(&mut [("_sort", NEWEST_FIRST.into())])])
}

/// The answer that names this transaction, as the write would have had it.
pub(super) fn accepted(id: &str) -> Finding {
    Finding::Found(object(&mut [("transaction_id", id.into())]))
}

/// The new transactions, and the new items of the write's own list. Both are there when both reads
/// are.
pub(super) fn fresh<'a>(evidence: &Evidence<'a>) -> Option<(&'a [Json], &'a [Json])> {
    let [transactions, own] = evidence.after else { return None };
    Some((&transactions.fresh, &own.fresh))
}

/// What the new transactions say of a write with this `code`.
pub(super) fn in_transactions(transactions: &[Json], kind: Kind, code: Option<&str>) -> Finding {
    let mut finding = Finding::Absent;
    for transaction in transactions {
        if Kind::of(transaction).is_some_and(|other| other != kind) {
            continue;
        }
        let (id, told) = (text(transaction, "id"), text(transaction, "code"));
        if code == Some(told) {
            return accepted(id);
        }
        // Without a reference of the caller's, a transaction has one that its id begins with.
        let is_others = code.is_some() && !told.is_empty() && !id.starts_with(told);
        if !is_others && !matches!(text(transaction, "status"), "failed" | "cancelled") {
            finding = Finding::Unclear;
        }
    }
    finding
}

/// What both say of a write that `is_ours` knows in its own list: it is given an item and the
/// `code`.
pub(super) fn judge(evidence: &Evidence<'_>, kind: Kind, is_ours: fn(&Json, &Json, Option<&str>) -> bool) -> Finding {
    let Some((transactions, own)) = fresh(evidence) else { return Finding::Unclear };
    let wanted = evidence.wanted;
    let code = wanted.get("code").and_then(Json::as_str);
    match in_transactions(transactions, kind, code) {
        found @ Finding::Found(_) => found,
        said => own.iter().find(|item| is_ours(item, wanted, code)).cloned().map_or(said, Finding::Found),
    }
}
