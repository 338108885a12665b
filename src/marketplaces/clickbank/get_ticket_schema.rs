//! `GET /1.3/tickets/schema`: reads the XML schema of tickets.
//!
//! Sources: service; the pages say that it needs no key.

use super::ClickBank;
use super::answers::Xml;
use super::rules;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::plan::XML;

endpoint! {
    "getTicketSchema"() = GET "/1.3/tickets/schema" { accept: XML, is_open: true } -> Xml;

    /// The XML schema of a ticket takes no parameters.
    pub struct GetTicketSchemaParams of ClickBank, keep unknown {}
}

impl Overrides for GetTicketSchemaParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}
