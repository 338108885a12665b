//! The step machines make decisions without a clock, random numbers or a network.

#[expect(clippy::module_inception, reason = "the room has the name of its first machine")]
mod call;
mod claim;
pub mod lease;
pub mod limit;
pub mod line;
mod lookup;
pub mod once;
pub mod page;
pub mod retry;
pub mod turn;

pub use call::*;
