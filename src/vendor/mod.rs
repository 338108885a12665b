//! The contract that each marketplace fulfils: endpoints, plans, answers, credentials and sessions.

pub mod answer;
pub mod as_xml;
pub mod authorize;
pub mod declare;
pub mod denial;
#[cfg(feature = "desk")]
pub mod desk;
pub mod endpoint;
pub mod evidence;
pub mod location;
pub mod marketplace;
pub mod operation;
pub mod plan;
pub mod session;
#[cfg(feature = "types")]
pub mod typescript;
pub mod words;

pub use answer::{Answer, PageShape, Shape};
pub use authorize::{Authorize, BodyBytes, Unsigned};
pub use endpoint::{Access, BodyKind, Endpoint, ItemOf, ListPage, Listing, Meta};
pub use evidence::{Evidence, Finding, Recovery};
pub use marketplace::{Marketplace, PageSize, Refusal, Vendor};
pub use operation::Operation;
pub use plan::{Built, Parts, Plan};
pub use session::{Consent, Grant, Session};
