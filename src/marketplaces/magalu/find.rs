//! The reads that find a write whose response was lost, and how transactions identify it.
//!
//! An accepted write takes effect later, so the transactions are read first, and then the list in
//! which the new item appears. It is not certain that a transaction has the caller's `code`; one
//! that has another code belongs to another write.

use crate::vendor::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Look, Read, object, text};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// Times without a zone may be three hours early, and clocks differ.
const BACK_MS: f64 = 4.0 * 3_600_000.0;
const AHEAD_MS: f64 = 24.0 * 3_600_000.0;
pub(super) const NEWEST_FIRST: &str = "created_at:desc";

/// The kind of item that a write creates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ticket,
    Message,
    Event,
    Return,
}

impl Kind {
    /// Returns the end of the path of such a write.
    const fn path_end(self) -> &'static str {
        match self {
            Self::Ticket => "tickets",
            Self::Message => "messages",
            Self::Event => "events",
            Self::Return => "returns",
        }
    }

    /// Returns the kind that a transaction creates, from the path of its request:
    /// `seller/v0/tickets/messages`.
    fn of(transaction: &Json) -> Option<Self> {
        let last = text(transaction, "trigger_endpoint").rsplit('/').next()?;
        [Self::Ticket, Self::Message, Self::Event, Self::Return].into_iter().find(|kind| kind.path_end() == last)
    }
}

/// Reads the transactions and the write's own list.
pub(super) fn look(kind: Kind, own: Read, wanted: Json, now_ms: f64) -> Recovery {
    let mut transactions = read(
        "listTransactions",
        String::new(),
        vec![object(&mut [
            ("created_at_gte", format_date_time(now_ms - BACK_MS).into()),
            ("created_at_lte", format_date_time(now_ms + AHEAD_MS).into()),
            ("_sort", NEWEST_FIRST.into()),
        ])],
    );
    transactions.answer_id = "transaction_id".to_owned();
    // Transactions do not name their ticket, so writes of the same kind are sent one after the
    // other.
    Recovery::Look(Look::new(kind.path_end().to_owned(), vec![transactions, own], wanted))
}

/// Reads a list, or the part of it that `part` names. Lists end at 200 items.
pub(super) fn read(endpoint: &str, part: String, args: Vec<Json>) -> Read {
    Read {
        endpoint: endpoint.to_owned(),
        args,
        items: "results".to_owned(),
        place: format!("{endpoint} {part}"),
        id: "id".to_owned(),
        answer_id: "id".to_owned(),
        time: "created_at".to_owned(),
        pages: 2,
    }
}

/// Reads a list that belongs to a ticket.
pub(super) fn of_ticket(endpoint: &str, ticket_id: &str) -> Read {
    read(
        endpoint,
        ticket_id.to_ascii_lowercase(),
        vec![ticket_id.into(), object(&mut [("_sort", NEWEST_FIRST.into())])],
    )
}

/// Returns the response that the write would have received, with this transaction.
pub(super) fn accepted(id: &str) -> Finding {
    Finding::Found(object(&mut [("transaction_id", id.into())]))
}

/// Returns the new transactions and the new items of the write's own list, if both reads succeeded.
pub(super) fn fresh<'a>(evidence: &Evidence<'a>) -> Option<(&'a [Json], &'a [Json])> {
    let [transactions, own] = evidence.after else { return None };
    Some((&transactions.fresh, &own.fresh))
}

/// What an item tells about the write that created it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Ours,
    /// It may be ours.
    Unclear,
    Others,
}

/// Returns what the `code` of an item tells.
pub(super) fn by_code(item: &Json, code: Option<&str>) -> Origin {
    let (id, told) = (text(item, "id"), text(item, "code").trim());
    match code.map(str::trim) {
        Some(code) if code == told => Origin::Ours,
        // Without a reference of the caller, an item has none, or one that its id begins with.
        Some(_) if !told.is_empty() && !id.starts_with(told) => Origin::Others,
        _ => Origin::Unclear,
    }
}

/// Returns what an item tells whose content is that of the write.
pub(super) fn by_content(item: &Json, code: Option<&str>) -> Origin {
    let (id, told) = (text(item, "id"), text(item, "code").trim());
    match by_code(item, code) {
        // Without a code, the content is all that there is.
        Origin::Unclear if code.is_none() && (told.is_empty() || id.starts_with(told)) => Origin::Ours,
        origin => origin,
    }
}

/// Returns the finding of the new transactions for a write with this `code`. The write's own list
/// is judged beside it.
pub(super) fn in_transactions(transactions: &[Json], kind: Kind, code: Option<&str>, earlier: &[Json]) -> Finding {
    let mut finding = Finding::Absent;
    for transaction in transactions {
        if Kind::of(transaction).is_some_and(|other| other != kind) {
            continue;
        }
        let is_over = match text(transaction, "status") {
            "failed" | "cancelled" => true,
            // Its result shows by now, in this ticket or in another one. Messages may be
            // rejected, and lists of tickets are read by a code that may be missing.
            "completed" => matches!(kind, Kind::Event | Kind::Return) && earlier.contains(transaction),
            _ => false,
        };
        match by_code(transaction, code) {
            Origin::Ours => return accepted(text(transaction, "id")),
            Origin::Unclear if !is_over => finding = Finding::Unclear,
            Origin::Unclear | Origin::Others => {}
        }
    }
    finding
}

/// Returns the finding of both reads for a write. `origin` tells whose an item of its own list is,
/// from the item and the `code`.
pub(super) fn finding_of(
    evidence: &Evidence<'_>,
    kind: Kind,
    origin: fn(&Json, &Json, Option<&str>) -> Origin,
) -> Finding {
    let Some((transactions, own)) = fresh(evidence) else { return Finding::Unclear };
    let wanted = evidence.wanted;
    let code = wanted.get("code").and_then(Json::as_str);
    let mut finding = in_transactions(transactions, kind, code, evidence.earlier);
    if matches!(finding, Finding::Found(_)) {
        return finding;
    }
    for item in own {
        match origin(item, wanted, code) {
            Origin::Ours => return Finding::Found(item.clone()),
            Origin::Unclear => finding = Finding::Unclear,
            Origin::Others => {}
        }
    }
    finding
}
