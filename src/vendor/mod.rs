//! The contract that each marketplace fulfils: endpoints, plans, answers, credentials and sessions.

pub mod answer;
pub mod authorize;
pub mod declare;
#[cfg(feature = "desk")]
pub mod desk;
pub mod endpoint;
pub mod evidence;
pub mod marketplace;
pub mod operation;
pub mod place;
pub mod plan;
pub mod session;

pub use answer::{Answer, PageShape, Shape};
pub use authorize::{Authorize, BodyBytes, Unsigned};
pub use endpoint::{Access, BodyKind, Endpoint, Listing, Meta};
pub use evidence::{Evidence, Finding, Recovery};
pub use marketplace::{Marketplace, Refusal, Vendor};
pub use operation::Operation;
pub use plan::{Built, Parts, Plan};
pub use session::{Consent, Grant, Session};
