//! `wasm-bindgen`, the step between rustc's WebAssembly and the page: trunk calls it, `cargo xtask` puts it first on trunk's path.

/// Runs wasm-bindgen with this process's arguments; a failure is printed with its causes and exits with 1.
fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
