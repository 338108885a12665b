//! The one seam that every operation of every marketplace implements.

use crate::attachment::Attachment;
use crate::attachment::body::Body;
use crate::call::ensure::{Evidence, Finding, Once};
use crate::marketplaces::{Marketplace, Vendor};
use crate::model::schema::{Outline, Schema};
use crate::model::{check_with, exact};
use crate::rules::error::{DecodeError, ErrorKind, TicketError};
use crate::rules::input::{Fields, FromInput, Input};
use crate::rules::rule::Param;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::wire::http::{Headers, Method, Parts, Response, fill_path};
use crate::wire::json::{Json, Object, ToJson, named_to_json, to_json};
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

impl Access {
    fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

named_to_json!(Access, Access::as_str);

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

    /// How one finds out whether this write took effect, when its answer was lost; see [`ensure`](crate::call::ensure).
    fn once(&self, _now_ms: f64) -> Once {
        Once::Impossible
    }

    /// What a look says about such a write.
    #[must_use]
    fn found(evidence: Evidence<'_>) -> Finding {
        // To be `Finding::Unclear` when the last endpoint judges its own evidence.
        (Self::Vendor::MARKETPLACE.found)(evidence)
    }

    /// The field that holds the items and the one that holds an item's time, where [`beyond`](Self::beyond) has an answer.
    const TIMES: Option<[&'static str; 2]> = None;

    /// The parameters that ask for the list from the last item of a page on, which has this time, where that goes by times
    /// and not by an offset; see [`Walk`](crate::call::page::Walk).
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

/// What a JSON answer must fit, and what a host makes of one that does.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// Its table.
    pub schema: &'static Schema,
    /// Where the result is, told from what the check of the table saw.
    pub shape: fn(&Outline) -> Shape,
}

impl Answer {
    /// Checks an answer.
    pub fn read(&self, response: &Response) -> Result<Shape, DecodeError> {
        let outline = check_with(response, self.schema)?;
        let mut shape = (self.shape)(&outline);
        if let Shape::Json { text: text @ None, .. } = &mut shape {
            *text = exact(response, &outline);
        }
        Ok(shape)
    }
}

/// Where a host that parses JSON itself finds the result in an answer that was checked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Shape {
    /// The call has no result.
    Empty,
    /// The result is the body as text.
    Text,
    /// The result is the body's bytes.
    Bytes,
    /// The result is JSON.
    Json {
        /// Parse this text instead of the body: its shape was mended, or it holds integers that a JavaScript number
        /// would round (written as `{"$bigint":"…"}`).
        text: Option<String>,
        /// Walk down these fields.
        pick: &'static [&'static str],
        /// Set when the result is a page of a list.
        page: Option<PageShape>,
    },
}

impl ToJson for Shape {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        match self {
            Self::Empty => object.put("type", &"empty"),
            Self::Text => object.put("type", &"text"),
            Self::Bytes => object.put("type", &"bytes"),
            Self::Json { text, pick, page } => {
                object.put("type", &"json").put("text", text).put("pick", pick).put("page", page)
            }
        }
        .end();
    }
}

/// What a host needs to know to walk a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageShape {
    /// The field that tells items apart: `id_ticket`.
    pub key: &'static str,
    /// Whether pages are asked for by number, from 1, in the field `page`, and not by `offset`.
    pub numbered: bool,
    /// The field that holds the items: `data`.
    pub items: &'static str,
    /// The parameter that asks for another part of the list: `offset`.
    pub offset_field: &'static str,
    /// Where this page starts, if the vendor says so; else where it was asked to.
    pub offset: Option<u64>,
    /// How many items it has.
    pub length: u64,
    /// How many items the list has, if the vendor says so.
    pub total: Option<u64>,
    /// Whether there is a page after this one.
    pub more: bool,
    /// See [`Endpoint::beyond`]; [`Operation::read`] fills it in.
    pub beyond: Option<Json>,
}

to_json!(PageShape {
    "key": key,
    "numbered": numbered,
    "items": items,
    "offsetField": offset_field,
    "offset": offset,
    "length": length,
    "total": total,
    "more": more,
    "beyond": beyond,
});

