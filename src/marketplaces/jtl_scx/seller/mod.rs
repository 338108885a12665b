//! The operations of a seller, who replies to tickets. Their names begin with `seller.`.
#![allow(non_snake_case, reason = "fields have the vendor's names")]

pub mod acknowledge_events;
pub mod download_attachment;
pub mod list_events;
pub mod reply_to_ticket;
pub mod upload_attachment;

pub use acknowledge_events::SellerAcknowledgeEventsParams;
pub use download_attachment::SellerDownloadAttachmentParams;
pub use list_events::SellerListEventsParams;
pub use reply_to_ticket::ReplyToTicketParams;
pub use upload_attachment::SellerUploadAttachmentParams;
