//! Every key is found in every form, and nothing else is: what the page and the server promise.

use std::fs;
use std::path::Path;

use shared::preflight::secrets::{scan, scan_bytes};

use super::benign;
use super::forms::{FIRST, FORMS, Form, Group};
use super::keys::{KINDS, Kind};

/// Keys of each kind in each form.
const KEYS: usize = 20;
/// What is neither ours nor committed.
const SKIPPED: [&str; 5] = [".git", ".env", "target", "node_modules", "dist"];

/// Whether a file's scan finds exactly this key, all of it.
pub(crate) fn is_found(form: &Form, key: &str) -> bool {
    let found = scan_bytes(&(form.write)(key));
    matches!(&found[..], [secret] if secret.span.range().len() >= key.len())
}

/// Whether the scan of the text, as the tab and the server run it, finds exactly this key.
pub(crate) fn is_found_in_text(form: &Form, key: &str) -> bool {
    let text = String::from_utf8((form.write)(key)).unwrap_or_default();
    matches!(&scan(&text)[..], [secret] if secret.span.range().len() >= key.len())
}

fn missed(forms: &[Form], kinds: &[Kind], is_found: fn(&Form, &str) -> bool) -> Vec<String> {
    let mut missed = Vec::new();
    for form in forms {
        for kind in kinds {
            let count = (0..KEYS)
                .filter(|number| !is_found(form, &kind.key(*number)))
                .count();
            if count > 0 {
                missed.push(format!("{count} of {KEYS}: {} in {}", kind.name, form.name));
            }
        }
    }
    missed
}

#[test]
fn every_kind_of_key_is_found_in_every_form() {
    let missed = missed(FORMS, &KINDS, is_found);
    let tried = FORMS.len() * KINDS.len() * KEYS;
    println!(
        "{tried} files: {} forms, {} kinds, {KEYS} keys of each; missed: {missed:#?}",
        FORMS.len(),
        KINDS.len()
    );
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn text_is_read_as_files_are_but_for_base64_and_utf_16() {
    let text: Vec<Form> = FORMS
        .iter()
        .copied()
        .filter(|form| form.group != Group::Encoded)
        .collect();
    let missed = missed(&text, &KINDS, is_found_in_text);
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn the_first_28_forms_are_all_found() {
    let kind = |name: &str| KINDS.iter().find(|kind| kind.name == name).unwrap();
    let key = kind("Anthropic, API").key(0);
    let found = FORMS[..FIRST]
        .iter()
        .filter(|form| is_found(form, &key))
        .count();
    let others = ["Anthropic, OAuth", "OpenRouter"].into_iter();
    let others = others
        .filter(|name| is_found(&FORMS[0], &kind(name).key(0)))
        .count();
    println!("{} of 28", found + others);
    assert_eq!(found + others, 28);
}

#[test]
fn ten_thousand_near_misses_are_let_pass() {
    let lines = benign::lines();
    assert!(lines.len() >= 10_000);
    let taken: Vec<&String> = lines
        .iter()
        .filter(|line| !scan_bytes(line.as_bytes()).is_empty())
        .collect();
    assert!(
        taken.is_empty(),
        "{} of {}: {taken:#?}",
        taken.len(),
        lines.len()
    );
}

#[test]
fn this_repository_has_no_key() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut folders = vec![root.to_owned()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let kind = entry.file_type().unwrap();
            if SKIPPED.iter().any(|skipped| entry.file_name() == *skipped) {
            } else if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                files += 1;
                let found = scan_bytes(&fs::read(entry.path()).unwrap());
                assert!(found.is_empty(), "{}: {found:?}", entry.path().display());
            }
        }
    }
    assert!(files > 500, "{files}");
}
