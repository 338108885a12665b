//! Builds the npm package from the crate: cargo, wasm-bindgen, wasm-opt, `pkg-template/build.mjs`,
//! and npm pack.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::paths::short;
use crate::run::{Run, time};
use crate::setup::wasm_cargo;
use crate::stamp::{self, Stamp};
use crate::{bindgen, manifest, paths, target};

/// wasm-bindgen's options. `reset-state` exports a function that replaces an instance after a trap.
/// The functions keep their names for the later steps.
const BINDGEN: [&str; 6] = [
    "--target",
    "web",
    "--out-name",
    "seller_tickets",
    "--remove-producers-section",
    "--experimental-reset-state-function",
];

/// wasm-opt's options: the features that rustc uses for this target and SIMD, which every supported
/// runtime has.
const OPTIMIZE: [&str; 10] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
    "--strip-debug",
    "--strip-target-features",
];

/// The profile of `Cargo.toml` and the optimization of wasm-opt for modules that pages load too.
const SMALL: [&str; 2] = ["wasm", "-Oz"];
/// Those for the desk's module, which Workers and servers alone load.
const FAST: [&str; 2] = ["wasm-fast", "-O3"];

/// A build of the crate: its folder in `target/wasm`, the cargo features besides `js`, and what it is
/// optimized for.
struct Module {
    name: String,
    features: Vec<String>,
    optimized: [&'static str; 2],
}

/// Returns the modules: the desk's, which exports all that there is, one for all marketplaces, one
/// for each marketplace, and one for files alone. `pkg-template/entries.mjs` has the same list.
fn modules() -> Result<Vec<Module>> {
    let module = |name: &str, features: &[&str]| Module {
        name: name.to_owned(),
        features: features.iter().map(|&feature| feature.to_owned()).collect(),
        optimized: if features.contains(&"desk") { FAST } else { SMALL },
    };
    let marketplaces = manifest::marketplaces()?;
    let mut all = vec![module("desk", &["default", "desk"]), module("all", &["default"])];
    all.extend(marketplaces.iter().map(|id| module(id, &[id])));
    all.push(module("files", &[]));
    Ok(all)
}

/// The files of the glue.
const GLUE: [&str; 3] = ["seller_tickets.js", "seller_tickets_bg.wasm", "seller_tickets.d.ts"];

/// Builds the npm packages and returns the path of the first one's tarball.
pub fn pack() -> Result<PathBuf> {
    let start = Instant::now();
    println!("pack");
    let modules = modules()?;
    make(&modules)?;
    let tarball = package(&modules)?;
    let marketplaces = marketplaces()?;
    println!("  {}, {} ({})", short(&tarball), short(&marketplaces), time(start.elapsed()));
    Ok(tarball)
}

/// Returns the path of the declarations of the desk's module, which has all exports. It is built if
/// necessary.
pub fn declarations() -> Result<PathBuf> {
    make(modules()?.get(..1).unwrap_or_default())?;
    Ok(paths::wasm().join("desk").join("seller_tickets.d.ts"))
}

/// Builds modules with their JavaScript glue, in `target/wasm`.
fn make(modules: &[Module]) -> Result<()> {
    // The module must not contain this machine's folders; they would also change its size.
    let flags = serde_json::json!(paths::remap_sources("/deps")?).to_string();
    let compiler = Run::cargo().arg("--version").read()?;
    // `Cargo.lock` pins the version of wasm-bindgen, and the npm lock file pins that of wasm-opt.
    let mut sources = stamp::files_below(&paths::root().join("src"))?;
    sources.extend(["Cargo.toml", "Cargo.lock", "package-lock.json"].map(|file| paths::root().join(file)));
    modules.iter().try_for_each(|module| module.glue(&sources, &flags, &compiler))
}

impl Module {
    fn folder(&self) -> PathBuf {
        paths::wasm().join(&self.name)
    }

