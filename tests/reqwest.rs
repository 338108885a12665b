//! reqwest as the transport, against a server that speaks plain HTTP over a socket of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::client::reqwest::Reqwest;
use seller_tickets::marketplaces::kaufland::auth::Credentials;
use seller_tickets::marketplaces::kaufland::{CreateTicketMessageParams, GetTicketParams, Kaufland};
use seller_tickets::wire::http::Method;
use seller_tickets::{
    Attachment, CallOptions, Client, ErrorKind, Headers, Request, Sent, Settings, TicketError, Transport,
};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What the server does with one request.
#[derive(Clone)]
enum Reaction {
    /// It writes this and closes the connection.
    Write(Vec<u8>),
    /// It writes this and stays silent.
    WriteAndStall(Vec<u8>),
}

/// A server that reacts as it was told, one reaction for each request, and keeps what it was sent.
struct Server {
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(reactions: Vec<Reaction>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&seen);
        thread::spawn(move || {
            for reaction in reactions {
                let (stream, _) = listener.accept().unwrap();
                kept.lock().unwrap().push(read_request(&stream));
                thread::spawn(move || react(stream, &reaction));
            }
        });
        Self { url, seen }
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    fn client(&self) -> Client<Kaufland, Reqwest> {
        let settings = Settings { base_url: Some(self.url.clone()), ..Settings::default() };
        Client::new(Credentials::new("client", "secret"), settings, Reqwest::new().unwrap()).unwrap()
    }
}

fn react(mut stream: TcpStream, reaction: &Reaction) {
    let (Reaction::Write(bytes) | Reaction::WriteAndStall(bytes)) = reaction;
    // A client that goes away in the middle is part of the tests.
    let _ = stream.write_all(bytes);
    if matches!(reaction, Reaction::WriteAndStall(_)) {
        thread::sleep(Duration::from_secs(5));
    }
    let _ = stream.shutdown(Shutdown::Both);
}

