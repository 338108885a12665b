//! The one seam that every operation of every marketplace implements.

use crate::attachment::Attachment;
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

/// Whether a call changes something at the marketplace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Access {
    /// Changes nothing; may be repeated at will.
    Read,
    /// Changes something; repeated only when the first try was certainly refused.
    Write,
}

/// What is fixed about an operation.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Meta {
    /// The method's name in the public API: `getTicket`.
    pub name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base URL: `/tickets/{id_ticket}`.
    pub path: &'static str,
    /// Whether it changes something.
    pub access: Access,
    /// The names of the positional arguments; the argument after them is the object of all other parameters.
    #[serde(skip)]
    pub positional: &'static [&'static str],
    /// What it sends.
    #[serde(skip)]
    pub body: BodyKind,
    /// Names of headers of its own, which a gateway passes on.
    #[serde(skip)]
    pub headers: &'static [&'static str],
    /// What it wants to be answered with.
    #[serde(skip)]
    pub accept: &'static str,
    /// Whether it needs no credentials.
    #[serde(skip)]
    pub is_open: bool,
    /// Whether [`Settings::ticket_path`] can stand in for `path`, which then has no placeholders: the vendor's documents
    /// do not say where the operation is.
    #[serde(skip)]
    pub is_movable: bool,
    /// Whether it closes something, so that a second copy is refused because of the first, in whatever words.
    #[serde(skip)]
    pub closes: bool,
}

impl Meta {
    /// An operation that reads JSON; the rest is said with `..Meta::READ`.
    pub const READ: Self = Self {
        name: "",
        method: Method::Get,
        path: "",
        access: Access::Read,
        positional: &[],
        body: BodyKind::None,
        headers: &[],
        accept: "application/json",
        is_open: false,
        is_movable: false,
        closes: false,
    };

    /// An operation that sends JSON and changes something; the rest is said with `..Meta::WRITE`.
    pub const WRITE: Self = Self { method: Method::Post, access: Access::Write, body: BodyKind::Json, ..Self::READ };

    /// An operation with this method, these positional arguments and this body, as `endpoint!` declares it.
    #[must_use]
    pub const fn new(method: Method, positional: &'static [&'static str], body: BodyKind) -> Self {
        let access = if matches!(method, Method::Get) { Access::Read } else { Access::Write };
        Self { method, access, positional, body, ..Self::READ }
    }

    /// The path that requests have.
    #[must_use]
    pub fn path_in<'a>(&self, settings: &'a Settings) -> &'a str {
        settings.ticket_path.as_deref().filter(|_| self.is_movable).unwrap_or(self.path)
    }
}

/// What an operation sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// Nothing.
    None,
    /// A JSON text.
    Json,
    /// A form with files; the endpoint names its boundary in `Content-Type`.
    Multipart,
}

impl BodyKind {
    /// Whether a gateway passes on a body with this `Content-Type`.
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

/// One operation of one marketplace. The type holds its parameters; everything else is a pure function of them.
pub trait Endpoint: FromInput {
    /// The marketplace that has it.
    type Vendor: Vendor;

    /// What a successful call returns.
    type Output;

    /// Method, path, name.
    const META: Meta;

    /// What a successful answer must fit, where it comes as the vendor documents it and needs no mending.
    const ANSWER: Option<Answer> = None;

    /// Its rules, where this table says them all, but for those about parameters that the table leaves to
    /// [`Code`](crate::rules::rule::Rule::Code) and about names that it does not have. Then [`check`](Self::check) begins with it.
    const RULES: Option<&'static [Param]> = None;

    /// Reports every rule that the parameters break.
    fn check(&self, settings: &Settings, violations: &mut Violations);

    /// The parameters as path values, query and body. Called only after [`check`](Self::check) found nothing.
    fn parts(&self, settings: &Settings) -> Parts;

    /// The files that the body's segments refer to, by index.
    fn attachments(&self) -> Vec<&Attachment> {
        Vec::new()
    }

    /// Reads a successful answer.
    fn decode(response: &Response) -> Result<Self::Output, DecodeError>;

    /// Checks a successful answer and says where its result is, for a host that parses the JSON itself. Without an
    /// [`ANSWER`](Self::ANSWER) there is none, unless the endpoint says otherwise.
    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        Self::ANSWER.map_or(Ok(Shape::Empty), |answer| answer.read(response))
    }

    /// How one finds out whether this write took effect, when its answer was lost; see [`Once`](crate::call::once::Once).
    fn recovery(&self, _now_ms: f64) -> Recovery {
        Recovery::Impossible
    }

    /// What a look says about such a write.
    #[must_use]
    fn found(_evidence: Evidence<'_>) -> Finding {
        Finding::Unclear
    }

    /// The field that holds the items and the one that holds an item's time, where [`beyond`](Self::beyond) has an answer.
    const TIMES: Option<[&'static str; 2]> = None;

    /// The parameters that ask for the list from the last item of a page on, which has this time, where that goes by times
    /// and not by an offset; see [`Pager`](crate::call::page::Pager).
    fn beyond(_asked: &Plan, _last: &str) -> Option<Json> {
        None
    }
}

/// An endpoint whose result is one page of a list.
pub trait Listing: Endpoint + Clone {
    /// What the list holds.
    type Item;

    /// Whether its pages are asked for by their number, from 1, and not by the offset of their first item.
    const NUMBERED: bool = false;

    /// The offset that is asked for, 0 without one; or the page's number, 1 without one.
    fn offset(&self) -> u64;

    /// The same list from another offset on, or its page with another number.
    #[must_use]
    fn at(self, offset: u64) -> Self;

    /// The items of a page, and whether there are more behind it.
    fn page(output: Self::Output) -> (Vec<Self::Item>, bool);

    /// What tells an item from others.
    fn key(item: &Self::Item) -> String;

    /// The list from the last of these items on; see [`Endpoint::beyond`].
    fn after(&self, _items: &[Self::Item]) -> Option<Self> {
        None
    }
}
