//! The exports to JavaScript: plain data in, plain data out. Nothing is decided here, and nothing is kept: a module
//! instance can be thrown away between any two calls.

#[cfg(feature = "jtl-scx")]
use crate::attachment::Attachment;
use crate::attachment::{Body, Segment};
use crate::call::{Call, Event, Now, Step, WaitReason};
use crate::endpoint::{Access, Built, Operation, Shape, forward};
use crate::ensure::{self, Ensure};
use crate::error::{ErrorKind, Sent, TicketError};
use crate::http::{Headers, Method, Response};
use crate::input::{FromInput, Input};
use crate::limit::Gate;
use crate::mac::{self, Mac};
#[cfg(feature = "jtl-scx")]
use crate::marketplace::jtl_scx::replies::{self, Happened, Inbox};
use crate::marketplace::{self, Authorize, BodyBytes, Marketplace, Unsigned};
use crate::open_enum::Meaning;
use crate::page::{PageFacts, Turn, Walk};
use crate::secret::Secret;
use crate::session::{Consent, Grant, Session};
use crate::settings::{CallOptions, Settings};
use crate::validate::{Violation, Violations};
use crate::web::host_request;
use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

mod files;

pub use files::*;

#[wasm_bindgen]
extern "C" {
    /// See `Event` in the TypeScript driver.
    pub type HostEvent;
    #[wasm_bindgen(method, getter, js_name = "type")]
    fn kind(this: &HostEvent) -> String;
    #[wasm_bindgen(method, getter)]
    fn now(this: &HostEvent) -> f64;
    #[wasm_bindgen(method, getter)]
    fn random(this: &HostEvent) -> Option<f64>;
    #[wasm_bindgen(method, getter)]
    fn status(this: &HostEvent) -> Option<u16>;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &HostEvent) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn body(this: &HostEvent) -> Option<js_sys::Uint8Array>;
    #[wasm_bindgen(method, getter)]
    fn message(this: &HostEvent) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn aborted(this: &HostEvent) -> Option<bool>;

    /// What happened to a sure write: see `Happened` in the TypeScript boundary.
    pub type HostHappened;
    #[wasm_bindgen(method, getter, js_name = "type")]
    fn kind(this: &HostHappened) -> String;
    #[wasm_bindgen(method, getter)]
    fn sent(this: &HostHappened) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn status(this: &HostHappened) -> Option<u16>;
    #[wasm_bindgen(method, getter)]
    fn value(this: &HostHappened) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn page(this: &HostHappened) -> JsValue;
}

/// Reports everything that is wrong with a client's options; `credentials` is `undefined` behind a gateway.
#[wasm_bindgen(js_name = checkSettings)]
pub fn check_settings(marketplace: &str, settings: JsValue, credentials: JsValue) -> Result<JsValue, JsValue> {
    let marketplace = find(marketplace)?;
    let mut violations = Violations::new();
    let settings = Settings::from_input(input(settings)?, "", &mut violations);
    settings.check(marketplace, &mut violations);
    if !settings.gateway {
        let _ = (marketplace.credentials)(input(credentials)?, &mut violations);
    }
    to_js(&violations.into_vec())
}

