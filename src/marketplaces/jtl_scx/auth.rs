//! Authentication: a session token that is requested with a refresh token, or an access token that
//! the caller provides.
//!
//! `POST /v1/auth` takes the refresh token in a form. An older guide of the vendor sends it as
//! multipart, its reference and its own client as `application/x-www-form-urlencoded`. The refresh
//! token stays the same, so a second request does no harm. The life of a session is read from the
//! response, because the vendor's examples say 3600 s in one place and 360 in another.

use super::JTL_SCX;
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::input::Fields;
use crate::rules::settings::Settings;
use crate::rules::violation::{Violation, Violations};
use crate::vendor::authorize::check_characters;
use crate::vendor::plan::session_plan;
use crate::vendor::{Access, Authorize, Built, Session, Unsigned, session};
use crate::wire::http::{Headers, Response};
use crate::wire::json::Json;
use crate::wire::secret::Secret;
use crate::wire::url::Query;

/// The language of error messages; by default German.
const LANGUAGE: (&str, &str) = ("Accept-Language", "en");

/// The tokens that JTL issued to a channel or a seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// The token with which session tokens are requested, any number of times. A channel's and a
    /// seller's differ.
    RefreshToken(Secret),
    /// A session token that the caller renews.
    AccessToken(Secret),
}

