//! `GET /1.3/tickets/count`: counts the tickets that match all filters.
//!
//! Source: service. The form of the response is not documented.

use super::ClickBank;
use super::model::{StatusFilter, TypeCode};
use super::normalise;
use super::rules::{self, RECEIPT_FILTER};
use crate::rules::error::DecodeError;
use crate::rules::rule::Rule;
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::Shape;
use crate::vendor::declare::{Overrides, ReadAnswer, endpoint};
use crate::wire::http::Response;

endpoint! {
    "countTickets"() = GET "/1.3/tickets/count" { offers_xml: true } -> Count;

    /// The tickets to count.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankCountTicketsParams"))]
    pub struct CountTicketsParams of ClickBank, keep unknown {
        /// The type of the tickets.
        query r#type: Option<TypeCode> = Rule::OneOf(TypeCode::VALUES),
        /// The status of the tickets.
        query status: Option<StatusFilter> = Rule::OneOf(StatusFilter::VALUES),
        /// The receipt of the tickets, as in a list.
        query receipt: Option<String> = RECEIPT_FILTER,
    }
}

/// A count.
#[derive(Debug)]
pub struct Count;

impl ReadAnswer for Count {
    type Output = u64;

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        normalise::count(response)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Json { text: Some(normalise::count(response)?.to_string()), pick: &[], page: None, odd: Vec::new() })
    }
}

impl Overrides for CountTicketsParams {
    fn check_more(&self, settings: &Settings, violations: &mut Violations) {
        rules::extra(&self.extra, violations);
        rules::url(self, None, settings, violations);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answer, hosted, problem};
    use super::*;
    use crate::vendor::Endpoint;
    use crate::wire::exact::MAX_SAFE_INTEGER;
    use serde_json::json;

    #[test]
    fn a_count_has_three_shapes() {
        for body in ["42", " 42\n", r#""42""#, r#"{"count":42}"#, r#"{"count":"42"}"#] {
            let response = answer(200, body);
            assert_eq!(CountTicketsParams::decode(&response), Ok(42), "{body}");
            assert_eq!(hosted::<CountTicketsParams>(&response), json!(42));
        }
        assert_eq!(CountTicketsParams::decode(&answer(200, "0")), Ok(0));
        assert_eq!(CountTicketsParams::decode(&answer(200, "9007199254740991")), Ok(MAX_SAFE_INTEGER));
        for body in
            ["-1", "4.2", "1e3", "null", "[42]", "{}", r#"{"total":1}"#, r#""""#, r#""a""#, "true", "9007199254740992"]
        {
            assert_eq!(
                problem::<CountTicketsParams>(body),
                "unexpected_shape: the answer is not as documented: expected a count",
                "{body}"
            );
        }
        assert!(problem::<CountTicketsParams>("").starts_with("empty_body"));
        assert!(problem::<CountTicketsParams>("<count>1</count>").starts_with("invalid_json"));
    }
}
