//! File names that both announcements and uploads accept.
//!
//! A ticket accepts any name of 1 to 256 characters, but the upload only `^\w+\.\w{1,10}$`. So a
//! name is made safe once, and announced and uploaded in that form. `\w` is ASCII here, as in the
//! vendor's own checks. Letters are mapped in their composed form, because some systems write `ö` as
//! `o` and a mark.

use crate::attachment::{Attachment, FileType, Found};
use crate::wire::unicode::composed;

/// The longest name that a ticket can announce.
pub(super) const MAX_LENGTH: usize = 256;
const MAX_EXTENSION: usize = 10;

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_extension(text: &str) -> bool {
    is_word(text) && text.len() <= MAX_EXTENSION
}

/// Returns whether the upload accepts this name.
#[must_use]
pub fn is_safe(name: &str) -> bool {
    name.len() <= MAX_LENGTH && name.split_once('.').is_some_and(|(stem, end)| is_word(stem) && is_extension(end))
}

/// Returns the names under which `files` are announced and uploaded. Each is safe, and unique in
/// the ticket, which already uses the names in `taken`. A safe name that is not taken stays
/// unchanged.
///
/// ```
/// use seller_tickets::attachment::Attachment;
/// use seller_tickets::marketplaces::jtl_scx::names::safe_names;
///
/// let file = |name: &str| Attachment::new(name, *b"\x89PNG\r\n\x1a\n");
/// let names = safe_names(&["a_b.png"], &[file("Größe (1).png"), file("a b.png"), file("scan")]);
/// assert_eq!(names, ["Groesse_1.png", "a_b_2.png", "scan.png"]);
/// ```
#[must_use]
pub fn safe_names(taken: &[&str], files: &[Attachment]) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(files.len());
    for file in files {
        let (stem, extension) = safe_parts(file);
        let free = |name: &String| {
            let same = |other: &str| other.eq_ignore_ascii_case(name);
            !taken.iter().any(|other| same(other)) && !names.iter().any(|other| same(other))
        };
        // There are fewer names than numbers, so one of them is free.
        let all = taken.len().saturating_add(names.len()).saturating_add(2);
        let numbered = (2..=all).map(|number| joined(&stem, &format!("_{number}"), &extension));
        names.extend(std::iter::once(joined(&stem, "", &extension)).chain(numbered).find(free));
    }
    names
}

/// Returns the name of a single file.
#[must_use]
pub fn safe_name(file: &Attachment) -> String {
    let (stem, extension) = safe_parts(file);
    joined(&stem, "", &extension)
}

fn joined(stem: &str, number: &str, extension: &str) -> String {
    let room = MAX_LENGTH.saturating_sub(number.len()).saturating_sub(extension.len()).saturating_sub(1);
    let stem = stem.get(..room).unwrap_or(stem);
    [stem, number, ".", extension].concat()
}

fn safe_parts(file: &Attachment) -> (String, String) {
    let name = composed(file.filename.trim());
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if is_extension(extension) => (stem, extension.to_owned()),
        _ => (&*name, extension_of(file)),
    };
    // A name that has only word characters keeps its underscores.
    (if is_word(stem) { stem.to_owned() } else { word(stem) }, extension)
}

/// Returns the text in ASCII letters, digits and single underscores.
fn word(text: &str) -> String {
    let mut word = String::new();
    for c in text.chars() {
        match c {
            'ä' => word.push_str("ae"),
            'ö' => word.push_str("oe"),
            'ü' => word.push_str("ue"),
            'Ä' => word.push_str("Ae"),
            'Ö' => word.push_str("Oe"),
            'Ü' => word.push_str("Ue"),
            'ß' => word.push_str("ss"),
            _ if c.is_ascii_alphanumeric() => word.push(c),
            _ if word.is_empty() || word.ends_with('_') => {}
            _ => word.push('_'),
        }
    }
    word.truncate(word.trim_end_matches('_').len());
    if word.is_empty() { "file".to_owned() } else { word }
}