/// A request that was checked and built, but for its body's bytes and its credentials. Plain data: it outlives the
/// module instance that made it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The marketplace's id.
    pub marketplace: String,
    /// The operation's name.
    pub endpoint: String,
    /// The HTTP method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Whether it changes something.
    pub access: Access,
    /// Headers without credentials.
    pub headers: Headers,
    /// Whether the answer comes from our gateway, which has its own headers and does the retries.
    pub gateway: bool,
    /// Whether a successful answer is handed on without a look at its body, as a gateway does.
    pub verbatim: bool,
    /// Whether it is sent without credentials.
    pub is_open: bool,
    /// Which of the account's rate gates it passes.
    pub bucket: String,
}

to_json!(Plan {
    "marketplace": marketplace,
    "endpoint": endpoint,
    "method": method,
    "url": url,
    "access": access,
    "headers": headers,
    "gateway": gateway,
    "verbatim": verbatim,
    "isOpen": is_open,
    "bucket": bucket,
});

impl FromInput for Plan {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        let access: String = fields.take("access");
        Self {
            marketplace: fields.take("marketplace"),
            endpoint: fields.take("endpoint"),
            method: fields.take("method"),
            url: fields.take("url"),
            access: if access == Access::Read.as_str() { Access::Read } else { Access::Write },
            headers: Headers::from_pairs(fields.take("headers")),
            gateway: fields.take("gateway"),
            verbatim: fields.take("verbatim"),
            is_open: fields.take("isOpen"),
            bucket: fields.take("bucket"),
        }
    }
}

/// What an operation wants to be answered with whose result is a file.
pub(crate) const ANY_FILE: &str = "*/*";

impl Plan {
    /// What a host makes of a successful answer that is handed on without a look at its body.
    #[must_use]
    pub fn unread(&self) -> Shape {
        if self.headers.get("accept") == Some(ANY_FILE) { Shape::Bytes } else { Shape::Empty }
    }

    /// The headers of one attempt, but for its credentials. `nonce` is made for this attempt alone, as late as can be.
    pub fn attempt_headers(&self, nonce: impl FnOnce() -> String) -> Headers {
        let mut headers = self.headers.clone();
        if self.gateway && self.access == Access::Write {
            headers.set(crate::call::gateway::NONCE, nonce());
        }
        headers
    }
}

/// A plan, and its body if it has one.
pub type Built = (Plan, Option<Body>);

/// One endpoint with its type erased, for callers that name it by text.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    /// Method, path, name.
    pub meta: Meta,
    marketplace: fn() -> &'static Marketplace,
    run: fn(Input, &Settings, &mut Violations, Aim) -> Outcome,
    shape: fn(&Response) -> Result<Shape, DecodeError>,
    beyond: fn(&Plan, &str) -> Option<Json>,
    /// See [`Endpoint::found`].
    pub found: fn(Evidence<'_>) -> Finding,
    /// The table of its answers, for hosts that check one themselves.
    pub answer: Option<Answer>,
    /// See [`Endpoint::RULES`].
    pub rules: Option<&'static [Param]>,
    /// See [`Endpoint::TIMES`].
    pub times: Option<[&'static str; 2]>,
}

/// What the parameters are read for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Aim {
    /// To say what is wrong with them.
    Check,
    /// To make a request of them, if nothing is.
    Build,
    /// To know how a lost write would be found again, at this time.
    Once(f64),
}

/// What came of it.
enum Outcome {
    Checked,
    Built(Parts),
    Once(Once),
}

impl Operation {
    /// The operation that `E` describes.
    #[must_use]
    pub const fn of<E: Endpoint>() -> Self {
        Self {
            meta: E::META,
            marketplace: marketplace_of::<E>,
            run: run::<E>,
            shape: E::shape,
            beyond: E::beyond,
            found: E::found,
            answer: E::ANSWER,
            rules: E::RULES,
            times: E::TIMES,
        }
    }

    /// The same operation on another path that it has, where it takes such a body; see [`Parts::template`].
    #[must_use]
    pub const fn at(mut self, path: &'static str, body: BodyKind) -> Self {
        self.meta.path = path;
        self.meta.body = body;
        self
    }

    /// All violations of `arguments`, the method's own arguments in their order.
    #[must_use]
    pub fn validate(&self, arguments: Vec<Input>, settings: &Settings) -> Vec<Violation> {
        let mut violations = Violations::new();
        let _ = (self.run)(named(self.meta.positional, arguments), settings, &mut violations, Aim::Check);
        violations.into_vec()
    }

    /// The request that `arguments` describe, or all their violations.
    pub fn plan(&self, arguments: Vec<Input>, settings: &Settings) -> Result<Built, Vec<Violation>> {
        let mut violations = Violations::new();
        match (self.run)(named(self.meta.positional, arguments), settings, &mut violations, Aim::Build) {
            Outcome::Built(parts) => build((self.marketplace)(), &self.meta, parts, settings),
            Outcome::Checked | Outcome::Once(_) => Err(violations.into_vec()),
        }
    }

