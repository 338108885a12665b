//! The one interface that every operation of every marketplace implements.

use crate::attachment::Attachment;
use crate::model::schema::Odd;
use crate::rules::error::DecodeError;
use crate::rules::input::FromInput;
use crate::rules::rule::Param;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::answer::{Answer, Shape};
use crate::vendor::evidence::{Evidence, Finding, Recovery};
use crate::vendor::marketplace::Vendor;
use crate::vendor::plan::{Parts, Plan};
use crate::wire::http::{Method, Response};
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Whether a call changes something at the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Access {
    /// The call changes nothing and may be repeated freely.
    Read,
    /// The call changes something and is repeated only if the first try was certainly refused.
    Write,
}

/// The fixed properties of an operation.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Meta {
    /// The method's name in the public API: `getTicket`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL: `/tickets/{id_ticket}`.
    pub path: &'static str,
    /// Whether the operation changes something.
    pub access: Access,
    /// The names of the positional arguments; the argument after them is the object of all other
    /// parameters.
    #[serde(skip)]
    pub positional: &'static [&'static str],
    /// The kind of body that the operation sends.
    #[serde(skip)]
    pub body: BodyKind,
    /// The names of the operation's own headers, which a gateway passes on.
    #[serde(skip)]
    pub headers: &'static [&'static str],
    /// The value of the `Accept` header.
    #[serde(skip)]
    pub accept: &'static str,
    /// Whether the vendor offers XML beside JSON for the response.
    #[serde(skip)]
    pub offers_xml: bool,
    /// Whether the operation needs no credentials.
    #[serde(skip)]
    pub is_open: bool,
    /// Whether [`Settings::ticket_path`] can stand in for `path`, which then has no placeholders,
    /// because the vendor's documents do not give the path of the operation.
    #[serde(skip)]
    pub is_movable: bool,
    /// Whether the operation closes something, so that a second copy is refused because of the
    /// first, whatever the message says.
    #[serde(skip)]
    pub closes: bool,
}

impl Meta {
    /// The defaults of an operation that reads JSON, for `..Meta::READ`.
    pub const READ: Self = Self {
        name: "",
        method: Method::Get,
        path: "",
        access: Access::Read,
        positional: &[],
        body: BodyKind::None,
        headers: &[],
        accept: "application/json",
        offers_xml: false,
        is_open: false,
        is_movable: false,
        closes: false,
    };

    /// The defaults of an operation that sends JSON and changes something, for `..Meta::WRITE`.
    pub const WRITE: Self = Self { method: Method::Post, access: Access::Write, body: BodyKind::Json, ..Self::READ };

    /// Returns an operation with this method, these positional arguments and this body, as
    /// `endpoint!` declares it.
    #[must_use]
    pub const fn new(method: Method, positional: &'static [&'static str], body: BodyKind) -> Self {
        let access = if matches!(method, Method::Get) { Access::Read } else { Access::Write };
        Self { method, access, positional, body, ..Self::READ }
    }

    /// Returns the path of the requests.
    #[must_use]
    pub fn path_in<'a>(&self, settings: &'a Settings) -> &'a str {
        settings.ticket_path.as_deref().filter(|_| self.is_movable).unwrap_or(self.path)
    }
}

/// The kind of body that an operation sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// There is no body.
    None,
    /// The body is a JSON text.
    Json,
    /// The body is a form with files; the endpoint gives its boundary in `Content-Type`.
    Multipart,
}

impl BodyKind {
    /// Returns whether a gateway passes on a body with this `Content-Type`.
    #[must_use]
    pub fn takes(self, content_type: &str) -> bool {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        match self {
            Self::None => false,
            Self::Json => essence.eq_ignore_ascii_case("application/json"),
            Self::Multipart => essence.eq_ignore_ascii_case("multipart/form-data"),
        }
    }
}

/// One operation of one marketplace. The type holds its parameters; everything else is a pure
/// function of them.
pub trait Endpoint: FromInput + Clone {
    /// The marketplace that the operation belongs to.
    type Vendor: Vendor;

    /// The result of a successful call.
    type Output;

    /// The fixed properties, such as method, path and name.
    const META: Meta;

    /// The schema of a successful response, if it arrives as the vendor documents it and needs no
    /// normalising.
    const ANSWER: Option<Answer> = None;

