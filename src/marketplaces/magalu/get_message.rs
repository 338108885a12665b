//! `GET /seller/v0/tickets/{ticket_id}/messages/{message_id}`: reads a message of a ticket.
//!
//! Source: clients.

use super::Magalu;
use super::model::Message;
use super::rules::{ID, check_query};
use crate::rules::rule::Ruled;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Endpoint;
use crate::vendor::declare::{Overrides, Whole, endpoint};

endpoint! {
    "getMessage"(ticket_id, message_id) = GET "/seller/v0/tickets/{ticket_id}/messages/{message_id}" -> Whole<Message>;

    /// The message to read.
    pub struct GetMessageParams of Magalu, keep unknown {
        /// The ticket's id.
        path ticket_id: String = ID,
        /// The message's id.
        path message_id: String = ID,
    }
}

impl Overrides for GetMessageParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}
