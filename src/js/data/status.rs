//! The status of a response, in a file of its own because the data of calls and those of the desk
//! both have it.

use crate::rules::input::{FromInput, wrong_type};
use crate::rules::violation::Violations;
use crate::wire::json::Json;

/// The status of a response.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(type = "number"))]
pub struct Status(pub u16);

impl FromInput for Status {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        let read = i64::from_input(input, field, violations);
        Self(u16::try_from(read).unwrap_or_else(|_| {
            violations.push(wrong_type(field, &Json::Int(read), "a status"));
            0
        }))
    }
}
