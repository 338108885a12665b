//! Enums of a vendor's values that keep unknown values.

/// A documented value and its meaning according to the vendor, for labels in a UI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Meaning {
    /// The value on the wire.
    pub value: &'static str,
    /// The meaning in English.
    pub meaning: &'static str,
}

/// Documented values with their meanings.
///
/// The meanings are one text, with a line for each value, because a table of texts needs addresses,
/// which do not compress.
#[derive(Debug, Clone, Copy)]
pub struct Meanings {
    values: &'static [&'static str],
    lines: &'static str,
}

impl Meanings {
    /// No values.
    pub const NONE: Self = Self::new(&[], "");

    /// Returns the meanings of these values: `lines` has a line for each, in the same order.
    #[must_use]
    #[expect(clippy::panic, reason = "it stops the compiler")]
    pub const fn new(values: &'static [&'static str], lines: &'static str) -> Self {
        let (mut left, mut rest) = (values, lines.as_bytes());
        while let [byte, others @ ..] = rest {
            rest = others;
            if *byte == b'\n' {
                let [_, others @ ..] = left else { panic!("there are more meanings than values") };
                left = others;
            }
        }
        assert!(left.is_empty(), "there are more values than meanings");
        Self { values, lines }
    }

    /// Returns each value with its meaning, in the vendor's order.
    pub fn iter(&self) -> impl Iterator<Item = Meaning> + use<> {
        let meanings = self.values.iter().zip(self.lines.lines());
        meanings.map(|(value, meaning)| Meaning { value, meaning })
    }

    /// Returns the meaning of a value, if it is documented.
    #[must_use]
    pub fn of(&self, value: &str) -> Option<&'static str> {
        self.iter().find(|known| known.value == value).map(|known| known.meaning)
    }
}

impl serde::Serialize for Meanings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// Returns the place of a value among documented ones.
#[cfg(any(test, feature = "marketplace"))]
pub(crate) fn place_of(values: &[&str], value: &str) -> Option<usize> {
    values.iter().position(|known| *known == value)
}

