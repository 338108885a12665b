//! `cargo xtask bench [part …]`: runs the native benchmarks with cargo, and those for JavaScript
//! runtimes in `benches/*.mjs`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::run::Run;
use crate::setup::{self, Need};
use crate::{pack, paths, stamp};

/// Runs all benchmarks, or those in the files with the given names. A part that fails does not stop
/// the others.
pub fn bench(parts: &[&str]) -> Result<()> {
    let folder = paths::root().join("benches");
    let mut files = if folder.is_dir() { stamp::files_below(&folder)? } else { Vec::new() };
    // Files in subfolders are shared by the benchmarks.
    files.retain(|file| file.parent() == Some(&folder) && (has_extension(file, "rs") || has_extension(file, "mjs")));
    let all: Vec<String> = files.iter().map(|file| stem(file)).collect();
    if let Some(part) = parts.iter().find(|part| !all.iter().any(|name| name == *part)) {
        let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
        bail!("there is no benchmark `{part}` in benches/; there are: {all}");
    }
    files.retain(|file| parts.is_empty() || parts.contains(&stem(file).as_str()));
    let (native, scripts): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|file| has_extension(file, "rs"));
    if !scripts.is_empty() {
        setup::ensure(&[Need::WasmTarget, Need::Npm, Need::Browser])?;
        pack::pack()?;
    }
    let native = native.iter().map(|file| {
        let name = stem(file);
        let run = Run::cargo().args(["bench", "--package", "seller-tickets", "--bench", &name]);
        run.label(format!("native: {name}"))
    });
    let scripts =
        scripts.iter().map(|script| Run::new("node").arg(script).label(format!("node {}", paths::short(script))));
    let failures: Vec<String> = native
        .chain(scripts)
        .filter_map(|run| run.limit(LIMIT).loud().run().err())
        .map(|error| format!("{error:#}"))
        .collect();
    if !failures.is_empty() {
        bail!("{}", failures.join("; "));
    }
    Ok(())
}

const LIMIT: Duration = Duration::from_secs(1800);

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