    fn glue(&self, sources: &[PathBuf], flags: &str, compiler: &str) -> Result<()> {
        // All modules have the same file name for cargo, which therefore rebuilds each of them.
        let [profile, level] = self.optimized;
        let settings = (BINDGEN, OPTIMIZE, self.optimized, flags, compiler, &self.features);
        let file = paths::stamps().join(format!("wasm-{}.stamp", self.name));
        let stamp = Stamp::of_files(file, sources.iter().cloned(), settings)?;
        if stamp.is_current() && self.made().iter().all(|file| file.is_file()) {
            return Ok(());
        }
        stamp.clear()?;
        let features: Vec<_> = self.features.iter().map(String::as_str).chain(["js"]).collect();
        wasm_cargo()?
            // Builds only the `cdylib`: if the same command also built a library for Rust programs,
            // cargo would omit the optimization across all crates.
            .words("rustc --package seller-tickets --lib --crate-type cdylib")
            .words("--target wasm32-unknown-unknown --no-default-features --profile")
            .args([profile, "--features"])
            .arg(features.join(","))
            .arg("--config")
            .arg(format!("target.wasm32-unknown-unknown.rustflags = {flags}"))
            .label(format!("{} as wasm", self.name))
            .limit(Duration::from_secs(900))
            .run()?;
        fresh_folder(&self.folder())?;
        Run::new(bindgen::tool()?)
            .arg("bindgen")
            .args(BINDGEN)
            .arg("--out-dir")
            .arg(self.folder())
            .arg(target::folder()?.join("wasm32-unknown-unknown").join(profile).join("seller_tickets.wasm"))
            .label("wasm-bindgen")
            .run()?;
        let bound = self.folder().join("seller_tickets_bg.wasm");
        Run::new(paths::npm_bin("wasm-opt"))
            .arg(level)
            .args(OPTIMIZE)
            .arg(&bound)
            .arg("-o")
            .arg(&bound)
            .label("wasm-opt")
            .run()?;
        stamp.write()
    }

    /// Returns the files that the build writes to its folder.
    fn made(&self) -> [PathBuf; 3] {
        GLUE.map(|file| self.folder().join(file))
    }
}

/// An npm package that its own script builds.
struct Npm {
    name: &'static str,
    /// The folder with `build.mjs` and the manifest.
    template: &'static str,
    /// The files and folders that it is built from, besides the template.
    inputs: &'static [&'static str],
}

/// Builds the package, and returns the path of its tarball in `target/npm`.
fn package(modules: &[Module]) -> Result<PathBuf> {
    let made: Vec<_> = modules.iter().flat_map(Module::made).collect();
    let npm = Npm {
        name: "seller-tickets",
        template: "pkg-template",
        inputs: &[
            "LICENSE-MIT",
            "LICENSE-APACHE",
            "tsconfig.base.json",
            "package-lock.json",
            "docs",
            "SECURITY.md",
            "CHANGELOG.md",
            "pkg-marketplaces/README.md",
            "xtask/docs/pages.mjs",
        ],
    };
    npm.pack(&made)
}

/// Builds the package of the local marketplaces, for users' own tests.
fn marketplaces() -> Result<PathBuf> {
    let npm = Npm {
        name: "seller-tickets-marketplaces",
        template: "pkg-marketplaces",
        inputs: &["LICENSE-MIT", "LICENSE-APACHE", "package-lock.json", "www-demo/marketplaces", "www-demo/local"],
    };
    npm.pack(&[])
}

impl Npm {
    fn pack(&self, made: &[PathBuf]) -> Result<PathBuf> {
        let template = paths::root().join(self.template);
        let folder = paths::npm().join(self.name);
        let tarball = paths::npm().join(format!("{}-{}.tgz", self.name, paths::version()));
        let mut inputs = stamp::files_below(&template)?;
        inputs.extend(made.iter().cloned());
        for input in self.inputs {
            let path = paths::root().join(input);
            if path.is_dir() { inputs.extend(stamp::files_below(&path)?) } else { inputs.push(path) }
        }
        let file = paths::stamps().join(format!("{}.stamp", self.name));
        let stamp = Stamp::of_files(file, inputs, paths::version())?;
        if stamp.is_current() && tarball.is_file() && folder.join("package.json").is_file() {
            return Ok(tarball);
        }
        stamp.clear()?;
        Run::new("node").arg(template.join("build.mjs")).label(format!("{}/build.mjs", self.template)).run()?;
        self.check_manifest(&folder)?;
        Run::new("npm")
            .words("pack --ignore-scripts --pack-destination")
            .arg(paths::npm())
            // npm must pack this folder and not the workspace around it.
            .dir(&folder)
            .label(format!("npm pack {}", self.name))
            .run()?;
        if !tarball.is_file() {
            bail!("npm pack made no {}", short(&tarball));
        }
        stamp.write()?;
        Ok(tarball)
    }

    /// Fails unless the crate and the packages have the same version.
    fn check_manifest(&self, folder: &Path) -> Result<()> {
        let file = folder.join("package.json");
        let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", short(&file)))?;
        let manifest: serde_json::Value =
            serde_json::from_str(&text).with_context(|| format!("{} is not JSON", short(&file)))?;
        let (name, version) = (manifest["name"].as_str(), manifest["version"].as_str());
        if name != Some(self.name) || version != Some(paths::version()) {
            bail!(
                "{} is {name:?} {version:?}, but should be {} {}, as the crate: set it in {}/package.json",
                short(&file),
                self.name,
                paths::version(),
                self.template
            );
        }
        Ok(())
    }
}

fn fresh_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("could not clear {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    fs::create_dir_all(paths::stamps()).with_context(|| format!("could not make {}", paths::stamps().display()))
}
