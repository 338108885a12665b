//! The standard library for wasm32-unknown-unknown.
//!
//! `rustup target add` is the way. Where the Rust distribution host cannot be reached, the library is built from the sources
//! in the Debian package `rust-src` of the compiler's own version.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use crate::paths::{self, which};
use crate::run::Run;

/// The target's name.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Lies beside a library that this program built, so that it can be told from one of rustup's.
const MARK: &str = "built-by-xtask";

/// Cargo, set up to build for wasm.
pub fn cargo() -> Result<Run> {
    Ok(Run::cargo())
}

pub fn ensure() -> Result<String> {
    let mut reasons = Vec::new();
    for (way, attempt) in [
        ("", (|| Ok(())) as fn() -> Result<()>),
        ("rustup", by_rustup),
        ("the Debian package rust-src", from_debian_source),
    ] {
        match attempt().and_then(|()| works()) {
            Ok(version) => return Ok(format!("{version}, {TARGET}")),
            Err(_) if way.is_empty() => clear_own()?,
            Err(reason) => {
                println!("    {way}: {reason:#}");
                reasons.push(format!("{way}: {reason:#}"));
            }
        }
    }
    bail!(
        "the standard library for {TARGET} is missing: run `rustup target add {TARGET}` with access to the internet ({})",
        reasons.join("; ")
    )
}

/// Compiles and links a test for the target: this takes the standard library, the test library and the linker,
/// and fails when they are of another compiler version.
fn works() -> Result<String> {
    let scratch = paths::stamps().join("probe");
    fs::create_dir_all(&scratch).with_context(|| format!("could not make {}", scratch.display()))?;
    let source = scratch.join("probe.rs");
    fs::write(&source, "#[test]\nfn probe() {}\n").with_context(|| format!("could not write {}", source.display()))?;
    Run::new(rustc())
        .args(["--test", "--edition", "2024", "--target", TARGET, "-o"])
        .arg(scratch.join("probe.wasm"))
        .arg(&source)
        .read()
        .map_err(|error| {
            let text = error.to_string();
            let line = text.lines().find(|line| line.starts_with("error")).unwrap_or(&text);
            anyhow!("a probe does not compile ({line})")
        })?;
    Ok(Run::new(rustc()).arg("--version").read()?.trim().to_owned())
}

fn rustc() -> PathBuf {
    std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from)
}

fn target_folder() -> Result<PathBuf> {
    let sysroot = Run::new(rustc()).words("--print sysroot").read()?;
    Ok(Path::new(sysroot.trim()).join("lib").join("rustlib").join(TARGET))
}

/// Removes a library that an earlier run built, which does not fit the compiler any more.
fn clear_own() -> Result<()> {
    let folder = target_folder()?;
    if folder.join(MARK).is_file() {
        fs::remove_dir_all(&folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    Ok(())
}

/// Runs rustup, if there is one and its server answers.
pub fn rustup(args: &[&str], label: &str) -> Result<()> {
    which("rustup").ok_or_else(|| anyhow!("there is no rustup"))?;
    server_answers()?;
    let limit = Duration::from_secs(300);
    Run::new("rustup")
        .args(args)
        .label(format!("rustup: {label}"))
        .limit(limit)
        .env("RUSTUP_MAX_RETRIES", "1")
        .run()?;
    Ok(())
}

fn by_rustup() -> Result<()> {
    rustup(&["target", "add", TARGET], TARGET)
}

/// A quick no where the distribution host cannot be reached: rustup itself would wait long and try again.
fn server_answers() -> Result<()> {
    let set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    if ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].into_iter().any(set) {
        return Ok(());
    }
    let server = std::env::var("RUSTUP_DIST_SERVER").unwrap_or_else(|_| "https://static.rust-lang.org".to_owned());
    let (scheme, rest) = server.split_once("://").context("RUSTUP_DIST_SERVER is not an address")?;
    let host = rest.split('/').next().unwrap_or(rest);
    let port = if scheme == "http" { 80 } else { 443 };
    let address = if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") };
    let addresses = address.to_socket_addrs().with_context(|| format!("{host} cannot be found"))?;
    for address in addresses {
        if TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok() {
            return Ok(());
        }
    }
    bail!("{host} does not answer")
}

/// The suites of Debian that hold some version of `rust-src`, with their archives.
const SUITES: [(&str, &str); 4] =
    [("debian-security", "bookworm-security"), ("debian", "trixie"), ("debian", "trixie-backports"), ("debian", "sid")];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

fn from_debian_source() -> Result<()> {
    for tool in ["apt-get", "apt-cache", "dpkg"] {
        which(tool).ok_or_else(|| anyhow!("there is no {tool}"))?;
    }
    if !Path::new(KEYRING).is_file() {
        bail!("there is no {KEYRING}: install debian-archive-keyring");
    }
    let version = compiler_version()?;
    let scratch = paths::stamps().join("rust-src");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).with_context(|| format!("could not clear {}", scratch.display()))?;
    }
    let library = fetch_source(&version, &scratch)?;
    install(&build(&library, &scratch)?)?;
    // 600 MB that nobody needs again.
    fs::remove_dir_all(&scratch).with_context(|| format!("could not clear {}", scratch.display()))
}

