//! `GET /seller/v0/transactions`: lists a page of the transactions in a span of time.
//!
//! Source: clients, which also show that both ends of the span are mandatory.

use super::Magalu;
use super::model::{Collection, Transaction, TransactionStatus};
use super::rules::{DEFAULT_LIMIT, LIMIT, SORT, check_created, check_offset, check_query};
use crate::rules::rule::{Rule, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::{Endpoint, Listing};

endpoint! {
    "listTransactions"() = GET "/seller/v0/transactions" -> Collection<Transaction>;

    /// The transactions to list. The span of time is mandatory.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListTransactionsParams"))]
    pub struct ListTransactionsParams of Magalu, keep unknown {
        /// Only transactions accepted at this time or later.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        query created_at_gte: String = Rule::Code,
        /// Only transactions accepted at this time or earlier.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        query created_at_lte: String = Rule::Code,
        /// The status of the transactions.
        query status: Option<TransactionStatus> = Rule::OneOf(TransactionStatus::VALUES),
        /// The order, `field:asc` or `field:desc`.
        query _sort: Option<String> = SORT,
        /// The number of transactions per page, 1 to 100; by default 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query_or(DEFAULT_LIMIT) _limit: Option<i64> = LIMIT,
        /// The number of transactions to skip at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query _offset: Option<i64> = Rule::Code,
    }
}

impl Overrides for ListTransactionsParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_created(violations, Some(&self.created_at_gte), Some(&self.created_at_lte));
        check_offset(violations, self._offset);
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}

impl Listing for ListTransactionsParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self._offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks};
    use super::*;
    use serde_json::json;

    #[test]
    fn a_span_is_mandatory_and_a_status_documented() {
        breaks("listTransactions", json!([]), &[("created_at_gte", "required"), ("created_at_lte", "required")]);
        let span = |status: &str| json!([{ "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-02-01T00:00:00", "status": status }]);
        for status in TransactionStatus::VALUES {
            accepts("listTransactions", span(status));
        }
        breaks("listTransactions", span("done"), &[("status", "unknown_value")]);
    }
}
