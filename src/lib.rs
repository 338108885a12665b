//! Marketplace tickets for sellers.

pub mod attachment;
pub mod endpoint;
pub mod error;
pub mod exact;
pub mod http;
pub mod input;
pub mod limit;
pub mod marketplace;
pub mod model;
pub mod open_enum;
pub mod page;
pub mod retry;
pub mod secret;
pub mod settings;
pub mod validate;
