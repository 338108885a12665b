//! What a program with a subscriber of `tracing` sees of its calls.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use seller_tickets::marketplaces::jtl_scx::{self, AcknowledgeEventsParams, JtlScxChannel};
use seller_tickets::marketplaces::kaufland::auth::Credentials;
use seller_tickets::marketplaces::kaufland::{CloseTicketParams, GetTicketParams, Kaufland};
use seller_tickets::wire::secret::Secret;
use seller_tickets::{Client, Request, Response, Settings, Transport, TransportError};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::{Debug, Write};
use std::future::pending;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context as Task, Waker};
use support::run;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

mod support;

/// A span or an event, with the numbers of the spans around it and its fields.
#[derive(Default, Clone)]
struct Told {
    name: String,
    around: Vec<u64>,
    fields: BTreeMap<String, String>,
}

impl Visit for Told {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.fields.insert(field.name().to_owned(), format!("{value:?}").trim_matches('"').to_owned());
    }
}

#[derive(Default, Clone)]
struct Kept {
    spans: Arc<Mutex<BTreeMap<u64, Told>>>,
    events: Arc<Mutex<Vec<Told>>>,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Kept {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let around = context.span_scope(id).map(|spans| spans.skip(1).map(|span| span.id().into_u64()).collect());
        let mut told = Told {
            name: attributes.metadata().name().to_owned(),
            around: around.unwrap_or_default(),
            ..Told::default()
        };
        attributes.record(&mut told);
        self.spans.lock().unwrap().insert(id.into_u64(), told);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(self.spans.lock().unwrap().get_mut(&id.into_u64()).unwrap());
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let around = context.event_scope(event).map(|spans| spans.map(|span| span.id().into_u64()).collect());
        let name = format!("{}", event.metadata().level()).to_lowercase();
        let mut told = Told { name, around: around.unwrap_or_default(), ..Told::default() };
        event.record(&mut told);
        self.events.lock().unwrap().push(told);
    }
}

impl Kept {
    /// Runs `work` with this as its subscriber.
    fn watch<O>(&self, work: impl FnOnce() -> O) -> O {
        with_default(tracing_subscriber::registry().with(self.clone()), work)
    }

    /// The spans, as `endpoint outcome`, each with the number of spans around it.
    fn spans(&self) -> Vec<(usize, String)> {
        let spans = self.spans.lock().unwrap();
        let line = |told: &Told| format!("{} {}", told.fields["endpoint"], told.fields["outcome"]);
        spans.values().map(|told| (told.around.len(), line(told))).collect()
    }

    /// The events, as `level message attempt status`.
    fn events(&self) -> Vec<String> {
        let events = self.events.lock().unwrap();
        let line = |told: &Told| {
            ["message", "attempt", "status", "code"].iter().fold(told.name.clone(), |mut line, name| {
                if let Some(value) = told.fields.get(*name) {
                    write!(line, " {value}").unwrap();
                }
                line
            })
        };
        events.iter().map(line).collect()
    }

    /// Everything that was told, as text.
    fn text(&self) -> String {
        let told = |list: Vec<Told>| list.into_iter().map(|told| format!("{} {:?}\n", told.name, told.fields));
        let spans = self.spans.lock().unwrap().values().cloned().collect();
        told(spans).chain(told(self.events.lock().unwrap().clone())).collect()
    }
}

