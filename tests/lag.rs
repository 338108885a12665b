//! Sure writes against marketplaces whose reads lag behind what they have accepted: one row for each way in which a write was lost,
//! doubled or told wrongly. What the client says is held against what the marketplace has.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::{clickbank, kaufland, magalu};
use seller_tickets::rules::error::{Sent, TicketError};
use seller_tickets::rules::settings::Settings;
use seller_tickets::rules::violation::Violations;
use seller_tickets::vendor::{Endpoint, Vendor};
use seller_tickets::wire::http::{Method, Request, Response};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

const START_MS: f64 = 1_700_000_000_000.0;
const SETTLE_MS: f64 = 10_000.0;
/// As 40, 100 and 400 ms are to a settling time of 800; and none.
const LAGS: [f64; 4] = [0.0, 500.0, 1_250.0, 5_000.0];
const TIME: &str = "2026-03-02T08:15:00Z";

/// What becomes of a write's request; a read always goes well.
#[derive(Debug, Clone, PartialEq)]
enum Fate {
    Well,
    /// Lost before it arrives.
    Never,
    /// Stored, and its answer is lost.
    Lost,
    /// Delivered twice, and the answer is that to the second copy.
    Twice,
}

/// Something that the marketplace has. `kind` is the table; `body` what a read shows of it.
#[derive(Debug, Clone)]
struct Item {
    kind: &'static str,
    at_ms: f64,
    is_ours: bool,
    body: Value,
}

#[derive(Default)]
struct World {
    now_ms: f64,
    alarms: Vec<f64>,
    lag_ms: f64,
    fates: Vec<Fate>,
    items: Vec<Item>,
    /// What others do when the first write arrives.
    others: Vec<(&'static str, Value)>,
    /// A second copy is refused.
    refuses: bool,
    /// The role under which ClickBank shows what the client said.
    role: &'static str,
    closed: Option<f64>,
    next_id: u64,
    /// How often something was read.
    reads: u32,
}

impl World {
    fn add(&mut self, kind: &'static str, is_ours: bool, body: Value) {
        self.next_id += 1;
        let mut body = body;
        let id = self.next_id;
        let key = match kind {
            "message" => "id_ticket_message",
            "comment" => "commentId",
            "refund" | "help" => "ticketid",
            _ => "id",
        };
        body[key] = match kind {
            "message" => json!(id),
            "ticket" => json!(format!("0019{id}")),
            _ => json!(id.to_string()),
        };
        if kind == "ticket" {
            body["id_ticket"] = body["id"].take();
        }
        self.items.push(Item { kind, at_ms: self.now_ms, is_ours, body });
    }

    /// What reads see of a kind.
    fn shown(&self, kinds: &[&str]) -> Vec<Value> {
        let is_shown = |item: &&Item| kinds.contains(&item.kind) && item.at_ms + self.lag_ms <= self.now_ms;
        self.items.iter().filter(is_shown).map(|item| item.body.clone()).collect()
    }

    fn stored(&self) -> usize {
        let kinds = ["transaction"];
        self.items.iter().filter(|item| item.is_ours && !kinds.contains(&item.kind)).count()
    }

    fn is_copy(&self, kind: &str, same: impl Fn(&Value) -> bool) -> bool {
        self.refuses && self.items.iter().any(|item| item.is_ours && item.kind == kind && same(&item.body))
    }

    fn write(&mut self, request: &Request) -> (u16, String) {
        let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let value = |name: &str| {
            let pair = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
            pair.map(|(_, value)| value.replace("%20", " ").replace('+', " "))
        };
        let ends = |end: &str| path.ends_with(end);
        if ends("/close") {
            if self.closed.is_some() {
                return (409, json!({ "type": "/problems/duplicate-action", "message": "closed" }).to_string());
            }
            self.closed = Some(self.now_ms);
            self.add("closing", true, json!({}));
            return (204, String::new());
        }
        if path.contains("clickbank") {
            return self.write_clickbank(path, request.method, &value);
        }
        if path.contains("magalu") {
            return self.write_magalu(path, &body);
        }
        if ends("/messages") {
            if self.is_copy("message", |said| said["text"] == body["text"]) {
                return (409, json!({ "type": "/problems/duplicate-action", "message": "said before" }).to_string());
            }
            self.add("message", true, kaufland_message("seller", body["text"].as_str().unwrap()));
            return (201, String::new());
        }
        self.add("ticket", true, kaufland_ticket(&body["id_order_unit"]));
        let id = self.items.last().unwrap().body["id_ticket"].clone();
        (201, json!({ "data": { "id_ticket": id } }).to_string())
    }

