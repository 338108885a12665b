//! ClickBank's nine ticket operations: parameters, requests, answers.
//!
//! Every parameter goes into the query, also of a POST and a PUT: the API ignores bodies.

#![allow(non_snake_case, reason = "fields have the vendor's names")]

use super::ClickBank;
use super::ensure;
use super::mend;
use super::model::{Action, Reason, RefundAmounts, RefundType, StatusFilter, Ticket, Tickets, TypeCode};
use super::rules;
use crate::rules::error::DecodeError;
use crate::rules::input::{FromInput, Input, params, wrong_type};
use crate::rules::settings::Settings;
use crate::rules::violation::Violations;
use crate::vendor::{BodyKind, Endpoint, Listing, Meta, PageShape, Parts, Recovery, Shape};
use crate::wire::http::{Method, Response};
use crate::wire::url::Query;
use serde_json::{Map, Value};

/// A ticket's id: digits. In JavaScript it may also be given as a number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TicketId(String);

impl TicketId {
    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: ToString> From<T> for TicketId {
    fn from(id: T) -> Self {
        Self(id.to_string())
    }
}

impl FromInput for TicketId {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        match input {
            Input::Text(text) => Self(text),
            Input::Int(_) | Input::Number(_) => i64::from_input(input, field, violations).into(),
            other => {
                violations.push(wrong_type(field, &other, "a whole number or its digits"));
                Self::default()
            }
        }
    }
}

params! {
    /// A new ticket.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankCreateTicketParams"))]
    pub struct CreateTicketParams keep unknown {
        /// The receipt of the sale.
        #[cfg_attr(feature = "types", ts(skip))]
        pub receipt: String,
        /// What it asks for. `rfnd` pays the receipt back and, for a recurring product, ends future billing. `cncl` only
        /// ends future billing of a recurring product, but **pays any other product back**. `tech` moves no money.
        pub r#type: TypeCode,
        /// Why; a reason belongs to one type.
        pub reason: Reason,
        /// The item of a sale with several.
        pub sku: Option<String>,
        /// What to write.
        pub comment: Option<String>,
        /// How much is paid back; `rfnd` needs it. The account must be enabled for partial refunds.
        pub refundType: Option<RefundType>,
        /// Of a partial refund: the percentage, 1 to 80 with at most two decimals, or the amount in the customer's
        /// currency. Decimal text, such as `"12.50"`.
        pub refundAmount: Option<String>,
        /// Whether a refund leaves the subscription as it is.
        pub retainSubscription: Option<bool>,
    }
}

params! {
    /// Which ticket.
    pub struct GetTicketParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub id: TicketId,
    }
}

params! {
    /// What is done to a ticket.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankUpdateTicketParams"))]
    pub struct UpdateTicketParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub id: TicketId,
        /// What is done. Without it the comment is added. `close` cancels the ticket: an open refund is then not paid.
        pub action: Option<Action>,
        /// What to write; needed without an action, and to reopen.
        pub comment: Option<String>,
        /// For `change`: the new type. A ticket that becomes a refund is **paid back in full**.
        pub r#type: Option<TypeCode>,
    }
}

params! {
    /// The ticket whose goods came back.
    pub struct ConfirmReturnParams keep unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        pub id: TicketId,
    }
}

params! {
    /// Which tickets to list. Filters hold together. Dates are calendar days, `2026-03-04`; each range needs both its
    /// ends, which are at most 7 days apart.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankListTicketsParams"))]
    pub struct ListTicketsParams keep unknown {
        /// What they ask for.
        pub r#type: Option<TypeCode>,
        /// How far they are.
        pub status: Option<StatusFilter>,
        /// Of which receipt; a subscription's brings the tickets of all its rebills. `%` stands for any characters, but
        /// not at the start, and not for all but 3.
        pub receipt: Option<String>,
        /// Created on this day or later.
        pub createDateFrom: Option<String>,
        /// Created on this day or earlier.
        pub createDateTo: Option<String>,
        /// Changed on this day or later.
        pub updateDateFrom: Option<String>,
        /// Changed on this day or earlier.
        pub updateDateTo: Option<String>,
        /// Closed on this day or later.
        pub closeDateFrom: Option<String>,
        /// Closed on this day or earlier.
        pub closeDateTo: Option<String>,
        /// The page, from 1; without it the first. A page has at most 100 tickets.
        #[cfg_attr(feature = "types", ts(optional, type = "number"))]
        pub page: Option<i64>,
    }
}

