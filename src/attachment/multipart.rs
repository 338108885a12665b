//! Forms with files: `multipart/form-data` of a known length. Files are sent unencoded.

use super::body::{Body, Encoding};
use super::{Attachment, Content};

/// A form that is being built.
#[derive(Debug)]
pub struct Multipart {
    boundary: String,
    body: Body,
}

impl Multipart {
    /// An empty form. The boundary between its parts is made of `nonce`, which must be
    /// unpredictable: a file that contained the boundary could add parts.
    #[must_use]
    pub fn new(nonce: &str) -> Self {
        let nonce: String = nonce.chars().filter(char::is_ascii_alphanumeric).take(48).collect();
        Self { boundary: format!("seller-tickets-{nonce}"), body: Body::new() }
    }

    /// The `Content-Type` that names the boundary.
    #[must_use]
    pub fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Adds a text field.
    pub fn push_text(&mut self, name: &str, text: &str) {
        self.open(name, "");
        self.body.push_text(text);
        self.body.push_text("\r\n");
    }

    /// Adds a file. `next_file` counts the files that have a segment of their own in the body; it
    /// starts at 0. The content of a data URL is decoded and becomes part of the text.
    pub fn push_file(&mut self, name: &str, filename: &str, mime_type: &str, file: &Attachment, next_file: &mut usize) {
        // A line break in the mime type would end the head of the part.
        let mime_type: String = mime_type.chars().filter(|c| !c.is_control()).collect();
        self.open(name, &format!("; filename=\"{}\"\r\nContent-Type: {mime_type}", quote(filename)));
        match &file.content {
            Content::DataUrl(_) => {
                let content = file.data_url().and_then(Result::ok).map(|url| url.decode());
                self.body.push_bytes(&content.unwrap_or_default());
            }
            Content::Bytes(_) | Content::Held { .. } => {
                self.body.push_file(*next_file, Encoding::Raw, file.size().unwrap_or_default());
                *next_file = next_file.saturating_add(1);
            }
        }
        self.body.push_text("\r\n");
    }

    /// The whole body of the form.
    #[must_use]
    pub fn finish(mut self) -> Body {
        self.body.push_text(&format!("--{}--\r\n", self.boundary));
        self.body
    }

    fn open(&mut self, name: &str, more: &str) {
        let head =
            format!("--{}\r\nContent-Disposition: form-data; name=\"{}\"{more}\r\n\r\n", self.boundary, quote(name));
        self.body.push_text(&head);
    }
}

/// A name as the HTML standard escapes it in the head of a part.
fn quote(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_has_its_parts_in_order() {
        let mut form = Multipart::new("n0n-ce\r\n");
        assert_eq!(form.content_type(), "multipart/form-data; boundary=seller-tickets-n0nce");
        form.push_text("message", "hello");
        let mut next = 0;
        let held = Attachment::new("", *b"\x00\xff\r");
        form.push_file("file", "a\"b\r\n.png", "image/png\r\nX: y", &held, &mut next);
        let encoded = Attachment::from_data_url("", "data:image/png;base64,AP8K");
        form.push_file("file", "c.png", "image/png", &encoded, &mut next);
        assert_eq!(next, 1);
        let body = form.finish();
        let mut bytes = Vec::new();
        body.write_into(&[b"\x00\xff\r"], &mut bytes).unwrap();
        assert_eq!(body.len(), Some(bytes.len() as u64));
        let expected = b"--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nhello\r\n\
            --seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0A.png\"\r\n\
            Content-Type: image/pngX: y\r\n\r\n\x00\xff\r\r\n\
            --seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.png\"\r\n\
            Content-Type: image/png\r\n\r\n\x00\xff\n\r\n--seller-tickets-n0nce--\r\n";
        assert_eq!(bytes, expected);
    }
}
