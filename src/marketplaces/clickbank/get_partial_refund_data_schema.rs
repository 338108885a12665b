//! `GET /1.3/tickets/partialRefundDataSchema`: reads the XML schema of refund amounts.
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
    "getPartialRefundDataSchema"() = GET "/1.3/tickets/partialRefundDataSchema"
        { accept: XML, is_open: true } -> Xml;

    /// The XML schema of refund amounts takes no parameters.
    pub struct GetPartialRefundDataSchemaParams of ClickBank, keep unknown {}
}

impl Overrides for GetPartialRefundDataSchemaParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}
