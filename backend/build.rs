//! Embeds the built page in the server, each file beside its brotli and gzip forms.
//!
//! `AIRLOCK_PAGE` names the folder that trunk built; only `cargo xtask` sets it, to a folder whose name is the hash of the
//! page's sources, so that no stale page is ever embedded. Unset means a server without a page, which lets plain `cargo check`,
//! `cargo test` and `cargo clippy` work in a fresh clone. What is written here, `page.rs`, is what `src/assets/mod.rs` includes.

#[path = "src/assets/content_type.rs"]
mod content_type;

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// The best level: done once a build, downloaded by every visitor.
const BROTLI_QUALITY: i32 = 11;
/// Hex digits of an entity tag: 128 bits, beyond any chance of two versions of a file sharing one.
const ETAG_DIGITS: usize = 32;
/// Hex digits that trunk puts between a name and its extension: 64 bits without leading zeros, so that sixteen are the most and
/// fewer than eight as good as never.
const TRUNK_HASH_DIGITS: std::ops::RangeInclusive<usize> = 8..=16;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/assets/content_type.rs");
    println!("cargo::rerun-if-env-changed=AIRLOCK_PAGE");
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes `page.rs` and, beside it, the folder `page` with the bytes that it includes.
fn run() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(
        setting("OUT_DIR").ok_or("OUT_DIR is not set: run this script through cargo")?,
    );
    let copies = out.join("page");
    if copies.exists() {
        fs::remove_dir_all(&copies)?;
    }
    let mut table = String::from("&[\n");
    if let Some(page) = setting("AIRLOCK_PAGE").map(PathBuf::from) {
        println!("cargo::rerun-if-changed={}", page.display());
        if !page.join("index.html").is_file() {
            let page = page.display();
            return Err(format!(
                "AIRLOCK_PAGE names {page}, which has no index.html: `cargo xtask page` builds one"
            )
            .into());
        }
        for name in files_under(&page)? {
            embed(&page, &copies, &name, &mut table)?;
        }
    }
    table.push_str("]\n");
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

/// Lists every file below `page` by its name relative to it, with `/` between the parts, sorted. What begins with a dot stands beside
/// the page and is no part of it.
fn files_under(page: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(page.join(&folder))? {
            let entry = entry?;
            let file_name = entry
                .file_name()
                .into_string()
                .map_err(|name| format!("{} is not UTF-8", name.display()))?;
            if file_name.starts_with('.') {
                continue;
            }
            let name = format!("{folder}{file_name}");
            if entry.file_type()?.is_dir() {
                folders.push(format!("{name}/"));
            } else {
                names.push(name);
            }
        }
    }
    names.sort();
    Ok(names)
}

/// Copies one file with its compressed forms, and adds its row to the table.
fn embed(page: &Path, copies: &Path, name: &str, table: &mut String) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(page.join(name))?;
    let content_type = content_type::of(name)
        .ok_or_else(|| format!("the page has {name}, whose content type is not known: add its extension to backend/src/assets/content_type.rs"))?;
    let copy = copies.join(name);
    fs::create_dir_all(copy.parent().unwrap_or(copies))?;
    fs::write(&copy, &bytes)?;
    let brotli = keep_if_smaller(copies, &format!("{name}.br"), &brotli(&bytes)?, &bytes)?;
    let gzip = keep_if_smaller(copies, &format!("{name}.gz"), &gzip(&bytes)?, &bytes)?;
    let path = if name == "index.html" {
        "/".to_owned()
    } else {
        format!("/{name}")
    };
    let etag = format!(
        "\"{}\"",
        sha256_hex(&bytes).get(..ETAG_DIGITS).unwrap_or_default()
    );
    writeln!(
        table,
        "    Asset {{ path: {path:?}, content_type: {content_type:?}, etag: {etag:?}, immutable: {}, identity: {}, brotli: {brotli}, gzip: {gzip} }},",
        is_hashed(name),
        include(name),
    )?;
    Ok(())
}

/// Keeps a compressed form where it saves bytes: the expression that includes it, or `None`.
fn keep_if_smaller(
    copies: &Path,
    name: &str,
    compressed: &[u8],
    identity: &[u8],
) -> Result<String, Box<dyn Error>> {
    if compressed.len() >= identity.len() {
        return Ok("None".to_owned());
    }
    fs::write(copies.join(name), compressed)?;
    Ok(format!("Some({})", include(name)))
}

/// The expression that includes one copied file, by a path that holds wherever the target folder lies.
fn include(name: &str) -> String {
    let path = format!("/page/{name}");
    format!("include_bytes!(concat!(env!(\"OUT_DIR\"), {path:?}))")
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut compressed = Vec::new();
    let params = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Whether trunk put the hash of the contents into the name, so that a browser may keep the file for good.
fn is_hashed(name: &str) -> bool {
    let file_name = name.rsplit('/').next().unwrap_or(name);
    file_name.split('-').skip(1).any(|part| {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        TRUNK_HASH_DIGITS.contains(&digits)
            && part
                .as_bytes()
                .get(digits)
                .is_some_and(|next| matches!(next, b'.' | b'_'))
    })
}
