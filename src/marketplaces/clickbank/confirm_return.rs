//! `POST /1.3/tickets/{id}/returned`: confirms that a physical item was returned.
//!
//! Source: service. The refund of the ticket can then complete. The response is a 204 without a
//! body. The pages also mention a shipping notice, but it is not required.

use super::model::TicketId;
use super::rules::{self, ID};
use super::{ClickBank, find};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Recovery;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::{Evidence, Finding, text};
use crate::wire::json::Json;

endpoint! {
    "confirmReturn"(id) = POST "/1.3/tickets/{id}/returned" -> ();

    /// The ticket whose goods were returned.
    pub struct ConfirmReturnParams of ClickBank, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path id: TicketId = ID,
    }
}

impl ConfirmReturnParams {
    /// Reads the ticket with this id.
    pub fn of(id: impl Into<TicketId>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

impl Overrides for ConfirmReturnParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }

    fn lookup(&self, _now_ms: f64) -> Recovery {
        find::in_ticket(&self.id, Json::Absent)
    }

    /// Only a comment shows a return. The vendor does not document that there always is one, so a
    /// missing comment proves nothing.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let mut fresh = evidence.after.iter().flat_map(|seen| &seen.fresh);
        if fresh.any(|entry| text(entry, "action") == "REFUND_ACKED") {
            Finding::Found(Json::Absent)
        } else {
            Finding::Unclear
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::CLICKBANK;
    use super::super::tests::{answer, ticket};
    use super::*;
    use crate::marketplaces::testing::found_by;
    use crate::vendor::{Endpoint, Shape};
    use serde_json::{Value, json};

    #[test]
    fn a_confirmed_return_has_no_result() {
        for (status, body) in [(204, ""), (200, r#"{"shippingNoticeData":[]}"#), (200, "<ok/>")] {
            assert_eq!(ConfirmReturnParams::shape(&answer(status, body)), Ok(Shape::Empty));
            assert_eq!(ConfirmReturnParams::decode(&answer(status, body)), Ok(()));
        }
        for body in ["Access denied", "<html>", "<error>no</error>"] {
            assert_eq!(ConfirmReturnParams::shape(&answer(200, body)).unwrap_err().code, "unexpected_answer");
            assert_eq!(ConfirmReturnParams::decode(&answer(200, body)).unwrap_err().code, "unexpected_answer");
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
}
