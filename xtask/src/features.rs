//! Each cargo feature alone: a program that uses one marketplace gets a crate without warnings.

use std::time::Duration;

use anyhow::{Result, bail};

use crate::manifest;
use crate::run::Run;
use crate::setup::wasm_cargo;

/// What a program for a marketplace may ask for besides, and where it runs then.
const WITH_ONE: [(&str, bool); 4] = [
    ("--lib --tests", false),
    ("--lib --features js", true),
    ("--lib --tests --features desk", false),
    ("--lib --tests --features desk,fetch,reqwest,tracing", false),
];

/// No feature at all, and those that belong to no marketplace, with where they are used.
const ALONE: [(&str, bool); 9] = [
    ("--lib", false),
    ("--lib --features js", true),
    ("--lib --features fetch", true),
    ("--lib --features types", false),
    ("--lib --features desk", false),
    ("--lib --features reqwest", false),
    ("--lib --features tracing", false),
    ("--lib --features fetch,tracing", true),
    // In wasm, the feature `reqwest` is nothing, so that one list of features serves both.
    ("--lib --features desk,fetch,js,reqwest,tracing", true),
];

/// Fails when the crate with one feature alone does not compile, or only with warnings. A marketplace is
/// tried in all ways if `all`, otherwise in one way, and its neighbour in the next one.
pub fn check(all: bool) -> Result<()> {
    for (marketplace, place) in manifest::marketplaces()?.into_iter().zip((0..WITH_ONE.len()).cycle()) {
        for (way, (words, in_wasm)) in WITH_ONE.into_iter().enumerate() {
            if all || way == place {
                compile(&format!("{words} --features {marketplace}"), in_wasm)?;
            }
        }
    }
    for (words, in_wasm) in ALONE {
        compile(words, in_wasm)?;
    }
    Ok(())
}

fn compile(words: &str, in_wasm: bool) -> Result<()> {
    let cargo = if in_wasm { wasm_cargo()? } else { Run::cargo() };
    let words = format!("check --package seller-tickets --no-default-features --quiet {words}");
    let cargo =
        if in_wasm { cargo.words(&words).words("--target wasm32-unknown-unknown") } else { cargo.words(&words) };
    let ended = cargo.label("features").limit(Duration::from_secs(300)).finish()?;
    ended.check()?;
    // Nothing else is printed: a warning fails no build of cargo's own.
    if !ended.text.trim().is_empty() {
        bail!("`cargo {words}` warns:\n{}", ended.text.trim());
    }
    Ok(())
}
