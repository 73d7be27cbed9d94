//! Prints every setting's default as TOML: `cargo xtask docs` writes them into the documentation.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let defaults = configuration::defaults()?;
    write!(std::io::stdout(), "{defaults}")?;
    Ok(())
}
