//! `POST /ticket`: creates a complaint about products of an order.
//!
//! Source: guide, whose example has the fields in this order. The path is ours, in the style of
//! Probo's other paths, which are singular: `/order`, `/order/status`. It can be set.

use super::Probo;
use super::model::{ComplaintReason, ComplaintSolution, SubmittedComplaint};
use super::rules::{AMOUNT, CONTACT_EMAIL, FILES, ORDER_ID, PRODUCT_ID, REASON, SOLUTION, TICKET_ID, URI, check_files};
use crate::rules::input::{FromInput, at, wrong_type};
use crate::rules::rule::{Kind, Rule, Typed};
use crate::rules::settings::Settings;
use crate::rules::value::{Given, Tree};
use crate::rules::violation::Violations;
use crate::vendor::declare::{Special, endpoint};
use crate::wire::json::Json;

endpoint! {
    "createTicket"() = POST "/ticket" { is_movable: true } -> SubmittedComplaint;

    /// A complaint about products of one order, all for the same reason and with the same desired
    /// solution. For mixed complaints see `splitComplaints`.
    pub struct Complaint of Probo, keep unknown {
        /// Your own id of the order, as you gave it to Probo; not its `supplier_order_number`.
        body order_id: String = ORDER_ID,
        /// An id for this ticket that is unique among your tickets.
        body id: String = TICKET_ID,
        /// A short description, which helps Probo to handle the ticket.
        body description: Option<String> = Rule::ANY_TEXT,
        /// The reason for the complaint. Seven reasons need files with every product.
        body reason: ComplaintReason = REASON,
        /// The solution that you would like.
        body suggested_solution: ComplaintSolution = SOLUTION,
        /// The email address of a person in your company, not of your customer.
        body contact_email: Option<String> = CONTACT_EMAIL,
        /// The products that the complaint is about, at least one.
        body products: Vec<ComplaintProduct> = Rule::List {
            items: &Rule::Object(ComplaintProduct::TABLE),
            // Guide: "Tickets are created based on product ID's".
            empty: Some("give at least one product of the order"),
            twice: None,
        },
    }
}

endpoint! {
    /// A product of the order.
    pub struct ComplaintProduct, keep unknown {
        /// The product's id: from Probo's `order/status`, or your own if you gave one with the
        /// order.
        #[cfg_attr(feature = "types", ts(type = "Int64 | string"))]
        id: ProductId = PRODUCT_ID,
        /// The number of pieces concerned.
        #[cfg_attr(feature = "types", ts(type = "number"))]
        amount: i64 = AMOUNT,
        /// Pictures that show the fault.
        files: Option<Vec<ComplaintFile>> = FILES,
    }
}

endpoint! {
    /// A file that Probo can fetch.
    pub struct ComplaintFile, keep unknown {
        /// The full address, which must be public: `https://cdn.shop.example/2041-1.jpg`.
        uri: String = URI,
    }
}

impl Special for Complaint {
    // The reason decides whether products need files.
    const IS_TABLE_COMPLETE: bool = false;

    fn check_more(&self, _settings: &Settings, violations: &mut Violations) {
        for (index, product) in self.products.iter().enumerate() {
            check_files(&at("products", index), product.files.as_deref(), &self.reason, violations);
        }
    }
}

/// A product's id, sent in the form in which it was given. The guide's example has a number, and an
/// order may use its own ids.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProductId {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
}

impl Default for ProductId {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl FromInput for ProductId {
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
        match input {
            Json::Text(text) => Self::Text(text),
            Json::Int(_) | Json::Number(_) => Self::Number(i64::from_input(input, field, violations)),
            other => {
                violations.push(wrong_type(field, &other, "a whole number or text"));
                Self::default()
            }
        }
    }
}

/// The rule is about texts; any number is valid.
impl Typed for ProductId {
    const KIND: Kind = Kind::Text;
}

impl Given for ProductId {
    fn tree(&self) -> Tree<'_> {
        match self {
            Self::Number(number) => number.tree(),
            Self::Text(text) => text.tree(),
        }
    }
}

#[cfg(test)]
mod tests;
