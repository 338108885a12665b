//! Prints the TypeScript types of everything that crosses to JavaScript: `cargo run --example types
//! --features types`.
//!
//! The package keeps the output, formatted, as `src/generated/types.ts`; see `cargo xtask types`.

use seller_tickets::model::open_enum::Meaning;
use seller_tickets::registry;
use seller_tickets::rules::error::{ErrorKind, Origin, Sent, TicketError};
use seller_tickets::rules::violation::Violation;
use seller_tickets::vendor::typescript::Declarations;
use seller_tickets::vendor::{Access, Session};
use seller_tickets::wire::http::Method;
use std::io::Write;
use ts_rs::Config;

mod declare;

use declare::{declaration, given, has_parameters, tidy};

/// Types that the models refer to and that have no Rust model.
const PREAMBLE: &str = r#"// Made from the Rust models by `cargo xtask types`. Do not edit.

import type { FileContent, FileInput, FileInputs } from "../ground/types.js";

export type { TicketMessageFile } from "../ground/types.js";

/** A documented value, or one that the vendor added later: known values complete in the editor, others pass through. */
export type Open<T extends string> = T | (string & {});

/** A whole number of 64 bits: a `number` where that is exact, a `bigint` where a `number` would round. */
export type Int64 = number | bigint;
"#;

/// Returns the ids of all marketplaces, as a type and as a list.
fn marketplace_ids() -> String {
    let ids: Vec<_> = registry::ALL.iter().map(|marketplace| format!("{:?}", marketplace.id)).collect();
    format!(
        "\n/** The marketplaces that this package speaks to. */\nexport type MarketplaceId = {};\n\n\
         export const MARKETPLACES: readonly MarketplaceId[] = [{}];\n",
        ids.join(" | "),
        ids.join(", ")
    )
}

/// Returns the names of the enums that have meanings, by marketplace.
fn vocabularies() -> String {
    let lines = registry::ALL.iter().map(|marketplace| {
        let names: Vec<_> = marketplace.meanings.iter().map(|(name, _)| format!("{name:?}")).collect();
        let names = if names.is_empty() { "never".to_owned() } else { names.join(" | ") };
        format!("  {:?}: {names};\n", marketplace.id)
    });
    let lines: String = lines.collect();
    format!(
        "\n/** The names of each marketplace's enums that `meanings` knows. */\nexport interface VocabularyOf {{\n{lines}}}\n"
    )
}

fn main() -> std::io::Result<()> {
    let config = Config::new().with_large_int("Int64");
    let declarations: &[fn(&Config) -> String] = &[
        declaration::<Violation>,
        declaration::<ErrorKind>,
        declaration::<Sent>,
        declaration::<Origin>,
        declaration::<TicketError>,
        declaration::<Session>,
        declaration::<Access>,
        declaration::<Method>,
        declaration::<Meaning>,
    ];
    let mut module = PREAMBLE.to_owned() + &marketplace_ids() + &vocabularies();
    let mut types = Declarations::new(&config);
    let (given_types, got): (Vec<_>, Vec<_>) =
        registry::ALL.iter().flat_map(|known| known.types).partition(|it| it.is_given);
    got.into_iter().for_each(|it| types.add(it));
    module.extend(types.take().iter().map(|text| tidy(text)));
    module.extend(declarations.iter().map(|declaration| declaration(&config)));
    given_types.into_iter().for_each(|it| types.add(it));
    for operation in registry::ALL.iter().flat_map(|known| known.operations) {
        if has_parameters(operation, &config) {
            types.add(&operation.parameters);
        } else {
            types.add_inner(&operation.parameters);
        }
    }
    module.extend(types.take().iter().map(|text| given(text)));
    std::io::stdout().write_all(module.as_bytes())
}
