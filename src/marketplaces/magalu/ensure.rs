//! What Magalu's writes read when their answer was lost, and how they know their work again.
//!
//! What is accepted is there later, so each look is at the transactions first, and then at the list in which the new
//! thing appears. Whether a transaction tells the caller's `code` is not sure; one that has another code is another's.

use super::endpoints::{CreateEventParams, CreateMessageParams, CreateReturnParams, CreateTicketParams};
use crate::vendor::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Look, Read, object, same_words, text};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// Times without a zone may be three hours early, and clocks differ.
const BACK_MS: f64 = 4.0 * 3_600_000.0;
const AHEAD_MS: f64 = 24.0 * 3_600_000.0;
const NEWEST_FIRST: &str = "created_at:desc";

fn look(kind: &str, own: Read, wanted: Json, now_ms: f64) -> Recovery {
    let transactions = read(
        "listTransactions",
        vec![object(&mut [
            ("created_at_gte", format_date_time(now_ms - BACK_MS).into()),
            ("created_at_lte", format_date_time(now_ms + AHEAD_MS).into()),
            ("_sort", NEWEST_FIRST.into()),
        ])],
    );
    // Transactions do not say which ticket they are about, so those of a kind are made one after the other.
    Recovery::Look(Look { key: kind.to_owned(), reads: vec![transactions, own], wanted })
}

/// Lists end at 200.
fn read(endpoint: &str, args: Vec<Json>) -> Read {
    Read {
        endpoint: endpoint.to_owned(),
        args,
        items: "results".to_owned(),
        id: "id".to_owned(),
        time: "created_at".to_owned(),
        pages: 2,
    }
}

fn of_ticket(endpoint: &str, ticket_id: &str) -> Read {
    read(endpoint, vec![ticket_id.into(), object(&mut [("_sort", NEWEST_FIRST.into())])])
}

pub(super) fn ticket(params: &CreateTicketParams, now_ms: f64) -> Recovery {
    let (order, code) = (params.order.id.as_str(), params.code.as_deref());
    let filter = code.map_or(("order__id", order), |code| ("code", code));
    let own = read("listTickets", vec![object(&mut [(filter.0, filter.1.into()), ("_sort", NEWEST_FIRST.into())])]);
    let kind = params.r#type.as_str();
    look("tickets", own, object(&mut [("code", code.into()), ("order", order.into()), ("type", kind.into())]), now_ms)
}

pub(super) fn message(params: &CreateMessageParams, now_ms: f64) -> Recovery {
    let mut wanted = [("code", params.code.as_deref().into()), ("message", params.message.as_str().into())];
    look("messages", of_ticket("listMessages", &params.ticket_id), object(&mut wanted), now_ms)
}

