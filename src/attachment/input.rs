//! Reads an attachment from untyped input. Its rules are code, not a table.

use crate::attachment::{Attachment, Content, Found};
use crate::rules::input::{Fields, FromInput, Input, join};
use crate::rules::rule::{Given, Kind, Typed};
use crate::rules::violation::Figure::Text;
use crate::rules::violation::{Violations, words};

/// Reads `{ filename, mime_type?, data }` with a data URL, or `{ filename, mime_type?, size, found?
/// }` for content that the host holds. `size` is `null` for a stream that has not been read yet.
/// `found` is absent until detection has run, and `null` if it could not identify the content.
impl FromInput for Attachment {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        if report_text(&input, field, violations) {
            return Self { filename: String::new(), mime_type: None, content: Content::DataUrl(String::new()) };
        }
        let mut fields = Fields::new(input, field, violations);
        let filename = fields.take("filename");
        let mut mime_type: Option<String> = fields.take("mime_type");
        let content = if fields.has("size") && !fields.has("data") {
            let has_found = fields.has("found");
            let size: Option<i64> = fields.take("size");
            let found: Option<String> = fields.take("found");
            // The type of a Blob or a response may have parameters: `text/plain; charset=utf-8`.
            mime_type = mime_type.map(|text| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
            Content::Held {
                size: size.and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
                found: has_found.then(|| Found::from(found)),
            }
        } else {
            Content::DataUrl(fields.take("data"))
        };
        fields.deny_unknown(&["filename", "mime_type", "data"]);
        Self { filename, mime_type, content }
    }
}

/// Reports a text in place of a file or of its content, which may be a path or the content itself.
/// Returns whether there is one.
fn report_text(input: &Input, field: &str, violations: &mut Violations) -> bool {
    let inside = input.get("content").filter(|content| content.as_str().is_some());
    let at = match (input, inside) {
        (Input::Text(_), _) => field.to_owned(),
        (_, Some(_)) => join(field, "content"),
        _ => return false,
    };
    let words = words!(
        "wrong_type",
        ["expected"],
        "`{field}` is text, not {expected}",
        "give a File, a Blob or bytes; read a path first, and give text as bytes of UTF-8",
    );
    violations.add(&at, words, [Text("the content of a file")]);
    true
}

impl Typed for Attachment {
    const KIND: Kind = Kind::Other;
}

impl Given for Attachment {}
