//! `cargo xtask test`: every check and test of the project, to the end even where some fail, and a table of what there was.

use std::fs;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};

use crate::counts::{Counts, failures_of_tap};
use crate::paths::short;
use crate::run::{Ended, Run, time};
use crate::setup::{self, Browser, Need, wasm_cargo};
use crate::{bindgen, demo, docs, fuzz, lint, pack, paths, release, size, stamp, target};

/// The kinds of tests, in the order in which they run.
const KINDS: [&str; 12] = [
    "lint",
    "native",
    "wasm-node",
    "wasm-chromium",
    "package",
    "tarball",
    "matrix",
    "workerd",
    "marketplace",
    "faults",
    "e2e",
    "fuzz",
];

/// The suites for Node's test runner: their kind, and the folder with the `*.test.mjs` files.
const SUITES: [(&str, &str); 6] = [
    ("tarball", "tests/package"),
    ("matrix", "tests/matrix"),
    ("workerd", "tests/workerd"),
    ("marketplace", "www-demo"),
    ("faults", "tests/faults"),
    ("e2e", "tests/e2e"),
];

/// Tests that run with `--all` only, because they install much or take long.
const LONG: [&str; 1] = ["faults-all.test.mjs"];

/// The suites of which several files run at once, and how many: they wait for timers and processes most of the time.
const AT_ONCE: [(&str, usize); 4] = [("tarball", 3), ("workerd", 2), ("marketplace", 2), ("e2e", 2)];

/// The files that measure times, and therefore run one after the other.
const ALONE: [&str; 6] = [
    "bars.test.mjs",
    "calls.test.mjs",
    "desk-large.test.mjs",
    "desk-mapping.test.mjs",
    "pages.test.mjs",
    "progress.test.mjs",
];

/// What to run.
pub struct Options {
    /// The long tests, too.
    pub all: bool,
    /// The kinds to run; none means each.
    pub kinds: Vec<String>,
}

impl Options {
    fn wants(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.iter().any(|wanted| wanted == kind)
    }
}

/// One line of the report.
struct Stage {
    kind: &'static str,
    name: String,
    counts: Counts,
    took: Duration,
    problem: Option<String>,
}

/// What has run so far.
struct Report {
    start: Instant,
    stages: Vec<Stage>,
    /// What setup could not get, with the reason.
    missing: Vec<(Need, String)>,
}

impl Report {
    /// Runs one stage. It fails when it returns an error, when a test failed, and when it holds no tests at all.
    fn stage(&mut self, kind: &'static str, name: &str, needs: &[Need], run: impl FnOnce() -> Result<Counts>) -> bool {
        let start = Instant::now();
        let missing = self.missing.iter().find(|(need, _)| needs.contains(need));
        let outcome = match missing {
            Some((_, reason)) => Err(anyhow!("not run: {reason}")),
            None => run(),
        };
        let (mut counts, problem) = match outcome {
            Ok(counts) if counts.failed > 0 => {
                (counts, Some(format!("{} of {} failed", counts.failed, counts.passed + counts.failed)))
            }
            Ok(counts) if counts.passed == 0 => (counts, Some("no test ran".to_owned())),
            Ok(counts) => (counts, None),
            Err(error) => (Counts::default(), Some(format!("{error:#}"))),
        };
        if let Some(problem) = &problem {
            counts.failed = counts.failed.max(1);
            println!("  {kind} {name}: {problem}");
        }
        let passed = problem.is_none();
        self.stages.push(Stage { kind, name: name.to_owned(), counts, took: start.elapsed(), problem });
        passed
    }

    /// A stage that is one check.
    fn check(&mut self, kind: &'static str, name: &str, needs: &[Need], run: impl FnOnce() -> Result<()>) -> bool {
        self.stage(kind, name, needs, || run().map(|()| Counts::one(true)))
    }

    /// Prints the table, and fails if something failed.
    fn finish(self) -> Result<()> {
        println!("\n{:<16}{:>8}{:>8}{:>9}  time", "kind", "passed", "failed", "skipped");
        let mut total = Counts::default();
        for kind in std::iter::once("setup").chain(KINDS) {
            let mut sum = Counts::default();
            let mut took = Duration::ZERO;
            let mut any = false;
            for stage in self.stages.iter().filter(|stage| stage.kind == kind) {
                sum += stage.counts;
                took += stage.took;
                any = true;
            }
            if any {
                println!("{kind:<16}{:>8}{:>8}{:>9}  {}", sum.passed, sum.failed, sum.skipped, time(took));
                total += sum;
            }
        }
        let failures: Vec<&Stage> = self.stages.iter().filter(|stage| stage.problem.is_some()).collect();
        if !failures.is_empty() {
            println!();
        }
        for stage in &failures {
            println!("failed: {} {}: {}", stage.kind, stage.name, stage.problem.as_deref().unwrap_or_default());
        }
        for stage in failures.iter().filter(|stage| SUITES.iter().any(|(kind, _)| *kind == stage.kind)) {
            // The output may be long, and only its end be kept.
            for part in PARTS {
                let text = fs::read_to_string(tap_of(stage.kind, part)).unwrap_or_default();
                for failure in failures_of_tap(&text) {
                    println!("\n✖ {failure}");
                }
            }
        }
        println!("\n{} passed, {} failed ({})", total.passed, total.failed, time(self.start.elapsed()));
        if failures.is_empty() { Ok(()) } else { bail!("{} of {} stages failed", failures.len(), self.stages.len()) }
    }
}