/// Returns the head and the body of a request as text.
fn read_request(mut stream: &TcpStream) -> String {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return text;
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return text,
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

const TICKET: &str = r#"{"data":{"id_ticket":"0017","ids_order_units":[1],"id_buyer":null,"ts_created_iso":"2026-03-02T08:15:00Z","ts_updated_iso":"2026-03-02T08:15:00Z","status":"opened","open_reason":"contact_other","topic":null,"is_seller_responsible":true,"fulfillment_type":"fulfilled_by_merchant"}}"#;

fn ticket() -> Reaction {
    Reaction::Write(answer("200 OK", "content-type: application/json\r\nx-request-id: r-1\r\n", TICKET))
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Gets a ticket once, without repeats, and returns the error.
fn failure(server: &Server, options: CallOptions) -> TicketError {
    let endpoint = GetTicketParams { id_ticket: "0017".to_owned(), ..Default::default() };
    let options = CallOptions { max_retries: Some(0), ..options };
    runtime().block_on(server.client().call_with(&endpoint, &options)).unwrap_err()
}

#[test]
fn a_call_is_signed_sent_and_read() {
    let server = Server::start(vec![ticket()]);
    let endpoint = GetTicketParams { id_ticket: "0017".to_owned(), ..Default::default() };
    let reply = runtime().block_on(server.client().call(&endpoint)).unwrap();
    assert_eq!((reply.data.id_ticket.as_str(), reply.status, reply.attempts), ("0017", 200, 1));
    assert_eq!(reply.headers.get("x-request-id"), Some("r-1"));
    let [request] = &server.seen()[..] else { panic!("one request") };
    assert!(request.starts_with("GET /tickets/0017 HTTP/1.1\r\n"), "{request}");
    for header in ["shop-client-key: client", "shop-signature: ", "accept: application/json"] {
        assert_eq!(request.matches(header).count(), 1, "{header} in {request}");
    }
}

#[test]
fn a_body_arrives_as_it_was_signed_and_a_failure_is_repeated() {
    let server = Server::start(vec![
        Reaction::Write(answer("201 Created", "", "")),
        Reaction::Write(answer("503 Service Unavailable", "retry-after: 0\r\n", "")),
        ticket(),
    ]);
    let file = Attachment::new("a.txt", b"hello".to_vec());
    let message = CreateTicketMessageParams {
        id_ticket: "0017".to_owned(),
        text: "Grüße".to_owned(),
        ticket_message_files: Some(vec![file]),
        ..Default::default()
    };
    let client = server.client();
    runtime().block_on(async {
        client.call(&message).await.unwrap();
        let endpoint = GetTicketParams { id_ticket: "0017".to_owned(), ..Default::default() };
        assert_eq!(client.call(&endpoint).await.unwrap().attempts, 2);
    });
    let seen = server.seen();
    let (_, body) = seen[0].split_once("\r\n\r\n").unwrap();
    assert!(body.contains("Grüße") && body.contains("data:text/plain;base64,aGVsbG8="), "{body}");
}

#[test]
fn an_answer_that_redirects_is_not_followed() {
    let elsewhere = Server::start(vec![ticket()]);
    let location = format!("location: {}/tickets/0017\r\n", elsewhere.url);
    let server = Server::start(vec![Reaction::Write(answer("302 Found", &location, ""))]);
    let error = failure(&server, CallOptions::default());
    assert_eq!((error.status, error.attempts), (Some(302), 1));
    assert!(elsewhere.seen().is_empty());
}

#[test]
fn failures_have_the_kinds_and_the_words_of_every_transport() {
    let stall = || Reaction::WriteAndStall(Vec::new());
    let in_time = CallOptions { timeout_ms: Some(150.0), ..CallOptions::default() };
    let begun = Instant::now();
    let error = failure(&Server::start(vec![stall()]), in_time.clone());
    assert_eq!((error.kind, error.sent, error.attempts, error.status), (ErrorKind::Timeout, Sent::Maybe, 1, None));

    let half = answer("200 OK", "", TICKET);
    let stalled = Reaction::WriteAndStall(half[..half.len() - 9].to_vec());
    let error = failure(&Server::start(vec![stalled]), in_time);
    assert_eq!((error.kind, error.sent), (ErrorKind::Timeout, Sent::Maybe));
    assert!(begun.elapsed() < Duration::from_secs(3));

    let cut = Reaction::Write(half[..half.len() - 9].to_vec());
    let error = failure(&Server::start(vec![cut]), CallOptions::default());
    assert_eq!((error.kind, error.sent, error.status), (ErrorKind::Network, Sent::Yes, Some(200)));

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let none = Server { url: format!("http://{closed}"), seen: Arc::default() };
    let error = failure(&none, CallOptions::default());
    assert_eq!((error.kind, error.sent), (ErrorKind::Network, Sent::Maybe));
    assert!(error.message.to_lowercase().contains("refused"), "{}", error.message);
    assert!(!error.message.contains(&none.url), "{}", error.message);
}

fn send(request: Request, max_body_bytes: u64) -> Result<seller_tickets::Response, seller_tickets::TransportError> {
    runtime().block_on(Reqwest::new().unwrap().send(request, max_body_bytes))
}

fn get(url: String) -> Request {
    Request { method: Method::Get, url, headers: Headers::default(), body: Vec::new() }
}

#[test]
fn a_body_is_read_up_to_its_limit() {
    let body = "x".repeat(100_000);
    let server = Server::start(vec![Reaction::Write(answer("200 OK", "", &body)); 2]);
    assert_eq!(send(get(format!("{}/", server.url)), 100_000).unwrap().body.len(), 100_000);
    let error = send(get(format!("{}/", server.url)), 99_999).unwrap_err();
    assert_eq!(error.status, Some(200));
    assert_eq!(error.message, "response body is larger than 99999 bytes");
}

#[test]
fn what_cannot_be_sent_unchanged_is_an_error() {
    let server = Server::start(vec![]);
    for url in [format!("{}/a b", server.url), format!("{}/../a", server.url)] {
        let error = send(get(url), 10).unwrap_err();
        assert!(error.message.contains("spells"), "{error}");
    }
    for url in ["no url", ""] {
        assert_eq!(send(get(url.to_owned()), 10).unwrap_err().status, None);
    }
    assert!(server.seen().is_empty());
    for (name, value) in [("a b", "c"), ("a", "b\r\nc: d"), ("", "a")] {
        let headers = [(name, value)].into_iter().collect();
        assert_eq!(send(Request { headers, ..get(format!("{}/", server.url)) }, 10).unwrap_err().status, None);
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    let transport = Reqwest::new().unwrap();
    let mut context = Context::from_waker(Waker::noop());
    let Poll::Ready(Err(error)) = pin!(transport.send(get("http://127.0.0.1:9/".to_owned()), 9)).poll(&mut context)
    else {
        panic!("nothing to wait for");
    };
    assert!(error.message.contains("tokio"), "{error}");
    assert!(pin!(transport.sleep(1.0)).poll(&mut context).is_ready());
}

#[test]
fn numbers_are_random_and_the_clock_goes() {
    let transport = Reqwest::new().unwrap();
    let numbers: Vec<f64> = (0..100).map(|_| transport.random()).collect();
    assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
    assert!(numbers.windows(2).filter(|pair| pair[0] == pair[1]).count() < 3);
    assert!(numbers.iter().any(|number| *number < 0.5) && numbers.iter().any(|number| *number >= 0.5));
    assert!(transport.now_ms() > 1.7e12);
}
