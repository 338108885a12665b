//! The exports to JavaScript: plain data in, plain data out. Nothing is decided here, and nothing is kept: a module
//! instance can be thrown away between any two calls.
//!
//! Plain data crosses as one JSON text each way, which the host writes and reads with its own tools: a value of JavaScript
//! that is taken apart piece by piece needs as many crossings, and a serde format here.

#[cfg(feature = "jtl-scx")]
use crate::attachment::Attachment;
use crate::attachment::{Body, Encoding, Segment};
use crate::call::limit::Gate;
use crate::call::once::{self, Once, OnceEvent, OnceStep};
use crate::call::page::{PageFacts, Pager};
use crate::call::{Call, CallEvent, CallStep, Now};
#[cfg(feature = "jtl-scx")]
use crate::marketplaces::jtl_scx::replies::{Inbox, InboxEvent};
use crate::model::schema::Outline;
use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::input::FromInput;
use crate::rules::settings::{CallOptions, Settings};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::plan::forward;
use crate::vendor::{
    Authorize, BodyBytes, Built, Consent, Grant, Marketplace, Operation, Plan, Session, Shape, Unsigned,
};
use crate::wire::http::{Headers, Response};
use crate::wire::json::{self, Fault, Json, Object, Reader, ToJson, write_list};
use crate::wire::mac::{self, Mac};
use crate::wire::secret::Secret;
use crate::{marketplaces, registry};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

mod files;

pub use files::*;

type Thrown = Box<TicketError>;

/// Calls a function by its name. `arguments` is a JSON array, as `JSON.stringify` writes it, in UTF-8, with big integers as
/// `{"$bigint":"…"}` and long texts `aside`, see [`Reader`]; `bytes` are those that go with them. The host's own encoder is
/// faster than the glue's.
///
/// Returns the bytes that go with the answer (those of a body's text, one segment after the other), the answer's JSON text, a
/// byte that says how it went (0: well, 1: the text is what to throw), and four of the text's length, lowest first. What may be
/// large comes first, so that it is not moved.
#[wasm_bindgen]
pub fn call(name: &str, arguments: &[u8], bytes: Option<Vec<u8>>, aside: Option<Vec<u8>>) -> Vec<u8> {
    let answer =
        read_arguments(arguments, &aside.unwrap_or_default()).and_then(|arguments| answer(name, arguments, bytes));
    let (status, answer) = match answer {
        Ok(answer) => (0, answer),
        Err(error) => (1, Answer::from(&error as &dyn ToJson)),
    };
    let length = u32::try_from(answer.text.len()).unwrap_or(u32::MAX);
    let mut out = answer.bytes;
    out.reserve_exact(answer.text.len().saturating_add(5));
    out.extend_from_slice(answer.text.as_bytes());
    out.push(status);
    out.extend_from_slice(&length.to_le_bytes());
    out
}

#[derive(Default)]
struct Answer {
    text: String,
    bytes: Vec<u8>,
}

impl From<&dyn ToJson> for Answer {
    fn from(value: &dyn ToJson) -> Self {
        Self { text: json::text(value), bytes: Vec::new() }
    }
}

#[inline(never)]
fn plain(value: &dyn ToJson) -> Result<Answer, Thrown> {
    Ok(value.into())
}

/// `{ name: value }`
#[inline(never)]
fn only(name: &str, value: &dyn ToJson) -> Result<Answer, Thrown> {
    let mut text = String::new();
    Object::new(&mut text).put(name, value).end();
    Ok(Answer { text, bytes: Vec::new() })
}

/// The text of a body without files.
#[cfg(feature = "probo")]
fn body_text(value: &impl crate::rules::value::BodyValue) -> Result<String, Thrown> {
    let mut body = Body::new();
    body.push_json(value).map_err(|error| {
        let text = format!("the result cannot be written: {error}");
        let violation = Violation::new("", "unreadable", text, "give plain data");
        Box::new(TicketError::invalid(ErrorKind::Validation, vec![violation], "", ""))
    })?;
    Ok(String::from_utf8_lossy(body.as_text().unwrap_or_default()).into_owned())
}

