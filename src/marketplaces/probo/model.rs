//! The models of Probo's responses, and the values that its API uses.

#[cfg(feature = "types")]
use crate::model::open_enum::Open;
use crate::model::open_enum::open_enum;
use serde::Serialize;
use serde_json::{Map, Value};

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
    /// Whether Probo requires files for this reason.
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
    pub extra: Map<String, Value>,
    /// The response's JSON, unchanged; absent if there was none.
    #[cfg_attr(feature = "types", ts(optional, type = "unknown"))]
    pub raw: Option<Value>,
}

impl From<Value> for SubmittedComplaint {
    fn from(raw: Value) -> Self {
        let mut extra = raw.as_object().cloned().unwrap_or_default();
        // It would hide the whole.
        extra.remove("raw");
        let id = extra.remove("id").as_ref().and_then(id_text);
        let mut text = |name| match extra.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        };
        Self { status: text("status").map(ComplaintStatus::from), message: text("message"), id, extra, raw: Some(raw) }
    }
}

fn id_text(id: &Value) -> Option<String> {
    match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

impl Serialize for SubmittedComplaint {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        if let Some(id) = &self.id {
            map.serialize_entry("id", id)?;
        }
        if let Some(status) = &self.status {
            map.serialize_entry("status", status)?;
        }
        if let Some(message) = &self.message {
            map.serialize_entry("message", message)?;
        }
        for (name, value) in &self.extra {
            map.serialize_entry(name, value)?;
        }
        if let Some(raw) = &self.raw {
            map.serialize_entry("raw", raw)?;
        }
        map.end()
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
        for known in ComplaintReason::MEANINGS {
            let needs = ComplaintReason::from(known.value).needs_files();
            assert_eq!(known.meaning.ends_with("(files required)"), needs, "{}", known.value);
            count += usize::from(needs);
        }
        assert_eq!(count, 7);
        assert!(!ComplaintReason::from("ultra-violet").needs_files());
    }
}