/// Reports every rule that a method's arguments break.
#[wasm_bindgen]
pub fn validate(marketplace: &str, endpoint: &str, arguments: JsValue, settings: JsValue) -> Result<JsValue, JsValue> {
    let marketplace = find(marketplace)?;
    let operation = find_operation(marketplace, endpoint)?;
    let settings = Settings::from_input(input(settings)?, "", &mut Violations::new());
    to_js(&operation.validate(list(arguments)?, &settings))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Begun {
    Invalid { violations: Vec<Violation> },
    Ready { call: Box<Call>, body: Option<Vec<Segment>> },
}

/// Checks a method's arguments and builds its request: `{ violations }` or `{ call, body }`.
#[wasm_bindgen]
pub fn begin(
    marketplace: &str,
    endpoint: &str,
    arguments: JsValue,
    settings: JsValue,
    options: JsValue,
) -> Result<JsValue, JsValue> {
    let marketplace = find(marketplace)?;
    let operation = find_operation(marketplace, endpoint)?;
    let arguments = list(arguments)?;
    begin_with(settings, options, |settings| operation.plan(arguments, settings))
}

/// Builds the request that a gateway passes on, if one of the marketplace's operations has this method and path.
/// `path_and_query` is below the base URL; both are rebuilt from their decoded parts, so that one spelling is sent.
/// `headers` are the request's own, with a `Content-Type` only if it has a body; those that the operation knows pass.
#[wasm_bindgen(js_name = beginForward)]
pub fn begin_forward(
    marketplace: &str,
    method: &str,
    path_and_query: &str,
    headers: JsValue,
    settings: JsValue,
    options: JsValue,
) -> Result<JsValue, JsValue> {
    let marketplace = find(marketplace)?;
    let headers: Headers = from_js(headers)?;
    begin_with(settings, options, |settings| {
        let plan = forward(marketplace, method, path_and_query, &headers, settings)?;
        Ok((plan, None))
    })
}

fn begin_with(
    settings: JsValue,
    options: JsValue,
    plan: impl FnOnce(&Settings) -> Result<Built, Vec<Violation>>,
) -> Result<JsValue, JsValue> {
    let mut violations = Violations::new();
    let settings = Settings::from_input(input(settings)?, "", &mut violations);
    let options = CallOptions::from_input(input(options)?, "", &mut violations);
    options.check(&mut violations);
    let settings = settings.with(&options);
    let begun = violations.into_result().and_then(|()| plan(&settings));
    to_js(&match begun {
        Ok((plan, body)) => {
            let call = Call::new(plan, &settings).with_session(options.session);
            Begun::Ready { call: Box::new(call), body: body.map(Body::into_segments) }
        }
        Err(violations) => Begun::Invalid { violations },
    })
}

#[derive(Serialize)]
struct Advanced<'a> {
    call: &'a Call,
    gate: Gate,
    step: JsStep,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
enum JsStep {
    Send { attempt: u32, timeout_ms: f64, max_body_bytes: u64 },
    Token { refused: bool },
    Wait { ms: f64, reason: WaitReason, attempt: u32 },
    Done { result: Shape, attempts: u32 },
    Fail { error: Box<TicketError> },
}

/// Takes a call one step on.
#[wasm_bindgen]
pub fn advance(call: JsValue, gate: JsValue, event: &HostEvent) -> Result<JsValue, JsValue> {
    let mut call: Call = from_js(call)?;
    let mut gate: Gate = if gate.is_undefined() { Gate::default() } else { from_js(gate)? };
    let marketplace = find(&call.plan.marketplace)?;
    let now = Now { ms: event.now(), random: event.random().unwrap_or(0.5) };
    let status = event.status();
    let happened = match event.kind().as_str() {
        "start" => Event::Start,
        "waited" => Event::Waited,
        "token" => Event::Token,
        "response" => Event::Response { response: response(status, event.headers(), event.body())? },
        "timed_out" => Event::TimedOut { status },
        "aborted" => Event::Aborted { status },
        "not_sent" => Event::NotSent { aborted: event.aborted().unwrap_or_default() },
        _ => Event::SendFailed { status, message: event.message().unwrap_or_default() },
    };
    let step = match call.advance(marketplace, &mut gate, now, happened) {
        Step::Send { attempt, timeout_ms, max_body_bytes } => JsStep::Send { attempt, timeout_ms, max_body_bytes },
        Step::Token { refused } => JsStep::Token { refused },
        Step::Wait { ms, reason, attempt } => JsStep::Wait { ms, reason, attempt },
        Step::Fail(error) => JsStep::Fail { error },
        Step::Done(_) if call.plan.verbatim => JsStep::Done { result: call.plan.unread(), attempts: call.attempts() },
        Step::Done(response) => match find_operation(marketplace, &call.plan.endpoint)?.read(&call.plan, &response) {
            Ok(result) => JsStep::Done { result, attempts: call.attempts() },
            Err(error) => JsStep::Fail { error: call.undecodable(error, &response) },
        },
    };
    to_js(&Advanced { call: &call, gate, step })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BegunOnce<'a> {
    /// The machine as text, for [`advance_once`] only.
    once: String,
    key: Option<&'a str>,
    end_ms: f64,
    settle_ms: f64,
}

/// Begins a sure write: `{ once, key, endMs, settleMs }`. Throws where nobody could tell whether it landed.
#[wasm_bindgen(js_name = beginOnce)]
pub fn begin_once(
    marketplace: &str,
    endpoint: &str,
    arguments: JsValue,
    settings: JsValue,
    options: JsValue,
    now: f64,
) -> Result<JsValue, JsValue> {
    let marketplace = find(marketplace)?;
    let operation = find_operation(marketplace, endpoint)?;
    let mut violations = Violations::new();
    let settings = Settings::from_input(input(settings)?, "", &mut violations);
    let options = CallOptions::from_input(input(options)?, "", &mut violations);
    let settings = settings.with(&options);
    let once = operation.once(list(arguments)?, &settings, now);
    let begun = Ensure::new(marketplace, endpoint, once, &settings, now).map_err(|error| thrown(*error))?;
    to_js(&BegunOnce { once: json(&begun)?, key: begun.key(), end_ms: begun.end_ms(), settle_ms: begun.settle_ms() })
}

#[derive(Serialize)]
struct AdvancedOnce {
    once: String,
    step: JsStepOnce,
}

#[derive(Serialize)]
#[serde(untagged)]
enum JsStepOnce {
    Found { r#type: &'static str, result: Shape },
    Other(ensure::Step),
}

/// Takes a sure write one step on: `{ once, step }`.
#[wasm_bindgen(js_name = advanceOnce)]
pub fn advance_once(once: &str, now: f64, happened: &HostHappened) -> Result<JsValue, JsValue> {
    let mut machine: Ensure = serde_json::from_str(once).map_err(|error| JsValue::from(error.to_string()))?;
    let marketplace = find(machine.marketplace())?;
    let operation = find_operation(marketplace, machine.endpoint())?;
    let happened = match happened.kind().as_str() {
        "begun" => ensure::Happened::Begun,
        "read" => {
            let page = happened.page();
            ensure::Happened::Read {
                value: serde_json::to_value(input(happened.value())?).unwrap_or_default(),
                page: if page.is_null() { None } else { Some(from_js(page)?) },
            }
        }
        "write_failed" => {
            let sent = happened.sent().and_then(|sent| Sent::parse(&sent)).unwrap_or(Sent::Maybe);
            ensure::Happened::WriteFailed { sent, status: happened.status() }
        }
        "waited" => ensure::Happened::Waited,
        _ => ensure::Happened::ReadFailed,
    };
    let step = machine.advance(marketplace, now, happened);
    let step = match step {
        ensure::Step::Found { answer } => {
            let response = ensure::answer(&answer);
            match operation.shape(&response) {
                Ok(Shape::Json { text, pick, page }) => {
                    let text = text.or_else(|| String::from_utf8(response.body).ok());
                    JsStepOnce::Found { r#type: "found", result: Shape::Json { text, pick, page } }
                }
                Ok(result) => JsStepOnce::Found { r#type: "found", result },
                Err(error) => {
                    let mut failure = TicketError::local(
                        ErrorKind::Decode,
                        error.code,
                        error.message,
                        marketplace.id,
                        machine.endpoint(),
                    );
                    failure.sent = Sent::Yes;
                    JsStepOnce::Other(ensure::Step::Fail { error: Box::new(failure) })
                }
            }
        }
        other => JsStepOnce::Other(other),
    };
    to_js(&AdvancedOnce { once: json(&machine)?, step })
}

fn json<T: Serialize>(value: &T) -> Result<String, JsValue> {
    serde_json::to_string(value).map_err(|error| JsValue::from(error.to_string()))
}

/// Signs the request with the time `now` and builds the host's `Request`. To be called once for each attempt, with a
/// `nonce` of its own.
///
/// `body` is a `Uint8Array`, or whatever else a `Request` takes; the length of a stream that does not know its own is
/// `length`, which is then sent along. What is not a `Uint8Array` cannot be read here: if a signature covers it, `sums` are the hashes that
/// `signing` asks for at the same `now`.
#[wasm_bindgen(js_name = buildRequest)]
#[expect(clippy::too_many_arguments, reason = "an object of them would cross field by field")]
pub fn build_request(
    call: JsValue,
    credentials: JsValue,
    session: JsValue,
    body: JsValue,
    now: f64,
    signal: Option<web_sys::AbortSignal>,
    nonce: String,
    sums: Option<Vec<js_sys::Uint8Array>>,
    length: Option<f64>,
) -> Result<web_sys::Request, JsValue> {
    let Call { plan, .. } = from_js(call)?;
    let marketplace = find(&plan.marketplace)?;
    let mut headers = plan.attempt_headers(|| nonce);
    if !plan.gateway && !plan.is_open {
        let credentials = read_credentials(marketplace, credentials)?;
        let session = read_session_data(session)?;
        let host_body = HostBody::new(&body, sums);
        let request = Unsigned { method: plan.method, url: &plan.url, body: &host_body, now_ms: now };
        for (name, value) in credentials.headers(request, session.as_ref()).0 {
            headers.set(name, value);
        }
        if host_body.is_unread() {
            let text = "the body is signed, but its hashes are missing";
            return Err(thrown(TicketError::local(
                ErrorKind::Configuration,
                "body_not_hashed",
                text,
                marketplace.id,
                &plan.endpoint,
            )));
        }
    }
    if let Some(length) = length {
        headers.set("Content-Length", (length as u64).to_string());
    }
    let body = (!body.is_undefined()).then_some(&body);
    host_request(plan.method, &plan.url, &headers, body, length.is_some(), signal.as_ref())?.ok_or_else(|| {
        let text = "the host spells the request's URL differently; check `baseUrl`";
        thrown(TicketError::local(ErrorKind::Configuration, "url_changed", text, marketplace.id, &plan.endpoint))
    })
}

#[derive(Serialize)]
struct Signing {
    heads: Vec<AsBytes>,
    tail: AsBytes,
}

struct AsBytes(Vec<u8>);

impl Serialize for AsBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// What to hash when the body is large, or not in one piece: for each of `heads` the SHA-256 of it, the body and `tail`.
/// `null` when no signature covers the body. The heads are the same for all attempts, the tail holds the time.
#[wasm_bindgen]
pub fn signing(call: JsValue, credentials: JsValue, now: f64) -> Result<JsValue, JsValue> {
    let Call { plan, .. } = from_js(call)?;
    if plan.gateway || plan.is_open {
        return Ok(JsValue::NULL);
    }
    let credentials = read_credentials(find(&plan.marketplace)?, credentials)?;
    let body = HostBody::Unread(RefCell::default());
    let _ = credentials.headers(Unsigned { method: plan.method, url: &plan.url, body: &body, now_ms: now }, None);
    let HostBody::Unread(asked) = body else { return Ok(JsValue::NULL) };
    asked.into_inner().map_or(Ok(JsValue::NULL), |signing| to_js(&signing))
}

fn read_credentials(marketplace: &Marketplace, credentials: JsValue) -> Result<Box<dyn Authorize>, JsValue> {
    let mut violations = Violations::new();
    let credentials = (marketplace.credentials)(input(credentials)?, &mut violations);
    violations
        .into_result()
        .map_err(|list| thrown(TicketError::invalid(ErrorKind::Configuration, list, marketplace.id, "")))?;
    Ok(credentials)
}

fn read_session_data(session: JsValue) -> Result<Option<Session>, JsValue> {
    if session.is_undefined() || session.is_null() { Ok(None) } else { from_js(session).map(Some) }
}

/// Whether these credentials send a short-lived token along, so that calls ask for one with the step `token`.
#[wasm_bindgen(js_name = usesSession)]
pub fn uses_session(marketplace: &str, credentials: JsValue) -> Result<bool, JsValue> {
    Ok(read_credentials(find(marketplace)?, credentials)?.uses_session())
}

/// Whether a session can be used for a while yet.
#[wasm_bindgen(js_name = sessionIsFresh)]
pub fn session_is_fresh(session: JsValue, now: f64) -> Result<bool, JsValue> {
    Ok(read_session_data(session)?.is_some_and(|session| session.is_fresh(now)))
}

/// Builds the request for a new session: `{ violations }` or `{ call, body }`, to be driven like any other call.
#[wasm_bindgen(js_name = beginSession)]
pub fn begin_session(
    marketplace: &str,
    credentials: JsValue,
    session: JsValue,
    settings: JsValue,
    options: JsValue,
) -> Result<JsValue, JsValue> {
    let credentials = read_credentials(find(marketplace)?, credentials)?;
    let session = read_session_data(session)?;
    begin_with(settings, options, |settings| credentials.renewal(session.as_ref(), settings))
}

/// Builds the request that turns the code of a page of consent into a session; like `beginSession` otherwise.
#[wasm_bindgen(js_name = beginExchange)]
pub fn begin_exchange(
    marketplace: &str,
    credentials: JsValue,
    grant: JsValue,
    settings: JsValue,
    options: JsValue,
) -> Result<JsValue, JsValue> {
    let credentials = read_credentials(find(marketplace)?, credentials)?;
    let (grant, violations) = read_input::<Grant>(grant)?;
    begin_with(settings, options, |settings| {
        violations.into_result()?;
        credentials.exchange(&grant, settings)
    })
}

/// The page on which a person lets the application act for them: `{ url }` or `{ violations }`.
#[wasm_bindgen(js_name = consentUrl)]
pub fn consent_url(marketplace: &str, credentials: JsValue, consent: JsValue) -> Result<JsValue, JsValue> {
    #[derive(Serialize)]
    #[serde(rename_all = "lowercase")]
    enum Url {
        Url(String),
        Violations(Vec<Violation>),
    }
    let credentials = read_credentials(find(marketplace)?, credentials)?;
    let (consent, violations) = read_input::<Consent>(consent)?;
    let url = violations.into_result().and_then(|()| credentials.consent_url(&consent));
    to_js(&url.map_or_else(Url::Violations, Url::Url))
}

fn read_input<T: FromInput>(value: JsValue) -> Result<(T, Violations), JsValue> {
    let mut violations = Violations::new();
    let value = T::from_input(input(value)?, "", &mut violations);
    Ok((value, violations))
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum SessionRead {
    Session(Session),
    Error(Box<TicketError>),
}

/// Reads the answer to the request for a new session: `{ session }` or `{ error }`.
#[wasm_bindgen(js_name = readSession)]
pub fn read_session(
    call: JsValue,
    credentials: JsValue,
    session: JsValue,
    status: u16,
    headers: JsValue,
    body: js_sys::Uint8Array,
    now: f64,
) -> Result<JsValue, JsValue> {
    let call: Call = from_js(call)?;
    let credentials = read_credentials(find(&call.plan.marketplace)?, credentials)?;
    let response = response(Some(status), headers, Some(body))?;
    to_js(&match credentials.read_session(&response, read_session_data(session)?.as_ref(), now) {
        Ok(session) => SessionRead::Session(session),
        Err(error) => SessionRead::Error(call.undecodable(error, &response)),
    })
}

/// A body in the host's memory.
enum HostBody {
    /// Its bytes, copied in pieces.
    Bytes(js_sys::Uint8Array),
    /// The host has hashed it.
    Hashed(Vec<js_sys::Uint8Array>),
    /// Nobody has; what is asked for is noted down.
    Unread(RefCell<Option<Signing>>),
    Absent,
}

impl HostBody {
    fn new(body: &JsValue, sums: Option<Vec<js_sys::Uint8Array>>) -> Self {
        match (sums, body.dyn_ref::<js_sys::Uint8Array>()) {
            (Some(sums), _) => Self::Hashed(sums),
            (None, Some(bytes)) => Self::Bytes(bytes.clone()),
            (None, None) if body.is_undefined() => Self::Absent,
            (None, None) => Self::Unread(RefCell::default()),
        }
    }

    /// Whether a signature is missing because of it.
    fn is_unread(&self) -> bool {
        matches!(self, Self::Unread(asked) if asked.borrow().is_some())
    }
}

impl BodyBytes for HostBody {
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8])) {
        const CHUNK: u32 = 32 * 1024;
        let Self::Bytes(bytes) = self else { return };
        let mut room = vec![0; bytes.length().min(CHUNK) as usize];
        let mut start = 0;
        while start < bytes.length() {
            let end = start.saturating_add(CHUNK).min(bytes.length());
            let Some(piece) = room.get_mut(..end.saturating_sub(start) as usize) else { return };
            bytes.subarray(start, end).copy_to(piece);
            visit(piece);
            start = end;
        }
    }

    fn hmac_sha256(&self, keys: &[&Secret], before: &[u8], after: &[u8]) -> Vec<Mac> {
        match self {
            Self::Unread(asked) => {
                let heads = keys.iter().map(|key| AsBytes(mac::head(key, before))).collect();
                asked.replace(Some(Signing { heads, tail: AsBytes(after.to_vec()) }));
                Vec::new()
            }
            Self::Hashed(sums) => keys
                .iter()
                .zip(sums)
                .filter_map(|(key, sum)| Some(mac::finish(key, &sum.to_vec().try_into().ok()?)))
                .collect(),
            Self::Bytes(_) | Self::Absent => mac::hmac_sha256(keys, before, |visit| self.each_chunk(visit), after),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Decoded {
    Result(Shape),
    Error(Box<TicketError>),
}

/// Reads an answer that the caller fetched by other means.
#[wasm_bindgen(js_name = decodeResponse)]
pub fn decode_response(
    marketplace: &str,
    endpoint: &str,
    status: u16,
    headers: JsValue,
    body: js_sys::Uint8Array,
) -> Result<JsValue, JsValue> {
    let marketplace = find(marketplace)?;
    let operation = find_operation(marketplace, endpoint)?;
    let response = response(Some(status), headers, Some(body))?;
    to_js(&match Call::read(marketplace, operation, response) {
        Ok(shape) => Decoded::Result(shape),
        Err(error) => Decoded::Error(error),
    })
}

#[derive(Serialize)]
struct Walked {
    walk: Walk,
    #[serde(flatten)]
    turn: Turn,
}

/// What to do with a page of a list: `{ walk, keep, next }`. `walk` is what the last call returned, or the offset
/// of the first page.
#[wasm_bindgen(js_name = walkOn)]
pub fn walk_on(walk: JsValue, facts: JsValue) -> Result<JsValue, JsValue> {
    let mut walk: Walk = match walk.as_f64() {
        Some(offset) => Walk::from(offset as u64),
        None => from_js(walk)?,
    };
    let facts: PageFacts = from_js(facts)?;
    let turn = walk.turn(facts);
    to_js(&Walked { walk, turn })
}

#[derive(Serialize)]
struct Route {
    name: &'static str,
    method: Method,
    path: &'static str,
    access: Access,
}

/// The marketplace's operations.
#[wasm_bindgen]
pub fn endpoints(marketplace: &str) -> Result<JsValue, JsValue> {
    let routes: Vec<_> = find(marketplace)?
        .operations
        .iter()
        .map(|operation| &operation.meta)
        .map(|meta| Route { name: meta.name, method: meta.method, path: meta.path, access: meta.access })
        .collect();
    to_js(&routes)
}

struct Meanings(&'static [(&'static str, &'static [Meaning])]);

impl Serialize for Meanings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, meanings) in self.0 {
            map.serialize_entry(name, meanings)?;
        }
        map.end()
    }
}

#[cfg(feature = "probo")]
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Split {
    Violations(Vec<Violation>),
    Text(String),
}

/// Makes tickets of a mixed complaint: `{ violations }`, or `{ text }` with their list as JSON, its integers marked as in
/// a result.
#[cfg(feature = "probo")]
#[wasm_bindgen(js_name = splitComplaints)]
pub fn split_complaints(mixed: JsValue, settings: JsValue) -> Result<JsValue, JsValue> {
    let settings = Settings::from_input(input(settings)?, "", &mut Violations::new());
    to_js(&match marketplace::probo::split::split_input(input(mixed)?, &settings) {
        Ok(tickets) => {
            let json = serde_json::to_string(&tickets).map_err(|error| JsValue::from(error.to_string()))?;
            Split::Text(crate::exact::exact_text(json.as_bytes()).unwrap_or(json))
        }
        Err(violations) => Split::Violations(violations),
    })
}

/// The names under which files are announced and uploaded at JTL-SCX, in a ticket that has the names `taken` already.
#[cfg(feature = "jtl-scx")]
#[wasm_bindgen(js_name = safeNames)]
pub fn safe_names(taken: Vec<String>, files: JsValue) -> Result<Vec<String>, JsValue> {
    let files = Vec::<Attachment>::from_input(input(files)?, "files", &mut Violations::new());
    let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
    Ok(marketplace::jtl_scx::names::safe_names(&taken, &files))
}

#[cfg(feature = "jtl-scx")]
#[derive(Serialize)]
struct Inboxed<'a> {
    inbox: &'a Inbox,
    step: replies::Step,
}

/// Takes a walk over JTL-SCX's replies one step on: `{ inbox, step }`. `inbox` is what the last call returned, or the
/// interval in milliseconds.
#[cfg(feature = "jtl-scx")]
#[wasm_bindgen(js_name = advanceInbox)]
pub fn advance_inbox(
    inbox: JsValue,
    happened: &str,
    ids: Vec<String>,
    retry_after_ms: Option<f64>,
    random: f64,
) -> Result<JsValue, JsValue> {
    let mut inbox = match inbox.as_f64() {
        Some(interval_ms) => Inbox::new(interval_ms),
        None => from_js(inbox)?,
    };
    let step = inbox.advance(match happened {
        "asked" => Happened::Asked,
        "polled" => Happened::Polled { ids },
        "poll_failed" => Happened::PollFailed { retry_after_ms, random },
        "acknowledged" => Happened::Acknowledged,
        _ => Happened::Waited,
    });
    to_js(&Inboxed { inbox: &inbox, step })
}

/// What the documented values of the marketplace's enums mean, by type name.
#[wasm_bindgen]
pub fn meanings(marketplace: &str) -> Result<JsValue, JsValue> {
    to_js(&Meanings(find(marketplace)?.meanings))
}

/// What to do after a look at a transaction of Magalu's, as it came: `{ type: "wait", ms }`, `{ type: "done", ticket_id }`
/// or `{ type: "fail", error }`. `looks` counts from 1.
#[cfg(feature = "magalu")]
#[wasm_bindgen(js_name = magaluFollow)]
pub fn magalu_follow(transaction: JsValue, looks: u32, remaining: f64) -> Result<JsValue, JsValue> {
    let transaction = serde_json::to_value(input(transaction)?).unwrap_or_default();
    to_js(&marketplace::magalu::follow::judge(transaction, looks, remaining))
}

/// The milliseconds since 1970 that a time of Magalu's means if it is UTC without a zone.
#[cfg(feature = "magalu")]
#[wasm_bindgen(js_name = magaluTime)]
pub fn magalu_time(text: &str) -> Option<f64> {
    marketplace::magalu::time::parse_zoneless(text)
}

/// The version of this build.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

fn find(id: &str) -> Result<&'static Marketplace, JsValue> {
    marketplace::find(id).ok_or_else(|| {
        let known: Vec<_> = marketplace::ALL.iter().map(|marketplace| marketplace.id).collect();
        let text =
            format!("{} is not a marketplace of this build; it has {}", crate::validate::quoted(id), known.join(", "));
        thrown(TicketError::local(ErrorKind::Configuration, "unknown_marketplace", text, id, ""))
    })
}

fn find_operation(marketplace: &Marketplace, name: &str) -> Result<&'static Operation, JsValue> {
    marketplace.operation(name).ok_or_else(|| {
        let known: Vec<_> = marketplace.operations.iter().map(|operation| operation.meta.name).collect();
        let quoted = crate::validate::quoted(name);
        let text = format!("{quoted} is not a method of {}; it has {}", marketplace.id, known.join(", "));
        thrown(TicketError::local(ErrorKind::Configuration, "unknown_method", text, marketplace.id, name))
    })
}

