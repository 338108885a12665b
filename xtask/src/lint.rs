//! The checks that need not run the code.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;

use crate::paths::short;
use crate::run::Run;
use crate::setup::{Need, wasm_cargo};
use crate::{paths, stamp};

/// A check: its name, its requirements, and its command.
pub struct Check {
    pub name: String,
    pub needs: &'static [Need],
    /// Whether the check needs the npm package.
    pub needs_package: bool,
    pub run: Box<dyn FnOnce() -> Result<()>>,
}

impl Check {
    fn new(name: &str, needs: &'static [Need], run: impl FnOnce() -> Result<()> + 'static) -> Self {
        Self { name: name.to_owned(), needs, needs_package: false, run: Box::new(run) }
    }
}

/// Returns all checks, the quick ones first; `all` adds the one whose tool takes minutes to build, and
/// tries more features.
pub fn checks(all: bool) -> Result<Vec<Check>> {
    let mut checks = vec![
        Check::new("rustfmt", &[Need::Lints], || cargo("fmt --all --check", "rustfmt")),
        Check::new("rustfmt fuzz", &[Need::Lints], || {
            cargo("fmt --manifest-path fuzz/Cargo.toml --check", "rustfmt fuzz")
        }),
        Check::new("biome", &[Need::Npm], || biome("check --error-on-warnings")),
        Check::new("rooms", &[], crate::rooms::check),
        Check::new("links", &[], crate::links::check),
        Check::new("lines", &[], crate::lines::check),
        Check::new("dependencies", &[], crate::audit::sources),
        Check::new("npm audit", &[Need::Npm], crate::audit::npm),
        Check::new("clippy", &[Need::Lints], || {
            cargo(
                "clippy --package seller-tickets --package xtask --all-targets --all-features -- -Dwarnings",
                "clippy",
            )
        }),
        Check::new("clippy wasm32", &[Need::Lints, Need::WasmTarget], || {
            wasm_cargo()?
                .words("clippy --package seller-tickets --lib --target wasm32-unknown-unknown --features js,fetch")
                .args(crate::target::wasm_tests()?)
                .words("-- -Dwarnings")
                .label("clippy wasm32")
                .limit(LIMIT)
                .run()
        }),
        Check::new("features", &[Need::WasmTarget], move || crate::features::check(all)),
        Check::new("rustdoc", &[], crate::docs::rustdoc),
        Check::new("types", &[Need::Npm], crate::types::check),
    ];
    if all {
        checks.push(Check::new("cargo deny", &[], crate::audit::cargo_deny));
    }
    for project in projects()? {
        let name = format!("tsc {}", short(&project));
        let mut check = Check::new(&name, &[Need::Npm, Need::WasmTarget], move || tsc(&project));
        check.needs_package = true;
        checks.push(check);
    }
    Ok(checks)
}

const LIMIT: Duration = Duration::from_secs(900);

/// Applies the fixes that need no decision.
pub fn fix() -> Result<()> {
    cargo("fmt --all", "rustfmt")?;
    cargo("fmt --manifest-path fuzz/Cargo.toml", "rustfmt fuzz")?;
    biome("check --write")
}

fn cargo(words: &str, label: &str) -> Result<()> {
    Run::cargo().words(words).label(label).limit(LIMIT).run()
}

fn biome(words: &str) -> Result<()> {
    Run::new(paths::npm_bin("biome")).words(words).label("biome").run()
}

fn tsc(project: &Path) -> Result<()> {
    Run::new(paths::npm_bin("tsc"))
        .words("--noEmit --project")
        .arg(project)
        .label(format!("tsc {}", short(project)))
        .run()
}

/// Returns every `tsconfig.json` and `tsconfig.<part>.json` of the folders that hold TypeScript.
fn projects() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for room in ["pkg-template", "www-demo", "tests"] {
        let room = paths::root().join(room);
        if room.is_dir() {
            found.extend(stamp::files_below(&room)?.into_iter().filter(|file| is_project(file)));
        }
    }
    Ok(found)
}

fn is_project(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("tsconfig.") && name.ends_with(".json") && !name.contains(".base.")
}
