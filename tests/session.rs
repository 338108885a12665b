//! One session for all calls of a client: how many renewals there are, who does them, and who hears
//! of a failure.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::client::Client;
use seller_tickets::client::transport::{Transport, TransportError};
use seller_tickets::marketplaces::jtl_scx::JtlScxChannel;
use seller_tickets::marketplaces::jtl_scx::auth::Credentials;
use seller_tickets::marketplaces::jtl_scx::replies::{INTERVAL_MS, TicketReplies};
use seller_tickets::marketplaces::jtl_scx::{AcknowledgeEventsParams, ListEventsParams};
use seller_tickets::rules::error::{ErrorKind, Sent, TicketError};
use seller_tickets::rules::settings::{CallOptions, Settings};
use seller_tickets::vendor::Session;
use seller_tickets::wire::http::{Request, Response};
use seller_tickets::wire::secret::Secret;
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

const START_MS: f64 = 1_700_000_000_000.0;

/// Status, headers and body; the status 0 is no answer at all, and `None` stalls.
type Reaction = Option<(u16, Vec<(&'static str, String)>, String)>;

/// The host's answer to a request, from the number of its kind that came before.
type Script = dyn Fn(&Request, usize) -> Reaction + Send + Sync;

#[derive(Default)]
struct Seen {
    now_ms: f64,
    /// `POST /v1/auth`, and how each of the others was authorized.
    renewals: usize,
    calls: Vec<(String, String)>,
    /// When sleepers wake.
    alarms: Vec<f64>,
}

/// A host whose answers take 10 ms, and whose clock moves when everybody waits.
#[derive(Clone)]
struct Host {
    seen: Arc<Mutex<Seen>>,
    script: Arc<Script>,
}

impl Host {
    fn new(script: impl Fn(&Request, usize) -> Reaction + Send + Sync + 'static) -> Self {
        let seen = Seen { now_ms: START_MS, ..Seen::default() };
        Self { seen: Arc::new(Mutex::new(seen)), script: Arc::new(script) }
    }

    fn client(&self) -> Client<JtlScxChannel, Self> {
        Client::new(Credentials::RefreshToken(Secret::new("CHAN:r")), Settings::default(), self.clone()).unwrap()
    }

    fn renewals(&self) -> usize {
        self.seen.lock().unwrap().renewals
    }

    /// How the calls were authorized, in order.
    fn bearers(&self) -> Vec<String> {
        self.seen.lock().unwrap().calls.iter().map(|(_, bearer)| bearer.clone()).collect()
    }

    fn lines(&self) -> Vec<String> {
        self.seen.lock().unwrap().calls.iter().map(|(line, _)| line.clone()).collect()
    }

    fn elapsed_ms(&self) -> f64 {
        self.seen.lock().unwrap().now_ms - START_MS
    }

    fn pass_to_next_alarm(&self) -> bool {
        let mut seen = self.seen.lock().unwrap();
        let now = seen.now_ms;
        seen.alarms.retain(|alarm| *alarm > now);
        let next = seen.alarms.iter().copied().fold(f64::INFINITY, f64::min);
        if next.is_finite() {
            seen.now_ms = next;
        }
        next.is_finite()
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Transport for Host {
    async fn send(&self, request: Request, _max_body_bytes: u64) -> Result<Response, TransportError> {
        let count = {
            let mut seen = self.seen.lock().unwrap();
            if request.url.ends_with("/v1/auth") {
                assert_eq!(request.body, b"refreshToken=CHAN%3Ar");
                assert_eq!(request.headers.get("authorization"), None);
                seen.renewals += 1;
                seen.renewals - 1
            } else {
                let path = request.url.strip_prefix("https://scx.api.jtl-software.com").unwrap();
                let line = format!("{} {path} {}", request.method.as_str(), String::from_utf8_lossy(&request.body));
                let bearer = request.headers.get("authorization").unwrap().to_owned();
                assert_eq!(request.headers.get("accept-language"), Some("en"));
                seen.calls.push((line.trim_end().to_owned(), bearer));
                seen.calls.len() - 1
            }
        };
        self.sleep(10.0).await;
        match (self.script)(&request, count) {
            None => std::future::pending().await,
            Some((0, _, message)) => Err(TransportError { status: None, message }),
            Some((status, headers, body)) => {
                Ok(Response { status, headers: headers.into_iter().collect(), body: body.into_bytes() })
            }
        }
    }

    async fn sleep(&self, ms: f64) {
        let until = {
            let mut seen = self.seen.lock().unwrap();
            let until = seen.now_ms + ms;
            seen.alarms.push(until);
            until
        };
        poll_fn(|_| if self.seen.lock().unwrap().now_ms < until { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    fn now_ms(&self) -> f64 {
        self.seen.lock().unwrap().now_ms
    }

    fn random(&self) -> f64 {
        0.5
    }
}

type Task<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Polls all tasks, and moves the clock when none gets on, until all are done or `until` says stop.
fn run_until(host: &Host, tasks: &mut Vec<Task<'_>>, until: impl Fn() -> bool) {
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..100_000 {
        tasks.retain_mut(|task| task.as_mut().poll(&mut context).is_pending());
        if tasks.is_empty() || until() {
            return;
        }
        assert!(host.pass_to_next_alarm(), "all wait for nothing that the host does");
    }
    panic!("it does not end");
}

fn run_all(host: &Host, mut tasks: Vec<Task<'_>>) {
    run_until(host, &mut tasks, || false);
}

type Answer = Result<usize, TicketError>;

/// A call that notes how it ended.
fn list<'a>(client: &'a Client<JtlScxChannel, Host>, answers: &Rc<RefCell<Vec<Answer>>>) -> Task<'a> {
    let answers = answers.clone();
    Box::pin(async move {
        let answer = client.call(&ListEventsParams::default()).await;
        let count = answer.map(|reply| reply.data.eventList.unwrap_or_default().len());
        answers.borrow_mut().push(count);
    })
}

fn granted(token: &str, seconds: u32) -> Reaction {
    Some((200, Vec::new(), format!(r#"{{"scope":"CHAN","authToken":"{token}","expiresIn":{seconds}}}"#)))
}

fn ok(body: &str) -> Reaction {
    Some((200, Vec::new(), body.to_owned()))
}

fn refused(status: u16, code: &str) -> Reaction {
    let body = format!(r#"{{"errorList":[{{"code":"{code}","message":"refreshToken SELLER:r","severity":"error"}}]}}"#);
    Some((status, Vec::new(), body))
}

fn is_auth(request: &Request) -> bool {
    request.url.ends_with("/v1/auth")
}

#[test]
fn a_hundred_calls_make_one_renewal() {
    let host = Host::new(|request, _| if is_auth(request) { granted("t1", 3600) } else { ok("") });
    let (client, answers) = (host.client(), Rc::default());
    run_all(&host, (0..100).map(|_| list(&client, &answers)).collect());
    assert_eq!(host.renewals(), 1);
    assert!(answers.borrow().iter().all(|answer| *answer == Ok(0)) && answers.borrow().len() == 100);
    assert!(host.bearers().iter().all(|bearer| bearer == "Bearer t1"));
    assert_eq!(client.session().unwrap().access_token, "t1");
}

#[test]
fn when_the_call_that_renews_is_dropped_another_takes_over() {
    let host = Host::new(|request, count| match (is_auth(request), count) {
        (true, 0) => None,
        (true, _) => granted("t2", 3600),
        _ => ok(""),
    });
    let (client, answers) = (host.client(), Rc::default());
    let mut leader = vec![list(&client, &answers)];
    run_until(&host, &mut leader, || host.renewals() == 1);
    let mut followers: Vec<_> = (0..99).map(|_| list(&client, &answers)).collect();
    run_until(&host, &mut followers, || host.elapsed_ms() > 100.0);
    assert_eq!((host.renewals(), answers.borrow().len()), (1, 0));
    drop(leader);
    run_all(&host, followers);
    assert_eq!(host.renewals(), 2);
    assert!(answers.borrow().iter().all(|answer| *answer == Ok(0)) && answers.borrow().len() == 99);
    assert!(host.elapsed_ms() < 200_000.0);
}

#[test]
fn when_the_call_that_renews_is_kept_but_not_polled_its_turn_ends() {
    let host = Host::new(|request, count| match (is_auth(request), count) {
        (true, 0) => None,
        (true, _) => granted("t2", 3600),
        _ => ok(""),
    });
    let (client, answers) = (host.client(), Rc::default());
    let mut forgotten = vec![list(&client, &answers)];
    run_until(&host, &mut forgotten, || host.renewals() == 1);
    run_all(&host, vec![list(&client, &answers)]);
    assert_eq!((host.renewals(), answers.borrow().as_slice()), (2, &[Ok(0)][..]));
    // It took as long as a renewal may take, and a little more.
    assert!((62_000.0..63_000.0).contains(&host.elapsed_ms()), "{}", host.elapsed_ms());
}

#[test]
fn a_renewal_in_the_middle_of_a_call_has_what_is_left_of_its_time() {
    // The kept token is refused after 10 ms, and nothing answers the request for a new one.
    let host = Host::new(|request, _| if is_auth(request) { None } else { refused(401, "ATH000") });
    let client = host.client();
    client.set_session(Session {
        access_token: "t1".to_owned(),
        issued_at_ms: START_MS,
        expires_at_ms: START_MS + 3_600_000.0,
        refresh_token: None,
    });
    let short = CallOptions { total_timeout_ms: Some(100.0), ..CallOptions::default() };
    let failed = Rc::new(RefCell::new(None));
    let (of, kept) = (&client, failed.clone());
    let task: Task<'_> = Box::pin(async move {
        *kept.borrow_mut() = Some(of.call_with(&ListEventsParams::default(), &short).await.unwrap_err());
    });
    run_all(&host, vec![task]);
    assert_eq!((host.renewals(), host.elapsed_ms()), (1, 100.0));
    let failed = failed.borrow_mut().take().unwrap();
    assert_eq!((failed.code.as_str(), failed.sent, failed.attempts), ("total_timeout", Sent::No, 1));
}

#[test]
fn the_time_of_a_call_counts_while_its_token_is_renewed() {
    let host = Host::new(|request, count| match (is_auth(request), count) {
        (true, 0) => None,
        (true, _) => granted("t2", 3600),
        _ => ok(""),
    });
    let (client, answers) = (host.client(), Rc::<RefCell<Vec<TicketError>>>::default());
    let short = CallOptions { total_timeout_ms: Some(1000.0), timeout_ms: Some(90_000.0), ..CallOptions::default() };
    let call = || -> Task<'_> {
        let (client, answers, short) = (&client, answers.clone(), short.clone());
        Box::pin(async move {
            let failed = client.call_with(&ListEventsParams::default(), &short).await.unwrap_err();
            answers.borrow_mut().push(failed);
        })
    };
    // The one that renews, and those that wait for it.
    run_all(&host, (0..10).map(|_| call()).collect());
    assert!((990.0..1100.0).contains(&host.elapsed_ms()), "{}", host.elapsed_ms());
    for failed in answers.borrow().iter() {
        assert_eq!((failed.kind, failed.code.as_str()), (ErrorKind::Timeout, "total_timeout"), "{failed:?}");
        assert!(failed.sent == Sent::No && failed.attempts <= 1, "{failed:?}");
    }
    // Its turn ended with it.
    let later = Rc::default();
    run_all(&host, vec![list(&client, &later)]);
    assert_eq!((later.borrow().as_slice(), answers.borrow().len()), (&[Ok(0)][..], 10));
}

#[test]
fn a_slow_renewal_that_is_repeated_keeps_its_turn() {
    // Two attempts time out after a minute each, and the third succeeds.
    let host = Host::new(|request, count| match (is_auth(request), count) {
        (true, 0 | 1) => None,
        (true, _) => granted("t1", 3600),
        _ => ok(""),
    });
    let (client, answers) = (host.client(), Rc::default());
    run_all(&host, (0..20).map(|_| list(&client, &answers)).collect());
    assert_eq!(host.renewals(), 3);
    assert!(answers.borrow().iter().all(|answer| *answer == Ok(0)) && answers.borrow().len() == 20);
}

#[test]
fn a_failed_renewal_fails_everyone_who_waited_with_one_clear_error() {
    for (script, renewals, kind, code) in [
        (refused(400, "ATH100"), 1, ErrorKind::Authentication, "ATH100"),
        (refused(401, "ATH000"), 1, ErrorKind::Authentication, "ATH000"),
        (refused(403, "X"), 1, ErrorKind::Authentication, "http_403"),
        (refused(503, "X"), 3, ErrorKind::Server, "http_503"),
        (Some((0, Vec::new(), "connection reset".to_owned())), 3, ErrorKind::Network, "network"),
        (ok("<html>"), 1, ErrorKind::Decode, "invalid_json"),
    ] {
        let host = Host::new(move |request, _| if is_auth(request) { script.clone() } else { ok("") });
        let (client, answers) = (host.client(), Rc::default());
        run_all(&host, (0..100).map(|_| list(&client, &answers)).collect());
        assert_eq!(host.renewals(), renewals, "{code}");
        assert_eq!((host.bearers().len(), answers.borrow().len()), (0, 100));
        let errors: Vec<_> = answers.take().into_iter().map(Result::unwrap_err).collect();
        let first = errors[0].clone();
        assert!(errors.iter().all(|error| *error == first));
        // The calls themselves were never sent, whatever became of the renewal.
        assert_eq!((first.kind, first.code.as_str(), first.sent), (kind, code, Sent::No));
        assert_eq!(first.endpoint, "session");
        assert!(!first.message.contains("SELLER") && !first.message.is_empty(), "{}", first.message);
        // The next call tries again.
        run_all(&host, vec![list(&client, &answers)]);
        assert_eq!(host.renewals(), 2 * renewals, "{code}");
    }
}

#[test]
fn a_refused_token_is_renewed_once_for_all() {
    let host = Host::new(|request, count| {
        if is_auth(request) {
            return granted(&format!("t{}", count + 1), 3600);
        }
        if request.headers.get("authorization") == Some("Bearer t1") { refused(401, "X") } else { ok("") }
    });
    let (client, answers) = (host.client(), Rc::default());
    run_all(&host, (0..20).map(|_| list(&client, &answers)).collect());
    assert_eq!(host.renewals(), 2);
    assert!(answers.borrow().iter().all(|answer| *answer == Ok(0)) && answers.borrow().len() == 20);
    let bearers = host.bearers();
    assert_eq!(bearers.iter().filter(|bearer| *bearer == "Bearer t1").count(), 20);
    assert_eq!(bearers.iter().filter(|bearer| *bearer == "Bearer t2").count(), 20);
}

#[test]
fn a_token_that_is_refused_twice_fails_the_call() {
    let host = Host::new(
        |request, count| {
            if is_auth(request) { granted(&format!("t{count}"), 3600) } else { refused(401, "ATH000") }
        },
    );
    let client = host.client();
    let result = Rc::new(RefCell::new(None));
    let call = async {
        let ids = AcknowledgeEventsParams { eventIdList: vec!["1".to_owned()] };
        *result.borrow_mut() = Some(client.call(&ids).await);
    };
    run_all(&host, vec![Box::pin(call)]);
    let error = result.take().unwrap().unwrap_err();
    assert_eq!((error.kind, error.status, error.attempts), (ErrorKind::Authentication, Some(401), 2));
    assert_eq!((error.sent, error.endpoint.as_str()), (Sent::No, "acknowledgeEvents"));
    assert_eq!((host.renewals(), host.bearers()), (2, vec!["Bearer t0".to_owned(), "Bearer t1".to_owned()]));
}

#[test]
fn tokens_that_are_always_refused_are_renewed_twice_in_a_hundred_calls() {
    let host = Host::new(
        |request, count| {
            if is_auth(request) { granted(&format!("t{count}"), 3600) } else { refused(401, "ATH000") }
        },
    );
    let (client, answers) = (host.client(), Rc::default());
    for _ in 0..100 {
        run_all(&host, vec![list(&client, &answers)]);
    }
    // The first session, and two renewals.
    assert_eq!((host.renewals(), answers.borrow().len()), (3, 100));
    assert!(answers.borrow().iter().all(|answer: &Answer| answer.is_err()));
    // Tokens of a new consent are used.
    client.set_session(Session {
        access_token: "fresh".to_owned(),
        issued_at_ms: host.now_ms(),
        expires_at_ms: host.now_ms() + 3_600_000.0,
        refresh_token: None,
    });
    run_all(&host, vec![list(&client, &answers)]);
    assert_eq!((host.bearers().last().map(String::as_str), host.renewals()), (Some("Bearer fresh"), 3));
}

#[test]
fn the_loser_of_a_renewal_uses_the_session_that_came_in_the_meantime() {
    // While the renewal is on its way, the program takes over what another process has stored.
    let winner = Arc::new(Mutex::new(None::<Arc<Client<JtlScxChannel, Host>>>));
    let told = winner.clone();
    let host = Host::new(move |request, _| {
        if is_auth(request) {
            if let Some(client) = told.lock().unwrap().as_ref() {
                client.set_session(Session {
                    access_token: "winner".to_owned(),
                    issued_at_ms: START_MS,
                    expires_at_ms: START_MS + 3_600_000.0,
                    refresh_token: None,
                });
            }
            return refused(400, "ATH000");
        }
        ok("")
    });
    let client = Arc::new(host.client());
    *winner.lock().unwrap() = Some(client.clone());
    let answers = Rc::default();
    run_all(&host, vec![list(&client, &answers)]);
    assert_eq!((host.renewals(), host.bearers()), (1, vec!["Bearer winner".to_owned()]));
    assert_eq!(*answers.borrow(), [Ok(0)]);
    *winner.lock().unwrap() = None;
}

#[test]
fn a_session_is_renewed_before_it_ends_and_can_be_brought_along() {
    let host = Host::new(|request, count| if is_auth(request) { granted(&format!("t{count}"), 360) } else { ok("") });
    let (client, answers) = (host.client(), Rc::default());
    let at = |ms: f64| host.seen.lock().unwrap().now_ms = START_MS + ms;
    client.set_session(Session {
        access_token: "kept".to_owned(),
        issued_at_ms: START_MS - 300_000.0,
        expires_at_ms: START_MS + 60_001.0,
        refresh_token: None,
    });
    // 60 s before its end it is used no more; and so on with each that follows.
    for (ms, bearer) in [(0.0, "kept"), (1.0, "t0"), (300_010.0, "t0"), (300_012.0, "t1"), (600_021.0, "t1")] {
        at(ms);
        run_all(&host, vec![list(&client, &answers)]);
        assert_eq!(host.bearers().last().unwrap(), &format!("Bearer {bearer}"), "{ms}");
    }
    assert_eq!(host.renewals(), 2);
}

#[test]
fn after_a_429_the_interval_is_waited_for() {
    let headers = vec![
        ("X-RateLimit-Limit", "240".to_owned()),
        ("X-RateLimit-Interval-Length-Seconds", "60".to_owned()),
        ("X-RateLimit-Remaining", "0".to_owned()),
    ];
    let host = Host::new(move |request, count| match (is_auth(request), count) {
        (true, _) => granted("t", 3600),
        (_, 0) => Some((429, headers.clone(), String::new())),
        _ => ok(""),
    });
    let (client, answers) = (host.client(), Rc::default());
    run_all(&host, vec![list(&client, &answers)]);
    assert_eq!(answers.borrow().as_slice(), [Ok(0)]);
    assert_eq!(host.elapsed_ms(), 10.0 + 10.0 + 60_000.0 + 10.0);
}

fn reply(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","type":"Seller:Ticket.Reply","event":{{"sellerId":"S","ticketId":"T{id}","message":"m"}}}}"#
    )
}

fn events(list: &[String]) -> Reaction {
    ok(&format!(r#"{{"eventList":[{}]}}"#, list.join(",")))
}

#[test]
fn replies_are_acknowledged_when_the_caller_is_done_with_them() {
    const POLL: &str = "GET /v1/channel/event?eventTypeFilter=Seller%3ATicket.Reply";
    let host = Host::new(|request, count| match (is_auth(request), count) {
        (true, _) => granted("t", 36_000),
        // 0: two at once, one twice, and one that is for somebody else.
        (_, 0) => {
            let other = r#"{"id":"9","type":"Seller:Offer.New"}"#.to_owned();
            events(&[reply("1"), other, reply("2"), reply("1")])
        }
        // 1 acknowledges "1"; 2 fails to acknowledge "2"; 3 brings it again, with a new one.
        (_, 2) => refused(500, "X"),
        (_, 3) => events(&[reply("2"), reply("3")]),
        // 4 acknowledges "2" once more, 5 "3"; nothing new, a failure, and at last one more.
        (_, 6) => ok(r#"{"eventList":[]}"#),
        (_, 7..=9) => refused(503, "X"),
        (_, 10) => events(&[reply("4")]),
        _ => Some((204, Vec::new(), String::new())),
    });
    let client = host.client();
    let log = Rc::new(RefCell::new(Vec::new()));
    let walk = async {
        let mut replies = TicketReplies::new(&client, INTERVAL_MS);
        while log.borrow().len() < 6 {
            let entry = match replies.next().await {
                Ok(event) => event.ticket_reply().unwrap().unwrap().ticketId,
                Err(error) => format!("{} {}", error.endpoint, error.code),
            };
            let at = host.elapsed_ms();
            log.borrow_mut().push((entry, at, host.lines().len()));
        }
    };
    run_all(&host, vec![Box::pin(walk)]);
    let entries: Vec<_> = log.borrow().iter().map(|(entry, _, requests)| (entry.clone(), *requests)).collect();
    let expected = [("T1", 1), ("T2", 2), ("acknowledgeEvents X", 3), ("T3", 5), ("listEvents X", 10), ("T4", 11)];
    assert_eq!(entries, expected.map(|(entry, requests)| (entry.to_owned(), requests)));
    let acknowledged = |ids: &str| format!("DELETE /v1/channel/event {{\"eventIdList\":[{ids}]}}");
    assert_eq!(
        host.lines(),
        [
            POLL.to_owned(),
            acknowledged(r#""1""#),
            acknowledged(r#""2""#),
            POLL.to_owned(),
            acknowledged(r#""2""#),
            acknowledged(r#""3""#),
            POLL.to_owned(),
            POLL.to_owned(),
            POLL.to_owned(),
            POLL.to_owned(),
            POLL.to_owned(),
        ]
    );
    // A minute after the poll that brought nothing, and three quarters of one after the failure.
    let times: Vec<_> = log.borrow().iter().map(|(_, at, _)| *at).collect();
    assert!((60_000.0..62_000.0).contains(&(times[4] - times[3])), "{times:?}");
    assert!((45_000.0..45_100.0).contains(&(times[5] - times[4])), "{times:?}");
}
