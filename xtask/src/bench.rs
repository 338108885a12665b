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
    let files = if folder.is_dir() { stamp::files_below(&folder)? } else { Vec::new() };
    let wanted = |extension: &str| -> Vec<PathBuf> {
        let fits = |file: &&PathBuf| file.parent() == Some(&folder) && has_extension(file, extension);
        files.iter().filter(fits).filter(|file| part.is_none_or(|part| stem(file) == part)).cloned().collect()
    };
    let (native, scripts) = (wanted("rs"), wanted("mjs"));
    if native.is_empty() && scripts.is_empty() {
        let all: Vec<String> = files
            .iter()
            .filter(|file| has_extension(file, "rs") || has_extension(file, "mjs"))
            .map(|file| stem(file))
            .collect();
        bail!(
            "there is no such benchmark in benches/; there are: {}",
            if all.is_empty() { "none".to_owned() } else { all.join(", ") }
        );
    }
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
