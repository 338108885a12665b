//! Following what was accepted to its end: what an accepted write leads to shows in its transaction.

use super::endpoints::GetTransactionParams;
use super::model::{Transaction, TransactionEvent, TransactionEventType, TransactionStatus};
use super::{MAGALU, rules};
use crate::client::Client;
use crate::error::{ErrorKind, Origin, Sent, TicketError};
use crate::http::match_path;
use crate::transport::Transport;
use serde::Serialize;
use serde_json::Value;

/// The pause after the first look; it doubles with each. The vendor documents no schedule.
const FIRST_DELAY_MS: f64 = 1_000.0;
/// No pause is longer.
const MAX_DELAY_MS: f64 = 15_000.0;
/// The most that an error carries of a transaction.
const MAX_BODY_BYTES: usize = 16 * 1024;
/// The most characters of the vendor's words in a message.
const MAX_WORDS: usize = 300;

/// What to do after a look at a transaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Turn {
    /// Wait, then look again.
    Wait {
        /// For how long.
        ms: f64,
    },
    /// The transaction is completed.
    Done {
        /// The new ticket's id, if the transaction made one.
        ticket_id: Option<String>,
    },
    /// The transaction came to nothing, or the time is over.
    Fail {
        /// What to report; its body is the transaction.
        error: Box<TicketError>,
    },
}

/// What to do after the look number `looks`, from 1, with so much time left.
#[must_use]
pub fn turn(transaction: &Transaction, looks: u32, remaining_ms: f64) -> Turn {
    match &transaction.status {
        TransactionStatus::Completed => Turn::Done { ticket_id: ticket_id(transaction) },
        TransactionStatus::Failed => Turn::Fail { error: failure(transaction, looks, "transaction_failed", Sent::No) },
        // Nobody documents who gives a transaction up, nor when.
        TransactionStatus::Cancelled => {
            Turn::Fail { error: failure(transaction, looks, "transaction_cancelled", Sent::Maybe) }
        }
        // A status that came later is no end that we know.
        TransactionStatus::Pending | TransactionStatus::Processing | TransactionStatus::Other(_) => {
            if remaining_ms >= 1.0 {
                return Turn::Wait { ms: back_off(looks).min(remaining_ms) };
            }
            let mut error = failure(transaction, looks, "transaction_pending", Sent::Yes);
            error.kind = ErrorKind::Timeout;
            error.origin = Origin::Client;
            error.retryable = true;
            error.message = format!("the transaction is still {}; follow it again later", status(transaction));
            Turn::Fail { error }
        }
    }
}

fn back_off(looks: u32) -> f64 {
    let doublings = i32::try_from(looks.saturating_sub(1).min(16)).unwrap_or(16);
    (FIRST_DELAY_MS * 2f64.powi(doublings)).min(MAX_DELAY_MS)
}

/// The id that the newest event with one carries: the answer to the creation itself has none.
fn ticket_id(transaction: &Transaction) -> Option<String> {
    let of = |event: &TransactionEvent| Some(event.data.as_ref()?.get("ticket_id")?.as_str()?.to_owned());
    transaction.events.iter().flatten().rev().find_map(of).filter(|id| !id.is_empty())
}

fn status(transaction: &Transaction) -> String {
    crate::validate::excerpt(transaction.status.as_str())
}

fn failure(transaction: &Transaction, looks: u32, code: &str, sent: Sent) -> Box<TicketError> {
    let tells = |event: &&TransactionEvent| {
        event.event == Some(TransactionEventType::Failure) || event.status.as_ref() == Some(&transaction.status)
    };
    let words = transaction.events.iter().flatten().rev().filter(tells).find_map(|event| event.message.as_deref());
    let words: String = words.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MAX_WORDS).collect();
    let mut message = format!("the transaction {}", status(transaction));
    if transaction.status == TransactionStatus::Cancelled {
        message = "the transaction was cancelled".to_owned();
    }
    if !words.trim().is_empty() {
        message.push_str(": ");
        message.push_str(words.trim());
    }
    let mut error = TicketError::local(ErrorKind::Conflict, code, message, MAGALU.id, "followTransaction");
    error.body = Some(body(transaction));
    error.attempts = looks;
    error.sent = sent;
    error.origin = Origin::Marketplace;
    Box::new(error)
}

/// The transaction, without its oldest events if it would be too long with them.
fn body(transaction: &Transaction) -> Value {
    let mut short = transaction.clone();
    loop {
        let value = serde_json::to_value(&short).unwrap_or_default();
        let is_short = value.to_string().len() <= MAX_BODY_BYTES;
        match &mut short.events {
            Some(events) if !is_short && events.len() > 1 => drop(events.remove(0)),
            _ if is_short => return value,
            _ => return serde_json::json!({ "id": transaction.id, "status": transaction.status.as_str() }),
        }
    }
}

/// The id of a transaction, given it or the link that came when the write was accepted. A link to another origin than
/// `base_url`'s is none, and only the id of one is ever used.
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
    // The vendor's links know nothing of what stands before them, here or at a gateway.
    id(path).or_else(|| id(path.strip_prefix(prefix)?))
}

/// The origin of an absolute URL, and its path.
fn split_origin(url: &str) -> Option<(&str, &str)> {
    let authority = url.find("://")?.checked_add(3)?;
    let end = url.get(authority..)?.find('/').and_then(|at| at.checked_add(authority)).unwrap_or(url.len());
    url.split_at_checked(end)
}

/// A transaction that is completed.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// The new ticket's id, if the transaction made one.
    pub ticket_id: Option<String>,
    /// The transaction.
    pub transaction: Transaction,
}

/// Looks at a transaction until it is completed, for at most `timeout_ms`. `transaction` is its id, or the link to it.
pub async fn follow_transaction<T: Transport>(
    client: &Client<T>,
    transaction: &str,
    timeout_ms: f64,
) -> Result<Followed, TicketError> {
    let params = GetTransactionParams { transaction_id: transaction.to_owned(), ..GetTransactionParams::default() };
    let end_ms = client.transport().now_ms() + timeout_ms;
    let mut looks = 0_u32;
    loop {
        let transaction = client.call(&params).await?.data;
        looks = looks.saturating_add(1);
        match turn(&transaction, looks, end_ms - client.transport().now_ms()) {
            Turn::Wait { ms } => client.transport().sleep(ms).await,
            Turn::Done { ticket_id } => return Ok(Followed { ticket_id, transaction }),
            Turn::Fail { error } => return Err(*error),
        }
    }
}
