//! Secrets that a test plants must not show in anything that a Rust program can print.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::clickbank::{CLICKBANK, auth::Credentials as ClickBank};
use seller_tickets::marketplaces::jtl_scx::{JTL_SCX, auth::Credentials as JtlScx};
use seller_tickets::marketplaces::kaufland::{KAUFLAND, auth::Credentials as Kaufland, endpoints::GetTicketParams};
use seller_tickets::marketplaces::magalu::{MAGALU, auth::Credentials as Magalu};
use seller_tickets::marketplaces::probo::{PROBO, auth::Credentials as Probo};
use seller_tickets::marketplaces::{Authorize, Marketplace};
use seller_tickets::rules::settings::{CallOptions, Settings};
use seller_tickets::vendor::session::{Grant, Session};
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

fn client(marketplace: &'static Marketplace, credentials: impl Authorize + Debug + Clone + 'static) {
    hidden(marketplace.id, &credentials);
    let client = Client::new(marketplace, credentials, Settings::default(), Host).unwrap();
    client.set_session(Session {
        access_token: format!("access-{CANARY}"),
        refresh_token: Some(format!("refresh-{CANARY}")),
        issued_at_ms: 0.0,
        expires_at_ms: 2e15,
    });
    hidden(marketplace.id, &client);
    hidden(marketplace.id, &client.session());
}

#[test]
fn credentials_and_clients_show_no_secret() {
    let secret = || Secret::new(format!("a-{CANARY}"));
    client(&KAUFLAND, Kaufland::new(format!("key-{CANARY}"), format!("secret-{CANARY}")));
    client(&CLICKBANK, ClickBank::new(format!("API-{CANARY}")));
    client(&MAGALU, Magalu::with_access_token(format!("token-{CANARY}")));
    client(&MAGALU, Magalu { refresh_token: Some(secret()), ..Magalu::with_client("app", format!("s-{CANARY}")) });
    client(&JTL_SCX, JtlScx::RefreshToken(secret()));
    client(&JTL_SCX, JtlScx::AccessToken(secret()));
    client(&PROBO, Probo::new(format!("token-{CANARY}")));
    hidden("a grant", &Grant { code: secret(), redirect_uri: String::new() });
}

#[test]
fn requests_and_errors_show_no_secret() {
    let credentials = Kaufland::new(format!("key-{CANARY}"), format!("secret-{CANARY}"));
    let client = Client::new(&KAUFLAND, credentials, Settings::default(), Host).unwrap();
    let get = GetTicketParams { id_ticket: "00110123123".into(), ..Default::default() };
    let request = client.request(&get, &CallOptions::default()).unwrap();
    // It is there, and only there.
    assert!(request.headers.0.iter().any(|(_, value)| value.contains(CANARY)));
    hidden("a request", &request);
    let error = run(client.call(&get)).unwrap_err();
    hidden("an error", &error);
    assert!(!error.to_string().contains(CANARY) && !serde_json::to_string(&error).unwrap().contains(CANARY));
    let wrong =
        Client::new(&KAUFLAND, Kaufland::new(format!("k\n{CANARY}"), ""), Settings::default(), Host).unwrap_err();
    hidden("a configuration error", &wrong);
}