params! {
    /// Which tickets to count.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankCountTicketsParams"))]
    pub struct CountTicketsParams keep unknown {
        /// What they ask for.
        pub r#type: Option<TypeCode>,
        /// How far they are.
        pub status: Option<StatusFilter>,
        /// Of which receipt, as for a list.
        pub receipt: Option<String>,
    }
}

params! {
    /// Which refund to calculate.
    #[cfg_attr(feature = "types", ts(rename = "ClickBankGetRefundAmountsParams"))]
    pub struct GetRefundAmountsParams keep unknown {
        /// The receipt of the sale.
        #[cfg_attr(feature = "types", ts(skip))]
        pub receipt: String,
        /// How much would be paid back.
        pub refundType: RefundType,
        /// Of a partial refund: the percentage, 1 to 80 with at most two decimals, or the amount in the customer's
        /// currency. Decimal text, such as `"12.50"`.
        pub refundAmount: Option<String>,
        /// The item of a sale with several.
        pub sku: Option<String>,
    }
}

params! {
    /// The XML schema of a ticket takes no parameters.
    pub struct GetTicketSchemaParams keep unknown {}
}

params! {
    /// The XML schema of refund amounts takes no parameters.
    pub struct GetPartialRefundDataSchemaParams keep unknown {}
}

impl GetTicketParams {
    /// The ticket with this id.
    pub fn of(id: impl Into<TicketId>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

impl ConfirmReturnParams {
    /// The ticket with this id.
    pub fn of(id: impl Into<TicketId>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }
}

/// An operation that answers with one thing, wrapped or bare.
macro_rules! one_result {
    ($Output:ty) => {
        type Vendor = ClickBank;
        type Output = $Output;

        fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
            mend::read(response, mend::single::<$Output>(response)?)
        }

        fn shape(response: &Response) -> Result<Shape, DecodeError> {
            let (text, _) = mend::check::<$Output>(response, mend::single::<$Output>(response)?)?;
            Ok(Shape::Json { text, pick: &[], page: None })
        }
    };
}

impl Endpoint for CreateTicketParams {
    one_result!(Ticket);

    const META: Meta = Meta {
        name: "createTicket",
        path: "/1.3/tickets/{receipt}",
        positional: &["receipt"],
        body: BodyKind::None,
        ..Meta::WRITE
    };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::create_ticket(self, settings, violations);
        rules::url(self, self.comment.as_deref(), settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push("type", self.r#type.as_str());
        query.push("reason", self.reason.as_str());
        query.push_some("sku", self.sku.as_deref());
        query.push_some("refundType", self.refundType.as_ref().map(RefundType::as_str));
        query.push_some("refundAmount", self.refundAmount.as_deref());
        query.push_some("retainSubscription", self.retainSubscription);
        query.push_some("comment", self.comment.as_deref());
        parts(Some(("receipt", &self.receipt)), query, &self.extra)
    }

    fn recovery(&self, now_ms: f64) -> Recovery {
        ensure::create(self, now_ms)
    }
}

impl Endpoint for GetTicketParams {
    one_result!(Ticket);

    const META: Meta = Meta { name: "getTicket", path: "/1.3/tickets/{id}", positional: &["id"], ..Meta::READ };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::id(&self.id, violations);
        rules::url(self, None, settings, violations);
        rules::extra(&self.extra, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        parts(Some(("id", self.id.as_str())), Query::default(), &self.extra)
    }
}

impl Endpoint for UpdateTicketParams {
    one_result!(Ticket);

    const META: Meta = Meta {
        name: "updateTicket",
        method: Method::Put,
        path: "/1.3/tickets/{id}",
        positional: &["id"],
        body: BodyKind::None,
        ..Meta::WRITE
    };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::update_ticket(self, settings, violations);
        rules::url(self, self.comment.as_deref(), settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("action", self.action.as_ref().map(Action::as_str));
        query.push_some("type", self.r#type.as_ref().map(TypeCode::as_str));
        query.push_some("comment", self.comment.as_deref());
        parts(Some(("id", self.id.as_str())), query, &self.extra)
    }

    fn recovery(&self, _now_ms: f64) -> Recovery {
        ensure::update(self)
    }
}

impl Endpoint for ConfirmReturnParams {
    type Vendor = ClickBank;
    type Output = ();

    const META: Meta = Meta {
        name: "confirmReturn",
        path: "/1.3/tickets/{id}/returned",
        positional: &["id"],
        body: BodyKind::None,
        ..Meta::WRITE
    };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::id(&self.id, violations);
        rules::url(self, None, settings, violations);
        rules::extra(&self.extra, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        parts(Some(("id", self.id.as_str())), Query::default(), &self.extra)
    }

