//! Exports of the outbox.

use super::{Kept, checked_before, kept, stored};
use crate::desk::actions_of;
use crate::desk::letter::{Around, Letter, LetterEvent, LetterStep, Likeness, call_of};
use crate::desk::outbox::{Row, State, Times};
use crate::desk::setup::{Setup, check_files, refused, renamed};
use crate::js::calls::read::{Read, event, find, json, number, read, text};
use crate::js::calls::write::{Answer, give};
use crate::js::data::{DeskDone, DeskLetter, DeskLetterEvent, DeskLetterStep, DeskRow, DeskShownLetter, Refused};
use crate::rules::input::FromInput;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::rules::words::{Name, words};
use crate::vendor::Marketplace;
use crate::vendor::desk::action::Given;
use crate::vendor::desk::ticket::Key;
use crate::vendor::desk::{Action, Allowed, Choice, Matter};
use crate::wire::json::Json;
use crate::wire::time::format_date_time;
use wasm_bindgen::prelude::*;

/// The times of the outbox at a marketplace.
fn times(marketplace: &Marketplace, settings: &Settings) -> Times {
    Times { settle_ms: settings.settle_ms.unwrap_or(marketplace.settle_ms), ..Times::default() }
}

/// Returns what crosses of a letter.
fn lettered(marketplace: &Marketplace, letter: &Letter, now_ms: f64, step: Option<LetterStep>) -> DeskLetter {
    let row = &letter.row;
    let shown = DeskShownLetter {
        id: &row.id,
        key: Key { account: row.account.clone(), id: row.ticket.clone() },
        action: letter.action,
        state: row.state,
        why: row.why.as_deref(),
        text: letter.given.get("text").and_then(Json::as_str),
        files: letter.files(),
        created_at: row.created_at,
        hold_until: row.hold_until,
        sent_at: letter.sent_at,
    };
    let answered = letter.answered();
    let created = letter.created(marketplace).filter(|_| matches!(row.state, State::Sent | State::Confirmed));
    DeskLetter {
        letter: kept(letter),
        id: row.id.clone(),
        ticket: row.ticket.clone(),
        state: row.state,
        wake_at: row.wake_at,
        is_underway: row.state.is_underway(),
        is_end: row.state.is_end(),
        created_at: row.created_at,
        answered_at: answered.map(|(at, _)| at),
        waited_ms: answered.and_then(|(_, waited_ms)| waited_ms),
        files: u32::try_from(shown.files.len()).unwrap_or(u32::MAX),
        shown: kept(&shown),
        created: created.map(|(id, raw)| DeskRow {
            id,
            began_at: now_ms,
            listed: String::new(),
            raw: raw.write().to_string(),
        }),
        step: step.map(|step| match step {
            LetterStep::Rest => DeskLetterStep::Rest {},
            LetterStep::Read { operation, arguments, total_timeout_ms } => {
                DeskLetterStep::Read { operation, arguments, total_timeout_ms }
            }
            LetterStep::Write { operation, arguments, files, total_timeout_ms } => {
                DeskLetterStep::Write { operation, arguments, files, total_timeout_ms }
            }
        }),
    }
}

/// Returns what a person gave, with what the desk adds.
fn completed(given: Json, code: &str, now_ms: f64, violations: &mut Violations) -> Given {
    let read = Given::from_input(given, "", violations);
    Given { at: format_date_time(now_ms), code: Some(code.to_owned()), ..read }
}

fn action_of(value: &JsValue) -> Read<Result<Action, Violation>> {
    let name = text("action", value)?;
    let found = Action::REMOTE.into_iter().chain(Action::LOCAL).find(|action| kept(action).trim_matches('"') == name);
    Ok(found.ok_or_else(|| {
        let known: Vec<_> =
            Action::REMOTE.iter().chain(&Action::LOCAL).map(|action| kept(action).replace('"', "")).collect();
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        crate::rules::violation::unknown_value("action", &name, &known)
    }))
}

