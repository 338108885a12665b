//! Secrets that a test plants must not show in anything that a Rust program can print.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::clickbank::{self, ClickBank};
use seller_tickets::marketplaces::jtl_scx::{self, JtlScxChannel, JtlScxSeller, auth::Credentials as JtlScx};
use seller_tickets::marketplaces::kaufland::{self, GetTicketParams, Kaufland};
use seller_tickets::marketplaces::magalu::{self, Magalu};
use seller_tickets::marketplaces::probo::{self, Probo};
use seller_tickets::rules::error::TicketError;
use seller_tickets::rules::settings::{CallOptions, Settings};
use seller_tickets::vendor::{Grant, Session, Vendor};
use seller_tickets::wire::http::{Headers, Request, Response};
use seller_tickets::wire::secret::Secret;
use std::fmt::Debug;
use support::run;

mod support;

const CANARY: &str = "canary-7f3a9c51d2";

/// A host that refuses everything.
#[derive(Debug)]
struct Host;

impl Transport for Host {
    async fn send(&self, _: Request, _: u64) -> Result<Response, TransportError> {
        Ok(Response { status: 401, headers: Headers::new(), body: b"no".to_vec() })
    }

    async fn sleep(&self, _: f64) {}

    fn now_ms(&self) -> f64 {
        1.0
    }

    fn random(&self) -> f64 {
        0.5
    }
}

fn hidden(what: &str, value: &impl Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        assert!(!text.contains(CANARY), "{what} shows a secret: {text}");
    }
}

fn client<V: Vendor<Credentials: Debug>>(credentials: V::Credentials) {
    let id = V::MARKETPLACE.id;
    hidden(id, &credentials);
    let client = Client::<V, _>::new(credentials, Settings::default(), Host).unwrap();
    client.set_session(Session {
        access_token: format!("access-{CANARY}"),
        refresh_token: Some(format!("refresh-{CANARY}")),
        issued_at_ms: 0.0,
        expires_at_ms: 2e15,
    });
    hidden(id, &client);
    hidden(id, &client.session());
}

#[test]
fn credentials_and_clients_show_no_secret() {
    let secret = || Secret::new(format!("a-{CANARY}"));
    client::<Kaufland>(kaufland::auth::Credentials::new(format!("key-{CANARY}"), format!("secret-{CANARY}")));
    client::<ClickBank>(clickbank::auth::Credentials::new(format!("API-{CANARY}")));
    client::<Magalu>(magalu::auth::Credentials::with_access_token(format!("token-{CANARY}")));
    let app = magalu::auth::Credentials::with_client("app", format!("s-{CANARY}"));
    client::<Magalu>(magalu::auth::Credentials { refresh_token: Some(secret()), ..app });
    client::<JtlScxChannel>(JtlScx::RefreshToken(secret()));
    client::<JtlScxSeller>(JtlScx::AccessToken(secret()));
    client::<Probo>(probo::auth::Credentials::new(format!("token-{CANARY}")));
    hidden("a grant", &Grant { code: secret(), redirect_uri: String::new() });
}

#[test]
fn requests_and_errors_show_no_secret() {
    let credentials = kaufland::auth::Credentials::new(format!("key-{CANARY}"), format!("secret-{CANARY}"));
    let client = Client::<Kaufland, _>::new(credentials, Settings::default(), Host).unwrap();
    let get = GetTicketParams { id_ticket: "00110123123".into(), ..Default::default() };
    let request = client.request(&get, &CallOptions::default()).unwrap();
    // It is there, and only there.
    assert!(request.headers.0.iter().any(|(_, value)| value.contains(CANARY)));
    hidden("a request", &request);
    let error = run(client.call(&get)).unwrap_err();
    hidden("an error", &error);
    assert!(!error.to_string().contains(CANARY) && !serde_json::to_string(&error).unwrap().contains(CANARY));
    let broken = kaufland::auth::Credentials::new(format!("k\n{CANARY}"), "");
    let wrong = Client::<Kaufland, _>::new(broken, Settings::default(), Host).unwrap_err();
    hidden("a configuration error", &wrong);
}

/// A marketplace that answers each request for a session with this, and all else with nothing.
#[derive(Debug, Clone)]
struct Answers(Response);

impl Transport for Answers {
    async fn send(&self, request: Request, _: u64) -> Result<Response, TransportError> {
        let is_for_session = request.url.ends_with("/v1/auth") || request.url.ends_with("/oauth/token");
        let other = || Response { status: 200, headers: Headers::new(), body: b"{\"results\":[]}".to_vec() };
        Ok(if is_for_session { self.0.clone() } else { other() })
    }

    async fn sleep(&self, _: f64) {}

