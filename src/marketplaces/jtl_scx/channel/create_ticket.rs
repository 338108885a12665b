//! `POST /v1/channel/ticket`: pushes a buyer's case to the seller.
//!
//! Source: the source page, "Create Ticket".

use super::super::JtlScxChannel;
use super::super::model::{ScxReferenceType, ScxTopic};
use super::super::rules::{SELLER_ID, TEXT, TICKET_ID, WRITTEN_AT};
use super::super::ticket::{AttachmentParams, AuthorParams, announced, check_files};
use crate::attachment::Attachment;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Parts;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "createTicket"() = POST "/v1/channel/ticket" -> ();

    /// A new ticket, from the channel to the seller.
    #[cfg_attr(feature = "types", ts(rename = "ScxCreateTicketParams"))]
    pub struct CreateTicketParams of JtlScxChannel, keep unknown {
        /// The seller's id, which the channel issued: 1 to 50 ASCII letters, digits or underscores.
        body sellerId: String = SELLER_ID,
        /// The channel's own id of the ticket: 1 to 256 characters.
        body ticketId: String = TICKET_ID,
        /// The topic of the ticket.
        body topic: ScxTopic = Rule::OneOf(ScxTopic::VALUES),
        /// The time at which the ticket was written: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        body createdAt: String = WRITTEN_AT,
        /// The author of the ticket.
        body from: AuthorParams = Rule::Object(AuthorParams::TABLE),
        /// The subject: 1 to 1024 characters.
        body subject: String = TEXT,
        /// The message: 1 to 1024 characters.
        body message: String = TEXT,
        /// The object that the ticket refers to.
        body reference: Option<ReferenceParams> = Rule::Object(ReferenceParams::TABLE),
        /// Whether a reply is expected; by default `true`.
        body replyRequested: Option<bool> = Rule::Flag,
        /// Files that are announced here and that you upload yourself. Files that are passed to
        /// `createTicket` are announced automatically.
        body attachment: Option<Vec<AttachmentParams>> = Rule::Code,
        /// Files that are announced under safe names, and uploaded by the calls that follow.
        #[cfg_attr(feature = "types", ts(skip))]
        code files: Option<Vec<Attachment>> = Rule::Code,
    }
}

endpoint! {
    /// The object that a ticket refers to.
    #[cfg_attr(feature = "types", ts(rename = "ScxReferenceParams"))]
    pub struct ReferenceParams, keep unknown {
        // Models: required, without a limit of length.
        /// The kind of the object.
        r#type: ScxReferenceType = Rule::OneOf(ScxReferenceType::VALUES),
        /// The object's id.
        id: String = Rule::Text { min: 1, max: usize::MAX },
    }
}

impl Overrides for CreateTicketParams {
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
            sellerId: self.sellerId.clone(),
            ticketId: self.ticketId.clone(),
            topic: self.topic.clone(),
            createdAt: self.createdAt.clone(),
            from: self.from.clone(),
            subject: self.subject.clone(),
            message: self.message.clone(),
            reference: self.reference.clone(),
            replyRequested: self.replyRequested,
            attachment: Some(announced(&self.attachment, held)),
            files: None,
            extra: self.extra.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::{Content, Found, mime_type_from_filename};
    use crate::marketplaces::jtl_scx::model::ScxRole;
    use crate::marketplaces::jtl_scx::names::safe_names;
    use crate::marketplaces::jtl_scx::tests::{JSON, breaks, check, reply, sends, ticket, with};
    use crate::marketplaces::testing::{codes, expected, tolerant};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    #[test]
    fn values_are_documented_ones() {
        for (field, values) in [("topic", ScxTopic::VALUES)] {
            for value in values {
                breaks("createTicket", ticket(json!({ field: value })), &[]);
            }
        }
        for role in ScxRole::VALUES {
            breaks("createTicket", ticket(json!({ "from": { "role": role } })), &[]);
            breaks("seller.replyToTicket", reply(json!({ "from": { "role": role } })), &[]);
        }
        for kind in ScxReferenceType::VALUES {
            breaks("createTicket", ticket(json!({ "reference": { "type": kind, "id": "1" } })), &[]);
        }
        for (more, field) in [
            (json!({ "topic": "question" }), "topic"),
            (json!({ "from": { "role": "ADMIN" } }), "from.role"),
            (json!({ "reference": { "type": "ORDER", "id": "1" } }), "reference.type"),
        ] {
            breaks("createTicket", ticket(more.clone()), &[(field, "unknown_value")]);
            assert_eq!(check(&tolerant(), "createTicket", &ticket(more)), []);
        }
        for (more, field) in [
            (json!({ "topic": "" }), "topic"),
            (json!({ "from": { "role": "" } }), "from.role"),
            (json!({ "reference": { "type": "", "id": "1" } }), "reference.type"),
        ] {
            assert_eq!(codes(check(&tolerant(), "createTicket", &ticket(more))), expected(&[(field, "unknown_value")]));
        }
        breaks(
            "createTicket",
            ticket(json!({ "reference": { "type": "ORDERID", "id": "" } })),
            &[("reference.id", "too_short")],
        );
        breaks(
            "createTicket",
            ticket(json!({ "reference": {} })),
            &[("reference.type", "required"), ("reference.id", "required")],
        );
        breaks("createTicket", ticket(json!({ "replyRequested": "yes" })), &[("replyRequested", "wrong_type")]);
        breaks("createTicket", ticket(json!({ "unknown": [1], "reference": null })), &[]);
    }

