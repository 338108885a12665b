//! How a write is found again whose answer was lost: what is read, and what the reads have shown.

use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// How one finds out whether a call took effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Recovery {
    /// The API shows nothing of it, and does not say what a repeat would do.
    Impossible,
    /// A repeat changes nothing.
    Harmless,
    /// By reading.
    Look(Look),
}

/// What is read, and what is looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Writes with the same key would be taken for each other, so they are made one after the other.
    pub key: String,
    /// The reads of each look, in this order.
    pub reads: Vec<Read>,
    /// What [`Endpoint::found`](crate::vendor::Endpoint::found) needs to know of the parameters.
    pub wanted: Json,
}

/// One read: of a list, or of one thing with a list in it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Read {
    /// The operation.
    pub endpoint: String,
    /// The method's arguments.
    pub args: Vec<Json>,
    /// The field that holds the items.
    pub items: String,
    /// The field that tells them apart.
    pub id: String,
    /// The field with the time of their making, where the newest come first.
    pub time: String,
    /// The most pages that can be read.
    pub pages: u32,
}

/// What one read has shown.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The ids of all items.
    pub ids: Vec<String>,
    /// The items that were not there before the first try.
    pub fresh: Vec<Json>,
    /// Of a thing that is no list: its other fields.
    pub rest: Json,
    /// Whether there were more items than can be read.
    pub cut: bool,
    /// How many pages were read.
    pub pages: u32,
}

/// All that is known after a look.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// What is looked for.
    pub wanted: &'a Json,
    /// Before the first try, for each read.
    pub before: &'a [Seen],
    /// Now.
    pub after: &'a [Seen],
    /// All that the last read brought.
    pub last: &'a Json,
}

/// What the evidence says.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// It took effect; this is the answer that the write would have had, `null` for one without a result.
    Found(Json),
    /// It did not, as far as can be seen.
    Absent,
    /// There is something new that may be its work.
    Unclear,
}

/// The text in a field, or none.
pub(crate) fn text<'a>(value: &'a Json, field: &str) -> &'a str {
    value.get(field).and_then(Json::as_str).unwrap_or_default()
}

/// Whether two texts are the same, but for blanks and breaks, which marketplaces mend.
pub(crate) fn same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

/// The JSON object with these fields.
pub(crate) fn object(fields: &mut [(&str, Json)]) -> Json {
    let mut entries = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        entries.push(((*name).to_owned(), std::mem::take(value)));
    }
    Json::Map(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_but_for_blanks() {
        for (a, b, same) in [
            ("a b", " a\r\n b ", true),
            ("a b", "ab", false),
            ("", "\n", true),
            ("a", "A", false),
            ("a\u{a0}b", "a b", true),
        ] {
            assert_eq!(same_words(a, b), same, "{a:?} {b:?}");
        }
    }
}