type Reaction = Option<(u16, &'static str)>;

/// A host with these answers; `None` is none.
#[derive(Clone)]
struct Host(Arc<Mutex<VecDeque<Reaction>>>, f64);

impl Host {
    fn new(reactions: impl IntoIterator<Item = Reaction>) -> Self {
        Self(Arc::new(Mutex::new(reactions.into_iter().collect())), 1_700_000_000_000.0)
    }

    fn kaufland(&self) -> Client<Kaufland, Self> {
        let keys = Credentials::new("the-client-key", "the-secret-key");
        Client::new(keys, Settings::default(), self.clone()).unwrap()
    }
}

impl Transport for Host {
    async fn send(&self, _: Request, _: u64) -> Result<Response, TransportError> {
        let Some((status, body)) = self.0.lock().unwrap().pop_front().expect("no further request") else {
            return pending().await;
        };
        Ok(Response { status, headers: [("x-private", "a-header")].into_iter().collect(), body: body.into() })
    }

    /// Once the host has no answer left, no wait ends.
    async fn sleep(&self, _: f64) {
        let is_over = self.0.lock().unwrap().is_empty();
        if is_over {
            pending().await
        }
    }

    fn now_ms(&self) -> f64 {
        self.1
    }

    fn random(&self) -> f64 {
        0.5
    }
}

const TICKET: &str = r#"{"data":{"id_ticket":"0017","ids_order_units":[1],"id_buyer":2,"ts_created_iso":"2026-03-02T08:15:00Z","ts_updated_iso":"2026-03-02T08:15:00Z","status":"opened","open_reason":"product_return","topic":null,"is_seller_responsible":true,"fulfillment_type":"fulfilled_by_merchant"}}"#;
const CLOSED: &str = r#"{"data":{"id_ticket":"0017","ids_order_units":[1],"id_buyer":2,"ts_created_iso":"2026-03-02T08:15:00Z","ts_updated_iso":"2026-03-02T08:15:00Z","status":"seller_closed","open_reason":"product_return","topic":null,"is_seller_responsible":true,"fulfillment_type":"fulfilled_by_merchant"}}"#;

fn get() -> GetTicketParams {
    GetTicketParams { id_ticket: "0017".to_owned(), ..Default::default() }
}

#[test]
fn a_call_is_a_span_with_its_attempts_and_waits() {
    let kept = Kept::default();
    let host = Host::new([Some((503, "")), Some((200, TICKET))]);
    kept.watch(|| run(host.kaufland().call(&get()))).unwrap();
    assert_eq!(kept.spans(), [(0, "getTicket answer".to_owned())]);
    assert_eq!(
        kept.events(),
        [
            "debug request 1",
            "debug response 1 503",
            "warn waits before the attempt 2",
            "debug request 2",
            "debug response 2 200",
            "info the call was answered",
        ]
    );
    assert!(kept.events.lock().unwrap().iter().all(|event| event.around.len() == 1));
    let spans = kept.spans.lock().unwrap();
    let fields = &spans.values().next().unwrap().fields;
    assert_eq!((fields["marketplace"].as_str(), fields["attempts"].as_str()), ("kaufland", "2"));
}

#[test]
fn a_failure_says_its_kind_and_whether_anything_was_sent() {
    let kept = Kept::default();
    let host = Host::new([Some((500, "<p>a-private-word</p>"))]);
    kept.watch(|| {
        run(host.kaufland().call(&CloseTicketParams { id_ticket: "0017".to_owned() })).unwrap_err();
        run(host.kaufland().call(&GetTicketParams::default())).unwrap_err();
    });
    assert_eq!(
        kept.spans().iter().map(|(_, line)| line.as_str()).collect::<Vec<_>>(),
        ["closeTicket failure", "getTicket failure"]
    );
    let spans = kept.spans.lock().unwrap();
    let fields: Vec<_> =
        spans.values().map(|told| (told.fields["kind"].clone(), told.fields["sent"].clone())).collect();
    assert_eq!(fields, [("server".to_owned(), "maybe".to_owned()), ("validation".to_owned(), "no".to_owned())]);
}

#[test]
fn a_call_that_is_dropped_was_aborted() {
    let kept = Kept::default();
    let host = Host::new([None]);
    kept.watch(|| {
        let client = host.kaufland();
        let endpoint = get();
        let call =
            async { pin!(client.call(&endpoint)).as_mut().poll(&mut Task::from_waker(Waker::noop())).is_ready() };
        let _ = run(call);
    });
    assert_eq!(kept.spans(), [(0, "getTicket aborted".to_owned())]);
    assert!(kept.events().last().unwrap().starts_with("info the call was aborted"), "{:?}", kept.events());
}

#[test]
fn a_sure_write_has_its_reads_below_it_and_a_renewal_is_a_call() {
    let kept = Kept::default();
    let host = Host::new([Some((200, TICKET)), Some((500, "")), Some((200, CLOSED))]);
    let close = CloseTicketParams { id_ticket: "0017".to_owned() };
    let reply = kept.watch(|| run(host.kaufland().once(&close))).unwrap();
    assert!(reply.found);
    let spans = kept.spans();
    assert_eq!(spans[0], (0, "closeTicket answer".to_owned()));
    assert!(spans.len() > 1 && spans[1..].iter().all(|span| *span == (1, "getTicket answer".to_owned())), "{spans:?}");

    let kept = Kept::default();
    let token = r#"{"scope":"CHAN","authToken":"the-token","expiresIn":1800}"#;
    let host = Host::new([Some((200, token)), Some((204, ""))]);
    let keys = jtl_scx::auth::Credentials::RefreshToken(Secret::new("CHAN:the-refresh-token"));
    let client = Client::<JtlScxChannel, _>::new(keys, Settings::default(), host).unwrap();
    let events = AcknowledgeEventsParams { eventIdList: vec!["a".to_owned()] };
    kept.watch(|| run(client.call(&events))).unwrap();
    assert_eq!(kept.spans(), [(0, "acknowledgeEvents answer".to_owned()), (1, "session answer".to_owned())]);
    for secret in ["the-token", "the-refresh-token", "a-header"] {
        assert!(!kept.text().contains(secret), "{secret} in {}", kept.text());
    }
}

#[test]
fn nothing_that_is_told_is_secret_or_private() {
    let kept = Kept::default();
    let host = Host::new([Some((404, r#"{"message":"a-private-word"}"#))]);
    kept.watch(|| run(host.kaufland().call(&get()))).unwrap_err();
    let text = kept.text();
    assert!(text.contains("getTicket"));
    for private in ["the-client-key", "the-secret-key", "a-private-word", "a-header", "0017"] {
        assert!(!text.contains(private), "{private} in {text}");
    }
}
