//! The plain data that crosses between JavaScript and the module: each type is declared once, here
//! or with the machine that it belongs to, and its TypeScript is generated from it (`cargo xtask
//! types`).
//!
//! Nothing here needs a host, so that the program that prints the types can be built natively.

use crate::attachment::{Encoding, Segment};
use crate::call::WaitReason;
use crate::call::once::{self, Page};
use crate::call::page::Base;
use crate::model::schema::Odd;
use crate::rules::error::{Sent, TicketError};
use crate::rules::input::{Fields, FromInput, wrong_type};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::session::Session;
use crate::vendor::{PageShape, Shape};
use crate::wire::http::Headers;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Declares a value that JavaScript passes: the type, its reader, and its TypeScript. A field's
/// text is its name in JavaScript. An enum has a field `type`, whose values are the texts of its
/// variants.
macro_rules! given {
    (
        $(#[$about:meta])*
        pub struct $Name:ident { $( $(#[$about_field:meta])* $field:ident: $Type:ty = $name:literal, )* }
    ) => {
        $(#[$about])*
        #[cfg_attr(feature = "types", derive(ts_rs::TS))]
        pub struct $Name {
            $( $(#[$about_field])* #[cfg_attr(feature = "types", ts(rename = $name))] pub $field: $Type, )*
        }

        impl FromInput for $Name {
            fn from_input(input: Json, path: &str, violations: &mut Violations) -> Self {
                let mut fields = Fields::new(input, path, violations);
                Self { $( $field: fields.take($name), )* }
            }
        }
    };
    (
        $(#[$about:meta])*
        pub enum $Name:ident {
            $(
                $(#[$about_variant:meta])*
                $Variant:ident = $kind:literal {
                    $( $(#[$about_field:meta])* $field:ident: $Type:ty = $name:literal, )*
                },
            )*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(tag = "type"))]
        pub enum $Name {
            $(
                $(#[$about_variant])*
                #[cfg_attr(feature = "types", ts(rename = $kind))]
                $Variant {
                    $( $(#[$about_field])* #[cfg_attr(feature = "types", ts(rename = $name))] $field: $Type, )*
                },
            )*
        }

        impl $Name {
            /// Reads a variant and returns it, or `None` if `type` names none of them. All other
            /// mistakes are added to `violations`.
            pub fn read(input: Json, violations: &mut Violations) -> Option<Self> {
                let mut fields = Fields::new(input, "", violations);
                let kind: String = fields.take("type");
                let read = match kind.as_str() {
                    $( $kind => Some(Self::$Variant { $( $field: fields.take($name), )* }), )*
                    _ => None,
                };
                if read.is_none() && !kind.is_empty() {
                    violations.push(wrong_type("type", &Json::Text(kind), "the name of an event"));
                }
                read
            }
        }
    };
}

#[cfg(feature = "desk")]
mod desk;
mod status;
mod turns;

#[cfg(feature = "desk")]
pub use desk::*;
pub use status::Status;
pub use turns::*;

/// Bytes in their own type, because serde would write a vector as a list of numbers.
#[derive(Debug)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl FromInput for Sent {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        input.as_str().and_then(Self::parse).unwrap_or_else(|| {
            violations.push(wrong_type(field, &input, "no, maybe or yes"));
            Self::Maybe
        })
    }
}

/// The violations of a request.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Refused {
    /// All violations.
    pub violations: Vec<Violation>,
}

/// A call that is ready to be driven. Each text and each array of bytes that crosses takes time, so
/// those that every call has cross as one. `begunOf` in `pkg-template/src/wasm/begun.ts` takes them
/// apart.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct Packed<'a> {
    /// The state of the call, and then that of its rate gate, if the start of the call changed it.
    pub states: Bytes,
    /// The number of bytes of the first of them.
    pub call_size: usize,
    /// One a line: the operation's name, the HTTP method, the URL, and the name of the rate gate.
    /// The headers of the first request follow, if it is signed: one name and one value a line.
    pub lines: String,
    /// The time that the call has from now on, in milliseconds.
    pub left_ms: f64,
    /// The reference that the write carries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The body of its request, if it has one and is whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<Bytes>,
    /// The body of its request, if it has one that is not whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pieces: Option<Vec<Piece>>,
    /// The first step, if the call was started at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<CallStep<'a>>,
}

/// A piece of a body.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Segment"))]
pub enum Piece {
    /// Bytes that are ready to be sent.
    Text {
        /// The bytes.
        text: Bytes,
    },
    /// A file that the host still has to read.
    File {
        /// The index of the given file, from 0.
        file: usize,
        /// How it is written into the body.
        encoding: Encoding,
        /// The size in bytes.
        size: f64,
    },
}

impl From<Segment> for Piece {
    fn from(segment: Segment) -> Self {
        match segment {
            Segment::Text(text) => Self::Text { text: Bytes(text) },
            Segment::File { index, encoding, size } => Self::File { file: index, encoding, size: size as f64 },
        }
    }
}

/// The headers of one attempt, with names in lower case: one name and one value a line, as one text
/// crosses faster than each of them.
#[derive(Debug)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "string"))]
pub struct SignedHeaders(pub Headers);

impl SignedHeaders {
    /// Adds the headers to a text.
    pub fn write(&self, lines: &mut String) {
        for (name, value) in &self.0.0 {
            let start = lines.len();
            lines.push_str(name);
            if let Some(name) = lines.get_mut(start..) {
                name.make_ascii_lowercase();
            }
            lines.extend(["\n", value, "\n"]);
        }
    }
}

impl Serialize for SignedHeaders {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut lines = String::new();
        self.write(&mut lines);
        serializer.serialize_str(&lines)
    }
}

/// The hashes that a signature needs: for each of `heads`, the SHA-256 of that head, the body and
/// `tail`.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Signing {
    /// The bytes before the body, one entry for each hash.
    pub heads: Vec<Bytes>,
    /// The bytes after the body.
    pub tail: Bytes,
}

/// The form in which a body is passed to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum BodyGiven {
    /// Its bytes.
    Whole,
    /// The hashes that `signing` asks for, one after the other.
    Hashed,
    /// The body is not passed, because no signature covers it.
    Unread,
}

given! {
    /// A client, whose JSON text is made once and passed with each of its calls: each setting and
    /// each key would be a question to the host.
    pub struct Client {
        /// The marketplace.
        #[cfg_attr(feature = "types", ts(type = "MarketplaceId"))]
        marketplace: String = "marketplace",
        /// The settings, which are read as if they had just crossed.
        #[cfg_attr(feature = "types", ts(type = "Settings"))]
        settings: Json = "settings",
        /// The keys.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        credentials: Json = "credentials",
        /// Whether its calls use a session.
        session: bool = "session",
    }
}

/// The output shows no keys.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("marketplace", &self.marketplace).finish_non_exhaustive()
    }
}

given! {
    /// An event of a call, except its response. If it has a status, the head of a response had
    /// arrived when the call ended, so that a 2xx whose body is lost counts as acted on.
    pub enum CallEvent {
        /// The call begins.
        Start = "start" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// The part of the total timeout that is left, if it is less than when the call was
            /// begun.
            #[cfg_attr(feature = "types", ts(optional))]
            left_ms: Option<f64> = "leftMs",
        },
        /// The wait is over.
        Waited = "waited" {
            /// Milliseconds since 1970.
            now: f64 = "now",
        },
        /// The client has a fresh token.
        Token = "token" {
            /// Milliseconds since 1970.
            now: f64 = "now",
        },
        /// The caller gave up.
        Aborted = "aborted" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// The status, if one had arrived.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
        },
        /// The request was not handed to the host, because all its connections were in use.
        NotSent = "not_sent" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// Whether the caller gave up; otherwise the time is over.
            aborted: bool = "aborted",
        },
        /// The attempt's time is over.
        TimedOut = "timed_out" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// A random number from 0 to 1.
            random: f64 = "random",
            /// The status, if one had arrived.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
        },
        /// No response arrived, or its body was cut off.
        SendFailed = "send_failed" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// A random number from 0 to 1.
            random: f64 = "random",
            /// The host's error message.
            message: String = "message",
            /// The status, if one had arrived.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
        },
    }
}

