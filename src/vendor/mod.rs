//! The contract that each marketplace fulfils: endpoints, plans, answers and sessions.

pub mod endpoint;
pub mod session;
