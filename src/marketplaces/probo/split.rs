//! Splits mixed complaints about one order into the tickets that Probo requires: "it is important
//! […] that you group your complaints on reason, solution and a group of products".

use super::create_ticket::{Complaint, ComplaintFile, ComplaintProduct, ProductId};
use super::model::{ComplaintReason, ComplaintSolution};
use super::rules::{AMOUNT, CONTACT_EMAIL, FILES, ORDER_ID, PRODUCT_ID, REASON, SOLUTION, TICKET_ID, check_files};
use crate::rules::input::{FromInput, at, join, wrong_type};
use crate::rules::obey::obey;
use crate::rules::rule::Rule;
use crate::rules::settings::{FilesPer, Settings};
use crate::rules::violation::{Violation, Violations};
use crate::vendor::declare::endpoint;
use crate::wire::json::Json;
use crate::wire::repeats::{first_places, repeats};

endpoint! {
    /// All complaints about one order. Unlisted fields are copied to every ticket.
    pub struct MixedComplaint, keep unknown {
        /// Your own id of the order, as you gave it to Probo; not its `supplier_order_number`.
        order_id: String = ORDER_ID,
        /// An id for the whole. The tickets' ids are derived from it: `CMP-2041-1`, `CMP-2041-2`, …
        id: String = TICKET_ID,
        /// Text for every ticket's description.
        description: Option<String> = Rule::ANY_TEXT,
        /// The reason for products that have none of their own.
        reason: Option<ComplaintReason> = REASON,
        /// The solution for products that have none of their own.
        suggested_solution: Option<ComplaintSolution> = SOLUTION,
        /// The email address of a person in your company, not of your customer.
        contact_email: Option<String> = CONTACT_EMAIL,
        /// The products, each with its fault. A product that has two faults is listed twice.
        products: Vec<MixedProduct> = Rule::List {
            items: &Rule::Object(MixedProduct::TABLE),
            empty: Some("give at least one product of the order"),
            twice: None,
        },
    }
}

endpoint! {
    /// A product and its fault. Unlisted fields are sent with the product.
    pub struct MixedProduct, keep unknown {
        /// The product's id: from Probo's `order/status`, or your own if you gave one with the
        /// order.
        #[cfg_attr(feature = "types", ts(type = "Int64 | string"))]
        id: ProductId = PRODUCT_ID,
        /// The number of pieces concerned.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        amount: i64 = AMOUNT,
        /// Pictures that show the fault.
        files: Option<Vec<ComplaintFile>> = FILES,
        /// The reason for the complaint.
        reason: Option<ComplaintReason> = REASON,
        /// The solution that you would like.
        suggested_solution: Option<ComplaintSolution> = SOLUTION,
        /// Products with different groups never share a ticket. The group is any text, and is not
        /// sent.
        group: Option<String> = Rule::ANY_TEXT,
        /// Text for the description of this product's ticket.
        description: Option<String> = Rule::ANY_TEXT,
    }
}

/// Returns one ticket for each reason, solution and group of products, ordered by their first
/// appearance, or every rule that one of these tickets would break, expressed for the fields of
/// `mixed`.
pub fn split(mixed: &MixedComplaint, settings: &Settings) -> Result<Vec<Complaint>, Vec<Violation>> {
    let mut violations = Violations::new();
    check(mixed, settings, &mut violations);
    violations.into_result().map(|()| group(mixed))
}

/// Does the same for untyped input.
pub fn split_input(input: Json, settings: &Settings) -> Result<Vec<Complaint>, Vec<Violation>> {
    let mut violations = Violations::new();
    let mixed = MixedComplaint::from_input(input, "", &mut violations);
    violations.reading_done();
    check(&mixed, settings, &mut violations);
    violations.into_result().map(|()| group(&mixed))
}

