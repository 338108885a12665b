//! Installs the standard library for wasm32-unknown-unknown.
//!
//! The usual way is `rustup target add`. If the Rust distribution host cannot be reached, the
//! library is built from the sources in the Debian package `rust-src` of the compiler's own
//! version. If there is none, Debian's newest compiler and its sources are used for wasm.

use std::fs;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};

use super::apt;
use crate::paths::{self, which};
use crate::run::Run;

/// The name of the target.
const TARGET: &str = "wasm32-unknown-unknown";

/// The name of a file that marks a library built by this program, to tell it from one of rustup's.
const MARK: &str = "built-by-xtask";

/// Prepares cargo to build for wasm.
pub fn cargo() -> Result<Run> {
    if remembered().is_file() { Compiler::Debian.cargo() } else { Compiler::Own.cargo() }
}

pub fn ensure() -> Result<String> {
    if Compiler::Own.works().is_ok() {
        forget()?;
        return Compiler::Own.describe();
    }
    if remembered().is_file() && Compiler::Debian.works().is_ok() {
        return Compiler::Debian.describe();
    }
    clear_own()?;
    let mut reasons = Vec::new();
    type Attempt = fn() -> Result<()>;
    let ways: [(&str, Compiler, Attempt); 3] = [
        ("rustup", Compiler::Own, by_rustup),
        ("Debian's rust-src", Compiler::Own, from_debian_source),
        ("Debian's rustc-web", Compiler::Debian, by_debian_compiler),
    ];
    for (way, compiler, attempt) in ways {
        match attempt().and_then(|()| compiler.works()) {
            Ok(()) => return compiler.describe(),
            Err(reason) => {
                println!("    {way}: {reason:#}");
                reasons.push(format!("{way}: {reason:#}"));
            }
        }
    }
    forget()?;
    bail!(
        "the standard library for {TARGET} is missing: run `rustup target add {TARGET}` with access to the internet ({})",
        reasons.join("; ")
    )
}

/// The compiler that builds for wasm.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compiler {
    /// The compiler that built this program.
    Own,
    /// The compiler of the Debian package `rustc-web`.
    Debian,
}

impl Compiler {
    fn cargo(self) -> Result<Run> {
        match self {
            Self::Own => Ok(Run::cargo()),
            Self::Debian => {
                let run = debian(Run::new("/usr/bin/cargo"))?;
                // The package contains no linker for wasm.
                Ok(match wasm_linker()? {
                    Some(linker) => run.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker),
                    None => run,
                })
            }
        }
    }

    fn rustc(self) -> Result<Run> {
        match self {
            Self::Own => Ok(Run::new(std::env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from))),
            Self::Debian => debian(Run::new("/usr/bin/rustc")),
        }
    }

    /// Compiles and links a test for the target. This uses the standard library, the test library
    /// and the linker, and fails if they are of another compiler version.
    fn works(self) -> Result<()> {
        let scratch = paths::stamps().join("probe");
        fs::create_dir_all(&scratch).with_context(|| format!("could not make {}", scratch.display()))?;
        let source = scratch.join("probe.rs");
        fs::write(&source, "#[test]\nfn probe() {}\n")
            .with_context(|| format!("could not write {}", source.display()))?;
        let mut run = self.rustc()?.args(["--test", "--edition", "2024", "--target", TARGET, "-o"]);
        run = run.arg(scratch.join("probe.wasm")).arg(&source);
        if let (Self::Debian, Some(linker)) = (self, wasm_linker()?) {
            run = run.arg(format!("-Clinker={}", linker.display()));
        }
        run.read().map(|_| ()).map_err(|error| {
            let text = error.to_string();
            let line = text.lines().find(|line| line.starts_with("error")).unwrap_or(&text);
            anyhow!("a probe does not compile ({line})")
        })
    }

    fn describe(self) -> Result<String> {
        let note = if self == Self::Debian { ", for wasm only" } else { "" };
        Ok(format!("{}{note}, {TARGET}", self.rustc()?.arg("--version").read()?.trim()))
    }

    /// Returns the version, such as `1.95.0`; only releases have a package.
    fn release(self) -> Result<String> {
        let text = self.rustc()?.arg("-vV").read()?;
        let release = text.lines().find_map(|line| line.strip_prefix("release: ")).context("rustc names no release")?;
        if release.contains('-') {
            bail!("there is no package for the pre-release {release}");
        }
        Ok(release.to_owned())
    }

    fn sysroot(self) -> Result<PathBuf> {
        Ok(PathBuf::from(self.rustc()?.words("--print sysroot").read()?.trim()))
    }

    fn target_folder(self) -> Result<PathBuf> {
        Ok(self.sysroot()?.join("lib").join("rustlib").join(TARGET))
    }
}

/// Puts Debian's programs first, and removes rustup's settings.
fn debian(run: Run) -> Result<Run> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from("/usr/bin")).chain(std::env::split_paths(&path));
    let path = std::env::join_paths(folders).context("PATH cannot be extended")?;
    Ok(["RUSTC", "RUSTDOC", "CARGO", "RUSTUP_TOOLCHAIN"].into_iter().fold(run.env("PATH", path), Run::env_remove))
}