/// Runs the tests.
pub fn test(options: &Options) -> Result<()> {
    if let Some(unknown) = options.kinds.iter().find(|kind| !KINDS.contains(&kind.as_str())) {
        bail!("there is no kind of test `{unknown}`, only {}", KINDS.join(", "));
    }
    if !options.all && options.kinds.iter().any(|kind| kind == "fuzz") {
        bail!("fuzzing takes minutes: run it with --all");
    }
    for (kind, _) in SUITES {
        // What an earlier run said is not told as this one's.
        for part in PARTS {
            let _ = fs::remove_file(tap_of(kind, part));
        }
    }
    let mut report = Report { start: Instant::now(), stages: Vec::new(), missing: Vec::new() };
    let start = Instant::now();
    report.missing = setup::try_all(&Need::ALL);
    let problem = (!report.missing.is_empty())
        .then(|| report.missing.iter().map(|(_, reason)| reason.as_str()).collect::<Vec<_>>().join("; "));
    report.stages.push(Stage {
        kind: "setup",
        name: String::new(),
        counts: Counts::one(problem.is_none()),
        took: start.elapsed(),
        problem,
    });

    let (after, before): (Vec<_>, Vec<_>) =
        lint::checks(options.all)?.into_iter().partition(|check| check.needs_package);
    if options.wants("lint") {
        println!("lint");
        for check in before {
            report.check("lint", &check.name, check.needs, check.run);
        }
    }
    if options.wants("native") {
        report.stage("native", "", &[], native);
    }
    if options.wants("wasm-node") {
        report.stage("wasm-node", "", &[Need::WasmTarget, Need::Npm], wasm_in_node);
    }
    if options.wants("wasm-chromium") {
        report.stage("wasm-chromium", "", &[Need::WasmTarget, Need::Browser], wasm_in_chromium);
    }

    if options.all && options.wants("fuzz") {
        println!("fuzz");
        for target in fuzz::targets()? {
            report.stage("fuzz", &target, &[], || fuzz::run(&target));
        }
    }

    // All that follows works on the package.
    if !["lint", "package"].iter().chain(SUITES.iter().map(|(kind, _)| kind)).any(|kind| options.wants(kind)) {
        return report.finish();
    }
    if !report.check("package", "pack", &Need::PACK, || pack::pack().map(|_| ())) {
        let reason = "not run: there is no package".to_owned();
        report.missing.push((Need::Npm, reason));
    }
    if options.wants("lint") {
        println!("lint");
        for check in after {
            report.check("lint", &check.name, check.needs, check.run);
        }
    }
    if options.wants("package") {
        report.check("package", "size", &Need::PACK, size::check);
        report.check("package", "crate", &[], || release::crate_files().map(|_| ()));
    }
    if ["e2e", "package", "tarball"].iter().any(|kind| options.wants(kind)) {
        report.check("package", "docs", &[Need::Npm], || docs::site().map(|_| ()));
    }
    if options.wants("e2e") || options.wants("package") {
        report.check("package", "dashboard", &[Need::Npm], demo::build);
    }
    for (kind, folder) in SUITES {
        if options.wants(kind) {
            let needs: &[Need] = if kind == "marketplace" { &[Need::Npm] } else { &[Need::Npm, Need::Browser] };
            report.stage(kind, folder, needs, || node_suite(kind, folder, options.all));
        }
    }
    report.finish()
}

/// The lints alone.
pub fn lint() -> Result<()> {
    test(&Options { all: false, kinds: vec!["lint".to_owned()] })
}

/// Unit, property, integration and doc tests on this machine.
fn native() -> Result<Counts> {
    let ended = coloured(Run::cargo())
        .words("test --package seller-tickets --package xtask --all-features --no-fail-fast")
        .label("native tests")
        .limit(Duration::from_secs(1200))
        .loud()
        .finish()?;
    outcome(&ended, Counts::of_cargo_test(&ended.text))
}

/// The tests that are marked for wasm, by wasm-bindgen's runner.
fn wasm_tests() -> Result<Run> {
    // Cargo splits the runner at spaces unless it is a list, and takes a list from its configuration only.
    let runner = bindgen::tool()?;
    let runner =
        serde_json::json!([runner.to_str().context("the path of the repository is not UTF-8")?, "test-runner"]);
    let targets = target::wasm_tests()?;
    if targets.is_empty() {
        bail!("no file in tests/ uses wasm_bindgen_test");
    }
    Ok(coloured(wasm_cargo()?)
        .words("test --package seller-tickets --no-fail-fast --features js,fetch")
        .args(targets)
        .words("--target wasm32-unknown-unknown --profile wasm-test --config")
        .arg(format!("target.wasm32-unknown-unknown.runner = {runner}"))
        .env("WASM_BINDGEN_TEST_TIMEOUT", "180")
        .limit(Duration::from_secs(1200))
        .loud())
}

