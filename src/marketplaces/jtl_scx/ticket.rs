//! The common parts of tickets and replies: the author, and the files that they announce.
#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::files::{self, CONTENT_TYPE, FILES, SAFE_NAME};
use super::model::ScxRole;
use super::names::safe_names;
use crate::attachment::{Attachment, check};
use crate::rules::input::{at, join};
use crate::rules::obey::obey;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::rules::words::{Count, File, words};
use crate::vendor::declare::endpoint;
use crate::wire::repeats::repeats;

/// *Source*: the most files of a ticket.
pub(super) const MAX_FILES: usize = 10;

endpoint! {
    /// The author of a ticket or a reply.
    #[cfg_attr(feature = "types", ts(rename = "ScxAuthorParams"))]
    pub struct AuthorParams, keep unknown {
        /// The role of the author.
        role: ScxRole = Rule::OneOf(ScxRole::VALUES),
        // *Models*: the limit.
        /// The name of the author: at most 100 characters.
        name: Option<String> = Rule::Text { min: 0, max: 100 },
    }
}

endpoint! {
    /// A file that is announced, and then uploaded with `uploadAttachment` under the same name.
    #[cfg_attr(feature = "types", ts(rename = "ScxAttachmentParams"))]
    pub struct AttachmentParams, keep unknown {
        /// The name: ASCII letters, digits and underscores, a dot, and an extension of at most 10
        /// of them.
        filename: String = SAFE_NAME,
        /// The mime type: at most 128 characters.
        contentType: String = CONTENT_TYPE,
    }
}

/// Checks the files that a ticket announces, and the files that are passed with it. *Source*: ten
/// at most. *Ours*: two files with the same name would become one.
pub(super) fn check_files(
    announced: &Option<Vec<AttachmentParams>>,
    held: &Option<Vec<Attachment>>,
    settings: &Settings,
    violations: &mut Violations,
) {
    let announced = announced.as_deref().unwrap_or_default();
    let held = held.as_deref().unwrap_or_default();
    let count = announced.len().saturating_add(held.len());
    if count > MAX_FILES {
        let field = if held.is_empty() { "attachment" } else { "files" };
        let words = words!(
            "too_many_files",
            ["max", "length"],
            "`{field}` makes it {length} files, more than {max}",
            "send at most {max} with one ticket",
        );
        violations.add(field, words, (Count(MAX_FILES), Count(count)));
    }
    let repeats = repeats(announced.iter().map(|file| file.filename.clone()));
    for (index, (file, is_repeated)) in announced.iter().zip(repeats).enumerate() {
        let field = at("attachment", index);
        obey(file, &field, settings, violations);
        if is_repeated {
            let words = words!(
                "duplicate_filename",
                ["value"],
                "`{field}` is `{value}`, which another file of the ticket has",
                "give each file a name of its own",
            );
            violations.add(&join(&field, "filename"), words, (File(&file.filename),));
        }
    }
    for (index, file) in held.iter().enumerate() {
        check::file(&FILES, file, &at("files", index), settings, violations);
    }
}

/// Returns all files that a ticket announces: first the announced ones, then those that are passed
/// with it, under safe names.
pub(super) fn announced(announced: &Option<Vec<AttachmentParams>>, held: &[Attachment]) -> Vec<AttachmentParams> {
    let announced = announced.as_deref().unwrap_or_default();
    let taken: Vec<_> = announced.iter().map(|file| file.filename.as_str()).collect();
    let held = safe_names(&taken, held).into_iter().zip(held).map(|(filename, file)| AttachmentParams {
        filename,
        contentType: files::mime_type(file),
        extra: Vec::new(),
    });
    announced.iter().cloned().chain(held).collect()
}

#[cfg(test)]
mod tests {
    use super::super::files::TYPES;
    use super::super::tests::{breaks, check, reply, shown, ticket};
    use crate::marketplaces::testing::{codes, expected, tolerant};
    use crate::rules::settings::Settings;
    use serde_json::{Value, json};