    /// The ticket of the source page.
    fn sample() -> Value {
        json!({
            "sellerId": "4711", "ticketId": "CASE-01071982", "topic": "QUESTION", "createdAt": "2023-11-07T05:31:56Z",
            "from": { "role": "BUYER", "name": "Dave" }, "subject": "Pod bay door seems to be locked.",
            "message": "Open the pod bay doors HAL.",
        })
    }

    #[test]
    fn a_ticket_is_sent_with_these_bytes() {
        for (arguments, body) in [
            (
                json!([sample()]),
                r#"{"sellerId":"4711","ticketId":"CASE-01071982","topic":"QUESTION","createdAt":"2023-11-07T05:31:56Z","from":{"role":"BUYER","name":"Dave"},"subject":"Pod bay door seems to be locked.","message":"Open the pod bay doors HAL."}"#,
            ),
            (
                json!([with(
                    sample(),
                    json!({
                        "priority": { "new": [1, 2.5, true, null] }, "replyRequested": false, "attachment": [],
                        "reference": { "type": "ORDERID", "id": "1982\"07" }, "from": { "role": "CHANNEL", "vip": true },
                    })
                )]),
                r#"{"sellerId":"4711","ticketId":"CASE-01071982","topic":"QUESTION","createdAt":"2023-11-07T05:31:56Z","from":{"role":"CHANNEL","vip":true},"subject":"Pod bay door seems to be locked.","message":"Open the pod bay doors HAL.","reference":{"type":"ORDERID","id":"1982\"07"},"replyRequested":false,"attachment":[],"priority":{"new":[1,2.5,true,null]}}"#,
            ),
            // Each field keeps its place when files are announced.
            (
                json!([with(
                    sample(),
                    json!({
                        "files": [{ "filename": "a b.png", "size": 9, "found": "image/png" }], "replyRequested": true,
                        "priority": 1, "reference": { "type": "OFFER", "id": "7", "new": 2 },
                    })
                )]),
                r#"{"sellerId":"4711","ticketId":"CASE-01071982","topic":"QUESTION","createdAt":"2023-11-07T05:31:56Z","from":{"role":"BUYER","name":"Dave"},"subject":"Pod bay door seems to be locked.","message":"Open the pod bay doors HAL.","reference":{"type":"OFFER","id":"7","new":2},"replyRequested":true,"attachment":[{"filename":"a_b.png","contentType":"image/png"}],"priority":1}"#,
            ),
        ] {
            sends("createTicket", arguments, ["POST /v1/channel/ticket", JSON, JSON, body]);
        }
    }

    proptest! {
        /// For any input, the body is JSON with exactly these fields, and with names that uploads
        /// accept.
        #[test]
        fn bodies_are_what_was_given(
            subject in "\\PC{1,40}",
            message in "\\PC{1,40}",
            name in proptest::option::of("\\PC{0,20}"),
            files in proptest::collection::vec("\\PC{0,12}(\\.[a-z]{0,12})?", 0..10),
        ) {
            // A name of another type's would be refused.
            let fits = |name: &str| mime_type_from_filename(name.trim()).is_none_or(|kind| kind == "application/pdf");
            prop_assume!(files.iter().all(|name| !name.trim().is_empty() && fits(name)));
            let held = |name: &String| Attachment {
                filename: name.clone(),
                mime_type: None,
                content: Content::Held { size: 1, found: Some(Found::Type("application/pdf".to_owned())), hint: None },
            };
            let params = CreateTicketParams {
                sellerId: "S_1".to_owned(),
                ticketId: "T 1".to_owned(),
                topic: ScxTopic::Return,
                createdAt: "2026-03-02T08:15:00Z".to_owned(),
                from: AuthorParams { role: ScxRole::Buyer, name: name.clone(), extra: Vec::new() },
                subject: subject.clone(),
                message: message.clone(),
                files: Some(files.iter().map(held).collect()),
                ..CreateTicketParams::default()
            };
            let (_, body) = crate::vendor::plan::plan(&params, &Settings::default()).unwrap();
            let body: Value = serde_json::from_slice(body.unwrap().as_text().unwrap()).unwrap();
            let mut from = json!({ "role": "BUYER" });
            if let Some(name) = name {
                from["name"] = json!(name);
            }
            let mut expected = json!({
                "sellerId": "S_1", "ticketId": "T 1", "topic": "RETURN", "createdAt": "2026-03-02T08:15:00Z",
                "from": from, "subject": subject, "message": message,
            });
            if !files.is_empty() {
                let names = safe_names(&[], &files.iter().map(held).collect::<Vec<_>>());
                expected["attachment"] =
                    names.iter().map(|name| json!({ "filename": name, "contentType": "application/pdf" })).collect();
            }
            prop_assert_eq!(body, expected);
        }
    }
}
