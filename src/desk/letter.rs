//! How one letter is sent and looked for, call by call. A letter is a row of the [outbox] with what
//! it takes to go on with it: its call, the state of its sure write, and the line of its key.
//!
//! All of it is stored before a write is sent, so that whoever goes on after a crash knows that the
//! letter may be there, and what was there before it. A letter that is looked for is read by the
//! same evidence as in [`Once`]; only what is certainly absent is sent again.
//!
//! [outbox]: super::outbox

mod files;

pub use files::{LetterFile, Likeness};

use super::outbox::{self, Checked, Event, Look, Row, State, Step, Times};
use crate::call::line::Line;
use crate::call::once::{Once, OnceEvent, OnceStep, Page};
use crate::rules::error::Sent;
use crate::rules::settings::Settings;
use crate::vendor::desk::raw::Own;
use crate::vendor::desk::{Action, Matter};
use crate::vendor::{Marketplace, Recovery};
use crate::wire::json::Json;
use files::{Upload, own_file};
use serde::{Deserialize, Serialize};

/// How long the hand-over of a letter with files may take, in milliseconds.
const DRAFT_MS: f64 = 300_000.0;
/// The part of a lease that is left when a write must be over, in milliseconds.
const MARGIN_MS: f64 = 10_000.0;

/// A letter, or another action at a marketplace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Letter {
    /// Its row in the outbox.
    pub row: Row,
    /// The action.
    pub action: Action,
    /// What the person gave for it.
    pub given: Json,
    /// The call that it makes, once it is sent.
    pub call: Option<(String, Vec<Json>)>,
    /// The state of its sure write, if the marketplace shows what was written.
    once: Option<Once>,
    /// The line of the write's key.
    line: Line,
    /// The lookup that is going on.
    look: Option<Once>,
    /// Whether the write was begun, so that it may be there.
    is_tried: bool,
    /// Whether the sure write waits, and is to go on.
    is_waiting: bool,
    /// When it was sent.
    pub sent_at: Option<f64>,
    /// The marketplace's answer to what created a ticket.
    pub answer: Option<Json>,
    /// The words of the last refusal.
    pub error: Option<String>,
    /// The files that are still to be sent, each by a call of its own, after the letter.
    #[serde(default)]
    uploads: Vec<Upload>,
    /// The places of the files that could not be sent.
    #[serde(default)]
    unsent: Vec<usize>,
}

/// Something that happened to a letter.
#[derive(Debug, Clone, PartialEq)]
pub enum LetterEvent {
    /// The state is stored, and the first step may be made.
    Begun,
    /// All of it is stored.
    Submitted {
        /// How long it is held.
        hold_ms: f64,
    },
    /// Time passed.
    Tick,
    /// A person takes it back.
    Undo,
    /// A read succeeded.
    Read {
        /// The result.
        value: Json,
        /// The page, if the result is a page of a list.
        page: Option<Page>,
        /// The items of the page.
        items: Vec<Json>,
    },
    /// A read failed for good.
    ReadFailed {
        /// How long the marketplace asks to wait.
        hint_ms: Option<f64>,
    },
    /// The write was accepted.
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
        /// The error's code.
        code: String,
        /// Whether the same call may succeed later.
        is_retryable: bool,
    },
}

/// The next action of the driver.
#[derive(Debug, Clone, PartialEq)]
pub enum LetterStep {
    /// Nothing, until the letter wakes.
    Rest,
    /// Make this call, and report its result.
    Read {
        /// The operation.
        operation: String,
        /// The method's arguments.
        arguments: Vec<Json>,
        /// Milliseconds for the whole call.
        total_timeout_ms: f64,
    },
    /// Make the letter's call. The letter must be stored before.
    Write {
        /// The operation.
        operation: String,
        /// The method's arguments.
        arguments: Vec<Json>,
        /// The places of the files whose content goes along, in the order of the arguments.
        files: Vec<usize>,
        /// Milliseconds for the whole call.
        total_timeout_ms: f64,
    },
}

