//! The exports to JavaScript: one function for each thing that is asked. Nothing is decided here, and
//! nothing is kept: a module instance can be thrown away between any two calls.
//!
//! Arguments are read by a short walk over the host's values ([`read`]), because all violations are
//! wanted at once; answers are written by serde ([`write`]). What JavaScript only carries from one
//! call to the next, the state of a call for instance, is bytes to it ([`crate::wire::state`]).

mod files;

#[cfg(feature = "marketplace")]
mod calls;

#[cfg(feature = "marketplace")]
pub use calls::*;
pub use files::*;
