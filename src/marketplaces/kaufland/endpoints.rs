//! Kaufland's six ticket operations: parameters, requests, answers.

use super::Kaufland;
use super::ensure;
use super::model::{
    Collection, Embedded, FulfillmentType, OpenedTicket, Single, SortMessages, SortTickets, Storefront, Ticket,
    TicketMessage, TicketReason, TicketStatus, TicketTopic, TicketWithEmbedded,
};
use super::rules;
use crate::attachment::{Attachment, Body, Content};
use crate::model::open_enum::texts;
use crate::model::schema::Outline;
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::rules::input::params;
use crate::rules::rule::{Param, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::{Answer, BodyKind, Endpoint, Listing, Meta, PageShape, Parts, Recovery, Shape};
use crate::wire::http::{Method, Response};
use crate::wire::json::{Entries, Json};
use crate::wire::url::Query;

params! {
    /// Which tickets to list. Filters hold together; within one filter, any of its values.
    pub struct ListTicketsParams deny unknown {
        /// How far they are; without it all.
        pub status: Option<Vec<TicketStatus>>,
        /// Why they were opened.
        pub open_reason: Option<Vec<TicketReason>>,
        /// What they are about.
        pub topic: Option<Vec<TicketTopic>>,
        /// Whose they are. The API takes at most 2147483647 here.
        pub id_buyer: Option<i64>,
        /// Opened at this time or later: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub ts_created_from_iso: Option<String>,
        /// Changed at this time or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub ts_updated_from_iso: Option<String>,
        /// The countries of the shop.
        pub storefront: Option<Vec<Storefront>>,
        /// Who sends the goods; without it `fulfilled_by_merchant` only.
        pub fulfillment_type: Option<Vec<FulfillmentType>>,
        /// The order.
        pub sort: Option<SortTickets>,
        /// Tickets per page, 1 to 30; without it 30.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub limit: Option<i64>,
        /// How many tickets to leave out at the start.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub offset: Option<i64>,
    }
}

params! {
    /// Which ticket, and what comes with it.
    pub struct GetTicketParams deny unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub id_ticket: String,
        /// What the ticket carries along.
        pub embedded: Option<Vec<Embedded>>,
    }
}

params! {
    /// A new ticket. Files cannot come with it; send them with a message afterwards.
    pub struct OpenTicketParams deny unknown {
        /// The order units that it is about, all of one order.
        pub id_order_unit: Vec<i64>,
        /// Why it is opened.
        pub reason: TicketReason,
        /// The first message.
        pub message: String,
    }
}

params! {
    /// A message to the customer.
    pub struct CreateTicketMessageParams deny unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub id_ticket: String,
        /// What to write: 1 to 65535 characters.
        pub text: String,
        /// `true` says that another message will follow: the ticket stays with the seller. The customer gets this
        /// message all the same.
        pub interim_notice: Option<bool>,
        /// Files to attach: text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC.
        #[cfg_attr(feature = "types", ts(optional, type = "FileInput[]"))]
        pub ticket_message_files: Option<Vec<Attachment>>,
    }
}

params! {
    /// Which ticket to close.
    pub struct CloseTicketParams deny unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub id_ticket: String,
    }
}

params! {
    /// Which messages to list. There is no filter by ticket: for a ticket's thread get it with `embedded: ["messages"]`.
    pub struct ListTicketMessagesParams deny unknown {
        /// Written at this time or later: `2026-03-02T08:15:00Z`.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub ts_created_from_iso: Option<String>,
        /// Who sends the goods; without it `fulfilled_by_merchant` only.
        pub fulfillment_type: Option<Vec<FulfillmentType>>,
        /// The order.
        pub sort: Option<SortMessages>,
        /// Messages per page, 1 to 30; without it 30.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub limit: Option<i64>,
        /// How many messages to leave out at the start.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub offset: Option<i64>,
    }
}

impl Endpoint for ListTicketsParams {
    type Vendor = Kaufland;
    type Output = Collection<Ticket>;

    const META: Meta = Meta { name: "listTickets", path: "/tickets", ..Meta::READ };

