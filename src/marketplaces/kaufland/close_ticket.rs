//! `PATCH /tickets/{id_ticket}/close`: closes a ticket on the seller's side.
//!
//! Source: guide, "Closing a ticket"; specification 2.44.0.

use super::rules::ID_TICKET;
use super::{Kaufland, find};
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Seen, text};
use crate::wire::json::Json;

endpoint! {
    "closeTicket"(id_ticket) = PATCH "/tickets/{id_ticket}/close" { closes: true } -> ();

    /// The ticket to close.
    pub struct CloseTicketParams of Kaufland, deny unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path id_ticket: String = ID_TICKET,
    }
}

impl Overrides for CloseTicketParams {
    fn lookup(&self, _now_ms: f64) -> Recovery {
        find::in_ticket(&self.id_ticket, &["messages"], Json::Absent)
    }

    /// A closed ticket is recognised by its status.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let is_closed = |seen: &[Seen]| {
            let status = seen.first().map_or("", |seen| text(&seen.rest, "status"));
            matches!(status, "seller_closed" | "both_closed")
        };
        // If the ticket was closed before, this call did not close it.
        if is_closed(evidence.after) && !is_closed(evidence.before) {
            Finding::Found(Json::Absent)
        } else {
            Finding::Absent
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::KAUFLAND;
    use super::super::tests::{answer, with_messages};
    use super::*;
    use crate::marketplaces::testing::found_by;
    use crate::vendor::{Endpoint, Shape};
    use serde_json::{Value, json};

    #[test]
    fn closing_has_no_result() {
        for body in ["", "{}", r#"{ "data": { "id": 1 } }"#] {
            for status in [200, 201, 204] {
                let response = answer(status, body);
                assert_eq!(CloseTicketParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(CloseTicketParams::decode(&response), Ok(()));
            }
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
            // The ticket was closed before this call.
            ("seller_closed", "seller_closed", false),
        ] {
            let finding = found_by(
                &KAUFLAND,
                "closeTicket",
                json!(["1"]),
                &[(with_messages(before, &[], 0), with_messages(after, &[], 0))],
            );
            assert_eq!(finding == ('f', Value::Null), is_closed, "{before} {after}");
        }
    }
}
