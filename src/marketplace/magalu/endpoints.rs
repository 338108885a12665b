//! Magalu's ticket operations: parameters, requests, answers.
#![expect(non_snake_case, reason = "`order__id` is the vendor's name")]

use super::MAGALU;
use super::model::{
    Accepted, Collection, Destination, EventType, Message, NewEventType, Submitted, Ticket, TicketEvent, TicketReason,
    TicketReturn, TicketType, Transaction, TransactionStatus,
};
use super::{follow, rules, time};
use crate::attachment::multipart::Multipart;
use crate::attachment::{Attachment, Body, Content};
use crate::endpoint::{Endpoint, Listing, Meta, PageShape, Plan, Shape};
use crate::error::DecodeError;
use crate::http::{Headers, Parts, Query, Response};
use crate::input::{Input, params};
use crate::marketplace::Marketplace;
use crate::model::{self, Field};
use crate::settings::Settings;
use crate::validate::Violations;
use serde_json::{Map, Value};

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
        #[cfg_attr(feature = "types", ts(optional, as = "Option<crate::open_enum::Open<super::model::TicketStatus>>"))]
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
    ($check:path) => {
        fn marketplace() -> &'static Marketplace {
            &MAGALU
        }

        fn check(&self, settings: &Settings, violations: &mut Violations) {
            $check(self, settings, violations);
        }
    };
    ($check:path => $Output:ty, $shape:expr) => {
        type Output = $Output;

        operation! { $check }

        fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
            model::decode(response)
        }

        fn shape(response: &Response) -> Result<Shape, DecodeError> {
            $shape(response)
        }
    };
}

/// A list that goes by offsets.
macro_rules! listing {
    ($Params:ty, $Item:ty $(, $after_last:item)?) => {
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

            $($after_last)?
        }
    };
}

impl Endpoint for CreateTicketParams {
    const META: Meta = Meta { name: "createTicket", path: "/seller/v0/tickets", ..Meta::WRITE };

