//! The files that uploads accept, and the form of an upload.
//!
//! A file is checked by its content. If the content identifies a type, the type must be allowed,
//! and the declared type must match it. Every `image/*` is allowed, so an image type that content
//! cannot identify (`image/jxl`, `image/vnd.adobe.photoshop`, …) is accepted as declared. A type
//! that content would identify (`image/png`) is not.

use super::names::{is_safe, safe_name};
use crate::attachment::check::{self, Allowed};
use crate::attachment::data_url::is_mime_type;
use crate::attachment::multipart::Multipart;
use crate::attachment::{Attachment, Found};
use crate::rules::rule::{Pattern, Rule};
use crate::rules::settings::Settings;
use crate::rules::violation::{EMPTY, Violations, check_text_length, unknown_mime_type};
use crate::rules::words::{Cut, File, NewName, Text, words};
use crate::vendor::Parts;
use crate::vendor::declare::Overrides;
use crate::wire::json::Json;

/// *Docs*: "16 MB" for a file. They do not say whether that is decimal or binary; a file within the
/// smaller limit is within both.
pub(super) const MAX_FILE_BYTES: u64 = 16_000_000;
/// *Models*: mime types.
const MAX_CONTENT_TYPE: usize = 128;
/// *Docs*: `image/*` stands for every image type.
pub(super) const TYPES: &[&str] = &[
    "text/plain",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/msword",
    "image/*",
];

/// *Docs*: an allowed type, at most 16 MB. *Ours*: a name from which a safe one can be made.
pub(super) const FILES: Allowed = Allowed {
    marketplace: super::JTL_SCX.id,
    types: TYPES,
    hint: "send it as plain text, an image, PDF, DOCX, XLSX, DOC or XLS",
    max_bytes: Some((
        MAX_FILE_BYTES,
        words!(
            "file_too_large",
            ["max", "size", "file"],
            "`{field}` ({file}) has {size} bytes, more than {max}",
            "choose a file of at most 16 MB",
        ),
    )),
    name: |violations, field, name| {
        if name.trim().is_empty() {
            violations.add(field, EMPTY, (Text("give the file's name, such as label.pdf"),));
        }
    },
    declared,
    not_allowed: words!(
        "file_type_not_allowed",
        ["allowed", "found", "file", "_name", "marketplace", "_hint"],
        "`{field}` ({file}) is {_name}, which SCX does not accept",
        "{_hint}",
    ),
    not_told: Some(words!(
        "unknown_file_type",
        ["allowed", "file", "declared", "marketplace", "_hint"],
        "`{field}` ({file}) is not {declared}",
        "{_hint}",
    )),
    ..Allowed::OF_MOST
};

/// A file that is sent under a name other than its own, so its own name is not checked.
const RENAMED: Allowed = Allowed { name: |_, _, _| {}, sends_name: false, ..FILES };

/// *Models*: `^\w+\.\w{1,10}$` for uploads. *Ours*: the same for announcements, whose files could
/// not be uploaded otherwise.
pub(super) const SAFE_NAME: Rule = Rule::Like {
    pattern: Pattern::new(r"^(?=.{3,256}$)\w+\.\w{1,10}$"),
    check: |violations, _, field, name| {
        if !is_safe(name) {
            let better = safe_name(&Attachment::new(name, Vec::new()));
            let words = words!(
                "invalid_filename",
                ["value", "safe", "_safe"],
                "`{field}` is `{value}`, which uploads do not take",
                "write letters, digits and underscores, a dot and an extension, such as {_safe}",
            );
            violations.add(field, words, (File(name), NewName(&better), Cut(&better)));
        }
    },
};

/// An allowed type. The pattern lists the most common ones.
pub(super) const CONTENT_TYPE: Rule = Rule::Like {
    pattern: Pattern::new(r"^(?:text/plain|application/(?:pdf|msword)|image/(?:png|jpeg|gif|webp))$"),
    check: |violations, settings, field, mime_type| declared(violations, settings, field, mime_type, &FILES),
};

