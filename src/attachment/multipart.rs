//! Forms with files: `multipart/form-data` of known length, the files' bytes as they are.

use super::body::{Body, Encoding};

/// A form in the making.
#[derive(Debug)]
pub struct Multipart {
    boundary: String,
    body: Body,
}

impl Multipart {
    /// A form whose parts are told apart by a text that nobody can foresee: a file that held it could add parts.
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

    /// Adds a text.
    pub fn push_text(&mut self, name: &str, text: &str) {
        self.open(name, "");
        self.body.push_text(text);
        self.body.push_text("\r\n");
    }

    /// Adds the file with this index among the request's files.
    pub fn push_file(&mut self, name: &str, filename: &str, mime_type: &str, index: usize, size: u64) {
        // A mime type with a line break would end the part's head.
        let mime_type: String = mime_type.chars().filter(|c| !c.is_control()).collect();
        let more = format!("; filename=\"{}\"\r\nContent-Type: {mime_type}", quote(filename));
        self.open(name, &more);
        self.body.push_file(index, Encoding::Raw, size);
        self.body.push_text("\r\n");
    }

    /// The whole form.
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

/// A name as the HTML standard writes it into a part's head.
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
        form.push_file("file", "a\"b\r\n.png", "image/png\r\nX: y", 0, 3);
        let body = form.finish();
        let mut bytes = Vec::new();
        body.write_into(&[b"\x00\xff\r"], &mut bytes).unwrap();
        assert_eq!(body.len(), Some(bytes.len() as u64));
        let expected = b"--seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"message\"\r\n\r\nhello\r\n\
            --seller-tickets-n0nce\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0A.png\"\r\n\
            Content-Type: image/pngX: y\r\n\r\n\x00\xff\r\r\n--seller-tickets-n0nce--\r\n";
        assert_eq!(bytes, expected);
    }
}
