//! Marketplace tickets for sellers.

pub mod attachment;
pub mod call;
pub mod client;
pub mod endpoint;
pub mod error;
pub mod exact;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub mod fetch;
pub mod http;
pub mod input;
#[cfg(all(feature = "js", target_arch = "wasm32"))]
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
#[cfg(all(any(feature = "fetch", feature = "js"), target_arch = "wasm32"))]
mod web;
