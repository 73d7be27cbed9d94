//! The page's entry: what trunk compiles to WebAssembly.

fn main() {
    frontend::start();
}
