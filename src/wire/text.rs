//! Looking for one text in another, as plain as can be. The standard library's search is made for long texts and takes 6 KB
//! of the wasm file; ours are names, addresses and one-line messages.

/// Where `part` begins for the first time.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    (0..=text.len()).find(|at| is_at(text, *at, part))
}

/// Whether `part` is somewhere in it.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// What stands before and behind the first `part`.
pub(crate) fn split_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    around(text, find(text, part)?, part)
}

/// What stands before and behind the last `part`.
pub(crate) fn rsplit_once<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    around(text, (0..=text.len()).rev().find(|at| is_at(text, *at, part))?, part)
}

fn is_at(text: &str, at: usize, part: &str) -> bool {
    text.as_bytes().get(at..).is_some_and(|rest| rest.starts_with(part.as_bytes()))
}

fn around<'a>(text: &'a str, at: usize, part: &str) -> Option<(&'a str, &'a str)> {
    Some((text.get(..at)?, text.get(at.saturating_add(part.len())..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_is_as_the_standard_library_has_it(text in "[aäb/:]{0,8}", part in "[aäb/:]{1,3}") {
            prop_assert_eq!(find(&text, &part), text.find(&part));
            prop_assert_eq!(contains(&text, &part), text.contains(&part));
            prop_assert_eq!(split_once(&text, &part), text.split_once(&part));
            prop_assert_eq!(rsplit_once(&text, &part), text.rsplit_once(&part));
        }
    }
}
