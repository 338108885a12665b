//! The plain data that crosses between JavaScript and the module: each type is declared once, here or
//! with the machine that it belongs to, and its TypeScript is made of it (`cargo xtask types`).
//!
//! Nothing here needs a host, so that the program that prints the types can be built natively.

use crate::attachment::{Encoding, Segment};
use crate::call::WaitReason;
use crate::call::lease::LeaseStep;
use crate::call::line::LineStep;
use crate::call::once::{self, Page};
use crate::call::page::Base;
use crate::model::schema::Outline;
use crate::rules::error::{Sent, TicketError};
use crate::rules::input::{Fields, FromInput, Input, wrong_type};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::session::Session;
use crate::vendor::{PageShape, Shape};
use crate::wire::http::{Headers, Method};
use crate::wire::json::Json;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Declares what JavaScript hands in: the type, how it is read, and its TypeScript. A field's text is
/// its name in JavaScript. An enum has a field `type`, whose values are the texts of its variants.
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
            fn from_input(input: Input, path: &str, violations: &mut Violations) -> Self {
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
            /// Reads one; `None` where `type` says none of them. What else is wrong is in `violations`.
            pub fn read(input: Input, violations: &mut Violations) -> Option<Self> {
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

/// Bytes; serde would write a vector as a list of numbers.
#[derive(Debug)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "Uint8Array"))]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

/// Headers as pairs of a name and a value, in their order.
#[derive(Debug, Default)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "HeaderList", type = "[string, string][]"))]
pub struct Pairs(pub Headers);

impl FromInput for Pairs {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut headers = Headers::new();
        for pair in Vec::<Vec<String>>::from_input(input, field, violations) {
            match <[String; 2]>::try_from(pair) {
                Ok([name, value]) => headers.0.push((name, value)),
                Err(other) => {
                    let found = Json::List(other.into_iter().map(Json::Text).collect());
                    violations.push(wrong_type(field, &found, "a list of pairs of a name and a value"));
                }
            }
        }
        Self(headers)
    }
}

/// The status of an answer.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "number"))]
pub struct Status(pub u16);

impl FromInput for Status {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let read = i64::from_input(input, field, violations);
        Self(u16::try_from(read).unwrap_or_else(|_| {
            violations.push(wrong_type(field, &Json::Int(read), "a status"));
            0
        }))
    }
}

impl FromInput for Sent {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        input.as_str().and_then(Self::parse).unwrap_or_else(|| {
            violations.push(wrong_type(field, &input, "no, maybe or yes"));
            Self::Maybe
        })
    }
}

/// What is wrong with what was asked for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Refused {
    /// All of it.
    pub violations: Vec<Violation>,
}

/// A call that is ready to be driven.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct Begun {
    /// The call.
    pub call: OpenCall,
    /// The body of its request, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Vec<Piece>>,
}

/// The state of one call, which goes back as it came, and what a driver needs to know of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Call"))]
pub struct OpenCall {
    /// Opaque.
    pub state: Bytes,
    /// The method.
    pub endpoint: String,
    /// The address of its request.
    pub url: String,
    /// The name of the rate gate that its calls share.
    pub bucket: String,
    /// Milliseconds for the whole call.
    pub total_timeout_ms: f64,
}

/// A request that was signed at once.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct SignedAtOnce {
    /// The request.
    pub signed: Signed,
    /// Its body, if it has one, in one piece.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<[Whole; 1]>,
}

/// A body in one piece.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Whole {
    /// Its bytes.
    pub text: Bytes,
}

/// A piece of a body.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Segment"))]
pub enum Piece {
    /// Bytes that are ready to be sent.
    Text {
        /// They.
        text: Bytes,
    },
    /// A file that the host still has to read.
    File {
        /// Which one of those that were given, from 0.
        file: usize,
        /// How it is written into the body.
        encoding: Encoding,
        /// How many bytes it has.
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

/// What the host makes its `Request` of.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Signed {
    /// The method of HTTP.
    pub method: Method,
    /// The address.
    pub url: String,
    /// The headers of this attempt.
    #[cfg_attr(feature = "types", ts(as = "Pairs"))]
    pub headers: Headers,
}

/// For each of `heads` the SHA-256 of it, the body, and `tail` is asked for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Signing {
    /// What goes before the body.
    pub heads: Vec<Bytes>,
    /// What goes behind it.
    pub tail: Bytes,
}

/// How a body is given that is to be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum BodyGiven {
    /// Its bytes.
    Whole,
    /// The hashes that `signing` asks for, one after the other.
    Hashed,
    /// Not at all, because no signature covers it.
    Unread,
}

