//! `POST /1.3/tickets/{receipt}`: creates a ticket for a receipt.
//!
//! Source: service. It can refund the customer at once.

#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::answers::Normalised;
use super::model::{Reason, RefundType, Ticket, TypeCode};
use super::rules::{self, MIN_RECEIPT_FILTER, RECEIPT, SKU};
use super::{ClickBank, find};
use crate::rules::rule::{Rule, check_value};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::rules::words::{Label, Name, Names, words};
use crate::vendor::Recovery;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::{Evidence, Finding, Look, Read, object, text};
use crate::vendor::words::same_words;
use crate::wire::json::{Json, read_f64};
use crate::wire::time::format_date_time;

endpoint! {
    "createTicket"(receipt) = POST "/1.3/tickets/{receipt}" -> Normalised<Ticket>;

    /// A new ticket.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankCreateTicketParams"))]
    pub struct CreateTicketParams of ClickBank, keep unknown {
        /// The receipt of the sale.
        #[cfg_attr(feature = "types", ts(skip))]
        path receipt: String = RECEIPT,
        /// The type of the ticket. `rfnd` refunds the receipt and, for a recurring product, ends
        /// future billing. `cncl` only ends future billing of a recurring product, but **refunds
        /// any other product**. `tech` moves no money.
        query r#type: TypeCode = Rule::OneOf(TypeCode::VALUES),
        // Code checks it, so that the violation names only the reasons of the ticket's type.
        /// The reason for the ticket, which must belong to its type.
        query reason: Reason = Rule::Code,
        /// The item, if the sale has several.
        query sku: Option<String> = SKU,
        /// The extent of the refund, which `rfnd` requires. The account must be enabled for partial
        /// refunds.
        query refundType: Option<RefundType> = Rule::OneOf(RefundType::VALUES),
        // The allowed values depend on the type of the refund.
        /// The size of a partial refund: the percentage, 1 to 80 with at most two decimals, or the
        /// amount in the customer's currency. It is decimal text, such as `"12.50"`.
        query refundAmount: Option<String> = Rule::Code,
        /// Whether a refund leaves the subscription unchanged.
        query retainSubscription: Option<bool> = Rule::Flag,
        // The length of the URL limits it; see `rules::url`.
        /// The text of the comment.
        query comment: Option<String> = Rule::ANY_TEXT,
    }
}

/// The most that this machine's clock may be wrong. The range of days to read has at most 7.
const SKEW_MS: f64 = 3.0 * 86_400_000.0;

/// Amounts and percentages have two decimals.
const HALF_A_CENT: f64 = 0.005;

impl Overrides for CreateTicketParams {
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        self.check_reason(settings, violations);
        self.check_refund(violations);
        rules::extra(&self.extra, violations);
        rules::url(self, self.comment.as_deref(), settings, violations);
    }

    /// Reads all of the receipt's tickets, because their order is not documented. The API accepts
    /// no short receipt as a filter, so all tickets of these days are read instead. The days are in
    /// ClickBank's time zone, which is hours behind.
    fn lookup(&self, now_ms: f64) -> Recovery {
        let day = |ms: f64| Json::from(format_date_time(ms).get(..10).unwrap_or_default());
        let filter = if self.receipt.chars().count() < MIN_RECEIPT_FILTER {
            object(&mut [("createDateFrom", day(now_ms - SKEW_MS)), ("createDateTo", day(now_ms + SKEW_MS))])
        } else {
            object(&mut [("receipt", self.receipt.as_str().into())])
        };
        let key = format!("receipt {}", find::same_receipt(&self.receipt));
        let read = Read {
            endpoint: "listTickets".to_owned(),
            args: vec![filter],
            items: "data".to_owned(),
            place: key.clone(),
            id: "ticketid".to_owned(),
            answer_id: "ticketid".to_owned(),
            pages: 20,
            ..Read::default()
        };
        let wanted = object(&mut [
            ("receipt", self.receipt.as_str().into()),
            ("type", find::shown(&self.r#type).into()),
            ("sku", self.sku.as_deref().into()),
            ("refundType", self.refundType.as_ref().map(RefundType::as_str).into()),
            ("refundAmount", self.refundAmount.as_deref().into()),
            ("comment", self.comment.as_deref().into()),
        ]);
        Recovery::Look(Look::new(key, vec![read], wanted))
    }

    /// A ticket is recognised by its receipt, its type and its item, unless it tells another refund
    /// or other words.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let Evidence { wanted, after, last, .. } = evidence;
        let mut finding = Finding::Absent;
        for ticket in after.iter().flat_map(|seen| &seen.fresh) {
            if find::same_receipt(text(ticket, "receipt")) != find::same_receipt(text(wanted, "receipt"))
                || is_other_refund(ticket, wanted)
            {
                continue;
            }
            let (sku, item) = (text(wanted, "sku"), text(ticket, "productItemNo"));
            let is_item = sku.is_empty() || item.is_empty() || sku == item;
            let is_ours = text(ticket, "type") == text(wanted, "type")
                && is_item
                && matches!(text(ticket, "source"), "API" | "")
                && !has_other_words(ticket, wanted)
                && is_same_kind(ticket, wanted);
            if is_ours {
                return Finding::Found(ticket.clone());
            }
            // The customer may have created it, or the API may have created it with another type.
            finding = Finding::Unclear;
        }
        let tickets = last.get("data").and_then(Json::as_array).unwrap_or_default();
        if finding == Finding::Absent && tickets.iter().any(|ticket| excludes(ticket, wanted)) {
            finding = Finding::Excluded;
        }
        finding
    }
}

