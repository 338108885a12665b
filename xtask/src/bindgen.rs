//! wasm-bindgen's tools, from the workspace member `xtask-bindgen`.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Result;

use crate::run::Run;
use crate::target;

/// Builds the tools once and returns their path; this takes about a minute when nothing is cached.
pub fn tool() -> Result<PathBuf> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(built) = BUILT.get() {
        return Ok(built.clone());
    }
    Run::cargo()
        .words("build --package xtask-bindgen --profile tool")
        .label("wasm-bindgen's tools")
        .limit(Duration::from_secs(900))
        .run()?;
    let built = target::folder()?.join("tool").join(format!("xtask-bindgen{}", std::env::consts::EXE_SUFFIX));
    Ok(BUILT.get_or_init(|| built).clone())
}