    fn write_clickbank(&mut self, path: &str, method: Method, value: &dyn Fn(&str) -> Option<String>) -> (u16, String) {
        if method == Method::Put {
            let (comment, action) = (value("comment"), value("action"));
            if self.is_copy("comment", |said| said["comment"] == json!(comment)) {
                return (400, "Comment already exists".to_owned());
            }
            let is_close = action.as_deref() == Some("close");
            if is_close && self.closed.is_some() {
                return (400, "Ticket is already closed".to_owned());
            }
            if is_close {
                self.closed = Some(self.now_ms);
            }
            let role = if self.role.is_empty() { "VENDOR" } else { self.role };
            self.add("comment", true, clickbank_comment(comment, if is_close { "CLOSED" } else { "COMMENTED" }, role));
            let answer = self.clickbank_ticket(self.now_ms);
            return (200, json!({ "ticketData": answer }).to_string());
        }
        let is_refund = value("type").as_deref() == Some("rfnd");
        if is_refund && self.items.iter().any(|item| item.kind == "refund") {
            return (400, "Refund ticket already open".to_owned());
        }
        let receipt = path.rsplit('/').next().unwrap_or_default();
        let kind = if is_refund { "refund" } else { "help" };
        let body = clickbank_opened(is_refund, receipt, value("refundType"), value("refundAmount"));
        self.add(kind, true, body);
        (200, json!({ "ticketData": self.items.last().unwrap().body }).to_string())
    }

    fn clickbank_ticket(&self, now_ms: f64) -> Value {
        let is_shown = |item: &&Item| item.kind == "comment" && item.at_ms <= now_ms;
        let comments: Vec<_> = self.items.iter().filter(is_shown).map(|item| item.body.clone()).collect();
        let is_closed = self.closed.is_some_and(|at| at <= now_ms);
        json!({
            "ticketid": "7", "receipt": "ABCD1234", "status": if is_closed { "CLOSED" } else { "OPEN" },
            "type": "TECH_SUPPORT", "comments": comments, "openedDate": "2026-03-02T08:15:00-08:00",
        })
    }

    fn write_magalu(&mut self, path: &str, body: &Value) -> (u16, String) {
        let (kind, of) = match path.rsplit('/').next().unwrap_or_default() {
            "messages" => ("said", "messages"),
            "events" => ("event", "events"),
            _ => ("return", "returns"),
        };
        let copy = kind == "return" && self.items.iter().any(|item| item.kind == "return");
        if copy || self.is_copy(kind, |said| said["message"] == body["message"] && said["type"] == body["type"]) {
            return (409, json!({ "slug": "CONFLICT", "message": "exists", "details": [] }).to_string());
        }
        self.add(kind, true, magalu_item(body, "seller"));
        let id = format!("x-{}", self.next_id);
        let transaction = json!({
            "code": body.get("code").cloned().unwrap_or_else(|| json!("made")), "status": "completed",
            "trigger_endpoint": format!("seller/v0/tickets/{of}"), "created_at": "2026-03-02T08:15:00",
            "updated_at": "2026-03-02T08:15:00", "operation": "create", "events": [],
        });
        self.add("transaction", true, transaction);
        self.items.last_mut().unwrap().body["id"] = json!(id);
        (202, json!({ "transaction_id": id, "links": [] }).to_string())
    }

