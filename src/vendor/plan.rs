//! Turns parameters into a request that is checked and built.

use crate::attachment::body::Body;
use crate::rules::codes::{Code, ViolationCode, code};
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::rule::Rule;
use crate::rules::settings::{Accept, Settings};
use crate::rules::value::{Given, Tree};
use crate::rules::violation::{Violation, Violations};
use crate::rules::words::{Label, Name, Names, words};
use crate::vendor::answer::Shape;
use crate::vendor::marketplace::{Marketplace, Vendor};
use crate::vendor::{Access, BodyKind, Endpoint, Meta};
use crate::wire::gateway;
use crate::wire::http::{Headers, Method};
use crate::wire::repeats::repeats;
use crate::wire::url::{Query, fill_path};
use serde::{Deserialize, Serialize};

/// The request that an endpoint makes from its parameters, without the base URL, the common headers
/// and the credentials.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The path template, if these parameters use another one than the operation's own.
    pub template: Option<&'static str>,
    /// The values of the path template's `{names}`, unencoded.
    pub path: Vec<(&'static str, String)>,
    /// The query.
    pub query: Query,
    /// The headers of this request: a page, a language, the `Content-Type` of a form.
    pub headers: Headers,
    /// The body, if the request has one.
    pub body: Option<Body>,
    /// The reason why the body could not be written.
    pub fault: Option<String>,
    /// The caller's reference that the write carries.
    pub reference: Option<String>,
}

/// The parts are built by small methods that are compiled once: a literal with all fields would be
/// compiled again in each of 37 operations.
impl Parts {
    /// Returns an empty request.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the request with a value for the path.
    #[must_use]
    pub fn at(mut self, name: &'static str, value: &str) -> Self {
        self.path.push((name, value.to_owned()));
        self
    }

    /// Returns the request with this query.
    #[must_use]
    pub fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// Returns the request with a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: String) -> Self {
        self.headers.set(name, value);
        self
    }

    /// Returns the request with this body.
    #[must_use]
    pub fn body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// Returns the request with this value as its JSON body.
    #[must_use]
    pub fn body_of(self, value: &dyn Given) -> Self {
        self.body_of_tree(&value.tree())
    }

    /// Returns the request with this data as its JSON body.
    #[must_use]
    pub fn body_of_tree(mut self, value: &Tree<'_>) -> Self {
        let mut body = Body::new();
        self.fault = body.push_tree(value).err();
        self.body(body)
    }
}

/// A request that was checked and built, except for its body's bytes and its credentials. It is
/// plain data, so it can outlive the module instance that made it.
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
    /// Whether the request changes something.
    pub access: Access,
    /// The headers without credentials.
    pub headers: Headers,
    /// Whether the response comes from our gateway, which has its own headers and does the retries.
    pub gateway: bool,
    /// Whether a successful response is passed on without reading its body, as a gateway does.
    pub verbatim: bool,
    /// Whether it is sent without credentials.
    pub is_open: bool,
    /// The name of the account's rate gate that the request passes.
    pub bucket: String,
    /// The caller's reference that the write carries.
    pub reference: Option<String>,
}

/// The name that a request for a session has instead of an operation's name.
const SESSION: &str = "session";

/// The `Accept` header of an operation whose result is a file.
pub(crate) const ANY_FILE: &str = "*/*";

/// The `Accept` header of an operation whose result is XML.
pub(crate) const XML: &str = "application/xml";

impl Plan {
    /// Returns what a host makes of a successful response that is passed on without reading its
    /// body.
    #[must_use]
    pub fn unread(&self) -> Shape {
        if self.headers.get("accept") == Some(ANY_FILE) { Shape::Bytes } else { Shape::Empty }
    }

    /// Returns whether the request asks for XML.
    #[must_use]
    pub fn is_for_xml(&self) -> bool {
        self.headers.get("accept") == Some(XML)
    }

    /// Returns whether the request asks for a session. Such a response holds tokens, so an error
    /// shows nothing of it.
    #[must_use]
    pub fn is_for_session(&self) -> bool {
        self.endpoint == SESSION
    }

    /// Returns the headers of one attempt, except its credentials. `nonce` is made for this attempt
    /// alone, as late as possible.
    pub fn attempt_headers(&self, nonce: impl FnOnce() -> String) -> Headers {
        let mut headers = self.headers.clone();
        if self.gateway && self.access == Access::Write {
            headers.set(gateway::NONCE, nonce());
        }
        headers
    }
}

/// A plan and its body, if it has one.
pub type Built = (Plan, Option<Body>);

/// Checks `endpoint` and returns its request.
pub fn plan<E: Endpoint>(endpoint: &E, settings: &Settings) -> Result<Built, TicketError> {
    let mut violations = Violations::new();
    endpoint.check(settings, &mut violations);
    violations
        .into_result()
        .and_then(|()| build(E::Vendor::MARKETPLACE, &E::META, parts(endpoint, settings), settings))
        .map_err(|list| TicketError::invalid(ErrorKind::Validation, list, E::Vendor::MARKETPLACE.id, E::META.name))
}

/// Returns the parts of a request, with its reference.
pub(super) fn parts<E: Endpoint>(endpoint: &E, settings: &Settings) -> Parts {
    Parts { reference: endpoint.reference().map(str::to_owned), ..endpoint.parts(settings) }
}