/// Declares an enum of documented wire values, each with its meaning, and `Other` for any value
/// that the vendor adds later.
///
/// In TypeScript it is the closed union of the documented values; response models open it with
/// `Open<…>`. The TypeScript name may differ: `pub enum TicketStatus as "ClickBankTicketStatus"`.
#[cfg(any(test, feature = "marketplace"))]
macro_rules! open_enum {
    (
        $(#[doc = $doc:literal])*
        pub enum $Name:ident $(as $ts:literal)? {
            $( $Variant:ident = $value:literal : $meaning:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $Name {
            $(
                #[doc = concat!("`", $value, "`: ", $meaning, ".")]
                $Variant,
            )*
            /// A value that is not documented, unchanged.
            Other(String),
        }

        impl $Name {
            /// The documented values, in the vendor's order.
            #[allow(dead_code, reason = "not every list is named in a rule")]
            pub const VALUES: &'static [&'static str] = &[$( $value ),*];

            /// Every documented value with its meaning.
            pub const MEANINGS: $crate::model::open_enum::Meanings =
                $crate::model::open_enum::Meanings::new(Self::VALUES, concat!($( $meaning, "\n" ),*));

            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                // The places are numbers in a row, so no second list of the values is compiled.
                enum Place {
                    $( $Variant, )*
                }
                let place = match self {
                    $( Self::$Variant => Place::$Variant, )*
                    Self::Other(value) => return value,
                };
                Self::VALUES.get(place as usize).copied().unwrap_or_default()
            }

            /// Returns whether the value is documented.
            #[must_use]
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl From<String> for $Name {
            fn from(value: String) -> Self {
                enum Place {
                    $( $Variant, )*
                }
                match $crate::model::open_enum::place_of(Self::VALUES, &value) {
                    $( Some(place) if place == Place::$Variant as usize => Self::$Variant, )*
                    _ => Self::Other(value),
                }
            }
        }

        impl From<&str> for $Name {
            fn from(value: &str) -> Self {
                Self::from(value.to_owned())
            }
        }

        impl Default for $Name {
            fn default() -> Self {
                Self::Other(String::new())
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl From<$Name> for $crate::wire::json::Json {
            fn from(value: $Name) -> Self {
                value.as_str().into()
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }

        impl $crate::model::Field for $Name {
            const SCHEMA: $crate::model::schema::Schema = $crate::model::schema::Schema::Text;
        }

        impl $crate::rules::rule::Typed for $Name {
            const KIND: $crate::rules::rule::ValueKind = $crate::rules::rule::ValueKind::Text;
        }

        impl $crate::rules::value::Given for $Name {
            fn tree(&self) -> $crate::rules::value::Tree<'_> {
                $crate::rules::value::Tree::Text(std::borrow::Cow::Borrowed(self.as_str()))
            }
        }

        impl $crate::rules::value::UrlValue for $Name {}

        impl $crate::rules::input::FromInput for $Name {
            fn from_input(
                input: $crate::wire::json::Json,
                field: &str,
                violations: &mut $crate::rules::violation::Violations,
            ) -> Self {
                Self::from(String::from_input(input, field, violations))
            }
        }

        #[cfg(feature = "types")]
        impl ts_rs::TS for $Name {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn docs() -> Option<String> {
                let values = Self::MEANINGS.iter().map(|value| format!("- `{}`: {}", value.value, value.meaning));
                let lines = [$( $doc.trim().to_owned(), )* String::new()].into_iter().chain(values);
                let lines = lines.map(|line| format!(" * {line}").trim_end().to_owned());
                Some(format!("/**\n{}\n */\n", lines.collect::<Vec<_>>().join("\n")))
            }

            fn name(_: &ts_rs::Config) -> String {
                [$( $ts, )? stringify!($Name)].iter().take(1).copied().collect()
            }

            fn inline(_: &ts_rs::Config) -> String {
                Self::VALUES.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(" | ")
            }

            fn decl(config: &ts_rs::Config) -> String {
                format!("type {} = {};", Self::name(config), Self::inline(config))
            }

            fn decl_concrete(config: &ts_rs::Config) -> String {
                Self::decl(config)
            }

            fn output_path() -> Option<std::path::PathBuf> {
                Some(Self::name(&ts_rs::Config::new()).into())
            }
        }
    };
}
#[cfg(any(test, feature = "marketplace"))]
pub(crate) use open_enum;

/// The enum `T` in TypeScript as it is in responses, where the vendor may send undocumented values.
#[cfg(feature = "types")]
#[derive(Debug)]
pub struct Open<T>(std::marker::PhantomData<T>);

#[cfg(feature = "types")]
impl<T: ts_rs::TS + 'static> ts_rs::TS for Open<T> {
    type WithoutGenerics = Open<ts_rs::Dummy>;
    type OptionInnerType = Self;

    fn name(config: &ts_rs::Config) -> String {
        format!("Open<{}>", T::name(config))
    }

    fn inline(config: &ts_rs::Config) -> String {
        Self::name(config)
    }

    fn visit_generics(visitor: &mut impl ts_rs::TypeVisitor)
    where
        Self: 'static,
    {
        visitor.visit::<T>();
    }
}

#[cfg(test)]
mod tests {
    open_enum! {
        /// For the tests.
        pub enum Colour {
            Red = "red": "like a stop sign",
            Green = "green": "go",
        }
    }

    #[test]
    fn known_and_unknown_values_survive_a_round_trip() {
        let colours: Vec<Colour> = serde_json::from_str(r#"["red", "ultra_violet", ""]"#).unwrap();
        assert_eq!(colours, [Colour::Red, Colour::Other("ultra_violet".into()), Colour::Other(String::new())]);
        assert_eq!(serde_json::to_string(&colours).unwrap(), r#"["red","ultra_violet",""]"#);
        assert!(colours[0].is_known() && !colours[1].is_known());
        assert_eq!(Colour::VALUES, ["red", "green"]);
        let meanings: Vec<_> = Colour::MEANINGS.iter().map(|known| (known.value, known.meaning)).collect();
        assert_eq!(meanings, [("red", "like a stop sign"), ("green", "go")]);
        assert_eq!((Colour::MEANINGS.of("green"), Colour::MEANINGS.of("blue")), (Some("go"), None));
    }
}
