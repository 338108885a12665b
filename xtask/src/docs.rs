//! `cargo xtask docs`: builds the site of the documentation and the crate's reference.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::paths;
use crate::run::Run;
use crate::stamp::{self, Stamp};

/// The files outside of `docs/` that are pages, or decide how pages are made. The scripts list the
/// pages themselves.
const INPUTS: [&str; 5] =
    ["SECURITY.md", "CHANGELOG.md", "pkg-marketplaces/README.md", "pkg-template/entries.mjs", "package-lock.json"];

/// Builds the site, and rustdoc's pages.
pub fn write() -> Result<()> {
    let site = site()?;
    println!("  {}", paths::short(&site));
    rustdoc()
}

/// Builds the site with the API reference of the packed package, and returns its folder.
pub fn site() -> Result<PathBuf> {
    let site = paths::out().join("docs").join("site");
    let scripts = paths::root().join("xtask").join("docs");
    let mut inputs = stamp::files_below(&paths::package().join("dist"))
        .context("the npm package is not there: run `cargo xtask pack`")?;
    inputs.retain(|file| file.to_string_lossy().ends_with(".d.ts"));
    inputs.extend(stamp::files_below(&paths::root().join("docs"))?);
    inputs.extend(stamp::files_below(&scripts)?);
    inputs.extend(INPUTS.map(|file| paths::root().join(file)));
    let stamp = Stamp::of_files(paths::stamps().join("docs.stamp"), inputs, ())?;
    if stamp.is_current() && site.join("index.html").is_file() {
        return Ok(site);
    }
    stamp.clear()?;
    Run::new("node").arg(scripts.join("build.mjs")).label("docs").limit(Duration::from_secs(600)).run()?;
    stamp.write()?;
    Ok(site)
}

/// Copies the site to a folder that is served.
pub fn copy_to(folder: &Path) -> Result<()> {
    let site = site()?;
    for file in stamp::files_below(&site)? {
        let place = folder.join(file.strip_prefix(&site).context("a page lies outside of the site")?);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent).with_context(|| format!("could not make {}", parent.display()))?;
        }
        std::fs::copy(&file, &place).with_context(|| format!("could not write {}", place.display()))?;
    }
    Ok(())
}

/// Builds the crate's documentation, and fails on a broken link.
pub fn rustdoc() -> Result<()> {
    Run::cargo()
        .words("doc --package seller-tickets --all-features --no-deps")
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .label("rustdoc")
        .limit(Duration::from_secs(900))
        .run()
}
