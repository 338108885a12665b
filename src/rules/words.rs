//! The texts of broken rules, and the figures that they hold.

use crate::rules::codes::{Declared, Entry, FigureKind, ViolationCode, entry_of, same};
use crate::rules::violation::excerpt;
use crate::wire::json::Json;
use std::marker::PhantomData;

/// A figure in the form in which it is written.
#[derive(Debug, Clone, Copy)]
pub enum Form<'a> {
    /// A text.
    Text(&'a str),
    /// A text of any length. The message shows an [`excerpt`] of it.
    Cut(&'a str),
    /// A number.
    Number(i64),
    /// Texts, which the message lists with commas between them.
    List(&'a [&'a str]),
}

impl Form<'_> {
    pub(super) fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => out.push_str(text),
            Self::Cut(text) => out.push_str(&excerpt(text)),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::List(texts) => out.push_str(&texts.join(", ")),
        }
    }
}

impl From<&Form<'_>> for Json {
    fn from(form: &Form<'_>) -> Self {
        match form {
            Form::Number(number) => Self::Int(*number),
            Form::List(texts) => (*texts).into(),
            text => {
                let mut shown = String::new();
                text.write(&mut shown);
                Self::Text(shown)
            }
        }
    }
}

/// Returns a length or a limit. A value that does not fit is larger than any real one.
fn whole<T: TryInto<i64>>(count: T) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// A value that texts and programs are given.
pub trait Figure: Copy {
    /// What it is. It must be what the code declares.
    const KIND: FigureKind;

    /// Returns the form in which it is written.
    fn form(&self) -> Form<'_>;
}

macro_rules! figures {
    ($($(#[doc = $doc:literal])+ $name:ident $(<$life:lifetime>)? ($value:ty): $kind:ident = |$own:ident| $form:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name $(<$life>)? (pub $value);

        impl $(<$life>)? Figure for $name $(<$life>)? {
            const KIND: FigureKind = FigureKind::$kind;

            fn form(&self) -> Form<'_> {
                let $own = self.0;
                $form
            }
        }
    )+};
}

figures! {
    /// A text that is known to be short.
    Text<'a>(&'a str): Text = |text| Form::Text(text);
    /// A text of any length.
    Cut<'a>(&'a str): Text = |text| Form::Cut(text);
    /// A name or a value for programs, which people are not shown.
    Name<'a>(&'a str): Name = |name| Form::Cut(name);
    /// The same, if it is known to be short.
    Label<'a>(&'a str): Name = |name| Form::Text(name);
    /// Names or values for programs.
    Names<'a>(&'a [&'a str]): Names = |names| Form::List(names);
    /// A number for programs, which people are not shown.
    Inner(usize): Inner = |number| Form::Number(whole(number));
    /// How many there are.
    Count(usize): Count = |count| Form::Number(whole(count));
    /// A number of days.
    Days(i64): Count = |days| Form::Number(days);
    /// A number that is no count.
    Number(i64): Number = |number| Form::Number(number);
    /// A decimal number as text.
    Decimal<'a>(&'a str): Decimal = |number| Form::Cut(number);
    /// A number of bytes.
    Bytes(u64): Bytes = |bytes| Form::Number(whole(bytes));
    /// A number of per cent.
    Percent(i64): Percent = |percent| Form::Number(percent);
    /// A number of milliseconds.
    Millis(i64): Millis = |ms| Form::Number(ms);
    /// A MIME type.
    Mime<'a>(&'a str): Mime = |mime| Form::Cut(mime);
    /// MIME types.
    Mimes<'a>(&'a [&'a str]): Mimes = |mimes| Form::List(mimes);
    /// The name of a file.
    File<'a>(&'a str): File = |name| Form::Cut(name);
    /// A name that fits a file. It is whole, so that a program can use it.
    NewName<'a>(&'a str): File = |name| Form::Text(name);
    /// The id of a marketplace.
    Marketplace<'a>(&'a str): Marketplace = |name| Form::Text(name);
    /// The path of another field.
    Field<'a>(&'a str): Field = |path| Form::Text(path);
}

/// The figures of a text, in their order.
pub trait Figures {
    /// What each is.
    const KINDS: &'static [FigureKind];