/// Reads a client's credentials and reports everything that is wrong with them.
pub(super) fn read(input: Json, violations: &mut Violations) -> Box<dyn Authorize> {
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
                code!("not_both"),
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
            violations.push(Violation::new(field, code!("required"), format!("`{field}` is missing"), hint));
        } else {
            check_characters(violations, field, token, "tokens");
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
        let url = format!("{}/v1/auth", JTL_SCX.base_url(settings));
        // A token that is never used changes nothing, so a lost response is simply requested again.
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
        if response.body.iter().all(u8::is_ascii_whitespace) {
            return Err(DecodeError::new(code!("empty_body"), "the answer has no body"));
        }
        let answer = session::granted(response)
            .ok_or_else(|| DecodeError::new(code!("invalid_json"), "the answer is not valid JSON"))?;
        let token = answer.get("authToken").and_then(Json::as_str).unwrap_or_default();
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) || token.is_empty() {
            return Err(DecodeError::new(code!("unexpected_shape"), "`authToken` of the answer is no token"));
        }
        let life_s = answer
            .get("expiresIn")
            .and_then(session::seconds)
            .ok_or_else(|| DecodeError::new(code!("unexpected_shape"), "`expiresIn` of the answer is no number"))?;
        Ok(Session {
            access_token: token.to_owned(),
            issued_at_ms: now_ms,
            expires_at_ms: now_ms + life_s.max(0.0) * 1000.0,
            refresh_token: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::JTL_SCX;
    use super::*;
    use crate::marketplaces::testing::credentials;
    use crate::rules::settings::Environment;
    use crate::vendor::BodyBytes;
    use crate::wire::http::Method;

    #[test]
    fn one_token_is_needed() {
        for (json, expected) in [
            (r#"{ "refreshToken": "SELLER:abc" }"#, &[][..]),
            (r#"{ "accessToken": "aaa.bbb.ccc" }"#, &[]),
            (r#"{ "accessToken": "a", "refreshToken": null }"#, &[]),
            ("null", &[("refreshToken", "required")]),
            (r#"{ "refreshToken": "" }"#, &[("refreshToken", "required")]),
            (r#"{ "accessToken": "" }"#, &[("accessToken", "required")]),
            (r#"{ "refreshToken": 5 }"#, &[("refreshToken", "wrong_type")]),
            (r#"{ "refreshToken": "a b" }"#, &[("refreshToken", "invalid_key")]),
            (r#"{ "accessToken": "a\r\nX: y" }"#, &[("accessToken", "invalid_key")]),
            (r#"{ "accessToken": "ä" }"#, &[("accessToken", "invalid_key")]),
            (r#"{ "accessToken": "a", "refreshToken": "b" }"#, &[("accessToken", "not_both")]),
            ("[]", &[("", "wrong_type"), ("refreshToken", "required")]),
        ] {
            let expected: Vec<_> =
                expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
            assert_eq!(credentials(&JTL_SCX, json).1, expected, "{json}");
        }
    }

    fn session(token: &str) -> Session {
        Session { access_token: token.to_owned(), issued_at_ms: 0.0, expires_at_ms: 1.0, refresh_token: None }
    }

    #[test]
    fn the_bearer_is_the_session_or_the_token_that_was_given() {
        let body: &dyn BodyBytes = &&b""[..];
        let request = Unsigned { method: Method::Get, url: "https://x/", body, now_ms: 0.0 };
        for (credentials, uses_session, bearer) in [
            (Credentials::RefreshToken(Secret::new("r")), true, "Bearer s"),
            (Credentials::AccessToken(Secret::new("a")), false, "Bearer a"),
        ] {
            let headers = credentials.headers(request, Some(&session("s")));
            assert_eq!(headers, Headers::from_iter([("Authorization", bearer), ("Accept-Language", "en")]));
            assert_eq!(credentials.uses_session(), uses_session);
        }
    }

    #[test]
    fn a_session_is_asked_for_with_a_form() {
        let credentials = Credentials::RefreshToken(Secret::new("SELLER:a+b/c=&d"));
        let settings = Settings { environment: Environment::Sandbox, ..Settings::default() };
        let (plan, body) = credentials.renewal(None, &settings).unwrap();
        assert_eq!((plan.method, plan.url.as_str()), (Method::Post, "https://scx-sbx.api.jtl-software.com/v1/auth"));
        assert_eq!(body.unwrap().as_text(), Some(&b"refreshToken=SELLER%3Aa%2Bb%2Fc%3D%26d"[..]));
        let expected = [
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept-Language", "en"),
        ];
        assert_eq!(plan.headers, Headers::from_iter(expected));
        assert!(plan.is_open && plan.access == Access::Read && plan.bucket.is_empty());
        assert!(Credentials::AccessToken(Secret::new("a")).renewal(None, &settings).is_err());
    }

    #[test]
    fn a_session_lives_as_long_as_the_answer_says() {
        let credentials = Credentials::RefreshToken(Secret::new("r"));
        let read = |body: &str| {
            let response = Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() };
            credentials.read_session(&response, None, 1000.0)
        };
        let body = |seconds: &str| {
            format!(
                r#"{{ "scope": "CHAN", "authToken": "aaa.bbb.ccc", "tokenExpireAt": "2026-03-02T11:00:00+01:00", "expiresIn": {seconds} }}"#
            )
        };
        for (seconds, expires_at_ms) in [
            ("3600", 3_601_000.0),
            ("360", 361_000.0),
            ("0", 1000.0),
            ("-5", 1000.0),
            ("\"360\"", 361_000.0),
            ("\" 360 \"", 361_000.0),
            ("360.5", 361_500.0),
            ("9223372036854775807", 9.223372036854776e21),
        ] {
            let session = read(&body(seconds)).unwrap();
            assert_eq!(session.access_token, "aaa.bbb.ccc");
            assert_eq!((session.issued_at_ms, session.expires_at_ms), (1000.0, expires_at_ms));
            assert_eq!(session.refresh_token, None);
        }
        let marked = format!("\u{feff}{}", body("360"));
        assert_eq!(read(&marked).unwrap().access_token, "aaa.bbb.ccc");
        for (bad, code) in [
            ("", "empty_body"),
            ("<html>", "invalid_json"),
            ("{}", "unexpected_shape"),
            (r#"{ "authToken": "a" }"#, "unexpected_shape"),
            (r#"{ "authToken": null, "expiresIn": 360 }"#, "unexpected_shape"),
            (r#"{ "authToken": "", "expiresIn": 360 }"#, "unexpected_shape"),
            (r#"{ "authToken": "a\r\nX: y", "expiresIn": 360 }"#, "unexpected_shape"),
            (r#"{ "authToken": "a", "expiresIn": "soon" }"#, "unexpected_shape"),
            (r#"{ "authToken": "a", "expiresIn": null }"#, "unexpected_shape"),
            (r#"{ "authToken": ["a"], "expiresIn": 360 }"#, "unexpected_shape"),
        ] {
            let error = read(bad).unwrap_err();
            assert_eq!(error.code, code, "{bad}");
            assert!(!error.message.contains("X: y"));
        }
    }

    #[test]
    fn tokens_are_never_shown() {
        for credentials in [Credentials::RefreshToken(Secret::new("top")), Credentials::AccessToken(Secret::new("top"))]
        {
            assert!(!format!("{credentials:?}").contains("top"));
        }
        let mut violations = Violations::new();
        let _ = read(serde_json::from_str(r#"{ "accessToken": "top secret" }"#).unwrap(), &mut violations);
        assert!(!format!("{:?}", violations.into_vec()).contains("top"));
    }
}
