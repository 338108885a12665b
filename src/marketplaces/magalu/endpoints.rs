//! Magalu's ticket operations: parameters, requests, answers.
#![expect(non_snake_case, reason = "`order__id` is the vendor's name")]

use super::model::{
    Accepted, Collection, Destination, EventType, Message, NewEventType, Submitted, Ticket, TicketEvent, TicketReason,
    TicketReturn, TicketType, Transaction, TransactionStatus,
};
use super::{MAGALU, Magalu};
use super::{ensure, follow, rules, time};
use crate::attachment::multipart::Multipart;
use crate::attachment::{Attachment, Content};
use crate::model::schema::Outline;
use crate::model::{self, Field};
use crate::rules::error::DecodeError;
use crate::rules::input::{Input, params};
use crate::rules::rule::{Param, Ruled};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::plan::ANY_FILE;
use crate::vendor::{Answer, Endpoint, Listing, Meta, PageShape, Parts, Plan, Recovery, Shape};
use crate::wire::http::Response;
use crate::wire::json::{Entries, Json};
use crate::wire::url::Query;

/// Where messages with a file go; those without go to version 0.
pub(super) const MESSAGE_WITH_FILE_PATH: &str = "/seller/v1/tickets/{ticket_id}/messages";

/// Items per page without a word of the caller. The vendor's pages differ on what the API would take (50, and 10), and
/// 100 is the most.
const DEFAULT_LIMIT: i64 = 100;
/// The order in which a list of tickets can be read to its end.
const BY_UPDATE: &str = "updated_at:asc";

params! {
    /// A new ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewTicket"))]
    pub struct CreateTicketParams keep unknown {
        /// What it is about.
        pub r#type: TicketType,
        /// Where the goods were sold.
        pub channel: NewChannel,
        /// The order.
        pub order: NewOrder,
        /// Why it is opened.
        pub reason: TicketReason,
        /// Your own reference. In the sandbox, `invalid_order` makes the transaction fail.
        pub code: Option<String>,
    }
}

params! {
    /// Where goods are sold. Magazine Luiza is `9fe0d853-732b-4e4a-a0b0-cff988ed043d`, in the sandbox
    /// `5f62650a-0039-4d65-9b96-266d498c03bd`.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewChannel"))]
    pub struct NewChannel keep unknown {
        /// The channel's id.
        pub id: String,
        /// Its name: `magazineluiza`.
        pub alias: String,
    }
}

params! {
    /// The order of a new ticket.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewOrder"))]
    pub struct NewOrder keep unknown {
        /// The order's id.
        pub id: String,
        /// Its number.
        pub code: String,
        /// The delivery that the ticket is about.
        pub delivery: NewDelivery,
    }
}

params! {
    /// The delivery that a new ticket is about.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewDelivery"))]
    pub struct NewDelivery keep unknown {
        /// The delivery's id.
        pub id: String,
        /// Who sold.
        pub seller: NewSeller,
        /// The articles; at least one.
        pub items: Vec<NewItem>,
    }
}

params! {
    /// Who sold.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewSeller"))]
    pub struct NewSeller keep unknown {
        /// The seller's tenant on ID Magalu.
        pub id: String,
        /// The shop's name.
        pub name: String,
    }
}

params! {
    /// An article that a new ticket is about.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewItem"))]
    pub struct NewItem keep unknown {
        /// The article's id.
        pub id: String,
        /// Magalu's SKU.
        pub sku: String,
        /// Your own SKU.
        pub external_sku: String,
        /// Its name.
        pub name: String,
        /// Its description.
        pub description: String,
        /// The address of its picture.
        pub image: String,
        /// How many; 1 or more.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        pub quantity: i64,
    }
}

params! {
    /// Which tickets to list. Filters hold together.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListTicketsParams"))]
    pub struct ListTicketsParams keep unknown {
        /// How far they are; `waiting_seller` are yours to answer.
        #[cfg_attr(feature = "types", ts(optional, as = "Option<model::open_enum::Open<super::model::TicketStatus>>"))]
        pub status: Option<String>,
        /// The reference with which it was opened.
        pub code: Option<String>,
        /// The ticket's id.
        pub ticket_id: Option<String>,
        /// The order's id.
        pub order__id: Option<String>,
        /// The order's number.
        pub order__code: Option<String>,
        /// The channel's id.
        pub channel__id: Option<String>,
        /// The channel's name.
        pub channel__alias: Option<String>,
        /// The number under which the customer knows it.
        pub protocol: Option<String>,
        /// Opened then or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub created_at_gte: Option<String>,
        /// Opened then or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub created_at_lte: Option<String>,
        /// Changed then or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub updated_at_gte: Option<String>,
        /// Changed then or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub updated_at_lte: Option<String>,
        /// Due then or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub due_date_gte: Option<String>,
        /// Due then or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub due_date_lte: Option<String>,
        /// The order, `field:asc` or `field:desc`; without it `updated_at:asc`, the only one in which a list of any length can
        /// be read to its end.
        pub _sort: Option<String>,
        /// Tickets per page, 1 to 100; without it 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _limit: Option<i64>,
        /// How many tickets to leave out at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _offset: Option<i64>,
    }
}

params! {
    /// Which ticket.
    pub struct GetTicketParams keep unknown {
        /// The ticket's id.
        pub ticket_id: String,
    }
}

params! {
    /// Which messages of a ticket to list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListMessagesParams"))]
    pub struct ListMessagesParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub ticket_id: String,
        /// Only those with a file, or only those without.
        pub has_attachment: Option<bool>,
        /// The order, `field:asc` or `field:desc`.
        pub _sort: Option<String>,
        /// Messages per page, 1 to 100; without it 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _limit: Option<i64>,
        /// How many messages to leave out at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _offset: Option<i64>,
    }
}

params! {
    /// Which message.
    pub struct GetMessageParams keep unknown {
        /// The ticket's id.
        pub ticket_id: String,
        /// The message's id.
        pub message_id: String,
    }
}

params! {
    /// A message. With a file it goes to version 1 of the API as a form, without one to version 0 as JSON.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewMessage"))]
    pub struct CreateMessageParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub ticket_id: String,
        /// What to write: 1 to 3000 characters. Personal data (CPF, Pix, e-mail, telephone) get it rejected later.
        pub message: String,
        /// Whom it is for.
        pub destination: Destination,
        /// Which person writes.
        pub owner: NewOwner,
        /// Your own reference. It comes back with the message, whose id is not told when it is accepted.
        pub code: Option<String>,
        /// A file: JPG, PNG or PDF of at most 25 MB. For several files write several messages.
        #[cfg_attr(feature = "types", ts(optional, type = "FileInput"))]
        pub file: Option<Attachment>,
    }
}

