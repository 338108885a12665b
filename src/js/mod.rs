//! The exports to JavaScript: one function for each thing that is asked. Nothing is decided here, and
//! nothing is kept: a module instance can be thrown away between any two calls.
//!
//! What crosses is declared in [`data`]. Arguments are read by a short walk over the host's values
//! (`calls/read.rs`), because all violations are wanted at once; answers are written by serde
//! (`calls/write.rs`). What JavaScript only carries from one call to the next, the state of a call
//! for instance, is bytes to it (`wire::state`).

pub mod data;

#[cfg(target_arch = "wasm32")]
mod files;

#[cfg(all(target_arch = "wasm32", feature = "marketplace"))]
mod calls;

#[cfg(all(target_arch = "wasm32", feature = "marketplace"))]
pub use calls::*;
#[cfg(target_arch = "wasm32")]
pub use files::*;
