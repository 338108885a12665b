//! `GET /seller/v0/transactions/{transaction_id}`: reads the transaction of a write.
//!
//! Source: guide, a transaction by its id.

use super::model::Transaction;
use super::rules::{ID_PATTERN, check_id, check_query};
use super::{MAGALU, Magalu, follow};
use crate::rules::rule::{Pattern, Rule, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::rules::words::{Cut, words};
use crate::vendor::declare::{Overrides, Whole, endpoint};
use crate::vendor::{Endpoint, Parts};

endpoint! {
    "getTransaction"(transaction_id) = GET "/seller/v0/transactions/{transaction_id}" -> Whole<Transaction>;

    /// The transaction to read.
    pub struct GetTransactionParams of Magalu, keep unknown {
        /// The transaction's id, or the link to it from the response to the write.
        code transaction_id: String = Rule::Like { pattern: Pattern::new(ID_PATTERN), check: check_transaction },
    }
}

impl Overrides for GetTransactionParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }

    fn place_more(&self, parts: Parts, settings: &Settings) -> Parts {
        // The rules have ensured that there is an id.
        let id = follow::transaction_id(&self.transaction_id, MAGALU.base_url(settings));
        parts.at("transaction_id", &id.unwrap_or_default())
    }
}

/// *Ours*: a link to another origin is never followed.
fn check_transaction(violations: &mut Violations, settings: &Settings, field: &str, text: &str) {
    if !text.contains('/') {
        check_id(violations, settings, field, text);
    } else if follow::transaction_id(text, MAGALU.base_url(settings)).is_none() {
        let words = words!(
            "foreign_link",
            ["value"],
            "`{field}` is `{value}`, which is no link to a transaction of this API",
            "give the `transaction_id`, or a path from `links` as it came",
        );
        violations.add(field, words, (Cut(text),));
    }
}
