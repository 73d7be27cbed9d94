//! The page's glue, made smaller: wasm-bindgen names each function that the page shares with JavaScript by what it is and a hash, once
//! on either side. Nothing reads these names, and hashes do not compress: a number each says as much.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use walrus::{Module, ModuleConfig};

/// How the glue hands out what starts it.
const EXPORT: &str = "export { initSync, __wbg_init as default };";
/// The same in words that trunk's minifier knows; what it does not know it leaves as it is, all of the file.
const PLAIN_EXPORT: &str = "export { initSync };\nexport default __wbg_init;";
/// Hex digits of a hash.
const HASH_DIGITS: usize = 16;

/// The two files that wasm-bindgen leaves.
pub(crate) struct Glue {
    script: PathBuf,
    module: PathBuf,
}

impl Glue {
    /// What a call with these arguments leaves, if it is a page's for release. With types beside it the glue is for others to call, and
    /// in development its names help.
    pub(crate) fn of(args: impl Iterator<Item = OsString>) -> Option<Self> {
        let args: Vec<_> = args.filter_map(|arg| arg.into_string().ok()).collect();
        let value = |name: &str| args.iter().find_map(|arg| arg.strip_prefix(name));
        let folder = PathBuf::from(value("--out-dir=")?);
        let name = value("--out-name=")?;
        let is_alone = args.iter().any(|arg| arg == "--no-typescript");
        let is_debug = folder.ends_with("debug");
        (is_alone && !is_debug).then(|| Self {
            script: folder.join(format!("{name}.js")),
            module: folder.join(format!("{name}_bg.wasm")),
        })
    }

    /// Gives both files the short names.
    pub(crate) fn shorten(&self) -> Result<()> {
        let mut script = fs::read_to_string(&self.script).context("the glue cannot be read")?;
        ensure!(
            script.contains(EXPORT),
            "the glue no longer ends in `{EXPORT}`: see bindgen/src/glue.rs"
        );
        script = script.replace(EXPORT, PLAIN_EXPORT);
        let mut config = ModuleConfig::new();
        config.generate_name_section(false);
        config.generate_producers_section(false);
        let mut module = config.parse_file(&self.module)?;
        for (number, long) in long_names(&module).into_iter().enumerate() {
            // No other name in the glue begins like this.
            let short = format!("${number}");
            script = script.replace(&long, &short);
            rename(&mut module, &long, &short);
        }
        module.emit_wasm_file(&self.module)?;
        fs::write(&self.script, script).context("the glue cannot be written")
    }
}

/// All names with a hash. A longer one comes first, so that none is taken for a part of it.
fn long_names(module: &Module) -> Vec<String> {
    let imports = module.imports.iter().map(|import| &import.name);
    let exports = module.exports.iter().map(|export| &export.name);
    let mut names: Vec<_> = imports
        .chain(exports)
        .filter(|name| has_hash(name))
        .collect();
    names.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
    names.dedup();
    names.into_iter().cloned().collect()
}

fn has_hash(name: &str) -> bool {
    name.split('_').any(|part| {
        let digits = part.strip_prefix('h').unwrap_or(part);
        digits.len() == HASH_DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

fn rename(module: &mut Module, long: &str, short: &str) {
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    for name in imports.chain(exports).filter(|name| *name == long) {
        short.clone_into(name);
    }
}
