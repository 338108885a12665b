//! Places parameters in a request. The words before a field in
//! [`endpoint!`](crate::vendor::declare) say where each goes.

use crate::attachment::Attachment;
use crate::rules::rule::{Location, Param};
use crate::rules::settings::{ArrayEncoding, Settings};
use crate::rules::value::Tree;
use crate::vendor::{BodyKind, Parts};

/// Returns the request that an object makes as the parameters of an operation with such a body.
/// Undocumented fields go into the query if there is no body. A JSON body without fields is not
/// sent.
pub fn place(object: &Tree<'_>, settings: &Settings, body: BodyKind) -> Parts {
    let mut parts = Parts::new();
    let Tree::Object { table, fields, extra } = object else { return parts };
    let mut has_body = !extra.is_empty();
    for (param, value) in table.iter().zip(fields) {
        put(param, value, settings, &mut parts);
        has_body |= value.is_in_body(param.location);
    }
    match body {
        BodyKind::None => {
            for (name, value) in *extra {
                Tree::Json(value).texts().into_iter().for_each(|text| parts.query.push(name.as_str(), text));
            }
            parts
        }
        BodyKind::Json if has_body => parts.body_of_tree(object),
        BodyKind::Json | BodyKind::Multipart => parts,
    }
}

/// Writes a value into the URL or the headers, if that is its location.
fn put(param: &Param, value: &Tree<'_>, settings: &Settings, parts: &mut Parts) {
    if matches!(param.location, Location::Body | Location::Files | Location::Code) {
        return;
    }
    let texts = value.texts();
    match param.location {
        Location::Path => parts.path.extend(texts.into_iter().map(|text| (param.name, text.into_owned()))),
        Location::QueryOr(default) if value.is_absent() => parts.query.push(param.name, default),
        Location::Query | Location::QueryOr(_) if matches!(value, Tree::List(_)) => {
            let encoding = settings.array_encoding.unwrap_or(ArrayEncoding::Repeat);
            encoding.push(&mut parts.query, param.name, texts.iter().map(|text| &**text));
        }
        Location::Query | Location::QueryOr(_) => {
            texts.into_iter().for_each(|text| parts.query.push(param.name, text));
        }
        Location::Commas => {
            let encoding = settings.array_encoding.unwrap_or(ArrayEncoding::Comma);
            encoding.push(&mut parts.query, param.name, texts.iter().map(|text| &**text));
        }
        Location::Header(name) => texts.into_iter().for_each(|text| parts.headers.set(name, text)),
        Location::Body | Location::Files | Location::Code => {}
    }
}

/// Returns the kind of body of an operation with these parameters.
#[must_use]
pub const fn body_kind(mut table: &[Param]) -> BodyKind {
    while let [param, rest @ ..] = table {
        if matches!(param.location, Location::Body | Location::Files) {
            return BodyKind::Json;
        }
        table = rest;
    }
    BodyKind::None
}

/// A type of parameters that are files.
pub trait FileList {}

impl FileList for Option<Vec<Attachment>> {}

/// The locations under the names that a declaration uses. A location for values of another type
/// does not compile.
pub mod word {
    use super::FileList;
    use crate::rules::rule::Location;
    use crate::rules::value::{Given, UrlValue};

    /// See [`Location::Path`].
    #[must_use]
    pub const fn path<T: UrlValue>() -> Location {
        Location::Path
    }

    /// See [`Location::Query`].
    #[must_use]
    pub const fn query<T: UrlValue>() -> Location {
        Location::Query
    }

    /// See [`Location::Commas`].
    #[must_use]
    pub const fn commas<T: UrlValue>() -> Location {
        Location::Commas
    }

    /// See [`Location::QueryOr`].
    #[must_use]
    pub const fn query_or<T: UrlValue>(default: &'static str) -> Location {
        Location::QueryOr(default)
    }

    /// See [`Location::Header`].
    #[must_use]
    pub const fn header<T: UrlValue>(name: &'static str) -> Location {
        Location::Header(name)
    }

    /// See [`Location::Body`].
    #[must_use]
    pub const fn body<T: Given>() -> Location {
        Location::Body
    }

    /// See [`Location::Files`].
    #[must_use]
    pub const fn files<T: FileList>() -> Location {
        Location::Files
    }

    /// See [`Location::Code`].
    #[must_use]
    pub const fn code<T>() -> Location {
        Location::Code
    }
}
