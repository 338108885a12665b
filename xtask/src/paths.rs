//! Where things are in the repository.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the workspace.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// What `cargo xtask` itself makes: `target/wasm`, `target/npm`, stamps. Fixed, because the demo's `package.json` names it.
pub fn out() -> PathBuf {
    root().join("target")
}

/// A path as seen from the root of the workspace.
pub fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// The folder of wasm-bindgen's output after `wasm-opt`.
pub fn wasm() -> PathBuf {
    out().join("wasm")
}

/// The folder that holds the unpacked npm package and its tarball.
pub fn npm() -> PathBuf {
    out().join("npm")
}

/// The unpacked npm package.
pub fn package() -> PathBuf {
    npm().join("seller-tickets")
}

/// The unpacked npm package of the local marketplaces.
pub fn marketplaces() -> PathBuf {
    npm().join("seller-tickets-marketplaces")
}

/// Notes on which inputs an output was made from.
pub fn stamps() -> PathBuf {
    out().join("xtask")
}

/// An executable of one of the npm development dependencies.
pub fn npm_bin(name: &str) -> PathBuf {
    let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    root().join("node_modules").join(".bin").join(file)
}

/// The cargo that runs this program.
pub fn cargo() -> PathBuf {
    std::env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from)
}

/// Flags for rustc that write another name into panic messages for the folders where cargo keeps the sources of dependencies.
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
    // Always in the same order, or cargo would build everything anew.
    registries.sort();
    Ok(registries.into_iter().map(|from| format!("--remap-path-prefix={}={name}", from.display())).collect())
}

/// The workspace's version, which is the crate's and the npm package's.
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}

/// An executable on `PATH`, or the given path when it is one.
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