    /// See [`Endpoint::once`]; for arguments that break no rule.
    #[must_use]
    pub fn once(&self, arguments: Vec<Input>, now_ms: f64) -> Once {
        let mut violations = Violations::new();
        let arguments = named(self.meta.positional, arguments);
        match (self.run)(arguments, &Settings::default(), &mut violations, Aim::Once(now_ms)) {
            Outcome::Once(once) => once,
            Outcome::Checked | Outcome::Built(_) => Once::Impossible,
        }
    }

    /// Checks a successful answer.
    pub fn shape(&self, response: &Response) -> Result<Shape, DecodeError> {
        (self.shape)(response)
    }

    /// The same for an answer that the host checked with our table: it handed over what it saw, and kept the body.
    pub fn outlined(&self, outline: &Outline) -> Result<Shape, DecodeError> {
        let answer = self.answer.ok_or_else(|| DecodeError::new("empty_body", "the body was not handed over"))?;
        Ok((answer.shape)(outline))
    }

    /// Checks the successful answer to `asked`; or takes the host's word for it, and what it `saw`.
    pub fn read(&self, asked: &Plan, response: &Response, saw: Option<&Outline>) -> Result<Shape, DecodeError> {
        let mut shape = saw.map_or_else(|| self.shape(response), |outline| self.outlined(outline))?;
        if let (Shape::Json { page: Some(page), .. }, Some([items, time])) = (&mut shape, self.times) {
            let last = match saw {
                Some(outline) => outline.last.clone(),
                None => Json::read(&response.body).and_then(|mut answer| answer.take(items).into_list().pop()),
            };
            page.beyond = last.and_then(|last| (self.beyond)(asked, last.get(time)?.as_str()?));
        }
        Ok(shape)
    }
}

/// Turns `getTicket(id, { embedded })` into `{ id_ticket: id, embedded }`.
fn named(positional: &[&str], arguments: Vec<Input>) -> Input {
    let mut arguments = arguments.into_iter();
    let mut entries: Vec<_> =
        positional.iter().map(|name| ((*name).to_owned(), arguments.next().unwrap_or_default())).collect();
    match arguments.next().unwrap_or_default() {
        Input::Map(mut rest) => {
            rest.retain(|(name, _)| !positional.contains(&name.as_str()));
            entries.append(&mut rest);
            Input::Map(entries)
        }
        Input::Absent => Input::Map(entries),
        // Not an object: reading it says so.
        other => other,
    }
}

/// A function, because the marketplace's own table of operations refers to it.
fn marketplace_of<E: Endpoint>() -> &'static Marketplace {
    E::Vendor::MARKETPLACE
}

/// All that is made anew for each type of parameters; what does not depend on it stays outside. Its parts are kept
/// apart: beside the same part of other operations each compresses better than in one long function.
fn run<E: Endpoint>(input: Input, settings: &Settings, violations: &mut Violations, aim: Aim) -> Outcome {
    #[inline(never)]
    fn read<E: Endpoint>(input: Input, violations: &mut Violations) -> E {
        E::from_input(input, "", violations)
    }

    #[inline(never)]
    fn check<E: Endpoint>(endpoint: &E, settings: &Settings, violations: &mut Violations) {
        endpoint.check(settings, violations);
    }

    #[inline(never)]
    fn parts<E: Endpoint>(endpoint: &E, settings: &Settings) -> Parts {
        endpoint.parts(settings)
    }

    #[inline(never)]
    fn once<E: Endpoint>(endpoint: &E, now_ms: f64) -> Once {
        endpoint.once(now_ms)
    }

    let endpoint: E = read(input, violations);
    if let Aim::Once(now_ms) = aim {
        return Outcome::Once(once(&endpoint, now_ms));
    }
    violations.reading_done();
    check(&endpoint, settings, violations);
    if aim == Aim::Build && violations.is_empty() {
        Outcome::Built(parts(&endpoint, settings))
    } else {
        Outcome::Checked
    }
}

/// Checks `endpoint` and builds its request.
pub fn plan<E: Endpoint>(endpoint: &E, settings: &Settings) -> Result<Built, TicketError> {
    let mut violations = Violations::new();
    endpoint.check(settings, &mut violations);
    violations
        .into_result()
        .and_then(|()| build(E::Vendor::MARKETPLACE, &E::META, endpoint.parts(settings), settings))
        .map_err(|list| TicketError::invalid(ErrorKind::Validation, list, E::Vendor::MARKETPLACE.id, E::META.name))
}