    fn now_ms(&self) -> f64 {
        1.0
    }

    fn random(&self) -> f64 {
        0.5
    }
}

/// The three requests for a session. Each gives the tokens back that it led to.
type Ask = fn(Response) -> Result<Option<Session>, TicketError>;

const ASKS: [(&str, &str, &str, Ask); 3] = [
    ("JTL-SCX renews", "authToken", "expiresIn", |answer| {
        let credentials = JtlScx::RefreshToken(Secret::new("r"));
        let client = Client::<JtlScxChannel, _>::new(credentials, Settings::default(), Answers(answer)).unwrap();
        run(client.call(&jtl_scx::ListEventsParams::default()))?;
        Ok(client.session())
    }),
    ("Magalu renews", "access_token", "expires_in", |answer| {
        let client = magalu(answer);
        run(client.call(&magalu::ListTicketsParams::default()))?;
        Ok(client.session())
    }),
    ("Magalu exchanges", "access_token", "expires_in", |answer| {
        let grant = Grant { code: Secret::new("c0de"), redirect_uri: "https://shop.example/".to_owned() };
        run(magalu(answer).exchange(&grant)).map(Some)
    }),
];

fn magalu(answer: Response) -> Client<Magalu, Answers> {
    let app = magalu::auth::Credentials::with_client("app", "secret");
    let credentials = magalu::auth::Credentials { refresh_token: Some(Secret::new("first")), ..app };
    Client::new(credentials, Settings::default(), Answers(answer)).unwrap()
}

