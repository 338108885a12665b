//! `cargo xtask bench [part]`: native benchmarks by cargo, and those in JavaScript runtimes in `benches/*.mjs`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};

use crate::run::Run;
use crate::setup::{self, Need};
use crate::{pack, paths, stamp};

/// Runs all benchmarks, or those of one part: the files that are named so.
pub fn bench(part: Option<&str>) -> Result<()> {
    let folder = paths::root().join("benches");
    let mut files = if folder.is_dir() { stamp::files_below(&folder)? } else { Vec::new() };
    // What lies deeper is theirs to share.
    files.retain(|file| file.parent() == Some(&folder) && (has_extension(file, "rs") || has_extension(file, "mjs")));
    let all: Vec<String> = files.iter().map(|file| stem(file)).collect();
    files.retain(|file| part.is_none_or(|part| stem(file) == part));
    if files.is_empty() {
        let all = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
        bail!("there is no such benchmark in benches/; there are: {all}");
    }
    let (native, scripts): (Vec<PathBuf>, Vec<PathBuf>) = files.into_iter().partition(|file| has_extension(file, "rs"));
    for file in native {
        let name = stem(&file);
        Run::cargo()
            .args(["bench", "--package", "seller-tickets", "--bench", &name])
            .label(format!("native: {name}"))
            .limit(LIMIT)
            .loud()
            .run()?;
    }
    if !scripts.is_empty() {
        setup::ensure(&[Need::WasmTarget, Need::Npm])?;
        pack::pack()?;
    }
    for script in scripts {
        Run::new("node").arg(&script).label(format!("node {}", pack::short(&script))).limit(LIMIT).loud().run()?;
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
