//! The reads that find a write whose response was lost; several operations share them.

use crate::vendor::evidence::Recovery;
use crate::vendor::evidence::{Look, Read, object};
use crate::wire::json::Json;

/// Reads the ticket with its messages, and with its files if `embedded` asks for them.
pub(super) fn in_ticket(id_ticket: &str, embedded: &[&str], wanted: Json) -> Recovery {
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id_ticket.into(), object(&mut [("embedded", embedded.into())])],
        items: "messages".to_owned(),
        id: "id_ticket_message".to_owned(),
        ..Read::default()
    };
    Recovery::Look(Look { key: id_ticket.to_owned(), reads: vec![read], wanted })
}
