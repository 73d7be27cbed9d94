//! Which files are looked through, and what is read of them.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::Path;

/// Folders that a walk leaves out: what is in them was fetched or made, and is more than all the rest.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// Bytes of a file that is looked through; it is held in memory for that. What people write by hand is a thousandth of it.
const BYTES_MAX: u64 = 64 * 1_024 * 1_024;

/// Bytes by whose look a file is taken for binary: as many as git goes by.
const HEAD_BYTES: u64 = 8_000;

/// How a text in UTF-16 begins, in either order of its bytes.
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// What was read of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// All of it.
    Text(Vec<u8>),
    /// Its head: it is no text.
    Binary,
}

/// Shows `visit` the file at `named`, whatever is in it; or, where a folder is there, the texts in it and below. Links are followed where they
/// were named, and nowhere else.
pub(super) fn walk(named: &Path, mut visit: impl FnMut(&Path, io::Result<Content>)) {
    match fs::metadata(named) {
        Ok(about) if about.is_dir() => {}
        Ok(_) => return visit(named, File::open(named).and_then(read_all)),
        Err(error) => return visit(named, Err(error)),
    }
    let mut folders = vec![named.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = match entries(&folder) {
            Ok(entries) => entries,
            Err(error) => {
                visit(&folder, Err(error));
                continue;
            }
        };
        // The last one that is put there is the next one that is taken.
        for entry in entries.iter().rev().filter(|entry| is_wanted_folder(entry)) {
            folders.push(entry.path());
        }
        for entry in entries.iter().filter(|entry| is_file(entry)) {
            let path = entry.path();
            visit(&path, File::open(&path).and_then(read_text));
        }
    }
}

/// What is in a folder, in the order of the names, so that the same files give the same report.
fn entries(folder: &Path) -> io::Result<Vec<DirEntry>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(DirEntry::file_name);
    Ok(entries)
}

fn is_wanted_folder(entry: &DirEntry) -> bool {
    let is_skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
    !is_skipped && entry.file_type().is_ok_and(|kind| kind.is_dir())
}

fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_file())
}

/// Reads a file that nobody named: only if its head looks like text.
fn read_text(mut file: impl Read) -> io::Result<Content> {
    let mut bytes = Vec::new();
    file.by_ref().take(HEAD_BYTES).read_to_end(&mut bytes)?;
    let is_utf_16 = UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark));
    if bytes.contains(&0) && !is_utf_16 {
        return Ok(Content::Binary);
    }
    read_rest(bytes, file)
}

/// Reads whatever is there.
pub(super) fn read_all(file: impl Read) -> io::Result<Content> {
    read_rest(Vec::new(), file)
}

fn read_rest(mut bytes: Vec<u8>, file: impl Read) -> io::Result<Content> {
    let most = BYTES_MAX.saturating_sub(bytes.len() as u64);
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            format!("has more than {BYTES_MAX} bytes and was not looked through"),
        ));
    }
    Ok(Content::Text(bytes))
}
