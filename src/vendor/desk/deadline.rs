//! What a mapping knows about a ticket's deadline.

use crate::vendor::desk::ticket::Stamp;
use serde::Serialize;

/// How the desk knows something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskBasis", rename_all = "camelCase"))]
pub enum Basis {
    /// The marketplace said it.
    Reported,
    /// It follows from what the marketplace said.
    Derived,
    /// It follows from a rule about time: the marketplace's, or the user's own.
    Policy,
}

/// What a deadline counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskWhile", rename_all = "camelCase"))]
pub enum Counts {
    /// It counts while it is the seller's turn.
    SellersTurn,
    /// It counts while the ticket is open, whoever's turn it is.
    Open,
}

/// What happens at the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskConsequence", rename_all = "camelCase"))]
pub enum Consequence {
    /// The weekly figure of first answers falls below 100 %.
    ResponseFigure,
    /// Digital goods are paid back by themselves, physical ones after their return is confirmed.
    /// That it happens at this time is inferred.
    PaidBack,
    /// Billing ends, and one-off goods are paid back.
    BillingEnds,
    /// The marketplace may step in and charge the seller, as third parties report.
    MarketplaceSteps,
    /// Nothing is known.
    NothingKnown,
}

/// The deadline of a ticket, as far as it is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Deadline {
    /// There is none.
    None,
    /// The marketplace reported it. It is never computed.
    Reported {
        /// The time.
        at: Stamp,
        /// What it counts.
        counts: Counts,
        /// The field that it is from.
        rule: &'static str,
        /// What happens then.
        then: Consequence,
    },
    /// The marketplace has a rule in hours of working days.
    Working {
        /// The hours.
        hours: u32,
        /// When they begin, in milliseconds since 1970.
        since: f64,
        /// The name of the calendar, in lower case; empty if the storefront is not known.
        calendar: String,
        /// The name of the rule.
        rule: &'static str,
        /// What happens then.
        then: Consequence,
    },
    /// The marketplace has none, or said none: only a policy of the user's own can give one.
    Own,
}