fn declared(violations: &mut Violations, settings: &Settings, field: &str, mime_type: &str, allowed: &Allowed) {
    check_text_length(violations, field, mime_type, 1, MAX_CONTENT_TYPE);
    let may_be_new = settings.allow_unknown_values && is_mime_type(mime_type);
    if !allowed.takes(mime_type) && !may_be_new && !mime_type.is_empty() {
        violations.push(unknown_mime_type(field, mime_type, allowed.types, allowed.marketplace));
    }
}

/// Returns the type under which a file is announced and uploaded.
pub(super) fn mime_type(file: &Attachment) -> String {
    file.resolve_mime_type().unwrap_or_default().into_owned()
}

/// The parameters of an upload, which are the same on both sides except for the path.
pub(super) trait Uploads {
    /// Returns the upload.
    fn upload(&self) -> Upload<'_>;
}

impl<T: Uploads> Overrides for T {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        self.upload().check(settings, violations);
    }

    fn place_more(&self, parts: Parts, settings: &Settings) -> Parts {
        self.upload().place(parts, settings)
    }

    fn held_files(&self) -> Vec<&Attachment> {
        self.upload().file.sent_apart().into_iter().collect()
    }
}

/// An upload of a channel or a seller.
#[derive(Debug)]
pub(super) struct Upload<'a> {
    /// The `sellerId` of the ticket or the reply.
    pub seller_id: &'a str,
    /// The ticket's id.
    pub ticket_id: &'a str,
    /// The announced name, unless it is the file's own, made safe.
    pub filename: Option<&'a str>,
    /// The file.
    pub file: &'a Attachment,
    /// Undocumented fields.
    pub extra: &'a [(String, Json)],
}

