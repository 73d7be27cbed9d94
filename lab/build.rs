//! Embeds the unsafe page, which `cargo xtask` leaves beside the page proper, in a folder whose name begins with a dot.
//!
//! Without `AIRLOCK_PAGE` there is none, and the lab says so. What is written here, `page.rs`, is what `src/unsafe_half/files.rs`
//! includes.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where the unsafe page is, within the folder of the page.
const FOLDER: &str = ".lab";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=AIRLOCK_PAGE");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

/// Copies the files, so that they stay when the page is pruned, and writes the table that includes the copies.
fn run() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(setting("OUT_DIR").ok_or("run this script through cargo")?);
    let mut table = String::from("&[\n");
    let page = setting("AIRLOCK_PAGE").map(|page| Path::new(&page).join(FOLDER));
    if let Some(page) = page.filter(|page| page.is_dir()) {
        println!("cargo::rerun-if-changed={}", page.display());
        let copies = out.join("unsafe");
        fs::create_dir_all(&copies)?;
        for entry in fs::read_dir(&page)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            fs::copy(entry.path(), copies.join(&name))?;
            let copy = format!("/unsafe/{name}");
            writeln!(
                table,
                "    ({name:?}, include_bytes!(concat!(env!(\"OUT_DIR\"), {copy:?}))),"
            )?;
        }
    }
    table.push(']');
    fs::write(out.join("page.rs"), table)?;
    Ok(())
}

/// Reads one variable; an empty one counts as unset.
#[expect(
    clippy::disallowed_methods,
    reason = "cargo hands a build script its settings through the environment"
)]
fn setting(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
