//! Checks the floor plan: the order of the rooms of the crate and of the facade, and the imports of
//! each file.
//!
//! The check reads the sources as text. It ignores comments and tests; tests may import anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{paths, stamp};

/// The rooms of `src`, the lowest first. A file imports only from its own room and from lower ones.
const CRATE: [&str; 11] =
    ["wire", "rules", "attachment", "model", "vendor", "call", "client", "marketplaces", "desk", "registry", "js"];

/// The rooms of `pkg-template/src`, the lowest first.
const FACADE: [&str; 10] =
    ["ground", "wasm", "files", "send", "core", "marketplaces", "gateway", "desk", "locales", "entries"];

/// The most lines that a file of library code may have, without its tests.
const MAX_LINES: usize = 700;

/// One source file of the library.
struct Source {
    /// The path below the parent folder of the rooms: `call/retry.rs`.
    path: String,
    /// The code without comments and tests, line by line. A line that holds only those is left out.
    code: String,
    /// The number of lines without tests.
    lines: usize,
}

impl Source {
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.split('.').next().unwrap_or_default()
    }

    /// The marketplace that the file belongs to, if any.
    fn marketplace(&self) -> Option<&str> {
        let (name, _) = self.path.strip_prefix("marketplaces/")?.split_once('/')?;
        Some(name)
    }
}

/// Fails if a file imports from a higher room, from another marketplace or in a circle, or if it is
/// too long.
pub fn check() -> Result<()> {
    let mut faults = Vec::new();
    let (crate_files, facade_files) = (crate_sources()?, facade_sources()?);
    for source in &crate_files {
        faults.extend(crate_faults(source));
    }
    for source in &facade_files {
        faults.extend(facade_faults(source));
    }
    faults.extend(circle(&facade_files).map(|files| format!("these files import each other: {}", files.join(", "))));
    for source in crate_files.iter().chain(&facade_files).filter(|source| source.lines > MAX_LINES) {
        faults.push(format!("{} has {} lines, more than {MAX_LINES}", source.path, source.lines));
    }
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

/// Prints the lines of code of each room and the longest files.
pub fn print() -> Result<()> {
    for (name, sources) in [("src", crate_sources()?), ("pkg-template/src", facade_sources()?)] {
        let mut rooms: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for source in &sources {
            let room = rooms.entry(source.room()).or_default();
            room.0 += 1;
            room.1 += source.code.lines().count();
        }
        let total: usize = rooms.values().map(|(_, lines)| lines).sum();
        println!("{name:<24}{:>6} files{total:>8} lines of code", sources.len());
        for (room, (files, lines)) in rooms {
            println!("  {room:<22}{files:>6}{lines:>14}");
        }
        let over = |limit: usize| sources.iter().filter(|source| source.lines > limit).count();
        println!("  files over 300 lines with comments: {}, over {MAX_LINES}: {}", over(300), over(MAX_LINES));
    }
    Ok(())
}

fn crate_faults(source: &Source) -> Vec<String> {
    let Some(own) = CRATE.iter().position(|room| *room == source.room()) else {
        // The root names all rooms, so it may import from each.
        let is_root = source.path == "lib.rs";
        return if is_root { Vec::new() } else { vec![format!("{} lies in no room", source.path)] };
    };
    let mut faults = Vec::new();
    for path in crate_paths(&source.code) {
        let mut parts = path.split("::");
        let room = parts.next().unwrap_or_default();
        if CRATE.iter().position(|known| *known == room).is_some_and(|place| place > own) {
            faults.push(format!("{} imports from {room}, a room above its own", source.path));
        }
        let other = parts.next().filter(|_| room == "marketplaces");
        if let (Some(own), Some(other)) = (source.marketplace(), other)
            && own != other
        {
            faults.push(format!("{} imports from {other}, another marketplace", source.path));
        }
    }
    faults.dedup();
    faults
}

/// The paths after each `crate::` of a file: `wire::http::Method`. Groups are expanded.
fn crate_paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code.get(at + "crate::".len()..).unwrap_or_default();
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0usize;
            let mut item = String::new();
            for letter in group.chars() {
                match letter {
                    ',' | '}' if depth == 0 => {
                        found.push(std::mem::take(&mut item).trim().to_owned());
                        if letter == '}' {
                            break;
                        }
                    }
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ if depth == 0 => item.push(letter),
                    _ => {}
                }
            }
        } else {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | ':'));
            found.push(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default().to_owned());
        }
    }
    found
}

