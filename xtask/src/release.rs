//! `cargo xtask release --dry-run`: checks whether the crate and the npm packages could be
//! published.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::paths;
use crate::run::Run;

/// Checks everything, reports all problems, and prints the steps to do by hand.
pub fn dry_run() -> Result<()> {
    let version = crate_version()?;
    let changelog = read("CHANGELOG.md")?;

    let mut problems = Vec::new();
    for template in ["pkg-template", "pkg-marketplaces"] {
        let manifest = json(&format!("{template}/package.json"))?;
        if manifest["version"].as_str() != Some(&version) {
            problems.push(format!("the crate is {version}, {template}/package.json {}", manifest["version"]));
        }
        if manifest["repository"].is_null() {
            problems.push(format!("{template}/package.json names no `repository`, which npm wants for provenance"));
        }
    }
    problems.extend(changelog_problem(&changelog, &version));
    let dirty = Run::new("git").words("status --porcelain").read()?;
    if !dirty.trim().is_empty() {
        problems.push(format!("{} files are not committed", dirty.lines().count()));
    }

    match crate_files() {
        Ok(count) => println!("the crate holds {count} files"),
        Err(error) => problems.push(error.to_string()),
    }
    for folder in [paths::package(), paths::marketplaces()] {
        let packed = Run::new("npm").words("pack --dry-run --json").arg(&folder).read()?;
        let packed: Value = serde_json::from_str(&packed).context("`npm pack` printed no JSON")?;
        println!(
            "{} holds {} files, {} bytes unpacked, {} bytes packed",
            packed[0]["name"].as_str().unwrap_or_default(),
            packed[0]["entryCount"],
            packed[0]["unpackedSize"],
            packed[0]["size"]
        );
    }

    println!(
        "\nafter `cargo xtask test --all`, from CI with an identity token:\n  \
         git tag v{version}\n  cargo publish --package seller-tickets\n  \
         npm publish target/npm/seller-tickets-{version}.tgz --provenance --access public\n  \
         npm publish target/npm/seller-tickets-marketplaces-{version}.tgz --provenance --access public"
    );
    if !problems.is_empty() {
        bail!("not ready to be released:\n  - {}", problems.join("\n  - "));
    }
    Ok(())
}

/// The number of files that `cargo package` would publish; fails if one does not belong to the
/// crate.
pub fn crate_files() -> Result<usize> {
    let files = Run::cargo().words("package --package seller-tickets --list --allow-dirty").read()?;
    let foreign: Vec<&str> = files.lines().filter(|path| !belongs_to_crate(path)).collect();
    if !foreign.is_empty() {
        bail!("the crate would hold {}", foreign.join(", "));
    }
    if !files.lines().any(|path| path == "src/lib.rs") {
        bail!("the crate would hold no src/lib.rs");
    }
    Ok(files.lines().count())
}

/// Whether a file is one that the crate's `include` intends, or one that cargo adds.
fn belongs_to_crate(path: &str) -> bool {
    let added = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig", "README.md"];
    added.contains(&path) || path.starts_with("LICENSE-") || (path.starts_with("src/") && path.ends_with(".rs"))
}

fn changelog_problem(changelog: &str, version: &str) -> Option<String> {
    let heading = changelog.lines().find(|line| line.starts_with(&format!("## {version}")));
    match heading {
        None => Some(format!("CHANGELOG.md has no section for {version}")),
        Some(heading) if heading.contains("unreleased") => Some(format!("CHANGELOG.md calls {version} unreleased")),
        Some(_) => None,
    }
}

fn crate_version() -> Result<String> {
    let metadata = Run::cargo().words("metadata --no-deps --format-version 1").read()?;
    let metadata: Value = serde_json::from_str(&metadata).context("`cargo metadata` printed no JSON")?;
    let packages = metadata["packages"].as_array().context("`cargo metadata` names no packages")?;
    let found = packages.iter().find(|package| package["name"] == "seller-tickets");
    found
        .and_then(|package| package["version"].as_str())
        .map(str::to_owned)
        .context("the crate is not in the workspace")
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(paths::root().join(path)).with_context(|| format!("could not read {path}"))
}

fn json(path: &str) -> Result<Value> {
    serde_json::from_str(&read(path)?).with_context(|| format!("{path} is not JSON"))
}

#[cfg(test)]
mod tests {
    use super::{belongs_to_crate, changelog_problem};

    #[test]
    fn knows_what_belongs_to_the_crate() {
        for path in ["src/lib.rs", "src/marketplaces/kaufland/auth.rs", "Cargo.toml", "README.md", "LICENSE-MIT"] {
            assert!(belongs_to_crate(path), "{path}");
        }
        for path in ["tests/client.rs", "src/secret.pem", "www-demo/package.json", ".env"] {
            assert!(!belongs_to_crate(path), "{path}");
        }
    }

    #[test]
    fn reads_the_changelog() {
        assert_eq!(changelog_problem("## 0.1.0 – 2026-12-01\n", "0.1.0"), None);
        assert!(changelog_problem("## 0.1.0 – unreleased\n", "0.1.0").is_some_and(|text| text.contains("unreleased")));
        assert!(changelog_problem("## 0.1.0\n", "0.2.0").is_some_and(|text| text.contains("no section")));
    }
}