    #[test]
    fn files_are_announced_as_they_will_be_uploaded() {
        let held = |name: &str, mime_type: Option<&str>, found: &str| json!({ "filename": name, "mime_type": mime_type, "size": 9, "found": found });
        let announced = json!({ "filename": "Foto_1.png", "contentType": "image/png", "size": 5 });
        let arguments = ticket(json!({ "attachment": [announced], "files": [
            held("Foto 1.png", None, "image/png"),
            held("letter", Some("application/pdf"), "application/pdf"),
            { "filename": "ü.txt", "data": "data:text/plain;base64,aGVsbG8=" },
        ] }));
        let [_, _, _, body] = shown("createTicket", &arguments);
        let body: Value = serde_json::from_str(&body).unwrap();
        let expected = json!([
            announced,
            { "filename": "Foto_1_2.png", "contentType": "image/png" },
            { "filename": "letter.pdf", "contentType": "application/pdf" },
            { "filename": "ue.txt", "contentType": "text/plain" },
        ]);
        assert_eq!(body["attachment"], expected);
        assert_eq!(body.get("files"), None);
    }

    #[test]
    fn a_ticket_has_ten_files_at_most() {
        let announced = |count: usize| -> Vec<Value> {
            (0..count).map(|n| json!({ "filename": format!("a{n}.png"), "contentType": "image/png" })).collect()
        };
        let files = |count| vec![json!({ "filename": "a.png", "size": 1, "found": "image/png" }); count];
        for (operation, make) in [("createTicket", ticket as fn(Value) -> Value), ("seller.replyToTicket", reply)] {
            for (one, two) in [(0, 0), (10, 0), (0, 10), (4, 6)] {
                breaks(operation, make(json!({ "attachment": announced(one), "files": files(two) })), &[]);
            }
            for (one, two, field) in [(11, 0, "attachment"), (0, 11, "files"), (5, 6, "files")] {
                let more = json!({ "attachment": announced(one), "files": files(two) });
                breaks(operation, make(more), &[(field, "too_many_files")]);
            }
        }
    }

    #[test]
    fn announced_files_can_be_uploaded() {
        let announce = |filename: Value, content_type: Value| {
            let first = json!({ "filename": "first.png", "contentType": "image/png" });
            ticket(json!({ "attachment": [first, { "filename": filename, "contentType": content_type }] }))
        };
        let (name, kind) = ("attachment[1].filename", "attachment[1].contentType");
        let long = |length: usize| format!("image/{}", "x".repeat(length - 6));
        for content_type in TYPES.iter().copied().filter(|known| *known != "image/*").chain([
            "image/png",
            "image/x-new+xml",
            &long(128),
        ]) {
            breaks("createTicket", announce(json!("a.b"), json!(content_type)), &[]);
        }
        for (filename, content_type, list) in [
            ("a b.png", "image/png", &[(name, "invalid_filename")][..]),
            ("", "image/png", &[(name, "invalid_filename")]),
            ("first.png", "image/png", &[(name, "duplicate_filename")]),
            ("a.zip", "application/zip", &[(kind, "mime_type_not_allowed")]),
            ("a.png", "image/", &[(kind, "mime_type_not_allowed")]),
            ("a.png", "image/png; q=1", &[(kind, "mime_type_not_allowed")]),
            ("a.png", "", &[(kind, "too_short")]),
            ("a.png", &format!("image/{}", "x".repeat(123)), &[(kind, "too_long")]),
        ] {
            breaks("createTicket", announce(json!(filename), json!(content_type)), list);
        }
        assert_eq!(check(&tolerant(), "createTicket", &announce(json!("a.zip"), json!("application/zip"))), []);
        assert_eq!(
            codes(check(&tolerant(), "createTicket", &announce(json!("a.zip"), json!("zip")))),
            expected(&[(kind, "mime_type_not_allowed")])
        );
        let list = check(&Settings::default(), "createTicket", &announce(json!("Größe 1.png"), json!("image/png")));
        assert_eq!(list[0].params["safe"], json!("Groesse_1.png"));
        assert!(list[0].hint.contains("Groesse_1.png"));
    }
}
