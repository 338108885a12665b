//! The ticket operations of both sides of SCX: parameters, requests, answers.
#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::model::{EventList, ScxEventType, ScxReferenceType, ScxRole, ScxTopic};
use super::names::{safe_name, safe_names};
use super::rules;
use super::{JtlScxChannel, JtlScxSeller};
use crate::attachment::multipart::Multipart;
use crate::attachment::{Attachment, Content};
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::rules::input::{Input, params};
use crate::rules::rule::{Param, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::plan::ANY_FILE;
use crate::vendor::{Answer, BodyKind, Endpoint, Meta, Parts, Recovery, Shape};
use crate::wire::http::{Method, Response};
use crate::wire::json::Entries;
use crate::wire::url::Query;

params! {
    /// Who writes.
    #[cfg_attr(feature = "types", ts(rename = "ScxAuthorParams"))]
    pub struct AuthorParams keep unknown {
        /// In which role.
        pub role: ScxRole,
        /// Under which name: at most 100 characters.
        pub name: Option<String>,
    }
}

params! {
    /// What a ticket refers to.
    #[cfg_attr(feature = "types", ts(rename = "ScxReferenceParams"))]
    pub struct ReferenceParams keep unknown {
        /// What the id is of.
        pub r#type: ScxReferenceType,
        /// The id.
        pub id: String,
    }
}

params! {
    /// A file that is announced, and uploaded afterwards with `uploadAttachment` under the same name.
    #[cfg_attr(feature = "types", ts(rename = "ScxAttachmentParams"))]
    pub struct AttachmentParams keep unknown {
        /// The name: ASCII letters, digits and underscores, a dot, and an extension of at most 10 of them.
        pub filename: String,
        /// The mime type: at most 128 characters.
        pub contentType: String,
    }
}

params! {
    /// A new ticket, from the channel to the seller.
    #[cfg_attr(feature = "types", ts(rename = "ScxCreateTicketParams"))]
    pub struct CreateTicketParams keep unknown {
        /// The seller, by the id that the channel gave out: 1 to 50 ASCII letters, digits or underscores.
        pub sellerId: String,
        /// The channel's own id of the ticket: 1 to 256 characters.
        pub ticketId: String,
        /// What it is about.
        pub topic: ScxTopic,
        /// When it was written: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        pub createdAt: String,
        /// Who wrote it.
        pub from: AuthorParams,
        /// 1 to 1024 characters.
        pub subject: String,
        /// 1 to 1024 characters.
        pub message: String,
        /// What it refers to.
        pub reference: Option<ReferenceParams>,
        /// Whether an answer is expected; without it `true`.
        pub replyRequested: Option<bool>,
        /// Files that are announced here and uploaded by you. Files that are given to `createTicket` are announced by
        /// themselves.
        pub attachment: Option<Vec<AttachmentParams>>,
        /// Files that are announced under safe names, and uploaded with the calls that follow.
        #[cfg_attr(feature = "types", ts(skip))]
        pub files: Option<Vec<Attachment>>,
    }
}

params! {
    /// An answer to a ticket, from the seller to the channel.
    #[cfg_attr(feature = "types", ts(rename = "ScxReplyToTicketParams"))]
    pub struct ReplyToTicketParams keep unknown {
        /// The channel that the ticket came from: 5 to 15 ASCII letters, digits or underscores.
        pub channel: String,
        /// The seller's id at the channel: 1 to 50 ASCII letters, digits or underscores.
        pub sellerId: String,
        /// The ticket's id: 1 to 256 characters.
        pub ticketId: String,
        /// When it was written: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        pub createdAt: String,
        /// Who wrote it.
        pub from: AuthorParams,
        /// 1 to 1024 characters.
        pub message: String,
        /// Whether an answer is expected; without it `true`.
        pub replyRequested: Option<bool>,
        /// Files that are announced here and uploaded by you. Files that are given to `replyToTicket` are announced by
        /// themselves.
        pub attachment: Option<Vec<AttachmentParams>>,
        /// Files that are announced under safe names, and uploaded with the calls that follow.
        #[cfg_attr(feature = "types", ts(skip))]
        pub files: Option<Vec<Attachment>>,
    }
}

params! {
    /// A file of a ticket that announced it.
    #[cfg_attr(feature = "types", ts(rename = "ScxUploadAttachmentParams"))]
    pub struct UploadAttachmentParams keep unknown {
        /// The ticket's `sellerId`.
        pub sellerId: String,
        /// The ticket's id.
        pub ticketId: String,
        /// The name that was announced; without it the file's own, made safe.
        pub filename: Option<String>,
        /// The file: text, PDF, DOCX, XLSX, XLS, DOC or an image, of at most 16 MB.
        #[cfg_attr(feature = "types", ts(type = "FileInput"))]
        pub file: Attachment,
    }
}

params! {
    /// A file of a reply that announced it.
    #[cfg_attr(feature = "types", ts(rename = "ScxSellerUploadAttachmentParams"))]
    pub struct SellerUploadAttachmentParams keep unknown {
        /// The reply's `channel`.
        pub channel: String,
        /// The reply's `sellerId`.
        pub sellerId: String,
        /// The ticket's id.
        pub ticketId: String,
        /// The name that was announced; without it the file's own, made safe.
        pub filename: Option<String>,
        /// The file: text, PDF, DOCX, XLSX, XLS, DOC or an image, of at most 16 MB.
        #[cfg_attr(feature = "types", ts(type = "FileInput"))]
        pub file: Attachment,
    }
}

params! {
    /// Which file of a seller's reply.
    #[cfg_attr(feature = "types", ts(rename = "ScxDownloadAttachmentParams"))]
    pub struct DownloadAttachmentParams keep unknown {
        /// The reply's `sellerId`.
        pub sellerId: String,
        /// The ticket's id.
        pub ticketId: String,
        /// The file's name, as the reply announced it.
        pub filename: String,
    }
}

params! {
    /// Which file of a channel's ticket.
    #[cfg_attr(feature = "types", ts(rename = "ScxSellerDownloadAttachmentParams"))]
    pub struct SellerDownloadAttachmentParams keep unknown {
        /// The channel that the ticket came from.
        pub channel: String,
        /// The ticket's `sellerId`.
        pub sellerId: String,
        /// The ticket's id.
        pub ticketId: String,
        /// The file's name, as the ticket announced it.
        pub filename: String,
    }
}

params! {
    /// Which events; without a filter all that are not acknowledged, 100 at most.
    #[cfg_attr(feature = "types", ts(rename = "ScxListEventsParams"))]
    pub struct ListEventsParams keep unknown {
        /// Happened after this time: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub createdAfter: Option<String>,
        /// Of these types.
        pub eventTypeFilter: Option<Vec<ScxEventType>>,
    }
}

params! {
    /// Which events; without a filter all that are not acknowledged, 100 at most.
    #[cfg_attr(feature = "types", ts(rename = "ScxSellerListEventsParams"))]
    pub struct SellerListEventsParams keep unknown {
        /// Happened after this time: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub createdAfter: Option<String>,
        /// Of these types. The vendor has no list of those that a seller gets.
        pub eventTypeFilter: Option<Vec<String>>,
    }
}

params! {
    /// Which events are done with.
    pub struct AcknowledgeEventsParams deny unknown {
        /// Their ids, 1 to 100.
        pub eventIdList: Vec<String>,
    }
}

params! {
    /// Which events are done with.
    pub struct SellerAcknowledgeEventsParams deny unknown {
        /// Their ids, 1 to 100.
        pub eventIdList: Vec<String>,
    }
}

const CREATE: Meta = Meta { name: "createTicket", path: "/v1/channel/ticket", ..Meta::WRITE };
const REPLY: Meta = Meta { name: "seller.replyToTicket", path: "/v1/seller/ticket", ..Meta::WRITE };
const UPLOAD: Meta =
    Meta { name: "uploadAttachment", path: "/v1/channel/ticket/attachment", body: BodyKind::Multipart, ..Meta::WRITE };
const SELLER_UPLOAD: Meta =
    Meta { name: "seller.uploadAttachment", path: "/v1/seller/ticket/attachment/{channel}", ..UPLOAD };
const DOWNLOAD: Meta =
    Meta { name: "downloadAttachment", path: "/v1/channel/ticket/attachment", accept: ANY_FILE, ..Meta::READ };
const SELLER_DOWNLOAD: Meta =
    Meta { name: "seller.downloadAttachment", path: "/v1/seller/ticket/attachment/{channel}", ..DOWNLOAD };
const LIST: Meta = Meta { name: "listEvents", path: "/v1/channel/event", ..Meta::READ };
const SELLER_LIST: Meta = Meta { name: "seller.listEvents", path: "/v2/seller/event", ..Meta::READ };
const ACKNOWLEDGE: Meta = Meta {
    name: "acknowledgeEvents",
    method: Method::Delete,
    path: "/v1/channel/event",
    positional: &["eventIdList"],
    ..Meta::WRITE
};
const SELLER_ACKNOWLEDGE: Meta = Meta { name: "seller.acknowledgeEvents", path: "/v1/seller/event", ..ACKNOWLEDGE };

/// An operation without a result; the documents name no body for any of these.
macro_rules! no_result {
    ($Vendor:ty) => {
        type Vendor = $Vendor;
        type Output = ();

        fn decode(_response: &Response) -> Result<(), DecodeError> {
            Ok(())
        }

        fn shape(_response: &Response) -> Result<Shape, DecodeError> {
            Ok(Shape::Empty)
        }
    };
}

impl Endpoint for CreateTicketParams {
    no_result!(JtlScxChannel);

    const META: Meta = CREATE;

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
        rules::attachments(&self.attachment, &self.files, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut fields = Entries::default();
        fields.text("sellerId", &self.sellerId);
        fields.text("ticketId", &self.ticketId);
        fields.text("topic", self.topic.as_str());
        fields.text("createdAt", &self.createdAt);
        fields.put("from", self.from.to_input());
        fields.text("subject", &self.subject);
        fields.text("message", &self.message);
        if let Some(reference) = &self.reference {
            fields.put("reference", reference.to_input());
        }
        put_rest_of_ticket(&mut fields, self.replyRequested, &self.attachment, &self.files);
        Parts::new().json(&fields.with(&self.extra))
    }
}

impl Endpoint for ReplyToTicketParams {
    no_result!(JtlScxSeller);

    const META: Meta = REPLY;

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
        rules::attachments(&self.attachment, &self.files, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut fields = Entries::default();
        fields.text("channel", &self.channel);
        fields.text("sellerId", &self.sellerId);
        fields.text("ticketId", &self.ticketId);
        fields.text("createdAt", &self.createdAt);
        fields.put("from", self.from.to_input());
        fields.text("message", &self.message);
        put_rest_of_ticket(&mut fields, self.replyRequested, &self.attachment, &self.files);
        Parts::new().json(&fields.with(&self.extra))
    }
}

impl Endpoint for UploadAttachmentParams {
    no_result!(JtlScxChannel);

    const META: Meta = UPLOAD;

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::ticket(&self.sellerId, &self.ticketId, violations);
        rules::upload(self.filename.as_deref(), &self.file, settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        upload(&self.sellerId, &self.ticketId, self.filename.as_deref(), &self.file, &self.extra, settings)
    }

    fn attachments(&self) -> Vec<&Attachment> {
        contents(&self.file)
    }
}

impl Endpoint for SellerUploadAttachmentParams {
    no_result!(JtlScxSeller);

    const META: Meta = SELLER_UPLOAD;

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::channel(&self.channel, violations);
        rules::ticket(&self.sellerId, &self.ticketId, violations);
        rules::upload(self.filename.as_deref(), &self.file, settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        let parts = upload(&self.sellerId, &self.ticketId, self.filename.as_deref(), &self.file, &self.extra, settings);
        parts.at("channel", &self.channel)
    }

    fn attachments(&self) -> Vec<&Attachment> {
        contents(&self.file)
    }
}

impl Endpoint for AcknowledgeEventsParams {
    no_result!(JtlScxChannel);

    const META: Meta = ACKNOWLEDGE;

    fn check(&self, _settings: &Settings, violations: &mut Violations) {
        rules::event_ids(&self.eventIdList, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        acknowledgement(&self.eventIdList)
    }

    fn recovery(&self, _now_ms: f64) -> Recovery {
        Recovery::Harmless
    }
}

impl Endpoint for SellerAcknowledgeEventsParams {
    no_result!(JtlScxSeller);

    const META: Meta = SELLER_ACKNOWLEDGE;

    fn check(&self, _settings: &Settings, violations: &mut Violations) {
        rules::event_ids(&self.eventIdList, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        acknowledgement(&self.eventIdList)
    }

    fn recovery(&self, _now_ms: f64) -> Recovery {
        Recovery::Harmless
    }
}

/// An operation whose result is a file.
macro_rules! file_result {
    ($Vendor:ty) => {
        type Vendor = $Vendor;
        type Output = Vec<u8>;

        fn decode(response: &Response) -> Result<Vec<u8>, DecodeError> {
            Ok(response.body.clone())
        }

        fn shape(_response: &Response) -> Result<Shape, DecodeError> {
            Ok(Shape::Bytes)
        }
    };
}

impl Endpoint for DownloadAttachmentParams {
    file_result!(JtlScxChannel);

    const META: Meta = DOWNLOAD;

    fn check(&self, _settings: &Settings, violations: &mut Violations) {
        rules::ticket(&self.sellerId, &self.ticketId, violations);
        rules::announced_name(&self.filename, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        download(&self.sellerId, &self.ticketId, &self.filename, &self.extra)
    }
}

impl Endpoint for SellerDownloadAttachmentParams {
    file_result!(JtlScxSeller);

    const META: Meta = SELLER_DOWNLOAD;

    fn check(&self, _settings: &Settings, violations: &mut Violations) {
        rules::channel(&self.channel, violations);
        rules::ticket(&self.sellerId, &self.ticketId, violations);
        rules::announced_name(&self.filename, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let parts = download(&self.sellerId, &self.ticketId, &self.filename, &self.extra);
        parts.at("channel", &self.channel)
    }
}

/// An operation whose result is a list of events.
macro_rules! event_result {
    ($Vendor:ty) => {
        type Vendor = $Vendor;
        type Output = EventList;

        const ANSWER: Option<Answer> = Some(EVENTS);

        fn decode(response: &Response) -> Result<EventList, DecodeError> {
            if has_no_body(response) { Ok(EventList::default()) } else { model::decode(response) }
        }

        fn shape(response: &Response) -> Result<Shape, DecodeError> {
            events_shape(response)
        }
    };
}

impl Endpoint for ListEventsParams {
    event_result!(JtlScxChannel);

    const META: Meta = LIST;

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        let types: Vec<_> = self.eventTypeFilter.iter().flatten().map(ScxEventType::as_str).collect();
        rules::list_events(self.createdAfter.as_deref(), &types, Some(settings), violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let types: Vec<_> = self.eventTypeFilter.iter().flatten().map(ScxEventType::as_str).collect();
        events(self.createdAfter.as_deref(), &types, &self.extra)
    }
}

impl Endpoint for SellerListEventsParams {
    event_result!(JtlScxSeller);

    const META: Meta = SELLER_LIST;

    fn check(&self, _settings: &Settings, violations: &mut Violations) {
        let types: Vec<_> = self.eventTypeFilter.iter().flatten().map(String::as_str).collect();
        rules::list_events(self.createdAfter.as_deref(), &types, None, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let types: Vec<_> = self.eventTypeFilter.iter().flatten().map(String::as_str).collect();
        events(self.createdAfter.as_deref(), &types, &self.extra)
    }
}

/// What tickets and replies have in common at their end.
fn put_rest_of_ticket(
    fields: &mut Entries,
    reply_requested: Option<bool>,
    attachment: &Option<Vec<AttachmentParams>>,
    files: &Option<Vec<Attachment>>,
) {
    if let Some(value) = reply_requested {
        fields.put("replyRequested", Input::Bool(value));
    }
    let files = files.as_deref().unwrap_or_default();
    if attachment.is_some() || !files.is_empty() {
        let announced = attachment.as_deref().unwrap_or_default();
        let taken: Vec<_> = announced.iter().map(|file| file.filename.as_str()).collect();
        let held = safe_names(&taken, files).into_iter().zip(files).map(|(filename, file)| AttachmentParams {
            filename,
            contentType: file.resolve_mime_type().unwrap_or_default().into_owned(),
            extra: Vec::new(),
        });
        let all = announced.iter().cloned().chain(held).map(|file| file.to_input());
        fields.put("attachment", Input::List(all.collect()));
    }
}

impl AuthorParams {
    fn to_input(&self) -> Input {
        let mut fields = Entries::default();
        fields.text("role", self.role.as_str());
        if let Some(name) = &self.name {
            fields.text("name", name);
        }
        fields.with(&self.extra)
    }
}

impl ReferenceParams {
    fn to_input(&self) -> Input {
        let mut fields = Entries::default();
        fields.text("type", self.r#type.as_str());
        fields.text("id", &self.id);
        fields.with(&self.extra)
    }
}

impl AttachmentParams {
    fn to_input(&self) -> Input {
        let mut fields = Entries::default();
        fields.text("filename", &self.filename);
        fields.text("contentType", &self.contentType);
        fields.with(&self.extra)
    }
}

fn upload(
    seller_id: &str,
    ticket_id: &str,
    filename: Option<&str>,
    file: &Attachment,
    extra: &[(String, Input)],
    settings: &Settings,
) -> Parts {
    let filename = filename.map_or_else(|| safe_name(file), str::to_owned);
    let mut data = Entries::default();
    data.text("sellerId", seller_id);
    data.text("ticketId", ticket_id);
    data.text("filename", &filename);
    let data = data.with(extra).to_string();
    let mut form = Multipart::new(&settings.nonce);
    form.push_text("attachmentData", &data);
    let mime_type = file.resolve_mime_type().unwrap_or_default();
    form.push_file("attachment", &filename, &mime_type, file, &mut 0);
    Parts::new().header("Content-Type", form.content_type()).body(form.finish())
}

/// The file, unless it is part of the body's text already.
fn contents(file: &Attachment) -> Vec<&Attachment> {
    if matches!(file.content, Content::DataUrl(_)) { Vec::new() } else { vec![file] }
}

fn acknowledgement(ids: &[String]) -> Parts {
    let ids = ids.iter().map(|id| Input::Text(id.clone())).collect();
    let mut fields = Entries::default();
    fields.put("eventIdList", Input::List(ids));
    Parts::new().json(&fields.with(&[]))
}

fn download(seller_id: &str, ticket_id: &str, filename: &str, extra: &[(String, Input)]) -> Parts {
    let mut query = Query::default();
    query.push("sellerId", seller_id);
    query.push("ticketId", ticket_id);
    query.push("filename", filename);
    push_extra(&mut query, extra);
    Parts::new().query(query)
}

fn events(created_after: Option<&str>, types: &[&str], extra: &[(String, Input)]) -> Parts {
    let mut query = Query::default();
    query.push_some("createdAfter", created_after);
    if !types.is_empty() {
        // The vendor describes one value with commas.
        query.push("eventTypeFilter", types.join(","));
    }
    push_extra(&mut query, extra);
    Parts::new().query(query)
}

/// What is not documented goes along: texts as they are, the rest as JSON.
fn push_extra(query: &mut Query, extra: &[(String, Input)]) {
    for (name, value) in extra {
        match value {
            Input::Text(text) => query.push(name, text),
            other => query.push(name, other.to_string()),
        }
    }
}

fn has_no_body(response: &Response) -> bool {
    response.body.iter().all(u8::is_ascii_whitespace)
}

/// The documents say that there is at least one event, and not how there is none: an empty answer or a missing list.
fn events_shape(response: &Response) -> Result<Shape, DecodeError> {
    if has_no_body(response) { Ok(no_events()) } else { EVENTS.read(response) }
}

const EVENTS: Answer = Answer {
    schema: const { &EventList::SCHEMA },
    shape: |outline| match outline.count("eventList") {
        Some(_) => Shape::Json { text: None, pick: &["eventList"], page: None },
        None => no_events(),
    },
};

fn no_events() -> Shape {
    Shape::Json { text: Some("[]".to_owned()), pick: &[], page: None }
}

#[cfg(test)]
mod tests {
    use super::super::JTL_SCX;
    use super::*;
    use crate::attachment::{Body, Found, Segment};
    use crate::vendor::plan::forward;
    use crate::vendor::{Access, Plan};
    use crate::wire::http::Headers;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const BASE: &str = "https://scx.api.jtl-software.com";
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

    fn plan(operation: &str, arguments: &Value) -> (Plan, Option<Body>) {
        let arguments: Vec<Input> = serde_json::from_str(&arguments.to_string()).unwrap();
        let settings = Settings { nonce: "n0nce".to_owned(), ..Settings::default() };
        JTL_SCX.operation(operation).unwrap().plan(arguments, &settings).unwrap()
    }

    fn ticket() -> Value {
        json!({
            "sellerId": "4711", "ticketId": "CASE-01071982", "topic": "QUESTION", "createdAt": "2023-11-07T05:31:56Z",
            "from": { "role": "BUYER", "name": "Dave" }, "subject": "Pod bay door seems to be locked.",
            "message": "Open the pod bay doors HAL.",
        })
    }

    fn reply() -> Value {
        json!({
            "channel": "DEMOSHOP", "sellerId": "4711", "ticketId": "CASE-1", "createdAt": "2026-03-02T08:15:00+01:00",
            "from": { "role": "SELLER" }, "message": "no",
        })
    }

    fn with(mut object: Value, more: Value) -> Value {
        object.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        object
    }

    /// Method, URL below the base, `Accept`, `Content-Type` and body; files are shown as `<index:size>`.
    fn shown(operation: &str, arguments: &Value) -> [String; 4] {
        let (plan, body) = plan(operation, arguments);
        let header = |name| plan.headers.get(name).unwrap_or_default().to_owned();
        let segments = body.map(Body::into_segments).unwrap_or_default();
        let body = segments.iter().map(|segment| match segment {
            Segment::Text(text) => String::from_utf8_lossy(text).into_owned(),
            Segment::File { index, size, .. } => format!("<{index}:{size}>"),
        });
        let line = format!("{} {}", plan.method.as_str(), plan.url.strip_prefix(BASE).unwrap());
        [line, header("Accept"), header("Content-Type"), body.collect()]
    }

    #[test]
    fn each_operation_has_its_request() {
        let json_type = "application/json";
        let form_type = "multipart/form-data; boundary=seller-tickets-n0nce";
        let file = json!({ "filename": "a b.png", "mime_type": "image/png", "size": 9, "found": "image/png" });
        let named = json!({ "sellerId": "4711", "ticketId": "C/1 ä", "filename": "a_b.png" });
        let form = "--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"attachmentData\"\r\n\r\n\
            {\"sellerId\":\"4711\",\"ticketId\":\"C/1 ä\",\"filename\":\"a_b.png\"}\r\n--seller-tickets-n0nce\r\n\
            Content-Disposition: form-data; name=\"attachment\"; filename=\"a_b.png\"\r\nContent-Type: image/png\r\n\r\n\
            <0:9>\r\n--seller-tickets-n0nce--\r\n";
        let query = "?sellerId=4711&ticketId=C%2F1%20%C3%A4&filename=a_b.png";
        let channel = json!({ "channel": "DEMOSHOP" });
        for (operation, arguments, line, accept, content_type, body) in [
            (
                "createTicket",
                json!([ticket()]),
                "POST /v1/channel/ticket",
                json_type,
                json_type,
                r#"{"sellerId":"4711","ticketId":"CASE-01071982","topic":"QUESTION","createdAt":"2023-11-07T05:31:56Z","from":{"role":"BUYER","name":"Dave"},"subject":"Pod bay door seems to be locked.","message":"Open the pod bay doors HAL."}"#.to_owned(),
            ),
            (
                "createTicket",
                json!([with(ticket(), json!({
                    "priority": { "new": [1, 2.5, true, null] }, "replyRequested": false, "attachment": [],
                    "reference": { "type": "ORDERID", "id": "1982\"07" }, "from": { "role": "CHANNEL", "vip": true },
                }))]),
                "POST /v1/channel/ticket",
                json_type,
                json_type,
                r#"{"sellerId":"4711","ticketId":"CASE-01071982","topic":"QUESTION","createdAt":"2023-11-07T05:31:56Z","from":{"role":"CHANNEL","vip":true},"subject":"Pod bay door seems to be locked.","message":"Open the pod bay doors HAL.","reference":{"type":"ORDERID","id":"1982\"07"},"replyRequested":false,"attachment":[],"priority":{"new":[1,2.5,true,null]}}"#.to_owned(),
            ),
            (
                "seller.replyToTicket",
                json!([with(reply(), json!({ "files": [file] }))]),
                "POST /v1/seller/ticket",
                json_type,
                json_type,
                r#"{"channel":"DEMOSHOP","sellerId":"4711","ticketId":"CASE-1","createdAt":"2026-03-02T08:15:00+01:00","from":{"role":"SELLER"},"message":"no","attachment":[{"filename":"a_b.png","contentType":"image/png"}]}"#.to_owned(),
            ),
            (
                "uploadAttachment",
                json!([with(named.clone(), json!({ "file": file }))]),
                "POST /v1/channel/ticket/attachment",
                json_type,
                form_type,
                form.to_owned(),
            ),
            (
                // The name is the file's own, made safe.
                "uploadAttachment",
                json!([{ "sellerId": "4711", "ticketId": "C/1 ä", "file": file }]),
                "POST /v1/channel/ticket/attachment",
                json_type,
                form_type,
                form.to_owned(),
            ),
            (
                "seller.uploadAttachment",
                json!([with(with(named.clone(), channel.clone()), json!({ "file": file }))]),
                "POST /v1/seller/ticket/attachment/DEMOSHOP",
                json_type,
                form_type,
                form.to_owned(),
            ),
            (
                "downloadAttachment",
                json!([with(named.clone(), json!({ "size": "large", "page": 2 }))]),
                &format!("GET /v1/channel/ticket/attachment{query}&page=2&size=large"),
                "*/*",
                "",
                String::new(),
            ),
            (
                "seller.downloadAttachment",
                json!([with(named, channel)]),
                &format!("GET /v1/seller/ticket/attachment/DEMOSHOP{query}"),
                "*/*",
                "",
                String::new(),
            ),
            ("listEvents", json!([]), "GET /v1/channel/event", json_type, "", String::new()),
            ("listEvents", json!([{ "eventTypeFilter": [] }]), "GET /v1/channel/event", json_type, "", String::new()),
            (
                "listEvents",
                json!([{ "createdAfter": "2026-03-02T08:15:00Z", "eventTypeFilter": ["Seller:Ticket.Reply", "System:Test"] }]),
                "GET /v1/channel/event?createdAfter=2026-03-02T08%3A15%3A00Z&eventTypeFilter=Seller%3ATicket.Reply%2CSystem%3ATest",
                json_type,
                "",
                String::new(),
            ),
            (
                "seller.listEvents",
                json!([{ "eventTypeFilter": ["Channel:Any.Thing"] }]),
                "GET /v2/seller/event?eventTypeFilter=Channel%3AAny.Thing",
                json_type,
                "",
                String::new(),
            ),
            (
                "acknowledgeEvents",
                json!([["65e2f0aa", "b\""]]),
                "DELETE /v1/channel/event",
                json_type,
                json_type,
                r#"{"eventIdList":["65e2f0aa","b\""]}"#.to_owned(),
            ),
            (
                "seller.acknowledgeEvents",
                json!([["1"], {}]),
                "DELETE /v1/seller/event",
                json_type,
                json_type,
                r#"{"eventIdList":["1"]}"#.to_owned(),
            ),
        ] {
            let expected = [line.to_owned(), accept.to_owned(), content_type.to_owned(), body];
            assert_eq!(shown(operation, &arguments), expected, "{operation}");
        }
    }

    #[test]
    fn writes_are_told_from_reads() {
        for operation in JTL_SCX.operations {
            let meta = operation.meta;
            assert_eq!(meta.access == Access::Read, meta.method == Method::Get, "{}", meta.name);
            assert_eq!(meta.body == BodyKind::None, meta.method == Method::Get, "{}", meta.name);
        }
    }

    #[test]
    fn a_gateway_forwards_every_operation_and_no_other_route() {
        for operation in JTL_SCX.operations {
            let meta = operation.meta;
            let path = meta.path.replace("{channel}", "DEMOSHOP");
            let content_type = match meta.body {
                BodyKind::None => None,
                BodyKind::Json => Some("application/json"),
                BodyKind::Multipart => Some("multipart/form-data; boundary=x"),
            };
            let headers = content_type.map(|value| ("Content-Type", value)).into_iter().collect();
            let plan = forward(&JTL_SCX, meta.method.as_str(), &path, &headers, &Settings::default()).unwrap();
            assert_eq!((plan.endpoint.as_str(), plan.url), (meta.name, format!("{BASE}{path}")));
        }
        for (method, path) in [
            ("POST", "/v1/auth"),
            ("POST", "/v1/channel/order"),
            ("PATCH", "/v1/channel/event"),
            ("GET", "/v1/seller/event"),
            ("GET", "/v1/seller/ticket/attachment/a%2Fb"),
            ("GET", "/v1/seller/ticket/attachment"),
        ] {
            assert!(forward(&JTL_SCX, method, path, &Headers::new(), &Settings::default()).is_err(), "{method} {path}");
        }
    }

    #[test]
    fn files_are_announced_as_they_will_be_uploaded() {
        let held = |name: &str, mime_type: Option<&str>, found: &str| json!({ "filename": name, "mime_type": mime_type, "size": 9, "found": found });
        let announced = json!({ "filename": "Foto_1.png", "contentType": "image/png", "size": 5 });
        let arguments = json!([with(
            ticket(),
            json!({ "attachment": [announced], "files": [
            held("Foto 1.png", None, "image/png"),
            held("letter", Some("application/pdf"), "application/pdf"),
            { "filename": "ü.txt", "data": "data:text/plain;base64,aGVsbG8=" },
        ] })
        )]);
        let [_, _, _, body] = shown("createTicket", &arguments);
        let body: Value = serde_json::from_str(&body).unwrap();
        let expected = json!([
            announced,
            { "filename": "Foto_1_2.png", "contentType": "image/png" },
            { "filename": "letter.pdf", "contentType": "application/pdf" },
            { "filename": "ue.txt", "contentType": "text/plain" },
        ]);
        assert_eq!(body["attachment"], expected);
        assert_eq!(body.get("files"), None);
    }

    #[test]
    fn a_prepared_file_is_uploaded_as_bytes() {
        let file =
            json!({ "filename": "f.png", "mime_type": "image/png", "data": "data:image/png;base64,iVBORw0KGgo=" });
        let (_, body) = plan("uploadAttachment", &json!([{ "sellerId": "1", "ticketId": "1", "file": file }]));
        let bytes = body.unwrap().as_text().unwrap().to_vec();
        let at = bytes.windows(PNG.len()).position(|window| window == PNG).unwrap();
        assert!(bytes[at + PNG.len()..].starts_with(b"\r\n--seller-tickets-n0nce--"));
    }

    fn answer(status: u16, body: &str) -> Response {
        Response { status, body: body.as_bytes().to_vec(), ..Response::default() }
    }

    #[test]
    fn no_events_come_in_many_ways() {
        let none = Shape::Json { text: Some("[]".to_owned()), pick: &[], page: None };
        for body in ["", " \r\n", "{}", r#"{ "eventList": null }"#] {
            let response = answer(if body.is_empty() { 204 } else { 200 }, body);
            assert_eq!(ListEventsParams::shape(&response).as_ref(), Ok(&none), "{body}");
            assert_eq!(ListEventsParams::decode(&response).unwrap().eventList, None);
            assert_eq!(SellerListEventsParams::shape(&response).as_ref(), Ok(&none));
        }
        let pick = |text| Ok(Shape::Json { text, pick: &["eventList"][..], page: None });
        assert_eq!(ListEventsParams::shape(&answer(200, r#"{ "eventList": [] }"#)), pick(None));
        let event = r#"{ "eventList": [{ "id": "1", "type": "Seller:New", "event": { "n": 9007199254740993 } }] }"#;
        let text = event.to_owned();
        assert_eq!(ListEventsParams::shape(&answer(200, event)), pick(Some(text)));
        for (body, code) in [
            ("<html>", "invalid_json"),
            ("[]", "unexpected_shape"),
            (r#"{ "eventList": {} }"#, "unexpected_shape"),
            (r#"{ "eventList": [{ "type": "x" }] }"#, "unexpected_shape"),
            (r#"{ "eventList": [{ "id": "1", "type": null }] }"#, "unexpected_shape"),
        ] {
            assert_eq!(ListEventsParams::shape(&answer(200, body)).unwrap_err().code, code, "{body}");
            assert_eq!(ListEventsParams::decode(&answer(200, body)).unwrap_err().code, code, "{body}");
        }
    }

    #[test]
    fn other_operations_take_any_answer() {
        for body in ["", "{}", "<html>"] {
            for status in [200, 201, 204] {
                let response = answer(status, body);
                assert_eq!(CreateTicketParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(ReplyToTicketParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(UploadAttachmentParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(SellerUploadAttachmentParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(AcknowledgeEventsParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(SellerAcknowledgeEventsParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(DownloadAttachmentParams::shape(&response), Ok(Shape::Bytes));
                assert_eq!(SellerDownloadAttachmentParams::decode(&response), Ok(body.as_bytes().to_vec()));
            }
        }
    }

    proptest! {
        /// Whatever is written, the body is JSON with exactly that in it, and names that uploads take.
        #[test]
        fn bodies_are_what_was_given(
            subject in "\\PC{1,40}",
            message in "\\PC{1,40}",
            name in proptest::option::of("\\PC{0,20}"),
            files in proptest::collection::vec("\\PC{0,12}(\\.[a-z]{0,12})?", 0..10),
        ) {
            prop_assume!(files.iter().all(|name| !name.trim().is_empty()));
            let held = |name: &String| Attachment {
                filename: name.clone(),
                mime_type: None,
                content: Content::Held { size: 1, found: Some(Found::Type("application/pdf".to_owned())) },
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