/// A call after an event.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct CallAdvanced<'a> {
    /// Its state, unless it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<Bytes>,
    /// Its URL, if that is another one than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The state of its rate gate, if that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<Bytes>,
    /// The next action of the driver.
    pub step: CallStep<'a>,
}

/// The next action of the driver of a call.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum CallStep<'a> {
    /// Send the request.
    Send {
        /// The number of the attempt, from 1.
        attempt: u32,
        /// The time for the attempt, in milliseconds.
        timeout_ms: f64,
        /// The largest number of bytes to read of the response body.
        max_body_bytes: f64,
    },
    /// Make sure that there is a fresh session.
    Token {
        /// Whether the marketplace refused the session that was used, although it seemed fresh.
        refused: bool,
        /// The time for it, in milliseconds. When it is over, the event is `timed_out`.
        timeout_ms: f64,
    },
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: f64,
        /// The reason for the wait.
        reason: WaitReason,
        /// The number of the attempt that follows, from 1.
        attempt: u32,
    },
    /// The call succeeded.
    Done {
        /// Where its result is.
        result: Outcome<'a>,
        /// The number of attempts that were made.
        attempts: u32,
    },
    /// The call failed.
    Fail {
        /// The error.
        error: &'a TicketError,
    },
}

/// Where the result of a call is.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Result"))]
pub enum Outcome<'a> {
    /// There is no result.
    Empty,
    /// The result is the body's text.
    Text,
    /// The result is the body's bytes.
    Bytes,
    /// The result is JSON.
    Json {
        /// The text that replaces the body, if its shape was normalised or it holds integers that
        /// `JSON.parse` would round.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional, type = "unknown"))]
        value: Option<Json>,
        /// The path of fields to the result.
        pick: &'static [&'static str],
        /// The page, if the result is a page of a list.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        page: Option<&'a PageShape>,
        /// The oddities of single fields and of items of a list.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        #[cfg_attr(feature = "types", ts(as = "Option<Vec<Odd>>", optional))]
        odd: &'a [Odd],
    },
}

