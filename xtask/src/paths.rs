//! The paths of the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::run::Run;

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// The output folder of `cargo xtask`: `target/wasm`, `target/npm` and stamps. It is fixed, because
/// the demo's `package.json` names it.
pub fn out() -> PathBuf {
    root().join("target")
}

/// The folder of wasm-bindgen's output after `wasm-opt`.
pub fn wasm() -> PathBuf {
    out().join("wasm")
}

/// The folder that holds the unpacked npm package and its tarball.
pub fn npm() -> PathBuf {
    out().join("npm")
}

/// The folder of the unpacked npm package.
pub fn package() -> PathBuf {
    npm().join("seller-tickets")
}

/// The folder of the unpacked npm package of the local marketplaces.
pub fn marketplaces() -> PathBuf {
    npm().join("seller-tickets-marketplaces")
}

/// The folder of the stamps, which record the inputs of outputs.
pub fn stamps() -> PathBuf {
    out().join("xtask")
}

/// The path of an executable from the npm development dependencies.
pub fn npm_bin(name: &str) -> PathBuf {
    let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    root().join("node_modules").join(".bin").join(file)
}

/// Cargo's own target folder, which the user's settings may move.
pub fn cargo_target() -> Result<&'static Path> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let text = Run::cargo().words("metadata --no-deps --format-version 1").read()?;
    let metadata: serde_json::Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?;
    Ok(FOUND.get_or_init(|| PathBuf::from(target)))
}

/// The cargo that runs this program.
pub fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Flags for rustc that replace the folders of dependencies' sources in panic messages by `name`.
pub fn remap_sources(name: &str) -> Result<Vec<String>> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home =
        home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).context("there is no home folder")?;
    let sources = home.join("registry").join("src");
    let mut registries = Vec::new();
    if sources.is_dir() {
        for entry in fs::read_dir(&sources).with_context(|| format!("could not read {}", sources.display()))? {
            registries.push(entry.with_context(|| format!("could not read {}", sources.display()))?.path());
        }
    }
    // Another order would make cargo build everything again.
    registries.sort();
    Ok(registries.into_iter().map(|from| format!("--remap-path-prefix={}={name}", from.display())).collect())
}

/// The version of the workspace, which the crate and the npm package share.
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// Finds an executable on `PATH`; a path to an executable is returned as it is.
pub fn which(name: &str) -> Option<PathBuf> {
    if name.contains(std::path::MAIN_SEPARATOR) {
        return is_program(Path::new(name)).then(|| PathBuf::from(name));
    }
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(&file)).find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
