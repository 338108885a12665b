//! All exports that concern calls. A module for files alone is built without them.

mod answers;
mod begin;
mod call;
#[cfg(feature = "desk")]
mod desk;
#[cfg(feature = "jtl-scx")]
mod jtl_scx;
#[cfg(feature = "session")]
mod lease;
mod line;
mod lists;
#[cfg(feature = "magalu")]
mod magalu;
mod once;
#[cfg(feature = "probo")]
mod probo;
mod read;
#[cfg(feature = "session")]
mod session;
mod settings;
mod sign;
mod write;

pub use answers::*;
pub use begin::*;
pub use call::*;
#[cfg(feature = "desk")]
pub use desk::*;
#[cfg(feature = "jtl-scx")]
pub use jtl_scx::*;
#[cfg(feature = "session")]
pub use lease::*;
pub use line::*;
pub use lists::*;
#[cfg(feature = "magalu")]
pub use magalu::*;
pub use once::*;
#[cfg(feature = "probo")]
pub use probo::*;
#[cfg(feature = "session")]
pub use session::*;
pub use settings::*;
pub use sign::*;
