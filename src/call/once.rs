//! Writes that are sure: `ensure: "once"`.
//!
//! A write whose answer was lost may have landed. [`Once`] finds out by reading, as a step machine over whole calls,
//! which have their own attempts and pauses: what exists is read before the first try; after a try of which nobody can
//! tell, a settling time passes, then it is looked for twice; what is new and matches is the result of that try, and only
//! when there is nothing is the write sent again. Where reading cannot tell, the uncertainty itself is the result.
//!
//! What a write reads and how it knows its own work again is the marketplace's: [`Endpoint::recovery`] and
//! [`Endpoint::found`]. Nothing is guessed: what may be ours, but is not surely so, is [`Finding::Unclear`].
//!
//! [`Endpoint::recovery`]: crate::vendor::Endpoint::recovery
//! [`Endpoint::found`]: crate::vendor::Endpoint::found

use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::input::{Fields, FromInput, Input};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::evidence::{Evidence, Finding, Look, Seen, text};
use crate::vendor::{Access, Marketplace, PageShape, Recovery};
use crate::wire::http::Response;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// How many looks in a row that find nothing prove that there is nothing.
const LOOKS: u32 = 2;
/// How many looks there are after one try, when they cannot tell.
const MAX_LOOKS: u32 = 6;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum OnceEvent {
    /// It is this write's turn.
    Begun,
    /// A read brought this; its page, if it is one of a list.
    Read {
        /// The result.
        value: Json,
        /// The page.
        page: Option<Page>,
    },
    /// A read failed for good.
    ReadFailed,
    /// The write was accepted, and its answer was read.
    Written,
    /// The write failed.
    WriteFailed {
        /// What its error says.
        sent: Sent,
        /// The status of the marketplace's answer, if it answered.
        status: Option<u16>,
        /// How long it asks to wait.
        hint_ms: Option<f64>,
    },
    /// The wait is over.
    Waited,
}

/// What a page of a list says about itself; see [`PageShape`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Page {
    /// Whether there is one after it.
    pub more: bool,
    /// Whether pages have numbers.
    pub numbered: bool,
    /// The parameter that asks for another.
    pub offset_field: String,
    /// How many items it has.
    pub length: u64,
}

impl FromInput for Page {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            more: fields.take("more"),
            numbered: fields.take("numbered"),
            offset_field: fields.take("offsetField"),
            length: fields.take("length"),
        }
    }
}

impl From<&PageShape> for Page {
    fn from(shape: &PageShape) -> Self {
        let PageShape { more, numbered, length, .. } = *shape;
        Self { more, numbered, length, offset_field: shape.offset_field.to_owned() }
    }
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum OnceStep {
    /// Make this call, and report [`OnceEvent::Read`] or [`OnceEvent::ReadFailed`].
    Read {
        /// The operation.
        endpoint: String,
        /// The method's arguments.
        args: Vec<Json>,
        /// Milliseconds for the whole call.
        total_timeout_ms: f64,
    },
    /// Make the write's own call.
    Write {
        /// Milliseconds for the whole call.
        total_timeout_ms: f64,
    },
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: f64,
    },
    /// The write's own answer is the result.
    Done,
    /// The write took effect, although its answer was lost. This is what it would have been.
    Found {
        /// JSON; `null` for a write without a result.
        answer: Json,
    },
    /// Fail with the error of the last try; of the read, if there was no try.
    GiveUp {
        /// Whether the marketplace may have acted, in all tries.
        sent: Sent,
    },
    /// Fail with this error.
    Fail {
        /// It.
        error: Box<TicketError>,
    },
}

/// One sure write on its way. Plain data: a host may keep it while it waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Once {
    marketplace: String,
    endpoint: String,
    /// `None`: a repeat is harmless.
    look: Option<Look>,
    settle_ms: f64,
    end_ms: f64,
    resends: u32,
    sent: Sent,
    before: Option<Vec<Seen>>,
    /// The reads of the look under way that are done, the one that is not, and its next page.
    after: Vec<Seen>,
    open: Option<Seen>,
    next: Option<(String, u64)>,
    looks: u32,
    /// Looks in a row that found nothing.
    absent: u32,
    /// It was refused, so it is not sent again.
    refused: bool,
    /// The last try was refused, and it may have landed before: no look has told yet.
    doubted: bool,
}

