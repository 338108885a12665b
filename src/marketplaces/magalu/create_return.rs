//! `POST /seller/v0/tickets/{ticket_id}/returns`: creates a code for sending goods back.
//!
//! Source: guide, the returns of a ticket. There is no body; only the sandbox accepts a `code`.

use super::Magalu;
use super::find::{self, Kind, Origin};
use super::model::Submitted;
use super::rules::{GIVEN, ID};
use crate::rules::settings::{Environment, Settings};
use crate::vendor::Recovery;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::{Evidence, Finding, object};
use crate::wire::json::Json;

endpoint! {
    "createReturn"(ticket_id) = POST "/seller/v0/tickets/{ticket_id}/returns" -> Submitted;

    /// A code with which the customer sends the goods back. Each ticket of the type `cancellation`
    /// can have one active code, and only for orders that Magalu Entregas has dispatched.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewReturn"))]
    pub struct CreateReturnParams of Magalu, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path ticket_id: String = ID,
        /// Your own reference, for the sandbox only; there it is by default one of ours. `erro1` and
        /// `erro2` make the transaction fail.
        body code: Option<String> = GIVEN,
    }
}

impl Overrides for CreateReturnParams {
    const TAKES_REFERENCE: bool = true;

    fn caller_reference(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// In production the request has no body.
    fn refer_to(&mut self, reference: &str, settings: &Settings) {
        if settings.environment == Environment::Sandbox {
            self.code = Some(reference.to_owned());
        }
    }

    fn lookup(&self, now_ms: f64) -> Recovery {
        let wanted = object(&mut [("code", self.code.as_deref().into())]);
        find::look(Kind::Return, find::of_ticket("listReturns", &self.ticket_id), wanted, now_ms)
    }

    /// Only one return can be active, so any new one is ours, and an older one excludes it.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let there = evidence.last.get("results").and_then(Json::as_array).unwrap_or_default();
        match find::finding_of(&evidence, Kind::Return, |_, _, _| Origin::Ours) {
            Finding::Absent if !there.is_empty() => Finding::Excluded,
            finding => finding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::MAGALU;
    use super::super::tests::{known_by, list};
    use crate::marketplaces::testing::{concluded, refused_beside};
    use crate::rules::error::Sent;
    use serde_json::{Value, json};

    #[test]
    fn a_new_return_is_ours() {
        known_by("createReturn", &json!(["k-1"]), &json!({ "id": "r-2", "reverse_code": "MLE1" }), 'f');
    }

    #[test]
    fn what_another_transaction_made_would_show_a_settling_time_after_it_was_over() {
        let transaction = |status: &str, code: &str| {
            list(&[json!({
                "id": "x-9", "code": code, "status": status, "trigger_endpoint": "seller/v0/tickets/returns",
            })])
        };
        let lookups = |statuses: &[&str], code: &str, last: &[Value]| {
            let mut lookups = vec![vec![list(&[]), list(&[])]];
            lookups.extend(statuses.iter().map(|status| vec![transaction(status, code), list(&[])]));
            lookups.last_mut().unwrap()[1] = list(last);
            lookups
        };
        let (ours, made) = (json!({ "id": "r-2", "reverse_code": "MLE1" }), "x");
        let sandbox = json!(["k-1", { "code": "k" }]);
        for (args, lookups, expected) in [
            (json!(["k-1"]), lookups(&["completed"], made, &[]), 'u'),
            (json!(["k-1"]), lookups(&["completed", "completed"], made, &[]), 'a'),
            (json!(["k-1"]), lookups(&["pending", "completed"], made, &[]), 'u'),
            (json!(["k-1"]), lookups(&["processing", "processing"], made, &[]), 'u'),
            (json!(["k-1"]), lookups(&["pending", "completed", "completed"], made, &[]), 'a'),
            (json!(["k-1"]), lookups(&["completed", "completed"], made, std::slice::from_ref(&ours)), 'f'),
            (json!(["k-1"]), lookups(&["failed"], made, &[]), 'a'),
            (sandbox.clone(), lookups(&["completed", "completed"], made, &[]), 'a'),
            (sandbox, lookups(&["completed"], "k", &[]), 'f'),
        ] {
            assert_eq!(concluded(&MAGALU, "createReturn", args, &lookups).0, expected, "{lookups:?}");
        }
    }

    #[test]
    fn a_transaction_without_a_code_may_be_a_message_that_was_rejected() {
        let message =
            json!({ "message": "a", "destination": "customer", "owner": { "code": "a", "name": "M" }, "code": "k" });
        let made = json!({
            "id": "x-9", "code": "x", "status": "completed", "trigger_endpoint": "seller/v0/tickets/messages",
        });
        let after = vec![list(&[made]), list(&[])];
        let lookups = [vec![list(&[]), list(&[])], after.clone(), after.clone(), after];
        assert_eq!(concluded(&MAGALU, "createMessage", json!(["k-1", message]), &lookups).0, 'u');
    }

    #[test]
    fn a_return_that_was_there_before_explains_a_refusal() {
        let old = list(&[json!({ "id": "r-1", "reverse_code": "MLE1" })]);
        for (own, sent) in [(old, Sent::No), (list(&[]), Sent::Maybe)] {
            assert_eq!(refused_beside(&MAGALU, "createReturn", json!(["k-1"]), &[list(&[]), own]), sent);
        }
    }
}