/// `1.95.0`; only releases have a package.
fn compiler_version() -> Result<String> {
    let text = Run::new(rustc()).arg("-vV").read()?;
    let release = text.lines().find_map(|line| line.strip_prefix("release: ")).context("rustc names no release")?;
    if release.contains('-') {
        bail!("there is no package for the pre-release {release}");
    }
    Ok(release.to_owned())
}

/// Downloads and unpacks the sources with package lists of our own: the system's packages stay as they are, and no root is needed.
fn fetch_source(version: &str, scratch: &Path) -> Result<PathBuf> {
    for folder in ["lists/partial", "cache/archives/partial", "unpacked"] {
        let folder = scratch.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    }
    let sources = scratch.join("sources.list");
    let lines = SUITES
        .map(|(archive, suite)| format!("deb [signed-by={KEYRING}] http://deb.debian.org/{archive} {suite} main\n"));
    fs::write(&sources, lines.concat()).with_context(|| format!("could not write {}", sources.display()))?;
    let apt = |program: &str| {
        Run::new(program).dir(scratch).args([
            format!("-oDir::Etc::SourceList={}", sources.display()),
            "-oDir::Etc::SourceParts=/dev/null".to_owned(),
            format!("-oDir::State::Lists={}", scratch.join("lists").display()),
            format!("-oDir::Cache={}", scratch.join("cache").display()),
            "-oAcquire::Languages=none".to_owned(),
            "-oAcquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
            "-oAcquire::Retries=2".to_owned(),
            // The folders are the user's own; root needs no other user for the download.
            "-oDebug::NoLocking=true".to_owned(),
            "-oAPT::Sandbox::User=root".to_owned(),
        ])
    };
    apt("apt-get").arg("update").label("package lists of Debian").limit(Duration::from_secs(300)).run()?;
    let list = apt("apt-cache").words("madison rust-src").read()?;
    let found = list.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim);
    let (fitting, others): (Vec<&str>, Vec<&str>) =
        found.partition(|found| found.strip_prefix(version).is_some_and(|rest| rest.starts_with(['+', '-', '~'])));
    let package = fitting.first().ok_or_else(|| {
        anyhow!("Debian has no rust-src {version}, only {}; one of these compilers would do", others.join(", "))
    })?;
    apt("apt-get").args(["download", &format!("rust-src={package}")]).label(format!("rust-src {package}")).run()?;
    let archive = fs::read_dir(scratch)
        .with_context(|| format!("could not read {}", scratch.display()))?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .context("apt-get downloaded no package")?;
    let unpacked = scratch.join("unpacked");
    Run::new("dpkg").arg("-x").arg(&archive).arg(&unpacked).label("unpack rust-src").run()?;
    let library = unpacked.join("usr").join("src").join(format!("rustc-{version}")).join("library");
    if !library.join("std").is_dir() {
        bail!("rust-src {package} holds no library at {}", library.display());
    }
    Ok(library)
}

/// Builds the standard library with an empty crate and returns the libraries.
fn build(library: &Path, scratch: &Path) -> Result<Vec<PathBuf>> {
    let crate_folder = scratch.join("empty");
    let source = crate_folder.join("src");
    fs::create_dir_all(&source).with_context(|| format!("could not make {}", source.display()))?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]\npanic = \"abort\"\n";
    for (file, text) in [(crate_folder.join("Cargo.toml"), manifest), (source.join("lib.rs"), "#![no_std]\n")] {
        fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
    }
    let target = scratch.join("target");
    let mut run = Run::cargo()
        .dir(&crate_folder)
        .args(["build", "-Zbuild-std=std,panic_abort,test", "--target", TARGET, "--release"])
        .label(format!("standard library for {TARGET}"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode, fat LTO finds nothing to work on.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("__CARGO_TESTS_ONLY_SRC_ROOT", library)
        .env("CARGO_TARGET_DIR", &target);
    for name in ["CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
        run = run.env_remove(name);
    }
    run.run()?;
    let built = target.join(TARGET).join("release").join("deps");
    let mut libraries = Vec::new();
    for entry in fs::read_dir(&built).with_context(|| format!("could not read {}", built.display()))? {
        let path = entry.with_context(|| format!("could not read {}", built.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            libraries.push(path);
        }
    }
    Ok(libraries)
}

fn install(libraries: &[PathBuf]) -> Result<()> {
    let folder = target_folder()?;
    let into = folder.join("lib");
    let context = || format!("could not write to {}", folder.display());
    fs::create_dir_all(&into).with_context(context)?;
    fs::write(folder.join(MARK), "").with_context(context)?;
    for library in libraries {
        fs::copy(library, into.join(library.file_name().unwrap_or_default())).with_context(context)?;
    }
    Ok(())
}