pub(super) fn event(params: &CreateEventParams, now_ms: f64) -> Recovery {
    let mut wanted = [("code", params.code.as_deref().into()), ("type", params.r#type.as_str().into())];
    look("events", of_ticket("listEvents", &params.ticket_id), object(&mut wanted), now_ms)
}

pub(super) fn returned(params: &CreateReturnParams, now_ms: f64) -> Recovery {
    let wanted = object(&mut [("code", params.code.as_deref().into())]);
    look("returns", of_ticket("listReturns", &params.ticket_id), wanted, now_ms)
}

pub(super) fn found(evidence: Evidence<'_>) -> Finding {
    let Evidence { wanted, after, .. } = evidence;
    let [transactions, own] = after else { return Finding::Unclear };
    let code = wanted.get("code").and_then(Json::as_str);
    let kind = match evidence.endpoint {
        "createTicket" => "tickets",
        "createMessage" => "messages",
        "createEvent" => "events",
        _ => "returns",
    };
    let mut finding = Finding::Absent;
    for transaction in &transactions.fresh {
        match kind_of(transaction) {
            Some(other) if other != kind => continue,
            _ => {}
        }
        let (id, told) = (text(transaction, "id"), text(transaction, "code"));
        if code == Some(told) {
            return accepted(id);
        }
        // Without a reference of the caller's, a transaction has one that its id begins with.
        let is_others = code.is_some() && !told.is_empty() && !id.starts_with(told);
        if !is_others && !matches!(text(transaction, "status"), "failed" | "cancelled") {
            finding = Finding::Unclear;
        }
    }
    for item in &own.fresh {
        let is_coded = code.is_some_and(|code| text(item, "code") == code);
        let is_same = |field: &str| text(item, field) == text(wanted, field);
        let is_ours = match kind {
            "tickets" => {
                let order = item.get("order").map_or("", |order| text(order, "id"));
                is_same("type") && if code.is_some() { is_coded } else { order == text(wanted, "order") }
            }
            "messages" => is_coded || (is_sellers(item) && same_words(text(item, "message"), text(wanted, "message"))),
            "events" => is_same("type") && (is_coded || code.is_none() || text(item, "code").is_empty()),
            _ => true,
        };
        if is_ours {
            // A ticket is the result of a transaction, which tells its id in the end.
            return if kind == "tickets" {
                transaction_of(&transactions.fresh, item)
            } else {
                Finding::Found(item.clone())
            };
        }
        if kind == "messages" && is_sellers(item) {
            finding = Finding::Unclear;
        }
    }
    finding
}

/// What it was that a transaction makes, from the path that it came in by: `seller/v0/tickets/messages`.
fn kind_of(transaction: &Json) -> Option<&str> {
    let last = text(transaction, "trigger_endpoint").rsplit('/').next()?;
    matches!(last, "tickets" | "messages" | "events" | "returns").then_some(last)
}

fn is_sellers(message: &Json) -> bool {
    message.get("sender").is_some_and(|sender| text(sender, "type") == "seller")
}

fn accepted(id: &str) -> Finding {
    Finding::Found(object(&mut [("transaction_id", id.into())]))
}

fn transaction_of(transactions: &[Json], ticket: &Json) -> Finding {
    let made = |event: &Json| event.get("data").is_some_and(|data| text(data, "ticket_id") == text(ticket, "id"));
    let events = |transaction: &&Json| {
        transaction.get("events").and_then(Json::as_array).is_some_and(|events| events.iter().any(made))
    };
    transactions.iter().find(events).map_or(Finding::Unclear, |transaction| accepted(text(transaction, "id")))
}

#[cfg(test)]
mod tests {
    use crate::marketplaces::magalu::MAGALU;
    use crate::marketplaces::testing::found_by;
    use serde_json::{Value, json};

    const CREATED: &str = "2026-02-01T10:00:00";

    fn transaction(id: &str, code: &str, path: &str, status: &str, ticket: &str) -> Value {
        let events = json!([{ "event": "transition", "data": { "ticket_id": ticket } }]);
        json!({ "id": id, "code": code, "trigger_endpoint": path, "status": status, "created_at": CREATED, "events": events })
    }

    fn list(items: &[Value]) -> Value {
        json!({ "results": items })
    }

    fn new_ticket(code: Option<&str>) -> Value {
        let delivery = json!({ "id": "d", "seller": { "id": "s", "name": "n" }, "items": [] });
        let order = json!({ "id": "o-1", "code": "1", "delivery": delivery });
        json!([{ "type": "shipping", "channel": { "id": "c", "alias": "a" }, "order": order, "reason": "general", "code": code }])
    }

    #[test]
    fn a_write_is_known_by_the_code_of_its_transaction() {
        const TICKETS: &str = "seller/v0/tickets";
        let found = |id: &str| ('f', json!({ "transaction_id": id }));
        for (code, new, own, expected) in [
            (Some("r-1"), None, None, ('a', Value::Null)),
            (Some("r-1"), Some(transaction("t-2", "r-1", TICKETS, "pending", "")), None, found("t-2")),
            (Some("r-1"), Some(transaction("t-2", "r-1", TICKETS, "failed", "")), None, found("t-2")),
            // Another's reference; one that Magalu made; one that nobody can assign; another kind of write.
            (Some("r-1"), Some(transaction("t-2", "r-2", TICKETS, "pending", "")), None, ('a', Value::Null)),
            (Some("r-1"), Some(transaction("t-2", "t", TICKETS, "pending", "")), None, ('u', Value::Null)),
            (None, Some(transaction("t-2", "r-2", TICKETS, "pending", "")), None, ('u', Value::Null)),
            (None, Some(transaction("t-2", "r-2", "x/tickets/messages", "pending", "")), None, ('a', Value::Null)),
            (None, Some(transaction("t-2", "", "", "processing", "")), None, ('u', Value::Null)),
            // What failed made nothing.
            (None, Some(transaction("t-2", "", TICKETS, "failed", "")), None, ('a', Value::Null)),
            (None, Some(transaction("t-2", "", TICKETS, "completed", "k-9")), Some("o-1"), found("t-2")),
            (None, Some(transaction("t-2", "", TICKETS, "completed", "other")), Some("o-1"), ('u', Value::Null)),
            (None, None, Some("o-2"), ('a', Value::Null)),
        ] {
            let old = transaction("t-1", "r-1", TICKETS, "completed", "k-1");
            let after: Vec<_> = [old.clone()].into_iter().chain(new.clone()).collect();
            let ticket =
                |order| json!({ "id": "k-9", "type": "shipping", "order": { "id": order }, "created_at": CREATED });
            let tickets: Vec<_> = own.map(ticket).into_iter().collect();
            let reads = [(list(&[old]), list(&after)), (list(&[]), list(&tickets))];
            assert_eq!(
                found_by(&MAGALU, "createTicket", new_ticket(code), &reads),
                expected,
                "{code:?} {new:?} {own:?}"
            );
        }
    }

    #[test]
    fn what_is_there_already_is_known_by_itself() {
        let owner = json!({ "code": "a", "name": "n" });
        let message = json!(["k-1", { "message": "Hello you", "destination": "customer", "owner": owner }]);
        let coded =
            json!(["k-1", { "message": "Hello you", "destination": "customer", "owner": owner, "code": "r-1" }]);
        let event = json!(["k-1", { "type": "product_sent" }]);
        let coded_event = json!(["k-1", { "type": "product_sent", "code": "r-1" }]);
        let said = |kind: &str, text: &str, code: &str| json!({ "id": "m-2", "message": text, "code": code, "sender": { "type": kind } });
        for (endpoint, args, new, expected) in [
            ("createMessage", &message, said("seller", "Hello\nyou", ""), 'f'),
            ("createMessage", &message, said("customer", "Hello you", ""), 'a'),
            ("createMessage", &message, said("seller", "Hello ***", ""), 'u'),
            ("createMessage", &coded, said("seller", "Hello ***", "r-1"), 'f'),
            ("createEvent", &event, json!({ "id": "e-2", "type": "product_sent" }), 'f'),
            ("createEvent", &event, json!({ "id": "e-2", "type": "product_received" }), 'a'),
            ("createEvent", &coded_event, json!({ "id": "e-2", "type": "product_sent", "code": "r-2" }), 'a'),
            ("createEvent", &coded_event, json!({ "id": "e-2", "type": "product_sent", "code": "r-1" }), 'f'),
            ("createReturn", &json!(["k-1"]), json!({ "id": "r-2", "reverse_code": "MLE1" }), 'f'),
        ] {
            let reads = [(list(&[]), list(&[])), (list(&[]), list(std::slice::from_ref(&new)))];
            let expected = match expected {
                'f' => ('f', new.clone()),
                'a' => ('a', Value::Null),
                _ => ('u', Value::Null),
            };
            assert_eq!(found_by(&MAGALU, endpoint, args.clone(), &reads), expected, "{endpoint} {new}");
        }
    }
}
