//! `GET /seller/v0/tickets/{ticket_id}/returns`: lists a page of a ticket's returns.
//!
//! Source: guide, the returns of a ticket.

use super::Magalu;
use super::model::{Collection, TicketReturn};
use super::rules::{DEFAULT_LIMIT, GIVEN, ID, LIMIT, SORT, check_created, check_offset, check_query};
use crate::rules::rule::{Rule, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::{Endpoint, Listing};

endpoint! {
    "listReturns"(ticket_id) = GET "/seller/v0/tickets/{ticket_id}/returns" -> Collection<TicketReturn>;

    /// The returns of a ticket to list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListReturnsParams"))]
    pub struct ListReturnsParams of Magalu, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path ticket_id: String = ID,
        /// Only the return with this code.
        query reverse_code: Option<String> = GIVEN,
        /// Only returns that are valid for this many days.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query valid_for_days: Option<i64> = Rule::Integer { min: 0, max: i64::MAX },
        /// Only returns created at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query created_at_gte: Option<String> = Rule::Code,
        /// Only returns created at this time or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        query created_at_lte: Option<String> = Rule::Code,
        /// The order, `field:asc` or `field:desc`.
        query _sort: Option<String> = SORT,
        /// The number of returns per page, 1 to 100; by default 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query_or(DEFAULT_LIMIT) _limit: Option<i64> = LIMIT,
        /// The number of returns to skip at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query _offset: Option<i64> = Rule::Code,
    }
}

impl Overrides for ListReturnsParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_created(violations, self.created_at_gte.as_deref(), self.created_at_lte.as_deref());
        check_offset(violations, self._offset);
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}

impl Listing for ListReturnsParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self._offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks};
    use serde_json::json;

    #[test]
    fn filters_have_values() {
        accepts("listReturns", json!(["t", { "reverse_code": "MLE1", "valid_for_days": 0 }]));
        breaks(
            "listReturns",
            json!(["t", { "reverse_code": " ", "valid_for_days": -1 }]),
            &[("reverse_code", "required"), ("valid_for_days", "out_of_range")],
        );
    }
}