impl Once {
    /// The machine, or why there is none.
    pub fn new(
        marketplace: &Marketplace,
        endpoint: &str,
        recovery: Recovery,
        settings: &Settings,
        now_ms: f64,
    ) -> Result<Self, Box<TicketError>> {
        let look = match recovery {
            Recovery::Look(look) => Some(look),
            Recovery::Harmless => None,
            Recovery::Impossible => {
                let is_read = marketplace.operation(endpoint).is_some_and(|known| known.meta.access == Access::Read);
                let why = if is_read { "it changes nothing" } else { "nothing shows whether it landed" };
                let text =
                    format!("`ensure` is not possible for {endpoint} of {}: {why}; leave it out", marketplace.id);
                let kind = ErrorKind::Configuration;
                return Err(Box::new(TicketError::local(kind, "ensure_impossible", text, marketplace.id, endpoint)));
            }
        };
        Ok(Self {
            marketplace: marketplace.id.to_owned(),
            endpoint: endpoint.to_owned(),
            look,
            settle_ms: settings.settle_ms.unwrap_or(marketplace.settle_ms),
            end_ms: now_ms + settings.total_timeout_ms,
            resends: settings.max_retries,
            sent: Sent::No,
            before: None,
            after: Vec::new(),
            open: None,
            next: None,
            looks: 0,
            absent: 0,
            refused: false,
            doubted: false,
        })
    }

    /// The marketplace's id.
    #[must_use]
    pub fn marketplace(&self) -> &str {
        &self.marketplace
    }

