//! The normal form of texts.

use std::borrow::Cow;

/// Returns a text in Unicode's Normalization Form C, in which an umlaut is one character. File
/// systems and input methods write some letters as a base letter and a mark; both forms look alike.
#[must_use]
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(compose(text)) }
}

/// A host's own tables are up to date and cost nothing; those of the crate would be a tenth of a
/// module.
#[cfg(all(target_arch = "wasm32", target_os = "unknown", any(feature = "js", feature = "fetch")))]
fn compose(text: &str) -> String {
    js_sys::JsString::from(text).normalize("NFC").into()
}

#[cfg(not(all(target_arch = "wasm32", target_os = "unknown", any(feature = "js", feature = "fetch"))))]
fn compose(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_join_their_letters() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("Gro\u{308}\u{df}e", "Größe"),
            ("Größe", "Größe"),
            ("e\u{301}\u{323}", "ẹ\u{301}"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("x\u{308}", "ẍ"),
            ("\u{212b}", "\u{c5}"),
        ] {
            assert_eq!(composed(text), expected);
        }
    }
}