params! {
    /// The person who writes.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewOwner"))]
    pub struct NewOwner keep unknown {
        /// What your own system calls the person.
        pub code: String,
        /// The person's name.
        pub name: String,
    }
}

params! {
    /// Which file of which message.
    pub struct DownloadAttachmentParams keep unknown {
        /// The ticket's id.
        pub ticket_id: String,
        /// The message's id.
        pub message_id: String,
        /// The attachment's id.
        pub attachment_id: String,
    }
}

params! {
    /// Which events of a ticket to list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListEventsParams"))]
    pub struct ListEventsParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub ticket_id: String,
        /// Only events of this type.
        pub r#type: Option<EventType>,
        /// Created then or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub created_at_gte: Option<String>,
        /// Created then or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub created_at_lte: Option<String>,
        /// The order, `field:asc` or `field:desc`.
        pub _sort: Option<String>,
        /// Events per page, 1 to 100; without it 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _limit: Option<i64>,
        /// How many events to leave out at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _offset: Option<i64>,
    }
}

params! {
    /// An event, on a ticket of the type `cancellation`.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewEvent"))]
    pub struct CreateEventParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub ticket_id: String,
        /// What happened.
        pub r#type: NewEventType,
        /// Your own reference. In the sandbox, `erro1` makes the transaction fail.
        pub code: Option<String>,
    }
}

params! {
    /// Which returns of a ticket to list.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListReturnsParams"))]
    pub struct ListReturnsParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub ticket_id: String,
        /// Only the one with this code.
        pub reverse_code: Option<String>,
        /// Only those that are good for so many days.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub valid_for_days: Option<i64>,
        /// Made then or later.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub created_at_gte: Option<String>,
        /// Made then or earlier.
        #[cfg_attr(feature = "types", ts(optional, type = "string | Date"))]
        pub created_at_lte: Option<String>,
        /// The order, `field:asc` or `field:desc`.
        pub _sort: Option<String>,
        /// Returns per page, 1 to 100; without it 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _limit: Option<i64>,
        /// How many returns to leave out at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _offset: Option<i64>,
    }
}

params! {
    /// A code with which the customer sends the goods back. One can be active for each ticket of the type `cancellation`,
    /// and only for orders that Magalu Entregas has dispatched.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewReturn"))]
    pub struct CreateReturnParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub ticket_id: String,
        /// For the sandbox only, where `erro1` and `erro2` make the transaction fail. In production nothing is sent.
        pub code: Option<String>,
    }
}

params! {
    /// Which return.
    pub struct GetReturnParams keep unknown {
        /// The ticket's id.
        pub ticket_id: String,
        /// The return's id.
        pub return_id: String,
    }
}

params! {
    /// Which transaction.
    pub struct GetTransactionParams keep unknown {
        /// The transaction's id, or the link to it that came when the write was accepted.
        pub transaction_id: String,
    }
}

params! {
    /// Which transactions to list. The span of time is mandatory.
    #[cfg_attr(feature = "types", ts(rename = "MagaluListTransactionsParams"))]
    pub struct ListTransactionsParams keep unknown {
        /// Accepted then or later.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        pub created_at_gte: String,
        /// Accepted then or earlier.
        #[cfg_attr(feature = "types", ts(type = "string | Date"))]
        pub created_at_lte: String,
        /// How far they are.
        pub status: Option<TransactionStatus>,
        /// The order, `field:asc` or `field:desc`.
        pub _sort: Option<String>,
        /// Transactions per page, 1 to 100; without it 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _limit: Option<i64>,
        /// How many transactions to leave out at the start, at most 100.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub _offset: Option<i64>,
    }
}

/// What all operations have in common: whose they are, how they are checked, and, but for a download, how they are read.
macro_rules! operation {
    ($($check:path)?) => {
        type Vendor = Magalu;

        const RULES: Option<&'static [Param]> = Some(Self::TABLE);

        fn check(&self, settings: &Settings, violations: &mut Violations) {
            self.obey(settings, violations);
            $($check(self, settings, violations);)?
        }
    };
    ($($check:path)? => $Output:ty, $answer:expr) => {
        type Output = $Output;

        operation! { $($check)? }

        fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
            model::decode(response)
        }

        const ANSWER: Option<Answer> = Some($answer);
    };
}

/// A list that goes by offsets.
macro_rules! listing {
    ($Params:ty, $Item:ty $(, $after:item)?) => {
        impl Listing for $Params {
            type Item = $Item;

            fn offset(&self) -> u64 {
                self._offset.and_then(|offset| u64::try_from(offset).ok()).unwrap_or(0)
            }

            fn at(self, offset: u64) -> Self {
                Self { _offset: Some(i64::try_from(offset).unwrap_or(i64::MAX)), ..self }
            }

            fn page(output: Self::Output) -> (Vec<Self::Item>, bool) {
                let page = output.meta.as_ref().and_then(|meta| meta.page.as_ref());
                let limit = page.and_then(|page| page.limit).and_then(|limit| u64::try_from(limit).ok());
                let more = has_more(limit, output.results.len() as u64);
                (output.results, more)
            }

            fn key(item: &Self::Item) -> String {
                item.id.clone()
            }

            $($after)?
        }
    };
}

impl Endpoint for CreateTicketParams {
    const META: Meta = Meta { name: "createTicket", path: "/seller/v0/tickets", ..Meta::WRITE };

    operation! { => Accepted, single::<Accepted>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let Self { channel, order, .. } = self;
        let delivery = &order.delivery;
        let items = delivery.items.iter().map(|item| {
            let mut fields = Entries::default();
            fields.text("id", &item.id).text("sku", &item.sku).text("external_sku", &item.external_sku);
            fields.text("name", &item.name).text("description", &item.description).text("image", &item.image);
            fields.put("quantity", item.quantity.into()).with(&item.extra)
        });
        let items = Json::List(items.collect());
        let seller = &delivery.seller;
        let seller = Entries::default().text("id", &seller.id).text("name", &seller.name).with(&seller.extra);
        let mut fields = Entries::default();
        let delivery = fields.text("id", &delivery.id).put("seller", seller).put("items", items).with(&delivery.extra);
        let mut fields = Entries::default();
        let order = fields.text("id", &order.id).text("code", &order.code).put("delivery", delivery).with(&order.extra);
        let channel = Entries::default().text("id", &channel.id).text("alias", &channel.alias).with(&channel.extra);
        let mut ticket = Entries::default();
        ticket.text("type", self.r#type.as_str()).put("channel", channel).put("order", order);
        ticket.text("reason", self.reason.as_str()).text_some("code", self.code.as_deref());
        Parts::new().json(&ticket.with(&self.extra))
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        ensure::ticket(self, now_ms)
    }
}

impl Endpoint for ListTicketsParams {
    const META: Meta = Meta { name: "listTickets", path: "/seller/v0/tickets", ..Meta::READ };