    const ANSWER: Option<Answer> = page::<Ticket>(|outline| page_shape(outline, "id_ticket"));

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        let mut query = Query::default();
        let mut list = |name, values: Vec<&str>| settings.array_encoding.push(&mut query, name, values);
        list("status", texts(&self.status, TicketStatus::as_str));
        list("open_reason", texts(&self.open_reason, TicketReason::as_str));
        list("topic", texts(&self.topic, TicketTopic::as_str));
        list("storefront", texts(&self.storefront, Storefront::as_str));
        list("fulfillment_type", texts(&self.fulfillment_type, FulfillmentType::as_str));
        query.push_some("id_buyer", self.id_buyer);
        query.push_some("ts_created_from_iso", self.ts_created_from_iso.as_deref());
        query.push_some("ts_updated_from_iso", self.ts_updated_from_iso.as_deref());
        query.push_some("sort", self.sort.as_ref().map(SortTickets::as_str));
        query.push_some("limit", self.limit);
        query.push_some("offset", self.offset);
        Parts::new().query(query)
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

impl Listing for ListTicketsParams {
    type Item = Ticket;

    fn offset(&self) -> u64 {
        self.offset.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0)
    }

    fn at(self, offset: u64) -> Self {
        Self { offset: Some(i64::try_from(offset).unwrap_or(i64::MAX)), ..self }
    }

    fn page(output: Self::Output) -> (Vec<Self::Item>, bool) {
        let more = has_more_after(&output);
        (output.data, more)
    }

    fn key(item: &Self::Item) -> String {
        item.id_ticket.clone()
    }
}

impl Endpoint for GetTicketParams {
    type Vendor = Kaufland;
    type Output = TicketWithEmbedded;

    const META: Meta =
        Meta { name: "getTicket", path: "/tickets/{id_ticket}", positional: &["id_ticket"], ..Meta::READ };

    const ANSWER: Option<Answer> = Some(single::<TicketWithEmbedded>());

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        let embedded = texts(&self.embedded, Embedded::as_str);
        if !embedded.is_empty() {
            // One value with commas, as the vendor describes it; the setting is for the filters only.
            query.push("embedded", embedded.join(","));
        }
        Parts::new().at("id_ticket", &self.id_ticket).query(query)
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode::<Single<_>>(response).map(|single| single.data)
    }
}

impl Endpoint for OpenTicketParams {
    type Vendor = Kaufland;
    type Output = OpenedTicket;

    const META: Meta = Meta { name: "openTicket", path: "/tickets", ..Meta::WRITE };

    const ANSWER: Option<Answer> = Some(single::<OpenedTicket>());

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut body = Body::new();
        body.push_text("{\"id_order_unit\":");
        body.push_text(&Json::from(self.id_order_unit.clone()).to_string());
        body.push_text(",\"reason\":");
        body.push_json_str(self.reason.as_str());
        body.push_text(",\"message\":");
        body.push_json_str(&self.message);
        body.push_text("}");
        Parts::new().body(body)
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode::<Single<_>>(response).map(|single| single.data).or_else(|error| {
            let id_ticket = from_location(response).ok_or(error)?.to_owned();
            Ok(OpenedTicket { id_ticket, ..OpenedTicket::default() })
        })
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        single::<OpenedTicket>().read(response).or_else(|error| {
            let id_ticket = from_location(response).ok_or(error)?;
            let text = Entries::default().text("id_ticket", id_ticket).with(&[]).to_string();
            Ok(Shape::Json { text: Some(text), pick: &[], page: None })
        })
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        ensure::open(self, now_ms)
    }
}

impl Endpoint for CreateTicketMessageParams {
    type Vendor = Kaufland;
    type Output = ();

    const META: Meta = Meta {
        name: "createTicketMessage",
        path: "/tickets/{id_ticket}/messages",
        positional: &["id_ticket"],
        ..Meta::WRITE
    };

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
        rules::files(self, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut body = Body::new();
        body.push_text("{\"text\":");
        body.push_json_str(&self.text);
        if let Some(interim) = self.interim_notice {
            body.push_text(if interim { ",\"interim_notice\":true" } else { ",\"interim_notice\":false" });
        }
        let mut next_file = 0;
        for (index, file) in self.ticket_message_files.iter().flatten().enumerate() {
            body.push_text(if index == 0 { ",\"ticket_message_files\":[" } else { "," });
            // What nobody has looked at yet is looked at before it is sent; then its type is known.
            let mime_type = file.resolve_mime_type().unwrap_or_default();
            body.push_text("{\"filename\":");
            body.push_json_str(&file.filename);
            body.push_text(",\"mime_type\":");
            body.push_json_str(&mime_type);
            body.push_text(",\"data\":");
            file.push_data_url(&mut body, &mut next_file, &mime_type);
            body.push_text("}");
        }
        let has_files = self.ticket_message_files.as_ref().is_some_and(|files| !files.is_empty());
        body.push_text(if has_files { "]}" } else { "}" });
        Parts::new().at("id_ticket", &self.id_ticket).body(body)
    }

