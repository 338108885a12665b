//! Interprets ClickBank's error responses. They are plain text, and 403 stands for nearly
//! everything.

use crate::rules::error::ErrorKind;
use crate::vendor::Refusal;
use crate::vendor::marketplace::{cut, is_certain, kind_of_status};
use crate::wire::http::{Response, mentions};

/// The possible meanings of a 403, which the response does not distinguish.
const FORBIDDEN: &str = "ClickBank says so for a wrong key, a missing role, a ticket or receipt that does not exist or \
    is not yours, partial refunds that are not enabled, and calls beyond its limits";

/// Texts that clients rely on, each with the error code for it.
const KNOWN: [(&str, &str); 3] = [
    ("refund ticket already open", "refund_ticket_already_open"),
    ("subscription already canceled", "subscription_already_canceled"),
    ("subscription already cancelled", "subscription_already_canceled"),
];

/// Interprets a response that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    let status = response.status;
    let text = text(&response.body);
    let known = KNOWN.into_iter().find(|(words, _)| mentions(text.as_bytes(), words)).map(|(_, code)| code);
    let mut kind = kind_of_status(status);
    if known.is_some() && kind == ErrorKind::Rejected {
        kind = ErrorKind::Conflict;
    }
    let mut message = if text.is_empty() { format!("the marketplace answered with status {status}") } else { text };
    if status == 403 {
        message.extend(["; ", FORBIDDEN]);
    }
    // The texts of a 400 are not documented, and reopening an open ticket causes one, so an earlier
    // attempt of this call may have caused any of them.
    // A 403 can also be the limit, which may stand behind what was carried out.
    let is_certain = status != 403 && is_certain(kind, status);
    Refusal { kind, code: known.map_or_else(|| format!("http_{status}"), str::to_owned), message, is_certain }
}

