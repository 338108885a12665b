//! Installs everything that the other commands need.

mod apt;
mod browser;
mod npm;
mod wasm_target;

use std::time::Instant;

use anyhow::{Context, Result, bail};

pub use browser::Browser;
pub use wasm_target::cargo as wasm_cargo;

use crate::run::{self, time};

/// A tool that a command needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The standard library for wasm32-unknown-unknown.
    WasmTarget,
    /// Node and the npm packages of the workspace.
    Npm,
    /// Chromium and its driver.
    Browser,
    /// rustfmt and clippy.
    Lints,
}

impl Need {
    /// The needs of `cargo xtask test`.
    pub const ALL: [Self; 4] = [Self::WasmTarget, Self::Npm, Self::Browser, Self::Lints];
    /// The needs of the package and the demo.
    pub const PACK: [Self; 2] = [Self::WasmTarget, Self::Npm];

    fn ensure(self) -> Result<String> {
        match self {
            Self::WasmTarget => wasm_target::ensure(),
            Self::Npm => npm::ensure(),
            Self::Browser => browser::ensure(),
            Self::Lints => lints(),
        }
    }
}

/// Installs missing tools, or fails.
pub fn ensure(needs: &[Need]) -> Result<()> {
    let missing: Vec<String> = try_all(needs).into_iter().map(|(_, reason)| reason).collect();
    if missing.is_empty() { Ok(()) } else { bail!("setup is not complete:\n  - {}", missing.join("\n  - ")) }
}

/// Installs missing tools. It tries all of them, so that one run names everything that cannot be
/// installed.
pub fn try_all(needs: &[Need]) -> Vec<(Need, String)> {
    let start = Instant::now();
    println!("setup");
    let mut missing = Vec::new();
    for &need in needs {
        match need.ensure() {
            Ok(found) => println!("  {found}"),
            Err(error) => {
                println!("  {error:#}");
                missing.push((need, format!("{error:#}")));
            }
        }
    }
    println!("  {} ({})", if missing.is_empty() { "done" } else { "not complete" }, time(start.elapsed()));
    missing
}

/// Installs rustfmt and clippy, which a minimal toolchain lacks.
fn lints() -> Result<String> {
    let has = |tool: &str| run::Run::cargo().args([tool, "--version"]).read();
    if has("fmt").is_err() || has("clippy").is_err() {
        wasm_target::rustup(&["component", "add", "rustfmt", "clippy"], "rustfmt and clippy")
            .context("rustfmt or clippy is missing: run `rustup component add rustfmt clippy`")?;
    }
    Ok(format!("{}, {}", has("fmt")?.trim(), has("clippy")?.trim()))
}
