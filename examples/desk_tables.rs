//! Prints the page of what the marketplaces' words mean at the desk: `cargo run --example
//! desk_tables --features types`.
//!
//! The documentation keeps the output as `docs/desk-tables.md`; see `cargo xtask types`.

use seller_tickets::registry;
use seller_tickets::vendor::Marketplace;
use seller_tickets::vendor::desk::ticket::Store;
use std::io::Write;

const HEAD: &str = "# What the words mean at the desk

<!-- Made from the Rust sources by `cargo xtask types`. Do not edit. -->

Each table has the documented values of a field, and the `kind` that the [desk](desk.md) derives from
them. The first field that is there decides. A value that is not documented is `unknown`, and passes
through in `remoteReason`.
";

/// Returns an interval in words.
fn interval(ms: f64) -> String {
    let minutes = (ms / 60_000.0).round();
    match minutes {
        minutes if !minutes.is_finite() => "never".to_owned(),
        minutes if minutes >= 1440.0 => "every day".to_owned(),
        minutes if minutes <= 1.0 => "every minute".to_owned(),
        minutes => format!("every {minutes} minutes"),
    }
}

fn section(marketplace: &Marketplace) -> String {
    let desk = marketplace.desk;
    let mut text = format!("\n## {}\n\n", marketplace.id);
    let [hot, recent, sweep] = desk.reading.every_ms.map(interval);
    text += match desk.store {
        Store::Marketplace => "Tickets are read back from the marketplace",
        Store::Desk => "What was sent cannot be read back, so the desk's record is the ticket",
    };
    if hot != "never" {
        text += &format!(": what waits {hot}, what changed {recent}, everything {sweep}");
    }
    if let Some(calls) = desk.reading.calls_a_day {
        text += &format!(". The marketplace permits {calls} calls a day");
    }
    text += ".\n";
    for table in desk.kinds {
        text += &format!("\n| `{}` | kind |\n|---|---|\n", table.field);
        for (value, kind) in table.values {
            let kind = serde_json::to_string(kind).unwrap_or_default();
            text += &format!("| `{value}` | {} |\n", kind.trim_matches('"'));
        }
    }
    text
}

fn main() -> std::io::Result<()> {
    let sections: String = registry::ALL.iter().map(|marketplace| section(marketplace)).collect();
    std::io::stdout().write_all((HEAD.to_owned() + &sections).as_bytes())
}
