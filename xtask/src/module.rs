//! The preflight as an ES module for other front ends: compiled, bound to JavaScript, and laid beside its types and its example.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::page;
use crate::process;
use crate::progress::{Progress, Step};
use crate::tools::toolchain::WASM;
use crate::tools::{bindgen, crates, toolchain};
use crate::workspace::Workspace;

/// The crate, and the folder below the target folder that the module goes to.
const CRATE: &str = "preflight-js";
/// How the module's own files begin.
const NAME: &str = "preflight";
/// The steps of [`build`]: wasm-bindgen and the module itself.
pub(crate) const STEPS: usize = 2;
/// What lies beside the compiled files.
const BESIDE: [&str; 2] = ["README.md", "package.json"];
/// Where the example looks for the module: in a folder of its own, as a page would keep it.
const IN_EXAMPLE: &str = "example/preflight";

/// `cargo xtask module`: builds the module and prints its folder.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    toolchain::check(workspace)?;
    let target = usize::from(!toolchain::has_wasm_target()?);
    let mut progress = Progress::new(workspace, 1 + target + STEPS);
    crates::fetch(&mut progress)?;
    println!("{}", build(workspace, &mut progress)?.display());
    Ok(ExitCode::SUCCESS)
}

/// Builds the module and returns its folder, whose subfolder `example` is a page that uses it.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress) -> Result<PathBuf> {
    toolchain::ensure_wasm_target(progress)?;
    let tools = bindgen::ensure(workspace, progress)?;
    let step = Step {
        log: CRATE,
        title: "Building the preflight module (about a minute the first time)",
        crates: crates::count(CRATE, Some(WASM)),
    };
    // Compiled as the page is, so that what both are made of is compiled once.
    let mut compile = process::cargo();
    compile
        .args(["build", "--locked", "--profile", "wasm-release"])
        .args(["--target", WASM, "--package", CRATE])
        .current_dir(&workspace.root)
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            page::without_local_paths(&workspace.root),
        );
    progress.run(&step, &mut compile)?;

    let folder = workspace.target.join(CRATE);
    empty(&folder)?;
    let compiled = workspace.target.join(WASM).join("wasm-release");
    let mut bind = process::tool(tools.join("wasm-bindgen"));
    bind.args(["--target", "web", "--out-name", NAME])
        .args(["--remove-name-section", "--remove-producers-section"])
        .arg("--out-dir")
        .arg(&folder)
        .arg(compiled.join("preflight_js.wasm"));
    process::read(&mut bind)?;
    let sources = workspace.root.join(CRATE);
    for name in BESIDE {
        copy(&sources.join(name), &folder.join(name))?;
    }
    lay_out_example(&sources.join("example"), &folder)?;
    Ok(folder)
}

/// What a browser loads of the module in `folder`, each file with its size in bytes.
pub(crate) fn weigh(folder: &Path) -> Result<Vec<(String, u64)>> {
    let mut weights = Vec::new();
    for (name, path) in files(folder)? {
        if is_code(&path) {
            let about = || format!("{} could not be weighed", path.display());
            let bytes = fs::metadata(&path).with_context(about)?.len();
            weights.push((name.to_string_lossy().into_owned(), bytes));
        }
    }
    weights.sort();
    Ok(weights)
}

/// Copies the example with a copy of the module in it, so that one folder is all that a server needs.
fn lay_out_example(source: &Path, folder: &Path) -> Result<()> {
    let module = folder.join(IN_EXAMPLE);
    fs::create_dir_all(&module)
        .with_context(|| format!("{} could not be created", module.display()))?;
    for (name, path) in files(source)? {
        copy(&path, &folder.join("example").join(name))?;
    }
    for (name, path) in files(folder)? {
        if is_code(&path) {
            copy(&path, &module.join(name))?;
        }
    }
    Ok(())
}

/// Whether a browser loads it.
fn is_code(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "js" || extension == "wasm")
}

/// The files of a folder, without those of the folders in it.
fn files(folder: &Path) -> Result<Vec<(OsString, PathBuf)>> {
    let about = || format!("{} could not be read", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(about)? {
        let path = entry.with_context(about)?.path();
        if let Some(name) = path.file_name().map(OsStr::to_owned)
            && path.is_file()
        {
            files.push((name, path));
        }
    }
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("{} could not be copied to {}", from.display(), to.display()))
        .map(drop)
}

/// A folder without what an earlier build left.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} could not be emptied", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("{} could not be created", folder.display()))
}