impl<'a> Outcome<'a> {
    /// Returns where the result of a checked response is.
    #[must_use]
    pub fn of(shape: &'a Shape) -> Self {
        match shape {
            Shape::Empty => Self::Empty,
            Shape::Text => Self::Text,
            Shape::Bytes => Self::Bytes,
            Shape::Json { text, pick, page, odd } => Self::Json {
                value: text.as_ref().and_then(|text| Json::read(text.as_bytes())),
                pick,
                page: page.as_ref(),
                odd,
            },
        }
    }
}

/// The reading of a response.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Decoded<'a> {
    /// The response is a success.
    Result(Outcome<'a>),
    /// The response is not a success, or cannot be read.
    Error(Box<TicketError>),
}

/// The reading of a response to a request for a token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum SessionRead {
    /// The tokens.
    Session(Session),
    /// The response holds no tokens.
    Error(Box<TicketError>),
}

/// The page on which a person gives consent.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct ConsentPage {
    /// The URL of the page.
    pub url: String,
}

/// The decision about a page of a list, and where the iteration continues.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct PageStep {
    /// The state of the iteration, which is passed back unchanged.
    pub pager: Bytes,
    /// Whether the page's new items are returned and remembered.
    pub keep: bool,
    /// The error of an iteration that cannot continue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "TicketErrorData"))]
    pub stuck: Option<TicketError>,
    /// The offset or the number of the page to read next. If it is absent, the iteration is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<f64>,
    /// The list to which the offset `next` refers.
    pub base: Base,
}

/// The state of a sure write, which is passed back unchanged.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct BegunOnce<'a> {
    /// The opaque state.
    pub once: Bytes,
    /// The key. Writes with the same key take turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'a str>,
    /// The time by which the whole write must be over, in milliseconds since 1970.
    pub end_ms: f64,
}

given! {
    /// An event of a sure write.
    pub enum OnceEvent {
        /// The write's turn has come.
        Begun = "begun" {},
        /// A read failed for good.
        ReadFailed = "read_failed" {},
        /// The wait is over.
        Waited = "waited" {},
        /// A read succeeded.
        Read = "read" {
            /// The result.
            #[cfg_attr(feature = "types", ts(type = "unknown"))]
            value: Json = "value",
            /// The page, if the result is a page of a list.
            #[cfg_attr(feature = "types", ts(type = "Page | undefined"))]
            page: Option<Page> = "page",
        },
        /// The write was accepted, and its response was read.
        Written = "written" {
            /// Its result.
            #[cfg_attr(feature = "types", ts(type = "unknown"))]
            value: Json = "value",
        },
        /// The caller aborted the write.
        Aborted = "aborted" {
            /// Whether the marketplace may have acted in the try that was under way.
            sent: Sent = "sent",
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
        },
    }
}

impl From<OnceEvent> for once::OnceEvent {
    fn from(event: OnceEvent) -> Self {
        match event {
            OnceEvent::Begun {} => Self::Begun,
            OnceEvent::ReadFailed {} => Self::ReadFailed,
            OnceEvent::Waited {} => Self::Waited,
            OnceEvent::Read { value, page } => Self::Read { value, page },
            OnceEvent::Written { value } => Self::Written { value },
            OnceEvent::Aborted { sent } => Self::Aborted { sent },
            OnceEvent::WriteFailed { sent, status, hint_ms } => {
                Self::WriteFailed { sent, status: status.map(|status| status.0), hint_ms }
            }
        }
    }
}

/// A sure write after an event.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct OnceAdvanced<'a> {
    /// Its state.
    pub once: Bytes,
    /// The line of its key.
    pub line: Bytes,
    /// The next action of the driver.
    pub step: OnceStep<'a>,
}

/// The next action of the driver of a sure write.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum OnceStep<'a> {
    /// Make this call, and report its result.
    Read {
        /// The method.
        endpoint: &'a str,
        /// Its arguments.
        #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
        args: &'a [Json],
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
    Done {},
    /// The write took effect, although its response was lost.
    Found {
        /// The result that the write would have had.
        result: Outcome<'a>,
    },
    /// Fail with the error of the last try, or of the read if there was no try.
    GiveUp {
        /// Whether the marketplace may have acted in any of the tries.
        sent: Sent,
    },
    /// Fail with this error.
    Fail {
        /// The error.
        error: &'a TicketError,
    },
}

/// An event of the iteration over JTL-SCX's replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum InboxEvent {
    /// The caller asks for the next reply.
    Asked,
    /// A poll returned replies.
    Polled,
    /// A poll failed.
    PollFailed,
    /// An acknowledgement arrived.
    Acknowledged,
    /// The wait is over.
    Waited,
}
