//! Who calls: an access token, or ID Magalu's OAuth 2.0 with refresh tokens that are good for one use.
//!
//! A code is exchanged as JSON and a token renewed as a form, as the vendor's own samples have it. There is no header for
//! the seller: the token knows whose it is.

use super::MAGALU;
use crate::attachment::Body;
use crate::endpoint::{Access, Built, session_plan};
use crate::error::DecodeError;
use crate::http::{Headers, Query, Response};
use crate::input::{Fields, FromInput, Input};
use crate::marketplace::{Authorize, Unsigned};
use crate::secret::Secret;
use crate::session::{Consent, Grant, Session};
use crate::settings::check_base_url;
use crate::validate::{Violation, Violations, excerpt, quoted};
use serde_json::{Value, json};

/// Where tokens come from.
pub const TOKEN_URL: &str = "https://id.magalu.com/oauth/token";
/// Where a seller lets an application in.
pub const LOGIN_URL: &str = "https://id.magalu.com/login";

/// The longest life of an access token, in seconds.
const MAX_LIFE_S: f64 = 7_200.0;
/// Taken when an answer does not tell the life of its token. Should it be shorter, the next 401 renews it.
const UNTOLD_LIFE_S: f64 = 300.0;

/// A seller's token, or what makes tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// A token that is used as it is.
    pub access_token: Option<Secret>,
    /// The application's id.
    pub client_id: Option<String>,
    /// The application's secret.
    pub client_secret: Option<Secret>,
    /// The refresh token to begin with, when no session was kept.
    pub refresh_token: Option<Secret>,
    /// Where tokens come from; without it [`TOKEN_URL`].
    pub token_url: Option<String>,
}

impl Credentials {
    /// A token that is used as it is, and never renewed.
    #[must_use]
    pub fn with_access_token(token: impl Into<String>) -> Self {
        Self { access_token: Some(Secret::new(token)), ..Self::default() }
    }

    /// An application; its sessions are kept by the caller or begin with an exchanged code.
    #[must_use]
    pub fn with_client(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { client_id: Some(id.into()), client_secret: Some(Secret::new(secret)), ..Self::default() }
    }

    fn token_url(&self) -> &str {
        self.token_url.as_deref().map_or(TOKEN_URL, |url| url.trim_end_matches('/'))
    }

    /// The page of consent is beside the address for tokens.
    fn login_url(&self) -> String {
        self.token_url()
            .strip_suffix("/oauth/token")
            .map_or_else(|| LOGIN_URL.to_owned(), |base| format!("{base}/login"))
    }

    /// The application's id and secret, or what is missing.
    fn client(&self) -> Result<(&str, &str), Vec<Violation>> {
        let mut violations = Violations::new();
        let client_id = self.client_id.as_deref().unwrap_or_default();
        let client_secret = self.client_secret.as_ref().map(Secret::expose).unwrap_or_default();
        check_key(&mut violations, "clientId", client_id);
        check_key(&mut violations, "clientSecret", client_secret);
        violations.into_result().map(|()| (client_id, client_secret))
    }
}

impl FromInput for Credentials {
    fn from_input(input: Input, field: &str, violations: &mut Violations) -> Self {
        let mut fields = Fields::new(input, field, violations);
        Self {
            access_token: fields.take("accessToken"),
            client_id: fields.take("clientId"),
            client_secret: fields.take("clientSecret"),
            refresh_token: fields.take("refreshToken"),
            token_url: fields.take("tokenUrl"),
        }
    }
}