/// What the facade makes a `TicketError` of.
fn thrown(error: TicketError) -> JsValue {
    to_js(&error).unwrap_or_else(|problem| problem)
}

fn response(status: Option<u16>, headers: JsValue, body: Option<js_sys::Uint8Array>) -> Result<Response, JsValue> {
    let headers: Headers = from_js(headers)?;
    Ok(Response {
        status: status.unwrap_or_default(),
        headers,
        body: body.map(|bytes| bytes.to_vec()).unwrap_or_default(),
    })
}

fn input(value: JsValue) -> Result<Input, JsValue> {
    if value.is_undefined() {
        return Ok(Input::Absent);
    }
    serde_wasm_bindgen::from_value(value).map_err(|error| {
        let violation =
            Violation::new("", "unreadable", format!("the arguments cannot be read: {error}"), "give plain data");
        thrown(TicketError::invalid(ErrorKind::Validation, vec![violation], "", ""))
    })
}

fn list(value: JsValue) -> Result<Vec<Input>, JsValue> {
    Ok(match input(value)? {
        Input::List(list) => list,
        other => vec![other],
    })
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Result<T, JsValue> {
    serde_wasm_bindgen::from_value(value).map_err(JsValue::from)
}

fn to_js<T: Serialize + ?Sized>(value: &T) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible().serialize_bytes_as_arrays(false))
        .map_err(JsValue::from)
}