/// Returns an extension for a file whose name has none that the upload accepts.
fn extension_of(file: &Attachment) -> String {
    // The type that the content shows takes precedence over the declared one.
    let mime_type = match file.inspect() {
        Some(Found::Type(found)) => found,
        _ => file.resolve_mime_type().unwrap_or_default().into_owned(),
    };
    let known = FileType::from_mime_type(&mime_type).and_then(|known| known.extensions().first().copied());
    let subtype = mime_type.rsplit('/').next().unwrap_or_default();
    known.or(Some(subtype).filter(|subtype| is_extension(subtype))).unwrap_or("bin").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::Content;
    use proptest::prelude::*;

    fn held(name: &str, mime_type: Option<&str>, found: Option<&str>) -> Attachment {
        let found = Some(found.map_or(Found::Unknown, |found| Found::Type(found.to_owned())));
        let content = Content::Held { size: 1, found, hint: None };
        Attachment { filename: name.to_owned(), mime_type: mime_type.map(str::to_owned), content }
    }

    fn named(name: &str) -> String {
        safe_name(&held(name, None, Some("image/png")))
    }

    #[test]
    fn what_the_upload_takes() {
        let long = format!("{}.png", "a".repeat(252));
        for good in ["a.b", "RedDot.png", "_._", "a__b.PNG", "1.0123456789", long.as_str()] {
            assert!(is_safe(good), "{good}");
        }
        let too_long = format!("{}.png", "a".repeat(253));
        for bad in [
            "",
            ".",
            "a",
            "a.",
            ".png",
            "a.b.c",
            "a b.png",
            "a-b.png",
            "ä.png",
            "a.pñg",
            "a.01234567890",
            "a.p g",
            "a/b.png",
            "a.png\n",
            too_long.as_str(),
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_made_safe() {
        for (name, safe) in [
            ("RedDot.png", "RedDot.png"),
            ("a__b_.png", "a__b_.png"),
            ("Größe Übersicht.PNG", "Groesse_Uebersicht.PNG"),
            ("Gro\u{308}\u{df}e U\u{308}bersicht.PNG", "Groesse_Uebersicht.PNG"),
            ("nai\u{308}ve.png", "na_ve.png"),
            ("Foto (1).jpeg", "Foto_1.jpeg"),
            ("  label - front.png ", "label_front.png"),
            ("report.tar.gz", "report_tar.gz"),
            ("C:\\fakepath\\a.png", "C_fakepath_a.png"),
            ("../../etc/passwd.txt", "etc_passwd.txt"),
            (".png", "file.png"),
            ("照片.png", "file.png"),
            ("naïve.png", "na_ve.png"),
            ("a\u{0}b\n.png", "a_b.png"),
            // The upload accepts no extension of this name, so the content decides.
            ("scan", "scan.png"),
            ("scan.", "scan.png"),
            ("v1.2 final", "v1_2_final.png"),
            ("a.photoshopdoc", "a_photoshopdoc.png"),
            ("", "file.png"),
        ] {
            assert_eq!(named(name), safe, "{name:?}");
        }
        for (mime_type, found, safe) in [
            (Some("application/pdf"), None, "a.pdf"),
            (Some("image/jxl"), None, "a.jxl"),
            (Some("image/vnd.adobe.photoshop"), None, "a.bin"),
            (Some("image/svg+xml"), None, "a.svg"),
            (None, None, "a.bin"),
            (Some("image/jpeg"), Some("application/msword"), "a.doc"),
        ] {
            assert_eq!(safe_name(&held("a", mime_type, found)), safe);
        }
    }

    #[test]
    fn no_name_is_twice_in_a_ticket() {
        let files: Vec<_> =
            ["a b.png", "a_b.png", "A B.PNG", "a-b.png", "c.png"].map(|name| held(name, None, None)).into();
        assert_eq!(safe_names(&[], &files), ["a_b.png", "a_b_2.png", "A_B_3.PNG", "a_b_4.png", "c.png"]);
        assert_eq!(safe_names(&["C.PNG"], &files)[4], "c_2.png");
        let long: Vec<_> = (0..3).map(|_| held(&format!("{}.png", "x".repeat(300)), None, None)).collect();
        let names = safe_names(&[], &long);
        assert!(names.iter().all(|name| is_safe(name) && name.len() == MAX_LENGTH));
        assert!(names[1].ends_with("x_2.png") && names[2].ends_with("x_3.png"));
    }

    proptest! {
        #[test]
        fn any_names_become_safe_and_stay_so(
            names in proptest::collection::vec("\\PC{0,12}|[ab _.-]{0,6}(\\.[a-z]{0,12})?", 0..10),
            taken in proptest::collection::vec("[ab_]{1,3}\\.[a-z]{1,3}", 0..4),
        ) {
            let files: Vec<_> = names.iter().map(|name| held(name, None, Some("image/png"))).collect();
            let taken: Vec<&str> = taken.iter().map(String::as_str).collect();
            let safe = safe_names(&taken, &files);
            prop_assert_eq!(safe.len(), files.len());
            let mut seen: std::collections::HashSet<_> = taken.iter().map(|name| name.to_ascii_lowercase()).collect();
            for name in &safe {
                prop_assert!(is_safe(name), "{name}");
                prop_assert!(seen.insert(name.to_ascii_lowercase()), "{name} is twice");
            }
            let again: Vec<_> = safe.iter().map(|name| held(name, None, Some("image/png"))).collect();
            prop_assert_eq!(safe_names(&taken, &again), safe);
        }
    }
}
