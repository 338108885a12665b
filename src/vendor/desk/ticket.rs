//! The ticket that means the same at every marketplace.

use crate::vendor::desk::deadline::{Basis, Deadline};
use crate::vendor::desk::fact::Fact;
use crate::vendor::desk::kind::Kind;
use crate::wire::json::Json;
use crate::wire::time::{parse_date_time, parse_date_time_or_utc};
use serde::{Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// Where the truth about a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskTicketStore", rename_all = "camelCase"))]
pub enum Store {
    /// The marketplace shows the ticket, and a sync can read it again.
    Marketplace,
    /// The ticket cannot be read back: the desk's record is the ticket.
    Desk,
}

/// The side that the seller is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskRole", rename_all = "camelCase"))]
pub enum Role {
    /// Somebody asked the seller.
    Responder,
    /// The seller asked somebody.
    Requester,
}

/// Whether a ticket is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskState", rename_all = "camelCase"))]
pub enum State {
    /// It is open.
    Open,
    /// It is closed, be it for good or not.
    Closed,
    /// The marketplace used a word that is not documented, or none.
    Unknown,
}

/// The party whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskSide", rename_all = "camelCase"))]
pub enum Side {
    /// The seller has to act.
    Seller,
    /// The buyer is awaited.
    Buyer,
    /// The marketplace is awaited.
    Marketplace,
    /// The ticket awaits no one.
    None,
    /// What the marketplace said does not tell.
    Unknown,
}

/// Whose turn it is, and how the desk knows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Turn {
    /// The party.
    pub side: Side,
    /// Whether the marketplace said so.
    pub basis: Basis,
    /// When this ends by itself, in milliseconds since 1970, and whose turn it is then.
    pub until: Option<(f64, Side)>,
}

impl Turn {
    /// Returns a turn that the marketplace reported.
    #[must_use]
    pub const fn reported(side: Side) -> Self {
        Self { side, basis: Basis::Reported, until: None }
    }

    /// Returns a turn that the desk derived.
    #[must_use]
    pub const fn derived(side: Side) -> Self {
        Self { side, basis: Basis::Derived, until: None }
    }

    /// Returns whose turn it is at a time.
    #[must_use]
    pub fn at(&self, now_ms: f64) -> Side {
        match self.until {
            Some((end, then)) if now_ms >= end => then,
            _ => self.side,
        }
    }
}

/// The author of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskAuthor", rename_all = "camelCase"))]
pub enum Author {
    /// The seller.
    Seller,
    /// The buyer.
    Buyer,
    /// A person of the marketplace, or of the sales channel.
    Marketplace,
    /// The marketplace's machine, which often speaks for the buyer.
    System,
    /// A word that is not documented, or none.
    Unknown,
}

/// A time: the marketplace's own text, the instant, and whether the text names a zone.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskStamp"))]
pub struct Stamp {
    /// The text as it came.
    pub wire: String,
    /// The instant in milliseconds since 1970; `None` if the text is no time. Without a zone, the
    /// text is read as UTC.
    pub at: Option<f64>,
    /// Whether the text names its zone.
    pub zoned: bool,
}

impl Stamp {
    /// Reads a text. A zone may be written without its colon (`+0000`), as one vendor does.
    #[must_use]
    pub fn read(wire: impl Into<String>) -> Self {
        let wire = wire.into();
        let zoned = parse_date_time(&wire).or_else(|| parse_date_time(&with_colon(&wire)?));
        let at = zoned.or_else(|| parse_date_time_or_utc(&wire));
        Self { at, zoned: zoned.is_some(), wire }
    }
}

