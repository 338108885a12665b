//! The reads that find a write whose response was lost; several operations share them.

use super::model::{TicketId, TypeCode};
use crate::vendor::Recovery;
use crate::vendor::evidence::{Look, Read};
use crate::wire::json::Json;

/// Reads the ticket with all its comments.
pub(super) fn in_ticket(id: &TicketId, wanted: Json) -> Recovery {
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id.as_str().into()],
        items: "comments".to_owned(),
        id: "commentId".to_owned(),
        ..Read::default()
    };
    Recovery::Look(Look { key: id.as_str().to_owned(), reads: vec![read], wanted })
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
