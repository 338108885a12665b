//! Tests of sure writes with the evidence of real marketplaces.

use crate::call::line::Line;
use crate::call::once::{Once, OnceEvent, OnceStep, Page};
use crate::marketplaces::{clickbank::CLICKBANK, kaufland::KAUFLAND, magalu::MAGALU};
use crate::rules::error::Sent;
use crate::rules::settings::Settings;
use crate::vendor::Marketplace;
use crate::wire::json::Json;
use proptest::prelude::*;
use serde_json::json;

/// Builds a value as a response or an argument has it.
macro_rules! tree {
    ($($json:tt)*) => { Json::from(json!($($json)*)) };
}

proptest! {
    /// Whatever a marketplace sends, and in whatever order events occur, there is never a panic,
    /// and never a second write after one that was accepted.
    #[test]
    fn nothing_that_happens_is_a_surprise(
        which in 0..3usize,
        happenings in proptest::collection::vec((0..9u8, "\\PC{0,6}", any::<f64>()), 0..40),
    ) {
        let writes: [(&Marketplace, &str, Json); 3] = [
            (&KAUFLAND, "createTicketMessage", tree!(["1", { "text": "a" }])),
            (&CLICKBANK, "updateTicket", tree!([1, { "comment": "a" }])),
            (&MAGALU, "createEvent", tree!(["1", { "type": "product_sent" }])),
        ];
        let Some((marketplace, endpoint, args)) = writes.get(which) else { return Ok(()) };
        let settings = Settings::default();
        let recovery = marketplace.operation(endpoint).unwrap().recovery(args.clone().into_list(), &settings, 0.0);
        let mut line = Line::default();
        line.enter(1, 0.0);
        let mut machine = Once::new(marketplace, endpoint, recovery.clone(), &settings, 0.0).unwrap();
        let mut accepted = false;
        for (kind, text, now) in happenings {
            let items = tree!([{ "id": text, "text": text, "type": text, "comment": text }, text, null, 1]);
            let event = match kind {
                0 => OnceEvent::Begun,
                1 => OnceEvent::Read {
                    value: tree!({ "messages": items, "comments": items, "results": items, "status": text }),
                    page: Some(Page { more: now > 0.5, numbered: now > 0.0, offset_field: text, length: 4 }),
                },
                2 => OnceEvent::Read { value: tree!(text), page: None },
                3 => OnceEvent::WriteFailed { sent: Sent::Maybe, status: None, hint_ms: None },
                4 => OnceEvent::WriteFailed { sent: Sent::Yes, status: None, hint_ms: None },
                5 => OnceEvent::Waited,
                6 => OnceEvent::Written { value: tree!({ "comments": items, "transaction_id": text, "id": text }) },
                7 => OnceEvent::Aborted { sent: Sent::Maybe },
                _ => {
                    // The next write, which meets what the last one has left in the line.
                    machine = Once::new(marketplace, endpoint, recovery.clone(), &settings, 0.0).unwrap();
                    accepted = false;
                    OnceEvent::Begun
                }
            };
            accepted |= kind == 4;
            let step = machine.advance(marketplace, &mut line, now, event);
            let writes = matches!(step, OnceStep::Write { .. });
            prop_assert!(!(accepted && writes), "written again");
        }
    }
}