/// A function's arguments, one after the other.
struct Arguments(std::vec::IntoIter<Json>);

impl Arguments {
    #[inline(never)]
    fn json(&mut self) -> Json {
        self.0.next().unwrap_or_default()
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        self.read()
    }

    #[inline(never)]
    fn number(&mut self) -> f64 {
        self.read()
    }

    /// What is no such value is one that stands in for it: whoever calls has types.
    fn read<T: FromInput>(&mut self) -> T {
        T::from_input(self.json(), "", &mut Violations::new())
    }

    /// The same with what is wrong with it.
    fn checked<T: FromInput>(&mut self) -> (T, Violations) {
        let mut violations = Violations::new();
        let value = T::from_input(self.json(), "", &mut violations);
        (value, violations)
    }

    #[inline(never)]
    fn marketplace(&mut self) -> Result<&'static Marketplace, Thrown> {
        find(&self.text())
    }

    #[inline(never)]
    fn operation(&mut self) -> Result<(&'static Marketplace, &'static Operation), Thrown> {
        let marketplace = self.marketplace()?;
        Ok((marketplace, find_operation(marketplace, &self.text())?))
    }

    #[inline(never)]
    fn list(&mut self) -> Vec<Json> {
        match self.json() {
            Json::List(list) => list,
            other => vec![other],
        }
    }

    #[inline(never)]
    fn headers(&mut self) -> Headers {
        Headers::from_pairs(self.json())
    }

    #[inline(never)]
    fn response(&mut self, bytes: Option<Vec<u8>>) -> Response {
        let status: Option<u32> = self.read();
        Response {
            status: status_code(status).unwrap_or_default(),
            headers: self.headers(),
            body: bytes.unwrap_or_default(),
        }
    }

    #[inline(never)]
    fn credentials(&mut self, marketplace: &Marketplace) -> Result<Box<dyn Authorize>, Thrown> {
        credentials(marketplace, self.json())
    }

    #[inline(never)]
    fn session(&mut self) -> Option<Session> {
        self.read()
    }
}

fn credentials(marketplace: &Marketplace, keys: Json) -> Result<Box<dyn Authorize>, Thrown> {
    let mut violations = Violations::new();
    let credentials = (marketplace.credentials)(keys, &mut violations);
    violations
        .into_result()
        .map_err(|list| Box::new(TicketError::invalid(ErrorKind::Configuration, list, marketplace.id, "")))?;
    Ok(credentials)
}

fn status_code(status: Option<u32>) -> Option<u16> {
    status.and_then(|status| u16::try_from(status).ok())
}

/// Deeper than what the facade lets through, with what stands around it.
const MAX_DEPTH: u8 = 36;

fn read_arguments(arguments: &[u8], aside: &[u8]) -> Result<Arguments, Thrown> {
    let mut reader = Reader::with_aside(arguments, aside);
    match reader.tree(MAX_DEPTH, true) {
        Ok(list) => Ok(Arguments(list.into_list().into_iter())),
        Err(fault) => {
            let problem = if fault == Fault::Depth { "they are nested too deeply" } else { "they are not JSON" };
            let text = format!("the arguments cannot be read: {problem}");
            let violation = Violation::new("", "unreadable", text, "give plain data");
            Err(Box::new(TicketError::invalid(ErrorKind::Validation, vec![violation], "", "")))
        }
    }
}

