//! How fast a marketplace may be called.

/// How fast a marketplace may be called: `burst` requests at once, then one each `interval_ms`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Milliseconds from one request to the next in the long run.
    pub interval_ms: f64,
    /// Requests that may go out at once after a rest.
    pub burst: f64,
}

/// What a marketplace says is left of an account's quota.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quota {
    /// Requests that may still be sent, by anyone who uses the account.
    pub left: f64,
    /// Milliseconds until there are more.
    pub reset_ms: f64,
}
