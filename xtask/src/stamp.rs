//! Records the inputs that an output was made from, so that unchanged inputs are not built again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A fingerprint of inputs, and the file that keeps the fingerprint of the last run.
pub struct Stamp {
    file: PathBuf,
    print: String,
}

impl Stamp {
    /// Computes the fingerprint of the files' names and contents and of settings. A missing file
    /// counts as such.
    pub fn of_files(file: PathBuf, inputs: impl IntoIterator<Item = PathBuf>, settings: impl Hash) -> Result<Self> {
        // The hash may change with a Rust update, which costs only one needless run.
        let mut hasher = DefaultHasher::new();
        settings.hash(&mut hasher);
        for input in inputs {
            input.hash(&mut hasher);
            match fs::read(&input) {
                Ok(bytes) => bytes.hash(&mut hasher),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => "missing".hash(&mut hasher),
                Err(error) => return Err(error).with_context(|| format!("could not read {}", input.display())),
            }
        }
        Ok(Self { file, print: format!("{:016x}\n", hasher.finish()) })
    }

    /// Whether the outputs were made from these inputs.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|last| last == self.print)
    }

    /// Records that the outputs were made from these inputs.
    pub fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
        }
        fs::write(&self.file, &self.print).with_context(|| format!("could not write {}", self.file.display()))
    }

    /// Removes the record of the last run, before outputs are changed.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("could not remove {}", self.file.display()))
            }
            _ => Ok(()),
        }
    }
}

/// All files below a folder, sorted, except `node_modules` and hidden folders.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).with_context(|| format!("could not read {}", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("could not read {}", folder.display()))?;
            let name = entry.file_name();
            let kind = entry.file_type().with_context(|| format!("could not read {}", entry.path().display()))?;
            if kind.is_file() {
                found.push(entry.path());
            } else if kind.is_dir() && name != "node_modules" && !name.to_string_lossy().starts_with('.') {
                open.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
