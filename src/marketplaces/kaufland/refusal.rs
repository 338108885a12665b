//! Interprets Kaufland's error responses. A known problem type decides, else the status does.

use super::model::ProblemType;
use crate::rules::error::ErrorKind;
use crate::vendor::Refusal;
use crate::vendor::denial::{PROBLEMS, problem_path};
use crate::vendor::marketplace::{cut, is_certain, kind_of_status};
use crate::wire::http::Response;
use crate::wire::json::Json;

/// Interprets a response that is no success. Proxies answer in HTML, and a 429 has no documented
/// body.
pub(super) fn refusal(response: &Response) -> Refusal {
    let body = Json::read(&response.body).unwrap_or_default();
    let problem = body.get("type").and_then(Json::as_str).map(|text| ProblemType::from(bare(text)));
    let problem = problem.as_ref();
    let kind = problem.and_then(|problem| kind(problem, response.status)).unwrap_or(kind_of_status(response.status));
    let is_documented = !matches!(problem, None | Some(ProblemType::Other(_)));
    Refusal {
        kind,
        code: problem.and_then(code).unwrap_or_else(|| format!("http_{}", response.status)),
        message: message(&body, problem, response.status),
        is_certain: is_certain(kind, response.status)
            || (is_documented && kind == ErrorKind::Rejected)
            // An earlier attempt at a message or a new ticket cannot have caused these.
            || matches!(
                problem,
                Some(
                    ProblemType::FinallyClosed
                        | ProblemType::NonClosableBySeller
                        | ProblemType::StorefrontNotConfigured
                )
            ),
    }
}

/// A problem type without the origin that stands before it in an absolute address.
fn bare(text: &str) -> &str {
    let path = problem_path(text).unwrap_or(text);
    path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/')
}

/// The kind of a known problem type; `None` if the status decides.
fn kind(problem: &ProblemType, status: u16) -> Option<ErrorKind> {
    // A 429 is a rate limit whatever its body says, because retries depend on it.
    if status == 429 {
        return None;
    }
    Some(match problem {
        ProblemType::Unauthorized | ProblemType::InvalidCredentials | ProblemType::CorruptedSignature => {
            ErrorKind::Authentication
        }
        ProblemType::InactiveAccount
        | ProblemType::Forbidden
        | ProblemType::InternalActionRestriction
        | ProblemType::FbkActionRestriction => ErrorKind::Forbidden,
        ProblemType::NotFound => ErrorKind::NotFound,
        ProblemType::DuplicateAction
        | ProblemType::ActionNotAllowed
        | ProblemType::StorefrontNotConfigured
        | ProblemType::NonClosableBySeller
        | ProblemType::FinallyClosed => ErrorKind::Conflict,
        ProblemType::BadRequest | ProblemType::ValidationError => ErrorKind::Rejected,
        ProblemType::AttachmentsUploadFailure if status < 500 => ErrorKind::Rejected,
        ProblemType::AttachmentsUploadFailure | ProblemType::ServerError | ProblemType::ServiceUnavailable => {
            ErrorKind::Server
        }
        ProblemType::MissingOrInvalidRequestHeader | ProblemType::Other(_) => return None,
    })
}

/// The problem type without its common prefix; `None` for `about:blank` and for other texts that
/// are no name.
fn code(problem: &ProblemType) -> Option<String> {
    let name = problem_path(problem.as_str())?.strip_prefix(PROBLEMS)?;
    let is_name = !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte));
    is_name.then(|| name.to_owned())
}

fn message(body: &Json, problem: Option<&ProblemType>, status: u16) -> String {
    let known = problem.and_then(|problem| ProblemType::MEANINGS.of(problem.as_str()));
    let words = body.get("message").and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty());
    let mut message = match (words, known) {
        // The vendor's words about credentials are left out, because they may repeat them.
        (_, Some(known)) if problem.is_some_and(|problem| kind(problem, status) == Some(ErrorKind::Authentication)) => {
            known.to_owned()
        }
        (Some(words), _) => words.to_owned(),
        (None, Some(known)) => known.to_owned(),
        (None, None) => format!("the marketplace answered with status {status}"),
    };
    for error in body.get("errors").and_then(Json::as_array).into_iter().flatten() {
        let text = |name| error.get(name).and_then(Json::as_str);
        match (text("field").filter(|field| !field.is_empty()), text("message")) {
            (Some(field), Some(text)) => message.extend(["; `", field, "`: ", text]),
            (Some(field), None) => message.extend(["; `", field, "`"]),
            (None, Some(text)) => message.extend(["; ", text]),
            (None, None) => {}
        }
    }
    cut(&message)
}

#[cfg(test)]
mod tests {
    use super::super::KAUFLAND;
    use super::*;
    use crate::marketplaces::testing::refused;
    use proptest::prelude::*;