fn answer(name: &str, mut given: Arguments, bytes: Option<Vec<u8>>) -> Result<Answer, Thrown> {
    match name {
        "checkSettings" => check_settings(&mut given),
        "validate" => {
            let (_, operation) = given.operation()?;
            let arguments = given.list();
            plain(&operation.validate(arguments, &given.read()))
        }
        "begin" => {
            let (_, operation) = given.operation()?;
            let arguments = given.list();
            begin(given, bytes, Box::new(|settings| operation.plan(arguments, settings)))
        }
        "beginForward" => {
            let marketplace = given.marketplace()?;
            let (method, path_and_query, headers) = (given.text(), given.text(), given.headers());
            begin(
                given,
                None,
                Box::new(|settings| Ok((forward(marketplace, &method, &path_and_query, &headers, settings)?, None))),
            )
        }
        "advance" => advance(&mut given, bytes),
        "beginOnce" => begin_once(&mut given),
        "advanceOnce" => advance_once(&mut given),
        "sign" => sign(&mut given, &bytes.unwrap_or_default()),
        "signing" => signing(&mut given),
        "usesSession" => {
            let marketplace = given.marketplace()?;
            plain(&given.credentials(marketplace)?.uses_session())
        }
        "sessionIsFresh" => {
            let session = given.session();
            let now = given.number();
            plain(&session.is_some_and(|session| session.is_fresh(now)))
        }
        "checkTokens" => plain(&crate::vendor::session::check_stored(given.json())),
        "beginSession" => {
            let marketplace = given.marketplace()?;
            let (credentials, session) = (given.credentials(marketplace)?, given.session());
            begin(given, None, Box::new(|settings| credentials.renewal(session.as_ref(), settings)))
        }
        "beginExchange" => {
            let marketplace = given.marketplace()?;
            let credentials = given.credentials(marketplace)?;
            let (grant, violations) = given.checked::<Grant>();
            begin(
                given,
                None,
                Box::new(|settings| {
                    violations.into_result()?;
                    credentials.exchange(&grant, settings)
                }),
            )
        }
        "consentUrl" => {
            let marketplace = given.marketplace()?;
            let credentials = given.credentials(marketplace)?;
            let (consent, violations) = given.checked::<Consent>();
            match violations.into_result().and_then(|()| credentials.consent_url(&consent)) {
                Ok(url) => only("url", &url),
                Err(violations) => only("violations", &violations),
            }
        }
        "readSession" => {
            let call: Call = given.read();
            let credentials = given.credentials(find(&call.plan.marketplace)?)?;
            let (session, response) = (given.session(), given.response(bytes));
            match credentials.read_session(&response, session.as_ref(), given.number()) {
                Ok(session) => only("session", &session),
                Err(error) => only("error", &call.undecodable(error, &response)),
            }
        }
        "decodeResponse" => {
            let (marketplace, operation) = given.operation()?;
            let response = given.response(bytes);
            match Call::read(marketplace, operation, response, given.read::<Option<Outline>>().as_ref()) {
                Ok(shape) => only("result", &shape),
                Err(error) => only("error", &error),
            }
        }
        "schema" => {
            let (_, operation) = given.operation()?;
            let Some(answer) = operation.answer else { return plain(&Json::Absent) };
            let mut text = String::new();
            Object::new(&mut text).put("schema", answer.schema).put("times", &operation.times.map(Vec::from)).end();
            Ok(Answer { text, bytes: Vec::new() })
        }
        "rules" => {
            let (_, operation) = given.operation()?;
            let Some(rules) = operation.rules else { return plain(&Json::Absent) };
            let mut text = String::new();
            Object::new(&mut text).put("positional", &operation.meta.positional).put("rules", &rules).end();
            Ok(Answer { text, bytes: Vec::new() })
        }
        "walkOn" => {
            let mut walk: Pager = match given.json() {
                Json::Int(offset) => Pager::from(u64::try_from(offset).unwrap_or(0)),
                walk => Pager::from_input(walk, "", &mut Violations::new()),
            };
            let turn = walk.advance(given.read::<PageFacts>());
            let mut text = String::new();
            Object::new(&mut text)
                .put("walk", &walk)
                .put("keep", &turn.keep)
                .put("next", &turn.next)
                .put("base", &turn.base)
                .end();
            Ok(Answer { text, bytes: Vec::new() })
        }
        "endpoints" => plain(&Routes(given.marketplace()?)),
        "meanings" => plain(&Meanings(given.marketplace()?)),
        #[cfg(feature = "probo")]
        "splitComplaints" => {
            let mixed = given.json();
            match marketplaces::probo::split::split_input(mixed, &given.read()) {
                Ok(tickets) => {
                    let json = body_text(&tickets)?;
                    only("text", &crate::wire::exact::exact_text(json.as_bytes()).unwrap_or(json))
                }
                Err(violations) => only("violations", &violations),
            }
        }
        #[cfg(feature = "jtl-scx")]
        "safeNames" => {
            let (taken, files): (Vec<String>, Vec<Attachment>) = (given.read(), given.read());
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            plain(&marketplaces::jtl_scx::names::safe_names(&taken, &files))
        }
        #[cfg(feature = "jtl-scx")]
        "advanceInbox" => {
            let inbox = given.json();
            let mut inbox = match inbox.as_f64() {
                Some(interval_ms) => Inbox::new(interval_ms),
                None => Inbox::from_input(inbox, "", &mut Violations::new()),
            };
            let (happened, ids, retry_after_ms, random) = (given.text(), given.read(), given.read(), given.number());
            let step = inbox.advance(match happened.as_str() {
                "asked" => InboxEvent::Asked,
                "polled" => InboxEvent::Polled { ids },
                "poll_failed" => InboxEvent::PollFailed { retry_after_ms, random },
                "acknowledged" => InboxEvent::Acknowledged,
                _ => InboxEvent::Waited,
            });
            let mut text = String::new();
            Object::new(&mut text).put("inbox", &inbox).put("step", &step).end();
            Ok(Answer { text, bytes: Vec::new() })
        }
        #[cfg(feature = "magalu")]
        "magaluFollow" => {
            let transaction = given.json();
            plain(&marketplaces::magalu::follow::judge(transaction, given.read(), given.number()))
        }
        #[cfg(feature = "magalu")]
        "magaluTime" => plain(&marketplaces::magalu::time::parse_zoneless(&given.text())),
        _ => plain(&env!("CARGO_PKG_VERSION")),
    }
}

