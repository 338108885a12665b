//! Prints the tables that the facade reads, as TypeScript: `cargo run --example tables --features
//! types`.
//!
//! The package keeps the output, formatted, as `src/wasm/generated/tables.ts`; see `cargo xtask
//! types`.

use seller_tickets::attachment::FILE_HINT;
use seller_tickets::marketplaces::jtl_scx;
use seller_tickets::model::schema::{self, Schema};
use seller_tickets::registry;
use seller_tickets::rules::rule::Param;
use seller_tickets::rules::settings::{ArrayEncoding, DURATION_MS, MAX_RETRIES, PLAIN_HEADER, Settings};
use seller_tickets::vendor::desk::action;
use seller_tickets::vendor::{Access, Marketplace, Meta, Operation, denial};
use seller_tickets::wire::address::PLAIN_BASE_URL;
use seller_tickets::wire::http::Method;
use seller_tickets::wire::{gateway, json};
use serde::{Serialize, Serializer};
use serde_json::json;
use std::io::Write;

mod declare;

/// The facade's data about an operation.
#[derive(Serialize)]
struct Row {
    method: Method,
    path: &'static str,
    access: Access,
    positional: &'static [&'static str],
    arity: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<&'static [Param]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'static Schema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<[&'static str; 2]>,
}

impl Row {
    fn of(operation: &Operation) -> Self {
        let Meta { method, path, access, positional, .. } = operation.meta;
        let (rules, answer) = (operation.rules, operation.answer.map(|answer| answer.schema));
        let arity =
            positional.len().saturating_add(usize::from(declare::has_parameters(operation, &ts_rs::Config::new())));
        Self { method, path, access, positional, arity, rules, answer, times: operation.times }
    }
}

/// The operations of a marketplace, in their order.
struct Rows(&'static Marketplace);

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut known = Vec::new();
        // A name stands for the first of several operations that have it.
        let mut is_new = |name| {
            !known.contains(&name) && {
                known.push(name);
                true
            }
        };
        let rows = self.0.operations.iter().filter(|operation| is_new(operation.meta.name));
        serializer.collect_map(rows.map(|operation| (operation.meta.name, Row::of(operation))))
    }
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "// Made from the Rust sources by `cargo xtask types`. Do not edit.\n")?;
    writeln!(out, "import type {{ Param, Tables }} from \"../tables.js\";\n")?;
    writeln!(out, "/** How deeply arguments may be nested. */")?;
    writeln!(out, "export const MAX_INPUT_DEPTH = {};\n", json::MAX_INPUT_DEPTH)?;
    writeln!(out, "/** How deeply an answer may be nested. */")?;
    writeln!(out, "export const MAX_ANSWER_DEPTH = {};\n", schema::MAX_DEPTH)?;
    writeln!(out, "/** Fields with which an answer may deny the success of its status. */")?;
    writeln!(out, "export const DENIAL_NAMES = {} as const;\n", serde_json::to_string(&denial::NAMES)?)?;
    writeln!(out, "/** The time for a whole call in milliseconds, unless an option says otherwise. */")?;
    writeln!(out, "export const TOTAL_TIMEOUT_MS = {};\n", Settings::default().total_timeout_ms)?;
    writeln!(out, "/** What to give in place of something that is no file. */")?;
    writeln!(out, "export const FILE_HINT = {};\n", serde_json::to_string(FILE_HINT)?)?;
    writeln!(out, "/** The most bytes of the files of one letter of a desk. */")?;
    writeln!(out, "export const MOST_FILE_BYTES = {};\n", action::MOST_FILE_BYTES)?;
    writeln!(out, "/** The headers with which a gateway and its client tell each other what they know. */")?;
    let headers = json!({
        "origin": gateway::ORIGIN,
        "sent": gateway::SENT,
        "attempts": gateway::ATTEMPTS,
        "nonce": gateway::NONCE,
    });
    writeln!(out, "export const GATEWAY_HEADERS = {headers} as const;\n")?;
    writeln!(out, "/** How often JTL asks to be polled for events, in milliseconds. */")?;
    writeln!(out, "export const JTL_SCX_INTERVAL_MS = {};\n", jtl_scx::replies::INTERVAL_MS)?;
    writeln!(out, "/** The settings of a gateway's client that need no check by the module. */")?;
    let time = json!(["integer", DURATION_MS[0], DURATION_MS[1]]);
    let settings = json!([
        ["baseUrl", ["like", PLAIN_BASE_URL], false],
        ["gateway", ["flag"], false],
        ["allowUnknownValues", ["flag"], true],
        ["arrayEncoding", ["one_of", ArrayEncoding::KNOWN.map(|(name, _)| name)], true],
        ["timeoutMs", time, true],
        ["totalTimeoutMs", time, true],
        ["settleMs", time, true],
        ["maxRetries", ["integer", 0, MAX_RETRIES], true],
    ]);
    writeln!(out, "export const PLAIN_SETTINGS: Param[] = {settings};\n")?;
    writeln!(out, "/** The names and the values of headers that need no check, as regular expressions. */")?;
    writeln!(out, "export const PLAIN_HEADER = {} as const;\n", json!(PLAIN_HEADER))?;
    for known in registry::ALL {
        let name = known.id.replace('-', "_").to_uppercase();
        writeln!(out, "/** The operations of {}. */", known.id)?;
        writeln!(out, "export const {name}: Tables = {};\n", serde_json::to_string(&Rows(known))?)?;
    }
    Ok(())
}
