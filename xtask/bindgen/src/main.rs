//! `wasm-bindgen` and its test runner, at the version that `Cargo.lock` pins.
//!
//! `xtask-bindgen bindgen …` is the `wasm-bindgen` command; `xtask-bindgen test-runner …` is the
//! runner that cargo starts for each wasm test. It is a crate of its own, so that `cargo xtask
//! --help` need not compile wasm-bindgen's tools.

use std::process::ExitCode;

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
        other => Err(anyhow::anyhow!("expected `bindgen` or `test-runner`, found {other:?}")),
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
