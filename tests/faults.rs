//! Each write of each marketplace against each way in which a network or a marketplace fails, a
//! hundred thousand times: what the client says is held against what a small model of the
//! marketplace has stored. One host, one clock that moves when somebody waits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::{clickbank, jtl_scx, kaufland, magalu, probo};
use seller_tickets::rules::error::{Sent, TicketError};
use seller_tickets::rules::settings::Settings;
use seller_tickets::rules::violation::Violations;
use seller_tickets::vendor::{Endpoint, Marketplace, Vendor};
use seller_tickets::wire::http::{Method, Request, Response};
use seller_tickets::wire::secret::Secret;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex};
use support::run;

mod support;

const START_MS: f64 = 1_700_000_000_000.0;
const SETTLE_MS: f64 = 10_000.0;
const TIMEOUT_MS: f64 = 5_000.0;
/// More than any plan spoils.
const MAX_RETRIES: u32 = 5;
const SEEDS: u64 = 80;
/// The same where reads lag, in which each run is met in three ways at each lag; and in the full
/// table.
const LAG_SEEDS: u64 = 2;
const ALL_LAG_SEEDS: u64 = 12;
/// How long what is stored stays hidden from reads: nothing, and as 5, 40, 100 and 400 ms are to a
/// settling time of 800.
const LAGS: [f64; 5] = [0.0, 62.5, 500.0, 1_250.0, 5_000.0];
/// The full table of lags is made when this is set.
const LAG_OPTION: &str = "FAULT_LAB_LAG";
const TEXT: &str = "Only this write says so";

// --- the faults ----------------------------------------------------------------------------------

/// When the write takes effect.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Never,
    Now,
    /// Within the settling time, after the client was told of a failure.
    Later,
    Twice,
    /// Now, and once more later.
    NowAndLater,
}

/// The outcome that the client is told.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Told {
    Nothing,
    /// Not even that: the attempt ends by its own time.
    Silence,
    /// The head of the answer, then nothing.
    Head,
    Status(u16),
    Html(u16),
    Redirect(u16),
    /// The marketplace's answer, or that to the first or second of two copies.
    Answer,
    Second,
    /// The answer with another body.
    Half,
    NoJson,
    Empty,
    OtherType,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Fault {
    when: When,
    told: Told,
}

fn faults() -> Vec<Fault> {
    use Told::{Answer, Empty, Half, Head, Html, NoJson, Nothing, OtherType, Redirect, Second, Silence, Status};
    use When::{Later, Never, Now, NowAndLater, Twice};
    let statuses = [408, 429, 499, 500, 502, 503, 504].map(Status);
    let anything = statuses.into_iter().chain([Nothing, Silence, Html(502), Html(503), Redirect(302), Redirect(307)]);
    let mut all: Vec<_> = anything.flat_map(|told| [Never, Now].map(|when| Fault { when, told })).collect();
    let told = [Head, Half, NoJson, Empty, OtherType, Html(200)];
    all.extend(told.map(|told| Fault { when: Now, told }));
    all.extend([Html(200), Status(401), Status(403), Status(422)].map(|told| Fault { when: Never, told }));
    all.extend([Nothing, Silence, Status(504)].map(|told| Fault { when: Later, told }));
    all.extend([Answer, Second, Nothing].map(|told| Fault { when: Twice, told }));
    all.push(Fault { when: NowAndLater, told: Answer });
    all
}

impl Fault {
    /// The marketplace means it: there is nothing to be sent again.
    fn refuses(self) -> bool {
        matches!(self.told, Told::Status(401 | 403 | 422))
    }

    fn copies(self) -> u32 {
        u32::from(matches!(self.when, When::Twice | When::NowAndLater))
    }
}

// --- the marketplaces ----------------------------------------------------------------------------

