//! Rules that several operations share. Each names its source: *source* is the vendor's page on
//! creating tickets, *docs* are its other pages, *models* are those of its own PHP client, and
//! *ours* marks a rule that none of them states but that valid input cannot break.

use super::model::ScxEventType;
use super::names::MAX_LENGTH;
use crate::rules::rule::{Pattern, Rule, check_value};
use crate::rules::violation::{Violations, check_date_time, check_text_length};
use crate::rules::words::{Count, Cut, words};
use crate::wire::time::is_date_time;

/// *Docs*: the most events in one acknowledgement.
const MAX_EVENTS: usize = 100;

/// *Docs*: the vendor's page writes the zone as `+0000`, which RFC 3339 does not have, and its
/// examples as `Z`. Both are sent as they are given.
pub(super) const WRITTEN_AT: Rule = Rule::Like {
    pattern: Pattern::new(r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"),
    check: |violations, _, field, text| {
        let colon = text.len().checked_sub(2).filter(|_| text.is_ascii());
        let is_bare = |zone: &str| zone.starts_with(['+', '-']) && zone.len() == 5;
        let zone = text.len().checked_sub(5).and_then(|at| text.get(at..));
        match colon.and_then(|at| text.split_at_checked(at)) {
            Some((before, minutes)) if zone.is_some_and(is_bare) => {
                let with_colon = format!("{before}:{minutes}");
                let given = if is_date_time(&with_colon) { with_colon.as_str() } else { text };
                check_date_time(violations, field, given);
            }
            _ => check_date_time(violations, field, text),
        }
    },
};

/// *Source*: `^\w{1,50}$`.
pub(super) const SELLER_ID: Rule = Rule::Like {
    pattern: Pattern::new(r"^\w{1,50}$"),
    check: |violations, _, field, text| word(violations, field, text, 1, 50),
};
/// *Docs*: `^\w{5,15}$`.
pub(super) const CHANNEL: Rule = Rule::Like {
    pattern: Pattern::new(r"^\w{5,15}$"),
    check: |violations, _, field, text| word(violations, field, text, 5, 15),
};
/// *Source*: 1 to 256 characters.
pub(super) const TICKET_ID: Rule = Rule::Text { min: 1, max: 256 };
/// *Source*: the subject and the message.
pub(super) const TEXT: Rule = Rule::Text { min: 1, max: 1024 };
/// *Docs*: a name is required. The other side announced it, so only its length can be checked.
pub(super) const ANNOUNCED_NAME: Rule = Rule::Text { min: 1, max: MAX_LENGTH };

/// *Models*: the types of events for channels. The pattern lists those about tickets.
pub(super) const CHANNEL_EVENT: Rule = Rule::Like {
    pattern: Pattern::new(r"^(?:Seller:Ticket\.Reply|System:Test|System:Notification)$"),
    check: |violations, settings, field, name| {
        if is_one_type(violations, field, name) {
            check_value(violations, settings, field, name, ScxEventType::VALUES);
        }
    },
};
/// A type of events for sellers. The vendor publishes no list of them.
pub(super) const SELLER_EVENT: Rule = Rule::Like {
    pattern: Pattern::new("^[^,]+$"),
    check: |violations, _, field, name| {
        is_one_type(violations, field, name);
    },
};
/// *Docs*: 1 to 100 ids. The table cannot express the maximum; see [`not_too_many_events`].
pub(super) const EVENT_IDS: Rule = Rule::List {
    items: &Rule::Text { min: 1, max: usize::MAX },
    empty: Some("give 1 to 100 ids at a time"),
    twice: None,
};

/// Reports more ids than one acknowledgement may have.
pub(super) fn not_too_many_events(ids: &[String], violations: &mut Violations) {
    let count = ids.len();
    if count > MAX_EVENTS {
        let words = words!(
            "too_many_items",
            ["max", "length"],
            "`{field}` has {length} ids, not 1 to {max}",
            "give 1 to {max} ids at a time",
        );
        violations.add("eventIdList", words, (Count(MAX_EVENTS), Count(count)));
    }
}

/// *Ours*: the query separates the types with commas, so a comma in a type would split it.
fn is_one_type(violations: &mut Violations, field: &str, name: &str) -> bool {
    let is_one = !name.is_empty() && !name.contains(',');
    if !is_one {
        let words = words!(
            "invalid_event_type",
            ["value"],
            "`{field}` is `{value}`, which is not one type",
            "give one type in each element, such as `Seller:Ticket.Reply`",
        );
        violations.add(field, words, (Cut(name),));
    }
    is_one
}

/// Whether a text matches `^\w{min,max}$` in ASCII.
fn word(violations: &mut Violations, field: &str, text: &str, min: usize, max: usize) {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        check_text_length(violations, field, text, min, max);
        return;
    }
    let words = words!(
        "invalid_id",
        ["value", "min", "max"],
        "`{field}` is `{value}`, which has other characters than ASCII letters, digits and underscores",
        "give the id as SCX knows it: {min} to {max} letters, digits or underscores",
    );
    violations.add(field, words, (Cut(text), Count(min), Count(max)));
}

#[cfg(test)]
mod tests {
    use super::super::tests::{breaks, reply, ticket, with};
    use serde_json::{Value, json};