    fn attachments(&self) -> Vec<&Attachment> {
        // A data URL is part of the body's text already.
        let files = self.ticket_message_files.iter().flatten();
        files.filter(|file| !matches!(file.content, Content::DataUrl(_))).collect()
    }

    /// Nothing: the API documents no body for its 201, and never says the new message's id.
    fn decode(_response: &Response) -> Result<Self::Output, DecodeError> {
        Ok(())
    }

    fn shape(_response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Empty)
    }

    fn recovery(&self, _now_ms: f64) -> Recovery {
        ensure::message(self)
    }
}

impl Endpoint for CloseTicketParams {
    type Vendor = Kaufland;
    type Output = ();

    const META: Meta = Meta {
        name: "closeTicket",
        method: Method::Patch,
        body: BodyKind::None,
        path: "/tickets/{id_ticket}/close",
        positional: &["id_ticket"],
        closes: true,
        ..Meta::WRITE
    };

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts::new().at("id_ticket", &self.id_ticket)
    }

    /// Nothing: the answer is a 204.
    fn decode(_response: &Response) -> Result<Self::Output, DecodeError> {
        Ok(())
    }

    fn shape(_response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Empty)
    }

    fn recovery(&self, _now_ms: f64) -> Recovery {
        ensure::close(&self.id_ticket)
    }
}

impl Endpoint for ListTicketMessagesParams {
    type Vendor = Kaufland;
    type Output = Collection<TicketMessage>;

    const META: Meta = Meta { name: "listTicketMessages", path: "/tickets/messages", ..Meta::READ };

    const ANSWER: Option<Answer> = page::<TicketMessage>(|outline| page_shape(outline, "id_ticket_message"));

    const RULES: Option<&'static [Param]> = Some(Self::TABLE);

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        self.obey(settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        let mut query = Query::default();
        let fulfillment_type = texts(&self.fulfillment_type, FulfillmentType::as_str);
        settings.array_encoding.push(&mut query, "fulfillment_type", fulfillment_type);
        query.push_some("ts_created_from_iso", self.ts_created_from_iso.as_deref());
        query.push_some("sort", self.sort.as_ref().map(SortMessages::as_str));
        query.push_some("limit", self.limit);
        query.push_some("offset", self.offset);
        Parts::new().query(query)
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        model::decode(response)
    }
}

impl Listing for ListTicketMessagesParams {
    type Item = TicketMessage;

    fn offset(&self) -> u64 {
        self.offset.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0)
    }

    fn at(self, offset: u64) -> Self {
        Self { offset: Some(i64::try_from(offset).unwrap_or(i64::MAX)), ..self }
    }

    fn page(output: Self::Output) -> (Vec<Self::Item>, bool) {
        let more = has_more_after(&output);
        (output.data, more)
    }

    fn key(item: &Self::Item) -> String {
        item.id_ticket_message.to_string()
    }
}

/// Where a page is in its list. Without a total, which the specification allows, only an empty page is surely the last.
fn has_more(offset: u64, length: u64, total: Option<u64>) -> bool {
    length > 0 && total.is_none_or(|total| offset.saturating_add(length) < total)
}

fn has_more_after<T>(page: &Collection<T>) -> bool {
    let count = |value: i64| u64::try_from(value).ok();
    let pagination = page.pagination.as_ref();
    let offset = pagination.and_then(|pagination| count(pagination.offset)).unwrap_or(0);
    has_more(offset, page.data.len() as u64, pagination.and_then(|pagination| count(pagination.total)))
}

const fn page<T: Field>(shape: fn(&Outline) -> Shape) -> Option<Answer> {
    Some(Answer { schema: const { &Collection::<T>::SCHEMA }, shape })
}

fn page_shape(outline: &Outline, key: &'static str) -> Shape {
    let length = outline.count("data").unwrap_or(0);
    let (offset, total) = (outline.count("offset"), outline.count("total"));
    let more = has_more(offset.unwrap_or(0), length, total);
    let page = PageShape {
        key,
        items: "data",
        offset_field: "offset",
        numbered: false,
        offset,
        length,
        total,
        more,
        beyond: None,
    };
    Shape::Json { text: None, pick: &[], page: Some(page) }
}

const fn single<T: Field>() -> Answer {
    Answer {
        schema: const { &Single::<T>::SCHEMA },
        shape: |_| Shape::Json { text: None, pick: &["data"], page: None },
    }
}