/// Everything that is wrong with a client's options; no credentials are given behind a gateway.
fn check_settings(given: &mut Arguments) -> Result<Answer, Thrown> {
    let marketplace = given.marketplace()?;
    let (settings, mut violations) = given.checked::<Settings>();
    marketplace.check_settings(&settings, &mut violations);
    if !settings.gateway {
        let _ = (marketplace.credentials)(given.json(), &mut violations);
    }
    plain(&violations.into_vec())
}

/// Makes the request of a function that begins something. Boxed, so that what is around it is there once.
type Planned<'a> = Box<dyn FnOnce(&Settings) -> Result<Built, Vec<Violation>> + 'a>;

/// Builds a request: `{ violations }` or `{ call, body }`, and `bytes` are those of the files whose sizes are given: with them
/// the body is whole. With what an attempt needs, a whole body is signed at once, if it is not too long for that: then the
/// answer is `{ signed, body }`.
#[inline(never)]
fn begin(mut given: Arguments, bytes: Option<Vec<u8>>, plan: Planned<'_>) -> Result<Answer, Thrown> {
    let (settings, mut violations) = given.checked::<Settings>();
    let options = CallOptions::from_input(given.json(), "", &mut violations);
    options.check(&settings, &mut violations);
    let settings = settings.with(&options);
    let (plan, body) = match violations.into_result().and_then(|()| plan(&settings)) {
        Ok(built) => built,
        Err(violations) => return only("violations", &violations),
    };
    let sizes: Vec<u64> = given.read();
    let mut segments = body.map(|body| filled(body, bytes.as_deref(), &sizes));
    let mut attempt = Arguments(given.list().into_iter());
    let longest: Option<u64> = attempt.read();
    let signed = match (longest, segments.as_deref_mut()) {
        (Some(_), None) => Some(signed(&plan, attempt, &HostBody::Whole(&[]))?),
        (Some(longest), Some([Segment::Text(whole)])) if plan.gateway || (whole.len() as u64) < longest => {
            Some(signed(&plan, attempt, &HostBody::Whole(whole))?)
        }
        _ => None,
    };
    let mut answer = Answer::default();
    let pieces = segments.map(|segments| answer.pieces(segments));
    let mut text = String::new();
    let mut object = Object::new(&mut text);
    match signed {
        Some(headers) => object.put("signed", &Signed { plan: &plan, headers }),
        None => object.put("call", &Call::new(plan, &settings).with_session(options.session)),
    }
    .put("body", &pieces)
    .end();
    answer.text = text;
    Ok(answer)
}

