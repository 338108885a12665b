//! Exports of the sync.

use super::{checked_before, kept, pairs, raw_of, stored};
use crate::desk::record::health_of;
use crate::desk::sync::{self, Budget, Failure, Known, Page, Source, Stream, Swept, Target};
use crate::js::calls::read::{Read, find, misfit, number, read, read_text, text, utf8};
use crate::js::calls::write::{Answer, give};
use crate::js::data::{DeskAnswer, DeskApplied, DeskCall, DeskKnown, DeskPlan, DeskRow, DeskSource, DeskStep};
use crate::vendor::Marketplace;
use crate::vendor::desk::Account;
use crate::vendor::desk::reading::Flow;
use crate::wire::json::Json;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

/// A source, read from what a store keeps.
struct Checkpoint {
    stream: Stream,
    marketplace: &'static Marketplace,
    profile: Account,
}

impl Checkpoint {
    fn of(source: DeskSource) -> Read<Self> {
        Ok(Self {
            stream: stored("stream", &source.stream)?,
            marketplace: find(&source.marketplace)?,
            profile: checked_before(source.profile),
        })
    }

    fn source(&self) -> Source<'_> {
        Source { stream: &self.stream, marketplace: self.marketplace, account: &self.profile }
    }
}

fn sources(value: &JsValue) -> Read<Vec<Checkpoint>> {
    read::<Vec<DeskSource>>("sources", value)?.into_iter().map(Checkpoint::of).collect()
}

/// Returns the checkpoints of an account that was never read. Its first sweep is due at `sweepAt`.
#[wasm_bindgen(js_name = newStreams, unchecked_return_type = "string[]")]
pub fn new_streams(
    #[wasm_bindgen(unchecked_param_type = "string")] account: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "sweepAt")] sweep_at: JsValue,
) -> Answer {
    let account = text("account", &account)?;
    let sweep_at = number("sweepAt", &sweep_at)?;
    let streams = [(Flow::Hot, 0.0), (Flow::Recent, 0.0), (Flow::Sweep, sweep_at)];
    give(&streams.map(|(flow, due_at)| kept(&Stream { due_at, ..Stream::new(&account, flow) })))
}

/// Returns the calls to make now, and when to ask again.
#[wasm_bindgen(js_name = planSync, unchecked_return_type = "DeskPlan")]
pub fn plan_sync(
    #[wasm_bindgen(unchecked_param_type = "DeskSource[]")] sources: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number")] calls: JsValue,
) -> Answer {
    let read = self::sources(&sources)?;
    let sources: Vec<_> = read.iter().map(Checkpoint::source).collect();
    let now_ms = number("now", &now_ms)?;
    let used_today = sync::used_today(&sources, now_ms);
    let plan = sync::plan(&sources, now_ms, &Budget { calls: number("calls", &calls)? as u32, used_today });
    let call = |call: &sync::Call| DeskCall {
        target: kept(&call.target),
        operation: call.operation.clone(),
        arguments: call.arguments.clone(),
    };
    let steps = plan.steps.iter().map(|step| DeskStep {
        account: step.stream.account.clone(),
        flow: step.stream.flow,
        stream: kept(&step.stream),
        calls: step.calls.iter().map(call).collect(),
    });
    give(&DeskPlan { steps: steps.collect(), wake_at: plan.wake_at })
}

fn page_of(source: &Source<'_>, answer: DeskAnswer) -> Read<Page> {
    let target: Target = stored("target", &answer.target)?;
    let result = match answer.failure {
        Some(failure) => Err(Failure {
            is_missing: failure.kind == "not_found",
            is_cut: failure.is_cut,
            code: failure.code,
            retry_after_ms: failure.retry_after_ms,
        }),
        None => {
            let list = answer.list.as_ref().map(|list| (list.items.as_str(), list.more));
            let value = match answer.text {
                Some(text) => Json::read_text(&text).ok_or_else(|| misfit("text", &text.into(), "a JSON text"))?,
                None => answer.value,
            };
            Ok(Page::items_of(source, value, list))
        }
    };
    Ok(Page { target, began_at: answer.began_at, answer: result, is_last: answer.is_last })
}

