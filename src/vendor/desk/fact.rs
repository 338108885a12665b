//! Facts that may be absent for three reasons, and a reader for JSON that makes them.

use crate::wire::json::Json;
use serde::{Serialize, Serializer};

/// A fact that a marketplace may report. It can be absent for three reasons.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Fact<T> {
    /// The marketplace has no way to say it.
    #[default]
    Unsayable,
    /// The marketplace can say it, but this answer did not.
    Untold,
    /// The marketplace said that there is none.
    Nothing,
    /// The marketplace said this.
    Told(T),
}

impl<T> Fact<T> {
    /// Returns the value, if there is one.
    #[must_use]
    pub fn told(&self) -> Option<&T> {
        if let Self::Told(value) = self { Some(value) } else { None }
    }

    /// Returns the value by value, if there is one.
    #[must_use]
    pub fn into_told(self) -> Option<T> {
        if let Self::Told(value) = self { Some(value) } else { None }
    }

    /// Returns whether the marketplace said something about it, be it "none".
    #[must_use]
    pub fn is_known(&self) -> bool {
        matches!(self, Self::Nothing | Self::Told(_))
    }

    /// Returns whether the marketplace has no way to say it.
    #[must_use]
    pub fn is_unsayable(&self) -> bool {
        matches!(self, Self::Unsayable)
    }

    /// Returns the same fact with its value changed.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        self.and_then(|value| Fact::Told(change(value)))
    }

    /// Returns the fact that the value leads to; the three absences stay what they are.
    #[must_use]
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        match self {
            Self::Unsayable => Fact::Unsayable,
            Self::Untold => Fact::Untold,
            Self::Nothing => Fact::Nothing,
            Self::Told(value) => change(value),
        }
    }

    /// Returns this fact if it has a value. Otherwise it returns the one of the two that says more.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Told(_), _) | (_, Self::Unsayable) => self,
            (Self::Nothing, Self::Untold) => self,
            _ => other,
        }
    }

    /// Returns what an answer says that has the value, or says that there is none.
    #[must_use]
    pub fn of(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Self::Told)
    }
}

/// A fact is written as its value or `null`; the ticket lists which facts are known.
impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.told().serialize(serializer)
    }
}

/// A part of an answer, or its absence. A value of an unexpected type counts as untold: `raw` keeps
/// it, and no other fact of the ticket is lost because of it.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a>(Place<'a>);

/// The place of a part: it is there, it is `null`, or its parent did not have it.
#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    There(&'a Json),
    Null,
    Missing,
}

impl<'a> Part<'a> {
    /// Returns the whole of a value.
    #[must_use]
    pub fn of(json: &'a Json) -> Self {
        Self(if json.is_absent() { Place::Null } else { Place::There(json) })
    }

    /// Returns the field `name`.
    #[must_use]
    pub fn part(self, name: &str) -> Self {
        match self.0 {
            Place::There(json) => json.get(name).map_or(Self(Place::Missing), Self::of),
            Place::Null | Place::Missing => self,
        }
    }

    fn read<T>(self, name: &str, read: impl FnOnce(&'a Json) -> Option<T>) -> Fact<T> {
        match self.part(name).0 {
            Place::There(json) => read(json).map_or(Fact::Untold, Fact::Told),
            Place::Null => Fact::Nothing,
            Place::Missing => Fact::Untold,
        }
    }

    /// Returns a text. A blank one says that there is none.
    #[must_use]
    pub fn text(self, name: &str) -> Fact<String> {
        self.str(name).and_then(|text| Fact::of(Some(text.to_owned()).filter(|text| !text.trim().is_empty())))
    }

    /// Returns a text as it is, even if it is blank.
    #[must_use]
    pub fn str(self, name: &str) -> Fact<&'a str> {
        self.read(name, Json::as_str)
    }

    /// Returns an id, which some marketplaces write as text and others as a number.
    #[must_use]
    pub fn id(self, name: &str) -> Fact<String> {
        let read = |json: &Json| match json {
            Json::Text(text) if !text.trim().is_empty() => Some(text.clone()),
            Json::Int(number) => Some(number.to_string()),
            _ => None,
        };
        self.read(name, read)
    }

    /// Returns a whole number.
    #[must_use]
    pub fn whole(self, name: &str) -> Fact<i64> {
        self.read(name, Json::as_i64)
    }

    /// Returns `true` or `false`.
    #[must_use]
    pub fn flag(self, name: &str) -> Fact<bool> {
        self.read(name, Json::as_bool)
    }

    /// Returns the items of a list.
    #[must_use]
    pub fn items(self, name: &str) -> Fact<&'a [Json]> {
        self.read(name, Json::as_array)
    }

    /// Returns a time.
    #[must_use]
    pub fn stamp(self, name: &str) -> Fact<super::Stamp> {
        self.text(name).map(super::Stamp::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Json {
        Json::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn absent_is_three_things() {
        let value = json(r#"{"text":"a","blank":" ","null":null,"number":7,"list":[1],"flag":false}"#);
        let part = Part::of(&value);
        assert_eq!(part.text("text"), Fact::Told("a".to_owned()));
        assert_eq!(part.text("blank"), Fact::Nothing);
        assert_eq!(part.text("null"), Fact::Nothing);
        assert_eq!(part.text("missing"), Fact::Untold);
        // A value of another type is no fact, and does not stop the others.
        assert_eq!(part.text("number"), Fact::Untold);
        assert_eq!(part.id("number"), Fact::Told("7".to_owned()));
        assert_eq!(part.id("flag"), Fact::Untold);
        assert_eq!(part.flag("flag"), Fact::Told(false));
        assert_eq!(part.items("list").told().map(|items| items.len()), Some(1));
        assert_eq!(part.items("text"), Fact::Untold);
        // A part of something that is missing is missing, and a part of nothing is nothing.
        assert_eq!(part.part("missing").text("text"), Fact::Untold);
        assert_eq!(part.part("null").text("text"), Fact::Nothing);
        assert_eq!(part.part("number").text("text"), Fact::Untold);
    }

    #[test]
    fn the_fact_that_says_more_stays() {
        use Fact::{Nothing, Told, Unsayable, Untold};
        for (one, other, more) in [
            (Told(1), Told(2), Told(1)),
            (Untold, Told(2), Told(2)),
            (Nothing, Told(2), Told(2)),
            (Unsayable, Untold, Untold),
            (Nothing, Untold, Nothing),
            (Untold, Nothing, Nothing),
            (Untold, Unsayable, Untold),
        ] {
            assert_eq!(one.clone().or(other.clone()), more, "{one:?} or {other:?}");
        }
    }
}
