//! Exports that turn arguments into a request.

use super::call::{changed, gate_of, step_of};
use super::read::{
    KnownClient, Read, arguments, bytes_some, client, find, find_operation, headers, json, number, number_some, read,
    text,
};
use super::sign::{Attempt, HostBody, signed};
use super::write::{Answer, give};
use crate::attachment::{Body, Segment};
use crate::call::{Call, CallEvent, CallStep, Now};
use crate::js::data::{Bytes, Packed, Piece, Refused, SignedHeaders};
use crate::rules::input::FromInput;
use crate::rules::settings::{CallOptions, Settings};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::Shape;
use crate::vendor::plan::{Built, Plan, forward};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// Makes the request of a function that begins a call. It is boxed so that the code around it is
/// compiled once.
pub(super) type Planned<'a> = Box<dyn FnOnce(&Settings) -> Result<Built, Vec<Violation>> + 'a>;

/// The data that a function gives with the arguments of a call.
#[derive(Default)]
pub(super) struct Given<'a> {
    /// An unpredictable text, for this call alone. A read needs none, and may have an empty one.
    nonce: String,
    /// Whether the call uses a session.
    session: bool,
    /// The content of the files, one after the other, and their sizes.
    files: Option<(Vec<u8>, Vec<f64>)>,
    /// The whole body of a request that is passed on.
    forwarded: Option<Vec<u8>>,
    at_once: Option<AtOnce<'a>>,
}

/// The data with which a call whose body is whole starts at once.
struct AtOnce<'a> {
    /// The rate gates of the client by their names.
    gates: &'a JsValue,
    /// If a signature may cover the body, the body must be shorter than this.
    longest: f64,
    /// The first attempt.
    attempt: Attempt,
}

/// Begins a call; `violations` are those of the settings.
pub(super) fn start(
    settings: &Settings,
    mut violations: Violations,
    options: &JsValue,
    with: Given<'_>,
    plan: Planned<'_>,
) -> Answer {
    // Most calls have none.
    let mut options = if options.is_undefined() {
        CallOptions::default()
    } else {
        CallOptions::from_input(json(options)?, "", &mut violations)
    };
    options.check(settings, &mut violations);
    options.nonce = with.nonce;
    let settings = settings.with(&options);
    let (plan, body) = match violations.into_result().and_then(|()| plan(&settings)) {
        Ok(built) => built,
        Err(violations) => return give(&Refused { violations }),
    };
    let segments = body.map(|body| filled(body, with.files));
    let whole = match segments.as_deref() {
        None => with.forwarded.as_deref().or(Some(&[])),
        Some([Segment::Text(whole)]) => Some(whole.as_slice()),
        Some(_) => None,
    };
    let mut call = Call::new(plan, &settings).with_session(with.session);
    let mut started = Start::default();
    if let (Some(AtOnce { gates, longest, attempt }), Some(whole)) = (with.at_once, whole)
        && (call.plan.gateway || (whole.len() as f64) < longest)
    {
        started = start_at_once(&mut call, gates, attempt, whole)?;
    }
    let left_ms = settings.time_left_ms();
    give(&packed(&call, segments, left_ms, &started))
}

/// Returns a call as it crosses.
fn packed<'a>(call: &Call, segments: Option<Vec<Segment>>, left_ms: f64, started: &'a Start) -> Packed<'a> {
    let Bytes(mut states) = Bytes::of(call);
    let call_size = states.len();
    if let Some(Bytes(gate)) = &started.gate {
        states.extend_from_slice(gate);
    }
    let Plan { endpoint, method, url, bucket, reference, .. } = &call.plan;
    let mut lines = String::with_capacity(MOST_LINES);
    for line in [endpoint, method.as_str(), url, bucket] {
        lines.extend([line, "\n"]);
    }
    if let Some(headers) = &started.headers {
        headers.write(&mut lines);
    }
    let (whole, pieces) = match segments {
        Some(segments) => match <[Segment; 1]>::try_from(segments) {
            Ok([Segment::Text(text)]) => (Some(Bytes(text)), None),
            Ok([file]) => (None, Some(vec![Piece::from(file)])),
            Err(segments) => (None, Some(segments.into_iter().map(Piece::from).collect())),
        },
        None => (None, None),
    };
    // No step of a start has a result.
    let step = started.step.as_ref().map(|step| step_of(step, &Shape::Empty, call.attempts()));
    Packed { states: Bytes(states), call_size, lines, left_ms, reference: reference.clone(), whole, pieces, step }
}

/// The number of bytes that the lines of most calls do not exceed.
const MOST_LINES: usize = 512;

/// The start of a call.
#[derive(Default)]
struct Start {
    /// The state of the rate gate, if the start changed it.
    gate: Option<Bytes>,
    /// The first step.
    step: Option<CallStep>,
    /// The headers of the first request, if it is signed.
    headers: Option<SignedHeaders>,
}