/// Returns whether a ticket is an open one about the same money: there can be one.
fn excludes(ticket: &Json, wanted: &Json) -> bool {
    let moves_money = matches!(text(wanted, "type"), "REFUND" | "CANCEL");
    moves_money
        && find::same_receipt(text(ticket, "receipt")) == find::same_receipt(text(wanted, "receipt"))
        && text(ticket, "type") == text(wanted, "type")
        && text(ticket, "status") != "CLOSED"
}

/// Returns whether a ticket tells the same kind of refund, or none.
fn is_same_kind(ticket: &Json, wanted: &Json) -> bool {
    let (told, kind) = (text(ticket, "refundType"), text(wanted, "refundType"));
    told.is_empty() || kind.is_empty() || told == kind
}

/// Returns whether a ticket tells that it is certainly another refund: all instead of a part, or a
/// part of another size. A part in per cent may be shown as an amount.
fn is_other_refund(ticket: &Json, wanted: &Json) -> bool {
    let (told, kind) = (text(ticket, "refundType"), text(wanted, "refundType"));
    if told.is_empty() || kind.is_empty() {
        return false;
    }
    if told != kind {
        let full = RefundType::Full;
        return told == full.as_str() || kind == full.as_str();
    }
    match (read_f64(text(ticket, "refundAmount")), read_f64(text(wanted, "refundAmount"))) {
        (Some(told), Some(amount)) => (told - amount).abs() >= HALF_A_CENT,
        _ => false,
    }
}

/// Returns whether the seller's words in a ticket are others than those that were sent.
fn has_other_words(ticket: &Json, wanted: &Json) -> bool {
    let Some(comment) = wanted.get("comment").and_then(Json::as_str) else { return false };
    let entries = ticket.get("comments").and_then(Json::as_array).unwrap_or_default();
    let is_vendors = |entry: &&Json| text(entry, "commentRole") == "VENDOR" && !text(entry, "comment").is_empty();
    let mut said = entries.iter().filter(is_vendors).peekable();
    said.peek().is_some() && !said.any(|entry| same_words(text(entry, "comment"), comment))
}

