//! Sure writes: `ensure: "once"`.
//!
//! A write whose response was lost may have taken effect. [`Once`] finds out by reading, as a step
//! machine over whole calls, which have their own attempts and pauses. It reads the existing items
//! before the first try. After a try with an uncertain outcome, it waits for a settling time and
//! then makes two lookups. A new item that matches is the result of that try; the write is sent
//! again only if there is none. If reading cannot decide, the result is the uncertainty itself.
//!
//! The marketplace decides what a write reads and how it recognises its own effect:
//! [`Endpoint::recovery`] and [`Endpoint::found`]. Nothing is guessed: an item that may be ours,
//! but is not certainly so, is [`Finding::Unclear`].
//!
//! [`Endpoint::recovery`]: crate::vendor::Endpoint::recovery
//! [`Endpoint::found`]: crate::vendor::Endpoint::found

use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::input::{Fields, FromInput};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::evidence::{Evidence, Finding, Look, Seen, text};
use crate::vendor::{Access, Marketplace, PageShape, Recovery};
use crate::wire::http::Response;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// The number of consecutive lookups without a finding that prove that there is nothing.
const LOOKS: u32 = 2;
/// The largest number of lookups after one try, if they cannot decide.
const MAX_LOOKS: u32 = 6;

/// An event that the driver reports.
#[derive(Debug, Clone, PartialEq)]
pub enum OnceEvent {
    /// The write's turn has come.
    Begun,
    /// A read succeeded.
    Read {
        /// The result.
        value: Json,
        /// The page, if the result is a page of a list.
        page: Option<Page>,
    },
    /// A read failed for good.
    ReadFailed,
    /// The write was accepted, and its response was read.
    Written,
    /// The write failed.
    WriteFailed {
        /// The `sent` of its error.
        sent: Sent,
        /// The status of the marketplace's response, if one arrived.
        status: Option<u16>,
        /// How long the marketplace asks to wait.
        hint_ms: Option<f64>,
    },
    /// The wait is over.
    Waited,
}

/// The description of a page of a list; see [`PageShape`].
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Page {
    /// Whether another page follows.
    pub more: bool,
    /// Whether pages are numbered.
    pub numbered: bool,
    /// The parameter that requests another page.
    pub offset_field: String,
    /// The number of its items.
    pub length: u64,
}

impl FromInput for Page {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
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

/// The next action of the driver.
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
    /// The write's own response is the result.
    Done,
    /// The write took effect, although its response was lost.
    Found {
        /// The response that the write would have had, as JSON; `null` for a write without a
        /// result.
        answer: Json,
    },
    /// Fail with the error of the last try, or of the read if there was no try.
    GiveUp {
        /// Whether the marketplace may have acted in any of the tries.
        sent: Sent,
    },
    /// Fail with this error.
    Fail {
        /// The error.
        error: Box<TicketError>,
    },
}

/// The state of one sure write. It is plain data, so a host may keep it while it waits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Once {
    marketplace: String,
    endpoint: String,
    /// The lookup, or `None` if a repeat is harmless.
    look: Option<Look>,
    settle_ms: f64,
    end_ms: f64,
    resends: u32,
    sent: Sent,
    before: Option<Vec<Seen>>,
    /// The finished reads of the current lookup, the unfinished one, and its next page.
    after: Vec<Seen>,
    open: Option<Seen>,
    next: Option<(String, u64)>,
    looks: u32,
    /// The number of consecutive lookups that found nothing.
    absent: u32,
    /// Whether the write was refused, so that it is not sent again.
    refused: bool,
    /// Whether the last try was refused, but may have taken effect before, and no lookup has
    /// decided yet.
    doubted: bool,
}

impl Once {
    /// Returns the machine, or the reason why there can be none.
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

    /// Returns the marketplace's id.
    #[must_use]
    pub fn marketplace(&self) -> &str {
        &self.marketplace
    }

    /// Returns the write's name.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the key: this write waits for the writes with the same key that began before it.
    /// `None` means that it waits for none.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        self.look.as_ref().map(|look| look.key.as_str())
    }

    /// Returns the time by which the whole write must be over.
    #[must_use]
    pub fn end_ms(&self) -> f64 {
        self.end_ms
    }

    /// Returns how long the next write with the same key waits after an uncertain end, so that its
    /// first lookup sees a late effect and does not take it for its own.
    #[must_use]
    pub fn settle_ms(&self) -> f64 {
        self.settle_ms
    }

    /// Handles an event and returns the next step.
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

    /// Returns the time that is left for a step, or the last step.
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
        // An accepted write is not sent again, even if no lookup finds it.
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
            // Where a repeat changes nothing, it is not refused because of the first try either.
            self.doubted = has_look && sent > Sent::No;
        } else {
            self.sent = self.sent.max(sent);
        }
        match (sent, status) {
            // The marketplace may refuse the write because an earlier try, or a copy that the
            // network made, has taken effect in the meantime. One more lookup decides.
            _ if is_refused && has_look && self.sent.max(sent) > Sent::No => self.look_after_refusal(now_ms),
            (Sent::No, _) if has_look && self.sent > Sent::No => self.look_after_refusal(now_ms),
            (Sent::No, _) => self.give_up(),
            _ if is_refused => self.give_up(),
            // Reads would be refused as well before that time.
            _ if hint_ms.is_some_and(|ms| now_ms + ms >= self.end_ms) => self.give_up(),
            // An intermediary that reports too many requests may have passed this one on before.
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
            // A list that changes may show an item on two pages. Items without their own id are
            // counted.
            let is_known = if is_own { earlier > 0 || there(&seen.ids) > 0 } else { earlier > there(&seen.ids) };
            met |= is_known;
            if before.is_some() && !is_known {
                seen.fresh.push(item.clone());
            }
            seen.ids.push(id);
        }
        if let Some(page) = page {
            seen.pages = seen.pages.saturating_add(1);
            // If the newest items come first, all items behind a known one are known.
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

/// Returns what distinguishes an item from others, and whether that is an id.
fn identity(item: &Json, field: &str) -> (String, bool) {
    match item.get(field) {
        Some(Json::Text(id)) if !id.is_empty() => (id.clone(), true),
        Some(id @ (Json::Int(_) | Json::Number(_))) => (id.to_string(), true),
        _ => (item.to_string(), false),
    }
}

fn is_descending(items: &[Json], field: &str) -> bool {
    // Times are compared to the second, because only some have fractions or a zone.
    let times: Vec<&str> = items.iter().map(|item| text(item, field).get(..19).unwrap_or_default()).collect();
    times.first() > times.last() && times.is_sorted_by(|a, b| a >= b && !b.is_empty())
}

/// Returns the response that a write would have had.
#[must_use]
pub fn answer(found: &Json) -> Response {
    let body = if found.is_absent() { Vec::new() } else { found.to_string().into_bytes() };
    Response { status: 200, body, ..Response::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Builds a value as a response or an argument has it.
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
            // Equal times decide nothing.
            (&["2026-03-02T08:15:02Z", "2026-03-02T08:15:02Z"], false),
            (&["later", "earlier"], false),
            (&["2026-03-02T08:15:02Z"], false),
            (&[], false),
        ] {
            assert_eq!(is_descending(&list(times), "t"), falls, "{times:?}");
        }
    }
}
