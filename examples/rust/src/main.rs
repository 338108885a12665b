//! Uses the crate without JavaScript: prints the tickets that wait for the seller, and answers one.
//!
//!     KAUFLAND_CLIENT_KEY=… KAUFLAND_SECRET_KEY=… cargo run -- [ticket text]

use std::error::Error;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use seller_tickets::marketplaces::kaufland::Kaufland;
use seller_tickets::marketplaces::kaufland::auth::Credentials;
use seller_tickets::marketplaces::kaufland::model::TicketStatus;
use seller_tickets::marketplaces::kaufland::{CreateTicketMessageParams, ListTicketsParams};
use seller_tickets::{Client, Headers, Request, Response, Settings, Transport, TransportError};

/// ureq as the transport. It sends requests unchanged, and leaves redirects, statuses and retries
/// to the crate.
struct Ureq(ureq::Agent);

impl Ureq {
    fn new() -> Self {
        let config = ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false);
        Self(config.build().into())
    }
}

impl Transport for Ureq {
    async fn send(&self, request: Request, max_body_bytes: u64) -> Result<Response, TransportError> {
        let agent = self.0.clone();
        // ureq blocks the thread that calls it.
        let sent = tokio::task::spawn_blocking(move || exchange(&agent, request, max_body_bytes)).await;
        sent.unwrap_or_else(|error| Err(TransportError { status: None, message: error.to_string() }))
    }

    async fn sleep(&self, ms: f64) {
        tokio::time::sleep(Duration::from_secs_f64(ms / 1000.0)).await;
    }

    fn now_ms(&self) -> f64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64() * 1000.0)
    }

    fn random(&self) -> f64 {
        f64::from(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos())) / 1e9
    }
}

fn exchange(agent: &ureq::Agent, request: Request, max_body_bytes: u64) -> Result<Response, TransportError> {
    let mut builder = ureq::http::Request::builder().method(request.method.as_str()).uri(request.url);
    for (name, value) in &request.headers.0 {
        builder = builder.header(name, value);
    }
    let failed = |status, error: &dyn Error| TransportError { status, message: error.to_string() };
    let sent = if request.body.is_empty() {
        builder.body(()).map_err(|error| failed(None, &error)).map(|request| agent.run(request))?
    } else {
        builder.body(request.body).map_err(|error| failed(None, &error)).map(|request| agent.run(request))?
    };
    let mut answer = sent.map_err(|error| failed(None, &error))?;
    let status = answer.status().as_u16();
    let header = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers: Headers = answer.headers().iter().map(header).collect();
    let body = answer.body_mut().with_config().limit(max_body_bytes).read_to_vec();
    Ok(Response { status, headers, body: body.map_err(|error| failed(Some(status), &error))? })
}

async fn run() -> Result<(), Box<dyn Error>> {
    let keys = Credentials::new(std::env::var("KAUFLAND_CLIENT_KEY")?, std::env::var("KAUFLAND_SECRET_KEY")?);
    let settings = Settings { base_url: std::env::var("KAUFLAND_BASE_URL").ok(), ..Settings::default() };
    let client = Client::<Kaufland, _>::new(keys, settings, Ureq::new())?;

    let mut arguments = std::env::args().skip(1);
    if let (Some(id_ticket), Some(text)) = (arguments.next(), arguments.next()) {
        let message = CreateTicketMessageParams { id_ticket, text, ..Default::default() };
        client.call(&message).await?;
        println!("{} answered", message.id_ticket);
        return Ok(());
    }
    let mut pages = client.pages(ListTicketsParams { status: Some(vec![TicketStatus::Opened]), ..Default::default() });
    while let Some(tickets) = pages.next_page().await? {
        for ticket in tickets.iter().filter(|ticket| ticket.is_seller_responsible) {
            println!("{} {}", ticket.id_ticket, ticket.open_reason.as_str());
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(run())
}
