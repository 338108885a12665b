//! The files of a letter, and what tells one letter from another. The bytes are the host's; here is
//! what the rules have to know of them.

use super::{Around, Letter, LetterStep, MARGIN_MS};
use crate::attachment::Attachment;
use crate::desk::outbox::{self, Event, Look, State};
use crate::rules::input::FromInput as _;
use crate::rules::violation::Violations;
use crate::vendor::Marketplace;
use crate::vendor::desk::Action;
use crate::vendor::desk::action::Call;
use crate::vendor::desk::ticket::File;
use crate::wire::json::Json;
use serde::{Deserialize, Serialize};

/// A file that is sent by a call of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Upload {
    /// The file's place among those of the letter.
    file: usize,
    operation: String,
    arguments: Vec<Json>,
    /// How often it was tried.
    tries: u32,
}

/// A file of a letter, as lists show it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskLetterFile", rename_all = "camelCase"))]
pub struct LetterFile {
    /// The name.
    pub filename: String,
    /// The mime type.
    pub r#type: String,
    /// The size in bytes.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub size: u64,
    /// Whether the letter was sent, and this file could not be.
    pub is_unsent: bool,
}

/// What an earlier letter with the same id is to one that is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskLikeness", rename_all = "camelCase"))]
pub enum Likeness {
    /// It is the same letter.
    Same,
    /// It is another one.
    Other,
    /// It is the same, and was never handed over whole.
    Unfinished,
}

impl Letter {
    /// Returns what this letter is to one that is handed over with the same id.
    #[must_use]
    pub fn likeness(&self, account: &str, ticket: &str, action: Action, given: &Json) -> Likeness {
        let [(known, files), (other, others)] = [&self.given, given].map(|given| {
            let mut rest = given.clone();
            let files = plain(&rest.take("files")).into_list();
            (plain(&rest), files)
        });
        // The files of an earlier letter come first, and are known by that letter's id.
        let is_same = known == other
            && files.ends_with(&others)
            && (files.len() == others.len() || known.get("filesOf").is_some())
            && (self.row.account.as_str(), self.row.ticket.as_str(), self.action) == (account, ticket, action);
        let is_unfinished = self.row.state == State::Draft || self.row.why.as_deref() == Some("incomplete");
        match (is_same, is_unfinished) {
            (false, _) => Likeness::Other,
            (true, false) => Likeness::Same,
            (true, true) => Likeness::Unfinished,
        }
    }

    /// Returns the files, as lists show them.
    #[must_use]
    pub fn files(&self) -> Vec<LetterFile> {
        let files = self.given.get("files").and_then(Json::as_array).unwrap_or_default();
        let file = |(at, file): (usize, &Json)| {
            let file = Attachment::from_input(file.clone(), "", &mut Violations::new());
            LetterFile {
                size: file.size().unwrap_or_default(),
                r#type: file.resolve_mime_type().unwrap_or_default().to_string(),
                filename: file.filename,
                is_unsent: self.unsent.contains(&at),
            }
        };
        files.iter().enumerate().map(file).collect()
    }

    /// Sends the next file of a letter that was accepted. It was announced by its name, so that the
    /// same file may be sent again.
    pub(super) fn upload(&mut self, around: &Around<'_>) -> LetterStep {
        let Some(next) = self.uploads.first().filter(|_| !self.is_asleep(around.now_ms)) else {
            return LetterStep::Rest;
        };
        let Upload { file, operation, arguments, .. } = next.clone();
        self.row.wake_at = Some(around.now_ms + around.times.lease_ms);
        let total_timeout_ms = around.times.lease_ms - MARGIN_MS;
        LetterStep::Write { operation, arguments, files: vec![file], total_timeout_ms }
    }

    /// Goes on after a file, which could not be sent if it is `unsent`.
    pub(super) fn uploaded(&mut self, unsent: Option<usize>, around: &Around<'_>) -> LetterStep {
        self.unsent.extend(unsent);
        self.uploads = self.uploads.split_off(self.uploads.len().min(1));
        self.row.wake_at = Some(around.now_ms);
        if self.uploads.is_empty() {
            let end = if self.unsent.is_empty() { Event::Looked(Look::Found) } else { Event::FilesNotSent };
            self.happen(&end, around);
        }
        LetterStep::Rest
    }

    pub(super) fn upload_failed(
        &mut self,
        is_refused: bool,
        hint_ms: Option<f64>,
        code: String,
        around: &Around<'_>,
    ) -> LetterStep {
        let Some(upload) = self.uploads.first_mut() else { return LetterStep::Rest };
        self.error = Some(code);
        upload.tries = upload.tries.saturating_add(1);
        let (file, tries) = (upload.file, upload.tries);
        if is_refused || tries >= around.times.most_sends {
            return self.uploaded(Some(file), around);
        }
        let doubled = around.times.look_ms * 2f64.powi(i32::try_from(tries.min(20)).unwrap_or_default());
        self.row.wake_at = Some(around.now_ms + hint_ms.unwrap_or_default().max(doubled.min(outbox::MOST_WAIT_MS)));
        LetterStep::Rest
    }

    /// Returns the calls that send the files, where each is sent apart.
    pub(super) fn uploads_of(&self, marketplace: &Marketplace) -> Vec<Upload> {
        let Some((make, (_, arguments))) = marketplace.desk.uploads.zip(self.call.as_ref()) else { return Vec::new() };
        let calls = make(arguments).into_iter().enumerate();
        let upload = |(file, call): (usize, Call)| Upload {
            file,
            operation: call.operation.to_owned(),
            arguments: call.arguments,
            tries: 0,
        };
        calls.map(upload).collect()
    }
}

/// Returns a file as the ticket's mapping knows it.
pub(super) fn own_file(file: LetterFile) -> File {
    let size = i64::try_from(file.size).ok();
    File { name: Some(file.filename), mime_type: Some(file.r#type), size, ..File::default() }
}

/// Returns what was given without the fields that have no value.
fn plain(given: &Json) -> Json {
    match given {
        Json::Map(entries) => {
            let entries = entries.iter().filter(|(_, value)| !value.is_absent());
            Json::Map(entries.map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        Json::List(items) => Json::List(items.iter().map(plain).collect()),
        other => other.clone(),
    }
}