pub(super) fn build(
    marketplace: &Marketplace,
    meta: &Meta,
    parts: Parts,
    settings: &Settings,
) -> Result<Built, Vec<Violation>> {
    let path = fill_path(parts.template.unwrap_or(meta.path_in(settings)), &parts.path).map_err(|field| {
        vec![Violation::new(
            field,
            code!("invalid_path_segment"),
            format!("`{field}` cannot be part of a URL path"),
            "give the id as the marketplace returned it",
        )]
    })?;
    if let Some(fault) = parts.fault {
        let hint = "give values that JSON can have";
        return Err(vec![Violation::new(
            "",
            code!("unwritable_body"),
            format!("the body cannot be written: {fault}"),
            hint,
        )]);
    }
    if settings.accept == Accept::Xml && !meta.offers_xml && meta.accept != XML {
        let words = words!(
            "unknown_option",
            ["known", "_method"],
            "`{field}` is `xml`, but `{_method}` has no answer in XML",
            "leave it out",
        );
        return Err(vec![Violation::of("accept", words, (Names(&[]), Label(meta.name)))]);
    }
    let mut plan = assemble(marketplace, meta, settings, &path, &parts.query.to_suffix());
    if parts.body.is_some() && meta.body == BodyKind::Json {
        plan.headers.set("Content-Type", "application/json");
    }
    plan.reference = parts.reference;
    for (name, value) in parts.headers.0 {
        plan.headers.set(name, value);
    }
    Ok((plan, parts.body))
}

/// Returns the request for a new session, which is a form that carries its own credentials. `url`
/// is absolute; a `Read` may be repeated.
#[must_use]
pub fn session_plan(marketplace: &Marketplace, settings: &Settings, url: &str, form: &Query, access: Access) -> Built {
    let meta = Meta { name: SESSION, method: Method::Post, access, is_open: true, ..Meta::READ };
    let mut plan = Plan { url: url.to_owned(), verbatim: true, ..assemble(marketplace, &meta, settings, "", "") };
    plan.headers.set("Content-Type", "application/x-www-form-urlencoded");
    let mut body = Body::new();
    body.push_text(&form.to_form());
    (plan, Some(body))
}

/// Returns the request that a gateway passes on for a method and a path below the base URL. Path
/// and query are rebuilt from their decoded parts, so that only one spelling of a route is ever
/// sent. Of `headers`, only those that the operation knows are sent, and a `Content-Type`, which is
/// present if there is a body.
pub fn forward(
    marketplace: &Marketplace,
    method: &str,
    path_and_query: &str,
    headers: &Headers,
    settings: &Settings,
) -> Result<Plan, Vec<Violation>> {
    let refused = |code: Code<ViolationCode>, message: &str, hint| vec![Violation::new("", code, message, hint)];
    let no_route =
        || refused(code!("no_such_route"), "the gateway has no such route", "use a path of a ticket endpoint");
    let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
    let (meta, values) = marketplace.route(method, path, settings).ok_or_else(no_route)?;
    let path = fill_path(meta.path_in(settings), &values).map_err(|_| no_route())?;
    let query = Query::parse(query).ok_or_else(no_route)?;
    check_repeats(marketplace, meta, &query)?;
    let query = query.to_suffix();
    let mut plan = Plan { verbatim: true, ..assemble(marketplace, meta, settings, &path, &query) };
    for name in meta.headers {
        if let Some(value) = headers.get(name) {
            plan.headers.set(*name, value);
        }
    }
    if meta.offers_xml && headers.get("accept") == Some(XML) {
        plan.headers.set("Accept", XML);
    }
    if let Some(content_type) = headers.get("content-type") {
        if !meta.body.takes(content_type) {
            return Err(refused(
                code!("unexpected_body"),
                "the route takes no such body",
                "send the endpoint's own body",
            ));
        }
        plan.headers.set("Content-Type", content_type);
    }
    Ok(plan)
}

/// Reports names that a query has twice although their parameter is no list. Servers differ in
/// which of the two counts, so the one that the seller's own server checked may be the other.
fn check_repeats(marketplace: &Marketplace, meta: &Meta, query: &Query) -> Result<(), Vec<Violation>> {
    let rules = marketplace.operation(meta.name).and_then(|operation| operation.rules).unwrap_or_default();
    let is_list = |name: &str| rules.iter().any(|param| param.name == name && matches!(param.rule, Rule::List { .. }));
    let mut violations = Violations::new();
    for ((name, _), is_repeated) in query.0.iter().zip(repeats(query.0.iter().map(|(name, _)| name.clone()))) {
        if is_repeated && !is_list(name) {
            let words = words!(
                "repeated_parameter",
                ["name"],
                "the query has `{name}` more than once, and it is no list",
                "give it once",
            );
            violations.add(name, words, (Name(name),));
        }
    }
    violations.into_result()
}

/// Returns a plan from a path and a query that are already encoded.
#[must_use]
pub fn assemble(marketplace: &Marketplace, meta: &Meta, settings: &Settings, path: &str, query: &str) -> Plan {
    let mut headers = settings.headers.clone();
    headers.set("Accept", if meta.offers_xml && settings.accept == Accept::Xml { XML } else { meta.accept });
    Plan {
        marketplace: marketplace.id.to_owned(),
        endpoint: meta.name.to_owned(),
        method: meta.method,
        // `format!` takes several times as long in wasm.
        url: [marketplace.base_url(settings), path, query].concat(),
        access: meta.access,
        headers,
        gateway: settings.gateway,
        verbatim: false,
        is_open: meta.is_open,
        bucket: (marketplace.rate)(meta).0.to_owned(),
        reference: None,
    }
}
