//! What ClickBank's writes read when their answer was lost, and how they know their work again.

use super::endpoints::{CreateTicketParams, TicketId, UpdateTicketParams};
use super::model::{Action, TypeCode};
use crate::ensure::{Evidence, Finding, Look, Once, Read, Seen, object, same_words, text};
use crate::json::Json;

/// The receipt's tickets. Their order is not documented, so all are read.
pub(super) fn create(params: &CreateTicketParams) -> Once {
    let read = Read {
        endpoint: "listTickets".to_owned(),
        args: vec![object([("receipt", params.receipt.as_str().into())])],
        items: "data".to_owned(),
        id: "ticketid".to_owned(),
        pages: 20,
        ..Read::default()
    };
    Once::Look(Look {
        key: format!("receipt {}", params.receipt),
        reads: vec![read],
        wanted: object([
            ("receipt", params.receipt.as_str().into()),
            ("type", shown(&params.r#type).into()),
            ("sku", params.sku.as_deref().into()),
        ]),
    })
}

pub(super) fn update(params: &UpdateTicketParams) -> Once {
    let (field, value) = match &params.action {
        None => ("", ""),
        Some(Action::Close) => ("status", "CLOSED"),
        Some(Action::Reopen) => ("status", "REOPENED"),
        Some(_) => ("type", params.r#type.as_ref().map_or("", shown)),
    };
    let wanted = [("field", field.into()), ("value", value.into()), ("comment", params.comment.as_deref().into())];
    look(&params.id, object(wanted))
}

/// The ticket with its comments, all of them.
pub(super) fn look(id: &TicketId, wanted: Json) -> Once {
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id.as_str().into()],
        items: "comments".to_owned(),
        id: "commentId".to_owned(),
        ..Read::default()
    };
    Once::Look(Look { key: id.as_str().to_owned(), reads: vec![read], wanted })
}

/// A type as tickets show it.
fn shown(code: &TypeCode) -> &str {
    match code {
        TypeCode::Refund => "REFUND",
        TypeCode::Cancel => "CANCEL",
        TypeCode::TechSupport => "TECH_SUPPORT",
        TypeCode::Other(other) => other,
    }
}

pub(super) fn found(evidence: Evidence<'_>) -> Finding {
    let Evidence { wanted, before, after, last, .. } = evidence;
    let (Some(before), Some(after)) = (before.first(), after.first()) else { return Finding::Unclear };
    match evidence.endpoint {
        "createTicket" => created(wanted, after),
        "updateTicket" => updated(wanted, before, after, last),
        // Only the entry tells of a return; that there is always one is not documented, so its absence says nothing.
        _ if after.fresh.iter().any(|entry| text(entry, "action") == "REFUND_ACKED") => Finding::Found(Json::Absent),
        _ => Finding::Unclear,
    }
}

fn created(wanted: &Json, after: &Seen) -> Finding {
    let mut finding = Finding::Absent;
    for ticket in &after.fresh {
        if !text(ticket, "receipt").eq_ignore_ascii_case(text(wanted, "receipt")) {
            continue;
        }
        let (sku, item) = (text(wanted, "sku"), text(ticket, "productItemNo"));
        let is_item = sku.is_empty() || item.is_empty() || sku == item;
        let source = text(ticket, "source");
        if text(ticket, "type") == text(wanted, "type") && is_item && matches!(source, "API" | "") {
            return Finding::Found(ticket.clone());
        }
        // The customer may have made it, or the API may have made another type of it.
        finding = Finding::Unclear;
    }
    finding
}

fn updated(wanted: &Json, before: &Seen, after: &Seen, ticket: &Json) -> Finding {
    let comment = wanted.get("comment").and_then(Json::as_str);
    let is_own = |entry: &&Json| !matches!(text(entry, "commentRole"), "CUSTOMER" | "CBCSR" | "CBSYSTEM");
    let mut own = after.fresh.iter().filter(is_own);
    let said = comment.is_some_and(|comment| own.clone().any(|entry| same_words(text(entry, "comment"), comment)));
    let field = text(wanted, "field");
    let is_there = |seen: &Seen| text(&seen.rest, field) == text(wanted, "value");
    let moved = !field.is_empty() && is_there(after) && !is_there(before);
    if said || (moved && comment.is_none()) {
        return Finding::Found(ticket.clone());
    }
    // It moved without the words, or somebody on the seller's side did something; or it was there before, and says nothing.
    if moved || own.next().is_some() || (!field.is_empty() && is_there(before)) {
        Finding::Unclear
    } else {
        Finding::Absent
    }
}
