//! `GET /seller/v0/tickets/{ticket_id}/returns/{return_id}`: reads a return of a ticket.
//!
//! Source: clients.

use super::Magalu;
use super::model::TicketReturn;
use super::rules::{ID, check_query};
use crate::rules::rule::Ruled;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Endpoint;
use crate::vendor::declare::{Overrides, Whole, endpoint};

endpoint! {
    "getReturn"(ticket_id, return_id) = GET "/seller/v0/tickets/{ticket_id}/returns/{return_id}" -> Whole<TicketReturn>;

    /// The return to read.
    pub struct GetReturnParams of Magalu, keep unknown {
        /// The ticket's id.
        path ticket_id: String = ID,
        /// The return's id.
        path return_id: String = ID,
    }
}

impl Overrides for GetReturnParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}
