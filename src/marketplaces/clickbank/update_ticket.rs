//! `PUT /1.3/tickets/{id}`: comments on, closes, reopens or changes a ticket.
//!
//! Source: service. It can move money.

use super::answers::Normalised;
use super::model::{Action, RefundType, Ticket, TicketId, TypeCode};
use super::rules::{self, ID};
use super::{ClickBank, find};
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::rules::words::{Names, Text, words};
use crate::vendor::Recovery;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::{Evidence, Finding, Look, Seen, object, text};
use crate::vendor::words::{has_mask, same_words};
use crate::wire::json::Json;

endpoint! {
    "updateTicket"(id) = PUT "/1.3/tickets/{id}" -> Normalised<Ticket>;

    /// The change to a ticket.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankUpdateTicketParams"))]
    pub struct UpdateTicketParams of ClickBank, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path id: TicketId = ID,
        /// The action; by default the comment is added. `close` cancels the ticket: an open refund
        /// is then not paid.
        query action: Option<Action> = Rule::OneOf(Action::VALUES),
        /// The new type, for `change`. A ticket that becomes a refund is **refunded in full**.
        query r#type: Option<TypeCode> = Rule::OneOf(TypeCode::VALUES),
        // The length of the URL limits it; see `rules::url`.
        /// The text of the comment; required without an action, and to reopen.
        query comment: Option<String> = Rule::ANY_TEXT,
    }
}

impl Overrides for UpdateTicketParams {
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        self.check_comment(violations);
        self.check_type(violations);
        self.check_partial_refund(violations);
        rules::extra(&self.extra, violations);
        rules::url(self, self.comment.as_deref(), settings, violations);
    }

    fn lookup(&self, _now_ms: f64) -> Recovery {
        let (field, value, action) = match &self.action {
            None => ("", "", "COMMENTED"),
            Some(Action::Close) => ("status", "CLOSED", "CLOSED"),
            Some(Action::Reopen) => ("status", "REOPENED", "REOPENED"),
            Some(_) => ("type", self.r#type.as_ref().map_or("", find::shown), "CHANGED"),
        };
        let comment = self.comment.as_deref().filter(|comment| !comment.trim().is_empty());
        let wanted = object(&mut [
            ("field", field.into()),
            ("value", value.into()),
            ("action", action.into()),
            ("comment", comment.into()),
        ]);
        match find::in_ticket(&self.id, wanted) {
            // The response is the ticket with the new comment. The status of a ticket has no id, so
            // only a later read proves that readers see it.
            Recovery::Look(look) => Recovery::Look(Look { is_answered_whole: self.action.is_none(), ..look }),
            other => other,
        }
    }

    /// An update is recognised by its comment together with its action, or without a comment by its
    /// change to the ticket.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let Evidence { wanted, before, after, last, .. } = evidence;
        let (Some(before), Some(after)) = (before.first(), after.first()) else { return Finding::Unclear };
        let comment = wanted.get("comment").and_then(Json::as_str);
        let (field, action) = (text(wanted, "field"), text(wanted, "action"));
        let is_there = |seen: &Seen| text(&seen.rest, field) == text(wanted, "value");
        let moved = !field.is_empty() && is_there(after) && !is_there(before);
        // The ticket may have changed without this comment, or it was in this state before. Neither
        // proves anything.
        let mut is_unclear = moved || (!field.is_empty() && is_there(before));
        for entry in &after.fresh {
            let (shown, told) = (text(entry, "comment"), text(entry, "action"));
            let is_same = comment.is_some_and(|comment| same_words(shown, comment));
            // Words alone prove nothing if they come with another action.
            let is_action = told == action || moved || (field.is_empty() && told.is_empty());
            match text(entry, "commentRole") {
                "CUSTOMER" => {}
                // It records the return of an item.
                _ if told == "REFUND_ACKED" => {}
                "VENDOR" if is_same && is_action => return Finding::Found(last.clone()),
                // The seller's other entries may be this one after the marketplace changed it.
                "VENDOR" | "USER" | "" => is_unclear = true,
                // ClickBank may show the seller's comment under another role.
                _ => is_unclear |= is_same || (comment.is_some() && has_mask(shown)),
            }
        }
        if moved && comment.is_none() {
            return Finding::Found(last.clone());
        }
        if is_unclear { Finding::Unclear } else { Finding::Absent }
    }
}

impl UpdateTicketParams {
    /// *Service*: some actions need a comment.
    fn check_comment(&self, violations: &mut Violations) {
        let why = match &self.action {
            None => "without an `action` it is what is added to the ticket",
            Some(Action::Reopen) => "`reopen` needs one",
            Some(_) => return,
        };
        if self.comment.as_ref().is_some_and(|comment| !comment.trim().is_empty()) {
            return;
        }
        let what = if self.comment.is_some() { "empty" } else { "missing" };
        let words = words!(
            "required",
            ["_what", "_why"],
            "`{field}` is {_what}: {_why}",
            "write a comment, or choose another action",
        );
        violations.add("comment", words, (Text(what), Text(why)));
    }

    /// *Service*: `change` needs a type.
    fn check_type(&self, violations: &mut Violations) {
        match (&self.action, &self.r#type) {
            (Some(Action::Change), None) => {
                let words =
                    words!("required", ["known"], "`{field}` is missing, which `change` needs", "use one of {known}");
                violations.add("type", words, (Names(TypeCode::VALUES),));
            }
            // Ours: the API would not change the type.
            (None | Some(Action::Close | Action::Reopen), Some(_)) => {
                let words = words!(
                    "change_only",
                    [],
                    "`{field}` is given, but only the action `change` changes it",
                    "leave it out, or add the action `change`",
                );
                violations.add("type", words, ());
            }
            _ => {}
        }
    }