given! {
    /// What an attempt needs beside its call.
    pub struct Attempt {
        /// The client's keys.
        #[cfg_attr(feature = "types", ts(type = "unknown"))]
        credentials: Json = "credentials",
        /// Its short-lived token, where it has one.
        #[cfg_attr(feature = "types", ts(type = "Tokens | undefined"))]
        session: Option<Session> = "session",
        /// Milliseconds since 1970.
        now: f64 = "now",
        /// Text that cannot be foreseen, for this attempt alone.
        nonce: String = "nonce",
    }
}

/// Keys stay out of it.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").field("now", &self.now).finish_non_exhaustive()
    }
}

given! {
    /// What signs a whole body at once.
    #[derive(Debug)]
    pub struct AtOnce {
        /// Where a signature may cover the body, it must be shorter than this.
        longest: f64 = "longest",
        /// The attempt.
        attempt: Attempt = "attempt",
    }
}

given! {
    /// What happened to a call. With a status, the head of an answer had arrived when the call ended, so
    /// that a 2xx whose body is lost counts as acted on.
    pub enum CallEvent {
        /// It begins.
        Start = "start" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// Stands in for the time that the call was begun with.
            #[cfg_attr(feature = "types", ts(optional))]
            total_timeout_ms: Option<f64> = "totalTimeoutMs",
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
            /// Whether the caller gave up; else the time is over.
            aborted: bool = "aborted",
        },
        /// The attempt's time is over.
        TimedOut = "timed_out" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// From 0 to 1.
            random: f64 = "random",
            /// The status, if one had arrived.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
        },
        /// The answer is here.
        Response = "response" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// From 0 to 1.
            random: f64 = "random",
            /// The status.
            status: Status = "status",
            /// The headers.
            headers: Pairs = "headers",
            /// What the facade saw of a body that it checked itself, and did not hand over.
            #[cfg_attr(feature = "types", ts(optional))]
            saw: Option<Outline> = "saw",
        },
        /// No answer came, or its body broke off.
        SendFailed = "send_failed" {
            /// Milliseconds since 1970.
            now: f64 = "now",
            /// From 0 to 1.
            random: f64 = "random",
            /// The host's words.
            message: String = "message",
            /// The status, if one had arrived.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
        },
    }
}

/// A call after an event.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct CallAdvanced<'a> {
    /// Its state.
    pub call: Bytes,
    /// The state of its rate gate.
    pub gate: Bytes,
    /// What to do next.
    pub step: CallStep<'a>,
}

/// What the driver of a call does next.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum CallStep<'a> {
    /// Send the request.
    Send {
        /// Which attempt it is, from 1.
        attempt: u32,
        /// Milliseconds for it.
        timeout_ms: f64,
        /// The most bytes to read of the answer's body.
        max_body_bytes: f64,
    },
    /// See to it that there is a fresh session.
    Token {
        /// Whether the marketplace refused the one that was used, fresh as it looked.
        refused: bool,
    },
    /// Wait.
    Wait {
        /// Milliseconds.
        ms: f64,
        /// What for.
        reason: WaitReason,
        /// The attempt that comes after it, from 1.
        attempt: u32,
    },
    /// The call succeeded.
    Done {
        /// Where its result is.
        result: Outcome<'a>,
        /// How many attempts it took.
        attempts: u32,
    },
    /// The call failed.
    Fail {
        /// Why.
        error: &'a TicketError,
    },
}

/// Where the result of a call is.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "Result"))]
pub enum Outcome<'a> {
    /// There is none.
    Empty,
    /// It is the body's text.
    Text,
    /// It is the body's bytes.
    Bytes,
    /// It is JSON.
    Json {
        /// Stands in for the body when its shape was mended, or when it holds integers that `JSON.parse`
        /// would round.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional, type = "unknown"))]
        value: Option<Json>,
        /// Walk down these fields.
        pick: &'static [&'static str],
        /// Set when it is a page of a list.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        page: Option<&'a PageShape>,
    },
}

impl<'a> Outcome<'a> {
    /// The same of an answer that was checked.
    #[must_use]
    pub fn of(shape: &'a Shape) -> Self {
        match shape {
            Shape::Empty => Self::Empty,
            Shape::Text => Self::Text,
            Shape::Bytes => Self::Bytes,
            Shape::Json { text, pick, page } => Self::Json {
                value: text.as_ref().and_then(|text| Json::read(text.as_bytes())),
                pick,
                page: page.as_ref(),
            },
        }
    }
}

