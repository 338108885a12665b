//! From arguments to a request.

use super::read::{Read, arguments, bytes_some, checked, headers, json, marketplace, number, operation, text};
use super::sign::{Attempt, HostBody, Signed, signed};
use super::write::{Answer, Bytes, Refused, give};
use crate::attachment::{Body, Encoding, Segment};
use crate::call::Call;
use crate::rules::settings::{CallOptions, Settings};
use crate::rules::violation::Violation;
use crate::vendor::plan::{Built, forward};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What came of beginning: a call and its body, or the signed request of one that was signed at once.
#[derive(Serialize)]
struct Begun {
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<OpenCall>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<Signed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Vec<Piece>>,
}

/// A call's state, and what a driver needs to know of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenCall {
    state: Bytes,
    endpoint: String,
    url: String,
    bucket: String,
    total_timeout_ms: f64,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Piece {
    Text { text: Bytes },
    File { file: usize, encoding: Encoding, size: f64 },
}

impl From<Segment> for Piece {
    fn from(segment: Segment) -> Self {
        match segment {
            Segment::Text(text) => Self::Text { text: Bytes(text) },
            Segment::File { index, encoding, size } => Self::File { file: index, encoding, size: size as f64 },
        }
    }
}

/// Makes the request of a function that begins something. Boxed, so that what is around it is there once.
pub(super) type Planned<'a> = Box<dyn FnOnce(&Settings) -> Result<Built, Vec<Violation>> + 'a>;

/// Files that are given with the arguments, and what signs the request at once.
#[derive(Default)]
pub(super) struct AtOnce {
    bytes: Option<Vec<u8>>,
    sizes: Vec<f64>,
    attempt: Option<(f64, Attempt)>,
}

pub(super) fn start(settings: &JsValue, options: &JsValue, with: AtOnce, plan: Planned<'_>) -> Answer {
    let (settings, mut violations): (Settings, _) = checked(settings)?;
    let options = read_options(options, &settings, &mut violations)?;
    let settings = settings.with(&options);
    let (plan, body) = match violations.into_result().and_then(|()| plan(&settings)) {
        Ok(built) => built,
        Err(violations) => return give(&Refused { violations }),
    };
    let segments = body.map(|body| filled(body, with.bytes.as_deref(), &with.sizes));
    let headers = match (with.attempt, segments.as_deref()) {
        (Some((_, attempt)), None) => Some(signed(&plan, &attempt, &HostBody::Whole(&[]))?),
        (Some((longest, attempt)), Some([Segment::Text(whole)])) if plan.gateway || (whole.len() as f64) < longest => {
            Some(signed(&plan, &attempt, &HostBody::Whole(whole))?)
        }
        _ => None,
    };
    let body = segments.map(|segments| segments.into_iter().map(Piece::from).collect());
    let (call, signed) = match headers {
        Some(headers) => (None, Some(Signed { method: plan.method, url: plan.url, headers })),
        None => {
            let total_timeout_ms = settings.total_timeout_ms;
            let call = Call::new(plan, &settings).with_session(options.session);
            let (endpoint, url, bucket) = (call.plan.endpoint.clone(), call.plan.url.clone(), call.plan.bucket.clone());
            (Some(OpenCall { state: Bytes::of(&call), endpoint, url, bucket, total_timeout_ms }), None)
        }
    };
    give(&Begun { call, signed, body })
}

fn read_options(
    options: &JsValue,
    settings: &Settings,
    violations: &mut crate::rules::violation::Violations,
) -> Read<CallOptions> {
    use crate::rules::input::FromInput;
    let options = CallOptions::from_input(json(options)?, "", violations);
    options.check(settings, violations);
    Ok(options)
}

/// The body with the files in it, if these are they.
fn filled(body: Body, bytes: Option<&[u8]>, sizes: &[f64]) -> Vec<Segment> {
    let Some(mut rest) = bytes else { return body.into_segments() };
    let mut files = Vec::with_capacity(sizes.len());
    for size in sizes {
        let Some((file, more)) = rest.split_at_checked(*size as usize) else { break };
        files.push(file);
        rest = more;
    }
    let mut whole = Vec::new();
    match body.write_into(&files, &mut whole) {
        Ok(()) => vec![Segment::Text(whole)],
        Err(_) => body.into_segments(),
    }
}

/// Builds the request of a method. `bytes` are those of the files whose `sizes` are given, one after
/// the other: with them the body is whole. `atOnce` signs a whole body that is shorter than `longest`.
#[wasm_bindgen(unchecked_return_type = "Refused | Begun | SignedAtOnce")]
#[allow(clippy::too_many_arguments, reason = "one for each thing that crosses")]
pub fn begin(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] endpoint: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown[]", js_name = "args")] given: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "WireOptions")] options: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number[]")] sizes: JsValue,
    #[wasm_bindgen(unchecked_param_type = "AtOnce | undefined", js_name = "atOnce")] at_once: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array | undefined")] bytes: JsValue,
) -> Answer {
    let (_, operation) = operation(&marketplace, &endpoint)?;
    let given = arguments(&given)?;
    let attempt = if at_once.is_undefined() {
        None
    } else {
        let longest = js_sys::Reflect::get(&at_once, &"longest".into())?;
        Some((number("longest", &longest)?, Attempt::read(&at_once)?))
    };
    let bytes = bytes_some("bytes", &bytes)?;
    let with = AtOnce { bytes, sizes: super::read::read("sizes", &sizes)?, attempt };
    start(&settings, &options, with, Box::new(|settings| operation.plan(given, settings)))
}

/// Builds the request that a gateway passes on.
#[wasm_bindgen(js_name = beginForward, unchecked_return_type = "Refused | Begun")]
pub fn begin_forward(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] method: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "pathAndQuery")] path_and_query: JsValue,
    #[wasm_bindgen(unchecked_param_type = "HeaderList", js_name = "headers")] pairs: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "WireOptions")] options: JsValue,
) -> Answer {
    let marketplace = self::marketplace(&marketplace)?;
    let (method, path) = (text("method", &method)?, text("pathAndQuery", &path_and_query)?);
    let headers = headers("headers", json(&pairs)?)?;
    let plan: Planned<'_> = Box::new(|settings| Ok((forward(marketplace, &method, &path, &headers, settings)?, None)));
    start(&settings, &options, AtOnce::default(), plan)
}
