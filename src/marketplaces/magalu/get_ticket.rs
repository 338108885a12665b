//! `GET /seller/v0/tickets/{ticket_id}`: reads a ticket.
//!
//! Source: guide, a ticket by its id.

use super::Magalu;
use super::model::Ticket;
use super::rules::{ID, check_query};
use crate::rules::rule::Ruled;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Endpoint;
use crate::vendor::declare::{Overrides, Whole, endpoint};

endpoint! {
    "getTicket"(ticket_id) = GET "/seller/v0/tickets/{ticket_id}" -> Whole<Ticket>;

    /// The ticket to read.
    pub struct GetTicketParams of Magalu, keep unknown {
        /// The ticket's id.
        path ticket_id: String = ID,
    }
}

impl Overrides for GetTicketParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}