    /// *Service*: "Partial refunds are not allowed when changing to a rfnd ticket type."
    fn check_partial_refund(&self, violations: &mut Violations) {
        for (name, value) in &self.extra {
            let is_partial = match name.as_str() {
                "refundAmount" => true,
                "refundType" => value.as_str() != Some(RefundType::Full.as_str()),
                _ => false,
            };
            if is_partial {
                let words = words!(
                    "no_partial_refund",
                    [],
                    "`{field}` is given, but a ticket that is changed to `rfnd` is paid back in full",
                    "leave it out, or create a ticket of the type `rfnd` for a partial refund",
                );
                violations.add(name, words, ());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CLICKBANK;
    use super::super::tests::{accepts, breaks, check, ticket};
    use crate::marketplaces::testing::{found_by, tolerant};
    use serde_json::{Value, json};

    #[test]
    fn each_action_has_its_needs() {
        for good in [
            json!({ "comment": "a" }),
            json!({ "action": null, "comment": "a" }),
            json!({ "action": "close" }),
            json!({ "action": "close", "comment": "" }),
            json!({ "action": "reopen", "comment": "a" }),
            json!({ "action": "change", "type": "rfnd" }),
            json!({ "action": "change", "type": "tech", "comment": "a" }),
            json!({ "action": "change", "type": "rfnd", "refundType": "FULL" }),
        ] {
            accepts("updateTicket", json!([1, good]));
        }
        for (bad, list) in [
            (json!({}), &[("comment", "required")][..]),
            (json!({ "comment": "" }), &[("comment", "required")]),
            (json!({ "comment": " \n" }), &[("comment", "required")]),
            (json!({ "action": "reopen" }), &[("comment", "required")]),
            (json!({ "action": "reopen", "comment": " " }), &[("comment", "required")]),
            (json!({ "action": "change" }), &[("type", "required")]),
            (json!({ "action": "change", "type": "REFUND" }), &[("type", "unknown_value")]),
            (json!({ "action": "change", "type": "" }), &[("type", "unknown_value")]),
            (json!({ "action": "Close" }), &[("action", "unknown_value")]),
            (json!({ "action": "comment", "comment": "a" }), &[("action", "unknown_value")]),
            (json!({ "action": "" }), &[("action", "unknown_value")]),
            (json!({ "type": "rfnd" }), &[("comment", "required"), ("type", "change_only")]),
            (json!({ "type": "rfnd", "comment": "a" }), &[("type", "change_only")]),
            (json!({ "action": "close", "type": "rfnd" }), &[("type", "change_only")]),
            (json!({ "action": "reopen", "comment": "a", "type": "tech" }), &[("type", "change_only")]),
            (
                json!({ "action": "change", "type": "rfnd", "refundType": "PARTIAL_AMOUNT", "refundAmount": "5" }),
                &[("refundAmount", "no_partial_refund"), ("refundType", "no_partial_refund")],
            ),
            (json!({ "action": "close", "refundAmount": 5 }), &[("refundAmount", "no_partial_refund")]),
            (json!({ "action": 5, "comment": "a" }), &[("action", "wrong_type")]),
        ] {
            breaks("updateTicket", json!([1, bad]), list);
        }
        assert_eq!(check(&tolerant(), "updateTicket", &json!([1, { "action": "escalate", "type": "x" }])), []);
        breaks("updateTicket", json!([]), &[("id", "required"), ("comment", "required")]);
    }

    #[test]
    fn an_update_is_known_by_its_comment_or_by_what_it_changed() {
        const OPENED: (&str, &str, &str) = ("OPENED", "CUSTOMER", "a");
        let comment = json!({ "comment": "hello" });
        let close = json!({ "action": "close" });
        let close_with = json!({ "action": "close", "comment": "hello" });
        let reopen = json!({ "action": "reopen", "comment": "hello" });
        let refund = json!({ "action": "change", "type": "rfnd" });
        let change_with = json!({ "action": "change", "type": "rfnd", "comment": "hello" });
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
            // Another one wrote the same words, and the action did not take effect.
            (&close_with, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "VENDOR", "hello"), 'u'),
            (&close_with, ("OPEN", "REFUND"), ("CLOSED", "REFUND"), entry("COMMENTED", "VENDOR", "hello"), 'f'),
            (&change_with, ("OPEN", "CANCEL"), ("OPEN", "CANCEL"), entry("COMMENTED", "VENDOR", "hello"), 'u'),
            (&change_with, ("OPEN", "CANCEL"), ("OPEN", "TECH_SUPPORT"), entry("COMMENTED", "VENDOR", "hello"), 'u'),
            (&change_with, ("OPEN", "CANCEL"), ("OPEN", "REFUND"), entry("CHANGED", "VENDOR", "hello"), 'f'),
            (&reopen, ("CLOSED", "REFUND"), ("CLOSED", "REFUND"), entry("COMMENTED", "VENDOR", "hello"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("CLOSED", "REFUND"), entry("CLOSED", "VENDOR", "hello"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("", "VENDOR", "hello"), 'f'),
            // ClickBank may show the seller's words under another role; other words are its own.
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "CBSYSTEM", "hello"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "CBCSR", "hello"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "CBCSR", "***"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "CBCSR", "other"), 'a'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "USER", "hello"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("COMMENTED", "", "hello"), 'u'),
            (&comment, ("OPEN", "REFUND"), ("OPEN", "REFUND"), entry("REFUND_ACKED", "VENDOR", ""), 'a'),
            // It would be refunded a second time.
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
}
