//! `GET /v1/seller/ticket/attachment/{channel}`: downloads a file of a channel's ticket.
//!
//! Source: docs, "Download Attachment" of the seller's side.

use super::super::JtlScxSeller;
use super::super::rules::{ANNOUNCED_NAME, CHANNEL, SELLER_ID, TICKET_ID};
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::plan::ANY_FILE;

endpoint! {
    "seller.downloadAttachment"() = GET "/v1/seller/ticket/attachment/{channel}" { accept: ANY_FILE } -> Vec<u8>;

    /// The file of a channel's ticket to download.
    #[cfg_attr(feature = "types", ts(rename = "ScxSellerDownloadAttachmentParams"))]
    pub struct SellerDownloadAttachmentParams of JtlScxSeller, keep unknown {
        /// The channel of the ticket.
        path channel: String = CHANNEL,
        /// The ticket's `sellerId`.
        query sellerId: String = SELLER_ID,
        /// The ticket's id.
        query ticketId: String = TICKET_ID,
        /// The file's name, as the ticket announced it.
        query filename: String = ANNOUNCED_NAME,
    }
}

impl Overrides for SellerDownloadAttachmentParams {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketplaces::jtl_scx::tests::{ANY, answer, breaks, sends};
    use crate::vendor::{Endpoint, Shape};
    use serde_json::json;

    #[test]
    fn a_file_is_asked_for_with_this_line() {
        let named = json!({ "channel": "DEMOSHOP", "sellerId": "4711", "ticketId": "C/1 ä", "filename": "a_b.png" });
        let line = "GET /v1/seller/ticket/attachment/DEMOSHOP?sellerId=4711&ticketId=C%2F1%20%C3%A4&filename=a_b.png";
        sends("seller.downloadAttachment", json!([named]), [line, ANY, "", ""]);
    }

    #[test]
    fn a_file_may_have_any_name_that_was_announced() {
        let download =
            |name: &str| json!([{ "channel": "DEMOSHOP", "sellerId": "1", "ticketId": "1", "filename": name }]);
        breaks("seller.downloadAttachment", download("Ä b/c?.d.e"), &[]);
        breaks("seller.downloadAttachment", download(&"x".repeat(256)), &[]);
        breaks("seller.downloadAttachment", download(&"x".repeat(257)), &[("filename", "too_long")]);
        breaks("seller.downloadAttachment", download(""), &[("filename", "too_short")]);
    }

    #[test]
    fn the_result_is_the_file() {
        for body in ["", "{}", "<html>"] {
            assert_eq!(SellerDownloadAttachmentParams::shape(&answer(200, body)), Ok(Shape::Bytes));
            assert_eq!(SellerDownloadAttachmentParams::decode(&answer(200, body)), Ok(body.as_bytes().to_vec()));
        }
    }
}
