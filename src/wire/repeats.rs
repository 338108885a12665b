//! Finds repetitions in a list without comparing each item with every other.

use std::collections::BTreeSet;

/// Returns for each text whether an equal one stands before it. The texts are owned, so that only
/// one kind of set is compiled.
pub fn repeats(texts: impl IntoIterator<Item = String>) -> impl Iterator<Item = bool> {
    let mut seen = BTreeSet::new();
    texts.into_iter().map(move |text| !seen.insert(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_equal_texts_is_no_repetition() {
        let found: Vec<_> = repeats(["a", "b", "a", "a", "c", "b"].map(str::to_owned)).collect();
        assert_eq!(found, [false, false, true, true, false, true]);
    }
}
