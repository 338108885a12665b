//! What Kaufland's writes read when their answer was lost, and how they know their work again.

use super::endpoints::{CreateTicketMessageParams, OpenTicketParams};
use crate::ensure::{Evidence, Finding, Look, Once, Read, iso, object, same_words, text};
use crate::json::Json;

/// Signatures hold for five minutes, so clocks are not further apart. As far before the first try, and again as much, a
/// list is read.
const SKEW_MS: f64 = 600_000.0;

/// The ticket with its messages, and with its files when some are sent: messages do not tell theirs.
pub(super) fn message(params: &CreateTicketMessageParams) -> Once {
    let files = params.ticket_message_files.as_ref().map_or(0, Vec::len);
    let wanted = object([("text", params.text.as_str().into()), ("files", files.into())]);
    look(&params.id_ticket, if files == 0 { &["messages"] } else { &["messages", "files"] }, wanted)
}

pub(super) fn close(id_ticket: &str) -> Once {
    look(id_ticket, &["messages"], Json::Absent)
}

fn look(id_ticket: &str, embedded: &[&str], wanted: Json) -> Once {
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id_ticket.into(), object([("embedded", embedded.into())])],
        items: "messages".to_owned(),
        id: "id_ticket_message".to_owned(),
        ..Read::default()
    };
    Once::Look(Look { key: id_ticket.to_owned(), reads: vec![read], wanted })
}

/// The list from shortly before, in both views: without asking, it hides tickets about orders that Kaufland fulfils.
pub(super) fn open(params: &OpenTicketParams, now_ms: f64) -> Once {
    let units = in_order(params.id_order_unit.iter().copied());
    let read = |fulfillment: &str| Read {
        endpoint: "listTickets".to_owned(),
        args: vec![object([
            ("fulfillment_type", vec![fulfillment].into()),
            ("ts_created_from_iso", iso(now_ms - SKEW_MS).into()),
            ("sort", "ts_created_iso:desc".into()),
        ])],
        items: "data".to_owned(),
        id: "id_ticket".to_owned(),
        time: "ts_created_iso".to_owned(),
        pages: 20,
    };
    Once::Look(Look {
        key: format!("open {}", units.first().copied().unwrap_or_default()),
        reads: vec![read("fulfilled_by_merchant"), read("fulfilled_by_kaufland")],
        wanted: object([("units", units.into()), ("reason", params.reason.as_str().into())]),
    })
}

/// A few numbers in their order; a sort for millions is no smaller for them.
fn in_order(numbers: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut sorted = Vec::new();
    for number in numbers {
        let at = sorted.binary_search(&number).unwrap_or_else(|at| at);
        sorted.insert(at, number);
    }
    sorted
}

pub(super) fn found(evidence: Evidence<'_>) -> Finding {
    let Evidence { wanted, before, after, .. } = evidence;
    let mut fresh = after.iter().flat_map(|seen| &seen.fresh);
    match evidence.endpoint {
        "createTicketMessage" => {
            let role = |message: &Json| message.get("author").map_or("", |author| text(author, "role")).to_owned();
            if fresh
                .clone()
                .any(|message| role(message) != "buyer" && same_words(text(message, "text"), text(wanted, "text")))
            {
                let files = |seen: &[crate::ensure::Seen]| {
                    let list = seen.first().and_then(|seen| seen.rest.get("files")).and_then(Json::as_array);
                    list.map_or(0, <[Json]>::len) as u64
                };
                let sent = wanted.get("files").and_then(Json::as_u64).unwrap_or_default();
                let arrived = files(after) >= files(before).saturating_add(sent);
                return if arrived { Finding::Found(Json::Absent) } else { Finding::Unclear };
            }
            // Another text of the seller's may be this one, mended by the marketplace.
            if fresh.any(|message| role(message) == "seller") { Finding::Unclear } else { Finding::Absent }
        }
        "openTicket" => {
            let units = |ticket: &Json, field: &str| {
                let list = ticket.get(field).and_then(Json::as_array).unwrap_or_default();
                in_order(list.iter().filter_map(Json::as_i64))
            };
            let sent = units(wanted, "units");
            let mut finding = Finding::Absent;
            for ticket in fresh {
                let about = units(ticket, "ids_order_units");
                if about == sent && text(ticket, "open_reason") == text(wanted, "reason") {
                    let id = object([("id_ticket", text(ticket, "id_ticket").into())]);
                    return Finding::Found(object([("data", id)]));
                }
                if about.iter().any(|unit| sent.contains(unit)) {
                    finding = Finding::Unclear;
                }
            }
            finding
        }
        _ => {
            let status = after.first().map_or("", |seen| text(&seen.rest, "status"));
            if matches!(status, "seller_closed" | "both_closed") {
                Finding::Found(Json::Absent)
            } else {
                Finding::Absent
            }
        }
    }
}