/// Returns the text of an error on one line, without anything that looks like a key; empty for a
/// proxy's page.
fn text(body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    let body = body.trim().trim_matches('"');
    if body.starts_with(['<', '{', '[']) {
        return String::new();
    }
    let mut text = String::new();
    for word in body.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        let is_key = word.as_bytes().windows(4).any(|part| matches!(part, b"API-" | b"DEV-"));
        let shown = if is_key { "[redacted]" } else { word };
        text.extend([if text.is_empty() { "" } else { " " }, shown]);
    }
    cut(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::limit::Gate;
    use crate::call::{Call, CallEvent, CallStep, Now};
    use crate::marketplaces::clickbank::{CLICKBANK, ConfirmReturnParams, GetTicketParams};
    use crate::marketplaces::testing::answer;
    use crate::rules::error::{Sent, TicketError};
    use crate::rules::settings::Settings;
    use crate::vendor::plan::plan;
    use proptest::prelude::*;

    #[test]
    fn the_status_decides_and_the_text_is_kept() {
        use ErrorKind::{Authentication, Conflict, Forbidden, NotFound, RateLimited, Rejected, Server};
        for (status, body, kind, code, message) in [
            (400, "Ticket is not closed", Rejected, "http_400", "Ticket is not closed"),
            (400, " two\r\nlines\0 ", Rejected, "http_400", "two lines"),
            (400, "\"quoted\"", Rejected, "http_400", "quoted"),
            (400, "", Rejected, "http_400", "the marketplace answered with status 400"),
            (400, "Refund ticket already open", Conflict, "refund_ticket_already_open", "Refund ticket already open"),
            (
                409,
                "Subscription already canceled.",
                Conflict,
                "subscription_already_canceled",
                "Subscription already canceled.",
            ),
            (
                400,
                "subscription already cancelled",
                Conflict,
                "subscription_already_canceled",
                "subscription already cancelled",
            ),
            (401, "no", Authentication, "http_401", "no"),
            (404, "no", NotFound, "http_404", "no"),
            (
                429,
                "Refund ticket already open",
                RateLimited,
                "refund_ticket_already_open",
                "Refund ticket already open",
            ),
            (500, "oops", Server, "http_500", "oops"),
            (
                502,
                "<html><body>Bad gateway</body></html>",
                Server,
                "http_502",
                "the marketplace answered with status 502",
            ),
            (500, r#"{ "error": "x" }"#, Server, "http_500", "the marketplace answered with status 500"),
            (403, "Access denied", Forbidden, "http_403", "Access denied; ClickBank says so for a wrong key,"),
            (403, "", Forbidden, "http_403", "the marketplace answered with status 403; ClickBank says so for"),
            (
                403,
                "Refund ticket already open",
                Forbidden,
                "refund_ticket_already_open",
                "Refund ticket already open; ",
            ),
        ] {
            let refusal = refusal(&answer(status, body));
            assert_eq!((refusal.kind, refusal.code.as_str()), (kind, code), "{status} {body}");
            let is_right =
                if status == 403 { refusal.message.starts_with(message) } else { refusal.message == message };
            assert!(is_right, "{}", refusal.message);
        }
    }

    #[test]
    fn what_may_be_the_refusal_of_a_second_copy_proves_nothing() {
        for (status, body, is_certain) in [
            (401, "", true),
            (403, "Access denied", false),
            (403, "", false),
            (404, "", true),
            (414, "", true),
            (400, "Refund ticket already open", false),
            (400, "Ticket is not closed", false),
            (400, "reason is not valid", false),
            (409, "", false),
        ] {
            assert_eq!(refusal(&answer(status, body)).is_certain, is_certain, "{status} {body}");
        }
    }

    #[test]
    fn keys_do_not_come_back_in_messages() {
        let message = refusal(&answer(403, "key DEV-SECRET:API-SECRET is not known (API-SECRET)")).message;
        assert!(message.starts_with("key [redacted] is not known [redacted]; "), "{message}");
    }

    #[test]
    fn long_messages_are_cut() {
        let words = refusal(&answer(400, &"ä".repeat(301))).message;
        assert_eq!((words.chars().count(), words.ends_with('…')), (301, true));
        assert_eq!(refusal(&answer(400, &"ä".repeat(300))).message, "ä".repeat(300));
    }

    /// Returns the failure of a call that always receives this response, and the number of
    /// attempts.
    fn failure(mut call: Call, status: u16) -> TicketError {
        let (mut gate, mut now) = (Gate::default(), Now { ms: 1000.0, random: 0.5 });
        let mut event = CallEvent::Start;
        loop {
            event = match call.advance(&CLICKBANK, &mut gate, now, event) {
                CallStep::Send { .. } => CallEvent::Response { response: answer(status, "Forbidden") },
                CallStep::Wait { ms, .. } => {
                    now.ms += ms;
                    CallEvent::Waited
                }
                CallStep::Fail(error) => return *error,
                step => panic!("{step:?}"),
            };
        }
    }

    #[test]
    fn a_403_is_final_and_a_429_is_not_but_for_writes() {
        let settings = Settings::default();
        let read = || Call::new(plan(&GetTicketParams::of("1"), &settings).unwrap().0, &settings);
        let write = || Call::new(plan(&ConfirmReturnParams::of("1"), &settings).unwrap().0, &settings);
        for (call, sent) in [(read(), Sent::No), (write(), Sent::Maybe)] {
            let error = failure(call, 403);
            assert_eq!(
                (error.kind, error.attempts, error.retryable, error.sent),
                (ErrorKind::Forbidden, 1, false, sent)
            );
            assert_eq!(error.body, Some("Forbidden".into()));
            assert_eq!(error.status, Some(403));
        }
        for (call, attempts) in [(read(), 3), (write(), 1)] {
            let error = failure(call, 429);
            assert_eq!((error.kind, error.attempts, error.retryable), (ErrorKind::RateLimited, attempts, true));
            assert_eq!(error.sent, Sent::Maybe);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_understood_somehow(status in 300u16..600, body: Vec<u8>) {
            let refusal = refusal(&Response { status, body, ..Response::default() });
            prop_assert!(!refusal.code.is_empty() && !refusal.message.is_empty());
            prop_assert!(!refusal.message.chars().any(char::is_control));
        }
    }
}
