//! `wasm-bindgen`, the step between rustc's WebAssembly and the page: trunk calls it, `cargo xtask` puts it first on trunk's path.

mod glue;

use std::env::args_os;

use glue::Glue;

/// Runs wasm-bindgen with this process's arguments, and makes smaller what it leaves for the page. A failure is printed with its causes
/// and exits with 1.
fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args_os())?;
    Glue::of(args_os()).map_or(Ok(()), |glue| glue.shorten())
}
