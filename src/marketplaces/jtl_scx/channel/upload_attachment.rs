//! `POST /v1/channel/ticket/attachment`: uploads a file that a ticket announced.
//!
//! Source: docs, "Upload Attachment".

use super::super::JtlScxChannel;
use super::super::files::{SAFE_NAME, Upload, Uploads};
use super::super::rules::{SELLER_ID, TICKET_ID};
use crate::attachment::Attachment;
use crate::rules::rule::Rule;
use crate::vendor::declare::endpoint;

endpoint! {
    "uploadAttachment"() = POST "/v1/channel/ticket/attachment" { body: BodyKind::Multipart } -> ();

    /// A file of a ticket that announced it.
    #[cfg_attr(feature = "types", ts(rename = "ScxUploadAttachmentParams"))]
    pub struct UploadAttachmentParams of JtlScxChannel, keep unknown {
        /// The ticket's `sellerId`.
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

impl Uploads for UploadAttachmentParams {
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
    use crate::marketplaces::jtl_scx::tests::{FORM, FORM_TYPE, JSON, breaks, plan, sends, with};
    use serde_json::{Value, json};

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    #[test]
    fn a_prepared_file_is_uploaded_as_bytes() {
        let file =
            json!({ "filename": "f.png", "mime_type": "image/png", "data": "data:image/png;base64,iVBORw0KGgo=" });
        let (_, body) = plan("uploadAttachment", &json!([{ "sellerId": "1", "ticketId": "1", "file": file }]));
        let bytes = body.unwrap().as_text().unwrap().to_vec();
        let at = bytes.windows(PNG.len()).position(|window| window == PNG).unwrap();
        assert!(bytes[at + PNG.len()..].starts_with(b"\r\n--seller-tickets-n0nce--"));
    }

    #[test]
    fn a_file_is_sent_with_these_bytes() {
        let file = json!({ "filename": "a b.png", "mime_type": "image/png", "size": 9, "found": "image/png" });
        let named = json!({ "sellerId": "4711", "ticketId": "C/1 ä", "filename": "a_b.png", "file": file });
        let request = ["POST /v1/channel/ticket/attachment", JSON, FORM_TYPE, FORM];
        sends("uploadAttachment", json!([named]), request);
        // The name is the file's own, made safe.
        sends("uploadAttachment", json!([with(named.clone(), json!({ "filename": null }))]), request);
        // Undocumented fields are sent with the ids of the ticket.
        let form = FORM.replace(r#""a_b.png"}"#, r#""a_b.png","new":{"n":1.50}}"#).replace("1.50", "1.5");
        let request = ["POST /v1/channel/ticket/attachment", JSON, FORM_TYPE, form.as_str()];
        sends("uploadAttachment", json!([with(named, json!({ "new": { "n": 1.5 } }))]), request);
    }

    #[test]
    fn an_upload_has_a_name_that_it_takes() {
        let upload = |name: Value| {
            let file = json!({ "filename": "", "size": 1, "found": "image/png" });
            json!([{ "sellerId": "1", "ticketId": "1", "filename": name, "file": file }])
        };
        breaks("uploadAttachment", upload(json!("a.png")), &[]);
        breaks("uploadAttachment", upload(json!(null)), &[("file.filename", "required")]);
        for bad in ["", "a b.png", "a", "a.b.c"] {
            breaks("uploadAttachment", upload(json!(bad)), &[("filename", "invalid_filename")]);
        }
    }
}
