//! The Rust driver against a host whose clock only moves when somebody waits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::attachment::Attachment;
use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::kaufland::Kaufland;
use seller_tickets::marketplaces::kaufland::auth::Credentials;
use seller_tickets::marketplaces::kaufland::{
    CloseTicketParams, CreateTicketMessageParams, GetTicketParams, ListTicketsParams,
};
use seller_tickets::rules::error::{ErrorKind, Sent};
use seller_tickets::rules::settings::{CallOptions, Settings};
use seller_tickets::wire::http::{Headers, Request, Response};
use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use support::run;

mod support;

const START_MS: f64 = 1_700_000_000_000.0;

/// The host's answer to one request.
enum Reaction {
    Answer(u16, &'static [(&'static str, &'static str)], String),
    Fail(Option<u16>),
    Stall,
}

/// A host that reacts as it was told and keeps what it was given.
#[derive(Default)]
struct Script {
    reactions: VecDeque<Reaction>,
    requests: Vec<Request>,
    elapsed_ms: f64,
}

#[derive(Clone, Default)]
struct Host(Arc<Mutex<Script>>);

impl Host {
    fn new(reactions: impl IntoIterator<Item = Reaction>) -> Self {
        let host = Self::default();
        host.0.lock().unwrap().reactions.extend(reactions);
        host
    }

    fn client(&self) -> Client<Kaufland, Self> {
        self.client_with(Settings::default())
    }

    fn client_with(&self, settings: Settings) -> Client<Kaufland, Self> {
        Client::new(Credentials::new("client", "secret"), settings, self.clone()).unwrap()
    }

    fn requests(&self) -> Vec<Request> {
        self.0.lock().unwrap().requests.clone()
    }

    fn elapsed_ms(&self) -> f64 {
        self.0.lock().unwrap().elapsed_ms
    }
}

impl Transport for Host {
    async fn send(&self, request: Request, _max_body_bytes: u64) -> Result<Response, TransportError> {
        let reaction = {
            let mut script = self.0.lock().unwrap();
            script.requests.push(request);
            script.reactions.pop_front().expect("no more requests than the test expects")
        };
        match reaction {
            Reaction::Answer(status, headers, body) => {
                Ok(Response { status, headers: headers.iter().copied().collect(), body: body.into_bytes() })
            }
            Reaction::Fail(status) => Err(TransportError { status, message: "connection reset".to_owned() }),
            Reaction::Stall => pending().await,
        }
    }

    /// The clock moves when a wait is polled, so only when nothing else is ready.
    async fn sleep(&self, ms: f64) {
        self.0.lock().unwrap().elapsed_ms += ms;
    }

    fn now_ms(&self) -> f64 {
        START_MS + self.elapsed_ms()
    }

    fn random(&self) -> f64 {
        1.0
    }
}

fn ticket(id: &str) -> String {
    format!(
        r#"{{"id_ticket":"{id}","ids_order_units":[1],"id_buyer":2,"ts_created_iso":"2026-03-02T08:15:00Z",
        "ts_updated_iso":"2026-03-02T08:15:00Z","status":"opened","open_reason":"product_return","topic":null,
        "is_seller_responsible":true,"fulfillment_type":"fulfilled_by_merchant"}}"#
    )
}

