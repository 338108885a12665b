//! Turns that calls take without waiting for each other's futures or promises: in a Worker, a
//! request that ends takes its promises with it.
//!
//! A turn is plain data of the client. A call that has one gives signs of life; a call that waits
//! looks again by a timer of its own, and takes over when the other one has disappeared.

/// How long a turn lasts after its last sign of life.
pub const TURN_MS: f64 = 2_000.0;

/// How often a call that waits looks again.
pub const POLL_MS: f64 = 25.0;

/// How often in a row a turn must be found over before it is passed. A program that was busy for
/// long finds all turns over at first, because those that have them could not say that they live.
pub(crate) const LOOKS: u32 = 2;
