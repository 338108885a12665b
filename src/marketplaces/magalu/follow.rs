//! Follows an accepted write to its end: its transaction shows the result.

use super::model::{Transaction, TransactionStatus};
use super::{GetTransactionParams, MAGALU, Magalu, rules};
use crate::client::Client;
use crate::client::transport::Transport;
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, Origin, Sent, TicketError};
use crate::rules::violation::excerpt;
use crate::wire::address::split_scheme;
use crate::wire::json::Json;
use crate::wire::url::match_path;
use serde::Serialize;

/// The pause after the first read; it doubles each time. The vendor documents no schedule.
const FIRST_DELAY_MS: f64 = 1_000.0;
/// The longest pause.
const MAX_DELAY_MS: f64 = 15_000.0;
/// The most of a transaction that an error contains.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// The most characters of the vendor's words in a message.
const MAX_WORDS: usize = 300;

/// The next step after reading a transaction.
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FollowStep {
    /// Wait, then read again.
    Wait {
        /// The length of the wait.
        ms: f64,
    },
    /// The transaction is completed.
    Done {
        /// The new ticket's id, if the transaction created one.
        ticket_id: Option<String>,
    },
    /// The transaction failed, or the time is over.
    Fail {
        /// The error to report; its body is the transaction.
        error: Box<TicketError>,
    },
}

/// Returns the next step after read number `looks`, counted from 1, with this much time left.
#[must_use]
pub fn step(transaction: &Transaction, looks: u32, remaining_ms: f64) -> FollowStep {
    // Serializing a model cannot fail.
    let written = serde_json::to_vec(transaction).ok().and_then(|json| Json::read(&json));
    next_step(written.unwrap_or_default(), looks, remaining_ms)
}

/// Does the same for a transaction as plain data, so that a host needs no model.
pub(crate) fn next_step(transaction: Json, looks: u32, remaining_ms: f64) -> FollowStep {
    let status = TransactionStatus::from(text(&transaction, "status").unwrap_or_default());
    let (kind, code, sent) = match status {
        TransactionStatus::Completed => return FollowStep::Done { ticket_id: ticket_id(&transaction) },
        TransactionStatus::Failed => (ErrorKind::Conflict, code!("transaction_failed"), Sent::No),
        // The vendor does not document who cancels a transaction, or when.
        TransactionStatus::Cancelled => (ErrorKind::Conflict, code!("transaction_cancelled"), Sent::Maybe),
        // A status that the vendor adds later is not a known end.
        TransactionStatus::Pending | TransactionStatus::Processing | TransactionStatus::Other(_) => {
            if remaining_ms >= 1.0 {
                return FollowStep::Wait { ms: back_off(looks).min(remaining_ms) };
            }
            (ErrorKind::Timeout, code!("transaction_pending"), Sent::Yes)
        }
    };
    let is_over = kind == ErrorKind::Conflict;
    let message = match (&status, words(&transaction, status.as_str())) {
        (TransactionStatus::Failed, Some(words)) => format!("the transaction failed: {words}"),
        (TransactionStatus::Failed, None) => "the transaction failed and does not say why".to_owned(),
        (TransactionStatus::Cancelled, Some(words)) => format!("the transaction was cancelled: {words}"),
        (TransactionStatus::Cancelled, None) => "the transaction was cancelled".to_owned(),
        _ => format!("the transaction is still {}: follow it again later", excerpt(status.as_str())),
    };
    let mut error = TicketError::local(kind, code, message, MAGALU.id, "followTransaction");
    error.body = Some(shortened(transaction));
    error.attempts = looks;
    error.sent = sent;
    error.origin = if is_over { Origin::Marketplace } else { Origin::Client };
    error.retryable = !is_over;
    FollowStep::Fail { error: Box::new(error) }
}

fn back_off(looks: u32) -> f64 {
    let doublings = i32::try_from(looks.saturating_sub(1).min(16)).unwrap_or(16);
    (FIRST_DELAY_MS * 2f64.powi(doublings)).min(MAX_DELAY_MS)
}

fn text<'a>(value: &'a Json, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.trim().is_empty())
}

