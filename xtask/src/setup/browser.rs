//! Finds Chromium and its driver, for the tests that need a real page.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};

use super::apt;
use crate::paths::which;
use crate::run::Run;

/// A Chromium and a matching driver.
pub struct Browser {
    /// The path of the browser.
    pub chromium: PathBuf,
    /// The path of its WebDriver server.
    pub driver: PathBuf,
}

impl Browser {
    /// The arguments for a quiet headless run, which also works as root.
    pub const ARGS: [&'static str; 8] = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    /// Finds the installed browser.
    pub fn find() -> Result<Self> {
        Ok(Self {
            chromium: chromium().context("no Chromium is installed")?,
            driver: driver().context("no chromedriver is installed")?,
        })
    }
}

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const APPS: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

fn chromium() -> Option<PathBuf> {
    let named = std::env::var("CHROME_BIN").ok().and_then(|name| which(&name));
    let app = || APPS.iter().map(Path::new).find(|path| path.is_file()).map(Path::to_owned);
    named.or_else(|| NAMES.iter().find_map(|name| which(name))).or_else(app)
}

fn driver() -> Option<PathBuf> {
    let named = std::env::var("CHROMEDRIVER").ok().and_then(|name| which(&name));
    named.or_else(|| which("chromedriver"))
}

pub fn ensure() -> Result<String> {
    let wanted: &[&str] = match (chromium(), driver()) {
        (Some(_), Some(_)) => &[],
        (Some(_), None) => &["chromium-driver"],
        (None, _) => &["chromium", "chromium-driver"],
    };
    if !wanted.is_empty() {
        apt::install(wanted).map_err(|reason| {
            anyhow!(
                "Chromium or its driver is missing ({reason:#}); install both, and set CHROME_BIN and CHROMEDRIVER if they are not on PATH"
            )
        })?;
    }
    let browser = Browser::find()?;
    let version = |program: &Path| Run::new(program).arg("--version").read();
    let found = version(&browser.chromium)?;
    let drives = version(&browser.driver)?;
    Ok(format!("{}, {}", found.trim(), drives.split(" (").next().unwrap_or(&drives).trim()))
}
