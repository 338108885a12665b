//! Authentication: an access token, or ID Magalu's OAuth 2.0 with refresh tokens that can be used
//! once.
//!
//! A code is exchanged as JSON and a token is renewed as a form, as in the vendor's own samples.
//! There is no header for the seller, because the token identifies the seller.

use super::MAGALU;
use crate::attachment::Body;
use crate::rules::codes::code;
use crate::rules::error::DecodeError;
use crate::rules::input::{Fields, FromInput};
use crate::rules::settings::check_base_url;
use crate::rules::violation::{NO_ITEMS, Violation, Violations};
use crate::rules::words::{Count, Cut, Text, words};
use crate::vendor::authorize::check_characters;
use crate::vendor::evidence::object;
use crate::vendor::plan::session_plan;
use crate::vendor::{Access, Authorize, Built, Consent, Grant, Session, Unsigned, session};
use crate::wire::address::split_scheme;
use crate::wire::http::{Headers, Response};
use crate::wire::json::Json;
use crate::wire::secret::Secret;
use crate::wire::url::Query;

/// The address that issues tokens.
pub const TOKEN_URL: &str = "https://id.magalu.com/oauth/token";
/// The address at which a seller grants an application access.
pub const LOGIN_URL: &str = "https://id.magalu.com/login";

/// The longest life of an access token, in seconds.
const MAX_LIFE_S: f64 = 7_200.0;
/// The default for a response that does not state the life of its token. If the life is shorter,
/// the next 401 renews the token.
const UNTOLD_LIFE_S: f64 = 300.0;

/// A seller's token, or the data with which tokens are requested.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// A token that is used unchanged.
    pub access_token: Option<Secret>,
    /// The application's id.
    pub client_id: Option<String>,
    /// The application's secret.
    pub client_secret: Option<Secret>,
    /// The refresh token to begin with if no session was stored.
    pub refresh_token: Option<Secret>,
    /// The address that issues tokens; by default [`TOKEN_URL`].
    pub token_url: Option<String>,
}

impl Credentials {
    /// Returns credentials with a token that is used unchanged, and never renewed.
    #[must_use]
    pub fn with_access_token(token: impl Into<String>) -> Self {
        Self { access_token: Some(Secret::new(token)), ..Self::default() }
    }

    /// Returns the credentials of an application. The caller stores its sessions, or they begin
    /// with an exchanged code.
    #[must_use]
    pub fn with_client(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { client_id: Some(id.into()), client_secret: Some(Secret::new(secret)), ..Self::default() }
    }

    fn token_url(&self) -> &str {
        self.token_url.as_deref().map_or(TOKEN_URL, |url| url.trim_end_matches('/'))
    }

    /// Returns the address of the consent page, which is next to the one that issues tokens.
    fn login_url(&self) -> String {
        self.token_url()
            .strip_suffix("/oauth/token")
            .map_or_else(|| LOGIN_URL.to_owned(), |base| format!("{base}/login"))
    }