/// Finds the linker for wasm: the one of rustup's toolchain, or LLVM's from Debian.
fn wasm_linker() -> Result<Option<PathBuf>> {
    let host = Compiler::Own.rustc()?.arg("-vV").read()?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let own = Compiler::Own.sysroot()?.join("lib").join("rustlib").join(host).join("bin").join("rust-lld");
    Ok(if own.is_file() { Some(own) } else { which("wasm-ld-22") })
}

/// The file that records that this machine builds wasm with Debian's compiler.
fn remembered() -> PathBuf {
    paths::stamps().join("wasm-by-rustc-web")
}

fn forget() -> Result<()> {
    match fs::remove_file(remembered()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("could not remove {}", remembered().display()))
        }
        _ => Ok(()),
    }
}

/// Removes a library from an earlier run that no longer fits the compiler.
fn clear_own() -> Result<()> {
    let folder = Compiler::Own.target_folder()?;
    if folder.join(MARK).is_file() {
        fs::remove_dir_all(&folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    Ok(())
}

/// Runs rustup, if it is installed and its server responds.
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

/// Fails quickly if the distribution host cannot be reached, because rustup itself would wait and
/// retry for a long time.
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

/// Debian's suites that have a version of `rust-src`, with their archives.
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
    let version = Compiler::Own.release()?;
    let scratch = scratch()?;
    let library = fetch_source(&version, &scratch)?;
    build(Compiler::Own, Some(&library), &scratch)?;
    // The 600 MB are not needed again.
    fs::remove_dir_all(&scratch).with_context(|| format!("could not clear {}", scratch.display()))
}

/// Installs Debian's newest compiler with its own sources, if there are none for the compiler in
/// use.
fn by_debian_compiler() -> Result<()> {
    let mut packages = vec!["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy"];
    if wasm_linker()?.is_none() {
        packages.push("lld-22");
    }
    apt::install(&packages)?;
    let scratch = scratch()?;
    build(Compiler::Debian, None, &scratch)?;
    fs::remove_dir_all(&scratch).with_context(|| format!("could not clear {}", scratch.display()))?;
    fs::write(remembered(), "").with_context(|| format!("could not write {}", remembered().display()))
}

/// Returns an empty folder.
fn scratch() -> Result<PathBuf> {
    let scratch = paths::stamps().join("std");
    if scratch.exists() {
        fs::remove_dir_all(&scratch).with_context(|| format!("could not clear {}", scratch.display()))?;
    }
    fs::create_dir_all(&scratch).with_context(|| format!("could not make {}", scratch.display()))?;
    Ok(scratch)
}

/// Downloads and unpacks the sources with separate package lists: the system's packages do not
/// change, and root is not needed.
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
            // The folders belong to the user, so root needs no other user for the download.
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

/// Builds the standard library with an empty crate, from the given sources or from those in the
/// sysroot, and installs it where the compiler expects it.
fn build(compiler: Compiler, library: Option<&Path>, scratch: &Path) -> Result<()> {
    let crate_folder = scratch.join("empty");
    let source = crate_folder.join("src");
    fs::create_dir_all(&source).with_context(|| format!("could not make {}", source.display()))?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[profile.release]\npanic = \"abort\"\ncodegen-units = 1\n";
    for (file, text) in [(crate_folder.join("Cargo.toml"), manifest), (source.join("lib.rs"), "#![no_std]\n")] {
        fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))?;
    }
    // Fat LTO needs the bitcode.
    let mut rustflags = vec!["-Cembed-bitcode=yes".to_owned()];
    // Panic messages contain the same paths as with rustup's library.
    rustflags.extend(paths::remap_sources("/rust/deps")?);
    if let Some(library) = library {
        let commit = compiler.rustc()?.arg("-vV").read()?;
        let commit = commit.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown").to_owned();
        rustflags.push(format!("--remap-path-prefix={}=/rustc/{commit}/library", library.display()));
    }
    let target = scratch.join("target");
    let mut run = compiler
        .cargo()?
        .dir(&crate_folder)
        .args(["build", "-Zbuild-std=std,panic_abort,test", "--target", TARGET, "--release"])
        .label(format!("standard library for {TARGET}"))
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags.join("\u{1f}"))
        .env("CARGO_TARGET_DIR", &target);
    if let Some(library) = library {
        run = run.env("__CARGO_TESTS_ONLY_SRC_ROOT", library);
    }
    for name in ["CARGO_BUILD_TARGET", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"] {
        run = run.env_remove(name);
    }
    run.run()?;

    let built = target.join(TARGET).join("release").join("deps");
    let folder = compiler.target_folder()?;
    let into = folder.join("lib");
    let context = || format!("could not write to {}", folder.display());
    fs::create_dir_all(&into).with_context(context)?;
    fs::write(folder.join(MARK), "").with_context(context)?;
    for entry in fs::read_dir(&built).with_context(|| format!("could not read {}", built.display()))? {
        let path = entry.with_context(|| format!("could not read {}", built.display()))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            fs::copy(&path, into.join(name)).with_context(context)?;
        }
    }
    Ok(())
}
