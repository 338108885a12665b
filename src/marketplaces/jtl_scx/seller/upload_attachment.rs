//! `POST /v1/seller/ticket/attachment/{channel}`: uploads a file that a reply announced.
//!
//! Source: docs, "Upload Attachment" of the seller's side.

use super::super::JtlScxSeller;
use super::super::files::{SAFE_NAME, Upload, Uploads};
use super::super::rules::{CHANNEL, SELLER_ID, TICKET_ID};
use crate::attachment::Attachment;
use crate::rules::rule::Rule;
use crate::vendor::declare::endpoint;

endpoint! {
    "seller.uploadAttachment"() = POST "/v1/seller/ticket/attachment/{channel}" { body: BodyKind::Multipart } -> ();

    /// A file of a reply that announced it.
    #[cfg_attr(feature = "types", ts(rename = "ScxSellerUploadAttachmentParams"))]
    pub struct SellerUploadAttachmentParams of JtlScxSeller, keep unknown {
        /// The reply's `channel`.
        path channel: String = CHANNEL,
        /// The reply's `sellerId`.
        code sellerId: String = SELLER_ID,
        /// The ticket's id.
        code ticketId: String = TICKET_ID,
        /// The announced name; by default the file's own, made safe.
        code filename: Option<String> = SAFE_NAME,
        /// The file: text, PDF, DOCX, XLSX, XLS, DOC or an image, of at most 16 MB.
        #[cfg_attr(feature = "types", ts(type = "FileInput | FileContent"))]
        code file: Attachment = Rule::Code,
    }
}

impl Uploads for SellerUploadAttachmentParams {
    fn upload(&self) -> Upload<'_> {
        Upload {
            seller_id: &self.sellerId,
            ticket_id: &self.ticketId,
            filename: self.filename.as_deref(),
            file: &self.file,
            extra: &self.extra,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::marketplaces::jtl_scx::tests::{FORM, FORM_TYPE, JSON, sends};
    use serde_json::json;

    #[test]
    fn a_file_is_sent_with_these_bytes() {
        let file = json!({ "filename": "a b.png", "mime_type": "image/png", "size": 9, "found": "image/png" });
        let named = json!({
            "channel": "DEMOSHOP", "sellerId": "4711", "ticketId": "C/1 ä", "filename": "a_b.png", "file": file,
        });
        let request = ["POST /v1/seller/ticket/attachment/DEMOSHOP", JSON, FORM_TYPE, FORM];
        sends("seller.uploadAttachment", json!([named]), request);
    }
}
