//! The ground: what goes over the wire and what it is made of. It imports nothing of ours.

pub mod exact;
pub mod http;
pub mod json;
pub mod mac;
pub mod secret;
