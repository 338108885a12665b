//! Where cargo builds, and which of the tests it builds for wasm.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result};

use crate::paths::short;
use crate::run::Run;
use crate::{paths, stamp};

/// The folder, wherever the user's settings put it.
pub fn folder() -> Result<&'static Path> {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let text = Run::cargo().words("metadata --no-deps --format-version 1").read()?;
    let metadata: serde_json::Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
    let target = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?;
    Ok(FOUND.get_or_init(|| PathBuf::from(target)))
}

/// Cargo's arguments for the integration tests that are for wasm. The others are for this machine, and need not compile for wasm.
pub fn wasm_tests() -> Result<Vec<String>> {
    let folder = paths::root().join("tests");
    let files = if folder.is_dir() { stamp::files_below(&folder)? } else { Vec::new() };
    let mut targets = Vec::new();
    for file in
        files.iter().filter(|file| file.parent() == Some(&folder) && file.extension().is_some_and(|is| is == "rs"))
    {
        let text = fs::read_to_string(file).with_context(|| format!("could not read {}", short(file)))?;
        if text.contains("wasm_bindgen_test") {
            targets.extend(["--test".to_owned(), file.file_stem().unwrap_or_default().to_string_lossy().into_owned()]);
        }
    }
    Ok(targets)
}