    operation! { rules::list_tickets => Collection<Ticket>, page::<Ticket>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        for (name, value) in self.texts().into_iter().chain(self.times()) {
            query.push_some(name, value);
        }
        query.push("_sort", self._sort.as_deref().unwrap_or(BY_UPDATE));
        page_query(&mut query, None, self._limit, self._offset, &self.extra);
        Parts::new().query(query)
    }

    const TIMES: Option<[&'static str; 2]> = Some(["results", "updated_at"]);

    fn beyond(asked: &Plan, last: &str) -> Option<Json> {
        let (_, query) = asked.url.split_once('?')?;
        let query = Query::parse(query)?;
        let value = |name| query.pairs().iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let since = next_since(value("_sort"), value("updated_at_gte"), last)?;
        Some(Json::Map(vec![("updated_at_gte".to_owned(), since.into())]))
    }
}

impl ListTicketsParams {
    pub(super) fn texts(&self) -> [(&'static str, Option<&str>); 8] {
        [
            ("status", self.status.as_deref()),
            ("code", self.code.as_deref()),
            ("ticket_id", self.ticket_id.as_deref()),
            ("order__id", self.order__id.as_deref()),
            ("order__code", self.order__code.as_deref()),
            ("channel__id", self.channel__id.as_deref()),
            ("channel__alias", self.channel__alias.as_deref()),
            ("protocol", self.protocol.as_deref()),
        ]
    }

    pub(super) fn times(&self) -> [(&'static str, Option<&str>); 6] {
        [
            ("created_at_gte", self.created_at_gte.as_deref()),
            ("created_at_lte", self.created_at_lte.as_deref()),
            ("updated_at_gte", self.updated_at_gte.as_deref()),
            ("updated_at_lte", self.updated_at_lte.as_deref()),
            ("due_date_gte", self.due_date_gte.as_deref()),
            ("due_date_lte", self.due_date_lte.as_deref()),
        ]
    }
}

listing! { ListTicketsParams, Ticket,
    fn after(&self, items: &[Ticket]) -> Option<Self> {
        let sort = Some(self._sort.as_deref().unwrap_or(BY_UPDATE));
        let since = next_since(sort, self.updated_at_gte.as_deref(), &items.last()?.updated_at)?;
        Some(Self { updated_at_gte: Some(since.to_owned()), _offset: None, ..self.clone() })
    }
}

impl Endpoint for GetTicketParams {
    const META: Meta =
        Meta { name: "getTicket", path: "/seller/v0/tickets/{ticket_id}", positional: &["ticket_id"], ..Meta::READ };

    operation! { rules::get_ticket => Ticket, single::<Ticket>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts::new().at("ticket_id", &self.ticket_id).query(query(&self.extra))
    }
}

impl Endpoint for ListMessagesParams {
    const META: Meta = Meta {
        name: "listMessages",
        path: "/seller/v0/tickets/{ticket_id}/messages",
        positional: &["ticket_id"],
        ..Meta::READ
    };

    operation! { rules::list_messages => Collection<Message>, page::<Message>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("has_attachment", self.has_attachment);
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts::new().at("ticket_id", &self.ticket_id).query(query)
    }
}

listing! { ListMessagesParams, Message }

impl Endpoint for GetMessageParams {
    const META: Meta = Meta {
        name: "getMessage",
        path: "/seller/v0/tickets/{ticket_id}/messages/{message_id}",
        positional: &["ticket_id", "message_id"],
        ..Meta::READ
    };

    operation! { rules::get_message => Message, single::<Message>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts::new().at("ticket_id", &self.ticket_id).at("message_id", &self.message_id).query(query(&self.extra))
    }
}

impl Endpoint for CreateMessageParams {
    const META: Meta = Meta {
        name: "createMessage",
        path: "/seller/v0/tickets/{ticket_id}/messages",
        positional: &["ticket_id"],
        ..Meta::WRITE
    };

    operation! { rules::create_message => Submitted, single::<Submitted>() }

    fn parts(&self, settings: &Settings) -> Parts {
        let Some(file) = &self.file else {
            let owner = &self.owner;
            let owner = Entries::default().text("code", &owner.code).text("name", &owner.name).with(&owner.extra);
            let mut message = Entries::default();
            message.text("message", &self.message).text("destination", self.destination.as_str());
            let message = message.put("owner", owner).text_some("code", self.code.as_deref()).with(&self.extra);
            return Parts::new().at("ticket_id", &self.ticket_id).json(&message);
        };
        let mut form = Multipart::new(&settings.nonce);
        form.push_text("message", &self.message);
        form.push_text("destination", self.destination.as_str());
        form.push_text("owner_code", &self.owner.code);
        form.push_text("owner_name", &self.owner.name);
        if let Some(code) = &self.code {
            form.push_text("code", code);
        }
        for (name, value) in &self.extra {
            form.push_text(name, &plain(value).unwrap_or_default());
        }
        // What nobody has looked at yet is looked at before it is sent; then its type is known.
        form.push_file("file", &file.filename, &file.resolve_mime_type().unwrap_or_default(), file, &mut 0);
        let parts = Parts::new().at("ticket_id", &self.ticket_id).header("Content-Type", form.content_type());
        Parts { template: Some(MESSAGE_WITH_FILE_PATH), ..parts.body(form.finish()) }
    }

    fn attachments(&self) -> Vec<&Attachment> {
        // A data URL is part of the body already.
        self.file.iter().filter(|file| !matches!(file.content, Content::DataUrl(_))).collect()
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        ensure::message(self, now_ms)
    }
}

impl Endpoint for DownloadAttachmentParams {
    type Output = Vec<u8>;

    const META: Meta = Meta {
        name: "downloadAttachment",
        path: "/seller/v0/tickets/{ticket_id}/messages/{message_id}/attachments/{attachment_id}",
        positional: &["ticket_id", "message_id", "attachment_id"],
        accept: ANY_FILE,
        ..Meta::READ
    };

    operation! { rules::download_attachment }

    fn parts(&self, _settings: &Settings) -> Parts {
        let parts = Parts::new()
            .at("ticket_id", &self.ticket_id)
            .at("message_id", &self.message_id)
            .at("attachment_id", &self.attachment_id);
        parts.query(query(&self.extra))
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        Ok(response.body.clone())
    }

    fn shape(_response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Bytes)
    }
}

impl Endpoint for ListEventsParams {
    const META: Meta = Meta {
        name: "listEvents",
        path: "/seller/v0/tickets/{ticket_id}/events",
        positional: &["ticket_id"],
        ..Meta::READ
    };

