//! Checks the project's dependencies: their licences, their sources, and warnings against them. The
//! rules are in `deny.toml`.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use spdx::{Expression, ParseMode};

use crate::paths;
use crate::run::Run;

/// The manifests of the workspaces.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "fuzz/Cargo.toml"];

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
const NPM: &str = "https://registry.npmjs.org/";

/// Checks the licences and sources of all crates and npm packages against `deny.toml`. cargo-deny
/// checks more, but takes minutes to build.
pub fn sources() -> Result<()> {
    let rules = Rules::read()?;
    let mut problems = Vec::new();
    for manifest in MANIFESTS {
        let text =
            Run::cargo().words("metadata --format-version 1 --all-features --manifest-path").arg(manifest).read()?;
        let metadata: Value = serde_json::from_str(&text).context("cargo metadata is not JSON")?;
        let crates = metadata["packages"].as_array().context("cargo metadata names no packages")?;
        if crates.is_empty() {
            bail!("cargo metadata names no packages");
        }
        problems.extend(crates.iter().flat_map(|package| rules.problems_of(package)));
    }
    let lock = paths::root().join("package-lock.json");
    let text = std::fs::read_to_string(&lock).with_context(|| format!("could not read {}", lock.display()))?;
    problems.extend(npm_problems(&serde_json::from_str(&text).context("package-lock.json is not JSON")?)?);
    problems.sort();
    problems.dedup();
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n    ")) }
}

/// The licences that `deny.toml` allows.
struct Rules {
    allow: Vec<String>,
    exceptions: Vec<(String, Vec<String>)>,
}

impl Rules {
    fn read() -> Result<Self> {
        let file = paths::root().join("deny.toml");
        let text = std::fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
        let rules: toml::Table = text.parse().context("deny.toml is not TOML")?;
        let licenses = rules.get("licenses").context("deny.toml says nothing of licenses")?;
        let texts = |list: Option<&toml::Value>| -> Option<Vec<String>> {
            list?.as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let exceptions =
            licenses.get("exceptions").and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let exception =
            |entry: &toml::Value| Some((entry.get("crate")?.as_str()?.to_owned(), texts(entry.get("allow"))?));
        Ok(Self {
            allow: texts(licenses.get("allow")).context("deny.toml allows no licenses")?,
            exceptions: exceptions
                .iter()
                .map(|entry| exception(entry).context("an exception in deny.toml lacks `crate` or `allow`"))
                .collect::<Result<_>>()?,
        })
    }

    fn problems_of(&self, package: &Value) -> Vec<String> {
        let name = package["name"].as_str().unwrap_or_default();
        let mut problems = Vec::new();
        match package["source"].as_str() {
            // The package is a member of the workspace, or lies in its folder.
            None => {}
            Some(REGISTRY) => {}
            Some(other) => problems.push(format!("{name} comes from {other}, not from crates.io")),
        }
        let license = package["license"].as_str().unwrap_or_default();
        if !self.allows(name, license) {
            problems.push(format!("{name} has the licence `{license}`, which deny.toml does not allow"));
        }
        problems
    }

    /// Whether this SPDX expression can be satisfied. Old crates write `OR` as `/`.
    fn allows(&self, name: &str, license: &str) -> bool {
        Expression::parse_mode(license, ParseMode::LAX)
            .is_ok_and(|license| license.evaluate(|asked| self.has(name, &asked.to_string())))
    }

    fn has(&self, name: &str, license: &str) -> bool {
        let own = self.exceptions.iter().filter(|(of, _)| of == name).flat_map(|(_, allow)| allow);
        self.allow.iter().chain(own).any(|allowed| allowed == license)
    }
}

/// Checks that every npm package comes from npm and has a hash.
fn npm_problems(lock: &Value) -> Result<Vec<String>> {
    let packages = lock["packages"].as_object().context("package-lock.json names no packages")?;
    let mut problems = Vec::new();
    for (path, package) in
        packages.iter().filter(|(path, package)| path.contains("node_modules/") && package["link"] != true)
    {
        // A bundled package has no address of its own.
        if package["inBundle"] == true {
            continue;
        }
        // A package without an address comes from the configured registry, and its hash ensures the
        // same content.
        if let Some(resolved) = package["resolved"].as_str().filter(|address| !address.starts_with(NPM)) {
            problems.push(format!("{path} comes from {resolved}, not from npm"));
        }
        if !package["integrity"].is_string() {
            problems.push(format!("{path} has no hash in package-lock.json"));
        }
    }
    Ok(problems)
}

/// Asks npm for warnings against the packages that build and test the project. The published
/// package has no dependencies.
pub fn npm() -> Result<()> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let ended = Run::new(program)
        .words("audit --json --include=dev --include=optional --include=peer --loglevel=silent")
        .label("npm audit")
        .limit(Duration::from_secs(120))
        .finish()?;
    match verdict(&ended.text)? {
        Verdict::Clean => Ok(()),
        Verdict::Unanswered(why) => {
            println!("    npm audit: not answered by the registry ({why}), not checked");
            Ok(())
        }
        Verdict::Found(names) => bail!("npm audit warns of {}", names.join(", ")),
    }
}

#[derive(Debug, PartialEq)]
enum Verdict {
    Clean,
    Found(Vec<String>),
    Unanswered(String),
}

