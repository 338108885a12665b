//! The headers with which a gateway tells its client what it knows.

/// Who answered: `marketplace` or `gateway`.
pub const ORIGIN: &str = "x-seller-tickets-origin";
/// Whether the marketplace may have acted: `no`, `maybe` or `yes`.
pub const SENT: &str = "x-seller-tickets-sent";
/// How often the request was sent to the marketplace.
pub const ATTEMPTS: &str = "x-seller-tickets-attempts";
/// The other way: what tells one attempt to write from all others. Some hosts send a request again by themselves when
/// a connection drops; the copy has the same nonce, and the gateway refuses it.
pub const NONCE: &str = "x-seller-tickets-nonce";
