//! The plain data of the desk that crosses between JavaScript and the module.

use crate::call::once::Page;
use crate::desk::letter::LetterFile;
use crate::desk::record::Record;
use crate::js::data::status::Status;
use crate::rules::error::Sent;
use crate::rules::input::{Fields, FromInput, wrong_type};
use crate::rules::violation::Violations;
use crate::vendor::desk::reading::Flow;
use crate::vendor::desk::ticket::File;
use crate::vendor::desk::{Choice, Message};
use crate::wire::json::Json;
use serde::Serialize;

given! {
    /// A ticket as a store keeps it, and the account that it belongs to.
    #[derive(Debug)]
    pub struct DeskMatter {
        /// The marketplace.
        #[cfg_attr(feature = "types", ts(type = "MarketplaceId"))]
        marketplace: String = "marketplace",
        /// The id of the account in the desk.
        account: String = "account",
        /// The ticket's id.
        id: String = "id",
        /// The parts that the marketplace told, as JSON.
        raw: String = "raw",
        /// The letters of the ticket.
        letters: Vec<String> = "letters",
        /// What only the desk knows, as JSON.
        local: String = "local",
        /// Whether the marketplace no longer has the ticket.
        missing: bool = "missing",
        /// The settings of the account.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        profile: Json = "profile",
    }
}

given! {
    /// A stream's checkpoint, and what it reads.
    #[derive(Debug)]
    pub struct DeskSource {
        /// The checkpoint.
        stream: String = "stream",
        /// The marketplace.
        #[cfg_attr(feature = "types", ts(type = "MarketplaceId"))]
        marketplace: String = "marketplace",
        /// The settings of the account.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        profile: Json = "profile",
    }
}

given! {
    /// An account of the desk, as its user gave it.
    #[derive(Debug)]
    pub struct DeskAccountGiven {
        /// Its id.
        id: String = "id",
        /// The settings of the account.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        profile: Json = "profile",
    }
}

given! {
    /// Why a call of a sync failed.
    #[derive(Debug)]
    pub struct DeskFailure {
        /// The error's code.
        code: String = "code",
        /// How long the marketplace asks to wait.
        #[cfg_attr(feature = "types", ts(optional))]
        retry_after_ms: Option<f64> = "retryAfterMs",
        /// The error's kind.
        kind: String = "kind",
        /// Whether the time of the sync ended the call, which says nothing about the marketplace.
        is_cut: bool = "isCut",
    }
}

given! {
    /// The field that holds the items of a page, and whether another page follows.
    #[derive(Debug)]
    pub struct DeskList {
        /// The field.
        items: String = "items",
        /// Whether another page follows.
        more: bool = "more",
    }
}

given! {
    /// The answer to a call of a sync.
    #[derive(Debug)]
    pub struct DeskAnswer {
        /// Where it belongs.
        target: String = "target",
        /// When the call began, in milliseconds since 1970.
        began_at: f64 = "beganAt",
        /// The result as JSON text.
        #[cfg_attr(feature = "types", ts(optional))]
        text: Option<String> = "text",
        /// The result, if JSON has no text for it: it has an integer that a number would round.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        value: Json = "value",
        /// The items of the result, if it is a page.
        #[cfg_attr(feature = "types", ts(optional))]
        list: Option<DeskList> = "list",
        /// The failure, if there is no result.
        #[cfg_attr(feature = "types", ts(optional))]
        failure: Option<DeskFailure> = "failure",
        /// Whether it is the last answer of its step.
        is_last: bool = "isLast",
    }
}

given! {
    /// A stored ticket that an answer may change.
    #[derive(Debug)]
    pub struct DeskKnown {
        /// Its id.
        id: String = "id",
        /// When the read that it is from began.
        began_at: f64 = "beganAt",
        /// The revision of the list's item that it is from.
        listed: String = "listed",
        /// Its parts, as JSON.
        raw: String = "raw",
        /// Whether the desk has forgotten it.
        is_forgotten: bool = "isForgotten",
    }
}

/// The calls to make now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskPlan {
    /// The steps, the most urgent first.
    pub steps: Vec<DeskStep>,
    /// When the next stream is due.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub wake_at: Option<f64>,
}

/// What to do with one stream.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskStep {
    /// The account.
    pub account: String,
    /// The stream of the account.
    pub flow: Flow,
    /// The checkpoint with its lease, to be stored if the planned one is still there.
    pub stream: String,
    /// The calls.
    pub calls: Vec<DeskCall>,
}

/// A call of a sync.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskCall {
    /// Where the answer belongs.
    pub target: String,
    /// The operation.
    pub operation: String,
    /// The method's arguments.
    #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
    pub arguments: Vec<Json>,
}

/// What an answer changes.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct DeskApplied {
    /// The next checkpoint.
    pub stream: String,
    /// Whether the checkpoint changed: a late answer changes nothing.
    pub changed: bool,
    /// The rows that differ from what is stored.
    pub rows: Vec<DeskRow>,
    /// The tickets that the marketplace says do not exist.
    pub gone: Vec<String>,
    /// The number of items that are no tickets as documented.
    pub odd: u32,
    /// What a whole sweep saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub swept: Option<String>,
}

/// A row to store.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskRow {
    /// The ticket's id.
    pub id: String,
    /// When the read began.
    pub began_at: f64,
    /// The revision of the list's item.
    pub listed: String,
    /// The parts, as JSON.
    pub raw: String,
}