/// Returns `…+00:00` for `…+0000`.
fn with_colon(text: &str) -> Option<String> {
    let (head, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let (clock, zone) = head.split_at_checked(head.len().checked_sub(3)?)?;
    let is_zone = zone.starts_with(['+', '-']) && zone.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    (is_zone && clock.contains(['T', 't'])).then(|| format!("{clock}{zone}:{minutes}"))
}

/// The key of a ticket. Two accounts of one marketplace may both have a ticket `1`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskKey"))]
pub struct Key {
    /// The id of the account in the desk.
    pub account: String,
    /// The ticket's id at the marketplace.
    pub id: String,
}

/// The buyer.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskBuyer"))]
pub struct Buyer {
    /// The name.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub name: Fact<String>,
    /// The email address.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub email: Fact<String>,
    /// The id at the marketplace.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub id: Fact<String>,
}

/// One article of an order.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskUnit"))]
pub struct Unit {
    /// The id at the marketplace.
    pub id: Option<String>,
    /// What the article is called.
    pub title: Option<String>,
    /// The seller's own number of the article.
    pub sku: Option<String>,
    /// The number of pieces.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub quantity: Option<i64>,
    /// The status, in the marketplace's words.
    pub status: Option<String>,
}

/// The order of a ticket.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskOrder", rename_all = "camelCase"))]
pub struct Order {
    /// The number that a person reads.
    pub number: Option<String>,
    /// The articles that the ticket is about.
    pub units: Vec<Unit>,
    /// The time of the order.
    pub ordered_at: Option<Stamp>,
    /// The time by which delivery was promised.
    pub promised_at: Option<Stamp>,
    /// The time at which the buyer had it.
    pub received_at: Option<Stamp>,
    /// The address that it went to, as it came.
    #[cfg_attr(feature = "types", ts(type = "unknown"))]
    pub ship_to: Option<Json>,
}

/// What the value of a refund counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskRefundUnit", rename_all = "camelCase"))]
pub enum RefundUnit {
    /// A percentage of what was paid.
    Percent,
    /// An amount of money.
    Money,
    /// A number of pieces.
    Quantity,
    /// The marketplace does not say.
    Unknown,
}

/// The refund that a ticket asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskRefund"))]
pub struct Refund {
    /// The extent, in the marketplace's words.
    pub r#type: String,
    /// The size, as it came.
    pub value: Option<String>,
    /// What the size counts.
    pub unit: RefundUnit,
    /// The currency, if the marketplace names one.
    pub currency: Option<String>,
}

/// An amount of money as decimal text, so that nothing is rounded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskPrice"))]
pub struct Price {
    /// The amount: `12.50`.
    pub amount: String,
    /// The currency: `EUR`.
    pub currency: String,
}

/// Returns a short text that stands for a longer one, which cannot be found out from it.
#[must_use]
pub fn short_hash(text: &str) -> String {
    Sha256::digest(text).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

/// A file of a message or a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskFile", rename_all = "camelCase"))]
pub struct File {
    /// What the desk fetches it by; `None` if it cannot be fetched.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The mime type.
    pub mime_type: Option<String>,
    /// The size in bytes.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub size: Option<i64>,
    /// The address that downloads it. It may open the file without a key, so it stays here.
    #[serde(skip)]
    pub address: Option<String>,
}

/// A message of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskMessage"))]
pub struct Message {
    /// The id at the marketplace.
    pub id: Option<String>,
    /// The author's side.
    pub from: Author,
    /// The author's side in the marketplace's words.
    pub role: Option<String>,
    /// The author's name.
    pub name: Option<String>,
    /// The side that it was written to, in the marketplace's words.
    pub to: Option<String>,
    /// The text.
    pub text: Option<String>,
    /// The time at which it was written.
    pub at: Option<Stamp>,
    /// What an entry without words records, in the marketplace's words.
    pub event: Option<String>,
    /// Where the marketplace's check of the message stands, in its words.
    pub moderation: Option<String>,
    /// Its files.
    pub files: Vec<File>,
}

impl Message {
    /// The message about which nothing is known, for `..Message::EMPTY`.
    pub const EMPTY: Self = Self {
        id: None,
        from: Author::Unknown,
        role: None,
        name: None,
        to: None,
        text: None,
        at: None,
        event: None,
        moderation: None,
        files: Vec::new(),
    };

    /// Returns the instant at which it was written.
    #[must_use]
    pub fn ms(&self) -> Option<f64> {
        self.at.as_ref().and_then(|at| at.at)
    }
}

/// Sorts messages by their times. Messages of one time keep the order of their ids, where these are
/// numbers, and otherwise the order in which they came.
pub fn sort_by_time(messages: &mut [Message]) {
    let number = |message: &Message| message.id.as_ref().and_then(|id| id.parse::<u64>().ok());
    messages.sort_by(|a, b| {
        let times = (a.ms().unwrap_or(f64::NEG_INFINITY), b.ms().unwrap_or(f64::NEG_INFINITY));
        times.0.total_cmp(&times.1).then_with(|| match (number(a), number(b)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => std::cmp::Ordering::Equal,
        })
    });
}

/// The newest words of a ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskPreview"))]
pub struct Preview {
    /// The text.
    pub text: String,
    /// The author's side.
    pub from: Author,
    /// The time.
    pub at: Option<Stamp>,
}

/// Returns the newest message with words.
#[must_use]
pub fn preview_of(messages: &[Message]) -> Option<Preview> {
    messages.iter().rev().find_map(|message| {
        let text = message.text.clone().filter(|text| !text.trim().is_empty())?;
        Some(Preview { text, from: message.from, at: message.at.clone() })
    })
}

/// Returns the first message that waits for the seller: the first one by somebody else after the
/// seller's last answer. A message that `is_interim` accepts is no answer. The messages are in the
/// order of their times.
#[must_use]
pub fn waiting_since(messages: &[Message], is_interim: impl Fn(&Message) -> bool) -> Option<&Message> {
    let answered = messages.iter().rposition(|message| message.from == Author::Seller && !is_interim(message));
    let after = answered.and_then(|at| at.checked_add(1)).unwrap_or_default();
    messages.iter().skip(after).find(|message| message.from != Author::Seller)
}

/// Returns the time of the newest message that is not by the seller.
#[must_use]
pub fn heard_at(messages: &[Message]) -> Option<f64> {
    messages.iter().filter(|message| message.from != Author::Seller).filter_map(Message::ms).reduce(f64::max)
}

/// A ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its key in the desk.
    pub key: Key,
    /// The id of the marketplace.
    pub marketplace: &'static str,
    /// What a person reads as its number.
    pub number: String,
    /// Where the truth about it is.
    pub store: Store,
    /// The seller's side.
    pub role: Role,
    /// Whether it is open.
    pub state: State,
    /// Whether it can never be opened again.
    pub is_final: Fact<bool>,
    /// The status in the marketplace's words.
    pub remote_status: Fact<String>,
    /// Whose turn it is.
    pub turn: Turn,
    /// Its deadline, as far as it is known; see the desk's `due_of`.
    pub deadline: Deadline,
    /// The first message that waits for the seller.
    pub waiting_since: Option<Stamp>,
    /// When somebody other than the seller wrote last, in milliseconds since 1970.
    pub heard_at: Option<f64>,
    /// What it is about.
    pub kind: Kind,
    /// The type in the marketplace's words.
    pub remote_type: Fact<String>,
    /// The reason in the marketplace's words: the value that decides the kind.
    pub remote_reason: Fact<String>,
    /// The buyer.
    pub buyer: Buyer,
    /// The buyer's language.
    pub locale: Fact<String>,
    /// The country of the storefront, in lower case.
    pub storefront: Fact<String>,
    /// The party that ships the goods, in the marketplace's words.
    pub fulfillment: Fact<String>,
    /// The order.
    pub order: Fact<Order>,
    /// The refund that it asks for.
    pub refund: Fact<Refund>,
    /// The prices of the order's units.
    pub price: Fact<Vec<Price>>,
    /// The newest words; `None` until they are read.
    pub preview: Option<Preview>,
    /// The messages, oldest first.
    pub messages: Fact<Vec<Message>>,
    /// The number of files.
    pub files: Fact<usize>,
    /// The files that belong to the ticket, where the marketplace does not say to which message.
    pub attached: Vec<File>,
    /// The types of the events on it, in the marketplace's words.
    pub events: Fact<Vec<String>>,
    /// The number of its returns.
    pub returns: Fact<usize>,
    /// The time at which it was opened.
    pub created: Fact<Stamp>,
    /// The time of its last change.
    pub updated: Fact<Stamp>,
}

impl Ticket {
    /// Returns a ticket of which only the key is known.
    #[must_use]
    pub fn new(marketplace: &'static str, account: &str, id: &str, store: Store) -> Self {
        Self {
            key: Key { account: account.to_owned(), id: id.to_owned() },
            marketplace,
            number: id.to_owned(),
            store,
            role: Role::Responder,
            state: State::Unknown,
            is_final: Fact::Unsayable,
            remote_status: Fact::Unsayable,
            turn: Turn::derived(Side::Unknown),
            deadline: Deadline::None,
            waiting_since: None,
            heard_at: None,
            kind: Kind::Unknown,
            remote_type: Fact::Unsayable,
            remote_reason: Fact::Unsayable,
            buyer: Buyer::default(),
            locale: Fact::Unsayable,
            storefront: Fact::Unsayable,
            fulfillment: Fact::Unsayable,
            order: Fact::Unsayable,
            refund: Fact::Unsayable,
            price: Fact::Unsayable,
            preview: None,
            messages: Fact::Unsayable,
            files: Fact::Unsayable,
            attached: Vec::new(),
            events: Fact::Unsayable,
            returns: Fact::Unsayable,
            created: Fact::Unsayable,
            updated: Fact::Unsayable,
        }
    }

    /// Returns the newest time at which somebody other than the seller may have acted: their last
    /// message, or the last change if the messages are not known.
    #[must_use]
    pub fn moved_at(&self) -> Option<f64> {
        if self.messages.told().is_some() {
            return self.heard_at;
        }
        self.updated.told().or(self.created.told()).and_then(|stamp| stamp.at)
    }

    /// Returns each fact that can be absent: its name, whether it is known, and whether the
    /// marketplace can never say it.
    #[must_use]
    pub fn facts(&self) -> [(&'static str, bool, bool); 19] {
        fn told<T>(name: &'static str, fact: &Fact<T>) -> (&'static str, bool, bool) {
            (name, fact.is_known(), fact.is_unsayable())
        }
        [
            told("final", &self.is_final),
            told("remoteStatus", &self.remote_status),
            told("remoteType", &self.remote_type),
            told("remoteReason", &self.remote_reason),
            told("buyer.name", &self.buyer.name),
            told("buyer.email", &self.buyer.email),
            told("buyer.id", &self.buyer.id),
            told("locale", &self.locale),
            told("storefront", &self.storefront),
            told("fulfillment", &self.fulfillment),
            told("order", &self.order),
            told("refund", &self.refund),
            told("price", &self.price),
            told("messages", &self.messages),
            told("files", &self.files),
            told("events", &self.events),
            told("returns", &self.returns),
            told("created", &self.created),
            told("updated", &self.updated),
        ]
    }
}

/// A ticket as it is written: everything except its messages, which are read apart.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskFacts", rename_all = "camelCase"))]
pub struct Facts<'a> {
    /// The key in the desk.
    pub key: &'a Key,
    /// The marketplace.
    #[cfg_attr(feature = "types", ts(type = "MarketplaceId"))]
    pub marketplace: &'static str,
    /// What a person reads as the ticket's number.
    pub number: &'a str,
    /// Where the truth about the ticket is.
    pub store: Store,
    /// The seller's side.
    pub role: Role,
    /// Whether it is open.
    pub state: State,
    /// Whether it can never be opened again.
    #[cfg_attr(feature = "types", ts(as = "Option<bool>"))]
    pub r#final: &'a Fact<bool>,
    /// The status in the marketplace's words.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub remote_status: &'a Fact<String>,
    /// Whose turn it is.
    pub turn: Side,
    /// How the desk knows whose turn it is.
    pub turn_basis: Basis,
    /// When the turn ends by itself, in milliseconds since 1970, and whose turn it is then.
    pub turn_until: Option<(f64, Side)>,
    /// The time of the first message that waits for the seller.
    pub waiting_since: Option<&'a Stamp>,
    /// What the ticket is about.
    pub kind: Kind,
    /// The type in the marketplace's words.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub remote_type: &'a Fact<String>,
    /// The reason in the marketplace's words.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub remote_reason: &'a Fact<String>,
    /// The buyer.
    pub buyer: &'a Buyer,
    /// The buyer's language.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub locale: &'a Fact<String>,
    /// The country of the storefront, in lower case.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub storefront: &'a Fact<String>,
    /// The party that ships the goods, in the marketplace's words.
    #[cfg_attr(feature = "types", ts(as = "Option<String>"))]
    pub fulfillment: &'a Fact<String>,
    /// The order.
    #[cfg_attr(feature = "types", ts(as = "Option<Order>"))]
    pub order: &'a Fact<Order>,
    /// The refund that the ticket asks for.
    #[cfg_attr(feature = "types", ts(as = "Option<Refund>"))]
    pub refund: &'a Fact<Refund>,
    /// The prices of the order's units.
    #[cfg_attr(feature = "types", ts(as = "Option<Vec<Price>>"))]
    pub price: &'a Fact<Vec<Price>>,
    /// The newest words; `null` until they are read.
    pub preview: Option<&'a Preview>,
    /// The number of files.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub files: &'a Fact<usize>,
    /// The time at which it was opened.
    #[cfg_attr(feature = "types", ts(as = "Option<Stamp>"))]
    pub created: &'a Fact<Stamp>,
    /// The time of its last change.
    #[cfg_attr(feature = "types", ts(as = "Option<Stamp>"))]
    pub updated: &'a Fact<Stamp>,
    /// The names of the facts that are known.
    pub known: Vec<&'static str>,
    /// The names of the facts that the marketplace can never tell.
    pub unsayable: Vec<&'static str>,
}

impl Ticket {
    /// Returns what is written of the ticket.
    #[must_use]
    pub fn written(&self) -> Facts<'_> {
        let facts = self.facts();
        let names = |wanted: fn(&(&'static str, bool, bool)) -> bool| -> Vec<&'static str> {
            facts.iter().filter(|fact| wanted(fact)).map(|(name, ..)| *name).collect()
        };
        Facts {
            key: &self.key,
            marketplace: self.marketplace,
            number: &self.number,
            store: self.store,
            role: self.role,
            state: self.state,
            r#final: &self.is_final,
            remote_status: &self.remote_status,
            turn: self.turn.side,
            turn_basis: self.turn.basis,
            turn_until: self.turn.until,
            waiting_since: self.waiting_since.as_ref(),
            kind: self.kind,
            remote_type: &self.remote_type,
            remote_reason: &self.remote_reason,
            buyer: &self.buyer,
            locale: &self.locale,
            storefront: &self.storefront,
            fulfillment: &self.fulfillment,
            order: &self.order,
            refund: &self.refund,
            price: &self.price,
            preview: self.preview.as_ref(),
            files: &self.files,
            created: &self.created,
            updated: &self.updated,
            known: names(|(_, is_known, _)| *is_known),
            unsayable: names(|(.., is_unsayable)| *is_unsayable),
        }
    }
}

/// A ticket is written without its messages, which are read apart.
impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written().serialize(serializer)
    }
}

#[cfg(test)]
mod tests;
