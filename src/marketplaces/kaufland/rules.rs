//! Rules that several operations share. Each names its source: *guide* is the vendor's page on
//! tickets, *spec* is its OpenAPI file, and *ours* marks a rule that neither states but that valid
//! input cannot break.

use crate::rules::rule::{Pattern, Rule};
use crate::rules::settings::Settings;
use crate::rules::violation::{Violations, check_digits};

/// *Spec*: integers have 32 bits.
pub(super) const INT32_MAX: i64 = 2_147_483_647;
/// *Ours*: an id has no more digits than a 64-bit number.
const MAX_ID_DIGITS: usize = 20;

/// *Spec*: the API returns `^001\d+$`. *Guide*: it also writes the short form without `001`, so any
/// digits are accepted.
pub(super) const ID_TICKET: Rule = Rule::Like { pattern: Pattern::new(r"^\d{1,20}$"), check: check_id };
/// *Spec*: tickets and messages come in pages of 1 to 30.
pub(super) const LIMIT: Rule = Rule::Integer { min: 1, max: 30 };
/// *Spec*: the number of items to skip.
pub(super) const OFFSET: Rule = Rule::Integer { min: 0, max: INT32_MAX };

fn check_id(violations: &mut Violations, _: &Settings, field: &str, id: &str) {
    const HINT: &str = "give the id as text, just as the marketplace returned it: 00150000001";
    check_digits(violations, field, id, MAX_ID_DIGITS, HINT);
}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, breaks, check};
    use super::*;
    use crate::marketplaces::testing::{codes, expected};
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn ticket_ids_are_digits() {
        let long = "1".repeat(20);
        let too_long = "1".repeat(21);
        for operation in ["getTicket", "closeTicket"] {
            for good in ["00150000001", "2308211", "1", "001", long.as_str()] {
                accepts(operation, json!([good]));
            }
            for (bad, code) in [
                (json!(""), "required"),
                (json!(null), "required"),
                (json!(150_000_001), "wrong_type"),
                (json!(" 00150000001"), "not_digits"),
                (json!("#2308211"), "not_digits"),
                (json!("001-5"), "not_digits"),
                (json!("../orders"), "not_digits"),
                (json!("٠٠١"), "not_digits"),
                (json!("1e5"), "not_digits"),
                (json!(too_long), "too_many_digits"),
            ] {
                breaks(operation, json!([bad]), &[("id_ticket", code)]);
            }
            breaks(operation, json!([]), &[("id_ticket", "required")]);
            breaks(operation, json!(["1", { "surprise": 1 }]), &[("surprise", "unknown_field")]);
            let list = check(&Settings::default(), operation, &json!(["1", 5]));
            assert_eq!(codes(list).first(), expected(&[("", "wrong_type")]).first());
        }
        breaks(
            "createTicketMessage",
            json!(["x", { "text": "" }]),
            &[("id_ticket", "not_digits"), ("text", "too_short")],
        );
    }

    #[test]
    fn pages_have_limits() {
        for operation in ["listTickets", "listTicketMessages"] {
            for (field, good, bad) in [
                ("limit", vec![1, 2, 30], vec![i64::MIN, -1, 0, 31, i64::MAX]),
                ("offset", vec![0, 1, 2_147_483_647], vec![i64::MIN, -1, 2_147_483_648, i64::MAX]),
            ] {
                good.into_iter().for_each(|value| accepts(operation, json!([{ field: value }])));
                for value in bad {
                    breaks(operation, json!([{ field: value }]), &[(field, "out_of_range")]);
                }
                breaks(operation, json!([{ field: 1.5 }]), &[(field, "not_an_integer")]);
                breaks(operation, json!([{ field: "1" }]), &[(field, "wrong_type")]);
            }
        }
    }

    proptest! {
        #[test]
        fn any_ticket_id_is_judged_by_its_digits(id in "\\PC{0,24}|[0-9]{0,24}") {
            let mut violations = Violations::new();
            ID_TICKET.check_text(&id, "id_ticket", &Settings::default(), &mut violations);
            let good = (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert_eq!(violations.is_empty(), good);
        }
    }
}
