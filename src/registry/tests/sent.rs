//! What a refusal proves is the same at all marketplaces where its cause is the same.

use crate::call::limit::Gate;
use crate::call::{Call, CallEvent, CallStep, Now};
use crate::registry::ALL;
use crate::rules::error::Sent;
use crate::rules::settings::Settings;
use crate::vendor::plan::assemble;
use crate::vendor::{Access, Marketplace};
use crate::wire::http::{Headers, Response};

/// Returns what the error of each write says when this response comes.
fn sent(marketplace: &'static Marketplace, response: &Response) -> Vec<Sent> {
    let settings = Settings::default();
    let writes = marketplace.operations.iter().filter(|operation| operation.meta.access == Access::Write);
    writes
        .map(|operation| {
            let mut call = Call::new(assemble(marketplace, &operation.meta, &settings, "/x", ""), &settings);
            let (mut gate, now) = (Gate::default(), Now { ms: 1e12, random: 0.5 });
            assert!(matches!(call.advance(marketplace, &mut gate, now, CallEvent::Start), CallStep::Send { .. }));
            let event = CallEvent::Response { response: response.clone() };
            match call.advance(marketplace, &mut gate, now, event) {
                CallStep::Fail(error) => error.sent,
                step => panic!("{} {}: {step:?}", marketplace.id, operation.meta.name),
            }
        })
        .collect()
}

#[test]
fn one_cause_gets_one_word_in_every_status() {
    let plain: &[(&str, &str)] = &[("content-type", "text/plain")];
    let page: &[(&str, &str)] = &[("content-type", "text/html")];
    for (status, headers, body, word) in [
        // A limiter may stand behind what was carried out.
        (429, plain, "", Sent::Maybe),
        (429, page, "<html>slow down</html>", Sent::Maybe),
        (403, &[("retry-after", "7")], "", Sent::Maybe),
        (403, &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], "{}", Sent::Maybe),
        // Something in between sent a web page.
        (200, page, "<html>sign in</html>", Sent::Maybe),
        (403, page, "<html>blocked</html>", Sent::Maybe),
        (404, plain, "\u{feff}<!doctype html><title>404</title>", Sent::Maybe),
        (401, page, "<html>who are you?</html>", Sent::Maybe),
        // A success that denies itself is none.
        (200, plain, r#"{"error":"rolled back"}"#, Sent::Maybe),
        // The form of a request is seen before anything is done.
        (413, page, "<html>413 Request Entity Too Large</html>", Sent::No),
        (401, plain, "", Sent::No),
        (404, plain, "", Sent::No),
    ] {
        let response = Response { status, headers: Headers::from_iter(headers.iter().copied()), body: body.into() };
        for marketplace in ALL {
            for told in sent(marketplace, &response) {
                assert_eq!(told, word, "{} {status} {body}", marketplace.id);
            }
        }
    }
    // A bare 403 is about rights, but ClickBank uses it for its limit too.
    let response = Response { status: 403, ..Response::default() };
    for marketplace in ALL {
        let word = if marketplace.id == "clickbank" { Sent::Maybe } else { Sent::No };
        assert!(sent(marketplace, &response).into_iter().all(|told| told == word), "{}", marketplace.id);
    }
}
