//! `cargo xtask`: sets up, tests, packs and shows the project. `cargo xtask help` lists the commands.

mod paths;
mod run;
mod setup;
mod stamp;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "cargo xtask COMMAND

  setup           get what is missing: the wasm32 target, npm packages, Chromium
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

fn command() -> Result<()> {
    let mut args = Parser::from_env();
    let Some(first) = args.next()? else {
        print!("{HELP}");
        return Ok(());
    };
    let name = match first {
        Arg::Value(name) => name.string()?,
        Arg::Short('h') | Arg::Long("help") => "help".to_owned(),
        other => return Err(other.unexpected().into()),
    };
    match name.as_str() {
        "help" => print!("{HELP}"),
        "setup" => setup::ensure(&setup::Need::ALL)?,
        _ => bail!("there is no command `{name}`\n\n{HELP}"),
    }
    Ok(())
}
