//! Exports of the desk.

mod letters;
mod reads;
mod tickets;

pub use letters::*;
pub use reads::*;
pub use tickets::*;

use super::read::{Read, find, read};
use super::write::throw;
use crate::desk::letter::Letter;
use crate::desk::record::Matters;
use crate::desk::setup::Setup;
use crate::desk::views::Local;
use crate::js::data::DeskMatter;
use crate::rules::codes::code;
use crate::rules::error::{ErrorKind, TicketError};
use crate::rules::input::FromInput;
use crate::rules::violation::Violations;
use crate::vendor::Marketplace;
use crate::vendor::desk::{Account, Raw};
use crate::wire::json::Json;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

/// Returns what a store gave back, as an earlier call wrote it.
fn stored<T: DeserializeOwned>(name: &str, text: &str) -> Read<T> {
    serde_json::from_str(text).map_err(|_| unreadable(name))
}

fn unreadable(name: &str) -> JsValue {
    let text = format!("the store gave back a `{name}` that the desk did not write");
    throw(Box::new(TicketError::local(ErrorKind::Decode, code!("store_unreadable"), text, "", "")))
}

/// Returns the text that a store keeps.
fn kept<T: Serialize>(state: &T) -> String {
    serde_json::to_string(state).unwrap_or_default()
}

/// Returns the parts of a ticket; none of them, if the text is empty.
fn raw_of(text: &str) -> Read<Raw> {
    if text.is_empty() {
        return Ok(Raw::default());
    }
    Json::read_text(text).map(Raw::read).ok_or_else(|| unreadable("raw"))
}

/// Returns a value that was checked when the desk was made.
fn checked_before<T: FromInput>(value: Json) -> T {
    T::from_input(value, "", &mut Violations::new())
}

/// Returns the pairs of lines of a text: the JSON text of something, and that of its parts, which
/// would be longer and slower inside of the first one. JSON texts have no line breaks.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut lines = Some(text).filter(|text| !text.is_empty()).into_iter().flat_map(|text| text.split('\n'));
    std::iter::from_fn(move || Some((lines.next()?, lines.next().unwrap_or_default())))
}

/// A ticket, read from what a store keeps.
struct Kept {
    marketplace: &'static Marketplace,
    account: String,
    id: String,
    raw: Raw,
    letters: Vec<Letter>,
    local: Local,
    is_missing: bool,
    profile: Account,
}

impl Kept {
    fn read(value: &JsValue) -> Read<Self> {
        let mut matter: DeskMatter = read("matter", value)?;
        let raw = std::mem::take(&mut matter.raw);
        Self::of(matter, &raw)
    }

    fn of(matter: DeskMatter, raw: &str) -> Read<Self> {
        let letters: Read<Vec<Letter>> = matter.letters.iter().map(|letter| stored("letter", letter)).collect();
        let letters = letters?;
        let mut raw = raw_of(raw)?;
        raw.own = letters.iter().filter_map(Letter::own).collect();
        raw.own.sort_by(|a, b| a.at.total_cmp(&b.at));
        let local = if matter.local.is_empty() { Local::default() } else { stored("local", &matter.local)? };
        Ok(Self {
            marketplace: find(&matter.marketplace)?,
            account: matter.account,
            id: matter.id,
            raw,
            letters,
            local,
            is_missing: matter.missing,
            profile: checked_before(matter.profile),
        })
    }

    fn matters<'a>(&'a self, setup: &'a Setup) -> Matters<'a> {
        Matters {
            marketplace: self.marketplace,
            account: &self.account,
            id: &self.id,
            raw: &self.raw,
            local: &self.local,
            is_missing: self.is_missing,
            setup,
        }
    }
}