    /// The write's name.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Which writes this one waits for: those with the same key that began before. `None`: for none.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.look.as_ref().map(|look| look.key.as_str())
    }

    /// When the whole write has to be over.
    #[must_use]
    pub fn end_ms(&self) -> f64 {
        self.end_ms
    }

    /// How long the next write with the same key keeps away after an end in uncertainty: what lands late is then seen by
    /// its first look, and not taken for its own work.
    #[must_use]
    pub fn settle_ms(&self) -> f64 {
        self.settle_ms
    }

    /// Takes what happened and says what to do.
    pub fn advance(&mut self, marketplace: &Marketplace, now_ms: f64, event: OnceEvent) -> OnceStep {
        match event {
            OnceEvent::Begun if self.look.is_some() => self.read(now_ms),
            OnceEvent::Begun => self.write(now_ms),
            OnceEvent::Read { value, page } => self.have_read(marketplace, now_ms, value, page),
            OnceEvent::Written => OnceStep::Done,
            OnceEvent::WriteFailed { sent, status, hint_ms } => self.failed(now_ms, sent, status, hint_ms),
            OnceEvent::Waited if self.look.is_some() => self.read(now_ms),
            OnceEvent::Waited => self.write_again(now_ms),
            OnceEvent::ReadFailed => self.give_up(),
        }
    }

    fn give_up(&self) -> OnceStep {
        OnceStep::GiveUp { sent: if self.doubted { self.sent.max(Sent::Maybe) } else { self.sent } }
    }

    /// The time that is left for a step, or the end.
    fn remaining(&self, now_ms: f64) -> Result<f64, OnceStep> {
        let ms = self.end_ms - now_ms;
        if ms >= 1.0 {
            return Ok(ms);
        }
        Err(if self.sent == Sent::No {
            self.error(ErrorKind::Timeout, "total_timeout", "the time was over before anything was sent")
        } else {
            self.give_up()
        })
    }

    fn error(&self, kind: ErrorKind, code: &str, text: &str) -> OnceStep {
        OnceStep::Fail { error: Box::new(TicketError::local(kind, code, text, &self.marketplace, &self.endpoint)) }
    }

    fn read(&self, now_ms: f64) -> OnceStep {
        let Some(read) = self.look.as_ref().and_then(|look| look.reads.get(self.after.len())) else {
            return self.give_up();
        };
        let mut args = read.args.clone();
        if let (Some((field, at)), Some(params)) = (&self.next, args.last_mut()) {
            params.put(field, (*at).into());
        }
        match self.remaining(now_ms) {
            Ok(total_timeout_ms) => OnceStep::Read { endpoint: read.endpoint.clone(), args, total_timeout_ms },
            Err(end) => end,
        }
    }

    fn write(&self, now_ms: f64) -> OnceStep {
        // What was accepted is not sent again, be it nowhere to be seen.
        if self.sent == Sent::Yes && self.look.is_some() {
            return self.give_up();
        }
        self.remaining(now_ms).map_or_else(|end| end, |total_timeout_ms| OnceStep::Write { total_timeout_ms })
    }

    fn write_again(&mut self, now_ms: f64) -> OnceStep {
        if self.resends == 0 || self.refused {
            return self.give_up();
        }
        self.resends = self.resends.saturating_sub(1);
        (self.looks, self.absent) = (0, 0);
        self.write(now_ms)
    }

    fn wait(&self, now_ms: f64, ms: f64) -> OnceStep {
        if now_ms + ms < self.end_ms { OnceStep::Wait { ms } } else { self.give_up() }
    }

    fn failed(&mut self, now_ms: f64, sent: Sent, status: Option<u16>, hint_ms: Option<f64>) -> OnceStep {
        let has_look = self.look.is_some();
        let is_refused = matches!(status, Some(400..=407 | 409..=428 | 430..=498));
        if is_refused || (has_look && status == Some(429)) {
            // Where a repeat changes nothing, it is not refused for the first one either.
            self.doubted = has_look && sent > Sent::No;
        } else {
            self.sent = self.sent.max(sent);
        }
        match (sent, status) {
            // What the marketplace refuses may be a repeat of what has landed in the meantime: of an earlier try, or of a
            // copy that the network made. One more look tells.
            _ if is_refused && has_look && self.sent.max(sent) > Sent::No => self.look_after_refusal(now_ms),
            (Sent::No, _) if has_look && self.sent > Sent::No => self.look_after_refusal(now_ms),
            (Sent::No, _) => self.give_up(),
            _ if is_refused => self.give_up(),
            // Before that, reads would be refused as well.
            _ if hint_ms.is_some_and(|ms| now_ms + ms >= self.end_ms) => self.give_up(),
            // What something in between calls too much may have passed it before.
            _ if has_look => self.wait(now_ms, self.settle_ms),
            _ => self.wait(now_ms, self.settle_ms / 4.0),
        }
    }

    fn look_after_refusal(&mut self, now_ms: f64) -> OnceStep {
        self.refused = true;
        self.read(now_ms)
    }

    fn have_read(&mut self, marketplace: &Marketplace, now_ms: f64, mut value: Json, page: Option<Page>) -> OnceStep {
        let index = self.after.len();
        let Some(look) = &self.look else { return self.give_up() };
        let Some(read) = look.reads.get(index) else { return self.give_up() };
        let before = self.before.as_ref().and_then(|before| before.get(index));
        let items = match value.get_mut(&read.items) {
            Some(Json::List(items)) => std::mem::take(items),
            _ => Vec::new(),
        };
        let mut seen = self.open.take().unwrap_or_default();
        let mut met = before.is_none();
        for item in &items {
            let (id, is_own) = identity(item, &read.id);
            let there = |ids: &[String]| ids.iter().filter(|known| **known == id).count();
            let earlier = before.map_or(0, |before| there(&before.ids));
            // A list that moves shows an item on two pages. Items without an id of their own are counted.
            let is_known = if is_own { earlier > 0 || there(&seen.ids) > 0 } else { earlier > there(&seen.ids) };
            met |= is_known;
            if before.is_some() && !is_known {
                seen.fresh.push(item.clone());
            }
            seen.ids.push(id);
        }
        if let Some(page) = page {
            seen.pages = seen.pages.saturating_add(1);
            // Where the newest come first, those behind one that is known are known.
            if page.more && !(met && is_descending(&items, &read.time)) {
                if seen.pages < read.pages {
                    let step = if page.numbered { 1 } else { page.length };
                    let start = if page.numbered { 1 } else { 0 };
                    let at = self.next.take().map_or(start, |(_, at)| at).saturating_add(step);
                    self.next = Some((page.offset_field, at));
                    self.open = Some(seen);
                    return self.read(now_ms);
                }
                seen.cut = true;
            }
        } else {
            seen.rest = value.clone();
        }
        if let Some(slot) = value.get_mut(&read.items) {
            *slot = items.into();
        }
        self.next = None;
        self.after.push(seen);
        if self.after.len() < look.reads.len() {
            return self.read(now_ms);
        }
        let after = std::mem::take(&mut self.after);
        let Some(before) = &self.before else {
            if after.iter().any(|seen| seen.cut) {
                let text =
                    "there are more items than can be looked through, so nobody could tell the new one from them";
                return self.error(ErrorKind::Decode, "ensure_too_many", text);
            }
            self.before = Some(after);
            return self.write(now_ms);
        };
        let evidence = Evidence { wanted: &look.wanted, before, after: &after, last: &value };
        let judge = marketplace.operation(&self.endpoint).map(|operation| operation.found);
        let finding = match judge.map_or(Finding::Unclear, |found| found(evidence)) {
            Finding::Absent if after.iter().any(|seen| seen.cut) => Finding::Unclear,
            finding => finding,
        };
        self.looked(now_ms, finding)
    }

    fn looked(&mut self, now_ms: f64, finding: Finding) -> OnceStep {
        self.looks = self.looks.saturating_add(1);
        match finding {
            Finding::Found(answer) => OnceStep::Found { answer },
            finding if self.refused => {
                self.doubted &= finding == Finding::Unclear;
                self.give_up()
            }
            Finding::Absent => {
                self.absent = self.absent.saturating_add(1);
                self.doubted &= self.absent < LOOKS;
                if self.absent < LOOKS { self.wait(now_ms, self.settle_ms / 4.0) } else { self.write_again(now_ms) }
            }
            Finding::Unclear if self.looks >= MAX_LOOKS => self.give_up(),
            Finding::Unclear => {
                self.absent = 0;
                self.wait(now_ms, self.settle_ms)
            }
        }
    }
}

