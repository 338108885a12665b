//! What can be done with a ticket.

use crate::attachment::check::Allowed as Files;
use crate::rules::rule::{Param, Rule};
use crate::wire::json::Json;
use serde::{Deserialize, Serialize, Serializer};

/// Something that can be done with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskAction", rename_all = "camelCase"))]
pub enum Action {
    /// Write to the other side.
    Reply,
    /// Write to the buyer that another message will follow; the ticket stays with the seller.
    InterimNotice,
    /// Close the ticket.
    Close,
    /// Open it again.
    Reopen,
    /// Make it a ticket of another type.
    ChangeType,
    /// Say that the goods came back.
    ConfirmReturn,
    /// Say that the goods were sent for return.
    SentForReturn,
    /// Say that the buyer was told how to send the goods back.
    ReturnInfo,
    /// Pay money back.
    Refund,
    /// Make a code for sending the goods back.
    ReturnCode,
    /// Create another ticket about the same order.
    Create,
    /// Note that no answer is needed.
    Done,
    /// Hide it until a time.
    Snooze,
    /// Write a note that only the desk shows.
    Note,
    /// Give it to a person.
    Assign,
}

impl Action {
    /// The actions at a marketplace, in the order in which they are shown.
    pub const REMOTE: [Self; 11] = [
        Self::Reply,
        Self::InterimNotice,
        Self::Close,
        Self::Reopen,
        Self::ChangeType,
        Self::ConfirmReturn,
        Self::SentForReturn,
        Self::ReturnInfo,
        Self::Refund,
        Self::ReturnCode,
        Self::Create,
    ];

    /// The actions that only the desk knows.
    pub const LOCAL: [Self; 4] = [Self::Done, Self::Snooze, Self::Note, Self::Assign];
}

/// Whether an action can be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// The marketplace takes it.
    Yes,
    /// The marketplace refuses it, or the library does not offer it.
    No,
    /// Only the marketplace can decide. A refusal is explained, and nothing is lost.
    Maybe,
}

impl Serialize for Allowed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Yes => serializer.serialize_bool(true),
            Self::No => serializer.serialize_bool(false),
            Self::Maybe => serializer.serialize_str("maybe"),
        }
    }
}

/// Why an action cannot be taken, or may be refused. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskWhy", rename_all = "snake_case"))]
pub enum Why {
    /// The marketplace's API or this library does not have it.
    NotOffered,
    /// The ticket is closed.
    Closed,
    /// The ticket is closed for good.
    ClosedFinal,
    /// The seller has closed it already.
    AlreadyClosed,
    /// The ticket is not closed.
    NotClosed,
    /// The ticket's type does not have it.
    WrongType,
    /// The marketplace ships the goods, and decides.
    FulfilledByMarketplace,
    /// Another event must come first.
    NeedsEarlierEvent,
    /// There is one already, and there can be only one.
    OneActive,
    /// A setting of the account is missing.
    NotConfigured,
    /// The account's key does not have the scope.
    AccountScope,
    /// The account is blocked.
    AccountBlocked,
    /// Only the marketplace closes tickets.
    MarketplaceCloses,
    /// The ticket does not tell whether the marketplace takes it.
    MarketplaceDecides,
}

/// What an action does that cannot be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskEffect", rename_all = "camelCase"))]
pub enum Effect {
    /// It moves money, or decides whether money moves.
    Money,
    /// It cannot be taken back.
    Final,
    /// The other side reads it.
    Visible,
}

/// What a desk asks before it takes an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskAsk", rename_all = "camelCase"))]
pub enum Ask {
    /// The person confirms it.
    Confirm,
    /// It waits for a moment in which the person can undo it.
    Hold,
}

/// What the length of a text is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskTextUnit", rename_all = "camelCase"))]
pub enum TextUnit {
    /// Unicode code points.
    Characters,
    /// The characters of the text as it is encoded in an address.
    EncodedCharacters,
}

/// The length that a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskTextLimit"))]
pub struct TextLimit {
    /// The smallest permitted number.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub min: usize,
    /// The largest permitted number; `None` if there is no limit.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub max: Option<usize>,
    /// The unit in which the text is counted.
    pub unit: TextUnit,
}

/// The files that may go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskFileLimit", rename_all = "camelCase"))]
pub struct FileLimit {
    /// The largest permitted number; `None` if none is documented.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub most: Option<usize>,
    /// The largest permitted size of each in bytes; `None` if none is documented.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub max_bytes: Option<u64>,
    /// The largest size of all of them in bytes, which is the desk's own limit.
    #[cfg_attr(feature = "types", ts(type = "number"))]
    pub max_total_bytes: u64,
    /// The permitted types.
    pub types: &'static [&'static str],
}

/// *Ours*: the most bytes of the files of one letter: one file of the largest size that is limited
/// anywhere, and what a Worker's memory holds several times.
pub const MOST_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// The limits of an action.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskLimits"))]
pub struct Limits {
    /// The limits of the text; `None` if there is no text.
    pub text: Option<TextLimit>,
    /// The files; `None` if no files are possible.
    pub files: Option<FileLimit>,
    /// The values of which one is chosen: a type, a destination, a solution.
    pub choices: Vec<&'static str>,
}

impl Limits {
    /// Returns the limits of a text that a parameter of this table takes.
    #[must_use]
    pub fn text(table: &[Param], name: &str) -> Self {
        let rule = table.iter().find(|param| param.name == name).map(|param| param.rule);
        let text = match rule {
            Some(Rule::Text { min, max }) => Some(TextLimit {
                min: *min,
                max: Some(*max).filter(|max| *max < usize::MAX),
                unit: TextUnit::Characters,
            }),
            _ => None,
        };
        Self { text, ..Self::default() }
    }

