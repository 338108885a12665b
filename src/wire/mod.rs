//! The lowest room: the data that goes over the wire, and its formats. It imports no other room.

pub mod address;
pub mod exact;
pub mod gateway;
pub mod http;
pub mod json;
pub mod mac;
pub mod rate;
pub mod repeats;
pub mod retry_after;
pub mod secret;
#[cfg(any(test, all(feature = "js", feature = "marketplace", target_arch = "wasm32")))]
pub(crate) mod state;
pub mod time;
pub mod unicode;
pub mod url;