fn wasm_in_node() -> Result<Counts> {
    let ended = wasm_tests()?.env("WASM_BINDGEN_TEST_ONLY_NODE", "1").label("wasm tests in Node").finish()?;
    outcome(&ended, Counts::of_cargo_test(&ended.text))
}

fn wasm_in_chromium() -> Result<Counts> {
    let browser = Browser::find()?;
    let capabilities = paths::stamps().join("webdriver.json");
    let options = serde_json::json!({ "goog:chromeOptions": { "binary": browser.chromium, "args": Browser::ARGS } });
    fs::create_dir_all(paths::stamps()).with_context(|| format!("could not make {}", paths::stamps().display()))?;
    fs::write(&capabilities, options.to_string())
        .with_context(|| format!("could not write {}", capabilities.display()))?;
    let ended = wasm_tests()?
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_ONLY_WEB", "1")
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", &capabilities)
        .env("CHROMEDRIVER", &browser.driver)
        .label("wasm tests in Chromium")
        .finish()?;
    outcome(&ended, Counts::of_cargo_test(&ended.text))
}

/// The file with the results of a part of a suite.
fn tap_of(kind: &str, part: &str) -> PathBuf {
    paths::stamps().join(format!("{kind}-{part}.tap"))
}

/// The parts of a suite: the files that run beside each other, and those that need the machine alone.
const PARTS: [&str; 2] = ["together", "alone"];

/// Runs the `*.test.mjs` files below a folder with Node's test runner.
fn node_suite(kind: &str, folder: &str, all: bool) -> Result<Counts> {
    let (alone, together): (Vec<_>, Vec<_>) = test_files(folder, all)?
        .into_iter()
        .partition(|file| file.file_name().is_some_and(|name| ALONE.contains(&&*name.to_string_lossy())));
    let mut counts = Counts::default();
    for (files, part) in [together, alone].into_iter().zip(PARTS) {
        if !files.is_empty() {
            let most = AT_ONCE.iter().find(|(suite, _)| *suite == kind).map_or(1, |(_, most)| *most);
            let at_once = if part == "together" { most } else { 1 };
            counts += node_part(kind, part, &files, at_once, all)?;
        }
    }
    Ok(counts)
}

fn node_part(kind: &str, part: &str, files: &[PathBuf], at_once: usize, all: bool) -> Result<Counts> {
    let tap = tap_of(kind, part);
    fs::create_dir_all(paths::stamps()).with_context(|| format!("could not make {}", paths::stamps().display()))?;
    let mut run = Run::new("node")
        .words("--test --test-reporter=spec --test-reporter-destination=stdout")
        .arg(format!("--test-concurrency={at_once}"))
        // A test that hangs must not take the others with it.
        .arg(format!("--test-timeout={}", if all { 3_600_000 } else { 600_000 }))
        .words("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", tap.display()))
        .args(files)
        .label(format!("{kind}, {part}"))
        .limit(Duration::from_secs(if all { 4500 } else { 1500 }))
        .loud();
    if all {
        // Some tests have a long form.
        run = run.env("SELLER_TICKETS_ALL", "1");
    }
    if let Ok(browser) = Browser::find() {
        run = run.env("CHROME_BIN", browser.chromium);
    }
    if std::io::stdout().is_terminal() {
        run = run.env("FORCE_COLOR", "1");
    }
    let ended = run.finish()?;
    let text = fs::read_to_string(&tap).with_context(|| format!("node wrote no {}", short(&tap)))?;
    outcome(&ended, Counts::of_tap(&text))
}

fn test_files(folder: &str, all: bool) -> Result<Vec<PathBuf>> {
    let path = paths::root().join(folder);
    let mut files = if path.is_dir() { stamp::files_below(&path)? } else { Vec::new() };
    files.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".test.mjs") && (all || !LONG.contains(&&*name))
    });
    if files.is_empty() {
        bail!("{folder} holds no *.test.mjs file");
    }
    Ok(files)
}

/// A runner that fails without naming a failed test did not come so far: it did not compile, or ran out of time.
fn outcome(ended: &Ended, counts: Counts) -> Result<Counts> {
    if !ended.ok() && counts.failed == 0 {
        ended.check()?;
    }
    Ok(counts)
}

fn coloured(run: Run) -> Run {
    if std::io::stdout().is_terminal() { run.env("CARGO_TERM_COLOR", "always") } else { run }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_are_named_are_there() {
        let files: Vec<_> =
            SUITES.iter().flat_map(|(_, folder)| test_files(folder, true).unwrap_or_default()).collect();
        for name in ALONE.iter().chain(&LONG) {
            assert!(files.iter().any(|file| file.ends_with(name)), "{name}");
        }
        for (kind, _) in AT_ONCE {
            assert!(SUITES.iter().any(|(suite, _)| *suite == kind), "{kind}");
        }
    }
}
