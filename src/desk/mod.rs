//! The desk: what is general about tickets of all marketplaces. It is pure, and knows no
//! marketplace by name; each one's own words are in the [`Mapping`] of its description.
//!
//! | module | holds |
//! |---|---|
//! | [`deadlines`] | until when an answer is due, with replaceable holidays and policies |
//! | [`views`] | the views that a ticket is in, and their counters |
//! | [`sync`] | the walk over a marketplace's lists |
//! | [`outbox`] | letters from draft to arrival |
//! | [`letter`] | how one letter is sent and looked for, call by call |
//! | [`record`] | what a store keeps of a ticket |
//! | [`setup`] | what users and persons give, read with all violations at once |

pub mod deadlines;
pub mod letter;
pub mod outbox;
pub mod record;
pub mod setup;
pub mod sync;
pub mod views;

// They need all marketplaces.
#[cfg(test)]
#[cfg(feature = "default")]
mod tests;

use crate::rules::error::DecodeError;
use crate::rules::settings::Settings;
use crate::rules::violation::Violation;
use crate::vendor::Marketplace;
use crate::vendor::desk::action::{Allowed, Call, Given};
use crate::vendor::desk::kind::Kind;
use crate::vendor::desk::ticket::File;
use crate::vendor::desk::{Action, Choice, Download, Mapping, Matter, Raw, Source, Ticket, Turn, Why};
use crate::wire::json::Json;
use siphasher::sip128::SipHasher13;

/// Returns the ticket that these parts describe; `done_at` is the time of the desk's own "done".
pub fn ticket_of(
    marketplace: &Marketplace,
    account: &str,
    raw: &Raw,
    done_at: Option<f64>,
) -> Result<Ticket, DecodeError> {
    (marketplace.desk.ticket)(&Source { account, raw, done_at })
}

/// Returns whose turn it is.
pub fn turn_of(marketplace: &Marketplace, raw: &Raw, done_at: Option<f64>) -> Result<Turn, DecodeError> {
    ticket_of(marketplace, "", raw, done_at).map(|ticket| ticket.turn)
}

/// Returns the kind for these values of the marketplace's fields, in the order of its tables.
#[must_use]
pub fn kind_of(marketplace: &Marketplace, values: &[Option<&str>]) -> Kind {
    crate::vendor::desk::kind::kind_of(marketplace.desk.kinds, values)
}

/// Counts the words that are not documented, so that drift is seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drift(std::collections::BTreeMap<(&'static str, String), u64>);

impl Drift {
    /// Counts a ticket whose kind or state the desk does not understand.
    pub fn count(&mut self, ticket: &Ticket) {
        if ticket.kind == Kind::Unknown {
            self.add(ticket.marketplace, ticket.remote_reason.told());
        }
        if ticket.state == crate::vendor::desk::State::Unknown {
            self.add(ticket.marketplace, ticket.remote_status.told());
        }
    }

    fn add(&mut self, marketplace: &'static str, word: Option<&String>) {
        let Some(word) = word else { return };
        let count = self.0.entry((marketplace, word.clone())).or_default();
        *count = count.saturating_add(1);
    }

    /// Returns the marketplaces, the words and how many tickets have them.
    pub fn words(&self) -> impl Iterator<Item = (&'static str, &str, u64)> {
        self.0.iter().map(|((marketplace, word), count)| (*marketplace, word.as_str(), *count))
    }
}

/// Returns what can be done with a ticket: each action once.
#[must_use]
pub fn actions_of(marketplace: &Marketplace, matter: &Matter<'_>) -> Vec<Choice> {
    let mut choices = (marketplace.desk.actions)(matter);
    if matter.account.is_blocked {
        for choice in choices.iter_mut().filter(|choice| !choice.local && choice.allowed != Allowed::No) {
            *choice = Choice::no(choice.action, Why::AccountBlocked).limits(choice.limits.clone());
        }
    }
    choices.extend(Action::LOCAL.map(Choice::local));
    choices
}

