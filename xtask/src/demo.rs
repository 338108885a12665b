//! `cargo xtask demo`: runs the dashboard, its gateway Worker and the local marketplaces on this
//! machine.

use anyhow::{Context, Result, bail};

use crate::run::Run;
use crate::setup::{self, Need};
use crate::stamp::{self, Stamp};
use crate::{docs, pack, paths};

/// Builds and serves everything until Ctrl-C.
pub fn demo(port: Option<u16>) -> Result<()> {
    setup::ensure(&Need::PACK)?;
    pack::pack()?;
    build()?;
    let server = paths::root().join("www-demo").join("local.mjs");
    let mut run = Run::new("node").arg(&server);
    if let Some(port) = port {
        run = run.args(["--port", &port.to_string()]);
    }
    run.become_it()
}

/// Builds the dashboard for the browser in `www-demo/dist`, with the documentation in its folder
/// `docs`.
pub fn build() -> Result<()> {
    let folder = paths::root().join("www-demo");
    if !folder.join("package.json").is_file() {
        bail!("www-demo has no package.json");
    }
    let output = folder.join("dist");
    let mut inputs = stamp::files_below(&folder)?;
    inputs.retain(|file| !file.starts_with(&output));
    inputs
        .extend(stamp::files_below(&paths::package()).context("the npm package is not there: run `cargo xtask pack`")?);
    inputs.push(paths::root().join("package-lock.json"));
    inputs.extend(stamp::files_below(&docs::site()?)?);
    let stamp = Stamp::of_files(paths::stamps().join("dashboard.stamp"), inputs, ())?;
    if stamp.is_current() && output.is_dir() {
        return Ok(());
    }
    stamp.clear()?;
    Run::new("npm").words("run build --workspace www-demo").label("dashboard").run()?;
    docs::copy_to(&output.join("docs"))?;
    stamp.write()
}
