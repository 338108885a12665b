//! Prints the English meanings of the values of all enums, as TypeScript: `cargo run --example
//! meanings --features types`.
//!
//! The package keeps the output, formatted, as `src/generated/meanings.ts`; see `cargo xtask types`.
//! The types of all other languages' catalogues follow from it.

use seller_tickets::model::open_enum::Meanings;
use seller_tickets::registry;
use seller_tickets::vendor::Marketplace;
use serde::{Serialize, Serializer};
use std::io::Write;

/// The enums of a marketplace, in their order.
struct Enums(&'static Marketplace);

impl Serialize for Enums {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.meanings.iter().map(|&(name, values)| (name, Values(values))))
    }
}

/// The values of an enum, in the vendor's order.
struct Values(Meanings);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|known| (known.value, known.meaning)))
    }
}

/// Returns the name of a marketplace's constant.
fn name_of(known: &Marketplace) -> String {
    known.id.replace('-', "_").to_uppercase()
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "// Made from the Rust models by `cargo xtask types`. Do not edit.")?;
    for known in registry::ALL {
        let name = name_of(known);
        writeln!(out, "\n/** The English meanings of the values of {}'s enums, by enum and value. */", known.id)?;
        writeln!(out, "export const {name} = {};", serde_json::to_string(&Enums(known))?)?;
    }
    writeln!(out, "\n/** The English meanings of all marketplaces' values, by marketplace. */")?;
    writeln!(out, "export interface Texts {{")?;
    for known in registry::ALL {
        writeln!(out, "  {:?}: typeof {};", known.id, name_of(known))?;
    }
    writeln!(out, "}}")
}
