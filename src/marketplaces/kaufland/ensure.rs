//! What Kaufland's writes read when their answer was lost, and how they know their work again.

use super::endpoints::{CreateTicketMessageParams, OpenTicketParams};
use crate::vendor::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Look, Read, Seen, object, same_words, text};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// Signatures hold for five minutes, so clocks are not further apart. As far before the first try, and again as much, a
/// list is read.
const SKEW_MS: f64 = 600_000.0;

/// The ticket with its messages, and with its files when some are sent: messages do not tell theirs.
pub(super) fn message(params: &CreateTicketMessageParams) -> Recovery {
    let files = params.ticket_message_files.as_ref().map_or(0, Vec::len);
    let wanted = object(&mut [("text", params.text.as_str().into()), ("files", files.into())]);
    look(&params.id_ticket, if files == 0 { &["messages"] } else { &["messages", "files"] }, wanted)
}

pub(super) fn close(id_ticket: &str) -> Recovery {
    look(id_ticket, &["messages"], Json::Absent)
}

fn look(id_ticket: &str, embedded: &[&str], wanted: Json) -> Recovery {
    let read = Read {
        endpoint: "getTicket".to_owned(),
        args: vec![id_ticket.into(), object(&mut [("embedded", embedded.into())])],
        items: "messages".to_owned(),
        id: "id_ticket_message".to_owned(),
        ..Read::default()
    };
    Recovery::Look(Look { key: id_ticket.to_owned(), reads: vec![read], wanted })
}

