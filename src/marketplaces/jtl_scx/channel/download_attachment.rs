//! `GET /v1/channel/ticket/attachment`: downloads a file of a seller's reply.
//!
//! Source: docs, "Download Attachment".

use super::super::JtlScxChannel;
use super::super::rules::{ANNOUNCED_NAME, SELLER_ID, TICKET_ID};
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::plan::ANY_FILE;

endpoint! {
    "downloadAttachment"() = GET "/v1/channel/ticket/attachment" { accept: ANY_FILE } -> Vec<u8>;

    /// The file of a seller's reply to download.
    #[cfg_attr(feature = "types", ts(rename = "ScxDownloadAttachmentParams"))]
    pub struct DownloadAttachmentParams of JtlScxChannel, keep unknown {
        /// The reply's `sellerId`.
        query sellerId: String = SELLER_ID,
        /// The ticket's id.
        query ticketId: String = TICKET_ID,
        /// The file's name, as the reply announced it.
        query filename: String = ANNOUNCED_NAME,
    }
}

impl Overrides for DownloadAttachmentParams {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::jtl_scx::tests::{ANY, answer, breaks, sends};
    use crate::vendor::{Endpoint, Shape};
    use serde_json::json;

    #[test]
    fn a_file_is_asked_for_with_this_line() {
        let named =
            json!({ "sellerId": "4711", "ticketId": "C/1 ä", "filename": "a_b.png", "size": "large", "page": 2 });
        let line = "GET /v1/channel/ticket/attachment?sellerId=4711&ticketId=C%2F1%20%C3%A4&filename=a_b.png&page=2&size=large";
        sends("downloadAttachment", json!([named]), [line, ANY, "", ""]);
    }

    #[test]
    fn a_file_may_have_any_name_that_was_announced() {
        let download =
            |name: &str| json!([{ "channel": "DEMOSHOP", "sellerId": "1", "ticketId": "1", "filename": name }]);
        breaks("downloadAttachment", download("Ä b/c?.d.e"), &[]);
        breaks("downloadAttachment", download(&"x".repeat(256)), &[]);
        breaks("downloadAttachment", download(&"x".repeat(257)), &[("filename", "too_long")]);
        breaks("downloadAttachment", download(""), &[("filename", "too_short")]);
    }

    #[test]
    fn the_result_is_the_file() {
        for body in ["", "{}", "<html>"] {
            assert_eq!(DownloadAttachmentParams::shape(&answer(200, body)), Ok(Shape::Bytes));
            assert_eq!(DownloadAttachmentParams::decode(&answer(200, body)), Ok(body.as_bytes().to_vec()));
        }
    }
}