/// Returns the ids of the tickets that an answer is about.
#[wasm_bindgen(js_name = idsOfAnswer, unchecked_return_type = "string[]")]
pub fn ids_of_answer(
    #[wasm_bindgen(unchecked_param_type = "DeskSource")] source: JsValue,
    #[wasm_bindgen(unchecked_param_type = "DeskAnswer")] answer: JsValue,
) -> Answer {
    let checkpoint = Checkpoint::of(read("source", &source)?)?;
    let page = page_of(&checkpoint.source(), read("answer", &answer)?)?;
    give(&sync::ids_of(&checkpoint.source(), &page))
}

/// Returns those of these tickets whose parts are needed to say what the answer changes. `heads` has
/// the stored tickets, each without its `raw`.
#[wasm_bindgen(js_name = changedIdsOf, unchecked_return_type = "string[]")]
pub fn changed_ids_of(
    #[wasm_bindgen(unchecked_param_type = "DeskSource")] source: JsValue,
    #[wasm_bindgen(unchecked_param_type = "DeskAnswer")] answer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] heads: JsValue,
) -> Answer {
    let checkpoint = Checkpoint::of(read("source", &source)?)?;
    let page = page_of(&checkpoint.source(), read("answer", &answer)?)?;
    give(&sync::changed_ids(&checkpoint.source(), &page, &known_of(&utf8("heads", &heads)?)?))
}

/// Returns the stored tickets of a text with two lines for each.
fn known_of(text: &str) -> Read<Vec<Known>> {
    let known = |(known, raw)| {
        let DeskKnown { id, began_at, listed, is_forgotten, .. } = read_text("known", known)?;
        Ok(Known { id, began_at, listed, raw: raw_of(raw)?, is_forgotten })
    };
    pairs(text).map(known).collect()
}

/// Returns what an answer changes: a line with all of it except the `raw` of its rows, and then a line
/// for each of these. `known` has two lines for each stored ticket: it without its `raw`, and that.
#[wasm_bindgen(js_name = applyAnswer, unchecked_return_type = "string")]
pub fn apply_answer(
    #[wasm_bindgen(unchecked_param_type = "DeskSource")] source: JsValue,
    #[wasm_bindgen(unchecked_param_type = "DeskAnswer")] answer: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] known: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let checkpoint = Checkpoint::of(read("source", &source)?)?;
    let page = page_of(&checkpoint.source(), read("answer", &answer)?)?;
    let known = known_of(&utf8("known", &known)?)?;
    let applied = sync::apply(&checkpoint.source(), &page, &known, number("now", &now_ms)?);
    let raws = applied.rows.iter().map(|row| row.raw.write().to_string()).collect::<Vec<_>>();
    let head = kept(&DeskApplied {
        changed: applied.stream != checkpoint.stream,
        stream: kept(&applied.stream),
        rows: applied
            .rows
            .into_iter()
            .map(|row| DeskRow { id: row.id, began_at: row.began_at, listed: row.listed, raw: String::new() })
            .collect(),
        gone: applied.gone,
        odd: u32::try_from(applied.odd.len()).unwrap_or(u32::MAX),
        swept: applied.swept.as_ref().map(kept),
    });
    Ok(std::iter::once(head).chain(raws).collect::<Vec<_>>().join("\n").into())
}

/// Returns those of the stored tickets that a whole sweep did not see. Each is its id and when its
/// read began.
#[wasm_bindgen(js_name = missingOf, unchecked_return_type = "string[]")]
pub fn missing_of(
    #[wasm_bindgen(unchecked_param_type = "string")] swept: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string[]")] ids: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number[]", js_name = "beganAt")] began_at: JsValue,
) -> Answer {
    let swept: Swept = stored("swept", &text("swept", &swept)?)?;
    let ids = read::<Vec<String>>("ids", &ids)?;
    let tickets: Vec<_> = ids.into_iter().zip(read::<Vec<f64>>("beganAt", &began_at)?).collect();
    give(&swept.missing(&tickets))
}

/// Returns the health of each account, from its streams.
#[wasm_bindgen(js_name = healthOf, unchecked_return_type = "DeskHealth[]")]
pub fn health(#[wasm_bindgen(unchecked_param_type = "DeskSource[]")] sources: JsValue) -> Answer {
    let read = self::sources(&sources)?;
    let mut accounts: BTreeMap<&str, Vec<Source<'_>>> = BTreeMap::new();
    for source in read.iter().map(Checkpoint::source) {
        accounts.entry(source.stream.account.as_str()).or_default().push(source);
    }
    give(&accounts.into_iter().map(|(account, sources)| health_of(account, &sources)).collect::<Vec<_>>())
}
