//! The exports to JavaScript: one function for each task. They decide nothing and keep no state, so
//! that a module instance can be discarded between any two calls.
//!
//! The values that are exchanged are declared in [`data`]. A short reader converts the host's
//! values to arguments (`calls/read.rs`), because all violations must be reported at once; serde
//! writes the results (`calls/write.rs`). JavaScript passes state, such as that of a call, from one
//! call to the next as opaque bytes (`wire::state`).

pub mod data;

#[cfg(target_arch = "wasm32")]
mod files;

#[cfg(all(target_arch = "wasm32", feature = "marketplace"))]
mod hash;

#[cfg(all(target_arch = "wasm32", feature = "marketplace"))]
mod calls;

#[cfg(all(target_arch = "wasm32", feature = "marketplace"))]
pub use calls::*;
#[cfg(target_arch = "wasm32")]
pub use files::*;
#[cfg(all(target_arch = "wasm32", feature = "marketplace"))]
pub use hash::*;

/// The allocator of the package's modules. Each is 2 KB smaller with it, compressed, than with the
/// standard library's.
#[cfg(all(target_arch = "wasm32", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