/// What a letter depends on besides its own state.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The marketplace.
    pub marketplace: &'a Marketplace,
    /// The settings of the account's client.
    pub settings: &'a Settings,
    /// The times of the outbox.
    pub times: &'a Times,
    /// Milliseconds since 1970.
    pub now_ms: f64,
}

impl Letter {
    /// Returns a new letter. It is a draft until all of it is stored.
    #[must_use]
    pub fn new(row: Row, action: Action, given: Json, now_ms: f64) -> Self {
        Self {
            row: Row { state: State::Draft, wake_at: Some(now_ms + DRAFT_MS), ..row },
            action,
            given,
            call: None,
            once: None,
            line: Line::default(),
            look: None,
            is_tried: false,
            is_waiting: false,
            sent_at: None,
            answer: None,
            error: None,
            uploads: Vec::new(),
            unsent: Vec::new(),
        }
    }

    /// Returns whether another worker has the letter, or nothing is to be done yet.
    #[must_use]
    pub fn is_asleep(&self, now_ms: f64) -> bool {
        self.row.wake_at.is_none_or(|at| at > now_ms)
    }

    /// Notes when the other side acted last. A letter that is held and was decided on before that
    /// goes to review.
    pub fn hear(&mut self, heard_at: Option<f64>, around: &Around<'_>) {
        self.happen(&Event::Heard(heard_at), around);
    }

    /// Takes the lease and prepares the call, if the time to send it has come. `earlier` are the
    /// other letters of its ticket, whose effects must not be taken for this one's.
    pub fn claim(
        &mut self,
        call: Result<(String, Vec<Json>), (String, String)>,
        earlier: &[Self],
        around: &Around<'_>,
    ) {
        let (operation, arguments) = match call {
            Ok(call) => call,
            Err((code, words)) => {
                self.error = Some(words);
                self.happen(&Event::Refused { code }, around);
                return;
            }
        };
        if self.happen(&Event::Send, around) != Step::Send {
            return;
        }
        (self.is_tried, self.is_waiting, self.look, self.error) = (false, false, None, None);
        let settings = Settings { total_timeout_ms: self.left(around), max_retries: 1, ..around.settings.clone() };
        let found = around.marketplace.operation(&operation);
        let recovery = found
            .map_or(Recovery::Impossible, |operation| operation.recovery(arguments.clone(), &settings, around.now_ms));
        self.once = Once::new(around.marketplace, &operation, recovery, &settings, around.now_ms).ok();
        let key = self.once.as_ref().and_then(Once::key);
        let newest =
            earlier.iter().filter(|other| other.sent_at.is_some() && other.once.as_ref().and_then(Once::key) == key);
        let newest = newest.max_by(|a, b| a.sent_at.unwrap_or_default().total_cmp(&b.sent_at.unwrap_or_default()));
        self.line = newest.map(|other| other.line.clone()).unwrap_or_default();
        self.line.enter(self.number(), around.now_ms);
        self.call = Some((operation, arguments));
    }

    /// Returns a number that no other try of the ticket's letters has.
    fn number(&self) -> u64 {
        super::sync::mark_of(&format!("{} {}", self.row.id, self.row.sends))
    }

    /// Returns how much of the lease is left for calls.
    fn left(&self, around: &Around<'_>) -> f64 {
        (self.row.lease_until - around.now_ms - MARGIN_MS).max(1.0)
    }

    fn happen(&mut self, event: &Event, around: &Around<'_>) -> Step {
        let (row, step) = outbox::advance(&self.row, event, around.times, around.now_ms);
        self.row = row;
        step
    }

