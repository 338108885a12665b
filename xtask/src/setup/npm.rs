//! Installs the npm packages of the workspace and checks Node.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::paths::{self, root, which};
use crate::run::Run;
use crate::stamp::Stamp;

/// The oldest Node that the package and the tools support.
const OLDEST_NODE: u32 = 20;

pub fn ensure() -> Result<String> {
    if which("node").is_none() || which("npm").is_none() {
        bail!(
            "Node or npm is missing: install Node {OLDEST_NODE} or newer from https://nodejs.org or your system's packages"
        );
    }
    let version = Run::new("node").arg("--version").read()?;
    let version = version.trim().trim_start_matches('v');
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        bail!("Node {version} is too old: install Node {OLDEST_NODE} or newer");
    }
    place_holder()?;
    let manifests = ["package.json", "package-lock.json", ".npmrc", "www-demo/package.json"];
    let node_modules = root().join("node_modules");
    // The stamp lies within node_modules, so that it is deleted with it.
    let stamp = Stamp::of_files(node_modules.join(".xtask-stamp"), manifests.map(|name| root().join(name)), version)?;
    if !stamp.is_current() {
        Run::new("npm").words("ci --no-audit --no-fund").label("npm ci").run().context(
            "the npm packages could not be installed: check that `npm ping` works, then run `npm ci` to see more",
        )?;
        stamp.write()?;
    }
    Ok(format!("node {version}, npm packages"))
}

/// The demo depends on the folder of the packed package, which npm requires to exist before it is
/// packed.
fn place_holder() -> Result<()> {
    let manifest = paths::package().join("package.json");
    let template = root().join("pkg-template").join("package.json");
    if manifest.is_file() || !template.is_file() {
        return Ok(());
    }
    fs::create_dir_all(paths::package()).context("could not make the folder of the npm package")?;
    fs::copy(&template, &manifest).with_context(|| format!("could not copy {}", template.display()))?;
    Ok(())
}
