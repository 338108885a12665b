//! The equality of texts. Marketplaces normalise what they store: line ends, blanks, composed
//! characters, HTML entities; and some mask contact data.

use crate::wire::unicode::composed;

/// The accents in the names of HTML entities: `&auml;`.
const NAMED: [(&str, char); 8] = [
    ("grave", '\u{300}'),
    ("acute", '\u{301}'),
    ("circ", '\u{302}'),
    ("tilde", '\u{303}'),
    ("uml", '\u{308}'),
    ("ring", '\u{30a}'),
    ("cedil", '\u{327}'),
    ("caron", '\u{30c}'),
];
/// A marketplace may escape what the caller has escaped.
const MAX_ESCAPES: u32 = 4;
/// The longest name of an entity that is decoded, with its semicolon.
const MAX_NAME: usize = 10;
/// What stands in the place of contact data.
const MASK: &str = "***";
/// A telephone number or a CPF has at least as many digits.
const MIN_DIGITS: usize = 5;
/// The bytes of the longest e-mail address. A mask hides no more than that, so a comparison takes
/// no long time, whatever the texts are.
const MAX_CONTACT: usize = 320;

/// Returns whether a marketplace shows `wanted` as `shown`: the texts differ at most in what
/// marketplaces normalise, and in contact data that is masked.
pub fn same_words(shown: &str, wanted: &str) -> bool {
    let (shown, wanted) = (normal(shown), normal(wanted));
    shown == wanted || is_masked(&shown, &wanted)
}

/// Returns whether `shown` may be any text, because something in it is masked.
pub fn has_mask(shown: &str) -> bool {
    split_mask(shown).is_some()
}

/// Returns the form that all spellings of a text share.
fn normal(text: &str) -> String {
    let mut decoded = text.to_owned();
    for _ in 0..MAX_ESCAPES {
        let next = decode(&decoded);
        if next == decoded {
            break;
        }
        decoded = next;
    }
    let mut out = String::with_capacity(decoded.len());
    for word in decoded.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    composed(&out).into_owned()
}

/// Decodes the HTML entities once.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((head, tail)) = rest.split_once('&') {
        out.push_str(head);
        rest = match entity(tail) {
            Some((base, mark, after)) => {
                out.push(base);
                out.extend(mark);
                after
            }
            None => {
                out.push('&');
                tail
            }
        };
    }
    out.push_str(rest);
    out
}

/// Reads an entity behind its `&`, and returns its characters and the text behind it.
fn entity(text: &str) -> Option<(char, Option<char>, &str)> {
    let end = text.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    let (name, rest) = text.split_at_checked(end)?;
    let after = rest.strip_prefix(';')?;
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let code = hex.map_or_else(|| number.parse().ok(), |hex| u32::from_str_radix(hex, 16).ok())?;
        return Some((char::from_u32(code)?, None, after));
    }
    let one = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "szlig" => 'ß',
        _ => {
            let mut letters = name.chars();
            let base = letters.next().filter(char::is_ascii_alphabetic)?;
            let accent = letters.as_str();
            let (_, mark) = NAMED.iter().find(|(known, _)| *known == accent)?;
            return Some((base, Some(*mark), after));
        }
    };
    Some((one, None, after))
}

/// Returns whether the masks in `shown` stand for contact data of `wanted`, and the rest is equal.
fn is_masked(shown: &str, wanted: &str) -> bool {
    let Some((before, mut shown)) = split_mask(shown) else { return false };
    let Some(mut wanted) = wanted.strip_prefix(before) else { return false };
    while let Some((part, after)) = split_mask(shown) {
        let Some(rest) = behind_contact(wanted, part) else { return false };
        (shown, wanted) = (after, rest);
    }
    wanted.strip_suffix(shown).is_some_and(|hidden| hidden.len() <= MAX_CONTACT && is_contact(hidden))
}

/// Returns the texts before and behind the first mask, which may be a long one.
fn split_mask(text: &str) -> Option<(&str, &str)> {
    let at = text.as_bytes().windows(MASK.len()).position(|part| part == MASK.as_bytes())?;
    let (before, mask) = text.split_at_checked(at)?;
    Some((before, mask.trim_start_matches('*')))
}

