//! `GET /tickets/{id_ticket}`: reads one ticket, with the parts that `embedded` asks for.
//!
//! Source: guide, "Retrieving open tickets"; specification 2.44.0.

use super::Kaufland;
use super::model::{Embedded, Single, TicketWithEmbedded};
use super::rules::ID_TICKET;
use crate::rules::rule::Rule;
use crate::vendor::declare::{Overrides, endpoint};

endpoint! {
    "getTicket"(id_ticket) = GET "/tickets/{id_ticket}" -> Single<TicketWithEmbedded>;

    /// The ticket to read, and the parts to include.
    pub struct GetTicketParams of Kaufland, deny unknown {
        /// The ticket's id.
        #[cfg_attr(feature = "types", ts(skip))]
        path id_ticket: String = ID_TICKET,
        // The vendor's schema means repeated names, its description one text with commas.
        /// The parts to include in the ticket.
        commas embedded: Option<Vec<Embedded>> = Rule::each(&Rule::OneOf(Embedded::VALUES)),
    }
}

impl Overrides for GetTicketParams {}

#[cfg(test)]
mod tests {
    use super::super::tests::{accepts, answer, breaks, check, line, ticket};
    use super::*;
    use crate::marketplaces::testing::tolerant;
    use crate::rules::settings::{ArrayEncoding, Settings};
    use crate::vendor::{Endpoint, Shape};
    use serde_json::json;

    #[test]
    fn what_comes_along_is_one_value_with_commas_by_default() {
        for (array_encoding, query) in [
            (None, "embedded=messages%2Cfiles"),
            (Some(ArrayEncoding::Comma), "embedded=messages%2Cfiles"),
            (Some(ArrayEncoding::Repeat), "embedded=messages&embedded=files"),
            (Some(ArrayEncoding::Brackets), "embedded%5B0%5D=messages&embedded%5B1%5D=files"),
        ] {
            let settings = Settings { array_encoding, ..Settings::default() };
            let embedded = json!(["1", { "embedded": ["messages", "files"] }]);
            assert_eq!(line(&settings, "getTicket", &embedded), format!("GET /tickets/1?{query}"));
            assert_eq!(line(&settings, "getTicket", &json!(["1", { "embedded": [] }])), "GET /tickets/1");
        }
    }

    #[test]
    fn what_comes_along_has_documented_values() {
        accepts("getTicket", json!(["1", { "embedded": Embedded::VALUES }]));
        breaks("getTicket", json!(["1", { "embedded": ["seller"] }]), &[("embedded[0]", "unknown_value")]);
        assert!(check(&tolerant(), "getTicket", &json!(["1", { "embedded": ["seller"] }])).is_empty());
    }

    #[test]
    fn a_ticket_is_picked_out_of_its_envelope() {
        let mut single = ticket("00150000001");
        single["files"] = json!([{ "filename": "a", "ts_created_iso": "2026-03-02T08:15:00Z", "uri": "https://x" }]);
        let response = answer(200, &json!({ "data": single }).to_string());
        assert_eq!(
            GetTicketParams::shape(&response),
            Ok(Shape::Json { text: None, pick: &["data"], page: None, odd: Vec::new() })
        );
        let ticket = GetTicketParams::decode(&response).unwrap();
        assert_eq!((ticket.id_ticket.as_str(), ticket.messages), ("00150000001", None));
        assert_eq!(ticket.files.map(|files| files.len()), Some(1));
    }
}