/// Makes a letter, which is a draft until all of it is stored, or returns everything that is wrong
/// with it. An action that only the desk knows of makes no letter.
#[wasm_bindgen(js_name = newLetter, unchecked_return_type = "Refused | DeskLetter | DeskDone")]
#[allow(clippy::too_many_arguments, reason = "one for each thing that crosses")]
pub fn new_letter(
    #[wasm_bindgen(unchecked_param_type = "DeskMatter")] matter: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] action: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "args")] given: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] id: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let kept = Kept::read(&matter)?;
    let setup: Setup = checked_before(json(&setup)?);
    let settings: Settings = read("settings", &settings)?;
    let (id, now_ms, given) = (text("id", &id)?, number("now", &now_ms)?, json(&given)?);
    let action = match action_of(&action)? {
        Ok(action) => action,
        Err(violation) => return give(&Refused { violations: vec![violation] }),
    };
    let ticket = kept.matters(&setup).ticket();
    let matter = Matter { ticket: &ticket, raw: &kept.raw, account: &kept.profile };
    let choice = actions_of(kept.marketplace, &matter).into_iter().find(|choice| choice.action == action);
    let mut violations = Violations::new();
    let name = super::kept(&action).replace('"', "");
    let read = completed(given.clone(), &id, now_ms, &mut violations);
    let (is_readable, mut is_allowed) = (violations.is_empty(), true);
    let counted = choice.as_ref().map(|choice| check_files(&choice.limits, &read.files)).unwrap_or_default();
    // The operation may count files, too.
    let is_counted = counted.iter().any(|found| found.field == "files");
    counted.into_iter().for_each(|found| violations.push(found));
    match choice {
        Some(Choice { local: true, .. }) if matches!(action, Action::Done | Action::Close) => {
            return match violations.into_result() {
                Ok(()) => give(&DeskDone { done: true }),
                Err(violations) => give(&Refused { violations }),
            };
        }
        Some(Choice { local: true, .. }) => {
            let words = words!(
                "action_not_allowed",
                ["action", "why"],
                "`{action}` is not sent to the marketplace",
                "use `local` for facts that only the desk knows",
            );
            let violation = Violation::of("action", words, (Name(&name), Name("local")));
            return give(&Refused { violations: vec![violation] });
        }
        Some(Choice { allowed: Allowed::No, why, .. }) => {
            is_allowed = false;
            let why = why.map(|why| super::kept(&why).replace('"', "")).unwrap_or_default();
            violations.push(refused(&name, &why));
        }
        _ => {}
    }
    match crate::desk::call_of(kept.marketplace, &matter, action, &read, &settings) {
        Some(Ok(_)) => {}
        Some(Err(broken)) => {
            let names = kept.marketplace.desk.names;
            let broken = broken.into_iter().map(|violation| renamed(names, violation));
            broken.filter(|found| !(is_counted && found.field == "files")).for_each(|found| violations.push(found));
        }
        None if is_readable && is_allowed => violations.push(refused(&name, "not_offered")),
        None => {}
    }
    if let Err(violations) = violations.into_result() {
        return give(&Refused { violations });
    }
    let row = Row {
        id,
        account: kept.account.clone(),
        ticket: kept.id.clone(),
        state: State::Draft,
        heard_at: ticket.moved_at(),
        created_at: now_ms,
        hold_until: now_ms,
        lease_until: 0.0,
        wake_at: None,
        sends: 0,
        looks: 0,
        why: None,
    };
    let letter = Letter::new(row, action, given, now_ms);
    give(&lettered(kept.marketplace, &letter, now_ms, None))
}

