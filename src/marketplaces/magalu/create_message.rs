//! `POST /seller/v0/tickets/{ticket_id}/messages` writes a message; with a file, `POST
//! /seller/v1/tickets/{ticket_id}/messages` does.
//!
//! Sources: guide, the messages of a ticket; clients, for the limit of length and for the one file
//! of three types, which version 0 does not accept.

use super::Magalu;
use super::find::{self, Kind, Origin};
use super::model::{AttachmentType, Destination, Submitted};
use super::rules::{GIVEN, ID, check_plain};
use crate::attachment::Attachment;
use crate::attachment::check::{self, Allowed};
use crate::attachment::multipart::Multipart;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::value::Tree;
use crate::rules::violation::{EMPTY, Violations};
use crate::rules::words::{File, Text, words};
use crate::vendor::declare::{Overrides, endpoint};
use crate::vendor::evidence::{Evidence, Finding, object, text};
use crate::vendor::words::{has_mask, same_words};
use crate::vendor::{Parts, Recovery};

/// The path for messages with a file.
pub(super) const PATH_WITH_FILE: &str = "/seller/v1/tickets/{ticket_id}/messages";

endpoint! {
    "createMessage"(ticket_id) = POST "/seller/v0/tickets/{ticket_id}/messages" -> Submitted;

    /// A message. With a file it is sent to version 1 of the API as a form, without one to version
    /// 0 as JSON.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewMessage"))]
    pub struct CreateMessageParams of Magalu, keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path ticket_id: String = ID,
        // *Clients*: the limit.
        /// The text: 1 to 3000 characters. Moderation rejects personal data (CPF, Pix, email,
        /// telephone) later.
        body message: String = Rule::Text { min: 1, max: 3000 },
        /// The recipient.
        body destination: Destination = Rule::OneOf(Destination::VALUES),
        /// The person who writes.
        body owner: NewOwner = Rule::Object(NewOwner::TABLE),
        /// Your own reference; by default one of ours. It is returned with the message, whose id is still unknown when the
        /// API accepts it.
        body code: Option<String> = GIVEN,
        // The page on messages has them; the file itself goes with version 1.
        /// The files that the text is about, by name and type. Nothing of their content is sent;
        /// for that, give `file`, which goes without this list.
        body attachments: Option<Vec<NewAttachment>> = Rule::each(&Rule::Object(NewAttachment::TABLE)),
        // See FILE.
        /// A file: JPG, PNG or PDF of at most 25 MB. To send several files, write several messages.
        #[cfg_attr(feature = "types", ts(optional, type = "FileInput"))]
        code file: Option<Attachment> = Rule::Code,
    }
}

endpoint! {
    /// The person who writes.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewOwner"))]
    pub struct NewOwner, keep unknown {
        /// Your own system's id of the person.
        code: String = GIVEN,
        /// The person's name.
        name: String = GIVEN,
    }
}

endpoint! {
    /// A file that a message names, without its content.
    #[cfg_attr(feature = "types", ts(rename = "MagaluNewAttachment"))]
    pub struct NewAttachment, keep unknown {
        /// The file's name without the extension.
        file_name: String = GIVEN,
        /// The extension.
        file_extension: String = GIVEN,
        /// The file's mime type.
        file_type: String = GIVEN,
    }
}

/// *Clients*: JPG, PNG or PDF of at most 25 MB. The larger meaning of the limit applies, so that no
/// file is rejected that the API may accept. *Ours*: the content matches its declared type. The
/// content is sent decoded, so the type in a data URL is only one of the declarations.
pub(super) const FILE: Allowed = Allowed {
    marketplace: super::MAGALU.id,
    types: AttachmentType::VALUES,
    hint: "send it as JPG, PNG or PDF",
    max_bytes: Some((
        25 * 1024 * 1024,
        words!(
            "file_too_large",
            ["max", "size", "file"],
            "`{field}` ({file}) has {size} bytes, more than {max}",
            "send a smaller file",
        ),
    )),
    name: check_name,
    judges_url_types: false,
    mismatch: words!(
        "mime_type_mismatch",
        ["declared", "found", "file", "_name", "_found"],
        "`{field}` is `{declared}`, but {file} is {found}",
        "write {found}, or choose another file",
    ),
    not_allowed: words!(
        "file_type_not_allowed",
        ["allowed", "found", "file", "_name", "marketplace", "_hint"],
        "`{field}` ({file}) is {_name}, which Magalu does not accept",
        "{_hint}",
    ),
    ..Allowed::OF_MOST
};