    /// Nothing: the answer is a 204. (The vendor's page also names a shipping notice; one that comes is not needed.)
    fn decode(_response: &Response) -> Result<Self::Output, DecodeError> {
        Ok(())
    }

    fn shape(_response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Empty)
    }

    fn recovery(&self, _now_ms: f64) -> Recovery {
        ensure::look(&self.id, crate::wire::json::Json::Absent)
    }
}

/// A page of a list of tickets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TicketPage {
    /// The tickets.
    pub data: Vec<Ticket>,
    /// Whether there is a page after this one.
    pub more: bool,
    /// What came beside them.
    pub extra: Map<String, Value>,
}

/// "If more than 100 results are returned, it will return a status code of 206."
const PARTIAL_CONTENT: u16 = 206;

impl Endpoint for ListTicketsParams {
    type Vendor = ClickBank;
    type Output = TicketPage;

    const META: Meta = Meta { name: "listTickets", path: "/1.3/tickets/list", headers: &["Page"], ..Meta::READ };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::list_tickets(self, settings, violations);
        rules::url(self, None, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("type", self.r#type.as_ref().map(TypeCode::as_str));
        query.push_some("status", self.status.as_ref().map(StatusFilter::as_str));
        query.push_some("receipt", self.receipt.as_deref());
        for (from, to, values) in self.date_ranges() {
            query.push_some(from, values.0);
            query.push_some(to, values.1);
        }
        let parts = parts(None, query, &self.extra);
        match self.page {
            Some(page) => parts.header("Page", page.to_string()),
            None => parts,
        }
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        let Tickets { data, extra } = mend::read(response, mend::list(response)?)?;
        Ok(TicketPage { data, more: response.status == PARTIAL_CONTENT, extra })
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        let (text, outline) = mend::check::<Tickets>(response, mend::list(response)?)?;
        let page = PageShape {
            key: "ticketid",
            items: "data",
            offset_field: "page",
            numbered: true,
            offset: None,
            length: outline.count("data").unwrap_or(0),
            total: None,
            more: response.status == PARTIAL_CONTENT,
            beyond: None,
        };
        Ok(Shape::Json { text, pick: &[], page: Some(page) })
    }
}

/// The names of a range's two ends, and their values.
pub(super) type DateRange<'a> = (&'static str, &'static str, (Option<&'a str>, Option<&'a str>));

impl ListTicketsParams {
    pub(super) fn date_ranges(&self) -> [DateRange<'_>; 3] {
        [
            ("createDateFrom", "createDateTo", (self.createDateFrom.as_deref(), self.createDateTo.as_deref())),
            ("updateDateFrom", "updateDateTo", (self.updateDateFrom.as_deref(), self.updateDateTo.as_deref())),
            ("closeDateFrom", "closeDateTo", (self.closeDateFrom.as_deref(), self.closeDateTo.as_deref())),
        ]
    }
}

impl Listing for ListTicketsParams {
    type Item = Ticket;

    const NUMBERED: bool = true;

    fn offset(&self) -> u64 {
        self.page.and_then(|page| u64::try_from(page).ok()).unwrap_or(1)
    }

    fn at(self, page: u64) -> Self {
        Self { page: Some(i64::try_from(page).unwrap_or(i64::MAX)), ..self }
    }

    fn page(output: Self::Output) -> (Vec<Self::Item>, bool) {
        (output.data, output.more)
    }

    fn key(item: &Self::Item) -> String {
        item.ticketid.clone()
    }
}

impl Endpoint for CountTicketsParams {
    type Vendor = ClickBank;
    type Output = u64;

    const META: Meta = Meta { name: "countTickets", path: "/1.3/tickets/count", ..Meta::READ };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::count_tickets(self, settings, violations);
        rules::url(self, None, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push_some("type", self.r#type.as_ref().map(TypeCode::as_str));
        query.push_some("status", self.status.as_ref().map(StatusFilter::as_str));
        query.push_some("receipt", self.receipt.as_deref());
        parts(None, query, &self.extra)
    }

    fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
        mend::count(response)
    }

    fn shape(response: &Response) -> Result<Shape, DecodeError> {
        Ok(Shape::Json { text: Some(mend::count(response)?.to_string()), pick: &[], page: None })
    }
}

impl Endpoint for GetRefundAmountsParams {
    one_result!(RefundAmounts);

