//! The Rust client against a small Magalu in memory, with a clock that only moves when the client
//! waits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::magalu::auth::Credentials;
use seller_tickets::marketplaces::magalu::follow::follow_transaction;
use seller_tickets::marketplaces::magalu::{GetTicketParams, ListMessagesParams, ListTicketsParams, Magalu};
use seller_tickets::rules::error::{ErrorKind, Sent, TicketError};
use seller_tickets::rules::settings::Settings;
use seller_tickets::vendor::Grant;
use seller_tickets::wire::http::{Headers, Request, Response};
use seller_tickets::wire::secret::Secret;
use seller_tickets::wire::url::Query;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use support::run;

mod support;

/// The changes of the list between two pages.
type Change = fn(&mut Vec<(u32, String)>);

#[derive(Default)]
struct World {
    now_ms: f64,
    /// Minute of the last change, and id.
    tickets: Vec<(u32, String)>,
    /// Statuses of the transaction, one each look.
    statuses: Vec<&'static str>,
    /// How many sessions were granted, and the bodies that asked for them.
    grants: Vec<String>,
    /// Method and path of all requests.
    lines: Vec<String>,
    /// The next request for a session gets no answer.
    loses_grant: bool,
    /// The changes after each page of tickets.
    change: Option<Change>,
    /// The most tickets of a page, if it is less than documented, and the refusal of more.
    most: Option<(usize, Value)>,
}

#[derive(Clone, Default)]
struct Host(Arc<Mutex<World>>);

impl Host {
    fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    fn client(&self) -> Client<Magalu, Self> {
        let credentials =
            Credentials { refresh_token: Some(Secret::new("refresh-0")), ..Credentials::with_client("app", "secret") };
        Client::new(credentials, Settings::default(), self.clone()).unwrap()
    }
}

fn json_answer(status: u16, body: &Value) -> Response {
    Response {
        status,
        headers: Headers::from_iter([("Content-Type", "application/json")]),
        body: body.to_string().into_bytes(),
    }
}

impl World {
    fn answer(&mut self, request: &Request) -> Result<Response, TransportError> {
        let url = request.url.strip_prefix("https://").unwrap();
        let (host, path) = url.split_once('/').unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        self.lines.push(format!("{} {path}", request.method.as_str()));
        if host == "id.magalu.com" {
            self.grants.push(String::from_utf8(request.body.clone()).unwrap());
            if std::mem::take(&mut self.loses_grant) {
                return Err(TransportError { status: None, message: "connection reset".to_owned() });
            }
            let number = self.grants.len();
            return Ok(json_answer(
                200,
                &json!({ "access_token": format!("access-{number}"), "refresh_token": format!("refresh-{number}"), "expires_in": 20 }),
            ));
        }
        let token = format!("Bearer access-{}", self.grants.len());
        if request.headers.get("Authorization") != Some(&token) {
            return Ok(json_answer(401, &json!({ "slug": "UNAUTHORIZED" })));
        }
        let query = Query::parse(query).unwrap();
        let value = |name| query.pairs().iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        match path {
            "seller/v0/tickets" => {
                let limit: usize = value("_limit").unwrap().parse().unwrap();
                let offset: usize = value("_offset").map_or(0, |offset| offset.parse().unwrap());
                assert!(limit <= 100 && offset <= 100, "{query:?}");
                if let Some((most, refusal)) = &self.most
                    && limit > *most
                {
                    return Ok(json_answer(422, refusal));
                }
                assert_eq!(value("_sort").as_deref(), Some("updated_at:asc"));
                let since = value("updated_at_gte").unwrap_or_default();
                let time = |minute: u32| {
                    format!("2026-02-{:02}T{:02}:{:02}:00", 1 + minute / 1440, minute / 60 % 24, minute % 60)
                };
                self.tickets.sort();
                let tickets = self.tickets.iter().filter(|(minute, _)| time(*minute) >= since);
                let results: Vec<_> = tickets
                    .skip(offset)
                    .take(limit)
                    .map(|(minute, id)| json!({ "id": id, "type": "shipping", "status": "waiting", "created_at": time(0), "updated_at": time(*minute) }))
                    .collect();
                let page = json!({ "limit": limit, "offset": offset, "count": results.len(), "max_limit": 100 });
                if let Some(change) = self.change {
                    change(&mut self.tickets);
                }
                Ok(json_answer(200, &json!({ "meta": { "page": page }, "results": results })))
            }
            "seller/v0/tickets/t/messages" => {
                let offset: usize = value("_offset").map_or(0, |offset| offset.parse().unwrap());
                let results: Vec<_> =
                    (offset..500).take(100).map(|id| json!({ "id": id.to_string(), "message": "m" })).collect();
                Ok(json_answer(
                    200,
                    &json!({ "meta": { "page": { "limit": 100, "offset": offset } }, "results": results }),
                ))
            }
            "seller/v0/transactions/x" => {
                let status = if self.statuses.len() > 1 { self.statuses.remove(0) } else { self.statuses[0] };
                let data = json!({ "ticket_id": "T" });
                let event = json!({ "event": "transition", "data": data, "status": status, "message": "said so" });
                Ok(json_answer(200, &json!({ "id": "x", "status": status, "events": [event] })))
            }
            _ => Ok(json_answer(404, &json!({ "slug": "NOT_FOUND", "message": "nothing here" }))),
        }
    }
}