/// The list from shortly before, in both views: without asking, it hides tickets about orders that Kaufland fulfils.
pub(super) fn open(params: &OpenTicketParams, now_ms: f64) -> Recovery {
    let units = in_order(params.id_order_unit.iter().copied());
    let read = |fulfillment: &str| Read {
        endpoint: "listTickets".to_owned(),
        args: vec![object(&mut [
            ("fulfillment_type", vec![fulfillment].into()),
            ("ts_created_from_iso", format_date_time(now_ms - SKEW_MS).into()),
            ("sort", "ts_created_iso:desc".into()),
        ])],
        items: "data".to_owned(),
        id: "id_ticket".to_owned(),
        time: "ts_created_iso".to_owned(),
        pages: 20,
    };
    Recovery::Look(Look {
        key: format!("open {}", units.first().copied().unwrap_or_default()),
        reads: vec![read("fulfilled_by_merchant"), read("fulfilled_by_kaufland")],
        wanted: object(&mut [("units", units.into()), ("reason", params.reason.as_str().into())]),
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
                let files = |seen: &[Seen]| {
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
                    let id = object(&mut [("id_ticket", text(ticket, "id_ticket").into())]);
                    return Finding::Found(object(&mut [("data", id)]));
                }
                if about.iter().any(|unit| sent.contains(unit)) {
                    finding = Finding::Unclear;
                }
            }
            finding
        }
        _ => {
            let is_closed = |seen: &[Seen]| {
                let status = seen.first().map_or("", |seen| text(&seen.rest, "status"));
                matches!(status, "seller_closed" | "both_closed")
            };
            // What was closed before is not this call's work.
            if is_closed(after) && !is_closed(before) { Finding::Found(Json::Absent) } else { Finding::Absent }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::marketplaces::kaufland::KAUFLAND;
    use crate::marketplaces::testing::found_by;
    use serde_json::{Value, json};

    fn ticket(status: &str, messages: &[(u64, &str, &str)], files: usize) -> Value {
        let message = |(id, role, text): &(u64, &str, &str)| json!({ "id_ticket_message": id, "author": { "role": role, "name": "a" }, "text": text });
        let messages: Vec<_> = messages.iter().map(message).collect();
        json!({ "status": status, "messages": messages, "files": vec![json!({}); files] })
    }

    #[test]
    fn a_message_is_known_by_its_text() {
        let found = ('f', Value::Null);
        let old = [(1, "seller", "a b"), (2, "buyer", "c")];
        for (new, expected) in [
            (&[][..], &('a', Value::Null)),
            (&[(3, "seller", "a\n b ")][..], &found),
            (&[(3, "system", "a b")][..], &found),
            (&[(3, "buyer", "a b")][..], &('a', Value::Null)),
            (&[(3, "customer_service", "x")][..], &('a', Value::Null)),
            // Perhaps ours, with something taken out.
            (&[(3, "seller", "a ***")][..], &('u', Value::Null)),
            (&[(3, "seller", "x"), (4, "seller", "a b")][..], &found),
        ] {
            let after = [&old[..], new].concat();
            let reads = [(ticket("opened", &old, 0), ticket("opened", &after, 0))];
            let finding = found_by(&KAUFLAND, "createTicketMessage", json!(["1", { "text": "a b" }]), &reads);
            assert_eq!(finding, *expected, "{new:?}");
        }
    }

    #[test]
    fn a_message_without_its_files_is_not_the_message() {
        let file = json!({ "filename": "a.txt", "mime_type": "text/plain", "data": "data:text/plain;base64,YQ==" });
        let args = json!(["1", { "text": "a", "ticket_message_files": [file, file] }]);
        for (files, expected) in [(3, ('u', Value::Null)), (4, ('f', Value::Null)), (5, ('f', Value::Null))] {
            let reads = [(ticket("opened", &[], 2), ticket("opened", &[(1, "seller", "a")], files))];
            assert_eq!(found_by(&KAUFLAND, "createTicketMessage", args.clone(), &reads), expected, "{files}");
        }
    }

    #[test]
    fn a_ticket_that_was_closed_is_known_by_its_status() {
        for (before, after, is_closed) in [
            ("opened", "opened", false),
            ("opened", "seller_closed", true),
            ("buyer_closed", "both_closed", true),
            ("opened", "buyer_closed", false),
            ("opened", "customer_service_closed_final", false),
            // Somebody else did it.
            ("seller_closed", "seller_closed", false),
        ] {
            let finding =
                found_by(&KAUFLAND, "closeTicket", json!(["1"]), &[(ticket(before, &[], 0), ticket(after, &[], 0))]);
            assert_eq!(finding == ('f', Value::Null), is_closed, "{before} {after}");
        }
    }

    #[test]
    fn a_new_ticket_is_known_by_its_order_units_and_its_reason() {
        let list = |tickets: &[(&str, &[i64], &str)]| {
            let ticket = |(id, units, reason): &(&str, &[i64], &str)| json!({ "id_ticket": id, "ids_order_units": units, "open_reason": reason });
            json!({ "data": tickets.iter().map(ticket).collect::<Vec<_>>() })
        };
        let args = json!([{ "id_order_unit": [7, 5], "reason": "product_return", "message": "a" }]);
        let old = ("001", &[5, 7][..], "product_return");
        let found = || ('f', json!({ "data": { "id_ticket": "002" } }));
        for (new, expected) in [
            (None, ('a', Value::Null)),
            (Some(("002", &[5, 7][..], "product_return")), found()),
            (Some(("002", &[7, 5][..], "product_return")), found()),
            (Some(("002", &[5, 7][..], "contact_other")), ('u', Value::Null)),
            (Some(("002", &[5][..], "product_return")), ('u', Value::Null)),
            (Some(("002", &[6][..], "product_return")), ('a', Value::Null)),
        ] {
            let after: Vec<_> = [old].into_iter().chain(new).collect();
            let (none, before, after) = (list(&[]), list(&[old]), list(&after));
            for reads in [
                [(before.clone(), after.clone()), (none.clone(), none.clone())],
                [(none.clone(), none.clone()), (before, after)],
            ] {
                assert_eq!(found_by(&KAUFLAND, "openTicket", args.clone(), &reads), expected, "{new:?}");
            }
        }
    }
}
