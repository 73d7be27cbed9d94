//! The page's files: built, in this run, with the word in every variable that could hold a key, they do not hold it.

use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use brotli::{CompressorWriter, Decompressor};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tests::setting;

use crate::needle::Needle;

/// The word that stood in every key variable while the page was built.
fn canary() -> Needle {
    Needle::new(&setting("AIRLOCK_LEAK_CANARY").to_string_lossy())
}

/// All files below `folder`.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// Where the word lies in a file of this name and content: in the name, in the bytes, or in what the bytes stand for.
fn find(needle: &Needle, name: &str, bytes: &[u8]) -> Option<&'static str> {
    needle
        .found_in(name.as_bytes())
        .or_else(|| needle.found_in(bytes))
        .or_else(|| needle.found_in(&unpacked(name, bytes)))
}

/// The content of a file that is packed by its name; empty for any other.
fn unpacked(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    let read = match Path::new(name).extension().and_then(|end| end.to_str()) {
        Some("br") => Decompressor::new(bytes, 4_096).read_to_end(&mut content),
        Some("gz") => GzDecoder::new(bytes).read_to_end(&mut content),
        _ => Ok(0),
    };
    read.expect("a packed file can be unpacked");
    content
}

/// FM-40: no file of a page holds a key that was there while it was built, in any form.
#[test]
fn a_page_built_among_keys_holds_none_of_them() {
    let needle = canary();
    let mut looked_at = Vec::new();
    for file in files(&setting("AIRLOCK_LEAK_PAGE")) {
        let name = file.to_string_lossy().into_owned();
        let bytes = fs::read(&file).expect("a file");
        assert_eq!(find(&needle, &name, &bytes), None, "{name}");
        looked_at.push(name);
    }
    for end in [".wasm", ".js", ".css", ".html"] {
        assert!(
            looked_at.iter().any(|name| name.ends_with(end)),
            "no {end} among {looked_at:?}"
        );
    }
}

/// The page is public; where the machine that built it keeps its files is nobody's business.
#[test]
fn a_page_does_not_tell_where_it_was_built() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("a workspace");
    for place in [
        &workspace.to_string_lossy(),
        "/.cargo/registry",
        "/home/",
        "/root/",
    ] {
        let needle = place.as_bytes();
        for file in files(&setting("AIRLOCK_LEAK_PAGE")) {
            let bytes = fs::read(&file).expect("a file");
            assert!(
                !bytes.windows(needle.len()).any(|part| part == needle),
                "{place} in {}",
                file.display()
            );
        }
    }
}

/// The detector finds the word in each form, in the midst of each of the page's files, packed or not.
#[test]
fn the_word_is_found_when_it_is_planted_in_the_bundle() {
    let needle = canary();
    for file in files(&setting("AIRLOCK_LEAK_PAGE")) {
        let name = file.to_string_lossy();
        let bytes = fs::read(&file).expect("a file");
        let (before, after) = bytes.split_at(bytes.len() / 2);
        for (form_name, form) in needle.forms() {
            // Set apart, so that no byte of the file makes another form of it.
            let planted = [before, b"|", form, b"|", after].concat();
            assert_eq!(find(&needle, &name, &planted), Some(form_name), "{name}");
        }
    }
    let (_, form) = needle.forms().next().expect("a form");
    let text = [b"some text ", form].concat();
    assert!(find(&needle, "x.js.gz", &gzipped(&text)).is_some());
    assert!(find(&needle, "x.js.br", &brotlied(&text)).is_some());
    let name = String::from_utf8_lossy(form);
    assert!(find(&needle, &name, b"").is_some());
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(text).expect("writes");
    writer.finish().expect("writes")
}

fn brotlied(text: &[u8]) -> Vec<u8> {
    const QUALITY: u32 = 5;
    const WINDOW: u32 = 20;
    let mut packed = Vec::new();
    CompressorWriter::new(&mut packed, 4_096, QUALITY, WINDOW)
        .write_all(text)
        .expect("writes");
    packed
}
