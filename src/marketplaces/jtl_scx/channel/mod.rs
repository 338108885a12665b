//! The operations of a channel: it pushes tickets to sellers, and gets their replies as events.
#![allow(non_snake_case, reason = "fields have the vendor's names")]

pub mod acknowledge_events;
pub mod create_ticket;
pub mod download_attachment;
pub mod list_events;
pub mod upload_attachment;

pub use acknowledge_events::AcknowledgeEventsParams;
pub use create_ticket::CreateTicketParams;
pub use download_attachment::DownloadAttachmentParams;
pub use list_events::ListEventsParams;
pub use upload_attachment::UploadAttachmentParams;