/// The body with the files in it, if these are they.
fn filled(body: Body, bytes: Option<&[u8]>, sizes: &[u64]) -> Vec<Segment> {
    let Some(mut rest) = bytes else { return body.into_segments() };
    let mut files = Vec::with_capacity(sizes.len());
    for size in sizes {
        let Some((file, more)) = usize::try_from(*size).ok().and_then(|size| rest.split_at_checked(size)) else {
            break;
        };
        files.push(file);
        rest = more;
    }
    let mut whole = Vec::new();
    match body.write_into(&files, &mut whole) {
        Ok(()) => vec![Segment::Text(whole)],
        Err(_) => body.into_segments(),
    }
}

impl Answer {
    /// Takes the bytes of the segments' texts along.
    fn pieces(&mut self, segments: Vec<Segment>) -> Vec<Piece> {
        let mut piece = |segment| match segment {
            Segment::Text(bytes) => {
                let length = bytes.len();
                if self.bytes.is_empty() {
                    self.bytes = bytes
                } else {
                    self.bytes.extend(bytes)
                }
                Piece::Text(length)
            }
            Segment::File { index, encoding, size } => Piece::File { index, encoding, size },
        };
        segments.into_iter().map(&mut piece).collect()
    }
}

/// A segment of a body; of a text, only its length.
enum Piece {
    Text(usize),
    File { index: usize, encoding: Encoding, size: u64 },
}

impl ToJson for Piece {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        match self {
            Self::Text(length) => object.put("text", length),
            Self::File { index, encoding, size } => {
                let encoding = if *encoding == Encoding::Base64 { "base64" } else { "raw" };
                object.put("file", index).put("encoding", &encoding).put("size", size)
            }
        }
        .end();
    }
}

/// Takes a call one step on; the bytes are the body of an answer.
fn advance(given: &mut Arguments, bytes: Option<Vec<u8>>) -> Result<Answer, Thrown> {
    let mut call: Call = given.read();
    let mut gate = given.read::<Option<Gate>>().unwrap_or_default();
    let marketplace = find(&call.plan.marketplace)?;
    let mut event = given.json();
    let saw = Option::<Outline>::from_input(event.take("saw"), "", &mut Violations::new());
    let number = |name: &str| event.get(name).and_then(Json::as_f64);
    let text = |name: &str| event.get(name).and_then(Json::as_str).unwrap_or_default();
    let now = Now { ms: number("now").unwrap_or_default(), random: number("random").unwrap_or(0.5) };
    let status = number("status").map(|status| status as u16);
    let happened = match text("type") {
        "start" => CallEvent::Start,
        "waited" => CallEvent::Waited,
        "token" => CallEvent::Token,
        "response" => {
            let headers = Headers::from_pairs(event.get("headers").cloned().unwrap_or_default());
            let response = Response { status: status.unwrap_or_default(), headers, body: bytes.unwrap_or_default() };
            CallEvent::Response { response }
        }
        "timed_out" => CallEvent::TimedOut { status },
        "aborted" => CallEvent::Aborted { status },
        "not_sent" => CallEvent::NotSent { aborted: event.get("aborted").and_then(Json::as_bool).unwrap_or_default() },
        _ => CallEvent::SendFailed { status, message: text("message").to_owned() },
    };
    let mut step = call.advance(marketplace, &mut gate, now, happened);
    let mut result = call.plan.unread();
    if let CallStep::Done(response) = &step
        && !call.plan.verbatim
    {
        match find_operation(marketplace, &call.plan.endpoint)?.read(&call.plan, response, saw.as_ref()) {
            Ok(shape) => result = shape,
            Err(error) => step = CallStep::Fail(call.undecodable(error, response)),
        }
    }
    let mut answer = Answer::default();
    Object::new(&mut answer.text)
        .put("call", &call)
        .put("gate", &gate)
        .put("step", &Told { step: &step, result: &result, attempts: call.attempts() })
        .end();
    Ok(answer)
}

