//! Finds a text in another one.
//!
//! Everything that is part of a module uses these functions in place of `str::contains`, `find` and
//! `split_once` with a text. Those may panic with a message that quotes the text, and the tables
//! that tell which characters can be printed come with it: 4 % of Kaufland's module.

/// Returns where `part`, which is not empty, first occurs in `text`, in bytes.
#[must_use]
pub fn find(text: &str, part: &str) -> Option<usize> {
    text.as_bytes().windows(part.len().max(1)).position(|bytes| bytes == part.as_bytes())
}

/// Returns whether `part`, which is not empty, occurs in `text`.
#[must_use]
pub fn has(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// Returns the texts before and after the first `part`, which is not empty.
#[must_use]
pub fn split_at_first<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let (before, rest) = text.split_at_checked(find(text, part)?)?;
    Some((before, rest.strip_prefix(part)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_found_where_the_standard_library_finds_it(text in "[aäß/:]{0,12}", part in "[aäß/:]{1,3}") {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(has(&text, &part), text.contains(&part));
            prop_assert_eq!(split_at_first(&text, &part), text.split_once(&part));
        }
    }
}
