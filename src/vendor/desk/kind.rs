//! The kinds of matters that tickets are about.

use serde::Serialize;

/// What a ticket is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskKind", rename_all = "camelCase"))]
pub enum Kind {
    /// A question.
    Question,
    /// The delivery: when, where to and how.
    Delivery,
    /// Goods that did not arrive.
    NotReceived,
    /// Goods that are broken, bad, or not as described.
    Defect,
    /// Other goods, or another number of them, than ordered.
    WrongItem,
    /// Goods with parts missing.
    PartsMissing,
    /// Goods that go back.
    Return,
    /// Money that goes back.
    Refund,
    /// The end of an order or a subscription.
    Cancellation,
    /// The payment.
    Payment,
    /// The invoice.
    Invoice,
    /// Help in using the goods.
    Technical,
    /// A matter that none of these names.
    Other,
    /// The marketplace said nothing about it, or used a word that is not documented.
    Unknown,
}

/// The documented values of one field, and the kind that each stands for.
#[derive(Debug, Clone, Copy)]
pub struct KindTable {
    /// The field's name in the marketplace's words.
    pub field: &'static str,
    /// The documented values.
    pub values: &'static [(&'static str, Kind)],
}

/// Returns the kind for these values, one for each table and in its order. The first field that has
/// a value decides. A value that is not documented is `Unknown`, even if a later field could give
/// something: that would be a guess.
#[must_use]
pub fn kind_of(tables: &[KindTable], values: &[Option<&str>]) -> Kind {
    let said = tables.iter().zip(values).find_map(|(table, value)| Some((table, (*value)?)));
    let Some((table, value)) = said else { return Kind::Unknown };
    table.values.iter().find(|(known, _)| *known == value).map_or(Kind::Unknown, |(_, kind)| *kind)
}

/// Fails unless these tables map exactly the documented values, each of them once.
#[cfg(test)]
pub(crate) fn assert_complete(tables: &[KindTable], documented: &[&[&str]]) {
    assert_eq!(tables.len(), documented.len());
    for (table, documented) in tables.iter().zip(documented) {
        let mut mapped: Vec<_> = table.values.iter().map(|(value, _)| *value).collect();
        let mut documented = documented.to_vec();
        mapped.sort_unstable();
        documented.sort_unstable();
        assert_eq!(mapped, documented, "{}", table.field);
        assert!(table.values.iter().all(|(_, kind)| *kind != Kind::Unknown), "{}", table.field);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLES: [KindTable; 2] = [
        KindTable { field: "topic", values: &[("late", Kind::Delivery), ("broken", Kind::Defect)] },
        KindTable { field: "reason", values: &[("other", Kind::Other)] },
    ];

    #[test]
    fn the_first_field_with_a_value_decides() {
        for (values, kind) in [
            ([Some("late"), Some("other")], Kind::Delivery),
            ([Some("broken"), None], Kind::Defect),
            ([None, Some("other")], Kind::Other),
            ([None, None], Kind::Unknown),
            // A new word is not explained by a coarser one.
            ([Some("new"), Some("other")], Kind::Unknown),
            ([None, Some("late")], Kind::Unknown),
            ([Some("Late"), None], Kind::Unknown),
        ] {
            assert_eq!(kind_of(&TABLES, &values), kind, "{values:?}");
        }
    }
}