    #[test]
    fn what_may_be_the_refusal_of_a_second_copy_proves_nothing() {
        for (status, problem, is_certain) in [
            (400, "/problems/bad-request", true),
            (400, "/problems/validation-error", true),
            (400, "/problems/tickets/attachments-upload-failure", true),
            (400, "/problems/missing-or-invalid-request-header", true),
            (401, "/problems/unauthorized", true),
            (400, "/problems/tickets/fbk-action-restriction", true),
            (404, "/problems/not-found", true),
            (413, "", true),
            (400, "/problems/duplicate-action", false),
            (409, "/problems/duplicate-action", false),
            (403, "/problems/action-not-allowed", false),
            (400, "/problems/storefront-not-configured", true),
            (400, "/problems/tickets/non-closable-by-seller", true),
            (403, "/problems/tickets/finally-closed", true),
            (400, "/problems/tickets/brand-new", false),
            (400, "", false),
            (409, "", false),
            (422, "", false),
        ] {
            let refusal =
                refused(&KAUFLAND, status, &format!(r#"{{ "type": "{problem}", "message": "m", "errors": [] }}"#));
            assert_eq!(refusal.is_certain, is_certain, "{status} {problem}");
        }
    }

    #[test]
    fn a_closed_ticket_refuses_a_message_for_sure_and_a_second_closing_perhaps() {
        use crate::call::{Call, CallEvent, CallStep, Now};
        use crate::marketplaces::kaufland::KAUFLAND;
        use crate::rules::error::Sent;
        use crate::rules::settings::Settings;
        let settings = Settings::default();
        for (endpoint, sent) in
            [("createTicketMessage", Sent::No), ("openTicket", Sent::No), ("closeTicket", Sent::Maybe)]
        {
            let meta = KAUFLAND.operation(endpoint).unwrap().meta;
            let plan = crate::vendor::plan::assemble(&KAUFLAND, &meta, &settings, "/tickets/1", "");
            let mut call = Call::new(plan, &settings);
            let (mut gate, now) = (crate::call::limit::Gate::default(), Now { ms: 1000.0, random: 0.5 });
            assert!(matches!(call.advance(&KAUFLAND, &mut gate, now, CallEvent::Start), CallStep::Send { .. }));
            let body = br#"{ "type": "/problems/tickets/finally-closed", "message": "m" }"#.to_vec();
            let response = Response { status: 400, body, ..Response::default() };
            let CallStep::Fail(error) = call.advance(&KAUFLAND, &mut gate, now, CallEvent::Response { response })
            else {
                panic!("{endpoint}")
            };
            assert_eq!((error.kind, error.sent), (ErrorKind::Conflict, sent), "{endpoint}");
        }
    }

    #[test]
    fn types_of_problems_decide() {
        use ErrorKind::{Authentication, Conflict, Forbidden, NotFound, RateLimited, Rejected, Server};
        for (status, problem, kind, code) in [
            (400, "/problems/bad-request", Rejected, "bad-request"),
            (400, "/problems/validation-error", Rejected, "validation-error"),
            // The status is not documented, so both likely ones are tested.
            (400, "/problems/missing-or-invalid-request-header", Rejected, "missing-or-invalid-request-header"),
            (401, "/problems/missing-or-invalid-request-header", Authentication, "missing-or-invalid-request-header"),
            (401, "/problems/unauthorized", Authentication, "unauthorized"),
            (401, "/problems/invalid-credentials", Authentication, "invalid-credentials"),
            (401, "/problems/corrupted-signature", Authentication, "corrupted-signature"),
            (400, "/problems/corrupted-signature", Authentication, "corrupted-signature"),
            (403, "/problems/inactive-account", Forbidden, "inactive-account"),
            (401, "/problems/inactive-account", Forbidden, "inactive-account"),
            (403, "/problems/forbidden", Forbidden, "forbidden"),
            (404, "/problems/not-found", NotFound, "not-found"),
            (409, "/problems/duplicate-action", Conflict, "duplicate-action"),
            (400, "/problems/duplicate-action", Conflict, "duplicate-action"),
            (422, "/problems/action-not-allowed", Conflict, "action-not-allowed"),
            (403, "/problems/action-not-allowed", Conflict, "action-not-allowed"),
            (400, "/problems/storefront-not-configured", Conflict, "storefront-not-configured"),
            (400, "/problems/tickets/internal-action-restriction", Forbidden, "tickets/internal-action-restriction"),
            (400, "/problems/tickets/fbk-action-restriction", Forbidden, "tickets/fbk-action-restriction"),
            (400, "/problems/tickets/non-closable-by-seller", Conflict, "tickets/non-closable-by-seller"),
            (403, "/problems/tickets/finally-closed", Conflict, "tickets/finally-closed"),
            (400, "/problems/tickets/attachments-upload-failure", Rejected, "tickets/attachments-upload-failure"),
            (500, "/problems/tickets/attachments-upload-failure", Server, "tickets/attachments-upload-failure"),
            (500, "/problems/server-error", Server, "server-error"),
            (503, "/problems/service-unavailable", Server, "service-unavailable"),
            // Unknown types keep their name, and the status decides.
            (409, "/problems/tickets/brand-new", Conflict, "tickets/brand-new"),
            (418, "/problems/brand-new", Rejected, "brand-new"),
            (404, "https://sellerapi.kaufland.com/problems/brand-new", NotFound, "brand-new"),
            // Code and kind come from the same reading of an absolute address.
            (403, "https://sellerapi.kaufland.com/v2/problems/action-not-allowed", Conflict, "action-not-allowed"),
            (400, "https://x.example/problems/tickets/finally-closed/", Conflict, "tickets/finally-closed"),
            (400, "http://x.example/problems/unauthorized?lang=de#a", Authentication, "unauthorized"),
            // The body has no type.
            (403, "about:blank", Forbidden, "http_403"),
            (502, "", Server, "http_502"),
            (400, "/problems/", Rejected, "http_400"),
            (400, "/problems/two words", Rejected, "http_400"),
            // A 429 is a rate limit, whatever the body says.
            (429, "/problems/bad-request", RateLimited, "bad-request"),
            (429, "about:blank", RateLimited, "http_429"),
        ] {
            let refusal =
                refused(&KAUFLAND, status, &format!(r#"{{ "type": "{problem}", "message": "m", "errors": [] }}"#));
            assert_eq!((refusal.kind, refusal.code.as_str()), (kind, code), "{status} {problem}");
        }
    }

    #[test]
    fn every_known_type_has_a_code() {
        for problem in ProblemType::VALUES {
            assert_eq!(
                code(&ProblemType::from(*problem)).map(|code| format!("/problems/{code}")).as_deref(),
                Some(*problem)
            );
        }
    }

    #[test]
    fn bodies_that_are_none_fall_back_to_the_status() {
        for body in [
            "",
            "   ",
            "<html><body>502 Bad Gateway</body></html>",
            "null",
            "[]",
            "\"text\"",
            r#"{ "type": 5 }"#,
            r#"{ "errors": "none" }"#,
            r#"{ "error": "too many" }"#,
            "{",
            "\u{feff}{}",
        ] {
            for (status, kind) in [
                (302, ErrorKind::Rejected),
                (400, ErrorKind::Rejected),
                (401, ErrorKind::Authentication),
                (404, ErrorKind::NotFound),
                (429, ErrorKind::RateLimited),
                (502, ErrorKind::Server),
            ] {
                let refusal = refused(&KAUFLAND, status, body);
                assert_eq!((refusal.kind, refusal.code), (kind, format!("http_{status}")), "{body}");
                assert_eq!(refusal.message, format!("the marketplace answered with status {status}"), "{body}");
            }
        }
    }

    #[test]
    fn the_message_is_the_vendors_with_all_its_fields() {
        let body = r#"{ "type": "/problems/validation-error", "message": "Request is not valid",
            "errors": [{ "field": "reason", "message": "value is not allowed" }, { "field": "text" }, { "message": "x" }] }"#;
        assert_eq!(
            refused(&KAUFLAND, 400, body).message,
            "Request is not valid; `reason`: value is not allowed; `text`; x"
        );
        assert_eq!(
            refused(&KAUFLAND, 400, r#"{ "type": "/problems/tickets/finally-closed" }"#).message,
            "the ticket is closed for good: it takes no message and cannot be closed again"
        );
        // Fields of an undocumented shape do not hide the others.
        let odd = refused(
            &KAUFLAND,
            400,
            r#"{ "type": "/problems/forbidden", "message": 5, "errors": { "field": "reason" } }"#,
        );
        assert_eq!((odd.kind, odd.message.as_str()), (ErrorKind::Forbidden, "the account may not do this"));
        assert_eq!(refused(&KAUFLAND, 400, r#"{ "message": " spelt\nout " }"#).message, "spelt out");
    }

    #[test]
    fn words_about_credentials_are_ours() {
        for problem in ["unauthorized", "invalid-credentials", "corrupted-signature"] {
            let body = format!(r#"{{ "type": "/problems/{problem}", "message": "da0b65f5 is wrong for my-key" }}"#);
            let message = refused(&KAUFLAND, 401, &body).message;
            assert!(!message.contains("my-key") && !message.contains("da0b65f5"), "{message}");
        }
    }

    #[test]
    fn long_messages_are_cut() {
        let message = refused(&KAUFLAND, 400, &format!(r#"{{ "message": "{}" }}"#, "ä".repeat(301))).message;
        assert_eq!(message.chars().count(), 301);
        assert!(message.ends_with('…'));
        let message = refused(&KAUFLAND, 400, &format!(r#"{{ "message": "{}" }}"#, "ä".repeat(300))).message;
        assert!(!message.ends_with('…'));
    }

    proptest! {
        #[test]
        fn any_bytes_are_understood_somehow(status in 300u16..600, body: Vec<u8>) {
            let refusal = refusal(&Response { status, body, ..Response::default() });
            prop_assert!(!refusal.code.is_empty() && !refusal.message.is_empty());
        }
    }
}