/// Begins a sure write: `{ once, key, endMs, settleMs }`. Throws where nobody could tell whether it landed.
fn begin_once(given: &mut Arguments) -> Result<Answer, Thrown> {
    let (marketplace, operation) = given.operation()?;
    let arguments = given.list();
    let (settings, options): (Settings, CallOptions) = (given.read(), given.read());
    let (settings, now) = (settings.with(&options), given.number());
    let recovery = operation.recovery(arguments, now);
    let begun = Once::new(marketplace, operation.meta.name, recovery, &settings, now)?;
    let mut answer = Answer::default();
    Object::new(&mut answer.text)
        .put("once", &begun.to_text())
        .put("key", &begun.key())
        .put("endMs", &begun.end_ms())
        .put("settleMs", &begun.settle_ms())
        .end();
    Ok(answer)
}

/// Takes a sure write one step on: `{ once, step }`. `once` is the machine as text.
fn advance_once(given: &mut Arguments) -> Result<Answer, Thrown> {
    let mut machine = Once::from_text(&given.text());
    let marketplace = find(machine.marketplace())?;
    let operation = find_operation(marketplace, machine.endpoint())?;
    let (now, mut happened) = (given.number(), given.json());
    let happened = match happened.get("type").and_then(Json::as_str) {
        Some("begun") => OnceEvent::Begun,
        Some("read") => OnceEvent::Read {
            page: FromInput::from_input(happened.take("page"), "", &mut Violations::new()),
            value: happened.take("value"),
        },
        Some("write_failed") => {
            let sent = happened.get("sent").and_then(Json::as_str).and_then(Sent::parse).unwrap_or(Sent::Maybe);
            let status = happened.get("status").and_then(Json::as_u64).and_then(|status| u16::try_from(status).ok());
            let hint_ms = happened.get("hintMs").and_then(Json::as_f64);
            OnceEvent::WriteFailed { sent, status, hint_ms }
        }
        Some("waited") => OnceEvent::Waited,
        _ => OnceEvent::ReadFailed,
    };
    let mut step = machine.advance(marketplace, now, happened);
    let mut found = None;
    if let OnceStep::Found { answer } = &step {
        let response = once::answer(answer);
        match operation.shape(&response) {
            Ok(Shape::Json { text, pick, page }) => {
                let text = text.or_else(|| String::from_utf8(response.body).ok());
                found = Some(Shape::Json { text, pick, page });
            }
            Ok(result) => found = Some(result),
            Err(error) => {
                let (kind, code, endpoint) = (ErrorKind::Decode, error.code, machine.endpoint());
                let mut failure = TicketError::local(kind, code, error.message, marketplace.id, endpoint);
                failure.sent = Sent::Yes;
                step = OnceStep::Fail { error: Box::new(failure) };
            }
        }
    }
    let mut answer = Answer::default();
    let mut object = Object::new(&mut answer.text);
    object.put("once", &machine.to_text());
    match &found {
        Some(result) => object.put("step", &FoundOnce(result)),
        None => object.put("step", &step),
    }
    .end();
    Ok(answer)
}

/// The result that a sure write turned out to have.
struct FoundOnce<'a>(&'a Shape);

