//! Helpers that the tests of all mappings share.

use crate::desk::{actions_of, call_of, ticket_of};
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::settings::Settings;
use crate::vendor::Marketplace;
use crate::vendor::desk::action::{Allowed, Choice, Given, TextUnit};
use crate::vendor::desk::ticket::Store;
use crate::vendor::desk::{Account, Action, Mapping, Matter, Own, Raw, Reading, Ticket, Why};
use crate::wire::json::Json;
use serde_json::Value;

/// A marketplace that knows no tickets.
pub(crate) static NOTHING: Mapping = Mapping {
    store: Store::Desk,
    ticket: |_| Err(DecodeError::new(code!("unexpected_shape"), "there are no tickets")),
    kinds: &[],
    actions: |_| Vec::new(),
    call: |_, _, _| None,
    download: |_, _, _| None,
    addresses: &[],
    names: &[],
    uploads: None,
    moderation: None,
    calendars: &[],
    reading: Reading {
        lists: |_, _| Vec::new(),
        details: |_| Vec::new(),
        on_opening: |_| Vec::new(),
        id: |_| None,
        updated: "",
        is_open: |_| false,
        acknowledge: None,
        every_ms: [f64::INFINITY; 3],
        calls_a_day: None,
    },
    unstable: &[],
};

/// Returns the parts that this JSON has: `{ ticket, messages, events, returns, own }`.
pub fn raw(parts: &Value) -> Raw {
    Raw::read(Json::read(parts.to_string().as_bytes()).unwrap())
}

/// Returns the ticket of these parts.
#[track_caller]
pub fn ticket(marketplace: &Marketplace, parts: &Value) -> Ticket {
    ticket_of(marketplace, "a", &raw(parts), None).unwrap()
}

/// Returns whether an action is allowed, and why not.
pub fn verdict(marketplace: &Marketplace, parts: &Value, account: &Account, action: Action) -> (Allowed, Option<Why>) {
    let choice = choice(marketplace, parts, account, action);
    (choice.allowed, choice.why)
}

/// Returns one action of a ticket.
pub fn choice(marketplace: &Marketplace, parts: &Value, account: &Account, action: Action) -> Choice {
    let (ticket, raw) = (ticket(marketplace, parts), raw(parts));
    let choices = actions_of(marketplace, &Matter { ticket: &ticket, raw: &raw, account });
    let all: Vec<_> = choices.iter().map(|choice| choice.action).collect();
    let expected: Vec<_> = Action::REMOTE.into_iter().chain(Action::LOCAL).collect();
    assert_eq!(all, expected, "each action is there once");
    choices.into_iter().find(|choice| choice.action == action).unwrap()
}

/// Fails unless each action that is allowed makes a call that breaks no rule, and unless the limits
/// that it states are those of the rules. `more` gives the further parameters of an action with
/// this value chosen.
#[track_caller]
pub fn assert_calls_obey_the_rules(
    marketplace: &Marketplace,
    parts: &Value,
    account: &Account,
    more: fn(Action, &str) -> Value,
) {
    let (ticket, raw) = (ticket(marketplace, parts), raw(parts));
    let matter = Matter { ticket: &ticket, raw: &raw, account };
    let settings = Settings::default();
    for choice in actions_of(marketplace, &matter) {
        let action = choice.action;
        let chosen: Vec<Option<&str>> = match choice.limits.choices.as_slice() {
            [] => vec![None],
            all => all.iter().copied().map(Some).collect(),
        };
        for value in chosen {
            let Json::Map(more) = Json::read(more(action, value.unwrap_or_default()).to_string().as_bytes()).unwrap()
            else {
                panic!("the further parameters are an object")
            };
            let given = |text: String| Given {
                text: Some(text).filter(|_| choice.limits.text.is_some()),
                choice: value.map(str::to_owned),
                at: "2026-03-02T08:15:00Z".to_owned(),
                code: Some("desk-1".to_owned()),
                more: more.clone(),
                ..Given::default()
            };
            let codes = |text: String| {
                let call = call_of(marketplace, &matter, action, &given(text), &settings);
                call.map(|call| call.err().unwrap_or_default().into_iter().map(|found| found.code).collect::<Vec<_>>())
            };
            if choice.local || choice.allowed == Allowed::No {
                continue;
            }
            assert_eq!(codes("x".to_owned()), Some(Vec::new()), "{action:?} {value:?}");
            let Some(limit) = choice.limits.text else { continue };
            if limit.min > 0 {
                assert_ne!(codes("x".repeat(limit.min - 1)), Some(Vec::new()), "{action:?} with too little");
            }
            let Some(max) = limit.max else { continue };
            assert_eq!(codes("x".repeat(max)), Some(Vec::new()), "{action:?} {value:?} with all it may have");
            // How much room an address leaves depends on the other parameters of a new ticket, so
            // the limit there is the one that always fits.
            if limit.unit == TextUnit::Characters || !matches!(action, Action::Create | Action::Refund) {
                assert_ne!(
                    codes("x".repeat(max + 1)),
                    Some(Vec::new()),
                    "{action:?} {value:?} with more than it may have"
                );
            }
        }
    }
}

/// Returns a letter that the desk sent.
pub fn own(text: &str, at: f64) -> Own {
    Own { text: text.to_owned(), at, wants_reply: true, ..Own::default() }
}
