//! Calls take turns without waiting for each other's futures or promises, because a request that
//! ends in a Worker takes its promises with it.
//!
//! A turn is plain data of the client. A call that has a turn extends it; a call that waits polls
//! by its own timer, and takes over when the other one has disappeared.

/// How long a turn lasts after it was last extended.
pub const TURN_MS: f64 = 2_000.0;

/// The interval at which a waiting call polls.
pub const POLL_MS: f64 = 25.0;

/// The number of consecutive polls that must find a turn expired before it is passed. A program
/// that was busy for long finds all turns expired at first, because their holders could not extend
/// them.
pub(crate) const EXPIRED_POLLS: u32 = 2;
