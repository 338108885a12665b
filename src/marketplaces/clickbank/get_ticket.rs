//! `GET /1.3/tickets/{id}`: reads one ticket with its comments.
//!
//! Source: service. A missing ticket is also reported as a 403.

use super::ClickBank;
use super::answers::Normalised;
use super::model::{Ticket, TicketId};
use super::rules::{self, ID};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "getTicket"(id) = GET "/1.3/tickets/{id}" { offers_xml: true } -> Normalised<Ticket>;

    /// The ticket to read.
    pub struct GetTicketParams of ClickBank, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path id: TicketId = ID,
    }
}

impl GetTicketParams {
    /// Reads the ticket with this id.
    pub fn of(id: impl Into<TicketId>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

impl Overrides for GetTicketParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}