/// How a marketplace treats a write that it has stored before.
#[derive(Debug, Clone, Copy)]
enum Repeat {
    Stores,
    Refuses(u16, &'static str),
    ChangesNothing,
}

/// The ability of `ensure`.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Known {
    Yes,
    /// That it took effect, and not that it did not.
    Half,
    No,
}

type Outcome = Result<bool, TicketError>;

struct Write {
    market: &'static Marketplace,
    name: &'static str,
    params: Value,
    repeat: Repeat,
    known: Known,
    call: fn(Host, Value, bool, usize) -> Vec<Outcome>,
}

impl Write {
    /// Whether a second equal one is another: two with the same code are one to the marketplace,
    /// and what is closed or acknowledged twice is closed or acknowledged.
    fn is_meant_twice(&self) -> bool {
        let is_state = matches!(self.repeat, Repeat::ChangesNothing) || self.name.contains("close");
        self.known == Known::Yes && !is_state && self.params.get("code").is_none()
    }
}

fn writes() -> Vec<Write> {
    use Repeat::{ChangesNothing, Refuses, Stores};
    let refund = "Refund ticket already open";
    let kf = |name, params, repeat, call| Write {
        market: &kaufland::KAUFLAND,
        name,
        params,
        repeat,
        known: Known::Yes,
        call,
    };
    let cb = |name, params, repeat, call| Write {
        market: &clickbank::CLICKBANK,
        name,
        params,
        repeat,
        known: Known::Yes,
        call,
    };
    let mg =
        |name, params, repeat, call| Write { market: &magalu::MAGALU, name, params, repeat, known: Known::Yes, call };
    let scx =
        |name, params, repeat, known, call| Write { market: &jtl_scx::JTL_SCX, name, params, repeat, known, call };
    let owner = json!({ "code": "a", "name": "Maria" });
    let message = json!({ "ticket_id": "t-1", "message": TEXT, "destination": "customer", "owner": owner });
    let with = |base: &Value, more: Value| {
        let mut all = base.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    let item = json!({
        "id": "i", "sku": "s", "external_sku": "e", "name": "n", "description": "d", "image": "https://img.example/1.jpg",
        "quantity": 1,
    });
    let delivery = json!({ "id": "d", "seller": { "id": "s", "name": "n" }, "items": [item] });
    let ticket = json!({
        "type": "shipping", "reason": "missing_damaged_parts", "order": { "id": "o-1", "code": "c", "delivery": delivery },
        "channel": { "id": "5f62650a-0039-4d65-9b96-266d498c03bd", "alias": "magazineluiza" },
    });
    let said = json!({
        "sellerId": "S77", "ticketId": "T1", "createdAt": "2026-03-02T08:15:00Z", "message": TEXT,
        "from": { "role": "BUYER", "name": "Alex" },
    });
    let closed = Refuses(409, r#"{"type":"/problems/duplicate-action","message":"closed"}"#);
    vec![
        kf(
            "openTicket",
            json!({ "id_order_unit": [7], "reason": "product_return", "message": TEXT }),
            Stores,
            call::<kaufland::OpenTicketParams>,
        ),
        kf(
            "createTicketMessage",
            json!({ "id_ticket": "00110", "text": TEXT }),
            Stores,
            call::<kaufland::CreateTicketMessageParams>,
        ),
        kf("closeTicket", json!({ "id_ticket": "00110" }), closed, call::<kaufland::CloseTicketParams>),
        cb(
            "createTicket help",
            json!({ "receipt": "ABCD1234", "type": "tech", "reason": "ticket.type.tech_support.1", "comment": TEXT }),
            Stores,
            call::<clickbank::CreateTicketParams>,
        ),
        cb(
            "createTicket refund",
            json!({ "receipt": "ABCD1234", "type": "rfnd", "reason": "ticket.type.refund.8", "refundType": "FULL" }),
            Refuses(400, refund),
            call::<clickbank::CreateTicketParams>,
        ),
        cb(
            "updateTicket comment",
            json!({ "id": "1", "comment": TEXT }),
            Stores,
            call::<clickbank::UpdateTicketParams>,
        ),
        cb(
            "updateTicket close",
            json!({ "id": "1", "action": "close" }),
            Refuses(400, "Ticket is already closed"),
            call::<clickbank::UpdateTicketParams>,
        ),
        Write {
            known: Known::Half,
            ..cb("confirmReturn", json!({ "id": "1" }), ChangesNothing, call::<clickbank::ConfirmReturnParams>)
        },
        mg("createTicket code", with(&ticket, json!({ "code": "ours" })), Stores, call::<magalu::CreateTicketParams>),
        mg("createTicket", ticket.clone(), Stores, call::<magalu::CreateTicketParams>),
        mg(
            "createMessage code",
            with(&message, json!({ "code": "ours" })),
            Stores,
            call::<magalu::CreateMessageParams>,
        ),
        mg("createMessage", message.clone(), Stores, call::<magalu::CreateMessageParams>),
        mg(
            "createEvent",
            json!({ "ticket_id": "t-1", "type": "product_sent", "code": "ours" }),
            Stores,
            call::<magalu::CreateEventParams>,
        ),
        mg(
            "createReturn",
            json!({ "ticket_id": "t-1" }),
            Refuses(409, r#"{"slug":"CONFLICT","message":"active"}"#),
            call::<magalu::CreateReturnParams>,
        ),
        scx(
            "createTicket",
            with(&said, json!({ "topic": "RETURN", "subject": "a" })),
            Stores,
            Known::No,
            call::<jtl_scx::CreateTicketParams>,
        ),
        scx(
            "replyToTicket",
            with(&said, json!({ "channel": "LOCALMARKET", "from": { "role": "SELLER" } })),
            Stores,
            Known::No,
            call::<jtl_scx::ReplyToTicketParams>,
        ),
        scx(
            "acknowledgeEvents",
            json!({ "eventIdList": ["e1"] }),
            ChangesNothing,
            Known::Yes,
            call::<jtl_scx::AcknowledgeEventsParams>,
        ),
        Write {
            market: &probo::PROBO,
            name: "createTicket",
            params: json!({
                "order_id": "WEB-1", "id": "CMP-1", "reason": "damaged", "suggested_solution": "rework",
                "products": [{ "id": 7, "amount": 1, "files": [{ "uri": "https://cdn.shop.example/1.jpg" }] }],
            }),
            repeat: Refuses(400, r#"{"message":"Not valid","errors":"id: has already been taken"}"#),
            known: Known::No,
            call: call::<probo::Complaint>,
        },
    ]
}

/// Calls that follow one another, of one client.
fn call<E: Endpoint<Vendor: Keys> + Sync>(host: Host, params: Value, once: bool, calls: usize) -> Vec<Outcome> {
    let client = client::<E::Vendor>(host);
    let mut violations = Violations::new();
    let params = E::from_input(serde_json::from_value(params).unwrap(), "", &mut violations);
    assert!(violations.into_result().is_ok());
    run(async {
        let mut outcomes = Vec::new();
        for _ in 0..calls {
            let reply = if once { client.once(&params).await } else { client.call(&params).await };
            outcomes.push(reply.map(|reply| reply.found));
        }
        outcomes
    })
}

/// One marketplace that knows one write, and how often it has it.
struct World {
    market: &'static str,
    name: &'static str,
    repeat: Repeat,
    now_ms: f64,
    dice: u64,
    stored: u32,
    /// When each of them was stored, and how much later reads show it.
    stored_ms: Vec<f64>,
    lag_ms: f64,
    /// The `code` that each of them carried, and that of the latest write.
    codes: Vec<Value>,
    code: Value,
    /// When the write takes effect once more, and its `code`.
    late: Vec<(f64, Value)>,
    writes: VecDeque<Option<Fault>>,
    reads: VecDeque<Option<Fault>>,
    played: Vec<Fault>,
}

impl World {
    fn roll(&mut self) -> f64 {
        // Steele's SplitMix64, as in the other tests.
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn catch_up(&mut self) {
        let now_ms = self.now_ms;
        let (due, rest) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now_ms);
        self.late = rest;
        for (at, code) in due {
            // It was stored then, and not when the next request came.
            drop(self.write_at(at, code));
        }
    }

    fn write(&mut self) -> (u16, String) {
        self.write_at(self.now_ms, self.code.clone())
    }

    fn write_at(&mut self, now_ms: f64, code: Value) -> (u16, String) {
        match self.repeat {
            Repeat::Refuses(status, body) if self.stored > 0 => return (status, body.to_owned()),
            Repeat::ChangesNothing => self.stored = 1,
            _ => self.stored += 1,
        }
        self.stored_ms.resize(self.stored as usize, now_ms);
        self.codes.resize(self.stored as usize, code);
        match (self.market, self.name) {
            ("kaufland", "openTicket") => (201, json!({ "data": { "id_ticket": "00111" } }).to_string()),
            ("kaufland", "createTicketMessage") | ("jtl-scx", "createTicket" | "replyToTicket") => (201, String::new()),
            ("clickbank", "createTicket help" | "createTicket refund") => (200, self.clickbank_new(1).to_string()),
            ("clickbank", "updateTicket comment" | "updateTicket close") => {
                (200, self.clickbank_ticket(self.stored).to_string())
            }
            ("magalu", _) => (202, json!({ "transaction_id": format!("x-{}", self.stored), "links": [] }).to_string()),
            ("probo", _) => (200, json!({ "status": "open", "id": "CMP-1", "ticket_number": 5 }).to_string()),
            _ => (204, String::new()),
        }
    }

    /// How many of them a read shows.
    fn shown(&self) -> u32 {
        self.stored_ms.iter().filter(|at| **at + self.lag_ms <= self.now_ms).count() as u32
    }

    fn read(&self, url: &str) -> Value {
        let shown = self.shown();
        let many = |make: &dyn Fn(u32) -> Value| (1..=shown).map(make).collect::<Vec<_>>();
        let path = url.split('?').next().unwrap();
        match self.market {
            "kaufland" if path.ends_with("/tickets") => {
                let shown = if url.contains("fulfilled_by_merchant") {
                    many(&|at| kaufland_ticket(&format!("0011{at}")))
                } else {
                    Vec::new()
                };
                json!({ "pagination": { "offset": 0, "limit": 30, "total": shown.len() }, "data": shown })
            }
            "kaufland" => {
                let is_closed = self.name == "closeTicket" && shown > 0;
                let mut ticket = kaufland_ticket("00110");
                ticket["status"] = if is_closed { "seller_closed" } else { "opened" }.into();
                ticket["storefront"] = "de".into();
                let text = if self.name == "createTicketMessage" {
                    many(&|at| {
                        json!({
                            "id_ticket_message": at, "id_ticket": "00110", "author": { "role": "seller", "name": "Shop" }, "text": TEXT,
                            "ts_created_iso": "2026-03-02T08:15:00Z",
                        })
                    })
                } else {
                    Vec::new()
                };
                ticket["messages"] = text.into();
                json!({ "data": ticket })
            }
            "clickbank" if path.ends_with("/list") => json!({ "ticketData": many(&|at| self.clickbank_new(at)) }),
            "clickbank" => json!({ "ticketData": self.clickbank_ticket(shown) }),
            _ => {
                let kind = match self.name {
                    "createTicket" | "createTicket code" => "tickets",
                    "createMessage" | "createMessage code" => "messages",
                    "createEvent" => "events",
                    _ => "returns",
                };
                let code = |at: u32| self.codes.get(at as usize - 1).cloned().unwrap_or_default();
                let time = "2026-03-02T08:15:00";
                let results = if path.ends_with("/transactions") {
                    many(&|at| {
                        let id = format!("x-{at}");
                        json!({
                            "id": id, "code": if code(at).is_null() { "x".into() } else { code(at) }, "status": "completed",
                            "trigger_endpoint": if kind == "tickets" { "seller/v0/tickets".to_owned() } else { format!("seller/v0/tickets/{kind}") },
                            "created_at": time, "updated_at": time, "operation": "create",
                            "events": [{ "event": "transition", "status": "completed", "created_at": time, "data": { "ticket_id": format!("n-{at}") } }],
                        })
                    })
                } else {
                    many(&|at| {
                        json!({
                            "id": format!("n-{at}"), "code": code(at), "ticket_id": "t-1", "message": TEXT, "created_at": time, "updated_at": time,
                            "type": if kind == "events" { "product_sent" } else { "shipping" }, "order": { "id": "o-1" },
                            "status": "waiting_seller", "sender": { "id": "s", "name": "Loja", "type": "seller" }, "reverse_code": "MLE1",
                        })
                    })
                };
                json!({ "meta": { "page": { "limit": 100, "offset": 0, "count": results.len() } }, "results": results })
            }
        }
    }

    fn clickbank_new(&self, at: u32) -> Value {
        let kind = if self.name == "createTicket refund" { "REFUND" } else { "TECH_SUPPORT" };
        json!({
            "ticketid": at.to_string(), "receipt": "ABCD1234", "status": "OPEN", "type": kind, "comments": [], "source": "API",
            "openedDate": "2026-03-02T08:15:00-08:00",
        })
    }

    fn clickbank_ticket(&self, shown: u32) -> Value {
        let action = match self.name {
            "updateTicket close" => "CLOSED",
            "confirmReturn" => "REFUND_ACKED",
            _ => "COMMENTED",
        };
        let comments: Vec<_> = (1..=shown)
            .map(|at| {
                let comment = if action == "COMMENTED" { json!(TEXT) } else { Value::Null };
                json!({
                    "commentId": at.to_string(), "date": "2026-03-02T08:15:00-08:00", "comment": comment, "action": action,
                    "commentRole": "VENDOR",
                })
            })
            .collect();
        let is_closed = action == "CLOSED" && shown > 0;
        json!({
            "ticketid": "1", "receipt": "ABCD1234", "status": if is_closed { "CLOSED" } else { "OPEN" }, "type": "TECH_SUPPORT",
            "comments": comments, "openedDate": "2026-03-02T08:15:00-08:00",
        })
    }
}

fn kaufland_ticket(id: &str) -> Value {
    json!({
        "id_ticket": id, "ids_order_units": [7], "id_buyer": 2, "ts_created_iso": "2026-03-02T08:15:00Z",
        "ts_updated_iso": "2026-03-02T08:15:00Z", "status": "opened", "open_reason": "product_return", "topic": null,
        "is_seller_responsible": true, "fulfillment_type": "fulfilled_by_merchant",
    })
}

// --- the host ------------------------------------------------------------------------------------

#[derive(Clone)]
struct Host(Arc<Mutex<World>>);

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Transport for Host {
    async fn send(&self, request: Request, _max_body_bytes: u64) -> Result<Response, TransportError> {
        let (fault, answer, second) = {
            let mut world = self.0.lock().unwrap();
            world.catch_up();
            let is_read = request.method == Method::Get;
            let fault = if is_read { world.reads.pop_front().flatten() } else { world.writes.pop_front().flatten() };
            world.played.extend(fault);
            let when = fault.map_or(When::Now, |fault| fault.when);
            if !is_read {
                let body: Option<Value> = serde_json::from_slice(&request.body).ok();
                world.code = body.and_then(|body| body.get("code").cloned()).unwrap_or_default();
            }
            let handle = |world: &mut World| {
                if is_read { (200, world.read(&request.url).to_string()) } else { world.write() }
            };
            let answer =
                if when == When::Never || when == When::Later { (0, String::new()) } else { handle(&mut world) };
            let second = if when == When::Twice { handle(&mut world) } else { answer.clone() };
            if matches!(when, When::Later | When::NowAndLater) {
                let told = fault.map(|fault| fault.told);
                let from = world.now_ms + if told == Some(Told::Silence) { TIMEOUT_MS } else { 0.0 };
                // A write that comes late and shows late still shows within the settling time.
                let at = from + world.roll() * (SETTLE_MS - 1.0 - world.lag_ms);
                let code = world.code.clone();
                world.late.push((at, code));
            }
            (fault, answer, second)
        };
        let say = |status, kind: &str, body: &[u8]| {
            let headers = [("content-type", kind)].into_iter().collect();
            Ok(Response { status, headers, body: body.to_vec() })
        };
        let broken = |status| Err(TransportError { status, message: "connection reset".to_owned() });
        const JSON: &str = "application/json";
        let (status, body) = (answer.0, answer.1.as_bytes());
        match fault.map_or(Told::Answer, |fault| fault.told) {
            Told::Nothing => broken(None),
            Told::Silence => pending().await,
            Told::Head => broken(Some(status)),
            Told::Status(status) => say(status, JSON, b"{}"),
            Told::Html(status) => say(status, "text/html", b"<!doctype html><h1>Sign in</h1>"),
            Told::Redirect(status) => say(status, JSON, b""),
            Told::Answer => say(status, JSON, body),
            Told::Second => say(second.0, JSON, second.1.as_bytes()),
            Told::Half => say(status, JSON, &body[..body.len() / 2]),
            Told::NoJson => say(status, JSON, b"{\"data\": [}, NaN"),
            Told::Empty => say(status, JSON, b""),
            Told::OtherType => say(status, "text/plain", body),
        }
    }

    /// The clock moves when a wait is polled, so only when nothing else is ready.
    async fn sleep(&self, ms: f64) {
        self.0.lock().unwrap().now_ms += ms;
    }

    fn now_ms(&self) -> f64 {
        self.0.lock().unwrap().now_ms
    }

    fn random(&self) -> f64 {
        self.0.lock().unwrap().roll()
    }
}

/// The parts that a client of a marketplace is made from here.
trait Keys: Vendor {
    fn keys() -> Self::Credentials;
}

impl Keys for kaufland::Kaufland {
    fn keys() -> Self::Credentials {
        Self::Credentials::new("client", "secret")
    }
}

impl Keys for clickbank::ClickBank {
    fn keys() -> Self::Credentials {
        Self::Credentials::new("API-A")
    }
}

impl Keys for magalu::Magalu {
    fn keys() -> Self::Credentials {
        Self::Credentials::with_access_token("token")
    }
}

impl Keys for jtl_scx::JtlScxChannel {
    fn keys() -> Self::Credentials {
        Self::Credentials::AccessToken(Secret::new("token"))
    }
}

impl Keys for jtl_scx::JtlScxSeller {
    fn keys() -> Self::Credentials {
        Self::Credentials::AccessToken(Secret::new("token"))
    }
}

impl Keys for probo::Probo {
    fn keys() -> Self::Credentials {
        Self::Credentials::new("dG9rZW4=")
    }
}

fn client<V: Keys>(host: Host) -> Client<V, Host> {
    let settings = Settings {
        settle_ms: Some(SETTLE_MS),
        timeout_ms: TIMEOUT_MS,
        total_timeout_ms: 3_600_000.0,
        max_retries: MAX_RETRIES,
        ..Settings::default()
    };
    Client::new(V::keys(), settings, host).unwrap()
}

// --- the table -----------------------------------------------------------------------------------

const COLUMNS: [&str; 10] =
    ["calls", "faults", "stored", "found", "unsure", "refused", "copied", "doubles", "losses", "wrong"];
type Row = [u64; COLUMNS.len()];
type Table = BTreeMap<(&'static str, &'static str, &'static str), Row>;

/// How writes are made, and how late they show.
#[derive(Debug, Clone, Copy)]
struct Mode {
    name: &'static str,
    once: bool,
    lag_ms: f64,
    /// Two are equal, both meant, and follow one another.
    calls: usize,
    /// How many of them go well before the fault.
    spare: usize,
}

fn modes() -> Vec<Mode> {
    let once = |name, lag_ms, calls, spare| Mode { name, once: true, lag_ms, calls, spare };
    let mut modes = vec![Mode { once: false, ..once("plain", 0.0, 1, 0) }, once("once", 0.0, 1, 0)];
    let names = [
        ["once, lag 0", "pair, lag 0"],
        ["once, lag 5", "pair, lag 5"],
        ["once, lag 40", "pair, lag 40"],
        ["once, lag 100", "pair, lag 100"],
        ["once, lag 400", "pair, lag 400"],
    ];
    for (lag_ms, [one, pair]) in LAGS.into_iter().zip(names) {
        modes.extend([once(one, lag_ms, 1, 0), once(pair, lag_ms, 2, 0), once(pair, lag_ms, 2, 1)]);
    }
    modes
}

/// One logical write, or two equal ones, met by this fault.
fn meet(write: &Write, fault: Fault, others: &[Fault], mode: Mode, seed: u64) -> (&'static str, Row, Option<String>) {
    let Mode { once, calls, .. } = mode;
    let words = format!("{} {} {fault:?} {mode:?} {seed}", write.market.id, write.name);
    let dice = words
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut world = World {
        market: write.market.id,
        name: write.name,
        repeat: write.repeat,
        now_ms: START_MS,
        dice,
        stored: 0,
        stored_ms: Vec::new(),
        codes: Vec::new(),
        code: Value::Null,
        lag_ms: mode.lag_ms,
        late: Vec::new(),
        writes: std::iter::repeat_n(None, mode.spare).chain([Some(fault)]).collect(),
        reads: VecDeque::new(),
        played: Vec::new(),
    };
    while world.writes.len() < 3 + mode.spare && world.roll() < 0.35 {
        let at = world.roll() * others.len() as f64;
        world.writes.push_back(Some(others[at as usize]));
    }
    for _ in 0..8 {
        // The faults that reads get over by themselves.
        let told = [Told::Nothing, Told::Status(503), Told::Status(429), Told::Status(502), Told::Head];
        let (hit, at) = (world.roll() < 0.08, world.roll() * told.len() as f64);
        world.reads.push_back(hit.then(|| Fault { when: When::Now, told: told[at as usize] }));
    }
    let host = Host(Arc::new(Mutex::new(world)));
    let outcomes = (write.call)(host.clone(), write.params.clone(), once, calls);
    let mut world = host.0.lock().unwrap();
    world.now_ms += 1e9;
    world.catch_up();

    let (stored, calls) = (world.stored, calls as u32);
    let copies: u32 = world.played.iter().map(|fault| fault.copies()).sum();
    let told = |sent: Option<Sent>| {
        outcomes.iter().filter(|outcome| outcome.as_ref().err().map(|error| error.sent) == sent).count() as u32
    };
    let (done, yes, unsure, refused) =
        (told(None), told(Some(Sent::Yes)), told(Some(Sent::Maybe)), told(Some(Sent::No)));
    let doubles = stored.saturating_sub(calls + copies);
    // Done or sent, and not there; refused, and there. A copy that the network made proves nothing
    // about the original.
    let own = if calls == 1 { stored } else { stored.saturating_sub(copies).min(calls) };
    let denied = if refused > 0 { own.min(calls).saturating_sub(done + yes + unsure) } else { 0 };
    let claimed = if calls == 1 { done + yes } else { yes + done.min(stored) };
    let wrong = denied + claimed.saturating_sub(stored);
    // No plan spoils more than a call may repeat, so what can be known has to be known in the end.
    // Of a pair the second may be refused for the first, and then nothing tells whose refusal it
    // was.
    let is_known = once && !(write.known == Known::Half && unsure > 0);
    let losses = if calls == 1 {
        u32::from(is_known && refused == 0 && (stored == 0 || unsure > 0))
    } else {
        done.saturating_sub(stored)
    };
    let row = [
        calls.into(),
        world.played.len() as u64,
        stored.into(),
        outcomes.iter().filter(|outcome| **outcome == Ok(true)).count() as u64,
        unsure.into(),
        refused.into(),
        stored.saturating_sub(calls).min(copies).into(),
        doubles.into(),
        losses.into(),
        wrong.into(),
    ];
    let is_offence = doubles + losses + wrong > 0;
    let offence = is_offence.then(|| format!("{words}: stored {stored}, {outcomes:?}, played {:?}", world.played));
    (mode.name, row, offence)
}

#[test]
fn no_doubles_no_losses_no_wrong_reports() {
    let (writes, faults, modes) = (writes(), faults(), modes());
    let again: Vec<_> = faults.iter().copied().filter(|fault| !fault.refuses()).collect();
    let lag_seeds = if std::env::var_os(LAG_OPTION).is_some() { ALL_LAG_SEEDS } else { LAG_SEEDS };
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let parts: Vec<(Table, Vec<String>)> = std::thread::scope(|scope| {
        let work = |thread: u64| {
            let (writes, faults, again, modes) = (&writes, &faults, &again, &modes);
            move || {
                let (mut table, mut offences) = (Table::new(), Vec::new());
                for seed in (0..SEEDS).filter(|seed| seed % threads == thread) {
                    for write in writes {
                        for fault in faults {
                            for mode in modes {
                                if mode.calls == 2 && !write.is_meant_twice() {
                                    continue;
                                }
                                if mode.once && write.known == Known::No {
                                    continue;
                                }
                                if mode.name.contains("lag") && seed >= lag_seeds {
                                    continue;
                                }
                                let (mode, row, offence) = meet(write, *fault, again, *mode, seed);
                                let sum = table.entry((write.market.id, write.name, mode)).or_default();
                                sum.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
                                offences.extend(offence);
                            }
                        }
                    }
                }
                (table, offences)
            }
        };
        let running: Vec<_> = (0..threads).map(|thread| scope.spawn(work(thread))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    });

    let mut table = Table::new();
    for (key, row) in parts.iter().flat_map(|(table, _)| table) {
        table.entry(*key).or_default().iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
    }
    let line = |words: [&str; 3], row: Vec<String>| {
        let numbers: String = row.iter().map(|number| format!("{number:>9}")).collect();
        println!("{:<10}{:<22}{:<15}{numbers}", words[0], words[1], words[2]);
    };
    line(["", "", ""], COLUMNS.map(str::to_owned).to_vec());
    let mut total = Row::default();
    for ((market, name, mode), row) in &table {
        line([market, name, mode], row.iter().map(u64::to_string).collect());
        total.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
    }
    line(["all", "", ""], total.iter().map(u64::to_string).collect());

    let offences: Vec<_> = parts.into_iter().flat_map(|(_, offences)| offences).collect();
    assert!(
        offences.is_empty(),
        "{} offences, such as\n{}",
        offences.len(),
        offences[..offences.len().min(20)].join("\n")
    );
    let [calls, .., doubles, losses, wrong] = total;
    assert!(calls >= 100_000, "{calls} faulted writes");
    assert_eq!([doubles, losses, wrong], [0; 3]);
    // Where the marketplace can tell, nearly all ends done or with `no`.
    for ((market, name, mode), row) in &table {
        let [calls, _, _, _, unsure, ..] = *row;
        if mode.contains("lag") && *name != "confirmReturn" {
            assert!(unsure * 100 <= calls, "{market} {name}, {mode}: {unsure} of {calls} are unsure");
        }
    }
    // So that the zeros say something: much was found by reading, much was refused, and copies were
    // made.
    assert!(total[3] > 10_000 && total[5] > 1_000 && total[6] > 1_000, "{total:?}");
}
