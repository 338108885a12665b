//! `POST /v1/seller/ticket`: replies to a ticket. The channel gets the event `Seller:Ticket.Reply`.
//!
//! Source: docs, "Reply to Ticket". The fields are those of a ticket with the channel added, and
//! without topic, subject and reference.

use super::super::JtlScxSeller;
use super::super::rules::{CHANNEL, SELLER_ID, TEXT, TICKET_ID, WRITTEN_AT};
use super::super::ticket::{AttachmentParams, AuthorParams, announced, check_files};
use crate::attachment::Attachment;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Parts;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "seller.replyToTicket"() = POST "/v1/seller/ticket" -> ();

    /// A reply to a ticket, from the seller to the channel.
    #[cfg_attr(feature = "types", ts(rename = "ScxReplyToTicketParams"))]
    pub struct ReplyToTicketParams of JtlScxSeller, keep unknown {
        /// The channel of the ticket: 5 to 15 ASCII letters, digits or underscores.
        body channel: String = CHANNEL,
        /// The seller's id at the channel: 1 to 50 ASCII letters, digits or underscores.
        body sellerId: String = SELLER_ID,
        /// The ticket's id: 1 to 256 characters.
        body ticketId: String = TICKET_ID,
        /// The time at which the reply was written: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        body createdAt: String = WRITTEN_AT,
        /// The author of the reply.
        body from: AuthorParams = Rule::Object(AuthorParams::TABLE),
        /// The message: 1 to 1024 characters.
        body message: String = TEXT,
        /// Whether a reply is expected; by default `true`.
        body replyRequested: Option<bool> = Rule::Flag,
        /// Files that are announced here and that you upload yourself. Files that are passed to
        /// `replyToTicket` are announced automatically.
        body attachment: Option<Vec<AttachmentParams>> = Rule::Code,
        /// Files that are announced under safe names, and uploaded by the calls that follow.
        #[cfg_attr(feature = "types", ts(skip))]
        code files: Option<Vec<Attachment>> = Rule::Code,
    }
}

impl Overrides for ReplyToTicketParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        check_files(&self.attachment, &self.files, settings, violations);
    }

    /// Also announces the files to upload.
    fn place_more(&self, parts: Parts, _settings: &Settings) -> Parts {
        let held = self.files.as_deref().unwrap_or_default();
        if held.is_empty() {
            return parts;
        }
        // The files are left out, because they may be large.
        parts.body_of(&Self {
            channel: self.channel.clone(),
            sellerId: self.sellerId.clone(),
            ticketId: self.ticketId.clone(),
            createdAt: self.createdAt.clone(),
            from: self.from.clone(),
            message: self.message.clone(),
            replyRequested: self.replyRequested,
            attachment: Some(announced(&self.attachment, held)),
            files: None,
            extra: self.extra.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::marketplaces::jtl_scx::tests::{JSON, sends, with};
    use serde_json::json;

    #[test]
    fn a_reply_is_sent_with_these_bytes() {
        let file = json!({ "filename": "a b.png", "mime_type": "image/png", "size": 9, "found": "image/png" });
        let given = json!({
            "channel": "DEMOSHOP", "sellerId": "4711", "ticketId": "CASE-1", "createdAt": "2026-03-02T08:15:00+01:00",
            "from": { "role": "SELLER" }, "message": "no",
        });
        let line = "POST /v1/seller/ticket";
        sends(
            "seller.replyToTicket",
            json!([with(given.clone(), json!({ "files": [file] }))]),
            [
                line,
                JSON,
                JSON,
                r#"{"channel":"DEMOSHOP","sellerId":"4711","ticketId":"CASE-1","createdAt":"2026-03-02T08:15:00+01:00","from":{"role":"SELLER"},"message":"no","attachment":[{"filename":"a_b.png","contentType":"image/png"}]}"#,
            ],
        );
        let announced = json!([{ "filename": "c.pdf", "contentType": "application/pdf" }]);
        sends(
            "seller.replyToTicket",
            json!([with(
                given,
                json!({ "attachment": announced, "files": [file], "replyRequested": false, "new": [] })
            )]),
            [
                line,
                JSON,
                JSON,
                r#"{"channel":"DEMOSHOP","sellerId":"4711","ticketId":"CASE-1","createdAt":"2026-03-02T08:15:00+01:00","from":{"role":"SELLER"},"message":"no","replyRequested":false,"attachment":[{"filename":"c.pdf","contentType":"application/pdf"},{"filename":"a_b.png","contentType":"image/png"}],"new":[]}"#,
            ],
        );
    }
}