fn check(mixed: &MixedComplaint, settings: &Settings, violations: &mut Violations) {
    obey(mixed, "", settings, violations);
    let mut tickets: Vec<(ComplaintReason, Vec<_>)> = Vec::new();
    for ((index, product), ticket) in mixed.products.iter().enumerate().zip(tickets_of(mixed)) {
        let field = at("products", index);
        let mut required = |name, is_there: bool| {
            if !is_there {
                let expected = "a documented value here, or one for all products above them";
                violations.push(wrong_type(&join(&field, name), &Json::Absent, expected));
            }
        };
        required("reason", product.reason.is_some() || mixed.reason.is_some());
        required("suggested_solution", product.suggested_solution.is_some() || mixed.suggested_solution.is_some());
        let with_files = (field, product.files.as_deref());
        match (settings.files_per, tickets.get_mut(ticket)) {
            (FilesPer::Product, _) => check_files(&[with_files], &reason(mixed, product), settings, violations),
            (FilesPer::Ticket, Some((_, products))) => products.push(with_files),
            (FilesPer::Ticket, None) => tickets.push((reason(mixed, product), vec![with_files])),
        }
    }
    for (reason, products) in &tickets {
        check_files(products, reason, settings, violations);
    }
}

/// Returns the number of each product's ticket, from 0. The products of one ticket share reason,
/// solution and group.
fn tickets_of(mixed: &MixedComplaint) -> Vec<usize> {
    let key = |product: &MixedProduct| {
        let group = product.group.as_deref().map_or(Json::Absent, Json::from);
        Json::List(vec![reason(mixed, product).into(), solution(mixed, product).into(), group]).to_string()
    };
    let mut numbers: Vec<usize> = Vec::new();
    let mut count: usize = 0;
    for first in first_places(mixed.products.iter().map(key)) {
        let number = numbers.get(first).copied().unwrap_or(count);
        count = count.max(number.saturating_add(1));
        numbers.push(number);
    }
    numbers
}

fn reason(mixed: &MixedComplaint, product: &MixedProduct) -> ComplaintReason {
    product.reason.as_ref().or(mixed.reason.as_ref()).cloned().unwrap_or_default()
}

fn solution(mixed: &MixedComplaint, product: &MixedProduct) -> ComplaintSolution {
    product.suggested_solution.as_ref().or(mixed.suggested_solution.as_ref()).cloned().unwrap_or_default()
}

/// A ticket under construction.
struct Part<'a> {
    reason: ComplaintReason,
    solution: ComplaintSolution,
    descriptions: Vec<&'a str>,
    products: Vec<ComplaintProduct>,
}

fn group(mixed: &MixedComplaint) -> Vec<Complaint> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (product, ticket) in mixed.products.iter().zip(tickets_of(mixed)) {
        if ticket >= parts.len() {
            parts.push(Part {
                reason: reason(mixed, product),
                solution: solution(mixed, product),
                descriptions: mixed.description.as_deref().into_iter().collect(),
                products: Vec::new(),
            });
        }
        let Some(part) = parts.get_mut(ticket) else { continue };
        part.descriptions.extend(product.description.as_deref());
        part.products.push(ComplaintProduct {
            id: product.id.clone(),
            amount: product.amount,
            files: product.files.clone(),
            extra: product.extra.clone(),
        });
    }
    parts.into_iter().zip(1u32..).map(|(part, number)| part.into_ticket(mixed, number)).collect()
}