    fn read(&self, url: &str) -> Value {
        let path = url.split('?').next().unwrap_or_default();
        let seen_ms = self.now_ms - self.lag_ms;
        if path.contains("clickbank") {
            return if path.ends_with("/list") {
                json!({ "ticketData": self.shown(&["refund", "help"]) })
            } else {
                json!({ "ticketData": self.clickbank_ticket(seen_ms) })
            };
        }
        if path.contains("magalu") {
            let kind = match path.rsplit('/').next().unwrap_or_default() {
                "transactions" => "transaction",
                "messages" => "said",
                "events" => "event",
                _ => "return",
            };
            let results = self.shown(&[kind]);
            return json!({
                "meta": { "page": { "limit": 100, "offset": 0, "count": results.len() } }, "results": results,
            });
        }
        if path.ends_with("/tickets") {
            let is_ours = url.contains("fulfilled_by_merchant");
            let data = if is_ours { self.shown(&["ticket"]) } else { Vec::new() };
            return json!({ "pagination": { "offset": 0, "limit": 30, "total": data.len() }, "data": data });
        }
        let mut ticket = kaufland_ticket(&json!([7]));
        ticket["id_ticket"] = "00110".into();
        ticket["status"] = if self.closed.is_some_and(|at| at <= seen_ms) { "seller_closed" } else { "opened" }.into();
        ticket["storefront"] = "de".into();
        ticket["messages"] = self.shown(&["message"]).into();
        json!({ "data": ticket })
    }
}

fn kaufland_message(role: &str, text: &str) -> Value {
    json!({ "id_ticket": "00110", "author": { "role": role, "name": "Name" }, "text": text, "ts_created_iso": TIME })
}

fn kaufland_ticket(units: &Value) -> Value {
    json!({
        "ids_order_units": units, "id_buyer": 2, "ts_created_iso": TIME, "ts_updated_iso": TIME, "status": "opened",
        "open_reason": "product_return", "topic": null, "is_seller_responsible": true,
        "fulfillment_type": "fulfilled_by_merchant",
    })
}

fn clickbank_comment(comment: Option<String>, action: &str, role: &str) -> Value {
    json!({ "date": "2026-03-02T08:15:00-08:00", "comment": comment, "action": action, "commentRole": role })
}

fn clickbank_opened(is_refund: bool, receipt: &str, kind: Option<String>, amount: Option<String>) -> Value {
    json!({
        "receipt": receipt.to_uppercase(), "status": "OPEN", "type": if is_refund { "REFUND" } else { "TECH_SUPPORT" },
        "refundType": kind, "refundAmount": amount, "comments": [], "source": "API",
        "openedDate": "2026-03-02T08:15:00-08:00",
    })
}

fn magalu_item(body: &Value, sender: &str) -> Value {
    json!({
        "code": body.get("code"), "ticket_id": "t-1", "message": body.get("message"), "type": body.get("type"),
        "created_at": "2026-03-02T08:15:00", "updated_at": "2026-03-02T08:15:00", "status": "waiting_seller",
        "sender": { "id": "s", "name": "Loja", "type": sender }, "reverse_code": "MLE1",
    })
}

// --- the host: a clock that moves when all wait --------------------------------------------------------------------------

#[derive(Clone)]
struct Host(Arc<Mutex<World>>);

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Host {
    fn world<O>(&self, look: impl FnOnce(&mut World) -> O) -> O {
        look(&mut self.0.lock().unwrap())
    }
}

impl Transport for Host {
    async fn send(&self, request: Request, _max_body_bytes: u64) -> Result<Response, TransportError> {
        self.sleep(20.0).await;
        let is_read = request.method == Method::Get;
        let answer = self.world(|world| {
            if is_read {
                world.reads += 1;
                return Some((200, world.read(&request.url).to_string()));
            }
            for (kind, body) in std::mem::take(&mut world.others) {
                world.add(kind, false, body);
            }
            let fate = if world.fates.is_empty() { Fate::Well } else { world.fates.remove(0) };
            match fate {
                Fate::Never => None,
                Fate::Lost => {
                    world.write(&request);
                    None
                }
                Fate::Twice => {
                    world.write(&request);
                    Some(world.write(&request))
                }
                Fate::Well => Some(world.write(&request)),
            }
        });
        self.sleep(20.0).await;
        let lost = || TransportError { status: None, message: "connection reset".to_owned() };
        let (status, body) = answer.ok_or_else(lost)?;
        let kind = if status < 400 || body.starts_with('{') { "application/json" } else { "text/plain" };
        Ok(Response { status, headers: [("content-type", kind)].into_iter().collect(), body: body.into() })
    }

