//! Reads an attachment from untyped input. Its rules are code, not a table.

use crate::attachment::{Attachment, Content, Found};
use crate::rules::input::{Fields, FromInput, join, wrong_type};
use crate::rules::rule::{Typed, ValueKind};
use crate::rules::value::{Given, Tree};
use crate::rules::violation::{Violation, Violations};
use crate::wire::json::Json;

/// Reads `{ filename, mime_type?, data }` with a data URL, or `{ filename, mime_type?, size, found?,
/// hint? }` for content that the host holds. `size` is `null` for a stream that has not been read
/// yet. `found` is absent until detection has run, and `null` if it could not identify the content.
/// A list of one file is that file: an input of a page has a list, whatever it may hold.
impl FromInput for Attachment {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let input = match input {
            Json::List(mut list) if list.len() == 1 => list.pop().unwrap_or_default(),
            other => other,
        };
        if !matches!(input, Json::Map(_) | Json::Absent) {
            violations.push(not_a_file(field, &input));
            return Self::default();
        }
        let mut fields = Fields::new(input, field, violations);
        let filename = fields.take("filename");
        let mut mime_type: Option<String> = fields.take("mime_type");
        let content = if fields.has("content") {
            // A host takes the content out of what is a file, so this is something else. It cannot
            // be judged any further.
            let other: Json = fields.take("content");
            fields.report(not_a_file(&join(field, "content"), &other));
            Content::Held { size: 0, found: None, hint: None }
        } else if fields.has("size") && !fields.has("data") {
            let has_found = fields.has("found");
            let size: Option<i64> = fields.take("size");
            let found: Option<String> = fields.take("found");
            // A type that is copied from a header may have parameters: `text/plain; charset=utf-8`.
            mime_type = mime_type.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
            Content::Held {
                size: size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                found: has_found.then(|| Found::from(found)),
                hint: fields.take("hint"),
            }
        } else if fields.has("data") {
            Content::DataUrl(fields.take("data"))
        } else {
            fields.report(not_a_file(&join(field, "data"), &Json::Absent));
            Content::DataUrl(String::new())
        };
        fields.deny_unknown(&["filename", "content", "mime_type", "data"]);
        Self { filename, mime_type, content }
    }
}

/// What to give in place of something that is no file. The facade's own functions say the same.
pub const FILE_HINT: &str = "give a `File`, a `Blob`, bytes, a `Response`, a stream, or one of them as `{ filename, \
                             content }`; of a path, `createReadStream(path)`, and of a text, \
                             `new TextEncoder().encode(text)`";

fn not_a_file(field: &str, input: &Json) -> Violation {
    Violation { hint: FILE_HINT.to_owned(), ..wrong_type(field, input, "a file") }
}

impl Typed for Attachment {
    const KIND: ValueKind = ValueKind::Other;
}

impl Given for Attachment {
    fn tree(&self) -> Tree<'_> {
        Tree::Late(self)
    }
}
