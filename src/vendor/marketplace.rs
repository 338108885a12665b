//! A marketplace is described both as data and as a type.

use crate::model::open_enum::Meanings;
use crate::rules::error::ErrorKind;
use crate::rules::settings::{Environment, Settings};
use crate::rules::violation::Violations;
use crate::rules::words::{self, words};
use crate::vendor::Meta;
use crate::vendor::authorize::Authorize;
use crate::vendor::operation::Operation;
use crate::wire::http::Response;
use crate::wire::json::Json;
use crate::wire::rate::{Quota, Rate};
use crate::wire::url::match_path;
use std::fmt;

/// What the core needs to know about a marketplace.
pub struct Marketplace {
    /// Its id: `kaufland`.
    pub id: &'static str,
    /// The base URL of its API.
    pub production: &'static str,
    /// The base URL of its sandbox, if it has one.
    pub sandbox: Option<&'static str>,
    /// Its operations.
    pub operations: &'static [Operation],
    /// Returns how fast an account may call an operation, and the name of the gate that the
    /// operation shares with others.
    pub rate: fn(&Meta) -> (&'static str, Rate),
    /// Returns what an unsuccessful response means, from its status and body.
    pub refusal: fn(&Response) -> Refusal,
    /// The codes with which it refuses to grant a session, and their meanings in our own words. An
    /// error shows only these words, because the vendor's message may hold a token.
    pub session_refusals: Meanings,
    /// Returns how long such a response asks to wait, at a time in milliseconds since 1970; for
    /// most marketplaces, this is [`retry_after_ms`](crate::wire::retry_after::retry_after_ms).
    pub hint: fn(&Response, f64) -> Option<f64>,
    /// Returns the remaining quota of the account, according to a response.
    pub quota: fn(&Response) -> Option<Quota>,
    /// How it refuses pages that are too large, if it may refuse those that we ask for.
    pub page_size: Option<PageSize>,
    /// Reads a client's credentials, given in camelCase.
    pub credentials: fn(Json, &mut Violations) -> Box<dyn Authorize>,
    /// How long a write may take to become visible if its response was lost. No vendor documents
    /// this, so the values are our choices.
    pub settle_ms: f64,
    /// The documented values of its enums, by type name, with their meanings.
    pub meanings: &'static [(&'static str, Meanings)],
    /// Its types for TypeScript, except the parameters of its operations and the types that all
    /// these refer to.
    #[cfg(feature = "types")]
    pub types: &'static [crate::vendor::typescript::Type],
    /// How the desk understands its tickets.
    #[cfg(feature = "desk")]
    pub desk: &'static crate::vendor::desk::Mapping,
}

/// The size of pages at a marketplace whose documents do not agree on the largest one.
#[derive(Debug, Clone, Copy)]
pub struct PageSize {
    /// The parameter of a query that asks for a size.
    pub parameter: &'static str,
    /// Returns the size to ask for next, which is smaller, if a response refuses this size.
    pub smaller: fn(u64, &Response) -> Option<u64>,
}

impl fmt::Debug for Marketplace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// A marketplace as a type, which separates the clients and the endpoints of one marketplace from
/// those of all others.
pub trait Vendor: 'static {
    /// What the core needs to know about the marketplace.
    const MARKETPLACE: &'static Marketplace;

    /// The keys or tokens that it issues.
    type Credentials: Authorize + 'static;
}

impl Marketplace {
    /// Returns the base URL that these settings select, without a slash at its end.
    #[must_use]
    pub fn base_url<'a>(&'a self, settings: &'a Settings) -> &'a str {
        match &settings.base_url {
            Some(url) => url.trim_end_matches('/'),
            None if settings.environment == Environment::Sandbox => self.sandbox.unwrap_or(self.production),
            None => self.production,
        }
    }

    /// Reports settings that cannot work here.
    pub fn check_settings(&self, settings: &Settings, violations: &mut Violations) {
        settings.check_address(violations);
        if settings.environment == Environment::Sandbox && self.sandbox.is_none() {
            let words = words!(
                "no_sandbox",
                ["marketplace"],
                "`{field}` is `sandbox`, but {marketplace} has none",
                "leave `{field}` out, or give a `baseUrl`",
            );
            violations.add("environment", words, (words::Marketplace(self.id),));
        }
        settings.check_others(violations);
    }

    /// Returns the operation with this name.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        self.operations.iter().find(|operation| operation.meta.name == name)
    }

    /// Returns the operation for `method` and `path` (below the base URL), and the decoded values
    /// in the path. A fixed path takes precedence over one with placeholders. An operation with a
    /// changed path is also found at its original path, because a page need not know the change.
    #[must_use]
    pub fn route(
        &self,
        method: &str,
        path: &str,
        settings: &Settings,
    ) -> Option<(&'static Meta, Vec<(&'static str, String)>)> {
        self.operations
            .iter()
            .map(|operation| &operation.meta)
            .filter(|meta| meta.method.as_str() == method)
            .filter_map(|meta| {
                let is_here = meta.path_in(settings) == path;
                let values = if is_here { Vec::new() } else { match_path(meta.path, path)? };
                Some((meta, values))
            })
            .min_by_key(|(_, values)| values.len())
    }
}

/// The meaning of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The kind of error.
    pub kind: ErrorKind,
    /// The vendor's own name for it without a common prefix, or a name made from the status:
    /// `http_404`.
    pub code: String,
    /// The vendor's message, or our own if the vendor gives none.
    pub message: String,
    /// Whether this certainly is not the refusal of a second copy after the first one took effect:
    /// an intermediary may have sent the write twice.
    pub is_certain: bool,
}

/// Returns the kind of error for a status, if the vendor says nothing more specific.
#[must_use]
pub fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        401 => ErrorKind::Authentication,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        409 | 422 => ErrorKind::Conflict,
        429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Server,
        _ => ErrorKind::Rejected,
    }
}

/// Returns whether a refusal of this kind and status cannot be a consequence of the same write's
/// earlier effect: it concerns the caller, a missing object, or the form of the request. For
/// problems with the arguments, each vendor has its own codes.
#[must_use]
pub fn is_certain(kind: ErrorKind, status: u16) -> bool {
    matches!(kind, ErrorKind::Authentication | ErrorKind::Forbidden | ErrorKind::NotFound) || is_about_form(status)
}

/// Returns whether a status refuses the form of a request, which is seen before anything is done.
#[must_use]
pub fn is_about_form(status: u16) -> bool {
    matches!(status, 405 | 406 | 411 | 413..=417 | 426 | 431)
}

/// Returns a vendor's text for a message, with control characters replaced by spaces, and at most
/// 300 characters.
#[cfg(feature = "marketplace")]
pub(crate) fn cut(words: &str) -> String {
    const MOST: usize = 300;
    let mut short: String = words.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if words.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}
