//! The models of Probo's responses, and the values that its API uses.

#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::open_enum::open_enum;
use crate::model::{Extra, keep};
use crate::wire::json::Json;
use serde::Serialize;

open_enum! {
    /// The reason for a complaint. The guide lists the values and says which of them need files;
    /// the rest of each meaning follows from the name.
    pub enum ComplaintReason {
        Damaged = "damaged": "damaged (files required)",
        CommodityItemMissing = "commodity-item-missing": "a commodity item is missing",
        CuttingMillingInadequate = "cutting-milling-inadequate": "cut or milled badly (files required)",
        Color = "color": "the colour is wrong (files required)",
        Dimensions = "dimensions": "the dimensions are wrong (files required)",
        Unlisted = "other": "another reason (files required)",
        PackingSlipMissing = "packing-slip-missing": "the packing slip is missing",
        PrintQuality = "print-quality": "printed badly (files required)",
        Delayed = "delayed": "delayed",
        WrongQuantity = "wrong-quantity": "a wrong quantity",
        WrongProduct = "wrong-product": "a wrong product",
        Missing = "missing": "missing",
        Dirty = "dirty": "dirty (files required)",
        NotReceived = "not-received": "not received",
    }
}

impl ComplaintReason {
    /// Returns whether Probo requires files for this reason.
    #[must_use]
    pub fn needs_files(&self) -> bool {
        matches!(
            self,
            Self::Damaged
                | Self::CuttingMillingInadequate
                | Self::Color
                | Self::Dimensions
                | Self::Unlisted
                | Self::PrintQuality
                | Self::Dirty
        )
    }
}

open_enum! {
    /// The solution that Probo is asked for. The meanings are the guide's.
    pub enum ComplaintSolution {
        Rework = "rework": "if the complaint is valid, Probo will reproduce the order line or file",
        Credit = "credit": "if the complaint is valid, Probo will reimburse the order line or file",
        Unlisted = "other": "if the complaint is valid, Probo will get in contact",
    }
}

open_enum! {
    /// The status of a ticket. The meanings are the guide's.
    pub enum ComplaintStatus {
        Open = "open": "received, but not yet processed",
        Pending = "pending": "an employee of Probo is processing it",
        Holding = "holding": "awaits a response",
        Solved = "solved": "resolved",
    }
}

/// Probo's response to a new ticket. None of it is documented, so every field is optional, and
/// `raw` is the whole.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(optional_fields))]
pub struct SubmittedComplaint {
    /// An id, converted to text if it was a number.
    pub id: Option<String>,
    /// The status of the ticket, or another word.
    #[cfg_attr(feature = "types", ts(as = "Option<Open<ComplaintStatus>>"))]
    pub status: Option<ComplaintStatus>,
    /// Probo's message.
    pub message: Option<String>,
    /// The response's other fields, unchanged.
    #[cfg_attr(feature = "types", ts(skip))]
    pub extra: Extra,
    /// The response's JSON, unchanged; absent if there was none.
    #[cfg_attr(feature = "types", ts(optional, type = "unknown"))]
    pub raw: Option<Json>,
}

impl From<Json> for SubmittedComplaint {
    fn from(raw: Json) -> Self {
        let text = |name: &str| raw.get(name).and_then(Json::as_str).map(str::to_owned);
        let id = match raw.get("id") {
            Some(Json::Int(id)) => Some(id.to_string()),
            _ => text("id"),
        };
        let mut extra = Extra::new();
        if let Json::Map(all) = &raw {
            // A field `raw` of the response would hide the whole response.
            let hidden = ["id", "status", "message", "raw"];
            for (name, value) in all.iter().filter(|(name, _)| !hidden.contains(&name.as_str())) {
                keep(&mut extra, name.clone(), value.clone());
            }
        }
        Self { id, status: text("status").map(ComplaintStatus::from), message: text("message"), extra, raw: Some(raw) }
    }
}

/// The JSON of the complaint, with every digit of the response.
impl From<SubmittedComplaint> for Json {
    fn from(complaint: SubmittedComplaint) -> Self {
        let SubmittedComplaint { id, status, message, extra, raw } = complaint;
        let known =
            [("id", id.map(Json::from)), ("status", status.map(Json::from)), ("message", message.map(Json::from))];
        let known = known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self::Map(known.chain(extra).chain(raw.map(|raw| ("raw".to_owned(), raw))).collect())
    }
}

impl Serialize for SubmittedComplaint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Json::from(self.clone()).serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_guides() {
        assert_eq!(
            ComplaintReason::VALUES,
            [
                "damaged",
                "commodity-item-missing",
                "cutting-milling-inadequate",
                "color",
                "dimensions",
                "other",
                "packing-slip-missing",
                "print-quality",
                "delayed",
                "wrong-quantity",
                "wrong-product",
                "missing",
                "dirty",
                "not-received",
            ]
        );
        assert_eq!(ComplaintSolution::VALUES, ["rework", "credit", "other"]);
        assert_eq!(ComplaintStatus::VALUES, ["open", "pending", "holding", "solved"]);
    }

    #[test]
    fn a_reason_says_that_it_needs_files_exactly_when_it_does() {
        let mut count = 0;
        for known in ComplaintReason::MEANINGS.iter() {
            let needs = ComplaintReason::from(known.value).needs_files();
            assert_eq!(known.meaning.ends_with("(files required)"), needs, "{}", known.value);
            count += usize::from(needs);
        }
        assert_eq!(count, 7);
        assert!(!ComplaintReason::from("ultra-violet").needs_files());
    }
}