    /// Handles an event and returns the next step.
    pub fn advance(&mut self, event: LetterEvent, around: &Around<'_>) -> LetterStep {
        match (self.row.state, event) {
            (_, LetterEvent::Undo) => {
                self.happen(&Event::Undo, around);
                LetterStep::Rest
            }
            (State::Draft, LetterEvent::Submitted { hold_ms }) => {
                self.happen(&Event::Submit { hold_ms, heard_at: self.row.heard_at }, around);
                LetterStep::Rest
            }
            (State::Draft, LetterEvent::Tick) => {
                self.happen(&Event::Tick, around);
                LetterStep::Rest
            }
            (State::Sending, LetterEvent::Begun) => self.go(OnceEvent::Begun, around),
            (State::Sending, LetterEvent::Tick) => self.tick_sending(around),
            (State::Maybe, LetterEvent::Tick) if !self.is_asleep(around.now_ms) => self.go_on(around),
            (State::Sent, LetterEvent::Tick) if !self.uploads.is_empty() => self.upload(around),
            (State::Sent, LetterEvent::Written { .. }) => {
                let is_upload = !self.uploads.is_empty();
                if is_upload { self.uploaded(None, around) } else { LetterStep::Rest }
            }
            (State::Sent, LetterEvent::WriteFailed { sent, status, hint_ms, code, is_retryable }) => {
                // The same file may be sent again, so only an answer that will stay the same ends it.
                let is_answer = sent == Sent::No || status.is_some_and(|status| (400..500).contains(&status));
                self.upload_failed(is_answer && !is_retryable, hint_ms, code, around)
            }
            (State::Sent | State::Moderation, LetterEvent::Tick) => match self.happen(&Event::Tick, around) {
                Step::Look => self.begin_look(around),
                Step::LookAtModeration => self.look_at_moderation(around),
                Step::Rest | Step::Send => LetterStep::Rest,
            },
            (State::Moderation, LetterEvent::Read { items, .. }) => {
                let checked = around
                    .marketplace
                    .desk
                    .moderation
                    .map_or(Checked::Missing, |moderation| (moderation.find)(&items, &self.row.id));
                self.happen(&Event::Moderation(checked), around);
                LetterStep::Rest
            }
            (State::Sending | State::Maybe, LetterEvent::Read { value, page, .. }) => {
                self.go(OnceEvent::Read { value, page }, around)
            }
            (State::Sent, LetterEvent::Read { value, page, .. }) => {
                self.looked(OnceEvent::Read { value, page }, around)
            }
            (state, LetterEvent::ReadFailed { hint_ms }) => self.read_failed(state, hint_ms, around),
            (State::Sending, LetterEvent::Written { value }) => self.written(value, around),
            (State::Sending, LetterEvent::WriteFailed { sent, status, hint_ms, code, is_retryable }) => {
                self.error = Some(code.clone());
                self.write_failed((sent, status, hint_ms), &code, is_retryable, around)
            }
            // Anything else comes twice or too late.
            _ => LetterStep::Rest,
        }
    }

    /// Advances the sure write, and turns its step into the letter's.
    fn go(&mut self, event: OnceEvent, around: &Around<'_>) -> LetterStep {
        let Some(mut once) = self.once.take() else { return self.write(around) };
        let (before, line) = (once.clone(), self.line.clone());
        // Only the write has to be over before the lease is; a lookup may take its time.
        let is_sending = self.row.state == State::Sending;
        once.extend(if is_sending { around.now_ms + self.left(around) } else { f64::MAX });
        let step = once.advance(around.marketplace, &mut self.line, around.now_ms, event);
        self.once = Some(once);
        self.is_waiting = false;
        match step {
            OnceStep::Read { endpoint, args, left_ms } => {
                let total_timeout_ms = left_ms.min(around.times.lease_ms - MARGIN_MS);
                LetterStep::Read { operation: endpoint, arguments: args, total_timeout_ms }
            }
            OnceStep::Write { .. } if self.row.state == State::Sending => self.write(around),
            OnceStep::Write { .. } => {
                // It is certainly absent. The next try begins anew, and leaves its own claim.
                (self.once, self.line) = (Some(before), line);
                self.sent_at = None;
                self.end(Event::Looked(Look::Absent), around)
            }
            OnceStep::Wait { ms } => {
                self.is_waiting = true;
                self.row.wake_at = Some(around.now_ms + ms);
                if self.row.state == State::Sending {
                    // Whoever is awake then goes on.
                    self.row.lease_until = around.now_ms + ms;
                }
                LetterStep::Rest
            }
            OnceStep::Done => LetterStep::Rest,
            OnceStep::Found { .. } => self.end(Event::Looked(Look::Found), around),
            OnceStep::GiveUp { sent: Sent::No } if self.row.state == State::Maybe => {
                let code = self.error.clone().unwrap_or_else(|| "refused".to_owned());
                self.end(Event::Refused { code }, around)
            }
            OnceStep::GiveUp { sent: Sent::No } | OnceStep::Fail { .. } => {
                self.end(Event::NotSent { wait_ms: around.times.look_ms }, around)
            }
            OnceStep::GiveUp { .. } => self.give_up(around),
        }
    }

