//! The reads that find a write whose response was lost; several operations share them.

use super::model::{TicketId, TypeCode};
use crate::vendor::Recovery;
use crate::vendor::evidence::{Look, Read};
use crate::wire::json::Json;

/// Reads the ticket with all its comments.
pub(super) fn in_ticket(id: &TicketId, wanted: Json) -> Recovery {
    let key = same_ticket(id);
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id.as_str().into()],
        items: "comments".to_owned(),
        place: key.clone(),
        id: "commentId".to_owned(),
        ..Read::default()
    };
    Recovery::Look(Look::new(key, vec![read], wanted))
}

/// Returns what all spellings of a ticket's id share.
fn same_ticket(id: &TicketId) -> String {
    id.as_str().trim_start_matches('0').to_owned()
}

/// Returns what all spellings of a receipt share.
pub(super) fn same_receipt(receipt: &str) -> String {
    receipt.trim().to_ascii_uppercase()
}

/// The name of a type in a ticket.
pub(super) fn shown(code: &TypeCode) -> &str {
    match code {
        TypeCode::Refund => "REFUND",
        TypeCode::Cancel => "CANCEL",
        TypeCode::TechSupport => "TECH_SUPPORT",
        TypeCode::Other(other) => other,
    }
}
