//! Integers that a JavaScript number would round.

/// The largest integer up to which every one is a JavaScript number of its own.
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;