/// What tells an item from others, and whether it is an id.
fn identity(item: &Json, field: &str) -> (String, bool) {
    match item.get(field) {
        Some(Json::Text(id)) if !id.is_empty() => (id.clone(), true),
        Some(id @ (Json::Int(_) | Json::Number(_))) => (id.to_string(), true),
        _ => (item.to_string(), false),
    }
}

fn is_descending(items: &[Json], field: &str) -> bool {
    // To the second: some have fractions or a zone, and some have not.
    let times: Vec<&str> = items.iter().map(|item| text(item, field).get(..19).unwrap_or_default()).collect();
    times.first() > times.last() && times.is_sorted_by(|a, b| a >= b && !b.is_empty())
}

/// The answer that a write would have had.
#[must_use]
pub fn answer(found: &Json) -> Response {
    let body = if found.is_absent() { Vec::new() } else { found.to_string().into_bytes() };
    Response { status: 200, body, ..Response::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As an answer or an argument has it.
    macro_rules! json {
        ($($json:tt)*) => { Json::from(serde_json::json!($($json)*)) };
    }

    #[test]
    fn pages_are_read_until_those_that_are_known() {
        let list = |times: &[&str]| -> Vec<Json> { times.iter().map(|time| json!({ "t": time })).collect() };
        for (times, falls) in [
            (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:01.5"][..], true),
            (&["2026-03-02T08:15:02", "2026-03-02T08:15:02", "2026-03-02T08:15:01"], true),
            (&["2026-03-02T08:15:01Z", "2026-03-02T08:15:02Z"], false),
            (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:03Z", "2026-03-02T08:15:01Z"], false),
            // All at once tells nothing.
            (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:02Z"], false),
            (&["later", "earlier"], false),
            (&["2026-03-02T08:15:02Z"], false),
            (&[], false),
        ] {
            assert_eq!(is_descending(&list(times), "t"), falls, "{times:?}");
        }
    }
}