/// Reads a client's credentials and reports everything that is wrong with them.
pub(super) fn read(input: Input, violations: &mut Violations) -> Box<dyn Authorize> {
    let mut own = Violations::new();
    let credentials = Credentials::from_input(input, "", &mut own);
    own.reading_done();
    credentials.check(&mut own);
    own.into_vec().into_iter().for_each(|violation| violations.push(violation));
    Box::new(credentials)
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_key(violations: &mut Violations, field: &str, key: &str) {
    if key.is_empty() {
        let hint = "give `accessToken`, or `clientId` and `clientSecret` of the application";
        violations.push(Violation::new(field, "required", format!("`{field}` is missing or empty"), hint));
    } else if !is_key(key) {
        violations.push(Violation::new(
            field,
            "invalid_key",
            format!("`{field}` holds a blank, a line break or another character that keys do not have"),
            "copy it again, without anything before or after it",
        ));
    }
}

impl Authorize for Credentials {
    fn check(&self, violations: &mut Violations) {
        let secret = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.expose().to_owned());
        let needs_client = self.access_token.is_none();
        for (field, value, is_needed) in [
            ("accessToken", secret(&self.access_token), false),
            ("clientId", self.client_id.clone(), needs_client),
            ("clientSecret", secret(&self.client_secret), needs_client),
            ("refreshToken", secret(&self.refresh_token), false),
        ] {
            if value.is_some() || is_needed {
                check_key(violations, field, value.as_deref().unwrap_or_default());
            }
        }
        if let Some(url) = &self.token_url {
            check_base_url(violations, "tokenUrl", url);
        }
    }

    fn headers(&self, _request: Unsigned<'_>, session: Option<&Session>) -> Headers {
        let session = session.map(|session| session.access_token.as_str());
        let token = self.access_token.as_ref().map(Secret::expose).or(session);
        token.map(|token| ("Authorization", format!("Bearer {token}"))).into_iter().collect()
    }

    fn uses_session(&self) -> bool {
        self.access_token.is_none()
    }

    /// Not repeated when it may have landed: the refresh token would be used twice.
    fn renewal(
        &self,
        session: Option<&Session>,
        settings: &crate::settings::Settings,
    ) -> Result<Built, Vec<Violation>> {
        let (client_id, client_secret) = self.client()?;
        let kept = session.and_then(|session| session.refresh_token.as_deref());
        let first = self.refresh_token.as_ref().map(Secret::expose);
        let Some(refresh_token) = kept.or(first) else {
            return Err(vec![Violation::new(
                "refreshToken",
                "required",
                "`refreshToken` is missing, and no session was kept",
                "let the seller consent (`authorizationUrl`, `exchangeCode`) and keep the tokens in a `tokenStore`",
            )]);
        };
        let mut form = Query::default();
        form.push("grant_type", "refresh_token");
        form.push("client_id", client_id);
        form.push("client_secret", client_secret);
        form.push("refresh_token", refresh_token);
        Ok(session_plan(&MAGALU, settings, self.token_url(), &form, Access::Write))
    }

    fn consent_url(&self, consent: &Consent) -> Result<String, Vec<Violation>> {
        let mut violations = Violations::new();
        let client_id = self.client_id.as_deref().unwrap_or_default();
        check_key(&mut violations, "clientId", client_id);
        check_redirect(&mut violations, &consent.redirect_uri);
        if consent.scope.is_empty() {
            violations.push(Violation::new(
                "scope",
                "too_short",
                "`scope` is empty",
                "name what the application does, such as open:tickets-seller:read",
            ));
        }
        for (index, scope) in consent.scope.iter().enumerate() {
            if !is_key(scope) {
                let field = format!("scope[{index}]");
                let message = format!("`{field}` is {}, which is no scope", quoted(scope));
                let hint = "give one scope in each entry, such as open:tickets-seller:read";
                violations.push(Violation::new(field, "invalid_scope", message, hint));
            }
        }
        if consent.state.as_deref().is_some_and(str::is_empty) {
            let hint = "give a text that nobody can foresee, or leave it out";
            violations.push(Violation::new("state", "required", "`state` is empty", hint));
        }
        violations.into_result()?;
        let mut query = Query::default();
        query.push("client_id", client_id);
        query.push("redirect_uri", consent.redirect_uri.as_str());
        query.push("scope", consent.scope.join(" "));
        query.push("response_type", "code");
        // Without it a person consents for himself only, and not for the shop.
        query.push("choose_tenants", "true");
        query.push_some("state", consent.state.as_deref());
        Ok(format!("{}{}", self.login_url(), query.to_suffix()))
    }

    fn exchange(&self, grant: &Grant, settings: &crate::settings::Settings) -> Result<Built, Vec<Violation>> {
        let (client_id, client_secret) = self.client()?;
        let mut violations = Violations::new();
        if grant.code.expose().is_empty() {
            let hint = "give the `code` of the URL that ID Magalu leads back to";
            violations.push(Violation::new("code", "required", "`code` is empty", hint));
        }
        check_redirect(&mut violations, &grant.redirect_uri);
        violations.into_result()?;
        let grant = json!({
            "client_id": client_id,
            "client_secret": client_secret,
            "redirect_uri": grant.redirect_uri,
            "code": grant.code.expose(),
            "grant_type": "authorization_code",
        });
        let (mut plan, _) = session_plan(&MAGALU, settings, self.token_url(), &Query::default(), Access::Write);
        plan.headers.set("Content-Type", "application/json");
        let mut body = Body::new();
        body.push_text(&grant.to_string());
        Ok((plan, Some(body)))
    }

    fn read_session(
        &self,
        response: &Response,
        session: Option<&Session>,
        now_ms: f64,
    ) -> Result<Session, DecodeError> {
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        let key = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| is_key(text)).map(str::to_owned);
        let Some(access_token) = key("access_token") else {
            return Err(DecodeError::new("no_access_token", "the answer of ID Magalu has no `access_token`"));
        };
        let life = body.get("expires_in").and_then(|life| life.as_f64().or_else(|| life.as_str()?.trim().parse().ok()));
        let life = life.filter(|life| life.is_finite()).unwrap_or(UNTOLD_LIFE_S).clamp(0.0, MAX_LIFE_S);
        let kept = || session.and_then(|session| session.refresh_token.clone());
        let first = || self.refresh_token.as_ref().map(|token| token.expose().to_owned());
        Ok(Session {
            access_token,
            issued_at_ms: now_ms,
            expires_at_ms: now_ms + life * 1000.0,
            // One that is not replaced may still be good.
            refresh_token: key("refresh_token").or_else(kept).or_else(first),
        })
    }
}

fn check_redirect(violations: &mut Violations, url: &str) {
    let rest = url.split_once("://").filter(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    if rest.is_none() || !is_key(url) || url.contains('#') {
        violations.push(
            Violation::new(
                "redirectUri",
                "invalid_url",
                format!("`redirectUri` is {}, not an absolute URL without a fragment", quoted(url)),
                "give the address that the application was registered with",
            )
            .with("value", excerpt(url)),
        );
    }
}