    /// Returns the same limits with the files that these rules take.
    #[must_use]
    pub fn files(self, files: &Files, most: Option<usize>) -> Self {
        let max_bytes = files.max_bytes.as_ref().map(|(max, _)| *max);
        let files = FileLimit { most, max_bytes, max_total_bytes: MOST_FILE_BYTES, types: files.types };
        Self { files: Some(files), ..self }
    }

    /// Returns the same limits with values to choose from.
    #[must_use]
    pub fn choices(self, choices: &[&'static str]) -> Self {
        Self { choices: choices.to_vec(), ..self }
    }
}

/// An action, and whether it can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(rename = "DeskChoice"))]
pub struct Choice {
    /// The action.
    pub action: Action,
    /// Whether it can be taken.
    #[cfg_attr(feature = "types", ts(type = "boolean | \"maybe\""))]
    pub allowed: Allowed,
    /// Why not, or what stands in doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub why: Option<Why>,
    /// What it does that cannot be undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub effect: Option<Effect>,
    /// The question to ask the user first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub ask: Option<Ask>,
    /// Whether only the desk knows of it: nothing is sent.
    pub local: bool,
    /// Its limits.
    pub limits: Limits,
}

impl Choice {
    fn new(action: Action, allowed: Allowed, why: Option<Why>) -> Self {
        Self { action, allowed, why, effect: None, ask: None, local: false, limits: Limits::default() }
    }

    /// Returns an action that can be taken.
    #[must_use]
    pub fn yes(action: Action) -> Self {
        Self::new(action, Allowed::Yes, None)
    }

    /// Returns an action that cannot be taken.
    #[must_use]
    pub fn no(action: Action, why: Why) -> Self {
        Self::new(action, Allowed::No, Some(why))
    }

    /// Returns an action about which only the marketplace can decide.
    #[must_use]
    pub fn maybe(action: Action, why: Why) -> Self {
        Self::new(action, Allowed::Maybe, Some(why))
    }

    /// Returns an action that only the desk knows.
    #[must_use]
    pub fn local(action: Action) -> Self {
        Self { local: true, ..Self::yes(action) }
    }

    /// Returns an action that the first of these findings decides; without one, it can be taken.
    #[must_use]
    pub fn first(action: Action, findings: &[Option<(Allowed, Why)>]) -> Self {
        let found = findings.iter().flatten().next();
        found.map_or_else(|| Self::yes(action), |(allowed, why)| Self::new(action, *allowed, Some(*why)))
    }

    /// Returns the same action with its effect.
    #[must_use]
    pub fn effect(self, effect: Effect) -> Self {
        Self { effect: Some(effect), ..self }
    }

    /// Returns the same action with what is asked first.
    #[must_use]
    pub fn ask(self, ask: Ask) -> Self {
        Self { ask: Some(ask), ..self }
    }

    /// Returns the same action with its limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
}

/// The finding that refuses an action.
#[must_use]
pub fn no(is_so: bool, why: Why) -> Option<(Allowed, Why)> {
    is_so.then_some((Allowed::No, why))
}

/// The finding that leaves an action to the marketplace.
#[must_use]
pub fn maybe(is_so: bool, why: Why) -> Option<(Allowed, Why)> {
    is_so.then_some((Allowed::Maybe, why))
}

/// What the desk knows about an account besides its tickets.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Account {
    /// Whether the account is one of a sales channel, and not a seller's.
    pub is_channel: bool,
    /// Whether the marketplace has blocked the account.
    pub is_blocked: bool,
    /// The scopes or roles of its key; `None` if they are not known.
    pub scopes: Option<Vec<String>>,
    /// The person who writes: the code in the seller's own system, and the name.
    pub writer: Option<(String, String)>,
    /// Whether partial refunds are enabled; `None` if that is not known.
    pub partial_refunds: Option<bool>,
    /// The types of events that bring tickets, where the vendor documents no name for them.
    pub ticket_events: Vec<String>,
}

impl Account {
    /// Returns whether the key certainly lacks this scope.
    #[must_use]
    pub fn lacks(&self, scope: &str) -> bool {
        self.scopes.as_ref().is_some_and(|scopes| !scopes.iter().any(|known| known == scope))
    }
}

/// A call of one of the marketplace's operations.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The operation's name.
    pub operation: &'static str,
    /// The method's arguments.
    pub arguments: Vec<Json>,
}

/// What a person gave for an action.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Given {
    /// The text.
    pub text: Option<String>,
    /// The files, as the operation takes them.
    pub files: Vec<Json>,
    /// The value that was chosen of [`Limits::choices`].
    pub choice: Option<String>,
    /// The time, for an operation that sends one: `2026-03-02T08:15:00Z`.
    pub at: String,
    /// The desk's own code of the letter, for a marketplace that gives it back.
    pub code: Option<String>,
    /// Whether an answer is expected; by default it is.
    pub wants_reply: Option<bool>,
    /// Further parameters, as the operation takes them.
    pub more: Vec<(String, Json)>,
}

impl Given {
    /// Returns these parameters and the further ones as one object. Those that are absent are left
    /// out.
    #[must_use]
    pub fn parameters(&self, fields: &[(&str, Json)]) -> Json {
        let own = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let mut all = Json::Map(own.filter(|(_, value)| !value.is_absent()).collect());
        for (name, value) in &self.more {
            all.put(name, value.clone());
        }
        all
    }

    /// Returns the files; absent, if there are none.
    #[must_use]
    pub fn files(&self) -> Json {
        if self.files.is_empty() { Json::Absent } else { Json::List(self.files.clone()) }
    }
}
