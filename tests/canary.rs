//! Secrets that a test plants must not show in anything that a Rust program can print.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::clickbank::{self, ClickBank};
use seller_tickets::marketplaces::jtl_scx::{JtlScxChannel, JtlScxSeller, auth::Credentials as JtlScx};
use seller_tickets::marketplaces::kaufland::{self, Kaufland, endpoints::GetTicketParams};
use seller_tickets::marketplaces::magalu::{self, Magalu};
use seller_tickets::marketplaces::probo::{self, Probo};
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
