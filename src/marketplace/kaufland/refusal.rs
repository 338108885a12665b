//! What a refusal of Kaufland means. Known types of problems decide, then the status does.

use super::model::{ErrorBody, ProblemType};
use crate::error::ErrorKind;
use crate::http::Response;
use crate::marketplace::{Refusal, kind_of_status};

/// The longest message that is handed on.
const MAX_MESSAGE: usize = 300;

/// Reads an answer that is no success.
pub(super) fn refusal(response: &Response) -> Refusal {
    // Proxies answer in HTML, and a 429 has no documented body: then the status has to do.
    let body: ErrorBody = serde_json::from_slice(&response.body).unwrap_or_default();
    let problem = body.r#type.as_ref();
    Refusal {
        kind: problem.and_then(|problem| kind(problem, response.status)).unwrap_or(kind_of_status(response.status)),
        code: problem.and_then(code).unwrap_or_else(|| format!("http_{}", response.status)),
        message: message(&body, response.status),
    }
}

/// `None` when the status decides.
fn kind(problem: &ProblemType, status: u16) -> Option<ErrorKind> {
    // A limit is a limit, whatever it is called: what comes after depends on it.
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

/// The type without what all of them begin with; `None` for `about:blank` and what is no name.
fn code(problem: &ProblemType) -> Option<String> {
    let (_, name) = problem.as_str().rsplit_once("/problems/")?;
    let is_name = !name.is_empty()
        && name.len() <= 100
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_/.".contains(&byte));
    is_name.then(|| name.to_owned())
}

fn message(body: &ErrorBody, status: u16) -> String {
    let problem = body.r#type.as_ref();
    let known = problem.and_then(|problem| {
        ProblemType::MEANINGS.iter().find(|known| known.value == problem.as_str()).map(|known| known.meaning)
    });
    let words = body.message.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let mut message = match (words, known) {
        // The vendor's words on credentials are left out: they may repeat them.
        (_, Some(known)) if problem.is_some_and(|problem| kind(problem, status) == Some(ErrorKind::Authentication)) => {
            known.to_owned()
        }
        (Some(words), _) => words.to_owned(),
        (None, Some(known)) => known.to_owned(),
        (None, None) => format!("the marketplace answered with status {status}"),
    };
    for error in body.errors.iter().flatten() {
        match (error.field.as_deref().filter(|field| !field.is_empty()), error.message.as_deref()) {
            (Some(field), Some(text)) => message.push_str(&format!("; `{field}`: {text}")),
            (Some(field), None) => message.push_str(&format!("; `{field}`")),
            (None, Some(text)) => message.push_str(&format!("; {text}")),
            (None, None) => {}
        }
    }
    cut(&message)
}

/// Control characters made visible, and no more than [`MAX_MESSAGE`] characters.
fn cut(message: &str) -> String {
    let mut short: String = message.chars().take(MAX_MESSAGE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if message.chars().nth(MAX_MESSAGE).is_some() {
        short.push('…');
    }
    short
}
