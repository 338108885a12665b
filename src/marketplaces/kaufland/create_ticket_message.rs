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
use crate::rules::violation::{Violations, words};
use crate::vendor::declare::{Special, endpoint};
use crate::vendor::evidence::Recovery;
use crate::vendor::evidence::{Evidence, Finding, Seen, object, same_words, text};
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
        #[cfg_attr(feature = "types", ts(optional, type = "FileInput[]"))]
        files ticket_message_files: Option<Vec<Attachment>> = Rule::each(&Rule::Code),
    }
}

/// *Guide*: a file has a name, the correct one of the nine types, and its content as a data URL.
/// Neither a size nor a number of files is documented, so neither is limited here.
pub(super) const FILES: Allowed = Allowed {
    types: AttachmentType::VALUES,
    hint: "send it as plain text, PNG, JPEG, GIF, TIFF, PDF, XLSX, DOCX or DOC",
    sends_data_urls: true,
    not_allowed: words!(
        "file_type_not_allowed",
        ["allowed", "found", "_file", "_name", "_hint"],
        "`{field}` ({_file}) is {_name}, which Kaufland does not accept",
        "{_hint}",
    ),
    not_as_declared: Some(words!(
        "file_type_not_allowed",
        ["allowed", "declared", "found", "_file", "_name", "_hint"],
        "`{field}` ({_file}) is {_name}, not {declared}",
        "{_hint}",
    )),
    ..Allowed::OF_MOST
};

impl Special for CreateTicketMessageParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        for (index, file) in self.ticket_message_files.iter().flatten().enumerate() {
            check::file(&FILES, file, &at("ticket_message_files", index), settings, violations);
        }
    }

    fn held_files(&self) -> Vec<&Attachment> {
        self.ticket_message_files.iter().flatten().filter_map(Attachment::sent_apart).collect()
    }

    /// Reads the ticket with its messages. If files were sent it reads the ticket's files too,
    /// because messages do not list theirs.
    fn find_again(&self, _now_ms: f64) -> Recovery {
        let files = self.ticket_message_files.as_ref().map_or(0, Vec::len);
        let wanted = object(&mut [("text", self.text.as_str().into()), ("files", files.into())]);
        find::in_ticket(&self.id_ticket, if files == 0 { &["messages"] } else { &["messages", "files"] }, wanted)
    }

    /// A message is recognised by its text, and by as many new files as were sent.
    fn judge(evidence: Evidence<'_>) -> Finding {
        let Evidence { wanted, before, after, .. } = evidence;
        let mut fresh = after.iter().flat_map(|seen| &seen.fresh);
        let role = |message: &Json| message.get("author").map_or("", |author| text(author, "role")).to_owned();
        let is_ours =
            |message: &Json| role(message) != "buyer" && same_words(text(message, "text"), text(wanted, "text"));
        if fresh.clone().any(is_ours) {
            let files = |seen: &[Seen]| {
                let list = seen.first().and_then(|seen| seen.rest.get("files")).and_then(Json::as_array);
                list.map_or(0, <[Json]>::len) as u64
            };
            let sent = wanted.get("files").and_then(Json::as_u64).unwrap_or_default();
            let have_arrived = files(after) >= files(before).saturating_add(sent);
            return if have_arrived { Finding::Found(Json::Absent) } else { Finding::Unclear };
        }
        // Another text of the seller may be this message after the marketplace changed it.
        if fresh.any(|message| role(message) == "seller") { Finding::Unclear } else { Finding::Absent }
    }
}

#[cfg(test)]
mod tests;