    async fn sleep(&self, ms: f64) {
        let until = self.world(|world| {
            let until = world.now_ms + ms;
            world.alarms.push(until);
            until
        });
        poll_fn(|_| if self.0.lock().unwrap().now_ms < until { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    fn now_ms(&self) -> f64 {
        self.0.lock().unwrap().now_ms
    }

    fn random(&self) -> f64 {
        0.5
    }
}

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

fn run(host: &Host, mut tasks: Vec<Task<'_>>) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100_000 {
        tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
        if tasks.is_empty() {
            return;
        }
        host.world(|world| {
            let now = world.now_ms;
            world.alarms.retain(|alarm| *alarm > now);
            world.now_ms = world.alarms.iter().copied().fold(f64::INFINITY, f64::min);
            assert!(world.now_ms.is_finite(), "all wait for nothing that the host does");
        });
    }
    panic!("this does not end");
}

// --- the rows ------------------------------------------------------------------------------------------------------------

trait Keys: Vendor {
    const BASE_URL: &'static str;
    fn keys() -> Self::Credentials;
}

impl Keys for kaufland::Kaufland {
    const BASE_URL: &'static str = "https://kaufland.example/v2";
    fn keys() -> Self::Credentials {
        Self::Credentials::new("client", "secret")
    }
}

impl Keys for clickbank::ClickBank {
    const BASE_URL: &'static str = "https://clickbank.example/rest";
    fn keys() -> Self::Credentials {
        Self::Credentials::new("API-A")
    }
}

impl Keys for magalu::Magalu {
    const BASE_URL: &'static str = "https://magalu.example";
    fn keys() -> Self::Credentials {
        Self::Credentials::with_access_token("token")
    }
}

type Outcome = Result<bool, TicketError>;
type Calls = fn(&Host, &[Value], bool) -> Vec<Outcome>;

/// The calls of one client, in turn or at once.
fn calls<E: Endpoint<Vendor: Keys> + Sync>(host: &Host, params: &[Value], at_once: bool) -> Vec<Outcome> {
    let settings = Settings {
        settle_ms: Some(SETTLE_MS),
        total_timeout_ms: 3_600_000.0,
        base_url: Some(E::Vendor::BASE_URL.to_owned()),
        ..Settings::default()
    };
    let client = Client::<E::Vendor, _>::new(E::Vendor::keys(), settings, host.clone()).unwrap();
    let mut violations = Violations::new();
    let params: Vec<E> = params
        .iter()
        .map(|each| E::from_input(serde_json::from_value(each.clone()).unwrap(), "", &mut violations))
        .collect();
    assert!(violations.into_result().is_ok(), "the row's own arguments");
    let outcomes = RefCell::new(Vec::new());
    let (client, params, seen) = (&client, &params, &outcomes);
    let one = move |each| async move {
        let outcome = client.once(each).await.map(|reply| reply.found);
        seen.borrow_mut().push(outcome);
    };
    let tasks: Vec<Task<'_>> = if at_once {
        params.iter().map(|each| Box::pin(one(each)) as Task<'_>).collect()
    } else {
        vec![Box::pin(async move {
            for each in params {
                one(each).await;
            }
        })]
    };
    run(host, tasks);
    outcomes.into_inner()
}

#[derive(Clone)]
struct Row {
    name: &'static str,
    calls: Calls,
    params: Vec<Value>,
    fates: Vec<Fate>,
    others: Vec<(&'static str, Value)>,
    refuses: bool,
    role: &'static str,
    lags: &'static [f64],
    /// All are meant and can be known: all have to be there and told done.
    all_done: bool,
}

fn row(name: &'static str, calls: Calls, params: Vec<Value>, fates: Vec<Fate>) -> Row {
    Row { name, calls, params, fates, others: Vec::new(), refuses: false, role: "", lags: &LAGS, all_done: false }
}

/// Returns the faults of the row, by lag.
fn faults(row: &Row) -> Vec<String> {
    let mut faults = Vec::new();
    for lag_ms in row.lags {
        for at_once in [false, true] {
            if at_once && row.params.len() == 1 {
                continue;
            }
            let world = World {
                now_ms: START_MS,
                lag_ms: *lag_ms,
                fates: row.fates.clone(),
                others: row.others.clone(),
                refuses: row.refuses,
                role: row.role,
                ..World::default()
            };
            let host = Host(Arc::new(Mutex::new(world)));
            let outcomes = (row.calls)(&host, &row.params, at_once);
            let stored = host.world(|world| world.stored());
            let told = |sent: Option<Sent>| {
                outcomes.iter().filter(|outcome| outcome.as_ref().err().map(|error| error.sent) == sent).count()
            };
            let (done, refused) = (told(None), told(Some(Sent::No)));
            let copies = usize::from(row.fates.contains(&Fate::Twice) && !row.refuses);
            let words = [
                (stored > row.params.len() + copies, "doubled"),
                (done > stored, "told done, and lost"),
                (refused > 0 && stored + refused > row.params.len(), "told not sent, and it is there"),
                (row.all_done && done < row.params.len(), "not all are done"),
                (row.all_done && stored < row.params.len(), "not all are there"),
            ];
            let wrong: Vec<_> = words.iter().filter(|(is_so, _)| *is_so).map(|(_, word)| *word).collect();
            if !wrong.is_empty() {
                let how = if at_once { "at once" } else { "in turn" };
                let told: Vec<_> =
                    outcomes.iter().map(|outcome| outcome.as_ref().map_err(|error| error.sent)).collect();
                faults.push(format!(
                    "{}, {how}, lag {lag_ms}: {}; stored {stored}, told {told:?}",
                    row.name,
                    wrong.join(", ")
                ));
            }
        }
    }
    faults
}

fn check(rows: &[Row]) {
    let faults: Vec<_> = rows.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

const MESSAGE: Calls = calls::<kaufland::CreateTicketMessageParams>;
const OPEN: Calls = calls::<kaufland::OpenTicketParams>;
const CLOSE: Calls = calls::<kaufland::CloseTicketParams>;
const CB_NEW: Calls = calls::<clickbank::CreateTicketParams>;
const CB_UPDATE: Calls = calls::<clickbank::UpdateTicketParams>;
const MG_MESSAGE: Calls = calls::<magalu::CreateMessageParams>;
const MG_EVENT: Calls = calls::<magalu::CreateEventParams>;
const MG_RETURN: Calls = calls::<magalu::CreateReturnParams>;

fn message(text: &str) -> Value {
    json!({ "id_ticket": "00110", "text": text })
}

fn open(text: &str) -> Value {
    json!({ "id_order_unit": [7], "reason": "product_return", "message": text })
}

fn refund(percent: &str) -> Value {
    json!({
        "receipt": "ABCD1234", "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": "PARTIAL_PERCENT",
        "refundAmount": percent,
    })
}

fn said(text: &str, code: Option<&str>) -> Value {
    let owner = json!({ "code": "a", "name": "Maria" });
    let mut said = json!({ "ticket_id": "t-1", "message": text, "destination": "customer", "owner": owner });
    if let Some(code) = code {
        said["code"] = code.into();
    }
    said
}

fn event(kind: &str, code: Option<&str>) -> Value {
    let mut event = json!({ "ticket_id": "t-1", "type": kind });
    if let Some(code) = code {
        event["code"] = code.into();
    }
    event
}

/// The first is accepted and not yet shown; the second's own attempt is lost.
fn second_lost() -> Vec<Fate> {
    vec![Fate::Well, Fate::Never]
}

#[test]
fn e1_an_accepted_write_is_not_taken_for_the_next_one() {
    let pair = |name, calls, params| Row { all_done: true, ..row(name, calls, params, second_lost()) };
    let help = json!({
        "receipt": "ABCD1234", "type": "tech", "reason": "ticket.type.tech_support.1", "comment": "a",
    });
    let comment = json!({ "id": "7", "comment": "a" });
    check(&[
        pair("equal messages", MESSAGE, vec![message("a"); 2]),
        pair("ten equal messages", MESSAGE, vec![message("a"); 10]),
        pair("equal new tickets", OPEN, vec![open("a"); 2]),
        pair("new tickets with other words", OPEN, vec![open("a"), open("b")]),
        pair("ClickBank, equal comments", CB_UPDATE, vec![comment; 2]),
        pair("ClickBank, equal requests for help", CB_NEW, vec![help; 2]),
        pair("Magalu, equal messages", MG_MESSAGE, vec![said("a", None); 2]),
        pair("Magalu, messages with other codes", MG_MESSAGE, vec![said("a", Some("one")), said("a", Some("two"))]),
        pair("Magalu, authorize_refund", MG_EVENT, vec![event("authorize_refund", None); 2]),
        // The marketplace takes one refund and one return at a time.
        row("ClickBank, refunds of 10 % and 30 %", CB_NEW, vec![refund("10.00"), refund("30.00")], second_lost()),
        row("Magalu, equal returns", MG_RETURN, vec![json!({ "ticket_id": "t-1" }); 2], second_lost()),
    ]);
}

#[test]
fn e2_a_refused_copy_is_not_denied_while_the_first_is_not_shown() {
    let copy = |name, calls, params| Row { refuses: true, ..row(name, calls, vec![params], vec![Fate::Twice]) };
    check(&[
        copy("message", MESSAGE, message("a")),
        copy("close", CLOSE, json!({ "id_ticket": "00110" })),
        copy("ClickBank, close", CB_UPDATE, json!({ "id": "7", "action": "close" })),
        copy("ClickBank, refund", CB_NEW, refund("10.00")),
        copy("Magalu, message", MG_MESSAGE, said("a", None)),
        copy("Magalu, return", MG_RETURN, json!({ "ticket_id": "t-1" })),
    ]);
}

#[test]
fn e3_words_alone_do_not_tell_that_the_action_took_effect() {
    let others = vec![("comment", clickbank_comment(Some("a".to_owned()), "COMMENTED", "VENDOR"))];
    let close = json!({ "id": "7", "action": "close", "comment": "a" });
    let change = json!({ "id": "7", "action": "change", "type": "rfnd", "comment": "a" });
    check(&[
        Row { others: others.clone(), ..row("close", CB_UPDATE, vec![close], vec![Fate::Never; 9]) },
        Row { others, ..row("change", CB_UPDATE, vec![change], vec![Fate::Never; 9]) },
    ]);
}

#[test]
fn e4_and_e10_what_tells_another_amount_or_no_code_is_not_ours() {
    let full = clickbank_opened(true, "ABCD1234", Some("FULL".to_owned()), None);
    let uncoded = magalu_item(&event("product_sent", None), "seller");
    let coded = magalu_item(&event("product_sent", Some("theirs")), "seller");
    let lost = vec![Fate::Never; 9];
    let ours = || vec![event("product_sent", Some("ours"))];
    check(&[
        Row {
            others: vec![("refund", full)],
            ..row("another's full refund", CB_NEW, vec![refund("10.00")], lost.clone())
        },
        Row { others: vec![("event", uncoded)], ..row("an event without our code", MG_EVENT, ours(), lost.clone()) },
        Row { others: vec![("event", coded)], ..row("an event with another code", MG_EVENT, ours(), lost) },
    ]);
}

#[test]
fn what_another_client_did_elsewhere_delays_a_return_and_does_not_leave_it_in_doubt() {
    let elsewhere = |of: &str| {
        let transaction = json!({
            "code": "made", "status": "completed", "trigger_endpoint": format!("seller/v0/tickets/{of}"),
            "created_at": "2026-03-02T08:15:00",
        });
        vec![("transaction", transaction)]
    };
    let lost_once = |name, calls, params, of| Row {
        others: elsewhere(of),
        all_done: true,
        ..row(name, calls, vec![params], vec![Fate::Never])
    };
    check(&[
        lost_once("another ticket's return", MG_RETURN, json!({ "ticket_id": "t-1" }), "returns"),
        lost_once("another ticket's event", MG_EVENT, event("product_sent", Some("ours")), "events"),
    ]);
}

#[test]
fn e5_one_function_decides_equality_for_turns_and_for_finding() {
    let pair = |name, calls, params| Row { all_done: true, ..row(name, calls, params, second_lost()) };
    let help = |receipt: &str| {
        json!({
            "receipt": receipt, "type": "tech", "reason": "ticket.type.tech_support.1", "comment": "a",
        })
    };
    let message = |id: &str| json!({ "id_ticket": id, "text": "a" });
    check(&[
        pair("a receipt in small letters", CB_NEW, vec![help("ABCD1234"), help("abcd1234")]),
        pair(
            "a ticket with a zero before",
            CB_UPDATE,
            vec![json!({ "id": "7", "comment": "a" }), json!({ "id": "07", "comment": "a" })],
        ),
        pair("a ticket with more zeros", MESSAGE, vec![message("00110"), message("000110")]),
    ]);
}

#[test]
fn e6_and_e7_a_role_that_is_neither_ours_nor_anothers_is_a_doubt() {
    let comment = || vec![json!({ "id": "7", "comment": "a" })];
    let said_by = |role: &str| vec![("message", kaufland_message(role, "a"))];
    let mine = || vec![message("a")];
    check(&[
        Row { role: "CBSYSTEM", ..row("shown as CBSYSTEM", CB_UPDATE, comment(), vec![Fate::Lost]) },
        Row { role: "CBCSR", ..row("shown as CBCSR", CB_UPDATE, comment(), vec![Fate::Lost]) },
        Row { others: said_by("system"), ..row("the system's", MESSAGE, mine(), vec![Fate::Never; 9]) },
        Row { others: said_by("customer_service"), ..row("customer service's", MESSAGE, mine(), vec![Fate::Never; 9]) },
    ]);
}

/// What one client has stored and says about it, where reads lag for longer than the settling time.
fn beyond(params: &[Value], fates: &[Fate], lag_ms: f64) -> (usize, Vec<Outcome>) {
    let world = World { now_ms: START_MS, lag_ms, fates: fates.to_vec(), ..World::default() };
    let host = Host(Arc::new(Mutex::new(world)));
    let outcomes = MESSAGE(&host, params, false);
    (host.world(|world| world.stored()), outcomes)
}

#[test]
fn beyond_the_settling_time_a_lost_write_may_be_doubled_but_none_is_taken_for_another() {
    // The documented limit: two lookups find nothing, and it is sent again.
    let (stored, outcomes) = beyond(&[message("a")], &[Fate::Lost], 3.0 * SETTLE_MS);
    assert_eq!((stored, outcomes[0].is_ok()), (2, true));
    // What the client knows to be accepted is not taken for the next write's work.
    for lag_ms in [1.2, 1.5, 1.9, 3.0].map(|times| times * SETTLE_MS) {
        let (stored, outcomes) = beyond(&[message("a"), message("a")], &[Fate::Well, Fate::Never], lag_ms);
        let told: Vec<_> = outcomes.iter().map(|outcome| outcome.as_ref().map_err(|error| error.sent)).collect();
        assert_eq!((stored, told), (1, vec![Ok(&false), Err(Sent::Maybe)]), "{lag_ms}");
    }
}

#[test]
fn a_clean_write_costs_two_more_reads_and_no_wait() {
    let ours = |code: Option<&str>| said("a", code);
    for (calls, params) in [
        (MESSAGE, message("a")),
        (OPEN, open("a")),
        (CLOSE, json!({ "id_ticket": "00110" })),
        (CB_NEW, refund("10.00")),
        (CB_UPDATE, json!({ "id": "7", "comment": "a" })),
        (MG_MESSAGE, ours(None)),
        (MG_EVENT, event("product_sent", Some("ours"))),
        (MG_RETURN, json!({ "ticket_id": "t-1" })),
    ] {
        let host = Host(Arc::new(Mutex::new(World { now_ms: START_MS, lag_ms: 500.0, ..World::default() })));
        let outcomes = calls(&host, std::slice::from_ref(&params), false);
        assert_eq!(outcomes, [Ok(false)], "{params}");
        let (reads, ms) = host.world(|world| (world.reads, world.now_ms - START_MS));
        // Each call takes 40 ms here, and the rate of the account may space them.
        assert!(reads <= 2 && ms <= 40.0 * 3.0 + 2.0 * 500.0, "{params}: {reads} reads, {ms} ms");
    }
}