impl CreateTicketParams {
    /// *Service*: a reason belongs to a type.
    fn check_reason(&self, settings: &Settings, violations: &mut Violations) {
        let reason = &self.reason;
        let of_type = |reason: &Reason| reason.type_code().is_none_or(|code| code == self.r#type);
        if !self.r#type.is_known() {
            check_value(violations, settings, "reason", reason.as_str(), Reason::VALUES);
            return;
        }
        let known: Vec<&str> = Reason::VALUES.iter().copied().filter(|value| of_type(&Reason::from(*value))).collect();
        if reason.type_code().is_some() && !of_type(reason) {
            let words = words!(
                "reason_of_other_type",
                ["value", "known", "ticket_type"],
                "`{field}` is `{value}`, which does not belong to `{ticket_type}`",
                "use one of {known}",
            );
            violations.add("reason", words, (Name(reason.as_str()), Names(&known), Label(self.r#type.as_str())));
        } else {
            check_value(violations, settings, "reason", reason.as_str(), &known);
        }
    }

    /// The fields about the size of a refund belong to a refund.
    fn check_refund(&self, violations: &mut Violations) {
        let is_refund = self.r#type == TypeCode::Refund;
        if is_refund && self.refundType.is_none() {
            // Service: "For 'rfnd' the parameter refundType must also be specified."
            let words = words!("required", ["known"], "`{field}` is missing, which `rfnd` needs", "use one of {known}");
            violations.add("refundType", words, (Names(RefundType::VALUES),));
        }
        if self.r#type.is_known() && !is_refund {
            // Ours: the caller expects them to apply, but a `cncl` may refund everything anyway.
            for (field, is_given) in [
                ("refundType", self.refundType.is_some()),
                ("refundAmount", self.refundAmount.is_some()),
                ("retainSubscription", self.retainSubscription.is_some()),
            ] {
                if is_given {
                    let words = words!(
                        "refund_only",
                        ["ticket_type"],
                        "`{field}` is given, but the ticket is no refund: `type` is `{ticket_type}`",
                        "leave it out, or use the type `rfnd`",
                    );
                    violations.add(field, words, (Label(self.r#type.as_str()),));
                }
            }
            return;
        }
        rules::refund_amount(self.refundType.as_ref(), self.refundAmount.as_deref(), violations);
        if self.refundType == Some(RefundType::Full) && self.refundAmount.is_some() {
            // Ours: the API would refund everything, whatever the amount is.
            let words = words!(
                "partial_only",
                [],
                "`{field}` is given, but `FULL` pays everything back",
                "leave it out, or use PARTIAL_AMOUNT or PARTIAL_PERCENT",
            );
            violations.add("refundAmount", words, ());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CLICKBANK;
    use super::super::tests::{accepts, breaks, check, create};
    use super::*;
    use crate::marketplaces::testing::{codes, expected, found_by, refused_beside, tolerant};
    use crate::rules::error::Sent;
    use serde_json::{Value, json};

    #[test]
    fn a_reason_belongs_to_its_type() {
        for value in Reason::VALUES {
            for code in TypeCode::VALUES {
                let mut params = json!({ "type": code, "reason": value });
                if *code == "rfnd" {
                    params["refundType"] = json!("FULL");
                }
                let belongs = Reason::from(*value).type_code() == Some(TypeCode::from(*code));
                let list: &[_] = if belongs { &[] } else { &[("reason", "reason_of_other_type")] };
                breaks("createTicket", json!(["A", params]), list);
                assert_eq!(codes(check(&tolerant(), "createTicket", &json!(["A", params]))), expected(list));
            }
        }
        for bad in ["", "ticket.type.refund.9", "ticket.type.Refund.8", "refund.8", "8"] {
            breaks("createTicket", create(json!({ "reason": bad })), &[("reason", "unknown_value")]);
            let list = codes(check(&tolerant(), "createTicket", &create(json!({ "reason": bad }))));
            assert_eq!(list.is_empty(), !bad.is_empty(), "{bad}");
        }
        breaks("createTicket", create(json!({ "reason": null })), &[("reason", "required")]);
        // The violation names the reasons of the type, so that a form can offer them.
        let list = check(&Settings::default(), "createTicket", &create(json!({ "reason": "ticket.type.cancel.7" })));
        assert_eq!(list[0].params["known"].as_array().map(<[_]>::len), Some(10));
        breaks(
            "createTicket",
            json!(["A", { "type": "chbk", "reason": "ticket.type.refund.8" }]),
            &[("type", "unknown_value")],
        );
        assert_eq!(check(&tolerant(), "createTicket", &json!(["A", { "type": "chbk", "reason": "x" }])), []);
        breaks("createTicket", json!(["A"]), &[("type", "required"), ("reason", "required")]);
    }

    #[test]
    fn what_belongs_to_a_refund_is_for_refunds_only() {
        for (code, reason) in [("cncl", "ticket.type.cancel.7"), ("tech", "ticket.type.tech_support.9")] {
            accepts("createTicket", json!(["A", { "type": code, "reason": reason, "sku": "7", "comment": "a" }]));
            breaks(
                "createTicket",
                json!(["A", {
                    "type": code, "reason": reason, "refundType": "PARTIAL_AMOUNT", "refundAmount": "x",
                    "retainSubscription": true,
                }]),
                &[
                    ("refundType", "refund_only"),
                    ("refundAmount", "refund_only"),
                    ("retainSubscription", "refund_only"),
                ],
            );
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
            // The list also contains the tickets of a subscription's rebills.
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
    fn a_ticket_that_tells_another_refund_or_other_words_is_not_ours() {
        let args = |kind: &str, amount: Option<&str>| json!(["ABCD1234", { "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": kind, "refundAmount": amount, "comment": "sorry" }]);
        let made = |kind: Option<&str>, amount: Option<&str>, words: Option<(&str, &str)>| {
            let said = words.map(|(role, text)| json!({ "commentRole": role, "comment": text, "action": "OPENED" }));
            json!({ "ticketid": "2", "receipt": "ABCD1234", "type": "REFUND", "source": "API", "status": "OPEN",
                "refundType": kind, "refundAmount": amount, "comments": said.into_iter().collect::<Vec<_>>() })
        };
        let (part, sum) = ("PARTIAL_PERCENT", "PARTIAL_AMOUNT");
        for (sent, new, expected) in [
            ((part, Some("10.00")), made(Some(part), Some("10.00"), None), 'f'),
            ((part, Some("10.00")), made(Some(part), Some("10"), None), 'f'),
            ((part, Some("10.00")), made(Some(part), Some("30.00"), None), 'a'),
            ((part, Some("10.00")), made(Some(part), Some("10.01"), None), 'a'),
            ((part, Some("10.00")), made(Some("FULL"), None, None), 'a'),
            (("FULL", None), made(Some(part), Some("10.00"), None), 'a'),
            (("FULL", None), made(Some("FULL"), None, None), 'f'),
            // ClickBank may tell a part in per cent as an amount.
            ((part, Some("10.00")), made(Some(sum), Some("4.90"), None), 'u'),
            ((part, Some("10.00")), made(Some("TAX"), Some("10.00"), None), 'u'),
            // A missing value contradicts nothing.
            ((part, Some("10.00")), made(Some(part), None, None), 'f'),
            ((part, Some("10.00")), made(None, None, None), 'f'),
            (("FULL", None), made(Some("FULL"), None, Some(("VENDOR", "sorry\n"))), 'f'),
            (("FULL", None), made(Some("FULL"), None, Some(("VENDOR", "other"))), 'u'),
            (("FULL", None), made(Some("FULL"), None, Some(("CUSTOMER", "other"))), 'f'),
        ] {
            let reads = [(json!({ "data": [] }), json!({ "data": [new] }))];
            let expected = if expected == 'f' { ('f', new.clone()) } else { (expected, Value::Null) };
            let finding = found_by(&CLICKBANK, "createTicket", args(sent.0, sent.1), &reads);
            assert_eq!(finding, expected, "{sent:?} {new}");
        }
    }

    #[test]
    fn an_open_ticket_about_the_same_money_explains_a_refusal() {
        let there = |receipt: &str, kind: &str, status: &str| json!({ "data": [{ "ticketid": "1", "receipt": receipt, "type": kind, "status": status }] });
        let refund = json!(["ABCD1234", { "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": "FULL" }]);
        let help = json!(["ABCD1234", { "type": "tech", "reason": "ticket.type.tech_support.1" }]);
        for (args, shown, sent) in [
            (&refund, there("ABCD1234", "REFUND", "OPEN"), Sent::No),
            (&refund, there("abcd1234", "REFUND", "REOPENED"), Sent::No),
            (&refund, there("ABCD1234", "REFUND", "CLOSED"), Sent::Maybe),
            (&refund, there("ABCD1234", "CANCEL", "OPEN"), Sent::Maybe),
            (&refund, there("ABCD1234-B002", "REFUND", "OPEN"), Sent::Maybe),
            (&refund, json!({ "data": [] }), Sent::Maybe),
            (&help, there("ABCD1234", "TECH_SUPPORT", "OPEN"), Sent::Maybe),
        ] {
            assert_eq!(
                refused_beside(&CLICKBANK, "createTicket", args.clone(), std::slice::from_ref(&shown)),
                sent,
                "{shown}"
            );
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
            let Recovery::Look(look) =
                operation.recovery(Json::from(args(receipt)).into_list(), &Settings::default(), ms)
            else {
                panic!()
            };
            let [read] = look.reads.as_slice() else { panic!("{look:?}") };
            assert_eq!(serde_json::to_value(&read.args).unwrap(), json!([filter]), "{receipt}");
            // The field's own rules accept it.
            let list = CLICKBANK.operation("listTickets").unwrap();
            assert!(list.validate(read.args.clone(), &Settings::default()).is_empty());
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