    fn end(&mut self, event: Event, around: &Around<'_>) -> LetterStep {
        self.line.leave(self.number());
        self.happen(&event, around);
        LetterStep::Rest
    }

    /// Nothing more can be found out by reading.
    fn give_up(&mut self, around: &Around<'_>) -> LetterStep {
        if self.row.state == State::Sending {
            self.happen(&Event::Lost, around);
        }
        self.row.looks = around.times.most_looks;
        self.end(Event::Looked(Look::Unclear), around)
    }

    fn write(&mut self, around: &Around<'_>) -> LetterStep {
        let Some((operation, arguments)) = self.call.clone() else { return self.give_up(around) };
        self.is_tried = true;
        self.sent_at = Some(around.now_ms);
        // Where files are sent apart, the call itself only names them.
        let goes_along = around.marketplace.desk.uploads.is_none();
        let count = self.given.get("files").and_then(Json::as_array).map_or(0, <[Json]>::len);
        let files = (0..count).filter(|_| goes_along).collect();
        LetterStep::Write { operation, arguments, files, total_timeout_ms: self.left(around) }
    }

    /// The lease of a letter that is being sent is over, or its sure write waited.
    fn tick_sending(&mut self, around: &Around<'_>) -> LetterStep {
        if self.is_asleep(around.now_ms) {
            return LetterStep::Rest;
        }
        if self.is_waiting {
            self.row.lease_until = around.now_ms + around.times.lease_ms;
            self.row.wake_at = Some(self.row.lease_until);
            return self.go(OnceEvent::Waited, around);
        }
        if !self.is_tried {
            // Whoever had it is gone, and had stored nothing about a write.
            return self.end(Event::NotSent { wait_ms: 0.0 }, around);
        }
        self.write_failed((Sent::Maybe, None, None), "answer_lost", true, around)
    }

    fn write_failed(
        &mut self,
        (sent, status, hint_ms): (Sent, Option<u16>, Option<f64>),
        code: &str,
        is_retryable: bool,
        around: &Around<'_>,
    ) -> LetterStep {
        // An answer of success that cannot be read, and that sent nothing, was one to the request for a
        // session: it refuses nothing.
        let is_unread = status.is_some_and(|status| (200..300).contains(&status));
        let is_refused = sent == Sent::No && !is_retryable && !is_unread;
        if sent != Sent::No {
            self.happen(&Event::Lost, around);
            if self.once.is_none() {
                return self.give_up(around);
            }
            let step = self.go(OnceEvent::WriteFailed { sent, status, hint_ms: None }, around);
            if self.is_waiting {
                let ms = hint_ms.unwrap_or_default();
                self.row.wake_at = self.row.wake_at.map(|at| at.max(around.now_ms + ms));
            }
            return step;
        }
        if let Some(once) = &mut self.once {
            // It leaves no claim behind.
            let failed = OnceEvent::WriteFailed { sent, status, hint_ms };
            let _ = once.advance(around.marketplace, &mut self.line, around.now_ms, failed);
        }
        self.sent_at = None;
        if is_refused {
            return self.end(Event::Refused { code: code.to_owned() }, around);
        }
        self.end(Event::NotSent { wait_ms: hint_ms.unwrap_or(around.times.look_ms) }, around)
    }

