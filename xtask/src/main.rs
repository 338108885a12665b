//! `cargo xtask`: sets up, tests, packs and shows the project. `cargo xtask help` lists the
//! commands.

mod audit;
mod bench;
mod bindgen;
mod counts;
mod demo;
mod docs;
mod features;
mod fuzz;
mod lines;
mod links;
mod lint;
mod manifest;
mod pack;
mod paths;
mod release;
mod rooms;
mod run;
mod setup;
mod size;
mod stamp;
mod target;
mod test;
mod types;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
cargo xtask COMMAND

  setup                 get what is missing: the wasm32 target, npm packages, Chromium
  demo [--port N]       build everything, serve the demo on this machine, print its address
  test [--all] [KIND …] run all checks and tests, or those of some kinds; --all runs the long ones, too
                        kinds: lint native wasm-node wasm-chromium package tarball matrix workerd marketplace faults
                        e2e fuzz (with --all only)
  pack                  make the npm packages in target/npm
  size [--update]       print the package's sizes against the snapshot; --update writes the snapshot
  lines                 print the lines of code of each room
  bench [PART …]        run all benchmarks, or some of them: attachments calls pages rules start size
  types                 write the TypeScript types of the models into pkg-template
  docs                  build the site of the documentation in target/docs/site, and rustdoc in target/doc
  release --dry-run     check what a release would publish, and print how to make it
  lint [--fix]          run the checks alone; --fix formats first, and mends what can be mended without thought
";

fn main() -> ExitCode {
    match run::end_children_on_signal().and_then(|()| command()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The options of the command line.
#[derive(Default)]
struct Args {
    words: Vec<String>,
    help: bool,
    all: bool,
    fix: bool,
    update: bool,
    dry_run: bool,
    port: Option<u16>,
}

impl Args {
    fn read() -> Result<Self> {
        let mut args = Self::default();
        let mut parser = Parser::from_env();
        while let Some(arg) = parser.next()? {
            match arg {
                Arg::Value(word) => args.words.push(word.string()?),
                Arg::Short('h') | Arg::Long("help") => args.help = true,
                Arg::Long("all") => args.all = true,
                Arg::Long("fix") => args.fix = true,
                Arg::Long("update") => args.update = true,
                Arg::Long("dry-run") => args.dry_run = true,
                Arg::Long("port") => args.port = Some(parser.value()?.parse()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(args)
    }

    /// Refuses options that the command does not know, instead of ignoring them.
    fn only(&self, options: &[&str]) -> Result<()> {
        let given = [
            ("--all", self.all),
            ("--fix", self.fix),
            ("--update", self.update),
            ("--dry-run", self.dry_run),
            ("--port", self.port.is_some()),
        ];
        for (option, is_given) in given {
            if is_given && !options.contains(&option) {
                bail!("{option} does not belong to this command\n\n{HELP}");
            }
        }
        Ok(())
    }
}

fn command() -> Result<()> {
    let args = Args::read()?;
    let words: Vec<&str> = args.words.iter().map(String::as_str).collect();
    if args.help {
        print!("{HELP}");
        return Ok(());
    }
    match words.as_slice() {
        [] | ["help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["setup"] => args.only(&[]).and_then(|()| setup::ensure(&setup::Need::ALL)),
        ["demo"] => args.only(&["--port"]).and_then(|()| demo::demo(args.port)),
        ["test", kinds @ ..] => {
            args.only(&["--all"])?;
            test::test(&test::Options { all: args.all, kinds: kinds.iter().map(|&kind| kind.to_owned()).collect() })
        }
        ["pack"] => args.only(&[]).and_then(|()| packed()),
        ["size"] => {
            args.only(&["--update"])?;
            packed()?;
            if args.update { size::update() } else { size::print().map(|_| ()) }
        }
        ["lines"] => args.only(&[]).and_then(|()| lines::print()),
        ["bench", parts @ ..] => args.only(&[]).and_then(|()| bench::bench(parts)),
        ["types"] => {
            args.only(&[])?;
            setup::ensure(&[setup::Need::Npm])?;
            types::write()
        }
        ["docs"] => {
            args.only(&[])?;
            packed()?;
            docs::write()
        }
        ["release"] => {
            args.only(&["--dry-run"])?;
            if !args.dry_run {
                bail!(
                    "releases are made from CI, so that npm can record where they were built: see `cargo xtask release --dry-run`"
                );
            }
            packed()?;
            release::dry_run()
        }
        ["lint"] => {
            args.only(&["--fix"])?;
            if args.fix {
                setup::ensure(&[setup::Need::Npm, setup::Need::Lints])?;
                lint::fix()?;
            }
            test::lint()
        }
        other => bail!("there is no command `{}`\n\n{HELP}", other.join(" ")),
    }
}

fn packed() -> Result<()> {
    setup::ensure(&setup::Need::PACK)?;
    pack::pack().map(|_| ())
}