/// The ticket that a `Location` header points to: the last segment of its path.
fn from_location(response: &Response) -> Option<&str> {
    let location = response.headers.get("location")?;
    let path = location.split(['?', '#']).next()?.trim().trim_end_matches('/');
    let (parent, id) = path.rsplit_once('/')?;
    let is_ticket = parent.ends_with("/tickets") && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_ticket.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::super::KAUFLAND;
    use super::*;
    use crate::attachment::{Found, Segment};
    use crate::rules::input::Input;
    use crate::rules::settings::ArrayEncoding;
    use crate::vendor::{Access, Plan};
    use crate::wire::http::Headers;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn plan_with(settings: &Settings, operation: &str, arguments: &Value) -> (Plan, Option<Body>) {
        let arguments: Vec<Input> = serde_json::from_str(&arguments.to_string()).unwrap();
        KAUFLAND.operation(operation).unwrap().plan(arguments, settings).unwrap()
    }

    /// Method and URL below the base.
    fn line(settings: &Settings, operation: &str, arguments: &Value) -> String {
        let (plan, _) = plan_with(settings, operation, arguments);
        let path = plan.url.strip_prefix("https://sellerapi.kaufland.com/v2").unwrap();
        format!("{} {path}", plan.method.as_str())
    }

    fn text(operation: &str, arguments: &Value) -> String {
        let (plan, body) = plan_with(&Settings::default(), operation, arguments);
        assert_eq!(plan.headers.get("Content-Type"), Some("application/json"));
        String::from_utf8(body.unwrap().as_text().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn each_operation_has_its_line() {
        let message = json!(["00150000001", { "text": "a" }]);
        let ticket = json!([{ "id_order_unit": [1], "reason": "product_return", "message": "a" }]);
        for (operation, arguments, expected) in [
            ("listTickets", json!([]), "GET /tickets"),
            ("getTicket", json!(["00150000001"]), "GET /tickets/00150000001"),
            ("getTicket", json!(["2308211", {}]), "GET /tickets/2308211"),
            ("openTicket", ticket, "POST /tickets"),
            ("createTicketMessage", message, "POST /tickets/00150000001/messages"),
            ("closeTicket", json!(["00150000001"]), "PATCH /tickets/00150000001/close"),
            ("listTicketMessages", json!([{}]), "GET /tickets/messages"),
        ] {
            assert_eq!(line(&Settings::default(), operation, &arguments), expected);
            let (plan, body) = plan_with(&Settings::default(), operation, &arguments);
            assert_eq!(body.is_some(), matches!(operation, "openTicket" | "createTicketMessage"));
            assert_eq!(plan.headers.get("Accept"), Some("application/json"));
            assert_eq!(plan.headers.get("Content-Type").is_some(), body.is_some());
            assert_eq!(plan.access == Access::Read, plan.method == Method::Get);
        }
    }

    #[test]
    fn paths_lead_back_to_their_operation() {
        for (method, path, name) in [
            ("GET", "/tickets", "listTickets"),
            ("GET", "/tickets/messages", "listTicketMessages"),
            ("GET", "/tickets/00150000001", "getTicket"),
            ("POST", "/tickets", "openTicket"),
            ("POST", "/tickets/00150000001/messages", "createTicketMessage"),
            ("PATCH", "/tickets/00150000001/close", "closeTicket"),
        ] {
            assert_eq!(KAUFLAND.route(method, path, &Settings::default()).map(|(meta, _)| meta.name), Some(name));
        }
        for (method, path) in [("DELETE", "/tickets/1"), ("GET", "/orders"), ("POST", "/tickets/1"), ("GET", "/")] {
            assert!(KAUFLAND.route(method, path, &Settings::default()).is_none());
        }
    }

    #[test]
    fn every_filter_goes_into_the_query() {
        let all = json!([{
            "status": ["opened", "both_closed"], "open_reason": ["product_return"], "topic": ["fraud"],
            "storefront": ["de", "at"], "fulfillment_type": ["fulfilled_by_merchant", "fulfilled_by_kaufland"],
            "id_buyer": 90001, "ts_created_from_iso": "2026-03-02T08:15:00Z",
            "ts_updated_from_iso": "2026-03-02T08:15:00+01:00", "sort": "ts_updated_iso:desc", "limit": 30, "offset": 60,
        }]);
        let rest = "&id_buyer=90001&ts_created_from_iso=2026-03-02T08%3A15%3A00Z\
            &ts_updated_from_iso=2026-03-02T08%3A15%3A00%2B01%3A00&sort=ts_updated_iso%3Adesc&limit=30&offset=60";
        for (array_encoding, lists) in [
            (
                ArrayEncoding::Repeat,
                "status=opened&status=both_closed&open_reason=product_return&topic=fraud&storefront=de&storefront=at\
                &fulfillment_type=fulfilled_by_merchant&fulfillment_type=fulfilled_by_kaufland",
            ),
            (
                ArrayEncoding::Comma,
                "status=opened%2Cboth_closed&open_reason=product_return&topic=fraud&storefront=de%2Cat\
                &fulfillment_type=fulfilled_by_merchant%2Cfulfilled_by_kaufland",
            ),
            (
                ArrayEncoding::Brackets,
                "status%5B0%5D=opened&status%5B1%5D=both_closed&open_reason%5B0%5D=product_return&topic%5B0%5D=fraud\
                &storefront%5B0%5D=de&storefront%5B1%5D=at&fulfillment_type%5B0%5D=fulfilled_by_merchant\
                &fulfillment_type%5B1%5D=fulfilled_by_kaufland",
            ),
        ] {
            let settings = Settings { array_encoding, ..Settings::default() };
            assert_eq!(line(&settings, "listTickets", &all), format!("GET /tickets?{lists}{rest}"));
            // The vendor describes this one as one value with commas, whatever the filters are.
            let embedded = json!(["1", { "embedded": ["messages", "files"] }]);
            assert_eq!(line(&settings, "getTicket", &embedded), "GET /tickets/1?embedded=messages%2Cfiles");
        }
        let messages = json!([{
            "limit": 1, "offset": 0, "sort": "ts_created_iso:asc", "ts_created_from_iso": "2026-03-02T08:15:00Z",
            "fulfillment_type": ["fulfilled_by_kaufland"],
        }]);
        assert_eq!(
            line(&Settings::default(), "listTicketMessages", &messages),
            "GET /tickets/messages?fulfillment_type=fulfilled_by_kaufland&ts_created_from_iso=2026-03-02T08%3A15%3A00Z\
            &sort=ts_created_iso%3Aasc&limit=1&offset=0"
        );
    }

    #[test]
    fn empty_lists_are_no_filter() {
        let empty = json!([{ "status": [], "open_reason": null, "topic": [] }]);
        for array_encoding in [ArrayEncoding::Repeat, ArrayEncoding::Comma, ArrayEncoding::Brackets] {
            let settings = Settings { array_encoding, ..Settings::default() };
            assert_eq!(line(&settings, "listTickets", &empty), "GET /tickets");
            assert_eq!(line(&settings, "getTicket", &json!(["1", { "embedded": [] }])), "GET /tickets/1");
        }
    }

    #[test]
    fn a_ticket_is_opened_with_these_bytes() {
        let ticket = json!([{
            "message": "Which part is \"damaged\"? 🎫", "reason": "product_defect",
            "id_order_unit": [400_000_000_000_011_i64, i64::MAX],
        }]);
        assert_eq!(
            text("openTicket", &ticket),
            r#"{"id_order_unit":[400000000000011,9223372036854775807],"reason":"product_defect","message":"Which part is \"damaged\"? 🎫"}"#
        );
    }

    #[test]
    fn a_message_is_sent_with_these_bytes() {
        for (message, expected) in [
            (json!({ "text": "a\n" }), r#"{"text":"a\n"}"#),
            (json!({ "text": "a", "interim_notice": true }), r#"{"text":"a","interim_notice":true}"#),
            (json!({ "text": "a", "interim_notice": false }), r#"{"text":"a","interim_notice":false}"#),
            (json!({ "text": "a", "ticket_message_files": [] }), r#"{"text":"a"}"#),
            (
                json!({ "text": "a", "interim_notice": true, "ticket_message_files": [
                    { "filename": "la\"bel.pdf", "data": "data:application/pdf;base64,JVBERi0xLjQK" },
                    { "filename": "b.pdf", "mime_type": "application/pdf", "data": "data:application/pdf;base64,JVBERi0xLjQK" },
                ] }),
                r#"{"text":"a","interim_notice":true,"ticket_message_files":[{"filename":"la\"bel.pdf","mime_type":"application/pdf","data":"data:application/pdf;base64,JVBERi0xLjQK"},{"filename":"b.pdf","mime_type":"application/pdf","data":"data:application/pdf;base64,JVBERi0xLjQK"}]}"#,
            ),
        ] {
            assert_eq!(text("createTicketMessage", &json!(["1", message])), expected);
        }
    }

    #[test]
    fn held_files_leave_their_place_in_the_body() {
        let (_, body) = plan_with(
            &Settings::default(),
            "createTicketMessage",
            &json!(["1", { "text": "a", "ticket_message_files": [
                { "filename": "a.png", "size": 3, "found": "image/png" },
                { "filename": "b.txt", "mime_type": "text/plain", "data": "data:text/plain;base64,aGVsbG8=" },
                { "filename": "c.pdf", "size": 4, "mime_type": "application/pdf" },
            ] }]),
        );
        let segments = body.unwrap().into_segments();
        let shown: Vec<_> = segments
            .iter()
            .map(|segment| match segment {
                Segment::Text(text) => String::from_utf8(text.clone()).unwrap(),
                Segment::File { index, size, .. } => format!("{index}:{size}"),
            })
            .collect();
        assert_eq!(
            shown,
            [
                r#"{"text":"a","ticket_message_files":[{"filename":"a.png","mime_type":"image/png","data":"data:image/png;base64,"#,
                "0:3",
                r#""},{"filename":"b.txt","mime_type":"text/plain","data":"data:text/plain;base64,aGVsbG8="},{"filename":"c.pdf","mime_type":"application/pdf","data":"data:application/pdf;base64,"#,
                "1:4",
                r#""}]}"#,
            ]
        );
    }

    proptest! {
        /// Whatever is attached, the body is JSON with exactly that in it.
        #[test]
        fn bodies_are_what_was_given(
            text in "\\PC{1,40}",
            interim in proptest::option::of(any::<bool>()),
            files in proptest::collection::vec(("[^/\\\\\\p{C}]{1,9}", proptest::collection::vec(any::<u8>(), 0..60), any::<bool>()), 0..4),
        ) {
            let contents: Vec<_> = files.iter().map(|(_, content, _)| [b"%PDF-1.4\n", content.as_slice()].concat()).collect();
            let attachments: Vec<_> = files.iter().zip(&contents).map(|((name, _, prepared), content)| {
                let name = format!("f{name}");
                if *prepared {
                    let mut url = Body::new();
                    Attachment::new("", content.clone()).push_data_url(&mut url, &mut 0, "application/pdf");
                    let mut out = Vec::new();
                    url.write_into(&[content], &mut out).unwrap();
                    Attachment::from_data_url(name, serde_json::from_slice::<String>(&out).unwrap())
                } else {
                    Attachment::new(name, content.clone())
                }
            }).collect();
            let params = CreateTicketMessageParams {
                id_ticket: "1".to_owned(),
                text: text.clone(),
                interim_notice: interim,
                ticket_message_files: Some(attachments),
            };
            let (_, body) = crate::vendor::plan::plan(&params, &Settings::default()).unwrap();
            let mut out = Vec::new();
            let bytes: Vec<_> = params.attachments().iter().map(|file| file.bytes().unwrap()).collect();
            body.unwrap().write_into(&bytes, &mut out).unwrap();

            let mut expected = json!({ "text": text });
            if let Some(interim) = interim {
                expected["interim_notice"] = json!(interim);
            }
            if !files.is_empty() {
                use base64::Engine;
                expected["ticket_message_files"] = files.iter().zip(&contents).map(|((name, _, _), content)| json!({
                    "filename": format!("f{name}"),
                    "mime_type": "application/pdf",
                    "data": format!("data:application/pdf;base64,{}", base64::engine::general_purpose::STANDARD.encode(content)),
                })).collect();
            }
            prop_assert_eq!(serde_json::from_slice::<Value>(&out).unwrap(), expected);
        }
    }

    fn answer(status: u16, body: &str) -> Response {
        let headers = Headers::from_iter([("Content-Type", "application/json")]);
        Response { status, headers, body: body.as_bytes().to_vec() }
    }

    fn ticket(id: &str) -> Value {
        json!({
            "id_ticket": id, "ids_order_units": [400_000_000_000_011_i64], "id_buyer": 90001,
            "ts_created_iso": "2026-03-02T08:15:00Z", "ts_updated_iso": "2026-03-02T09:00:00Z", "status": "opened",
            "open_reason": "product_not_delivered", "topic": "delivery_delayed", "is_seller_responsible": true,
            "fulfillment_type": "fulfilled_by_merchant",
        })
    }

    fn page(count: i64, pagination: Option<(i64, i64, i64)>) -> Response {
        let data: Vec<_> = (0..count).map(|number| ticket(&format!("001{number}"))).collect();
        let mut body = json!({ "data": data });
        if let Some((offset, limit, total)) = pagination {
            body["pagination"] = json!({ "offset": offset, "limit": limit, "total": total });
        }
        answer(200, &body.to_string())
    }

    #[test]
    fn a_page_says_where_it_is() {
        for (count, pagination, offset, total, more) in [
            (30, Some((0, 30, 57)), Some(0), Some(57), true),
            (27, Some((30, 30, 57)), Some(30), Some(57), false),
            (30, Some((27, 30, 57)), Some(27), Some(57), false),
            (0, Some((60, 30, 57)), Some(60), Some(57), false),
            // Shorter than its limit, and more to come all the same: the total counts.
            (10, Some((0, 30, 57)), Some(0), Some(57), true),
            // The list says more than it gives: an empty page is the end.
            (0, Some((0, 30, 57)), Some(0), Some(57), false),
            (30, None, None, None, true),
            (1, None, None, None, true),
            (0, None, None, None, false),
            // Nonsense does not make a loop.
            (0, Some((-5, 30, -1)), None, None, false),
            (1, Some((i64::MAX, 30, i64::MAX)), Some(i64::MAX as u64), Some(i64::MAX as u64), false),
        ] {
            let response = page(count, pagination);
            let Shape::Json { pick: [], page: Some(shape), .. } = ListTicketsParams::shape(&response).unwrap() else {
                panic!("a list is a page")
            };
            let (key, items, offset_field, length) = ("id_ticket", "data", "offset", count as u64);
            assert_eq!(
                shape,
                PageShape { key, items, offset_field, numbered: false, offset, length, total, more, beyond: None }
            );
            let (items, has_more) = ListTicketsParams::page(ListTicketsParams::decode(&response).unwrap());
            assert_eq!((items.len() as i64, has_more), (count, more));
        }
    }

    #[test]
    fn lists_go_on_from_an_offset_and_know_their_items() {
        let params =
            ListTicketsParams { limit: Some(10), status: Some(vec![TicketStatus::Opened]), ..Default::default() };
        assert_eq!(params.offset(), 0);
        let later = params.clone().at(20);
        assert_eq!((later.offset(), later.limit, &later.status), (20, Some(10), &params.status));
        let page = ListTicketsParams::decode(&page(2, None)).unwrap();
        assert_eq!(page.data.iter().map(ListTicketsParams::key).collect::<Vec<_>>(), ["0010", "0011"]);

        let message = json!({
            "id_ticket_message": i64::MAX, "id_ticket": "150000001", "author": { "role": "robot", "name": null },
            "text": "a", "ts_created_iso": "2026-03-02T08:15:00Z",
        });
        let response = answer(200, &json!({ "data": [message] }).to_string());
        let page = ListTicketMessagesParams::decode(&response).unwrap();
        assert_eq!(ListTicketMessagesParams::key(&page.data[0]), "9223372036854775807");
        assert_eq!(ListTicketMessagesParams::default().at(5).offset(), 5);
        let Shape::Json { text, page: Some(shape), .. } = ListTicketMessagesParams::shape(&response).unwrap() else {
            panic!("a list is a page")
        };
        assert!(text.unwrap().contains(r#""id_ticket_message":9223372036854775807"#));
        assert_eq!((shape.key, shape.length), ("id_ticket_message", 1));
    }

    #[test]
    fn a_ticket_is_picked_out_of_its_envelope() {
        let mut single = ticket("00150000001");
        single["files"] = json!([{ "filename": "a", "ts_created_iso": "2026-03-02T08:15:00Z", "uri": "https://x" }]);
        let response = answer(200, &json!({ "data": single }).to_string());
        assert_eq!(GetTicketParams::shape(&response), Ok(Shape::Json { text: None, pick: &["data"], page: None }));
        let ticket = GetTicketParams::decode(&response).unwrap();
        assert_eq!((ticket.id_ticket.as_str(), ticket.messages), ("00150000001", None));
        assert_eq!(ticket.files.map(|files| files.len()), Some(1));
    }

    #[test]
    fn what_cannot_be_read_is_named_without_its_content() {
        let secret = "what a buyer wrote";
        let mut wrong = ticket("00150000001");
        wrong["is_seller_responsible"] = json!(secret);
        let mut missing = ticket("00150000001");
        missing.as_object_mut().unwrap().remove("status");
        for (body, code, words) in [
            (String::new(), "empty_body", "the answer (200) has no body"),
            (" \r\n".to_owned(), "empty_body", "has no body"),
            (format!("<html>{secret}</html>"), "invalid_json", "(200, application/json) is not valid JSON"),
            (format!("{{\"data\": [\"{secret}"), "invalid_json", "is not valid JSON"),
            (format!("{} trailing", json!({ "data": [] })), "invalid_json", "is not valid JSON"),
            ("\u{feff}{\"data\":[]}".to_owned(), "invalid_json", "is not valid JSON"),
            ("null".to_owned(), "unexpected_shape", "the answer is not as documented: expected an object"),
            ("[]".to_owned(), "unexpected_shape", "expected an object"),
            ("{}".to_owned(), "unexpected_shape", "`data` of the answer is not as documented: expected it to be there"),
            (
                json!({ "data": {} }).to_string(),
                "unexpected_shape",
                "`data` of the answer is not as documented: expected an array",
            ),
            (
                json!({ "data": [ticket("1"), wrong] }).to_string(),
                "unexpected_shape",
                "`data[1].is_seller_responsible` of the answer is not as documented: expected true or false",
            ),
            (
                json!({ "data": [missing] }).to_string(),
                "unexpected_shape",
                "`data[0].status` of the answer is not as documented: expected it to be there",
            ),
        ] {
            let response = answer(200, &body);
            let error = ListTicketsParams::shape(&response).unwrap_err();
            assert_eq!(error.code, code, "{body}");
            assert!(error.message.contains(words), "{}", error.message);
            assert!(!error.message.contains("buyer wrote"), "{}", error.message);
            assert_eq!(ListTicketsParams::decode(&response).unwrap_err(), error);
        }
    }

    #[test]
    fn an_opened_ticket_is_known_from_body_or_location() {
        let located = |body: &str, location: &str| {
            let mut response = answer(201, body);
            response.headers.set("Location", location);
            response
        };
        let body = r#"{ "data": { "id_ticket": "00150000001" } }"#;
        for (response, shape) in [
            (answer(201, body), Shape::Json { text: None, pick: &["data"], page: None }),
            (located(body, "/v2/tickets/7"), Shape::Json { text: None, pick: &["data"], page: None }),
        ] {
            assert_eq!(OpenTicketParams::decode(&response).unwrap().id_ticket, "00150000001");
            assert_eq!(OpenTicketParams::shape(&response), Ok(shape));
        }
        for response in [
            located("", "https://sellerapi.kaufland.com/v2/tickets/00150000002"),
            located(" ", "/v2/tickets/00150000002/"),
            located("{}", "/api/accounts/kf-de/tickets/00150000002?x=/y#z"),
        ] {
            assert_eq!(OpenTicketParams::decode(&response).unwrap().id_ticket, "00150000002");
            let text = Some(r#"{"id_ticket":"00150000002"}"#.to_owned());
            assert_eq!(OpenTicketParams::shape(&response), Ok(Shape::Json { text, pick: &[], page: None }));
        }
        for (response, code) in [
            (answer(201, ""), "empty_body"),
            (located("", ""), "empty_body"),
            (located("", "/v2/tickets/"), "empty_body"),
            (located("", "/v2/tickets/new"), "empty_body"),
            (located("", "/v2/orders/5"), "empty_body"),
            (located("nonsense", "5"), "invalid_json"),
            (answer(201, r#"{ "data": { "id_ticket": 5 } }"#), "unexpected_shape"),
        ] {
            assert_eq!(OpenTicketParams::decode(&response).unwrap_err().code, code);
            assert_eq!(OpenTicketParams::shape(&response).unwrap_err().code, code);
        }
    }

    #[test]
    fn messages_and_closing_have_no_result() {
        for body in ["", "{}", "<html>", r#"{ "data": { "id": 1 } }"#] {
            for status in [200, 201, 204] {
                let response = answer(status, body);
                assert_eq!(CreateTicketMessageParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(CloseTicketParams::shape(&response), Ok(Shape::Empty));
                assert_eq!(CreateTicketMessageParams::decode(&response), Ok(()));
                assert_eq!(CloseTicketParams::decode(&response), Ok(()));
            }
        }
    }

    #[test]
    fn a_type_that_nobody_declared_is_the_found_one() {
        let held = |mime_type: Option<&str>, found| Attachment {
            filename: "letter.doc".to_owned(),
            mime_type: mime_type.map(str::to_owned),
            content: Content::Held { size: 1, found },
        };
        let sent = |file| {
            let params = CreateTicketMessageParams { ticket_message_files: Some(vec![file]), ..Default::default() };
            let segments = params.parts(&Settings::default()).body.unwrap().into_segments();
            match segments.first() {
                Some(Segment::Text(text)) => String::from_utf8(text.clone()).unwrap(),
                _ => String::new(),
            }
        };
        let pdf = Some(Found::Type("application/pdf".to_owned()));
        assert!(
            sent(held(None, pdf.clone())).contains(r#""mime_type":"application/pdf","data":"data:application/pdf;"#)
        );
        assert!(sent(held(Some("image/png"), pdf)).contains(r#""mime_type":"image/png","data":"data:image/png;"#));
        assert!(sent(held(None, None)).contains(r#""mime_type":"application/msword""#));
    }
}
