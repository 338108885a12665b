//! The Rust driver consists of a client, the pages of its lists, and the hosts on which it can run.

#[expect(clippy::module_inception, reason = "the room has the name of its first part")]
mod client;
#[cfg(all(feature = "fetch", target_arch = "wasm32"))]
pub mod fetch;
mod once;
mod pages;
#[cfg(all(feature = "reqwest", not(target_arch = "wasm32")))]
pub mod reqwest;
mod session;
#[cfg_attr(not(feature = "tracing"), path = "untraced.rs")]
mod trace;
pub mod transport;

pub use client::{Client, Reply};
pub use pages::Pages;

/// A client accepts only the endpoints of its own marketplace, because otherwise it would send its
/// token to the URL of another one.
///
/// ```
/// # use seller_tickets::{client::Client, marketplaces::magalu::{GetTicketParams, Magalu}};
/// # use seller_tickets::client::transport::Transport;
/// async fn get<T: Transport>(client: &Client<Magalu, T>) {
///     let _ = client.call(&GetTicketParams::default()).await;
/// }
/// ```
///
/// The only difference here is the marketplace of the `GetTicketParams`:
///
/// ```compile_fail,E0271
/// # use seller_tickets::{client::Client, marketplaces::{kaufland::GetTicketParams, magalu::Magalu}};
/// # use seller_tickets::client::transport::Transport;
/// async fn get<T: Transport>(client: &Client<Magalu, T>) {
///     let _ = client.call(&GetTicketParams::default()).await;
/// }
/// ```
///
/// The same holds for the other ways to use an endpoint:
///
/// ```
/// # use seller_tickets::{client::Client, marketplaces::kaufland::{Kaufland, ListTicketsParams}};
/// # use seller_tickets::{rules::settings::CallOptions, client::transport::Transport};
/// async fn list<T: Transport>(client: &Client<Kaufland, T>) {
///     let _ = client.once(&ListTicketsParams::default()).await;
///     let _ = client.request(&ListTicketsParams::default(), &CallOptions::default());
///     let _ = client.pages(ListTicketsParams::default());
/// }
/// ```
///
/// ```compile_fail,E0271
/// # use seller_tickets::{client::Client, marketplaces::{kaufland::Kaufland, magalu::ListTicketsParams}};
/// # use seller_tickets::{rules::settings::CallOptions, client::transport::Transport};
/// async fn list<T: Transport>(client: &Client<Kaufland, T>) {
///     let _ = client.once(&ListTicketsParams::default()).await;
/// }
/// ```
///
/// ```compile_fail,E0271
/// # use seller_tickets::{client::Client, marketplaces::{kaufland::Kaufland, magalu::ListTicketsParams}};
/// # use seller_tickets::{rules::settings::CallOptions, client::transport::Transport};
/// async fn list<T: Transport>(client: &Client<Kaufland, T>) {
///     let _ = client.request(&ListTicketsParams::default(), &CallOptions::default());
/// }
/// ```
///
/// ```compile_fail,E0271
/// # use seller_tickets::{client::Client, marketplaces::{kaufland::Kaufland, magalu::ListTicketsParams}};
/// # use seller_tickets::{rules::settings::CallOptions, client::transport::Transport};
/// async fn list<T: Transport>(client: &Client<Kaufland, T>) {
///     let _ = client.pages(ListTicketsParams::default());
/// }
/// ```
///
/// The two sides of JTL-SCX have their own tokens, so they count as two marketplaces:
///
/// ```
/// # use seller_tickets::{client::Client, client::transport::Transport};
/// # use seller_tickets::marketplaces::jtl_scx::{JtlScxSeller, SellerListEventsParams};
/// async fn list<T: Transport>(client: &Client<JtlScxSeller, T>) {
///     let _ = client.call(&SellerListEventsParams::default()).await;
/// }
/// ```
///
/// ```compile_fail,E0271
/// # use seller_tickets::{client::Client, client::transport::Transport};
/// # use seller_tickets::marketplaces::jtl_scx::{JtlScxChannel, SellerListEventsParams};
/// async fn list<T: Transport>(client: &Client<JtlScxChannel, T>) {
///     let _ = client.call(&SellerListEventsParams::default()).await;
/// }
/// ```
#[cfg(all(doctest, feature = "jtl-scx", feature = "kaufland", feature = "magalu"))]
struct OneMarketplace;