fn one(id: &str) -> Reaction {
    Reaction::Answer(200, &[], format!(r#"{{"data":{}}}"#, ticket(id)))
}

fn page(ids: &[u32], offset: usize, total: usize) -> Reaction {
    let data: Vec<_> = ids.iter().map(|id| ticket(&format!("001{id}"))).collect();
    let pagination = format!(r#"{{"offset":{offset},"limit":3,"total":{total}}}"#);
    Reaction::Answer(200, &[], format!(r#"{{"data":[{}],"pagination":{pagination}}}"#, data.join(",")))
}

fn get() -> GetTicketParams {
    GetTicketParams { id_ticket: "00110123123".into(), ..Default::default() }
}

fn timestamp(request: &Request) -> f64 {
    request.headers.get("Shop-Timestamp").unwrap().parse().unwrap()
}

#[test]
fn a_read_is_repeated_with_a_fresh_signature() {
    let host = Host::new([Reaction::Fail(None), Reaction::Answer(503, &[], String::new()), one("00110123123")]);
    let reply = run(host.client().call(&get())).unwrap();
    assert_eq!((reply.data.id_ticket.as_str(), reply.attempts, reply.status), ("00110123123", 3, 200));
    assert_eq!(host.elapsed_ms(), 1500.0);
    let requests = host.requests();
    assert_eq!(timestamp(&requests[0]), START_MS / 1000.0);
    assert_eq!(timestamp(&requests[2]), START_MS / 1000.0 + 1.0);
    assert_ne!(requests[0].headers.get("Shop-Signature"), requests[2].headers.get("Shop-Signature"));
    assert!(requests.iter().all(|request| request.url == "https://sellerapi.kaufland.com/v2/tickets/00110123123"));
}

#[test]
fn a_write_that_may_have_landed_is_not_repeated() {
    for (reaction, kind, sent) in [
        (Reaction::Fail(None), ErrorKind::Network, Sent::Maybe),
        (Reaction::Fail(Some(204)), ErrorKind::Network, Sent::Yes),
        (Reaction::Answer(500, &[], String::new()), ErrorKind::Server, Sent::Maybe),
        (Reaction::Answer(404, &[], String::new()), ErrorKind::NotFound, Sent::No),
        (Reaction::Stall, ErrorKind::Timeout, Sent::Maybe),
    ] {
        let host = Host::new([reaction]);
        let error = run(host.client().call(&CloseTicketParams { id_ticket: "1".into() })).unwrap_err();
        assert_eq!((error.kind, error.sent, error.attempts), (kind, sent, 1));
        assert_eq!(host.requests().len(), 1);
    }
}

#[test]
fn time_outs_cover_one_attempt_and_the_whole_call() {
    let host = Host::new([Reaction::Stall, Reaction::Stall, Reaction::Stall]);
    let options = CallOptions { timeout_ms: Some(1000.0), ..CallOptions::default() };
    let error = run(host.client().call_with(&get(), &options)).unwrap_err();
    assert_eq!((error.kind, error.code.as_str(), error.attempts), (ErrorKind::Timeout, "attempt_timeout", 3));
    assert_eq!(host.elapsed_ms(), 1000.0 + 500.0 + 1000.0 + 1000.0 + 1000.0);

    let host = Host::new([Reaction::Stall, Reaction::Stall]);
    let options = CallOptions { timeout_ms: Some(1000.0), total_timeout_ms: Some(2000.0), ..CallOptions::default() };
    let error = run(host.client().call_with(&get(), &options)).unwrap_err();
    assert_eq!((error.code.as_str(), host.elapsed_ms()), ("total_timeout", 2000.0));
}

#[test]
fn nothing_is_sent_when_the_input_breaks_rules() {
    let host = Host::default();
    let message = CreateTicketMessageParams {
        id_ticket: "../orders".into(),
        ticket_message_files: Some(vec![
            Attachment::new("a.pdf", *b"\x89PNG\r\n\x1a\n").with_mime_type("application/pdf"),
        ]),
        ..Default::default()
    };
    let error = run(host.client().call(&message)).unwrap_err();
    let fields: Vec<_> = error.violations.iter().flatten().map(|violation| violation.field.as_str()).collect();
    assert_eq!((error.kind, error.sent, error.attempts), (ErrorKind::Validation, Sent::No, 0));
    for field in ["id_ticket", "text", "ticket_message_files[0]"] {
        assert!(fields.iter().any(|found| found.starts_with(field)), "{field} in {fields:?}");
    }
    assert_eq!(host.requests().len(), 0);
}

#[test]
fn a_file_becomes_a_data_url_in_the_body() {
    let host = Host::new([Reaction::Answer(201, &[], String::new())]);
    let message = CreateTicketMessageParams {
        id_ticket: "1".into(),
        text: "see \"file\"".into(),
        interim_notice: Some(true),
        ticket_message_files: Some(vec![Attachment::new("a.txt", *b"hello")]),
    };
    run(host.client().call(&message)).unwrap();
    let requests = host.requests();
    let body: serde_json::Value = serde_json::from_slice(&requests[0].body).unwrap();
    let expected = serde_json::json!({
        "text": "see \"file\"",
        "interim_notice": true,
        "ticket_message_files": [
            { "filename": "a.txt", "mime_type": "text/plain", "data": "data:text/plain;base64,aGVsbG8=" },
        ],
    });
    assert_eq!(body, expected);
    assert_eq!(requests[0].headers.get("content-type"), Some("application/json"));
}

#[test]
fn a_request_can_be_had_without_sending() {
    let host = Host::default();
    let request = host.client().request(&get(), &CallOptions::default()).unwrap();
    assert_eq!(request.headers.get("shop-client-key"), Some("client"));
    assert!(!format!("{request:?} {:?}", host.client_with(Settings::default())).contains("secret\""));
    assert_eq!(host.requests().len(), 0);
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

#[test]
fn a_walk_yields_every_ticket_once_while_the_list_shrinks() {
    // Two tickets leave the list after the first page, so the anchor is missed and the walk steps
    // back.
    let host = Host::new([page(&[1, 2, 3], 0, 6), page(&[5, 6], 2, 4), page(&[3, 4, 5], 0, 4), page(&[5, 6], 2, 4)]);
    let client = host.client();
    let mut pages = client.pages(ListTicketsParams { limit: Some(3), ..Default::default() });
    let mut ids = Vec::new();
    while let Some(tickets) = run(pages.next_page()).unwrap() {
        ids.extend(tickets.into_iter().map(|ticket| ticket.id_ticket));
    }
    assert_eq!(ids, ["0011", "0012", "0013", "0014", "0015", "0016"]);
    let offsets: Vec<_> = host
        .requests()
        .iter()
        .map(|request| request.url.split("offset=").nth(1).unwrap_or("none").to_owned())
        .collect();
    assert_eq!(offsets, ["none", "2", "0", "2"]);
}

#[test]
fn a_walk_goes_on_where_a_page_failed() {
    let refused = || Reaction::Answer(401, &[], String::new());
    let host = Host::new([page(&[1, 2, 3], 0, 4), refused(), page(&[3, 4], 2, 4)]);
    let client = host.client();
    let mut pages = client.pages(ListTicketsParams { limit: Some(3), ..Default::default() });
    assert_eq!(run(pages.next_page()).unwrap().unwrap().len(), 3);
    assert_eq!(run(pages.next_page()).unwrap_err().kind, ErrorKind::Authentication);
    assert_eq!(run(pages.next_page()).unwrap().unwrap().len(), 1);
    assert!(run(pages.next_page()).unwrap().is_none());
}

#[test]
fn a_walk_over_numbered_pages_goes_on_while_there_are_more() {
    use seller_tickets::marketplaces::clickbank::{ClickBank, ListTicketsParams, auth};

    let page = |status, ids: &[u32]| {
        let tickets: Vec<_> = ids.iter().map(|id| format!(r#"{{"ticketid":"{id}"}}"#)).collect();
        Reaction::Answer(status, &[], format!(r#"{{"ticketData":[{}]}}"#, tickets.join(",")))
    };
    let walk = |host: &Host| {
        let client =
            Client::<ClickBank, _>::new(auth::Credentials::new("API-A"), Settings::default(), host.clone()).unwrap();
        let mut pages = client.pages(ListTicketsParams::default());
        let mut ids = Vec::new();
        let end = loop {
            match run(pages.next_page()) {
                Ok(Some(tickets)) => ids.extend(tickets.into_iter().map(|ticket| ticket.ticketid)),
                Ok(None) => break None,
                Err(error) => break Some(error.code.to_string()),
            }
        };
        let numbers: Vec<_> =
            host.requests().iter().map(|request| request.headers.get("Page").map(str::to_owned)).collect();
        (ids.concat(), numbers.iter().flatten().map(String::as_str).collect::<String>(), end)
    };
    // The second page is short and not the last; a ticket comes twice.
    let host = Host::new([page(206, &[1, 2, 3]), page(206, &[3]), page(206, &[4, 5]), page(200, &[6])]);
    assert_eq!(walk(&host), ("123456".to_owned(), "234".to_owned(), None));
    assert_eq!(host.requests()[0].headers.get("Authorization"), Some("API-A"));

    let host = Host::new((0..4).map(|_| page(206, &[1, 2, 3])));
    assert_eq!(walk(&host), ("123".to_owned(), "234".to_owned(), Some("pages_repeat".to_owned())));
}

#[test]
fn behind_a_gateway_nothing_is_signed_or_repeated() {
    let headers: &[_] = &[("x-seller-tickets-origin", "marketplace"), ("x-seller-tickets-sent", "maybe")];
    let host = Host::new([Reaction::Answer(503, headers, String::new())]);
    let url = "https://own.example/api/accounts/kf-de/";
    let client = Client::<Kaufland, _>::through_gateway(url, Settings::default(), host.clone()).unwrap();
    let error = run(client.call(&get())).unwrap_err();
    assert_eq!((error.sent, error.status), (Sent::Maybe, Some(503)));
    let requests = host.requests();
    assert_eq!(requests[0].url, "https://own.example/api/accounts/kf-de/tickets/00110123123");
    assert_eq!(requests[0].headers, Headers::from_iter([("Accept", "application/json")]));
}

#[test]
fn each_attempt_to_write_through_a_gateway_has_a_mark_of_its_own() {
    let headers: &[_] = &[("x-seller-tickets-origin", "gateway"), ("x-seller-tickets-sent", "maybe")];
    let own = r#"{"error":{"kind":"conflict","code":"repeated_request","message":"it came twice","retryable":false}}"#;
    let host = Host::new([
        Reaction::Answer(409, headers, own.to_owned()),
        Reaction::Answer(409, headers, own.to_owned()),
        Reaction::Answer(409, headers, own.to_owned()),
    ]);
    let url = "https://own.example/api/accounts/kf-de";
    let client = Client::<Kaufland, _>::through_gateway(url, Settings::default(), host.clone()).unwrap();
    let close = CloseTicketParams { id_ticket: "00110123123".into() };
    for _ in 0..2 {
        let error = run(client.call(&close)).unwrap_err();
        let told = (error.kind, error.code.as_str(), error.sent, error.retryable);
        assert_eq!(told, (ErrorKind::Conflict, "repeated_request", Sent::Maybe, false));
    }
    let _ = run(client.call(&get())).unwrap_err();
    let requests = host.requests();
    let marks: Vec<_> = requests.iter().map(|request| request.headers.get("x-seller-tickets-nonce")).collect();
    assert!(marks[0].unwrap().len() == 32 && marks[0] != marks[1]);
    assert_eq!(marks[2], None);
}

#[test]
fn a_client_that_cannot_work_is_not_made() {
    let settings = Settings { base_url: Some("http://api.example".into()), timeout_ms: 0.0, ..Settings::default() };
    let error =
        Client::<Kaufland, _>::new(Credentials::new("client", "secret"), settings, Host::default()).unwrap_err();
    let codes: Vec<_> = error.violations.iter().flatten().map(|violation| violation.code.as_str()).collect();
    assert_eq!((error.kind, codes), (ErrorKind::Configuration, vec!["insecure_url", "duration_out_of_range"]));
}

#[test]
fn a_call_can_be_spawned_on_another_thread() {
    fn spawn<F: Future + Send + 'static>(_: F) {}
    let client = Arc::new(Host::default().client());
    spawn(async move { client.call(&get()).await });
}
