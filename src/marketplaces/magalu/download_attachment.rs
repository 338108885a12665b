//! `GET /seller/v0/tickets/{ticket_id}/messages/{message_id}/attachments/{attachment_id}`:
//! downloads a message's file.
//!
//! Source: guide, the attachment of a message; its scope is `open:ticket-messages-seller:read`.

use super::Magalu;
use super::rules::{ID, check_query};
use crate::rules::rule::Ruled;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Endpoint;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::plan::ANY_FILE;

endpoint! {
    "downloadAttachment"(ticket_id, message_id, attachment_id) =
        GET "/seller/v0/tickets/{ticket_id}/messages/{message_id}/attachments/{attachment_id}"
        { accept: ANY_FILE } -> Vec<u8>;

    /// The file to download.
    pub struct DownloadAttachmentParams of Magalu, keep unknown {
        /// The ticket's id.
        path ticket_id: String = ID,
        /// The message's id.
        path message_id: String = ID,
        /// The attachment's id.
        path attachment_id: String = ID,
    }
}

impl Overrides for DownloadAttachmentParams {
    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        check_query(violations, &self.extra, Self::TABLE, Self::META.positional);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendor::Shape;
    use crate::wire::http::Response;

    #[test]
    fn a_download_is_its_bytes() {
        let response = Response { status: 200, body: vec![0, 255], ..Response::default() };
        assert_eq!(DownloadAttachmentParams::decode(&response), Ok(vec![0, 255]));
        assert_eq!(DownloadAttachmentParams::shape(&response), Ok(Shape::Bytes));
    }
}
