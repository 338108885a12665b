//! Sure writes: `ensure: "once"`.
//!
//! A write whose response was lost may have taken effect. [`Once`] finds out by reading, as a step
//! machine over whole calls, which have their own attempts and pauses. It reads the existing items
//! before the first try. After a try with an uncertain outcome, it waits for a settling time and
//! then makes two lookups. A new item that matches is the result of that try; the write is sent
//! again only if there is none. If reading cannot decide, the result is the uncertainty itself.
//!
//! What is accepted is not yet visible. A write that was accepted, or may have been, leaves a
//! claim in the line of its key. The next write reads until each claim is
//! visible or settled; only then does it know what was there before it.
//!
//! The marketplace decides what a write reads and how it recognises its own effect:
//! [`Endpoint::recovery`] and [`Endpoint::found`]. Nothing is guessed: an item that may be ours,
//! but is not certainly so, is [`Finding::Unclear`].
//!
//! [`Endpoint::recovery`]: crate::vendor::Endpoint::recovery
//! [`Endpoint::found`]: crate::vendor::Endpoint::found

use crate::call::claim::{Awaited, Claim, Standing, conclude, is_absent};
use crate::call::line::{self, Line};
use crate::call::lookup::{Looked, Lookup, add_known, ids_of};
use crate::rules::codes::{Code, ErrorCode, code};
use crate::rules::error::{ErrorKind, Sent, TicketError};
use crate::rules::input::{Fields, FromInput};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::evidence::{Evidence, Finding, Look, Read, Seen};
use crate::vendor::{Access, Marketplace, PageShape, Recovery};
use crate::wire::http::Response;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// The number of consecutive lookups without a finding that prove that there is nothing.
const LOOKS: u32 = 2;
/// The largest number of lookups after one try, if they cannot decide.
const MAX_LOOKS: u32 = 6;
/// The first pause before a claim is looked for again, as a part of the settling time. Each further
/// pause is twice as long, up to the last one.
const FIRST_PAUSE: f64 = 1.0 / 16.0;
const LAST_PAUSE: f64 = 1.0 / 4.0;
/// How long a claim is kept after it settled, in settling times.
const KEPT: f64 = 2.0;

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
    Written {
        /// Its result.
        value: Json,
    },
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
    /// The caller aborted the write.
    Aborted {
        /// Whether the marketplace may have acted in the try that was under way.
        sent: Sent,
    },
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
        /// The part of the time that is left, in milliseconds.
        left_ms: f64,
    },
    /// Make the write's own call.
    Write {
        /// The part of the time that is left, in milliseconds.
        left_ms: f64,
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
    /// The write's number in its line.
    number: u64,
    /// Whether a try was begun, and the end of the write is not yet noted in the line.
    has_claim: bool,
    /// The time at which the last try ended.
    tried_ms: f64,
    /// Whether a try is under way.
    is_trying: bool,
    /// The state before the first try.
    before: Option<Vec<Seen>>,
    lookup: Lookup,
    /// The time at which the current lookup began.
    read_ms: f64,
    /// How often the first lookup was repeated, because a claim was not visible.
    pauses: i32,
    /// What the overdue claims look for.
    overdue: Vec<Json>,
    looks: u32,
    /// The number of consecutive lookups that found nothing.
    absent: u32,
    /// Whether the write was refused, so that it is not sent again.
    refused: bool,
    /// Whether the last try was refused, but may have taken effect before, and no lookup has
    /// decided yet.
    doubted: bool,
    /// Whether the current lookup is made at once after a refusal, before the settling time.
    is_early: bool,
    /// The ids of its items, for each read.
    known: Vec<Vec<String>>,
    /// See [`Evidence::earlier`].
    earlier: Vec<Json>,
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
                return Err(Box::new(TicketError::local(
                    kind,
                    code!("ensure_impossible"),
                    text,
                    marketplace.id,
                    endpoint,
                )));
            }
        };
        Ok(Self {
            marketplace: marketplace.id.to_owned(),
            endpoint: endpoint.to_owned(),
            look,
            settle_ms: settings.settle_ms.unwrap_or(marketplace.settle_ms),
            end_ms: now_ms + settings.time_left_ms(),
            resends: settings.max_retries,
            sent: Sent::No,
            number: 0,
            has_claim: false,
            tried_ms: now_ms,
            is_trying: false,
            before: None,
            lookup: Lookup::default(),
            read_ms: now_ms,
            pauses: 0,
            overdue: Vec::new(),
            looks: 0,
            absent: 0,
            refused: false,
            doubted: false,
            is_early: false,
            known: Vec::new(),
            earlier: Vec::new(),
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

    /// Gives the write more time, for a driver that goes on with it later.
    pub fn extend(&mut self, end_ms: f64) {
        self.end_ms = end_ms;
    }

    /// Handles an event and returns the next step. `line` is the line of the write's key, in which
    /// claims are read and left; a write without a key has an empty one.
    pub fn advance(&mut self, marketplace: &Marketplace, line: &mut Line, now_ms: f64, event: OnceEvent) -> OnceStep {
        let step = self.handle(marketplace, line, now_ms, event);
        match &step {
            OnceStep::Read { .. } | OnceStep::Wait { .. } => {}
            OnceStep::Write { .. } => self.begin_try(line),
            OnceStep::Done | OnceStep::Found { .. } | OnceStep::GiveUp { .. } | OnceStep::Fail { .. } => {
                self.end(line, &step);
            }
        }
        step
    }

    fn handle(&mut self, marketplace: &Marketplace, line: &mut Line, now_ms: f64, event: OnceEvent) -> OnceStep {
        match event {
            OnceEvent::Begun if self.look.is_some() => {
                self.number = line.review(now_ms, now_ms + self.settle_ms);
                self.read(now_ms)
            }
            OnceEvent::Begun => self.write(now_ms),
            OnceEvent::Read { value, page } => self.have_read(marketplace, line, now_ms, value, page),
            OnceEvent::Written { value } => {
                (self.is_trying, self.tried_ms) = (false, now_ms);
                self.learn(marketplace, value);
                OnceStep::Done
            }
            OnceEvent::WriteFailed { sent, status, hint_ms } => self.failed(now_ms, sent, status, hint_ms),
            OnceEvent::Waited if self.look.is_some() => self.read(now_ms),
            OnceEvent::Waited => self.write_again(now_ms),
            OnceEvent::ReadFailed => self.give_up(),
            OnceEvent::Aborted { sent } => {
                if self.is_trying {
                    self.sent = self.sent.max(sent);
                    self.tried_ms = now_ms;
                }
                self.give_up()
            }
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
        Err(if !self.has_claim {
            self.error(ErrorKind::Timeout, code!("total_timeout"), "the time was over before anything was sent")
        } else {
            self.give_up()
        })
    }

    fn error(&self, kind: ErrorKind, code: Code<ErrorCode>, text: &str) -> OnceStep {
        OnceStep::Fail { error: Box::new(TicketError::local(kind, code, text, &self.marketplace, &self.endpoint)) }
    }

    fn read(&mut self, now_ms: f64) -> OnceStep {
        let Some((endpoint, args)) = self.look.as_ref().and_then(|look| self.lookup.request(look)) else {
            return self.give_up();
        };
        if self.lookup.is_new() {
            self.read_ms = now_ms;
        }
        match self.remaining(now_ms) {
            Ok(left_ms) => OnceStep::Read { endpoint, args, left_ms },
            Err(end) => end,
        }
    }

    fn write(&self, now_ms: f64) -> OnceStep {
        // An accepted write is not sent again, even if no lookup finds it.
        if self.sent == Sent::Yes && self.look.is_some() {
            return self.give_up();
        }
        self.remaining(now_ms).map_or_else(|end| end, |left_ms| OnceStep::Write { left_ms })
    }

    fn write_again(&mut self, now_ms: f64) -> OnceStep {
        if self.resends == 0 || self.refused {
            return self.give_up();
        }
        self.resends = self.resends.saturating_sub(1);
        (self.looks, self.absent) = (0, 0);
        self.earlier.clear();
        self.write(now_ms)
    }

    fn wait(&self, now_ms: f64, ms: f64) -> OnceStep {
        if now_ms + ms < self.end_ms { OnceStep::Wait { ms } } else { self.give_up() }
    }

    fn failed(&mut self, now_ms: f64, sent: Sent, status: Option<u16>, hint_ms: Option<f64>) -> OnceStep {
        (self.is_trying, self.tried_ms) = (false, now_ms);
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
            // network made, has taken effect in the meantime. Lookups decide.
            _ if is_refused && has_look && self.sent.max(sent) > Sent::No => self.look_after_refusal(now_ms, sent),
            (Sent::No, _) if has_look && self.sent > Sent::No => self.look_after_refusal(now_ms, sent),
            (Sent::No, _) => self.give_up(),
            _ if is_refused => self.give_up(),
            // Reads would be refused as well before that time.
            _ if hint_ms.is_some_and(|ms| now_ms + ms >= self.end_ms) => self.give_up(),
            // An intermediary that reports too many requests may have passed this one on before.
            _ if has_look => self.wait(now_ms, self.settle_ms),
            _ => self.wait(now_ms, self.settle_ms / 4.0),
        }
    }

    /// The first lookup is made at once, and it may find what has caused the refusal. That nothing
    /// has caused it is known only after the settling time.
    fn look_after_refusal(&mut self, now_ms: f64, sent: Sent) -> OnceStep {
        self.refused = true;
        self.is_early = sent > Sent::No;
        self.read(now_ms)
    }

    fn have_read(
        &mut self,
        marketplace: &Marketplace,
        line: &mut Line,
        now_ms: f64,
        value: Json,
        page: Option<Page>,
    ) -> OnceStep {
        let Some(look) = &self.look else { return self.give_up() };
        let before = self.before.as_deref();
        let Some(looked) = self.lookup.take_in(look, before, line.claims(), value, page) else {
            return self.read(now_ms);
        };
        let Some(before) = before else { return self.have_begun(marketplace, line, now_ms, looked) };
        let Looked { seen: after, last } = &looked;
        let conclusion = |wanted| {
            let evidence = Evidence { wanted, before, after, last, earlier: &self.earlier };
            conclude(marketplace, &self.endpoint, evidence)
        };
        let finding = match conclusion(&look.wanted) {
            // As long as an accepted write is not shown, nothing proves that this one is not there,
            // and what could be either proves nothing.
            Finding::Absent | Finding::Excluded if !self.overdue.is_empty() => Finding::Unclear,
            Finding::Found(_) if self.overdue.iter().any(|wanted| !is_absent(&conclusion(wanted))) => Finding::Unclear,
            finding => finding,
        };
        self.known = look.reads.iter().zip(after).map(|(read, seen)| ids_of(read, &seen.fresh)).collect();
        // The next lookup is then a settling time away.
        if finding == Finding::Unclear {
            self.earlier = looked.seen.into_iter().next().map(|seen| seen.fresh).unwrap_or_default();
        }
        self.looked(now_ms, finding)
    }

    /// Compares the state before the first try with the claims.
    fn have_begun(&mut self, marketplace: &Marketplace, line: &mut Line, now_ms: f64, looked: Looked) -> OnceStep {
        let Some(look) = &self.look else { return self.give_up() };
        if looked.seen.iter().any(|seen| seen.cut) {
            let text = "there are more items than can be looked through, so the new one could not be told from them";
            return self.error(ErrorKind::Decode, code!("ensure_too_many"), text);
        }
        let mut pending_ms: Option<f64> = None;
        self.overdue.clear();
        for claim in line.claims_mut() {
            match claim.standing(marketplace, &self.endpoint, look, &looked, self.read_ms) {
                Standing::Apart => {}
                Standing::Over => claim.close(),
                Standing::Pending { until_ms } => pending_ms = Some(pending_ms.unwrap_or_default().max(until_ms)),
                Standing::Overdue => self.overdue.push(claim.wanted.clone()),
            }
        }
        if let Some(until_ms) = pending_ms {
            let pause = (FIRST_PAUSE * 2f64.powi(self.pauses)).min(LAST_PAUSE) * self.settle_ms;
            self.pauses = self.pauses.saturating_add(1);
            let ms = pause.min(until_ms - now_ms).max(1.0);
            if now_ms + ms >= self.end_ms {
                return OnceStep::Fail { error: Box::new(line::no_turn(&self.marketplace, &self.endpoint)) };
            }
            return OnceStep::Wait { ms };
        }
        let mut before = looked.seen;
        for (read, seen) in look.reads.iter().zip(&mut before) {
            seen.fresh.clear();
            for known in line.claims().iter().flat_map(|claim| claim.ids_at(&read.place)) {
                add_known(seen, known);
            }
        }
        self.before = Some(before);
        self.write(now_ms)
    }

    fn looked(&mut self, now_ms: f64, finding: Finding) -> OnceStep {
        self.looks = self.looks.saturating_add(1);
        match finding {
            Finding::Found(answer) => OnceStep::Found { answer },
            _ if self.is_early => {
                self.is_early = false;
                self.wait(now_ms, self.settle_ms)
            }
            finding if self.refused => {
                self.doubted &= finding == Finding::Unclear;
                // Otherwise the refusal may come from a try that lands later than it should.
                if finding == Finding::Excluded {
                    self.sent = Sent::No;
                }
                self.give_up()
            }
            Finding::Absent | Finding::Excluded => {
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

    /// Takes the ids of the write's items from its own response.
    fn learn(&mut self, marketplace: &Marketplace, value: Json) {
        let (Some(look), Some(before)) = (&self.look, &self.before) else { return };
        let told = |field: &str| match value.get(field) {
            Some(Json::Text(id)) if !id.is_empty() => Some(id.clone()),
            Some(id @ (Json::Int(_) | Json::Number(_))) => Some(id.to_string()),
            _ => None,
        };
        self.known = look.reads.iter().map(|read| told(&read.answer_id).into_iter().collect()).collect();
        if !look.is_answered_whole {
            return;
        }
        // The response is what the read will show, so the same evidence counts.
        let Some(Looked { seen, last }) = Lookup::default().take_in(look, Some(before), &[], value, None) else {
            return;
        };
        let evidence = Evidence { wanted: &look.wanted, before, after: &seen, last: &last, earlier: &[] };
        if matches!(conclude(marketplace, &self.endpoint, evidence), Finding::Found(_)) {
            self.known = look.reads.iter().zip(&seen).map(|(read, seen)| ids_of(read, &seen.fresh)).collect();
        }
    }

    /// Claims what the try may store before it is sent, because a host may stop in the middle of it.
    fn begin_try(&mut self, line: &mut Line) {
        (self.is_trying, self.has_claim) = (true, true);
        let forget_ms = self.end_ms + self.settle_ms * (1.0 + KEPT);
        if let Some(claim) = self.claim(forget_ms) {
            line.put_claim(claim);
        }
    }

    /// Leaves a claim for what was accepted, or may have been, or takes it back.
    fn end(&mut self, line: &mut Line, step: &OnceStep) {
        if !std::mem::take(&mut self.has_claim) {
            return;
        }
        if matches!(step, OnceStep::GiveUp { sent: Sent::No } | OnceStep::Fail { .. }) {
            line.drop_claim(self.number);
            return;
        }
        let until_ms = self.tried_ms + self.settle_ms;
        let Some(mut claim) = self.claim(until_ms + self.settle_ms * KEPT) else { return };
        claim.until_ms = Some(until_ms);
        claim.is_accepted = !matches!(step, OnceStep::GiveUp { sent: Sent::Maybe });
        if matches!(step, OnceStep::Done | OnceStep::Found { .. }) {
            claim.know(&self.known, matches!(step, OnceStep::Found { .. }));
        }
        line.put_claim(claim);
    }

    fn claim(&self, forget_ms: f64) -> Option<Claim> {
        let (look, before) = (self.look.as_ref()?, self.before.as_ref()?);
        let awaited = |(read, before): (&Read, &Seen)| Awaited {
            place: read.place.clone(),
            before: Some(before.clone()),
            known: Vec::new(),
        };
        Some(Claim {
            endpoint: self.endpoint.clone(),
            number: self.number,
            wanted: look.wanted.clone(),
            awaited: look.reads.iter().zip(before).map(awaited).collect(),
            is_accepted: false,
            until_ms: None,
            forget_ms,
        })
    }
}

/// Returns the response that a write would have had.
#[must_use]
pub fn answer(found: &Json) -> Response {
    let body = if found.is_absent() { Vec::new() } else { found.to_string().into_bytes() };
    Response { status: 200, body, ..Response::default() }
}
