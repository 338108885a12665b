//! Rate limits.

/// The rate limit of a marketplace: `burst` requests at once, then one every `interval_ms`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The milliseconds between two requests in the long run.
    pub interval_ms: f64,
    /// The number of requests that may be sent at once after a pause.
    pub burst: f64,
}

/// The rest of an account's quota, as a marketplace reports it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// The number of requests that may still be sent, by all users of the account.
    pub left: f64,
    /// The milliseconds until the quota is refilled.
    pub reset_ms: f64,
}
