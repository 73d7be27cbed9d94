//! `cargo xtask dist`: the one release binary with the page inside, what a first visit to that page downloads, and the preflight as a
//! module for other front ends.

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::module;
use crate::page::Plan;
use crate::progress::Progress;
use crate::server;
use crate::tools::{crates, toolchain};
use crate::workspace::Workspace;

/// The most that the page's WebAssembly and JavaScript may weigh together under brotli: what a phone on a slow line (1.6 Mbit/s)
/// takes in about a second. A dependency that costs a tenth of it is noticed here, before a visitor notices.
const CODE_LIMIT_BYTES: u64 = 205 * 1024;
/// The steps beside the page's and the module's own: getting the crates, building the server.
const OWN_STEPS: usize = 2;

/// Builds for release and prints where the binary is and what everything weighs; over the limit is a failure.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    let plan = Plan::make(workspace)?;
    let mut progress = Progress::new(workspace, OWN_STEPS + plan.steps()? + module::STEPS);
    crates::fetch(&mut progress)?;
    let page = plan.carry_out(&mut progress)?;
    let module = module::build(workspace, &mut progress)?;
    let built = server::build(&page, &mut progress)?;

    let mut files = Vec::new();
    weigh(&built.embedded, "", &mut files)
        .context("the page's embedded files could not be weighed")?;
    println!(
        "{:<44} {:>10} {:>10} {:>10}",
        "page", "raw", "gzip", "brotli"
    );
    for file in &files {
        println!("{file}");
    }
    let code = code_bytes(&files);
    println!(
        "\nWASM + JS under brotli: {} KiB of {} KiB",
        kibibytes(code),
        kibibytes(CODE_LIMIT_BYTES)
    );
    let size = fs::metadata(&built.binary)
        .context("the binary could not be weighed")?
        .len();
    println!(
        "binary: {} ({} KiB)",
        built.binary.display(),
        kibibytes(size)
    );
    println!("preflight module: {}", module.display());
    for (name, bytes) in module::weigh(&module)? {
        println!("  {name:<42} {:>10} KiB", kibibytes(bytes));
    }
    if code > CODE_LIMIT_BYTES {
        eprintln!(
            "\nerror: the page's code is over its limit by {} KiB",
            kibibytes(code - CODE_LIMIT_BYTES)
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// What one file of the page weighs in each form that the server can send, in bytes.
#[derive(Debug, PartialEq)]
struct Weight {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl fmt::Display for Weight {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:<44} {:>10} {:>10} {:>10}",
            self.name, self.raw, self.gzip, self.brotli
        )
    }
}

/// Weighs the files below `prefix`, a folder's name with its slash, in the folder that the backend's build script left.
fn weigh(embedded: &Path, prefix: &str, files: &mut Vec<Weight>) -> Result<()> {
    let mut names = Vec::new();
    for entry in fs::read_dir(embedded.join(prefix))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            weigh(embedded, &format!("{name}/"), files)?;
        } else if !is_compressed_form(embedded, &name) {
            names.push(name);
        }
    }
    names.sort();
    for name in names {
        let raw = fs::metadata(embedded.join(&name))?.len();
        // A form that would not be smaller is not kept; then the file itself is sent.
        let form = |extension| {
            fs::metadata(embedded.join(format!("{name}.{extension}")))
                .map_or(raw, |form| form.len())
        };
        files.push(Weight {
            raw,
            gzip: form("gz"),
            brotli: form("br"),
            name,
        });
    }
    Ok(())
}

/// Whether `name` is the compressed form of a file beside it.
fn is_compressed_form(embedded: &Path, name: &str) -> bool {
    [".br", ".gz"]
        .iter()
        .filter_map(|extension| name.strip_suffix(extension))
        .any(|whole| embedded.join(whole).is_file())
}

/// What the page's WebAssembly and JavaScript weigh together under brotli.
fn code_bytes(files: &[Weight]) -> u64 {
    let is_code = |file: &&Weight| matches!(file.name.rsplit_once('.'), Some((_, "js" | "wasm")));
    files.iter().filter(is_code).map(|file| file.brotli).sum()
}

/// A number of bytes as KiB with one decimal, rounded up: what is over a limit never looks as if it were at it.
fn kibibytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_weighed_in_every_form_that_was_kept() {
        let folder =
            std::env::temp_dir().join(format!("airlock-xtask-{}-weigh", std::process::id()));
        fs::create_dir_all(folder.join("icons")).unwrap();
        for (name, bytes) in [
            ("a.wasm", 100),
            ("a.wasm.br", 40),
            ("a.wasm.gz", 50),
            ("b.js", 7),
            ("icons/c.svg", 3),
        ] {
            fs::write(folder.join(name), vec![0; bytes]).unwrap();
        }
        let mut files = Vec::new();
        weigh(&folder, "", &mut files).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        let weight = |name: &str, raw, gzip, brotli| Weight {
            name: name.to_owned(),
            raw,
            gzip,
            brotli,
        };
        assert_eq!(
            files,
            [
                weight("a.wasm", 100, 50, 40),
                weight("b.js", 7, 7, 7),
                weight("icons/c.svg", 3, 3, 3)
            ]
        );
        assert_eq!(code_bytes(&files), 47);
    }

    #[test]
    fn kibibytes_are_rounded_up() {
        assert_eq!(kibibytes(0), "0.0");
        assert_eq!(kibibytes(1024), "1.0");
        assert_eq!(kibibytes(CODE_LIMIT_BYTES + 1), "205.1");
    }
}
