//! Prints the opened tickets of a Kaufland account.
//!
//!     KAUFLAND_CLIENT_KEY=… KAUFLAND_SECRET_KEY=… cargo run --features reqwest --example reqwest
#![allow(clippy::print_stdout, reason = "the tickets are its output")]

use seller_tickets::client::reqwest::Reqwest;
use seller_tickets::marketplaces::kaufland::model::TicketStatus;
use seller_tickets::marketplaces::kaufland::{Kaufland, ListTicketsParams, auth::Credentials};
use seller_tickets::{Client, Settings};
use std::{env::var, error::Error};

async fn run() -> Result<(), Box<dyn Error>> {
    let keys = Credentials::new(var("KAUFLAND_CLIENT_KEY")?, var("KAUFLAND_SECRET_KEY")?);
    let settings = Settings { base_url: var("KAUFLAND_BASE_URL").ok(), ..Settings::default() };
    let client = Client::<Kaufland, _>::new(keys, settings, Reqwest::new()?)?;
    let opened = ListTicketsParams { status: Some(vec![TicketStatus::Opened]), ..Default::default() };
    let mut pages = client.pages(opened);
    while let Some(tickets) = pages.next_page().await? {
        tickets.iter().for_each(|ticket| println!("{} {}", ticket.id_ticket, ticket.open_reason.as_str()));
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run())
}
