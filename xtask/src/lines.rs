//! How many lines the crate and the facade have, and whether a file has too many.
//!
//! Sources are read as text. Comments, blank lines, tests and generated files do not count.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{paths, stamp};

/// The most lines that a file of library code may have, its tests left out.
const MAX_LINES: usize = 700;

/// One source file of the library.
struct Source {
    /// Its path below the room's parent: `call/retry.rs`.
    path: String,
    /// Its code without comments and tests, line by line. What is left out leaves no line.
    code: String,
    /// All its lines, its tests left out.
    lines: usize,
}

impl Source {
    fn room(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.split('.').next().unwrap_or_default()
    }
}

/// Fails when a file of library code is too long.
pub fn check() -> Result<()> {
    let long: Vec<String> = crate_sources()?
        .into_iter()
        .chain(facade_sources()?)
        .filter(|source| source.lines > MAX_LINES)
        .map(|source| format!("{} has {} lines, more than {MAX_LINES}", source.path, source.lines))
        .collect();
    if long.is_empty() { Ok(()) } else { bail!("{}", long.join("\n")) }
}

/// Prints the lines of code of each room, and the longest files.
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

/// The file without its test modules. They end at the first brace at the start of a line, because rustfmt formats all.
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

/// The lines that hold code.
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
    fn lines_of_code_have_neither_comments_nor_tests() {
        let text =
            "//! A file.\n\n/* a\n b */\nfn a() {} // b\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\nfn d() {}\n";
        assert_eq!(source("wire/a.rs", text).code, "fn a() {}\nfn d() {}\n");
    }
}
