//! TypeScript that is made from Rust: the types of the models, and the tables that the facade reads.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::paths::short;
use crate::run::Run;

/// What is made: the example that prints it, and where the package keeps it.
const MADE: [(&str, &str); 3] = [
    ("types", "pkg-template/src/generated/types.ts"),
    ("tables", "pkg-template/src/wasm/generated/tables.ts"),
    (EXPORTS, "pkg-template/src/wasm/generated/exports.ts"),
];

/// What no example prints, because wasm-bindgen does.
const EXPORTS: &str = "exports";

fn file(path: &str) -> PathBuf {
    path.split('/').fold(paths::root().to_owned(), |folder, name| folder.join(name))
}

/// Writes the types and the tables.
pub fn write() -> Result<()> {
    for (example, path) in MADE {
        let text = generate(example, path)?;
        let file = file(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
        }
        let changed = !fs::read_to_string(&file).is_ok_and(|old| old == text);
        if changed {
            fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
        }
        println!("{}: {}", short(&file), if changed { "written" } else { "up to date" });
    }
    Ok(())
}

/// Fails unless the committed files are those that the crate prints.
pub fn check() -> Result<()> {
    for (example, path) in MADE {
        let text = generate(example, path)?;
        let file = file(path);
        let committed = fs::read_to_string(&file).with_context(|| format!("could not read {}", short(&file)))?;
        if let Some(line) = first_difference(&committed, &text) {
            bail!("{} differs from the crate at line {line}: run `cargo xtask types` and commit it", short(&file));
        }
    }
    Ok(())
}

/// The exports of the module, as wasm-bindgen declares them.
fn exports() -> Result<String> {
    let file = crate::pack::declarations()?;
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", short(&file)))?;
    let (exports, _) = text.split_once("export type InitInput").context("wasm-bindgen's declarations are others")?;
    let exports = exports.replace("/* tslint:disable */\n/* eslint-disable */\n", "").replace("export function ", "");
    let imported = |from: &str, names: &[&str]| {
        let used = |name: &&&str| exports.split(|c: char| !c.is_alphanumeric()).any(|word| word == **name);
        let names: Vec<_> = names.iter().filter(used).copied().collect();
        format!("import type {{ {} }} from \"{from}\";\n", names.join(", "))
    };
    let mut module = "// Made from the Rust sources by `cargo xtask types`. Do not edit.\n\n".to_owned();
    module +=
        &imported("../../generated/types.js", &["Complaint", "Meaning", "TicketErrorData", "Tokens", "Violation"]);
    module += &imported("../../ground/types.js", &["MarketplaceId"]);
    module += &imported("../boundary.js", &BOUNDARY);
    module += "\n/** The functions of the module for all marketplaces. */\nexport interface Exports {\n";
    module += &exports;
    module += "}\n";
    Ok(module)
}

/// What of `boundary.ts` the exports name.
const BOUNDARY: [&str; 24] = [
    "AtOnce",
    "Attempt",
    "Begun",
    "BegunOnce",
    "CallEvent",
    "CallStep",
    "FollowStep",
    "HeaderList",
    "InboxEvent",
    "InboxStep",
    "LeaseStep",
    "LineStep",
    "OnceEvent",
    "OnceStep",
    "PageFacts",
    "PageStep",
    "Refused",
    "Result",
    "Saw",
    "Settings",
    "Signed",
    "SignedAtOnce",
    "Signing",
    "WireOptions",
];

/// What an example prints, in the format of the rest of the TypeScript.
fn generate(example: &str, path: &str) -> Result<String> {
    let text = if example == EXPORTS {
        exports()?
    } else {
        let example = ["--package", "seller-tickets", "--example", example, "--features", "types"];
        Run::cargo().arg("build").args(example).label("types and tables").run()?;
        Run::cargo().words("run --quiet").args(example).read()?
    };
    // The name tells biome the language. It formats no file of a folder that the settings exclude.
    let name = path.replace("/generated/", "/");
    Run::new(paths::npm_bin("biome")).arg("format").arg(format!("--stdin-file-path={name}")).filter(&text)
}

/// The number of the first line that differs.
fn first_difference(old: &str, new: &str) -> Option<usize> {
    let (mut old, mut new) = (old.lines(), new.lines());
    let mut number = 0;
    loop {
        number += 1;
        match (old.next(), new.next()) {
            (None, None) => return None,
            (left, right) if left == right => {}
            _ => return Some(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn finds_the_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
    }
}
