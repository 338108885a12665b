//! Marketplace tickets for sellers.

pub mod attachment;
pub mod call;
pub mod client;
pub mod endpoint;
pub mod error;
pub mod exact;
pub mod http;
pub mod input;
#[cfg(feature = "js")]
pub mod js;
pub mod limit;
pub mod marketplace;
pub mod open_enum;
pub mod page;
pub mod retry;
pub mod secret;
pub mod settings;
pub mod transport;
pub mod validate;