    /// The table of rules, if it holds all of them, except those about parameters that the table
    /// leaves to [`Code`](crate::rules::rule::Rule::Code) and about names that it does not have. In
    /// that case, [`check`](Self::check) begins with this table.
    const RULES: Option<&'static [Param]> = None;

    /// Whether the write carries a reference. If not, [`Endpoint::refer`] changes nothing.
    const TAKES_REFERENCE: bool = false;

    /// Reports every rule that the parameters break.
    fn check(&self, settings: &Settings, violations: &mut Violations);

    /// Returns the parameters as path values, query and body. It is called only after
    /// [`check`](Self::check) found nothing.
    fn parts(&self, settings: &Settings) -> Parts;

    /// Returns the files that the body's segments refer to, by index.
    fn attachments(&self) -> Vec<&Attachment> {
        Vec::new()
    }

    /// Returns the caller's reference that the write carries, by which it can be found again.
    fn reference(&self) -> Option<&str> {
        None
    }

    /// Gives the write a reference of ours, the nonce of `settings`, if its API takes a reference
    /// and the caller gave none.
    fn refer(&mut self, _settings: &Settings) {}

    /// Returns the same write with its reference.
    fn referred(&self, settings: &Settings) -> Cow<'_, Self> {
        let mut write = Cow::Borrowed(self);
        if Self::TAKES_REFERENCE && self.reference().is_none() {
            write.to_mut().refer(settings);
        }
        write
    }

    /// Reads a successful response and returns its result.
    fn decode(response: &Response) -> Result<Self::Output, DecodeError>;

    /// Checks a successful response and returns where its result is, for a host that parses the
    /// JSON itself. Without an [`ANSWER`](Self::ANSWER) there is no result by default.
    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        Self::ANSWER.map_or(Ok(Shape::Empty), |answer| answer.read(response))
    }

    /// Returns what is odd about the items of a response's lists. An odd item is not part of the
    /// decoded result.
    #[must_use]
    fn odd(response: &Response) -> Vec<Odd> {
        if let Ok(Shape::Json { odd, .. }) = Self::shape(response) { odd } else { Vec::new() }
    }

    /// Returns how to find out whether this write took effect if its response was lost; see
    /// [`Once`](crate::call::once::Once).
    fn recovery(&self, _now_ms: f64) -> Recovery {
        Recovery::Impossible
    }

    /// Returns what a lookup proves about such a write.
    #[must_use]
    fn found(_evidence: Evidence<'_>) -> Finding {
        Finding::Unclear
    }

    /// The field that holds the items and the field that holds an item's time, if
    /// [`beyond`](Self::beyond) can return parameters.
    const TIMES: Option<[&'static str; 2]> = None;

    /// Returns the parameters that request the list from the last item of a page, which has this
    /// time, if the list can continue by time rather than by offset; see
    /// [`Pager`](crate::call::page::Pager).
    fn beyond(_asked: &Plan, _last: &str) -> Option<Json> {
        None
    }
}

/// One page of a list, as an endpoint returns it.
pub trait ListPage {
    /// The type of the list's items.
    type Item;

    /// Returns the items, and whether more follow.
    fn into_items(self) -> (Vec<Self::Item>, bool);

    /// Returns the key that identifies an item.
    fn key(item: &Self::Item) -> String;
}

/// The items of a list.
pub type ItemOf<L> = <<L as Endpoint>::Output as ListPage>::Item;

/// An endpoint whose result is one page of a list.
pub trait Listing: Endpoint<Output: ListPage> + Clone {
    /// Whether its pages are requested by their number, from 1, and not by the offset of their
    /// first item.
    const NUMBERED: bool = false;

    /// Returns the parameter that requests an offset or a page's number.
    fn position(&mut self) -> &mut Option<i64>;

    /// Returns the requested offset, 0 by default; or the page's number, 1 by default.
    fn offset(&mut self) -> u64 {
        let given = self.position().and_then(|position| u64::try_from(position).ok());
        given.unwrap_or(u64::from(Self::NUMBERED))
    }

    /// Returns the same list from another offset, or its page with another number.
    #[must_use]
    fn at(mut self, offset: u64) -> Self {
        *self.position() = Some(i64::try_from(offset).unwrap_or(i64::MAX));
        self
    }

    /// Returns the list from the last of these items; see [`Endpoint::beyond`].
    fn after(&self, _items: &[ItemOf<Self>]) -> Option<Self> {
        None
    }
}
