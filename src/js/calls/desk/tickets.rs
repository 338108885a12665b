//! Exports about tickets: what is kept, shown and possible.

use super::{Kept, checked_before, kept, pairs, raw_of};
use crate::desk::record::is_buyer;
use crate::desk::setup::Setup;
use crate::desk::{actions_of, ticket_of, without_addresses};
use crate::js::calls::read::{Read, arguments, find, json, number, read, read_text, text, utf8};
use crate::js::calls::write::{Answer, give};
use crate::js::data::{DeskAccountGiven, DeskChanged, DeskDownload, DeskOpened, DeskOpening, Refused};
use crate::rules::input::{FromInput, join};
use crate::rules::violation::Violations;
use crate::vendor::desk::action::Call;
use crate::vendor::desk::reading::Detail;
use crate::vendor::desk::{Account, Download, Matter};
use wasm_bindgen::prelude::*;

/// Returns everything that is wrong with the settings of a desk and of its accounts.
#[wasm_bindgen(js_name = checkDesk, unchecked_return_type = "Violation[]")]
pub fn check_desk(
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "DeskAccountGiven[]")] accounts: JsValue,
) -> Answer {
    let mut violations = Violations::new();
    let _ = Setup::from_input(json(&setup)?, "", &mut violations);
    for DeskAccountGiven { id, profile } in read::<Vec<DeskAccountGiven>>("accounts", &accounts)? {
        let _ = Account::from_input(profile, &join("accounts", &id), &mut violations);
    }
    give(&violations.into_vec())
}

/// Returns what a store keeps of tickets at a time. Both are texts, which cross faster than each of
/// their parts. Two lines are given for each ticket: its matter without `raw`, and that. Three are
/// returned: the record without `shown` and `words`, and these two.
#[wasm_bindgen(js_name = recordTickets, unchecked_return_type = "string")]
pub fn record_tickets(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array")] matters: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let setup: Setup = checked_before(json(&setup)?);
    let now_ms = number("now", &now_ms)?;
    let mut lines = Vec::new();
    for (matter, raw) in pairs(&utf8("matters", &matters)?) {
        let mut record = Kept::of(read_text("matters", matter)?, raw)?.matters(&setup).record(now_ms);
        let (shown, words) = (std::mem::take(&mut record.shown), std::mem::take(&mut record.words));
        lines.extend([kept(&record), shown, words]);
    }
    Ok(lines.join("\n").into())
}

/// Returns what a person sees who opens a ticket.
#[wasm_bindgen(js_name = openDeskTicket, unchecked_return_type = "DeskOpened")]
pub fn open_desk_ticket(
    #[wasm_bindgen(unchecked_param_type = "DeskMatter")] matter: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let setup: Setup = checked_before(json(&setup)?);
    let kept = Kept::read(&matter)?;
    let ticket = kept.matters(&setup).ticket();
    let matter = Matter { ticket: &ticket, raw: &kept.raw, account: &kept.profile };
    let actions = actions_of(kept.marketplace, &matter);
    let record = kept.matters(&setup).record(number("now", &now_ms)?);
    let raw = crate::vendor::desk::Raw { own: Vec::new(), ..kept.raw.clone() }.write();
    let raw = without_addresses(kept.marketplace.desk, &raw);
    let (messages, files) = (ticket.messages.into_told(), ticket.attached);
    give(&DeskOpened { messages, files, actions, raw, record })
}

/// Returns how a file of a ticket is fetched; nothing, if there is no such file. `message` is the id
/// of its message; without one, it is a file of the ticket itself.
#[wasm_bindgen(js_name = downloadOf, unchecked_return_type = "DeskDownload | null")]
pub fn download_of(
    #[wasm_bindgen(unchecked_param_type = "DeskMatter")] matter: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string | null")] message: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] file: JsValue,
) -> Answer {
    let setup: Setup = checked_before(json(&setup)?);
    let kept = Kept::read(&matter)?;
    let ticket = kept.matters(&setup).ticket();
    let matter = Matter { ticket: &ticket, raw: &kept.raw, account: &kept.profile };
    let (message, file) = (message.as_string(), text("file", &file)?);
    let found = crate::desk::download_of(kept.marketplace, &matter, message.as_deref(), &file);
    give(&found.map(|(file, download)| {
        let (filename, mime_type) = (file.name, file.mime_type);
        match download {
            Download::Call(Call { operation, arguments }) => {
                DeskDownload { filename, mime_type, operation: Some(operation), arguments, uri: None }
            }
            Download::Address(uri) => {
                DeskDownload { filename, mime_type, operation: None, arguments: Vec::new(), uri: Some(uri) }
            }
        }
    }))
}

/// Returns the parts to read when a person opens a ticket.
#[wasm_bindgen(js_name = openingCalls, unchecked_return_type = "DeskOpening[]")]
pub fn opening_calls(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] raw: JsValue,
) -> Answer {
    let marketplace = find(&text("marketplace", &marketplace)?)?;
    let raw = raw_of(&text("raw", &raw)?)?;
    let details = (marketplace.desk.reading.on_opening)(&raw.ticket).into_iter();
    let calls = details.map(|Detail { part, operation, arguments, .. }| DeskOpening { part, operation, arguments });
    give(&calls.collect::<Vec<_>>())
}

/// Returns the parts of a ticket with one of them replaced by the items of a page.
#[wasm_bindgen(js_name = withPart, unchecked_return_type = "string")]
pub fn with_part(
    #[wasm_bindgen(unchecked_param_type = "string")] raw: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] part: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown[]")] items: JsValue,
) -> Answer {
    let raw = raw_of(&text("raw", &raw)?)?;
    Ok(raw.with(&text("part", &part)?, arguments(&items)?).write().to_string().into())
}

/// Returns what only the desk knows after a person's change, or what is wrong with the change.
#[wasm_bindgen(js_name = changeLocal, unchecked_return_type = "Refused | DeskChanged")]
pub fn change_local(
    #[wasm_bindgen(unchecked_param_type = "DeskMatter")] matter: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] setup: JsValue,
    #[wasm_bindgen(unchecked_param_type = "unknown")] change: JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", js_name = "now")] now_ms: JsValue,
) -> Answer {
    let setup: Setup = checked_before(json(&setup)?);
    let before = Kept::read(&matter)?;
    let moved_at = before.matters(&setup).ticket().moved_at();
    let mut violations = Violations::new();
    let after = before.local.changed(json(&change)?, moved_at, number("now", &now_ms)?, &mut violations);
    match violations.into_result() {
        Ok(()) => give(&DeskChanged { local: kept(&after) }),
        Err(violations) => give(&Refused { violations }),
    }
}

/// Returns whether a ticket is of a buyer with this name, email address or id.
#[wasm_bindgen(js_name = isOfBuyer)]
pub fn is_of_buyer(
    #[wasm_bindgen(unchecked_param_type = "MarketplaceId")] marketplace: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] raw: JsValue,
    #[wasm_bindgen(unchecked_param_type = "string")] buyer: JsValue,
) -> Read<bool> {
    let marketplace = find(&text("marketplace", &marketplace)?)?;
    let raw = raw_of(&text("raw", &raw)?)?;
    let buyer = text("buyer", &buyer)?;
    Ok(ticket_of(marketplace, "", &raw, None).is_ok_and(|ticket| is_buyer(&ticket, &buyer)))
}