    operation! { rules::list_events => Collection<TicketEvent>, page::<TicketEvent>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("type", self.r#type.as_ref().map(EventType::as_str));
        query.push_some("created_at_gte", self.created_at_gte.as_deref());
        query.push_some("created_at_lte", self.created_at_lte.as_deref());
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts::new().at("ticket_id", &self.ticket_id).query(query)
    }
}

listing! { ListEventsParams, TicketEvent }

impl Endpoint for CreateEventParams {
    const META: Meta = Meta {
        name: "createEvent",
        path: "/seller/v0/tickets/{ticket_id}/events",
        positional: &["ticket_id"],
        ..Meta::WRITE
    };

    operation! { => Submitted, single::<Submitted>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut event = Entries::default();
        let event = event.text("type", self.r#type.as_str()).text_some("code", self.code.as_deref()).with(&self.extra);
        Parts::new().at("ticket_id", &self.ticket_id).json(&event)
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        ensure::event(self, now_ms)
    }
}

impl Endpoint for ListReturnsParams {
    const META: Meta = Meta {
        name: "listReturns",
        path: "/seller/v0/tickets/{ticket_id}/returns",
        positional: &["ticket_id"],
        ..Meta::READ
    };

    operation! { rules::list_returns => Collection<TicketReturn>, page::<TicketReturn>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("reverse_code", self.reverse_code.as_deref());
        query.push_some("valid_for_days", self.valid_for_days);
        query.push_some("created_at_gte", self.created_at_gte.as_deref());
        query.push_some("created_at_lte", self.created_at_lte.as_deref());
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts::new().at("ticket_id", &self.ticket_id).query(query)
    }
}

listing! { ListReturnsParams, TicketReturn }

impl Endpoint for CreateReturnParams {
    const META: Meta = Meta {
        name: "createReturn",
        path: "/seller/v0/tickets/{ticket_id}/returns",
        positional: &["ticket_id"],
        ..Meta::WRITE
    };

    operation! { => Submitted, single::<Submitted>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let parts = Parts::new().at("ticket_id", &self.ticket_id);
        if self.code.is_none() && self.extra.is_empty() {
            return parts;
        }
        parts.json(&Entries::default().text_some("code", self.code.as_deref()).with(&self.extra))
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        ensure::returned(self, now_ms)
    }
}

impl Endpoint for GetReturnParams {
    const META: Meta = Meta {
        name: "getReturn",
        path: "/seller/v0/tickets/{ticket_id}/returns/{return_id}",
        positional: &["ticket_id", "return_id"],
        ..Meta::READ
    };

    operation! { rules::get_return => TicketReturn, single::<TicketReturn>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts::new().at("ticket_id", &self.ticket_id).at("return_id", &self.return_id).query(query(&self.extra))
    }
}

impl Endpoint for GetTransactionParams {
    const META: Meta = Meta {
        name: "getTransaction",
        path: "/seller/v0/transactions/{transaction_id}",
        positional: &["transaction_id"],
        ..Meta::READ
    };

    operation! { rules::get_transaction => Transaction, single::<Transaction>() }

    fn parts(&self, settings: &Settings) -> Parts {
        // The rules have seen to it that there is one.
        let id = follow::transaction_id(&self.transaction_id, MAGALU.base_url(settings)).unwrap_or_default();
        Parts::new().at("transaction_id", &id).query(query(&self.extra))
    }
}

impl Endpoint for ListTransactionsParams {
    const META: Meta = Meta { name: "listTransactions", path: "/seller/v0/transactions", ..Meta::READ };