fn build(marketplace: &Marketplace, meta: &Meta, parts: Parts, settings: &Settings) -> Result<Built, Vec<Violation>> {
    let path = fill_path(parts.template.unwrap_or(meta.path_in(settings)), &parts.path).map_err(|field| {
        vec![Violation::new(
            field,
            "invalid_path_segment",
            format!("`{field}` cannot be part of a URL path"),
            "give the id as the marketplace returned it",
        )]
    })?;
    if let Some(fault) = parts.fault {
        let hint = "give values that JSON can have";
        return Err(vec![Violation::new("", "unwritable_body", format!("the body cannot be written: {fault}"), hint)]);
    }
    let mut plan = assemble(marketplace, meta, settings, &path, &parts.query.to_suffix());
    if parts.body.is_some() && meta.body == BodyKind::Json {
        plan.headers.set("Content-Type", "application/json");
    }
    for (name, value) in parts.headers.0 {
        plan.headers.set(name, value);
    }
    Ok((plan, parts.body))
}

/// The request for a new session: a form that carries its own credentials. `url` is absolute; a `Read` may be repeated.
#[must_use]
pub fn session_plan(
    marketplace: &Marketplace,
    settings: &Settings,
    url: &str,
    form: &crate::wire::http::Query,
    access: Access,
) -> Built {
    let meta = Meta { name: "session", method: Method::Post, access, is_open: true, ..Meta::READ };
    let mut plan = Plan { url: url.to_owned(), verbatim: true, ..assemble(marketplace, &meta, settings, "", "") };
    plan.headers.set("Content-Type", "application/x-www-form-urlencoded");
    let mut body = Body::new();
    body.push_text(&form.to_form());
    (plan, Some(body))
}

/// The request that a gateway passes on for a method and a path below the base URL. Path and query are rebuilt from
/// their decoded parts, so that only one spelling of a route is ever sent. Of `headers`, those that the operation knows go
/// along, and a `Content-Type`, which is there when a body is.
pub fn forward(
    marketplace: &Marketplace,
    method: &str,
    path_and_query: &str,
    headers: &Headers,
    settings: &Settings,
) -> Result<Plan, Vec<Violation>> {
    let refused = |code, message: &str, hint| vec![Violation::new("", code, message, hint)];
    let no_route = || refused("no_such_route", "the gateway has no such route", "use a path of a ticket endpoint");
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let (meta, values) = marketplace.route(method, path, settings).ok_or_else(no_route)?;
    let path = fill_path(meta.path_in(settings), &values).map_err(|_| no_route())?;
    let query = crate::wire::http::Query::parse(query).ok_or_else(no_route)?.to_suffix();
    let mut plan = Plan { verbatim: true, ..assemble(marketplace, meta, settings, &path, &query) };
    for name in meta.headers {
        if let Some(value) = headers.get(name) {
            plan.headers.set(*name, value);
        }
    }
    if let Some(content_type) = headers.get("content-type") {
        if !meta.body.takes(content_type) {
            return Err(refused("unexpected_body", "the route takes no such body", "send the endpoint's own body"));
        }
        plan.headers.set("Content-Type", content_type);
    }
    Ok(plan)
}

/// A plan from a path and a query that are encoded already.
#[must_use]
pub fn assemble(marketplace: &Marketplace, meta: &Meta, settings: &Settings, path: &str, query: &str) -> Plan {
    let mut headers = settings.headers.clone();
    headers.set("Accept", meta.accept);
    Plan {
        marketplace: marketplace.id.to_owned(),
        endpoint: meta.name.to_owned(),
        method: meta.method,
        url: format!("{}{path}{query}", settings.base_url(marketplace)),
        access: meta.access,
        headers,
        gateway: settings.gateway,
        verbatim: false,
        is_open: meta.is_open,
        bucket: (marketplace.rate)(meta).0.to_owned(),
    }
}

#[cfg(all(test, feature = "kaufland"))]
mod tests {
    use super::*;
    use crate::marketplaces::kaufland::KAUFLAND;

    fn url(method: &str, path: &str, content_type: Option<&str>) -> Result<String, String> {
        let headers: Headers = content_type.map(|content_type| ("content-type", content_type)).into_iter().collect();
        forward(&KAUFLAND, method, path, &headers, &Settings::default())
            .map(|plan| plan.url)
            .map_err(|violations| violations.into_iter().map(|violation| violation.code).collect())
    }

