//! Who calls: a session token that is asked for with a refresh token, or an access token that the caller brings.
//!
//! `POST /v1/auth` takes the refresh token in a form; an older guide of the vendor sends it as multipart, its reference
//! and its own client as `application/x-www-form-urlencoded`. The refresh token stays the same, so asking twice harms
//! nobody. How long a session lives is read from the answer: the vendor's examples say 3600 s in one place and 360 in
//! another.

use super::JTL_SCX;
use super::model::AuthToken;
use crate::endpoint::{Access, Built, session_plan};
use crate::error::DecodeError;
use crate::http::{Headers, Query, Response};
use crate::input::{Fields, Input};
use crate::marketplace::{Authorize, Unsigned};
use crate::model;
use crate::secret::Secret;
use crate::session::Session;
use crate::settings::Settings;
use crate::validate::{Violation, Violations};

/// The language of error messages; German without it.
const LANGUAGE: (&str, &str) = ("Accept-Language", "en");

/// What a channel or a seller got from JTL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Session tokens are asked for with it, again and again. A channel's and a seller's are not the same.
    RefreshToken(Secret),
    /// A session token that is renewed elsewhere.
    AccessToken(Secret),
}

/// Reads a client's credentials and reports everything that is wrong with them.
pub(super) fn read(input: Input, violations: &mut Violations) -> Box<dyn Authorize> {
    let mut own = Violations::new();
    let mut fields = Fields::new(input, "", &mut own);
    let refresh: Option<Secret> = fields.take("refreshToken");
    let access: Option<Secret> = fields.take("accessToken");
    own.reading_done();
    let credentials = match (refresh, access) {
        (Some(token), None) => Credentials::RefreshToken(token),
        (None, Some(token)) => Credentials::AccessToken(token),
        (None, None) => Credentials::RefreshToken(Secret::new("")),
        (Some(token), Some(_)) => {
            own.push(Violation::new(
                "accessToken",
                "not_both",
                "`accessToken` and `refreshToken` are both there",
                "give the `refreshToken`, and sessions are made from it; or a session's token alone",
            ));
            Credentials::RefreshToken(token)
        }
    };
    credentials.check(&mut own);
    own.into_vec().into_iter().for_each(|violation| violations.push(violation));
    Box::new(credentials)
}

impl Authorize for Credentials {
    fn check(&self, violations: &mut Violations) {
        let (field, token, hint) = match self {
            Self::RefreshToken(token) => ("refreshToken", token, "give the refresh token that JTL gave out"),
            Self::AccessToken(token) => ("accessToken", token, "give the `authToken` of a session"),
        };
        let token = token.expose();
        if token.is_empty() {
            violations.push(Violation::new(field, "required", format!("`{field}` is missing"), hint));
        } else if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            violations.push(Violation::new(
                field,
                "invalid_key",
                format!("`{field}` holds a blank, a line break or another character that tokens do not have"),
                "copy it again, without anything before or after it",
            ));
        }
    }

    fn headers(&self, _request: Unsigned<'_>, session: Option<&Session>) -> Headers {
        let token = match self {
            Self::RefreshToken(_) => session.map_or("", |session| session.access_token.as_str()),
            Self::AccessToken(token) => token.expose(),
        };
        Headers::from_iter([("Authorization", format!("Bearer {token}").as_str()), LANGUAGE])
    }

    fn uses_session(&self) -> bool {
        matches!(self, Self::RefreshToken(_))
    }

    fn renewal(&self, _session: Option<&Session>, settings: &Settings) -> Result<Built, Vec<Violation>> {
        let Self::RefreshToken(token) = self else { return Err(Vec::new()) };
        let mut form = Query::default();
        form.push("refreshToken", token.expose());
        let url = format!("{}/v1/auth", settings.base_url(&JTL_SCX));
        // A token that nobody uses changes nothing, so a lost answer is simply asked for again.
        let (mut plan, body) = session_plan(&JTL_SCX, settings, &url, &form, Access::Read);
        plan.headers.set(LANGUAGE.0, LANGUAGE.1);
        Ok((plan, body))
    }

    fn read_session(
        &self,
        response: &Response,
        _session: Option<&Session>,
        now_ms: f64,
    ) -> Result<Session, DecodeError> {
        let token = model::decode::<AuthToken>(response)?;
        if !token.authToken.bytes().all(|byte| byte.is_ascii_graphic()) || token.authToken.is_empty() {
            return Err(DecodeError::new("unexpected_shape", "`authToken` of the answer is no token"));
        }
        Ok(Session {
            access_token: token.authToken,
            issued_at_ms: now_ms,
            expires_at_ms: now_ms + token.expiresIn.max(0) as f64 * 1000.0,
            refresh_token: None,
        })
    }
}