    const META: Meta = Meta {
        name: "getRefundAmounts",
        path: "/1.3/tickets/refundAmounts/{receipt}",
        positional: &["receipt"],
        ..Meta::READ
    };

    fn check(&self, settings: &Settings, violations: &mut Violations) {
        rules::get_refund_amounts(self, settings, violations);
        rules::url(self, None, settings, violations);
    }

    fn parts(&self, _settings: &Settings) -> Parts {
        let mut query = Query::default();
        query.push("refundType", self.refundType.as_str());
        query.push_some("refundAmount", self.refundAmount.as_deref());
        query.push_some("sku", self.sku.as_deref());
        parts(Some(("receipt", &self.receipt)), query, &self.extra)
    }
}

/// An operation that answers with an XML schema, which needs no key.
macro_rules! schema {
    ($Params:ident, $name:literal, $path:literal) => {
        impl Endpoint for $Params {
            type Vendor = ClickBank;
            type Output = String;

            const META: Meta =
                Meta { name: $name, path: $path, accept: "application/xml", is_open: true, ..Meta::READ };

            fn check(&self, settings: &Settings, violations: &mut Violations) {
                rules::url(self, None, settings, violations);
                rules::extra(&self.extra, violations);
            }

            fn parts(&self, _settings: &Settings) -> Parts {
                parts(None, Query::default(), &self.extra)
            }

            fn decode(response: &Response) -> Result<Self::Output, DecodeError> {
                xml(response).map(str::to_owned)
            }

            fn shape(response: &Response) -> Result<Shape, DecodeError> {
                xml(response).map(|_| Shape::Text)
            }
        }
    };
}

schema!(GetTicketSchemaParams, "getTicketSchema", "/1.3/tickets/schema");
schema!(GetPartialRefundDataSchemaParams, "getPartialRefundDataSchema", "/1.3/tickets/partialRefundDataSchema");

/// The path's value, the query with what is not documented behind it, and no body.
fn parts(segment: Option<(&'static str, &str)>, mut query: Query, extra: &[(String, Input)]) -> Parts {
    for (name, value) in extra {
        if let Some(text) = rules::query_text(value) {
            query.push(name, text);
        }
    }
    let parts = Parts::new().query(query);
    match segment {
        Some((name, value)) => parts.at(name, value),
        None => parts,
    }
}

/// The text of an XML answer.
fn xml(response: &Response) -> Result<&str, DecodeError> {
    let text = std::str::from_utf8(&response.body).ok().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text));
    match text {
        Some(text) if text.trim_start().starts_with('<') => Ok(text),
        Some("") => Err(DecodeError::new("empty_body", format!("the answer ({}) has no body", response.status))),
        _ => Err(DecodeError::new("invalid_xml", format!("the answer ({}) is not XML in UTF-8", response.status))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::CLICKBANK;
    use super::*;
    use crate::vendor::{Access, Plan};
    use crate::wire::url::match_path;
    use serde_json::json;

    fn plan_with(settings: &Settings, operation: &str, arguments: &Value) -> Plan {
        let arguments: Vec<Input> = serde_json::from_str(&arguments.to_string()).unwrap();
        let (plan, body) = CLICKBANK.operation(operation).unwrap().plan(arguments, settings).unwrap();
        assert!(body.is_none(), "the API ignores bodies");
        plan
    }

    /// Method, URL below the base, and the headers but for `Accept`.
    fn line(operation: &str, arguments: Value) -> String {
        let plan = plan_with(&Settings::default(), operation, &arguments);
        let path = plan.url.strip_prefix("https://api.clickbank.com/rest").unwrap();
        let headers = plan.headers.0.iter().filter(|(name, _)| name != "Accept");
        let headers: Vec<_> = headers.map(|(name, value)| format!(" {name}: {value}")).collect();
        format!("{} {path}{}", plan.method.as_str(), headers.concat())
    }

    #[test]
    fn each_operation_has_its_line() {
        for (operation, arguments, expected) in [
            (
                "createTicket",
                json!(["ABCD1234", {
                    "comment": "Partial goodwill", "refundAmount": "50.00", "refundType": "PARTIAL_PERCENT",
                    "reason": "ticket.type.refund.8", "type": "rfnd",
                }]),
                "POST /1.3/tickets/ABCD1234?type=rfnd&reason=ticket.type.refund.8&refundType=PARTIAL_PERCENT\
                &refundAmount=50.00&comment=Partial%20goodwill",
            ),
            (
                "createTicket",
                json!(["ABCD1234-B001", {
                    "type": "rfnd", "reason": "ticket.type.refund.returned", "refundType": "FULL", "sku": "7 a&b",
                    "retainSubscription": true,
                }]),
                "POST /1.3/tickets/ABCD1234-B001?type=rfnd&reason=ticket.type.refund.returned&sku=7%20a%26b\
                &refundType=FULL&retainSubscription=true",
            ),
            (
                "createTicket",
                json!(["ABCD1234", { "type": "tech", "reason": "ticket.type.tech_support.10", "comment": "100% + ü?\n#1" }]),
                "POST /1.3/tickets/ABCD1234?type=tech&reason=ticket.type.tech_support.10\
                &comment=100%25%20%2B%20%C3%BC%3F%0A%231",
            ),
            ("getTicket", json!([31_004_567]), "GET /1.3/tickets/31004567"),
            ("getTicket", json!(["031004567", null]), "GET /1.3/tickets/031004567"),
            ("getTicket", json!([i64::MAX, {}]), "GET /1.3/tickets/9223372036854775807"),
            ("updateTicket", json!(["1", { "comment": "Hello" }]), "PUT /1.3/tickets/1?comment=Hello"),
            ("updateTicket", json!([1, { "action": "close" }]), "PUT /1.3/tickets/1?action=close"),
            (
                "updateTicket",
                json!([1, { "comment": "again", "action": "reopen" }]),
                "PUT /1.3/tickets/1?action=reopen&comment=again",
            ),
            (
                "updateTicket",
                json!([1, { "type": "rfnd", "action": "change" }]),
                "PUT /1.3/tickets/1?action=change&type=rfnd",
            ),
            ("confirmReturn", json!([1]), "POST /1.3/tickets/1/returned"),
            ("listTickets", json!([]), "GET /1.3/tickets/list"),
            ("listTickets", json!([{ "page": 3 }]), "GET /1.3/tickets/list Page: 3"),
            (
                "listTickets",
                json!([{
                    "closeDateTo": "2026-03-06", "closeDateFrom": "2026-03-05", "updateDateTo": "2026-03-04",
                    "updateDateFrom": "2026-03-03", "createDateTo": "2026-03-02", "createDateFrom": "2026-03-01",
                    "receipt": "ABCD%", "status": "reopened", "type": "cncl", "page": 1,
                }]),
                "GET /1.3/tickets/list?type=cncl&status=reopened&receipt=ABCD%25&createDateFrom=2026-03-01\
                &createDateTo=2026-03-02&updateDateFrom=2026-03-03&updateDateTo=2026-03-04&closeDateFrom=2026-03-05\
                &closeDateTo=2026-03-06 Page: 1",
            ),
            ("countTickets", json!([]), "GET /1.3/tickets/count"),
            (
                "countTickets",
                json!([{ "receipt": "ABCD1234", "status": "open", "type": "tech" }]),
                "GET /1.3/tickets/count?type=tech&status=open&receipt=ABCD1234",
            ),
            (
                "getRefundAmounts",
                json!(["ABCD1234", { "refundType": "FULL" }]),
                "GET /1.3/tickets/refundAmounts/ABCD1234?refundType=FULL",
            ),
            (
                "getRefundAmounts",
                json!(["ABCD1234", { "sku": "7", "refundAmount": "11.6", "refundType": "PARTIAL_AMOUNT" }]),
                "GET /1.3/tickets/refundAmounts/ABCD1234?refundType=PARTIAL_AMOUNT&refundAmount=11.6&sku=7",
            ),
            ("getTicketSchema", json!([]), "GET /1.3/tickets/schema"),
            ("getPartialRefundDataSchema", json!([]), "GET /1.3/tickets/partialRefundDataSchema"),
        ] {
            assert_eq!(line(operation, arguments.clone()), expected);
            let plan = plan_with(&Settings::default(), operation, &arguments);
            let is_schema = operation.ends_with("Schema");
            assert_eq!(
                plan.headers.get("Accept"),
                Some(if is_schema { "application/xml" } else { "application/json" })
            );
            assert_eq!(plan.is_open, is_schema);
            assert_eq!(plan.access == Access::Read, plan.method == Method::Get);
        }
    }

    #[test]
    fn fields_that_are_not_documented_go_into_the_query() {
        let extra = json!({ "text": "a b", "whole": -7, "part": 0.5, "flag": false, "none": null });
        let query = "flag=false&part=0.5&text=a%20b&whole=-7";
        let with = |mut known: Value| {
            known.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            known
        };
        for (operation, arguments, expected) in [
            ("getTicket", json!([1, extra]), format!("GET /1.3/tickets/1?{query}")),
            ("confirmReturn", json!([1, extra]), format!("POST /1.3/tickets/1/returned?{query}")),
            (
                "updateTicket",
                json!([1, with(json!({ "action": "close" }))]),
                format!("PUT /1.3/tickets/1?action=close&{query}"),
            ),
            ("listTickets", json!([extra]), format!("GET /1.3/tickets/list?{query}")),
            ("countTickets", json!([extra]), format!("GET /1.3/tickets/count?{query}")),
            ("getTicketSchema", json!([extra]), format!("GET /1.3/tickets/schema?{query}")),
        ] {
            assert_eq!(line(operation, arguments), expected);
        }
    }

    #[test]
    fn paths_lead_back_to_their_operation() {
        for (method, path, name) in [
            ("POST", "/1.3/tickets/ABCD1234", "createTicket"),
            ("POST", "/1.3/tickets/list", "createTicket"),
            ("GET", "/1.3/tickets/31004567", "getTicket"),
            ("PUT", "/1.3/tickets/31004567", "updateTicket"),
            ("POST", "/1.3/tickets/31004567/returned", "confirmReturn"),
            ("GET", "/1.3/tickets/list", "listTickets"),
            ("GET", "/1.3/tickets/count", "countTickets"),
            ("GET", "/1.3/tickets/refundAmounts/ABCD1234", "getRefundAmounts"),
            ("GET", "/1.3/tickets/schema", "getTicketSchema"),
            ("GET", "/1.3/tickets/partialRefundDataSchema", "getPartialRefundDataSchema"),
        ] {
            assert_eq!(
                CLICKBANK.route(method, path, &Settings::default()).map(|(meta, _)| meta.name),
                Some(name),
                "{method} {path}"
            );
        }
        for (method, path) in [
            ("DELETE", "/1.3/tickets/1"),
            ("GET", "/1.3/orders2/list"),
            ("GET", "/debug"),
            ("GET", "/1.3/tickets/1/returned"),
            ("POST", "/1.3/tickets"),
        ] {
            assert!(CLICKBANK.route(method, path, &Settings::default()).is_none(), "{method} {path}");
        }
    }

    #[test]
    fn only_a_list_has_a_header_of_its_own() {
        for operation in CLICKBANK.operations {
            let expected: &[&str] = if operation.meta.name == "listTickets" { &["Page"] } else { &[] };
            assert_eq!(operation.meta.headers, expected);
        }
    }

    #[test]
    fn receipts_and_ids_are_one_segment() {
        let plan = plan_with(&Settings::default(), "getRefundAmounts", &json!(["A?B#C&D", { "refundType": "FULL" }]));
        let path = plan.url.strip_prefix(CLICKBANK.production).unwrap().split('?').next().unwrap();
        assert_eq!(path, "/1.3/tickets/refundAmounts/A%3FB%23C%26D");
        let values = match_path(GetRefundAmountsParams::META.path, path).unwrap();
        assert_eq!(values, [("receipt", "A?B#C&D".to_owned())]);
    }

    #[test]
    fn lists_go_on_from_a_page_and_know_their_items() {
        let params = ListTicketsParams { status: Some(StatusFilter::Open), ..Default::default() };
        assert_eq!((params.offset(), ListTicketsParams::NUMBERED), (1, true));
        let later = params.clone().at(4);
        assert_eq!((later.offset(), later.page, &later.status), (4, Some(4), &params.status));
        let ticket = Ticket { ticketid: "7".into(), ..Ticket::default() };
        assert_eq!(ListTicketsParams::key(&ticket), "7");
        let output = TicketPage { data: vec![ticket.clone()], more: true, ..TicketPage::default() };
        assert_eq!(ListTicketsParams::page(output), (vec![ticket], true));
    }

    #[test]
    fn calls_come_at_most_ten_times_a_second() {
        let mut gate = crate::call::limit::Gate::default();
        let rate = (CLICKBANK.rate)(&Meta::READ).1;
        let sent: Vec<_> =
            (0..100).map(|_| gate.reserve(rate, 0.0, 1e9).map(|place| gate.wait_ms(place, 0.0)).unwrap()).collect();
        for start in &sent {
            assert!(sent.iter().filter(|at| **at >= *start && **at < start + 1000.0).count() <= 10);
        }
    }
}
