//! Finds and counts repetitions in a list without comparing each item with every other.

use std::collections::BinaryHeap;

/// Texts in order, to find out how often each occurs.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Each text with its place in the list. Equal texts are in the order of their places.
    sorted: Vec<(String, usize)>,
}

impl Tally {
    /// Returns the tally of a list. The texts are owned, so that only one kind of tally is compiled.
    pub fn of(texts: impl IntoIterator<Item = String>) -> Self {
        let heap: BinaryHeap<_> = texts.into_iter().enumerate().map(|(place, text)| (text, place)).collect();
        Self { sorted: heap.into_sorted_vec() }
    }

    /// Returns how often a text occurs before a place in the list.
    #[must_use]
    pub fn before(&self, text: &str, place: usize) -> usize {
        let below = |limit: (&str, usize)| self.sorted.partition_point(|(text, place)| (text.as_str(), *place) < limit);
        below((text, place)).saturating_sub(below((text, 0)))
    }

    /// Returns how often a text occurs in the list.
    #[must_use]
    pub fn count(&self, text: &str) -> usize {
        self.before(text, usize::MAX)
    }
}

/// Returns for each text the place of the first one that equals it.
pub fn first_places(texts: impl IntoIterator<Item = String>) -> Vec<usize> {
    let tally = Tally::of(texts);
    let mut places = vec![0; tally.sorted.len()];
    let mut first: Option<&(String, usize)> = None;
    for entry in &tally.sorted {
        let known = first.filter(|known| known.0 == entry.0).unwrap_or(entry);
        if let Some(place) = places.get_mut(entry.1) {
            *place = known.1;
        }
        first = Some(known);
    }
    places
}

/// Returns for each text whether an equal one stands before it.
pub fn repeats(texts: impl IntoIterator<Item = String>) -> Vec<bool> {
    first_places(texts).into_iter().enumerate().map(|(place, first)| first < place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_first_of_equal_texts_is_no_repetition() {
        let found = repeats(texts(&["a", "b", "a", "a", "c", "b"]));
        assert_eq!(found, [false, false, true, true, false, true]);
        assert_eq!(first_places(texts(&["a", "b", "a", "a", "c", "b"])), [0, 1, 0, 0, 4, 1]);
        assert!(repeats(texts(&[])).is_empty());
    }

    #[test]
    fn occurrences_are_counted_as_a_whole_and_before_a_place() {
        let list = ["b", "a", "b", "", "a", "b"];
        let tally = Tally::of(texts(&list));
        for text in ["a", "b", "", "c", "ab"] {
            assert_eq!(tally.count(text), list.iter().filter(|other| **other == text).count(), "{text}");
            for place in 0..=list.len() {
                let expected = list[..place].iter().filter(|other| **other == text).count();
                assert_eq!(tally.before(text, place), expected, "{text} before {place}");
            }
        }
        assert_eq!(Tally::default().count("a"), 0);
    }

    #[test]
    fn a_long_list_takes_no_long_time() {
        let list = (0..100_000).map(|number| (number % 50_000).to_string());
        assert_eq!(repeats(list).iter().filter(|is_repeated| **is_repeated).count(), 50_000);
    }
}