/// Returns what a letter is to one that is handed over with the same id.
#[wasm_bindgen(js_name = likenessOf, unchecked_return_type = "DeskLikeness")]
pub fn likeness_of(
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "letter")] state: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] account: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] ticket: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] action: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown", js_name = "args")] given: JsValue,
) -> Answer {
    let letter: Letter = stored("letter", &text("letter", &state)?)?;
    let (account, ticket, given) = (text("account", &account)?, text("ticket", &ticket)?, json(&given)?);
    let likeness =
        action_of(&action)?.map_or(Likeness::Other, |action| letter.likeness(&account, &ticket, action, &given));
    give(&likeness)
}

/// Takes the lease of a letter whose time has come and prepares its call. What the ticket has
/// become meanwhile may send it to a person instead.
#[wasm_bindgen(js_name = claimLetter, unchecked_return_type = "DeskLetter")]
pub fn claim_letter(
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "letter")] state: JsValue,
    #[wasm_bindgen(unchecked_param_type = "DeskMatter")] matter: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let kept = Kept::read(&matter)?;
    let setup: Setup = checked_before(json(&setup)?);
    let settings: Settings = read("settings", &settings)?;
    let now_ms = number("now", &now_ms)?;
    let mut letter: Letter = stored("letter", &text("letter", &state)?)?;
    let times = times(kept.marketplace, &settings);
    let around = Around { marketplace: kept.marketplace, settings: &settings, times: &times, now_ms };
    let ticket = kept.matters(&setup).ticket();
    if !kept.id.is_empty() {
        letter.hear(ticket.moved_at(), &around);
    }
    if letter.row.state == State::Held && now_ms >= letter.row.hold_until {
        let mut violations = Violations::new();
        let given = completed(letter.given.clone(), &letter.row.id, now_ms, &mut violations);
        let matter = Matter { ticket: &ticket, raw: &kept.raw, account: &kept.profile };
        let call = call_of(kept.marketplace, &matter, &letter, &given, &settings);
        let earlier: Vec<Letter> = kept.letters.iter().filter(|other| other.row.id != letter.row.id).cloned().collect();
        letter.claim(call, &earlier, &around);
    }
    give(&lettered(kept.marketplace, &letter, now_ms, None))
}

/// Advances a letter by one event, and returns its next step.
#[wasm_bindgen(js_name = advanceLetter, unchecked_return_type = "DeskLetter")]
pub fn advance_letter(
    #[wasm_bindgen(unchecked_param_type = "string", js_name = "letter")] state: JsValue,
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: JsValue,
    #[wasm_bindgen(unchecked_param_type = "DeskLetterEvent", js_name = "event")] happened: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let marketplace = find(&text("marketplace", &marketplace)?)?;
    let settings: Settings = read("settings", &settings)?;
    let now_ms = number("now", &now_ms)?;
    let mut letter: Letter = stored("letter", &text("letter", &state)?)?;
    let times = times(marketplace, &settings);
    let around = Around { marketplace, settings: &settings, times: &times, now_ms };
    let event = match event(&happened, DeskLetterEvent::read)? {
        DeskLetterEvent::Begun {} => LetterEvent::Begun,
        DeskLetterEvent::Submitted { hold_ms } => LetterEvent::Submitted { hold_ms },
        DeskLetterEvent::Tick {} => LetterEvent::Tick,
        DeskLetterEvent::Undo {} => LetterEvent::Undo,
        DeskLetterEvent::Read { value, page, items } => {
            let items = items.and_then(|field| value.get(&field).cloned()).map(Json::into_list).unwrap_or_default();
            LetterEvent::Read { value, page, items }
        }
        DeskLetterEvent::ReadFailed { hint_ms } => LetterEvent::ReadFailed { hint_ms },
        DeskLetterEvent::Written { value } => LetterEvent::Written { value },
        DeskLetterEvent::WriteFailed { sent, status, hint_ms, code, retryable } => LetterEvent::WriteFailed {
            sent,
            status: status.map(|status| status.0),
            hint_ms,
            code,
            is_retryable: retryable,
        },
    };
    let step = letter.advance(event, &around);
    give(&lettered(marketplace, &letter, now_ms, Some(step)))
}