    #[test]
    fn ids_are_words() {
        let at = |length| "a".repeat(length);
        for (operation, make) in [("createTicket", ticket as fn(Value) -> Value), ("seller.replyToTicket", reply)] {
            for good in ["4", "A_z09", &at(50)] {
                breaks(operation, make(json!({ "sellerId": good })), &[]);
            }
            for (bad, code) in [
                (json!(""), "too_short"),
                (json!(at(51)), "too_long"),
                (json!("a-b"), "invalid_id"),
                (json!("ä"), "invalid_id"),
                (json!("a b"), "invalid_id"),
                (json!("a\n"), "invalid_id"),
                (json!(4711), "wrong_type"),
            ] {
                breaks(operation, make(json!({ "sellerId": bad })), &[("sellerId", code)]);
            }
        }
        let file = json!({ "filename": "a.png", "size": 1, "found": "image/png" });
        for (operation, more) in [
            ("uploadAttachment", json!({ "file": file })),
            ("downloadAttachment", json!({})),
            ("seller.uploadAttachment", json!({ "file": file, "channel": "DEMOSHOP" })),
            ("seller.downloadAttachment", json!({ "channel": "DEMOSHOP" })),
        ] {
            let ids = |seller: &str, ticket: &str| {
                let ids = json!({ "sellerId": seller, "ticketId": ticket, "filename": "a.png" });
                json!([with(ids, more.clone())])
            };
            breaks(operation, ids("A_z09", "a-b/ä"), &[]);
            breaks(operation, ids("a-b", "1"), &[("sellerId", "invalid_id")]);
            breaks(operation, ids(&at(51), &at(257)), &[("sellerId", "too_long"), ("ticketId", "too_long")]);
        }
        for good in [at(5), at(15)] {
            breaks("seller.replyToTicket", reply(json!({ "channel": good })), &[]);
        }
        for (bad, code) in [(at(4), "too_short"), (at(16), "too_long"), ("../..".to_owned(), "invalid_id")] {
            breaks("seller.replyToTicket", reply(json!({ "channel": bad })), &[("channel", code)]);
            let file = json!({ "filename": "a.png", "size": 1, "found": "image/png" });
            let rest = json!({ "channel": bad, "sellerId": "1", "ticketId": "1", "filename": "a.png" });
            breaks("seller.downloadAttachment", json!([rest]), &[("channel", code)]);
            breaks("seller.uploadAttachment", json!([with(rest, json!({ "file": file }))]), &[("channel", code)]);
        }
    }

    #[test]
    fn texts_have_limits_on_both_sides() {
        for (field, max) in [("subject", 1024), ("message", 1024), ("ticketId", 256)] {
            for good in ["a".to_owned(), "🎫".repeat(max)] {
                breaks("createTicket", ticket(json!({ field: good })), &[]);
            }
            breaks("createTicket", ticket(json!({ field: "" })), &[(field, "too_short")]);
            breaks("createTicket", ticket(json!({ field: "🎫".repeat(max + 1) })), &[(field, "too_long")]);
            breaks("createTicket", ticket(json!({ field: 5 })), &[(field, "wrong_type")]);
        }
        for (field, max) in [("message", 1024), ("ticketId", 256)] {
            breaks("seller.replyToTicket", reply(json!({ field: "ä".repeat(max) })), &[]);
            breaks("seller.replyToTicket", reply(json!({ field: "" })), &[(field, "too_short")]);
            breaks("seller.replyToTicket", reply(json!({ field: "ä".repeat(max + 1) })), &[(field, "too_long")]);
        }
        for (name, list) in [
            (json!("ä".repeat(100)), &[][..]),
            (json!(""), &[]),
            (json!(null), &[]),
            (json!("ä".repeat(101)), &[("from.name", "too_long")]),
        ] {
            breaks("createTicket", ticket(json!({ "from": { "role": "BUYER", "name": name } })), list);
            breaks("seller.replyToTicket", reply(json!({ "from": { "role": "BUYER", "name": name } })), list);
        }
    }

    #[test]
    fn times_have_a_zone() {
        for (operation, field, make) in [
            ("createTicket", "createdAt", ticket as fn(Value) -> Value),
            ("seller.replyToTicket", "createdAt", reply),
            ("listEvents", "createdAfter", |more| json!([more])),
            ("seller.listEvents", "createdAfter", |more| json!([more])),
        ] {
            breaks(operation, make(json!({ field: "2026-03-02T08:15:00.5+01:00" })), &[]);
            // The vendor's own page has this form of a zone.
            for zone in ["+0000", "-0330", ".25+0530"] {
                let expected = if field == "createdAt" { &[][..] } else { &[(field, "invalid_date_time")][..] };
                breaks(operation, make(json!({ field: format!("2026-03-02T08:15:00{zone}") })), expected);
            }
            for bad in ["2026-03-02T08:15:00+2500", "2026-03-02T08:15:00+000", "2026-03-02+0000"] {
                breaks(operation, make(json!({ field: bad })), &[(field, "invalid_date_time")]);
            }
            for bad in ["", "2026-03-02", "2026-03-02T08:15:00", "2026-02-30T08:15:00Z"] {
                breaks(operation, make(json!({ field: bad })), &[(field, "invalid_date_time")]);
            }
        }
    }
}