    operation! { rules::list_transactions => Collection<Transaction>, page::<Transaction>() }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push("created_at_gte", self.created_at_gte.as_str());
        query.push("created_at_lte", self.created_at_lte.as_str());
        query.push_some("status", self.status.as_ref().map(TransactionStatus::as_str));
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts::new().query(query)
    }
}

listing! { ListTransactionsParams, Transaction }

/// A value as it stands in a query or a form; `None` for a list or an object.
pub(super) fn plain(value: &Input) -> Option<String> {
    match value {
        Input::Text(text) => Some(text.clone()),
        Input::Bool(_) | Input::Int(_) | Input::Number(_) => Some(value.to_string()),
        Input::Absent | Input::List(_) | Input::Map(_) => None,
    }
}

/// Parameters that are not documented.
fn query(extra: &[(String, Input)]) -> Query {
    let mut query = Query::default();
    extra.iter().for_each(|(name, value)| query.push_some(name, plain(value)));
    query
}

fn page_query(
    query: &mut Query,
    sort: Option<&str>,
    limit: Option<i64>,
    offset: Option<i64>,
    extra: &[(String, Input)],
) {
    query.push_some("_sort", sort);
    query.push("_limit", limit.unwrap_or(DEFAULT_LIMIT).to_string());
    query.push_some("_offset", offset);
    extra.iter().for_each(|(name, value)| query.push_some(name, plain(value)));
}

/// Whether there may be items behind a page. There is no total, and the link to a next page is there at the end, too; so
/// only a page that is not full is surely the last.
fn has_more(limit: Option<u64>, length: u64) -> bool {
    length > 0 && limit.is_none_or(|limit| length >= limit)
}

/// The time to go on from behind a page of tickets: its last one's, if the list is in the order of its changes, and if it
/// is later than where the page began. When all of a page changed at the same moment, offsets have to do.
fn next_since<'a>(sort: Option<&str>, since: Option<&str>, last: &'a str) -> Option<&'a str> {
    let is_later = match since {
        None => true,
        Some(since) => match (time::parse_zoneless(since), time::parse_zoneless(last)) {
            (Some(since), Some(last)) => last > since,
            _ => return None,
        },
    };
    (sort == Some(BY_UPDATE) && is_later && time::is_time(last)).then_some(last)
}

const fn page<T: Field>() -> Answer {
    Answer { schema: const { &Collection::<T>::SCHEMA }, shape: page_shape }
}

fn page_shape(outline: &Outline) -> Shape {
    let length = outline.count("results").unwrap_or(0);
    let page = PageShape {
        key: "id",
        items: "results",
        offset_field: "_offset",
        numbered: false,
        offset: outline.count("offset"),
        length,
        total: None,
        more: has_more(outline.count("limit"), length),
        beyond: None,
    };
    Shape::Json { text: None, pick: &[], page: Some(page) }
}

const fn single<T: Field>() -> Answer {
    Answer { schema: const { &T::SCHEMA }, shape: |_| Shape::Json { text: None, pick: &[], page: None } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::{Body, Segment};
    use crate::rules::input::FromInput;
    use crate::vendor::Access;
    use crate::vendor::plan::forward;
    use crate::wire::http::{Headers, Method};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const BASE: &str = "https://api.magalu.com";

    fn settings() -> Settings {
        Settings { nonce: "n0nce".to_owned(), ..Settings::default() }
    }

    fn plan(operation: &str, arguments: &Value) -> (Plan, Option<Body>) {
        let arguments: Vec<Input> = serde_json::from_str(&arguments.to_string()).unwrap();
        MAGALU.operation(operation).unwrap().plan(arguments, &settings()).unwrap()
    }

    /// Method, URL below the base, content type and body.
    fn request(operation: &str, arguments: &Value) -> (String, Option<String>, String) {
        let (plan, body) = plan(operation, arguments);
        let body = body.map(|body| String::from_utf8(body.as_text().unwrap().to_vec()).unwrap()).unwrap_or_default();
        let line = format!("{} {}", plan.method.as_str(), plan.url.strip_prefix(BASE).unwrap());
        (line, plan.headers.get("Content-Type").map(str::to_owned), body)
    }

    fn ticket() -> Value {
        json!({
            "type": "shipping",
            "channel": { "id": "c-1", "alias": "magazineluiza" },
            "order": {
                "id": "o-1", "code": "128127",
                "delivery": {
                    "id": "d-1", "seller": { "id": "s-1", "name": "Loja \"Exemplo\"" },
                    "items": [{
                        "id": "i-1", "sku": "sku-1", "external_sku": "", "name": "Livro 🎫", "description": "Capa\ndura",
                        "image": "https://img.example/1.jpg", "quantity": 2,
                    }],
                },
            },
            "reason": "missing_damaged_parts",
        })
    }

    #[test]
    fn each_operation_has_its_request() {
        let json_type = Some("application/json".to_owned());
        let span = json!([{ "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-02-01T00:00:00Z", "status": "failed" }]);
        let message = json!({ "message": "Enviaremos \"hoje\".", "destination": "customer", "owner": { "code": "agent-7", "name": "Maria" } });
        for (operation, arguments, line, body) in [
            ("listTickets", json!([]), "GET /seller/v0/tickets?_sort=updated_at%3Aasc&_limit=100", ""),
            (
                "listTickets",
                json!([{ "_limit": 10, "_offset": 20, "_sort": "created_at:desc", "new": true }]),
                "GET /seller/v0/tickets?_sort=created_at%3Adesc&_limit=10&_offset=20&new=true",
                "",
            ),
            ("getTicket", json!(["t-1"]), "GET /seller/v0/tickets/t-1", ""),
            ("getTicket", json!(["t-1", { "embed": "a b" }]), "GET /seller/v0/tickets/t-1?embed=a%20b", ""),
            ("listMessages", json!(["t-1"]), "GET /seller/v0/tickets/t-1/messages?_limit=100", ""),
            (
                "listMessages",
                json!(["t-1", { "has_attachment": true, "_sort": "created_at:asc", "_offset": 100 }]),
                "GET /seller/v0/tickets/t-1/messages?has_attachment=true&_sort=created_at%3Aasc&_limit=100&_offset=100",
                "",
            ),
            ("getMessage", json!(["t-1", "m-1"]), "GET /seller/v0/tickets/t-1/messages/m-1", ""),
            (
                "createMessage",
                json!(["t-1", message]),
                "POST /seller/v0/tickets/t-1/messages",
                r#"{"message":"Enviaremos \"hoje\".","destination":"customer","owner":{"code":"agent-7","name":"Maria"}}"#,
            ),
            (
                "downloadAttachment",
                json!(["t-1", "m-1", "a-1"]),
                "GET /seller/v0/tickets/t-1/messages/m-1/attachments/a-1",
                "",
            ),
            (
                "listEvents",
                json!(["t-1", { "type": "product_sent", "created_at_gte": "2026-01-01T00:00:00" }]),
                "GET /seller/v0/tickets/t-1/events?type=product_sent&created_at_gte=2026-01-01T00%3A00%3A00&_limit=100",
                "",
            ),
            (
                "createEvent",
                json!(["t-1", { "type": "product_received", "code": "erp-17" }]),
                "POST /seller/v0/tickets/t-1/events",
                r#"{"type":"product_received","code":"erp-17"}"#,
            ),
            (
                "listReturns",
                json!(["t-1", { "reverse_code": "MLE1", "valid_for_days": 7, "created_at_lte": "2026-01-01T00:00:00" }]),
                "GET /seller/v0/tickets/t-1/returns?reverse_code=MLE1&valid_for_days=7&created_at_lte=2026-01-01T00%3A00%3A00&_limit=100",
                "",
            ),
            ("createReturn", json!(["t-1"]), "POST /seller/v0/tickets/t-1/returns", ""),
            (
                "createReturn",
                json!(["t-1", { "code": "erro1" }]),
                "POST /seller/v0/tickets/t-1/returns",
                r#"{"code":"erro1"}"#,
            ),
            ("getReturn", json!(["t-1", "r-1"]), "GET /seller/v0/tickets/t-1/returns/r-1", ""),
            ("getTransaction", json!(["x-1"]), "GET /seller/v0/transactions/x-1", ""),
            (
                "getTransaction",
                json!(["https://api.magalu.com/seller/v0/transactions/x-1"]),
                "GET /seller/v0/transactions/x-1",
                "",
            ),
            (
                "listTransactions",
                span,
                "GET /seller/v0/transactions?created_at_gte=2026-01-01T00%3A00%3A00\
                &created_at_lte=2026-02-01T00%3A00%3A00Z&status=failed&_limit=100",
                "",
            ),
            (
                "createTicket",
                json!([ticket()]),
                "POST /seller/v0/tickets",
                r#"{"type":"shipping","channel":{"id":"c-1","alias":"magazineluiza"},"order":{"id":"o-1","code":"128127","delivery":{"id":"d-1","seller":{"id":"s-1","name":"Loja \"Exemplo\""},"items":[{"id":"i-1","sku":"sku-1","external_sku":"","name":"Livro 🎫","description":"Capa\ndura","image":"https://img.example/1.jpg","quantity":2}]}},"reason":"missing_damaged_parts"}"#,
            ),
        ] {
            let content_type = if body.is_empty() { None } else { json_type.clone() };
            assert_eq!(request(operation, &arguments), (line.to_owned(), content_type, body.to_owned()));
            let (plan, _) = plan(operation, &arguments);
            assert_eq!(plan.access == Access::Read, plan.method == Method::Get);
            assert!(!plan.is_open);
            let accept = if operation == "downloadAttachment" { "*/*" } else { "application/json" };
            assert_eq!(plan.headers.get("Accept"), Some(accept));
        }
    }

    #[test]
    fn every_filter_goes_into_the_query() {
        let all = json!([{
            "status": "waiting_seller", "code": "c", "ticket_id": "t", "order__id": "o", "order__code": "oc",
            "channel__id": "ch", "channel__alias": "al", "protocol": "202602000000321",
            "created_at_gte": "2026-01-01T00:00:00", "created_at_lte": "2026-01-02T00:00:00",
            "updated_at_gte": "2026-01-03T00:00:00", "updated_at_lte": "2026-01-04T00:00:00",
            "due_date_gte": "2026-01-05T00:00:00", "due_date_lte": "2026-01-06T00:00:00",
        }]);
        let (line, _, _) = request("listTickets", &all);
        assert_eq!(
            line.replace("%3A", ":"),
            "GET /seller/v0/tickets?status=waiting_seller&code=c&ticket_id=t&order__id=o&order__code=oc&channel__id=ch\
            &channel__alias=al&protocol=202602000000321&created_at_gte=2026-01-01T00:00:00\
            &created_at_lte=2026-01-02T00:00:00&updated_at_gte=2026-01-03T00:00:00&updated_at_lte=2026-01-04T00:00:00\
            &due_date_gte=2026-01-05T00:00:00&due_date_lte=2026-01-06T00:00:00&_sort=updated_at:asc&_limit=100"
        );
    }

    #[test]
    fn unknown_fields_are_sent_as_they_came() {
        let mut more = ticket();
        more["new"] = json!({ "deep": [1, 1.5, null, "x"] });
        more["channel"]["new"] = json!(1);
        more["order"]["new"] = json!(2);
        more["order"]["delivery"]["new"] = json!(3);
        more["order"]["delivery"]["seller"]["new"] = json!(4);
        more["order"]["delivery"]["items"][0]["new"] = json!(i64::MAX);
        more["code"] = json!("ref");
        let (_, _, body) = request("createTicket", &json!([more]));
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), more);
        let message = json!({ "message": "m", "destination": "seller", "code": "ref", "new": [1],
            "owner": { "code": "c", "name": "n", "new": true } });
        let (_, _, body) = request("createMessage", &json!(["t", message]));
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), message);
    }

    #[test]
    fn a_message_with_a_file_is_a_form_for_version_1() {
        let message = |file: Value| {
            json!(["t-1", { "message": "veja", "destination": "customer", "code": "ref",
            "owner": { "code": "agent-7", "name": "Maria" }, "new": 5, "file": file }])
        };
        let text = |name: &str, value: &str| {
            format!("--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let head = [
            text("message", "veja"),
            text("destination", "customer"),
            text("owner_code", "agent-7"),
            text("owner_name", "Maria"),
            text("code", "ref"),
            text("new", "5"),
        ]
        .concat();
        let file = |mime_type: &str| {
            format!(
                "--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"file\"; filename=\"nota.pdf\"\r\n\
                Content-Type: {mime_type}\r\n\r\n"
            )
        };
        let end = "\r\n--seller-tickets-n0nce--\r\n";

        let (plan, body) =
            plan("createMessage", &message(json!({ "filename": "nota.pdf", "size": 7, "found": "application/pdf" })));
        assert_eq!(plan.url, format!("{BASE}/seller/v1/tickets/t-1/messages"));
        assert_eq!((plan.method, plan.endpoint.as_str()), (Method::Post, "createMessage"));
        assert_eq!(plan.headers.get("Content-Type"), Some("multipart/form-data; boundary=seller-tickets-n0nce"));
        let shown: Vec<_> = body
            .unwrap()
            .into_segments()
            .into_iter()
            .map(|segment| match segment {
                Segment::Text(text) => String::from_utf8(text).unwrap(),
                Segment::File { index, size, encoding } => format!("{index}:{size}:{encoding:?}"),
            })
            .collect();
        assert_eq!(shown, [head.clone() + &file("application/pdf"), "0:7:Raw".to_owned(), end.to_owned()]);

        // A prepared one is decoded.
        let prepared = json!({ "filename": "nota.pdf", "data": "data:application/pdf;base64,JVBERi0xLjQK" });
        let (_, _, body) = request("createMessage", &message(prepared));
        assert_eq!(body, format!("{head}{}%PDF-1.4\n{end}", file("application/pdf")));

        // In Rust, from memory.
        let params = CreateMessageParams {
            ticket_id: "t-1".to_owned(),
            message: "veja".to_owned(),
            destination: Destination::Customer,
            owner: NewOwner { code: "agent-7".to_owned(), name: "Maria".to_owned(), extra: Vec::new() },
            code: Some("ref".to_owned()),
            file: Some(Attachment::new("nota.pdf", b"%PDF-1.4\n")),
            extra: vec![("new".to_owned(), Input::Int(5))],
        };
        let (_, body) = crate::vendor::plan::plan(&params, &settings()).unwrap();
        let files: Vec<_> = params.attachments().into_iter().filter_map(Attachment::bytes).collect();
        let mut bytes = Vec::new();
        body.unwrap().write_into(&files, &mut bytes).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("{head}{}%PDF-1.4\n{end}", file("application/pdf")));
    }

    #[test]
    fn a_gateway_passes_on_exactly_these_routes() {
        let sent = |method: &str, path: &str, content_type: Option<&str>| {
            let headers: Headers = content_type.map(|value| ("content-type", value)).into_iter().collect();
            forward(&MAGALU, method, path, &headers, &Settings::default()).map(|plan| (plan.endpoint, plan.url)).ok()
        };
        const JSON: Option<&str> = Some("application/json");
        const FORM: Option<&str> = Some("multipart/form-data; boundary=x");
        for (method, path, content_type, name) in [
            ("POST", "/seller/v0/tickets", JSON, "createTicket"),
            ("GET", "/seller/v0/tickets?_limit=1", None, "listTickets"),
            ("GET", "/seller/v0/tickets/t", None, "getTicket"),
            ("GET", "/seller/v0/tickets/t/messages", None, "listMessages"),
            ("GET", "/seller/v0/tickets/t/messages/m", None, "getMessage"),
            ("POST", "/seller/v0/tickets/t/messages", JSON, "createMessage"),
            ("POST", "/seller/v1/tickets/t/messages", FORM, "createMessage"),
            ("GET", "/seller/v0/tickets/t/messages/m/attachments/a", None, "downloadAttachment"),
            ("GET", "/seller/v0/tickets/t/events", None, "listEvents"),
            ("POST", "/seller/v0/tickets/t/events", JSON, "createEvent"),
            ("GET", "/seller/v0/tickets/t/returns", None, "listReturns"),
            ("POST", "/seller/v0/tickets/t/returns", None, "createReturn"),
            ("POST", "/seller/v0/tickets/t/returns", JSON, "createReturn"),
            ("GET", "/seller/v0/tickets/t/returns/r", None, "getReturn"),
            ("GET", "/seller/v0/transactions/x", None, "getTransaction"),
            ("GET", "/seller/v0/transactions", None, "listTransactions"),
        ] {
            assert_eq!(sent(method, path, content_type), Some((name.to_owned(), format!("{BASE}{path}"))));
        }
        for (method, path, content_type) in [
            ("POST", "/seller/v0/tickets/t/messages", FORM),
            ("POST", "/seller/v1/tickets/t/messages", JSON),
            ("GET", "/seller/v1/tickets/t/messages", None),
            ("GET", "/seller/v1/tickets", None),
            ("DELETE", "/seller/v0/tickets/t", None),
            ("GET", "/oauth/token", None),
            ("POST", "/oauth/token", JSON),
            ("GET", "/seller/v0/orders", None),
            ("GET", "/seller/v0/tickets/../transactions", None),
        ] {
            assert_eq!(sent(method, path, content_type), None, "{method} {path}");
        }
    }

    fn answer(status: u16, body: &Value) -> Response {
        let headers = Headers::from_iter([("Content-Type", "application/json")]);
        Response { status, headers, body: body.to_string().into_bytes() }
    }

    #[test]
    fn a_write_is_accepted_with_a_transaction() {
        let accepted =
            json!({ "transaction_id": "x-1", "links": [{ "path": "/seller/v0/transactions/x-1" }], "data": null });
        let response = answer(202, &accepted);
        let whole = Shape::Json { text: None, pick: &[], page: None };
        let read = CreateTicketParams::decode(&response).unwrap();
        assert_eq!((read.transaction_id.as_str(), &read.extra["data"]), ("x-1", &Value::Null));
        assert_eq!(read.links.unwrap()[0].path.as_deref(), Some("/seller/v0/transactions/x-1"));
        assert_eq!(CreateTicketParams::shape(&response), Ok(whole.clone()));
        assert_eq!(CreateEventParams::decode(&response).unwrap().transaction_id.as_deref(), Some("x-1"));
        assert_eq!(CreateReturnParams::shape(&response), Ok(whole.clone()));
        // An older page shows the message itself.
        let message = answer(202, &json!({ "id": "m-1", "message": "hi", "sender": { "type": "seller" } }));
        let read = CreateMessageParams::decode(&message).unwrap();
        assert_eq!((read.transaction_id, read.id.as_deref()), (None, Some("m-1")));
        assert_eq!(read.extra["message"], json!("hi"));
        assert_eq!(CreateMessageParams::shape(&message), Ok(whole));
        // A ticket without its transaction could not be followed.
        assert_eq!(CreateTicketParams::shape(&message).unwrap_err().code, "unexpected_shape");
        assert_eq!(CreateTicketParams::decode(&answer(202, &json!([]))).unwrap_err().code, "unexpected_shape");
    }

    #[test]
    fn a_download_is_its_bytes() {
        let response = Response { status: 200, body: vec![0, 255], ..Response::default() };
        assert_eq!(DownloadAttachmentParams::decode(&response), Ok(vec![0, 255]));
        assert_eq!(DownloadAttachmentParams::shape(&response), Ok(Shape::Bytes));
    }

    fn read_ticket(id: &str, updated_at: &str) -> Value {
        json!({ "id": id, "type": "shipping", "status": "waiting_seller", "created_at": "2026-02-01T10:00:00", "updated_at": updated_at })
    }

    fn tickets(times: &[&str], page: Option<Value>) -> Response {
        let results: Vec<_> =
            times.iter().enumerate().map(|(id, time)| read_ticket(&format!("t-{id}"), time)).collect();
        let mut body = json!({ "results": results });
        if let Some(page) = page {
            body["meta"] = json!({ "page": page, "links": { "previous": null, "next": "?_offset=50&_limit=50" } });
        }
        answer(200, &body)
    }

    #[test]
    fn a_page_says_whether_it_is_full() {
        let times = ["2026-02-01T10:00:00"; 3];
        for (count, page, offset, more) in [
            (3, Some(json!({ "limit": 3, "offset": 0, "count": 3, "max_limit": 100 })), Some(0), true),
            // The link to a next page is there all the same.
            (2, Some(json!({ "limit": 3, "offset": 6, "count": 2, "max_limit": 100 })), Some(6), false),
            (0, Some(json!({ "limit": 3, "offset": 9, "count": 0 })), Some(9), false),
            (3, Some(json!({})), None, true),
            (1, None, None, true),
            (0, None, None, false),
            (0, Some(json!({ "limit": 0, "offset": -1 })), None, false),
        ] {
            let response = tickets(&times[..count], page);
            let Shape::Json { pick: [], page: Some(shape), .. } = ListTicketsParams::shape(&response).unwrap() else {
                panic!("a list is a page")
            };
            let (key, items, offset_field, length) = ("id", "results", "_offset", count as u64);
            let (numbered, total, beyond) = (false, None, None);
            assert_eq!(shape, PageShape { key, items, offset_field, numbered, offset, length, total, more, beyond });
            let (items, has_more) = ListTicketsParams::page(ListTicketsParams::decode(&response).unwrap());
            assert_eq!((items.len(), has_more), (count, more));
        }
    }

    #[test]
    fn a_list_of_tickets_goes_on_from_its_last_change() {
        const LAST: &str = "2026-02-01T10:00:09";
        for (sort, since, last, next) in [
            (Some(BY_UPDATE), None, LAST, true),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:08"), LAST, true),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:08.999999"), LAST, true),
            (Some(BY_UPDATE), Some("2026-02-01T07:00:08-03:00"), LAST, true),
            // All of a page at one moment: offsets have to do.
            (Some(BY_UPDATE), Some(LAST), LAST, false),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:09.000000"), LAST, false),
            (Some(BY_UPDATE), Some("2026-02-01T10:00:09Z"), LAST, false),
            // The list went back: it does not know the filter.
            (Some(BY_UPDATE), Some("2026-02-02T10:00:09"), LAST, false),
            (Some("updated_at:desc"), None, LAST, false),
            (Some("created_at:asc"), None, LAST, false),
            (None, None, LAST, false),
            (Some(BY_UPDATE), None, "", false),
            (Some(BY_UPDATE), None, "yesterday", false),
            (Some(BY_UPDATE), Some("long ago"), LAST, false),
        ] {
            assert_eq!(next_since(sort, since, last), next.then_some(last), "{sort:?} {since:?} {last}");
        }
        // The same from the request that was sent, and from the parameters.
        let page = tickets(&["2026-02-01T10:00:00", LAST], None);
        let items = ListTicketsParams::decode(&page).unwrap().results;
        for (params, goes_on) in [
            (json!({}), true),
            (json!({ "status": "waiting", "updated_at_gte": "2026-01-01T00:00:00", "_offset": 50 }), true),
            (json!({ "updated_at_gte": LAST }), false),
            (json!({ "_sort": "updated_at:asc" }), true),
            (json!({ "_sort": "updated_at:desc" }), false),
        ] {
            let (asked, _) = plan("listTickets", &json!([params]));
            let expected = goes_on.then(|| Json::Map(vec![("updated_at_gte".to_owned(), LAST.into())]));
            assert_eq!(ListTicketsParams::beyond(&asked, LAST), expected);
            let Shape::Json { page: Some(shape), .. } =
                MAGALU.operation("listTickets").unwrap().read(&asked, &page, None).unwrap()
            else {
                panic!("a list is a page")
            };
            assert_eq!(shape.beyond, expected);
            let mut violations = Violations::new();
            let params: ListTicketsParams =
                FromInput::from_input(serde_json::from_value(params).unwrap(), "", &mut violations);
            let next = params.after(&items);
            assert_eq!(next.as_ref().and_then(|next| next.updated_at_gte.as_deref()), goes_on.then_some(LAST));
            assert_eq!(next.map(|next| next.at(0)._offset), goes_on.then_some(Some(0)));
        }
        let (asked, _) = plan("listTickets", &json!([]));
        let beyond = |page: Response, saw: Option<&str>| {
            // A host that checked the answer itself says the last item's time.
            let saw =
                saw.map(|saw| Outline::from_input(Json::read(saw.as_bytes()).unwrap(), "", &mut Violations::new()));
            let shape = MAGALU.operation("listTickets").unwrap().read(&asked, &page, saw.as_ref()).unwrap();
            let Shape::Json { page: Some(shape), .. } = shape else { panic!("a list is a page") };
            shape.beyond
        };
        assert_eq!(beyond(tickets(&[], None), None), None);
        let gone_on = Some(Json::Map(vec![("updated_at_gte".to_owned(), LAST.into())]));
        let last = format!(r#"{{"counts":{{"results":2}},"last":{{"updated_at":"{LAST}"}}}}"#);
        assert_eq!(beyond(Response::default(), Some(&last)), gone_on);
        assert_eq!(beyond(Response::default(), Some(r#"{"counts":{"results":0}}"#)), None);
        // The others have no order that they can be trusted with.
        assert_eq!(ListEventsParams::TIMES, None);
    }

    #[test]
    fn every_list_knows_its_items_and_offsets() {
        fn check<L: Listing + PartialEq + std::fmt::Debug + Default>(item: &Value) {
            assert_eq!(L::default().offset(), 0);
            assert_eq!(L::default().at(30).offset(), 30);
            let body = json!({ "meta": { "page": { "limit": 1 } }, "results": [item] });
            let (items, more) = L::page(L::decode(&answer(200, &body)).unwrap());
            assert_eq!((items.iter().map(L::key).collect::<Vec<_>>(), more), (vec!["id-1".to_owned()], true));
            let Shape::Json { page: Some(page), .. } = L::shape(&answer(200, &body)).unwrap() else { panic!("a page") };
            assert_eq!((page.key, page.length, page.more), ("id", 1, true));
        }
        check::<ListTicketsParams>(&read_ticket("id-1", "2026-02-01T10:00:00"));
        check::<ListMessagesParams>(&json!({ "id": "id-1", "message": "hi" }));
        check::<ListEventsParams>(&json!({ "id": "id-1", "type": "refunded" }));
        check::<ListReturnsParams>(&json!({ "id": "id-1" }));
        check::<ListTransactionsParams>(&json!({ "id": "id-1", "status": "pending" }));
    }

    proptest! {
        #[test]
        fn any_body_is_survived(body: Vec<u8>, text in "\\PC{0,40}") {
            let (asked, _) = plan("listTickets", &json!([]));
            for body in [body, text.into_bytes()] {
                let response = Response { status: 200, body, ..Response::default() };
                for operation in MAGALU.operations {
                    let _ = operation.read(&asked, &response, None);
                }
            }
        }

        #[test]
        fn a_new_ticket_is_sent_as_it_was_given(name in "\\PC{1,20}", quantity in 1i64.., extra in "[a-z]{3,9}", value in "\\PC{0,9}") {
            prop_assume!(!name.trim().is_empty() && !["type", "code", "order", "channel", "reason"].contains(&extra.as_str()));
            let mut given = ticket();
            given["order"]["delivery"]["items"][0]["name"] = json!(name);
            given["order"]["delivery"]["items"][0]["quantity"] = json!(quantity);
            given[extra] = json!(value);
            let (_, _, body) = request("createTicket", &json!([given]));
            prop_assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), given);
        }
    }
}
