//! Kaufland's six ticket operations: parameters, requests, answers.

use super::KAUFLAND;
use super::model::{
    Collection, Embedded, FulfillmentType, OpenedTicket, Single, SortMessages, SortTickets, Storefront, Ticket,
    TicketMessage, TicketReason, TicketStatus, TicketTopic, TicketWithEmbedded,
};
use super::rules;
use crate::attachment::{Attachment, Body, Content};
use crate::endpoint::{Access, Endpoint, Listing, Meta, PageShape, Shape};
use crate::error::DecodeError;
use crate::exact::exact_text;
use crate::http::{Method, Parts, Query, Response};
use crate::input::params;
use crate::marketplace::Marketplace;
use crate::model::Field;
use crate::settings::Settings;
use crate::validate::{Violations, excerpt};
use serde::de::DeserializeOwned;

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
    type Output = Collection<Ticket>;

    const META: Meta =
        Meta { name: "listTickets", method: Method::Get, path: "/tickets", access: Access::Read, positional: &[] };

    fn marketplace() -> &'static Marketplace {
        &KAUFLAND
    }

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::list_tickets(self, settings, violations);
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
        Parts { query, ..Parts::default() }
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        json(response)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        page_shape::<Ticket>(response, "id_ticket")
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
        let more = position(&output).more;
        (output.data, more)
    }

    fn key(item: &Self::Item) -> String {
        item.id_ticket.clone()
    }
}

impl Endpoint for GetTicketParams {
    type Output = TicketWithEmbedded;

    const META: Meta = Meta {
        name: "getTicket",
        method: Method::Get,
        path: "/tickets/{id_ticket}",
        access: Access::Read,
        positional: &["id_ticket"],
    };

    fn marketplace() -> &'static Marketplace {
        &KAUFLAND
    }

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::get_ticket(self, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        let embedded = texts(&self.embedded, Embedded::as_str);
        if !embedded.is_empty() {
            // One value with commas, as the vendor describes it; the setting is for the filters only.
            query.push("embedded", embedded.join(","));
        }
        Parts { path: vec![("id_ticket", self.id_ticket.clone())], query, body: None }
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        json::<Single<_>>(response).map(|single| single.data)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        json::<Single<TicketWithEmbedded>>(response)?;
        Ok(data_shape(response))
    }
}

impl Endpoint for OpenTicketParams {
    type Output = OpenedTicket;

    const META: Meta =
        Meta { name: "openTicket", method: Method::Post, path: "/tickets", access: Access::Write, positional: &[] };

    fn marketplace() -> &'static Marketplace {
        &KAUFLAND
    }

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::open_ticket(self, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut body = Body::new();
        body.push_text("{\"id_order_unit\":");
        // Numbers into a vector: nothing in it can fail.
        let _ = body.push_json(&self.id_order_unit);
        body.push_text(",\"reason\":");
        body.push_json_str(self.reason.as_str());
        body.push_text(",\"message\":");
        body.push_json_str(&self.message);
        body.push_text("}");
        Parts { body: Some(body), ..Parts::default() }
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        json::<Single<_>>(response).map(|single| single.data).or_else(|error| from_location(response).ok_or(error))
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        match json::<Single<OpenedTicket>>(response) {
            Ok(_) => Ok(data_shape(response)),
            Err(error) => {
                let opened = from_location(response).ok_or(error)?;
                let text = serde_json::json!({ "id_ticket": opened.id_ticket }).to_string();
                Ok(Shape::Json { text: Some(text), pick: &[], page: None })
            }
        }
    }
}

impl Endpoint for CreateTicketMessageParams {
    type Output = ();

    const META: Meta = Meta {
        name: "createTicketMessage",
        method: Method::Post,
        path: "/tickets/{id_ticket}/messages",
        access: Access::Write,
        positional: &["id_ticket"],
    };

    fn marketplace() -> &'static Marketplace {
        &KAUFLAND
    }

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::create_ticket_message(self, settings, violations);
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
        Parts { path: vec![("id_ticket", self.id_ticket.clone())], body: Some(body), ..Parts::default() }
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
}

impl Endpoint for CloseTicketParams {
    type Output = ();

    const META: Meta = Meta {
        name: "closeTicket",
        method: Method::Patch,
        path: "/tickets/{id_ticket}/close",
        access: Access::Write,
        positional: &["id_ticket"],
    };

    fn marketplace() -> &'static Marketplace {
        &KAUFLAND
    }

    fn check(&self, _settings: &Settings, violations: &mut Violations) {
        rules::id_ticket(&self.id_ticket, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts { path: vec![("id_ticket", self.id_ticket.clone())], ..Parts::default() }
    }

    /// Nothing: the answer is a 204.
    fn decode(_response: &Response) -> Result<Self::Output, DecodeError> {
        Ok(())
    }

    fn shape(_response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Empty)
    }
}

