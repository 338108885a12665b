//! Finds the effect of a write whose response was lost: the reads to make, and their results.

use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// How to find out whether a call took effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Recovery {
    /// It cannot be found out: the API shows no trace, and its documentation does not say what a
    /// repeat would do.
    Impossible,
    /// A repeat changes nothing.
    Harmless,
    /// Reading shows it.
    Look(Look),
}

/// The reads of a lookup, and what it looks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The key. Writes with the same key could be confused with each other, so they are made one
    /// after the other.
    pub key: String,
    /// The reads of each lookup, in this order.
    pub reads: Vec<Read>,
    /// The values of the parameters that [`Endpoint::found`](crate::vendor::Endpoint::found) needs.
    pub wanted: Json,
    /// Whether the write's own response is the object that the first read returns.
    pub is_answered_whole: bool,
}

impl Look {
    /// Returns a lookup by these reads.
    #[must_use]
    pub fn new(key: String, reads: Vec<Read>, wanted: Json) -> Self {
        Self { key, reads, wanted, is_answered_whole: false }
    }
}

/// One read of a list, or of one object that contains a list.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Read {
    /// The operation.
    pub endpoint: String,
    /// The method's arguments.
    pub args: Vec<Json>,
    /// The field that holds the items.
    pub items: String,
    /// What the read shows: reads with equal places show the same items. The arguments do not tell
    /// it, because some contain the time.
    pub place: String,
    /// The field that identifies an item.
    pub id: String,
    /// The field of the write's own response with the id of the item that this read will show.
    pub answer_id: String,
    /// The field with the time of creation, if the newest items come first.
    pub time: String,
    /// The most pages that can be read.
    pub pages: u32,
}

/// The result of one read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Seen {
    /// The ids of all items.
    pub ids: Vec<String>,
    /// The items that did not exist before the first try.
    pub fresh: Vec<Json>,
    /// The other fields of an object that is not a list.
    pub rest: Json,
    /// Whether there were more items than can be read.
    pub cut: bool,
    /// The time at which the read stopped, to the second: all items from that time and before are
    /// older than the write.
    pub floor: String,
    /// The number of pages that were read.
    pub pages: u32,
}

/// All evidence after a lookup.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The values that the lookup looks for.
    pub wanted: &'a Json,
    /// The state before the first try, for each read.
    pub before: &'a [Seen],
    /// The present state, for each read.
    pub after: &'a [Seen],
    /// The whole result of the last read.
    pub last: &'a Json,
    /// The new items of the first read as they were a settling time ago or earlier, but after the
    /// last try; none if that lookup is the first one.
    pub earlier: &'a [Json],
}

/// The conclusion from the evidence.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The write took effect. This is the response that it would have had, or `null` for a write
    /// without a result.
    Found(Json),
    /// The write did not take effect, as far as the reads show.
    Absent,
    /// The same, and something is there that explains why the marketplace refuses the write.
    Excluded,
    /// There is something new that may be the effect of the write.
    Unclear,
}

/// Returns the text in a field, or an empty text.
#[must_use]
pub fn text<'a>(value: &'a Json, field: &str) -> &'a str {
    value.get(field).and_then(Json::as_str).unwrap_or_default()
}

/// Returns the JSON object with these fields.
pub fn object(fields: &mut [(&str, Json)]) -> Json {
    let mut entries = Vec::with_capacity(fields.len());
    for (name, value) in fields {
        entries.push(((*name).to_owned(), std::mem::take(value)));
    }
    Json::Map(entries)
}