/// Returns the events, newest first.
fn events(transaction: &Json) -> impl Iterator<Item = &Json> {
    transaction.get("events").and_then(Json::as_array).into_iter().flatten().rev()
}

/// Returns the id in the newest event that has one, because the response to the write has none.
fn ticket_id(transaction: &Json) -> Option<String> {
    events(transaction).find_map(|event| text(event.get("data")?, "ticket_id")).map(str::to_owned)
}

/// Returns the words of the newest event that reports a failure, or this status.
fn words(transaction: &Json, status: &str) -> Option<String> {
    let tells = |event: &&Json| text(event, "event") == Some("failure") || text(event, "status") == Some(status);
    let words = events(transaction).filter(tells).find_map(|event| text(event, "message"))?;
    Some(words.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_WORDS).collect())
}

/// Returns the transaction, without its oldest events if it would be too long with them.
fn shortened(mut transaction: Json) -> Json {
    while transaction.to_string().len() > MAX_BODY_BYTES {
        let mut events = transaction.take("events").into_list();
        if events.len() <= 1 {
            let part = |name: &str| {
                let part = transaction.get(name).filter(|part| part.as_str().is_some()).cloned();
                (name.to_owned(), part.unwrap_or_default())
            };
            return Json::Map(vec![part("id"), part("status")]);
        }
        events.remove(0);
        transaction.put("events", Json::List(events));
    }
    transaction
}

/// Returns the id of a transaction from the id itself, or from the link in the response to the
/// write. A link to an origin other than `base_url`'s has none, and only the id is ever used.
#[must_use]
pub fn transaction_id(text: &str, base_url: &str) -> Option<String> {
    if !text.contains('/') {
        return rules::is_id(text).then(|| text.to_owned());
    }
    let (origin, prefix) = split_origin(base_url)?;
    let path = match split_origin(text) {
        Some((own, path)) if own == origin => path,
        Some(_) => return None,
        None => text,
    };
    let id = |path| {
        let values = match_path("/seller/v0/transactions/{transaction_id}", path)?;
        values.into_iter().next().map(|(_, id)| id).filter(|id| rules::is_id(id))
    };
    // The vendor's links do not include the base path, whether it is ours or a gateway's.
    id(path).or_else(|| id(path.strip_prefix(prefix)?))
}

/// Returns the origin of an absolute URL, and its path.
fn split_origin(url: &str) -> Option<(&str, &str)> {
    let (_, rest) = split_scheme(url)?;
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    Some((url.strip_suffix(path)?, path))
}

/// A completed transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The new ticket's id, if the transaction created one.
    pub ticket_id: Option<String>,
    /// The transaction.
    pub transaction: Transaction,
}