/// *Ours*: a name without folders that a form can carry.
fn check_name(violations: &mut Violations, field: &str, name: &str) {
    let is_blank = name.trim().is_empty();
    if is_blank || name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        const HINT: &str = "give the file's name, such as photo.jpg";
        if is_blank {
            return violations.add(field, EMPTY, (Text(HINT),));
        }
        let words =
            words!("invalid_filename", ["value", "_hint"], "`{field}` is `{value}`, which is no file name", "{_hint}",);
        violations.add(field, words, (File(name), Text(HINT)));
    }
}

impl Overrides for CreateMessageParams {
    const TAKES_REFERENCE: bool = true;

    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        if let Some(file) = &self.file {
            check::file(&FILE, file, "file", settings, violations);
            check_plain(violations, &self.extra);
            if self.attachments.is_some() {
                let words = words!(
                    "not_both",
                    [],
                    "`{field}` and `file` exclude each other",
                    "leave it out: the file tells its own name and type",
                );
                violations.add("attachments", words, ());
            }
        }
    }

    /// With a file the request is a form, which uses its own names for the owner.
    fn place_more(&self, parts: Parts, settings: &Settings) -> Parts {
        let Some(file) = &self.file else { return parts };
        let mut form = Multipart::new(&settings.nonce);
        form.push_text("message", &self.message);
        form.push_text("destination", self.destination.as_str());
        form.push_text("owner_code", &self.owner.code);
        form.push_text("owner_name", &self.owner.name);
        if let Some(code) = &self.code {
            form.push_text("code", code);
        }
        for (name, value) in &self.extra {
            Tree::Json(value).texts().iter().for_each(|text| form.push_text(name, text));
        }
        // A file that was not inspected yet is inspected before it is sent; then its type is known.
        form.push_file("file", &file.filename, &file.resolve_mime_type().unwrap_or_default(), file, &mut 0);
        let parts = parts.header("Content-Type", form.content_type());
        Parts { template: Some(PATH_WITH_FILE), fault: None, ..parts.body(form.finish()) }
    }

    fn held_files(&self) -> Vec<&Attachment> {
        self.file.iter().filter_map(Attachment::sent_apart).collect()
    }

    fn caller_reference(&self) -> Option<&str> {
        self.code.as_deref()
    }

    fn refer_to(&mut self, reference: &str, _settings: &Settings) {
        self.code = Some(reference.to_owned());
    }

    fn lookup(&self, now_ms: f64) -> Recovery {
        let wanted = object(&mut [("code", self.code.as_deref().into()), ("message", self.message.as_str().into())]);
        find::look(Kind::Message, find::of_ticket("listMessages", &self.ticket_id), wanted, now_ms)
    }

    /// A message is recognised by its code, or by its text if it was sent without a code. Another
    /// message of the seller may be this one, changed by the marketplace, which may also show it as
    /// another sender's.
    fn finding_of(evidence: Evidence<'_>) -> Finding {
        find::finding_of(&evidence, Kind::Message, |message, wanted, code| {
            let shown = text(message, "message");
            let is_same = same_words(shown, text(wanted, "message"));
            let by_code = find::by_code(message, code);
            match message.get("sender").map_or("", |sender| text(sender, "type")) {
                _ if by_code != Origin::Unclear => by_code,
                "seller" if is_same => find::by_content(message, code),
                "seller" => Origin::Unclear,
                "customer" => Origin::Others,
                _ if is_same || has_mask(shown) => Origin::Unclear,
                _ => Origin::Others,
            }
        })
    }
}

#[cfg(test)]
mod tests;