fn facade_faults(source: &Source) -> Vec<String> {
    let Some(own) = FACADE.iter().position(|room| *room == source.room()) else {
        return vec![format!("{} lies in no room", source.path)];
    };
    let mut faults = Vec::new();
    for path in facade_imports(source) {
        let room = path.split('/').next().unwrap_or_default();
        if FACADE.iter().position(|known| *known == room).is_some_and(|place| place > own) {
            faults.push(format!("{} imports {path}, from a room above its own", source.path));
        }
    }
    faults
}

/// The files that a file imports or re-exports, including types: `wasm/engine.ts`.
fn facade_imports(source: &Source) -> Vec<String> {
    let folder = Path::new(&source.path).parent().unwrap_or(Path::new(""));
    let mut found = Vec::new();
    for part in source.code.split('"').skip(1).step_by(2).filter(|part| part.starts_with('.')) {
        let Some(name) = part.strip_suffix(".js") else { continue };
        let mut path: Vec<&str> = folder.iter().filter_map(|part| part.to_str()).collect();
        for step in name.split('/') {
            match step {
                "." => {}
                ".." => drop(path.pop()),
                step => path.push(step),
            }
        }
        found.push(format!("{}.ts", path.join("/")));
    }
    found
}

/// Returns files that import each other in a circle, if there are any.
fn circle(sources: &[Source]) -> Option<Vec<String>> {
    let mut left: BTreeMap<&str, BTreeSet<String>> =
        sources.iter().map(|source| (source.path.as_str(), facade_imports(source).into_iter().collect())).collect();
    // Files whose imports are all removed are removed too. The files that remain are in a circle,
    // or lead into one.
    loop {
        let free: Vec<&str> = left
            .iter()
            .filter(|(_, imports)| !imports.iter().any(|import| left.contains_key(import.as_str())))
            .map(|(path, _)| *path)
            .collect();
        if free.is_empty() {
            break;
        }
        for path in free {
            left.remove(path);
        }
    }
    (!left.is_empty()).then(|| left.keys().map(|path| (*path).to_owned()).collect())
}

fn crate_sources() -> Result<Vec<Source>> {
    let is_test = |path: &str| {
        path.split('/').any(|part| matches!(part, "tests" | "tests.rs" | "testing.rs") || part.ends_with("_tests.rs"))
    };
    sources(&paths::root().join("src"), ".rs", is_test, without_rust_tests)
}

fn facade_sources() -> Result<Vec<Source>> {
    let is_generated = |path: &str| path.split('/').any(|part| part == "generated");
    sources(&paths::root().join("pkg-template").join("src"), ".ts", is_generated, str::to_owned)
}

fn sources(
    folder: &Path,
    ending: &str,
    leaves_out: impl Fn(&str) -> bool,
    library: impl Fn(&str) -> String,
) -> Result<Vec<Source>> {
    let mut found = Vec::new();
    for file in stamp::files_below(folder)? {
        let path = relative(folder, &file);
        if !path.ends_with(ending) || leaves_out(&path) {
            continue;
        }
        let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
        let text = library(&text);
        found.push(Source { path, code: without_comments(&text), lines: text.lines().count() });
    }
    if found.is_empty() {
        bail!("{} holds no sources", folder.display());
    }
    Ok(found)
}

