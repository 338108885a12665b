//! What several writes read when their answer was lost, and what they look for.

use super::model::{TicketId, TypeCode};
use crate::vendor::Recovery;
use crate::vendor::evidence::{Look, Read};
use crate::wire::json::Json;

/// The ticket with its comments, all of them.
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

/// A type as tickets show it.
pub(super) fn shown(code: &TypeCode) -> &str {
    match code {
        TypeCode::Refund => "REFUND",
        TypeCode::Cancel => "CANCEL",
        TypeCode::TechSupport => "TECH_SUPPORT",
        TypeCode::Other(other) => other,
    }
}