    #[test]
    fn only_writes_through_a_gateway_carry_a_nonce() {
        let through = |gateway, access| {
            let settings =
                Settings { gateway, base_url: gateway.then(|| "https://own.test".to_owned()), ..Settings::default() };
            let meta = Meta { access, ..Meta::READ };
            let plan = assemble(&KAUFLAND, &meta, &settings, "/tickets", "");
            plan.attempt_headers(|| "one of a kind".to_owned()).get(crate::call::gateway::NONCE).map(str::to_owned)
        };
        assert_eq!(through(true, Access::Write).as_deref(), Some("one of a kind"));
        for (gateway, access) in [(true, Access::Read), (false, Access::Write), (false, Access::Read)] {
            assert_eq!(through(gateway, access), None);
        }
    }

    /// The gateway tells writes by their method, before it knows the operation.
    #[test]
    fn what_is_got_is_read_and_all_else_is_written() {
        for operation in crate::marketplaces::ALL.iter().flat_map(|marketplace| marketplace.operations) {
            let Meta { name, method, access, .. } = operation.meta;
            assert_eq!(method == Method::Get, access == Access::Read, "{name}");
        }
    }

    #[test]
    fn a_gateway_sends_one_spelling_of_each_route() {
        let base = |path: &str| Ok(format!("https://sellerapi.kaufland.com/v2{path}"));
        for (method, path, content_type, sent) in [
            ("GET", "/tickets", None, "/tickets"),
            ("GET", "/tickets?", None, "/tickets"),
            (
                "GET",
                "/tickets?status=opened&status=%62uyer_closed&a=b c+d",
                None,
                "/tickets?status=opened&status=buyer_closed&a=b%20c%20d",
            ),
            ("GET", "/tickets/messages", None, "/tickets/messages"),
            ("GET", "/tickets/%30%30110?embedded=files", None, "/tickets/00110?embedded=files"),
            ("PATCH", "/tickets/00110/close", None, "/tickets/00110/close"),
            ("POST", "/tickets/00110/messages", Some("Application/JSON; charset=utf-8"), "/tickets/00110/messages"),
        ] {
            assert_eq!(url(method, path, content_type), base(sent), "{method} {path}");
        }
    }

    #[test]
    fn a_gateway_knows_files_by_what_they_are_asked_for_with() {
        let body = b"bytes".to_vec();
        for marketplace in crate::marketplaces::ALL {
            for operation in marketplace.operations {
                let read = (operation.shape)(&Response { status: 200, body: body.clone(), ..Response::default() });
                let plan = assemble(marketplace, &operation.meta, &Settings::default(), "", "");
                let name = operation.meta.name;
                assert_eq!(read == Ok(Shape::Bytes), plan.unread() == Shape::Bytes, "{} {name}", marketplace.id);
            }
        }
    }

    #[test]
    fn a_gateway_has_no_other_routes() {
        for (method, path) in [
            ("DELETE", "/tickets/00110"),
            ("get", "/tickets"),
            ("GET", ""),
            ("GET", "/"),
            ("GET", "/orders"),
            ("GET", "/tickets/"),
            ("GET", "//tickets"),
            ("GET", "/Tickets"),
            ("GET", "/v2/tickets"),
            ("GET", "/tickets/../orders"),
            ("GET", "/tickets/%2e%2e"),
            ("GET", "/tickets/..%2forders"),
            ("GET", "/tickets/1%2f..%2f..%2forders"),
            ("GET", "/tickets/1/messages"),
            ("GET", "/tickets/1%00"),
            ("GET", "/tickets/%"),
            ("GET", "/tickets?a=%zz"),
            ("GET", "/tickets;a=b"),
            ("PATCH", "/tickets/1/close/x"),
            ("POST", "/tickets/1"),
        ] {
            assert_eq!(url(method, path, None), Err("no_such_route".to_owned()), "{method} {path}");
        }
        for (method, path, content_type) in [
            ("GET", "/tickets", "application/json"),
            ("PATCH", "/tickets/1/close", "application/json"),
            ("POST", "/tickets", "text/plain"),
            ("POST", "/tickets", "multipart/form-data; boundary=x"),
        ] {
            assert_eq!(url(method, path, Some(content_type)), Err("unexpected_body".to_owned()), "{method} {path}");
        }
    }
}
