//! `wasm-bindgen` and its test runner, at the version that `Cargo.lock` pins, and a pass over the module that it makes.
//!
//! `xtask-bindgen bindgen …` is the `wasm-bindgen` command; `xtask-bindgen test-runner …` is the runner that cargo starts for
//! each wasm test; `xtask-bindgen quiet <from> <to>` leaves out what panics say. A crate of its own, so that `cargo xtask`
//! does not have to compile wasm-bindgen's tools to answer `--help`.

use std::process::ExitCode;

mod quiet;

fn main() -> ExitCode {
    let mut args = std::env::args_os();
    args.next();
    let outcome = match args.next().as_deref().and_then(|tool| tool.to_str()) {
        Some("bindgen") => {
            wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::iter::once("wasm-bindgen".into()).chain(args))
        }
        Some("test-runner") => {
            let name = "wasm-bindgen-test-runner".into();
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::iter::once(name).chain(args))
        }
        Some("quiet") => match (args.next(), args.next()) {
            (Some(from), Some(to)) => quiet::quiet(from.as_ref(), to.as_ref()),
            _ => Err(anyhow::anyhow!("expected `quiet <from> <to>`")),
        },
        other => Err(anyhow::anyhow!("expected `bindgen`, `test-runner` or `quiet`, found {other:?}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "a command line tool reports on standard error")]
            {
                eprintln!("error: {error:?}");
            }
            ExitCode::FAILURE
        }
    }
}