/// An answer that was read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum Decoded<'a> {
    /// It is a success.
    Result(Outcome<'a>),
    /// It is none.
    Error(Box<TicketError>),
}

/// An answer to a request for a token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum SessionRead {
    /// The tokens.
    Session(Session),
    /// It holds none.
    Error(Box<TicketError>),
}

/// Where a person allows what is asked for.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct ConsentPage {
    /// Its address.
    pub url: String,
}

/// A page of a list, and where the walk goes on.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct PageStep {
    /// The state of the walk, which goes back as it came.
    pub pager: Bytes,
    /// Whether the page's items count.
    pub keep: bool,
    /// The error of a walk that cannot go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "TicketErrorData"))]
    pub stuck: Option<TicketError>,
    /// The offset or the number of the page to read on from. Without it the walk is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<f64>,
    /// Of which list `next` is an offset.
    pub base: Base,
}

/// A line of sure writes, and what one of them does next.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct LinePolled {
    /// The state of the line, which goes back unchanged.
    pub line: Bytes,
    /// What the write does next.
    pub step: LineStep,
    /// The error of a write that gives up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "TicketErrorData"))]
    pub error: Option<TicketError>,
}

/// The lease on a session, and what a call that needs the session does next.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct LeasePolled {
    /// The state of the lease, which goes back unchanged.
    pub lease: Bytes,
    /// What the call remembers until it asks again.
    pub wait: Bytes,
    /// What the call does next.
    pub step: LeaseStep,
}

/// What becomes of a write in a line.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum LineChange {
    /// It comes to the end of the line.
    Enter,
    /// It is still at work.
    Extend,
    /// It goes.
    Leave,
    /// It goes, and may land yet.
    LeaveBehind,
}

/// What becomes of the renewal of a session.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum LeaseChange {
    /// It is still at work.
    Extend,
    /// It is over.
    End,
    /// It failed.
    Fail,
}

/// The lease on a session after a change.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct LeaseChanged {
    /// The state of the lease, which goes back unchanged.
    pub lease: Bytes,
    /// Whether the error is kept for the calls that wait.
    pub shared: bool,
}

/// The state of a sure write, which goes back as it came.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct BegunOnce<'a> {
    /// Opaque.
    pub once: Bytes,
    /// Writes with the same one take turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<&'a str>,
    /// When its time is over, in milliseconds since 1970.
    pub end_ms: f64,
    /// How long a write may take to show.
    pub settle_ms: f64,
}

given! {
    /// What happened to a sure write.
    pub enum OnceEvent {
        /// It is its turn.
        Begun = "begun" {},
        /// A read failed for good.
        ReadFailed = "read_failed" {},
        /// The wait is over.
        Waited = "waited" {},
        /// A read brought this.
        Read = "read" {
            /// The result.
            #[cfg_attr(feature = "types", ts(type = "unknown"))]
            value: Json = "value",
            /// Its page, if it is one of a list.
            #[cfg_attr(feature = "types", ts(type = "Page | undefined"))]
            page: Option<Page> = "page",
        },
        /// The write failed.
        WriteFailed = "write_failed" {
            /// What its error says.
            sent: Sent = "sent",
            /// The status of the marketplace's answer, if it answered.
            #[cfg_attr(feature = "types", ts(optional))]
            status: Option<Status> = "status",
            /// How long it asks to wait.
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
    /// What to do next.
    pub step: OnceStep<'a>,
}

/// What the driver of a sure write does next.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum OnceStep<'a> {
    /// Make this call, and report what it brought.
    Read {
        /// The method.
        endpoint: &'a str,
        /// Its arguments.
        #[cfg_attr(feature = "types", ts(type = "unknown[]"))]
        args: &'a [Json],
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
    /// The write took effect, although its answer was lost.
    Found {
        /// What it would have been.
        result: Outcome<'a>,
    },
    /// Fail with the error of the last try; of the read, if there was no try.
    GiveUp {
        /// Whether the marketplace may have acted, in all tries.
        sent: Sent,
    },
    /// Fail with this error.
    Fail {
        /// It.
        error: &'a TicketError,
    },
}

/// What happened to a walk over JTL-SCX's replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub enum InboxEvent {
    /// The caller asks for the next reply.
    Asked,
    /// A poll brought replies.
    Polled,
    /// A poll failed.
    PollFailed,
    /// An acknowledgement arrived.
    Acknowledged,
    /// The wait is over.
    Waited,
}
