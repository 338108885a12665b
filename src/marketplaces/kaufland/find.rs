//! What several writes read when their answer was lost.

use crate::vendor::evidence::Recovery;
use crate::vendor::evidence::{Look, Read, object};
use crate::wire::json::Json;

/// The ticket with its messages, and with its files where `embedded` asks for them.
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