    /// Returns the application's id and secret, or reports which is missing.
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
    fn from_input(input: Json, field: &str, violations: &mut Violations) -> Self {
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

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_key(violations: &mut Violations, field: &str, key: &str) {
    if key.is_empty() {
        let hint = "give `accessToken`, or `clientId` and `clientSecret` of the application";
        violations.push(Violation::new(field, code!("required"), format!("`{field}` is missing or empty"), hint));
    } else {
        check_characters(violations, field, key, "keys");
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

    /// The request is not repeated if it may have arrived, because that would use the refresh token
    /// twice.
    fn renewal(
        &self,
        session: Option<&Session>,
        settings: &crate::rules::settings::Settings,
    ) -> Result<Built, Vec<Violation>> {
        let (client_id, client_secret) = self.client()?;
        let kept = session.and_then(|session| session.refresh_token.as_deref());
        let first = self.refresh_token.as_ref().map(Secret::expose);
        let Some(refresh_token) = kept.or(first) else {
            return Err(vec![Violation::new(
                "refreshToken",
                code!("required"),
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
            let hint = "name what the application does, such as open:tickets-seller:read";
            violations.add("scope", NO_ITEMS, (Count(1), Count(0), Text(hint)));
        }
        for (index, scope) in consent.scope.iter().enumerate() {
            if !is_key(scope) {
                let field = format!("scope[{index}]");
                let words = words!(
                    "invalid_scope",
                    ["value"],
                    "`{field}` is `{value}`, which is no scope",
                    "give one scope in each entry, such as open:tickets-seller:read",
                );
                violations.add(&field, words, (Cut(scope),));
            }
        }
        if consent.state.as_deref().is_some_and(str::is_empty) {
            let hint = "give a text that nobody can foresee, or leave it out";
            violations.push(Violation::new("state", code!("required"), "`state` is empty", hint));
        }
        violations.into_result()?;
        let mut query = Query::default();
        query.push("client_id", client_id);
        query.push("redirect_uri", consent.redirect_uri.as_str());
        query.push("scope", consent.scope.join(" "));
        query.push("response_type", "code");
        // Without this parameter the consent is for the person only, and not for the shop.
        query.push("choose_tenants", "true");
        query.push_some("state", consent.state.as_deref());
        Ok(format!("{}{}", self.login_url(), query.to_suffix()))
    }

    fn exchange(&self, grant: &Grant, settings: &crate::rules::settings::Settings) -> Result<Built, Vec<Violation>> {
        let (client_id, client_secret) = self.client()?;
        let mut violations = Violations::new();
        if grant.code.expose().is_empty() {
            let hint = "give the `code` of the URL that ID Magalu leads back to";
            violations.push(Violation::new("code", code!("required"), "`code` is empty", hint));
        }
        check_redirect(&mut violations, &grant.redirect_uri);
        violations.into_result()?;
        let fields = object(&mut [
            ("client_id", client_id.into()),
            ("client_secret", client_secret.into()),
            ("code", grant.code.expose().into()),
            ("grant_type", "authorization_code".into()),
            ("redirect_uri", grant.redirect_uri.as_str().into()),
        ]);
        let (mut plan, _) = session_plan(&MAGALU, settings, self.token_url(), &Query::default(), Access::Write);
        plan.headers.set("Content-Type", "application/json");
        let mut body = Body::new();
        body.push_text(&fields.to_string());
        Ok((plan, Some(body)))
    }

    fn read_session(
        &self,
        response: &Response,
        session: Option<&Session>,
        now_ms: f64,
    ) -> Result<Session, DecodeError> {
        let body = session::granted(response).unwrap_or_default();
        let key = |name: &str| body.get(name).and_then(Json::as_str).filter(|text| is_key(text)).map(str::to_owned);
        let Some(access_token) = key("access_token") else {
            return Err(DecodeError::new(code!("no_access_token"), "the answer of ID Magalu has no `access_token`"));
        };
        let life = body.get("expires_in").and_then(session::seconds);
        let life = life.unwrap_or(UNTOLD_LIFE_S).clamp(0.0, MAX_LIFE_S);
        let kept = || session.and_then(|session| session.refresh_token.clone());
        let first = || self.refresh_token.as_ref().map(|token| token.expose().to_owned());
        Ok(Session {
            access_token,
            issued_at_ms: now_ms,
            expires_at_ms: now_ms + life * 1000.0,
            // A refresh token that is not replaced may still be valid.
            refresh_token: key("refresh_token").or_else(kept).or_else(first),
        })
    }
}

fn check_redirect(violations: &mut Violations, url: &str) {
    let rest = split_scheme(url).filter(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty());
    if rest.is_none() || !is_key(url) || url.contains('#') {
        let words = words!(
            "invalid_url",
            ["value"],
            "`{field}` is `{value}`, not an absolute URL without a fragment",
            "give the address that the application was registered with",
        );
        violations.add("redirectUri", words, (Cut(url),));
    }
}

#[cfg(test)]
mod tests {
    use super::super::MAGALU;
    use super::*;
    use crate::marketplaces::testing::{codes, credentials, expected};
    use crate::rules::settings::Settings;
    use crate::vendor::Plan;
    use crate::vendor::authorize;
    use crate::wire::http::Method;
    use proptest::prelude::*;
    use serde_json::json;

    const NOW_MS: f64 = 1_700_000_000_000.0;

    fn session(refresh_token: Option<&str>) -> Session {
        Session {
            access_token: "session-token".to_owned(),
            issued_at_ms: NOW_MS,
            expires_at_ms: NOW_MS + 1.0,
            refresh_token: refresh_token.map(str::to_owned),
        }
    }

    fn client() -> Credentials {
        Credentials::with_client("my-app", "s&cret")
    }

    fn sent((plan, body): Built) -> (Plan, String) {
        (plan, String::from_utf8(body.unwrap().as_text().unwrap().to_vec()).unwrap())
    }

    #[test]
    fn credentials_are_checked_all_at_once() {
        for (json, uses_session, list) in [
            (r#"{ "accessToken": "a.b.c" }"#, false, &[][..]),
            (r#"{ "clientId": "a", "clientSecret": "b" }"#, true, &[]),
            (r#"{ "clientId": "a", "clientSecret": "b", "refreshToken": "c", "tokenUrl": null }"#, true, &[]),
            (r#"{ "accessToken": "t", "clientId": "a", "clientSecret": "b" }"#, false, &[]),
            (r#"{ "accessToken": "t", "clientId": "a" }"#, false, &[]),
            ("null", true, &[("clientId", "required"), ("clientSecret", "required")]),
            (r#"{ "clientId": "a" }"#, true, &[("clientSecret", "required")]),
            (r#"{ "accessToken": "" }"#, false, &[("accessToken", "required")]),
            (r#"{ "accessToken": "a\r\nX: y" }"#, false, &[("accessToken", "invalid_key")]),
            (r#"{ "accessToken": "a " }"#, false, &[("accessToken", "invalid_key")]),
            (
                r#"{ "clientId": 5, "clientSecret": "b c", "refreshToken": "", "tokenUrl": "ftp://x" }"#,
                true,
                &[
                    ("clientId", "wrong_type"),
                    ("clientSecret", "invalid_key"),
                    ("refreshToken", "required"),
                    ("tokenUrl", "invalid_url"),
                ],
            ),
        ] {
            let (credentials, violations) = credentials(&MAGALU, json);
            assert_eq!(violations, expected(list), "{json}");
            assert_eq!(credentials.uses_session(), uses_session, "{json}");
        }
        for (url, code) in [
            ("https://id.magalu.com/oauth/token", None),
            ("http://127.0.0.1:8787/magalu-id/oauth/token", None),
            ("http://id.magalu.com/oauth/token", Some("insecure_url")),
            ("https://me:you@id.magalu.com", Some("credentials_in_url")),
            ("https://id.magalu.com/token?x=1", Some("invalid_url")),
            ("/oauth/token", Some("invalid_url")),
            ("", Some("invalid_url")),
        ] {
            let json = json!({ "clientId": "a", "clientSecret": "b", "tokenUrl": url }).to_string();
            let list: Vec<_> = code.map(|code| ("tokenUrl", code)).into_iter().collect();
            assert_eq!(credentials(&MAGALU, &json).1, expected(&list), "{url}");
        }
    }

    #[test]
    fn the_token_goes_along_as_bearer() {
        let headers = |credentials: &Credentials, session: Option<&Session>| {
            let body: &[u8] = b"";
            let request = Unsigned { method: Method::Get, url: "https://x", body: &body, now_ms: NOW_MS };
            credentials.headers(request, session).0
        };
        let bearer = |token: &str| vec![("Authorization".to_owned(), format!("Bearer {token}"))];
        let own = Credentials::with_access_token("own");
        assert_eq!(headers(&own, None), bearer("own"));
        assert_eq!(headers(&own, Some(&session(None))), bearer("own"));
        assert_eq!(headers(&client(), Some(&session(None))), bearer("session-token"));
        assert_eq!(headers(&client(), None), []);
    }

    #[test]
    fn a_session_is_renewed_with_the_newest_refresh_token_as_a_form() {
        let first = Credentials { refresh_token: Some(Secret::new("first")), ..client() };
        for (credentials, before, token) in [
            (&first, None, "first"),
            (&first, Some(session(None)), "first"),
            (&first, Some(session(Some("kept"))), "kept"),
            (&client(), Some(session(Some("a+b"))), "a%2Bb"),
        ] {
            let (plan, form) = sent(credentials.renewal(before.as_ref(), &Settings::default()).unwrap());
            assert_eq!(
                form,
                format!("grant_type=refresh_token&client_id=my-app&client_secret=s%26cret&refresh_token={token}")
            );
            assert_eq!((plan.method, plan.url.as_str()), (Method::Post, TOKEN_URL));
            assert_eq!(plan.headers.get("Content-Type"), Some("application/x-www-form-urlencoded"));
            assert_eq!(plan.headers.get("Accept"), Some("application/json"));
            // The request must not be sent twice, and it carries no token.
            assert_eq!((plan.access, plan.is_open), (Access::Write, true));
        }
        let local = Credentials { token_url: Some("http://localhost:1/x/oauth/token/".to_owned()), ..first };
        let (plan, _) = sent(local.renewal(None, &Settings::default()).unwrap());
        assert_eq!(plan.url, "http://localhost:1/x/oauth/token");
        let violations = client().renewal(Some(&session(None)), &Settings::default()).unwrap_err();
        assert_eq!(codes(violations), expected(&[("refreshToken", "required")]));
    }

    #[test]
    fn a_code_is_exchanged_as_json() {
        let grant = |code: &str, uri: &str| Grant { code: Secret::new(code), redirect_uri: uri.to_owned() };
        let (plan, body) =
            sent(client().exchange(&grant("c0de", "https://shop.example/back"), &Settings::default()).unwrap());
        assert_eq!(
            body,
            r#"{"client_id":"my-app","client_secret":"s&cret","code":"c0de","grant_type":"authorization_code","redirect_uri":"https://shop.example/back"}"#
        );
        assert_eq!((plan.method, plan.url.as_str(), plan.access), (Method::Post, TOKEN_URL, Access::Write));
        assert_eq!(plan.headers.get("Content-Type"), Some("application/json"));
        assert!(plan.is_open);
        let refused =
            |credentials: &Credentials, grant| codes(credentials.exchange(&grant, &Settings::default()).unwrap_err());
        assert_eq!(
            refused(&client(), grant("", "/back")),
            expected(&[("code", "required"), ("redirectUri", "invalid_url")])
        );
        assert_eq!(
            refused(&Credentials::with_access_token("t"), grant("c", "https://x")),
            expected(&[("clientId", "required"), ("clientSecret", "required")])
        );
    }

    #[test]
    fn the_page_of_consent_is_beside_the_address_for_tokens() {
        let consent = Consent {
            redirect_uri: "https://shop.example/back?a=b".to_owned(),
            scope: vec!["open:tickets-seller:read".to_owned(), "open:sac-transaction-seller:read".to_owned()],
            state: Some("x y".to_owned()),
        };
        let query = "client_id=my-app&redirect_uri=https%3A%2F%2Fshop.example%2Fback%3Fa%3Db\
            &scope=open%3Atickets-seller%3Aread%20open%3Asac-transaction-seller%3Aread&response_type=code\
            &choose_tenants=true";
        assert_eq!(client().consent_url(&consent).unwrap(), format!("{LOGIN_URL}?{query}&state=x%20y"));
        let bare = Consent { state: None, ..consent.clone() };
        for (token_url, login) in [
            (None, LOGIN_URL),
            (Some("http://127.0.0.1:9/magalu-id/oauth/token"), "http://127.0.0.1:9/magalu-id/login"),
            (Some("https://proxy.example/tokens"), LOGIN_URL),
        ] {
            let credentials = Credentials { token_url: token_url.map(str::to_owned), ..client() };
            assert_eq!(credentials.consent_url(&bare).unwrap(), format!("{login}?{query}"));
        }
        // An application that already holds a token may still ask for consent.
        assert!(Credentials { access_token: Some(Secret::new("t")), ..client() }.consent_url(&bare).is_ok());
        for (consent, list) in [
            (Consent::default(), &[("redirectUri", "invalid_url"), ("scope", "too_few_items")][..]),
            (Consent { redirect_uri: "https://x/#y".to_owned(), ..bare.clone() }, &[("redirectUri", "invalid_url")]),
            (Consent { redirect_uri: "https://".to_owned(), ..bare.clone() }, &[("redirectUri", "invalid_url")]),
            (Consent { redirect_uri: "app://back".to_owned(), ..bare.clone() }, &[]),
            (
                Consent { scope: vec!["a".to_owned(), "b c".to_owned(), String::new()], ..bare.clone() },
                &[("scope[1]", "invalid_scope"), ("scope[2]", "invalid_scope")],
            ),
            (Consent { state: Some(String::new()), ..bare.clone() }, &[("state", "required")]),
        ] {
            let violations = client().consent_url(&consent).err().unwrap_or_default();
            assert_eq!(codes(violations), expected(list), "{consent:?}");
        }
        let violations = Credentials::with_access_token("t").consent_url(&bare).unwrap_err();
        assert_eq!(codes(violations), expected(&[("clientId", "required")]));
    }

    fn answer(body: &str) -> Response {
        Response { status: 200, body: body.as_bytes().to_vec(), ..Response::default() }
    }

    #[test]
    fn a_session_lasts_as_long_as_its_answer_says() {
        for (expires_in, seconds) in [
            ("7200", 7200.0),
            ("7201", 7200.0),
            ("20", 20.0),
            ("\"20\"", 20.0),
            ("0.5", 0.5),
            ("0", 0.0),
            ("-1", 0.0),
            ("null", 300.0),
            ("\"soon\"", 300.0),
            ("{}", 300.0),
        ] {
            let body = format!(r#"{{ "access_token": "a", "refresh_token": "r", "expires_in": {expires_in} }}"#);
            let session = client().read_session(&answer(&body), None, NOW_MS).unwrap();
            assert_eq!(session.issued_at_ms, NOW_MS);
            assert_eq!(session.expires_at_ms, NOW_MS + seconds * 1000.0, "{expires_in}");
        }
        // A client that was created without a lifetime gets 20 seconds, and the last four of them
        // are not used.
        let body = r#"{ "access_token": "a", "expires_in": 20 }"#;
        let session = client().read_session(&answer(body), None, NOW_MS).unwrap();
        assert!(session.is_fresh(NOW_MS + 15_999.0) && !session.is_fresh(NOW_MS + 16_000.0));
    }

    #[test]
    fn the_newest_refresh_token_is_kept() {
        let first = Credentials { refresh_token: Some(Secret::new("first")), ..client() };
        let before = session(Some("before"));
        for (body, before, token) in [
            (r#"{ "access_token": "a", "refresh_token": "new" }"#, Some(&before), Some("new")),
            (r#"{ "access_token": "a", "refresh_token": "" }"#, Some(&before), Some("before")),
            (r#"{ "access_token": "a" }"#, Some(&before), Some("before")),
            (r#"{ "access_token": "a", "refresh_token": null }"#, None, Some("first")),
        ] {
            let session = first.read_session(&answer(body), before, NOW_MS).unwrap();
            assert_eq!(session.refresh_token.as_deref(), token, "{body}");
        }
        assert_eq!(
            client().read_session(&answer(r#"{ "access_token": "a" }"#), None, NOW_MS).unwrap().refresh_token,
            None
        );
        let marked = "\u{feff}{ \"access_token\": \"a\", \"refresh_token\": \"rotated\", \"expires_in\": \"60\" }";
        let session = first.read_session(&answer(marked), Some(&before), NOW_MS).unwrap();
        assert_eq!(session.refresh_token.as_deref(), Some("rotated"));
        assert_eq!(session.expires_at_ms, NOW_MS + 60_000.0);
        for body in ["", "{}", "<html>", r#"{ "access_token": "" }"#, r#"{ "access_token": "a\nb" }"#, "[]"] {
            assert_eq!(client().read_session(&answer(body), None, NOW_MS).unwrap_err().code, "no_access_token");
        }
    }

    #[test]
    fn keys_are_never_shown() {
        let all = r#"{ "accessToken": "t-secret\n", "clientId": "app", "clientSecret": "s-secret\n", "refreshToken": "r-secret\n" }"#;
        let mut violations = Violations::new();
        let credentials = authorize::read::<Credentials>(serde_json::from_str(all).unwrap(), &mut violations);
        let shown = format!("{credentials:?} {:?}", violations.into_vec());
        assert!(!shown.contains("-secret"), "{shown}");
    }

    proptest! {
        #[test]
        fn any_answer_is_survived(body: Vec<u8>, token in "\\PC{0,12}") {
            let response = Response { status: 200, body, ..Response::default() };
            let _ = client().read_session(&response, None, NOW_MS);
            let body = json!({ "access_token": token, "expires_in": token }).to_string();
            if let Ok(session) = client().read_session(&answer(&body), None, NOW_MS) {
                prop_assert!(session.access_token.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
