//! Prints the TypeScript types of everything that crosses to JavaScript: `cargo run --example types
//! --features types`.
//!
//! The package keeps the output, formatted, as `src/generated/types.ts`; see `cargo xtask types`.

use seller_tickets::desk::deadlines::Due;
use seller_tickets::desk::letter::LetterFile;
use seller_tickets::desk::views::View;
use seller_tickets::desk::{outbox, record};
use seller_tickets::js::data::DeskShownLetter;
use seller_tickets::model::open_enum::Meaning;
use seller_tickets::registry;
use seller_tickets::rules::codes::{Declared, Entry, ErrorCode, FigureKind, Listed, ViolationCode};
use seller_tickets::rules::error::{ErrorKind, Origin, Sent, TicketError};
use seller_tickets::vendor::desk::action::{self, Action, Why};
use seller_tickets::vendor::desk::kind::Kind as TicketKind;
use seller_tickets::vendor::desk::{self, ticket};
use seller_tickets::vendor::typescript::Declarations;
use seller_tickets::vendor::{Access, Session};
use seller_tickets::wire::http::Method;
use std::fmt::Write as _;
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

/// The type of a figure.
fn type_of(kind: FigureKind) -> &'static str {
    match kind {
        FigureKind::Text
        | FigureKind::Name
        | FigureKind::Decimal
        | FigureKind::Mime
        | FigureKind::File
        | FigureKind::Field => "string",
        FigureKind::Names | FigureKind::Mimes => "string[]",
        FigureKind::Inner
        | FigureKind::Count
        | FigureKind::Number
        | FigureKind::Bytes
        | FigureKind::Percent
        | FigureKind::Millis => "number",
        FigureKind::Marketplace => "MarketplaceId",
    }
}

fn entries<K: Listed>() -> impl Iterator<Item = &'static Entry> {
    K::GROUPS.iter().flat_map(|group| group.entries)
}

/// Returns the types of the codes, and of violations, whose figures depend on their code.
fn codes() -> String {
    let mut out = "\n/** The figures of each rule that an input can break, by the code of the rule. */\n".to_owned();
    out += "export type ViolationParams = {\n";
    for Entry { name, what, figures, .. } in entries::<ViolationCode>() {
        let of = |Declared { name, kind, optional }: &Declared| {
            format!("{name}{}: {}", if *optional { "?" } else { "" }, type_of(*kind))
        };
        let figures: Vec<_> = figures.iter().map(of).collect();
        let figures = if figures.is_empty() {
            "Record<never, never>".to_owned()
        } else {
            format!("{{ {} }}", figures.join("; "))
        };
        let _ = writeln!(out, "/** {what} */\n{name}: {figures};");
    }
    out += "};\n";
    out += VIOLATION;
    let names: Vec<_> = entries::<ErrorCode>().map(|entry| format!("{:?}", entry.name)).collect();
    let _ = writeln!(out, "export type OwnErrorCode = {};\n", names.join(" | "));
    out + ERROR_CODE
}

const VIOLATION: &str = r#"
/** The stable name of a rule. A newer gateway may send one that is not in this list. */
export type ViolationCode = keyof ViolationParams;

/** One broken rule of one field. */
export type ViolationOf<C extends ViolationCode> = {
  /**
   * The path of the field: `text`, `ticket_message_files[0].mime_type`; empty if the whole input
   * is meant.
   */
  field: string;
  /** The stable name of the rule, for programs: `required`, `too_long`, `unknown_value`, … */
  code: C;
  /** What is wrong, in words for developers, with the field and the value at fault. */
  message: string;
  /** What to do about it. */
  hint: string;
  /** The figures and names of the message: `{ max: 65535, length: 70000 }`. */
  params: ViolationParams[C];
};

/**
 * One broken rule of one field. A comparison of `code` tells the type of `params`:
 *
 * ```ts
 * import { validate } from "seller-tickets/kaufland";
 *
 * for (const { code, params } of validate("kaufland", "createTicketMessage", id, { text })) {
 *   if (code === "too_long") console.log(params.length - params.max);
 * }
 * ```
 *
 * A gateway of a newer version may send a code that this version does not know. Treat it like
 * those that you do not compare with: `default` of a `switch`. `describe` has words for it.
 */
export type Violation = { [C in ViolationCode]: ViolationOf<C> }[ViolationCode];

/** The codes of this package's own errors. */
"#;

const ERROR_CODE: &str = r#"
/**
 * The code of an error: one of this package's own, that of the one rule that was broken, or one of
 * the marketplace's.
 */
export type TicketErrorCode = OwnErrorCode | ViolationCode | (string & {});
"#;

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
        declaration::<ErrorKind>,
        declaration::<Sent>,
        declaration::<Origin>,
        declaration::<TicketError>,
        declaration::<Session>,
        declaration::<Access>,
        declaration::<Method>,
        declaration::<Meaning>,
        declaration::<Action>,
        declaration::<Why>,
        declaration::<View>,
        declaration::<TicketKind>,
        declaration::<ticket::Store>,
        declaration::<ticket::Role>,
        declaration::<ticket::State>,
        declaration::<ticket::Side>,
        declaration::<ticket::Author>,
        declaration::<ticket::Stamp>,
        declaration::<ticket::Key>,
        declaration::<ticket::Buyer>,
        declaration::<ticket::Unit>,
        declaration::<ticket::Order>,
        declaration::<ticket::RefundUnit>,
        declaration::<ticket::Refund>,
        declaration::<ticket::Price>,
        declaration::<ticket::File>,
        declaration::<ticket::Message>,
        declaration::<ticket::Preview>,
        declaration::<ticket::Facts<'_>>,
        declaration::<desk::Basis>,
        declaration::<desk::Counts>,
        declaration::<desk::Consequence>,
        declaration::<Due>,
        declaration::<action::Effect>,
        declaration::<action::Ask>,
        declaration::<action::TextUnit>,
        declaration::<action::TextLimit>,
        declaration::<action::FileLimit>,
        declaration::<action::Limits>,
        declaration::<action::Choice>,
        declaration::<record::Noted<'_>>,
        declaration::<record::Item<'_>>,
        declaration::<record::Record>,
        declaration::<record::Reads>,
        declaration::<record::Health>,
        declaration::<outbox::State>,
        declaration::<LetterFile>,
        declaration::<DeskShownLetter<'_>>,
    ];
    let mut module = PREAMBLE.to_owned() + &marketplace_ids() + &vocabularies() + &codes();
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