    /// Passes the figures to `read`.
    fn read<R>(&self, read: impl FnOnce(&[Form<'_>]) -> R) -> R;
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))+) => {$(
        impl<$($name: Figure),*> Figures for ($($name,)*) {
            const KINDS: &'static [FigureKind] = &[$($name::KIND),*];

            fn read<R>(&self, read: impl FnOnce(&[Form<'_>]) -> R) -> R {
                read(&[$(self.$at.form()),*])
            }
        }
    )+};
}

tuples! {
    ()
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
}

/// The texts of a broken rule, made by `words!`, and the types of its figures.
///
/// The texts are data, because a rule that builds its message in its own code costs several times
/// as much wasm. They are one text, because a table of texts needs addresses, which do not
/// compress: code, message, hint and the figures' names have a line each.
#[derive(Debug, Clone, Copy)]
pub struct Words<F>(pub(super) &'static str, PhantomData<F>);

impl<F: Figures> Words<F> {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(lines: &'static str, code: &str, said: [&'static str; 2], names: &[&'static str]) -> Self {
        let [message, hint] = said;
        assert!(names_known(message, names) && names_known(hint, names), "a name in braces is no figure");
        assert!(suits(entry_of::<ViolationCode>(code), names, F::KINDS));
        Self(lines, PhantomData)
    }
}

/// Makes the texts of a broken rule: `words!(code, [figures], message, hint)`. `{name}` stands for
/// the figure of this name, and `{field}` for the field. Figures whose names begin with an
/// underscore appear in the texts only. A code or a figure that `rules/codes` does not declare does
/// not compile, and neither does a figure that is missing or is given as another type.
macro_rules! words {
    ($code:literal, [$($name:literal),*], $message:literal, $hint:literal $(,)?) => {
        const {
            $crate::rules::words::Words::new(
                concat!($code, "\n", $message, "\n", $hint $(, "\n", $name)*),
                $code,
                [$message, $hint],
                &[$($name),*],
            )
        }
    };
}
pub(crate) use words;

/// Returns whether these are the figures that a code declares. Words may leave out optional ones.
const fn suits(entry: &Entry, names: &[&str], kinds: &[FigureKind]) -> bool {
    let (mut left, mut kinds_left) = (names, kinds);
    while let ([name, names @ ..], [kind, kinds @ ..]) = (left, kinds_left) {
        let is_own = matches!(name.as_bytes(), [b'_', ..]);
        assert!(is_own || declares(entry.figures, name, *kind), "a figure is not declared, or is of another type");
        (left, kinds_left) = (names, kinds);
    }
    assert!(left.is_empty() && kinds_left.is_empty(), "there is a name without a figure, or a figure without a name");
    let mut needed = entry.figures;
    while let [figure, others @ ..] = needed {
        assert!(figure.optional || is_one_of(figure.name.as_bytes(), names), "a figure of the code is missing");
        needed = others;
    }
    true
}

const fn declares(mut figures: &[Declared], name: &str, kind: FigureKind) -> bool {
    while let [figure, others @ ..] = figures {
        if same(figure.name.as_bytes(), name.as_bytes()) {
            return figure.kind as u8 == kind as u8;
        }
        figures = others;
    }
    false
}

/// Returns whether each name in braces is `field` or one of these names.
const fn names_known(template: &str, names: &[&str]) -> bool {
    let mut rest = template.as_bytes();
    loop {
        let (outside, brace) = rest.split_at(find(rest, b'{'));
        let [_, inside @ ..] = brace else { return find(outside, b'}') == outside.len() };
        let (name, brace) = inside.split_at(find(inside, b'}'));
        let [_, after @ ..] = brace else { return false };
        if find(outside, b'}') < outside.len() || !(same(name, b"field") || is_one_of(name, names)) {
            return false;
        }
        rest = after;
    }
}

/// Returns the position of the byte, or the length.
#[expect(clippy::arithmetic_side_effects, reason = "no text is that long")]
const fn find(mut bytes: &[u8], wanted: u8) -> usize {
    let mut at = 0;
    while let [byte, rest @ ..] = bytes {
        if *byte == wanted {
            break;
        }
        (at, bytes) = (at + 1, rest);
    }
    at
}

const fn is_one_of(name: &[u8], mut names: &[&str]) -> bool {
    while let [known, rest @ ..] = names {
        if same(name, known.as_bytes()) {
            return true;
        }
        names = rest;
    }
    false
}

/// Returns the template with its figures filled in.
pub(super) fn filled(template: &str, field: &str, figures: &[(&str, &Form<'_>)]) -> String {
    // This capacity is usually enough.
    let mut text = String::with_capacity(template.len().saturating_mul(2));
    let mut rest = template;
    while !rest.is_empty() {
        let (outside, inside) = until(rest, b'{');
        text.push_str(outside);
        let (name, after) = until(inside, b'}');
        match figures.iter().find(|(known, _)| *known == name) {
            Some((_, figure)) => figure.write(&mut text),
            None if name.is_empty() => {}
            None => text.push_str(field),
        }
        rest = after;
    }
    text
}

/// Returns the texts before and after the first of these bytes.
pub(super) fn until(text: &str, end: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == end).unwrap_or(text.len());
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    (before, rest.get(1..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::codes::{Listed, code};
    use crate::rules::violation::Violation;

    #[test]
    fn words_are_filled_with_figures() {
        const ALL: Words<(Cut<'_>, Names<'_>, Number, Text<'_>)> = words!(
            "unknown_value",
            ["value", "known", "_max", "_none"],
            "`{field}` is {value}{_none}",
            "{known}: {_max}{_max}",
        );
        let value = "{_max}\n".repeat(20);
        let figures = (Cut(&value), Names(&["a", "b,c"]), Number(-3), Text(""));
        let found = Violation::of("a[0].{value}", ALL, figures);
        // Text from outside is not treated as a template.
        assert_eq!(found.message, format!("`a[0].{{value}}` is {}", excerpt(&value)));
        assert_eq!((found.code.as_str(), found.hint.as_str()), ("unknown_value", "a, b,c: -3-3"));
        let expected = Violation::new(found.field.clone(), found.code.clone(), found.message.clone(), &found.hint);
        assert_eq!(found, expected.with("value", excerpt(&value)).with("known", vec!["a", "b,c"]));
        const NONE: Words<()> = words!("too_deep", [], "", "{field}");
        assert_eq!(Violation::of("x", NONE, ()), Violation::new("x", code!("too_deep"), "", "x"));
    }

    /// These texts would not compile in `words!`.
    #[test]
    fn words_that_name_no_figure_are_told() {
        for good in ["", "a", "{a}", "{field}{ab} {a}", "`{a}`"] {
            assert!(names_known(good, &["a", "ab"]), "{good}");
        }
        for bad in ["{", "}", "{}", "{b}", "{a", "a}", "{aa}", "{a}{", "{a}}", "}{a}", "{{a}}", "{ab }", "{Field}"] {
            assert!(!names_known(bad, &["a", "ab"]), "{bad}");
        }
    }

    /// Neither would these figures.
    #[test]
    fn figures_that_a_code_does_not_declare_are_told() {
        use FigureKind::{Bytes, Count, File, Text};
        let is_told = |code: &'static str, names: &'static [&str], kinds: &'static [FigureKind]| {
            std::panic::catch_unwind(|| suits(entry_of::<ViolationCode>(code), names, kinds)).is_err()
        };
        assert!(!is_told("too_long", &["length", "max", "_over"], &[Count, Count, Text]));
        assert!(!is_told("file_too_large", &["max", "size"], &[Bytes, Bytes]));
        assert!(!is_told("file_too_large", &["max", "size", "file"], &[Bytes, Bytes, File]));
        assert!(is_told("too_long", &["length"], &[Count]), "one is missing");
        assert!(is_told("too_long", &["length", "max", "file"], &[Count, Count, File]), "one is not declared");
        assert!(is_told("too_long", &["length", "max"], &[Count, Bytes]), "one is of another type");
        assert!(is_told("too_long", &["length", "max"], &[Count]), "one has no value");
        assert!(is_told("too_long", &["length", "max"], &[Count, Count, Count]), "one has no name");
        assert!(is_told("to_long", &["length", "max"], &[Count, Count]), "there is no such code");
    }

    #[test]
    fn names_of_codes_are_unique_and_known_again() {
        fn check<K: Listed + std::fmt::Debug>() -> Vec<&'static str> {
            let entries = K::GROUPS.iter().flat_map(|group| group.entries);
            let names: Vec<_> = entries.map(|entry| entry.name).collect();
            for name in &names {
                let code = K::parse(name).map(|code| format!("{code:?}").to_lowercase());
                assert_eq!(code, Some(name.replace('_', "")));
            }
            assert!(K::parse("newer").is_none());
            names
        }
        let mut names = check::<ViolationCode>();
        names.extend(check::<crate::rules::codes::ErrorCode>());
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
