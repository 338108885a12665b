//! What ClickBank's writes read when their answer was lost, and how they know their work again.

use super::endpoints::{CreateTicketParams, TicketId, UpdateTicketParams};
use super::model::{Action, TypeCode};
use super::rules::MIN_RECEIPT_FILTER;
use crate::vendor::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Look, Read, Seen, object, same_words, text};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;

/// How wrong this machine's clock may be where days are read; a range of them has 7 at most.
const SKEW_MS: f64 = 3.0 * 86_400_000.0;

/// The receipt's tickets. Their order is not documented, so all are read. A list cannot be asked for a short receipt: then
/// it is all tickets of these days. Days are ClickBank's, which is hours behind.
pub(super) fn create(params: &CreateTicketParams, now_ms: f64) -> Recovery {
    let day = |ms: f64| Json::from(format_date_time(ms).get(..10).unwrap_or_default());
    let filter = if params.receipt.chars().count() < MIN_RECEIPT_FILTER {
        object(&mut [("createDateFrom", day(now_ms - SKEW_MS)), ("createDateTo", day(now_ms + SKEW_MS))])
    } else {
        object(&mut [("receipt", params.receipt.as_str().into())])
    };
    let read = Read {
        endpoint: "listTickets".to_owned(),
        args: vec![filter],
        items: "data".to_owned(),
        id: "ticketid".to_owned(),
        pages: 20,
        ..Read::default()
    };
    Recovery::Look(Look {
        key: format!("receipt {}", params.receipt),
        reads: vec![read],
        wanted: object(&mut [
            ("receipt", params.receipt.as_str().into()),
            ("type", shown(&params.r#type).into()),
            ("sku", params.sku.as_deref().into()),
        ]),
    })
}

pub(super) fn update(params: &UpdateTicketParams) -> Recovery {
    let (field, value) = match &params.action {
        None => ("", ""),
        Some(Action::Close) => ("status", "CLOSED"),
        Some(Action::Reopen) => ("status", "REOPENED"),
        Some(_) => ("type", params.r#type.as_ref().map_or("", shown)),
    };
    let mut wanted = [("field", field.into()), ("value", value.into()), ("comment", params.comment.as_deref().into())];
    look(&params.id, object(&mut wanted))
}

/// The ticket with its comments, all of them.
pub(super) fn look(id: &TicketId, wanted: Json) -> Recovery {
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

#[cfg(test)]
mod tests {
    use crate::marketplaces::clickbank::CLICKBANK;
    use crate::marketplaces::testing::found_by;
    use serde_json::{Value, json};

    fn ticket(status: &str, kind: &str, comments: &[(&str, &str, &str)]) -> Value {
        let comment = |(index, (action, role, comment)): (usize, &(&str, &str, &str))| json!({ "commentId": index.to_string(), "action": action, "commentRole": role, "comment": comment });
        let comments: Vec<_> = comments.iter().enumerate().map(comment).collect();
        json!({ "ticketid": "1", "status": status, "type": kind, "comments": comments })
    }

    #[test]
    fn an_update_is_known_by_its_comment_or_by_what_it_changed() {
        const OPENED: (&str, &str, &str) = ("OPENED", "CUSTOMER", "a");
        let comment = json!({ "comment": "hello" });
        let close = json!({ "action": "close" });
        let close_with = json!({ "action": "close", "comment": "hello" });
        let reopen = json!({ "action": "reopen", "comment": "hello" });
        let refund = json!({ "action": "change", "type": "rfnd" });
        let entry = |action, role, text| Some((action, role, text));
        // The finding: found, absent, or unclear.
        for (update, before, after, new, expected) in [
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), None, 'a'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "VENDOR", "hello"), 'f'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "CUSTOMER", "hello"), 'a'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "VENDOR", "other"), 'u'),
            (&close, ("OPEN", "REFUND"), ("OPEN", "REFUND"), None, 'a'),
            (&close, ("OPEN", "REFUND"), ("CLOSED", "REFUND"), None, 'f'),
            (&close, ("CLOSED", "REFUND"), ("CLOSED", "REFUND"), None, 'u'),
            (&close_with, ("OPEN", "REFUND"), ("CLOSED", "REFUND"), entry("CLOSED", "VENDOR", "hello"), 'f'),
            (&close_with, ("OPEN", "REFUND"), ("CLOSED", "REFUND"), entry("CLOSED", "CUSTOMER", "hello"), 'u'),
            (&close_with, ("OPEN", "REFUND"), ("REOPENED", "REFUND"), entry("CLOSED", "VENDOR", "hello"), 'f'),
            (&reopen, ("CLOSED", "REFUND"), ("OPEN", "REFUND"), entry("REOPENED", "VENDOR", "hello"), 'f'),
            (&reopen, ("CLOSED", "REFUND"), ("CLOSED", "REFUND"), None, 'a'),
            (&refund, ("OPEN", "CANCEL"), ("OPEN", "REFUND"), None, 'f'),
            (&refund, ("OPEN", "CANCEL"), ("OPEN", "CANCEL"), None, 'a'),
            // It would be paid back a second time.
            (&refund, ("OPEN", "REFUND"), ("OPEN", "REFUND"), None, 'u'),
            (&refund, ("OPEN", "CANCEL"), ("OPEN", "CANCEL"), entry("CHANGED", "VENDOR", ""), 'u'),
        ] {
            let comments: Vec<_> = [OPENED].into_iter().chain(new).collect();
            let last = ticket(after.0, after.1, &comments);
            let reads = [(ticket(before.0, before.1, &[OPENED]), last.clone())];
            let finding = found_by(&CLICKBANK, "updateTicket", json!([1, update]), &reads);
            let expected = match expected {
                'f' => ('f', last),
                'a' => ('a', Value::Null),
                _ => ('u', Value::Null),
            };
            assert_eq!(finding, expected, "{update} {before:?} {after:?} {new:?}");
        }
    }

    #[test]
    fn entries_without_an_id_are_counted() {
        let entry = json!({ "date": "d", "action": "COMMENTED", "commentRole": "VENDOR", "comment": "same" });
        let with = |count| json!({ "ticketid": "1", "comments": vec![entry.clone(); count] });
        for (after, expected) in [(2, ('a', Value::Null)), (3, ('f', with(3)))] {
            let reads = [(with(2), with(after))];
            assert_eq!(found_by(&CLICKBANK, "updateTicket", json!([1, { "comment": "same" }]), &reads), expected);
        }
    }

    #[test]
    fn a_return_is_found_or_uncertain() {
        let entry = ("REFUND_ACKED", "VENDOR", "");
        for (before, after, expected) in [
            (&[][..], &[entry][..], ('f', Value::Null)),
            (&[], &[], ('u', Value::Null)),
            (&[entry], &[entry], ('u', Value::Null)),
        ] {
            let reads = [(ticket("OPEN", "REFUND", before), ticket("CLOSED", "REFUND", after))];
            assert_eq!(found_by(&CLICKBANK, "confirmReturn", json!([1]), &reads), expected);
        }
    }

    #[test]
    fn a_new_ticket_is_known_by_receipt_type_and_item() {
        let made = |id: &str, receipt: &str, kind: &str, item: &str, source: &str| json!({ "ticketid": id, "receipt": receipt, "type": kind, "productItemNo": item, "source": source });
        let args =
            json!(["ABCD1234", { "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": "FULL", "sku": "7" }]);
        let old = made("1", "ABCD1234", "REFUND", "7", "API");
        for (new, expected) in [
            (made("2", "abcd1234", "REFUND", "7", "API"), 'f'),
            (made("2", "ABCD1234", "REFUND", "", ""), 'f'),
            (made("2", "ABCD1234", "REFUND", "8", "API"), 'u'),
            (made("2", "ABCD1234", "REFUND", "7", "CUSTOMER_WAM"), 'u'),
            (made("2", "ABCD1234", "CANCEL", "7", "API"), 'u'),
            // The list has the tickets of a subscription's rebills, too.
            (made("2", "ABCD1234-B002", "REFUND", "7", "API"), 'a'),
        ] {
            let reads = [(json!({ "data": [old] }), json!({ "data": [new, old] }))];
            let expected = match expected {
                'f' => ('f', new.clone()),
                'a' => ('a', Value::Null),
                _ => ('u', Value::Null),
            };
            assert_eq!(found_by(&CLICKBANK, "createTicket", args.clone(), &reads), expected, "{new}");
        }
    }

    #[test]
    fn the_tickets_of_a_receipt_that_is_too_short_for_a_list_are_found_by_day() {
        use crate::vendor::Recovery;
        use crate::wire::json::Json;
        let args = |receipt: &str| json!([receipt, { "type": "tech", "reason": "ticket.type.tech_support.1" }]);
        for (receipt, ms, filter) in [
            ("ABCD", 1_772_439_300_000.0, json!({ "receipt": "ABCD" })),
            ("ABC", 1_772_439_300_000.0, json!({ "createDateFrom": "2026-02-27", "createDateTo": "2026-03-05" })),
            ("A", 1_767_225_600_000.0, json!({ "createDateFrom": "2025-12-29", "createDateTo": "2026-01-04" })),
        ] {
            let operation = CLICKBANK.operation("createTicket").unwrap();
            let Recovery::Look(look) = operation.recovery(Json::from(args(receipt)).into_list(), ms) else { panic!() };
            let [read] = look.reads.as_slice() else { panic!("{look:?}") };
            assert_eq!(serde_json::to_value(&read.args).unwrap(), json!([filter]), "{receipt}");
            // Its rules let it pass.
            let list = CLICKBANK.operation("listTickets").unwrap();
            assert!(list.validate(read.args.clone(), &crate::rules::settings::Settings::default()).is_empty());
        }
        let made = |id: &str, receipt: &str| json!({ "ticketid": id, "receipt": receipt, "type": "TECH_SUPPORT", "source": "API" });
        let reads = |new: &Value| {
            [(json!({ "data": [made("1", "AB")] }), json!({ "data": [new, made("1", "AB"), made("3", "ABCD")] }))]
        };
        let new = made("2", "ab");
        assert_eq!(found_by(&CLICKBANK, "createTicket", args("AB"), &reads(&new)), ('f', new));
        let others = made("2", "ABC");
        assert_eq!(found_by(&CLICKBANK, "createTicket", args("AB"), &reads(&others)), ('a', Value::Null));
    }
}
