//! Exports that turn arguments into a request.

use super::read::{Read, arguments, bytes_some, checked, headers, json, marketplace, operation, read, text};
use super::sign::{HostBody, signed};
use super::write::{Answer, give};
use crate::attachment::{Body, Segment};
use crate::call::Call;
use crate::js::data::{AtOnce, Begun, Bytes, OpenCall, Piece, Refused, Signed, SignedAtOnce, Whole};
use crate::rules::settings::{CallOptions, Settings};
use crate::rules::violation::Violation;
use crate::vendor::plan::{Built, Plan, forward};
use wasm_bindgen::prelude::*;

/// Makes the request of a function that begins a call. It is boxed so that the code around it is
/// compiled once.
pub(super) type Planned<'a> = Box<dyn FnOnce(&Settings) -> Result<Built, Vec<Violation>> + 'a>;

/// The files that are given with the arguments, and the keys that sign the request at once.
#[derive(Default)]
pub(super) struct Given {
    bytes: Option<Vec<u8>>,
    sizes: Vec<f64>,
    at_once: Option<AtOnce>,
}

pub(super) fn start(settings: &JsValue, options: &JsValue, with: Given, plan: Planned<'_>) -> Answer {
    let (settings, mut violations): (Settings, _) = checked(settings)?;
    let options = read_options(options, &settings, &mut violations)?;
    let settings = settings.with(&options);
    let (plan, body) = match violations.into_result().and_then(|()| plan(&settings)) {
        Ok(built) => built,
        Err(violations) => return give(&Refused { violations }),
    };
    let segments = body.map(|body| filled(body, with.bytes.as_deref(), &with.sizes));
    let is_at_once = |given: &AtOnce| match segments.as_deref() {
        None => true,
        Some([Segment::Text(whole)]) => plan.gateway || (whole.len() as f64) < given.longest,
        Some(_) => false,
    };
    if let Some(AtOnce { attempt, .. }) = with.at_once.filter(is_at_once) {
        let whole = match segments.and_then(|mut segments| segments.pop()) {
            Some(Segment::Text(whole)) => Some(whole),
            _ => None,
        };
        let headers = signed(&plan, attempt, &HostBody::Whole(whole.as_deref().unwrap_or_default()))?;
        let body = whole.map(|text| [Whole { text: Bytes(text) }]);
        return give(&SignedAtOnce { signed: Signed { method: plan.method, url: plan.url, headers }, body });
    }
    let body = segments.map(|segments| segments.into_iter().map(Piece::from).collect());
    let total_timeout_ms = settings.total_timeout_ms;
    let call = Call::new(plan, &settings).with_session(options.session);
    let state = Bytes::of(&call);
    let Plan { endpoint, url, bucket, reference, .. } = call.plan;
    give(&Begun { call: OpenCall { state, endpoint, url, bucket, total_timeout_ms, reference }, body })
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

/// Returns the segments of the body, filled with the files if `bytes` holds them.
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

/// Builds the request of a method. `bytes` are the contents of the files whose `sizes` are given,
/// one after the other; they make the body whole. `atOnce` signs a whole body that is shorter than
/// `longest`.
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
    let bytes = bytes_some("bytes", &bytes)?;
    let at_once = read("atOnce", &at_once)?;
    let with = Given { bytes, sizes: read("sizes", &sizes)?, at_once };
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
    let headers = headers(&pairs)?;
    let plan: Planned<'_> = Box::new(|settings| Ok((forward(marketplace, &method, &path, &headers, settings)?, None)));
    start(&settings, &options, Given::default(), plan)
}
