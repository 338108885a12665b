//! The reads that find a write whose response was lost; several operations share them.

use crate::vendor::evidence::Recovery;
use crate::vendor::evidence::{Look, Read, object};
use crate::wire::json::Json;

/// Reads the ticket with its messages, and with its files if `embedded` asks for them.
pub(super) fn in_ticket(id_ticket: &str, embedded: &[&str], wanted: Json) -> Recovery {
    let key = same_ticket(id_ticket);
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id_ticket.into(), object(&mut [("embedded", embedded.into())])],
        items: "messages".to_owned(),
        place: key.clone(),
        id: "id_ticket_message".to_owned(),
        ..Read::default()
    };
    Recovery::Look(Look::new(key, vec![read], wanted))
}

/// Returns what all spellings of a ticket's id share. *Guide*: the long form of an id begins with
/// `001`, and the short one does not. Some places leave out the leading zeros.
fn same_ticket(id_ticket: &str) -> String {
    let digits = id_ticket.trim_start_matches('0');
    let is_long = id_ticket.len() >= digits.len().saturating_add(2);
    let short = digits.strip_prefix('1').filter(|rest| is_long && !rest.is_empty()).unwrap_or(digits);
    short.trim_start_matches('0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_has_one_id_in_all_spellings() {
        for (a, b, same) in [
            ("00150000001", "50000001", true),
            ("00150000001", "00050000001", true),
            ("00110", "000110", true),
            ("0011", "00011", true),
            ("7", "007", true),
            ("00150000001", "00150000002", false),
            ("00110", "00120", false),
            ("11", "1", false),
        ] {
            assert_eq!(same_ticket(a) == same_ticket(b), same, "{a} {b}");
        }
    }
}
