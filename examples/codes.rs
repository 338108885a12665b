//! Prints the codes of errors and violations: `cargo run --example codes --features types`.
//!
//! Without an argument, it prints what the catalogues of words need, as TypeScript, and the package
//! keeps the output, formatted, as `src/generated/codes.ts`. With `errors` or `violations`, it
//! prints the tables of `docs/errors.md`. See `cargo xtask types`.

use seller_tickets::registry;
use seller_tickets::rules::codes::{Declared, Entry, ErrorCode, FigureKind, Group, Listed, ViolationCode};
use seller_tickets::vendor::Access;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;

/// What a sentence for people must hold of a figure, up to where the sentence may choose: `max ` of
/// `{max characters}`. People are not shown names for programs.
fn slot(figure: &Declared) -> Option<String> {
    let Declared { name, kind, .. } = figure;
    Some(match kind {
        FigureKind::Name | FigureKind::Names | FigureKind::Inner => return None,
        FigureKind::Text | FigureKind::Number | FigureKind::File | FigureKind::Marketplace => format!("{{{name}}}"),
        // A count has a noun, and a decimal number may be a percentage.
        FigureKind::Count | FigureKind::Decimal => format!("{{{name} "),
        FigureKind::Bytes => format!("{{{name} bytes}}"),
        FigureKind::Percent => format!("{{{name} percent}}"),
        FigureKind::Millis => format!("{{{name} ms}}"),
        FigureKind::Mime => format!("{{{name} kind}}"),
        FigureKind::Mimes => format!("{{{name} kinds}}"),
        FigureKind::Field => format!("{{{name} field}}"),
    })
}

fn entries(groups: &'static [Group], for_people: bool) -> impl Iterator<Item = &'static Entry> {
    groups.iter().filter(move |group| group.for_people == for_people).flat_map(|group| group.entries)
}

fn typescript() -> String {
    let mut out = "// Made from the Rust sources by `cargo xtask types`. Do not edit.\n\n".to_owned();
    out += "/** What the words for people about a violation must show of its figures, by its code. */\n";
    out += "export interface ViolationSlots {\n";
    for entry in entries(ViolationCode::GROUPS, true) {
        let needed = entry.figures.iter().filter(|figure| !figure.optional).filter_map(slot);
        let needed: Vec<_> = needed.map(|slot| format!("{slot:?}")).collect();
        let needed = if needed.is_empty() { "never".to_owned() } else { needed.join(" | ") };
        let _ = writeln!(out, "{}: {needed};", entry.name);
    }
    out += "}\n\n/** The codes of violations that are mistakes of a program: people can do nothing about them. */\n";
    let names: Vec<_> = entries(ViolationCode::GROUPS, false).map(|entry| entry.name).collect();
    let _ = writeln!(out, "export const PROGRAM_CODES = \"{}\";\n", names.join(" "));
    out += "/** The marketplaces' methods that change nothing. */\n";
    let operations = registry::ALL.iter().flat_map(|marketplace| marketplace.operations);
    let reads: BTreeSet<_> = operations
        .filter(|operation| operation.meta.access == Access::Read)
        .map(|operation| operation.meta.name)
        .collect();
    let _ = writeln!(out, "export const READS = \"{}\";", Vec::from_iter(reads).join(" "));
    out
}

/// The tables, each with its anchors.
fn markdown(groups: &[Group], heading: &str) -> String {
    let with_figures = heading == "###";
    let mut out = String::new();
    for group in groups.iter().filter(|group| !group.title.is_empty()) {
        let (column, line) = if with_figures { (" `params` |", "---|") } else { ("", "") };
        let _ = write!(
            out,
            "\n{heading} {}\n\n| code | what happened |{column} what to do |\n|---|---|{line}---|\n",
            group.title
        );
        for Entry { name, what, remedy, figures } in group.entries {
            let of =
                |Declared { name, optional, .. }: &Declared| format!("`{name}`{}", if *optional { "?" } else { "" });
            let figures: Vec<_> = figures.iter().map(of).collect();
            let column = if with_figures { format!(" {} |", figures.join(", ")) } else { String::new() };
            let _ = writeln!(out, "| <a id=\"{name}\"></a>`{name}` | {what} |{column} {remedy} |");
        }
    }
    out
}

fn main() -> std::io::Result<()> {
    let text = match std::env::args().nth(1).as_deref() {
        Some("errors") => markdown(ErrorCode::GROUPS, "##"),
        Some("violations") => markdown(ViolationCode::GROUPS, "###"),
        _ => typescript(),
    };
    std::io::stdout().write_all(text.as_bytes())
}
