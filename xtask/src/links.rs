//! The pages' links and paths: whatever they name is there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::paths;
use crate::run::Run;

/// How a path in backticks begins, if it is one of this repository.
const ROOMS: [&str; 10] = [
    "benches/",
    "docs/",
    "examples/",
    "fuzz/",
    "pkg-marketplaces/",
    "pkg-template/",
    "src/",
    "tests/",
    "www-demo/",
    "xtask/",
];

/// Fails when a page links to a file that is not there, or names one.
pub fn check() -> Result<()> {
    let root = paths::root();
    let pages = Run::new("git").words("ls-files *.md").read()?;
    let mut problems = Vec::new();
    for page in pages.lines() {
        let text = fs::read_to_string(root.join(page)).with_context(|| format!("could not read {page}"))?;
        let folder = Path::new(page).parent().unwrap_or(Path::new(""));
        // The package's README is read in the package, which has these pages beside it.
        let is_packed =
            |link: &str| page == "pkg-template/README.md" && link.starts_with("docs/") && root.join(link).exists();
        let is_there = |link: &str| is_packed(link) || root.join(folder).join(link).exists();
        let linked = links(&text).filter(|link| !is_there(link));
        problems.extend(linked.map(|link| format!("{page} links to {link}, which is not there")));
        // What the changelog tells of the past has moved since.
        if page != "CHANGELOG.md" {
            let named = named(&text).filter(|path| !root.join(path).exists());
            problems.extend(named.map(|path| format!("{page} names {path}, which is not there")));
        }
    }
    if !problems.is_empty() {
        bail!("{}", problems.join("\n"));
    }
    Ok(())
}

/// The files that a page links to, without anchors.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.contains("://") && !target.contains(char::is_whitespace) && !target.starts_with('/'))
        .filter_map(|target| target.split('#').next())
        .filter(|target| !target.is_empty())
}

/// The paths of this repository in backticks, without those that stand for several.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split('`').skip(1).step_by(2);
    code.filter(|path| ROOMS.iter().any(|room| path.starts_with(room)))
        .filter(|path| path.chars().all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::{links, named};

    #[test]
    fn finds_links_to_files() {
        let text = "[a](b.md), [c](d/e.rs#L3) [f](#g) [h](https://example.com/i.md) ![j](k.png)\nx[0](y z)";
        assert_eq!(links(text).collect::<Vec<_>>(), ["b.md", "d/e.rs", "k.png"]);
    }

    #[test]
    fn finds_paths_in_backticks() {
        let text = "`src/lib.rs` and `src/*/mod.rs`, `docs/<name>.md`, `lib.rs`, src/x.rs, `tests/package`";
        assert_eq!(named(text).collect::<Vec<_>>(), ["src/lib.rs", "tests/package"]);
    }
}
