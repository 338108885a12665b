//! Runs the fuzz targets of `fuzz/` with libFuzzer. The folder has cargo-fuzz's layout but needs
//! only a C++ compiler: the flags that cargo-fuzz would pass are stable, and safe code needs no
//! sanitizer.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::counts::Counts;
use crate::paths;
use crate::paths::short;
use crate::run::{Run, time};
use crate::stamp;

/// The time for each target, in seconds.
const SECONDS: u64 = 60;

/// The flags that make a program report its coverage to libFuzzer.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg=fuzzing";

fn room() -> PathBuf {
    paths::root().join("fuzz")
}

fn out() -> PathBuf {
    paths::out().join("fuzz")
}

/// The names of all targets.
pub fn targets() -> Result<Vec<String>> {
    let files = stamp::files_below(&room().join("fuzz_targets"))?;
    let mut names: Vec<_> =
        files.iter().filter_map(|file| file.file_stem()).map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    if names.is_empty() {
        bail!("fuzz/fuzz_targets holds no target");
    }
    Ok(names)
}

/// Builds all targets and returns their folder.
pub fn build() -> Result<PathBuf> {
    let about = Run::new("rustc").words("-vV").read()?;
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?.to_owned();
    let ended = Run::cargo()
        .words("build --release --manifest-path fuzz/Cargo.toml --target")
        .arg(&host)
        .arg("--target-dir")
        .arg(out())
        // `--target` keeps the flags away from build scripts and procedural macros.
        .env("RUSTFLAGS", FLAGS)
        .label("fuzz targets")
        .limit(Duration::from_secs(1200))
        .finish()?;
    if !ended.ok() && ended.text.contains("libfuzzer-sys") {
        bail!("libFuzzer could not be built, so nothing was fuzzed: it needs a C++ compiler, such as g++ or clang++");
    }
    ended.check()?;
    Ok(out().join(host).join("release"))
}

/// Runs one target for a while and prints its statistics. The inputs that it finds are kept as
/// seeds for the next run.
pub fn run(target: &str) -> Result<Counts> {
    let (corpus, artifacts) = (out().join("corpus").join(target), out().join("artifacts").join(target));
    for folder in [&corpus, &artifacts] {
        fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    }
    let ended = Run::new(build()?.join(target))
        .arg(&corpus)
        .arg(room().join("seeds").join(target))
        .arg(format!("-dict={}", room().join("words.dict").display()))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-max_total_time={SECONDS}"))
        .words("-max_len=4096 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1")
        .label(format!("fuzz {target}"))
        .limit(Duration::from_secs(SECONDS * 4))
        .finish()?;
    let executions = stat(&ended.text, "number_of_executed_units").unwrap_or_default();
    let covered = covered(&ended.text).unwrap_or_default();
    println!("  fuzz {target}: {executions} executions in {}, {covered} edges reached", time(ended.took));
    if !ended.ok() {
        let why = ended.text.lines().find(|line| line.contains("panicked at") || line.contains("ERROR: libFuzzer"));
        bail!(
            "{}; the input is in {}: give it to the target as its only argument",
            why.unwrap_or("the target failed"),
            short(&artifacts)
        );
    }
    if executions == 0 {
        bail!("the target did nothing");
    }
    Ok(Counts::one(true))
}

/// Reads a figure from the statistics that libFuzzer prints at its end.
fn stat(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name))?;
    line.trim_start_matches(':').trim().parse().ok()
}

/// Reads the last coverage that libFuzzer printed.
fn covered(text: &str) -> Option<u64> {
    text.lines().rev().find_map(|line| line.split_once(" cov: ")?.1.split(' ').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_libfuzzer_prints() {
        let text = "#2\tINITED cov: 12 ft: 13 corp: 1/1b\n#9\tDONE   cov: 2785 ft: 8372 corp: 9/1Kb\n\
            stat::number_of_executed_units: 162890\nstat::average_exec_per_sec:     8573\n";
        assert_eq!(stat(text, "number_of_executed_units"), Some(162_890));
        assert_eq!(stat(text, "average_exec_per_sec"), Some(8573));
        assert_eq!(covered(text), Some(2785));
        assert_eq!((stat("", "a"), covered("error")), (None, None));
    }
}