impl Upload<'_> {
    /// Reports everything that is wrong with the file.
    pub fn check(&self, settings: &Settings, violations: &mut Violations) {
        let allowed = if self.filename.is_some() { &RENAMED } else { &FILES };
        check::file(allowed, self.file, "file", settings, violations);
        if let (Some(name), Some(Found::Type(found))) = (self.filename, self.file.inspect())
            && FILES.takes(&found)
        {
            check::name_fits(violations, "filename", name, &found);
        }
    }

    /// Returns the request with its form: first the ids of the ticket as JSON, then the file.
    pub fn place(&self, parts: Parts, settings: &Settings) -> Parts {
        let filename = self.filename.map_or_else(|| safe_name(self.file), str::to_owned);
        let mut data = vec![
            ("sellerId".to_owned(), self.seller_id.into()),
            ("ticketId".to_owned(), self.ticket_id.into()),
            ("filename".to_owned(), filename.as_str().into()),
        ];
        data.extend_from_slice(self.extra);
        let mut form = Multipart::new(&settings.nonce);
        form.push_text("attachmentData", &Json::Map(data).to_string());
        form.push_file("attachment", &filename, &mime_type(self.file), self.file, &mut 0);
        parts.header("Content-Type", form.content_type()).body(form.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check as check_call, shown, ticket};
    use super::*;
    use crate::attachment::Content;
    use crate::marketplaces::testing::{codes, expected, tolerant};
    use crate::rules::violation::Violation;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    /// Returns the rules that one file breaks, by the part of the path after `file`. They are the
    /// same in every operation that takes a file.
    fn file_breaks(settings: &Settings, file: &Value) -> Vec<(String, String)> {
        let strip = |prefix: &str, list: Vec<Violation>| -> Vec<_> {
            codes(list).into_iter().map(|(field, code)| (field.replacen(prefix, "file", 1), code)).collect()
        };
        let alone = json!([{ "sellerId": "1", "ticketId": "1", "file": file }]);
        let found = strip("file", check_call(settings, "uploadAttachment", &alone));
        let together = ticket(json!({ "files": [file] }));
        assert_eq!(strip("files[0]", check_call(settings, "createTicket", &together)), found, "{file}");
        found
    }

    #[test]
    fn files_have_a_name_a_size_and_a_type() {
        let file = |more: Value| {
            let mut file = json!({ "filename": "Ä b.png", "size": 9, "found": "image/png" });
            file.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            file
        };
        for (more, list) in [
            (json!({}), &[][..]),
            (json!({ "filename": "no extension" }), &[]),
            (json!({ "filename": "" }), &[("file.filename", "required")]),
            (json!({ "filename": " " }), &[("file.filename", "required")]),
            (json!({ "filename": null }), &[("file.filename", "required")]),
            (json!({ "size": 16_000_000 }), &[]),
            (json!({ "size": 16_000_001 }), &[("file", "file_too_large")]),
            (
                json!({ "size": 16_777_217, "found": null }),
                &[("file", "file_too_large"), ("file", "unknown_file_type")],
            ),
            (json!({ "size": 0, "found": null }), &[("file", "empty_file")]),
            (json!({ "size": 1, "found": null }), &[("file", "unknown_file_type")]),
            (json!({ "lastModified": 5 }), &[("file.lastModified", "unknown_field")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &file(more.clone())), expected(list), "{more}");
        }
        // The size of a stream is unknown until it is read.
        assert_eq!(file_breaks(&Settings::default(), &json!({ "filename": "f", "size": null })), []);
    }

    #[test]
    fn content_decides_and_declarations_fit() {
        let held = |says: Option<&str>, found: Option<&str>| json!({ "filename": "f", "size": 9, "mime_type": says, "found": found });
        let docx = TYPES[2];
        let mismatch = [("file.mime_type", "mime_type_mismatch")];
        let not_allowed = [("file", "file_type_not_allowed")];
        let unknown = [("file", "unknown_file_type")];
        for mime_type in TYPES.iter().copied().filter(|known| *known != "image/*").chain([
            "image/png",
            "image/svg+xml",
            "image/heic",
        ]) {
            assert_eq!(file_breaks(&Settings::default(), &held(Some(mime_type), Some(mime_type))), []);
            assert_eq!(file_breaks(&Settings::default(), &held(None, Some(mime_type))), []);
        }
        for (says, found, list) in [
            // Another name for an image type.
            (Some("image/jpg"), Some("image/jpeg"), &[][..]),
            (Some("image/heif"), Some("image/heic"), &[]),
            // An image type that content cannot identify is accepted as declared; one that it would
            // identify is not.
            (Some("image/jxl"), None, &[]),
            (Some("image/vnd.adobe.photoshop"), None, &[]),
            (Some("image/png"), None, &unknown),
            (Some("image/heic"), None, &unknown),
            (Some("application/pdf"), None, &unknown),
            (Some("text/plain"), None, &unknown),
            (None, None, &unknown),
            // Allowed, but different from the declared type.
            (Some("image/png"), Some("image/jpeg"), &mismatch),
            (Some("image/jxl"), Some("text/plain"), &mismatch),
            (Some("text/plain"), Some("application/pdf"), &mismatch),
            (Some("application/msword"), Some(docx), &mismatch),
            // Not allowed.
            (Some("image/png"), Some("application/zip"), &not_allowed),
            (Some("application/msword"), Some("application/rtf"), &not_allowed),
            (Some(docx), Some("application/vnd.ms-word.document.macroEnabled.12"), &not_allowed),
            (None, Some("video/mp4"), &not_allowed),
            (Some("video/mp4"), Some("video/mp4"), &[("file.mime_type", "mime_type_not_allowed")]),
            (Some("text/csv"), Some("text/plain"), &[("file.mime_type", "mime_type_not_allowed")]),
            (Some("image/*"), Some("image/png"), &[("file.mime_type", "mime_type_not_allowed")]),
            (Some(""), Some("image/png"), &[("file.mime_type", "too_short")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &held(says, found)), expected(list), "{says:?} {found:?}");
        }
        for (says, found) in
            [(Some("text/csv"), Some("text/plain")), (Some("video/mp4"), None), (None, Some("video/mp4"))]
        {
            assert_eq!(file_breaks(&tolerant(), &held(says, found)), [], "{says:?} {found:?}");
        }
        assert_eq!(file_breaks(&tolerant(), &held(Some("image/png"), Some("video/mp4"))), expected(&not_allowed));
    }

    #[test]
    fn a_guess_is_a_hint_and_a_name_is_a_statement() {
        let held = |filename: &str, hint: &str, found: Option<&str>| json!({ "filename": filename, "size": 9, "hint": hint, "found": found });
        let lies = [("file.filename", "filename_mismatch")];
        for (file, list) in [
            (held("f", "text/csv", Some("text/plain")), &[][..]),
            (held("f", "image/jpg", Some("image/jpeg")), &[]),
            (held("f", "video/mp4", Some("application/pdf")), &[]),
            // Content of these types tells nothing, and the guess is all there is.
            (held("f.jxl", "image/jxl", None), &[]),
            (held("f", "image/png", None), &[("file", "unknown_file_type")]),
            (held("f", "application/pdf", None), &[("file", "unknown_file_type")]),
            (held("f.png", "image/png", Some("image/jpeg")), &lies),
            (held("f.pdf", "image/png", Some("image/png")), &lies),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &file), expected(list), "{file}");
        }
        let [_, _, _, body] = shown("createTicket", &ticket(json!({ "files": [held("f.jxl", "image/jxl", None)] })));
        assert!(body.contains(r#""contentType":"image/jxl""#), "{body}");
        // The announced name is the one that is sent.
        let upload = |filename: &str| {
            let file = held("f.png", "", Some("application/pdf"));
            codes(check_call(
                &Settings::default(),
                "uploadAttachment",
                &json!([{ "sellerId": "1", "ticketId": "1", "filename": filename, "file": file }]),
            ))
        };
        assert_eq!(upload("f.pdf"), []);
        assert_eq!(upload("f.png"), expected(&[("filename", "filename_mismatch")]));
    }

    #[test]
    fn data_urls_are_looked_into() {
        const PNG: &str = "iVBORw0KGgo=";
        let file = |says: Option<&str>, data: &str| json!({ "filename": "f.png", "mime_type": says, "data": data });
        for (says, data, list) in [
            (Some("image/png"), format!("data:image/png;base64,{PNG}"), &[][..]),
            (None, format!("data:image/png;base64,{PNG}"), &[]),
            (Some("image/png"), format!("data:application/octet-stream;base64,{PNG}"), &[]),
            (Some("image/gif"), format!("data:image/png;base64,{PNG}"), &[("file.mime_type", "mime_type_mismatch")]),
            (None, format!("data:image/gif;base64,{PNG}"), &[("file.data", "mime_type_mismatch")]),
            (None, format!("data:video/mp4;base64,{PNG}"), &[("file.data", "mime_type_not_allowed")]),
            (None, PNG.to_owned(), &[("file.data", "data_url_scheme")]),
            (None, "data:image/png;base64,iVBORw0".to_owned(), &[("file.data", "base64_padding")]),
            (None, "data:image/png;base64,".to_owned(), &[("file", "empty_file")]),
        ] {
            assert_eq!(file_breaks(&Settings::default(), &file(says, &data)), expected(list), "{says:?} {data}");
        }
    }

    #[test]
    fn bytes_in_memory_are_looked_at() {
        let judged = |file: Attachment| {
            let mut violations = Violations::new();
            check::file(&FILES, &file, "file", &Settings::default(), &mut violations);
            codes(violations.into_vec())
        };
        assert_eq!(judged(Attachment::new("a", b"%PDF-1.4\n")), []);
        assert_eq!(judged(Attachment::new("a", b"\0\x01")), expected(&[("file", "unknown_file_type")]));
        assert_eq!(judged(Attachment::new("a", Vec::new())), expected(&[("file", "empty_file")]));
    }

    proptest! {
        #[test]
        fn a_file_that_passes_is_of_an_allowed_type(
            says in proptest::option::of("image/(png|jpg|jpeg|jxl|x-y)|text/(plain|csv)|application/(pdf|zip|msword)|\\PC{0,9}"),
            found in proptest::option::of("image/(png|jpeg|heic)|text/plain|application/(pdf|zip|msword)"),
        ) {
            let content_held = Content::Held { size: 1, found: Some(Found::from(found.clone())), hint: None };
            let file = Attachment { filename: "f".to_owned(), mime_type: says.clone(), content: content_held };
            let mut violations = Violations::new();
            check::file(&FILES, &file, "file", &Settings::default(), &mut violations);
            if violations.is_empty() {
                prop_assert!(FILES.takes(&file.resolve_mime_type().unwrap()));
                prop_assert!(found.as_deref().map_or_else(|| says.is_some(), |found| FILES.takes(found)));
            }
        }
    }
}