/// A ticket that a person opens.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskOpened {
    /// The messages, oldest first; `null` until they are read.
    #[cfg_attr(feature = "types", ts(type = "DeskMessage[] | null"))]
    pub messages: Option<Vec<Message>>,
    /// The files of the ticket of which the marketplace does not say to which message they belong.
    #[cfg_attr(feature = "types", ts(type = "DeskFile[]"))]
    pub files: Vec<File>,
    /// What can be done, each action once.
    pub actions: Vec<Choice>,
    /// The parts as the marketplace told them, without the addresses of files.
    #[cfg_attr(feature = "types", ts(type = "unknown"))]
    pub raw: Json,
    /// The record at this time.
    pub record: Record,
}

/// How a file is fetched: by a call, or from an address.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskDownload {
    /// The name.
    pub filename: Option<String>,
    /// The mime type.
    pub mime_type: Option<String>,
    /// The operation.
    pub operation: Option<&'static str>,
    /// The method's arguments.
    #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
    pub arguments: Vec<Json>,
    /// The address.
    pub uri: Option<String>,
}

/// A part of a ticket that is read when a person opens it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskOpening {
    /// The part.
    pub part: String,
    /// The operation.
    pub operation: String,
    /// The method's arguments.
    #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
    pub arguments: Vec<Json>,
}

/// A change of what only the desk knows.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskChanged {
    /// What only the desk knows, as JSON.
    pub local: String,
}

/// A letter, and what a store has to know of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct DeskLetter {
    /// The opaque state.
    pub letter: String,
    /// Its id.
    pub id: String,
    /// The ticket's id.
    pub ticket: String,
    /// Where it is.
    pub state: crate::desk::outbox::State,
    /// When something is to be done next.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub wake_at: Option<f64>,
    /// Whether it keeps others of its ticket from being sent.
    pub is_underway: bool,
    /// Whether nothing more happens to it.
    pub is_end: bool,
    /// When it was made.
    pub created_at: f64,
    /// When it answered the other side.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub answered_at: Option<f64>,
    /// How long the other side had waited for that, in milliseconds.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub waited_ms: Option<f64>,
    /// The number of its files.
    pub files: u32,
    /// What lists show of it.
    pub shown: String,
    /// The ticket that it created, where the desk's record is the ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<DeskRow>,
    /// The next action of the driver, after an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<DeskLetterStep>,
}

/// What lists show of a letter.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskOutboxItem", rename_all = "camelCase"))]
pub struct DeskShownLetter<'a> {
    /// Its id.
    pub id: &'a str,
    /// The key of the ticket.
    pub key: crate::vendor::desk::ticket::Key,
    /// The action.
    pub action: crate::vendor::desk::Action,
    /// Where it is.
    pub state: crate::desk::outbox::State,
    /// A code that says why it is where it is.
    pub why: Option<&'a str>,
    /// The text.
    pub text: Option<&'a str>,
    /// The files.
    pub files: Vec<LetterFile>,
    /// When it was made, in milliseconds since 1970.
    pub created_at: f64,
    /// Until when it is held, and can be undone.
    pub hold_until: f64,
    /// When it was sent.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub sent_at: Option<f64>,
}

/// The next action of a driver of letters.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum DeskLetterStep {
    /// Nothing, until the letter wakes.
    Rest {},
    /// Make this call, and report its result.
    Read {
        /// The operation.
        operation: String,
        /// The method's arguments.
        #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
        arguments: Vec<Json>,
        /// The time for the whole call, in milliseconds.
        total_timeout_ms: f64,
    },
    /// Make the letter's call. The letter must be stored before.
    Write {
        /// The operation.
        operation: String,
        /// The method's arguments.
        #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
        arguments: Vec<Json>,
        /// The places of the letter's files whose content goes along, in the order of the arguments.
        #[cfg_attr(feature = "types", ts(type = "number[]"))]
        files: Vec<usize>,
        /// The time for the whole call, in milliseconds.
        total_timeout_ms: f64,
    },
}

/// An action that only the desk knows of: the change that it makes.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct DeskDone {
    /// Whether the ticket is done.
    pub done: bool,
}

given! {
    /// An event of a letter.
    pub enum DeskLetterEvent {
        /// The letter is stored, and its first step may be made.
        Begun = "begun" {},
        /// All of it is stored.
        Submitted = "submitted" {
            /// How long it is held.
            hold_ms: f64 = "holdMs",
        },
        /// Time passed.
        Tick = "tick" {},
        /// A person takes it back.
        Undo = "undo" {},
        /// A read succeeded.
        Read = "read" {
            /// The result.
            #[cfg_attr(feature = "types", ts(type = "unknown"))]
            value: Json = "value",
            /// The page, if the result is a page of a list.
            #[cfg_attr(feature = "types", ts(type = "Page | undefined"))]
            page: Option<Page> = "page",
            /// The field that holds the items of the page.
            #[cfg_attr(feature = "types", ts(optional))]
            items: Option<String> = "items",
        },
        /// A read failed for good.
        ReadFailed = "read_failed" {
            /// How long the marketplace asks to wait.
            #[cfg_attr(feature = "types", ts(optional))]
            hint_ms: Option<f64> = "hintMs",
        },
        /// The write was accepted.
        Written = "written" {
            /// Its result.
            #[cfg_attr(feature = "types", ts(type = "unknown"))]
            value: Json = "value",
        },
        /// The write failed.
        WriteFailed = "write_failed" {
            /// The `sent` of its error.
            sent: Sent = "sent",
            /// The status of the marketplace's response, if one arrived.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
            /// How long the marketplace asks to wait.
            #[cfg_attr(feature = "types", ts(optional))]
            hint_ms: Option<f64> = "hintMs",
            /// The error's code.
            code: String = "code",
            /// Whether the same call may succeed later.
            retryable: bool = "retryable",
        },
    }
}