fn relative(folder: &Path, file: &Path) -> String {
    let path: PathBuf = file.strip_prefix(folder).unwrap_or(file).to_owned();
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Returns the file without its test modules. These end at the first brace at the start of a line,
/// because rustfmt formats all files.
fn without_rust_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let is_test = line.starts_with("#[cfg(") && line.contains("test") && !line.contains("not(test");
        let opens = |next: &&str| next.trim_end().ends_with('{') && !next.starts_with(' ');
        if is_test && lines.peek().is_some_and(opens) {
            for skipped in lines.by_ref() {
                if skipped == "}" || skipped == "};" {
                    break;
                }
            }
        } else if is_test && lines.peek().is_some_and(|next| next.trim_end().ends_with(';')) {
            lines.next();
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Returns the lines that contain code.
fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut in_block = false;
    for line in text.lines() {
        let trimmed = line.trim_start();
        in_block |= trimmed.starts_with("/*");
        if in_block {
            in_block = !trimmed.contains("*/");
        } else if !trimmed.is_empty() && !trimmed.starts_with("//") {
            code.push_str(line.split(" // ").next().unwrap_or_default());
            code.push('\n');
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), code: without_comments(&without_rust_tests(text)), lines: text.lines().count() }
    }

    #[test]
    fn a_file_of_the_crate_imports_only_downwards() {
        let faults = |path: &str, text: &str| crate_faults(&source(path, text)).len();
        assert_eq!(faults("call/retry.rs", "use crate::wire::http::Method;\nuse crate::vendor::Plan;\n"), 0);
        assert_eq!(faults("call/retry.rs", "use crate::client::Client;\n"), 1);
        assert_eq!(faults("rules/input.rs", "use crate::{wire::json::Json, vendor::{Plan, Meta}};\n"), 1);
        assert_eq!(faults("wire/http.rs", "fn a() -> crate::rules::error::TicketError {}\n"), 1);
        assert_eq!(faults("wire/http.rs", "// crate::rules is above.\nfn a() {} // crate::rules\n"), 0);
        assert_eq!(faults("wire/http.rs", "#[cfg(test)]\nmod tests {\n    use crate::registry::ALL;\n}\n"), 0);
        assert_eq!(faults("wire/http.rs", "#[cfg(test)]\nmod tests;\nuse crate::registry::ALL;\n"), 1);
        assert_eq!(faults("loose.rs", ""), 1);
        assert_eq!(faults("lib.rs", "pub use crate::client::Client;\n"), 0);
        let other = "use crate::marketplaces::magalu::Magalu;\n";
        assert_eq!(faults("marketplaces/kaufland/auth.rs", other), 1);
        assert_eq!(faults("marketplaces/magalu/auth.rs", other), 0);
        assert_eq!(faults("registry.rs", other), 0);
    }

    #[test]
    fn a_file_of_the_facade_imports_only_downwards() {
        let faults = |path: &str, text: &str| facade_faults(&source(path, text)).len();
        assert_eq!(
            faults("send/driver.ts", "import { a } from \"../wasm/engine.js\";\nimport b from \"./slots.js\";\n"),
            0
        );
        assert_eq!(faults("wasm/engine.ts", "import type { A } from \"../core/client.js\";\n"), 1);
        assert_eq!(faults("ground/errors.ts", "export * from \"../files/files.js\";\n"), 1);
        assert_eq!(faults("loose.ts", ""), 1);
    }

    #[test]
    fn a_circle_of_files_is_found() {
        let a = || source("send/a.ts", "import { b } from \"./b.js\";\n");
        let c = || source("send/c.ts", "import { a } from \"./a.js\";\n");
        assert_eq!(circle(&[a(), c(), source("send/b.ts", "")]), None);
        let found = circle(&[a(), c(), source("send/b.ts", "import { c } from \"./c.js\";\n")]);
        assert_eq!(found, Some(["a", "b", "c"].map(|name| format!("send/{name}.ts")).to_vec()));
    }

    #[test]
    fn lines_of_code_have_neither_comments_nor_tests() {
        let text =
            "//! A file.\n\n/* a\n b */\nfn a() {} // b\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\nfn d() {}\n";
        assert_eq!(source("wire/a.rs", text).code, "fn a() {}\nfn d() {}\n");
    }
}
