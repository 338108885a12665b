//! Installs Debian packages on machines that have `apt-get`.

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};

use crate::paths::which;
use crate::run::Run;

/// Installs Debian packages. If this is not possible, the error says what to run.
pub fn install(packages: &[&str]) -> Result<()> {
    if which("apt-get").is_none() {
        bail!("this machine has no apt-get");
    }
    let by_hand =
        format!("`sudo apt-get update && sudo apt-get install -y --no-install-recommends {}`", packages.join(" "));
    let Some(root) = as_root() else {
        bail!("this user is not root: run {by_hand}");
    };
    update(root)?;
    root.run("apt-get")
        .words("install -y --no-install-recommends")
        .args(packages)
        .label(format!("apt-get install {}", packages.join(" ")))
        .run()
        .map_err(|error| error.context(format!("could not install {}", packages.join(", "))))?;
    Ok(())
}

/// Runs `apt-get update` once per run: without it a new machine knows no packages, or only old
/// ones.
fn update(root: Root) -> Result<()> {
    static DONE: OnceLock<Result<(), String>> = OnceLock::new();
    let outcome = DONE.get_or_init(|| {
        // One broken source must not stop the others; `install` reports packages that are then
        // missing.
        let update = root.run("apt-get").arg("update").label("apt-get update").limit(Duration::from_secs(300)).finish();
        update.map(|_| ()).map_err(|error| format!("{error:#}"))
    });
    outcome.clone().map_err(|error| anyhow!(error))
}

/// The way to become root.
#[derive(Clone, Copy)]
enum Root {
    Already,
    Sudo,
}

impl Root {
    fn run(self, program: &str) -> Run {
        let run = match self {
            Self::Already => Run::new(program),
            Self::Sudo => Run::new("sudo").args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", program]),
        };
        run.env("DEBIAN_FRONTEND", "noninteractive")
    }
}

fn as_root() -> Option<Root> {
    let id = Run::new("id").arg("-u").read().ok()?;
    if id.trim() == "0" {
        return Some(Root::Already);
    }
    // A password prompt would block an unattended run.
    which("sudo")?;
    Run::new("sudo").words("-n true").read().ok().map(|_| Root::Sudo)
}