fn verdict(text: &str) -> Result<Verdict> {
    let json = text.find('{').and_then(|start| text.get(start..=text.rfind('}')?)).unwrap_or_default();
    let report: Value = serde_json::from_str(json).with_context(|| format!("npm audit printed no JSON: {text}"))?;
    if let Some(found) = report["vulnerabilities"].as_object() {
        let level = |entry: &Value| entry["severity"].as_str().unwrap_or("unknown").to_owned();
        let names: Vec<_> = found.iter().map(|(name, entry)| format!("{name} ({})", level(entry))).collect();
        return Ok(if names.is_empty() { Verdict::Clean } else { Verdict::Found(names) });
    }
    let why = [&report["statusCode"], &report["error"]["code"], &report["message"], &report["error"]["summary"]];
    let why = why.into_iter().find(|why| why.is_number() || why.as_str().is_some_and(|text| !text.is_empty()));
    let why = why.with_context(|| format!("npm audit says neither what it found nor why it could not: {json}"))?;
    Ok(Verdict::Unanswered(why.as_str().map_or_else(|| why.to_string(), str::to_owned)))
}

/// Checks all of `deny.toml` with cargo-deny, which is built first if it is missing.
pub fn cargo_deny() -> Result<()> {
    let program = deny_program()?;
    let check = |manifest: &str, what: &str| {
        Run::new(&program)
            .words("--color never --all-features --config deny.toml --manifest-path")
            .arg(manifest)
            .arg("check")
            .words(what)
            .label(format!("cargo deny {what}: {manifest}"))
            .limit(Duration::from_secs(300))
    };
    for manifest in MANIFESTS {
        check(manifest, "licenses bans sources").run()?;
        let advisories = check(manifest, "advisories").finish()?;
        if !advisories.ok() && advisories.text.contains("failed to fetch advisory database") {
            println!(
                "    cargo deny: the advisory database could not be fetched, advisories for {manifest} not checked"
            );
        } else {
            advisories.check()?;
        }
    }
    Ok(())
}

fn deny_program() -> Result<PathBuf> {
    let tool = paths::out().join("tool");
    let program = tool.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !program.is_file() {
        Run::cargo()
            .words("install cargo-deny --version ^0.20 --locked --root")
            .arg(&tool)
            .label("cargo-deny, built once")
            .limit(Duration::from_secs(1800))
            .run()?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules() -> Rules {
        let allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).to_vec();
        Rules { allow, exceptions: vec![("odd".to_owned(), vec!["NCSA".to_owned()])] }
    }

    #[test]
    fn licences_are_read_as_spdx_has_them() {
        for (name, license, allowed) in [
            ("a", "MIT", true),
            ("a", "MIT OR GPL-3.0-only", true),
            ("a", "GPL-3.0-only/MIT", true),
            ("a", "MIT AND GPL-3.0-only", false),
            ("a", "GPL-3.0-only AND Zlib OR MIT", true),
            ("a", "(MIT OR GPL-3.0-only) AND Apache-2.0", true),
            ("a", "(MIT OR Apache-2.0) AND NCSA", false),
            ("odd", "(MIT OR Apache-2.0) AND NCSA", true),
            ("a", "Apache-2.0 WITH LLVM-exception OR GPL-3.0-only", true),
            ("a", "Apache-2.0 WITH Classpath-exception", false),
            ("a", "", false),
            ("a", "MIT OR", false),
            ("a", "(MIT", false),
            ("a", "MIT)", false),
            ("a", "MIT Apache-2.0", false),
        ] {
            assert_eq!(rules().allows(name, license), allowed, "{name}: {license}");
        }
    }

    #[test]
    fn crates_come_from_one_place() {
        let of = |source: Value| rules().problems_of(&json!({ "name": "a", "license": "MIT", "source": source })).len();
        assert_eq!((of(Value::Null), of(json!(REGISTRY))), (0, 0));
        assert_eq!(of(json!("git+https://git.example/a")), 1);
        assert_eq!(of(json!("registry+https://crates.example/index")), 1);
    }

    #[test]
    fn npm_packages_come_from_npm_by_their_hashes() {
        let lock = json!({ "packages": {
            "": {},
            "node_modules/own": { "link": true },
            "node_modules/good": { "resolved": format!("{NPM}good.tgz"), "integrity": "sha512-a" },
            "node_modules/short": { "integrity": "sha512-a" },
            "node_modules/git": { "resolved": "git+ssh://git.example/a", "integrity": "sha512-a" },
            "node_modules/bare": { "resolved": format!("{NPM}bare.tgz") },
        } });
        let problems = npm_problems(&lock).unwrap_or_default();
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn a_registry_that_does_not_answer_is_not_a_clean_one() {
        let read = |text: &str| verdict(text).ok();
        assert_eq!(
            read("warn\n{\"statusCode\": 405, \"message\": \"m\"}\n"),
            Some(Verdict::Unanswered("405".to_owned()))
        );
        assert_eq!(read(r#"{"error":{"code":"ENOTFOUND"}}"#), Some(Verdict::Unanswered("ENOTFOUND".to_owned())));
        assert_eq!(read(r#"{"vulnerabilities":{}}"#), Some(Verdict::Clean));
        let found = r#"{"vulnerabilities":{"a":{"severity":"high"}}}"#;
        assert_eq!(read(found), Some(Verdict::Found(vec!["a (high)".to_owned()])));
        assert_eq!((read(""), read("{}")), (None, None));
    }
}