/// Starts a call whose body is whole. Its first request is signed if nothing is in the way: the
/// gate is open, and a session that is needed is fresh.
fn start_at_once(call: &mut Call, gates: &JsValue, attempt: Attempt, body: &[u8]) -> Read<Start> {
    let marketplace = find(&call.plan.marketplace)?;
    let before = gate_of(gates, &call.plan.bucket)?;
    let mut gate = before.unwrap_or_default();
    // No step of a start needs a random number, so a fixed one is used.
    let now = Now { ms: attempt.now, random: 0.5 };
    let mut step = call.advance(marketplace, &mut gate, now, CallEvent::Start);
    let is_fresh = attempt.session.as_ref().is_some_and(|session| session.is_fresh(attempt.now));
    if matches!(step, CallStep::Token { .. }) && is_fresh {
        step = call.advance(marketplace, &mut gate, now, CallEvent::Token);
    }
    let headers = match step {
        CallStep::Send { .. } => Some(SignedHeaders(signed(&call.plan, attempt, &HostBody::Whole(body))?)),
        _ => None,
    };
    Ok(Start { gate: changed(before, &gate), step: Some(step), headers })
}

/// Returns the segments of the body, filled with the files if they are given.
fn filled(body: Body, files: Option<(Vec<u8>, Vec<f64>)>) -> Vec<Segment> {
    let Some((bytes, sizes)) = files else { return body.into_segments() };
    let mut rest = bytes.as_slice();
    let mut files = Vec::with_capacity(sizes.len());
    for size in sizes {
        let Some((file, more)) = rest.split_at_checked(size as usize) else { break };
        files.push(file);
        rest = more;
    }
    let mut whole = Vec::new();
    match body.write_into(&files, &mut whole) {
        Ok(()) => vec![Segment::Text(whole)],
        Err(_) => body.into_segments(),
    }
}

/// Builds the request of a method. `bytes` are the contents of the files whose `sizes` are given,
/// one after the other; they make the body whole. With the time `now`, a call whose body is whole
/// is started, and its first request is signed unless the call has to wait: `gates` are the
/// client's rate gates, and `session` holds its tokens. If a signature may cover the body, the body
/// must be shorter than `longest`.
#[wasm_bindgen(unchecked_return_type = "Refused | Packed")]
#[allow(clippy::too_many_arguments, reason = "one for each thing that crosses")]
pub fn begin(
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "client")] given_client: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown[]", js_name = "args")] given: JsValue,
    #[wasm_bindgen(unchecked_param_type = "WireOptions | undefined")] options: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] nonce: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number[] | undefined")] sizes: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] bytes: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Record<string, Uint8Array>")] gates: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] longest: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number | undefined")] now: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
) -> Answer {
    let client = client(&given_client)?;
    let operation = find_operation(client.marketplace, &text("endpoint", &endpoint)?)?;
    let given = arguments(&given)?;
    let nonce = text("nonce", &nonce)?;
    let sizes: Option<Vec<f64>> = read("sizes", &sizes)?;
    let files = bytes_some("bytes", &bytes)?.map(|bytes| (bytes, sizes.unwrap_or_default()));
    let at_once = at_once(&client, &nonce, &gates, &longest, &now, &session)?;
    let with = Given { nonce, session: client.session, files, at_once, ..Given::default() };
    let plan: Planned<'_> = Box::new(|settings| operation.plan(given, settings));
    start(&client.settings, client.violations(), &options, with, plan)
}

fn at_once<'a>(
    client: &Rc<KnownClient>,
    nonce: &str,
    gates: &'a JsValue,
    longest: &JsValue,
    now: &JsValue,
    session: &JsValue,
) -> Read<Option<AtOnce<'a>>> {
    let Some(now) = number_some("now", now)? else { return Ok(None) };
    let (client, nonce) = (Rc::clone(client), nonce.to_owned());
    let attempt = Attempt { client, session: read("session", session)?, now, nonce };
    Ok(Some(AtOnce { gates, longest: number("longest", longest)?, attempt }))
}

/// Builds the request that a gateway passes on; `bytes` are its whole body, and `headers` are one
/// name and one value a line. With the time `now` the call is started, as in `begin`.
#[wasm_bindgen(js_name = beginForward, unchecked_return_type = "Refused | Packed")]
#[allow(clippy::too_many_arguments, reason = "one for each thing that crosses")]
pub fn begin_forward(
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "client")] given_client: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] method: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "pathAndQuery")] path_and_query: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "headers")] lines: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] nonce: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] bytes: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Record<string, Uint8Array>")] gates: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] longest: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number | undefined")] now: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Tokens | undefined")] session: JsValue,
) -> Answer {
    let client = client(&given_client)?;
    let (method, path) = (text("method", &method)?, text("pathAndQuery", &path_and_query)?);
    let headers = headers(&lines)?;
    let forwarded = bytes_some("bytes", &bytes)?;
    let nonce = text("nonce", &nonce)?;
    let at_once = at_once(&client, &nonce, &gates, &longest, &now, &session)?;
    let with = Given { nonce, session: client.session, forwarded, at_once, ..Given::default() };
    let marketplace = client.marketplace;
    let plan: Planned<'_> = Box::new(|settings| Ok((forward(marketplace, &method, &path, &headers, settings)?, None)));
    start(&client.settings, client.violations(), &JsValue::UNDEFINED, with, plan)
}
