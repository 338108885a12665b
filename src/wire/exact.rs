//! Finds integers that a JavaScript number would round.

/// The largest integer up to which JavaScript numbers represent every integer exactly
/// (`Number.MAX_SAFE_INTEGER`).
pub const MAX_SAFE_INTEGER: u64 = 9_007_199_254_740_991;
