//! The TypeScript types of the models, made from Rust: `pkg-template/src/generated/types.ts`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::paths::short;
use crate::run::Run;

fn file() -> PathBuf {
    paths::root().join("pkg-template").join("src").join("generated").join("types.ts")
}

/// Writes the types.
pub fn write() -> Result<()> {
    let text = generate()?;
    let file = file();
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    }
    let changed = !fs::read_to_string(&file).is_ok_and(|old| old == text);
    if changed {
        fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
    }
    println!("{}: {}", short(&file), if changed { "written" } else { "up to date" });
    Ok(())
}

/// Fails unless the committed types are those of the models.
pub fn check() -> Result<()> {
    let text = generate()?;
    let file = file();
    let committed = fs::read_to_string(&file).with_context(|| format!("could not read {}", short(&file)))?;
    if let Some(line) = first_difference(&committed, &text) {
        bail!("{} differs from the models at line {line}: run `cargo xtask types` and commit it", short(&file));
    }
    Ok(())
}

/// The types as the crate prints them, in the format of the rest of the TypeScript.
fn generate() -> Result<String> {
    let example = ["--package", "seller-tickets", "--example", "types", "--features", "types"];
    Run::cargo().arg("build").args(example).label("types of the models").run()?;
    let text = Run::cargo().words("run --quiet").args(example).read()?;
    // The name tells biome the language; the settings' list of excluded files does not matter to text.
    Run::new(paths::npm_bin("biome")).words("format --stdin-file-path=pkg-template/src/types.ts").filter(&text)
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
