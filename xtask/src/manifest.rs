//! What the crate's manifest says.

use std::fs;

use anyhow::{Context, Result};

use crate::paths;

/// The features of the marketplaces: those that the crate has by default.
pub fn marketplaces() -> Result<Vec<String>> {
    let text = fs::read_to_string(paths::root().join("Cargo.toml")).context("could not read Cargo.toml")?;
    default_features(&text)
}

fn default_features(manifest: &str) -> Result<Vec<String>> {
    let manifest: toml::Table = toml::from_str(manifest).context("could not read Cargo.toml")?;
    let list = manifest.get("features").and_then(|features| features.get("default")).and_then(toml::Value::as_array);
    let names = list.context("Cargo.toml has no list of default features")?.iter().filter_map(toml::Value::as_str);
    Ok(names.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::default_features;

    #[test]
    fn finds_the_default_features() {
        let manifest = "[features]\ndefault = [\"a\", \"b-c\"]\na = []\nb-c = []\njs = []\n";
        assert_eq!(default_features(manifest).unwrap(), ["a", "b-c"]);
        assert!(default_features("[features]\na = []\n").is_err());
    }
}