    fn written(&mut self, value: Json, around: &Around<'_>) -> LetterStep {
        let mut has_evidence = false;
        if let Some(once) = &mut self.once {
            has_evidence = once.key().is_some();
            let written = OnceEvent::Written { value: value.clone() };
            let _ = once.advance(around.marketplace, &mut self.line, around.now_ms, written);
        }
        self.line.leave(self.number());
        if self.action == Action::Create {
            self.answer = Some(value);
        }
        let operation = self.call.as_ref().map(|(operation, _)| operation.as_str());
        let is_moderated =
            around.marketplace.desk.moderation.is_some_and(|moderation| Some(moderation.operation) == operation);
        self.happen(&Event::Accepted { moderated: is_moderated }, around);
        self.uploads = self.uploads_of(around.marketplace);
        if !self.uploads.is_empty() {
            self.row.wake_at = Some(around.now_ms);
            return LetterStep::Rest;
        }
        if !is_moderated && !has_evidence {
            // The acceptance is all that the marketplace ever shows.
            self.happen(&Event::Looked(Look::Found), around);
        }
        LetterStep::Rest
    }

    /// Looks for what was accepted: a lookup of its own, which never sends.
    fn begin_look(&mut self, around: &Around<'_>) -> LetterStep {
        let mut look = if self.is_waiting { self.look.clone() } else { self.once.clone() };
        let Some(once) = &mut look else { return self.end(Event::Looked(Look::Found), around) };
        once.extend(f64::MAX);
        if !self.is_waiting {
            let accepted = OnceEvent::WriteFailed { sent: Sent::Yes, status: None, hint_ms: None };
            let _ = once.advance(around.marketplace, &mut self.line.clone(), around.now_ms, accepted);
        }
        self.look = look;
        self.looked(OnceEvent::Waited, around)
    }

    fn looked(&mut self, event: OnceEvent, around: &Around<'_>) -> LetterStep {
        let Some(mut once) = self.look.take() else { return LetterStep::Rest };
        let step = once.advance(around.marketplace, &mut self.line.clone(), around.now_ms, event);
        self.is_waiting = false;
        match step {
            OnceStep::Read { endpoint, args, .. } => {
                self.look = Some(once);
                let total_timeout_ms = around.times.lease_ms - MARGIN_MS;
                LetterStep::Read { operation: endpoint, arguments: args, total_timeout_ms }
            }
            OnceStep::Wait { ms } => {
                (self.look, self.is_waiting) = (Some(once), true);
                self.row.wake_at = Some(around.now_ms + ms);
                LetterStep::Rest
            }
            OnceStep::Found { .. } | OnceStep::Done => self.end(Event::Looked(Look::Found), around),
            OnceStep::Write { .. } | OnceStep::GiveUp { .. } | OnceStep::Fail { .. } => {
                self.end(Event::Looked(Look::Absent), around)
            }
        }
    }

    /// Goes on with the lookup after a lost answer.
    fn go_on(&mut self, around: &Around<'_>) -> LetterStep {
        // A worker that dies now is followed by another one.
        self.row.wake_at = Some(around.now_ms + around.times.lease_ms);
        self.row.lease_until = around.now_ms + around.times.lease_ms;
        self.go(OnceEvent::Waited, around)
    }

    fn look_at_moderation(&self, around: &Around<'_>) -> LetterStep {
        let Some(moderation) = around.marketplace.desk.moderation else { return LetterStep::Rest };
        let call = (moderation.look)(&self.row.ticket);
        LetterStep::Read {
            operation: call.operation.to_owned(),
            arguments: call.arguments,
            total_timeout_ms: around.times.lease_ms,
        }
    }