/// Returns the call that an action makes, or all violations of what was given for it. `None` means
/// that the action makes no call.
pub fn call_of(
    marketplace: &Marketplace,
    matter: &Matter<'_>,
    action: Action,
    given: &Given,
    settings: &Settings,
) -> Option<Result<Call, Vec<Violation>>> {
    let call = (marketplace.desk.call)(matter, action, given)?;
    let operation = marketplace.operation(call.operation)?;
    let violations = operation.validate(call.arguments.clone(), settings);
    Some(if violations.is_empty() { Ok(call) } else { Err(violations) })
}

/// Returns a file of a ticket and how it is fetched. `message` is the id of its message; without
/// one, it is a file of the ticket itself.
#[must_use]
pub fn download_of(
    marketplace: &Marketplace,
    matter: &Matter<'_>,
    message: Option<&str>,
    file: &str,
) -> Option<(File, Download)> {
    let messages = matter.ticket.messages.told().map(Vec::as_slice).unwrap_or_default();
    let message = match message {
        Some(id) => Some(messages.iter().find(|message| message.id.as_deref() == Some(id))?),
        None => None,
    };
    let files = message.map_or(&matter.ticket.attached, |message| &message.files);
    let found = files.iter().find(|known| known.id.as_deref() == Some(file))?;
    let download = (marketplace.desk.download)(matter, message, found)?;
    Some((found.clone(), download))
}

/// Returns the parts of a ticket without the addresses of its files.
#[must_use]
pub fn without_addresses(mapping: &Mapping, json: &Json) -> Json {
    match json {
        Json::Map(entries) => {
            let entries = entries.iter().filter(|(name, _)| !mapping.addresses.contains(&name.as_str()));
            Json::Map(entries.map(|(name, value)| (name.clone(), without_addresses(mapping, value))).collect())
        }
        Json::List(items) => Json::List(items.iter().map(|item| without_addresses(mapping, item)).collect()),
        other => other.clone(),
    }
}

/// Returns a text that is equal for two reads of the same thing, whatever the order of its fields,
/// and that differs if anything differs besides what the marketplace changes at every read.
#[must_use]
pub fn revision_of(mapping: &Mapping, json: &Json) -> String {
    let mut bytes = Vec::new();
    feed(json, mapping.unstable, &mut bytes);
    hash_of(&bytes)
}

/// Returns the revision of the parts that the marketplace told, without those that the desk sent.
#[must_use]
pub fn revision_of_parts(mapping: &Mapping, raw: &Raw) -> String {
    let mut bytes = Vec::with_capacity(4096);
    for part in [&raw.ticket, &raw.messages, &raw.events, &raw.returns] {
        feed(part, mapping.unstable, &mut bytes);
    }
    hash_of(&bytes)
}

/// Texts are fed with their lengths, so that no two things feed the same.
fn feed(json: &Json, unstable: &[&str], bytes: &mut Vec<u8>) {
    let length = |bytes: &mut Vec<u8>, kind: u8, length: usize| {
        bytes.push(kind);
        bytes.extend_from_slice(&(length as u64).to_le_bytes());
    };
    let text = |bytes: &mut Vec<u8>, kind: u8, text: &str| {
        length(bytes, kind, text.len());
        bytes.extend_from_slice(text.as_bytes());
    };
    match json {
        Json::Text(value) => text(bytes, b'"', value),
        Json::List(items) => {
            length(bytes, b'[', items.len());
            items.iter().for_each(|item| feed(item, unstable, bytes));
        }
        Json::Map(entries) => {
            let mut sorted: Vec<_> = entries.iter().filter(|(name, _)| !unstable.contains(&name.as_str())).collect();
            // Lengths are compared faster than names, and any order will do.
            sorted.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
            length(bytes, b'{', sorted.len());
            for (name, value) in sorted {
                text(bytes, b'"', name);
                feed(value, unstable, bytes);
            }
        }
        Json::Number(number) => text(bytes, b'=', number),
        Json::Int(number) => {
            bytes.push(b'i');
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        Json::Bool(flag) => bytes.extend_from_slice(&[b'b', u8::from(*flag)]),
        Json::Absent => bytes.push(b'n'),
    }
}

/// Tells two reads of one ticket apart. It is no secret and need not withstand an attack: a buyer
/// who finds two texts with one hash hides the second one from the seller, and nothing else.
fn hash_of(bytes: &[u8]) -> String {
    format!("{:032x}", SipHasher13::new().hash(bytes).as_u128())
}