/// Returns the text behind `part`, which itself is behind contact data.
fn behind_contact<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    (0..=MAX_CONTACT).find_map(|at| {
        let (hidden, rest) = text.split_at_checked(at)?;
        rest.strip_prefix(part).filter(|_| is_contact(hidden))
    })
}

/// Returns whether a text holds an e-mail address, a telephone number or the like.
fn is_contact(text: &str) -> bool {
    text.contains('@') || text.bytes().filter(u8::is_ascii_digit).count() >= MIN_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_the_same_in_all_spellings() {
        for (shown, wanted, same) in [
            ("a b", " a\r\n b ", true),
            ("a b", "ab", false),
            ("", "\n", true),
            ("a", "A", false),
            ("a\u{a0}b", "a b", true),
            ("sch\u{f6}n", "scho\u{308}n", true),
            ("sch\u{f6}n", "schon", false),
            ("sch\u{f6}n", "sch\u{e4}n", false),
            ("\u{17e}\u{219}", "z\u{30c}s\u{326}", true),
            // Several marks on one letter, and a letter of another script.
            ("\u{1ec7}", "e\u{323}\u{302}", true),
            ("\u{1ec7}", "e\u{302}", false),
            ("\u{d55c}", "\u{1112}\u{1161}\u{11ab}", true),
            ("caf&eacute; &amp; &lt;b&gt; &#39;x&#x27; &quot;&nbsp;&szlig;", "cafe\u{301} & <b> 'x' \" ß", true),
            // The caller wrote an entity, and the marketplace escaped it.
            ("&amp;amp;", "&amp;", true),
            ("&amp;", "&amp;", true),
            ("a&b;c", "a&b;c", true),
            ("a&b;c", "ab;c", false),
            ("&", "&amp", false),
            ("你好", "你们", false),
        ] {
            assert_eq!(same_words(shown, wanted), same, "{shown:?} {wanted:?}");
        }
    }

    #[test]
    fn masks_stand_for_contact_data_only() {
        for (shown, wanted, same) in [
            ("write to ***", "write to max@shop.example", true),
            ("*** or *** please", "max@shop.example or +49 170 1234567 please", true),
            ("call ******!", "call 0170-1234567!", true),
            ("a ***", "a b", false),
            ("a *** c", "a max@shop.example d", false),
            ("***", "", false),
            ("max@shop.example", "***", false),
            ("***", "***", true),
            // Two masks with a blank between them, and blanks in what the first one hides.
            ("*** ***, please", "+49 170 1234567 max@shop.example, please", true),
            ("ä*** ö", "ä0170-1234567 ö", true),
            ("**a ***", "**a max@shop.example", true),
            ("*** a *** b", "max@shop.example a max@shop.example", false),
        ] {
            assert_eq!(same_words(shown, wanted), same, "{shown:?} {wanted:?}");
        }
        let most = "@".repeat(MAX_CONTACT);
        for (first, second, same) in [("", "", true), ("@", "", false), ("", "@", false)] {
            let wanted = format!("a {most}{first} b {most}{second} c");
            assert_eq!(same_words("a *** b *** c", &wanted), same, "{first:?} {second:?}");
        }
        assert!(has_mask("a ***") && !has_mask("a **"));
    }

    #[test]
    fn a_long_text_takes_no_long_time() {
        for text in ["&".repeat(200_000), "&amp".repeat(50_000), "*** ".repeat(50_000), "&amp;".repeat(40_000)] {
            assert!(same_words(&text, &text));
            assert!(!same_words(&text, "a"));
        }
        let part = "b".repeat(200_000);
        assert!(!same_words(&format!("***{part}c***"), &format!("@{part}{part}")));
        assert!(!same_words(&"***@".repeat(100_000), &"@".repeat(400_000)));
    }

    proptest! {
        #[test]
        fn a_text_is_itself_in_all_spellings(text in "\\PC{0,40}") {
            prop_assert!(same_words(&text, &text));
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            prop_assert!(same_words(&escaped, &text));
            let lines = text.replace(' ', " \r\n");
            prop_assert!(same_words(&lines, &text));
        }

        #[test]
        fn other_letters_are_another_text(a in "[a-zäöüß]{1,6}", b in "[a-zäöüß]{1,6}") {
            prop_assert_eq!(same_words(&a, &b), a == b);
        }
    }
}
