//! The contract that each marketplace fulfils: endpoints, plans, answers and sessions.

pub mod declare;
pub mod endpoint;
pub mod place;
pub mod session;