/// Reads a transaction until it is completed, for at most `timeout_ms`. `transaction` is its id, or
/// the link to it. Returns the completed transaction.
pub async fn follow_transaction<T: Transport>(
    client: &Client<Magalu, T>,
    transaction: &str,
    timeout_ms: f64,
) -> Result<Followed, TicketError> {
    let params = GetTransactionParams { transaction_id: transaction.to_owned(), ..GetTransactionParams::default() };
    let end_ms = client.transport().now_ms() + timeout_ms;
    let mut looks = 0_u32;
    loop {
        let transaction = client.call(&params).await?.data;
        looks = looks.saturating_add(1);
        match step(&transaction, looks, end_ms - client.transport().now_ms()) {
            FollowStep::Wait { ms } => client.transport().sleep(ms).await,
            FollowStep::Done { ticket_id } => return Ok(Followed { ticket_id, transaction }),
            FollowStep::Fail { error } => return Err(*error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn look(transaction: &Value, looks: u32, remaining_ms: f64) -> FollowStep {
        let typed: Transaction = serde_json::from_value(transaction.clone()).unwrap();
        let next = step(&typed, looks, remaining_ms);
        assert_eq!(next_step(transaction.clone().into(), looks, remaining_ms), next);
        next
    }

    fn failed(transaction: &Value) -> TicketError {
        match look(transaction, 3, 1000.0) {
            FollowStep::Fail { error } => *error,
            other => panic!("{other:?}"),
        }
    }

    fn transaction(status: &str, events: Value) -> Value {
        json!({ "id": "t-1", "status": status, "events": events, "operation": "create", "new": [1] })
    }

    #[test]
    fn pauses_double_up_to_fifteen_seconds_and_end_with_the_time() {
        for status in ["pending", "processing", "queued_again", ""] {
            let pending = transaction(status, json!([]));
            let pauses: Vec<_> = (0..7).map(|looks| look(&pending, looks, 60_000.0)).collect();
            let expected =
                [1000.0, 1000.0, 2000.0, 4000.0, 8000.0, 15_000.0, 15_000.0].map(|ms| FollowStep::Wait { ms });
            assert_eq!(pauses, expected);
            assert_eq!(look(&pending, u32::MAX, 60_000.0), FollowStep::Wait { ms: 15_000.0 });
            // The last read is at the end of the time.
            assert_eq!(look(&pending, 4, 5000.0), FollowStep::Wait { ms: 5000.0 });
            for over in [0.9, 0.0, -5.0, f64::NEG_INFINITY, f64::NAN] {
                let FollowStep::Fail { error } = look(&pending, 9, over) else { panic!("no time is left") };
                assert_eq!((error.kind, error.code.as_str()), (ErrorKind::Timeout, "transaction_pending"));
                assert_eq!((error.sent, error.retryable, error.attempts), (Sent::Yes, true, 9));
            }
        }
        let FollowStep::Fail { error } = look(&transaction("processing", json!([])), 2, 0.0) else { panic!("over") };
        assert_eq!(error.message, "the transaction is still processing: follow it again later");
        assert_eq!((error.marketplace.as_str(), error.endpoint.as_str()), ("magalu", "followTransaction"));
    }

    #[test]
    fn a_completed_one_tells_the_ticket() {
        for (events, ticket_id) in [
            (json!([{ "event": "transition", "data": { "ticket_id": "T" }, "status": "completed" }]), Some("T")),
            (
                json!([{ "data": { "ticket_id": "old" } }, { "data": { "ticket_id": "new" } }, { "data": null }]),
                Some("new"),
            ),
            (json!([{ "data": { "ticket_id": "T" } }, { "data": { "ticket_id": "" } }, { "data": "text" }]), Some("T")),
            (json!([{ "data": { "created": "True" } }]), None),
            (json!([{ "data": { "ticket_id": 5 } }]), None),
            (json!([]), None),
            (Value::Null, None),
        ] {
            let completed = transaction("completed", events);
            let ticket_id = ticket_id.map(str::to_owned);
            // The time no longer matters.
            assert_eq!(look(&completed, 1, -1.0), FollowStep::Done { ticket_id }, "{completed}");
        }
    }

    #[test]
    fn a_failed_one_is_an_error_that_carries_it() {
        let failure =
            json!({ "event": "failure", "message": "Ticket creation\nfailed: invalid_order", "status": "failed" });
        let other = json!({ "event": "info", "message": "queued", "status": "pending" });
        let all = transaction("failed", json!([other, failure, other]));
        let error = failed(&all);
        assert_eq!(
            (error.kind, error.code.as_str(), error.sent),
            (ErrorKind::Conflict, "transaction_failed", Sent::No)
        );
        assert_eq!(error.message, "the transaction failed: Ticket creation failed: invalid_order");
        assert_eq!((error.body.as_ref(), error.origin, error.attempts), (Some(&all.into()), Origin::Marketplace, 3));
        assert!(!error.retryable);

        let silent = transaction("failed", json!([other, { "event": "failure", "data": { "created": "False" } }]));
        assert_eq!(failed(&silent).message, "the transaction failed and does not say why");
        let cancelled = failed(&transaction("cancelled", json!([{ "message": "gone", "status": "cancelled" }])));
        assert_eq!((cancelled.code.as_str(), cancelled.sent), ("transaction_cancelled", Sent::Maybe));
        assert_eq!(cancelled.message, "the transaction was cancelled: gone");
        let long = failed(&transaction("failed", json!([{ "event": "failure", "message": "ä".repeat(5000) }])));
        assert_eq!(long.message.chars().count(), "the transaction failed: ".len() + MAX_WORDS);
    }

    #[test]
    fn what_an_error_carries_has_a_limit() {
        let event = |text: &str| json!({ "event": "failure", "message": text, "data": "x".repeat(6000) });
        let body = failed(&transaction("failed", json!([event("1"), event("2"), event("3")]))).body.unwrap();
        let kept: Vec<_> = body["events"].as_array().unwrap().iter().map(|event| event["message"].clone()).collect();
        assert_eq!(kept, ["2", "3"].map(Json::from));
        let body = failed(&transaction("failed", json!([{ "data": "x".repeat(20_000) }]))).body.unwrap();
        assert_eq!(body, json!({ "id": "t-1", "status": "failed" }));
    }

    #[test]
    fn links_lead_to_ids_on_the_same_origin_only() {
        const UUID: &str = "11111111-2222-4333-8444-555566667777";
        let production = "https://api.magalu.com";
        let local = "http://127.0.0.1:8787/magalu";
        let gateway = "https://shop.example/api/accounts/mg";
        for (base, link, good) in [
            (production, UUID.to_owned(), true),
            (production, format!("/seller/v0/transactions/{UUID}"), true),
            (production, format!("https://api.magalu.com/seller/v0/transactions/{UUID}"), true),
            (local, format!("/seller/v0/transactions/{UUID}"), true),
            (local, format!("/magalu/seller/v0/transactions/{UUID}"), true),
            (local, format!("http://127.0.0.1:8787/magalu/seller/v0/transactions/{UUID}"), true),
            (gateway, format!("/seller/v0/transactions/{UUID}"), true),
            (production, format!("https://evil.example/seller/v0/transactions/{UUID}"), false),
            (production, format!("//evil.example/seller/v0/transactions/{UUID}"), false),
            (production, format!("http://api.magalu.com/seller/v0/transactions/{UUID}"), false),
            (production, format!("https://api.magalu.com:444/seller/v0/transactions/{UUID}"), false),
            (production, format!("https://api.magalu.com@evil.example/seller/v0/transactions/{UUID}"), false),
            (production, format!("https://api.magalu.com.evil.example/seller/v0/transactions/{UUID}"), false),
            (production, format!("/seller/v0/tickets/{UUID}"), false),
            (production, format!("/seller/v0/transactions/{UUID}/events"), false),
            (production, format!("/seller/v0/transactions/{UUID}?x=1"), false),
            (production, "/seller/v0/transactions/..".to_owned(), false),
            (production, "/seller/v0/transactions/%2e%2e".to_owned(), false),
            (production, "/seller/v0/transactions/a%2Fb".to_owned(), false),
            (production, "/".to_owned(), false),
            (production, "https://".to_owned(), false),
            (local, format!("/other/seller/v0/transactions/{UUID}"), false),
        ] {
            assert_eq!(transaction_id(&link, base), good.then(|| UUID.to_owned()), "{link}");
        }
        for bad in ["", ".", "..", "a b", "ä", "a?b", "%41"] {
            assert_eq!(transaction_id(bad, production), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_a_transaction_holds_there_is_a_next_step(status in "completed|failed|cancelled|pending|\\PC{0,9}", text in "\\PC{0,40}", looks: u32, ms: f64) {
            for events in [json!(null), json!(text), json!([text]), json!([{ "data": text, "message": text, "event": text }])] {
                let _ = next_step(json!({ "status": status, "events": events }).into(), looks, ms);
            }
            if let FollowStep::Wait { ms: pause } = next_step(json!({ "status": status }).into(), looks, ms) {
                prop_assert!((1.0..=MAX_DELAY_MS).contains(&pause) && pause <= ms);
            }
        }

        #[test]
        fn what_comes_out_of_a_link_is_one_segment(link in "(https://api.magalu.com|//|)?(/seller/v0/transactions/)?\\PC{0,20}") {
            if let Some(id) = transaction_id(&link, "https://api.magalu.com") {
                prop_assert_eq!(crate::wire::url::path_segment(&id).map(|segment| segment.replace("%3A", ":")), Some(id));
            }
        }
    }
}