impl Transport for Host {
    async fn send(&self, request: Request, _max_body_bytes: u64) -> Result<Response, TransportError> {
        self.0.lock().unwrap().answer(&request)
    }

    async fn sleep(&self, ms: f64) {
        // The timer of an attempt never ends before its answer, which is there at once.
        let mut first = true;
        std::future::poll_fn(|_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
        self.0.lock().unwrap().now_ms += ms;
    }

    fn now_ms(&self) -> f64 {
        self.0.lock().unwrap().now_ms
    }

    fn random(&self) -> f64 {
        0.5
    }
}

fn all_tickets(host: &Host) -> Result<Vec<String>, TicketError> {
    let client = host.client();
    run(async {
        let (mut pages, mut ids) = (client.pages(ListTicketsParams::default()), Vec::new());
        while let Some(page) = pages.next_page().await? {
            ids.extend(page.into_iter().map(|ticket| ticket.id));
        }
        Ok(ids)
    })
}

#[test]
fn a_long_list_is_read_to_its_end_without_a_far_offset() {
    let tickets: Vec<_> = (0..1234).map(|id| (id / 7, format!("{id:04}"))).collect();
    let host = Host::new(World { tickets: tickets.clone(), ..World::default() });
    let ids: Vec<_> = tickets.into_iter().map(|(_, id)| id).collect();
    assert_eq!(all_tickets(&host).unwrap(), ids);
}

#[test]
fn a_marketplace_that_refuses_pages_of_a_hundred_is_read_in_smaller_ones() {
    let told = json!({ "detail": [{ "loc": ["query", "_limit"], "msg": "Input should be less than or equal to 10" }] });
    let silent = json!({ "slug": "UNPROCESSABLE_ENTITY", "details": [{ "field": "_limit", "slug": "INVALID" }] });
    for (refusal, refusals) in [(told, 1), (silent, 2)] {
        let tickets: Vec<_> = (0..137).map(|id| (id / 2, format!("{id:04}"))).collect();
        let ids: Vec<_> = tickets.iter().map(|(_, id)| id.clone()).collect();
        let host = Host::new(World { tickets, most: Some((10, refusal)), ..World::default() });
        assert_eq!(all_tickets(&host).unwrap(), ids);
        let lists = host.0.lock().unwrap().lines.iter().filter(|line| line.ends_with("v0/tickets")).count();
        // Pages of ten overlap by one, and the last may be asked for once more.
        assert!((14..=18 + refusals).contains(&lists), "{lists}");
    }
}

#[test]
fn tickets_that_change_while_they_are_listed_come_once() {
    let tickets: Vec<_> = (0..500).map(|id| (id / 3, format!("{id:04}"))).collect();
    let change = |tickets: &mut Vec<(u32, String)>| {
        // Every ninth moves to the end, every seventh leaves.
        let last = tickets.last().map_or(0, |(minute, _)| *minute);
        tickets.retain(|(_, id)| id.parse::<u32>().unwrap() % 7 != 0 || id.ends_with('1'));
        let moved: Vec<_> = tickets.iter().filter(|(_, id)| id.parse::<u32>().unwrap() % 9 == 1).cloned().collect();
        if moved.iter().any(|(minute, _)| *minute < 1000) {
            tickets.retain(|ticket| !moved.contains(ticket));
            tickets.extend(moved.into_iter().map(|(_, id)| (1000.max(last), id)));
        }
    };
    let host = Host::new(World { tickets, change: Some(change), ..World::default() });
    let ids = all_tickets(&host).unwrap();
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    let stays = |id: &u32| !id.is_multiple_of(7) || id % 10 == 1;
    for id in (0..500).filter(stays) {
        assert!(unique.contains(&format!("{id:04}")), "{id} was skipped");
    }
}

#[test]
fn what_offsets_do_not_reach_is_an_error_and_no_end() {
    let tickets = (0..250).map(|id| (5, format!("{id:04}"))).collect();
    let error = all_tickets(&Host::new(World { tickets, ..World::default() })).unwrap_err();
    assert_eq!((error.kind, error.violations.unwrap()[0].code.as_str()), (ErrorKind::Validation, "out_of_range"));

    let client = Host::default().client();
    let mut pages = client.pages(ListMessagesParams { ticket_id: "t".to_owned(), ..ListMessagesParams::default() });
    assert_eq!(run(pages.next_page()).unwrap().map(|page| page.len()), Some(100));
    assert_eq!(run(pages.next_page()).unwrap().map(|page| page.len()), Some(99));
    let error = run(pages.next_page()).unwrap_err();
    assert!(error.message.contains("`_offset` is 198, outside 0 to 100"), "{}", error.message);
}

#[test]
fn a_session_rotates_its_refresh_token() {
    let host = Host::new(World { tickets: vec![(1, "a".to_owned())], ..World::default() });
    let client = host.client();
    let list = || run(client.call(&ListTicketsParams::default())).unwrap().data.results.len();
    assert_eq!((list(), list()), (1, 1));
    let form = |number: u32| {
        format!("grant_type=refresh_token&client_id=app&client_secret=secret&refresh_token=refresh-{number}")
    };
    assert_eq!(host.0.lock().unwrap().grants, [form(0)]);
    // Twenty seconds of life, of which the last fifth is left alone.
    host.0.lock().unwrap().now_ms += 15_900.0;
    assert_eq!(list(), 1);
    assert_eq!(host.0.lock().unwrap().grants.len(), 1);
    host.0.lock().unwrap().now_ms += 100.0;
    assert_eq!(list(), 1);
    assert_eq!(host.0.lock().unwrap().grants, [form(0), form(1)]);
    assert_eq!(client.session().unwrap().refresh_token.as_deref(), Some("refresh-2"));

    // It is not known whether a lost one was used, so it is not sent a second time in the same
    // call.
    host.0.lock().unwrap().now_ms += 20_000.0;
    host.0.lock().unwrap().loses_grant = true;
    let error = run(client.call(&ListTicketsParams::default())).unwrap_err();
    assert_eq!((error.kind, error.sent, error.endpoint.as_str()), (ErrorKind::Network, Sent::No, "session"));
    assert_eq!(host.0.lock().unwrap().grants.len(), 3);
}

#[test]
fn a_code_begins_a_session() {
    let host = Host::new(World { tickets: vec![(1, "a".to_owned())], ..World::default() });
    let client = host.client();
    let grant = Grant { code: Secret::new("c0de"), redirect_uri: "https://shop.example/back".to_owned() };
    let session = run(client.exchange(&grant)).unwrap();
    assert_eq!((session.access_token.as_str(), session.refresh_token.as_deref()), ("access-1", Some("refresh-1")));
    assert!(host.0.lock().unwrap().grants[0].contains(r#""code":"c0de""#));
    assert_eq!(run(client.call(&ListTicketsParams::default())).unwrap().data.results.len(), 1);
    assert_eq!(host.0.lock().unwrap().lines, ["POST oauth/token", "GET seller/v0/tickets"]);
    let error = run(client.exchange(&Grant::default())).unwrap_err();
    assert_eq!((error.kind, error.violations.unwrap().len()), (ErrorKind::Configuration, 2));
    let own = Client::<Magalu, _>::new(Credentials::with_access_token("t"), Settings::default(), host).unwrap();
    assert_eq!(run(own.exchange(&grant)).unwrap_err().kind, ErrorKind::Configuration);
}

#[test]
fn a_transaction_is_followed_to_its_end() {
    let follow = |statuses: &[&'static str], link: &str, timeout_ms: f64| {
        let host = Host::new(World { statuses: statuses.to_vec(), ..World::default() });
        let client = host.client();
        let outcome = run(follow_transaction(&client, link, timeout_ms));
        let looks = host.0.lock().unwrap().lines.iter().filter(|line| line.contains("transactions")).count();
        (outcome, looks, client.transport().now_ms())
    };
    let (outcome, looks, elapsed) =
        follow(&["pending", "processing", "completed"], "/seller/v0/transactions/x", 60_000.0);
    let followed = outcome.unwrap();
    assert_eq!((followed.ticket_id.as_deref(), followed.transaction.id.as_str()), (Some("T"), "x"));
    assert_eq!((looks, elapsed), (3, 3000.0));

    let (outcome, _, _) = follow(&["pending", "failed"], "x", 60_000.0);
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.code.as_str(), error.message.as_str()),
        ("transaction_failed", "the transaction failed: said so")
    );
    let body = serde_json::to_value(error.body.unwrap()).unwrap();
    assert_eq!(body["events"][0]["message"], "said so");

    // 1, 2, 4 seconds, and the rest.
    let (outcome, looks, elapsed) = follow(&["pending"], "x", 10_000.0);
    assert_eq!(outcome.unwrap_err().code, "transaction_pending");
    assert_eq!((looks, elapsed), (5, 10_000.0));

    let (outcome, looks, _) = follow(&["completed"], "https://evil.example/seller/v0/transactions/x", 1.0);
    assert_eq!((outcome.unwrap_err().kind, looks), (ErrorKind::Validation, 0));
}

#[test]
fn a_refused_token_is_renewed_once() {
    let host = Host::default();
    let client = host.client();
    let get = || run(client.call(&GetTicketParams { ticket_id: "none".to_owned(), ..GetTicketParams::default() }));
    assert_eq!(get().unwrap_err().kind, ErrorKind::NotFound);
    // Another client has renewed: the token here is worth nothing, fresh as it looks.
    host.0.lock().unwrap().grants.push(String::new());
    let error = get().unwrap_err();
    assert_eq!((error.kind, error.code.as_str()), (ErrorKind::NotFound, "NOT_FOUND"));
    assert_eq!(host.0.lock().unwrap().grants.len(), 3);
}