    /// A read that fails is made again later, and after some failures a person is asked.
    fn read_failed(&mut self, state: State, hint_ms: Option<f64>, around: &Around<'_>) -> LetterStep {
        let wait_ms = hint_ms.unwrap_or(around.times.look_ms).max(around.times.look_ms);
        match state {
            State::Sending => self.end(Event::NotSent { wait_ms }, around),
            State::Maybe => {
                self.is_waiting = true;
                self.happen(&Event::Looked(Look::Unclear), around);
                if self.row.state == State::Maybe {
                    self.row.wake_at = Some(around.now_ms + wait_ms);
                }
                LetterStep::Rest
            }
            State::Sent => {
                self.is_waiting = self.look.is_some();
                self.happen(&Event::Looked(Look::Unclear), around);
                LetterStep::Rest
            }
            _ => LetterStep::Rest,
        }
    }

    /// Returns what the ticket's mapping knows of a letter that was sent.
    #[must_use]
    pub fn own(&self) -> Option<Own> {
        let is_there = matches!(self.row.state, State::Sent | State::Confirmed | State::Moderation | State::Published)
            || !self.unsent.is_empty();
        let is_letter = matches!(self.action, Action::Reply | Action::InterimNotice | Action::Create);
        let at = self.sent_at.filter(|_| is_there && is_letter)?;
        Some(Own {
            text: self.given.get("text").and_then(Json::as_str).unwrap_or_default().to_owned(),
            at,
            is_interim: self.action == Action::InterimNotice,
            wants_reply: self.given.get("wantsReply").and_then(Json::as_bool).unwrap_or(true),
            in_moderation: self.row.state == State::Moderation,
            files: self.files().into_iter().map(own_file).collect(),
        })
    }

    /// Returns when the letter answered the other side, and for how long that side had waited, if
    /// that is known.
    #[must_use]
    pub fn answered(&self) -> Option<(f64, Option<f64>)> {
        let at = self.own().filter(|_| self.action == Action::Reply)?.at;
        // Their clocks may be ahead of ours.
        Some((at, self.row.heard_at.map(|heard_at| (at - heard_at).max(0.0))))
    }

    /// Returns the ticket that the letter created, where the desk's record is the ticket: what was
    /// sent, and what was answered.
    #[must_use]
    pub fn created(&self, marketplace: &Marketplace) -> Option<(String, crate::vendor::desk::Raw)> {
        use crate::vendor::desk::ticket::Store;
        let answer = self.answer.as_ref().filter(|_| marketplace.desk.store == Store::Desk)?;
        let (_, arguments) = self.call.as_ref()?;
        let ticket = arguments.last()?.clone();
        let id = (marketplace.desk.reading.id)(&ticket)?;
        let events = Json::List(vec![answer.clone()]);
        Some((id, crate::vendor::desk::Raw { ticket, events, ..Default::default() }))
    }
}

/// Returns the call of a letter: what its action means for the ticket as it is now, or the code and
/// the words of what keeps it from being sent.
pub fn call_of(
    marketplace: &Marketplace,
    matter: &Matter<'_>,
    letter: &Letter,
    given: &crate::vendor::desk::action::Given,
    settings: &Settings,
) -> Result<(String, Vec<Json>), (String, String)> {
    use crate::vendor::desk::Allowed;
    let choices = super::actions_of(marketplace, matter);
    let choice = choices.iter().find(|choice| choice.action == letter.action && choice.allowed != Allowed::No);
    if choice.is_none() {
        return Err(("not_allowed".to_owned(), "the action is no longer possible".to_owned()));
    }
    match super::call_of(marketplace, matter, letter.action, given, settings) {
        Some(Ok(call)) => Ok((call.operation.to_owned(), call.arguments)),
        Some(Err(violations)) => {
            let first = violations.first().map(|violation| violation.message.clone()).unwrap_or_default();
            Err(("invalid_input".to_owned(), first))
        }
        None => Err(("not_allowed".to_owned(), "the action makes no call".to_owned())),
    }
}

#[cfg(test)]
#[cfg(feature = "default")]
mod tests;
