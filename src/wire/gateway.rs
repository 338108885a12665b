//! The headers between a gateway and its client.

/// The origin of a response: `marketplace` or `gateway`.
pub const ORIGIN: &str = "x-seller-tickets-origin";
/// Whether the marketplace may have acted on the request: `no`, `maybe` or `yes`.
pub const SENT: &str = "x-seller-tickets-sent";
/// How often the gateway sent the request to the marketplace.
pub const ATTEMPTS: &str = "x-seller-tickets-attempts";
/// The value by which the gateway recognises one attempt to write; the client sends it. Some hosts
/// repeat a request by themselves when a connection drops. The copy has the same nonce, and the
/// gateway refuses it.
pub const NONCE: &str = "x-seller-tickets-nonce";
