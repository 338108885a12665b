//! `GET /seller/v0/tickets/{ticket_id}/messages`: lists a page of a ticket's messages.
//!
//! Source: guide, the messages of a ticket.

use super::Magalu;
use super::model::{Collection, Message};
use super::rules::{DEFAULT_LIMIT, ID, LIMIT, SORT, check_offset, check_query};
use crate::rules::rule::{Rule, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::{Endpoint, Listing};

endpoint! {
    "listMessages"(ticket_id) = GET "/seller/v0/tickets/{ticket_id}/messages" -> Collection<Message>;

    /// The messages of a ticket to list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListMessagesParams"))]
    pub struct ListMessagesParams of Magalu, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path ticket_id: String = ID,
        /// Only messages with a file, or only those without.
        query has_attachment: Option<bool> = Rule::Flag,
        /// The order, `field:asc` or `field:desc`.
        query _sort: Option<String> = SORT,
        /// The number of messages per page, 1 to 100; by default 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query_or(DEFAULT_LIMIT) _limit: Option<i64> = LIMIT,
        /// The number of messages to skip at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        query _offset: Option<i64> = Rule::Code,
    }
}

impl Overrides for ListMessagesParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_offset(violations, self._offset);
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}

impl Listing for ListMessagesParams {
    fn position(&mut self) -> &mut Option<i64> {
        &mut self._offset
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks};
    use serde_json::json;

    #[test]
    fn a_filter_is_true_or_false() {
        accepts("listMessages", json!(["t", { "has_attachment": false }]));
        breaks("listMessages", json!(["t", { "has_attachment": "false" }]), &[("has_attachment", "wrong_type")]);
    }
}