impl ToJson for FoundOnce<'_> {
    fn write(&self, out: &mut String) {
        Object::new(out).put("type", &"found").put("result", self.0).end();
    }
}

/// A step as the driver knows it.
struct Told<'a> {
    step: &'a CallStep,
    result: &'a Shape,
    attempts: u32,
}

impl ToJson for Told<'_> {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        match self.step {
            CallStep::Send { attempt, timeout_ms, max_body_bytes } => object
                .put("type", &"send")
                .put("attempt", attempt)
                .put("timeoutMs", timeout_ms)
                .put("maxBodyBytes", max_body_bytes),
            CallStep::Token { refused } => object.put("type", &"token").put("refused", refused),
            CallStep::Wait { ms, reason, attempt } => {
                object.put("type", &"wait").put("ms", ms).put("reason", reason).put("attempt", attempt)
            }
            CallStep::Done(_) => object.put("type", &"done").put("result", self.result).put("attempts", &self.attempts),
            CallStep::Fail(error) => object.put("type", &"fail").put("error", error),
        }
        .end();
    }
}

/// What the host makes its `Request` of.
struct Signed<'a> {
    plan: &'a Plan,
    headers: Headers,
}

impl ToJson for Signed<'_> {
    fn write(&self, out: &mut String) {
        Object::new(out)
            .put("method", &self.plan.method)
            .put("url", &self.plan.url)
            .put("headers", &self.headers)
            .end();
    }
}

/// Signs the request with the time: `{ method, url, headers }`. To be called once for each attempt, with a nonce of its own.
/// The bytes are the whole body; or, as the last argument says, the hashes that `signing` asks for at the same time, or nothing,
/// because no signature covers it. `length` is that of a stream that does not know its own, and is sent along.
fn sign(given: &mut Arguments, bytes: &[u8]) -> Result<Answer, Thrown> {
    let Call { plan, .. } = given.read();
    let attempt = Arguments(given.list().into_iter());
    let length: Option<u64> = given.read();
    let body = match given.text().as_str() {
        "hashed" => HostBody::Hashed(bytes),
        "unread" => HostBody::Unread(RefCell::default()),
        _ => HostBody::Whole(bytes),
    };
    let mut headers = signed(&plan, attempt, &body)?;
    if let Some(length) = length {
        headers.set("Content-Length", length.to_string());
    }
    plain(&Signed { plan: &plan, headers })
}

/// The headers of one attempt, which is `[credentials, session, now, nonce]`.
fn signed(plan: &Plan, mut attempt: Arguments, body: &HostBody<'_>) -> Result<Headers, Thrown> {
    let (keys, session, now_ms, nonce) = (attempt.json(), attempt.session(), attempt.number(), attempt.text());
    let mut headers = plan.attempt_headers(|| nonce);
    if !plan.gateway && !plan.is_open {
        let marketplace = find(&plan.marketplace)?;
        let credentials = credentials(marketplace, keys)?;
        let request = Unsigned { method: plan.method, url: &plan.url, body, now_ms };
        for (name, value) in credentials.headers(request, session.as_ref()).0 {
            headers.set(name, value);
        }
        if body.is_unread() {
            let (kind, code) = (ErrorKind::Configuration, "body_not_hashed");
            let text = "the body is signed, but its hashes are missing";
            return Err(Box::new(TicketError::local(kind, code, text, marketplace.id, &plan.endpoint)));
        }
    }
    Ok(headers)
}

struct Signing {
    heads: Vec<Vec<u8>>,
    tail: Vec<u8>,
}

