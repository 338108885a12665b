//! Every code of violations and errors, each with its figures, declared once.
//!
//! From these lists come the TypeScript types of violations, the tables of `docs/errors.md`, and
//! the keys that each catalogue of words for people has to have.

mod errors;
mod violations;

pub use errors::ErrorCode;
pub use violations::ViolationCode;

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// What a figure is: it decides the figure's type in TypeScript, and how people are shown it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// A text that a person wrote or knows.
    Text,
    /// A name or a value for programs, which people are not shown.
    Name,
    /// Names or values for programs.
    Names,
    /// A number for programs.
    Inner,
    /// How many there are.
    Count,
    /// A number that is no count.
    Number,
    /// A decimal number as text.
    Decimal,
    /// A number of bytes.
    Bytes,
    /// A number of per cent.
    Percent,
    /// A number of milliseconds.
    Millis,
    /// A MIME type.
    Mime,
    /// MIME types.
    Mimes,
    /// The name of a file.
    File,
    /// The id of a marketplace.
    Marketplace,
    /// The path of another field.
    Field,
}

/// A figure of a code.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// The name in `params`.
    pub name: &'static str,
    /// What it is.
    pub kind: FigureKind,
    /// Whether a violation may lack it.
    pub optional: bool,
}

/// A code, with what the documentation says about it.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The name on the wire.
    pub name: &'static str,
    /// What happened.
    pub what: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The figures in `params`.
    pub figures: &'static [Declared],
}

/// Codes that the documentation explains together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// The heading.
    pub title: &'static str,
    /// Whether a person can do something about them. The others are mistakes of a program.
    pub for_people: bool,
    /// The codes.
    pub entries: &'static [Entry],
}

/// A list of codes.
pub trait Listed: Copy + 'static {
    /// All groups of codes.
    const GROUPS: &'static [Group];

    /// Returns the code with this name, if this version has it.
    fn parse(name: &str) -> Option<Self>;
}

/// Returns what is declared about a code. A name that is not in the list does not compile.
#[expect(clippy::panic, reason = "it stops the compiler")]
pub(super) const fn entry_of<K: Listed>(name: &str) -> &'static Entry {
    let mut groups = K::GROUPS;
    while let [group, others @ ..] = groups {
        let mut entries = group.entries;
        while let [entry, rest @ ..] = entries {
            if same(entry.name.as_bytes(), name.as_bytes()) {
                return entry;
            }
            entries = rest;
        }
        groups = others;
    }
    panic!("there is no such code: declare it in `rules/codes`")
}

/// Returns whether two texts are equal.
pub(super) const fn same(mut one: &[u8], mut other: &[u8]) -> bool {
    while let ([a, rest @ ..], [b, other_rest @ ..]) = (one, other) {
        if *a != *b {
            return false;
        }
        (one, other) = (rest, other_rest);
    }
    one.is_empty() && other.is_empty()
}

/// The name of a code: one of a list, or any other, which a marketplace or a newer gateway may
/// send.
///
/// It is the name, because a table of all names would cost wasm. [`known`](Self::known) returns the
/// code of the list for a `match`.
#[derive(Clone, PartialEq, Eq)]
pub struct Code<K> {
    name: Cow<'static, str>,
    list: PhantomData<K>,
}

impl<K: Listed> Code<K> {
    /// Returns a code of the list that has no figures, for `code!`.
    #[doc(hidden)]
    #[must_use]
    pub const fn listed(name: &'static str) -> Self {
        let mut figures = entry_of::<K>(name).figures;
        while let [figure, others @ ..] = figures {
            assert!(figure.optional, "a violation of this code has figures: make it with `words!`");
            figures = others;
        }
        Self { name: Cow::Borrowed(name), list: PhantomData }
    }

    /// Returns a code that came from elsewhere.
    #[must_use]
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self { name: name.into(), list: PhantomData }
    }

    /// Returns the code of this version's list, if it is one.
    #[must_use]
    pub fn known(&self) -> Option<K> {
        K::parse(&self.name)
    }

    /// Returns the name on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }
}

/// An error may have the code of the one rule that was broken.
impl From<Code<ViolationCode>> for Code<ErrorCode> {
    fn from(code: Code<ViolationCode>) -> Self {
        Self { name: code.name, list: PhantomData }
    }
}

impl<K> PartialEq<str> for Code<K> {
    fn eq(&self, name: &str) -> bool {
        self.name == name
    }
}

impl<K> PartialEq<&str> for Code<K> {
    fn eq(&self, name: &&str) -> bool {
        self.name == *name
    }
}

impl<K> fmt::Debug for Code<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.name, f)
    }
}

impl<K> fmt::Display for Code<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl<K> Serialize for Code<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

/// Returns a code of a list: `code!("required")`. A name that is not in the list does not compile,
/// and neither does the code of a violation that has figures.
macro_rules! code {
    ($name:literal) => {
        const { $crate::rules::codes::Code::listed($name) }
    };
}
pub(crate) use code;

/// Declares a list of codes in groups:
///
/// ```text
/// codes! {
///     /// The doc comment of the enum.
///     pub enum ViolationCode;
///
///     people "The heading":
///     "too_long" = TooLong [max: Count, length: Count; file: File]
///         "What happened." "What to do.";
/// }
/// ```
///
/// The figures after the semicolon may be missing.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $list:ident;

        $($audience:ident $title:literal: $(
            $name:literal = $variant:ident
                [$($figure:ident: $kind:ident),* $(; $($maybe:ident: $maybe_kind:ident),+)?]
                $what:literal $remedy:literal;
        )+)+
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $list {
            $($(#[doc = $what] $variant,)+)+
        }

        impl $crate::rules::codes::Listed for $list {
            const GROUPS: &'static [$crate::rules::codes::Group] = &[$(
                $crate::rules::codes::Group {
                    title: $title,
                    for_people: $crate::rules::codes::$audience,
                    entries: &[$(
                        $crate::rules::codes::Entry {
                            name: $name,
                            what: $what,
                            remedy: $remedy,
                            figures: &[
                                $($crate::rules::codes::declared(stringify!($figure), $crate::rules::codes::FigureKind::$kind, false),)*
                                $($($crate::rules::codes::declared(stringify!($maybe), $crate::rules::codes::FigureKind::$maybe_kind, true),)+)?
                            ],
                        },
                    )+],
                },
            )+];

            fn parse(name: &str) -> Option<Self> {
                match name {
                    $($($name => Some(Self::$variant),)+)+
                    _ => None,
                }
            }
        }
    };
}
use codes;

#[allow(non_upper_case_globals, reason = "the audiences of `codes!`")]
const people: bool = true;
#[allow(non_upper_case_globals, reason = "the audiences of `codes!`")]
const programs: bool = false;

const fn declared(name: &'static str, kind: FigureKind, optional: bool) -> Declared {
    Declared { name, kind, optional }
}
