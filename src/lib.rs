//! Marketplace tickets for sellers: the cases that buyers and sellers open about orders.
//!
//! A [`Vendor`] is a marketplace as a type. Each of its operations is an [`Endpoint`], which has
//! parameters and rules, builds a request from them, and reads the response into a result. A
//! [`Client`] belongs to one vendor and accepts that vendor's endpoints only.
//!
//! ```no_run
//! # #[cfg(feature = "kaufland")] mod example {
//! use seller_tickets::marketplaces::kaufland::{GetTicketParams, Kaufland, auth::Credentials};
//! use seller_tickets::{Client, Settings, TicketError, Transport};
//!
//! async fn read_back<T: Transport>(transport: T) -> Result<String, TicketError> {
//!     let keys = Credentials::new("client key", "secret key");
//!     let client = Client::<Kaufland, T>::new(keys, Settings::default(), transport)?;
//!     let endpoint = GetTicketParams { id_ticket: "00110123123".into(), ..Default::default() };
//!     let ticket = client.call(&endpoint).await?.data;
//!     Ok(ticket.id_ticket)
//! }
//! # }
//! ```
//!
//! A [`Transport`] is the host: it sends, waits, and gives the time and random numbers. The feature
//! `fetch` provides one for programs in wasm (`client::fetch::Fetch`). The exports to JavaScript
//! are behind the feature `js`.
//!
//! # The picture
//!
//! Decisions are step machines in [`call`]. They read no clock, no random number and no network:
//! these arrive with the events, and each decision is returned as a step. A driver carries the
//! steps out: [`client`] in Rust, the facade over the host's `fetch` in JavaScript. All behaviour
//! can therefore be tested as tables, without sleeping, and in wasm none of our code needs to
//! survive a wait of the host.
//!
//! ```text
//!              ┌── driver: client/ in Rust, pkg-template/ in JavaScript ──────────┐
//! endpoint ──▶ │ Call: Start ─▶ Send | Wait | Token | Done | Fail                 │ ──▶ result
//!              │       Response | SendFailed | TimedOut | Waited | … ─▶ the same  │
//!              └──────────────────────────────────────────────────────────────────┘
//!                 Once stands above whole calls: reads, then writes, until it knows
//!                 Line, Lease, Pager, Gate: whose turn it is, who renews a token,
//!                 which page comes next, when the account may send again
//! ```
//!
//! # The rooms
//!
//! Each room imports only from those above it in this list:
//!
//! | room | holds |
//! |---|---|
//! | [`wire`] | heads of HTTP, URLs, secrets, signatures, times, JSON with exact numbers, rates |
//! | [`rules`] | errors, violations, the reading of untyped values, rules, settings |
//! | [`attachment`] | file types by content, base64, data URLs, bodies of known length |
//! | [`model`] | models of responses, open enums |
//! | [`vendor`] | the contract that each marketplace fulfils |
//! | [`call`] | the step machines |
//! | [`client`] | the driver for Rust programs |
//! | [`marketplaces`] | one folder for each marketplace |
//! | `desk` | what is general about the desk: views, deadlines, sync, outbox (feature `desk`) |
//! | [`registry`] | the list of all marketplaces, for `js` and for tests |
//! | `js` | the exports to JavaScript, which convert and decide nothing |
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::string_slice))]

pub mod attachment;
pub mod call;
pub mod client;
#[cfg(feature = "desk")]
pub mod desk;
#[cfg(any(feature = "types", all(feature = "js", target_arch = "wasm32")))]
pub mod js;
pub mod marketplaces;
pub mod model;
pub mod registry;
pub mod rules;
pub mod vendor;
pub mod wire;

pub use attachment::Attachment;
pub use client::transport::{Transport, TransportError};
pub use client::{Client, Pages, Reply};
pub use rules::error::{ErrorKind, Origin, Sent, TicketError};
pub use rules::settings::{CallOptions, Environment, Settings};
pub use rules::violation::Violation;
pub use vendor::{Endpoint, Listing, Session, Vendor};
pub use wire::http::{Headers, Request, Response};

/// The examples of the page for Rust programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/start/rust.md")]
pub struct QuickStart;
