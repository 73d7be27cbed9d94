//! `wasm-bindgen-test-runner`, which `.cargo/config.toml` names as the runner of tests that are built for WebAssembly.

/// Runs one test file under Node or a browser with this process's arguments; a failed test exits with 1.
fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
