//! Marketplace tickets for sellers: the cases that buyers and sellers open about orders.
//!
//! Every operation of a marketplace is one [`Endpoint`](vendor::endpoint::Endpoint): its parameters, its rules, how it becomes a
//! request and how an answer becomes a result. One step machine, [`Call`](call::Call), takes any of them from its plan to
//! a result or a [`TicketError`](rules::error::TicketError):
//!
//! ```text
//!               ┌──────── driver: Client<V, T> here, the facade over the host's fetch in JavaScript ────────────────┐
//! endpoint ───▶ │ advance(Start) ─▶ Send | Wait | Done | Fail                                                       │
//!               │ advance(Response | SendFailed | TimedOut | Waited | Aborted) ─▶ the same                          │
//!               └───────────────────────────────────────────────────────────────────────────────────────────────────┘
//! ```
//!
//! The machine reads no clock, no random number and no network; they come in with the events. So all behaviour is tested
//! as tables, without sleeping, and in wasm nothing of ours outlives a wait of the host.
//!
//! # A client in Rust
//!
//! [`Client`](client::Client) drives calls over any [`Transport`](client::transport::Transport); the feature `fetch` brings one
//! for programs in wasm (`client::fetch::Fetch`). The exports to JavaScript are behind the feature `js`.
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::string_slice))]
#![cfg_attr(
    not(all(feature = "clickbank", feature = "jtl-scx", feature = "kaufland", feature = "magalu", feature = "probo")),
    allow(dead_code, unused_imports, unused_macros, reason = "some of what marketplaces are made of has no user")
)]

pub mod attachment;
pub mod call;
pub mod client;
#[cfg(any(feature = "types", all(feature = "js", target_arch = "wasm32")))]
pub mod js;
pub mod marketplaces;
pub mod model;
pub mod registry;
pub mod rules;
pub mod vendor;
pub mod wire;
