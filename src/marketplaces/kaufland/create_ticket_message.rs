//! `POST /tickets/{id_ticket}/messages`: answers the customer.
//!
//! Source: guide, "Responding to a ticket"; specification 2.44.0.

use super::model::AttachmentType;
use super::rules::ID_TICKET;
use super::{Kaufland, find};
use crate::attachment::Attachment;
use crate::attachment::check::{self, Allowed};
use crate::rules::input::at;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::rules::words::words;
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Seen, object, text};
use crate::vendor::words::{has_mask, same_words};
use crate::wire::json::Json;

endpoint! {
    "createTicketMessage"(id_ticket) = POST "/tickets/{id_ticket}/messages" -> ();

    // The API documents no body for its 201, and does not return the new message's id.
    /// A message to the customer.
    pub struct CreateTicketMessageParams of Kaufland, deny unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path id_ticket: String = ID_TICKET,
        // The limits are from the specification.
        /// The text of the message: 1 to 65535 characters.
        body text: String = Rule::Text { min: 1, max: 65_535 },
        /// `true` announces a further message: the ticket stays with the seller. The customer
        /// receives this message in any case.
        body interim_notice: Option<bool> = Rule::Flag,
        // `FILES` has the rules for these.
        /// Files to attach: text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC.
        #[cfg_attr(feature = "types", ts(optional, type = "FileInputs"))]
        files ticket_message_files: Option<Vec<Attachment>> = Rule::each(&Rule::Code),
    }
}

/// *Guide*: a file has a name, the correct one of the nine types, and its content as a data URL.
/// Neither a size nor a number of files is documented, so neither is limited here.
pub(super) const FILES: Allowed = Allowed {
    marketplace: super::KAUFLAND.id,
    types: AttachmentType::VALUES,
    hint: "send it as plain text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC",
    sends_data_urls: true,
    not_allowed: words!(
        "file_type_not_allowed",
        ["allowed", "found", "file", "_name", "marketplace", "_hint"],
        "`{field}` ({file}) is {_name}, which Kaufland does not accept",
        "{_hint}",
    ),
    not_as_declared: Some(words!(
        "file_type_not_allowed",
        ["allowed", "declared", "found", "file", "_name", "marketplace", "_hint"],
        "`{field}` ({file}) is {_name}, not {declared}",
        "{_hint}",
    )),
    ..Allowed::OF_MOST
};

impl Overrides for CreateTicketMessageParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        for (index, file) in self.ticket_message_files.iter().flatten().enumerate() {
            check::file(&FILES, file, &at("ticket_message_files", index), settings, violations);
        }
    }

    fn held_files(&self) -> Vec<&Attachment> {
        self.ticket_message_files.iter().flatten().filter_map(Attachment::sent_apart).collect()
    }

    /// Reads the ticket with its messages and its files, because messages do not list theirs. The
    /// files of this client's last message may be wanted even if this one has none.
    fn lookup(&self, _now_ms: f64) -> Recovery {
        let names = |files: &Vec<Attachment>| files.iter().map(|file| file.filename.clone()).collect::<Vec<_>>();
        let files = self.ticket_message_files.as_ref().map(names).unwrap_or_default();
        let wanted = object(&mut [("text", self.text.as_str().into()), ("files", files.into())]);
        find::in_ticket(&self.id_ticket, &["messages", "files"], wanted)
    }

    /// A message is recognised by its text, and by a new file with the name of each that was sent.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        let Evidence { wanted, before, after, .. } = evidence;
        let mut finding = Finding::Absent;
        for message in after.iter().flat_map(|seen| &seen.fresh) {
            let shown = text(message, "text");
            let is_same = same_words(shown, text(wanted, "text"));
            match message.get("author").map_or("", |author| text(author, "role")) {
                "seller" if is_same && has_files(wanted, before, after) => return Finding::Found(Json::Absent),
                "buyer" => {}
                // Another text of the seller may be this message after the marketplace changed it.
                "seller" => finding = Finding::Unclear,
                // Kaufland may show the seller's message under another role.
                _ if is_same || has_mask(shown) => finding = Finding::Unclear,
                _ => {}
            }
        }
        finding
    }
}

/// Returns whether each file that was sent has arrived: there are more files of its name than
/// before. Kaufland shows neither an id nor the content of a file.
fn has_files(wanted: &Json, before: &[Seen], after: &[Seen]) -> bool {
    let list = |value: Option<&Json>| value.and_then(Json::as_array).unwrap_or_default().to_vec();
    let of = |seen: &[Seen], name: &str| {
        let files = list(seen.first().and_then(|seen| seen.rest.get("files")));
        files.iter().filter(|file| same_words(text(file, "filename"), name)).count()
    };
    let names = list(wanted.get("files"));
    names.iter().filter_map(Json::as_str).all(|name| {
        let sent = names.iter().filter(|other| other.as_str().is_some_and(|other| same_words(other, name))).count();
        of(after, name) >= of(before, name).saturating_add(sent)
    })
}

#[cfg(test)]
mod tests;
