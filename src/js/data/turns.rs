//! The plain data of lines and leases.

use super::Bytes;
use crate::call::lease::LeaseStep;
use crate::call::line::LineStep;
use crate::rules::error::TicketError;
use serde::{Deserialize, Serialize};

/// A line of sure writes, and the next action of one of them.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct LinePolled {
    /// The state of the line, which is passed back unchanged.
    pub line: Bytes,
    /// The next action of the write.
    pub step: LineStep,
    /// The error of a write that gives up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "TicketErrorData"))]
    pub error: Option<TicketError>,
}

/// The lease on a session, and the next action of a call that needs the session.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct LeasePolled {
    /// The state of the lease, which is passed back unchanged.
    pub lease: Bytes,
    /// The state that the call keeps until it polls again.
    pub wait: Bytes,
    /// The next action of the call.
    pub step: LeaseStep,
}

/// The lease on a session when a call is about to renew it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct LeaseAsked {
    /// The state of the lease, which is passed back unchanged.
    pub lease: Bytes,
    /// The error, if the session is not to be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "TicketErrorData"))]
    pub error: Option<TicketError>,
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