/// What to hash when the body is large, or not in one piece: for each of `heads` the SHA-256 of it, the body and `tail`.
/// `null` when no signature covers the body. The heads are the same for all attempts, the tail holds the time. The text has
/// their lengths, and their bytes stand behind it.
fn signing(given: &mut Arguments) -> Result<Answer, Thrown> {
    let Call { plan, .. } = given.read();
    if plan.gateway || plan.is_open {
        return plain(&Json::Absent);
    }
    let credentials = given.credentials(find(&plan.marketplace)?)?;
    let now_ms = given.number();
    let body = HostBody::Unread(RefCell::default());
    let _ = credentials.headers(Unsigned { method: plan.method, url: &plan.url, body: &body, now_ms }, None);
    let HostBody::Unread(asked) = body else { return plain(&Json::Absent) };
    let Some(Signing { heads, tail }) = asked.into_inner() else { return plain(&Json::Absent) };
    let lengths: Vec<usize> = heads.iter().map(Vec::len).collect();
    let mut answer = Answer::default();
    Object::new(&mut answer.text).put("heads", &lengths).put("tail", &tail.len()).end();
    answer.bytes = heads.concat();
    answer.bytes.extend(tail);
    Ok(answer)
}

/// A body, as far as the host handed it over.
enum HostBody<'a> {
    Whole(&'a [u8]),
    /// The host has hashed it: the hashes, one after the other.
    Hashed(&'a [u8]),
    /// Nobody has; what is asked for is noted down.
    Unread(RefCell<Option<Signing>>),
}

impl HostBody<'_> {
    /// Whether a signature is missing because of it.
    fn is_unread(&self) -> bool {
        matches!(self, Self::Unread(asked) if asked.borrow().is_some())
    }
}

impl BodyBytes for HostBody<'_> {
    fn each_chunk(&self, visit: &mut dyn FnMut(&[u8])) {
        if let Self::Whole(bytes) = self {
            visit(bytes);
        }
    }

    fn hmac_sha256(&self, keys: &[&Secret], before: &[u8], after: &[u8]) -> Vec<Mac> {
        match self {
            Self::Unread(asked) => {
                let heads = keys.iter().map(|key| mac::head(key, before)).collect();
                asked.replace(Some(Signing { heads, tail: after.to_vec() }));
                Vec::new()
            }
            Self::Hashed(sums) => {
                let (sums, _) = sums.as_chunks();
                keys.iter().zip(sums).map(|(key, sum)| mac::finish(key, sum)).collect()
            }
            Self::Whole(_) => mac::hmac_sha256(keys, before, |visit| self.each_chunk(visit), after),
        }
    }
}

struct Routes(&'static Marketplace);

impl ToJson for Routes {
    fn write(&self, out: &mut String) {
        write_list(out, self.0.operations);
    }
}

impl ToJson for Operation {
    fn write(&self, out: &mut String) {
        let meta = &self.meta;
        Object::new(out)
            .put("name", &meta.name)
            .put("method", &meta.method)
            .put("path", &meta.path)
            .put("access", &meta.access)
            .end();
    }
}

struct Meanings(&'static Marketplace);

impl ToJson for Meanings {
    fn write(&self, out: &mut String) {
        let mut object = Object::new(out);
        for (name, meanings) in self.0.meanings {
            object.put(name, meanings);
        }
        object.end();
    }
}

fn find(id: &str) -> Result<&'static Marketplace, Thrown> {
    registry::find(id).ok_or_else(|| {
        let known: Vec<_> = registry::ALL.iter().map(|marketplace| marketplace.id).collect();
        let text = format!(
            "{} is not a marketplace of this build; it has {}",
            crate::rules::violation::quoted(id),
            known.join(", ")
        );
        Box::new(TicketError::local(ErrorKind::Configuration, "unknown_marketplace", text, id, ""))
    })
}

fn find_operation(marketplace: &Marketplace, name: &str) -> Result<&'static Operation, Thrown> {
    marketplace.operation(name).ok_or_else(|| {
        let known: Vec<_> = marketplace.operations.iter().map(|operation| operation.meta.name).collect();
        let quoted = crate::rules::violation::quoted(name);
        let text = format!("{quoted} is not a method of {}; it has {}", marketplace.id, known.join(", "));
        Box::new(TicketError::local(ErrorKind::Configuration, "unknown_method", text, marketplace.id, name))
    })
}