/// Answers that hold tokens where they are not looked for. `access` and `life` are the names of the
/// fields where they would be.
fn wrong_shapes(access: &str, life: &str) -> Vec<Vec<u8>> {
    const C: &str = CANARY;
    let tokens = format!(r#""{access}":"{C}","refresh_token":"{C}","refreshToken":"{C}","{life}":300"#);
    let whole = format!("{{{tokens}}}");
    let quoted = serde_json::to_string(&whole).unwrap();
    let utf_16: Vec<u8> = "\u{feff}".encode_utf16().chain(whole.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut broken_text = whole.clone().into_bytes();
    broken_text.push(0xff);
    let other = |name: &str| format!(r#"{{"{name}":"{C}","refresh":"{C}","{life}":"300"}}"#);
    let instead = |value: &str| format!(r#"{{"{access}":{value},"refresh_token":"{C}","{life}":300}}"#);
    let mut shapes: Vec<Vec<u8>> = [
        // Around it.
        format!(r#"{{"data":{whole}}}"#),
        format!(r#"{{"result":{{"tokens":{whole}}}}}"#),
        format!("[{whole}]"),
        format!(r#"{{"tokens":[{whole}]}}"#),
        quoted.clone(),
        format!(r#"{{"body":{quoted}}}"#),
        format!("callback({whole})"),
        format!("{whole} {C}"),
        format!("\u{feff}\u{feff}{whole}"),
        format!("{}{whole}{}", "[".repeat(500), "]".repeat(500)),
        // Cut off.
        whole[..whole.len() - 1].to_owned(),
        format!("\u{feff}{}", &whole[..whole.len() - 4]),
        format!(r#"{{"{access}":"{C}"#),
        // Other names.
        other("token"),
        other("jwt"),
        other("ACCESS_TOKEN"),
        other(if access == "authToken" { "access_token" } else { "accessToken" }),
        format!(r#"{{"{C}":"{C}"}}"#),
        whole.replace('"', "'"),
        // Other values.
        instead("null"),
        instead("\"\""),
        instead("5"),
        instead("true"),
        instead(&format!(r#"["{C}"]"#)),
        instead(&format!(r#"{{"value":"{C}"}}"#)),
        instead(&format!(r#""Bearer {C}""#)),
        instead(&format!(r#""{C}\n""#)),
        instead(&format!(r#""ä{C}""#)),
        // No JSON.
        C.to_owned(),
        format!("\"{C}\""),
        format!("{access}={C}&refresh_token={C}"),
        format!("<html><body>{C}</body></html>"),
        format!("<!DOCTYPE html><script>{whole}</script>"),
        format!("<?xml version=\"1.0\"?><{access}>{C}</{access}>"),
        format!("{access}: {C}\nrefresh_token: {C}\n"),
        // As an error.
        format!(r#"{{"error":"{C}","error_description":"{C}"}}"#),
        format!(r#"{{"error":"invalid_grant","error_description":"{C}","data":{whole}}}"#),
        format!(r#"{{"error":"invalid_scope","error_description":"token {C} has no scope"}}"#),
        format!(r#"{{"slug":"{C}","message":"{C}","details":[{{"field":"{C}","location":"{C}","message":"{C}"}}]}}"#),
        format!(r#"{{"detail":[{{"loc":["{C}"],"msg":"{C}","type":"{C}"}}]}}"#),
        format!(r#"{{"detail":"{C}"}}"#),
        format!(r#"{{"errorCode":"{C}","developerMessage":"{C}","userMessage":"{C}","moreInfo":"{C}"}}"#),
        format!(r#"{{"errorList":[{{"code":"{C}","message":"{C}","hint":"{C}","severity":"error"}}]}}"#),
        format!(r#"{{"errorList":[{{"code":"VAL100","message":"refreshToken {C}","hint":"{C}"}}]}}"#),
        format!(r#"{{"errorList":[{{"code":"ATH-{C}","message":"{C}"}}],"data":{whole}}}"#),
    ]
    .map(String::into_bytes)
    .into();
    shapes.extend([utf_16, broken_text]);
    shapes
}

#[test]
fn errors_of_sessions_show_no_token() {
    const STATUSES: [u16; 24] = [
        0, 200, 201, 202, 203, 204, 206, 299, 301, 302, 307, 400, 401, 403, 404, 408, 409, 422, 429, 499, 500, 501,
        503, 504,
    ];
    let mut errors = 0;
    for (what, access, life, ask) in ASKS {
        let shapes = wrong_shapes(access, life);
        assert!(shapes.len() >= 45);
        for body in shapes {
            for status in STATUSES {
                for content_type in ["application/json", "text/html; charset=utf-8"] {
                    let words = format!("{what} {status} {content_type} {}", String::from_utf8_lossy(&body));
                    let headers = Headers::from_iter([
                        ("Content-Type", content_type),
                        ("Date", "Mon, 02 Mar 2026 08:15:00 GMT"),
                        ("X-Request-Id", "r-1"),
                        ("Location", &format!("https://shop.example/?code={CANARY}")),
                        ("Link", &format!("<https://shop.example/{CANARY}>")),
                        ("Set-Cookie", &format!("session={CANARY}")),
                        ("Authorization", &format!("Bearer {CANARY}")),
                        ("X-Authorization-Error", "canary token"),
                        ("X-Access-Token", CANARY),
                        ("X-New", CANARY),
                    ]);
                    let error = ask(Response { status, headers, body: body.clone() }).expect_err(&words);
                    for shown in [
                        format!("{error:?}"),
                        format!("{error:#?}"),
                        error.to_string(),
                        serde_json::to_string(&error).unwrap(),
                    ] {
                        assert!(!shown.contains("canary"), "{words}: {shown}");
                    }
                    assert_eq!((&error.body, error.status), (&None, Some(status)), "{words}");
                    let names: Vec<_> = error.headers.iter().flatten().map(|(name, _)| name.as_str()).collect();
                    assert_eq!(names, ["Content-Type", "Date", "X-Request-Id"], "{words}");
                    // The helpful parts are there all the same.
                    assert_eq!((error.endpoint.as_str(), error.request_id.as_deref()), ("session", Some("r-1")));
                    assert!(!error.message.is_empty() && !error.code.as_str().is_empty(), "{words}");
                    errors += 1;
                }
            }
        }
    }
    assert!(errors > 6_000, "{errors}");
}

/// The refresh token before may be worth nothing any more, so tokens are not refused for a trifle.
#[test]
fn tokens_in_a_slightly_odd_form_are_taken() {
    for (what, access, life, ask) in ASKS {
        for status in [200, 201, 203, 206] {
            for life in [
                format!(r#""{life}":300"#),
                format!(r#""{life}":"300""#),
                format!(r#""{life}":" 300 ""#),
                format!(r#""{life}":300.0"#),
                format!(r#""{life}":3e2"#),
                format!(r#""{life}":"300.0""#),
            ] {
                for mark in ["", "\u{feff}"] {
                    for rest in ["", r#","scope":7,"data":[null],"error":null"#] {
                        let body =
                            format!("{mark} {{\"{access}\":\"a-1\",\"refresh_token\":\"r-1\",{life}{rest}}}\r\n");
                        let headers = Headers::from_iter([("Content-Type", "text/plain")]);
                        let answer = Response { status, headers, body: body.clone().into_bytes() };
                        let session = ask(answer).unwrap().unwrap();
                        let told = (session.access_token.as_str(), session.expires_at_ms);
                        assert_eq!(told, ("a-1", 300_001.0), "{what} {body}");
                        // JTL's stays the same.
                        let refresh_token = (access == "access_token").then_some("r-1");
                        assert_eq!(session.refresh_token.as_deref(), refresh_token, "{what} {body}");
                    }
                }
            }
        }
    }
}