    operation! { rules::create_ticket => Accepted, single::<Accepted> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let Self { channel, order, .. } = self;
        let delivery = &order.delivery;
        let items = delivery.items.iter().map(|item| {
            let texts = [
                ("id", &item.id),
                ("sku", &item.sku),
                ("external_sku", &item.external_sku),
                ("name", &item.name),
                ("description", &item.description),
                ("image", &item.image),
            ];
            let texts = texts.map(|(name, value)| (name, text(value)));
            object(texts.into_iter().chain([("quantity", item.quantity.into())]), &item.extra)
        });
        let items = Value::Array(items.collect());
        let seller = [("id", text(&delivery.seller.id)), ("name", text(&delivery.seller.name))];
        let seller = object(seller, &delivery.seller.extra);
        let delivery = [("id", text(&delivery.id)), ("seller", seller), ("items", items)];
        let delivery = object(delivery, &order.delivery.extra);
        let order = [("id", text(&order.id)), ("code", text(&order.code)), ("delivery", delivery)];
        let channel = object([("id", text(&channel.id)), ("alias", text(&channel.alias))], &channel.extra);
        let ticket = [
            ("type", text(self.r#type.as_str())),
            ("channel", channel),
            ("order", object(order, &self.order.extra)),
            ("reason", text(self.reason.as_str())),
        ];
        let code = self.code.as_deref().map(|code| ("code", text(code)));
        json(object(ticket.into_iter().chain(code), &self.extra))
    }
}

impl Endpoint for ListTicketsParams {
    const META: Meta = Meta { name: "listTickets", path: "/seller/v0/tickets", ..Meta::READ };

    operation! { rules::list_tickets => Collection<Ticket>, page::<Ticket> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        for (name, value) in self.texts().into_iter().chain(self.times()) {
            query.push_some(name, value);
        }
        query.push("_sort", self._sort.as_deref().unwrap_or(BY_UPDATE));
        page_query(&mut query, None, self._limit, self._offset, &self.extra);
        Parts { query, ..Parts::default() }
    }

    fn beyond(asked: &Plan, response: &Response) -> Option<Map<String, Value>> {
        let (_, query) = asked.url.split_once('?')?;
        let query = Query::parse(query)?;
        let value = |name| query.pairs().iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let answer: Value = serde_json::from_slice(&response.body).ok()?;
        let last = answer.get("results")?.as_array()?.last()?.get("updated_at")?.as_str()?;
        let since = next_since(value("_sort"), value("updated_at_gte"), last)?;
        Some(Map::from_iter([("updated_at_gte".to_owned(), since.into())]))
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
    fn after_last(&self, items: &[Ticket]) -> Option<Self> {
        let sort = Some(self._sort.as_deref().unwrap_or(BY_UPDATE));
        let since = next_since(sort, self.updated_at_gte.as_deref(), &items.last()?.updated_at)?;
        Some(Self { updated_at_gte: Some(since.to_owned()), _offset: None, ..self.clone() })
    }
}

impl Endpoint for GetTicketParams {
    const META: Meta =
        Meta { name: "getTicket", path: "/seller/v0/tickets/{ticket_id}", positional: &["ticket_id"], ..Meta::READ };

    operation! { rules::get_ticket => Ticket, single::<Ticket> }

    fn parts(&self, _settings: &Settings) -> Parts {
        Parts { query: query(&self.extra), ..below([("ticket_id", &self.ticket_id)]) }
    }
}

impl Endpoint for ListMessagesParams {
    const META: Meta = Meta {
        name: "listMessages",
        path: "/seller/v0/tickets/{ticket_id}/messages",
        positional: &["ticket_id"],
        ..Meta::READ
    };

    operation! { rules::list_messages => Collection<Message>, page::<Message> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("has_attachment", self.has_attachment);
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts { query, ..below([("ticket_id", &self.ticket_id)]) }
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

    operation! { rules::get_message => Message, single::<Message> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let ids = [("ticket_id", &self.ticket_id), ("message_id", &self.message_id)];
        Parts { query: query(&self.extra), ..below(ids) }
    }
}

impl Endpoint for CreateMessageParams {
    const META: Meta = Meta {
        name: "createMessage",
        path: "/seller/v0/tickets/{ticket_id}/messages",
        positional: &["ticket_id"],
        ..Meta::WRITE
    };

    operation! { rules::create_message => Submitted, single::<Submitted> }

    fn parts(&self, settings: &Settings) -> Parts {
        let Some(file) = &self.file else {
            let owner = [("code", text(&self.owner.code)), ("name", text(&self.owner.name))];
            let message = [
                ("message", text(&self.message)),
                ("destination", text(self.destination.as_str())),
                ("owner", object(owner, &self.owner.extra)),
            ];
            let code = self.code.as_deref().map(|code| ("code", text(code)));
            let message = object(message.into_iter().chain(code), &self.extra);
            return Parts { path: below([("ticket_id", &self.ticket_id)]).path, ..json(message) };
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
        form.push_attachment("file", file, &file.resolve_mime_type().unwrap_or_default(), &mut 0);
        Parts {
            template: Some(MESSAGE_WITH_FILE_PATH),
            headers: Headers::from_iter([("Content-Type", form.content_type())]),
            body: Some(form.finish()),
            ..below([("ticket_id", &self.ticket_id)])
        }
    }

    fn attachments(&self) -> Vec<&Attachment> {
        // A data URL is part of the body already.
        self.file.iter().filter(|file| !matches!(file.content, Content::DataUrl(_))).collect()
    }
}

impl Endpoint for DownloadAttachmentParams {
    type Output = Vec<u8>;

    const META: Meta = Meta {
        name: "downloadAttachment",
        path: "/seller/v0/tickets/{ticket_id}/messages/{message_id}/attachments/{attachment_id}",
        positional: &["ticket_id", "message_id", "attachment_id"],
        accept: "*/*",
        ..Meta::READ
    };

    operation! { rules::download_attachment }

    fn parts(&self, _settings: &Settings) -> Parts {
        let ids =
            [("ticket_id", &self.ticket_id), ("message_id", &self.message_id), ("attachment_id", &self.attachment_id)];
        Parts { query: query(&self.extra), ..below(ids) }
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

    operation! { rules::list_events => Collection<TicketEvent>, page::<TicketEvent> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("type", self.r#type.as_ref().map(EventType::as_str));
        query.push_some("created_at_gte", self.created_at_gte.as_deref());
        query.push_some("created_at_lte", self.created_at_lte.as_deref());
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts { query, ..below([("ticket_id", &self.ticket_id)]) }
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

    operation! { rules::create_event => Submitted, single::<Submitted> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let code = self.code.as_deref().map(|code| ("code", text(code)));
        let event = object([("type", text(self.r#type.as_str()))].into_iter().chain(code), &self.extra);
        Parts { path: below([("ticket_id", &self.ticket_id)]).path, ..json(event) }
    }
}

impl Endpoint for ListReturnsParams {
    const META: Meta = Meta {
        name: "listReturns",
        path: "/seller/v0/tickets/{ticket_id}/returns",
        positional: &["ticket_id"],
        ..Meta::READ
    };

    operation! { rules::list_returns => Collection<TicketReturn>, page::<TicketReturn> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("reverse_code", self.reverse_code.as_deref());
        query.push_some("valid_for_days", self.valid_for_days);
        query.push_some("created_at_gte", self.created_at_gte.as_deref());
        query.push_some("created_at_lte", self.created_at_lte.as_deref());
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts { query, ..below([("ticket_id", &self.ticket_id)]) }
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

    operation! { rules::create_return => Submitted, single::<Submitted> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let parts = below([("ticket_id", &self.ticket_id)]);
        if self.code.is_none() && self.extra.is_empty() {
            return parts;
        }
        let code = self.code.as_deref().map(|code| ("code", text(code)));
        Parts { path: parts.path, ..json(object(code, &self.extra)) }
    }
}

impl Endpoint for GetReturnParams {
    const META: Meta = Meta {
        name: "getReturn",
        path: "/seller/v0/tickets/{ticket_id}/returns/{return_id}",
        positional: &["ticket_id", "return_id"],
        ..Meta::READ
    };

    operation! { rules::get_return => TicketReturn, single::<TicketReturn> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let ids = [("ticket_id", &self.ticket_id), ("return_id", &self.return_id)];
        Parts { query: query(&self.extra), ..below(ids) }
    }
}

impl Endpoint for GetTransactionParams {
    const META: Meta = Meta {
        name: "getTransaction",
        path: "/seller/v0/transactions/{transaction_id}",
        positional: &["transaction_id"],
        ..Meta::READ
    };

    operation! { rules::get_transaction => Transaction, single::<Transaction> }

    fn parts(&self, settings: &Settings) -> Parts {
        // The rules have seen to it that there is one.
        let id = follow::transaction_id(&self.transaction_id, settings.base_url(&MAGALU)).unwrap_or_default();
        Parts { query: query(&self.extra), ..below([("transaction_id", &id)]) }
    }
}

impl Endpoint for ListTransactionsParams {
    const META: Meta = Meta { name: "listTransactions", path: "/seller/v0/transactions", ..Meta::READ };

    operation! { rules::list_transactions => Collection<Transaction>, page::<Transaction> }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push("created_at_gte", self.created_at_gte.as_str());
        query.push("created_at_lte", self.created_at_lte.as_str());
        query.push_some("status", self.status.as_ref().map(TransactionStatus::as_str));
        page_query(&mut query, self._sort.as_deref(), self._limit, self._offset, &self.extra);
        Parts { query, ..Parts::default() }
    }
}

listing! { ListTransactionsParams, Transaction }

fn text(value: &str) -> Value {
    value.to_owned().into()
}

/// An object of these fields and the ones that are not documented, as they were given.
fn object(fields: impl IntoIterator<Item = (&'static str, Value)>, extra: &[(String, Input)]) -> Value {
    let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value));
    // Plain data is JSON already.
    let extra = extra.iter().map(|(name, value)| (name.clone(), serde_json::to_value(value).unwrap_or_default()));
    Value::Object(extra.chain(fields).collect())
}

fn json(value: Value) -> Parts {
    let mut body = Body::new();
    body.push_text(&value.to_string());
    Parts { body: Some(body), ..Parts::default() }
}

fn below<const N: usize>(ids: [(&'static str, &String); N]) -> Parts {
    Parts { path: ids.map(|(name, id)| (name, id.clone())).into(), ..Parts::default() }
}

/// A value as it stands in a query or a form; `None` for a list or an object.
pub(super) fn plain(value: &Input) -> Option<String> {
    match value {
        Input::Text(text) => Some(text.clone()),
        Input::Bool(_) | Input::Int(_) | Input::Float(_) => serde_json::to_string(value).ok(),
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

fn page<T: Field>(response: &Response) -> Result<Shape, DecodeError> {
    let outline = model::check::<Collection<T>>(response)?;
    let length = outline.count("results").unwrap_or(0);
    let page = PageShape {
        key: "id",
        items: "results",
        offset_field: "_offset",
        offset: outline.count("offset"),
        length,
        total: None,
        more: has_more(outline.count("limit"), length),
        beyond: None,
    };
    Ok(Shape::Json { text: model::exact(response, &outline), pick: &[], page: Some(page) })
}

fn single<T: Field>(response: &Response) -> Result<Shape, DecodeError> {
    let outline = model::check::<T>(response)?;
    Ok(Shape::Json { text: model::exact(response, &outline), pick: &[], page: None })
}
