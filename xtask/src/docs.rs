//! `cargo xtask docs`: writes the references that are generated from the code.

use anyhow::Result;

use crate::paths;
use crate::run::Run;

/// Writes docs/api from the packed package, and rustdoc's pages.
pub fn write() -> Result<()> {
    Run::new("node").arg(paths::root().join("xtask/src/docs.mjs")).label("docs/api").loud().run()?;
    rustdoc()
}

/// Builds the crate's documentation, and fails on a broken link.
pub fn rustdoc() -> Result<()> {
    Run::cargo()
        .words("doc --package seller-tickets --all-features --no-deps")
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .label("rustdoc")
        .limit(std::time::Duration::from_secs(900))
        .run()
}