impl Endpoint for ListTicketMessagesParams {
    type Output = Collection<TicketMessage>;

    const META: Meta = Meta {
        name: "listTicketMessages",
        method: Method::Get,
        path: "/tickets/messages",
        access: Access::Read,
        positional: &[],
    };

    fn marketplace() -> &'static Marketplace {
        &KAUFLAND
    }

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::list_ticket_messages(self, settings, violations);
    }

    fn parts(&self, settings: &Settings) -> Parts {
        let mut query = Query::default();
        let fulfillment_type = texts(&self.fulfillment_type, FulfillmentType::as_str);
        settings.array_encoding.push(&mut query, "fulfillment_type", fulfillment_type);
        query.push_some("ts_created_from_iso", self.ts_created_from_iso.as_deref());
        query.push_some("sort", self.sort.as_ref().map(SortMessages::as_str));
        query.push_some("limit", self.limit);
        query.push_some("offset", self.offset);
        Parts { query, ..Parts::default() }
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        json(response)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        page_shape::<TicketMessage>(response, "id_ticket_message")
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
        let more = position(&output).more;
        (output.data, more)
    }

    fn key(item: &Self::Item) -> String {
        item.id_ticket_message.to_string()
    }
}

/// An absent list and an empty one are no filter.
fn texts<'a, T>(values: &'a Option<Vec<T>>, text: fn(&'a T) -> &'a str) -> Vec<&'a str> {
    values.iter().flatten().map(text).collect()
}

/// The body as `T`, or where and why it is not.
fn json<T: DeserializeOwned>(response: &Response) -> Result<T, DecodeError> {
    if response.body.iter().all(u8::is_ascii_whitespace) {
        return Err(DecodeError::new("empty_body", format!("the answer ({}) has no body", response.status)));
    }
    let mut json = serde_json::Deserializer::from_slice(&response.body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| unreadable(response, &error))?;
    json.end().map_err(|_| invalid_json(response))?;
    Ok(value)
}

fn invalid_json(response: &Response) -> DecodeError {
    let content_type = response.headers.get("content-type").unwrap_or("no content type");
    let message = format!("the answer ({}, {}) is not valid JSON", response.status, excerpt(content_type));
    DecodeError::new("invalid_json", message)
}

fn unreadable(response: &Response, error: &serde_path_to_error::Error<serde_json::Error>) -> DecodeError {
    if error.inner().classify() != serde_json::error::Category::Data {
        return invalid_json(response);
    }
    let reason = error.inner().to_string();
    // What was found instead is left out: it may be what a buyer wrote.
    let reason = match reason.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => reason,
    };
    let path = error.path().to_string();
    let at = if path == "." { String::new() } else { format!("`{}` of ", excerpt(&path)) };
    DecodeError::new("unexpected_shape", format!("{at}the answer cannot be read: {reason}"))
}

fn data_shape(response: &Response) -> Shape {
    Shape::Json { text: exact_text(&response.body), pick: &["data"], page: None }
}

fn page_shape<T: Field>(response: &Response, key: &'static str) -> Result<Shape, DecodeError> {
    let Position { offset, length, total, more } = position(&json::<Collection<T>>(response)?);
    let page = PageShape { key, offset, length, total, more };
    Ok(Shape::Json { text: exact_text(&response.body), pick: &[], page: Some(page) })
}

/// Where a page is in its list.
struct Position {
    offset: u64,
    length: u64,
    total: Option<u64>,
    more: bool,
}

fn position<T>(page: &Collection<T>) -> Position {
    let length = page.data.len() as u64;
    let count = |value: i64| u64::try_from(value).ok();
    let offset = page.pagination.as_ref().and_then(|pagination| count(pagination.offset)).unwrap_or(0);
    let total = page.pagination.as_ref().and_then(|pagination| count(pagination.total));
    // Without a total, which the specification allows, only an empty page is surely the last.
    let more = length > 0 && total.is_none_or(|total| offset.saturating_add(length) < total);
    Position { offset, length, total, more }
}

/// The ticket that a `Location` header points to: the last segment of its path.
fn from_location(response: &Response) -> Option<OpenedTicket> {
    let location = response.headers.get("location")?;
    let path = location.split(['?', '#']).next()?.trim().trim_end_matches('/');
    let (parent, id) = path.rsplit_once('/')?;
    let is_ticket = parent.ends_with("/tickets") && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_ticket.then(|| OpenedTicket { id_ticket: id.to_owned(), ..OpenedTicket::default() })
}