impl Part<'_> {
    fn into_ticket(self, mixed: &MixedComplaint, number: u32) -> Complaint {
        let mut texts = self.descriptions;
        texts.retain(|text| !text.trim().is_empty());
        let mut is_repeated = repeats(texts.iter().map(|text| (*text).to_owned())).into_iter();
        texts.retain(|_| is_repeated.next() == Some(false));
        Complaint {
            order_id: mixed.order_id.clone(),
            // A single ticket has the suffix too, so that calls with different ids never create the
            // same ticket id.
            id: format!("{}-{number}", mixed.id),
            description: (!texts.is_empty()).then(|| texts.join("\n")),
            reason: self.reason,
            suggested_solution: self.solution,
            contact_email: mixed.contact_email.clone(),
            products: self.products,
            extra: mixed.extra.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::Body;
    use crate::marketplaces::testing::{codes, expected};
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn input(value: &Value) -> Json {
        serde_json::from_str(&value.to_string()).unwrap()
    }

    fn tickets(mixed: &Value) -> Value {
        let mut body = Body::new();
        body.push_json(&split_input(input(mixed), &Settings::default()).unwrap()).unwrap();
        serde_json::from_slice(body.as_text().unwrap()).unwrap()
    }

    fn broken(mixed: &Value) -> Vec<(String, String)> {
        let list = split_input(input(mixed), &Settings::default()).err().unwrap_or_default();
        codes(list)
    }

    /// The guide's example, which gives two tickets: "An order with three items, where one item is
    /// damaged and two items are missing".
    #[test]
    fn the_guides_example_becomes_two_tickets() {
        let mixed = json!({
            "order_id": "WEB-2041", "id": "CMP-2041", "suggested_solution": "rework", "contact_email": "support@shop.example",
            "products": [
                { "id": 1, "amount": 1, "reason": "missing" },
                { "id": 2, "amount": 1, "reason": "damaged", "description": "torn",
                  "files": [{ "uri": "https://cdn.shop.example/2.jpg" }] },
                { "id": 3, "amount": 1, "reason": "missing" },
            ],
        });
        assert_eq!(
            tickets(&mixed),
            json!([
                { "order_id": "WEB-2041", "id": "CMP-2041-1", "reason": "missing", "suggested_solution": "rework",
                  "contact_email": "support@shop.example", "products": [{ "id": 1, "amount": 1 }, { "id": 3, "amount": 1 }] },
                { "order_id": "WEB-2041", "id": "CMP-2041-2", "reason": "damaged", "suggested_solution": "rework",
                  "contact_email": "support@shop.example", "description": "torn",
                  "products": [{ "id": 2, "amount": 1, "files": [{ "uri": "https://cdn.shop.example/2.jpg" }] }] },
            ])
        );
    }

    fn ids(mixed: &Value) -> Vec<(String, Vec<Value>)> {
        let tickets = tickets(mixed);
        let ticket_ids = tickets.as_array().unwrap().iter().map(|ticket| {
            let products = ticket["products"].as_array().unwrap().iter().map(|product| product["id"].clone());
            (ticket["id"].as_str().unwrap().to_owned(), products.collect())
        });
        ticket_ids.collect()
    }

    fn parts(list: &[(&str, &[i64])]) -> Vec<(String, Vec<Value>)> {
        list.iter()
            .map(|(id, products)| ((*id).to_owned(), products.iter().copied().map(Value::from).collect()))
            .collect()
    }

    #[test]
    fn reason_solution_and_group_tell_tickets_apart() {
        let mixed = json!({
            "order_id": "1", "id": "C", "reason": "missing", "suggested_solution": "credit",
            "products": [
                { "id": 1, "amount": 1 },
                { "id": 2, "amount": 1, "suggested_solution": "rework" },
                { "id": 3, "amount": 1, "reason": "delayed" },
                { "id": 4, "amount": 1, "group": "banners" },
                { "id": 5, "amount": 1, "reason": "missing", "suggested_solution": "credit" },
                { "id": 6, "amount": 1, "group": "banners" },
                { "id": 7, "amount": 1, "group": "banners", "suggested_solution": "rework" },
                { "id": 8, "amount": 1, "group": "" },
                { "id": 1, "amount": 2, "reason": "delayed" },
            ],
        });
        assert_eq!(
            ids(&mixed),
            parts(&[("C-1", &[1, 5]), ("C-2", &[2]), ("C-3", &[3, 1]), ("C-4", &[4, 6]), ("C-5", &[7]), ("C-6", &[8])])
        );
    }

    #[test]
    fn one_ticket_has_a_number_too() {
        let mixed = |id: &str| {
            json!({ "order_id": "1", "id": id, "reason": "missing", "suggested_solution": "credit",
                "products": [{ "id": 1, "amount": 1 }] })
        };
        assert_eq!(ids(&mixed("C")), parts(&[("C-1", &[1])]));
        assert_eq!(ids(&mixed("C-1")), parts(&[("C-1-1", &[1])]));
    }

    #[test]
    fn descriptions_meet_in_their_ticket() {
        let product = |id: i64, reason: &str, description: Value| json!({ "id": id, "amount": 1, "reason": reason, "description": description });
        let mixed = json!({
            "order_id": "1", "id": "C", "description": "Arrived on Monday", "suggested_solution": "credit",
            "products": [
                product(1, "missing", json!("not in the box")),
                product(2, "missing", json!("not in the box")),
                product(3, "missing", json!("nor this\nnor that")),
                product(4, "delayed", Value::Null),
                product(5, "delayed", json!("  ")),
                product(6, "missing", json!("nor this\nnor that")),
            ],
        });
        let all = tickets(&mixed);
        assert_eq!(all[0]["description"], json!("Arrived on Monday\nnot in the box\nnor this\nnor that"));
        assert_eq!(all[1]["description"], json!("Arrived on Monday"));
        assert_eq!(all.as_array().unwrap().len(), 2);
    }

    #[test]
    fn other_fields_go_along_and_ours_do_not() {
        let mixed = json!({
            "order_id": "1", "id": "C", "priority": "high", "reason": "missing", "suggested_solution": "credit",
            "products": [
                { "id": "own-7", "amount": 1, "group": "g", "side": { "n": [1.5, null] }, "files": [{ "uri": "https://a.example/1", "name": "x" }] },
                { "id": 2, "amount": 1 },
            ],
        });
        assert_eq!(
            tickets(&mixed),
            json!([
                { "order_id": "1", "id": "C-1", "priority": "high", "reason": "missing", "suggested_solution": "credit",
                  "products": [{ "id": "own-7", "amount": 1, "side": { "n": [1.5, null] }, "files": [{ "uri": "https://a.example/1", "name": "x" }] }] },
                { "order_id": "1", "id": "C-2", "priority": "high", "reason": "missing", "suggested_solution": "credit",
                  "products": [{ "id": 2, "amount": 1 }] },
            ])
        );
    }

    #[test]
    fn every_rule_is_checked_before_there_is_a_ticket() {
        assert_eq!(
            broken(&json!({})),
            expected(&[("order_id", "required"), ("id", "required"), ("products", "required")])
        );
        assert_eq!(
            broken(&json!({
                "order_id": "", "id": "C", "reason": "gone", "contact_email": "x",
                "products": [
                    { "id": 1, "amount": 0, "reason": "damaged", "suggested_solution": "money" },
                    { "id": 2, "amount": 1, "suggested_solution": "credit", "files": [{ "uri": "x" }] },
                ],
            })),
            expected(&[
                ("order_id", "required"),
                ("reason", "unknown_value"),
                ("contact_email", "invalid_email"),
                ("products[0].amount", "out_of_range"),
                ("products[0].suggested_solution", "unknown_value"),
                ("products[1].files[0].uri", "invalid_url"),
                ("products[0].files", "files_required"),
            ])
        );
        assert_eq!(
            broken(&json!({ "order_id": "1", "id": "C", "products": [{ "id": 1, "amount": 1 }] })),
            expected(&[("products[0].reason", "required"), ("products[0].suggested_solution", "required")])
        );
        assert_eq!(
            broken(&json!({ "order_id": "1", "id": "C", "products": [] })),
            expected(&[("products", "too_few_items")])
        );
        // The common reason asks for files of each product that has no reason of its own.
        let damaged = json!({ "order_id": "1", "id": "C", "reason": "damaged", "suggested_solution": "credit",
            "products": [{ "id": 1, "amount": 1 }, { "id": 2, "amount": 1, "reason": "missing" }] });
        assert_eq!(broken(&damaged), expected(&[("products[0].files", "files_required")]));
        let per_ticket = |products: Value| {
            let mixed = json!({ "order_id": "1", "id": "C", "suggested_solution": "credit", "products": products });
            let settings = Settings { files_per: FilesPer::Ticket, ..Settings::default() };
            let list = split_input(input(&mixed), &settings).err().unwrap_or_default();
            codes(list)
        };
        let files = json!([{ "uri": "https://a.example/1.jpg" }]);
        assert_eq!(
            per_ticket(json!([
                { "id": 1, "amount": 1, "reason": "damaged" },
                { "id": 2, "amount": 1, "reason": "damaged", "files": files },
                { "id": 3, "amount": 1, "reason": "missing" },
            ])),
            []
        );
        assert_eq!(
            per_ticket(json!([
                { "id": 1, "amount": 1, "reason": "damaged", "group": "a", "files": files },
                { "id": 2, "amount": 1, "reason": "damaged", "group": "b" },
                { "id": 3, "amount": 1, "reason": "damaged", "group": "b", "files": [] },
                { "id": 4, "amount": 1, "reason": "dirty" },
            ])),
            expected(&[("products[1].files", "files_required"), ("products[3].files", "files_required")])
        );
        // A value that could not be read is not missing.
        let odd = json!({ "order_id": "1", "id": "C", "products": [{ "id": 1, "amount": 1, "reason": 5, "suggested_solution": "credit", "group": 1 }] });
        assert_eq!(
            broken(&odd),
            expected(&[("products[0].reason", "wrong_type"), ("products[0].group", "wrong_type")])
        );
        let tolerant = Settings { allow_unknown_values: true, ..Settings::default() };
        let new = json!({ "order_id": "1", "id": "C", "reason": "new", "suggested_solution": "new", "products": [{ "id": 1, "amount": 1 }] });
        assert_eq!(split_input(input(&new), &tolerant).unwrap().len(), 1);
    }

    fn product() -> impl Strategy<Value = MixedProduct> {
        let reasons = proptest::sample::select(vec!["missing", "delayed", "not-received", "wrong-product"]);
        let solutions = proptest::sample::select(ComplaintSolution::VALUES);
        (1i64..9, 1i64..9, reasons, solutions, proptest::option::of("[ab]")).prop_map(
            |(id, amount, reason, solution, group)| MixedProduct {
                id: ProductId::Number(id),
                amount,
                reason: Some(reason.into()),
                suggested_solution: Some(solution.into()),
                group,
                ..MixedProduct::default()
            },
        )
    }

    proptest! {
        #[test]
        fn each_product_is_in_one_ticket_of_its_kind(products in proptest::collection::vec(product(), 1..20)) {
            let mixed = MixedComplaint { order_id: "1".into(), id: "C".into(), products, ..MixedComplaint::default() };
            let tickets = split(&mixed, &Settings::default()).unwrap();
            let mut ids: Vec<_> = tickets.iter().map(|ticket| ticket.id.clone()).collect();
            ids.sort();
            ids.dedup();
            prop_assert_eq!(ids.len(), tickets.len());
            prop_assert!(ids.iter().all(|id| id.starts_with("C-")));
            let kinds: std::collections::HashSet<_> =
                mixed.products.iter().map(|p| (p.reason.clone(), p.suggested_solution.clone(), p.group.clone())).collect();
            prop_assert_eq!(kinds.len(), tickets.len());
            for reason in ComplaintReason::VALUES {
                let before = mixed.products.iter().filter(|p| p.reason == Some((*reason).into())).map(|p| (p.id.clone(), p.amount));
                let after = tickets.iter().filter(|t| t.reason == (*reason).into()).flat_map(|t| &t.products).map(|p| (p.id.clone(), p.amount));
                let sorted = |list: Vec<(ProductId, i64)>| { let mut texts: Vec<_> = list.iter().map(|p| format!("{p:?}")).collect(); texts.sort(); texts };
                prop_assert_eq!(sorted(before.collect()), sorted(after.collect()));
            }
        }

        #[test]
        fn ids_of_different_complaints_never_meet(a in "[A-C-]{0,2}[0-9-]{0,4}", b in "[A-C-]{0,2}[0-9-]{0,4}", m in 1u32..30, n in 1u32..30) {
            let id = |id: &str, number| {
                let part = Part { reason: ComplaintReason::Missing, solution: ComplaintSolution::Credit, descriptions: Vec::new(), products: Vec::new() };
                part.into_ticket(&MixedComplaint { id: id.to_owned(), ..MixedComplaint::default() }, number).id
            };
            prop_assert_eq!(id(&a, m) == id(&b, n), a == b && m == n);
        }
    }
}
