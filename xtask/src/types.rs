//! The TypeScript that is generated from Rust: the types of the models, and the facade's tables.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::paths::short;
use crate::run::Run;

/// The generated files: the example that prints each one, and the path where the package keeps it.
const MADE: [(&str, &str); 7] = [
    ("types", TYPES),
    ("meanings", "pkg-template/src/generated/meanings.ts"),
    ("codes", "pkg-template/src/generated/codes.ts"),
    ("boundary", BOUNDARY),
    ("tables", "pkg-template/src/wasm/generated/tables.ts"),
    ("desk_tables", "docs/desk-tables.md"),
    (EXPORTS, "pkg-template/src/wasm/generated/exports.ts"),
];

const TYPES: &str = "pkg-template/src/generated/types.ts";
const BOUNDARY: &str = "pkg-template/src/wasm/generated/boundary.ts";
/// The one that wasm-bindgen prints instead of an example.
const EXPORTS: &str = "exports";

/// The page of errors, and its parts that are made, by the argument of the example `codes`.
const PAGE: &str = "docs/errors.md";
const PARTS: [&str; 2] = ["errors", "violations"];

fn file_of(path: &str) -> PathBuf {
    path.split('/').fold(paths::root().to_owned(), |folder, name| folder.join(name))
}

/// Writes the types and the tables.
pub fn write() -> Result<()> {
    for (example, path) in MADE {
        let text = generate(example, path)?;
        let file = file_of(path);
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
        }
        let changed = !fs::read_to_string(&file).is_ok_and(|old| old == text);
        if changed {
            fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
        }
        println!("{}: {}", short(&file), if changed { "written" } else { "up to date" });
    }
    let file = file_of(PAGE);
    fs::write(&file, page()?).with_context(|| format!("could not write {PAGE}"))
}

/// Fails unless the committed files are those that the crate prints.
pub fn check() -> Result<()> {
    for (example, path) in MADE {
        let text = generate(example, path)?;
        let file = file_of(path);
        let committed = fs::read_to_string(&file).with_context(|| format!("could not read {}", short(&file)))?;
        if let Some(line) = first_difference(&committed, &text) {
            bail!("{} differs from the crate at line {line}: run `cargo xtask types` and commit it", short(&file));
        }
    }
    let committed = fs::read_to_string(file_of(PAGE)).with_context(|| format!("could not read {PAGE}"))?;
    match first_difference(&committed, &page()?) {
        Some(line) => bail!("{PAGE} differs from the crate at line {line}: run `cargo xtask types` and commit it"),
        None => Ok(()),
    }
}

/// Returns the page of errors with the tables of the crate.
fn page() -> Result<String> {
    let mut text = fs::read_to_string(file_of(PAGE)).with_context(|| format!("could not read {PAGE}"))?;
    for part in PARTS {
        let example = ["--package", "seller-tickets", "--example", "codes", "--features", "types", "--", part];
        let tables = Run::cargo().words("run --quiet").args(example).read()?;
        text = replaced(&text, part, &tables)?;
    }
    Ok(text)
}

/// Returns the page with another text between the marks of a part.
fn replaced(page: &str, part: &str, text: &str) -> Result<String> {
    let begin = format!("<!-- {part}: made by `cargo xtask types` -->\n");
    let end = format!("<!-- /{part} -->");
    let (before, rest) = page.split_once(&begin).with_context(|| format!("{PAGE} has no `{begin}`"))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("{PAGE} has no `{end}`"))?;
    Ok(format!("{before}{begin}{text}\n{end}{after}"))
}

/// Returns the exports of the module, as wasm-bindgen declares them.
fn exports() -> Result<String> {
    let file = crate::pack::declarations()?;
    let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", short(&file)))?;
    let (exports, _) = text.split_once("export type InitInput").context("wasm-bindgen's declarations are others")?;
    let exports = exports.replace("/* tslint:disable */\n/* eslint-disable */\n", "").replace("export function ", "");
    let mut module = "// Made from the Rust sources by `cargo xtask types`. Do not edit.\n\n".to_owned();
    module += &imports("../../generated/types.js", &fs::read_to_string(file_of(TYPES))?, &exports);
    module += &imports("./boundary.js", &fs::read_to_string(file_of(BOUNDARY))?, &exports);
    module += "\n/** The functions of the desk's module, which has all. */\nexport interface Exports {\n";
    module += &exports;
    module += "}\n";
    Ok(module)
}

/// Returns the types of the plain data that crosses the boundary, with their imports.
fn boundary(printed: &str) -> Result<String> {
    let mut module = "// Made from the Rust sources by `cargo xtask types`. Do not edit.\n\n".to_owned();
    module += &imports("../../generated/types.js", &fs::read_to_string(file_of(TYPES))?, printed);
    Ok(module + printed)
}

/// Returns the import of those of a module's types that `text` uses and does not declare.
fn imports(from: &str, module: &str, text: &str) -> String {
    let own: Vec<_> = exported(text).collect();
    let is_used =
        |name: &&str| !own.contains(name) && text.split(|c: char| !c.is_alphanumeric()).any(|word| word == *name);
    let mut names: Vec<_> = exported(module).filter(is_used).collect();
    names.sort_unstable();
    format!("import type {{ {} }} from \"{from}\";\n", names.join(", "))
}

/// Returns the names of the types that a module exports.
fn exported(module: &str) -> impl Iterator<Item = &str> {
    let lines = module.lines().filter_map(|line| line.strip_prefix("export type "));
    lines.filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()).filter(|name| !name.is_empty())
}

/// Returns the output of an example, in the format of the other TypeScript.
fn generate(example: &str, path: &str) -> Result<String> {
    let text = if example == EXPORTS {
        exports()?
    } else {
        let example = ["--package", "seller-tickets", "--example", example, "--features", "types"];
        Run::cargo().arg("build").args(example).label("types and tables").run()?;
        let printed = Run::cargo().words("run --quiet").args(example).read()?;
        if path == BOUNDARY { boundary(&printed)? } else { printed }
    };
    if path.ends_with(".md") {
        return Ok(text);
    }
    // biome finds the language by the file name. It formats no file in a folder that its settings
    // exclude.
    let name = path.replace("/generated/", "/");
    Run::new(paths::npm_bin("biome")).arg("format").arg(format!("--stdin-file-path={name}")).filter(&text)
}

/// Returns the number of the first line that differs.
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
    use super::{exported, first_difference, imports, replaced};

    #[test]
    fn replaces_what_is_between_the_marks() {
        let page = "a\n<!-- x: made by `cargo xtask types` -->\nold\n<!-- /x -->\nb\n";
        let new = "a\n<!-- x: made by `cargo xtask types` -->\nnew\n\n<!-- /x -->\nb\n";
        assert_eq!(replaced(page, "x", "new\n").ok().as_deref(), Some(new));
        assert_eq!(replaced(new, "x", "new\n").ok().as_deref(), Some(new));
        assert!(replaced("a\n", "x", "new\n").is_err());
    }

    #[test]
    fn imports_what_is_used_and_not_declared() {
        let types = "export type { File } from \"x\";\nexport type Open<T> = T;\nexport type Sent = 1;\nexport type Page = 2;\n";
        assert_eq!(exported(types).collect::<Vec<_>>(), ["Open", "Sent", "Page"]);
        let text = "/** Sentence */\nexport type Page = { a: Sent, b: Array<Open<string>> };\n";
        assert_eq!(imports("./t.js", types, text), "import type { Open, Sent } from \"./t.js\";\n");
    }

    #[test]
    fn finds_the_first_line_that_differs() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
    }
}
